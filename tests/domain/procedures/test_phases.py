"""What may be done now stands in an order: what the case waits for, then the present phase, then the rest."""

from datetime import date, datetime

import pytest

from mingjing.domain.procedures.library import procedure_of, procedures
from mingjing.domain.procedures.model import Procedure
from mingjing.domain.procedures.phases import Agenda, Phase, agenda, phase_of
from mingjing.domain.rules.facts import Case, Event, FactBase
from mingjing.domain.rules.terms import CaseFacts
from mingjing.kernel.moments import Moment


def at_hand(stage: str, *events: tuple[str, str, str | None], procedure: str = "penalty_ordinary") -> Agenda:
    """The agenda of a case in a stage, with events as (id, type, about)."""
    base = FactBase(
        as_of=date(2026, 11, 20),
        cases=[Case(id="C", kind="penalty", procedure="ordinary")],
        events=[
            Event(id=code, case_id="C", type=kind, at=Moment.of(datetime(2026, 11, 2, 9)), order=order, about_id=about)
            for order, (code, kind, about) in enumerate(events)
        ],
    )
    view = CaseFacts(case=base.case["C"], base=base)
    found = procedure_of(procedure)
    return agenda(found, stage, view, found.open_steps(stage, view))


def awaited(found: Agenda) -> set[str]:
    return {step.code for step in found.awaited}


@pytest.mark.parametrize("procedure", procedures().values(), ids=lambda one: one.code)
def test_every_step_belongs_to_a_phase(procedure: Procedure) -> None:
    assert all(phase_of(step).label for step in procedure.steps)


def test_every_open_step_stands_there_once() -> None:
    found = at_hand("investigation", ("E1", "filing", None), ("E2", "inspection", None))
    steps = [*found.awaited, *(step for group in found.groups for step in group.steps)]
    view = CaseFacts(case=Case(id="C", kind="penalty"), base=FactBase(as_of=date(2026, 11, 20)))
    assert len(steps) == len({step.code for step in steps})
    assert len(steps) >= len(procedure_of("penalty_ordinary").open_steps("investigation", view)) - 1


def test_the_present_phase_comes_before_the_rest() -> None:
    found = at_hand("investigation", ("E1", "filing", None))
    assert found.groups[0].phase is Phase.INVESTIGATION
    assert found.groups[0].present
    assert [group.present for group in found.groups] == sorted((group.present for group in found.groups), reverse=True)
    assert awaited(found) == {"investigation_report"}


def test_a_notice_waits_to_be_served_and_answered_until_it_is() -> None:
    told = ("E1", "filing", None), ("E2", "investigation_report", None), ("E3", "prior_notice", None)
    assert {"service", "statement"} <= awaited(at_hand("notice", *told))
    served = at_hand("notice", *told, ("E4", "service", "E3"))
    assert "service" not in awaited(served)
    assert "statement" in awaited(served)
    heard = at_hand("notice", *told, ("E4", "service", "E3"), ("E5", "statement", "E3"))
    assert "statement" not in awaited(heard)
    assert "statement_review" in awaited(heard)
    assert "decision" in awaited(heard)


def test_one_answer_of_the_police_is_enough() -> None:
    referred = ("E1", "filing", None), ("E2", "referral", None)
    assert {"police_filed", "police_declined"} <= awaited(at_hand("investigation", *referred))
    filed = awaited(at_hand("investigation", *referred, ("E3", "police_filed", "E2")))
    assert not filed & {"police_filed", "police_declined"}
    assert "evidence_handover" in filed


def test_nobody_waits_for_a_longer_seizure() -> None:
    held = at_hand("held", ("E1", "seizure", None), procedure="compulsory_measure")
    assert "seizure_release" in awaited(held)
    assert "seizure_extension" not in awaited(held)
    assert any(step.code == "seizure_extension" for group in held.groups for step in group.steps)


def test_after_one_soft_measure_the_case_waits_for_the_visit_and_the_closing() -> None:
    assert {"persuasion", "guidance"} <= awaited(at_hand("doing", procedure="non_coercive"))
    done = at_hand("result", ("E1", "persuasion", None), procedure="non_coercive")
    assert awaited(done) == {"follow_up", "closing"}
    assert any(step.event == "guidance" for group in done.groups for step in group.steps)
    visited = at_hand("result", ("E1", "persuasion", None), ("E2", "evidence", None), procedure="non_coercive")
    assert awaited(visited) == {"closing"}
