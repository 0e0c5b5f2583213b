"""Visits to enterprises: plans that keep their distance from one another, and those that do not."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from mingjing.contexts.demo import columns, words
from mingjing.contexts.demo.days import MINUTES, NONE, UNPLANNED, Ints, Mask, running_number
from mingjing.contexts.demo.items import item_ids
from mingjing.contexts.demo.setting import Setting
from mingjing.contexts.demo.staff import agency_ids, officer_ids
from mingjing.contexts.demo.truth import Plants, plants
from mingjing.facts.schema import INSPECTION_MODES, INSPECTION_RESULTS, INSPECTION_SELECTIONS

MOST = 6
RULES = 11
NOTHING, RECTIFY, OPENED = range(3)
RANDOM, PLANNED, TRIGGERED = range(3)


@dataclass(slots=True)
class Visits:
    """The visits of a district as columns, in the order of planning until ``order`` puts them in that of time."""

    setting: Setting
    party: Ints
    day: Ints
    unit: Ints
    selection: Ints
    result: Ints
    joint: Ints
    exempt: Ints
    turn: Ints
    final: Mask
    plants: Plants = UNPLANNED
    team: Ints = UNPLANNED
    ticket: Ints = UNPLANNED
    extra: Mask = UNPLANNED
    alone: Mask = UNPLANNED
    lapsed: Mask = UNPLANNED
    unfiled: Mask = UNPLANNED
    hurried: Mask = UNPLANNED
    unpublished: Mask = UNPLANNED
    unscanned: Mask = UNPLANNED
    order: Ints = UNPLANNED
    place: Ints = UNPLANNED
    case: Ints = UNPLANNED
    started: Ints = UNPLANNED
    doubles: Ints = UNPLANNED
    fixed: Mask = field(default_factory=lambda: np.empty(0, bool))

    def linkable(self) -> Ints:
        """List the visits from which a case may come."""
        work, setting = self.setting.work, self.setting
        fit = (self.result == OPENED) & ~self.plants.taken & ~self.extra & (self.day < setting.as_of - 4)
        return np.flatnonzero(fit & (work.roll(self.day) == self.day))

    def partner_team(self) -> Ints:
        """Return for each joint visit the team of the other agency, ``NONE`` for others."""
        other = np.full(len(self.party) + 1, NONE)
        rows = np.flatnonzero((self.joint >= 0) & self.extra)
        other[self.joint[rows]] = self.team[rows]
        return np.where(self.joint >= 0, other[self.joint], NONE)


def visits_of(setting: Setting, wanted: int) -> Visits:
    """Plan about so many visits to the enterprises of the inspection plan."""
    visits = _with_partners(setting, _schedule(setting, wanted))
    visits.plants = plants(setting.rng, len(visits.party), setting.violations, RULES)
    _plant(visits)
    _assign(visits)
    return visits


def _schedule(setting: Setting, wanted: int) -> dict[str, Ints]:
    """Lay out visits by party and turn: other agencies at least 31 days apart, the same agency at least 91."""
    rng, work, parties = setting.rng, setting.work, setting.parties.inspected
    same = rng.random(parties) < 0.35
    total = setting.as_of - setting.start
    day = np.empty((parties, MOST), np.int64)
    day[:, 0] = work.roll(setting.start + rng.integers(0, total - 5, parties))
    least = np.where(same, 91, 31)
    for turn in range(1, MOST):
        gap = least + np.where(rng.random(parties) < 0.12, 0, rng.exponential(70, parties).astype(np.int64))
        beyond = np.minimum(day[:, turn - 1] + gap, setting.as_of + 200)
        day[:, turn] = work.roll(beyond)
        day[:, turn] = np.where(day[:, turn] - day[:, turn - 1] < least, setting.as_of + 200, day[:, turn])
    limit = rng.integers(1, MOST + 1, parties)
    turns = np.arange(MOST)
    kept = (day <= setting.as_of - 1) & (turns < limit[:, None])
    first, step = rng.integers(0, 12, parties), rng.choice([1, 5, 7, 11], parties)
    fixed = rng.integers(0, len(setting.staff.units), parties)
    unit = np.where(same[:, None], fixed[:, None], (first[:, None] + step[:, None] * turns) % 12)
    partner = (first[:, None] + step[:, None] * (turns + MOST)) % 12
    rows = np.flatnonzero(kept.ravel())[: max(wanted, 1)]
    party = rows // MOST
    count = np.bincount(party, minlength=parties)
    return {
        "party": party,
        "turn": rows % MOST,
        "day": day.ravel()[rows],
        "unit": unit.ravel()[rows],
        "partner": partner.ravel()[rows],
        "same": same[party].astype(np.int64),
        "final": (rows % MOST == count[party] - 1).astype(np.int64),
    }


def _with_partners(setting: Setting, base: dict[str, Ints]) -> Visits:
    """Add the partners of joint visits, and some visits for cause after the last planned one."""
    rng = setting.rng
    rows = len(base["party"])
    joint = (base["same"] == 0) & (rng.random(rows) < 0.08)
    cause = (base["final"] == 1) & ~joint & (rng.random(rows) < 0.06) & (base["day"] < setting.as_of - 30)
    numbers = np.where(joint, np.arange(rows), NONE)
    selection = np.where(rng.random(rows) < 0.2, TRIGGERED, rng.choice([RANDOM, PLANNED], rows))
    selection[joint] = PLANNED
    result = rng.choice(3, rows, p=[0.6, 0.28, 0.12])
    later = setting.work.roll(base["day"] + rng.integers(1, 20, rows))
    exempt = rng.integers(0, len(words.EXEMPTIONS), rows)
    parts: dict[str, list[Any]] = {
        "party": [base["party"], base["party"][joint], base["party"][cause]],
        "day": [base["day"], base["day"][joint], later[cause]],
        "unit": [base["unit"], base["partner"][joint], base["unit"][cause]],
        "selection": [selection, selection[joint], np.full(int(cause.sum()), TRIGGERED)],
        "result": [result, np.minimum(result[joint], RECTIFY), np.minimum(result[cause], RECTIFY)],
        "joint": [numbers, numbers[joint], np.full(int(cause.sum()), NONE)],
        "exempt": [
            np.full(rows + int(joint.sum()), NONE),
            np.where(rng.random(int(cause.sum())) < 0.7, exempt[cause], NONE),
        ],
        "turn": [base["turn"], base["turn"][joint], base["turn"][cause] + 1],
        "final": [(base["final"] == 1) & ~joint & ~cause, np.zeros(int(joint.sum()) + int(cause.sum()), bool)],
    }
    visits = Visits(setting=setting, **_joined(parts))
    visits.extra = np.zeros(len(visits.party), bool)
    visits.extra[rows:] = True
    return visits


def _joined(parts: dict[str, list[Any]]) -> dict[str, Any]:
    return {name: np.concatenate(part) for name, part in parts.items()}


def _plant(visits: Visits) -> None:
    setting, choose, rows = visits.setting, visits.plants.choose, len(visits.party)
    own = ~visits.extra
    planned = own & (visits.selection != TRIGGERED) & (visits.joint < 0)
    past = visits.day <= setting.as_of - 15
    visits.unfiled = choose(planned, "inspection.plan-filed")
    visits.hurried = choose(planned, "inspection.plan-ahead")
    visits.unpublished = choose(own, "inspection.item-published")
    visits.alone = choose(own, "inspection.officers.two", "inspection.officers.credential")
    visits.lapsed = choose(own, "inspection.officers.credential")
    visits.unscanned = choose(own & past, "inspection.scanned")
    alone = visits.final & (visits.turn == 0) & own
    thrice = choose(alone & (visits.day <= setting.as_of - 240))
    last = visits.final & own
    soon = choose(last & (visits.day <= setting.as_of - 100))
    cross = choose(last & (visits.day <= setting.as_of - 45))
    often = choose(last & (visits.day <= setting.as_of - 6))
    visits.result[thrice] = NOTHING
    visits.fixed = np.zeros(rows, bool)
    visits.fixed |= thrice
    _add_repeats(visits, thrice, soon, cross)
    _add_frequent(visits, often)


def _append(
    visits: Visits, base: Ints, day: Ints, unit: Ints, selection: int, *, result: int, fixed: bool, rule: str
) -> None:
    """Add visits after those of ``base``; where a ``rule`` is named, each of them breaks it."""
    count = len(base)
    place = len(visits.party) + np.arange(count)
    new = {
        "party": visits.party[base], "day": day, "unit": unit, "selection": np.full(count, selection),
        "result": np.full(count, result), "joint": np.full(count, NONE), "exempt": np.full(count, NONE),
        "turn": visits.turn[base] + 10, "final": np.zeros(count, bool), "extra": np.ones(count, bool),
        "fixed": np.full(count, fixed),
    }  # fmt: skip
    for name in ("alone", "lapsed", "unfiled", "hurried", "unpublished", "unscanned"):
        new[name] = np.zeros(count, bool)
    for name, values in new.items():
        setattr(visits, name, np.concatenate([getattr(visits, name), values]))
    visits.plants.taken = np.concatenate([visits.plants.taken, np.ones(count, bool)])
    if rule:
        visits.plants.note(rule, place)


def _add_repeats(visits: Visits, thrice: Mask, soon: Mask, cross: Mask) -> None:
    setting, work = visits.setting, visits.setting.work
    some = setting.some
    base = np.flatnonzero(thrice)
    second = work.roll(visits.day[base] + 93)
    third = work.roll(second + 93)
    _append(visits, base, second, visits.unit[base], PLANNED, result=NOTHING, fixed=True, rule="")
    _append(
        visits,
        base,
        third,
        visits.unit[base],
        RANDOM,
        result=NOTHING,
        fixed=True,
        rule="inspection.same-officer-thrice",
    )
    base = np.flatnonzero(soon)
    day = visits.day[base] + np.where(setting.chance(len(base), 0.3), 90, some(len(base), 8, 80))
    day = work.day(work.ordinal(day))
    _append(
        visits, base, day, visits.unit[base], PLANNED, result=RECTIFY, fixed=False, rule="inspection.repeat-same-agency"
    )
    base = np.flatnonzero(cross)
    day = visits.day[base] + np.where(setting.chance(len(base), 0.3), 30, some(len(base), 4, 29))
    day = np.maximum(work.day(work.ordinal(day)), work.after(visits.day[base], 1))
    day = np.minimum(day, visits.day[base] + 30)
    used = [set(visits.unit[visits.party == party].tolist()) for party in visits.party[base]]
    other = [next(unit for unit in range(12) if unit not in units) for units in used]
    _append(
        visits,
        base,
        day,
        np.array(other, np.int64),
        PLANNED,
        result=RECTIFY,
        fixed=False,
        rule="inspection.repeat-cross-agency",
    )


def _add_frequent(visits: Visits, often: Mask) -> None:
    """Come twice on one day, or three times in one week; each time for cause, so that only the count is wrong."""
    setting = visits.setting
    base = np.flatnonzero(often)
    weekday = (visits.day[base] + 3) % 7
    week = (weekday <= 2) & setting.chance(len(base), 0.5)
    twice = base[~week]
    # either of the two may turn out to be the later one, so both come for cause
    visits.selection[twice] = TRIGGERED
    visits.doubles = np.stack([twice, len(visits.party) + np.arange(len(twice))])
    _append(visits, twice, visits.day[twice], visits.unit[twice], TRIGGERED, result=NOTHING, fixed=False, rule="")
    base = base[week]
    _append(visits, base, visits.day[base] + 1, visits.unit[base], TRIGGERED, result=RECTIFY, fixed=False, rule="")
    _append(
        visits,
        base,
        visits.day[base] + 2,
        visits.unit[base],
        TRIGGERED,
        result=RECTIFY,
        fixed=False,
        rule="inspection.frequency",
    )


def _assign(visits: Visits) -> None:
    """Choose teams and hours; a third visit in a row of the same team finds something, unless planted."""
    setting, crew = visits.setting, visits.setting.staff.crew
    wish = visits.party * 31 + visits.turn
    team = crew.settle(visits.unit, wish, visits.day, visits.day)
    steady = visits.fixed | ((visits.result == OPENED) & ~visits.extra)
    team = np.where(steady, crew.first[visits.unit] + np.where(visits.fixed, 0, visits.party % 2), team)
    visits.team = team
    order = np.lexsort((visits.day, visits.party))
    turns = np.empty(len(team), np.int64)
    turns[order] = running_number(team[order], visits.party[order])
    visits.result = np.where((turns % 3 == 2) & (visits.result == NOTHING) & ~visits.fixed, RECTIFY, visits.result)
    visits.ticket = setting.desk.ask(team, visits.day, np.ones(len(team), bool))
    visits.case = np.full(len(team), NONE)


def settle(visits: Visits) -> None:
    """Put the visits in the order of their time."""
    start = visits.setting.desk.start(visits.ticket)
    visits.started = start
    visits.order = np.argsort(start, kind="stable")
    visits.place = np.empty(len(start), np.int64)
    visits.place[visits.order] = np.arange(len(start))
    # of two visits on one day, the later one is one too many
    first, second = visits.doubles
    later = np.where(visits.place[first] > visits.place[second], first, second)
    visits.plants.note("inspection.frequency", later)


def visit_tables(
    visits: Visits,
    *,
    district: int,
    first: int,
    first_joint: int,
    party_ids: pa.Array,
    places: pa.Array,
    case_ids: pa.Array,
) -> dict[str, pa.Table]:
    """Write inspections and their officers."""
    setting, order = visits.setting, visits.order
    rng, desk, rows = setting.rng, setting.desk, len(order)
    started = visits.started[order]
    day = visits.day[order]
    triggered = visits.selection[order] == TRIGGERED
    ids = columns.identifiers("J", np.arange(first, first + rows), 9)
    filed = started - rng.integers(1, 40, rows) * MINUTES - rng.integers(0, 300, rows)
    unfiled = visits.unfiled[order]
    after = rng.random(rows) < 0.4
    filed = np.where(unfiled, np.where(after, started + rng.integers(60, 3000, rows), NONE), filed)
    filed = np.where(filed <= setting.last, filed, NONE)
    ahead = np.where(rng.random(rows) < 0.15, 7, rng.integers(7, 40, rows))
    ahead = np.where(visits.hurried[order], rng.integers(1, 7, rows), ahead)
    entered = (day - ahead) * MINUTES + 9 * 60 + rng.integers(0, 480, rows)
    known = (rng.random(rows) < 0.8) | visits.hurried[order]
    scan = _scans(visits, started, day)
    end = desk.end(visits.ticket)[order]
    end = np.where(visits.lapsed[order], NONE, end)
    mode = np.where(triggered, 1, np.where(rng.random(rows) < 0.15, 2, 0))
    cause = np.where(triggered, rng.integers(0, len(words.CAUSES), rows), NONE)
    joint = visits.joint[order]
    table = columns.table_of(
        "inspections",
        {
            "inspection_id": ids,
            "agency_id": agency_ids(district, visits.unit[order]),
            "party_id": columns.chosen(party_ids, visits.party[order]),
            "item_ids": _item_lists(visits, district),
            "mode": columns.coded(mode, tuple(INSPECTION_MODES)),
            "selection": columns.coded(visits.selection[order], tuple(INSPECTION_SELECTIONS)),
            "cause": columns.coded(cause, words.CAUSES),
            "exempt_reason": columns.coded(visits.exempt[order], words.EXEMPTIONS),
            **columns.moments("plan_filed_at", np.where(triggered, NONE, filed)),
            **columns.moments("plan_entered_at", np.where(triggered | ~known, NONE, entered)),
            **columns.moments("approved_at", started - rng.integers(600, 3000, rows)),
            **columns.moments("started_at", started),
            **columns.moments("ended_at", end),
            "place": columns.chosen(places, desk.where(visits.ticket, visits.party)[order]),
            "result": columns.coded(visits.result[order], tuple(INSPECTION_RESULTS)),
            "joint_id": columns.identifiers("L", np.where(joint >= 0, joint + first_joint, NONE), 8),
            **scan,
            "case_id": columns.chosen(case_ids, visits.case[order]),
        },
    )
    lead, mate = setting.staff.crew.lead[visits.team[order]], setting.staff.crew.mate[visits.team[order]]
    mate = np.where(visits.lapsed[order], setting.staff.expired[visits.unit[order]], mate)
    mate = np.where(visits.alone[order], NONE, mate)
    pairs = np.stack([lead, mate], 1).ravel()
    there = pairs >= 0
    people = columns.table_of(
        "inspection_officers",
        {
            "inspection_id": columns.chosen(ids, np.repeat(np.arange(rows), 2)[there]),
            "officer_id": officer_ids(district, pairs[there]),
        },
    )
    return {"inspections": table, "inspection_officers": people}


def _scans(visits: Visits, started: Ints, day: Ints) -> dict[str, pa.Array]:
    """Scan on entering, or say within ten days why not; plant those that said nothing, or too late."""
    setting, rng, rows = visits.setting, visits.setting.rng, len(day)
    planted = visits.unscanned[visits.order]
    scanned = rng.choice([1, 1, 1, 1, 0, NONE], rows, p=[0.4, 0.2, 0.2, 0.05, 0.12, 0.03])
    scanned = np.where(planted, 0, scanned)
    wait = np.where(rng.random(rows) < 0.15, 10, rng.integers(0, 11, rows))
    late = planted & (rng.random(rows) < 0.5)
    wait = np.where(late, rng.integers(11, 15, rows), wait)
    told = (scanned == 0) & (~planted | late)
    at = np.where(wait == 0, started + 60, (day + wait) * MINUTES + 9 * 60 + rng.integers(0, 480, rows))
    told &= at <= setting.last
    reason = np.where(told, rng.integers(0, len(words.UNSCANNED), rows), NONE)
    return {
        "scanned": columns.flags(scanned),
        "unscanned_reason": columns.coded(reason, words.UNSCANNED),
        **columns.moments("unscanned_reason_at", np.where(told, at, NONE)),
    }


def _item_lists(visits: Visits, district: int) -> pa.Array:
    """Name one or two items of the agency; a planted visit names one that was withdrawn."""
    setting, order = visits.setting, visits.order
    items = setting.items
    choice = items.choice["inspection"]
    width = max(len(own) for own in choice)
    table = np.array([np.resize(own, width) for own in choice])[visits.unit[order]]
    rows = len(order)
    first = table[np.arange(rows), visits.party[order] % width]
    second = np.where(setting.chance(rows, 0.25), table[np.arange(rows), (visits.party[order] + 1) % width], NONE)
    second = np.where(second == first, NONE, second)
    first = np.where(visits.unpublished[order], items.withdrawn[visits.unit[order]], first)
    tail = columns.joined("|", item_ids(district, second)).fill_null("")
    return columns.joined(item_ids(district, first), tail)
