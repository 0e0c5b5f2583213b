"""
Re-checking after a change: judge what changed and what it touches, and come to the same result as judging everything.

Facts carry a watermark: the number of overlays of their store. A :class:`State` remembers the result at one watermark.
:func:`recheck` judges the changed cases once in their old and once in their new form, in one pass, so that counts move
by the difference; rules across subjects are judged again only for the groups that a change touches (the party, the
item, the officer, the agency). The day of evaluation, the place, the rules and the law must be those of the state.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mingjing.domain.rules.model import Rule
from mingjing.engine.arrays import numbers
from mingjing.engine.compile import Compiled, CompiledRule, compile_rules, missing_of, steps
from mingjing.engine.duck import BROKEN, FOUND, DuckEngine, Evaluation, Progress, RuleTally, breaches, known
from mingjing.engine.store import STORE_VERSION, Store, build_store, open_store, version_of
from mingjing.kernel.errors import DomainError

NEW: Final = 1 << 30
"""Added to the keys of cases and visits in their new form, so that both forms are judged side by side."""

GROUPS: Final = ("party", "item", "officer", "agency")
REGISTERS: Final = ("agencies", "officers", "items", "benchmarks", "officer_roles", "credentials", "training")
"""Tables whose change can touch any case: after it, everything is judged again."""

PLACES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "party": (("inspections", "party"), ("decided", "party")),
    "item": (("decided", "item"),),
    "officer": (("inspection_officers", "officer"), ("participants", "officer"), ("officers", "k")),
    "agency": (("decided", "agency"), ("cases", "agency"), ("agencies", "k")),
    "case": (("remedies", "c"), ("referrals", "c"), ("media", "c")),
}
"""For each way of gathering: the tables to cut to the touched groups, and the column that names the group."""


class StateMismatchError(DomainError):
    """The earlier result cannot be carried on."""

    code = "engine.state_mismatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A result that can be carried on: where it lies, and of what it is the result."""

    folder: Path
    as_of: date
    place: str | None
    rules: tuple[str, ...]
    watermark: int
    law: str

    @property
    def store(self) -> Store:
        """The store that was judged, as it is now."""
        return open_store(self.folder / "store")


def law_fingerprint() -> str:
    """A digest of the law data, so that a result under other law is not carried on."""
    digest = hashlib.sha256()
    for entry in sorted(files("mingjing.law").joinpath("data").rglob("*.yaml")):  # type: ignore[attr-defined]
        digest.update(entry.read_bytes())
    return digest.hexdigest()


def save_state(folder: Path, engine: DuckEngine, evaluation: Evaluation, store: Store) -> State:
    """Write what :func:`recheck` needs beside the store in ``folder`` (``folder/store``)."""
    state = State(
        folder=folder,
        as_of=evaluation.as_of,
        place=engine.context.place,
        rules=tuple(tally.rule.id for tally in evaluation.tallies),
        watermark=store.watermark,
        law=law_fingerprint(),
    )
    pq.write_table(evaluation.found, folder / "found.parquet", compression="zstd")
    if engine.has("decided"):
        engine.connection.execute(f"COPY decided TO '{_quoted(folder / 'decided.parquet')}' (FORMAT parquet)")
    told = {
        "as_of": state.as_of.isoformat(),
        "place": state.place,
        "rules": list(state.rules),
        "watermark": state.watermark,
        "law": state.law,
        "tallies": [[tally.holds, tally.broken, tally.not_evaluated] for tally in evaluation.tallies],
    }
    (folder / "state.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return state


def open_state(folder: Path) -> State:
    """
    Open a state.

    :raises StateMismatchError: if the folder holds none, or one whose store an older program laid out otherwise
    """
    path = folder / "state.json"
    if not path.exists():
        raise StateMismatchError(
            f"“{folder}”里没有可以接续的检查结果，请先用 --keep-state 检查一次。", folder=str(folder)
        )
    if version_of(folder / "store") != STORE_VERSION:
        raise StateMismatchError(
            f"“{folder}”里的结果是以前的版本保存的，不能接续，请用 --keep-state 重新全量检查。", folder=str(folder)
        )
    told = json.loads(path.read_text(encoding="utf-8"))
    return State(
        folder=folder,
        as_of=date.fromisoformat(told["as_of"]),
        place=told["place"],
        rules=tuple(told["rules"]),
        watermark=told["watermark"],
        law=told["law"],
    )


def take_in(state: State, facts: Path, connection: duckdb.DuckDBPyConnection) -> Store:
    """Add changed facts (standard Parquet, with every row of the cases and visits that changed) to a state's store."""
    store = state.store
    overlay = state.folder / "changes" / f"{store.watermark + 1:06d}"
    return build_store(facts, overlay, connection=connection, onto=store)


def touches_registers(store: Store, since: int, connection: duckdb.DuckDBPyConnection) -> bool:
    """Say whether a change since that watermark brought rows of registers, which can touch any case."""
    for overlay in store.overlays[since:]:
        for table in REGISTERS:
            row = connection.execute(
                f"SELECT count(*) FROM read_parquet('{_quoted(overlay / f'{table}.parquet')}')"
            ).fetchone()
            if row and row[0]:
                return True
    return False


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


class _ChangeEngine(DuckEngine):
    """Judges the changed cases in both forms, and the touched groups."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, old: Store, new: Store, state: State) -> None:
        super().__init__(connection, new, as_of=state.as_of, place=state.place)
        self.old = old
        self.state = state
        changed = new.overlays[old.watermark :]
        for name, table in (("changed", "cases"), ("changed_visits", "inspections")):
            keys = " UNION ".join(
                f"SELECT k FROM read_parquet('{_quoted(one / f'{table}.parquet')}')" for one in changed
            )
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {keys}")

    def _conditions(self) -> list[str]:
        return [f"IN (SELECT k FROM changed UNION ALL SELECT k + {NEW} FROM changed)"]

    def relation(self, table: str) -> str:
        """Changed rows of both forms: the old ones, and the new ones with the keys of their cases moved by ``NEW``."""
        column = {"cases": "k"}.get(table, "c")
        names = pq.read_schema(self.store.path / f"{table}.parquet").names
        moved = ", ".join(f"{name} + {NEW} AS {name}" if name == column else name for name in names)

        def rows(store: Store) -> str:
            return f"({known(table, store, self.context)}) WHERE {column} IN (SELECT k FROM changed)"

        # What changed lies in the overlays since then, whole; but visits belong to no case, and may lie anywhere.
        first, *later = self.store.overlays[self.old.watermark :]
        since = Store(path=first, absent=self.store.absent, overlays=tuple(later))
        new = self.store if table == "inspections" else since
        return f"SELECT * FROM {rows(self.old)} UNION ALL SELECT {moved} FROM {rows(new)}"

    def judge_changed(self, compiled: Compiled, tallies: Sequence[RuleTally]) -> tuple[pa.Table, dict[str, list[int]]]:
        """Judge the changed cases; returns the new findings and, by rule, by how much each count moves."""
        for table in ("cases", "events"):
            self.forget(table)
            self.connection.execute(f"CREATE TEMP VIEW {table} AS {self.relation(table)}")
        places = {tally.rule.id: number for number, tally in enumerate(tallies)}
        (within,) = self._conditions()
        self._open_chunk(compiled, within)
        if compiled.decided:
            made = self.ask(compiled.decided)
            new = made.filter(pc.greater_equal(made["k"], NEW))
            self.show("decided_changed", new.set_column(0, "k", pc.subtract(new["k"], NEW).cast(pa.int32())))
        found, moves = [FOUND.empty_table()], {}
        for one in compiled.local:
            judged = self.verdicts(one)
            key, status = numbers(judged, "k"), numbers(judged, "s")
            moves[one.rule.id] = [int(np.sum(np.where(key >= NEW, 1, -1)[status == s])) for s in (1, 2, 3)]
            broken = judged.filter(pa.array((key >= NEW) & (status == BROKEN)))
            broken = broken.set_column(0, "k", pc.subtract(broken["k"], NEW))
            found.append(breaches(broken, places[one.rule.id]))
        return pa.concat_tables(found), moves

    def visited(self) -> list[int]:
        """The cases of visits that changed, before or after, which were not delivered themselves."""
        of_visits = " UNION ".join(
            f"SELECT c FROM ({known('inspections', store, self.context)}) WHERE k IN (SELECT k FROM changed_visits)"
            for store in (self.old, self.store)
        )
        query = f"SELECT c FROM ({of_visits}) WHERE c IS NOT NULL AND c NOT IN (SELECT k FROM changed) ORDER BY c"
        return [row[0] for row in self.connection.execute(query).fetchall()]

    # -- across subjects ------------------------------------------------------------------------------------------------
    def open_touched(self) -> None:
        """Make ``touched_<group>``: the parties, items, officers and agencies of what changed, before and after."""
        forms = (self.old, self.store)

        def gathered(column: str, *sources: tuple[str, str, str]) -> str:
            return " UNION ".join(
                f"SELECT {column} FROM ({known(table, store, self.context)}) WHERE {key} IN (SELECT k FROM {changed})"
                for store in forms
                for table, key, changed in sources
            )

        case = ("cases", "k", "changed")
        visit = ("inspections", "k", "changed_visits")
        queries = {
            "party": gathered("party", case, visit),
            "item": gathered("item", case),
            "agency": gathered("agency", case, visit),
            "officer": gathered(
                "officer", ("participants", "c", "changed"), ("inspection_officers", "v", "changed_visits")
            ),
            "case": "SELECT k AS case FROM changed",
        }
        for group, query in queries.items():
            column = "case" if group == "case" else group
            self.forget(f"touched_{group}")
            self.connection.execute(
                f'CREATE TEMP TABLE touched_{group} AS SELECT DISTINCT "{column}" AS k FROM ({query})'
            )

    def open_form(self, store: Store, decided: str, gathers: str) -> None:
        """Name the tables of one form of the facts, cut to what ``gathers`` touches."""
        cuts = dict(PLACES.get(gathers, ()))
        tables = ("cases", "inspections", "inspection_items", "inspection_officers", "participants", "remedies")
        for table in (*tables, "referrals", "media", "officers", "agencies"):
            query = known(table, store, self.context)
            if table in cuts:
                cut = f"{cuts[table]} IN (SELECT k FROM touched_{gathers})"
                # What names no group is a group of its own.
                alone = " OR k IN (SELECT k FROM changed_visits)" if table == "inspections" else ""
                query = f"SELECT * FROM ({query}) WHERE {cut}{alone}"
            elif gathers == "party" and table in ("inspection_items", "inspection_officers"):
                query = f"SELECT * FROM ({query}) WHERE v IN (SELECT k FROM inspections)"
            self.forget(table)
            self.connection.execute(f"CREATE TEMP VIEW {table} AS {query}")
        self.forget("decided")
        cut = ""
        if "decided" in cuts:
            cut = f"WHERE {cuts['decided']} IN (SELECT k FROM touched_{gathers}) OR k IN (SELECT k FROM changed)"
        self.connection.execute(f"CREATE TEMP VIEW decided AS SELECT * FROM {decided} {cut}")
        self.forget("events")
        self.connection.execute(f"CREATE TEMP VIEW events AS {known('events', store, self.context)}")
        self.forget("steps")
        self.connection.execute(f"CREATE TEMP VIEW steps AS {steps(self.context, 'events', 'true')}")


class _CasesEngine(DuckEngine):
    """Judges some cases only, in one form of the facts."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, store: Store, state: State, cases: Sequence[int]) -> None:
        super().__init__(connection, store, as_of=state.as_of, place=state.place)
        self.cases = cases

    def _conditions(self) -> list[str]:
        return [f"IN ({', '.join(map(str, self.cases))})"]


def recheck(
    state: State,
    rules: Sequence[Rule],
    connection: duckdb.DuckDBPyConnection,
    *,
    progress: Progress = lambda _label, _share: None,
) -> tuple[Evaluation, DuckEngine]:
    """
    Carry a state on to the present watermark of its store, and save it there.

    :raises StateMismatchError: if the rules or the law are no longer those of the state
    """
    if tuple(rule.id for rule in rules) != state.rules or law_fingerprint() != state.law:
        raise StateMismatchError("规则或者法律数据已经变化，不能接续，请重新全量检查。")
    new = state.store
    if touches_registers(new, state.watermark, connection):
        engine = DuckEngine(connection, new, as_of=state.as_of, place=state.place)
        evaluation = engine.run(rules, progress=progress)
        save_state(state.folder, engine, evaluation, new)
        return evaluation, engine
    old = Store(path=new.path, absent=new.absent, overlays=new.overlays[: state.watermark])
    told = json.loads((state.folder / "state.json").read_text(encoding="utf-8"))
    tallies = [
        RuleTally(rule=rule, holds=counts[0], broken=counts[1], not_evaluated=counts[2])
        for rule, counts in zip(rules, told["tallies"], strict=True)
    ]
    _mark_missing(tallies, new)
    engine = _ChangeEngine(connection, old, new, state)
    compiled = compile_rules([tally.rule for tally in tallies if tally.evaluated], engine.context)
    found = pq.read_table(state.folder / "found.parquet")
    fresh, moves = engine.judge_changed(compiled, tallies)
    progress("变化的案件", 0.5)
    places = {tally.rule.id: number for number, tally in enumerate(tallies)}
    changed = connection.execute("SELECT k FROM changed").to_arrow_table().column(0)
    local = [places[one.rule.id] for one in compiled.local]
    parts = [_without(found, local, changed), fresh.cast(found.schema)]
    for rule_id, move in moves.items():
        _move(tallies[places[rule_id]], move)
    parts = _visited(engine, compiled, tallies, places, parts)
    decided = _carry_decided(state, engine, compiled)
    parts = _across(engine, compiled, tallies, places, parts, decided, found.schema)
    evaluation = Evaluation(
        as_of=state.as_of,
        tallies=tallies,
        found=pa.concat_tables(parts).sort_by([("rule", "ascending"), ("k", "ascending")]),
    )
    engine.forget("decided")
    connection.execute(f"CREATE TEMP VIEW decided AS SELECT * FROM {decided}")
    save_state(state.folder, engine, evaluation, new)
    progress("完成", 1.0)
    return evaluation, engine


def _without(found: pa.Table, rules: Sequence[int], subjects: pa.ChunkedArray) -> pa.Table:
    """Findings but those of these rules (by their number) on these subjects."""
    of_rules = pa.array(rules, found.schema.field("rule").type)
    gone = subjects.cast(found.schema.field("k").type)
    stale = pc.and_(pc.is_in(found["rule"], value_set=of_rules), pc.is_in(found["k"], value_set=gone))
    return found.filter(pc.invert(stale))


def _mark_missing(tallies: Iterable[RuleTally], store: Store) -> None:
    for tally in tallies:
        tally.missing = missing_of(tally.rule, store.absent)


def _move(tally: RuleTally, move: Sequence[int]) -> None:
    tally.holds += move[0]
    tally.broken += move[1]
    tally.not_evaluated += move[2]


def _visited(
    engine: _ChangeEngine,
    compiled: Compiled,
    tallies: Sequence[RuleTally],
    places: Mapping[str, int],
    parts: list[pa.Table],
) -> list[pa.Table]:
    """Judge again, by the rules that look at visits, the cases of which only a visit changed."""
    chosen = [one.rule for one in compiled.local if one.reads("inspections")]
    cases = engine.visited() if chosen else []
    if not cases:
        return parts
    old, new = (
        _CasesEngine(engine.connection.cursor(), store, engine.state, cases).run(chosen)
        for store in (engine.old, engine.store)
    )
    kept, fresh = parts
    own = [places[rule.id] for rule in chosen]
    for before, now in zip(old.tallies, new.tallies, strict=True):
        move = [now.holds - before.holds, now.broken - before.broken, now.not_evaluated - before.not_evaluated]
        _move(tallies[places[now.rule.id]], move)
    renumbered = pa.array(own, FOUND.field("rule").type).take(new.found["rule"].combine_chunks())
    return [
        _without(kept, own, pa.chunked_array([cases])),
        pa.concat_tables([fresh, new.found.set_column(0, "rule", renumbered).cast(fresh.schema)]),
    ]


def _carry_decided(state: State, engine: _ChangeEngine, compiled: Compiled) -> str:
    """The penalty decisions as they stand now, as a relation."""
    before = f"read_parquet('{_quoted(state.folder / 'decided.parquet')}')"
    if not compiled.decided:
        return "(SELECT 1 WHERE false)"
    engine.forget("decided_now")
    engine.connection.execute(
        f"CREATE TEMP TABLE decided_now AS SELECT * FROM {before} WHERE k NOT IN (SELECT k FROM changed) "
        "UNION ALL SELECT * FROM decided_changed"
    )
    return "decided_now"


def _across(
    engine: _ChangeEngine,
    compiled: Compiled,
    tallies: Sequence[RuleTally],
    places: Mapping[str, int],
    parts: list[pa.Table],
    decided: str,
    schema: pa.Schema,
) -> list[pa.Table]:
    engine.open_touched()
    before = f"read_parquet('{_quoted(engine.state.folder / 'decided.parquet')}')"
    kept, fresh = parts
    by_group: dict[str, list[CompiledRule]] = {}
    for one in compiled.across:
        by_group.setdefault(one.rule.kind.gathers, []).append(one)
    for gathers, group in by_group.items():
        if gathers == "register":
            continue
        engine.open_form(engine.old, before, gathers)
        old = {one.rule.id: engine.verdicts(one) for one in group}
        engine.open_form(engine.store, decided, gathers)
        for one in group:
            number = places[one.rule.id]
            new = engine.verdicts(one)
            _move(tallies[number], _difference(old[one.rule.id], new))
            kept = _without(kept, [number], old[one.rule.id]["k"])
            broken = new.filter(pc.equal(new["s"], 2))
            columns = {"rule": pa.array([number] * broken.num_rows, schema.field("rule").type)}
            columns |= {name: broken[name].cast(schema.field(name).type) for name in schema.names if name != "rule"}
            fresh = pa.concat_tables([fresh, pa.table(columns, schema=schema)])
    return [kept, fresh]


def _difference(old: pa.Table, new: pa.Table) -> list[int]:
    counts = []
    for status in (1, 2, 3):
        now, earlier = (pc.sum(pc.equal(table["s"], status)).as_py() or 0 for table in (new, old))
        counts.append(now - earlier)
    return counts
