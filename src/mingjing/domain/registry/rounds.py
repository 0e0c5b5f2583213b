"""Review rounds (清理): a row for everyone under review, an outcome for each, a report when none is left open."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from mingjing.domain.registry.obstacles import Obstacle, obstacle, refuse


class RoundKind(StrEnum):
    """What is gone through."""

    AGENCIES = "agencies"
    OFFICERS = "officers"
    AUXILIARIES = "auxiliaries"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return KIND_LABELS[self]


KIND_LABELS: Final[Mapping[RoundKind, str]] = {
    RoundKind.AGENCIES: "执法主体清理",
    RoundKind.OFFICERS: "执法人员资格清理",
    RoundKind.AUXILIARIES: "执法辅助人员清理",
}


class Outcome(StrEnum):
    """What came of a row."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    TO_CORRECT = "to_correct"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return OUTCOME_LABELS[self]


OUTCOME_LABELS: Final[Mapping[Outcome, str]] = {
    Outcome.OPEN: "待办理",
    Outcome.CONFIRMED: "确认",
    Outcome.TO_CORRECT: "整改",
    Outcome.CANCELLED: "取消",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How the rows of a round stand."""

    confirmed: int
    to_correct: int
    cancelled: int
    open: int

    @property
    def total(self) -> int:
        """All rows."""
        return self.confirmed + self.to_correct + self.cancelled + self.open


def tally(outcomes: Mapping[str, int]) -> Tally:
    """Count the outcomes."""
    return Tally(**{each.value: outcomes.get(each.value, 0) for each in Outcome})


def tally_of(rows: tuple[Outcome, ...]) -> Tally:
    """Count the outcomes of rows."""
    return tally(Counter(each.value for each in rows))


def decide(outcome: Outcome, obstacles: tuple[Obstacle, ...]) -> Outcome:
    """
    Set the outcome of a row; nobody is confirmed against an obstacle.

    :raises RegistryError: if the row shall be confirmed though something stands in the way
    """
    if outcome is Outcome.CONFIRMED and obstacles:
        first = obstacles[0]
        refuse(
            obstacle(
                first.code,
                f"不能确认：{first.message}",
                f"{first.remedy}可以选“整改”或者“取消”。",
                str(first.citation) if first.citation else "",
            )
        )
    return outcome


def require_all_decided(counts: Tally) -> None:
    """
    Require that no row is open.

    :raises RegistryError: if one is: an unhandled row keeps the round open

    Source: SS-42.
    """
    if counts.open:
        refuse(
            obstacle(
                "rows_open",
                f"还有{counts.open}行没有办理，不能结束清理。",
                "请逐行选择确认、整改或者取消。",
                "SS-42",
            )
        )
