"""
Declared aggregates over columns: the same algebra as :mod:`mingjing.domain.indicators.evaluate`, as SQL for DuckDB.

A query gives one row for each row of the table and each period that it belongs to: ``period, k, agency, member, meets,
amount, once``. The tallies are sums over these rows, so every number can open the rows that it is made of.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Final

import duckdb

from mingjing.domain.indicators.aggregates import (
    Aggregate,
    Compare,
    Condition,
    Lies,
    Measure,
    Related,
    Scalar,
    Shape,
    Test,
    When,
    agency_path,
    steps_of,
)
from mingjing.domain.indicators.evaluate import Tally
from mingjing.domain.indicators.periods import Period
from mingjing.facts.schema import TABLES, ColumnType

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        table.name: Shape(
            key=table.key,
            columns=frozenset(table.names),
            refs={column.name: column.ref for column in table.columns if column.ref and column.type is ColumnType.REF},
            blank_is_none=frozenset(column.name for column in table.columns if column.blank_is_none),
            moments=frozenset(column.name for column in table.columns if column.type is ColumnType.MOMENT),
        )
        for table in TABLES.values()
    }
)
"""What the algebra knows of the facts standard."""

type Tallies = dict[tuple[str, str | None], Tally]
"""By period and agency (``None``: all)."""


def open_facts(connection: duckdb.DuckDBPyConnection, folder: Path) -> frozenset[str]:
    """
    Load the tables of a folder as ``f_<table>``, absent ones empty; returns the tables that are there.

    Columns that a file lacks are null.
    """
    there = set()
    for table in TABLES.values():
        file = folder / f"{table.name}.parquet"
        made = f"CREATE OR REPLACE TEMP TABLE f_{table.name} AS "
        empty = ", ".join(f'NULL::{_TYPES[column.type]} AS "{column.name}"' for column in table.columns)
        if not file.exists():
            connection.execute(f"{made} SELECT {empty} WHERE false")
            continue
        there.add(table.name)
        source = f"read_parquet('{_quoted(str(file))}')"
        has = {row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
        columns = ", ".join(
            f'"{column.name}"' if column.name in has else f'NULL::{_TYPES[column.type]} AS "{column.name}"'
            for column in table.columns
        )
        connection.execute(f"{made} SELECT {columns} FROM {source}")
    return frozenset(there)


_TYPES: Final = {
    ColumnType.TEXT: "VARCHAR",
    ColumnType.DATE: "DATE",
    ColumnType.MOMENT: "TIMESTAMP",
    ColumnType.FEN: "BIGINT",
    ColumnType.REF: "VARCHAR",
    ColumnType.LIST: "VARCHAR",
    ColumnType.BOOL: "BOOLEAN",
    ColumnType.INT: "BIGINT",
    ColumnType.NUMBER: "DOUBLE",
    ColumnType.CODE: "VARCHAR",
}


def open_periods(
    connection: duckdb.DuckDBPyConnection,
    periods: Sequence[Period],
    more: Mapping[str, tuple[date, date]] = MappingProxyType({}),
) -> None:
    """Make the table of periods that queries join; ``more`` are spans of days with keys of their own."""
    connection.execute("CREATE OR REPLACE TEMP TABLE periods (key VARCHAR, first DATE, last DATE)")
    rows = [[one.key, one.first, one.last] for one in periods]
    rows += [[key, first, last] for key, (first, last) in more.items()]
    if rows:
        connection.executemany("INSERT INTO periods VALUES (?, ?, ?)", rows)


def rows_query(one: Aggregate) -> str:
    """Write the query of an aggregate's rows over the tables that :func:`open_facts` and :func:`open_periods` made."""
    return _Query(one).text()


def tallies(connection: duckdb.DuckDBPyConnection, one: Aggregate, rows: str = "") -> Tallies:
    """Sum the rows up by period and agency; ``rows`` is where they already lie."""
    return summed(connection, rows or f"({rows_query(one)})", one.measure, once=bool(one.once_by))


def summed(connection: duckdb.DuckDBPyConnection, rows: str, measure: Measure, *, once: bool = False) -> Tallies:
    """Sum rows of the common form up by period and agency."""
    found: Tallies = {}
    for whose in ("agency", "NULL::VARCHAR"):
        chosen = f"SELECT period, k, {whose} AS whose, member, meets, amount, once FROM {rows}"
        if whose == "agency":
            chosen += " WHERE agency IS NOT NULL"
        if once:
            chosen = (
                f"SELECT * FROM ({chosen}) QUALIFY row_number() OVER "
                "(PARTITION BY period, whose, once ORDER BY member IS NULL, k) = 1"
            )
        query = f"SELECT period, whose, {_MEASURES[measure]} FROM ({chosen}) GROUP BY period, whose"
        for period, agency, count, met, unknown, amount in connection.execute(query).fetchall():
            found[(period, agency)] = Tally(
                rows=count, met=met, unknown=unknown, amount=None if amount is None else Decimal(str(amount))
            )
    return found


_MEASURES: Final = {
    Measure.COUNT: "count(*) FILTER (member), 0, count(*) FILTER (member IS NULL), NULL",
    Measure.SHARE: (
        "count(*) FILTER (member AND meets IS NOT NULL), count(*) FILTER (member AND meets), "
        "count(*) FILTER (member IS NULL OR meets IS NULL), NULL"
    ),
    Measure.SUM: (
        "count(*) FILTER (member AND amount IS NOT NULL), 0, count(*) FILTER (member IS NULL OR amount IS NULL), "
        "sum(amount) FILTER (member)"
    ),
    Measure.MEDIAN: (
        "count(*) FILTER (member AND amount IS NOT NULL), 0, count(*) FILTER (member IS NULL OR amount IS NULL), "
        "median(amount) FILTER (member)"
    ),
}


class _Query:
    """The query of one aggregate, as it is put together."""

    def __init__(self, one: Aggregate) -> None:
        self.one = one
        self.joins: dict[str, tuple[str, str]] = {}
        """By the way from the table (``case_id``): the alias, and the join."""
        self.related: list[str] = []

    def text(self) -> str:
        one = self.one
        path = "" if one.whole_place else agency_path(one.table, SHAPES)
        agency = self._cell("t", one.table, path) if path else "NULL::VARCHAR"
        member = self._all(one.where)
        meets = self._all(one.meets) if one.meets else "NULL::BOOLEAN"
        amount = _amount(self._cell("t", one.table, one.of)) if one.of else "NULL::DECIMAL(38, 6)"
        once = " || '|' || ".join(_written(self._cell("t", one.table, each)) for each in one.once_by) or "''"
        when = self._lies("t", one.table, one.when)
        joins = " ".join(join for _, join in self.joins.values())
        return (
            f"SELECT * FROM (SELECT p.key AS period, {_key('t', one.table)} AS k, {agency} AS agency, "
            f"{member} AS member, {meets} AS meets, {amount} AS amount, {once} AS once "
            f"FROM f_{one.table} t CROSS JOIN periods p {joins} {' '.join(self.related)} WHERE {when}) "
            "WHERE member IS NOT FALSE"
        )

    def _cell(self, alias: str, table: str, path: str, joins: dict[str, tuple[str, str]] | None = None) -> str:
        joins = self.joins if joins is None else joins
        *ways, (_, column) = steps_of(table, path, SHAPES)
        here, walked = alias, ""
        for where, way in ways:
            target = SHAPES[where].refs[way]
            walked = f"{walked}.{way}" if walked else way
            if walked not in joins:
                (key,) = SHAPES[target].key
                name = f"{alias}_{len(joins)}"
                # a key twice in the file is one row: the first
                rows = f"(SELECT * FROM f_{target} QUALIFY row_number() OVER (PARTITION BY {key}) = 1)"
                joins[walked] = (name, f'LEFT JOIN {rows} {name} ON {name}."{key}" = {here}."{way}"')
            here = joins[walked][0]
        return f'{here}."{column}"'

    def _all(self, conditions: Sequence[Condition]) -> str:
        parts = [
            self._related(each) if isinstance(each, Related) else self._compare("t", self.one.table, each)
            for each in conditions
        ]
        return " AND ".join(f"({part})" for part in parts) or "TRUE"

    def _compare(self, alias: str, table: str, one: Compare, joins: dict[str, tuple[str, str]] | None = None) -> str:
        cell = self._cell(alias, table, one.column, joins)
        where, column = steps_of(table, one.column, SHAPES)[-1]
        if one.test is Test.FILLED:
            return f"{cell} IS NOT NULL"
        if one.test is Test.BLANK:
            return f"{cell} IS NULL"
        words = _written(cell, blank=False)
        match one.test:
            case Test.IS:
                test = f"{words} = {_literal(one.value)}"
            case Test.IS_NOT:
                test = f"{words} <> {_literal(one.value)}"
            case Test.IN:
                assert isinstance(one.value, tuple)
                test = f"{words} IN ({', '.join(_literal(each) for each in one.value)})"
            case _:
                sign = ">=" if one.test is Test.AT_LEAST else "<="
                test = f"{_amount(cell)} {sign} {one.value}"
        if column not in SHAPES[where].blank_is_none:
            return test
        blank = "TRUE" if one.test is Test.IS_NOT else "FALSE"
        if "." not in one.column:
            return f"coalesce({test}, {blank})"
        # blank because nothing is referred to is not known; blank in the row referred to means none
        reached = self._cell(alias, table, f"{one.column.rpartition('.')[0]}.{SHAPES[where].key[0]}", joins)
        return f"CASE WHEN {reached} IS NULL THEN NULL ELSE coalesce({test}, {blank}) END"

    def _related(self, one: Related) -> str:
        name = f"r{len(self.related)}"
        joins: dict[str, tuple[str, str]] = {}
        inner = f"{name}o"
        where = " AND ".join(f"({self._compare(inner, one.table, each, joins)})" for each in one.where) or "TRUE"
        amount = _amount(self._cell(inner, one.table, one.of, joins)) if one.of else "1"
        when = self._lies(inner, one.table, one.when, joins, period="q")
        texts = " ".join(join for _, join in joins.values())
        # only the periods count, not the days in which rows of other periods lie
        self.related.append(
            f"LEFT JOIN (SELECT by_key, period, "
            f"bool_or(amount IS NULL OR amount < 0) AS unsure, "
            f"coalesce(sum(amount) FILTER (holds), 0) AS least, coalesce(sum(amount), 0) AS most "
            f'FROM (SELECT {inner}."{one.by}" AS by_key, q.key AS period, {where} AS holds, {amount} AS amount '
            f"FROM f_{one.table} {inner} CROSS JOIN periods q {texts} WHERE {when}) "
            f"WHERE holds IS NOT FALSE GROUP BY by_key, period) {name} "
            f'ON {name}.by_key = t."{SHAPES[self.one.table].key[0]}" AND {name}.period = p.key'
        )
        least, most = f"coalesce({name}.least, 0)", f"coalesce({name}.most, 0)"
        if one.test is Test.AT_LEAST:
            sure, never = f"{least} >= {one.value}", f"{most} < {one.value}"
        else:
            sure, never = f"{most} <= {one.value}", f"{least} > {one.value}"
        return f"CASE WHEN {name}.unsure THEN NULL WHEN {sure} THEN TRUE WHEN {never} THEN FALSE END"

    def _lies(
        self,
        alias: str,
        table: str,
        when: When | None,
        joins: dict[str, tuple[str, str]] | None = None,
        *,
        period: str = "p",
    ) -> str:
        if when is None:
            return "TRUE"
        on = f"CAST({self._cell(alias, table, when.column, joins)} AS DATE)"
        if when.lies is Lies.IN_FORCE:
            until = f"CAST({self._cell(alias, table, when.until, joins)} AS DATE)"
            return f"coalesce({on} <= {period}.last, TRUE) AND coalesce({until} >= {period}.last, TRUE)"
        if when.lies is Lies.UP_TO:
            return f"{on} <= {period}.last"
        return f"{on} BETWEEN {period}.first AND {period}.last"


def _key(alias: str, table: str) -> str:
    return " || '|' || ".join(_written(f'{alias}."{column}"') for column in SHAPES[table].key)


def _written(cell: str, *, blank: bool = True) -> str:
    """A cell as text, as both evaluators write it."""
    words = (
        f"CASE WHEN typeof({cell}) = 'TIMESTAMP' THEN strftime(CAST({cell} AS TIMESTAMP), '%Y-%m-%d %H:%M:%S') "
        f"WHEN typeof({cell}) = 'DOUBLE' AND CAST({cell} AS VARCHAR) LIKE '%.0' "
        f"THEN left(CAST({cell} AS VARCHAR), -2) ELSE CAST({cell} AS VARCHAR) END"
    )
    return f"coalesce({words}, '')" if blank else words


def _amount(cell: str) -> str:
    return f"CAST({cell} AS DECIMAL(38, 6))"


def _literal(value: Scalar | tuple[Scalar, ...] | None) -> str:
    if isinstance(value, bool):
        return "'true'" if value else "'false'"
    return f"'{_quoted(str(value))}'"


def _quoted(text: str) -> str:
    return text.replace("'", "''")
