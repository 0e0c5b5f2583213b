"""Compulsory measures, compulsory execution and the other decisions."""

from dataclasses import dataclass

import numpy as np

from mingjing.contexts.demo.days import MINUTES, NONE, UNPLANNED, Ints, Mask
from mingjing.contexts.demo.events import EventBook
from mingjing.contexts.demo.safeguards import DEMAND, DEMAND_PAPER, Choose, Steps, seizures
from mingjing.contexts.demo.seizures import Seizures, terms
from mingjing.contexts.demo.setting import Setting
from mingjing.contexts.demo.truth import Plants, plants
from mingjing.domain.rules.elements import ELEMENT_BITS

MORE_RULES = 20
EXECUTION_DECISION = (
    *("party", "reasons", "basis", "manner", "term", "remedy_channel", "remedy_period", "agency", "dated"),
)


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
    alone = plan.choose(ripe, "seizure.two-officers", "seizure.officers.credential")
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

    def choose(eligible: Mask, *rules: str) -> Mask:
        return plan.choose(eligible, *rules, rng=setting.aside, among=MORE_RULES)

    seizures(book, setting, choose)
    _freeze(setting, book, unit, choose, extended >= 0)
    return book, Decisions(plan, published, status)


def _freeze(setting: Setting, book: EventBook, unit: Ints, choose: Choose, longer: Mask) -> None:
    """Freeze money beside some seizures; plant what was not approved, told too late, kept too long."""
    rng, rows, work = setting.aside, len(unit), setting.work
    at, _ = Steps.of(book, "seizure").last(rows)
    ripe = at + 70 * MINUTES <= book.last
    unapproved, untold = (choose(ripe, rule) for rule in ("freezing.approval", "freezing.notice.in-time"))
    kept = choose(ripe & longer, "freezing.duration")
    some = unapproved | untold | kept | (ripe & (rng.random(rows) < 0.1))
    frozen = book.add("freezing", some, np.where(some, at + 5, NONE))
    approval = book.add("approval", some & ~unapproved, at - 90, about=frozen, outcome="approved")
    book.staff(approval, setting.staff.leaders[unit, 0], "approver")
    day = work.ordinal(np.maximum(at // MINUTES, setting.start))
    told = (
        work.day(day + np.where(untold, rng.integers(4, 8, rows), rng.choice([0, 1, 3], rows))) * MINUTES + 17 * 60 + 30
    )
    book.add("service", some, told, about=frozen, method=0)
    wait = np.where(kept, rng.integers(31, 40, rows), rng.choice([3, 12, 30], rows))
    book.add("freezing_release", some, at + wait * MINUTES, about=frozen)


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
    urged, served = setting.clock(work.day(begun), 9), setting.clock(work.day(begun), 15)
    ordinal = begun + setting.some(rows, 11, 20)
    decided = setting.clock(work.day(ordinal), 10)
    published = _conclude(setting, book, plan, unit, decided, yes, "other.disclosure.in-time")
    done = work.day(ordinal + setting.some(rows, 3, 20)) * MINUTES + decided % MINUTES
    ripe = done + 9 * MINUTES <= setting.last

    def choose(eligible: Mask, *rules: str) -> Mask:
        return plan.choose(eligible & ripe, *rules, rng=setting.aside, among=MORE_RULES)

    rng = setting.aside
    silent = choose(yes, "execution.demand.before-decision")
    demand = book.add("demand", ~silent, urged)
    book.add("service", ~silent, served, about=demand, method=0)
    rest = choose(yes, "execution.not-at-rest")
    free = (done // MINUTES + 4) // 7 * 7 + 3  # a Sunday, or a day off beside it
    free = np.where(work.ordinal(free) == work.ordinal(free - 1), free, done // MINUTES)
    night = rest & ((rng.random(rows) < 0.5) | (free == done // MINUTES))
    at = np.where(rest, np.where(night, done // MINUTES * MINUTES + 22 * 60, free * MINUTES + 10 * 60), done)
    urgent = yes & ~rest & (rng.random(rows) < 0.05)
    at = np.where(urgent & (rng.random(rows) < 0.5), done // MINUTES * MINUTES + 23 * 60, at)
    book.add("execution", yes, at, urgent=np.where(urgent, 1, NONE))
    book.add("closing", yes, done + 120)
    _press(setting, book, choose, decided, done)
    return book, Decisions(plan, published, (done + 120 <= setting.last).astype(np.int64))


def _press(setting: Setting, book: EventBook, choose: Choose, decided: Ints, done: Ints) -> None:
    """Say what demands and decisions contain, hear the party, perform in its stead; plant what is wrong with these."""
    rng, rows = setting.aside, book.cases
    _, demand = Steps.of(book, "demand").last(rows)
    _, decision = Steps.of(book, "decision").last(rows)
    for handles, elements, rule in (
        (demand, DEMAND, "execution.demand.contents"),
        (decision, EXECUTION_DECISION, "execution.decision.contents"),
    ):
        bits = np.array([ELEMENT_BITS[code] for code in elements], np.int64)
        poor = choose(handles >= 0, rule)
        there = np.flatnonzero(handles >= 0)
        masks = bits.sum() - np.where(poor, bits[rng.integers(0, len(bits), rows)], 0)
        book.tell(handles[there], there, masks[there], DEMAND_PAPER)
    spoken = (decision >= 0) & (rng.random(rows) < 0.3)
    deaf = choose(decision >= 0, "execution.statement.reviewed")
    said = book.add("statement", spoken | deaf, decided - 4 * MINUTES)
    book.add("statement_review", spoken & ~deaf, decided - 3 * MINUTES, about=said)
    soon = choose((decision >= 0) & (demand >= 0), "execution.substituted.urged")
    performed = soon | ((decision >= 0) & (demand >= 0) & (rng.random(rows) < 0.1))
    day = setting.work.ordinal(done // MINUTES)
    again = setting.work.day(day - np.where(soon, rng.integers(1, 3, rows), rng.integers(3, 5, rows))) * MINUTES
    book.add("demand", soon, again + 9 * 60)
    book.add("substituted_performance", performed, done)


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
