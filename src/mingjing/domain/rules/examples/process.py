"""Worked examples of the rules on review, records, leniency, referral and closing."""

from collections.abc import Mapping
from typing import Final

from mingjing.domain.rules.examples.writing import APART, BROKEN, HOLDS, UNKNOWN, document, example
from mingjing.domain.rules.model import Example

DECIDED: Final = "2026-03-10 decision @决定"
LEAD: Final = "2026-03-02 lead"
SENT: Final = "2026-03-02 review_submission @送审"
QUARREL: Final = "2026-03-05 review_coordination @分歧"
TALKED: Final = "2026-03-09 deliberation @讨论"
RETURNED: Final = "2026-03-03 case_returned @移回"
FILED: Final = "2026-03-02 police_filed @立案"
CLUE: Final = "2026-03-05 discipline_clue @线索"
CLOSED: Final = "2026-03-20 closing"
MARKET: Final = "市场监管局"

EXAMPLES: Final[Mapping[str, tuple[Example, ...]]] = {
    "penalty.filing.in-time": (
        example("市场监管领域第15个工作日立案", HOLDS, LEAD, "2026-03-23 filing", agency_id=MARKET),
        example("第16个工作日才立案", BROKEN, LEAD, "2026-03-24 filing", agency_id=MARKET),
        example("期满次日仍未立案", BROKEN, LEAD, agency_id=MARKET, as_of="2026-03-24"),
        example("期满当日尚未立案", HOLDS, LEAD, agency_id=MARKET, as_of="2026-03-23"),
        example("别的领域没有规定", APART, LEAD, "2026-05-24 filing"),
        example("没有线索记录", APART, "2026-03-24 filing", agency_id=MARKET),
        example("已经撤案", APART, LEAD, agency_id=MARKET, status="withdrawn"),
        example("期限所在年份的放假安排尚未公布", UNKNOWN, "2026-12-21 lead", agency_id=MARKET, as_of="2027-02-28"),
    ),
    "penalty.preservation.approved": (
        example("前一日批准", HOLDS, "2026-03-02 preservation @保存", "2026-03-01 approval about:保存"),
        example("没有批准", BROKEN, "2026-03-02 preservation @保存"),
        example(
            "紧急的也要事前批准",
            BROKEN,
            "2026-03-02T09:00 preservation @保存 urgent:yes",
            "2026-03-02T10:00 approval about:保存",
        ),
        example("早一分钟批准", HOLDS, "2026-03-02T09:00 preservation @保存", "2026-03-02T08:59 approval about:保存"),
        example("批准的是别的环节", BROKEN, "2026-03-02 preservation @保存", "2026-03-01 approval"),
        example("同一日，先后不详", UNKNOWN, "2026-03-02 preservation @保存", "2026-03-02 approval about:保存"),
        example("审批同意后实施的", HOLDS, "2026-03-02 preservation outcome:approved"),
        example("没有登记保存", APART, DECIDED),
        example("不是处罚案件", APART, "2026-03-02 preservation", kind="other"),
    ),
    "penalty.inquiry.recorded": (
        example("有询问笔录", HOLDS, "2026-03-02 inquiry @询问", more=document("询问", "询问笔录")),
        example("没有笔录", BROKEN, "2026-03-02 inquiry @询问", more=document("询问", "照片说明")),
        example(
            "另一次询问没有笔录",
            BROKEN,
            "2026-03-02 inquiry @询问",
            "2026-03-03 inquiry",
            more=document("询问", "询问笔录"),
        ),
        example("没有询问", APART, DECIDED),
    ),
    "penalty.hearing.recorded": (
        example("有听证笔录", HOLDS, "2026-03-02 hearing @听证", more=document("听证", "听证笔录")),
        example("没有笔录", BROKEN, "2026-03-02 hearing @听证"),
        example("没有听证", APART, DECIDED),
    ),
    "penalty.decision.after-report": (
        example("前一日调查终结", HOLDS, "2026-03-09 investigation_report", DECIDED),
        example("没有调查终结", BROKEN, DECIDED),
        example("报告被退回", BROKEN, "2026-03-09 investigation_report outcome:returned", DECIDED),
        example("决定之后才有报告", BROKEN, DECIDED, "2026-03-11 investigation_report"),
        example("简易程序", APART, DECIDED, procedure="summary"),
        example("同一日，先后不详", UNKNOWN, "2026-03-10 investigation_report", DECIDED),
    ),
    "penalty.legal-review.in-time": (
        example("第5个工作日提出意见", HOLDS, SENT, "2026-03-09 legal_review about:送审"),
        example("第6个工作日提出意见", BROKEN, SENT, "2026-03-10 legal_review about:送审"),
        example("期满次日仍没有意见", BROKEN, SENT, as_of="2026-03-10"),
        example("期满当日还没有意见", HOLDS, SENT, as_of="2026-03-09"),
        example("没有送审", APART, DECIDED),
        example("期限所在年份的放假安排尚未公布", UNKNOWN, "2026-12-30 review_submission", as_of="2027-02-28"),
    ),
    "penalty.legal-review.coordinated": (
        example("决定前一日由负责人决定", HOLDS, QUARREL, "2026-03-09 approval about:分歧", DECIDED),
        example("分歧没有决定", BROKEN, QUARREL, DECIDED),
        example("负责人不同意不采纳", BROKEN, QUARREL, "2026-03-09 approval about:分歧 outcome:rejected", DECIDED),
        example("没有分歧", APART, DECIDED),
        example("同一日，先后不详", UNKNOWN, QUARREL, "2026-03-10 approval about:分歧", DECIDED),
    ),
    "penalty.deliberation.minutes": (
        example("有讨论记录", HOLDS, TALKED, more=document("讨论", "集体讨论记录")),
        example("没有记录", BROKEN, TALKED),
        example("没有讨论", APART, DECIDED),
    ),
    "penalty.deliberation.again-after-new-evidence": (
        example("讨论之前取证", HOLDS, "2026-03-08 evidence", TALKED, DECIDED),
        example("讨论之后又询问", BROKEN, "2026-03-05 deliberation", "2026-03-06 inquiry", DECIDED),
        example("再次讨论", HOLDS, "2026-03-05 deliberation", "2026-03-06 inquiry", TALKED, DECIDED),
        example("没有讨论", APART, DECIDED),
        example("讨论与取证在同一日，先后不详", UNKNOWN, TALKED, "2026-03-09 evidence", DECIDED),
    ),
    "penalty.leniency.applied-or-reasoned": (
        example("符合清单，从轻处罚", HOLDS, DECIDED, leniency_matched=True, tier_departure="lighter"),
        example("符合清单而没有从轻", BROKEN, DECIDED, leniency_matched=True),
        example("符合清单反而从重", BROKEN, DECIDED, leniency_matched=True, tier_departure="heavier"),
        example("写明不适用的理由", HOLDS, DECIDED, leniency_matched=True, leniency_reason="一年内再次违法"),
        example("不符合清单", APART, DECIDED, leniency_matched=False),
        example("不予处罚", APART, "2026-03-10 no_penalty", leniency_matched=True),
        example("是否符合清单没有记载", UNKNOWN, DECIDED),
    ),
    "penalty.non-coercive.first": (
        example("前一日已经劝导", HOLDS, "2026-03-09 guidance", DECIDED, non_coercive_first=True, agency_id="泰山区局"),
        example("没有柔性执法", BROKEN, DECIDED, non_coercive_first=True, agency_id="泰山区局"),
        example(
            "处罚之后才教育", BROKEN, DECIDED, "2026-03-11 persuasion", non_coercive_first=True, agency_id="泰山区局"
        ),
        example("不在清单内", APART, DECIDED, non_coercive_first=False, agency_id="泰山区局"),
        example("当地没有这项要求", APART, DECIDED, non_coercive_first=True),
        example(
            "同一日，先后不详", UNKNOWN, "2026-03-10 admonition", DECIDED, non_coercive_first=True, agency_id="泰山区局"
        ),
        example("是否在清单内没有记载", UNKNOWN, DECIDED, agency_id="泰山区局"),
    ),
    "penalty.impact.assessed": (
        example("前一日已经评估", HOLDS, "2026-03-09 impact_assessment", DECIDED, is_major=True, agency_id="日照市局"),
        example("没有评估", BROKEN, DECIDED, is_major=True, agency_id="日照市局"),
        example("决定之后才评估", BROKEN, DECIDED, "2026-03-11 impact_assessment", is_major=True, agency_id="日照市局"),
        example("处罚公民", APART, DECIDED, is_major=True, agency_id="日照市局", party_id="公民"),
        example("不是重大决定", APART, DECIDED, agency_id="日照市局"),
        example("当地没有这项要求", APART, DECIDED, is_major=True),
        example("当事人身份没有记载", UNKNOWN, DECIDED, is_major=True, agency_id="日照市局", party_id="身份不详"),
    ),
    "penalty.crime.handover.in-time": (
        example("第3日移交", HOLDS, FILED, "2026-03-05 evidence_handover about:立案"),
        example("第4日移交", BROKEN, FILED, "2026-03-06 evidence_handover about:立案"),
        example("期满次日仍未移交", BROKEN, FILED, as_of="2026-03-06"),
        example("期满当日尚未移交", HOLDS, FILED, as_of="2026-03-05"),
        example("公安机关没有立案", APART, DECIDED),
    ),
    "penalty.crime.returned.decided": (
        example("第90日处罚", HOLDS, RETURNED, "2026-06-01 decision"),
        example("第91日处罚", BROKEN, RETURNED, "2026-06-02 decision"),
        example("第90日撤案", HOLDS, RETURNED, "2026-06-01 withdrawal about:移回"),
        example("期满次日仍未处理", BROKEN, RETURNED, as_of="2026-06-02"),
        example("没有移回", APART, DECIDED),
    ),
    "penalty.discipline.transferred": (
        example("结案前一日已移送", HOLDS, CLUE, "2026-03-19 discipline_referral about:线索", CLOSED),
        example("没有移送就结案", BROKEN, CLUE, CLOSED),
        example("结案之后才移送", BROKEN, CLUE, CLOSED, "2026-03-21 discipline_referral about:线索"),
        example("尚未结案", APART, CLUE),
        example("同一日，先后不详", UNKNOWN, CLUE, "2026-03-20 discipline_referral about:线索", CLOSED),
    ),
    "penalty.closing.after-service": (
        example("结案当日送达", HOLDS, DECIDED, "2026-03-20 service about:决定", CLOSED),
        example("没有送达就结案", BROKEN, DECIDED, CLOSED),
        example("结案次日才送达", BROKEN, DECIDED, CLOSED, "2026-03-21 service about:决定"),
        example("送达的是别的文书", BROKEN, DECIDED, "2026-03-11 service", CLOSED),
        example("尚未结案", APART, DECIDED),
        example("不予处罚的结案", APART, "2026-03-10 no_penalty", CLOSED),
    ),
}
