"""Finds out what a source is: a table of the standard by its name and headers, or the work of a known mapping."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from mingjing.facts.mapping import FieldMapping, built_in
from mingjing.facts.problems import REASON_HEADER
from mingjing.facts.rows import Source, UnreadableFileError, header_key, unit_in_header, without_unit
from mingjing.facts.schema import TABLES, Column, ColumnType, Table

LEAST_HEADERS: Final = 3
"""So many known headers at least show what a nameless source is."""

GENERATED: Final = {"events": "event_id"}
"""The ids that a table may lack: they are made from file and row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the headers of a source fall on the columns of a standard table."""

    table: Table
    headers: Mapping[str, str]
    units: Mapping[str, str]
    companions: Mapping[str, str]
    unknown: tuple[str, ...]

    @property
    def lacks(self) -> tuple[str, ...]:
        """The required columns that no header gives."""
        generated = GENERATED.get(self.table.name)
        return tuple(name for name in self.table.required if name not in self.headers and name != generated)


def _accepted(table: Table) -> dict[str, Column]:
    return {
        header_key(header): column
        for column in table.columns
        for header in (*column.aliases, column.label, column.name)
    }


_ACCEPTED: Final = {name: _accepted(table) for name, table in TABLES.items()}


def lay_out(table: Table, headers: Sequence[str]) -> Layout:
    accepted = _ACCEPTED[table.name]
    found: dict[str, str] = {}
    units: dict[str, str] = {}
    companions: dict[str, str] = {}
    unknown: list[str] = []
    for header in headers:
        key = header_key(header)
        column = accepted.get(key) or accepted.get(without_unit(header))
        base = accepted.get(key.removesuffix("_has_time")) if key.endswith("_has_time") else None
        if column is not None and column.name not in found:
            if (unit := unit_in_header(header)) and key not in accepted:
                if column.type is not ColumnType.FEN:
                    unknown.append(header)
                    continue
                units[column.name] = unit
            found[column.name] = header
        elif base is not None and base.type is ColumnType.MOMENT:
            companions[base.name] = header
        elif key != REASON_HEADER:
            unknown.append(header)
    return Layout(table=table, headers=found, units=units, companions=companions, unknown=tuple(unknown))


_ALL_KEYS: Final = frozenset(key for accepted in _ACCEPTED.values() for key in accepted)


def header_score(cells: Sequence[str]) -> int:
    """Count the cells that are headers of any table or mapping."""
    keys = {header_key(cell) for cell in cells if cell}
    bare = {without_unit(cell) for cell in cells if cell}
    mapped = max((len(mapping.resolve(cells)) for mapping in built_in()), default=0)
    return max(len((keys | bare) & _ALL_KEYS), mapped)


def table_named(name: str) -> Table | None:
    """Find the table that a file or sheet is named after: cases, 案件, cases_2024, 01案件表, 案件(2), 案件-某局."""
    plain = re.sub(r"^[\d\s._-]+", "", header_key(name))
    parts = [part for part in re.split(r"[\s._()-]+", plain) if part]
    for candidate in (plain, re.sub(r"[\d\s._()年月日-]+$", "", plain), *parts[:1], *parts[-1:]):
        for bare in (candidate, candidate.removesuffix("表")):
            for table in TABLES.values():
                if bare in (table.name, header_key(table.label)):
                    return table
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one source will be read: as a table of the standard, or through a mapping."""

    source: Source
    layout: Layout | None = None
    mapping: FieldMapping | None = None
    note: str | None = None


def plan_source(source: Source, mapping: FieldMapping | None) -> Plan:
    """
    Decide how to read a source.

    :raises UnreadableFileError: when its headers say nothing.
    """
    if mapping is not None and mapping.matches(source.headers):
        return Plan(source=source, mapping=mapping)
    named = table_named(source.name)
    layout = lay_out(named, source.headers) if named is not None else None
    if layout is not None and not layout.lacks:
        return Plan(source=source, layout=layout)
    for candidate in built_in():
        if candidate.matches(source.headers):
            return Plan(source=source, mapping=candidate)
    if layout is not None and layout.headers:
        labels = "、".join(f"{layout.table.column(name).label}（{name}）" for name in layout.lacks)
        raise UnreadableFileError(f"“{source.place}”是“{layout.table.label}”表，但缺少必填列：{labels}。请补上后重发。")
    layouts = [lay_out(table, source.headers) for table in TABLES.values()]
    fitting = [
        found
        for found in layouts
        if not found.lacks and len(found.headers) >= LEAST_HEADERS and len(found.headers) * 2 >= len(source.headers)
    ]
    fitting.sort(key=lambda found: -len(found.headers))
    if fitting and (len(fitting) == 1 or len(fitting[0].headers) > len(fitting[1].headers)):
        note = f"“{source.place}”按列名认作“{fitting[0].table.label}”表。"
        return Plan(source=source, layout=fitting[0], note=note)
    shown = "、".join(source.headers[:8])
    raise UnreadableFileError(
        f"认不出“{source.place}”是哪张表（列名：{shown}{'……' if len(source.headers) > 8 else ''}）。"
        "请用标准表名作文件名或工作表名，或者用 --mapping 指定映射。"
    )
