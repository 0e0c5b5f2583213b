"""Rules beyond one case, one subject at a time: boundary days, what is unknown, and the words for a breach."""

from datetime import date, datetime, timedelta

import pytest

from mingjing.domain.rules.facts import (
    Agency,
    Case,
    Event,
    FactBase,
    Inspection,
    Item,
    Officer,
    OfficerRole,
    Party,
    Referral,
    Remedy,
    Training,
)
from mingjing.domain.rules.library import rule_of
from mingjing.domain.rules.model import Reckoning, Status, Words
from mingjing.kernel.moments import Moment

AS_OF = date(2026, 6, 30)


def moment(text: str) -> Moment:
    return Moment.of(date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text))


def words(rule_id: str, reckoning: Reckoning) -> Words:
    return rule_of(rule_id).kind.describe(reckoning, AS_OF)


def visit(number: int, day: str, **columns: object) -> Inspection:
    known = {"agency_id": "A1", "party_id": "P1", "started_at": moment(day), "order": number}
    return Inspection(id=f"V{number}", **{**known, **columns})  # type: ignore[arg-type]


def visits(*rows: Inspection) -> FactBase:
    return FactBase(as_of=AS_OF, parties=[Party(id="P1", kind="legal_person")], inspections=list(rows))


class TestPlanAhead:
    @pytest.mark.requirement("RZ-47")
    @pytest.mark.parametrize(
        ("entered", "expected"), [("2024-05-13", Status.HOLDS), ("2024-05-14", Status.BROKEN)], ids=["seven", "six"]
    )
    def test_wants_seven_days(self, entered: str, expected: Status):
        row = visit(1, "2024-05-20", plan_entered_at=moment(entered))
        assert rule_of("inspection.plan-ahead").kind.check(row, visits(row)).status is expected


class TestRepeatVisit:
    def test_says_how_long_ago_the_last_visit_was(self):
        first, second = visit(1, "2026-03-01"), visit(2, "2026-03-24")
        found = rule_of("inspection.repeat-same-agency").kind.check(second, visits(first, second))
        told = words("inspection.repeat-same-agency", found)
        assert found.evidence == (("inspections", "V2"), ("inspections", "V1"))
        assert told.expected == "同一机关对同一企业的两次检查间隔超过90日"
        assert told.observed == "2026-03-24检查，距上次检查仅23日（同一机关2026-03-01检查）"

    def test_of_one_joint_visit_is_none(self):
        rows = [visit(number, "2026-03-01", joint_id="J") for number in (1, 2)]
        assert rule_of("inspection.repeat-same-agency").kind.check(rows[1], visits(*rows)).status is Status.HOLDS

    def test_looks_past_rows_of_its_own_joint_visit(self):
        rows = [visit(1, "2026-02-01"), visit(2, "2026-03-01", joint_id="J"), visit(3, "2026-03-01", joint_id="J")]
        found = rule_of("inspection.repeat-same-agency").kind.check(rows[2], visits(*rows))
        assert (found.status, found.values[0]) == (Status.BROKEN, 28)

    def test_ignores_what_lies_after_the_day_of_evaluation(self):
        rows = [visit(1, "2026-07-01"), visit(2, "2026-07-02")]
        found = rule_of("inspection.repeat-same-agency").kind.check(rows[1], visits(*rows))
        assert found.status is Status.NOT_APPLICABLE


class TestFrequency:
    def test_counts_iso_weeks_across_the_turn_of_the_year(self):
        """2025-12-29 to 2026-01-04 is one ISO week."""
        rows = [visit(number, day) for number, day in enumerate(["2025-12-29", "2025-12-31", "2026-01-04"], start=1)]
        found = rule_of("inspection.frequency").kind.check(rows[2], visits(*rows))
        assert words("inspection.frequency", found).observed == "2026-01-04的检查是该企业当周第3次"

    def test_counts_months_apart(self):
        rows = [visit(number, day) for number, day in enumerate(["2026-01-05", "2026-01-12", "2026-01-19"], start=1)]
        fourth = visit(4, "2026-01-26")
        assert rule_of("inspection.frequency").kind.check(rows[2], visits(*rows)).status is Status.HOLDS
        found = rule_of("inspection.frequency").kind.check(fourth, visits(*rows, fourth))
        assert words("inspection.frequency", found).expected == "同一企业当月接受检查不超过3次"

    def test_holds_a_bare_day_and_midnight_to_be_one_moment(self):
        rows = [visit(1, "2026-01-05 00:00"), visit(2, "2026-01-05")]
        checked = [rule_of("inspection.frequency").kind.check(row, visits(*rows)).status for row in rows]
        assert checked == [Status.HOLDS, Status.BROKEN]


class TestItemsPublished:
    @pytest.mark.parametrize(
        ("day", "expected"),
        [("2026-03-10", Status.BROKEN), ("2026-03-11", Status.HOLDS), ("2026-03-20", Status.BROKEN)],
        ids=["the day before", "the day itself", "the day of withdrawal"],
    )
    def test_on_the_day(self, day: str, expected: Status):
        row = visit(1, day, item_ids=("I1",))
        base = visits(row)
        base.items = [Item(id="I1", published_on=date(2026, 3, 11), withdrawn_on=date(2026, 3, 20))]
        assert rule_of("inspection.item-published").kind.check(row, base).status is expected


class TestReviewerShare:
    def staffed(self, officers: int, reviewers: int) -> tuple[Reckoning, FactBase]:
        people = [Officer(id=number, agency_id="A1") for number in range(officers + reviewers)]
        base = FactBase(
            as_of=AS_OF,
            agencies=[Agency(id="A1")],
            officers=people,
            officer_roles=[
                OfficerRole(officer_id=one.id, role="officer" if number < officers else "legal_reviewer")
                for number, one in enumerate(people)
            ],
        )
        return rule_of("agency.legal-reviewer-ratio").kind.check(base.agencies[0], base), base

    @pytest.mark.requirement("RZ-37")
    def test_says_how_many_are_needed(self):
        """Two of forty-one are 4.88 percent; three are needed."""
        found, _ = self.staffed(41, 2)
        told = words("agency.legal-reviewer-ratio", found)
        assert told.expected == "法制审核人员不低于执法人员的5%，即至少3名"
        assert told.observed == "截至2026-06-30，执法人员41名，法制审核人员2名（4.88%），还需1名"
        assert self.staffed(41, 3)[0].status is Status.HOLDS

    @pytest.mark.requirement("SS-33")
    def test_fails_two_of_sixty(self):
        found, _ = self.staffed(60, 2)
        assert found.status is Status.BROKEN
        assert "至少3名" in words("agency.legal-reviewer-ratio", found).expected


class TestReviewRate:
    @pytest.mark.requirement("RZ-36")
    def test_names_the_unreviewed_decision(self):
        cases = [Case(id=number, kind="penalty", agency_id="A1", is_major=True) for number in range(20)]
        events = [Event(id=f"D{case.id}", case_id=case.id, type="decision", at=moment("2026-05-20")) for case in cases]
        events += [
            Event(id=f"R{case.id}", case_id=case.id, type="legal_review", at=moment("2026-05-18")) for case in cases[1:]
        ]
        base = FactBase(as_of=AS_OF, agencies=[Agency(id="A1")], cases=cases, events=events)
        found = rule_of("agency.legal-review-rate").kind.check(base.agencies[0], base)
        assert found.evidence == (("agencies", "A1"), ("cases", 0))
        assert "（95%），未经审核1件" in words("agency.legal-review-rate", found).observed


class TestHeadsAttend:
    @pytest.mark.requirement("SS-55")
    def test_counts_all_heads_and_principal_heads_apart(self):
        """Five heads at five hearings, two of them principal: the first share is reached, the second is not."""
        base = FactBase(
            as_of=AS_OF,
            agencies=[Agency(id="A1")],
            cases=[Case(id="C1", kind="penalty", agency_id="A1")],
            remedies=[
                Remedy(
                    id=number,
                    kind="litigation",
                    case_id="C1",
                    hearing_on=date(2026, 5, 1) + timedelta(days=number),
                    head_attended=True,
                    head_is_principal=number < 2,
                )
                for number in range(5)
            ],
        )
        found = rule_of("remedy.head-attends").kind.check(base.agencies[0], base)
        told = words("remedy.head-attends", found)
        assert told.expected == "行政机关正职负责人出庭率达到60%"
        assert told.observed == "截至2026-06-30开庭5次，正职负责人出庭2次（40%）"


class TestTrainingHours:
    @pytest.mark.requirement("LC-05", "RZ-05")
    @pytest.mark.parametrize(("last", "expected"), [(9.0, Status.BROKEN), (10.0, Status.HOLDS)], ids=["59", "60"])
    def test_wants_sixty_hours(self, last: float, expected: Status):
        base = FactBase(
            as_of=AS_OF,
            officers=[Officer(id="O1")],
            officer_roles=[OfficerRole(officer_id="O1", role="officer")],
            training=[Training(officer_id="O1", held_on=date(2025, 5, 1), hours=hours) for hours in (30.0, 20.0, last)],
        )
        found = rule_of("officer.hours").kind.check(base.officers[0], base)
        assert found.status is expected
        if expected is Status.BROKEN:
            assert words("officer.hours", found).observed == "2025年参加培训59学时，还差1学时"


class TestReply:
    @pytest.mark.requirement("SS-67")
    def test_is_due_on_the_tenth_working_day(self):
        """The ten days of the law on reconsideration are working days: received 4 March 2024, due 18 March."""
        row = Remedy(id="R1", kind="reconsideration", received_at=moment("2024-03-04"))
        for as_of, expected in ((date(2024, 3, 18), Status.HOLDS), (date(2024, 3, 19), Status.BROKEN)):
            found = rule_of("remedy.reply.in-time").kind.check(row, FactBase(as_of=as_of, remedies=[row]))
            told = rule_of("remedy.reply.in-time").kind.describe(found, as_of)
            assert (found.status, told.due_on) == (expected, date(2024, 3, 18))

    def test_of_a_year_without_a_notice_is_not_evaluated(self):
        row = Remedy(id="R1", kind="litigation", received_at=moment("2026-12-20"))
        base = FactBase(as_of=date(2027, 2, 1), remedies=[row])
        assert rule_of("remedy.reply.in-time").kind.check(row, base).status is Status.NOT_EVALUATED


class TestReferral:
    def test_counts_hours_from_the_approval(self):
        row = Referral(
            id="F1",
            to="police",
            report_received_at=moment("2026-03-02"),
            decided_at=moment("2026-03-05"),
            approved_at=moment("2026-03-05 17:00"),
            transferred_at=moment("2026-03-06 17:01"),
        )
        found = rule_of("referral.in-time").kind.check(row, FactBase(as_of=AS_OF, referrals=[row]))
        assert found.status is Status.BROKEN
        told = words("referral.in-time", found)
        assert told.expected == "2026-03-05 17:00批准移送，24小时内向公安机关移送"
        assert told.observed == "2026-03-06 17:01才移送"


class TestDoubleFine:
    """行政处罚法第二十九条: for one act, no second fine."""

    def test_tells_the_first_fine(self):
        cases = [
            Case(
                id=f"C{number}",
                kind="penalty",
                party_id="P1",
                item_id="I1",
                act_on=date(2026, 2, 1),
                fine_fen=50_050 * number,
            )
            for number in (1, 2)
        ]
        base = FactBase(
            as_of=AS_OF,
            items=[Item(id="I1", act_code="X")],
            cases=cases,
            events=[
                Event(id="D1", case_id="C1", type="decision", at=moment("2026-03-20")),
                Event(id="D2", case_id="C2", type="decision", at=moment("2026-03-10")),
            ],
        )
        later, first = (rule_of("penalty.double-fine").kind.check(case, base) for case in cases)
        assert (first.status, later.status) == (Status.HOLDS, Status.BROKEN)
        assert later.evidence == (("events", "D1"), ("cases", "C2"), ("events", "D2"))
        assert "2026-03-20罚款500.50元；此前2026-03-10已就" in words("penalty.double-fine", later).observed
