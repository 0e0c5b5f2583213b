"""
Kinds of rule about one case and its own steps.

Each ``check`` reads like the provision: when it applies, what it demands, what is unknown. The columns of the same
kinds are in :mod:`mingjing.engine.columns.case`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from typing import ClassVar, Final

from mingjing.domain.deadlines import Extension, Suspension, TimeLimit, Unit, count
from mingjing.domain.rules.facts import Benchmark, Disclosure, Event, FactBase, Key
from mingjing.domain.rules.kinds.common import NOT_EVALUATED, code_of, rank, status_of
from mingjing.domain.rules.model import NOT_APPLICABLE, Kind, Reckoning, Status, Words
from mingjing.domain.rules.terms import (
    OUTCOME,
    PENALTY,
    All,
    Allows,
    At,
    CaseFacts,
    Condition,
    Ended,
    Exceeds,
    FirstService,
    Flag,
    Given,
    HasBenchmark,
    HasPenalty,
    Is,
    MomentTerm,
    OnlyPenalties,
    Served,
    Step,
)
from mingjing.kernel import truth
from mingjing.kernel.moments import DAY_CODE, Moment, add_months, before, day_number, day_of, moment_of

CLOSING_STATUSES: Final = ("withdrawn", "transferred", "ended")
"""Statuses of a case that close its open periods."""


def worst(reckonings: Iterable[Reckoning]) -> Reckoning:
    """
    Join the reckonings of several things in one case: one finding a subject, the worst.

    Broken comes before not evaluated, and that before holds. Of several breaches the latest overdue, then the first.
    """
    order = {Status.BROKEN: 0, Status.NOT_EVALUATED: 1, Status.HOLDS: 2, Status.NOT_APPLICABLE: 3}
    return min(reckonings, key=lambda one: order[one.status], default=NOT_APPLICABLE)


def _when(code: int | None) -> str:
    return "无记录" if code is None else moment_of(code).isoformat()


def _overdue(due: int | None, until: int) -> int | None:
    return None if due is None else max(until - due, 0) or None


def _event_types(part: object) -> Iterator[frozenset[str]]:
    """Walk the terms of a kind for the steps and events that they speak of."""
    if isinstance(part, tuple):
        for member in part:
            yield from _event_types(member)
    if not is_dataclass(part) or isinstance(part, type):
        return
    for field in fields(part):
        value = getattr(part, field.name)
        if field.name == "types":
            yield frozenset(value)
        elif field.name in ("start", "end", "type") and isinstance(value, str):
            yield frozenset({value})
        else:
            yield from _event_types(value)


_NEEDED: Final[frozenset[str]] = frozenset({"cases.kind"})


def _columns(part: object) -> Iterator[str]:
    """
    Walk the terms of a kind for the columns whose absence would answer the question by itself.

    What only some places ask for (a member of a list parameter) is not asked of every source.
    """
    if isinstance(part, All) and any(isinstance(one, Allows) and one.member for one in part.parts):
        return
    if isinstance(part, tuple):
        for member in part:
            yield from _columns(member)
    match part:
        case Flag(column) | Is(column, _) | Exceeds(column=column):
            yield f"cases.{column}"
        case Given(column):
            yield column.replace("item.", "items.") if "." in column else f"cases.{column}"
        case HasPenalty() | OnlyPenalties():
            yield "cases.other_penalties"
        case HasBenchmark():
            yield from ("benchmarks", "cases.item_id")
        case Served() | FirstService():
            yield "events.about_event_id"
        case Ended():
            yield "events.outcome"
        case _:
            pass
    if isinstance(part, Exceeds) and part.by_class:
        yield from ("cases.party_id", "parties", "parties.kind")
    if is_dataclass(part) and not isinstance(part, type):
        for field in fields(part):
            yield from _columns(getattr(part, field.name))


class StepsKind(Kind):
    """A kind that judges one case by its own steps."""

    __slots__ = ()
    judges_steps: ClassVar[bool] = True

    def event_types(self) -> frozenset[frozenset[str]]:
        return frozenset(_event_types(self))


# -- required, order, range ---------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Required(StepsKind):
    """
    When a condition is true, another one must be.

    ``shows`` are the steps whose moments the words tell, by name in ``observed``; they are also the evidence. ``nearest``
    is one of them, the step that comes nearest to what was asked, with words for it: told only where there is one.
    """

    name: ClassVar[str] = "required"
    label: ClassVar[str] = "必备"

    when: Condition
    then: Condition
    expected: str
    observed: str
    shows: tuple[Step, ...] = ()
    nearest: tuple[str, Step] | None = None
    needed: frozenset[str] = frozenset()
    uses: tuple[str, ...] = ()

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        applies = self.when.of(subject)
        if applies is False:
            return NOT_APPLICABLE
        demanded = self.then.of(subject) if applies else None
        status = status_of(demanded)
        steps = [subject.step(step) for step in self.shows]
        return Reckoning(
            status,
            values=tuple(code_of(step.at if step else None) for step in steps),
            evidence=tuple(("events", step.id) for step in steps if step),
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        codes = dict(zip((step.name for step in self.shows), (*reckoning.values, *(None,) * 4), strict=False))
        observed = self.observed.format(**{name: _when(code) for name, code in codes.items()})
        if self.nearest is not None and (code := codes[self.nearest[1].name]) is not None:
            observed += f"（{self.nearest[0]}：{_when(code)}）"
        return Words(expected=self.expected, observed=observed)

    def needs(self) -> frozenset[str]:
        return self.needed | _NEEDED.union(_columns(self))

    def parameters(self) -> tuple[str, ...]:
        return self.uses


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Required):
    """One step must come before, or after, another."""

    name: ClassVar[str] = "order"
    label: ClassVar[str] = "次序"


@dataclass(frozen=True, slots=True, kw_only=True)
class Range(Required):
    """An amount or a choice must stay within what is allowed."""

    name: ClassVar[str] = "range"
    label: ClassVar[str] = "幅度"


# -- deadline -----------------------------------------------------------------------------------------------------------
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

    def _due(self, view: CaseFacts, start: date) -> date | None:
        found = self._amount(view, start)
        if found is None:
            return None
        amount, unit = found
        if self.extension_period is not None and self.extension is not None and view.step(self.extension) is not None:
            more = view.parameter(self.extension_period, start)
            amount += more if isinstance(more, int) else 0
        extension = view.step(self.extension) if self.extension is not None and not self.extension_period else None
        return last_day(
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
            overdue_days=_overdue(due, until),
        )

    def needs(self) -> frozenset[str]:
        return self.needed | _NEEDED.union(_columns(self))

    def parameters(self) -> tuple[str, ...]:
        more = (self.special[1] if self.special else None, self.extension_period, self.deduct)
        return (self.period, *(name for name in more if name))


def last_day(
    view: CaseFacts,
    start: date,
    limit: TimeLimit,
    *,
    suspensions: tuple[Suspension, ...] = (),
    at_least: date | None = None,
) -> date | None:
    """Count a period of a case; ``None`` where a year of the calendar is not loaded."""
    extensions = (Extension(extends_to=at_least),) if at_least else ()
    deadline = count(start, limit, suspensions, extensions, view.base.calendar)
    return None if deadline.provisional else deadline.due


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


# -- gap ----------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Window(StepsKind):
    """
    An act must wait until a period given to the party has run out, unless ``lifted``.

    Broken when the act's day is not after the last day. With ``demanded``, the start itself must exist.
    """

    name: ClassVar[str] = "gap"
    label: ClassVar[str] = "等待期"

    start: MomentTerm
    act: MomentTerm
    period: str
    when: Condition
    start_label: str
    act_label: str
    lifted: Condition | None = None
    demanded: bool = False
    unit: Unit = Unit.WORKING_DAY
    needed: frozenset[str] = frozenset()

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        applies = self.when.of(subject)
        act = subject.moment(self.act)
        if applies is False or act is None:
            return NOT_APPLICABLE
        start = subject.moment(self.start)
        if start is None and not self.demanded:
            return NOT_APPLICABLE
        steps = [subject.step(self.start.step), subject.step(self.act.step)]  # type: ignore[union-attr]
        evidence = tuple(("events", step.id) for step in steps if step)
        if start is None:
            return Reckoning(Status.BROKEN, values=(None, act.code), evidence=evidence)
        if subject.parameter(self.period, start.day) is None:
            return NOT_APPLICABLE
        last = subject.last_day(start.day, self.period, self.unit)
        in_order = before(steps[0].at, act) if steps[0] else None
        waited = None if last is None or in_order is None else act.day > last
        lifted = self.lifted.of(subject) if self.lifted else False
        kept = True if waited or lifted else (None if waited is None or lifted is None or applies is None else False)
        status = status_of(kept)
        return Reckoning(
            status,
            due=None if last is None else day_number(last),
            values=(day_number(start.day), act.code),
            evidence=evidence,
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        start, act = reckoning.values[0], reckoning.values[1]
        assert act is not None
        done = f"{moment_of(act).day.isoformat()}{self.act_label}"
        if start is None or reckoning.due is None:
            return Words(
                expected=f"{self.act_label}前应当先{self.start_label}", observed=f"{done}，此前无{self.start_label}记录"
            )
        return Words(
            expected=f"{day_of(start).isoformat()}{self.start_label}后，{day_of(reckoning.due).isoformat()}届满前不得{self.act_label}",
            observed=f"{done}，期间未届满",
            due_on=day_of(reckoning.due),
        )

    def needs(self) -> frozenset[str]:
        return self.needed | _NEEDED.union(_columns(self))

    def parameters(self) -> tuple[str, ...]:
        return (self.period,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead(StepsKind):
    """An act must be announced so many days ahead: its day is at least the n-th after the notice was served."""

    name: ClassVar[str] = "gap"
    label: ClassVar[str] = "提前期"

    start: MomentTerm
    act: MomentTerm
    period: str
    when: Condition
    start_label: str
    act_label: str
    unit: Unit = Unit.WORKING_DAY
    needed: frozenset[str] = frozenset()

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        applies = self.when.of(subject)
        act = subject.moment(self.act)
        if applies is False or act is None:
            return NOT_APPLICABLE
        start = subject.moment(self.start)
        steps = [subject.step(self.start.step), subject.step(self.act.step)]  # type: ignore[union-attr]
        in_order = before(steps[0].at, act) if steps[0] else None
        if start is not None and in_order is not None and subject.parameter(self.period, start.day) is None:
            return NOT_APPLICABLE
        earliest = subject.last_day(start.day, self.period, self.unit) if start else None
        if applies is None or start is None or earliest is None or in_order is None:
            return NOT_EVALUATED
        return Reckoning(
            Status.HOLDS if act.day >= earliest else Status.BROKEN,
            due=day_number(earliest),
            values=(day_number(start.day), act.code),
            evidence=tuple(("events", step.id) for step in steps if step),
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        start, act = reckoning.values[0], reckoning.values[1]
        assert start is not None and act is not None and reckoning.due is not None
        return Words(
            expected=f"{day_of(start).isoformat()}{self.start_label}，{self.act_label}不得早于{day_of(reckoning.due).isoformat()}",
            observed=f"{moment_of(act).day.isoformat()}{self.act_label}，提前不足",
            due_on=day_of(reckoning.due),
        )

    def needs(self) -> frozenset[str]:
        return self.needed | _NEEDED.union(_columns(self))

    def parameters(self) -> tuple[str, ...]:
        return (self.period,)


# -- separation ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Separation(StepsKind):
    """
    Who takes a part in one step must not be a handler of the case.

    The part is ``role`` on events of ``types``; with ``serving``, on that step itself and on events of ``types`` that
    are about it.
    """

    name: ClassVar[str] = "separation"
    label: ClassVar[str] = "分离"

    role: str
    types: tuple[str, ...]
    person: str
    serving: Step | None = None

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("events", "officers", "events", "events")

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if subject.case.kind != "penalty":
            return NOT_APPLICABLE
        people = [
            (event.order, event, person.officer_id)
            for event in self._events(subject)
            for person in base.event_participants.get(event.id, ())
            if person.role == self.role
        ]
        if not people:
            return NOT_APPLICABLE
        for _, event, officer_id in sorted(people, key=lambda one: (one[1].at.code, one[0], rank(one[2]))):
            if officer_id in subject.handlers:
                return Reckoning(
                    Status.BROKEN, values=(event.at.code,), evidence=(("events", event.id), ("officers", officer_id))
                )
        return Reckoning(Status.HOLDS)

    def _events(self, view: CaseFacts) -> Iterable[Event]:
        if self.serving is None:
            return [event for event in view.events if event.type in self.types]
        served = view.step(self.serving)
        if served is None:
            return []
        return [
            event
            for event in view.events
            if event.id == served.id or (event.type in self.types and event.about_id == served.id)
        ]

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        return Words(
            expected=f"{self.person}不得由本案承办人员担任",
            observed=f"{_when(reckoning.values[0])}的{self.person}同时是本案承办人员",
        )

    def needs(self) -> frozenset[str]:
        return frozenset({"cases", "events", "participants"})


# -- quorum -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Quorum(StepsKind):
    """
    Each step of these types needs a number of officers, distinct handlers and recorders who are officers that day.

    With ``credentialed``, that many of them must hold a credential valid that day. ``any_kind`` looks at cases of every
    kind, else at penalties. One officer is enough where the item names a legal basis, if ``single_allowed``.
    """

    name: ClassVar[str] = "quorum"
    label: ClassVar[str] = "人数"

    types: tuple[str, ...]
    credentialed: bool = False
    any_kind: bool = False
    single_allowed: bool = True
    what: str = "执法人员"

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if not self.any_kind and subject.case.kind != "penalty":
            return NOT_APPLICABLE
        steps = [event for event in subject.events if event.type in self.types]
        if not steps:
            return NOT_APPLICABLE
        fewest, index = min((self._present(subject, base, event), number) for number, event in enumerate(steps))
        event = steps[index]
        required = self._required(subject, event.at.day)
        if any(self._present(subject, base, step) < self._required(subject, step.at.day) for step in steps):
            return Reckoning(Status.BROKEN, values=(fewest, required, event.at.code), evidence=(("events", event.id),))
        return Reckoning(Status.HOLDS, values=(fewest, required, event.at.code), evidence=(("events", event.id),))

    def _present(self, view: CaseFacts, base: FactBase, event: Event) -> int:
        day = event.at.day
        people = {
            person.officer_id
            for person in base.event_participants.get(event.id, ())
            if person.role in ("handler", "recorder") and base.holds_role(person.officer_id, "officer", day)
        }
        if self.credentialed:
            people = {officer_id for officer_id in people if base.has_credential(officer_id, day)}
        return len(people)

    def _required(self, view: CaseFacts, day: date) -> int:
        if self.single_allowed and view.item is not None and view.item.single_officer_basis:
            return 1
        value = view.parameter("officers.minimum", day)
        assert isinstance(value, int)
        return value

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        present, required, at = reckoning.values[:3]
        return Words(expected=f"{self.what}不得少于{required}人", observed=f"{_when(at)}的环节{self.what}为{present}人")

    def needs(self) -> frozenset[str]:
        base = {"cases", "events", "participants", "officer_roles", "officer_roles.from", "officer_roles.until"}
        return frozenset(base | {"credentials"}) if self.credentialed else frozenset(base)

    def parameters(self) -> tuple[str, ...]:
        return ("officers.minimum",)


# -- qualified ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewerQualified(StepsKind):
    """
    Each legal reviewer holds that role on the day; who began after the duty came in also holds the qualification.

    Source: 行政处罚法（2021）第五十八条第二款.
    """

    name: ClassVar[str] = "qualified"
    label: ClassVar[str] = "资格"

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("events", "officers", "events", "events")

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if subject.case.kind != "penalty":
            return NOT_APPLICABLE
        applies = False
        for event in subject.events:
            if event.type != "legal_review":
                continue
            people = {p.officer_id for p in base.event_participants.get(event.id, ()) if p.role == "reviewer"}
            for officer_id in sorted(people, key=rank):
                applies = True
                if not self._qualified(subject, base, officer_id, event.at.day):
                    return Reckoning(
                        Status.BROKEN,
                        values=(event.at.code,),
                        evidence=(("events", event.id), ("officers", officer_id)),
                    )
        return Reckoning(Status.HOLDS) if applies else NOT_APPLICABLE

    @staticmethod
    def _qualified(view: CaseFacts, base: FactBase, officer_id: Key, day: date) -> bool:
        roles = [row for row in base.officer_role_rows.get(officer_id, ()) if row.role == "legal_reviewer"]
        if not any(row.covers(day) for row in roles):
            return False
        since = view.parameter("legal_review.qualification_since", day)
        begun = min((row.since or date.min for row in roles), default=date.min)
        if not isinstance(since, date) or begun < since:
            return True
        officer = base.officer.get(officer_id)
        held = officer.legal_qualification_on if officer else None
        return held is not None and held <= day

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        return Words(
            expected="审核人员当日应当是法制审核人员；初次从事审核的应当取得法律职业资格",
            observed=f"{_when(reckoning.values[0])}的法制审核由不具备资格的人员作出",
        )

    def needs(self) -> frozenset[str]:
        return frozenset(
            {
                *("cases", "events", "participants", "officers", "officer_roles"),
                *("officers.legal_qualification_on", "officer_roles.from", "officer_roles.until"),
            }
        )

    def parameters(self) -> tuple[str, ...]:
        return ("legal_review.qualification_since",)


@dataclass(frozen=True, slots=True, kw_only=True)
class SameAgency(StepsKind):
    """
    Handlers belong to the case's agency or to a body directly under it, unless the case came from a joint visit.

    Source: 行政处罚法（2021）第十七条、第四十二条.
    """

    name: ClassVar[str] = "qualified"
    label: ClassVar[str] = "资格"

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("officers", "events", "events", "events")

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if subject.case.kind != "penalty" or not subject.handlers:
            return NOT_APPLICABLE
        if any(visit.joint_id for visit in base.case_inspections.get(subject.case.id, ())):
            return Reckoning(Status.HOLDS)
        belongs = {officer_id: self._belongs(subject, base, officer_id) for officer_id in subject.handlers}
        strangers = sorted((one for one, own in belongs.items() if own is False), key=rank)
        if strangers:
            return Reckoning(Status.BROKEN, values=(len(strangers),), evidence=(("officers", strangers[0]),))
        return NOT_EVALUATED if None in belongs.values() else Reckoning(Status.HOLDS)

    @staticmethod
    def _belongs(view: CaseFacts, base: FactBase, officer_id: Key) -> bool | None:
        officer = base.officer.get(officer_id)
        if officer is None or officer.agency_id is None or view.case.agency_id is None:
            return None
        if officer.agency_id == view.case.agency_id:
            return True
        own = base.agency.get(officer.agency_id)
        return own is not None and own.parent_id == view.case.agency_id

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        return Words(
            expected="承办人员应当属于本案执法主体及其所属机构，联合执法除外",
            observed=f"有{reckoning.values[0]}名承办人员属于其他单位，且无联合执法记录",
        )

    def needs(self) -> frozenset[str]:
        return frozenset(
            {"cases", "events", "participants", "officers", "officers.agency_id", "agencies", "cases.agency_id"}
        )


# -- range: the fine within its tier --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class WithinTier(StepsKind):
    """
    The fine lies within the tier in force when the act was done, or when it was decided if that is lighter.

    The union of the ranges of that item and tier, bounds inclusive; outside only with a departure and its reason.
    Source: 行政处罚法（2021）第三十四条、第三十七条.
    """

    name: ClassVar[str] = "range"
    label: ClassVar[str] = "幅度"

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        case, decided = subject.case, subject.step(PENALTY)
        if case.kind != "penalty" or decided is None or not case.tier:
            return NOT_APPLICABLE
        old = self._in_force(subject, case.act_on)
        new = self._in_force(subject, decided.at.day)
        departs = bool(case.tier_departure and case.tier_departure_reason)
        evidence = (("events", decided.id),)
        if case.act_on is None or case.fine_fen is None or not old:
            return Reckoning(Status.NOT_EVALUATED, evidence=evidence)
        if any(row.fine_min_fen is None or row.fine_max_fen is None for row in (*old, *new)):
            return Reckoning(Status.HOLDS if departs else Status.NOT_EVALUATED, evidence=evidence)
        lighter = bool(new) and self._weight(new) < self._weight(old)
        applied = new if lighter else old
        fine = case.fine_fen
        within = any(row.fine_min_fen <= fine <= row.fine_max_fen for row in applied)  # type: ignore[operator]
        highest, lowest = self._weight(applied)
        return Reckoning(
            Status.HOLDS if within or departs else Status.BROKEN,
            values=(fine, lowest, highest, int(lighter)),
            evidence=evidence,
        )

    @staticmethod
    def _in_force(view: CaseFacts, day: date | None) -> tuple[Benchmark, ...]:
        if day is None:
            return ()
        return tuple(row for row in view.benchmarks if row.tier == view.case.tier and row.covers(day))

    @staticmethod
    def _weight(rows: tuple[Benchmark, ...]) -> tuple[int, int]:
        """The greatest maximum, then the least minimum: smaller is lighter."""
        return max(row.fine_max_fen or 0 for row in rows), min(row.fine_min_fen or 0 for row in rows)

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        fine, low, high, lighter = reckoning.values
        law = "（从旧兼从轻，适用决定时的较轻基准）" if lighter else ""
        return Words(
            expected=f"罚款应在{yuan(low)}元至{yuan(high)}元之间{law}，偏离的应说明从轻、减轻或者从重的理由",
            observed=f"罚款{yuan(fine)}元，未记载偏离理由",
        )

    def needs(self) -> frozenset[str]:
        return frozenset(
            {"cases", "events", "benchmarks", "cases.tier", "cases.fine_fen", "cases.act_on", "cases.item_id"}
        )


def yuan(fen: int | None) -> str:
    """Write an amount in yuan without needless zeros."""
    if fen is None:
        return "（不详）"
    whole, rest = divmod(fen, 100)
    return f"{whole:,}" if rest == 0 else f"{whole:,}.{rest:02d}"


# -- limitation -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Limitation(StepsKind):
    """
    The act was found within two years of its end, or five where life, health or finance was harmed.

    Source: 行政处罚法（2021）第三十六条.
    """

    name: ClassVar[str] = "deadline"
    label: ClassVar[str] = "期限"

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


# -- publications withdrawn -------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn(StepsKind):
    """
    Everything published of a case is withdrawn in time.

    With ``void``: within the period after its decision was revoked, altered or found unlawful or void. Else: within the
    longest period of its credit class after the first publication, where that day lies after ``since``.
    """

    name: ClassVar[str] = "deadline"
    label: ClassVar[str] = "期限"

    void: bool
    since: date | None = None

    VOIDING: ClassVar[frozenset[str]] = frozenset({"revoked", "altered", "unlawful", "void"})

    @property
    def evidence_tables(self) -> tuple[str, ...]:
        return ("remedies", "events", "events", "events") if self.void else ("events",) * 4

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if self.void and subject.case.kind != "penalty":
            return NOT_APPLICABLE
        shown = [row for row in base.case_disclosures.get(subject.case.id, ()) if row.subject == "case"]
        if not shown:
            return NOT_APPLICABLE
        return self._after_voiding(subject, base, shown) if self.void else self._after_longest(subject, base, shown)

    def _after_voiding(self, view: CaseFacts, base: FactBase, shown: list[Disclosure]) -> Reckoning:
        voided = [
            row
            for row in base.case_remedies.get(view.case.id, ())
            if row.outcome in self.VOIDING and row.decided_at is not None and row.decided_at.day <= base.as_of
        ]
        first = min(voided, key=lambda row: row.decided_at.code if row.decided_at else 0, default=None)
        if first is None or first.decided_at is None:
            return NOT_APPLICABLE
        start = first.decided_at.day
        if view.parameter("disclosure.withdraw_void.days", start) is None:
            return NOT_APPLICABLE
        due = view.last_day(start, "disclosure.withdraw_void.days", Unit.WORKING_DAY)
        if due is None:
            return NOT_EVALUATED
        shown = [row for row in shown if row.published_at is not None and row.published_at.day <= due]
        return self._judge(view, base, shown, start, due, (("remedies", first.id),))

    def _after_longest(self, view: CaseFacts, base: FactBase, shown: list[Disclosure]) -> Reckoning:
        if view.case.credit_class is None:
            return NOT_EVALUATED
        start = min(row.published_at.day for row in shown if row.published_at is not None)
        months = view.parameter(f"disclosure.max_months.{view.case.credit_class}", max(start, self.since or start))
        if not isinstance(months, int):
            return NOT_APPLICABLE
        due = add_months(start, months)
        if self.since is not None and due < self.since:
            return NOT_APPLICABLE
        return self._judge(view, base, shown, start, due, ())

    @staticmethod
    def _judge(
        view: CaseFacts,
        base: FactBase,
        shown: list[Disclosure],
        start: date,
        due: date,
        evidence: tuple[tuple[str, int | str], ...],
    ) -> Reckoning:
        closed = view.case.status in CLOSING_STATUSES
        ends = [row.withdrawn_at for row in shown if row.withdrawn_at is not None or not closed]
        if not ends:
            return NOT_APPLICABLE
        unfinished = any(end is None for end in ends)
        latest = None if unfinished else max((end for end in ends if end), key=lambda end: end.code)
        reached = max([end.day for end in ends if end] + ([base.as_of] if unfinished else []))
        return Reckoning(
            Status.BROKEN if reached > due else Status.HOLDS,
            due=day_number(due),
            values=(day_number(start), code_of(latest), day_number(reached)),
            evidence=evidence,
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        start, ended, reached = reckoning.values[:3]
        assert start is not None and reached is not None and reckoning.due is not None
        cause = "决定被撤销、变更、确认违法或者无效" if self.void else "公示"
        done = (
            f"{moment_of(ended).day.isoformat()}撤下"
            if ended is not None
            else f"截至{as_of.isoformat()}仍有未撤下的公示"
        )
        return Words(
            expected=f"{day_of(start).isoformat()}{cause}，应不晚于{day_of(reckoning.due).isoformat()}撤下公示信息",
            observed=f"{done}，逾期{reached - reckoning.due}日",
            due_on=day_of(reckoning.due),
            overdue_days=_overdue(reckoning.due, reached),
        )

    def needs(self) -> frozenset[str]:
        base = {"cases", "disclosures", "disclosures.published_at", "disclosures.withdrawn_at"}
        return frozenset(base | {"remedies"} if self.void else base | {"cases.credit_class"})

    def parameters(self) -> tuple[str, ...]:
        if self.void:
            return ("disclosure.withdraw_void.days",)
        return tuple(f"disclosure.max_months.{name}" for name in ("minor", "general", "serious"))


# -- deadlines of each event ------------------------------------------------------------------------------------------------
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
        ends = [event for event in view.events if event.type == self.end and self._answers(event, start)]
        if self.or_decided:
            ends += [
                event
                for event in view.events
                if event.type in ("decision", "no_penalty") and event.is_effective and not before(event.at, start.at)
            ]
        end = min(ends, key=lambda event: (event.at.code, event.order), default=None)
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

    @staticmethod
    def _answers(event: Event, start: Event) -> bool:
        return event.about_id == start.id or (event.about_id is None and not before(event.at, start.at))

    def _due(self, view: CaseFacts, start: Event) -> date | None:
        amount = view.parameter(self.period, start.at.day)
        if not isinstance(amount, int):
            return None
        times = suspensions(view, self.deduct, start.at.day) if self.deduct else ()
        base = last_day(view, start.at.day, TimeLimit(amount=amount, unit=self.unit), suspensions=times)
        if base is None or self.extension is None:
            return base
        granted = [
            event
            for event in view.events
            if event.type == self.extension
            and event.is_effective
            and (event.about_id is None or event.about_id == start.id)
        ]
        if not granted:
            return base
        more = view.parameter(self.extension_period or "", start.at.day)
        longest = base + timedelta(days=more if isinstance(more, int) else 0)
        longer = (min(granted[-1].extends_to or longest, longest) - base).days
        # What is deducted during the extension lengthens it as well; an extension never shortens the period.
        limit = TimeLimit(amount=amount + max(longer, 0), unit=self.unit)
        return last_day(view, start.at.day, limit, suspensions=times)

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

    def needs(self) -> frozenset[str]:
        return frozenset({"cases", "events"})

    def parameters(self) -> tuple[str, ...]:
        return tuple(name for name in (self.period, self.extension_period, self.deduct) if name)


# -- what shows a step ------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Shown(StepsKind):
    """
    Every event of a type is shown by a record made in it.

    A written record (``record``: a document whose kind is a 笔录) or any document or recording; ``flag``: an outcome
    that says so is enough. ``media_parameter``: a yes/no parameter that asks for audio or video as well.
    """

    name: ClassVar[str] = "required"
    label: ClassVar[str] = "必备"

    type: str
    what: str
    record: bool = False
    flag: str | None = None
    media_parameter: str | None = None
    any_kind: bool = False

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if not self.any_kind and subject.case.kind != "penalty":
            return NOT_APPLICABLE
        steps = [event for event in subject.events if event.type == self.type]
        bare = next((event for event in steps if not self._shown(subject, base, event)), None)
        if bare is not None:
            return Reckoning(Status.BROKEN, values=(bare.at.code,), evidence=(("events", bare.id),))
        return Reckoning(Status.HOLDS) if steps else NOT_APPLICABLE

    def _shown(self, view: CaseFacts, base: FactBase, event: Event) -> bool:
        documents = base.event_documents.get(event.id, ())
        media = base.event_media.get(event.id, ())
        if not self.record:
            return bool(documents or media) or (self.flag is not None and event.outcome == self.flag)
        written = any("笔录" in (document.kind or "") for document in documents)
        if self.media_parameter is None or not view.parameter(self.media_parameter, event.at.day):
            return written
        return written and any(recording.kind in ("audio", "video") for recording in media)

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        return Words(expected=self.what, observed=f"{_when(reckoning.values[0])}的环节没有相应记录")

    def needs(self) -> frozenset[str]:
        if self.record:
            return frozenset({"cases", "events", "documents"} | ({"media"} if self.media_parameter else set()))
        return frozenset({"cases", "events", "documents", "media"})

    def parameters(self) -> tuple[str, ...]:
        return (self.media_parameter,) if self.media_parameter else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeizureApproved(StepsKind):
    """
    Each seizure was approved before; an urgent one within 24 hours after at the latest.

    Source: 行政强制法第十八条、第十九条、第二十四条.
    """

    name: ClassVar[str] = "order"
    label: ClassVar[str] = "次序"

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        seizures = [event for event in subject.events if event.type == "seizure"]
        verdicts = [(self._approved(subject, event), event) for event in seizures]
        for wanted, status in ((False, Status.BROKEN), (None, Status.NOT_EVALUATED)):
            for verdict, event in verdicts:
                if verdict is wanted:
                    return Reckoning(status, values=(event.at.code,), evidence=(("events", event.id),))
        return Reckoning(Status.HOLDS) if verdicts else NOT_APPLICABLE

    @staticmethod
    def _approved(view: CaseFacts, seizure: Event) -> bool | None:
        hours = view.parameter("seizure.urgent_hours", seizure.at.day)

        def in_time(approval: Event) -> bool | None:
            soon = _within_hours(seizure.at, approval.at, hours) if isinstance(hours, int) else False
            return truth.any_of((before(approval.at, seizure.at), truth.all_of((seizure.urgent, soon))))

        return truth.any_of(
            in_time(event)
            for event in view.events
            if event.type == "approval" and event.about_id == seizure.id and event.is_effective
        )

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        return Words(
            expected="查封、扣押前应当报经批准；情况紧急的，24小时内补办批准手续",
            observed=f"{_when(reckoning.values[0])}实施查封、扣押，没有按时批准的记录",
        )

    def needs(self) -> frozenset[str]:
        return frozenset({"cases", "events", "events.about_event_id"})

    def parameters(self) -> tuple[str, ...]:
        return ("seizure.urgent_hours",)


def _within_hours(start: Moment, end: Moment, hours: int) -> bool | None:
    """Say whether the end came at most so many hours after the start; unknown unless both hours are known."""
    if start.microseconds is None or end.microseconds is None:
        return None
    return end.microseconds - start.microseconds <= hours * 3_600_000_000


# -- completeness -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Complete(StepsKind):
    """The fields without which a penalty cannot be published are all there; the missing ones are named."""

    name: ClassVar[str] = "completeness"
    label: ClassVar[str] = "完整性"

    parts: tuple[tuple[str, Condition], ...]
    when: Condition

    def check(self, subject: object, base: FactBase) -> Reckoning:
        assert isinstance(subject, CaseFacts)
        if not self.when.of(subject):
            return NOT_APPLICABLE
        lacking = sum(1 << bit for bit, (_, condition) in enumerate(self.parts) if not condition.of(subject))
        return Reckoning(Status.BROKEN if lacking else Status.HOLDS, values=(lacking,))

    def describe(self, reckoning: Reckoning, as_of: date) -> Words:
        lacking = reckoning.values[0] or 0
        names = [label for bit, (label, _) in enumerate(self.parts) if lacking >> bit & 1]
        return Words(
            expected="、".join(label for label, _ in self.parts) + "应当齐全", observed=f"缺少{'、'.join(names)}"
        )

    def needs(self) -> frozenset[str]:
        return frozenset({"cases", "events", "items", *_columns(self.when), *_columns(self.parts)})
