"""
Ranges of fines: fixed amounts, multiples of a base (illegal gains, value of goods), amounts per unit.

以上 and 以下 include their number, 不满 and 超过 do not. Amounts are whole fen, multiples are exact fractions.

Source: 民法典第一千二百五十九条, by analogy, for 以上 and 以下.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor
from typing import Final

from mingjing.kernel.errors import DomainError
from mingjing.kernel.money import fen_of, in_yuan


class Measure(StrEnum):
    """How a fine is measured."""

    FIXED = "fixed"
    MULTIPLE = "multiple"
    PER_UNIT = "per_unit"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return {"fixed": "固定数额", "multiple": "倍数", "per_unit": "按计量单位"}[self.value]


class UnreadableRangeError(DomainError):
    """A range of fines cannot be read, or is none."""

    code = "discretion.unreadable_range"


class MissingBaseError(DomainError):
    """A fine is a multiple of something, or so much per unit, and the case does not say how much or how many."""

    code = "discretion.missing_base"


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """
    A range of fines. ``low`` and ``high`` are fen (fixed, per unit) or multiples; ``high`` is ``None`` without a cap.

    ``of`` names the base of a multiple (违法所得) or the unit (平方米). An open end does not belong to the range.
    """

    measure: Measure = Measure.FIXED
    low: Fraction = Fraction(0)
    high: Fraction | None = None
    low_open: bool = False
    high_open: bool = False
    of: str = ""

    def __post_init__(self) -> None:
        if self.low < 0:
            raise UnreadableRangeError("罚款的下限不能小于零。")
        if self.high is not None and self.high < self.low:
            raise UnreadableRangeError(f"罚款的上限{self._number(self.high)}小于下限{self._number(self.low)}。")
        if self.measure is not Measure.FIXED and not self.of:
            raise UnreadableRangeError("按倍数或者计量单位计算的罚款，要写明以什么计算，例如违法所得、平方米。")
        if self.measure is Measure.FIXED and any(one.denominator != 1 for one in self._ends()):
            raise UnreadableRangeError("罚款数额精确到分为止。")

    @property
    def label(self) -> str:
        """Write it as a list does: 1,000元以上3,000元以下, 违法所得1倍以上5倍以下."""
        of = self.of if self.measure is Measure.MULTIPLE else f"每{self.of}" if self.of else ""
        if self.high is not None and self.low == self.high:
            return f"{of}{self._number(self.low)}"
        low = f"{'超过' if self.low_open else ''}{self._number(self.low)}{'' if self.low_open else '以上'}"
        if self.high is None:
            return f"{of}{low}"
        high = f"{'不满' if self.high_open else ''}{self._number(self.high)}{'' if self.high_open else '以下'}"
        return f"{of}{high}" if self.low == 0 and not self.low_open else f"{of}{low}{high}"

    def comparable(self, other: "Range") -> bool:
        """Say whether both are measured alike: only then does one lie within the other or not."""
        return self.measure is other.measure and self.of == other.of

    def within(self, outer: "Range") -> bool:
        """Say whether every fine of this range is one of ``outer``; ranges measured differently are not within."""
        if not self.comparable(outer):
            return False
        if self.low < outer.low or (self.low == outer.low and outer.low_open and not self.low_open):
            return False
        if outer.high is None:
            return True
        if self.high is None or self.high > outer.high:
            return False
        return not (self.high == outer.high and outer.high_open and not self.high_open)

    def contains(self, amount: Fraction | int) -> bool:
        """Say whether an amount (or a multiple) belongs to the range."""
        if amount < self.low or (amount == self.low and self.low_open):
            return False
        return self.high is None or amount < self.high or (amount == self.high and not self.high_open)

    def for_base(self, amount: int | None) -> "Range":
        """
        Return the range in fen: multiples of ``amount`` fen, or so much for ``amount`` units; a fixed one as it is.

        The lower end is rounded up and the upper end down to whole fen, so that no fen lies outside the law.

        :raises MissingBaseError: if the amount is needed and not given
        """
        if self.measure is Measure.FIXED:
            return self
        if amount is None:
            raise MissingBaseError(f"罚款按{self.of}计算，请先填写{self.of}的数额。", base=self.of)
        low, high = self.low * amount, None if self.high is None else self.high * amount
        least = Fraction(ceil(low))
        most = None if high is None else max(Fraction(floor(high)), least)
        return Range(
            low=least,
            high=most,
            low_open=self.low_open and least == low,
            high_open=self.high_open and most == high and most != least,
        )

    def lower_part(self, percent: int) -> "Range":
        """Return the lower ``percent`` of the range, both ends kept in whole fen; an uncapped range as it is."""
        if self.high is None:
            return self
        high = self._rounded(self.low + (self.high - self.low) * percent / 100, up=False)
        return Range(measure=self.measure, low=self.low, high=max(high, self.low), low_open=self.low_open, of=self.of)

    def upper_part(self, percent: int) -> "Range":
        """Return the upper ``percent`` of the range; an uncapped range as it is."""
        if self.high is None:
            return self
        low = self._rounded(self.high - (self.high - self.low) * percent / 100, up=True)
        return Range(
            measure=self.measure, low=min(low, self.high), high=self.high, high_open=self.high_open, of=self.of
        )

    def _rounded(self, number: Fraction, *, up: bool) -> Fraction:
        if self.measure is Measure.MULTIPLE:
            return number
        return Fraction(ceil(number) if up else floor(number))

    def _ends(self) -> tuple[Fraction, ...]:
        return (self.low,) if self.high is None else (self.low, self.high)

    def _number(self, number: Fraction) -> str:
        if self.measure is not Measure.MULTIPLE:
            return in_yuan(int(number))
        if number.denominator == 1:
            return f"{number.numerator}倍"
        shown = number * 100
        return f"{shown.numerator}%" if shown.denominator == 1 else f"{number}倍"


def fixed(low_fen: int, high_fen: int | None) -> Range:
    """Make a range of fixed amounts, both ends included."""
    return Range(low=Fraction(low_fen), high=None if high_fen is None else Fraction(high_fen))


def as_data(one: Range | None) -> dict[str, str | bool | None] | None:
    """Write a range as plain data, exactly."""
    if one is None:
        return None
    return {
        "measure": one.measure.value,
        "low": str(one.low),
        "high": None if one.high is None else str(one.high),
        "low_open": one.low_open,
        "high_open": one.high_open,
        "of": one.of,
    }


def of_data(data: dict[str, object] | None) -> Range | None:
    """Read a range from :func:`as_data`."""
    if data is None:
        return None
    high = data.get("high")
    return Range(
        measure=Measure(str(data.get("measure", "fixed"))),
        low=Fraction(str(data["low"])),
        high=None if high is None else Fraction(str(high)),
        low_open=bool(data.get("low_open", False)),
        high_open=bool(data.get("high_open", False)),
        of=str(data.get("of", "")),
    )


_AMOUNT: Final = r"(?:\d[\d,，]*(?:\.\d+)?\s*万?|[一二两三四五六七八九十百千万零〇]+)\s*元"
_TIMES: Final = (
    r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十百]+)\s*倍|百分之(?:\d+|[一二三四五六七八九十]+)|\d+(?:\.\d+)?\s*[%％]"
)
_BETWEEN: Final = re.compile(
    rf"(?P<low_over>超过|高于)?(?P<low>{_AMOUNT})(?P<low_mark>以上)?[、，,\s]*(?P<high_under>不满|低于|不足)?(?P<high>{_AMOUNT})(?:以下|以内)?"
)
_UP_TO: Final = re.compile(rf"(?P<under>不满|低于|不足|不超过)?(?P<high>{_AMOUNT})(?P<mark>以下|以内)?")
_FROM: Final = re.compile(rf"(?P<over>超过|高于)?(?P<low>{_AMOUNT})(?:以上)")
_TIMES_BETWEEN: Final = re.compile(
    rf"(?P<low>{_TIMES})以上[、，,\s]*(?P<under>不满|低于|不足)?(?P<high>{_TIMES})(?:以下)?"
)
_TIMES_UP_TO: Final = re.compile(
    rf"(?P<of>违法所得|货值金额|工程造价|合同价款|应缴数额|销售收入|价款|工程合同价款|投资额)[^，。；、\d]{{0,8}}?(?P<high>{_TIMES})(?:以下)?"
)
_EACH: Final = re.compile(r"每(?P<of>平方米|立方米|公顷|亩|吨|车|辆|棵|株|头|只|件|人|日|处|个)")


def read_range(text: str) -> Range | None:
    """
    Read the fine in a provision or a tier: 处1000元以上3000元以下罚款, 并处违法所得一倍以上五倍以下罚款, 每平方米50元.

    Only the first fine in the text is read. ``None`` where no fine stands there (责令限期改正, 警告).
    """
    if "元" not in text and "倍" not in text and "%" not in text and "％" not in text and "百分之" not in text:
        return None
    plain = re.sub(r"\s+", "", text)
    if match := _TIMES_BETWEEN.search(plain):
        of = _base_before(plain[: match.start("low")])
        if of:
            return Range(
                measure=Measure.MULTIPLE,
                low=_times(match["low"]),
                high=_times(match["high"]),
                high_open=bool(match["under"]),
                of=of,
            )
    if "倍" in plain and (match := _TIMES_UP_TO.search(plain)) and match["high"]:
        return Range(measure=Measure.MULTIPLE, high=_times(match["high"]), of=match["of"])
    each = _EACH.search(plain)
    measure, of = (Measure.PER_UNIT, each["of"]) if each else (Measure.FIXED, "")
    if (match := _BETWEEN.search(plain)) and (match["low_mark"] or match["low_over"]):
        return Range(
            measure=measure,
            low=_fen(match["low"]),
            high=_fen(match["high"]),
            low_open=bool(match["low_over"]),
            high_open=bool(match["high_under"]),
            of=of,
        )
    if match := _FROM.search(plain):
        return Range(measure=measure, low=_fen(match["low"]), low_open=bool(match["over"]), of=of)
    if match := _UP_TO.search(plain):
        high = _fen(match["high"])
        exact = not (match["mark"] or match["under"])
        opened = bool(match["under"]) and match["under"] != "不超过"
        return Range(measure=measure, low=high if exact else Fraction(0), high=high, high_open=opened, of=of)
    return None


def _base_before(text: str) -> str:
    found = re.findall(r"违法所得|货值金额|工程造价|合同价款|应缴数额|销售收入|价款|投资额", text)
    return str(found[-1]) if found else ""


def _fen(text: str) -> Fraction:
    return Fraction(fen_of(text))


def _times(text: str) -> Fraction:
    plain = text.removesuffix("倍")
    if plain.endswith(("%", "％")):
        return Fraction(plain[:-1]) / 100
    if plain.startswith("百分之"):
        rest = plain.removeprefix("百分之")
        return Fraction(rest if rest.isascii() else fen_of(rest + "元") // 100) / 100
    return Fraction(plain) if plain[0].isdigit() else Fraction(fen_of(plain + "元"), 100)
