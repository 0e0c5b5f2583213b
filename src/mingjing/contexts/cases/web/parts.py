"""What belongs to a case and is edited in its place: evidence, related cases, other persons, what follows a referral."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.timezone import localtime

from mingjing.contexts.accounts.access import MissingError
from mingjing.contexts.cases import queries
from mingjing.contexts.cases.models import Case, Concerned, Evidence, Link, Referral
from mingjing.contexts.cases.usecases import evidence as acts
from mingjing.contexts.cases.usecases import links, referrals
from mingjing.contexts.cases.usecases.base import CaseError
from mingjing.contexts.cases.usecases.evidence import NewEvidence
from mingjing.contexts.cases.web.page import InPlacePage
from mingjing.contexts.cases.web.step import OfCase
from mingjing.contexts.registry.models import Party
from mingjing.facts.schema import REFERRAL_REPLIES


def _day(label: str, initial: object = None) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, initial=initial, widget=widget)


def _moment(label: str) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])


class EvidenceForm(forms.Form):
    """A piece of evidence."""

    kind = forms.ChoiceField(label="种类", choices=Evidence.KINDS)
    name = forms.CharField(label="名称", max_length=128)
    proves = forms.CharField(
        label="证明的事实",
        max_length=512,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写这份证据证明什么，不写证据本身的内容。",
    )
    source = forms.CharField(label="来源", max_length=256, help_text="谁提供、在哪里取得。")
    obtained_on = _day("取得日期")
    obtained_by = forms.CharField(label="收集人", max_length=128, required=False)
    pages = forms.IntegerField(label="页数（数量）", min_value=1, initial=1)
    step = forms.ChoiceField(label="取得的环节", required=False)
    answers = forms.MultipleChoiceField(
        label="对应的取证要求",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="这份证据是为取证清单的哪一项收集的；可以不选，也可以选几项。",
    )

    def given(self) -> NewEvidence:
        """Return it as the use cases take it."""
        return NewEvidence(**self.cleaned_data)


class EvidencePart(InPlacePage):
    """A form about evidence."""

    part = "evidence"

    def evidence(self) -> Evidence:
        """
        Return the piece of evidence that the address names.

        :raises MissingError: if the case has none such
        """
        found = self.row.evidence.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise MissingError("没有找到这份证据。")
        return found

    def version(self) -> int:
        """Return the version of the evidence that the form is for."""
        return self.evidence().version if "pk" in self.kwargs else 0

    def form_of(self, row: Case, initial: dict[str, Any]) -> forms.Form:
        """Return the form, with the steps of the case to choose from."""
        form = EvidenceForm(initial=initial)
        labels = {one.code: one.label for one in self.sight.procedure.steps}
        taken = [
            (one.code, f"{labels.get(one.step, one.step)}（{localtime(one.at):%m-%d}）") for one in row.events.all()
        ]
        form.fields["step"].choices = [("", "不属于某一环节"), *taken]  # type: ignore[attr-defined]
        wanted = [(one.code, one.label) for one in queries.wanted_evidence(row)]
        if wanted:
            form.fields["answers"].choices = wanted  # type: ignore[attr-defined]
        else:
            del form.fields["answers"]
        return form


class EvidenceNewPage(EvidencePart):
    """Enter a piece of evidence."""

    label, button, done = "增加证据", "增加", "已增加证据。"

    def make(self, row: Case) -> forms.Form:
        """Return the form: obtained today, by the handlers."""
        handlers = row.handlers.filter(until__isnull=True).values_list("officer__name", flat=True)
        return self.form_of(row, {"obtained_on": self.today, "obtained_by": "、".join(handlers)})

    def run(self, values: dict[str, Any], version: int) -> None:
        """Enter it."""
        acts.add_evidence(actor=self.actor, at=self.now, case=self.row.code, given=NewEvidence(**values))


class EvidenceEditPage(EvidencePart):
    """Correct a piece of evidence."""

    label, done = "修改证据", "已修改证据。"

    def make(self, row: Case) -> forms.Form:
        """Return the form with what is there."""
        found = self.evidence()
        return self.form_of(row, {name: getattr(found, name) for name in EvidenceForm.base_fields})

    def run(self, values: dict[str, Any], version: int) -> None:
        """Correct it."""
        given = NewEvidence(**values, recording=self.evidence().recording)
        acts.edit_evidence(
            actor=self.actor, at=self.now, case=self.row.code, evidence=self.kwargs["pk"], version=version, given=given
        )


class EvidenceExcludePage(EvidencePart):
    """Say that a piece of evidence is not believed, or is again."""

    label, done, button = "证据的采信", "已登记。", "登记"
    explain = "不采信的证据仍然保留在清单里。写明理由；清空理由表示恢复采信。"

    def make(self, row: Case) -> forms.Form:
        """Return the form with the reason that stands."""
        form = forms.Form(initial={"reason": self.evidence().excluded_reason})
        form.fields["reason"] = forms.CharField(label="不采信的理由", max_length=256, required=False)
        return form

    def run(self, values: dict[str, Any], version: int) -> None:
        """Say so."""
        acts.exclude_evidence(
            actor=self.actor,
            at=self.now,
            case=self.row.code,
            evidence=self.kwargs["pk"],
            version=version,
            reason=values["reason"],
        )


class EvidenceMovePage(OfCase):
    """Move a piece of evidence up or down the list."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Move it by one place."""
        self.open()
        keys = list(self.row.evidence.values_list("pk", flat=True))
        key = int(self.kwargs["pk"])
        if key not in keys:
            raise MissingError("没有找到这份证据。")
        at = keys.index(key)
        to = max(0, min(len(keys) - 1, at + (1 if request.POST.get("way") == "down" else -1)))
        keys.insert(to, keys.pop(at))
        acts.order_evidence(actor=self.actor, at=self.now, case=self.row.code, keys=keys)
        return HttpResponseRedirect(f"{self.home}#evidence")


class LinkNewPage(InPlacePage):
    """Say that another case belongs to this one."""

    part, label, button, done = "related", "关联案件", "关联", "已关联。"

    def make(self, row: Case) -> forms.Form:
        """Return the form."""
        form = forms.Form()
        form.fields["other"] = forms.CharField(label="案号或者案件编码", max_length=64)
        form.fields["why"] = forms.ChoiceField(label="关系", choices=Link._meta.get_field("why").choices or ())  # noqa: SLF001
        form.fields["note"] = forms.CharField(label="说明", max_length=256, required=False)
        return form

    def run(self, values: dict[str, Any], version: int) -> None:
        """Say so."""
        try:
            links.link_cases(actor=self.actor, at=self.now, case=self.row.code, **values)
        except MissingError as error:
            raise CaseError("没有找到这个案件，或者您无权查看。请核对案号。") from error


class UnlinkPage(InPlacePage):
    """Say that a case does not belong to this one after all."""

    part, label, button, done = "related", "取消关联", "取消关联", "已取消关联。"

    def make(self, row: Case) -> forms.Form:
        """Return the form."""
        if not row.links.filter(pk=self.kwargs["pk"]).exists():
            raise MissingError("没有找到这项关联。")
        form = forms.Form()
        form.fields["reason"] = forms.CharField(label="理由", max_length=256)
        return form

    def run(self, values: dict[str, Any], version: int) -> None:
        """Say so."""
        links.unlink_cases(
            actor=self.actor, at=self.now, case=self.row.code, link=self.kwargs["pk"], reason=values["reason"]
        )


class ConcernedNewPage(InPlacePage):
    """Enter another person whom the case concerns."""

    part, label, button, done = "related", "增加有关人员", "增加", "已增加有关人员。"

    def make(self, row: Case) -> forms.Form:
        """Return the form."""
        form = forms.Form()
        capacities = Concerned._meta.get_field("capacity").choices or ()  # noqa: SLF001
        form.fields["capacity"] = forms.ChoiceField(label="身份", choices=capacities)
        form.fields["name"] = forms.CharField(label="姓名（名称）", max_length=128)
        form.fields["party"] = forms.CharField(
            label="当事人编码", max_length=32, required=False, help_text="已在当事人登记中的，填写编码。"
        )
        form.fields["contact"] = forms.CharField(label="联系方式", max_length=64, required=False)
        form.fields["note"] = forms.CharField(label="说明", max_length=256, required=False)
        return form

    def run(self, values: dict[str, Any], version: int) -> None:
        """Enter him."""
        if values["party"] and not Party.objects.filter(code=values["party"]).exists():
            raise CaseError(f"没有编码为“{values['party']}”的当事人。")
        links.add_concerned(actor=self.actor, at=self.now, case=self.row.code, **values)


class ConcernedRemovePage(InPlacePage):
    """Take out somebody who was entered by mistake."""

    part, label, button, done = "related", "删除有关人员", "删除", "已删除。"

    def make(self, row: Case) -> forms.Form:
        """Return the form."""
        if not row.concerned.filter(pk=self.kwargs["pk"]).exists():
            raise MissingError("没有找到这个人员。")
        form = forms.Form()
        form.fields["reason"] = forms.CharField(label="理由", max_length=256)
        return form

    def run(self, values: dict[str, Any], version: int) -> None:
        """Take him out."""
        links.remove_concerned(
            actor=self.actor, at=self.now, case=self.row.code, concerned=self.kwargs["pk"], reason=values["reason"]
        )


class ReferralPage(InPlacePage):
    """Record that the file went over; afterwards, what was answered."""

    part, button = "referrals", "登记"

    def open(self) -> Any:
        """Fetch case and referral."""
        sight = super().open()
        found = self.row.referrals.filter(code=str(self.kwargs["referral"])).first()
        if found is None or found.code not in {one.code for one in sight.referrals}:
            raise MissingError("没有找到这项移送。")
        self.referral: Referral = found
        self.label = "登记移送" if found.transferred_at is None else "登记答复"
        self.done = "已登记。"
        return sight

    def version(self) -> int:
        """Return the version of the referral."""
        return self.referral.version

    def make(self, row: Case) -> forms.Form:
        """Return the form for what comes next."""
        form = forms.Form()
        if self.referral.transferred_at is None:
            form.fields["at"] = _moment("移送时间")
        else:
            form.fields["at"] = _moment("答复时间")
            choices = [(code, label) for code, label in REFERRAL_REPLIES.items() if code != "none"]
            form.fields["reply"] = forms.ChoiceField(label="答复", choices=choices)
        form.fields["note"] = forms.CharField(label="说明", max_length=512, required=False)
        return form

    def run(self, values: dict[str, Any], version: int) -> None:
        """Record it."""
        asked: dict[str, Any] = {
            "actor": self.actor,
            "at": self.now,
            "case": self.row.code,
            "referral": self.referral.code,
            "version": version,
            "note": values["note"],
        }
        if self.referral.transferred_at is None:
            referrals.record_transfer(transferred_at=values["at"], **asked)
        else:
            referrals.record_reply(reply=values["reply"], replied_at=values["at"], **asked)
