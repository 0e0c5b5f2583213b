"""The small tables that every evaluation needs beside the facts: the calendar, and what each officer was when."""

from datetime import date
from typing import Final

import pyarrow as pa

from mingjing.engine.store import code_of
from mingjing.kernel.moments import day_of
from mingjing.law.calendars import Calendar

FIRST_DAY: Final = date(1990, 1, 1)
YEARS_AHEAD: Final = 6
FAR: Final = 2_000_000
"""A day number after every day: the open end of an interval."""


def calendar_tables(calendar: Calendar, as_of: date) -> tuple[pa.Table, pa.Table]:
    """
    Make ``calendar`` (a row per day) and ``working_days`` (a row per working day).

    ``through`` counts working days up to and including the day, ``before`` those before it; ``rolled`` is the first
    working day from this day on, null where a year up to it is not loaded; ``month`` is ``12 * year + month - 1``.
    """
    rows = calendar.table(FIRST_DAY, date(as_of.year + YEARS_AHEAD, 12, 31))
    days = [day for day, _, _ in rows]
    through = [ordinal for _, ordinal, _ in rows]
    known = [loaded for _, _, loaded in rows]
    before = [through[0] - calendar.is_working_day(FIRST_DAY), *through[:-1]]
    works = [now > earlier for now, earlier in zip(through, before, strict=True)]
    rolled: list[int | None] = [None] * len(days)
    upcoming: int | None = None
    for index in range(len(days) - 1, -1, -1):
        if not known[index]:
            upcoming = None
        elif works[index]:
            upcoming = days[index]
        rolled[index] = upcoming
    dates = [day_of(day) for day in days]
    small = pa.int32()
    table = pa.table(
        {
            "day": pa.array(days, small),
            "through": pa.array(through, small),
            "before": pa.array(before, small),
            "rolled": pa.array(rolled, small),
            "known": pa.array(known, pa.bool_()),
            "month": pa.array([day.year * 12 + day.month - 1 for day in dates], small),
            "year": pa.array([day.year for day in dates], small),
        }
    )
    working = [index for index, works_then in enumerate(works) if works_then]
    ordinals = pa.table(
        {
            "ordinal": pa.array([through[index] for index in working], small),
            "day": pa.array([days[index] for index in working], small),
            "known": pa.array([known[index] for index in working], pa.bool_()),
        }
    )
    return table, ordinals


def officer_states() -> str:
    """
    What each officer was, by half-open intervals of days: ``(officer, since, until, is_officer, is_reviewer, has_credential)``.

    Intervals of one officer do not overlap, so that a day meets one at most.
    """
    officer, reviewer = code_of("officer_roles.role", "officer"), code_of("officer_roles.role", "legal_reviewer")
    low = -FAR
    held = (
        f"SELECT officer, coalesce(since, {low}) AS since, coalesce(until + 1, {FAR}) AS until, "
        f"CASE WHEN role = {officer} THEN 1 WHEN role = {reviewer} THEN 2 ELSE 0 END AS what FROM officer_roles "
    )
    # A credential is valid from valid_from to valid_until, both included; not from the day of its withdrawal, and not
    # while it is suspended: before and after the suspension are two intervals.
    ends = f"least(coalesce(valid_until + 1, {FAR}), coalesce(revoked_on, {FAR}))"
    valid = (
        f"SELECT officer, coalesce(valid_from, {low}) AS since, least({ends}, coalesce(suspended_from, {FAR})) AS until, "
        f"3 AS what FROM credentials UNION ALL "
        f"SELECT officer, greatest(coalesce(valid_from, {low}), suspended_until + 1) AS since, {ends} AS until, 3 AS what "
        "FROM credentials WHERE suspended_from IS NOT NULL AND suspended_until IS NOT NULL"
    )
    spans = f"SELECT * FROM ({held} UNION ALL {valid}) WHERE since < until AND what > 0"
    edges = f"SELECT officer, since AS day FROM ({spans}) UNION SELECT officer, until AS day FROM ({spans})"
    pieces = f"SELECT officer, day AS since, lead(day) OVER (PARTITION BY officer ORDER BY day) AS until FROM ({edges})"
    flags = ", ".join(
        f"coalesce(bool_or(s.what = {what}), false) AS {name}"
        for what, name in ((1, "is_officer"), (2, "is_reviewer"), (3, "has_credential"))
    )
    return (
        f"SELECT p.officer, p.since, p.until, {flags} FROM ({pieces}) p JOIN ({spans}) s ON s.officer = p.officer "
        f"AND s.since <= p.since AND s.until >= p.until WHERE p.until IS NOT NULL GROUP BY p.officer, p.since, p.until"
    )
