"""Rules on what the documents of a penalty case must contain."""

from typing import Final

from mingjing.domain.rules.examples.papers import EXAMPLES
from mingjing.domain.rules.kinds.case.contents import Contents
from mingjing.domain.rules.library.penalties import DECIDED, IS_PENALTY, SUMMARY
from mingjing.domain.rules.model import Rule, Severity, Strictness, Subject
from mingjing.domain.rules.terms import LAST_NOTICE, PENALTY, PartyIs

ENTERPRISE: Final = PartyIs(("legal_person", "other_organization", "individual_business"))

RULES: Final = (
    Rule(
        id="penalty.notice.contents",
        kind=Contents(
            step=LAST_NOTICE, parameter="prior_notice.elements", document="事先告知书", when=IS_PENALTY & ~SUMMARY
        ),
        subject=Subject.CASE,
        title="事先告知内容齐全",
        statement="事先告知应当写明拟处罚内容及事实、理由、依据和陈述、申辩的权利，以及当地规定的其他内容。",
        remedy="补齐缺少的内容，重新告知。",
        severity=Severity.FATAL,
        basis=("CF 44", "CF 62", "SS-50", "RZ-23"),
        requirements=("RZ-23", "SS-50"),
        strictness=Strictness.BLOCK,
        examples=EXAMPLES["penalty.notice.contents"],
    ),
    Rule(
        id="penalty.decision.contents",
        kind=Contents(
            step=PENALTY, parameter="penalty.decision.elements", document="处罚决定书", when=DECIDED & ~SUMMARY
        ),
        subject=Subject.CASE,
        title="处罚决定书内容齐全",
        statement="处罚决定书应当载明当事人、事实和证据、种类和依据、履行方式和期限、救济途径和期限、机关和日期，以及当地规定的其他内容。",
        remedy="补正决定书；已经送达的，依法更正并重新送达。",
        severity=Severity.SERIOUS,
        basis=("CF 59", "RZ-24"),
        requirements=("RZ-24",),
        strictness=Strictness.BLOCK,
        examples=EXAMPLES["penalty.decision.contents"],
    ),
    Rule(
        id="penalty.summary.contents",
        kind=Contents(
            step=PENALTY, parameter="penalty.summary.elements", document="当场处罚决定书", when=DECIDED & SUMMARY
        ),
        subject=Subject.CASE,
        title="当场处罚决定书内容齐全",
        statement="当场处罚决定书应当编号，载明违法行为、种类和依据、数额、时间地点、救济途径和期限、机关名称，由执法人员签名。",
        remedy="补正决定书并重新交付。",
        severity=Severity.SERIOUS,
        basis=("CF 52",),
        strictness=Strictness.BLOCK,
        examples=EXAMPLES["penalty.summary.contents"],
    ),
    Rule(
        id="penalty.inquiry.contents",
        kind=Contents(types=("inquiry",), parameter="inquiry.elements", document="询问笔录", when=IS_PENALTY),
        subject=Subject.CASE,
        title="询问笔录记明出示证件和告知权利",
        statement="询问笔录应当记明执法人员出示证件；当地要求告知权利义务的，也要记明。",
        remedy="向被询问人说明并补正笔录，由其确认。",
        severity=Severity.SERIOUS,
        basis=("CF 55", "YZ-11", "SS-48"),
        requirements=("SS-48",),
        examples=EXAMPLES["penalty.inquiry.contents"],
    ),
    Rule(
        id="penalty.legal-review.contents",
        kind=Contents(
            types=("legal_review",), parameter="legal_review.elements", document="法制审核意见书", when=IS_PENALTY
        ),
        subject=Subject.CASE,
        title="法制审核内容齐全",
        statement="法制审核应当就主体、人员、事实、证据、法律适用、裁量、程序、权限、文书、涉嫌犯罪逐项提出意见。",
        remedy="就缺少的各项补充审核意见。",
        severity=Severity.SERIOUS,
        basis=("118", "YZ-35"),
        requirements=("YZ-35",),
        examples=EXAMPLES["penalty.legal-review.contents"],
    ),
    Rule(
        id="penalty.service.together",
        kind=Contents(
            step=PENALTY,
            parameter="penalty.service.together",
            document="随处罚决定书一并送达的文书",
            when=DECIDED & ENTERPRISE,
        ),
        subject=Subject.CASE,
        title="三书同达",
        statement="对经营主体的处罚决定书，应当与信用修复告知书、合规经营指导书一并送达。",
        remedy="补充送达缺少的文书。",
        severity=Severity.NOTICE,
        basis=("RZ-39",),
        requirements=("RZ-39",),
        examples=EXAMPLES["penalty.service.together"],
    ),
)
