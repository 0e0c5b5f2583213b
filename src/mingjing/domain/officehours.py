"""
How long something took in working hours: within the hours in which offices are open, on working days of the calendar.

The hours are a parameter of the place, so that a place's own ones (also those of summer and winter, by date) take their
place. Times are those of the place (China Standard Time), without a zone.

Source: 行政许可法第八十二条; 国务院关于职工工作时间的规定第三条; reading INT-0037.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from mingjing.law import parameters
from mingjing.law.calendars import Calendar
from mingjing.law.citations import Citation


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeHours:
    """The hours of a working day, from and until; what lies between two of them (noon) is no working time."""

    sessions: tuple[tuple[time, time], ...]
    citation: Citation

    @property
    def day(self) -> timedelta:
        """How long a working day is."""
        day = date.min
        spans = (datetime.combine(day, until) - datetime.combine(day, first) for first, until in self.sessions)
        return sum(spans, timedelta())

    @property
    def label(self) -> str:
        """Write them for a reader."""
        return "、".join(f"{first:%H:%M}—{until:%H:%M}" for first, until in self.sessions)


def office_hours(on: date, place: str | None) -> OfficeHours:
    """Return the office hours of a place on a day: those of the county that a town lies in."""
    value = parameters.get("office.hours").at(on, place)
    assert value is not None, "office.hours has a value from the beginning"
    return OfficeHours(sessions=_sessions(value.names), citation=value.citation)


@cache
def _sessions(written: tuple[str, ...]) -> tuple[tuple[time, time], ...]:
    spans = (one.split("-") for one in written)
    return tuple((time.fromisoformat(first), time.fromisoformat(until)) for first, until in spans)


type Span = tuple[datetime, datetime]


def sessions(first: datetime, last: date, place: str | None, calendar: Calendar) -> Iterator[Span]:
    """List the times in which the offices are open, from a moment on to the end of a day."""
    day = first.date()
    while day <= last:
        if calendar.is_working_day(day):
            for opens, closes in office_hours(day, place).sessions:
                start, end = max(datetime.combine(day, opens), first), datetime.combine(day, closes)
                if start < end:
                    yield start, end
        day += timedelta(days=1)


def worked(
    first: datetime, last: datetime, place: str | None, calendar: Calendar, *, without: Sequence[Span] = ()
) -> tuple[Span, ...]:
    """
    List the working time between two moments, in order; what lies ``without`` is left out.

    Moments outside the office hours count from the next opening, and to the closing before.
    """
    found = []
    for start, closes in sessions(first, last.date(), place, calendar):
        end = min(closes, last)
        if start < end:
            found += _outside((start, end), without)
    return tuple(found)


def length(spans: Sequence[Span]) -> timedelta:
    """Add up spans."""
    return sum((end - start for start, end in spans), timedelta())


def used_up(
    first: datetime, amount: timedelta, place: str | None, calendar: Calendar, *, without: Sequence[Span] = ()
) -> datetime:
    """Return the moment at which an amount of working time after ``first`` is used up."""
    left = amount
    for span in sessions(first, date.max - timedelta(days=1), place, calendar):
        for start, end in _outside(span, without):
            if end - start >= left:
                return start + left
            left -= end - start
    raise AssertionError("the calendar goes on to the year 9999")


def _outside(span: Span, without: Sequence[Span]) -> list[Span]:
    """What of a span lies in none of the others."""
    rest = [span]
    for gone_from, gone_until in without:
        rest = [
            (start, end)
            for each_from, each_until in rest
            for start, end in ((each_from, min(each_until, gone_from)), (max(each_from, gone_until), each_until))
            if start < end
        ]
    return rest
