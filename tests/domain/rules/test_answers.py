"""
What a finding says: its last day, figures, evidence and words, of each kind of rule for one case.

Of several breaches in one case one is told: which, is told here too.
"""

from dataclasses import replace
from datetime import date

import pytest

from mingjing.domain.rules.examples.writing import (
    CASE,
    Tables,
    document,
    example,
    published,
    voided,
)
from mingjing.domain.rules.kinds.case.steps import worst
from mingjing.domain.rules.kinds.common import yuan
from mingjing.domain.rules.library import rule_of
from mingjing.domain.rules.model import NOT_APPLICABLE, Reckoning, Status, Words
from mingjing.domain.rules.worked import facts_of, subject_of
from mingjing.kernel.moments import Moment, day_number
from mingjing.law.calendars import calendar

BROKEN, HOLDS, UNKNOWN = Status.BROKEN, Status.HOLDS, Status.NOT_EVALUATED


def day(text: str) -> int:
    return day_number(date.fromisoformat(text))


def bare(text: str) -> int:
    return Moment.of(date.fromisoformat(text)).code


def steps_told(*ids: str) -> tuple[tuple[str, str], ...]:
    return tuple(("events", one) for one in ids)


def judged(
    rule_id: str, *steps: str, as_of: str = "2026-06-30", more: Tables | None = None, **case: object
) -> tuple[Reckoning, Words | None]:
    """The answer of a rule about one case, and of a breach the words."""
    rule = rule_of(rule_id)
    written = example("", BROKEN, *steps, as_of=as_of, more=more, **case)
    base = facts_of(written)
    answer = rule.kind.check(subject_of(rule, base, CASE), base)
    return answer, rule.kind.describe(answer, written.as_of) if answer.status is BROKEN else None


class TestDeadline:
    def test_tells_start_end_and_days_overdue(self):
        answer, words = judged("penalty.decision.in-time", "2026-03-02 filing", "2026-06-04 decision")
        assert answer == Reckoning(
            BROKEN,
            due=day("2026-06-01"),
            values=(day("2026-03-02"), bare("2026-06-04")),
            evidence=steps_told("第1步", "第2步"),
        )
        assert words == Words(
            expected="自2026-03-02起算，应不晚于2026-06-01作出处罚决定",
            observed="2026-06-04作出处罚决定，逾期3日",
            due_on=date(2026, 6, 1),
            overdue_days=3,
        )

    def test_without_an_end_counts_to_the_day_of_evaluation(self):
        answer, words = judged("penalty.service.in-time", "2026-03-02 decision @决定", as_of="2026-03-14")
        assert answer == Reckoning(
            BROKEN, due=day("2026-03-11"), values=(day("2026-03-02"), None), evidence=steps_told("决定")
        )
        assert words == Words(
            expected="自2026-03-02起算，应不晚于2026-03-11送达处罚决定书",
            observed="截至2026-03-14未送达处罚决定书，逾期3日",
            due_on=date(2026, 3, 11),
            overdue_days=3,
        )

    def test_tells_the_service_as_the_end(self):
        answer, _ = judged(
            "penalty.service.in-time",
            "2026-03-02 decision @决定",
            "2026-03-12 service about:决定",
            "2026-03-13 payment",
        )
        assert answer.evidence == steps_told("决定", "第2步")

    def test_of_a_publication_tells_the_decision_alone(self):
        answer, _ = judged("penalty.disclosure.in-time", "2026-03-02 decision @决定", more=published("2026-03-12"))
        assert answer.evidence == steps_told("决定")

    def test_tells_the_last_day_while_it_holds(self):
        answer, _ = judged("penalty.decision.in-time", "2026-03-02 filing", as_of="2026-03-03")
        assert answer == Reckoning(
            HOLDS, due=day("2026-06-01"), values=(day("2026-03-02"), None), evidence=steps_told("第1步")
        )

    def test_what_has_no_end_deducts_nothing(self):
        answer, _ = judged(
            "penalty.decision.in-time",
            "2026-03-03 filing",
            "2026-03-10 testing",
            "2026-03-20 resumption",
            agency_id="市场监管局",
        )
        assert answer.due == day("2026-06-01")

    def test_a_suspension_lasts_to_its_end_else_until_resumed_else_it_still_runs(self):
        filed, suspended, resumed = "2026-03-03 filing", "2026-03-10 suspension", "2026-03-20 resumption"

        def due(*steps: str) -> int | None:
            answer, _ = judged("penalty.decision.in-time", filed, *steps, agency_id="市场监管局", as_of="2026-07-01")
            return answer.due

        assert due(f"{suspended} until:2026-03-15", resumed) == day("2026-06-08")  # the 6th is a Saturday
        assert due(suspended, resumed) == day("2026-06-11")
        assert due(suspended) == day("2026-09-23")

    def test_counts_by_the_calendar_of_the_facts(self):
        rule = rule_of("penalty.service.in-time")
        base = facts_of(example("", BROKEN, "2026-03-02 decision"))
        base = replace(base, calendar=calendar(without_years={2026}))
        assert rule.kind.check(subject_of(rule, base, CASE), base).status is UNKNOWN

    def test_counts_the_first_publication_of_several(self):
        twice = {"disclosures": (*published("2026-03-20")["disclosures"], *published("2026-03-11")["disclosures"])}
        answer, _ = judged("penalty.disclosure.in-time", "2026-03-02 decision @决定", more=twice)
        assert answer.status is HOLDS
        assert answer.values == (day("2026-03-02"), bare("2026-03-11"))

    def test_of_a_penalty_a_publication_as_a_licence_does_not_count(self):
        shown = published("2026-03-11", subject="license")
        assert judged("penalty.disclosure.in-time", "2026-03-02 decision", more=shown)[0].status is BROKEN


class TestWindow:
    def test_tells_the_window_and_the_act_within_it(self):
        answer, words = judged("penalty.statement.window", "2026-03-02 prior_notice", "2026-03-09 decision")
        assert answer == Reckoning(
            BROKEN,
            due=day("2026-03-09"),
            values=(day("2026-03-02"), bare("2026-03-09")),
            evidence=steps_told("第1步", "第2步"),
        )
        assert words == Words(
            expected="2026-03-02送达事先告知书后，2026-03-09届满前不得作出处罚决定",
            observed="2026-03-09作出处罚决定，期间未届满",
            due_on=date(2026, 3, 9),
        )

    def test_demanded_and_absent_tells_the_act_alone(self):
        answer, words = judged("penalty.execution.demand", "2026-03-16 court_application")
        assert answer == Reckoning(BROKEN, values=(None, bare("2026-03-16")), evidence=steps_told("第1步"))
        assert words == Words(
            expected="申请法院强制执行前应当先送达催告书", observed="2026-03-16申请法院强制执行，此前无送达催告书记录"
        )

    def test_lifted_by_a_waiver_of_the_notice_itself_but_not_by_silence(self):
        waived = "2026-03-02 prior_notice outcome:waived"
        assert judged("penalty.statement.window", waived, "2026-03-04 decision")[0].status is HOLDS
        other = "2026-03-02 prior_notice outcome:approved"
        assert judged("penalty.statement.window", other, "2026-03-04 decision")[0].status is BROKEN

    def test_past_the_window_it_matters_not_whether_it_was_lifted(self):
        answer, _ = judged(
            "penalty.hearing-request.window",
            "2026-03-02 hearing_notice",
            "2026-03-20 hearing_request",
            "2026-03-20 decision",
        )
        assert answer.status is HOLDS

    def test_before_the_law_nobody_was_bound(self):
        answer, _ = judged("penalty.hearing-request.window", "1996-03-02 hearing_notice", "1996-03-04 decision")
        assert answer == NOT_APPLICABLE

    def test_in_a_year_without_a_calendar_is_unknown(self):
        answer, _ = judged(
            "penalty.hearing-request.window", "2098-12-30 hearing_notice", "2098-12-31 decision", as_of="2098-12-31"
        )
        assert answer.status is UNKNOWN


class TestAhead:
    def test_tells_the_first_day_allowed(self):
        answer, words = judged("penalty.hearing.notice-ahead", "2026-03-02 hearing_convened", "2026-03-10 hearing")
        assert answer == Reckoning(
            BROKEN,
            due=day("2026-03-11"),
            values=(day("2026-03-02"), bare("2026-03-10")),
            evidence=steps_told("第1步", "第2步"),
        )
        assert words == Words(
            expected="2026-03-02送达听证通知书，举行听证不得早于2026-03-11",
            observed="2026-03-10举行听证，提前不足",
            due_on=date(2026, 3, 11),
        )

    def test_convened_on_the_day_of_the_hearing_is_unknown(self):
        answer, _ = judged("penalty.hearing.notice-ahead", "2026-03-10 hearing_convened", "2026-03-10 hearing")
        assert answer == Reckoning(UNKNOWN)

    def test_before_the_law_nobody_was_bound(self):
        answer, _ = judged("penalty.hearing.notice-ahead", "1996-03-02 hearing_convened", "1996-03-04 hearing")
        assert answer == NOT_APPLICABLE

    def test_in_a_year_without_a_calendar_is_unknown(self):
        steps = ("2098-11-02 hearing_convened", "2098-12-10 hearing")
        assert judged("penalty.hearing.notice-ahead", *steps, as_of="2098-12-31")[0] == Reckoning(UNKNOWN)

    def test_of_other_cases_nothing_is_asked(self):
        answer, _ = judged(
            "penalty.hearing.notice-ahead", "2026-03-02 hearing_convened", "2026-03-10 hearing", kind="license"
        )
        assert answer == NOT_APPLICABLE


class TestRequired:
    def test_tells_the_moments_of_the_steps_that_it_names(self):
        answer, words = judged(
            "penalty.hearing-notice.when-large",
            "2026-02-27 hearing_notice @听证告知",
            "2026-03-03 service about:听证告知",
            "2026-03-02T10:30 decision @决定",
            fine_fen=2_000_000,
        )
        assert answer.due is None
        assert answer.evidence == steps_told("决定", "听证告知")
        assert answer.values[1:] == (bare("2026-02-27"),)
        assert words == Words(
            expected="符合听证条件的，作出决定前应当告知当事人有要求听证的权利",
            observed="2026-03-02 10:30作出处罚决定，此前没有送达听证告知的记录（最近一次听证告知：2026-02-27）",
        )

    def test_says_of_a_step_not_taken_that_there_is_no_record_and_no_more(self):
        answer, words = judged("penalty.deliberation.when-major", "2026-03-02 decision @决定", is_major=True)
        assert answer == Reckoning(BROKEN, values=(bare("2026-03-02"), None), evidence=steps_told("决定"))
        assert words is not None
        assert words.observed == "2026-03-02作出处罚决定，此前没有集体讨论的记录"


class TestSeparation:
    def test_tells_the_step_and_the_person(self):
        answer, words = judged(
            "penalty.hearing.chair-not-handler", "2026-01-05 filing handler:甲,乙", "2026-03-02 hearing chair:乙"
        )
        assert answer == Reckoning(
            BROKEN, values=(bare("2026-03-02"),), evidence=(("events", "第2步"), ("officers", "乙"))
        )
        assert words == Words(
            expected="听证主持人不得由本案承办人员担任", observed="2026-03-02的听证主持人同时是本案承办人员"
        )

    def test_of_several_tells_the_earliest_step_and_there_the_first_person(self):
        handlers = sorted(("甲", "乙", "丙"))
        answer, _ = judged(
            "penalty.legal-reviewer.not-handler",
            "2026-01-05 filing handler:甲,乙,丙",
            f"2026-03-03 legal_review reviewer:{handlers[0]}",
            f"2026-03-02 legal_review reviewer:老审核员,{handlers[2]},{handlers[1]}",
        )
        assert answer.evidence == (("events", "第3步"), ("officers", handlers[1]))

    def test_of_steps_on_one_day_tells_the_first_on_record(self):
        answer, _ = judged(
            "penalty.legal-reviewer.not-handler",
            "2026-01-05 filing handler:甲,乙,丙",
            "2026-03-02 legal_review reviewer:丙",
            "2026-03-02 legal_review reviewer:甲",
        )
        assert answer.evidence == (("events", "第2步"), ("officers", "丙"))

    @pytest.mark.parametrize(
        "step", ["filing", "inspection", "inquiry", "evidence", "preservation", "seizure", "investigation_report"]
    )
    def test_who_took_such_a_step_is_a_handler(self, step: str):
        answer, _ = judged(
            "penalty.hearing.chair-not-handler", f"2026-02-02 {step} handler:丙", "2026-03-02 hearing chair:丙"
        )
        assert answer.status is BROKEN

    @pytest.mark.parametrize("step", ["service", "payment", "hearing", "closing"])
    def test_who_took_another_step_is_none(self, step: str):
        answer, _ = judged(
            "penalty.hearing.chair-not-handler", f"2026-02-02 {step} handler:丙", "2026-03-02 hearing chair:丙"
        )
        assert answer.status is HOLDS

    def test_of_other_cases_nothing_is_asked(self):
        answer, _ = judged(
            "penalty.hearing.chair-not-handler",
            "2026-02-02 filing handler:丙",
            "2026-03-02 hearing chair:丙",
            kind="other",
        )
        assert answer == NOT_APPLICABLE


class TestQuorum:
    def test_tells_the_step_with_the_fewest(self):
        answer, words = judged(
            "penalty.officers.two",
            "2026-03-04 inspection handler:甲",
            "2026-03-05 inquiry",
            "2026-03-06 evidence",
        )
        assert answer == Reckoning(BROKEN, values=(0, 2, bare("2026-03-05")), evidence=steps_told("第2步"))
        assert words == Words(expected="执法人员不得少于2人", observed="2026-03-05的环节执法人员为0人")

    def test_of_credentials_says_so(self):
        _, words = judged("penalty.officers.credential", "2026-03-05 inquiry handler:甲,停证人员")
        assert words == Words(
            expected="持有效执法证件的执法人员不得少于2人", observed="2026-03-05的环节持有效执法证件的执法人员为1人"
        )

    def test_tells_the_fewest_while_it_holds(self):
        answer, _ = judged(
            "penalty.officers.two", "2026-03-04 inquiry handler:甲,乙,丙", "2026-03-05 inquiry handler:甲,乙"
        )
        assert answer == Reckoning(HOLDS, values=(2, 2, bare("2026-03-05")), evidence=steps_told("第2步"))

    def test_where_one_is_enough_nobody_is_too_few(self):
        answer, _ = judged("penalty.officers.two", "2026-03-05 inquiry", item_id="无基准事项")
        assert answer.values[:2] == (0, 1)
        assert answer.status is BROKEN

    def test_of_other_cases_only_seizures_are_looked_at(self):
        assert judged("penalty.officers.two", "2026-03-05 inquiry", kind="other")[0] == NOT_APPLICABLE
        assert judged("seizure.two-officers", "2026-03-05 seizure", kind="other")[0].status is BROKEN

    def test_without_an_item_two_are_needed(self):
        assert judged("penalty.officers.two", "2026-03-05 inquiry handler:甲", item_id=None)[0].status is BROKEN


class TestReviewerQualified:
    def test_tells_the_review_and_the_person(self):
        answer, words = judged(
            "penalty.legal-reviewer.qualified",
            "2026-02-10 legal_review reviewer:老审核员",
            "2026-02-11 legal_review reviewer:老审核员,无资格审核员,丙",
        )
        first = min("无资格审核员", "丙")
        assert answer == Reckoning(
            BROKEN, values=(bare("2026-02-11"),), evidence=(("events", "第2步"), ("officers", first))
        )
        assert words == Words(
            expected="审核人员当日应当是法制审核人员；初次从事审核的应当取得法律职业资格",
            observed="2026-02-11的法制审核由不具备资格的人员作出",
        )

    def test_of_other_cases_nothing_is_asked(self):
        review = "2026-02-10 legal_review reviewer:丙"
        assert judged("penalty.legal-reviewer.qualified", review, kind="other")[0] == NOT_APPLICABLE

    def test_looks_at_reviewers_of_reviews_only(self):
        others = ("2026-02-09 deliberation reviewer:丙", "2026-02-10 legal_review recorder:丙")
        assert judged("penalty.legal-reviewer.qualified", *others)[0] == NOT_APPLICABLE

    def test_somebody_on_no_register_is_not_qualified(self):
        answer, _ = judged("penalty.legal-reviewer.qualified", "2026-02-10 legal_review reviewer:查无此人")
        assert answer.status is BROKEN

    def test_nor_is_a_reviewer_whose_register_entry_is_missing(self):
        role = {"officer_roles": ({"officer_id": "查无此人", "role": "legal_reviewer", "from": "2020-01-01"},)}
        answer, _ = judged("penalty.legal-reviewer.qualified", "2026-02-10 legal_review reviewer:查无此人", more=role)
        assert answer.status is BROKEN

    def test_reviews_are_found_among_other_steps(self):
        answer, _ = judged(
            "penalty.legal-reviewer.qualified", "2026-01-05 filing handler:甲", "2026-02-10 legal_review reviewer:丙"
        )
        assert answer.evidence == (("events", "第2步"), ("officers", "丙"))

    def test_a_role_of_unknown_beginning_is_an_old_one(self):
        role = {"officer_roles": ({"officer_id": "丙", "role": "legal_reviewer"},)}
        answer, _ = judged("penalty.legal-reviewer.qualified", "2026-02-10 legal_review reviewer:丙", more=role)
        assert answer.status is HOLDS


class TestSameAgency:
    def test_counts_strangers_and_tells_the_first(self):
        stranger = {"officers": ({"officer_id": "另一外单位人员", "agency_id": "卫健局"},)}
        answer, words = judged(
            "penalty.officers.same-agency",
            "2026-01-05 filing handler:甲,外单位人员,另一外单位人员,单位不详人员",
            more=stranger,
        )
        assert answer == Reckoning(BROKEN, values=(2,), evidence=(("officers", min("外单位人员", "另一外单位人员")),))
        assert words == Words(
            expected="承办人员应当属于本案执法主体及其所属机构，联合执法除外",
            observed="有2名承办人员属于其他单位，且无联合执法记录",
        )

    @pytest.mark.parametrize("officer", ["甲", "查无此人"])
    def test_unknown_officer_or_unknown_agency_is_unknown(self, officer: str):
        agency = None if officer == "甲" else "城管局"
        answer, _ = judged("penalty.officers.same-agency", f"2026-01-05 filing handler:{officer}", agency_id=agency)
        assert answer == Reckoning(UNKNOWN)

    def test_of_other_cases_nothing_is_asked(self):
        filed = "2026-01-05 filing handler:外单位人员"
        assert judged("penalty.officers.same-agency", filed, kind="other")[0] == NOT_APPLICABLE


def tiers(*rows: tuple[int | None, int | None, str, str | None]) -> Tables:
    """Ranges of tier 一般 of the item that has no other benchmark: from, to, in force from, until."""
    return {
        "benchmarks": tuple(
            {
                "item_id": "无基准事项",
                "tier": "一般",
                "fine_min_fen": low,
                "fine_max_fen": high,
                "effective_from": since,
                "effective_until": until,
            }
            for low, high, since, until in rows
        )
    }


TIER = {"item_id": "无基准事项", "tier": "一般", "act_on": "2026-01-05"}


class TestWithinTier:
    def test_tells_the_fine_and_the_bounds(self):
        answer, words = judged(
            "penalty.fine.within-tier", "2026-03-02 decision @决定", fine_fen=9_999, tier="一般", act_on="2026-01-05"
        )
        assert answer == Reckoning(BROKEN, values=(9_999, 10_000, 20_000, 0), evidence=steps_told("决定"))
        assert words == Words(
            expected="罚款应在100元至200元之间，偏离的应说明从轻、减轻或者从重的理由",
            observed="罚款99.99元，未记载偏离理由",
        )

    def test_says_when_the_lighter_benchmark_of_the_decision_applies(self):
        changed = tiers((10_000, 20_000, "2020-01-01", "2026-01-31"), (10_000, 15_000, "2026-02-01", None))
        answer, words = judged("penalty.fine.within-tier", "2026-03-02 decision", **TIER, fine_fen=15_001, more=changed)
        assert answer.values == (15_001, 10_000, 15_000, 1)
        assert words is not None
        assert words.expected == (
            "罚款应在100元至150元之间（从旧兼从轻，适用决定时的较轻基准），偏离的应说明从轻、减轻或者从重的理由"
        )

    @pytest.mark.parametrize(("low", "fine", "status"), [(9_999, 9_999, HOLDS), (10_001, 10_000, HOLDS)])
    def test_of_equal_maxima_the_lesser_minimum_is_lighter(self, low: int, fine: int, status: Status):
        changed = tiers((10_000, 20_000, "2020-01-01", "2026-01-31"), (low, 20_000, "2026-02-01", None))
        answer, _ = judged("penalty.fine.within-tier", "2026-03-02 decision", **TIER, fine_fen=fine, more=changed)
        assert answer.status is status

    def test_ranges_of_one_tier_are_taken_together(self):
        ranges = tiers((10_000, 20_000, "2020-01-01", None), (30_000, 40_000, "2020-01-01", None))
        for fine, status in ((20_000, HOLDS), (25_000, BROKEN), (30_000, HOLDS), (40_001, BROKEN)):
            answer, _ = judged("penalty.fine.within-tier", "2026-03-02 decision", **TIER, fine_fen=fine, more=ranges)
            assert (fine, answer.status) == (fine, status)
            assert answer.values[1:3] == (10_000, 40_000)

    def test_a_range_may_end_at_nothing(self):
        _, words = judged(
            "penalty.fine.within-tier",
            "2026-03-02 decision",
            **TIER,
            fine_fen=1,
            more=tiers((0, 0, "2020-01-01", None)),
        )
        assert words is not None
        assert words.expected.startswith("罚款应在0元至0元之间，")

    def test_a_range_may_begin_at_nothing(self):
        _, words = judged(
            "penalty.fine.within-tier",
            "2026-03-02 decision",
            **TIER,
            fine_fen=10_001,
            more=tiers((0, 10_000, "2020-01-01", None)),
        )
        assert words is not None
        assert words.expected.startswith("罚款应在0元至100元之间，")

    def test_a_range_without_a_bound_says_nothing_unless_the_departure_is_reasoned(self):
        endless = tiers((10_000, None, "2020-01-01", None))
        answer, _ = judged("penalty.fine.within-tier", "2026-03-02 decision @决定", **TIER, more=endless)
        assert answer == Reckoning(UNKNOWN, evidence=steps_told("决定"))
        answer, _ = judged(
            "penalty.fine.within-tier",
            "2026-03-02 decision @决定",
            **TIER,
            more=endless,
            tier_departure="heavier",
            reason="再次违法",
        )
        assert answer == Reckoning(HOLDS, evidence=steps_told("决定"))

    def test_a_reason_without_a_departure_is_none(self):
        answer, _ = judged(
            "penalty.fine.within-tier",
            "2026-03-02 decision",
            fine_fen=9_999,
            tier="一般",
            act_on="2026-01-05",
            reason="再次违法",
        )
        assert answer.status is BROKEN

    def test_what_is_not_known_is_told_with_the_decision(self):
        answer, _ = judged("penalty.fine.within-tier", "2026-03-02 decision @决定", tier="一般")
        assert answer == Reckoning(UNKNOWN, evidence=steps_told("决定"))

    def test_other_cases_and_undecided_ones_are_left_aside(self):
        known = {"tier": "一般", "act_on": "2026-01-05", "fine_fen": 1}
        assert judged("penalty.fine.within-tier", "2026-03-02 filing", **known)[0] == NOT_APPLICABLE
        assert judged("penalty.fine.within-tier", "2026-03-02 decision", **known, kind="other")[0] == NOT_APPLICABLE

    @pytest.mark.parametrize(
        ("fen", "text"),
        [(None, "（不详）"), (0, "0"), (5, "0.05"), (100, "1"), (123_456_700, "1,234,567"), (150, "1.50")],
    )
    def test_amounts_are_written_in_yuan(self, fen: int | None, text: str):
        assert yuan(fen) == text


class TestLimitation:
    def test_tells_the_end_of_the_act_and_the_finding(self):
        answer, words = judged(
            "penalty.limitation",
            "2026-03-02 decision",
            act_on="2022-01-01",
            act_ended_on="2024-02-28",
            found_on="2026-03-03",
            limitation_class="ordinary",
        )
        assert answer == Reckoning(BROKEN, due=day("2026-02-28"), values=(day("2024-02-28"), day("2026-03-03")))
        assert words == Words(
            expected="违法行为2024-02-28终了，应不晚于2026-02-28被发现",
            observed="2026-03-03才被发现，已过追责时效",
            due_on=date(2026, 2, 28),
            overdue_days=3,
        )

    def test_tells_the_last_day_while_it_holds(self):
        answer, _ = judged("penalty.limitation", act_on="2024-02-29", found_on="2026-02-28")
        assert answer == Reckoning(HOLDS, due=day("2026-02-28"), values=(day("2024-02-29"), day("2026-02-28")))

    @pytest.mark.parametrize(("found", "status"), [("2026-08-01", UNKNOWN), ("2026-08-02", BROKEN)])
    def test_between_two_and_five_years_the_class_decides(self, found: str, status: Status):
        answer, _ = judged("penalty.limitation", act_on="2021-08-01", found_on=found, as_of="2026-09-01")
        assert answer.status is status
        assert answer.due == day("2023-08-01")
        assert answer.values == (day("2021-08-01"), day(found))

    def test_of_an_act_before_five_years_were_set_nothing_is_asked(self):
        known = {"act_on": "2020-08-01", "found_on": "2024-08-01"}
        assert judged("penalty.limitation", **known, limitation_class="five_year")[0] == NOT_APPLICABLE
        assert judged("penalty.limitation", **known)[0].status is UNKNOWN

    @pytest.mark.parametrize("status", ["open", "closed"])
    def test_applies_to_open_cases_and_decided_ones(self, status: str):
        late = {"act_on": "2022-01-01", "found_on": "2025-01-01", "limitation_class": "ordinary", "status": status}
        assert judged("penalty.limitation", "2026-03-02 decision", **late)[0].status is BROKEN
        undecided = judged("penalty.limitation", "2026-03-02 filing", **late)[0]
        assert undecided.status is (BROKEN if status == "open" else Status.NOT_APPLICABLE)
        assert judged("penalty.limitation", "2026-03-02 decision", **late, kind="other")[0] == NOT_APPLICABLE

    def test_without_the_day_of_the_act_is_unknown(self):
        assert judged("penalty.limitation", "2026-03-02 decision", found_on="2026-01-01")[0] == Reckoning(UNKNOWN)


def publications(*rows: tuple[str, str | None]) -> Tables:
    return {"disclosures": tuple(published(at, withdrawn=until)["disclosures"][0] for at, until in rows)}


class TestWithdrawn:
    VOID = "penalty.disclosure.withdrawn-when-void"
    LONGEST = "disclosure.withdrawn-in-time"

    def test_tells_what_undid_the_decision_and_the_latest_withdrawal(self):
        shown = publications(("2026-01-08", "2026-03-09"), ("2026-01-09", "2026-03-05"))
        answer, words = judged(self.VOID, "2026-01-05 decision", more={**voided("2026-03-02"), **shown})
        assert answer == Reckoning(
            BROKEN,
            due=day("2026-03-05"),
            values=(day("2026-03-02"), bare("2026-03-09"), day("2026-03-09")),
            evidence=(("remedies", "复议"),),
        )
        assert words == Words(
            expected="2026-03-02决定被撤销、变更、确认违法或者无效，应不晚于2026-03-05撤下公示信息",
            observed="2026-03-09撤下，逾期4日",
            due_on=date(2026, 3, 5),
            overdue_days=4,
        )

    def test_one_publication_still_shown_counts_to_the_day_of_evaluation(self):
        shown = publications(("2026-01-08", "2026-03-04"), ("2026-01-09", None))
        answer, words = judged(
            self.VOID, "2026-01-05 decision", more={**voided("2026-03-02"), **shown}, as_of="2026-03-07"
        )
        assert answer.values == (day("2026-03-02"), None, day("2026-03-07"))
        assert words is not None
        assert words.observed == "截至2026-03-07仍有未撤下的公示，逾期2日"
        assert words.overdue_days == 2

    @pytest.mark.parametrize("outcome", ["revoked", "altered", "unlawful", "void"])
    def test_each_of_these_outcomes_undoes_a_decision(self, outcome: str):
        more = {**voided("2026-03-02", outcome), **published("2026-01-08")}
        assert judged(self.VOID, "2026-01-05 decision", more=more)[0].status is BROKEN

    def test_of_several_remedies_the_first_that_undid_it_counts(self):
        first, second = voided("2026-03-02")["remedies"][0], voided("2026-03-20")["remedies"][0]
        upheld = {**first, "remedy_id": "维持", "outcome": "upheld", "decided_at": "2026-02-02"}
        undated = {**first, "remedy_id": "未定", "decided_at": None}
        remedies = {"remedies": ({**second, "remedy_id": "诉讼"}, first, upheld, undated)}
        answer, _ = judged(self.VOID, "2026-01-05 decision", more={**remedies, **published("2026-01-08")})
        assert answer.values[0] == day("2026-03-02")
        assert answer.evidence == (("remedies", "复议"),)

    def test_what_was_published_after_the_last_day_is_another_matter(self):
        more = {**voided("2026-03-02"), **publications(("2026-03-06", None))}
        assert judged(self.VOID, "2026-01-05 decision", more=more)[0] == NOT_APPLICABLE
        more = {**voided("2026-03-02"), **publications(("2026-03-05", None))}
        assert judged(self.VOID, "2026-01-05 decision", more=more)[0].status is BROKEN

    def test_of_other_cases_nothing_is_asked(self):
        more = {**voided("2026-03-02"), **published("2026-01-08")}
        assert judged(self.VOID, "2026-01-05 decision", more=more, kind="license")[0] == NOT_APPLICABLE

    def test_a_decision_that_nobody_contested_stays_published(self):
        assert judged(self.VOID, "2026-01-05 decision", more=published("2026-01-08"))[0] == NOT_APPLICABLE

    def test_a_decision_undone_on_the_day_of_evaluation_is_known(self):
        more = {**voided("2026-03-02"), **published("2026-01-08")}
        assert judged(self.VOID, "2026-01-05 decision", more=more, as_of="2026-03-02")[0].status is HOLDS
        assert judged(self.VOID, "2026-01-05 decision", more=more, as_of="2026-03-01")[0] == NOT_APPLICABLE

    def test_a_decision_undone_before_the_law_is_another_matter(self):
        more = {**voided("2020-03-02"), **publications(("2020-01-08", None))}
        assert judged(self.VOID, "2020-01-05 decision", more=more)[0] == NOT_APPLICABLE

    @pytest.mark.parametrize("rule_id", [VOID, LONGEST])
    def test_of_a_case_ended_only_what_was_withdrawn_is_judged(self, rule_id: str):
        ended = {"status": "ended", "credit_class": "minor"}
        more = {**voided("2026-03-02"), **publications(("2026-01-08", None))}
        assert judged(rule_id, "2026-01-05 decision", more=more, **ended)[0] == NOT_APPLICABLE
        more = {**voided("2026-03-02"), **publications(("2026-01-08", None), ("2026-01-09", "2026-05-10"))}
        assert judged(rule_id, "2026-01-05 decision", more=more, **ended)[0].status is BROKEN

    def test_the_longest_period_runs_from_the_first_publication(self):
        shown = publications(("2026-03-01", "2026-05-29"), ("2026-02-28", "2026-05-28"))
        answer, words = judged(self.LONGEST, more=shown, credit_class="minor")
        assert answer == Reckoning(
            BROKEN,
            due=day("2026-05-28"),
            values=(day("2026-02-28"), bare("2026-05-29"), day("2026-05-29")),
        )
        assert words == Words(
            expected="2026-02-28公示，应不晚于2026-05-28撤下公示信息",
            observed="2026-05-29撤下，逾期1日",
            due_on=date(2026, 5, 28),
            overdue_days=1,
        )

    @pytest.mark.parametrize(("first", "judged_at_all"), [("2025-12-31", False), ("2026-01-01", True)])
    def test_periods_that_end_before_the_measure_came_in_are_left_aside(self, first: str, judged_at_all: bool):
        answer, _ = judged(self.LONGEST, more=publications((first, None)), credit_class="minor")
        assert (answer.status is BROKEN) is judged_at_all

    def test_a_publication_as_a_licence_is_another_matter(self):
        shown = published("2026-01-08", subject="license")
        assert judged(self.LONGEST, more=shown, credit_class="minor")[0] == NOT_APPLICABLE


class TestEachDeadline:
    KEPT = "penalty.preservation.decided"

    def test_tells_the_one_overdue_the_longest(self):
        answer, words = judged(
            self.KEPT,
            "2026-03-02 preservation @甲保存",
            "2026-03-03 preservation @乙保存",
            "2026-03-13 preservation_disposal @甲处理 about:甲保存",
            "2026-03-17 preservation_disposal @乙处理 about:乙保存",
        )
        assert answer == Reckoning(
            BROKEN,
            due=day("2026-03-12"),
            values=(day("2026-03-03"), bare("2026-03-17"), 5),
            evidence=steps_told("乙保存", "乙处理"),
        )
        assert words == Words(
            expected="2026-03-03先行登记保存，应不晚于2026-03-12作出处理决定",
            observed="2026-03-17作出处理决定，逾期5日",
            due_on=date(2026, 3, 12),
            overdue_days=5,
        )

    def test_of_equally_late_ones_tells_the_first(self):
        answer, _ = judged(
            self.KEPT, "2026-03-02 preservation @甲保存", "2026-03-02 preservation @乙保存", as_of="2026-03-20"
        )
        assert answer.evidence == steps_told("甲保存")
        assert answer.values == (day("2026-03-02"), None, 9)

    def test_without_an_end_says_so(self):
        _, words = judged(self.KEPT, "2026-03-02 preservation", as_of="2026-03-14")
        assert words == Words(
            expected="2026-03-02先行登记保存，应不晚于2026-03-11作出处理决定",
            observed="截至2026-03-14未作出处理决定，逾期3日",
            due_on=date(2026, 3, 11),
            overdue_days=3,
        )

    def test_one_unknown_outweighs_one_that_holds(self):
        answer, _ = judged(
            self.KEPT,
            "2098-11-03 preservation @甲保存",
            "2098-11-03 preservation_disposal about:甲保存",
            "2026-03-02 preservation @乙保存",
            "2026-03-03 preservation_disposal about:乙保存",
            as_of="2098-12-31",
        )
        assert answer.status is UNKNOWN

    def test_a_linked_answer_counts_even_before_and_the_first_of_several(self):
        answer, _ = judged(
            self.KEPT,
            "2026-03-02 preservation @保存",
            "2026-03-20 preservation_disposal about:保存",
            "2026-03-11 preservation_disposal",
            "2026-03-01 preservation_disposal",
        )
        assert answer.status is HOLDS
        assert answer.values[1:] == (bare("2026-03-11"), 0)

    def test_of_other_cases_nothing_is_asked(self):
        assert judged(self.KEPT, "2026-03-02 preservation", kind="other")[0] == NOT_APPLICABLE

    @pytest.mark.parametrize("answer", ["decision", "no_penalty"])
    def test_a_seizure_ends_with_a_decision_that_was_not_undone(self, answer: str):
        seized = "2026-03-02 seizure"
        assert judged("seizure.duration", seized, f"2026-04-01 {answer}")[0].status is HOLDS
        assert judged("seizure.duration", seized, f"2026-04-01 {answer} outcome:revoked")[0].status is BROKEN
        assert judged("seizure.duration", seized, f"2026-03-01 {answer}")[0].status is BROKEN

    def test_an_extension_of_another_seizure_does_not_count(self):
        answer, _ = judged(
            "seizure.duration",
            "2026-03-02 seizure @查封",
            "2026-03-02 seizure @另案",
            "2026-03-30 seizure_extension about:另案",
            "2026-03-05 seizure_release about:另案",
            "2026-04-02 seizure_release about:查封",
        )
        assert answer.status is BROKEN
        assert answer.evidence == steps_told("查封", "第5步")

    def test_the_latest_extension_counts_and_never_shortens(self):
        answer, _ = judged(
            "seizure.duration",
            "2026-03-02 seizure",
            "2026-03-20 seizure_extension to:2026-04-20",
            "2026-03-25 seizure_extension to:2026-04-10",
        )
        assert answer.due == day("2026-04-10")
        answer, _ = judged("seizure.duration", "2026-03-02 seizure", "2026-03-20 seizure_extension to:2026-03-21")
        assert answer.due == day("2026-04-01")

    def test_before_the_law_nobody_was_bound(self):
        assert judged("seizure.duration", "2010-03-02 seizure")[0] == NOT_APPLICABLE


class TestShown:
    def test_tells_the_first_step_that_is_not_shown(self):
        answer, words = judged(
            "penalty.officers.showed-credential",
            "2026-03-04 inspection @甲检查",
            "2026-03-05 inspection @乙检查",
            "2026-03-06 inspection @丙检查",
            more=document("甲检查", "现场笔录"),
        )
        assert answer == Reckoning(BROKEN, values=(bare("2026-03-05"),), evidence=steps_told("乙检查"))
        assert words == Words(
            expected="现场检查时应当主动出示执法证件，并在笔录、音像记录中反映", observed="2026-03-05的环节没有相应记录"
        )

    def test_another_outcome_is_no_flag(self):
        answer, _ = judged("penalty.officers.showed-credential", "2026-03-04 inspection outcome:completed")
        assert answer.status is BROKEN

    def test_a_document_of_unknown_kind_is_no_record(self):
        unnamed = {"documents": ({"document_id": "文书", "case_id": CASE, "event_id": "查封"},)}
        assert judged("seizure.record", "2026-03-02 seizure @查封", more=unnamed)[0].status is BROKEN

    def test_a_sound_recording_is_enough_where_recordings_are_asked(self):
        more = {
            **document("查封", "现场笔录"),
            "media": ({"media_id": "录音", "case_id": CASE, "event_id": "查封", "kind": "audio"},),
        }
        assert judged("seizure.record", "2026-03-02 seizure @查封", more=more, agency_id="日照市局")[0] == Reckoning(
            HOLDS
        )

    def test_of_other_cases_only_seizures_are_looked_at(self):
        inspected, seized = "2026-03-04 inspection", "2026-03-04 seizure"
        assert judged("penalty.officers.showed-credential", inspected, kind="other")[0] == NOT_APPLICABLE
        assert judged("seizure.record", seized, kind="other")[0].status is BROKEN


class TestSeizureApproved:
    def test_tells_the_first_seizure_without_approval(self):
        answer, words = judged(
            "seizure.approval",
            "2026-03-01 approval about:甲查封",
            "2026-03-02 seizure @甲查封",
            "2026-03-03 approval about:乙查封",
            "2026-03-03 seizure @乙查封",
            "2026-03-04 seizure @丙查封",
            "2026-03-05 seizure @丁查封",
        )
        assert answer == Reckoning(BROKEN, values=(bare("2026-03-04"),), evidence=steps_told("丙查封"))
        assert words == Words(
            expected="查封、扣押前应当报经批准；情况紧急的，24小时内补办批准手续",
            observed="2026-03-04实施查封、扣押，没有按时批准的记录",
        )

    def test_of_unknown_ones_tells_the_first(self):
        answer, _ = judged(
            "seizure.approval",
            "2026-03-01 approval about:甲查封",
            "2026-03-02 seizure @甲查封",
            "2026-03-03 approval about:乙查封",
            "2026-03-03 seizure @乙查封",
        )
        assert answer == Reckoning(UNKNOWN, values=(bare("2026-03-03"),), evidence=steps_told("乙查封"))

    def test_approval_before_needs_no_urgency_even_with_hours(self):
        answer, _ = judged(
            "seizure.approval", "2026-03-02T08:00 approval about:查封", "2026-03-02T09:00 seizure @查封 urgent:no"
        )
        assert answer == Reckoning(HOLDS)

    def test_twenty_four_hours_are_no_instant_more(self):
        urgent = "2026-03-02T09:00 seizure @查封 urgent:yes"
        assert judged("seizure.approval", urgent, "2026-03-03T09:00 approval about:查封")[0].status is HOLDS
        late = "2026-03-03T09:00:00.000001 approval about:查封"
        assert judged("seizure.approval", urgent, late)[0].status is BROKEN


class TestComplete:
    def test_names_what_is_missing(self):
        answer, words = judged("penalty.facts.complete", "2026-03-02 decision", case_no="1号", item_id="无依据事项")
        assert answer == Reckoning(BROKEN, values=(0b0111000,))
        assert words == Words(
            expected="文号、当事人、执法事项、处罚依据、违法行为发生日、立案、决定应当齐全",
            observed="缺少处罚依据、违法行为发生日、立案",
        )

    def test_an_empty_text_is_not_given(self):
        answer, _ = judged(
            "penalty.facts.complete", "2026-01-05 filing", "2026-03-02 decision", case_no="", act_on="2026-01-01"
        )
        assert answer == Reckoning(BROKEN, values=(1,))


def test_of_several_answers_a_breach_is_worse_than_ignorance_and_that_worse_than_what_holds():
    broken, later = Reckoning(BROKEN, values=(1,)), Reckoning(BROKEN, values=(2,))
    unknown, holds = Reckoning(UNKNOWN), Reckoning(HOLDS)
    assert worst([NOT_APPLICABLE, holds, unknown, broken, later]) is broken
    assert worst([NOT_APPLICABLE, holds, unknown]) is unknown
    assert worst([NOT_APPLICABLE, holds]) is holds
    assert worst([NOT_APPLICABLE]) is NOT_APPLICABLE
    assert worst([]) is NOT_APPLICABLE
