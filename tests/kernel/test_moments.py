from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from mingjing.kernel.moments import Moment, add_months, before, day_number, day_of, moment_of

moments = st.one_of(st.dates(), st.datetimes()).map(Moment.of)


class TestBefore:
    def test_two_bare_days_of_one_date_have_no_order(self) -> None:
        """Two records of the same bare day cannot be put in order."""
        day = Moment.of(date(2026, 3, 2))
        assert before(day, day) is None

    def test_hours_decide_within_one_day(self) -> None:
        """With hours on both, the earlier hour is before."""
        assert before(Moment.of(datetime(2026, 3, 2, 9)), Moment.of(datetime(2026, 3, 2, 10))) is True

    @given(moments, moments)
    def test_is_never_true_both_ways(self, first: Moment, second: Moment) -> None:
        """An order cannot hold in both directions."""
        assert not (before(first, second) and before(second, first))

    @given(moments, moments)
    def test_the_code_sorts_as_before_does(self, first: Moment, second: Moment) -> None:
        """Whatever is certainly before has the smaller code."""
        if before(first, second):
            assert first.code < second.code

    @given(st.one_of(st.dates(date(1970, 1, 1)), st.datetimes(datetime(1970, 1, 1))).map(Moment.of))
    def test_codes_round_trip(self, moment: Moment) -> None:
        """A moment and its code name each other."""
        assert moment_of(moment.code) == moment


class TestDays:
    @given(st.dates())
    def test_numbers_round_trip(self, day: date) -> None:
        """A day and its number name each other."""
        assert day_of(day_number(day)) == day

    def test_months_end_on_the_last_day(self) -> None:
        """One month after 31 January is the last day of February."""
        assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
        assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
        assert add_months(date(2024, 12, 1), 1) == date(2025, 1, 1)


def test_a_number_beyond_the_last_year_stands_for_the_last_day():
    assert day_of(day_number(date.max) + 5000) == date.max
    assert day_of(day_number(date.min) - 5000) == date.min
