"""Ways to look at a plan and at what units do with it: timeline, dispatch, breakdown, editions, files of the year."""

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, MissingError, access, visible
from mingjing.contexts.accounts.models import Unit, UnitKind
from mingjing.contexts.plans import background, measuring, queries
from mingjing.contexts.plans.dispatchbook import write_dispatch_book
from mingjing.contexts.plans.models import Plan, PlanState, Task, YearElement, YearFile
from mingjing.contexts.plans.usecases import editions, show_materials, tie_indicators
from mingjing.contexts.plans.usecases.base import LedgerError
from mingjing.contexts.plans.web import work_forms
from mingjing.contexts.plans.web.base import FormPage, stored
from mingjing.contexts.plans.web.views import (
    ImportPage,
    measured_row,
    plan_tabs,
    plan_tasks,
    standing_badge,
    task_row,
)
from mingjing.contexts.ui.components import Badge, Crumb, Tone
from mingjing.contexts.ui.web.downloads import attachment
from mingjing.contexts.ui.web.pages import Page, version_of
from mingjing.domain.plans.ledger import ChangeKind, YearElementKind
from mingjing.domain.plans.standing import Period, Standing

_CRUMB: Final = "方案"
_CHANGE_TONES: Final = {
    ChangeKind.SAME: Tone.PLAIN,
    ChangeKind.CHANGED: Tone.ATTENTION,
    ChangeKind.ADDED: Tone.INFO,
    ChangeKind.REMOVED: Tone.BAD,
}


class PlanPart(Page[Actor]):
    """A page about the plan of the address."""

    permission = "plans.plan.view"
    tab = ""

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label=_CRUMB, href=reverse("plans"))]

    def context(self) -> dict[str, Any]:
        """Return the plan and its parts."""
        plan = queries.plan_of(self.actor, self.kwargs["code"])
        return {"title": plan.title, "plan": plan, "tabs": plan_tabs(plan, self.tab)} | self.more(plan)

    def more(self, plan: Plan) -> dict[str, Any]:
        """Return what the page shows of it."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A task on the timeline: where its bar begins and how wide it is, of a thousand."""

    task: Task
    left: int
    width: int
    standing: str
    label: str
    marks: tuple[tuple[int, str], ...] = ()


class TimelinePage(PlanPart):
    """The tasks as bars over the months, from the plan's beginning to their last day."""

    template_name, tab = "plans/timeline.html", "timeline"

    def more(self, plan: Plan) -> dict[str, Any]:
        """Return the bars and the months under them."""
        tasks = plan_tasks(self.actor, plan)
        first = plan.begun_on or plan.issued_on or self.today
        days = [one.on for task in tasks for one in task.deadlines.all() if one.on]
        last = max([*days, self.today, first])
        first = min([first, *days]).replace(day=1)
        span = max((last - first).days + 31, 1)

        def at(day: date) -> int:
            return round((day - first).days * 1000 / span)

        bars = []
        for task in tasks:
            standing = queries.standing_of(task, self.today)
            end = task.due_on or (last if task.long_term else None)
            begin = at(max(plan.begun_on or first, first))
            marks = tuple((at(one.on), one.words) for one in task.deadlines.all() if one.on)
            label = standing_badge(task).text
            width = max(at(end) - begin, 6) if end else 0
            bars.append(Bar(task=task, left=begin, width=width, standing=standing.value, label=label, marks=marks))
        return {
            "bars": [bar for bar in bars if bar.width],
            "undated": [task_row(bar.task) for bar in bars if not bar.width],
            "months": _months(first, last, at),
            "today_at": at(self.today),
            "legend": [
                (one.value, one.label) for one in Standing if any(bar.standing == one for bar in bars if bar.width)
            ],
        }


def _months(first: date, last: date, at: Any) -> list[tuple[int, str]]:
    months: list[tuple[int, str]] = []
    day = first
    step = 1 if (last - first).days < 500 else 3
    while day <= last:
        months.append((at(day), f"{day.year}年{day.month}月" if day.month == 1 or not months else f"{day.month}月"))
        month = day.month - 1 + step
        day = date(day.year + month // 12, month % 12 + 1, 1)
    return months


class DispatchPage(PlanPart):
    """What each unit reported in a period: 月调度."""

    template_name, tab = "plans/dispatch.html", "dispatch"

    def more(self, plan: Plan) -> dict[str, Any]:
        """Return the sheet of the period of the address, else of the last that is over."""
        found, period = period_asked(plan, self.today, self.request.GET.get("period", ""))
        rows = queries.dispatch(plan, period, self.today)
        missing: dict[str, list[Task]] = {}
        for one in queries.missing_reports(plan, period):
            missing.setdefault(one.unit.name, []).append(one.task)
        seen = {one.pk for one in queries.tasks_of(self.actor).filter(plan=plan)}
        return {
            "period": period,
            "periods": [(one.key, one.label, one.key == period.key) for one in found],
            "rows": rows,
            "missing": [(unit, [(one, one.pk in seen) for one in tasks]) for unit, tasks in missing.items()],
            "total_missing": sum(row.missing for row in rows),
        }


class DispatchFile(PlanPart):
    """The dispatch sheet as a workbook."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with it."""
        plan = queries.plan_of(self.actor, self.kwargs["code"])
        _, period = period_asked(plan, self.today, request.GET.get("period", ""))
        rows = queries.dispatch(plan, period, self.today)
        missing = queries.missing_reports(plan, period)
        with tempfile.TemporaryDirectory(prefix="mingjing-dispatch-") as folder:
            path = Path(folder) / "dispatch.xlsx"
            write_dispatch_book(path, plan.title, period.label, rows, missing)
            return attachment(path.read_bytes(), f"{plan.title}{period.label}调度表.xlsx")


def period_asked(plan: Plan, today: date, key: str) -> tuple[list[Period], Period]:
    """
    Return the periods of a plan and the one asked for; without one the last that is over, or the first.

    :raises MissingError: if the plan has no such period
    """
    found = queries.plan_periods(plan, today)
    if key:
        one = next((one for one in found if one.key == key), None)
        if one is None:
            raise MissingError("没有这个报送期。")
        return found, one
    return found, next((one for one in found if one.last < today), found[-1])


class CoveragePage(PlanPart):
    """Which units filed a scheme of their own and broke their tasks down."""

    template_name, tab = "plans/coverage.html", "coverage"

    def more(self, plan: Plan) -> dict[str, Any]:
        """Return the units, those that lack something first."""
        rows = queries.coverage(plan, self.today.year)
        return {
            "rows": sorted(rows, key=lambda one: (one.scheme and one.split > 0, one.unit.path)),
            "year": self.today.year,
            "lacking": sum(1 for one in rows if not one.scheme or not one.split),
        }


class EditionPage(ImportPage):
    """Take a new edition of a plan in force in."""

    title = "导入新版本"
    lead = "把修订以后的方案放进来；与台账逐项对照，由您确定哪项承接哪项，启用以后原版本结束。"

    def replaces(self) -> str:
        """Return the code of the plan of which this is an edition."""
        return str(self.kwargs["code"])

    def place(self) -> str:
        """Return the place of that plan."""
        return queries.plan_of(self.actor, self.replaces()).place

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        plan = queries.plan_of(self.actor, self.replaces())
        return [*super().crumbs(), Crumb(label=plan.title, href=reverse("plan", args=[plan.code]))]


class ComparePage(PlanPart):
    """A new edition beside the former; a person says which task carries on which."""

    template_name, tab = "plans/compare.html", "compare"

    def more(self, plan: Plan) -> dict[str, Any]:
        """Return the changes; once one has been chosen, what was chosen stands."""
        found = queries.compared(self.actor, plan)
        former_plan = plan.replaces
        assert former_plan is not None
        old = {task.pk: task for _, task, _ in found if task is not None}
        old |= {one.pk: one for one in queries.tasks_of(self.actor).filter(plan=former_plan)}
        chosen = any(new.continues_id for _, _, new in found if new is not None)
        rows = [
            {
                "kind": Badge(text=change.kind.label, tone=_CHANGE_TONES[change.kind]),
                "differs": change.differs,
                "old": former,
                "new": new,
                "picked": new.continues_id if chosen and new is not None else former.pk if former else None,
            }
            for change, former, new in found
        ]
        counts = [(kind.label, sum(1 for one, _, _ in found if one.kind is kind)) for kind in ChangeKind]
        return {
            "rows": rows,
            "counts": counts,
            "choices": sorted(old.values(), key=lambda one: one.position),
            "former": former_plan,
            "may_edit": self.actor.may("plans.plan.edit") and plan.state == PlanState.DRAFT,
            "chosen": chosen,
        }

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Save what was chosen."""
        pairs: dict[int, int | None] = {}
        for name, value in request.POST.items():
            kind, _, key = name.partition("-")
            if kind == "task" and key.isdecimal():
                pairs[int(key)] = int(str(value)) if str(value).isdecimal() else None
        try:
            editions.carry_over(actor=self.actor, at=self.now, code=code, version=version_of(request), pairs=pairs)
        except LedgerError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "承接关系已保存；启用以后，措施、佐证材料和任务关系随任务转来。")
        return redirect("plan_compare", code=code)


class IndicatorsPart(PlanPart):
    """The figures of a plan, tied to indicators: offered by the machine, confirmed by a person."""

    template_name, tab = "plans/indicators.html", "indicators"

    def more(self, plan: Plan) -> dict[str, Any]:
        """Return the targets with links, what they came to, and offers."""
        rows = measuring.plan_measured(self.actor, plan, self.today)
        counted = sum(1 for _, found in rows if any(one.progress and one.progress.is_evaluated for one in found))
        return {
            "rows": [(task, [measured_row(one, self.actor) for one in found]) for task, found in rows],
            "total": len(rows),
            "counted": counted,
            "open_offers": sum(1 for _, found in rows for one in found if one.offers),
            "may_edit": self.actor.may("plans.task.edit") and plan.state != PlanState.CLOSED,
        }

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Tie what was chosen, task by task."""
        plan = queries.plan_of(self.actor, code)
        tasks = {one.pk: one for one in queries.tasks_of(self.actor).filter(plan=plan).prefetch_related("targets")}
        tied = 0
        for task in tasks.values():
            choices = {
                target.pk: chosen
                for target in task.targets.all()
                if (chosen := request.POST.get(f"target-{target.pk}", ""))
            }
            if choices:
                tie_indicators.tie(actor=self.actor, at=self.now, task=task.pk, version=task.version, choices=choices)
                tied += sum(1 for chosen in choices.values() if chosen != tie_indicators.REFUSE)
        messages.success(request, f"已挂接 {tied} 个量化目标，进展由指标自动计算。")
        return redirect("plan_indicators", code=code)


class UntieAct(Page[Actor]):
    """Take a tie away."""

    permission = "plans.task.edit"
    http_method_names = ["post"]  # noqa: RUF012 - Django's own

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it."""
        link = request.POST.get("link", "")
        task = tie_indicators.untie(
            actor=self.actor, at=self.now, link=int(link) if link.isdecimal() else 0, task=pk,
            version=version_of(request), reason=request.POST.get("reason", ""),
        )  # fmt: skip
        messages.success(request, "已解除挂接。")
        return redirect("task", pk=task.pk)


class LedgerImportPage(FormPage):
    """Take an existing ledger in, row by row, in the background."""

    permission, title, act, icon = "plans.plan.edit", "导入现有台账", "导入", "file-import"
    lead = "逐行核对：能读的进台账待核对，不能读的行写明行号和原因，可以下载改好再导。在后台进行，可以离开本页。"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label=_CRUMB, href=reverse("plans"))]

    def back(self) -> str:
        """Return the list."""
        return reverse("plans")

    def form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Return the form."""
        return work_forms.LedgerFileForm(data, files)

    def done(self, form: forms.Form) -> HttpResponse:
        """Start the job."""
        file = work_forms.file_given(form)
        assert file is not None
        place = min(self.actor.scope("plans.plan.edit").places, default="", key=len)
        return redirect(
            background.start_ledger(actor=self.actor, at=self.now, name=file.name, content=file.content, place=place)
        )


# files of the year


class YearsPage(Page[Actor]):
    """The files of a year of all units: which elements are there, which are missing."""

    permission, title, template_name = "plans.file.view", "年度工作档案", "plans/years.html"

    def context(self) -> dict[str, Any]:
        """Return the year's units."""
        asked = self.request.GET.get("year", "")
        year = int(asked) if asked.isdecimal() and 2000 <= int(asked) <= 2100 else self.today.year
        rows = queries.year_rows(self.actor, year)
        mine = set()
        if self.actor.may("plans.file.edit"):
            mine = set(visible(Unit.objects.all(), self.actor, "plans.file.edit").values_list("pk", flat=True))
        return {
            "year": year,
            "years": range(self.today.year + 1, self.today.year - 5, -1),
            "kinds": [one.label for one in YearElementKind],
            "whole": sum(1 for one in rows if not one.missing),
            "rows": [
                {
                    "unit": one.unit,
                    "head": one.year_file.head if one.year_file else "",
                    "there": one.there,
                    "of": len(YearElementKind),
                    "missing": [kind.label for kind in one.missing],
                    "cells": [
                        (
                            kind.label,
                            [
                                (each.name, reverse("year_element", args=[each.pk]))
                                for each in (one.year_file.elements.all() if one.year_file else ())
                                if each.kind == kind
                            ],
                        )
                        for kind in YearElementKind
                    ],
                    "add": reverse("year_element_new", args=[one.year_file.pk])
                    if one.year_file and one.unit.pk in mine
                    else "",
                    "open": not one.year_file and one.unit.pk in mine,
                }
                for one in rows
            ],
        }


class YearOpenPage(FormPage):
    """Open a unit's file of a year."""

    permission, title = "plans.file.edit", "建立年度档案"
    lead = "每个单位每年一份，写明第一责任人；有方案、有进度、有举措、有考核，四项齐全。"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="年度工作档案", href=self.back())]

    def back(self) -> str:
        """Return the list."""
        return reverse("years")

    def form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Return the form for the units of the actor."""
        rows = visible(Unit.objects.filter(valid_to=None), self.actor, self.permission)
        units = list(rows.filter(kind__in=(UnitKind.AGENCY, UnitKind.TOWN)).order_by("path"))
        initial = {"year": self.today.year, "unit": self.request.GET.get("unit", "")}
        return work_forms.YearFileForm(data, files, units=units, initial=initial)

    def done(self, form: forms.Form) -> HttpResponse:
        """Open it."""
        row = show_materials.open_year_file(actor=self.actor, at=self.now, **form.cleaned_data)
        messages.success(self.request, "已建立，请上传材料。")
        return redirect("year_element_new", pk=row.pk)


class YearElementNewPage(FormPage):
    """Add a document to a unit's file of a year."""

    permission, title, act, icon = "plans.file.edit", "上传档案材料", "上传", "upload"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="年度工作档案", href=self.back())]

    def back(self) -> str:
        """Return the list."""
        return reverse("years")

    def form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Return the form; the file of the year must be there and the viewer's to fill."""
        access(YearFile.objects.all(), self.actor, self.permission, see="plans.file.view", pk=self.kwargs["pk"])
        return work_forms.ElementForm(data, files)

    def done(self, form: forms.Form) -> HttpResponse:
        """Keep it."""
        data, file = form.cleaned_data, work_forms.file_given(form)
        assert file is not None
        show_materials.add_year_element(
            actor=self.actor, at=self.now, year_file=self.kwargs["pk"], kind=YearElementKind(data["kind"]), file=file,
            words=data["words"],
        )  # fmt: skip
        messages.success(self.request, "已上传。")
        return redirect(self.back())


class YearElementFile(Page[Actor]):
    """A document of a file of a year."""

    permission = "plans.file.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with it to who may see it."""
        row = access(YearElement.objects.all(), self.actor, self.permission, pk=self.kwargs["pk"])
        return stored(row.file, row.name)  # type: ignore[return-value]
