"""The decision on the spot is signed and handed over: the page that the officer turns round to the party."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from mingjing.contexts.cases.usecases import handing, steps
from mingjing.contexts.cases.web import look
from mingjing.contexts.cases.web.step import HAND_OVER, OfCase, on_the_spot
from mingjing.contexts.documents import queries as documents
from mingjing.contexts.documents.models import Document, DocumentState
from mingjing.contexts.documents.web.forms import HandSignForm
from mingjing.contexts.documents.web.pages import page_sizes
from mingjing.contexts.ui.components import Fact
from mingjing.domain.documents.values import missing
from mingjing.domain.procedures.model import Duty
from mingjing.kernel.errors import DomainError


class PartyForm(HandSignForm):
    """The party signs, or refuses before witnesses."""

    witnesses = forms.CharField(
        label="在场见证人", max_length=200, required=False, help_text="拒绝签收的，写明见证人姓名；几个人的用顿号隔开。"
    )

    def names(self) -> list[str]:
        """Return the witnesses."""
        return [one.strip() for one in self.cleaned_data["witnesses"].replace("，", "、").split("、") if one.strip()]


class HandOverPage(OfCase):
    """First the officers' signatures, then the party's; with it the decision is handed over."""

    title, template_name = "签名交付", "cases/hand_over.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the decision; what was handed over already is on the page of the case."""
        self.open()
        document = handing.awaited(self.row)
        return HttpResponseRedirect(self.home) if document is None else self._page(document)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Issue and sign, or hand over."""
        self.open()
        document = handing.awaited(self.row)
        if document is None:
            return HttpResponseRedirect(self.home)
        if request.POST.get("act") == "issue":
            try:
                handing.issue_on_the_spot(actor=self.actor, at=self.now, case=self.row.code)
            except DomainError as error:
                return self._refused(document, error)
            return HttpResponseRedirect(request.path)
        form = PartyForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(document, form=form, status=422)
        try:
            handing.hand_over(
                actor=self.actor,
                at=self.now,
                case=self.row.code,
                name=form.cleaned_data["name"],
                drawing=form.drawn(),
                refused=form.cleaned_data["refused"],
                witnesses=form.names(),
            )
        except DomainError as error:
            return self._refused(document, error, form)
        messages.success(request, "决定书已经签收，当场交付完成。")
        return HttpResponseRedirect(self.home)

    def _refused(self, document: Document, error: DomainError, form: PartyForm | None = None) -> HttpResponse:
        if error.code in ("accounts.forbidden", "accounts.missing"):
            raise error
        document.refresh_from_db()
        return self._page(document, form=form, refused=error, status=422)

    def _page(
        self,
        document: Document,
        *,
        form: PartyForm | None = None,
        refused: DomainError | None = None,
        status: int = 200,
    ) -> HttpResponse:
        draft = document.state == DocumentState.DRAFT
        party = self.row.party
        signed: list[Any] = list(document.signatures.order_by("signed_at"))
        return self.show(
            status=status,
            row=self.row,
            document=document,
            images=range(1, len(page_sizes(document)) + 1),
            lacks=missing(document.kind_data, document.data) if draft else (),
            draft=draft,
            refused=refused,
            form=form or PartyForm(initial={"name": party.legal_person or party.name}),
            signed=[one.name for one in signed],
            lacking=[one for one in documents.outstanding(document) if one.who != "party"] if not draft else [],
            may_handle=steps.may_act_as(self.actor, self.row, Duty.HANDLE),
            stops=on_the_spot(self.sight, HAND_OVER),
            facts=[Fact(label="处罚内容", value=look.fine_words(self.row)), Fact(label="当事人", value=party.name)],
            edit_href=reverse("document_edit", args=[document.code]) if draft else "",
            back=self.home,
        )
