"""Reading a result folder: what must be there, what may be missing, and what the person waiting is told."""

import json
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mingjing.contexts.oversight.reports import BadRows, ResultUnreadableError, write_reports
from mingjing.contexts.oversight.reports.digest import common_prefix
from mingjing.contexts.oversight.reports.labels import describe_gap, describe_gaps, group_of
from mingjing.facts.read import read_facts


class TestWriteReports:
    def test_refuses_a_folder_that_is_no_result(self, tmp_path):
        with pytest.raises(ResultUnreadableError, match=r"没有 rules.json"):
            write_reports(tmp_path, tmp_path)

    @pytest.mark.parametrize(
        "text", ["", "[]", "{}", '{"as_of": "gestern", "rules": []}', '{"as_of": "2026-01-01", "rules": 3}']
    )
    def test_refuses_rules_that_it_cannot_read(self, tmp_path, text):
        (tmp_path / "rules.json").write_text(text, encoding="utf-8")
        with pytest.raises(ResultUnreadableError, match="读不懂"):
            write_reports(tmp_path, tmp_path)

    def test_refuses_without_findings(self, tmp_path):
        (tmp_path / "rules.json").write_text(json.dumps({"as_of": "2026-01-01", "rules": []}), encoding="utf-8")
        with pytest.raises(ResultUnreadableError, match=r"没有 findings.parquet"):
            write_reports(tmp_path, tmp_path)

    def test_refuses_findings_without_their_columns(self, tmp_path):
        (tmp_path / "rules.json").write_text(json.dumps({"as_of": "2026-01-01", "rules": []}), encoding="utf-8")
        pq.write_table(pa.table({"rule_id": ["x"]}), tmp_path / "findings.parquet")
        with pytest.raises(ResultUnreadableError, match="缺少列：subject、subject_id"):
            write_reports(tmp_path, tmp_path)

    def test_makes_do_with_the_needed_columns_only(self, tmp_path):
        (tmp_path / "rules.json").write_text(json.dumps({"as_of": "2026-01-01", "rules": []}), encoding="utf-8")
        table = pa.table({"rule_id": ["x"], "subject": ["case"], "subject_id": ["C'1"]})
        pq.write_table(table, tmp_path / "findings.parquet")
        papers = write_reports(tmp_path, tmp_path / "no facts")
        assert papers.findings == papers.embedded == 1

    def test_puts_the_papers_into_the_result_folder_by_default(self, write, row, tmp_path):
        papers = write([row()])
        assert papers.page == tmp_path / "result" / "report.html"
        assert papers.workbook == tmp_path / "result" / "report.xlsx"

    def test_tells_how_far_it_is(self, write, row):
        told = []
        write([row()], progress=lambda words, share: told.append((words, share)))
        shares = [share for _, share in told]
        assert shares == sorted(shares)
        assert told[0] == ("读取检查结果", 0.0)
        assert told[-1] == ("完成", 1.0)

    def test_facts_folder_with_a_quote_in_its_name(self, sample, row, tmp_path, entry):
        result = sample.write_findings(tmp_path / "it's", [row()], [entry()])
        assert write_reports(result, tmp_path / "it's").findings == 1

    def test_double_keys_in_the_facts_do_not_double_findings(self, sample, row, tmp_path, entry):
        result = sample.write_findings(tmp_path, [row(due_on=date(2026, 3, 10))], [entry()])
        sample._write(tmp_path, "agencies", {"agency_id": ["A1", "A1"], "name": ["甲", "乙"]}, {})
        sample._write(tmp_path, "cases", {"case_id": ["C1", "C1"], "case_no": ["1", "2"], "party_id": ["P1", "P1"]}, {})
        sample._write(tmp_path, "parties", {"party_id": ["P1", "P1"], "name": ["丙", "丁"]}, {})
        assert write_reports(result, tmp_path).findings == 1


class TestWords:
    def test_every_rule_of_the_sample_has_a_heading(self, sample):
        assert {group_of(rule.id) for rule in sample.RULES} >= {"查封扣押", "行政许可", "行政检查", "执法人员与证件"}

    def test_unknown_gap_is_shown_as_it_is(self):
        assert describe_gap("something else").what == "something else"
        assert describe_gap("nowhere.column").what == "nowhere.column"

    def test_codes_are_listed_for_a_coded_column(self):
        assert "简易、普通、快速" in describe_gap("cases.procedure").remedy

    def test_stored_column_of_a_moment_is_understood(self):
        assert describe_gap("events.at_has_time").what == "《办案环节》表的“时间”列"

    def test_columns_of_one_table_are_put_together(self):
        gaps = describe_gaps(["cases.tier", "training", "cases.reason", "column:cases.status", "training"])
        assert describe_gaps(["training.hours", "training"])[0].what == "《培训》表"
        assert [gap.what for gap in gaps] == ["《案件》表的“裁量档次”“偏离理由”“案件状态”列", "《培训》表"]

    @pytest.mark.parametrize(
        ("names", "prefix"),
        [
            (["泗水县水务局", "泗水县应急局"], "泗水县"),
            (["泗水县", "泗水县水务局"], ""),
            (["水务局"], ""),
            (["甲局", "乙局"], ""),
            ([], ""),
        ],
    )
    def test_common_prefix_is_a_place(self, names, prefix):
        assert common_prefix(names) == prefix


def test_paths_follow_a_folder_that_is_moved(write, row, tmp_path):
    papers = write([row()])
    (tmp_path / "result").rename(tmp_path / "elsewhere")
    moved = papers.moved_to(tmp_path / "elsewhere")
    assert all(path.is_file() for path in (moved.page, moved.workbook, moved.notices[0].path))


class TestAccountOfReading:
    def test_is_found_in_the_facts_folder(self, sample, row, entry, tmp_path):
        (tmp_path / "in").mkdir()
        cases = "case_id,kind,agency_id,fine_fen,备注\nC1,penalty,A1,两百,x\n,penalty,A1,200,y\n"
        (tmp_path / "in" / "cases.csv").write_text(cases, encoding="utf-8")
        read_facts(tmp_path / "in", tmp_path / "facts")
        result = sample.write_findings(tmp_path / "result", [row()], [entry()])
        text = write_reports(result, tmp_path / "facts").page.read_text(encoding="utf-8")
        assert "数据问题" in text
        assert "两百" in text
        assert "备注" in text
        assert "没有给出的表：" in text

    def test_may_be_absent(self, tmp_path):
        assert BadRows.of_folder(tmp_path) is None


def test_place_is_named_by_its_code(write, row):
    assert "<title>泗水县行政执法监督检查报告</title>" in write([row()]).page.read_text(encoding="utf-8")
