"""Pages of reports: the list, a report with figures that open their rows, its words, to whom it goes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.accounts.queries import names_of
from mingjing.contexts.plans import queries as plans
from mingjing.contexts.plans.models import PlanState
from mingjing.contexts.plans.usecases.files import FileGiven
from mingjing.contexts.plans.web.base import FormPage, stored
from mingjing.contexts.records.queries import history
from mingjing.contexts.reporting import queries
from mingjing.contexts.reporting.facts import task_href
from mingjing.contexts.reporting.measures import STANDINGS
from mingjing.contexts.reporting.models import Figure, Report, ReportKind, ReportState
from mingjing.contexts.reporting.rendering import docx, pdf
from mingjing.contexts.reporting.usecases import reports
from mingjing.contexts.reporting.usecases.base import ReportingError
from mingjing.contexts.reporting.web import forms
from mingjing.contexts.ui.components import Badge, Chart, ChartKind, Crumb, Event, Fact, Series, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, DateFilter, Table, TableView
from mingjing.contexts.ui.web.downloads import DOCX, attachment
from mingjing.contexts.ui.web.pages import Page, version_of
from mingjing.domain.reports.blocks import BlockError, BlockKind, block_of, filled, own_numbers, pieces
from mingjing.domain.reports.periods import PeriodError, label_of, month_key

TONES = {ReportState.DRAFT: Tone.ATTENTION, ReportState.SIGNED: Tone.GOOD}
ACTS = {
    "reporting.draft_report": "起草",
    "reporting.refresh_report": "更新数据",
    "reporting.edit_report": "修改",
    "reporting.sign_report": "签发",
    "reporting.add_delivery": "登记报送对象",
    "reporting.deliver": "登记报送",
    "reporting.ask": "布置报送",
    "reporting.submit": "报送",
    "reporting.judge": "审核",
}
REFUSALS = (ReportingError, PeriodError, BlockError)
_WORDS = {
    **STANDINGS, "missing": "未报", "submitted": "待审核", "accepted": "已审核", "returned": "已退回", "lead": "牵头",
    "responsible": "责任", "member": "成员", "cooperating": "配合", "by_duty": "按职责分工负责", "open": "待整改",
    "answered": "待销号", "closed": "已销号", "visit": "督导", "self_check": "自查", "draft": "待提交",
}  # fmt: skip
"""Codes of the facts in words."""

REPORTS = Table(
    name="reporting.reports",
    columns=(
        Column(name="title", label="标题", value=lambda row: row.title, order="title", width="wide"),
        Column(name="kind", label="种类", value=lambda row: row.get_kind_display()),
        Column(name="number", label="文号或者期号", value=lambda row: row.number),
        Column(name="period", label="期间", value=lambda row: label_of(row.period), order="last_on"),
        Column(name="as_of", label="数据截止", value=lambda row: row.as_of, order="as_of"),
        Column(
            name="state",
            label="状态",
            value=lambda row: Badge(text=row.get_state_display(), tone=TONES[ReportState(row.state)]),
        ),
        Column(
            name="undelivered",
            label="未报送",
            value=lambda row: f"{row.undelivered}/{row.delivery_count}" if row.delivery_count else "",
        ),
    ),
    filters=(
        ChoiceFilter(name="kind", label="种类", choices=ReportKind.choices),
        ChoiceFilter(name="state", label="状态", choices=ReportState.choices),
        DateFilter(name="last", label="期间末日", field="last_on"),
    ),
    search=("title", "number"),
    search_hint="标题、文号",
    order="-period",
    key="code",
    row_name=lambda row: row.title,
    row_href=lambda row: reverse("report", args=[row.code]),
    noun="份",
    empty="还没有报告。月末、季末、年末会自动起草，也可以现在起草一份。",
)


class ReportsPage(TableView[Actor]):
    """All reports."""

    table, title, permission = REPORTS, "报告和通报", "reporting.report.view"
    lead = "报告里的每个数都能点开，看到当时的明细；签发以后不再变化。"

    def rows(self) -> QuerySet[Report]:
        """Return the reports that the actor may see."""
        return queries.reports_of(self.actor)

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Offer to draft one."""
        return [("起草报告", reverse("report_draft"), "file-plus")] if self.actor.may("reporting.report.edit") else []


class DraftPage(FormPage):
    """Draft a report."""

    permission, title, act, icon = "reporting.report.edit", "起草报告", "起草", "file-plus"
    lead = "按种类的样式起草，数从台账和报送里数出来并当场冻结；起草以后可以改文字、补内容，再签发。"
    refusals = REFUSALS

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="报告和通报", href=self.back())]

    def back(self) -> str:
        """Return the list."""
        return reverse("reports")

    def form(self, data: Any = None, files: Any = None) -> django_forms.Form:
        """Return the form."""
        rows = plans.plans_of(self.actor, self.today) if self.actor.may("plans.plan.view") else ()
        choices = [(one.code, one.title) for one in rows if one.state != PlanState.DRAFT]
        return forms.ReportForm(data, files, plans=choices, initial={"period": month_key(self.today)})

    def done(self, form: django_forms.Form) -> HttpResponse:
        """Draft it."""
        data = form.cleaned_data
        place = min(self.actor.scope(self.permission).places, default="", key=len)
        report = reports.draft_report(
            actor=self.actor, at=self.now, kind=ReportKind(data["kind"]), place=place, period=data["period"],
            plan=data["plan"], title=data["title"],
        )  # fmt: skip
        messages.success(self.request, "已起草，请核对文字。")
        return redirect("report", code=report.code)


class ReportPage(Page[Actor]):
    """One report, as it will be printed; each figure leads to its rows."""

    permission, template_name = "reporting.report.view", "reporting/report.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="报告和通报", href=reverse("reports"))]

    def context(self) -> dict[str, Any]:
        """Return the report with its figures."""
        report = queries.report_of(self.actor, self.kwargs["code"])
        figures = {one.key: one for one in report.figures.defer("rows")}
        blocks = [block_of(one) for one in report.blocks]
        draft = report.state == ReportState.DRAFT
        edits = self.actor.may("reporting.report.edit")
        return {
            "title": report.title,
            "report": report,
            "state": Badge(text=report.get_state_display(), tone=TONES[ReportState(report.state)]),
            "blocks": [shown(one, figures, number) for number, one in enumerate(blocks)],
            "facts": report_facts(report),
            "own_numbers": own_numbers(blocks) if draft and edits else (),
            "deliveries": [
                {
                    "row": one,
                    "late": not one.delivered_on and one.due_on is not None and one.due_on < self.today,
                    "receipt": reverse("receipt", args=[one.pk]) if one.file else "",
                }
                for one in report.deliveries.all()
            ],
            "may_edit": draft and edits,
            "may_sign": draft and self.actor.may("reporting.report.sign"),
            "may_deliver": edits,
            "events": events_of(f"report:{report.code}"),
        }


class ReportEditPage(Page[Actor]):
    """Edit the words of a draft."""

    permission, template_name, title = "reporting.report.edit", "reporting/edit.html", "修改报告"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        report = queries.report_of(self.actor, self.kwargs["code"])
        return [
            Crumb(label="报告和通报", href=reverse("reports")),
            Crumb(label=report.title, href=reverse("report", args=[report.code])),
        ]

    def context(self) -> dict[str, Any]:
        """Return the blocks and the figures that the words may refer to."""
        report = queries.report_of(self.actor, self.kwargs["code"])
        return self._given(report, report.blocks)

    def _given(self, report: Report, blocks: Sequence[Mapping[str, Any]], error: str = "") -> dict[str, Any]:
        return {
            "report": report,
            "blocks": [(number, one, one["kind"] in ("heading", "paragraph")) for number, one in enumerate(blocks)],
            "figures": list(report.figures.defer("rows").exclude(key__startswith="unit-")),
            "error": error,
        }

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Save the words."""
        report = queries.report_of(self.actor, code)
        blocks = blocks_given(request, report.blocks)
        try:
            reports.edit_report(
                actor=self.actor, at=self.now, code=code, version=version_of(request),
                title=request.POST.get("title", ""), number=request.POST.get("number", ""),
                addressees=request.POST.get("addressees", ""), blocks=blocks,
            )  # fmt: skip
        except REFUSALS as error:
            return self.show(**self._given(report, blocks, error.message), status=422)
        messages.success(request, "已保存。")
        return redirect("report", code=code)


def blocks_given(request: HttpRequest, former: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Read the blocks that were edited: a blank line begins a new paragraph, ``#`` a heading; what is empty is gone."""
    made: list[dict[str, Any]] = []
    for number, one in enumerate(former):
        if one["kind"] in ("heading", "paragraph"):
            text = request.POST.get(f"block-{number}", "").replace("\r\n", "\n")
            for part in (each.strip() for each in text.split("\n\n")):
                if not part:
                    continue
                heading = part.startswith("#") or (one["kind"] == "heading" and part == text.strip())
                if heading:
                    made.append({"kind": "heading", "text": part.lstrip("# "), "level": one.get("level", 1)})
                else:
                    made.append({"kind": "paragraph", "text": part})
        elif request.POST.get(f"keep-{number}"):
            made.append(dict(one))
    return made


class RefreshAct(Page[Actor]):
    """Count the figures of a draft again."""

    permission = "reporting.report.edit"
    http_method_names = ["post"]  # noqa: RUF012 - Django's own

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Do it."""
        try:
            reports.refresh_report(actor=self.actor, at=self.now, code=code, version=version_of(request))
        except BlockError as error:
            messages.error(request, f"有的数现在数不出来：{error.message}请改去引用它的文字以后再更新。")
        else:
            messages.success(request, "数据已更新到今天。")
        return redirect("report", code=code)


class SignPage(Page[Actor]):
    """Ask, and sign."""

    permission, template_name, title = "reporting.report.sign", "reporting/sign.html", "签发报告"

    def context(self) -> dict[str, Any]:
        """Return what is signed."""
        report = queries.report_of(self.actor, self.kwargs["code"])
        facts = [
            ("标题", report.title), ("文号或者期号", report.number or "没有"), ("发文机关", report.issuer),
            ("主送", report.addressees or "没有"), ("数据截止", report.as_of),
        ]  # fmt: skip
        blocks = [block_of(one) for one in report.blocks]
        return {
            "report": report,
            "facts": facts,
            "own_numbers": own_numbers(blocks),
            "back": reverse("report", args=[report.code]),
        }

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Sign."""
        try:
            reports.sign_report(actor=self.actor, at=self.now, code=code, version=version_of(request))
        except ReportingError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "已签发，DOCX 和 PDF 已生成。")
        return redirect("report", code=code)


class ReportFile(Page[Actor]):
    """A report as DOCX or PDF: the kept file once it is signed, else one made now with 草稿 across it."""

    permission = "reporting.report.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with the file."""
        report = queries.report_of(self.actor, self.kwargs["code"])
        suffix = self.kwargs["suffix"]
        name = f"{report.title}.{suffix}"
        kept = report.docx_file if suffix == "docx" else report.pdf_file
        if report.state == ReportState.SIGNED and kept:
            return stored(kept, name)  # type: ignore[return-value]
        sheet = reports.sheet_of(report, dated_on=self.today)
        if suffix == "docx":
            return attachment(docx(sheet), f"草稿-{name}", DOCX)
        return attachment(pdf(sheet), f"草稿-{name}", "application/pdf")


class FactsFile(Page[Actor]):
    """The facts from which the figures of a report were counted."""

    permission = "reporting.report.edit"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with the ZIP."""
        report = queries.report_of(self.actor, self.kwargs["code"])
        with default_storage.open(report.facts_file) as file:
            return attachment(file.read(), f"{report.title}-事实.zip", "application/zip")


class FigurePage(Page[Actor]):
    """A figure: how it was counted, and the rows behind it as they stood."""

    permission, template_name = "reporting.report.view", "reporting/figure.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        figure = queries.figure_of(self.actor, self.kwargs["pk"])
        report = figure.report
        return [
            Crumb(label="报告和通报", href=reverse("reports")),
            Crumb(label=report.title, href=reverse("report", args=[report.code])),
        ]

    def context(self) -> dict[str, Any]:
        """Return the figure and its rows."""
        figure = queries.figure_of(self.actor, self.kwargs["pk"])
        links = self.actor.may("plans.task.view")
        hidden = {"id", "task", "path", "code"}
        columns = [(name, label) for name, label in figure.columns if name not in hidden]
        return {
            "title": f"{figure.label}：{figure.value}{figure.unit}",
            "figure": figure,
            "facts": [
                Fact(label="数值", value=f"{figure.value}{figure.unit}"),
                Fact(label="怎样数", value=query_words(figure)),
                Fact(label="数据截止", value=figure.as_of),
                Fact(label="明细", value=f"{len(figure.rows)} 行"),
                Fact(label="明细摘要", value=f"SHA-256 {figure.sha256[:32]}…"),
            ],
            "heads": [label for _, label in columns],
            "rows": [
                (
                    [_WORDS.get(str(row.get(name, "")), row.get(name, "")) for name, _ in columns],
                    row.get("href") or (task_href(row) if links else ""),
                )
                for row in figure.rows
            ],
        }


class DeliveryNewPage(FormPage):
    """Say to whom a report must go."""

    permission, title, refusals = "reporting.report.edit", "登记报送对象", REFUSALS

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        report = queries.report_of(self.actor, self.kwargs["code"])
        return [Crumb(label="报告和通报", href=reverse("reports")), Crumb(label=report.title, href=self.back())]

    def back(self) -> str:
        """Return the report's page."""
        return reverse("report", args=[self.kwargs["code"]])

    def form(self, data: Any = None, files: Any = None) -> django_forms.Form:
        """Return the form."""
        return forms.DeliveryForm(data, files)

    def done(self, form: django_forms.Form) -> HttpResponse:
        """Save it."""
        reports.add_delivery(actor=self.actor, at=self.now, code=self.kwargs["code"], **form.cleaned_data)
        messages.success(self.request, "已登记。")
        return redirect(f"{self.back()}#deliveries")


class DeliverPage(FormPage):
    """Write down that a report went."""

    permission, title, act, icon, refusals = "reporting.report.edit", "登记报送", "登记", "send", REFUSALS

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        report = queries.delivery_of(self.actor, self.kwargs["pk"]).report
        return [Crumb(label="报告和通报", href=reverse("reports")), Crumb(label=report.title, href=self.back())]

    def back(self) -> str:
        """Return the report's page."""
        return reverse("report", args=[queries.delivery_of(self.actor, self.kwargs["pk"]).report.code])

    def facts(self) -> Sequence[tuple[str, object]]:
        """Return what goes to whom."""
        one = queries.delivery_of(self.actor, self.kwargs["pk"])
        return [("报告", one.report.title), ("报送对象", one.addressee), ("时限", one.due_on or "没有")]

    def form(self, data: Any = None, files: Any = None) -> django_forms.Form:
        """Return the form."""
        return forms.DeliverForm(data, files, initial={"on": self.today})

    def done(self, form: django_forms.Form) -> HttpResponse:
        """Save it."""
        data = form.cleaned_data
        file = data["receipt"]
        given = FileGiven(name=file.name, content=file.read()) if file else None
        reports.deliver(
            actor=self.actor, at=self.now, delivery=self.kwargs["pk"], on=data["on"], words=data["words"], receipt=given
        )
        messages.success(self.request, "已登记。")
        return redirect(f"{self.back()}#deliveries")


class ReceiptFile(Page[Actor]):
    """The receipt of a delivery."""

    permission = "reporting.report.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with it."""
        row = queries.delivery_of(self.actor, self.kwargs["pk"])
        queries.report_of(self.actor, row.report.code)
        if not row.file:
            raise MissingError("没有回执。")
        return stored(row.file, row.name)  # type: ignore[return-value]


# what pages are given


def shown(block: Any, figures: Mapping[str, Figure], number: int) -> dict[str, Any]:
    """Return a block for the page: its words in pieces, each figure with the page of its rows."""
    values = {key: one.value for key, one in figures.items()}

    def linked(text: str) -> list[tuple[str, str]]:
        return [
            (piece.text, reverse("report_figure", args=[figures[piece.key].pk]) if piece.key else "")
            for piece in pieces(text, values)
        ]

    given: dict[str, Any] = {"kind": block.kind.value, "level": block.level, "title": block.title}
    if block.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH):
        given["pieces"] = linked(block.text)
        given["waits"] = "（请" in block.text
    elif block.kind is BlockKind.TABLE:
        given |= {"columns": block.columns, "rows": [[linked(cell) for cell in row] for row in block.rows]}
    else:
        counted = [filled(row[1], values) for row in block.rows]
        given["chart"] = Chart(
            name=f"chart-{number}",
            title=block.title,
            labels=[row[0] for row in block.rows],
            series=[
                Series(name=block.columns[-1], values=[float(one) if _is_number(one) else None for one in counted])
            ],
            kind=ChartKind.BAR_ACROSS,
            unit="项",
            label_head=block.columns[0],
            summary="；".join(f"{row[0]} {one}" for row, one in zip(block.rows, counted, strict=True)),
        )
    return given


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdecimal()


def query_words(figure: Figure) -> str:
    """Say how a figure was counted."""
    params = figure.params
    if figure.query == "share":
        return f"{params['of']} ÷ {params['out_of']}"
    if figure.query == "indicator":
        return str(params.get("words", "指标"))
    where = "，".join(
        f"{dict(figure.columns).get(name, name)}为{'或者'.join(_WORDS.get(str(one), str(one)) for one in (value if isinstance(value, list) else [value]))}"
        for name, value in params.get("where", {}).items()
    )
    what = {"count": "数行数", "sum": "加总"}.get(figure.query, "")
    if params.get("period") == "latest":
        what = "各单位期内最后一次报送的数相加（时点数，不逐期累加）"
    if figure.query == "distinct":
        what = f"数不同的{dict(figure.columns).get(params['distinct'], '值')}"
    return f"{what}（{where}）" if where else what


def report_facts(report: Report) -> list[Fact]:
    """Return what stands beside a report."""
    return [
        Fact(label="种类", value=report.get_kind_display()),
        Fact(label="期间", value=label_of(report.period)),
        Fact(label="数据截止", value=report.as_of),
        Fact(label="发文机关", value=report.issuer or "没有"),
        Fact(label="文号或者期号", value=report.number or "没有"),
        Fact(label="起草", value=f"{report.drafted_at:%Y-%m-%d}"),
        *([Fact(label="签发", value=f"{report.signed_by} {report.signed_at:%Y-%m-%d}")] if report.signed_at else []),
        Fact(label="事实文件摘要", value=f"{report.facts_sha256[:24]}…"),
        *([Fact(label="PDF 摘要", value=f"{report.pdf_sha256[:24]}…")] if report.pdf_sha256 else []),
    ]


def events_of(subject: str) -> list[Event]:
    """Return what was done, the latest first."""
    acts = history(subject, most=50)
    names = names_of(one.actor for one in acts)
    return [
        Event(
            at=one.at,
            title=ACTS.get(one.act, one.act),
            who="自动" if one.actor == "system" else names.get(one.actor, one.actor),
            text="；".join(str(one.fields[name]) for name in ("addressee", "reason") if one.fields.get(name)),
        )
        for one in acts
    ]
