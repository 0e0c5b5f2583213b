"""What pages and commands read of plans and tasks, always through the scope."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from mingjing.contexts.accounts.access import Actor, MissingError, access, readable, require, visible
from mingjing.contexts.accounts.models import Unit, UnitKind
from mingjing.contexts.catalog.models import Instrument
from mingjing.contexts.plans.models import (
    Finding,
    Material,
    MaterialState,
    Part,
    PersonCheck,
    Plan,
    PlanState,
    Report,
    ReportState,
    SubTask,
    SubTaskState,
    Task,
    TaskLink,
    Visit,
    YearFile,
)
from mingjing.contexts.plans.units import unmatched
from mingjing.contexts.registry.models import Officer
from mingjing.domain.plans import model
from mingjing.domain.plans.ledger import (
    Change,
    LedgerTask,
    LinkKind,
    YearElementKind,
    compare,
    missing_elements,
)
from mingjing.domain.plans.model import Mode
from mingjing.domain.plans.standing import SOON, Period, Rhythm, Standing, TaskState, period_of, periods, standing
from mingjing.law import parameters

MOST_COLUMNS: Final = 40


def plans_of(actor: Actor, today: date) -> QuerySet[Plan]:
    """Return the plans that the actor may see, with how many tasks they have, done, overdue and unsettled."""
    late = Q(tasks__state=TaskState.OPEN, tasks__due_on__lt=today, tasks__long_term=False)
    return _readable(actor).annotate(
        task_count=Count("tasks", distinct=True),
        done_count=Count("tasks", filter=Q(tasks__state=TaskState.DONE), distinct=True),
        late_count=Count("tasks", filter=late, distinct=True),
        unsettled_count=Count("tasks", filter=Q(tasks__unsettled__gt=0), distinct=True),
    )


def plan_of(actor: Actor, code: str) -> Plan:
    """
    Return a plan.

    :raises MissingError: if there is none that the actor may see
    """
    found = _readable(actor).filter(code=code).first()
    if found is None:
        raise MissingError("没有找到这份方案，或者您无权查看。")
    return found


def _readable(actor: Actor) -> QuerySet[Plan]:
    """The plans that lie within the scope, and those put into force by the places around: a town works by its county's."""
    return readable(Plan.objects.all(), actor, "plans.plan.view", published=~Q(state=PlanState.DRAFT))


def tasks_of(actor: Actor) -> QuerySet[Task]:
    """Return the tasks that the actor may see, with plan and parts; a unit sees those that name it."""
    seen = visible(Task.objects.all(), actor, "plans.task.view").order_by().values("pk")
    parts = Prefetch("parts", Part.objects.select_related("unit"))
    return Task.objects.filter(pk__in=seen).select_related("plan").prefetch_related(parts, "deadlines")


def task_of(actor: Actor, pk: int) -> Task:
    """
    Return a task with all that belongs to it.

    :raises MissingError: if there is none that the actor may see
    """
    found = tasks_of(actor).prefetch_related("targets").filter(pk=pk).first()
    if found is None:
        raise MissingError("没有找到这项任务，或者您无权查看。")
    return found


def reports_of(actor: Actor, task: Task) -> QuerySet[Report]:
    """Return the reports on a task: all for who keeps the ledger, a unit's own for who reports."""
    rows = visible(Report.objects.filter(task=task), actor, "plans.task.view")
    return rows.select_related("unit").prefetch_related("evidence").order_by("-period", "unit__path")


def report_of(actor: Actor, pk: int) -> Report:
    """
    Return a report.

    :raises MissingError: if there is none that the actor may see
    """
    return access(Report.objects.select_related("task", "unit"), actor, "plans.task.view", pk=pk)


def standing_of(task: Task, today: date) -> Standing:
    """Say how a task stands today."""
    return standing(state=TaskState(task.state), due_on=task.due_on, long_term=task.long_term, today=today)


def standing_condition(code: str, today: date) -> Q:
    """Say as a condition which tasks stand so."""
    opened = Q(state=TaskState.OPEN)
    late = Q(due_on__lt=today)
    return {
        Standing.DONE: Q(state=TaskState.DONE),
        Standing.DROPPED: Q(state=TaskState.DROPPED),
        Standing.OVERDUE: opened & late & Q(long_term=False),
        Standing.SOON: opened & Q(due_on__gte=today, due_on__lte=today + SOON),
        Standing.RUNNING: opened & Q(due_on__gt=today + SOON),
        Standing.LASTING: opened & Q(long_term=True) & (late | Q(due_on__isnull=True)),
        Standing.UNDATED: opened & Q(long_term=False, due_on__isnull=True),
    }[Standing(code)]


def rhythm_of(place: str, on: date) -> Rhythm:
    """How often the units of a place report (``reporting.dispatch.rhythm``); each month where the place says nothing."""
    value = parameters.get("reporting.dispatch.rhythm").at(on, place)
    return Rhythm(str(value.value)) if value is not None else Rhythm.MONTH


def periods_of(task: Task, today: date) -> list[Period]:
    """The periods for which a task is reported, the latest first."""
    begun = task.plan.begun_on or today
    return list(periods(rhythm_of(task.plan.place, today), since=min(begun, today), today=today))[::-1]


def units_for(actor: Actor, task: Task, code: str) -> list[Unit]:
    """The units of the task over which the actor has a permission."""
    scope = require(actor, code)
    rows = Unit.objects.filter(scope.condition(Unit.scope_fields), task_parts__task=task)
    return list(rows.distinct().order_by("path"))


def units_to_report(actor: Actor, task: Task) -> list[Unit]:
    """The units of the task for which the actor may report."""
    return units_for(actor, task, "plans.report.submit")


def units_for_material(actor: Actor, task: Task) -> list[Unit]:
    """The units for which the actor may add a file: those of the task, or (for who keeps the ledger) the actor's own."""
    found = units_for(actor, task, "plans.task.split")
    if not found and actor.may("plans.task.edit"):
        found = list(Unit.objects.filter(path=actor.unit_path))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A report that a unit owes for the period that runs."""

    task: Task
    unit: Unit
    period: str
    label: str
    due_on: date


def owed(actor: Actor, today: date) -> Iterator[Owed]:
    """Yield the reports that the actor's units owe for the period that runs: open tasks of plans in force."""
    scope = actor.scope("plans.report.submit")
    if not scope:
        return
    mine = Unit.objects.filter(scope.condition(Unit.scope_fields))
    parts = (
        Part.objects.filter(unit__in=mine, task__state=TaskState.OPEN, task__plan__state=PlanState.RUNNING)
        .select_related("task__plan", "unit")
        .order_by("task_id", "unit_id")
    )
    since = today - timedelta(days=400)
    reports = Report.objects.filter(unit__in=mine, submitted_at__date__gte=since)
    told = _told(reports.exclude(state=ReportState.RETURNED))
    seen: set[tuple[int, int]] = set()
    for part in parts:
        assert part.unit is not None
        key = (part.task_id, part.unit.pk)
        period = period_of(rhythm_of(part.task.plan.place, today), today)
        if key in seen or (*key, period.key) in told:
            continue
        seen.add(key)
        yield Owed(task=part.task, unit=part.unit, period=period.key, label=period.label, due_on=period.last)


def _told(reports: QuerySet[Report]) -> set[tuple[int, int, str]]:
    """By task, unit and period what was reported; what was reported of a task counts for the one that carries it on."""
    told = set()
    rows = reports.order_by().values_list("task_id", "task__continued_by__id", "unit_id", "period")
    for task, carried_on, unit, period in rows:
        told.add((task, unit, period))
        if carried_on:
            told.add((carried_on, unit, period))
    return told


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A report that a unit did not send for a period that is over."""

    task: Task
    unit: Unit


def missing_reports(plan: Plan, period: Period) -> list[Missing]:
    """
    Return the reports on a plan that were not sent for a period, by unit.

    Owed are those on tasks that are open now, or were finished after the period ended.
    """
    parts = (
        Part.objects.filter(task__plan=plan, unit__isnull=False)
        .filter(Q(task__state=TaskState.OPEN))
        .select_related("task", "unit")
        .order_by("unit__path", "task__position")
    )
    told = _told(Report.objects.filter(period=period.key).filter(Q(task__plan=plan) | Q(task__continued_by__plan=plan)))
    found: dict[tuple[int, int], Missing] = {}
    for part in parts:
        assert part.unit is not None
        if (part.task_id, part.unit.pk, period.key) not in told:
            found.setdefault((part.task_id, part.unit.pk), Missing(task=part.task, unit=part.unit))
    return list(found.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchRow:
    """What a unit did with its tasks of a plan in a period: the line of a dispatch sheet (月调度)."""

    unit: Unit
    tasks: int
    done: int
    overdue: int
    reported: int
    accepted: int
    returned: int
    missing: int
    percent: int


def dispatch(plan: Plan, period: Period, today: date) -> list[DispatchRow]:
    """Return the dispatch sheet of a plan for a period, the units in the order of the register."""
    tasks: dict[int, dict[int, Task]] = {}
    units: dict[int, Unit] = {}
    parts = Part.objects.filter(task__plan=plan, unit__isnull=False).select_related("task", "unit")
    for part in parts.exclude(task__state=TaskState.DROPPED).order_by("unit__path", "task__position"):
        assert part.unit is not None
        units[part.unit.pk] = part.unit
        tasks.setdefault(part.unit.pk, {})[part.task_id] = part.task
    states: dict[int, list[str]] = {}
    latest: dict[tuple[int, int], int] = {}
    reports = Report.objects.filter(Q(task__plan=plan) | Q(task__continued_by__plan=plan)).order_by("period", "pk")
    for one in reports:
        if one.period == period.key:
            states.setdefault(one.unit_id, []).append(one.state)
        if one.period <= period.key and one.state == ReportState.ACCEPTED:
            latest[one.unit_id, one.task_id] = one.percent
    missing: dict[int, int] = {}
    for gap in missing_reports(plan, period):
        missing[gap.unit.pk] = missing.get(gap.unit.pk, 0) + 1
    rows = []
    for pk, unit in units.items():
        own = list(tasks[pk].values())
        of_unit = states.get(pk, [])
        percents = [100 if one.state == TaskState.DONE else latest.get((pk, one.pk), 0) for one in own]
        rows.append(
            DispatchRow(
                unit=unit,
                tasks=len(own),
                done=sum(1 for one in own if one.state == TaskState.DONE),
                overdue=sum(1 for one in own if standing_of(one, today) is Standing.OVERDUE),
                reported=len(of_unit),
                accepted=of_unit.count(ReportState.ACCEPTED),
                returned=of_unit.count(ReportState.RETURNED),
                missing=missing.get(pk, 0),
                percent=sum(percents) // len(percents),
            )
        )
    return rows


def plan_periods(plan: Plan, today: date) -> list[Period]:
    """The periods for which a plan is reported, the latest first."""
    begun = min(plan.begun_on or today, today)
    return list(periods(rhythm_of(plan.place, today), since=begun, today=today))[::-1]


def blocked() -> Q:
    """Say as a condition which open tasks wait for another that is open."""
    waits = TaskLink.objects.filter(task=OuterRef("pk"), kind=LinkKind.NEEDS, other__state=TaskState.OPEN)
    return Q(Exists(waits)) & Q(state=TaskState.OPEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A task that hangs together with another; ``way`` says how, seen from that one."""

    link: TaskLink
    task: Task
    way: str
    blocks: bool = False


def links_of(actor: Actor, task: Task) -> list[Linked]:
    """Return what a task waits for, what waits for it, and what is related, as far as the actor may see it."""
    seen = set(visible(Task.objects.all(), actor, "plans.task.view").values_list("pk", flat=True))
    rows = TaskLink.objects.filter(Q(task=task) | Q(other=task)).select_related("task__plan", "other__plan")
    made = []
    for one in rows:
        forth = one.task_id == task.pk
        other = one.other if forth else one.task
        if other.pk not in seen:
            continue
        needs = one.kind == LinkKind.NEEDS
        way = ("前置任务" if forth else "后续任务") if needs else "关联任务"
        blocks = needs and forth and other.state == TaskState.OPEN
        made.append(Linked(link=one, task=other, way=way, blocks=blocks))
    return sorted(made, key=lambda one: (one.way != "前置任务", one.way, one.task.position))


def sub_tasks_of(actor: Actor, task: Task) -> QuerySet[SubTask]:
    """Return the sub-tasks of a task: all for who keeps the ledger, a unit's own for the unit."""
    rows = visible(SubTask.objects.filter(task=task), actor, "plans.task.view")
    own = SubTask.objects.filter(task=task, owner_id=actor.user_id)
    return (
        SubTask.objects.filter(Q(pk__in=rows.values("pk")) | Q(pk__in=own.values("pk")))
        .select_related("unit", "owner")
        .order_by("unit__path", "pk")
    )


def sub_task_of(actor: Actor, pk: int) -> SubTask:
    """
    Return a sub-task with its task.

    :raises MissingError: if there is none that the actor may see
    """
    found = SubTask.objects.filter(pk=pk).select_related("task").first()
    if found is None or not sub_tasks_of(actor, found.task).filter(pk=pk).exists():
        raise MissingError("没有找到这条措施，或者您无权查看。")
    return SubTask.objects.select_related("task__plan", "unit", "owner").get(pk=pk)


def materials_of(actor: Actor, task: Task) -> QuerySet[Material]:
    """Return the files that show what was done for a task, or for one that is related to it."""
    related = TaskLink.objects.filter(kind=LinkKind.RELATED)
    tasks = {
        task.pk,
        *related.filter(task=task).values_list("other_id", flat=True),
        *related.filter(other=task).values_list("task_id", flat=True),
    }
    rows = visible(Material.objects.filter(task__in=tasks), actor, "plans.task.view")
    return rows.select_related("unit", "task", "sub_task").order_by("-year", "unit__path", "-added_at")


def waiting_materials(actor: Actor) -> QuerySet[Material]:
    """Return the files that wait to be confirmed by the actor."""
    rows = visible(Material.objects.filter(state=MaterialState.SUBMITTED), actor, "plans.report.judge")
    return rows.select_related("task__plan", "unit").order_by("added_at")


def units_without_material(task: Task, year: int) -> list[Unit]:
    """Return the units of a task of which no file of the year was confirmed or waits."""
    there = Material.objects.filter(task=task, year=year).exclude(state=MaterialState.RETURNED)
    rows = Unit.objects.filter(task_parts__task=task).exclude(pk__in=there.values("unit"))
    return list(rows.distinct().order_by("path"))


def sub_tasks_due(actor: Actor, today: date) -> QuerySet[SubTask]:
    """Return the sub-tasks in force that the actor must do, soonest first: one's own, or those of one's units."""
    scope = actor.scope("plans.task.split")
    mine = Q(owner_id=actor.user_id) | (
        Q(owner=None) & scope.condition(SubTask.scope_fields) if scope else Q(pk__in=[])
    )
    rows = SubTask.objects.filter(
        mine,
        state=SubTaskState.RUNNING,
        task__state=TaskState.OPEN,
        task__plan__state=PlanState.RUNNING,
        due_on__lte=today + SOON,
    )
    return rows.select_related("task__plan", "unit").order_by("due_on", "pk")


def units_of_plan(plan: Plan) -> list[Unit]:
    """Return the units that take part in a plan."""
    return list(Unit.objects.filter(task_parts__task__plan=plan).distinct().order_by("path"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How far a unit has got ready for a plan: its own scheme on file, its tasks broken down (LC-46, YZ-37)."""

    unit: Unit
    tasks: int
    split: int
    scheme: bool


def coverage(plan: Plan, year: int) -> list[Coverage]:
    """Return for each unit of a plan whether it has filed a scheme of the year, and how many tasks it broke down."""
    tasks: dict[int, set[int]] = {}
    for unit, task in Part.objects.filter(task__plan=plan, unit__isnull=False).values_list("unit_id", "task_id"):
        tasks.setdefault(unit, set()).add(task)
    split: dict[int, set[int]] = {}
    rows = SubTask.objects.filter(task__plan=plan).exclude(state__in=(SubTaskState.DRAFT, SubTaskState.DROPPED))
    for unit, task in rows.values_list("unit_id", "task_id"):
        split.setdefault(unit, set()).add(task)
    filed = set(
        YearFile.objects.filter(year=year, elements__kind=YearElementKind.SCHEME).values_list("unit_id", flat=True)
    )
    return [
        Coverage(unit=unit, tasks=len(tasks[unit.pk]), split=len(split.get(unit.pk, ())), scheme=unit.pk in filed)
        for unit in units_of_plan(plan)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRow:
    """A unit's file of a year: which elements are there, which are missing, who answers for it."""

    unit: Unit
    year_file: YearFile | None
    missing: tuple[YearElementKind, ...]

    @property
    def there(self) -> int:
        """How many of the elements are there."""
        return len(YearElementKind) - len(self.missing)


def year_rows(actor: Actor, year: int) -> list[YearRow]:
    """Return the file of the year of every agency and town that the actor may see; also of those that have none."""
    scope = require(actor, "plans.file.view")
    units = Unit.objects.filter(
        scope.condition(Unit.scope_fields), kind__in=(UnitKind.AGENCY, UnitKind.TOWN), valid_to=None
    ).order_by("path")
    files = YearFile.objects.filter(year=year, unit__in=units).prefetch_related("elements")
    by_unit = {one.unit_id: one for one in files}
    rows = []
    for unit in units:
        found = by_unit.get(unit.pk)
        kinds = [one.kind for one in found.elements.all()] if found else []
        rows.append(YearRow(unit=unit, year_file=found, missing=missing_elements(kinds)))
    return rows


def visits_of(actor: Actor) -> QuerySet[Visit]:
    """Return the visits and self-checks that the actor may see."""
    seen = visible(Visit.objects.all(), actor, "plans.visit.view").order_by().values("pk")
    return Visit.objects.filter(pk__in=seen).annotate(
        unit_count=Count("units", distinct=True),
        waiting_count=Count("units", filter=Q(units__done_on=None), distinct=True),
        finding_count=Count("findings", distinct=True),
        open_count=Count("findings", filter=~Q(findings__state="closed"), distinct=True),
    )


def visit_of(actor: Actor, code: str) -> Visit:
    """
    Return a visit.

    :raises MissingError: if there is none that the actor may see
    """
    found = visits_of(actor).filter(code=code).select_related("plan").first()
    if found is None:
        raise MissingError("没有找到这次督导，或者您无权查看。")
    return found


def findings_of(actor: Actor, visit: Visit | None = None) -> QuerySet[Finding]:
    """Return the problems found (at a visit) that the actor may see."""
    rows = visible(Finding.objects.all(), actor, "plans.visit.view")
    if visit is not None:
        rows = rows.filter(visit=visit)
    return rows.select_related("unit", "visit", "task", "officer").order_by("unit__path", "pk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """Words for a unit that nobody in the register is called by, and how many tasks use them."""

    words: str
    tasks: int


def unmatched_names(plan: Plan) -> list[Unmatched]:
    """Return the words for units of a plan that stand for nobody yet and are unsure, the most frequent first."""
    rows = Part.objects.filter(task__plan=plan, unit=None).order_by("task__position", "position")
    found: dict[str, set[int]] = {}
    for part in rows.select_related("task"):
        if any(one["reason"] == unmatched(part.words) and not one.get("by") for one in part.task.uncertain):
            found.setdefault(part.words, set()).add(part.task_id)
    return sorted(
        (Unmatched(words=words, tasks=len(tasks)) for words, tasks in found.items()), key=lambda one: -one.tasks
    )


def units_of_place(place: str) -> list[tuple[str, str]]:
    """Return the units of a place for a choice: code and name."""
    rows = Unit.objects.filter(place__startswith=place, valid_to=None).order_by("path")
    return list(rows.values_list("code", "name"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A text that a plan names: as it calls it, how many tasks name it, and the instrument of the library, if it is there."""

    title: str
    tasks: int
    instrument: Instrument | None


_NAMED: Final = re.compile(r"《([^《》\n]{3,80})》")
_REPUBLIC: Final = "中华人民共和国"


def instruments_named(plan: Plan) -> list[Cited]:
    """Return the texts that the tasks of a plan name, the most frequent first, each with its instrument in force in the library."""
    counted: Counter[str] = Counter()
    for task in plan.tasks.order_by("position"):
        named = {title.removeprefix(_REPUBLIC) for title in _NAMED.findall(f"{task.title}\n{task.text}")}
        counted.update(sorted(named - {plan.title}))
    titles = [whole for title in counted for whole in (title, f"{_REPUBLIC}{title}")]
    rows = Instrument.objects.filter(Q(title__in=titles) | Q(short__in=titles)).order_by("-in_force_from", "pk")
    found: dict[str, Instrument] = {}
    for row in sorted(rows, key=lambda one: one.standing != Instrument.Standing.IN_FORCE):
        for name in (row.title, row.short):
            found.setdefault(name.removeprefix(_REPUBLIC), row)
    return [Cited(title=one, tasks=count, instrument=found.get(one)) for one, count in counted.most_common()]


def checks_of(actor: Actor, visit: Visit) -> QuerySet[PersonCheck]:
    """Return the people looked at in a visit whom the actor may see."""
    rows = visible(PersonCheck.objects.filter(visit=visit), actor, "plans.visit.view")
    return rows.select_related("unit", "officer", "visit").order_by("unit__path", "officer__code", "on")


def people_of(visit: Visit, units: Iterable[str]) -> QuerySet[Officer]:
    """Return the people who work at these units of a visit."""
    rows = Officer.objects.filter(unit__visits__visit=visit, unit__code__in=units, left_on=None)
    return rows.select_related("unit").order_by("unit__path", "code")


def compared(actor: Actor, plan: Plan) -> list[tuple[Change, Task | None, Task | None]]:
    """
    Compare a new edition with the former: for each change the task of the former and that of the new.

    :raises MissingError: if it is no new edition
    """
    if plan.replaces_id is None:
        raise MissingError("这份方案不是另一份方案的新版本。")

    def loaded(of: int) -> dict[int, Task]:
        rows = tasks_of(actor).filter(plan_id=of).prefetch_related("targets")
        return {one.pk: one for one in rows.order_by("position")}

    old, new = loaded(plan.replaces_id), loaded(plan.pk)
    changes = compare([_comparable(one) for one in old.values()], [_comparable(one) for one in new.values()])
    return [(one, old.get(one.old) if one.old else None, new.get(one.new) if one.new else None) for one in changes]


def _comparable(task: Task) -> LedgerTask:
    return LedgerTask(
        key=task.pk,
        no=task.no,
        title=task.title,
        text=task.text,
        units=frozenset((one.words, one.mode) for one in task.parts.all()),
        deadlines=tuple(one.words for one in task.deadlines.all()),
        targets=tuple(one.words for one in task.targets.all()),
    )


def waiting_reports(actor: Actor) -> QuerySet[Report]:
    """Return the reports that wait for the actor's judgement."""
    rows = visible(Report.objects.filter(state=ReportState.SUBMITTED), actor, "plans.report.judge")
    return rows.select_related("task__plan", "unit").order_by("submitted_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Who takes part in what: units across, tasks down, the mode where they meet."""

    units: tuple[str, ...]
    rows: tuple[tuple[Task, tuple[str, ...]], ...]
    left_out: int


def matrix(tasks: Iterable[Task]) -> Matrix:
    """Set the tasks against the units, by their words where no unit is known; the busiest units first."""
    rows = list(tasks)
    modes: dict[str, dict[int, str]] = {}
    for task in rows:
        for part in task.parts.all():
            name = (part.unit.short_name or part.unit.name) if part.unit else part.words
            of_unit = modes.setdefault(name, {})
            if of_unit.get(task.pk) != Mode.LEAD.label:
                of_unit[task.pk] = Mode(part.mode).label
    names = sorted(modes, key=lambda name: -len(modes[name]))
    shown = tuple(names[:MOST_COLUMNS])
    return Matrix(
        units=shown,
        rows=tuple((task, tuple(modes[name].get(task.pk, "") for name in shown)) for task in rows),
        left_out=len(names) - len(shown),
    )


def as_read(plan: Plan, tasks: Iterable[Task]) -> model.Plan:
    """Return a plan as the reader gives it, with all that persons changed: for the table in its official form."""
    head = model.Head(title=plan.title, number=plan.number, issuer=plan.issuer, date=plan.issued_on)
    return model.Plan(head=head, tasks=tuple(_task_as_read(task) for task in tasks))


def progress_words(tasks: Iterable[Task], today: date) -> list[tuple[str, int, str]]:
    """Say for each task how it stands, how far it is in percent, and who answers for it: columns of the ledger's table."""
    return [(standing_of(one, today).label, one.percent, "、".join(one.persons)) for one in tasks]


def _task_as_read(task: Task) -> model.Task:
    words = dict.fromkeys((part.words, part.mode) for part in task.parts.all())
    return model.Task(
        no=task.no,
        title=task.title,
        text=task.text,
        section=task.section,
        units=tuple(model.Unit(name=name, mode=Mode(mode)) for name, mode in words),
        deadlines=tuple(
            model.Deadline(text=one.words, on=one.on, long_term=one.long_term, recurring=one.recurring, every=one.every)
            for one in task.deadlines.all()
        ),
        targets=tuple(
            model.Target(text=one.words, value=one.value, unit=one.unit, direction=one.direction)
            for one in task.targets.all()
        ),
        remark=task.remark,
        uncertain=tuple(
            model.Uncertain(field=one["field"], reason=one["reason"]) for one in task.uncertain if not one.get("by")
        ),
    )
