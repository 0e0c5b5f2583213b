"""Steps, moments and conditions of one case: what is true, what is false, and what is unknown."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import product

import pytest

from mingjing.domain.deadlines import Unit
from mingjing.domain.rules.examples.writing import CASE, Tables, example, published
from mingjing.domain.rules.facts import Event
from mingjing.domain.rules.model import Status
from mingjing.domain.rules.terms import (
    FILING,
    PENALTY,
    All,
    Allows,
    Any,
    At,
    Before,
    CaseFacts,
    Condition,
    Ended,
    Exceeds,
    FirstService,
    Flag,
    Given,
    HasBenchmark,
    HasPenalty,
    Is,
    Not,
    NotAfter,
    OnDayOrBefore,
    OnlyPenalties,
    Ordered,
    PeriodSet,
    Published,
    Served,
    Some,
    Step,
    Taken,
    This,
    Within,
    first,
    latest,
)
from mingjing.domain.rules.worked import facts_of
from mingjing.kernel.moments import Moment
from mingjing.law.calendars import calendar

NOTICE = latest("notice", "prior_notice", label="告知")
REVIEW = latest("review", "legal_review", label="审核")


def case(*steps: str, as_of: str = "2026-06-30", more: Tables | None = None, **columns: object) -> CaseFacts:
    base = facts_of(example("", Status.HOLDS, *steps, as_of=as_of, more=more, **columns))
    return CaseFacts(base.cases[0], base)


def picked(step: Step, *steps: str) -> str | None:
    found = case(*steps).step(step)
    return None if found is None else str(found.id)


@dataclass(frozen=True, slots=True)
class Said(Condition):
    """A condition that says what it is told."""

    value: bool | None

    def of(self, view: CaseFacts, event: Event | None = None) -> bool | None:
        return self.value


class TestSteps:
    def test_are_declared_as_the_first_or_the_latest_of_some_types(self):
        assert first("one", "filing", "decision", label="环节", effective=True, not_before=FILING) == Step(
            name="one", types=("filing", "decision"), label="环节", effective=True, not_before=FILING
        )
        assert first("one", "filing", label="环节") == Step(name="one", types=("filing",), label="环节")
        assert latest("one", "filing", "decision", label="环节", effective=True, not_after=PENALTY) == Step(
            name="one", types=("filing", "decision"), label="环节", latest=True, effective=True, not_after=PENALTY
        )
        assert latest("one", "filing", label="环节") == Step(name="one", types=("filing",), label="环节", latest=True)

    def test_depend_on_those_that_bound_them(self):
        bounded = latest("two", "evidence", label="取证", not_after=PENALTY)
        assert [FILING.depth, bounded.depth] == [0, 1]
        assert first("three", "inquiry", label="询问", not_before=bounded).depth == 2
        assert Step(name="both", types=("inquiry",), not_after=PENALTY, not_before=bounded).depth == 2

    def test_pick_by_moment_and_of_equal_moments_by_the_order_of_the_file(self):
        steps = ("2026-03-03 filing @丙", "2026-03-02 filing @甲", "2026-03-02 filing @乙", "2026-03-03 filing @丁")
        assert picked(first("one", "filing", label="立案"), *steps) == "甲"
        assert picked(latest("one", "filing", label="立案"), *steps) == "丁"

    def test_pick_of_the_effective_ones_only_where_asked(self):
        steps = ("2026-03-02 decision @甲", "2026-03-03 decision @乙 outcome:revoked")
        assert picked(latest("one", "decision", label="决定"), *steps) == "乙"
        assert picked(latest("one", "decision", label="决定", effective=True), *steps) == "甲"

    @pytest.mark.parametrize("outcome", ["rejected", "returned", "withdrawn", "revoked", "refused", "invalid"])
    def test_turned_down_are_not_effective(self, outcome: str):
        assert picked(PENALTY, f"2026-03-02 decision outcome:{outcome}") is None

    def test_turned_in_are_effective(self):
        assert picked(PENALTY, "2026-03-02 decision @甲 outcome:approved") == "甲"

    def test_that_extend_name_a_new_last_day(self):
        extension = Step(name="extension", types=("extension",), latest=True, extending=True)
        assert picked(extension, "2026-03-02 extension @甲 to:2026-06-10", "2026-03-03 extension @乙") == "甲"

    def test_not_after_another_are_those_not_certainly_after_it(self):
        notice = latest("notice", "prior_notice", label="告知", not_after=PENALTY)
        before, same, after = (
            "2026-03-01 prior_notice @甲",
            "2026-03-02 prior_notice @乙",
            "2026-03-03 prior_notice @丙",
        )
        assert picked(notice, before, "2026-03-02 decision", after) == "甲"
        assert picked(notice, before, same, "2026-03-02 decision", after) == "乙"
        assert picked(notice, before) is None

    def test_not_before_another_are_those_not_certainly_before_it(self):
        delivery = first("delivery", "delivery", label="送达", not_before=FILING)
        before, same, after = "2026-03-01 delivery @甲", "2026-03-02 delivery @乙", "2026-03-03 delivery @丙"
        assert picked(delivery, before, "2026-03-02 filing", after) == "丙"
        assert picked(delivery, before, same, "2026-03-02 filing", after) == "乙"
        assert picked(delivery, before) == "甲"

    def test_may_be_bound_on_both_sides(self):
        between = Step(name="between", types=("evidence",), not_before=FILING, not_after=PENALTY)
        steps = ("2026-03-02 filing", "2026-03-04 decision")
        assert picked(between, "2026-03-01 evidence", *steps, "2026-03-05 evidence") is None
        assert picked(between, "2026-03-01 evidence", *steps, "2026-03-03 evidence @甲") == "甲"


class TestMoments:
    def test_of_a_step_is_when_it_was_taken(self):
        view = case("2026-03-02T09:30 filing")
        assert view.moment(At(FILING)) == Moment.of(datetime(2026, 3, 2, 9, 30))
        assert view.moment(At(PENALTY)) is None

    def test_of_service_is_the_first_service_or_the_step_itself(self):
        served = case(
            "2026-03-02 decision @决定",
            "2026-03-05 service about:决定",
            "2026-03-04 service about:决定",
            "2026-03-03 service",
        )
        assert served.moment(Served(PENALTY)) == Moment.of(date(2026, 3, 4))
        assert served.moment(FirstService(PENALTY)) == Moment.of(date(2026, 3, 4))
        unserved = case("2026-03-02 decision", "2026-03-03 service")
        assert unserved.moment(Served(PENALTY)) == Moment.of(date(2026, 3, 2))
        assert unserved.moment(FirstService(PENALTY)) is None
        assert case().moment(Served(PENALTY)) is None
        assert case().moment(FirstService(PENALTY)) is None

    def test_of_publication_is_the_first_of_the_case_or_of_the_licence_too(self):
        rows = (
            *published("2026-03-05")["disclosures"],
            *published("2026-03-03", subject="license")["disclosures"],
            *published("2026-03-04")["disclosures"],
        )
        view = case(more={"disclosures": rows})
        assert view.moment(Published()) == Moment.of(date(2026, 3, 4))
        assert view.moment(Published(as_license=True)) == Moment.of(date(2026, 3, 3))
        assert view.published() == Moment.of(date(2026, 3, 4))
        assert case().moment(Published()) is None

    def test_of_this_event_stands_only_where_one_is_looked_at(self):
        view = case("2026-03-02 prior_notice @告知", "2026-03-04 service about:告知")
        [notice, _] = view.events
        assert view.moment(This(), notice) == Moment.of(date(2026, 3, 2))
        assert view.moment(This(served=True), notice) == Moment.of(date(2026, 3, 4))
        with pytest.raises(AssertionError, match=r"^This stands only inside Some"):
            view.moment(This())


class TestLogic:
    @pytest.mark.parametrize(("one", "other"), list(product([True, False, None], repeat=2)))
    def test_is_that_of_kleene(self, one: bool | None, other: bool | None):
        view = case()
        both = False if False in (one, other) else None if None in (one, other) else True
        either = True if True in (one, other) else None if None in (one, other) else False
        assert All((Said(one), Said(other))).of(view) is both
        assert Any((Said(one), Said(other))).of(view) is either
        assert (Said(one) & Said(other)).of(view) is both
        assert (Said(one) | Said(other)).of(view) is either

    def test_negates_what_is_known(self):
        assert [Not(Said(value)).of(case()) for value in (True, False, None)] == [False, True, None]
        assert ~Said(True) == Not(Said(True))
        assert Said(True) & Said(False) == All((Said(True), Said(False)))
        assert Said(True) | Said(False) == Any((Said(True), Said(False)))

    def test_hands_on_the_event_that_is_looked_at(self):
        view = case("2026-03-01 prior_notice", "2026-03-02 decision")
        early = Before(This(), At(PENALTY))
        for where in (All((early,)), Any((early,)), Not(Not(early))):
            assert Some(("prior_notice",), where).of(view) is True


class TestColumns:
    def test_flags_are_unknown_when_null(self):
        assert [Flag("is_major").of(case(is_major=value)) for value in (True, False, None)] == [True, False, None]

    def test_a_null_code_is_none_of_those_asked(self):
        summary = Is("procedure", ("summary", "expedited"))
        answers = [summary.of(case(procedure=value)) for value in ("summary", "expedited", "ordinary", None)]
        assert answers == [True, True, False, False]

    def test_what_is_empty_is_not_given(self):
        assert [Given("case_no").of(case(case_no=value)) for value in ("1号", "", None)] == [True, False, False]
        assert [
            Given("item.basis").of(case(item_id=item)) for item in ("有基准事项", "无依据事项", "查无此事项", None)
        ] == [True, False, False, False]

    def test_penalties_are_those_imposed(self):
        warned, both, none = case(other_penalties="warning"), case(other_penalties="warning|closed"), case()
        assert [HasPenalty(("closed", "criticism")).of(view) for view in (warned, both, none)] == [False, True, False]
        assert [OnlyPenalties(("warning",)).of(view) for view in (warned, both, none)] == [True, False, True]
        assert [OnlyPenalties(("warning",), some=True).of(view) for view in (warned, both, none)] == [
            True,
            False,
            False,
        ]


class TestAmounts:
    DECIDED = "2026-03-02 decision"

    def test_without_a_parameter_are_compared_with_nothing(self):
        assert [Exceeds("fine_fen").of(case(fine_fen=fen)) for fen in (1, 0, None)] == [True, False, None]
        assert Exceeds("fine_fen", reaches=True).of(case(fine_fen=0)) is True

    def test_exceed_or_reach_a_bound(self):
        above = Exceeds("fine_fen", "summary.cap", by_class=True)
        reached = Exceeds("fine_fen", "summary.cap", by_class=True, reaches=True)
        for fen, exceeds, reaches in ((299_999, False, False), (300_000, False, True), (300_001, True, True)):
            view = case(self.DECIDED, fine_fen=fen)
            assert (above.of(view), reached.of(view)) == (exceeds, reaches)

    def test_may_have_one_bound_for_all(self):
        bound = Exceeds("fine_fen", "summary.cap.citizen")
        assert [bound.of(case(self.DECIDED, fine_fen=fen)) for fen in (20_000, 20_001)] == [False, True]

    def test_of_one_bound_for_all_need_no_class(self):
        assert Exceeds("fine_fen", "summary.cap.citizen").of(case(self.DECIDED, fine_fen=20_001, party_id=None)) is True

    def test_are_unknown_without_amount_class_or_step(self):
        bound = Exceeds("fine_fen", "summary.cap", by_class=True)
        assert bound.of(case(self.DECIDED, fine_fen=None)) is None
        assert bound.of(case(self.DECIDED, fine_fen=1, party_id="身份不详")) is None
        assert bound.of(case(self.DECIDED, fine_fen=1, party_id=None)) is None
        assert bound.of(case(fine_fen=1)) is None

    def test_do_not_exceed_a_bound_that_was_not_yet_set(self):
        bound = Exceeds("fine_fen", "summary.cap", by_class=True)
        assert bound.of(case("1990-03-02 decision", fine_fen=10**9)) is False
        assert bound.of(case("1990-03-02 decision", fine_fen=None)) is None

    @pytest.mark.parametrize(
        ("party", "class_"),
        [("公司", "organization"), ("公民", "citizen"), ("个体户", "citizen"), ("身份不详", None), (None, None)],
    )
    def test_are_measured_by_the_class_of_the_party(self, party: str | None, class_: str | None):
        assert case(self.DECIDED, party_id=party).party_class == class_
        assert case(party_id=party).party_class == class_

    @pytest.mark.parametrize(("kind", "class_"), [("other_organization", "organization"), ("government", None)])
    def test_of_other_parties_too(self, kind: str, class_: str | None):
        other = {"parties": ({"party_id": "别人", "kind": kind},)}
        assert case(party_id="别人", more=other).party_class == class_


class TestOutcomes:
    def test_a_step_is_taken_or_not(self):
        assert [Taken(PENALTY).of(view) for view in (case("2026-03-02 decision"), case())] == [True, False]

    def test_a_null_outcome_is_unknown_unless_it_is_another_one(self):
        views = [case(f"2026-03-02 legal_review {word}") for word in ("outcome:approved", "outcome:rejected", "")]
        assert [Ended(REVIEW, "approved").of(view) for view in views] == [True, False, None]
        assert [Ended(REVIEW, "approved", null_is_no=True).of(view) for view in views] == [True, False, False]
        assert Ended(REVIEW, "approved").of(case()) is False


class TestOrder:
    VIEWS = (
        ("2026-03-01 prior_notice", "2026-03-02 decision"),
        ("2026-03-02 prior_notice", "2026-03-02 decision"),
        ("2026-03-03 prior_notice", "2026-03-02 decision"),
        ("2026-03-02T09:00 prior_notice", "2026-03-02T09:01 decision"),
        ("2026-03-02T09:00 prior_notice", "2026-03-02T09:00 decision"),
        ("2026-03-02T09:01 prior_notice", "2026-03-02T09:00 decision"),
        ("2026-03-02 decision",),
        ("2026-03-02 prior_notice",),
    )

    @pytest.mark.parametrize(
        ("condition", "answers"),
        [
            (Before, [True, None, False, True, False, False, None, None]),
            (Ordered, [True, None, True, True, True, True, None, None]),
            (NotAfter, [True, True, False, True, True, False, None, None]),
            (OnDayOrBefore, [True, True, False, True, True, True, None, None]),
        ],
    )
    def test_is_known_from_days_or_from_both_hours(self, condition: type, answers: list[bool | None]):
        assert [condition(At(NOTICE), At(PENALTY)).of(case(*steps)) for steps in self.VIEWS] == answers

    @pytest.mark.parametrize("condition", [Before, Ordered, NotAfter, OnDayOrBefore])
    def test_may_be_that_of_the_event_looked_at(self, condition: type):
        view = case("2026-03-01 prior_notice", "2026-03-02 decision")
        [notice, _] = view.events
        assert condition(This(), At(PENALTY)).of(view, notice) is True
        assert condition(At(NOTICE), This()).of(view, view.events[1]) is True


class TestPeriods:
    def test_a_moment_lies_within_up_to_the_last_day(self):
        window = Within(At(PENALTY), At(NOTICE), "hearing.request.days")
        ends = ("2026-03-09", "2026-03-10")
        assert [window.of(case("2026-03-02 prior_notice", f"{end} decision")) for end in ends] == [True, False]

    def test_may_be_in_calendar_days_that_roll(self):
        rolling = Within(At(PENALTY), At(NOTICE), "payment.days", Unit.CALENDAR_DAY, rolls=True)
        fixed = Within(At(PENALTY), At(NOTICE), "payment.days", Unit.CALENDAR_DAY)
        monday = case("2026-03-06 prior_notice", "2026-03-23 decision")
        assert (rolling.of(monday), fixed.of(monday)) == (True, False)
        assert rolling.of(case("2026-03-06 prior_notice", "2026-03-24 decision")) is False

    def test_are_unknown_without_moments_or_calendar(self):
        window = Within(At(PENALTY), At(NOTICE), "hearing.request.days")
        assert window.of(case("2026-03-02 prior_notice")) is None
        assert window.of(case("2026-03-02 decision")) is None
        assert window.of(case("2098-12-30 prior_notice", "2098-12-31 decision", as_of="2098-12-31")) is None

    def test_are_counted_by_the_calendar_of_the_facts(self):
        view = case("2026-03-02 prior_notice", "2026-03-09 decision")
        unloaded = replace(view.base, calendar=calendar(without_years={2026}))
        assert Within(At(PENALTY), At(NOTICE), "hearing.request.days").of(CaseFacts(view.case, unloaded)) is None

    def test_that_were_not_set_hold_nothing(self):
        window = Within(At(PENALTY), At(NOTICE), "hearing.request.days")
        assert window.of(case("1990-03-02 prior_notice", "1990-03-03 decision")) is False
        assert case().last_day(date(1990, 3, 2), "hearing.request.days", Unit.WORKING_DAY) is None

    def test_are_looked_up_for_the_event_at_hand(self):
        window = Within(This(), At(NOTICE), "hearing.request.days")
        view = case("2026-03-02 prior_notice", "2026-03-09 hearing_request")
        assert Some(("hearing_request",), window).of(view) is True
        start = Within(At(PENALTY), This(), "hearing.request.days")
        assert Some(("prior_notice",), start).of(case("2026-03-02 prior_notice", "2026-03-09 decision")) is True

    def test_are_set_by_the_law_of_the_day_when_they_begin(self):
        period = PeriodSet(At(NOTICE), "hearing.request.days")
        assert period.of(case("2026-03-02 prior_notice")) is True
        assert period.of(case("1990-03-02 prior_notice")) is False
        assert period.of(case()) is True
        assert (
            Some(("prior_notice",), PeriodSet(This(), "hearing.request.days")).of(case("1990-03-02 prior_notice"))
            is False
        )

    def test_do_not_roll_unless_asked(self):
        assert case().last_day(date(2026, 3, 6), "payment.days", Unit.CALENDAR_DAY) == date(2026, 3, 21)
        assert case().last_day(date(2026, 3, 6), "payment.days", Unit.CALENDAR_DAY, rolls=True) == date(2026, 3, 23)


class TestLaw:
    def test_a_benchmark_is_in_force_from_its_first_day_to_its_last(self):
        tier = {
            "item_id": "无基准事项",
            "tier": "一般",
            "effective_from": "2026-02-01",
            "effective_until": "2026-03-31",
        }
        in_force = HasBenchmark(PENALTY)
        days = ("2026-01-31", "2026-02-01", "2026-03-31", "2026-04-01")
        views = [case(f"{day} decision", item_id="无基准事项", more={"benchmarks": (tier,)}) for day in days]
        assert [in_force.of(view) for view in views] == [False, True, True, False]
        assert in_force.of(case()) is None
        assert in_force.of(case("2026-03-02 decision", item_id=None)) is False

    def test_a_switch_is_set_by_the_law_of_the_day(self):
        exempt = Allows("penalty.disclosure.minor_exempt", PENALTY)
        assert [exempt.of(case(f"{day} decision")) for day in ("2026-03-31", "2026-04-01")] == [False, True]
        assert exempt.of(case()) is None
        assert exempt.of(case("1990-03-02 decision")) is False

    def test_a_list_has_a_member_or_not(self):
        members = ("major", "complex")
        triggers = [Allows("legal_review.triggers", PENALTY, member=member) for member in members]
        assert [one.of(case("2026-03-02 decision")) for one in triggers] == [True, False]


class TestSome:
    def test_event_of_these_types_is_there(self):
        asked = Some(("evidence", "inquiry"))
        assert [asked.of(case(*steps)) for steps in ((), ("2026-03-02 inquiry",), ("2026-03-02 filing",))] == [
            False,
            True,
            False,
        ]

    def test_leaves_out_what_was_turned_down_or_ended_otherwise(self):
        asked = Some(("hearing_request",), effective=True, outcomes_not=("waived",))
        outcomes = ("outcome:approved", "outcome:withdrawn", "outcome:waived", "")
        assert [asked.of(case(f"2026-03-02 hearing_request {word}")) for word in outcomes] == [True, False, False, True]
        assert Some(("hearing_request",)).of(case("2026-03-02 hearing_request outcome:withdrawn")) is True

    def test_is_unknown_when_one_may_be_the_one(self):
        asked = Some(("prior_notice",), Before(This(), At(PENALTY)))
        unknown, no, yes = "2026-03-02 prior_notice", "2026-03-03 prior_notice", "2026-03-01 prior_notice"
        assert asked.of(case(unknown, no, "2026-03-02 decision")) is None
        assert asked.of(case(unknown, yes, "2026-03-02 decision")) is True
        assert asked.of(case(no, "2026-03-02 decision")) is False


class TestCaseFacts:
    def test_finds_the_rows_around_the_case(self):
        view = case()
        assert view.case.id == CASE
        assert (view.item and view.item.id) == "有基准事项"
        assert (view.party and view.party.id) == "公司"
        assert (view.agency and view.agency.id) == "城管局"
        assert {row.tier for row in view.benchmarks} == {"一般", "严重"}

    def test_finds_none_where_none_is_named(self):
        view = case(item_id=None, party_id=None, agency_id=None)
        assert (view.item, view.party, view.agency, view.benchmarks) == (None, None, None, ())

    def test_tells_the_service_of_an_event(self):
        view = case("2026-03-02 decision @决定", "2026-03-05 service @送达 about:决定")
        decision, service = view.events
        assert view.service_of(decision) is service
        assert view.service_of(service) is None

    def test_knows_events_up_to_the_day_of_evaluation_only(self):
        steps = ("2026-03-02 decision", "2026-03-03 decision outcome:revoked")
        assert len(case(*steps, as_of="2026-03-02").events) == 1
        assert len(case(*steps, as_of="2026-03-03").events) == 2

    def test_handlers_are_those_named_so(self):
        view = case("2026-03-02 inquiry handler:甲,乙 recorder:丙", "2026-03-03 filing handler:甲")
        assert view.handlers == {"甲", "乙"}
