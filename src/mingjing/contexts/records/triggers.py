"""
The triggers that make the log append-only, for SQLite and PostgreSQL.

They stop mistakes and programs, not whoever owns the database; against the owner stand hashes, signatures and witnesses.
"""

from collections.abc import Iterator
from typing import Final

APPEND_ONLY: Final = ("records_leaf", "records_sequenced", "records_checkpoint", "records_cosignature")
KEPT: Final = "records_entry"
"""Never deleted; what the leaf holds too is never changed. The rest may be erased."""
KEPT_COLUMNS: Final = "id, recorded_at, act"
REFUSED: Final = "records: append-only"
QUEUE: Final = "INSERT INTO records_pending (entry_id, damaged) VALUES (NEW.entry_id, {no});"
_SAME: Final = {
    "records_entry": "id = NEW.id",
    "records_leaf": "entry_id = NEW.entry_id",
    "records_sequenced": (
        "number = NEW.number OR entry_id = NEW.entry_id OR (shard_id = NEW.shard_id AND place = NEW.place)"
    ),
    "records_checkpoint": "id = NEW.id OR (shard_id = NEW.shard_id AND size = NEW.size)",
    "records_cosignature": "id = NEW.id OR (checkpoint_id = NEW.checkpoint_id AND witness_id = NEW.witness_id)",
}
"""Which row an INSERT OR REPLACE would replace."""


def create(vendor: str) -> list[str]:
    """The statements that create the triggers."""
    return list(_create_postgresql() if vendor == "postgresql" else _create_sqlite())


def drop(vendor: str) -> list[str]:
    """The statements that remove them."""
    return list(_drop_postgresql() if vendor == "postgresql" else _drop_sqlite())


def _create_sqlite() -> Iterator[str]:
    for table in (*APPEND_ONLY, KEPT):
        for event in ("UPDATE" if table != KEPT else f"UPDATE OF {KEPT_COLUMNS}", "DELETE"):
            yield (
                f"CREATE TRIGGER {table}_no_{event[:6].lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        # INSERT OR REPLACE would delete the old row without asking the trigger on DELETE.
        yield (
            f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {_SAME[table]}) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
    yield f"CREATE TRIGGER records_leaf_queue AFTER INSERT ON records_leaf BEGIN {QUEUE.format(no=0)} END"


def _drop_sqlite() -> Iterator[str]:
    for table in (*APPEND_ONLY, KEPT):
        for event in ("update", "delete", "replace"):
            yield f"DROP TRIGGER {table}_no_{event}"
    yield "DROP TRIGGER records_leaf_queue"


def _create_postgresql() -> Iterator[str]:
    yield (
        "CREATE FUNCTION records_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    yield (
        "CREATE FUNCTION records_queue() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {QUEUE.format(no='false')} RETURN NULL; END $$"
    )
    for table in (*APPEND_ONLY, KEPT):
        update = "UPDATE" if table != KEPT else f"UPDATE OF {KEPT_COLUMNS}"
        yield (
            f"CREATE TRIGGER {table}_append_only BEFORE {update} OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION records_refuse()"
        )
        yield (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION records_refuse()"
        )
    yield (
        "CREATE TRIGGER records_leaf_queue AFTER INSERT ON records_leaf FOR EACH ROW EXECUTE FUNCTION records_queue()"
    )


def _drop_postgresql() -> Iterator[str]:
    for table in (*APPEND_ONLY, KEPT):
        yield f"DROP TRIGGER {table}_append_only ON {table}"
        yield f"DROP TRIGGER {table}_no_truncate ON {table}"
    yield "DROP TRIGGER records_leaf_queue ON records_leaf"
    yield "DROP FUNCTION records_refuse()"
    yield "DROP FUNCTION records_queue()"
