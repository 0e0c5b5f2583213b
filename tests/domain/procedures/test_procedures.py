"""Procedures as data are sound: every stage is reached, every article resolves, every step of the public chart exists."""

import pytest

from mingjing.domain.catalog.items import flows
from mingjing.domain.procedures.library import procedure_of, procedures
from mingjing.domain.procedures.model import Into, Procedure, UnknownProcedureError, as_data, unreachable
from mingjing.domain.rules.facts import Case

ALL = pytest.mark.parametrize("procedure", procedures().values(), ids=lambda one: one.code)


@ALL
def test_every_stage_is_reached_and_a_way_leads_to_an_end(procedure: Procedure) -> None:
    assert not unreachable(procedure)
    assert any(stage.final for stage in procedure.stages)


@ALL
def test_steps_name_stages_of_the_procedure_and_columns_of_the_case(procedure: Procedure) -> None:
    stages = {stage.code for stage in procedure.stages}
    codes = [step.code for step in procedure.steps]
    assert len(codes) == len(set(codes))
    for step in procedure.steps:
        assert set(step.stages) <= stages, step.code
        assert {step.to, *(one.to for one in step.outcomes)} - {None} <= stages, step.code
        names = [ask.name for ask in step.asks]
        assert len(names) == len(set(names)), step.code
        for ask in step.asks:
            if ask.into is Into.CASE:
                assert ask.name in Case.__slots__, (step.code, ask.name)


@ALL
def test_every_article_resolves(procedure: Procedure) -> None:
    for step in procedure.steps:
        assert all(one.label for one in step.citations), step.code


@ALL
def test_no_step_stands_in_a_final_stage(procedure: Procedure) -> None:
    final = {stage.code for stage in procedure.stages if stage.final}
    assert all(not final.intersection(step.stages) for step in procedure.steps)


def test_public_flow_charts_name_steps_that_the_procedures_have() -> None:
    for code in set(flows()) & set(procedures()):
        events = {step.event for step in procedures()[code].steps}
        asked = {step.event for step in flows()[code].steps}
        assert asked <= events, f"{code}: {asked - events}"


def test_an_unknown_procedure_is_told() -> None:
    with pytest.raises(UnknownProcedureError, match="没有"):
        procedure_of("nothing")


@ALL
def test_a_procedure_is_written_as_plain_data(procedure: Procedure) -> None:
    data = as_data(procedure)
    assert data["code"] == procedure.code
    assert len(data["steps"]) == len(procedure.steps)  # type: ignore[arg-type]
