"""
The ledger's reckoning: what a breakdown lacks, which tasks wait for others, which file of the year is incomplete.

Pure: frozen facts in, answers out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final


class LinkKind(StrEnum):
    """How two tasks hang together."""

    NEEDS = "needs"
    RELATED = "related"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return {LinkKind.NEEDS: "依赖", LinkKind.RELATED: "关联"}[self]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a unit says of a sub-task before it is in force."""

    goal: Decimal | None
    due_on: date | None
    section: str
    person: str


def lacking(measure: Measure) -> tuple[str, ...]:
    """
    Say what a sub-task lacks before it can be submitted: a figure to be measured by, a day, a section, a person.

    Source: 泰安市泰山区行政执法质量提升方案 part 4 (TS-67: 时间进度、责任科室、具体责任人); 历城区 part 3 (LC-46: 量化).
    """
    wants = (
        ("量化目标", measure.goal is not None and measure.goal > 0),
        ("时间进度", measure.due_on is not None),
        ("责任科室", bool(measure.section.strip())),
        ("责任人", bool(measure.person.strip())),
    )
    return tuple(name for name, there in wants if not there)


def share(goal: Decimal | None, reached: Decimal) -> int:
    """Return how much of a goal is reached, in whole percent, never more than a hundred."""
    if goal is None or goal <= 0:
        return 0
    return int(min(Decimal(100), reached * 100 / goal))


def would_close_a_circle(needs: Mapping[int, Collection[int]], task: int, other: int) -> bool:
    """Say whether ``task`` cannot need ``other``, because ``other`` waits for it already, at whatever distance."""
    seen: set[int] = set()
    ahead = [other]
    while ahead:
        one = ahead.pop()
        if one == task:
            return True
        if one not in seen:
            seen.add(one)
            ahead += needs.get(one, ())
    return False


def blockers(needs: Mapping[int, Collection[int]], open_tasks: Collection[int], task: int) -> tuple[int, ...]:
    """Return the open tasks that a task waits for directly."""
    return tuple(one for one in needs.get(task, ()) if one in open_tasks)


class YearElementKind(StrEnum):
    """What a unit's file of the year must hold. Source: 泗水县 part 1 (SS-01)."""

    SCHEME = "scheme"
    PROGRESS = "progress"
    MEASURES = "measures"
    ASSESSMENT = "assessment"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return _ELEMENTS[self]


_ELEMENTS: Final = {
    YearElementKind.SCHEME: "方案",
    YearElementKind.PROGRESS: "进度",
    YearElementKind.MEASURES: "举措",
    YearElementKind.ASSESSMENT: "考核",
}


def missing_elements(kinds: Iterable[str]) -> tuple[YearElementKind, ...]:
    """Return what a file of the year lacks."""
    there = set(kinds)
    return tuple(one for one in YearElementKind if one.value not in there)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTask:
    """A task as two editions of a plan are compared by it. ``units`` are pairs of words and mode."""

    key: int
    no: str
    title: str
    text: str
    units: frozenset[tuple[str, str]]
    deadlines: tuple[str, ...]
    targets: tuple[str, ...]


class ChangeKind(StrEnum):
    """What a new edition does to a task."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return {"same": "未变", "changed": "有改动", "added": "新增", "removed": "删去"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A task of the old edition, the one of the new that answers to it, and what differs (in Chinese)."""

    kind: ChangeKind
    old: int | None
    new: int | None
    differs: tuple[str, ...] = ()


_ALIKE: Final = 0.55
"""So alike two titles with their texts must be to be offered as one task (pairs of neighbouring characters)."""


def compare(old: Sequence[LedgerTask], new: Sequence[LedgerTask]) -> tuple[Change, ...]:
    """
    Compare two editions: the tasks of the new in their order, then those that are gone.

    Tasks of one title answer to each other; of the rest, the most alike first. It is an offer: a person says what is
    carried over.
    """
    pairs = _pairs(old, new)
    by_key = {one.key: one for one in old}
    made = []
    for one in new:
        former = by_key.get(pairs.get(one.key, -1))
        if former is None:
            made.append(Change(kind=ChangeKind.ADDED, old=None, new=one.key))
            continue
        differs = _differs(former, one)
        kind = ChangeKind.CHANGED if differs else ChangeKind.SAME
        made.append(Change(kind=kind, old=former.key, new=one.key, differs=differs))
    taken = set(pairs.values())
    made += [Change(kind=ChangeKind.REMOVED, old=one.key, new=None) for one in old if one.key not in taken]
    return tuple(made)


def _pairs(old: Sequence[LedgerTask], new: Sequence[LedgerTask]) -> dict[int, int]:
    pairs: dict[int, int] = {}
    for titled in (lambda one: (one.title, one.no), lambda one: (one.title, "")):
        free_old = [one for one in old if one.key not in pairs.values()]
        by_title: dict[tuple[str, str], list[int]] = {}
        for former in free_old:
            by_title.setdefault(titled(former), []).append(former.key)
        for one in new:
            found = by_title.get(titled(one), [])
            if one.key not in pairs and len(found) == 1:
                pairs[one.key] = found.pop()
    free_old = [one for one in old if one.key not in pairs.values()]
    free_new = [one for one in new if one.key not in pairs]
    likes = sorted(
        ((_alike(former, one), former.key, one.key) for former in free_old for one in free_new),
        key=lambda found: (-found[0], found[1], found[2]),
    )
    for like, former_key, key in likes:
        if like >= _ALIKE and key not in pairs and former_key not in pairs.values():
            pairs[key] = former_key
    return pairs


def _alike(one: LedgerTask, other: LedgerTask) -> float:
    texts = [each.text.removeprefix(each.title).strip() for each in (one, other)]
    return max(_overlap(one.title, other.title), _overlap(*texts) if all(texts) else 0.0)


def _overlap(one: str, other: str) -> float:
    a, b = ({text[at : at + 2] for at in range(max(len(text) - 1, 1))} for text in (one, other))
    return 2 * len(a & b) / (len(a) + len(b))


def _differs(old: LedgerTask, new: LedgerTask) -> tuple[str, ...]:
    pairs = (
        ("序号", old.no, new.no),
        ("任务", old.title, new.title),
        ("内容", old.text, new.text),
        ("责任单位", old.units, new.units),
        ("完成时限", old.deadlines, new.deadlines),
        ("量化目标", old.targets, new.targets),
    )
    return tuple(name for name, before, after in pairs if before != after)
