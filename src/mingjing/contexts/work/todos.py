"""
To-dos from all rooms through one interface.

A room registers a provider when the platform starts; it is asked with the actor and today, and answers with what waits
for this person, through ``visible``, in one or two queries. Nothing is stored: a to-do is gone when its reason is.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from mingjing.contexts.accounts.access import Actor
from mingjing.law.citations import Citation

SOON_DAYS: Final = 3
WEEK_DAYS: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Todo:
    """
    Something that a person must do: what, where, by when, and why.

    ``why`` says in plain words how the day comes about (“立案后九十日内作出决定；8 月 24 日立案”), ``citation`` on which
    provision it rests, ``kind`` in a word what it is about (“案件”, “证件”).
    """

    title: str
    href: str
    kind: str
    due_on: date | None = None
    why: str = ""
    citation: Citation | None = None


class Urgency(StrEnum):
    """How soon."""

    OVERDUE = "已超期"
    TODAY = "今天到期"
    SOON = "三天内到期"
    WEEK = "七天内到期"
    LATER = "以后到期"
    OPEN = "没有期限"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The to-dos of an urgency."""

    urgency: Urgency
    todos: Sequence[Todo]

    @property
    def tone(self) -> str:
        """What colour it has."""
        return {Urgency.OVERDUE: "bad", Urgency.TODAY: "attention", Urgency.SOON: "attention"}.get(
            self.urgency, "plain"
        )


type Provider = Callable[[Actor, date], Iterable[Todo]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Let a room's to-dos be asked for."""
    if provider not in _providers:
        _providers.append(provider)


def todos_for(actor: Actor, today: date) -> list[Todo]:
    """Return everything that waits for the actor, the most urgent first."""
    found = [todo for provider in _providers for todo in provider(actor, today)]
    return sorted(found, key=lambda one: (one.due_on is None, one.due_on or date.max, one.kind, one.title))


def urgency_of(todo: Todo, today: date) -> Urgency:
    """Say how soon a to-do is due."""
    if todo.due_on is None:
        return Urgency.OPEN
    if todo.due_on < today:
        return Urgency.OVERDUE
    if todo.due_on == today:
        return Urgency.TODAY
    if todo.due_on <= today + timedelta(days=SOON_DAYS):
        return Urgency.SOON
    return Urgency.WEEK if todo.due_on <= today + timedelta(days=WEEK_DAYS) else Urgency.LATER


def grouped(todos: Iterable[Todo], today: date) -> list[Group]:
    """Group to-dos by urgency; groups without any are left out."""
    by_urgency: dict[Urgency, list[Todo]] = {one: [] for one in Urgency}
    for todo in todos:
        by_urgency[urgency_of(todo, today)].append(todo)
    return [Group(urgency=one, todos=tuple(found)) for one, found in by_urgency.items() if found]
