"""The declared algebra in SQL answers as row by row, on random tables full of blanks."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mingjing.domain.indicators.aggregates import (
    Aggregate,
    AggregateError,
    aggregate_data,
    aggregate_of,
    needs,
    require_declared,
)
from mingjing.domain.indicators.evaluate import RowEvaluator, Tally
from mingjing.domain.indicators.periods import Period, PeriodKind, period_of, periods_up_to
from mingjing.engine.aggregates import SHAPES, open_facts, open_periods, tallies
from mingjing.facts.cast import arrow_schema
from mingjing.facts.schema import TABLES

PERIODS = periods_up_to(PeriodKind.QUARTER, date(2026, 6, 30), 3)
DECLARED: tuple[dict[str, Any], ...] = (
    {"table": "remedies", "measure": "count", "when": "filed_at"},
    {
        "table": "remedies",
        "measure": "share",
        "when": "decided_at",
        "where": [{"column": "kind", "is": "litigation"}],
        "meets": [{"column": "outcome", "in": ["revoked", "altered"]}],
    },
    {
        "table": "remedies",
        "measure": "share",
        "when": "hearing_on",
        "where": [{"column": "case_id.kind", "is_not": "license"}],
        "meets": [{"column": "head_attended", "is": True}],
    },
    {"table": "cases", "measure": "median", "of": "fine_fen", "when": "found_on"},
    {"table": "cases", "measure": "sum", "of": "fine_fen", "when": "found_on", "where": [{"column": "disclosure_exempt", "blank": True}]},
    {"table": "cases", "measure": "count", "when": "found_on", "where": [{"column": "tier_departure", "is_not": "heavier"}]},
    {"table": "cases", "measure": "count", "when": {"column": "found_on", "lies": "up_to"}, "where": [{"column": "fine_fen", "at_least": 3}]},
    {"table": "training", "measure": "sum", "of": "hours", "when": "held_on", "once_by": ["provider", "kind", "held_on", "hours"], "where": [{"column": "provider", "is": "agency"}]},
    {"table": "training", "measure": "count", "when": "held_on", "once_by": ["held_on"]},
    {"table": "training", "measure": "sum", "of": "hours", "when": "held_on", "whole_place": True, "once_by": ["held_on", "hours"]},
    {
        "table": "officers",
        "measure": "share",
        "when": {"column": "joined_on", "lies": "in_force", "until": "left_on"},
        "meets": [{"related": "training", "by": "officer_id", "measure": "sum", "of": "hours", "when": "held_on", "at_least": 5}],
    },
    {
        "table": "officers",
        "measure": "share",
        "when": {"column": "joined_on", "lies": "in_force", "until": "left_on"},
        "where": [{"column": "legal_qualification_on", "filled": True}],
        "meets": [{"related": "training", "by": "officer_id", "where": [{"column": "kind", "is": "skill"}], "at_most": 1, "when": "held_on"}],
    },
    {
        "table": "officer_roles",
        "measure": "count",
        "when": {"column": "from", "lies": "in_force", "until": "until"},
        "where": [{"column": "role", "is": "legal_reviewer"}, {"column": "officer_id.left_on", "is_not": "2026-01-01"}],
        "once_by": ["officer_id"],
    },
)  # fmt: skip


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


DAYS = st.integers(0, 400).map(lambda days: date(2025, 8, 1) + timedelta(days=days))
MOMENTS = DAYS.map(lambda day: datetime(day.year, day.month, day.day, 23, 30))
AGENCIES = maybe(st.sampled_from(["A1", "A2", "A9"]))
TABLE_ROWS: Mapping[str, st.SearchStrategy[dict[str, Any]]] = {
    "agencies": st.fixed_dictionaries({"agency_id": st.sampled_from(["A1", "A2"])}),
    "cases": st.fixed_dictionaries(
        {
            "case_id": st.sampled_from([f"C{n}" for n in range(6)]),
            "kind": maybe(st.sampled_from(["penalty", "license"])),
            "agency_id": AGENCIES,
            "found_on": maybe(DAYS),
            "fine_fen": maybe(st.integers(0, 9)),
            "tier_departure": maybe(st.sampled_from(["lighter", "heavier"])),
            "disclosure_exempt": maybe(st.just("涉密")),
        }
    ),
    "remedies": st.fixed_dictionaries(
        {
            "remedy_id": st.uuids().map(str),
            "kind": maybe(st.sampled_from(["litigation", "reconsideration"])),
            "case_id": maybe(st.sampled_from([f"C{n}" for n in range(8)])),
            "filed_at": maybe(MOMENTS),
            "decided_at": maybe(MOMENTS),
            "hearing_on": maybe(DAYS),
            "outcome": maybe(st.sampled_from(["revoked", "upheld"])),
            "head_attended": maybe(st.booleans()),
        }
    ),
    "officers": st.fixed_dictionaries(
        {
            "officer_id": st.sampled_from([f"P{n}" for n in range(5)]),
            "agency_id": AGENCIES,
            "joined_on": maybe(DAYS),
            "left_on": maybe(DAYS),
            "legal_qualification_on": maybe(DAYS),
        }
    ),
    "officer_roles": st.fixed_dictionaries(
        {
            "officer_id": st.sampled_from([f"P{n}" for n in range(7)]),
            "role": st.sampled_from(["officer", "legal_reviewer"]),
            "from": maybe(DAYS),
            "until": maybe(DAYS),
        }
    ),
    "training": st.fixed_dictionaries(
        {
            "officer_id": st.sampled_from([f"P{n}" for n in range(6)]),
            "provider": maybe(st.sampled_from(["justice_bureau", "agency"])),
            "kind": maybe(st.sampled_from(["skill", "public_law"])),
            # few days, so that the same course is met twice
            "held_on": maybe(st.sampled_from([date(2026, 1, 5), date(2026, 1, 6), date(2026, 5, 4)])),
            "hours": maybe(st.sampled_from([1.0, 2.5, 4.0])),
        }
    ),
}
KEYED = {"agencies", "cases", "officers"}


@st.composite
def facts(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    made = {}
    for name, rows in TABLE_ROWS.items():
        found = draw(st.lists(rows, max_size=10))
        if name in KEYED:
            key = TABLES[name].key[0]
            found = list({row[key]: row for row in found}.values())
        made[name] = found
    return made


def columns_of(folder: Path, tables: Mapping[str, list[dict[str, Any]]]) -> duckdb.DuckDBPyConnection:
    for name, rows in tables.items():
        full = [dict.fromkeys(arrow_schema(TABLES[name]).names) | row for row in rows]
        pq.write_table(pa.Table.from_pylist(full, arrow_schema(TABLES[name])), folder / f"{name}.parquet")
    connection = duckdb.connect()
    open_facts(connection, folder)
    open_periods(connection, PERIODS)
    return connection


def slow(tables: Mapping[str, list[dict[str, Any]]], one: Aggregate, period: Period) -> dict[str | None, Tally]:
    return RowEvaluator(tables, SHAPES).tallies(one, period)


class TestAgreement:
    @settings(max_examples=40)
    @given(tables=facts())
    def test_columns_answer_as_rows_do(self, tables: dict[str, list[dict[str, Any]]], tmp_path_factory: Any) -> None:
        with columns_of(tmp_path_factory.mktemp("facts"), tables) as connection:
            for data in DECLARED:
                one = aggregate_of(data)
                fast = tallies(connection, one)
                expected = {(p.key, agency): tally for p in PERIODS for agency, tally in slow(tables, one, p).items()}
                assert fast == expected, data


class TestDeclaring:
    @pytest.mark.parametrize("data", DECLARED)
    def test_what_is_written_is_read_again(self, data: dict[str, Any]) -> None:
        one = aggregate_of(data)
        require_declared(one, SHAPES)
        assert aggregate_of(aggregate_data(one)) == one
        assert one.table in needs(one, SHAPES)

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            ({"table": "secrets"}, "没有“secrets”"),
            ({"table": "cases", "where": [{"column": "password", "is": 1}]}, "没有“password”"),
            ({"table": "cases", "where": [{"column": "fine_fen.kind", "is": 1}]}, "不能接着"),
            ({"table": "cases", "measure": "sum"}, "对哪一列"),
            ({"table": "cases", "measure": "share"}, "什么条件"),
            ({"table": "parties"}, "没有执法主体"),
            (
                {"table": "officers", "where": [{"related": "cases", "by": "party_id", "at_least": 1}]},
                "不指向",
            ),
        ],
    )
    def test_what_is_not_declared_is_refused(self, data: dict[str, Any], words: str) -> None:
        with pytest.raises(AggregateError, match=words):
            require_declared(aggregate_of(data), SHAPES)

    @pytest.mark.parametrize(
        "data",
        [
            {"table": "cases", "sql": "DROP TABLE x"},
            {"table": "cases", "measure": "max"},
            {"table": "cases", "where": [{"column": "kind", "is": "x", "in": ["y"]}]},
            {"table": "cases", "where": [{"column": "fine_fen", "at_least": "many"}]},
            {"table": "cases", "where": "kind = 1"},
            {"table": "cases", "when": {"column": "found_on", "lies": "in_force"}},
            {"table": "cases", "where": [{"related": "events", "by": "case_id"}]},
        ],
    )
    def test_what_is_no_word_of_the_algebra_is_refused(self, data: dict[str, Any]) -> None:
        with pytest.raises(AggregateError):
            aggregate_of(data)

    def test_quotes_in_a_value_stay_a_value(self, tmp_path: Path) -> None:
        one = aggregate_of({"table": "cases", "when": "found_on", "where": [{"column": "kind", "is": "x' OR '1'='1"}]})
        tables = {"cases": [{"case_id": "C1", "kind": "penalty", "found_on": date(2026, 5, 1)}]}
        with columns_of(tmp_path, tables) as connection:
            assert tallies(connection, one) == {}


def test_a_median_is_that_of_hand(tmp_path: Path) -> None:
    one = aggregate_of({"table": "cases", "measure": "median", "of": "fine_fen", "when": "found_on"})
    rows = [
        {"case_id": f"C{n}", "agency_id": "A1", "found_on": date(2026, 5, n + 1), "fine_fen": fine}
        for n, fine in enumerate((100, 400, 200, 900))
    ]
    with columns_of(tmp_path, {"cases": rows}) as connection:
        assert tallies(connection, one)[("2026Q2", "A1")].amount == Decimal(300)
    assert slow({"cases": rows}, one, period_of("2026Q2"))["A1"].amount == Decimal(300)
