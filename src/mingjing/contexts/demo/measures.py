"""Compulsory measures, compulsory execution and the other decisions."""

from dataclasses import dataclass

import numpy as np

from mingjing.contexts.demo.days import MINUTES, NONE, UNPLANNED, Ints, Mask
from mingjing.contexts.demo.events import EventBook
from mingjing.contexts.demo.seizures import Seizures, terms
from mingjing.contexts.demo.setting import Setting
from mingjing.contexts.demo.truth import Plants, plants


@dataclass(slots=True)
class Decisions:
    """What the case table and the disclosures need to know of these cases."""

    plants: Plants
    published: Ints
    status: Ints
    ticket: Ints = UNPLANNED
    team: Ints = UNPLANNED


def book_seizures(setting: Setting, unit: Ints, ordinal: Ints) -> tuple[Ints, Ints]:
    """Choose the teams of the measures and ask for their hour."""
    day = setting.work.day(ordinal)
    team = setting.staff.crew.pick(setting.rng, unit, day, day)
    return team, setting.desk.ask(team, day, np.ones(len(unit), bool))


def write_measures(setting: Setting, unit: Ints, team: Ints, ticket: Ints, place: Ints) -> tuple[EventBook, Decisions]:
    """Write seizures with what became of the things, lawful but for what is planted."""
    rows, rng, desk, crew = len(unit), setting.rng, setting.desk, setting.staff.crew
    book = EventBook(rows, setting.last)
    plan = plants(rng, rows, setting.violations, 5)
    yes = np.ones(rows, bool)
    at = desk.start(ticket)
    day = at // MINUTES
    ripe = day <= setting.as_of - 5
    alone = plan.choose(ripe, "seizure.two-officers")
    unrecorded = plan.choose(ripe, "seizure.record")
    unapproved = plan.choose(ripe, "seizure.approval")
    urgent = setting.chance(rows, 0.3)
    silent = unapproved & setting.chance(rows, 0.4)
    extended, until, released = terms(setting, at, yes)
    tested = setting.chance(rows, 0.15) & (extended < 0) & ~plan.taken
    length = setting.some(rows, 4, 14)
    # released on the last day that the tests leave
    released = np.where(tested & setting.chance(rows, 0.4), setting.clock(day + 30 + length, 15), released)
    over = plan.choose((day <= setting.as_of - 75) & ~tested, "seizure.duration")
    due = np.where(extended >= 0, until, day + 30)
    released = np.where(over, setting.clock(due + setting.some(rows, 1, 15), 15), released)
    kept = over & setting.chance(rows, 0.3)
    released = np.where(kept, NONE, released)
    seized = Seizures(
        setting=setting, when=yes, at=at, place=desk.where(ticket, place), lead=crew.lead[team], mate=crew.mate[team],
        approver=setting.staff.leaders[unit, 0], urgent=urgent, released=released, extended=extended, extends_to=until,
        alone=alone, unrecorded=unrecorded, unapproved=silent, late_approval=unapproved, ended=desk.end(ticket),
    ).write(book)  # fmt: skip
    ended = setting.clock(day + 2 + length, 16)
    book.add(
        "testing", tested, setting.clock(day + 2, 9), about=seized, ended=np.where(ended <= setting.last, ended, NONE)
    )
    decided = np.where(released >= 0, released - 60, NONE)
    published = _conclude(setting, book, plan, unit, decided, yes, "other.disclosure.in-time")
    closed = np.where(released >= 0, released + 30, NONE)
    book.add("closing", yes, closed)
    status = ((closed >= 0) & (closed <= setting.last)).astype(np.int64)
    return book, Decisions(plan, published, status)


def _conclude(
    setting: Setting, book: EventBook, plan: Plants, unit: Ints, decided: Ints, when: Mask, rule: str
) -> Ints:
    """Write the decision with its approver; return when it was published, within twenty working days unless planted."""
    rows, work = len(unit), setting.work
    decision = book.add("decision", when, decided, number=0)
    book.staff(decision, setting.staff.leaders[unit, 0], "approver")
    service = book.add("service", when, np.where(decided >= 0, decided + 20, NONE), about=decision, method=0)
    book.staff(service, setting.staff.leaders[unit, 2], "server")
    day = np.maximum(decided, 0) // MINUTES
    ordinal = work.ordinal(np.maximum(day, setting.start))
    late = plan.choose((decided >= 0) & (day <= setting.as_of - 60), rule)
    wait = np.where(late, setting.some(rows, 21, 30), setting.rng.choice([2, 5, 8, 12, 16, 19, 20], rows))
    shown = (decided >= 0) & ~(late & setting.chance(rows, 0.4))
    published = np.where(shown, setting.clock(work.day(ordinal + wait), 9), NONE)
    return np.where(published <= setting.last, published, NONE)


def write_executions(setting: Setting, unit: Ints, begun: Ints) -> tuple[EventBook, Decisions]:
    """Write demands, decisions to execute, execution."""
    rows, work = len(unit), setting.work
    book = EventBook(rows, setting.last)
    plan = plants(setting.rng, rows, setting.violations, 1)
    yes = np.ones(rows, bool)
    demand = book.add("demand", yes, setting.clock(work.day(begun), 9))
    book.add("service", yes, setting.clock(work.day(begun), 15), about=demand, method=0)
    decided = setting.clock(work.day(begun + setting.some(rows, 11, 20)), 10)
    published = _conclude(setting, book, plan, unit, decided, yes, "other.disclosure.in-time")
    done = decided + setting.some(rows, 3, 30) * MINUTES
    book.add("execution", yes, done)
    book.add("closing", yes, done + 120)
    return book, Decisions(plan, published, (done + 120 <= setting.last).astype(np.int64))


def write_others(setting: Setting, unit: Ints, begun: Ints) -> tuple[EventBook, Decisions]:
    """Write applications and decisions of other kinds."""
    rows, work = len(unit), setting.work
    book = EventBook(rows, setting.last)
    plan = plants(setting.rng, rows, setting.violations, 1)
    yes = np.ones(rows, bool)
    book.add("application", yes, setting.clock(work.day(begun), 9))
    decided = setting.clock(work.day(begun + setting.some(rows, 0, 15)), 15)
    published = _conclude(setting, book, plan, unit, decided, yes, "other.disclosure.in-time")
    book.add("closing", yes, decided + 60)
    return book, Decisions(plan, published, (decided + 60 <= setting.last).astype(np.int64))
