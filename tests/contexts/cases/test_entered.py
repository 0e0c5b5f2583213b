"""Nothing goes on beside the platform: what was entered late is marked and counted, no document of a case is made without one."""

from datetime import date, timedelta

import pytest

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.cases.models import Event
from mingjing.contexts.cases.usecases import steps
from mingjing.contexts.documents.models import Document
from mingjing.contexts.registry.models import Agency
from tests.contexts.cases.conftest import Office
from tests.contexts.cases.test_pages import client_of, investigated, page_of
from tests.contexts.conftest import ActorMaker


def days_later(office: Office, days: int) -> Event:
    """An inspection that is entered some days after it took place."""
    office.open()
    office.go("filing")
    happened = office.later(days=1).at
    return office.later(days=days).go("inspection", at=happened.isoformat())


@pytest.mark.requirement("SS-38")
def test_a_step_entered_late_shows_the_delay_and_is_counted(office: Office) -> None:
    event = days_later(office, 4)
    assert event.late_days == 3
    client = client_of("one")
    for address in (f"/cases/{office.case.code}/", f"/cases/{office.case.code}/taken/{event.code}/"):
        assert "补录：超过录入期限3日" in page_of(client, address)
    assert "补录环节 1 个" in page_of(client, f"/cases/{office.case.code}/")
    told = client.get(f"/api/v1/cases/{office.case.code}/steps").json()
    assert {one["code"]: one["late_days"] for one in told}[event.code] == 3
    assert office.case.title in page_of(client, "/cases/?late=1")
    assert [one["code"] for one in client.get("/api/v1/cases?late=true").json()["items"]] == [office.case.code]


@pytest.mark.requirement("SS-38")
@pytest.mark.parametrize("days", [0, 1])
def test_on_the_last_day_it_is_in_time(office: Office, days: int) -> None:
    event = days_later(office, days)
    assert event.late_days == 0
    assert "补录" not in page_of(client_of("one"), f"/cases/{office.case.code}/")
    assert office.case.title not in page_of(client_of("one"), "/cases/?late=1")
    assert client_of("one").get("/api/v1/cases?late=true").json()["items"] == []


def test_waiting_for_consent_makes_no_step_late(office: Office) -> None:
    office.open()
    draft = office.start("filing")
    given = office.given(draft)

    put = steps.propose_step(
        actor=office.people["one"], at=office.at, draft=draft.code, version=draft.version, given=given
    )
    made = steps.decide_proposal(
        actor=office.people["head"],
        at=office.at + timedelta(days=5),
        draft=put.code,
        version=put.version,
        outcome="approved",
    )
    assert isinstance(made, Event)
    assert made.late_days == 0


@pytest.mark.requirement("SS-38")
@pytest.mark.parametrize("subject", ["", "matter:1", "case:unknown"])
def test_no_decision_is_made_without_a_case(office: Office, subject: str) -> None:
    client = client_of("one")
    given = {"kind": "penalty_decision", "unit": office.unit.code, "subject": subject}
    answer = client.post("/api/v1/documents", given, content_type="application/json")
    assert answer.status_code in (409, 422), answer.content
    assert ("只能在案件里制作" in answer.json()["detail"]) == (subject != "case:unknown")
    offered = page_of(client, "/documents/new/")
    assert 'value="penalty_decision"' not in offered
    assert 'value="warning_letter"' in offered
    assert client.post("/documents/new/", given).status_code != 302
    assert not Document.objects.exists()


@pytest.mark.requirement("SS-38")
def test_in_a_case_and_outside_one_what_may_stand_alone_is_made(office: Office) -> None:
    office.open()
    client = client_of("one")
    for kind, subject in (("inquiry_record", f"case:{office.case.code}"), ("warning_letter", "")):
        given = {"kind": kind, "unit": office.unit.code, "subject": subject}
        answer = client.post("/api/v1/documents", given, content_type="application/json")
        assert answer.status_code == 200, answer.content


@pytest.mark.requirement("LC-33", "SS-38")
def test_each_agency_shows_its_cases_of_a_month_and_who_has_none_is_marked(
    office: Office, units: dict[str, Unit], actor_with: ActorMaker
) -> None:
    Agency.objects.create(
        unit=units["health"], code="A000002", name="泗水县卫生健康局", kind="organ", field="health", status="announced",
        legal_basis="《传染病防治法》第六条", confirmed_on=date(2025, 1, 10), announced_on=date(2025, 1, 15),
    )  # fmt: skip
    actor_with("overseer", "justice", username="overseer", name="乔雅楠")
    days_later(office, 4)
    office.open()
    client = client_of("overseer")
    told = {one["agency"]: one for one in client.get("/api/v1/case-usage?month=2026-03").json()}
    assert told["A000001"] | {"name": ""} == {
        "agency": "A000001", "name": "", "opened": 2, "steps": 2, "late": 1, "idle": False,
    }  # fmt: skip
    assert told["A000002"] | {"name": ""} == {
        "agency": "A000002", "name": "", "opened": 0, "steps": 0, "late": 0, "idle": True,
    }  # fmt: skip
    assert page_of(client, "/cases/usage/?month=2026-03").count("没有网上办案</span>") == 1
    assert page_of(client, "/cases/usage/?month=2026-04").count("没有网上办案</span>") == 2
    assert page_of(client, "/cases/usage/?month=nonsense")
    mine = client_of("head").get("/api/v1/case-usage?month=2026-03").json()
    assert [one["agency"] for one in mine] == ["A000001"]


@pytest.mark.parametrize(("method", "late"), [("post", 0), ("in_person", 4)])
def test_a_service_by_post_is_known_only_when_its_receipt_comes_back(office: Office, method: str, late: int) -> None:
    investigated(office)
    office.later(days=1).go("prior_notice", tier="较轻", fine_fen="2000")
    served = office.at
    event = office.later(days=5).go("service", method=method, at=served.isoformat())
    assert event.late_days == late
