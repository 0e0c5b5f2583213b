"""Plans written by hand in the forms of the genre: every task, unit and deadline, and none more."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contexts.plans.handwriting import FOLDER, load


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_handwritten(read: Callable[[str], dict[str, Any]], path: Path):
    text, gold = load(path)
    found = read(text)["tasks"]
    assert [(task["no"], task["title"]) for task in found] == [(row["no"], row["title"]) for row in gold]
    for task, row in zip(found, gold, strict=True):
        assert task["lead_units"] == row["lead_units"], row["title"]
        assert set(task["responsible_units"]) == set(row["responsible_units"]), row["title"]
        assert {(one["on"], one["long_term"]) for one in task["deadlines"]} == row["days"], row["title"]


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_nothing_is_made_up(read: Callable[[str], dict[str, Any]], path: Path):
    """Every unit and every deadline's words stand in the source (blanks and broken lines aside)."""
    text, _ = load(path)
    squeezed = "".join(text.split())
    for task in read(text)["tasks"]:
        for one in task["units"]:
            assert one["name"] in squeezed
        for one in task["deadlines"]:
            assert "".join(one["text"].split()) in squeezed
            assert one["on"] is None or any(char.isdigit() or char in "年月底末半季全" for char in one["text"])


def test_what_is_unsure_is_marked(read: Callable[[str], dict[str, Any]]):
    text, _ = load(FOLDER / "17-download-site.txt")
    cut = read(text)["tasks"][-1]
    assert cut["truncated"] and not cut["deadlines"]
    assert {one["field"] for one in cut["uncertain"]} >= {"text", "deadlines"}
    text, _ = load(FOLDER / "03-key-points.txt")
    assert any("年份" in one["reason"] for one in read(text)["tasks"][0]["uncertain"])
    text, _ = load(FOLDER / "07-tabs.txt")
    assert any("空白" in one["reason"] for one in read(text)["tasks"][-1]["uncertain"])


def test_a_print_saved_as_text(read: Callable[[str], dict[str, Any]]):
    """Cells keep their places in the lines and go on below themselves; rows below a merged task are tasks."""
    text, gold = load(FOLDER.parent / "printed" / "places-kept.txt")
    found = read(text)["tasks"]
    assert [(task["no"], task["title"]) for task in found] == [(row["no"], row["title"]) for row in gold]
    for task, row in zip(found, gold, strict=True):
        assert (task["lead_units"], set(task["responsible_units"])) == (
            row["lead_units"],
            set(row["responsible_units"]),
        )
        assert {(one["on"], one["long_term"]) for one in task["deadlines"]} == row["days"], row["title"]
