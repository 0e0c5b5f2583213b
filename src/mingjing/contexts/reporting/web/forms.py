"""Forms of the reporting room."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.plans.usecases.files import FileGiven
from mingjing.contexts.reporting.models import Collection, ReportKind
from mingjing.contexts.reporting.templates import collections
from mingjing.contexts.reporting.usecases.collect import MOST_WORDS

TO_FILL = "待填：平台没有这一项。"


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


class ReportForm(forms.Form):
    """A report to be drafted."""

    kind = forms.ChoiceField(label="种类", choices=ReportKind.choices)
    period = forms.CharField(label="期间", max_length=16, help_text="月写 2026-10，季写 2026-Q3，年写 2026。")
    plan = forms.ChoiceField(
        label="方案", required=False, help_text="中期、终期评估必须选定；其他不选就是全部执行中的方案。"
    )
    title = forms.CharField(label="标题", max_length=200, required=False, help_text="不填就按种类自动写。")

    def __init__(self, *args: Any, plans: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["plan"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "（全部执行中的方案）"), *plans]


class DeliveryForm(forms.Form):
    """To whom a report must go."""

    addressee = forms.CharField(label="报送对象", max_length=128)
    due_on = _day("报送时限", required=False)
    why = forms.CharField(label="时限依据", max_length=128, required=False)


class DeliverForm(forms.Form):
    """That a report went."""

    on = _day("报送日期")
    words = forms.CharField(label="说明", max_length=300, required=False, help_text="报送方式、签收人。")
    receipt = forms.FileField(label="回执", required=False)


class CollectionForm(forms.Form):
    """What units are asked to send in."""

    kind = forms.ChoiceField(label="种类")
    period = forms.CharField(label="期间", max_length=16, help_text="月写 2026-10，季写 2026-Q3，年写 2026。")
    title = forms.CharField(label="名称", max_length=200, required=False, help_text="不填就按种类自动写。")
    due_on = _day("报送时限", required=False, help_text="不填就按规定的时限。")
    text = forms.CharField(label="要求", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    units = forms.MultipleChoiceField(
        label="单位", required=False, widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text="不选就是全部执法部门和镇街；按住 Ctrl 可以多选。",
    )  # fmt: skip

    def __init__(self, *args: Any, place_units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, units = self.fields["kind"], self.fields["units"]
        assert isinstance(kind, forms.ChoiceField)
        assert isinstance(units, forms.MultipleChoiceField)
        kind.choices = [(code, str(one["title"]).replace("$period", "")) for code, one in collections().items()]
        units.choices = list(place_units)


class SubmissionForm(forms.Form):
    """What a unit sends: a field for each figure, a file for each attachment."""

    unit = forms.ChoiceField(label="报送单位")
    text = forms.CharField(label="文字说明", required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(
        self,
        *args: Any,
        collection: Collection,
        units: Sequence[Unit],
        prefilled: Mapping[str, int | str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.code, one.name) for one in units]
        if len(units) == 1:
            field.initial = units[0].code
            field.widget = forms.HiddenInput()
        self.collection = collection
        for one in collection.fields:
            offered = prefilled.get(one["code"])
            unit = f"（{one['unit']}）" if one.get("unit") else ""
            self.fields[f"figure_{one['code']}"] = forms.CharField(
                label=f"{one['label']}{unit}",
                max_length=MOST_WORDS if one.get("text") else 32,
                initial="" if offered is None else str(offered),
                help_text=TO_FILL
                if offered is None
                else f"平台{'登记的' if one.get('text') else '数出来'}是 {offered}；与实际不符的可以改，在文字说明里写明原因。",
            )
        for one in collection.attachments:
            self.fields[f"file_{one['code']}"] = forms.FileField(label=one["label"], required=False)
        figures = [f"figure_{one['code']}" for one in collection.fields]
        self.order_fields(["unit", *figures, *(f"file_{one['code']}" for one in collection.attachments), "text"])

    def figures(self) -> dict[str, str]:
        """Return the figures by code."""
        return {one["code"]: self.cleaned_data[f"figure_{one['code']}"] for one in self.collection.fields}

    def files_given(self) -> dict[str, FileGiven]:
        """Return the files by code."""
        found = {}
        for one in self.collection.attachments:
            file = self.cleaned_data.get(f"file_{one['code']}")
            if file:
                found[one["code"]] = FileGiven(name=file.name, content=file.read())
        return found
