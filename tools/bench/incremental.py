"""Re-checking after a change: one case in a hundred has a later decision and another fine."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import duckdb

from mingjing.domain.rules.library import rules
from mingjing.engine.duck import DuckEngine
from mingjing.engine.incremental import open_state, recheck, save_state, take_in
from mingjing.engine.store import connect, open_store
from mingjing.facts.schema import TABLES
from tools.bench import AS_OF, PLACE, memory

CHANGED: Final = "hash(case_id) % 100 = 0"
OWNED: Final = {
    "cases": "case_id IN (SELECT case_id FROM changed)",
    "events": "case_id IN (SELECT case_id FROM changed)",
    "documents": "case_id IN (SELECT case_id FROM changed)",
    "media": "case_id IN (SELECT case_id FROM changed)",
    "remedies": "case_id IN (SELECT case_id FROM changed)",
    "referrals": "case_id IN (SELECT case_id FROM changed)",
    "participants": "event_id IN (SELECT event_id FROM changed_events)",
    "disclosures": "subject IN ('case', 'license') AND subject_id IN (SELECT case_id FROM changed)",
}
ALTERED: Final = {
    "cases": "* REPLACE (fine_fen * 3 AS fine_fen)",
    "events": '* REPLACE (CASE WHEN type = \'decision\' THEN "at" + INTERVAL 9 DAY ELSE "at" END AS "at")',
}


class NotEqualError(AssertionError):
    """Carrying on did not come to the same as judging everything."""


def write_changes(facts: Path, into: Path) -> int:
    """Write the changed rows as standard Parquet; returns the number of changed cases."""
    into.mkdir(parents=True)
    connection = duckdb.connect()

    def read(table: str) -> str:
        return f"read_parquet('{facts / table}.parquet')"

    connection.execute(f"CREATE TABLE changed AS SELECT case_id FROM {read('cases')} WHERE {CHANGED}")
    connection.execute(
        f"CREATE TABLE changed_events AS SELECT event_id FROM {read('events')} SEMI JOIN changed USING (case_id)"
    )
    for table in TABLES:
        if (facts / f"{table}.parquet").exists():
            chosen = f"SELECT {ALTERED.get(table, '*')} FROM {read(table)} WHERE coalesce({OWNED.get(table, 'false')}, false)"
            connection.execute(f"COPY ({chosen}) TO '{into / table}.parquet' (FORMAT parquet)")
    row = connection.execute("SELECT count(*) FROM changed").fetchone()
    return row[0] if row else 0


def run(facts: Path, store: Path, scratch: Path) -> tuple[dict[str, int], dict[str, float]]:
    """Judge, change, carry on, judge everything again; returns the findings and the seconds of each."""
    chosen = list(rules().values())
    seconds: dict[str, float] = {}

    def timed[T](stage: str, work: Callable[[], T]) -> T:
        begun = time.perf_counter()
        done = work()
        seconds[stage] = time.perf_counter() - begun
        return done

    shutil.copytree(store, scratch / "store")
    spill = scratch / "spill"
    connection = connect(memory_limit=memory(), spill=spill)
    first = DuckEngine(connection, open_store(scratch / "store"), as_of=AS_OF, place=PLACE)
    evaluation = timed("judging everything", lambda: first.run(chosen))
    timed("keeping the state", lambda: save_state(scratch, first, evaluation, open_store(scratch / "store")))
    changed = write_changes(facts, scratch / "delivered")
    connection = connect(memory_limit=memory(), spill=spill)
    timed("taking the changes in", lambda: take_in(open_state(scratch), scratch / "delivered", connection))
    begun = time.perf_counter()
    reached: list[float] = []

    def note(_label: str, _share: float) -> None:
        reached.append(time.perf_counter() - begun)

    carried, _ = timed("re-checking", lambda: recheck(open_state(scratch), chosen, connection, progress=note))
    seconds["of it the rules for one case"] = reached[0]
    whole = DuckEngine(
        connect(memory_limit=memory(), spill=spill), open_store(scratch / "store"), as_of=AS_OF, place=PLACE
    )
    again = timed("judging everything again", lambda: whole.run(chosen))
    counts = [[(t.rule.id, t.holds, t.broken, t.not_evaluated) for t in one.tallies] for one in (carried, again)]
    if counts[0] != counts[1]:
        raise NotEqualError([pair for pair in zip(*counts, strict=True) if pair[0] != pair[1]])
    seconds["(cases changed)"] = changed
    return {tally.rule.id: tally.broken for tally in carried.tallies}, seconds
