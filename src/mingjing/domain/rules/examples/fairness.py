"""Worked examples of the rules on who may act and what must be answered before a penalty."""

from collections.abc import Mapping
from typing import Final

from mingjing.domain.rules.examples.writing import APART, BROKEN, HOLDS, UNKNOWN, example
from mingjing.domain.rules.model import Example

RECUSAL: Final = "2026-03-03 recusal_application @申请"
DECIDED: Final = "2026-03-10 decision"
NOTICE: Final = "2026-03-02 prior_notice @告知 yuan:100"
CRIME: Final = "2026-03-02 suspected_crime @线索"
OPINION: Final = "2026-03-05 supervision_opinion @意见"
DISPUTE: Final = "2026-03-04 jurisdiction_dispute @争议"

EXAMPLES: Final[Mapping[str, tuple[Example, ...]]] = {
    "penalty.recusal.decided": (
        example("决定前一日已作出回避决定", HOLDS, RECUSAL, "2026-03-09 recusal about:申请", DECIDED),
        example(
            "驳回申请也是决定，但要有效", BROKEN, RECUSAL, "2026-03-09 recusal about:申请 outcome:invalid", DECIDED
        ),
        example("没有作出回避决定", BROKEN, RECUSAL, DECIDED),
        example("处罚之后才作出回避决定", BROKEN, RECUSAL, DECIDED, "2026-03-11 recusal about:申请"),
        example(
            "同一日先回避决定后处罚",
            HOLDS,
            RECUSAL,
            "2026-03-10T09:00 recusal about:申请",
            "2026-03-10T09:01 decision",
        ),
        example("没有写明针对哪一申请，在申请之后作出", HOLDS, RECUSAL, "2026-03-05 recusal", DECIDED),
        example(
            "两次申请，只决定了一次",
            BROKEN,
            RECUSAL,
            "2026-03-04 recusal_application @再申请",
            "2026-03-05 recusal about:再申请",
            DECIDED,
        ),
        example("申请已经撤回", APART, "2026-03-03 recusal_application outcome:withdrawn", DECIDED),
        example("处罚之后才申请", APART, "2026-03-11 recusal_application", DECIDED),
        example("尚未处罚", APART, RECUSAL),
        example("同一日，先后不详", UNKNOWN, RECUSAL, "2026-03-10 recusal about:申请", DECIDED),
    ),
    "penalty.recusal.kept-out": (
        example(
            "回避的人员不再参加",
            HOLDS,
            "2026-03-02 inquiry handler:甲,乙",
            "2026-03-04 recusal outcome:approved recused:甲",
            "2026-03-05 evidence handler:乙,丙",
        ),
        example(
            "回避的人员次日又参加取证",
            BROKEN,
            "2026-03-04 recusal outcome:approved recused:甲",
            "2026-03-05 evidence handler:甲,丙",
        ),
        example(
            "回避的人员参加集体讨论表决",
            BROKEN,
            "2026-03-04 recusal outcome:approved recused:甲",
            "2026-03-09 deliberation voter:甲",
        ),
        example(
            "同一日，回避决定之前参加的不算",
            HOLDS,
            "2026-03-04T09:00 inquiry handler:甲,乙",
            "2026-03-04T09:01 recusal outcome:approved recused:甲",
        ),
        example(
            "决定不回避的可以继续办案",
            APART,
            "2026-03-04 recusal outcome:rejected recused:甲",
            "2026-03-05 evidence handler:甲,丙",
        ),
        example(
            "同一日，先后不详",
            UNKNOWN,
            "2026-03-04 recusal outcome:approved recused:甲",
            "2026-03-04 evidence handler:甲,丙",
        ),
        example("没有人申请回避", APART, "2026-03-05 evidence handler:甲,丙"),
    ),
    "penalty.evidence.before-notice": (
        example("前一日已询问", HOLDS, "2026-03-01 inquiry", NOTICE),
        example("没有取证就告知", BROKEN, NOTICE, DECIDED),
        example("告知之后才取证", BROKEN, NOTICE, "2026-03-03 evidence"),
        example("证据因违法取得而无效", BROKEN, "2026-03-01 evidence outcome:invalid", NOTICE),
        example("简易程序另有规定", APART, NOTICE, DECIDED, procedure="summary"),
        example("尚未告知", APART, "2026-03-01 inquiry"),
        example("同一日，先后不详", UNKNOWN, "2026-03-02 inquiry", NOTICE),
    ),
    "penalty.statement.reviewed": (
        example(
            "决定前一日已复核", HOLDS, "2026-03-05 statement @申辩", "2026-03-09 statement_review about:申辩", DECIDED
        ),
        example("没有复核", BROKEN, "2026-03-05 statement @申辩", DECIDED),
        example(
            "决定之后才复核", BROKEN, "2026-03-05 statement @申辩", DECIDED, "2026-03-11 statement_review about:申辩"
        ),
        example(
            "再次申辩没有复核",
            BROKEN,
            "2026-03-05 statement @申辩",
            "2026-03-06 statement_review about:申辩",
            "2026-03-09 statement",
            DECIDED,
        ),
        example("当事人放弃陈述申辩", APART, "2026-03-05 statement outcome:waived", DECIDED),
        example("简易程序当场听取", APART, "2026-03-10 statement", DECIDED, procedure="summary"),
        example(
            "复核与决定在同一日，先后不详",
            UNKNOWN,
            "2026-03-05 statement @申辩",
            "2026-03-10 statement_review about:申辩",
            DECIDED,
        ),
    ),
    "penalty.decision.within-notice": (
        example("罚款等于告知的拟罚款", HOLDS, NOTICE, DECIDED, fine_fen=10_000),
        example("罚款比告知的多一分", BROKEN, NOTICE, DECIDED, fine_fen=10_001),
        example("罚款减少", HOLDS, NOTICE, DECIDED, fine_fen=5_000),
        example("申辩后加处吊销", BROKEN, NOTICE, DECIDED, fine_fen=10_000, other_penalties="license_revoked"),
        example(
            "吊销已经告知",
            HOLDS,
            "2026-03-02 prior_notice yuan:100 proposed:license_revoked|warning",
            DECIDED,
            other_penalties="license_revoked",
        ),
        example("有新的事实，重新告知", HOLDS, NOTICE, "2026-03-06 prior_notice yuan:200", DECIDED, fine_fen=20_000),
        example("简易程序当场告知", APART, NOTICE, DECIDED, fine_fen=20_000, procedure="summary"),
        example("没有告知", APART, DECIDED),
        example("拟罚款没有记载", UNKNOWN, "2026-03-02 prior_notice", DECIDED),
        example("罚款数额没有记载", UNKNOWN, NOTICE, DECIDED, fine_fen=None),
    ),
    "penalty.jurisdiction.settled": (
        example("决定前一日已指定管辖", HOLDS, DISPUTE, "2026-03-09 jurisdiction_settled about:争议", DECIDED),
        example("争议没有解决", BROKEN, DISPUTE, DECIDED),
        example("决定之后才指定管辖", BROKEN, DISPUTE, DECIDED, "2026-03-11 jurisdiction_settled about:争议"),
        example("没有争议", APART, DECIDED),
        example("同一日，先后不详", UNKNOWN, DISPUTE, "2026-03-10 jurisdiction_settled about:争议", DECIDED),
    ),
    "penalty.jurisdiction.not-transferred": (
        example("没有移送管辖", HOLDS, DECIDED),
        example("前一日已移送其他机关", BROKEN, "2026-03-09 jurisdiction_transfer", DECIDED),
        example("移送被退回", HOLDS, "2026-03-05 jurisdiction_transfer outcome:returned", DECIDED),
        example("决定之后才移送", HOLDS, DECIDED, "2026-03-11 jurisdiction_transfer"),
        example("尚未处罚", APART, "2026-03-09 jurisdiction_transfer"),
        example("同一日，先后不详", UNKNOWN, "2026-03-10 jurisdiction_transfer", DECIDED),
    ),
    "penalty.supervision.answered": (
        example(
            "决定前一日已答复并认可",
            HOLDS,
            OPINION,
            "2026-03-09 supervision_reply about:意见 outcome:approved",
            DECIDED,
        ),
        example("没有答复", BROKEN, OPINION, DECIDED),
        example("答复没有得到认可", BROKEN, OPINION, "2026-03-09 supervision_reply about:意见", DECIDED),
        example("意见已经撤回", APART, "2026-03-05 supervision_opinion outcome:withdrawn", DECIDED),
        example("没有监督意见", APART, DECIDED),
        example(
            "同一日，先后不详", UNKNOWN, OPINION, "2026-03-10 supervision_reply about:意见 outcome:approved", DECIDED
        ),
    ),
    "penalty.crime.referred": (
        example("决定前一日已移送", HOLDS, CRIME, "2026-03-09 referral about:线索", DECIDED),
        example("没有移送就处罚", BROKEN, CRIME, DECIDED),
        example("处罚之后才移送", BROKEN, CRIME, DECIDED, "2026-03-11 referral about:线索"),
        example("负责人决定不移送", APART, "2026-03-02 suspected_crime outcome:rejected", DECIDED),
        example("不涉嫌犯罪", APART, DECIDED),
        example("同一日，先后不详", UNKNOWN, CRIME, "2026-03-10 referral about:线索", DECIDED),
    ),
    "penalty.crime.no-fine-meanwhile": (
        example(
            "公安机关不予立案的次日罚款", HOLDS, CRIME, "2026-03-04 referral", "2026-03-09 police_declined", DECIDED
        ),
        example("司法机关移回后罚款", HOLDS, CRIME, "2026-03-04 referral", "2026-03-09 case_returned", DECIDED),
        example("公安机关没有答复就罚款", BROKEN, CRIME, "2026-03-04 referral", DECIDED),
        example("公安机关已经立案仍罚款", BROKEN, CRIME, "2026-03-04 referral", "2026-03-09 police_filed", DECIDED),
        example("罚款一分也是罚款", BROKEN, CRIME, "2026-03-04 referral", DECIDED, fine_fen=1),
        example("只给予警告", APART, CRIME, "2026-03-04 referral", DECIDED, fine_fen=0, other_penalties="warning"),
        example("移送之前已经罚款", APART, CRIME, DECIDED, "2026-03-11 referral"),
        example("没有移送", APART, CRIME, DECIDED),
        example("罚款数额没有记载", UNKNOWN, CRIME, "2026-03-04 referral", DECIDED, fine_fen=None),
        example("移送与处罚在同一日，先后不详", UNKNOWN, CRIME, "2026-03-10 referral", DECIDED),
    ),
}
