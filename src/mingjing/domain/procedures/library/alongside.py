"""
Steps that stand beside the straight way of a case and may become necessary at any time.

Who must withdraw, who has jurisdiction, what the overseer says beforehand, what is a crime or a matter of discipline,
measures without force, the way to legal review and out of a disagreement with it.
"""

from typing import Final

from mingjing.domain.procedures.library.shared import AGREED, APPROVER, AT, HANDLERS, SITE, line, words
from mingjing.domain.procedures.model import Ask, AskKind, Duty, Into, Outcome, Paper, Part, Step
from mingjing.domain.rules.library.papers import ENTERPRISE
from mingjing.domain.rules.terms import Taken, first

RECUSAL_ASKED: Final = first("recusal_asked", "recusal_application", label="申请回避")
DISPUTED: Final = first("disputed", "jurisdiction_dispute", label="管辖争议")
OPINION_GIVEN: Final = first("opinion_given", "supervision_opinion", label="事前监督意见")
SUSPECTED: Final = first("suspected", "referral", label="移送", effective=True)
POLICE_FILED: Final = first("police_filed", "police_filed", label="公安立案")
CLUE: Final = first("clue", "discipline_clue", label="职务违法线索")
DISAGREED: Final = first("disagreed", "review_coordination", label="审核分歧")

RECUSED: Final = Part(role="recused", label="被申请回避的人员", least=1)


def recusal_steps(*stages: str) -> tuple[Step, ...]:
    """Return the application that somebody withdraw, and its decision."""
    return (
        Step(
            code="recusal_application",
            event="recusal_application",
            label="申请回避",
            stages=stages,
            parts=(RECUSED,),
            asks=(
                AT,
                Ask(
                    name="asked_by",
                    label="提出人",
                    kind=AskKind.CHOICE,
                    required=True,
                    choices=(("party", "当事人"), ("self", "本人自行回避"), ("agency", "本机关指令回避")),
                ),
                words("reason", "理由", "与案件有直接利害关系，或者有其他关系可能影响公正执法。"),
            ),
            basis=("CF 43",),
            repeats=True,
            hint="决定作出之前，不停止调查。",
        ),
        Step(
            code="recusal",
            event="recusal",
            label="决定是否回避",
            stages=stages,
            duty=Duty.APPROVE,
            parts=(RECUSED, APPROVER),
            asks=(AT, words("reason", "审查的情况和理由")),
            outcomes=(
                Outcome(code="approved", label="应当回避，更换人员"),
                Outcome(code="dismissed", label="不需要回避，驳回申请"),
            ),
            papers=(Paper(kind="recusal_decision"),),
            about=("recusal_application",),
            basis=("CF 43",),
            repeats=True,
            only_if=Taken(RECUSAL_ASKED),
            hint="决定回避的人员不再是承办人，此后不得参加本案的任何环节。",
        ),
    )


def jurisdiction_steps(*stages: str, to: str) -> tuple[Step, ...]:
    """Return a dispute on jurisdiction, how it was settled, and the case going over; ``to`` is where that ends it."""
    return (
        Step(
            code="jurisdiction_dispute",
            event="jurisdiction_dispute",
            label="管辖争议",
            stages=stages,
            asks=(AT, line("other", "有争议的机关"), words("content", "争议的事项和各方意见")),
            basis=("CF 25",),
            repeats=True,
        ),
        Step(
            code="jurisdiction_settled",
            event="jurisdiction_settled",
            label="确定管辖",
            stages=stages,
            asks=(
                AT,
                Ask(
                    name="manner",
                    label="方式",
                    kind=AskKind.CHOICE,
                    required=True,
                    choices=(("agreed", "协商解决"), ("designated", "报请共同的上一级机关指定管辖")),
                ),
                line("designated", "确定管辖的机关"),
                words("content", "协商或者指定的情况", "指定管辖的写明文号。"),
            ),
            about=("jurisdiction_dispute",),
            basis=("CF 25",),
            repeats=True,
            only_if=Taken(DISPUTED),
        ),
        Step(
            code="jurisdiction_transfer",
            event="jurisdiction_transfer",
            label="移送管辖",
            stages=stages,
            to=to,
            endorsed=Duty.APPROVE,
            parts=(APPROVER,),
            asks=(AT, line("recipient", "有管辖权的机关"), words("reason", "移送的事实和依据")),
            outcomes=(Outcome(code="approved", label="同意移送", to=to), Outcome(code="rejected", label="不同意")),
            papers=(Paper(kind="case_referral_letter"),),
            basis=("CF 22", "CF 25"),
            status="transferred",
            fixed={"to": "other_agency"},
        ),
    )


def supervision_steps(*stages: str) -> tuple[Step, ...]:
    """Return the overseer's opinion before a decision, and the answer to it, which he accepts or not."""
    return (
        Step(
            code="supervision_opinion",
            event="supervision_opinion",
            label="事前监督意见",
            stages=stages,
            duty=Duty.SUPERVISE,
            asks=(AT, words("content", "监督意见", "指出的问题、依据和建议。")),
            basis=("TS-03",),
            repeats=True,
            hint="办案机关答复并经监督人员认可之前，不能作出决定。",
        ),
        Step(
            code="supervision_reply",
            event="supervision_reply",
            label="答复监督意见",
            stages=stages,
            endorsed=Duty.SUPERVISE,
            asks=(AT, words("content", "答复", "逐项写明采纳情况和理由。")),
            outcomes=(Outcome(code="approved", label="认可"), Outcome(code="rejected", label="不认可，继续改正")),
            about=("supervision_opinion",),
            basis=("TS-03",),
            repeats=True,
            only_if=Taken(OPINION_GIVEN),
        ),
    )


def crime_steps(*stages: str) -> tuple[Step, ...]:
    """Return what surrounds a referral to the police: that a crime is suspected, what came back, what is handed over."""
    return (
        Step(
            code="suspected_crime",
            event="suspected_crime",
            label="发现涉嫌犯罪",
            stages=stages,
            parts=(HANDLERS,),
            asks=(
                AT,
                words(
                    "facts",
                    "涉嫌犯罪的事实和证据",
                    "指定两名以上人员组成专案组核实，提出书面报告，报负责人决定是否移送。",
                ),
            ),
            basis=("CF 27", "YS 3", "YS 5"),
            repeats=True,
            hint="移送公安机关之前，不能作出处罚决定。",
        ),
        Step(
            code="police_filed",
            event="police_filed",
            label="公安机关立案",
            stages=stages,
            asks=(AT, line("document", "立案通知书文号"), words("content", "立案的情况", required=False)),
            about=("referral",),
            basis=("YS 12",),
            only_if=Taken(SUSPECTED),
            repeats=True,
        ),
        Step(
            code="police_declined",
            event="police_declined",
            label="公安机关不予立案",
            stages=stages,
            asks=(AT, line("document", "不予立案通知书文号"), words("content", "不予立案的理由")),
            about=("referral",),
            basis=("YS 9",),
            only_if=Taken(SUSPECTED),
            repeats=True,
            hint="对不予立案有异议的，三日内提请复议或者建议检察机关立案监督；不移送的依法作出处理。",
        ),
        Step(
            code="evidence_handover",
            event="evidence_handover",
            label="移交涉案物品",
            stages=stages,
            parts=(HANDLERS,),
            asks=(AT, words("goods", "物品和材料清单"), line("receiver", "接收人")),
            about=("police_filed",),
            basis=("YS 12",),
            only_if=Taken(POLICE_FILED),
            repeats=True,
        ),
        Step(
            code="case_returned",
            event="case_returned",
            label="司法机关移回",
            stages=stages,
            asks=(
                AT,
                line("from", "移回的机关"),
                words("content", "移回的理由和意见", "不需要追究刑事责任或者免予刑事处罚，应当给予行政处罚的。"),
            ),
            about=("referral",),
            basis=("CF 27",),
            only_if=Taken(SUSPECTED),
            repeats=True,
        ),
    )


def discipline_steps(*stages: str) -> tuple[Step, ...]:
    """Return a clue that a public servant broke his duty, and its transfer; both in confidence (LC-24, RZ-64)."""
    return (
        Step(
            code="discipline_clue",
            event="discipline_clue",
            label="发现职务违法线索",
            stages=stages,
            asks=(AT, words("content", "线索的内容", "公职人员涉嫌贪污贿赂、失职渎职等职务违法、职务犯罪。")),
            basis=("YS 18",),
            repeats=True,
            confidential=True,
        ),
        Step(
            code="discipline_referral",
            event="discipline_referral",
            label="线索移送纪检监察机关",
            stages=stages,
            endorsed=Duty.APPROVE,
            parts=(APPROVER,),
            asks=(
                AT,
                line("recipient", "受移送的纪检监察机关"),
                line("subject", "涉及人员"),
                words("reason", "移送的事实"),
            ),
            outcomes=AGREED,
            papers=(Paper(kind="discipline_referral"),),
            about=("discipline_clue",),
            basis=("YS 18",),
            repeats=True,
            only_if=Taken(CLUE),
            confidential=True,
            fixed={"to": "discipline"},
        ),
    )


SOFT: Final = (
    ("persuasion", "说服教育"),
    ("guidance", "劝导示范"),
    ("admonition", "警告告诫"),
    ("restraint", "指导约束"),
)
"""The four kinds of measure without force: kind of event, and its name."""


def soft_steps(*stages: str, to: str | None = None, main: bool = False) -> tuple[Step, ...]:
    """Return the measures without force, one step for each kind; ``to`` is the stage that follows."""
    return tuple(
        Step(
            code=event,
            event=event,
            label=label,
            stages=stages,
            to=to,
            parts=(HANDLERS,),
            asks=(
                AT,
                SITE,
                words("problem", "存在的问题"),
                words("content", "教育、劝导、告诫或者指导的内容"),
                Ask(name="correct_by", label="改正期限", kind=AskKind.DAY),
                Ask(
                    name="corrected",
                    label="改正情况",
                    kind=AskKind.CHOICE,
                    choices=(("yes", "当场改正"), ("promised", "承诺限期改正"), ("no", "拒不改正")),
                ),
            ),
            papers=(Paper(kind="persuasion_record"),),
            basis=("CF 6", "TS-06"),
            repeats=True,
            recorded=main,
            main=main,
        )
        for event, label in SOFT
    )


def rectification(*stages: str) -> Step:
    """Return the order to set right what is wrong."""
    return Step(
        code="rectification",
        event="rectification",
        label="责令改正",
        stages=stages,
        endorsed=Duty.APPROVE,
        parts=(HANDLERS, APPROVER),
        asks=(
            AT,
            words("content", "改正的内容和要求"),
            Ask(name="correct_by", label="改正期限", kind=AskKind.DAY, required=True),
        ),
        outcomes=AGREED,
        papers=(Paper(kind="rectification_order"),),
        basis=("CF 28",),
        repeats=True,
    )


def review_steps(*stages: str) -> tuple[Step, ...]:
    """Return how a case comes to legal review, and what is done when its opinion is not followed."""
    return (
        Step(
            code="review_submission",
            event="review_submission",
            label="送法制审核",
            stages=stages,
            asks=(AT, words("content", "送审的材料", "调查终结报告、拟作出的决定、证据、告知和听证的情况。")),
            basis=("CF 58", "YZ-36"),
            repeats=True,
            hint="材料齐全之日起计算审核期限。",
        ),
        Step(
            code="review_coordination",
            event="review_coordination",
            label="提出不采纳审核意见",
            stages=stages,
            parts=(HANDLERS,),
            asks=(AT, words("content", "不采纳的意见和理由"), words("result", "协调的情况", required=False)),
            basis=("YZ-36",),
            repeats=True,
        ),
        Step(
            code="review_decided",
            event="approval",
            label="负责人对审核分歧作出决定",
            stages=stages,
            duty=Duty.APPROVE,
            parts=(APPROVER,),
            asks=(AT, words("reason", "决定和理由")),
            outcomes=(
                Outcome(code="approved", label="采纳承办意见，重新送审"),
                Outcome(code="dismissed", label="采纳审核意见"),
            ),
            about=("review_coordination",),
            basis=("YZ-36",),
            repeats=True,
            only_if=Taken(DISAGREED),
        ),
    )


def impact_assessment(*stages: str) -> Step:
    """Return the assessment of what a decision would mean to an enterprise."""
    return Step(
        code="impact_assessment",
        event="impact_assessment",
        label="涉企案件经济影响评估",
        stages=stages,
        parts=(HANDLERS,),
        asks=(
            AT,
            words("content", "评估的情况", "对生产经营、就业、信用和上下游的影响。"),
            words("result", "评估结论和建议"),
        ),
        basis=("RZ-54",),
        repeats=True,
        only_if=ENTERPRISE,
    )


LENIENT: Final = (
    Ask(
        name="leniency_matched",
        label="符合宽严清单",
        kind=AskKind.FLAG,
        into=Into.CASE,
        help="事项和情节符合已公布的不罚、免罚、减轻、从轻清单。清单已录入的，由系统比对。",
        basis="CF 33",
    ),
    Ask(
        name="non_coercive_first",
        label="属于先行柔性执法的清单",
        kind=AskKind.FLAG,
        into=Into.CASE,
        help="处罚之前应当先说服教育、劝导示范、警告告诫或者指导约束。",
        basis="TS-06",
    ),
)
"""What is asked of a case when its investigation ends."""
