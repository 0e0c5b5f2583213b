"""Asks, parts and steps that several procedures share."""

from typing import Final

from mingjing.domain.procedures.model import Ask, AskKind, Duty, Into, Outcome, Paper, Part, Step

AT: Final = Ask(name="at", label="办理时间", kind=AskKind.MOMENT, into=Into.STEP, required=True)
ENDED_AT: Final = Ask(name="ended_at", label="结束时间", kind=AskKind.MOMENT, into=Into.STEP)
PLACE: Final = Ask(name="place", label="地点", kind=AskKind.TEXT, into=Into.STEP)
SITE: Final = Ask(name="place", label="地点", kind=AskKind.TEXT, into=Into.STEP, required=True)


def words(name: str, label: str, hint: str = "", *, required: bool = True, basis: str = "") -> Ask:
    """Ask for a passage of text."""
    return Ask(name=name, label=label, required=required, help=hint, basis=basis)


def line(name: str, label: str, hint: str = "", *, required: bool = True) -> Ask:
    """Ask for a line of text."""
    return Ask(name=name, label=label, kind=AskKind.TEXT, required=required, help=hint)


def flag(name: str, label: str, hint: str = "", *, into: Into = Into.WORDS) -> Ask:
    """Ask for yes or no."""
    return Ask(name=name, label=label, kind=AskKind.FLAG, into=into, help=hint)


HANDLERS: Final = Part(role="handler", label="承办人", least=2)
HANDLER: Final = Part(role="handler", label="承办人", least=1)
RECORDER: Final = Part(role="recorder", label="记录人")
REVIEWER: Final = Part(role="reviewer", label="审核人", least=1)
APPROVER: Final = Part(role="approver", label="审批人", least=1)
CHAIR: Final = Part(role="chair", label="主持人", least=1)
VOTERS: Final = Part(role="voter", label="参加表决的负责人", least=3)
ASSISTANTS: Final = Part(role="assistant", label="协助的辅助人员")
"""They help under a handler who commands them and is there; they never sign or decide (RZ-83)."""
SERVER: Final = Part(role="server", label="送达人", least=2)

AGREED: Final = (Outcome(code="approved", label="同意"), Outcome(code="rejected", label="不同意"))
SHOWN: Final = Ask(
    name="credential_shown",
    label="已向当事人或者有关人员出示执法证件",
    kind=AskKind.FLAG,
    help="当事人有权要求出示；不出示的，当事人可以拒绝接受调查。",
    basis="CF 55",
)


def evidence_steps(*stages: str) -> tuple[Step, ...]:
    """Return the steps that gather evidence, as any procedure with an investigation has them."""
    return (
        Step(
            code="inspection",
            event="inspection",
            label="现场检查（勘验）",
            stages=stages,
            parts=(HANDLERS, RECORDER, ASSISTANTS),
            asks=(
                AT,
                ENDED_AT,
                SITE,
                SHOWN,
                words("findings", "检查情况", "时间、地点、经过、结果，客观如实，不作评论。"),
            ),
            papers=(Paper(kind="site_inspection_record"),),
            basis=("CF 42", "CF 55"),
            repeats=True,
            recorded=True,
        ),
        Step(
            code="inquiry",
            event="inquiry",
            label="询问",
            stages=stages,
            parts=(HANDLERS, RECORDER, ASSISTANTS),
            asks=(
                AT,
                ENDED_AT,
                SITE,
                SHOWN,
                line("person", "被询问人"),
                flag("rights_told", "已告知申请回避的权利和如实回答的义务"),
                line("relation", "与本案的关系", "当事人、法定代表人、委托代理人、证人等。"),
                words("findings", "询问内容"),
            ),
            papers=(Paper(kind="inquiry_record"),),
            basis=("CF 42", "CF 55"),
            repeats=True,
            recorded=True,
        ),
        Step(
            code="evidence",
            event="evidence",
            label="调取证据",
            stages=stages,
            parts=(HANDLERS, ASSISTANTS),
            asks=(AT, PLACE, SHOWN, words("findings", "取证情况", "证据名称、来源、收集方法，证明什么。")),
            papers=(Paper(kind="evidence_collection_record", required=False),),
            basis=("CF 46", "CF 54"),
            repeats=True,
            recorded=True,
        ),
        Step(
            code="testing",
            event="testing",
            label="检测、检验、检疫、技术鉴定",
            stages=stages,
            asks=(AT, ENDED_AT, line("institution", "机构"), words("findings", "项目和结论", required=False)),
            papers=(Paper(kind="testing_notice", required=False),),
            repeats=True,
            hint="期间应当明确，并书面告知当事人；依法不计入办案期限的，填写起止时间。",
        ),
        Step(
            code="appraisal",
            event="appraisal",
            label="鉴定",
            stages=stages,
            asks=(AT, ENDED_AT, line("institution", "鉴定机构"), words("findings", "鉴定意见", required=False)),
            papers=(Paper(kind="appraisal_commission", required=False),),
            repeats=True,
        ),
    )


def pauses(*stages: str) -> tuple[Step, ...]:
    """Return the steps that stop the clock or move the day: suspension, resumption, extension."""
    return (
        Step(
            code="extension",
            event="extension",
            label="延长办案期限",
            stages=stages,
            duty=Duty.HANDLE,
            endorsed=Duty.APPROVE,
            parts=(APPROVER,),
            asks=(
                AT,
                Ask(name="extends_to", label="延长至", kind=AskKind.DAY, into=Into.STEP, required=True),
                words("reason", "理由", "案情复杂或者有其他特殊情况，不能按期作出决定的具体情形。"),
            ),
            outcomes=AGREED,
            papers=(Paper(kind="extension_approval"),),
            basis=("CF 60",),
            repeats=True,
        ),
        Step(
            code="suspension",
            event="suspension",
            label="中止",
            stages=stages,
            endorsed=Duty.APPROVE,
            parts=(APPROVER,),
            asks=(AT, words("reason", "中止的事由和依据")),
            outcomes=AGREED,
            papers=(Paper(kind="suspension_approval"),),
            repeats=True,
        ),
        Step(
            code="resumption",
            event="resumption",
            label="恢复",
            stages=stages,
            asks=(AT, words("reason", "恢复的事由")),
            about=("suspension",),
            repeats=True,
        ),
    )


def service_step(*stages: str, about: tuple[str, ...], papers: tuple[Paper, ...] = ()) -> Step:
    """Return the service of documents, of whichever step."""
    return Step(
        code="service",
        event="service",
        label="送达",
        stages=stages,
        parts=(SERVER,),
        asks=(
            AT,
            Ask(
                name="method",
                label="送达方式",
                kind=AskKind.CHOICE,
                into=Into.STEP,
                required=True,
                choices=(
                    ("in_person", "直接送达"),
                    ("left", "留置送达"),
                    ("post", "邮寄送达"),
                    ("electronic", "电子送达"),
                    ("announcement", "公告送达"),
                ),
                help="电子送达须当事人签订确认书；留置送达须有见证人或者全程录像。",
            ),
            PLACE,
            line("receiver", "受送达人（代收人及关系）", required=False),
        ),
        papers=(Paper(kind="service_receipt", required=False), *papers),
        about=about,
        basis=("CF 61",),
        repeats=True,
        recorded=True,
    )
