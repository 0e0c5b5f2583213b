"""What items promise, held against what their cases took: on the page of a case, in a list, written onto the case by each step."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db.models import DateTimeField, F, OuterRef, Q, QuerySet, Subquery
from django.utils.timezone import get_current_timezone, localtime

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.cases import queries
from mingjing.contexts.cases.models import Case, Event
from mingjing.contexts.catalog.queries import resolve
from mingjing.domain.catalog.promises import PromisedTime, promised_of_data
from mingjing.domain.procedures.promises import Measured, measured
from mingjing.domain.rules import facts
from mingjing.law.calendars import calendar

_KIND: Final = "license"
_SECOND: Final = timedelta(seconds=1)

type Promised = Callable[[str], PromisedTime | None]
"""Says what the edition of an item promises."""


def promised_of(pin: str) -> PromisedTime | None:
    """Return what the edition of an item promises."""
    return promised_of_data(resolve(pin).content.get("promised_time")) if pin else None


def measured_of(
    row: Case, events: Sequence[facts.Event], at: datetime, *, promised: Promised = promised_of
) -> Measured | None:
    """Measure a licence by its steps; ``None`` where its item promises nothing, and for other cases."""
    if row.kind != _KIND:
        return None
    until = localtime(at).replace(tzinfo=None)
    return measured(events, promised(row.item_pin), place=row.unit.place, until=until, calendar=calendar())


def note_promise(row: Case, events: Sequence[facts.Event], at: datetime, *, promised: Promised = promised_of) -> None:
    """
    Write onto a case what was promised, until when, and what it took once it was decided; it is not saved.

    Whoever takes in many hands over a ``promised`` that remembers the editions it has seen.
    """
    found = measured_of(row, events, at, promised=promised)
    row.promised_seconds = row.promise_due_at = row.worked_seconds = None
    if found is None:
        return
    row.promised_seconds = found.promise.time // _SECOND
    row.promise_due_at = found.due_at and found.due_at.replace(tzinfo=get_current_timezone())
    if found.ended is not None and found.took is not None:
        row.worked_seconds = -(-found.took // _SECOND)


# which cases

_OPEN: Final = Q(decided_on__isnull=True, status="open")


def exceeded(now: datetime) -> Q:
    """Cases that took longer than was promised, or run and have used it up."""
    return Q(worked_seconds__gt=F("promised_seconds")) | Q(_OPEN, promise_due_at__lt=now)


def kept() -> Q:
    """Cases decided within what was promised."""
    return Q(worked_seconds__lte=F("promised_seconds"))


def running(now: datetime) -> Q:
    """Cases not decided whose time is not used up."""
    return Q(_OPEN, promise_due_at__gte=now)


UNKNOWN: Final = Q(worked_seconds__isnull=True) & (Q(decided_on__isnull=False) | Q(promise_due_at__isnull=True))
"""Cases that nobody can measure: an hour was not written down, or the holidays of a year are not known."""


def promised_cases(actor: Actor) -> QuerySet[Case]:
    """Return the cases with a promise that the actor may see, each with when it was accepted and decided."""
    rows = queries.listed(actor).filter(promised_seconds__isnull=False)
    return rows.filter(Q(decided_on__isnull=False) | _OPEN).annotate(
        accepted_at=_moment_of("acceptance", "at"), settled_at=_moment_of("grant", "-at", "refusal")
    )


def _moment_of(kind: str, order: str, *others: str) -> Subquery:
    """When the first or the latest step of a kind was taken that was not turned down."""
    steps = Event.objects.filter(case=OuterRef("pk"), type__in=[kind, *others]).exclude(outcome__in=facts.Event.UNDONE)
    return Subquery(steps.order_by(order).values("at")[:1], output_field=DateTimeField())
