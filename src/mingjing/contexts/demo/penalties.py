"""
Penalty cases: what happened, on which day, who was there.

Days between steps are working-day ordinals, so that a window of five working days is an addition. A case is planned
whole and lawful; the events that lie after ``as_of`` are left out at the end, which leaves a lawful open case. Breaches
are planted while planning, where they move the later steps, or afterwards, where they do not.
"""

from dataclasses import dataclass

import numpy as np

from mingjing.contexts.demo import parties as kinds
from mingjing.contexts.demo.days import MINUTES, NONE, UNPLANNED, Ints, Mask, months_after, years_after
from mingjing.contexts.demo.items import MIDDLE, SMALL, WARNING
from mingjing.contexts.demo.setting import Setting
from mingjing.contexts.demo.truth import Plants, plants

SUMMARY, ORDINARY, EXPEDITED = range(3)
RULES = 37
DEDUCTING = "market_regulation"
"""In this domain, time spent on tests, appraisals and suspensions does not count. Source: 市场监督管理行政处罚程序规定第六十四条."""

CITIZEN_HEARING, ORGANIZATION_HEARING = 50_000, 2_000_000
LAWFUL, ENDING_WITHDRAWN, ENDING_TRANSFERRED, ENDING_ENDED = range(4)
NO_STATEMENT, STATEMENT, WAIVED = range(3)
NO_REQUEST, REQUEST_WAIVED, REQUESTED, REQUEST_WITHDRAWN, REQUEST_LATE = range(5)


@dataclass(slots=True)
class Penalties:
    """The plan of all penalty cases of a district, as columns; ordinals and minutes are ``NONE`` where a step is absent."""

    setting: Setting
    unit: Ints
    filed: Ints
    visit: Ints
    visit_day: Ints
    party: Ints
    item: Ints
    group: Ints
    quota: Mask
    plants: Plants

    # features
    tier: Ints = UNPLANNED
    procedure: Ints = UNPLANNED
    ending: Ints = UNPLANNED
    no_penalty: Mask = UNPLANNED
    confiscated: Ints = UNPLANNED
    warning: Mask = UNPLANNED
    criticism: Mask = UNPLANNED
    stopped: Mask = UNPLANNED
    revoked: Mask = UNPLANNED
    large: Mask = UNPLANNED
    major: Ints = UNPLANNED
    complex: Ints = UNPLANNED
    limitation: Ints = UNPLANNED
    act: Ints = UNPLANNED
    act_ended: Ints = UNPLANNED
    found: Ints = UNPLANNED
    # steps, as working-day ordinals
    site: Ints = UNPLANNED
    inquiry: Ints = UNPLANNED
    more_inquiry: Ints = UNPLANNED
    evidence: Ints = UNPLANNED
    disposal: Ints = UNPLANNED
    report: Ints = UNPLANNED
    review: Ints = UNPLANNED
    second_review: Ints = UNPLANNED
    last_review: Ints = UNPLANNED
    notice: Ints = UNPLANNED
    notice_served: Ints = UNPLANNED
    statement: Ints = UNPLANNED
    late_statement: Ints = UNPLANNED
    request: Ints = UNPLANNED
    convened: Ints = UNPLANNED
    convened_served: Ints = UNPLANNED
    hearing: Ints = UNPLANNED
    deliberation: Ints = UNPLANNED
    decision: Ints = UNPLANNED
    # masks and choices
    preserved: Mask = UNPLANNED
    seized: Mask = UNPLANNED
    urgent: Mask = UNPLANNED
    tested: Ints = UNPLANNED
    tested_until: Ints = UNPLANNED
    pause: Ints = UNPLANNED
    extended: Ints = UNPLANNED
    extends_to: Ints = UNPLANNED
    abandoned: Mask = UNPLANNED
    first_returned: Mask = UNPLANNED
    later_returned: Mask = UNPLANNED
    heard: Ints = UNPLANNED
    asked: Ints = UNPLANNED
    notice_waived: Mask = UNPLANNED
    has_notice: Mask = UNPLANNED
    hearing_notice: Mask = UNPLANNED
    rush: Mask = UNPLANNED
    haste: Mask = UNPLANNED
    asked_not: Mask = UNPLANNED
    careless: int = NONE
    twin: Ints = UNPLANNED
    closing_of_other: Ints = UNPLANNED
    leniency: Ints = UNPLANNED
    leniency_reason: Ints = UNPLANNED

    @property
    def rows(self) -> int:
        """How many cases."""
        return len(self.unit)

    @property
    def linked(self) -> Mask:
        """Whether the case comes from a visit of the inspection plan."""
        return self.visit >= 0

    @property
    def settled(self) -> Mask:
        """Whether the case ends in a decision on a penalty, now or later."""
        return (self.ending == LAWFUL) & ~self.no_penalty & ~self.abandoned

    @property
    def decided_day(self) -> Ints:
        """The day of the decision, ``NONE`` without."""
        return np.where(self.decision >= 0, self.setting.work.day(np.maximum(self.decision, 0)), NONE)


def begin(
    setting: Setting,
    *,
    unit: Ints,
    filed: Ints,
    visit: Ints,
    visit_day: Ints,
    party: Ints,
    item: Ints,
    group: Ints,
    quota: Mask,
) -> Penalties:
    """Draw what the cases are about, and plan the breaches that lie in it."""
    rows = len(unit)
    plan = Penalties(
        setting, unit, filed, visit, visit_day, party, item, group, quota,
        plants(setting.rng, rows, setting.violations, RULES),
    )  # fmt: skip
    plan.plants.taken |= quota
    _procedures(plan)
    _amounts_without_fine(plan)
    _weights(plan)
    return plan


def _procedures(plan: Penalties) -> None:
    setting, rows = plan.setting, plan.rows
    items, rng = setting.items, setting.rng
    size = items.size[plan.item]
    scaled = items.usual[0, plan.item, 0, 0] >= 0
    plan.tier = np.where(scaled, rng.choice(3, rows, p=[0.5, 0.38, 0.12]), NONE)
    plan.tier[plan.quota] = 1
    share = np.select(
        [size == SMALL, size == WARNING, (size == MIDDLE) & (plan.group == 2), items.summary[plan.item]],
        [0.88, 0.7, 0.55, 0.6],
        0.0,
    )
    other = np.where(setting.chance(rows, 0.12), EXPEDITED, ORDINARY)
    plan.procedure = np.where((rng.random(rows) < share) | plan.quota, SUMMARY, other)
    full = plan.procedure != SUMMARY
    ending = rng.choice(4, rows, p=[0.98, 0.008, 0.006, 0.006])
    plan.ending = np.where(full, ending, LAWFUL)
    plan.no_penalty = full & (plan.ending == LAWFUL) & setting.chance(rows, 0.03)
    plan.abandoned = np.zeros(rows, bool)


def _amounts_without_fine(plan: Penalties) -> None:
    """Draw confiscations and the other penalties, and settle which cases need a hearing notice."""
    setting, rows = plan.setting, plan.rows
    size = setting.items.size[plan.item]
    full = plan.procedure != SUMMARY
    heavy = full & np.isin(size, ["K", "L", "X"])
    plan.confiscated = np.where(heavy & setting.chance(rows, 0.15), setting.some(rows, 3, 80) * 10_000, 0)
    # exactly at the threshold of organizations
    exact = heavy & np.isin(size, ["L", "X"]) & (plan.group == 2) & setting.chance(rows, 0.02)
    plan.confiscated[exact] = ORGANIZATION_HEARING
    plan.warning = np.where(size == WARNING, True, setting.chance(rows, 0.1))
    plan.criticism = full & setting.chance(rows, 0.02)
    plan.stopped = heavy & setting.chance(rows, 0.04)
    plan.revoked = heavy & setting.chance(rows, 0.015)
    low = setting.items.usual[0, plan.item, np.maximum(plan.tier, 0), 0]
    threshold = np.where(plan.group == 2, ORGANIZATION_HEARING, CITIZEN_HEARING)
    plan.large = full & ((low >= threshold) | (plan.confiscated >= threshold) | plan.stopped | plan.revoked)


def _weights(plan: Penalties) -> None:
    """Say which cases are major or complex, and when the act was done and found."""
    setting, rows = plan.setting, plan.rows
    rng = setting.rng
    size = setting.items.size[plan.item]
    full = plan.procedure != SUMMARY
    share = np.where(plan.large & ((plan.group == 2) | (size == "X")), 0.75, np.where(plan.large, 0.15, 0.02))
    plan.major = (full & (rng.random(rows) < share)).astype(np.int64)
    plan.complex = (full & setting.chance(rows, 0.04)).astype(np.int64)
    work = setting.work
    filed = work.day(plan.filed)
    there = setting.chance(rows, 0.85) | plan.linked | ~full
    site = np.where(full, plan.filed - rng.choice([0, 0, 0, 1, 2, 3], rows), plan.filed)
    site = np.where(plan.linked, work.ordinal(np.maximum(plan.visit_day, setting.start)), site)
    plan.site = np.where(there, site, NONE)
    plan.found = np.where(full, filed - setting.some(rows, 0, 4), filed)
    plan.found = np.where(there, np.minimum(plan.found, work.day(site)), plan.found)
    lag = np.minimum(rng.exponential(25, rows).astype(np.int64), 600)
    plan.limitation = np.where(full & np.isin(size, ["L", "X"]) & setting.chance(rows, 0.04), 1, 0)
    lag = np.where((plan.limitation == 1) & setting.chance(rows, 0.3), setting.some(rows, 760, 1700), lag)
    plan.act = np.where(full, plan.found - lag, plan.found)
    edge = full & (plan.limitation == 0) & setting.chance(rows, 0.004)
    plan.act = np.where(edge, months_after(plan.found, -24), plan.act)
    plan.act = np.where(years_after(plan.act, 2) < plan.found, plan.act + (plan.limitation == 0) * 5, plan.act)
    going = full & setting.chance(rows, 0.05) & ~edge
    plan.act_ended = np.where(going, plan.act, NONE)
    plan.act = np.where(going, plan.act - setting.some(rows, 20, 900), plan.act)
    unsure = setting.chance(rows, 0.01) & full
    plan.limitation[unsure] = NONE


def plan_breaches_of_facts(plan: Penalties) -> None:
    """Plant what concerns the act and the procedure, before the steps are laid out."""
    setting = plan.setting
    full, early = plan.procedure != SUMMARY, plan.filed <= setting.work.ordinal(np.array(setting.as_of)) - 90
    plain = full & plan.settled & (plan.act_ended < 0) & ~plan.linked
    late = plan.plants.choose(plain & early & (plan.limitation == 0), "penalty.limitation")
    plan.act = np.where(late, months_after(plan.found, -24) - setting.some(plan.rows, 1, 200), plan.act)
    _plant_summary(plan, early)
    _plant_twins(plan, plain & early)
    _part_equal_acts(plan)


FEATURES = (
    "unit", "party", "item", "group", "tier", "procedure", "confiscated", "warning", "criticism", "stopped", "revoked", "large",
    "major", "complex", "limitation", "act", "act_ended",
)  # fmt: skip


def _plant_twins(plan: Penalties, eligible: Mask) -> None:
    """Fine an act of an earlier case once more: the later case copies what the earlier one is about."""
    plan.twin = np.full(plan.rows, NONE)
    eligible = eligible & (plan.tier >= 0) & (plan.procedure != SUMMARY) & (plan.limitation == 0)
    chosen = np.flatnonzero(plan.plants.choose(eligible))
    free = eligible & ~plan.plants.taken
    pairs = []
    for later in chosen:
        fit = free & (plan.filed <= plan.filed[later] - 8) & (plan.filed >= plan.filed[later] - 120)
        fit &= plan.act >= plan.found[later] - 690
        found = np.flatnonzero(fit)
        if len(found) == 0:
            continue
        earlier = int(plan.setting.rng.choice(found))
        free[earlier] = False
        pairs.append((earlier, int(later)))
        plan.plants.taken[earlier] = True
        plan.twin[later] = earlier
    if pairs:
        earlier, later = np.array(pairs).T
        for name in FEATURES:
            values = getattr(plan, name)
            values[later] = values[earlier]


def _part_equal_acts(plan: Penalties) -> None:
    """Give a case a party of its own where, by chance, the same party did the same act on the same day."""
    parties, items = plan.setting.parties, plan.setting.items
    act = items.act[plan.item]
    order = np.lexsort((plan.act, act, plan.party))
    keys = np.stack([plan.party, act, plan.act])[:, order]
    equal = (keys[:, 1:] == keys[:, :-1]).all(0)
    same = np.zeros(plan.rows, bool)
    same[order[1:][equal]] = same[order[:-1][equal]] = True
    twins = plan.twin[plan.twin >= 0]
    same[plan.twin >= 0] = same[twins] = False
    plan.act = np.where(same & plan.linked, plan.found, plan.act)
    same &= ~plan.linked
    plan.party[same] = parties.more(parties.kind[plan.party[same]])


def _plant_summary(plan: Penalties, early: Mask) -> None:
    """Decide on the spot what may not be: too high a fine, a criticism, a confiscation."""
    items, setting = plan.setting.items, plan.setting
    low = items.usual[0, plan.item, np.maximum(plan.tier, 0), 0]
    cap = np.where(plan.group == 2, 300_000, 20_000)
    small = (plan.procedure == SUMMARY) & ~items.summary[plan.item] & ~plan.quota & plan.settled
    over = (plan.procedure == ORDINARY) & (low > cap) & (plan.tier >= 0) & plan.settled & ~plan.linked
    over &= (
        ~plan.large & (plan.confiscated == 0) & ~plan.criticism & ~items.amended[plan.item] & ~items.summary[plan.item]
    )
    chosen = plan.plants.choose(over & early, "penalty.summary.only-small", weight=0.5)
    plan.procedure[chosen] = SUMMARY
    plan.major[chosen] = plan.complex[chosen] = 0
    plan.site[chosen] = plan.filed[chosen]
    plan.found[chosen] = setting.work.day(plan.filed[chosen])
    plan.act[chosen] = plan.found[chosen]
    plan.act_ended[chosen] = NONE
    chosen = plan.plants.choose(small & early, "penalty.summary.only-small", weight=0.5)
    odd = setting.chance(plan.rows, 0.5)
    plan.criticism |= chosen & odd
    plan.confiscated[chosen & ~odd] = 8_000


def lay_out(plan: Penalties) -> None:
    """Lay out the steps of every case as working-day ordinals."""
    setting = plan.setting
    full = plan.procedure != SUMMARY
    quick = plan.procedure == EXPEDITED
    early = (plan.filed <= setting.work.ordinal(np.array(setting.as_of)) - 105) & plan.settled
    _investigation(plan, full, quick)
    _reviews(plan, full, quick, early)
    _hearing_of_the_party(plan, full, early)
    _decision(plan, full, early)


def _gap(plan: Penalties, quick: Mask, most: int) -> Ints:
    return np.where(quick, plan.setting.some(plan.rows, 0, 1), plan.setting.some(plan.rows, 0, most))


def _where(mask: Mask, values: Ints) -> Ints:
    return np.where(mask, values, NONE)


def _investigation(plan: Penalties, full: Mask, quick: Mask) -> None:
    setting, rows, work = plan.setting, plan.rows, plan.setting.work
    filed = plan.filed
    plan.inquiry = _where(full, filed + 1 + _gap(plan, quick, 5))
    plan.evidence = _where(full & setting.chance(rows, 0.6), filed + 1 + _gap(plan, quick, 6))
    plan.more_inquiry = np.full(rows, NONE)
    plan.preserved = full & (plan.site >= 0) & setting.chance(rows, 0.12)
    wait = np.minimum(setting.some(rows, 1, 9), 7)
    long = plan.plants.choose(
        plan.preserved & plan.settled & (filed <= work.ordinal(np.array(setting.as_of)) - 45),
        "penalty.preservation.decided",
    )
    wait = np.where(long, setting.some(rows, 8, 15), wait)
    plan.disposal = _where(plan.preserved & ~(long & setting.chance(rows, 0.3)), plan.site + wait)
    plan.seized = full & (plan.site >= 0) & setting.chance(rows, 0.06)
    plan.urgent = plan.seized & setting.chance(rows, 0.3)
    begun = np.maximum(plan.inquiry, plan.evidence)
    test = full & setting.chance(rows, 0.12)
    plan.tested = _where(test, work.day(np.maximum(begun, 0)) + 1)
    plan.tested_until = _where(test, plan.tested + setting.some(rows, 4, 20))
    plan.pause = setting.rng.choice(3, rows, p=[0.55, 0.25, 0.2])
    done = np.maximum(begun, np.where(test, work.ordinal(np.maximum(plan.tested_until, setting.start)), 0))
    plan.report = _where(full, done + 1 + _gap(plan, quick, 4))


def _reviews(plan: Penalties, full: Mask, quick: Mask, early: Mask) -> None:
    """Lay out the legal reviews before the notice, and plant those that come too early, are missing or were refused."""
    setting, rows = plan.setting, plan.rows
    reviewed = full & ((plan.major == 1) | setting.chance(rows, 0.35))
    plan.review = _where(reviewed, plan.report + 1 + _gap(plan, quick, 2))
    plan.first_returned = reviewed & setting.chance(rows, 0.08)
    plan.second_review = _where(plan.first_returned, plan.review + setting.some(rows, 1, 2))
    major = early & (plan.major == 1)
    ahead = plan.plants.choose(major & (plan.tested < 0), "penalty.legal-review.before-decision", weight=0.6)
    plan.asked_not = ahead.copy()
    plan.first_returned &= ~ahead
    plan.second_review[ahead] = NONE
    base = np.maximum(plan.inquiry, plan.evidence)
    plan.review = np.where(ahead, base + 1, plan.review)
    plan.report = np.where(ahead, base + 2, plan.report)
    skipped = _skip_reviews(plan, major)
    reviewed &= ~skipped
    refused = plan.plants.choose(early & reviewed, "penalty.legal-review.approved")
    plan.later_returned = refused
    plan.first_returned &= ~refused
    plan.second_review = np.where(refused, plan.review + 1, plan.second_review)


def _skip_reviews(plan: Penalties, major: Mask) -> Mask:
    """Leave out the review of some major decisions of one agency, which then misses its rate."""
    counts = np.bincount(plan.unit[major & ~plan.plants.taken], minlength=1)
    careless = int(np.argmax(counts))
    skipped = plan.plants.choose(major & (plan.unit == careless), "penalty.legal-review.before-decision", weight=0.5)
    plan.careless = careless if skipped.any() else NONE
    for step in (plan.review, plan.second_review):
        step[skipped] = NONE
    plan.first_returned &= ~skipped
    plan.asked_not |= skipped
    return skipped


def _hearing_of_the_party(plan: Penalties, full: Mask, early: Mask) -> None:
    """Lay out notices, statements and hearings."""
    setting, rows, choose = plan.setting, plan.rows, plan.plants.choose
    before = np.maximum(np.maximum(plan.report, plan.review), plan.second_review)
    plan.notice = _where(full, before + 1 + setting.some(rows, 0, 1))
    plan.notice_served = plan.notice + setting.rng.choice([0, 0, 1, 2, 3], rows)
    plan.has_notice = full.copy()
    plan.hearing_notice = plan.large | (full & setting.chance(rows, 0.02))
    plan.heard = np.where(full, setting.rng.choice(3, rows, p=[0.62, 0.25, 0.13]), NO_STATEMENT)
    plan.asked = np.where(
        plan.hearing_notice, setting.rng.choice(5, rows, p=[0.62, 0.14, 0.18, 0.03, 0.03]), NO_REQUEST
    )
    plan.asked[(plan.asked == REQUESTED) & (plan.asked_not | plan.later_returned)] = NO_REQUEST
    plan.notice_waived = (plan.heard == WAIVED) & setting.chance(rows, 0.5)
    served = plan.notice_served
    calm = early & (plan.major == 0) & (plan.complex == 0)
    absent = choose(early & ~plan.large & ~plan.hearing_notice & full, "penalty.prior-notice.before-decision")
    plan.has_notice &= ~absent
    plan.heard[absent] = NO_STATEMENT
    plan.notice_waived[absent] = False
    unheard = choose(early & full & plan.large & (plan.asked <= REQUEST_WAIVED), "penalty.hearing-notice.when-large")
    plan.hearing_notice &= ~unheard
    plan.asked[unheard] = NO_REQUEST
    plan.rush = choose(calm & full & ~plan.hearing_notice & plan.has_notice, "penalty.statement.window")
    plan.heard[plan.rush] = NO_STATEMENT
    plan.notice_waived[plan.rush] = False
    plan.haste = choose(calm & plan.hearing_notice, "penalty.hearing-request.window")
    plan.asked[plan.haste] = NO_REQUEST
    plan.heard[plan.haste] = STATEMENT
    plan.notice_waived[plan.haste] = False
    days = np.where(plan.haste, 1, setting.some(rows, 1, 5))
    days = np.where(plan.heard == WAIVED, setting.some(rows, 0, 2), days)
    plan.statement = _where((plan.heard != NO_STATEMENT) & ~plan.notice_waived & plan.has_notice, served + days)
    late = plan.asked == REQUEST_LATE
    plan.request = _where(
        plan.asked != NO_REQUEST, served + np.where(late, setting.some(rows, 6, 7), setting.some(rows, 1, 5))
    )
    heard = plan.asked == REQUESTED
    refused = choose(early & heard, "penalty.hearing.held-when-requested")
    heard &= ~refused
    plan.convened = _where(heard, plan.request + setting.some(rows, 1, 2))
    plan.convened_served = _where(heard, plan.convened + setting.some(rows, 0, 1))
    short = choose(early & heard, "penalty.hearing.notice-ahead")
    ahead = np.where(short, setting.some(rows, 2, 6), setting.rng.choice([7, 7, 8, 9], rows))
    plan.hearing = _where(heard, plan.convened_served + ahead)
    again = choose(early & heard & (plan.major == 0), "penalty.legal-review.before-decision", weight=0.6)
    plan.review = np.where(again & (plan.review < 0), plan.report + 1, plan.review)
    plan.last_review = _where(heard & ~again, plan.hearing + setting.some(rows, 1, 3))
    # a review before the hearing is wanted where none follows it, so that there is one to be found too early
    plan.notice = np.where(again, np.maximum(plan.notice, plan.review), plan.notice)


def _decision(plan: Penalties, full: Mask, early: Mask) -> None:
    """Lay out deliberation and decision, some at the very last day, some beyond it with leave."""
    setting, rows, choose = plan.setting, plan.rows, plan.plants.choose
    served = plan.notice_served
    waiting = full & plan.has_notice & (plan.heard == NO_STATEMENT) & ~plan.rush
    hearing_wait = (
        plan.hearing_notice & np.isin(plan.asked, [NO_REQUEST, REQUEST_LATE, REQUEST_WITHDRAWN]) & ~plan.haste
    )
    ready = np.maximum.reduce(
        [
            plan.report,
            plan.review,
            plan.second_review,
            plan.last_review,
            plan.statement,
            plan.hearing,
            plan.request,
            plan.disposal,
        ]
    )
    ready = np.maximum(ready, np.where(waiting | hearing_wait, served + 5, 0))
    ready = np.maximum(ready, np.where(plan.has_notice & full, served, 0))
    needed = full & ((plan.major == 1) | (plan.complex == 1))
    missing = choose(early & needed, "penalty.deliberation.when-major")
    talked = (needed | (full & setting.chance(rows, 0.12))) & ~missing & ~plan.rush & ~plan.haste
    plan.deliberation = _where(talked, ready + 1 + setting.some(rows, 0, 2))
    afterwards = choose(early & talked, "penalty.deliberation.after-hearing")
    plan.late_statement = _where(afterwards, plan.deliberation + 1)
    ready = np.maximum.reduce([ready, plan.deliberation, plan.late_statement])
    decision = ready + 1 + np.where(talked, setting.some(rows, 0, 2), setting.rng.choice([0, 0, 1, 2], rows))
    decision = np.where(plan.rush, served + setting.some(rows, 1, 5), decision)
    decision = np.where(plan.haste, np.maximum(served + setting.some(rows, 2, 5), served + 2), decision)
    again = full & (plan.last_review >= 0) & (plan.last_review >= decision)
    decision = np.where(again, plan.last_review + 1, decision)
    plan.decision = np.where(full, decision, plan.filed)
    _stretch(plan, full, early)


def _stretch(plan: Penalties, full: Mask, early: Mask) -> None:
    """Move the later steps so that some cases end on their last day, and plant those that end after it."""
    setting, rows, work = plan.setting, plan.rows, plan.setting.work
    filed = work.day(plan.filed)
    due = work.ordinal(work.roll(filed + 90))
    now = plan.decision
    mode = setting.rng.choice(4, rows, p=[0.8, 0.13, 0.03, 0.04])
    mode = np.where(full & (plan.procedure == ORDINARY), mode, 0)
    wish = np.select([mode == 1, mode == 2], [now + setting.some(rows, 1, 25), due], now)
    free = (plan.tested < 0) & (plan.hearing < 0) & (plan.ending == LAWFUL)
    far = plan.filed <= work.ordinal(np.array(setting.as_of)) - 125
    over = plan.plants.choose(early & far & free & full & ~plan.preserved, "penalty.decision.in-time", weight=1.2)
    plan.abandoned = over & setting.chance(rows, 0.35)
    wish = np.where(over, due + setting.some(rows, 1, 30), wish)
    wish = np.maximum(wish, now)
    # where the domain's rules deduct tests, appraisals and suspensions, some cases live on that alone
    deducts = np.array([unit.domain == DEDUCTING for unit in setting.staff.units])[plan.unit]
    deducts &= early & full & (plan.tested >= 0) & setting.chance(rows, 0.25) & ~plan.plants.taken
    longer = work.ordinal(work.roll(filed + 90 + plan.tested_until - plan.tested))
    deducts &= (longer > due) & (now <= due)
    wish = np.where(deducts, np.where(setting.chance(rows, 0.5), longer, np.maximum(due + 1, wish)), wish)
    wish = np.where(deducts, np.minimum(wish, longer), wish)
    leave = full & ~over & ~deducts & ((mode == 3) | (wish > due))
    until = filed + 90 + setting.some(rows, 30, 60)
    wish = np.where(leave & (mode == 3), np.maximum(wish, due + setting.some(rows, 1, 15)), wish)
    exact = leave & setting.chance(rows, 0.3)
    plan.extends_to = _where(leave, np.where(exact, work.day(wish), np.maximum(until, work.day(wish))))
    plan.extended = _where(leave, work.ordinal(filed + 75))
    shift = wish - now
    for step in (
        "report", "review", "second_review", "last_review", "notice", "notice_served", "statement", "late_statement", "request",
        "convened", "convened_served", "hearing", "deliberation", "decision",
    ):  # fmt: skip
        values = getattr(plan, step)
        setattr(plan, step, np.where(full & (values >= 0), values + shift, values))
    plan.decision = np.where(plan.abandoned | (plan.ending != LAWFUL), NONE, plan.decision)


def mixed(plan: Penalties) -> Ints:
    """Return the other penalties of each case as one number, the place of their names in ``events.MIXES``."""
    return plan.warning * 1 + plan.criticism * 2 + plan.stopped * 4 + plan.revoked * 8


def group_of(kind: Ints) -> Ints:
    """Return 0 for a citizen, 1 for an individual business, 2 for an organization."""
    return np.minimum(kind, kinds.COMPANY)


__all__ = ["MINUTES", "Penalties", "begin", "group_of", "lay_out", "plan_breaches_of_facts"]
