"""A register of units from a small table: 单位名称, 别名, 所属组, 启用日期, 停用日期."""

import csv
import io
import re
from datetime import date
from pathlib import Path
from typing import Final

from mingjing.contexts.plans.documents.opening import open_document
from mingjing.contexts.plans.documents.text import decode
from mingjing.domain.plans.model import Table
from mingjing.domain.plans.register import Entry, Register
from mingjing.facts.rows import UnreadableFileError
from mingjing.facts.text import UnreadableValueError, parse_date

_COLUMNS: Final = {
    "单位名称": "name", "名称": "name", "单位": "name", "别名": "aliases", "简称": "aliases", "所属组": "groups",
    "所属群组": "groups", "启用日期": "starts_on", "停用日期": "ends_on",
}  # fmt: skip


def read_register(path: Path) -> Register:
    """
    Read a register of units from CSV or XLSX.

    :raises UnreadableFileError: if the file has no column 单位名称, or a date is none
    """
    rows = _rows(path)
    at = next(
        (number for number, row in enumerate(rows[:5]) if "name" in {_COLUMNS.get(cell.strip()) for cell in row}), None
    )
    if at is None:
        raise UnreadableFileError(f"单位名册“{path.name}”里没有“单位名称”一栏。")
    fields = [_COLUMNS.get(cell.strip(), "") for cell in rows[at]]
    entries = []
    for number, row in enumerate(rows[at + 1 :], at + 2):
        values = {one: cell.strip() for one, cell in zip(fields, row, strict=False) if one}
        if values.get("name"):
            entries.append(_entry(path, number, values))
    if not entries:
        raise UnreadableFileError(f"单位名册“{path.name}”里没有单位。")
    return Register(tuple(entries))


def _rows(path: Path) -> list[list[str]]:
    if path.suffix.lower() == ".csv" and path.is_file():
        text = decode(path.name, path.read_bytes())
        return [row for row in csv.reader(io.StringIO(text)) if any(row)]
    document = open_document(path)
    return [[cell.text for cell in row] for block in document.blocks if isinstance(block, Table) for row in block.rows]


def _entry(path: Path, number: int, values: dict[str, str]) -> Entry:
    return Entry(
        name=values["name"],
        aliases=_list(values.get("aliases", "")),
        groups=_list(values.get("groups", "")),
        starts_on=_date(path, number, values.get("starts_on", "")),
        ends_on=_date(path, number, values.get("ends_on", "")),
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[、，,；;|/]", text) if part.strip())


def _date(path: Path, number: int, text: str) -> date | None:
    if not text:
        return None
    try:
        return parse_date(text)
    except UnreadableValueError as error:
        raise UnreadableFileError(f"单位名册“{path.name}”第 {number} 行的“{text}”不是日期。") from error
