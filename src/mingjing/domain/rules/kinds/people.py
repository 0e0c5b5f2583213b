"""
Kinds of rule about one officer: not in two places at once, and enough hours of training.

The columns of the same kinds are in :mod:`mingjing.engine.columns.people`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from mingjing.domain.rules.facts import FactBase, Key, Officer
from mingjing.domain.rules.kinds.common import (
    NOT_EVALUATED,
    ROLES,
    VISIT,
    VISITORS,
    exact,
    hour_text,
    need,
    rank,
    status_of,
)
from mingjing.domain.rules.model import NOT_APPLICABLE, Kind, Reckoning, Status, Words
from mingjing.kernel.moments import Moment

PARTS = ("handler", "recorder")
"""Parts in a step that somebody can only take on site."""
MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    """An act on site with its hours; ``order`` puts steps of cases before visits."""

    order: tuple[int, int, tuple[bool, Key]]
    end: int
    place: str
    source: tuple[str, Key]

    @property
    def start(self) -> int:
        return self.order[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoPlaces(Kind):
    """No officer takes part in two acts on site that overlap in time at different places."""

    name: ClassVar[str] = "overlap"
    label: ClassVar[str] = "重叠"
    gathers: ClassVar[str] = "officer"

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("events", "inspections", "events", "inspections")

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Officer)
        acts = list(self._acts(subject.id, base))
        if not acts:
            return NOT_APPLICABLE
        # Taken by their start, it is enough to hold each act against the one that lasts longest of those before it: were
        # that one at the same place, an earlier pair would have been found already.
        longest: _Act | None = None
        for act in sorted((act for act in acts if act.start < act.end), key=lambda act: act.order):
            if longest is not None and longest.end > act.start and longest.place != act.place:
                return Reckoning(
                    Status.BROKEN,
                    values=(longest.start, longest.end, act.start, act.end),
                    evidence=(longest.source, act.source),
                )
            if longest is None or act.end > longest.end:
                longest = act
        return Reckoning(Status.HOLDS)

    def _acts(self, officer_id: Key, base: FactBase) -> Iterator[_Act]:
        for event in base.events:
            people = base.event_participants.get(event.id, ())
            if any(one.officer_id == officer_id and one.role in PARTS for one in people):
                yield from self._act("events", event.id, event.at, event.ended_at, event.place, base)
        for visit in base.inspections:
            if officer_id in base.inspection_officer_ids.get(visit.id, ()):
                yield from self._act("inspections", visit.id, visit.started_at, visit.ended_at, visit.place, base)

    @staticmethod
    def _act(
        table: str, key: Key, start: Moment | None, end: Moment | None, place: str | None, base: FactBase
    ) -> Iterator[_Act]:
        """The act, where its hours and place are known and it had begun by the day of evaluation."""
        if not place or start is None or end is None or start.clock is None or end.clock is None:
            return
        if start.day <= base.as_of:
            order = (start.code, int(table == "inspections"), rank(key))
            yield _Act(order=order, end=end.code, place=place, source=(table, key))

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        first, first_end, second, second_end = reckoning.values[:4]
        return Words(
            expected="同一执法人员不得同时在两处执法",
            observed=(
                f"{hour_text(first)}至{hour_text(first_end)}、{hour_text(second)}至{hour_text(second_end)}"
                "两次现场执法时间重叠而地点不同"
            ),
        )

    def needs(self) -> frozenset[str]:
        return need(
            VISIT + VISITORS + "inspections: ended_at place; cases: case_id; events: case_id at ended_at place; "
            "participants: event_id officer_id role"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingHours(Kind):
    """Who was an officer through the last complete year was trained for so many hours in it."""

    name: ClassVar[str] = "ratio"
    label: ClassVar[str] = "比例"
    gathers: ClassVar[str] = "register"

    hours: str

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("officers",)

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, Officer)
        year = base.as_of.year - 1
        if not all(base.holds_role(subject.id, "officer", day) for day in (date(year, 1, 1), date(year, 12, 31))):
            return NOT_APPLICABLE
        wanted = exact(base.parameter(self.hours, on=base.as_of, agency_id=subject.agency_id))
        if wanted is None:
            return NOT_APPLICABLE
        rows = [
            row.hours
            for row in base.officer_training.get(subject.id, ())
            if row.held_on is not None and row.held_on.year == year
        ]
        done = sum(round(hours * MILLION) for hours in rows if hours is not None)
        least = int(wanted * MILLION)
        if done < least and None in rows:
            return NOT_EVALUATED
        return Reckoning(status_of(done >= least), values=(done, least, year), evidence=(("officers", subject.id),))

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        done, least, year = reckoning.values[:3]
        assert done is not None
        assert least is not None
        return Words(
            expected=f"{year}年参加培训不少于{_hours_text(least)}学时",
            observed=f"{year}年参加培训{_hours_text(done)}学时，还差{_hours_text(least - done)}学时",
        )

    def needs(self) -> frozenset[str]:
        return need(ROLES + "officers: officer_id; training: officer_id held_on hours")

    def parameters(self) -> tuple[str, ...]:
        return (self.hours,)


def _hours_text(millionths: int) -> str:
    return f"{millionths / MILLION:.2f}".rstrip("0").rstrip(".")
