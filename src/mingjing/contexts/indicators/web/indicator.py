"""One indicator: what it is, what it came to, the rows behind each number, how hard a target would be."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.queries import names_of
from mingjing.contexts.indicators import queries
from mingjing.contexts.indicators.models import Indicator, IndicatorState, Value
from mingjing.contexts.indicators.usecases.base import IndicatorsError
from mingjing.contexts.indicators.usecases.behind import rows_behind, table_of
from mingjing.contexts.indicators.usecases.draw import EXAMINED, draw_examinees
from mingjing.contexts.indicators.usecases.report_figures import may_report, may_report_place
from mingjing.contexts.indicators.web import look
from mingjing.contexts.indicators.web.overview import unit_asked
from mingjing.contexts.records.queries import history
from mingjing.contexts.ui.components import Chart, ChartKind, Crumb, Event, Fact, Series
from mingjing.contexts.ui.tables.exports import as_csv, as_xlsx
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.indicators.definitions import Definition, FactsSource, RuleSource
from mingjing.domain.indicators.judging import Figure, Target, difficulty, shown
from mingjing.domain.indicators.periods import period_of
from mingjing.domain.rules.library import rule_of
from mingjing.facts.schema import TABLES

ACTS = {
    "indicators.draft_indicator": "起草",
    "indicators.approve_indicator": "批准",
    "indicators.return_indicator": "退回",
    "indicators.retire_indicator": "停用",
    "indicators.submit_figure": "填报数据",
    "indicators.judge_figure": "审核数据",
    "indicators.draw_examinees": "抽取抽考人员",
}


def definition_facts(row: Indicator, one: Definition) -> list[Fact]:
    """Return what an indicator is, for the reader."""
    facts = [
        Fact(label="含义", value=one.meaning or row.title),
        Fact(label="分子", value=one.numerator or "—"),
        Fact(label="目标", value=one.target_words, note=_target_note(one.target)),
        Fact(label="方向", value=one.direction.label),
        Fact(label="统计周期", value=one.period.label),
        Fact(label="数据来源", value=one.source_kind.label, note=_source_note(one)),
        Fact(label="责任单位", value=row.responsible.name if row.responsible else one.responsible or "—"),
    ]
    if one.denominator:
        facts.insert(2, Fact(label="分母", value=one.denominator))
    if one.plan:
        facts.append(Fact(label="出自", value=one.plan))
    if one.evidence:
        facts.append(Fact(label="佐证材料", value=one.evidence))
    if one.remarks:
        facts.append(Fact(label="备注", value=one.remarks))
    facts.append(Fact(label="定义版次", value=f"第{row.number}版" if row.number else "尚未批准"))
    return facts


def _target_note(target: Target) -> str:
    words = []
    if target.near:
        words.append(f"相差{shown(target.near)}以内为黄色")
    if target.least:
        words.append(f"分母不足{shown(target.least)}不评价")
    if target.accrues:
        words.append("逐步累计，期满前没有达到只显示黄色")
    return "；".join(words)


def _source_note(one: Definition) -> str:
    if isinstance(one.source, RuleSource):
        return f"规则“{rule_of(one.source.rule).title}”（{one.source.rule}）"
    if isinstance(one.source, FactsSource):
        parts = [part for part in (one.source.numerator, one.source.denominator) if part is not None]
        return "、".join(dict.fromkeys(f"“{TABLES[part.table].label}”表{part.measure.label}" for part in parts))
    return ""


class IndicatorPage(Page[Actor]):
    """Definition, basis, values by unit and period."""

    permission, template_name = "indicators.indicator.view", "indicators/indicator.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="指标", href=reverse("indicators"))]

    def context(self) -> dict[str, Any]:
        """Return everything of the indicator that the actor may see."""
        row = queries.indicator(self.actor, self.kwargs["place"], self.kwargs["code"])
        one = row.definition
        may_see = self.actor.may("indicators.value.view")
        values = list(queries.values(self.actor).filter(indicator=row).order_by("starts_on")) if may_see else []
        unit = unit_asked(self.actor, self.request.GET.get("unit", "")) if may_see and not one.place_only else None
        mine = [each for each in values if unit is not None and each.unit_id == unit.pk]
        whole = [each for each in values if each.unit_id is None]
        periods = sorted({each.period for each in values}, reverse=True)
        headline = queries.headline_period(one.period, self.today)
        period = self.request.GET.get("period", "")
        if period not in periods:
            period = headline if headline in periods else next(iter(periods), "")
        there = [each for each in values if each.period == period]
        shown_value = next((each for each in there if each.unit_id == (unit.pk if unit else None)), None)
        acts = history(f"indicator:{row.place}.{row.code}", most=12)
        names = names_of(each.actor for each in acts)
        charts = (
            [look.trend_chart(row, one, mine, whole, (unit.short_name or unit.name) if unit else "")]
            if len(periods) > 1 and (mine or whole)
            else []
        )
        by_unit = [each for each in there if each.unit_id is not None]
        if sum(each.value is not None for each in by_unit) > 1:
            charts.append(look.units_chart(row, one, there))
        return {
            "title": row.title,
            "row": row,
            "state": row.get_state_display() if row.state != IndicatorState.ACTIVE else "",
            "facts": definition_facts(row, one),
            "citations": look.citations(one),
            "period": period,
            "period_label": period_of(period).label if period else "",
            "periods": [(key, period_of(key).label, key == period) for key in periods],
            "unit": unit,
            "units": _units(values),
            "value": value_line(shown_value, one, self.actor) if shown_value else None,
            "lines": [value_line(each, one, self.actor) for each in sorted(there, key=_order)],
            "charts": charts,
            "may_report": bool(may_report(self.actor, row, one)) or may_report_place(self.actor, row, one),
            "may_edit": self.actor.may("indicators.indicator.edit"),
            "may_retire": self.actor.may("indicators.indicator.approve") and row.state == IndicatorState.ACTIVE,
            "may_simulate": self.actor.may("indicators.indicator.edit") and len(by_unit) > 1,
            "may_compute": self.actor.may("indicators.value.compute") and row.state == IndicatorState.ACTIVE,
            "events": [
                Event(
                    at=each.at,
                    title=ACTS.get(each.act, each.act),
                    who=names.get(each.actor, each.actor),
                    text=each.reason,
                )
                for each in acts
            ],
        }


def _units(values: Sequence[Value]) -> list[Unit]:
    found = {each.unit_id: each.unit for each in values if each.unit is not None}
    return sorted(found.values(), key=lambda unit: unit.path)


def _order(each: Value) -> tuple[bool, int, str]:
    grave = ("red", "yellow", "none", "green")
    return (each.unit_id is not None, grave.index(each.colour), each.unit.path if each.unit else "")


def value_line(each: Value, one: Definition, actor: Actor) -> dict[str, Any]:
    """Return a value for a table."""
    return {
        "pk": each.pk,
        "unit": each.unit.name if each.unit else "全地区",
        "text": look.value_text(each, one.unit),
        "parts": f"{shown(each.numerator)} / {shown(each.denominator)}"
        if each.denominator is not None
        else shown(each.numerator),
        "badge": look.badge_of(each.colour),
        "words": each.words,
        "provisional": each.provisional,
        "last_year": shown(each.last_year) if each.last_year is not None else "",
        "as_of": each.as_of,
        "href": reverse("indicator_value", args=[each.pk]) if queries.sees_rows(actor, each) else "",
    }


class ValuePage(Page[Actor]):
    """The rows behind one number, as a table that goes out as a file."""

    permission, template_name = "indicators.value.view", "indicators/value.html"
    SIZE = 100

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        """Show the rows, or send them."""
        value = queries.value(self.actor, self.kwargs["pk"])
        if not queries.sees_rows(self.actor, value):
            raise MissingError("全地区数值的明细只对监督部门开放；请看本单位的数值。")
        rows = rows_behind(value)
        names = _agency_names({row.agency for row in rows.rows})
        form = request.GET.get("as", "")
        title = f"{value.indicator.title}-{value.unit.name if value.unit else '全地区'}-{value.period}"
        if form in ("csv", "xlsx"):
            lines = table_of(rows, names)
            return as_csv(title, lines) if form == "csv" else as_xlsx(title, list(map(str, next(lines))), lines)
        chosen = request.GET.get("counts", "")
        kinds = list(dict.fromkeys(row.counts for row in rows.rows))
        picked = [row for row in rows.rows if not chosen or row.counts == chosen]
        leaf = Paginator(picked, self.SIZE).get_page(request.GET.get("page"))
        one = value.indicator.definition
        return self.show(
            title=value.indicator.title,
            value=value,
            line=value_line(value, one, self.actor),
            facts=self._facts(value, one),
            heads=rows.heads,
            lines=[(row, names.get(row.agency, row.agency)) for row in leaf],
            leaf=leaf,
            cut=rows.cut,
            total=len(rows.rows),
            kinds=[(kind, sum(row.counts == kind for row in rows.rows), kind == chosen) for kind in kinds],
            chosen=chosen,
            has_words=any(row.words for row in rows.rows),
            has_parts=any(row.part for row in rows.rows),
            proofs=list(value.figure.proofs.all()) if value.figure else [],
            may_draw=value.indicator.code == EXAMINED
            and value.is_latest
            and self.actor.may("indicators.value.compute"),
        )

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Draw who is examined next."""
        typed = request.POST.get("count", "")
        count = int(typed) if typed.isdecimal() and len(typed) < 5 else 0
        try:
            found = draw_examinees(actor=self.actor, at=self.now, value=pk, count=count)
        except IndicatorsError as error:
            messages.error(request, error.message)
            return redirect("indicator_value", pk=pk)
        value = queries.value(self.actor, pk)
        names = _agency_names({row.agency for row in found.rows})
        return self.show(
            "indicators/drawn.html",
            title="抽考名单",
            value=value,
            found=found,
            heads=found.heads,
            lines=[(row, names.get(row.agency, row.agency)) for row in found.rows],
        )

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        value = queries.value(self.actor, self.kwargs["pk"])
        row = value.indicator
        return [
            Crumb(label="指标", href=reverse("indicators")),
            Crumb(label=row.title, href=reverse("indicator", args=[row.place, row.code])),
        ]

    def _facts(self, value: Value, one: Definition) -> list[Fact]:
        facts = [
            Fact(label="单位", value=value.unit.name if value.unit else "全地区"),
            Fact(label="统计期", value=period_of(value.period).label),
            Fact(label="数值", value=look.value_text(value, one.unit), note=value.words),
            Fact(label=one.numerator or "分子", value=shown(value.numerator)),
        ]
        if value.denominator is not None:
            facts.append(Fact(label=one.denominator or "分母", value=shown(value.denominator)))
        if value.unknown and value.lowest is not None:
            facts.append(Fact(label="可能的范围", value=f"{shown(value.lowest)}至{shown(value.highest)}{one.unit}"))
        if value.last_year is not None:
            facts.append(Fact(label="上年同期", value=f"{shown(value.last_year)}{one.unit}"))
        if value.average is not None and value.unit is not None:
            facts.append(Fact(label="全地区", value=f"{shown(value.average)}{one.unit}"))
        if value.provisional:
            facts.append(Fact(label="暂定", value=value.provisional))
        if value.figure is not None:
            facts.append(
                Fact(
                    label="填报",
                    value=f"{value.figure.submitted_by_name}，{value.figure.submitted_at:%Y-%m-%d}",
                    note=value.figure.words,
                )
            )
            if value.figure.surveyor or value.figure.sample:
                facts.append(Fact(label="测评", value=f"{value.figure.surveyor}，样本{value.figure.sample or '—'}"))
        facts.append(
            Fact(
                label="数据截至",
                value=value.as_of,
                note="" if value.is_latest else "这是较早的一次计算，现在已有新的数值。",
            )
        )
        return facts


def _agency_names(codes: set[str]) -> dict[str, str]:
    return {unit.code: unit.short_name or unit.name for unit in Unit.objects.filter(code__in=codes)}


class SimulationPage(Page[Actor]):
    """Try a target: how many units would have met it in each past period."""

    permission, template_name = "indicators.indicator.edit", "indicators/simulation.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        row = queries.indicator(self.actor, self.kwargs["place"], self.kwargs["code"])
        return [
            Crumb(label="指标", href=reverse("indicators")),
            Crumb(label=row.title, href=reverse("indicator", args=[row.place, row.code])),
        ]

    def context(self) -> dict[str, Any]:
        """Return by period who would have met the target that the address names."""
        row = queries.indicator(self.actor, self.kwargs["place"], self.kwargs["code"])
        one = row.definition
        typed = self.request.GET.get("target", "")
        target, problem = _tried(one, typed)
        values = queries.values(self.actor).filter(indicator=row, unit__isnull=False).order_by("starts_on")
        by_period: dict[str, list[Figure]] = {}
        for each in values:
            by_period.setdefault(each.period, []).append(figure_of(each))
        averages = {
            each.period: each.value for each in queries.values(self.actor).filter(indicator=row, unit__isnull=True)
        }
        tried = [each for each in difficulty(by_period, target, averages) if each.judged]
        return {
            "title": f"试算目标：{row.title}",
            "row": row,
            "one": one,
            "typed": typed or (str(one.target.value) if one.target.value is not None else ""),
            "problem": problem,
            "relative": one.target.value is None,
            "lines": [
                {
                    "period": period_of(each.period).label,
                    "met": each.met,
                    "judged": each.judged,
                    "left": each.not_evaluated,
                    "share": f"{shown(each.share)}%",
                    "spread": "　".join(
                        shown(number)
                        for number in (each.lowest, each.quarter, each.median, each.three_quarters, each.highest)
                    ),
                }
                for each in tried
            ],
            "chart": Chart(
                name="difficulty",
                title=f"达到“{one.target.comparison.label}{shown(target.value) if target.value is not None else ''}{one.unit if target.value is not None else ''}”的单位占比",
                unit="%",
                labels=[period_of(each.period).label for each in tried],
                label_head="统计期",
                series=[Series(name="达到目标的单位占比", values=[round(float(each.share or 0), 1) for each in tried])],
                kind=ChartKind.BAR,
                summary="只算有评价的单位。",
            ),
        }


def _tried(one: Definition, typed: str) -> tuple[Target, str]:
    if not typed or one.target.value is None:
        return one.target, ""
    try:
        value = Decimal(typed)
    except InvalidOperation:
        return one.target, f"“{typed[:20]}”不是数字。"
    if not value.is_finite():
        return one.target, f"“{typed[:20]}”不是数字。"
    return Target(comparison=one.target.comparison, value=value, least=one.target.least), ""


def figure_of(each: Value) -> Figure:
    """Return a stored value as the domain sees it."""
    return Figure(
        numerator=each.numerator,
        denominator=each.denominator,
        value=each.value,
        lowest=each.lowest,
        highest=each.highest,
        unknown=each.unknown,
        missing=tuple(each.missing),
    )
