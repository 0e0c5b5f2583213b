"""Who reviews cases: with which legal background, and how many cases each."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.cases import queries
from mingjing.contexts.registry.models import Officer
from mingjing.contexts.ui.components import Badge, Crumb, Tone
from mingjing.contexts.ui.tables import Column, FlagFilter, Table, TableView, TextFilter


def background(row: Officer) -> object:
    """Say since when somebody has the legal qualification; who has none recorded is marked."""
    if row.legal_qualification_on is None:
        return Badge(text="没有登记法律专业背景", tone=Tone.ATTENTION)
    return f"法律职业资格，{row.legal_qualification_on}取得"


TABLE = Table(
    name="cases.reviewers",
    columns=(
        Column(name="name", label="姓名", value=lambda row: row.name, order="name"),
        Column(name="unit", label="审核机构", value=lambda row: row.unit.name, order="unit__path"),
        Column(name="background", label="法律专业背景", value=background, order="legal_qualification_on"),
        Column(name="reviewed", label="近一年审核案件", value=lambda row: row.reviewed, order="reviewed", number=True),
        Column(name="helped", label="其中协助外单位", value=lambda row: row.helped, order="helped", number=True),
        Column(name="position", label="职务", value=lambda row: row.position, shown=False),
        Column(name="code", label="人员编码", value=lambda row: row.code, order="code", shown=False),
    ),
    filters=(
        TextFilter(name="unit", label="审核机构", fields=("unit__name",)),
        FlagFilter(
            name="lacking", label="没有登记法律专业背景", condition=lambda: Q(legal_qualification_on__isnull=True)
        ),
    ),
    find=lambda rows, given, _: rows.filter(Q(name__startswith=given) | Q(code=given)),
    search_hint="姓名、人员编码",
    order="unit",
    key="code",
    row_href=lambda row: reverse("registry_officer", args=[row.code]),
    row_name=lambda row: row.name,
    noun="人",
    empty="没有法制审核人员。",
)


class ReviewersPage(TableView[Actor]):
    """The reviewers in the viewer's reach."""

    table, title, permission = TABLE, "法制审核人员", queries.REVIEWERS
    export_name = "法制审核人员"
    lead = "审核人员应当具有法律专业背景，数量与审核任务相适应；力量不足的，可以请求外单位协助审核。"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list of cases."""
        return [Crumb(label="案件", href=reverse("cases_list"))]

    def rows(self) -> QuerySet[Any]:
        """Return who may be seen."""
        return queries.reviewers(self.actor, self.today)
