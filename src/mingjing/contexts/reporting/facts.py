"""
The facts of which a report tells, taken once and frozen: the tasks, who takes part, what was reported, what was found.

Figures are counted from these rows; the same rows are exported with the report, so that anybody can count again.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Q
from django.urls import reverse

from mingjing.contexts.plans import queries as plans
from mingjing.contexts.plans.models import (
    Finding,
    Material,
    Part,
    Plan,
    PlanState,
    SubTask,
    Task,
    VisitUnit,
)
from mingjing.contexts.plans.models import Report as TaskReport
from mingjing.contexts.reporting.models import Collection, Submission
from mingjing.domain.plans.model import Mode
from mingjing.domain.plans.standing import Period, TaskState

type Row = dict[str, str]

HEADS: Final[Mapping[str, Mapping[str, str]]] = {
    "tasks": {
        "plan": "方案", "no": "序号", "title": "任务", "section": "所属部分", "standing": "状态", "due_on": "最后时限",
        "percent": "进度", "lead": "牵头单位", "units": "责任单位", "id": "编号",
    },
    "parts": {"unit": "单位", "title": "任务", "mode": "参与方式", "standing": "状态", "task": "任务编号", "path": "单位次序"},
    "owed": {"unit": "单位", "title": "任务", "period": "报送期", "state": "报送情况", "percent": "进度", "task": "任务编号", "path": "单位次序"},
    "materials": {"unit": "单位", "title": "任务", "name": "佐证材料", "state": "状态", "added_on": "上传日期", "task": "任务编号"},
    "sub_tasks": {"unit": "单位", "title": "措施", "state": "状态", "due_on": "完成时间", "task": "任务编号"},
    "visits": {"visit": "督导", "kind": "方式", "unit": "单位", "done_on": "日期"},
    "findings": {"visit": "督导", "unit": "单位", "words": "问题", "state": "状态", "due_on": "整改时限", "overdue": "超期"},
    "submissions": {
        "unit": "单位", "collection": "报送要求", "period": "期间", "field": "项目", "code": "项目代码", "value": "数值",
        "stock": "时点数", "state": "报送情况", "path": "单位次序",
    },
}  # fmt: skip
"""The columns of each table of facts, and their heads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The rows of each table, as of a day, for a period and for the plans concerned."""

    as_of: date
    first_on: date
    last_on: date
    tables: Mapping[str, Sequence[Row]]

    def rows(self, table: str, **wanted: str | Iterable[str]) -> list[Row]:
        """Return the rows of a table whose columns have the wanted values."""
        return [
            row
            for row in self.tables[table]
            if all(
                row[name] == value if isinstance(value, str) else row[name] in value for name, value in wanted.items()
            )
        ]

    def zipped(self) -> bytes:
        """Return the tables as CSV in a ZIP, with a note of what they are."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
            for table, rows in self.tables.items():
                packed.writestr(_entry(f"{table}.csv"), "\ufeff" + _csv(HEADS[table], rows))
            packed.writestr(_entry("说明.txt"), _note(self))
        return buffer.getvalue()


def unzipped(content: bytes, *, as_of: date, first_on: date, last_on: date) -> Facts:
    """Return the facts that were frozen with a report."""
    tables: dict[str, list[Row]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for table in HEADS:
            text = packed.read(f"{table}.csv").decode("utf-8-sig")
            tables[table] = list(csv.DictReader(io.StringIO(text)))
    return Facts(as_of=as_of, first_on=first_on, last_on=last_on, tables=tables)


def _entry(name: str) -> zipfile.ZipInfo:
    # a fixed time: equal facts make equal bytes
    return zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))


def _csv(head: Mapping[str, str], rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    for row in rows:
        writer.writerow([row[name] for name in head])
    return text.getvalue()


def _note(facts: Facts) -> str:
    lines = [
        f"数据截止 {facts.as_of.isoformat()}，期间 {facts.first_on.isoformat()} 至 {facts.last_on.isoformat()}。",
        "报告里的每个数都由这些表数出来；栏目如下。",
    ]
    lines += [
        f"{table}.csv：" + "、".join(f"{name} {label}" for name, label in HEADS[table].items()) for table in HEADS
    ]
    return "\r\n".join(lines)


def take(*, place: str, plan: str, first_on: date, last_on: date, as_of: date) -> Facts:
    """Take the facts of a place (of one plan by its code, or of all in force) for a period, as they stand."""
    of = Plan.objects.filter(place=place)
    of = of.filter(code=plan) if plan else of.filter(state=PlanState.RUNNING)
    running = list(of)
    tasks = list(
        Task.objects.filter(plan__in=running)
        .select_related("plan")
        .prefetch_related("parts__unit", "deadlines")
        .order_by("plan_id", "position")
    )
    standing = {one.pk: plans.standing_of(one, as_of).value for one in tasks}
    tables: dict[str, list[Row]] = {
        "tasks": [_task(one, standing[one.pk]) for one in tasks],
        "parts": _parts(running, standing),
        "owed": [row for one in running for row in _owed(one, first_on, last_on, as_of)],
        "materials": _materials(running, first_on, last_on),
        "sub_tasks": _sub_tasks(running),
        "visits": _visits(place, plan, first_on, last_on),
        "findings": _findings(place, plan, first_on, last_on, as_of),
        "submissions": _submissions(place, first_on, last_on),
    }
    return Facts(as_of=as_of, first_on=first_on, last_on=last_on, tables=tables)


def _day(day: Any) -> str:
    return day.isoformat() if day else ""


def _task(one: Task, standing: str) -> Row:
    lead = list(dict.fromkeys(part.words for part in one.parts.all() if part.mode == Mode.LEAD))
    others = list(dict.fromkeys(part.words for part in one.parts.all() if part.mode != Mode.LEAD))
    return {
        "plan": one.plan.title, "no": one.no or str(one.position), "title": one.title, "section": one.section,
        "standing": standing, "due_on": _day(one.due_on), "percent": str(one.percent), "lead": "、".join(lead),
        "units": "、".join(others), "id": str(one.pk),
    }  # fmt: skip


def _parts(running: Sequence[Plan], standing: Mapping[int, str]) -> list[Row]:
    parts = Part.objects.filter(task__plan__in=running, unit__isnull=False).select_related("task", "unit")
    found: dict[tuple[int, int], Row] = {}
    for one in parts.order_by("unit__path", "task__plan_id", "task__position", "position"):
        assert one.unit is not None
        row: Row = {
            "unit": one.unit.name, "title": one.task.title, "mode": one.mode, "standing": standing[one.task_id],
            "task": str(one.task_id), "path": one.unit.path,
        }  # fmt: skip
        found.setdefault((one.unit.pk, one.task_id), row)
    return list(found.values())


def _owed(plan: Plan, first_on: date, last_on: date, as_of: date) -> list[Row]:
    """
    The reports that units owe for the reporting periods that end within the period, and what became of each.

    Owed are those on tasks that are not dropped: on open ones for every period, on finished ones where one was sent.
    """
    wanted = _periods(plan, first_on, last_on, as_of)
    sent: dict[tuple[int, int, str], TaskReport] = {}
    rows = TaskReport.objects.filter(Q(task__plan=plan) | Q(task__continued_by__plan=plan))
    for one in rows.filter(period__in=[period.key for period in wanted]).select_related("task__continued_by"):
        carried = getattr(one.task, "continued_by", None) if one.task.plan_id != plan.pk else None
        sent[(carried or one.task).pk, one.unit_id, one.period] = one
    parts = Part.objects.filter(task__plan=plan, unit__isnull=False).exclude(task__state=TaskState.DROPPED)
    found: dict[tuple[int, int, str], Row] = {}
    for part in parts.select_related("task", "unit").order_by("unit__path", "task__position"):
        assert part.unit is not None
        for period in wanted:
            key = (part.task_id, part.unit.pk, period.key)
            report = sent.get(key)
            if report is None and part.task.state != TaskState.OPEN:
                continue
            found.setdefault(
                key,
                {
                    "unit": part.unit.name, "title": part.task.title, "period": period.key,
                    "state": report.state if report else "missing", "percent": str(report.percent) if report else "",
                    "task": str(part.task_id), "path": part.unit.path,
                },
            )  # fmt: skip
    return list(found.values())


def _periods(plan: Plan, first_on: date, last_on: date, as_of: date) -> list[Period]:
    end = min(last_on, as_of)
    return [one for one in plans.plan_periods(plan, end) if first_on <= one.last <= last_on and one.first <= end][::-1]


def _materials(running: Sequence[Plan], first_on: date, last_on: date) -> list[Row]:
    rows = Material.objects.filter(
        task__plan__in=running, added_at__date__gte=first_on, added_at__date__lte=last_on
    ).select_related("task", "unit")
    return [
        {
            "unit": one.unit.name, "title": one.task.title, "name": one.name, "state": one.state,
            "added_on": one.added_at.date().isoformat(), "task": str(one.task_id),
        }
        for one in rows.order_by("pk")
    ]  # fmt: skip


def _sub_tasks(running: Sequence[Plan]) -> list[Row]:
    rows = SubTask.objects.filter(task__plan__in=running).select_related("unit").order_by("pk")
    return [
        {
            "unit": one.unit.name, "title": one.title, "state": one.state, "due_on": _day(one.due_on),
            "task": str(one.task_id),
        }
        for one in rows
    ]  # fmt: skip


def _visits(place: str, plan: str, first_on: date, last_on: date) -> list[Row]:
    rows = VisitUnit.objects.filter(
        visit__place=place, visit__first_on__lte=last_on, visit__last_on__gte=first_on
    ).select_related("visit", "unit")
    if plan:
        rows = rows.filter(visit__plan__code=plan)
    return [
        {"visit": one.visit.title, "kind": one.visit.kind, "unit": one.unit.name, "done_on": _day(one.done_on)}
        for one in rows.order_by("visit_id", "unit__path")
    ]


def _findings(place: str, plan: str, first_on: date, last_on: date, as_of: date) -> list[Row]:
    rows = Finding.objects.filter(
        visit__place=place, visit__first_on__lte=last_on, visit__last_on__gte=first_on
    ).select_related("visit", "unit")
    if plan:
        rows = rows.filter(visit__plan__code=plan)
    return [
        {
            "visit": one.visit.title, "unit": one.unit.name, "words": one.words, "state": one.state,
            "due_on": one.due_on.isoformat(),
            "overdue": "是" if one.state == "open" and one.due_on < as_of else "否",
        }
        for one in rows.order_by("pk")
    ]  # fmt: skip


def _submissions(place: str, first_on: date, last_on: date) -> list[Row]:
    """By unit and field what was sent in for the collections whose period lies within; ``missing`` where nothing was."""
    found: list[Row] = []
    collections = Collection.objects.filter(place=place, first_on__gte=first_on, last_on__lte=last_on)
    for collection in collections.order_by("last_on", "pk").prefetch_related("units"):
        sent = {one.unit_id: one for one in Submission.objects.filter(collection=collection)}
        for unit in sorted(collection.units.all(), key=lambda one: one.path):
            one = sent.get(unit.pk)
            state = one.state if one else "missing"
            fields = collection.fields or [{"code": "", "label": ""}]
            for each in fields:
                value = str(one.figures.get(each["code"], "")) if one else ""
                found.append(
                    {
                        "unit": unit.name, "collection": collection.title, "period": collection.period,
                        "field": each["label"], "code": "" if each.get("text") else each["code"], "value": value, "state": state, "path": unit.path,
                        "stock": "是" if each.get("stock") else "",
                    }
                )  # fmt: skip
    return found


def task_href(row: Row) -> str:
    """Return the page of the task of a row, if it is one of a task."""
    pk = row.get("id") or row.get("task")
    return reverse("task", args=[int(pk)]) if pk else ""


def quarter_before(day: date) -> tuple[date, date]:
    """Return the first and last day of the quarter before that of a day."""
    last = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1) - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last
