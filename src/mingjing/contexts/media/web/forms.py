"""Forms of the room."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.media import queries, subjects
from mingjing.domain.media.recordings import HOLD_LABELS, KIND_LABELS, PURPOSE_LABELS
from mingjing.domain.media.recordings import Kind as KindOf
from mingjing.facts.schema import EVENT_TYPES

MOMENT = "%Y-%m-%dT%H:%M"


def moment(label: str, help_text: str = "", *, required: bool = True) -> forms.DateTimeField:
    """A field for a moment."""
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        required=required,
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )


class ManyFiles(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Return a list."""
        if isinstance(data, list | tuple):
            return [super(FilesField, self).clean(one, initial) for one in data]
        found = super().clean(data, initial)
        return [found] if found else []


class RecordingForm(forms.Form):
    """What its maker says of a recording, and the file or the words."""

    kind = forms.ChoiceField(label="类别", choices=[(one.value, label) for one, label in KIND_LABELS.items()])
    file = FilesField(label="文件", required=False, max_length=200)
    text = forms.CharField(
        label="文字内容", required=False, max_length=20000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="文字记录直接写在这里，不用选文件。",
    )  # fmt: skip
    shows = forms.CharField(
        label="证明内容", max_length=512, help_text="一句话：记载什么、证明什么。例如：后厨操作间地面有积水。"
    )
    started_at = moment("开始时间", "录制开始的时间；照片写拍摄时间。")
    ended_at = moment("结束时间", "录音录像填写。", required=False)
    place = forms.CharField(label="地点", max_length=256, required=False)
    device_no = forms.ChoiceField(
        label="设备", required=False, help_text="照片、录音、录像必须来自台账上登记的设备；文字、扫描件不用选。"
    )
    step = forms.ChoiceField(label="环节", required=False)
    subject = forms.CharField(required=False, max_length=96, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, today: date, subject: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        devices = [("", "—"), *queries.devices_for(actor, today)]
        device = self.fields["device_no"]
        assert isinstance(device, forms.ChoiceField)
        device.choices = devices
        if len(devices) > 1:
            device.initial = devices[1][0]
        step = self.fields["step"]
        assert isinstance(step, forms.ChoiceField)
        step.choices = steps_of(subject)
        self.fields["subject"].initial = subject

    def clean(self) -> dict[str, Any]:
        """Require a file or words, whichever the kind asks for."""
        given = super().clean() or {}
        if given.get("kind") == KindOf.NOTE:
            if not given.get("text", "").strip():
                self.add_error("text", "请填写文字内容。")
        elif not given.get("file"):
            self.add_error("file", "请选择文件。")
        return given


def steps_of(subject: str) -> Sequence[tuple[str, str]]:
    """Return the steps to choose from: those that the subject has, else every kind."""
    facts = subjects.facts_of(subject) if subject else None
    if facts and facts.steps:
        taken = [(f"{one.kind}|{one.code}", one.label) for one in facts.steps]
        # a document is left and served in one act: what shows it is there before the step is
        return [("", "—"), *taken, ("service:left|", "留置送达（先录制，后登记送达）")]
    return [("", "—"), *((f"{kind}|", label) for kind, label in EVENT_TYPES.items())]


class PurposeForm(forms.Form):
    """What one looks at a recording for."""

    purpose = forms.ChoiceField(
        label="调阅用途", choices=[("", "请选择"), *((one.value, label) for one, label in PURPOSE_LABELS.items())]
    )


class MarkForm(forms.Form):
    """A mark."""

    second = forms.IntegerField(label="第几秒", min_value=0, max_value=864_000)
    text = forms.CharField(label="标记内容", max_length=200)
    step_kind = forms.ChoiceField(label="环节", required=False, choices=[("", "—"), *EVENT_TYPES.items()])


class HoldForm(forms.Form):
    """A hold."""

    reason = forms.ChoiceField(
        label="留存原因", choices=[("", "请选择"), *((one.value, label) for one, label in HOLD_LABELS.items())]
    )
    words = forms.CharField(label="说明", required=False, max_length=256, help_text="例如复议、诉讼案号。")


class WhyForm(forms.Form):
    """A reason."""

    why = forms.CharField(label="理由", max_length=256)


class ExtendForm(WhyForm):
    """A later day, and why."""

    until = forms.DateField(label="延长至", widget=forms.DateInput(attrs={"type": "date"}))
    field_order = ("until", "why")


class DecideForm(forms.Form):
    """A decision on a proposed disposal."""

    approved = forms.ChoiceField(
        label="审核意见",
        choices=[("1", "同意处置：删除原件，保留登记和摘要"), ("0", "不同意，继续保存")],
        widget=forms.RadioSelect,
    )
    opinion = forms.CharField(label="说明", required=False, max_length=256, help_text="不同意的必须写明。")


class AssignForm(forms.Form):
    """To what a recording belongs."""

    subject = forms.ChoiceField(label="归入", required=False)
    other = forms.CharField(label="其他编码", required=False, max_length=96, help_text="不在上面的，填写编码。")
    step_kind = forms.ChoiceField(label="环节", required=False, choices=[("", "—"), *EVENT_TYPES.items()])

    def __init__(self, *args: Any, suggested: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["subject"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "请选择"), *suggested]
        kinds = [(one.code, one.label) for one in subjects.registered()]
        self.fields["other_kind"] = forms.ChoiceField(label="其他类别", required=False, choices=[("", "—"), *kinds])
        self.order_fields(["subject", "other_kind", "other", "step_kind"])

    def chosen(self) -> str:
        """Return what was chosen."""
        given = self.cleaned_data
        if given["subject"]:
            return str(given["subject"])
        return f"{given['other_kind']}:{given['other']}" if given["other_kind"] and given["other"] else ""
