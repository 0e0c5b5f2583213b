"""Supervision visits and self-checks, from the plan to the closing."""

from datetime import date

import pytest
from django.test import Client

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.plans import queries
from mingjing.contexts.plans.models import CheckItem, FindingState, Visit, VisitKind, VisitState
from mingjing.contexts.plans.usecases import visits
from mingjing.contexts.plans.usecases.base import LedgerError
from mingjing.contexts.plans.usecases.files import FileGiven
from mingjing.contexts.records.models import Entry
from mingjing.contexts.registry.models import Officer
from mingjing.contexts.work.todos import todos_for
from tests.contexts.conftest import ActorMaker
from tests.contexts.plans.conftest import LATER

TODAY = date(2026, 5, 20)


def given(kind: VisitKind, *units: str) -> visits.VisitGiven:
    return visits.VisitGiven(
        kind=kind,
        title="执法规范化督导",
        first_on=TODAY,
        last_on=date(2026, 5, 29),
        units=units,
        team="组长李强，成员王敏",
    )


@pytest.fixture
def visit(keeper: Actor) -> Visit:
    """A visit at two units."""
    return visits.plan_visit(actor=keeper, at=LATER, place="370831", given=given(VisitKind.VISIT, "market", "health"))


@pytest.fixture
def clerk(actor_with: ActorMaker) -> Actor:
    """Who answers for the market regulator."""
    return actor_with("agency_clerk", "market")


class TestVisit:
    def test_found_answered_sent_back_answered_closed(self, keeper: Actor, clerk: Actor, visit: Visit) -> None:
        for unit in ("market", "health"):
            visits.record_visit(actor=keeper, at=LATER, visit=visit.code, unit=unit, on=TODAY, words="查阅案卷十件")
        found = visits.record_finding(
            actor=keeper, at=LATER, visit=visit.code, unit="market", words="两件案卷缺送达回证", due_on=date(2026, 6, 5)
        )
        with pytest.raises(LedgerError, match="没有销号"):
            visits.close_visit(actor=keeper, at=LATER, visit=visit.code, version=visit.version, summary="完成")
        assert [one.kind for one in todos_for(clerk, TODAY) if "整改" in one.title] == ["督导"]
        answer = {"actor": clerk, "at": LATER, "finding": found.pk, "answer": "已补正"}
        found = visits.answer_finding(
            **answer, version=found.version, file=FileGiven(name="回证.pdf", content=b"%PDF-1.4")
        )
        judge = {"actor": keeper, "at": LATER, "finding": found.pk}
        with pytest.raises(LedgerError, match="退回"):
            visits.judge_answer(**judge, version=found.version, accepted=False)
        found = visits.judge_answer(**judge, version=found.version, accepted=False, words="还缺一件")
        assert found.state == FindingState.OPEN
        found = visits.answer_finding(**answer, version=found.version)
        found = visits.judge_answer(**judge, version=found.version, accepted=True)
        assert (found.state, found.closed_at) == (FindingState.CLOSED, LATER)
        closed = visits.close_visit(actor=keeper, at=LATER, visit=visit.code, version=visit.version, summary="总体规范")
        assert closed.state == VisitState.CLOSED

    def test_a_unit_sees_its_own_problems_and_records_none(
        self, keeper: Actor, clerk: Actor, visit: Visit, actor_with: ActorMaker
    ) -> None:
        visits.record_finding(
            actor=keeper, at=LATER, visit=visit.code, unit="health", words="未公示", due_on=date(2026, 6, 5)
        )
        assert list(queries.findings_of(clerk)) == []
        assert queries.findings_of(keeper).count() == 1
        with pytest.raises(ForbiddenError):
            visits.record_visit(actor=clerk, at=LATER, visit=visit.code, unit="market", on=TODAY, words="x")
        stranger = actor_with("agency_clerk", "town", username="stranger")
        with pytest.raises(MissingError):
            queries.visit_of(stranger, visit.code)

    def test_not_before_every_unit_was_seen(self, keeper: Actor, visit: Visit) -> None:
        visits.record_visit(actor=keeper, at=LATER, visit=visit.code, unit="market", on=TODAY, words="x")
        with pytest.raises(LedgerError, match="泗水县卫生健康局"):
            visits.close_visit(actor=keeper, at=LATER, visit=visit.code, version=visit.version, summary="完成")


@pytest.fixture
def person(units: dict[str, Unit]) -> Officer:
    """Somebody who works at the market regulator."""
    return Officer.objects.create(unit=units["market"], code="P000001", name="王建国", employment="established")


class TestPeople:
    @pytest.mark.requirement("YZ-13")
    def test_dress_that_is_not_compliant_is_a_finding_on_the_officer(
        self, keeper: Actor, clerk: Actor, visit: Visit, person: Officer
    ) -> None:
        given = {"actor": keeper, "at": LATER, "visit": visit.code, "officer": person.code, "on": TODAY}
        results = {CheckItem.DRESS: False, CheckItem.BADGE: True}
        with pytest.raises(LedgerError, match="整改时限"):
            visits.check_person(**given, results=results)
        visits.check_person(**given, results=results, words="着便装检查", due_on=date(2026, 6, 5))
        (found,) = person.visit_findings.all()
        assert (found.unit.code, found.state) == ("market", FindingState.OPEN)
        assert found.words == "王建国（P000001）未做到：按规定着装。着便装检查"
        assert [one.pk for one in queries.findings_of(clerk)] == [found.pk]
        assert Entry.objects.filter(subject="officer:P000001", act="plans.check_person").exists()
        with pytest.raises(LedgerError, match="已经登记"):
            visits.check_person(**given, results=results, due_on=date(2026, 6, 5))

    def test_all_in_order_is_no_finding(self, keeper: Actor, visit: Visit, person: Officer) -> None:
        given = {"actor": keeper, "at": LATER, "visit": visit.code, "officer": person.code, "on": TODAY}
        with pytest.raises(LedgerError, match="至少"):
            visits.check_person(**given, results={})
        visits.check_person(**given, results=dict.fromkeys(CheckItem, True))
        assert not person.visit_findings.exists()

    def test_who_is_visited_checks_nobody(
        self, keeper: Actor, clerk: Actor, visit: Visit, person: Officer, units: dict[str, Unit]
    ) -> None:
        given = {"at": LATER, "visit": visit.code, "on": TODAY, "results": {CheckItem.DRESS: True}}
        with pytest.raises(ForbiddenError):
            visits.check_person(**given, actor=clerk, officer=person.code)
        other = Officer.objects.create(unit=units["town"], code="P000002", name="李明", employment="established")
        with pytest.raises(MissingError):
            visits.check_person(**given, actor=keeper, officer=other.code)

    def test_by_page_and_api(self, keeper: Actor, visit: Visit, person: Officer, client: Client) -> None:
        client.force_login(User.objects.get(pk=keeper.user_id))
        form = {"officer": person.code, "on": "2026-05-20", "dress": "no", "badge": "yes", "due_on": "2099-06-05"}
        assert client.post(f"/plans/visits/{visit.code}/check/", form).status_code == 302
        page = client.get(f"/plans/visits/{visit.code}/").content.decode()
        assert "未按规定着装" in page
        assert "按规定佩戴标识" in page
        told = client.get(f"/api/v1/visits/{visit.code}/checks").json()
        assert told[0]["results"] == {"dress": False, "badge": True}
        found = client.get(f"/api/v1/visits/{visit.code}/findings").json()
        assert found[0]["officer"] == person.code


class TestSelfCheck:
    @pytest.mark.requirement("YZ-41")
    def test_who_did_not_check_is_listed_and_a_problem_stays_open(self, keeper: Actor, clerk: Actor) -> None:
        row = visits.plan_visit(
            actor=keeper, at=LATER, place="370831", given=given(VisitKind.SELF_CHECK, "market", "town")
        )
        visits.record_visit(actor=clerk, at=LATER, visit=row.code, unit="market", on=TODAY, words="自查案卷二十件")
        waiting = [one.unit.code for one in row.units.filter(done_on=None)]
        assert waiting == ["town"]
        found = visits.record_finding(
            actor=clerk, at=LATER, visit=row.code, unit="market", words="记录仪配备不足", due_on=date(2026, 6, 30)
        )
        assert found.state == FindingState.OPEN
        with pytest.raises(LedgerError):
            visits.close_visit(actor=keeper, at=LATER, visit=row.code, version=row.version, summary="完成")
        with pytest.raises(ForbiddenError):
            visits.record_visit(actor=clerk, at=LATER, visit=row.code, unit="town", on=TODAY, words="x")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"units": ()}, "单位"),
        ({"team": ""}, "督导组"),
        ({"title": " "}, "名称"),
        ({"last_on": date(2026, 5, 1)}, "早于"),
    ],
)
def test_what_cannot_be_a_visit_is_refused(keeper: Actor, changes: dict[str, object], words: str) -> None:
    whole = {
        "kind": VisitKind.VISIT, "title": "督导", "first_on": TODAY, "last_on": TODAY, "units": ("market",), "team": "甲",
    }  # fmt: skip
    with pytest.raises(LedgerError, match=words):
        visits.plan_visit(
            actor=keeper,
            at=LATER,
            place="370831",
            given=visits.VisitGiven(**(whole | changes)),  # type: ignore[arg-type]
        )
