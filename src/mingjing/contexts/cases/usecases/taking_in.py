"""Files of any layout that facts are read from (CSV, workbooks, Parquet, a zip) come in as cases; what does not, is told."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import xlsxwriter

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.cases.usecases.base import CaseError
from mingjing.contexts.cases.usecases.import_facts import Imported, import_cases
from mingjing.facts.read import Progress, read_facts

BAD_ROWS: Final = "bad_rows.xlsx"
NEEDED: Final = ("cases", "events")

type Tell = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What came of files: the cases, what the reading found wrong with rows, and those rows as a workbook."""

    cases: Imported
    problems: int
    bad_rows: bytes = b""

    @property
    def words(self) -> str:
        """Say it in a sentence."""
        said = f"导入 {self.cases.taken} 件"
        said += f"，此前已有 {self.cases.known} 件" if self.cases.known else ""
        said += f"，未导入 {len(self.cases.refused)} 件" if self.cases.refused else ""
        said += f"，读取时发现数据问题 {self.problems} 处" if self.problems else ""
        return f"{said}。"


def take_in(*, actor: Actor, at: datetime, path: Path, tell: Tell = lambda _done, _of, _words: None) -> TakenIn:
    """
    Read a file, folder or zip as facts and take its cases in.

    :raises NothingReadableError: if not one table could be read
    :raises CaseError: if there are no cases, or no steps of cases, among the tables
    :raises ForbiddenError: if the actor may import nowhere
    """

    def reading(one: Progress) -> None:
        tell(round(40 * one.sources_done / max(one.sources, 1)), 100, f"正在读取：{one.file}")

    with TemporaryDirectory(prefix="mingjing-cases-") as folder:
        out = Path(folder) / "facts"
        report = read_facts(path, out, progress=reading)
        if missing := [name for name in NEEDED if name not in report.tables]:
            labels = {"cases": "案件（cases）", "events": "办案环节（events）"}
            raise CaseError(f"文件里没有{'、'.join(labels[one] for one in missing)}表，不能导入。列名见数据标准。")
        made = import_cases(
            actor=actor,
            at=at,
            folder=out,
            tell=lambda done, of: tell(40 + round(60 * done / max(of, 1)), 100, f"正在导入：{done}/{of} 件"),
        )
        kept = out / BAD_ROWS
        return TakenIn(cases=made, problems=report.problem_total, bad_rows=kept.read_bytes() if kept.is_file() else b"")


def refused_book(made: Imported) -> bytes:
    """Write the cases that were not taken in as a workbook: the id and why, to correct and import again."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_urls": False, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("没有导入的案件")
        bold = book.add_format({"bold": True, "border": 1})
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 80)
        for at, text in enumerate(("案件编码", "原因")):
            sheet.write_string(0, at, text, bold)
        for line, (code, why) in enumerate(made.refused, start=1):
            sheet.write_string(line, 0, code)
            sheet.write_string(line, 1, why)
    return buffer.getvalue()
