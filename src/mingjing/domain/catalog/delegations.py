"""
Items that a government hands to a town: from when, when the handing over is evaluated, and who acts on a day.

Source: 行政处罚法（2021）第二十四条; RZ-57, RZ-58, LC-20.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from mingjing.kernel.errors import DomainError
from mingjing.kernel.moments import add_months
from mingjing.law import parameters
from mingjing.law.citations import cite


class Form(StrEnum):
    """How the power came to the town."""

    EMPOWERED = "empowered"
    DELEGATED = "delegated"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return {"empowered": "赋权（下放）", "delegated": "委托"}[self.value]


class Outcome(StrEnum):
    """What an evaluation found."""

    KEEP = "keep"
    SUPPORT = "support"
    CANNOT = "cannot"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return {"keep": "接得住，继续行使", "support": "需要加强保障", "cannot": "接不住，建议调整"}[self.value]


class NotActingError(DomainError):
    """The unit does not exercise the item on that day."""

    code = "catalog.not_acting"


class TooEarlyError(DomainError):
    """An evaluation or an end lies before what it concerns."""

    code = "catalog.too_early"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """An item in the hands of a town, from a day on and until a day (the first one no longer)."""

    item: str
    giver: str
    taker: str
    form: Form
    started_on: date
    ended_on: date | None = None

    def holds(self, day: date) -> bool:
        """Say whether the town has the item on a day."""
        return self.started_on <= day and (self.ended_on is None or day < self.ended_on)


def evaluation_due(started_on: date, place: str | None) -> date | None:
    """
    Return the day from which the handing over is to be evaluated; ``None`` where the place's documents set no term.

    Source: parameter empowerment.evaluation.years (RZ-57).
    """
    value = parameters.get("empowerment.evaluation.years").at(started_on, place)
    return None if value is None else add_months(started_on, 12 * value.whole)


def exerciser(owner: str, handed: tuple[Delegation, ...], place_of_act: str, day: date) -> str:
    """
    Return which unit exercises an item in a town on a day: the town that holds it, else its owner.

    ``place_of_act`` is the code of the town's unit.
    """
    holding = [one for one in handed if one.taker == place_of_act and one.holds(day)]
    return place_of_act if holding and holding[0].form is Form.EMPOWERED else owner


def require_exerciser(unit: str, unit_name: str, owner: str, handed: tuple[Delegation, ...], day: date) -> None:
    """
    Require that a unit exercises an item on a day: its owner, or a town to which it is handed.

    :raises NotActingError: if neither

    Source: 行政处罚法（2021）第十七条、第二十四条; RZ-58.
    """
    if unit == owner or any(one.taker == unit and one.holds(day) for one in handed):
        return
    ended = [one for one in handed if one.taker == unit and one.ended_on is not None and one.ended_on <= day]
    if ended:
        raise NotActingError(
            f"这个事项已于{max(one.ended_on for one in ended if one.ended_on)}收回，由原部门行使，{unit_name}不能再办理。",
            citation=cite("CF 24"),
        )
    raise NotActingError(f"{unit_name}没有这个事项的执法权。", citation=cite("CF 17"))


def require_evaluable(started_on: date, day: date) -> None:
    """
    Require that an evaluation does not come before the start.

    :raises TooEarlyError: if it does
    """
    if day < started_on:
        raise TooEarlyError(f"这个事项{started_on}才开始行使，现在不能评估。")
