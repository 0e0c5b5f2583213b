"""Files that show that a task was done, outside of reports; and a unit's file of the year."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, ForbiddenError, access
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.plans import queries
from mingjing.contexts.plans.models import Material, MaterialState, PlanState, SubTask, Task, YearElement, YearFile
from mingjing.contexts.plans.usecases.base import LedgerError, log, save, task_seen
from mingjing.contexts.plans.usecases.files import MAX_FILES, FileGiven, checked, keep
from mingjing.contexts.plans.usecases.keep_ledger import reporters
from mingjing.contexts.ui.errors import require_fresh
from mingjing.contexts.work.notifications import notify
from mingjing.domain.plans.ledger import YearElementKind
from mingjing.domain.plans.standing import TaskState


@transaction.atomic
def add_material(
    *,
    actor: Actor,
    at: datetime,
    task: int,
    unit: str,
    file: FileGiven,
    words: str = "",
    year: int | None = None,
    sub_task: int | None = None,
) -> Material:
    """
    Add a file that shows what a unit did for a task; it waits to be confirmed.

    Without ``year`` it belongs to that of the act.

    :raises ForbiddenError: if the actor may not do so for the unit, or the unit takes no part in the task
    :raises LedgerError: if the plan is closed, or the file may not be kept
    """
    row = task_seen(actor, task)
    if row.plan.state != PlanState.RUNNING or row.state == TaskState.DROPPED:
        raise LedgerError("方案启用以后、任务取消以前，才能上传佐证材料。")
    by = next((one for one in queries.units_for_material(actor, row) if one.code == unit), None)
    if by is None:
        raise ForbiddenError("您不能替这个单位上传，或者这项任务没有它的责任。")
    part = SubTask.objects.filter(pk=sub_task, task=row, unit=by).first() if sub_task else None
    if sub_task and part is None:
        raise LedgerError("没有这条措施。")
    already = row.materials.filter(unit=by, state=MaterialState.SUBMITTED).count()
    (given,) = checked([file], already=min(already, MAX_FILES))
    kept = keep(given, "plans/materials")
    made = Material.objects.create(
        task=row,
        sub_task=part,
        unit=by,
        year=year or localdate(at).year,
        words=words.strip()[:300],
        added_by=actor.code,
        added_name=actor.name,
        added_at=at,
        **kept.columns,
    )
    log(actor, at, "add_material", f"task:{row.pk}", words, unit=by.code, name=kept.name, sha256=kept.sha256)
    return made


@transaction.atomic
def judge_material(
    *, actor: Actor, at: datetime, material: int, version: int, accepted: bool, words: str = "", ends: bool = False
) -> Material:
    """
    Confirm a file, or return it with words of what is wrong; ``ends`` finishes the task with it.

    A task that lasts stays open: the file counts for its year.

    :raises LedgerError: if it was judged already, or is returned without words
    """
    row = access(
        Material.objects.select_related("task__plan", "unit"),
        actor,
        "plans.report.judge",
        see="plans.task.view",
        lock=True,
        pk=material,
    )
    require_fresh(row, version)
    if row.state != MaterialState.SUBMITTED:
        raise LedgerError("这份材料已经办理过。")
    if not accepted and not words.strip():
        raise LedgerError("退回材料要写明缺什么、怎么补。")
    row.state = MaterialState.ACCEPTED if accepted else MaterialState.RETURNED
    row.judged_name, row.judged_at, row.judgement = actor.name, at, words.strip()[:300]
    save(row)
    task = Task.objects.select_for_update(of=("self",)).get(pk=row.task_id)
    if accepted and ends and task.state == TaskState.OPEN and not task.long_term:
        task.state, task.percent = TaskState.DONE, 100
        task.state_reason = f"佐证材料“{row.name}”已确认。"
        save(task)
    if not accepted:
        title = f"“{task.title[:40]}”的佐证材料被退回：{row.judgement}"
        notify(reporters([row.unit_id], localdate(at)), title, f"/plans/tasks/{task.pk}/#materials", at)
    log(
        actor,
        at,
        "judge_material",
        f"task:{task.pk}",
        words,
        unit=row.unit.code,
        name=row.name,
        state=row.state,
        ended=task.state == TaskState.DONE,
    )
    return row


@transaction.atomic
def open_year_file(*, actor: Actor, at: datetime, unit: str, year: int, head: str) -> YearFile:
    """
    Open a unit's file of a year, or name another head.

    :raises MissingError: if there is no such unit for the actor
    :raises LedgerError: if no head is named, or the year is none
    """
    if not head.strip():
        raise LedgerError("请写明第一责任人（主要负责人）。")
    if not 2000 <= year <= localdate(at).year + 1:
        raise LedgerError("年度不对。")
    by = access(Unit.objects.all(), actor, "plans.file.edit", see="plans.file.view", code=unit)
    row = YearFile.objects.select_for_update().filter(unit=by, year=year).first()
    row = row or YearFile(unit=by, year=year, version=0)
    row.head = head.strip()[:64]
    save(row)
    log(actor, at, "open_year_file", f"year_file:{by.code}:{year}", head=row.head)
    return row


@transaction.atomic
def add_year_element(
    *, actor: Actor, at: datetime, year_file: int, kind: YearElementKind, file: FileGiven, words: str = ""
) -> YearElement:
    """
    Add a document to a unit's file of the year.

    :raises MissingError: if there is no such file for the actor
    :raises LedgerError: if the document may not be kept
    """
    row = access(
        YearFile.objects.select_related("unit"),
        actor,
        "plans.file.edit",
        see="plans.file.view",
        lock=True,
        pk=year_file,
    )
    (given,) = checked([file], already=min(row.elements.filter(kind=kind).count(), MAX_FILES))
    kept = keep(given, "plans/years")
    made = YearElement.objects.create(
        year_file=row, kind=kind, words=words.strip()[:300], added_name=actor.name, added_at=at, **kept.columns
    )
    log(
        actor, at, "add_year_element", f"year_file:{row.unit.code}:{row.year}", words,
        kind=kind.label, name=kept.name, sha256=kept.sha256,
    )  # fmt: skip
    return made
