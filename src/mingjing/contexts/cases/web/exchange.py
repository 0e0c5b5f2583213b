"""Cases handed over and taken in: a signed package for another system, a package checked, files of cases imported."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import content_disposition_header

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.cases import background
from mingjing.contexts.cases.models import Case
from mingjing.contexts.cases.usecases import exchange
from mingjing.contexts.cases.usecases.base import access_case
from mingjing.contexts.cases.web.step import OfCase
from mingjing.contexts.ui.components import Crumb, Fact
from mingjing.contexts.ui.web.pages import Page
from mingjing.kernel.errors import DomainError

IMPORT = "cases.case.import"


class PackPage(OfCase):
    """Pack a case for another system."""

    permission, title, template_name = "cases.case.export", "案件交换包", "cases/pack.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Ask what it is for."""
        self._open()
        return self.show(row=self.row, back=self.home, reason="")

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Pack it and send it."""
        self._open()
        reason = request.POST.get("reason", "")
        try:
            data = exchange.pack_case(actor=self.actor, at=self.now, case=self.row.code, reason=reason)
        except DomainError as error:
            if error.code in ("accounts.forbidden", "accounts.missing"):
                raise
            return self.show(status=422, row=self.row, back=self.home, reason=reason, refused=error)
        return package_answer(self.row, data)

    def _open(self) -> None:
        self.open()
        access_case(self.actor, self.row.code, self.permission)


def package_answer(row: Case, data: bytes) -> HttpResponse:
    """Send a package as a file."""
    answer = HttpResponse(data, content_type="application/zip")
    name = f"{row.case_no or row.code}案件交换包.zip"
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


class PackageForm(forms.Form):
    """A package that came from elsewhere."""

    package = forms.FileField(label="案件交换包", help_text="由其他平台导出的 ZIP。")


class PackagesPage(Page[Actor]):
    """Check a package that came from elsewhere, and take its case in."""

    permission, title, template_name = IMPORT, "核验和接收交换包", "cases/packages.html"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list."""
        return [Crumb(label="案件", href=reverse("cases_list"))]

    def context(self) -> dict[str, Any]:
        """Return the form."""
        return {"form": PackageForm()}

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Check it; with the other button take it in too."""
        form = PackageForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form=form, status=422)
        data = form.cleaned_data["package"].read()
        try:
            if request.POST.get("act") != "take":
                checked = exchange.check_package(data)
                return self.show(form=PackageForm(), checked=checked, facts=_facts(checked))
            checked, made = exchange.take_package(actor=self.actor, at=self.now, data=data)
        except DomainError as error:
            if error.code == "accounts.forbidden":
                raise
            return self.show(form=PackageForm(), refused=error, status=422)
        if made.refused:
            return self.show(form=PackageForm(), checked=checked, facts=_facts(checked), not_taken=made.refused)
        messages.success(request, "核验通过，案件已经接收。" if made.taken else "核验通过；案件此前已经接收。")
        return HttpResponseRedirect(reverse("case", args=[checked.cases[0]]))


def _facts(checked: exchange.Checked) -> list[Fact]:
    return [
        Fact(label="案件", value=list(checked.cases)),
        Fact(label="签发密钥", value=checked.signed_by, note="请与签发单位公布的密钥核对"),
        Fact(label="文件", value=f"{checked.files} 个，摘要全部相符"),
    ]


class ImportForm(forms.Form):
    """A file of cases."""

    file = forms.FileField(
        label="案件数据",
        help_text="ZIP、XLSX、CSV、Parquet 都可以，一个压缩包里可以有多张表；至少有案件和办案环节两张表。",
    )


class ImportPage(Page[Actor]):
    """Take in cases that were run elsewhere, in the background."""

    permission, title, template_name = IMPORT, "导入案件", "cases/import.html"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list."""
        return [Crumb(label="案件", href=reverse("cases_list"))]

    def context(self) -> dict[str, Any]:
        """Return the form."""
        return {"form": ImportForm()}

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Keep the file and have it read."""
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form=form, status=422)
        file = form.cleaned_data["file"]
        job = background.start_import(self.actor, self.now, name=str(file.name), content=file)
        return HttpResponseRedirect(reverse("job", args=[job.pk]))
