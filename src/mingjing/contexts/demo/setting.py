"""What all parts of a district share: its time, its people, its items, its parties."""

from dataclasses import dataclass

import numpy as np

from mingjing.contexts.demo.days import MINUTES, Ints, Mask, WorkingDays
from mingjing.contexts.demo.items import Items
from mingjing.contexts.demo.parties import Parties
from mingjing.contexts.demo.slots import Desk
from mingjing.contexts.demo.staff import Staff


@dataclass(slots=True, kw_only=True)
class Setting:
    """
    A district under construction.

    ``aside`` are dice for what is added when the rest is planned, so that it does not change the rest.
    ``start`` and ``as_of`` are day numbers; ``amended`` is the day of the later benchmarks; ``spans`` is how many days
    of the past are told.
    """

    rng: np.random.Generator
    aside: np.random.Generator
    work: WorkingDays
    start: int
    as_of: int
    founded: int
    amended: int
    violations: float
    staff: Staff
    items: Items
    parties: Parties
    desk: Desk

    @property
    def last(self) -> int:
        """The last minute of ``as_of``."""
        return self.as_of * MINUTES + MINUTES - 1

    def chance(self, rows: int, share: float) -> Mask:
        """Say yes in about ``share`` of the rows."""
        return self.rng.random(rows) < share

    def some(self, rows: int, least: int, most: int) -> Ints:
        """Draw whole numbers from ``least`` to ``most``, both included."""
        return self.rng.integers(least, most + 1, rows)

    def clock(self, day: Ints, hour: int, minute: int = 0, spread: int = 50) -> Ints:
        """Put a time of day on the days: from the given minute on, within ``spread``; ``NONE`` days stay none."""
        at = day * MINUTES + hour * 60 + minute + self.rng.integers(0, spread, len(day))
        return np.where(day >= 0, at, -1)
