"""Forms of the work on tasks: sub-tasks, files, links, visits."""

from collections.abc import Sequence
from typing import Any

from django import forms

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.plans.models import CheckItem, SubTask, Task, VisitKind
from mingjing.contexts.plans.usecases.break_down import SubTaskGiven
from mingjing.contexts.plans.usecases.files import FileGiven
from mingjing.domain.plans.ledger import LinkKind, YearElementKind


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def _words(
    label: str, *, rows: int = 4, required: bool = True, most: int = 4000, help_text: str = ""
) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=most, required=required, help_text=help_text, widget=widget)


def file_given(form: forms.Form, name: str = "file") -> FileGiven | None:
    """Return the file of a valid form with its content."""
    file = form.cleaned_data.get(name)
    return FileGiven(name=file.name, content=file.read()) if file else None


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


class SubTaskForm(UnitForm):
    """A sub-task."""

    title = forms.CharField(label="措施", max_length=300, help_text="写一件能验收的事，例如“核对执法证件信息”。")
    goal = forms.DecimalField(label="目标数", required=False, min_value=0, max_digits=14, decimal_places=2)
    goal_unit = forms.CharField(
        label="计量单位", max_length=32, required=False, help_text="件、户、次、份；出一份制度就是 1 份。"
    )
    due_on = _day("完成时间", required=False)
    section = forms.CharField(label="责任科室", max_length=100, required=False)
    person = forms.CharField(label="责任人", max_length=64, required=False)
    owner = forms.CharField(
        label="责任人登录名", max_length=150, required=False, help_text="填了以后，这条措施会出现在他的待办里。"
    )
    reason = forms.CharField(label="改动理由", max_length=200, required=False, help_text="提交以后再改必须填写。")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def given(self) -> SubTaskGiven:
        """Return what was typed."""
        data = self.cleaned_data
        names = ("title", "goal", "goal_unit", "due_on", "section", "person", "owner")
        return SubTaskGiven(**{name: data[name] for name in names})

    @staticmethod
    def initial_of(sub: SubTask) -> dict[str, Any]:
        """Return what the form of a sub-task begins with."""
        return {
            "unit": sub.unit.code, "title": sub.title, "goal": sub.goal, "goal_unit": sub.goal_unit,
            "due_on": sub.due_on, "section": sub.section, "person": sub.person,
            "owner": sub.owner.username if sub.owner else "", "version": sub.version,
        }  # fmt: skip


class SubTaskReportForm(forms.Form):
    """How far a sub-task is."""

    reached = forms.DecimalField(label="完成数", min_value=0, max_digits=14, decimal_places=2)
    words = _words("说明", rows=3, required=False, most=500, help_text="未到目标就办结的，必须说明。")
    state = forms.ChoiceField(
        label="办理",
        choices=[("running", "继续推进"), ("done", "已完成，办结"), ("dropped", "取消（写明理由）")],
        widget=forms.RadioSelect,
        initial="running",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class MaterialForm(UnitForm):
    """A file that shows what was done."""

    file = forms.FileField(label="佐证材料", help_text="不超过 50 MB；上传时即计算摘要，此后不能替换，只能另传。")
    words = forms.CharField(label="说明", max_length=300, required=False)
    year = forms.IntegerField(label="所属年度", min_value=2000, max_value=2100)
    sub_task = forms.ChoiceField(label="对应措施", required=False)

    def __init__(self, *args: Any, sub_tasks: Sequence[SubTask], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["sub_task"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "（整项任务）"), *((str(one.pk), one.title) for one in sub_tasks)]
        if not sub_tasks:
            field.widget = forms.HiddenInput()


class LinkForm(forms.Form):
    """How a task hangs together with another."""

    kind = forms.ChoiceField(
        label="关系",
        choices=[
            (LinkKind.NEEDS.value, "依赖：对方完成以后，本任务才能完成"),
            (LinkKind.RELATED.value, "关联：共用佐证材料"),
        ],
        widget=forms.RadioSelect,
        initial=LinkKind.NEEDS.value,
    )
    other = forms.ChoiceField(label="对方任务")
    words = forms.CharField(label="说明", max_length=300, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, tasks: Sequence[Task], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in tasks:
            groups.setdefault(one.plan.title, []).append((str(one.pk), f"{one.no or one.position} {one.title}"))
        field = self.fields["other"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(groups.items())


class NewTaskForm(forms.Form):
    """A task that is added by hand."""

    title = forms.CharField(label="任务", max_length=500)
    text = _words("内容", required=False)
    lead = forms.ChoiceField(label="牵头单位", required=False)
    others = forms.MultipleChoiceField(
        label="责任单位",
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text="按住 Ctrl 可以多选。",
    )
    words = forms.CharField(
        label="完成时限", max_length=300, required=False, help_text="照原文写，例如“2026年9月底前”。"
    )
    on = _day("最后一日", required=False)
    long_term = forms.BooleanField(label="长期坚持", required=False)
    source = forms.CharField(label="来源", max_length=300, help_text="哪次会议、哪份文件或者谁交办。")

    def __init__(self, *args: Any, units: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lead, others = self.fields["lead"], self.fields["others"]
        assert isinstance(lead, forms.ChoiceField)
        assert isinstance(others, forms.MultipleChoiceField)
        lead.choices = [("", "（没有）"), *units]
        others.choices = list(units)


class YearFileForm(UnitForm):
    """A file of a year."""

    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    head = forms.CharField(label="第一责任人", max_length=64, help_text="本单位主要负责人。")


class ElementForm(forms.Form):
    """A document of a file of a year."""

    kind = forms.ChoiceField(label="要素", choices=[(one.value, one.label) for one in YearElementKind])
    file = forms.FileField(label="材料")
    words = forms.CharField(label="说明", max_length=300, required=False)


class LedgerFileForm(forms.Form):
    """An existing ledger."""

    file = forms.FileField(label="台账（XLSX）", help_text="第一个工作表，有“任务”和“责任单位”或者“完成时限”等栏目。")


class VisitForm(forms.Form):
    """A visit, or a round of self-checks."""

    kind = forms.ChoiceField(label="方式", choices=VisitKind.choices, widget=forms.RadioSelect, initial=VisitKind.VISIT)
    title = forms.CharField(label="名称", max_length=200)
    plan = forms.ChoiceField(label="针对的方案", required=False)
    first_on = _day("开始日期")
    last_on = _day("结束日期")
    team = forms.CharField(label="督导组", max_length=300, required=False, help_text="组长和成员；自查不用填。")
    scope = _words("内容和方式", required=False)
    units = forms.MultipleChoiceField(
        label="单位", widget=forms.SelectMultiple(attrs={"size": 10}), help_text="按住 Ctrl 可以多选。"
    )

    def __init__(
        self, *args: Any, plans: Sequence[tuple[str, str]], places_units: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        plan, units = self.fields["plan"], self.fields["units"]
        assert isinstance(plan, forms.ChoiceField)
        assert isinstance(units, forms.MultipleChoiceField)
        plan.choices = [("", "（不限）"), *plans]
        units.choices = list(places_units)


class RecordForm(UnitForm):
    """That a unit was visited."""

    on = _day("日期")
    words = _words("情况", help_text="看了什么、访谈了谁、总体怎样。")


class CheckForm(forms.Form):
    """How a person on duty was found."""

    officer = forms.ChoiceField(label="人员")
    on = _day("日期")
    words = _words("情况", rows=3, required=False)
    due_on = _day("整改时限", required=False, help_text="有不符合的必填；到期没有整改的算超期。")

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["officer"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(people)
        for one in CheckItem:
            self.fields[one.value] = forms.ChoiceField(
                label=one.label,
                choices=[("", "未检查"), ("yes", "符合"), ("no", "不符合")],
                required=False,
                widget=forms.RadioSelect,
            )
        self.order_fields(["officer", "on", *CheckItem.values, "words", "due_on"])

    @property
    def results(self) -> dict[CheckItem, bool]:
        """What was looked at, and whether it was in order."""
        said = {one: self.cleaned_data[one.value] for one in CheckItem}
        return {one: word == "yes" for one, word in said.items() if word}


class FindingForm(UnitForm):
    """A problem."""

    words = _words("问题", rows=3)
    due_on = _day("整改时限")
    task = forms.ChoiceField(label="对应任务", required=False)

    def __init__(self, *args: Any, tasks: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["task"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "（没有）"), *tasks]


class AnswerForm(forms.Form):
    """How a problem was mended."""

    answer = _words("整改情况")
    file = forms.FileField(label="整改材料", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


class SummaryForm(forms.Form):
    """The summary of a visit."""

    summary = _words("总体情况")
    version = forms.IntegerField(widget=forms.HiddenInput)
