"""Reads a file into rows of a register, cell by cell, with every trouble named: row, column, value, why, what to do."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from mingjing.facts.cast import cast_column, clean
from mingjing.facts.problems import REASON_HEADER
from mingjing.facts.rows import EXAMPLE_MARK, Batch, UnreadableFileError, header_key
from mingjing.facts.schema import Column, Table
from mingjing.facts.sources import open_sources
from mingjing.kernel.errors import DomainError

MOST_ROWS: Final = 200_000
"""A sheet with more is to be split: nobody corrects so many rows at once."""


class SheetError(DomainError):
    """A file that is no sheet of this register."""

    code = "registry.sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing wrong: the row of the file, the column, the value found, why it is wrong, what to do."""

    row: int
    label: str
    value: str
    why: str
    remedy: str

    def plain(self) -> dict[str, Any]:
        """Return it for keeping."""
        return {"row": self.row, "label": self.label, "value": self.value, "why": self.why, "remedy": self.remedy}


@dataclass(slots=True, kw_only=True)
class Line:
    """A row: its number in the file, the cells as they stood, the values, what is wrong."""

    row: int
    cells: dict[str, str]
    values: dict[str, Any]
    troubles: list[Trouble] = field(default_factory=list)

    def add(self, label: str, why: str, remedy: str) -> None:
        """Note something wrong."""
        value = self.cells.get(label, "")
        self.troubles.append(Trouble(row=self.row, label=label, value=value[:200], why=why, remedy=remedy))


def read_sheet(
    path: Path,
    table: Table,
    *,
    only: str = "",
    progress: Callable[[int, int, str], None] = lambda _done, _of, _words: None,
) -> list[Line]:
    """
    Read the first sheet of a file that has the columns of a register; all that an entry needs, or ``only`` this one.

    :raises SheetError: if no sheet has them, or there are too many rows
    """
    accepted = {
        header_key(name): column for column in table.columns for name in (*column.aliases, column.label, column.name)
    }
    with tempfile.TemporaryDirectory() as scratch:
        try:
            sources, refused = open_sources(
                path, Path(scratch), lambda cells: sum(header_key(cell) in accepted for cell in cells)
            )
        except UnreadableFileError as error:
            raise SheetError(error.message) from error
        best = max(sources, key=lambda source: _known(source.headers, accepted), default=None)
        if best is None or not _known(best.headers, accepted):
            why = "；".join(each.reason for each in refused)
            raise SheetError(f"文件里没有“{table.label}”的列。请用下载的模板填写。{why}")
        columns: dict[str, Column] = {}
        for header in best.headers:
            column = accepted.get(header_key(header))
            if column is not None and column not in columns.values():
                columns[header] = column
        needed = [column for column in table.columns if (column.name == only if only else column.required)]
        lacking = [column.label for column in needed if column not in columns.values()]
        if lacking:
            remedy = "请给这一列加上这个列名。" if only else "请用下载的模板填写。"
            raise SheetError(f"文件缺少必填的列：{'、'.join(lacking)}。{remedy}")
        lines: list[Line] = []
        for batch in best.batches():
            lines.extend(_lines(batch, columns))
            if len(lines) > MOST_ROWS:
                raise SheetError(f"一次最多导入{MOST_ROWS:,}行，请分成几个文件。")
            progress(len(lines), 0, "正在读取")
        return lines


def _known(headers: tuple[str, ...], accepted: Mapping[str, Column]) -> int:
    return sum(header_key(header) in accepted for header in headers)


def _lines(batch: Batch, columns: Mapping[str, Column]) -> Iterator[Line]:
    texts = {header: clean(batch.columns[header]).to_pylist() for header in columns}
    values: dict[str, list[Any]] = {}
    flaws: dict[int, list[tuple[str, str, str]]] = {}
    for header, column in columns.items():
        cast = cast_column(column, clean(batch.columns[header]))
        values[column.name] = cast.values[column.name].to_pylist()
        for flaw in cast.flaws:
            flaws.setdefault(flaw.index, []).append((column.label, flaw.reason, flaw.remedy))
    first = next(iter(columns))
    for index, number in enumerate(batch.rows.tolist()):
        cells = {column.label: texts[header][index] or "" for header, column in columns.items()}
        if not any(cells.values()) or str(texts[first][index] or "").startswith(EXAMPLE_MARK):
            continue
        line = Line(row=number, cells=cells, values={name: values[name][index] for name in values})
        for label, why, remedy in flaws.get(index, ()):
            line.add(label, why, remedy)
        told = {label for label, _, _ in flaws.get(index, ())}
        for column in columns.values():
            if column.required and line.values[column.name] is None and column.label not in told:
                line.add(column.label, f"“{column.label}”必填，这一格是空的。", "请补填。")
        line.values = {name: value for name, value in line.values.items() if value is not None}
        yield line
    for broken in batch.malformed:
        yield Line(
            row=broken.row,
            cells={},
            values={},
            troubles=[
                Trouble(row=broken.row, label="", value=broken.text[:200], why=broken.reason, remedy="请补齐这一行。")
            ],
        )


def write_sheet(path: Path, table: Table, rows: list[dict[str, Any]], *, guide: bool = False) -> None:
    """Write a workbook of a register: headers, lists to choose from, rows; with ``guide`` an example row."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#E7EDF5", "border": 1, "text_wrap": True, "valign": "vcenter"})
    need = book.add_format({"bold": True, "bg_color": "#CFE0F4", "border": 1, "text_wrap": True, "valign": "vcenter"})
    grey = book.add_format({"font_color": "#7F7F7F", "italic": True})
    page = book.add_worksheet(table.label)
    page.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        mark = "*" if column.required else ""
        page.write_string(0, place, f"{mark}{column.label}", need if column.required else head)
        note = column.description or ("日期写 2026-09-25。" if column.type.value == "date" else "")
        if column.codes:
            note = "可填：" + "、".join(column.codes.values())
            page.data_validation(1, place, 5000, place, {"validate": "list", "source": list(column.codes.values())})
        if note:
            page.write_comment(0, place, note)
        page.set_column(place, place, 18)
        if guide:
            shown = next(iter(column.codes.values())) if column.codes else column.description or "示例"
            page.write_string(1, place, f"{EXAMPLE_MARK}{shown}" if place == 0 else shown, grey)
    for line, row in enumerate(rows, start=1):
        for place, column in enumerate(table.columns):
            shown = cell_text(column, row.get(column.name))
            if shown:
                page.write_string(line, place, shown)
    book.close()


def cell_text(column: Column, value: object) -> str:
    """Write a value as a cell of the sheet, so that it is read back as it was."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, date):
        return value.isoformat()
    if column.codes and str(value) in column.codes:
        return column.codes[str(value)]
    return str(value)


def write_bad_rows(path: Path, table: Table, lines: list[Line]) -> None:
    """Write the rows that were sent back: as they stood, bad cells marked, the reasons at the end; to correct and upload."""
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#E7EDF5", "border": 1})
    marked = book.add_format({"bg_color": "#FFE08A", "border": 1})
    why = book.add_format({"font_color": "#9C0006", "text_wrap": True})
    page = book.add_worksheet(table.label)
    page.freeze_panes(1, 0)
    labels = [column.label for column in table.columns]
    for place, label in enumerate((*labels, REASON_HEADER)):
        page.write_string(0, place, label, head)
    page.set_column(0, len(labels) - 1, 16)
    page.set_column(len(labels), len(labels), 70)
    for at, line in enumerate(lines, start=1):
        bad = {trouble.label for trouble in line.troubles}
        for place, label in enumerate(labels):
            shown = line.cells.get(label, "")
            if shown or label in bad:
                page.write_string(at, place, shown, marked if label in bad else None)
        said = "；".join(f"{one.label}：{one.why}{one.remedy}" for one in line.troubles)
        page.write_string(at, len(labels), f"原第{line.row}行：{said}"[:32_000], why)
    book.close()
