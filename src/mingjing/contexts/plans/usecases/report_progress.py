"""What units report of their tasks, and what becomes of the reports."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, ForbiddenError, access
from mingjing.contexts.plans import queries
from mingjing.contexts.plans.models import Evidence, PlanState, Report, ReportState, Task
from mingjing.contexts.plans.usecases.base import LedgerError, log, save, task_seen
from mingjing.contexts.plans.usecases.files import FileGiven, checked, keep
from mingjing.contexts.plans.usecases.keep_ledger import reporters
from mingjing.contexts.ui.errors import require_fresh
from mingjing.contexts.work.notifications import notify
from mingjing.domain.plans.model import Mode
from mingjing.domain.plans.standing import TaskState


@transaction.atomic
def submit_report(
    *,
    actor: Actor,
    at: datetime,
    task: int,
    unit: str,
    period: str,
    words: str,
    percent: int,
    figures: Mapping[int, str] | None = None,
    files: Sequence[FileGiven] = (),
) -> Report:
    """
    Report for a unit how far a task is. A report that was returned, or not judged yet, is replaced by this one.

    :raises MissingError: if there is no such task for the actor
    :raises ForbiddenError: if the actor may not report for the unit, or it takes no part
    :raises LedgerError: if the plan is not in force, the period is none, figures are no numbers, or it was accepted
    """
    row = task_seen(actor, task)
    by = next((one for one in queries.units_to_report(actor, row) if one.code == unit), None)
    if by is None:
        raise ForbiddenError("您不能替这个单位报送，或者这项任务没有它的责任。")
    if row.plan.state != PlanState.RUNNING or row.state != TaskState.OPEN:
        raise LedgerError("只有执行中的任务才能报送进展。")
    if period not in {one.key for one in queries.periods_of(row, localdate(at))}:
        raise LedgerError("没有这个报送期。")
    if not words.strip():
        raise LedgerError("请写明做了什么、结果怎样。")
    if not 0 <= percent <= 100:
        raise LedgerError("进度填 0 到 100 之间的整数。")
    report = Report.objects.select_for_update(of=("self",)).filter(task=row, unit=by, period=period).first()
    if report is not None and report.state == ReportState.ACCEPTED:
        raise LedgerError("这一期的报告已经审核通过，不能再改；如需更正，请在下一期说明。")
    report = report or Report(task=row, unit=by, period=period, version=0)
    report.words, report.percent, report.figures = words.strip(), percent, _figures(row, figures or {})
    report.state = ReportState.SUBMITTED
    report.submitted_by, report.submitted_at = actor.code, at
    report.judged_by, report.judged_at, report.judgement = "", None, ""
    save(report)
    kept = [keep(one, "plans/evidence") for one in checked(files, already=report.evidence.count())]
    Evidence.objects.bulk_create(Evidence(report=report, added_at=at, **one.columns) for one in kept)
    log(
        actor,
        at,
        "submit_report",
        f"task:{row.pk}",
        unit=by.code,
        period=period,
        percent=percent,
        evidence="、".join(one.sha256 for one in kept),
    )
    return report


@transaction.atomic
def judge_report(*, actor: Actor, at: datetime, report: int, version: int, accepted: bool, words: str = "") -> Report:
    """
    Accept a report, or return it with words of what is missing. What is accepted moves the task's progress.

    :raises LedgerError: if it was judged already, or is returned without words
    """
    row = access(
        Report.objects.select_related("task__plan", "unit"),
        actor,
        "plans.report.judge",
        see="plans.task.view",
        lock=True,
        pk=report,
    )
    require_fresh(row, version)
    if row.state != ReportState.SUBMITTED:
        raise LedgerError("这份报告已经审核过。")
    if not accepted and not words.strip():
        raise LedgerError("退回报告要写明缺什么、怎么补。")
    row.state = ReportState.ACCEPTED if accepted else ReportState.RETURNED
    row.judged_by, row.judged_at, row.judgement = actor.code, at, words.strip()[:500]
    save(row)
    task = Task.objects.select_for_update(of=("self",)).get(pk=row.task_id)
    task.percent = _percent(task)
    save(task)
    if not accepted:
        title = f"“{task.title[:40]}”的进展报告被退回：{row.judgement}"
        notify(reporters([row.unit_id], localdate(at)), title, f"/plans/tasks/{task.pk}/", at)
    log(actor, at, "judge_report", f"task:{task.pk}", words, unit=row.unit.code, period=row.period, state=row.state)
    return row


def _figures(task: Task, figures: Mapping[int, str]) -> dict[str, str]:
    known = {one.pk: one for one in task.targets.all()}
    made: dict[str, str] = {}
    for pk, text in figures.items():
        if pk not in known or not text.strip():
            continue
        try:
            made[str(pk)] = str(Decimal(text.strip().replace("，", "").replace(",", "").rstrip("%％")))
        except InvalidOperation as error:
            raise LedgerError(f"“{known[pk].words}”的完成数应当是数字，填的是“{text[:20]}”。") from error
    return made


def _percent(task: Task) -> int:
    """The mean of the latest accepted reports of the units that lead (or of all, where none does), in whole percent."""
    parts = [one for one in task.parts.all() if one.unit_id]
    units = {one.unit_id for one in parts if one.mode == Mode.LEAD} or {one.unit_id for one in parts}
    latest: dict[int, int] = {}
    for one in Report.objects.filter(task=task, state=ReportState.ACCEPTED).order_by("period", "pk"):
        latest[one.unit_id] = one.percent
    told = [latest.get(unit, 0) for unit in units if unit is not None]
    return sum(told) // len(told) if told else 0
