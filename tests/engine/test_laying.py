"""Laying events out in one pass: the same store as by the queries, and nothing of it where a file lies otherwise."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from mingjing.contexts.demo.usecases import generate_demo
from mingjing.engine import laying
from mingjing.engine import store as stores
from mingjing.engine.store import build_store, connect
from tests.oracle.random_facts import write_random_facts

ALL = {"events", "participants", "documents"}
Change = Callable[[pa.Table], pa.Table]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The facts of a small district."""
    folder = tmp_path_factory.mktemp("demo")
    generate_demo(out_dir=folder, cases=600, seed=5, as_of=date(2026, 11, 20), violations=0.05)
    return folder


def contents(folder: Path, name: str) -> list[tuple[object, ...]]:
    table = pq.read_table(folder / f"{name}.parquet")
    rows = [tuple(row.values()) for row in table.to_pylist()]
    if "e" in table.column_names and name != "media":
        keys = table["e"].to_pylist()
        assert keys == sorted(keys)
    # Rows of one event stand in no order of their own.
    return rows if name == "events" else sorted(rows, key=repr)


def laid_out(facts: Path, into: Path, monkeypatch: pytest.MonkeyPatch, rows: int = 997) -> set[str]:
    """Build the store in both ways, hold them equal, and say what was laid out in one pass."""
    laid: list[frozenset[str]] = []

    def watched(*given: object) -> frozenset[str]:
        laid.append(laying.lay_out(*given))  # type: ignore[arg-type]
        return laid[-1]

    monkeypatch.setattr(laying, "ROWS", rows)
    monkeypatch.setattr(stores, "lay_out", watched)
    build_store(facts, into / "one", connection=connect())
    monkeypatch.setattr(stores, "lay_out", lambda *_: frozenset())
    build_store(facts, into / "other", connection=connect())
    names = {file.name for file in (into / "other").iterdir()}
    assert {file.name for file in (into / "one").iterdir()} == names
    for name in ("cases", "media", *sorted(ALL)):
        one, other = (pq.read_schema(into / way / f"{name}.parquet") for way in ("one", "other"))
        assert [(field.name, field.type) for field in one] == [(field.name, field.type) for field in other], name
        assert contents(into / "one", name) == contents(into / "other", name), name
    return set(laid[0])


def changed(facts: Path, into: Path, table: str, change: Change) -> Path:
    """The same facts with one table changed."""
    into.mkdir()
    for file in facts.glob("*.parquet"):
        rows = pq.read_table(file)
        pq.write_table(change(rows) if file.stem == table else rows, into / file.name)
    return into


def backwards(rows: pa.Table) -> pa.Table:
    return rows.take(pa.array(range(rows.num_rows - 1, -1, -1)))


def twice(rows: pa.Table) -> pa.Table:
    return pa.concat_tables([rows, rows.slice(0, 1)])


def first_case_last(rows: pa.Table) -> pa.Table:
    return pa.concat_tables([rows.slice(1), rows.slice(0, 1)])


def backwards_within_cases(rows: pa.Table) -> pa.Table:
    order = sorted(range(rows.num_rows), key=lambda n: (rows["case_id"][n].as_py(), -n))
    return rows.take(pa.array(order))


def replaced(column: str, new: Callable[[list[object]], list[object]]) -> Change:
    def change(rows: pa.Table) -> pa.Table:
        made = pa.array(new(rows[column].to_pylist()), rows.schema.field(column).type)
        return rows.set_column(rows.schema.get_field_index(column), column, made)

    return change


def nowhere_at(place: int, text: str | None) -> Callable[[list[object]], list[object]]:
    return lambda values: [*values[:place], text, *values[place + 1 :]]


def random_ids(values: list[object]) -> list[object]:
    """Ids of no order, and of different lengths."""
    return [value if value is None else f"{hash(('x', value)) % 997}-{value}" for value in values]


def test_a_district_is_laid_out_in_one_pass(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert laid_out(demo, tmp_path, monkeypatch) == ALL
    events = pq.read_table(tmp_path / "one" / "events.parquet")
    assert events["about"].null_count < events.num_rows > 2_000
    assert pc.sum(events["proposed"]).as_py() > 0


@pytest.mark.parametrize("rows", [53, 1_000_000])
def test_however_many_are_looked_at_together(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    few = changed(demo, tmp_path / "few", "none", lambda table: table)
    assert laid_out(few, tmp_path, monkeypatch, rows) == ALL


@pytest.mark.parametrize(
    ("table", "change", "laid"),
    [
        ("events", backwards, set()),
        ("events", twice, set()),
        ("events", first_case_last, set()),
        ("events", replaced("about_event_id", nowhere_at(30, "nothing")), set()),
        ("events", replaced("case_id", nowhere_at(20, "nothing")), set()),
        ("events", replaced("case_id", nowhere_at(20, None)), set()),
        ("events", replaced("type", nowhere_at(20, "unheard")), ALL),
        ("events", replaced("place", lambda values: ["  " if n % 3 else " x " for n in range(len(values))]), ALL),
        ("events", replaced("penalties", lambda values: ["fine|?" if n % 3 else " " for n in range(len(values))]), ALL),
        ("events", lambda rows: rows.drop_columns("urgent"), set()),
        ("events", lambda rows: rows.slice(0, 0), set()),
        ("participants", backwards, ALL - {"participants"}),
        ("participants", replaced("event_id", nowhere_at(40, "nothing")), ALL - {"participants"}),
        ("participants", replaced("officer_id", nowhere_at(40, "nobody")), ALL),
        ("participants", lambda rows: rows.slice(0, 0), ALL - {"participants"}),
        ("documents", backwards, ALL - {"documents"}),
        ("documents", replaced("event_id", nowhere_at(40, None)), ALL),
        ("documents", replaced("elements", lambda values: ["a||rights_told"] * len(values)), ALL),
        ("documents", lambda rows: rows.slice(rows.num_rows // 2), ALL),
        ("cases", lambda rows: rows.filter(pc.not_equal(rows["case_id"], rows["case_id"][3])), set()),
        ("cases", backwards, set()),
    ],
)
def test_what_lies_otherwise_is_left_to_the_queries(
    demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, change: Change, laid: set[str]
) -> None:
    facts = changed(demo, tmp_path / "facts", table, change)
    assert laid_out(facts, tmp_path, monkeypatch) == laid


def test_events_of_a_case_are_put_in_order(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = changed(demo, tmp_path / "facts", "events", backwards_within_cases)
    assert "events" in laid_out(facts, tmp_path, monkeypatch)


def test_ids_of_any_form_are_found(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = demo
    for table, columns in {
        "events": ("event_id", "about_event_id"),
        "participants": ("event_id",),
        "documents": ("event_id",),
        "media": ("event_id",),
    }.items():
        for column in columns:
            facts = changed(facts, tmp_path / f"{table}-{column}", table, replaced(column, random_ids))
    assert laid_out(facts, tmp_path, monkeypatch) == ALL


def test_undated_events_are_left_out(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    named = set(pq.read_table(demo / "events.parquet")["about_event_id"].to_pylist())
    for table in ("participants", "documents"):
        named |= set(pq.read_table(demo / f"{table}.parquet")["event_id"].to_pylist())
    ids = pq.read_table(demo / "events.parquet")["event_id"].to_pylist()
    alone = next(place for place, one in enumerate(ids) if one not in named)
    facts = changed(demo, tmp_path / "facts", "events", replaced("at", nowhere_at(alone, None)))
    assert laid_out(facts, tmp_path, monkeypatch) == ALL
    assert pq.read_metadata(tmp_path / "one" / "events.parquet").num_rows == len(ids) - 1


@pytest.mark.parametrize("seed", [3, 11, 42, 3_913_733])
def test_random_facts_make_the_same_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    facts = write_random_facts(tmp_path / "facts", seed=seed, cases=80)
    laid_out(facts.folder, tmp_path, monkeypatch)
