"""The workbook to fill in can be read as it is, and its example row without a fault."""

import openpyxl
import pytest

from mingjing.facts.read import read_facts
from mingjing.facts.rows import EXAMPLE_MARK
from mingjing.facts.schema import TABLES
from mingjing.facts.template import write_template


@pytest.fixture
def template(tmp_path):
    write_template(tmp_path / "模板.xlsx")
    return tmp_path / "模板.xlsx"


class TestTemplate:
    def test_has_a_sheet_per_table_with_notes_and_lists(self, template):
        book = openpyxl.load_workbook(template)
        assert book.sheetnames == ["填写说明", *(table.label for table in TABLES.values()), "代码表"]
        cases = book["案件"]
        headers = {cell.value: cell for cell in cases[1]}
        assert {"案件编码*", "案件类型*", "罚款金额（元）"} <= set(headers)
        assert "行政处罚" in headers["案件类型*"].comment.text
        lists = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in cases.data_validations.dataValidation}
        assert "代码表" in lists["C2"]
        chosen = [cell.value for row in book["代码表"]["A2:A9"] for cell in row]
        assert "省级" in chosen

    def test_unfilled_it_reads_as_empty_tables_without_a_problem(self, template, tmp_path):
        report = read_facts(template, tmp_path / "out")
        assert list(report.tables) == list(TABLES)
        assert all(table.rows_kept == 0 for table in report.tables.values())
        assert report.problem_total == 0
        assert report.refused == {}
        assert all(not report.missing(name) for name in TABLES)

    def test_its_examples_read_as_facts_that_hold_together(self, template, tmp_path):
        book = openpyxl.load_workbook(template)
        for table in TABLES.values():
            cell = book[table.label]["A2"]
            cell.value = cell.value.removeprefix(EXAMPLE_MARK)
        book.save(tmp_path / "填好.xlsx")
        report = read_facts(tmp_path / "填好.xlsx", tmp_path / "out")
        assert [problem.reason for problem in report.problems] == []
        assert all(table.rows_kept == 1 for table in report.tables.values())
