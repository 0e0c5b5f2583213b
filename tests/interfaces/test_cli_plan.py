"""``mingjing plan import``: JSON and nothing else on the output, a workbook beside it, refusals in Chinese."""

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from mingjing.interfaces.cli import main
from tests.contexts.plans.forms import CITY, full_brackets, write_docx

type Run = Callable[..., tuple[int, str, str]]
KEYS = {"no", "section", "title", "text", "lead_units", "responsible_units", "deadlines", "targets", "uncertain"}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``mingjing plan …`` as the shell does; give exit status, what it printed, and what it complained of."""

    def run(*words: str, pasted: bytes = b"") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["mingjing", "plan", *words])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(pasted)))
        with pytest.raises(SystemExit) as exit_:
            main()
        printed = capsys.readouterr()
        return int(exit_.value.code or 0), printed.out, printed.err

    return run


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.docx"
    write_docx(path, CITY, form="table")
    return path


def test_json_is_all_that_is_printed(run: Run, plan: Path):
    status, out, err = run("import", str(plan), "--json")
    data = json.loads(out)
    assert (status, err) == (0, "")
    assert {"head", "sections", "tasks", "milestones", "source"} <= set(data)
    assert len(data["tasks"]) == 8
    for task in data["tasks"]:
        assert set(task) >= KEYS
        assert all(set(one) >= {"text", "on", "long_term", "recurring"} for one in task["deadlines"])
        assert all(set(one) >= {"text", "value", "unit", "direction"} for one in task["targets"])


def test_people_see_tasks_units_and_days(run: Run, plan: Path):
    status, out, _ = run("import", str(plan))
    assert status == 0
    assert "开展全员轮训" in out and "牵头 市司法局" in out and "（2024-12-31）" in out and "共 8 项任务" in out


def test_pasted_text(run: Run):
    status, out, _ = run("import", "-", "--json", pasted="\n".join(full_brackets(CITY)).encode())
    assert status == 0 and len(json.loads(out)["tasks"]) == 8


def test_the_workbook_is_written_beside(run: Run, plan: Path, tmp_path: Path):
    out = tmp_path / "台账.xlsx"
    status, printed, _ = run("import", str(plan), "--json", "--xlsx", str(out))
    assert status == 0 and json.loads(printed)
    assert openpyxl.load_workbook(out).active["A1"].value == CITY.title


def test_groups_are_expanded_by_a_register(run: Run, plan: Path, tmp_path: Path):
    units = tmp_path / "units.csv"
    units.write_text("单位名称,所属组\n沧河市司法局,各行政执法部门\n沧河市公安局,各行政执法部门\n", "utf-8")
    _, out, _ = run("import", str(plan), "--json", "--units", str(units))
    (first, *_) = json.loads(out)["tasks"]
    assert {"name": "各行政执法部门", "kind": "group", "units": ["沧河市司法局", "沧河市公安局"]} in first[
        "resolved_units"
    ]


def test_a_text_without_tasks_says_so(run: Run):
    status, out, _ = run("import", "-", pasted="今天天气很好，我们去公园散步。".encode())
    assert status == 0 and "没有读到任务" in out


@pytest.mark.parametrize("data", [b"", bytes(400), b"\x89PNG\r\n\x1a\n1234", b"PK\x03\x04broken"])
def test_garbage_ends_with_two_and_a_reason(run: Run, tmp_path: Path, data: bytes):
    path = tmp_path / "plan.docx"
    path.write_bytes(data)
    status, out, err = run("import", str(path), "--json")
    assert (status, out) == (2, "")
    assert "plan.docx" in err and "Traceback" not in err


def test_wrong_options_are_told(run: Run, plan: Path, tmp_path: Path):
    assert "不是日期" in run("import", str(plan), "--as-of", "昨天")[2]
    assert "没有" in run("import", str(plan), "--xlsx", str(tmp_path / "无" / "a.xlsx"))[2]
