"""Workbooks: every sheet a table, with its merged cells; the lines above the heads of the columns are the title."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

import python_calamine

from mingjing.domain.plans.flattened import header_fields
from mingjing.domain.plans.model import Block, Cell, Paragraph, Table
from mingjing.facts.rows import UnreadableFileError

_MAX_ROWS: Final = 20_000
_MAX_COLUMNS: Final = 60


def read_workbook(name: str, path: Path) -> tuple[list[Block], list[str]]:
    """Read an XLSX, XLS or ODS."""
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheets = [book.get_sheet_by_name(one) for one in book.sheet_names]
        blocks: list[Block] = []
        for sheet in sheets:
            blocks += _sheet(sheet)
    except python_calamine.PasswordError as error:
        raise UnreadableFileError(f"工作簿“{name}”有密码，请去掉密码后重发。") from error
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit, UnreadableFileError)):
            raise
        raise UnreadableFileError(f"工作簿“{name}”已损坏或者不完整，请用表格软件打开后另存为 xlsx 再导入。") from error
    return blocks, []


def read_numbered_rows(name: str, path: Path) -> list[tuple[int, tuple[Cell, ...]]]:
    """
    Read the first sheet row by row, each with its number as a spreadsheet shows it; blank rows are left out.

    :raises UnreadableFileError: if it is no workbook, or has no rows
    """
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        sheet = book.get_sheet_by_name(book.sheet_names[0])
        # the rows of a sheet begin with the first that is not blank
        first = sheet.start[0] if sheet.start else 0
        grid = _grid(sheet)
    except BaseException as error:
        if isinstance(error, (KeyboardInterrupt, SystemExit, UnreadableFileError)):
            raise
        raise UnreadableFileError(f"“{name}”不是可以读取的工作簿，请用表格软件打开后另存为 xlsx 再导入。") from error
    rows = [(first + at, tuple(row)) for at, row in enumerate(grid, 1) if any(cell.text.strip() for cell in row)]
    if not rows:
        raise UnreadableFileError(f"工作簿“{name}”的第一个工作表是空的。")
    return rows


def _grid(sheet: Any) -> list[list[Cell]]:
    rows = []
    for row in sheet.iter_rows():
        rows.append([_text(cell) for cell in row[:_MAX_COLUMNS]])
        if len(rows) > _MAX_ROWS:
            raise UnreadableFileError(f"工作表“{sheet.name}”超过 {_MAX_ROWS} 行，不像任务台账，未读入。")
    width = max((len(row) for row in rows), default=0)
    grid = [[Cell(text=text) for text in [*row, *[""] * (width - len(row))]] for row in rows]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        _merge(grid, top, left, bottom, right)
    while grid and not any(cell.text.strip() for cell in grid[-1]):
        grid.pop()
    return grid


def _sheet(sheet: Any) -> list[Block]:
    grid = _grid(sheet)
    width = max((len(row) for row in grid), default=0)
    used = [at for at in range(width) if any(row[at].text.strip() for row in grid)]
    table = [tuple(row[at] for at in used) for row in grid if any(cell.text.strip() for cell in row)]
    return _with_title(table)


def _merge(grid: list[list[Cell]], top: int, left: int, bottom: int, right: int) -> None:
    if top >= len(grid) or left >= len(grid[top]):
        return
    text = grid[top][left].text
    for y in range(top, min(bottom + 1, len(grid))):
        for x in range(left, min(right + 1, len(grid[y]))):
            grid[y][x] = Cell(text=text, inherited=(y, x) != (top, left))


def _with_title(rows: list[tuple[Cell, ...]]) -> list[Block]:
    out: list[Block] = []
    at = 0
    while at < min(len(rows), 8) and header_fields([cell.text for cell in rows[at] if not cell.inherited]) is None:
        at += 1
    if at >= min(len(rows), 8):
        at = 0
    for row in rows[:at]:
        out += [
            Paragraph(line)
            for line in dict.fromkeys(cell.text for cell in row if cell.text.strip() and not cell.inherited)
        ]
    if rows[at:]:
        out.append(Table(rows=tuple(rows[at:]), knows_merges=True))
    return out


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)
