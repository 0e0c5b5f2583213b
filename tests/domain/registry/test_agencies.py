"""Subjects: confirmed step by step, and competent only as far as confirmed and empowered."""

from dataclasses import replace
from datetime import date

import pytest

from mingjing.domain.registry.agencies import (
    AgencyFacts,
    AgencyKind,
    AgencyStatus,
    PowerFacts,
    advance,
    competent,
    end,
    next_step,
    send_back,
    steps,
    submit,
)
from mingjing.domain.registry.obstacles import RegistryError

ON = date(2026, 11, 20)
DRAFT = AgencyFacts(
    name="泗水县市场监督管理局",
    kind=AgencyKind.ORGAN,
    status=AgencyStatus.DRAFT,
    place="370831",
    legal_basis="食品安全法第六条",
)
ANNOUNCED = replace(DRAFT, status=AgencyStatus.ANNOUNCED, confirmed_on=date(2026, 3, 1), announced_on=date(2026, 3, 5))


class TestAdvance:
    def test_goes_through_audit_government_and_announcement(self):
        """山东省行政执法监督条例第九条."""
        facts = replace(DRAFT, status=submit(DRAFT))
        taken = []
        while (step := next_step(facts, on=ON)) is not None:
            taken.append(step)
            facts = replace(facts, status=advance(facts, step, on=ON))
        assert taken == ["audit", "government", "announce"]
        assert facts.status is AgencyStatus.ANNOUNCED

    def test_asks_no_government_where_the_place_does_not(self):
        """TS-07 names the audit alone."""
        assert steps("370902", date(2024, 1, 1)) == ("audit", "announce")
        facts = replace(DRAFT, place="370902", status=AgencyStatus.AUDITED)
        assert advance(facts, "announce", on=ON) is AgencyStatus.ANNOUNCED

    def test_refuses_a_step_out_of_order(self):
        with pytest.raises(RegistryError, match="下一步是“司法行政部门审核界定”"):
            advance(replace(DRAFT, status=AgencyStatus.SUBMITTED), "announce", on=ON)

    def test_refuses_a_subject_without_legal_basis(self):
        facts = replace(DRAFT, status=AgencyStatus.SUBMITTED, legal_basis=" ")
        with pytest.raises(RegistryError, match="没有填写设立和执法的法定依据"):
            advance(facts, "audit", on=ON)

    def test_refuses_a_squad_without_the_organ_in_whose_name_it_acts(self):
        facts = replace(DRAFT, kind=AgencyKind.SQUAD, status=AgencyStatus.SUBMITTED)
        with pytest.raises(RegistryError, match="没有写明是哪个机关"):
            advance(facts, "audit", on=ON)

    def test_sends_back_from_any_step_on_the_way_only(self):
        assert send_back(replace(DRAFT, status=AgencyStatus.AUDITED)) is AgencyStatus.TO_CORRECT
        with pytest.raises(RegistryError):
            send_back(ANNOUNCED)

    def test_ends_once(self):
        assert end(ANNOUNCED, merged=True) is AgencyStatus.MERGED
        with pytest.raises(RegistryError):
            end(replace(ANNOUNCED, status=AgencyStatus.WITHDRAWN), merged=False)


class TestCompetent:
    POWER = PowerFacts(item="SJ-001", valid_from=date(2026, 3, 5), valid_to=date(2026, 10, 1))

    def codes(self, facts: AgencyFacts, on: date, *powers: PowerFacts, item: str | None = None) -> list[str]:
        return [each.code for each in competent(facts, powers, item, on=on).obstacles]

    def test_only_once_announced(self):
        assert self.codes(DRAFT, ON) == ["unconfirmed"]
        assert self.codes(ANNOUNCED, date(2026, 3, 4)) == ["unconfirmed"]
        assert self.codes(ANNOUNCED, date(2026, 3, 5)) == []

    def test_only_over_items_in_its_power_half_open(self):
        """RZ-65: without the power for an item nobody opens a case on it."""
        assert self.codes(ANNOUNCED, date(2026, 9, 30), self.POWER, item="SJ-001") == []
        assert self.codes(ANNOUNCED, date(2026, 10, 1), self.POWER, item="SJ-001") == ["no_power"]
        assert self.codes(ANNOUNCED, date(2026, 9, 30), replace(self.POWER, approved=False), item="SJ-001") == [
            "no_power"
        ]
        assert self.codes(ANNOUNCED, date(2026, 9, 30), self.POWER, item="SJ-002") == ["no_power"]

    def test_not_while_suspended_with_both_days(self):
        facts = replace(ANNOUNCED, suspended_from=date(2026, 5, 1), suspended_until=date(2026, 5, 31))
        assert [self.codes(facts, day) for day in (date(2026, 4, 30), date(2026, 5, 1), date(2026, 5, 31))] == [
            [],
            ["suspended"],
            ["suspended"],
        ]
        assert self.codes(facts, date(2026, 6, 1)) == []

    def test_not_from_its_end_on(self):
        facts = replace(ANNOUNCED, status=AgencyStatus.MERGED, ended_on=date(2026, 8, 1))
        assert self.codes(facts, date(2026, 7, 31)) == []
        assert self.codes(facts, date(2026, 8, 1)) == ["ended"]

    def test_of_a_squad_only_as_far_as_of_its_organ(self):
        squad = replace(ANNOUNCED, kind=AgencyKind.SQUAD, name="执法大队", principal=DRAFT)
        assert self.codes(squad, ON) == ["principal_unconfirmed"]
        assert self.codes(replace(squad, principal=ANNOUNCED), ON) == []

    def test_every_obstacle_has_words_and_a_remedy(self):
        answer = competent(DRAFT, (), "SJ-001", on=ON)
        assert not answer
        assert len(answer.obstacles) == 2
        for each in answer.obstacles:
            assert each.message
            assert each.remedy
            assert each.citation is not None
