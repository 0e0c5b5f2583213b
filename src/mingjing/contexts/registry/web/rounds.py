"""Pages of review rounds, their rows and their report."""

import io
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, access, visible
from mingjing.contexts.registry.models import ReviewRound, ReviewRow, choices
from mingjing.contexts.registry.usecases import rounds as acts
from mingjing.contexts.registry.usecases.reports import round_document
from mingjing.contexts.registry.web.framework import (
    Act,
    ActPage,
    NewPage,
    Section,
    Thing,
    ThingPage,
    choice,
    day,
    form_of,
    no_fields,
    units_of,
    words,
)
from mingjing.contexts.ui.components import Badge, Crumb, Fact, Tone
from mingjing.contexts.ui.tables import BulkAct, ChoiceFilter, Column, FlagFilter, Table, TableView
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.registry.rounds import Outcome, RoundKind

_TONES = {"confirmed": Tone.GOOD, "to_correct": Tone.ATTENTION, "cancelled": Tone.BAD}


def badge(row: ReviewRound, today: date) -> Badge:
    """Show whether a round is under way."""
    if row.closed_on is not None:
        return Badge(text="已结束", tone=Tone.GOOD)
    return Badge(text="已超期", tone=Tone.BAD) if row.due_on < today else Badge(text="进行中", tone=Tone.INFO)


TABLE = Table(
    name="registry.rounds",
    columns=(
        Column(name="title", label="名称", value=lambda row: row.title, order="title", width="wide"),
        Column(name="kind", label="类别", value=lambda row: RoundKind(row.kind).label, order="kind"),
        Column(name="unit", label="组织单位", value=lambda row: row.unit.name),
        Column(name="opened", label="开始", value=lambda row: row.opened_on, order="opened_on"),
        Column(name="due", label="期限", value=lambda row: row.due_on, order="due_on"),
        Column(name="rows", label="应清理", value=lambda row: row.total, number=True),
        Column(name="left", label="未办理", value=lambda row: row.left, number=True),
        Column(name="state", label="状态", value=lambda row: badge(row, localdate())),
    ),
    filters=(
        ChoiceFilter(name="kind", label="类别", choices=choices.of(RoundKind)),
        FlagFilter(name="open", label="只看进行中", condition=Q(closed_on__isnull=True)),
    ),
    search=("title", "code"),
    order="-opened",
    row_href=lambda row: reverse("registry_round", args=[row.code]),
    noun="轮",
    empty="还没有组织过清理。机构改革以后、每年年底，请组织一次。",
)


class RoundsPage(TableView[Actor]):
    """The list of rounds."""

    table = TABLE
    title = "清理"
    permission = acts.SEE

    def rows(self) -> QuerySet[ReviewRound]:
        """Return what the viewer may see."""
        rows = ReviewRound.objects.select_related("unit").annotate(
            total=Count("rows"), left=Count("rows", filter=Q(rows__outcome="open"))
        )
        return visible(rows, self.actor, self.permission)

    def acts(self) -> list[tuple[str, str, str]]:
        """Return the buttons."""
        if not self.actor.may("registry.round.edit"):
            return []
        return [("组织清理", reverse("registry_round_new"), "plus")]


def _sections(row: ReviewRound, _actor: Actor, _today: date) -> Iterable[Section]:
    counts = acts.tally(row)
    yield Section(
        title="进展",
        icon="progress-check",
        facts=[
            Fact(label="应清理", value=counts.total),
            Fact(label="确认", value=counts.confirmed),
            Fact(label="整改", value=counts.to_correct),
            Fact(label="取消", value=counts.cancelled),
            Fact(
                label="未办理",
                value=counts.open,
                href=reverse("registry_round_rows", args=[row.code]) + "?outcome=open",
            ),
        ],
    )
    yield Section(
        title="基本信息",
        icon="clipboard-list",
        facts=[
            Fact(label="类别", value=RoundKind(row.kind).label),
            Fact(label="事由", value=row.ground),
            Fact(label="组织单位", value=row.unit.name),
            Fact(label="行政区划", value=row.place),
            Fact(label="期限", value=f"{row.opened_on}至{row.due_on}"),
            *([Fact(label="结束日期", value=row.closed_on)] if row.closed_on else []),
            Fact(label="明细", value="逐行办理", href=reverse("registry_round_rows", args=[row.code])),
            Fact(label="报告", value="下载报告（DOCX）", href=reverse("registry_round_report", args=[row.code])),
        ],
    )


def fetch(actor: Actor, code: str) -> ReviewRound:
    """Return a round that the viewer may see."""
    return access(ReviewRound.objects.select_related("unit"), actor, acts.SEE, code=code)


THING = Thing(
    name="round",
    label="清理",
    list_label="清理",
    permission=acts.SEE,
    fetch=fetch,
    title=lambda row: row.title,
    badge=badge,
    sections=_sections,
    subjects=lambda row: [f"round:{row.code}"],
    acts=(
        Act(
            name="close",
            label="结束清理",
            permission="registry.round.edit",
            form=no_fields,
            run=lambda actor, at, row, _: acts.close_round(actor=actor, at=at, code=row.code, version=row.version),
            icon="flag-3",
            explain="全部明细办理完毕才能结束；还有未办理的，系统不予结束。",
            when=lambda row: row.closed_on is None,
        ),
    ),
)


class RoundPage(ThingPage):
    """One round."""

    thing = THING
    permission = acts.SEE


class RoundActPage(ActPage):
    """An act on a round."""

    thing = THING
    permission = acts.SEE


class RoundNewPage(NewPage):
    """Open a round."""

    thing = THING
    label = "组织清理"
    permission = "registry.round.edit"
    explain = "系统按现有登记列出全部应清理的主体或者人员，并标出查到的问题；由人逐行确认、整改或者取消。"

    def make(self) -> forms.Form:
        """Return the empty form."""
        place = self.actor.held[0].place if self.actor.held else ""
        return form_of(
            {
                "kind": choice("类别", choices.of(RoundKind)),
                "title": words("名称", longest=128),
                "code": words("编号", longest=32),
                "unit": choice("组织单位", units_of(self.actor, "registry.round.edit")),
                "place": words("行政区划代码", "清理该地方的全部登记。", longest=12, initial=place),
                "ground": words("事由", "如“机构改革”“年度清理”。"),
                "due_on": day("完成期限"),
            }
        )

    def run(self, values: dict[str, Any]) -> ReviewRound:
        """Open it."""
        return acts.open_round(actor=self.actor, at=self.now, **values)


def _decide(outcome: Outcome) -> Any:
    def each(actor: Actor, at: Any, row: ReviewRow, reason: str) -> None:
        acts.decide_row(actor=actor, at=at, row=row.pk, version=row.version, outcome=outcome, reason=reason)

    return each


ROWS = Table(
    name="registry.round_rows",
    columns=(
        Column(name="code", label="编码", value=lambda row: row.code, order="code"),
        Column(name="name", label="名称", value=lambda row: row.name, order="name"),
        Column(name="unit", label="单位", value=lambda row: row.unit_name, order="unit_path,id", width="wide"),
        Column(name="findings", label="发现的问题", value=lambda row: row.findings, width="wide"),
        Column(
            name="outcome",
            label="结论",
            value=lambda row: Badge(text=Outcome(row.outcome).label, tone=_TONES.get(row.outcome, Tone.INFO)),
            order="outcome",
        ),
        Column(name="reason", label="理由", value=lambda row: row.reason),
        Column(name="by", label="办理人", value=lambda row: row.decided_by_name),
        Column(name="on", label="办理日期", value=lambda row: row.decided_on, order="decided_on"),
    ),
    filters=(
        ChoiceFilter(name="outcome", label="结论", choices=choices.of(Outcome)),
        FlagFilter(name="found", label="有问题", condition=~Q(findings="")),
    ),
    bulk=(
        BulkAct(
            name="confirm",
            label="确认",
            permission="registry.round.decide",
            each=_decide(Outcome.CONFIRMED),
            explain="有问题未消除的不能确认，会逐行列出原因。",
        ),
        BulkAct(
            name="correct",
            label="整改",
            permission="registry.round.decide",
            each=_decide(Outcome.TO_CORRECT),
            reason=True,
        ),
        BulkAct(
            name="cancel",
            label="取消",
            permission="registry.round.decide",
            each=_decide(Outcome.CANCELLED),
            reason=True,
            explain="取消立即生效：人员取消资格并注销证件，主体撤销。不能撤回。",
        ),
    ),
    search=("name", "code", "unit_name"),
    search_hint="姓名、编码、单位",
    order="unit",
    row_name=lambda row: f"{row.name}（{row.code}）",
    noun="行",
    size=50,
)


class RoundRowsPage(TableView[Actor]):
    """The rows of a round, to be decided in bulk."""

    table = ROWS
    title = "清理明细"
    permission = acts.SEE

    def rows(self) -> QuerySet[ReviewRow]:
        """Return what the viewer may see."""
        row = fetch(self.actor, str(self.kwargs["code"]))
        return visible(ReviewRow.objects.filter(round=row).select_related("round"), self.actor, self.permission)

    def crumbs(self) -> list[Crumb]:
        """Lead back to the round."""
        code = str(self.kwargs["code"])
        return [
            Crumb(label="清理", href=reverse("registry_round_list")),
            Crumb(label=fetch(self.actor, code).title, href=reverse("registry_round", args=[code])),
        ]


class RoundReportPage(Page[Actor]):
    """The report of a round as a document."""

    permission = acts.SEE

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        """Answer with the document."""
        row = fetch(self.actor, str(self.kwargs["code"]))
        rows = visible(ReviewRow.objects.filter(round=row), self.actor, self.permission).order_by("unit_path", "pk")
        return FileResponse(
            io.BytesIO(round_document(row, list(rows), acts.tally(row), self.today)),
            as_attachment=True,
            filename=f"{row.title}报告.docx",
        )
