"""
Several folders of standard Parquet become one: the facts in force.

Of rows with the same key the later source holds. A column is taken as given only where every source whose rows stand
gives it: otherwise a blank could be read as *none* where it means that nobody knows.
"""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow.parquet as pq

from mingjing.facts.packages import UNREAD_EVENTS
from mingjing.facts.schema import EVENT_TYPES, TABLES, Table
from mingjing.facts.standard import GIVEN

REPORT: Final = "read_report.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFolder:
    """A folder of standard Parquet: whose it is, and over which days it tells (``since`` empty: from the start)."""

    label: str
    folder: Path
    until: date
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Of a table in force: up to which day it tells, from which, and of which agencies."""

    until: date
    since: date | None
    agencies: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsInForce:
    """What was united: rows by table, what lacks (``table`` or ``table.column``), and what each table covers."""

    folder: Path
    rows: dict[str, int] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    coverage: dict[str, Coverage] = field(default_factory=dict)


def unite(connection: duckdb.DuckDBPyConnection, sources: Sequence[SourceFolder], into: Path) -> FactsInForce:
    """Write the union of the sources, the latest last, into a folder with a report of what lacks."""
    into.mkdir(parents=True, exist_ok=True)
    rows: dict[str, int] = {}
    coverage: dict[str, Coverage] = {}
    missing_columns: dict[str, list[str]] = {}
    agencies = [_agencies(connection, source.folder) for source in sources]
    for table in TABLES.values():
        having = [number for number, source in enumerate(sources) if _file(source.folder, table.name).exists()]
        if not having:
            continue
        standing = _write(connection, table, [(number, sources[number].folder) for number in having], into)
        rows[table.name] = sum(standing.values())
        telling = [number for number in having if standing.get(number)] or having
        given = [given_columns(sources[number].folder, table) for number in telling]
        if lacking := sorted(set(table.names) - given[0].intersection(*given[1:])):
            missing_columns[table.name] = lacking
        covering = [sources[number] for number in telling]
        coverage[table.name] = Coverage(
            until=max(one.until for one in covering),
            since=None
            if any(one.since is None for one in covering)
            else min(one.since for one in covering if one.since),
            agencies=frozenset[str]().union(*(agencies[number] for number in having)),
        )
    _unread(connection, sources, into)
    missing_tables = sorted(set(TABLES) - set(rows))
    report: dict[str, Any] = {
        "missing_tables": missing_tables,
        "missing_columns": missing_columns,
        "event_types_given": _event_types(sources),
    }
    (into / REPORT).write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")
    missing = {*missing_tables, *(f"{table}.{column}" for table, ones in missing_columns.items() for column in ones)}
    return FactsInForce(folder=into, rows=rows, missing=frozenset(missing), coverage=coverage)


def given_columns(folder: Path, table: Table) -> set[str]:
    """Return the columns of a table that the sender of a folder gave."""
    file = _file(folder, table.name)
    metadata = pq.read_metadata(file)
    told = (metadata.metadata or {}).get(GIVEN)
    given = set(metadata.schema.to_arrow_schema().names) if told is None else set(told.decode().split("|"))
    report = folder / REPORT
    if report.exists():
        given -= set(json.loads(report.read_text("utf-8")).get("missing_columns", {}).get(table.name, ()))
    return (given & set(table.names)) | set(table.required)


def _write(
    connection: duckdb.DuckDBPyConnection, table: Table, having: Sequence[tuple[int, Path]], into: Path
) -> dict[int, int]:
    """Write the table, later rows before earlier of the same key; return how many rows of each source stand."""
    parts = " UNION ALL BY NAME ".join(
        f"SELECT *, {number} AS _source, file_row_number AS _row FROM read_parquet('{_quoted(_file(folder, table.name))}', "
        "file_row_number = true)"
        for number, folder in having
    )
    key = ", ".join(f'"{column}"' for column in table.key)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE united AS SELECT * FROM ({parts}) "
        f"QUALIFY _source = max(_source) OVER (PARTITION BY {key})"
    )
    out = _quoted(into / f"{table.name}.parquet")
    connection.execute(
        f"COPY (SELECT * EXCLUDE (_source, _row, file_row_number) FROM united ORDER BY _source, _row) "
        f"TO '{out}' (FORMAT parquet, COMPRESSION zstd)"
    )
    found = dict(connection.execute("SELECT _source, count(*) FROM united GROUP BY _source").fetchall())
    connection.execute("DROP TABLE united")
    return found


def _agencies(connection: duckdb.DuckDBPyConnection, folder: Path) -> frozenset[str]:
    """The agencies that a source tells of: those it lists, else those it names anywhere."""
    own = _file(folder, "agencies")
    files = (
        [own]
        if own.exists()
        else [
            file
            for table in TABLES.values()
            if "agency_id" in table.names and (file := _file(folder, table.name)).exists()
        ]
    )
    found: set[str] = set()
    for file in files:
        if "agency_id" in pq.read_schema(file).names:
            query = f"SELECT DISTINCT agency_id FROM read_parquet('{_quoted(file)}') WHERE agency_id IS NOT NULL"
            found |= {row[0] for row in connection.execute(query).fetchall()}
    return frozenset(found)


def _event_types(sources: Sequence[SourceFolder]) -> list[str] | None:
    """The kinds of event that all sources of events can hold; ``None``: all kinds."""
    kinds = set(EVENT_TYPES)
    for source in sources:
        report = source.folder / REPORT
        if _file(source.folder, "events").exists() and report.exists():
            told = json.loads(report.read_text("utf-8")).get("event_types_given")
            kinds &= set(EVENT_TYPES) if told is None else set(told)
    return None if kinds == set(EVENT_TYPES) else sorted(kinds)


def _unread(connection: duckdb.DuckDBPyConnection, sources: Sequence[SourceFolder], into: Path) -> None:
    files = [source.folder / UNREAD_EVENTS for source in sources if (source.folder / UNREAD_EVENTS).exists()]
    if len(files) == 1:
        shutil.copy2(files[0], into / UNREAD_EVENTS)
    elif files:
        names = ", ".join(f"'{_quoted(file)}'" for file in files)
        connection.execute(
            f"COPY (SELECT * FROM read_parquet([{names}], union_by_name = true)) "
            f"TO '{_quoted(into / UNREAD_EVENTS)}' (FORMAT parquet)"
        )


def _file(folder: Path, table: str) -> Path:
    return folder / f"{table}.parquet"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
