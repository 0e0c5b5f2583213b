"""
The database itself refuses to change what a recording is, to keep it shorter, to delete it, or to touch the log of looks.

It stops mistakes and programs, not whoever owns the database; against the owner stand the digests in the log.
"""

from django.db import migrations

FIXED = (
    "code kind unit_id officer_id uploaded_by_id device_no started_at ended_at place shows item filename content_type size "
    "sha256 sm3 hashed_on_device embedded uploaded_at"
).split()
WORDS = "a recording cannot be changed"
LOG = "the log of looks is only added to"


def condition(differs):
    changed = [f"OLD.{one} {differs} NEW.{one}" for one in FIXED]
    changed += [
        f"(OLD.subject_kind <> '' AND (OLD.subject_kind {differs} NEW.subject_kind OR OLD.subject_code {differs} NEW.subject_code))",
        f"(OLD.step_kind <> '' AND OLD.step_kind {differs} NEW.step_kind)",
        f"((OLD.stored {differs} NEW.stored OR OLD.text {differs} NEW.text) "
        "AND (OLD.disposed_at IS NOT NULL OR NEW.disposed_at IS NULL OR NEW.stored <> '' OR NEW.text <> ''))",
        "NEW.retained_until < OLD.retained_until",
        f"(OLD.disposed_at IS NOT NULL AND OLD.disposed_at {differs} NEW.disposed_at)",
    ]
    return " OR ".join(changed)


def refuse(apps, schema_editor):
    run = schema_editor.execute
    if schema_editor.connection.vendor == "sqlite":
        run(
            f"CREATE TRIGGER media_recording_fixed BEFORE UPDATE ON media_recording WHEN {condition('IS NOT')} "
            f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        )
        for table, words in (("media_recording", WORDS), ("media_access", LOG)):
            run(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )
        run(
            "CREATE TRIGGER media_access_no_update BEFORE UPDATE ON media_access "
            f"BEGIN SELECT RAISE(ABORT, '{LOG}'); END"
        )
    elif schema_editor.connection.vendor == "postgresql":
        raised = "USING ERRCODE = 'integrity_constraint_violation'"
        changed = condition("IS DISTINCT FROM").replace("OLD.embedded IS DISTINCT FROM NEW.embedded", "OLD.embedded::text IS DISTINCT FROM NEW.embedded::text")
        run(
            "CREATE FUNCTION media_recording_fixed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {changed} THEN RAISE EXCEPTION '{WORDS}' {raised}; END IF; RETURN NEW; END $$"
        )
        run(
            "CREATE TRIGGER media_recording_fixed BEFORE UPDATE ON media_recording "
            "FOR EACH ROW EXECUTE FUNCTION media_recording_fixed()"
        )
        run(
            "CREATE FUNCTION media_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{LOG}' {raised}; END $$"
        )
        run(
            "CREATE TRIGGER media_recording_no_delete BEFORE DELETE ON media_recording "
            "FOR EACH ROW EXECUTE FUNCTION media_refuse()"
        )
        run(
            "CREATE TRIGGER media_access_append_only BEFORE UPDATE OR DELETE ON media_access "
            "FOR EACH ROW EXECUTE FUNCTION media_refuse()"
        )


def allow(apps, schema_editor):
    run = schema_editor.execute
    if schema_editor.connection.vendor == "sqlite":
        for name in ("recording_fixed", "recording_no_delete", "access_no_delete", "access_no_update"):
            run(f"DROP TRIGGER media_{name}")
    elif schema_editor.connection.vendor == "postgresql":
        run("DROP TRIGGER media_recording_fixed ON media_recording")
        run("DROP TRIGGER media_recording_no_delete ON media_recording")
        run("DROP TRIGGER media_access_append_only ON media_access")
        run("DROP FUNCTION media_recording_fixed()")
        run("DROP FUNCTION media_refuse()")


class Migration(migrations.Migration):
    dependencies = [("media", "0001_tables")]
    operations = [migrations.RunPython(refuse, allow)]
