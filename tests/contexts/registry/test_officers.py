"""Acts on people and credentials: success and refusal from the same set-up."""

from datetime import date

import pytest

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.records.models import Entry
from mingjing.contexts.registry import queries
from mingjing.contexts.registry.models import Agency, Credential, CredentialRequest, Officer
from mingjing.contexts.registry.usecases import credentials, devices, officers, rounds
from mingjing.contexts.registry.usecases.base import DuplicateError, InvalidError
from mingjing.domain.registry.obstacles import RegistryError
from tests.contexts.conftest import ActorMaker
from tests.contexts.registry.conftest import AT, ON, OfficerMaker

NUMBER = "11010519491231002X"
PERSON = {"name": "赵敏", "category": "officer", "employment": "established", "joined_on": date(2026, 1, 5)}


def codes(officer: Officer, on: date = ON) -> list[str]:
    return [each.code for each in queries.may_act(officer.code, on).obstacles]


class TestRegister:
    def test_keeps_the_identity_number_sealed(self, units: dict[str, Unit], clerk: Actor):
        row = officers.register_officer(
            actor=clerk, at=AT, unit="squad", code="P9", values=PERSON | {"identity_number": NUMBER}
        )
        assert row.identity_masked == "110*************2X"
        assert NUMBER not in row.identity_sealed + row.identity_index
        assert row.birth_year == 1949
        assert officers.reveal_identity(actor=clerk, at=AT, code="P9", purpose="办证核对") == NUMBER
        with pytest.raises(InvalidError, match="用途"):
            officers.reveal_identity(actor=clerk, at=AT, code="P9", purpose=" ")
        assert not any(NUMBER in str(each.fields) for each in Entry.objects.all())

    def test_refuses_contract_staff_as_officers(self, units: dict[str, Unit], clerk: Actor):
        with pytest.raises(RegistryError, match="执法辅助人员"):
            officers.register_officer(
                actor=clerk, at=AT, unit="market", code="P9", values=PERSON | {"employment": "dispatched"}
            )
        row = officers.register_officer(
            actor=clerk,
            at=AT,
            unit="market",
            code="P9",
            values=PERSON | {"employment": "dispatched", "category": "auxiliary"},
        )
        assert [each.role for each in row.roles.all()] == ["auxiliary"]

    def test_refuses_units_beyond_the_scope_and_doubles(self, units: dict[str, Unit], clerk: Actor):
        with pytest.raises(ForbiddenError):
            officers.register_officer(actor=clerk, at=AT, unit="health", code="P9", values=PERSON)
        given = PERSON | {"identity_number": NUMBER}
        officers.register_officer(actor=clerk, at=AT, unit="market", code="P9", values=given)
        with pytest.raises(DuplicateError, match="人员编码P9"):
            officers.register_officer(actor=clerk, at=AT, unit="market", code="P9", values=PERSON)
        with pytest.raises(DuplicateError, match="身份号码"):
            officers.register_officer(actor=clerk, at=AT, unit="market", code="P10", values=given)

    def test_says_which_field_is_wrong(self, units: dict[str, Unit], clerk: Actor):
        with pytest.raises(InvalidError, match="用工性质") as refused:
            officers.register_officer(actor=clerk, at=AT, unit="market", code="P9", values={"name": "赵敏"})
        assert set(refused.value.facts["fields"]) == {"employment"}


class TestCredential:
    def issue(self, clerk: Actor, head: Actor, officer: Officer) -> Credential:
        asked = credentials.ask_credential(
            actor=clerk,
            at=AT,
            officer=officer.code,
            act="issue",
            reason="新录用",
            effective_on=ON,
            details={"category": "市场监管", "area": "泗水县"},
        )
        decided = credentials.decide_credential(
            actor=head, at=AT, request=asked.pk, version=1, approved=True, number="150800009999"
        )
        assert decided.credential is not None
        return decided.credential

    def test_is_issued_after_the_exam_only(self, officer_in: OfficerMaker, clerk: Actor, head: Actor, overseer: Actor):
        officer = officer_in(card=None, exam_passed_on=None)
        with pytest.raises(RegistryError, match="没有执法资格考试合格的记录"):
            self.issue(clerk, head, officer)
        officers.record_exam(actor=overseer, at=AT, code=officer.code, held_on=date(2026, 9, 1), passed=False)
        with pytest.raises(RegistryError):
            self.issue(clerk, head, officer)
        officers.record_exam(actor=overseer, at=AT, code=officer.code, held_on=date(2026, 10, 1), passed=True)
        card = self.issue(clerk, head, officer)
        assert card.valid_until == date(2031, 11, 19)
        assert codes(officer) == []

    @pytest.mark.parametrize(
        ("act", "status", "left"),
        [
            ("change", "valid", []),
            ("collect", "collected", ["collected"]),
            ("retain", "retained", ["retained"]),
            ("suspend", "suspended", ["suspended"]),
            ("revoke", "revoked", ["revoked"]),
            ("cancel", "cancelled", ["cancelled"]),
        ],
    )
    def test_changes_when_approved(
        self, officer_in: OfficerMaker, clerk: Actor, head: Actor, act: str, status: str, left: list[str]
    ):
        officer = officer_in()
        asked = credentials.ask_credential(
            actor=clerk,
            at=AT,
            officer=officer.code,
            act=act,
            reason="理由",
            effective_on=ON,
            details={"area": "济宁市", "until": "2026-12-31"},
        )
        assert codes(officer) == []
        credentials.decide_credential(actor=head, at=AT, request=asked.pk, version=1, approved=True)
        assert officer.credentials.get().status == status
        assert codes(officer) == left
        assert CredentialRequest.objects.get().decided_by_name == "孔局长"

    def test_stays_as_it_is_when_refused(self, officer_in: OfficerMaker, clerk: Actor, head: Actor):
        officer = officer_in()
        asked = credentials.ask_credential(
            actor=clerk, at=AT, officer=officer.code, act="revoke", reason="理由", effective_on=ON
        )
        credentials.decide_credential(
            actor=head, at=AT, request=asked.pk, version=1, approved=False, opinion="证据不足"
        )
        assert officer.credentials.get().status == "valid"
        with pytest.raises(RegistryError, match="已经办理过"):
            credentials.decide_credential(actor=head, at=AT, request=asked.pk, version=2, approved=True)

    def test_is_restored_after_the_term_of_its_suspension(self, officer_in: OfficerMaker, clerk: Actor, head: Actor):
        """SS-43."""
        officer = officer_in(
            card={
                "status": "suspended",
                "suspended_from": date(2026, 9, 1),
                "suspended_until": date(2026, 11, 19),
            }
        )
        for effective, granted in ((date(2026, 11, 19), False), (ON, True)):
            asked = credentials.ask_credential(
                actor=clerk, at=AT, officer=officer.code, act="restore", reason="期满", effective_on=effective
            )
            if granted:
                credentials.decide_credential(actor=head, at=AT, request=asked.pk, version=1, approved=True)
            else:
                with pytest.raises(RegistryError, match="期满以前不能恢复"):
                    credentials.decide_credential(actor=head, at=AT, request=asked.pk, version=1, approved=True)
                asked.status = "withdrawn"
                asked.save()
        assert codes(officer) == []
        assert codes(officer, date(2026, 11, 19)) == ["suspended"]

    def test_of_the_old_card_a_new_one_takes_the_place(self, officer_in: OfficerMaker, clerk: Actor, head: Actor):
        officer = officer_in(card={"valid_until": date(2026, 11, 30)})
        asked = credentials.ask_credential(
            actor=clerk, at=AT, officer=officer.code, act="reissue", reason="到期", effective_on=ON
        )
        with pytest.raises(RegistryError, match="不合本地格式"):
            credentials.decide_credential(actor=head, at=AT, request=asked.pk, version=1, approved=True, number="x")
        credentials.decide_credential(
            actor=head, at=AT, request=asked.pk, version=1, approved=True, number="150800007777"
        )
        assert sorted(officer.credentials.values_list("status", flat=True)) == ["replaced", "valid"]
        assert codes(officer) == []

    def test_is_not_granted_by_who_asked(self, officer_in: OfficerMaker, actor_with: ActorMaker):
        officer = officer_in()
        both = actor_with("overseer", "county", username="both")
        asked = credentials.ask_credential(
            actor=both, at=AT, officer=officer.code, act="revoke", reason="理由", effective_on=ON
        )
        from mingjing.contexts.accounts.access import actor_of
        from mingjing.contexts.accounts.models import Grant, User

        user = User.objects.get(username="both")
        Grant.objects.create(
            user=user, role="overseer_head", unit=user.unit, valid_from=date(2020, 1, 1), granted_by="test"
        )
        with pytest.raises(RegistryError, match="不能审批自己的申请"):
            credentials.decide_credential(
                actor=actor_of(user, on=ON), at=AT, request=asked.pk, version=1, approved=True
            )

    def test_is_verified_every_year(self, officer_in: OfficerMaker, overseer: Actor, clerk: Actor):
        officer = officer_in(card={"verified_on": date(2025, 11, 19)})
        card = officer.credentials.get()
        assert codes(officer) == ["not_verified"]
        given = {"at": AT, "credential": card.number, "on": ON, "opinion": "合格"}
        with pytest.raises(ForbiddenError):
            credentials.verify_credential(actor=clerk, version=1, **given)
        credentials.verify_credential(actor=overseer, version=1, **given)
        assert codes(officer) == []


class TestLeaving:
    def test_waits_for_the_equipment(self, officer_in: OfficerMaker, clerk: Actor):
        officer = officer_in()
        devices.register_device(
            actor=clerk,
            at=AT,
            unit="market",
            number="JLY-1",
            values={"kind": "recorder", "model": "DSJ-V9", "serial": "S1", "acquired_on": date(2024, 1, 1)},
        )
        devices.act_on_device(
            actor=clerk, at=AT, number="JLY-1", version=1, act="issue", on=date(2026, 10, 1), officer=officer.code
        )
        given = {"actor": clerk, "at": AT, "code": officer.code, "version": 1, "on": ON, "reason": "调离"}
        with pytest.raises(RegistryError, match="JLY-1"):
            officers.leave_officer(**given)
        devices.act_on_device(actor=clerk, at=AT, number="JLY-1", version=2, act="return", on=ON)
        officers.leave_officer(**given)
        assert codes(officer) == ["left", "cancelled"]
        assert codes(officer, date(2026, 11, 19)) == []

    def test_transfer_moves_within_the_scope_only(self, officer_in: OfficerMaker, clerk: Actor):
        officer = officer_in()
        given = {"actor": clerk, "at": AT, "code": officer.code, "version": 1, "on": ON, "reason": "轮岗"}
        with pytest.raises(ForbiddenError):
            officers.transfer_officer(to_unit="health", **given)
        row = officers.transfer_officer(to_unit="squad", **given)
        assert row.unit.code == "squad"


class TestAppraisal:
    def test_is_filled_from_the_year(self, officer_in: OfficerMaker, clerk: Actor):
        officer = officer_in()
        for kind, amount in (("training", 40), ("training", 24), ("praise", None), ("reminder", None)):
            officers.record_event(
                actor=clerk, at=AT, code=officer.code, on=date(2026, 5, 1), kind=kind, text="记录", amount=amount
            )
        given = {"actor": clerk, "at": AT, "code": officer.code, "result": "competent", "opinion": "称职"}
        made = officers.appraise_officer(year=2026, **given)
        assert made.figures["培训学时"] == 64
        assert (made.figures["表扬奖励"], made.figures["提醒谈话"]) == (1, 1)
        with pytest.raises(DuplicateError):
            officers.appraise_officer(year=2026, **given)


class TestAuxiliaries:
    def test_assist_under_an_officer_who_may_act(self, officer_in: OfficerMaker, clerk: Actor):
        helper = officer_in(card=None, category="auxiliary", employment="dispatched")
        boss, late = officer_in(), officer_in(card={"verified_on": date(2025, 1, 1)})
        present = {boss.code, late.code}
        assert codes(helper) == ["auxiliary", "not_established"] or "auxiliary" in codes(helper)
        assert "没有登记由谁指挥" in queries.may_assist(helper.code, present, ON).reason
        terms = {"post": "巡查", "duties": "a", "rights": "b", "conditions": "c", "procedure": "d"}
        with pytest.raises(RegistryError):
            officers.set_terms(actor=clerk, at=AT, code=helper.code, values=terms, commander=late.code)
        officers.set_terms(actor=clerk, at=AT, code=helper.code, values=terms, commander=boss.code)
        assert queries.may_assist(helper.code, present, ON)
        assert "没有在场" in queries.may_assist(helper.code, {late.code}, ON).reason
        Credential.objects.filter(officer=boss).update(verified_on=date(2025, 1, 1))
        assert "过期未审" in queries.may_assist(helper.code, present, ON).reason


class TestRounds:
    def open(self, overseer: Actor, kind: str = "officers") -> list[int]:
        made = rounds.open_round(
            actor=overseer,
            at=AT,
            code="QL-1",
            title="2026年执法人员资格清理",
            kind=kind,
            unit="justice",
            place="370831",
            ground="年度清理",
            due_on=date(2026, 12, 31),
        )
        return list(made.rows.values_list("pk", flat=True))

    def test_end_when_every_row_is_decided(self, officer_in: OfficerMaker, overseer: Actor, market: Agency):
        people = [officer_in() for _ in range(20)]
        rows = self.open(overseer)
        assert len(rows) == 20
        for row in rows[:18]:
            rounds.decide_row(actor=overseer, at=AT, row=row, version=1, outcome="confirmed")
        with pytest.raises(RegistryError, match="还有2行"):
            rounds.close_round(actor=overseer, at=AT, code="QL-1", version=1)
        for row in rows[18:]:
            rounds.decide_row(actor=overseer, at=AT, row=row, version=1, outcome="cancelled", reason="调离")
        closed = rounds.close_round(actor=overseer, at=AT, code="QL-1", version=1)
        counts = rounds.tally(closed)
        assert (counts.confirmed, counts.cancelled, counts.open) == (18, 2, 0)
        assert codes(people[19]) == ["qualification_withdrawn", "cancelled"]

    def test_confirm_nobody_against_a_finding(self, officer_in: OfficerMaker, overseer: Actor):
        officer_in(card={"verified_on": date(2025, 1, 1)})
        (row,) = self.open(overseer)
        with pytest.raises(RegistryError, match="不能确认"):
            rounds.decide_row(actor=overseer, at=AT, row=row, version=1, outcome="confirmed")
        rounds.decide_row(actor=overseer, at=AT, row=row, version=1, outcome="to_correct", reason="补审验")

    def test_show_an_agency_its_own_rows_only(self, officer_in: OfficerMaker, overseer: Actor, actor_with: ActorMaker):
        officer_in("health")
        (row,) = self.open(overseer)
        outside = actor_with("town_overseer", "town")
        with pytest.raises(MissingError):
            rounds.decide_row(actor=outside, at=AT, row=row, version=1, outcome="confirmed")
