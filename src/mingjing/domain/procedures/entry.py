"""
When a step was entered, against when it happened: what is entered late is marked 补录, so that nothing goes on beside the platform.

Source: SS-38 (有案必录、线上线下同步).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from mingjing.law import parameters
from mingjing.law.citations import Citation

KNOWN_LATER: Final = ("post", "announcement")
"""Ways of service whose day is known only when the receipt comes back, or the time of the announcement has run: never late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The day on which a step happened, the day until which it was to be entered, the day on which it was."""

    happened_on: date
    due_on: date
    entered_on: date
    citation: Citation

    @property
    def late_days(self) -> int:
        """By how many days it came too late; 0 in time."""
        return max((self.entered_on - self.due_on).days, 0)


def entry_of(*, happened_on: date, entered_on: date, place: str) -> Entry:
    """Hold the entry of a step against the term of the place."""
    value = parameters.get("step.entry.days").at(happened_on, place)
    assert value is not None, "step.entry.days has a value from the beginning"
    due = happened_on + timedelta(days=value.whole)
    return Entry(happened_on=happened_on, due_on=due, entered_on=entered_on, citation=value.citation)
