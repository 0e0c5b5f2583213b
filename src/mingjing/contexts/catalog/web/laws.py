"""Pages of the law library."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, MissingError, access, visible
from mingjing.contexts.catalog import queries
from mingjing.contexts.catalog.models import Affected, GuidingCase, Instrument, Item
from mingjing.contexts.catalog.usecases import library
from mingjing.contexts.catalog.web import forms, tables
from mingjing.contexts.catalog.web.look import address_of
from mingjing.contexts.ui.components import Crumb, Fact
from mingjing.contexts.ui.tables import TableView
from mingjing.contexts.ui.web.pages import Page
from mingjing.kernel.errors import DomainError
from mingjing.law.citations import cite
from mingjing.law.instruments import Level as Rank
from mingjing.law.places import name_of


class LawsPage(TableView[Actor]):
    """The library."""

    table, title, permission = tables.LAWS, "法律法规库", "catalog.law.view"
    lead = "事项、基准、规则和参数所引的依据都落到这里；依据变动，受影响的内容自动列出。"

    def rows(self) -> QuerySet[Any]:
        """Return the instruments."""
        return visible(Instrument.objects.all(), self.actor, self.permission)

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Return the buttons."""
        found = [("查条文", reverse("catalog_provisions"), "search")]
        if self.actor.may("catalog.law.edit"):
            found += [
                ("导入全文", reverse("catalog_law_import"), "file-upload"),
                ("登记文件", reverse("catalog_law_new"), "plus"),
            ]
        found.append(("指导案例", reverse("catalog_guiding"), "gavel"))
        return found


class ProvisionsPage(Page[Actor]):
    """Search the articles."""

    permission, template_name, title = "catalog.law.view", "catalog/provisions.html", "查条文"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="法律法规库", href=reverse("catalog_laws"))]

    def context(self) -> dict[str, Any]:
        """Search."""
        words = self.request.GET.get("q", "").replace("\x00", "").strip()[:100]
        if not words:
            return {"words": ""}
        leaf = Paginator(queries.search_provisions(words), 20).get_page(self.request.GET.get("page"))
        return {"words": words, "leaf": leaf, "rows": list(leaf)}


class LawPage(Page[Actor]):
    """One instrument: what it is, its articles, its versions, who cites it."""

    permission, template_name = "catalog.law.view", "catalog/law.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="法律法规库", href=reverse("catalog_laws"))]

    def context(self) -> dict[str, Any]:
        """Show it."""
        row = access(Instrument.objects.all(), self.actor, self.permission, code=self.kwargs["code"])
        versions = [
            one
            for one in Instrument.objects.filter(title__endswith=queries.plain_title(row.title)).order_by(
                "-in_force_from"
            )
            if queries.plain_title(one.title) == queries.plain_title(row.title)
        ]
        chapters: list[tuple[str, list[Any]]] = []
        for provision in row.provisions.all():
            if not chapters or chapters[-1][0] != provision.headings:
                chapters.append((provision.headings, []))
            chapters[-1][1].append(provision)
        return {
            "title": row.title,
            "law": row,
            "badge": tables.standing_badge(row),
            "facts": [
                Fact(label="效力层级", value=Rank(row.level).label),
                Fact(label="文号", value=row.number),
                Fact(label="制定机关", value=row.issuer),
                Fact(label="通过或者公布", value=row.adopted_on),
                Fact(label="施行日期", value=row.in_force_from),
                Fact(label="失效日期", value=row.in_force_until),
                Fact(label="适用地方", value=name_of(row.place) if row.place else ""),
                Fact(label="全文来源", value=row.source),
                Fact(label="说明", value=row.notes),
            ],
            "versions": versions if len(versions) > 1 else (),
            "chapters": chapters,
            "citing": queries.citing(self.actor, row.title) if row.standing != Instrument.Standing.AMENDED else None,
            "may_edit": self.actor.may("catalog.law.edit"),
            "affected": self._affected(row),
        }

    def _affected(self, row: Instrument) -> int:
        """How much of what the viewer answers for waits to be adjusted."""
        if not self.actor.may("catalog.affected.edit"):
            return 0
        return visible(row.affected.filter(handled_at=None), self.actor, "catalog.affected.edit").count()


class ArticlePage(Page[Actor]):
    """One article: its wording, our gist of it, who cites it."""

    permission, template_name = "catalog.law.view", "catalog/article.html"

    def context(self) -> dict[str, Any]:
        """Show it."""
        row = access(Instrument.objects.all(), self.actor, self.permission, code=self.kwargs["code"])
        found = row.provisions.filter(key=self.kwargs["key"]).first()
        if found is None:
            raise MissingError(f"《{row.title}》的全文里没有这一条。")
        around = row.provisions.filter(position__in=[found.position - 1, found.position + 1])
        gist = ""
        with suppress(DomainError):  # most instruments of the library are not among the platform's own law data
            gist = cite(f"{row.code} {found.key}").gist
        return {
            "title": f"《{row.short or row.title}》{found.label}",
            "crumbs": [
                Crumb(label="法律法规库", href=reverse("catalog_laws")),
                Crumb(label=row.title, href=reverse("catalog_law", args=[row.code])),
            ],
            "law": row,
            "badge": tables.standing_badge(row),
            "article": found,
            "paragraphs": found.text.splitlines(),
            "before": next((one for one in around if one.position < found.position), None),
            "after": next((one for one in around if one.position > found.position), None),
            "gist": gist,
            "citing": queries.citing(self.actor, row.title, found.key),
        }


class LawFormPage(Page[Actor]):
    """A page of one form about the library."""

    permission, template_name = "catalog.law.edit", "catalog/form.html"
    back_name = "catalog_laws"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="法律法规库", href=reverse("catalog_laws"))]


class NewLawPage(LawFormPage):
    """Enter an instrument without its text."""

    title = "登记法律文件"

    def context(self) -> dict[str, Any]:
        """Show the form."""
        given = forms.LawForm(initial={"title": self.request.GET.get("title", "")[:256]})
        return {"form": given, "act": "登记", "back": reverse("catalog_laws")}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Enter it."""
        form = forms.LawForm(request.POST)
        if form.is_valid():
            try:
                row = library.enter_instrument(actor=self.actor, at=self.now, **form.cleaned_data)
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                return redirect("catalog_law", code=row.code)
        return self.show(form=form, act="登记", back=reverse("catalog_laws"), status=422)


class ImportLawPage(LawFormPage):
    """Import a full text."""

    title = "导入法律全文"
    lead = "TXT或者DOCX；按编、章、节、条、款、项识别。整个文件夹用命令 mingjing law import。"

    def context(self) -> dict[str, Any]:
        """Show the form."""
        return {
            "form": forms.LawFileForm(),
            "act": "导入",
            "lead": self.lead,
            "back": reverse("catalog_laws"),
            "file": ".txt,.md,.docx",
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """Import it."""
        form = forms.LawFileForm(request.POST, request.FILES)
        around: dict[str, Any] = {
            "form": form,
            "act": "导入",
            "lead": self.lead,
            "back": reverse("catalog_laws"),
            "file": ".txt,.md,.docx",
        }
        if form.is_valid():
            given = form.cleaned_data["file"]
            try:
                report = library.import_text(actor=self.actor, at=self.now, name=given.name, data=given.read())
            except DomainError as error:
                form.add_error("file", error.message)
            else:
                return self.show(**around | {"report": report, "form": forms.LawFileForm()})
        return self.show(**around, status=422)


class StandingPage(LawFormPage):
    """Say what happened to an instrument."""

    def context(self, form: Any = None) -> dict[str, Any]:
        """Show the form."""
        row = access(
            Instrument.objects.all(), self.actor, self.permission, see="catalog.law.view", code=self.kwargs["code"]
        )
        return {
            "title": f"时效变动：{row.title}",
            "lead": "改为“已被修改”或者“已经废止”，引用它的已公布内容全部列入待调整清单。",
            "form": form or forms.StandingForm(initial={"standing": row.standing}),
            "act": "保存",
            "version": row.version,
            "back": reverse("catalog_law", args=[row.code]),
        }

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Change it."""
        form = forms.StandingForm(request.POST)
        if form.is_valid():
            text = request.POST.get("version", "")
            library.change_standing(
                actor=self.actor,
                at=self.now,
                code=code,
                version=int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1,
                **form.cleaned_data,
            )
            return redirect("catalog_law", code=code)
        return self.show(**self.context(form), status=422)


class AffectedPage(TableView[Actor]):
    """What a change of law affects."""

    table, title, permission = tables.AFFECTED, "待调整内容", "catalog.affected.edit"
    lead = "依据被修改或者废止后，引用它的已公布内容列在这里，直到处理。"

    def rows(self) -> QuerySet[Any]:
        """Return the rows."""
        return visible(Affected.objects.select_related("unit", "instrument"), self.actor, self.permission)


class HandlePage(Page[Actor]):
    """Say what was done about an affected content."""

    permission, template_name = "catalog.affected.edit", "catalog/form.html"

    def context(self, form: Any = None) -> dict[str, Any]:
        """Show the form."""
        rows = Affected.objects.select_related("instrument", "unit")
        row = access(rows, self.actor, self.permission, pk=self.kwargs["pk"])
        return {
            "title": f"处理：{row.name}",
            "crumbs": [Crumb(label="待调整内容", href=reverse("catalog_affected"))],
            "facts": [
                Fact(label="内容", value=row.name, href=address_of(row.family, row.code)),
                Fact(label="单位", value=row.unit.name),
                Fact(label="引用", value=row.written),
                Fact(label="变动", value=str(Instrument.Standing(row.standing).label)),
            ],
            "form": form or forms.HandleForm(),
            "act": "处理完毕",
            "version": row.version,
            "back": reverse("catalog_affected"),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Handle it."""
        form = forms.HandleForm(request.POST)
        if form.is_valid():
            text = request.POST.get("version", "")
            version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
            library.handle_affected(actor=self.actor, at=self.now, pk=pk, version=version, **form.cleaned_data)
            return redirect("catalog_affected")
        return self.show(**self.context(form), status=422)


class GuidingPage(Page[Actor]):
    """The guiding cases."""

    permission, template_name, title = "catalog.law.view", "catalog/guiding.html", "指导案例"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="法律法规库", href=reverse("catalog_laws"))]

    def context(self) -> dict[str, Any]:
        """Show them."""
        words = self.request.GET.get("q", "").replace("\x00", "").strip()[:100]
        rows = GuidingCase.objects.select_related("item", "unit")
        if words:
            rows = rows.filter(title__icontains=words) | rows.filter(gist__icontains=words)
        leaf = Paginator(rows, 20).get_page(self.request.GET.get("page"))
        may = self.actor.may("catalog.item.view")
        seen = set(queries.shown(Item.objects.all(), self.actor, "item").values_list("pk", flat=True)) if may else set()
        return {"leaf": leaf, "rows": [(row, row.item_id in seen) for row in leaf], "words": words}
