"""Plans taken in, corrected, put into force and ended; their tasks changed, finished and dropped."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, access, require_place
from mingjing.contexts.accounts.models import Grant, Unit
from mingjing.contexts.accounts.permissions import roles
from mingjing.contexts.plans.models import Deadline, Material, Part, Plan, PlanState, SubTask, Target, Task, TaskLink
from mingjing.contexts.plans.payload import deadline_json, latest_day
from mingjing.contexts.plans.units import register_of, resolved, unmatched
from mingjing.contexts.plans.usecases.base import (
    LedgerError,
    document_of,
    index,
    log,
    plan_to_edit,
    require_reason,
    save,
    task_to_edit,
)
from mingjing.contexts.plans.usecases.read_plans import ReadPlan
from mingjing.contexts.work import search
from mingjing.contexts.work.notifications import notify
from mingjing.domain.plans import model
from mingjing.domain.plans.model import Mode
from mingjing.domain.plans.standing import TaskState
from mingjing.domain.plans.targets import find_targets

_NONE: Final[list[Unit | None]] = [None]

type _Resolve = Callable[[str], list[Unit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartGiven:
    """Units as a person enters them: the words, how they take part, and the codes for which the words stand."""

    words: str
    mode: Mode
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskGiven:
    """A task that is added by hand: what, who, by when, and where it comes from."""

    title: str
    text: str = ""
    parts: tuple[PartGiven, ...] = ()
    deadlines: "tuple[DeadlineGiven, ...]" = ()
    no: str = ""
    section: str = ""
    source: str = ""
    source_href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineGiven:
    """A deadline as a person enters it."""

    words: str
    on: date | None = None
    long_term: bool = False


@transaction.atomic
def import_plan(
    *, actor: Actor, at: datetime, read: ReadPlan, place: str, content: bytes = b"", replaces: str = ""
) -> Plan:
    """
    Take a plan in as it was read; it waits to be checked by a person. ``content`` is the document, to be kept.

    ``replaces`` is the code of the plan in force of which this is a new edition: then a person says which task carries
    on which (``editions.carry_over``) before it takes the place of the former.

    :raises ForbiddenError: if the actor may not import plans for the place
    :raises LedgerError: if no task was found in it, or the former edition is not in force or has a new edition already
    """
    require_place(actor, "plans.plan.edit", place)
    former = _former(actor, replaces, place) if replaces else None
    found = read.plan
    if not found.tasks:
        raise LedgerError(
            "没有读到任务。方案里的任务一般有编号，并写明责任单位或者完成时限；请核对是不是这份文件，也可以把任务部分粘贴进来。"
        )
    code = f"FA{at:%Y%m%d}-{secrets.token_hex(3)}"
    kept = default_storage.save(f"plans/{code}/{code}.bin", ContentFile(content)) if content else ""
    plan = Plan.objects.create(
        code=code,
        title=(found.head.title or read.document.name)[:300],
        number=found.head.number[:100],
        issuer=found.head.issuer[:200],
        issued_on=found.head.date,
        place=place,
        source_name=read.document.name[:200],
        source_file=kept,
        notes=[*found.notes, *read.document.notes],
        milestones=[
            {"text": one.text, "section": one.section, "deadlines": [deadline_json(day) for day in one.deadlines]}
            for one in found.milestones
        ],
        created_by=actor.code,
        created_at=at,
        replaces=former,
    )
    register, by_name = register_of(place)
    on = found.head.date or localdate(at)
    for position, one in enumerate(found.tasks, start=1):
        _take_in(plan, position, one, lambda words: resolved(register, by_name, words, on))
    index(plan)
    log(actor, at, "import_plan", f"plan:{code}", title=plan.title, tasks=len(found.tasks), source=plan.source_name)
    return plan


@transaction.atomic
def match_unit(*, actor: Actor, at: datetime, plan: str, version: int, words: str, unit: str) -> int:
    """
    Say once for all tasks of a plan for which unit some words stand; return how many tasks name it so.

    With no ``unit`` the words stay as they are: they stand for nobody in the register.

    :raises LedgerError: if the plan is in force, no task names anybody so, or there is no such unit
    """
    of = plan_to_edit(actor, plan, version)
    if of.state != PlanState.DRAFT:
        raise LedgerError("方案已经启用，请逐项修改责任单位，并写明理由。")
    found = Unit.objects.filter(code=unit).first() if unit else None
    if unit and found is None:
        raise LedgerError(f"没有代码为“{unit}”的单位。")
    open_parts = Part.objects.filter(task__plan=of, words=words, unit=None)
    tasks = list(of.tasks.select_for_update().filter(pk__in=open_parts.values("task")).order_by("pk"))
    if not tasks:
        raise LedgerError(f"没有哪项任务的“{words}”还没有对上单位。")
    if found is not None:
        # who is named so and by the full name as well takes part once
        doubled = Part.objects.filter(task=OuterRef("task"), words=words, mode=OuterRef("mode"), unit=found)
        open_parts.filter(Exists(doubled)).delete()
        open_parts.update(unit=found)
    for row in tasks:
        for doubt in row.uncertain:
            if doubt["reason"] == unmatched(words) and not doubt.get("by"):
                doubt |= {
                    "by": actor.code,
                    "name": actor.name,
                    "at": at.isoformat(),
                    "words": found.name if found else "",
                }
        row.unsettled = _unsettled(row)
        save(row)
    save(of)
    search.index_many("task", [document_of(row) for row in tasks])
    log(actor, at, "match_unit", f"plan:{of.code}", words=words, unit=unit, tasks=len(tasks))
    return len(tasks)


@transaction.atomic
def confirm_plan(*, actor: Actor, at: datetime, code: str, version: int) -> Plan:
    """
    Put a plan into force once a person has looked at all that the machine was unsure of; its units are told.

    :raises LedgerError: if it runs already, or something is still unsure
    """
    plan = plan_to_edit(actor, code, version)
    if plan.state != PlanState.DRAFT:
        raise LedgerError("这份方案已经启用。")
    waiting = plan.tasks.filter(unsettled__gt=0).count()
    if waiting:
        raise LedgerError(f"还有 {waiting} 项任务有存疑没有核对，请先逐项核对或者改正。")
    if plan.replaces_id:
        _take_the_place_of_the_former(actor, at, plan)
    plan.state = PlanState.RUNNING
    plan.begun_on = plan.issued_on or localdate(at)
    save(plan)
    units = Part.objects.filter(task__plan=plan, unit__isnull=False).values_list("unit_id", flat=True)
    title = f"《{plan.title}》已启用，有您单位的任务，请按期报送进展。"
    notify(reporters(set(units), localdate(at)), title, f"/plans/tasks/?plan={plan.code}", at)
    log(actor, at, "confirm_plan", f"plan:{code}", begun_on=plan.begun_on.isoformat())
    return plan


@transaction.atomic
def close_plan(*, actor: Actor, at: datetime, code: str, version: int, reason: str) -> Plan:
    """
    End a plan: nothing of it is reported or changed any more.

    :raises LedgerError: if it does not run, or no reason is given
    """
    plan = plan_to_edit(actor, code, version)
    if plan.state != PlanState.RUNNING:
        raise LedgerError("只有执行中的方案才能结束。")
    require_reason(reason)
    plan.state = PlanState.CLOSED
    save(plan)
    log(actor, at, "close_plan", f"plan:{code}", reason, open_tasks=plan.tasks.filter(state=TaskState.OPEN).count())
    return plan


@transaction.atomic
def settle(*, actor: Actor, at: datetime, task: int, number: int, version: int, words: str = "") -> Task:
    """
    Say that one looked at what the machine was unsure of, and that it is right now.

    :raises LedgerError: if there is no such doubt, or it is settled
    """
    row = task_to_edit(actor, task, version)
    if not 0 <= number < len(row.uncertain) or row.uncertain[number].get("by"):
        raise LedgerError("没有这一项存疑，或者已经核对过。")
    row.uncertain[number] |= {"by": actor.code, "name": actor.name, "at": at.isoformat(), "words": words[:200]}
    row.unsettled = _unsettled(row)
    save(row)
    log(actor, at, "settle", f"task:{row.pk}", words, doubt=row.uncertain[number]["reason"])
    return row


@transaction.atomic
def correct_task(
    *, actor: Actor, at: datetime, task: int, version: int, no: str, title: str, text: str, reason: str = ""
) -> Task:
    """
    Correct the number, title or text of a task; of a plan in force only with a reason.

    :raises LedgerError: if it has no title, or a reason is missing
    """
    row = task_to_edit(actor, task, version)
    if not title.strip():
        raise LedgerError("请填写任务名称。")
    _require_reason_in_force(row, reason)
    given = {"no": no.strip()[:64], "title": title.strip()[:500], "text": text.strip()}
    changed = {name: value for name, value in given.items() if getattr(row, name) != value}
    if not changed:
        return row
    for name, value in changed.items():
        setattr(row, name, value)
    save(row)
    search.index_many("task", [document_of(row)])
    log(actor, at, "correct_task", f"task:{row.pk}", reason, **changed)
    return row


@transaction.atomic
def add_task(*, actor: Actor, at: datetime, plan: str, given: TaskGiven, reason: str = "") -> Task:
    """
    Add a task by hand: one that the document does not name, or one that a meeting decided. Its units are told.

    :raises MissingError: if there is no such plan for the actor
    :raises LedgerError: if the plan has ended, words, units or (in force) the source are missing, or a unit is unknown
    """
    of = access(Plan.objects.all(), actor, "plans.task.edit", see="plans.plan.view", lock=True, code=plan)
    if of.state == PlanState.CLOSED:
        raise LedgerError("方案已经结束，不能再加任务。")
    if not given.title.strip():
        raise LedgerError("请填写任务名称。")
    if of.state == PlanState.RUNNING and not (given.source.strip() or reason.strip()):
        raise LedgerError("方案已经启用，新增任务要写明来源或者理由。")
    units = _units_of(given.parts)
    last = of.tasks.order_by("-position").first()
    targets = find_targets(given.text or given.title)
    row = Task.objects.create(
        plan=of,
        position=last.position + 1 if last else 1,
        no=given.no[:64],
        section=given.section[:500],
        title=given.title.strip()[:500],
        text=given.text.strip(),
        source=given.source.strip()[:300],
        source_href=given.source_href[:200],
    )
    _keep_parts(row, _parts_made(row, given.parts, units))
    _keep_deadlines(row, given.deadlines)
    row.save()
    Target.objects.bulk_create(
        Target(
            task=row, position=number, words=one.text[:300], value=str(one.value)[:32], unit=one.unit[:32],
            direction=one.direction[:4],
        )
        for number, one in enumerate(targets, start=1)
    )  # fmt: skip
    search.index_many("task", [document_of(row)])
    if of.state == PlanState.RUNNING:
        title = f"新任务：{row.title[:60]}"
        notify(reporters([one.pk for one in units.values()], localdate(at)), title, f"/plans/tasks/{row.pk}/", at)
    log(actor, at, "add_task", f"task:{row.pk}", reason, plan=of.code, title=row.title, source=row.source)
    return row


@transaction.atomic
def open_collection(*, actor: Actor, at: datetime, place: str, title: str) -> Plan:
    """
    Return the plan in force of that title of the place, or open one without a document: for tasks that meetings decide.

    :raises ForbiddenError: if the actor may not keep plans for the place
    """
    require_place(actor, "plans.task.edit", place)
    found = Plan.objects.filter(place=place, title=title, state=PlanState.RUNNING, source_name="").first()
    if found is not None:
        return found
    plan = Plan.objects.create(
        code=f"FA{at:%Y%m%d}-{secrets.token_hex(3)}", title=title[:300], place=place, state=PlanState.RUNNING,
        begun_on=localdate(at), notes=["没有原文件，任务由会议或者专班议定后加入。"], created_by=actor.code, created_at=at,
    )  # fmt: skip
    index(plan)
    log(actor, at, "open_collection", f"plan:{plan.code}", title=plan.title)
    return plan


@transaction.atomic
def change_parts(
    *, actor: Actor, at: datetime, task: int, version: int, parts: Sequence[PartGiven], reason: str = ""
) -> Task:
    """
    Say anew which units take part in a task; of a plan in force only with a reason.

    :raises LedgerError: if a unit does not exist, or a reason is missing
    """
    row = task_to_edit(actor, task, version)
    _require_reason_in_force(row, reason)
    units = _units_of(parts)
    row.parts.all().delete()
    _keep_parts(row, _parts_made(row, parts, units))
    save(row)
    search.index_many("task", [document_of(row)])
    log(actor, at, "change_parts", f"task:{row.pk}", reason, units="、".join(one.words for one in parts))
    return row


@transaction.atomic
def change_deadlines(
    *, actor: Actor, at: datetime, task: int, version: int, deadlines: Sequence[DeadlineGiven], reason: str = ""
) -> Task:
    """
    Say anew by when a task is due; of a plan in force only with a reason. The former days stay in the log.

    :raises LedgerError: if a deadline says nothing, or a reason is missing
    """
    row = task_to_edit(actor, task, version)
    _require_reason_in_force(row, reason)
    if any(not one.words.strip() for one in deadlines):
        raise LedgerError("请照方案原文填写时限，例如“2026年6月底前”。")
    before = row.due_on
    row.deadlines.all().delete()
    _keep_deadlines(row, deadlines)
    save(row)
    log(
        actor,
        at,
        "change_deadlines",
        f"task:{row.pk}",
        reason,
        due_on=row.due_on.isoformat() if row.due_on else None,
        before=before.isoformat() if before else None,
    )
    return row


@transaction.atomic
def end_task(*, actor: Actor, at: datetime, task: int, version: int, state: TaskState, reason: str) -> Task:
    """
    Finish or drop a task, or take it up again (``OPEN``); always with words of why.

    :raises LedgerError: if its plan is not in force, it is so already, or no reason is given
    """
    row = task_to_edit(actor, task, version)
    if row.plan.state != PlanState.RUNNING:
        raise LedgerError("方案启用以后，任务才能办结或者取消。")
    if row.state == state:
        raise LedgerError("任务已经是这个状态。")
    require_reason(reason)
    row.state, row.state_reason = state, reason.strip()[:500]
    if state is TaskState.DONE:
        row.percent = 100
    save(row)
    log(actor, at, "end_task", f"task:{row.pk}", reason, state=str(state))
    return row


def reporters(units: Iterable[int], on: date) -> list[int]:
    """Return who reports for these units on a day: users who hold a role with that permission in one of them."""
    able = [code for code, role in roles().items() if "plans.report.submit" in role.may]
    rows = Grant.objects.filter(role__in=able, unit_id__in=units, valid_from__lte=on).exclude(valid_to__lte=on)
    return list(rows.order_by("user_id").values_list("user_id", flat=True).distinct())


def _take_in(plan: Plan, position: int, one: model.Task, units_of: _Resolve) -> None:
    doubts = [{"field": each.field, "reason": each.reason} for each in one.uncertain]
    if one.truncated:
        doubts.append({"field": "text", "reason": "原文在这里中断，后面的内容没有读到"})
    parts: list[Part] = []
    for unit in one.units:
        units = units_of(unit.name)
        if not units:
            doubts.append({"field": "units", "reason": unmatched(unit.name)})
        parts += [Part(words=unit.name[:200], mode=unit.mode, unit=each) for each in units or _NONE]
    row = Task.objects.create(
        plan=plan,
        position=position,
        no=one.no[:64],
        section=one.section[:500],
        title=(one.title or one.text or "（没有标题）")[:500],
        text="\n".join(part for part in (one.text, one.measures) if part),
        raw=one.raw,
        remark=one.remark,
        persons=list(one.persons),
        due_on=latest_day(one),
        long_term=any(each.long_term for each in one.deadlines),
        uncertain=doubts,
        unsettled=len(doubts),
    )
    _keep_parts(row, parts)
    Deadline.objects.bulk_create(
        Deadline(
            task=row,
            position=number,
            words=each.text[:300],
            on=each.on,
            long_term=each.long_term,
            recurring=each.recurring,
            every=each.every[:32],
            in_text=each.in_prose,
        )
        for number, each in enumerate(one.deadlines, start=1)
    )
    Target.objects.bulk_create(
        Target(
            task=row,
            position=number,
            words=each.text[:300],
            value=str(each.value)[:32],
            unit=each.unit[:32],
            direction=each.direction[:4],
        )
        for number, each in enumerate(one.targets, start=1)
    )


def _units_of(parts: Iterable[PartGiven]) -> dict[str, Unit]:
    wanted = {code for one in parts for code in one.units}
    units = {unit.code: unit for unit in Unit.objects.filter(code__in=wanted)}
    if unknown := sorted(wanted - units.keys()):
        raise LedgerError(f"没有代码为“{'、'.join(unknown)}”的单位。")
    if any(not one.words.strip() for one in parts):
        raise LedgerError("请填写责任单位的名称。")
    return units


def _parts_made(row: Task, parts: Iterable[PartGiven], units: Mapping[str, Unit]) -> list[Part]:
    return [
        Part(task=row, words=one.words.strip()[:200], mode=one.mode, unit=unit)
        for one in dict.fromkeys(parts)
        for unit in [units[code] for code in one.units] or _NONE
    ]


def _keep_deadlines(row: Task, deadlines: Iterable[DeadlineGiven]) -> None:
    """Write the deadlines of a task and what follows from them; the caller saves it."""
    given = list(deadlines)
    Deadline.objects.bulk_create(
        Deadline(task=row, position=position, words=one.words.strip()[:300], on=one.on, long_term=one.long_term)
        for position, one in enumerate(given, start=1)
    )
    row.due_on = max((one.on for one in given if one.on), default=None)
    row.long_term = any(one.long_term for one in given)


def _former(actor: Actor, code: str, place: str) -> Plan:
    former = access(Plan.objects.all(), actor, "plans.plan.edit", see="plans.plan.view", lock=True, code=code)
    if former.place != place or former.state != PlanState.RUNNING:
        raise LedgerError("只有本地执行中的方案才能有新版本。")
    if former.replaced_by.exclude(state=PlanState.CLOSED).exists():
        raise LedgerError("这份方案已经有一个新版本待启用，请先办理它。")
    return former


def _take_the_place_of_the_former(actor: Actor, at: datetime, plan: Plan) -> None:
    """Let the tasks of the new edition carry on the work of those of the former, and end the former."""
    assert plan.replaces_id is not None
    former = Plan.objects.select_for_update().get(pk=plan.replaces_id)
    if former.state != PlanState.RUNNING:
        raise LedgerError("原来的方案已经不在执行，不能再由这个版本取代。")
    for task in plan.tasks.filter(continues__isnull=False).select_related("continues"):
        old = task.continues
        assert old is not None
        task.state, task.state_reason, task.percent = old.state, old.state_reason, old.percent
        task.save()
        # what is being worked on moves along; reports stay with the edition for which they were made
        SubTask.objects.filter(task=old).update(task=task)
        Material.objects.filter(task=old).update(task=task)
        TaskLink.objects.filter(task=old).update(task=task)
        TaskLink.objects.filter(other=old).update(other=task)
    former.state = PlanState.CLOSED
    save(former)
    log(actor, at, "close_plan", f"plan:{former.code}", f"由新版本 {plan.code} 取代", new_edition=plan.code)


def _keep_parts(row: Task, parts: Iterable[Part]) -> None:
    """Write the units of a task, each once in each mode."""
    once = {(part.words, part.mode, part.unit_id): part for part in parts}
    for number, part in enumerate(once.values(), start=1):
        part.task, part.position = row, number
    Part.objects.bulk_create(once.values())


def _unsettled(row: Task) -> int:
    return sum(1 for one in row.uncertain if not one.get("by"))


def _require_reason_in_force(row: Task, reason: str) -> None:
    if row.plan.state == PlanState.RUNNING and not reason.strip():
        raise LedgerError("方案已经启用，改动任务要写明理由。")
