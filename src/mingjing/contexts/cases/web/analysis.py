"""Cases counted by one or two dimensions: a picture, a table, and every number leads to its cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.cases.analysis import DIMENSIONS, Crossing, Value, cross
from mingjing.contexts.cases.models import Case
from mingjing.contexts.cases.web.tables import SEE, TABLE, MineFilter
from mingjing.contexts.ui.components import Chart, ChartKind, Crumb, Series
from mingjing.contexts.ui.navigation import Viewer
from mingjing.contexts.ui.tables import ChoiceFilter, Table, TableView
from mingjing.contexts.ui.tables.filters import Asked, Given

MOST_BARS: Final = 20
"""A picture of more says nothing; the table has them all."""
MOST_PARTS: Final = 6
_FIRST: Final = "agency"
_LABELS: Final = tuple((one.code, one.label) for one in DIMENSIONS.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class DimensionChoice(ChoiceFilter):
    """By what the cases are counted; limits nothing. ``none`` is what no choice is called, ``first`` what it means."""

    none: str = ""
    first: str = ""

    def asked(self, given: Given, viewer: Viewer) -> list[Asked]:
        """Return what the form shows."""
        (one,) = super(DimensionChoice, self).asked(given, viewer)
        return [replace(one, value=one.value or self.first, none=self.none)]

    def apply[M: Model](self, rows: QuerySet[M], given: Given, viewer: Viewer) -> QuerySet[M]:
        """Leave the rows as they are."""
        return rows

    def words(self, given: Given, viewer: Viewer) -> str:
        """Say nothing: it is no condition."""
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A number and the list of its cases."""

    number: int
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A row of the table: its label, the numbers of the second dimension, all together and their share."""

    label: str
    cells: Sequence[Cell]
    together: Cell
    share: float


class AnalysisPage(TableView[Actor]):
    """The numbers of the cases that the viewer may see."""

    table = Table(
        name="cases.analysis",
        columns=TABLE.columns,
        filters=(
            DimensionChoice(name="by", label="统计口径", choices=_LABELS, first=_FIRST),
            DimensionChoice(name="across", label="分列", choices=_LABELS, none="不分列"),
            *(replace(one, quiet=False) for one in TABLE.filters if not isinstance(one, MineFilter)),
        ),
        find=TABLE.find,
        search_hint=TABLE.search_hint,
        order=TABLE.order,
        key=TABLE.key,
        noun=TABLE.noun,
        empty=TABLE.empty,
    )
    title, permission, template_name = "案件统计分析", SEE, "cases/analysis.html"
    lead = "按单位、领域、地区、时间和类别统计能查看的案件；点开每个数，就是它数到的案件。"
    export_name = "案件统计"

    def rows(self) -> QuerySet[Case]:
        """Return what the viewer may see."""
        return visible(Case.objects.all(), self.actor, SEE)

    def crumbs(self) -> list[Crumb]:
        """Return the way to the page."""
        return [Crumb(label="案件", href=reverse("cases_list"))]

    @cached_property
    def crossing(self) -> Crossing:
        """The numbers of the address."""
        by = DIMENSIONS.get(self.given.get("by", ""), DIMENSIONS[_FIRST])
        across = DIMENSIONS.get(self.given.get("across", ""))
        return cross(self.found(), by, across if across is not by else None)

    def context(self) -> dict[str, Any]:
        """Return what the template is given."""
        crossing = self.crossing
        rows = self._counted()
        return self.frame() | {
            "crossing": crossing,
            "counted": rows,
            "below": [self._cell(crossing.of_columns[one.value], one) for one in crossing.columns],
            "together": self._cell(crossing.total),
            "chart": self._chart(rows) if rows else None,
        }

    def export(self, kind: str) -> HttpResponseBase:
        """Answer with the table as a file."""
        head = [self.crossing.by.label, *(one.label for one in self.crossing.columns), "合计（件）", "占比（%）"]
        rows = [
            [one.label, *(cell.number for cell in one.cells), one.together.number, one.share]
            for one in self._counted()
        ]  # fmt: skip
        return self.file(kind, head, rows, count=len(rows))

    def _counted(self) -> list[Counted]:
        crossing = self.crossing
        return [
            Counted(
                label=row.label,
                cells=[self._cell(crossing.at(row.value, one.value), row, one) for one in crossing.columns],
                together=self._cell(crossing.of_rows[row.value], row),
                share=round(100 * crossing.of_rows[row.value] / crossing.total, 1),
            )
            for row in crossing.rows
        ]

    def _cell(self, number: int, *values: Value) -> Cell:
        """Return a number with the address of the list that it counts."""
        kept = {name: value for name, value in self.given.items() if value and name in _KEPT}
        for one in values:
            kept = _narrowed(kept, one.drill)
        return Cell(number=number, href=f"{reverse('cases_list')}?{urlencode(kept | {'whose': 'all'})}")

    def _chart(self, rows: Sequence[Counted]) -> Chart:
        crossing = self.crossing
        shown = rows[-MOST_BARS:] if crossing.by.in_order else rows[:MOST_BARS]
        left = len(rows) - len(shown)
        summary = f"共 {crossing.total:,} 件。"
        if left:
            summary += f"图中是{'最近' if crossing.by.in_order else '最多'}的 {len(shown)} 项，其余 {left} 项见下表。"
        stacked = 0 < len(crossing.columns) <= MOST_PARTS
        series = [
            Series(
                name=column.label,
                values=[row.cells[at].number for row in shown],
                hrefs=[row.cells[at].href for row in shown],
            )
            for at, column in enumerate(crossing.columns)
        ] if stacked else [
            Series(
                name="案件",
                values=[row.together.number for row in shown],
                hrefs=[row.together.href for row in shown],
            )
        ]  # fmt: skip
        plain = ChartKind.BAR if crossing.by.in_order else ChartKind.BAR_ACROSS
        return Chart(
            name="cases",
            title=f"案件（按{crossing.by.label}）",
            labels=[row.label for row in shown],
            series=series,
            kind=ChartKind.STACK if stacked else plain,
            unit="件",
            label_head=crossing.by.label,
            summary=summary,
        )


_KEPT: Final = {"q", *(name for one in TABLE.filters for name in one.parameters)}


def _narrowed(kept: Mapping[str, str], drill: Mapping[str, str]) -> dict[str, str]:
    """Add conditions to those that stand: of two first days the later holds, of two last days the earlier."""
    found = dict(kept)
    for name, value in drill.items():
        there = found.get(name, "")
        if there and name.endswith("_from"):
            value = max(there, value)
        elif there and name.endswith("_to"):
            value = min(there, value)
        found[name] = value
    return found
