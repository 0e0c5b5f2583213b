"""
Inspections that may become cases, non-coercive measures, and other enforcement acts.

Source: 国办发〔2024〕54号; 国办发〔2018〕118号; 行政处罚法（2021）第六条（处罚与教育相结合）.
"""

from dataclasses import replace
from typing import Final

from mingjing.domain.procedures.library.alongside import rectification, soft_steps
from mingjing.domain.procedures.library.penalty import ARCHIVING, OTHER_MAJOR, OTHER_REVIEW, STATEMENT
from mingjing.domain.procedures.library.shared import (
    APPROVER,
    ASSISTANTS,
    AT,
    ENDED_AT,
    HANDLER,
    HANDLERS,
    RECORDER,
    SHOWN,
    SITE,
    evidence_steps,
    line,
    service_step,
    words,
)
from mingjing.domain.procedures.model import Ask, AskKind, Duty, Outcome, Paper, Procedure, Stage, Step

_CLOSING: Final = Step(
    code="closing",
    event="closing",
    label="办结",
    stages=("result",),
    to="closed",
    parts=(HANDLER,),
    asks=(AT, words("result", "办结情况")),
    status="closed",
    main=True,
)

INSPECTION: Final = Procedure(
    code="inspection",
    label="行政检查",
    kind="inspection",
    item_kinds=("inspection",),
    purpose="日常、专项和个案检查，发现涉嫌违法的转立案",
    basis=("54",),
    stages=(
        Stage(code="plan", label="检查审批"),
        Stage(code="site", label="现场检查"),
        Stage(code="result", label="结果处理"),
        Stage(code="closed", label="办结"),
        Stage(code="archived", label="归档", final=True),
        Stage(code="refused", label="不予批准", final=True),
    ),
    steps=(
        Step(
            code="approval",
            event="approval",
            label="检查审批",
            stages=("plan",),
            endorsed=Duty.APPROVE,
            parts=(HANDLERS, APPROVER),
            asks=(AT, words("reason", "检查的依据、事项、方式和时间")),
            outcomes=(
                Outcome(code="approved", label="批准", to="site"),
                Outcome(code="rejected", label="不批准", to="refused"),
            ),
            papers=(Paper(kind="inspection_approval"),),
            basis=("54",),
            main=True,
        ),
        Step(
            code="inspection",
            event="inspection",
            label="现场检查",
            stages=("site",),
            to="result",
            parts=(HANDLERS, RECORDER, ASSISTANTS),
            asks=(
                AT,
                ENDED_AT,
                SITE,
                SHOWN,
                words("findings", "检查情况"),
                Ask(
                    name="result",
                    label="检查结果",
                    kind=AskKind.CHOICE,
                    required=True,
                    choices=(("none", "未发现问题"), ("rectify", "责令改正"), ("case_opened", "涉嫌违法，转立案")),
                ),
            ),
            papers=(Paper(kind="inspection_notice", required=False), Paper(kind="inspection_record")),
            basis=("54", "CF 55"),
            recorded=True,
            main=True,
        ),
        *(one for one in evidence_steps("site", "result") if one.event != "inspection"),
        Step(
            code="announcement",
            event="announcement",
            label="公开检查结果",
            stages=("result",),
            asks=(AT, words("content", "公开的内容和载体")),
            basis=("118",),
            main=True,
        ),
        Step(
            code="filing",
            event="filing",
            label="转立案",
            stages=("result",),
            endorsed=Duty.APPROVE,
            parts=(HANDLERS, APPROVER),
            asks=(AT, words("facts", "涉嫌违法的事实")),
            outcomes=(Outcome(code="approved", label="同意"), Outcome(code="rejected", label="不同意")),
            basis=("CF 54",),
        ),
        service_step("result", about=("inspection",)),
        _CLOSING,
        ARCHIVING,
    ),
)

NON_COERCIVE: Final = Procedure(
    code="non_coercive",
    label="非强制性执法",
    kind="other",
    item_kinds=("penalty", "inspection", "other"),
    purpose="对轻微违法或者有违法苗头的，采取说服教育、劝导示范、警告告诫、指导约束",
    basis=("CF 6",),
    stages=(
        Stage(code="doing", label="实施"),
        Stage(code="result", label="跟踪回访"),
        Stage(code="closed", label="办结"),
        Stage(code="archived", label="归档", final=True),
    ),
    steps=(
        *evidence_steps("doing", "result")[:2],
        *soft_steps("doing", "result", to="result", main=True),
        rectification("doing", "result"),
        Step(
            code="follow_up",
            event="evidence",
            label="跟踪回访",
            stages=("result",),
            parts=(HANDLER,),
            asks=(
                AT,
                Ask(
                    name="corrected",
                    label="改正情况",
                    kind=AskKind.CHOICE,
                    required=True,
                    choices=(("yes", "已改正"), ("partly", "部分改正"), ("no", "未改正，转立案查处")),
                ),
                words("content", "回访情况"),
            ),
            repeats=True,
            main=True,
        ),
        _CLOSING,
        ARCHIVING,
    ),
)
GENERAL: Final = Procedure(
    code="general",
    label="其他执法行为",
    kind="other",
    item_kinds=("levy", "confirmation", "payment", "reward", "adjudication", "other"),
    purpose="行政征收、确认、给付、奖励、裁决和其他执法行为",
    stages=(
        Stage(code="start", label="启动"),
        Stage(code="examination", label="调查审核"),
        Stage(code="result", label="送达"),
        Stage(code="closed", label="办结"),
        Stage(code="archived", label="归档", final=True),
        Stage(code="not_accepted", label="不予受理", final=True),
    ),
    steps=(
        Step(
            code="acceptance",
            event="acceptance",
            label="启动",
            stages=("start",),
            to="examination",
            parts=(HANDLER,),
            asks=(AT, words("content", "申请或者启动的事由")),
            outcomes=(
                Outcome(code="approved", label="受理、启动"),
                Outcome(code="refused", label="不予受理", to="not_accepted"),
            ),
            main=True,
        ),
        Step(
            code="examination",
            event="examination",
            label="调查审核",
            stages=("examination",),
            parts=(HANDLERS,),
            asks=(AT, OTHER_MAJOR, words("content", "调查审核情况")),
            repeats=True,
            main=True,
        ),
        *evidence_steps("examination"),
        Step(
            code="prior_notice",
            event="prior_notice",
            label="告知并听取意见",
            stages=("examination",),
            parts=(HANDLERS,),
            asks=(AT, words("content", "告知的内容")),
            repeats=True,
            main=True,
        ),
        replace(STATEMENT, stages=("examination",), main=False),
        replace(
            OTHER_REVIEW,
            stages=("examination",),
        ),
        Step(
            code="decision",
            event="decision",
            label="决定",
            stages=("examination",),
            to="result",
            duty=Duty.APPROVE,
            parts=(APPROVER,),
            asks=(AT, words("content", "决定的内容"), line("number", "证书、凭证编号", required=False)),
            papers=(Paper(kind="matter_approval"),),
            main=True,
        ),
        service_step("result", about=("decision",)),
        _CLOSING,
        ARCHIVING,
    ),
)

PROCEDURES: Final = (INSPECTION, NON_COERCIVE, GENERAL)
