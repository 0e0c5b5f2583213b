"""
A small closed algebra of what can be counted over the tables of the facts standard.

    Aggregate(
        table="remedies", when=When(column="hearing_on"),
        where=(Compare(column="kind", test=Test.IS, value="litigation"),),
        measure=Measure.SHARE, meets=(Compare(column="head_attended", test=Test.IS, value=True),),
    )

Nothing else than these words can be declared, so a definition typed by a clerk can neither run code nor run away. What
an aggregate answers is given twice: by :mod:`mingjing.domain.indicators.evaluate`, row by row, and as SQL by
:mod:`mingjing.engine.aggregates`; a property test holds the two together.

A condition is true, false or unknown. A blank cell is unknown, except where the standard says that blank means none.
A row without a date lies in no period.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Final

from mingjing.kernel.errors import DomainError

_MOST_CONDITIONS: Final = 12
_MOST_VALUES: Final = 40


class AggregateError(DomainError):
    """A declaration that is none of the algebra."""

    code = "indicators.aggregate"


class Test(StrEnum):
    """How a cell is compared."""

    __test__ = False

    IS = "is"
    IS_NOT = "is_not"
    IN = "in"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    FILLED = "filled"
    BLANK = "blank"


class Measure(StrEnum):
    """What is made of the rows."""

    COUNT = "count"
    SUM = "sum"
    MEDIAN = "median"
    SHARE = "share"

    @property
    def label(self) -> str:
        """The word that the reader sees."""
        return {"count": "计数", "sum": "合计", "median": "中位数", "share": "占比"}[self.value]


class Lies(StrEnum):
    """How a row's dates lie to the period."""

    WITHIN = "within"
    UP_TO = "up_to"
    IN_FORCE = "in_force"


type Scalar = str | bool | int | Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Compare:
    """A condition on one cell; ``column`` may lead through references: ``case_id.kind``."""

    column: str
    test: Test
    value: Scalar | tuple[Scalar, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """
    Which rows belong to a period: those dated within it, up to its end, or in force on its last day.

    ``until`` (the last day of force, blank for still) goes with ``IN_FORCE``.
    """

    column: str
    lies: Lies = Lies.WITHIN
    until: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """
    A condition on the rows of another table that refer to this one: how many, or what sum, against a number.

    ``by`` is the column of the other table that holds this row's key.
    """

    table: str
    by: str
    measure: Measure
    test: Test
    value: Decimal
    of: str = ""
    where: tuple[Compare, ...] = ()
    when: When | None = None


type Condition = Compare | Related


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """
    What is counted. ``once_by``: rows alike in these columns count once. ``meets`` goes with ``SHARE``.

    ``whole_place``: the rows belong to no agency (a course that the justice bureau gives to all).
    """

    table: str
    measure: Measure
    when: When | None = None
    of: str = ""
    where: tuple[Condition, ...] = ()
    meets: tuple[Condition, ...] = ()
    once_by: tuple[str, ...] = ()
    whole_place: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What the algebra must know of a table: its key, whither columns refer, where blank means none."""

    key: tuple[str, ...]
    columns: frozenset[str]
    refs: Mapping[str, str]
    blank_is_none: frozenset[str]
    moments: frozenset[str]


type Shapes = Mapping[str, Shape]

WAYS: Final = ("agency_id", "case_id", "inspection_id", "officer_id", "event_id", "item_id")
"""By which references the agency of a row is looked for, in this order."""


def agency_path(table: str, shapes: Shapes) -> str:
    """Return the way from a table's row to its agency (``case_id.agency_id``); empty where there is none."""
    shape = shapes[table]
    if table == "agencies":
        return "agency_id"
    for column in WAYS:
        target = shape.refs.get(column)
        if target == "agencies":
            return column
        if target and target != table and (further := agency_path(target, shapes)):
            return f"{column}.{further}"
    return ""


def steps_of(table: str, path: str, shapes: Shapes) -> list[tuple[str, str]]:
    """
    Return the columns that a path goes through, each with its table.

    :raises AggregateError: if a name is not declared, or refers to nothing
    """
    *ways, column = path.split(".")
    here, found = table, []
    for way in ways:
        target = shapes[here].refs.get(way)
        if target is None:
            raise AggregateError(f"“{here}”的列“{way}”不能接着往下取。", column=path)
        found.append((here, way))
        here = target
    if column not in shapes[here].columns:
        raise AggregateError(f"数据标准的“{here}”表没有“{column}”这一列。", column=path)
    return [*found, (here, column)]


def require_declared(one: Aggregate, shapes: Shapes) -> None:
    """
    Require that an aggregate speaks only of what the facts standard declares.

    :raises AggregateError: if it does not
    """
    if one.table not in shapes:
        raise AggregateError(f"数据标准没有“{one.table}”这张表。", table=one.table)
    for path in _paths(one):
        steps_of(one.table, path, shapes)
    if (one.measure in (Measure.SUM, Measure.MEDIAN)) != bool(one.of):
        raise AggregateError("合计和中位数要写明对哪一列，计数和占比不写。")
    if (one.measure is Measure.SHARE) != bool(one.meets):
        raise AggregateError("占比要写明达到什么条件，别的不写。")
    for related in _related(one):
        shape = shapes.get(related.table)
        if shape is None or shape.refs.get(related.by) != one.table:
            raise AggregateError(f"“{related.table}”的“{related.by}”不指向“{one.table}”。")
        if related.measure not in (Measure.COUNT, Measure.SUM) or (related.measure is Measure.SUM) != bool(related.of):
            raise AggregateError("关联条件只能是计数，或者对一列合计。")
        for path in _paths_of(related):
            steps_of(related.table, path, shapes)
    if not one.whole_place and not agency_path(one.table, shapes):
        raise AggregateError(f"“{one.table}”表的行没有执法主体，只能按全地区统计。")


def needs(one: Aggregate, shapes: Shapes) -> tuple[str, ...]:
    """Name the tables and columns without which nothing can be said (``table`` or ``table.column``), sorted."""
    found = {one.table, *(table for table in (r.table for r in _related(one)))}
    paths = [(one.table, path) for path in _paths(one)]
    paths += [(related.table, path) for related in _related(one) for path in (*_paths_of(related), related.by)]
    if not one.whole_place:
        paths.append((one.table, agency_path(one.table, shapes)))
    for table, path in paths:
        for where, column in steps_of(table, path, shapes):
            found |= {where, f"{where}.{column}"}
    return tuple(sorted(found))


def _related(one: Aggregate) -> Iterator[Related]:
    return (each for each in (*one.where, *one.meets) if isinstance(each, Related))


def _paths(one: Aggregate) -> Iterator[str]:
    yield from (each.column for each in (*one.where, *one.meets) if isinstance(each, Compare))
    yield from _dates(one.when)
    yield from one.once_by
    if one.of:
        yield one.of


def _paths_of(one: Related) -> Iterator[str]:
    yield from (each.column for each in one.where)
    yield from _dates(one.when)
    if one.of:
        yield one.of


def _dates(when: When | None) -> Iterator[str]:
    if when is not None:
        yield when.column
        if when.until:
            yield when.until


def aggregate_of(data: Mapping[str, Any]) -> Aggregate:
    """
    Read a declaration as it stands in YAML or JSON.

    :raises AggregateError: if it is none of the algebra
    """
    _require_keys(data, {"table", "measure", "when", "of", "where", "meets", "once_by", "whole_place"}, "统计口径")
    return Aggregate(
        table=_text(data, "table"),
        measure=_choice(Measure, data.get("measure", "count"), "统计方式"),
        when=_when(data.get("when")),
        of=_text(data, "of"),
        where=_conditions(data.get("where")),
        meets=_conditions(data.get("meets")),
        once_by=tuple(str(one) for one in _list(data.get("once_by"))),
        whole_place=data.get("whole_place") is True,
    )


def aggregate_data(one: Aggregate) -> dict[str, Any]:
    """Write an aggregate as :func:`aggregate_of` reads it."""
    made: dict[str, Any] = {"table": one.table, "measure": str(one.measure)}
    if one.when:
        made["when"] = _when_data(one.when)
    if one.of:
        made["of"] = one.of
    if one.where:
        made["where"] = [_condition_data(each) for each in one.where]
    if one.meets:
        made["meets"] = [_condition_data(each) for each in one.meets]
    if one.once_by:
        made["once_by"] = list(one.once_by)
    if one.whole_place:
        made["whole_place"] = True
    return made


def _when(data: object) -> When | None:
    if data is None:
        return None
    if isinstance(data, str):
        return When(column=data)
    given = _mapping(data, "期间")
    _require_keys(given, {"column", "lies", "until"}, "期间")
    lies = _choice(Lies, given.get("lies", "within"), "期间")
    until = _text(given, "until")
    if (lies is Lies.IN_FORCE) != bool(until):
        raise AggregateError("按期末有效统计的，要写明起止两列；别的只写一列。")
    return When(column=_text(given, "column"), lies=lies, until=until)


def _when_data(when: When) -> Any:
    if when.lies is Lies.WITHIN:
        return when.column
    return {"column": when.column, "lies": str(when.lies)} | ({"until": when.until} if when.until else {})


def _conditions(data: object) -> tuple[Condition, ...]:
    given = _list(data)
    if len(given) > _MOST_CONDITIONS:
        raise AggregateError(f"条件最多{_MOST_CONDITIONS}个。")
    return tuple(_condition(_mapping(one, "条件")) for one in given)


def _condition(data: Mapping[str, Any]) -> Condition:
    if "related" not in data:
        return _compare(data)
    _require_keys(data, {"related", "by", "measure", "of", "where", "when", "at_least", "at_most"}, "关联条件")
    tests = [one for one in (Test.AT_LEAST, Test.AT_MOST) if str(one) in data]
    if len(tests) != 1:
        raise AggregateError("关联条件要写 at_least 或者 at_most 之一。")
    where = _conditions(data.get("where"))
    compares = tuple(one for one in where if isinstance(one, Compare))
    if len(compares) != len(where):
        raise AggregateError("关联条件里面不能再套关联条件。")
    return Related(
        table=_text(data, "related"),
        by=_text(data, "by"),
        measure=_choice(Measure, data.get("measure", "count"), "统计方式"),
        of=_text(data, "of"),
        where=compares,
        when=_when(data.get("when")),
        test=tests[0],
        value=_number(data[str(tests[0])]),
    )


def _compare(data: Mapping[str, Any]) -> Compare:
    tests = [one for one in Test if str(one) in data]
    _require_keys(data, {"column", *map(str, Test)}, "条件")
    if len(tests) != 1:
        raise AggregateError("一个条件只写一种比较。")
    test, given = tests[0], data[str(tests[0])]
    column = _text(data, "column")
    if test in (Test.FILLED, Test.BLANK):
        return Compare(column=column, test=test)
    if test is Test.IN:
        values = _list(given)
        if not 0 < len(values) <= _MOST_VALUES:
            raise AggregateError(f"可取的值要有1至{_MOST_VALUES}个。")
        return Compare(column=column, test=test, value=tuple(_scalar(one) for one in values))
    if test in (Test.AT_LEAST, Test.AT_MOST):
        return Compare(column=column, test=test, value=_number(given))
    return Compare(column=column, test=test, value=_scalar(given))


def _condition_data(one: Condition) -> dict[str, Any]:
    if isinstance(one, Compare):
        value: Any = one.value
        if isinstance(value, tuple):
            value = [_plain(each) for each in value]
        return {"column": one.column, str(one.test): True if value is None else _plain(value)}
    made: dict[str, Any] = {"related": one.table, "by": one.by, "measure": str(one.measure)}
    if one.of:
        made["of"] = one.of
    if one.where:
        made["where"] = [_condition_data(each) for each in one.where]
    if one.when:
        made["when"] = _when_data(one.when)
    return made | {str(one.test): _plain(one.value)}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return value


def _require_keys(data: Mapping[str, Any], known: set[str], what: str) -> None:
    if unknown := sorted(set(map(str, data)) - known):
        raise AggregateError(f"{what}里有不认识的写法：{'、'.join(unknown)}。")


def _mapping(data: object, what: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise AggregateError(f"{what}的写法不对。")
    return data


def _list(data: object) -> Sequence[Any]:
    if data is None:
        return ()
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise AggregateError("应当是一列值。")
    return data


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        raise AggregateError(f"“{key}”应当是文字。")
    return value


def _scalar(value: object) -> Scalar:
    if isinstance(value, bool | str | int):
        return value
    return _number(value)


def _number(value: object) -> Decimal:
    try:
        made = Decimal(str(value))
    except InvalidOperation as error:
        raise AggregateError(f"“{value}”不是数。") from error
    if isinstance(value, bool) or not made.is_finite():
        raise AggregateError(f"“{value}”不是数。")
    return made


def _choice[E: StrEnum](kind: type[E], value: object, what: str) -> E:
    try:
        return kind(str(value))
    except ValueError as error:
        words = "、".join(str(one) for one in kind)
        raise AggregateError(f"{what}“{value}”不认识，可以写：{words}。") from error
