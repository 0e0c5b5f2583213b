"""Spark on a cluster of two workers finds what DuckDB finds: every finding, in every column."""

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from mingjing.domain.rules.library import rules
from mingjing.engine.duck import DuckEngine, Evaluation
from mingjing.engine.findings import write_findings
from mingjing.engine.spark import SparkEngine, opened_session
from mingjing.engine.store import Store, build_store, connect
from tests.conftest import absent
from tests.oracle.random_facts import write_random_facts
from tools.spark_check import AS_OF, PLACE, demo_store, differences
from tools.spark_cluster import OPTIONS, cluster

pytestmark = [pytest.mark.cluster, pytest.mark.slow, pytest.mark.timeout(1800)]

SEEDS = (7, 137)
CASES = int(os.environ.get("MINGJING_SPARK_CASES", "2000"))
"""Cases of the demonstration; 200000 for the real measure (``make spark-check`` also tells the seconds)."""


@pytest.fixture(scope="module")
def master(java: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A standalone master with two workers, and a session that all tests share."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        absent("pyspark")
    with cluster(tmp_path_factory.mktemp("cluster")) as address, opened_session(address, OPTIONS):
        yield address


def by_duck(store: Store, as_of: date, place: str | None, folder: Path) -> Evaluation:
    with connect(spill=folder / "spill") as connection:
        return DuckEngine(connection, store, as_of=as_of, place=place, keep_statuses=True).run(list(rules().values()))


def by_spark(store: Store, as_of: date, place: str | None, master: str) -> Evaluation:
    engine = SparkEngine(store, as_of=as_of, place=place, master=master, options=OPTIONS, keep_statuses=True)
    return engine.run(list(rules().values()))


def test_finds_what_duckdb_finds(master: str, tmp_path: Path) -> None:
    """One test, because pytest-xdist would start a cluster for each worker that gets one."""
    for seed in SEEDS:
        answers_for_every_subject_alike(seed, master, tmp_path / str(seed))
    writes_the_same_findings(master, tmp_path)


def answers_for_every_subject_alike(seed: int, master: str, tmp_path: Path) -> None:
    facts = write_random_facts(tmp_path / "facts", seed=seed, cases=60)
    with connect() as connection:
        store = build_store(facts.folder, tmp_path / "store", connection=connection)
    duck = by_duck(store, facts.as_of, facts.place, tmp_path)
    spark = by_spark(store, facts.as_of, facts.place, master)
    assert differences(duck, spark) == []
    assert duck.found.schema == spark.found.schema
    # a rule that applies to nothing may have an empty table or none
    answered = {rule: told for rule, told in duck.statuses.items() if told.num_rows}
    assert answered.keys() == {rule for rule, told in spark.statuses.items() if told.num_rows}
    for rule, told in answered.items():
        # what is shown beside an answer counts for breaches only, and those were compared above
        mine, theirs = told.select(["k", "s"]).combine_chunks(), spark.statuses[rule].select(["k", "s"])
        assert theirs.cast(mine.schema).equals(mine), rule


def writes_the_same_findings(master: str, tmp_path: Path) -> None:
    store = demo_store(tmp_path, CASES)
    made = {"duck": by_duck(store, AS_OF, PLACE, tmp_path), "spark": by_spark(store, AS_OF, PLACE, master)}
    assert differences(made["duck"], made["spark"]) == []
    with connect() as connection:
        for name, evaluation in made.items():
            write_findings(connection, store, evaluation, tmp_path / f"{name}.parquet")
    one, other = (parquet.read_table(tmp_path / f"{name}.parquet") for name in made)
    assert one.num_rows > 0
    assert one.equals(other)
