"""Parties: one key, merges that can be undone, personal data that is gone when erased."""

from datetime import date

import pytest

from mingjing.contexts.accounts.access import Actor, ForbiddenError
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.registry import queries
from mingjing.contexts.registry.models import Party
from mingjing.contexts.registry.usecases import care, parties, social
from mingjing.contexts.registry.usecases.base import DuplicateError
from mingjing.domain.registry.obstacles import RegistryError
from tests.contexts.conftest import ActorMaker
from tests.contexts.registry.conftest import AT, ON, OfficerMaker

CODE, NUMBER = "91370831MA3C00001J", "11010519491231002X"


def enter(actor: Actor, code: str, place: str = "370831", **values: object) -> Party:
    given = {"kind": "legal_person", "name": "泗水县恒信食品有限公司"} | values
    return parties.register_party(actor=actor, at=AT, code=code, place=place, values=given)


class TestKey:
    def test_is_one_for_one_party(self, clerk: Actor):
        enter(clerk, "D1", uscc=CODE)
        with pytest.raises(DuplicateError, match="恒信食品"):
            enter(clerk, "D2", uscc=CODE, name="另一个写法")
        enter(clerk, "D3", kind="citizen", name="王伟", identity_number=NUMBER)
        with pytest.raises(DuplicateError):
            enter(clerk, "D4", kind="citizen", name="王 伟", identity_number=NUMBER.lower())

    def test_tells_strangers_the_name_masked(self, clerk: Actor, actor_with: ActorMaker):
        enter(clerk, "D1", uscc=CODE)
        stranger = actor_with("officer", "town")
        with pytest.raises(DuplicateError) as refused:
            enter(stranger, "D2", place="370831001", uscc=CODE)
        assert "恒信" not in refused.value.message
        with pytest.raises(ForbiddenError):
            enter(stranger, "D2", place="370831", uscc=CODE)

    def test_grows_better_by_a_number(self, clerk: Actor):
        row = enter(clerk, "D1")
        before = row.key_index
        row = parties.edit_party(actor=clerk, at=AT, code="D1", version=1, values={"uscc": CODE})
        assert row.key_index != before


class TestMerge:
    def test_and_back(self, clerk: Actor, overseer: Actor):
        enter(clerk, "D1", uscc=CODE)
        enter(clerk, "D2", name="恒信食品公司")
        with pytest.raises(ForbiddenError):
            parties.merge_parties(actor=clerk, at=AT, survivor="D1", merged="D2", reason="同一单位")
        parties.merge_parties(actor=overseer, at=AT, survivor="D1", merged="D2", reason="同一单位")
        assert queries.party_of("D2").code == "D1"
        with pytest.raises(RegistryError, match="已并入"):
            parties.edit_party(actor=clerk, at=AT, code="D2", version=2, values={"name": "改名"})
        parties.unmerge_parties(actor=overseer, at=AT, merged="D2", reason="误合并")
        assert queries.party_of("D2").code == "D2"
        survivor = Party.objects.get(code="D1")
        assert [(each.reason, each.undone_reason) for each in survivor.merges.all()] == [("同一单位", "误合并")]

    def test_refuses_two_credit_codes(self, clerk: Actor, overseer: Actor):
        enter(clerk, "D1", uscc=CODE)
        enter(clerk, "D2", name="另一家")
        Party.objects.filter(code="D2").update(uscc="91370831MA3C00002E")
        with pytest.raises(RegistryError, match="不是同一当事人"):
            parties.merge_parties(actor=overseer, at=AT, survivor="D1", merged="D2", reason="同一单位")


class TestErase:
    def test_leaves_nothing_personal(self, clerk: Actor, head: Actor, actor_with: ActorMaker):
        enter(clerk, "D1", kind="citizen", name="王伟", identity_number=NUMBER, mobile="13800001234", address="东关村")
        officer = actor_with("officer", "market")
        assert parties.reveal_party(actor=officer, at=AT, code="D1", purpose="送达") == NUMBER
        row = parties.erase_party(actor=head, at=AT, code="D1", version=1, reason="当事人申请")
        assert (row.name, row.mobile, row.address, row.identity_sealed, row.identity_masked) == (
            parties.ERASED_NAME,
            "",
            "",
            "",
            "",
        )
        with pytest.raises(RegistryError):
            parties.edit_party(actor=clerk, at=AT, code="D1", version=2, values={"name": "王伟"})
        enter(clerk, "D2", kind="citizen", name="王伟", identity_number=NUMBER)

    def test_is_for_people(self, clerk: Actor, head: Actor):
        enter(clerk, "D1", uscc=CODE)
        with pytest.raises(RegistryError, match="不是自然人"):
            parties.erase_party(actor=head, at=AT, code="D1", version=1, reason="申请")


class TestSupervisors:
    def test_need_a_running_term(self, units: dict[str, Unit], overseer: Actor):
        given = {"name": "孙丽", "kind": "social_supervisor", "term_from": date(2024, 1, 1), "term_until": ON}
        social.appoint_supervisor(actor=overseer, at=AT, unit="justice", code="S1", values=given)
        act = {"actor": overseer, "at": AT, "supervisor": "S1", "kind": "observation", "text": "看了窗口"}
        social.record_activity(on=ON, **act)
        social.edit_supervisor(actor=overseer, at=AT, code="S1", version=1, values={"term_until": date(2026, 11, 19)})
        with pytest.raises(RegistryError, match="续聘"):
            social.record_activity(on=ON, **act)
        social.renew_supervisor(actor=overseer, at=AT, code="S1", version=2, until=date(2027, 12, 31))
        social.record_activity(on=ON, **act)


class TestCare:
    def test_what_was_said_is_for_the_service_alone(
        self, officer_in: OfficerMaker, clerk: Actor, head: Actor, actor_with: ActorMaker
    ):
        officer = officer_in()
        service = actor_with("care_service", "county")
        case = care.open_care(
            actor=service, at=AT, code=officer.code, kind="counselling", opened_on=ON, provider="县医院", text="失眠"
        )
        assert "失眠" not in case.text_sealed
        assert care.read_care(actor=service, at=AT, case=case.pk) == "失眠"
        for actor in (clerk, head):
            with pytest.raises(ForbiddenError):
                care.read_care(actor=actor, at=AT, case=case.pk)

    def test_a_claim_is_decided_before_the_sanction(self, officer_in: OfficerMaker, overseer: Actor):
        officer = officer_in()
        for code, kind in (("ZZ-1", "liability"), ("RC-1", "tolerance")):
            care.list_situation(
                actor=overseer, at=AT, code=code, kind=kind, text="情形", procedure="程序", basis="办法", valid_from=ON
            )
        case = care.open_accountability(
            actor=overseer, at=AT, officer=officer.code, liability="ZZ-1", opened_on=ON, facts="超期"
        )
        case = care.claim_exemption(actor=overseer, at=AT, case=case.pk, version=1, situation="RC-1")
        result = {"actor": overseer, "at": AT, "case": case.pk, "result": "admonish", "reason": "情节轻微", "on": ON}
        with pytest.raises(RegistryError, match="尚未作出有理由的认定"):
            care.conclude_accountability(version=2, **result)
        care.decide_claim(actor=overseer, at=AT, case=case.pk, version=2, granted=False, reason="不属于先行先试")
        done = care.conclude_accountability(version=3, **result)
        assert (done.result, done.decided_on) == ("admonish", ON)
