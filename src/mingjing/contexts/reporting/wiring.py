"""What the reporting room tells the rooms beneath it: menu, to-dos, search."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.reporting import queries
from mingjing.contexts.reporting.models import Report, ReportKind, ReportState
from mingjing.contexts.ui import navigation
from mingjing.contexts.work import figures, search, todos


def register() -> None:
    """Register everything, when the platform starts."""
    navigation.register(
        navigation.Entry(
            label="报告和通报",
            url_name="reports",
            permission="reporting.report.view",
            group="监督",
            order=80,
            icon="report",
        ),
        navigation.Entry(
            label="报送",
            url_name="collections",
            permission="reporting.collection.view",
            group="监督",
            order=81,
            icon="send",
        ),
    )
    todos.register(_owed)
    todos.register(_waiting)
    todos.register(_drafts)
    todos.register(_undelivered)
    figures.register(_figures)
    search.register("report", "报告", "reporting.report.edit", _reports)


def _owed(actor: Actor, today: date) -> Iterable[todos.Todo]:
    for collection, unit in queries.owed(actor, today):
        yield todos.Todo(
            title=f"报送：{collection.title}",
            href=f"{reverse('submission_new', args=[collection.code])}?unit={unit.code}",
            kind="报送",
            due_on=collection.due_on,
            why=f"{unit.name}，期间 {collection.first_on:%Y-%m-%d} 至 {collection.last_on:%Y-%m-%d}。",
        )


def _waiting(actor: Actor, _today: date) -> Iterable[todos.Todo]:
    if not actor.may("reporting.collection.edit"):
        return
    for one in queries.waiting_submissions(actor)[:100]:
        yield todos.Todo(
            title=f"审核报送：{one.unit.short_name or one.unit.name}，{one.collection.title}",
            href=f"{reverse('collection', args=[one.collection.code])}#submission-{one.pk}",
            kind="报送",
            why=f"{one.submitted_at:%Y-%m-%d} 报送。",
        )


def _drafts(actor: Actor, _today: date) -> Iterable[todos.Todo]:
    if not actor.may("reporting.report.edit"):
        return
    verb = "签发" if actor.may("reporting.report.sign") else "核对"
    rows = visible(Report.objects.filter(state=ReportState.DRAFT), actor, "reporting.report.edit")
    for one in rows.order_by("drafted_at")[:50]:
        yield todos.Todo(
            title=f"{verb}报告：{one.title}",
            href=reverse("report", args=[one.code]),
            kind="报告",
            why=f"{one.get_kind_display()}，数据截止 {one.as_of:%Y-%m-%d}。",
        )


def _undelivered(actor: Actor, _today: date) -> Iterable[todos.Todo]:
    if not actor.may("reporting.report.edit"):
        return
    for one in queries.undelivered(actor)[:50]:
        yield todos.Todo(
            title=f"报送{one.addressee}：{one.report.title}",
            href=f"{reverse('report', args=[one.report.code])}#deliveries",
            kind="报告",
            due_on=one.due_on,
            why=f"时限依据 {one.why}。" if one.why else "",
        )


def _figures(actor: Actor, today: date) -> Iterable[figures.Figure]:
    if not actor.may("reporting.report.view") or actor.may("reporting.report.edit"):
        return
    rows = queries.reports_of(actor).filter(
        kind__in=(ReportKind.SPECIAL, ReportKind.CIRCULAR), last_on__year=today.year
    )
    count = rows.count()
    if count:
        yield figures.Figure(label="本年通报和专报", value=count, href=reverse("reports"))


def _reports() -> Iterator[search.Document]:
    for one in Report.objects.iterator():
        yield search.Document(
            key=one.code,
            title=one.title,
            text=f"{one.number} {one.issuer}",
            href=f"/reports/{one.code}/",
            place=one.place,
        )
