"""
The steps of a case as lists and plans name them, and the stages to which they belong.

Lists of what must be filmed are written in words (“查封、扣押现场”); here the words find the codes of events.
"""

from enum import StrEnum
from typing import Final

WHOLE: Final = "*"
"""Every step: lists say 全过程 or 各环节."""


class Stage(StrEnum):
    """The seven stages of 兖州's plan, and to which of 泗水's four each belongs. Source: YZ-19, SS-29."""

    FILING = "filing"
    INVESTIGATION = "investigation"
    EVIDENCE = "evidence"
    REVIEW = "review"
    DECISION = "decision"
    SERVICE = "service"
    EXECUTION = "execution"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return _STAGES[self][0]

    @property
    def coarse(self) -> str:
        """Name the one of four stages to which it belongs."""
        return _STAGES[self][1]


_STAGES: Final = {
    Stage.FILING: ("立案", "启动"),
    Stage.INVESTIGATION: ("调查", "调查取证"),
    Stage.EVIDENCE: ("取证", "调查取证"),
    Stage.REVIEW: ("审查", "审核决定"),
    Stage.DECISION: ("决定", "审核决定"),
    Stage.SERVICE: ("送达", "送达执行"),
    Stage.EXECUTION: ("执行", "送达执行"),
}

_STAGE_OF: Final = {
    Stage.FILING: "lead filing application acceptance correction_notice",
    Stage.INVESTIGATION: (
        "inspection inquiry examination suspension resumption site_check recusal_application recusal suspected_crime"
        " persuasion guidance admonition restraint rectification jurisdiction_dispute jurisdiction_settled"
        " jurisdiction_transfer"
    ),
    Stage.EVIDENCE: (
        "evidence preservation preservation_disposal seizure seizure_extension seizure_release testing appraisal freezing"
        " freezing_extension freezing_release evidence_handover"
    ),
    Stage.REVIEW: (
        "investigation_report legal_review prior_notice statement hearing_notice hearing_request hearing_convened hearing"
        " deliberation approval extension statement_review review_submission review_coordination supervision_opinion"
        " supervision_reply impact_assessment"
    ),
    Stage.DECISION: (
        "decision no_penalty grant refusal withdrawal ending referral police_filed police_declined case_returned"
        " discipline_clue discipline_referral"
    ),
    Stage.SERVICE: "service announcement delivery regulation_handover",
    Stage.EXECUTION: (
        "payment instalment_application instalment demand execution court_application closing archiving additional_fine"
        " substituted_performance"
    ),
}
_BY_STEP: Final = {step: stage for stage, steps in _STAGE_OF.items() for step in steps.split()}

# Longer words first: “留置送达” is not “送达”, “听证告知” is not “听证”.
_WORDS: Final = tuple(
    sorted(
        {
            "全过程": (WHOLE,),
            "各环节": (WHOLE,),
            "立案": ("filing",),
            "启动": ("filing",),
            "现场检查": ("inspection",),
            "现场执法": ("inspection",),
            "随机抽查": ("inspection",),
            "日常检查": ("inspection",),
            "检查": ("inspection",),
            "勘验": ("inspection",),
            "询问": ("inquiry",),
            "调查取证": ("evidence",),
            "取证": ("evidence",),
            "抽样": ("evidence",),
            "调查": ("inspection", "inquiry", "evidence"),
            "先行登记保存": ("preservation",),
            "登记保存": ("preservation",),
            "证据保全": ("preservation",),
            "查封": ("seizure",),
            "扣押": ("seizure",),
            "解除查封": ("seizure_release",),
            "解除扣押": ("seizure_release",),
            "检测": ("testing",),
            "检验": ("testing",),
            "鉴定": ("appraisal",),
            "法制审核": ("legal_review",),
            "集体讨论": ("deliberation",),
            "事先告知": ("prior_notice",),
            "告知": ("prior_notice",),
            "陈述": ("statement",),
            "申辩": ("statement",),
            "听证告知": ("hearing_notice",),
            "听证通知": ("hearing_convened",),
            "听证": ("hearing",),
            "当场处罚": ("decision",),
            "决定": ("decision",),
            "留置送达": ("service:left",),
            "直接送达": ("service:in_person",),
            "邮寄送达": ("service:post",),
            "公告送达": ("service:announcement",),
            "电子送达": ("service:electronic",),
            "送达": ("service",),
            "催告": ("demand",),
            "强制拆除": ("execution",),
            "代履行": ("execution",),
            "强制执行": ("execution",),
            "执行": ("execution",),
            "受理": ("acceptance",),
            "移送": ("referral",),
            "结案": ("closing",),
        }.items(),
        key=lambda pair: -len(pair[0]),
    )
)


def stage_of(step: str) -> Stage | None:
    """Return the stage of a step (``seizure``, ``service:left``); ``None`` for one that no list knows."""
    return _BY_STEP.get(step.partition(":")[0])


def steps_named(words: str) -> tuple[str, ...]:
    """
    Return the steps that words name (“查封、扣押和留置送达”), in the order of the text; none if no word is known.

    A code stands for itself. ``service:left`` is a step done in one manner, :data:`WHOLE` every step.
    """
    if words.partition(":")[0] in _BY_STEP:
        return (words,)
    found: list[tuple[int, tuple[str, ...]]] = []
    left = words
    for word, steps in _WORDS:
        while (at := left.find(word)) >= 0:
            found.append((at, steps))
            left = left[:at] + "\0" * len(word) + left[at + len(word) :]
    ordered = [step for _, steps in sorted(found) for step in steps]
    return tuple(dict.fromkeys(ordered))


def covers(named: str, step: str) -> bool:
    """Say whether a named step is the asked one: ``service`` covers ``service:left``, not the other way round."""
    return named in (WHOLE, step, step.partition(":")[0])
