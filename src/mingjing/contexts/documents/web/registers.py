"""Pages of templates, seals, numbers and what agencies print."""

import base64
from collections.abc import Sequence
from typing import Any, Final

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.forms import Form, model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, access, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.web.acts import ActPage, FormPage
from mingjing.contexts.documents import printing, queries
from mingjing.contexts.documents.models import Letterhead, Seal, Template, TemplateState
from mingjing.contexts.documents.rendering import pdf
from mingjing.contexts.documents.usecases import seals, templates
from mingjing.contexts.documents.web import forms, look
from mingjing.contexts.documents.web.acts import units_for
from mingjing.contexts.documents.web.pages import page_picture
from mingjing.contexts.ui.components import Badge, Crumb, Fact, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, FlagFilter, Table, TableView, TextFilter
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.documents.kinds import GROUPS, Kind, UnknownKindError, kind_of, kinds
from mingjing.domain.documents.lint import problems
from mingjing.kernel.errors import DomainError
from mingjing.law.places import name_of

STATE_TONES: Final = {
    TemplateState.DRAFT: Tone.PLAIN,
    TemplateState.SUBMITTED: Tone.ATTENTION,
    TemplateState.IN_FORCE: Tone.GOOD,
    TemplateState.REPLACED: Tone.PLAIN,
}
_CRUMB: Final = Crumb(label="文书模板", href="/documents/templates/")


class TemplatesPage(Page[Actor]):
    """All kinds, group by group, with whose template holds."""

    permission, template_name, title = "documents.template.view", "documents/templates.html", "文书模板"

    def context(self) -> dict[str, Any]:
        """Show them."""
        words = self.request.GET.get("q", "").strip()
        own, waiting = queries.overrides(self.actor), queries.opened(self.actor)
        groups = [
            (
                group,
                [
                    (one, own.get(one.code, 0), waiting.get(one.code, ""))
                    for one in kinds().values()
                    if one.group == group and words in one.name + one.code
                ],
            )
            for group in GROUPS.values()
        ]
        return {
            "groups": [(group, rows) for group, rows in groups if rows],
            "words": words,
            "total": len(kinds()),
            "may_letterhead": self.actor.may("documents.letterhead.edit"),
        }


def _kind(code: str) -> Kind:
    """
    Return the kind that an address names.

    :raises MissingError: if there is none
    """
    try:
        return kind_of(code)
    except UnknownKindError as error:
        raise MissingError(error.message) from error


class KindPage(Page[Actor]):
    """One kind: its fields, what the law asks for, the template that holds, all versions."""

    permission, template_name = "documents.template.view", "documents/kind.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [_CRUMB]

    def context(self) -> dict[str, Any]:
        """Show it."""
        kind = _kind(self.kwargs["kind"])
        unit = Unit.objects.filter(path=self.actor.unit_path).first()
        words = queries.in_force(kind.code, unit) if unit else printing.platform_words(kind.code)
        return {
            "title": kind.name,
            "kind": kind,
            "facts": [
                Fact(label="类别", value=kind.group),
                Fact(label="版式", value=kind.layout.label),
                Fact(label="文书代字", value=kind.number or "不编文号"),
                Fact(label="签名", value=[f"{one.label}{one.count}人" for one in kind.signers]),
                Fact(
                    label="印章",
                    value="加盖机关印章" if kind.sealed_first else "可以加盖机关印章" if kind.sealed else "不用印",
                ),
                Fact(label="送达", value="送达当事人" if kind.served else "内部文书或者不送达当事人"),
                Fact(label="保管期限", value=kind.retention_label),
                Fact(label="依据", value=[one.label for one in kind.citations]),
            ],
            "words": words,
            "versions": [
                (one, Badge(text=one.get_state_display(), tone=STATE_TONES[TemplateState(one.state)]), one.owner_name)
                for one in queries.templates_of(self.actor).filter(kind=kind.code)
            ],
            "picture": _picture(kind, words.text, unit) if unit else "",
            "may_edit": self.actor.may("documents.template.edit"),
        }


class NewTemplatePage(FormPage):
    """Begin a version of one's own, from the one that holds."""

    permission, act = "documents.template.edit", "开始修改"
    lead = "从现在使用的模板复制一份来修改；批准以前不影响正在使用的模板。"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [_CRUMB, Crumb(label=self.kind.name, href=self.back())]

    @property
    def kind(self) -> Kind:
        """The kind."""
        return _kind(self.kwargs["kind"])

    @property
    def title(self) -> str:  # type: ignore[override]
        """The title."""
        return f"修改模板：{self.kind.name}"

    def form(self, data: Any = None) -> Form:
        """Ask for whom."""
        owners = [(f"unit:{code}", name) for code, name in units_for(self.actor, self.permission)]
        scope = self.actor.scope(self.permission)
        owners = [(f"place:{one}", f"{name_of(one)}统一模板") for one in sorted(scope.places)] + owners
        return forms.OwnerForm(data, owners=owners)

    def do(self, given: dict[str, Any]) -> str:
        """Begin it."""
        sort, _, code = given["owner"].partition(":")
        unit = Unit.objects.filter(code=code).first() if sort == "unit" else None
        words = queries.in_force(self.kind.code, unit) if unit else printing.platform_words(self.kind.code)
        row = templates.draft_template(
            actor=self.actor, at=self.now, kind=self.kind.code, text=words.text, **{sort: code}
        )
        return reverse("document_template", args=[row.pk])

    def back(self) -> str:
        """Return the kind."""
        return reverse("document_kind", args=[self.kind.code])


class TemplatePage(Page[Actor]):
    """One version: its words beside its page, what is wrong with it, and what can be done with it."""

    permission, template_name = "documents.template.view", "documents/template.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [_CRUMB]

    def given(self, row: Template, form: forms.TemplateForm, status: int = 200) -> HttpResponse:
        """Show the version."""
        text = str(form["text"].value() or "")
        found = problems(row.kind_data, text, row.used_in)
        mine = row.state == TemplateState.DRAFT and self._may(row, "documents.template.edit")
        unit = row.unit or Unit.objects.filter(path=self.actor.unit_path).first()
        acts = []
        if row.state == TemplateState.DRAFT and mine and not any(one.grave for one in found):
            acts.append(("submit", "提交批准"))
        if row.state == TemplateState.SUBMITTED and self._may(row, "documents.template.approve"):
            acts += [("approve", "批准启用"), ("return", "退回修改")]
        if row.state == TemplateState.IN_FORCE and self._may(row, "documents.template.approve"):
            acts.append(("withdraw", "停用"))
        return self.show(
            status=status,
            title=f"{row.kind_data.name}（{row.owner_name}，第 {row.number} 版）",
            row=row,
            form=form,
            badge=Badge(text=row.get_state_display(), tone=STATE_TONES[TemplateState(row.state)]),
            problems=found,
            picture=_picture(row.kind_data, text, unit) if unit else "",
            editable=mine,
            acts=acts,
            kind=row.kind_data,
            events=look.events(f"template:{row.kind}/{row.owner}/{row.number}"),
        )

    def _may(self, row: Template, permission: str) -> bool:
        if not self.actor.may(permission):
            return False
        return visible(Template.objects.filter(pk=row.pk), self.actor, permission).exists()

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show it."""
        row = queries.template_of(self.actor, int(self.kwargs["pk"]))
        return self.given(row, forms.TemplateForm(initial={"text": row.text, "note": row.note}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Save the words, or only look at them."""
        row = queries.template_of(self.actor, pk)
        form = forms.TemplateForm(request.POST)
        if form.is_valid() and "look" not in request.POST:
            version = request.POST.get("version", "")
            try:
                templates.revise_template(
                    actor=self.actor,
                    at=self.now,
                    pk=row.pk,
                    version=int(version) if version.isdigit() else -1,
                    **form.cleaned_data,
                )
            except DomainError as error:
                if error.code.startswith(("accounts.", "ui.")):
                    raise
                form.add_error(None, error.message)
            else:
                messages.success(request, "模板草稿已保存。")
                return redirect("document_template", pk=row.pk)
        return self.given(row, form, status=200 if "look" in request.POST else 422)


class TemplateActPage(ActPage[Template]):
    """Submit, approve, return or withdraw a version."""

    permission = "documents.template.view"
    template_name = "documents/act.html"
    _words: Final = {
        "submit": ("提交批准", "提交以后不能再改，由另一人批准。", "documents.template.edit", False),
        "approve": (
            "批准启用",
            "批准以后立即启用，替换现在使用的模板；已经制发的文书不变。",
            "documents.template.approve",
            False,
        ),
        "return": ("退回修改", "", "documents.template.approve", True),
        "withdraw": ("停用", "停用以后改用上一级的模板。", "documents.template.approve", True),
    }

    def fetch(self) -> Template:
        """
        Return the version.

        :raises ForbiddenError: if there is no such act
        """
        if self.verb not in self._words:
            raise ForbiddenError("没有这样的办理。")
        return access(
            Template.objects.exclude(owner=""),
            self.actor,
            self._words[self.verb][2],
            see="documents.template.view",
            pk=self.kwargs["pk"],
        )

    @property
    def verb(self) -> str:
        """The act."""
        return str(self.kwargs["verb"])

    @property
    def title(self) -> str:  # type: ignore[override]
        """The title."""
        return f"{self._words[self.verb][0]}模板"

    @property
    def act(self) -> str:  # type: ignore[override]
        """The button."""
        return self._words[self.verb][0]

    @property
    def lead(self) -> str:  # type: ignore[override]
        """What comes of it."""
        return self._words[self.verb][1]

    def facts(self) -> list[Fact]:
        """Show the version."""
        return [
            Fact(label="文书", value=self.row.kind_data.name),
            Fact(label="用于", value=self.row.owner_name),
            Fact(label="版本", value=f"第 {self.row.number} 版"),
            Fact(label="修改说明", value=self.row.note),
        ]

    def form(self, data: Any = None) -> Form:
        """Ask why, where it matters."""
        return forms.ReasonForm(data) if self._words[self.verb][3] else forms.SureForm(data)

    def do(self, given: dict[str, Any]) -> str:
        """Do it."""
        use_case = getattr(templates, f"{self.verb}_template")
        use_case(actor=self.actor, at=self.now, pk=self.row.pk, version=self.version, **given)
        return self.back()

    def back(self) -> str:
        """Return the version."""
        return reverse("document_template", args=[self.kwargs["pk"]])


def _picture(kind: Kind, text: str, unit: Unit) -> str:
    """Draw the first page of a template as an address of data; empty where it cannot be set yet."""
    try:
        from django.utils.timezone import localdate

        data = page_picture(pdf(printing.sample(kind, text, unit, {}, localdate())), 1)
    except DomainError:
        return ""
    return f"data:image/png;base64,{base64.b64encode(data).decode()}" if data else ""


SEALS: Final = Table(
    name="documents.seals",
    columns=(
        Column(name="name", label="印章", value=lambda row: row.name, order="name"),
        Column(name="code", label="编码", value=lambda row: row.code, order="code"),
        Column(name="unit", label="单位", value=lambda row: row.unit.name, order="unit__path"),
        Column(
            name="state",
            label="状态",
            value=lambda row: Badge(text="已停用") if row.ended_on else Badge(text="使用中", tone=Tone.GOOD),
        ),
        Column(name="used", label="用印次数", value=lambda row: row.used, order="used", number=True),
        Column(name="begun", label="启用日期", value=lambda row: row.begun_on, order="begun_on"),
        Column(name="document", label="刻制、启用文件", value=lambda row: row.document, shown=False),
    ),
    filters=(FlagFilter(name="used_now", label="使用中", condition=Q(ended_on__isnull=True)),),
    search=("name", "code", "unit__name"),
    search_hint="印章、编码、单位",
    order="unit",
    key="code",
    row_name=lambda row: row.name,
    row_href=lambda row: reverse("document_seal_entry", args=[row.code]),
    noun="枚",
    empty="还没有登记印章。登记以后才能在文书上用印。",
)


class SealsPage(TableView[Actor]):
    """The register of seals."""

    table, title, permission = SEALS, "印章登记", "documents.seal.view"
    lead = "印模和签名密钥一并登记；每次用印都记录是谁、何时、盖在哪份文书上。"

    def rows(self) -> QuerySet[Any]:
        """Return the seals."""
        return queries.seals_of(self.actor)

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Return the buttons."""
        may = self.actor.may("documents.seal.edit")
        return [("登记印章", reverse("document_seal_new"), "plus")] if may else []


class SealEntryPage(Page[Actor]):
    """One seal, and where it was used."""

    permission, template_name = "documents.seal.view", "documents/seal.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="印章登记", href=reverse("document_seals"))]

    def context(self) -> dict[str, Any]:
        """Show it."""
        row = access(Seal.objects.select_related("unit"), self.actor, self.permission, code=self.kwargs["code"])
        uses = row.uses.select_related("document", "user").order_by("-pk")[:100]
        seen = set(
            queries.documents_of(self.actor).filter(pk__in=[one.document_id for one in uses]).values_list("pk", flat=True)
        ) if self.actor.may(queries.VIEW) else set()  # fmt: skip
        mine = (
            self.actor.may("documents.seal.edit")
            and visible(Seal.objects.filter(pk=row.pk), self.actor, "documents.seal.edit").exists()
        )
        return {
            "title": row.name,
            "row": row,
            "picture": f"data:image/png;base64,{base64.b64encode(printing.stored(row.file)).decode()}",
            "facts": [
                Fact(label="编码", value=row.code),
                Fact(label="单位", value=row.unit.name),
                Fact(label="启用日期", value=row.begun_on),
                Fact(label="刻制、启用文件", value=row.document),
                Fact(label="停用日期", value=row.ended_on),
                Fact(label="停用理由", value=row.ended_reason),
                Fact(label="公钥", value=row.key),
                Fact(label="印模摘要", value=row.sha256),
            ],
            "uses": [(one, one.document_id in seen) for one in uses],
            "may_stop": mine and row.ended_on is None,
            "events": look.events(f"seal:{row.code}"),
        }


class NewSealPage(FormPage):
    """Enter a seal."""

    permission, title, act = "documents.seal.edit", "登记印章", "登记"
    template_name = "documents/act.html"
    lead = "登记以后生成这枚印章的签名密钥。"

    def form(self, data: Any = None) -> Form:
        """Ask for the seal."""
        asked = {"begun_on": self.today}
        return forms.NewSealForm(
            data, self.request.FILES or None, units=units_for(self.actor, self.permission), initial=asked
        )

    def do(self, given: dict[str, Any]) -> str:
        """Enter it."""
        picture = given.pop("picture").read()
        row = seals.enter_seal(actor=self.actor, at=self.now, picture=picture, **given)
        return reverse("document_seal_entry", args=[row.code])

    def back(self) -> str:
        """Return the register."""
        return reverse("document_seals")


class StopSealPage(ActPage[Seal]):
    """Stop the use of a seal."""

    permission, title, act, grave = "documents.seal.edit", "停用印章", "停用", True
    template_name = "documents/act.html"
    lead = "停用以后不能再用；已经加盖的仍然有效。"

    def fetch(self) -> Seal:
        """Return the seal."""
        return access(
            Seal.objects.select_related("unit"),
            self.actor,
            self.permission,
            see="documents.seal.view",
            code=self.kwargs["code"],
        )

    def facts(self) -> list[Fact]:
        """Show it."""
        return [Fact(label="印章", value=self.row.name), Fact(label="单位", value=self.row.unit.name)]

    def form(self, data: Any = None) -> Form:
        """Ask why and since when."""
        return forms.StopSealForm(data, initial={"on": self.today})

    def do(self, given: dict[str, Any]) -> str:
        """Stop it."""
        seals.stop_seal(actor=self.actor, at=self.now, code=self.row.code, version=self.version, **given)
        return self.back()

    def back(self) -> str:
        """Return the seal."""
        return reverse("document_seal_entry", args=[self.kwargs["code"]])


NUMBERS: Final = Table(
    name="documents.numbers",
    columns=(
        Column(name="text", label="文号", value=lambda row: row.text, order="-row__year,row,value"),
        Column(
            name="document",
            label="文书",
            value=lambda row: row.document.kind_data.name if row.document else "",
        ),
        Column(
            name="state",
            label="状态",
            value=lambda row: (
                Badge(text="作废", tone=Tone.BAD) if row.void_reason else Badge(text="使用", tone=Tone.GOOD)
            ),
        ),
        Column(name="reason", label="作废理由", value=lambda row: row.void_reason),
        Column(name="unit", label="机关", value=lambda row: row.row.unit.name, order="row__unit__path"),
        Column(name="given", label="编号时间", value=lambda row: row.given_at, order="given_at"),
    ),
    filters=(
        TextFilter(name="word", label="文书代字", fields=("row__word",), lookup="startswith"),
        ChoiceFilter(
            name="year",
            label="年度",
            choices=lambda _viewer: queries.years(),
            condition=lambda value: Q(row__year=value),
        ),
        FlagFilter(name="void", label="作废", condition=~Q(void_reason="")),
    ),
    search=("text",),
    search_hint="文号",
    order="-given",
    noun="个",
    empty="还没有编过号。制发有文号的文书时自动编号。",
)


class NumbersPage(TableView[Actor]):
    """The register of numbers."""

    table, title, permission = NUMBERS, "文号登记", "documents.number.view"
    lead = "同一机关、年度、文书代字连续编号；作废的号码留痕，不再使用。"

    def rows(self) -> QuerySet[Any]:
        """Return the numbers."""
        return queries.numbers_of(self.actor)

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Return the buttons."""
        return [("跳号重号检查", reverse("document_number_check"), "checklist")]


class NumberCheckPage(Page[Actor]):
    """Whether any row of numbers has a gap or a repeat."""

    permission, template_name, title = "documents.number.view", "documents/numbers_check.html", "跳号重号检查"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="文号登记", href=reverse("document_numbers"))]

    def context(self) -> dict[str, Any]:
        """Look through them."""
        rows = list(queries.checks_of(self.actor))
        return {"rows": rows, "clean": all(one.found.clean for one in rows), "given": sum(one.given for one in rows)}


class LetterheadsPage(Page[Actor]):
    """What the agencies of the viewer print."""

    permission, template_name, title = "documents.letterhead.edit", "documents/letterheads.html", "机关印制信息"

    def context(self) -> dict[str, Any]:
        """Show them."""
        units = units_for(self.actor, self.permission)
        known = {
            one.unit.code: one
            for one in visible(Letterhead.objects.select_related("unit"), self.actor, self.permission)
        }
        return {"rows": [(code, name, known.get(code)) for code, name in units]}


class LetterheadPage(FormPage):
    """Say what an agency prints."""

    permission, title, act = "documents.letterhead.edit", "机关印制信息", "保存"
    template_name = "documents/act.html"
    lead = "印在文书上的机关名称、文号代字、地址和救济途径；已经制发的文书不变。下属队伍没有单独填写的，用本机关的。"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="机关印制信息", href=reverse("document_letterheads"))]

    @property
    def unit(self) -> Unit:
        """The unit."""
        return access(Unit.objects.all(), self.actor, self.permission, code=self.kwargs["unit"])

    def form(self, data: Any = None) -> Form:
        """Ask for it."""
        unit = self.unit
        row = Letterhead.objects.filter(unit=unit).first()
        return forms.LetterheadForm(
            data, initial=model_to_dict(row) if row else {"name": unit.name, "mark": unit.short_name}
        )

    def facts(self) -> list[Fact]:
        """Show the unit."""
        return [Fact(label="单位", value=self.unit.name)]

    def do(self, given: dict[str, Any]) -> str:
        """Save it."""
        seals.set_letterhead(actor=self.actor, at=self.now, unit=self.unit.code, **given)
        return self.back()

    def back(self) -> str:
        """Return the list."""
        return reverse("document_letterheads")
