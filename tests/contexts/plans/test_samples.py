"""The seeds and the other plans of the reference folder, against their gold."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contexts.plans.matching import score, units_of

Read = Callable[[str], dict[str, Any]]
SEEDS = ("000", "001", "002", "003", "004")


def seed(shared: Path, number: str) -> tuple[str, list[dict[str, Any]]]:
    (path,) = (shared / "seeds").glob(f"{number}_*.txt")
    gold = shared / "data" / "seeds_gold" / f"{number}.gold.json"
    return path.read_text("utf-8"), json.loads(gold.read_text("utf-8"))


@pytest.mark.parametrize("number", SEEDS)
def test_seeds(read: Read, shared: Path, number: str):
    """Every task, unit and deadline of the gold, nothing else; what the gold calls optional stands as a milestone."""
    text, gold = seed(shared, number)
    found = read(text)
    result = score(found["tasks"], gold)
    assert (result.tasks.f1, result.units.f1, result.deadlines.f1) == (1.0, 1.0, 1.0), str(result)
    assert [task["no"] for task in found["tasks"]] == [row["no"] for row in gold if not row.get("optional")]
    days = {day["on"] for one in found["milestones"] for day in one["deadlines"]}
    assert days >= {row["deadline_iso"] for row in gold if row.get("optional")}


def test_other_samples(read: Read, shared: Path):
    paths = sorted((shared / "data" / "plans").glob("*.gold.json"))
    assert paths
    for path in paths:
        gold = json.loads(path.read_text("utf-8"))
        text = path.with_name(path.name.replace(".gold.json", ".txt")).read_text("utf-8")
        result = score(read(text)["tasks"], gold)
        assert min(result.tasks.f1, result.units.f1, result.deadlines.f1) >= 0.97, f"{path.name}\n{result}"


@pytest.mark.parametrize("number", SEEDS)
def test_every_unit_stands_in_the_source(read: Read, shared: Path, number: str):
    text, _ = seed(shared, number)
    squeezed = "".join(text.split())
    for task in read(text)["tasks"]:
        assert all(name in squeezed for name in units_of(task))
        assert all("".join(day["text"].split()) in squeezed for day in task["deadlines"])


@pytest.mark.requirement("TS-70")
def test_a_table_with_merged_cells(read: Read, shared: Path):
    """22 entries in 16 groups; a blank unit is that of its group; 区司法局牵头，各街道镇配合 leads and cooperates."""
    text, _ = seed(shared, "000")
    rows = [task for task in read(text)["tasks"] if task["part"] == "annex_table"]
    assert len(rows) == 22
    assert len({task["section"] for task in rows}) == 16
    inherited = [task for task in rows if task["merged_unit_cell"]]
    assert [task["no"] for task in inherited] == [f"附件-{at}" for at in (2, 3, 5, 11, 12, 19)]
    by_group = {task["section"]: task["raw"] for task in rows if not task["merged_unit_cell"]}
    assert all(task["raw"] == by_group[task["section"]] for task in inherited)
    one = next(task for task in rows if task["raw"] == "区司法局牵头，各街道镇配合")
    assert (one["lead_units"], one["cooperating_units"]) == (["区司法局"], ["各街道镇"])


@pytest.mark.requirement("LC-02")
def test_fifteen_tasks_with_their_brackets(read: Read, shared: Path):
    text, _ = seed(shared, "001")
    tasks = read(text)["tasks"]
    assert len(tasks) == 15
    day = next(one for task in tasks for one in task["deadlines"] if one["text"] == "2025年9月底并长期坚持")
    assert (day["on"], day["long_term"]) == ("2025-09-30", True)
    day = next(one for task in tasks for one in task["deadlines"] if one["text"] == "2024年10月底前")
    assert (day["on"], day["long_term"]) == ("2024-10-31", False)
    assert [task["no"] for task in tasks if not task["lead_units"]] == ["1", "14", "15"]


@pytest.mark.requirement("RZ-95")
def test_a_table_that_is_cut_off(read: Read, shared: Path):
    text, _ = seed(shared, "002")
    rows = {task["no"]: task for task in read(text)["tasks"] if task["part"] == "annex"}
    assert len(rows) == 36
    assert rows["附件-36"]["truncated"] and not rows["附件-36"]["deadlines"]
    (day,) = rows["附件-15"]["deadlines"]
    assert (day["text"], day["on"], day["long_term"]) == ("2024年底前,长期坚持", "2024-12-31", True)
    (day,) = rows["附件-16"]["deadlines"]
    assert (day["on"], day["long_term"]) == (None, True)
    (day,) = rows["附件-32"]["deadlines"]
    assert (day["text"], day["on"], day["long_term"]) == ("按要求时限完成", None, False)
