"""Workbooks (XLSX, XLS, ODS): every sheet a source; damage and panics of the library become words."""

import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import python_calamine

from mingjing.facts.headers import HEADER_ROWS, HeaderScore, find_header, name_headers
from mingjing.facts.packages import BROKEN_ZIP, Limits, check_package, magic_of
from mingjing.facts.problems import IGNORED_SHEETS
from mingjing.facts.rows import (
    ROWS_A_BATCH,
    Batch,
    PackageTooLargeError,
    Refused,
    Source,
    UnreadableFileError,
    address_space,
    batch_of_rows,
)


def _cell_text(value: Any) -> str:
    """Write a cell of a workbook as text; a whole number without its point, a midnight as a bare date."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date | time | timedelta | int):
        return str(value)
    return "" if value is None else str(value)


def _workbook_budget(limits: Limits) -> int:
    """A workbook is loaded whole: allow less where the process itself is held short."""
    allowed = address_space()
    return limits.workbook_bytes if allowed is None else min(limits.workbook_bytes, allowed // 4)


def open_workbook(name: str, path: Path, score: HeaderScore, limits: Limits, refused: list[Refused]) -> list[Source]:
    damaged = f"工作簿“{name}”已损坏或者不完整，请用表格软件打开后另存为 xlsx 再发送。"
    budget = _workbook_budget(limits)
    if magic_of(path).startswith(b"PK"):
        try:
            with zipfile.ZipFile(path) as package:
                check_package(name, package.infolist(), limits, budget)
        except BROKEN_ZIP as error:
            raise UnreadableFileError(damaged) from error
    elif path.stat().st_size > budget // 4:
        raise PackageTooLargeError(f"工作簿“{name}”太大，请改用 CSV 或 Parquet。")
    try:
        book = _guarded(lambda: python_calamine.CalamineWorkbook.from_path(str(path)), damaged)
    except python_calamine.PasswordError as error:
        raise UnreadableFileError(f"工作簿“{name}”有密码，请去掉密码后重发。") from error
    sources = []
    for sheet_name in book.sheet_names:
        if sheet_name in IGNORED_SHEETS:
            continue
        try:
            source = _open_sheet(name, path, book, sheet_name, score, damaged)
        except UnreadableFileError as error:
            refused.append(Refused(file=f"{name}[{sheet_name}]", reason=error.message))
            continue
        if source is not None:
            sources.append(source)
    return sources


def _guarded[T](act: Callable[[], T], damaged: str) -> T:
    """Run a call of the workbook library; its errors, and the panics of its Rust core, become ours."""
    try:
        return act()
    except python_calamine.PasswordError:
        raise
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise UnreadableFileError(damaged.replace("已损坏或者不完整", "有密码或者已损坏")) from error
        raise UnreadableFileError(damaged) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise UnreadableFileError(damaged) from error
        raise


def _open_sheet(
    name: str,
    path: Path,
    book: python_calamine.CalamineWorkbook,
    sheet_name: str,
    score: HeaderScore,
    damaged: str,
) -> Source | None:
    def load() -> python_calamine.CalamineSheet:
        return _guarded(lambda: book.get_sheet_by_name(sheet_name), damaged)

    sheet = load()
    if sheet.total_height == 0:
        return None
    first = 1
    top: list[list[str]] = []
    for row in sheet.iter_rows():
        top.append([_cell_text(cell).strip() for cell in row])
        if len(top) >= HEADER_ROWS:
            break
    if not any(any(row) for row in top):
        return None
    at = find_header(top, score)
    cells = top[at]
    while cells and not cells[-1]:
        cells = cells[:-1]
    headers = name_headers(cells)
    width = len(headers)

    def batches() -> Iterator[Batch]:
        rows: list[list[str]] = []
        numbers: list[int] = []
        for number, row in enumerate(load().iter_rows(), start=first):
            if number <= at + 1:
                continue
            values = [_cell_text(cell) for cell in row[:width]]
            values.extend([""] * (width - len(values)))
            rows.append(values)
            numbers.append(number)
            if len(rows) >= ROWS_A_BATCH:
                yield batch_of_rows(headers, rows, numbers, [])
                rows, numbers = [], []
        if rows:
            yield batch_of_rows(headers, rows, numbers, [])

    return Source(file=name, sheet=sheet_name, name=sheet_name, headers=headers, batches=batches, path=path)
