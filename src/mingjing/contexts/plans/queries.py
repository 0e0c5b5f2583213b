"""What pages and commands read of plans and tasks, always through the scope."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Prefetch, Q, QuerySet

from mingjing.contexts.accounts.access import Actor, MissingError, access, require, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.plans.models import Part, Plan, PlanState, Report, ReportState, Task
from mingjing.domain.plans import model
from mingjing.domain.plans.model import Mode
from mingjing.domain.plans.standing import SOON, Period, Rhythm, Standing, TaskState, period_of, periods, standing
from mingjing.law import parameters

MOST_COLUMNS: Final = 40


def plans_of(actor: Actor, today: date) -> QuerySet[Plan]:
    """Return the plans that the actor may see, with how many tasks they have, done, overdue and unsettled."""
    late = Q(tasks__state=TaskState.OPEN, tasks__due_on__lt=today, tasks__long_term=False)
    return visible(Plan.objects.all(), actor, "plans.plan.view").annotate(
        task_count=Count("tasks", distinct=True),
        done_count=Count("tasks", filter=Q(tasks__state=TaskState.DONE), distinct=True),
        late_count=Count("tasks", filter=late, distinct=True),
        unsettled_count=Count("tasks", filter=Q(tasks__unsettled__gt=0), distinct=True),
    )


def plan_of(actor: Actor, code: str) -> Plan:
    """
    Return a plan.

    :raises MissingError: if there is none that the actor may see
    """
    return access(Plan.objects.all(), actor, "plans.plan.view", code=code)


def tasks_of(actor: Actor) -> QuerySet[Task]:
    """Return the tasks that the actor may see, with plan and parts; a unit sees those that name it."""
    seen = visible(Task.objects.all(), actor, "plans.task.view").order_by().values("pk")
    parts = Prefetch("parts", Part.objects.select_related("unit"))
    return Task.objects.filter(pk__in=seen).select_related("plan").prefetch_related(parts, "deadlines")


def task_of(actor: Actor, pk: int) -> Task:
    """
    Return a task with all that belongs to it.

    :raises MissingError: if there is none that the actor may see
    """
    found = tasks_of(actor).prefetch_related("targets").filter(pk=pk).first()
    if found is None:
        raise MissingError("没有找到这项任务，或者您无权查看。")
    return found


def reports_of(actor: Actor, task: Task) -> QuerySet[Report]:
    """Return the reports on a task: all for who keeps the ledger, a unit's own for who reports."""
    rows = visible(Report.objects.filter(task=task), actor, "plans.task.view")
    return rows.select_related("unit").prefetch_related("evidence").order_by("-period", "unit__path")


def report_of(actor: Actor, pk: int) -> Report:
    """
    Return a report.

    :raises MissingError: if there is none that the actor may see
    """
    return access(Report.objects.select_related("task", "unit"), actor, "plans.task.view", pk=pk)


def standing_of(task: Task, today: date) -> Standing:
    """Say how a task stands today."""
    return standing(state=TaskState(task.state), due_on=task.due_on, long_term=task.long_term, today=today)


def standing_condition(code: str, today: date) -> Q:
    """Say as a condition which tasks stand so."""
    opened = Q(state=TaskState.OPEN)
    late = Q(due_on__lt=today)
    return {
        Standing.DONE: Q(state=TaskState.DONE),
        Standing.DROPPED: Q(state=TaskState.DROPPED),
        Standing.OVERDUE: opened & late & Q(long_term=False),
        Standing.SOON: opened & Q(due_on__gte=today, due_on__lte=today + SOON),
        Standing.RUNNING: opened & Q(due_on__gt=today + SOON),
        Standing.LASTING: opened & Q(long_term=True) & (late | Q(due_on__isnull=True)),
        Standing.UNDATED: opened & Q(long_term=False, due_on__isnull=True),
    }[Standing(code)]


def rhythm_of(place: str, on: date) -> Rhythm:
    """How often the units of a place report (``reporting.dispatch.rhythm``); each month where the place says nothing."""
    value = parameters.get("reporting.dispatch.rhythm").at(on, place)
    return Rhythm(str(value.value)) if value is not None else Rhythm.MONTH


def periods_of(task: Task, today: date) -> list[Period]:
    """The periods for which a task is reported, the latest first."""
    begun = task.plan.begun_on or today
    return list(periods(rhythm_of(task.plan.place, today), since=min(begun, today), today=today))[::-1]


def units_to_report(actor: Actor, task: Task) -> list[Unit]:
    """The units of the task for which the actor may report."""
    scope = require(actor, "plans.report.submit")
    rows = Unit.objects.filter(scope.condition(Unit.scope_fields), task_parts__task=task)
    return list(rows.distinct().order_by("path"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A report that a unit owes for the period that runs."""

    task: Task
    unit: Unit
    period: str
    label: str
    due_on: date


def owed(actor: Actor, today: date) -> Iterator[Owed]:
    """Yield the reports that the actor's units owe for the period that runs: open tasks of plans in force."""
    scope = actor.scope("plans.report.submit")
    if not scope:
        return
    mine = Unit.objects.filter(scope.condition(Unit.scope_fields))
    parts = (
        Part.objects.filter(unit__in=mine, task__state=TaskState.OPEN, task__plan__state=PlanState.RUNNING)
        .select_related("task__plan", "unit")
        .order_by("task_id", "unit_id")
    )
    told = set(
        Report.objects.filter(unit__in=mine)
        .exclude(state=ReportState.RETURNED)
        .filter(submitted_at__date__gte=today - timedelta(days=400))
        .values_list("task_id", "unit_id", "period")
    )
    seen: set[tuple[int, int]] = set()
    for part in parts:
        assert part.unit is not None
        key = (part.task_id, part.unit.pk)
        period = period_of(rhythm_of(part.task.plan.place, today), today)
        if key in seen or (*key, period.key) in told:
            continue
        seen.add(key)
        yield Owed(task=part.task, unit=part.unit, period=period.key, label=period.label, due_on=period.last)


def waiting_reports(actor: Actor) -> QuerySet[Report]:
    """Return the reports that wait for the actor's judgement."""
    rows = visible(Report.objects.filter(state=ReportState.SUBMITTED), actor, "plans.report.judge")
    return rows.select_related("task__plan", "unit").order_by("submitted_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Who takes part in what: units across, tasks down, the mode where they meet."""

    units: tuple[str, ...]
    rows: tuple[tuple[Task, tuple[str, ...]], ...]
    left_out: int


def matrix(tasks: Iterable[Task]) -> Matrix:
    """Set the tasks against the units, by their words where no unit is known; the busiest units first."""
    rows = list(tasks)
    modes: dict[str, dict[int, str]] = {}
    for task in rows:
        for part in task.parts.all():
            name = (part.unit.short_name or part.unit.name) if part.unit else part.words
            of_unit = modes.setdefault(name, {})
            if of_unit.get(task.pk) != Mode.LEAD.label:
                of_unit[task.pk] = Mode(part.mode).label
    names = sorted(modes, key=lambda name: -len(modes[name]))
    shown = tuple(names[:MOST_COLUMNS])
    return Matrix(
        units=shown,
        rows=tuple((task, tuple(modes[name].get(task.pk, "") for name in shown)) for task in rows),
        left_out=len(names) - len(shown),
    )


def as_read(plan: Plan, tasks: Iterable[Task]) -> model.Plan:
    """Return a plan as the reader gives it, with all that persons changed: for the table in its official form."""
    head = model.Head(title=plan.title, number=plan.number, issuer=plan.issuer, date=plan.issued_on)
    return model.Plan(head=head, tasks=tuple(_task_as_read(task) for task in tasks))


def _task_as_read(task: Task) -> model.Task:
    words = dict.fromkeys((part.words, part.mode) for part in task.parts.all())
    return model.Task(
        no=task.no,
        title=task.title,
        text=task.text,
        section=task.section,
        units=tuple(model.Unit(name=name, mode=Mode(mode)) for name, mode in words),
        deadlines=tuple(
            model.Deadline(text=one.words, on=one.on, long_term=one.long_term, recurring=one.recurring, every=one.every)
            for one in task.deadlines.all()
        ),
        targets=tuple(
            model.Target(text=one.words, value=one.value, unit=one.unit, direction=one.direction)
            for one in task.targets.all()
        ),
        remark=task.remark,
        uncertain=tuple(
            model.Uncertain(field=one["field"], reason=one["reason"]) for one in task.uncertain if not one.get("by")
        ),
    )
