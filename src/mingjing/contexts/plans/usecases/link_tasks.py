"""Which task waits for which, and which belong together."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.plans import queries
from mingjing.contexts.plans.models import Task, TaskLink
from mingjing.contexts.plans.usecases.base import LedgerError, log, require_reason, task_to_edit
from mingjing.domain.plans.ledger import LinkKind, would_close_a_circle


@transaction.atomic
def link_tasks(
    *, actor: Actor, at: datetime, task: int, version: int, other: int, kind: LinkKind, words: str = ""
) -> TaskLink:
    """
    Say that a task needs another, or that the two are related (then what one unit shows for one is seen at both).

    :raises LedgerError: if they are linked so already, or the needs would run in a circle
    """
    row = task_to_edit(actor, task, version)
    to = Task.objects.filter(pk__in=queries.tasks_of(actor).values("pk"), pk=other).select_related("plan").first()
    if to is None:
        raise MissingError("没有找到要关联的任务，或者您无权查看。")
    if row.pk == to.pk:
        raise LedgerError("任务不能和自己关联。")
    if TaskLink.objects.filter(task=row, other=to, kind=kind).exists() or (
        kind is LinkKind.RELATED and TaskLink.objects.filter(task=to, other=row, kind=kind).exists()
    ):
        raise LedgerError("这两项任务已经这样关联。")
    # all needs at once, locked: two people who link at the same time cannot close a circle together
    if kind is LinkKind.NEEDS and would_close_a_circle(_all_needs(), row.pk, to.pk):
        raise LedgerError(f"“{to.title}”直接或者间接地以“{row.title}”为前置，不能反过来再依赖。")
    made = TaskLink.objects.create(
        task=row, other=to, kind=kind, words=words.strip()[:300], added_by=actor.code, added_at=at
    )
    log(actor, at, "link_tasks", f"task:{row.pk}", words, kind=kind.label, other=str(to))
    return made


@transaction.atomic
def unlink_tasks(*, actor: Actor, at: datetime, task: int, version: int, link: int, reason: str) -> None:
    """
    Take a link away, with the reason.

    :raises MissingError: if there is no such link
    """
    row = task_to_edit(actor, task, version)
    require_reason(reason)
    found = TaskLink.objects.select_related("other", "task").filter(pk=link).first()
    if found is None or row.pk not in (found.task_id, found.other_id):
        raise MissingError("没有找到这条关系。")
    other = found.other if found.task_id == row.pk else found.task
    kind = LinkKind(found.kind).label
    found.delete()
    log(actor, at, "unlink_tasks", f"task:{row.pk}", reason, kind=kind, other=str(other))


def _all_needs() -> Mapping[int, list[int]]:
    needs: dict[int, list[int]] = {}
    rows = TaskLink.objects.select_for_update().filter(kind=LinkKind.NEEDS)
    for task, other in rows.values_list("task_id", "other_id"):
        needs.setdefault(task, []).append(other)
    return needs
