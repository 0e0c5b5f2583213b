"""What comes back to the agencies: reconsideration, litigation, complaints, referrals to the police."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from mingjing.contexts.demo import columns, words
from mingjing.contexts.demo.aftermath import Aftermath, credit_due, day_of
from mingjing.contexts.demo.days import MINUTES, NONE, Ints, running_number
from mingjing.contexts.demo.penalties import Penalties
from mingjing.contexts.demo.setting import Setting
from mingjing.contexts.demo.staff import agency_ids
from mingjing.contexts.demo.truth import plants
from mingjing.facts.schema import REFERRAL_REPLIES, REFERRAL_TARGETS, REMEDY_KINDS, REMEDY_OUTCOMES, REMEDY_PROCEDURES
from mingjing.kernel.moments import day_number

RECONSIDERATION, LITIGATION = range(2)
UPHELD, REVOKED, ALTERED, UNLAWFUL, VOID, WITHDRAWN = range(6)


@dataclass(slots=True)
class Returned:
    """Tables, and what was planted in them, by the place of the row in its table."""

    tables: dict[str, pa.Table]
    planted: list[tuple[str, str, Ints]]


def remedies(plan: Penalties, after: Aftermath, cases: Ints, case_ids: pa.Array, first: int) -> Returned:
    """Bring some penalty decisions before a review; those undone are withdrawn from the public within three days."""
    setting, rng, work = plan.setting, plan.setting.rng, plan.setting.work
    decided = day_of(after.decided)
    fit = (
        plan.settled
        & (decided >= 0)
        & (decided <= setting.as_of - 12)
        & ~plan.plants.taken
        & (decided >= setting.start + 130)
    )
    rows = np.flatnonzero(fit & setting.chance(plan.rows, 0.03))
    rows = rows[np.argsort(decided[rows], kind="stable")]
    count = len(rows)
    some, chance = setting.some, setting.chance
    kind = np.where(chance(count, 0.68), RECONSIDERATION, LITIGATION)
    filed = work.roll(decided[rows] + some(count, 3, 60))
    kept = filed <= setting.as_of - 2
    rows, kind, filed = rows[kept], kind[kept], filed[kept]
    count = len(rows)
    simple = (kind == RECONSIDERATION) & chance(count, 0.15)
    received = work.after(filed, some(count, 1, 5))
    came = received <= setting.as_of
    own = plants(rng, count, setting.violations, 1)
    # before that day the law on reconsideration had other terms
    ripe = came & (received <= setting.as_of - 40) & (received >= day_number(date(2024, 1, 1)))
    limit = np.where(kind == LITIGATION, work.roll(received + 15), work.after(received, np.where(simple, 5, 10)))
    late = own.choose(ripe, "remedy.reply.in-time")
    replied = np.where(chance(count, 0.15), limit, np.minimum(received + some(count, 1, 9), limit))
    replied = np.where(replied < limit, np.minimum(work.roll(replied), limit), replied)
    replied = np.where(late, work.after(limit, some(count, 1, 8)), replied)
    replied = np.where(came & ~(late & chance(count, 0.25)) & (replied <= setting.as_of), replied, NONE)
    sits = (kind == LITIGATION) & came
    hearing = work.after(received, some(count, 18, 50))
    hearing = np.where(sits & (hearing <= setting.as_of), hearing, NONE)
    done = np.where(
        kind == LITIGATION,
        work.after(np.maximum(hearing, received), some(count, 3, 30)),
        work.after(received, some(count, 20, 42)),
    )
    done = np.where(came & (done <= setting.as_of), done, NONE)
    outcome = np.where(done >= 0, rng.choice(6, count, p=[0.72, 0.09, 0.05, 0.03, 0.01, 0.1]), NONE)
    outcome = _undo(plan, after, rows, done, outcome)
    attended, principal, careless = _heads(setting, plan.unit[rows], hearing)
    ids = columns.identifiers("R", np.arange(first, first + count), 8)
    table = columns.table_of(
        "remedies",
        {
            "remedy_id": ids,
            "kind": columns.coded(kind, tuple(REMEDY_KINDS)),
            "case_id": columns.chosen(case_ids, cases[rows]),
            "procedure": columns.coded(simple.astype(np.int64), tuple(REMEDY_PROCEDURES)),
            **columns.moments("filed_at", setting.clock(filed, 9)),
            **columns.moments("received_at", np.where(came, setting.clock(received, 10), NONE)),
            **columns.moments("replied_at", setting.clock(replied, 15)),
            "hearing_on": columns.dates(hearing),
            **columns.moments("decided_at", setting.clock(done, 11), chance(count, 0.1)),
            "outcome": columns.coded(outcome, tuple(REMEDY_OUTCOMES)),
            "head_attended": columns.flags(attended),
            "head_is_principal": columns.flags(principal),
        },
    )
    planted = [("remedy.reply.in-time", "remedy", rows_) for _, rows_ in own.planted]
    planted.append(("remedy.head-attends", "agency", careless))
    return Returned({"remedies": table}, planted)


def _undo(plan: Penalties, after: Aftermath, rows: Ints, done: Ints, outcome: Ints) -> Ints:
    """Withdraw what was published about decisions that were undone; plant some that stay on."""
    setting, work = plan.setting, plan.setting.work
    undone = (outcome >= REVOKED) & (outcome <= VOID)
    shown, stands = day_of(after.published)[rows], (after.withdrawn[rows] < 0) | (day_of(after.withdrawn)[rows] > done)
    due = credit_due(after)[rows]
    # where the two duties to withdraw would meet, the decision is upheld instead
    clear = (shown < 0) | ((shown < done - 1) & stands & ((after.credit[rows] < 0) | (due > done + 45)))
    clear &= (after.again[rows] < 0) | (day_of(after.again)[rows] < done - 1)
    outcome = np.where(undone & ~clear, UPHELD, outcome)
    undone &= clear & (shown >= 0)
    local = np.zeros(plan.rows, bool)
    local[rows[undone & (done <= setting.as_of - 30)]] = True
    late = plan.plants.choose(local, "penalty.disclosure.withdrawn-when-void", weight=1.0)[rows] & undone
    wait = np.where(late, setting.some(len(rows), 4, 12), setting.rng.choice([0, 1, 2, 3, 3], len(rows)))
    withdrawn = setting.clock(work.after(np.maximum(done, setting.start), wait), 16, 30)
    withdrawn = np.where(late & setting.chance(len(rows), 0.4), NONE, withdrawn)
    # what is never taken down for that reason still comes down when its own time is up
    usual = after.withdrawn[rows]
    withdrawn = np.where(withdrawn < 0, usual, withdrawn)
    withdrawn = np.where(withdrawn <= setting.last, withdrawn, NONE)
    after.withdrawn[rows] = np.where(undone, withdrawn, usual)
    return outcome


def _heads(setting: Setting, unit: Ints, hearing: Ints) -> tuple[Ints, Ints, Ints]:
    """Let every agency's head come to court, the principal in three of five; but for one agency."""
    held = hearing >= 0
    turn = running_number(np.where(held, unit, NONE))
    size = np.bincount(unit[held], minlength=len(setting.staff.units))
    deputies = size[unit] * 2 // 5
    attended = np.where(held, 1, NONE)
    principal = np.where(held, (turn >= deputies).astype(np.int64), NONE)
    careless = np.empty(0, np.int64)
    if setting.violations > 0 and held.any():
        chosen = int(np.argmax(size))
        rows = np.flatnonzero(held & (unit == chosen))
        attended[rows[-1]] = principal[rows[-1]] = 0
        careless = np.array([chosen])
    return attended, principal, careless


def referrals(plan: Penalties, cases: Ints, case_ids: pa.Array, first: int) -> Returned:
    """Hand some cases to the police within three days and a day; others to the discipline inspection, in their time."""
    setting, rng, work = plan.setting, plan.setting.rng, plan.setting.work
    fit = (plan.report >= 0) & (work.day(np.maximum(plan.report, 0)) <= setting.as_of - 1) & ~plan.abandoned
    rows = np.flatnonzero(fit & (setting.chance(plan.rows, 0.012) | (plan.ending == 2)))
    count = len(rows)
    own = plants(rng, count, setting.violations, 1)
    target = rng.choice(4, count, p=[0.8, 0.05, 0.1, 0.05])
    report = setting.clock(work.day(plan.report[rows]), 9, 0, 300)
    ripe = (target == 0) & (day_of(report) <= setting.as_of - 12)
    late = own.choose(ripe, "referral.in-time")
    slow = late & setting.chance(count, 0.5)
    wait = rng.choice([0, 1, 2, 3, 3], count)
    decided = report + np.where(slow, setting.some(count, 4, 7), wait) * MINUTES + 40
    approved = decided + rng.integers(5, 60, count)
    spent = np.where(setting.chance(count, 0.15), 1440, rng.integers(30, 1400, count))
    transferred = approved + np.where(late & ~slow, rng.integers(1500, 5000, count), spent)
    keep = lambda minutes: np.where(minutes <= setting.last, minutes, NONE)  # noqa: E731
    bare = setting.chance(count, 0.05) & ~late
    reply = np.where(transferred + 5 * MINUTES <= setting.last, rng.choice(3, count, p=[0.75, 0.15, 0.1]), NONE)
    table = columns.table_of(
        "referrals",
        {
            "referral_id": columns.identifiers("Y", np.arange(first, first + count), 8),
            "case_id": columns.chosen(case_ids, cases[rows]),
            "to": columns.coded(target, tuple(REFERRAL_TARGETS)),
            **columns.moments("report_received_at", report),
            **columns.moments("decided_at", keep(decided)),
            **columns.moments("approved_at", keep(approved), bare),
            **columns.moments("transferred_at", keep(transferred), bare),
            "reply": columns.coded(reply, tuple(REFERRAL_REPLIES)),
        },
    )
    return Returned({"referrals": table}, [("referral.in-time", "referral", places) for _, places in own.planted])


def complaints(
    setting: Setting, *, unit: Ints, started: Ints, district: int, case_ids: pa.Array, first: int
) -> dict[str, pa.Table]:
    """Receive complaints and praise about cases and agencies."""
    rng = setting.rng
    rows = np.flatnonzero(setting.chance(len(unit), 0.03) & (started <= setting.as_of - 2))
    count = len(rows)
    received = setting.clock(np.minimum(started[rows] + setting.some(count, 0, 60), setting.as_of - 1), 8, 0, 600)
    accepted = received + rng.integers(60, 3000, count)
    accepted = np.where(accepted <= setting.last, accepted, NONE)
    solved = np.where(accepted >= 0, accepted + rng.integers(2, 50, count) * MINUTES, NONE)
    solved = np.where(solved <= setting.last, solved, NONE)
    known = solved >= 0
    about = np.where(setting.chance(count, 0.7), rows, NONE)
    table = columns.table_of(
        "complaints",
        {
            "complaint_id": columns.identifiers("T", np.arange(first, first + count), 8),
            "channel": columns.coded(rng.integers(0, len(words.COMPLAINT_CHANNELS), count), words.COMPLAINT_CHANNELS),
            **columns.moments("received_at", received),
            "agency_id": agency_ids(district, unit[rows]),
            "case_id": columns.chosen(case_ids, about),
            "category": columns.coded(
                rng.integers(0, len(words.COMPLAINT_CATEGORIES), count), words.COMPLAINT_CATEGORIES
            ),
            **columns.moments("accepted_at", accepted),
            **columns.moments("resolved_at", solved),
            "upheld": columns.flags(np.where(known, rng.choice([0, 0, 1], count), NONE)),
            "satisfied": columns.numbers(np.where(known, rng.choice([1, 2, 3, 4, 5, 5, 4], count), NONE)),
        },
    )
    return {"complaints": table}
