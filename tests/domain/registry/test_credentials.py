"""Credentials: exam before qualification, yearly verification, a life cycle without short cuts."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.domain.registry.credentials import (
    TRANSITIONS,
    Category,
    CredentialAct,
    CredentialFacts,
    CredentialStatus,
    Employment,
    OfficerFacts,
    after,
    default_validity,
    may_act,
    may_apply,
    may_issue,
    require_number,
    verification_due_on,
)
from mingjing.domain.registry.obstacles import RegistryError

CARD = CredentialFacts(
    number="150800000001",
    status=CredentialStatus.VALID,
    valid_from=date(2024, 1, 1),
    valid_until=date(2028, 12, 31),
    verified_on=date(2026, 3, 10),
)
OFFICER = OfficerFacts(
    name="张伟",
    category=Category.OFFICER,
    employment=Employment.ESTABLISHED,
    place="370831",
    exam_passed_on=date(2023, 11, 1),
    joined_on=date(2020, 1, 1),
    credentials=(CARD,),
)
ON = date(2026, 11, 20)


def codes(officer: OfficerFacts, on: date = ON) -> list[str]:
    return [each.code for each in may_act(officer, on=on).obstacles]


class TestMayAct:
    def test_with_qualification_and_a_verified_credential(self):
        assert codes(OFFICER) == []

    def test_not_without_passed_exam(self):
        """SS-41, 山东省行政执法监督条例第十条."""
        assert "no_exam" in codes(replace(OFFICER, exam_passed_on=None))
        assert "no_exam" in codes(replace(OFFICER, exam_passed_on=date(2026, 12, 1)))

    def test_not_before_the_term_and_not_after_it(self):
        assert codes(OFFICER, date(2023, 12, 31)) == ["not_yet"]
        assert codes(replace(OFFICER, credentials=(replace(CARD, valid_until=ON),))) == []
        assert codes(replace(OFFICER, credentials=(replace(CARD, valid_until=ON - timedelta(days=1)),))) == ["expired"]

    def test_not_when_verification_is_overdue(self):
        """LC-09, TS-09: a year after the last verification is the last day."""
        card = replace(CARD, verified_on=date(2025, 11, 20))
        assert verification_due_on(card, "370831", on=ON) == ON
        assert codes(replace(OFFICER, credentials=(card,))) == []
        assert codes(replace(OFFICER, credentials=(card,)), ON + timedelta(days=1)) == ["not_verified"]

    @pytest.mark.parametrize(
        ("card", "code"),
        [
            ({"status": CredentialStatus.REVOKED, "ended_on": date(2026, 6, 1)}, "revoked"),
            ({"status": CredentialStatus.COLLECTED, "ended_on": date(2026, 6, 1)}, "collected"),
            ({"status": CredentialStatus.CANCELLED, "ended_on": date(2026, 6, 1)}, "cancelled"),
            ({"status": CredentialStatus.SUSPENDED, "suspended_from": date(2026, 6, 1)}, "suspended"),
        ],
    )
    def test_not_with_a_credential_taken_away(self, card: dict[str, object], code: str):
        officer = replace(OFFICER, credentials=(replace(CARD, **card),))
        assert codes(officer, date(2026, 5, 31)) == []
        assert codes(officer, date(2026, 6, 1)) == [code]

    def test_a_suspension_blocks_until_it_is_lifted_though_its_term_is_over(self):
        card = replace(
            CARD,
            status=CredentialStatus.SUSPENDED,
            suspended_from=date(2026, 6, 1),
            suspended_until=date(2026, 8, 31),
        )
        assert codes(replace(OFFICER, credentials=(card,))) == ["suspended"]
        lifted = replace(card, status=CredentialStatus.VALID)
        assert codes(replace(OFFICER, credentials=(lifted,))) == []
        assert codes(replace(OFFICER, credentials=(lifted,)), date(2026, 8, 31)) == ["suspended"]

    def test_not_an_auxiliary_whatever_card_is_there(self):
        """RZ-83."""
        assert codes(replace(OFFICER, category=Category.AUXILIARY)) == ["auxiliary"]

    def test_not_who_left_or_lost_the_qualification(self):
        assert codes(replace(OFFICER, left_on=ON)) == ["left"]
        assert "qualification_withdrawn" in codes(replace(OFFICER, qualification_withdrawn_on=ON))

    def test_any_good_card_will_do(self):
        old = replace(CARD, number="150800000000", valid_from=date(2019, 1, 1), valid_until=date(2023, 12, 31))
        assert codes(replace(OFFICER, credentials=(old, CARD))) == []


class TestMayApply:
    @pytest.mark.parametrize("employment", [each for each in Employment if each is not Employment.ESTABLISHED])
    def test_only_permanent_staff(self, employment: Employment):
        answer = may_apply(replace(OFFICER, employment=employment), on=ON)
        assert [each.code for each in answer.obstacles] == ["not_established"]
        assert "在编在职" in answer.reason

    def test_no_second_card_beside_a_live_one(self):
        assert [each.code for each in may_issue(OFFICER, on=ON).obstacles] == ["holds_one"]
        assert may_issue(replace(OFFICER, credentials=()), on=ON)

    def test_no_card_without_passed_exam(self):
        """YZ-12."""
        bare = replace(OFFICER, credentials=(), exam_passed_on=None)
        assert [each.code for each in may_issue(bare, on=ON).obstacles] == ["no_exam"]


ENDED = {CredentialStatus.REVOKED, CredentialStatus.CANCELLED, CredentialStatus.REPLACED}


class TestLifeCycle:
    @given(st.lists(st.sampled_from([each for each in CredentialAct if each is not CredentialAct.ISSUE]), max_size=12))
    def test_what_has_ended_is_never_valid_again(self, acts: list[CredentialAct]):
        """LC-09: a cancelled credential is never reactivated without re-issue."""
        status, over = CredentialStatus.VALID, False
        for act in acts:
            try:
                status = after(replace(CARD, status=status), act)
            except RegistryError:
                continue
            assert not over
            over = status in ENDED
        assert not over or status in ENDED

    def test_every_act_has_a_provision(self):
        assert set(TRANSITIONS) == set(CredentialAct) - {CredentialAct.ISSUE}

    def test_refuses_in_words(self):
        with pytest.raises(RegistryError, match="目前已注销，不能恢复"):
            after(replace(CARD, status=CredentialStatus.CANCELLED), CredentialAct.RESTORE)

    def test_a_suspended_card_is_not_reissued_around_the_suspension(self):
        with pytest.raises(RegistryError):
            after(replace(CARD, status=CredentialStatus.SUSPENDED), CredentialAct.REISSUE)

    def test_number_and_term(self):
        require_number("150800000001", "370831", on=ON)
        with pytest.raises(RegistryError, match="不合本地格式"):
            require_number("1508 0001", "370831", on=ON)
        assert default_validity("370831", date(2024, 2, 29)) == date(2029, 2, 27)
