"""Deadlines and windows as the rule table defines them."""

from collections.abc import Iterable
from datetime import date, timedelta

from tests.oracle.counting import Interval, due_in_days, due_in_working_days
from tests.oracle.moments import BROKEN, HOLDS, NOT_APPLICABLE, NOT_EVALUATED, before
from tests.oracle.world import Case, Event, World

CLOSED = {"withdrawn", "transferred", "ended"}


def closes(case: Case, end: date | None) -> bool:
    """Without an end, a case that was withdrawn, transferred or ended has no open period."""
    return end is None and case.status in CLOSED


def judged(as_of: date, end: date | None, due: date | None) -> str:
    """Broken if the end lies after the due day, or if there is none and the due day has passed."""
    if due is None:
        return NOT_EVALUATED
    if (as_of if end is None else end) > due:
        return BROKEN
    return HOLDS


def working_day_deadline(case: Case, start: date | None, end: date | None, parameter: str) -> str:
    """A plain working-day period of a case."""
    if closes(case, end):
        return NOT_APPLICABLE
    if start is None:
        return NOT_EVALUATED
    amount = case.value(parameter, start)
    if amount is None:
        return NOT_APPLICABLE
    return judged(case.world.as_of, end, due_in_working_days(case.world.days, start, amount))


def suspensions(case: Case, types: Iterable[str]) -> list[Interval]:
    """From the day of the step to the day it ended; an open suspension to the first resumption, or the day after today."""
    found = []
    for event in case.all(*types):
        if event.ended_at is not None:
            found.append((event.day, event.ended_at.day))
        elif event.type == "suspension":
            resumed = [each.day for each in case.all("resumption") if before(each.at, event.at) is not True]
            found.append((event.day, resumed[0] if resumed else case.world.as_of + timedelta(days=1)))
    return found


NO_PERIOD = "no period"


def is_after_window(case: Case, served: date, act: date, parameter: str) -> bool | str | None:
    """Does the act lie after the window? ``NO_PERIOD`` where the parameter has no value."""
    amount = case.value(parameter, served)
    if amount is None:
        return NO_PERIOD
    due = due_in_working_days(case.world.days, served, amount)
    return None if due is None else act > due


def quorum(world: World, event: Event, minimum: int, *, with_credential: bool) -> str:
    """Enough distinct handlers and recorders who hold role officer that day (and a valid credential)."""
    persons = {officer for role, officer in world.participants[event.id] if role in ("handler", "recorder")}
    return enough(world, persons, event.day, minimum, with_credential=with_credential)


def enough(world: World, persons: Iterable[str], day: date, minimum: int, *, with_credential: bool) -> str:
    counted = 0
    for officer in set(persons):
        if not world.holds_role(officer, "officer", day):
            continue
        if with_credential and not world.holds_credential(officer, day):
            continue
        counted += 1
    return HOLDS if counted >= minimum else BROKEN


__all__ = [
    "CLOSED",
    "NO_PERIOD",
    "closes",
    "due_in_days",
    "due_in_working_days",
    "enough",
    "is_after_window",
    "judged",
    "quorum",
    "suspensions",
    "working_day_deadline",
]
