"""The database itself refuses to change what an edition says once it was submitted, or its digest once it was published."""

from django.db import migrations

TABLES = ("catalog_itemedition", "catalog_benchmarkedition", "catalog_listedition")
WORDS = "an edition that was submitted cannot be changed"
OUT = "('published', 'replaced', 'withdrawn')"


def refuse(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for table in TABLES:
        if vendor == "sqlite":
            schema_editor.execute(
                f"""CREATE TRIGGER {table}_fixed BEFORE UPDATE OF content, digest, status ON {table}
                WHEN (OLD.status <> 'draft' AND OLD.content IS NOT NEW.content)
                  OR (OLD.status IN {OUT} AND (OLD.digest IS NOT NEW.digest OR NEW.status NOT IN {OUT}))
                BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"""
            )
        elif vendor == "postgresql":
            schema_editor.execute(
                f"""CREATE FUNCTION {table}_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF (OLD.status <> 'draft' AND OLD.content IS DISTINCT FROM NEW.content)
                  OR (OLD.status IN {OUT} AND (OLD.digest IS DISTINCT FROM NEW.digest OR NEW.status NOT IN {OUT}))
                THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
                RETURN NEW; END $$"""
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_fixed BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_fixed()"
            )


def allow(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for table in TABLES:
        if vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {table}_fixed")
        elif vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {table}_fixed ON {table}")
            schema_editor.execute(f"DROP FUNCTION {table}_fixed()")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_tables")]
    operations = [migrations.RunPython(refuse, allow)]
