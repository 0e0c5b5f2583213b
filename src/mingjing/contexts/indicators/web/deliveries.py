"""Facts are handed in and computed over: deliveries, snapshots."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, MissingError, access, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.indicators import background, queries
from mingjing.contexts.indicators.models import Delivery, DeliveryState, Snapshot
from mingjing.contexts.indicators.usecases.base import place_of
from mingjing.contexts.indicators.usecases.deliver import deliver, withdraw
from mingjing.contexts.indicators.web import forms
from mingjing.contexts.indicators.web.overview import tabs
from mingjing.contexts.operations.files import Stored, send
from mingjing.contexts.ui.components import Badge, Crumb, Fact, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, Table, TableView
from mingjing.contexts.ui.web.pages import Page
from mingjing.facts.schema import TABLES
from mingjing.kernel.errors import DomainError

DELIVERY_TONES = {
    DeliveryState.READING: Tone.INFO,
    DeliveryState.TAKEN: Tone.GOOD,
    DeliveryState.FAILED: Tone.BAD,
    DeliveryState.WITHDRAWN: Tone.PLAIN,
}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

DELIVERIES = Table(
    name="indicators.deliveries",
    columns=(
        Column(name="name", label="数据包", value=lambda row: row.name, order="name", width="wide"),
        Column(name="unit", label="交送单位", value=lambda row: row.unit.name, order="unit__path"),
        Column(name="until", label="数据截至", value=lambda row: row.data_until, order="data_until"),
        Column(name="rows", label="行数", value=lambda row: sum(row.tables.values()), number=True),
        Column(name="problems", label="数据问题", value=lambda row: row.problems, number=True),
        Column(name="state", label="状态", value=lambda row: Badge(text=row.get_state_display(), tone=DELIVERY_TONES[row.state])),
        Column(name="by", label="交送人", value=lambda row: row.received_by_name),
        Column(name="at", label="交送时间", value=lambda row: row.received_at, order="received_at"),
    ),
    filters=(ChoiceFilter(name="state", label="状态", choices=DeliveryState.choices),),
    search=("name", "unit__name"),
    search_hint="文件名、单位",
    order="-at",
    row_name=lambda row: row.name,
    row_href=lambda row: reverse("delivery", args=[row.pk]),
    noun="个",
    empty="还没有数据包。按数据标准导出执法数据，在这里交送；格式见填报模板。",
)  # fmt: skip


class DeliveriesPage(TableView[Actor]):
    """All deliveries."""

    table, title, permission = DELIVERIES, "数据包", "indicators.delivery.view"
    lead = "其他系统的执法数据从这里进来，和本平台的台账一起成为计算指标的依据。"

    def rows(self) -> QuerySet[Delivery]:
        """Return the deliveries that the actor may see."""
        return queries.deliveries(self.actor)

    def acts(self) -> list[tuple[str, str, str]]:
        """Offer to deliver."""
        return [("交送数据", reverse("delivery_new"), "upload")] if self.actor.may("indicators.delivery.submit") else []


class NewDeliveryPage(Page[Actor]):
    """Hand facts in."""

    permission, title, template_name = "indicators.delivery.submit", "交送数据", "indicators/delivery_new.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="数据包", href=reverse("deliveries"))]

    def _form(self, data: Any = None, files: Any = None) -> forms.DeliveryForm:
        units = visible(Unit.objects.filter(valid_to__isnull=True), self.actor, "indicators.delivery.submit")
        own = units.filter(path=self.actor.unit_path).first()
        initial = {"data_until": self.today, "unit": own.code if own else ""}
        return forms.DeliveryForm(data, files, units=list(units[:500]), initial=initial)

    def context(self) -> dict[str, Any]:
        """Return the form."""
        return {"form": self._form()}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the file, and have it read in the background."""
        form = self._form(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form=form, status=422)
        given = form.cleaned_data
        file = given.pop("file")
        try:
            with tempfile.TemporaryDirectory(prefix="mingjing-upload-") as folder:
                kept = Path(folder) / (Path(str(file.name)).name or "delivery")
                with kept.open("wb") as target:
                    for piece in file.chunks():
                        target.write(piece)
                row = deliver(actor=self.actor, at=self.now, path=kept, name=kept.name, **given)
            job = background.start_reading(self.actor, self.now, row)
        except DomainError as error:
            form.add_error(None, error.message)
            return self.show(form=form, status=422)
        return redirect("job", job.pk)


class DeliveryPage(Page[Actor]):
    """One delivery: what was read, what is handed back."""

    permission, template_name = "indicators.delivery.view", "indicators/delivery.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="数据包", href=reverse("deliveries"))]

    def context(self) -> dict[str, Any]:
        """Return the delivery."""
        row = access(
            Delivery.objects.select_related("unit"), self.actor, "indicators.delivery.view", pk=self.kwargs["pk"]
        )
        facts = [
            Fact(label="交送单位", value=row.unit.name),
            Fact(label="交送", value=f"{row.received_by_name}，{row.received_at:%Y-%m-%d %H:%M}"),
            Fact(label="数据截至日", value=row.data_until),
            Fact(label="数据起始日", value=row.data_from or "全部历史数据"),
            Fact(label="SHA-256", value=row.sha256),
        ]
        return {
            "title": row.name,
            "row": row,
            "badge": Badge(text=row.get_state_display(), tone=DELIVERY_TONES[DeliveryState(row.state)]),
            "facts": facts,
            "tables": [(TABLES[name].label, count) for name, count in row.tables.items() if name in TABLES],
            "words": row.words.splitlines(),
            "may_withdraw": self.actor.may("indicators.delivery.submit") and row.state == DeliveryState.TAKEN,
            "may_read": self.actor.may("indicators.delivery.submit") and row.state == DeliveryState.READING,
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have it read, where that did not happen."""
        row = access(
            Delivery.objects.all(), self.actor, "indicators.delivery.submit", see="indicators.delivery.view", pk=pk
        )
        job = background.start_reading(self.actor, self.now, row)
        return redirect("job", job.pk)


class DeliveryFile(Page[Actor]):
    """The original, or the workbook of bad rows."""

    permission = "indicators.delivery.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        """Send it."""
        row = access(Delivery.objects.all(), self.actor, "indicators.delivery.view", pk=self.kwargs["pk"])
        if self.kwargs["which"] == "original":
            return send(request, Stored(name=row.file, filename=row.name, digest=row.sha256))
        if not row.bad_rows:
            raise MissingError("这个数据包没有退回修改的行。")
        return send(request, Stored(name=row.bad_rows, filename=f"{row.name}-退回修改.xlsx", content_type=_XLSX))


class WithdrawPage(Page[Actor]):
    """Ask for the reason and withdraw a delivery."""

    permission, template_name, title = "indicators.delivery.submit", "ui/confirm.html", "撤回数据包"

    def context(self) -> dict[str, Any]:
        """Return the delivery and the form."""
        row = access(
            Delivery.objects.all(),
            self.actor,
            "indicators.delivery.submit",
            see="indicators.delivery.view",
            pk=self.kwargs["pk"],
        )
        return {
            "lead": "撤回以后，下一次计算不再使用；已经算出的数值和它们的依据保留。",
            "facts": [("数据包", row.name), ("数据截至日", row.data_until)],
            "form": forms.ReasonForm(initial={"version": row.version}),
            "act": "撤回",
            "back": reverse("delivery", args=[row.pk]),
            "grave": True,
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it."""
        form = forms.ReasonForm(request.POST)
        if not form.is_valid():
            return self.show(**self.context() | {"form": form}, status=422)
        withdraw(actor=self.actor, at=self.now, delivery=pk, **form.cleaned_data)
        messages.success(request, "已撤回。")
        return redirect("delivery", pk=pk)


class SnapshotsPage(Page[Actor]):
    """What was computed when, over which facts; and the button to do it again."""

    permission, title, template_name = "indicators.value.view", "计算记录", "indicators/snapshots.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="指标", href=reverse("indicators"))]

    def context(self) -> dict[str, Any]:
        """Return the latest computings."""
        rows = list(queries.snapshots(self.actor)[:30])
        return {
            "lines": [(row, sum(row.tables.values()), [one["label"] for one in row.sources]) for row in rows],
            "missing": _missing(rows[0]) if rows else [],
            "may_compute": self.actor.may("indicators.value.compute"),
            "may_deliveries": self.actor.may("indicators.delivery.view"),
            "tabs": tabs(self.actor, "snapshots"),
        }


def _missing(row: Snapshot) -> list[str]:
    from mingjing.contexts.indicators.counting import missing_words

    return list(missing_words(row.missing))


class ComputeAct(Page[Actor]):
    """Compute in the background."""

    permission = "indicators.value.compute"
    http_method_names = ["post"]  # noqa: RUF012 - Django's own

    def post(self, request: HttpRequest) -> HttpResponse:
        """Start it, and show how far it is."""
        code = request.POST.get("indicator", "")
        place = place_of(self.actor, "indicators.value.compute")
        job = background.start_computing(self.actor, self.now, place, [code] if code else [])
        return redirect("job", job.pk)
