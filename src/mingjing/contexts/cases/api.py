"""
The API of this room: cases, their steps and drafts, gates, periods, evidence; the same acts as the pages.

What stands in the way of a step comes as ``gates`` of the problem: all of them at once, with article and remedy.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal, Self

from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from ninja import Field, File, FilterSchema, Query, Schema, Status, UploadedFile

from mingjing.contexts.accounts.access import MissingError, access, visible
from mingjing.contexts.accounts.permissions import SIGNED_IN
from mingjing.contexts.accounts.rest import Asked, Page, PageIn, RoomRouter, if_match, page_of, set_version
from mingjing.contexts.cases import background, frozen, queries
from mingjing.contexts.cases.analysis import DIMENSIONS, Crossing, cross
from mingjing.contexts.cases.models import (
    Case,
    Dossier,
    Draft,
    DraftState,
    Event,
    Evidence,
    Help,
    Link,
    Notice,
    OffsiteRecord,
    OffsiteTelling,
    Referral,
)
from mingjing.contexts.cases.promises import exceeded
from mingjing.contexts.cases.systems import three_systems
from mingjing.contexts.cases.usage import month_of, soft_of, use_of
from mingjing.contexts.cases.usecases import dossier as dossiers
from mingjing.contexts.cases.usecases import evidence as evidence_acts
from mingjing.contexts.cases.usecases import (
    exchange,
    helping,
    links,
    notices,
    offsite,
    opening,
    referrals,
    steps,
    typical,
)
from mingjing.contexts.cases.usecases.base import access_case, sight_of
from mingjing.contexts.operations.files import Stored, send
from mingjing.domain.procedures.evidence import Line
from mingjing.domain.procedures.gates import Gate, as_data
from mingjing.domain.procedures.library import procedure_of, procedures
from mingjing.domain.procedures.model import Procedure
from mingjing.domain.procedures.model import as_data as procedure_data
from mingjing.law.citations import cite

router = RoomRouter(tags=["案件办理"])
SEE = "cases.case.view"
type DimensionCode = Literal[
    "agency", "unit", "domain", "place", "month", "year", "kind", "procedure", "source", "status"
]


# what is told


class CaseOut(Schema):
    """A case. Amounts are in fen."""

    code: str
    case_no: str
    title: str
    kind: str
    procedure: str = Field(description="办理程序代码，见 /procedures")
    stage: str
    status: str
    unit: str
    agency: str
    item: str
    item_pin: str = Field(description="办案所依据的事项版本")
    benchmark_pin: str
    party: str
    source: str
    source_ref: str
    facts: str
    handlers: list[str] = Field(description="承办人编码，主办人在前")
    act_on: date | None
    act_ended_on: date | None
    found_on: date | None
    tier: str
    tier_departure: str
    tier_departure_reason: str
    circumstances: dict[str, Any] = Field(description="裁量情节")
    fine_fen: int | None
    confiscated_fen: int | None
    other_penalties: list[str]
    leniency_matched: bool | None = Field(description="符合宽严清单")
    leniency_reason: str
    is_major: bool | None
    is_complex: bool | None
    non_coercive_first: bool | None = Field(description="应当先行柔性执法")
    affects_others: bool | None = Field(description="直接关系他人重大利益")
    hearing_required: bool | None = Field(description="依法应当听证")
    expires_on: date | None = Field(description="原许可有效期止")
    limitation_class: str = Field(description="追责时效")
    credit_class: str = Field(description="失信程度")
    disclosure_exempt: str = Field(description="不予公示理由")
    ended_ground: str = Field(description="终结事由")
    opened_at: datetime
    decided_on: date | None
    changed_at: datetime
    due_on: date | None = Field(description="最近的届满日")
    due_why: str
    promised_seconds: int | None = Field(description="事项承诺的办结用时，按办公时间计的秒数")
    promise_due_at: datetime | None = Field(description="承诺的用时到这一刻用完")
    worked_seconds: int | None = Field(description="从受理到决定的实际用时，按办公时间计的秒数")
    version: int

    @classmethod
    def of(cls, row: Case) -> Self:
        """Tell of a case."""
        plain = {
            name: getattr(row, name)
            for name in cls.model_fields
            if name not in ("procedure", "unit", "agency", "item", "party", "handlers")
        }
        return cls(
            **plain,
            procedure=row.procedure_code,
            unit=row.unit.code,
            agency=row.agency.code,
            item=row.item.code,
            party=row.party.code,
            handlers=[one.officer.code for one in frozen.handlers_of(row)],
        )


class ValueOut(Schema):
    """A value of a dimension."""

    key: str = Field(description="代码；“-”为没有登记，月份如 2026-03")
    label: str
    count: int = Field(description="件数")


class CountOut(Schema):
    """How many cases have a value of each dimension."""

    by: str
    across: str | None
    count: int = Field(description="件数")


class AnalysisOut(Schema):
    """Cases counted by one dimension or two."""

    total: int
    rows: list[ValueOut]
    columns: list[ValueOut]
    counts: list[CountOut]

    @classmethod
    def of(cls, crossing: Crossing) -> Self:
        """Tell of numbers."""
        by, across = crossing.by, crossing.across
        return cls(
            total=crossing.total,
            rows=[
                ValueOut(key=by.key(one.value), label=one.label, count=crossing.of_rows[one.value])
                for one in crossing.rows
            ],
            columns=[
                ValueOut(key=across.key(one.value), label=one.label, count=crossing.of_columns[one.value])
                for one in crossing.columns
                if across
            ],
            counts=[
                CountOut(by=by.key(row), across=across.key(column) if across else None, count=count)
                for (row, column), count in crossing.counts.items()
            ],
        )


class CitationOut(Schema):
    """A provision."""

    reference: str
    label: str


class GateOut(Schema):
    """What a rule says of a step."""

    rule: str
    title: str
    effect: str = Field(
        description="met 满足、block 不能办理、warn 须说明理由、record 提示、unknown 未能检查、standing 此前已存在"
    )
    expected: str
    observed: str
    remedy: str
    citations: list[CitationOut]

    @classmethod
    def of(cls, gate: Gate) -> Self:
        """Tell of a gate."""
        return cls.model_validate(as_data(gate))


class StepOut(Schema):
    """A step that was taken."""

    code: str
    number: int
    step: str
    type: str
    at: datetime
    ended_at: datetime | None
    about: str | None
    outcome: str
    method: str
    place: str
    extends_to: date | None
    words: dict[str, Any]
    reasons: dict[str, str]
    people: list[tuple[str, str]] = Field(description="角色和人员编码")
    taken_at: datetime
    late_days: int | None = Field(description="补录：超过录入期限的日数，按期录入为 0；导入的环节不知道，为空")

    @classmethod
    def of(cls, row: Event) -> Self:
        """Tell of a step."""
        parts = row.parts if hasattr(row, "parts") else row.participants.select_related("officer")
        return cls(
            code=row.code,
            number=row.number,
            step=row.step,
            type=row.type,
            at=row.at,
            ended_at=row.ended_at,
            about=row.about.code if row.about else None,
            outcome=row.outcome,
            method=row.method,
            place=row.place,
            extends_to=row.extends_to,
            words=row.words,
            reasons=row.reasons,
            people=[(one.role, one.officer.code) for one in parts],
            taken_at=row.taken_at,
            late_days=row.late_days,
        )


class DraftOut(Schema):
    """A step in preparation, or proposed."""

    code: str
    case: str
    step: str
    state: str
    answers: dict[str, Any]
    people: list[tuple[str, str]]
    outcome: str
    about: str
    reasons: dict[str, str]
    opinion: str
    saved_by: str
    saved_at: datetime
    version: int

    @classmethod
    def of(cls, row: Draft) -> Self:
        """Tell of a draft."""
        return cls(
            code=row.code,
            case=row.case.code,
            step=row.step,
            state=row.state,
            answers=row.answers,
            people=[(role, code) for role, code in row.people],
            outcome=row.outcome,
            about=row.about,
            reasons=row.reasons,
            opinion=row.opinion,
            saved_by=row.saved_by,
            saved_at=row.saved_at,
            version=row.version,
        )


class OpenStepOut(Schema):
    """A step that may be taken now."""

    code: str
    label: str
    duty: str
    endorsed: str | None
    draft: str | None = Field(description="已有的草稿或者待审批的环节编码")


class SystemOut(Schema):
    """How a case stands by one of the three systems."""

    label: str
    standing: str = Field(
        description="complete 完成，running 期限内，missing 缺失，not_needed 暂不需要，unknown 未能检查"
    )
    words: list[str]


class ClockOut(Schema):
    """A period, with the way to its last day."""

    rule: str
    title: str
    act: str
    due_on: date
    runs: bool
    done_on: date | None
    late: bool
    provisional: bool
    lines: list[str]
    citations: list[CitationOut]


class EvidenceOut(Schema):
    """A piece of evidence."""

    id: int
    number: int
    kind: str
    name: str
    proves: str
    source: str
    obtained_on: date
    obtained_by: str
    pages: int
    step: str
    recording: str
    answers: list[str] = Field(description="对应的取证要求")
    excluded_reason: str
    version: int


class HelpOut(Schema):
    """A request for a review by another agency, or for advice."""

    code: str
    case: str
    kind: str = Field(description="review 协助审核，advice 征询意见")
    state: str = Field(description="asked 待答复，accepted 已接受，answered 已答复，declined 不接受，withdrawn 已撤回")
    question: str
    asked_by: str
    asked_at: datetime
    helper: str = Field(description="协助人的用户代码")
    opinion: str
    answered_at: datetime | None
    considered: str = Field(description="法制审核采纳情况")
    step: str | None = Field(description="采纳意见或者协助完成的环节")
    version: int

    @classmethod
    def of(cls, row: Help) -> Self:
        """Tell of a request."""
        return cls(
            code=row.code,
            case=row.case.code,
            kind=row.kind,
            state=row.state,
            question=row.question,
            asked_by=row.asked_by,
            asked_at=row.asked_at,
            helper=row.helper.code if row.helper else "",
            opinion=row.opinion,
            answered_at=row.answered_at,
            considered=row.considered,
            step=row.event.code if row.event else None,
            version=row.version,
        )


class ResultOut(Schema):
    """What a body of justice made of what it was told."""

    id: int
    kind: str
    label: str
    citation: str
    on: date
    document: str
    reason: str
    follow: str = Field(description="移送、通报机关应当办理的")
    due_on: date | None
    handled: str
    handled_at: datetime | None
    version: int = Field(description="登记处理情况时写进 If-Match")


class NoticeOut(Schema):
    """What of a case was handed or told to a body of justice, and what it made of it."""

    code: str
    case: str
    title: str
    sender: str = Field(description="移送、通报机关")
    kind: str = Field(
        description="referral 移送，copy 抄送移送书，facts 案情通报，review 提请复议，supervision 建议立案监督"
    )
    body: str = Field(description="police 公安机关，procuratorate 检察机关，court 审判机关")
    unit: str
    content: str
    sent_at: datetime
    results: list[ResultOut]
    version: int

    @classmethod
    def of(cls, row: Notice) -> Self:
        """Tell of a notice."""
        results = [
            ResultOut(
                id=one.pk,
                kind=one.kind,
                label=one.means.label,
                citation=cite(one.means.citation).label,
                on=one.on,
                document=one.document,
                reason=one.reason,
                follow=one.means.follow,
                due_on=one.due_on,
                handled=one.handled,
                handled_at=one.handled_at,
                version=one.version,
            )
            for one in row.results.all()
        ]
        return cls(
            code=row.code,
            case=row.case.code,
            title=row.case.title,
            sender=row.case.unit.name,
            kind=row.kind,
            body=row.body,
            unit=row.unit.code,
            content=row.content,
            sent_at=row.sent_at,
            results=results,
            version=row.version,
        )


class ReviewerOut(Schema):
    """Who is charged with legal review."""

    code: str
    name: str
    unit: str
    legal_qualification_on: date | None = Field(description="法律职业资格取得日期；没有登记的为空")
    reviewed: int = Field(description="近一年审核的案件")
    helped: int = Field(description="其中协助外单位审核的")

    @classmethod
    def of(cls, row: Any) -> Self:
        """Tell of a reviewer."""
        told = {name: getattr(row, name) for name in ("code", "name", "legal_qualification_on", "reviewed", "helped")}
        return cls(**told, unit=row.unit.code)


class UseOut(Schema):
    """What an agency did on the platform in a month."""

    agency: str
    name: str
    opened: int = Field(description="当月登记的案件")
    steps: int = Field(description="当月录入的环节")
    late: int = Field(description="其中补录的环节")
    idle: bool = Field(description="当月没有网上办案")


class SoftOut(Schema):
    """The measures without force of an agency."""

    agency: str
    name: str
    taken: int = Field(description="说服教育、劝导示范、警告告诫、指导约束的次数")
    corrected: int = Field(description="当事人当场改正的")
    share: str = Field(description="改正率；没有的为“—”")


class LinkOut(Schema):
    """That two cases belong together."""

    id: int
    other: str
    why: str
    note: str


class LackOut(Schema):
    """What a closed case lacks before it is bound."""

    what: str
    basis: str
    remedy: str


class DossierOut(Schema):
    """The dossier of a case: what it lacks, or, once bound, its file, catalogue and media list."""

    lacking: list[LackOut] = Field(description="立卷以前：需要补正的；立卷以后：立卷时没有补正的")
    bound: bool
    pages: int = 0
    size: int = 0
    sha256: str = ""
    sm3: str = ""
    retention: str = ""
    kept_until: date | None = None
    catalogue: list[dict[str, str]] = Field(default_factory=list)
    recordings: list[dict[str, str]] = Field(default_factory=list)
    reason: str = ""

    @classmethod
    def of(cls, row: Dossier) -> Self:
        """Tell of a dossier that was bound."""
        names = ("pages", "size", "sha256", "sm3", "retention", "kept_until", "catalogue", "recordings", "reason")
        told = {name: getattr(row, name) for name in names}
        lacks = [LackOut(what=str(one), basis="", remedy="") for one in row.lacking]
        return cls(bound=True, lacking=lacks, **told)


class CheckedOut(Schema):
    """A package that holds what its list says."""

    signed_by: str = Field(description="签发密钥的名称，请与签发单位公布的核对")
    cases: list[str]
    files: int


class TakenOut(CheckedOut):
    """What came of a package."""

    taken: int
    known: int
    refused: list[tuple[str, str]] = Field(description="没有接收的案件编码和原因")


class JobOut(Schema):
    """Work in the background."""

    job: str
    href: str


class ReferralOut(Schema):
    """A referral with its clock."""

    code: str
    to: str
    recipient: str
    report_received_at: datetime | None
    approved_at: datetime | None
    transferred_at: datetime | None
    reply: str
    replied_at: datetime | None
    version: int


# what is given


class CaseFilters(FilterSchema):
    """Which cases."""

    stage: str | None = Field(None, max_length=32, description="阶段代码")
    status: str | None = Field(None, max_length=16, description="状态代码")
    procedure_code: str | None = Field(None, alias="procedure", max_length=48, description="办理程序代码")
    unit__code: str | None = Field(None, alias="unit", max_length=32, description="办案单位代码")
    item__code: str | None = Field(None, alias="item", max_length=64, description="事项编码")
    party__code: str | None = Field(None, alias="party", max_length=32, description="当事人编码")
    due_on__lte: date | None = Field(None, alias="due_until", description="最近期限不晚于")
    opened_at__date__gte: date | None = Field(None, alias="opened_from", description="登记日期从")
    opened_at__date__lte: date | None = Field(None, alias="opened_to", description="登记日期到（含）")
    late: bool | None = Field(None, description="有补录环节的")
    promise_exceeded: bool | None = Field(None, description="超过承诺办结时限的")

    def filter_late(self, value: bool | None) -> Q:
        """Cases with a step that was entered too late."""
        return Q() if value is None else queries.ENTERED_LATE if value else ~queries.ENTERED_LATE

    def filter_promise_exceeded(self, value: bool | None) -> Q:
        """Cases that took longer than their items promise."""
        if value is None:
            return Q()
        found = Case.objects.filter(exceeded(timezone.now())).values("pk")
        return Q(pk__in=found) if value else ~Q(pk__in=found)


class NoticeIn(Schema):
    """What a body of justice is told."""

    kind: Literal["facts", "review", "supervision"]
    body: Literal["police", "procuratorate", "court"]
    unit: str = Field(max_length=32, description="接收机关的单位代码")
    content: str = Field(max_length=4_000)
    referral: str = Field("", max_length=40)


class ResultIn(Schema):
    """What a body of justice made of it."""

    kind: str = Field(max_length=16)
    on: date
    document: str = Field("", max_length=128)
    reason: str = Field("", max_length=4_000)


class HandledIn(Schema):
    """What was done upon a result."""

    words: str = Field(max_length=4_000)


class HelpIn(Schema):
    """What others are asked for."""

    kind: Literal["review", "advice"] = Field(description="review 协助审核，advice 征询意见")
    question: str = Field(max_length=4_000)
    helper: str = Field("", max_length=64, description="征询意见的，法律顾问、公职律师的用户代码")


class HelpActIn(Schema):
    """What is done with a request."""

    act: Literal["accept", "answer", "decline", "withdraw"] = Field(
        description="accept 接受协助审核，answer 答复咨询，decline 不能答复，withdraw 撤回"
    )
    words: str = Field("", max_length=4_000, description="意见或者理由")


class NewCaseIn(Schema):
    """What a case begins with."""

    procedure: str = Field(max_length=48)
    unit: str = Field(max_length=32)
    item: str = Field(max_length=64)
    party: str = Field(max_length=32)
    title: str = Field(max_length=256)
    source: str = Field("inspection", max_length=32)
    source_ref: str = Field("", max_length=64)
    handlers: list[str] = Field(max_length=20, description="承办人编码，主办人在前")
    facts: str = Field("", max_length=20_000)


class CaseEditIn(Schema):
    """What is corrected; what is not named stays."""

    title: str | None = Field(None, max_length=256)
    facts: str | None = Field(None, max_length=20_000)
    act_on: date | None = None
    act_ended_on: date | None = None
    found_on: date | None = None
    source_ref: str | None = Field(None, max_length=64)
    circumstances: dict[str, bool | int | str] | None = None


class HandlersIn(Schema):
    """Who handles a case from today on."""

    handlers: list[str] = Field(max_length=20)
    reason: str = Field(max_length=256)


class StartIn(Schema):
    """Which step is begun."""

    step: str = Field(max_length=48)


class GivenIn(Schema):
    """What is given with a step. Amounts: whole fen as a number, or yuan in words."""

    answers: dict[str, Any] = Field(default_factory=dict)
    people: list[tuple[str, str]] = Field(default_factory=list, max_length=50, description="角色和人员编码")
    outcome: str = Field("", max_length=24)
    about: str = Field("", max_length=40)
    reasons: dict[str, str] = Field(default_factory=dict, description="须说明的理由，按规则编号")

    def as_given(self) -> steps.Given:
        """Return it as the use cases take it."""
        return steps.Given(
            answers=self.answers, people=self.people, outcome=self.outcome, about=self.about, reasons=self.reasons
        )


class DecideIn(Schema):
    """What is decided of a proposal."""

    outcome: str = Field(max_length=24, description="如 approved 同意、rejected 不同意、returned 退回补正")
    opinion: str = Field("", max_length=512)


class EvidenceIn(Schema):
    """A piece of evidence."""

    kind: str = Field(max_length=16)
    name: str = Field(max_length=128)
    proves: str = Field(max_length=512)
    source: str = Field(max_length=256)
    obtained_on: date
    obtained_by: str = Field("", max_length=128)
    pages: int = Field(1, ge=1, le=100_000)
    step: str = Field("", max_length=40)
    recording: str = Field("", max_length=64)
    answers: list[str] = Field([], max_length=50, description="对应的取证要求，见取证清单的 code")

    def as_given(self) -> evidence_acts.NewEvidence:
        """Return it as the use cases take it."""
        return evidence_acts.NewEvidence(**self.model_dump())


class ExcludeIn(Schema):
    """Why a piece of evidence is not believed; empty: it is again."""

    reason: str = Field("", max_length=256)


class OrderIn(Schema):
    """The order of the evidence, by id."""

    ids: list[int] = Field(max_length=2000)


class LinkIn(Schema):
    """Another case, and how it belongs to this one."""

    other: str = Field(max_length=64)
    why: str = Field(max_length=16)
    note: str = Field("", max_length=256)


class WhyIn(Schema):
    """Why something is done, or is not."""

    reason: str = Field("", max_length=512)


class ReplyIn(Schema):
    """What follows a referral: that it went over, or what was answered."""

    event: Literal["transferred", "replied"]
    at: datetime
    reply: str = Field("", max_length=16)
    note: str = Field("", max_length=512)


# procedures


@router.get("/procedures", permission=SIGNED_IN, response=list[dict[str, Any]], summary="办理程序")
def list_procedures(request: Asked) -> list[Any]:  # noqa: ARG001 - the router gives it
    """List the procedures as data: stages and steps."""
    return [procedure_data(one) for one in procedures().values()]


@router.get("/procedures/{code}", permission=SIGNED_IN, response=dict[str, Any], summary="一个办理程序")
def read_procedure(request: Asked, code: str) -> Any:  # noqa: ARG001 - the router gives it
    """Read a procedure as data, with what each step asks for."""
    found: Procedure = procedure_of(code)
    asks: Mapping[str, Any] = {
        step.code: [
            {
                "name": ask.name,
                "label": ask.label,
                "kind": ask.kind.value,
                "required": ask.required,
                "choices": [list(one) for one in ask.choices],
                "options": ask.options,
            }
            for ask in step.asks
        ]
        for step in found.steps
    }
    parts = {
        step.code: [{"role": one.role, "label": one.label, "least": one.least} for one in step.parts]
        for step in found.steps
    }
    outcomes = {step.code: [{"code": one.code, "label": one.label} for one in step.outcomes] for step in found.steps}
    return {**procedure_data(found), "asks": asks, "parts": parts, "outcomes": outcomes}


# cases


@router.get("/cases", permission=SEE, response=Page[CaseOut], summary="案件列表")
def list_cases(request: Asked, filters: Query[CaseFilters], page: Query[PageIn], mine: bool = False) -> Page[CaseOut]:
    """List the cases that one may see; ``mine``: those that one handles."""
    rows = queries.listed(request.actor)
    if mine:
        rows = rows.filter(queries.handled_by(request.actor.user_id))
    return page_of(filters.filter(rows), page, CaseOut.of, order="code")


@router.get("/cases/analysis", permission=SEE, response=AnalysisOut, summary="案件统计")
def analyse_cases(
    request: Asked, filters: Query[CaseFilters], by: DimensionCode = "agency", across: DimensionCode | None = None
) -> AnalysisOut:
    """Count the cases that one may see by one dimension, or by two."""
    rows = filters.filter(visible(Case.objects.all(), request.actor, SEE))
    second = DIMENSIONS[across] if across and across != by else None
    return AnalysisOut.of(cross(rows, DIMENSIONS[by], second))


@router.post("/cases", permission="cases.case.open", response={201: CaseOut}, summary="登记案件")
def open_case(request: Asked, response: HttpResponse, body: NewCaseIn) -> Status[CaseOut]:
    """Open a case."""
    row = opening.open_case(actor=request.actor, at=timezone.now(), given=opening.NewCase(**body.model_dump()))
    return Status(201, set_version(response, CaseOut.of(row), row.version))


@router.get("/cases/{code}", permission=SEE, response=CaseOut, summary="一件案件")
def read_case(request: Asked, response: HttpResponse, code: str) -> CaseOut:
    """Read a case."""
    row = access_case(request.actor, code)
    return set_version(response, CaseOut.of(row), row.version)


@router.patch("/cases/{code}", permission="cases.step.handle", response=CaseOut, versioned=True, summary="修改基本情况")
def edit_case(request: Asked, response: HttpResponse, code: str, body: CaseEditIn) -> CaseOut:
    """Correct what a case says of itself."""
    row = opening.edit_case(
        actor=request.actor,
        at=timezone.now(),
        case=code,
        version=if_match(request),
        values=body.model_dump(exclude_unset=True),
    )
    return set_version(response, CaseOut.of(row), row.version)


@router.put(
    "/cases/{code}/handlers", permission="cases.case.assign", response=CaseOut, versioned=True, summary="变更承办人"
)
def assign_handlers(request: Asked, response: HttpResponse, code: str, body: HandlersIn) -> CaseOut:
    """Say who handles a case from today on."""
    row = opening.assign_handlers(
        actor=request.actor,
        at=timezone.now(),
        case=code,
        version=if_match(request),
        handlers=body.handlers,
        reason=body.reason,
    )
    return set_version(response, CaseOut.of(row), row.version)


# steps


@router.get("/cases/{code}/steps", permission=SEE, response=list[StepOut], summary="已办理的环节")
def list_steps(request: Asked, code: str) -> list[StepOut]:
    """List the steps that were taken."""
    return [StepOut.of(one) for one in _sight(request, code).told]


@router.get("/cases/{code}/open-steps", permission=SEE, response=list[OpenStepOut], summary="现在可以办理的环节")
def list_open_steps(request: Asked, code: str) -> list[OpenStepOut]:
    """List the steps that may be taken now."""
    sight = _sight(request, code)
    lying = {one.step: one.code for one in sight.drafts}
    return [
        OpenStepOut(
            code=one.code,
            label=one.label,
            duty=one.duty.value,
            endorsed=one.endorsed.value if one.endorsed else None,
            draft=lying.get(one.code),
        )
        for one in sight.open_steps
    ]


@router.get(
    "/cases/{code}/open-steps/{step}/gates", permission=SEE, response=list[GateOut], summary="一个环节的法定条件"
)
def read_gates(request: Asked, code: str, step: str) -> list[GateOut]:
    """Weigh a step with what is known: everything that stands in its way, at once."""
    sight = _sight(request, code)
    gates = steps.weigh_ahead(sight.row, sight.procedure.step(step), sight.drafts, at=sight.at)
    return [GateOut.of(gate) for gate in sight.told_gates(gates)]


@router.get("/cases/{code}/clocks", permission=SEE, response=list[ClockOut], summary="期限")
def read_clocks(request: Asked, code: str) -> list[ClockOut]:
    """Tell the periods of a case, each with the way to its last day."""
    return [
        ClockOut(
            rule=one.rule.id,
            title=one.rule.title,
            act=one.act,
            due_on=one.due,
            runs=one.runs,
            done_on=one.reached.day if one.reached else None,
            late=one.late,
            provisional=one.counted.provisional,
            lines=list(one.lines),
            citations=[CitationOut(reference=str(each), label=each.label) for each in one.rule.citations],
        )
        for one in _sight(request, code).clocks
    ]


@router.get("/cases/{code}/systems", permission=SEE, response=list[SystemOut], summary="三项制度的情况")
def read_systems(request: Asked, code: str) -> list[SystemOut]:
    """Tell how a case stands by disclosure, full-process recording, and legal review of major decisions."""
    return [
        SystemOut(label=one.label, standing=one.standing.value, words=list(one.words))
        for one in three_systems(_sight(request, code))
    ]


@router.post("/cases/{code}/drafts", permission=SEE, response={201: DraftOut}, summary="开始办理一个环节")
def start_draft(request: Asked, response: HttpResponse, code: str, body: StartIn) -> Status[DraftOut]:
    """Begin a step; where a draft lies already, that one is returned."""
    row = steps.start_draft(actor=request.actor, at=timezone.now(), case=code, step=body.step)
    return Status(201, set_version(response, DraftOut.of(row), row.version))


@router.get("/cases/{code}/drafts/{draft}", permission=SEE, response=DraftOut, summary="一个待办环节")
def read_draft(request: Asked, response: HttpResponse, code: str, draft: str) -> DraftOut:
    """Read a draft."""
    row = _draft(request, code, draft)
    return set_version(response, DraftOut.of(row), row.version)


@router.put("/cases/{code}/drafts/{draft}", permission=SEE, response=DraftOut, versioned=True, summary="保存草稿")
def save_draft(request: Asked, response: HttpResponse, code: str, draft: str, body: GivenIn) -> DraftOut:
    """Keep what was filled in so far, complete or not."""
    row = steps.save_draft(given=body.as_given(), **_asked(request, code, draft))
    return set_version(response, DraftOut.of(row), row.version)


@router.delete("/cases/{code}/drafts/{draft}", permission=SEE, response={204: None}, versioned=True, summary="放弃草稿")
def drop_draft(request: Asked, code: str, draft: str) -> Status[None]:
    """Give up a draft."""
    steps.drop_draft(**_asked(request, code, draft))
    return Status(204, None)


@router.get("/cases/{code}/drafts/{draft}/gates", permission=SEE, response=list[GateOut], summary="草稿的法定条件")
def read_draft_gates(request: Asked, code: str, draft: str) -> list[GateOut]:
    """Weigh a draft as it lies."""
    row = _draft(request, code, draft)
    sight = _sight(request, code)
    gates = steps.weigh_ahead(sight.row, sight.procedure.step(row.step), [row], at=sight.at)
    return [GateOut.of(gate) for gate in sight.told_gates(gates)]


@router.post("/cases/{code}/drafts/{draft}/take", permission=SEE, response=StepOut, versioned=True, summary="办理")
def take_step(request: Asked, code: str, draft: str, body: GivenIn) -> StepOut:
    """Take a step that needs nobody else's consent. Asked twice, it is done once."""
    return StepOut.of(steps.take_step(given=body.as_given(), **_asked(request, code, draft)))


@router.post(
    "/cases/{code}/drafts/{draft}/propose", permission=SEE, response=DraftOut, versioned=True, summary="提交审批"
)
def propose_step(request: Asked, response: HttpResponse, code: str, draft: str, body: GivenIn) -> DraftOut:
    """Put a step before whoever must agree."""
    row = steps.propose_step(given=body.as_given(), **_asked(request, code, draft))
    return set_version(response, DraftOut.of(row), row.version)


@router.post("/cases/{code}/drafts/{draft}/decide", permission=SEE, response=DraftOut, versioned=True, summary="审批")
def decide_proposal(request: Asked, response: HttpResponse, code: str, draft: str, body: DecideIn) -> DraftOut:
    """Agree to a proposed step, refuse it, or send it back."""
    steps.decide_proposal(outcome=body.outcome, opinion=body.opinion, **_asked(request, code, draft))
    row = _draft(request, code, draft)
    return set_version(response, DraftOut.of(row), row.version)


class TypicalIn(Schema):
    """What is told of a case that is chosen as a typical one."""

    title: str = Field(min_length=1, max_length=128)
    text: str = Field(min_length=1, max_length=20_000)
    names: list[str] = Field([], max_length=200, description="发布时另外隐去的姓名和名称")


class TypicalOut(Schema):
    """The example that was drafted."""

    example: str
    case: str
    item: str
    status: str


@router.post("/cases/{code}/typical", permission=SEE, response={201: TypicalOut}, summary="选为典型案例（草稿）")
def choose_typical(request: Asked, code: str, body: TypicalIn) -> Status[TypicalOut]:
    """Choose a closed case as a typical one; it goes on as an example."""
    row = typical.choose_typical(
        actor=request.actor,
        at=timezone.now(),
        case=code,
        title=body.title,
        text=body.text,
        names="\n".join(body.names),
    )
    return Status(201, TypicalOut(example=row.code, case=row.case_code, item=row.item_code, status=row.status))


# evidence, links, referrals


@router.get("/cases/{code}/evidence", permission=SEE, response=list[EvidenceOut], summary="证据清单")
def list_evidence(request: Asked, code: str) -> list[Evidence]:
    """List the evidence."""
    return list(access_case(request.actor, code).evidence.all())


class WantedOut(Schema):
    """An entry of the checklist of evidence, with what answers it."""

    code: str
    label: str
    proves: str
    kinds: list[str] = Field(description="可以作为的证据种类")
    documents: list[str] = Field(description="可以作为的文书种类")
    when: str = Field(description="只在这种情形取得；空为都要取得")
    source: str
    evidence: list[int] = Field(description="对应的证据序号")
    issued: list[str] = Field(description="对应的已制发文书")
    lacks: bool

    @classmethod
    def of(cls, line: Line) -> Self:
        """Write an entry."""
        one = line.wanted
        return cls(
            code=one.code,
            label=one.label,
            proves=one.proves,
            kinds=sorted(one.kinds),
            documents=sorted(one.documents),
            when=one.when,
            source=one.source,
            evidence=[piece.number for piece in line.pieces],
            issued=[paper.name for paper in line.papers],
            lacks=line.lacks,
        )


@router.get("/cases/{code}/evidence-checklist", permission=SEE, response=list[WantedOut], summary="取证清单")
def read_checklist(request: Asked, code: str) -> list[WantedOut]:
    """Say what evidence the case asks for, and what there is of it."""
    row = access_case(request.actor, code)
    papers = queries.documents_of(request.actor, row)
    return [WantedOut.of(line) for line in queries.evidence_lines(row, row.evidence.all(), papers)]


@router.post("/cases/{code}/evidence", permission="cases.step.handle", response={201: EvidenceOut}, summary="增加证据")
def add_evidence(request: Asked, code: str, body: EvidenceIn) -> Status[Evidence]:
    """Enter a piece of evidence."""
    made = evidence_acts.add_evidence(actor=request.actor, at=timezone.now(), case=code, given=body.as_given())
    return Status(201, made)


@router.put(
    "/cases/{code}/evidence/{key}",
    permission="cases.step.handle",
    response=EvidenceOut,
    versioned=True,
    summary="修改证据",
)
def edit_evidence(request: Asked, response: HttpResponse, code: str, key: int, body: EvidenceIn) -> Evidence:
    """Correct a piece of evidence."""
    row = evidence_acts.edit_evidence(
        actor=request.actor,
        at=timezone.now(),
        case=code,
        evidence=key,
        version=if_match(request),
        given=body.as_given(),
    )
    return set_version(response, row, row.version)


@router.post(
    "/cases/{code}/evidence/{key}/exclude",
    permission="cases.step.handle",
    response=EvidenceOut,
    versioned=True,
    summary="不采信或者恢复证据",
)
def exclude_evidence(request: Asked, response: HttpResponse, code: str, key: int, body: ExcludeIn) -> Evidence:
    """Say that a piece of evidence is not believed, or is again."""
    row = evidence_acts.exclude_evidence(
        actor=request.actor, at=timezone.now(), case=code, evidence=key, version=if_match(request), reason=body.reason
    )
    return set_version(response, row, row.version)


@router.put(
    "/cases/{code}/evidence", permission="cases.step.handle", response=list[EvidenceOut], summary="调整证据顺序"
)
def order_evidence(request: Asked, code: str, body: OrderIn) -> list[Evidence]:
    """Number the evidence anew."""
    return evidence_acts.order_evidence(actor=request.actor, at=timezone.now(), case=code, keys=body.ids)


@router.post("/cases/{code}/links", permission="cases.step.handle", response={201: LinkOut}, summary="关联案件")
def link_cases(request: Asked, code: str, body: LinkIn) -> Status[LinkOut]:
    """Say that two cases belong together."""
    made: Link = links.link_cases(
        actor=request.actor, at=timezone.now(), case=code, other=body.other, why=body.why, note=body.note
    )
    return Status(201, LinkOut(id=made.pk, other=made.other.code, why=made.why, note=made.note))


@router.get("/cases/{code}/referrals", permission=SEE, response=list[ReferralOut], summary="移送")
def list_referrals(request: Asked, code: str) -> list[Referral]:
    """List the referrals of a case."""
    return _sight(request, code).referrals


@router.post(
    "/cases/{code}/referrals/{referral}",
    permission="cases.step.handle",
    response=ReferralOut,
    versioned=True,
    summary="登记移送或者答复",
)
def record_referral(request: Asked, response: HttpResponse, code: str, referral: str, body: ReplyIn) -> Referral:
    """Record that the file went over, or what was answered."""
    asked: dict[str, Any] = {
        "actor": request.actor,
        "at": timezone.now(),
        "case": code,
        "referral": referral,
        "version": if_match(request),
        "note": body.note,
    }
    if body.event == "transferred":
        row = referrals.record_transfer(transferred_at=body.at, **asked)
    else:
        row = referrals.record_reply(reply=body.reply, replied_at=body.at, **asked)
    return set_version(response, row, row.version)


# records of monitoring


class OffsiteIn(Schema):
    """A record of a monitoring device."""

    unit: str = Field(max_length=64)
    device_name: str = Field(max_length=128)
    device_no: str = Field(max_length=64)
    device_record: str = Field(max_length=64, description="设备或者监管系统给这条记录的编号")
    captured_at: datetime
    place: str = Field(max_length=256)
    seen: str = Field(max_length=512)
    party: str = Field("", max_length=64)
    legal_verified_on: date | None = Field(None, description="设备经过法制审核的日期")
    technical_verified_on: date | None = Field(None, description="设备经过技术审核的日期")
    location_published_on: date | None = Field(None, description="设置地点公布日期")
    location_published_at: str = Field("", max_length=256)


class OffsiteReviewIn(Schema):
    """What the person who reviewed a record found."""

    qualities: list[Literal["true", "clear", "complete", "accurate"]] = Field(description="真实、清晰、完整、准确")
    passed: bool
    finding: str = Field(max_length=512)


class TellingIn(Schema):
    """That the party was told of a record."""

    told_at: datetime
    means: Literal["sms", "mail", "in_person", "electronic"] = Field(description="短信、邮寄、当面、其他电子方式")
    receiver: str = Field("", max_length=64)
    content: str = Field(min_length=1, max_length=2000, description="告知的内容")
    ways: str = Field(min_length=1, max_length=512, description="查询、陈述和申辩的途径")


class TellingOut(TellingIn):
    """A telling, and who told."""

    teller_name: str

    @classmethod
    def of(cls, row: OffsiteTelling) -> Self:
        """Tell of a telling."""
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class JoinIn(Schema):
    """To which case a record goes, and why it belongs there."""

    case: str = Field(max_length=64, description="案件编码")
    reason: str = Field(min_length=1, max_length=512)


class OffsiteOut(OffsiteIn):
    """A record, its review, when the party was told, and the case in which it is."""

    code: str
    state: str
    qualities: list[str]
    reviewer_name: str
    reviewed_at: datetime | None
    finding: str
    told: list[TellingOut] = Field(description="告知当事人的情况")
    case: str
    version: int

    @classmethod
    def of(cls, row: OffsiteRecord) -> Self:
        """Write a record."""
        texts = (*offsite.FIELDS, "code", "state", "qualities", "reviewer_name", "reviewed_at", "finding", "version")
        return cls(
            unit=row.unit.code,
            party=row.party.code if row.party else "",
            case=row.case.code if row.case else "",
            told=[TellingOut.of(one) for one in row.tellings.all()],
            **{name: getattr(row, name) for name in texts},
        )


class OffsiteFilters(FilterSchema):
    """Which records."""

    state: str | None = None
    device_no: str | None = None
    case__code: str | None = Field(None, alias="case")
    untold: bool | None = Field(None, description="待告知当事人的：审核通过，当事人已知，还没有据以作出决定")

    def filter_untold(self, value: bool | None) -> Q:
        """Those that wait until the party is told, or the others."""
        return Q() if value is None else queries.untold() if value else ~queries.untold()


@router.get("/case-offsite-records", permission=offsite.SEE, response=Page[OffsiteOut], summary="非现场记录")
def list_offsite(request: Asked, filters: Query[OffsiteFilters], page: Query[PageIn]) -> Page[OffsiteOut]:
    """List the records."""
    rows = visible(filters.filter(queries.offsite_records()), request.actor, offsite.SEE).distinct()
    return page_of(rows.prefetch_related("tellings"), page, OffsiteOut.of, order="-id")


@router.post("/case-offsite-records", permission=offsite.ENTER, response={201: OffsiteOut}, summary="登记非现场记录")
def enter_offsite(request: Asked, response: HttpResponse, body: OffsiteIn) -> Status[OffsiteOut]:
    """Enter a record; it waits for a person to review it."""
    given = body.dict()
    unit = given.pop("unit")
    [row] = offsite.enter_offsite(actor=request.actor, at=timezone.now(), records=[(unit, given)])
    return Status(201, set_version(response, OffsiteOut.of(row), row.version))


@router.get("/case-offsite-records/{key}", permission=offsite.SEE, response=OffsiteOut, summary="一条非现场记录")
def read_offsite(request: Asked, response: HttpResponse, key: str) -> OffsiteOut:
    """Read a record."""
    row = access(queries.offsite_records(), request.actor, offsite.SEE, code=key)
    return set_version(response, OffsiteOut.of(row), row.version)


@router.post(
    "/case-offsite-records/{key}/review",
    permission=offsite.REVIEW,
    response=OffsiteOut,
    versioned=True,
    summary="审核非现场记录",
)
def review_offsite(request: Asked, response: HttpResponse, key: str, body: OffsiteReviewIn) -> OffsiteOut:
    """Review a record; a case is opened from it with the source ``offsite`` and its code as ``source_ref``."""
    row = offsite.review_offsite(
        actor=request.actor, at=timezone.now(), code=key, version=if_match(request), **body.dict()
    )
    return set_version(response, OffsiteOut.of(row), row.version)


@router.post(
    "/case-offsite-records/{key}/tellings",
    permission=offsite.TELL,
    response={201: TellingOut},
    summary="登记告知当事人非现场记录",
)
def tell_offsite(request: Asked, key: str, body: TellingIn) -> Status[TellingOut]:
    """Record that the party was told of a reviewed record."""
    row = offsite.tell_offsite(actor=request.actor, at=timezone.now(), code=key, **body.dict())
    return Status(201, TellingOut.of(row))


@router.post(
    "/case-offsite-records/{key}/join",
    permission=offsite.JOIN,
    response=OffsiteOut,
    versioned=True,
    summary="把非现场记录加入在办案件",
)
def join_offsite(request: Asked, response: HttpResponse, key: str, body: JoinIn) -> OffsiteOut:
    """Add a reviewed record to an undecided case against the same party; it becomes evidence."""
    row = offsite.join_offsite(
        actor=request.actor, at=timezone.now(), code=key, version=if_match(request), **body.dict()
    )
    return set_version(response, OffsiteOut.of(row), row.version)


# what bodies of justice are told, and make of it


@router.get("/cases/{code}/notices", permission=SEE, response=list[NoticeOut], summary="本案移送、通报司法机关的情况")
def list_notices_of_case(request: Asked, code: str) -> list[NoticeOut]:
    """List what bodies of justice were told of a case."""
    return [NoticeOut.of(one) for one in queries.notices_about(access_case(request.actor, code))]


@router.post(
    "/cases/{code}/notices", permission="cases.step.handle", response={201: NoticeOut}, summary="向司法机关通报案情"
)
def send_notice(request: Asked, response: HttpResponse, code: str, body: NoticeIn) -> Status[NoticeOut]:
    """Tell a body of justice the facts, or object to what the police decided."""
    row = notices.send_notice(actor=request.actor, at=timezone.now(), case=code, **body.dict())
    return Status(201, set_version(response, NoticeOut.of(row), row.version))


@router.post(
    "/cases/{code}/results/{key}",
    permission="cases.step.handle",
    response=NoticeOut,
    versioned=True,
    summary="登记对司法机关结果的处理",
)
def handle_result(request: Asked, response: HttpResponse, code: str, key: int, body: HandledIn) -> NoticeOut:
    """Record what the agency did upon a result."""
    row = notices.handle_result(
        actor=request.actor, at=timezone.now(), case=code, result=key, version=if_match(request), words=body.words
    )
    return set_version(response, NoticeOut.of(row.notice), row.version)


@router.get("/case-notices", permission=notices.VIEW, response=Page[NoticeOut], summary="移送和通报本机关的案件")
def list_notices(request: Asked, page: Query[PageIn]) -> Page[NoticeOut]:
    """List what was handed or told to the actor's own body of justice."""
    return page_of(queries.notices_of(request.actor), page, NoticeOut.of, order="-id")


@router.post(
    "/case-notices/{key}/results", permission=notices.VIEW, response=NoticeOut, versioned=True, summary="登记结果"
)
def record_result(request: Asked, response: HttpResponse, key: str, body: ResultIn) -> NoticeOut:
    """Record what the actor's body made of it."""
    row = notices.record_result(
        actor=request.actor, at=timezone.now(), notice=key, version=if_match(request), **body.dict()
    ).notice
    return set_version(response, NoticeOut.of(row), row.version)


# help from outside


@router.get("/cases/{code}/helps", permission=SEE, response=list[HelpOut], summary="本案的协助审核和咨询")
def list_helps_of_case(request: Asked, code: str) -> list[HelpOut]:
    """List the requests of a case."""
    row = access_case(request.actor, code)
    return [HelpOut.of(one) for one in row.helps.select_related("case", "helper", "event")]


@router.post("/cases/{code}/helps", permission=helping.ASK, response={201: HelpOut}, summary="请求协助审核、征询意见")
def ask_help(request: Asked, response: HttpResponse, code: str, body: HelpIn) -> Status[HelpOut]:
    """Ask for a review by another agency, or for advice."""
    row = helping.ask_help(actor=request.actor, at=timezone.now(), case=code, **body.dict())
    return Status(201, set_version(response, HelpOut.of(row), row.version))


@router.get("/case-helps", permission=SEE, response=Page[HelpOut], summary="协助审核和咨询的请求")
def list_helps(request: Asked, page: Query[PageIn]) -> Page[HelpOut]:
    """List what may be accepted, what the actor was asked, and what the actor's agency asked."""
    return page_of(queries.helps_of(request.actor).select_related("event"), page, HelpOut.of, order="-id")


@router.post("/case-helps/{key}", permission=SEE, response=HelpOut, versioned=True, summary="接受、答复、撤回协助请求")
def act_on_help(request: Asked, response: HttpResponse, key: str, body: HelpActIn) -> HelpOut:
    """Accept, answer, decline or withdraw."""
    asked: dict[str, Any] = {
        "actor": request.actor,
        "at": timezone.now(),
        "code": key,
        "version": if_match(request),
    }
    match body.act:
        case "accept":
            row = helping.accept_review(**asked)
        case "answer":
            row = helping.answer_advice(opinion=body.words, **asked)
        case "decline":
            row = helping.decline_advice(reason=body.words, **asked)
        case "withdraw":
            row = helping.withdraw_help(reason=body.words, **asked)
    return set_version(response, HelpOut.of(row), row.version)


@router.get(
    "/case-reviewers", permission=queries.REVIEWERS, response=Page[ReviewerOut], summary="法制审核人员和审核件数"
)
def list_reviewers(request: Asked, page: Query[PageIn]) -> Page[ReviewerOut]:
    """List who reviews, with which background, and how many cases each."""
    return page_of(queries.reviewers(request.actor, timezone.localdate()), page, ReviewerOut.of, order="id")


@router.get("/case-usage", permission=SEE, response=list[UseOut], summary="各执法主体当月的平台应用情况")
def read_usage(request: Asked, month: str = "") -> list[UseOut]:
    """Tell what every agency did in a month (2026-03; the current one where none is given)."""
    rows = use_of(request.actor, month_of(month, timezone.localdate()))
    return [
        UseOut(
            agency=one.agency.code,
            name=one.agency.name,
            opened=one.opened,
            steps=one.steps,
            late=one.late,
            idle=one.idle,
        )
        for one in rows
    ]


@router.get("/case-soft-measures", permission=SEE, response=list[SoftOut], summary="各执法主体的柔性执法和改正率")
def read_soft(request: Asked, since: date | None = None, until: date | None = None) -> list[SoftOut]:
    """Tell the measures without force of every agency from a day to a day (included); this year where none is given."""
    today = timezone.localdate()
    first, last = since or today.replace(month=1, day=1), until or today
    return [
        SoftOut(agency=one.agency.code, name=one.agency.name, taken=one.taken, corrected=one.corrected, share=one.share)
        for one in soft_of(request.actor, first, last)
    ]


# dossier, exchange, import


@router.get("/cases/{code}/dossier", permission=SEE, response=DossierOut, summary="案卷：归档前检查，或者已立的卷")
def read_dossier(request: Asked, code: str) -> DossierOut:
    """Say what a case lacks, or what was bound."""
    row = access_case(request.actor, code)
    made = Dossier.objects.filter(case=row).first()
    if made is not None:
        return DossierOut.of(made)
    lacks = dossiers.lacking(row, on=timezone.localdate())
    return DossierOut(
        bound=False, lacking=[LackOut(what=one.what, basis=one.basis, remedy=one.remedy) for one in lacks]
    )


@router.post("/cases/{code}/dossier", permission="cases.step.archive", response={201: DossierOut}, summary="立卷归档")
def archive_case(request: Asked, code: str, body: WhyIn) -> Status[DossierOut]:
    """Bind the dossier and archive the case."""
    made = dossiers.archive(actor=request.actor, at=timezone.now(), case=code, reason=body.reason)
    return Status(201, DossierOut.of(made))


@router.get("/cases/{code}/dossier/file", permission=SEE, summary="案卷 PDF")
def dossier_file(request: Asked, code: str) -> Any:
    """Send the bound file."""
    made = dossiers.read_dossier(actor=request.actor, at=timezone.now(), case=code)
    stored = Stored(name=made.file, filename=f"{code}.pdf", content_type="application/pdf", digest=made.sha256)
    return send(request, stored)


@router.post("/cases/{code}/package", permission="cases.case.export", summary="导出交换包（ZIP）")
def pack_case(request: Asked, code: str, body: WhyIn) -> HttpResponse:
    """Pack a case for another system."""
    data = exchange.pack_case(actor=request.actor, at=timezone.now(), case=code, reason=body.reason)
    return HttpResponse(data, content_type="application/zip")


@router.post("/case-packages/check", permission="cases.case.import", response=CheckedOut, summary="核验交换包")
def check_package(request: Asked, package: UploadedFile = File(...)) -> Any:  # noqa: ARG001, B008 - ninja's form
    """Check that a package is signed and holds what its list says."""
    return exchange.check_package(package.read())


@router.post("/case-packages", permission="cases.case.import", response=TakenOut, summary="核验并接收交换包")
def take_package(request: Asked, package: UploadedFile = File(...)) -> TakenOut:  # noqa: B008 - ninja's form
    """Check a package and take its case in."""
    checked, made = exchange.take_package(actor=request.actor, at=timezone.now(), data=package.read())
    return TakenOut(
        signed_by=checked.signed_by,
        cases=list(checked.cases),
        files=checked.files,
        taken=made.taken,
        known=made.known,
        refused=made.refused,
    )


@router.post("/case-imports", permission="cases.case.import", response={202: JobOut}, summary="导入案件（后台）")
def import_cases(request: Asked, file: UploadedFile = File(...)) -> Status[JobOut]:  # noqa: B008 - ninja's form
    """Have a file of cases taken in in the background."""
    job = background.start_import(request.actor, timezone.now(), name=str(file.name), content=file)
    return Status(202, JobOut(job=str(job.pk), href=reverse("job", args=[job.pk])))


def _sight(request: Asked, code: str) -> queries.Sight:
    return sight_of(request.actor, access_case(request.actor, code), timezone.now())


def _draft(request: Asked, code: str, draft: str) -> Draft:
    row = access_case(request.actor, code)
    found = row.drafts.exclude(state=DraftState.DROPPED).filter(code=draft).first()
    if found is None or not _sight(request, code).tells(found.step):
        raise MissingError("没有找到这个待办环节，或者您无权查看。")
    found.case = row
    return found


def _asked(request: Asked, code: str, draft: str) -> dict[str, Any]:
    """What every act on a draft is given; the draft must be one of the case."""
    _draft(request, code, draft)
    return {"actor": request.actor, "at": timezone.now(), "draft": draft, "version": if_match(request)}
