"""A step that could not be read is neither missing nor in order: what turns on it is left open, in every evaluator."""

import random
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from mingjing.domain.rules.library import rule_of, rules
from mingjing.domain.rules.model import Status
from mingjing.engine.duck import DuckEngine
from mingjing.engine.incremental import open_state, recheck, save_state, take_in
from mingjing.engine.store import build_store, connect, open_store
from mingjing.facts.read import read_facts
from tests.engine import test_agreement as agreement
from tests.oracle.random_facts import RandomFacts, write_random_facts

CASES_CSV = """案件编码,案件类型,程序,执法主体,罚款金额（元）,案件状态
1,行政处罚,普通程序,A,500,已结案
2,行政处罚,普通程序,A,500,已结案
"""
EVENTS_CSV = """案件编码,环节类型,时间
1,立案,2026-03-02
1,事先告知,2026-13-45
1,处罚决定,2026-03-20
2,立案,2026-03-02
2,处罚决定,2026-03-20
"""
NOTIFIED = "penalty.prior-notice.before-decision"


def forget_moments(folder: Path, seed: int, share: float) -> None:
    """Take from some events the moment, and from a few of these the type too."""
    chance = random.Random(seed)
    events = parquet.read_table(folder / "events.parquet")
    lost = [chance.random() < share for _ in range(events.num_rows)]
    untyped = [one and chance.random() < 0.1 for one in lost]
    for name, gone in (("at", lost), ("type", untyped)):
        values = [None if away else value for value, away in zip(events[name].to_pylist(), gone, strict=True)]
        place = events.column_names.index(name)
        events = events.set_column(place, events.schema.field(place), pa.array(values, events.schema.field(place).type))
    parquet.write_table(events, folder / "events.parquet")


@pytest.mark.parametrize("seed", [3, 42, 211])
def test_all_evaluators_leave_the_same_cases_open(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def forgetful(folder: Path, *, seed: int, cases: int) -> RandomFacts:
        facts = write_random_facts(folder, seed=seed, cases=cases)
        forget_moments(facts.folder, seed, 0.03)
        return facts

    monkeypatch.setattr(agreement, "write_random_facts", forgetful)
    told = agreement.folder_told(tmp_path, seed)
    evaluated = [tally.rule for tally in told.tallies.values() if tally.evaluated]
    assert [line for rule in evaluated for line in agreement.differences(rule, told)] == []
    assert agreement.differences_from_oracle(told) == []
    assert agreement.miscounted(told) == []
    never_open_else = ("penalty.tier.stated", "penalty.officers.two", "penalty.approver.not-handler")
    assert any(told.tallies[rule_id].not_evaluated for rule_id in never_open_else)


class TestFiles:
    @pytest.fixture
    def source(self, tmp_path: Path) -> Path:
        folder = tmp_path / "exported"
        folder.mkdir()
        (folder / "案件.csv").write_text(CASES_CSV, encoding="utf-8")
        (folder / "办案环节.csv").write_text(EVENTS_CSV, encoding="utf-8")
        return folder

    def test_a_notice_with_an_unreadable_day_is_no_missing_notice(self, source: Path, tmp_path: Path):
        """行政处罚法 art. 44: the notice is on record, its day is not; who has none is still found."""
        read_facts(source, tmp_path / "facts")
        assert statuses(tmp_path) == {"1": Status.NOT_EVALUATED, "2": Status.BROKEN}

    def test_what_is_unread_goes_along_when_the_standard_is_read_again(self, source: Path, tmp_path: Path):
        read_facts(source, tmp_path / "first")
        read_facts(tmp_path / "first", tmp_path / "facts")
        assert statuses(tmp_path) == {"1": Status.NOT_EVALUATED, "2": Status.BROKEN}

    def test_a_correction_that_can_be_read_closes_the_question(self, source: Path, tmp_path: Path):
        read_facts(source, tmp_path / "facts")
        connection, rule = connect(), rule_of(NOTIFIED)
        store = build_store(tmp_path / "facts", tmp_path / "state" / "store", connection=connection)
        assert open_store(store.path) == store and store.unread
        engine = DuckEngine(connection, store, as_of=date(2026, 6, 30))
        state = save_state(tmp_path / "state", engine, engine.run([rule]), store)
        (source / "案件.csv").write_text("\n".join(CASES_CSV.splitlines()[:2]), encoding="utf-8")
        (source / "办案环节.csv").write_text(
            "\n".join(EVENTS_CSV.replace("2026-13-45", "2026-03-05").splitlines()[:4]), encoding="utf-8"
        )
        read_facts(source, tmp_path / "changes")
        take_in(state, tmp_path / "changes", connection)
        carried, _engine = recheck(open_state(tmp_path / "state"), [rule], connection)
        [tally] = carried.tallies
        assert (tally.holds, tally.broken, tally.not_evaluated) == (1, 1, 0)


def statuses(folder: Path) -> dict[str, Status]:
    connection = connect()
    store = build_store(folder / "facts", folder / "store", connection=connection)
    engine = DuckEngine(connection, store, as_of=date(2026, 6, 30), keep_statuses=True)
    found = engine.run([rules()[NOTIFIED]]).statuses[NOTIFIED]
    ids = dict(connection.execute(f"SELECT k, id FROM {store.rows('cases')}").fetchall())
    return {ids[row["k"]]: Status(row["s"]) for row in found.to_pylist()}
