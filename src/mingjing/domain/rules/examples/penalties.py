"""Worked examples of the rules for one penalty case."""

from collections.abc import Mapping
from typing import Final

from mingjing.domain.rules.examples.writing import (
    APART,
    BROKEN,
    HOLDS,
    UNKNOWN,
    Tables,
    document,
    example,
    published,
    recording,
    voided,
)
from mingjing.domain.rules.model import Example

FILED: Final = "2026-03-02 filing"
FILED_BY_TWO: Final = "2026-01-05 filing @立案 handler:甲,乙"
INVESTIGATED: Final = "2026-02-01 investigation_report"
NOTIFIED: Final = "2026-03-02 prior_notice @告知"
HEARING_OFFERED: Final = "2026-03-02 hearing_notice @听证告知"
REVIEWED: Final = "2026-02-10 legal_review outcome:approved"
DECIDED: Final = "2026-03-02 decision @决定"
KEPT: Final = "2026-03-02 preservation @登记保存"
DEMANDED: Final = "2026-03-02 demand @催告"

LIGHTER: Final[Tables] = {
    "benchmarks": (
        {
            "item_id": "无基准事项",
            "tier": "一般",
            "fine_min_fen": 10_000,
            "fine_max_fen": 20_000,
            "effective_from": "2020-01-01",
            "effective_until": "2026-01-31",
        },
        {
            "item_id": "无基准事项",
            "tier": "一般",
            "fine_min_fen": 5_000,
            "fine_max_fen": 10_000,
            "effective_from": "2026-02-01",
        },
    )
}
HARSHER: Final[Tables] = {
    "benchmarks": (
        {
            "item_id": "无基准事项",
            "tier": "一般",
            "fine_min_fen": 10_000,
            "fine_max_fen": 20_000,
            "effective_from": "2020-01-01",
            "effective_until": "2026-01-31",
        },
        {
            "item_id": "无基准事项",
            "tier": "一般",
            "fine_min_fen": 10_000,
            "fine_max_fen": 50_000,
            "effective_from": "2026-02-01",
        },
    )
}
JOINT_VISIT: Final[Tables] = {
    "inspections": (
        {"inspection_id": "联合检查", "case_id": "本案", "joint_id": "联检1号", "started_at": "2026-01-04"},
    )
}
OWN_VISIT: Final[Tables] = {
    "inspections": ({"inspection_id": "单独检查", "case_id": "本案", "started_at": "2026-01-04"},)
}

PERIODS: Final[Mapping[str, tuple[Example, ...]]] = {
    "penalty.decision.in-time": (
        example("第90日是星期日，顺延到星期一决定", HOLDS, FILED, "2026-06-01 decision"),
        example("顺延之后又过一日", BROKEN, FILED, "2026-06-02 decision"),
        example("第90日决定", HOLDS, "2026-03-03 filing", "2026-06-01 decision"),
        example("第91日决定", BROKEN, "2026-03-03 filing", "2026-06-02 decision"),
        example("期满当日尚未决定", HOLDS, FILED, as_of="2026-06-01"),
        example("期满次日仍未决定", BROKEN, FILED, as_of="2026-06-02"),
        example("期满当日决定不予处罚", HOLDS, FILED, "2026-06-01 no_penalty"),
        example("按期的决定后来撤销，不算决定", BROKEN, FILED, "2026-05-06 decision outcome:revoked"),
        example("批准延期到6月10日", HOLDS, FILED, "2026-05-20 extension to:2026-06-10", "2026-06-10 decision"),
        example("延期届满次日决定", BROKEN, FILED, "2026-05-20 extension to:2026-06-10", "2026-06-11 decision"),
        example(
            "延期未获批准", BROKEN, FILED, "2026-05-20 extension to:2026-06-10 outcome:rejected", "2026-06-10 decision"
        ),
        example("检测期间一般不扣除", BROKEN, FILED, "2026-03-10 testing until:2026-03-20", "2026-06-10 decision"),
        example(
            "市场监管领域扣除检测10日",
            HOLDS,
            FILED,
            "2026-03-10 testing until:2026-03-20",
            "2026-06-10 decision",
            agency_id="市场监管局",
        ),
        example(
            "市场监管领域扣除检测后仍超一日",
            BROKEN,
            FILED,
            "2026-03-10 testing until:2026-03-20",
            "2026-06-11 decision",
            agency_id="市场监管局",
        ),
        example(
            "检测与听证重叠的日子只扣除一次",
            BROKEN,
            FILED,
            "2026-03-10 testing until:2026-03-20",
            "2026-03-12 hearing until:2026-03-20",
            "2026-06-11 decision",
            agency_id="市场监管局",
        ),
        example(
            "中止到恢复调查之日",
            HOLDS,
            FILED,
            "2026-03-10 suspension",
            "2026-03-20 resumption",
            "2026-06-10 decision",
            agency_id="市场监管局",
        ),
        example(
            "恢复调查后超一日",
            BROKEN,
            FILED,
            "2026-03-10 suspension",
            "2026-03-20 resumption",
            "2026-06-11 decision",
            agency_id="市场监管局",
        ),
        example("仍在中止", HOLDS, FILED, "2026-03-10 suspension", agency_id="市场监管局"),
        example("撤案而没有决定", APART, FILED, status="withdrawn"),
        example("行政处罚法修订前的案件", APART, "2020-03-02 filing", "2021-01-04 decision"),
        example("立案日期没有记载", UNKNOWN, "2026-06-02 decision"),
        example("期限所在年份的放假安排尚未公布", UNKNOWN, "2098-11-03 filing", as_of="2098-12-01"),
    ),
    "penalty.service.in-time": (
        example("第7个工作日送达", HOLDS, DECIDED, "2026-03-11 service about:决定"),
        example("第8个工作日送达", BROKEN, DECIDED, "2026-03-12 service about:决定"),
        example(
            "国庆假期和调休日按放假安排计算",
            HOLDS,
            "2025-09-29 decision @决定",
            "2025-10-14 service about:决定",
        ),
        example("期满当日尚未送达", HOLDS, DECIDED, as_of="2026-03-11"),
        example("期满次日仍未送达", BROKEN, DECIDED, as_of="2026-03-12"),
        example("送达的是别的文书", BROKEN, NOTIFIED, DECIDED, "2026-03-03 service about:告知"),
        example("简易程序当日交付", HOLDS, DECIDED, "2026-03-02 service about:决定", procedure="summary"),
        example("简易程序次日才交付", BROKEN, DECIDED, "2026-03-03 service about:决定", procedure="summary"),
        example("尚未决定", APART, FILED),
        example("期限所在年份的放假安排尚未公布", UNKNOWN, "2098-12-30 decision", as_of="2098-12-31"),
    ),
    "penalty.disclosure.in-time": (
        example("第7个工作日公示", HOLDS, DECIDED, more=published("2026-03-11")),
        example("第8个工作日公示", BROKEN, DECIDED, more=published("2026-03-12")),
        example("没有公示", BROKEN, DECIDED),
        example("期满当日尚未公示", HOLDS, DECIDED, as_of="2026-03-11"),
        example("市场监管领域第20个工作日公示", HOLDS, DECIDED, more=published("2026-03-30"), agency_id="市场监管局"),
        example("市场监管领域第21个工作日公示", BROKEN, DECIDED, more=published("2026-03-31"), agency_id="市场监管局"),
        example("依法不予公示", APART, DECIDED, disclosure_exempt="未成年人"),
        example("2026年4月起，简易程序的处罚可不公示", APART, "2026-04-01 decision", procedure="summary"),
        example("此前的简易程序处罚应当公示", BROKEN, "2026-03-31 decision", procedure="summary"),
        example("2026年4月起，仅警告的可不公示", APART, "2026-04-01 decision", fine_fen=0, other_penalties="warning"),
        example("警告并处罚款一分", BROKEN, "2026-04-01 decision", fine_fen=1, other_penalties="warning"),
        example("仅有警告，罚款数额没有记载", UNKNOWN, "2026-04-01 decision", fine_fen=None, other_penalties="warning"),
    ),
    "penalty.disclosure.withdrawn-when-void": (
        example(
            "第3个工作日撤下",
            HOLDS,
            "2026-01-05 decision",
            more={**voided("2026-03-02"), **published("2026-01-08", withdrawn="2026-03-05")},
        ),
        example(
            "第4个工作日撤下",
            BROKEN,
            "2026-01-05 decision",
            more={**voided("2026-03-02"), **published("2026-01-08", withdrawn="2026-03-06")},
        ),
        example(
            "没有撤下", BROKEN, "2026-01-05 decision", more={**voided("2026-03-02", "void"), **published("2026-01-08")}
        ),
        example(
            "期满当日尚未撤下",
            HOLDS,
            "2026-01-05 decision",
            more={**voided("2026-03-02"), **published("2026-01-08")},
            as_of="2026-03-05",
        ),
        example(
            "维持原决定不必撤下",
            APART,
            "2026-01-05 decision",
            more={**voided("2026-03-02", "upheld"), **published("2026-01-08")},
        ),
        example("没有公示过", APART, "2026-01-05 decision", more=voided("2026-03-02")),
        example(
            "期限所在年份的放假安排尚未公布",
            UNKNOWN,
            "2026-01-05 decision",
            more={**voided("2098-12-30"), **published("2026-01-08")},
            as_of="2098-12-31",
        ),
    ),
    "disclosure.withdrawn-in-time": (
        example(
            "轻微失信，公示满三个月撤下",
            HOLDS,
            more=published("2026-02-28", withdrawn="2026-05-28"),
            credit_class="minor",
        ),
        example(
            "满三个月次日才撤下", BROKEN, more=published("2026-02-28", withdrawn="2026-05-29"), credit_class="minor"
        ),
        example(
            "三个月后没有同一日，到月底为止",
            HOLDS,
            more=published("2026-03-31", withdrawn="2026-06-30"),
            credit_class="minor",
        ),
        example("一般失信，满一年仍在公示", BROKEN, more=published("2025-06-29"), credit_class="general"),
        example("一般失信，满一年当日", HOLDS, more=published("2025-06-30"), credit_class="general"),
        example("严重失信，不满三年", HOLDS, more=published("2023-07-01"), credit_class="serious"),
        example("严重失信，超过三年", BROKEN, more=published("2023-06-29"), credit_class="serious"),
        example("办法施行前已经到期", APART, more=published("2025-12-31"), credit_class="minor"),
        example("没有公示过", APART, DECIDED, credit_class="minor"),
        example("失信程度没有记载", UNKNOWN, more=published("2026-02-28")),
    ),
    "penalty.limitation": (
        example(
            "两年届满当日发现", HOLDS, DECIDED, act_on="2024-02-29", found_on="2026-02-28", limitation_class="ordinary"
        ),
        example(
            "两年届满次日发现", BROKEN, DECIDED, act_on="2024-02-29", found_on="2026-03-01", limitation_class="ordinary"
        ),
        example(
            "连续的行为自终了之日起算",
            HOLDS,
            DECIDED,
            act_on="2022-01-01",
            act_ended_on="2024-03-01",
            found_on="2026-03-01",
            limitation_class="ordinary",
        ),
        example(
            "五年届满当日发现",
            HOLDS,
            act_on="2021-08-01",
            found_on="2026-08-01",
            limitation_class="five_year",
            as_of="2026-09-01",
        ),
        example(
            "五年届满次日发现",
            BROKEN,
            act_on="2021-08-01",
            found_on="2026-08-02",
            limitation_class="five_year",
            as_of="2026-09-01",
        ),
        example(
            "不予处罚并已结案",
            APART,
            "2026-03-02 no_penalty",
            act_on="2022-01-01",
            found_on="2026-01-05",
            status="closed",
        ),
        example("发现日期没有记载", UNKNOWN, DECIDED, act_on="2024-02-28", limitation_class="ordinary"),
        example("超过两年，适用两年还是五年没有记载", UNKNOWN, DECIDED, act_on="2024-02-28", found_on="2026-03-01"),
    ),
    "penalty.preservation.decided": (
        example("第7个工作日处理", HOLDS, KEPT, "2026-03-11 preservation_disposal about:登记保存"),
        example("第8个工作日处理", BROKEN, KEPT, "2026-03-12 preservation_disposal about:登记保存"),
        example("处理记录没有写明对象，按其后最早的一次", HOLDS, KEPT, "2026-03-11 preservation_disposal"),
        example(
            "处理的是另一次登记保存",
            BROKEN,
            KEPT,
            "2026-01-05 preservation @此前",
            "2026-03-03 preservation_disposal about:此前",
        ),
        example(
            "两次登记保存，一次逾期",
            BROKEN,
            KEPT,
            "2026-03-03 preservation @再次",
            "2026-03-11 preservation_disposal about:登记保存",
            "2026-03-13 preservation_disposal about:再次",
        ),
        example("期满当日尚未处理", HOLDS, KEPT, as_of="2026-03-11"),
        example("期满次日仍未处理", BROKEN, KEPT, as_of="2026-03-12"),
        example("案件已经终结", APART, KEPT, status="ended"),
        example("期限所在年份的放假安排尚未公布", UNKNOWN, "2098-12-30 preservation", as_of="2098-12-31"),
    ),
}

HEARD: Final[Mapping[str, tuple[Example, ...]]] = {
    "penalty.prior-notice.before-decision": (
        example("前一日告知", HOLDS, "2026-03-01 prior_notice", DECIDED),
        example("同一日先告知后决定", HOLDS, "2026-03-02T09:00 prior_notice", "2026-03-02T10:00 decision"),
        example("同一时刻", BROKEN, "2026-03-02T09:00 prior_notice", "2026-03-02T09:00 decision"),
        example("决定之后才告知", BROKEN, DECIDED, "2026-03-03 prior_notice"),
        example("没有告知", BROKEN, DECIDED),
        example("简易程序另有规定", APART, DECIDED, procedure="summary"),
        example("同一日，时刻不详", UNKNOWN, NOTIFIED, DECIDED),
        example("同一日，只记了一个时刻", UNKNOWN, "2026-03-02T09:00 prior_notice", DECIDED),
    ),
    "penalty.statement.window": (
        example("5个工作日届满次日决定", HOLDS, NOTIFIED, "2026-03-10 decision"),
        example("5个工作日届满当日决定", BROKEN, NOTIFIED, "2026-03-09 decision"),
        example("自送达之日起算", BROKEN, NOTIFIED, "2026-03-03 service about:告知", "2026-03-10 decision"),
        example(
            "自送达之日起算，届满次日决定", HOLDS, NOTIFIED, "2026-03-03 service about:告知", "2026-03-11 decision"
        ),
        example("调休上班的周六算工作日", HOLDS, "2026-05-06 prior_notice", "2026-05-13 decision"),
        example("周六调休上班，届满当日决定", BROKEN, "2026-05-06 prior_notice", "2026-05-12 decision"),
        example("当事人已经陈述申辩", HOLDS, NOTIFIED, "2026-03-03 statement", "2026-03-04 decision"),
        example("当事人放弃陈述申辩", HOLDS, NOTIFIED, "2026-03-03 statement outcome:waived", "2026-03-04 decision"),
        example("决定之后才陈述申辩", BROKEN, NOTIFIED, "2026-03-04 decision", "2026-03-05 statement"),
        example("没有告知", APART, DECIDED),
        example(
            "重新告知与决定在同一日，先后不详", UNKNOWN, NOTIFIED, "2026-03-10 prior_notice", "2026-03-10 decision"
        ),
    ),
    "penalty.hearing-notice.when-large": (
        example("对公司罚款差一分不到两万元", APART, DECIDED, fine_fen=1_999_999),
        example("对公司罚款两万元，没有告知听证", BROKEN, DECIDED, fine_fen=2_000_000),
        example("对公司罚款两万元，前一日已告知", HOLDS, "2026-03-01 hearing_notice", DECIDED, fine_fen=2_000_000),
        example(
            "决定之后才送达听证告知",
            BROKEN,
            "2026-02-27 hearing_notice @听证告知",
            "2026-03-03 service about:听证告知",
            DECIDED,
            fine_fen=2_000_000,
        ),
        example("对公民罚款差一分不到五百元", APART, DECIDED, fine_fen=49_999, party_id="公民"),
        example("对公民罚款五百元", BROKEN, DECIDED, fine_fen=50_000, party_id="公民"),
        example("个体工商户按公民的标准", BROKEN, DECIDED, fine_fen=50_000, party_id="个体户"),
        example("没收两万元", BROKEN, DECIDED, confiscated_fen=2_000_000),
        example("没收差一分不到两万元", APART, DECIDED, confiscated_fen=1_999_999),
        example("吊销许可证件，罚款数额没有记载", BROKEN, DECIDED, fine_fen=None, other_penalties="license_revoked"),
        example("仅警告", APART, DECIDED, fine_fen=0, other_penalties="warning"),
        example("罚款数额没有记载", UNKNOWN, DECIDED, fine_fen=None),
        example("当事人身份没有记载", UNKNOWN, DECIDED, fine_fen=50_000, party_id="身份不详"),
        example("应当听证，同一日告知，先后不详", UNKNOWN, HEARING_OFFERED, DECIDED, fine_fen=2_000_000),
    ),
    "penalty.hearing-request.window": (
        example("5个工作日届满次日决定", HOLDS, HEARING_OFFERED, "2026-03-10 decision"),
        example("5个工作日届满当日决定", BROKEN, HEARING_OFFERED, "2026-03-09 decision"),
        example("自送达之日起算", BROKEN, HEARING_OFFERED, "2026-03-03 service about:听证告知", "2026-03-10 decision"),
        example("当事人已经要求听证", HOLDS, HEARING_OFFERED, "2026-03-03 hearing_request", "2026-03-09 decision"),
        example("当事人放弃听证", HOLDS, "2026-03-02 hearing_notice outcome:waived", "2026-03-04 decision"),
        example("没有听证告知", APART, DECIDED),
        example(
            "决定当日要求听证，先后不详", UNKNOWN, HEARING_OFFERED, "2026-03-09 hearing_request", "2026-03-09 decision"
        ),
    ),
    "penalty.hearing.notice-ahead": (
        example("第7个工作日举行听证", HOLDS, "2026-03-02 hearing_convened", "2026-03-11 hearing"),
        example("第6个工作日举行听证", BROKEN, "2026-03-02 hearing_convened", "2026-03-10 hearing"),
        example(
            "自通知书送达之日起算",
            BROKEN,
            "2026-03-02 hearing_convened @听证通知",
            "2026-03-03 service about:听证通知",
            "2026-03-11 hearing",
        ),
        example("没有举行听证", APART, "2026-03-02 hearing_convened"),
        example("听证通知没有记载", UNKNOWN, "2026-03-10 hearing"),
    ),
    "penalty.hearing.held-when-requested": (
        example(
            "期满当日要求听证，决定前举行",
            HOLDS,
            HEARING_OFFERED,
            "2026-03-09 hearing_request",
            "2026-03-19 hearing",
            "2026-03-20 decision",
        ),
        example(
            "期满当日要求听证，没有举行", BROKEN, HEARING_OFFERED, "2026-03-09 hearing_request", "2026-03-20 decision"
        ),
        example("期满次日才要求听证", APART, HEARING_OFFERED, "2026-03-10 hearing_request", "2026-03-20 decision"),
        example(
            "申请已经撤回",
            APART,
            HEARING_OFFERED,
            "2026-03-09 hearing_request outcome:withdrawn",
            "2026-03-20 decision",
        ),
        example("没有告知而当事人要求听证", BROKEN, "2026-03-09 hearing_request", "2026-03-20 decision"),
        example(
            "决定之后才举行",
            BROKEN,
            HEARING_OFFERED,
            "2026-03-09 hearing_request",
            "2026-03-20 decision",
            "2026-03-23 hearing",
        ),
        example(
            "听证与决定在同一日，先后不详",
            UNKNOWN,
            HEARING_OFFERED,
            "2026-03-09 hearing_request",
            "2026-03-20 hearing",
            "2026-03-20 decision",
        ),
    ),
}

REVIEW: Final[Mapping[str, tuple[Example, ...]]] = {
    "penalty.legal-review.before-decision": (
        example("重大处罚，调查终结次日审核", HOLDS, INVESTIGATED, "2026-02-02 legal_review", DECIDED, is_major=True),
        example("重大处罚，没有审核", BROKEN, INVESTIGATED, DECIDED, is_major=True),
        example("决定之后才审核", BROKEN, INVESTIGATED, DECIDED, "2026-03-03 legal_review", is_major=True),
        example("调查终结之前审核", BROKEN, "2026-01-31 legal_review", INVESTIGATED, DECIDED, is_major=True),
        example("审核之后又举行听证", BROKEN, INVESTIGATED, "2026-02-02 legal_review", "2026-02-10 hearing", DECIDED),
        example("听证次日审核", HOLDS, INVESTIGATED, "2026-02-10 hearing", "2026-02-11 legal_review", DECIDED),
        example("经过听证，是否重大没有记载", BROKEN, INVESTIGATED, "2026-02-10 hearing", DECIDED, is_major=None),
        example("既不重大也没有听证", APART, INVESTIGATED, DECIDED),
        example("是否重大没有记载", UNKNOWN, INVESTIGATED, "2026-02-02 legal_review", DECIDED, is_major=None),
        example("调查终结日期没有记载", UNKNOWN, "2026-02-02 legal_review", DECIDED, is_major=True),
        example(
            "审核与决定在同一日，先后不详", UNKNOWN, INVESTIGATED, "2026-03-02 legal_review", DECIDED, is_major=True
        ),
    ),
    "penalty.legal-review.approved": (
        example("审核通过", HOLDS, REVIEWED, DECIDED),
        example("通过之后再审被否", BROKEN, REVIEWED, "2026-02-11 legal_review outcome:rejected", DECIDED),
        example("被否之后再审通过", HOLDS, "2026-02-09 legal_review outcome:rejected", REVIEWED, DECIDED),
        example("退回补正", BROKEN, "2026-02-10 legal_review outcome:returned", DECIDED),
        example("决定之后的审核不算", APART, DECIDED, "2026-03-03 legal_review outcome:rejected"),
        example("审核结论没有记载", UNKNOWN, "2026-02-10 legal_review", DECIDED),
        example("审核与决定在同一日，先后不详", UNKNOWN, "2026-03-02 legal_review outcome:approved", DECIDED),
    ),
    "penalty.legal-review.again-after-new-evidence": (
        example("先取证后审核", HOLDS, "2026-02-09 evidence", REVIEWED, DECIDED),
        example("审核之后又询问", BROKEN, REVIEWED, "2026-02-11 inquiry", DECIDED),
        example("又取证之后再次审核", HOLDS, REVIEWED, "2026-02-11 evidence", "2026-02-12 legal_review", DECIDED),
        example("决定之后的取证不算", HOLDS, REVIEWED, DECIDED, "2026-03-03 evidence"),
        example("同一日先审核后取证", BROKEN, "2026-02-10T09:00 legal_review", "2026-02-10T09:30 evidence", DECIDED),
        example("没有审核", APART, "2026-02-11 evidence", DECIDED),
        example("取证与审核在同一日，先后不详", UNKNOWN, "2026-02-10 evidence", REVIEWED, DECIDED),
    ),
    "penalty.legal-reviewer.not-handler": (
        example("审核人员没有承办", HOLDS, FILED_BY_TWO, "2026-02-10 legal_review reviewer:老审核员"),
        example("承办人员参加审核", BROKEN, FILED_BY_TWO, "2026-02-10 legal_review reviewer:老审核员,乙"),
        example(
            "另一次审核由承办人员作出",
            BROKEN,
            FILED_BY_TWO,
            "2026-02-10 legal_review reviewer:老审核员",
            "2026-02-11 legal_review reviewer:甲",
        ),
        example("没有记载审核人员", APART, FILED_BY_TWO, REVIEWED),
    ),
    "penalty.legal-reviewer.qualified": (
        example("2018年以前已从事审核", HOLDS, "2026-02-10 legal_review reviewer:老审核员"),
        example("取得资格当日审核", HOLDS, "2018-06-01 legal_review reviewer:新审核员"),
        example("取得资格前一日审核", BROKEN, "2018-05-31 legal_review reviewer:新审核员"),
        example("2018年起初次从事审核而没有资格", BROKEN, "2026-02-10 legal_review reviewer:无资格审核员"),
        example("不是审核人员", BROKEN, "2026-02-10 legal_review reviewer:丙"),
        example("没有记载审核人员", APART, REVIEWED),
    ),
    "penalty.deliberation.when-major": (
        example("情节复杂，前一日集体讨论", HOLDS, "2026-03-01 deliberation", DECIDED, is_complex=True),
        example("重大违法，没有集体讨论", BROKEN, DECIDED, is_major=True),
        example("决定之后才讨论", BROKEN, DECIDED, "2026-03-03 deliberation", is_major=True),
        example("既不复杂也不重大", APART, DECIDED),
        example("重大违法，是否复杂没有记载", BROKEN, DECIDED, is_major=True, is_complex=None),
        example("是否复杂没有记载", UNKNOWN, "2026-03-01 deliberation", DECIDED, is_complex=None),
        example("讨论与决定在同一日，先后不详", UNKNOWN, "2026-03-02 deliberation", DECIDED, is_major=True),
    ),
    "penalty.deliberation.after-hearing": (
        example("陈述申辩次日讨论", HOLDS, "2026-02-09 statement", "2026-02-10 deliberation", DECIDED),
        example("讨论次日又有陈述申辩", BROKEN, "2026-02-10 deliberation", "2026-02-11 statement", DECIDED),
        example("讨论之后举行听证", BROKEN, "2026-02-10 deliberation", "2026-02-11 hearing", DECIDED),
        example(
            "听证之后再次讨论",
            HOLDS,
            "2026-02-10 deliberation",
            "2026-02-11 hearing",
            "2026-02-12 deliberation",
            DECIDED,
        ),
        example(
            "其后的陈述申辩已经撤回",
            HOLDS,
            "2026-02-10 deliberation",
            "2026-02-11 statement outcome:withdrawn",
            DECIDED,
        ),
        example("没有讨论", APART, "2026-02-11 hearing", DECIDED),
        example("听证与讨论在同一日，先后不详", UNKNOWN, "2026-02-10 deliberation", "2026-02-10 hearing", DECIDED),
    ),
    "penalty.deliberation.handler-not-voter": (
        example("承办人员没有表决", HOLDS, FILED_BY_TWO, "2026-02-10 deliberation voter:丙"),
        example("一名承办人员参加表决", BROKEN, FILED_BY_TWO, "2026-02-10 deliberation voter:丙,甲"),
        example("没有记载表决人", APART, FILED_BY_TWO, "2026-02-10 deliberation"),
    ),
    "penalty.approver.not-handler": (
        example("由没有承办的负责人审批", HOLDS, FILED_BY_TWO, "2026-03-02 decision approver:丙"),
        example("承办人员审批决定", BROKEN, FILED_BY_TWO, "2026-03-02 decision approver:甲"),
        example("承办人员在审批环节审批", BROKEN, FILED_BY_TWO, DECIDED, "2026-03-02 approval about:决定 approver:甲"),
        example("审批的是另一环节", APART, FILED_BY_TWO, DECIDED, "2026-03-02 approval about:立案 approver:甲"),
        example("没有记载审批人", APART, FILED_BY_TWO, DECIDED),
    ),
    "penalty.hearing.chair-not-handler": (
        example("由没有承办的人员主持", HOLDS, FILED_BY_TWO, "2026-03-02 hearing chair:丙"),
        example("承办人员主持听证", BROKEN, FILED_BY_TWO, "2026-03-02 hearing chair:甲"),
        example("调查中的承办人员主持听证", BROKEN, "2026-02-02 inquiry handler:丙", "2026-03-02 hearing chair:丙"),
        example("只作过记录的不算承办", HOLDS, "2026-02-02 inquiry recorder:丙", "2026-03-02 hearing chair:丙"),
        example("没有记载主持人", APART, FILED_BY_TWO, "2026-03-02 hearing"),
    ),
}

PERSONS: Final[Mapping[str, tuple[Example, ...]]] = {
    "penalty.officers.two": (
        example("一人承办，一人记录", HOLDS, "2026-03-04 inspection handler:甲 recorder:乙"),
        example("一人兼两职", BROKEN, "2026-03-04 inspection handler:甲 recorder:甲"),
        example("一名执法人员和一名辅助人员", BROKEN, "2026-03-04 inquiry handler:甲,辅助人员"),
        example("简易程序同样适用", BROKEN, "2026-03-04 evidence handler:甲", procedure="summary"),
        example("法律允许一人执法", HOLDS, "2026-03-04 inspection handler:甲", item_id="无基准事项"),
        example("任执法人员当日", HOLDS, "2020-01-01 inspection handler:甲,乙"),
        example("任执法人员前一日", BROKEN, "2019-12-31 inspection handler:甲,乙"),
        example(
            "一次两人，一次一人", BROKEN, "2026-03-04 inspection handler:甲,乙", "2026-03-05 preservation handler:甲"
        ),
        example("没有记载人员", BROKEN, "2026-03-04 evidence"),
        example("没有这些环节", APART, DECIDED),
    ),
    "penalty.officers.credential": (
        example("两人证件有效", HOLDS, "2026-03-04 inquiry handler:甲,乙"),
        example("暂扣前一日", HOLDS, "2026-03-04 inquiry handler:甲,停证人员"),
        example("暂扣第一日", BROKEN, "2026-03-05 inquiry handler:甲,停证人员"),
        example("暂扣最后一日", BROKEN, "2026-03-10 inquiry handler:甲,停证人员"),
        example("暂扣期满次日", HOLDS, "2026-03-11 inquiry handler:甲,停证人员"),
        example("证件到期当日", HOLDS, "2026-05-31 evidence handler:甲,停证人员"),
        example("证件到期次日", BROKEN, "2026-06-01 evidence handler:甲,停证人员"),
        example("没有证件", BROKEN, "2026-03-04 inspection handler:甲,中队人员"),
        example("没有这些环节", APART, DECIDED),
    ),
    "penalty.officers.showed-credential": (
        example("环节记明已出示证件", HOLDS, "2026-03-04 inspection outcome:credential_shown"),
        example("有检查笔录", HOLDS, "2026-03-04 inspection @检查", more=document("检查", "现场检查笔录")),
        example("有录像", HOLDS, "2026-03-04 inspection @检查", more=recording("检查", "video")),
        example("没有任何记录", BROKEN, "2026-03-04 inspection"),
        example(
            "记录属于另一环节",
            BROKEN,
            "2026-03-04 inspection",
            "2026-03-05 inquiry @询问",
            more=document("询问", "询问笔录"),
        ),
        example("没有现场检查", APART, DECIDED),
    ),
    "penalty.officers.same-agency": (
        example("本机关人员", HOLDS, FILED_BY_TWO),
        example("所属中队人员", HOLDS, "2026-01-05 filing handler:中队人员"),
        example("外单位人员", BROKEN, "2026-01-05 filing handler:甲,外单位人员"),
        example("上级机关人员到中队办案", BROKEN, "2026-01-05 filing handler:甲", agency_id="城管中队"),
        example("联合检查后的案件", HOLDS, "2026-01-05 filing handler:外单位人员", more=JOINT_VISIT),
        example("单独检查后的案件", BROKEN, "2026-01-05 filing handler:外单位人员", more=OWN_VISIT),
        example("没有记载承办人员", APART, "2026-01-05 filing"),
        example("承办人员的单位没有记载", UNKNOWN, "2026-01-05 filing handler:单位不详人员"),
    ),
}

SUBSTANCE: Final[Mapping[str, tuple[Example, ...]]] = {
    "penalty.fine.within-tier": (
        example("正好是下限", HOLDS, DECIDED, fine_fen=10_000, tier="一般", act_on="2026-01-05"),
        example("比下限少一分", BROKEN, DECIDED, fine_fen=9_999, tier="一般", act_on="2026-01-05"),
        example("正好是上限", HOLDS, DECIDED, fine_fen=20_000, tier="一般", act_on="2026-01-05"),
        example("比上限多一分", BROKEN, DECIDED, fine_fen=20_001, tier="一般", act_on="2026-01-05"),
        example(
            "减轻处罚并说明理由",
            HOLDS,
            DECIDED,
            fine_fen=9_999,
            tier="一般",
            act_on="2026-01-05",
            tier_departure="mitigated",
            reason="主动消除危害后果",
        ),
        example(
            "减轻处罚而没有理由",
            BROKEN,
            DECIDED,
            fine_fen=9_999,
            tier="一般",
            act_on="2026-01-05",
            tier_departure="mitigated",
        ),
        example(
            "基准变轻，适用决定时的基准",
            HOLDS,
            DECIDED,
            fine_fen=5_000,
            tier="一般",
            act_on="2026-01-31",
            item_id="无基准事项",
            more=LIGHTER,
        ),
        example(
            "基准变轻，仍按旧基准处罚",
            BROKEN,
            DECIDED,
            fine_fen=10_001,
            tier="一般",
            act_on="2026-01-31",
            item_id="无基准事项",
            more=LIGHTER,
        ),
        example(
            "基准变重，适用行为时的基准",
            BROKEN,
            DECIDED,
            fine_fen=20_001,
            tier="一般",
            act_on="2026-01-31",
            item_id="无基准事项",
            more=HARSHER,
        ),
        example("没有写明档次", APART, DECIDED, act_on="2026-01-05"),
        example("罚款数额没有记载", UNKNOWN, DECIDED, fine_fen=None, tier="一般", act_on="2026-01-05"),
        example("违法行为发生日没有记载", UNKNOWN, DECIDED, tier="一般"),
        example("基准里没有这一档", UNKNOWN, DECIDED, tier="轻微", act_on="2026-01-05"),
    ),
    "penalty.tier.stated": (
        example("写明档次", HOLDS, DECIDED, tier="一般"),
        example("没有写明档次", BROKEN, DECIDED),
        example("基准施行当日", BROKEN, "2020-01-01 decision"),
        example("基准施行前一日", APART, "2019-12-31 decision"),
        example("事项没有基准", APART, DECIDED, item_id="无基准事项"),
    ),
    "penalty.summary.only-small": (
        example("对公司罚款三千元", HOLDS, DECIDED, fine_fen=300_000, procedure="summary"),
        example("对公司罚款多一分", BROKEN, DECIDED, fine_fen=300_001, procedure="summary"),
        example("对公民罚款二百元", HOLDS, DECIDED, fine_fen=20_000, party_id="公民", procedure="summary"),
        example("对公民罚款多一分", BROKEN, DECIDED, fine_fen=20_001, party_id="公民", procedure="summary"),
        example("个体工商户按公民的限额", BROKEN, DECIDED, fine_fen=20_001, party_id="个体户", procedure="summary"),
        example("警告", HOLDS, DECIDED, fine_fen=0, other_penalties="warning", procedure="summary"),
        example("通报批评", BROKEN, DECIDED, fine_fen=0, other_penalties="warning|criticism", procedure="summary"),
        example("没收一分", BROKEN, DECIDED, fine_fen=0, confiscated_fen=1, procedure="summary"),
        example("法律另有规定的从其规定", HOLDS, DECIDED, fine_fen=300_001, item_id="无基准事项", procedure="summary"),
        example("普通程序不受此限", APART, DECIDED, fine_fen=300_001),
        example("没收数额没有记载", UNKNOWN, DECIDED, confiscated_fen=None, procedure="summary"),
        example("当事人身份没有记载", UNKNOWN, DECIDED, party_id="身份不详", procedure="summary"),
    ),
    "penalty.facts.complete": (
        example("要素齐全", HOLDS, FILED, "2026-03-20 decision", case_no="某罚决〔2026〕1号", act_on="2026-02-20"),
        example("没有文号", BROKEN, FILED, "2026-03-20 decision", act_on="2026-02-20"),
        example("没有当事人", BROKEN, FILED, "2026-03-20 decision", case_no="1号", act_on="2026-02-20", party_id=None),
        example("没有事项", BROKEN, FILED, "2026-03-20 decision", case_no="1号", act_on="2026-02-20", item_id=None),
        example(
            "事项没有依据",
            BROKEN,
            FILED,
            "2026-03-20 decision",
            case_no="1号",
            act_on="2026-02-20",
            item_id="无依据事项",
        ),
        example("没有违法行为发生日", BROKEN, FILED, "2026-03-20 decision", case_no="1号"),
        example("没有立案", BROKEN, "2026-03-20 decision", case_no="1号", act_on="2026-02-20"),
        example("没有决定就结案", BROKEN, FILED, case_no="1号", act_on="2026-02-20", status="closed"),
        example("不予处罚的要素齐全", HOLDS, FILED, "2026-03-20 no_penalty", case_no="1号", act_on="2026-02-20"),
        example("尚在办理", APART, FILED),
    ),
}

EXECUTION: Final[Mapping[str, tuple[Example, ...]]] = {
    "penalty.execution.demand": (
        example("催告后10个工作日届满次日申请", HOLDS, DEMANDED, "2026-03-17 court_application"),
        example("催告后10个工作日届满当日申请", BROKEN, DEMANDED, "2026-03-16 court_application"),
        example(
            "自催告书送达之日起算", BROKEN, DEMANDED, "2026-03-03 service about:催告", "2026-03-17 court_application"
        ),
        example(
            "自催告书送达之日起算，届满次日申请",
            HOLDS,
            DEMANDED,
            "2026-03-03 service about:催告",
            "2026-03-18 court_application",
        ),
        example("没有催告", BROKEN, "2026-03-16 court_application"),
        example("没有申请执行", APART, DEMANDED),
        example("催告与申请在同一日，先后不详", UNKNOWN, "2026-03-16 demand", "2026-03-16 court_application"),
    ),
    "penalty.closing.after-execution": (
        example("缴款当日结案", HOLDS, DECIDED, "2026-03-05T18:00 payment", "2026-03-05T09:00 closing"),
        example("缴款前一日结案", BROKEN, DECIDED, "2026-03-06 payment", "2026-03-05 closing"),
        example("没有缴款就结案", BROKEN, DECIDED, "2026-03-05 closing"),
        example("法院执行后结案", HOLDS, DECIDED, "2026-03-04 execution", "2026-03-05 closing"),
        example("没有罚没款", APART, DECIDED, "2026-03-05 closing", fine_fen=0, other_penalties="warning"),
        example("仅有没收，没有执行就结案", BROKEN, DECIDED, "2026-03-05 closing", fine_fen=0, confiscated_fen=1),
        example("依法终结", APART, DECIDED, "2026-03-05 closing", ended_ground="当事人死亡且无遗产"),
        example("没收数额没有记载", UNKNOWN, DECIDED, "2026-03-05 closing", fine_fen=0, confiscated_fen=None),
    ),
    "penalty.instalment.on-application": (
        example("第15日申请", HOLDS, DECIDED, "2026-03-17 instalment_application", "2026-03-20 instalment"),
        example("第16日申请", BROKEN, DECIDED, "2026-03-18 instalment_application", "2026-03-20 instalment"),
        example(
            "第15日是星期六，顺延到星期一申请",
            HOLDS,
            "2026-03-06 decision",
            "2026-03-23 instalment_application",
            "2026-03-24 instalment",
        ),
        example(
            "顺延之后又过一日",
            BROKEN,
            "2026-03-06 decision",
            "2026-03-24 instalment_application",
            "2026-03-24 instalment",
        ),
        example(
            "自决定书送达之日起算",
            HOLDS,
            DECIDED,
            "2026-03-03 service about:决定",
            "2026-03-18 instalment_application",
            "2026-03-20 instalment",
        ),
        example("没有申请", BROKEN, DECIDED, "2026-03-20 instalment"),
        example("先批准后申请", BROKEN, DECIDED, "2026-03-10 instalment", "2026-03-11 instalment_application"),
        example("没有批准延期或者分期", APART, DECIDED, "2026-03-17 instalment_application"),
        example("处罚决定没有记载", UNKNOWN, "2026-03-17 instalment_application", "2026-03-20 instalment"),
    ),
}

EXAMPLES: Final[Mapping[str, tuple[Example, ...]]] = {
    **PERIODS,
    **HEARD,
    **REVIEW,
    **PERSONS,
    **SUBSTANCE,
    **EXECUTION,
}
