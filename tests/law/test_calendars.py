from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.kernel.moments import day_number
from mingjing.law.calendars import DayOutOfRangeError, calendar

CALENDAR = calendar()
ONE_DAY = timedelta(days=1)


def all_days(first: date, last: date) -> list[date]:
    return [first + ONE_DAY * number for number in range((last - first).days + 1)]


class TestNotices:
    def test_agree_with_another_calendar_day_by_day(self) -> None:
        """
        Every day of 2004 to 2026 is a working day here if it is one in chinesecalendar, but one.

        The notice for 2006 (国办发明电〔2005〕35号) has Saturday, 31 December 2005 worked; chinesecalendar omits it.
        """
        other = pytest.importorskip("chinese_calendar")
        different = [
            day
            for day in all_days(date(2004, 1, 1), date(2026, 12, 31))
            if CALENDAR.is_working_day(day) != other.is_workday(day)
        ]
        assert different == [date(2005, 12, 31)]

    def test_agree_with_a_third_calendar(self) -> None:
        """The package ``holidays`` has its days from elsewhere."""
        third = pytest.importorskip("holidays")
        china = third.country_holidays("CN", years=range(2004, 2028))
        different = [
            day
            for day in all_days(date(2004, 1, 1), date(2026, 12, 31))
            if CALENDAR.is_working_day(day) != china.is_working_day(day)
        ]
        assert different == []

    def test_are_loaded_for_each_year_and_no_other(self) -> None:
        assert sorted(CALENDAR.years) == list(range(2004, 2027))
        assert not CALENDAR.is_loaded(2027)

    def test_days_off_and_days_worked_do_not_meet(self) -> None:
        for year in CALENDAR.years.values():
            assert not set(year.holidays) & year.workdays
            assert all(day.weekday() >= 5 for day in year.workdays)
            assert (
                240
                <= sum(CALENDAR.is_working_day(day) for day in all_days(date(year.year, 1, 1), date(year.year, 12, 31)))
                <= 256
            )

    @pytest.mark.parametrize(
        ("day", "works", "words"),
        [
            (date(2026, 10, 10), True, "星期六，调休上班"),
            (date(2026, 10, 7), False, "星期三，国庆节放假"),
            (date(2026, 10, 11), False, "星期日"),
            (date(2026, 10, 12), True, "星期一"),
            (date(2020, 1, 31), False, "星期五，春节放假"),
            (date(2015, 9, 3), False, "星期四，抗战胜利七十周年纪念日放假"),
            (date(2027, 1, 1), True, "星期五，2027年节假日安排未收录"),
        ],
    )
    def test_describe_the_day(self, day: date, works: bool, words: str) -> None:
        assert (CALENDAR.is_working_day(day), CALENDAR.describe(day)) == (works, words)


class TestOrdinals:
    def test_count_the_working_days(self) -> None:
        """The ordinal grows by one on each working day and by nothing on a rest day."""
        ordinal = CALENDAR.working_days_through(date(1999, 12, 31))
        for day in all_days(date(2000, 1, 1), date(2030, 12, 31)):
            ordinal += CALENDAR.is_working_day(day)
            assert CALENDAR.working_days_through(day) == ordinal

    def test_begin_in_1970(self) -> None:
        """1 January 1970 was a Thursday."""
        first = date(1970, 1, 1)
        assert [CALENDAR.working_days_through(first + ONE_DAY * n) for n in range(-1, 6)] == [0, 1, 2, 2, 2, 3, 4]

    @given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
    def test_name_a_working_day(self, day: date) -> None:
        ordinal = CALENDAR.working_days_through(day)
        named = CALENDAR.day_of_ordinal(ordinal)
        assert named <= day
        assert CALENDAR.is_working_day(named)
        assert CALENDAR.working_days_through(named) == ordinal
        assert (named == day) is CALENDAR.is_working_day(day)

    @pytest.mark.parametrize("ordinal", [10**9, -(10**9)])
    def test_beyond_all_days_are_refused(self, ordinal: int) -> None:
        with pytest.raises(DayOutOfRangeError):
            CALENDAR.day_of_ordinal(ordinal)

    def test_reach_the_ends_of_time(self) -> None:
        last = CALENDAR.working_days_through(date.max)
        assert CALENDAR.day_of_ordinal(last) == date.max  # a Friday
        first = CALENDAR.working_days_through(date.min)
        assert CALENDAR.day_of_ordinal(first + 1) == date(1, 1, 2)


class TestTable:
    def test_gives_day_ordinal_and_whether_it_is_known(self) -> None:
        rows = CALENDAR.table(date(2026, 12, 30), date(2027, 1, 4))
        base = CALENDAR.working_days_through(date(2026, 12, 29))
        first = day_number(date(2026, 12, 30))
        assert rows == [
            (first, base + 1, True),
            (first + 1, base + 2, True),
            (first + 2, base + 3, False),
            (first + 3, base + 3, False),
            (first + 4, base + 3, False),
            (first + 5, base + 4, False),
        ]

    @given(st.dates(date(2000, 1, 1), date(2028, 1, 1)), st.integers(0, 400))
    def test_says_the_same_as_the_ordinals(self, first: date, length: int) -> None:
        for number, ordinal, known in CALENDAR.table(first, first + ONE_DAY * length):
            day = date.fromordinal(number + date(1970, 1, 1).toordinal())
            assert (ordinal, known) == (CALENDAR.working_days_through(day), CALENDAR.is_loaded(day.year))


class TestYearsLeftOut:
    def test_are_estimated_and_said_to_be_missing(self) -> None:
        without = calendar(without_years={2026})
        assert without.is_working_day(date(2026, 10, 1))
        assert not without.is_working_day(date(2026, 10, 10))
        assert without.unloaded_years(date(2025, 12, 31), date(2027, 1, 1)) == (2026, 2027)
        assert CALENDAR.unloaded_years(date(2025, 12, 31), date(2026, 12, 31)) == ()

    def test_leave_the_whole_calendar_alone(self) -> None:
        assert calendar() is CALENDAR
        assert not CALENDAR.is_working_day(date(2026, 10, 1))


class TestNextWorkingDay:
    @pytest.mark.parametrize(
        ("day", "expected"),
        [(date(2026, 10, 1), date(2026, 10, 8)), (date(2026, 10, 10), date(2026, 10, 10)), (date(2026, 10, 11), date(2026, 10, 12))],
    )  # fmt: skip
    def test_is_the_day_itself_or_the_next_that_is_worked(self, day: date, expected: date) -> None:
        assert CALENDAR.next_working_day(day) == expected
