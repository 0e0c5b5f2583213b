"""
What guards the party in a penalty case, written over the events that are there: answers, contents of documents, crime.

The dice are thrown apart, and everything is added after the rest was planned; so the rest is the same as without it.
Breaches are planted only in cases that are whole so far.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from mingjing.contexts.demo.aftermath import Aftermath
from mingjing.contexts.demo.days import NONE, Ints, Mask
from mingjing.contexts.demo.events import RESULTS, TYPES, EventBook
from mingjing.contexts.demo.penalties import ENDING_TRANSFERRED, SUMMARY, Penalties, mixed
from mingjing.contexts.demo.setting import Setting
from mingjing.domain.rules.elements import ELEMENT_BITS

RULES = 90
"""So many kinds of breach share what is to be planted here."""

DAY = 24 * 60
NOTICE = (
    *("content", "facts", "reasons", "basis", "statement_right", "defense_right"),
    *("remedy_channel", "remedy_manner", "remedy_period"),
)
DECISION = (
    *("party", "facts", "evidence", "content", "basis", "manner", "term", "agency", "dated"),
    *("remedy_channel", "remedy_period", "benchmark"),
)
SUMMARY_DECISION = (
    *("number", "facts", "content", "basis", "time_place", "agency", "signature"),
    *("remedy_channel", "remedy_period"),
)
BY_PLACE = frozenset({"remedy_channel", "remedy_manner", "remedy_period", "benchmark", "rights_told"})
"""What only the plans of some places ask for in a notice, a record or a decision; such come last in these lists."""
DEMAND = ("term", "manner", "statement_right", "defense_right")
SEIZURE_RECORD = (
    *("credential_shown", "party_present", "reasons", "basis", "rights_told", "statement_heard", "party_signature"),
)
SEIZURE_DECISION = (
    *("party", "reasons", "basis", "term", "goods", "remedy_channel", "remedy_period", "agency", "dated"),
)
INQUIRY_RECORD, OPINION, HEARING_RECORD, TALK_RECORD, DEMAND_PAPER = 1, 7, 8, 9, 10
"""Their places among ``casework.PAPERS``."""
REVIEW = tuple(code for code in ELEMENT_BITS if code.startswith("review_"))


@dataclass(slots=True)
class Steps:
    """The events of some types: the case, minute and handle of each, in the order of time."""

    case: Ints
    at: Ints
    handle: Ints
    outcome: Ints

    @classmethod
    def of(cls, book: EventBook, *types: str) -> "Steps":
        """Find them in the book."""
        codes = [TYPES[type_] for type_ in types]
        kinds = np.concatenate([part["type"] for part in book.parts])
        found = np.flatnonzero(np.isin(kinds, codes))
        at = np.concatenate([part["at"] for part in book.parts])[found]
        found = found[np.argsort(at, kind="stable")]
        whole = {name: np.concatenate([part[name] for part in book.parts])[found] for name in ("case", "at", "outcome")}
        return cls(whole["case"], whole["at"], found, whole["outcome"])

    def first(self, cases: int) -> tuple[Ints, Ints]:
        """Return the minute and handle of the first for each case, ``NONE`` without."""
        return self._spread(cases, slice(None, None, -1))

    def last(self, cases: int) -> tuple[Ints, Ints]:
        """Return the minute and handle of the last for each case, ``NONE`` without."""
        return self._spread(cases, slice(None))

    def _spread(self, cases: int, order: slice) -> tuple[Ints, Ints]:
        at, handle = np.full(cases, NONE), np.full(cases, NONE)
        at[self.case[order]] = self.at[order]
        handle[self.case[order]] = self.handle[order]
        return at, handle

    def count(self, cases: int) -> Ints:
        """Say how many each case has."""
        return np.bincount(self.case, minlength=cases)


@dataclass(slots=True)
class Guard:
    """The writing of what guards the party: the plan, its book, dice of its own."""

    plan: Penalties
    book: EventBook
    rng: np.random.Generator

    @property
    def rows(self) -> int:
        """How many cases."""
        return self.plan.rows

    def chance(self, share: float) -> Mask:
        """Say yes in about ``share`` of the cases."""
        return self.rng.random(self.rows) < share

    def choose(self, eligible: Mask, *rules: str, weight: float = 1.0) -> Mask:
        """Choose cases to break, of those with hours."""
        clear = eligible if self.book.bare is None else eligible & ~self.book.bare
        return self.plan.plants.choose(clear, *rules, weight=weight, rng=self.rng, among=RULES)

    def add_to(self, asked: Steps, kind: str, wait: Ints, *, outcome: int = NONE, but: Mask | None = None) -> None:
        """Record an event about each of some others, so many minutes after it; not in the cases of ``but``."""
        keep = np.ones(len(asked.case), bool) if but is None else ~but[asked.case]
        self.book.add_rows(kind, asked.case[keep], (asked.at + wait)[keep], about=asked.handle[keep], outcome=outcome)


def write(plan: Penalties, book: EventBook, after: Aftermath, crew: tuple[Ints, Ints]) -> None:
    """Add what guards the party to the events of the penalty cases; ``crew`` are the two officers of each."""
    guard = Guard(plan, book, plan.setting.aside)
    decided, decision = Steps.of(book, "decision").last(plan.rows)
    full = plan.procedure != SUMMARY
    done = full & (decided >= 0) & plan.settled
    fine = np.where(after.fine_unknown, NONE, after.fine)
    _answers(guard, decided, done, crew)
    _notices(guard, done, fine)
    _crime(guard, decided, done, fine)
    _contents(guard, decision, done)
    _investigate(guard, decided, done, crew)
    _review(guard, decided, done, crew)
    _lenient(guard, after, done)
    _afterwards(guard, after, done, fine)
    seizures(guard.book, guard.plan.setting, guard.choose)


def _answers(guard: Guard, decided: Ints, done: Mask, crew: tuple[Ints, Ints]) -> None:
    """Answer every statement; ask for recusal, quarrel over jurisdiction, give opinions, and answer these too."""
    book, rng = guard.book, guard.rng
    statements = Steps.of(book, "statement")
    settled = [RESULTS["waived"], RESULTS["rejected"]]
    spoken = np.isin(statements.outcome, settled, invert=True)
    statements = Steps(*(getattr(statements, name)[spoken] for name in ("case", "at", "handle", "outcome")))
    heard = done & (statements.count(guard.rows) > 0)
    unheard = guard.choose(heard, "penalty.statement.reviewed")
    before = decided[statements.case] < 0
    room = np.where(before, 200, np.minimum(decided[statements.case] - statements.at - 1, 200))
    guard.add_to(statements, "statement_review", np.maximum(room, 0), but=unheard)
    first, _ = Steps.of(book, "inspection", "inquiry", "evidence", "filing").first(guard.rows)
    roomy = done & (first >= 0) & (decided - first >= 4 * DAY)
    for asked, answer, rule, outcome in (
        ("recusal_application", "recusal", "penalty.recusal.decided", "rejected"),
        ("jurisdiction_dispute", "jurisdiction_settled", "penalty.jurisdiction.settled", NONE),
        ("supervision_opinion", "supervision_reply", "penalty.supervision.answered", "approved"),
        ("review_coordination", "approval", "penalty.legal-review.coordinated", "approved"),
    ):
        left = guard.choose(roomy, rule)
        some = (roomy & guard.chance(0.015)) | left
        at = np.where(some, first + rng.integers(30, 600, guard.rows), NONE)
        question = book.add(asked, some, at)
        late = left & guard.chance(0.5)
        replied = np.where(late, decided + 30, at + rng.integers(60, 2 * DAY, guard.rows))
        # one is answered in the very minute before the decision
        replied = np.where(some & ~left & guard.chance(0.1), decided - 1, replied)
        said = outcome if isinstance(outcome, int) else RESULTS[outcome]
        if asked == "recusal_application":
            said = RESULTS["approved"]
        book.add(answer, some & (~left | late), replied, about=question, outcome=said)
    _recusals(guard, crew)
    sent = guard.choose(roomy, "penalty.jurisdiction.not-transferred")
    book.add("jurisdiction_transfer", sent, decided - DAY)
    back = roomy & ~guard.plan.plants.taken & guard.chance(0.004)
    book.add("jurisdiction_transfer", back, decided - DAY, outcome="returned")


def _recusals(guard: Guard, crew: tuple[Ints, Ints]) -> None:
    """Name who shall withdraw: somebody who was there before only, or, planted, one who goes on."""
    book, plan = guard.book, guard.plan
    at, handle = Steps.of(book, "recusal").last(guard.rows)
    last, _ = Steps.of(book, "investigation_report").last(guard.rows)
    goes_on = guard.choose((at >= 0) & (last > at), "penalty.recusal.kept-out")
    if not goes_on.any():
        room = np.flatnonzero((last >= 0) & plan.settled & ~plan.plants.taken)
        eligible = np.zeros(guard.rows, bool)
        eligible[room] = True
        goes_on = guard.choose(eligible, "penalty.recusal.kept-out")
        handle = np.where(goes_on, book.add("recusal", goes_on, last - 60, outcome="approved"), handle)
    book.staff(handle, crew[0], "recused", goes_on)
    outsider = plan.setting.staff.leaders[(plan.unit + 7) % len(plan.setting.staff.units), 1]
    strange = (plan.setting.staff.leaders[plan.unit] != outsider[:, None]).all(1)
    book.staff(handle, outsider, "recused", ~goes_on & strange)


def _notices(guard: Guard, done: Mask, fine: Ints) -> None:
    """Say in each notice what is proposed; plant decisions above it, and notices before there is any evidence."""
    book, plan = guard.book, guard.plan
    _, notice = Steps.of(book, "prior_notice").last(guard.rows)
    told = done & (notice >= 0) & (fine >= 100)
    above = guard.choose(told & (plan.complex == 0), "penalty.decision.within-notice")
    more = told & ~plan.plants.taken & guard.chance(0.05)
    proposed = np.where(above, np.where(guard.chance(0.3), fine - 1, fine // 2), np.where(more, fine * 2, fine))
    book.propose(notice, np.where(fine >= 0, proposed, NONE), mixed(plan))
    _unproven(guard, done)


def _unproven(guard: Guard, done: Mask) -> None:
    """Plant cases whose only evidence was taken unlawfully."""
    found = Steps.of(guard.book, "inspection", "inquiry", "evidence", "preservation", "testing", "appraisal")
    inquiry, handle = Steps.of(guard.book, "inquiry").first(guard.rows)
    alone = done & (found.count(guard.rows) == 1) & (inquiry >= 0)
    void = guard.choose(alone, "penalty.evidence.before-notice")
    guard.book.end(handle[void], RESULTS["invalid"])


def _crime(guard: Guard, decided: Ints, done: Mask, fine: Ints) -> None:
    """Find a crime now and then: refer the case, wait for the police; plant what is fined all the same."""
    book = guard.book
    at, _ = Steps.of(book, "investigation_report").last(guard.rows)
    roomy = done & (at >= 0) & (decided - at >= 2 * DAY) & (Steps.of(book, "referral").count(guard.rows) == 0)
    silent = guard.choose(roomy, "penalty.crime.referred")
    hasty = guard.choose(roomy & (fine > 0), "penalty.crime.no-fine-meanwhile")
    lawful = roomy & ~guard.plan.plants.taken & guard.chance(0.006)
    found = book.add("suspected_crime", silent | hasty | lawful, at + 5)
    referral = book.add("referral", hasty | lawful, at + 120, about=found)
    book.add("police_declined", lawful, decided - 90, about=referral)
    taken = book.add("police_filed", hasty & guard.chance(0.5), decided - 90, about=referral)
    book.add("evidence_handover", taken >= 0, decided + 2 * DAY, about=taken)
    _handed_over(guard)


def _handed_over(guard: Guard) -> None:
    """Where a case ends with the police, hand over what was seized, in three days or, planted, later."""
    book, rng = guard.book, guard.rng
    at, referral = Steps.of(book, "referral").last(guard.rows)
    gone = (guard.plan.ending == ENDING_TRANSFERRED) & (at >= 0)
    late = guard.choose(gone & (at + 12 * DAY <= book.last), "penalty.crime.handover.in-time")
    taken = np.where(gone & (late | guard.chance(0.7)), at + DAY, NONE)
    filed = book.add("police_filed", gone, taken, about=referral)
    wait = np.where(late, rng.integers(4, 9, guard.rows), rng.choice([0, 1, 3, 3], guard.rows))
    book.add("evidence_handover", filed >= 0, taken + wait * DAY, about=filed)


def _contents(guard: Guard, decision: Ints, done: Mask) -> None:
    """Say what the documents contain; plant those that lack one thing."""
    book, plan = guard.book, guard.plan
    _, notice = Steps.of(book, "prior_notice").last(guard.rows)
    summary = (plan.procedure == SUMMARY) & (decision >= 0) & plan.settled
    inquiry, review = Steps.of(book, "inquiry"), Steps.of(book, "legal_review")
    papers: tuple[tuple[Ints, tuple[str, ...], Mask, str], ...] = (
        (notice, NOTICE, done, "penalty.notice.contents"),
        (np.where(summary, NONE, decision), DECISION, done, "penalty.decision.contents"),
        (np.where(summary, decision, NONE), SUMMARY_DECISION, summary, "penalty.summary.contents"),
    )
    for handles, elements, eligible, rule in papers:
        poor = guard.choose(eligible & (handles >= 0), rule)
        quiet = guard.chance(0.02) & ~plan.plants.taken
        there = np.flatnonzero((handles >= 0) & ~quiet)
        book.tell(handles[there], there, _told(guard, elements, poor[there]))
    records: tuple[tuple[Steps, tuple[str, ...], str, int], ...] = (
        (inquiry, ("credential_shown", "rights_told"), "penalty.inquiry.contents", INQUIRY_RECORD),
        (review, REVIEW, "penalty.legal-review.contents", OPINION),
    )
    for steps, elements, rule, paper in records:
        poor = guard.choose(done & (steps.count(guard.rows) > 0), rule)
        book.tell(steps.handle, steps.case, _told(guard, elements, poor[steps.case]), paper)


def _investigate(guard: Guard, decided: Ints, done: Mask, crew: tuple[Ints, Ints]) -> None:
    """Approve preservations, hear of leads, get cases back; plant what is late, or has no record."""
    book, plan, rng = guard.book, guard.plan, guard.rng
    setting, rows = plan.setting, guard.rows
    kept = Steps.of(book, "preservation")
    unasked = guard.choose(done & (kept.count(rows) > 0), "penalty.preservation.approved")
    asked = ~unasked | guard.chance(0.5)
    wait = np.where(unasked[kept.case], 90, -rng.integers(1, 20, len(kept.case)))
    approval = book.add_rows(
        "approval", kept.case[asked[kept.case]], (kept.at + wait)[asked[kept.case]],
        about=kept.handle[asked[kept.case]], outcome=RESULTS["approved"],
    )  # fmt: skip
    book.staff(approval, setting.staff.leaders[plan.unit, 0][kept.case[asked[kept.case]]], "approver")
    market = np.array([unit.domain == "market_regulation" for unit in setting.staff.units])[plan.unit]
    filed, _ = Steps.of(book, "filing").first(rows)
    slow = guard.choose(done & market & (filed >= 0) & ~plan.linked, "penalty.filing.in-time")
    book.add("lead", slow, setting.work.day(np.maximum(plan.filed - rng.integers(16, 25, rows), 0)) * DAY + 9 * 60)
    exact = done & market & ~plan.plants.taken & guard.chance(0.01)
    book.add("lead", exact, setting.work.day(np.maximum(plan.filed - 15, 0)) * DAY + 9 * 60)
    first, _ = Steps.of(book, "inquiry").first(rows)
    silent = guard.choose(done & (first >= 0), "penalty.inquiry.recorded")
    more = book.add("inquiry", silent, first + 65)
    book.staff(more, crew[0], "handler")
    book.staff(more, crew[1], "recorder")
    _, report = Steps.of(book, "investigation_report").last(rows)
    single = Steps.of(book, "investigation_report").count(rows) == 1
    hasty = guard.choose(done & (report >= 0) & single, "penalty.decision.after-report")
    book.end(report[hasty], RESULTS["returned"])
    long = guard.choose(done, "penalty.crime.returned.decided")
    some = done & ~plan.plants.taken & guard.chance(0.004)
    back = np.where(long, decided - rng.integers(91, 130, rows) * DAY, decided - rng.choice([20, 60, 90], rows) * DAY)
    book.add("case_returned", long | some, back)


def _review(guard: Guard, decided: Ints, done: Mask, crew: tuple[Ints, Ints]) -> None:
    """Send cases to the reviewer, keep minutes; plant what is slow, unrecorded or not talked over again."""
    book, rng = guard.book, guard.rng
    rows = guard.rows
    reviews = Steps.of(book, "legal_review")
    book.add_rows("review_submission", reviews.case, reviews.at - rng.integers(0, 4, len(reviews.case)) * DAY - 30)
    first, _ = reviews.first(rows)
    slow = guard.choose(done & (first >= 0), "penalty.legal-review.in-time")
    book.add("review_submission", slow, first - 30 * DAY)
    for kind, paper, rule in (
        ("hearing", HEARING_RECORD, "penalty.hearing.recorded"),
        ("deliberation", TALK_RECORD, "penalty.deliberation.minutes"),
    ):
        steps = Steps.of(book, kind)
        bare = guard.choose(done & (steps.count(rows) > 0), rule)
        written = ~bare[steps.case]
        kinds = np.full(int(written.sum()), paper)
        book.papers.append((steps.handle[written], steps.case[written], kinds))
    talked, _ = Steps.of(book, "deliberation").last(rows)
    unreviewed = (talked >= 0) & (first < 0) & (decided - talked >= DAY // 2)
    again = guard.choose(done & unreviewed, "penalty.deliberation.again-after-new-evidence")
    more = book.add("inquiry", again, talked + 40)
    book.staff(more, crew[0], "handler")
    book.staff(more, crew[1], "recorder")
    there = np.flatnonzero(more >= 0)
    shown = ELEMENT_BITS["credential_shown"] | ELEMENT_BITS["rights_told"]
    book.tell(more[there], there, np.full(len(there), shown), INQUIRY_RECORD)


def _lenient(guard: Guard, after: Aftermath, done: Mask) -> None:
    """Match some cases with a list of leniency: applied, or declined with a reason, or, planted, neither."""
    plan = guard.plan
    mild = (after.departure == 0) | (after.departure == 1)
    hard = guard.choose(done & ~mild, "penalty.leniency.applied-or-reasoned")
    reasoned = done & ~mild & ~hard & guard.chance(0.03)
    matched = np.where(hard | reasoned | (mild & guard.chance(0.7)), 1, 0)
    plan.leniency = np.where(guard.chance(0.01) & ~hard, NONE, matched)
    plan.leniency_reason = np.where(reasoned, 0, NONE)


def _afterwards(guard: Guard, after: Aftermath, done: Mask, fine: Ints) -> None:
    """Pass clues on, close, add to fines; plant what is forgotten, too early or too much."""
    book, plan, rng = guard.book, guard.plan, guard.rng
    rows, last = guard.rows, book.last
    closing, _ = Steps.of(book, "closing").last(rows)
    first, _ = Steps.of(book, "inquiry", "inspection").first(rows)
    closed = done & (closing >= 0) & (first >= 0) & (closing - first >= 5 * DAY)
    kept = guard.choose(closed, "penalty.discipline.transferred")
    clue = book.add("discipline_clue", kept | (closed & guard.chance(0.003)), first + DAY)
    book.add("discipline_referral", ~kept, np.where(clue >= 0, first + 3 * DAY, NONE), about=clue)
    unserved = done & (closing < 0) & (fine > 0) & (after.served >= 0) & (after.paid < 0)
    unserved &= after.served // DAY > after.decided // DAY
    rash = guard.choose(unserved, "penalty.closing.after-service", "penalty.closing.after-execution")
    book.add("closing", rash, after.decided + 30)
    # who was never served, or too late, is closed all the same
    ended = (closing >= 0) & plan.settled & (after.decided >= 0) & (after.decided <= last)
    unserved = (after.served < 0) | (after.served > last) | (after.served // DAY > closing // DAY)
    plan.plants.note("penalty.closing.after-service", np.flatnonzero(ended & unserved))
    work = plan.setting.work
    due = work.roll(np.where(after.served >= 0, after.served // DAY, plan.setting.start) + 15)
    owing = done & (after.demand >= 0) & (fine >= 100) & (after.served >= 0)
    at = due + rng.choice([5, 12, 30, 40, 60], rows)
    owing &= at * DAY + 10 * 60 <= last
    dear = guard.choose(owing, "execution.additional-fine.cap")
    most = np.minimum(fine * 3 * np.maximum(at - due, 0) // 100, fine)
    added = book.add("additional_fine", owing, np.where(owing, at * DAY + 10 * 60, NONE))
    book.propose(added, most + np.where(dear, rng.choice([1, 100, 5000], rows), 0), np.zeros(rows, np.int64))
    demands = Steps.of(book, "demand")
    poor = guard.choose(done & (demands.count(rows) > 0), "execution.demand.contents")
    book.tell(demands.handle, demands.case, _told(guard, DEMAND, poor[demands.case]), DEMAND_PAPER)


type Choose = Callable[..., Mask]


def seizures(book: EventBook, setting: Setting, choose: Choose) -> None:
    """Say what the papers of each seizure contain and hand them over; plant what lacks something, or comes late."""
    rng, rows = setting.aside, book.cases
    steps = Steps.of(book, "seizure")
    at, handle = steps.last(rows)
    only = (steps.count(rows) == 1) & (at + 5 * DAY <= book.last)
    masks = np.full(len(steps.case), sum(ELEMENT_BITS[code] for code in {*SEIZURE_RECORD, *SEIZURE_DECISION}))
    own = {"seizure.record.contents": SEIZURE_RECORD, "seizure.decision.contents": SEIZURE_DECISION}
    own["seizure.scope.declared"] = ("scope_declared",)
    for rule, codes in own.items():
        others = {code for name, listed in own.items() if name != rule for code in listed}
        bits = np.array([ELEMENT_BITS[code] for code in codes if code not in others])
        poor = choose(only, rule)
        masks = np.where(poor[steps.case], masks & ~bits[rng.integers(0, len(bits), len(masks))], masks)
        if rule == "seizure.scope.declared":
            masks = np.where(poor[steps.case], masks, masks | ELEMENT_BITS["scope_declared"])
    book.tell(steps.handle, steps.case, masks)
    slow = choose(only, "seizure.handed-over")
    wait = np.where(slow[steps.case], rng.integers(1, 4, len(steps.case)) * DAY, 20)
    book.add_rows("service", steps.case, steps.at + wait, about=steps.handle, method=0)
    released, _ = Steps.of(book, "seizure_release").last(rows)
    longer, _ = Steps.of(book, "seizure_extension").last(rows)
    tested = Steps.of(book, "testing", "appraisal").count(rows) > 0
    ends = np.full(rows, NONE)
    for part in book.parts:
        if len(part["type"]) and part["type"][0] == TYPES["seizure_extension"]:
            ends[part["case"]] = part["extends"]
    roomy = only & (longer >= 0) & ~tested & (released - at >= 33 * DAY)
    late = choose(roomy, "seizure.extension.in-time")
    more = np.where(late, at + 31 * DAY, NONE)
    book.add("seizure_extension", late, more, about=handle, outcome="approved", extends=ends)


def _told(guard: Guard, elements: tuple[str, ...], poor: Mask) -> Ints:
    """Return the bits of all the elements; where it is ``poor``, without one of those that the law itself asks for."""
    bits = np.array([ELEMENT_BITS[code] for code in elements], np.int64)
    by_law = sum(code not in BY_PLACE for code in elements)
    return np.where(poor, bits.sum() - bits[guard.rng.integers(0, by_law, len(poor))], bits.sum())


__all__ = ["Guard", "Steps", "write"]
