"""
The facts of enforcement, as rules for one subject see them.

Rows of the facts standard as frozen objects, in a :class:`FactBase` that finds what belongs to a case, a party, an
officer. The case page builds a small one from its database; the test of agreement builds a large one from files.
Ids are whatever the source uses (text, or the engine's integer keys).
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Final

from mingjing.kernel.moments import Moment
from mingjing.law import parameters
from mingjing.law.calendars import Calendar, calendar
from mingjing.law.places import is_known

type Key = int | str

ANY_STEP: Final = "*"
"""Stands among the types of unread steps for one whose type is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An enforcement subject 执法主体."""

    id: Key
    name: str = ""
    jurisdiction_code: str | None = None
    level: str | None = None
    domain: str | None = None
    parent_id: Key | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Officer:
    """A person who enforces, reviews or assists."""

    id: Key
    agency_id: Key | None = None
    legal_qualification_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerRole:
    """A role held by an officer, both days inclusive; an open end is ``None``."""

    officer_id: Key
    role: str
    since: date | None = None
    until: date | None = None

    def covers(self, day: date) -> bool:
        """Say whether the role is held on ``day``."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """An enforcement credential 执法证件. Valid days are inclusive; from the day of withdrawal it is not valid."""

    officer_id: Key
    valid_from: date | None = None
    valid_until: date | None = None
    suspended_from: date | None = None
    suspended_until: date | None = None
    revoked_on: date | None = None

    def is_valid(self, day: date) -> bool:
        """Say whether the credential may be used on ``day``. An open bound does not limit."""
        if self.valid_from is not None and day < self.valid_from:
            return False
        if self.valid_until is not None and day > self.valid_until:
            return False
        if self.revoked_on is not None and day >= self.revoked_on:
            return False
        if self.suspended_from is None:
            return True
        return day < self.suspended_from or (self.suspended_until is not None and day > self.suspended_until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """The person or organisation that an act concerns 当事人."""

    id: Key
    kind: str | None = None
    risk_level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of the catalog 执法事项."""

    id: Key
    agency_id: Key | None = None
    basis: str | None = None
    act_code: str | None = None
    published_on: date | None = None
    withdrawn_on: date | None = None
    single_officer_basis: str | None = None
    summary_cap_basis: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Benchmark:
    """A tier of a discretion benchmark 裁量基准, both days inclusive; an open maximum is ``None``."""

    item_id: Key
    tier: str
    fine_min_fen: int | None = None
    fine_max_fen: int | None = None
    effective_from: date | None = None
    effective_until: date | None = None

    def covers(self, day: date) -> bool:
        """Say whether the tier is in force on ``day``."""
        return (self.effective_from is None or self.effective_from <= day) and (
            self.effective_until is None or day <= self.effective_until
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """
    A case 案件. ``None`` is unknown; an empty set of other penalties is none.

    ``unread`` are the types of its steps of which a row is there but has no moment that can be read; :data:`ANY_STEP`
    stands for a row whose type cannot be read either.
    """

    id: Key
    kind: str
    case_no: str | None = None
    procedure: str | None = None
    agency_id: Key | None = None
    item_id: Key | None = None
    party_id: Key | None = None
    act_on: date | None = None
    act_ended_on: date | None = None
    found_on: date | None = None
    fine_fen: int | None = None
    confiscated_fen: int | None = None
    other_penalties: frozenset[str] = frozenset()
    tier: str | None = None
    tier_departure: str | None = None
    tier_departure_reason: str | None = None
    is_major: bool | None = None
    is_complex: bool | None = None
    limitation_class: str | None = None
    credit_class: str | None = None
    disclosure_exempt: str | None = None
    status: str | None = None
    ended_ground: str | None = None
    leniency_matched: bool | None = None
    leniency_reason: str | None = None
    non_coercive_first: bool | None = None
    affects_others: bool | None = None
    hearing_required: bool | None = None
    expires_on: date | None = None
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """
    A step of a case 办案环节. ``order`` is its place among the case's events.

    ``amount_fen`` and ``penalties`` are what the step itself speaks of: of a notice, what is proposed.
    """

    id: Key
    case_id: Key
    type: str
    at: Moment
    order: int = 0
    ended_at: Moment | None = None
    about_id: Key | None = None
    outcome: str | None = None
    urgent: bool | None = None
    place: str | None = None
    extends_to: date | None = None
    amount_fen: int | None = None
    penalties: frozenset[str] = frozenset()

    #: Outcomes that undo a step: it was turned down, sent back or taken back.
    UNDONE = frozenset({"rejected", "returned", "withdrawn", "revoked", "refused", "invalid"})

    @property
    def is_effective(self) -> bool:
        """A step counts unless its outcome says that it was turned down or taken back."""
        return self.outcome not in self.UNDONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """Somebody's part in a step."""

    event_id: Key
    officer_id: Key
    role: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A document made in a step 文书. ``elements`` are what it contains; ``None`` where nobody looked."""

    id: Key
    case_id: Key | None = None
    event_id: Key | None = None
    kind: str | None = None
    elements: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A recording 音像记录."""

    id: Key
    case_id: Key | None = None
    event_id: Key | None = None
    kind: str | None = None
    started_at: Moment | None = None
    retained_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A visit 行政检查. ``order`` is its place in the source."""

    id: Key
    order: int = 0
    agency_id: Key | None = None
    party_id: Key | None = None
    item_ids: tuple[Key | None, ...] = ()
    selection: str | None = None
    cause: str | None = None
    exempt_reason: str | None = None
    plan_filed_at: Moment | None = None
    plan_entered_at: Moment | None = None
    started_at: Moment | None = None
    ended_at: Moment | None = None
    place: str | None = None
    result: str | None = None
    joint_id: str | None = None
    scanned: bool | None = None
    unscanned_reason: str | None = None
    unscanned_reason_at: Moment | None = None
    case_id: Key | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """A publication 公示 of a case's, licence's or inspection's result."""

    subject: str
    subject_id: Key
    published_at: Moment | None = None
    withdrawn_at: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A reconsideration or a lawsuit 复议诉讼."""

    id: Key
    kind: str | None = None
    case_id: Key | None = None
    procedure: str | None = None
    received_at: Moment | None = None
    replied_at: Moment | None = None
    hearing_on: date | None = None
    decided_at: Moment | None = None
    outcome: str | None = None
    head_attended: bool | None = None
    head_is_principal: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """A case handed over 移送."""

    id: Key
    case_id: Key | None = None
    to: str | None = None
    report_received_at: Moment | None = None
    decided_at: Moment | None = None
    approved_at: Moment | None = None
    transferred_at: Moment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """Hours of training."""

    officer_id: Key
    held_on: date | None = None
    hours: float | None = None


def _by[T](rows: Iterable[T], key: str) -> dict[Hashable, list[T]]:
    found: dict[Hashable, list[T]] = defaultdict(list)
    for row in rows:
        value = getattr(row, key)
        if value is not None:
            found[value].append(row)
    return found


@dataclass(kw_only=True)
class FactBase:
    """
    Facts as of one day, and the way from a row to what belongs to it.

    What was recorded after that day is left out when the base is made: it was not known yet. ``place`` overrides the agencies' own jurisdiction for parameters. ``absent`` names the tables and columns
    (``table``, ``table.column``) that the source does not have. Indices are made when first used.
    """

    as_of: date
    place: str | None = None
    absent: frozenset[str] = frozenset()
    agencies: list[Agency] = field(default_factory=list)
    officers: list[Officer] = field(default_factory=list)
    officer_roles: list[OfficerRole] = field(default_factory=list)
    credentials: list[Credential] = field(default_factory=list)
    parties: list[Party] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    benchmarks: list[Benchmark] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    participants: list[Participation] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)
    inspections: list[Inspection] = field(default_factory=list)
    inspection_officers: list[tuple[Key, Key]] = field(default_factory=list)
    disclosures: list[Disclosure] = field(default_factory=list)
    remedies: list[Remedy] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    training: list[Training] = field(default_factory=list)
    calendar: Calendar = field(default_factory=calendar)

    def __post_init__(self) -> None:
        """Leave out what was not yet known on the day of evaluation."""
        self.events = [row for row in self.events if self._known(row.at)]
        self.disclosures = [
            replace(row, withdrawn_at=self._known(row.withdrawn_at))
            for row in self.disclosures
            if self._known(row.published_at)
        ]
        self.inspections = [
            replace(row, unscanned_reason_at=self._known(row.unscanned_reason_at))
            for row in self.inspections
            if row.started_at is None or self._known(row.started_at)
        ]
        self.remedies = [
            replace(
                row,
                received_at=self._known(row.received_at),
                replied_at=self._known(row.replied_at),
                decided_at=self._known(row.decided_at),
            )
            for row in self.remedies
        ]
        self.referrals = [
            replace(
                row,
                report_received_at=self._known(row.report_received_at),
                decided_at=self._known(row.decided_at),
                approved_at=self._known(row.approved_at),
                transferred_at=self._known(row.transferred_at),
            )
            for row in self.referrals
        ]

    def _known(self, moment: Moment | None) -> Moment | None:
        return moment if moment is not None and moment.day <= self.as_of else None

    # -- one row by its id ------------------------------------------------------------------------------------------
    @cached_property
    def agency(self) -> dict[Key, Agency]:
        """Agencies by id."""
        return {row.id: row for row in self.agencies}

    @cached_property
    def officer(self) -> dict[Key, Officer]:
        """Officers by id."""
        return {row.id: row for row in self.officers}

    @cached_property
    def party(self) -> dict[Key, Party]:
        """Parties by id."""
        return {row.id: row for row in self.parties}

    @cached_property
    def item(self) -> dict[Key, Item]:
        """Items by id."""
        return {row.id: row for row in self.items}

    @cached_property
    def case(self) -> dict[Key, Case]:
        """Cases by id."""
        return {row.id: row for row in self.cases}

    # -- rows that belong to another --------------------------------------------------------------------------------
    @cached_property
    def case_events(self) -> dict[Hashable, list[Event]]:
        """Events by case, in the order of their moments."""
        found = _by(self.events, "case_id")
        for events in found.values():
            events.sort(key=lambda event: (event.at.code, event.order))
        return found

    @cached_property
    def event_participants(self) -> dict[Hashable, list[Participation]]:
        """Participants by event."""
        return _by(self.participants, "event_id")

    @cached_property
    def event_documents(self) -> dict[Hashable, list[Document]]:
        """Documents by event."""
        return _by(self.documents, "event_id")

    @cached_property
    def event_media(self) -> dict[Hashable, list[Media]]:
        """Recordings by event."""
        return _by(self.media, "event_id")

    @cached_property
    def officer_role_rows(self) -> dict[Hashable, list[OfficerRole]]:
        """Roles by officer."""
        return _by(self.officer_roles, "officer_id")

    @cached_property
    def officer_credentials(self) -> dict[Hashable, list[Credential]]:
        """Credentials by officer."""
        return _by(self.credentials, "officer_id")

    @cached_property
    def item_benchmarks(self) -> dict[Hashable, list[Benchmark]]:
        """Benchmarks by item."""
        return _by(self.benchmarks, "item_id")

    @cached_property
    def case_disclosures(self) -> dict[Hashable, list[Disclosure]]:
        """Publications by the case or licence that they show."""
        shown = (row for row in self.disclosures if row.subject in ("case", "license"))
        return _by(shown, "subject_id")

    @cached_property
    def case_remedies(self) -> dict[Hashable, list[Remedy]]:
        """Remedies by case."""
        return _by(self.remedies, "case_id")

    @cached_property
    def case_inspections(self) -> dict[Hashable, list[Inspection]]:
        """Visits by the case that they led to."""
        return _by(self.inspections, "case_id")

    @cached_property
    def party_inspections(self) -> dict[Hashable, list[Inspection]]:
        """Visits by party, in the order of their start."""
        rows = (row for row in self.inspections if row.started_at is not None)
        found = _by(rows, "party_id")
        for visits in found.values():
            visits.sort(key=lambda row: (row.started_at.code // 2 if row.started_at else 0, row.order))
        return found

    @cached_property
    def inspection_officer_ids(self) -> dict[Key, list[Key]]:
        """Officers by visit, each once."""
        found: dict[Key, list[Key]] = defaultdict(list)
        for inspection_id, officer_id in self.inspection_officers:
            if officer_id not in found[inspection_id]:
                found[inspection_id].append(officer_id)
        return found

    @cached_property
    def party_cases(self) -> dict[Hashable, list[Case]]:
        """Cases by party."""
        return _by(self.cases, "party_id")

    @cached_property
    def item_cases(self) -> dict[Hashable, list[Case]]:
        """Cases by item."""
        return _by(self.cases, "item_id")

    @cached_property
    def agency_cases(self) -> dict[Hashable, list[Case]]:
        """Cases by agency."""
        return _by(self.cases, "agency_id")

    @cached_property
    def officer_training(self) -> dict[Hashable, list[Training]]:
        """Training by officer."""
        return _by(self.training, "officer_id")

    # -- questions that many rules ask ------------------------------------------------------------------------------
    def holds_role(self, officer_id: Key, role: str, day: date) -> bool:
        """Say whether the officer holds ``role`` on ``day``."""
        return any(row.role == role and row.covers(day) for row in self.officer_role_rows.get(officer_id, ()))

    def has_credential(self, officer_id: Key, day: date) -> bool:
        """Say whether the officer holds a credential that may be used on ``day``."""
        return any(row.is_valid(day) for row in self.officer_credentials.get(officer_id, ()))

    def parameter(self, name: str, *, on: date, agency_id: Key | None) -> object:
        """Return the value of a parameter for this agency on this day; ``None`` where none is set."""
        agency = self.agency.get(agency_id) if agency_id is not None else None
        place = self.place or (agency.jurisdiction_code if agency else None)
        value = parameters.get(name).at(on, place if is_known(place) else None, agency.domain if agency else None)
        return value.value if value is not None else None
