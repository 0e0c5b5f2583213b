"""What bodies of justice are handed and told: their own pages; on the case page, telling them and acting on what they made of it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.accounts.queries import names_of
from mingjing.contexts.accounts.web.acts import ActPage
from mingjing.contexts.cases import queries
from mingjing.contexts.cases.models import Case, JusticeResult, Notice, NoticeKind
from mingjing.contexts.cases.usecases import notices
from mingjing.contexts.cases.web.noticelines import result_lines, standing
from mingjing.contexts.cases.web.page import InPlacePage
from mingjing.contexts.ui.components import Crumb, Fact
from mingjing.contexts.ui.tables import ChoiceFilter, Column, Table, TableView
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.procedures.justice import RESULTS
from mingjing.law.citations import cite

TABLE = Table(
    name="cases.referred",
    columns=(
        Column(name="sent", label="收到日期", value=lambda row: localdate(row.sent_at), order="sent_at"),
        Column(name="kind", label="类别", value=lambda row: row.get_kind_display(), order="kind"),
        Column(name="title", label="案由", value=lambda row: row.case.title, width="wide"),
        Column(name="from", label="移送、通报机关", value=lambda row: row.case.unit.name),
        Column(name="standing", label="结果", value=standing),
        Column(name="case_no", label="案号", value=lambda row: row.case.case_no, shown=False),
        Column(name="unit", label="接收机关", value=lambda row: row.unit.name, shown=False),
    ),
    filters=(ChoiceFilter(name="kind", label="类别", choices=NoticeKind.choices),),
    search=("case__title", "case__case_no"),
    search_hint="案由、案号",
    order="-sent",
    key="code",
    row_href=lambda row: reverse("cases_referred_one", args=[row.code]),
    row_name=lambda row: row.case.title,
    noun="件",
    empty="没有移送、通报本机关的案件。",
)


class ReferredPage(TableView[Actor]):
    """What was handed or told to the viewer's own body of justice."""

    table, title, permission = TABLE, "移送和通报本机关的案件", notices.VIEW
    export_name = "移送和通报的案件"
    lead = "行政执法机关移送、抄送、通报本机关的案件；只看到移送和通报的内容。办理以后登记结果，对方即时知悉。"

    def rows(self) -> QuerySet[Notice]:
        """Return what the viewer's body was handed or told."""
        return queries.notices_of(self.actor)


def _fetch(actor: Actor, code: str) -> Notice:
    found = queries.notices_of(actor).filter(code=code).first()
    if found is None:
        raise MissingError("没有找到这项移送、通报，或者您无权查看。")
    return found


def facts_of(row: Notice) -> list[Fact]:
    """Return what the body is told, and nothing else of the case."""
    found = [
        Fact(label="类别", value=row.get_kind_display()),
        Fact(label="案由", value=row.case.title),
        Fact(label="案号", value=row.case.case_no),
        Fact(label="当事人", value=row.case.party.name),
        Fact(label="移送、通报机关", value=row.case.unit.name),
        Fact(label="接收机关", value=row.unit.name),
        Fact(label="收到时间", value=row.sent_at),
        Fact(label="案情", value=row.content),
    ]
    if row.referral is not None:
        found += [
            Fact(label="受移送机关", value=row.referral.recipient),
            Fact(label="批准移送时间", value=row.referral.approved_at),
            Fact(label="移送时间", value=row.referral.transferred_at),
        ]
    return [one for one in found if one.value not in ("", None)]


class ReferredOnePage(Page[Actor]):
    """One of them: what is told, what was made of it."""

    permission, template_name = notices.VIEW, "cases/referred.html"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list."""
        return [Crumb(label="移送和通报本机关的案件", href=reverse("cases_referred"))]

    def context(self) -> dict[str, Any]:
        """Return it."""
        row = _fetch(self.actor, str(self.kwargs["notice"]))
        names = names_of(one.recorded_by for one in row.results.all())
        may = self.actor.may(notices.permission_of(row.body))
        return {
            "title": row.case.title,
            "facts": facts_of(row),
            "badge": standing(row),
            "results": result_lines(row, names),
            "record_href": reverse("cases_referred_result", args=[row.code]) if may else "",
        }


class ResultPage(ActPage[Notice]):
    """Record what the viewer's body made of it."""

    permission, title, act = notices.VIEW, "登记结果", "登记"
    lead = "结果即时告知移送、通报的机关，并列入案件；需要对方办理的，列入其待办。"

    def fetch(self) -> Notice:
        """
        Return what was handed or told.

        :raises MissingError: if there is none such, or not for a body of which the viewer may record results
        """
        row = _fetch(self.actor, str(self.kwargs["notice"]))
        if not self.actor.may(notices.permission_of(row.body)):
            raise MissingError("没有找到这项移送、通报，或者您无权登记结果。")
        return row

    def facts(self) -> list[Fact]:
        """Return what it is about."""
        return facts_of(self.row)

    def form(self, data: Any = None) -> forms.Form:
        """Return the form, with the results that the body may come to."""
        form = forms.Form(data)
        choices = [(one.code, f"{one.label}（{cite(one.citation).label}）") for one in RESULTS[self.row.body]]
        form.fields["kind"] = forms.ChoiceField(label="结果", choices=choices, widget=forms.RadioSelect)
        form.fields["on"] = forms.DateField(
            label="作出日期",
            initial=self.today,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
        form.fields["document"] = forms.CharField(label="文书文号", max_length=128, required=False)
        form.fields["reason"] = forms.CharField(
            label="理由和意见",
            max_length=4_000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text="不予立案、不受理、转送、移回、不起诉、裁判的写明理由或者意见。",
        )
        return form

    def do(self, given: dict[str, Any]) -> str:
        """Record it."""
        notices.record_result(actor=self.actor, at=self.now, notice=self.row.code, version=self.version, **given)
        return self.back()

    def back(self) -> str:
        """Return the page of the notice."""
        return reverse("cases_referred_one", args=[self.row.code])


class NoticePage(InPlacePage):
    """Tell a body of justice the facts, or object to what the police decided."""

    part, label, button, done = "referrals", "通报案情", "发出", "已发出。"
    explain = (
        "案情通报、提请复议、建议立案监督发给所选机关，该机关只看到这里写明的内容和所选的移送。"
        "登记移送时间时，受移送机关和同级检察机关（抄送移送书）自动收到，不必另行通报。"
    )

    def make(self, row: Case) -> forms.Form:
        """Return the form: whom, what."""
        form = forms.Form()
        kinds = [(one.value, one.label) for one in (NoticeKind.FACTS, NoticeKind.REVIEW, NoticeKind.SUPERVISION)]
        form.fields["kind"] = forms.ChoiceField(label="类别", choices=kinds, widget=forms.RadioSelect, initial="facts")
        known = [(f"{body}:{unit.code}", unit.name) for body, unit in notices.recipients(row, self.now)]
        form.fields["to"] = forms.ChoiceField(label="接收机关", choices=known)
        sent = [
            (one.code, f"{one.recipient}（{one.get_to_display()}）") for one in row.referrals.exclude(to="discipline")
        ]
        form.fields["referral"] = forms.ChoiceField(label="有关的移送", choices=[("", "没有"), *sent], required=False)
        form.fields["content"] = forms.CharField(
            label="案情", max_length=4_000, widget=forms.Textarea(attrs={"rows": 5}),
            help_text="主要事实、证据和处理情况；提出异议的写明理由。",
        )  # fmt: skip
        return form

    def run(self, values: dict[str, Any], version: int) -> None:
        """Send it."""
        body, _, unit = values.pop("to").partition(":")
        notices.send_notice(actor=self.actor, at=self.now, case=self.row.code, body=body, unit=unit, **values)


class HandlePage(InPlacePage):
    """Record what was done upon a result."""

    part, label, button, done = "referrals", "登记处理情况", "登记", "已登记。"

    def open(self) -> Any:
        """Fetch case and result."""
        sight = super().open()
        rows = JusticeResult.objects.select_related("notice__case__unit")
        found = rows.filter(notice__case=self.row, pk=self.kwargs["pk"]).first()
        if found is None:
            raise MissingError("没有找到这项结果。")
        self.result, self.explain = found, found.means.follow
        return sight

    def version(self) -> int:
        """Return the version of the result."""
        return self.result.version

    def make(self, row: Case) -> forms.Form:
        """Return the form."""
        form = forms.Form()
        form.fields["words"] = forms.CharField(
            label="处理情况", max_length=4_000, widget=forms.Textarea(attrs={"rows": 4})
        )
        return form

    def run(self, values: dict[str, Any], version: int) -> None:
        """Record it."""
        notices.handle_result(
            actor=self.actor, at=self.now, case=self.row.code, result=self.result.pk, version=version, **values
        )
