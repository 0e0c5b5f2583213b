"""
The periods over which indicators are counted: months, quarters, half-years, years, and the twelve months up to a month.

A period has a key that sorts (``2026-03``, ``2026Q1``, ``2026H1``, ``2026``, ``2026-03R``) and half-open days.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from mingjing.kernel.errors import DomainError

_MONTHS: Final = 12
_KEY: Final = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(R?)|Q([1-4])|H([12]))?", re.ASCII)
_EARLIEST_YEAR: Final = 1950
_LATEST_YEAR: Final = 2199


class UnknownPeriodError(DomainError):
    """What is written names no period."""

    code = "indicators.unknown_period"


class PeriodKind(StrEnum):
    """How long a period is."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"
    ROLLING = "rolling"

    @property
    def label(self) -> str:
        """The word that the reader sees."""
        return {"month": "月", "quarter": "季", "half": "半年", "year": "年", "rolling": "近十二个月"}[self.value]

    @property
    def months(self) -> int:
        """How many months it takes."""
        return {"month": 1, "quarter": 3, "half": 6, "year": 12, "rolling": 12}[self.value]

    @property
    def step(self) -> int:
        """How many months lie between the beginnings of two neighbouring periods."""
        return 1 if self is PeriodKind.ROLLING else self.months


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Period:
    """A period: its first day, and the day after its last."""

    first: date
    end: date
    kind: PeriodKind

    @property
    def last(self) -> date:
        """The last day."""
        return self.end - timedelta(days=1)

    @property
    def key(self) -> str:
        """Write it so that keys of one kind sort by time."""
        year, month = self.first.year, self.first.month
        match self.kind:
            case PeriodKind.MONTH:
                return f"{year:04}-{month:02}"
            case PeriodKind.QUARTER:
                return f"{year:04}Q{(month + 2) // 3}"
            case PeriodKind.HALF:
                return f"{year:04}H{1 if month == 1 else 2}"
            case PeriodKind.YEAR:
                return f"{year:04}"
            case PeriodKind.ROLLING:
                return f"{self.last.year:04}-{self.last.month:02}R"

    @property
    def label(self) -> str:
        """Write it for the reader."""
        year, month = self.first.year, self.first.month
        match self.kind:
            case PeriodKind.MONTH:
                return f"{year}年{month}月"
            case PeriodKind.QUARTER:
                return f"{year}年第{'一二三四'[(month - 1) // 3]}季度"
            case PeriodKind.HALF:
                return f"{year}年{'上' if month == 1 else '下'}半年"
            case PeriodKind.YEAR:
                return f"{year}年"
            case PeriodKind.ROLLING:
                return f"截至{self.last.year}年{self.last.month}月的十二个月"

    def is_over(self, on: date) -> bool:
        """Say whether the whole period has passed on a day."""
        return on >= self.end

    def has_begun(self, on: date) -> bool:
        """Say whether the period has begun on a day."""
        return on >= self.first

    def earlier(self, months: int | None = None) -> "Period":
        """Return the period before, or the one so many months earlier."""
        back = self.kind.step if months is None else months
        start = _shifted(self.first, -back)
        return Period(first=start, end=_shifted(start, self.kind.months), kind=self.kind)

    def a_year_earlier(self) -> "Period":
        """Return the same period of the year before."""
        return self.earlier(_MONTHS)


def to_date(period: Period, on: date) -> tuple[date, date]:
    """
    Return the same days of the year before as have passed of a period on a day, both included.

    A period that is over is compared with the whole of the one a year earlier.
    """
    before = period.a_year_earlier()
    if period.is_over(on):
        return before.first, before.last
    # the 29th of February has the 28th before it
    day = on if (on.month, on.day) != (2, 29) else on - timedelta(days=1)
    return before.first, min(before.last, day.replace(year=day.year - 1))


def period_of(key: str) -> Period:
    """
    Read a period's key.

    :raises UnknownPeriodError: if it is none
    """
    found = _KEY.fullmatch(key)
    if found is None or not _EARLIEST_YEAR <= int(found[1]) <= _LATEST_YEAR:
        raise UnknownPeriodError(f"“{key}”不是统计期，请写成 2026-03、2026Q1、2026H1 或者 2026 的样子。", key=key)
    year = int(found[1])
    if found[2]:
        month = date(year, int(found[2]), 1)
        if not found[3]:
            return _from(month, PeriodKind.MONTH)
        return _from(_shifted(month, 1 - _MONTHS), PeriodKind.ROLLING)
    if found[4]:
        return _from(date(year, 3 * int(found[4]) - 2, 1), PeriodKind.QUARTER)
    if found[5]:
        return _from(date(year, 6 * int(found[5]) - 5, 1), PeriodKind.HALF)
    return _from(date(year, 1, 1), PeriodKind.YEAR)


def period_on(kind: PeriodKind, on: date) -> Period:
    """Return the period of a kind in which a day lies (of rolling ones, the one that ends with the day's month)."""
    if kind is PeriodKind.ROLLING:
        return _from(_shifted(on.replace(day=1), 1 - _MONTHS), kind)
    month = (on.month - 1) // kind.months * kind.months + 1
    return _from(date(on.year, month, 1), kind)


def periods_up_to(kind: PeriodKind, on: date, most: int) -> tuple[Period, ...]:
    """Return so many periods, the one of the day as the last, in the order of time."""
    return tuple(reversed([*_back(period_on(kind, on), most)]))


def _back(period: Period, most: int) -> Iterator[Period]:
    for _ in range(most):
        yield period
        period = period.earlier()


def _from(first: date, kind: PeriodKind) -> Period:
    return Period(first=first, end=_shifted(first, kind.months), kind=kind)


def _shifted(first: date, months: int) -> date:
    total = first.year * _MONTHS + first.month - 1 + months
    return date(total // _MONTHS, total % _MONTHS + 1, 1)
