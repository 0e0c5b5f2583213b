"""Pages of what units are asked to send in, and of what they send."""

from collections.abc import Sequence
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, MissingError, access
from mingjing.contexts.accounts.models import Unit, UnitKind
from mingjing.contexts.plans.web.base import FormPage, stored
from mingjing.contexts.reporting import queries
from mingjing.contexts.reporting.models import Collection, SubmissionFile, SubmissionState
from mingjing.contexts.reporting.prefill import offered
from mingjing.contexts.reporting.usecases import collect
from mingjing.contexts.reporting.web import forms
from mingjing.contexts.reporting.web.views import REFUSALS, events_of
from mingjing.contexts.ui.components import Badge, Crumb, Fact, Tone
from mingjing.contexts.ui.tables import Column, DateFilter, Table, TableView
from mingjing.contexts.ui.web.pages import Page, version_of
from mingjing.domain.reports.periods import label_of, month_key

TONES = {
    SubmissionState.SUBMITTED: Tone.INFO,
    SubmissionState.ACCEPTED: Tone.GOOD,
    SubmissionState.RETURNED: Tone.ATTENTION,
}
COLLECTIONS = Table(
    name="reporting.collections",
    columns=(
        Column(name="title", label="名称", value=lambda row: row.title, order="title", width="wide"),
        Column(name="period", label="期间", value=lambda row: label_of(row.period), order="last_on"),
        Column(name="due", label="时限", value=lambda row: row.due_on, order="due_on"),
        Column(name="asked", label="应报", value=lambda row: row.asked_count, number=True),
        Column(name="sent", label="已报", value=lambda row: row.sent_count, number=True),
        Column(name="waiting", label="待审核", value=lambda row: row.waiting_count, number=True),
        Column(name="missing", label="未报", value=lambda row: row.asked_count - row.sent_count, number=True),
    ),
    filters=(DateFilter(name="due", label="时限", field="due_on"),),
    search=("title",),
    search_hint="名称",
    order="-due",
    key="code",
    row_name=lambda row: row.title,
    row_href=lambda row: reverse("collection", args=[row.code]),
    noun="项",
    empty="还没有报送要求。每月的执法情况月报会自动布置。",
)


class CollectionsPage(TableView[Actor]):
    """All collections."""

    table, title, permission = COLLECTIONS, "报送", "reporting.collection.view"
    lead = "要报什么、什么时候前报、谁还没有报。"

    def rows(self) -> QuerySet[Collection]:
        """Return the collections that the actor may see."""
        return queries.collections_of(self.actor)

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Offer to ask for something."""
        return [("布置报送", reverse("collection_new"), "plus")] if self.actor.may("reporting.collection.edit") else []


class CollectionNewPage(FormPage):
    """Ask units to send something in."""

    permission, title, act, icon, refusals = "reporting.collection.edit", "布置报送", "布置", "send", REFUSALS
    lead = "单位会收到消息；到期前和超期各提醒一次，没有报的会列出。"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="报送", href=self.back())]

    def back(self) -> str:
        """Return the list."""
        return reverse("collections")

    def _place(self) -> str:
        return min(self.actor.scope(self.permission).places, default="", key=len)

    def form(self, data: Any = None, files: Any = None) -> django_forms.Form:
        """Return the form."""
        rows = Unit.objects.filter(
            place__startswith=self._place(), valid_to=None, kind__in=(UnitKind.AGENCY, UnitKind.TOWN)
        )
        units = list(rows.order_by("path").values_list("code", "name"))
        return forms.CollectionForm(data, files, place_units=units, initial={"period": month_key(self.today)})

    def done(self, form: django_forms.Form) -> HttpResponse:
        """Ask."""
        row = collect.ask(actor=self.actor, at=self.now, place=self._place(), **form.cleaned_data)
        messages.success(self.request, "已布置，已通知有关单位。")
        return redirect("collection", code=row.code)


class CollectionPage(Page[Actor]):
    """One collection: who sent what, who did not."""

    permission, template_name = "reporting.collection.view", "reporting/collection.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="报送", href=reverse("collections"))]

    def context(self) -> dict[str, Any]:
        """Return what the actor may see."""
        one = queries.collection_of(self.actor, self.kwargs["code"])
        lines = queries.lines_of(self.actor, one, self.today)
        mine = {unit.code for unit in queries.units_to_send(self.actor, one)}
        judges = self.actor.may("reporting.collection.edit")
        return {
            "title": one.title,
            "collection": one,
            "facts": [
                Fact(label="期间", value=label_of(one.period)),
                Fact(label="时限", value=one.due_on, note=f"依据 {one.why}" if one.why else ""),
                Fact(label="要求", value=one.words),
                Fact(label="附件", value=[each["label"] for each in one.attachments] or "不要求"),
            ],
            "fields": one.fields,
            "lines": [_line(line, one, mine, judges=judges) for line in lines],
            "missing": [line.unit.name for line in lines if line.submission is None],
            "merged": queries.merged(lines, one) if judges and one.fields else [],
            "may_send": sorted(mine),
            "events": events_of(f"collection:{one.code}") if judges else [],
        }


def _line(line: queries.Line, collection: Collection, mine: set[str], *, judges: bool) -> dict[str, Any]:
    sent = line.submission
    badge = Badge(text="未报", tone=Tone.BAD if line.overdue else Tone.PLAIN)
    if sent is not None:
        badge = Badge(text=sent.get_state_display(), tone=TONES[SubmissionState(sent.state)])
    open_ = sent is None or sent.state != SubmissionState.ACCEPTED
    return {
        "unit": line.unit,
        "sent": sent,
        "badge": badge,
        "overdue": line.overdue,
        "figures": [
            (
                each["label"], sent.figures.get(each["code"], ""),
                bool(sent.prefilled.get(each["code"]) and sent.prefilled[each["code"]] != sent.figures.get(each["code"])),
            )
            for each in collection.fields
        ]
        if sent
        else [],
        "files": [
            (one.name, reverse("submission_file", args=[one.pk]), _attachment_label(collection, one.kind))
            for one in (sent.files.all() if sent else ())
        ],
        "send": f"{reverse('submission_new', args=[collection.code])}?unit={line.unit.code}"
        if open_ and line.unit.code in mine
        else "",
        "judge": judges and sent is not None and sent.state == SubmissionState.SUBMITTED,
    }  # fmt: skip


def _attachment_label(collection: Collection, kind: str) -> str:
    return next((str(one["label"]) for one in collection.attachments if one["code"] == kind), "附件")


class SubmissionPage(FormPage):
    """Send in."""

    permission, title, act, icon, refusals = "reporting.submission.submit", "报送", "报送", "send", REFUSALS

    @property
    def collection(self) -> Collection:
        """The collection of the address."""
        return queries.collection_of(self.actor, self.kwargs["code"])

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="报送", href=reverse("collections")), Crumb(label=self.collection.title, href=self.back())]

    def back(self) -> str:
        """Return the collection's page."""
        return reverse("collection", args=[self.kwargs["code"]])

    def facts(self) -> Sequence[tuple[str, object]]:
        """Return what is asked for."""
        one = self.collection
        return [("报送", one.title), ("时限", one.due_on), ("要求", one.words)]

    def _unit(self, data: Any) -> Unit:
        units = queries.units_to_send(self.actor, self.collection)
        if not units:
            raise MissingError("这项报送没有要求您的单位。")
        asked = (data or {}).get("unit") or self.request.GET.get("unit", "")
        return next((one for one in units if one.code == asked), units[0])

    def form(self, data: Any = None, files: Any = None) -> django_forms.Form:
        """Return the form with what the platform can count, or what was sent before."""
        one, unit = self.collection, self._unit(data)
        units = [unit, *(each for each in queries.units_to_send(self.actor, one) if each.pk != unit.pk)]
        sent = one.submissions.filter(unit=unit).first()
        initial: dict[str, Any] = {"unit": unit.code}
        if sent is not None:
            initial |= {"text": sent.words} | {f"figure_{code}": value for code, value in sent.figures.items()}
        return forms.SubmissionForm(
            data, files, collection=one, units=units, prefilled=offered(one, unit), initial=initial
        )

    def done(self, form: django_forms.Form) -> HttpResponse:
        """Send."""
        assert isinstance(form, forms.SubmissionForm)
        unit = self._unit(form.cleaned_data)
        collect.submit(
            actor=self.actor, at=self.now, collection=self.kwargs["code"], unit=unit.code, figures=form.figures(),
            text=form.cleaned_data["text"], files=form.files_given(), prefilled=offered(self.collection, unit),
        )  # fmt: skip
        messages.success(self.request, "已报送。")
        return redirect(self.back())


class SubmissionJudgeAct(Page[Actor]):
    """Accept or return what a unit sent."""

    permission = "reporting.collection.edit"
    http_method_names = ["post"]  # noqa: RUF012 - Django's own

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it."""
        row = collect.judge(
            actor=self.actor, at=self.now, submission=pk, version=version_of(request),
            accepted=request.POST.get("judge") == "accept", text=request.POST.get("words", ""),
        )  # fmt: skip
        messages.success(request, "已通过。" if row.state == SubmissionState.ACCEPTED else "已退回。")
        return redirect("collection", code=row.collection.code)


class SubmissionFileView(Page[Actor]):
    """A file that a unit sent."""

    permission = "reporting.collection.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with it to who may see the submission."""
        row = access(SubmissionFile.objects.all(), self.actor, self.permission, pk=self.kwargs["pk"])
        return stored(row.file, row.name)  # type: ignore[return-value]
