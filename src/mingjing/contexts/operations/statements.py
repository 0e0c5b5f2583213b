"""
Queries that are asked with every page: their statement is built once for each connection.

The mapper takes longer to write a small SELECT than the database to answer it; a page of ten small tables spends half its
time so. Declare the query once, with the values that change as parameters, and call it:

    EXAMS = Statement(lambda officer: Exam.objects.filter(officer_id=officer).order_by("-held_on"), int)
    exams = EXAMS(row.pk)

Where a parameter is a list of any length, name its type in brackets, take its values as ``*values``, and ask ``among``:

    NAMED = Statement(lambda *codes: Officer.objects.filter(code__in=codes), [str])
    people = NAMED.among(codes)

The query may be one of rows, also with ``select_related``, or of ``values_list``; the order, the columns and the limit
are fixed. Each parameter must stand in the statement as it is: no ``contains``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connections
from django.db.models import QuerySet
from django.db.models.query import ModelIterable, ValuesListIterable, get_related_populators

_STAND_INS: Final[dict[type, Callable[[int], Any]]] = {
    int: lambda place: 2_000_000_001 + place,
    str: lambda place: f"parameter-{place}-of-a-statement",
    date: lambda place: date(9000 + place, 1, 1),
}
_AT_ONCE: Final = 8
"""So many values of a list are asked for with one statement, unless it says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Built:
    """A statement on one connection: its text, its parameters (a place among the values, or a constant), what it selects."""

    text: str
    parameters: tuple[tuple[int | None, Any], ...]
    compiler: Any
    converters: dict[int, Any]
    names: tuple[str, ...]
    """The fields of a row, in the order of its columns."""
    columns: slice
    """Where in the columns they stand."""
    populators: Any
    """What makes the rows beside of the columns of theirs."""


class Statement[R]:
    """
    A query whose statement is built once; ``kinds`` are the types of its values: ``int``, ``str``, ``date``.

    ``at_once`` is how many values of a list one statement asks for; the last stands for those that are not there.
    """

    def __init__(
        self, make: Callable[..., QuerySet[Any, R]], *kinds: type | list[type], at_once: int = _AT_ONCE
    ) -> None:
        self._make = make
        self._at_once = at_once
        single = [kind for one in kinds for kind in (one * at_once if isinstance(one, list) else [one])]
        self._stand_ins = [_STAND_INS[kind](place) for place, kind in enumerate(single)]
        self._queryset: Any = None

    def among(self, values: Iterable[Any], *before: Any) -> list[R]:
        """
        Ask for the rows of a list of values, some at a time; those of one time keep their order.

        ``before`` are the values of the parameters before the list.
        """
        wanted = sorted(set(values))
        found: list[R] = []
        for start in range(0, len(wanted), self._at_once):
            some = wanted[start : start + self._at_once]
            found += self(*before, *some, *some[-1:] * (self._at_once - len(some)))
        return found

    def __call__(self, *values: Any) -> list[R]:
        """Ask with these values; return the rows."""
        queryset, built = self._built()
        connection = connections[queryset.db]
        given = [_plain(connection, value) for value in values]
        with connection.cursor() as cursor:
            cursor.execute(
                built.text, [constant if place is None else given[place] for place, constant in built.parameters]
            )
            rows: Any = cursor.fetchall()
        if built.converters:
            rows = list(built.compiler.apply_converters(rows, built.converters))
        if queryset._iterable_class is ValuesListIterable:  # noqa: SLF001 - there is no public name for it
            return [tuple(row) for row in rows]  # type: ignore[misc]
        return list(_instances(queryset, built, rows))

    def _built(self) -> tuple[Any, _Built]:
        if self._queryset is None:
            self._queryset = self._make(*self._stand_ins)
        queryset = self._queryset
        # a connection belongs to one thread; what was built with it is of use to that thread only
        connection = connections[queryset.db]
        kept: dict[Statement[Any], _Built] = connection.__dict__.setdefault("_mingjing_statements", {})
        built = kept.get(self)
        if built is None:
            stand_ins = [_plain(connection, one) for one in self._stand_ins]
            built = kept[self] = self._build(queryset, connection, stand_ins)
        return queryset, built

    def _build(self, queryset: Any, connection: Any, stand_ins: list[Any]) -> _Built:
        if queryset._iterable_class not in (ModelIterable, ValuesListIterable):  # noqa: SLF001 - as above
            raise TypeError("a Statement is a query of rows or of values_list")
        # of a copy: to compile a query changes it, and other threads may be at it
        compiler = queryset.query.clone().get_compiler(using=connection.alias)
        text, parameters = compiler.as_sql()
        places = tuple((stand_ins.index(one), None) if one in stand_ins else (None, one) for one in parameters)
        if {place for place, _ in places if place is not None} != set(range(len(stand_ins))):
            raise TypeError("a value of a Statement does not stand in it as it is")
        converters = compiler.get_converters([expression for expression, _, _ in compiler.select])
        made = {"text": text, "parameters": places, "compiler": compiler, "converters": converters}
        if queryset._iterable_class is ValuesListIterable:  # noqa: SLF001 - as above
            return _Built(**made, names=(), columns=slice(0), populators=())
        klass_info, select = compiler.klass_info, compiler.select
        columns = slice(klass_info["select_fields"][0], klass_info["select_fields"][-1] + 1)
        names = tuple(one[0].target.attname for one in select[columns])
        populators = get_related_populators(klass_info, select, queryset.db, queryset._fetch_mode)  # noqa: SLF001
        return _Built(**made, names=names, columns=columns, populators=populators)


def _plain(connection: Any, value: Any) -> Any:
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value


def _instances(queryset: Any, built: _Built, rows: Any) -> Any:
    """Make the rows' models: what ``ModelIterable`` does with rows that a compiler has fetched."""
    model = built.compiler.klass_info["model"]
    for row in rows:
        made = model.from_db(queryset.db, built.names, row[built.columns])
        for populator in built.populators:
            populator.populate(row, made)
        for name, place in built.compiler.annotation_col_map.items():
            setattr(made, name, row[place])
        yield made
