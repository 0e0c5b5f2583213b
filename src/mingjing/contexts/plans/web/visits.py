"""Pages of supervision visits and self-checks."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, MissingError, access
from mingjing.contexts.accounts.models import Unit, UnitKind
from mingjing.contexts.plans import queries
from mingjing.contexts.plans.models import (
    CheckItem,
    Finding,
    FindingState,
    PersonCheck,
    PlanState,
    Visit,
    VisitKind,
    VisitState,
)
from mingjing.contexts.plans.usecases import visits
from mingjing.contexts.plans.web import work_forms
from mingjing.contexts.plans.web.base import FormPage, stored
from mingjing.contexts.plans.web.views import events_of
from mingjing.contexts.ui.components import Badge, Crumb, Fact, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, DateFilter, Table, TableView
from mingjing.contexts.ui.web.pages import Page, version_of

_STATE_TONES = {VisitState.OPEN: Tone.INFO, VisitState.CLOSED: Tone.GOOD}
_FINDING_TONES = {
    FindingState.OPEN: Tone.ATTENTION,
    FindingState.ANSWERED: Tone.INFO,
    FindingState.CLOSED: Tone.GOOD,
}

VISITS = Table(
    name="plans.visits",
    columns=(
        Column(name="title", label="名称", value=lambda row: row.title, order="title", width="wide"),
        Column(name="kind", label="方式", value=lambda row: row.get_kind_display()),
        Column(name="first", label="开始", value=lambda row: row.first_on, order="first_on"),
        Column(name="last", label="结束", value=lambda row: row.last_on, order="last_on"),
        Column(name="units", label="单位", value=lambda row: row.unit_count, number=True),
        Column(name="waiting", label="未记录", value=lambda row: row.waiting_count, number=True),
        Column(name="findings", label="问题", value=lambda row: row.finding_count, number=True),
        Column(name="open", label="未销号", value=lambda row: row.open_count, number=True),
        Column(
            name="state",
            label="状态",
            value=lambda row: Badge(text=row.get_state_display(), tone=_STATE_TONES[VisitState(row.state)]),
        ),
    ),
    filters=(
        ChoiceFilter(name="kind", label="方式", choices=VisitKind.choices),
        ChoiceFilter(name="state", label="状态", choices=VisitState.choices),
        DateFilter(name="first", label="开始日期", field="first_on"),
    ),
    search=("title",),
    search_hint="名称",
    order="-first",
    key="code",
    row_name=lambda row: row.title,
    row_href=lambda row: reverse("visit", args=[row.code]),
    noun="次",
    empty="还没有督导和自查。",
)


class VisitsPage(TableView[Actor]):
    """All visits and self-checks."""

    table, title, permission = VISITS, "督导和自查", "plans.visit.view"
    lead = "督导发现的问题逐条答复、逐条销号；自查没有做的单位会列出来。"

    def rows(self) -> QuerySet[Visit]:
        """Return those that the actor may see."""
        return queries.visits_of(self.actor)

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Offer to plan one."""
        return [("部署督导或者自查", reverse("visit_new"), "plus")] if self.actor.may("plans.visit.edit") else []


class VisitNewPage(FormPage):
    """Plan a visit or a round of self-checks."""

    permission, title, act, icon = "plans.visit.edit", "部署督导或者自查", "部署", "send"
    lead = "单位会收到消息。督导由督导组记录，自查由各单位自己记录。"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="督导和自查", href=self.back())]

    def back(self) -> str:
        """Return the list."""
        return reverse("visits")

    def _place(self) -> str:
        return min(self.actor.scope(self.permission).places, default="", key=len)

    def form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Return the form with the units of the place."""
        rows = Unit.objects.filter(place__startswith=self._place(), valid_to=None)
        units = rows.filter(kind__in=(UnitKind.AGENCY, UnitKind.TOWN)).order_by("path").values_list("code", "name")
        plans = queries.plans_of(self.actor, self.today).filter(state=PlanState.RUNNING).values_list("code", "title")
        return work_forms.VisitForm(data, files, plans=list(plans), places_units=list(units))

    def done(self, form: forms.Form) -> HttpResponse:
        """Plan it."""
        data = dict(form.cleaned_data)
        given = visits.VisitGiven(**data | {"kind": VisitKind(data["kind"]), "units": tuple(data["units"])})
        row = visits.plan_visit(actor=self.actor, at=self.now, place=self._place(), given=given)
        messages.success(self.request, "已部署，已通知有关单位。")
        return redirect("visit", code=row.code)


class VisitPage(Page[Actor]):
    """One visit: its units, what was found, what was answered."""

    permission, template_name = "plans.visit.view", "plans/visit.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="督导和自查", href=reverse("visits"))]

    def context(self) -> dict[str, Any]:
        """Return what the actor may see of it."""
        visit = queries.visit_of(self.actor, self.kwargs["code"])
        findings = list(queries.findings_of(self.actor, visit))
        edits, answers = self.actor.may("plans.visit.edit"), self.actor.may("plans.visit.answer")
        mine = _own_units(self.actor, visit)
        open_ = visit.state == VisitState.OPEN
        records = open_ and (edits if visit.kind == VisitKind.VISIT else bool(mine))
        whole = self.actor.scope("plans.visit.view").places or self.actor.scope("plans.visit.view").everything
        rows = visit.units.select_related("unit").order_by("unit__path")
        return {
            "title": visit.title,
            "visit": visit,
            "state": Badge(text=visit.get_state_display(), tone=_STATE_TONES[VisitState(visit.state)]),
            "facts": _facts(visit),
            "units": [one for one in rows if whole or one.unit.code in mine],
            "findings": [
                {
                    "row": one,
                    "badge": Badge(text=one.get_state_display(), tone=_FINDING_TONES[FindingState(one.state)]),
                    "late": one.state == FindingState.OPEN and one.due_on < self.today,
                    "file": reverse("finding_file", args=[one.pk]) if one.answer_file else "",
                    "answer": reverse("finding_answer", args=[one.pk])
                    if answers and one.unit.code in mine and one.state != FindingState.CLOSED
                    else "",
                    "judge": edits and one.state == FindingState.ANSWERED,
                }
                for one in findings
            ],
            "checks": [(one, _checked(one)) for one in queries.checks_of(self.actor, visit)],
            "may_record": records,
            "may_close": open_ and edits,
            "events": events_of(f"visit:{visit.code}"),
        }


def _checked(row: PersonCheck) -> list[Badge]:
    """Say of each item that was looked at whether it was in order."""
    given = [(one.label, row.results[one.value]) for one in CheckItem if one.value in row.results]
    return [Badge(text=label if fine else f"未{label}", tone=Tone.GOOD if fine else Tone.BAD) for label, fine in given]


def _own_units(actor: Actor, visit: Visit) -> set[str]:
    scope = actor.scope("plans.visit.answer")
    if not scope:
        return set()
    rows = Unit.objects.filter(scope.condition(Unit.scope_fields), visits__visit=visit)
    return set(rows.values_list("code", flat=True))


def _facts(visit: Visit) -> list[Fact]:
    href = reverse("plan", args=[visit.plan.code]) if visit.plan else ""
    return [
        Fact(label="方式", value=visit.get_kind_display()),
        Fact(label="时间", value=f"{visit.first_on:%Y-%m-%d} 至 {visit.last_on:%Y-%m-%d}"),
        Fact(label="针对的方案", value=visit.plan.title if visit.plan else "不限", href=href),
        *([Fact(label="督导组", value=visit.team)] if visit.team else []),
        *([Fact(label="内容和方式", value=visit.scope)] if visit.scope else []),
        *([Fact(label="总体情况", value=visit.summary)] if visit.summary else []),
    ]


class _VisitFormPage(FormPage):
    permission = "plans.visit.view"

    @property
    def visit(self) -> Visit:
        """The visit of the address."""
        return queries.visit_of(self.actor, self.kwargs["code"])

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="督导和自查", href=reverse("visits")), Crumb(label=self.visit.title, href=self.back())]

    def back(self) -> str:
        """Return the visit's page."""
        return reverse("visit", args=[self.visit.code])

    def units(self) -> list[Unit]:
        """Return the units for which the actor may write something down."""
        visit = self.visit
        rows = Unit.objects.filter(visits__visit=visit).order_by("path")
        if visit.kind == VisitKind.VISIT:
            return list(rows) if self.actor.may("plans.visit.edit") else []
        return [one for one in rows if one.code in _own_units(self.actor, visit)]

    def _require_units(self) -> list[Unit]:
        units = self.units()
        if not units:
            raise MissingError("没有可以由您记录的单位。")
        return units


class RecordPage(_VisitFormPage):
    """Write down that a unit was visited, or checked itself."""

    title = "记录"

    def form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Return the form."""
        return work_forms.RecordForm(data, files, units=self._require_units(), initial={"on": self.today})

    def done(self, form: forms.Form) -> HttpResponse:
        """Save it."""
        visits.record_visit(actor=self.actor, at=self.now, visit=self.visit.code, **form.cleaned_data)
        messages.success(self.request, "已记录。")
        return redirect(self.back())


class FindingPage(_VisitFormPage):
    """Write a problem down."""

    title = "登记问题"
    lead = "写明事实；单位收到以后整改、答复，复核以后销号。"

    def form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Return the form."""
        plan = self.visit.plan
        rows = queries.tasks_of(self.actor).filter(plan=plan) if plan and self.actor.may("plans.task.view") else ()
        tasks = [(str(one.pk), str(one)) for one in rows]
        return work_forms.FindingForm(data, files, units=self._require_units(), tasks=tasks)

    def done(self, form: forms.Form) -> HttpResponse:
        """Save it."""
        data = dict(form.cleaned_data)
        data["task"] = int(data["task"]) if data["task"] else None
        visits.record_finding(actor=self.actor, at=self.now, visit=self.visit.code, **data)
        messages.success(self.request, "已登记，已通知单位。")
        return redirect(self.back())


class CheckPage(_VisitFormPage):
    """Write down how a person on duty was found."""

    title = "检查人员"
    lead = "着装、标识和亮证逐项登记；不符合的自动登记为这名人员的问题，由所在单位整改、答复。"

    def form(self, data: Any = None, files: Any = None) -> work_forms.CheckForm:
        """Return the form."""
        rows = queries.people_of(self.visit, [one.code for one in self._require_units()])
        people = [(one.code, f"{one.name}（{one.code}）{one.unit.name}") for one in rows]
        return work_forms.CheckForm(data, files, people=people, initial={"on": self.today})

    def done(self, form: forms.Form) -> HttpResponse:
        """Save it."""
        assert isinstance(form, work_forms.CheckForm)
        data = {name: form.cleaned_data[name] for name in ("officer", "on", "words", "due_on")}
        visits.check_person(actor=self.actor, at=self.now, visit=self.visit.code, results=form.results, **data)
        messages.success(self.request, "已登记。")
        return redirect(self.back())


class ClosePage(_VisitFormPage):
    """Close a visit."""

    permission, title, act, icon = "plans.visit.edit", "办结督导", "办结", "checks"

    def form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Return the form."""
        return work_forms.SummaryForm(data, files, initial={"version": self.visit.version})

    def done(self, form: forms.Form) -> HttpResponse:
        """Close it."""
        visits.close_visit(actor=self.actor, at=self.now, visit=self.visit.code, **form.cleaned_data)
        messages.success(self.request, "已办结。")
        return redirect(self.back())


class AnswerPage(FormPage):
    """Say how a problem was mended."""

    permission, title, act, icon = "plans.visit.answer", "答复督导问题", "答复", "send"

    @property
    def finding(self) -> Finding:
        """The problem of the address."""
        return access(
            Finding.objects.select_related("visit", "unit"), self.actor, self.permission, see="plans.visit.view",
            pk=self.kwargs["pk"],
        )  # fmt: skip

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [
            Crumb(label="督导和自查", href=reverse("visits")),
            Crumb(label=self.finding.visit.title, href=self.back()),
        ]

    def back(self) -> str:
        """Return the visit's page."""
        return f"{reverse('visit', args=[self.finding.visit.code])}#finding-{self.kwargs['pk']}"

    def facts(self) -> Sequence[tuple[str, object]]:
        """Return the problem."""
        one = self.finding
        return [
            ("问题", one.words),
            ("单位", one.unit.name),
            ("整改时限", one.due_on),
            ("复核意见", one.judgement or "无"),
        ]

    def form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Return the form."""
        one = self.finding
        return work_forms.AnswerForm(data, files, initial={"answer": one.answer, "version": one.version})

    def done(self, form: forms.Form) -> HttpResponse:
        """Save it."""
        data = form.cleaned_data
        visits.answer_finding(
            actor=self.actor, at=self.now, finding=self.kwargs["pk"], version=data["version"], answer=data["answer"],
            file=work_forms.file_given(form),
        )  # fmt: skip
        messages.success(self.request, "已答复，等待复核。")
        return redirect(self.back())


class JudgeAnswerAct(Page[Actor]):
    """Close a problem, or send its answer back."""

    permission = "plans.visit.edit"
    http_method_names = ["post"]  # noqa: RUF012 - Django's own

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it."""
        row = visits.judge_answer(
            actor=self.actor, at=self.now, finding=pk, version=version_of(request),
            accepted=request.POST.get("judge") == "accept", words=request.POST.get("words", ""),
        )  # fmt: skip
        messages.success(request, "已销号。" if row.state == FindingState.CLOSED else "已退回。")
        return redirect(f"{reverse('visit', args=[row.visit.code])}#finding-{pk}")


class FindingFile(Page[Actor]):
    """What was handed in with an answer."""

    permission = "plans.visit.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with it to who may see the problem."""
        row = access(Finding.objects.all(), self.actor, self.permission, pk=self.kwargs["pk"])
        if not row.answer_file:
            raise MissingError("没有整改材料。")
        return stored(row.answer_file, row.answer_name)  # type: ignore[return-value]
