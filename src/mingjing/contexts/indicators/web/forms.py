"""Forms of the indicators room: they read what was typed; whether it may be is the use cases' to say."""

from collections.abc import Sequence
from typing import Any, Final

import yaml
from django import forms

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.indicators.usecases.base import FileGiven
from mingjing.contexts.indicators.usecases.report_figures import FigureGiven, lines_of
from mingjing.domain.indicators.definitions import Definition, Direction, ReportedSource, Reporter, Shape, source_data
from mingjing.domain.indicators.judging import Comparison
from mingjing.domain.indicators.periods import Period, PeriodKind
from mingjing.facts.mapping import built_in
from mingjing.kernel.errors import DomainError

_LONGEST_SOURCE: Final = 5_000


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


def given_files(form: forms.Form, name: str = "evidence") -> list[FileGiven]:
    """Return the files of a field with their content."""
    return [FileGiven(name=one.name, content=one.read()) for one in form.cleaned_data.get(name) or []]


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class DefinitionForm(forms.Form):
    """An indicator as a person writes it; the source is written as in the sets (YAML)."""

    code = forms.RegexField(
        r"^[a-z][a-z0-9-]{1,38}$", label="编号", help_text="小写字母、数字和短横，如 review-rate。定了不能改。"
    )
    title = forms.CharField(label="名称", max_length=100)
    category = forms.CharField(label="类别", max_length=32, required=False)
    meaning = forms.CharField(label="含义", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    numerator = forms.CharField(label="分子", max_length=200)
    denominator = forms.CharField(label="分母", max_length=200, required=False, help_text="单个数值没有分母。")
    unit = forms.CharField(label="计量单位", max_length=16, required=False, help_text="占比为 %，其余如 件、学时、分。")
    period = forms.ChoiceField(label="统计周期", choices=[(one.value, one.label) for one in PeriodKind])
    comparison = forms.ChoiceField(label="目标", choices=[(one.value, one.label) for one in Comparison])
    value = forms.DecimalField(label="目标值", required=False, help_text="与上年同期、平均相比和只作观察的不填。")
    near = forms.DecimalField(label="接近（黄色）范围", required=False, min_value=0, help_text="差多少以内算接近。")
    least = forms.DecimalField(label="最小分母", required=False, min_value=0, help_text="分母不足的不评价。")
    accrues = forms.BooleanField(label="逐步累计", required=False, help_text="期满前没有达到目标只显示黄色。")
    direction = forms.ChoiceField(label="方向", choices=[(one.value, one.label) for one in Direction])
    source = forms.CharField(
        label="数据来源",
        max_length=_LONGEST_SOURCE,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text="写法见《指标和考评指南》：rule 规则、facts 统计口径、register 台账统计、reported 单位填报，四选一。",
    )
    place_only = forms.BooleanField(label="只算全地区", required=False)
    units_only = forms.BooleanField(label="只算各单位", required=False)
    responsible = forms.CharField(label="责任单位", max_length=100, required=False)
    citation = forms.CharField(
        label="依据", max_length=300, required=False, help_text="条文编号，用顿号或者空格分开，如 CF 58、SS-32。"
    )
    plan = forms.CharField(label="出自", max_length=300, required=False)
    words = forms.CharField(
        label="对应原文的词",
        max_length=300,
        required=False,
        help_text="方案里出现这些词就提示本指标；要同时出现的用+连接，一行一个。",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    evidence = forms.CharField(label="佐证材料", max_length=300, required=False)
    remarks = forms.CharField(label="备注", max_length=500, required=False)
    reason = forms.CharField(label="修改理由", max_length=500, required=False, help_text="新建可以不写，修改必须写。")
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def clean_source(self) -> dict[str, Any]:
        """Read the source."""
        try:
            read = yaml.safe_load(self.cleaned_data["source"])
        except yaml.YAMLError as error:
            raise forms.ValidationError("数据来源的缩进或者标点不对，读不出来。") from error
        if not isinstance(read, dict):
            raise forms.ValidationError("数据来源要写成“名称: 值”的样子，如 rule: penalty.disclosure.in-time。")
        return read

    def data_given(self) -> dict[str, Any]:
        """Return the definition as the domain reads it."""
        given = self.cleaned_data
        target: dict[str, Any] = {"comparison": given["comparison"]}
        for name in ("value", "near", "least"):
            if given.get(name) is not None:
                target[name] = str(given[name])
        if given["accrues"]:
            target["accrues"] = True
        made: dict[str, Any] = {
            name: given[name]
            for name in (
                "code",
                "title",
                "category",
                "meaning",
                "numerator",
                "denominator",
                "unit",
                "period",
                "direction",
                "source",
                "responsible",
                "plan",
                "evidence",
                "remarks",
            )
            if given[name]
        }
        made["target"] = target
        made["citation"] = [one.strip() for one in given["citation"].replace("，", "、").split("、") if one.strip()]
        made["words"] = [one.strip() for one in given["words"].splitlines() if one.strip()]
        scope = {name: True for name in ("place_only", "units_only") if given[name]}
        return made | ({"scope": scope} if scope else {})


def initial_of(one: Definition) -> dict[str, Any]:
    """Return what a form about an indicator begins with."""
    return {
        "code": one.code,
        "title": one.title,
        "category": one.category,
        "meaning": one.meaning,
        "numerator": one.numerator,
        "denominator": one.denominator,
        "unit": one.unit,
        "period": one.period.value,
        "comparison": one.target.comparison.value,
        "value": one.target.value,
        "near": one.target.near or None,
        "least": one.target.least or None,
        "accrues": one.target.accrues,
        "direction": one.direction.value,
        "source": yaml.safe_dump(source_data(one), allow_unicode=True, sort_keys=False),
        "place_only": one.place_only,
        "units_only": one.units_only,
        "responsible": one.responsible,
        "citation": "、".join(one.citation),
        "plan": one.plan,
        "words": "\n".join(one.words),
        "evidence": one.evidence,
        "remarks": one.remarks,
    }


class FigureForm(forms.Form):
    """A reported figure: two numbers, one, or a list; with evidence."""

    unit = forms.ChoiceField(label="单位", required=False)
    period = forms.ChoiceField(label="统计期")
    numerator = forms.CharField(max_length=32)
    denominator = forms.CharField(max_length=32)
    lines = forms.CharField(
        label="清单",
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="一行一项：名称，是否完成（是或者否），说明。可以从表格里整列复制过来。",
    )
    sample = forms.IntegerField(label="样本量", required=False, min_value=1)
    surveyor = forms.CharField(label="测评机构", max_length=100, required=False)
    words = forms.CharField(label="说明", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    evidence = FilesField(label="佐证材料", required=False)
    reason = forms.CharField(
        label="更正理由", max_length=300, required=False, help_text="已经采用的数据要更正时填写，原数据保留。"
    )

    def __init__(
        self,
        *args: Any,
        one: Definition,
        units: Sequence[Unit],
        whole: bool,
        periods: Sequence[Period],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        assert isinstance(one.source, ReportedSource)
        choices = [("", "全地区")] if whole else []
        choices += [(unit.code, unit.name) for unit in units]
        for name, offered in (("unit", choices), ("period", [(each.key, each.label) for each in periods])):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered
        self.fields["numerator"].label = (
            f"{one.numerator or '数值'}（{one.unit}）" if one.source.shape is Shape.NUMBER else one.numerator or "分子"
        )
        self.fields["denominator"].label = one.denominator or "分母"
        self.fields[
            "evidence"
        ].help_text = f"{one.evidence or '能证明数字的材料'}；最多 10 个，每个不超过 50 MB，上传时即计算摘要。"
        for name in {"lines"} if one.source.shape is not Shape.LIST else {"numerator", "denominator"}:
            del self.fields[name]
        if one.source.shape is Shape.NUMBER:
            del self.fields["denominator"]
        if one.source.reporter is not Reporter.KEEPER:
            del self.fields["sample"], self.fields["surveyor"]

    def clean_lines(self) -> list[tuple[str, bool, str]]:
        """Read the list."""
        try:
            return lines_of(self.cleaned_data["lines"])
        except DomainError as error:
            raise forms.ValidationError(error.message) from error

    def given(self) -> FigureGiven:
        """Return the figure."""
        given = self.cleaned_data
        return FigureGiven(
            numerator=given.get("numerator", ""),
            denominator=given.get("denominator", ""),
            lines=given.get("lines", ()),
            sample=given.get("sample"),
            surveyor=given.get("surveyor", ""),
            words=given["words"],
        )


class DeliveryForm(forms.Form):
    """Facts that are handed in."""

    unit = forms.ChoiceField(label="交送单位")
    file = forms.FileField(
        label="数据包",
        help_text="ZIP、XLSX、CSV、Parquet 都可以；一个压缩包里可以有多张表。原件保留，读不了的行退回修改。",
    )
    data_until = forms.DateField(
        label="数据截至日",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="数据里最后一天。此后的统计期不用这份数据评价。",
    )
    data_from = forms.DateField(
        label="数据起始日",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="只含某日以后的数据时填写；全部历史数据不填。",
    )
    mapping = forms.ChoiceField(label="字段对照", required=False, help_text="一般不用选，按列名自动辨认。")

    def __init__(self, *args: Any, units: Sequence[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (
            ("unit", [(unit.code, unit.name) for unit in units]),
            ("mapping", [("", "自动辨认"), *((one.id, one.label) for one in built_in())]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
