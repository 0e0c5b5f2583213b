"""The dossier of a case: what it lacks, what would be bound, and, once bound, the file with its catalogue and media list."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from mingjing.contexts.accounts.queries import names_of
from mingjing.contexts.cases.models import Dossier
from mingjing.contexts.cases.usecases import dossier, steps
from mingjing.contexts.cases.web.step import OfCase
from mingjing.contexts.cases.web.tables import status_badge
from mingjing.contexts.media.web.views import size_words
from mingjing.contexts.operations.files import Stored, send
from mingjing.contexts.ui.components import Fact
from mingjing.domain.procedures.gates import GatesUnmetError
from mingjing.domain.procedures.model import Duty
from mingjing.kernel.errors import DomainError


class DossierPage(OfCase):
    """Check, bind and archive; then read."""

    title, template_name = "案卷", "cases/dossier.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the dossier, or what it would be."""
        self.open()
        return self._page()

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Bind it and archive the case."""
        self.open()
        reason = request.POST.get("reason", "")
        try:
            dossier.archive(actor=self.actor, at=self.now, case=self.row.code, reason=reason)
        except DomainError as error:
            if error.code in ("accounts.forbidden", "accounts.missing"):
                raise
            return self._page(refused=error, reason=reason, status=422)
        messages.success(request, "已立卷归档。")
        return HttpResponseRedirect(request.path)

    def _page(self, *, refused: DomainError | None = None, reason: str = "", status: int = 200) -> HttpResponse:
        made = Dossier.objects.filter(case=self.row).first()
        around: dict[str, Any] = {
            "row": self.row,
            "badge": status_badge(self.row),
            "made": made,
            "refused": refused,
            "unmet": isinstance(refused, GatesUnmetError),
            "reason": reason,
            "back": self.home,
            "may_export": self.actor.may("cases.case.export"),
            "exchange_href": reverse("cases_exchange", args=[self.row.code]),
        }
        if made is not None:
            return self.show(status=status, **around, facts=_facts(made), file_href=self._file())
        closed = self.row.status != "open"
        issued, kept = dossier.preview(self.row)
        return self.show(
            status=status,
            **around,
            closed=closed,
            lacks=dossier.lacking(self.row, on=self.today) if closed else (),
            issued=[{"name": one.kind_data.name, "number": one.number, "dated": one.dated_on} for one in issued],
            kept=kept,
            recordings_count=len(dossier.recordings_of(self.row)),
            may_archive=closed and steps.may_act_as(self.actor, self.row, Duty.ARCHIVE),
        )

    def _file(self) -> str:
        return reverse("cases_dossier_file", args=[self.row.code])


def _facts(made: Dossier) -> list[Fact]:
    return [
        Fact(label="页数", value=f"{made.pages} 页"),
        Fact(label="大小", value=size_words(made.size)),
        Fact(label="保管期限", value=dossier.retention_label(made.retention)),
        Fact(label="保管至", value=made.kept_until or "永久"),
        Fact(label="立卷", value=made.made_at, note=names_of([made.made_by]).get(made.made_by, made.made_by)),
        Fact(label="没有补正的说明", value=made.reason),
        Fact(label="SHA-256", value=made.sha256),
        Fact(label="SM3", value=made.sm3),
    ]


class DossierFile(OfCase):
    """The bound file; who fetches it stands in the log."""

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        """Send it."""
        self.open()
        made = dossier.read_dossier(actor=self.actor, at=self.now, case=self.row.code)
        name = f"{self.row.case_no or self.row.code}案卷.pdf"
        return send(request, Stored(name=made.file, filename=name, content_type="application/pdf", digest=made.sha256))
