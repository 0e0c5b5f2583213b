"""Worked examples of the rules on what documents must contain."""

from collections.abc import Mapping
from typing import Final

from mingjing.domain.rules.examples.writing import APART, BROKEN, HOLDS, UNKNOWN, document, example, written
from mingjing.domain.rules.model import Example

NOTICE: Final = "2026-03-02 prior_notice @告知"
DECIDED: Final = "2026-03-10 decision @决定"
INQUIRY: Final = "2026-03-02 inquiry @询问"
REVIEW: Final = "2026-03-05 legal_review @审核"
BY_LAW: Final = ("content", "facts", "reasons", "basis", "statement_right", "defense_right")
REMEDIES: Final = ("remedy_channel", "remedy_manner", "remedy_period")
DECISION: Final = (
    *("party", "facts", "evidence", "content", "basis", "manner", "term", "remedy_channel", "remedy_period"),
    *("agency", "dated"),
)
SUMMARY: Final = (
    *("number", "facts", "content", "basis", "time_place", "remedy_channel", "remedy_period", "agency", "signature"),
)
TEN: Final = (
    *("review_subject", "review_personnel", "review_facts", "review_evidence", "review_law", "review_discretion"),
    *("review_procedure", "review_authority", "review_documents", "review_crime"),
)

EXAMPLES: Final[Mapping[str, tuple[Example, ...]]] = {
    "penalty.notice.contents": (
        example("法律要求的六项齐全", HOLDS, NOTICE, more=written("告知", *BY_LAW)),
        example("缺少申辩权", BROKEN, NOTICE, more=written("告知", *BY_LAW[:-1])),
        example("别的内容都没有写", BROKEN, NOTICE, more=written("告知", "party")),
        example("没有写明内容，等于没有核对过", UNKNOWN, NOTICE, more=written("告知")),
        example("泗水县要求九项，只有六项", BROKEN, NOTICE, more=written("告知", *BY_LAW), agency_id="泗水县局"),
        example("泗水县九项齐全", HOLDS, NOTICE, more=written("告知", *BY_LAW, *REMEDIES), agency_id="泗水县局"),
        example(
            "重新告知后齐全",
            HOLDS,
            "2026-03-01 prior_notice",
            NOTICE,
            more=written("告知", *BY_LAW),
        ),
        example(
            "分写在两份文书里",
            HOLDS,
            NOTICE,
            more={
                "documents": (*written("告知", *BY_LAW[:3])["documents"], *written("告知", *BY_LAW[3:])["documents"])
            },
        ),
        example("简易程序另有规定", APART, NOTICE, more=written("告知"), procedure="summary"),
        example("没有告知", APART, DECIDED),
        example("文书的内容没有核对过", UNKNOWN, NOTICE, more=document("告知", "告知书")),
        example("行政处罚法修订前的告知", APART, "2021-07-14 prior_notice @告知", more=written("告知", "party")),
        example("修订施行当日", BROKEN, "2021-07-15 prior_notice @告知", more=written("告知", "party")),
    ),
    "penalty.decision.contents": (
        example("载明事项齐全", HOLDS, DECIDED, more=written("决定", *DECISION)),
        example(
            "没有救济期限", BROKEN, DECIDED, more=written("决定", *(one for one in DECISION if one != "remedy_period"))
        ),
        example("日照市要求写明裁量基准", BROKEN, DECIDED, more=written("决定", *DECISION), agency_id="日照市局"),
        example(
            "日照市写明裁量基准", HOLDS, DECIDED, more=written("决定", *DECISION, "benchmark"), agency_id="日照市局"
        ),
        example("当场处罚决定书另有要求", APART, DECIDED, more=written("决定"), procedure="summary"),
        example("文书的内容没有核对过", UNKNOWN, DECIDED),
    ),
    "penalty.summary.contents": (
        example("载明事项齐全", HOLDS, DECIDED, more=written("决定", *SUMMARY), procedure="summary"),
        example("没有编号", BROKEN, DECIDED, more=written("决定", *SUMMARY[1:]), procedure="summary"),
        example("普通程序另有要求", APART, DECIDED, more=written("决定")),
        example("文书的内容没有核对过", UNKNOWN, DECIDED, procedure="summary"),
    ),
    "penalty.inquiry.contents": (
        example("记明出示证件", HOLDS, INQUIRY, more=written("询问", "credential_shown")),
        example("没有记明出示证件", BROKEN, INQUIRY, more=written("询问", "facts")),
        example(
            "兖州区还要记明权利义务", BROKEN, INQUIRY, more=written("询问", "credential_shown"), agency_id="兖州区局"
        ),
        example(
            "另一份笔录没有核对过", UNKNOWN, INQUIRY, "2026-03-03 inquiry", more=written("询问", "credential_shown")
        ),
        example("没有询问", APART, DECIDED),
    ),
    "penalty.legal-review.contents": (
        example("十项齐全", HOLDS, REVIEW, more=written("审核", *TEN)),
        example("缺少涉嫌犯罪一项", BROKEN, REVIEW, more=written("审核", *TEN[:-1])),
        example("没有审核", APART, DECIDED),
        example("意见书的内容没有核对过", UNKNOWN, REVIEW),
    ),
    "penalty.service.together": (
        example("三书齐全", HOLDS, DECIDED, more=written("决定", "credit_repair", "compliance"), agency_id="日照市局"),
        example("缺少合规经营指导书", BROKEN, DECIDED, more=written("决定", "credit_repair"), agency_id="日照市局"),
        example("当地没有要求", APART, DECIDED, more=written("决定")),
        example("处罚公民", APART, DECIDED, more=written("决定"), agency_id="日照市局", party_id="公民"),
        example("文书没有核对过", UNKNOWN, DECIDED, agency_id="日照市局"),
    ),
}
