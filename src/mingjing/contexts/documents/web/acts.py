"""Pages of acts on documents: draft, fill in, issue, sign, seal, serve, void."""

from typing import Any, ClassVar

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localtime

from mingjing.contexts.accounts.access import Actor, ForbiddenError, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.web.acts import ActPage, FormPage
from mingjing.contexts.documents import queries, usecases
from mingjing.contexts.documents.models import Document, DocumentState, Service
from mingjing.contexts.documents.usecases.serving import Proof
from mingjing.contexts.documents.usecases.signing import BY_HAND, permission_to_sign
from mingjing.contexts.documents.web import forms, look
from mingjing.contexts.ui.components import Crumb, Fact
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.documents.kinds import GROUPS, FieldType, kinds, signer_labels
from mingjing.domain.documents.values import missing
from mingjing.kernel.errors import DomainError

_HERE = ("accounts.forbidden", "accounts.missing", "ui.stale")
"""Refusals that a form cannot mend have their own page."""


def kinds_by_group(subject: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the kinds to choose from, group by group; without a subject those that may stand alone."""
    offered = [one for one in kinds().values() if subject or one.alone]
    found = [(group, [(one.code, one.name) for one in offered if one.group == group]) for group in GROUPS.values()]
    return [(group, choices) for group, choices in found if choices]


def units_for(actor: Actor, permission: str) -> list[tuple[str, str]]:
    """Return the units over which the actor has a permission, the own one first."""
    rows = visible(Unit.objects.filter(valid_to__isnull=True), actor, permission).order_by("path")
    own = [(one.code, one.name) for one in rows if one.path == actor.unit_path]
    return own + [(one.code, one.name) for one in rows if one.path != actor.unit_path]


class NewDocumentPage(FormPage):
    """Begin a document; ``?kind=`` and ``?subject=`` may say which and of what."""

    permission, title, act = "documents.document.edit", "起草文书", "下一步：填写内容"
    lead = "这里只能起草案件以外的文书。案件的文书在案件的环节里办理，自动带入案件的内容。"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="执法文书", href=reverse("documents"))]

    def form(self, data: Any = None) -> Form:
        """Make the form."""
        asked = {name: self.request.GET.get(name, "") for name in ("kind", "unit", "subject", "step")}
        units = units_for(self.actor, self.permission)
        subject = (data or self.request.GET).get("subject", "")
        return forms.NewDocumentForm(data, kinds=kinds_by_group(subject), units=units, initial=asked)

    def do(self, given: dict[str, Any]) -> str:
        """Begin it."""
        row = usecases.draft_document(actor=self.actor, at=self.now, **given)
        return reverse("document_edit", args=[row.code])

    def back(self) -> str:
        """Return the list."""
        return reverse("documents")


class EditPage(Page[Actor]):
    """Fill a draft in: the form that its kind makes."""

    permission, template_name = "documents.document.edit", "documents/edit.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        here = reverse("document", args=[self.kwargs["code"]])
        return [Crumb(label="执法文书", href=reverse("documents")), Crumb(label="文书", href=here)]

    def row(self) -> Document:
        """
        Return the draft.

        :raises ForbiddenError: if it was issued
        """
        row = queries.document_of(self.actor, self.kwargs["code"])
        if row.state != DocumentState.DRAFT or not queries.may(self.actor, self.permission, row):
            raise ForbiddenError("文书已经制发，或者您无权修改。")
        return row

    def given(self, row: Document, form: forms.DataForm, status: int = 200) -> HttpResponse:
        """Show the form."""
        return self.show(
            status=status,
            title=f"填写{row.kind_data.name}",
            row=row,
            form=form,
            sections=_sections(form),
            lacks=missing(row.kind_data, row.data),
            may_issue=queries.may(self.actor, "documents.document.issue", row),
        )

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the form."""
        row = self.row()
        return self.given(row, forms.DataForm(row.kind_data, row.data))

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Save it, and go on to where the button leads."""
        row = self.row()
        form = forms.DataForm(row.kind_data, row.data, request.POST)
        if form.is_valid():
            version = request.POST.get("version", "")
            try:
                usecases.revise_document(
                    actor=self.actor,
                    at=self.now,
                    code=row.code,
                    data=form.data_given(),
                    version=int(version) if version.isdigit() else -1,
                )
            except DomainError as error:
                if error.code in _HERE:
                    raise
                form.add_error(None, error.message)
            else:
                if "issue" in request.POST:
                    return redirect("document_issue", code=row.code)
                messages.success(request, "草稿已保存。")
                return redirect("document", code=row.code)
        return self.given(row, form, status=422)


def _sections(form: forms.DataForm) -> list[dict[str, Any]]:
    """Return the fields in parts: what belongs to one field of the kind stands together."""
    found: list[dict[str, Any]] = []
    for one in form.kind.fields:
        names = [name for name in form.fields if name == one.code or name.startswith(f"{one.code}__")]
        whole = one.type in (FieldType.PARTY, FieldType.PERSON)
        wide = one.type in (FieldType.TEXT, FieldType.TABLE, FieldType.LIST, FieldType.PEOPLE, FieldType.OPINION)
        found.append({"label": one.label if whole else "", "fields": [form[name] for name in names], "wide": wide})
    return found


class DocumentAct(ActPage[Document]):
    """A page of one act on a document; ``verb`` is its permission's."""

    template_name = "documents/act.html"
    verb: ClassVar[str] = ""

    def fetch(self) -> Document:
        """
        Return the document.

        :raises ForbiddenError: if the actor may not do this with it
        """
        row = queries.document_of(self.actor, self.kwargs["code"])
        if not queries.may(self.actor, self.needed(row), row):
            raise ForbiddenError("您没有这样办理这份文书的权限。")
        return row

    def needed(self, row: Document) -> str:
        """Return the permission that the act takes."""
        return self.permission

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="执法文书", href=reverse("documents")), Crumb(label=str(self.row), href=self.back())]

    def back(self) -> str:
        """Return the document."""
        return reverse("document", args=[self.kwargs["code"]])

    def facts(self) -> list[Fact]:
        """Show the document."""
        return [
            Fact(label="文书", value=self.row.kind_data.name),
            Fact(label="文号", value=self.row.number),
            Fact(label="摘要", value=self.row.title),
            Fact(label="所属案件（事项）", value=look.subject_name(self.row)),
        ]

    @property
    def common(self) -> dict[str, Any]:
        """What every use case is given."""
        return {"actor": self.actor, "at": self.now, "code": self.row.code, "version": self.version}

    def form(self, data: Any = None) -> Form:
        """Ask nothing but to be sure."""
        return forms.SureForm(data)


class IssuePage(DocumentAct):
    """Issue a draft."""

    permission, title, act = "documents.document.issue", "制发文书", "制发并编号"
    lead = "制发以后内容不能再改。发现错误要作废重做，作废的号码留痕。"

    def form(self, data: Any = None) -> Form:
        """Ask for the day."""
        return forms.IssueForm(data, initial={"dated_on": self.today})

    def do(self, given: dict[str, Any]) -> str:
        """Issue it."""
        row = usecases.issue_document(**self.common, dated_on=given["dated_on"])
        messages.success(self.request, f"已制发{row}。")
        return self.back()


class SignPage(DocumentAct):
    """Sign in a capacity: ``/sign/officer/``."""

    permission, title, act = queries.VIEW, "签名", "签名"

    @property
    def who(self) -> str:
        """The capacity."""
        return str(self.kwargs["who"])

    def needed(self, row: Document) -> str:
        """Return the permission of the capacity."""
        return permission_to_sign(self.who)

    def form(self, data: Any = None) -> Form:
        """Ask for the signature."""
        if self.who in BY_HAND:
            return forms.HandSignForm(data, self.request.FILES or None, initial={"name": self._party()})
        opines = any(one.by == self.who for one in self.row.kind_data.fields)
        return forms.StaffSignForm(data, opines=opines)

    def facts(self) -> list[Fact]:
        """Show who signs."""
        signs = signer_labels().get(self.who, self.who)
        by_hand = self.who in BY_HAND
        note = "由其本人手写，您作为在场人员签名证明" if by_hand else "以您的账号签名，不可否认"
        return [
            *super().facts(),
            Fact(label="签名身份", value=signs if by_hand else f"{signs}：{self.actor.name}", note=note),
        ]

    def do(self, given: dict[str, Any]) -> str:
        """Sign."""
        form = self._bound
        if isinstance(form, forms.HandSignForm):
            usecases.sign_document(
                **self.common, who=self.who, name=given["name"], drawing=form.drawn(), refused=given["refused"]
            )
        else:
            usecases.sign_document(**self.common, who=self.who, opinion=given.get("opinion", ""))
        messages.success(self.request, "已签名。")
        return self.back()

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Keep the form at hand: a drawing may come as a file."""
        self.row = self.fetch()
        self._bound = self.form(request.POST)
        self._bound.is_valid()
        return super().post(request, *args, **kwargs)

    def _party(self) -> str:
        for one in self.row.kind_data.fields:
            value = self.row.data.get(one.code)
            if one.type is FieldType.PARTY and isinstance(value, dict):
                return str(value.get("representative") or value.get("name", ""))
        return str(self.row.data.get("receiver", ""))


class SealPage(DocumentAct):
    """Seal a document."""

    permission, title, act = "documents.document.seal", "用印", "用印"
    lead = "印章盖在落款处；多页的加盖骑缝章。每次用印都有记录。"

    def form(self, data: Any = None) -> Form:
        """Ask which seal."""
        seals = [(one.code, one.name) for one in queries.usable_seals(self.actor, self.row)]
        return forms.SealForm(data, seals=seals)

    def do(self, given: dict[str, Any]) -> str:
        """Seal it."""
        usecases.seal_document(**self.common, **given)
        messages.success(self.request, "已用印。")
        return self.back()


class ServePage(DocumentAct):
    """Record how a document was served."""

    permission, title, act = "documents.document.serve", "登记送达", "登记送达"
    lead = "按送达方式填写相应的项目；缺少法律要求的内容时，会指出是哪一条。登记后自动生成送达回证。"

    def form(self, data: Any = None) -> Form:
        """Ask how."""
        party = next(
            (value for one in self.row.kind_data.fields if one.type is FieldType.PARTY
             and isinstance(value := self.row.data.get(one.code), dict)), {},
        )  # fmt: skip
        officers = self.row.data.get("officers") or [{"name": self.actor.name}]
        asked = {
            "receiver": party.get("name", ""),
            "address": party.get("address", ""),
            "sent_at": localtime(self.now),
            "servers": officers,
        }
        return forms.ServeForm(data, self.request.FILES or None, initial=asked)

    def do(self, given: dict[str, Any]) -> str:
        """Record it."""
        proof = given.pop("proof", None)
        proofs = [Proof(name=proof.name, content=proof.read())] if proof else []
        done = usecases.serve_document(**self.common, **given, proofs=proofs)
        messages.success(self.request, "送达已登记。")
        return reverse("document", args=[done.receipt]) if done.receipt else self.back()


class ReceivePage(FormPage):
    """Record that a letter has arrived."""

    permission, title, act = "documents.document.serve", "登记收件", "登记"
    lead = "以邮件回执上注明的收件日期为送达日期（民事诉讼法第九十一条）。"
    template_name = "documents/act.html"

    @property
    def service(self) -> Service:
        """The service."""
        return queries.service_of(self.actor, int(self.kwargs["pk"]))

    def form(self, data: Any = None) -> Form:
        """Ask when."""
        return forms.ReceiveForm(data, self.request.FILES or None)

    def facts(self) -> list[Fact]:
        """Show the service."""
        row = self.service
        return [
            Fact(label="文书", value=str(row.document)),
            Fact(label="送达方式", value=row.method_label),
            Fact(label="邮件号码", value=row.tracking),
            Fact(label="寄出时间", value=row.sent_at),
        ]

    def do(self, given: dict[str, Any]) -> str:
        """Record it."""
        proof = given.pop("proof", None)
        proofs = [Proof(name=proof.name, content=proof.read())] if proof else []
        usecases.receive_document(actor=self.actor, at=self.now, service=self.service.pk, proofs=proofs, **given)
        return self.back()

    def back(self) -> str:
        """Return the document."""
        return reverse("document", args=[self.service.document.code])


class VoidPage(DocumentAct):
    """Void an issued document."""

    permission, title, act, grave = "documents.document.void", "作废文书", "作废", True
    lead = "作废的文书和文号都留痕，号码不再使用。已经送达的不能作废。"

    def form(self, data: Any = None) -> Form:
        """Ask why."""
        return forms.ReasonForm(data)

    def do(self, given: dict[str, Any]) -> str:
        """Void it."""
        usecases.void_document(**self.common, reason=given["reason"])
        return self.back()


class DiscardPage(DocumentAct):
    """Throw a draft away."""

    permission, title, act, grave = "documents.document.edit", "删除草稿", "删除", True
    lead = "草稿删除后不能恢复；没有占用文号。"

    def do(self, given: dict[str, Any]) -> str:
        """Throw it away."""
        usecases.discard_document(**self.common)
        return reverse("documents")
