"""Pages for what comes in and goes out as files: imports of items, the completeness check, the compendium."""

from io import BytesIO
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, access
from mingjing.contexts.catalog import background, compendium, queries
from mingjing.contexts.catalog.models import Import
from mingjing.contexts.catalog.usecases import importing
from mingjing.contexts.catalog.web import forms
from mingjing.contexts.catalog.web.look import address_of
from mingjing.contexts.ui.components import Crumb
from mingjing.contexts.ui.errors import require_fresh
from mingjing.contexts.ui.web.downloads import DOCX, XLSX, attachment
from mingjing.contexts.ui.web.pages import Page
from mingjing.kernel.errors import DomainError
from mingjing.law.places import name_of

_TYPES = {"xlsx": XLSX, "docx": DOCX}


class CompletenessPage(Page[Actor]):
    """What the items in force lack; the compendium is made here."""

    permission, template_name, title = "catalog.item.view", "catalog/completeness.html", "完整性检查"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="执法事项", href=reverse("catalog_items"))]

    def context(self) -> dict[str, Any]:
        """Check."""
        found = queries.completeness(self.actor, self.today)
        by: dict[str, int] = {}
        for one in found:
            for gap in {gap.field.partition(".")[0] for gap in one.gaps}:
                by[gap] = by.get(gap, 0) + 1
        labels = dict(queries.FAMILIES["item"].fields) | {"benchmark": "裁量基准"}
        boundary = queries.boundary(self.actor, self.today)
        return {
            "rows": [
                {
                    "name": one.item.name,
                    "href": address_of("item", one.item.code),
                    "unit": one.item.unit,
                    "gaps": one.gaps,
                }
                for one in found[:300]
            ],
            "count": len(found),
            "figures": sorted(
                ((labels.get(field, field), number) for field, number in by.items()), key=lambda row: -row[1]
            ),
            "overlaps": [
                [(one.name, one.unit.short_name or one.unit.name, address_of("item", one.code)) for one in group]
                for group in boundary["overlaps"]
            ],
            "may_export": self.actor.may("catalog.compendium.view"),
        }


class CompendiumFile(Page[Actor]):
    """The compendium as a file."""

    permission = "catalog.compendium.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with the file."""
        form = str(kwargs["form"])
        if form not in _TYPES:
            raise Http404
        parts = compendium.parts_of(self.actor, self.today)
        place = self.actor.held[0].place if self.actor.held else ""
        title = f"{name_of(place) if place else ''}行政执法事项汇编"
        make = compendium.as_xlsx if form == "xlsx" else compendium.as_docx
        return attachment(make(parts, title, self.today), f"{title}（{self.today}）.{form}", _TYPES[form])


class ImportPage(Page[Actor]):
    """Hand in a workbook."""

    permission, template_name, title = "catalog.item.edit", "catalog/import.html", "导入执法事项"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="执法事项", href=reverse("catalog_items"))]

    def form(self, *data: Any) -> forms.ImportForm:
        """Make the form."""
        return forms.ImportForm(*data, units=forms.unit_choices(self.actor, self.permission))

    def context(self) -> dict[str, Any]:
        """Show the form."""
        return {"form": self.form(), "columns": importing.TEMPLATE}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Read it."""
        form = self.form(request.POST, request.FILES)
        if form.is_valid():
            given = form.cleaned_data["file"]
            try:
                target = background.read(
                    self.actor, self.now, unit=form.cleaned_data["unit"], name=given.name, data=given.read()
                )
            except DomainError as error:
                form.add_error("file", error.message)
            else:
                return redirect(target)
        return self.show(form=form, columns=importing.TEMPLATE, status=422)


class ImportReportPage(Page[Actor]):
    """What was read: good rows to take over, bad rows by name."""

    permission, template_name = "catalog.item.edit", "catalog/import_report.html"

    def row(self) -> Import:
        """Return the import."""
        return access(Import.objects.select_related("unit"), self.actor, self.permission, pk=self.kwargs["pk"])

    def context(self) -> dict[str, Any]:
        """Show it."""
        row = self.row()
        fatal = sorted({one["row"] for one in row.bad if one["fatal"]})
        return {
            "title": f"导入：{row.file_name}",
            "crumbs": [
                Crumb(label="执法事项", href=reverse("catalog_items")),
                Crumb(label="导入", href=reverse("catalog_import")),
            ],
            "import": row,
            "left": len(row.good) - row.taken,
            "good": row.good[:200],
            "bad": row.bad[:500],
            "bad_rows": len(fatal),
            "hints": sum(not one["fatal"] for one in row.bad),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take over the good rows."""
        text = request.POST.get("version", "")
        version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
        row = self.row()
        require_fresh(row, version)
        return redirect(background.take_over(self.actor, self.now, pk=pk, version=version, title=row.file_name))


class TemplateFile(Page[Actor]):
    """An empty workbook with the columns that the import knows."""

    permission = "catalog.item.edit"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Answer with the file."""
        import xlsxwriter

        out = BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True})
        sheet = book.add_worksheet("执法事项")
        bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#E7EFF1"})
        sheet.write_row(0, 0, importing.TEMPLATE, bold)
        sheet.set_column(0, len(importing.TEMPLATE) - 1, 18)
        sheet.data_validation(
            1,
            2,
            5000,
            2,
            {
                "validate": "list",
                "source": ["行政处罚", "行政检查", "行政许可", "行政强制措施", "行政强制执行", "其他行政权力"],
            },
        )
        book.close()
        return attachment(out.getvalue(), "执法事项导入模板.xlsx")
