"""Cases from lead to archive, by the acts that pages and API call."""

import pytest

from mingjing.contexts.cases.models import Case
from mingjing.domain.procedures.gates import GatesUnmetError
from tests.contexts.cases.conftest import ITEM, Office, item_in_force


def investigated(office: Office) -> None:
    """Take an ordinary case up to the end of its investigation."""
    office.open()
    office.go("lead")
    office.go("filing")
    office.later(days=1).go("inspection")
    office.later(days=1).go("inquiry")
    office.later(days=1).go("investigation_report", tier="较轻", fine_fen="2000", is_major=False, is_complex=False)


def test_ordinary_penalty_runs_from_lead_to_archive(office: Office) -> None:
    investigated(office)
    office.later(days=1).go("prior_notice", tier="较轻", fine_fen="2000")
    office.go("service", method="in_person")
    office.later(days=8).go("statement", outcome="waived")
    office.later(days=1).go("decision", tier="较轻", fine_fen="2000")
    office.go("service", method="in_person")
    office.later(days=5).go("payment", amount_fen="2000")
    office.later(days=1).go("closing")
    office.later(days=1).go("archiving")
    case = Case.objects.get(pk=office.case.pk)
    assert (case.stage, case.status, case.fine_fen) == ("archived", "closed", 200_000)
    assert case.decided_on is not None


def test_decision_without_prior_notice_is_stopped_with_its_article(office: Office) -> None:
    investigated(office)
    office.later(days=1).go("prior_notice", tier="较轻", fine_fen="2000")
    office.later(days=20)
    office.case.events.filter(type="prior_notice").delete()
    with pytest.raises(GatesUnmetError) as error:
        office.go("decision", tier="较轻", fine_fen="2000")
    gates = {gate.rule.id for gate in error.value.gates}
    assert "penalty.prior-notice.before-decision" in gates
    assert "第四十四条" in str(error.value)


def of_kind(office: Office, kind: str, procedure: str, **changes: object) -> None:
    """Open a case of another kind, on an item made for it."""
    code = f"X-{procedure}"
    item_in_force(office.unit, {**ITEM, "name": f"{kind}事项", "kind": kind, "act_code": ""}, code)
    office.open(procedure, item=code, title="测试案件", **changes)


def end_of(office: Office) -> tuple[str, str]:
    case = Case.objects.get(pk=office.case.pk)
    return case.stage, case.status


def test_summary_penalty_on_the_spot(office: Office) -> None:
    office.open("penalty_summary", party=office.citizen.code)
    office.go("inspection")
    office.later(minutes=5).go("prior_notice", tier="轻微", fine_fen="100")
    office.later(minutes=5).go("statement", outcome="approved")
    office.later(minutes=5).go("decision", tier="轻微", fine_fen="100")
    office.later(minutes=1).go("service", method="in_person")
    office.later(days=3).go("payment", amount_fen="100")
    office.later(days=1).go("closing")
    office.go("archiving")
    assert end_of(office) == ("archived", "closed")


def test_large_fine_with_hearing_review_and_deliberation(office: Office) -> None:
    office.open()
    office.go("filing")
    office.later(days=1).go("inspection")
    office.later(days=1).go("investigation_report", tier="一般", fine_fen="25000", is_major=True, is_complex=True)
    office.later(days=1).go("prior_notice", tier="一般", fine_fen="25000")
    office.go("hearing_notice")
    office.go("service", method="in_person", about=office.case.events.get(type="hearing_notice").code)
    office.go("service", method="in_person", about=office.case.events.get(type="prior_notice").code)
    office.later(days=2).go("hearing_request", outcome="approved")
    office.go("statement", outcome="approved")
    office.later(minutes=30).go("statement_review")
    office.go("hearing_convened", hearing_place="三楼会议室")
    office.go("service", method="in_person", about=office.case.events.get(type="hearing_convened").code)
    office.later(days=12).go("hearing", people=[("chair", office.officers["chair"].code)])
    office.later(days=1).go("legal_review", outcome="approved")
    voters = [("voter", office.officers[one].code) for one in ("head", "deputy", "third")]
    office.later(days=1).go("deliberation", people=voters)
    office.later(days=1).go("decision", tier="一般", fine_fen="25000")
    office.go("service", method="in_person", about=office.case.events.get(type="decision").code)
    office.later(days=3).go("payment", amount_fen="25000")
    office.later(days=1).go("closing")
    assert end_of(office) == ("closed", "closed")


def test_seizure_with_extension_and_release(office: Office) -> None:
    of_kind(office, "compulsory_measure", "compulsory_measure")
    office.go("approval")
    office.later(hours=2).go("prior_notice")
    office.go("statement", outcome="approved")
    office.later(minutes=10).filmed("seizure")
    office.go("seizure")
    office.go("service", method="in_person")
    office.later(days=20).go("seizure_extension", extends_to=(office.at.date()).isoformat())
    office.later(days=5).go("seizure_release")
    office.go("archiving")
    assert end_of(office) == ("archived", "closed")


def test_seizure_before_approval_is_stopped_unless_urgent(office: Office) -> None:
    of_kind(office, "compulsory_measure", "compulsory_measure")
    office.go("prior_notice")
    office.go("statement", outcome="approved")
    with pytest.raises(GatesUnmetError, match="批准"):
        office.later(minutes=10).go("seizure")


def test_own_execution_after_demand(office: Office) -> None:
    of_kind(office, "compulsory_execution", "compulsory_execution")
    office.go("demand")
    office.go("service", method="in_person")
    office.later(days=12).go("statement", outcome="approved")
    office.later(minutes=30).go("statement_review")
    office.later(days=1).go("decision")
    office.go("service", method="in_person", about=office.case.events.get(type="decision").code)
    office.later(days=3).go("execution")
    office.later(days=1).go("closing")
    assert end_of(office) == ("closed", "closed")


def test_court_execution(office: Office) -> None:
    of_kind(office, "compulsory_execution", "court_execution")
    office.go("demand")
    office.go("service", method="in_person")
    office.later(days=12).go("court_application")
    office.later(days=20).go("execution", ruling="granted")
    office.later(days=20).go("closing")
    assert end_of(office) == ("closed", "closed")


@pytest.mark.parametrize("procedure", ["license", "license_renewal", "license_change"])
def test_license_is_granted(office: Office, procedure: str) -> None:
    of_kind(office, "license", procedure)
    office.go("application")
    office.later(days=1).go("acceptance", outcome="approved")
    office.later(days=3).go("examination")
    office.later(days=2).go("grant")
    office.later(days=1).go("delivery")
    office.later(days=1).go("closing")
    office.go("archiving")
    assert end_of(office) == ("archived", "closed")


def test_license_application_not_accepted_ends(office: Office) -> None:
    of_kind(office, "license", "license")
    office.go("application")
    office.later(days=1).go("acceptance", outcome="refused")
    assert end_of(office) == ("not_accepted", "withdrawn")


def test_license_is_revoked(office: Office) -> None:
    of_kind(office, "license", "license_withdrawal")
    office.go("acceptance")
    office.later(days=1).go("examination")
    office.later(days=1).go("prior_notice")
    office.later(days=8).go("statement", outcome="waived")
    office.later(days=1).go("legal_review", outcome="approved")
    office.later(days=1).go("decision")
    office.go("service", method="in_person")
    office.later(days=1).go("closing")
    assert end_of(office) == ("closed", "closed")


def test_inspection_leads_to_a_case(office: Office) -> None:
    of_kind(office, "inspection", "inspection")
    office.go("approval")
    office.later(days=1).go("inspection", result="case_opened")
    office.go("filing")
    office.later(days=3).go("announcement")
    office.go("closing")
    assert end_of(office) == ("closed", "closed")


def test_non_coercive_measure_is_followed_up(office: Office) -> None:
    office.open("non_coercive")
    office.go("persuasion")
    office.later(days=7).go("follow_up", corrected="yes")
    office.go("closing")
    assert end_of(office) == ("closed", "closed")


def test_other_act(office: Office) -> None:
    of_kind(office, "confirmation", "general")
    office.go("acceptance", outcome="approved")
    office.later(days=1).go("examination")
    office.go("prior_notice")
    office.go("statement", outcome="approved")
    office.later(days=1).go("decision")
    office.go("service", method="in_person")
    office.go("closing")
    assert end_of(office) == ("closed", "closed")


def test_lead_without_ground_is_not_filed(office: Office) -> None:
    office.open()
    office.go("filing", approved="rejected")
    assert end_of(office) == ("unfiled", "withdrawn")


def test_referral_to_the_police_ends_the_case(office: Office) -> None:
    office.open()
    office.go("filing")
    office.later(days=1).go("referral", to="police")
    assert office.case.referrals.get().to == "police"
    office.later(days=5).go("handed_over")
    assert end_of(office) == ("closed", "transferred")


def test_a_statement_never_makes_it_heavier(office: Office) -> None:
    investigated(office)
    office.later(days=1).go("prior_notice", tier="较轻", fine_fen="2000")
    office.go("service", method="in_person")
    office.later(days=2).go("statement", outcome="approved")
    office.later(days=1).go("statement_review")
    office.later(days=8)
    with pytest.raises(GatesUnmetError, match="告知"):
        office.go("decision", tier="较轻", fine_fen="2001")
    office.go("decision", tier="较轻", fine_fen="2000")
    assert office.case.fine_fen == 200_000
