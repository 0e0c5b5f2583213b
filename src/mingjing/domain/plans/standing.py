"""
Where a task stands: done, overdue, soon due; and which reports its units owe.

Pure reckoning over dates; which rhythm a place has is a parameter (``reporting.dispatch.rhythm``).
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

SOON: Final = timedelta(days=30)
"""From so long before its last day on a task is shown as soon due; a matter of the page, not of law."""


class TaskState(StrEnum):
    """What has become of a task."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Standing(StrEnum):
    """How a task stands on a day."""

    DONE = "done"
    DROPPED = "dropped"
    OVERDUE = "overdue"
    SOON = "soon"
    RUNNING = "running"
    LASTING = "lasting"
    UNDATED = "undated"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return _LABELS[self]


_LABELS: Final = {
    Standing.DONE: "已完成",
    Standing.DROPPED: "已取消",
    Standing.OVERDUE: "已超期",
    Standing.SOON: "三十天内到期",
    Standing.RUNNING: "进行中",
    Standing.LASTING: "长期坚持",
    Standing.UNDATED: "没有写明时限",
}


def standing(*, state: TaskState, due_on: date | None, long_term: bool, today: date) -> Standing:
    """Say how a task stands; the last day itself is still in time."""
    if state is not TaskState.OPEN:
        return Standing.DONE if state is TaskState.DONE else Standing.DROPPED
    if due_on is None:
        return Standing.LASTING if long_term else Standing.UNDATED
    if today > due_on:
        # what shall be kept up for ever is not late because its first day has come
        return Standing.LASTING if long_term else Standing.OVERDUE
    return Standing.SOON if due_on - today <= SOON else Standing.RUNNING


class Rhythm(StrEnum):
    """How often units report: the codes of the parameter."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A period of reporting: its stable key (``2026-11``, ``2026-Q4``, ``2026``) and its first and last day."""

    key: str
    first: date
    last: date

    @property
    def label(self) -> str:
        """Name it as a circular does: 2026年11月, 2026年第四季度, 2026年."""
        year, _, rest = self.key.partition("-")
        if rest.startswith("Q"):
            return f"{year}年第{'一二三四'[int(rest[1]) - 1]}季度"
        return f"{year}年{int(rest)}月" if rest else f"{year}年"


def period_of(rhythm: Rhythm, on: date) -> Period:
    """Return the period in which a day lies."""
    if rhythm is Rhythm.MONTH:
        return Period(key=f"{on:%Y-%m}", first=on.replace(day=1), last=_end_of_month(on.year, on.month))
    if rhythm is Rhythm.QUARTER:
        quarter = (on.month - 1) // 3
        first = date(on.year, 3 * quarter + 1, 1)
        return Period(key=f"{on.year}-Q{quarter + 1}", first=first, last=_end_of_month(on.year, 3 * quarter + 3))
    return Period(key=f"{on.year}", first=date(on.year, 1, 1), last=date(on.year, 12, 31))


def periods(rhythm: Rhythm, *, since: date, today: date) -> Iterator[Period]:
    """Yield the periods from the day on which a task began to the one in which today lies."""
    period = period_of(rhythm, since)
    while period.first <= today:
        yield period
        period = period_of(rhythm, period.last + timedelta(days=1))


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])
