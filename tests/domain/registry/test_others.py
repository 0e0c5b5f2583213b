"""Ratios, devices, keys of parties, supervisors, rounds, care."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.domain.registry import care, devices, identity, rounds, staffing, supervisors
from mingjing.domain.registry.devices import DeviceAct, DeviceFacts, DeviceStatus
from mingjing.domain.registry.identity import KeyKind
from mingjing.domain.registry.obstacles import RegistryError, obstacle

ON = date(2026, 11, 20)


class TestRatios:
    def test_rizhao_needs_three_reviewers_for_forty_one_officers(self):
        """RZ-37."""
        short = staffing.reviewer_ratio(officers=41, reviewers=2, place="371102", on=ON)
        assert short is not None
        assert (short.met, short.percent, short.needed, short.severity) == (False, "4.88%", 3, "block")
        enough = staffing.reviewer_ratio(officers=41, reviewers=3, place="371102", on=ON)
        assert enough is not None
        assert enough.met

    def test_sishui_only_warns(self):
        """SS-33: in principle."""
        short = staffing.reviewer_ratio(officers=60, reviewers=2, place="370831", on=ON)
        assert short is not None
        assert (short.met, short.percent, short.needed, short.severity) == (False, "3.33%", 3, "warn")

    def test_seven_recorders_for_ten_are_seventy_percent(self):
        """TS-11."""
        found = staffing.recorder_ratio(officers=10, recorders=7, place="370902", on=ON)
        assert found is not None
        assert (found.percent, found.shortage) == ("70%", 3)

    def test_nobody_needs_nothing(self):
        found = staffing.reviewer_ratio(officers=0, reviewers=0, place="370831", on=ON)
        assert found is not None
        assert found.met
        assert found.percent == "—"

    @given(st.integers(0, 50), st.lists(st.integers(0, 1000), min_size=1, max_size=12))
    def test_seats_are_all_given_and_follow_the_weights(self, seats: int, weights: list[int]):
        given_ = staffing.allocate(seats, tuple(weights))
        assert sum(given_) == (seats if sum(weights) else 0)
        for (a, first), (b, second) in zip(
            zip(weights, given_, strict=True), list(zip(weights, given_, strict=True))[1:], strict=False
        ):
            if a > b:
                assert first >= second

    def test_sixty_thirty_ten(self):
        """TS-55."""
        assert staffing.allocate(10, (60, 30, 10)) == (6, 3, 1)


class TestDevices:
    DEVICE = DeviceFacts(number="JLY-001", status=DeviceStatus.STOCK, acquired_on=date(2024, 1, 1))

    def test_only_registered_ones_feed_media(self):
        assert [each.code for each in devices.may_feed_media(None, "X-1", on=ON).obstacles] == ["unregistered"]
        assert devices.may_feed_media(self.DEVICE, "JLY-001", on=ON)
        assert not devices.may_feed_media(self.DEVICE, "JLY-001", on=date(2023, 12, 31))

    def test_retired_ones_feed_no_more(self):
        gone = DeviceFacts(
            number="JLY-001", status=DeviceStatus.RETIRED, acquired_on=date(2024, 1, 1), retired_on=date(2026, 5, 1)
        )
        assert devices.may_feed_media(gone, "JLY-001", on=date(2026, 4, 30))
        assert not devices.may_feed_media(gone, "JLY-001", on=date(2026, 5, 1))

    def test_an_issued_device_is_not_issued_again(self):
        issued = DeviceFacts(number="JLY-001", status=DeviceStatus.ISSUED, acquired_on=date(2024, 1, 1))
        with pytest.raises(RegistryError, match="目前已领用，不能领用"):
            devices.after(issued, DeviceAct.ISSUE)


class TestKeys:
    def test_credit_code_goes_before_identity_before_name(self):
        code, number = "91370831MA3C00001J", "11010519491231002X"
        assert identity.key_of(name="甲", credit_code=code, identity_number=number).kind is KeyKind.CREDIT_CODE
        assert identity.key_of(name="甲", identity_number=number.lower()).value == number
        assert identity.key_of(name=" 甲(公司) ").value == "甲（公司）"

    @given(st.integers(0, 17), st.sampled_from("0123456789X"))
    def test_any_wrong_digit_of_an_identity_number_is_noticed(self, at: int, digit: str):
        number = "11010519491231002X"
        changed = number[:at] + digit + number[at + 1 :]
        assert identity.is_identity_number(changed) == (changed == number)

    def test_refuses_wrong_numbers_without_repeating_an_identity_number(self):
        with pytest.raises(RegistryError) as refused:
            identity.key_of(name="甲", identity_number="110105194912310021")
        assert "110105" not in refused.value.message
        with pytest.raises(RegistryError, match="校验位不对"):
            identity.key_of(name="甲", credit_code="91370831MA3C00001K")

    def test_masks(self):
        assert identity.mask_identity("11010519491231002X") == "110*************2X"
        assert identity.mask_person("欧阳明") == "欧**"
        assert identity.mask_mobile("13800001234") == "138******34"


class TestSupervisors:
    def facts(self, place: str = "370902", **changes: object) -> supervisors.SupervisorFacts:
        given_: dict[str, object] = {
            "name": "李强",
            "kind": supervisors.SocialKind.SOCIAL_SUPERVISOR,
            "place": place,
            "certificate_no": "SJ-001",
            "letter_no": "PS-001",
            "term_from": date(2025, 1, 1),
            "term_until": date(2026, 12, 31),
        }
        return supervisors.SupervisorFacts(**(given_ | changes))  # type: ignore[arg-type]

    def test_taishan_asks_for_both_papers(self):
        """TS-54."""
        assert supervisors.may_supervise(self.facts(), on=ON)
        answer = supervisors.may_supervise(self.facts(certificate_no=""), on=ON)
        assert [each.code for each in answer.obstacles] == ["no_papers"]
        assert supervisors.may_supervise(self.facts("370831", certificate_no=""), on=ON)

    def test_not_after_the_term(self):
        """LC-42: refused, and renewal proposed."""
        answer = supervisors.may_supervise(self.facts(term_until=date(2026, 11, 19)), on=ON)
        assert [each.code for each in answer.obstacles] == ["term_over"]
        assert "续聘" in answer.reason


class TestRounds:
    def test_nobody_is_confirmed_against_an_obstacle(self):
        found = (obstacle("no_legal_basis", "没有法定依据。", "请补充。", "TS-07"),)
        with pytest.raises(RegistryError, match="不能确认"):
            rounds.decide(rounds.Outcome.CONFIRMED, found)
        assert rounds.decide(rounds.Outcome.TO_CORRECT, found) is rounds.Outcome.TO_CORRECT

    def test_an_open_row_keeps_the_round_open(self):
        """SS-42."""
        counts = rounds.tally_of((rounds.Outcome.CONFIRMED, rounds.Outcome.OPEN))
        with pytest.raises(RegistryError, match="还有1行"):
            rounds.require_all_decided(counts)
        rounds.require_all_decided(rounds.tally_of((rounds.Outcome.CONFIRMED,)))


class TestCare:
    def test_lists_who_is_not_insured(self):
        """LC-31: 20 front-line officers, 18 insured."""
        people = tuple(f"P{number}" for number in range(20))
        policies = tuple(care.Policy(officer=each, valid_from=date(2026, 1, 1), valid_until=ON) for each in people[:18])
        assert care.uninsured(people, policies, on=ON) == ("P18", "P19")
        assert len(care.uninsured(people, policies, on=date(2026, 11, 21))) == 20

    def test_a_claim_is_decided_before_the_sanction(self):
        """LC-30."""
        with pytest.raises(RegistryError):
            care.require_claim_decided(claimed=True, decided=False, reason="")
        care.require_claim_decided(claimed=True, decided=True, reason="情形成立")
        care.require_claim_decided(claimed=False, decided=False, reason="")
