"""Reported figures: entered with evidence, checked, corrected."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, access
from mingjing.contexts.indicators import queries
from mingjing.contexts.indicators.models import FigureState, Indicator, Proof, Reported
from mingjing.contexts.indicators.usecases.base import IndicatorsError
from mingjing.contexts.indicators.usecases.report_figures import (
    judge_figure,
    may_report,
    may_report_place,
    submit_figure,
)
from mingjing.contexts.indicators.web import forms
from mingjing.contexts.operations.files import Stored, send
from mingjing.contexts.ui.components import Badge, Crumb, Fact, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, Table, TableView
from mingjing.contexts.ui.web.pages import Page, version_of
from mingjing.domain.indicators.judging import shown
from mingjing.domain.indicators.periods import period_of, periods_up_to
from mingjing.kernel.errors import DomainError

FIGURE_TONES = {
    FigureState.SUBMITTED: Tone.ATTENTION,
    FigureState.ACCEPTED: Tone.GOOD,
    FigureState.RETURNED: Tone.BAD,
}
_PERIODS = 4


def figure_text(row: Reported) -> str:
    """Write a reported figure."""
    if row.denominator is None:
        return f"{shown(row.numerator)}{row.indicator.definition.unit}"
    return f"{shown(row.numerator)} / {shown(row.denominator)}"


FIGURES = Table(
    name="indicators.figures",
    columns=(
        Column(name="indicator", label="指标", value=lambda row: row.indicator.title, order="indicator__title", width="wide"),
        Column(name="unit", label="单位", value=lambda row: row.unit.name if row.unit else "全地区", order="unit__path"),
        Column(name="period", label="统计期", value=lambda row: period_of(row.period).label, order="period"),
        Column(name="figure", label="数据", value=figure_text),
        Column(name="proofs", label="佐证", value=lambda row: len(row.proofs.all()), number=True),
        Column(name="state", label="状态", value=lambda row: Badge(text=row.get_state_display(), tone=FIGURE_TONES[row.state])),
        Column(name="by", label="填报人", value=lambda row: row.submitted_by_name),
        Column(name="at", label="填报时间", value=lambda row: row.submitted_at, order="submitted_at"),
    ),
    filters=(
        ChoiceFilter(name="state", label="状态", choices=FigureState.choices),
    ),
    search=("indicator__title", "unit__name"),
    search_hint="指标、单位",
    order="-at",
    row_name=lambda row: row.indicator.title,
    row_href=lambda row: reverse("figure", args=[row.pk]),
    noun="份",
    empty="还没有填报的数据。需要填报的指标会出现在“我的工作”里。",
)  # fmt: skip


class FiguresPage(TableView[Actor]):
    """All reported figures."""

    table, title, permission = FIGURES, "填报数据", "indicators.value.view"
    lead = "平台算不出的指标由责任单位填报，附佐证材料，审核后采用。"

    def rows(self) -> QuerySet[Reported]:
        """Return the figures that the actor may see."""
        return queries.figures(self.actor)


class FigurePage(Page[Actor]):
    """One figure with its evidence; accepted or returned here."""

    permission, template_name = "indicators.value.view", "indicators/figure.html"

    def _row(self) -> Reported:
        rows = Reported.objects.select_related("indicator", "unit").prefetch_related("proofs")
        return access(rows, self.actor, "indicators.value.view", pk=self.kwargs["pk"])

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="指标", href=reverse("indicators")), Crumb(label="填报数据", href=reverse("figures"))]

    def context(self) -> dict[str, Any]:
        """Return the figure, its list and its files."""
        row = self._row()
        one = row.indicator.definition
        facts = [
            Fact(
                label="指标",
                value=row.indicator.title,
                href=reverse("indicator", args=[row.indicator.place, row.indicator.code]),
            ),
            Fact(label="单位", value=row.unit.name if row.unit else "全地区"),
            Fact(label="统计期", value=period_of(row.period).label),
            Fact(
                label=f"{one.numerator or '分子'}{f'／{one.denominator}' if one.denominator else ''}",
                value=figure_text(row),
            ),
            Fact(label="目标", value=one.target_words),
            Fact(label="填报", value=f"{row.submitted_by_name}，{row.submitted_at:%Y-%m-%d %H:%M}"),
        ]
        if row.surveyor or row.sample:
            facts.append(Fact(label="测评", value=f"{row.surveyor}，样本{row.sample or '—'}"))
        if row.words:
            facts.append(Fact(label="说明", value=row.words))
        if row.opinion:
            facts.append(Fact(label="审核意见", value=row.opinion))
        waiting = row.state == FigureState.SUBMITTED and not row.replaced
        return {
            "title": f"{row.indicator.title}：{period_of(row.period).label}",
            "row": row,
            "badge": Badge(
                text="已被更正" if row.replaced else row.get_state_display(),
                tone=Tone.PLAIN if row.replaced else FIGURE_TONES[FigureState(row.state)],
            ),
            "facts": facts,
            "lines": sorted(row.lines, key=lambda line: bool(line.get("done"))),
            "open": sum(not line.get("done") for line in row.lines),
            "proofs": list(row.proofs.all()),
            "may_judge": waiting and self.actor.may("indicators.figure.judge") and row.submitted_by != self.actor.code,
            "own": waiting and row.submitted_by == self.actor.code,
        }

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Accept it, or return it."""
        try:
            judge_figure(
                actor=self.actor,
                at=self.now,
                figure=pk,
                version=version_of(request),
                accepted=request.POST.get("judge") == "accept",
                opinion=request.POST.get("opinion", ""),
            )
        except IndicatorsError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "已办理。")
        return redirect("figure", pk=pk)


class NewFigurePage(Page[Actor]):
    """Enter a figure."""

    permission, template_name = "indicators.figure.submit", "indicators/figure_new.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        row = self._row()
        return [
            Crumb(label="指标", href=reverse("indicators")),
            Crumb(label=row.title, href=reverse("indicator", args=[row.place, row.code])),
        ]

    def _row(self) -> Indicator:
        return queries.indicator(self.actor, self.kwargs["place"], self.kwargs["code"])

    def _form(self, row: Indicator, data: Any = None, files: Any = None) -> forms.FigureForm:
        one = row.definition
        units = [] if one.place_only else may_report(self.actor, row, one)
        whole = may_report_place(self.actor, row, one)
        if not units and not whole:
            raise ForbiddenError("这个指标不由您的单位填报，或者由司法行政部门登记，被评价的单位不能填改。")
        asked = {name: self.request.GET[name] for name in ("unit", "period") if name in self.request.GET}
        periods = list(reversed(periods_up_to(one.period, self.today, _PERIODS)))
        initial = {"period": periods[1].key, **asked}
        return forms.FigureForm(data, files, one=one, units=units, whole=whole, periods=periods, initial=initial)

    def context(self) -> dict[str, Any]:
        """Return the form."""
        row = self._row()
        return {"title": f"填报：{row.title}", "row": row, "lead": row.definition.meaning, "form": self._form(row)}

    def post(self, request: HttpRequest, place: str, code: str) -> HttpResponse:
        """Submit it."""
        row = self._row()
        form = self._form(row, request.POST, request.FILES)
        if form.is_valid():
            try:
                made = submit_figure(
                    actor=self.actor,
                    at=self.now,
                    indicator=code,
                    place=place,
                    unit=form.cleaned_data["unit"],
                    period=form.cleaned_data["period"],
                    given=form.given(),
                    files=forms.given_files(form),
                    reason=form.cleaned_data["reason"],
                )
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, "已报送，审核以后采用。")
                return redirect("figure", pk=made.pk)
        return self.show(title=f"填报：{row.title}", row=row, lead=row.definition.meaning, form=form, status=422)


class ProofFile(Page[Actor]):
    """A file of evidence, for who may see its figure."""

    permission = "indicators.value.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        """Send it."""
        proof = Proof.objects.filter(pk=self.kwargs["pk"]).first()
        if proof is None:
            raise MissingError("没有找到这个文件。")
        access(Reported.objects.all(), self.actor, "indicators.value.view", pk=proof.figure_id)
        return send(request, Stored(name=proof.file, filename=proof.name, digest=proof.sha256))
