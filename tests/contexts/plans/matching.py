"""
How a reading is measured against gold, by counts of what was found, missed and made up.

A task matches the gold task of the same number if their titles are alike, else the first unmatched one whose title is.
Units count per task as a set (leading and other units apart); deadlines count per task as a set of (day, long-term).
A gold file may say that something may be read or left (``optional`` tasks, ``sub_deadlines``, recurring clauses in the
text of a task that has a deadline): it counts neither way.
"""

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

ALIKE = 0.6


@dataclass
class Count:
    hit: int = 0
    missed: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        total = 2 * self.hit + len(self.missed) + len(self.extra)
        return 1.0 if total == 0 else 2 * self.hit / total

    def add(self, found: set[Any], gold: set[Any], allowed: set[Any], where: str) -> None:
        self.hit += len(found & gold)
        self.missed += [f"{where}: {one}" for one in sorted(map(str, gold - found))]
        self.extra += [f"{where}: {one}" for one in sorted(map(str, found - gold - allowed))]


@dataclass
class Score:
    tasks: Count = field(default_factory=Count)
    units: Count = field(default_factory=Count)
    deadlines: Count = field(default_factory=Count)

    def __str__(self) -> str:
        lines = []
        for name, one in (("tasks", self.tasks), ("units", self.units), ("deadlines", self.deadlines)):
            lines.append(f"{name} F1 {one.f1:.3f}")
            lines += [f"   missed {text}" for text in one.missed] + [f"   extra {text}" for text in one.extra]
        return "\n".join(lines)


def similar(task: dict[str, Any], gold: dict[str, Any]) -> bool:
    one, other = task["title"], gold["title"]
    return (
        SequenceMatcher(None, one, other).ratio() >= ALIKE
        or other in one
        or other in task["text"]
        or (len(one) > 5 and one in other)
    )


def score(tasks: list[dict[str, Any]], gold: list[dict[str, Any]]) -> Score:
    """Compare the tasks of the JSON with those of a gold file."""
    out = Score()
    left = list(tasks)
    for row in gold:
        match = next((one for one in left if one["no"] == row["no"] and similar(one, row)), None)
        match = match or next(
            (one for one in left if SequenceMatcher(None, one["title"], row["title"]).ratio() >= 0.8), None
        )
        if match is None:
            if not row.get("optional"):
                out.tasks.missed.append(f"{row['no']} {row['title']}")
                out.units.missed += [f"{row['no']}: {name}" for name in (*row["lead_units"], *row["responsible_units"])]
                out.deadlines.missed += [f"{row['no']}: {day}" for day in _gold_days(row)[0]]
            continue
        left.remove(match)
        out.tasks.hit += 1
        found = {("lead", name) for name in match["lead_units"]} | {
            ("other", name) for name in match["responsible_units"]
        }
        wanted = {("lead", name) for name in row["lead_units"]} | {("other", name) for name in row["responsible_units"]}
        out.units.add(found, wanted, set(), row["no"])
        days, allowed = _gold_days(row)
        read = {(one["on"], one["long_term"]) for one in match["deadlines"]}
        allowed |= {
            (one["on"], one["long_term"]) for one in match["deadlines"] if one["recurring"] and row["deadline_text"]
        }
        out.deadlines.add(read, days, allowed, row["no"])
    out.tasks.extra += [f"{one['no']} {one['title']}" for one in left]
    return out


def _gold_days(row: dict[str, Any]) -> tuple[set[Any], set[Any]]:
    days = {(row["deadline_iso"], row["long_term"])} if row["deadline_text"] else set()
    subs = {(one["iso"], False) for one in row.get("sub_deadlines", ())}
    return days, subs


def units_of(task: dict[str, Any]) -> list[str]:
    return [one["name"] for one in task["units"]]
