"""Pages of delegations and clean-up rounds."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, access, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.catalog import queries
from mingjing.contexts.catalog.models import CleanupProposal, CleanupRound, Delegation
from mingjing.contexts.catalog.usecases import cleaning, delegating
from mingjing.contexts.catalog.web import forms, tables
from mingjing.contexts.catalog.web.look import address_of
from mingjing.contexts.ui.components import Badge, Crumb, Fact, Tone
from mingjing.contexts.ui.tables import TableView
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.catalog import cleanups, delegations
from mingjing.kernel.errors import DomainError


class DelegationsPage(TableView[Actor]):
    """The items in the hands of towns."""

    table, title, permission = tables.DELEGATIONS, "赋权委托事项", "catalog.delegation.view"
    lead = "下放和委托给镇街的事项：到期评估，接不住的调整，收回的从收回之日起由原部门行使。"

    def rows(self) -> QuerySet[Any]:
        """Return the rows."""
        return queries.handed_over(self.actor)

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Return the buttons."""
        may = self.actor.may("catalog.delegation.edit")
        return [("登记赋权委托", reverse("catalog_delegation_new"), "plus")] if may else []


class DelegationPage(Page[Actor]):
    """One item in the hands of a town."""

    permission, template_name = "catalog.delegation.view", "catalog/delegation.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="赋权委托事项", href=reverse("catalog_delegations"))]

    def context(self) -> dict[str, Any]:
        """Show it."""
        row = access(
            Delegation.objects.select_related("item", "unit", "giver"),
            self.actor,
            self.permission,
            pk=self.kwargs["pk"],
        )
        edits = self.actor.may("catalog.delegation.edit")
        mine = edits and visible(Delegation.objects.filter(pk=row.pk), self.actor, "catalog.delegation.edit").exists()
        return {
            "title": row.item.name,
            "row": row,
            "badge": tables.delegation_badge(row, self.today),
            "facts": [
                Fact(label="执法事项", value=row.item.name, href=address_of("item", row.item.code)),
                Fact(label="承接单位", value=row.unit.name),
                Fact(label="原实施单位", value=row.giver.name),
                Fact(label="方式", value=delegations.Form(row.form).label),
                Fact(label="文件依据", value=row.document),
                Fact(label="起始日期", value=row.started_on),
                Fact(
                    label="应评估日期",
                    value=row.evaluation_due_on,
                    note="" if row.evaluation_due_on else "本地文件没有规定评估的期限",
                ),
                Fact(label="收回日期", value=row.ended_on),
            ],
            "result": [
                Fact(label="评估日期", value=row.evaluated_on),
                Fact(label="结论", value=delegations.Outcome(row.outcome).label if row.outcome else ""),
                Fact(label="评估情况", value=row.findings),
                Fact(label="调整建议", value=row.proposal),
            ]
            if row.evaluated_on
            else [],
            "may_edit": mine and row.ended_on is None,
        }


class NewDelegationPage(Page[Actor]):
    """Hand an item to a town."""

    permission, template_name, title = "catalog.delegation.edit", "catalog/form.html", "登记赋权委托"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="赋权委托事项", href=reverse("catalog_delegations"))]

    def form(self, data: Any = None) -> forms.DelegationForm:
        """Make the form."""
        towns = visible(Unit.objects.filter(kind="town", valid_to__isnull=True), self.actor, self.permission)
        units = [(row.code, row.name) for row in towns.order_by("path")]
        return forms.DelegationForm(data, units=units, initial={"item": self.request.GET.get("item", "")})

    def context(self) -> dict[str, Any]:
        """Show the form."""
        return {"form": self.form(), "act": "登记", "back": reverse("catalog_delegations")}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Hand it over."""
        form = self.form(request.POST)
        if form.is_valid():
            try:
                row = delegating.hand_over(actor=self.actor, at=self.now, **form.cleaned_data)
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                return redirect("catalog_delegation", pk=row.pk)
        return self.show(form=form, act="登记", back=reverse("catalog_delegations"), status=422)


class DelegationActPage(Page[Actor]):
    """Evaluate an item in the hands of a town, or take it back."""

    permission, template_name = "catalog.delegation.edit", "catalog/form.html"
    verb = "evaluate"

    def context(self, form: Any = None) -> dict[str, Any]:
        """Show the form."""
        rows = Delegation.objects.select_related("item", "unit")
        row = access(rows, self.actor, self.permission, see="catalog.delegation.view", pk=self.kwargs["pk"])
        evaluates = self.verb == "evaluate"
        return {
            "title": f"{'评估' if evaluates else '收回'}：{row.item.name}",
            "lead": "" if evaluates else "从收回之日起，镇街不能办理新的案件，由原部门行使；在办案件按清单移交。",
            "crumbs": [
                Crumb(label="赋权委托事项", href=reverse("catalog_delegations")),
                Crumb(label=row.item.name, href=reverse("catalog_delegation", args=[row.pk])),
            ],
            "facts": [Fact(label="承接单位", value=row.unit.name), Fact(label="起始日期", value=row.started_on)],
            "form": form or (forms.EvaluationForm() if evaluates else forms.DatedReasonForm()),
            "act": "保存评估" if evaluates else "收回",
            "version": row.version,
            "back": reverse("catalog_delegation", args=[row.pk]),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it."""
        form = forms.EvaluationForm(request.POST) if self.verb == "evaluate" else forms.DatedReasonForm(request.POST)
        if form.is_valid():
            given = form.cleaned_data
            text = request.POST.get("version", "")
            version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
            try:
                if self.verb == "evaluate":
                    delegating.evaluate(actor=self.actor, at=self.now, pk=pk, version=version, **given)
                else:
                    on = given["on"] or self.today
                    delegating.take_back(
                        actor=self.actor, at=self.now, pk=pk, version=version, on=on, reason=given["reason"]
                    )
            except DomainError as error:
                if error.code.startswith(("accounts.", "ui.")):
                    raise
                form.add_error(None, error.message)
            else:
                return redirect("catalog_delegation", pk=pk)
        return self.show(**self.context(form), status=422)


class CleanupsPage(TableView[Actor]):
    """The clean-up rounds."""

    table, title, permission = tables.CLEANUPS, "事项清理", "catalog.cleanup.view"
    lead = "逐项评估，保留、取消、调整或者暂停；论证、批准以后自动生效。"

    def rows(self) -> QuerySet[Any]:
        """Return the rounds that concern the viewer."""
        rows = visible(CleanupRound.objects.select_related("unit"), self.actor, self.permission)
        return rows.annotate(
            made=Count("proposals"), approved=Count("proposals", filter=Q(proposals__approved_at__isnull=False))
        )

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Return the buttons."""
        return [("开展清理", reverse("catalog_cleanup_new"), "plus")] if self.actor.may("catalog.cleanup.edit") else []


class NewCleanupPage(Page[Actor]):
    """Open a round."""

    permission, template_name, title = "catalog.cleanup.edit", "catalog/form.html", "开展事项清理"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="事项清理", href=reverse("catalog_cleanups"))]

    def form(self, data: Any = None) -> forms.RoundForm:
        """Make the form."""
        return forms.RoundForm(data, units=forms.unit_choices(self.actor, self.permission))

    def context(self) -> dict[str, Any]:
        """Show the form."""
        return {"form": self.form(), "act": "开始", "back": reverse("catalog_cleanups")}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Open it."""
        form = self.form(request.POST)
        if form.is_valid():
            try:
                row = cleaning.open_round(actor=self.actor, at=self.now, **form.cleaned_data)
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                return redirect("catalog_cleanup", code=row.code)
        return self.show(form=form, act="开始", back=reverse("catalog_cleanups"), status=422)


class CleanupPage(Page[Actor]):
    """One round with its proposals; proposals are made here."""

    permission, template_name = "catalog.cleanup.view", "catalog/cleanup.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="事项清理", href=reverse("catalog_cleanups"))]

    def context(self, form: Any = None) -> dict[str, Any]:
        """Show it."""
        row = access(CleanupRound.objects.select_related("unit"), self.actor, self.permission, code=self.kwargs["code"])
        proposals = visible(CleanupProposal.objects.filter(round=row), self.actor, self.permission)
        names = queries.Names(one.approved_by for one in proposals)
        return {
            "title": row.name,
            "round": row,
            "facts": [
                Fact(label="组织单位", value=row.unit.name),
                Fact(label="文件依据", value=row.document),
                Fact(label="开始", value=row.opened_on),
                Fact(label="期限", value=row.due_on),
                Fact(label="结束", value=row.closed_on),
            ],
            "proposals": [
                {
                    "row": one,
                    "href": address_of("item", one.item.code),
                    "outcome": Badge(
                        text=cleanups.Outcome(one.outcome).label,
                        tone=Tone.PLAIN if one.outcome == cleanups.Outcome.KEEP else Tone.ATTENTION,
                    ),
                    "approved": f"{names[one.approved_by]}" if one.approved_at else "",
                }
                for one in proposals.select_related("item", "unit")
            ],
            "form": form or forms.ProposalForm(),
            "may_propose": self.actor.may("catalog.cleanup.edit") and row.closed_on is None,
            "may_close": row.closed_on is None
            and self.actor.scope("catalog.cleanup.edit").reaches(path=row.unit.path, place=row.unit.place),
            "may_approve": self.actor.may("catalog.cleanup.approve") and row.closed_on is None,
        }

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Propose, approve or close."""
        wanted = request.POST.get("do", "propose")
        version = request.POST.get("version", "")
        number = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1
        if wanted == "approve":
            pk = request.POST.get("proposal", "")
            key = int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 18 else -1
            cleaning.approve_proposal(actor=self.actor, at=self.now, pk=key, version=number)
            return redirect("catalog_cleanup", code=code)
        if wanted == "close":
            cleaning.close_round(actor=self.actor, at=self.now, code=code, version=number)
            return redirect("catalog_cleanup", code=code)
        form = forms.ProposalForm(request.POST)
        if form.is_valid():
            try:
                cleaning.propose(actor=self.actor, at=self.now, round_code=code, **form.cleaned_data)
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                return redirect("catalog_cleanup", code=code)
        return self.show(**self.context(form), status=422)
