"""Standard Parquet: what is in this form already is taken as it is, and only its schema is looked at."""

import os
import shutil
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from mingjing.facts.cast import arrow_schema
from mingjing.facts.report import ReadReport, TableReport
from mingjing.facts.schema import TABLES, ColumnType

GIVEN: Final = b"mingjing.given"
"""The key of the file metadata that names the columns the sender gave."""


def inspect_standard(path: Path) -> ReadReport | None:
    """
    Return the report of a folder (or one file) that is standard Parquet already, or ``None`` when it is not.

    Only the schemas are looked at: every table's file must hold columns of the standard with exactly their types, among
    them the required ones. Other Parquet and JSON files beside them are named in the notes and left aside.
    """
    notes: list[str] = []
    if path.is_dir():
        entries = [entry for entry in sorted(path.iterdir()) if not entry.name.startswith(".")]
        files = [entry for entry in entries if entry.suffix == ".parquet" and entry.stem in TABLES]
        aside = [entry for entry in entries if entry not in files and not _is_own(entry)]
        # What stands beside the tables is told and left aside, unless it may hold more facts.
        if any(entry.is_dir() or entry.suffix not in (".parquet", ".json") for entry in aside):
            return None
        notes = [f"“{entry.name}”不是数据标准的表，没有读入。" for entry in aside]
    else:
        files = [path] if path.suffix == ".parquet" else []
    tables: dict[str, TableReport] = {}
    for file in files:
        found = _standard_table(file)
        if found is None:
            return None
        tables[found.name] = found
    if not tables:
        return None
    ordered = {name: tables[name] for name in TABLES if name in tables}
    return ReadReport(
        folder=path if path.is_dir() else path.parent,
        input=path.name,
        is_standard_input=True,
        tables=ordered,
        notes=tuple(notes),
    )


def _is_own(file: Path) -> bool:
    """Whether an earlier reading wrote this file beside its tables."""
    return file.name in ("read_report.json", "bad_rows.xlsx", "bad_cells.parquet") or ".extra" in file.name


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


def link_standard(report: ReadReport, into: Path) -> None:
    """Bring the files over without rewriting them: as links where the disk allows, else as copies."""
    for table in report.tables.values():
        source, target = report.folder / table.files[0], into / f"{table.name}.parquet"
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
