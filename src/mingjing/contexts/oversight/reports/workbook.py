"""
``report.xlsx``: an overview, a sheet for each rule with findings, what was not checked, and what could not be read.

Written with constant memory. Every text goes in as a text, so that nothing in a name can become a formula.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from mingjing.contexts.oversight.reports.badrows import BadRows
from mingjing.contexts.oversight.reports.digest import Digest
from mingjing.contexts.oversight.reports.findings import Finding, FindingStore
from mingjing.contexts.oversight.reports.labels import severity_label
from mingjing.contexts.oversight.reports.result import RuleResult
from mingjing.contexts.oversight.reports.rowsheet import Cell, RowSheet
from mingjing.contexts.oversight.reports.rowsheet import cell_text as cut_text

EXCEL_ROWS: Final = 1_048_576
HEAD_ROWS: Final = 4
MAX_SHEET_NAME: Final = 31
ILLEGAL_IN_SHEET_NAME: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
OVERVIEW: Final = "总览"
UNCHECKED: Final = "未检查的规则"
BAD_DATA: Final = "数据问题"

COLUMNS: Final = (
    ("序号", 8),
    ("执法主体", 26),
    ("案号或者对象", 30),
    ("当事人", 26),
    ("程度", 7),
    ("应当", 38),
    ("实际", 44),
    ("到期日", 12),
    ("超期天数", 9),
    ("月份", 9),
    ("证据（环节、文书、音像等）", 60),
    ("对象编码", 18),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookLimits:
    """How many findings go on one sheet, and into the whole workbook; beyond that it says so."""

    sheet_findings: int = EXCEL_ROWS - HEAD_ROWS - 1
    total_findings: int = 3_000_000


class SheetNames:
    """Hands out sheet names that Excel accepts, none of them twice."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wanted: str) -> str:
        """Return the wanted name, cleaned, cut to 31 characters and made unique."""
        clean = ILLEGAL_IN_SHEET_NAME.sub(" ", wanted).strip().strip("'").strip() or "表"
        # Excel keeps the name History for itself.
        clean = f"{clean}表" if clean.casefold() == "history" else clean
        name, number = clean[:MAX_SHEET_NAME], 1
        while name.casefold() in self._taken:
            number += 1
            ending = f"({number})"
            name = clean[: MAX_SHEET_NAME - len(ending)] + ending
        self._taken.add(name.casefold())
        return name


def cell_text(text: str) -> str:
    """Fit a text into a cell; XlsxWriter would read ``<r>…</r>`` as its own markup, so that gets a blank behind it."""
    return f"{cut_text(text)} " if text.startswith("<r>") else cut_text(text)


class _Styles:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base: dict[str, Any] = {"font_name": "微软雅黑", "font_size": 10, "valign": "top"}

        def style(**extra: Any) -> Format:
            return book.add_format(base | extra)

        ink, line = "#1F3A5F", "#C9D3DF"
        self.title = style(bold=True, font_size=16, font_color=ink, valign="vcenter")
        self.subtitle = style(bold=True, font_size=12, font_color=ink)
        self.note = style(font_color="#4A5563")
        self.text = style(text_wrap=True)
        self.plain = style()
        self.head = style(bold=True, bg_color="#DFE7F1", font_color=ink, border=1, border_color=line, text_wrap=True)
        self.number = style(num_format="#,##0")
        self.share = style(num_format="0.0%")
        self.day = style(num_format="yyyy-mm-dd", align="left")
        self.link = style(font_color="#1B5FAA", underline=1)
        self.big = style(bold=True, font_size=14, num_format="#,##0", align="left")


@dataclass(frozen=True, slots=True, kw_only=True)
class _RuleSheet:
    rule: RuleResult
    name: str
    part: int
    parts: int
    findings: int
    omitted: int


class _Writer:
    def __init__(self, path: Path, digest: Digest, limits: WorkbookLimits) -> None:
        self.book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
        self.book.set_properties({"title": digest.title, "comments": "明镜自动生成，须经人工核实"})
        self.styles = _Styles(self.book)
        self.digest = digest
        self.names = SheetNames()
        for reserved in (OVERVIEW, UNCHECKED, BAD_DATA):
            self.names.take(reserved)
        self.sheets = self._plan(limits)

    def _plan(self, limits: WorkbookLimits) -> list[_RuleSheet]:
        sheets: list[_RuleSheet] = []
        left = limits.total_findings
        for one in self.digest.found:
            kept = min(one.count, left)
            left -= kept
            parts = max(1, -(-kept // limits.sheet_findings))
            for part in range(parts):
                wanted = one.rule.title if parts == 1 else f"{one.rule.title[: MAX_SHEET_NAME - 6]} {part + 1}"
                sheets.append(
                    _RuleSheet(
                        rule=one.rule,
                        name=self.names.take(wanted),
                        part=part + 1,
                        parts=parts,
                        findings=min(limits.sheet_findings, kept - part * limits.sheet_findings),
                        omitted=one.count - kept if part == parts - 1 else 0,
                    )
                )
        return sheets

    def link(self, sheet: Worksheet, row: int, column: int, target: str, words: str) -> None:
        """Link to the head of another sheet."""
        quoted = target.replace("'", "''")
        sheet.write_url(row, column, f"internal:'{quoted}'!A1", self.styles.link, words)

    def table_head(self, sheet: Worksheet, row: int, labels: Iterable[str]) -> None:
        """Write a row of headings."""
        for column, label in enumerate(labels):
            sheet.write_string(row, column, label, self.styles.head)

    def overview(self, *, bad_rows: bool) -> None:
        digest, styles = self.digest, self.styles
        sheet = self.book.add_worksheet(OVERVIEW)
        for column, width in enumerate((34, 14, 14, 14, 14, 14, 16, 34)):
            sheet.set_column(column, column, width)
        sheet.set_row(0, 30)
        sheet.write_string(0, 0, cell_text(digest.title), styles.title)
        sheet.write_string(1, 0, f"数据截至 {digest.summary.as_of}。机器发现，须经人工核实后方可认定。", styles.note)
        facts = [
            ("核对案件", digest.cases),
            ("核对行政检查", digest.inspections),
            ("检查的规则", len(digest.evaluated)),
            ("发现问题", digest.count.total),
            ("其中：重大", digest.count.fatal),
            ("其中：较重", digest.count.serious),
            ("其中：提示", digest.count.notice),
            ("涉及案件", digest.cases_found),
            ("未能检查的规则", len(digest.not_evaluated)),
        ]
        row = 3
        for label, value in facts:
            sheet.write_string(row, 0, label, styles.plain)
            if value is None:
                sheet.write_string(row, 1, "缺数据", styles.plain)
            else:
                sheet.write_number(row, 1, value, styles.big)
            row += 1
        for note in digest.notes:
            sheet.write_string(row, 0, f"注：{note}", styles.note)
            row += 1
        if digest.not_evaluated:
            self.link(sheet, row, 0, UNCHECKED, f"→ {UNCHECKED}（{len(digest.not_evaluated)}）")
            row += 1
        if bad_rows:
            self.link(sheet, row, 0, BAD_DATA, f"→ {BAD_DATA}")
            row += 1
        row = self._overview_rules(sheet, row + 1)
        self._overview_agencies(sheet, row + 1)

    def _overview_rules(self, sheet: Worksheet, row: int) -> int:
        styles = self.styles
        sheet.write_string(row, 0, "一、各条规则（点名称看明细）", styles.subtitle)
        heads = ("规则", "程度", "问题", "核对对象数", "占比", "涉及机关", "数据不足未评", "依据")
        self.table_head(sheet, row + 1, heads)
        row += 2
        by_rule: dict[str, list[_RuleSheet]] = {}
        for planned in self.sheets:
            by_rule.setdefault(planned.rule.rule_id, []).append(planned)
        for one in self.digest.evaluated:
            rule = one.rule
            first = by_rule.get(rule.rule_id, [None])[0]
            if first is None:
                sheet.write_string(row, 0, cell_text(rule.title), styles.plain)
            else:
                self.link(sheet, row, 0, first.name, rule.title[:250])
            sheet.write_string(row, 1, severity_label(rule.severity), styles.plain)
            sheet.write_number(row, 2, one.count, styles.number)
            sheet.write_number(row, 3, rule.subjects, styles.number)
            if one.share is not None:
                sheet.write_number(row, 4, one.share, styles.share)
            sheet.write_number(row, 5, one.agencies, styles.number)
            sheet.write_number(row, 6, rule.not_evaluated_subjects, styles.number)
            sheet.write_string(row, 7, cell_text(rule.basis), styles.plain)
            row += 1
        return row

    def _overview_agencies(self, sheet: Worksheet, row: int) -> None:
        styles = self.styles
        sheet.write_string(row, 0, "二、各执法主体", styles.subtitle)
        heads = ("执法主体", "案件", "有问题的案件", "占比", "问题", "其中重大", "其中较重", "不符合最多的规则")
        self.table_head(sheet, row + 1, heads)
        row += 2
        for one in self.digest.agencies[: EXCEL_ROWS - row - 1]:
            sheet.write_string(row, 0, cell_text(one.name), styles.plain)
            if one.cases is not None:
                sheet.write_number(row, 1, one.cases, styles.number)
            sheet.write_number(row, 2, one.cases_found, styles.number)
            if one.share is not None:
                sheet.write_number(row, 3, one.share, styles.share)
            sheet.write_number(row, 4, one.count.total, styles.number)
            sheet.write_number(row, 5, one.count.fatal, styles.number)
            sheet.write_number(row, 6, one.count.serious, styles.number)
            if one.top_rule:
                sheet.write_string(
                    row, 7, cell_text(f"{one.top_rule.title}（{one.top_rule_findings:,}）"), styles.plain
                )
            row += 1

    def rule_sheet(self, planned: _RuleSheet, findings: Iterator[Finding]) -> None:
        """Write one sheet of findings, taking as many from the stream as were planned for it."""
        sheet, styles, rule = self.book.add_worksheet(planned.name, RowSheet), self.styles, planned.rule
        for column, (_, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(HEAD_ROWS + 1, 3)
        sheet.autofilter(HEAD_ROWS, 0, HEAD_ROWS + max(planned.findings, 1), len(COLUMNS) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROWS)
        part = f"（第 {planned.part} 部分，共 {planned.parts} 部分）" if planned.parts > 1 else ""
        sheet.write_string(0, 0, cell_text(f"{rule.title}{part}"), styles.title)
        sheet.set_row(0, 26)
        sheet.write_string(1, 0, cell_text(f"要求：{rule.statement}"), styles.note)
        sheet.write_string(
            2, 0, cell_text(f"依据：{'；'.join(f'{b.label}（{b.gist}）' for b in rule.citations)}"), styles.note
        )
        self.link(sheet, 3, 0, OVERVIEW, f"← {OVERVIEW}")
        if planned.omitted:
            words = f"另有 {planned.omitted:,} 条没有写入本工作簿，见结果文件夹的 findings.parquet。"
            sheet.write_string(3, 2, words, styles.note)
        self.table_head(sheet, HEAD_ROWS, (label for label, _ in COLUMNS))
        plain, amount, day = styles.plain, styles.number, styles.day
        columns = (amount, plain, plain, plain, plain, plain, plain, day, amount, plain, plain, plain)
        taken = islice(findings, planned.findings)
        sheet.write_rows(HEAD_ROWS + 1, (_row(number, one) for number, one in enumerate(taken, 1)), columns)

    def unchecked(self) -> None:
        """Write what was not evaluated, why, and how to supply it."""
        sheet, styles = self.book.add_worksheet(UNCHECKED), self.styles
        for column, width in enumerate((34, 10, 46, 34, 70)):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, "没能检查的规则：不等于没有问题", styles.title)
        self.link(sheet, 1, 0, OVERVIEW, f"← {OVERVIEW}")
        self.table_head(sheet, 2, ("规则", "程度", "要求", "缺什么", "怎么补"))
        sheet.freeze_panes(3, 1)
        rows = [(rule, gap) for rule in self.digest.not_evaluated for gap in rule.gaps or (None,)]
        sheet.autofilter(2, 0, 2 + max(len(rows), 1), 4)
        for row, (rule, gap) in enumerate(rows, 3):
            sheet.write_string(row, 0, cell_text(rule.title), styles.text)
            sheet.write_string(row, 1, severity_label(rule.severity), styles.text)
            sheet.write_string(row, 2, cell_text(rule.statement), styles.text)
            sheet.write_string(row, 3, cell_text(gap.what) if gap else "没有说明", styles.text)
            sheet.write_string(row, 4, cell_text(gap.remedy) if gap else "", styles.text)

    def bad_data(self, bad: BadRows) -> None:
        """Write what the readers could not use."""
        sheet, styles = self.book.add_worksheet(BAD_DATA), self.styles
        for column, width in enumerate((22, 12, 22, 40, 70)):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, "读入时发现的数据问题", styles.title)
        self.link(sheet, 1, 0, OVERVIEW, f"← {OVERVIEW}")
        row = 3
        self.table_head(sheet, row, ("表", "读入行数", "采用行数", "重复合并行数", "未采用行数"))
        for table in bad.tables:
            row += 1
            sheet.write_string(row, 0, cell_text(table.label), styles.plain)
            for column, value in enumerate((table.read, table.kept, table.merged, table.left_out), 1):
                sheet.write_number(row, column, value, styles.number)
        for note in bad.notes:
            row += 1
            sheet.write_string(row, 0, cell_text(note), styles.note)
        row += 2
        self.table_head(sheet, row, ("表", "行", "列", "原值", "问题"))
        room = EXCEL_ROWS - row - 3
        for cell in bad.cells[:room]:
            row += 1
            sheet.write_string(row, 0, cell_text(cell.table), styles.plain)
            sheet.write_string(row, 1, cell_text(cell.row), styles.plain)
            sheet.write_string(row, 2, cell_text(cell.column), styles.plain)
            sheet.write_string(row, 3, cell_text(cell.value), styles.plain)
            sheet.write_string(row, 4, cell_text(cell.reason), styles.plain)
        if bad.cells_total > min(room, len(bad.cells)):
            row += 1
            sheet.write_string(
                row, 0, f"另有 {bad.cells_total - min(room, len(bad.cells)):,} 处没有列出。", styles.note
            )


def _row(number: int, one: Finding) -> tuple[Cell, ...]:
    return (
        number,
        one.agency,
        one.label,
        one.party,
        severity_label(one.severity),
        one.expected,
        one.observed,
        one.due_on,
        one.overdue_days,
        one.month,
        one.evidence.replace("\n", "；"),
        one.subject_id,
    )


def write_workbook(
    path: Path,
    *,
    store: FindingStore,
    digest: Digest,
    bad_rows: BadRows | None = None,
    limits: WorkbookLimits | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Write the workbook; ``progress`` is told the number of findings written so far."""
    writer = _Writer(path, digest, limits or WorkbookLimits())
    writer.overview(bad_rows=bad_rows is not None)
    planned: dict[str, list[_RuleSheet]] = {}
    for sheet in writer.sheets:
        planned.setdefault(sheet.rule.rule_id, []).append(sheet)
    written = 0
    for rule_id, findings in groupby(store.rows(), key=lambda one: one.rule_id):
        # Each part of a long rule goes on where the one before it stopped.
        stream = iter(findings)
        for sheet in planned.get(rule_id, ()):
            writer.rule_sheet(sheet, stream)
            written += sheet.findings
            progress(written)
    if digest.not_evaluated:
        writer.unchecked()
    if bad_rows is not None:
        writer.bad_data(bad_rows)
    writer.book.close()
