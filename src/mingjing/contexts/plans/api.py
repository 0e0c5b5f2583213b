"""The API of the plans room: plans, tasks, and the work on them."""

import base64
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Self

from django.http import HttpResponse
from django.utils import timezone
from ninja import Field, FilterSchema, Query, Schema, Status

from mingjing.contexts.accounts.access import MissingError, require_place
from mingjing.contexts.accounts.rest import Asked, Page, PageIn, RoomRouter, if_match, page_of, set_version
from mingjing.contexts.plans import queries
from mingjing.contexts.plans.documents.opening import pages_to_recognise
from mingjing.contexts.plans.models import (
    CheckItem,
    Finding,
    Material,
    PersonCheck,
    Plan,
    Report,
    SubTask,
    Task,
    Visit,
    VisitKind,
)
from mingjing.contexts.plans.payload import plan_json
from mingjing.contexts.plans.units import register_of
from mingjing.contexts.plans.usecases import (
    break_down,
    editions,
    keep_ledger,
    link_tasks,
    report_progress,
    show_materials,
    visits,
)
from mingjing.contexts.plans.usecases.base import LedgerError
from mingjing.contexts.plans.usecases.files import FileGiven
from mingjing.contexts.plans.usecases.read_plans import ReadPlan, read_pasted_plan, read_plan_file
from mingjing.domain.plans.ledger import LinkKind, YearElementKind, share
from mingjing.domain.plans.model import Mode
from mingjing.domain.plans.standing import TaskState

MAX_SCANNED: Final = 5
"""So many scanned pages are recognised while a caller waits."""

router = RoomRouter(tags=["方案和任务台账"])


class FileIn(Schema):
    """A file, its content in Base64."""

    name: str = Field(max_length=200)
    content: str = Field(description="文件内容的 Base64")

    def given(self) -> FileGiven:
        """
        Return the file.

        :raises LedgerError: if the content is no Base64
        """
        try:
            return FileGiven(name=self.name, content=base64.b64decode(self.content, validate=True))
        except ValueError as error:
            raise LedgerError(f"“{self.name}”的内容不是 Base64。") from error


class PlanOut(Schema):
    """A plan."""

    code: str
    title: str
    number: str
    issuer: str
    issued_on: date | None
    place: str
    state: str = Field(description="draft 待核对，running 执行中，closed 已结束")
    begun_on: date | None
    replaces: str | None = Field(description="取代的版本")
    notes: list[str]
    version: int

    @classmethod
    def of(cls, row: Plan) -> Self:
        """Tell of a plan."""
        return cls(
            code=row.code, title=row.title, number=row.number, issuer=row.issuer, issued_on=row.issued_on,
            place=row.place, state=row.state, begun_on=row.begun_on,
            replaces=row.replaces.code if row.replaces else None, notes=list(row.notes), version=row.version,
        )  # fmt: skip


class PartOut(Schema):
    """A unit of a task."""

    words: str
    mode: str
    unit: str | None = Field(description="单位代码；没有对上的为空")


class DeadlineOut(Schema):
    """A deadline of a task."""

    words: str
    on: date | None
    long_term: bool
    recurring: bool


class TargetOut(Schema):
    """A figure of a task."""

    id: int
    words: str
    value: str
    unit: str
    direction: str


class DoubtOut(Schema):
    """What the machine was unsure of."""

    number: int
    field: str
    reason: str
    settled: bool


class TaskOut(Schema):
    """A task."""

    id: int
    plan: str
    no: str
    section: str
    title: str
    text: str
    state: str = Field(description="open、done、dropped")
    standing: str = Field(description="今天的状态：done、dropped、overdue、soon、running、lasting、undated")
    percent: int
    due_on: date | None
    long_term: bool
    source: str
    continues: int | None = Field(description="承接的上一版本任务")
    units: list[PartOut]
    deadlines: list[DeadlineOut]
    targets: list[TargetOut]
    doubts: list[DoubtOut]
    version: int

    @classmethod
    def of(cls, row: Task) -> Self:
        """Tell of a task."""
        return cls(
            id=row.pk, plan=row.plan.code, no=row.no, section=row.section, title=row.title, text=row.text,
            state=row.state, standing=queries.standing_of(row, timezone.localdate()).value, percent=row.percent,
            due_on=row.due_on, long_term=row.long_term, source=row.source, continues=row.continues_id,
            units=[
                PartOut(words=one.words, mode=one.mode, unit=one.unit.code if one.unit else None)
                for one in row.parts.all()
            ],
            deadlines=[
                DeadlineOut(words=one.words, on=one.on, long_term=one.long_term, recurring=one.recurring)
                for one in row.deadlines.all()
            ],
            targets=[
                TargetOut(id=one.pk, words=one.words, value=one.value, unit=one.unit, direction=one.direction)
                for one in row.targets.all()
            ],
            doubts=[
                DoubtOut(number=number, field=one["field"], reason=one["reason"], settled=bool(one.get("by")))
                for number, one in enumerate(row.uncertain)
            ],
            version=row.version,
        )  # fmt: skip


class SubTaskOut(Schema):
    """A sub-task."""

    id: int
    task: int
    unit: str
    title: str
    goal: Decimal | None
    goal_unit: str
    reached: Decimal
    percent: int
    due_on: date | None
    section: str
    person: str
    state: str
    version: int

    @classmethod
    def of(cls, row: SubTask) -> Self:
        """Tell of a sub-task."""
        return cls(
            id=row.pk, task=row.task_id, unit=row.unit.code, title=row.title, goal=row.goal, goal_unit=row.goal_unit,
            reached=row.reached, percent=share(row.goal, row.reached), due_on=row.due_on, section=row.section,
            person=row.person, state=row.state, version=row.version,
        )  # fmt: skip


class MaterialOut(Schema):
    """A file that shows what was done."""

    id: int
    task: int
    unit: str
    year: int
    name: str
    size: int
    sha256: str
    words: str
    added_by: str
    added_at: datetime
    state: str
    judgement: str
    version: int

    @classmethod
    def of(cls, row: Material) -> Self:
        """Tell of a file."""
        return cls(
            id=row.pk, task=row.task_id, unit=row.unit.code, year=row.year, name=row.name, size=row.size,
            sha256=row.sha256, words=row.words, added_by=row.added_name, added_at=row.added_at, state=row.state,
            judgement=row.judgement, version=row.version,
        )  # fmt: skip


class ReportOut(Schema):
    """A report of progress."""

    id: int
    task: int
    unit: str
    period: str
    words: str
    percent: int
    figures: dict[str, str]
    state: str
    judgement: str
    version: int

    @classmethod
    def of(cls, row: Report) -> Self:
        """Tell of a report."""
        return cls(
            id=row.pk, task=row.task_id, unit=row.unit.code, period=row.period, words=row.words, percent=row.percent,
            figures=row.figures, state=row.state, judgement=row.judgement, version=row.version,
        )  # fmt: skip


class LinkOut(Schema):
    """How a task hangs together with another, seen from the first."""

    id: int
    way: str
    task: int
    title: str
    blocks: bool


class ChangeOut(Schema):
    """What a new edition does to a task."""

    kind: str = Field(description="same、changed、added、removed")
    former: int | None
    task: int | None
    differs: list[str]


class DispatchOut(Schema):
    """A line of a dispatch sheet."""

    unit: str
    tasks: int
    done: int
    overdue: int
    reported: int
    accepted: int
    returned: int
    missing: int
    percent: int


class VisitOut(Schema):
    """A visit or a round of self-checks."""

    code: str
    kind: str
    title: str
    plan: str | None
    first_on: date
    last_on: date
    team: str
    state: str
    version: int

    @classmethod
    def of(cls, row: Visit) -> Self:
        """Tell of a visit."""
        return cls(
            code=row.code, kind=row.kind, title=row.title, plan=row.plan.code if row.plan else None,
            first_on=row.first_on, last_on=row.last_on, team=row.team, state=row.state, version=row.version,
        )  # fmt: skip


class CheckOut(Schema):
    """How a person on duty was found."""

    visit: str
    unit: str
    officer: str
    on: date
    results: dict[CheckItem, bool]
    words: str

    @classmethod
    def of(cls, row: PersonCheck) -> Self:
        """Tell of a person looked at."""
        results = {CheckItem(name): fine for name, fine in row.results.items()}
        return cls(
            visit=row.visit.code, unit=row.unit.code, officer=row.officer.code, on=row.on, results=results, words=row.words,
        )  # fmt: skip


class FindingOut(Schema):
    """A problem that was found."""

    id: int
    visit: str
    unit: str
    officer: str | None
    task: int | None
    words: str
    due_on: date
    state: str
    answer: str
    judgement: str
    version: int

    @classmethod
    def of(cls, row: Finding) -> Self:
        """Tell of a problem."""
        return cls(
            id=row.pk, visit=row.visit.code, unit=row.unit.code, officer=row.officer.code if row.officer else None,
            task=row.task_id, words=row.words, due_on=row.due_on, state=row.state, answer=row.answer, judgement=row.judgement, version=row.version,
        )  # fmt: skip


class TaskFilters(FilterSchema):
    """Which tasks."""

    plan__code: str | None = Field(None, alias="plan", max_length=32, description="方案编号")
    state: str | None = Field(None, max_length=16, description="open、done、dropped")
    parts__unit__code: str | None = Field(None, alias="unit", max_length=32, description="单位代码")
    due_on__lte: date | None = Field(None, alias="due_before", description="最后时限不晚于")


class ImportIn(Schema):
    """A plan: as a file, or as pasted text."""

    place: str = Field(max_length=12, description="行政区划代码")
    file: FileIn | None = None
    text: str = Field("", description="粘贴的文字；与 file 二者选一")
    replaces: str = Field("", max_length=32, description="如果是新版本，原方案的编号")


class PartIn(Schema):
    """Units of a task."""

    words: str = Field(max_length=200)
    mode: Mode = Mode.RESPONSIBLE
    units: list[str] = Field(default_factory=list, description="单位代码")


class DeadlineIn(Schema):
    """A deadline of a task."""

    words: str = Field(max_length=300)
    on: date | None = None
    long_term: bool = False


class NewTaskIn(Schema):
    """A task that is added by hand."""

    title: str = Field(max_length=500)
    text: str = ""
    parts: list[PartIn] = Field(default_factory=list)
    deadlines: list[DeadlineIn] = Field(default_factory=list)
    source: str = Field("", max_length=300, description="来源；方案启用以后必填")


class ReasonIn(Schema):
    """Why."""

    reason: str = Field("", max_length=500)


class EndIn(Schema):
    """What becomes of a task."""

    state: TaskState
    reason: str = Field(max_length=500)


class SubTaskIn(Schema):
    """A sub-task."""

    title: str = Field(max_length=300)
    goal: Decimal | None = Field(None, ge=0, max_digits=14, decimal_places=2)
    goal_unit: str = Field("", max_length=32)
    due_on: date | None = None
    section: str = Field("", max_length=100)
    person: str = Field("", max_length=64)
    owner: str = Field("", max_length=150, description="责任人的登录名")
    reason: str = Field("", max_length=200, description="提交以后再改必填")

    def given(self) -> break_down.SubTaskGiven:
        """Return what was sent."""
        return break_down.SubTaskGiven(**self.dict(exclude={"reason", "unit"}))


class NewSubTaskIn(SubTaskIn):
    """A sub-task of a unit."""

    unit: str = Field(max_length=32)


class UnitIn(Schema):
    """A unit."""

    unit: str = Field(max_length=32)


class ReachedIn(Schema):
    """How far a sub-task is."""

    reached: Decimal = Field(ge=0, max_digits=14, decimal_places=2)
    done: bool = False
    words: str = Field("", max_length=500)


class MaterialIn(Schema):
    """A file that shows what was done."""

    unit: str = Field(max_length=32)
    file: FileIn
    words: str = Field("", max_length=300)
    year: int | None = Field(None, ge=2000, le=2100)


class JudgeIn(Schema):
    """Whether something is accepted, and words."""

    accepted: bool
    words: str = Field("", max_length=500)


class JudgeMaterialIn(JudgeIn):
    """Whether a file is confirmed, and whether the task ends with it."""

    ends: bool = False


class ReportIn(Schema):
    """A report of progress."""

    unit: str = Field(max_length=32)
    period: str = Field(max_length=16, description="例如 2026-05、2026-Q2、2026")
    words: str
    percent: int = Field(ge=0, le=100)
    figures: dict[int, str] = Field(default_factory=dict, description="按量化目标 id")
    files: list[FileIn] = Field(default_factory=list)


class LinkIn(Schema):
    """How a task hangs together with another."""

    other: int
    kind: LinkKind
    words: str = Field("", max_length=300)


class CarryIn(Schema):
    """Which task of a new edition carries on which of the former."""

    pairs: dict[int, int | None]


class VisitIn(Schema):
    """A visit."""

    place: str = Field(max_length=12)
    kind: VisitKind = VisitKind.VISIT
    title: str = Field(max_length=200)
    first_on: date
    last_on: date
    units: list[str]
    team: str = Field("", max_length=300)
    scope: str = ""
    plan: str = Field("", max_length=32)


class RecordIn(Schema):
    """That a unit was visited."""

    unit: str = Field(max_length=32)
    on: date
    words: str


class CheckIn(Schema):
    """How a person on duty was found; ``results`` by item, without those not looked at."""

    officer: str = Field(max_length=32)
    on: date
    results: dict[CheckItem, bool]
    words: str = ""
    due_on: date | None = None


class FindingIn(Schema):
    """A problem."""

    unit: str = Field(max_length=32)
    words: str
    due_on: date
    task: int | None = None


class AnswerIn(Schema):
    """How a problem was mended."""

    answer: str
    file: FileIn | None = None


class YearFileIn(Schema):
    """A unit's file of a year."""

    unit: str = Field(max_length=32)
    year: int = Field(ge=2000, le=2100)
    head: str = Field(max_length=64, description="第一责任人")


class ElementIn(Schema):
    """A document of a file of a year."""

    kind: YearElementKind
    file: FileIn
    words: str = Field("", max_length=300)


class YearRowOut(Schema):
    """A unit's file of a year."""

    id: int | None
    unit: str
    head: str
    there: int
    of: int
    missing: list[str]


@router.get("/plans", permission="plans.plan.view", response=Page[PlanOut], summary="方案")
def list_plans(request: Asked, page: Query[PageIn]) -> Page[PlanOut]:
    """List the plans that one may see."""
    rows = queries.plans_of(request.actor, timezone.localdate()).select_related("replaces")
    return page_of(rows, page, PlanOut.of, order="code")


@router.post("/plans", permission="plans.plan.edit", response={201: PlanOut}, summary="导入方案")
def import_plan(request: Asked, response: HttpResponse, body: ImportIn) -> Any:
    """Read a plan from a file or text and take it in, to be checked."""
    read, content = _read(body)
    row = keep_ledger.import_plan(
        actor=request.actor, at=timezone.now(), read=read, place=body.place, content=content, replaces=body.replaces
    )
    return Status(201, set_version(response, PlanOut.of(row), row.version))


def _read(body: ImportIn) -> tuple[ReadPlan, bytes]:
    if body.file is None:
        return read_pasted_plan(body.text.encode()), body.text.encode()
    given = body.file.given()
    with TemporaryDirectory(prefix="mingjing-plan-") as folder:
        path = Path(folder) / (Path(given.name).name or "plan")
        path.write_bytes(given.content)
        if (pages := pages_to_recognise(path)) > MAX_SCANNED:
            raise LedgerError(f"这份 PDF 有 {pages} 页是扫描件，识别要几分钟；请在“导入方案”页面导入，在后台识别。")
        return read_plan_file(path), given.content


@router.post("/plans/read", permission="plans.plan.view", response=dict[str, Any], summary="试读方案，不保存")
def read_plan(request: Asked, body: ImportIn) -> dict[str, Any]:
    """Read a plan without keeping it: the JSON of ``mingjing plan import``, units resolved to the register."""
    require_place(request.actor, "plans.plan.view", body.place)
    read, _ = _read(body)
    register, _ = register_of(body.place)
    return plan_json(read.plan, source=read.source, register=register)


@router.get("/plans/{code}", permission="plans.plan.view", response=PlanOut, summary="一份方案")
def show_plan(request: Asked, response: HttpResponse, code: str) -> PlanOut:
    """Show a plan."""
    row = queries.plan_of(request.actor, code)
    return set_version(response, PlanOut.of(row), row.version)


class MatchIn(Schema):
    """For which unit some words of a plan stand; no unit: for nobody in the register."""

    words: str = Field(min_length=1, max_length=200, description="原文的单位名称")
    unit: str = Field("", max_length=32, description="单位代码；空的按原文保留")


@router.post(
    "/plans/{code}/units", permission="plans.plan.edit", response=PlanOut, summary="一次对上单位名称", versioned=True
)
def match_unit(request: Asked, response: HttpResponse, code: str, body: MatchIn) -> PlanOut:
    """Say once for all tasks of a draft for which unit some words stand."""
    keep_ledger.match_unit(actor=request.actor, at=timezone.now(), plan=code, version=if_match(request), **body.dict())
    row = queries.plan_of(request.actor, code)
    return set_version(response, PlanOut.of(row), row.version)


@router.post(
    "/plans/{code}/confirm", permission="plans.plan.edit", response=PlanOut, summary="启用方案", versioned=True
)
def confirm_plan(request: Asked, response: HttpResponse, code: str) -> PlanOut:
    """Put a plan into force."""
    row = keep_ledger.confirm_plan(actor=request.actor, at=timezone.now(), code=code, version=if_match(request))
    return set_version(response, PlanOut.of(row), row.version)


@router.post("/plans/{code}/close", permission="plans.plan.edit", response=PlanOut, summary="结束方案", versioned=True)
def close_plan(request: Asked, response: HttpResponse, code: str, body: ReasonIn) -> PlanOut:
    """End a plan."""
    row = keep_ledger.close_plan(
        actor=request.actor, at=timezone.now(), code=code, version=if_match(request), reason=body.reason
    )
    return set_version(response, PlanOut.of(row), row.version)


@router.get("/plans/{code}/changes", permission="plans.plan.view", response=list[ChangeOut], summary="与上一版本对照")
def compare_editions(request: Asked, code: str) -> list[ChangeOut]:
    """Compare a new edition with the former."""
    plan = queries.plan_of(request.actor, code)
    return [
        ChangeOut(kind=one.kind.value, former=one.old, task=one.new, differs=list(one.differs))
        for one, _, _ in queries.compared(request.actor, plan)
    ]


@router.post("/plans/{code}/carry", permission="plans.plan.edit", response=PlanOut, summary="确定承接", versioned=True)
def carry_over(request: Asked, response: HttpResponse, code: str, body: CarryIn) -> PlanOut:
    """Say which task of a new edition carries on which of the former."""
    row = editions.carry_over(
        actor=request.actor, at=timezone.now(), code=code, version=if_match(request), pairs=body.pairs
    )
    return set_version(response, PlanOut.of(row), row.version)


@router.get("/plans/{code}/dispatch", permission="plans.plan.view", response=list[DispatchOut], summary="调度表")
def show_dispatch(request: Asked, code: str, period: str) -> list[DispatchOut]:
    """Return what each unit did in a period."""
    plan = queries.plan_of(request.actor, code)
    today = timezone.localdate()
    found = next((one for one in queries.plan_periods(plan, today) if one.key == period), None)
    if found is None:
        raise MissingError("没有这个报送期。")
    names = ("tasks", "done", "overdue", "reported", "accepted", "returned", "missing", "percent")
    return [
        DispatchOut(unit=row.unit.code, **{name: getattr(row, name) for name in names})
        for row in queries.dispatch(plan, found, today)
    ]


@router.post("/plans/{code}/tasks", permission="plans.task.edit", response={201: TaskOut}, summary="新增任务")
def add_task(request: Asked, response: HttpResponse, code: str, body: NewTaskIn) -> Any:
    """Add a task by hand."""
    row = keep_ledger.add_task(
        actor=request.actor,
        at=timezone.now(),
        plan=code,
        given=keep_ledger.TaskGiven(
            title=body.title,
            text=body.text,
            parts=tuple(
                keep_ledger.PartGiven(words=one.words, mode=one.mode, units=tuple(one.units)) for one in body.parts
            ),
            deadlines=tuple(
                keep_ledger.DeadlineGiven(words=one.words, on=one.on, long_term=one.long_term) for one in body.deadlines
            ),
            source=body.source,
        ),
    )
    return Status(201, set_version(response, TaskOut.of(row), row.version))


@router.get("/tasks", permission="plans.task.view", response=Page[TaskOut], summary="任务")
def list_tasks(request: Asked, filters: Query[TaskFilters], page: Query[PageIn]) -> Page[TaskOut]:
    """List the tasks that one may see."""
    rows = filters.filter(queries.tasks_of(request.actor).prefetch_related("targets")).distinct()
    return page_of(rows, page, TaskOut.of, order="pk")


@router.get("/tasks/{pk}", permission="plans.task.view", response=TaskOut, summary="一项任务")
def show_task(request: Asked, response: HttpResponse, pk: int) -> TaskOut:
    """Show a task."""
    row = queries.task_of(request.actor, pk)
    return set_version(response, TaskOut.of(row), row.version)


def _task(request: Asked, response: HttpResponse, pk: int) -> TaskOut:
    row = queries.task_of(request.actor, pk)
    return set_version(response, TaskOut.of(row), row.version)


@router.post(
    "/tasks/{pk}/doubts/{number}/settle",
    permission="plans.task.edit",
    response=TaskOut,
    summary="核对存疑",
    versioned=True,
)
def settle(request: Asked, response: HttpResponse, pk: int, number: int, body: ReasonIn) -> TaskOut:
    """Say that what the machine was unsure of is right."""
    keep_ledger.settle(
        actor=request.actor, at=timezone.now(), task=pk, number=number, version=if_match(request), words=body.reason
    )
    return _task(request, response, pk)


@router.post(
    "/tasks/{pk}/end", permission="plans.task.edit", response=TaskOut, summary="办结、取消、恢复", versioned=True
)
def end_task(request: Asked, response: HttpResponse, pk: int, body: EndIn) -> TaskOut:
    """Finish or drop a task, or take it up again."""
    keep_ledger.end_task(
        actor=request.actor, at=timezone.now(), task=pk, version=if_match(request), state=body.state, reason=body.reason
    )
    return _task(request, response, pk)


@router.get("/tasks/{pk}/sub-tasks", permission="plans.task.view", response=list[SubTaskOut], summary="分解措施")
def list_sub_tasks(request: Asked, pk: int) -> list[SubTaskOut]:
    """List the sub-tasks of a task."""
    rows = queries.sub_tasks_of(request.actor, queries.task_of(request.actor, pk))
    return [SubTaskOut.of(one) for one in rows]


@router.post("/tasks/{pk}/sub-tasks", permission="plans.task.split", response={201: SubTaskOut}, summary="加一条措施")
def add_sub_task(request: Asked, response: HttpResponse, pk: int, body: NewSubTaskIn) -> Any:
    """Enter a sub-task."""
    row = break_down.add_sub_task(actor=request.actor, at=timezone.now(), task=pk, unit=body.unit, given=body.given())
    return Status(201, set_version(response, SubTaskOut.of(row), row.version))


@router.post("/tasks/{pk}/sub-tasks/submit", permission="plans.task.split", response=dict[str, int], summary="提交措施")
def submit_breakdown(request: Asked, pk: int, body: UnitIn) -> dict[str, int]:
    """Put a unit's sub-tasks into force."""
    count = break_down.submit_breakdown(actor=request.actor, at=timezone.now(), task=pk, unit=body.unit)
    return {"submitted": count}


@router.put("/sub-tasks/{pk}", permission="plans.task.split", response=SubTaskOut, summary="改动措施", versioned=True)
def change_sub_task(request: Asked, response: HttpResponse, pk: int, body: SubTaskIn) -> SubTaskOut:
    """Change a sub-task."""
    row = break_down.change_sub_task(
        actor=request.actor, at=timezone.now(), sub_task=pk, version=if_match(request), given=body.given(),
        reason=body.reason,
    )  # fmt: skip
    return set_version(response, SubTaskOut.of(row), row.version)


@router.post(
    "/sub-tasks/{pk}/reached",
    permission="plans.task.split",
    response=SubTaskOut,
    summary="更新措施进展",
    versioned=True,
)
def report_sub_task(request: Asked, response: HttpResponse, pk: int, body: ReachedIn) -> SubTaskOut:
    """Say how far a sub-task is."""
    row = break_down.report_sub_task(
        actor=request.actor, at=timezone.now(), sub_task=pk, version=if_match(request), reached=body.reached,
        done=body.done, words=body.words,
    )  # fmt: skip
    return set_version(response, SubTaskOut.of(row), row.version)


@router.post(
    "/sub-tasks/{pk}/drop", permission="plans.task.split", response=SubTaskOut, summary="取消措施", versioned=True
)
def drop_sub_task(request: Asked, response: HttpResponse, pk: int, body: ReasonIn) -> SubTaskOut:
    """Drop a sub-task."""
    row = break_down.drop_sub_task(
        actor=request.actor, at=timezone.now(), sub_task=pk, version=if_match(request), reason=body.reason
    )
    return set_version(response, SubTaskOut.of(row), row.version)


@router.get("/tasks/{pk}/materials", permission="plans.task.view", response=list[MaterialOut], summary="佐证材料")
def list_materials(request: Asked, pk: int) -> list[MaterialOut]:
    """List the files that show what was done."""
    rows = queries.materials_of(request.actor, queries.task_of(request.actor, pk))
    return [MaterialOut.of(one) for one in rows]


@router.post(
    "/tasks/{pk}/materials", permission="plans.task.split", response={201: MaterialOut}, summary="上传佐证材料"
)
def add_material(request: Asked, response: HttpResponse, pk: int, body: MaterialIn) -> Any:
    """Add a file that shows what was done."""
    row = show_materials.add_material(
        actor=request.actor, at=timezone.now(), task=pk, unit=body.unit, file=body.file.given(), words=body.words,
        year=body.year,
    )  # fmt: skip
    return Status(201, set_version(response, MaterialOut.of(row), row.version))


@router.post(
    "/materials/{pk}/judge",
    permission="plans.report.judge",
    response=MaterialOut,
    summary="确认佐证材料",
    versioned=True,
)
def judge_material(request: Asked, response: HttpResponse, pk: int, body: JudgeMaterialIn) -> MaterialOut:
    """Confirm or return a file."""
    row = show_materials.judge_material(
        actor=request.actor, at=timezone.now(), material=pk, version=if_match(request), accepted=body.accepted,
        words=body.words, ends=body.ends,
    )  # fmt: skip
    return set_version(response, MaterialOut.of(row), row.version)


@router.get("/tasks/{pk}/reports", permission="plans.task.view", response=list[ReportOut], summary="进展报告")
def list_reports(request: Asked, pk: int) -> list[ReportOut]:
    """List the reports on a task."""
    rows = queries.reports_of(request.actor, queries.task_of(request.actor, pk))
    return [ReportOut.of(one) for one in rows]


@router.post("/tasks/{pk}/reports", permission="plans.report.submit", response={201: ReportOut}, summary="报送进展")
def submit_report(request: Asked, response: HttpResponse, pk: int, body: ReportIn) -> Any:
    """Report how far a task is."""
    row = report_progress.submit_report(
        actor=request.actor, at=timezone.now(), task=pk, unit=body.unit, period=body.period, words=body.words,
        percent=body.percent, figures=body.figures, files=[one.given() for one in body.files],
    )  # fmt: skip
    return Status(201, set_version(response, ReportOut.of(row), row.version))


@router.post(
    "/reports/{pk}/judge", permission="plans.report.judge", response=ReportOut, summary="审核进展", versioned=True
)
def judge_report(request: Asked, response: HttpResponse, pk: int, body: JudgeIn) -> ReportOut:
    """Accept or return a report."""
    row = report_progress.judge_report(
        actor=request.actor, at=timezone.now(), report=pk, version=if_match(request), accepted=body.accepted,
        words=body.words,
    )  # fmt: skip
    return set_version(response, ReportOut.of(row), row.version)


@router.get("/tasks/{pk}/links", permission="plans.task.view", response=list[LinkOut], summary="任务关系")
def list_links(request: Asked, pk: int) -> list[LinkOut]:
    """List what a task waits for, what waits for it, and what is related."""
    task = queries.task_of(request.actor, pk)
    return [
        LinkOut(id=one.link.pk, way=one.way, task=one.task.pk, title=str(one.task), blocks=one.blocks)
        for one in queries.links_of(request.actor, task)
    ]


@router.post(
    "/tasks/{pk}/links", permission="plans.task.edit", response={201: TaskOut}, summary="登记关系", versioned=True
)
def add_link(request: Asked, response: HttpResponse, pk: int, body: LinkIn) -> Any:
    """Say how a task hangs together with another."""
    link_tasks.link_tasks(
        actor=request.actor, at=timezone.now(), task=pk, version=if_match(request), other=body.other, kind=body.kind,
        words=body.words,
    )  # fmt: skip
    return Status(201, _task(request, response, pk))


@router.post(
    "/tasks/{pk}/links/{link}/remove",
    permission="plans.task.edit",
    response=TaskOut,
    summary="解除关系",
    versioned=True,
)
def remove_link(request: Asked, response: HttpResponse, pk: int, link: int, body: ReasonIn) -> TaskOut:
    """Take a link away."""
    link_tasks.unlink_tasks(
        actor=request.actor, at=timezone.now(), task=pk, version=if_match(request), link=link, reason=body.reason
    )
    return _task(request, response, pk)


@router.get("/visits", permission="plans.visit.view", response=Page[VisitOut], summary="督导和自查")
def list_visits(request: Asked, page: Query[PageIn]) -> Page[VisitOut]:
    """List the visits that one may see."""
    return page_of(queries.visits_of(request.actor).select_related("plan"), page, VisitOut.of, order="pk")


@router.post("/visits", permission="plans.visit.edit", response={201: VisitOut}, summary="部署督导或者自查")
def plan_visit(request: Asked, response: HttpResponse, body: VisitIn) -> Any:
    """Plan a visit."""
    given = visits.VisitGiven(**body.dict(exclude={"place", "units"}), units=tuple(body.units))
    row = visits.plan_visit(actor=request.actor, at=timezone.now(), place=body.place, given=given)
    return Status(201, set_version(response, VisitOut.of(row), row.version))


@router.post("/visits/{code}/records", permission="plans.visit.view", response=VisitOut, summary="记录督导或者自查")
def record_visit(request: Asked, response: HttpResponse, code: str, body: RecordIn) -> VisitOut:
    """Write down that a unit was visited, or checked itself."""
    visits.record_visit(actor=request.actor, at=timezone.now(), visit=code, **body.dict())
    row = queries.visit_of(request.actor, code)
    return set_version(response, VisitOut.of(row), row.version)


@router.get("/visits/{code}/checks", permission="plans.visit.view", response=list[CheckOut], summary="人员检查")
def list_checks(request: Asked, code: str) -> list[CheckOut]:
    """List the people looked at in a visit."""
    visit = queries.visit_of(request.actor, code)
    return [CheckOut.of(one) for one in queries.checks_of(request.actor, visit)]


@router.post("/visits/{code}/checks", permission="plans.visit.view", response={201: CheckOut}, summary="登记人员检查")
def check_person(request: Asked, code: str, body: CheckIn) -> Any:
    """Write down how a person on duty was found; what is not in order becomes a problem of that person."""
    row = visits.check_person(actor=request.actor, at=timezone.now(), visit=code, **body.dict())
    return Status(201, CheckOut.of(row))


@router.get("/visits/{code}/findings", permission="plans.visit.view", response=list[FindingOut], summary="督导问题")
def list_findings(request: Asked, code: str) -> list[FindingOut]:
    """List what was found."""
    visit = queries.visit_of(request.actor, code)
    return [FindingOut.of(one) for one in queries.findings_of(request.actor, visit)]


@router.post("/visits/{code}/findings", permission="plans.visit.view", response={201: FindingOut}, summary="登记问题")
def record_finding(request: Asked, response: HttpResponse, code: str, body: FindingIn) -> Any:
    """Write a problem down."""
    row = visits.record_finding(actor=request.actor, at=timezone.now(), visit=code, **body.dict())
    return Status(201, set_version(response, FindingOut.of(row), row.version))


@router.post(
    "/findings/{pk}/answer", permission="plans.visit.answer", response=FindingOut, summary="答复问题", versioned=True
)
def answer_finding(request: Asked, response: HttpResponse, pk: int, body: AnswerIn) -> FindingOut:
    """Say how a problem was mended."""
    row = visits.answer_finding(
        actor=request.actor, at=timezone.now(), finding=pk, version=if_match(request), answer=body.answer,
        file=body.file.given() if body.file else None,
    )  # fmt: skip
    return set_version(response, FindingOut.of(row), row.version)


@router.post(
    "/findings/{pk}/judge", permission="plans.visit.edit", response=FindingOut, summary="复核整改", versioned=True
)
def judge_answer(request: Asked, response: HttpResponse, pk: int, body: JudgeIn) -> FindingOut:
    """Close a problem, or send its answer back."""
    row = visits.judge_answer(
        actor=request.actor, at=timezone.now(), finding=pk, version=if_match(request), accepted=body.accepted,
        words=body.words,
    )  # fmt: skip
    return set_version(response, FindingOut.of(row), row.version)


@router.post(
    "/visits/{code}/close", permission="plans.visit.edit", response=VisitOut, summary="办结督导", versioned=True
)
def close_visit(request: Asked, response: HttpResponse, code: str, body: ReasonIn) -> VisitOut:
    """Close a visit; ``reason`` is its summary."""
    row = visits.close_visit(
        actor=request.actor, at=timezone.now(), visit=code, version=if_match(request), summary=body.reason
    )
    return set_version(response, VisitOut.of(row), row.version)


@router.get("/years/{year}", permission="plans.file.view", response=list[YearRowOut], summary="年度工作档案")
def list_years(request: Asked, year: int) -> list[YearRowOut]:
    """List the files of a year, also of units that have none."""
    return [
        YearRowOut(
            id=one.year_file.pk if one.year_file else None, unit=one.unit.code,
            head=one.year_file.head if one.year_file else "", there=one.there, of=len(YearElementKind),
            missing=[kind.label for kind in one.missing],
        )
        for one in queries.year_rows(request.actor, year)
    ]  # fmt: skip


@router.post("/years", permission="plans.file.edit", response={201: dict[str, int]}, summary="建立年度档案")
def open_year_file(request: Asked, body: YearFileIn) -> Any:
    """Open a unit's file of a year."""
    row = show_materials.open_year_file(actor=request.actor, at=timezone.now(), **body.dict())
    return Status(201, {"id": row.pk})


@router.post(
    "/years/{pk}/elements", permission="plans.file.edit", response={201: dict[str, int]}, summary="上传档案材料"
)
def add_year_element(request: Asked, pk: int, body: ElementIn) -> Any:
    """Add a document to a file of a year."""
    row = show_materials.add_year_element(
        actor=request.actor, at=timezone.now(), year_file=pk, kind=body.kind, file=body.file.given(), words=body.words
    )
    return Status(201, {"id": row.pk})
