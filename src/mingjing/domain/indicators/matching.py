"""
Which indicators a plan's numeric target may be tied to: candidates with reasons, best first, never one taken silently.

A candidate needs a word that its definition declares, and a unit that does not contradict.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from mingjing.domain.indicators.definitions import Definition
from mingjing.domain.indicators.judging import HUNDRED, shown

_SPACES: Final = re.compile(r"\s+")
_PERCENT: Final = frozenset({"%", "％", "百分之", "成"})
_SAME: Final = (
    {"%", "％", "百分之"},
    {"学时", "课时", "小时"},
    {"次", "场", "期"},
    {"人", "名", "人次"},
    {"件", "起", "宗"},
    {"项", "个"},
)
_ENOUGH: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An indicator that may be meant, how well it fits, and why."""

    code: str
    title: str
    points: int
    why: str


def candidates(
    text: str, unit: str, value: Decimal | None, definitions: Iterable[Definition], *, most: int = 5
) -> list[Candidate]:
    """Return indicators that the words of a target may mean, best first; empty where no declared word is found."""
    plain = _SPACES.sub("", text)
    found = [one for each in definitions if (one := _candidate(plain, unit.strip(), value, each)) is not None]
    return sorted(found, key=lambda one: (-one.points, one.code))[:most]


def _candidate(text: str, unit: str, value: Decimal | None, one: Definition) -> Candidate | None:
    words = [word for word in one.words if _says(text, word)]
    # 每人60学时 is kept or not: a share of people measures it, if its definition names the very figure
    named = value is not None and any(_names(word, value, unit) for word in words)
    if not words or (_contradicts(unit, one.unit) and not named):
        return None
    points = sum(_ENOUGH * len(word.split("+")) for word in words) + 3 * named
    why = [f"原文有“{'”“'.join(word.replace('+', '…') for word in words)}”"]
    if unit and one.unit and _alike(unit, one.unit):
        points += 2
        why.append(f"单位都是{one.unit}")
    if value is not None and one.target.value is not None and value == one.target.value:
        points += 3
        why.append(f"目标值都是{shown(value)}")
    return Candidate(code=one.code, title=one.title, points=points, why="，".join(why))


def _says(text: str, word: str) -> bool:
    """A word with ``+`` wants all its parts in the text."""
    return all(part in text for part in word.split("+"))


def _names(word: str, value: Decimal, unit: str) -> bool:
    return bool(unit) and bool(re.search(rf"(?<!\d){re.escape(shown(value))}个?{re.escape(unit)}", word))


def _alike(unit: str, other: str) -> bool:
    return unit == other or any(unit in group and other in group for group in _SAME)


def _contradicts(unit: str, other: str) -> bool:
    if not unit or not other:
        return False
    if (unit in _PERCENT) != (other in _PERCENT):
        return True
    return not _alike(unit, other) and any(unit in group for group in _SAME) and any(other in group for group in _SAME)


def percent_of(value: Decimal, unit: str) -> Decimal:
    """Return a value in percent: ``九成`` is ninety."""
    return value * HUNDRED / 10 if unit == "成" else value
