"""What pages of this room share: a page with one form, and files on their way out."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.plans.usecases.base import LedgerError
from mingjing.contexts.ui.web.pages import Page
from mingjing.facts.rows import UnreadableFileError
from mingjing.kernel.errors import DomainError


class FormPage(Page[Actor]):
    """A page with one form: it reads what was typed, calls one use case, and leads back; a refusal stands at the form."""

    template_name = "plans/form.html"
    lead: ClassVar[str] = ""
    act: ClassVar[str] = "保存"
    icon: ClassVar[str] = "device-floppy"
    grave: ClassVar[bool] = False
    refusals: ClassVar[tuple[type[DomainError], ...]] = (LedgerError, UnreadableFileError)

    def form(self, data: Any = None, files: Any = None) -> forms.Form:
        """Return the form, with what was sent if something was."""
        raise NotImplementedError

    def done(self, form: forms.Form) -> HttpResponse:
        """Do it with a valid form."""
        raise NotImplementedError

    def back(self) -> str:
        """Return where one came from."""
        raise NotImplementedError

    def facts(self) -> Sequence[tuple[str, object]]:
        """Return what the form is about."""
        return ()

    def context(self) -> dict[str, Any]:
        """Return the form and what stands around it."""
        return self._given(self.form())

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Read, do, lead back."""
        form = self.form(request.POST, request.FILES)
        if form.is_valid():
            try:
                return self.done(form)
            except self.refusals as error:
                form.add_error(None, error.message)
        return self.show(**self._given(form), status=422)

    def _given(self, form: forms.Form) -> dict[str, Any]:
        return {
            "form": form, "lead": self.lead, "act": self.act, "act_icon": self.icon, "grave": self.grave,
            "back": self.back(), "facts": list(self.facts()),
        }  # fmt: skip


def stored(file: str, name: str) -> HttpResponseBase:
    """Answer with a kept file as bytes to be saved: nothing that somebody uploaded is shown as a page of ours."""
    return FileResponse(
        default_storage.open(file), as_attachment=True, filename=name, content_type="application/octet-stream"
    )
