"""The page of a table."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.core.paginator import Page as Leaf
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from mingjing.contexts.records.usecases.append import append
from mingjing.contexts.ui.components import Crumb
from mingjing.contexts.ui.errors import NoPermissionError
from mingjing.contexts.ui.navigation import Viewer
from mingjing.contexts.ui.tables.declare import FOUND_UP_TO, BulkAct, Column, Table
from mingjing.contexts.ui.tables.exports import XLSX_ROWS, as_csv, as_xlsx
from mingjing.contexts.ui.tables.filters import Asked
from mingjing.contexts.ui.tables.saved import views_of
from mingjing.contexts.ui.values import html, is_number
from mingjing.contexts.ui.web.pages import Page
from mingjing.kernel.errors import DomainError

_CHUNK = 2_000
_UNPROCESSABLE = 422
_EXPORTS = ("csv", "xlsx")


class CappedPaginator[M: Model](Paginator[M]):
    """
    Counts no further than it must: the pages beyond are reached by filters.

    With ``read`` the rows of a page are found by key alone and then read by it: where thousands match, the database would
    otherwise put each together with all that a line shows, to throw nearly all of them away. Where ``few`` are asked
    for, their keys are read once and tell how many there are, too.
    """

    def __init__(
        self,
        rows: QuerySet[M],
        size: int,
        *,
        up_to: int,
        read: Callable[[Sequence[object]], Iterable[M]] | None = None,
        few: bool = False,
    ) -> None:
        super().__init__(rows, size)
        self._rows = rows
        self._up_to = up_to
        self._read = read
        self._few = few and read is not None

    def page(self, number: int | str) -> Leaf[M]:
        """Return a page."""
        leaf = super().page(number)
        if self._read is not None:
            first = (leaf.number - 1) * self.per_page
            keys = self._keys[first : first + self.per_page] if self._few else self._keys_of(first, self.per_page)
            found = {row.pk: row for row in self._read(keys)}
            leaf.object_list = [found[key] for key in keys if key in found]
        return leaf

    def _keys_of(self, first: int, many: int) -> list[object]:
        rows = self._rows.select_related(None).prefetch_related(None)
        return list(rows.values_list("pk", flat=True)[first : first + many])

    @cached_property
    def _keys(self) -> list[object]:
        return self._keys_of(0, self._up_to + 1)

    @cached_property
    def _counted(self) -> int:
        # pk only: a sort or a join that the count does not need is left out by the database
        return len(self._keys) if self._few else self._rows.order_by()[: self._up_to + 1].count()

    @cached_property
    def count(self) -> int:
        """How many rows there are, at most ``up_to``."""
        return min(self._counted, self._up_to)

    @property
    def more(self) -> bool:
        """Whether there are more rows than are counted."""
        return self._counted > self._up_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row as it is shown."""

    key: str
    name: str
    cells: SafeString
    """The cells, drawn: hundreds on a page, for which the template would need most of the page's time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The head of a column: where a click on it leads."""

    column: Column
    href: str = ""
    sorted: str = ""


def key_of(table: Table, row: Any) -> str:
    """Return how bulk acts name a row."""
    return str(row.pk if table.key == "pk" else getattr(row, table.key))


def line_of(table: Table, columns: Sequence[Column], row: Any) -> Line:
    """Return a row as it is shown."""
    cells = []
    for column in columns:
        value = column.value(row)
        first = column is columns[0]
        href = column.href(row) if column.href else table.row_href(row) if table.row_href and first else ""
        number = column.number or is_number(value)
        shown = html(value)
        inner = f'<a href="{escape(href)}">{shown}</a>' if href else shown
        cells.append(f"<td {_attributes(column.label, number, first, column.width)}>{inner}</td>")
    return Line(key=key_of(table, row), name=table.row_name(row), cells=SafeString("".join(cells)))


@lru_cache(maxsize=4096)
def _attributes(label: str, number: bool, first: bool, width: str) -> SafeString:
    classes = [
        *(["mj-number"] if number else []),
        *(["mj-first"] if first else []),
        *([f"mj-{width}"] if width else []),
    ]
    return format_html('data-label="{}" class="{}"', label, " ".join(classes))


class TableView[V: Viewer](Page[V]):
    """
    The page of a :class:`Table`. Give ``table``, ``title``, ``permission`` and :meth:`rows`.

    ``rows`` returns the query that the viewer may see (through ``visible``) with ``select_related`` for what the columns
    show: the number of queries must not grow with the rows. ``lead`` is a sentence under the title; :meth:`acts` returns
    buttons (label, address, icon) for the head of the page.
    """

    table: ClassVar[Table]
    lead: ClassVar[str] = ""
    template_name: ClassVar[str] = "ui/table.html"
    export_name: ClassVar[str] = ""
    keys_first: ClassVar[bool] = False
    """Whether the rows of a page are found by key before they are read; see :class:`CappedPaginator`."""

    def rows(self) -> QuerySet[Any]:
        """Return the rows that the viewer may see."""
        raise NotImplementedError

    def read(self, keys: Sequence[object]) -> Iterable[Any]:
        """Return the rows of some keys, which were found among those that the viewer may see, with what lines show."""
        return self.rows().filter(pk__in=keys)

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Return the buttons of the page's head: label, address, icon; the first is the main one."""
        return ()

    # what the address says

    @cached_property
    def given(self) -> dict[str, str]:
        """What the address says, one value for each name."""
        return {name: str(value).replace("\x00", "") for name, value in self.request.GET.items()}

    @cached_property
    def columns(self) -> list[Column]:
        """The columns that are shown, in the order of the table."""
        chosen = {name for part in self.request.GET.getlist("columns") for name in part.split(",")}
        return [one for one in self.table.columns if one.name in chosen] or [
            one for one in self.table.columns if one.shown
        ]

    @cached_property
    def reads(self) -> list[str]:
        """The rows beside that the shown columns are made of."""
        return list(dict.fromkeys(one.reads for one in self.columns if one.reads))

    @cached_property
    def sort(self) -> str:
        """The column by which the rows are ordered, with ``-`` for the reverse."""
        wanted = self.given.get("sort", "")
        column = self.table.named.get(wanted.removeprefix("-"))
        return wanted if column and column.order else self.table.order

    def found(self, up_to: int | None = None) -> QuerySet[Any]:
        """Return the rows of the address: searched (``up_to`` so many), filtered, ordered."""
        rows = self.rows()
        for one in self.table.filters:
            rows = one.apply(rows, self.given, self.actor)
        return self.table.ordered(self.table.searched(rows, self.given.get("q", ""), up_to), self.sort)

    def address(self, **changes: str | None) -> str:
        """Return the query of this view with changes; ``None`` takes a part away, and the page begins anew."""
        kept: list[tuple[str, str]] = []
        for name, values in self.request.GET.lists():
            if name not in changes and name not in ("page", "export"):
                kept.extend((name, value) for value in values if value)
        return "?" + urlencode([*kept, *((name, value) for name, value in changes.items() if value)])

    # what is done

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the table, or answer with its file."""
        wanted = self.given.get("export", "")
        if wanted in _EXPORTS:
            return self.export(wanted)  # type: ignore[return-value]
        return self.show(**self.context())

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """
        Ask whether to do a bulk act, or do it.

        :raises NoPermissionError: if the viewer may not do it
        """
        act = next((one for one in self.table.bulk if one.name == request.POST.get("act")), None)
        if act is None or not self.actor.may(act.permission):
            raise NoPermissionError
        keys = request.POST.getlist("key")
        rows = list(self.rows().filter(**{f"{self.table.key}__in": keys}).order_by("pk")[: self.table.count_up_to])
        reason = request.POST.get("reason", "").strip()
        if not rows or "sure" not in request.POST or (act.reason and not reason):
            return self._ask(act, rows, missing=act.reason and "sure" in request.POST and not reason)
        return self._do(act, rows, reason)

    def context(self) -> dict[str, Any]:
        """Return what the template is given."""
        leaf = self._leaf()
        return self.frame() | {
            "heads": [self._head(column) for column in self.columns],
            "lines": [line_of(self.table, self.columns, row) for row in leaf.object_list],
            "leaf": leaf,
            "more": leaf.paginator.more,  # type: ignore[attr-defined]
            "bulk": [one for one in self.table.bulk if self.actor.may(one.permission)],
            "size": leaf.paginator.per_page,
            "all_columns": [(one, one in self.columns) for one in self.table.columns],
        }

    def frame(self) -> dict[str, Any]:
        """Return what stands around the rows: buttons, filters, saved views, files."""
        query = self.address()[1:]
        return {
            "lead": self.lead,
            "table": self.table,
            "view": self,
            "acts": self.acts(),
            "asked": self._asked(),
            "chosen": self._chosen(),
            "q": self.given.get("q", ""),
            "searches": bool(self.table.search or self.table.find),
            "hidden": self._hidden(),
            "saved": [(one, one.query == query) for one in views_of(self.actor, self.table.name)],
            "query": query,
            "exports": {kind: self.address(export=kind) for kind in _EXPORTS},
        }

    def crumbs(self) -> list[Crumb]:
        """Return the way to the page."""
        return []

    def export(self, kind: str) -> HttpResponseBase:
        """Answer with a file of exactly the rows and columns of the address; that it was taken stands in the log."""
        rows = self.found()
        head = [column.label for column in self.columns]
        return self.file(kind, head, self._values(rows), count=rows.order_by().count())

    def file(self, kind: str, head: Sequence[str], rows: Iterable[Sequence[object]], *, count: int) -> HttpResponseBase:
        """
        Answer with a file of some rows, and enter in the log that it was taken.

        :raises TooManyRowsError: if a sheet holds fewer rows
        """
        name = self.export_name or self.title
        with transaction.atomic():
            append(
                actor=self.actor.code,
                at=self.now,
                act="ui.export",
                subject=f"table:{self.table.name}",
                fields={"kind": kind, "rows": count, "query": self.address()[1:]},
            )
        if kind == "csv":
            return as_csv(name, chain([head], rows))
        if count > XLSX_ROWS:
            raise TooManyRowsError(count)
        return as_xlsx(name, head, rows)

    # the parts

    def _leaf(self) -> Leaf[Any]:
        wanted = self.given.get("size", "")
        size = int(wanted) if wanted.isdecimal() and int(wanted) in self.table.sizes else self.table.size
        words = bool(self.given.get("q", "").strip())
        most = min(self.table.count_up_to, FOUND_UP_TO) if words else self.table.count_up_to
        rows = self.found(most if words else None)
        read = self.read if self.keys_first else None
        paginator = CappedPaginator(rows, size, up_to=most, read=read, few=words)
        return paginator.get_page(self.given.get("page"))

    def _head(self, column: Column) -> Head:
        if not column.order:
            return Head(column=column)
        now = self.sort.removeprefix("-") == column.name
        down = self.sort.startswith("-")
        href = self.address(sort=column.name if down or not now else f"-{column.name}")
        return Head(column=column, href=href, sorted=("descending" if down else "ascending") if now else "")

    def _chosen(self) -> list[tuple[str, str]]:
        """What limits the rows, in words, each with the address without it."""
        words = self.given.get("q", "").strip()
        made = [(f"含“{words}”", self.address(q=None))] if words else []
        said = ((one.words(self.given, self.actor), one) for one in self.table.filters)
        made.extend((text, self.address(**dict.fromkeys(one.parameters))) for text, one in said if text)
        return made

    def _asked(self) -> list[Asked]:
        """What the form of filters asks."""
        return [part for one in self.table.filters if not one.quiet for part in one.asked(self.given, self.actor)]

    def _hidden(self) -> list[tuple[str, str]]:
        """What the form of filters must not lose."""
        quiet = (name for one in self.table.filters if one.quiet for name in one.parameters)
        names = ("sort", "size", "columns", *quiet)
        return [(name, value) for name in names for value in self.request.GET.getlist(name) if value]

    def _values(self, rows: QuerySet[Any]) -> Iterator[Sequence[object]]:
        for row in rows.iterator(chunk_size=_CHUNK):
            yield [column.value(row) for column in self.columns]

    def _ask(self, act: BulkAct, rows: Sequence[Any], *, missing: bool) -> HttpResponse:
        lines = [(key_of(self.table, row), self.table.row_name(row)) for row in rows]
        given: dict[str, Any] = {"act": act, "lines": lines, "missing": missing, "back": self.request.get_full_path()}
        return self.show("ui/confirm_bulk.html", **given, table=self.table, status=_UNPROCESSABLE if missing else 200)

    def _do(self, act: BulkAct, rows: Sequence[Any], reason: str) -> HttpResponse:
        done: list[str] = []
        refused: list[tuple[str, str]] = []
        for row in rows:
            try:
                with transaction.atomic():
                    act.each(self.actor, self.now, row, reason)
            except DomainError as error:
                refused.append((self.table.row_name(row), error.message))
            else:
                done.append(self.table.row_name(row))
        given: dict[str, Any] = {"act": act, "done": done, "refused": refused, "back": self.request.get_full_path()}
        return self.show("ui/bulk_done.html", **given, table=self.table)


class TooManyRowsError(DomainError):
    """More rows than a sheet holds."""

    code = "ui.too_many_rows"

    def __init__(self, count: int) -> None:
        super().__init__(
            f"共 {count:,} 行，超过一张工作表能放下的 {XLSX_ROWS:,} 行。请先筛选，或者导出 CSV。", count=count
        )
