"""A new edition of a plan beside the one in force: what it changes, and which task carries on which."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.plans.models import Plan, PlanState, Task
from mingjing.contexts.plans.usecases.base import LedgerError, log, plan_to_edit, save


@transaction.atomic
def carry_over(*, actor: Actor, at: datetime, code: str, version: int, pairs: Mapping[int, int | None]) -> Plan:
    """
    Say for tasks of a new edition (keys) which task of the former each carries on (values; ``None`` for none).

    Nothing moves before the edition is put into force.

    :raises LedgerError: if it is no new edition that waits, a task is of neither, or two carry on the same
    """
    plan = plan_to_edit(actor, code, version)
    if plan.state != PlanState.DRAFT or plan.replaces_id is None:
        raise LedgerError("只有待核对的新版本才能这样办理。")
    new = {one.pk: one for one in plan.tasks.select_for_update(of=("self",))}
    old = set(Task.objects.filter(plan_id=plan.replaces_id).values_list("pk", flat=True))
    if set(pairs) - new.keys() or {one for one in pairs.values() if one is not None} - old:
        raise LedgerError("任务不在这两个版本里。")
    kept = {pk: one.continues_id for pk, one in new.items()} | dict(pairs)
    chosen = [one for one in kept.values() if one is not None]
    if len(chosen) != len(set(chosen)):
        raise LedgerError("原来的一项任务只能由新版本的一项任务承接。")
    # emptied first, so that two may change places
    plan.tasks.filter(pk__in=pairs).update(continues=None)
    for pk, former in pairs.items():
        if former is not None:
            Task.objects.filter(pk=pk).update(continues_id=former)
    save(plan)
    log(actor, at, "carry_over", f"plan:{code}", carried=len(chosen), tasks=len(new))
    return plan
