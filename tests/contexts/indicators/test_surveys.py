"""A questionnaire on satisfaction: a link answers once and without a name, the outcome is a figure nobody assessed may change."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from mingjing.contexts.accounts.access import Actor, ForbiddenError
from mingjing.contexts.indicators.models import Answer, Invitation, Survey
from mingjing.contexts.indicators.usecases import survey
from mingjing.contexts.indicators.usecases.base import IndicatorsError
from mingjing.contexts.indicators.usecases.report_figures import FigureGiven, judge_figure, submit_figure
from mingjing.contexts.records.queries import history
from tests.contexts.conftest import PLACE, ActorMaker, UserMaker
from tests.contexts.indicators.conftest import AT, Define, value_of
from tests.contexts.indicators.test_computing import from_set


def given(**more: object) -> survey.SurveyGiven:
    told: dict[str, object] = {
        "title": "市场监管执法满意度", "surveyor": "某测评机构", "unit": "market", "period": "2026H2",
        "questions": ["文明执法", "公正执法"], "invitations": 3, "closes_on": AT.date() + timedelta(days=3650),
    }  # fmt: skip
    return survey.SurveyGiven(**(told | more))  # type: ignore[arg-type]


@pytest.fixture
def opened(define: Define, actor_with: ActorMaker) -> Survey:
    """A questionnaire that the surveyor opened, with three links."""
    define(**from_set("satisfaction"))
    return survey.open_survey(actor=actor_with("surveyor", "justice"), at=AT, place=PLACE, given=given())


def answer(row: Survey, *all_marks: tuple[int, ...]) -> None:
    left = row.invitations.filter(is_used=False).order_by("pk")
    for one, marks in zip(left, all_marks, strict=False):
        survey.answer_survey(at=AT, token=one.token, marks=marks, words="服务好")


@pytest.mark.requirement("LC-49")
def test_a_link_answers_once_and_nothing_ties_it_to_the_answer(opened: Survey, client: Client) -> None:
    token = opened.invitations.order_by("pk")[0].token
    page = client.get(f"/survey/{token}/").content.decode()
    assert "文明执法" in page and "市场监督管理局" in page
    assert client.post(f"/survey/{token}/", {"q0": "5"}).status_code == 422
    assert client.post(f"/survey/{token}/", {"q0": "5", "q1": "9"}).status_code == 422
    assert not Answer.objects.exists()
    assert "已经收到" in client.post(f"/survey/{token}/", {"q0": "5", "q1": "4"}).content.decode()
    again = client.post(f"/survey/{token}/", {"q0": "1", "q1": "1"})
    assert again.status_code == 404 and "只能答一次" in again.content.decode()
    assert [one.marks for one in Answer.objects.all()] == [[5, 4]]
    assert {field.name for field in Answer._meta.get_fields()} == {"survey", "key", "marks", "words"}
    assert client.get("/survey/none-such/").status_code == 404


@pytest.mark.requirement("LC-49")
def test_the_outcome_is_a_figure_with_the_answers_that_the_assessed_may_not_change(
    opened: Survey, keeper: Actor, head: Actor, clerk: Actor
) -> None:
    answer(opened, (5, 5), (5, 4), (4, 4))
    row = survey.close_survey(actor=keeper, at=AT, survey=opened.pk, version=opened.version)
    figure = row.figure
    assert figure is not None
    assert (figure.numerator, figure.sample, figure.surveyor) == (Decimal("90.0"), 3, "某测评机构")
    with default_storage.open(figure.proofs.get().file) as file:
        lines = list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"))))
    marks = [int(cell) for line in lines[1:] for cell in line[:2]]
    assert Decimal(sum(marks) * 20) / len(marks) == Decimal(90)
    judge_figure(actor=head, at=AT, figure=figure.pk, version=figure.version, accepted=True)
    assert value_of("satisfaction", "2026H2").value == Decimal(90)
    with pytest.raises(ForbiddenError, match="不能填改"):
        submit_figure(
            actor=clerk, at=AT, indicator="satisfaction", place=PLACE, unit="market", period="2026H2",
            given=FigureGiven(numerator="99"), reason="更正",
        )  # fmt: skip
    assert [one.act for one in history(f"survey:{row.pk}")][-1] == "indicators.open_survey"


def test_it_takes_no_answer_once_it_is_over(opened: Survey, keeper: Actor) -> None:
    with pytest.raises(IndicatorsError, match="没有人答题"):
        survey.close_survey(actor=keeper, at=AT, survey=opened.pk, version=opened.version)
    answer(opened, (3, 3))
    survey.close_survey(actor=keeper, at=AT, survey=opened.pk, version=opened.version)
    with pytest.raises(IndicatorsError, match="已经结束"):
        answer(opened, (1, 1))
    late = Survey.objects.create(
        place=PLACE, period="2026H2", title="过期", surveyor="某", questions=["一"], invited=1, closes_on=date(2026, 1, 1),
        made_by="x", made_at=AT,
    )  # fmt: skip
    Invitation.objects.create(survey=late, token="late")
    with pytest.raises(IndicatorsError, match="已经结束"):
        survey.answer_survey(at=AT, token="late", marks=[5])


def test_what_is_asked_for_is_checked(define: Define, keeper: Actor, clerk: Actor) -> None:
    with pytest.raises(IndicatorsError, match="还没有使用"):
        survey.open_survey(actor=keeper, at=AT, place=PLACE, given=given())
    define(**from_set("satisfaction"))
    for wrong, words in (
        ({"period": "2026Q3"}, "统计"), ({"questions": [" "]}, "题目"), ({"invitations": 0}, "链接"),
        ({"title": ""}, "名称"), ({"closes_on": date(2026, 1, 1)}, "截止日"), ({"unit": "nobody"}, "单位"),
    ):  # fmt: skip
        with pytest.raises(IndicatorsError, match=words):
            survey.open_survey(actor=keeper, at=AT, place=PLACE, given=given(**wrong))
    with pytest.raises(ForbiddenError):
        survey.open_survey(actor=clerk, at=AT, place=PLACE, given=given())


def test_it_is_opened_and_its_links_fetched_on_pages(define: Define, client: Client, user_with: UserMaker) -> None:
    define(**from_set("satisfaction"))
    client.force_login(user_with("surveyor", "justice"))
    form = {
        "title": "全县执法满意度", "surveyor": "某测评机构", "unit": "", "period": "2026H1", "questions": "文明\n公正",
        "invitations": "5", "closes_on": "2099-12-31",
    }  # fmt: skip
    assert client.get("/indicators/surveys/new/").status_code == 200
    answered = client.post("/indicators/surveys/new/", form)
    assert answered.status_code == 302, answered.content.decode()
    row = Survey.objects.get()
    links = client.get(f"/indicators/surveys/{row.pk}/links.csv")
    assert b"".join(links).decode("utf-8-sig").count("/survey/") == 5  # type: ignore[arg-type]
    assert "全县执法满意度" in client.get("/indicators/surveys/").content.decode()
    page = client.get(f"/indicators/surveys/{row.pk}/").content.decode()
    assert "0份，发出5份" in page and "结束并登记" not in page
    client.force_login(user_with("agency_clerk", "market", username="assessed"))
    assert client.get(f"/indicators/surveys/{row.pk}/").status_code == 403
