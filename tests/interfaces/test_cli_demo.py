"""``mingjing demo`` from the outside."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from mingjing.interfaces.cli import app, main


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


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--cases", "5"], "至少需要"),
        (["--violations", "7"], "违法比例"),
        (["--violations=-1"], "违法比例"),
        (["--as-of", "1900-01-01"], "截止日"),
        (["--as-of", "明天"], "--as-of"),
    ],
)
def test_nonsense_is_refused_in_words(tmp_path, monkeypatch, capsys, options, words):
    monkeypatch.setattr("sys.argv", ["mingjing", "demo", "generate", str(tmp_path / "演示"), *options])
    with pytest.raises(SystemExit) as ended:
        main()
    told = capsys.readouterr().err
    assert (ended.value.code, "Traceback" in told) == (2, False)
    assert words in told
    assert not (tmp_path / "演示").exists()


def test_what_others_wrote_is_not_touched(tmp_path, monkeypatch, capsys):
    (tmp_path / "我的.txt").write_text("重要", "utf-8")
    monkeypatch.setattr("sys.argv", ["mingjing", "demo", "generate", str(tmp_path), "--cases", "100"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, [one.name for one in tmp_path.iterdir()]) == (2, ["我的.txt"])
    assert "已有别的文件" in capsys.readouterr().err
