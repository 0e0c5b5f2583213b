"""The overview, the matrix, the comparison of periods, the goal board."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.indicators import queries
from mingjing.contexts.indicators.models import Indicator, IndicatorState, Value
from mingjing.contexts.indicators.usecases.define import SETS
from mingjing.contexts.indicators.web import look
from mingjing.contexts.ui.components import Crumb, Tab
from mingjing.contexts.ui.tables.exports import as_csv, as_xlsx
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.indicators.judging import Colour, shown, trend_words
from mingjing.domain.indicators.periods import PeriodKind, period_of


def tabs(actor: Actor, current: str) -> list[Tab]:
    """Return the parts of the room that the actor may see."""
    parts = [
        ("indicators", "总览", "indicators.indicator.view"),
        ("indicator_matrix", "单位对比", "indicators.value.view"),
        ("indicator_goals", "目标看板", "indicators.indicator.view"),
        ("figures", "填报数据", "indicators.value.view"),
        ("surveys", "满意度问卷", "indicators.survey.view"),
        ("editions", "指标定义", "indicators.indicator.view"),
        ("snapshots", "计算记录", "indicators.value.view"),
    ]
    return [
        Tab(label=label, href=reverse(name), current=name == current) for name, label, may in parts if actor.may(may)
    ]


def unit_asked(actor: Actor, code: str) -> Unit | None:
    """Return the unit that the address names, if the actor may see its values; else the only one that it may see."""
    units = queries.units_with_values(actor) if actor.may("indicators.value.view") else []
    found = next((unit for unit in units if unit.code == code), None)
    scope = actor.scope("indicators.value.view")
    if found is None and units and not (scope.places or scope.everything):
        own = [unit for unit in units if unit.path == actor.unit_path]
        return (own or units)[0]
    return found


class IndicatorsPage(Page[Actor]):
    """All indicators at a glance: red, yellow, green, each with its trend."""

    permission, title, template_name = "indicators.indicator.view", "指标", "indicators/overview.html"

    def context(self) -> dict[str, Any]:
        """Return the cards by category."""
        may_see = self.actor.may("indicators.value.view")
        unit = unit_asked(self.actor, self.request.GET.get("unit", ""))
        rows = list(queries.indicators(self.actor).filter(state=IndicatorState.ACTIVE))
        chosen = self.request.GET.get("set", "indicators")
        if any(row.sets for row in rows):
            rows = [row for row in rows if chosen in row.sets or (chosen not in SETS and not row.sets)]
        values = queries.headlines(self.actor, self.today, unit=unit) if may_see else {}
        trends = queries.trends(self.actor, unit=unit) if may_see else {}
        if unit is not None:
            rows = [row for row in rows if row.pk in values or row.pk in trends]
        code = unit.code if unit else ""
        each_unit = queries.headlines_of_units(self.actor, self.today) if may_see and unit is None else {}
        cards = [
            look.units_card(row, each_unit.get(row.pk, []))
            if unit is None and row.definition.units_only
            else look.card(row, values.get(row.pk), trends.get(row.pk, []), unit=code)
            for row in rows
        ]
        colour = self.request.GET.get("colour", "")
        counts = {one.value: sum(each.tone == look.TONES[one.value] for each in cards) for one in Colour}
        if colour in counts:
            cards = [each for each in cards if each.tone == look.TONES[colour]]
        latest = queries.snapshots(self.actor).first() if may_see else None
        return {
            "cards": sorted(cards, key=_category),
            "figures": [(one.value, one.label, counts[one.value], look.TONES[one.value].value) for one in Colour],
            "colour": colour,
            "unit": unit,
            "units": queries.units_with_values(self.actor) if may_see else [],
            "sets": [(name, label, name == chosen) for name, label in (*SETS.items(), ("own", "自定指标"))],
            "chosen": chosen,
            "latest": latest,
            "tabs": tabs(self.actor, "indicators"),
            "may_compute": self.actor.may("indicators.value.compute"),
            "may_edit": self.actor.may("indicators.indicator.edit"),
            "empty": not rows,
        }


def _category(each: look.Card) -> str:
    return each.category or "其他"


class MatrixPage(Page[Actor]):
    """Units against indicators; what is shown goes out as a file too."""

    permission, title, template_name = "indicators.value.view", "单位对比", "indicators/matrix.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        """Show the table, or send it."""
        given = self.context()
        form = request.GET.get("as", "")
        if form in ("csv", "xlsx"):
            head = ["单位", *(row.title for row in given["columns"])]
            lines = [[name, *(cell["text"] for cell in cells)] for name, _, cells in given["rows"]]
            return as_csv("单位对比", [head, *lines]) if form == "csv" else as_xlsx("单位对比", head, lines)
        return self.show(**given)

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="指标", href=reverse("indicators"))]

    def context(self) -> dict[str, Any]:
        """Return the matrix of the headline values."""
        category = self.request.GET.get("category", "")
        rows = [
            row
            for row in queries.indicators(self.actor).filter(state=IndicatorState.ACTIVE)
            if not row.definition.place_only
        ]
        categories = sorted({row.category for row in rows if row.category})
        columns = [row for row in rows if not category or row.category == category]
        wanted = {kind.value: queries.headline_period(kind, self.today) for kind in PeriodKind}
        found = {
            (value.unit_id, value.indicator_id): value
            for value in queries.values(self.actor).filter(
                indicator__in=[row.pk for row in columns], period__in=set(wanted.values())
            )
            if value.period == wanted.get(value.indicator.period)
        }
        units: list[Unit | None] = [None, *queries.units_with_values(self.actor)]
        lines = []
        for unit in units:
            cells = [self._cell(found.get((unit.pk if unit else None, row.pk))) for row in columns]
            if any(cell["value"] for cell in cells):
                name = (unit.short_name or unit.name) if unit else "全地区"
                lines.append((name, unit.code if unit else "", cells))
        shown_columns = [at for at, _ in enumerate(columns) if any(cells[at]["value"] for _, _, cells in lines)]
        return {
            "columns": [columns[at] for at in shown_columns],
            "periods": [period_of(wanted[columns[at].period]).label for at in shown_columns],
            "rows": [(name, code, [cells[at] for at in shown_columns]) for name, code, cells in lines],
            "categories": [(one, one == category) for one in categories],
            "category": category,
            "tabs": tabs(self.actor, "indicator_matrix"),
        }

    def _cell(self, value: Value | None) -> dict[str, Any]:
        if value is None:
            return {"value": None, "text": "", "tone": "plain", "href": ""}
        return {
            "value": value,
            "text": shown(value.value) if value.value is not None else "未评价",
            "tone": look.TONES[value.colour].value,
            "href": reverse("indicator_value", args=[value.pk]) if queries.sees_rows(self.actor, value) else "",
            "words": value.words,
        }


@cache
def goals() -> list[dict[str, Any]]:
    """Return the goals of the plans, each with the indicators behind it."""
    text = files("mingjing.contexts.indicators").joinpath("data", "goals.yaml").read_text("utf-8")
    read: list[dict[str, Any]] = yaml.safe_load(text)
    return read


class GoalsPage(Page[Actor]):
    """The goals that plans set for a day, each backed by indicators; one without a value says so."""

    permission, title, template_name = "indicators.indicator.view", "目标看板", "indicators/goals.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="指标", href=reverse("indicators"))]

    def context(self) -> dict[str, Any]:
        """Return each plan's goals with what their indicators say."""
        rows = {row.code: row for row in queries.indicators(self.actor).filter(state=IndicatorState.ACTIVE)}
        trends = queries.trends(self.actor) if self.actor.may("indicators.value.view") else {}
        return {"boards": [_board(each, rows, trends) for each in goals()], "tabs": tabs(self.actor, "indicator_goals")}


def _board(board: dict[str, Any], rows: dict[str, Indicator], trends: dict[int, list[Value]]) -> dict[str, Any]:
    return {
        "plan": board["plan"],
        "due": board["due"],
        "goals": [
            {
                "title": goal["title"],
                "lines": [_goal_line(rows.get(code), trends) for code in goal.get("indicators", [])],
            }
            for goal in board["goals"]
        ],
    }


def _goal_line(row: Indicator | None, trends: dict[int, list[Value]]) -> dict[str, Any]:
    told: Sequence[Value] = [each for each in trends.get(row.pk, []) if each.value is not None] if row else []
    if row is None or not told:
        return {"title": row.title if row else "没有对应的指标", "href": "", "text": "", "badge": None, "moved": ""}
    last = told[-1]
    before = told[-2] if len(told) > 1 else None
    moved = ""
    if before is not None and last.value is not None and before.value is not None:
        difference = last.value - before.value
        sign = "+" if difference > 0 else ""
        moved = f"比上期{sign}{shown(difference)}，{'上升' if difference > 0 else '下降' if difference < 0 else '持平'}"
    return {
        "title": row.title,
        "href": reverse("indicator", args=[row.place, row.code]),
        "text": f"{shown(last.value)}{row.definition.unit}（{period_of(last.period).label}）",
        "badge": look.badge_of(last.colour),
        "moved": moved or trend_words(last.value, last.last_year),
    }


class PeriodsFile(Page[Actor]):
    """All values that the actor may see, as a file."""

    permission = "indicators.value.view"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse | HttpResponseBase:  # type: ignore[override]
        """Send them."""
        rows = queries.values(self.actor).order_by("indicator__position", "period", "unit__path")
        code = request.GET.get("indicator", "")
        if code:
            rows = rows.filter(indicator__code=code)
        head = [
            "指标",
            "编号",
            "单位",
            "统计期",
            "数值",
            "分子",
            "分母",
            "评价",
            "说明",
            "暂定原因",
            "缺少",
            "上年同期",
            "全地区",
            "数据截至",
            "计算时间",
        ]
        lines = ([*_line(row)] for row in rows.iterator(2000))
        if request.GET.get("as") == "xlsx":
            return as_xlsx("指标数值", head, lines)
        return as_csv("指标数值", _with_head(head, lines))


def _with_head(head: list[str], lines: Any) -> Any:
    yield head
    yield from lines


def _line(row: Value) -> tuple[object, ...]:
    return (
        row.indicator.title,
        row.indicator.code,
        row.unit.name if row.unit else "全地区",
        row.period,
        row.value,
        row.numerator,
        row.denominator,
        Colour(row.colour).label,
        row.words,
        row.provisional,
        "；".join(row.missing),
        row.last_year,
        row.average,
        row.as_of,
        row.computed_at,
    )
