"""Cases from lead to archive, by the acts that pages and API call."""

import pytest

from mingjing.contexts.cases.models import Case
from mingjing.domain.procedures.gates import GatesUnmetError
from tests.contexts.cases.conftest import Office


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
