"""Give each visit of a team its own hour of the day, so that nobody is in two places at once."""

from dataclasses import dataclass, field

import numpy as np

from mingjing.contexts.demo.days import MINUTES, NONE, Ints, Mask, running_number

STARTS = np.array([8 * 60 + 40, 9 * 60 + 45, 10 * 60 + 50, 13 * 60 + 35, 14 * 60 + 40, 15 * 60 + 45, 16 * 60 + 40])
LENGTH = 50
OVERFLOW = 17 * 60 + 35


@dataclass(slots=True)
class Desk:
    """Visits asked for, then given their hour; one too many for a day comes late and has no end and no place."""

    teams: list[Ints] = field(default_factory=list)
    days: list[Ints] = field(default_factory=list)
    starts: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    timed: Mask = field(default_factory=lambda: np.empty(0, bool))
    hours: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    size: int = 0

    def ask(self, team: Ints, day: Ints, when: Mask) -> Ints:
        """Ask for a visit in each row of ``when``; return its ticket, ``NONE`` elsewhere."""
        rows = np.flatnonzero(when)
        tickets = np.full(len(when), NONE, np.int64)
        tickets[rows] = self.size + np.arange(len(rows))
        self.size += len(rows)
        self.teams.append(team[rows])
        self.days.append(day[rows])
        return tickets

    def settle(self, rng: np.random.Generator) -> None:
        """Give out the hours."""
        team, day = np.concatenate(self.teams), np.concatenate(self.days)
        # the first visit of a day begins at an hour that varies; the others follow
        turn = running_number(team, day)
        place = turn + (team * 7 + day * 3) % 3
        self.timed = place < len(STARTS)
        self.hours = place
        minute = np.where(self.timed, STARTS[np.minimum(place, len(STARTS) - 1)], OVERFLOW)
        self.starts = day * MINUTES + minute + rng.integers(0, 6, len(team))

    def start(self, tickets: Ints) -> Ints:
        """Return the first minute of the visits."""
        return np.where(tickets >= 0, self.starts[tickets], NONE)

    def end(self, tickets: Ints) -> Ints:
        """Return the last minute of the visits, ``NONE`` where it is not known."""
        known = (tickets >= 0) & self.timed[tickets]
        return np.where(known, self.starts[tickets] + LENGTH, NONE)

    def where(self, tickets: Ints, place: Ints) -> Ints:
        """Return the place of the visits that have their own hour."""
        return np.where((tickets >= 0) & self.timed[tickets], place, NONE)
