"""Acts on subjects: who may take which step, and what the rooms above are told."""

from datetime import date

import pytest
from django.test import Client

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.records.models import Entry
from mingjing.contexts.registry import queries
from mingjing.contexts.registry.models import Agency
from mingjing.contexts.registry.usecases import agencies
from mingjing.contexts.ui.errors import StaleError
from mingjing.domain.registry.obstacles import RegistryError
from tests.contexts.conftest import ActorMaker, UserMaker
from tests.contexts.registry.conftest import AT, ON

BASIS = {"kind": "organ", "field": "health", "legal_basis": "《传染病防治法》第六条"}


class TestConfirmation:
    def test_leads_from_draft_to_competence(
        self, units: dict[str, Unit], actor_with: ActorMaker, overseer: Actor, leader: Actor
    ):
        clerk = actor_with("agency_clerk", "health")
        row = agencies.register_agency(actor=clerk, at=AT, unit="health", code="A000002", values=BASIS)
        row = agencies.submit_agency(actor=clerk, at=AT, code="A000002", version=row.version)
        step = {"at": AT, "code": "A000002", "on": ON}
        row = agencies.advance_agency(actor=overseer, step="audit", version=row.version, **step)
        assert not queries.competent("A000002", None, ON)
        row = agencies.advance_agency(actor=leader, step="government", version=row.version, **step)
        row = agencies.advance_agency(
            actor=overseer, step="announce", version=row.version, document="泗政办发〔2026〕9号", **step
        )
        assert (row.status, row.announced_on, row.is_published) == ("announced", ON, True)
        assert queries.competent("A000002", None, ON)
        assert [each.step for each in row.steps.all()] == ["draft", "submit", "audit", "government", "announce"]
        acts = Entry.objects.order_by("pk").values_list("act", flat=True)
        assert list(acts) == [
            "registry.register_agency",
            "registry.submit_agency",
            "registry.audit_agency",
            "registry.government_agency",
            "registry.announce_agency",
        ]

    def test_is_refused_to_who_may_not(self, market: Agency, clerk: Actor, overseer: Actor):
        market.status = "audited"
        market.save()
        given = {"at": AT, "code": market.code, "version": 1, "step": "government", "on": ON}
        for actor in (clerk, overseer):
            with pytest.raises(ForbiddenError):
                agencies.advance_agency(actor=actor, **given)

    def test_is_refused_when_somebody_was_faster(self, market: Agency, overseer: Actor):
        with pytest.raises(StaleError):
            agencies.send_back_agency(actor=overseer, at=AT, code=market.code, version=7, opinion="")

    def test_reaches_no_other_place(self, market: Agency, actor_with: ActorMaker):
        stranger = actor_with("overseer", "town")
        with pytest.raises(MissingError):
            agencies.send_back_agency(actor=stranger, at=AT, code=market.code, version=1, opinion="")


class TestEdit:
    def test_changes_the_contact_of_an_announced_subject_only(self, market: Agency, clerk: Actor):
        row = agencies.edit_agency(
            actor=clerk,
            at=AT,
            code=market.code,
            version=1,
            values={"head": "周局长", "legal_basis": market.legal_basis},
        )
        assert row.head == "周局长"
        with pytest.raises(RegistryError, match="法定依据"):
            agencies.edit_agency(actor=clerk, at=AT, code=market.code, version=2, values={"legal_basis": "另一部法"})
        market.refresh_from_db()
        assert market.legal_basis == "《食品安全法》第六条"


class TestPowers:
    def test_count_once_approved(self, market: Agency, clerk: Actor, overseer: Actor):
        power = agencies.propose_power(
            actor=clerk,
            at=AT,
            agency=market.code,
            item="SJ-001",
            item_name="对经营过期食品的处罚",
            kind="penalty",
            basis="《食品安全法》第一百二十四条",
            valid_from=date(2026, 2, 1),
        )
        assert not queries.competent(market.code, "SJ-001", ON)
        with pytest.raises(ForbiddenError):
            agencies.decide_power(actor=clerk, at=AT, power=power.pk, version=1, approved=True, opinion="")
        power = agencies.decide_power(actor=overseer, at=AT, power=power.pk, version=1, approved=True, opinion="同意")
        assert queries.competent(market.code, "SJ-001", ON)
        agencies.withdraw_power(actor=overseer, at=AT, power=power.pk, version=2, on=ON, opinion="划转")
        assert not queries.competent(market.code, "SJ-001", ON)
        assert queries.competent(market.code, "SJ-001", date(2026, 11, 19))


class TestReform:
    def test_merges_a_subject_into_its_heir(self, market: Agency, units: dict[str, Unit], overseer: Actor):
        heir = Agency.objects.create(unit=units["health"], code="A000002", name="新局", kind="organ", field="health")
        given = {"at": AT, "code": market.code, "on": ON, "document": "泗编发〔2026〕3号"}
        with pytest.raises(RegistryError, match="不能并入自己"):
            agencies.end_agency(actor=overseer, version=1, successor=market.code, **given)
        row = agencies.end_agency(actor=overseer, version=1, successor=heir.code, **given)
        assert (row.status, row.successor) == ("merged", heir)
        answer = queries.competent(market.code, None, ON)
        assert [each.code for each in answer.obstacles] == ["ended"]

    def test_suspends_for_a_time(self, market: Agency, overseer: Actor):
        row = agencies.suspend_agency(
            actor=overseer, at=AT, code=market.code, version=1, from_=ON, until=None, opinion="改革"
        )
        assert not queries.competent(market.code, None, ON)
        agencies.resume_agency(
            actor=overseer, at=AT, code=market.code, version=row.version, on=date(2026, 12, 1), opinion=""
        )
        assert not queries.competent(market.code, None, date(2026, 11, 30))
        assert queries.competent(market.code, None, date(2026, 12, 1))

    def test_are_decided_on_a_page_that_leads_back_to_their_agency(
        self, market: Agency, clerk: Actor, user_with: UserMaker
    ):
        power = agencies.propose_power(
            actor=clerk,
            at=AT,
            agency=market.code,
            item="SJ-001",
            item_name="对经营过期食品的处罚",
            kind="penalty",
            basis="《食品安全法》第一百二十四条",
            valid_from=date(2026, 2, 1),
        )
        client = Client()
        client.force_login(user_with("overseer", "justice", username="on.the.page"))
        page = client.get(f"/powers/{power.pk}/do/decide/")
        assert page.status_code == 200
        assert f'href="/agencies/{market.code}/"' in page.content.decode()
        answer = client.post(f"/powers/{power.pk}/do/decide/", {"approved": "yes", "opinion": "同意"})
        assert (answer.status_code, answer["Location"]) == (302, f"/agencies/{market.code}/")
