"""How a unit breaks its part of a task down into sub-tasks, submits them, and says how far each is."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.plans import queries
from mingjing.contexts.plans.models import SubTask, SubTaskState, Task
from mingjing.contexts.plans.usecases.base import (
    LedgerError,
    log,
    require_reason,
    require_running,
    save,
    task_seen,
)
from mingjing.contexts.ui.errors import require_fresh
from mingjing.contexts.work.notifications import notify
from mingjing.domain.plans.ledger import Measure, lacking

MOST: Final = 50
"""Sub-tasks of one unit for one task; more is a plan of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubTaskGiven:
    """A sub-task as a person enters it. ``owner`` is the user name of the person who answers for it, if any."""

    title: str
    goal: Decimal | None = None
    goal_unit: str = ""
    due_on: date | None = None
    section: str = ""
    person: str = ""
    owner: str = ""


@transaction.atomic
def add_sub_task(*, actor: Actor, at: datetime, task: int, unit: str, given: SubTaskGiven) -> SubTask:
    """
    Enter a sub-task of a unit; it waits to be submitted, and may be incomplete until then.

    :raises MissingError: if there is no such task for the actor
    :raises ForbiddenError: if the actor may not break it down for the unit, or it takes no part
    :raises LedgerError: if the task is not running, or the words are not there
    """
    row = task_seen(actor, task)
    require_running(row)
    by = _unit(actor, row, unit)
    if row.sub_tasks.filter(unit=by).count() >= MOST:
        raise LedgerError(f"一个单位对一项任务最多分解为 {MOST} 条措施。")
    sub = SubTask(task=row, unit=by, version=0)
    _fill(sub, row, given)
    save(sub)
    log(actor, at, "add_sub_task", f"task:{row.pk}", unit=by.code, sub_task=sub.pk, title=sub.title)
    return sub


@transaction.atomic
def change_sub_task(
    *, actor: Actor, at: datetime, sub_task: int, version: int, given: SubTaskGiven, reason: str = ""
) -> SubTask:
    """
    Change a sub-task; one in force only with a reason, and not so that it lacks something.

    :raises LedgerError: if it is over, or lacks what a sub-task in force must say, or the reason is missing
    """
    sub, row = _sub_task(actor, sub_task, version)
    if sub.state in (SubTaskState.DONE, SubTaskState.DROPPED):
        raise LedgerError("这条措施已经办结或者取消，不能再改。")
    in_force = sub.state == SubTaskState.RUNNING
    if in_force:
        require_reason(reason)
    before = f"{sub.title}，{sub.goal or '未定'}{sub.goal_unit}，{sub.due_on or '未定'}，{sub.section}，{sub.person}"
    _fill(sub, row, given)
    if in_force and (missing := lacking(_measure(sub))):
        raise LedgerError(f"“{sub.title}”缺少{'、'.join(missing)}。")
    save(sub)
    log(actor, at, "change_sub_task", f"task:{row.pk}", reason, sub_task=sub.pk, title=sub.title, before=before)
    return sub


@transaction.atomic
def submit_breakdown(*, actor: Actor, at: datetime, task: int, unit: str) -> int:
    """
    Put a unit's sub-tasks into force; return how many. Every one must say how much, by when, which section, who.

    :raises LedgerError: if there is none to submit, or one lacks something; nothing is submitted then
    Source: 泰安市泰山区行政执法质量提升方案 part 4 (TS-67); 历城区 part 3 (LC-46).
    """
    row = task_seen(actor, task)
    require_running(row)
    by = _unit(actor, row, unit)
    drafts = list(row.sub_tasks.select_for_update().filter(unit=by, state=SubTaskState.DRAFT))
    if not drafts:
        raise LedgerError("没有待提交的措施。")
    wrong = [f"“{one.title}”缺少{'、'.join(missing)}" for one in drafts if (missing := lacking(_measure(one)))]
    if wrong:
        raise LedgerError("；".join(wrong) + "。补全以后再提交。")
    for one in drafts:
        one.state = SubTaskState.RUNNING
        save(one)
    owners = [one.owner_id for one in drafts if one.owner_id and one.owner_id != actor.user_id]
    notify(owners, f"您负责“{row.title[:40]}”的措施，请按期完成。", f"/plans/tasks/{row.pk}/#sub-tasks", at)
    log(actor, at, "submit_breakdown", f"task:{row.pk}", unit=by.code, sub_tasks=len(drafts))
    return len(drafts)


@transaction.atomic
def report_sub_task(
    *, actor: Actor, at: datetime, sub_task: int, version: int, reached: Decimal, done: bool, words: str = ""
) -> SubTask:
    """
    Say how far a sub-task is; done means that its goal is reached, or words say why it ends short of it.

    :raises LedgerError: if it does not run, the figure is none, or it ends short without words
    """
    sub, row = _sub_task(actor, sub_task, version)
    require_running(row)
    if sub.state != SubTaskState.RUNNING:
        raise LedgerError("只有执行中的措施才能更新进展。")
    if reached < 0:
        raise LedgerError("完成数不能是负数。")
    if done and sub.goal is not None and reached < sub.goal and not words.strip():
        raise LedgerError(f"完成数 {reached} 未到目标 {sub.goal}，办结要说明情况。")
    sub.reached, sub.words = reached, words.strip()[:500]
    if done:
        sub.state, sub.done_on = SubTaskState.DONE, localdate(at)
    save(sub)
    log(actor, at, "report_sub_task", f"task:{row.pk}", words, sub_task=sub.pk, reached=str(reached), done=done)
    return sub


@transaction.atomic
def drop_sub_task(*, actor: Actor, at: datetime, sub_task: int, version: int, reason: str) -> SubTask:
    """
    Drop a sub-task, with the reason.

    :raises LedgerError: if it is over, or no reason is given
    """
    sub, row = _sub_task(actor, sub_task, version)
    if sub.state in (SubTaskState.DONE, SubTaskState.DROPPED):
        raise LedgerError("这条措施已经办结或者取消。")
    require_reason(reason)
    sub.state, sub.words = SubTaskState.DROPPED, reason.strip()[:500]
    save(sub)
    log(actor, at, "drop_sub_task", f"task:{row.pk}", reason, sub_task=sub.pk, title=sub.title)
    return sub


def _unit(actor: Actor, row: Task, unit: str) -> Unit:
    found = next((one for one in queries.units_for(actor, row, "plans.task.split") if one.code == unit), None)
    if found is None:
        raise ForbiddenError("您不能替这个单位分解任务，或者这项任务没有它的责任。")
    return found


def _sub_task(actor: Actor, pk: int, version: int) -> tuple[SubTask, Task]:
    found = SubTask.objects.select_related("unit").filter(pk=pk).first()
    if found is None:
        raise MissingError("没有找到这条措施。")
    row = task_seen(actor, found.task_id)
    sub = SubTask.objects.select_for_update(of=("self",)).select_related("unit").get(pk=pk)
    scope = actor.scope("plans.task.split")
    own = sub.owner_id == actor.user_id
    if not own and not SubTask.objects.filter(scope.condition(SubTask.scope_fields), pk=pk).exists():
        raise ForbiddenError("只有这个单位的人员才能办理这条措施。")
    require_fresh(sub, version)
    return sub, row


def _fill(sub: SubTask, row: Task, given: SubTaskGiven) -> None:
    if not given.title.strip():
        raise LedgerError("请写明措施。")
    sub.title, sub.goal, sub.goal_unit = given.title.strip()[:300], given.goal, given.goal_unit.strip()[:32]
    sub.due_on, sub.section, sub.person = given.due_on, given.section.strip()[:100], given.person.strip()[:64]
    sub.owner = None
    if given.owner.strip():
        sub.owner = User.objects.filter(username=given.owner.strip(), unit__path__startswith=sub.unit.path).first()
        if sub.owner is None:
            raise LedgerError(f"本单位没有登录名为“{given.owner.strip()}”的账号。")
    if given.due_on and row.due_on and given.due_on > row.due_on and not row.long_term:
        raise LedgerError(f"措施的完成时间不能晚于任务的最后时限 {row.due_on}。")


def _measure(sub: SubTask) -> Measure:
    return Measure(goal=sub.goal, due_on=sub.due_on, section=sub.section, person=sub.person)
