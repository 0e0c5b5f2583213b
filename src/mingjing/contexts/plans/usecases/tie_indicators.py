"""Targets tied to indicators by a person, so that their progress is computed from facts."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.indicators.models import Indicator, IndicatorState
from mingjing.contexts.plans.measuring import offers_of
from mingjing.contexts.plans.models import IndicatorLink, Target, Task
from mingjing.contexts.plans.usecases.base import LedgerError, log, require_reason, task_to_edit

REFUSE = "-"
"""What stands for “none of those that are offered”."""


@transaction.atomic
def tie(*, actor: Actor, at: datetime, task: int, version: int, choices: Mapping[int, str]) -> Task:
    """
    Tie targets of a task (keys) to indicators (their codes), or (``-``) refuse those that are offered.

    :raises LedgerError: if a target is none of the task or tied already, or its place has no such indicator in use
    """
    row = task_to_edit(actor, task, version)
    targets = {one.pk: one for one in Target.objects.filter(task=row).select_related("task")}
    if set(choices) - targets.keys():
        raise LedgerError("没有这个量化目标。")
    for pk, code in choices.items():
        _choose(actor, at, row, targets[pk], code)
    row.version += 1
    row.save()
    return row


@transaction.atomic
def untie(*, actor: Actor, at: datetime, link: int, task: int, version: int, reason: str) -> Task:
    """
    Take a tie away, with the reason; the indicator is offered no more for this target.

    :raises LedgerError: if there is no such tie, or no reason is given
    """
    row = task_to_edit(actor, task, version)
    require_reason(reason)
    found = IndicatorLink.objects.filter(pk=link, target__task=row, confirmed=True).first()
    if found is None:
        raise LedgerError("没有这项挂接。")
    found.confirmed, found.by_name, found.at = False, actor.name, at
    found.save()
    row.version += 1
    row.save()
    log(actor, at, "untie_indicator", f"task:{row.pk}", reason, indicator=found.code)
    return row


def _choose(actor: Actor, at: datetime, row: Task, target: Target, code: str) -> None:
    if target.indicator_links.filter(confirmed=True).exists():
        raise LedgerError(f"“{target.words}”已经挂接指标，请先解除。")
    offered = {one.code: one.why for one in offers_of(target, row.plan.place)}
    if code == REFUSE:
        for each in offered:
            IndicatorLink.objects.get_or_create(
                target=target, code=each, defaults={"confirmed": False, "by_name": actor.name, "at": at}
            )
        log(actor, at, "refuse_indicators", f"task:{row.pk}", words=target.words)
        return
    if (
        code not in offered
        and not Indicator.objects.filter(
            code=code, place__startswith=row.plan.place[:2], state=IndicatorState.ACTIVE
        ).exists()
    ):
        raise LedgerError("本地没有这个指标，或者它已经停用。")
    IndicatorLink.objects.update_or_create(
        target=target,
        code=code,
        defaults={"confirmed": True, "why": offered.get(code, "人工选定")[:300], "by_name": actor.name, "at": at},
    )
    log(actor, at, "tie_indicator", f"task:{row.pk}", words=target.words, indicator=code)
