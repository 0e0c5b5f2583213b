"""What the kinds about one case share: the steps that they speak of, the columns that they ask for, words."""

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from typing import ClassVar, Final

from mingjing.domain.rules.model import NOT_APPLICABLE, Kind, Reckoning, Status
from mingjing.domain.rules.terms import (
    All,
    Allows,
    Dated,
    Ended,
    Exceeds,
    FirstService,
    Flag,
    Given,
    HasBenchmark,
    HasPenalty,
    Is,
    OnlyPenalties,
    PartyIs,
    Remedied,
    Served,
    This,
    Urgent,
    WithinProposal,
)
from mingjing.kernel.moments import moment_of
from mingjing.law import parameters

CLOSING_STATUSES: Final = ("withdrawn", "transferred", "ended")
"""Statuses of a case that close its open periods."""

NEEDED: Final[frozenset[str]] = frozenset({"cases.kind"})
"""What every rule about a case asks for."""


def worst(reckonings: Iterable[Reckoning]) -> Reckoning:
    """
    Join the reckonings of several things in one case: one finding a subject, the worst.

    Broken comes before not evaluated, and that before holds. Of several breaches the latest overdue, then the first.
    """
    order = {Status.BROKEN: 0, Status.NOT_EVALUATED: 1, Status.HOLDS: 2, Status.NOT_APPLICABLE: 3}
    return min(reckonings, key=lambda one: order[one.status], default=NOT_APPLICABLE)


def when_text(code: int | None) -> str:
    """Write the moment of a step, its hour where it is known, or that there is no record of it."""
    return "无记录" if code is None else moment_of(code).isoformat()


def overdue_days(due: int | None, until: int) -> int | None:
    """Count the days after the last one; ``None`` where there is none."""
    return None if due is None else max(until - due, 0) or None


def _event_types(part: object) -> Iterator[frozenset[str]]:
    """Walk the terms of a kind for the steps and events that they speak of."""
    if isinstance(part, tuple):
        for member in part:
            yield from _event_types(member)
    if not is_dataclass(part) or isinstance(part, type):
        return
    for field in fields(part):
        value = getattr(part, field.name)
        if field.name == "types" and value:
            yield frozenset(value)
        elif field.name in ("start", "end", "type") and isinstance(value, str):
            yield frozenset({value})
        else:
            yield from _event_types(value)


def columns_of(part: object) -> Iterator[str]:
    """
    Walk the terms of a kind for the columns whose absence would answer the question by itself.

    What only some places ask for (a member of a list parameter) is not asked of every source.
    """
    if isinstance(part, All) and any(isinstance(one, Allows) and one.member for one in part.parts):
        return
    if isinstance(part, tuple):
        for member in part:
            yield from columns_of(member)
    yield from _own_columns(part)
    yield from _linked_columns(part)
    if isinstance(part, Exceeds) and part.by_class:
        yield from ("cases.party_id", "parties", "parties.kind")
    if is_dataclass(part) and not isinstance(part, type):
        for field in fields(part):
            yield from columns_of(getattr(part, field.name))


def _own_columns(part: object) -> Iterator[str]:
    """The columns of the case and of its item that a term asks for."""
    match part:
        case Flag(column) | Is(column, _) | Exceeds(column=column) | Dated(column):
            yield f"cases.{column}"
        case Given(column):
            yield column.replace("item.", "items.") if "." in column else f"cases.{column}"
        case HasPenalty() | OnlyPenalties():
            yield "cases.other_penalties"
        case WithinProposal():
            yield from ("events.amount_fen", "events.penalties", "cases.fine_fen", "cases.other_penalties")
        case _:
            pass


def _linked_columns(part: object) -> Iterator[str]:
    """The tables and columns beside the case that a term asks for."""
    match part:
        case HasBenchmark():
            yield from ("benchmarks", "cases.item_id")
        case Served() | FirstService():
            yield "events.about_event_id"
        case Ended():
            yield "events.outcome"
        case PartyIs():
            yield from ("cases.party_id", "parties", "parties.kind")
        case Remedied():
            yield "remedies"
        case Urgent():
            yield "events.urgent"
        case _:
            pass


def _linked_types(part: object) -> Iterator[str]:
    """Walk the terms of a kind for the steps that they bring with them: services, extensions, times not counted."""
    if isinstance(part, tuple):
        for member in part:
            yield from _linked_types(member)
    if isinstance(part, Served | FirstService) or (isinstance(part, This) and part.served):
        yield "service"
    if not is_dataclass(part) or isinstance(part, type):
        return
    for field in fields(part):
        value = getattr(part, field.name)
        if field.name == "extension" and isinstance(value, str):
            yield value
        elif field.name == "deduct" and isinstance(value, str):
            yield "resumption"
            for one in parameters.get(value).values:
                yield from one.value if isinstance(one.value, tuple) else ()
        else:
            yield from _linked_types(value)


class StepsKind(Kind):
    """A kind that judges one case by its own steps."""

    __slots__ = ()
    judges_steps: ClassVar[bool] = True
    looks_at: ClassVar[frozenset[str]] = frozenset()
    """Types of step that ``check`` looks at beyond those that the terms name."""

    def event_types(self) -> frozenset[frozenset[str]]:
        return frozenset(_event_types(self))

    def rests_on(self) -> frozenset[str]:
        return self.looks_at.union(*self.event_types(), _linked_types(self))
