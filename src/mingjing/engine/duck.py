"""
The embedded engine: DuckDB in the process, streaming over the keyed store in chunks of cases.

Memory stays bounded: a chunk's tables are made, judged and dropped; only findings, counts and (where a rule needs them)
one narrow row per decision are kept.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from mingjing.domain.rules.model import Rule
from mingjing.engine.compile import Compiled, CompiledRule, case_base, compile_rules, missing_of, steps
from mingjing.engine.context import AgencyPlace, Context
from mingjing.engine.dialects import DUCKDB
from mingjing.engine.store import Store
from mingjing.engine.tables import calendar_tables, officer_states
from mingjing.law.calendars import Calendar
from mingjing.law.calendars import calendar as stored_calendar

CHUNK_CASES: Final = 250_000
STORE_TABLES: Final = (
    "agencies",
    "officers",
    "officer_roles",
    "credentials",
    "parties",
    "items",
    "benchmarks",
    "cases",
    "events",
    "participants",
    "documents",
    "media",
    "inspections",
    "inspection_items",
    "inspection_officers",
    "disclosures",
    "remedies",
    "referrals",
    "training",
)

CALENDAR_LISTS: Final = (
    "SELECT d.*, w.* FROM (SELECT list(CASE WHEN known THEN through END ORDER BY day) AS through, "
    "list(rolled ORDER BY day) AS rolled, min(day) - 1 AS day_before FROM calendar) d, "
    "(SELECT list(CASE WHEN known THEN day END ORDER BY ordinal) AS working_day, min(ordinal) - 1 AS ordinal_before "
    "FROM working_days) w"
)
"""The calendar as lists in a single row, so that a day is looked up by its position."""

Progress = Callable[[str, float], None]


@dataclass(kw_only=True)
class RuleTally:
    """What one rule came to: how many subjects it judged, and in what time."""

    rule: Rule
    missing: tuple[str, ...] = ()
    holds: int = 0
    broken: int = 0
    not_evaluated: int = 0
    seconds: float = 0.0

    @property
    def evaluated(self) -> bool:
        """Whether the rule could be evaluated at all."""
        return not self.missing


@dataclass(kw_only=True)
class Evaluation:
    """
    What an evaluation gives: a tally for each rule, and the raw findings.

    ``found`` has the columns ``rule`` (index into ``tallies``), ``k``, ``due``, ``v1`` … ``v4``, ``x1`` … ``x4``.
    """

    as_of: date
    tallies: list[RuleTally]
    found: pa.Table
    shared_seconds: float = 0.0
    statuses: dict[str, pa.Table] = field(default_factory=dict)


def context_of(connection: duckdb.DuckDBPyConnection, store: Store, as_of: date, place: str | None = None) -> Context:
    """Read from the store what decides parameters: the agencies' places and domains."""
    rows = connection.execute(f"SELECT k, place, domain FROM {store.rows('agencies')}").fetchall()
    agencies = [AgencyPlace(key=key, place=where, domain=domain) for key, where, domain in rows]
    return Context(
        dialect=DUCKDB, as_of=as_of, agencies=agencies, place=place, absent=store.absent, unread=store.unread
    )


def open_tables(
    connection: duckdb.DuckDBPyConnection, store: Store, context: Context, calendar: Calendar | None = None
) -> None:
    """Name the tables of the store, and make the calendar and the officers' states."""
    for name in STORE_TABLES:
        forget(connection, name)
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {known(name, store, context)}")
    days, ordinals = calendar_tables(calendar or stored_calendar(), context.as_of)
    for name, table in (("calendar", days), ("working_days", ordinals)):
        connection.register(f"{name}_arrow", table)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {name}_arrow")
        connection.unregister(f"{name}_arrow")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE calendar_lists AS {CALENDAR_LISTS}")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE officer_states AS {officer_states()}")


def forget(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drop a table or view of this name, if there is one."""
    try:
        connection.execute(f"DROP TABLE IF EXISTS {name}")
    except duckdb.CatalogException:
        connection.execute(f"DROP VIEW {name}")


def known(table: str, store: Store, context: Context, *, source: str | None = None) -> str:
    """A table of the store as it was known on the day of evaluation; ``source`` is what the engine calls its file."""
    later = {
        "disclosures": ("withdrawn",),
        "inspections": ("unscanned_at",),
        "remedies": ("received", "replied", "decided"),
        "referrals": ("received", "decided", "approved", "transferred"),
    }.get(table, ())
    rows = {
        "disclosures": f"WHERE published < {context.horizon}",
        "inspections": f"WHERE started IS NULL OR started < {context.horizon}",
    }.get(table, "")
    columns = ", ".join(
        f"CASE WHEN {name} < {context.horizon} THEN {name} END AS {name}" if name in later else name
        for name in pq.read_schema(store.path / f"{table}.parquet").names
    )
    return f"SELECT {columns} FROM {source or store.rows(table)} {rows}"


class DuckEngine:
    """Evaluates rules over a keyed store with DuckDB."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        store: Store,
        *,
        as_of: date,
        place: str | None = None,
        calendar: Calendar | None = None,
        chunk_cases: int = CHUNK_CASES,
        keep_statuses: bool = False,
    ) -> None:
        self.connection = connection
        self.store = store
        self.chunk_cases = chunk_cases
        self.keep_statuses = keep_statuses
        self.context = context_of(connection, store, as_of, place)
        open_tables(connection, store, self.context, calendar)

    def run(self, rules: Sequence[Rule], *, progress: Progress = lambda _label, _share: None) -> Evaluation:
        """Evaluate rules over all subjects; ``progress`` is told what is done and the share of the whole."""
        tallies = [RuleTally(rule=rule, missing=missing_of(rule, self.store.absent)) for rule in rules]
        compiled = compile_rules([tally.rule for tally in tallies if tally.evaluated], self.context)
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE found (rule SMALLINT, k INTEGER, due INTEGER, "
            "v1 BIGINT, v2 BIGINT, v3 BIGINT, v4 BIGINT, x1 BIGINT, x2 BIGINT, x3 BIGINT, x4 BIGINT)"
        )
        evaluation = Evaluation(as_of=self.context.as_of, tallies=tallies, found=pa.table({}))
        places = {tally.rule.id: number for number, tally in enumerate(tallies)}
        self._chunks(compiled, evaluation, places, progress)
        self._across(compiled.across, evaluation, places, progress)
        evaluation.found = self.connection.execute("SELECT * FROM found ORDER BY rule, k").to_arrow_table()
        return evaluation

    def _chunks(self, compiled: Compiled, evaluation: Evaluation, places: dict[str, int], progress: Progress) -> None:
        if not compiled.tables:
            return
        self.forget("decided")
        conditions = self._conditions()
        for number, within in enumerate(conditions, start=1):
            began = time.perf_counter()
            self._open_chunk(compiled, within)
            evaluation.shared_seconds += time.perf_counter() - began
            at_once = [] if self.keep_statuses else [one for one in compiled.local if one.frame_status is not None]
            self._judge_frame(at_once, evaluation, places)
            for one in compiled.local:
                if one not in at_once:
                    self._judge(one, evaluation, places)
            if compiled.decided:
                verb = "INSERT INTO decided" if number > 1 else "CREATE TEMP TABLE decided AS"
                self.connection.execute(f"{verb} {compiled.decided}")
            progress("案件", number / len(conditions))
        for name in ("case_base", "steps", *(name for name, _ in compiled.tables)):
            self.forget(name)
        for name in compiled.chunk_tables:
            self.forget(name)
            self.connection.execute(f"CREATE TEMP VIEW {name} AS {self.relation(name)}")

    def _conditions(self) -> list[str]:
        """What cuts the cases into chunks: conditions to stand behind the column of the case's key."""
        row = self.connection.execute(f"SELECT coalesce(max(k) + 1, 0) FROM {self.store.rows('cases')}").fetchone()
        total = max(row[0] if row else 0, 1)
        return [f"BETWEEN {start} AND {start + self.chunk_cases - 1}" for start in range(0, total, self.chunk_cases)]

    def relation(self, table: str) -> str:
        """The query of a table of the store, as the rules see it."""
        return known(table, self.store, self.context)

    def _open_chunk(self, compiled: Compiled, within: str) -> None:
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE case_base AS {case_base(f'c.k {within}')}")
        chosen = steps(self.context, "events", f"e.c {within}", compiled.event_columns)
        for name, query in (
            ("steps", chosen),
            *((name, f"SELECT * FROM ({self.relation(name)}) WHERE c {within}") for name in compiled.chunk_tables),
            *compiled.tables,
        ):
            self.forget(name)
            # What is read just once streams into its reader.
            made = "VIEW" if name in compiled.read_once else "TABLE"
            self.connection.execute(f"CREATE TEMP {made} {name} AS {query}")

    def has(self, name: str) -> bool:
        """Say whether a table of this name is there."""
        kind = "SELECT count(*) FROM information_schema.tables WHERE table_name = ?"
        row = self.connection.execute(kind, [name]).fetchone()
        return bool(row and row[0])

    def forget(self, name: str) -> None:
        """Drop a table or view of this name, if there is one."""
        forget(self.connection, name)

    def _across(
        self, compiled: Sequence[CompiledRule], evaluation: Evaluation, places: dict[str, int], progress: Progress
    ) -> None:
        if not compiled:
            return
        self.forget("steps")
        self.connection.execute(f"CREATE OR REPLACE TEMP VIEW steps AS {steps(self.context, 'events', 'true')}")
        for number, one in enumerate(compiled, start=1):
            self._judge(one, evaluation, places)
            progress(one.rule.title, number / len(compiled))

    def _judge_frame(self, ones: Sequence[CompiledRule], evaluation: Evaluation, places: dict[str, int]) -> None:
        """Judge the rules that need only a row of the frame: count all in one pass, and take out what is broken."""
        if not ones:
            return
        began = time.perf_counter()
        statuses = ", ".join(f"{one.frame_status} AS s{number}" for number, one in enumerate(ones))
        # Three counts in one sum: a chunk has fewer than 2^20 cases.
        shares = f"WHEN 1 THEN 1 WHEN 2 THEN {1 << 20} WHEN 3 THEN {1 << 40}"
        packed = ", ".join(f"sum(CASE s{number} {shares} ELSE 0 END)" for number in range(len(ones)))
        sums = self.connection.execute(f"SELECT {packed} FROM (SELECT {statuses} FROM frame f)").fetchone()
        spent = (time.perf_counter() - began) / len(ones)
        for one, packed_counts in zip(ones, sums or (), strict=True):
            began = time.perf_counter()
            tally = evaluation.tallies[places[one.rule.id]]
            holds, broken, unknown = (((packed_counts or 0) >> shift) % (1 << 20) for shift in (0, 20, 40))
            if broken:
                self.connection.execute(
                    f"INSERT INTO found SELECT {places[one.rule.id]}, k, due, v1, v2, v3, v4, x1, x2, x3, x4 "
                    f"FROM ({one.query}) WHERE s = 2"
                )
            tally.holds += holds
            tally.broken += broken
            tally.not_evaluated += unknown
            tally.seconds += spent + time.perf_counter() - began

    def _judge(self, one: CompiledRule, evaluation: Evaluation, places: dict[str, int]) -> None:
        tally = evaluation.tallies[places[one.rule.id]]
        began = time.perf_counter()
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE verdicts AS SELECT * FROM ({one.query}) WHERE s <> 0")
        counts = dict(self.connection.execute("SELECT s, count(*) FROM verdicts GROUP BY s").fetchall())
        self.connection.execute(
            f"INSERT INTO found SELECT {places[one.rule.id]}, k, due, v1, v2, v3, v4, x1, x2, x3, x4 FROM verdicts WHERE s = 2"
        )
        if self.keep_statuses:
            kept = self.connection.execute("SELECT * FROM verdicts ORDER BY k").to_arrow_table()
            earlier = evaluation.statuses.get(one.rule.id)
            evaluation.statuses[one.rule.id] = kept if earlier is None else pa.concat_tables([earlier, kept])
        tally.holds += counts.get(1, 0)
        tally.broken += counts.get(2, 0)
        tally.not_evaluated += counts.get(3, 0)
        tally.seconds += time.perf_counter() - began
