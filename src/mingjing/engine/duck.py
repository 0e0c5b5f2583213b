"""
The embedded engine: DuckDB in the process, streaming over the keyed store in chunks of cases.

Memory stays bounded: a chunk's tables are made, judged and dropped; only findings, counts and (where a rule needs them)
one narrow row per decision are kept.
"""

import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from queue import SimpleQueue
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mingjing.domain.rules.model import Rule, Status
from mingjing.domain.rules.terms import PENALTY
from mingjing.engine.arrays import Integers, Places, gathered, in_order, numbers, scattered
from mingjing.engine.columns.case import PENALTY_KIND
from mingjing.engine.compile import (
    Compiled,
    CompiledRule,
    OverRow,
    case_base,
    compile_rules,
    event_columns_in,
    missing_of,
    reads,
    steps,
)
from mingjing.engine.context import AgencyPlace, Context
from mingjing.engine.dialects import DUCKDB
from mingjing.engine.expressions import NotAnExpressionError, Rows, read, shared
from mingjing.engine.kernels.cases import KERNEL_TABLES, PEOPLE, CaseKernel, Chunk, as_array
from mingjing.engine.kernels.crew import MADE
from mingjing.engine.store import Store
from mingjing.engine.tables import calendar_tables, officer_states
from mingjing.kernel.moments import DAY_CODE
from mingjing.law.calendars import Calendar
from mingjing.law.calendars import calendar as stored_calendar

CHUNK_CASES: Final = 125_000
WORKERS: Final = 2
"""So many chunks are judged at once."""
LEAST_CASES: Final = 30_000
"""Fewer cases than this are not parted among the workers: planning the queries of a chunk would cost more than it saves."""
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

BROKEN: Final = Status.BROKEN.value
FOUND: Final = pa.schema(
    [("rule", pa.int16()), ("k", pa.int32()), ("due", pa.int32())]
    + [(f"{kind}{number}", pa.int64()) for kind in "vx" for number in range(1, 5)]
)
"""The columns of raw findings."""


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

    def add(self, part: "Evaluation") -> None:
        """Add the counts, seconds and statuses of a part; what it found is kept apart."""
        for tally, more in zip(self.tallies, part.tallies, strict=True):
            tally.holds += more.holds
            tally.broken += more.broken
            tally.not_evaluated += more.not_evaluated
            tally.seconds += more.seconds
        self.shared_seconds += part.shared_seconds
        for rule, table in part.statuses.items():
            earlier = self.statuses.get(rule)
            self.statuses[rule] = (table if earlier is None else pa.concat_tables([earlier, table])).sort_by("k")


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
    """Drop a table or view of this name, if there is one, and let go of the rows behind it."""
    connection.unregister(name)
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
    """
    Evaluates rules over a keyed store with DuckDB.

    With ``by_sql`` everything is made by the SQL that a cluster runs, nothing by position; tests hold the two together.
    """

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
        by_sql: bool = False,
    ) -> None:
        self.connection = connection
        self.store = store
        self.chunk_cases = chunk_cases
        self.keep_statuses = keep_statuses
        self.by_sql = by_sql
        self.chunk: Chunk
        self.calendar = calendar
        self._found: list[pa.Table] = []
        self.shown: set[str] = set()
        self.parties: tuple[Places, pa.Table] | None = None
        """The kinds of the parties, once somebody asked for them."""
        self.context = context_of(connection, store, as_of, place)
        open_tables(connection, store, self.context, calendar)

    def run(self, rules: Sequence[Rule], *, progress: Progress = lambda _label, _share: None) -> Evaluation:
        """Evaluate rules over all subjects; ``progress`` is told what is done and the share of the whole."""
        tallies = [RuleTally(rule=rule, missing=missing_of(rule, self.store.absent)) for rule in rules]
        compiled = compile_rules([tally.rule for tally in tallies if tally.evaluated], self.context)
        evaluation = Evaluation(as_of=self.context.as_of, tallies=tallies, found=FOUND.empty_table())
        places = {tally.rule.id: number for number, tally in enumerate(tallies)}
        self._found = []
        self._chunks(compiled, evaluation, places, progress)
        self._across(compiled.across, evaluation, places, progress)
        found = pa.concat_tables([FOUND.empty_table(), *self._found])
        evaluation.found = found.sort_by([("rule", "ascending"), ("k", "ascending")])
        return evaluation

    def _chunks(self, compiled: Compiled, evaluation: Evaluation, places: dict[str, int], progress: Progress) -> None:
        if not compiled.tables:
            return
        self.forget("decided")
        conditions = self._conditions()
        # Arrays keep one processor busy at a time: two chunks at once, each with a connection of its own.
        alone = self.keep_statuses or self.by_sql or len(conditions) == 1
        workers = [self] if alone else [self._worker() for _ in range(WORKERS)]
        idle: SimpleQueue[DuckEngine] = SimpleQueue()
        for worker in workers:
            idle.put(worker)

        def judged(within: str) -> tuple[Evaluation, pa.Table | None]:
            worker = idle.get()
            try:
                return worker.judge_chunk(compiled, within, evaluation, places)
            finally:
                idle.put(worker)

        found: list[pa.Table] = []
        decided: list[pa.Table] = []
        with ThreadPoolExecutor(len(workers)) as pool:
            for number, (part, more) in enumerate(pool.map(judged, conditions), start=1):
                evaluation.add(part)
                found.append(part.found)
                if more is not None:
                    decided.append(more)
                progress("案件", number / len(conditions))
        self._found = found
        if decided:
            self.show("decided", pa.concat_tables(decided))
        self.close_chunk(compiled)
        for worker in workers:
            if worker is not self:
                worker.connection.close()

    def _worker(self) -> "DuckEngine":
        """Another engine over the same store with a connection and tables of its own."""
        worker = copy(self)
        worker.connection = self.connection.cursor()
        worker.shown = set()
        open_tables(worker.connection, self.store, self.context, self.calendar)
        return worker

    def judge_chunk(
        self, compiled: Compiled, within: str, whole: Evaluation, places: dict[str, int]
    ) -> tuple[Evaluation, pa.Table | None]:
        """Judge the cases of a chunk; gives what is found of them, and their penalty decisions where a rule needs them."""
        part = Evaluation(
            as_of=whole.as_of,
            tallies=[RuleTally(rule=tally.rule, missing=tally.missing) for tally in whole.tallies],
            found=whole.found,
        )
        self._found = [FOUND.empty_table()]
        began = time.perf_counter()
        open_chunk = self._open_chunk_by_sql if self.by_sql else self._open_chunk
        open_chunk(compiled, within)
        part.shared_seconds = time.perf_counter() - began
        at_once = [] if self.keep_statuses or self.by_sql else [one for one in compiled.local if one.over_row]
        decided = self._decided(compiled) if compiled.decided else None
        for one in compiled.local:
            if one not in at_once:
                self._judge(one, part, places)
        self._judge_rows(at_once, part, places)
        part.found = pa.concat_tables(self._found)
        self._let_go()
        return part, decided

    def _let_go(self) -> None:
        """Free the rows of a chunk before those of the next are read."""
        for name in self.shown:
            self.connection.unregister(name)
        self.shown.clear()
        del self.chunk
        pa.default_memory_pool().release_unused()

    def close_chunk(self, compiled: Compiled) -> None:
        """Give the tables of the store their own names back, and free what was made for a chunk."""
        for name in ("case_base", "steps", *(name for name, _ in compiled.tables), *KERNEL_TABLES):
            self.forget(name)
        for name in compiled.chunk_tables:
            self.forget(name)
            self.connection.execute(f"CREATE TEMP VIEW {name} AS {self.relation(name)}")

    def _conditions(self) -> list[str]:
        """What cuts the cases into chunks: conditions to stand behind the column of the case's key."""
        row = self.connection.execute(f"SELECT coalesce(max(k) + 1, 0) FROM {self.store.rows('cases')}").fetchone()
        total = max(row[0] if row else 0, 1)
        size = min(self.chunk_cases, max(LEAST_CASES, -(-total // WORKERS)))
        return [f"BETWEEN {start} AND {start + size - 1}" for start in range(0, total, size)]

    def relation(self, table: str) -> str:
        """The query of a table of the store, as the rules see it."""
        return known(table, self.store, self.context)

    def _open_chunk(self, compiled: Compiled, within: str) -> None:
        """Name the tables of a chunk of cases, the frame among them."""
        kernel = CaseKernel(compiled.frame, compiled.readers, self.ask, self.show, asked=compiled.by_query)
        shared = self._shared(compiled)
        pieces = [piece.query for piece in kernel.needs.pieces]
        said = " ".join([*compiled.frame.shared.values(), *(one.query for one in compiled.local), *pieces])
        base = self._base(within)
        self.show("case_base", base)
        columns = event_columns_in(said) | kernel.event_columns
        events = in_order(self.ask(steps(self.context, "events", f"e.c {within}", columns)), "c", "k")
        self.show("steps", events)
        cut: dict[str, pa.Table] = {}
        for name in compiled.chunk_tables:
            wanted = PEOPLE if name == "participants" else ()
            chosen = [one for one in self.columns_of(name) if one in wanted or re.search(rf"\b{one}\b", said)]
            cut[name] = self.ask(f"SELECT {', '.join(chosen)} FROM ({self.relation(name)}) WHERE c {within}")
            self.show(name, cut[name])
        self.chunk = Chunk(base, events, cut)
        for name, query in shared.items():
            if name in MADE:
                self.show(name, MADE[name](self, self.context))
            elif name in compiled.read_once:
                # What is read just once streams into its reader.
                self.forget(name)
                self.connection.execute(f"CREATE TEMP VIEW {name} AS {query}")
            else:
                self.show(name, self.ask(query))
        self.chunk.frame = kernel.frame(self.chunk)
        self.show("frame", self.chunk.frame)

    def _base(self, within: str) -> pa.Table:
        """The cases of a chunk; for each chunk to join all parties would cost the more, the more there are."""
        base = in_order(self.ask(case_base(f"c.k {within}", with_parties=False)), "c")
        if self.parties is None:
            kinds = in_order(self.ask("SELECT k, kind FROM parties"), "k")
            self.parties = Places(numbers(kinds, "k")), kinds
        places, kinds = self.parties
        return base.append_column("party_kind", gathered(kinds, places.of(numbers(base, "party")), ["kind"])["kind"])

    @staticmethod
    def _shared(compiled: Compiled) -> dict[str, str]:
        """The tables that rules share, without those that only rules with a kernel read."""
        shared: dict[str, str] = {}
        for name, query in reversed(list(compiled.frame.shared.items())):
            if any(one.reads(name) for one in compiled.local) or any(reads(other, name) for other in shared.values()):
                shared[name] = query
        return dict(reversed(list(shared.items())))

    def _open_chunk_by_sql(self, compiled: Compiled, within: str) -> None:
        """The same by the SQL that a cluster runs."""
        self.show("case_base", self.ask(case_base(f"c.k {within}")))
        self.show("steps", self.ask(steps(self.context, "events", f"e.c {within}", compiled.event_columns)))
        for name in compiled.chunk_tables:
            self.show(name, self.ask(f"SELECT * FROM ({self.relation(name)}) WHERE c {within}"))
        for name, query in compiled.tables:
            self.show(name, self.ask(query))
        self.chunk = Chunk(self.ask("SELECT * FROM case_base ORDER BY c"), self.ask("SELECT * FROM steps"), {})
        self.chunk.frame = self.ask("SELECT * FROM frame")

    def columns_of(self, table: str) -> list[str]:
        """The columns of a table of the store."""
        names: list[str] = pq.read_schema(self.store.path / f"{table}.parquet").names
        return names

    def ask(self, query: str) -> pa.Table:
        """The rows that a query gives."""
        return self.connection.execute(query).to_arrow_table()

    def show(self, name: str, table: pa.Table) -> None:
        """Name rows as a table for the queries."""
        self.forget(name)
        self.connection.register(name, table)
        self.shown.add(name)

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

    def _judge_rows(self, ones: Sequence[CompiledRule], evaluation: Evaluation, places: dict[str, int]) -> None:
        """Judge the rules that need only a row of the frame: all in one pass, then what is told of the broken ones."""
        if not ones:
            return
        began = time.perf_counter()
        columns, count = self.chunk.columns, self.chunk.frame.num_rows
        nodes = [self._over_row(one) for one in ones]
        kept = shared([*(node.status for node in nodes), *columns.last_days])
        statuses = np.zeros((len(ones), count), dtype=np.int8)
        for at, rows in columns.blocks(count):
            for number, node in enumerate(nodes):
                statuses[number, at] = rows.status(node.status).v
                rows.forget(kept)
        broken = np.flatnonzero((statuses == BROKEN).any(axis=0))
        rows = columns.rows(broken)
        keys = self.chunk.keys[broken]
        for one, node, status in zip(ones, nodes, statuses, strict=True):
            here = np.flatnonzero(status[broken] == BROKEN)
            if len(here):
                self._found.append(breaches(_told(rows, node, keys, status[broken], here), places[one.rule.id]))
        spent = (time.perf_counter() - began) / len(ones)
        for one, status in zip(ones, statuses, strict=True):
            _count(evaluation.tallies[places[one.rule.id]], np.bincount(status, minlength=4), spent)

    def _over_row(self, one: CompiledRule) -> OverRow:
        """A rule over a row of the frame, with the columns that it needs there."""
        node = one.over_row
        assert node is not None
        if node.deducted is not None:
            name, query = node.deducted
            found = self.ask(query)
            at = self.chunk.cases.of(numbers(found, "id"))
            self.chunk.columns.give(name, scattered(found, at, self.chunk.cases.count, ["days"])["days"])
        return node

    def _rows_judged(self, one: CompiledRule) -> pa.Table:
        """All that a rule over a row of the frame says."""
        node = self._over_row(one)
        parts = [FOUND.empty_table().drop_columns("rule").add_column(1, "s", pa.array([], pa.int8()))]
        for at, rows in self.chunk.columns.blocks(self.chunk.frame.num_rows):
            status = np.broadcast_to(rows.status(node.status).v, len(at))
            here = np.flatnonzero(status != Status.NOT_APPLICABLE)
            parts.append(_told(rows, node, self.chunk.keys[at], status, here).cast(parts[0].schema))
        return pa.concat_tables(parts)

    def _decided(self, compiled: Compiled) -> pa.Table:
        """The penalty decisions of a chunk."""
        assert compiled.decided is not None
        frame = self.chunk.frame
        try:
            reviewed = None if self.by_sql else read(compiled.reviewed)
        except NotAnExpressionError:
            reviewed = None
        if reviewed is None:
            return self.ask(compiled.decided)
        step = PENALTY.name
        at = np.flatnonzero((numbers(frame, "kind") == PENALTY_KIND) & frame[f"{step}_k"].is_valid().to_numpy())
        plain = (
            "agency",
            "item",
            "party",
            "party_kind",
            "tier",
            "act",
            "item_act_code",
            "fine",
            "confiscated",
            "is_major",
        )
        columns = {"k": "c", **{"act_code" if name == "item_act_code" else name: name for name in plain}}
        columns |= {"e": f"{step}_k", "m": f"{step}_m"}
        rows = frame.select(list(dict.fromkeys(columns.values()))).take(pa.array(at))
        made = {name: rows[column] for name, column in columns.items()}
        made["day"] = pa.array((numbers(rows, f"{step}_m") // DAY_CODE).astype(np.int32))
        made["reviewed"] = as_array(self.chunk.columns.rows(at).value(reviewed), len(at), pa.bool_())
        return pa.table(made)

    def _judge(self, one: CompiledRule, evaluation: Evaluation, places: dict[str, int]) -> None:
        began = time.perf_counter()
        verdicts = self.verdicts(one)
        status = numbers(verdicts, "s")
        counts = np.bincount(status, minlength=4)
        if counts[BROKEN]:
            self._found.append(breaches(verdicts.filter(pa.array(status == BROKEN)), places[one.rule.id]))
        if self.keep_statuses:
            evaluation.statuses[one.rule.id] = verdicts.sort_by("k")
        _count(evaluation.tallies[places[one.rule.id]], counts, time.perf_counter() - began)

    def verdicts(self, one: CompiledRule) -> pa.Table:
        """All subjects to which a rule applies, and what it says of them."""
        if not self.by_sql:
            if one.kernel is not None:
                return one.kernel(self)
            if one.over_row is not None:
                return self._rows_judged(one)
        return self.ask(f"SELECT * FROM ({one.query}) WHERE s <> 0")


def breaches(broken: pa.Table, rule: int) -> pa.Table:
    """The broken rows of a judgement as raw findings of a rule."""
    number = pa.array(np.full(broken.num_rows, rule, dtype=np.int16))
    return broken.drop_columns("s").add_column(0, "rule", number).cast(FOUND)


def _told(rows: Rows, node: OverRow, keys: Integers, status: Integers, here: Integers) -> pa.Table:
    """What a rule tells of some of the rows at hand: the places ``here``."""
    at = pa.array(here)
    columns = {"k": pa.array(keys[here]), "s": pa.array(status[here], pa.int8())}
    for name, part in node.told.items():
        columns[name] = as_array(rows.value(part), len(keys), pa.int64()).take(at)
    return pa.table(columns)


def _count(tally: RuleTally, counts: Integers, seconds: float) -> None:
    tally.holds += int(counts[1])
    tally.broken += int(counts[BROKEN])
    tally.not_evaluated += int(counts[3])
    tally.seconds += seconds
