"""The algebra row by row, in plain Python: slow, plain, and written without a look at the SQL."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mingjing.domain.indicators.aggregates import (
    Aggregate,
    Compare,
    Condition,
    Lies,
    Measure,
    Related,
    Shapes,
    Test,
    When,
    agency_path,
)
from mingjing.domain.indicators.periods import Period

type Row = Mapping[str, Any]
type Tables = Mapping[str, Sequence[Row]]
type Truth = bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """
    What an aggregate comes to for one agency, or for all (``agency`` is ``None``), in one period.

    ``rows`` belong for certain, ``met`` of them meet the conditions of a share, ``amount`` is the sum or the median.
    ``unknown`` rows may or may not count, because a cell is blank.
    """

    rows: int = 0
    met: int = 0
    unknown: int = 0
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One row of the table that belongs to the period, for certain or perhaps (``member`` is ``None``)."""

    key: str
    agency: str | None
    member: Truth
    meets: Truth
    amount: Decimal | None
    once: tuple[str, ...]


class RowEvaluator:
    """Evaluates aggregates over tables held as rows."""

    def __init__(self, tables: Tables, shapes: Shapes) -> None:
        self.tables, self.shapes = tables, shapes
        self._by_key: dict[str, dict[str, Row]] = {}

    def counted(self, one: Aggregate, period: Period) -> list[Counted]:
        """Return the rows that belong to the period."""
        path = "" if one.whole_place else agency_path(one.table, self.shapes)
        found = []
        for row in self.tables.get(one.table, ()):
            if not self._lies(one.table, row, one.when, period):
                continue
            member = _all(self._holds(one.table, row, condition, period) for condition in one.where)
            if member is False:
                continue
            meets = None
            if one.meets:
                meets = _all(self._holds(one.table, row, condition, period) for condition in one.meets)
            found.append(
                Counted(
                    key=self._key(one.table, row),
                    agency=self._cell(one.table, row, path)[0] if path else None,
                    member=member,
                    meets=meets,
                    amount=_decimal(self._cell(one.table, row, one.of)[0]) if one.of else None,
                    once=tuple(_written(self._cell(one.table, row, column)[0]) for column in one.once_by),
                )
            )
        return found

    def tallies(self, one: Aggregate, period: Period) -> dict[str | None, Tally]:
        """Return the tally of each agency that has rows, and under ``None`` that of all."""
        groups: dict[str | None, list[Counted]] = defaultdict(list)
        for counted in sorted(self.counted(one, period), key=lambda each: each.key):
            groups[None].append(counted)
            if counted.agency is not None:
                groups[counted.agency].append(counted)
        return {agency: tally_of(one, rows) for agency, rows in groups.items()}

    def _key(self, table: str, row: Row) -> str:
        return "|".join(_written(row.get(column)) for column in self.shapes[table].key)

    def _row(self, table: str, key: object) -> Row | None:
        if table not in self._by_key:
            (column,) = self.shapes[table].key
            kept: dict[str, Row] = {}
            for row in self.tables.get(table, ()):
                kept.setdefault(row[column], row)
            self._by_key[table] = kept
        return self._by_key[table].get(str(key))

    def _cell(self, table: str, row: Row, path: str) -> tuple[Any, bool]:
        """The value at the end of a path, and whether blank there means none."""
        first, _, rest = path.partition(".")
        value = row.get(first)
        if not rest:
            return value, first in self.shapes[table].blank_is_none
        target = self.shapes[table].refs[first]
        other = self._row(target, value) if value is not None else None
        if other is None:
            return None, False
        return self._cell(target, other, rest)

    def _holds(self, table: str, row: Row, condition: Condition, period: Period) -> Truth:
        if isinstance(condition, Related):
            return self._related(table, row, condition, period)
        return _compared(*self._cell(table, row, condition.column), condition)

    def _related(self, table: str, row: Row, related: Related, period: Period) -> Truth:
        (key,) = self.shapes[table].key
        least, most = Decimal(0), Decimal(0)
        for other in self.tables.get(related.table, ()):
            if other.get(related.by) != row[key] or not self._lies(related.table, other, related.when, period):
                continue
            holds = _all(self._holds(related.table, other, one, period) for one in related.where)
            if holds is False:
                continue
            amount: Decimal | None = Decimal(1)
            if related.of:
                amount = _decimal(self._cell(related.table, other, related.of)[0])
            if amount is None or amount < 0:
                return None
            most += amount
            if holds:
                least += amount
        if related.test is Test.AT_LEAST:
            return True if least >= related.value else None if most >= related.value else False
        return True if most <= related.value else None if least <= related.value else False

    def _lies(self, table: str, row: Row, when: When | None, period: Period) -> bool:
        if when is None:
            return True
        on = _day(self._cell(table, row, when.column)[0])
        if when.lies is Lies.IN_FORCE:
            until = _day(self._cell(table, row, when.until)[0])
            return (on is None or on <= period.last) and (until is None or until >= period.last)
        if on is None:
            return False
        return on <= period.last and (when.lies is Lies.UP_TO or on >= period.first)


def tally_of(one: Aggregate, counted: Iterable[Counted]) -> Tally:
    """Sum rows up."""
    rows = _once(list(counted), bool(one.once_by))
    certain = [each for each in rows if each.member]
    unknown = len(rows) - len(certain)
    match one.measure:
        case Measure.COUNT:
            return Tally(rows=len(certain), unknown=unknown)
        case Measure.SHARE:
            told = [each for each in certain if each.meets is not None]
            met = sum(bool(each.meets) for each in told)
            return Tally(rows=len(told), met=met, unknown=unknown + len(certain) - len(told))
        case Measure.SUM | Measure.MEDIAN:
            amounts = [each.amount for each in certain if each.amount is not None]
            made = _median(amounts) if one.measure is Measure.MEDIAN else sum(amounts, Decimal(0))
            return Tally(
                rows=len(amounts),
                unknown=unknown + len(certain) - len(amounts),
                amount=made if amounts else None,
            )


def _once(rows: list[Counted], wanted: bool) -> list[Counted]:
    """Keep of rows alike the one that is most certain to belong, and of these the first by key."""
    if not wanted:
        return rows
    kept: dict[tuple[str, ...], Counted] = {}
    for row in sorted(rows, key=lambda each: (each.member is None, each.key)):
        kept.setdefault(row.once, row)
    return list(kept.values())


def _median(amounts: list[Decimal]) -> Decimal | None:
    if not amounts:
        return None
    ordered = sorted(amounts)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _all(truths: Iterable[Truth]) -> Truth:
    known = list(truths)
    return False if False in known else None if None in known else True


def _compared(value: Any, blank_is_none: bool, condition: Compare) -> Truth:
    if condition.test is Test.FILLED:
        return value is not None
    if condition.test is Test.BLANK:
        return value is None
    if value is None:
        return (condition.test is Test.IS_NOT) if blank_is_none else None
    wanted: Any = condition.value
    tests: dict[Test, Callable[[], bool]] = {
        Test.IS: lambda: _same(value, wanted),
        Test.IS_NOT: lambda: not _same(value, wanted),
        Test.IN: lambda: any(_same(value, one) for one in wanted),
        Test.AT_LEAST: lambda: _number(value) >= wanted,
        Test.AT_MOST: lambda: _number(value) <= wanted,
    }
    return tests[condition.test]()


def _same(value: Any, wanted: Any) -> bool:
    return _written(value) == _written(wanted)


def _number(value: Any) -> Decimal:
    return Decimal(str(value))


def _decimal(value: Any) -> Decimal | None:
    return None if value is None or isinstance(value, str) else Decimal(str(value))


def _written(value: Any) -> str:
    """Write a cell as both evaluators write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _day(value: Any) -> dt.date | None:
    return value.date() if isinstance(value, dt.datetime) else value
