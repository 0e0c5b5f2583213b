"""Questionnaires on satisfaction: opened with links that answer once, answered without a name, closed into a figure."""

import csv
import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, MissingError, access, require_place
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.indicators.models import Answer, Indicator, IndicatorState, Invitation, Survey, SurveyState
from mingjing.contexts.indicators.usecases.base import FileGiven, IndicatorsError, log, save
from mingjing.contexts.indicators.usecases.report_figures import FigureGiven, submit_figure
from mingjing.contexts.records.usecases import append
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.indicators.periods import period_of

SATISFACTION: Final = "satisfaction"
"""The indicator to which a questionnaire comes."""
BEST: Final = 5
MOST_INVITED: Final = 5_000
MOST_QUESTIONS: Final = 20
MARKS: Final = ((5, "很满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "很不满意"))
QUESTIONS: Final = (
    "执法人员主动出示执法证件、说明来意",
    "执法人员态度文明、用语规范",
    "执法程序公开，告知了权利和救济途径",
    "处理结果公正、适当",
    "总的来说，您对这次执法",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyGiven:
    """A questionnaire as it was typed."""

    title: str
    surveyor: str
    unit: str
    period: str
    questions: Sequence[str]
    invitations: int
    closes_on: date


@transaction.atomic
def open_survey(*, actor: Actor, at: datetime, place: str, given: SurveyGiven) -> Survey:
    """
    Open a questionnaire, with so many links that answer once.

    :raises IndicatorsError: if the indicator is not in use, the period is none of its, or something lacks
    Source: 历城区行政执法质量提升方案 三（三）.
    """
    require_place(actor, "indicators.survey.edit", place)
    indicator = _indicator(place)
    period = period_of(given.period)
    if period.kind is not indicator.definition.period:
        raise IndicatorsError(f"满意度按{indicator.definition.period.label}统计，请选择统计期。")
    unit = Unit.objects.filter(code=given.unit, place__startswith=place).first() if given.unit else None
    if given.unit and unit is None:
        raise IndicatorsError("没有找到被测评的单位。")
    questions = [one.strip()[:100] for one in given.questions if one.strip()]
    if not given.title.strip() or not given.surveyor.strip():
        raise IndicatorsError("请写明问卷名称和测评机构。")
    if not 0 < len(questions) <= MOST_QUESTIONS:
        raise IndicatorsError(f"题目应当有1至{MOST_QUESTIONS}道，一行一道。")
    if not 0 < given.invitations <= MOST_INVITED:
        raise IndicatorsError(f"答题链接应当有1至{MOST_INVITED}个，一人一个。")
    if given.closes_on < localdate(at):
        raise IndicatorsError("截止日不能早于今天。")
    row = Survey.objects.create(
        place=place,
        unit=unit,
        period=period.key,
        title=given.title.strip()[:100],
        surveyor=given.surveyor.strip()[:100],
        questions=questions,
        invited=given.invitations,
        closes_on=given.closes_on,
        made_by=actor.code,
        made_at=at,
    )
    Invitation.objects.bulk_create(
        Invitation(survey=row, token=secrets.token_urlsafe(16)) for _ in range(given.invitations)
    )
    log(
        actor,
        at,
        "open_survey",
        f"survey:{row.pk}",
        unit=unit.code if unit else "",
        period=period.key,
        invited=given.invitations,
    )
    return row


def invitation_of(token: str, on: date) -> Invitation:
    """
    Return the invitation of a link.

    :raises MissingError: if there is none
    :raises IndicatorsError: if it was used, or the questionnaire is closed
    """
    row = Invitation.objects.select_related("survey__unit").filter(token=token).first()
    if row is None:
        raise MissingError("没有这份问卷。请核对收到的链接。")
    if row.is_used:
        raise IndicatorsError("这个链接已经答过题，每个链接只能答一次。谢谢您的参与。")
    if row.survey.state != SurveyState.OPEN or on > row.survey.closes_on:
        raise IndicatorsError("这份问卷已经结束。谢谢您的关注。")
    return row


@transaction.atomic
def answer_survey(*, at: datetime, token: str, marks: Sequence[int], words: str = "") -> None:
    """
    Take an answer; the link is used up, and nothing ties it to the answer.

    :raises IndicatorsError: if a question is left open, or the link takes no answer
    """
    Invitation.objects.select_for_update().filter(token=token).first()
    row = invitation_of(token, localdate(at))
    if len(marks) != len(row.survey.questions) or any(not 1 <= one <= BEST for one in marks):
        raise IndicatorsError("请给每道题打分。")
    row.is_used = True
    row.save()
    Answer.objects.create(survey=row.survey, marks=list(marks), words=words.strip()[:500])
    append(actor="system", at=at, act="indicators.answer_survey", subject=f"survey:{row.survey.pk}")


@transaction.atomic
def close_survey(*, actor: Actor, at: datetime, survey: int, version: int) -> Survey:
    """
    Close a questionnaire: its score becomes a reported figure, with all answers as evidence; somebody else accepts it.

    :raises IndicatorsError: if it is closed, or nobody answered
    """
    row = access(
        Survey.objects.select_related("unit"),
        actor,
        "indicators.survey.close",
        see="indicators.survey.view",
        lock=True,
        pk=survey,
    )
    require_fresh(row, version)
    if row.state != SurveyState.OPEN:
        raise IndicatorsError("这份问卷已经结束。")
    answers = list(row.answers.order_by("key"))
    score = score_of([one.marks for one in answers])
    if score is None:
        raise IndicatorsError("还没有人答题，不能得出满意度。")
    row.figure = submit_figure(
        actor=actor,
        at=at,
        indicator=SATISFACTION,
        place=row.place,
        unit=row.unit.code if row.unit else "",
        period=row.period,
        given=FigureGiven(
            numerator=str(score),
            sample=len(answers),
            surveyor=row.surveyor,
            words=f"网上问卷“{row.title}”：发出{row.invited}份，收回{len(answers)}份；各题五分制，折成百分后平均。",
        ),
        files=[FileGiven(name=f"{row.title}-答卷.csv", content=_sheet(row, answers))],
        reason=f"以问卷“{row.title}”的结果更正",
    )
    row.state = SurveyState.CLOSED
    save(row)
    log(actor, at, "close_survey", f"survey:{row.pk}", answered=len(answers), score=str(score))
    return row


def score_of(answers: Sequence[Sequence[int]]) -> Decimal | None:
    """Return the mean of all marks, five making a hundred, to one place; None without any."""
    marks = [mark for answer in answers for mark in answer]
    if not marks:
        return None
    mean = Decimal(sum(marks)) / len(marks) * 100 / BEST
    return mean.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def _indicator(place: str) -> Indicator:
    row = Indicator.objects.filter(place=place, code=SATISFACTION, state=IndicatorState.ACTIVE).first()
    if row is None:
        raise IndicatorsError("本地还没有使用“执法满意度”指标，请先载入并批准。")
    return row


def _sheet(row: Survey, answers: Sequence[Answer]) -> bytes:
    text = io.StringIO()
    sheet = csv.writer(text)
    sheet.writerow([*row.questions, "意见"])
    sheet.writerows([*one.marks, one.words] for one in answers)
    return text.getvalue().encode("utf-8-sig")
