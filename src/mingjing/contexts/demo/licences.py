"""Licences: application, acceptance, examination, grant or refusal, delivery, disclosure."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mingjing.contexts.demo.aftermath import day_of
from mingjing.contexts.demo.days import MINUTES, NONE, UNPLANNED, Ints, Mask
from mingjing.contexts.demo.events import EventBook
from mingjing.contexts.demo.safeguards import Steps
from mingjing.contexts.demo.setting import Setting
from mingjing.contexts.demo.truth import Plants, plants
from mingjing.domain.rules.elements import ELEMENT_BITS

RULES = 4
MORE_RULES = 12
REFUSAL_PAPER = 11


@dataclass(slots=True)
class Licences:
    """What the case table and the disclosures need to know of the licence cases."""

    plants: Plants
    published: Ints
    status: Ints
    granted: Ints
    affects: Ints = UNPLANNED
    required: Ints = UNPLANNED
    expires: Ints = UNPLANNED


def write(setting: Setting, unit: Ints, applied: Ints) -> tuple[EventBook, Licences]:
    """Plan and write the licence cases applied for on these working-day ordinals."""
    rows, work, rng = len(unit), setting.work, setting.rng
    some, chance = setting.some, setting.chance
    book = EventBook(rows, setting.last)
    today = int(work.ordinal(np.array(setting.as_of)))
    plan = plants(rng, rows, setting.violations, RULES)
    yes = np.ones(rows, bool)

    def at(step: Ints, hour: int, minute: int = 0) -> Ints:
        return setting.clock(np.where(step >= 0, work.day(np.maximum(step, 0)), NONE), hour, minute)

    gone = chance(rows, 0.01)
    slow = plan.choose((applied <= today - 16) & ~gone, "license.acceptance.in-time")
    wait = np.where(slow, some(rows, 6, 12), rng.choice([0, 0, 1, 2, 3, 4, 5, 5], rows))
    corrected = chance(rows, 0.12) & ~slow
    accepted = applied + np.where(corrected, wait + some(rows, 1, 12), wait)
    book.add("application", yes, at(applied, 8, 50))
    book.add("correction_notice", corrected, at(applied + wait, 11))
    acceptance = book.add("acceptance", ~gone, at(accepted, 14))
    book.staff(acceptance, setting.staff.leaders[unit, 2], "handler")
    tested = chance(rows, 0.08)
    test_from, test_days = accepted + 1, some(rows, 3, 15)
    kind = chance(rows, 0.6)
    late = plan.choose((accepted <= today - 70) & ~gone & ~tested, "license.decision.in-time", weight=1.2)
    prolonged = ~late & chance(rows, 0.05)
    limit = np.where(prolonged, 30, 20) + np.where(tested, test_days, 0)
    used = np.minimum(np.where(chance(rows, 0.12), 40, some(rows, 1, 19)), limit)
    used = np.where(tested, np.maximum(used, test_days + 2), used)
    used = np.where(prolonged, np.maximum(used, 21), used)
    used = np.where(late, some(rows, 21, 35), used)
    never = late & chance(rows, 0.3)
    decided = np.where(never | gone, NONE, accepted + used)
    for name, mask in (("testing", tested & kind), ("appraisal", tested & ~kind)):
        ended = at(test_from + test_days, 15)
        book.add(name, mask & ~gone, at(test_from, 9), ended=np.where(ended <= setting.last, ended, NONE))
    extension = book.add(
        "extension", prolonged & ~gone, at(accepted + 18, 10), outcome="approved", extends=work.day(accepted + 30)
    )
    approval = book.add("approval", extension >= 0, at(accepted + 18, 15), about=extension, outcome="approved")
    book.staff(approval, setting.staff.leaders[unit, 0], "approver")
    book.add(
        "examination", ~gone & (decided >= 0), at(np.where(decided >= 0, np.maximum(decided - 1, accepted), NONE), 15)
    )
    refused = chance(rows, 0.04)
    granted = book.add("grant", ~refused, at(decided, 16, 5))
    book.add("refusal", refused, at(decided, 16, 5))
    book.staff(granted, setting.staff.leaders[unit, 0], "approver")
    given = (decided >= 0) & ~refused
    unsent = plan.choose(given & (decided <= today - 35), "license.delivery.in-time")
    wait = np.where(unsent, some(rows, 11, 20), rng.choice([0, 0, 1, 2, 3, 5, 8, 10], rows))
    delivered = np.where(given & ~(unsent & chance(rows, 0.3)), decided + wait, NONE)
    book.add("delivery", yes, at(delivered, 17, 5), about=granted)
    book.add("closing", yes, at(np.where(delivered >= 0, delivered + some(rows, 0, 3), NONE), 18))
    left = book.add("withdrawal", gone, at(applied + 3, 10))
    hidden = plan.choose(given & (decided <= today - 45), "license.disclosure.in-time")
    wait = np.where(hidden, some(rows, 8, 20), rng.choice([1, 2, 3, 4, 5, 7], rows))
    shown = given & ~(hidden & chance(rows, 0.4))
    published = np.where(shown, at(decided + wait, 9), NONE)
    published = np.where(published <= setting.last, published, NONE)
    closed = (delivered >= 0) & (work.day(np.maximum(delivered, 0) + 3) <= setting.as_of)
    status = np.where(left >= 0, 2, np.where(closed, 1, 0))
    result = Licences(plan, published, status, day_of(at(decided, 15)))
    _safeguards(setting, unit, book, result)
    return book, result


def _safeguards(setting: Setting, unit: Ints, book: EventBook, written: Licences) -> None:
    """Hear, check and renew, in some of the cases; plant what is wrong with these."""
    rng, rows = setting.aside, len(unit)
    last, _ = Steps.of(book, "grant", "refusal").last(rows)
    begun, _ = Steps.of(book, "acceptance").first(rows)
    done = (last >= 0) & (begun >= 0)

    def choose(eligible: Mask, *rules: str) -> Mask:
        return written.plants.choose(eligible, *rules, rng=rng, among=MORE_RULES)

    some = {share: rng.random(rows) < share for share in (0.03, 0.06, 0.1)}
    corrected, _ = Steps.of(book, "correction_notice").first(rows)
    twice = choose((corrected >= 0) & done, "license.correction.once")
    book.add("correction_notice", twice, corrected + MINUTES)
    _, refused = Steps.of(book, "refusal").last(rows)
    poor = choose(refused >= 0, "license.refusal.contents")
    there = np.flatnonzero(refused >= 0)
    gone = np.where(rng.random(rows) < 0.5, ELEMENT_BITS["reasons"], ELEMENT_BITS["remedy_channel"])
    masks = sum(ELEMENT_BITS[code] for code in ("reasons", "basis", "remedy_channel", "remedy_period"))
    book.tell(refused[there], there, (masks - np.where(poor, gone, 0))[there], REFUSAL_PAPER)
    roomy = done & (last - begun >= 2 * MINUTES)
    untold = choose(roomy, "license.hearing.told")
    told = roomy & some[0.06] & ~untold
    book.add("hearing_notice", told, begun + 30)
    written.affects = np.where(untold | told, 1, np.where(some[0.1], NONE, 0))
    _hearings(setting, book, written, choose, begun, last)
    alone = choose(done, "license.check.two")
    check = book.add("site_check", alone | (done & some[0.1]), begun + 50)
    book.staff(check, setting.staff.leaders[unit, 2], "handler")
    book.staff(check, setting.staff.leaders[unit, 1], "recorder", ~alone)
    late = choose(done, "license.renewal.before-expiry")
    day = np.maximum(last, 0) // MINUTES
    after = rng.choice([0, 3, 30, 300], rows)
    written.expires = np.where(late, day - rng.integers(1, 20, rows), np.where(done & some[0.06], day + after, NONE))


def _hearings(
    setting: Setting, book: EventBook, written: Licences, choose: Callable[..., Mask], begun: Ints, last: Ints
) -> None:
    """Hear whoever must be or wants to be heard; plant hearings that were not held, too late or too soon announced."""
    rng, rows, work = setting.aside, book.cases, setting.work
    first = work.ordinal(np.maximum(begun // MINUTES, setting.start))
    final = work.ordinal(np.maximum(last // MINUTES, setting.start))
    roomy = (last >= 0) & (begun >= 0) & (final - first >= 12)
    unheard = choose(roomy, "license.hearing.held-when-required")
    wanted = choose((last >= 0) & (begun >= 0) & (begun + 60 * MINUTES <= book.last), "license.hearing.in-time")
    book.add("hearing_request", wanted, begun + 20)
    short = choose(roomy, "license.hearing.notice-ahead")
    heard = roomy & (short | (rng.random(rows) < 0.2)) & ~unheard & ~wanted
    heard &= short | ~written.plants.taken
    book.add("hearing_request", heard, begun + 20)
    convened = book.add("hearing_convened", heard, work.day(first + 1) * MINUTES + 9 * 60)
    day = first + 1 + np.where(short, rng.integers(2, 7, rows), rng.choice([7, 8, 10], rows))
    book.add("hearing", (convened >= 0) & heard, work.day(day) * MINUTES + 10 * 60)
    written.required = np.where(unheard | (heard & (rng.random(rows) < 0.5)), 1, 0)
