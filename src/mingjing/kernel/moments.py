"""
Days, and moments that may lack their hour.

Enforcement records often say only the day. A bare day is a moment of unknown hour: it orders against other days, but
not within its own. Day numbers are days since 1970-01-01, so that the same integers serve Python and columns.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

EPOCH: Final = date(1970, 1, 1)
EPOCH_ORDINAL: Final = EPOCH.toordinal()
LAST_ORDINAL: Final = date.max.toordinal()
MICROSECONDS_A_DAY: Final = 86_400_000_000
DAY_CODE: Final = 2 * MICROSECONDS_A_DAY
"""Moment codes (:attr:`Moment.code`) per day."""


def day_number(day: date) -> int:
    """Return the days from 1970-01-01 to ``day``."""
    return day.toordinal() - EPOCH_ORDINAL


def day_of(number: int) -> date:
    """Return the day with this number; the last or first day there is for one beyond the years 1 to 9999."""
    return date.fromordinal(min(max(number + EPOCH_ORDINAL, 1), LAST_ORDINAL))


def add_months(day: date, months: int) -> date:
    """Move by whole months; where the month is shorter, to its last day."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    next_month = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (next_month - timedelta(days=1)).day))


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A day, and the time of day where it is known (China Standard Time)."""

    day: date
    clock: time | None = None

    @classmethod
    def of(cls, value: date | datetime) -> "Moment":
        """Make a moment: a ``datetime`` has its hour, a plain ``date`` has none."""
        if isinstance(value, datetime):
            return cls(day=value.date(), clock=value.time())
        return cls(day=value)

    @property
    def microseconds(self) -> int | None:
        """Microseconds since 1970-01-01 00:00, or ``None`` when the hour is unknown."""
        if self.clock is None:
            return None
        clock = self.clock
        seconds = (clock.hour * 60 + clock.minute) * 60 + clock.second
        return day_number(self.day) * MICROSECONDS_A_DAY + seconds * 1_000_000 + clock.microsecond

    @property
    def code(self) -> int:
        """
        One sortable integer for day, hour and whether the hour is known.

        Twice the microseconds since 1970-01-01, plus one where the hour is known; a bare day stands at its midnight.
        """
        micro = self.microseconds
        return day_number(self.day) * MICROSECONDS_A_DAY * 2 if micro is None else micro * 2 + 1

    def isoformat(self) -> str:
        """Write as in the facts standard."""
        if self.clock is None:
            return self.day.isoformat()
        return datetime.combine(self.day, self.clock).isoformat(sep=" ", timespec="minutes")


def moment_of(code: int) -> Moment:
    """Return the moment with this code."""
    number, rest = divmod(code, DAY_CODE)
    if rest % 2 == 0:
        return Moment(day=day_of(number))
    clock = (datetime.min + timedelta(microseconds=rest // 2)).time()
    return Moment(day=day_of(number), clock=clock)


def before(first: Moment, second: Moment) -> bool | None:
    """
    Say whether ``first`` came earlier; ``None`` when both are of one day and an hour is missing.

    Two equal moments are not before one another.
    """
    if first.day != second.day:
        return first.day < second.day
    if first.clock is None or second.clock is None:
        return None
    return first.clock < second.clock
