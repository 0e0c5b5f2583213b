"""Carrying a result on after a change equals judging everything again."""

from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from mingjing.domain.rules.library import rule_of, rules
from mingjing.engine.duck import DuckEngine, Evaluation
from mingjing.engine.findings import write_findings
from mingjing.engine.incremental import StateMismatchError, open_state, recheck, save_state, take_in
from mingjing.engine.store import STORE_VERSION, build_store, connect
from mingjing.facts.schema import TABLES
from tests.engine.support import write_facts
from tests.oracle.random_facts import RandomFacts, write_random_facts

BY_CASE = {
    "events": "case_id",
    "documents": "case_id",
    "media": "case_id",
    "remedies": "case_id",
    "referrals": "case_id",
}


class Change:
    """A folder of changed facts, and the folder that holds everything as it is then."""

    def __init__(self, base: Path, folder: Path, cases: str, visits: str) -> None:
        self.base, self.changes, self.merged = base, folder / "changes", folder / "merged"
        self.connection = duckdb.connect()
        for place in (self.changes, self.merged):
            place.mkdir(parents=True)
        self.connection.execute(f"CREATE TABLE c AS SELECT case_id FROM {self.read('cases')} WHERE {cases}")
        self.connection.execute(
            f"CREATE TABLE v AS SELECT inspection_id FROM {self.read('inspections')} WHERE {visits}"
        )
        self.connection.execute(
            f"CREATE TABLE e AS SELECT event_id FROM {self.read('events')} WHERE case_id IN (SELECT case_id FROM c)"
        )
        for table in TABLES:
            self._write(table)

    def read(self, table: str) -> str:
        return f"read_parquet('{self.base / table}.parquet')"

    def _write(self, table: str) -> None:
        owned = {
            "cases": "case_id IN (SELECT case_id FROM c)",
            **{name: f"{column} IN (SELECT case_id FROM c)" for name, column in BY_CASE.items()},
            "participants": "event_id IN (SELECT event_id FROM e)",
            "disclosures": "subject IN ('case', 'license') AND subject_id IN (SELECT case_id FROM c)",
            "inspections": "inspection_id IN (SELECT inspection_id FROM v)",
            "inspection_officers": "inspection_id IN (SELECT inspection_id FROM v)",
        }.get(table, "false")
        # The merged folder keeps the order of the file, on which ties rest; what is new comes last.
        numbered = self.read(table).replace("')", "', file_row_number=true)")
        changed = self._altered(table, f"SELECT * FROM {numbered} WHERE coalesce({owned}, false)")
        kept = f"SELECT * FROM {numbered} WHERE NOT coalesce({owned}, false)"
        for folder, query in ((self.changes, changed), (self.merged, f"{kept} UNION ALL {changed}")):
            ordered = f"SELECT * EXCLUDE (file_row_number) FROM ({query}) ORDER BY file_row_number"
            self.connection.execute(f"COPY ({ordered}) TO '{folder / table}.parquet' (FORMAT parquet)")

    def _altered(self, table: str, query: str) -> str:
        if table == "cases":
            renewed = "SELECT * REPLACE (fine_fen * 3 AS fine_fen, 'open' AS status, NULL AS tier) FROM"
            fresh = "SELECT * REPLACE (case_id || '-new' AS case_id, file_row_number + 1000000 AS file_row_number) FROM"
            return f"{renewed} ({query}) UNION ALL {fresh} ({query})"
        if table == "events":
            later = 'SELECT * REPLACE ("at" + INTERVAL 9 DAY AS "at") FROM'
            # What a copy's steps are about lies in the other case, and so is nothing.
            fresh = "SELECT * REPLACE (case_id || '-new' AS case_id, event_id || '-new' AS event_id, file_row_number + 1000000 AS file_row_number) FROM"
            thinned = f"SELECT * FROM ({query}) WHERE type NOT IN ('prior_notice', 'legal_review')"
            return f"{later} ({thinned}) UNION ALL {fresh} ({query})"
        if table == "participants":
            fresh = (
                "SELECT * REPLACE (event_id || '-new' AS event_id, file_row_number + 1000000 AS file_row_number) FROM"
            )
            return f"SELECT * FROM ({query}) UNION ALL {fresh} ({query})"
        if table == "inspections":
            joint = "CASE WHEN joint_id IS NULL THEN 'joint-' || inspection_id END AS joint_id"
            return f"SELECT * REPLACE (started_at + INTERVAL 3 DAY AS started_at, 'none' AS result, {joint}) FROM ({query})"
        return query


def result(evaluation: Evaluation, engine: DuckEngine, path: Path) -> tuple[list[dict[str, object]], dict[str, object]]:
    write_findings(engine.connection, engine.store, evaluation, path)
    rows = pq.read_table(path).to_pylist()
    counts = {
        tally.rule.id: (tally.evaluated, tally.holds, tally.broken, tally.not_evaluated) for tally in evaluation.tallies
    }
    return sorted(rows, key=lambda row: (row["rule_id"], row["subject_id"])), counts


def state_of(facts: RandomFacts, folder: Path) -> None:
    connection = connect()
    store = build_store(facts.folder, folder / "store", connection=connection)
    engine = DuckEngine(connection, store, as_of=facts.as_of, place=facts.place)
    save_state(folder, engine, engine.run(list(rules().values())), store)


@pytest.mark.parametrize("seed", [3, 8, 21])
def test_equals_judging_everything_again(tmp_path: Path, seed: int) -> None:
    facts = write_random_facts(tmp_path / "facts", seed, cases=80)
    state_of(facts, tmp_path / "state")
    change = Change(facts.folder, tmp_path, "hash(case_id) % 8 = 0", "hash(inspection_id) % 6 = 0")
    connection = connect()
    take_in(open_state(tmp_path / "state"), change.changes, connection)
    carried = result(
        *recheck(open_state(tmp_path / "state"), list(rules().values()), connection), tmp_path / "a.parquet"
    )

    other = connect()
    store = build_store(change.merged, tmp_path / "whole", connection=other)
    engine = DuckEngine(other, store, as_of=facts.as_of, place=facts.place)
    whole = result(engine.run(list(rules().values())), engine, tmp_path / "b.parquet")
    assert carried[1] == whole[1]
    assert [row for row in carried[0] if row not in whole[0]] == [row for row in whole[0] if row not in carried[0]]


def test_a_second_change_follows_the_first(tmp_path: Path) -> None:
    facts = write_random_facts(tmp_path / "facts", 5, cases=60)
    state_of(facts, tmp_path / "state")
    connection = connect()
    base = facts.folder
    for step, condition in enumerate(("hash(case_id) % 9 = 0", "hash(case_id) % 9 = 1")):
        change = Change(base, tmp_path / str(step), condition, "false")
        take_in(open_state(tmp_path / "state"), change.changes, connection)
        carried, _engine = recheck(open_state(tmp_path / "state"), list(rules().values()), connection)
        base = change.merged
    other = connect()
    store = build_store(base, tmp_path / "whole", connection=other)
    whole = DuckEngine(other, store, as_of=facts.as_of, place=facts.place).run(list(rules().values()))
    assert [(t.rule.id, t.holds, t.broken, t.not_evaluated) for t in carried.tallies] == [
        (t.rule.id, t.holds, t.broken, t.not_evaluated) for t in whole.tallies
    ]
    assert open_state(tmp_path / "state").watermark == 2


SAME_AGENCY = "penalty.officers.same-agency"


@pytest.mark.parametrize("changes", ["the case", "its visit"])
def test_a_visit_speaks_for_its_case_whichever_of_them_was_delivered(tmp_path: Path, changes: str) -> None:
    """A stranger may handle a case that came from a joint visit."""
    facts = {
        "agencies": [{"agency_id": one, "name": one, "level": "county"} for one in ("A1", "A2")],
        "officers": [{"officer_id": "O1", "agency_id": "A2", "name": "甲"}],
        "cases": [{"case_id": "C1", "kind": "penalty", "procedure": "ordinary", "agency_id": "A1"}],
        "events": [{"event_id": "E1", "case_id": "C1", "type": "filing", "at": "2026-03-02"}],
        "participants": [{"event_id": "E1", "officer_id": "O1", "role": "handler"}],
        "inspections": [{"inspection_id": "V1", "agency_id": "A1", "case_id": "C1", "joint_id": "J1"}],
    }
    only = [rule_of(SAME_AGENCY)]
    write_facts(tmp_path / "facts", facts)
    connection = connect()
    store = build_store(tmp_path / "facts", tmp_path / "state" / "store", connection=connection)
    engine = DuckEngine(connection, store, as_of=date(2026, 6, 1))
    first = engine.run(only)
    assert (first.tallies[0].holds, first.tallies[0].broken) == (1, 0)
    save_state(tmp_path / "state", engine, first, store)
    if changes == "the case":
        delivered = {name: facts[name] for name in ("cases", "events", "participants")}
    else:
        delivered = {"inspections": [facts["inspections"][0] | {"joint_id": None}]}
    write_facts(tmp_path / "changes", delivered)
    take_in(open_state(tmp_path / "state"), tmp_path / "changes", connection)
    carried, _engine = recheck(open_state(tmp_path / "state"), only, connection)
    [tally] = carried.tallies
    assert (tally.holds, tally.broken) == ((1, 0) if changes == "the case" else (0, 1))


def test_other_rules_are_refused(tmp_path: Path) -> None:
    facts = write_random_facts(tmp_path / "facts", 5, cases=10)
    state_of(facts, tmp_path / "state")
    with pytest.raises(StateMismatchError):
        recheck(open_state(tmp_path / "state"), list(rules().values())[:3], connect())


def test_a_state_of_an_older_layout_is_told(tmp_path: Path) -> None:
    facts = write_random_facts(tmp_path / "facts", 5, cases=10)
    state_of(facts, tmp_path / "state")
    told = tmp_path / "state" / "store" / "store.json"
    told.write_text(told.read_text().replace(f'"version": {STORE_VERSION}', '"version": 1'))
    with pytest.raises(StateMismatchError, match="以前的版本"):
        open_state(tmp_path / "state")


def test_no_state_is_told(tmp_path: Path) -> None:
    with pytest.raises(StateMismatchError):
        open_state(tmp_path)
