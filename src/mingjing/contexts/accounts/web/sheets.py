"""Units and accounts from a workbook: look first, then take the good rows."""

from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from mingjing.contexts.accounts.access import Actor, require
from mingjing.contexts.accounts.usecases import sheets
from mingjing.contexts.accounts.usecases.sheets import Kind, SheetError
from mingjing.contexts.accounts.web.forms import SheetForm
from mingjing.contexts.ui.components import Crumb
from mingjing.contexts.ui.tables.exports import as_xlsx
from mingjing.contexts.ui.web.pages import Page

_KEPT = "accounts.sheet"
_SHOWN = 200


@method_decorator(never_cache, name="dispatch")
class SheetPage(Page[Actor]):
    """A workbook taken in; which permission it needs depends on what it holds."""

    permission = "accounts.unit.edit"
    template_name = "accounts/sheet.html"
    kind: Kind

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Find out what it is about."""
        if str(kwargs["kind"]) not in sheets.KINDS:
            raise Http404
        self.kind = sheets.KINDS[str(kwargs["kind"])]
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the form, or give the template."""
        require(self.actor, self.kind.permission)
        if "template" in request.GET:
            given = as_xlsx(f"{self.kind.title}导入模板", self.kind.headings, [self.kind.example])
            assert isinstance(given, HttpResponseBase)
            return given  # type: ignore[return-value]
        return self._show(SheetForm())

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Look at a file, or take the good rows of the one that was looked at."""
        require(self.actor, self.kind.permission)
        if "sure" in request.POST:
            kept = request.session.pop(_KEPT, None)
            if not kept or kept["kind"] != self.kind.name:
                return self._show(SheetForm(), status=HTTPStatus.UNPROCESSABLE_ENTITY)
            outcome = sheets.take(self.kind, kept["rows"], actor=self.actor, at=self.now)
            return self._show(SheetForm(), outcome=outcome, taken=True)
        form = SheetForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                rows = sheets.read(self.kind, form.cleaned_data["file"].read(sheets.LARGEST + 1))
            except SheetError as error:
                form.add_error("file", error.message)
            else:
                request.session[_KEPT] = {"kind": self.kind.name, "rows": rows}
                outcome = sheets.check(self.kind, rows, actor=self.actor, at=self.now)
                return self._show(SheetForm(), outcome=outcome)
        return self._show(form, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label=self.kind.title, href=reverse(self.kind.name))]

    def _show(
        self, form: SheetForm, *, outcome: sheets.Outcome | None = None, taken: bool = False, status: int = 200
    ) -> HttpResponse:
        given: dict[str, Any] = {}
        if outcome is not None:
            head = [heading for heading, _, needed in self.kind.columns if needed]
            fields = [field for _, field, needed in self.kind.columns if needed]
            given = {
                "good": len(outcome.good),
                "bad": len(outcome.bad),
                "head": head,
                "faults": [
                    (one.number, [one.words[field] for field in fields], one.fault) for one in outcome.bad[:_SHOWN]
                ],
                "more": max(0, len(outcome.bad) - _SHOWN),
                "told": [([one.words[field] for field in fields], one.told) for one in outcome.good if one.told],
            }
        return self.show(
            status=status,
            title=f"从 XLSX 导入{self.kind.title}",
            form=form,
            kind=self.kind,
            looked=outcome is not None and not taken,
            taken=taken,
            back=reverse(self.kind.name),
            **given,
        )
