"""Pages of imports and comparisons."""

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from mingjing.contexts.accounts.access import Actor, MissingError, access, require, visible
from mingjing.contexts.registry import background
from mingjing.contexts.registry.models import Difference, DifferenceReport, ImportRun
from mingjing.contexts.registry.usecases import compare, imports
from mingjing.contexts.registry.usecases.sheets.reading import write_sheet
from mingjing.contexts.registry.usecases.sheets.registers import REGISTERS, Register
from mingjing.contexts.registry.web.framework import choice, form_of, words
from mingjing.contexts.ui.components import Badge, Crumb, Tone
from mingjing.contexts.ui.tables import BulkAct, ChoiceFilter, Column, Table, TableView
from mingjing.contexts.ui.tables.exports import as_xlsx
from mingjing.contexts.ui.web.pages import Page
from mingjing.kernel.errors import DomainError


class UploadForm(forms.Form):
    """A file to hand in."""

    file = forms.FileField(
        label="填好的工作簿", help_text="XLSX 或 CSV，第一行是列名。先核对，不会直接写入。", max_length=200
    )


def _register(name: str) -> Register:
    if name not in REGISTERS:
        raise MissingError("没有这个台账。")
    return REGISTERS[name]


class ImportPage(Page[Actor]):
    """Where a file is handed in."""

    permission = imports.RUN
    template_name = "registry/import.html"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list."""
        kind = _register(str(self.kwargs["register"]))
        return [Crumb(label=kind.table.label, href=reverse(kind.shown_at))]

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the form."""
        require(self.actor, _register(str(self.kwargs["register"])).edit)
        return self._show(UploadForm())

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Take the file in, and have it read."""
        kind = _register(str(self.kwargs["register"]))
        require(self.actor, kind.edit)
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            run = imports.upload(actor=self.actor, at=self.now, register=kind.name, file=form.cleaned_data["file"])
        except DomainError as error:
            if error.code.startswith("accounts."):
                raise
            return self._show(form, refused=error, status=422)
        return HttpResponseRedirect(background.read(self.actor, self.now, run))

    def _show(self, form: forms.Form, *, refused: DomainError | None = None, status: int = 200) -> HttpResponse:
        kind = _register(str(self.kwargs["register"]))
        mine = visible(
            ImportRun.objects.filter(user_id=self.actor.user_id, register=kind.name), self.actor, imports.RUN
        )
        return self.show(
            status=status,
            title=f"导入{kind.table.label}",
            form=form,
            refused=refused,
            template=reverse("registry_import_template", args=[kind.name]),
            export=reverse("registry_import_export", args=[kind.name]),
            columns=[
                (
                    column.label,
                    column.required,
                    "、".join(column.codes.values()) if column.codes else column.description,
                )
                for column in kind.table.columns
            ],
            runs=[(each, reverse("registry_import_run", args=[each.pk])) for each in mine[:10]],
        )


class ImportRunPage(Page[Actor]):
    """One run: what was found, and whether the good rows are written."""

    permission = imports.RUN
    template_name = "registry/import_run.html"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the import page."""
        run = imports.fetch(self.actor, int(self.kwargs["pk"]))
        kind = _register(run.register)
        return [
            Crumb(label=kind.table.label, href=reverse(kind.shown_at)),
            Crumb(label=f"导入{kind.table.label}", href=reverse("registry_import", args=[kind.name])),
        ]

    def context(self) -> dict[str, object]:
        """Return what was found."""
        run = imports.fetch(self.actor, int(self.kwargs["pk"]))
        tones = {"written": "good", "failed": "bad", "cancelled": "plain"}
        return {
            "title": run.file_name,
            "run": run,
            "state": run.get_status_display(),
            "tone": tones.get(run.status, "info"),
            "problems": run.problems[:500],
            "hidden": max(0, len(run.problems) - 500),
            "bad_href": reverse("registry_import_bad", args=[run.pk]) if run.bad_file else "",
            "list_href": reverse(_register(run.register).shown_at),
            "waiting": run.status in ("reading", "writing"),
            "slips_href": reverse("registry_import_slips", args=[run.pk])
            if run.slips_until and run.slips_until > self.now
            else "",
        }

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Write the good rows, or give up."""
        run = imports.fetch(self.actor, int(self.kwargs["pk"]))
        if "cancel" in request.POST:
            imports.cancel(actor=self.actor, at=self.now, run=run.pk)
            messages.success(request, "已取消，没有写入任何内容。")
            return HttpResponseRedirect(request.path)
        version = request.POST.get("version", "")
        return HttpResponseRedirect(
            background.write(self.actor, self.now, run, int(version) if version.isdecimal() else 0)
        )


class ImportBadPage(Page[Actor]):
    """The workbook of rows to be corrected."""

    permission = imports.RUN

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        """Answer with the workbook."""
        run = imports.fetch(self.actor, int(self.kwargs["pk"]))
        if not run.bad_file:
            raise MissingError("没有需要修改的行。")
        return FileResponse(
            run.bad_file.open("rb"), as_attachment=True, filename=f"退回修改-{Path(run.file_name).stem}.xlsx"
        )


@method_decorator(never_cache, name="dispatch")
class ImportSlipsPage(Page[Actor]):
    """The initial passwords of imported accounts: a workbook to cut into slips; then deleted."""

    permission = imports.RUN
    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Answer with the workbook, or delete them."""
        pk = int(self.kwargs["pk"])
        if "drop" in request.POST:
            imports.drop_slips(actor=self.actor, at=self.now, run=pk)
            messages.success(request, "初始密码已经删除。")
            return HttpResponseRedirect(reverse("registry_import_run", args=[pk]))
        slips = imports.fetch_slips(actor=self.actor, at=self.now, run=pk)
        answer = as_xlsx("初始密码", ["单位", "姓名", "登录名", "初始密码"], slips)
        assert isinstance(answer, HttpResponseBase)
        return answer


def _workbook(kind: Register, rows: list[dict[str, Any]], name: str, *, guide: bool) -> HttpResponseBase:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.xlsx"
        write_sheet(path, kind.table, rows, guide=guide)
        content = path.read_bytes()
    import io

    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name)


class ImportTemplatePage(Page[Actor]):
    """The workbook to fill in."""

    permission = imports.RUN

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        """Answer with the workbook."""
        kind = _register(str(self.kwargs["register"]))
        return _workbook(kind, [], f"{kind.table.label}模板.xlsx", guide=True)


class ImportExportPage(Page[Actor]):
    """The register itself as a workbook in the columns of the import."""

    permission = imports.RUN

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        """Answer with the workbook, limited to what the viewer may see; the log keeps that it was taken."""
        from django.db import transaction

        from mingjing.contexts.registry.usecases.base import log

        kind = _register(str(self.kwargs["register"]))
        rows = [kind.values(row) for row in kind.rows(self.actor)[:50_000]]
        with transaction.atomic():
            log(self.actor, self.now, "export_register", f"register:{kind.name}", {"rows": len(rows)})
        return _workbook(kind, rows, f"{kind.table.label}.xlsx", guide=False)


# comparisons

REPORTS = Table(
    name="registry.difference_reports",
    columns=(
        Column(name="at", label="比对时间", value=lambda row: row.made_at, order="made_at"),
        Column(name="register", label="台账", value=lambda row: REGISTERS[row.register].table.label, order="register"),
        Column(name="source", label="比对来源", value=lambda row: row.source, width="wide"),
        Column(name="here", label="本平台", value=lambda row: row.rows_here, number=True),
        Column(name="there", label="对方", value=lambda row: row.rows_there, number=True),
        Column(name="equal", label="一致", value=lambda row: row.equal, number=True),
        Column(name="open", label="待处理差异", value=lambda row: row.left, number=True),
        Column(name="by", label="比对人", value=lambda row: row.actor_name),
    ),
    order="-at",
    row_href=lambda row: reverse("registry_difference", args=[row.pk]),
    noun="次",
    empty="还没有比对过。把省平台导出的名单上传，就能看到两边的差异。",
)


class DifferencesPage(TableView[Actor]):
    """The list of comparisons."""

    table = REPORTS
    title = "差异比对"
    permission = compare.SEE
    lead = "与省平台等外部台账逐项比对，一处一处处理。"

    def rows(self) -> QuerySet[DifferenceReport]:
        """Return what the viewer may see."""
        rows = DifferenceReport.objects.annotate(left=Count("differences", filter=Q(differences__status="open")))
        return visible(rows, self.actor, self.permission)

    def acts(self) -> list[tuple[str, str, str]]:
        """Return the buttons."""
        return [("上传比对", reverse("registry_difference_new"), "file-diff")]


class DifferenceNewPage(Page[Actor]):
    """Where an export is handed in."""

    permission = compare.SEE
    template_name = "registry/act.html"
    title = "上传比对"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list."""
        return [Crumb(label="差异比对", href=reverse("registry_difference_list"))]

    def _form(self) -> forms.Form:
        return form_of(
            {
                "register": choice(
                    "台账", [(name, each.table.label) for name, each in REGISTERS.items() if each.compared]
                ),
                "source": words("比对来源", "如“山东省行政执法平台2026年11月导出”。", longest=128),
                "file": forms.FileField(label="对方导出的文件", help_text="XLSX 或 CSV，按列名认列。", max_length=200),
            }
        )

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the form."""
        return self._show(self._form())

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Compare."""
        form = self._form()
        form.is_bound, form.data, form.files = True, request.POST, request.FILES
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            made = compare.compare(actor=self.actor, at=self.now, **form.cleaned_data)
        except DomainError as error:
            if error.code.startswith("accounts."):
                raise
            return self._show(form, refused=error, status=422)
        return HttpResponseRedirect(reverse("registry_difference", args=[made.pk]))

    def _show(self, form: forms.Form, *, refused: DomainError | None = None, status: int = 200) -> HttpResponse:
        return self.show(
            status=status,
            title=self.title,
            act={"label": "开始比对", "explain": "只比对，不改动任何登记。", "grave": False},
            form=form,
            refused=refused,
            version=0,
            multipart=True,
            needs=[],
            back=reverse("registry_difference_list"),
        )


def _resolve(outcome: str) -> Any:
    def each(actor: Actor, at: Any, row: Difference, reason: str) -> None:
        compare.resolve_difference(
            actor=actor, at=at, difference=row.pk, version=row.version, outcome=outcome, reason=reason
        )

    return each


_KIND_TONES = {"there": Tone.ATTENTION, "here": Tone.INFO, "field": Tone.PLAIN}

ROWS = Table(
    name="registry.differences",
    columns=(
        Column(name="code", label="编码", value=lambda row: row.code, order="code"),
        Column(name="name", label="名称", value=lambda row: row.name, order="name"),
        Column(
            name="kind",
            label="差异",
            value=lambda row: Badge(text=row.get_kind_display(), tone=_KIND_TONES[row.kind]),
            order="kind",
        ),
        Column(name="label", label="项目", value=lambda row: row.label, order="label"),
        Column(name="here", label="本平台", value=lambda row: row.here, width="wide"),
        Column(name="there", label="对方", value=lambda row: row.there, width="wide"),
        Column(
            name="status",
            label="处理",
            value=lambda row: Badge(
                text=row.get_status_display(), tone=Tone.INFO if row.status == "open" else Tone.GOOD
            ),
            order="status",
        ),
        Column(name="reason", label="理由", value=lambda row: row.reason, shown=False),
        Column(name="by", label="处理人", value=lambda row: row.decided_by_name),
    ),
    filters=(
        ChoiceFilter(
            name="kind", label="差异", choices=[("there", "仅对方有"), ("here", "仅本平台有"), ("field", "内容不同")]
        ),
        ChoiceFilter(
            name="status",
            label="处理",
            choices=[("open", "待处理"), ("taken", "采用对方"), ("kept", "保留本平台"), ("noted", "已通知对方更正")],
        ),
    ),
    bulk=(
        BulkAct(
            name="take",
            label="采用对方",
            permission=compare.RESOLVE,
            each=_resolve("taken"),
            explain="按对方内容修改本平台登记，经过与页面修改相同的检查；不符合规定的不改，并列出原因。",
        ),
        BulkAct(name="keep", label="保留本平台", permission=compare.RESOLVE, each=_resolve("kept"), reason=True),
        BulkAct(name="note", label="已通知对方更正", permission=compare.RESOLVE, each=_resolve("noted"), reason=True),
    ),
    search=("code", "name"),
    search_hint="编码、名称",
    order="code",
    row_name=lambda row: f"{row.name} {row.label}",
    noun="处",
    size=50,
    empty="两边完全一致。",
)


class DifferencePage(TableView[Actor]):
    """The differences of a comparison."""

    table = ROWS
    title = "差异"
    permission = compare.SEE

    def rows(self) -> QuerySet[Difference]:
        """Return what the viewer may see."""
        report = access(DifferenceReport.objects.all(), self.actor, self.permission, pk=int(self.kwargs["pk"]))
        return visible(Difference.objects.filter(report=report), self.actor, self.permission)

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list."""
        return [Crumb(label="差异比对", href=reverse("registry_difference_list"))]
