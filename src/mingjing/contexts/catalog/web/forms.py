"""The forms of the room. What they make is plain data; the use cases judge it."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.catalog.models import BenchmarkEdition
from mingjing.contexts.catalog.web.look import MANNERS, PARTIES
from mingjing.domain.catalog import cleanups, delegations
from mingjing.domain.catalog.criteria import Effect
from mingjing.domain.catalog.items import KIND_LABELS, SOURCES, flows
from mingjing.domain.catalog.lists import ListKind
from mingjing.domain.catalog.promises import BY_PLACE, PromiseUnit
from mingjing.domain.discretion.benchmarks import PENALTY_KINDS, Direction
from mingjing.domain.discretion.circumstances import (
    FACTS,
    FactKind,
    criteria_as_data,
    criteria_of_data,
    read_criteria,
    write_criteria,
)
from mingjing.domain.discretion.ranges import as_data, of_data, read_range
from mingjing.facts.schema import DOMAINS, EVENT_TYPES
from mingjing.kernel.errors import DomainError
from mingjing.kernel.money import fen_of
from mingjing.law.instruments import Level as Rank

_CRITERIA_HELP = (
    "一行一个条件，办案时自动比对。例如：初次违法；危害后果=后果轻微|没有危害后果；货值金额<10000元。不写则由人判断。"
)


class CriteriaField(forms.CharField):
    """Conditions, a line each; the clean value is plain data."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> Any:
        """Read the conditions."""
        text = super().clean(value)
        try:
            return criteria_as_data(read_criteria(text or ""))
        except DomainError as error:
            raise forms.ValidationError(error.message) from error

    def prepare_value(self, value: Any) -> Any:
        """Write them again."""
        return write_criteria(criteria_of_data(value)) if isinstance(value, list) else value


class RangeField(forms.CharField):
    """A fine as a list writes it; the clean value is plain data."""

    def clean(self, value: Any) -> Any:
        """Read the fine."""
        text = (super().clean(value) or "").strip()
        if not text:
            return None
        try:
            found = read_range(text if any(sign in text for sign in "元倍%％") or "百分" in text else f"{text}元")
        except DomainError as error:
            raise forms.ValidationError(error.message) from error
        if found is None:
            raise forms.ValidationError(
                "看不懂罚款幅度。写法举例：1000元以上5000元以下；违法所得1倍以上3倍以下；每平方米50元。"
            )
        return as_data(found)

    def prepare_value(self, value: Any) -> Any:
        """Write it again."""
        found = of_data(value) if isinstance(value, dict) else None
        return found.label if found else value


class LinesField(forms.CharField):
    """Several texts, a line each."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> Any:
        """Split the lines."""
        return [line.strip() for line in (super().clean(value) or "").splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        """Join them again."""
        return "\n".join(value) if isinstance(value, list) else value


def unit_choices(actor: Actor, permission: str) -> list[tuple[str, str]]:
    """The units for which the actor may act."""
    rows = visible(Unit.objects.filter(valid_to__isnull=True), actor, permission).exclude(kind__in=["office", "squad"])
    return [(row.code, row.name) for row in rows.order_by("path")]


class ItemForm(forms.Form):
    """What an edition of an item says."""

    name = forms.CharField(label="事项名称", max_length=256)
    kind = forms.ChoiceField(label="类别", choices=[(one.value, label) for one, label in KIND_LABELS.items()])
    basis = LinesField(
        label="依据",
        help_text="一行一条，写到条、款、项，例如：《城市绿化条例》第二十六条第一款第（三）项。提交时逐条到法律法规库核对。",
    )
    section = forms.CharField(label="承办机构", required=False, max_length=128, help_text="科室、中队或者窗口。")
    level = forms.CharField(label="行使层级", required=False, max_length=64)
    domain = forms.ChoiceField(label="执法领域", required=False, choices=[("", "—"), *DOMAINS.items()])
    act_code = forms.CharField(
        label="违法行为代码",
        required=False,
        max_length=64,
        help_text="同一违法行为在各部门用同一代码，职责交叉由此发现。",
    )
    parties = forms.MultipleChoiceField(
        label="行政相对人", required=False, choices=tuple(PARTIES.items()), widget=forms.CheckboxSelectMultiple
    )
    flow = forms.ChoiceField(
        label="流程图", required=False, choices=[("", "—"), *((one.code, one.label) for one in flows().values())]
    )
    procedure_basis = forms.CharField(
        label="程序依据", required=False, max_length=256, help_text="没有自己的程序依据的不写，适用省行政程序规定。"
    )
    limit_days = forms.IntegerField(label="办理期限（日）", required=False, min_value=1, max_value=3650)
    promised_parameter = forms.ChoiceField(
        label="承诺办结时限",
        required=False,
        choices=[("", "本事项自己的承诺，写在下面"), *BY_PLACE.items()],
        help_text="从受理到决定，按当地办公时间计时。没有承诺的，下面不写。",
    )
    promised_amount = forms.CharField(label="承诺的数目", required=False, max_length=16, help_text="例如0.5。")
    promised_unit = forms.ChoiceField(
        label="承诺的单位", required=False, choices=[(one.value, one.label.removeprefix("个")) for one in PromiseUnit]
    )
    promised_basis = forms.CharField(
        label="承诺的依据", required=False, max_length=256, help_text="方案条目或者公布的清单。"
    )
    records = forms.CharField(
        label="记录要求",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="一行一个环节，后写方式（文字、录音、录像、照片），必须音像记录的再写“必录”。例如：现场检查 录像 必录。",
    )
    sources = forms.MultipleChoiceField(
        label="来源清单", required=False, choices=tuple(SOURCES.items()), widget=forms.CheckboxSelectMultiple
    )
    is_random = forms.BooleanField(label="列入随机抽查事项清单", required=False, help_text="列入的，下面五项都要填写。")
    random_object = forms.CharField(label="抽查对象", required=False, max_length=256)
    random_content = forms.CharField(label="抽查内容", required=False, max_length=512)
    random_ratio = forms.CharField(label="抽查比例", required=False, max_length=64)
    random_manner = forms.CharField(label="抽查方式", required=False, max_length=64)
    random_frequency = forms.CharField(label="抽查频次", required=False, max_length=64)
    promise = forms.BooleanField(label="实行告知承诺", required=False)
    legal_review = forms.BooleanField(label="列入重大执法决定法制审核目录", required=False)
    fee = forms.CharField(label="收费（罚没）标准", required=False, max_length=256)
    single_officer_basis = forms.CharField(label="一人执法的法定依据", required=False, max_length=256)
    summary_cap_basis = forms.CharField(label="简易程序数额例外的依据", required=False, max_length=256)
    complaint_channel = forms.CharField(label="监督和救济渠道", required=False, max_length=256)
    major = CriteriaField(label="重大案件标准", required=False, help_text=_CRITERIA_HELP)
    cross_region = CriteriaField(label="跨区域案件标准", required=False, help_text="例如：涉及的县（市、区）数>1。")
    notes = forms.CharField(label="备注", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    reason = forms.CharField(
        label="修订说明", required=False, max_length=512, help_text="为什么起草或者修订，留在版本历史里。"
    )

    GROUPS: ClassVar[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
        (
            "基本信息",
            "clipboard-list",
            ("name", "kind", "basis", "section", "level", "domain", "act_code", "parties", "sources"),
        ),
        (
            "程序和记录",
            "git-branch",
            (
                "flow",
                "procedure_basis",
                "limit_days",
                "promised_parameter",
                "promised_amount",
                "promised_unit",
                "promised_basis",
                "records",
                "legal_review",
                "promise",
            ),
        ),
        (
            "随机抽查",
            "arrows-shuffle",
            ("is_random", "random_object", "random_content", "random_ratio", "random_manner", "random_frequency"),
        ),
        (
            "其他",
            "dots",
            (
                "fee",
                "single_officer_basis",
                "summary_cap_basis",
                "complaint_channel",
                "major",
                "cross_region",
                "notes",
                "reason",
            ),
        ),
    )

    def clean_records(self) -> list[dict[str, Any]]:
        """Read the stages."""
        stages = {label: code for code, label in EVENT_TYPES.items()}
        manners = {label: code for code, label in MANNERS.items()}
        found = []
        for line in self.cleaned_data["records"].splitlines():
            parts = line.replace("：", " ").replace("（", " ").replace("）", " ").split()
            if not parts:
                continue
            if parts[0] not in stages:
                raise forms.ValidationError(f"没有“{parts[0]}”这个环节。可用：{'、'.join(stages)}。")
            manner = next((manners[one] for one in parts[1:] if one in manners), "text")
            found.append({"stage": stages[parts[0]], "manner": manner, "mandatory": "必录" in parts})
        return found

    def content(self) -> dict[str, Any]:
        """Return the content of an edition."""
        given = self.cleaned_data
        random = {name: given[f"random_{name}"] for name in ("object", "content", "ratio", "manner", "frequency")}
        standards = [
            {"label": label, "effect": effect.value, "criteria": given[field]}
            for field, label, effect in (
                ("major", "重大案件", Effect.MAJOR),
                ("cross_region", "跨区域案件", Effect.CROSS_REGION),
            )
            if given[field]
        ]
        plain = [name for name in self.fields if not name.startswith(("random_", "promised_"))]
        skip = {"is_random", "major", "cross_region", "reason"}
        return {
            **{name: given[name] for name in plain if name not in skip},
            "promised_time": self._promised(),
            "random": random if given["is_random"] else None,
            "major_criteria": standards,
        }

    def _promised(self) -> dict[str, str] | None:
        """Return the promise: a parameter's, or the item's own; none where neither an amount nor a basis is written."""
        given = self.cleaned_data
        if given["promised_parameter"]:
            return {"parameter": given["promised_parameter"], "unit": PromiseUnit.DAY.value}
        if not given["promised_amount"] and not given["promised_basis"]:
            return None
        unit = given["promised_unit"] or PromiseUnit.DAY.value
        return {"amount": given["promised_amount"].strip(), "unit": unit, "basis": given["promised_basis"]}

    @staticmethod
    def initial_of(content: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the form shows of a content."""
        random, promised = content.get("random") or {}, content.get("promised_time") or {}
        standards = {row["effect"]: row.get("criteria", []) for row in content.get("major_criteria") or []}
        records = [
            " ".join(
                part
                for part in (
                    EVENT_TYPES.get(row["stage"], row["stage"]),
                    MANNERS.get(row["manner"], row["manner"]),
                    "必录" if row.get("mandatory") else "",
                )
                if part
            )
            for row in content.get("records") or []
        ]
        return {
            **content,
            "records": "\n".join(records),
            "is_random": bool(random),
            **{f"random_{name}": value for name, value in random.items()},
            **{f"promised_{name}": value for name, value in promised.items()},
            "major": standards.get("major", []),
            "cross_region": standards.get("cross_region", []),
        }


class NewItemForm(ItemForm):
    """A new item: its code and unit too."""

    code = forms.CharField(label="事项编码", max_length=64, help_text="按省统一编码填写；以后不再改变。")
    unit = forms.ChoiceField(label="实施主体")

    GROUPS: ClassVar[tuple[tuple[str, str, tuple[str, ...]], ...]] = (
        ("归属", "building-bank", ("code", "unit")),
        *ItemForm.GROUPS,
    )

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]

    def content(self) -> dict[str, Any]:
        """Return the content of an edition."""
        return {key: value for key, value in super().content().items() if key not in ("code", "unit")}


class BenchmarkForm(forms.Form):
    """What an edition of a benchmark says, beside its tiers and factors."""

    basis = LinesField(label="依据", help_text="一行一条。")
    law_fine = RangeField(
        label="法定罚款幅度", required=False, help_text="照依据写，例如：1000元以上50000元以下。各档都不能超出。"
    )
    law_kinds = forms.MultipleChoiceField(
        label="法定处罚种类", required=False, choices=tuple(PENALTY_KINDS.items()), widget=forms.CheckboxSelectMultiple
    )
    upper = forms.ChoiceField(
        label="上级基准", required=False, help_text="有上级基准的必须选择；本基准只能在它的幅度以内细化。"
    )
    notes = forms.CharField(label="备注", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    reason = forms.CharField(label="修订说明", required=False, max_length=512)

    def __init__(self, *args: Any, uppers: list[BenchmarkEdition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            ("", "没有上级基准"),
            *((row.holder.code, f"{row.holder.unit.name}（第{row.number}版）") for row in uppers),
        ]
        self.fields["upper"].choices = choices  # type: ignore[attr-defined]


class NewBenchmarkForm(BenchmarkForm):
    """A new benchmark: its unit and level too."""

    unit = forms.ChoiceField(label="制定机关")
    level = forms.ChoiceField(label="层级", choices=[("county", "县级"), ("city", "市级"), ("province", "省级")])

    field_order = ("unit", "level")

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]


class TierForm(forms.Form):
    """A tier."""

    name = forms.CharField(label="档次", max_length=64)
    condition = forms.CharField(
        label="适用条件", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    criteria = CriteriaField(label="自动比对", required=False, help_text=_CRITERIA_HELP)
    kinds = forms.MultipleChoiceField(
        label="处罚种类",
        required=False,
        choices=tuple(PENALTY_KINDS.items()),
        widget=forms.SelectMultiple(attrs={"size": 4}),
    )
    fine = RangeField(label="罚款幅度", required=False, max_length=128)
    manner = forms.CharField(label="处罚方式", required=False, max_length=256)
    refines = forms.CharField(label="细化上级的哪一档", required=False, max_length=64)


class FactorForm(forms.Form):
    """A factor."""

    label = forms.CharField(label="情节", max_length=128)
    direction = forms.ChoiceField(label="作用", choices=[(one.value, one.label) for one in Direction])
    criteria = CriteriaField(label="自动比对", required=False)
    percent = forms.IntegerField(label="取幅度的百分之几", required=False, min_value=1, max_value=100)
    basis = forms.CharField(label="依据", max_length=256)


TierForms = forms.formset_factory(TierForm, extra=2, can_delete=True, max_num=20)
FactorForms = forms.formset_factory(FactorForm, extra=1, can_delete=True, max_num=20)


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label="理由", max_length=512, widget=forms.Textarea(attrs={"rows": 3}))


class DatedReasonForm(ReasonForm):
    """Why, and from when."""

    on = forms.DateField(
        label="从哪一天起", required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text="不写为今天。"
    )


class PublishForm(forms.Form):
    """On which document, from when."""

    document = forms.CharField(label="公布文件", required=False, max_length=128, help_text="文号或者公告的名称。")
    effective_from = forms.DateField(
        label="施行日期",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="不写为今天；不能早于今天。",
    )


class CompileForm(forms.Form):
    """Which list of which unit."""

    unit = forms.ChoiceField(label="单位")
    kind = forms.ChoiceField(label="清单种类")

    def __init__(self, *args: Any, units: list[tuple[str, str]], kinds: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]


class DelegationForm(forms.Form):
    """An item handed to a town."""

    item = forms.CharField(label="事项编码", max_length=64, help_text="在“执法事项”页面可以查到。")
    unit = forms.ChoiceField(label="承接镇街")
    form = forms.ChoiceField(label="方式", choices=[(one.value, one.label) for one in delegations.Form])
    document = forms.CharField(label="文件依据", max_length=256)
    started_on = forms.DateField(label="起始日期", widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]


class EvaluationForm(forms.Form):
    """What an evaluation found."""

    outcome = forms.ChoiceField(label="结论", choices=[(one.value, one.label) for one in delegations.Outcome])
    findings = forms.CharField(
        label="评估情况", widget=forms.Textarea(attrs={"rows": 4}), help_text="办案数量、人员、装备、复议诉讼等。"
    )
    proposal = forms.CharField(
        label="调整建议", required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="接不住的必须填写。"
    )


class RoundForm(forms.Form):
    """A clean-up round."""

    code = forms.CharField(label="编码", max_length=64)
    name = forms.CharField(label="名称", max_length=128)
    unit = forms.ChoiceField(label="组织单位")
    document = forms.CharField(label="文件依据", required=False, max_length=256)
    due_on = forms.DateField(label="完成期限", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]


class ProposalForm(forms.Form):
    """What is proposed for an item."""

    item = forms.CharField(label="事项编码", max_length=64)
    outcome = forms.ChoiceField(label="清理意见", choices=[(one.value, one.label) for one in cleanups.Outcome])
    reason = forms.CharField(label="理由", widget=forms.Textarea(attrs={"rows": 3}))
    argued = forms.CharField(
        label="论证材料", required=False, max_length=256, help_text="取消、调整、暂停的必须经过论证。"
    )
    effective_on = forms.DateField(label="执行日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))


class ImportForm(forms.Form):
    """A workbook of items or benchmarks."""

    unit = forms.ChoiceField(label="导入到哪个单位")
    file = forms.FileField(label="表格文件")

    def __init__(self, *args: Any, units: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = units  # type: ignore[attr-defined]


class LawFileForm(forms.Form):
    """A full text."""

    file = forms.FileField(label="法律全文")


class LawForm(forms.Form):
    """An instrument without its text."""

    code = forms.CharField(label="编号", max_length=64)
    title = forms.CharField(label="名称", max_length=256)
    short = forms.CharField(label="简称", required=False, max_length=128)
    level = forms.ChoiceField(
        label="效力层级", choices=[(one.value, one.label) for one in Rank if one is not Rank.PRACTICE]
    )
    number = forms.CharField(label="文号", required=False, max_length=128)
    issuer = forms.CharField(label="制定机关", required=False, max_length=128)
    in_force_from = forms.DateField(label="施行日期", required=False, widget=forms.DateInput(attrs={"type": "date"}))


class StandingForm(forms.Form):
    """What happened to an instrument."""

    standing = forms.ChoiceField(
        label="时效",
        choices=[("in_force", "现行有效"), ("amended", "已被修改"), ("repealed", "已经废止"), ("not_yet", "尚未施行")],
    )
    on = forms.DateField(label="从哪一天起", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    notes = forms.CharField(label="说明", required=False, max_length=512, help_text="修改或者废止它的文件。")


class HandleForm(forms.Form):
    """What was done about it."""

    handling = forms.CharField(label="处理情况", widget=forms.Textarea(attrs={"rows": 3}), max_length=512)


class CaseForm(forms.Form):
    """The circumstances of a case, for the calculator; only what the benchmark and the lists ask."""

    tier = forms.ChoiceField(label="档次", required=False, help_text="不选，则按所填情节判断。")

    def __init__(self, *args: Any, asked: list[str], tiers: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tier"].choices = [("", "按情节判断"), *((one, one) for one in tiers)]  # type: ignore[attr-defined]
        for code in asked:
            self.fields[code] = _question(code)

    def circumstances(self) -> dict[str, Any]:
        """Return the answers; what was not answered is not there."""
        found: dict[str, Any] = {}
        for code, value in self.cleaned_data.items():
            if code == "tier" or value in ("", None):
                continue
            kind = FACTS[code].kind
            found[code] = value == "yes" if kind is FactKind.FLAG else fen_of(value) if kind is FactKind.FEN else value
        return found


class _MoneyField(forms.CharField):
    def clean(self, value: Any) -> Any:
        """Check that the amount can be read; it stays as it was written."""
        text = super().clean(value)
        try:
            return text and (fen_of(text), text)[1]
        except DomainError as error:
            raise forms.ValidationError(error.message) from error


def _question(code: str) -> forms.Field:
    fact = FACTS[code]
    if fact.kind is FactKind.FLAG:
        choices = [("", "不清楚"), ("yes", "是"), ("no", "否")]
        return forms.ChoiceField(label=fact.label, required=False, choices=choices, help_text=fact.help)
    if fact.kind is FactKind.CHOICE:
        return forms.ChoiceField(
            label=fact.label, required=False, choices=[("", "不清楚"), *fact.choices], help_text=fact.help
        )
    if fact.kind is FactKind.FEN:
        return _MoneyField(label=f"{fact.label}（元）", required=False, help_text=fact.help or "例如：8000、1.2万元。")
    return forms.IntegerField(label=fact.label, required=False, min_value=0, max_value=10**9, help_text=fact.help)


def entry_forms(kind: ListKind) -> type[forms.BaseFormSet[Any]]:
    """Make the forms of the entries of a list, by the columns of its kind."""
    fields: dict[str, Any] = {
        "number": forms.CharField(label="序号", max_length=16),
        "item": forms.CharField(label="事项编码", required=False, max_length=64),
    }
    for column in kind.columns:
        fields[column.code] = forms.CharField(
            label=column.label, required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
        )
    if kind.leniency:
        fields["criteria"] = CriteriaField(label="自动比对", required=False, help_text="一行一个条件，如：初次违法。")
    form = type("EntryForm", (forms.Form,), fields)
    return forms.formset_factory(form, extra=3, can_delete=True, max_num=500)
