"""
What a rule's columns are written against: the day of evaluation, the place, the parameters, and SQL for moments.

Names that a rule's SQL may use as tables: every table of the keyed store (:mod:`mingjing.engine.store`) under its own
name; ``steps`` (the events up to the day of evaluation, with ``day``); ``decided`` (one row per case with a penalty
decision); ``officer_states`` (what each officer was, by half-open intervals of days); ``calendar`` (a row per day) and
``working_days`` (a row per working day).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from mingjing.engine.dialects import Dialect
from mingjing.kernel.moments import DAY_CODE, day_number
from mingjing.law import parameters, places

if TYPE_CHECKING:
    from mingjing.engine.columns.frame import Frame


type Timeline = tuple[tuple[int | None, object], ...]
"""The course of a parameter: ``((first day number or None, value), …)``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyPlace:
    """What decides the parameters of an agency: its key, place and domain."""

    key: int
    place: str | None
    domain: str | None


@dataclass(kw_only=True)
class Context:
    """The circumstances of one evaluation."""

    dialect: Dialect
    as_of: date
    agencies: Sequence[AgencyPlace] = ()
    place: str | None = None
    absent: frozenset[str] = frozenset()
    unread: bool = False
    """Whether any case has a step that could not be read."""
    frame: "Frame | None" = None
    _steps: dict[str, Mapping[Timeline, list[int]]] = field(default_factory=dict)

    @property
    def as_of_day(self) -> int:
        """The day of evaluation as a day number."""
        return day_number(self.as_of)

    @property
    def horizon(self) -> int:
        """The first moment code after the day of evaluation."""
        return (self.as_of_day + 1) * DAY_CODE

    def day(self, moment: str) -> str:
        """The day number of a moment code."""
        return self.dialect.divide(moment, str(DAY_CODE))

    def before(self, first: str, second: str) -> str:
        """Whether one moment came before another; null when the order is not known."""
        return (
            f"(CASE WHEN {self.day(first)} <> {self.day(second)} THEN {first} < {second} "
            f"WHEN ({first}) % 2 = 1 AND ({second}) % 2 = 1 THEN {first} < {second} END)"
        )

    def not_after(self, first: str, second: str) -> str:
        """Whether it is not certain that one moment came after another."""
        return f"(NOT coalesce({self.before(second, first)}, false))"

    def parameter(
        self,
        name: str,
        *,
        day: str,
        agency: str,
        multiply: int = 1,
        member: str | None = None,
        bits: Mapping[str, int] | None = None,
    ) -> str:
        """
        SQL for the value of a numeric (or yes/no) parameter for an agency on a day.

        A constant where all agencies share one value for all time, else a CASE over agencies and days. With ``member``,
        whether a list parameter holds that member; with ``bits``, the bits of its members together.
        """
        groups = self._groups(name)
        if not groups:
            groups = {self._timeline(name, self.place, None): []}
        if len(groups) == 1:
            (timeline,) = groups
            return self._by_day(timeline, day, multiply, member, bits)
        alone = self._timeline(name, self.place, None)
        usual, *others = sorted(groups.items(), key=lambda group: -len(group[1]))
        arms = [
            f"WHEN {self.dialect.among(agency, keys)} THEN {self._by_day(timeline, day, multiply, member, bits)}"
            for timeline, keys in others
            if keys
        ]
        if usual[0] != alone:
            arms.append(f"WHEN {agency} IS NULL THEN {self._by_day(alone, day, multiply, member, bits)}")
        return f"(CASE {' '.join(arms)} ELSE {self._by_day(usual[0], day, multiply, member, bits)} END)"

    def parameter_values(self, name: str) -> frozenset[object]:
        """All values that a parameter takes for the agencies at hand, at any time."""
        timelines = set(self._groups(name)) or {self._timeline(name, self.place, None)}
        return frozenset(value for timeline in timelines for _, value in timeline)

    def agencies_by(self, name: str) -> Mapping[Timeline, list[int]]:
        """Agency keys by the course of a parameter: ``((from_day | None, value), …)``."""
        return self._groups(name)

    def _groups(self, name: str) -> Mapping[Timeline, list[int]]:
        if name not in self._steps:
            timelines: dict[tuple[str | None, str | None], Timeline] = {}
            groups: dict[Timeline, list[int]] = {}
            for agency in self.agencies:
                where = (self.place or agency.place, agency.domain)
                if where not in timelines:
                    timelines[where] = self._timeline(name, *where)
                groups.setdefault(timelines[where], []).append(agency.key)
            if groups:
                # A case without a known agency is judged by the place alone.
                groups.setdefault(self._timeline(name, self.place, None), [])
            self._steps[name] = groups
        return self._steps[name]

    @staticmethod
    def _timeline(name: str, place: str | None, domain: str | None) -> Timeline:
        course: list[tuple[int | None, object]] = []
        place = place if places.is_known(place) else None
        for since, _until, value in parameters.get(name).steps(place, domain):
            found = value.value if value is not None else None
            if not course or course[-1][1] != found:
                course.append((day_number(since) if since else None, found))
        return tuple(course)

    @staticmethod
    def _by_day(timeline: Timeline, day: str, multiply: int, member: str | None, bits: Mapping[str, int] | None) -> str:
        def literal(value: object) -> str:
            if bits is not None:
                return str(sum(bits[one] for one in value)) if isinstance(value, tuple) else "0"
            if member is not None:
                return "true" if isinstance(value, tuple) and member in value else "false"
            if value is None:
                return "NULL"
            if isinstance(value, bool):
                return "true" if value else "false"
            if isinstance(value, date):
                return str(day_number(value))
            if isinstance(value, int | float):
                return str(value * multiply)
            raise TypeError(f"a parameter of this kind cannot stand in arithmetic: {value!r}")

        if len(timeline) == 1:
            return literal(timeline[0][1])
        first, *later = timeline
        arms = " ".join(f"WHEN {day} >= {since} THEN {literal(value)}" for since, value in reversed(later))
        return f"(CASE {arms} ELSE {literal(first[1])} END)"
