"""Days, moments that may lack their hour, and three-valued truth (``None`` is *unknown*)."""

import calendar as months
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

MIDNIGHT = time(0, 0)


class Moment(NamedTuple):
    """A day and, where it is known, the time of day."""

    day: date
    clock: time | None

    @property
    def place_in_order(self) -> datetime:
        """Where it sorts: a bare day stands at its midnight."""
        return datetime.combine(self.day, self.clock or MIDNIGHT)

    @property
    def exact(self) -> datetime | None:
        """The full date and time, when the hour is known."""
        return None if self.clock is None else datetime.combine(self.day, self.clock)


def before(first: Moment, second: Moment) -> bool | None:
    """Compare moments when both have hours, else days; the same day without both hours is unknown."""
    if first.clock is not None and second.clock is not None:
        return datetime.combine(first.day, first.clock) < datetime.combine(second.day, second.clock)
    if first.day != second.day:
        return first.day < second.day
    return None


def add_months(day: date, count: int) -> date:
    """The same day number so many months on, or the last day of that month."""
    year, month = day.year, day.month
    step = 1 if count > 0 else -1
    for _ in range(abs(count)):
        month += step
        if month == 13:
            year, month = year + 1, 1
        if month == 0:
            year, month = year - 1, 12
    return date(year, month, min(day.day, months.monthrange(year, month)[1]))


def add_days(day: date, count: int) -> date:
    return day + timedelta(days=count)


def all3(values: Iterable[bool | None]) -> bool | None:
    """No if any is no; else unknown if any is unknown; else yes."""
    values = list(values)
    if any(value is False for value in values):
        return False
    if any(value is None for value in values):
        return None
    return True


def any3(values: Iterable[bool | None]) -> bool | None:
    """Yes if any is yes; else unknown if any is unknown; else no."""
    values = list(values)
    if any(value is True for value in values):
        return True
    if any(value is None for value in values):
        return None
    return False


def not3(value: bool | None) -> bool | None:
    return None if value is None else not value


# What a rule says of a subject.
HOLDS = "holds"
BROKEN = "broken"
NOT_EVALUATED = "not_evaluated"
NOT_APPLICABLE = "not_applicable"


def status_of(value: bool | None) -> str:
    """Turn *holds?* into a status."""
    if value is None:
        return NOT_EVALUATED
    return HOLDS if value else BROKEN


def worst(statuses: Iterable[str]) -> str:
    """Of several things in one subject the worst counts."""
    statuses = list(statuses)
    for status in (BROKEN, NOT_EVALUATED, HOLDS):
        if status in statuses:
            return status
    return NOT_APPLICABLE
