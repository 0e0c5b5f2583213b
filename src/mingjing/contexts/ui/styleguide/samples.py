"""Made-up content of the kind that pages really have."""

from dataclasses import dataclass
from datetime import date, datetime

from django import forms
from django.core.paginator import Paginator
from django.db.models import Q
from django.utils import timezone

from mingjing.contexts.ui.capture import SignatureField
from mingjing.contexts.ui.components import (
    Badge,
    Chart,
    ChartKind,
    Crumb,
    Event,
    Fact,
    Series,
    Step,
    StepState,
    Tab,
    Tone,
)
from mingjing.contexts.ui.tables import BulkAct, ChoiceFilter, Column, DateFilter, FlagFilter, Table
from mingjing.contexts.ui.tables.saved import SavedView
from mingjing.contexts.ui.tables.views import Head, line_of

MONTHS = [f"{month} 月" for month in range(1, 11)]
AGENCIES = ["市场监管局", "综合执法局", "卫生健康局", "应急管理局", "交通运输局", "农业农村局"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRow:
    """A row of the table."""

    pk: int
    name: str
    number: str
    agency: str
    state: Badge
    until: date
    cases: int | None


ROWS = [
    SampleRow(
        pk=1,
        name="王建国",
        number="37083100123",
        agency="泗水县市场监督管理局",
        state=Badge(text="有效", tone=Tone.GOOD),
        until=date(2029, 6, 30),
        cases=37,
    ),
    SampleRow(
        pk=2,
        name="李敏",
        number="37083100124",
        agency="泗水县市场监督管理局",
        state=Badge(text="有效", tone=Tone.GOOD),
        until=date(2029, 6, 30),
        cases=21,
    ),
    SampleRow(
        pk=3,
        name="欧阳娜娜",
        number="37083100207",
        agency="泗水县综合行政执法局",
        state=Badge(text="年审将到期", tone=Tone.ATTENTION),
        until=date(2026, 12, 31),
        cases=1284,
    ),
    SampleRow(
        pk=4,
        name="赵宁",
        number="37083100311",
        agency="泗水县卫生健康局",
        state=Badge(text="暂扣", tone=Tone.PLAIN),
        until=date(2028, 3, 31),
        cases=None,
    ),
    SampleRow(
        pk=5,
        name="刘芳",
        number="37083100452",
        agency="济宁市生态环境局泗水县分局",
        state=Badge(text="已过期", tone=Tone.BAD),
        until=date(2026, 9, 30),
        cases=8,
    ),
]
OFFICERS = Table(
    name="sample.officers",
    columns=(
        Column(name="name", label="姓名", value=lambda row: row.name, order="name", href=lambda _: "#"),
        Column(name="number", label="执法证号", value=lambda row: row.number, order="number"),
        Column(name="agency", label="执法机关", value=lambda row: row.agency),
        Column(name="state", label="证件状态", value=lambda row: row.state, order="state"),
        Column(name="until", label="有效期至", value=lambda row: row.until, order="until"),
        Column(name="cases", label="办理案件", value=lambda row: row.cases, order="cases", number=True),
    ),
    filters=(
        ChoiceFilter(name="state", label="证件状态", choices=[("valid", "有效"), ("due", "年审将到期")]),
        DateFilter(name="until", label="有效期", field="until"),
        FlagFilter(name="due", label="三十日内到期", condition=Q()),
    ),
    bulk=(
        BulkAct(name="remind", label="提醒年度注册", permission="", each=lambda *_: None, icon="bell-ringing"),
        BulkAct(name="suspend", label="暂扣证件", permission="", each=lambda *_: None, icon="player-pause"),
    ),
    search=("name",),
    search_hint="姓名、证号",
    order="name",
    row_name=lambda row: row.name,
)


class SampleForm(forms.Form):
    """A form with every kind of field."""

    party = forms.CharField(label="当事人名称", help_text="个人写姓名；单位写营业执照上的全称，不用简称。")
    code = forms.CharField(label="统一社会信用代码", max_length=18, help_text="18 位。个人不填。", required=False)
    kind = forms.ChoiceField(label="办案程序", choices=[("ordinary", "普通程序"), ("summary", "简易程序")])
    day = forms.DateField(label="立案日期", widget=forms.DateInput(attrs={"type": "date"}))
    how = forms.ChoiceField(
        label="送达方式",
        choices=[("direct", "直接送达"), ("lien", "留置送达"), ("mail", "邮寄送达")],
        widget=forms.RadioSelect,
        initial="direct",
    )
    fact = forms.CharField(
        label="案情摘要", widget=forms.Textarea(attrs={"rows": 3}), help_text="时间、地点、行为、后果。"
    )
    sure = forms.BooleanField(label="当事人已确认送达地址", required=False)


class SampleFileForm(forms.Form):
    """A form with a file."""

    file = forms.FileField(label="人员名册", help_text="XLSX，一次不超过 10 000 行。")


class SampleCaptureForm(forms.Form):
    """What a phone takes: a signature, a photo."""

    signature = SignatureField(label="当事人签名")
    photo = forms.FileField(label="拍照", required=False)


def samples() -> dict[str, object]:
    """Return what the page of the style guide is given."""
    wrong = SampleForm({"party": "", "code": "91370831MA3C0000X1000", "kind": "ordinary"})
    return {
        "crumbs": [Crumb(label="主体和人员", href="#"), Crumb(label="执法人员", href="#")],
        "today": date(2026, 11, 20),
        "day_over": date(2026, 11, 16),
        "day_soon": date(2026, 11, 22),
        "day_far": date(2026, 12, 31),
        "facts": [
            Fact(label="姓名", value="王建国"),
            Fact(label="执法证号", value="37083100123", href="#"),
            Fact(label="所属机关", value="泗水县市场监督管理局"),
            Fact(label="证件状态", value=Badge(text="有效", tone=Tone.GOOD), note="有效期至 2029-06-30"),
            Fact(label="执法领域", value=["食品安全", "特种设备", "价格监督"]),
            Fact(label="最近登录", value=timezone.make_aware(datetime(2026, 11, 19, 16, 42))),
            Fact(label="兼职岗位", value=None),
        ],
        "form": SampleForm(),
        "wrong": wrong,
        "file_form": SampleFileForm(),
        "capture_form": SampleCaptureForm(),
        "events": [
            Event(
                at=_at(11, 18, 9, 5), title="制作处罚决定书", who="李敏", text="泗市监罚〔2026〕118 号", tone=Tone.GOOD
            ),
            Event(
                at=_at(11, 12, 15, 30),
                title="法制审核退回一次",
                who="赵宁",
                text="裁量理由未写明从轻情节。",
                tone=Tone.ATTENTION,
            ),
            Event(at=_at(11, 6, 10, 0), title="送达行政处罚告知书", who="王建国、李敏"),
            Event(at=_at(10, 28, 8, 40), title="立案", who="王建国", href="#"),
        ],
        "steps": [
            Step(label="立案", state=StepState.DONE, note="10-28"),
            Step(label="调查取证", state=StepState.DONE, note="11-05"),
            Step(label="事先告知", state=StepState.DONE, note="11-06"),
            Step(label="法制审核", state=StepState.CURRENT, note="赵宁"),
            Step(label="集体讨论", state=StepState.BLOCKED, note="缺裁量说明"),
            Step(label="决定", note="01-26 前"),
            Step(label="送达"),
        ],
        "tabs": [
            Tab(label="基本信息", href="#tabs", current=True),
            Tab(label="执法证件", href="#tabs", count=2),
            Tab(label="培训和考试", href="#tabs", count=14),
            Tab(label="办理的案件", href="#tabs", count=37),
        ],
        "pages": Paginator(range(342), 20).get_page(7),
        **_table(),
        "charts": [
            Chart(
                name="checks",
                title="2026 年各月涉企行政检查",
                labels=MONTHS,
                label_head="月份",
                series=[
                    Series(name="行政检查", values=[212, 168, 240, 226, 198, 187, 175, 181, 169, 154]),
                    Series(name="综合查一次", values=[18, 22, 41, 47, 52, 58, 61, 66, 71, 74]),
                ],
                unit="户次",
                summary="检查总量较年初下降 27%，其中综合查一次由 18 户次增至 74 户次。",
                source="行政检查台账",
            ),
            Chart(
                name="agencies",
                title="各机关按期办结率",
                labels=AGENCIES,
                label_head="执法机关",
                series=[Series(name="按期办结率", values=[98.2, 96.5, 99.1, 94.8, 92.3, 97.7])],
                unit="%",
                kind=ChartKind.BAR_ACROSS,
                summary="六个机关中，交通运输局最低，为 92.3%。",
            ),
            Chart(
                name="results",
                title="案卷评查结果",
                labels=["优秀", "合格", "基本合格", "不合格"],
                label_head="等次",
                series=[Series(name="案卷", values=[42, 131, 17, 4])],
                unit="件",
                kind=ChartKind.PIE,
                summary="评查 194 件，不合格 4 件。",
            ),
            Chart(
                name="trend",
                title="线索办结用时",
                labels=MONTHS,
                label_head="月份",
                series=[Series(name="中位数", values=[21, 20, 18, 19, 15, 14, 14, 12, None, 11])],
                unit="天",
                kind=ChartKind.LINE,
                summary="由 21 天缩短到 11 天；9 月没有办结的线索。",
            ),
        ],
    }


def _table() -> dict[str, object]:
    """The table as its page would be given it."""
    heads = [Head(column=one, href="#", sorted="ascending" if one.name == "name" else "") for one in OFFICERS.columns]
    return {
        "table": OFFICERS,
        "heads": [head if head.column.order else Head(column=head.column) for head in heads],
        "lines": [line_of(OFFICERS, OFFICERS.columns, row) for row in ROWS],
        "leaf": Paginator(range(96), 20).get_page(1),
        "asked": [part for one in OFFICERS.filters for part in one.asked({"state": "valid"}, NOBODY)],
        "chosen": [("证件状态：有效", "#"), ("含“王”", "#")],
        "searches": True,
        "bulk": OFFICERS.bulk,
        "size": 20,
        "all_columns": [(one, True) for one in OFFICERS.columns],
        "saved": [
            (SavedView(key="1", name="本月到期", query="due=1"), True),
            (SavedView(key="2", name="未年审", query="state=due", shared=True, own=False), False),
        ],
        "exports": {"csv": "#", "xlsx": "#"},
    }


class _Nobody:
    user_id = 0
    code = name = unit_path = ""

    def may(self, code: str) -> bool:
        return False

    def closed(self, code: str) -> str:
        """Nothing is closed to them."""
        return ""


NOBODY = _Nobody()


def _at(month: int, day: int, hour: int, minute: int) -> datetime:
    return timezone.make_aware(datetime(2026, month, day, hour, minute))
