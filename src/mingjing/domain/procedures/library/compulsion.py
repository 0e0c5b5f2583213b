"""
Compulsory measures (seizure, sealing, other measures) and compulsory execution, by one's own power and by the court.

Source: 行政强制法第三章至第五章.
"""

from dataclasses import replace
from typing import Final

from mingjing.domain.procedures.library.penalty import ARCHIVING, OTHER_MAJOR, OTHER_REVIEW, STATEMENT, STATEMENT_REVIEW
from mingjing.domain.procedures.library.shared import (
    AGREED,
    APPROVER,
    ASSISTANTS,
    AT,
    ENDED_AT,
    HANDLERS,
    SHOWN,
    SITE,
    evidence_steps,
    flag,
    line,
    pauses,
    service_step,
    words,
)
from mingjing.domain.procedures.model import Ask, AskKind, Duty, Into, Outcome, Paper, Procedure, Stage, Step
from mingjing.domain.rules.terms import Taken, first

SEIZED: Final = first("seized", "seizure", label="查封、扣押")
FROZEN: Final = first("frozen", "freezing", label="冻结")
DECIDED: Final = first("execution_decided", "decision", label="强制执行决定", effective=True)

_PRESENT: Final = Ask(
    name="party_present",
    label="当事人到场情况",
    kind=AskKind.CHOICE,
    required=True,
    choices=(("present", "当事人到场"), ("witness", "当事人不到场，邀请见证人到场")),
    basis="QZ 18",
)

SOFTER: Final = words(
    "softer",
    "采用非强制手段不能达到目的的理由",
    "说服教育、劝导示范、行政奖励等手段为什么达不到行政管理目的；能够达到的，不得采取强制措施。",
    basis="QZ 5",
)
"""Asked wherever a measure is ordered (SS-18); by it such steps are known."""

APPROVAL: Final = Step(
    code="approval",
    event="approval",
    label="报经负责人批准",
    stages=("request",),
    endorsed=Duty.APPROVE,
    parts=(HANDLERS, APPROVER),
    asks=(AT, words("reason", "采取措施的理由和依据"), SOFTER, line("object", "对象、范围")),
    outcomes=(
        Outcome(code="approved", label="批准", to="site"),
        Outcome(code="rejected", label="不批准"),
    ),
    papers=(Paper(kind="measure_approval"),),
    basis=("QZ 18", "QZ 19"),
    repeats=True,
    main=True,
    hint="情况紧急当场实施的，二十四小时内报告并补办批准手续。",
)
LATE_APPROVAL: Final = replace(
    APPROVAL,
    code="late_approval",
    label="紧急情况补办批准",
    stages=("held",),
    outcomes=(
        Outcome(code="approved", label="批准"),
        Outcome(code="rejected", label="不批准，立即解除"),
    ),
    about=("seizure",),
    basis=("QZ 19",),
    main=False,
)
TOLD: Final = Step(
    code="prior_notice",
    event="prior_notice",
    label="当场告知理由、依据和权利",
    stages=("request", "site"),
    parts=(HANDLERS,),
    asks=(AT, _PRESENT, words("content", "告知的内容", "理由、依据、依法享有的权利和救济途径。")),
    basis=("QZ 18",),
    repeats=True,
    main=True,
)
SEIZURE: Final = Step(
    code="seizure",
    event="seizure",
    label="查封、扣押",
    stages=("request", "site"),
    to="held",
    parts=(HANDLERS, ASSISTANTS),
    asks=(
        AT,
        SITE,
        SHOWN,
        _PRESENT,
        Ask(
            name="urgent",
            label="情况紧急，当场实施",
            kind=AskKind.FLAG,
            into=Into.STEP,
            required=True,
            help="紧急的，二十四小时内报告并补办批准手续。",
            basis="QZ 19",
        ),
        Ask(
            name="measure",
            label="措施",
            kind=AskKind.CHOICE,
            required=True,
            choices=(("detain", "扣押"), ("seal", "查封")),
        ),
        Ask(
            name="until_on",
            label="期限至",
            kind=AskKind.DAY,
            required=True,
            help="不超过三十日；法律、行政法规另有规定的除外。",
            basis="QZ 25",
        ),
        words("goods", "场所、设施、财物清单", "名称、规格、数量、特征；清单一式二份，由当事人和机关分别保存。"),
        flag(
            "no_necessities",
            "不含公民个人及其所扶养家属的生活必需品，没有重复查封",
            "与违法行为无关的场所、设施或者财物不得查封、扣押。",
        ),
        words("reason", "理由、依据和期限"),
        SOFTER,
    ),
    fulfils=("approval",),
    papers=(Paper(kind="seizure_decision"), Paper(kind="seizure_list"), Paper(kind="seizure_record")),
    basis=("QZ 18", "QZ 23", "QZ 24"),
    repeats=True,
    recorded=True,
    main=True,
)
SEIZURE_EXTENSION: Final = Step(
    code="seizure_extension",
    event="seizure_extension",
    label="延长查封、扣押期限",
    stages=("held",),
    endorsed=Duty.APPROVE,
    parts=(HANDLERS, APPROVER),
    asks=(
        AT,
        Ask(name="extends_to", label="延长至", kind=AskKind.DAY, into=Into.STEP, required=True),
        words("reason", "情况复杂的具体情形", "延长决定应当及时书面告知当事人，并说明理由。"),
    ),
    outcomes=AGREED,
    papers=(Paper(kind="seizure_extension"),),
    about=("seizure",),
    basis=("QZ 25",),
    only_if=Taken(SEIZED),
)
SEIZURE_RELEASE: Final = Step(
    code="seizure_release",
    event="seizure_release",
    label="处理或者解除",
    stages=("held",),
    to="closed",
    endorsed=Duty.APPROVE,
    parts=(HANDLERS, APPROVER),
    asks=(
        AT,
        Ask(
            name="disposal",
            label="处理结果",
            kind=AskKind.CHOICE,
            required=True,
            choices=(
                ("returned", "解除，返还财物"),
                ("confiscated", "没收"),
                ("destroyed", "依法销毁"),
                ("transferred", "随案移送"),
            ),
        ),
        words("reason", "事实和依据"),
    ),
    outcomes=(Outcome(code="approved", label="同意", to="closed"), Outcome(code="rejected", label="不同意", to="held")),
    papers=(Paper(kind="seizure_release"), Paper(kind="seizure_disposal")),
    about=("seizure",),
    basis=("QZ 27", "QZ 28"),
    status="closed",
    only_if=Taken(SEIZED),
    main=True,
)

FREEZING_STEPS: Final = (
    Step(
        code="freezing",
        event="freezing",
        label="冻结存款、汇款",
        stages=("site",),
        to="held",
        parts=(HANDLERS,),
        asks=(
            AT,
            line("bank", "协助冻结的金融机构"),
            line("account", "冻结的账号"),
            Ask(name="amount", label="冻结数额", kind=AskKind.FEN, required=True, help="与违法行为涉及的金额相当。"),
            Ask(name="until_on", label="期限至", kind=AskKind.DAY, required=True, help="不超过三十日。", basis="QZ 32"),
            words("reason", "理由、依据"),
            SOFTER,
        ),
        fulfils=("approval",),
        papers=(Paper(kind="freeze_decision"), Paper(kind="freeze_notice")),
        basis=("QZ 29", "QZ 30", "QZ 31"),
        repeats=True,
        hint="三日内向当事人交付冻结决定书；已被其他机关冻结的，不得重复冻结。",
    ),
    Step(
        code="freezing_extension",
        event="freezing_extension",
        label="延长冻结期限",
        stages=("held",),
        endorsed=Duty.APPROVE,
        parts=(APPROVER,),
        asks=(
            AT,
            Ask(name="extends_to", label="延长至", kind=AskKind.DAY, into=Into.STEP, required=True),
            words("reason", "情况复杂的具体情形", "延长决定应当及时书面告知当事人，并说明理由。"),
        ),
        outcomes=AGREED,
        about=("freezing",),
        basis=("QZ 32",),
        only_if=Taken(FROZEN),
    ),
    Step(
        code="freezing_release",
        event="freezing_release",
        label="解除冻结",
        stages=("held",),
        to="closed",
        endorsed=Duty.APPROVE,
        parts=(APPROVER,),
        asks=(AT, line("recipient", "金融机构"), words("reason", "事实和依据")),
        outcomes=(
            Outcome(code="approved", label="同意", to="closed"),
            Outcome(code="rejected", label="不同意", to="held"),
        ),
        papers=(Paper(kind="freeze_release"),),
        about=("freezing",),
        basis=("QZ 33",),
        status="closed",
        only_if=Taken(FROZEN),
    ),
)

MEASURE: Final = Procedure(
    code="compulsory_measure",
    label="行政强制措施",
    kind="compulsory_measure",
    item_kinds=("compulsory_measure",),
    purpose="查封场所、设施或者财物，扣押财物，以及其他行政强制措施",
    basis=("QZ 18",),
    stages=(
        Stage(code="request", label="报批"),
        Stage(code="site", label="实施"),
        Stage(code="held", label="查封扣押期间"),
        Stage(code="closed", label="结束"),
        Stage(code="archived", label="归档", final=True),
        Stage(code="given_up", label="不予实施", final=True),
    ),
    steps=(
        *evidence_steps("request", "site", "held"),
        APPROVAL,
        LATE_APPROVAL,
        TOLD,
        replace(STATEMENT, stages=("request", "site", "held"), papers=(), basis=("QZ 18",), label="听取陈述申辩"),
        SEIZURE,
        SEIZURE_EXTENSION,
        *FREEZING_STEPS,
        service_step(
            "held",
            "closed",
            about=(
                "seizure",
                "seizure_extension",
                "seizure_release",
                "freezing",
                "freezing_extension",
                "freezing_release",
            ),
        ),
        SEIZURE_RELEASE,
        Step(
            code="withdrawal",
            event="withdrawal",
            label="决定不实施",
            stages=("request", "site"),
            to="given_up",
            endorsed=Duty.APPROVE,
            parts=(APPROVER,),
            asks=(AT, words("reason", "理由", "违法行为情节显著轻微或者没有明显社会危害的，可以不采取。")),
            basis=("QZ 16",),
            status="withdrawn",
        ),
        ARCHIVING,
    ),
)

DEMAND: Final = Step(
    code="demand",
    event="demand",
    label="催告",
    stages=("demand", "carrying_out"),
    endorsed=Duty.APPROVE,
    parts=(HANDLERS, APPROVER),
    asks=(
        AT,
        Ask(name="fulfil_by", label="履行期限", kind=AskKind.DAY, required=True),
        words("content", "履行的方式；涉及金钱给付的，金额和给付方式；陈述申辩的权利"),
    ),
    outcomes=AGREED,
    papers=(Paper(kind="demand_notice"),),
    basis=("QZ 35",),
    repeats=True,
    main=True,
)
EXECUTION_DECISION: Final = Step(
    code="decision",
    event="decision",
    label="强制执行决定",
    stages=("demand",),
    to="carrying_out",
    duty=Duty.APPROVE,
    parts=(APPROVER,),
    asks=(
        AT,
        words("reason", "强制执行的理由和依据", "当事人无正当理由逾期仍不履行。"),
        words("manner", "强制执行的方式"),
        line("execute_at", "强制执行的时间"),
        words("remedies", "申请复议或者提起诉讼的途径和期限"),
    ),
    papers=(Paper(kind="execution_decision"),),
    about=("demand",),
    basis=("QZ 37",),
    main=True,
)
CARRYING_OUT: Final = Step(
    code="execution",
    event="execution",
    label="实施强制执行",
    stages=("carrying_out",),
    parts=(HANDLERS,),
    asks=(
        AT,
        Ask(
            name="urgent",
            label="情况紧急",
            kind=AskKind.FLAG,
            into=Into.STEP,
            help="紧急的，夜间、法定节假日也可以实施。",
        ),
        Ask(
            name="manner",
            label="方式",
            kind=AskKind.CHOICE,
            required=True,
            choices=(
                ("surcharge", "加处罚款、滞纳金"),
                ("transfer", "划拨存款、汇款"),
                ("sale", "拍卖、依法处理"),
                ("clearance", "排除妨碍、恢复原状"),
                ("other", "其他方式"),
            ),
            basis="QZ 12",
        ),
        Ask(
            name="amount_fen", label="金额", kind=AskKind.FEN, help="加处罚款、滞纳金的数额不得超出金钱给付义务的数额。"
        ),
        words("content", "执行的经过和结果", "不得对居民生活采取停水、停电、停热、停燃气的方式。"),
    ),
    papers=(Paper(kind="execution_record"),),
    about=("decision",),
    basis=("QZ 43", "QZ 45"),
    repeats=True,
    recorded=True,
    only_if=Taken(DECIDED),
    main=True,
)
SUBSTITUTE_NOTICE: Final = Step(
    code="substitute_notice",
    event="announcement",
    label="代履行决定送达和催告",
    stages=("carrying_out",),
    parts=(HANDLERS,),
    asks=(
        AT,
        line("substitute", "代履行人"),
        words(
            "content",
            "理由、依据、方式、时间、标的、费用预算",
            "代履行三日前再次催告；费用按成本合理确定，由当事人承担。",
        ),
    ),
    papers=(Paper(kind="substitute_decision"),),
    basis=("QZ 50", "QZ 51"),
    repeats=True,
    only_if=Taken(DECIDED),
)
SUBSTITUTED: Final = Step(
    code="substituted_performance",
    event="substituted_performance",
    label="代履行",
    stages=("demand", "carrying_out"),
    parts=(HANDLERS,),
    asks=(
        AT,
        ENDED_AT,
        SITE,
        Ask(
            name="urgent",
            label="需要立即清除",
            kind=AskKind.FLAG,
            into=Into.STEP,
            help="道路、河道、航道或者公共场所的遗洒物、障碍物、污染物，当事人不能清除的，可以立即实施。",
            basis="QZ 52",
        ),
        line("substitute", "代履行人"),
        Ask(name="amount_fen", label="费用", kind=AskKind.FEN, help="按照成本合理确定。"),
        words("content", "代履行的经过和结果", "由到场监督的工作人员、代履行人和当事人或者见证人签名。"),
    ),
    papers=(Paper(kind="execution_record"),),
    basis=("QZ 50", "QZ 51", "QZ 52"),
    repeats=True,
    recorded=True,
)
AGREEMENT: Final = Step(
    code="agreement",
    event="instalment",
    label="执行协议",
    stages=("carrying_out",),
    parts=(HANDLERS,),
    asks=(
        AT,
        Ask(name="extends_to", label="分阶段履行至", kind=AskKind.DAY, into=Into.STEP, required=True),
        words(
            "content",
            "约定的内容",
            "不损害公共利益和他人合法权益；当事人采取补救措施的，可以减免加处的罚款或者滞纳金。",
        ),
    ),
    papers=(Paper(kind="execution_agreement"),),
    basis=("QZ 42",),
    repeats=True,
)


def _closing(*stages: str) -> Step:
    return Step(
        code="closing",
        event="closing",
        label="结案",
        stages=stages,
        to="closed",
        endorsed=Duty.APPROVE,
        parts=(HANDLERS, APPROVER),
        asks=(AT, words("result", "履行和执行情况")),
        papers=(Paper(kind="case_closing_approval"),),
        status="closed",
        main=True,
    )


_PAUSED: Final = tuple(replace(one, basis=("QZ 39",)) for one in pauses("demand", "carrying_out")[1:])
_ENDED: Final = Step(
    code="ending",
    event="ending",
    label="终结执行",
    stages=("demand", "carrying_out"),
    to="closed",
    endorsed=Duty.APPROVE,
    parts=(APPROVER,),
    asks=(AT, Ask(name="ended_ground", label="终结的事由", into=Into.CASE, required=True)),
    outcomes=(Outcome(code="approved", label="同意", to="closed"), Outcome(code="rejected", label="不同意")),
    status="ended",
    basis=("QZ 40",),
)
PAYMENT: Final = Step(
    code="payment",
    event="payment",
    label="当事人自行履行",
    stages=("demand", "carrying_out"),
    asks=(AT, Ask(name="amount_fen", label="金额", kind=AskKind.FEN), words("content", "履行情况")),
    repeats=True,
)

EXECUTION: Final = Procedure(
    code="compulsory_execution",
    label="行政强制执行",
    kind="compulsory_execution",
    item_kinds=("compulsory_execution",),
    purpose="有行政强制执行权的机关自行强制执行：催告、决定、实施，包括代履行和加处罚款",
    basis=("QZ 34",),
    stages=(
        Stage(code="demand", label="催告"),
        Stage(code="carrying_out", label="实施"),
        Stage(code="closed", label="结案"),
        Stage(code="archived", label="归档", final=True),
    ),
    steps=(
        replace(DEMAND, asks=(*DEMAND.asks, OTHER_MAJOR)),
        service_step("demand", "carrying_out", about=("demand", "decision", "announcement")),
        replace(STATEMENT, stages=("demand",), about=("demand",), basis=("QZ 36",), label="听取陈述申辩"),
        replace(STATEMENT_REVIEW, stages=("demand",), basis=("QZ 36",)),
        replace(
            OTHER_REVIEW,
            stages=("demand",),
            main=False,
        ),
        EXECUTION_DECISION,
        SUBSTITUTE_NOTICE,
        SUBSTITUTED,
        CARRYING_OUT,
        AGREEMENT,
        PAYMENT,
        *_PAUSED,
        _ENDED,
        _closing("demand", "carrying_out"),
        ARCHIVING,
    ),
)

COURT: Final = Procedure(
    code="court_execution",
    label="申请人民法院强制执行",
    kind="compulsory_execution",
    item_kinds=("compulsory_execution",),
    purpose="没有行政强制执行权的机关，期限届满之日起三个月内申请人民法院强制执行",
    basis=("QZ 53",),
    stages=EXECUTION.stages,
    steps=(
        DEMAND,
        service_step("demand", about=("demand",)),
        replace(STATEMENT, stages=("demand",), about=("demand",), basis=("QZ 36",), label="听取陈述申辩"),
        replace(STATEMENT_REVIEW, stages=("demand",), basis=("QZ 36",)),
        Step(
            code="court_application",
            event="court_application",
            label="申请人民法院强制执行",
            stages=("demand",),
            to="carrying_out",
            endorsed=Duty.APPROVE,
            parts=(APPROVER,),
            asks=(
                AT,
                line("court", "受理法院"),
                words("content", "申请书、决定书及事实理由依据、当事人的意见和催告情况、标的"),
            ),
            outcomes=(
                Outcome(code="approved", label="同意", to="carrying_out"),
                Outcome(code="rejected", label="不同意", to="demand"),
            ),
            papers=(Paper(kind="court_application"),),
            basis=("QZ 53", "QZ 54", "QZ 55"),
            main=True,
        ),
        Step(
            code="execution",
            event="execution",
            label="裁定和执行结果",
            stages=("carrying_out",),
            asks=(
                AT,
                Ask(
                    name="ruling",
                    label="法院的处理",
                    kind=AskKind.CHOICE,
                    required=True,
                    choices=(
                        ("accepted", "受理"),
                        ("granted", "准予执行"),
                        ("refused", "不予受理或者不准予执行"),
                        ("done", "执行完毕"),
                    ),
                ),
                words("content", "裁定文号和执行情况", "对不予受理、不予执行有异议的，十五日内向上一级法院申请复议。"),
            ),
            basis=("QZ 56", "QZ 57", "QZ 58"),
            repeats=True,
            main=True,
        ),
        PAYMENT,
        _ENDED,
        _closing("demand", "carrying_out"),
        ARCHIVING,
    ),
)

PROCEDURES: Final = (MEASURE, EXECUTION, COURT)
