"""Fill the indicators room: both sets, the county's facts as a delivery, figures with evidence, and all of it computed."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, Final

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.demo.place import CODE, DemoPlace
from mingjing.contexts.indicators.models import Indicator, Value
from mingjing.contexts.indicators.usecases.appraise import (
    SchemeGiven,
    adjust,
    draft_scheme,
    object_to,
    publish_scheme,
    score,
)
from mingjing.contexts.indicators.usecases.base import FileGiven
from mingjing.contexts.indicators.usecases.compute import compute
from mingjing.contexts.indicators.usecases.define import approve_all, load_set
from mingjing.contexts.indicators.usecases.deliver import deliver, take_in
from mingjing.contexts.indicators.usecases.report_figures import FigureGiven, judge_figure, submit_figure
from mingjing.contexts.indicators.usecases.survey import QUESTIONS, SurveyGiven, answer_survey, open_survey

ORDER = 55
_PAPER: Final = FileGiven(name="演示佐证材料.txt", content="虚构的演示材料。\n".encode())
_LISTS: Final = {
    "counsel-coverage": ("2026", "第{}镇街聘请法律顾问", 40, 2),
    "demo-05": ("2026", "第{}户重点监管对象", 40, 2),
    "demo-17": ("2026H1", "泗案评〔2026〕第{}号案卷", 30, 2),
    "certificates-implemented": ("2026", "第{}项证明事项", 50, 1),
}
_SATISFACTION: Final = (("2025H2", "86.2", 612), ("2026H1", "91.5", 640))


def fill(place: DemoPlace) -> str:
    """Define, approve, deliver, report, judge, compute: each by who does it in a bureau."""
    head, overseer = place.actor("overseer_head"), place.actor("overseer")
    begun = place.at - timedelta(days=40)
    count = sum(load_set(actor=overseer, at=begun, place=CODE, name=name) for name in ("indicators", "demonstration"))
    approve_all(actor=head, at=begun + timedelta(days=2), place=CODE, opinion="同意")
    _report(place, overseer, head)
    delivery = deliver(
        actor=overseer,
        at=place.at,
        unit="SF",
        path=place.facts,
        name="泗水县执法数据",
        data_until=place.at.date(),
    )
    take_in(actor=overseer, at=place.at, delivery=delivery.pk)
    compute(actor=overseer, at=place.at, place=CODE)
    _appraise(place, overseer, head)
    _ask(place)
    told = Value.objects.filter(is_latest=True, value__isnull=False).count()
    return f"指标 {count} 项，数据包 1 个，指标值 {told} 个。"


def _appraise(place: DemoPlace, overseer: Actor, head: Actor) -> None:
    """An appraisal of the first half-year, scored, with an objection that waits."""
    begun = place.at - timedelta(days=20)
    items = [
        {"key": code, "title": title, "weight": weight, "indicator": code, "full": full, "zero": zero}
        for code, title, weight, full, zero in _ITEMS
    ]
    scheme = draft_scheme(
        actor=overseer,
        at=begun,
        place=CODE,
        given=SchemeGiven(
            title="2026年上半年行政执法评议考核",
            period="2026H1",
            method=_METHOD,
            items=[*items, {"key": "方案任务落实", "title": "方案任务落实", "weight": 10}],
            bonus_cap=Decimal(3),
            vetoes=["发生造成严重后果的错案", "执法数据弄虚作假"],
        ),
    )
    scheme = publish_scheme(actor=head, at=begun + timedelta(days=3), code=scheme.code, version=scheme.version)
    by: dict[str, Any] = {"actor": overseer, "at": place.at - timedelta(days=4), "code": scheme.code}
    for number, unit in enumerate(("A000000", "A000001", "A000002", "A000012")):
        adjust(**by, unit=unit, kind="manual", item="方案任务落实", points=str(9 - number), reason="按任务台账评分")
    adjust(**by, unit="A000002", kind="bonus", points="2", reason="案卷获评全省优秀", document="鲁司通〔2026〕演示号")
    adjust(
        **by,
        unit="A000012",
        kind="liability",
        item="shirking",
        reason="移送线索三次退回",
        document="督办函〔2026〕演示号",
    )
    scheme = score(**by, version=scheme.version, objections_until=place.at.date() + timedelta(days=3))
    object_to(
        actor=place.actor("agency_clerk"),
        at=place.at - timedelta(days=2),
        code=scheme.code,
        unit="A000000",
        item="方案任务落实",
        words="第二季度有两项任务按期完成，材料补报较晚，请复核。",
    )


def _ask(place: DemoPlace) -> None:
    """A questionnaire of the second half-year, under way: forty invited, twenty-six answered."""
    row = open_survey(
        actor=place.actor("surveyor"),
        at=place.at - timedelta(days=15),
        place=CODE,
        given=SurveyGiven(
            title="2026年下半年行政执法满意度问卷",
            surveyor="委托的满意度测评机构",
            unit="",
            period="2026H2",
            questions=QUESTIONS,
            invitations=40,
            closes_on=place.at.date() + timedelta(days=20),
        ),
    )
    for number, one in enumerate(row.invitations.order_by("pk")[:26]):
        marks = [5 - (number * 3 + at) % 4 // 2 for at in range(len(QUESTIONS))]
        answer_survey(
            at=place.at - timedelta(days=3), token=one.token, marks=marks, words="希望多上门指导。" * (number == 4)
        )


_METHOD: Final = (
    "各执法机关和镇街参加。每项按指标数值在零分值和满分值之间按比例得分；没有数据的项目不计入总分，按比例折算。"
    "方案任务落实由司法局按台账评分。对得分有异议的，在截止日以前提出，司法局逐件答复。"
)
_ITEMS: Final = (
    ("decisions-disclosed", "处罚决定按期公示", 20, 100, 90),
    ("review-rate", "重大决定法制审核", 20, 100, 90),
    ("fines-within-tier", "罚款在裁量档次内", 15, 100, 90),
    ("inspections-filed", "入企检查先备案", 15, 100, 80),
    ("reviewers-share", "法制审核人员占比", 10, 5, 0),
    ("visits-per-enterprise", "户均入企检查次数", 10, 1, 3),
)


def _report(place: DemoPlace, overseer: Actor, head: Actor) -> None:
    at = place.at - timedelta(days=5)
    for code, (period, words, many, open_) in _LISTS.items():
        lines = [
            (words.format(number), number > open_, "" if number > open_ else "正在办理")
            for number in range(1, many + 1)
        ]
        _enter(place, overseer, head, code, "", period, FigureGiven(lines=lines, words="按台账逐项核对。"))
    units = Unit.objects.filter(place__startswith=CODE, kind__in=["agency", "town"], code__startswith="A")
    for number, unit in enumerate(units.order_by("code")[:8]):
        for period, points, sample in _SATISFACTION:
            value = f"{float(points) - 4 + number * 7 % 9:.1f}"
            given = FigureGiven(numerator=value, sample=sample // 10, surveyor="委托的满意度测评机构")
            _enter(place, overseer, head, "satisfaction", unit.code, period, given)
    for period, points, sample in _SATISFACTION:
        given = FigureGiven(
            numerator=points, sample=sample, surveyor="委托的满意度测评机构", words="第三方电话和入户调查。"
        )
        _enter(place, overseer, head, "satisfaction", "", period, given)
    clerk = place.actor("agency_clerk")
    lines = [
        ("（2026）鲁0831行初12号", True, ""),
        ("（2026）鲁0831行初27号", True, ""),
        ("（2026）鲁08行终5号", False, "正在协商履行方式"),
    ]
    _enter(place, clerk, head, "judgments-performed", "A000000", "2026", FigureGiven(lines=lines))
    submit_figure(
        actor=clerk, at=at, indicator="bad-ratings-answered", place=CODE, unit="A000000", period="2026Q3",
        given=FigureGiven(lines=[("差评0301", True, ""), ("差评0307", True, ""), ("差评0312", True, ""), ("差评0320", False, "本周回访")]),
        files=[_PAPER],
    )  # fmt: skip


def _enter(place: DemoPlace, by: Actor, judge: Actor, code: str, unit: str, period: str, given: FigureGiven) -> None:
    at = place.at - timedelta(days=5)
    figure = submit_figure(
        actor=by, at=at, indicator=code, place=CODE, unit=unit, period=period, given=given, files=[_PAPER]
    )
    judge_figure(actor=judge, at=at + timedelta(hours=3), figure=figure.pk, version=figure.version, accepted=True)
    assert Indicator.objects.filter(code=code).exists()
