"""Due days, counted one day at a time."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


class WorkingDays:
    """The working days, asked one by one of the State Council calendar and remembered."""

    def __init__(self, is_working_day: Callable[[date], bool], is_loaded: Callable[[int], bool]) -> None:
        self._is_working_day = is_working_day
        self._is_loaded = is_loaded
        self._days: dict[date, bool] = {}
        self._years: dict[int, bool] = {}

    def is_working_day(self, day: date) -> bool:
        """A year without its notice counts from Monday to Friday; whoever uses it must then say *not evaluated*."""
        if day not in self._days:
            self._days[day] = self._is_working_day(day) if self.is_loaded(day.year) else day.weekday() < 5
        return self._days[day]

    def is_loaded(self, year: int) -> bool:
        if year not in self._years:
            self._years[year] = self._is_loaded(year)
        return self._years[year]

    def all_loaded(self, first: date, last: date) -> bool:
        return all(self.is_loaded(year) for year in range(min(first, last).year, max(first, last).year + 1))

    def nth_working_day_after(self, day: date, count: int) -> date:
        while count > 0:
            day += ONE_DAY
            if self.is_working_day(day):
                count -= 1
        return day

    def working_days_in(self, first: date, end: date) -> int:
        """How many working days lie in [first, end)."""
        found = 0
        day = first
        while day < end:
            if self.is_working_day(day):
                found += 1
            day += ONE_DAY
        return found

    def rolled(self, day: date) -> date:
        while not self.is_working_day(day):
            day += ONE_DAY
        return day


Interval = tuple[date, date]


def merged(intervals: Iterable[Interval], start: date) -> list[Interval]:
    """Cut at the start, drop what is empty, join what overlaps or touches."""
    result: list[Interval] = []
    for first, end in sorted((max(first, start), end) for first, end in intervals):
        if end <= first:
            continue
        if result and first <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((first, end))
    return result


def due_in_working_days(
    days: WorkingDays, start: date, amount: int, suspensions: Iterable[Interval] = ()
) -> date | None:
    """The n-th working day after ``start``; ``None`` when a year on the way has no notice."""
    due = days.nth_working_day_after(start, amount)
    for first, end in merged(suspensions, start):
        if first <= due:
            due = days.nth_working_day_after(due, days.working_days_in(first, end))
    return due if days.all_loaded(start, due) else None


def due_in_days(
    days: WorkingDays,
    start: date,
    amount: int,
    suspensions: Iterable[Interval] = (),
    *,
    not_before: date | None = None,
    rolls: bool = False,
) -> date | None:
    """``start`` and so many days; ``None`` when it may roll and a year on the way has no notice."""
    due = start + timedelta(days=amount)
    for first, end in merged(suspensions, start):
        if first <= due:
            due += end - first
    if not_before is not None:
        due = max(due, not_before)
    if not rolls:
        return due
    due = days.rolled(due)
    return due if days.all_loaded(start, due) else None
