"""Standard Parquet: what is in this form already is taken as it is; its schema and the bounds of its values are looked at."""

import os
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from mingjing.facts.cast import arrow_schema
from mingjing.facts.layout import table_named
from mingjing.facts.packages import UNREAD_EVENTS, is_wanted
from mingjing.facts.report import ReadReport, TableReport
from mingjing.facts.schema import TABLES, Column, ColumnType, Table
from mingjing.facts.text import FAR_FUTURE, FIRST_DAY, LAST_DAY, MOST_FEN

GIVEN: Final = b"mingjing.given"
"""The key of the file metadata that names the columns the sender gave."""

_BOUNDED: Final = frozenset({ColumnType.DATE, ColumnType.MOMENT, ColumnType.FEN})
_COMPANIONS: Final = frozenset({".json", ".md", ".log", ".parquet"})
"""Files of these kinds beside the tables are notes of the sender, unless they are named after a table."""


def inspect_standard(path: Path) -> ReadReport | None:
    """
    Return the report of a folder (or one file) that is standard Parquet already, or ``None`` when it is not.

    Only schemas and bounds are looked at: every file must be named after a table and hold columns of the standard with
    exactly their types, among them the required ones, with days and amounts that can be meant.
    """
    notes = []
    files = [path]
    if path.is_dir():
        files = []
        for entry in sorted(path.iterdir()):
            if not is_wanted(entry.name):
                continue
            if entry.suffix in _COMPANIONS and entry.is_file() and table_named(entry.stem) is None:
                notes.append(f"“{entry.name}”不是数据表，未读入。")
            else:
                files.append(entry)
    tables: dict[str, TableReport] = {}
    for file in files:
        found = _standard_table(file) if file.suffix == ".parquet" and file.is_file() else None
        if found is None:
            return None
        tables[found.name] = found
    if not tables:
        return None
    return ReadReport(
        folder=path if path.is_dir() else path.parent,
        input=path.name,
        is_standard_input=True,
        tables={name: tables[name] for name in TABLES if name in tables},
        notes=tuple(notes),
    )


def _standard_table(file: Path) -> TableReport | None:
    table = TABLES.get(file.stem)
    if table is None:
        return None
    try:
        metadata = pq.read_metadata(file)
        schema = metadata.schema.to_arrow_schema()
    except (pa.ArrowException, OSError, ValueError):
        return None
    standard = arrow_schema(table)
    for entry in schema:
        if entry.name not in standard.names or standard.field(entry.name).type != entry.type:
            return None
    if not set(table.required) <= set(schema.names):
        return None
    moments = {column.name for column in table.columns if column.type is ColumnType.MOMENT}
    if any(f"{name}_has_time" not in schema.names for name in moments & set(schema.names)):
        return None
    if not _is_plausible(table, metadata):
        return None
    told = (metadata.metadata or {}).get(GIVEN)
    given = set(told.decode().split("|")) if told is not None else set(schema.names)
    rows = metadata.num_rows
    return TableReport(
        name=table.name,
        label=table.label,
        rows_read=rows,
        rows_kept=rows,
        rows_left_out=0,
        rows_merged=0,
        missing_columns=tuple(name for name in table.names if name not in given),
        unknown_columns=(),
        files=(file.name,),
    )


def _is_plausible(table: Table, metadata: pq.FileMetaData) -> bool:
    """
    Say whether days and amounts lie where they can be meant, by the bounds that the file states.

    A file with others is read cell by cell, so that each of them is named and kept out of the engine's arithmetic.
    """
    checked = {column.name: column for column in table.columns if column.type in _BOUNDED}
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        for place in range(group.num_columns):
            cell = group.column(place)
            column = checked.get(cell.path_in_schema)
            if column is None or cell.statistics is None or not cell.statistics.has_min_max:
                continue
            try:
                low, high = cell.statistics.min, cell.statistics.max
            except (ValueError, OverflowError):  # a day before the year 1 or after 9999
                return False
            if column.type is ColumnType.FEN:
                if low < 0 or high > MOST_FEN:
                    return False
            elif _day(low) < FIRST_DAY or (_day(high) > LAST_DAY and not _is_endless(column, high)):
                return False
    return True


def _is_endless(column: Column, value: date) -> bool:
    return value == FAR_FUTURE and column.name.endswith("until")


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def link_standard(report: ReadReport, into: Path) -> None:
    """Bring the files over without rewriting them: as links where the disk allows, else as copies."""
    pairs = [(report.folder / table.files[0], into / f"{table.name}.parquet") for table in report.tables.values()]
    if "events" in report.tables and (report.folder / UNREAD_EVENTS).is_file():
        pairs.append((report.folder / UNREAD_EVENTS, into / UNREAD_EVENTS))
    for source, target in pairs:
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
