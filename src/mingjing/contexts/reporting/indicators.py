"""What indicators of the place came to, as figures of a report: frozen with what they were counted from."""

from datetime import date
from typing import Any

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.indicators.models import Indicator, IndicatorState, Value
from mingjing.contexts.indicators.queries import Progress, progress_of
from mingjing.contexts.reporting.measures import Measured
from mingjing.domain.indicators.judging import shown
from mingjing.domain.reports.blocks import Block, BlockKind

_COLOURS = {"green": "达到", "yellow": "接近", "red": "未达到"}
_COLUMNS = (
    ("unit", "单位"),
    ("period", "期间"),
    ("numerator", "分子"),
    ("denominator", "分母"),
    ("value", "数值"),
    ("judged", "评价"),
)


def indicator_figures(*, place: str, last_on: date, as_of: date) -> tuple[Block | None, list[Measured]]:
    """Return the table of the place's indicators for a period, as they stood on a day, and the figures in it."""
    on = min(last_on, as_of)
    figures: list[Measured] = []
    rows: list[tuple[str, ...]] = []
    for one in Indicator.objects.filter(place=place, state=IndicatorState.ACTIVE).order_by("position", "code"):
        progress = progress_of(one.code, None, on, place=place, told=as_of)
        if progress.value is None:
            continue
        key = f"indicator.{one.code}"
        figures.append(_measured(key, one, progress, as_of))
        rows.append(
            (
                progress.title, progress.period_label, f"{{{key}}}{progress.unit}", progress.target or "—",
                _COLOURS.get(progress.colour.value, "—"),
            )
        )  # fmt: skip
    if not rows:
        return None, []
    columns = ("指标", "期间", "数值", "目标", "评价")
    return Block(kind=BlockKind.TABLE, title="主要指标", columns=columns, rows=tuple(rows)), figures


def _measured(key: str, one: Indicator, progress: Progress, on: date) -> Measured:
    assert progress.value is not None
    rows: list[dict[str, Any]] = [_row("全县（区、市）", progress)]
    units = Value.objects.filter(
        indicator=one, period=progress.period, unit__isnull=False, is_latest=True, as_of__lte=on
    ).select_related("unit")
    rows += [
        {
            "unit": each.unit.name, "period": progress.period_label, "numerator": _plain(each.numerator),
            "denominator": _plain(each.denominator), "value": _plain(each.value),
            "judged": _COLOURS.get(each.colour, "—"), "href": f"/indicators/values/{each.pk}/",
        }
        for each in units.order_by("unit__path")
        if isinstance(each.unit, Unit)
    ]  # fmt: skip
    words = f"指标“{progress.title}”，{progress.period_label}"
    if progress.numerator is not None and progress.denominator is not None:
        words += f"：{_plain(progress.numerator)} ÷ {_plain(progress.denominator)}"
    return Measured(
        key=key, label=progress.title, value=_plain(progress.value), unit=progress.unit, query="indicator",
        params={"code": one.code, "edition": one.number, "period": progress.period, "words": words},
        columns=_COLUMNS, rows=rows,
    )  # fmt: skip


def _row(unit: str, progress: Progress) -> dict[str, Any]:
    return {
        "unit": unit, "period": progress.period_label, "numerator": _plain(progress.numerator),
        "denominator": _plain(progress.denominator), "value": _plain(progress.value),
        "judged": _COLOURS.get(progress.colour.value, "—"), "href": progress.href,
    }  # fmt: skip


def _plain(value: Any) -> str:
    return "" if value is None else shown(value)
