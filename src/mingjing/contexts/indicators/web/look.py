"""How indicators look: badges, cards, sparklines, charts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.urls import reverse

from mingjing.contexts.indicators.models import Indicator, Value
from mingjing.contexts.ui.components import Badge, Chart, ChartKind, Series, Tone
from mingjing.domain.indicators.definitions import Definition
from mingjing.domain.indicators.judging import Colour, shown, trend_words
from mingjing.domain.indicators.periods import period_of
from mingjing.law.citations import cite

TONES: Final[Mapping[str, Tone]] = {
    "green": Tone.GOOD,
    "yellow": Tone.ATTENTION,
    "red": Tone.BAD,
    "none": Tone.PLAIN,
}
_WIDTH: Final = 120
_HEIGHT: Final = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An indicator at a glance."""

    title: str
    href: str
    badge: Badge
    tone: str
    value: str
    unit: str
    target: str
    period: str
    words: str
    trend: str
    line: str
    last: tuple[float, float] | None
    category: str
    provisional: str


def badge_of(colour: str) -> Badge:
    """Say a colour in a word."""
    return Badge(text=Colour(colour).label, tone=TONES[colour])


def value_text(value: Value | None, unit: str) -> str:
    """Write a value with its unit; a dash where there is none."""
    if value is None or value.value is None:
        return "未评价"
    return f"{shown(value.value)}{unit}"


def card(row: Indicator, value: Value | None, trend: Sequence[Value], *, unit: str = "") -> Card:
    """Return an indicator's card."""
    one = row.definition
    colour = value.colour if value else "none"
    line, last = sparkline([each for each in trend if each.value is not None])
    href = reverse("indicator", args=[row.place, row.code])
    return Card(
        title=row.title,
        href=f"{href}?unit={unit}" if unit else href,
        badge=badge_of(colour),
        tone=TONES[colour].value,
        value=shown(value.value) if value and value.value is not None else "—",
        unit=one.unit if value and value.value is not None else "",
        target=one.target_words,
        period=period_of(value.period).label if value else "",
        words=value.words if value else "还没有计算。",
        trend=f"比上年同期{trend_words(value.value, value.last_year)}"
        if value and value.value is not None and value.last_year is not None
        else "",
        line=line,
        last=last,
        category=row.category,
        provisional=value.provisional if value else "",
    )


def units_card(row: Indicator, values: Sequence[Value]) -> Card:
    """Return the card of an indicator that is judged unit by unit: how many units met it."""
    told = [each.colour for each in values]
    judged, green = sum(each != "none" for each in told), told.count("green")
    colour = "none" if not judged else "red" if "red" in told else "yellow" if "yellow" in told else "green"
    left = len(told) - judged
    words = f"{told.count('red')}个单位未达标，{told.count('yellow')}个接近" + (f"，{left}个未评价" if left else "")
    one = row.definition
    return Card(
        title=row.title,
        href=reverse("indicator", args=[row.place, row.code]),
        badge=badge_of(colour),
        tone=TONES[colour].value,
        value=f"{green}/{judged}" if judged else "—",
        unit="个单位达标" if judged else "",
        target=one.target_words,
        period=period_of(values[0].period).label if values else "",
        words=f"{words}。" if values else "还没有计算。",
        trend="",
        line="",
        last=None,
        category=row.category,
        provisional="",
    )


def sparkline(values: Sequence[Value]) -> tuple[str, tuple[float, float] | None]:
    """Return the points of a small line, and its last point; nothing where there are fewer than two values."""
    numbers = [float(each.value) for each in values if each.value is not None]
    if len(numbers) < 2:
        return "", None
    low, high = min(numbers), max(numbers)
    span = high - low or 1.0
    step = _WIDTH / (len(numbers) - 1)
    points = [
        (
            round(4 + at * (step - 8 / (len(numbers) - 1)), 1),
            round(_HEIGHT - 4 - (number - low) / span * (_HEIGHT - 8), 1),
        )
        for at, number in enumerate(numbers)
    ]
    return " ".join(f"{x},{y}" for x, y in points), points[-1]


def trend_chart(row: Indicator, one: Definition, mine: Sequence[Value], whole: Sequence[Value], name: str) -> Chart:
    """Draw values by period: of a unit and of the whole place, with the target where it is a number."""
    periods = sorted({each.period for each in (*mine, *whole)})
    by_mine = {each.period: each for each in mine}
    by_whole = {each.period: each for each in whole}
    series = []
    if mine:
        series.append(Series(name=name, values=[_number(by_mine.get(period)) for period in periods]))
    if whole:
        series.append(Series(name="全地区", values=[_number(by_whole.get(period)) for period in periods]))
    if one.target.value is not None:
        series.append(Series(name="目标", values=[float(one.target.value)] * len(periods)))
    return Chart(
        name="trend",
        title=f"{row.title}：各期",
        unit=one.unit,
        labels=[period_of(period).label for period in periods],
        label_head="统计期",
        series=series,
        kind=ChartKind.LINE,
        summary=f"目标{one.target_words}。没有评价的统计期留空。",
        tones={"目标": Tone.BAD},
    )


def units_chart(row: Indicator, one: Definition, values: Sequence[Value]) -> Chart:
    """Draw units side by side in one period, the best first."""
    told = sorted(
        (each for each in values if each.value is not None and each.unit), key=lambda each: -float(each.value or 0)
    )
    return Chart(
        name="units",
        title=f"{row.title}：各单位",
        unit=one.unit,
        labels=[(each.unit.short_name or each.unit.name) if each.unit else "" for each in told],
        label_head="单位",
        series=[Series(name=row.title, values=[_number(each) for each in told])],
        kind=ChartKind.BAR_ACROSS,
        summary=f"{len(told)}个单位有数据，目标{one.target_words}。",
    )


def _number(value: Value | None) -> float | None:
    return None if value is None or value.value is None else round(float(value.value), 2)


def citations(one: Definition) -> list[tuple[str, str, str]]:
    """Return the basis: reference, how it is called, what it says in our words."""
    return [(reference, cite(reference).label, cite(reference).gist) for reference in one.citation]
