"""Forms of the meetings room."""

from collections.abc import Sequence
from typing import Any

from django import forms

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.meetings.models import Attendee, Session
from mingjing.contexts.meetings.usecases.hold import DecisionGiven, Item

_ROWS = 3
"""Empty lines for decisions that are added."""


class CallForm(forms.Form):
    """A meeting to be called."""

    body = forms.ChoiceField(label="机构", help_text="在“议事协调机构”里登记；成员单位都会收到通知。")
    title = forms.CharField(label="会议名称", max_length=200)
    held_at = forms.DateTimeField(
        label="时间", widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    venue = forms.CharField(label="地点", max_length=128)
    chair = forms.CharField(label="主持人", max_length=64)
    agenda = forms.CharField(
        label="议程",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="一行一个议题；要写明汇报单位的，在后面写“——单位名称”。",
    )
    plan = forms.ChoiceField(
        label="议定事项列入", required=False, help_text="纪要签发以后，议定事项成为这份方案的任务；不选就单列一份台账。"
    )

    def __init__(
        self, *args: Any, bodies: Sequence[tuple[str, str]], plans: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        body, plan = self.fields["body"], self.fields["plan"]
        assert isinstance(body, forms.ChoiceField)
        assert isinstance(plan, forms.ChoiceField)
        body.choices = list(bodies)
        plan.choices = [("", "（单列台账）"), *plans]

    def items(self) -> list[Item]:
        """Return the points of the agenda."""
        made = []
        for line in self.cleaned_data["agenda"].splitlines():
            title, _, unit = line.partition("——")
            if title.strip():
                found = Unit.objects.filter(name=unit.strip()).values_list("code", flat=True).first()
                made.append(Item(title=title.strip(), unit=found or ""))
        return made


class UnitForm(forms.Form):
    """A form whose first field is one of some units."""

    unit = forms.ChoiceField(label="单位")

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.code, one.name) for one in units]
        if len(units) == 1:
            field.initial = units[0].code
            field.widget = forms.HiddenInput()


class AnswerForm(UnitForm):
    """Whether a unit comes."""

    coming = forms.ChoiceField(
        label="是否参加", choices=[("yes", "参加"), ("no", "请假")], widget=forms.RadioSelect, initial="yes"
    )
    person = forms.CharField(label="参会人", max_length=64, required=False)
    words = forms.CharField(label="说明", max_length=300, required=False, help_text="请假的写明理由。")


class PaperForm(UnitForm):
    """A paper."""

    item = forms.ChoiceField(label="议题", required=False)
    file = forms.FileField(label="材料")

    def __init__(self, *args: Any, session: Session, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["item"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("0", "（会议通用）"), *((str(at), one["title"]) for at, one in enumerate(session.agenda, 1))]


class AttendanceForm(forms.Form):
    """Who came."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, attendees: Sequence[Attendee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attendees = attendees
        for one in attendees:
            self.fields[f"came_{one.unit.code}"] = forms.BooleanField(
                label=f"{one.unit.name} 到会", required=False, initial=one.state in ("coming", "came")
            )
            self.fields[f"person_{one.unit.code}"] = forms.CharField(
                label=f"{one.unit.name} 参会人", max_length=64, required=False, initial=one.person
            )

    def came(self) -> dict[str, str]:
        """Return who came, by unit."""
        data = self.cleaned_data
        return {
            one.unit.code: data[f"person_{one.unit.code}"] for one in self.attendees if data[f"came_{one.unit.code}"]
        }


class MinutesForm(forms.Form):
    """The words of the minutes."""

    number = forms.CharField(label="纪要期号", max_length=64, required=False)
    discussion = forms.CharField(label="会议情况", widget=forms.Textarea(attrs={"rows": 8}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class DecisionForm(forms.Form):
    """One decision."""

    words = forms.CharField(label="议定事项", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    lead = forms.ChoiceField(label="牵头单位", required=False)
    others = forms.MultipleChoiceField(label="责任单位", required=False, widget=forms.SelectMultiple(attrs={"size": 4}))
    due_words = forms.CharField(label="时限", max_length=100, required=False)
    due_on = forms.DateField(
        label="最后一日", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lead, others = self.fields["lead"], self.fields["others"]
        assert isinstance(lead, forms.ChoiceField)
        assert isinstance(others, forms.MultipleChoiceField)
        lead.choices = [("", "（没有）"), *units]
        others.choices = list(units)


Decisions = forms.formset_factory(DecisionForm, extra=_ROWS)


def decisions_given(formset: Any) -> list[DecisionGiven]:
    """Return the decisions of the filled lines."""
    return [
        DecisionGiven(
            words=row["words"], lead=row.get("lead") or "", others=tuple(row.get("others") or ()),
            due_words=row.get("due_words") or "", due_on=row.get("due_on"),
        )
        for row in formset.cleaned_data
        if row.get("words", "").strip()
    ]  # fmt: skip


class CancelForm(forms.Form):
    """Why a meeting is cancelled."""

    reason = forms.CharField(label="理由", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)
