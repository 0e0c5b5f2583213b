"""Expressions over rows come to what the database makes of them."""

from datetime import date

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from mingjing.domain.rules.library import rules
from mingjing.engine.columns.frame import names_in
from mingjing.engine.compile import compile_rules
from mingjing.engine.context import AgencyPlace, Context
from mingjing.engine.dialects import DUCKDB
from mingjing.engine.expressions import NotAnExpressionError, Rows, Value, read, shared
from mingjing.engine.kernels.cases import FrameColumns, as_array

A = [None, 0, 1, 2, 3, 5, 172_800_000_001, 30, -4, 1]
B = [1, None, 1, 2, 0, 7, 3, None, 2, 11]
P = [None, True, False, True, True, False, None, False, True, None]
Q = [True, None, False, False, None, True, None, False, True, False]

EXPRESSIONS = (
    *("f.a + f.b * 2 - 3", "f.a - -f.b", "(f.b // 2)", "f.b % 2 = 1", "f.b & 3", "(f.b & 3) = f.b", "f.a + f.p_n"),
    *("f.a < f.b", "f.a <= f.b", "f.a > 1", "f.a >= f.b", "f.a = f.b", "f.a <> f.b", "NULL = f.a", "f.a = NULL"),
    *("f.p AND f.q", "f.p OR f.q", "NOT f.p", "NOT (f.p AND NOT f.q)", "f.p AND NULL", "f.p OR NULL", "NULL AND false"),
    *("f.p OR true", "true AND f.q", "false OR f.q", "NOT NULL", "f.p AND f.p OR f.q AND NOT f.p", "true OR NULL"),
    *("f.a IS NULL", "f.a IS NOT NULL", "(f.p AND f.q) IS NULL", "(f.p OR f.q) IS FALSE", "(f.a > f.b) IS FALSE"),
    *("NULL IS NULL", "NULL IS FALSE", "3 IS NOT NULL", "f.text IS NULL", "(f.a IS NULL) = f.p"),
    *(
        "f.b IN (1)",
        "f.b IN (1, 2, 7)",
        "f.b NOT IN (1, 2)",
        "f.b IN (0, 1, 2, 3, 7, 9)",
        "3 IN (2, 3)",
        "coalesce(f.b IN (1), false)",
    ),
    *(
        "coalesce(f.a, f.b)",
        "coalesce(f.a, 7)",
        "coalesce(NULL, f.a, f.b, 3)",
        "coalesce(f.p, f.q)",
        "coalesce(f.p, false)",
    ),
    *(
        "greatest(f.a, f.b)",
        "least(f.a, f.b)",
        "greatest(f.a, 2)",
        "least(NULL, f.a)",
        "greatest(NULL, NULL)",
        "nullif(f.a, f.b)",
    ),
    *(
        "CASE WHEN f.p THEN f.a WHEN f.q THEN f.b ELSE 3 END",
        "CASE WHEN f.p THEN f.a END",
        "CASE WHEN f.p THEN NULL ELSE f.q END",
    ),
    *(
        "CASE WHEN true THEN f.a ELSE f.b END",
        "CASE WHEN false THEN f.a ELSE f.b END",
        "CASE WHEN NULL THEN 1 ELSE 2 END",
    ),
    *(
        "CASE f.b WHEN 1 THEN 10 WHEN 2 THEN f.a ELSE NULL END",
        "CASE WHEN f.p THEN true WHEN f.q THEN NULL ELSE false END",
    ),
    *("CASE WHEN f.a IS NOT NULL AND f.b IS NOT NULL THEN f.a > f.b END", "CASE WHEN f.p THEN 1 ELSE 0 END + 1"),
    *(
        "CASE WHEN f.p THEN CASE WHEN f.q THEN 90 ELSE 1 END ELSE 60 END * 3",
        "CASE WHEN f.p IS NULL THEN true ELSE f.q END",
    ),
    *("[true, false, true][f.b + 1]", "[false, true][2]", "[true, false][9]", "NOT [true, true][f.b]"),
    *(
        "cl.through[greatest(f.b - cl.day_before, 0)]",
        "cl.through[greatest(f.b, 0)] + 1",
        "cl.through[2]",
        "cl.through[50]",
    ),
    *(
        "CAST(f.p AS INTEGER) + f.b",
        "CAST(f.a AS BIGINT) * 2",
        "CAST(NULL AS BIGINT)",
        "CAST(CASE WHEN f.p THEN 2 ELSE 1 END AS TINYINT)",
    ),
    "(CAST(DATE '1970-01-01' + CAST(f.day AS INTEGER) + to_months(CAST(f.b AS INTEGER)) AS DATE) - DATE '1970-01-01')",
    "(CAST(DATE '1970-01-01' + CAST(f.day AS INTEGER) + to_months(CAST(-(3) AS INTEGER)) AS DATE) - DATE '1970-01-01')",
    "(CASE WHEN ((f.a) // (2)) <> ((f.b) // (2)) THEN f.a < f.b WHEN (f.a) % 2 = 1 AND (f.b) % 2 = 1 THEN f.a < f.b END)",
    "1 = CAST(true AS INTEGER) AND (0 = 0) = true",
)


@pytest.fixture(scope="module")
def frame() -> pa.Table:
    days = [19_753, 19_782, 0, 10_956, 20_000, None, 18_321, 59, 365, 19_753]
    return pa.table(
        {
            "a": pa.array(A, pa.int64()),
            "b": pa.array(B, pa.int32()),
            "p": pa.array(P, pa.bool_()),
            "q": pa.array(Q, pa.bool_()),
            "p_n": pa.array([0 if one is None else 1 for one in P], pa.int8()),
            "day": pa.array(days, pa.int32()),
            "text": pa.array(["x" if one else None for one in P]),
        }
    )


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_what_the_database_makes_of_it(frame: pa.Table, text: str) -> None:
    connection = duckdb.connect()
    connection.register("frame", frame)
    connection.execute("CREATE TABLE cl AS SELECT [4, NULL, 6, 7, 9, 12]::INTEGER[] AS through, 1 AS day_before")
    wanted = connection.execute(f"SELECT CAST({text} AS BIGINT) AS w FROM frame f CROSS JOIN cl").to_arrow_table()["w"]
    through = Value(np.array([4, 0, 6, 7, 9, 12]), np.array([False, True, False, False, False, False]))
    columns = FrameColumns(
        {name: frame[name].combine_chunks() for name in frame.column_names},
        {},
        {"through": through, "day_before": Value(1)},
    )
    at = np.arange(frame.num_rows)
    assert as_array(columns.rows(at).value(read(text)), len(at), pa.int64()).to_pylist() == wanted.to_pylist()
    # and no otherwise for few rows, of which all or none may be null
    for one in range(frame.num_rows):
        found = as_array(columns.rows(at[one : one + 1]).value(read(text)), 1, pa.int64()).to_pylist()
        assert found == [wanted[one].as_py()]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "f.a +",
        "f.a || 'x'",
        "sum(f.a)",
        "f.a BETWEEN 1 AND 2",
        "f.a IN (f.b)",
        "(f.a",
        "f.a b",
        "1.5 * f.a",
        "a",
        "CAST(f.a AS TEXT)",
    ],
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(NotAnExpressionError):
        read(text)


def test_a_flag_is_not_the_number_that_stands_for_it() -> None:
    rows = Rows(lambda _, name: Value(np.array([1, 0])))
    assert rows.value(read("CASE WHEN f.x = 1 THEN true ELSE false END")).v.dtype == np.bool_
    assert rows.value(read("CASE WHEN f.x = 1 THEN 1 ELSE 0 END")).v.dtype == np.int64


def test_nodes_that_several_share_are_told() -> None:
    one, other = read("f.shared + 1 > f.own"), read("f.shared + 1 < 9")
    assert read("f.shared + 1") in shared([one, other])
    assert read("f.own") not in shared([one, other])
    asked: list[str] = []

    def column(_: Rows, name: str) -> Value:
        asked.append(name)
        return Value(np.array([1, 2]))

    rows = Rows(column)
    rows.value(one)
    rows.forget(shared([one, other]))
    rows.value(other)
    assert asked == ["f.shared", "f.own"]


def test_every_rule_over_the_frame_is_read() -> None:
    agencies = [
        AgencyPlace(key=0, place="370831", domain="market_regulation"),
        AgencyPlace(key=1, place="370102", domain=None),
    ]
    context = Context(dialect=DUCKDB, as_of=date(2026, 11, 20), agencies=agencies)
    compiled = compile_rules(list(rules().values()), context)
    over_frame = [
        one for one in compiled.local if " FROM frame f" in one.query.partition(" AS x4")[2] and not one.kernel
    ]
    unread = [one.rule.id for one in over_frame if one.over_row is None and "steps" not in one.query]
    assert not unread
    assert sum(one.over_row is not None for one in compiled.local) > 50
    assert names_in(compiled.reviewed)
    assert read(compiled.reviewed)
