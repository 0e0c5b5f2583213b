"""
Administrative penalties: the ordinary procedure, the expedited way through it, and the summary procedure on the spot.

Source: 行政处罚法（2021）第五章.
"""

from dataclasses import replace
from typing import Final

from mingjing.domain.discretion.benchmarks import PENALTY_KINDS
from mingjing.domain.procedures.library.alongside import (
    LENIENT,
    crime_steps,
    discipline_steps,
    impact_assessment,
    jurisdiction_steps,
    rectification,
    recusal_steps,
    review_steps,
    soft_steps,
    supervision_steps,
)
from mingjing.domain.procedures.library.shared import (
    AGREED,
    APPROVER,
    ASSISTANTS,
    AT,
    CHAIR,
    ENDED_AT,
    HANDLERS,
    PLACE,
    RECORDER,
    REVIEWER,
    SHOWN,
    SITE,
    VOTERS,
    evidence_steps,
    flag,
    line,
    pauses,
    service_step,
    words,
)
from mingjing.domain.procedures.model import Ask, AskKind, Duty, Into, Outcome, Paper, Procedure, Stage, Step
from mingjing.domain.rules.library.papers import ENTERPRISE
from mingjing.domain.rules.terms import FILING as FILED
from mingjing.domain.rules.terms import HEARING_REQUEST, OUTCOME, PENALTY, Allows, Taken, first

PRESERVED: Final = first("preserved", "preservation", label="先行登记保存")
SUSPECTED: Final = first("referred", "referral", label="移送")
INSTALMENT_ASKED: Final = first("instalment_asked", "instalment_application", label="延期分期申请")
HEARING_TOLD: Final = first("hearing_told", "hearing_notice", label="听证告知")
DEMANDED: Final = first("demanded", "demand", label="催告")
TOGETHER: Final = ENTERPRISE & Allows("penalty.service.together", FILED, member="compliance")
"""The place has three documents go to an enterprise together (RZ-39)."""

OTHER_PENALTIES: Final = tuple(
    (code, label) for code, label in PENALTY_KINDS.items() if code not in ("fine", "confiscation")
)

# What is proposed is written onto the case from the end of the investigation on, and may change until the decision.
PROPOSAL: Final = (
    Ask(name="tier", label="裁量档次", kind=AskKind.CHOICE, into=Into.CASE, options="tiers", basis="CF 34"),
    Ask(name="fine_fen", label="罚款", kind=AskKind.FEN, into=Into.CASE, required=True, help="没有罚款的填 0。"),
    Ask(name="confiscated_fen", label="没收违法所得、非法财物价值", kind=AskKind.FEN, into=Into.CASE, required=True),
    Ask(
        name="other_penalties",
        label="其他处罚",
        kind=AskKind.CHOICES,
        into=Into.CASE,
        choices=OTHER_PENALTIES,
        basis="CF 9",
    ),
    Ask(
        name="tier_departure",
        label="从轻、减轻、从重",
        kind=AskKind.CHOICE,
        into=Into.CASE,
        choices=(("lighter", "从轻"), ("mitigated", "减轻"), ("heavier", "从重")),
        help="在档次以外量罚的必须选择，并写明法定理由。",
        basis="CF 32",
    ),
    Ask(name="tier_departure_reason", label="从轻、减轻、从重的理由", into=Into.CASE),
    Ask(
        name="leniency_reason",
        label="符合宽严清单而不适用的理由",
        into=Into.CASE,
        help="没有从轻、减轻或者不予处罚的必须写明。",
        basis="CF 33",
    ),
)
IS_MAJOR: Final = Ask(
    name="is_major",
    label="属于重大执法决定",
    kind=AskKind.FLAG,
    into=Into.CASE,
    help="按本机关重大执法决定法制审核目录；列入目录的事项，不论是否勾选。",
    basis="CF 58",
)
MARKS: Final = (
    IS_MAJOR,
    Ask(name="is_complex", label="情节复杂或者重大违法", kind=AskKind.FLAG, into=Into.CASE, basis="CF 57"),
    *LENIENT,
)

INVESTIGATING: Final = ("investigation", "review", "notice")
OPEN: Final = ("investigation", "review", "notice")

LEAD: Final = Step(
    code="lead",
    event="lead",
    label="线索登记",
    stages=("lead",),
    asks=(AT, words("findings", "线索内容和核查情况")),
    basis=("CF 54",),
    main=True,
)
FILING: Final = Step(
    code="filing",
    event="filing",
    label="立案",
    stages=("lead",),
    to="investigation",
    endorsed=Duty.APPROVE,
    parts=(HANDLERS, APPROVER),
    asks=(
        AT,
        words("facts", "涉嫌违法的事实"),
        Ask(
            name="found_on", label="发现违法行为的日期", kind=AskKind.DAY, into=Into.CASE, required=True, basis="CF 36"
        ),
        Ask(name="act_on", label="违法行为发生日", kind=AskKind.DAY, into=Into.CASE, required=True, basis="CF 36"),
        Ask(
            name="act_ended_on",
            label="违法行为终了日",
            kind=AskKind.DAY,
            into=Into.CASE,
            help="连续或者继续状态的，填行为终了之日。",
        ),
        Ask(
            name="limitation_class",
            label="追责时效",
            kind=AskKind.CHOICE,
            into=Into.CASE,
            choices=(("ordinary", "二年"), ("five_year", "五年（涉及公民生命健康安全、金融安全且有危害后果）")),
            basis="CF 36",
        ),
    ),
    outcomes=(Outcome(code="approved", label="同意立案"), Outcome(code="rejected", label="不予立案", to="unfiled")),
    papers=(Paper(kind="case_filing_approval"),),
    basis=("CF 54",),
    main=True,
)
PRESERVATION: Final = Step(
    code="preservation",
    event="preservation",
    label="先行登记保存",
    stages=("investigation",),
    endorsed=Duty.APPROVE,
    parts=(HANDLERS, APPROVER, ASSISTANTS),
    asks=(AT, SITE, SHOWN, words("goods", "物品清单"), words("reason", "证据可能灭失或者以后难以取得的情形")),
    outcomes=AGREED,
    papers=(Paper(kind="evidence_preservation_notice"), Paper(kind="goods_list")),
    basis=("CF 56",),
    repeats=True,
    recorded=True,
)
PRESERVATION_DISPOSAL: Final = Step(
    code="preservation_disposal",
    event="preservation_disposal",
    label="登记保存处理",
    stages=INVESTIGATING,
    asks=(AT, words("result", "处理决定", "返还、转为查封扣押、鉴定、移送或者没收的依据。")),
    papers=(Paper(kind="preservation_disposal"),),
    about=("preservation",),
    basis=("CF 56",),
    repeats=True,
    only_if=Taken(PRESERVED),
)
REPORT: Final = Step(
    code="investigation_report",
    event="investigation_report",
    label="调查终结",
    stages=("investigation",),
    to="review",
    parts=(HANDLERS,),
    asks=(
        AT,
        words("facts", "查明的事实和证据"),
        words("law", "违反的规定和处罚依据"),
        words("discretion", "裁量的理由", basis="CF 34"),
        *PROPOSAL,
        *MARKS,
    ),
    papers=(Paper(kind="investigation_report"),),
    basis=("CF 57",),
    repeats=True,
    main=True,
)
REVIEW_POINTS: Final = (
    ("subject", "执法主体合法"),
    ("personnel", "执法人员具备资格"),
    ("facts", "主要事实清楚"),
    ("evidence", "证据合法充分"),
    ("law", "适用法律、裁量基准准确"),
    ("discretion", "裁量适当"),
    ("procedure", "程序合法"),
    ("authority", "没有超越法定权限"),
    ("documents", "文书完备、规范"),
    ("crime", "涉嫌犯罪的已经移送"),
)
"""What a legal review looks at, point by point (YZ-35)."""
FINDINGS: Final = (("sound", "符合要求"), ("flawed", "存在问题"), ("none", "不涉及"))
LEGAL_REVIEW: Final = Step(
    code="legal_review",
    event="legal_review",
    label="法制审核",
    stages=("review", "notice"),
    duty=Duty.REVIEW,
    parts=(REVIEWER,),
    asks=(
        AT,
        *(
            Ask(name=f"review_{code}", label=label, kind=AskKind.CHOICE, required=True, choices=FINDINGS, basis="CF 58")
            for code, label in REVIEW_POINTS
        ),
        words("opinion", "审核意见", "存在问题的，逐项写明问题和建议。"),
    ),
    outcomes=(
        Outcome(code="approved", label="审核通过", bars=("flawed",)),
        Outcome(code="rejected", label="不同意，建议改正"),
        Outcome(code="returned", label="退回补充调查", to="investigation"),
    ),
    papers=(Paper(kind="legal_review_opinion", refusing=True),),
    basis=("CF 58",),
    repeats=True,
    main=True,
)
OTHER_MAJOR: Final = replace(IS_MAJOR, basis="118")
OTHER_REVIEW: Final = replace(
    LEGAL_REVIEW, outcomes=tuple(replace(one, to=None) for one in LEGAL_REVIEW.outcomes), basis=("118",)
)
"""The review of decisions that are no penalties; whatever it finds, the case stays at its stage, which the user sets."""
PRIOR_NOTICE: Final = Step(
    code="prior_notice",
    event="prior_notice",
    label="事先告知",
    stages=("review", "notice"),
    to="notice",
    endorsed=Duty.APPROVE,
    parts=(HANDLERS, APPROVER),
    asks=(
        AT,
        *PROPOSAL,
        words("content", "拟处罚的内容及事实、理由、依据"),
        words("reason", "理由", "不填的，用调查终结报告的裁量理由。", required=False, basis="CF 44"),
        words("rights", "陈述申辩的期限和方式", "不填的，按通常写法。", required=False),
    ),
    outcomes=AGREED,
    papers=(Paper(kind="penalty_prior_notice"),),
    basis=("CF 44",),
    repeats=True,
    main=True,
)
STATEMENT: Final = Step(
    code="statement",
    event="statement",
    label="陈述申辩",
    stages=("notice",),
    asks=(AT, words("content", "陈述、申辩的内容，或者放弃的声明")),
    outcomes=(Outcome(code="approved", label="已陈述申辩"), Outcome(code="waived", label="明确放弃")),
    papers=(Paper(kind="statement_record"),),
    about=("prior_notice",),
    basis=("CF 45",),
    repeats=True,
    main=True,
)
STATEMENT_REVIEW: Final = Step(
    code="statement_review",
    event="statement_review",
    label="复核陈述申辩",
    stages=("notice",),
    parts=(HANDLERS,),
    asks=(AT, words("content", "复核意见", "逐项写明当事人提出的事实、理由和证据是否成立，采纳与否和理由。")),
    about=("statement",),
    basis=("CF 45",),
    repeats=True,
)
HEARING_STEPS: Final = (
    Step(
        code="hearing_notice",
        event="hearing_notice",
        label="听证告知",
        stages=("review", "notice"),
        to="notice",
        endorsed=Duty.APPROVE,
        parts=(HANDLERS, APPROVER),
        asks=(AT, words("content", "告知的内容", "拟处罚的内容、事实、理由、依据和要求听证的权利、期限。")),
        outcomes=AGREED,
        papers=(Paper(kind="hearing_rights_notice"),),
        basis=("CF 63",),
        repeats=True,
    ),
    Step(
        code="hearing_request",
        event="hearing_request",
        label="听证申请",
        stages=("notice",),
        asks=(AT, words("content", "申请的内容，或者放弃、撤回的声明")),
        outcomes=(
            Outcome(code="approved", label="要求听证"),
            Outcome(code="waived", label="明确放弃"),
            Outcome(code="withdrawn", label="撤回"),
        ),
        about=("hearing_notice",),
        basis=("CF 64",),
        repeats=True,
        only_if=Taken(HEARING_TOLD),
    ),
    Step(
        code="hearing_convened",
        event="hearing_convened",
        label="听证通知",
        stages=("notice",),
        asks=(
            AT,
            Ask(name="hearing_at", label="举行听证的时间", kind=AskKind.MOMENT, required=True),
            line("hearing_place", "举行听证的地点"),
        ),
        papers=(Paper(kind="hearing_notice"),),
        basis=("CF 64",),
        repeats=True,
        only_if=Taken(HEARING_REQUEST),
    ),
    Step(
        code="hearing",
        event="hearing",
        label="听证",
        stages=("notice",),
        duty=Duty.PRESIDE,
        parts=(CHAIR, RECORDER),
        asks=(AT, ENDED_AT, SITE, words("record", "听证情况"), words("opinion", "听证意见")),
        papers=(Paper(kind="hearing_record"), Paper(kind="hearing_report")),
        basis=("CF 64", "CF 65"),
        repeats=True,
        only_if=Taken(HEARING_REQUEST),
        recorded=True,
    ),
)
DELIBERATION: Final = Step(
    code="deliberation",
    event="deliberation",
    label="集体讨论",
    stages=("review", "notice"),
    duty=Duty.APPROVE,
    parts=(VOTERS, RECORDER),
    asks=(AT, ENDED_AT, PLACE, words("minutes", "讨论情况和各人意见"), words("conclusion", "讨论决定")),
    papers=(Paper(kind="deliberation_record"),),
    basis=("CF 57",),
    repeats=True,
    main=True,
)
DECISION: Final = Step(
    code="decision",
    event="decision",
    label="处罚决定",
    stages=("notice",),
    to="execution",
    duty=Duty.APPROVE,
    parts=(APPROVER,),
    asks=(
        AT,
        *PROPOSAL,
        words("content", "决定的内容"),
        words("performance", "履行方式和期限", "不填的，十五日内到指定银行或者电子支付系统缴纳。", required=False),
        Ask(
            name="compliance_risks",
            label="合规风险提示",
            help="随处罚决定书一并送达的合规指导书中的风险提示。",
            basis="RZ-39",
            when=TOGETHER,
        ),
        Ask(
            name="compliance_advice",
            label="合规建议",
            help="一行一项。",
            basis="RZ-39",
            when=TOGETHER,
        ),
        Ask(
            name="credit_class",
            label="失信程度",
            kind=AskKind.CHOICE,
            into=Into.CASE,
            choices=(("minor", "轻微"), ("general", "一般"), ("serious", "严重")),
            help="决定公示的期限。",
        ),
    ),
    papers=(
        Paper(kind="penalty_decision"),
        Paper(kind="credit_repair_notice", when=TOGETHER),
        Paper(kind="compliance_guidance", when=TOGETHER),
    ),
    basis=("CF 57", "CF 59", "CF 60"),
    main=True,
)
NO_PENALTY: Final = Step(
    code="no_penalty",
    event="no_penalty",
    label="不予处罚决定",
    stages=("review", "notice"),
    to="execution",
    duty=Duty.APPROVE,
    parts=(APPROVER,),
    asks=(AT, words("reason", "不予处罚的事实和依据"), words("education", "教育情况", "不予处罚的应当进行教育。")),
    papers=(Paper(kind="no_penalty_decision"),),
    basis=("CF 33", "CF 57"),
)
EXECUTION_STEPS: Final = (
    Step(
        code="payment",
        event="payment",
        label="缴纳罚没款",
        stages=("execution",),
        asks=(AT, Ask(name="amount_fen", label="缴纳金额", kind=AskKind.FEN, required=True), line("receipt", "票据号")),
        basis=("CF 67",),
        repeats=True,
        only_if=Taken(PENALTY),
        main=True,
    ),
    Step(
        code="instalment_application",
        event="instalment_application",
        label="延期、分期缴纳申请",
        stages=("execution",),
        asks=(AT, words("reason", "经济困难的情形和请求")),
        basis=("CF 66",),
        repeats=True,
        only_if=Taken(PENALTY),
    ),
    Step(
        code="instalment",
        event="instalment",
        label="延期、分期缴纳决定",
        stages=("execution",),
        endorsed=Duty.APPROVE,
        parts=(APPROVER,),
        asks=(
            AT,
            Ask(name="extends_to", label="最后缴纳日期", kind=AskKind.DAY, into=Into.STEP, required=True),
            words("plan", "每期金额和日期"),
        ),
        outcomes=AGREED,
        papers=(Paper(kind="instalment_decision"),),
        about=("instalment_application",),
        basis=("CF 66",),
        repeats=True,
        only_if=Taken(INSTALMENT_ASKED),
    ),
    Step(
        code="demand",
        event="demand",
        label="催告",
        stages=("execution",),
        asks=(
            AT,
            Ask(name="fulfil_by", label="履行期限", kind=AskKind.DAY, required=True, basis="QZ 35"),
            words("content", "履行的方式，金额和给付方式，陈述申辩的权利"),
        ),
        papers=(Paper(kind="demand_notice"),),
        basis=("QZ 35", "QZ 54"),
        repeats=True,
        only_if=Taken(PENALTY),
    ),
    Step(
        code="additional_fine",
        event="additional_fine",
        label="加处罚款",
        stages=("execution",),
        endorsed=Duty.APPROVE,
        parts=(APPROVER,),
        asks=(
            AT,
            Ask(
                name="amount_fen",
                label="加处罚款累计数额",
                kind=AskKind.FEN,
                required=True,
                help="每日按罚款数额的百分之三，累计不超出罚款的数额。",
                basis="CF 72",
            ),
            words("content", "逾期的情况"),
        ),
        outcomes=AGREED,
        papers=(Paper(kind="additional_fine_decision"),),
        basis=("CF 72", "QZ 45"),
        repeats=True,
        only_if=Taken(PENALTY),
    ),
    Step(
        code="execution",
        event="execution",
        label="其他方式执行完毕",
        stages=("execution",),
        asks=(AT, words("content", "执行的方式和结果")),
        basis=("CF 66", "CF 72"),
        repeats=True,
    ),
    Step(
        code="court_application",
        event="court_application",
        label="申请人民法院强制执行",
        stages=("execution",),
        endorsed=Duty.APPROVE,
        parts=(APPROVER,),
        asks=(AT, line("court", "受理法院"), words("content", "申请的事项")),
        outcomes=AGREED,
        papers=(Paper(kind="court_application"),),
        basis=("QZ 53", "QZ 54"),
        only_if=Taken(DEMANDED),
    ),
)
REFERRAL: Final = Step(
    code="referral",
    event="referral",
    label="移送",
    stages=("lead", *OPEN),
    endorsed=Duty.APPROVE,
    parts=(APPROVER,),
    asks=(
        AT,
        Ask(
            name="to",
            label="移送给",
            kind=AskKind.CHOICE,
            required=True,
            choices=(
                ("police", "公安机关（涉嫌犯罪）"),
                ("procuratorate", "检察机关"),
                ("other_agency", "有管辖权的其他行政机关"),
            ),
        ),
        line("recipient", "受移送机关的名称"),
        words("reason", "移送的事实和依据"),
    ),
    outcomes=(Outcome(code="approved", label="同意移送"), Outcome(code="rejected", label="不同意")),
    papers=(Paper(kind="case_referral_letter"),),
    basis=("CF 22", "CF 27", "YS 5"),
    repeats=True,
)
ENDINGS: Final = (
    Step(
        code="handed_over",
        event="ending",
        label="移送后终结",
        stages=OPEN,
        to="closed",
        endorsed=Duty.APPROVE,
        parts=(APPROVER,),
        asks=(AT, words("reason", "受移送机关的答复")),
        about=("referral",),
        only_if=Taken(SUSPECTED),
        status="transferred",
        basis=("CF 27",),
    ),
    Step(
        code="withdrawal",
        event="withdrawal",
        label="撤销立案",
        stages=OPEN,
        to="closed",
        endorsed=Duty.APPROVE,
        parts=(APPROVER,),
        asks=(AT, words("reason", "撤销的理由", "违法事实不能成立、已过追责时效等。")),
        papers=(Paper(kind="case_withdrawal_approval"),),
        status="withdrawn",
        basis=("CF 57",),
    ),
    Step(
        code="ending",
        event="ending",
        label="终结",
        stages=(*OPEN, "execution"),
        to="closed",
        endorsed=Duty.APPROVE,
        parts=(APPROVER,),
        asks=(
            AT,
            Ask(
                name="ended_ground",
                label="终结的事由",
                into=Into.CASE,
                required=True,
                help="当事人死亡、终止，依法不再执行等。",
            ),
        ),
        papers=(Paper(kind="case_ending_approval"),),
        status="ended",
        basis=("QZ 40",),
    ),
)
CLOSING: Final = Step(
    code="closing",
    event="closing",
    label="结案",
    stages=("execution",),
    to="closed",
    endorsed=Duty.APPROVE,
    parts=(HANDLERS, APPROVER),
    asks=(AT, words("result", "处罚的执行和结案情况")),
    papers=(Paper(kind="case_closing_approval"),),
    status="closed",
    only_if=Taken(OUTCOME),
    main=True,
)
ARCHIVING: Final = Step(
    code="archiving",
    event="archiving",
    label="归档",
    stages=("closed",),
    to="archived",
    duty=Duty.ARCHIVE,
    asks=(AT,),
    main=True,
)

STAGES: Final = (
    Stage(code="lead", label="线索核查"),
    Stage(code="investigation", label="调查取证"),
    Stage(code="review", label="审核"),
    Stage(code="notice", label="告知听取意见"),
    Stage(code="execution", label="送达执行"),
    Stage(code="closed", label="结案"),
    Stage(code="archived", label="归档", final=True),
    Stage(code="unfiled", label="不予立案", final=True),
)

ORDINARY: Final = Procedure(
    code="penalty_ordinary",
    label="行政处罚普通程序",
    kind="penalty",
    procedure="ordinary",
    item_kinds=("penalty",),
    purpose="除当场处罚以外的行政处罚",
    basis=("CF 54",),
    stages=STAGES,
    steps=(
        LEAD,
        FILING,
        *evidence_steps("lead", *INVESTIGATING),
        PRESERVATION,
        PRESERVATION_DISPOSAL,
        REPORT,
        LEGAL_REVIEW,
        PRIOR_NOTICE,
        STATEMENT,
        STATEMENT_REVIEW,
        *HEARING_STEPS,
        DELIBERATION,
        DECISION,
        NO_PENALTY,
        *review_steps("review", "notice"),
        impact_assessment("review", "notice"),
        rectification("lead", *OPEN),
        *soft_steps("lead", *OPEN),
        *recusal_steps(*OPEN),
        *jurisdiction_steps(*OPEN, to="closed"),
        *supervision_steps(*OPEN),
        *crime_steps(*OPEN),
        *discipline_steps(*OPEN, "execution"),
        service_step(
            "review",
            "notice",
            "execution",
            about=(
                "prior_notice",
                "hearing_notice",
                "hearing_convened",
                "decision",
                "no_penalty",
                "demand",
                "additional_fine",
                "rectification",
                "recusal",
            ),
        ),
        *EXECUTION_STEPS,
        REFERRAL,
        *ENDINGS,
        *pauses(*OPEN),
        CLOSING,
        ARCHIVING,
    ),
)

EXPEDITED: Final = replace(
    ORDINARY,
    code="penalty_expedited",
    label="行政处罚快速办理",
    procedure="expedited",
    purpose="事实清楚、证据充分、当事人认错认罚的普通程序案件，缩短内部时限，不减少法定环节",
)

_BY_CODE: Final = {one.code: one for one in EXECUTION_STEPS}
ON_SPOT: Final = ("site",)
SUMMARY: Final = Procedure(
    code="penalty_summary",
    label="行政处罚简易程序",
    kind="penalty",
    procedure="summary",
    item_kinds=("penalty",),
    purpose="违法事实确凿并有法定依据，当场作出的警告或者小额罚款",
    basis=("CF 51",),
    stages=(
        Stage(code="site", label="现场"),
        Stage(code="execution", label="交付执行"),
        Stage(code="closed", label="备案"),
        Stage(code="archived", label="归档", final=True),
    ),
    steps=(
        replace(
            evidence_steps(*ON_SPOT)[0],
            label="现场查实",
            basis=("CF 42", "CF 52"),
            main=True,
            # the decision on the spot says what was found; a record beside it is the officer's choice
            papers=(Paper(kind="site_inspection_record", required=False),),
            asks=(
                AT,
                SITE,
                SHOWN,
                Ask(name="act_on", label="违法行为发生日", kind=AskKind.DAY, into=Into.CASE, required=True),
                Ask(name="found_on", label="发现日期", kind=AskKind.DAY, into=Into.CASE, required=True),
                words("findings", "违法事实和证据"),
            ),
        ),
        Step(
            code="prior_notice",
            event="prior_notice",
            label="当场告知",
            stages=ON_SPOT,
            parts=(HANDLERS,),
            asks=(AT, *PROPOSAL, words("content", "拟处罚的内容及事实、理由、依据和陈述申辩的权利")),
            basis=("CF 44", "CF 52"),
            repeats=True,
            main=True,
        ),
        replace(STATEMENT, stages=ON_SPOT, papers=(), label="听取陈述申辩"),
        Step(
            code="decision",
            event="decision",
            label="当场处罚决定",
            stages=ON_SPOT,
            to="execution",
            parts=(HANDLERS,),
            asks=(
                AT,
                *PROPOSAL,
                line("payment_mode", "缴纳方式", "当场收缴或者十五日内到指定银行、电子支付系统缴纳。"),
            ),
            papers=(Paper(kind="summary_penalty_decision"),),
            basis=("CF 51", "CF 52"),
            recorded=True,
            main=True,
        ),
        service_step("execution", about=("decision",)),
        _BY_CODE["payment"],
        Step(
            code="closing",
            event="closing",
            label="报所属机关备案",
            stages=("execution",),
            to="closed",
            parts=(HANDLERS,),
            asks=(AT, flag("filed", "已在规定期限内报所属行政机关备案")),
            basis=("CF 52",),
            status="closed",
            only_if=Taken(OUTCOME),
            main=True,
        ),
        _BY_CODE["execution"],
        ARCHIVING,
    ),
)

PROCEDURES: Final = (ORDINARY, EXPEDITED, SUMMARY)
