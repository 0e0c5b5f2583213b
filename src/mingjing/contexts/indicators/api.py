"""The API of the indicators room."""

from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.http import HttpResponse
from django.utils import timezone
from ninja import Field, FilterSchema, Query, Schema, Status

from mingjing.contexts.accounts.access import MissingError
from mingjing.contexts.accounts.rest import Asked, Page, PageIn, RoomRouter, if_match, page_of, set_version
from mingjing.contexts.indicators import background, queries
from mingjing.contexts.indicators.models import Indicator, Reported, Score, Value
from mingjing.contexts.indicators.usecases import appraise, define, report_figures, survey
from mingjing.contexts.indicators.usecases.base import place_of
from mingjing.contexts.indicators.usecases.behind import rows_behind

router = RoomRouter(tags=["指标和考评"])


class IndicatorOut(Schema):
    """An indicator with its definition."""

    code: str
    place: str
    title: str
    category: str
    state: str
    number: int = Field(description="施行的版次")
    target: str
    definition: dict[str, Any]
    version: int

    @classmethod
    def of(cls, row: Indicator) -> Self:
        """Tell of an indicator."""
        return cls(
            code=row.code,
            place=row.place,
            title=row.title,
            category=row.category,
            state=row.state,
            number=row.number,
            target=row.definition.target_words,
            definition=row.content,
            version=row.version,
        )


class ValueOut(Schema):
    """What an indicator came to; ``value`` null: not evaluated, ``missing`` says what lacks."""

    id: int
    indicator: str
    unit: str | None = Field(description="单位代码；空为全地区")
    period: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    lowest: Decimal | None
    highest: Decimal | None
    unknown: int = Field(description="还不能判断的记录数")
    colour: str = Field(description="green、yellow、red、none")
    words: str
    missing: list[str]
    provisional: str
    last_year: Decimal | None
    average: Decimal | None
    as_of: date

    @classmethod
    def of(cls, row: Value) -> Self:
        """Tell of a value."""
        plain = {name: getattr(row, name) for name in cls.model_fields if name not in ("id", "indicator", "unit")}
        return cls(id=row.pk, indicator=row.indicator.code, unit=row.unit.code if row.unit else None, **plain)


class RowOut(Schema):
    """A row behind a value."""

    key: str
    agency: str
    counts: str = Field(description="符合、不符合、计入、不能判断")
    part: str
    cells: dict[str, Any]
    words: str


class ProposalOut(Schema):
    """Whom an appraisal proposes to hold to account; a person decides."""

    unit: str
    trigger: str = Field(description="loss_rate、shirking、poor_work")
    words: str
    values: list[int] = Field(description="依据的指标数值")

    @classmethod
    def of(cls, one: appraise.Proposal) -> Self:
        """Tell of a proposal."""
        return cls(unit=one.unit.code, trigger=one.trigger, words=one.words, values=list(one.values))


class SurveyOut(Schema):
    """A questionnaire; the score is told once it is closed."""

    id: int
    title: str
    unit: str | None = Field(description="被测评单位代码；空为全地区")
    period: str
    questions: list[str]
    state: str
    invited: int
    answered: int
    closes_on: date
    figure: int | None = Field(description="结束后登记的填报数据")
    version: int

    @classmethod
    def of(cls, row: Any) -> Self:
        """Tell of a questionnaire, as the queries give it (with ``answered``)."""
        plain = {
            name: getattr(row, name) for name in ("id", "title", "period", "questions", "state", "closes_on", "version")
        }
        return cls(
            **plain,
            unit=row.unit.code if row.unit else None,
            invited=row.invited,
            answered=row.answered,
            figure=row.figure_id,
        )


class ScoreOut(Schema):
    """A unit's score in an appraisal, with its parts."""

    unit: str
    total: Decimal | None
    rank: int | None
    covered: Decimal
    bonus: Decimal
    veto: str
    parts: dict[str, Any]

    @classmethod
    def of(cls, row: Score) -> Self:
        """Tell of a score."""
        return cls(
            unit=row.unit.code,
            total=row.total,
            rank=row.rank,
            covered=row.covered,
            bonus=row.bonus,
            veto=row.veto,
            parts=row.parts,
        )


class CandidateOut(Schema):
    """An indicator that a target may mean."""

    code: str
    title: str
    points: int
    why: str


class FigureOut(Schema):
    """A reported figure."""

    id: int
    indicator: str
    unit: str | None
    period: str
    numerator: Decimal | None
    denominator: Decimal | None
    state: str
    version: int

    @classmethod
    def of(cls, row: Reported) -> Self:
        """Tell of a figure."""
        return cls(
            id=row.pk,
            indicator=row.indicator.code,
            unit=row.unit.code if row.unit else None,
            period=row.period,
            numerator=row.numerator,
            denominator=row.denominator,
            state=row.state,
            version=row.version,
        )


class ValueFilters(FilterSchema):
    """Which values."""

    indicator__code: str | None = Field(None, alias="indicator", max_length=40, description="指标编号")
    unit__code: str | None = Field(None, alias="unit", max_length=32, description="单位代码")
    period: str | None = Field(None, max_length=16, description="统计期，如 2026-10、2026Q3、2026")
    colour: str | None = Field(None, max_length=8, description="评价")


class DraftIn(Schema):
    """A definition that is drafted."""

    definition: dict[str, Any] = Field(description="定义，字段同指标集")
    reason: str = Field("", max_length=500)


class JudgeIn(Schema):
    """Accepted, or returned with words."""

    accepted: bool
    opinion: str = Field("", max_length=500)


class JobOut(Schema):
    """Work in the background."""

    job: str


@router.get("/indicators", permission="indicators.indicator.view", response=Page[IndicatorOut], summary="指标")
def list_indicators(request: Asked, page: Query[PageIn]) -> Page[IndicatorOut]:
    """Return the indicators with their definitions."""
    return page_of(queries.indicators(request.actor), page, IndicatorOut.of, order="code")


@router.get(
    "/indicators/{place}/{code}", permission="indicators.indicator.view", response=IndicatorOut, summary="一个指标"
)
def get_indicator(request: Asked, response: HttpResponse, place: str, code: str) -> IndicatorOut:
    """Return one indicator."""
    row = queries.indicator(request.actor, place, code)
    return set_version(response, IndicatorOut.of(row), row.version)


@router.post("/indicators", permission="indicators.indicator.edit", response={201: IndicatorOut}, summary="起草指标")
def draft_indicator(request: Asked, body: DraftIn) -> Status[IndicatorOut]:
    """Draft an indicator; somebody else approves it."""
    place = place_of(request.actor, "indicators.indicator.edit")
    row = define.draft_indicator(
        actor=request.actor, at=timezone.now(), place=place, data=body.definition, reason=body.reason
    )
    return Status(201, IndicatorOut.of(row))


@router.patch(
    "/indicators/{place}/{code}",
    permission="indicators.indicator.edit",
    response=IndicatorOut,
    versioned=True,
    summary="修改指标（新版次，待批准）",
)
def change_indicator(request: Asked, response: HttpResponse, place: str, code: str, body: DraftIn) -> IndicatorOut:
    """Draft a new edition."""
    row = define.draft_indicator(
        actor=request.actor,
        at=timezone.now(),
        place=place,
        data={**body.definition, "code": code},
        reason=body.reason,
        version=if_match(request),
    )
    return set_version(response, IndicatorOut.of(row), row.version)


@router.get("/indicator-values", permission="indicators.value.view", response=Page[ValueOut], summary="指标数值")
def list_values(request: Asked, filters: Query[ValueFilters], page: Query[PageIn]) -> Page[ValueOut]:
    """Return the latest values that one may see."""
    rows = filters.filter(queries.values(request.actor))
    return page_of(rows, page, ValueOut.of, order="pk")


@router.get(
    "/indicator-values/{pk}/rows",
    permission="indicators.value.view",
    response=list[RowOut],
    summary="数值背后的记录",
)
def list_rows(request: Asked, pk: int) -> list[RowOut]:
    """Return the rows that a value is made of."""
    value = queries.value(request.actor, pk)
    if not queries.sees_rows(request.actor, value):
        raise MissingError("全地区数值的明细只对监督部门开放。")
    rows = rows_behind(value)
    return [
        RowOut(
            key=row.key,
            agency=row.agency,
            counts=row.counts,
            part=row.part,
            cells=dict(zip(rows.heads, row.cells, strict=False)),
            words=row.words,
        )
        for row in rows.rows
    ]


@router.post(
    "/indicator-computings", permission="indicators.value.compute", response={202: JobOut}, summary="计算指标（后台）"
)
def start_computing(request: Asked) -> Status[JobOut]:
    """Compute all indicators in the background."""
    place = place_of(request.actor, "indicators.value.compute")
    return Status(202, JobOut(job=str(background.start_computing(request.actor, timezone.now(), place).pk)))


@router.get(
    "/indicator-candidates",
    permission="indicators.indicator.view",
    response=list[CandidateOut],
    summary="方案目标可能对应的指标",
)
def list_candidates(
    request: Asked,
    text: str = Query(..., max_length=500, description="目标的原文"),
    unit: str = Query("", max_length=16, description="计量单位"),
    value: str = Query("", max_length=32, description="目标值"),
) -> list[CandidateOut]:
    """Return indicators that a target's words may mean, with why; nothing is tied by itself."""
    place = place_of(request.actor, "indicators.indicator.view")
    found = queries.indicator_for(text, place=place, unit=unit, value=value or None)
    return [CandidateOut(code=one.code, title=one.title, points=one.points, why=one.why) for one in found]


@router.get("/indicator-figures", permission="indicators.value.view", response=Page[FigureOut], summary="填报数据")
def list_figures(request: Asked, page: Query[PageIn]) -> Page[FigureOut]:
    """Return the reported figures that one may see."""
    return page_of(queries.figures(request.actor), page, FigureOut.of, order="pk")


@router.post(
    "/indicator-figures/{pk}/judge",
    permission="indicators.figure.judge",
    response=FigureOut,
    versioned=True,
    summary="审核填报数据",
)
def judge_figure(request: Asked, response: HttpResponse, pk: int, body: JudgeIn) -> FigureOut:
    """Accept a figure, or return it."""
    row = report_figures.judge_figure(
        actor=request.actor,
        at=timezone.now(),
        figure=pk,
        version=if_match(request),
        accepted=body.accepted,
        opinion=body.opinion,
    )
    return set_version(response, FigureOut.of(row), row.version)


@router.get(
    "/appraisals/{code}/scores", permission="indicators.scheme.view", response=list[ScoreOut], summary="考评得分"
)
def list_scores(request: Asked, code: str) -> list[ScoreOut]:
    """Return the scores that one may see."""
    return [ScoreOut.of(row) for row in queries.scores(request.actor, queries.scheme(request.actor, code))]


@router.get(
    "/appraisals/{code}/proposals",
    permission="indicators.scheme.edit",
    response=list[ProposalOut],
    summary="问责建议",
)
def list_proposals(request: Asked, code: str) -> list[ProposalOut]:
    """Return whom an appraisal proposes to hold to account."""
    return [ProposalOut.of(one) for one in appraise.proposals(queries.scheme(request.actor, code))]


@router.get("/surveys", permission="indicators.survey.view", response=Page[SurveyOut], summary="满意度问卷")
def list_surveys(request: Asked, page: Query[PageIn]) -> Page[SurveyOut]:
    """Return the questionnaires that one may see."""
    return page_of(queries.surveys(request.actor), page, SurveyOut.of, order="pk")


@router.post(
    "/surveys/{pk}/close",
    permission="indicators.survey.close",
    response=SurveyOut,
    versioned=True,
    summary="结束问卷，登记满意度",
)
def close_survey(request: Asked, response: HttpResponse, pk: int) -> SurveyOut:
    """Close a questionnaire; its score becomes a reported figure that somebody else accepts."""
    survey.close_survey(actor=request.actor, at=timezone.now(), survey=pk, version=if_match(request))
    row = queries.survey(request.actor, pk)
    return set_version(response, SurveyOut.of(row), row.version)
