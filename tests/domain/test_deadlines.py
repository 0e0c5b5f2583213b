"""Periods against a day counter that shares nothing with the code, and around the festivals where people go wrong."""

import random
from dataclasses import FrozenInstanceError
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjing.domain.deadlines import (
    Extension,
    HourUnknownError,
    InvalidTimeLimitError,
    Period,
    Step,
    StepKind,
    Suspension,
    TimeLimit,
    Unit,
    YearlyDay,
    count,
    due,
    earliest,
    end_of,
    latest_start,
    limit_of,
    merge,
    window,
)
from mingjing.kernel.moments import Moment
from mingjing.law.calendars import DayOutOfRangeError, calendar
from mingjing.law.citations import cite
from mingjing.law.parameters import get

CALENDAR = calendar()
ONE_DAY = timedelta(days=1)
BEYOND = r"^推算的日期超出公元1年至9999年，请核对起算日和日数。$"


def day(text: str) -> date:
    return date.fromisoformat(text)


def working(amount: int) -> TimeLimit:
    return TimeLimit(amount=amount, unit=Unit.WORKING_DAY)


def days(amount: int, *, rolls: bool = False) -> TimeLimit:
    return TimeLimit(amount=amount, unit=Unit.CALENDAR_DAY, rolls=rolls)


# --- the day counter: walks one day at a time, knows no ordinals -----------------------------------------------------


def walk(reached: date, amount: int, *, only_working: bool) -> date:
    while amount:
        reached += ONE_DAY
        if not only_working or CALENDAR.is_working_day(reached):
            amount -= 1
    return reached


def walk_months(start: date, months: int) -> date:
    year, month = start.year, start.month
    for _ in range(months):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    number = start.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def walk_base(start: date, amount: int, unit: Unit) -> date:
    if unit in (Unit.MONTH, Unit.YEAR):
        return walk_months(start, amount * (12 if unit is Unit.YEAR else 1))
    return walk(start, amount, only_working=unit is Unit.WORKING_DAY)


def walk_all(
    start: date, limit: TimeLimit, suspensions: list[Suspension], extensions: list[Extension]
) -> tuple[date, set[int]]:
    only_working = limit.unit is Unit.WORKING_DAY
    amount = limit.amount
    for extension in extensions:
        if extension.amount is not None:
            amount += extension.amount if extension.at_most is None else min(extension.amount, extension.at_most)
    reached = walk_base(start, amount, limit.unit)
    still = {
        each.from_day + ONE_DAY * number
        for each in suspensions
        for number in range((each.until_day - each.from_day).days)
    }
    still = {each for each in still if each >= start}
    for first in sorted(each for each in still if each - ONE_DAY not in still):
        if first > reached:
            continue
        each, pause = first, 0
        while each in still:
            pause += CALENDAR.is_working_day(each) if only_working else 1
            each += ONE_DAY
        reached = walk(reached, pause, only_working=only_working)
    bound = reached
    for extension in extensions:
        if extension.extends_to is not None:
            to = extension.extends_to
            if extension.at_most is not None:
                to = min(to, walk_base(bound, extension.at_most, limit.unit))
            reached = max(reached, to)
    unrolled = reached
    while limit.rolls and not CALENDAR.is_working_day(reached):
        reached += ONE_DAY
    first_needed = {Unit.WORKING_DAY: start}.get(limit.unit, unrolled if limit.rolls else None)
    needed = set() if first_needed is None else set(range(first_needed.year, reached.year + 1))
    return reached, {year for year in needed if year > 2026 or year < 2004}


def random_case(chance: random.Random) -> tuple[date, TimeLimit, list[Suspension], list[Extension]]:
    start = date(2003, 10, 1) + ONE_DAY * chance.randrange(8700)
    unit = chance.choice([Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH, Unit.YEAR])
    amount = chance.randrange({Unit.MONTH: 37, Unit.YEAR: 6}.get(unit, 100))
    limit = TimeLimit(amount=amount, unit=unit, rolls=chance.random() < 0.5)
    suspensions = []
    for _ in range(chance.choice([0, 0, 1, 2, 4])):
        first = start + ONE_DAY * chance.randrange(-10, 130)
        suspensions.append(Suspension(from_day=first, until_day=first + ONE_DAY * chance.randrange(25)))
    extensions = []
    for _ in range(chance.choice([0, 0, 1, 2])):
        at_most = chance.choice([None, 0, 10, 30]) if unit not in (Unit.MONTH, Unit.YEAR) else chance.choice([None, 2])
        if chance.random() < 0.5:
            extensions.append(Extension(amount=chance.randrange(31) if at_most != 2 else 3, at_most=at_most))
        else:
            extensions.append(Extension(extends_to=start + ONE_DAY * chance.randrange(200), at_most=at_most))
    return start, limit, suspensions, extensions


class TestCount:
    @pytest.mark.parametrize("seed", range(4))
    def test_equals_a_walk_day_by_day(self, seed: int) -> None:
        """Ten thousand random periods in all end where a walk day by day ends."""
        chance = random.Random(seed)
        for _ in range(2500):
            case = random_case(chance)
            found = count(*case, CALENDAR)
            expected, missing = walk_all(*case)
            assert (found.due, set(found.missing_years)) == (expected, missing), case
            assert found.provisional is bool(missing)
            assert found.steps[-1].after == found.due

    @pytest.mark.parametrize(
        ("start", "limit", "expected"),
        [
            # 2026: Mid-autumn 25-27 September, National Day 1-7 October, Saturday 10 October worked
            ("2026-09-24", working(1), "2026-09-28"),
            ("2026-09-25", working(7), "2026-10-12"),
            ("2026-09-30", working(1), "2026-10-08"),
            ("2026-10-09", working(1), "2026-10-10"),
            ("2026-10-10", working(1), "2026-10-12"),
            # 2026: Spring Festival 15-23 February, Saturdays 14 and 28 February worked
            ("2026-02-13", working(1), "2026-02-14"),
            ("2026-02-13", working(2), "2026-02-24"),
            ("2026-02-24", working(5), "2026-03-02"),
            # 2025: Spring Festival 28 January to 4 February, Sunday 26 January and Saturday 8 February worked
            ("2025-01-24", working(1), "2025-01-26"),
            ("2025-01-24", working(3), "2025-02-05"),
            ("2025-02-06", working(2), "2025-02-08"),
            # 2020: the Spring Festival that was prolonged to 2 February
            ("2020-01-23", working(1), "2020-02-03"),
            # year ends
            ("2025-12-30", working(1), "2025-12-31"),
            ("2025-12-31", working(1), "2026-01-04"),
            ("2023-12-29", working(1), "2024-01-02"),
            # the start never counts, whether worked or not
            ("2026-10-03", working(1), "2026-10-08"),
            ("2026-10-03", working(0), "2026-10-03"),
            # calendar days
            ("2024-09-09", days(90), "2024-12-08"),
            ("2026-07-05", days(90), "2026-10-03"),
            ("2026-07-05", days(90, rolls=True), "2026-10-08"),
            ("2026-07-12", days(90, rolls=True), "2026-10-10"),
            ("2026-01-01", days(30), "2026-01-31"),
            # months and years end on the day of the same number, or on the month's last
            ("2026-01-31", TimeLimit(amount=1, unit=Unit.MONTH), "2026-02-28"),
            ("2024-02-29", TimeLimit(amount=2, unit=Unit.YEAR), "2026-02-28"),
            ("2025-11-30", TimeLimit(amount=3, unit=Unit.MONTH), "2026-02-28"),
        ],
    )
    def test_knows_the_festivals(self, start: str, limit: TimeLimit, expected: str) -> None:
        assert count(day(start), limit).due == day(expected)

    def test_is_provisional_where_the_notice_is_not_loaded(self) -> None:
        """A working day of 2027 is an estimate until the State Council says; the number is still given."""
        found = count(day("2026-12-28"), working(5))
        assert (found.due, found.provisional, found.missing_years) == (day("2027-01-04"), True, (2027,))

    def test_asks_no_calendar_where_none_is_needed(self) -> None:
        """Thirty calendar days that do not roll end in 2027 for certain."""
        assert not count(day("2026-12-20"), days(30)).provisional
        assert count(day("2026-12-20"), days(30, rolls=True)).provisional

    def test_becomes_provisional_when_a_year_is_left_out(self) -> None:
        without = calendar(without_years={2026})
        assert count(day("2026-09-25"), working(7), calendar=without).due == day("2026-10-06")
        assert count(day("2026-09-25"), working(7), calendar=without).missing_years == (2026,)

    def test_counts_hours_through_midnight_and_month_end(self) -> None:
        """行政强制法 art. 19: twenty-four hours are hours, whatever days they touch."""
        found = count(Moment.of(datetime(2026, 9, 30, 18, 30)), TimeLimit(amount=24, unit=Unit.HOUR))
        assert found.due_at == Moment.of(datetime(2026, 10, 1, 18, 30))
        assert found.due == day("2026-10-01")
        assert "2026-10-01 18:30" in found.explain()[-1]

    def test_hours_ask_no_calendar_and_end_in_one_step(self) -> None:
        """行政强制法 art. 19: the hours run through days of which nobody knows yet whether they are worked."""
        limit = TimeLimit(amount=24, unit=Unit.HOUR, citation=cite("QZ 19"))
        found = count(Moment.of(datetime(2026, 12, 31, 18, 30)), limit)
        assert (found.start, found.limit, found.due) == (day("2026-12-31"), limit, day("2027-01-01"))
        assert (found.provisional, found.missing_years) == (False, ())
        assert found.steps == (
            Step(
                kind=StepKind.BASE,
                before=day("2026-12-31"),
                after=day("2027-01-01"),
                amount=24,
                citation=cite("QZ 19"),
            ),
        )

    def test_refuses_hours_from_a_bare_day(self) -> None:
        with pytest.raises(HourUnknownError, match="没有记录时刻") as refused:
            count(day("2026-09-30"), TimeLimit(amount=24, unit=Unit.HOUR))
        assert refused.value.facts == {"start": day("2026-09-30")}

    def test_refuses_to_suspend_or_extend_hours(self) -> None:
        """行政强制法 art. 19 knows neither: what is urgent is approved within the twenty-four hours."""
        start, limit = Moment.of(datetime(2026, 9, 30, 18)), TimeLimit(amount=24, unit=Unit.HOUR)
        with pytest.raises(InvalidTimeLimitError, match=r"^以小时计的期限不能中止或者延长。$"):
            count(start, limit, [Suspension(from_day=day("2026-09-30"), until_day=day("2026-10-02"))])
        with pytest.raises(InvalidTimeLimitError, match=r"^以小时计的期限不能中止或者延长。$"):
            count(start, limit, extensions=[Extension(amount=1)])

    def test_refuses_to_count_hours_from_a_day(self) -> None:
        with pytest.raises(InvalidTimeLimitError, match=r"^以小时计的期限须从记录的时刻起算。$"):
            due(day("2026-09-30"), TimeLimit(amount=24, unit=Unit.HOUR), CALENDAR)

    def test_tells_amount_and_article_of_the_period_itself(self) -> None:
        """行政处罚法 art. 60: ninety days, the first step of each count of them."""
        limit = TimeLimit(amount=90, unit=Unit.CALENDAR_DAY, citation=cite("CF 60"))
        assert count(day("2026-03-01"), limit).steps == (
            Step(
                kind=StepKind.BASE,
                before=day("2026-03-01"),
                after=day("2026-05-30"),
                amount=90,
                citation=cite("CF 60"),
            ),
        )

    @pytest.mark.parametrize(
        "limit",
        [
            working(10),
            days(10),
            TimeLimit(amount=1, unit=Unit.MONTH),
            TimeLimit(amount=1, unit=Unit.YEAR),
        ],
    )
    def test_refuses_days_beyond_the_last(self, limit: TimeLimit) -> None:
        with pytest.raises(DayOutOfRangeError, match=BEYOND):
            count(day("9999-12-25"), limit)

    def test_refuses_hours_beyond_the_last_day(self) -> None:
        with pytest.raises(DayOutOfRangeError, match=BEYOND):
            count(Moment.of(datetime(9999, 12, 31, 18)), TimeLimit(amount=24, unit=Unit.HOUR))

    @given(
        start=st.dates(date(2004, 1, 1), date(2026, 6, 30)),
        amount=st.integers(0, 60),
        unit=st.sampled_from([Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.MONTH]),
        rolls=st.booleans(),
    )
    @settings(max_examples=300)
    def test_is_monotone(self, start: date, amount: int, unit: Unit, rolls: bool) -> None:
        """A later start never ends earlier, and a longer period never ends sooner."""
        limit = TimeLimit(amount=amount, unit=unit, rolls=rolls)
        longer = TimeLimit(amount=amount + 1, unit=unit, rolls=rolls)
        assert start <= count(start, limit).due <= count(start + ONE_DAY, limit).due
        assert count(start, limit).due <= count(start, longer).due

    @given(start=st.dates(date(2004, 1, 1), date(2026, 1, 1)), amount=st.integers(1, 30))
    def test_ends_on_a_working_day(self, start: date, amount: int) -> None:
        """A period of working days never needs to roll."""
        end = count(start, working(amount)).due
        assert CALENDAR.is_working_day(end)
        assert sum(CALENDAR.is_working_day(start + ONE_DAY * n) for n in range(1, (end - start).days + 1)) == amount


class TestDeadline:
    def test_is_a_value(self) -> None:
        """Two counts of one period are equal and cannot be changed, whichever calendar object they used."""
        found = count(day("2026-03-02"), working(3))
        again = count(day("2026-03-02"), working(3), calendar=calendar(without_years={2004}))
        assert found == again
        assert hash(found) == hash(again)
        assert "calendar" not in repr(found)
        with pytest.raises(FrozenInstanceError):
            found.due = day("2026-03-09")  # type: ignore[misc]

    @pytest.mark.parametrize("kind", [TimeLimit, Suspension, Extension, YearlyDay])
    def test_parts_are_named_when_made(self, kind: type) -> None:
        with pytest.raises(TypeError):
            kind(1, 2)


class TestSuspensions:
    def test_overlaps_are_deducted_once(self) -> None:
        testing = Suspension(from_day=day("2026-03-10"), until_day=day("2026-03-15"), ground="检测")
        hearing = Suspension(from_day=day("2026-03-13"), until_day=day("2026-03-18"), ground="听证")
        found = count(day("2026-03-01"), days(90), [hearing, testing])
        assert found.due == day("2026-06-07")
        assert [step.amount for step in found.steps if step.kind is StepKind.SUSPENDED] == [8]

    def test_of_no_length_counts_nothing(self) -> None:
        """Begun and ended on one day: nothing is deducted."""
        pause = Suspension(from_day=day("2026-03-10"), until_day=day("2026-03-10"))
        assert count(day("2026-03-01"), days(90), [pause]).due == day("2026-05-30")

    def test_before_the_start_is_cut_off(self) -> None:
        pause = Suspension(from_day=day("2026-02-20"), until_day=day("2026-03-03"))
        assert count(day("2026-03-01"), days(90), [pause]).due == day("2026-06-01")

    def test_on_the_last_day_still_counts_and_after_it_does_not(self) -> None:
        """Who suspends on the last day is in time; who suspends the day after is too late."""
        last = Suspension(from_day=day("2026-05-30"), until_day=day("2026-06-04"))
        late = Suspension(from_day=day("2026-05-31"), until_day=day("2026-06-04"))
        assert count(day("2026-03-01"), days(90), [last]).due == day("2026-06-04")
        found = count(day("2026-03-01"), days(90), [late])
        assert found.due == day("2026-05-30")
        assert (found.steps[-1].kind, found.steps[-1].amount) == (StepKind.NOT_SUSPENDED, 0)

    def test_one_may_bring_the_next_into_the_period(self) -> None:
        first = Suspension(from_day=day("2026-05-20"), until_day=day("2026-05-30"))
        second = Suspension(from_day=day("2026-06-08"), until_day=day("2026-06-10"))
        assert count(day("2026-03-01"), days(90), [second]).due == day("2026-05-30")
        assert count(day("2026-03-01"), days(90), [first, second]).due == day("2026-06-11")

    def test_of_working_days_deducts_working_days_only(self) -> None:
        """A testing over the National Day holidays of 2026 takes two working days, 30 September and 8 October."""
        pause = Suspension(from_day=day("2026-09-30"), until_day=day("2026-10-09"))
        assert count(day("2026-09-28"), working(3), [pause]).due == day("2026-10-10")
        assert count(day("2026-09-28"), working(3)).due == day("2026-10-08")

    def test_that_ends_before_it_begins_is_refused(self) -> None:
        with pytest.raises(InvalidTimeLimitError, match="早于开始日") as refused:
            Suspension(from_day=day("2026-03-02"), until_day=day("2026-03-01"), ground="检测")
        assert refused.value.facts == {"ground": "检测"}

    def test_merge_keeps_each_ground_once(self) -> None:
        pauses = [
            Suspension(from_day=day("2026-03-02"), until_day=day("2026-03-04"), ground="检测"),
            Suspension(from_day=day("2026-03-04"), until_day=day("2026-03-06"), ground="鉴定"),
            Suspension(from_day=day("2026-03-05"), until_day=day("2026-03-09"), ground="检测"),
            Suspension(from_day=day("2026-02-01"), until_day=day("2026-03-01"), ground="公告"),
        ]
        (found,) = merge(day("2026-03-01"), pauses)
        assert (found.from_day, found.until_day) == (day("2026-03-02"), day("2026-03-09"))
        assert found.ground == "检测、鉴定"


class TestExtensions:
    def test_by_an_amount_is_bounded(self) -> None:
        """行政强制法 art. 25: thirty days more at most, whatever was approved."""
        assert count(day("2026-03-01"), days(30), extensions=[Extension(amount=60, at_most=30)]).due == day(
            "2026-04-30"
        )

    def test_to_a_day_is_bounded(self) -> None:
        allowed = Extension(extends_to=day("2026-04-20"), at_most=30)
        beyond = Extension(extends_to=day("2026-05-20"), at_most=30)
        assert count(day("2026-03-01"), days(30), extensions=[allowed]).due == day("2026-04-20")
        assert count(day("2026-03-01"), days(30), extensions=[beyond]).due == day("2026-04-30")

    def test_never_shortens(self) -> None:
        found = count(day("2026-03-01"), days(30), extensions=[Extension(extends_to=day("2026-03-10"))])
        assert found.due == day("2026-03-31")
        assert found.steps[-1].kind is StepKind.NOT_EXTENDED

    def test_lets_a_later_suspension_count(self) -> None:
        """A testing inside the extended period is deducted as one inside the first thirty days is."""
        testing = Suspension(from_day=day("2026-04-10"), until_day=day("2026-04-15"))
        extension = Extension(amount=30, at_most=30)
        assert count(day("2026-03-01"), days(30), [testing], [extension]).due == day("2026-05-05")

    def test_tells_what_counts_of_what_was_approved(self) -> None:
        """行政强制法 art. 25: sixty days were approved, thirty count, and the step says thirty."""
        longer = Extension(amount=60, at_most=30, citation=cite("QZ 25"))
        assert count(day("2026-03-01"), days(30), extensions=[longer]).steps[-1] == Step(
            kind=StepKind.EXTENDED,
            before=day("2026-03-31"),
            after=day("2026-04-30"),
            amount=30,
            citation=cite("QZ 25"),
        )

    @pytest.mark.parametrize("kwargs", [{}, {"amount": 3, "extends_to": date(2026, 1, 1)}])
    def test_that_says_nothing_clear_is_refused(self, kwargs: dict[str, object]) -> None:
        with pytest.raises(InvalidTimeLimitError, match=r"^延长须写明延长多少，或者延长到哪一天，二者只写一项。$"):
            Extension(**kwargs)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        "kwargs", [{"amount": -1}, {"amount": 3, "at_most": -1}, {"extends_to": date(2026, 1, 1), "at_most": -1}]
    )
    def test_by_less_than_nothing_is_refused(self, kwargs: dict[str, object]) -> None:
        with pytest.raises(InvalidTimeLimitError, match=r"^延长的数量不能是负数。$"):
            Extension(**kwargs)  # type: ignore[arg-type]


class TestWindows:
    def test_of_the_request_for_a_hearing(self) -> None:
        """行政处罚法 art. 64(1): told before the holidays of 2026, the party may ask until 9 October."""
        found = window(day("2026-09-24"), working(5))
        assert (found.last, found.free_from) == (day("2026-10-09"), day("2026-10-10"))
        assert found.deadline == count(day("2026-09-24"), working(5))

    def test_of_notice_ahead_of_a_hearing(self) -> None:
        """行政处罚法 art. 64(2): the hearing is on the seventh working day after the notice at the earliest."""
        assert earliest(day("2026-09-25"), working(7)).due == day("2026-10-12")

    def test_go_by_the_calendar_that_is_given(self) -> None:
        """行政处罚法 art. 85: without the notice of 2026, National Day is counted as Monday to Friday, provisionally."""
        without = calendar(without_years={2026})
        assert window(day("2026-09-25"), working(5), without).last == day("2026-10-02")
        assert window(day("2026-09-25"), working(5), without).deadline.provisional
        assert earliest(day("2026-09-25"), working(7), without).due == day("2026-10-06")
        assert latest_start(day("2026-10-06"), working(7), without) == day("2026-09-27")
        assert latest_start(day("2026-10-12"), working(7)) == day("2026-09-27")

    @given(
        act=st.dates(date(2005, 1, 1), date(2026, 12, 31)),
        amount=st.integers(0, 20),
        unit=st.sampled_from([Unit.WORKING_DAY, Unit.CALENDAR_DAY]),
    )
    @settings(max_examples=300)
    def test_the_latest_start_is_the_last_that_reaches(self, act: date, amount: int, unit: Unit) -> None:
        limit = TimeLimit(amount=amount, unit=unit)
        start = latest_start(act, limit)
        assert due(start, limit, CALENDAR) <= act < due(start + ONE_DAY, limit, CALENDAR)

    def test_notice_in_months_is_refused(self) -> None:
        with pytest.raises(InvalidTimeLimitError, match=r"^提前通知的期限只能以工作日或者日计。$"):
            latest_start(day("2026-03-01"), TimeLimit(amount=1, unit=Unit.MONTH))


class TestFixedDays:
    def test_the_plan_is_due_by_the_end_of_march(self) -> None:
        plan = YearlyDay(month=3, day=31)
        assert plan.next_on_or_after(day("2026-03-31")) == day("2026-03-31")
        assert plan.next_on_or_after(day("2026-04-01")) == day("2027-03-31")

    def test_a_day_that_rolls_may_lie_in_the_next_month(self) -> None:
        """31 January 2026 is a Saturday; where the day rolls it is Monday, 2 February."""
        report = YearlyDay(month=1, day=31, rolls=True)
        assert report.in_year(2026) == day("2026-02-02")
        assert report.next_on_or_after(day("2026-02-01")) == day("2026-02-02")

    def test_a_day_that_rolls_over_the_year_end_is_found(self) -> None:
        report = YearlyDay(month=12, day=31, rolls=True)
        assert report.next_on_or_after(day("2023-01-01"), CALENDAR) == day("2023-01-03")

    def test_days_that_roll_go_by_the_calendar_that_is_given(self) -> None:
        """1 October 2026 is a Thursday: worked, as long as no notice is known."""
        report, without = YearlyDay(month=10, day=1, rolls=True), calendar(without_years={2026})
        assert report.in_year(2026) == day("2026-10-08")
        assert report.in_year(2026, without) == day("2026-10-01")
        assert report.next_on_or_after(day("2026-09-01")) == day("2026-10-08")
        assert report.next_on_or_after(day("2026-09-01"), without) == day("2026-10-01")

    def test_leap_day_falls_on_the_last_of_february(self) -> None:
        assert YearlyDay(month=2, day=29).in_year(2026) == day("2026-02-28")

    def test_a_day_that_no_year_has_is_refused(self) -> None:
        with pytest.raises(InvalidTimeLimitError, match=r"^没有2月30日这一天。$"):
            YearlyDay(month=2, day=30)

    @pytest.mark.parametrize(
        ("period", "of", "expected"),
        [
            (Period.MONTH, "2024-02-03", "2024-02-29"),
            (Period.MONTH, "9999-12-01", "9999-12-31"),
            (Period.QUARTER, "2026-05-31", "2026-06-30"),
            (Period.QUARTER, "2026-01-01", "2026-03-31"),
            (Period.HALF_YEAR, "2026-07-01", "2026-12-31"),
            (Period.HALF_YEAR, "2026-06-30", "2026-06-30"),
            (Period.YEAR, "2026-06-30", "2026-12-31"),
        ],
    )
    def test_periods_end_on_their_last_day(self, period: Period, of: str, expected: str) -> None:
        assert end_of(period, day(of)) == day(expected)


class TestExplain:
    def test_tells_days_holidays_exchange_and_article(self) -> None:
        text = "\n".join(count(day("2026-09-25"), limit_of(value_of("penalty.service.days"))).explain())
        assert text.splitlines() == [
            "依据《行政处罚法》第六十一条，期限7个工作日。",
            "起始日2026-09-25（星期五，中秋节放假）不计，从2026-09-26（星期六，中秋节放假）起算。",
            "2026-09-26（星期六）至2026-09-27（星期日）：中秋节放假，不计。",
            "2026-09-28（星期一）至2026-09-30（星期三）：第1至第3个工作日。",
            "2026-10-01（星期四）至2026-10-07（星期三）：国庆节放假，不计。",
            "2026-10-08（星期四）至2026-10-10（星期六，调休上班）：第4至第6个工作日。",
            "2026-10-11（星期日）：周末，不计。",
            "2026-10-12（星期一）：第7个工作日。",
            "届满日：2026-10-12（星期一）。",
        ]

    def test_tells_deductions_extension_and_roll(self) -> None:
        limit = TimeLimit(amount=90, unit=Unit.CALENDAR_DAY, rolls=True, citation=cite("CF 60"))
        pauses = [
            Suspension(from_day=day("2026-08-01"), until_day=day("2026-08-02"), ground="检测"),
            Suspension(from_day=day("2026-12-01"), until_day=day("2026-12-02"), ground="公告"),
        ]
        longer = [Extension(extends_to=day("2026-10-05")), Extension(extends_to=day("2026-10-01"))]
        assert count(day("2026-07-04"), limit, pauses, longer).explain() == (
            "依据《行政处罚法》第六十条，期限90日。",
            "起始日2026-07-04（星期六）不计，从2026-07-05（星期日）起算。",
            "计满90日，最后一日是2026-10-02（星期五，国庆节放假）。",
            "扣除检测：2026-08-01起至2026-08-02前，共1日，最后一日由2026-10-02移到2026-10-03（星期六，国庆节放假）。",
            "公告从2026-12-01开始，已过最后一日2026-10-03，不扣除。",
            "经批准延长到2026-10-05，最后一日由2026-10-03移到2026-10-05（星期一，国庆节放假）。",
            "延长没有晚于原来的最后一日2026-10-05，不改变届满日。",
            "2026-10-05（星期一，国庆节放假）是休息日，顺延到其后第一个工作日2026-10-08（星期四）。",
            "届满日：2026-10-08（星期四）。",
        )

    def test_tells_the_rest_days_that_a_deduction_skips(self) -> None:
        pause = Suspension(from_day=day("2026-09-29"), until_day=day("2026-09-30"), ground="鉴定")
        assert count(day("2026-09-25"), working(3), [pause]).explain()[2:] == (
            "2026-09-26（星期六）至2026-09-27（星期日）：中秋节放假，不计。",
            "2026-09-28（星期一）至2026-09-30（星期三）：第1至第3个工作日。",
            "扣除鉴定：2026-09-29起至2026-09-30前，共1个工作日，最后一日由2026-09-30移到2026-10-08（星期四）。",
            "2026-10-01（星期四）至2026-10-07（星期三）：国庆节放假，不计。",
            "届满日：2026-10-08（星期四）。",
        )

    def test_does_not_repeat_rest_days_before_the_deduction(self) -> None:
        """The last day is 8 October already; its own holidays were told in the count of the period."""
        pause = Suspension(from_day=day("2026-10-08"), until_day=day("2026-10-09"), ground="鉴定")
        lines = count(day("2026-09-30"), working(1), [pause]).explain()
        assert sum("国庆节放假，不计" in line for line in lines) == 1

    def test_says_when_an_extension_was_cut_to_what_is_allowed(self) -> None:
        longer = Extension(extends_to=day("2026-05-20"), at_most=30, citation=cite("QZ 25"))
        line = count(day("2026-03-01"), days(30), extensions=[longer]).explain()[-2]
        assert line == (
            "依据《行政强制法》第二十五条延长到2026-05-20（超出允许的延长，只算到允许的最后一日），"
            "最后一日由2026-03-31移到2026-04-30（星期四）。"
        )

    def test_says_that_a_day_is_provisional(self) -> None:
        lines = count(day("2026-12-30"), working(2)).explain()
        assert "暂按周一至周五为工作日" in lines[-2]
        assert lines[-1].startswith("暂定届满日：2027-01-01")
        assert "2027年的节假日安排尚未收录" in lines[-1]

    def test_names_each_year_that_is_not_known_and_its_weekends(self) -> None:
        """行政处罚法 art. 85: weekends are no working days, whatever a later notice says of festivals."""
        lines = count(day("2027-12-30"), working(3)).explain()
        assert lines == (
            "期限3个工作日。",
            "起始日2027-12-30（星期四，2027年节假日安排未收录）不计，从2027-12-31（星期五，2027年节假日安排未收录）起算。",
            "2027-12-31（星期五）：第1个工作日（2027年节假日安排未收录，暂按周一至周五为工作日）。",
            "2028-01-01（星期六）至2028-01-02（星期日）：周末，不计（2028年节假日安排未收录，暂按周一至周五为工作日）。",
            "2028-01-03（星期一）至2028-01-04（星期二）：第2至第3个工作日（2028年节假日安排未收录，暂按周一至周五为工作日）。",
            "暂定届满日：2028-01-04（星期二，2028年节假日安排未收录）。2027年、2028年的节假日安排尚未收录，收录后可能变动。",
        )

    def test_deducts_days_from_months_and_extends_by_months(self) -> None:
        """Readings INT-0018, INT-0021: a month ends on the day of its number; what is deducted from it are days."""
        limit = TimeLimit(amount=1, unit=Unit.MONTH)
        pause = Suspension(from_day=day("2026-03-10"), until_day=day("2026-03-15"), ground="检测")
        lines = count(day("2026-03-02"), limit, [pause], [Extension(amount=1)]).explain()
        assert lines == (
            "期限1个月。",
            "起始日2026-03-02（星期一）不计，从2026-03-03（星期二）起算。",
            "计满1个月，最后一日是2026-04-02（星期四）。",
            "经批准延长1个月，最后一日由2026-04-02移到2026-05-02（星期六，劳动节放假）。",
            "扣除检测：2026-03-10起至2026-03-15前，共5日，最后一日由2026-05-02移到2026-05-07（星期四）。",
            "届满日：2026-05-07（星期四）。",
        )

    def test_of_no_days_names_the_day_itself(self) -> None:
        assert count(day("2026-03-02"), days(0)).explain()[1] == "须在2026-03-02（星期一）当日完成。"


class TestLimitOf:
    def test_takes_amount_unit_and_article_from_the_parameter(self) -> None:
        limit = limit_of(value_of("penalty.decision.days"), rolls=True)
        assert (limit.label, limit.rolls, str(limit.citation)) == ("90日", True, "CF 60")

    def test_rolls_only_where_the_provision_is_read_so(self) -> None:
        """Reading INT-0001: a last day stays where it is unless somebody says that it moves."""
        assert not limit_of(value_of("penalty.decision.days")).rolls

    def test_refuses_what_is_no_period(self) -> None:
        value = value_of("summary.cap.citizen")
        with pytest.raises(InvalidTimeLimitError, match="不是期限") as refused:
            limit_of(value)
        assert refused.value.facts == {"unit": value.unit}

    def test_negative_amounts_are_refused(self) -> None:
        with pytest.raises(InvalidTimeLimitError, match="不能是负数") as refused:
            working(-1)
        assert refused.value.facts == {"amount": -1}


def value_of(parameter: str):
    value = get(parameter).at(date(2026, 1, 1))
    assert value is not None
    return value
