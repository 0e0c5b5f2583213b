"""
What guards the party in a penalty case, written over the events that are there: answers, contents of documents, crime.

The dice are thrown apart, and everything is added after the rest was planned; so the rest is the same as without it.
Breaches are planted only in cases that are whole so far.
"""

from dataclasses import dataclass

import numpy as np

from mingjing.contexts.demo.aftermath import Aftermath
from mingjing.contexts.demo.days import NONE, Ints, Mask
from mingjing.contexts.demo.events import RESULTS, TYPES, EventBook
from mingjing.contexts.demo.penalties import SUMMARY, Penalties, mixed
from mingjing.domain.rules.elements import ELEMENT_BITS

RULES = 60
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
INQUIRY_RECORD, OPINION = 1, 7
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
    book.add("police_filed", hasty & guard.chance(0.5), decided - 90, about=referral)


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


def _told(guard: Guard, elements: tuple[str, ...], poor: Mask) -> Ints:
    """Return the bits of all the elements; where it is ``poor``, without one of those that the law itself asks for."""
    bits = np.array([ELEMENT_BITS[code] for code in elements], np.int64)
    by_law = sum(code not in BY_PLACE for code in elements)
    return np.where(poor, bits.sum() - bits[guard.rng.integers(0, by_law, len(poor))], bits.sum())


__all__ = ["Guard", "Steps", "write"]
