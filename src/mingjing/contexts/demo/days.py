"""Working days and minutes as columns: the calendar of ``mingjing.law`` turned into look-up tables."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mingjing.kernel.moments import day_number
from mingjing.law.calendars import calendar

type Ints = NDArray[np.int64]
type Mask = NDArray[np.bool_]

NONE = -1
"""No day, no moment, no reference."""

MINUTES = 1440


UNPLANNED: Any = None
"""What a plan does not say yet: a later step of planning fills it in."""


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Ordinals of working days between two days, both ways."""

    first: int
    through: Ints
    nth: Ints

    @classmethod
    def between(cls, first: date, last: date) -> "WorkingDays":
        """Read the calendar from ``first`` to ``last``."""
        rows = calendar().table(first, last)
        ordinals = np.array([row[1] for row in rows], np.int64)
        start = day_number(first)
        base = ordinals[0] - 1
        through = ordinals - base
        worked = np.flatnonzero(np.diff(through, prepend=0 if through[0] else through[0]) > 0)
        nth = np.concatenate([[start - 1] * int(through[worked[0]]), worked + start]).astype(np.int64)
        return cls(start, through, nth)

    def ordinal(self, day: Ints) -> Ints:
        """Return the ordinal of the latest working day that is not after ``day``."""
        return self.through[day - self.first]

    def day(self, ordinal: Ints) -> Ints:
        """Return the working day with this ordinal."""
        return self.nth[ordinal]

    def after(self, day: Ints, amount: Ints | int) -> Ints:
        """Return the ``amount``-th working day after ``day``."""
        return self.nth[self.ordinal(day) + amount]

    def roll(self, day: Ints) -> Ints:
        """Return ``day`` if it is worked, else the next day that is."""
        return self.nth[self.ordinal(day - 1) + 1]


def years_after(day: Ints, years: int) -> Ints:
    """Move by whole years; 29 February becomes 28 February."""
    return months_after(day, 12 * years)


def months_after(day: Ints, months: int) -> Ints:
    """Move by whole months; where the month is shorter, to its last day."""
    stamp = day.astype("datetime64[D]")
    month = stamp.astype("datetime64[M]")
    offset = (stamp - month.astype("datetime64[D]")).astype(np.int64)
    target = (month + np.timedelta64(months, "M")).astype("datetime64[D]")
    length = ((month + np.timedelta64(months + 1, "M")).astype("datetime64[D]") - target).astype(np.int64)
    return target.astype(np.int64) + np.minimum(offset, length - 1)


def year_of(day: Ints) -> Ints:
    """Return the calendar year."""
    return day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def month_of(day: Ints) -> Ints:
    """Return the months since January 1970."""
    return day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def running_number(*keys: Ints) -> Ints:
    """Number the rows of equal keys from zero, in their order."""
    order = np.lexsort(keys[::-1])
    fresh = np.zeros(len(order), bool)
    fresh[:1] = True
    for key in keys:
        ordered = key[order]
        fresh[1:] |= ordered[1:] != ordered[:-1]
    places = np.arange(len(order))
    starts = np.maximum.accumulate(np.where(fresh, places, 0))
    numbers = np.empty(len(order), np.int64)
    numbers[order] = places - starts
    return numbers
