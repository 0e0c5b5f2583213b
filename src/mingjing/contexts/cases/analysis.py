"""
Counting cases by what they are: by agency, field of work, area, time and kind, in one or two dimensions.

Each number leads to its cases: a :class:`Dimension` knows which conditions of the list of cases leave exactly the cases
with one of its values, so a count and the list behind it are the same query (RZ-79).
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth, TruncYear

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.cases.models import SOURCES, Case
from mingjing.contexts.registry.models import Agency
from mingjing.domain.procedures.library import procedures
from mingjing.facts.schema import CASE_STATUSES, DOMAINS, MATTER_KINDS
from mingjing.law.places import name_of

NONE: Final = "-"
"""Stands for "nothing was entered" in the address and in the API."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """
    A way to part cases: ``expression`` is what the database groups by.

    ``names`` gives the labels of values, ``drill`` the conditions of the list that leave the cases of a value.
    ``in_order`` keeps the order of values (time) where others go by number.
    """

    code: str
    label: str
    expression: Any
    names: Callable[[Sequence[Any]], Mapping[Any, str]]
    drill: Callable[[Any], Mapping[str, str]]
    in_order: bool = False

    def key(self, value: Any) -> str:
        """Return a value as the API tells it."""
        if isinstance(value, date):
            return value.strftime("%Y-%m" if self.code == "month" else "%Y")
        return str(value) if value else NONE


def _named(labels: Mapping[str, str]) -> Callable[[Sequence[Any]], Mapping[Any, str]]:
    return lambda values: {one: labels.get(one, one) or "没有登记" for one in values}


def _of_table(model: Any) -> Callable[[Sequence[Any]], Mapping[Any, str]]:
    return lambda values: dict(model.objects.filter(code__in=values).values_list("code", "name"))


def _by(name: str) -> Callable[[Any], Mapping[str, str]]:
    return lambda value: {name: str(value) if value else NONE}


def _days(first: date, after: date) -> Mapping[str, str]:
    return {"opened_from": first.isoformat(), "opened_to": (after - timedelta(days=1)).isoformat()}


def _month(first: Any) -> Mapping[str, str]:
    return _days(_day(first), (_day(first).replace(day=28) + timedelta(days=4)).replace(day=1))


def _year(first: Any) -> Mapping[str, str]:
    return _days(_day(first), _day(first).replace(year=first.year + 1))


def _day(moment: Any) -> date:
    return date(moment.year, moment.month, moment.day)


DIMENSIONS: Final[Mapping[str, Dimension]] = {
    one.code: one
    for one in (
        Dimension(
            code="agency", label="执法主体", expression="agency__code", names=_of_table(Agency), drill=_by("agency")
        ),
        Dimension(code="unit", label="办案单位", expression="unit__code", names=_of_table(Unit), drill=_by("unit")),
        Dimension(
            code="domain", label="执法领域", expression="item__domain", names=_named(DOMAINS), drill=_by("domain")
        ),
        Dimension(
            code="place", label="地区", expression="unit__place",
            names=lambda values: {one: name_of(one) for one in values}, drill=_by("place"),
        ),
        Dimension(
            code="month", label="登记月份", expression=TruncMonth("opened_at"),
            names=lambda values: {one: f"{one.year}年{one.month}月" for one in values}, drill=_month, in_order=True,
        ),
        Dimension(
            code="year", label="登记年份", expression=TruncYear("opened_at"),
            names=lambda values: {one: f"{one.year}年" for one in values}, drill=_year, in_order=True,
        ),
        Dimension(code="kind", label="行为类别", expression="kind", names=_named(MATTER_KINDS), drill=_by("kind")),
        Dimension(
            code="procedure", label="程序", expression="procedure_code",
            names=_named({one.code: one.label for one in procedures().values()}),
            drill=_by("procedure"),
        ),
        Dimension(code="source", label="案件来源", expression="source", names=_named(SOURCES), drill=_by("source")),
        Dimension(code="status", label="状态", expression="status", names=_named(CASE_STATUSES), drill=_by("status")),
    )
}  # fmt: skip
"""How cases can be parted, by the name in the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value of a dimension: its label and the conditions that leave its cases."""

    value: Any
    label: str
    drill: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Crossing:
    """Numbers of cases by one dimension, or by two."""

    by: Dimension
    across: Dimension | None
    counts: Mapping[tuple[Any, Any], int]
    """By the value of ``by`` and of ``across`` (``None`` where there is no second dimension)."""

    @cached_property
    def rows(self) -> list[Value]:
        """The values of the first dimension: in their order, or the most cases first."""
        return _values(self.by, self.of_rows)

    @cached_property
    def columns(self) -> list[Value]:
        """The values of the second."""
        return _values(self.across, self.of_columns) if self.across else []

    @cached_property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())

    @cached_property
    def of_rows(self) -> Counter[Any]:
        """The cases with each value of the first dimension."""
        return self._summed(0)

    @cached_property
    def of_columns(self) -> Counter[Any]:
        """The cases with each value of the second dimension."""
        return self._summed(1)

    def _summed(self, side: int) -> Counter[Any]:
        found: Counter[Any] = Counter()
        for values, count in self.counts.items():
            found[values[side]] += count
        return found

    def at(self, row: Any, column: Any = None) -> int:
        """Count the cases with both."""
        return self.counts.get((row, column), 0)


def cross(rows: QuerySet[Case], by: Dimension, across: Dimension | None = None) -> Crossing:
    """Count cases by one dimension or two, in one query."""
    parts = {"_by": by.expression} | ({"_across": across.expression} if across else {})
    named = {name: one for name, one in parts.items() if not isinstance(one, str)}
    fields = [name if name in named else str(one) for name, one in parts.items()]
    found = rows.order_by().annotate(**named).values_list(*fields).annotate(n=Count("pk"))
    counts = {(row[0], row[1] if across else None): row[-1] for row in found}
    return Crossing(by=by, across=across, counts=counts)


def _values(dimension: Dimension, numbers: Mapping[Any, int]) -> list[Value]:
    order = sorted(numbers) if dimension.in_order else sorted(numbers, key=lambda one: (-numbers[one], str(one)))
    labels = dimension.names(order)
    return [Value(value=one, label=labels.get(one) or str(one), drill=dimension.drill(one)) for one in order]
