"""Pages of the plans room."""

import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.queries import names_of
from mingjing.contexts.indicators.queries import may_open
from mingjing.contexts.plans import background, measuring, queries
from mingjing.contexts.plans.documents import recognition
from mingjing.contexts.plans.documents.opening import pages_to_recognise
from mingjing.contexts.plans.measuring import Measured
from mingjing.contexts.plans.models import Evidence, Plan, PlanState, Report, ReportState, Task
from mingjing.contexts.plans.supporting import supporting
from mingjing.contexts.plans.taskbook import write_task_book
from mingjing.contexts.plans.units import register_of, resolved, unmatched
from mingjing.contexts.plans.usecases import keep_ledger, report_progress
from mingjing.contexts.plans.usecases.base import LedgerError
from mingjing.contexts.plans.usecases.read_plans import read_pasted_plan, read_plan_file
from mingjing.contexts.plans.web import forms
from mingjing.contexts.plans.web.base import stored
from mingjing.contexts.plans.web.work import material_rows, sub_task_groups
from mingjing.contexts.records.queries import history
from mingjing.contexts.ui.components import Badge, Chart, ChartKind, Crumb, Event, Fact, Series, Tab, Tone
from mingjing.contexts.ui.navigation import Viewer
from mingjing.contexts.ui.tables import ChoiceFilter, Column, DateFilter, FlagFilter, Table, TableView, TextFilter
from mingjing.contexts.ui.web.downloads import attachment
from mingjing.contexts.ui.web.pages import Page, version_of
from mingjing.domain.indicators.judging import shown
from mingjing.domain.plans.model import Mode
from mingjing.domain.plans.standing import Standing, TaskState
from mingjing.kernel.errors import DomainError

STANDING_TONES = {
    Standing.DONE: Tone.GOOD,
    Standing.DROPPED: Tone.PLAIN,
    Standing.OVERDUE: Tone.BAD,
    Standing.SOON: Tone.ATTENTION,
    Standing.RUNNING: Tone.INFO,
    Standing.LASTING: Tone.INFO,
    Standing.UNDATED: Tone.PLAIN,
}
PLAN_TONES = {PlanState.DRAFT: Tone.ATTENTION, PlanState.RUNNING: Tone.INFO, PlanState.CLOSED: Tone.PLAIN}
REPORT_TONES = {ReportState.SUBMITTED: Tone.ATTENTION, ReportState.ACCEPTED: Tone.GOOD, ReportState.RETURNED: Tone.BAD}
ACTS = {
    "plans.import_plan": "导入方案",
    "plans.confirm_plan": "启用方案",
    "plans.close_plan": "结束方案",
    "plans.settle": "核对存疑",
    "plans.correct_task": "改正任务",
    "plans.change_parts": "调整责任单位",
    "plans.change_deadlines": "调整时限",
    "plans.end_task": "办结、取消或者恢复",
    "plans.submit_report": "报送进展",
    "plans.judge_report": "审核进展",
    "plans.add_task": "新增任务",
    "plans.open_collection": "设立议定事项台账",
    "plans.carry_over": "确定任务承接关系",
    "plans.add_sub_task": "登记措施",
    "plans.change_sub_task": "改动措施",
    "plans.submit_breakdown": "提交措施",
    "plans.report_sub_task": "更新措施进展",
    "plans.drop_sub_task": "取消措施",
    "plans.add_material": "上传佐证材料",
    "plans.judge_material": "确认佐证材料",
    "plans.tie_indicator": "挂接指标",
    "plans.untie_indicator": "解除指标挂接",
    "plans.refuse_indicators": "不挂接指标",
    "plans.link_tasks": "登记任务关系",
    "plans.unlink_tasks": "解除任务关系",
    "plans.plan_visit": "部署督导",
    "plans.record_visit": "记录督导",
    "plans.record_finding": "登记问题",
    "plans.answer_finding": "答复问题",
    "plans.judge_answer": "复核整改",
    "plans.close_visit": "办结督导",
}
FIELD_WORDS = {
    "before": "原为", "due_on": "最后时限", "units": "责任单位", "unit": "单位", "period": "报送期", "percent": "进度",
    "title": "名称", "name": "文件", "state": "结果", "doubt": "存疑", "other": "对方任务", "indicator": "指标", "kind": "关系", "no": "序号",
    "reached": "完成数", "carried": "承接", "source": "来源", "words": "内容", "text": "内容", "begun_on": "启用日期",
}  # fmt: skip
"""What of an entry's fields the history shows, and as what."""
STATE_WORDS = {
    "done": "办结", "open": "未办结", "dropped": "取消", "accepted": "通过", "returned": "退回", "closed": "已销号",
}  # fmt: skip


def standing_badge(task: Task) -> Badge:
    """Say how a task stands today."""
    how = queries.standing_of(task, localdate())
    return Badge(text=how.label, tone=STANDING_TONES[how])


def units_in(task: Task, *modes: Mode) -> list[str]:
    """Return the units that take part so, as the plan calls them."""
    return list(dict.fromkeys(part.words for part in task.parts.all() if not modes or part.mode in modes))


def others_in(task: Task) -> list[str]:
    """Return the units that take part and do not lead."""
    return units_in(task, *(mode for mode in Mode if mode is not Mode.LEAD))


def deadline_words(task: Task) -> str:
    """Return the deadlines as the plan words them."""
    return "；".join(one.words for one in task.deadlines.all())


def plans_to_choose(viewer: Viewer) -> Sequence[tuple[str, str]]:
    """Return the plans that a viewer may choose from."""
    assert isinstance(viewer, Actor) or hasattr(viewer, "scope")
    if not viewer.may("plans.plan.view"):
        return ()
    return list(queries.plans_of(viewer, localdate()).values_list("code", "title")[:200])  # type: ignore[arg-type]


PLANS = Table(
    name="plans.plans",
    columns=(
        Column(name="title", label="方案", value=lambda row: row.title, order="title"),
        Column(name="number", label="文号", value=lambda row: row.number),
        Column(name="issuer", label="印发机关", value=lambda row: row.issuer),
        Column(name="issued", label="印发日期", value=lambda row: row.issued_on, order="issued_on"),
        Column(
            name="state",
            label="状态",
            value=lambda row: Badge(text=row.get_state_display(), tone=PLAN_TONES[row.state]),
        ),
        Column(name="tasks", label="任务", value=lambda row: row.task_count, order="task_count", number=True),
        Column(name="done", label="已完成", value=lambda row: row.done_count, order="done_count", number=True),
        Column(name="late", label="已超期", value=lambda row: row.late_count, order="late_count", number=True),
        Column(name="unsettled", label="待核对", value=lambda row: row.unsettled_count, number=True),
        Column(name="created", label="导入时间", value=lambda row: row.created_at, order="created_at", shown=False),
    ),
    filters=(
        ChoiceFilter(name="state", label="状态", choices=PlanState.choices),
        DateFilter(name="issued", label="印发日期", field="issued_on"),
    ),
    search=("title", "number", "issuer"),
    search_hint="标题、文号、印发机关",
    order="-issued",
    key="code",
    row_name=lambda row: row.title,
    row_href=lambda row: reverse("plan", args=[row.code]),
    noun="份",
    empty="还没有方案。导入一份，任务、责任单位和时限会自动读出来。",
)

TASKS = Table(
    name="plans.tasks",
    columns=(
        Column(
            name="no",
            label="序号",
            value=lambda row: row.no or str(row.position),
            order="plan_id,position",
            width="narrow",
        ),
        Column(
            name="title",
            label="任务",
            value=lambda row: row.title,
            order="title",
            href=lambda row: reverse("task", args=[row.pk]),
            width="wide",
        ),
        Column(name="plan", label="方案", value=lambda row: row.plan.title, order="plan__title", shown=False),
        Column(name="lead", label="牵头单位", value=lambda row: units_in(row, Mode.LEAD)),
        Column(name="others", label="责任、配合单位", value=others_in),
        Column(name="deadline", label="完成时限", value=deadline_words),
        Column(name="due", label="最后时限", value=lambda row: row.due_on, order="due_on"),
        Column(name="standing", label="状态", value=standing_badge),
        Column(name="percent", label="进度（%）", value=lambda row: row.percent, order="percent", number=True),
        Column(name="text", label="内容", value=lambda row: row.text, shown=False, width="wide"),
        Column(name="unsettled", label="待核对", value=lambda row: row.unsettled, shown=False, number=True),
    ),
    filters=(
        ChoiceFilter(name="plan", label="方案", choices=plans_to_choose, field="plan__code"),
        ChoiceFilter(
            name="standing",
            label="状态",
            choices=[(one.value, one.label) for one in Standing],
            condition=lambda code: queries.standing_condition(code, localdate()),
        ),
        TextFilter(name="unit", label="单位", fields=("parts__words", "parts__unit__name")),
        DateFilter(name="due", label="最后时限", field="due_on"),
        FlagFilter(name="blocked", label="前置任务未完成", condition=queries.blocked),
        FlagFilter(name="unsettled", label="有存疑待核对", condition=lambda: Q(unsettled__gt=0)),
    ),
    search=("title", "text", "no"),
    search_hint="任务名称、内容、序号",
    order="no",
    row_name=str,
    noun="项",
    empty="还没有任务。",
)


class PlansPage(TableView[Actor]):
    """All plans."""

    table, title, permission = PLANS, "方案", "plans.plan.view"
    lead = "文件怎么写，任务就怎么列；数字和期限都能点回原文。"

    def rows(self) -> QuerySet[Plan]:
        """Return the plans that the actor may see."""
        return queries.plans_of(self.actor, self.today)

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Offer to import one."""
        if not self.actor.may("plans.plan.edit"):
            return []
        return [
            ("导入方案", reverse("plan_new"), "file-import"),
            ("导入现有台账", reverse("ledger_new"), "file-spreadsheet"),
        ]


class TasksPage(TableView[Actor]):
    """All tasks, or those of one's units."""

    table, title, permission = TASKS, "任务台账", "plans.task.view"
    lead = "点任务看原文、时限的来历和历次进展；导出的就是当前看到的内容。"

    def rows(self) -> QuerySet[Task]:
        """Return the tasks that the actor may see."""
        return queries.tasks_of(self.actor)

    def found(self, up_to: int | None = None) -> QuerySet[Task]:
        """Return the rows of the address, each once."""
        return super().found(up_to).distinct()


class ImportPage(Page[Actor]):
    """Take a plan in."""

    permission, title, template_name = "plans.plan.edit", "导入方案", "plans/import.html"

    lead = (
        "把方案、措施、任务分解表或者台账放进来：任务、责任单位、时限和量化目标自动读出；拿不准的会标明原因，请您核对。"
    )

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="方案", href=reverse("plans"))]

    def context(self) -> dict[str, Any]:
        """Return the form."""
        return {"form": forms.ImportForm(), "lead": self.lead}

    def replaces(self) -> str:
        """Return the code of the plan of which this is a new edition, if of any."""
        return ""

    def place(self) -> str:
        """Return the place for which plans are imported."""
        return min(self.actor.scope("plans.plan.edit").places, default="", key=len)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Read the document; what cannot be read is said, and nothing is kept of it."""
        form = forms.ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form=form, lead=self.lead, status=422)
        file = form.cleaned_data["file"]
        try:
            if file:
                content = file.read()
                with tempfile.TemporaryDirectory(prefix="mingjing-plan-") as folder:
                    # the name decides how it is read; of a path only the last part
                    kept = Path(folder) / (Path(file.name).name or "plan")
                    kept.write_bytes(content)
                    if pages_to_recognise(kept) > background.PAGES_AT_ONCE and recognition.is_available():
                        return redirect(
                            background.start_scan(
                                actor=self.actor,
                                at=self.now,
                                name=kept.name,
                                content=content,
                                place=self.place(),
                                replaces=self.replaces(),
                            )
                        )
                    read = read_plan_file(kept)
            else:
                content = form.cleaned_data["text"].encode()
                read = read_pasted_plan(content)
            plan = keep_ledger.import_plan(
                actor=self.actor,
                at=self.now,
                read=read,
                place=self.place(),
                content=content,
                replaces=self.replaces(),
            )
        except DomainError as error:
            form.add_error(None, error.message)
            return self.show(form=form, lead=self.lead, status=422)
        count = plan.tasks.count()
        messages.success(request, f"读出 {count} 项任务。请核对存疑的地方，再启用方案。")
        return redirect("plan_compare" if plan.replaces_id else "plan", code=plan.code)


class PlanPage(Page[Actor]):
    """One plan: its head, what is unsure, its tasks by section."""

    permission, template_name = "plans.plan.view", "plans/plan.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="方案", href=reverse("plans"))]

    def context(self) -> dict[str, Any]:
        """Return the plan's facts, numbers, doubts and tasks."""
        plan = queries.plan_of(self.actor, self.kwargs["code"])
        tasks = plan_tasks(self.actor, plan)
        standings = [queries.standing_of(task, self.today) for task in tasks]
        doubts = [
            {"task": task, "number": number, "doubt": doubt}
            for task in tasks
            for number, doubt in enumerate(task.uncertain)
            if not doubt.get("by")
        ]
        names = queries.unmatched_names(plan) if doubts and self.actor.may("plans.plan.edit") else []
        said = {unmatched(one.words) for one in names}
        return {
            "title": plan.title,
            "plan": plan,
            "state": Badge(text=plan.get_state_display(), tone=PLAN_TONES[PlanState(plan.state)]),
            "facts": plan_facts(plan),
            "names": names,
            "units": queries.units_of_place(plan.place) if names else (),
            "figures": [
                (len(tasks), "项任务", "", Tone.PLAIN),
                (standings.count(Standing.DONE), "已完成", "done", Tone.GOOD),
                (standings.count(Standing.OVERDUE), "已超期", "overdue", Tone.BAD),
                (standings.count(Standing.SOON), "三十天内到期", "soon", Tone.ATTENTION),
            ],
            "cited": queries.instruments_named(plan) if self.actor.may("catalog.law.view") else (),
            "may_enter_law": self.actor.may("catalog.law.edit"),
            "doubts": [one for one in doubts if one["doubt"]["reason"] not in said],
            "unsure": len(doubts),
            "sections": by_section(tasks),
            "tabs": plan_tabs(plan, "tasks"),
            "may_edit": self.actor.may("plans.plan.edit"),
            "may_add": self.actor.may("plans.task.edit") and plan.state != PlanState.CLOSED,
            "events": events_of(f"plan:{plan.code}"),
            "chart": chart_of(standings),
        }


class MatrixPage(Page[Actor]):
    """Who takes part in what."""

    permission, template_name = "plans.plan.view", "plans/matrix.html"

    def context(self) -> dict[str, Any]:
        """Return the matrix."""
        plan = queries.plan_of(self.actor, self.kwargs["code"])
        found = queries.matrix(plan_tasks(self.actor, plan))
        return {"title": plan.title, "plan": plan, "matrix": found, "tabs": plan_tabs(plan, "matrix")}

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="方案", href=reverse("plans"))]


class CalendarPage(Page[Actor]):
    """What is due when."""

    permission, template_name = "plans.plan.view", "plans/calendar.html"

    def context(self) -> dict[str, Any]:
        """Return the tasks by the month of their last day, those without a day at the end."""
        plan = queries.plan_of(self.actor, self.kwargs["code"])
        tasks = plan_tasks(self.actor, plan)
        dated = sorted((one for one in tasks if one.due_on), key=lambda one: (one.due_on, one.position))
        months = [
            (date(*month, 1), [task_row(one) for one in group])
            for month, group in groupby(dated, key=lambda one: (one.due_on.year, one.due_on.month))  # type: ignore[union-attr]
        ]
        return {
            "title": plan.title,
            "plan": plan,
            "months": months,
            "undated": [task_row(one) for one in tasks if not one.due_on],
            "milestones": plan.milestones,
            "tabs": plan_tabs(plan, "calendar"),
        }

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="方案", href=reverse("plans"))]


class MatchUnitAct(Page[Actor]):
    """Say for which unit some words of the plan stand."""

    permission = "plans.plan.edit"
    http_method_names = ["post"]  # noqa: RUF012 - Django's own

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Do it."""
        queries.plan_of(self.actor, code)
        words, unit = request.POST.get("words", ""), request.POST.get("unit", "")
        if not unit and not request.POST.get("keep"):
            raise LedgerError("请选择单位；名册里没有的，点“按原文保留”。")
        count = keep_ledger.match_unit(
            actor=self.actor,
            at=self.now,
            plan=code,
            version=version_of(request),
            words=words,
            unit="" if request.POST.get("keep") else unit,
        )
        messages.success(request, f"“{words}”：{count} 项任务已核对。")
        return redirect(f"{reverse('plan', args=[code])}#doubts")


class ConfirmAct(Page[Actor]):
    """Put a plan into force."""

    permission = "plans.plan.edit"
    http_method_names = ["post"]  # noqa: RUF012 - Django's own

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Do it."""
        version = version_of(request)
        keep_ledger.confirm_plan(actor=self.actor, at=self.now, code=code, version=version)
        messages.success(request, "方案已启用，已通知有任务的单位。")
        return redirect("plan", code=code)


class ClosePage(Page[Actor]):
    """Ask for the reason and end a plan."""

    permission, template_name, title = "plans.plan.edit", "plans/close.html", "结束方案"

    def context(self) -> dict[str, Any]:
        """Return the plan and the form."""
        plan = queries.plan_of(self.actor, self.kwargs["code"])
        still = plan.tasks.filter(state=TaskState.OPEN).count()
        return {
            "plan": plan,
            "form": forms.ReasonForm(initial={"version": plan.version}),
            "facts": [("方案", plan.title), ("没有办结的任务", still)],
            "back": reverse("plan", args=[plan.code]),
        }

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """End it."""
        form = forms.ReasonForm(request.POST)
        if not form.is_valid():
            return self.show(**self.context() | {"form": form}, status=422)
        keep_ledger.close_plan(actor=self.actor, at=self.now, code=code, **form.cleaned_data)
        messages.success(request, "方案已结束。")
        return redirect("plan", code=code)


class TaskPage(Page[Actor]):
    """One task: the words of the plan, who, by when, which figures, what was reported."""

    permission, template_name = "plans.task.view", "plans/task.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="任务台账", href=reverse("tasks"))]

    def context(self) -> dict[str, Any]:
        """Return everything of the task that the actor may see."""
        task = queries.task_of(self.actor, self.kwargs["pk"])
        plan = task.plan
        reports = list(queries.reports_of(self.actor, task))
        open_ = plan.state == PlanState.RUNNING and task.state == TaskState.OPEN
        links = queries.links_of(self.actor, task)
        can_report = open_ and self.actor.may("plans.report.submit") and bool(queries.units_to_report(self.actor, task))
        return {
            "title": task.title,
            "task": task,
            "plan": plan,
            "badge": standing_badge(task),
            "facts": task_facts(task, link_plan=self.actor.may("plans.plan.view")),
            "parts": part_rows(task),
            "deadlines": list(task.deadlines.all()),
            "targets": [target_row(one, reports, self.actor) for one in measuring.measured(task, self.today)],
            "doubts": list(enumerate(task.uncertain)),
            "reports": [report_row(one) for one in reports],
            "may_edit": self.actor.may("plans.task.edit") and plan.state != PlanState.CLOSED,
            "may_judge": self.actor.may("plans.report.judge"),
            "may_end": self.actor.may("plans.task.edit") and plan.state == PlanState.RUNNING,
            "can_report": can_report,
            "events": events_of(f"task:{task.pk}", *([f"task:{task.continues_id}"] if task.continues_id else [])),
            "sub_tasks": sub_task_groups(self.actor, task),
            "may_split": open_
            and self.actor.may("plans.task.split")
            and bool(queries.units_for(self.actor, task, "plans.task.split")),
            "materials": material_rows(self.actor, task),
            "supports": supporting(self.actor, task, self.today),
            "may_add_material": plan.state == PlanState.RUNNING
            and task.state != TaskState.DROPPED
            and self.actor.may("plans.task.split")
            and bool(queries.units_for_material(self.actor, task)),
            "without_material": [
                one.short_name or one.name for one in queries.units_without_material(task, self.today.year)
            ]
            if self.actor.may("plans.task.edit")
            else [],
            "links": links,
            "blocked_by": [one.task for one in links if one.blocks],
        }


class TaskEditPage(Page[Actor]):
    """Correct a task, its units and deadlines."""

    permission, template_name, title = "plans.task.edit", "plans/task_edit.html", "改正任务"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        task = queries.task_of(self.actor, self.kwargs["pk"])
        return [
            Crumb(label="任务台账", href=reverse("tasks")),
            Crumb(label=task.title, href=reverse("task", args=[task.pk])),
        ]

    def context(self) -> dict[str, Any]:
        """Return the three forms with what stands now."""
        task = queries.task_of(self.actor, self.kwargs["pk"])
        own = {"no": task.no, "title": task.title, "text": task.text, "version": task.version}
        parts = [
            {"words": one.words, "mode": one.mode, "unit": one.unit.code if one.unit else ""}
            for one in task.parts.all()
        ]
        deadlines = [{"words": one.words, "on": one.on, "long_term": one.long_term} for one in task.deadlines.all()]
        return {
            "task": task,
            "form": forms.TaskForm(initial=own),
            "parts": forms.Parts(prefix="parts", initial=parts, form_kwargs={"units": unit_choices(task.plan.place)}),
            "deadlines": forms.Deadlines(prefix="deadlines", initial=deadlines),
            "back": reverse("task", args=[task.pk]),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Save what changed, each in its own act."""
        task = queries.task_of(self.actor, pk)
        form = forms.TaskForm(request.POST)
        parts = forms.Parts(request.POST, prefix="parts", form_kwargs={"units": unit_choices(task.plan.place)})
        deadlines = forms.Deadlines(request.POST, prefix="deadlines")
        given: dict[str, Any] = {
            "task": task,
            "form": form,
            "parts": parts,
            "deadlines": deadlines,
            "back": reverse("task", args=[pk]),
        }
        if not (form.is_valid() and parts.is_valid() and deadlines.is_valid()):
            return self.show(**given, status=422)
        words = form.cleaned_data
        try:
            row = keep_ledger.correct_task(actor=self.actor, at=self.now, task=pk, **words)
            by = {"actor": self.actor, "at": self.now, "task": pk, "reason": words["reason"]}
            register, by_name = register_of(task.plan.place)
            on = task.plan.issued_on or self.today
            units = forms.parts_given(parts, lambda name: resolved(register, by_name, name, on))
            if units != parts_now(task):
                row = keep_ledger.change_parts(**by, version=row.version, parts=units)
            if deadlines_differ(task, forms.deadlines_given(deadlines)):
                keep_ledger.change_deadlines(**by, version=row.version, deadlines=forms.deadlines_given(deadlines))
        except LedgerError as error:
            form.add_error(None, error.message)
            return self.show(**given, status=422)
        messages.success(request, "已保存。")
        return redirect("task", pk=pk)


class SettleAct(Page[Actor]):
    """Settle what the machine was unsure of."""

    permission = "plans.task.edit"
    http_method_names = ["post"]  # noqa: RUF012 - Django's own

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it, and go back to where one was."""
        number = request.POST.get("number", "")
        row = keep_ledger.settle(
            actor=self.actor,
            at=self.now,
            task=pk,
            number=int(number) if number.isdecimal() else -1,
            version=version_of(request),
            words=request.POST.get("words", ""),
        )
        messages.success(request, "已核对。")
        if request.POST.get("back") == "plan":
            return redirect(f"{reverse('plan', args=[row.plan.code])}#doubts")
        return redirect("task", pk=pk)


class EndTaskPage(Page[Actor]):
    """Finish or drop a task, or take it up again."""

    permission, template_name, title = "plans.task.edit", "plans/task_end.html", "办结或者取消任务"

    def context(self) -> dict[str, Any]:
        """Return the task and the form."""
        task = queries.task_of(self.actor, self.kwargs["pk"])
        return {
            "task": task,
            "facts": [
                ("任务", str(task)),
                ("完成时限", deadline_words(task) or "没有写明"),
                ("进度", f"{task.percent}%"),
            ],
            "form": forms.EndForm(initial={"version": task.version}),
            "back": reverse("task", args=[task.pk]),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it."""
        form = forms.EndForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data | {"state": TaskState(form.cleaned_data["state"])}
            try:
                keep_ledger.end_task(actor=self.actor, at=self.now, task=pk, **given)
            except LedgerError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, "已保存。")
                return redirect("task", pk=pk)
        return self.show(**self.context() | {"form": form}, status=422)


class ReportPage(Page[Actor]):
    """Report how far a task is."""

    permission, template_name, title = "plans.report.submit", "plans/report.html", "报送进展"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        task = queries.task_of(self.actor, self.kwargs["pk"])
        return [
            Crumb(label="任务台账", href=reverse("tasks")),
            Crumb(label=task.title, href=reverse("task", args=[task.pk])),
        ]

    def _form(self, task: Task, *args: Any, **given: Any) -> forms.ReportForm:
        units = queries.units_to_report(self.actor, task)
        return forms.ReportForm(*args, task=task, units=units, periods=queries.periods_of(task, self.today), **given)

    def context(self) -> dict[str, Any]:
        """Return the form with what was last reported."""
        task = queries.task_of(self.actor, self.kwargs["pk"])
        asked = {name: self.request.GET[name] for name in ("unit", "period") if name in self.request.GET}
        units = queries.units_to_report(self.actor, task)
        by = asked.get("unit") or (units[0].code if units else None)
        # what indicators count is there already; the unit looks at it
        counted = {
            f"figure_{one.target.pk}": f"{one.progress.value.normalize():f}"
            for one in measuring.measured(task, self.today, unit=by)
            if one.progress is not None and one.progress.value is not None
        }
        initial = {"percent": task.percent} | counted | asked
        return {"task": task, "form": self._form(task, initial=initial), "lead": str(task)}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Submit."""
        task = queries.task_of(self.actor, pk)
        form = self._form(task, request.POST, request.FILES)
        if form.is_valid():
            given = {name: form.cleaned_data[name] for name in ("unit", "period", "words", "percent")}
            try:
                report_progress.submit_report(
                    actor=self.actor, at=self.now, task=pk, figures=form.figures(), files=form.given_files(), **given
                )
            except LedgerError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, "已报送，等司法行政部门审核。")
                return redirect(f"{reverse('task', args=[pk])}#reports")
        return self.show(task=task, form=form, lead=str(task), status=422)


class JudgeAct(Page[Actor]):
    """Accept or return a report."""

    permission = "plans.report.judge"
    http_method_names = ["post"]  # noqa: RUF012 - Django's own

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it."""
        row = report_progress.judge_report(
            actor=self.actor,
            at=self.now,
            report=pk,
            version=version_of(request),
            accepted=request.POST.get("judge") == "accept",
            words=request.POST.get("words", ""),
        )
        messages.success(request, "已审核通过。" if row.state == ReportState.ACCEPTED else "已退回。")
        return redirect(f"{reverse('task', args=[row.task_id])}#reports")


class LedgerFile(Page[Actor]):
    """The table in its official form, with all corrections."""

    permission = "plans.plan.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with the workbook."""
        plan = queries.plan_of(self.actor, self.kwargs["code"])
        with tempfile.TemporaryDirectory(prefix="mingjing-plan-") as folder:
            path = Path(folder) / "ledger.xlsx"
            tasks = plan_tasks(self.actor, plan)
            told = queries.progress_words(tasks, self.today) if plan.state != PlanState.DRAFT else ()
            write_task_book(path, queries.as_read(plan, tasks), told)
            content = path.read_bytes()
        return attachment(content, f"{plan.title}任务台账.xlsx")


class SourceFile(Page[Actor]):
    """The document as it came."""

    permission = "plans.plan.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with the file, never to be opened in the browser."""
        plan = queries.plan_of(self.actor, self.kwargs["code"])
        if not plan.source_file:
            raise MissingError("这份方案没有保存原文件。")
        return stored(plan.source_file, plan.source_name)  # type: ignore[return-value]


class EvidenceFile(Page[Actor]):
    """A file of a report."""

    permission = "plans.task.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with the file to who may see its report."""
        row = Evidence.objects.filter(pk=self.kwargs["pk"]).first()
        if row is None:
            raise MissingError("没有找到这份佐证材料。")
        queries.report_of(self.actor, row.report_id)
        return stored(row.file, row.name)  # type: ignore[return-value]


# what pages are given


def plan_tasks(actor: Actor, plan: Plan) -> list[Task]:
    """Return the tasks of a plan that the actor may see, with all that belongs to them."""
    return list(queries.tasks_of(actor).filter(plan=plan).prefetch_related("targets").order_by("position"))


def plan_facts(plan: Plan) -> list[Fact]:
    """Return the head of a plan."""
    source = reverse("plan_source", args=[plan.code]) if plan.source_file else ""
    return [
        Fact(label="文号", value=plan.number or "没有读到"),
        Fact(label="印发机关", value=plan.issuer or "没有读到"),
        Fact(label="印发日期", value=plan.issued_on or "没有读到"),
        Fact(label="启用日期", value=plan.begun_on or "尚未启用"),
        Fact(label="原文件", value=plan.source_name or "没有", href=source),
        *(Fact(label="读取说明", value=note) for note in plan.notes),
    ]


def plan_tabs(plan: Plan, current: str) -> list[Tab]:
    """Return the ways to look at a plan."""
    views = [
        ("tasks", "任务", "plan"),
        ("matrix", "单位矩阵", "plan_matrix"),
        ("calendar", "时间表", "plan_calendar"),
        ("timeline", "进度图", "plan_timeline"),
        ("indicators", "指标", "plan_indicators"),
    ]
    if plan.state != PlanState.DRAFT:
        views += [("dispatch", "月调度", "plan_dispatch"), ("coverage", "分解情况", "plan_coverage")]
    if plan.replaces_id:
        views.append(("compare", "与上一版本对照", "plan_compare"))
    return [
        Tab(label=label, href=reverse(url, args=[plan.code]), current=name == current) for name, label, url in views
    ]


def task_row(task: Task) -> dict[str, Any]:
    """Return what lists show of a task."""
    return {
        "no": task.no or str(task.position),
        "title": task.title,
        "href": reverse("task", args=[task.pk]),
        "lead": units_in(task, Mode.LEAD),
        "others": others_in(task),
        "deadline": deadline_words(task),
        "due_on": task.due_on,
        "badge": standing_badge(task),
        "percent": task.percent,
        "unsettled": task.unsettled,
    }


def by_section(tasks: Sequence[Task]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the tasks under the headings of the plan."""
    return [
        (section, [task_row(one) for one in group]) for section, group in groupby(tasks, key=lambda one: one.section)
    ]


def chart_of(standings: Sequence[Standing]) -> Chart:
    """Draw how the tasks stand."""
    shown = [one for one in Standing if one in standings]
    return Chart(
        name="standings",
        title="任务状态",
        labels=[one.label for one in shown],
        series=[Series(name="任务", values=[standings.count(one) for one in shown])],
        kind=ChartKind.BAR_ACROSS,
        unit="项",
        label_head="状态",
        summary="；".join(f"{one.label} {standings.count(one)} 项" for one in shown),
    )


def task_facts(task: Task, *, link_plan: bool) -> list[Fact]:
    """Return what the plan says of a task."""
    href = reverse("plan", args=[task.plan.code]) if link_plan else ""
    facts = [
        Fact(label="方案", value=task.plan.title, href=href),
        Fact(label="所属部分", value=task.section or "没有分部分"),
        Fact(label="序号", value=task.no or "没有编号"),
        Fact(label="进度", value=f"{task.percent}%"),
    ]
    if task.source:
        facts.append(Fact(label="来源", value=task.source, href=task.source_href))
    if task.continues_id:
        facts.append(Fact(label="承接", value="上一版本的同项任务", href=reverse("task", args=[task.continues_id])))
    if task.persons:
        facts.append(Fact(label="责任人", value=task.persons))
    if task.remark:
        facts.append(Fact(label="备注", value=task.remark))
    if task.state_reason:
        facts.append(Fact(label="办结或者取消的说明", value=task.state_reason))
    return facts


def part_rows(task: Task) -> list[dict[str, Any]]:
    """Return who takes part: the words of the plan, and the units for which they stand."""
    names: dict[tuple[str, str], list[str]] = {}
    for part in task.parts.all():
        names.setdefault((part.words, part.mode), []).extend([part.unit.name] if part.unit else [])
    return [
        {"words": words, "mode": Mode(mode).label, "units": units, "summary": f"{len(units)} 个单位"}
        for (words, mode), units in names.items()
    ]


def target_row(one: Measured, reports: Sequence[Report], actor: Actor) -> dict[str, Any]:
    """Return a figure with what its indicator came to, and what was last reported of it, and by whom."""
    target = one.target
    told = [
        (each.unit.short_name or each.unit.name, each.period, each.figures[str(target.pk)])
        for each in reports
        if each.state == ReportState.ACCEPTED and str(target.pk) in each.figures
    ]
    return measured_row(one, actor) | {"told": told[:5]}


COLOUR_TONES = {"green": Tone.GOOD, "yellow": Tone.ATTENTION, "red": Tone.BAD}


def measured_row(one: Measured, actor: Actor) -> dict[str, Any]:
    """Return a target with the indicator to which it is tied, what that came to (with the way there), and what is offered."""
    target, progress = one.target, one.progress
    row: dict[str, Any] = {
        "pk": target.pk,
        "words": target.words,
        "value": target.value,
        "unit": target.unit,
        "direction": {">=": "≥", "<=": "≤"}.get(target.direction, target.direction),
        "link": one.link,
        "offers": one.offers,
        "computed": "",
    }
    if progress is not None:
        row |= {
            "title": progress.title,
            "href": progress.href if may_open(actor, progress) else "",
            "period": progress.period_label,
            "computed": f"{shown(progress.value)}{progress.unit}" if progress.value is not None else "",
            "words_of": progress.words,
            "badge": Badge(text=_COLOUR_WORDS.get(progress.colour.value, "未评价"), tone=COLOUR_TONES.get(progress.colour.value, Tone.PLAIN)),
            "as_of": progress.as_of,
        }  # fmt: skip
    return row


_COLOUR_WORDS = {"green": "达到", "yellow": "接近", "red": "未达到"}


def report_row(report: Report) -> dict[str, Any]:
    """Return what the page shows of a report."""
    return {
        "pk": report.pk,
        "version": report.version,
        "unit": report.unit.name,
        "period": report.period,
        "words": report.words,
        "percent": report.percent,
        "badge": Badge(text=report.get_state_display(), tone=REPORT_TONES[ReportState(report.state)]),
        "waiting": report.state == ReportState.SUBMITTED,
        "judgement": report.judgement,
        "at": report.submitted_at,
        "files": [
            {"name": one.name, "href": reverse("evidence", args=[one.pk]), "size": one.size, "digest": one.sha256[:16]}
            for one in report.evidence.all()
        ],
    }


def events_of(*subjects: str) -> list[Event]:
    """Return what was done, from the log, the latest first: who, what, and what was changed into what."""
    acts = history(*subjects, most=50)
    names = names_of(one.actor for one in acts)
    codes = {str(one.fields["unit"]) for one in acts if one.fields.get("unit")}
    units = dict(Unit.objects.filter(code__in=codes).values_list("code", "name"))
    return [
        Event(
            at=one.at,
            title=ACTS.get(one.act, one.act),
            who=names.get(one.actor, one.actor),
            text=_change_words(one.fields, units),
        )
        for one in acts
    ]


def _change_words(fields: Mapping[str, Any], units: Mapping[str, str]) -> str:
    said = [str(fields["reason"])] if fields.get("reason") else []
    for name, label in FIELD_WORDS.items():
        value = fields.get(name)
        if value not in (None, "", []):
            shown = units.get(str(value), value) if name == "unit" else STATE_WORDS.get(str(value), value)
            said.append(f"{label}：{shown}"[:160])
    return "；".join(said)


def unit_choices(place: str) -> list[tuple[str, str]]:
    """Return the units of a place."""
    return list(
        Unit.objects.filter(place__startswith=place, valid_to=None).order_by("path").values_list("code", "name")
    )


def parts_now(task: Task) -> list[keep_ledger.PartGiven]:
    """Return the units as a person would enter them: what stands for several units in one line."""
    units: dict[tuple[str, str], list[str]] = {}
    for part in task.parts.all():
        units.setdefault((part.words, part.mode), []).extend([part.unit.code] if part.unit else [])
    return [
        keep_ledger.PartGiven(words=words, mode=Mode(mode), units=tuple(codes))
        for (words, mode), codes in units.items()
    ]


def deadlines_differ(task: Task, given: Sequence[keep_ledger.DeadlineGiven]) -> bool:
    """Say whether the deadlines are others than before."""
    now = [(one.words, one.on, one.long_term) for one in task.deadlines.all()]
    return now != [(one.words, one.on, one.long_term) for one in given]
