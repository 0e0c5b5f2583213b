"""
What a number means: the figure with its bounds, its colour against the target, and the words for the gap.

A figure that data leave open is judged only where every way of filling the blanks gives the same colour. No rows at all
are never a hundred percent, nor zero: they are *not evaluated*.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Final

HUNDRED: Final = Decimal(100)
_SHOWN: Final = Decimal("0.01")


class Comparison(StrEnum):
    """How a target is meant."""

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    EQUAL = "equal"
    ABOVE_LAST_YEAR = "above_last_year"
    BELOW_LAST_YEAR = "below_last_year"
    AT_MOST_AVERAGE = "at_most_average"
    WATCHED = "watched"

    @property
    def label(self) -> str:
        """The word that the reader sees."""
        return _COMPARISONS[self]

    @property
    def is_relative(self) -> bool:
        """Whether the target is another figure, not a number."""
        return self in (Comparison.ABOVE_LAST_YEAR, Comparison.BELOW_LAST_YEAR, Comparison.AT_MOST_AVERAGE)


_COMPARISONS: Final = MappingProxyType(
    {
        Comparison.AT_LEAST: "不低于",
        Comparison.AT_MOST: "不高于",
        Comparison.EQUAL: "等于",
        Comparison.ABOVE_LAST_YEAR: "高于上年同期",
        Comparison.BELOW_LAST_YEAR: "低于上年同期",
        Comparison.AT_MOST_AVERAGE: "不高于全地区平均",
        Comparison.WATCHED: "只作观察",
    }
)


class Form(StrEnum):
    """How numerator and denominator make the figure."""

    NUMBER = "number"
    PERCENT = "percent"
    RATIO = "ratio"
    DIFFERENCE = "difference"

    @property
    def label(self) -> str:
        """The word that the reader sees."""
        return {"number": "数值", "percent": "百分比", "ratio": "比值", "difference": "差"}[self.value]


class Colour(StrEnum):
    """Red, yellow, green; or nothing, where nothing can be said."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NONE = "none"

    @property
    def label(self) -> str:
        """The word that the reader sees."""
        return {"green": "达标", "yellow": "接近", "red": "未达标", "none": "未评价"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    What is to be reached. ``near``: so far from it, in the figure's unit, is yellow still.

    ``least``: a denominator below it is too small to judge a unit by. ``accrues``: the figure grows until the period
    ends, so that falling short before is no failure yet.
    """

    comparison: Comparison
    value: Decimal | None = None
    near: Decimal = Decimal(0)
    least: Decimal = Decimal(0)
    accrues: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """
    A figure: numerator, denominator where the form has one, and how many rows may yet change it.

    ``lowest`` and ``highest`` bound the value over all ways of filling the blanks; ``None`` where nothing bounds it.
    """

    numerator: Decimal | None = None
    denominator: Decimal | None = None
    value: Decimal | None = None
    lowest: Decimal | None = None
    highest: Decimal | None = None
    unknown: int = 0
    missing: tuple[str, ...] = ()

    @property
    def is_evaluated(self) -> bool:
        """Whether there is a value at all."""
        return self.value is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a figure is compared with: the same period a year before, the whole place, and whether the period is over."""

    last_year: Decimal | None = None
    average: Decimal | None = None
    is_over: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The colour, what is missing to the target in the figure's unit, and words for both."""

    colour: Colour
    words: str
    gap: Decimal | None = None


def not_evaluated(*missing: str) -> Figure:
    """Return the figure of which nothing is known."""
    return Figure(missing=missing)


def made(form: Form, numerator: Decimal, denominator: Decimal | None, none_there: str) -> Figure:
    """
    Make a figure of what is known for certain.

    ``none_there`` says what lacks where the denominator is zero.
    """
    if form is Form.NUMBER:
        return Figure(numerator=numerator, value=numerator, lowest=numerator, highest=numerator)
    if denominator is None:
        return not_evaluated(none_there)
    if form is Form.DIFFERENCE:
        value = numerator - denominator
    elif denominator == 0:
        return Figure(numerator=numerator, denominator=denominator, missing=(none_there,))
    else:
        value = numerator / denominator * (HUNDRED if form is Form.PERCENT else 1)
    return Figure(numerator=numerator, denominator=denominator, value=value, lowest=value, highest=value)


def share(met: int, rows: int, unknown: int, none_there: str) -> Figure:
    """Make the figure of a share in which some rows are not known: they may all meet, or none."""
    if rows == 0:
        return Figure(
            numerator=Decimal(0) if not unknown else None,
            denominator=Decimal(0) if not unknown else None,
            unknown=unknown,
            missing=(f"{unknown}条还不能判断（未到期或者内容不全）" if unknown else none_there,),
        )
    most = rows + unknown
    return Figure(
        numerator=Decimal(met),
        denominator=Decimal(rows),
        value=HUNDRED * met / rows,
        lowest=HUNDRED * met / most,
        highest=HUNDRED * (met + unknown) / most,
        unknown=unknown,
    )


def judge(figure: Figure, target: Target, around: Around, unit: str = "") -> Judgement:
    """Give the colour of a figure; nothing is green, yellow or red that the data leave open."""
    if figure.value is None:
        return Judgement(colour=Colour.NONE, words="未评价：" + ("；".join(figure.missing) or "没有数据") + "。")
    if target.comparison is Comparison.WATCHED:
        return Judgement(colour=Colour.NONE, words="只作观察，不定目标。")
    if figure.denominator is not None and figure.denominator < target.least:
        return Judgement(
            colour=Colour.NONE, words=f"分母{shown(figure.denominator)}，少于{shown(target.least)}，不足以评价。"
        )
    wanted = _wanted(target, around)
    if wanted is None:
        lacks = "没有全地区平均值" if target.comparison is Comparison.AT_MOST_AVERAGE else "没有上年同期数"
        return Judgement(colour=Colour.NONE, words=f"{lacks}，无法比较。")
    bounds = {figure.value, figure.lowest, figure.highest} if figure.unknown else {figure.value}
    if None in bounds:
        return Judgement(
            colour=Colour.NONE, words=f"有{figure.unknown}条还不能判断（未到期或者内容不全），数值未定，不作评价。"
        )
    colours = {_colour(one, wanted, target) for one in bounds if one is not None}
    if len(colours) > 1:
        return Judgement(
            colour=Colour.NONE,
            words=f"有{figure.unknown}条还不能判断（未到期或者内容不全），达标与否未定，暂不评价。",
        )
    return _told(colours.pop(), figure, wanted, target, around, unit)


def _told(colour: Colour, figure: Figure, wanted: Decimal, target: Target, around: Around, unit: str) -> Judgement:
    assert figure.value is not None
    gap = abs(figure.value - wanted)
    if colour is Colour.GREEN:
        return Judgement(colour=colour, words=f"达到目标：{_aim(target, wanted, unit)}。", gap=Decimal(0))
    words = f"目标{_aim(target, wanted, unit)}，差{shown(gap)}{_gap_unit(unit)}"
    if more := _count_missing(figure, target, wanted, unit):
        words += f"，{more}"
    if target.accrues and not around.is_over:
        return Judgement(colour=Colour.YELLOW, words=f"{words}；本期尚未结束。", gap=gap)
    return Judgement(colour=colour, words=f"{words}。", gap=gap)


def _aim(target: Target, wanted: Decimal, unit: str) -> str:
    if target.comparison.is_relative:
        return f"{target.comparison.label}（{shown(wanted)}{unit}）"
    return f"{target.comparison.label}{shown(wanted)}{unit}"


def _gap_unit(unit: str) -> str:
    return "个百分点" if unit == "%" else unit


def _count_missing(figure: Figure, target: Target, wanted: Decimal, unit: str) -> str:
    """Say how many more would do: 2 of 41 at five percent need 3."""
    if unit != "%" or figure.numerator is None or figure.denominator is None:
        return ""
    needed = wanted * figure.denominator / HUNDRED
    if target.comparison in (Comparison.AT_LEAST, Comparison.EQUAL) and figure.numerator < needed:
        whole = needed.to_integral_value(ROUND_CEILING)
        return f"需达到{whole}，还差{whole - figure.numerator}"
    if target.comparison is Comparison.AT_MOST and figure.numerator > needed:
        whole = needed.to_integral_value(ROUND_FLOOR)
        return f"不得超过{whole}，多{figure.numerator - whole}"
    return ""


def _wanted(target: Target, around: Around) -> Decimal | None:
    match target.comparison:
        case Comparison.ABOVE_LAST_YEAR | Comparison.BELOW_LAST_YEAR:
            return around.last_year
        case Comparison.AT_MOST_AVERAGE:
            return around.average
        case _:
            return target.value


def _colour(value: Decimal, wanted: Decimal, target: Target) -> Colour:
    match target.comparison:
        case Comparison.AT_LEAST:
            short = wanted - value
        case Comparison.AT_MOST | Comparison.AT_MOST_AVERAGE:
            short = value - wanted
        case Comparison.ABOVE_LAST_YEAR:
            short = wanted - value if value != wanted else target.near or Decimal(1)
        case Comparison.BELOW_LAST_YEAR:
            # there is nothing below naught to fall to
            equal = Decimal(0) if value == 0 else target.near or Decimal(1)
            short = value - wanted if value != wanted else equal
        case _:
            short = abs(value - wanted)
    if short <= 0:
        return Colour.GREEN
    return Colour.YELLOW if short <= target.near else Colour.RED


def change(value: Decimal | None, before: Decimal | None) -> Decimal | None:
    """Return by how many percent a value changed; ``None`` where there is nothing to compare with."""
    if value is None or before is None or before == 0:
        return None
    return (value - before) / abs(before) * HUNDRED


def trend_words(value: Decimal | None, before: Decimal | None) -> str:
    """Say whether a value rose or fell."""
    if value is None or before is None:
        return "没有上年同期数"
    if value == before:
        return "持平"
    moved = change(value, before)
    verb = "上升" if value > before else "下降"
    return verb if moved is None else f"{verb}{shown(abs(moved))}%"


def shown(value: Decimal | None) -> str:
    """Write a number for the reader: two places at most, none that are naught."""
    if value is None:
        return "—"
    rounded = value.quantize(_SHOWN, ROUND_HALF_UP)
    return f"{rounded:f}".rstrip("0").rstrip(".") if rounded % 1 else f"{rounded:.0f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difficulty:
    """How hard a target would have been in one past period: who was judged, who had met it, how the values lay."""

    period: str
    judged: int
    met: int
    not_evaluated: int
    lowest: Decimal | None
    quarter: Decimal | None
    median: Decimal | None
    three_quarters: Decimal | None
    highest: Decimal | None

    @property
    def share(self) -> Decimal | None:
        """The share of judged units that would have met the target, in percent."""
        return HUNDRED * self.met / self.judged if self.judged else None


def difficulty(
    history: Mapping[str, Sequence[Figure]], target: Target, averages: Mapping[str, Decimal | None] | None = None
) -> list[Difficulty]:
    """
    Try a target on past figures, by period: how many units would have met it, and how their values lay.

    Units without a figure, and those that cannot be judged, count as not evaluated.
    """
    made_of = []
    for period, figures in history.items():
        around = Around(average=(averages or {}).get(period))
        colours = [judge(one, target, around).colour for one in figures]
        values = sorted(
            one.value
            for one, colour in zip(figures, colours, strict=True)
            if one.value is not None and colour != "none"
        )
        made_of.append(
            Difficulty(
                period=period,
                judged=len(values),
                met=sum(one is Colour.GREEN for one in colours),
                not_evaluated=len(figures) - len(values),
                lowest=_quantile(values, 0),
                quarter=_quantile(values, 1),
                median=_quantile(values, 2),
                three_quarters=_quantile(values, 3),
                highest=_quantile(values, 4),
            )
        )
    return made_of


def _quantile(values: Sequence[Decimal], fourths: int) -> Decimal | None:
    if not values:
        return None
    whole, rest = divmod((len(values) - 1) * fourths, 4)
    if not rest:
        return values[whole]
    return values[whole] + (values[whole + 1] - values[whole]) * rest / 4
