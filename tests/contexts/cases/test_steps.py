"""Steps beside the straight way: who must withdraw, what the overseer says beforehand, crimes, disagreements, leniency."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.cases.models import Case
from mingjing.contexts.cases.usecases import referrals, steps
from mingjing.contexts.cases.usecases.base import CaseError
from mingjing.contexts.cases.usecases.export_facts import export_cases
from mingjing.contexts.documents.models import Document
from mingjing.contexts.documents.usecases import draft_document, issue_document, revise_document, void_document
from mingjing.domain.procedures.answers import AnswersError
from mingjing.domain.procedures.gates import GatesUnmetError, ReasonsMissingError, as_data
from mingjing.domain.procedures.library import procedure_of
from mingjing.domain.procedures.model import StepNotOpenError
from mingjing.domain.rules.library import rules
from mingjing.law import parameters
from tests.contexts.cases.conftest import Office
from tests.contexts.cases.test_journeys import investigated, of_kind
from tests.contexts.conftest import ActorMaker

REASONS = dict.fromkeys(rules(), "情况已经说明。")
FINE = {"tier": "较轻", "fine_fen": "2000"}


def at_place(office: Office, place: str) -> None:
    """Let the office be one of another place."""
    Unit.objects.update(place=place)
    office.unit.refresh_from_db()


def noticed(office: Office) -> None:
    """Take an ordinary case to where it could be decided."""
    investigated(office)
    office.later(days=1).go("prior_notice", **FINE, reasons=REASONS)
    office.go("service", method="in_person", reasons=REASONS)
    office.later(days=8).go("statement", outcome="waived")
    office.later(days=1)


def unmet(error: pytest.ExceptionInfo[GatesUnmetError]) -> set[str]:
    return {gate.rule.id for gate in error.value.gates}


def test_a_notice_that_the_head_refused_is_no_notice(office: Office) -> None:
    investigated(office)
    refused = office.later(days=1).go("prior_notice", **FINE, approved="rejected")
    assert (refused.type, refused.step, refused.outcome) == ("approval", "prior_notice", "rejected")
    assert [one.role for one in refused.participants.all()] == ["approver"]
    with pytest.raises(StepNotOpenError):
        office.later(days=9).go("decision", **FINE, reasons=REASONS)


def test_who_must_withdraw_handles_no_more(office: Office) -> None:
    investigated(office)
    one, two = office.officers["one"].code, office.officers["two"].code
    office.go("recusal_application", people=[("recused", one)], asked_by="party")
    office.later(hours=2).go(
        "recusal", people=[("recused", one), ("approver", office.officers["head"].code)], outcome="approved"
    )
    left = office.case.handlers.filter(until__isnull=True)
    assert [(each.officer.code, each.is_lead) for each in left] == [(two, True)]
    paper = Document.objects.get(kind="recusal_decision")
    assert (paper.data["outcome"], paper.data["subject"]["name"]) == ("granted", "王建国")


@pytest.mark.requirement("TS-03")
def test_in_taishan_no_decision_before_the_overseer_accepted_the_answer(office: Office, actor_with: ActorMaker) -> None:
    at_place(office, "370902")
    overseer = actor_with("overseer", "justice", username="overseer", name="乔雅楠")
    office.people = {**office.people, "overseer": overseer}
    noticed(office)
    office.go("supervision_opinion", by="overseer", content="证据不足，建议补充。")
    with pytest.raises(GatesUnmetError, match="TS-03") as error:
        office.later(hours=1).go("decision", **FINE, reasons=REASONS)
    assert "penalty.supervision.answered" in unmet(error)

    draft = office.start("supervision_reply")
    put = steps.propose_step(
        actor=office.people["one"], at=office.at, draft=draft.code, version=draft.version, given=office.given(draft)
    )
    with pytest.raises(GatesUnmetError, match="认可"):
        office.go("decision", **FINE, reasons=REASONS)
    office.later(hours=1)
    steps.decide_proposal(actor=overseer, at=office.at, draft=put.code, version=put.version, outcome="approved")
    office.later(hours=1).go("decision", **FINE, reasons=REASONS)
    assert office.case.fine_fen == 200_000


def test_only_overseers_give_an_opinion_beforehand(office: Office) -> None:
    noticed(office)
    with pytest.raises(Exception, match="权限"):
        office.start("supervision_opinion", by="one")


@pytest.mark.requirement("LC-23")
def test_a_case_goes_to_the_police_and_comes_back(office: Office) -> None:
    noticed(office)
    office.go("suspected_crime")
    office.later(hours=20).go("referral", to="police", recipient="泗水县公安局")
    with pytest.raises(CaseError, match="移送时间"):
        office.later(hours=1).go("police_declined")
    found = office.case.referrals.get()
    referrals.record_transfer(
        actor=office.people["one"],
        at=office.at,
        case=office.case.code,
        referral=found.code,
        version=1,
        transferred_at=office.at,
    )
    with pytest.raises(ReasonsMissingError, match="移送期间不罚款"):
        office.later(days=1).go("decision", **FINE)
    office.later(days=2).go("police_declined")
    found.refresh_from_db()
    assert (found.reply, found.replied_at) == ("refused", office.at)
    office.later(days=1).go("case_returned")
    office.later(days=1).go("decision", **FINE)
    assert list(
        office.case.events.filter(type__in=["referral", "police_declined", "case_returned"]).values_list(
            "type", flat=True
        )
    ) == [
        "referral",
        "police_declined",
        "case_returned",
    ]


def test_a_clue_to_a_public_servant_goes_to_the_discipline_body_before_the_case_closes(office: Office) -> None:
    noticed(office)
    office.go("discipline_clue")
    office.later(days=1).go("decision", **FINE)
    office.go("service", method="in_person", about=office.case.events.get(type="decision").code)
    office.later(days=2).go("payment", amount_fen="2000")
    with pytest.raises(ReasonsMissingError, match="职务违法线索"):
        office.later(days=1).go("closing")
    office.go("discipline_referral", recipient="泗水县监察委员会")
    assert office.case.referrals.get().to == "discipline"
    office.later(days=1).go("closing")
    assert office.case.status == "closed"


@pytest.mark.requirement("YZ-35")
def test_a_review_names_all_ten_points(office: Office) -> None:
    investigated(office)
    draft = office.later(days=1).start("legal_review")
    given = office.given(draft, outcome="approved")
    lacking = {name: value for name, value in given.answers.items() if name != "review_crime"}
    with pytest.raises(Exception, match="涉嫌犯罪"):
        steps.take_step(
            actor=office.people["reviewer"],
            at=office.at,
            draft=draft.code,
            version=draft.version,
            given=steps.Given(answers=lacking, people=given.people, outcome="approved"),
        )
    event = office.go("legal_review", outcome="approved", review_law="none")
    paper = Document.objects.get(kind="legal_review_opinion", step=event.code)
    assert len(paper.data["points"]) == 10
    assert {"point": "适用法律", "finding": "不涉及"} in paper.data["points"]
    assert len(paper.elements or ()) == 10


@pytest.mark.parametrize("outcome", ["rejected", "returned"])
def test_a_review_that_does_not_pass_is_written_down_too(office: Office, outcome: str) -> None:
    investigated(office)
    event = office.later(days=1).go(
        "legal_review", outcome=outcome, review_law="flawed", opinion="适用法律不当，建议改正"
    )
    paper = Document.objects.get(kind="legal_review_opinion", step=event.code)
    assert paper.data["opinion"] == "适用法律不当，建议改正"


@pytest.mark.requirement("YZ-36")
def test_in_yanzhou_the_head_decides_a_disagreement_with_the_review(office: Office) -> None:
    at_place(office, "370812")
    noticed(office)
    office.go("review_submission")
    office.later(hours=1).go("legal_review", outcome="approved", reasons=REASONS)
    office.later(hours=1).go("review_coordination")
    with pytest.raises(GatesUnmetError, match="YZ-36") as error:
        office.later(hours=1).go("decision", **FINE, reasons=REASONS)
    assert "penalty.legal-review.coordinated" in unmet(error)
    office.go("review_decided", outcome="dismissed", reasons=REASONS)
    office.later(hours=1).go("decision", **FINE, reasons=REASONS)


@pytest.mark.requirement("RZ-39")
def test_in_rizhao_three_documents_go_to_an_enterprise_together(office: Office) -> None:
    at_place(office, "371100")
    noticed(office)
    with pytest.raises(ReasonsMissingError, match="三书同达"):
        office.go("decision", **FINE)
    event = office.go(
        "decision", **FINE, credit_class="minor", compliance_risks="价格标示不规范。", compliance_advice="一货一签。"
    )
    papers = {one.kind: one.elements for one in Document.objects.filter(step=event.code)}
    assert set(papers) == {"penalty_decision", "credit_repair_notice", "compliance_guidance"}
    assert (papers["credit_repair_notice"], papers["compliance_guidance"]) == (["credit_repair"], ["compliance"])


@pytest.mark.requirement("RZ-54")
def test_in_rizhao_a_major_case_of_an_enterprise_is_assessed_or_reasoned(office: Office) -> None:
    at_place(office, "371100")
    noticed(office)
    Case.objects.update(is_major=True)
    office.go("legal_review", outcome="approved")
    voters = [("voter", office.officers[one].code) for one in ("head", "deputy", "third")]
    office.later(hours=1).go("deliberation", people=voters)
    office.later(hours=1)
    documents = {"credit_class": "minor", "compliance_risks": "风险。", "compliance_advice": "建议。"}
    with pytest.raises(ReasonsMissingError, match="经济影响评估"):
        office.go("decision", **FINE, **documents)
    office.go("impact_assessment")
    office.later(hours=1).go("decision", **FINE, **documents)


@pytest.mark.requirement("TS-30", "RZ-51")
def test_what_fits_a_list_of_leniency_is_followed_or_reasoned(office: Office, tmp_path: Path) -> None:
    office.open()
    office.go("filing")
    office.later(days=1).go("inspection")
    office.later(days=1).go("investigation_report", **FINE, leniency_matched=True)
    office.later(days=1).go("prior_notice", **FINE)
    office.go("service", method="in_person")
    office.later(days=8).go("statement", outcome="waived")
    with pytest.raises(ReasonsMissingError, match="宽严清单"):
        office.later(days=1).go("decision", **FINE)
    office.go("decision", **FINE, leniency_reason="曾因同类行为受过处罚，不属于初次违法。")
    export_cases(tmp_path)
    said = duckdb.sql(f"SELECT leniency_matched, leniency_reason FROM '{tmp_path / 'cases.parquet'}'").fetchall()
    assert said == [(True, "曾因同类行为受过处罚，不属于初次违法。")]


@pytest.mark.requirement("TS-06")
def test_in_taishan_measures_without_force_come_first(office: Office) -> None:
    at_place(office, "370902")
    noticed(office)
    Case.objects.update(non_coercive_first=True)
    with pytest.raises(ReasonsMissingError, match="柔性执法先行"):
        office.go("decision", **FINE)
    for kind in ("persuasion", "guidance", "admonition", "restraint"):
        office.later(minutes=10).go(kind)
    office.later(hours=1).go("decision", **FINE)
    assert office.case.events.filter(type__in=["persuasion", "guidance", "admonition", "restraint"]).count() == 4


@pytest.mark.requirement("RZ-19")
def test_a_fine_is_paid_in_instalments_on_application(office: Office) -> None:
    noticed(office)
    office.go("decision", **FINE)
    office.go("service", method="in_person", about=office.case.events.get(type="decision").code)
    with pytest.raises(StepNotOpenError):
        office.start("instalment")
    office.later(days=2).go("instalment_application")
    last = (office.at.date() + timedelta(days=90)).isoformat()
    event = office.later(days=1).go("instalment", extends_to=last, plan="三期，每期666元。")
    assert event.extends_to is not None
    assert event.extends_to.isoformat() == last


@pytest.mark.requirement("SS-50", "RZ-23", "RZ-24")
def test_a_draft_cannot_lose_what_the_law_wants_in_it(office: Office) -> None:
    noticed(office)
    office.go("decision", **FINE)
    paper = Document.objects.get(kind="penalty_decision")
    less = {name: value for name, value in paper.data.items() if name != "discretion"}
    revise_document(actor=office.people["one"], at=office.at, code=paper.code, data=less)
    with pytest.raises(GatesUnmetError, match="履行方式") as error:
        revise_document(
            actor=office.people["one"],
            at=office.at,
            code=paper.code,
            data={name: value for name, value in less.items() if name != "performance"},
        )
    assert unmet(error) == {"penalty.decision.contents"}
    paper.refresh_from_db()
    assert "manner" in (paper.elements or ())


def test_what_was_issued_is_replaced_before_it_is_void(office: Office) -> None:
    noticed(office)
    office.go("decision", **FINE)
    paper = Document.objects.get(kind="penalty_decision")
    issue_document(actor=office.people["one"], at=office.at, code=paper.code)
    common = {"actor": office.people["head"], "at": office.at, "code": paper.code, "reason": "当事人名称有误"}
    with pytest.raises(GatesUnmetError) as error:
        void_document(**common)
    assert unmet(error) == {"penalty.decision.contents"}
    assert error.value.citation is not None
    new = draft_document(
        actor=office.people["one"],
        at=office.at,
        kind=paper.kind,
        unit=office.unit.code,
        subject=f"case:{office.case.code}",
        step=paper.step,
        data=paper.data,
    )
    void_document(**common)
    assert list(Document.objects.filter(kind=paper.kind).exclude(state="void")) == [new]


@pytest.mark.requirement("YZ-35")
def test_a_review_with_a_point_in_doubt_does_not_pass(office: Office) -> None:
    investigated(office)
    office.later(days=1)
    with pytest.raises(AnswersError, match="“程序合法”为“存在问题”，不能选“审核通过”") as error:
        office.go("legal_review", outcome="approved", review_procedure="flawed")
    assert set(error.value.facts["fields"]) == {"review_procedure"}  # type: ignore[arg-type]
    assert not office.case.events.filter(type="legal_review").exists()
    with pytest.raises(AnswersError, match="必填"):
        office.go("legal_review", outcome="approved", review_authority="")
    event = office.go("legal_review", outcome="rejected", review_procedure="flawed")
    assert event.outcome == "rejected"
    assert office.go("legal_review", outcome="approved").outcome == "approved"


def test_a_summary_case_says_why_its_period_does_not_run_and_wants_no_record_of_the_site(office: Office) -> None:
    case = office.open("penalty_summary", party=office.citizen.code)
    event = office.go("inspection")
    assert not Document.objects.filter(step=event.code).exists()
    draft = office.start("prior_notice")
    gates = steps.weigh_ahead(case, procedure_of("penalty_summary").step("prior_notice"), [draft], at=office.at)
    gate = next(one for one in gates if one.rule.id == "penalty.decision.in-time")
    assert gate.why == "本案没有“立案”，这个期限没有开始计算"
    assert as_data(gate)["observed"] == gate.why


def test_what_is_issued_says_what_stands_in_it(office: Office, tmp_path: Path) -> None:
    investigated(office)
    event = office.later(days=1).go("prior_notice", **FINE)
    paper = Document.objects.get(step=event.code)
    issue_document(actor=office.people["one"], at=office.at, code=paper.code)
    paper.refresh_from_db()
    assert {"facts", "reasons", "basis", "content", "statement_right", "defense_right"} <= set(paper.elements or ())
    export_cases(tmp_path)
    rows = duckdb.sql(
        f"SELECT kind, number, elements FROM '{tmp_path / 'documents.parquet'}' WHERE event_id = '{event.code}'"
    ).fetchall()
    assert [(kind, number) for kind, number, _ in rows] == [("行政处罚事先告知书", paper.number)]
    assert set(rows[0][2].split("|")) == set(paper.elements or ())


def test_a_renewal_keeps_the_day_on_which_the_licence_ends(office: Office) -> None:
    of_kind(office, "license", "license_renewal")
    office.go("application", expires_on="2026-04-01")
    office.later(days=1).go("acceptance", outcome="approved")
    office.later(days=1).go("examination", affects_others=True)
    row = Case.objects.get(pk=office.case.pk)
    assert (row.expires_on.isoformat() if row.expires_on else "", row.affects_others, row.hearing_required) == (
        "2026-04-01",
        True,
        None,
    )
    with pytest.raises(GatesUnmetError, match="听证"):
        office.later(days=1).go("grant")


@pytest.fixture
def all_reviewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The place has every decision reviewed but those by the summary procedure."""
    known = parameters.get("legal_review.triggers")
    values = tuple(replace(one, value=(*one.names, "all")) for one in known.values)
    monkeypatch.setitem(parameters.parameters(), known.id, replace(known, values=values))


@pytest.mark.requirement("YZ-34")
def test_where_all_decisions_are_reviewed_a_small_fine_is_too(office: Office, all_reviewed: None) -> None:
    noticed(office)
    with pytest.raises(GatesUnmetError) as error:
        office.go("decision", **FINE, reasons=REASONS)
    assert "penalty.legal-review.before-decision" in unmet(error)
    office.go("legal_review", outcome="approved")
    office.later(hours=1).go("decision", **FINE, reasons=REASONS)
    assert office.case.decided_on is not None


@pytest.mark.requirement("YZ-34")
def test_where_all_decisions_are_reviewed_one_on_the_spot_is_not(office: Office, all_reviewed: None) -> None:
    office.open("penalty_summary", party=office.citizen.code)
    office.go("inspection")
    office.later(minutes=5).go("prior_notice", tier="轻微", fine_fen="100")
    office.later(minutes=5).go("statement", outcome="approved")
    office.later(minutes=5).go("decision", tier="轻微", fine_fen="100")
    assert office.case.decided_on is not None


@pytest.mark.requirement("YZ-34")
def test_with_the_switch_off_a_small_fine_wants_no_review(office: Office) -> None:
    noticed(office)
    office.go("decision", **FINE, reasons=REASONS)
    assert office.case.decided_on is not None
