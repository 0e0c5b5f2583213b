"""
Licences: apply, accept, correct, examine, hear, decide, deliver; renew, change, withdraw.

Source: 行政许可法第四章.
"""

from dataclasses import replace
from typing import Final

from mingjing.domain.procedures.library.penalty import ARCHIVING, HEARING_STEPS, OTHER_MAJOR, OTHER_REVIEW, STATEMENT
from mingjing.domain.procedures.library.shared import (
    APPROVER,
    AT,
    ENDED_AT,
    HANDLER,
    HANDLERS,
    SHOWN,
    SITE,
    evidence_steps,
    line,
    pauses,
    service_step,
    words,
)
from mingjing.domain.procedures.model import Ask, AskKind, Duty, Into, Outcome, Paper, Procedure, Stage, Step
from mingjing.domain.rules.terms import GRANT, HEARING_REQUEST, Flag, Taken

APPLICATION: Final = Step(
    code="application",
    event="application",
    label="收到申请",
    stages=("application",),
    asks=(
        AT,
        words("content", "申请事项和材料目录"),
        Ask(name="promise", label="申请人选择告知承诺", kind=AskKind.FLAG),
    ),
    papers=(Paper(kind="license_material_receipt"),),
    basis=("XK 29",),
    main=True,
)
CORRECTION: Final = Step(
    code="correction_notice",
    event="correction_notice",
    label="补正告知",
    stages=("application",),
    parts=(HANDLER,),
    asks=(
        AT,
        words("content", "需要补正的全部内容", "当场或者五日内一次告知；逾期不告知的，自收到申请材料之日起即为受理。"),
    ),
    papers=(Paper(kind="license_correction"),),
    about=("application",),
    basis=("XK 32",),
)
ACCEPTANCE: Final = Step(
    code="acceptance",
    event="acceptance",
    label="受理",
    stages=("application",),
    to="examination",
    parts=(HANDLER,),
    asks=(AT, words("content", "受理或者不受理的意见")),
    outcomes=(
        Outcome(code="approved", label="受理"),
        Outcome(code="refused", label="不予受理", to="not_accepted"),
    ),
    papers=(Paper(kind="license_acceptance"),),
    about=("application",),
    basis=("XK 32",),
    repeats=True,
    main=True,
)
AFFECTED: Final = (
    Ask(
        name="affects_others",
        label="直接关系他人重大利益",
        kind=AskKind.FLAG,
        into=Into.CASE,
        help="决定前应当告知申请人、利害关系人要求听证的权利。",
        basis="XK 47",
    ),
    Ask(
        name="hearing_required",
        label="依法应当听证",
        kind=AskKind.FLAG,
        into=Into.CASE,
        help="法律、法规、规章规定应当听证，或者涉及公共利益的重大许可事项：公告并举行听证。",
        basis="XK 46",
    ),
)
EXAMINATION: Final = Step(
    code="examination",
    event="examination",
    label="审查",
    stages=("examination",),
    parts=(HANDLERS,),
    asks=(
        AT,
        Ask(
            name="manner",
            label="审查方式",
            kind=AskKind.CHOICE,
            required=True,
            choices=(("documents", "书面审查"), ("expert", "专家评审")),
            help="需要对实质内容核实的，办理“实地核查”。",
        ),
        *AFFECTED,
        OTHER_MAJOR,
        words("content", "审查情况和意见"),
    ),
    papers=(Paper(kind="license_verification_record"),),
    basis=("XK 34", "XK 36"),
    repeats=True,
    main=True,
)
SITE_CHECK: Final = Step(
    code="site_check",
    event="site_check",
    label="实地核查",
    stages=("examination",),
    parts=(HANDLERS,),
    asks=(AT, ENDED_AT, SITE, SHOWN, words("content", "核查的情况和意见")),
    papers=(Paper(kind="license_verification_record"),),
    basis=("XK 34",),
    repeats=True,
    recorded=True,
    hint="需要对申请材料的实质内容核实的，指派两名以上工作人员核查。",
)
HANDOVER: Final = Step(
    code="regulation_handover",
    event="regulation_handover",
    label="移交监管部门",
    stages=("delivery",),
    asks=(AT, line("recipient", "监管部门"), words("content", "移交的许可信息和监管要点")),
    papers=(Paper(kind="license_handover"),),
    about=("grant",),
    basis=("RZ-61",),
    only_if=Taken(GRANT),
)
EXTENSION: Final = replace(
    pauses("examination")[0],
    asks=(AT, words("reason", "延长的理由", "延长决定应当告知申请人并说明理由。")),
    basis=("XK 42",),
    repeats=False,
    papers=(Paper(kind="license_extension"),),
)
GRANTING: Final = Step(
    code="grant",
    event="grant",
    label="准予许可决定",
    stages=("examination",),
    to="delivery",
    duty=Duty.APPROVE,
    parts=(APPROVER,),
    asks=(
        AT,
        words("content", "准予许可的内容"),
        line("certificate", "许可证件名称和编号", required=False),
        Ask(name="valid_until", label="有效期至", kind=AskKind.DAY),
    ),
    papers=(Paper(kind="license_grant"),),
    basis=("XK 38", "XK 42"),
    main=True,
)
REFUSING: Final = Step(
    code="refusal",
    event="refusal",
    label="不予许可决定",
    stages=("examination",),
    to="delivery",
    duty=Duty.APPROVE,
    parts=(APPROVER,),
    asks=(
        AT,
        words("reason", "不予许可的理由"),
        words("remedies", "申请复议或者提起诉讼的权利"),
    ),
    papers=(Paper(kind="license_refusal"),),
    basis=("XK 38",),
)
DELIVERY: Final = Step(
    code="delivery",
    event="delivery",
    label="颁发、送达许可证件",
    stages=("delivery",),
    asks=(AT, line("receiver", "领取人", required=False)),
    papers=(Paper(kind="service_receipt", required=False),),
    about=("grant",),
    basis=("XK 44",),
    only_if=Taken(GRANT),
    main=True,
)
CLOSING: Final = Step(
    code="closing",
    event="closing",
    label="办结",
    stages=("delivery",),
    to="closed",
    parts=(HANDLER,),
    asks=(AT, words("result", "办结情况和审管衔接", "准予许可的，推送给监管部门。", required=False)),
    status="closed",
    main=True,
)
_HEARING_PAPERS: Final = {
    "hearing_notice": (Paper(kind="license_hearing_notice"),),
    "hearing_convened": (Paper(kind="license_hearing_convened"),),
}
_HEARING: Final = tuple(
    replace(
        one,
        stages=("examination",),
        to=None,
        basis=("XK 46", "XK 47") if one.event == "hearing_notice" else ("XK 48",),
        papers=_HEARING_PAPERS.get(one.event, one.papers),
        only_if=Taken(HEARING_REQUEST) | Flag("hearing_required")
        if one.event in ("hearing", "hearing_convened")
        else one.only_if,
    )
    for one in HEARING_STEPS
)
STAGES: Final = (
    Stage(code="application", label="申请受理"),
    Stage(code="examination", label="审查决定"),
    Stage(code="delivery", label="送达"),
    Stage(code="closed", label="办结"),
    Stage(code="archived", label="归档", final=True),
    Stage(code="not_accepted", label="不予受理", final=True),
    Stage(code="given_up", label="终止", final=True),
)
LICENSE: Final = Procedure(
    code="license",
    label="行政许可",
    kind="license",
    item_kinds=("license",),
    purpose="公民、法人或者其他组织申请的许可",
    basis=("XK 29",),
    stages=STAGES,
    steps=(
        APPLICATION,
        CORRECTION,
        ACCEPTANCE,
        EXAMINATION,
        SITE_CHECK,
        *(one for one in evidence_steps("examination") if one.event in ("testing", "appraisal")),
        *_HEARING,
        replace(
            OTHER_REVIEW,
            stages=("examination",),
            main=False,
        ),
        EXTENSION,
        *pauses("application", "examination")[1:],
        GRANTING,
        REFUSING,
        DELIVERY,
        HANDOVER,
        service_step(
            "application",
            "examination",
            "delivery",
            about=("correction_notice", "acceptance", "hearing_notice", "hearing_convened", "grant", "refusal"),
        ),
        Step(
            code="withdrawal",
            event="withdrawal",
            label="申请人撤回申请",
            stages=("application", "examination"),
            to="given_up",
            asks=(AT, words("reason", "撤回的说明")),
            status="withdrawn",
        ),
        CLOSING,
        ARCHIVING,
    ),
)
RENEWAL: Final = replace(
    LICENSE,
    code="license_renewal",
    label="行政许可延续",
    purpose="被许可人在有效期届满前申请延续，应当在届满前作出决定",
    basis=("XK 50",),
    steps=tuple(
        replace(
            one,
            asks=(
                *one.asks,
                Ask(
                    name="expires_on",
                    label="原许可有效期至",
                    kind=AskKind.DAY,
                    into=Into.CASE,
                    required=True,
                    help="应当在届满前决定；逾期没有决定的，视为准予延续。",
                    basis="XK 50",
                ),
            ),
        )
        if one.code == "application"
        else one
        for one in LICENSE.steps
    ),
)
CHANGE: Final = replace(
    LICENSE, code="license_change", label="行政许可变更", purpose="被许可人申请变更许可事项", basis=("XK 49",)
)
WITHDRAWAL: Final = Procedure(
    code="license_withdrawal",
    label="行政许可撤回、撤销、注销",
    kind="other",
    item_kinds=("license",),
    purpose="因依据修改、客观情况重大变化撤回，因违法取得撤销，或者依法注销",
    basis=("XK 8", "XK 69", "XK 70"),
    stages=(
        Stage(code="examination", label="调查审核"),
        Stage(code="notice", label="告知听取意见"),
        Stage(code="delivery", label="送达"),
        Stage(code="closed", label="办结"),
        Stage(code="archived", label="归档", final=True),
    ),
    steps=(
        Step(
            code="acceptance",
            event="acceptance",
            label="启动",
            stages=("examination",),
            parts=(HANDLER,),
            asks=(
                AT,
                Ask(
                    name="ground",
                    label="事由",
                    kind=AskKind.CHOICE,
                    required=True,
                    choices=(("withdrawn", "撤回"), ("revoked", "撤销"), ("cancelled", "注销")),
                ),
                words("reason", "事实和依据"),
            ),
            basis=("XK 69",),
            main=True,
        ),
        replace(EXAMINATION, asks=(AT, OTHER_MAJOR, words("content", "调查审核情况"))),
        *evidence_steps("examination", "notice"),
        replace(
            OTHER_REVIEW,
            stages=("examination", "notice"),
        ),
        Step(
            code="prior_notice",
            event="prior_notice",
            label="事先告知",
            stages=("examination",),
            to="notice",
            endorsed=Duty.APPROVE,
            parts=(HANDLERS, APPROVER),
            asks=(AT, words("content", "拟作出的决定、理由、依据和权利")),
            outcomes=(
                Outcome(code="approved", label="同意", to="notice"),
                Outcome(code="rejected", label="不同意", to="examination"),
            ),
            papers=(Paper(kind="license_interested_notice"),),
            main=True,
        ),
        replace(STATEMENT, stages=("notice",)),
        *(replace(one, stages=("notice",), to=None) for one in HEARING_STEPS),
        Step(
            code="decision",
            event="decision",
            label="决定",
            stages=("notice",),
            to="delivery",
            duty=Duty.APPROVE,
            parts=(APPROVER,),
            asks=(AT, words("content", "决定的内容"), words("compensation", "补偿或者信赖利益的处理", required=False)),
            papers=(Paper(kind="license_withdrawal"),),
            basis=("XK 8", "XK 69", "XK 70"),
            main=True,
        ),
        service_step("notice", "delivery", about=("prior_notice", "decision")),
        CLOSING,
        ARCHIVING,
    ),
)

PROCEDURES: Final = (LICENSE, RENEWAL, CHANGE, WITHDRAWAL)
