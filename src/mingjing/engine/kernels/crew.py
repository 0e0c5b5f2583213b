"""Who took part in the steps of a case, over arrays (columns: :mod:`mingjing.engine.columns.case`)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow as pa

from mingjing.domain.rules.kinds.case.people import Separation
from mingjing.domain.rules.model import Rule, Status
from mingjing.domain.rules.terms import HANDLING
from mingjing.engine.arrays import Flags, Integers, batched_table, distinct, numbers, whole
from mingjing.engine.columns.case import CREW_ROLES, CREW_TYPES, HANDLER, PENALTY_KIND, demand
from mingjing.engine.context import Context
from mingjing.engine.kernels import Database, Kernel, kernel, verdicts
from mingjing.engine.store import CODES
from mingjing.engine.tables import FAR
from mingjing.kernel.moments import DAY_CODE

DAYS: Final = 22
"""Bits that hold a day number moved by ``FAR``."""


def _pairs(case: Integers, officer: Integers) -> Integers:
    """The different pairs of case and officer, as whole numbers in order."""
    return distinct((case.astype(np.int64) << 32) | officer)


def _among(pairs: Integers, case: Integers, officer: Integers) -> Flags:
    if not len(pairs):
        return np.zeros(len(case), dtype=np.bool_)
    sought = (case.astype(np.int64) << 32) | officer
    found: Flags = pairs[np.searchsorted(pairs, sought).clip(max=len(pairs) - 1)] == sought
    return found


def _handling(database: Database, context: Context) -> Integers:
    """The pairs of case and handler of a chunk."""
    chunk = database.chunk
    if chunk.handling is None:
        rows = chunk.people.of((HANDLER,), HANDLING, context.horizon)
        chunk.handling = _pairs(chunk.people.case[rows], chunk.people.officer[rows])
    return chunk.handling


def handlers(database: Database, context: Context) -> pa.Table:
    """The handlers of each case: ``(c, officer)``."""
    pairs = _handling(database, context)
    return pa.table({"c": database.chunk.keys[pairs >> 32], "officer": (pairs & 0xFFFFFFFF).astype(np.int32)})


def crew(database: Database, context: Context) -> pa.Table:
    """How many officers, and how many with a valid credential, took part in each step that needs two."""
    chunk = database.chunk
    people, steps = chunk.people, chunk.steps
    rows = people.of(CREW_ROLES, CREW_TYPES, context.horizon)
    officer = people.officer[rows].astype(np.int64)
    states = database.ask("SELECT officer, since, until, is_officer, has_credential FROM officer_states ORDER BY 1, 2")
    holds = _state_of(states, officer, people.moment[rows] // DAY_CODE)
    counts = {}
    for name, flag in (("officers", "is_officer"), ("credentialed", "has_credential")):
        able = (
            (holds >= 0)
            & numbers(states, "is_officer").astype(np.bool_)[holds]
            & numbers(states, flag).astype(np.bool_)[holds]
        )
        pairs = _pairs(people.step[rows][able], officer[able])
        at = steps.places.of(pairs >> 32)
        counts[name] = np.bincount(at[at >= 0], minlength=len(steps.key))
    at = steps.of_types(CREW_TYPES)
    case = steps.case[at]
    taken = pa.array(at)
    columns = {name: whole(steps.table[name].take(taken)) for name in ("k", "c", "t", "m")}
    columns |= {name: pa.array(count[at]) for name, count in counts.items()}
    columns |= {name: whole(chunk.base[name].take(pa.array(case))) for name in ("item_single", "kind", "agency")}
    database.show("crew_rows", batched_table(columns))
    asked = demand(context, moment="b.m", single="b.item_single", agency="b.agency")
    return database.ask(f"SELECT b.*, {asked} AS demanded FROM crew_rows b")


def _state_of(states: pa.Table, officer: Integers, day: Integers) -> Integers:
    """The places of what these officers were on these days, -1 where they were nothing."""
    begun = (numbers(states, "officer").astype(np.int64) << DAYS) | (numbers(states, "since").astype(np.int64) + FAR)
    at = np.searchsorted(begun, (officer << DAYS) | (day + FAR), side="right") - 1
    if not len(begun):
        return np.full(len(officer), -1, dtype=np.int64)
    holds = (numbers(states, "officer")[at] == officer) & (day < numbers(states, "until")[at]) & (at >= 0)
    return np.where(holds, at, -1)


MADE: Final[Mapping[str, Callable[[Database, Context], pa.Table]]] = MappingProxyType(
    {"handlers": handlers, "crew": crew}
)
"""Tables that rules share which are made over arrays."""


@kernel.register
def _(kind: Separation, rule: Rule, context: Context) -> Kernel:
    role = CODES["participants.role"][kind.role]

    def judge(database: Database) -> pa.Table:
        chunk, people = database.chunk, database.chunk.people
        if kind.serving is None:
            rows = people.of((role,), kind.types, context.horizon)
        else:
            rows = _serving(database, role, kind, context)
        rows = rows[numbers(chunk.base, "kind")[people.case[rows]] == PENALTY_KIND]
        case = people.case[rows]
        judged = np.zeros(chunk.cases.count, dtype=np.bool_)
        judged[case] = True
        own = rows[_among(_handling(database, context), case, people.officer[rows])]
        own = own[np.lexsort((people.officer[own], people.step[own], people.case[own]))]
        own = own[np.diff(people.case[own], prepend=-1) != 0]
        at = np.flatnonzero(judged)
        told = np.searchsorted(at, people.case[own])
        status = np.full(len(at), Status.HOLDS, dtype=np.int8)
        status[told] = Status.BROKEN
        return verdicts(
            chunk.keys[at],
            status,
            told=told,
            values=(people.moment[own],),
            evidence=(people.step[own], people.officer[own]),
        )

    return judge


def _serving(database: Database, role: int, kind: Separation, context: Context) -> Integers:
    """The places of those who took the part in the step that is served by it, or in a step about that one."""
    assert kind.serving is not None
    chunk, people = database.chunk, database.chunk.people
    rows = np.flatnonzero((people.role == role) & (people.moment < context.horizon))
    served = numbers(chunk.frame, f"{kind.serving.name}_k")[people.case[rows]]
    rows, served = rows[served >= 0], served[served >= 0]
    about = np.full(len(rows), -1, dtype=np.int64)
    others = np.flatnonzero(np.isin(people.type[rows], [CODES["events.type"][type_] for type_ in kind.types]))
    at = chunk.steps.places.of(people.step[rows[others]])
    about[others] = np.where(at >= 0, numbers(chunk.steps.table, "about")[at], -1)
    taken: Integers = rows[(people.step[rows] == served) | (about == served)]
    return taken
