"""What the acts of this room share."""

from datetime import datetime
from typing import Any

from mingjing.contexts.accounts.access import Actor, MissingError, access, require
from mingjing.contexts.plans.models import Plan, PlanState, Task
from mingjing.contexts.records.usecases import append
from mingjing.contexts.ui.errors import require_fresh
from mingjing.contexts.work import search
from mingjing.domain.plans.standing import TaskState
from mingjing.kernel.errors import DomainError


class LedgerError(DomainError):
    """What the ledger does not allow, with what to do."""

    code = "plans.ledger"


def plan_to_edit(actor: Actor, code: str, version: int) -> Plan:
    """
    Return a plan that the actor may edit, locked.

    :raises MissingError: if there is none that the actor may see
    :raises ForbiddenError: if the actor may not edit it
    :raises StaleError: if somebody changed it
    """
    row = access(Plan.objects.all(), actor, "plans.plan.edit", see="plans.plan.view", lock=True, code=code)
    require_fresh(row, version)
    return row


def task_to_edit(actor: Actor, pk: int, version: int) -> Task:
    """
    Return a task of an unfinished plan that the actor may edit, locked.

    :raises MissingError: if there is none that the actor may see
    :raises ForbiddenError: if the actor may not edit it
    :raises StaleError: if somebody changed it
    :raises LedgerError: if its plan is closed
    """
    # who may edit reaches by place; the join that a unit's scope needs would make rows that cannot be locked
    row = access(Task.objects.select_related("plan"), actor, "plans.task.edit", see="plans.task.view", lock=True, pk=pk)
    require_fresh(row, version)
    if row.plan.state == PlanState.CLOSED:
        raise LedgerError("方案已经结束，任务不能再改。")
    return row


def task_seen(actor: Actor, pk: int) -> Task:
    """
    Return a task that the actor may see, locked: for what a unit does with a task that names it.

    :raises MissingError: if there is none that the actor may see
    """
    scope = require(actor, "plans.task.view")
    found = Task.objects.filter(scope.condition(Task.scope_fields), pk=pk).first()
    if found is None:
        raise MissingError("没有找到这项任务，或者您无权查看。")
    # locked apart: the join that a unit's scope needs would make rows that cannot be locked
    return Task.objects.select_for_update(of=("self",)).select_related("plan").get(pk=pk)


def require_reason(reason: str) -> None:
    """
    Require words of why.

    :raises LedgerError: if there are none
    """
    if not reason.strip():
        raise LedgerError("请写明理由。")


def require_running(row: Task) -> None:
    """
    Require that a task is open and its plan in force.

    :raises LedgerError: if it is not
    """
    if row.plan.state != PlanState.RUNNING or row.state != TaskState.OPEN:
        raise LedgerError("只有执行中的任务才能这样办理。")


def save(row: Any) -> None:
    """Save a row as a new version."""
    row.version += 1
    row.save()


def log(actor: Actor, at: datetime, act: str, subject: str, reason: str = "", **fields: Any) -> None:
    """Append the act to the log."""
    append(actor=actor.code, at=at, act=f"plans.{act}", subject=subject, fields=fields, reason=reason)


def index(plan: Plan) -> None:
    """Let the plan and its tasks be found."""
    search.index(
        kind="plan",
        key=plan.code,
        title=plan.title,
        text=f"{plan.number} {plan.issuer}",
        href=f"/plans/{plan.code}/",
        place=plan.place,
    )
    search.index_many(
        "task", (document_of(task) for task in plan.tasks.select_related("plan").prefetch_related("parts__unit"))
    )


def document_of(task: Task) -> search.Document:
    """Say as what a task is found."""
    parts = list(task.parts.all())
    words = " ".join(part.words for part in parts)
    first = next((part.unit for part in parts if part.unit is not None), None)
    return search.Document(
        key=str(task.pk),
        title=str(task),
        text=f"{task.text} {words}",
        href=f"/plans/tasks/{task.pk}/",
        unit_path=first.path if first else "",
        place=task.plan.place,
    )
