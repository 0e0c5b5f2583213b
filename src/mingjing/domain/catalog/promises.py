"""
The time within which an agency promises to decide 承诺办结时限: of an item, shorter than the law's, in working hours or days.

An item says it itself, with its basis (a plan, a list), or by a parameter of the law that sets it for the place.

Source: 行政许可法第四十二条、第四十三条; SS-73.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from mingjing.domain.officehours import office_hours
from mingjing.law import parameters


class PromiseUnit(StrEnum):
    """What a promise is counted in."""

    DAY = "day"
    HOUR = "hour"

    @property
    def label(self) -> str:
        """Name it after a number."""
        return {"day": "个工作日", "hour": "个工作小时"}[self.value]


BY_PLACE: Final[Mapping[str, str]] = {"enterprise_setup.days": "企业开办（按当地方案）"}
"""Parameters that set a promise for a place, in working days: what an item may name instead of an amount."""
MOST: Final = 1_000
"""More working days or hours than anybody promises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedTime:
    """What an item says: an amount (in decimal digits) of a unit with its basis, or the name of a parameter."""

    amount: str = ""
    unit: PromiseUnit = PromiseUnit.DAY
    basis: str = ""
    parameter: str = ""

    @property
    def number(self) -> Decimal | None:
        """The amount; ``None`` where it is none that can be promised."""
        try:
            found = Decimal(self.amount)
        except InvalidOperation:
            return None
        return found if found.is_finite() and 0 < found <= MOST else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A promise as it holds in a place on a day: how much working time it is, and on which basis."""

    amount: Decimal
    unit: PromiseUnit
    time: timedelta
    day: timedelta
    basis: str

    @property
    def label(self) -> str:
        """Write the amount as it was promised."""
        return f"{self.amount.normalize():f}{self.unit.label}"


def promised_of_data(data: Mapping[str, Any] | None) -> PromisedTime | None:
    """
    Read what an item says.

    :raises ValueError: if it names a parameter that sets no promise, or an unknown unit
    """
    if not data:
        return None
    found = PromisedTime(**{**data, "unit": PromiseUnit(data["unit"])})
    if found.parameter and found.parameter not in BY_PLACE:
        raise ValueError(f"{found.parameter} sets no promise")
    return found


def promise_of(promised: PromisedTime | None, on: date, place: str | None) -> Promise | None:
    """Return what is promised in a place on a day; ``None`` where nothing is: no promise, or none set for the place."""
    if promised is None:
        return None
    amount, unit, basis = promised.number, promised.unit, promised.basis
    if promised.parameter:
        value = parameters.get(promised.parameter).at(on, place)
        if value is None:
            return None
        amount, unit, basis = Decimal(str(value.value)), PromiseUnit.DAY, value.citation.label
    if amount is None:
        return None
    day = office_hours(on, place).day
    one = day if unit is PromiseUnit.DAY else timedelta(hours=1)
    return Promise(
        amount=amount,
        unit=unit,
        time=timedelta(microseconds=int(amount * (one // timedelta(microseconds=1)))),
        day=day,
        basis=basis,
    )
