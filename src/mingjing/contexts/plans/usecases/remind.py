"""Reminders: what is soon due, overdue, or was not reported. The worker sends them, each once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from mingjing.contexts.accounts.models import Grant
from mingjing.contexts.accounts.permissions import roles
from mingjing.contexts.plans import queries
from mingjing.contexts.plans.models import Finding, FindingState, Plan, PlanState, Reminder, SubTask, SubTaskState, Task
from mingjing.contexts.plans.usecases.keep_ledger import reporters
from mingjing.contexts.work.notifications import notify
from mingjing.domain.plans.standing import Period, TaskState, period_of

AHEAD: Final = (30, 7, 1)
"""So many days before its last day a task is called to mind; a matter of convenience, not of law."""


@transaction.atomic
def remind(*, at: datetime) -> int:
    """Send what is to be called to mind on this day; return how many reminders were new."""
    today = localdate(at)
    return sum(
        (
            _tasks(at, today),
            _sub_tasks(at, today),
            _findings(at, today),
            _late_reports(at, today),
        )
    )


def _once(key: str, at: datetime) -> bool:
    return Reminder.objects.get_or_create(key=key[:128], defaults={"at": at})[1]


def _stage(due_on: date, today: date) -> str:
    """Return how near the last day is: ``30``, ``7``, ``1``, ``late``, or empty."""
    left = (due_on - today).days
    if left < 0:
        return "late"
    return next((str(days) for days in sorted(AHEAD) if left <= days), "")


def _words(stage: str, due_on: date) -> str:
    return f"已超期（{due_on:%Y-%m-%d}）" if stage == "late" else f"{due_on:%Y-%m-%d} 到期"


def _tasks(at: datetime, today: date) -> int:
    rows = (
        Task.objects.filter(
            plan__state=PlanState.RUNNING, state=TaskState.OPEN, due_on__lte=today + timedelta(days=max(AHEAD))
        )
        .exclude(long_term=True, due_on__lt=today)
        .select_related("plan")
        .prefetch_related("parts")
    )
    sent = 0
    for task in rows:
        assert task.due_on is not None
        stage = _stage(task.due_on, today)
        if not stage or not _once(f"task:{task.pk}:{task.due_on}:{stage}", at):
            continue
        units = {one.unit_id for one in task.parts.all() if one.unit_id}
        people = reporters(units, today)
        if stage == "late":
            people += keepers(task.plan.place, today)
        notify(people, f"任务{_words(stage, task.due_on)}：{task.title[:80]}", reverse("task", args=[task.pk]), at)
        sent += 1
    return sent


def _sub_tasks(at: datetime, today: date) -> int:
    rows = SubTask.objects.filter(
        state=SubTaskState.RUNNING,
        task__plan__state=PlanState.RUNNING,
        task__state=TaskState.OPEN,
        due_on__lte=today + timedelta(days=7),
    )
    sent = 0
    for one in rows:
        assert one.due_on is not None
        stage = _stage(one.due_on, today)
        if not _once(f"sub:{one.pk}:{one.due_on}:{stage}", at):
            continue
        people = [one.owner_id] if one.owner_id else reporters([one.unit_id], today)
        href = f"{reverse('task', args=[one.task_id])}#sub-tasks"
        notify(people, f"措施{_words(stage, one.due_on)}：{one.title[:80]}", href, at)
        sent += 1
    return sent


def _findings(at: datetime, today: date) -> int:
    rows = Finding.objects.filter(state=FindingState.OPEN, due_on__lte=today + timedelta(days=7))
    sent = 0
    for one in rows.select_related("visit"):
        stage = _stage(one.due_on, today)
        if _once(f"finding:{one.pk}:{one.due_on}:{stage}", at):
            href = f"{reverse('visit', args=[one.visit.code])}#finding-{one.pk}"
            notify(
                reporters([one.unit_id], today), f"督导问题整改{_words(stage, one.due_on)}：{one.words[:80]}", href, at
            )
            sent += 1
    return sent


def _late_reports(at: datetime, today: date) -> int:
    """The period that ended last: which units did not report; told to them and, in one line, to who keeps the plan."""
    sent = 0
    for plan in Plan.objects.filter(state=PlanState.RUNNING):
        period = last_period(plan, today)
        if period is None:
            continue
        owing: dict[int, int] = defaultdict(int)
        names: dict[int, str] = {}
        for one in queries.missing_reports(plan, period):
            owing[one.unit.pk] += 1
            names[one.unit.pk] = one.unit.short_name or one.unit.name
        href = f"{reverse('plan_dispatch', args=[plan.code])}?period={period.key}"
        for unit, count in owing.items():
            if _once(f"late:{plan.pk}:{unit}:{period.key}", at):
                title = f"{period.label}有 {count} 项任务没有报送进展：{plan.title[:60]}"
                notify(reporters([unit], today), title, href, at)
                sent += 1
        if owing and _once(f"late:{plan.pk}:{period.key}", at):
            title = f"{period.label}没有按期报送的单位 {len(owing)} 个：{_list(names.values())}"
            notify(keepers(plan.place, today), title, href, at)
            sent += 1
    return sent


def last_period(plan: Plan, today: date) -> Period | None:
    """Return the period that ended last while the plan was in force, if any."""
    rhythm = queries.rhythm_of(plan.place, today)
    last = period_of(rhythm, period_of(rhythm, today).first - timedelta(days=1))
    return last if plan.begun_on is not None and last.last >= plan.begun_on else None


def keepers(place: str, on: date) -> list[int]:
    """Return who keeps the ledger of a place: users with that permission in one of its units."""
    able = [code for code, role in roles().items() if "plans.task.edit" in role.may]
    rows = Grant.objects.filter(role__in=able, unit__place=place, valid_from__lte=on).exclude(valid_to__lte=on)
    return list(rows.order_by("user_id").values_list("user_id", flat=True).distinct())


def _list(names: Iterable[str], most: int = 5) -> str:
    found = list(names)
    return "、".join(found[:most]) + ("等" if len(found) > most else "")
