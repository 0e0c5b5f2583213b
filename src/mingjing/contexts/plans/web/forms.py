"""Forms of the plans room: they read what was typed; whether it may be is the use cases' to say."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.plans.models import Task
from mingjing.contexts.plans.usecases.files import FileGiven
from mingjing.contexts.plans.usecases.keep_ledger import DeadlineGiven, PartGiven
from mingjing.domain.plans.model import Mode

_ROWS = 3
"""Empty lines for what is added."""
GROUP = "*"
"""What stands for all units that the words name, by the register."""


class ManyFiles(forms.ClearableFileInput):
    """A field that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; cleaned to a list."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        """Check each file."""
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(one, initial) for one in given]


class ImportForm(forms.Form):
    """A document, or the text of one."""

    file = forms.FileField(
        label="方案文件",
        required=False,
        help_text="DOCX、DOC、PDF、网页、TXT、XLSX 都可以；扫描的 PDF 先识别成文字（每页约十秒，页数多的在后台进行）。只读取，不改动原件。",
    )
    text = forms.CharField(
        label="或者粘贴文字",
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="从网页或者文档里复制全文，连同标题、文号和附件里的任务表。",
    )

    def clean(self) -> dict[str, Any]:
        """Require one of the two."""
        given = super().clean() or {}
        if bool(given.get("file")) == bool((given.get("text") or "").strip()):
            raise forms.ValidationError("请选择一个文件，或者粘贴文字，二者选一。")
        return given


class TaskForm(forms.Form):
    """A task's own words."""

    no = forms.CharField(label="序号", max_length=64, required=False)
    title = forms.CharField(label="任务", max_length=500)
    text = forms.CharField(label="内容", required=False, widget=forms.Textarea(attrs={"rows": 6}))
    reason = forms.CharField(
        label="改动理由", max_length=200, required=False, help_text="方案启用以后必须填写，记入日志。"
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class PartForm(forms.Form):
    """One unit that takes part."""

    words = forms.CharField(label="原文名称", max_length=200, required=False)
    mode = forms.ChoiceField(label="参与方式", choices=[(one.value, one.label) for one in Mode], required=False)
    unit = forms.ChoiceField(label="对应单位", required=False)

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["unit"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "（未指定）"), (GROUP, "按单位名册对应"), *units]


class DeadlineForm(forms.Form):
    """One deadline."""

    words = forms.CharField(label="原文", max_length=300, required=False)
    on = forms.DateField(
        label="日期", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    long_term = forms.BooleanField(label="长期坚持", required=False)


Parts = forms.formset_factory(PartForm, extra=_ROWS)
Deadlines = forms.formset_factory(DeadlineForm, extra=_ROWS)


def parts_given(formset: Any, named: Callable[[str], Sequence[Unit]]) -> list[PartGiven]:
    """Return the units of the filled lines; ``named`` finds by the register the units that words name."""
    made = []
    for row in formset.cleaned_data:
        if row.get("words"):
            one = row["unit"]
            units = tuple(unit.code for unit in named(row["words"])) if one == GROUP else (one,) if one else ()
            made.append(PartGiven(words=row["words"], mode=Mode(row["mode"] or Mode.RESPONSIBLE), units=units))
    return made


def deadlines_given(formset: Any) -> list[DeadlineGiven]:
    """Return the deadlines of the filled lines."""
    return [
        DeadlineGiven(words=row.get("words") or "", on=row.get("on"), long_term=bool(row.get("long_term")))
        for row in formset.cleaned_data
        if row.get("words") or row.get("on")
    ]


class ReportForm(forms.Form):
    """What a unit reports."""

    unit = forms.ChoiceField(label="报送单位")
    period = forms.ChoiceField(label="报送期")
    words = forms.CharField(
        label="进展",
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="写明做了什么、数量和结果、还差什么。数字应当能从台账或者佐证材料核对。",
    )
    percent = forms.IntegerField(label="总体进度（%）", min_value=0, max_value=100)
    evidence = FilesField(
        label="佐证材料", required=False, help_text="最多 10 个，每个不超过 50 MB；上传时即计算摘要。"
    )

    def __init__(self, *args: Any, task: Task, units: Sequence[Unit], periods: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("unit", [(one.code, one.name) for one in units]),
            ("period", [(one.key, one.label) for one in periods]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        self.targets = list(task.targets.all())
        for target in self.targets:
            self.fields[f"figure_{target.pk}"] = forms.CharField(
                label=f"完成数（{target.unit or '数值'}）",
                required=False,
                max_length=32,
                help_text=f"方案要求：{target.words}",
            )
        self.order_fields(
            ["unit", "period", "words", *(f"figure_{one.pk}" for one in self.targets), "percent", "evidence"]
        )

    def figures(self) -> dict[int, str]:
        """Return the numbers by target."""
        return {one.pk: self.cleaned_data.get(f"figure_{one.pk}", "") for one in self.targets}

    def given_files(self) -> list[FileGiven]:
        """Return the files with their content."""
        return [FileGiven(name=one.name, content=one.read()) for one in self.cleaned_data.get("evidence") or []]


class EndForm(forms.Form):
    """What becomes of a task, and why."""

    state = forms.ChoiceField(
        label="办理",
        choices=[("done", "办结"), ("dropped", "取消"), ("open", "恢复为未办结")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label="说明", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)
