"""The facts folder, read into plain dicts and lists."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet

from mingjing.law.calendars import calendar
from tests.oracle.counting import WorkingDays
from tests.oracle.moments import Moment, before
from tests.oracle.values import value_of

Row = dict[str, Any]

TABLES = (
    "agencies officers officer_roles credentials parties items benchmarks cases events participants documents media "
    "inspections inspection_officers disclosures remedies training referrals"
).split()
# Tall texts that no rule reads.
UNREAD = {"name", "uscc", "digest", "document_no", "device_no", "channel", "number", "source", "pages", "industry_code"}

NOT_EFFECTIVE = {"rejected", "returned", "withdrawn", "revoked", "refused", "invalid"}
HANDLING = {"filing", "inspection", "inquiry", "evidence", "preservation", "seizure", "investigation_report"}


class Event:
    """One step of a case."""

    __slots__ = (
        *(
            "about",
            "amount_fen",
            "at",
            "ended_at",
            "extends_to",
            "id",
            "order",
            "outcome",
            "penalties",
            "place",
            "type",
        ),
        "urgent",
    )

    def __init__(self, row: Row, number: int) -> None:
        self.id: str = row["event_id"]
        self.type: str = row["type"]
        self.at: Moment = row["at"]
        self.ended_at: Moment | None = row.get("ended_at")
        self.about: str | None = row.get("about_event_id")
        self.outcome: str | None = row.get("outcome")
        self.urgent: bool | None = row.get("urgent")
        self.place: str | None = row.get("place")
        self.extends_to: date | None = row.get("extends_to")
        self.amount_fen: int | None = row.get("amount_fen")
        self.penalties: list[str] = split(row.get("penalties"))
        # A bare day stands at its midnight, before whatever is known to have happened at that hour.
        self.order = (self.at.place_in_order, self.at.exact is not None, number)

    @property
    def day(self) -> date:
        return self.at.day

    @property
    def is_effective(self) -> bool:
        return self.outcome not in NOT_EFFECTIVE


class Case:
    """One case with its events up to ``as_of``, in order."""

    def __init__(self, world: "World", row: Row, number: int) -> None:
        self.world = world
        self.row = row
        self.number = number
        self.id: str = row["case_id"]
        self.kind: str = row["kind"]
        self.status: str | None = row.get("status")
        self.events: list[Event] = world.events.get(self.id, [])

    def __getitem__(self, column: str) -> Any:
        return self.row.get(column)

    def all(self, *types: str) -> list[Event]:
        return [event for event in self.events if event.type in types]

    def effective(self, *types: str) -> list[Event]:
        return [event for event in self.events if event.type in types and event.is_effective]

    @cached_property
    def penalty(self) -> Event | None:
        """The latest effective decision of a penalty case."""
        return last(self.effective("decision"))

    @cached_property
    def outcome(self) -> Event | None:
        """The latest effective decision or no_penalty."""
        return last(self.effective("decision", "no_penalty"))

    def served(self, event: Event) -> Moment:
        """When it was served: its first service, else its own moment."""
        service = first(each for each in self.all("service") if each.about == event.id)
        return event.at if service is None else service.at

    def latest_before(self, kind: str, end: Event) -> tuple[Event | None, bool]:
        """The latest event of this kind that is not definitely after ``end``, and whether its order is known."""
        found = last(each for each in self.all(kind) if before(end.at, each.at) is not True)
        if found is None:
            return None, True
        is_known = before(found.at, end.at) is not None
        return found, is_known

    def before(self, kind: str, end: Event) -> list[bool | None]:
        """For each event of this kind: does it come before ``end``?"""
        return [before(each.at, end.at) for each in self.all(kind)]

    @cached_property
    def item(self) -> Row | None:
        return self.world.items.get(self["item_id"])

    @cached_property
    def party(self) -> Row | None:
        return self.world.parties.get(self["party_id"])

    @cached_property
    def domain(self) -> str | None:
        return self.world.domain_of(self["agency_id"])

    def party_class(self, on: date) -> str | None:
        """Citizen or organization, for the thresholds."""
        kind = None if self.party is None else self.party.get("kind")
        if kind is None:
            return None
        if kind == "citizen":
            return "citizen"
        if kind == "individual_business":
            return str(self.value("party.individual_business_as", on))
        return "organization"

    def value(self, name: str, on: date) -> Any:
        return self.world.value(name, on, self.domain)

    def persons(self, role: str, events: Iterable[Event]) -> set[str]:
        """Who took part in these events in this role."""
        return {
            officer
            for event in events
            for their_role, officer in self.world.participants[event.id]
            if their_role == role
        }

    @cached_property
    def handlers(self) -> set[str]:
        return self.persons("handler", self.all(*HANDLING))

    @property
    def other_penalties(self) -> list[str]:
        return split(self["other_penalties"])


class World:
    """All facts as of one day."""

    def __init__(self, tables: dict[str, list[Row]], absent: set[str], as_of: date, place: str | None) -> None:
        self.as_of = as_of
        self.place = place
        self.absent = absent
        self.days = WorkingDays(calendar().is_working_day, calendar().is_loaded)

        self.agencies = by_id(tables["agencies"], "agency_id")
        self.officers = by_id(tables["officers"], "officer_id")
        self.parties = by_id(tables["parties"], "party_id")
        self.items = by_id(tables["items"], "item_id")
        cases = by_id(tables["cases"], "case_id")
        inspections = by_id(tables["inspections"], "inspection_id")
        cases_of = defaultdict(set)
        for row in tables["events"]:
            cases_of[row["event_id"]].add(row["case_id"])

        # A reference to a row that is not there is no reference.
        for rows, column, known in (
            (tables["agencies"], "parent_id", self.agencies),
            (tables["officers"], "agency_id", self.agencies),
            (tables["cases"], "agency_id", self.agencies),
            (tables["cases"], "item_id", self.items),
            (tables["cases"], "party_id", self.parties),
            (tables["inspections"], "agency_id", self.agencies),
            (tables["inspections"], "party_id", self.parties),
            (tables["inspections"], "case_id", cases),
            (tables["remedies"], "case_id", cases),
            (tables["referrals"], "case_id", cases),
        ):
            for row in rows:
                if row.get(column) not in known:
                    row[column] = None
        # A step is about a step of its own case.
        for row in tables["events"]:
            if row["case_id"] not in cases_of.get(row.get("about_event_id"), ()):
                row["about_event_id"] = None

        # What was recorded after the day of evaluation was not known then.
        def known(row: Row, *columns: str) -> Row:
            late = {each: None for each in columns if row.get(each) is not None and row[each].day > as_of}
            return {**row, **late}

        tables["disclosures"] = [
            known(row, "withdrawn_at")
            for row in tables["disclosures"]
            if row.get("published_at") is not None and row["published_at"].day <= as_of
        ]
        inspections = {
            key: known(row, "unscanned_reason_at")
            for key, row in inspections.items()
            if row.get("started_at") is None or row["started_at"].day <= as_of
        }
        tables["remedies"] = [known(row, "received_at", "replied_at", "decided_at") for row in tables["remedies"]]
        tables["referrals"] = [
            known(row, "report_received_at", "decided_at", "approved_at", "transferred_at")
            for row in tables["referrals"]
        ]

        self.roles = by(tables["officer_roles"], "officer_id")
        self.credentials = by(tables["credentials"], "officer_id")
        self.training = by(tables["training"], "officer_id")
        self.benchmarks = by(tables["benchmarks"], "item_id")
        self.documents = by(tables["documents"], "event_id")
        self.media = tables["media"]
        self.media_by_event = by(tables["media"], "event_id")
        self.disclosures = by(tables["disclosures"], "subject_id")
        self.remedies = tables["remedies"]
        self.remedies_by_case = by(tables["remedies"], "case_id")
        self.referrals = tables["referrals"]
        self.inspections = list(inspections.values())
        self.inspections_by_case = by(self.inspections, "case_id")

        self.participants: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for row in tables["participants"]:
            if row["officer_id"] in self.officers:
                self.participants[row["event_id"]].append((row["role"], row["officer_id"]))
        self.inspection_officers: dict[str, set[str]] = defaultdict(set)
        for row in tables["inspection_officers"]:
            if row["officer_id"] in self.officers:
                self.inspection_officers[row["inspection_id"]].add(row["officer_id"])

        self.events: dict[str, list[Event]] = defaultdict(list)
        self.event_by_id: dict[str, Event] = {}
        self.unread: dict[str, set[str | None]] = defaultdict(set)
        for number, row in enumerate(tables["events"]):
            if row.get("at") is None:
                self.unread[row["case_id"]].add(row["type"])
                continue
            if row["at"].day > as_of:
                continue
            event = Event(row, number)
            self.events[row["case_id"]].append(event)
            self.event_by_id[event.id] = event
        for events in self.events.values():
            events.sort(key=lambda event: event.order)

        self.cases = {row["case_id"]: Case(self, row, number) for number, row in enumerate(cases.values())}

    def value(self, name: str, on: date, domain: str | None) -> Any:
        """The parameter's value on that day at the place of this run."""
        return value_of(name, on, self.place, domain)

    def domain_of(self, agency_id: str | None) -> str | None:
        agency = self.agencies.get(agency_id) if agency_id is not None else None
        return None if agency is None else agency.get("domain")

    def holds_role(self, officer_id: str, role: str, day: date) -> bool:
        return any(
            row["role"] == role and is_within(day, row.get("from"), row.get("until"))
            for row in self.roles.get(officer_id, [])
        )

    def holds_credential(self, officer_id: str, day: date) -> bool:
        return any(is_valid(row, day) for row in self.credentials.get(officer_id, []))


def read_world(folder: Path, as_of: date, place: str | None) -> World:
    """Read a standard Parquet folder."""
    absent: set[str] = set()
    return World({name: read_table(folder, name, absent) for name in TABLES}, absent, as_of, place)


def read_table(folder: Path, table: str, absent: set[str]) -> list[Row]:
    """Read one table, and note in ``absent`` what is not there."""
    path = folder / f"{table}.parquet"
    if not path.is_file():
        absent.add(table)
        return []
    columns = [name for name in parquet.read_schema(path).names if name not in UNREAD]
    absent |= {f"{table}.{name}" for name in columns_of(table) if name not in columns}
    moments = [name for name in columns if f"{name}_has_time" in columns]
    rows: list[Row] = parquet.read_table(path, columns=columns).to_pylist()
    missing = dict.fromkeys(name for name in columns_of(table) if name not in columns)
    for row in rows:
        row.update(missing)
        for name, value in row.items():
            if isinstance(value, str):
                row[name] = value.strip() or None
        for name in moments:
            row[name] = moment_of(row[name], row.pop(f"{name}_has_time"))
    return rows


def is_valid(credential: Row, day: date) -> bool:
    """A credential on a day: begun, not run out, not suspended, not revoked."""
    if not is_within(day, credential.get("valid_from"), credential.get("valid_until")):
        return False
    suspended_from = credential.get("suspended_from")
    if suspended_from is not None and is_within(day, suspended_from, credential.get("suspended_until")):
        return False
    revoked_on = credential.get("revoked_on")
    return revoked_on is None or day < revoked_on


def is_within(day: date, first_day: date | None, last_day: date | None) -> bool:
    """Both ends included, an absent end is open."""
    return (first_day is None or first_day <= day) and (last_day is None or day <= last_day)


def moment_of(value: datetime | None, has_time: bool | None) -> Moment | None:
    if value is None:
        return None
    return Moment(value.date(), value.time() if has_time else None)


def split(value: str | None) -> list[str]:
    return [part.strip() for part in (value or "").split("|") if part.strip()]


def by_id(rows: list[Row], column: str) -> dict[str, Row]:
    """Of two rows with one id the first stands."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row[column], row)
    return found


def by(rows: list[Row], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.get(column) is not None:
            found[row[column]].append(row)
    return found


def first(events: Iterable[Event]) -> Event | None:
    return min(events, key=lambda event: event.order, default=None)


def last(events: Iterable[Event]) -> Event | None:
    return max(events, key=lambda event: event.order, default=None)


def columns_of(table: str) -> list[str]:
    from mingjing.facts.schema import TABLES as STANDARD

    return [name for name in STANDARD[table].names if name not in UNREAD]
