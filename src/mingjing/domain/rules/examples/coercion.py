"""Worked examples of the rules on compulsory measures and compulsory execution."""

from collections.abc import Mapping
from typing import Any, Final

from mingjing.domain.rules.examples.writing import APART, BROKEN, HOLDS, UNKNOWN, example, written
from mingjing.domain.rules.model import Example

SEIZED: Final = "2026-03-02 seizure @查封"
FROZEN: Final = "2026-03-02 freezing @冻结"
DEMAND: Final = "2026-03-02 demand @催告"
EXECUTED: Final = "2026-03-20 decision @决定"
DECIDED: Final = "2026-03-02 decision @决定"
RECORD: Final = (
    *("credential_shown", "party_present", "reasons", "basis", "rights_told", "statement_heard", "party_signature"),
)
DECISION: Final = (
    *("party", "reasons", "basis", "term", "goods", "remedy_channel", "remedy_period", "agency", "dated"),
)
DEMANDED: Final = ("term", "manner", "statement_right", "defense_right")
EXECUTION: Final = (
    *("party", "reasons", "basis", "manner", "term", "remedy_channel", "remedy_period", "agency", "dated"),
)
SURCHARGE: Final = ("2026-03-02 decision", "2026-03-27 additional_fine yuan:30")


def executing(title: str, expected: Any, *steps: str, **more: Any) -> Example:
    return example(title, expected, *steps, kind="compulsory_execution", **more)


EXAMPLES: Final[Mapping[str, tuple[Example, ...]]] = {
    "seizure.officers.credential": (
        example("两人都持有效证件", HOLDS, "2026-03-02 seizure handler:甲,乙"),
        example("一人证件暂扣中", BROKEN, "2026-03-05 seizure handler:甲,停证人员"),
        example("暂扣前一日", HOLDS, "2026-03-04 seizure handler:甲,停证人员"),
        example("没有查封扣押", APART, DECIDED),
    ),
    "seizure.record.contents": (
        example("笔录齐全", HOLDS, SEIZED, more=written("查封", *RECORD)),
        example(
            "没有听取陈述申辩",
            BROKEN,
            SEIZED,
            more=written("查封", *(one for one in RECORD if one != "statement_heard")),
        ),
        example("另一次没有核对过", UNKNOWN, SEIZED, "2026-03-03 seizure", more=written("查封", *RECORD)),
        example("没有查封扣押", APART, DECIDED),
    ),
    "seizure.decision.contents": (
        example("决定书和清单齐全", HOLDS, SEIZED, more=written("查封", *DECISION)),
        example("没有财物清单", BROKEN, SEIZED, more=written("查封", *(one for one in DECISION if one != "goods"))),
        example("没有核对过", UNKNOWN, SEIZED),
    ),
    "seizure.scope.declared": (
        example("已经逐件核对", HOLDS, SEIZED, more=written("查封", "goods", "scope_declared")),
        example("没有核对声明", BROKEN, SEIZED, more=written("查封", "goods")),
        example("没有核对过", UNKNOWN, SEIZED),
    ),
    "seizure.handed-over": (
        example("当日交付", HOLDS, SEIZED, "2026-03-02 service about:查封"),
        example("次日才交付", BROKEN, SEIZED, "2026-03-03 service about:查封"),
        example("没有交付", BROKEN, SEIZED, as_of="2026-03-03"),
        example("当日尚未交付", HOLDS, SEIZED, as_of="2026-03-02"),
        example("没有查封扣押", APART, DECIDED),
    ),
    "seizure.extension.in-time": (
        example("第30日延长", HOLDS, SEIZED, "2026-04-01 seizure_extension about:查封"),
        example("第31日才延长", BROKEN, SEIZED, "2026-04-02 seizure_extension about:查封"),
        example("有检测的期限另算", APART, SEIZED, "2026-03-10 testing", "2026-04-02 seizure_extension about:查封"),
        example("没有延长", APART, SEIZED),
    ),
    "freezing.approval": (
        example("前一日批准", HOLDS, FROZEN, "2026-03-01 approval about:冻结"),
        example("没有批准", BROKEN, FROZEN),
        example("次日才批准", BROKEN, FROZEN, "2026-03-03 approval about:冻结"),
        example("同一日，先后不详", UNKNOWN, FROZEN, "2026-03-02 approval about:冻结"),
        example("没有冻结", APART, SEIZED),
    ),
    "freezing.notice.in-time": (
        example("第3个工作日交付", HOLDS, FROZEN, "2026-03-05 service about:冻结"),
        example("第4个工作日交付", BROKEN, FROZEN, "2026-03-06 service about:冻结"),
        example("期满次日仍未交付", BROKEN, FROZEN, as_of="2026-03-06"),
        example("期限所在年份的放假安排尚未公布", UNKNOWN, "2026-12-30 freezing", as_of="2027-02-28"),
        example("没有冻结", APART, SEIZED),
    ),
    "freezing.duration": (
        example("第30日解除", HOLDS, FROZEN, "2026-04-01 freezing_release about:冻结"),
        example("第31日解除", BROKEN, FROZEN, "2026-04-02 freezing_release about:冻结"),
        example(
            "延长后第60日解除",
            HOLDS,
            FROZEN,
            "2026-03-30 freezing_extension about:冻结",
            "2026-05-01 freezing_release about:冻结",
        ),
        example(
            "延长后第61日解除",
            BROKEN,
            FROZEN,
            "2026-03-30 freezing_extension about:冻结",
            "2026-05-02 freezing_release about:冻结",
        ),
        example("没有冻结", APART, SEIZED),
    ),
    "execution.demand.before-decision": (
        executing("前一日已送达催告书", HOLDS, DEMAND, "2026-03-19 service about:催告", EXECUTED),
        executing("没有催告", BROKEN, EXECUTED),
        executing("催告书在决定之后送达", BROKEN, DEMAND, "2026-03-21 service about:催告", EXECUTED),
        executing("立即代履行不必催告", APART, EXECUTED, "2026-03-20 substituted_performance urgent:yes"),
        executing("同一日，先后不详", UNKNOWN, "2026-03-20 demand", EXECUTED),
        example("不是强制执行案件", APART, EXECUTED),
    ),
    "execution.demand.contents": (
        executing("内容齐全", HOLDS, DEMAND, more=written("催告", *DEMANDED)),
        executing("没有申辩权", BROKEN, DEMAND, more=written("催告", *DEMANDED[:-1])),
        example("处罚案件的催告也一样", BROKEN, DEMAND, more=written("催告", *DEMANDED[1:])),
        executing("没有核对过", UNKNOWN, DEMAND),
    ),
    "execution.statement.reviewed": (
        executing(
            "决定前一日已复核", HOLDS, "2026-03-05 statement @申辩", "2026-03-19 statement_review about:申辩", EXECUTED
        ),
        executing("没有复核", BROKEN, "2026-03-05 statement @申辩", EXECUTED),
        executing("放弃陈述申辩", APART, "2026-03-05 statement outcome:waived", EXECUTED),
        executing(
            "同一日，先后不详",
            UNKNOWN,
            "2026-03-05 statement @申辩",
            "2026-03-20 statement_review about:申辩",
            EXECUTED,
        ),
    ),
    "execution.decision.contents": (
        executing("内容齐全", HOLDS, EXECUTED, more=written("决定", *EXECUTION)),
        executing("没有方式", BROKEN, EXECUTED, more=written("决定", *(one for one in EXECUTION if one != "manner"))),
        executing("没有核对过", UNKNOWN, EXECUTED),
        example("不是强制执行案件", APART, EXECUTED),
    ),
    "execution.not-at-rest": (
        executing("工作日白天", HOLDS, "2026-03-20T10:00 execution"),
        executing("晚上十点整", BROKEN, "2026-03-20T22:00 execution"),
        executing("晚上九点五十九分", HOLDS, "2026-03-20T21:59 execution"),
        executing("早上六点整", HOLDS, "2026-03-20T06:00 execution"),
        executing("早上五点五十九分", BROKEN, "2026-03-20T05:59 execution"),
        executing("国庆节", BROKEN, "2026-10-01T10:00 execution", as_of="2026-10-30"),
        executing("星期日", BROKEN, "2026-03-22T10:00 execution"),
        executing("情况紧急", HOLDS, "2026-03-22T23:00 execution urgent:yes"),
        executing("时刻没有记载", UNKNOWN, "2026-03-20 execution"),
        executing("没有实施执行", APART, EXECUTED),
        example("法院执行的处罚", APART, "2026-03-22T10:00 execution"),
    ),
    "execution.substituted.urged": (
        executing("第3个工作日实施", HOLDS, DEMAND, "2026-03-05 substituted_performance"),
        executing("第2个工作日实施", BROKEN, DEMAND, "2026-03-04 substituted_performance"),
        executing(
            "自催告书送达之日起算",
            BROKEN,
            DEMAND,
            "2026-03-03 service about:催告",
            "2026-03-05 substituted_performance",
        ),
        executing("需要立即清除", APART, "2026-03-04 substituted_performance urgent:yes"),
        executing("没有催告记录", UNKNOWN, "2026-03-05 substituted_performance"),
        executing("没有代履行", APART, EXECUTED),
    ),
    "execution.additional-fine.cap": (
        example("逾期10日加处百分之三十", HOLDS, *SURCHARGE),
        example("多加一元", BROKEN, SURCHARGE[0], "2026-03-27 additional_fine yuan:31"),
        example("早一日", BROKEN, SURCHARGE[0], "2026-03-26 additional_fine yuan:30"),
        example("等于罚款本数", HOLDS, SURCHARGE[0], "2026-06-29 additional_fine yuan:100"),
        example("超过罚款本数", BROKEN, SURCHARGE[0], "2026-06-29 additional_fine yuan:101"),
        example("没有加处罚款", APART, SURCHARGE[0]),
        example("加处数额没有记载", UNKNOWN, SURCHARGE[0], "2026-03-27 additional_fine"),
        example("罚款数额没有记载", UNKNOWN, *SURCHARGE, fine_fen=None),
    ),
    "penalty.execution.after-remedies": (
        example("六个月期满次日申请", HOLDS, DECIDED, "2026-09-03 court_application", as_of="2026-12-30"),
        example("六个月期满当日申请", BROKEN, DECIDED, "2026-09-02 court_application", as_of="2026-12-30"),
        example("尚未申请", APART, DECIDED),
        example("决定与申请在同一日，先后不详", UNKNOWN, DECIDED, "2026-03-02 court_application"),
    ),
    "penalty.execution.in-time": (
        example("九个月期满当日申请", HOLDS, DECIDED, "2026-12-02 court_application", as_of="2026-12-30"),
        example("次日才申请", BROKEN, DECIDED, "2026-12-03 court_application", as_of="2026-12-30"),
        example(
            "批准分期的另算",
            APART,
            DECIDED,
            "2026-03-10 instalment",
            "2026-12-03 court_application",
            as_of="2026-12-30",
        ),
        example("尚未申请", APART, DECIDED),
    ),
}
