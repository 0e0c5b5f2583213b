"""
Three evaluators agree on random facts: ``check`` row by row, the columns chunk by chunk, and the oracle.

The columns are made by position, and by the SQL alone that a cluster runs; they and ``check`` agree in status, last day, figures and evidence of every subject of every rule; the oracle,
written from the rules' statements alone, gives statuses. Beside fixed seeds one is drawn anew at each run; a failure
names it, and ``MINGJING_SEED`` repeats it.
"""

import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mingjing.domain.rules.library import rules
from mingjing.domain.rules.model import Reckoning, Rule, Status
from mingjing.engine import arrays
from mingjing.engine.duck import DuckEngine, RuleTally
from mingjing.engine.rows import judge_rows, load_facts
from mingjing.engine.store import build_store, connect
from tests.engine.support import TABLE_OF
from tests.oracle.evaluate import Statuses, evaluate
from tests.oracle.random_facts import write_random_facts

SEEDS = (3, 7, 11, 19, 23, 42, 58, 77, 101, 137, 211, 307, 3_913_733)
DRAWN = int(os.environ.get("MINGJING_SEED", random.SystemRandom().randrange(1_000, 10_000_000)))
CASES = 80
CHUNK = 90
"""Few enough that a folder is judged in several chunks."""

NOWHERE = "XX"
"""No place, so that only what holds everywhere applies; the oracle takes ``None`` for that."""

UNSETTLED = {("media.retained", None)}
"""A recording begun after the day of evaluation: not there yet, say check and columns; the oracle judges it."""

Answer = tuple[Status, int | None, tuple[int | None, ...], tuple[int | str, ...]]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What each evaluator told of one folder."""

    tallies: dict[str, RuleTally]
    columns: dict[str, dict[int, Answer]]
    by_sql: dict[str, dict[int, Answer]]
    """What the SQL alone tells, which is what a cluster runs."""
    rows: Mapping[str, Mapping[int, Reckoning]]
    oracle: dict[str, Statuses]
    ids: dict[str, dict[int, str]]


def folder_told(folder: Path, seed: int) -> Told:
    facts = write_random_facts(folder / "facts", seed=seed, cases=CASES)
    place = facts.place or NOWHERE
    connection = connect()
    store = build_store(facts.folder, folder / "store", connection=connection)
    chosen = tuple(rules().values())
    circumstances: dict[str, Any] = {"as_of": facts.as_of, "place": place, "keep_statuses": True}
    evaluation = DuckEngine(connection, store, chunk_cases=CHUNK, **circumstances).run(chosen)
    by_sql = DuckEngine(connection, store, by_sql=True, **circumstances).run(chosen)
    evaluated = [tally.rule for tally in evaluation.tallies if tally.evaluated]
    columns: dict[str, dict[int, Answer]] = {}
    for rule_id, table in evaluation.statuses.items():
        answers = {row["k"]: answer(row) for row in table.to_pylist()}
        assert len(answers) == table.num_rows, f"{rule_id}: a subject has two answers"
        columns[rule_id] = answers
    by_sql_columns = {
        rule_id: {row["k"]: answer(row) for row in table.to_pylist()} for rule_id, table in by_sql.statuses.items()
    }
    return Told(
        by_sql=by_sql_columns,
        tallies={tally.rule.id: tally for tally in evaluation.tallies},
        columns=columns,
        rows=judge_rows(evaluated, load_facts(connection, store, as_of=facts.as_of, place=place)),
        oracle=evaluate(facts.folder, facts.as_of, facts.place),
        ids={
            table: dict(connection.execute(f"SELECT k, id FROM read_parquet({store.file(table)})").fetchall())
            for table in set(TABLE_OF.values())
        },
    )


def answer(row: Mapping[str, int | None]) -> Answer:
    status = row["s"]
    assert status is not None
    values = tuple(row[f"v{number}"] for number in range(1, 5))
    evidence = tuple(key for number in range(1, 5) if (key := row[f"x{number}"]) is not None)
    return Status(status), row["due"], values, evidence


def in_full(reckoning: Reckoning) -> Answer:
    values = (*reckoning.values, *(None,) * (4 - len(reckoning.values)))
    return reckoning.status, reckoning.due, values, tuple(key for _, key in reckoning.evidence)


def differences(rule: Rule, told: Told) -> list[str]:
    """Where columns and rows differ: of a breach in everything, else in the status."""
    columns, rows = told.columns.get(rule.id, {}), told.rows[rule.id]
    found = []
    for key in sorted(columns.keys() | rows.keys()):
        said = in_full(rows[key]) if key in rows else None
        other = columns.get(key)
        if said is None or other is None or said[0] is not other[0] or (said[0] is Status.BROKEN and said != other):
            found.append(f"{rule.id} {told.ids[TABLE_OF[rule.subject]][key]}: rows {said}, columns {other}")
    return found


def differences_from_sql(told: Told) -> list[str]:
    """Where what is made by position differs from what SQL makes: of a breach in everything, else in the status."""
    found = []
    for rule_id in told.columns.keys() | told.by_sql.keys():
        one, other = told.columns.get(rule_id, {}), told.by_sql.get(rule_id, {})
        for key in sorted(one.keys() | other.keys()):
            first, second = one.get(key), other.get(key)
            broken = Status.BROKEN in {answer[0] for answer in (first, second) if answer is not None}
            if (first != second) if broken else ((first and first[0]) != (second and second[0])):
                found.append(f"{rule_id} {key}: by position {first}, by SQL {second}")
    return found


def differences_from_oracle(told: Told) -> list[str]:
    """Where the columns differ in status from the oracle."""
    assert told.tallies.keys() == told.oracle.keys()
    found = []
    for rule_id, tally in told.tallies.items():
        wanted = told.oracle[rule_id]
        if not tally.evaluated:
            found += [] if wanted == {"*": "not_evaluated"} else [f"{rule_id}: not evaluated as a whole"]
            continue
        ids = told.ids[TABLE_OF[tally.rule.subject]]
        said = {ids[key]: one[0].name.lower() for key, one in told.columns.get(rule_id, {}).items()}
        found += [
            f"{rule_id} {subject}: columns {said.get(subject)}, oracle {wanted.get(subject)}"
            for subject in sorted(said.keys() | wanted.keys())
            if said.get(subject) != wanted.get(subject) and (rule_id, said.get(subject)) not in UNSETTLED
        ]
    return found


def miscounted(told: Told) -> list[str]:
    """Rules whose tally is not that of their answers."""
    found = []
    for rule_id, tally in told.tallies.items():
        statuses = [one[0] for one in told.columns.get(rule_id, {}).values()]
        counted = [statuses.count(one) for one in (Status.HOLDS, Status.BROKEN, Status.NOT_EVALUATED)]
        if counted != [tally.holds, tally.broken, tally.not_evaluated]:
            found.append(f"{rule_id}: {counted}")
    return found


@pytest.mark.parametrize("seed", [*SEEDS, pytest.param(DRAWN, id="drawn")])
def test_all_evaluators_agree(seed: int, tmp_path: Path, record_property: Callable[[str, object], None]):
    record_property("seed", seed)
    told = folder_told(tmp_path, seed)
    evaluated = [tally.rule for tally in told.tallies.values() if tally.evaluated]
    assert [line for rule in evaluated for line in differences(rule, told)] == [], f"rows and columns, seed {seed}"
    assert differences_from_sql(told) == [], f"by position and by SQL, seed {seed}"
    assert differences_from_oracle(told) == [], f"columns and oracle, seed {seed}"
    assert miscounted(told) == [], f"seed {seed}"
    assert sum(tally.broken for tally in told.tallies.values()) > CASES, "little is learnt from facts without breaches"


def test_rows_that_come_back_in_another_order_are_put_in_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Of large chunks several threads read the rows; here of small ones too."""
    facts = write_random_facts(tmp_path / "facts", 11, cases=80)
    answers = []
    for batch in (arrays.BATCH, 3):
        monkeypatch.setattr(arrays, "BATCH", batch)
        with connect(threads=4) as connection:
            store = build_store(facts.folder, tmp_path / f"store-{batch}", connection=connection)
            found = DuckEngine(connection, store, as_of=facts.as_of, place=facts.place).run(list(rules().values()))
        answers.append([(one.holds, one.broken, one.not_evaluated) for one in found.tallies])
    assert answers[0] == answers[1]


def test_every_rule_can_be_judged_alone(tmp_path: Path):
    facts = write_random_facts(tmp_path / "facts", 3, cases=20)
    with connect() as connection:
        store = build_store(facts.folder, tmp_path / "store", connection=connection)
        engine = DuckEngine(connection, store, as_of=facts.as_of, place=facts.place)
        together = engine.run(list(rules().values()))
        for one in together.tallies:
            [alone] = engine.run([one.rule]).tallies
            assert (alone.holds, alone.broken) == (one.holds, one.broken), one.rule.id
