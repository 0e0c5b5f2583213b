"""
The keyed store: the facts standard laid out for evaluation.

From a folder of standard Parquet files this makes one Parquet file per table in which ids are dense integers, days are
day numbers, moments are moment codes (:class:`mingjing.kernel.moments.Moment.code`), codes are small integers, and the
rows of one case lie together in the order of time. Event keys grow with time inside a case, so *first* and *latest* are
a minimum and a maximum. Nothing is judged here and no row is lost: what cannot be resolved becomes null.
"""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import duckdb
import pyarrow as pa

from mingjing.domain.rules.elements import ELEMENT_BITS
from mingjing.engine.arrays import whole
from mingjing.engine.laying import Known, lay_out
from mingjing.facts.packages import UNREAD_EVENTS
from mingjing.facts.schema import (
    CASE_STATUSES,
    CREDIT_CLASSES,
    DEPARTURES,
    DISCLOSURE_SUBJECTS,
    EVENT_TYPES,
    INSPECTION_RESULTS,
    INSPECTION_SELECTIONS,
    LIMITATION_CLASSES,
    MATTER_KINDS,
    MEDIA_KINDS,
    OFFICER_ROLES,
    OUTCOMES,
    PARTICIPANT_ROLES,
    PARTY_KINDS,
    PENALTIES,
    PROCEDURES,
    REFERRAL_TARGETS,
    REMEDY_KINDS,
    REMEDY_OUTCOMES,
    REMEDY_PROCEDURES,
    RISK_LEVELS,
    TABLES,
)
from mingjing.kernel.errors import DomainError

Progress = Callable[[str], None]


class FactsNotFoundError(DomainError):
    """The folder holds no table of the facts standard."""

    code = "engine.facts_not_found"


def _numbered(codes: Iterable[str]) -> Mapping[str, int]:
    return MappingProxyType({code: number for number, code in enumerate(codes, start=1)})


CODES: Final[Mapping[str, Mapping[str, int]]] = MappingProxyType(
    {
        "events.type": _numbered(EVENT_TYPES),
        "events.outcome": _numbered(OUTCOMES),
        "participants.role": _numbered(PARTICIPANT_ROLES),
        "officer_roles.role": _numbered(OFFICER_ROLES),
        "parties.kind": _numbered(PARTY_KINDS),
        "parties.risk_level": _numbered(RISK_LEVELS),
        "cases.kind": _numbered(MATTER_KINDS),
        "cases.procedure": _numbered(PROCEDURES),
        "cases.status": _numbered(CASE_STATUSES),
        "cases.limitation_class": _numbered(LIMITATION_CLASSES),
        "cases.credit_class": _numbered(CREDIT_CLASSES),
        "cases.tier_departure": _numbered(DEPARTURES),
        "media.kind": _numbered(MEDIA_KINDS),
        "inspections.selection": _numbered(INSPECTION_SELECTIONS),
        "inspections.result": _numbered(INSPECTION_RESULTS),
        "disclosures.subject": _numbered(DISCLOSURE_SUBJECTS),
        "remedies.kind": _numbered(REMEDY_KINDS),
        "remedies.procedure": _numbered(REMEDY_PROCEDURES),
        "remedies.outcome": _numbered(REMEDY_OUTCOMES),
        "referrals.to": _numbered(REFERRAL_TARGETS),
    }
)
"""The small integers that stand for codes in the store. Unknown codes become 0, missing ones null."""

PENALTY_BITS: Final[Mapping[str, int]] = MappingProxyType({code: 1 << bit for bit, code in enumerate(PENALTIES)})
"""The bit of each other penalty; the highest bit says that there was one of no known kind."""
UNKNOWN_PENALTY_BIT: Final = 1 << len(PENALTIES)

STORE_VERSION: Final = 4

OWNERS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        **dict.fromkeys(
            ("events", "participants", "documents", "media", "disclosures", "remedies", "referrals"), ("c", "cases")
        ),
        **dict.fromkeys(("inspection_items", "inspection_officers"), ("v", "inspections")),
        **dict.fromkeys(("officer_roles", "credentials", "benchmarks", "training"), ("", "")),
    }
)
"""The column by which a table's rows belong to a row of another, and change with it; nothing: rows only come."""


UNREAD_ANY: Final = 1 << 62
"""The bit of a case one of whose steps could not be read and has no type; the other bits are the types' numbers."""
UNREAD_BITS: Final = 62
"""Types from this number on have their bits in a second mask, ``unread_more``, from its first bit."""


def unread_masks(types: Iterable[str]) -> tuple[int, int]:
    """Return the bits of these types of step in the two masks of unread steps, and in the first that of any type."""
    numbers = {CODES["events.type"][type_] for type_ in types if type_ in CODES["events.type"]}
    first = sum(1 << number for number in numbers if number < UNREAD_BITS)
    return UNREAD_ANY | first, sum(1 << number - UNREAD_BITS for number in numbers if number >= UNREAD_BITS)


def code_of(column: str, code: str) -> int:
    """Return the store's number for a code, e.g. ``code_of("events.type", "filing")``."""
    return CODES[column][code]


CASE_FLAGS: Final = ("leniency_matched", "non_coercive_first", "affects_others", "hearing_required")
"""Yes/no columns of cases that the store keeps under their own names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """
    A keyed store on disk, and what its source lacked (``table`` or ``table.column``).

    ``overlays`` are later changes in the order in which they came: folders of the same form that hold every row of the
    cases and inspections that changed. Their number is the watermark of the facts.
    """

    path: Path
    absent: frozenset[str]
    overlays: tuple[Path, ...] = ()
    unread: bool = False
    """Whether any case has a step that could not be read."""

    @property
    def watermark(self) -> int:
        """How many changes the facts have taken in."""
        return len(self.overlays)

    def file(self, table: str) -> str:
        """The Parquet file of a table, quoted for SQL."""
        return f"'{_quoted(self.path / f'{table}.parquet')}'"

    def rows(self, table: str) -> str:
        """The table as a FROM item for DuckDB: what stands, with what changed in its newest form."""
        relation = f"read_parquet({self.file(table)})"
        for overlay in self.overlays:
            own, owner = OWNERS.get(table, ("k", table))
            replaced = f"SELECT k FROM read_parquet('{_quoted(overlay / f'{owner}.parquet')}')"
            newer = f"read_parquet('{_quoted(overlay / f'{table}.parquet')}')"
            kept = (
                f"SELECT * FROM {relation} WHERE {own} IS NULL OR {own} NOT IN ({replaced})"
                if owner
                else f"SELECT * FROM {relation}"
            )
            relation = f"({kept} UNION ALL SELECT * FROM {newer})"
        return relation


class _Source:
    """The standard Parquet files, and SQL expressions for their columns."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path, onto: Store | None = None) -> None:
        self.folder = folder
        self.onto = onto
        self.connection = connection
        self.columns: dict[str, frozenset[str]] = {}
        for table in TABLES:
            file = folder / f"{table}.parquet"
            if file.exists():
                described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet('{_quoted(file)}')").fetchall()
                self.columns[table] = frozenset(row[0] for row in described)
        if not self.columns:
            raise FactsNotFoundError(f"“{folder}”里没有数据标准规定的表（如 cases.parquet）。", folder=str(folder))
        self.absent = self._absent()

    def _absent(self) -> frozenset[str]:
        absent = {table for table in TABLES if table not in self.columns}
        for table, columns in self.columns.items():
            absent |= {f"{table}.{column}" for column in TABLES[table].names if column not in columns}
        report = self.folder / "read_report.json"
        if report.exists():
            told = json.loads(report.read_text(encoding="utf-8"))
            absent |= set(told.get("missing_tables", ()))
            for table, columns in told.get("missing_columns", {}).items():
                absent |= {f"{table}.{column}" for column in columns}
            given = told.get("event_types_given")
            if given is not None:
                absent |= {f"events.type:{type_}" for type_ in EVENT_TYPES if type_ not in given}
        return frozenset(absent)

    def rows(self, table: str) -> str:
        """The table as a FROM item, with ``file_row_number`` in the order of the file; empty when it is absent."""
        if table in self.columns:
            return f"read_parquet('{_quoted(self.folder / f'{table}.parquet')}', file_row_number=true)"
        names = ", ".join(f'NULL::VARCHAR AS "{name}"' for name in TABLES[table].stored_names)
        return f"(SELECT {names}, 0::BIGINT AS file_row_number WHERE false)"

    def has(self, table: str, column: str) -> bool:
        return table not in self.columns or column in self.columns[table]

    def first_key(self, table: str) -> int:
        """The key from which new rows of a table are numbered."""
        if self.onto is None:
            return 0
        row = self.connection.execute(f"SELECT coalesce(max(k) + 1, 0) FROM {self.onto.rows(table)}").fetchone()
        return int(row[0]) if row else 0

    def text(self, table: str, column: str, alias: str = "t") -> str:
        return f'{alias}."{column}"' if self.has(table, column) else "NULL::VARCHAR"

    def filled(self, table: str, column: str) -> str:
        """Whether a text is given: null and blank are not."""
        return f"coalesce(trim({self.text(table, column)}) <> '', false)"

    def day(self, table: str, column: str) -> str:
        """A date as a day number."""
        if not self.has(table, column):
            return "NULL::INTEGER"
        return f"(t.\"{column}\"::DATE - DATE '1970-01-01')::INTEGER"

    def moment(self, table: str, column: str) -> str:
        """A moment as a moment code."""
        if not self.has(table, column):
            return "NULL::BIGINT"
        flag = f'coalesce(t."{column}_has_time"::BOOLEAN, false)' if self.has(table, f"{column}_has_time") else "false"
        return f'(epoch_us(t."{column}"::TIMESTAMP) * 2 + CASE WHEN {flag} THEN 1 ELSE 0 END)'

    def number(self, table: str, column: str, type_: str) -> str:
        return f't."{column}"::{type_}' if self.has(table, column) else f"NULL::{type_}"

    def unread(self) -> str:
        """
        For each case the types of its steps that could not be read, as bits at the types' numbers.

        Rows that the reader left out for want of a moment or a type, and those of a standard table that have none.
        """
        parts = []
        if (self.folder / UNREAD_EVENTS).exists():
            parts.append(f"SELECT case_id, type FROM read_parquet('{_quoted(self.folder / UNREAD_EVENTS)}')")
        if {"case_id", "type", "at"} <= self.columns.get("events", frozenset()):
            rows = f"read_parquet('{_quoted(self.folder / 'events.parquet')}')"
            parts.append(f'SELECT case_id, type FROM {rows} WHERE "at" IS NULL OR type IS NULL')
        numbers = CODES["events.type"].items()
        bits = " ".join(f"WHEN '{code}' THEN {1 << number}" for code, number in numbers if number < UNREAD_BITS)
        more = " ".join(
            f"WHEN '{code}' THEN {1 << number - UNREAD_BITS}" for code, number in numbers if number >= UNREAD_BITS
        )
        rows = " UNION ALL ".join(parts) or "SELECT NULL::VARCHAR AS case_id, NULL::VARCHAR AS type WHERE false"
        mask = f"bit_or(CASE WHEN type IS NULL THEN {UNREAD_ANY} ELSE CASE type {bits} ELSE 0 END END::BIGINT)"
        further = f"bit_or(CASE type {more} ELSE 0 END::BIGINT)"
        return f"SELECT case_id, {mask} AS mask, {further} AS more FROM ({rows}) WHERE case_id IS NOT NULL GROUP BY case_id"

    def bits(self, table: str, column: str, known: Mapping[str, int]) -> str:
        """
        What each different text of a column of lists says, as bits: ``(text, bits)``, without blank ones.

        The highest bit is for codes that are not known.
        """
        if not self.has(table, column):
            return "SELECT NULL::VARCHAR AS text, NULL::BIGINT AS bits WHERE false"
        mask = " | ".join(f"CASE WHEN list_contains(p, '{code}') THEN {bit} ELSE 0 END" for code, bit in known.items())
        names = ", ".join(f"'{code}'" for code in known)
        texts = f"SELECT DISTINCT {self.text(table, column)} AS text FROM {self.rows(table)} t WHERE {self.filled(table, column)}"
        return (
            f"SELECT text, list_transform([string_split(text, '|')], lambda p: ({mask})::BIGINT | CASE WHEN "
            f"len(list_filter(p, lambda x: x NOT IN ({names}))) > 0 THEN {1 << len(known)}::BIGINT ELSE 0 END)[1] AS bits "
            f"FROM ({texts})"
        )

    def known(self) -> Known:
        """What must be known to lay out the events in one pass."""
        connection = self.connection

        def ids(table: str) -> pa.Array:
            return whole(connection.execute(f"SELECT id FROM keys_{table} ORDER BY k").to_arrow_table()["id"])

        def events_are_distinct() -> bool:
            query = f"SELECT count(*) = count(DISTINCT hash(event_id)) FROM {self.rows('events')}"
            row = connection.execute(query).fetchone()
            return bool(row and row[0])

        return Known(
            cases=ids("cases"),
            officers={one: key for key, one in enumerate(ids("officers").to_pylist())},
            codes=CODES,
            penalties=PENALTY_BITS,
            elements=ELEMENT_BITS,
            events_are_distinct=events_are_distinct,
        )

    def code(self, table: str, column: str) -> str:
        """A code as a small integer: 0 when unknown to the standard."""
        if not self.has(table, column):
            return "NULL::TINYINT"
        codes = ", ".join(f"'{code}'" for code in CODES[f"{table}.{column}"])
        # A position in a list: a chain of comparisons would cost a step for each code.
        unknown = f'CASE WHEN t."{column}" IS NOT NULL THEN 0 END'
        return f'coalesce(list_position([{codes}], t."{column}"), {unknown})::TINYINT'


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def connect(
    *, memory_limit: str = "1600MB", threads: int | None = None, spill: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Open an in-process DuckDB with bounded memory that spills into ``spill``."""
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{memory_limit}'")
    connection.execute("SET enable_external_file_cache = false")  # each row of a file is read once or twice
    if threads is not None:
        connection.execute(f"SET threads = {threads}")
    if spill is not None:
        spill.mkdir(parents=True, exist_ok=True)
        connection.execute(f"SET temp_directory = '{_quoted(spill)}'")
    return connection


def build_store(
    facts: Path,
    into: Path,
    *,
    connection: duckdb.DuckDBPyConnection,
    progress: Progress = lambda _: None,
    onto: Store | None = None,
) -> Store:
    """
    Lay out the standard Parquet folder ``facts`` as a keyed store in ``into``.

    With ``onto``, ``facts`` holds changes: every row of the cases and inspections that changed or came. ``into`` becomes
    an overlay of that store, and keys go on from where it ends.

    :raises FactsNotFoundError: when ``facts`` holds no table of the standard
    """
    into.mkdir(parents=True, exist_ok=True)
    source = _Source(connection, facts, onto)
    laid: frozenset[str] = frozenset()
    for table, query in _layouts(source).items():
        progress(table)
        if table == "events" and onto is None:
            laid = lay_out(facts, into, source.known())
        if table in laid:
            if table == "events":
                rows = f"read_parquet('{_quoted(into / 'events.parquet')}')"
                connection.execute(f"CREATE OR REPLACE TEMP VIEW keys_events AS SELECT * FROM {rows}")
            continue
        if table in _KEYED:
            connection.execute(f"CREATE OR REPLACE TEMP TABLE keys_{table} AS {_KEYED[table](source)}")
        if table == "events":
            for resolving in _resolved(source):
                connection.execute(resolving)
        connection.execute(
            f"COPY ({query}) TO '{_quoted(into / f'{table}.parquet')}' "
            "(FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880)"
        )
    if "events" in laid:
        connection.execute("DROP VIEW keys_events")
    for name in (*(f"keys_{table}" for table in _KEYED), "event_cases"):
        connection.execute(f"DROP TABLE IF EXISTS {name}")
    row = connection.execute(
        f"SELECT bool_or(unread <> 0 OR unread_more <> 0) FROM '{_quoted(into / 'cases.parquet')}'"
    ).fetchone()
    unread = bool(row and row[0])
    if onto is not None:
        overlays = (*onto.overlays, into)
        store = Store(path=onto.path, absent=onto.absent, overlays=overlays, unread=onto.unread or unread)
    else:
        store = Store(path=into, absent=source.absent, unread=unread)
    save_store(store)
    return store


def save_store(store: Store) -> None:
    """Write what a store is made of beside it."""
    told = {
        "version": STORE_VERSION,
        "absent": sorted(store.absent),
        "unread": store.unread,
        "overlays": [os.path.relpath(overlay, store.path) for overlay in store.overlays],
    }
    (store.path / "store.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def version_of(path: Path) -> int | None:
    """Say in which version a store is laid out; ``None`` where there is none."""
    file = path / "store.json"
    return json.loads(file.read_text(encoding="utf-8")).get("version") if file.exists() else None


def open_store(path: Path) -> Store:
    """Open a store made by :func:`build_store`."""
    told = json.loads((path / "store.json").read_text(encoding="utf-8"))
    overlays = tuple(path / overlay for overlay in told.get("overlays", ()))
    return Store(path=path, absent=frozenset(told["absent"]), overlays=overlays, unread=bool(told.get("unread")))


def _keys(table: str, id_column: str) -> Callable[[_Source], str]:
    """Number the ids of a table in the order of the file; of a repeated id the first row stands."""

    def query(source: _Source) -> str:
        ids = (
            f"SELECT {source.text(table, id_column)} AS id, min(file_row_number) AS first_row "
            f"FROM {source.rows(table)} t WHERE {source.text(table, id_column)} IS NOT NULL GROUP BY 1"
        )
        if source.onto is None:
            return f"SELECT id, (row_number() OVER (ORDER BY first_row) - 1)::INTEGER AS k, first_row FROM ({ids})"
        number = "row_number() OVER (PARTITION BY b.k IS NULL ORDER BY n.first_row)"
        return (
            f"SELECT coalesce(n.id, b.id) AS id, coalesce(b.k, {source.first_key(table)} - 1 + {number})::INTEGER AS k, "
            f"n.first_row FROM ({ids}) n FULL JOIN {source.onto.rows(table)} b ON b.id = n.id"
        )

    return query


def _event_cases(source: _Source) -> str:
    """For each row of the events its case and moment, by case, then moment, then the order of the file."""
    return (
        f"SELECT t.file_row_number AS r, c.k AS c, {source.moment('events', 'at')} AS m FROM {source.rows('events')} t "
        f"LEFT JOIN keys_cases c ON c.id = {source.text('events', 'case_id')} ORDER BY c, m, r"
    )


def _event_keys(source: _Source) -> str:
    """
    Number events by case, then moment, then the order of the file; with all that the store keeps of them.

    A join does not keep the order of a file, and to put whole events in order costs more than all else. Most files lie in
    order already: what was looked up apart is laid beside their rows by position, and leaves them as they are.
    """
    s = source
    s.connection.execute(f"CREATE OR REPLACE TEMP TABLE event_cases AS {_event_cases(s)}")
    row = s.connection.execute("SELECT count(*) FROM event_cases WHERE rowid <> r").fetchone()
    in_order = row is not None and row[0] == 0
    beside = "event_cases" if in_order else "(SELECT * FROM event_cases ORDER BY r)"
    return (
        f"SELECT (row_number() OVER () - 1 + {s.first_key('events')})::INTEGER AS k, * EXCLUDE (r) FROM ("
        f"SELECT {s.text('events', 'event_id')} AS id, e.c, {s.code('events', 'type')} AS t, NULL::INTEGER AS about, "
        f"e.m, {s.moment('events', 'ended_at')} AS ended, "
        f"{s.text('events', 'about_event_id')} AS about_id, {s.code('events', 'outcome')} AS outcome, "
        f"{s.number('events', 'urgent', 'BOOLEAN')} AS urgent, nullif(trim({s.text('events', 'place')}), '') AS place, "
        f"{s.day('events', 'extends_to')} AS extends_to, {s.number('events', 'amount_fen', 'BIGINT')} AS sum_fen, "
        f"0::INTEGER AS proposed, {s.text('events', 'penalties')} AS penalties, e.r "
        f"FROM {s.rows('events')} t POSITIONAL JOIN {beside} e WHERE e.c IS NOT NULL AND e.m IS NOT NULL "
        f"{'' if in_order else 'ORDER BY e.c, e.m, e.r'})"
    )


def _resolved(source: _Source) -> Iterable[str]:
    """
    What resolves which event of its case an event is about, and the penalties that it names; in place: the order stays.

    An event of another case is none: what is said of a case must not hang on what other cases were delivered with it.
    """
    yield (
        # Said outright, or the planner carries every row through the join.
        "UPDATE keys_events SET about = link.about FROM (SELECT a.k, min(b.k) AS about FROM "
        "(SELECT k, c, about_id FROM keys_events WHERE about_id IS NOT NULL) a "
        "JOIN keys_events b ON b.id = a.about_id AND b.c = a.c GROUP BY a.k) link WHERE link.k = keys_events.k"
    )
    named = source.bits("events", "penalties", PENALTY_BITS)
    yield f"UPDATE keys_events SET proposed = named.bits FROM ({named}) named WHERE named.text = keys_events.penalties"


_KEYED: Final[Mapping[str, Callable[[_Source], str]]] = MappingProxyType(
    {
        "agencies": _keys("agencies", "agency_id"),
        "officers": _keys("officers", "officer_id"),
        "parties": _keys("parties", "party_id"),
        "items": _keys("items", "item_id"),
        "cases": _keys("cases", "case_id"),
        "events": _event_keys,
        "inspections": _keys("inspections", "inspection_id"),
        "remedies": _keys("remedies", "remedy_id"),
        "referrals": _keys("referrals", "referral_id"),
    }
)


def _layouts(source: _Source) -> dict[str, str]:
    """The query of each table of the store, in an order in which every reference can be resolved."""
    s = source

    def key(name: str, on: str, alias: str) -> str:
        return f"LEFT JOIN keys_{name} {alias} ON {alias}.id = {on}"

    def own(name: str) -> str:
        return f"FROM {s.rows(name)} t JOIN keys_{name} self ON self.first_row = t.file_row_number"

    penalties = s.bits("cases", "other_penalties", PENALTY_BITS)
    elements = s.bits("documents", "elements", ELEMENT_BITS)
    return {
        "agencies": (
            f"SELECT self.k, self.id, {s.text('agencies', 'name')} AS name, "
            f"{s.text('agencies', 'jurisdiction_code')} AS place, {s.text('agencies', 'level')} AS level, "
            f"{s.text('agencies', 'domain')} AS domain, parent.k AS parent "
            f"{own('agencies')} {key('agencies', s.text('agencies', 'parent_id'), 'parent')} ORDER BY self.k"
        ),
        "officers": (
            f"SELECT self.k, self.id, a.k AS agency, {s.day('officers', 'legal_qualification_on')} AS qualified "
            f"{own('officers')} {key('agencies', s.text('officers', 'agency_id'), 'a')} ORDER BY self.k"
        ),
        "officer_roles": (
            f"SELECT o.k AS officer, {s.code('officer_roles', 'role')} AS role, {s.day('officer_roles', 'from')} AS since, "
            f"{s.day('officer_roles', 'until')} AS until FROM {s.rows('officer_roles')} t "
            f"JOIN keys_officers o ON o.id = {s.text('officer_roles', 'officer_id')}"
        ),
        "credentials": (
            f"SELECT o.k AS officer, {s.day('credentials', 'valid_from')} AS valid_from, "
            f"{s.day('credentials', 'valid_until')} AS valid_until, {s.day('credentials', 'suspended_from')} AS suspended_from, "
            f"{s.day('credentials', 'suspended_until')} AS suspended_until, {s.day('credentials', 'revoked_on')} AS revoked_on "
            f"FROM {s.rows('credentials')} t JOIN keys_officers o ON o.id = {s.text('credentials', 'officer_id')}"
        ),
        "parties": (
            f"SELECT self.k, self.id, {s.code('parties', 'kind')} AS kind, {s.code('parties', 'risk_level')} AS risk "
            f"{own('parties')} ORDER BY self.k"
        ),
        "items": (
            f"SELECT self.k, self.id, a.k AS agency, {s.filled('items', 'basis')} AS has_basis, "
            f"nullif(trim({s.text('items', 'act_code')}), '') AS act_code, {s.day('items', 'published_on')} AS published, "
            f"{s.day('items', 'withdrawn_on')} AS withdrawn, {s.filled('items', 'single_officer_basis')} AS single, "
            f"{s.filled('items', 'summary_cap_basis')} AS cap_lifted "
            f"{own('items')} {key('agencies', s.text('items', 'agency_id'), 'a')} ORDER BY self.k"
        ),
        "benchmarks": (
            f"SELECT i.k AS item, {s.text('benchmarks', 'tier')} AS tier, "
            f"{s.number('benchmarks', 'fine_min_fen', 'BIGINT')} AS low, {s.number('benchmarks', 'fine_max_fen', 'BIGINT')} AS high, "
            f"{s.day('benchmarks', 'effective_from')} AS since, {s.day('benchmarks', 'effective_until')} AS until "
            f"FROM {s.rows('benchmarks')} t JOIN keys_items i ON i.id = {s.text('benchmarks', 'item_id')}"
        ),
        "cases": (
            f"SELECT self.k, self.id, {s.filled('cases', 'case_no')} AS has_no, {s.code('cases', 'kind')} AS kind, "
            f"{s.code('cases', 'procedure')} AS procedure, a.k AS agency, i.k AS item, p.k AS party, "
            f"{s.day('cases', 'act_on')} AS act, {s.day('cases', 'act_ended_on')} AS act_ended, {s.day('cases', 'found_on')} AS found, "
            f"{s.number('cases', 'fine_fen', 'BIGINT')} AS fine, {s.number('cases', 'confiscated_fen', 'BIGINT')} AS confiscated, "
            f"coalesce(listed.bits, 0)::INTEGER AS penalties, nullif(trim({s.text('cases', 'tier')}), '') AS tier, "
            f"({s.filled('cases', 'tier_departure')} AND {s.filled('cases', 'reason')}) AS departs, "
            f"{s.number('cases', 'is_major', 'BOOLEAN')} AS is_major, {s.number('cases', 'is_complex', 'BOOLEAN')} AS is_complex, "
            f"{s.code('cases', 'limitation_class')} AS limitation_class, {s.code('cases', 'credit_class')} AS credit_class, "
            f"{s.filled('cases', 'disclosure_exempt')} AS exempt, {s.code('cases', 'status')} AS status, "
            f"{s.filled('cases', 'ended_ground')} AS has_ground, coalesce(u.mask, 0)::BIGINT AS unread, "
            f"coalesce(u.more, 0)::BIGINT AS unread_more, {s.code('cases', 'tier_departure')} AS tier_departure, "
            f"{', '.join(f'{s.number("cases", name, "BOOLEAN")} AS {name}' for name in CASE_FLAGS)}, "
            f"{s.filled('cases', 'leniency_reason')} AS leniency_reason, {s.day('cases', 'expires_on')} AS expires "
            f"{own('cases')} LEFT JOIN ({penalties}) listed ON listed.text = {s.text('cases', 'other_penalties')} "
            f"LEFT JOIN ({s.unread()}) u ON u.case_id = self.id {key('agencies', s.text('cases', 'agency_id'), 'a')} "
            f"{key('items', s.text('cases', 'item_id'), 'i')} {key('parties', s.text('cases', 'party_id'), 'p')} ORDER BY self.k"
        ),
        "events": (
            "SELECT k, id, c, t, m, ended, about, outcome, urgent, place, extends_to, sum_fen, proposed FROM keys_events"
        ),
        "participants": (
            f"SELECT e.c, e.k AS e, e.t, e.m, e.ended, e.place IS NOT NULL AS placed, o.k AS officer, "
            f"{s.code('participants', 'role')} AS role "
            f"FROM {s.rows('participants')} t JOIN keys_events e ON e.id = {s.text('participants', 'event_id')} "
            f"JOIN keys_officers o ON o.id = {s.text('participants', 'officer_id')} ORDER BY e.k"
        ),
        "documents": (
            f"SELECT e.c, e.k AS e, coalesce({s.text('documents', 'kind')} LIKE '%笔录%', false) AS is_record, "
            f"told.bits AS elements FROM {s.rows('documents')} t "
            f"LEFT JOIN ({elements}) told ON told.text = {s.text('documents', 'elements')} "
            f"JOIN keys_events e ON e.id = {s.text('documents', 'event_id')} ORDER BY e.k"
        ),
        "media": (
            f"SELECT (row_number() OVER (ORDER BY t.file_row_number) - 1 + {s.first_key('media')})::INTEGER AS k, {s.text('media', 'media_id')} AS id, "
            f"coalesce(e.c, c.k) AS c, e.k AS e, e.m AS event_m, {s.code('media', 'kind')} AS kind, "
            f"{s.moment('media', 'started_at')} AS started, {s.day('media', 'retained_until')} AS retained "
            f"FROM {s.rows('media')} t LEFT JOIN keys_events e ON e.id = {s.text('media', 'event_id')} "
            f"{key('cases', s.text('media', 'case_id'), 'c')} ORDER BY t.file_row_number"
        ),
        "inspections": (
            f"SELECT self.k, self.id, a.k AS agency, p.k AS party, c.k AS c, {s.code('inspections', 'selection')} AS selection, "
            f"{s.filled('inspections', 'cause')} AS has_cause, {s.filled('inspections', 'exempt_reason')} AS exempt, "
            f"{s.moment('inspections', 'plan_filed_at')} AS filed, {s.moment('inspections', 'plan_entered_at')} AS entered, "
            f"{s.moment('inspections', 'started_at')} AS started, {s.moment('inspections', 'ended_at')} AS ended, "
            f"nullif(trim({s.text('inspections', 'place')}), '') AS place, {s.code('inspections', 'result')} AS result, "
            f"nullif(trim({s.text('inspections', 'joint_id')}), '') AS joint, {s.number('inspections', 'scanned', 'BOOLEAN')} AS scanned, "
            f"{s.filled('inspections', 'unscanned_reason')} AS has_unscanned_reason, "
            f"{s.moment('inspections', 'unscanned_reason_at')} AS unscanned_at "
            f"{own('inspections')} {key('agencies', s.text('inspections', 'agency_id'), 'a')} "
            f"{key('parties', s.text('inspections', 'party_id'), 'p')} {key('cases', s.text('inspections', 'case_id'), 'c')} ORDER BY self.k"
        ),
        "inspection_items": (
            f"SELECT v.k AS v, i.k AS item FROM (SELECT {s.text('inspections', 'inspection_id')} AS inspection_id, "
            f"unnest(string_split({s.text('inspections', 'item_ids')}, '|')) AS item_id, file_row_number "
            f"FROM {s.rows('inspections')} t WHERE {s.filled('inspections', 'item_ids')}) t "
            f"JOIN keys_inspections v ON v.id = t.inspection_id AND v.first_row = t.file_row_number "
            f"LEFT JOIN keys_items i ON i.id = t.item_id ORDER BY v.k"
        ),
        "inspection_officers": (
            f"SELECT DISTINCT v.k AS v, o.k AS officer FROM {s.rows('inspection_officers')} t "
            f"JOIN keys_inspections v ON v.id = {s.text('inspection_officers', 'inspection_id')} "
            f"JOIN keys_officers o ON o.id = {s.text('inspection_officers', 'officer_id')} ORDER BY v.k, o.k"
        ),
        "disclosures": (
            f"SELECT c.k AS c, {s.code('disclosures', 'subject')} AS subject, {s.moment('disclosures', 'published_at')} AS published, "
            f"{s.moment('disclosures', 'withdrawn_at')} AS withdrawn FROM {s.rows('disclosures')} t "
            f"JOIN keys_cases c ON c.id = {s.text('disclosures', 'subject_id')} "
            f"WHERE {s.text('disclosures', 'subject')} IN ('case', 'license') ORDER BY c.k"
        ),
        "remedies": (
            f"SELECT self.k, self.id, "
            f"{s.code('remedies', 'kind')} AS kind, c.k AS c, {s.code('remedies', 'procedure')} AS procedure, "
            f"{s.moment('remedies', 'received_at')} AS received, {s.moment('remedies', 'replied_at')} AS replied, "
            f"{s.day('remedies', 'hearing_on')} AS hearing, {s.moment('remedies', 'decided_at')} AS decided, "
            f"{s.code('remedies', 'outcome')} AS outcome, {s.number('remedies', 'head_attended', 'BOOLEAN')} AS attended, "
            f"{s.number('remedies', 'head_is_principal', 'BOOLEAN')} AS principal {own('remedies')} "
            f"{key('cases', s.text('remedies', 'case_id'), 'c')} ORDER BY self.k"
        ),
        "referrals": (
            f"SELECT self.k, self.id, "
            f"c.k AS c, {s.code('referrals', 'to')} AS sent_to, {s.moment('referrals', 'report_received_at')} AS received, "
            f"{s.moment('referrals', 'decided_at')} AS decided, {s.moment('referrals', 'approved_at')} AS approved, "
            f"{s.moment('referrals', 'transferred_at')} AS transferred {own('referrals')} "
            f"{key('cases', s.text('referrals', 'case_id'), 'c')} ORDER BY self.k"
        ),
        "training": (
            f"SELECT o.k AS officer, {s.day('training', 'held_on')} AS held, {s.number('training', 'hours', 'DOUBLE')} AS hours "
            f"FROM {s.rows('training')} t JOIN keys_officers o ON o.id = {s.text('training', 'officer_id')}"
        ),
    }
