"""
Composite scores 评议考核: items with weights, points by how an indicator stands, bonus points, vetoes, ranks.

What was not evaluated leaves the denominator: a unit is neither rewarded nor punished for data that nobody has. How much
of the weight was judged is told beside the total.

Source: 国办发〔2024〕54号 and 行政处罚法（2021）第七十四条 forbid what :mod:`~mingjing.domain.indicators.rewards` refuses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from mingjing.domain.indicators.judging import HUNDRED, shown
from mingjing.kernel.errors import DomainError

_CENT: Final = Decimal("0.01")
ZERO: Final = Decimal(0)


class SchemeError(DomainError):
    """An appraisal that does not hold together."""

    code = "indicators.scheme"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """
    What points are given for. ``indicator`` empty: a person gives the points.

    Points rise in a straight line from none at ``zero`` to all at ``full``; which of the two is greater says which way
    is better.
    """

    key: str
    title: str
    weight: Decimal
    indicator: str = ""
    full: Decimal | None = None
    zero: Decimal | None = None

    @property
    def points_rise(self) -> bool:
        """Whether more of the indicator gives more points."""
        return self.full is not None and self.zero is not None and self.full > self.zero


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Points for one item: ``None`` where it was not evaluated, with words how they come about."""

    points: Decimal | None
    weight: Decimal
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """Bonus points, or a veto, with its reason."""

    points: Decimal = ZERO
    veto: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a unit came to. ``total`` is ``None`` where nothing could be judged; ``rank`` starts at one, ties share it."""

    unit: str
    parts: Mapping[str, Part]
    covered: Decimal
    bonus: Decimal
    veto: str
    total: Decimal | None
    rank: int | None = None


def require_items(items: Sequence[Item]) -> None:
    """
    Require that items are there, each once, with weights that sum to a hundred and points that can be reckoned.

    :raises SchemeError: if not
    """
    if not items:
        raise SchemeError("考评方案至少要有一个项目。")
    keys = [one.key for one in items]
    if len(set(keys)) != len(keys):
        raise SchemeError("考评项目不能重复。")
    if any(one.weight <= 0 for one in items):
        raise SchemeError("每个项目的权重都要大于零。")
    total = sum((one.weight for one in items), ZERO)
    if total != HUNDRED:
        raise SchemeError(f"各项权重合计应当是100，现在是{shown(total)}。")
    for one in items:
        if one.indicator and (one.full is None or one.zero is None or one.full == one.zero):
            raise SchemeError(f"“{one.title}”要写明得满分和得零分的数值，两个不能相同。")


def points_for(item: Item, value: Decimal | None, words: str = "") -> Part:
    """Return the points for an indicator's value."""
    if value is None or item.full is None or item.zero is None:
        return Part(points=None, weight=item.weight, words=words or "未评价，不计入总分。")
    share = (value - item.zero) / (item.full - item.zero)
    held = min(max(share, ZERO), Decimal(1))
    points = (item.weight * held).quantize(_CENT, ROUND_HALF_UP)
    return Part(
        points=points,
        weight=item.weight,
        words=f"数值{shown(value)}，{shown(item.zero)}得零分、{shown(item.full)}得满分。",
    )


def points_by_hand(item: Item, points: Decimal | None, reason: str) -> Part:
    """
    Return the points that a person gave.

    :raises SchemeError: if they are more than the item's weight, or less than none
    """
    if points is None:
        return Part(points=None, weight=item.weight, words="还没有评分，不计入总分。")
    if not ZERO <= points <= item.weight:
        raise SchemeError(f"“{item.title}”的得分应当在0至{shown(item.weight)}之间。")
    return Part(points=points, weight=item.weight, words=reason)


def total_of(unit: str, parts: Mapping[str, Part], extras: Sequence[Extra], bonus_cap: Decimal) -> Result:
    """
    Sum a unit's points up.

    Points of the judged items are scaled to a hundred; bonus points come on top, up to the cap; a veto makes naught of
    it all.
    """
    judged = [one for one in parts.values() if one.points is not None]
    covered = sum((one.weight for one in judged), ZERO)
    bonus = min(sum((one.points for one in extras if not one.veto), ZERO), bonus_cap)
    veto = "；".join(one.reason for one in extras if one.veto)
    total: Decimal | None = None
    if veto:
        total = ZERO
    elif covered:
        gained = sum((one.points or ZERO for one in judged), ZERO)
        total = (gained / covered * HUNDRED + bonus).quantize(_CENT, ROUND_HALF_UP)
    return Result(unit=unit, parts=parts, covered=covered, bonus=bonus, veto=veto, total=total)


def ranked(results: Sequence[Result]) -> list[Result]:
    """Rank results by their totals; those vetoed come after all others, those without a total have no rank."""
    told = [one for one in results if one.total is not None]
    order = sorted(told, key=lambda one: (bool(one.veto), -(one.total or ZERO), one.unit))
    made: list[Result] = []
    for place, one in enumerate(order, start=1):
        before = made[-1] if made else None
        same = before is not None and (bool(before.veto), before.total) == (bool(one.veto), one.total)
        made.append(_with_rank(one, before.rank if same and before is not None else place))
    return [*made, *(one for one in results if one.total is None)]


def _with_rank(one: Result, rank: int | None) -> Result:
    return Result(
        unit=one.unit,
        parts=one.parts,
        covered=one.covered,
        bonus=one.bonus,
        veto=one.veto,
        total=one.total,
        rank=rank,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Accountability:
    """A proposal to hold a unit to account: on which of the triggers, with the figures."""

    unit: str
    trigger: str
    words: str


LOSS_RATE: Final = "loss_rate"
RECORDED: Final = {"shirking": "推诿扯皮", "poor_work": "落实不力"}
"""What is recorded of a unit by hand, beside the loss rate that is computed."""
TRIGGERS: Final = {LOSS_RATE: "行政执法败诉率高于全地区平均", **RECORDED}


def accountability(
    loss_rates: Mapping[str, Decimal | None], average: Decimal | None, recorded: Sequence[tuple[str, str, str]] = ()
) -> list[Accountability]:
    """
    Propose whom to hold to account: a loss rate above the place's average, or recorded shirking or poor work.

    A machine proposes; a person decides. A unit without a rate, and a place without an average, give no proposal.

    Source: 泰山区行政执法监督提质增效实施方案 四（四）, by its three triggers.
    """
    found = [
        Accountability(
            unit=unit,
            trigger=LOSS_RATE,
            words=f"行政执法败诉率{shown(rate)}%，高于全地区平均{shown(average)}%。",
        )
        for unit, rate in sorted(loss_rates.items())
        if rate is not None and average is not None and rate > average
    ]
    return found + [Accountability(unit=unit, trigger=kind, words=words) for unit, kind, words in recorded]
