"""Units and accounts as sheets: judged and written by the acts of the room beneath, one row as its page would be."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.accounts.usecases.units import NewUnit, found_units, judge_units
from mingjing.contexts.accounts.usecases.users import NewUser, judge_users, make_users
from mingjing.contexts.registry.usecases.sheets.columns import SHEETS
from mingjing.contexts.registry.usecases.sheets.reading import Line
from mingjing.kernel.errors import DomainError

type Step = Callable[[int], None]


def judge_units_of(actor: Actor, lines: Sequence[Line], step: Step) -> None:
    """Judge units; one may stand under another further up in the sheet."""
    _judge("units", lines, judge_units(actor, [_unit(line) for line in lines]), step)


def judge_users_of(actor: Actor, lines: Sequence[Line], step: Step) -> None:
    """Judge accounts."""
    _judge("users", lines, judge_users(actor, [_user(line) for line in lines]), step)


def write_units(actor: Actor, at: datetime, lines: Sequence[Line]) -> list[Unit]:
    """Found the units."""
    return found_units(actor=actor, at=at, units=[_unit(line) for line in lines])


def write_users(actor: Actor, at: datetime, lines: Sequence[Line]) -> list[tuple[User, str]]:
    """Make the accounts, each with its initial password."""
    return make_users(actor=actor, at=at, people=[_user(line) for line in lines])


def slips_of(made: Sequence[tuple[User, str]]) -> list[list[str]]:
    """Return for each account what is handed to its person: unit, name, sign-in name, initial password."""
    return [[user.unit.name if user.unit else "", user.name, user.username, password] for user, password in made]


def _judge(sheet: str, lines: Sequence[Line], refusals: Sequence[DomainError | None], step: Step) -> None:
    labels = {column.name: column.label for column in SHEETS[sheet].columns}
    first = next(iter(labels.values()))
    for done, (line, refused) in enumerate(zip(lines, refusals, strict=True), start=1):
        if refused is not None:
            line.add(labels.get(str(refused.facts.get("field", "")), first), refused.message, "请更正这一格。")
        step(done)


def _unit(line: Line) -> NewUnit:
    given: dict[str, Any] = dict(line.values)
    return NewUnit(**given)


def _user(line: Line) -> NewUser:
    given: dict[str, Any] = dict(line.values)
    return NewUser(**given)
