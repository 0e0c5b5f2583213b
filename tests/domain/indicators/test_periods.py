"""Periods: keys that sort and are read again, days that tile the calendar."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjing.domain.indicators.periods import PeriodKind, UnknownPeriodError, period_of, period_on, periods_up_to

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
KINDS = st.sampled_from(PeriodKind)


class TestPeriods:
    @given(kind=KINDS, day=DAYS)
    def test_a_key_is_read_again(self, kind: PeriodKind, day: date) -> None:
        period = period_on(kind, day)
        assert period_of(period.key) == period

    @given(kind=KINDS, day=DAYS)
    def test_the_day_lies_in_its_period(self, kind: PeriodKind, day: date) -> None:
        period = period_on(kind, day)
        assert period.first <= day < period.end
        assert period.last == period.end - timedelta(days=1)

    @given(kind=KINDS, day=DAYS, most=st.integers(1, 30))
    def test_periods_follow_each_other_in_time_and_in_the_order_of_keys(
        self, kind: PeriodKind, day: date, most: int
    ) -> None:
        periods = periods_up_to(kind, day, most)
        assert len(periods) == most
        assert [one.key for one in periods] == sorted(one.key for one in periods)
        for earlier, later in pairwise(periods):
            assert later.earlier() == earlier
            if kind is not PeriodKind.ROLLING:
                assert earlier.end == later.first

    @given(kind=KINDS, day=DAYS)
    def test_a_year_earlier_is_the_same_period(self, kind: PeriodKind, day: date) -> None:
        period = period_on(kind, day)
        assert period.a_year_earlier().key.replace(str(period.last.year - 1), str(period.last.year)) == period.key

    @pytest.mark.parametrize("key", ["", "2026-13", "2026Q5", "2026H3", "1900", "2026-1", "去年", "2026-03RR"])
    def test_what_is_no_period_is_refused(self, key: str) -> None:
        with pytest.raises(UnknownPeriodError):
            period_of(key)

    def test_labels(self) -> None:
        assert [period_of(key).label for key in ("2026-03", "2026Q4", "2026H2", "2026", "2026-03R")] == [
            "2026年3月",
            "2026年第四季度",
            "2026年下半年",
            "2026年",
            "截至2026年3月的十二个月",
        ]
