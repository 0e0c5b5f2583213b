"""``mingjing facts``: what the desk sees, and the exit status a program sees."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from mingjing.facts.schema import TABLES
from mingjing.interfaces.cli import facts, main

runner = CliRunner()


class TestSchema:
    def test_is_printed_for_people(self):
        done = runner.invoke(facts.app, ["schema", "案件"])
        assert done.exit_code == 0
        assert "* case_id  案件编码" in done.output
        assert "penalty 行政处罚" in done.output

    def test_is_printed_for_programs(self):
        data = json.loads(runner.invoke(facts.app, ["schema", "--json"]).output)
        assert [table["name"] for table in data["tables"]] == list(TABLES)
        assert data["event_types"]["filing"] == "立案"


class TestRead:
    def test_summary_tells_rows_and_problems(self, tmp_path):
        (tmp_path / "案件.csv").write_text("案件编码,案件类型\nC1,行政处罚\nC2,坏\n", "utf-8")
        done = runner.invoke(facts.app, ["read", str(tmp_path / "案件.csv"), "--out", str(tmp_path / "out")])
        assert done.exit_code == 0, done.output
        assert "案件（cases）：1 行，另有 1 行未读入" in done.output
        assert "bad_rows.xlsx" in done.output
        assert pq.read_metadata(tmp_path / "out/cases.parquet").num_rows == 1

    def test_json_report_and_mapping(self, tmp_path):
        (tmp_path / "log.csv").write_text("case,activity,time\n1,决定,2024-05-06\n", "utf-8")
        arguments = [
            "read",
            str(tmp_path / "log.csv"),
            "--out",
            str(tmp_path / "out"),
            "--mapping",
            "event-log",
            "--json",
        ]
        data = json.loads(runner.invoke(facts.app, arguments).output)
        assert data["sources"][0]["mapping"] == "event-log"

    @pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 1000])
    def test_nothing_readable_ends_with_two_and_chinese_words(self, tmp_path, content):
        (tmp_path / "cases.csv").write_bytes(content)
        source = Path(__file__).resolve().parents[2] / "src"
        code = "from mingjing.interfaces.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code, "facts", "read", str(tmp_path / "cases.csv"), "--out", str(tmp_path / "out")],
            capture_output=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONPATH": str(source), "PYTHONIOENCODING": "utf-8"},
            check=False,
        )
        assert done.returncode == 2
        assert "没有一张能读的表" in done.stderr
        assert "Traceback" not in done.stderr
        assert not (tmp_path / "out").exists()


def test_template_is_written_where_asked(tmp_path):
    done = runner.invoke(facts.app, ["template", str(tmp_path / "模板.xlsx")])
    assert done.exit_code == 0
    assert (tmp_path / "模板.xlsx").stat().st_size > 10_000
    assert runner.invoke(facts.app, ["template", str(tmp_path / "没有/模板.xlsx")]).exit_code == 2


def test_a_template_that_cannot_be_written_is_told_in_words(tmp_path, monkeypatch, capsys):
    (tmp_path / "模板.xlsx").mkdir()
    monkeypatch.setattr("sys.argv", ["mingjing", "facts", "template", str(tmp_path / "模板.xlsx")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "时出错" in capsys.readouterr().err


def test_mappings_are_listed():
    assert "credit-penalty  双公示行政处罚" in runner.invoke(facts.app, ["mappings"]).output


class TestWrite:
    SAMPLE = Path(__file__).resolve().parents[1] / "facts" / "samples" / "credit-penalty.csv"

    def facts(self, tmp_path):
        runner.invoke(facts.app, ["read", str(self.SAMPLE), "--out", str(tmp_path / "facts")])
        return str(tmp_path / "facts")

    def test_a_form_is_written_and_what_stays_blank_is_told(self, tmp_path):
        out = tmp_path / "双公示.csv"
        done = runner.invoke(facts.app, ["write", self.facts(tmp_path), str(out), "--as", "credit-penalty"])
        assert done.exit_code == 0, done.output
        assert "3 行" in done.output
        assert "证件号码　证件号码不进入数据标准" in done.output
        assert "罚款金额(万元)（2/3）" in done.output
        assert "已经遮蔽" in done.output
        assert "陈**" in out.read_text("utf-8-sig")

    def test_in_full_for_programs(self, tmp_path):
        out = tmp_path / "双公示.csv"
        arguments = ["write", self.facts(tmp_path), str(out), "--as", "credit-penalty", "--full", "--codes", "--json"]
        data = json.loads(runner.invoke(facts.app, arguments).output)
        assert (data["mapping"], data["rows"]) == ("credit-penalty", 3)
        assert {"field": "number", "header": "cf_wsh"}.items() <= data["columns"][13].items()
        assert "陈大勇" in out.read_text("utf-8-sig")

    def test_only_workbooks_and_csv(self, tmp_path):
        done = runner.invoke(facts.app, ["write", str(tmp_path), str(tmp_path / "a.pdf"), "--as", "credit-penalty"])
        assert done.exit_code == 2
        assert not (tmp_path / "a.pdf").exists()

    def test_the_mappings_that_can_be_written_are_marked(self):
        lines = runner.invoke(facts.app, ["mappings"]).output.splitlines()
        marked = {line.split()[0] for line in lines if "（可写出）" in line}
        assert {"credit-penalty", "regulation-inspection", "random-inspection", "case-register"} <= marked
        assert "event-log" not in marked
