"""What must be done within a period."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from mingjing.domain.deadlines import Deadline as Counted
from mingjing.domain.deadlines import Extension, Suspension, TimeLimit, Unit, count
from mingjing.domain.rules.facts import Event, FactBase
from mingjing.domain.rules.kinds.case.steps import CLOSING_STATUSES, NEEDED, StepsKind, columns_of, overdue_days, worst
from mingjing.domain.rules.kinds.common import NOT_EVALUATED, code_of
from mingjing.domain.rules.model import NOT_APPLICABLE, Reckoning, Status, Words
from mingjing.domain.rules.terms import OUTCOME, At, CaseFacts, Condition, MomentTerm, Step
from mingjing.kernel.moments import DAY_CODE, Moment, add_months, before, day_number, day_of, moment_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline(StepsKind):
    """
    From one moment, another must be reached within a period that a parameter sets.

    ``special`` replaces the period where its condition is true. ``extension`` is a step that names a new last day;
    ``extension_period`` instead adds a period once when such a step was taken. ``deduct`` names the list parameter of
    event types whose time is not counted. A case withdrawn, transferred or ended closes the period.
    """

    name: ClassVar[str] = "deadline"
    label: ClassVar[str] = "期限"

    start: MomentTerm
    end: MomentTerm
    period: str
    unit: Unit
    when: Condition
    act: str
    rolls: bool = False
    special: tuple[Condition, str, Unit] | None = None
    extension: Step | None = None
    extension_period: str | None = None
    deduct: str | None = None
    start_else: tuple[MomentTerm, Condition] | None = None
    needed: frozenset[str] = frozenset()

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        applies = self.when.of(subject)
        if applies is False:
            return NOT_APPLICABLE
        end = subject.moment(self.end)
        if end is None and subject.case.status in CLOSING_STATUSES:
            return NOT_APPLICABLE
        start = self._start(subject)
        if applies is None or start is None:
            return NOT_EVALUATED
        if self._amount(subject, start.day) is None:
            return NOT_APPLICABLE
        due = self._due(subject, start.day)
        if due is None:
            return NOT_EVALUATED
        reached = end.day if end else base.as_of
        status = Status.BROKEN if reached > due else Status.HOLDS
        evidence = (self._row(subject, self.start), self._row(subject, self.end))
        return Reckoning(
            status,
            due=day_number(due),
            values=(day_number(start.day), code_of(end)),
            evidence=tuple(("events", row.id) for row in evidence if row),
        )

    def open_because(self, subject: object) -> str:
        assert isinstance(subject, CaseFacts)
        step = getattr(self.start, "step", None)
        if step is None or self._start(subject) is not None:
            return ""
        return f"本案没有“{step.label}”，这个期限没有开始计算"

    def _start(self, view: CaseFacts) -> Moment | None:
        start = view.moment(self.start)
        if start is None and self.start_else is not None:
            other, condition = self.start_else
            return view.moment(other) if condition.of(view) else None
        return start

    @staticmethod
    def _row(view: CaseFacts, term: MomentTerm) -> Event | None:
        step = getattr(term, "step", None)
        if step is None:
            return None
        taken = view.step(step)
        if taken is None or isinstance(term, At):
            return taken
        return view.service_of(taken)

    def _amount(self, view: CaseFacts, start: date) -> tuple[int, Unit] | None:
        period, unit = self.period, self.unit
        if self.special is not None and self.special[0].of(view):
            _, period, unit = self.special
        amount = view.parameter(period, start)
        return (amount, unit) if isinstance(amount, int) else None

    def running(self, view: CaseFacts) -> "tuple[Running, ...]":
        """Return the period of a case with the way to its end, for whoever explains it; none where it does not run."""
        start, end = self._start(view), view.moment(self.end)
        if self.when.of(view) is not True or start is None or (end is None and view.case.status in CLOSING_STATUSES):
            return ()
        counted = self._count(view, start.day)
        return () if counted is None else (Running(act=self.act, counted=counted, reached=end),)

    def _due(self, view: CaseFacts, start: date) -> date | None:
        return settled(self._count(view, start))

    def _count(self, view: CaseFacts, start: date) -> Counted | None:
        found = self._amount(view, start)
        if found is None:
            return None
        amount, unit = found
        if self.extension_period is not None and self.extension is not None and view.step(self.extension) is not None:
            more = view.parameter(self.extension_period, start)
            amount += more if isinstance(more, int) else 0
        extension = view.step(self.extension) if self.extension is not None and not self.extension_period else None
        return counted_of(
            view,
            start,
            TimeLimit(amount=amount, unit=unit, rolls=self.rolls),
            suspensions=suspensions(view, self.deduct, start) if self.deduct else (),
            at_least=extension.extends_to if extension else None,
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        due = reckoning.due
        assert due is not None
        started, ended = reckoning.values[0], reckoning.values[1]
        assert started is not None
        until = ended // DAY_CODE if ended is not None else day_number(as_of)
        done = (
            f"{moment_of(ended).day.isoformat()}{self.act}"
            if ended is not None
            else f"截至{as_of.isoformat()}未{self.act}"
        )
        return Words(
            expected=f"自{day_of(started).isoformat()}起算，应不晚于{day_of(due).isoformat()}{self.act}",
            observed=f"{done}，逾期{until - due}日",
            due_on=day_of(due),
            overdue_days=overdue_days(due, until),
        )

    def needs(self) -> frozenset[str]:
        return self.needed | NEEDED.union(columns_of(self))

    def parameters(self) -> tuple[str, ...]:
        more = (self.special[1] if self.special else None, self.extension_period, self.deduct)
        return (self.period, *(name for name in more if name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A period of a case as it was counted: what must be done by its end, and when it was done."""

    act: str
    counted: Counted
    reached: Moment | None


def counted_of(
    view: CaseFacts,
    start: date,
    limit: TimeLimit,
    *,
    suspensions: tuple[Suspension, ...] = (),
    at_least: date | None = None,
) -> Counted:
    """Count a period of a case."""
    extensions = (Extension(extends_to=at_least),) if at_least else ()
    return count(start, limit, suspensions, extensions, view.base.calendar)


def settled(counted: Counted | None) -> date | None:
    """Return the last day; ``None`` where nothing was counted, or a year of the calendar is not loaded."""
    return None if counted is None or counted.provisional else counted.due


def suspensions(view: CaseFacts, parameter: str, start: date) -> tuple[Suspension, ...]:
    """
    The times that a parameter says are not counted: from an event's day to its last.

    A suspension without an end lasts until work was taken up again, or still runs on the day of evaluation. Of anything
    else without an end it is not known that it took a day.
    """
    types = view.parameter(parameter, start)
    if not isinstance(types, list | tuple):
        return ()
    found = []
    for event in view.events:
        if event.type not in types:
            continue
        until = event.ended_at.day if event.ended_at else None
        if until is None and event.type == "suspension":
            resumed = (one for one in view.events if one.type == "resumption" and not before(one.at, event.at))
            until = next((one.at.day for one in resumed), view.base.as_of + timedelta(days=1))
        if until is not None and until > event.at.day:
            found.append(Suspension(from_day=event.at.day, until_day=until, ground=event.type))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class EachDeadline(StepsKind):
    """
    Every event of one type is answered in time by one of another that is about it.

    An answer that names no event counts when it came after. ``or_decided``: any effective decision after it ends the
    period too. ``extension`` and ``extension_period`` allow one extension; ``deduct`` as in :class:`Deadline`.
    """

    name: ClassVar[str] = "deadline"
    label: ClassVar[str] = "期限"

    start: str
    start_label: str
    end: str
    end_label: str
    period: str
    unit: Unit
    or_decided: bool = False
    extension: str | None = None
    extension_period: str | None = None
    deduct: str | None = None
    penalties_only: bool = False

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if self.penalties_only and subject.case.kind != "penalty":
            return NOT_APPLICABLE
        return self._worst([self._one(subject, event) for event in subject.events if event.type == self.start])

    @staticmethod
    def _worst(reckonings: list[Reckoning]) -> Reckoning:
        """Of several breaches the one overdue the longest; of equals the first."""
        broken = [one for one in reckonings if one.status is Status.BROKEN]
        return max(broken, key=lambda one: one.values[2] or 0) if broken else worst(reckonings)

    def _one(self, view: CaseFacts, start: Event) -> Reckoning:
        end = self._end(view, start)
        if end is None and view.case.status in CLOSING_STATUSES:
            return NOT_APPLICABLE
        if view.parameter(self.period, start.at.day) is None:
            return NOT_APPLICABLE
        due = self._due(view, start)
        if due is None:
            return NOT_EVALUATED
        reached = end.at.day if end else view.base.as_of
        late = (reached - due).days
        return Reckoning(
            Status.BROKEN if late > 0 else Status.HOLDS,
            due=day_number(due),
            values=(day_number(start.at.day), code_of(end.at if end else None), late),
            evidence=(("events", start.id), *((("events", end.id),) if end else ())),
        )

    def _end(self, view: CaseFacts, start: Event) -> Event | None:
        ends = [event for event in view.events if event.type == self.end and self._answers(event, start)]
        if self.or_decided:
            ends += [
                event
                for event in view.events
                if event.type in ("decision", "no_penalty") and event.is_effective and not before(event.at, start.at)
            ]
        return min(ends, key=lambda event: (event.at.code, event.order), default=None)

    @staticmethod
    def _answers(event: Event, start: Event) -> bool:
        return event.about_id == start.id or (event.about_id is None and not before(event.at, start.at))

    def running(self, view: CaseFacts) -> tuple[Running, ...]:
        """Return the periods of a case, one for each start, with the way to their ends."""
        if self.penalties_only and view.case.kind != "penalty":
            return ()
        found = []
        for start in view.events:
            end = self._end(view, start)
            if start.type != self.start or (end is None and view.case.status in CLOSING_STATUSES):
                continue
            counted = self._count(view, start)
            if counted is not None:
                found.append(Running(act=self.end_label, counted=counted, reached=end.at if end else None))
        return tuple(found)

    def _due(self, view: CaseFacts, start: Event) -> date | None:
        return settled(self._count(view, start))

    def _count(self, view: CaseFacts, start: Event) -> Counted | None:
        amount = view.parameter(self.period, start.at.day)
        if not isinstance(amount, int):
            return None
        times = suspensions(view, self.deduct, start.at.day) if self.deduct else ()
        plain = counted_of(view, start.at.day, TimeLimit(amount=amount, unit=self.unit), suspensions=times)
        base = settled(plain)
        if base is None or self.extension is None:
            return plain
        granted = [
            event
            for event in view.events
            if event.type == self.extension
            and event.is_effective
            and (event.about_id is None or event.about_id == start.id)
        ]
        if not granted:
            return plain
        more = view.parameter(self.extension_period or "", start.at.day)
        longest = base + timedelta(days=more if isinstance(more, int) else 0)
        longer = (min(granted[-1].extends_to or longest, longest) - base).days
        # What is deducted during the extension lengthens it as well; an extension never shortens the period.
        limit = TimeLimit(amount=amount + max(longer, 0), unit=self.unit)
        return counted_of(view, start.at.day, limit, suspensions=times)

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        start, ended, late = reckoning.values[:3]
        assert start is not None and reckoning.due is not None
        done = (
            f"{moment_of(ended).day.isoformat()}{self.end_label}"
            if ended is not None
            else f"截至{as_of.isoformat()}未{self.end_label}"
        )
        return Words(
            expected=f"{day_of(start).isoformat()}{self.start_label}，应不晚于{day_of(reckoning.due).isoformat()}{self.end_label}",
            observed=f"{done}，逾期{late}日",
            due_on=day_of(reckoning.due),
            overdue_days=late,
        )

    def rests_on(self) -> frozenset[str]:
        # named outright: each dataclass with slots is a class made anew, which a bare super() does not know
        own = StepsKind.rests_on(self)
        return own | frozenset(OUTCOME.types) if self.or_decided else own

    def needs(self) -> frozenset[str]:
        return frozenset({"cases", "events"})

    def parameters(self) -> tuple[str, ...]:
        return tuple(name for name in (self.period, self.extension_period, self.deduct) if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limitation(StepsKind):
    """
    The act was found within two years of its end, or five where life, health or finance was harmed.

    Source: 行政处罚法（2021）第三十六条.
    """

    name: ClassVar[str] = "deadline"
    label: ClassVar[str] = "期限"
    looks_at: ClassVar[frozenset[str]] = frozenset(OUTCOME.types)

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        case, decided = subject.case, subject.step(OUTCOME)
        applies = (decided is not None and decided.type == "decision") or case.status == "open"
        if case.kind != "penalty" or not applies:
            return NOT_APPLICABLE
        act = case.act_ended_on or case.act_on
        if act is None or case.found_on is None:
            return NOT_EVALUATED
        short = self._last(subject, act, "limitation.years")
        long = self._last(subject, act, "limitation.extended_years")
        last = long if case.limitation_class == "five_year" else short
        values = (day_number(act), day_number(case.found_on))
        if last is None:
            return NOT_APPLICABLE
        if case.found_on <= last:
            return Reckoning(Status.HOLDS, due=day_number(last), values=values)
        if case.limitation_class is None and (long is None or case.found_on <= long):
            return Reckoning(Status.NOT_EVALUATED, due=day_number(last), values=values)
        return Reckoning(Status.BROKEN, due=day_number(last), values=values)

    @staticmethod
    def _last(view: CaseFacts, act: date, parameter: str) -> date | None:
        years = view.parameter(parameter, act)
        return add_months(act, 12 * years) if isinstance(years, int) else None

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        act, found = reckoning.values[0], reckoning.values[1]
        assert act is not None and found is not None and reckoning.due is not None
        return Words(
            expected=f"违法行为{day_of(act).isoformat()}终了，应不晚于{day_of(reckoning.due).isoformat()}被发现",
            observed=f"{day_of(found).isoformat()}才被发现，已过追责时效",
            due_on=day_of(reckoning.due),
            overdue_days=found - reckoning.due,
        )

    def needs(self) -> frozenset[str]:
        return frozenset({"cases", "events", "cases.act_on", "cases.found_on"})

    def parameters(self) -> tuple[str, ...]:
        return ("limitation.years", "limitation.extended_years")
