"""Pages of monitoring records: the list, one record, how it is entered, corrected and reviewed; a case is opened from it."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localtime

from mingjing.contexts.accounts.access import Actor, access, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.web.acts import ActPage, FormPage
from mingjing.contexts.cases import queries
from mingjing.contexts.cases.models import Case, OffsiteRecord, OffsiteState
from mingjing.contexts.cases.usecases import offsite
from mingjing.contexts.cases.web import look
from mingjing.contexts.cases.web.offsitelines import (
    device_facts,
    owner_facts,
    review_facts,
    state_badge,
    telling_facts,
)
from mingjing.contexts.media import queries as media
from mingjing.contexts.registry.usecases.imports import RUN
from mingjing.contexts.registry.web.framework import history, units_of
from mingjing.contexts.ui.components import Crumb, Fact
from mingjing.contexts.ui.tables import ChoiceFilter, Column, DateFilter, FlagFilter, Table, TableView
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.procedures.offsite import MEANS, QUALITIES, SOURCE

TABLE = Table(
    name="cases.offsite",
    columns=(
        Column(name="seen", label="记录的情况", value=lambda row: row.seen, width="wide"),
        Column(
            name="device", label="设备", value=lambda row: f"{row.device_name}（{row.device_no}）", order="device_no"
        ),
        Column(name="captured", label="摄录时间", value=lambda row: row.captured_at, order="captured_at"),
        Column(name="place", label="摄录地点", value=lambda row: row.place),
        Column(name="party", label="当事人", value=lambda row: row.party.name if row.party else ""),
        Column(name="state", label="审核", value=state_badge, order="state"),
        Column(name="case", label="案件", value=lambda row: row.case.title if row.case else ""),
        Column(name="unit", label="单位", value=lambda row: row.unit.name, order="unit__path", shown=False),
        Column(name="reviewer", label="审核人", value=lambda row: row.reviewer_name, shown=False),
        Column(name="code", label="记录编码", value=lambda row: row.code, shown=False),
    ),
    filters=(
        ChoiceFilter(name="state", label="审核", choices=OffsiteState.choices),
        FlagFilter(name="untold", label="待告知当事人", condition=queries.untold),
        DateFilter(name="captured", label="摄录日期", field="captured_at", moment=True),
    ),
    search=("seen", "place", "device_name", "device_no", "device_record"),
    search_hint="情况、地点、设备、编号",
    order="-captured",
    key="code",
    row_href=lambda row: reverse("cases_offsite_record", args=[row.code]),
    row_name=lambda row: row.seen,
    noun="条",
    empty="还没有非现场记录。",
)
_DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class OffsitesPage(TableView[Actor]):
    """The list of records."""

    table, title, permission = TABLE, "非现场记录", offsite.SEE
    lead = "电子技术监控设备和远程监管取得的记录，经人工审核真实、清晰、完整、准确以后，才能据以登记案件。"
    export_name, keys_first = "非现场记录", True

    def rows(self) -> QuerySet[OffsiteRecord]:
        """Return what the viewer may see."""
        return visible(queries.offsite_records(), self.actor, self.permission)

    def acts(self) -> list[tuple[str, str, str]]:
        """Return the buttons."""
        if not self.actor.may(offsite.ENTER):
            return []
        found = [("登记记录", reverse("cases_offsite_new"), "plus")]
        if self.actor.may(RUN):
            found.append(("导入", reverse("registry_import", args=["offsite"]), "table-import"))
        return found


class OffsitePage(Page[Actor]):
    """One record."""

    permission, template_name = offsite.SEE, "cases/offsite.html"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list."""
        return [Crumb(label="非现场记录", href=reverse("cases_offsite"))]

    def context(self) -> dict[str, Any]:
        """Return what it says, its files, and what the viewer may do with it."""
        row = fetch(self.actor, self.kwargs["code"])
        subject = f"{offsite.SUBJECT}:{row.code}"
        files = list(media.of_subject(self.actor, subject)) if self.actor.may(media.SEE) else []
        return {
            "title": f"非现场记录 {row.device_record}",
            "row": row,
            "badge": state_badge(row),
            "acts": self._acts(row),
            "device": device_facts(row),
            "review": review_facts(row),
            "telling": telling_facts(row),
            "owner": owner_facts(row),
            "files": [(one.shows, reverse("media_recording", args=[one.code]), one.started_at) for one in files],
            "upload_href": self._upload_href(subject) if row.state == OffsiteState.WAITING else "",
            "events": history([subject], room="cases", acts=look.ACTS),
        }

    def _acts(self, row: OffsiteRecord) -> list[tuple[str, str, str]]:
        def may(permission: str) -> bool:
            return self.actor.scope(permission).reaches(path=row.unit.path, place=row.unit.place)

        code, found = [row.code], []
        if row.state == OffsiteState.WAITING and may(offsite.REVIEW):
            found.append(("审核", reverse("cases_offsite_review", args=code), "clipboard-check"))
        if row.state == OffsiteState.WAITING and may(offsite.ENTER):
            found.append(("补正", reverse("cases_offsite_edit", args=code), "edit"))
        if row.state == OffsiteState.PASSED and row.case is None and may(offsite.OPEN):
            given = {"source": SOURCE, "source_ref": row.code, "facts": row.seen}
            given |= {"party": row.party.code} if row.party else {}
            found.append(("登记案件", f"{reverse('cases_new')}?{urlencode(given)}", "plus"))
        if row.state == OffsiteState.PASSED and row.case is None and may(offsite.JOIN) and _cases_for(self.actor, row):
            found.append(("加入在办案件", reverse("cases_offsite_join", args=code), "link"))
        if row.state == OffsiteState.PASSED and (row.party or row.case) and may(offsite.TELL):
            found.append(("登记告知", reverse("cases_offsite_tell", args=code), "message"))
        return found

    def _upload_href(self, subject: str) -> str:
        may = self.actor.may(offsite.ENTER) and self.actor.may("media.recording.add")
        return f"{reverse('media_new')}?{urlencode({'subject': subject, 'kind': 'data'})}" if may else ""


def fetch(actor: Actor, code: str) -> OffsiteRecord:
    """Return a record that the viewer may see."""
    return access(queries.offsite_records(), actor, offsite.SEE, code=code)


def _cases_for(actor: Actor, row: OffsiteRecord) -> list[Case]:
    """The undecided cases that the viewer handles to which a record may be added: of its party, if it names one."""
    mine = Case.objects.filter(queries.handled_by(actor.user_id), status="open", decided_on__isnull=True)
    if row.party is not None:
        mine = mine.filter(Q(party=row.party) | Q(party=row.party.merged_into_id))
    return list(visible(mine.select_related("party"), actor, offsite.JOIN).order_by("-opened_at")[:200])


class OffsiteForm(forms.Form):
    """What is entered of a record."""

    unit = forms.ChoiceField(label="单位")
    device_name = forms.CharField(label="设备名称", max_length=128)
    device_no = forms.CharField(label="设备编号", max_length=64)
    device_record = forms.CharField(label="设备记录号", max_length=64, help_text="设备或者监管系统给这条记录的编号。")
    captured_at = forms.DateTimeField(
        label="摄录时间",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "step": 1}, format="%Y-%m-%dT%H:%M:%S"),
        input_formats=["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    place = forms.CharField(label="摄录地点", max_length=256)
    seen = forms.CharField(label="记录的情况", max_length=512, widget=forms.Textarea(attrs={"rows": 3}))
    party = forms.CharField(
        label="当事人编码", max_length=64, required=False, help_text="已经查明的填写当事人登记的编码；没有查明的留空。"
    )
    legal_verified_on = forms.DateField(
        label="法制审核日期", required=False, widget=_DAY, help_text="设备设置以前经过法制审核的日期。"
    )
    technical_verified_on = forms.DateField(label="技术审核日期", required=False, widget=_DAY)
    location_published_on = forms.DateField(label="设置地点公布日期", required=False, widget=_DAY)
    location_published_at = forms.CharField(label="公布的地点和载体", max_length=256, required=False)


class OffsiteNewPage(FormPage):
    """Enter a record."""

    permission, title, act = offsite.ENTER, "登记非现场记录", "登记"
    lead = "设备要经过法制和技术审核，设置合理、标志明显，设置地点向社会公布；缺一项的记录审核时不能通过。"

    def form(self, data: Any = None) -> forms.Form:
        """Return the form, for one of the viewer's units."""
        form = OffsiteForm(data)
        units = units_of(self.actor, offsite.ENTER)
        form.fields["unit"].choices = units  # type: ignore[attr-defined]
        mine = Unit.objects.filter(path=self.actor.unit_path).values_list("code", flat=True).first()
        form.fields["unit"].initial = mine
        return form

    def do(self, given: dict[str, Any]) -> str:
        """Enter it."""
        unit = given.pop("unit")
        [row] = offsite.enter_offsite(actor=self.actor, at=self.now, records=[(unit, given)])
        return reverse("cases_offsite_record", args=[row.code])

    def back(self) -> str:
        """Return the list."""
        return reverse("cases_offsite")


class _OfRecord(ActPage[OffsiteRecord]):
    def fetch(self) -> OffsiteRecord:
        """Return the record."""
        return fetch(self.actor, self.kwargs["code"])

    def back(self) -> str:
        """Return the record's page."""
        return reverse("cases_offsite_record", args=[self.kwargs["code"]])


class OffsiteEditPage(_OfRecord):
    """Correct a record that waits for its review."""

    permission, title = offsite.ENTER, "补正非现场记录"

    def form(self, data: Any = None) -> forms.Form:
        """Return the form with what is there."""
        row = self.row
        initial = {name: getattr(row, name) for name in offsite.FIELDS} | {"party": row.party.code if row.party else ""}
        form = OffsiteForm(data, initial=initial)
        del form.fields["unit"]
        return form

    def do(self, given: dict[str, Any]) -> str:
        """Correct it."""
        offsite.correct_offsite(actor=self.actor, at=self.now, code=self.row.code, version=self.version, values=given)
        return self.back()


class OffsiteReviewPage(_OfRecord):
    """Review a record."""

    permission, title, act = offsite.REVIEW, "审核非现场记录", "提交审核结果"
    lead = "逐项审核记录内容；未经审核或者经审核不符合要求的，不得作为行政处罚的证据。审核以后不能再改。"

    def facts(self) -> list[Fact]:
        """Return what is to be reviewed."""
        return device_facts(self.row)

    def form(self, data: Any = None) -> forms.Form:
        """Return the form."""
        form = forms.Form(data)
        form.fields["qualities"] = forms.MultipleChoiceField(
            label="记录内容", choices=list(QUALITIES.items()), required=False, widget=forms.CheckboxSelectMultiple,
            help_text="符合的打钩；通过要四项都符合。",
        )  # fmt: skip
        form.fields["result"] = forms.ChoiceField(
            label="审核结果", choices=[("passed", "通过"), ("rejected", "不通过")], widget=forms.RadioSelect
        )
        form.fields["finding"] = forms.CharField(
            label="审核意见",
            max_length=512,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="看到了什么，为什么通过或者不通过。",
        )
        return form

    def do(self, given: dict[str, Any]) -> str:
        """Review it."""
        offsite.review_offsite(
            actor=self.actor,
            at=self.now,
            code=self.row.code,
            version=self.version,
            qualities=given["qualities"],
            passed=given["result"] == "passed",
            finding=given["finding"],
        )
        return self.back()


class OffsiteTellPage(_OfRecord):
    """Record that the party was told of a record."""

    permission, title, act = offsite.TELL, "登记告知当事人", "登记"
    lead = "应当及时告知当事人违法事实，并为其查询、陈述和申辩提供便利；不得限制或者变相限制陈述权、申辩权。"

    def facts(self) -> list[Fact]:
        """Return what is told of."""
        return owner_facts(self.row) + device_facts(self.row)[2:5]

    def form(self, data: Any = None) -> forms.Form:
        """Return the form."""
        form = forms.Form(data)
        form.fields["told_at"] = forms.DateTimeField(
            label="告知时间",
            initial=localtime(self.now),
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        )
        form.fields["means"] = forms.ChoiceField(
            label="告知方式", choices=list(MEANS.items()), widget=forms.RadioSelect
        )
        form.fields["receiver"] = forms.CharField(
            label="接收人", max_length=64, required=False, help_text="当面告知的，写谁听取；其他方式可以不写。"
        )
        form.fields["content"] = forms.CharField(
            label="告知的内容",
            max_length=2000,
            initial=f"{localtime(self.row.captured_at):%Y年%-m月%-d日%H:%M}，{self.row.device_name}在{self.row.place}记录到：{self.row.seen}。",
            widget=forms.Textarea(attrs={"rows": 4}),
        )
        form.fields["ways"] = forms.CharField(
            label="查询、陈述和申辩的途径",
            max_length=512,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text="在哪里可以查看记录，向谁、怎样陈述和申辩。",
        )
        return form

    def do(self, given: dict[str, Any]) -> str:
        """Record it."""
        offsite.tell_offsite(actor=self.actor, at=self.now, code=self.row.code, **given)
        return self.back()


class OffsiteJoinPage(_OfRecord):
    """Add a record to a case under way."""

    permission, title, act = offsite.JOIN, "加入在办案件", "加入"
    lead = (
        "同一当事人的同一违法行为持续发生的，审核通过的记录加入还没有作出决定的案件，成为案件证据。加入以后不能撤出。"
    )

    def facts(self) -> list[Fact]:
        """Return what is added."""
        return owner_facts(self.row) + device_facts(self.row)[:5]

    def form(self, data: Any = None) -> forms.Form:
        """Return the form, with the cases that it may go to."""
        form = forms.Form(data)
        cases = [(one.code, f"{one.title}（{one.party.name}）") for one in _cases_for(self.actor, self.row)]
        form.fields["case"] = forms.ChoiceField(
            label="案件", choices=cases or [("", "没有您承办的、这个当事人的在办案件")]
        )
        form.fields["reason"] = forms.CharField(
            label="为什么属于本案",
            max_length=512,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="同一违法行为怎样持续；记录没有写明当事人的，怎样认定是本案当事人。",
        )
        return form

    def do(self, given: dict[str, Any]) -> str:
        """Add it."""
        offsite.join_offsite(actor=self.actor, at=self.now, code=self.row.code, version=self.version, **given)
        return reverse("case", args=[given["case"]])
