"""
The working calendar by the State Council's yearly holiday notices.

The calendar fails closed: for a year whose notice is not loaded it still gives a number (Monday to Friday, so that
sorting and estimating work), but says that the year is not loaded, and whoever counts through that year must call the
date provisional.

A notice sometimes reaches back into the last days of December before it (2005, 2006, 2007, 2011, 2022, 2023); those
days stand in the file of the year that they belong to. Until the next notice is out, the end of the last loaded year
may therefore still change.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import accumulate
from typing import Final

from mingjing.kernel.errors import DomainError
from mingjing.kernel.moments import day_number, day_of
from mingjing.law._data import load, names

WEEKDAYS: Final = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


class DayOutOfRangeError(DomainError):
    """The day lies outside the years 1 to 9999."""

    code = "law.day_out_of_range"


@dataclass(frozen=True, slots=True, kw_only=True)
class Year:
    """One year's notice: the days off, each with its festival, and the weekend days that are worked instead."""

    year: int
    notices: tuple[str, ...]
    holidays: Mapping[date, str]
    workdays: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Working days of the loaded years, with an ordinal number for each."""

    years: Mapping[int, Year]
    _exceptions: tuple[int, ...] = field(repr=False)
    _corrections: tuple[int, ...] = field(repr=False)

    def is_loaded(self, year: int) -> bool:
        """Say whether the notice for this year is loaded."""
        return year in self.years

    def is_working_day(self, day: date) -> bool:
        """Say whether ``day`` is a working day; in a year not loaded, whether it is Monday to Friday."""
        year = self.years.get(day.year)
        if year is not None:
            if day in year.workdays:
                return True
            if day in year.holidays:
                return False
        return day.weekday() < 5

    def describe(self, day: date) -> str:
        """Say in Chinese what day of the week it is, and which festival or exchange of days falls on it."""
        year = self.years.get(day.year)
        name = WEEKDAYS[day.weekday()]
        if year is None:
            return f"{name}，{day.year}年节假日安排未收录"
        if day in year.workdays:
            return f"{name}，调休上班"
        if day in year.holidays:
            return f"{name}，{year.holidays[day]}放假"
        return name

    def working_days_through(self, day: date) -> int:
        """Return the ordinal of ``day``: the working days from 1970-01-01 up to and including it."""
        number = day_number(day)
        return _weekdays_through(number) + self._correction(number)

    def day_of_ordinal(self, n: int) -> date:
        """
        Return the working day with this ordinal.

        :raises DayOutOfRangeError: if it lies after the year 9999 or before the year 1
        """
        low, high = day_number(date.min), day_number(date.max)
        if not self.working_days_through(date.min) < n <= self.working_days_through(date.max):
            raise DayOutOfRangeError("推算的日期超出公元1年至9999年，请核对起算日和日数。")
        while low < high:
            middle = (low + high) // 2
            if _weekdays_through(middle) + self._correction(middle) < n:
                low = middle + 1
            else:
                high = middle
        return day_of(low)

    def table(self, first: date, last: date) -> list[tuple[int, int, bool]]:
        """List ``(day number, ordinal through that day, whether its year is loaded)`` from ``first`` to ``last``."""
        ordinal = self.working_days_through(first) - self.is_working_day(first)
        rows = []
        for number in range(day_number(first), day_number(last) + 1):
            day = day_of(number)
            ordinal += self.is_working_day(day)
            rows.append((number, ordinal, self.is_loaded(day.year)))
        return rows

    def unloaded_years(self, first: date, last: date) -> tuple[int, ...]:
        """List the years from ``first`` to ``last``, both included, whose notice is not loaded."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.years)

    def next_working_day(self, day: date) -> date:
        """Return ``day`` if it is worked, else the next day that is."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def _correction(self, number: int) -> int:
        return self._corrections[bisect_right(self._exceptions, number)]


def calendar(*, without_years: Iterable[int] = ()) -> Calendar:
    """Return the calendar of all stored notices; tests leave years out to see what happens before a notice."""
    return _calendar(frozenset(without_years))


@cache
def _calendar(without: frozenset[int]) -> Calendar:
    years = {number: year for number, year in _years().items() if number not in without}
    changes: dict[int, int] = {}
    for year in years.values():
        changes |= {day_number(day): -1 for day in year.holidays if day.weekday() < 5}
        changes |= {day_number(day): 1 for day in year.workdays if day.weekday() >= 5}
    exceptions = sorted(changes)
    corrections = accumulate((changes[number] for number in exceptions), initial=0)
    return Calendar(years=years, _exceptions=tuple(exceptions), _corrections=tuple(corrections))


@cache
def _years() -> dict[int, Year]:
    return {row["year"]: _year(row) for row in (load(name) for name in names("calendars"))}


def _year(row: dict[str, object]) -> Year:
    year, notices, spans, workdays = row["year"], row["notices"], row["holidays"], row["workdays"]
    if not (isinstance(year, int) and isinstance(notices, list) and isinstance(spans, list)):
        raise TypeError(f"calendar {year}: wrong types")
    if not isinstance(workdays, list):
        raise TypeError(f"calendar {year}: workdays must be a list")
    holidays: dict[date, str] = {}
    for span in spans:
        for number in range(day_number(span["first"]), day_number(span["last"]) + 1):
            holidays[day_of(number)] = str(span["name"])
    if any(day.year != year for day in (*holidays, *workdays)):
        raise ValueError(f"calendar {year} names a day of another year")
    return Year(
        year=year,
        notices=tuple(str(notice) for notice in notices),
        holidays=holidays,
        workdays=frozenset(workdays),
    )


def _weekdays_through(number: int) -> int:
    """Count Monday to Friday from 1970-01-01 (day 0, a Thursday) up to and including day ``number``."""
    weeks, rest = divmod(number + 4, 7)  # days since Monday 1969-12-29, counted from one
    return weeks * 5 + min(rest, 5) - 3
