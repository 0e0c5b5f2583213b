"""How a case stands by disclosure, full-process recording and legal review is computed from its facts, for every kind of act."""

import pytest

from mingjing.contexts.cases.queries import Sight
from mingjing.contexts.cases.systems import three_systems
from mingjing.domain.procedures.systems import Standing
from tests.contexts.cases.conftest import ITEM, Office, film, item_in_force
from tests.contexts.cases.test_facts import decided
from tests.contexts.cases.test_pages import client_of, page_of
from tests.contexts.cases.test_recorded import ELSEWHERE
from tests.contexts.cases.test_steps import at_place
from tests.contexts.conftest import ActorMaker

LABELS = ("行政执法公示", "执法全过程记录", "重大执法决定法制审核")


def standings(office: Office) -> list[Standing]:
    return [one.standing for one in three_systems(Sight(row=office.case, at=office.at))]


@pytest.mark.requirement("TS-02")
def test_a_major_case_without_review_and_film_is_missing_both_until_they_are_there(office: Office) -> None:
    at_place(office, ELSEWHERE)
    records = [{"stage": "询问", "manner": "视频", "mandatory": False}]
    office.open(item=item_in_force(office.unit, {**ITEM, "act_code": "", "records": records}, "MR-902").code)
    office.go("filing")
    office.films = False
    office.later(days=1).go("inspection")
    office.later(hours=1).go("inquiry")
    office.later(days=1).go("investigation_report", is_major=True)
    assert standings(office) == [Standing.NOT_NEEDED, Standing.MISSING, Standing.MISSING]
    shown = page_of(client_of("one"), f"/cases/{office.case.code}/systems/")
    assert all(label in shown for label in LABELS)
    told = client_of("one").get(f"/api/v1/cases/{office.case.code}/systems").json()
    assert [one["standing"] for one in told] == ["not_needed", "missing", "missing"]
    assert shown.count("缺失") >= 2
    assert f"/cases/{office.case.code}/systems/" in page_of(client_of("one"), f"/cases/{office.case.code}/")
    office.later(days=1).go("legal_review", outcome="approved")
    assert standings(office)[2] is Standing.COMPLETE
    assert standings(office)[1] is Standing.MISSING
    for event in office.case.events.all():
        film(office, event, event.type)
    assert standings(office)[1] is Standing.COMPLETE


@pytest.mark.requirement("YZ-01")
@pytest.mark.parametrize("procedure", ["penalty_ordinary", "license", "compulsory_measure", "inspection"])
def test_each_of_the_four_kinds_of_act_has_the_three(office: Office, procedure: str) -> None:
    kind = {"penalty_ordinary": "penalty", "license": "license", "compulsory_measure": "compulsory_measure"}.get(
        procedure, "inspection"
    )
    code = item_in_force(office.unit, {**ITEM, "kind": kind, "act_code": ""}, "MR-903").code
    office.open(procedure, item=code)
    shown = page_of(client_of("one"), f"/cases/{office.case.code}/systems/")
    assert all(label in shown for label in LABELS)


@pytest.mark.requirement("RZ-87")
def test_what_an_agency_saves_its_overseer_reads_at_once(office: Office, actor_with: ActorMaker) -> None:
    actor_with("overseer", "justice", username="overseer", name="乔雅楠")
    decided(office)
    assert office.case.case_no
    for username in ("one", "overseer"):
        assert office.case.case_no in page_of(client_of(username), f"/cases/{office.case.code}/")


def test_who_may_not_see_the_case_does_not_see_how_it_stands(office: Office, actor_with: ActorMaker) -> None:
    actor_with("officer", "health", username="stranger", name="马超")
    office.open()
    assert client_of("stranger").get(f"/cases/{office.case.code}/systems/").status_code == 404
