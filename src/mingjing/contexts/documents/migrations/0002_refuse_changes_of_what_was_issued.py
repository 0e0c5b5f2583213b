"""The database itself refuses to change what a document says once it was issued, and to delete it."""

from django.db import migrations

TABLE = "documents_document"
FIXED = ("kind", "unit_id", "data", "template_id", "number", "dated_on", "content", "letterhead", "check_code")
WORDS = "a document that was issued cannot be changed"


def refuse(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "sqlite":
        changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in FIXED)
        schema_editor.execute(
            f"""CREATE TRIGGER {TABLE}_fixed BEFORE UPDATE ON {TABLE}
            WHEN OLD.state <> 'draft' AND (NEW.state = 'draft' OR {changed})
            BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"""
        )
    elif vendor == "postgresql":
        changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in FIXED)
        schema_editor.execute(
            f"""CREATE FUNCTION {TABLE}_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF OLD.state <> 'draft' AND (NEW.state = 'draft' OR {changed})
            THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
            RETURN NEW; END $$"""
        )
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_fixed BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_fixed()"
        )


def allow(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    if vendor == "sqlite":
        schema_editor.execute(f"DROP TRIGGER {TABLE}_fixed")
    elif vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER {TABLE}_fixed ON {TABLE}")
        schema_editor.execute(f"DROP FUNCTION {TABLE}_fixed()")


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_tables")]
    operations = [migrations.RunPython(refuse, allow)]
