"""What the plans room tells the rooms beneath it: menu, to-dos, numbers, search."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.plans import background, queries
from mingjing.contexts.plans.models import (
    Finding,
    FindingState,
    Plan,
    PlanState,
    Task,
    VisitKind,
    VisitState,
    VisitUnit,
)
from mingjing.contexts.plans.usecases.base import document_of
from mingjing.contexts.ui import navigation
from mingjing.contexts.ui.components import Tone
from mingjing.contexts.work import figures, search, todos
from mingjing.domain.plans.standing import Standing
from mingjing.law import parameters

WARN_DAYS: Final = 30
"""Units are reminded of a task so long before its last day; a matter of convenience, not of law."""


def register() -> None:
    """Register everything, when the platform starts."""
    navigation.register(
        navigation.Entry(
            label="任务台账",
            url_name="tasks",
            permission="plans.task.view",
            group="监督",
            order=72,
            icon="list-check",
            bar=True,
        ),
        navigation.Entry(
            label="方案", url_name="plans", permission="plans.plan.view", group="监督", order=74, icon="file-text"
        ),
    )
    navigation.register(
        navigation.Entry(
            label="督导和自查",
            url_name="visits",
            permission="plans.visit.view",
            group="监督",
            order=76,
            icon="clipboard-check",
        ),
        navigation.Entry(
            label="年度工作档案", url_name="years", permission="plans.file.view", group="监督", order=78, icon="archive"
        ),
    )
    background.register()
    todos.register(_sub_tasks)
    todos.register(_findings)
    todos.register(_materials_waiting)
    todos.register(_reports_owed)
    todos.register(_tasks_due)
    todos.register(_reports_waiting)
    todos.register(_plans_waiting)
    figures.register(_figures)
    search.register("plan", "方案", "plans.plan.view", _plans)
    search.register("task", "任务", "plans.task.view", _tasks)


def _reports_owed(actor: Actor, today: date) -> Iterable[todos.Todo]:
    for one in queries.owed(actor, today):
        rhythm = parameters.get("reporting.dispatch.rhythm").at(today, one.task.plan.place)
        yield todos.Todo(
            title=f"报送{one.label}进展：{one.task.title}",
            href=f"{reverse('report_new', args=[one.task.pk])}?unit={one.unit.code}&period={one.period}",
            kind="任务",
            due_on=one.due_on,
            why=f"《{one.task.plan.title}》第 {one.task.no or one.task.position} 项，{one.unit.name}；本期最后一日前报送。",
            citation=rhythm.citation if rhythm is not None else None,
        )


def _sub_tasks(actor: Actor, today: date) -> Iterable[todos.Todo]:
    if not actor.may("plans.task.split"):
        return
    for one in queries.sub_tasks_due(actor, today):
        yield todos.Todo(
            title=f"完成措施：{one.title}",
            href=f"{reverse('task', args=[one.task_id])}#sub-tasks",
            kind="措施",
            due_on=one.due_on,
            why=f"“{one.task.title}”的分解措施，{one.unit.name} {one.section} {one.person}。",
        )


def _findings(actor: Actor, _today: date) -> Iterable[todos.Todo]:
    if actor.may("plans.visit.answer"):
        rows = visible(Finding.objects.filter(state=FindingState.OPEN), actor, "plans.visit.answer")
        for one in rows.select_related("visit", "unit")[:100]:
            yield todos.Todo(
                title=f"整改并答复：{one.words[:60]}",
                href=f"{reverse('visit', args=[one.visit.code])}#finding-{one.pk}",
                kind="督导",
                due_on=one.due_on,
                why=f"{one.visit.title}，{one.unit.name}。",
            )
        checks = VisitUnit.objects.filter(
            actor.scope("plans.visit.answer").condition({Reach.UNIT: "unit__path"}),
            visit__kind=VisitKind.SELF_CHECK, visit__state=VisitState.OPEN, done_on=None,
        )  # fmt: skip
        for check in checks.select_related("visit", "unit")[:100]:
            yield todos.Todo(
                title=f"自查：{check.visit.title}",
                href=reverse("visit", args=[check.visit.code]),
                kind="督导",
                due_on=check.visit.last_on,
                why=f"{check.unit.name}还没有记录自查情况。",
            )
    if actor.may("plans.visit.edit"):
        rows = visible(Finding.objects.filter(state=FindingState.ANSWERED), actor, "plans.visit.edit")
        for one in rows.select_related("visit", "unit")[:100]:
            yield todos.Todo(
                title=f"复核整改：{one.unit.short_name or one.unit.name}，{one.words[:40]}",
                href=f"{reverse('visit', args=[one.visit.code])}#finding-{one.pk}",
                kind="督导",
                why=f"{one.answered_at:%Y-%m-%d} 答复。",
            )


def _materials_waiting(actor: Actor, _today: date) -> Iterable[todos.Todo]:
    if not actor.may("plans.report.judge"):
        return
    for one in queries.waiting_materials(actor)[:100]:
        yield todos.Todo(
            title=f"确认佐证材料：{one.unit.short_name or one.unit.name}，{one.name}",
            href=f"{reverse('task', args=[one.task_id])}#materials",
            kind="任务",
            why=f"“{one.task.title}”，{one.added_at:%Y-%m-%d} 上传。",
        )


def _tasks_due(actor: Actor, today: date) -> Iterable[todos.Todo]:
    if not actor.may("plans.report.submit"):
        return
    for task in queries.tasks_of(actor).filter(plan__state=PlanState.RUNNING, due_on__isnull=False):
        how = queries.standing_of(task, today)
        if how in (Standing.OVERDUE, Standing.SOON):
            words = "；".join(one.words for one in task.deadlines.all())
            yield todos.Todo(
                title=f"完成任务：{task.title}",
                href=reverse("task", args=[task.pk]),
                kind="任务",
                due_on=task.due_on,
                why=f"《{task.plan.title}》写明：{words}。",
            )


def _reports_waiting(actor: Actor, _today: date) -> Iterable[todos.Todo]:
    if not actor.may("plans.report.judge"):
        return
    for one in queries.waiting_reports(actor)[:100]:
        yield todos.Todo(
            title=f"审核进展报告：{one.unit.short_name or one.unit.name}，{one.task.title}",
            href=f"{reverse('task', args=[one.task_id])}#reports",
            kind="任务",
            why=f"{one.submitted_at:%Y-%m-%d} 报送，报送期 {one.period}。",
        )


def _plans_waiting(actor: Actor, today: date) -> Iterable[todos.Todo]:
    if not actor.may("plans.plan.edit"):
        return
    for one in queries.plans_of(actor, today).filter(state=PlanState.DRAFT):
        yield todos.Todo(
            title=f"核对并启用方案：{one.title}",
            href=reverse("plan", args=[one.code]),
            kind="方案",
            why=f"{getattr(one, 'unsettled_count', 0)} 项任务有存疑待核对。",
        )


def _figures(actor: Actor, today: date) -> Iterable[figures.Figure]:
    if not actor.may("plans.task.view"):
        return
    rows = queries.tasks_of(actor).filter(plan__state=PlanState.RUNNING)
    for code, tone in ((Standing.OVERDUE, Tone.BAD), (Standing.SOON, Tone.ATTENTION)):
        count = rows.filter(queries.standing_condition(code, today)).count()
        if count:
            href = f"{reverse('tasks')}?standing={code}"
            yield figures.Figure(label=f"任务{code.label}", value=count, href=href, tone=tone)


def _plans() -> Iterator[search.Document]:
    for one in Plan.objects.iterator():
        yield search.Document(
            key=one.code,
            title=one.title,
            text=f"{one.number} {one.issuer}",
            href=f"/plans/{one.code}/",
            place=one.place,
        )


def _tasks() -> Iterator[search.Document]:
    for one in Task.objects.select_related("plan").prefetch_related("parts__unit").iterator(chunk_size=500):
        yield document_of(one)
