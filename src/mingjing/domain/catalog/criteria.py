"""
Which cases are major, complex or cross-region: conditions that an agency records, and cases are marked by.

Source: RZ-26; 行政处罚法（2021）第五十七条、第五十八条.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mingjing.domain.discretion.circumstances import (
    Circumstances,
    Criterion,
    Fact,
    all_hold,
    criteria_of_data,
    unanswered,
)


class Effect(StrEnum):
    """What follows for a case that meets the conditions."""

    MAJOR = "major"
    COMPLEX = "complex"
    CROSS_REGION = "cross_region"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return {"major": "重大案件", "complex": "复杂案件", "cross_region": "跨区域案件"}[self.value]

    @property
    def route(self) -> str:
        """Say what is done with such a case."""
        return {
            "major": "法制审核、集体讨论后作出决定",
            "complex": "集体讨论后作出决定",
            "cross_region": "报上一级机关指定管辖，或者联合办理",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard:
    """One recorded condition."""

    label: str
    effect: Effect
    criteria: tuple[Criterion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What a case is marked as, by which standard; ``certain`` is false where facts are still missing."""

    standard: Standard
    certain: bool
    missing: tuple[Fact, ...] = ()


def standards_of_data(rows: object) -> tuple[Standard, ...]:
    """
    Read standards from the plain data of an item.

    :raises UnknownFactError: if a condition is malformed
    """
    assert isinstance(rows, list | tuple)
    return tuple(_standard(row) for row in rows)


def marks(standards: tuple[Standard, ...], circumstances: Circumstances) -> tuple[Mark, ...]:
    """List the standards that a case meets, and those that it may meet once the missing facts are known."""
    found = []
    for one in standards:
        holds = all_hold(one.criteria, circumstances) if one.criteria else False
        if holds is not False:
            found.append(Mark(standard=one, certain=bool(holds), missing=unanswered(one.criteria, circumstances)))
    return tuple(sorted(found, key=lambda mark: not mark.certain))


def _standard(row: dict[str, Any]) -> Standard:
    return Standard(
        label=str(row.get("label", "")),
        effect=Effect(row["effect"]),
        criteria=criteria_of_data(row.get("criteria") or []),
    )
