"""
Every gate that blocks, through the acts that page, API and command line call.

For each rule: once where it stops the act, with its article and what to do; once where it lets it pass; and at the very
boundary, the last that passes and the first that does not. The cases are built once and each trial is undone.
"""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from mingjing.contexts.cases import papers
from mingjing.contexts.cases.models import Case, Event
from mingjing.contexts.documents.usecases import draft_document
from mingjing.contexts.registry.models import Credential, Officer, Role
from mingjing.domain.deadlines import TimeLimit, Unit, count
from mingjing.domain.documents.kinds import kind_of
from mingjing.domain.procedures.gates import GatesUnmetError, case_rules
from mingjing.domain.rules.library import rules
from mingjing.domain.rules.model import Strictness
from mingjing.law.calendars import calendar
from tests.contexts.cases.conftest import ITEM, Office, item_in_force, make_office
from tests.contexts.conftest import actor_maker, make_units, user_maker

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
REASONS = dict.fromkeys(rules(), "情况已经说明。")
"""Reasons for whatever is conspicuous beside the gate that is tried."""

type Doing = Callable[[Office], object]


def nothing(office: Office) -> None:
    """Change nothing."""


@dataclass(frozen=True, kw_only=True)
class Gate:
    """
    A rule tried on an act.

    ``stops`` and ``passes`` change a case that was built, before the act or in its stead; ``first`` and ``last`` are the
    boundary: the first that is stopped, the last that passes.
    """

    rule: str
    built: str
    act: Doing
    stops: Doing = nothing
    passes: Doing = nothing
    first: Doing | None = None
    last: Doing | None = None


def go(step: str, **given: Any) -> Doing:
    """Take a step, with a reason for whatever asks for one."""
    return lambda office: office.go(step, **({"reasons": REASONS} | given))


def both(*doings: Doing) -> Doing:
    """Do one after the other."""

    def do(office: Office) -> None:
        for one in doings:
            one(office)

    return do


def wait(**by: int) -> Doing:
    """Let time pass."""
    return lambda office: office.later(**by)


def until(days: int, unit: Unit, event: str, plus: int = 0) -> Doing:
    """Go to the last day of a period that runs from the service of a step, and some days beyond."""

    def do(office: Office) -> None:
        taken = office.case.events.filter(type="service", about__type=event).order_by("at").first()
        assert taken is not None
        due = count(taken.at.astimezone(CHINA).date(), TimeLimit(amount=days, unit=unit), calendar=calendar()).due
        office.at = datetime.combine(due + timedelta(days=plus), time(10), tzinfo=CHINA)

    return do


CHINA = ZoneInfo("Asia/Shanghai")


def moved(event: str, **by: int) -> Doing:
    """Let the latest step of a kind have happened so long after now (before, where negative)."""

    def do(office: Office) -> None:
        row = office.case.events.filter(type=event).order_by("-at", "-number").first()
        assert row is not None
        Event.objects.filter(pk=row.pk).update(at=office.at + timedelta(**by))

    return do


def served(event: str) -> Doing:
    """Serve the document of a step."""

    def do(office: Office) -> None:
        about = office.case.events.filter(type=event).order_by("-number").first()
        assert about is not None
        office.go("service", method="in_person", about=about.code, reasons=REASONS)

    return do


def case_is(**columns: Any) -> Doing:
    """Let the case say something else of itself."""

    def do(office: Office) -> None:
        Case.objects.filter(pk=office.case.pk).update(**columns)
        office.case.refresh_from_db()

    return do


def credential_ends(who: str, days: int) -> Doing:
    """Let somebody's credential be valid until so many days from now."""

    def do(office: Office) -> None:
        last = office.at.astimezone(CHINA).date() + timedelta(days=days)
        Credential.objects.filter(officer=office.officers[who]).update(valid_until=last)

    return do


def with_people(step: str, *parts: tuple[str, str], **given: Any) -> Doing:
    """Take a step with these people (role, who)."""

    def do(office: Office) -> None:
        office.go(
            step, people=[(role, office.officers[who].code) for role, who in parts], **({"reasons": REASONS} | given)
        )

    return do


# -- cases that are built once -----------------------------------------------------------------------------------------
def an_own_day() -> str:
    """The day of an act that no other case has: one act is fined once."""
    return (date(2026, 1, 1) + timedelta(days=Case.objects.count())).isoformat()


def opened(office: Office) -> None:
    office.open()


def filed(office: Office, *, party: str = "") -> None:
    office.open(party=party or office.party.code)
    office.go("filing", act_on=an_own_day())
    office.later(days=1).go("inspection")


def reported(office: Office, fine: str = "2000", tier: str = "较轻", **marks: Any) -> None:
    filed(office, party=marks.pop("party", ""))
    office.later(days=1).go(
        "investigation_report", tier=tier, fine_fen=fine, **({"is_major": False, "is_complex": False} | marks)
    )


def noticed(office: Office, fine: str = "2000", tier: str = "较轻", **marks: Any) -> None:
    """The notice was served: Sunday the fifth of March is no day of it."""
    reported(office, fine, tier, **marks)
    office.later(days=1).go("prior_notice", tier=tier, fine_fen=fine)
    served("prior_notice")(office)


def ready(office: Office) -> None:
    """A small fine, ready for its decision."""
    noticed(office)
    office.later(days=8).go("statement", outcome="waived")
    office.later(days=1)


def citizen(office: Office) -> None:
    """A citizen is told of a fine of 500 yuan, from which on Sishui hears him."""
    noticed(office, "500", "轻微", party=office.citizen.code)
    office.later(days=8).go("statement", outcome="waived")
    office.later(days=1)


def told_of_hearing(office: Office) -> None:
    citizen(office)
    office.go("hearing_notice")
    served("hearing_notice")(office)


def hearing_asked(office: Office) -> None:
    told_of_hearing(office)
    office.later(days=1).go("hearing_request", outcome="approved")


def convened(office: Office) -> None:
    hearing_asked(office)
    office.go("hearing_convened", hearing_place="三楼会议室")
    served("hearing_convened")(office)


def heard(office: Office) -> None:
    convened(office)
    until(7, Unit.WORKING_DAY, "hearing_convened", 1)(office)
    with_people("hearing", ("chair", "chair"))(office)
    office.later(days=1).go("legal_review", outcome="approved")
    office.later(days=1)


def major(office: Office) -> None:
    """A major and complex case, ready but for its review and deliberation."""
    noticed(office, is_major=True, is_complex=True)
    office.later(days=8).go("statement", outcome="waived")
    office.later(days=1)


def reviewed(office: Office) -> None:
    major(office)
    office.go("legal_review", outcome="approved")
    office.later(hours=2)


def discussed(office: Office) -> None:
    reviewed(office)
    DELIBERATED(office)
    office.later(hours=2)


def on_the_spot(office: Office) -> None:
    office.open("penalty_summary", party=office.citizen.code)
    office.go("inspection", act_on=an_own_day())
    office.later(minutes=5).go("prior_notice", tier="轻微", fine_fen="200")
    office.later(minutes=5).go("statement", outcome="approved")
    office.later(minutes=5)


def decided(office: Office) -> None:
    ready(office)
    office.go("decision", tier="较轻", fine_fen="2000")
    served("decision")(office)


def of_kind(office: Office, kind: str, procedure: str) -> None:
    code = f"X-{procedure}-{Case.objects.count()}"
    item_in_force(office.unit, {**ITEM, "name": f"{kind}事项", "kind": kind, "act_code": ""}, code)
    office.open(procedure, item=code, title="测试案件")


def measure(office: Office) -> None:
    """A seizure, asked for and told of, not yet done; it is being filmed."""
    of_kind(office, "compulsory_measure", "compulsory_measure")
    office.go("approval")
    office.later(hours=2).go("prior_notice")
    office.go("statement", outcome="approved")
    office.later(minutes=10).filmed("seizure")


def unfilmed(office: Office) -> None:
    """The same, and nobody films it."""
    office.films = False
    of_kind(office, "compulsory_measure", "compulsory_measure")
    office.go("approval")
    office.later(hours=2).go("prior_notice")
    office.go("statement", outcome="approved")
    office.later(minutes=10)


def held(office: Office) -> None:
    measure(office)
    office.go("seizure", reasons=REASONS)
    served("seizure")(office)


def demanded(office: Office) -> None:
    of_kind(office, "compulsory_execution", "compulsory_execution")
    office.go("demand")
    served("demand")(office)
    office.later(days=12)


def executing(office: Office) -> None:
    demanded(office)
    office.go("decision")
    served("decision")(office)
    office.at = datetime(2026, 3, 18, 10, tzinfo=CHINA)


def examined(office: Office) -> None:
    of_kind(office, "license", "license")
    office.go("application")
    office.later(days=1).go("acceptance", outcome="approved")
    office.later(days=3).go("examination")
    office.later(days=2)


def licence_convened(office: Office) -> None:
    examined(office)
    office.go("hearing_notice")
    office.later(days=1).go("hearing_request", outcome="approved")
    office.later(days=1).go("hearing_convened", hearing_place="三楼会议室")
    served("hearing_convened")(office)


def handed_over(**by: int) -> Doing:
    """Let the case have gone over to another agency, entered past the acts: the act itself would close it."""

    def do(office: Office) -> None:
        Event.objects.create(
            code=f"{office.case.code}-T",
            case=office.case,
            number=900,
            step="jurisdiction_transfer",
            type="jurisdiction_transfer",
            at=office.at + timedelta(**by),
            taken_by="测试",
            taken_at=office.at,
        )

    return do


DELIBERATED: Doing = with_people("deliberation", ("voter", "head"), ("voter", "deputy"), ("voter", "third"))
DECIDE = go("decision", tier="较轻", fine_fen="2000")
DECIDE_500 = go("decision", tier="轻微", fine_fen="500")
SUMMARY = go("decision", tier="轻微", fine_fen="200")
HEAR = with_people("hearing", ("chair", "chair"))
TWO = (("handler", "one"), ("handler", "two"))


def paper_lacks(step: str, kind: str, field: str) -> Doing:
    """Draft the document of a step beforehand, and take a field out of it."""

    def do(office: Office) -> None:
        draft = office.start(step)
        event = Event(
            code=draft.code,
            case=office.case,
            number=draft.number,
            type=draft.step,
            at=office.at,
            words=office.given(draft).answers,
        )
        seen = copy(office.case)
        parts = [(role, office_person(office, code)) for role, code in draft.people]
        data = papers.data_for(kind_of(kind), papers.Context(row=seen, event=event, at=office.at, parts=parts))
        data.pop(field, None)
        draft_document(
            actor=office.people["one"],
            at=office.at,
            kind=kind,
            unit=office.unit.code,
            subject=f"case:{office.case.code}",
            step=draft.code,
            data=data,
        )

    return do


def office_person(office: Office, code: str) -> Officer:
    return next(one for one in office.officers.values() if one.code == code)


def same_act_fined(days: int) -> Doing:
    """Let another case of the party, of the same act so many days apart, have been fined already."""

    def do(office: Office) -> None:
        row = Case.objects.get(pk=office.case.pk)
        assert row.act_on is not None
        other = copy(row)
        other.pk, other.code, other.case_no, other.fine_fen = None, "OTHER-1", "", 100_000
        other.act_on = row.act_on + timedelta(days=days)
        other.act_ended_on, other.decided_on = None, office.at.date()
        other.save()
        Event.objects.create(
            code="OTHER-1-1",
            case=other,
            number=1,
            step="decision",
            type="decision",
            at=office.at - timedelta(days=3),
            taken_by="测试",
            taken_at=office.at,
        )

    return do


def qualified(on: date | None) -> Doing:
    def do(office: Office) -> None:
        Officer.objects.filter(pk=office.officers["reviewer"].pk).update(legal_qualification_on=on)

    return do


def asked_recusal(office: Office) -> None:
    with_people("recusal_application", ("recused", "two"))(office)


RECUSED = with_people("recusal", ("recused", "two"), ("approver", "head"), outcome="approved")
DISMISSED = with_people("recusal", ("recused", "two"), ("approver", "head"), outcome="dismissed")

GATES: tuple[Gate, ...] = (
    Gate(
        rule="penalty.prior-notice.before-decision",
        built="ready",
        act=DECIDE,
        stops=moved("prior_notice", hours=1),
        first=moved("prior_notice", minutes=0),
        last=moved("prior_notice", minutes=-1),
    ),
    Gate(
        rule="penalty.hearing-notice.when-large",
        built="citizen",
        act=nothing,
        stops=DECIDE_500,
        passes=both(
            go("hearing_notice"), served("hearing_notice"), until(5, Unit.WORKING_DAY, "hearing_notice", 1), DECIDE_500
        ),
        first=DECIDE_500,
        last=go("decision", tier="轻微", fine_fen="499.99"),
    ),
    Gate(
        rule="penalty.hearing-request.window",
        built="told_of_hearing",
        act=DECIDE_500,
        stops=wait(days=2),
        passes=until(5, Unit.WORKING_DAY, "hearing_notice", 3),
        first=until(5, Unit.WORKING_DAY, "hearing_notice"),
        last=until(5, Unit.WORKING_DAY, "hearing_notice", 1),
    ),
    Gate(
        rule="penalty.hearing.notice-ahead",
        built="convened",
        act=HEAR,
        stops=wait(days=2),
        passes=until(7, Unit.WORKING_DAY, "hearing_convened", 5),
        first=until(7, Unit.WORKING_DAY, "hearing_convened", -1),
        last=until(7, Unit.WORKING_DAY, "hearing_convened", 1),
    ),
    Gate(
        rule="penalty.hearing.held-when-requested",
        built="heard",
        act=DECIDE_500,
        stops=moved("hearing", days=3),
        first=moved("hearing", minutes=0),
        last=both(moved("hearing", minutes=-2), moved("legal_review", minutes=-1)),
    ),
    Gate(
        rule="penalty.hearing.chair-not-handler",
        built="convened",
        act=nothing,
        stops=both(until(7, Unit.WORKING_DAY, "hearing_convened", 1), with_people("hearing", ("chair", "one"))),
        passes=both(until(7, Unit.WORKING_DAY, "hearing_convened", 1), HEAR),
    ),
    Gate(
        rule="penalty.legal-review.before-decision",
        built="discussed",
        act=DECIDE,
        stops=moved("legal_review", days=1),
        first=moved("legal_review", minutes=0),
        last=moved("legal_review", minutes=-1),
    ),
    Gate(
        rule="penalty.legal-review.approved",
        built="discussed",
        act=DECIDE,
        stops=go("legal_review", outcome="rejected"),
        passes=go("legal_review", outcome="approved"),
        first=both(go("legal_review", outcome="rejected"), wait(minutes=1)),
        last=both(
            go("legal_review", outcome="rejected"),
            wait(minutes=1),
            go("legal_review", outcome="approved"),
            wait(minutes=1),
        ),
    ),
    Gate(
        rule="penalty.legal-reviewer.qualified",
        built="major",
        act=go("legal_review", outcome="approved"),
        stops=both(
            qualified(None),
            lambda office: Role.objects.filter(officer=office.officers["reviewer"], role="legal_reviewer").delete(),
        ),
    ),
    Gate(
        rule="penalty.deliberation.when-major",
        built="reviewed",
        act=DECIDE,
        passes=both(DELIBERATED, wait(hours=1)),
        first=DELIBERATED,
        last=both(DELIBERATED, wait(minutes=1)),
    ),
    Gate(
        rule="penalty.officers.two",
        built="filed",
        act=nothing,
        stops=with_people("inquiry", ("handler", "one")),
        passes=with_people("inquiry", *TWO, ("handler", "three")),
        first=with_people("inquiry", ("handler", "one")),
        last=with_people("inquiry", *TWO),
    ),
    Gate(
        rule="penalty.officers.credential",
        built="filed",
        act=with_people("inquiry", *TWO),
        stops=credential_ends("two", -10),
        first=credential_ends("two", -1),
        last=credential_ends("two", 0),
    ),
    Gate(
        rule="penalty.fine.within-tier",
        built="ready",
        act=nothing,
        stops=go("decision", tier="轻微", fine_fen="2000"),
        passes=DECIDE,
        first=go("decision", tier="轻微", fine_fen="1000.01"),
        last=go("decision", tier="轻微", fine_fen="1000"),
    ),
    Gate(
        rule="penalty.summary.only-small",
        built="on_the_spot",
        act=nothing,
        stops=go("decision", tier="轻微", fine_fen="1000"),
        passes=go("decision", tier="轻微", fine_fen="100"),
        first=go("decision", tier="轻微", fine_fen="200.01"),
        last=SUMMARY,
    ),
    Gate(
        rule="penalty.limitation",
        built="opened",
        act=nothing,
        stops=go("filing", found_on="2026-03-02", act_on="2023-05-06"),
        passes=go("filing", found_on="2026-03-02", act_on="2026-02-01"),
        first=go("filing", found_on="2026-03-02", act_on="2024-03-01"),
        last=go("filing", found_on="2026-03-02", act_on="2024-03-02"),
    ),
    Gate(
        rule="penalty.recusal.decided",
        built="ready",
        act=DECIDE,
        stops=both(asked_recusal, wait(hours=1)),
        passes=both(asked_recusal, wait(hours=1), DISMISSED, wait(hours=1)),
        first=both(asked_recusal, wait(hours=1), DISMISSED),
        last=both(asked_recusal, wait(hours=1), DISMISSED, wait(minutes=1)),
    ),
    Gate(
        rule="penalty.recusal.kept-out",
        built="filed",
        act=with_people("inquiry", *TWO),
        stops=both(asked_recusal, RECUSED, wait(days=1)),
        passes=both(asked_recusal, DISMISSED, wait(days=1)),
        first=both(asked_recusal, RECUSED, wait(minutes=1)),
        last=nothing,
    ),
    Gate(
        rule="penalty.evidence.before-notice",
        built="reported",
        act=go("prior_notice", tier="较轻", fine_fen="2000"),
        stops=moved("inspection", hours=2),
        first=moved("inspection", minutes=0),
        last=moved("inspection", minutes=-1),
    ),
    Gate(
        rule="penalty.statement.reviewed",
        built="noticed",
        act=DECIDE,
        stops=both(wait(days=8), go("statement", outcome="approved"), wait(days=1)),
        passes=both(
            wait(days=8), go("statement", outcome="approved"), wait(hours=1), go("statement_review"), wait(days=1)
        ),
        first=both(wait(days=8), go("statement", outcome="approved"), wait(hours=1), go("statement_review")),
        last=both(
            wait(days=8), go("statement", outcome="approved"), wait(hours=1), go("statement_review"), wait(minutes=1)
        ),
    ),
    Gate(
        rule="penalty.decision.within-notice",
        built="ready",
        act=nothing,
        stops=go("decision", tier="较轻", fine_fen="5000"),
        passes=go("decision", tier="较轻", fine_fen="1500"),
        first=go("decision", tier="较轻", fine_fen="2000.01"),
        last=DECIDE,
    ),
    Gate(
        rule="penalty.jurisdiction.settled",
        built="ready",
        act=DECIDE,
        stops=both(go("jurisdiction_dispute", other="邻县局"), wait(hours=1)),
        passes=both(
            go("jurisdiction_dispute", other="邻县局"), wait(hours=1), go("jurisdiction_settled"), wait(hours=1)
        ),
        first=both(go("jurisdiction_dispute", other="邻县局"), wait(hours=1), go("jurisdiction_settled")),
        last=both(
            go("jurisdiction_dispute", other="邻县局"), wait(hours=1), go("jurisdiction_settled"), wait(minutes=1)
        ),
    ),
    Gate(
        rule="penalty.crime.referred",
        built="ready",
        act=go("decision", tier="较轻", fine_fen="2000"),
        stops=both(go("suspected_crime"), wait(hours=1)),
        passes=both(go("suspected_crime"), wait(hours=1), go("referral", to="police"), wait(hours=1)),
        first=both(go("suspected_crime"), wait(hours=1), go("referral", to="police")),
        last=both(go("suspected_crime"), wait(hours=1), go("referral", to="police"), wait(minutes=1)),
    ),
    Gate(
        rule="penalty.decision.after-report",
        built="ready",
        act=DECIDE,
        stops=moved("investigation_report", hours=1),
        first=moved("investigation_report", minutes=0),
        last=moved("investigation_report", minutes=-1),
    ),
    Gate(
        rule="penalty.double-fine",
        built="ready",
        act=DECIDE,
        stops=same_act_fined(0),
        first=same_act_fined(0),
        last=same_act_fined(-1),
    ),
    Gate(
        rule="penalty.notice.contents",
        built="reported",
        act=go("prior_notice", tier="较轻", fine_fen="2000"),
        stops=paper_lacks("prior_notice", "penalty_prior_notice", "facts"),
        first=paper_lacks("prior_notice", "penalty_prior_notice", "proposed"),
        last=paper_lacks("prior_notice", "penalty_prior_notice", "contact"),
    ),
    Gate(
        rule="penalty.decision.contents",
        built="ready",
        act=DECIDE,
        stops=paper_lacks("decision", "penalty_decision", "evidence"),
        first=paper_lacks("decision", "penalty_decision", "performance"),
        last=nothing,
    ),
    Gate(
        rule="penalty.summary.contents",
        built="on_the_spot",
        act=SUMMARY,
        stops=paper_lacks("decision", "summary_penalty_decision", "facts"),
        first=paper_lacks("decision", "summary_penalty_decision", "place"),
        last=nothing,
    ),
    Gate(
        rule="penalty.execution.demand",
        built="decided",
        act=go("court_application", court="泗水县人民法院"),
        stops=both(go("demand"), served("demand"), wait(days=3)),
        passes=both(go("demand"), served("demand"), until(10, Unit.WORKING_DAY, "demand", 5)),
        first=both(go("demand"), served("demand"), until(10, Unit.WORKING_DAY, "demand")),
        last=both(go("demand"), served("demand"), until(10, Unit.WORKING_DAY, "demand", 1)),
    ),
    Gate(
        rule="execution.additional-fine.cap",
        built="decided",
        act=nothing,
        stops=both(wait(days=30), go("additional_fine", amount_fen="2000")),
        passes=both(wait(days=60), go("additional_fine", amount_fen="2000")),
        first=both(until(15, Unit.CALENDAR_DAY, "decision", 2), go("additional_fine", amount_fen="60.01")),
        last=both(until(15, Unit.CALENDAR_DAY, "decision", 2), go("additional_fine", amount_fen="60")),
    ),
    Gate(
        rule="seizure.approval",
        built="measure",
        act=go("seizure"),
        stops=moved("approval", hours=1),
        first=moved("approval", minutes=0),
        last=moved("approval", minutes=-1),
    ),
    Gate(
        rule="seizure.record",
        built="unfilmed",
        act=nothing,
        stops=go("seizure"),
        passes=both(lambda office: office.filmed("seizure"), go("seizure")),
    ),
    Gate(
        rule="freezing.approval",
        built="measure",
        act=go("freezing", account="6222020000000001", bank="泗水农商银行"),
        stops=moved("approval", hours=1),
        first=moved("approval", minutes=0),
        last=moved("approval", minutes=-1),
    ),
    Gate(
        rule="penalty.jurisdiction.not-transferred",
        built="ready",
        act=DECIDE,
        stops=handed_over(days=-3),
        first=handed_over(minutes=-1),
        last=handed_over(minutes=0),
    ),
    Gate(
        rule="license.hearing.notice-ahead",
        built="licence_convened",
        act=HEAR,
        stops=wait(days=2),
        passes=until(7, Unit.WORKING_DAY, "hearing_convened", 5),
        first=until(7, Unit.WORKING_DAY, "hearing_convened", -1),
        last=until(7, Unit.WORKING_DAY, "hearing_convened", 1),
    ),
    Gate(
        rule="seizure.two-officers",
        built="measure",
        act=nothing,
        stops=with_people("seizure", ("handler", "one")),
        passes=with_people("seizure", *TWO, ("handler", "three")),
        first=with_people("seizure", ("handler", "one")),
        last=with_people("seizure", *TWO),
    ),
    Gate(
        rule="seizure.officers.credential",
        built="measure",
        act=with_people("seizure", *TWO),
        stops=credential_ends("two", -10),
        first=credential_ends("two", -1),
        last=credential_ends("two", 0),
    ),
    Gate(
        rule="seizure.record.contents",
        built="measure",
        act=nothing,
        stops=go("seizure", credential_shown=False),
        passes=go("seizure"),
        first=both(paper_lacks("seizure", "seizure_record", "statement"), go("seizure")),
        last=both(paper_lacks("seizure", "seizure_record", "absent"), go("seizure")),
    ),
    Gate(
        rule="seizure.decision.contents",
        built="measure",
        act=go("seizure"),
        stops=paper_lacks("seizure", "seizure_decision", "goods"),
        first=paper_lacks("seizure", "seizure_decision", "until_on"),
        last=nothing,
    ),
    Gate(
        rule="seizure.extension.in-time",
        built="held",
        act=lambda office: office.go(
            "seizure_extension", extends_to=(office.at.date() + timedelta(days=20)).isoformat(), reasons=REASONS
        ),
        stops=wait(days=50),
        passes=wait(days=10),
        first=wait(days=31),
        last=wait(days=30),
    ),
    Gate(
        rule="execution.demand.before-decision",
        built="demanded",
        act=go("decision"),
        stops=both(moved("demand", hours=1), moved("service", hours=2)),
        first=moved("service", minutes=0),
        last=moved("service", minutes=-1),
    ),
    Gate(
        rule="execution.demand.contents",
        built="demanded",
        act=go("demand"),
        stops=paper_lacks("demand", "demand_notice", "due_on"),
        first=paper_lacks("demand", "demand_notice", "way"),
        last=paper_lacks("demand", "demand_notice", "amount"),
    ),
    Gate(
        rule="execution.statement.reviewed",
        built="demanded",
        act=go("decision"),
        stops=both(go("statement", outcome="approved"), wait(hours=1)),
        passes=both(go("statement", outcome="approved"), wait(hours=1), go("statement_review"), wait(hours=1)),
        first=both(go("statement", outcome="approved"), wait(hours=1), go("statement_review")),
        last=both(go("statement", outcome="approved"), wait(hours=1), go("statement_review"), wait(minutes=1)),
    ),
    Gate(
        rule="execution.decision.contents",
        built="demanded",
        act=go("decision"),
        stops=paper_lacks("decision", "execution_decision", "way"),
        first=paper_lacks("decision", "execution_decision", "at"),
        last=nothing,
    ),
    Gate(
        rule="execution.not-at-rest",
        built="executing",
        act=go("execution"),
        stops=lambda office: setattr(office, "at", datetime(2026, 3, 21, 10, tzinfo=CHINA)),
        first=lambda office: setattr(office, "at", datetime(2026, 3, 18, 22, 0, tzinfo=CHINA)),
        last=lambda office: setattr(office, "at", datetime(2026, 3, 18, 21, 59, tzinfo=CHINA)),
    ),
    Gate(
        rule="execution.substituted.urged",
        built="executing",
        act=go("substituted_performance"),
        stops=both(go("demand"), served("demand"), wait(days=1)),
        passes=both(go("demand"), served("demand"), until(3, Unit.WORKING_DAY, "demand", 5)),
    ),
    Gate(
        rule="license.refusal.contents",
        built="examined",
        act=go("refusal"),
        stops=paper_lacks("refusal", "license_refusal", "reasons"),
        last=nothing,
    ),
    Gate(
        rule="license.hearing.told",
        built="examined",
        act=go("grant"),
        stops=case_is(affects_others=True),
        passes=case_is(affects_others=False),
        first=both(case_is(affects_others=True), go("hearing_notice")),
        last=both(case_is(affects_others=True), go("hearing_notice"), wait(minutes=1)),
    ),
    Gate(
        rule="license.hearing.held-when-required",
        built="examined",
        act=go("grant"),
        stops=case_is(hearing_required=True),
        passes=case_is(hearing_required=False),
    ),
    Gate(
        rule="other.legal-review.before-decision",
        built="examined",
        act=go("grant"),
        stops=case_is(is_major=True),
        passes=case_is(is_major=False),
        first=both(case_is(is_major=True), go("legal_review", outcome="approved")),
        last=both(case_is(is_major=True), go("legal_review", outcome="approved"), wait(minutes=1)),
    ),
    Gate(
        rule="license.check.two",
        built="examined",
        act=nothing,
        stops=with_people("site_check", ("handler", "one")),
        passes=with_people("site_check", *TWO, ("handler", "three")),
        first=with_people("site_check", ("handler", "one")),
        last=with_people("site_check", *TWO),
    ),
)

BUILDERS: dict[str, Callable[[Office], None]] = {
    one.__name__: one
    for one in (
        filed, reported, noticed, ready, citizen, told_of_hearing, hearing_asked, convened, heard, major, reviewed, discussed,
        on_the_spot, decided, measure, unfilmed, held, demanded, executing, examined, licence_convened, opened,
    )
}  # fmt: skip


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: Any) -> Iterator[Callable[[str], Office]]:
    """Build cases, each once; whatever is done is undone when the module ends."""
    del django_db_setup
    with django_db_blocker.unblock(), transaction.atomic():
        units = make_units()
        office = make_office(units, actor_maker(user_maker(units)))
        began, made = office.at, {}
        for name in {one.built for one in GATES}:
            office.at, office.case, office.films = began, Case(), True
            BUILDERS[name](office)
            made[name] = copy(office)

        def build(name: str) -> Office:
            found = copy(made[name])
            found.case = Case.objects.get(pk=found.case.pk)
            return found

        yield build
        transaction.set_rollback(True)


def tried(built: Callable[[str], Office], gate: Gate, doing: Doing) -> GatesUnmetError | None:
    """Do something to the case and act, and undo both; return what stood in the way, if anything did."""
    office = built(gate.built)
    with transaction.atomic():
        try:
            doing(office)
            gate.act(office)
        except GatesUnmetError as error:
            transaction.set_rollback(True)
            return error
        transaction.set_rollback(True)
    return None


def ids(gate: Gate) -> str:
    return gate.rule


SHOWN: dict[str, tuple[str, ...]] = {
    "penalty.hearing-notice.when-large": ("SS-51",),
    "penalty.legal-review.before-decision": ("SS-32", "YZ-29"),
    "penalty.legal-review.approved": ("SS-32", "YZ-29"),
    "penalty.deliberation.when-major": ("SS-52",),
    "penalty.officers.two": ("SS-49",),
    "penalty.prior-notice.before-decision": ("RZ-23",),
    "penalty.notice.contents": ("RZ-23", "SS-50"),
    "penalty.crime.referred": ("SS-17",),
    "penalty.legal-reviewer.not-handler": ("SS-34",),
}
"""Requirements that say themselves that the act is refused."""

ALL = pytest.mark.parametrize("gate", GATES, ids=ids)
MARKED = [
    pytest.param(one, id=one.rule, marks=[pytest.mark.requirement(*SHOWN[one.rule])] if one.rule in SHOWN else [])
    for one in GATES
]


@pytest.mark.parametrize("gate", MARKED)
def test_it_stops_the_act_with_article_and_remedy(built: Callable[[str], Office], gate: Gate) -> None:
    error = tried(built, gate, gate.stops)
    rule = rules()[gate.rule]
    assert error is not None, "nothing stood in the way"
    assert gate.rule in {one.rule.id for one in error.gates}, str(error)
    assert rule.citations[0].label in str(error)
    assert rule.remedy in str(error)


@ALL
def test_it_lets_pass_what_is_lawful(built: Callable[[str], Office], gate: Gate) -> None:
    error = tried(built, gate, gate.passes)
    assert error is None, str(error)


@pytest.mark.parametrize("gate", [one for one in GATES if one.first], ids=ids)
def test_the_first_beyond_the_boundary_is_stopped(built: Callable[[str], Office], gate: Gate) -> None:
    assert gate.first is not None
    error = tried(built, gate, gate.first)
    assert error is not None, "nothing stood in the way"
    assert gate.rule in {one.rule.id for one in error.gates}, str(error)


@pytest.mark.parametrize("gate", [one for one in GATES if one.last], ids=ids)
def test_the_last_within_the_boundary_passes(built: Callable[[str], Office], gate: Gate) -> None:
    assert gate.last is not None
    error = tried(built, gate, gate.last)
    assert error is None, str(error)


#: Rules that block and that no step of the platform can break: the step asks for what they ask for.
ELSEWHERE = {"penalty.preservation.approved": "登记保存本身须经负责人同意，不同意的没有发生"}


def test_every_gate_that_blocks_is_tried() -> None:
    blocking = {one.id for one in case_rules(date(2026, 3, 2)) if one.strictness is Strictness.BLOCK}
    assert blocking - {one.rule for one in GATES} == set(ELSEWHERE)
