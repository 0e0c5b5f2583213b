"""Questionnaires on satisfaction: opened and closed here, answered by a link on a page for everybody."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.indicators import queries
from mingjing.contexts.indicators.models import Invitation, Survey, SurveyState
from mingjing.contexts.indicators.usecases import survey
from mingjing.contexts.indicators.usecases.appraise import APPRAISED_KINDS
from mingjing.contexts.indicators.usecases.base import place_of
from mingjing.contexts.registry.web.public import PublicPage
from mingjing.contexts.ui.components import Badge, Crumb, Fact, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, Table, TableView
from mingjing.contexts.ui.tables.exports import as_csv
from mingjing.contexts.ui.web.pages import Page, version_of
from mingjing.domain.indicators.periods import PeriodKind, period_of, periods_up_to
from mingjing.kernel.errors import DomainError

STATE_TONES = {SurveyState.OPEN: Tone.INFO, SurveyState.CLOSED: Tone.PLAIN}


def _state(row: Survey) -> Badge:
    return Badge(text=row.get_state_display(), tone=STATE_TONES[SurveyState(row.state)])


SURVEYS = Table(
    name="indicators.surveys",
    columns=(
        Column(name="title", label="问卷", value=lambda row: row.title, order="title", width="wide"),
        Column(name="unit", label="被测评单位", value=lambda row: row.unit.name if row.unit else "全地区", order="unit__path"),
        Column(name="period", label="统计期", value=lambda row: period_of(row.period).label, order="period"),
        Column(name="surveyor", label="测评机构", value=lambda row: row.surveyor),
        Column(name="answered", label="收回", value=lambda row: f"{row.answered}／{row.invited}", number=True),
        Column(name="closes_on", label="截止日", value=lambda row: row.closes_on, order="closes_on"),
        Column(name="state", label="状态", value=_state),
    ),
    filters=(ChoiceFilter(name="state", label="状态", choices=SurveyState.choices),),
    search=("title", "unit__name"),
    search_hint="问卷、单位",
    order="-closes_on",
    row_name=lambda row: row.title,
    row_href=lambda row: reverse("survey", args=[row.pk]),
    noun="份",
    empty="还没有问卷。第三方测评的结果也可以直接在“填报数据”里登记。",
)  # fmt: skip


class SurveysPage(TableView[Actor]):
    """All questionnaires."""

    table, title, permission = SURVEYS, "满意度问卷", "indicators.survey.view"
    lead = "一人一个链接，只能答一次，不记姓名；结束后得出的满意度连同答卷登记为填报数据，被测评单位不能填改。"

    def rows(self) -> QuerySet[Survey]:
        """Return the questionnaires that the actor may see."""
        return queries.surveys(self.actor)

    def acts(self) -> list[tuple[str, str, str]]:
        """Offer to open one."""
        return [("发起问卷", reverse("survey_new"), "plus")] if self.actor.may("indicators.survey.edit") else []


class SurveyForm(forms.Form):
    """A questionnaire as a person writes it."""

    title = forms.CharField(label="名称", max_length=100)
    surveyor = forms.CharField(label="测评机构", max_length=100)
    unit = forms.ChoiceField(label="被测评单位", required=False)
    period = forms.ChoiceField(label="统计期")
    questions = forms.CharField(
        label="题目", widget=forms.Textarea(attrs={"rows": 6}), help_text="一行一道，都按五档打分（很满意至很不满意）。"
    )
    invitations = forms.IntegerField(
        label="答题链接数", min_value=1, max_value=survey.MOST_INVITED, help_text="一人一个，发起后下载。"
    )
    closes_on = forms.DateField(label="截止日", widget=forms.DateInput(attrs={"type": "date"}))


class NewSurveyPage(Page[Actor]):
    """Open a questionnaire."""

    permission, title, template_name = "indicators.survey.edit", "发起满意度问卷", "indicators/survey_new.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="满意度问卷", href=reverse("surveys"))]

    def _form(self, place: str, data: Any = None) -> SurveyForm:
        form = SurveyForm(data, initial={"questions": "\n".join(survey.QUESTIONS), "invitations": 200})
        units = Unit.objects.filter(place__startswith=place, kind__in=APPRAISED_KINDS, valid_to__isnull=True)
        unit, period = form.fields["unit"], form.fields["period"]
        assert isinstance(unit, forms.ChoiceField) and isinstance(period, forms.ChoiceField)
        unit.choices = [("", "（全地区）"), *units.order_by("path").values_list("code", "name")]
        period.choices = [(one.key, one.label) for one in reversed(periods_up_to(PeriodKind.HALF, self.today, 3))]
        return form

    def context(self) -> dict[str, Any]:
        """Return the form."""
        return {"form": self._form(place_of(self.actor, self.permission))}

    def post(self, request: HttpRequest) -> HttpResponse:
        """Open it."""
        place = place_of(self.actor, self.permission)
        form = self._form(place, request.POST)
        if form.is_valid():
            given = form.cleaned_data
            try:
                made = survey.open_survey(
                    actor=self.actor,
                    at=self.now,
                    place=place,
                    given=survey.SurveyGiven(**{**given, "questions": given["questions"].splitlines()}),
                )
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, "已发起。请下载答题链接，发给受访者。")
                return redirect("survey", pk=made.pk)
        return self.show(form=form, status=422)


class SurveyPage(Page[Actor]):
    """One questionnaire: how many answered, its links, what it came to."""

    permission, template_name = "indicators.survey.view", "indicators/survey.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="满意度问卷", href=reverse("surveys"))]

    def context(self) -> dict[str, Any]:
        """Return the questionnaire; the score only once it is closed."""
        row: Any = queries.survey(self.actor, self.kwargs["pk"])
        is_open = row.state == SurveyState.OPEN
        facts = [
            Fact(label="被测评单位", value=row.unit.name if row.unit else "全地区"),
            Fact(label="统计期", value=period_of(row.period).label),
            Fact(label="测评机构", value=row.surveyor),
            Fact(label="截止日", value=row.closes_on),
            Fact(label="收回", value=f"{row.answered}份，发出{row.invited}份"),
        ]
        if not is_open:
            score = survey.score_of(list(row.answers.values_list("marks", flat=True)))
            facts.append(Fact(label="满意度得分", value=f"{score}分", note="各题五分制，折成百分后平均"))
        may_figure = self.actor.may("indicators.value.view") and row.figure_id is not None
        return {
            "title": row.title,
            "row": row,
            "badge": _state(row),
            "facts": facts,
            "figure": reverse("figure", args=[row.figure_id]) if may_figure else "",
            "may_links": is_open and self.actor.may("indicators.survey.edit"),
            "may_close": is_open and self.actor.may("indicators.survey.close"),
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close it."""
        row = queries.survey(self.actor, pk)
        try:
            survey.close_survey(actor=self.actor, at=self.now, survey=row.pk, version=version_of(request))
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "已结束并登记，由他人审核后采用。")
        return redirect("survey", pk=row.pk)


class SurveyLinks(Page[Actor]):
    """The links that were not used yet, as a file."""

    permission = "indicators.survey.edit"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        """Send them."""
        row = queries.survey(self.actor, self.kwargs["pk"])
        left = Invitation.objects.filter(survey=row, is_used=False).order_by("token")
        links = [[request.build_absolute_uri(reverse("survey_answer", args=[one.token]))] for one in left]
        return as_csv(f"{row.title}-答题链接", [["答题链接"], *links])


class AnswerPage(PublicPage):
    """The questionnaire for who holds a link: no sign-in, no name."""

    purpose = "survey"

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the questions."""
        return self._show(token)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Take the answer."""
        typed = [request.POST.get(f"q{at}", "") for at in range(survey.MOST_QUESTIONS)]
        marks = [int(one) if one in ("1", "2", "3", "4", "5") else 0 for one in typed if one]
        try:
            survey.answer_survey(at=timezone.now(), token=token, marks=marks, words=request.POST.get("words", ""))
        except DomainError as error:
            return self._show(token, problem=error.message, typed=typed)
        return self.show("indicators/answer.html", title="谢谢您的参与", done=True)

    def _show(self, token: str, problem: str = "", typed: list[str] | None = None) -> HttpResponse:
        try:
            row = survey.invitation_of(token, localdate()).survey
        except DomainError as error:
            return self.show("indicators/answer.html", title="满意度问卷", missing=error.message, status=404)
        lines = [
            {"name": f"q{at}", "text": text, "marks": [(mark, label, typed is not None and typed[at] == str(mark)) for mark, label in survey.MARKS]}
            for at, text in enumerate(row.questions)
        ]  # fmt: skip
        whom = row.unit.name if row.unit else "当地行政执法"
        return self.show(
            "indicators/answer.html",
            title=row.title,
            whom=whom,
            lines=lines,
            surveyor=row.surveyor,
            problem=problem,
            status=422 if problem else 200,
        )
