"""Where a task stands on a day, and which periods its units report."""

from datetime import date

import pytest

from mingjing.domain.plans.standing import Rhythm, Standing, TaskState, period_of, periods, standing

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("due_on", "long_term", "expected"),
    [
        (date(2026, 11, 19), False, Standing.OVERDUE),
        (date(2026, 11, 20), False, Standing.SOON),
        (date(2026, 12, 20), False, Standing.SOON),
        (date(2026, 12, 21), False, Standing.RUNNING),
        (date(2026, 11, 19), True, Standing.LASTING),
        (date(2026, 12, 21), True, Standing.RUNNING),
        (None, True, Standing.LASTING),
        (None, False, Standing.UNDATED),
    ],
)
def test_the_last_day_itself_is_in_time(due_on: date | None, long_term: bool, expected: Standing) -> None:
    assert standing(state=TaskState.OPEN, due_on=due_on, long_term=long_term, today=TODAY) is expected


@pytest.mark.parametrize(
    ("state", "expected"), [(TaskState.DONE, Standing.DONE), (TaskState.DROPPED, Standing.DROPPED)]
)
def test_what_is_ended_is_not_late(state: TaskState, expected: Standing) -> None:
    assert standing(state=state, due_on=date(2020, 1, 1), long_term=False, today=TODAY) is expected


@pytest.mark.parametrize(
    ("rhythm", "key", "first", "last", "label"),
    [
        (Rhythm.MONTH, "2028-02", date(2028, 2, 1), date(2028, 2, 29), "2028年2月"),
        (Rhythm.QUARTER, "2028-Q1", date(2028, 1, 1), date(2028, 3, 31), "2028年第一季度"),
        (Rhythm.YEAR, "2028", date(2028, 1, 1), date(2028, 12, 31), "2028年"),
    ],
)
def test_a_period_knows_its_days_and_its_name(rhythm: Rhythm, key: str, first: date, last: date, label: str) -> None:
    period = period_of(rhythm, date(2028, 2, 29))
    assert (period.key, period.first, period.last, period.label) == (key, first, last, label)


def test_periods_follow_one_another_without_gaps_to_today() -> None:
    found = list(periods(Rhythm.MONTH, since=date(2025, 11, 30), today=date(2026, 2, 1)))
    assert [one.key for one in found] == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_nothing_is_reported_before_a_plan_begins() -> None:
    assert list(periods(Rhythm.QUARTER, since=date(2027, 1, 1), today=TODAY)) == []
