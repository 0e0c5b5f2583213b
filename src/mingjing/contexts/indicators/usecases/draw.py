"""Draw who is examined next: those not yet examined this year come first, chance decides among equals."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

from django.db import transaction

from mingjing.contexts.accounts.access import Actor, MissingError, access
from mingjing.contexts.indicators.models import Value
from mingjing.contexts.indicators.usecases.base import IndicatorsError, log
from mingjing.contexts.indicators.usecases.behind import Behind, rows_behind

EXAMINED: Final = "exam-coverage"
"""The indicator whose rows are the officers, each examined in the year or not."""
MOST: Final = 500
_LACKING: Final = "不符合"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Who was drawn, in the order of the draw, and the number by which it can be repeated."""

    seed: str
    heads: tuple[str, ...]
    rows: tuple[Behind, ...]
    waiting: int


@transaction.atomic
def draw_examinees(*, actor: Actor, at: datetime, value: int, count: int) -> Drawn:
    """
    Draw from the officers behind a coverage; who was not examined in the year comes first.

    The draw is logged with its seed and its officers, so that anybody can repeat it.

    :raises IndicatorsError: if the value is none of the coverage, is out of date, or the number is none
    Source: 泰山区行政执法监督提质增效实施方案 二（一）3.
    """
    rows = Value.objects.select_related("indicator", "unit", "snapshot")
    row = access(rows, actor, "indicators.value.compute", see="indicators.value.view", pk=value)
    if row.indicator.code != EXAMINED:
        raise MissingError("这个指标不抽取人员。")
    if not row.is_latest:
        raise IndicatorsError("这是较早的一次计算，请用最新的数值抽取。")
    if not 0 < count <= MOST:
        raise IndicatorsError(f"抽取人数应当在1至{MOST}之间。")
    seed = secrets.token_hex(8)
    behind = rows_behind(row)
    found = drawn(behind.rows, count, seed)
    log(
        actor,
        at,
        "draw_examinees",
        f"indicator:{row.place}.{row.indicator.code}",
        unit=row.unit.code if row.unit else "",
        period=row.period,
        seed=seed,
        officers="、".join(one.key for one in found),
    )
    waiting = sum(one.counts == _LACKING for one in behind.rows)
    return Drawn(seed=seed, heads=behind.heads, rows=found, waiting=waiting)


def drawn(people: tuple[Behind, ...], count: int, seed: str) -> tuple[Behind, ...]:
    """Return so many of the people, those that lack first, each group in an order of chance."""
    chance = Random(seed)  # noqa: S311 - drawn anew by anybody who has the seed
    ordered = sorted(people, key=lambda one: one.key)
    chance.shuffle(ordered)
    return tuple(sorted(ordered, key=lambda one: one.counts != _LACKING)[:count])
