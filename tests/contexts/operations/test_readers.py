"""Connections that read side by side see the same rows, whatever is written meanwhile."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from mingjing.contexts.operations import readers as module
from mingjing.contexts.operations.readers import readers

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A connection with a table ``seen`` of one row; SQLite's is a file, as a platform's is."""
    if connection.vendor == "sqlite":
        used = connection.copy()
        used.settings_dict = {**connection.settings_dict, "NAME": str(tmp_path / "file.sqlite3")}
        used.settings_dict["OPTIONS"] = {"init_command": "PRAGMA journal_mode=WAL"}
        monkeypatch.setattr(module, "connection", used)
    else:
        used = connection
    with used.cursor() as cursor:
        cursor.execute("CREATE TABLE seen (number integer)")
        cursor.execute("INSERT INTO seen VALUES (1)")
    yield used
    with used.cursor() as cursor:
        cursor.execute("DROP TABLE seen")
    if used is not connection:
        used.close()


def count(reader: Any, _: object) -> int:
    with reader.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM seen")
        return int(cursor.fetchone()[0])


def test_all_see_one_moment(written: Any) -> None:
    with readers() as several:
        with written.cursor() as cursor:
            cursor.execute("INSERT INTO seen VALUES (2)")
        assert several.each(count, range(6)) == [1] * 6
    with readers() as several:
        assert several.each(count, "abc") == [2] * 3


def test_what_goes_wrong_is_told_and_leaves_nothing_open(written: Any) -> None:
    def wrong(_: Any, number: int) -> int:
        return 1 // number

    with pytest.raises(ZeroDivisionError), readers() as several:
        several.each(wrong, [1, 0, 1])
    # nothing holds the table any more
    with written.cursor() as cursor:
        cursor.execute("INSERT INTO seen VALUES (3)")


def test_within_a_transaction_its_own_rows_are_seen() -> None:
    with transaction.atomic(), readers() as several:
        assert several.first is connection
        assert several.each(lambda reader, one: (reader is connection, one), "ab") == [(True, "a"), (True, "b")]
