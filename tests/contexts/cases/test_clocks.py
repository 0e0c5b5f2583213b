"""Which period runs out first stands on the case, and the way to its last day is told."""

from django.utils.timezone import localdate

from mingjing.contexts.cases import frozen
from mingjing.contexts.cases.models import Draft, Event
from mingjing.contexts.cases.usecases import steps
from mingjing.domain.procedures.clocks import clocks
from tests.contexts.cases.conftest import Office


def test_the_nearest_period_stands_on_the_case(office: Office) -> None:
    office.open()
    office.go("lead")
    office.go("filing")
    assert office.case.due_on is not None
    assert (office.case.due_on - localdate(office.at)).days >= 90
    assert "处罚决定作出期限" in office.case.due_why


def test_an_extension_moves_the_day_and_the_way_is_told(office: Office) -> None:
    office.open()
    office.go("lead")
    office.go("filing")
    before = office.case.due_on
    office.later(days=30).go("extension", extends_to="2026-07-15")
    assert before is not None and office.case.due_on is not None and office.case.due_on > before
    found = clocks(frozen.fact_base(office.case, on=localdate(office.at)), office.case.code)
    decision = next(one for one in found if one.rule.id == "penalty.decision.in-time")
    assert decision.runs
    assert decision.due == office.case.due_on
    assert any("延长到2026-07-15" in line for line in decision.lines)


def test_a_period_that_was_kept_runs_no_more(office: Office) -> None:
    office.open()
    for step in ("lead", "filing", "inspection", "inquiry"):
        office.go(step)
    office.go("investigation_report", tier="较轻", fine_fen="2000", is_major=False, is_complex=False)
    office.later(hours=1).go("prior_notice", tier="较轻", fine_fen="2000")
    office.go("service", method="in_person")
    office.later(days=8).go("statement", outcome="waived")
    office.go("decision", tier="较轻", fine_fen="2000")
    found = clocks(frozen.fact_base(office.case, on=localdate(office.at)), office.case.code)
    decision = next(one for one in found if one.rule.id == "penalty.decision.in-time")
    assert not decision.runs
    assert not decision.late
    assert "送达" in office.case.due_why


def test_a_step_is_taken_once_however_often_it_is_asked(office: Office) -> None:
    office.open()
    draft = office.start("lead")
    given = office.given(draft)
    asked = {"actor": office.people["one"], "at": office.at, "draft": draft.code, "version": draft.version}
    first = steps.take_step(**asked, given=given)  # type: ignore[arg-type]
    assert steps.take_step(**asked, given=given) == first  # type: ignore[arg-type]
    assert Event.objects.filter(case=office.case).count() == 1
    assert Draft.objects.get(code=draft.code).state == "done"


def test_gates_are_seen_while_the_form_is_still_empty(office: Office) -> None:
    office.open()
    office.go("lead")
    step = steps.procedure_for(office.case).step("filing")
    seen = steps.weigh_step(
        row=office.case, step=step, given=steps.Given(), code="x-001", number=9, at=office.at, partial=True
    )
    assert seen.gates
    assert office.case.stage == "lead"
