"""What the indicators room tells the rooms beneath it: menu, to-dos, numbers, jobs, counts, who writes facts."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from django.urls import reverse

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.cases.usecases.export_facts import export_cases
from mingjing.contexts.indicators import background, counts, queries
from mingjing.contexts.indicators.models import (
    Indicator,
    IndicatorState,
    Reported,
    SchemeState,
    Value,
)
from mingjing.contexts.indicators.usecases.compute import due_on
from mingjing.contexts.indicators.usecases.report_figures import may_report, may_report_place
from mingjing.contexts.registry.usecases.export_facts import export_registry
from mingjing.contexts.ui import navigation
from mingjing.contexts.ui.components import Tone
from mingjing.contexts.work import fact_exporters, figures, search, todos
from mingjing.domain.indicators.periods import period_of, period_on

WARN_DAYS: Final = 15
"""Units are told of a figure from the period's end on, and so long before its last day; convenience, not law."""
_MOST: Final = 20


def register() -> None:
    """Register everything, when the platform starts."""
    background.register()
    counts.register_all()
    fact_exporters.register("registry", "主体和人员台账", export_registry)
    fact_exporters.register("cases", "本平台案件", export_cases)
    navigation.register(
        navigation.Entry(
            label="指标",
            url_name="indicators",
            permission="indicators.indicator.view",
            group="监督",
            order=76,
            icon="chart-histogram",
        ),
        navigation.Entry(
            label="考评", url_name="schemes", permission="indicators.scheme.view", group="监督", order=77, icon="medal"
        ),
        navigation.Entry(
            label="数据包",
            url_name="deliveries",
            permission="indicators.delivery.view",
            group="监督",
            order=78,
            icon="database-import",
        ),
    )
    todos.register(_figures_due)
    todos.register(_figures_waiting)
    todos.register(_editions_waiting)
    todos.register(_red)
    todos.register(_appraisals)
    figures.register(_figures)
    search.register("indicator", "指标", "indicators.indicator.view", _indicators)


def _figures_due(actor: Actor, today: date) -> Iterable[todos.Todo]:
    """Figures of the period that is over: due until a day, late afterwards."""
    if not actor.may("indicators.figure.submit"):
        return
    rows = queries.indicators(actor).filter(state=IndicatorState.ACTIVE, source="reported")
    mine = list(rows)
    there: set[tuple[int, int | None, str]] = set(
        Reported.objects.filter(indicator__in=[row.pk for row in mine], replaced=False)
        .exclude(state="returned")
        .values_list("indicator_id", "unit_id", "period")
    )
    for row in mine:
        one = row.definition
        period = period_on(one.period, today).earlier()
        units = [] if one.place_only else may_report(actor, row, one)
        lacking: list[Unit | None]
        if one.place_only:
            whole = may_report_place(actor, row, one) and (row.pk, None, period.key) not in there
            lacking = [None] if whole else []
        elif len(units) > _MOST:
            # who keeps all is not told of each; the units are told of their own
            continue
        else:
            lacking = [unit for unit in units if (row.pk, unit.pk, period.key) not in there]
        for unit in lacking:
            code = unit.code if unit else ""
            yield todos.Todo(
                title=f"填报{period.label}“{row.title}”" + (f"：{unit.short_name or unit.name}" if unit else ""),
                href=f"{reverse('figure_new', args=[row.place, row.code])}?unit={code}&period={period.key}",
                kind="指标",
                due_on=due_on(one, period),
                why=f"指标定义：期末后{(due_on(one, period) - period.last).days}日以内填报，附{one.evidence or '佐证材料'}。",
            )


def _figures_waiting(actor: Actor, _today: date) -> Iterable[todos.Todo]:
    if not actor.may("indicators.figure.judge"):
        return
    for row in queries.figures_waiting(actor)[:100]:
        yield todos.Todo(
            title=f"审核填报数据：{row.indicator.title}，{row.unit.short_name or row.unit.name if row.unit else '全地区'}",
            href=reverse("figure", args=[row.pk]),
            kind="指标",
            why=f"{row.submitted_by_name}于{row.submitted_at:%Y-%m-%d}填报，{period_of(row.period).label}。",
        )


def _editions_waiting(actor: Actor, _today: date) -> Iterable[todos.Todo]:
    if not actor.may("indicators.indicator.approve"):
        return
    count = queries.editions_waiting(actor).exclude(made_by=actor.code).count()
    if count:
        yield todos.Todo(
            title=f"批准指标定义：{count}项",
            href=reverse("editions"),
            kind="指标",
            why="他人起草的指标，批准以后才计算。",
        )


def _red(actor: Actor, today: date) -> Iterable[todos.Todo]:
    """A unit's red indicators, for who answers for the unit: once for each unit."""
    if not actor.may("indicators.objection.submit"):
        return
    scope = actor.scope("indicators.objection.submit")
    rows = Value.objects.filter(scope.condition(Value.scope_fields), is_latest=True, colour="red", unit__isnull=False)
    red: dict[int, list[Value]] = {}
    for row in rows.select_related("indicator", "unit"):
        if row.period == queries.headline_period(row.indicator.definition.period, today):
            red.setdefault(row.unit_id or 0, []).append(row)
    for found in red.values():
        unit = found[0].unit
        assert unit is not None
        names = "、".join(row.indicator.title for row in found[:4])
        yield todos.Todo(
            title=f"{unit.short_name or unit.name}有{len(found)}项指标未达标",
            href=f"{reverse('indicators')}?unit={unit.code}",
            kind="指标",
            why=f"{names}{'等' if len(found) > 4 else ''}。点开看差在哪些记录。",
        )


def _appraisals(actor: Actor, today: date) -> Iterable[todos.Todo]:
    if actor.may("indicators.scheme.edit"):
        for scheme in queries.schemes(actor).filter(state=SchemeState.SCORED):
            waiting = scheme.objections.filter(answered_at__isnull=True).count()
            if waiting:
                yield todos.Todo(
                    title=f"答复考评异议：{scheme.title}，{waiting}件",
                    href=reverse("scheme", args=[scheme.code]),
                    kind="考评",
                    due_on=scheme.objections_until,
                    why="全部答复以后才能公布结果。",
                )
    if actor.may("indicators.objection.submit"):
        for scheme in queries.schemes(actor).filter(state=SchemeState.SCORED, objections_until__gte=today):
            if queries.scores(actor, scheme).exists():
                yield todos.Todo(
                    title=f"核对考评得分：{scheme.title}",
                    href=reverse("scheme", args=[scheme.code]),
                    kind="考评",
                    due_on=scheme.objections_until,
                    why="对得分有异议的，在截止日以前提出。",
                )


def _figures(actor: Actor, today: date) -> Iterable[figures.Figure]:
    if not actor.may("indicators.value.view"):
        return
    found = queries.headlines(actor, today).values()
    red = sum(row.colour == "red" for row in found)
    if red:
        yield figures.Figure(label="未达标指标", value=red, href=f"{reverse('indicators')}?colour=red", tone=Tone.BAD)


def _indicators() -> Iterator[search.Document]:
    for row in Indicator.objects.iterator():
        yield document_of(row)


def document_of(row: Indicator) -> search.Document:
    """Say as what an indicator is found."""
    one = row.definition
    return search.Document(
        key=f"{row.place}.{row.code}",
        title=row.title,
        text=f"{one.meaning} {one.plan}",
        href=f"/indicators/{row.place}/{row.code}/",
        place=row.place,
    )
