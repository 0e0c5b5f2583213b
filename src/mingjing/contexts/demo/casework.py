"""Write the planned penalty cases down as events with their people, documents and recordings."""

from dataclasses import dataclass

import numpy as np

from mingjing.contexts.demo import safeguards
from mingjing.contexts.demo.aftermath import Aftermath, day_of, follow
from mingjing.contexts.demo.days import MINUTES, NONE, UNPLANNED, Ints, Mask
from mingjing.contexts.demo.events import RESULTS, EventBook
from mingjing.contexts.demo.penalties import (
    ENDING_ENDED,
    ENDING_TRANSFERRED,
    ENDING_WITHDRAWN,
    LAWFUL,
    ORDINARY,
    REQUEST_WAIVED,
    REQUEST_WITHDRAWN,
    SUMMARY,
    WAIVED,
    Penalties,
)
from mingjing.contexts.demo.seizures import Seizures, terms

(
    SITE_RECORD,
    INQUIRY_RECORD,
    NOTICE,
    DECISION,
    SEIZURE_RECORD,
    LIST,
    PLAIN_RECORD,
    OPINION,
    HEARING_RECORD,
    TALK_RECORD,
    DEMAND_PAPER,
    REFUSAL_PAPER,
) = range(12)
PAPERS = (
    "现场检查笔录",
    "询问笔录",
    "行政处罚告知书",
    "行政处罚决定书",
    "查封扣押现场笔录",
    "查封扣押财物清单",
    "执法情况说明",
    "法制审核意见书",
    "听证笔录",
    "集体讨论记录",
    "催告书",
    "不予行政许可决定书",
)
NUMBER_DECISION, NUMBER_NOTICE, NUMBER_HEARING = range(3)


@dataclass(slots=True)
class Team:
    """Who handled each case, and what was planted with them."""

    lead: Ints
    mate: Ints
    helper: Ints
    team: Ints
    alone: Mask
    legal_alone: Mask
    lapsed: Mask
    hidden: Mask
    stranger: Ints
    own_reviewer: Mask
    wrong_reviewer: Ints
    own_chair: Mask
    own_voter: Mask
    own_approver: Mask
    intruder: Ints = UNPLANNED


@dataclass(slots=True)
class Desks:
    """The tickets of the visits."""

    site: Ints
    inquiry: Ints
    evidence: Ints


def finish_plan(plan: Penalties) -> None:
    """Plant one more inquiry after the last review, where there is time for it before the decision."""
    latest = np.maximum(np.maximum(plan.review, plan.second_review), plan.last_review)
    early = plan.filed <= plan.setting.work.ordinal(np.array(plan.setting.as_of)) - 130
    room = plan.settled & (latest >= 0) & (plan.decision - latest >= 3) & (plan.procedure == ORDINARY) & early
    chosen = plan.plants.choose(room, "penalty.legal-review.again-after-new-evidence")
    plan.more_inquiry = np.where(chosen, latest + 1, NONE)


def assign(plan: Penalties, visit_team: Ints, partner: Ints) -> Team:
    """Choose the teams, and plant what is wrong with them; ``partner`` is the other agency's team in a joint visit."""
    setting, rows, work = plan.setting, plan.rows, plan.setting.work
    rng, staff, choose = setting.rng, setting.staff, plan.plants.choose
    first = np.where(plan.site >= 0, np.minimum(plan.site, plan.filed), plan.filed)
    last = np.maximum.reduce([plan.filed, plan.report, plan.more_inquiry, plan.inquiry, plan.evidence])
    unit = plan.unit.copy()
    for parent in sorted({unit_.parent for unit_ in staff.units if unit_.parent != NONE}):
        children = [number for number, unit_ in enumerate(staff.units) if unit_.parent == parent]
        lent = (unit == parent) & setting.chance(rows, 0.15) & ~plan.linked
        unit[lent] = rng.choice(children, int(lent.sum()))
    team = staff.crew.pick(rng, unit, work.day(first), work.day(last))
    team = np.where(plan.linked, visit_team, team)
    crew = staff.crew
    helper = np.where(setting.chance(rows, 0.25), crew.helper[team], NONE)
    done = plan.settled & (plan.decision >= 0) & (plan.decided_day <= setting.as_of)
    single = setting.items.single[plan.item]
    legal_alone = single & setting.chance(rows, 0.5) & ~plan.plants.taken
    alone = choose(done & ~single, "penalty.officers.two", "penalty.officers.credential")
    lapsed = choose(done & ~single, "penalty.officers.credential")
    hidden = choose(done & (plan.site >= 0), "penalty.officers.showed-credential")
    foreign = choose(done & (partner < 0), "penalty.officers.same-agency")
    county = [number for number, place in enumerate(staff.units) if place.source >= 0 and place.parent == NONE]
    other = np.array(county)[(plan.unit + 3) % len(county)]
    above = np.array([place.parent for place in staff.units])[plan.unit]
    other = np.where((other == plan.unit) | (other == above), (other + 1) % len(county), other)
    joint = plan.linked & (partner >= 0) & ~plan.plants.taken & setting.chance(rows, 0.6)
    helped = np.where(joint, crew.lead[partner], NONE)
    reviewed = done & (np.maximum(plan.review, plan.last_review) >= 0)
    own_reviewer = choose(reviewed, "penalty.legal-reviewer.not-handler")
    unqualified = choose(reviewed, "penalty.legal-reviewer.qualified")
    odd = np.where(setting.chance(rows, 0.5), staff.unfit[plan.unit], staff.leaders[plan.unit, 2])
    odd = np.where(odd < 0, staff.leaders[plan.unit, 2], odd)
    return Team(
        lead=crew.lead[team],
        mate=np.where(lapsed, staff.expired[plan.unit], crew.mate[team]),
        helper=helper,
        team=team,
        alone=alone,
        legal_alone=legal_alone,
        lapsed=lapsed,
        hidden=hidden,
        stranger=np.where(foreign, crew.lead[crew.first[other]], helped),
        own_reviewer=own_reviewer,
        wrong_reviewer=np.where(unqualified, odd, NONE),
        own_chair=choose(done & (plan.hearing >= 0), "penalty.hearing.chair-not-handler"),
        own_voter=choose(done & (plan.deliberation >= 0), "penalty.deliberation.handler-not-voter"),
        own_approver=choose(done & (plan.procedure != SUMMARY), "penalty.approver.not-handler"),
    )


def book_visits(plan: Penalties, people: Team, site: Ints) -> Desks:
    """Ask for an hour for each visit; those from an inspection have theirs already."""
    work, desk = plan.setting.work, plan.setting.desk

    def day(step: Ints) -> Ints:
        return work.day(np.maximum(step, 0))

    there = (plan.site >= 0) & ~plan.linked
    return Desks(
        site=np.where(plan.linked, site, desk.ask(people.team, day(plan.site), there)),
        inquiry=desk.ask(people.team, day(plan.inquiry), plan.inquiry >= 0),
        evidence=desk.ask(people.team, day(plan.evidence), plan.evidence >= 0),
    )


@dataclass(slots=True)
class Writing:
    """What the parts of the writing share."""

    plan: Penalties
    people: Team
    desks: Desks
    book: EventBook
    rooms: Ints

    def at(self, step: Ints, hour: int, minute: int = 0, spread: int = 50) -> Ints:
        """Put a step on its day and hour."""
        setting = self.plan.setting
        return setting.clock(np.where(step >= 0, setting.work.day(np.maximum(step, 0)), NONE), hour, minute, spread)


def decision_minutes(plan: Penalties, desks: Desks) -> Ints:
    """Return the minute of the decision: on the spot, or in the morning of its day."""
    setting = plan.setting
    site = setting.desk.start(desks.site)
    full = setting.clock(plan.decided_day, 10, 0, 80)
    return np.where((plan.procedure == SUMMARY) & (plan.decision >= 0), site + 35, full)


def write(plan: Penalties, people: Team, desks: Desks, rooms: Ints) -> tuple[EventBook, Aftermath, Ints]:
    """Write the events of all penalty cases; also return what follows them and their status."""
    setting, rows = plan.setting, plan.rows
    after = follow(plan, decision_minutes(plan, desks))
    everything = np.ones(rows, bool)
    whole = ~plan.plants.taken
    bare = whole & (people.intruder < 0) & setting.chance(rows, 0.015)
    writing = Writing(plan, people, desks, EventBook(rows, setting.last, bare), rooms)
    _open(writing, after, everything)
    _visits(writing)
    _examine(writing)
    _seize(writing)
    _notices(writing)
    _hearing(writing)
    decision = _decide(writing, after)
    _afterwards(writing, after, decision)
    safeguards.write(plan, writing.book, after, (people.lead, people.mate))
    status = _status(writing, after)
    return writing.book, after, status


def _open(writing: Writing, after: Aftermath, everything: Mask) -> None:
    plan, people, book, setting = writing.plan, writing.people, writing.book, writing.plan.setting
    full = plan.procedure != SUMMARY
    site = setting.desk.start(writing.desks.site)
    # without a filing, a lead would be one that nobody took up in time
    lead = full & ~plan.linked & setting.chance(plan.rows, 0.2) & ~after.no_filing
    book.add("lead", lead, setting.clock(plan.found - 1, 9))
    filed = np.where(full, writing.at(plan.filed, 17, 50, 9), site + 8)
    filing = book.add("filing", everything & ~after.no_filing, filed)
    book.staff(filing, people.lead, "handler")
    book.staff(filing, people.mate, "handler", ~people.legal_alone & ~people.alone & full)
    book.staff(filing, people.stranger, "handler")
    # where the filing itself is missing, the stranger of a planted case has nothing to hold on to; the two never meet
    approval = book.add(
        "approval", full & ~after.no_filing, writing.at(plan.filed, 18, 1, 9), about=filing, outcome="approved"
    )
    book.staff(approval, plan.setting.staff.leaders[plan.unit, 0], "approver")


def _crew(writing: Writing, handles: Ints, second: str) -> None:
    people, book = writing.people, writing.book
    alone = people.alone | people.legal_alone
    book.staff(handles, people.lead, "handler")
    book.staff(handles, people.mate, second, ~alone)
    book.staff(handles, people.helper, "recorder", ~alone)


def _visits(writing: Writing) -> None:
    """Write the visit to the site, the inquiry and the taking of evidence."""
    plan, people, book, desks = writing.plan, writing.people, writing.book, writing.desks
    desk, rows = plan.setting.desk, plan.rows
    chance = plan.setting.chance
    # whoever stands in for somebody has visits of his own: such visits keep their place to themselves
    open_place = ~people.lapsed & ~people.own_reviewer
    shown = plan.setting.rng.choice(4, rows, p=[0.5, 0.2, 0.2, 0.1])
    outcome = np.where((shown >= 2) & ~people.hidden, RESULTS["credential_shown"], NONE)
    start = desk.start(desks.site)
    site = book.add(
        "inspection", plan.site >= 0, start, ended=desk.end(desks.site), outcome=outcome,
        place=np.where(open_place, desk.where(desks.site, plan.party), NONE),
    )  # fmt: skip
    _crew(writing, site, "handler")
    book.paper(site, SITE_RECORD, ((shown == 0) | (shown == 3)) & ~people.hidden)
    book.record(site, ((shown == 1) | (shown == 3)) & ~people.hidden)
    preservation = book.add("preservation", plan.preserved, start + 25)
    _crew(writing, preservation, "handler")
    book.add(
        "preservation_disposal",
        plan.preserved & (plan.disposal >= 0),
        writing.at(plan.disposal, 16, 10, 60),
        about=preservation,
    )
    inquiry = book.add(
        "inquiry", plan.inquiry >= 0, desk.start(desks.inquiry), ended=desk.end(desks.inquiry),
        place=np.where(open_place, desk.where(desks.inquiry, writing.rooms), NONE),
    )  # fmt: skip
    _crew(writing, inquiry, "recorder")
    book.staff(inquiry, plan.setting.staff.reviewer(plan.unit, _review_day(plan)), "handler", people.own_reviewer)
    book.staff(inquiry, people.intruder, "recorder")
    book.paper(inquiry, INQUIRY_RECORD)
    evidence = book.add(
        "evidence", plan.evidence >= 0, desk.start(desks.evidence), ended=np.where(chance(rows, 0.5), desk.end(desks.evidence), NONE),
        place=np.where(open_place, desk.where(desks.evidence, plan.party), NONE),
    )  # fmt: skip
    _crew(writing, evidence, "handler")
    more = book.add("inquiry", plan.more_inquiry >= 0, writing.at(plan.more_inquiry, 10))
    _crew(writing, more, "recorder")


def _seize(writing: Writing) -> None:
    """Seize at the visit, and release in time."""
    plan, people, setting = writing.plan, writing.people, writing.plan.setting
    never = np.zeros(plan.rows, bool)
    at = np.where(plan.seized, setting.desk.start(writing.desks.site) + 30, NONE)
    extended, until, released = terms(setting, at, plan.seized)
    Seizures(
        setting=setting, when=plan.seized, at=at, place=plan.party, lead=people.lead, mate=setting.staff.crew.mate[people.team],
        approver=setting.staff.leaders[plan.unit, 0], urgent=plan.urgent, released=released, extended=extended, extends_to=until,
        alone=never, unrecorded=never, unapproved=never, late_approval=never,
    ).write(writing.book)  # fmt: skip


def _review_day(plan: Penalties) -> Ints:
    step = np.where(plan.review >= 0, plan.review, plan.last_review)
    return plan.setting.work.day(np.maximum(step, 0))


def _examine(writing: Writing) -> None:
    """Write tests, the report and the reviews."""
    plan, people, book, setting = writing.plan, writing.people, writing.book, writing.plan.setting
    chance, rows = setting.chance, plan.rows
    at = np.where(plan.tested >= 0, setting.clock(plan.tested, 9), NONE)
    ended = np.where(plan.tested >= 0, setting.clock(plan.tested_until, 16), NONE)
    ended = np.where(ended <= setting.last, ended, NONE)
    for number, kind in enumerate(("testing", "appraisal", "suspension")):
        book.add(kind, (plan.tested >= 0) & (plan.pause == number), at, ended=ended)
    book.add("resumption", (plan.tested >= 0) & (plan.pause == 2), ended)
    left = (plan.ending == LAWFUL) & ~plan.abandoned
    extension = book.add(
        "extension",
        plan.extended >= 0,
        writing.at(plan.extended, 11),
        outcome="approved",
        extends=np.where(plan.extended >= 0, plan.extends_to, NONE),
    )
    approval = book.add("approval", extension >= 0, writing.at(plan.extended, 16), about=extension, outcome="approved")
    book.staff(approval, setting.staff.leaders[plan.unit, 0], "approver")
    report = book.add("investigation_report", plan.report >= 0, writing.at(plan.report, 17, 20, 20))
    book.staff(report, people.lead, "handler")
    reviewer = setting.staff.reviewer
    # the day after a good review may bring a bad one, and the other way round
    first = np.where(plan.first_returned, RESULTS["returned"], RESULTS["approved"])
    second = np.where(plan.later_returned, RESULTS["returned"], RESULTS["approved"])
    silent = chance(rows, 0.01) & ~plan.plants.taken
    for step, outcome in (
        (plan.review, first),
        (plan.second_review, second),
        (plan.last_review, np.full(rows, RESULTS["approved"])),
    ):
        outcome = np.where(silent & (outcome == RESULTS["approved"]), NONE, outcome)
        handles = book.add("legal_review", left & (step >= 0), writing.at(step, 9, 20, 100), outcome=outcome)
        person = reviewer(plan.unit, setting.work.day(np.maximum(step, 0)))
        person = np.where(people.own_reviewer, reviewer(plan.unit, _review_day(plan)), person)
        person = np.where(people.wrong_reviewer >= 0, people.wrong_reviewer, person)
        book.staff(handles, person, "reviewer")


def _notices(writing: Writing) -> None:
    """Write the notices with their service, and what the party said."""
    plan, people, book, setting = writing.plan, writing.people, writing.book, writing.plan.setting
    left = (plan.ending == LAWFUL) & ~plan.abandoned & (plan.procedure != SUMMARY)
    informed = left & plan.has_notice
    same = plan.notice_served == plan.notice
    own = same & setting.chance(plan.rows, 0.5)
    waived = np.where(plan.notice_waived, RESULTS["waived"], NONE)
    notice = book.add(
        "prior_notice", informed, writing.at(plan.notice, 14, 0, 40), outcome=waived, number=NUMBER_NOTICE
    )
    book.paper(notice, NOTICE)
    hearing_notice = book.add(
        "hearing_notice", left & plan.hearing_notice, writing.at(plan.notice, 14, 41, 10), number=NUMBER_HEARING
    )
    served = writing.at(plan.notice_served, 15, 30, 60)
    method = setting.rng.choice(4, plan.rows, p=[0.7, 0.05, 0.15, 0.1])
    service = book.add("service", informed & ~own, served, about=notice, method=method)
    book.staff(service, people.lead, "server")
    book.add("service", left & plan.hearing_notice & ~own, served + 3, about=hearing_notice, method=method)
    answers = [NONE, RESULTS["approved"], RESULTS["rejected"]]
    given = np.where(plan.heard == WAIVED, RESULTS["waived"], setting.rng.choice(answers, plan.rows))
    at = np.where(plan.statement == plan.notice_served, served + 20, writing.at(plan.statement, 10, 0, 60))
    book.add(
        "statement", left & (plan.statement >= 0), np.where(plan.statement >= 0, at, NONE), outcome=given, about=notice
    )
    asked = np.where(
        plan.asked == REQUEST_WAIVED,
        RESULTS["waived"],
        np.where(plan.asked == REQUEST_WITHDRAWN, RESULTS["withdrawn"], NONE),
    )
    book.add(
        "hearing_request",
        left & (plan.request >= 0),
        writing.at(plan.request, 9, 0, 55),
        outcome=asked,
        about=hearing_notice,
    )


def _hearing(writing: Writing) -> None:
    """Write the hearing and the deliberation."""
    plan, people, book, setting = writing.plan, writing.people, writing.book, writing.plan.setting
    leaders = setting.staff.leaders[plan.unit]
    left = (plan.ending == LAWFUL) & ~plan.abandoned
    # a hearing of which nobody noted the invitation
    noted = plan.plants.taken | ~setting.chance(plan.rows, 0.04)
    convened = book.add("hearing_convened", left & (plan.convened >= 0) & noted, writing.at(plan.convened, 14))
    later = plan.convened_served > plan.convened
    book.add("service", (convened >= 0) & later, writing.at(plan.convened_served, 15), about=convened, method=0)
    hearing = book.add("hearing", left & (plan.hearing >= 0), writing.at(plan.hearing, 9, 30, 30), place=writing.rooms)
    book.staff(hearing, np.where(people.own_chair, people.lead, leaders[:, 1]), "chair")
    book.staff(hearing, leaders[:, 2], "recorder")
    talk = book.add(
        "deliberation", left & (plan.deliberation >= 0), writing.at(plan.deliberation, 15, 0, 60), outcome="approved"
    )
    for place in range(3):
        book.staff(talk, leaders[:, place], "voter")
    book.staff(talk, people.lead, "voter", people.own_voter)
    book.add("statement", left & (plan.late_statement >= 0), writing.at(plan.late_statement, 10))


def _decide(writing: Writing, after: Aftermath) -> Ints:
    """Write the decision, its approval, its service; return the handles of the decisions."""
    plan, people, book, setting = writing.plan, writing.people, writing.book, writing.plan.setting
    full = plan.procedure != SUMMARY
    penal = plan.settled & (after.decided >= 0)
    free = (plan.ending == LAWFUL) & plan.no_penalty & (after.decided >= 0)
    # now and then a first decision is taken back by the agency itself before it is served
    undone = (
        penal & full & ~plan.plants.taken & (plan.decision - plan.notice_served >= 2) & setting.chance(plan.rows, 0.004)
    )
    book.add("decision", undone, writing.at(plan.decision - 1, 16, 30, 30), outcome="revoked")
    decision = book.add("decision", penal, after.decided, number=NUMBER_DECISION)
    book.paper(decision, DECISION)
    spared = book.add("no_penalty", free, after.decided, number=NUMBER_DECISION)
    either = np.maximum(decision, spared)
    book.staff(decision, setting.staff.leaders[plan.unit, 0], "approver", full & (plan.unit % 3 == 0))
    approval = book.add("approval", full & (either >= 0), after.decided - 55, about=either, outcome="approved")
    book.staff(approval, np.where(people.own_approver, people.lead, setting.staff.leaders[plan.unit, 0]), "approver")
    public = after.method == 4
    service = book.add(
        "service", after.served >= 0, after.served, about=either, method=after.method,
        ended=_kept(setting.last, np.where(public, after.served + 30 * MINUTES, NONE)),
    )  # fmt: skip
    book.staff(service, people.lead, "server")
    return decision


def _kept(last: int, minutes: Ints) -> Ints:
    return np.where(minutes <= last, minutes, NONE)


def _afterwards(writing: Writing, after: Aftermath, decision: Ints) -> None:
    """Write payments, instalments, demands, execution, closing and archiving."""
    plan, book = writing.plan, writing.book
    yes = np.ones(plan.rows, bool)
    applied = book.add("instalment_application", after.applied >= 0, after.applied)
    book.add("instalment", after.instalment >= 0, after.instalment, about=applied, outcome="approved")
    book.add("payment", yes, after.paid, about=decision)
    book.add("payment", yes, after.paid_again, about=decision)
    demand = book.add("demand", yes, after.demand)
    book.add("service", yes, after.demand_served, about=demand, method=0)
    book.add("court_application", yes, after.court)
    book.add("execution", yes, after.executed)
    ends = (plan.ending != LAWFUL) & (plan.report >= 0)
    last = writing.at(plan.report + 2, 10)
    for kind, ending in (("withdrawal", ENDING_WITHDRAWN), ("referral", ENDING_TRANSFERRED), ("ending", ENDING_ENDED)):
        book.add(kind, ends & (plan.ending == ending), last)
    writing.plan.closing_of_other = last
    book.add("closing", yes, after.closed)
    book.add("archiving", yes, after.archived)


def _status(writing: Writing, after: Aftermath) -> Ints:
    """Return the place of each case's status among open, closed, withdrawn, transferred, ended."""
    plan, last = writing.plan, writing.plan.setting.last
    status = np.where((after.closed >= 0) & (after.closed <= last), 1, 0)
    other = (plan.ending != LAWFUL) & (plan.closing_of_other >= 0) & (plan.closing_of_other <= last)
    return np.where(other, plan.ending + 1, status)


__all__ = ["day_of"]
