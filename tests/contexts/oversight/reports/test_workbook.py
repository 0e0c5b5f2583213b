"""The workbook opens again with another library and says the same."""

from datetime import date, datetime

import openpyxl
import pytest

from mingjing.contexts.oversight.reports import BadCell, BadRows, ReportLimits, TableRead
from mingjing.contexts.oversight.reports.rowsheet import MAX_CELL, escape
from mingjing.contexts.oversight.reports.workbook import COLUMNS, HEAD_ROWS, SheetNames, WorkbookLimits

LABELS = [label for label, _ in COLUMNS]


def open_book(papers):
    return openpyxl.load_workbook(papers.workbook)


def links(sheet):
    return [cell.hyperlink.location for line in sheet.iter_rows() for cell in line if cell.hyperlink]


def body(sheet):
    return [row for row in sheet.iter_rows(min_row=HEAD_ROWS + 2, values_only=True) if row[0] is not None]


class TestCountyWorkbook:
    def test_has_a_sheet_for_each_rule_with_findings(self, papers):
        book = open_book(papers)
        assert book.sheetnames[0] == "总览"
        assert book.sheetnames[-1] == "未检查的规则"
        assert "处罚决定公示超期" in book.sheetnames
        assert sum(len(body(sheet)) for sheet in book.worksheets[1:-1]) == papers.findings

    def test_rule_sheets_are_ready_for_work(self, papers):
        for sheet in open_book(papers).worksheets[1:-1]:
            assert [cell.value for cell in sheet[HEAD_ROWS + 1]] == LABELS
            assert sheet.freeze_panes == f"D{HEAD_ROWS + 2}"
            assert sheet.auto_filter.ref == f"A{HEAD_ROWS + 1}:L{HEAD_ROWS + 1 + len(body(sheet))}"
            assert sheet.column_dimensions["K"].width > 50

    def test_dates_are_dates_and_numbers_are_numbers(self, papers):
        first = body(open_book(papers)["处罚决定公示超期"])[0]
        assert isinstance(first[LABELS.index("到期日")], datetime)
        assert isinstance(first[LABELS.index("超期天数")], int)

    def test_links_lead_there_and_back(self, papers):
        book = open_book(papers)
        targets = links(book["总览"])
        assert "'处罚决定公示超期'!A1" in targets
        for target in targets:
            assert target.split("'")[1] in book.sheetnames
        for sheet in book.worksheets[1:]:
            assert links(sheet) == ["'总览'!A1"]

    def test_unchecked_sheet_says_how_to_supply(self, papers):
        rows = list(open_book(papers)["未检查的规则"].iter_rows(min_row=4, values_only=True))
        assert any(row[0] == "同一违法行为两次罚款" and "违法行为代码" in row[3] for row in rows)


class TestSmallWorkbooks:
    def test_zero_findings(self, write, entry):
        assert open_book(write([], rules=[entry(findings=0)])).sheetnames == ["总览"]

    @pytest.mark.parametrize(
        "text",
        [
            "=cmd|' /C calc'!A0",
            "<r><t>x</t></r>",
            "a\x00b\x0bc",
            "_x000A_",
            " 空格 ",
            "😀 𠮷",
            "https://example.com",
            "+1",
            "第一行\n第二行",
        ],
    )
    def test_text_stays_the_text_it_was(self, write, row, entry, text):
        papers = write(
            [row(subject_id="C1", expected=text, observed=text)],
            rules=[entry(statement=text, citations=[{"ref": text, "label": text, "gist": text}])],
            agencies={"A1": text},
            title=text,
        )
        book = open_book(papers)
        cells = book.worksheets[1][HEAD_ROWS + 2]
        for label in ("执法主体", "应当", "实际"):
            cell = cells[LABELS.index(label)]
            assert openpyxl.utils.escape.unescape(cell.value).strip() == text.strip()
            assert cell.data_type == "s"
        assert all(cell.data_type != "f" for sheet in book.worksheets for line in sheet.iter_rows() for cell in line)

    def test_huge_text_is_cut_and_says_so(self, write, row):
        value = (
            open_book(write([row(observed="长" * 100_000)])).worksheets[1][HEAD_ROWS + 2][LABELS.index("实际")].value
        )
        assert len(value) == MAX_CELL
        assert value.endswith("（过长，已截断）")

    def test_day_before_excels_calendar_is_written_as_text(self, write, row):
        cells = open_book(write([row(due_on=date(1899, 5, 1))])).worksheets[1][HEAD_ROWS + 2]
        assert cells[LABELS.index("到期日")].value == "1899-05-01"

    def test_more_than_a_sheet_holds_is_split(self, write, row):
        limits = ReportLimits(workbook=WorkbookLimits(sheet_findings=10))
        book = open_book(write([row(subject_id=f"C{n}") for n in range(25)], limits=limits))
        assert book.sheetnames == ["总览", "决定书送达超期 1", "决定书送达超期 2", "决定书送达超期 3"]
        assert [len(body(sheet)) for sheet in book.worksheets[1:]] == [10, 10, 5]

    def test_more_than_the_workbook_takes_is_left_out_aloud(self, write, row):
        limits = ReportLimits(workbook=WorkbookLimits(sheet_findings=10, total_findings=12))
        book = open_book(write([row(subject_id=f"C{n}") for n in range(25)], limits=limits))
        assert sum(len(body(sheet)) for sheet in book.worksheets[1:]) == 12
        words = [
            cell
            for sheet in book.worksheets[1:]
            for line in sheet.iter_rows(max_row=4, values_only=True)
            for cell in line
        ]
        assert any("另有 13 条没有写入" in str(word) for word in words)

    def test_bad_data_sheet(self, write, row):
        cell = BadCell(table="案件", row="7", column="罚款金额", value="=1", reason="不是整数")
        bad = BadRows(tables=(TableRead(label="案件", read=10, kept=9),), cells=(cell,), cells_total=3)
        sheet = open_book(write([row()], bad_rows=bad))["数据问题"]
        values = [value for line in sheet.iter_rows(values_only=True) for value in line if value is not None]
        assert "=1" in values
        assert "另有 2 处没有列出。" in values


class TestSheetNames:
    def test_are_valid_unique_and_short(self):
        names = SheetNames()
        taken = [
            names.take(wanted)
            for wanted in ("a/b[c]:*?\\", "很" * 40, "很" * 40, "'", "History", "history", "", "ABC", "abc")
        ]
        assert taken[0] == "a b c"
        assert all(0 < len(name) <= 31 for name in taken)
        assert len({name.casefold() for name in taken}) == len(taken)
        assert not any(set("[]:*?/\\") & set(name) or name.casefold() == "history" for name in taken)


def test_escape_keeps_what_looks_like_an_escape():
    assert escape("_x000A_ & <b>\x01") == "_x005F_x000A_ &amp; &lt;b&gt;_x0001_"
