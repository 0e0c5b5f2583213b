"""
The words in which rules for one case are written: steps, moments and conditions.

A *step* is a way to pick one event of a case (the first filing, the latest legal review before the decision). A
*moment* is when something happened. A *condition* is true, false or unknown of a case. All are data, so that one
declaration is read by a person, evaluated here for one case, and compiled to columns for all cases
(:mod:`mingjing.engine.columns.frame`). Logic is Kleene's: unknown stays unknown.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from mingjing.domain.deadlines import TimeLimit, Unit, count
from mingjing.domain.rules.facts import Agency, Benchmark, Case, Event, FactBase, Item, Key, Party
from mingjing.kernel import truth
from mingjing.kernel.moments import Moment, before


# -- steps ------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """
    One event picked from those of a case.

    The first or the latest event of ``types``; with ``effective``, of those not turned down; with ``not_after``, of
    those that are not certainly after that step (none, when the case has no such step); with ``not_before``, of those
    not certainly before it, if the case has it. ``extending`` picks only events that name a new last day.
    """

    name: str
    types: tuple[str, ...]
    latest: bool = False
    effective: bool = False
    not_after: "Step | None" = None
    not_before: "Step | None" = None
    extending: bool = False
    label: str = ""

    @property
    def bounds(self) -> "tuple[Step, ...]":
        """The steps that must be known first."""
        return tuple(step for step in (self.not_after, self.not_before) if step is not None)

    @property
    def depth(self) -> int:
        """How many other steps must be known first."""
        return 1 + max((step.depth for step in self.bounds), default=-1)


def first(name: str, *types: str, label: str, effective: bool = False, not_before: Step | None = None) -> Step:
    """Declare the first event of these types."""
    return Step(name=name, types=types, label=label, effective=effective, not_before=not_before)


def latest(name: str, *types: str, label: str, effective: bool = False, not_after: Step | None = None) -> Step:
    """Declare the latest event of these types."""
    return Step(name=name, types=types, label=label, latest=True, effective=effective, not_after=not_after)


LEAD: Final = first("lead", "lead", label="线索")
FILING: Final = first("filing", "filing", label="立案")
OUTCOME: Final = latest("outcome", "decision", "no_penalty", label="决定", effective=True)
PENALTY: Final = latest("penalty", "decision", label="处罚决定", effective=True)
EXTENSION: Final = Step(
    name="extension", types=("extension",), latest=True, effective=True, extending=True, label="延期"
)
EXTENSION_GRANTED: Final = latest("extension_granted", "extension", label="延期", effective=True)
PRIOR_NOTICE: Final = latest("prior_notice", "prior_notice", label="事先告知", not_after=PENALTY)
HEARING_NOTICE: Final = latest("hearing_notice", "hearing_notice", label="听证告知", not_after=PENALTY)
HEARING_REQUEST: Final = first("hearing_request", "hearing_request", label="听证申请")
LAST_HEARING: Final = latest("last_hearing", "hearing", label="听证", effective=True)
HEARING_CONVENED: Final = latest("hearing_convened", "hearing_convened", label="听证通知", not_after=LAST_HEARING)
HEARING: Final = latest("hearing", "hearing", label="听证", not_after=PENALTY)
INVESTIGATED: Final = first("investigated", "investigation_report", label="调查终结")
LEGAL_REVIEW: Final = latest("legal_review", "legal_review", label="法制审核", not_after=PENALTY)
DELIBERATION: Final = latest("deliberation", "deliberation", label="集体讨论", not_after=PENALTY)
FIRST_NOTICE: Final = first("first_notice", "prior_notice", label="事先告知")
LAST_NOTICE: Final = latest("last_notice", "prior_notice", label="事先告知", effective=True)
REFERRED: Final = latest("referred", "referral", label="移送", effective=True, not_after=PENALTY)
COURT_APPLICATION: Final = first("court_application", "court_application", label="申请法院强制执行")
DEMAND: Final = latest("demand", "demand", label="催告", not_after=COURT_APPLICATION)
CLOSING: Final = latest("closing", "closing", label="结案")
PAYMENT: Final = first("payment", "payment", "execution", label="缴款或者执行")
INSTALMENT: Final = first("instalment", "instalment", label="延期分期缴纳", effective=True)
OTHER_DECISION: Final = latest("other_decision", "decision", label="执法决定", effective=True)
APPLICATION: Final = first("application", "application", label="申请")
ACCEPTED_OR_CORRECTED: Final = first(
    "accepted_or_corrected", "acceptance", "correction_notice", label="受理或者补正告知", not_before=APPLICATION
)
ACCEPTANCE: Final = first("acceptance", "acceptance", label="受理")
LICENSE_DECISION: Final = latest("license_decision", "grant", "refusal", label="许可决定", effective=True)
RULING: Final = latest("ruling", "grant", "refusal", "decision", label="决定", effective=True)
GRANT: Final = latest("grant", "grant", label="准予许可", effective=True)
DELIVERY: Final = first("delivery", "delivery", label="送达证件", not_before=GRANT)

ADDITIONAL_FINE: Final = latest("additional_fine", "additional_fine", label="加处罚款", effective=True)
SEIZURE_EXTENDED: Final = latest("seizure_extended", "seizure_extension", label="延长查封扣押", effective=True)
LAST_SEIZURE: Final = latest("last_seizure", "seizure", label="查封扣押", not_after=SEIZURE_EXTENDED)
SUBSTITUTED: Final = first("substituted", "substituted_performance", label="代履行")
LATEST_DEMAND: Final = latest("latest_demand", "demand", label="催告", not_after=SUBSTITUTED)
FIRST_CORRECTION: Final = first("first_correction", "correction_notice", label="补正告知")
REFUSED: Final = latest("refused", "refusal", label="不予许可", effective=True)
HEARING_WANTED: Final = first("hearing_wanted", "hearing_request", label="要求听证", effective=True)


# -- moments ----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class At:
    """When a step was taken."""

    step: Step


@dataclass(frozen=True, slots=True)
class Served:
    """When a step's document was served: its first service, else the step itself."""

    step: Step


@dataclass(frozen=True, slots=True)
class FirstService:
    """The first service of a step's document, if there is one."""

    step: Step


@dataclass(frozen=True, slots=True)
class Published:
    """When the case was first made public; with ``as_license``, as a licence too."""

    as_license: bool = False


@dataclass(frozen=True, slots=True)
class This:
    """When the event that a :class:`Some` looks at happened, or its document was served."""

    served: bool = False


@dataclass(frozen=True, slots=True)
class Dated:
    """A day that a column of the case names, as a moment without an hour."""

    column: str


type MomentTerm = At | Served | FirstService | Published | This | Dated


# -- conditions -------------------------------------------------------------------------------------------------------
class Condition(ABC):
    """Something true, false or unknown of a case."""

    @abstractmethod
    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        """Evaluate for one case; ``event`` is the one that an enclosing :class:`Some` looks at."""

    def __and__(self, other: "Condition") -> "Condition":
        return All((self, other))

    def __or__(self, other: "Condition") -> "Condition":
        return Any((self, other))

    def __invert__(self) -> "Condition":
        return Not(self)


@dataclass(frozen=True, slots=True)
class All(Condition):
    """Every part is true."""

    parts: tuple[Condition, ...]

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        return truth.all_of(part.of(view, event) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Any(Condition):
    """Some part is true."""

    parts: tuple[Condition, ...]

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        return truth.any_of(part.of(view, event) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The part is false."""

    part: Condition

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        return truth.negate(self.part.of(view, event))


@dataclass(frozen=True, slots=True)
class Flag(Condition):
    """A yes/no column of the case; unknown when null."""

    column: str

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        value: bool | None = getattr(view.case, self.column)
        return value


@dataclass(frozen=True, slots=True)
class Is(Condition):
    """A coded column of the case has one of these codes; a null is none of them."""

    column: str
    codes: tuple[str, ...]

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        return getattr(view.case, self.column) in self.codes


@dataclass(frozen=True, slots=True)
class Given(Condition):
    """A column of the case, or of its item (``item.…``), is filled in."""

    column: str

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        owner, _, column = self.column.rpartition(".")
        row = view.item if owner == "item" else view.case
        return row is not None and getattr(row, column) not in (None, "")


@dataclass(frozen=True, slots=True)
class Exceeds(Condition):
    """
    An amount of the case exceeds (or, with ``reaches``, reaches) a parameter as of a step's day.

    With ``by_class`` the parameter is the one of the party's class, ``<name>.citizen`` or ``<name>.organization``.
    Without a parameter the amount is compared with zero. Unknown where the amount or the class is; a bound that was not
    yet set is not exceeded.
    """

    column: str
    parameter: str | None = None
    by_class: bool = False
    reaches: bool = False
    on: Step = PENALTY

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        amount: int | None = getattr(view.case, self.column)
        bound: object = 0
        if self.parameter is not None:
            moment = view.step(self.on)
            suffix = view.party_class if self.by_class else ""
            if moment is None or suffix is None:
                return None
            name = f"{self.parameter}.{suffix}" if self.by_class else self.parameter
            bound = view.parameter(name, moment.at.day)
        if amount is None:
            return None
        return isinstance(bound, int) and (amount >= bound if self.reaches else amount > bound)


@dataclass(frozen=True, slots=True)
class HasPenalty(Condition):
    """One of these other penalties was imposed."""

    codes: tuple[str, ...]

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        return bool(view.case.other_penalties & frozenset(self.codes))


@dataclass(frozen=True, slots=True)
class OnlyPenalties(Condition):
    """No other penalty than these was imposed; with ``some``, at least one was."""

    codes: tuple[str, ...]
    some: bool = False

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        imposed = view.case.other_penalties
        return imposed <= frozenset(self.codes) and (bool(imposed) or not self.some)


@dataclass(frozen=True, slots=True)
class Taken(Condition):
    """The case has this step."""

    step: Step

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        return view.step(self.step) is not None


@dataclass(frozen=True, slots=True)
class Happened(Condition):
    """A moment is there: the step was taken, its document was served, the case was published."""

    moment: MomentTerm

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        return view.moment(self.moment, event) is not None


@dataclass(frozen=True, slots=True)
class Ended(Condition):
    """The step ended with this outcome. A null outcome is unknown, or with ``null_is_no`` another one."""

    step: Step
    outcome: str
    null_is_no: bool = False

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        step = view.step(self.step)
        if step is None:
            return False
        if step.outcome is None:
            return False if self.null_is_no else None
        return step.outcome == self.outcome


@dataclass(frozen=True, slots=True)
class Before(Condition):
    """One moment came before another; unknown on one bare day, and where a moment is missing."""

    first: MomentTerm
    second: MomentTerm

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        one, other = view.moment(self.first, event), view.moment(self.second, event)
        return None if one is None or other is None else before(one, other)


@dataclass(frozen=True, slots=True)
class Ordered(Condition):
    """It is known which of two moments came first: true or unknown, never false."""

    first: MomentTerm
    second: MomentTerm

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        one, other = view.moment(self.first, event), view.moment(self.second, event)
        return None if one is None or other is None or before(one, other) is None else True


@dataclass(frozen=True, slots=True)
class NotAfter(Condition):
    """It is not certain that the first moment came after the second."""

    first: MomentTerm
    second: MomentTerm

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        one, other = view.moment(self.first, event), view.moment(self.second, event)
        return None if one is None or other is None else not before(other, one)


@dataclass(frozen=True, slots=True)
class OnDayOrBefore(Condition):
    """By the day alone, the first moment is not later than the second."""

    first: MomentTerm
    second: MomentTerm

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        one, other = view.moment(self.first, event), view.moment(self.second, event)
        return None if one is None or other is None else one.day <= other.day


@dataclass(frozen=True, slots=True)
class Within(Condition):
    """
    A moment's day is not after the last day of a period from another moment.

    ``period`` is a parameter in working days, or in calendar days that roll off a rest day with ``rolls``. False where
    no period was set on that day.
    """

    moment: MomentTerm
    start: MomentTerm
    period: str
    unit: Unit = Unit.WORKING_DAY
    rolls: bool = False

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        moment, start = view.moment(self.moment, event), view.moment(self.start, event)
        if moment is None or start is None:
            return None
        if view.parameter(self.period, start.day) is None:
            return False
        last = view.last_day(start.day, self.period, self.unit, rolls=self.rolls)
        return None if last is None else moment.day <= last


@dataclass(frozen=True, slots=True)
class PeriodSet(Condition):
    """The law set this period when it began to run (or it did not begin)."""

    start: MomentTerm
    period: str

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        start = view.moment(self.start, event)
        return start is None or view.parameter(self.period, start.day) is not None


@dataclass(frozen=True, slots=True)
class HasBenchmark(Condition):
    """The item has a discretion benchmark in force on a step's day."""

    on: Step

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        step = view.step(self.on)
        return None if step is None else any(row.covers(step.at.day) for row in view.benchmarks)


@dataclass(frozen=True, slots=True)
class Some(Condition):
    """
    The case has an event of these types of which ``where`` is true; unknown when it may have one.

    ``outcomes_not`` leaves out events that ended so; ``effective`` those that were turned down.
    """

    types: tuple[str, ...]
    where: Condition | None = None
    effective: bool = False
    outcomes_not: tuple[str, ...] = ()

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        candidates = (
            found
            for found in view.events
            if found.type in self.types
            and (found.is_effective or not self.effective)
            and found.outcome not in self.outcomes_not
        )
        return truth.any_of(True if self.where is None else self.where.of(view, found) for found in candidates)


@dataclass(frozen=True, slots=True)
class Allows(Condition):
    """A yes/no parameter is set as of a step's day; with ``member``, a list parameter has that member."""

    parameter: str
    on: Step
    member: str | None = None

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        step = view.step(self.on)
        if step is None:
            return None
        value = view.parameter(self.parameter, step.at.day)
        return self.member in value if isinstance(value, list | tuple) else bool(value)


@dataclass(frozen=True, slots=True)
class WithinProposal(Condition):
    """
    Fine and other penalties are not above those that a step proposed.

    Unknown where the step proposed no amount, or the fine is not known.
    """

    step: Step

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        step = view.step(self.step)
        if step is None or step.amount_fen is None or view.case.fine_fen is None:
            return None
        return view.case.fine_fen <= step.amount_fen and view.case.other_penalties <= step.penalties


@dataclass(frozen=True, slots=True)
class PartyIs(Condition):
    """The party is of one of these kinds; unknown where its kind is."""

    kinds: tuple[str, ...]

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        kind = view.party.kind if view.party else None
        return None if kind is None else kind in self.kinds


@dataclass(frozen=True, slots=True)
class Remedied(Condition):
    """A reconsideration or a lawsuit about the case is on record."""

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        return bool(view.base.case_remedies.get(view.case.id))


@dataclass(frozen=True, slots=True)
class Urgent(Condition):
    """The event that a :class:`Some` looks at was urgent; not where nothing says so."""

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        assert event is not None, "Urgent stands only inside Some"
        return bool(event.urgent)


@dataclass(frozen=True, slots=True)
class OnDayOff(Condition):
    """The event that a :class:`Some` looks at lies on a day that is no working day; unknown where no calendar is."""

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        assert event is not None, "OnDayOff stands only inside Some"
        day, calendar = event.at.day, view.base.calendar
        return not calendar.is_working_day(day) if calendar.is_loaded(day.year) else None


@dataclass(frozen=True, slots=True)
class AtNight(Condition):
    """
    The event that a :class:`Some` looks at began in the night: from one hour on, or before another.

    Both hours are parameters. Unknown where the event has no hour; false where no night is set.
    """

    begins: str
    ends: str

    def of(self, view: "CaseFacts", event: Event | None = None) -> bool | None:
        assert event is not None, "AtNight stands only inside Some"
        begins, ends = (view.parameter(name, event.at.day) for name in (self.begins, self.ends))
        if not isinstance(begins, int) or not isinstance(ends, int):
            return False
        hour = event.at.clock.hour if event.at.clock else None
        return None if hour is None else hour >= begins or hour < ends


# -- one case and what belongs to it -----------------------------------------------------------------------------------
@dataclass
class CaseFacts:
    """One case with its events up to the day of evaluation, and the rows around it."""

    case: Case
    base: FactBase

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Events up to the day of evaluation, in order."""
        return tuple(self.base.case_events.get(self.case.id, ()))

    @cached_property
    def item(self) -> Item | None:
        """The item of the catalog."""
        return self.base.item.get(self.case.item_id) if self.case.item_id is not None else None

    @cached_property
    def party(self) -> Party | None:
        """The party."""
        return self.base.party.get(self.case.party_id) if self.case.party_id is not None else None

    @cached_property
    def agency(self) -> Agency | None:
        """The agency."""
        return self.base.agency.get(self.case.agency_id) if self.case.agency_id is not None else None

    @cached_property
    def benchmarks(self) -> tuple[Benchmark, ...]:
        """Benchmarks of the item."""
        return tuple(self.base.item_benchmarks.get(self.case.item_id, ())) if self.case.item_id is not None else ()

    @cached_property
    def party_class(self) -> str | None:
        """``citizen`` or ``organization``, as thresholds are set; an individual business is classed by parameter."""
        kind = self.party.kind if self.party else None
        if kind == "individual_business":
            decided = self.step(PENALTY)
            return str(self.parameter("party.individual_business_as", decided.at.day if decided else self.base.as_of))
        if kind in ("legal_person", "other_organization"):
            return "organization"
        return kind if kind == "citizen" else None

    @cached_property
    def _steps(self) -> dict[str, Event | None]:
        return {}

    @cached_property
    def _first_services(self) -> dict[Key, Event]:
        found: dict[Key, Event] = {}
        for event in self.events:
            if event.type == "service" and event.about_id is not None:
                found.setdefault(event.about_id, event)
        return found

    def step(self, step: Step) -> Event | None:
        """Pick the event of a step, or ``None``."""
        if step.name not in self._steps:
            self._steps[step.name] = self._pick(step)
        return self._steps[step.name]

    def _pick(self, step: Step) -> Event | None:
        bounds = []
        for bound, is_end in ((step.not_after, True), (step.not_before, False)):
            if bound is not None:
                found = self.step(bound)
                if found is None and is_end:
                    return None
                if found is None:
                    continue
                bounds.append((found.at, is_end))
        events = reversed(self.events) if step.latest else iter(self.events)
        for event in events:
            if event.type not in step.types or (step.effective and not event.is_effective):
                continue
            if step.extending and event.extends_to is None:
                continue
            if all(not (before(bound, event.at) if is_end else before(event.at, bound)) for bound, is_end in bounds):
                return event
        return None

    def moment(self, term: MomentTerm, event: Event | None = None) -> Moment | None:
        """Say when, or ``None`` when it did not happen."""
        match term:
            case At(step):
                found = self.step(step)
                return found.at if found else None
            case Served(step):
                found = self.step(step)
                return self.served(found) if found else None
            case FirstService(step):
                found = self.step(step)
                service = self._first_services.get(found.id) if found else None
                return service.at if service else None
            case Published(as_license):
                return self.published(as_license=as_license)
            case This(served):
                assert event is not None, "This stands only inside Some"
                return self.served(event) if served else event.at
            case Dated(column):
                day: date | None = getattr(self.case, column)
                return None if day is None else Moment.of(day)

    def served(self, event: Event) -> Moment:
        """Say when an event's document was served: its first service, else the event itself."""
        service = self._first_services.get(event.id)
        return service.at if service else event.at

    def elements(self, event: Event) -> frozenset[str] | None:
        """What the documents of an event contain together; ``None`` where of none it is told."""
        told = [row.elements for row in self.base.event_documents.get(event.id, ()) if row.elements is not None]
        return frozenset().union(*told) if told else None

    def service_of(self, event: Event) -> Event | None:
        """The first service of an event's document."""
        return self._first_services.get(event.id)

    def published(self, *, as_license: bool = False) -> Moment | None:
        """When the case was first made public; with ``as_license``, as a licence too."""
        shown = ("case", "license") if as_license else ("case",)
        rows = self.base.case_disclosures.get(self.case.id, ())
        moments = [row.published_at for row in rows if row.published_at and row.subject in shown]
        return min(moments, key=lambda moment: moment.code, default=None)

    def parameter(self, name: str, on: date) -> object:
        """The value of a parameter for the case's agency on a day."""
        return self.base.parameter(name, on=on, agency_id=self.case.agency_id)

    def last_day(self, start: date, period: str, unit: Unit, *, rolls: bool = False) -> date | None:
        """
        The last day of a period that a parameter sets, counted from the day after ``start``.

        ``None`` where no value is set or the calendar of a year is not loaded.
        """
        amount = self.parameter(period, start)
        if not isinstance(amount, int):
            return None
        deadline = count(start, TimeLimit(amount=amount, unit=unit, rolls=rolls), calendar=self.base.calendar)
        return None if deadline.provisional else deadline.due

    @cached_property
    def handlers(self) -> frozenset[Key]:
        """
        Officers who handled the case.

        Those with role handler on its filing, inspection, inquiry, evidence, preservation, seizure or report.
        """
        return frozenset(
            person.officer_id
            for event in self.events
            if event.type in HANDLING
            for person in self.base.event_participants.get(event.id, ())
            if person.role == "handler"
        )


HANDLING: Final = ("filing", "inspection", "inquiry", "evidence", "preservation", "seizure", "investigation_report")
"""The steps whose handlers are the handlers of the case."""
