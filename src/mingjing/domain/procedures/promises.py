"""
How a case stands by what its item promises: the working time from acceptance to decision, against the promise.

Source: SS-73; reading INT-0037.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from mingjing.domain.catalog.promises import Promise, PromisedTime, promise_of
from mingjing.domain.officehours import Span, length, used_up, worked
from mingjing.domain.rules.facts import Event
from mingjing.kernel.moments import Moment
from mingjing.law import parameters
from mingjing.law.calendars import Calendar

_DECISIONS: Final = ("grant", "refusal")
_NO_HOUR: Final = "受理或者决定只记到日，没有时刻"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """
    What a case took. ``spans`` is its working time so far; ``None`` where an hour is not known or a year not loaded.

    ``due_at`` is when the promised time is used up.
    """

    promise: Promise
    began: Moment
    ended: Moment | None
    due_at: datetime | None
    spans: tuple[Span, ...] | None
    unknown: str = ""

    @property
    def took(self) -> timedelta | None:
        """The working time."""
        return None if self.spans is None else length(self.spans)

    @property
    def over(self) -> bool | None:
        """Whether it took longer than was promised; exactly as long is in time."""
        return None if self.took is None else self.took > self.promise.time


def measured(
    events: Sequence[Event], promised: PromisedTime | None, *, place: str | None, until: datetime, calendar: Calendar
) -> Measured | None:
    """
    Measure a case by its steps, in order; ``until`` is now, in the time of the place. ``None``: nothing is promised, or has begun.

    It begins with the acceptance, or with the application where nobody accepted it (INT-0025), and ends with the latest
    decision. What the law leaves out of the period of the decision (hearing, testing, appraisal) is left out here too.
    """
    start = _first(events, "acceptance") or _first(events, "application")
    if start is None or promised is None:
        return None
    promise = promise_of(promised, start.at.day, place)
    if promise is None:
        return None
    end = next((one for one in reversed(events) if one.type in _DECISIONS and one.is_effective), None)
    found = Measured(
        promise=promise, began=start.at, ended=end.at if end else None, due_at=None, spans=None, unknown=_NO_HOUR
    )
    began, ended = _exact(start.at), _exact(end.at) if end else until
    if began is None:
        return found
    without = _without(events, start.at.day, place)
    found = replace(found, due_at=used_up(began, promise.time, place, calendar, without=without))
    if ended is None:
        return found
    if missing := calendar.unloaded_years(began.date(), ended.date()):
        years = "、".join(f"{year}年" for year in missing)
        return replace(found, unknown=f"{years}放假安排没有收录")
    return replace(found, spans=worked(began, ended, place, calendar, without=without), unknown="")


def _first(events: Sequence[Event], kind: str) -> Event | None:
    return next((one for one in events if one.type == kind and one.is_effective), None)


def _exact(moment: Moment) -> datetime | None:
    return None if moment.clock is None else datetime.combine(moment.day, moment.clock)


def _without(events: Sequence[Event], on: date, place: str | None) -> tuple[Span, ...]:
    value = parameters.get("license.deduct").at(on, place)
    kinds = value.names if value else ()
    spans = ((_exact(one.at), one.ended_at and _exact(one.ended_at)) for one in events if one.type in kinds)
    return tuple((start, end) for start, end in spans if start and end and start < end)
