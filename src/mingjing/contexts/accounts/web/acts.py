"""What pages of acts have in common: a form, the use case, and back; with the version of the row that was shown."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.ui.components import Fact
from mingjing.contexts.ui.errors import StaleError
from mingjing.contexts.ui.web.pages import Page
from mingjing.kernel.errors import DomainError

_HERE = ("accounts.forbidden", "ui.stale")
"""Refusals that the form cannot mend have their own page."""


class FormPage(Page[Actor]):
    """A page with a form for one act: give ``act``, :meth:`form`, :meth:`do`, :meth:`back`."""

    template_name = "accounts/form.html"
    act: ClassVar[str] = "保存"
    lead: ClassVar[str] = ""
    grave: ClassVar[bool] = False

    def form(self, data: Any = None) -> forms.Form:
        """Return the form."""
        raise NotImplementedError

    def do(self, given: dict[str, Any]) -> str | HttpResponse:
        """Call the use case; return the address to go to, or the page to show."""
        raise NotImplementedError

    def back(self) -> str:
        """Return the address for who does not do it."""
        raise NotImplementedError

    def facts(self) -> list[Fact]:
        """Return what is acted upon."""
        return []

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the form."""
        return self._show(self.form())

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Do it, or say what is wrong beside the form."""
        form = self.form(request.POST)
        if form.is_valid():
            try:
                done = self.do(form.cleaned_data)
            except DomainError as error:
                if error.code in _HERE:
                    raise
                form.add_error(None, error.message)
            else:
                return redirect(done) if isinstance(done, str) else done
        return self._show(form, status=422)

    def _show(self, form: forms.Form, status: int = 200) -> HttpResponse:
        return self.show(
            status=status,
            form=form,
            lead=self.lead,
            act=self.act,
            grave=self.grave,
            back=self.back(),
            facts=self.facts(),
            version=getattr(getattr(self, "row", None), "version", ""),
        )


class ActPage[M: Model](FormPage):
    """A form for one act on one row, which :meth:`fetch` returns (through ``access``)."""

    row: M

    def fetch(self) -> M:
        """Return the row."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the form."""
        self.row = self.fetch()
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Do it."""
        self.row = self.fetch()
        return super().post(request, *args, **kwargs)

    @property
    def version(self) -> int:
        """The version of the row that the page showed."""
        text = self.request.POST.get("version", "")
        if not text.isdigit():
            raise StaleError
        return int(text)
