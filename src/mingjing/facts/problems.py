"""
What was wrong in the files, cell by cell, in bounded memory.

Every problem is written to ``bad_cells.parquet`` as it is found. The first few thousand are also kept for the report
and for ``bad_rows.xlsx``, the workbook that goes back to the sender; whatever is beyond that is counted and said.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from mingjing.facts.schema import TABLES

KEPT_PROBLEMS: Final = 10_000
KEPT_ROWS: Final = 5_000
KEPT_CHARACTERS: Final = 20_000_000
_FLUSH: Final = 20_000
_LONGEST_VALUE: Final = 500
_LONGEST_CELL: Final = 32_000
REASON_HEADER: Final = "退回原因"
PROBLEM_SHEET: Final = "问题清单"
NOTE_SHEET: Final = "说明"
IGNORED_SHEETS: Final = frozenset({PROBLEM_SHEET, NOTE_SHEET, "代码表", "填写说明"})


class ProblemKind(StrEnum):
    """What kind of trouble it is; the label says what became of the row."""

    UNREADABLE = "unreadable"
    REQUIRED = "required"
    MALFORMED = "malformed"
    SET_ASIDE = "set_aside"
    WRONG_NUMBER = "wrong_number"
    CONFLICT = "conflict"
    UNKNOWN_CODE = "unknown_code"
    DUPLICATE_KEY = "duplicate_key"
    DUPLICATE_NUMBER = "duplicate_number"
    ORPHAN = "orphan"


KIND_LABELS: Final[Mapping[ProblemKind, str]] = {
    ProblemKind.UNREADABLE: "读不懂（该格留空）",
    ProblemKind.REQUIRED: "缺必填内容或者必填内容读不懂（整行未读入）",
    ProblemKind.MALFORMED: "行残缺（整行未读入）",
    ProblemKind.SET_ASIDE: "按映射不读入（整行未读入）",
    ProblemKind.WRONG_NUMBER: "号码有误（照录）",
    ProblemKind.CONFLICT: "前后矛盾（该格留空）",
    ProblemKind.UNKNOWN_CODE: "代码表以外的值（照录）",
    ProblemKind.DUPLICATE_KEY: "编码重复（照录）",
    ProblemKind.DUPLICATE_NUMBER: "文号重复（照录）",
    ProblemKind.ORPHAN: "引用的行不存在（照录）",
}
ROW_LOST: Final = frozenset({ProblemKind.REQUIRED, ProblemKind.MALFORMED, ProblemKind.SET_ASIDE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong: the file and row to look at, the value found, why it is wrong and what to do."""

    kind: ProblemKind
    file: str
    row: int | None
    table: str
    column: str
    value: str | None
    reason: str
    remedy: str

    @property
    def place(self) -> str:
        """Say where it is, in Chinese."""
        row = f"第 {self.row} 行" if self.row is not None else ""
        column = f"“{self.column}”列" if self.column else ""
        return f"{self.file}{row}{column}"


@dataclass(slots=True, kw_only=True)
class RejectedRow:
    """A row that was left out, as it stood in its source, with the reason at each bad column."""

    file: str
    row: int
    cells: dict[str, str]
    reasons: dict[str, str]


@dataclass(slots=True)
class _Sheet:
    headers: tuple[str, ...]
    rows: list[RejectedRow] = field(default_factory=list)


_ARROW: Final = pa.schema(
    [
        ("kind", pa.string()),
        ("file", pa.string()),
        ("row", pa.int64()),
        ("table", pa.string()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
        ("remedy", pa.string()),
    ]
)


class Problems:
    """Collects problems and rejected rows; a context manager over its Parquet file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.total = 0
        self.kept: list[Problem] = []
        self.counts: Counter[tuple[str, str, ProblemKind]] = Counter()
        self.rejected_total = 0
        self._rejected_kept = 0
        self._characters = 0
        self._sheets: dict[tuple[str, str], _Sheet] = {}
        self._buffer: list[dict[str, Any]] = []
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._flush()
        if self._writer is not None:
            self._writer.close()

    def add(self, problem: Problem, *, count: int = 1) -> None:
        """Take one problem; ``count`` where it stands for several of its kind."""
        self.total += count
        self.counts[problem.table, problem.column, problem.kind] += count
        if len(self.kept) < KEPT_PROBLEMS:
            self.kept.append(problem)
        entry = asdict(problem)
        entry["kind"] = problem.kind.value
        if problem.value is not None and len(problem.value) > _LONGEST_VALUE:
            entry["value"] = problem.value[:_LONGEST_VALUE] + "…"
        self._buffer.append(entry)
        if len(self._buffer) >= _FLUSH:
            self._flush()

    def _flush(self) -> None:
        if not self._buffer:
            return
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.folder / "bad_cells.parquet", _ARROW, compression="zstd")
        self._writer.write_table(pa.Table.from_pylist(self._buffer, schema=_ARROW))
        self._buffer.clear()

    @property
    def has_room(self) -> bool:
        """Say whether another rejected row would still be kept for the workbook."""
        return self._rejected_kept < KEPT_ROWS and self._characters < KEPT_CHARACTERS

    def reject(self, source: str, sheet: str, headers: tuple[str, ...], row: RejectedRow) -> None:
        """Keep one left-out row for the workbook, in the columns of its source."""
        if not self.has_room:
            return
        self._rejected_kept += 1
        self._characters += sum(map(len, row.cells.values()))
        self._sheets.setdefault((source, sheet), _Sheet(headers)).rows.append(row)

    def write_workbook(self, path: Path) -> bool:
        """
        Write the workbook for the sender, if there is anything to say.

        One sheet per source with the rows that were left out: same columns, bad cells marked, the reason at the end.
        Corrected, it can be read like the original. A last sheet lists every bad cell.
        """
        if not self.total:
            return False
        book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
        head = book.add_format({"bold": True, "bg_color": "#E7EDF5", "border": 1, "text_wrap": True, "valign": "top"})
        bad = book.add_format({"bg_color": "#FFE08A", "border": 1})
        why = book.add_format({"font_color": "#9C0006", "text_wrap": True})
        taken: set[str] = set()
        for (_, name), sheet in self._sheets.items():
            page = book.add_worksheet(_sheet_name(name, taken))
            page.freeze_panes(1, 0)
            for column, header in enumerate((*sheet.headers, REASON_HEADER)):
                page.write_string(0, column, header, head)
            page.set_column(0, len(sheet.headers) - 1, 16)
            page.set_column(len(sheet.headers), len(sheet.headers), 60)
            for line, row in enumerate(sheet.rows, start=1):
                for column, header in enumerate(sheet.headers):
                    text = row.cells.get(header, "")
                    marked = bad if header in row.reasons else None
                    if text or marked:
                        page.write_string(line, column, text[:_LONGEST_CELL], marked)
                said = "；".join(reason for reason in dict.fromkeys(row.reasons.values()))
                page.write_string(line, len(sheet.headers), f"{row.file} 第 {row.row} 行：{said}"[:_LONGEST_CELL], why)
        self._write_list(book, head)
        book.close()
        return True

    def _write_list(self, book: xlsxwriter.Workbook, head: Any) -> None:
        page = book.add_worksheet(PROBLEM_SHEET)
        page.freeze_panes(1, 0)
        for column, (header, width) in enumerate(
            (("文件", 24), ("行", 8), ("表", 12), ("列", 18), ("原值", 30), ("问题", 24), ("原因", 50), ("怎样改", 50))
        ):
            page.write_string(0, column, header, head)
            page.set_column(column, column, width)
        for line, problem in enumerate(self.kept, start=1):
            page.write_string(line, 0, problem.file)
            if problem.row is not None:
                page.write_number(line, 1, problem.row)
            for column, text in enumerate(
                (
                    table_label(problem.table),
                    problem.column,
                    problem.value or "",
                    KIND_LABELS[problem.kind],
                    problem.reason,
                    problem.remedy,
                ),
                start=2,
            ):
                page.write_string(line, column, text[:_LONGEST_CELL])
        notes = self.notes()
        for offset, note in enumerate(notes):
            page.write_string(len(self.kept) + 2 + offset, 0, note)

    def notes(self) -> tuple[str, ...]:
        """Say what the workbook does not show."""
        notes = []
        if self.total > len(self.kept):
            notes.append(f"共有 {self.total} 处问题，这里只列前 {len(self.kept)} 处；全部见 bad_cells.parquet。")
        if self.rejected_total > self._rejected_kept:
            notes.append(
                f"共有 {self.rejected_total} 行未读入，工作簿只附前 {self._rejected_kept} 行；其余各行的文件和行号见 "
                "bad_cells.parquet。"
            )
        return tuple(notes)


def table_label(name: str) -> str:
    """Return the Chinese label of a table, or the name itself."""
    return TABLES[name].label if name in TABLES else name


def _sheet_name(name: str, taken: set[str]) -> str:
    """Make a name that a workbook allows and that is not taken."""
    base = "".join("_" if character in "[]:*?/\\'" else character for character in name)[:31] or "表"
    candidate, number = base, 2
    while candidate.casefold() in taken or candidate in IGNORED_SHEETS:
        suffix = f"_{number}"
        candidate, number = base[: 31 - len(suffix)] + suffix, number + 1
    taken.add(candidate.casefold())
    return candidate


def by_count(counts: Mapping[tuple[str, str, ProblemKind], int]) -> Iterable[tuple[str, str, ProblemKind, int]]:
    """List what went wrong, the most frequent first."""
    for (table, column, kind), count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])):
        yield table, column, kind, count
