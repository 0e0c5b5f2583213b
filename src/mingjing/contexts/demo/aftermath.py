"""What follows a penalty decision: the fine, service, payment, enforcement, closing, disclosure."""

from dataclasses import dataclass

import numpy as np

from mingjing.contexts.demo.days import MINUTES, NONE, UNPLANNED, Ints, Mask, WorkingDays, months_after, running_number
from mingjing.contexts.demo.items import WARNING
from mingjing.contexts.demo.penalties import LAWFUL, SUMMARY, Penalties
from mingjing.contexts.demo.setting import Setting
from mingjing.kernel.moments import day_number
from mingjing.law import parameters

UNKNOWN_FINES = "culture_tourism"
"""Here some fines are not recorded, so that sums cannot be told."""

UNKNOWN_MAJOR = "labor_security"
"""Here it is not always recorded whether a decision is major."""

BY_AMOUNT = {
    "item.fine-outlier",
    "penalty.crime.no-fine-meanwhile",
    "penalty.decision.within-notice",
    "execution.additional-fine.cap",
    "penalty.closing.after-execution",
    "penalty.fine.within-tier",
    "penalty.hearing-notice.when-large",
    "penalty.summary.only-small",
}
"""Rules that ask for the amounts of a case."""

NO_DEPARTURE, LIGHTER, MITIGATED, HEAVIER = NONE, 0, 1, 2
MINOR, GENERAL, SERIOUS = range(3)
CREDIT_MONTHS = (3, 12, 36)


@dataclass(slots=True)
class Aftermath:
    """The plan after the decision, as columns; minutes are ``NONE`` where a step is absent."""

    decided: Ints
    fine: Ints
    fine_unknown: Mask
    departure: Ints
    served: Ints = UNPLANNED
    method: Ints = UNPLANNED
    published: Ints = UNPLANNED
    again: Ints = UNPLANNED
    withdrawn: Ints = UNPLANNED
    exempt: Ints = UNPLANNED
    credit: Ints = UNPLANNED
    paid: Ints = UNPLANNED
    paid_again: Ints = UNPLANNED
    applied: Ints = UNPLANNED
    instalment: Ints = UNPLANNED
    demand: Ints = UNPLANNED
    demand_served: Ints = UNPLANNED
    court: Ints = UNPLANNED
    executed: Ints = UNPLANNED
    closed: Ints = UNPLANNED
    archived: Ints = UNPLANNED
    ended: Mask = UNPLANNED
    no_number: Mask = UNPLANNED
    no_filing: Mask = UNPLANNED
    no_act: Mask = UNPLANNED


def exempt_since() -> int:
    """Return the first day on which minor penalties need not be published; beyond all days without such a rule."""
    for since, _, value in parameters.get("penalty.disclosure.minor_exempt").steps():
        if value is not None and value.flag:
            return -(10**6) if since is None else day_number(since)
    return 10**6


def follow(plan: Penalties, decided: Ints) -> Aftermath:
    """Plan what follows; ``decided`` is the minute of the decision."""
    fine, departure = _fines(plan)
    after = Aftermath(decided, fine, np.zeros(plan.rows, bool), departure)
    _break_fines(plan, after)
    _serve(plan, after)
    _publish(plan, after)
    _pay(plan, after)
    _close(plan, after)
    _leave_gaps(plan, after)
    return after


def day_of(minutes: Ints) -> Ints:
    """Return the day of each minute, ``NONE`` for none."""
    return np.where(minutes >= 0, minutes // MINUTES, NONE)


def _settled_by(plan: Penalties, after: Aftermath, days: int) -> Mask:
    """Say which cases had their penalty decision at least so many days before ``as_of``."""
    return plan.settled & (after.decided >= 0) & (day_of(after.decided) <= plan.setting.as_of - days)


def regime_of(plan: Penalties, decided: Ints) -> Ints:
    """Say which benchmarks bind: those of the act, or the later ones if they are lighter."""
    setting = plan.setting
    tier = np.maximum(plan.tier, 0)
    later = (plan.act >= setting.amended) | (
        (day_of(decided) >= setting.amended) & setting.items.lighter[plan.item, tier]
    )
    return later.astype(np.int64)


def _fines(plan: Penalties) -> tuple[Ints, Ints]:
    setting, rows, items = plan.setting, plan.rows, plan.setting.items
    tier = np.maximum(plan.tier, 0)
    regime = regime_of(plan, np.where(plan.decision >= 0, plan.decided_day * MINUTES, NONE))
    fine = items.usual[regime, plan.item, tier, setting.some(rows, 0, 1)]
    small = np.where(setting.chance(rows, 0.6), 0, setting.rng.choice([5_000, 10_000], rows))
    fine = np.where(items.size[plan.item] == WARNING, small, fine)
    plan.warning |= (items.size[plan.item] == WARNING) & (fine == 0)
    away = (
        low_scale(plan) & crowded(plan) & setting.chance(rows, 0.03) & ~plan.plants.taken & (plan.procedure != SUMMARY)
    )
    away &= ~plan.setting.items.amended[plan.item]
    departure = np.where(away, np.where(setting.chance(rows, 0.5), LIGHTER, MITIGATED), NO_DEPARTURE)
    fine = np.where(away, fine_low(plan) * 9 // 10, fine)
    heavier = (plan.tier >= 0) & ~away & setting.chance(rows, 0.008)
    return fine, np.where(heavier, HEAVIER, departure)


def fine_low(plan: Penalties) -> Ints:
    """Return the lower of the two usual fines under the earlier benchmarks."""
    return plan.setting.items.usual[0, plan.item, np.maximum(plan.tier, 0), 0]


def low_scale(plan: Penalties) -> Mask:
    """Say where the usual fines begin at the benchmark's minimum and the higher is a fifth more."""
    items, tier = plan.setting.items, np.maximum(plan.tier, 0)
    low, high = items.usual[0, plan.item, tier, 0], items.usual[0, plan.item, tier, 1]
    return (plan.tier >= 0) & (low == items.bounds[0, plan.item, tier, 0]) & (high * 5 == low * 6)


def peer_groups(plan: Penalties) -> Ints:
    """Number the groups of cases that are compared by their fines: item, tier, kind of party."""
    kind = plan.setting.parties.kind[plan.party]
    return (plan.item * 4 + np.maximum(plan.tier, 0)) * 4 + kind


def crowded(plan: Penalties) -> Mask:
    """Say where a single unusual fine cannot move the middle of its peers."""
    _, group, counts = np.unique(peer_groups(plan), return_inverse=True, return_counts=True)
    return counts[group] >= 40


def _break_fines(plan: Penalties, after: Aftermath) -> None:
    """Plant fines outside the benchmark, unlike those of the peers, or without a tier."""
    setting, items, choose = plan.setting, plan.setting.items, plan.plants.choose
    done = _settled_by(plan, after, 0) & (plan.tier >= 0)
    tier = np.maximum(plan.tier, 0)
    _, group, counts = np.unique(peer_groups(plan), return_inverse=True, return_counts=True)
    safe = (counts[group] >= 40) | (counts[group] <= 8)
    plain = done & (after.departure == NO_DEPARTURE)
    low = choose(plain & safe & low_scale(plan) & ~items.amended[plan.item], "penalty.fine.within-tier", weight=0.8)
    after.fine = np.where(low, fine_low(plan) * 9 // 10, after.fine)
    # the later, heavier benchmark applied to an act of before
    new_low, old_high = items.bounds[1, plan.item, tier, 0], items.bounds[0, plan.item, tier, 1]
    stale = items.amended[plan.item] & (new_low >= old_high) & (plan.act < setting.amended)
    stale &= day_of(after.decided) >= setting.amended
    heavy = choose(plain & safe & stale, "penalty.fine.within-tier", weight=0.4)
    after.fine = np.where(heavy, items.usual[1, plan.item, tier, 1], after.fine)
    untold = choose(done, "penalty.tier.stated")
    plan.tier = np.where(untold, NONE, plan.tier)
    after.departure = np.where(untold, NO_DEPARTURE, after.departure)
    _break_peers(plan, after, plain & ~untold)
    unit = np.array([place.domain == UNKNOWN_FINES for place in setting.staff.units])[plan.unit]
    after.fine_unknown = (
        done & unit & (plan.procedure != SUMMARY) & ~plan.plants.taken & setting.chance(plan.rows, 0.03)
    )


def _break_peers(plan: Penalties, after: Aftermath, plain: Mask) -> None:
    """Fine one case of a peer group twice the usual, still within the benchmark."""
    items = plan.setting.items
    tier = np.maximum(plan.tier, 0)
    low = fine_low(plan)
    threshold = np.where(plan.group == 2, 2_000_000, 50_000)
    cap = np.where(plan.group == 2, 300_000, 20_000)
    eligible = plain & low_scale(plan) & ~items.amended[plan.item] & (items.bounds[0, plan.item, tier, 1] >= 2 * low)
    eligible &= (low >= threshold) == (2 * low >= threshold)
    eligible &= (plan.procedure != SUMMARY) | (2 * low <= cap)
    eligible &= _peers(plan, after) >= 14
    eligible &= running_number(np.where(eligible, peer_groups(plan), NONE)) == 13  # one a group, and not its first
    chosen = plan.plants.choose(eligible, "item.fine-outlier")
    after.fine = np.where(chosen, 2 * low, after.fine)
    after.departure = np.where(chosen, NO_DEPARTURE, after.departure)


def _peers(plan: Penalties, after: Aftermath) -> Ints:
    """Count the cases of the same group decided in the two years up to each decision, itself not counted."""
    day = day_of(after.decided)
    counts = np.zeros(plan.rows, np.int64)
    known = plan.settled & (plan.tier >= 0) & (day >= 0) & (day <= plan.setting.as_of)
    rows = np.flatnonzero(known)
    group = peer_groups(plan)[rows]
    span = 1 << 17
    key = group * span + day[rows]
    ordered = np.sort(key)
    since = group * span + months_after(day[rows], -24)
    counts[rows] = np.searchsorted(ordered, key, "right") - np.searchsorted(ordered, since, "right") - 1
    return counts


def _serve(plan: Penalties, after: Aftermath) -> None:
    """Serve on the spot, or within seven working days; plant what comes later or not at all."""
    setting, rows, work = plan.setting, plan.rows, plan.setting.work
    full = plan.procedure != SUMMARY
    done = after.decided >= 0
    ordinal = work.ordinal(np.maximum(day_of(after.decided), setting.start))
    wait = setting.rng.choice([0, 0, 0, 1, 2, 3, 5, 7], rows)
    late = plan.plants.choose(_settled_by(plan, after, 45), "penalty.service.in-time")
    wait = np.where(late, np.where(full, setting.some(rows, 8, 18), setting.some(rows, 1, 6)), wait)
    served = setting.clock(work.day(ordinal + wait), 14, 40, 150)
    after.served = np.where(full | late, served, after.decided + 4)
    after.served = np.where(done & ~(late & setting.chance(rows, 0.25) & full), after.served, NONE)
    method = setting.rng.choice(5, rows, p=[0.62, 0.05, 0.2, 0.11, 0.02])
    after.method = np.where(full, method, 0)


def _publish(plan: Penalties, after: Aftermath) -> None:
    """Publish within seven working days and withdraw when the time is up; plant what is late or stays on."""
    setting, rows, work = plan.setting, plan.rows, plan.setting.work
    decided = day_of(after.decided)
    penal = plan.settled & (decided >= 0)
    only = plan.warning | plan.criticism
    mild = ~plan.stopped & ~plan.revoked & (after.fine == 0) & (plan.confiscated == 0) & only & ~after.fine_unknown
    minor = (decided >= exempt_since()) & ((plan.procedure == SUMMARY) | mild)
    after.exempt = np.where(penal & setting.chance(rows, 0.008), setting.some(rows, 0, 2), NONE)
    wait = setting.rng.choice([1, 2, 3, 4, 5, 6, 7, 7], rows)
    late = plan.plants.choose(_settled_by(plan, after, 60) & ~minor & (after.exempt < 0), "penalty.disclosure.in-time")
    wait = np.where(late, setting.some(rows, 21, 30), wait)
    ordinal = work.ordinal(np.maximum(decided, setting.start))
    published = setting.clock(work.day(ordinal + wait), 9, 0, 400)
    silent = (late & setting.chance(rows, 0.4)) | (after.exempt >= 0) | (minor & setting.chance(rows, 0.7))
    after.published = np.where(penal & ~silent & (day_of(published) <= setting.as_of), published, NONE)
    small = plan.procedure == SUMMARY
    credit = np.where(
        small,
        setting.rng.choice([MINOR, MINOR, GENERAL], rows),
        setting.rng.choice([MINOR, GENERAL, SERIOUS], rows, p=[0.3, 0.6, 0.1]),
    )
    after.credit = np.where(penal & ~setting.chance(rows, 0.02), credit, NONE)
    day = day_of(after.published)
    due = credit_due(after)
    known = (day >= 0) & (after.credit >= 0)
    early = np.where(setting.chance(rows, 0.2), setting.some(rows, 5, 60), setting.rng.choice([0, 1, 2, 5], rows))
    withdrawn = np.where(known, np.maximum(due - early, day + 1), NONE)
    # planted only where the document that sets the terms was already in force when the decision was published
    over = known & (due < setting.as_of) & (after.credit == MINOR) & (day >= exempt_since())
    stays = plan.plants.choose(over, "disclosure.withdrawn-in-time")
    withdrawn = np.where(stays, np.where(setting.chance(rows, 0.5), due + setting.some(rows, 1, 20), 10**6), withdrawn)
    after.withdrawn = np.where(withdrawn <= setting.as_of, setting.clock(withdrawn, 9, 0, 400), NONE)
    twice = (after.published >= 0) & setting.chance(rows, 0.12)
    again = after.published + setting.some(rows, 1, 90)
    after.again = np.where(
        twice & (again <= setting.last) & ((after.withdrawn < 0) | (again < after.withdrawn)), again, NONE
    )


def credit_due(after: Aftermath) -> Ints:
    """Return the last day on which a published penalty may stand."""
    day = np.maximum(day_of(after.published), 0)
    return np.choose(np.maximum(after.credit, 0), [months_after(day, months) for months in CREDIT_MONTHS])


def _pay(plan: Penalties, after: Aftermath) -> None:
    """Pay within fifteen days, in parts on application, or not until a court is asked."""
    setting, rows, work, choose = plan.setting, plan.rows, plan.setting.work, plan.plants.choose
    served = np.maximum(np.where(after.served >= 0, day_of(after.served), day_of(after.decided)), setting.start)
    owed = plan.settled & (after.decided >= 0) & (after.fine + plan.confiscated > 0)
    full = plan.procedure != SUMMARY
    way = np.where(
        full, setting.rng.choice(3, rows, p=[0.88, 0.05, 0.07]), setting.rng.choice(3, rows, p=[0.98, 0.0, 0.02])
    )
    wait = np.where(full, setting.some(rows, 0, 15), setting.rng.choice([0, 0, 0, 1, 5, 15], rows))
    paid = np.maximum(setting.clock(served + wait, 15, 0, 110), after.decided + 20)
    parts = owed & (way == 1)
    limit = work.roll(served + 15)
    applied = np.where(setting.chance(rows, 0.2), limit, np.minimum(served + setting.some(rows, 2, 15), limit))
    ripe = parts & (served + 60 <= setting.as_of)
    hasty = choose(ripe, "penalty.instalment.on-application")
    absent = hasty & setting.chance(rows, 0.5)
    applied = np.where(hasty, limit + setting.some(rows, 1, 9), applied)
    after.applied = np.where(parts & ~absent, setting.clock(applied, 9, 10), NONE)
    after.instalment = np.where(parts, setting.clock(applied + setting.some(rows, 1, 4), 10), NONE)
    paid = np.where(parts, setting.clock(applied + setting.some(rows, 20, 35), 11), paid)
    after.paid_again = np.where(parts, setting.clock(applied + setting.some(rows, 50, 80), 11), NONE)
    after.paid = np.where(owed & (way != 2), paid, NONE)
    _enforce(plan, after, owed & (way == 2) & full, served)


def _enforce(plan: Penalties, after: Aftermath, unpaid: Mask, served: Ints) -> None:
    setting, rows, work = plan.setting, plan.rows, plan.setting.work
    # the party may go to court for half a year
    base = np.where(unpaid, served + 190 + setting.some(rows, 0, 30), setting.start)
    aside = setting.aside
    rash = plan.plants.choose(
        unpaid & (base + 60 <= setting.as_of), "penalty.execution.after-remedies", rng=aside, among=90
    )
    slow = plan.plants.choose(unpaid & (base + 160 <= setting.as_of), "penalty.execution.in-time", rng=aside, among=90)
    base = base + np.where(rash, -100, np.where(slow, 95, 0))
    base = np.minimum(base, setting.as_of + 300)
    first = work.ordinal(base)
    heard = first + setting.some(rows, 0, 3)
    wait = setting.rng.choice([11, 11, 12, 15, 20], rows)
    done = unpaid & (work.day(heard + 25) <= setting.as_of)
    early = plan.plants.choose(done, "penalty.execution.demand")
    silent = early & setting.chance(rows, 0.4)
    wait = np.where(early, setting.some(rows, 1, 10), wait)
    after.demand = np.where(unpaid & ~silent, setting.clock(work.day(first), 9), NONE)
    after.demand_served = np.where(after.demand >= 0, setting.clock(work.day(heard), 15), NONE)
    asked = unpaid & (setting.chance(rows, 0.8) | early | rash | slow)
    after.court = np.where(asked, setting.clock(work.day(heard + wait), 10), NONE)
    after.executed = np.where(
        asked & setting.chance(rows, 0.7), after.court + setting.some(rows, 30, 120) * MINUTES, NONE
    )


def _close(plan: Penalties, after: Aftermath) -> None:
    """Close after payment or execution, or for want of means; plant what is closed before the money came."""
    setting, rows = plan.setting, plan.rows
    owed = plan.settled & (after.fine + plan.confiscated > 0)
    money = np.maximum(np.maximum(after.paid, after.paid_again), after.executed)
    done = np.maximum(money, np.maximum(after.served, after.decided))
    wait = setting.rng.choice([0, 0, 1, 2, 4, 8], rows) * MINUTES
    closed = np.where(day_of(done) * MINUTES + 18 * 60 > done, day_of(done) * MINUTES + 18 * 60, done) + wait
    after.ended = owed & (money < 0) & (after.court < 0) & setting.chance(rows, 0.6) & (after.decided >= 0)
    closed = np.where(after.ended, closed + 200 * MINUTES, closed)
    ready = (after.decided >= 0) & ((money >= 0) | ~owed | after.ended)
    apart = day_of(after.paid) - day_of(np.maximum(after.decided, after.served))
    single = owed & (after.paid >= 0) & (after.paid_again < 0) & (closed + 2 * MINUTES <= setting.last)
    # where the fine is not recorded, nobody can say what was owed
    single &= ~after.fine_unknown
    hasty = plan.plants.choose(single, "penalty.closing.after-execution")
    drop = hasty & ((apart < 2) | setting.chance(rows, 0.3))
    closed = np.where(hasty & ~drop, (day_of(after.paid) - 1) * MINUTES + 18 * 60, closed)
    after.paid = np.where(drop, NONE, after.paid)
    after.closed = np.where(ready & (plan.ending == LAWFUL), closed, NONE)
    after.archived = np.where(
        (after.closed >= 0) & setting.chance(rows, 0.6), after.closed + setting.some(rows, 3, 30) * MINUTES, NONE
    )


def _leave_gaps(plan: Penalties, after: Aftermath) -> None:
    """Plant records that lack their number, their filing or the day of the act."""
    chosen = plan.plants.choose(_settled_by(plan, after, 0), "penalty.facts.complete")
    what = plan.setting.some(plan.rows, 0, 2)
    # what is decided on the spot needs no filing
    spot = plan.procedure == SUMMARY
    after.no_number = chosen & ((what == 0) | ((what == 1) & spot))
    after.no_filing = chosen & (what == 1) & ~spot
    after.no_act = chosen & (what == 2)


def balance_income(plan: Penalties, after: Aftermath, planted: list[tuple[str, Ints]]) -> None:
    """
    Keep each agency's fines and confiscations within 120 % of the year before, but for the agency that shall not be.

    Confiscations of cases that had their hearing notice anyway take up the difference; where there is none, one fine of
    the later year becomes unknown, and the agency's growth with it. One agency grows by exactly 20 %.
    """
    setting = plan.setting
    stamp = np.datetime64(setting.as_of, "D")
    later = int(stamp.astype("datetime64[Y]").astype(int)) + 1969
    day = day_of(after.decided)
    year = np.maximum(day, 0).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    penal = plan.settled & (day >= 0) & (day <= setting.as_of)
    able = (
        penal
        & plan.large
        & plan.hearing_notice
        & ~plan.plants.taken
        & ~after.fine_unknown
        & (after.fine + plan.confiscated > 0)
    )
    wanted, exact = setting.violations > 0, True
    for unit in setting.rng.permutation(len(setting.staff.units)):
        mine = penal & (plan.unit == unit)
        now, before = mine & (year == later), mine & (year == later - 1)
        if (after.fine_unknown & (now | before)).any():
            continue
        sums = [int((after.fine + plan.confiscated)[rows].sum()) for rows in (now, before)]
        if sums[1] == 0:
            continue
        spare_now, spare_before = np.flatnonzero(now & able), np.flatnonzero(before & able)
        if wanted and len(spare_now):
            more = max(0, -(-sums[1] * 135 // 100) - sums[0])
            plan.confiscated[spare_now[0]] += -(-more // 100) * 100
            planted.append(("agency.income-growth", np.array([unit])))
            wanted = False
        elif sums[0] * 100 <= sums[1] * 115:
            if exact and sums[0] * 100 > sums[1] * 70 and len(spare_now) and sums[1] % 5 == 0:
                plan.confiscated[spare_now[0]] += sums[1] * 6 // 5 - sums[0]
                exact = False
        elif len(spare_before):
            plan.confiscated[spare_before[0]] += -(-(sums[0] * 100 // 108 - sums[1]) // 100) * 100 + 100
        else:
            _forget_fine(plan, after, now | before)


def _forget_fine(plan: Penalties, after: Aftermath, rows: Mask) -> None:
    """Forget one fine, best that of a whole case; never one on which a planted breach rests."""
    needed = np.zeros(plan.rows, bool)
    for rule, picks in plan.plants.planted:
        needed[picks] |= rule in BY_AMOUNT
    needed[plan.twin[plan.twin >= 0]] = True
    needed |= plan.twin >= 0
    whole = rows & ~plan.plants.taken
    for choice in (whole & (plan.procedure != SUMMARY), whole, rows & ~needed & ~plan.quota, rows):
        found = np.flatnonzero(choice)
        if len(found):
            after.fine_unknown[found[0]] = True
            return


__all__ = ["Aftermath", "Setting", "WorkingDays", "balance_income", "day_of", "follow"]
