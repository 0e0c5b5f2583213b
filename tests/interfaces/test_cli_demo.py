"""``mingjing demo`` from the outside."""

import json
from pathlib import Path

from typer.testing import CliRunner

from mingjing.interfaces.cli import app


def test_generates_a_district_and_says_what_was_planted(tmp_path: Path) -> None:
    folder = tmp_path / "演示"
    done = CliRunner().invoke(app, ["demo", "generate", str(folder), "--cases", "300", "--seed", "2"])
    assert done.exit_code == 0, done.output
    assert "案件 300 件" in done.output
    summary = json.loads((folder / "demo.json").read_text("utf-8"))
    assert summary["rows"]["cases"] == 300
    assert summary["place"] == "370831"
    assert "虚构" in summary["note"]
    assert sum(summary["planted"].values()) == summary["rows"]["truth"]
