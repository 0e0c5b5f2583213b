"""What a room declares of a table: its columns, filters and bulk acts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Model, Q, QuerySet

from mingjing.contexts.ui.errors import BadTableError
from mingjing.contexts.ui.tables.filters import RESERVED, Filter

FOUND_UP_TO: Final = 500
"""So many rows found by words a list shows at most; who has more narrows the question. A file holds all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """
    A column: ``value`` makes of a row what is shown and exported: a text, number, day, moment, ``Badge`` or a list.

    ``order`` is the field (or fields, with commas) by which the column can be ordered; ``href`` makes a link;
    ``shown`` says whether the column is there before the viewer chooses.
    """

    name: str
    label: str
    value: Callable[[Any], object]
    order: str | None = None
    shown: bool = True
    href: Callable[[Any], str] | None = None
    number: bool = False
    """Stands to the right, also where a value is missing."""
    width: str = ""
    """``narrow`` or ``wide``, where the content would be misjudged."""
    reads: str = ""
    """The row beside (a foreign key) that the value is made of, where the table reads only those that it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAct:
    """
    An act on many rows.

    ``each`` calls the use case for one row, in a transaction of its own: what is refused is told row by row, the rest
    is done.

    ``permission`` shows it; whether the row allows it, the use case decides.
    """

    name: str
    label: str
    permission: str
    each: Callable[[Any, datetime, Any, str], None]
    """Called with actor, at, row and reason."""
    explain: str = ""
    """A sentence on the confirm page: what will happen, and whether it can be undone."""
    reason: bool = False
    """A reason must be given."""
    icon: str = "checks"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """
    A table: ``name`` is stable (saved views hold to it), ``search`` are the fields of the search box.

    ``order`` is the order before the viewer chooses one: a column's name, with ``-`` for the reverse. ``find`` takes
    the place of ``search`` where the room searches better: a function of the rows left by the filters, words, and how many
    are wanted at most (``None``: all; a list looks whether there is one more). ``key`` is the field by which
    bulk acts name rows, ``row_name`` says in words which row it is.
    """

    name: str
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    bulk: Sequence[BulkAct] = ()
    search: Sequence[str] = ()
    search_hint: str = ""
    find: Callable[[QuerySet[Any], str, int | None], QuerySet[Any]] | None = None
    order: str = ""
    key: str = "pk"
    row_name: Callable[[Any], str] = str
    row_href: Callable[[Any], str] | None = None
    size: int = 20
    sizes: Sequence[int] = (20, 50, 100)
    count_up_to: int = 10_000
    """Beyond so many rows the number is not counted: counting a million takes longer than showing twenty."""
    noun: str = "条"
    empty: str = "还没有内容。"
    named: dict[str, Column] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.named.update({column.name: column for column in self.columns})
        taken = [name for one in self.filters for name in one.parameters]
        if len(self.named) != len(self.columns) or len(set(taken)) != len(taken):
            raise BadTableError(f"表“{self.name}”的列或筛选重名。")
        if clash := RESERVED & set(taken):
            raise BadTableError(f"表“{self.name}”的筛选不能叫作 {'、'.join(sorted(clash))}。")
        if self.order and not self._fields(self.order):
            raise BadTableError(f"表“{self.name}”不能按“{self.order}”排序。")

    @property
    def anchor(self) -> str:
        """The name as parts of the page carry it."""
        return self.name.replace(".", "-")

    def searched[M: Model](self, rows: QuerySet[M], words: str, up_to: int | None = None) -> QuerySet[M]:
        """Limit the rows to those with the words, of very many to the newest ``up_to`` and one more."""
        words = words.strip()
        if not words:
            return rows
        if self.find:
            return self.find(rows, words, up_to)
        found = Q()
        for one in self.search:
            found |= Q(**{f"{one}__icontains": words})
        return rows.filter(found)

    def ordered[M: Model](self, rows: QuerySet[M], sort: str) -> QuerySet[M]:
        """
        Order the rows by a column; equal ones by their key, so that pages never overlap.

        The key goes the way of the column: only then does the index of the column give the order, key and all.
        """
        fields = self._fields(sort) or self._fields(self.order)
        if fields:
            return rows.order_by(*fields, "-pk" if fields[-1].startswith("-") else "pk")
        return rows if rows.ordered else rows.order_by("pk")

    def _fields(self, sort: str) -> list[str]:
        column = self.named.get(sort.removeprefix("-"))
        if column is None or not column.order:
            return []
        fields = column.order.split(",")
        if not sort.startswith("-"):
            return fields
        return [one.removeprefix("-") if one.startswith("-") else f"-{one}" for one in fields]
