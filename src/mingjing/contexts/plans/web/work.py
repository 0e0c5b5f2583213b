"""Pages of the work on a task: sub-tasks, files, links, tasks added by hand."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, MissingError, access
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.plans import queries
from mingjing.contexts.plans.models import Material, MaterialState, PlanState, SubTask, SubTaskState, Task
from mingjing.contexts.plans.usecases import break_down, keep_ledger, link_tasks, show_materials
from mingjing.contexts.plans.web import work_forms
from mingjing.contexts.plans.web.base import FormPage, stored
from mingjing.contexts.ui.components import Badge, Crumb, Tone
from mingjing.contexts.ui.web.pages import Page, version_of
from mingjing.domain.plans.ledger import LinkKind, share
from mingjing.domain.plans.model import Mode
from mingjing.domain.plans.standing import TaskState

SUB_TASK_TONES = {
    SubTaskState.DRAFT: Tone.ATTENTION,
    SubTaskState.RUNNING: Tone.INFO,
    SubTaskState.DONE: Tone.GOOD,
    SubTaskState.DROPPED: Tone.PLAIN,
}
MATERIAL_TONES = {
    MaterialState.SUBMITTED: Tone.ATTENTION,
    MaterialState.ACCEPTED: Tone.GOOD,
    MaterialState.RETURNED: Tone.BAD,
}


def task_crumbs(task: Task) -> list[Crumb]:
    """Return the way to a page of a task."""
    return [
        Crumb(label="任务台账", href=reverse("tasks")),
        Crumb(label=task.title, href=reverse("task", args=[task.pk])),
    ]


class TaskFormPage(FormPage):
    """A page with one form about the task of the address."""

    anchor = ""

    @property
    def task(self) -> Task:
        """The task."""
        return queries.task_of(self.actor, self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return task_crumbs(self.task)

    def back(self) -> str:
        """Return the task's page."""
        return f"{reverse('task', args=[self.task.pk])}{self.anchor}"

    def facts(self) -> Sequence[tuple[str, object]]:
        """Return the task's words."""
        task = self.task
        return [("任务", str(task)), ("最后时限", task.due_on or "没有写明")]

    def lead_back(self, words: str) -> HttpResponse:
        """Say that it is done, and go back."""
        messages.success(self.request, words)
        return redirect(self.back())


class SubTaskNewPage(TaskFormPage):
    """Enter a sub-task."""

    permission, title, anchor = "plans.task.split", "分解措施", "#sub-tasks"
    lead = "把任务变成能量化、有时间、有科室、有责任人的措施；可以先存下，补全以后一并提交。"

    def form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Return the form for the units that the actor may break the task down for."""
        units = queries.units_for(self.actor, self.task, "plans.task.split")
        if not units:
            raise MissingError("这项任务没有您单位的责任，不用分解。")
        form = work_forms.SubTaskForm(data, files, units=units)
        del form.fields["reason"]
        return form

    def done(self, form: forms.Form) -> HttpResponse:
        """Enter it."""
        assert isinstance(form, work_forms.SubTaskForm)
        unit = form.cleaned_data["unit"]
        break_down.add_sub_task(actor=self.actor, at=self.now, task=self.task.pk, unit=unit, given=form.given())
        return self.lead_back("已存下，补全以后请提交。")


class _SubTaskPage(TaskFormPage):
    anchor = "#sub-tasks"

    @property
    def sub(self) -> SubTask:
        """The sub-task of the address."""
        return queries.sub_task_of(self.actor, self.kwargs["pk"])

    @property
    def task(self) -> Task:
        """Its task."""
        return self.sub.task


class SubTaskEditPage(_SubTaskPage):
    """Change a sub-task."""

    permission, title = "plans.task.split", "改动措施"

    def form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Return the form with what stands now."""
        sub = self.sub
        return work_forms.SubTaskForm(data, files, units=[sub.unit], initial=work_forms.SubTaskForm.initial_of(sub))

    def done(self, form: forms.Form) -> HttpResponse:
        """Save it."""
        assert isinstance(form, work_forms.SubTaskForm)
        data = form.cleaned_data
        break_down.change_sub_task(
            actor=self.actor, at=self.now, sub_task=self.sub.pk, version=data["version"] or 0, given=form.given(),
            reason=data["reason"],
        )  # fmt: skip
        return self.lead_back("已保存。")


class SubTaskReportPage(_SubTaskPage):
    """Say how far a sub-task is."""

    permission, title = "plans.task.split", "更新措施进展"

    def facts(self) -> Sequence[tuple[str, object]]:
        """Return the sub-task's words."""
        sub = self.sub
        return [
            ("措施", sub.title),
            ("目标", f"{sub.goal.normalize():f} {sub.goal_unit}" if sub.goal is not None else "未定"),
            ("完成时间", sub.due_on or "未定"),
            ("责任人", f"{sub.section} {sub.person}"),
        ]

    def form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Return the form with what was told last."""
        sub = self.sub
        initial = {"reached": sub.reached.normalize(), "words": sub.words, "version": sub.version}
        return work_forms.SubTaskReportForm(data, files, initial=initial)

    def done(self, form: forms.Form) -> HttpResponse:
        """Save it."""
        data, pk = form.cleaned_data, self.sub.pk
        by = {"actor": self.actor, "at": self.now, "sub_task": pk, "version": data["version"]}
        if data["state"] == "dropped":
            break_down.drop_sub_task(**by, reason=data["words"])
        else:
            done = data["state"] == "done"
            break_down.report_sub_task(**by, reached=data["reached"], done=done, words=data["words"])
        return self.lead_back("已更新。")


class SubTasksSubmitAct(Page[Actor]):
    """Put a unit's sub-tasks into force."""

    permission = "plans.task.split"
    http_method_names = ["post"]  # noqa: RUF012 - Django's own

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it."""
        count = break_down.submit_breakdown(actor=self.actor, at=self.now, task=pk, unit=request.POST.get("unit", ""))
        messages.success(request, f"已提交 {count} 条措施。")
        return redirect(f"{reverse('task', args=[pk])}#sub-tasks")


class MaterialNewPage(TaskFormPage):
    """Add a file that shows what was done."""

    permission, title, anchor, act, icon = "plans.task.view", "上传佐证材料", "#materials", "上传", "upload"
    lead = "平台不能自己完成的任务，以佐证材料为准；确认以后记入任务。"

    def form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Return the form for the units of the actor."""
        task = self.task
        units = queries.units_for_material(self.actor, task)
        if not units:
            raise MissingError("这项任务没有您单位的责任，不能上传。")
        subs = list(queries.sub_tasks_of(self.actor, task).exclude(state=SubTaskState.DROPPED))
        return work_forms.MaterialForm(data, files, units=units, sub_tasks=subs, initial={"year": self.today.year})

    def done(self, form: forms.Form) -> HttpResponse:
        """Keep it."""
        data, file = form.cleaned_data, work_forms.file_given(form)
        assert file is not None
        show_materials.add_material(
            actor=self.actor, at=self.now, task=self.task.pk, unit=data["unit"], file=file, words=data["words"],
            year=data["year"], sub_task=int(data["sub_task"]) if data["sub_task"] else None,
        )  # fmt: skip
        return self.lead_back("已上传，等待确认。")


class MaterialJudgeAct(Page[Actor]):
    """Confirm or return a file."""

    permission = "plans.report.judge"
    http_method_names = ["post"]  # noqa: RUF012 - Django's own

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it."""
        judge = request.POST.get("judge", "")
        row = show_materials.judge_material(
            actor=self.actor, at=self.now, material=pk, version=version_of(request), accepted=judge in ("accept", "end"),
            words=request.POST.get("words", ""), ends=judge == "end",
        )  # fmt: skip
        messages.success(request, "已确认。" if row.state == MaterialState.ACCEPTED else "已退回。")
        return redirect(f"{reverse('task', args=[row.task_id])}#materials")


class MaterialFile(Page[Actor]):
    """A file that shows what was done."""

    permission = "plans.task.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with it to who may see it."""
        row = access(Material.objects.all(), self.actor, "plans.task.view", pk=self.kwargs["pk"])
        return stored(row.file, row.name)  # type: ignore[return-value]


class LinkNewPage(TaskFormPage):
    """Say how a task hangs together with another."""

    permission, title, anchor = "plans.task.edit", "登记任务关系", "#links"
    lead = "有前置任务没有完成的，会在台账里标出；关联的任务共用佐证材料，一份材料几处可见。"

    def form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Return the form with the tasks of plans in force, those of the same plan first."""
        task = self.task
        rows = queries.tasks_of(self.actor).filter(plan__state=PlanState.RUNNING).exclude(pk=task.pk)
        ordered = sorted(rows, key=lambda one: (one.plan_id != task.plan_id, one.plan_id, one.position))
        return work_forms.LinkForm(data, files, tasks=ordered, initial={"version": task.version})

    def done(self, form: forms.Form) -> HttpResponse:
        """Save it."""
        data = form.cleaned_data
        link_tasks.link_tasks(
            actor=self.actor, at=self.now, task=self.task.pk, version=data["version"], other=int(data["other"]),
            kind=LinkKind(data["kind"]), words=data["words"],
        )  # fmt: skip
        return self.lead_back("已登记。")


class LinkRemoveAct(Page[Actor]):
    """Take a link away."""

    permission = "plans.task.edit"
    http_method_names = ["post"]  # noqa: RUF012 - Django's own

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it."""
        link = request.POST.get("link", "")
        link_tasks.unlink_tasks(
            actor=self.actor, at=self.now, task=pk, version=version_of(request), link=int(link) if link.isdecimal() else 0,
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
        messages.success(request, "已解除。")
        return redirect(f"{reverse('task', args=[pk])}#links")


class TaskNewPage(FormPage):
    """Add a task by hand."""

    permission, title, act, icon = "plans.task.edit", "新增任务", "新增", "plus"
    lead = "会议议定、专班交办或者方案没有写明的任务，在这里加进台账；责任单位会收到消息。"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        plan = queries.plan_of(self.actor, self.kwargs["code"])
        return [Crumb(label="方案", href=reverse("plans")), Crumb(label=plan.title, href=self.back())]

    def back(self) -> str:
        """Return the plan's page."""
        return reverse("plan", args=[self.kwargs["code"]])

    def form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Return the form with the units of the plan's place."""
        plan = queries.plan_of(self.actor, self.kwargs["code"])
        return work_forms.NewTaskForm(data, files, units=queries.units_of_place(plan.place))

    def done(self, form: forms.Form) -> HttpResponse:
        """Add it."""
        data = form.cleaned_data
        names = dict(Unit.objects.filter(code__in=[data["lead"], *data["others"]]).values_list("code", "name"))
        chosen = [(Mode.LEAD, data["lead"])] if data["lead"] else []
        chosen += [(Mode.RESPONSIBLE, code) for code in data["others"] if code != data["lead"]]
        deadlines: tuple[keep_ledger.DeadlineGiven, ...] = ()
        if data["words"] or data["on"] or data["long_term"]:
            words = data["words"] or (f"{data['on']:%Y年%m月%d日}前" if data["on"] else "长期坚持")
            deadlines = (keep_ledger.DeadlineGiven(words=words, on=data["on"], long_term=data["long_term"]),)
        task = keep_ledger.add_task(
            actor=self.actor,
            at=self.now,
            plan=self.kwargs["code"],
            given=keep_ledger.TaskGiven(
                title=data["title"],
                text=data["text"],
                parts=tuple(
                    keep_ledger.PartGiven(words=names[code], mode=mode, units=(code,)) for mode, code in chosen
                ),
                deadlines=deadlines,
                source=data["source"],
            ),
        )
        messages.success(self.request, "已加进台账。")
        return redirect("task", pk=task.pk)


# what the page of a task is given


def sub_task_groups(actor: Actor, task: Task) -> list[dict[str, Any]]:
    """Return the sub-tasks by unit, with what the actor may do."""
    scope_units = (
        {one.code for one in queries.units_for(actor, task, "plans.task.split")}
        if actor.may("plans.task.split")
        else set()
    )
    running = task.plan.state == PlanState.RUNNING and task.state == TaskState.OPEN
    groups: dict[str, dict[str, Any]] = {}
    for one in queries.sub_tasks_of(actor, task):
        mine = one.unit.code in scope_units
        group = groups.setdefault(
            one.unit.code,
            {"unit": one.unit.name, "code": one.unit.code, "rows": [], "drafts": 0, "mine": mine and running},
        )
        group["drafts"] += one.state == SubTaskState.DRAFT
        group["rows"].append(
            {
                "title": one.title,
                "goal": f"{one.reached.normalize():f} / {one.goal.normalize():f} {one.goal_unit}"
                if one.goal is not None
                else "未量化",
                "percent": share(one.goal, one.reached),
                "due_on": one.due_on,
                "who": " ".join(part for part in (one.section, one.person) if part) or "未定",
                "badge": Badge(text=one.get_state_display(), tone=SUB_TASK_TONES[SubTaskState(one.state)]),
                "words": one.words,
                "edit": reverse("sub_task_edit", args=[one.pk])
                if running and mine and one.state in (SubTaskState.DRAFT, SubTaskState.RUNNING)
                else "",
                "report": reverse("sub_task_report", args=[one.pk])
                if running and (mine or one.owner_id == actor.user_id) and one.state == SubTaskState.RUNNING
                else "",
            }
        )
    return list(groups.values())


def material_rows(actor: Actor, task: Task) -> list[dict[str, Any]]:
    """Return the files that show what was done for a task, or for one related to it."""
    judges = actor.may("plans.report.judge")
    return [
        {
            "pk": one.pk,
            "version": one.version,
            "unit": one.unit.name,
            "year": one.year,
            "name": one.name,
            "href": reverse("material", args=[one.pk]),
            "size": one.size,
            "digest": one.sha256[:16],
            "words": one.words,
            "who": one.added_name,
            "at": one.added_at,
            "badge": Badge(text=one.get_state_display(), tone=MATERIAL_TONES[MaterialState(one.state)]),
            "judgement": one.judgement,
            "judge": judges and one.state == MaterialState.SUBMITTED and one.task_id == task.pk,
            "may_end": task.state == TaskState.OPEN and not task.long_term,
            "of": one.task if one.task_id != task.pk else None,
            "sub_task": one.sub_task.title if one.sub_task else "",
        }
        for one in queries.materials_of(actor, task)
    ]
