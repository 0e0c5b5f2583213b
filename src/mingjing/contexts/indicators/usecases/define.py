"""Indicators are drafted, approved by somebody else, changed with reasons, and taken out of use."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any, Final

import yaml
from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, access, require_place
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.indicators import registers
from mingjing.contexts.indicators.models import Edition, EditionState, Indicator, IndicatorState
from mingjing.contexts.indicators.usecases.base import (
    IndicatorsError,
    holders,
    log,
    save,
)
from mingjing.contexts.ui.errors import require_fresh
from mingjing.contexts.work.notifications import notify
from mingjing.domain.indicators.aggregates import require_declared
from mingjing.domain.indicators.definitions import (
    Definition,
    FactsSource,
    RegisterSource,
    RuleSource,
    definition_data,
    definition_of,
)
from mingjing.domain.rules.library import rule_of
from mingjing.engine.aggregates import SHAPES
from mingjing.law.citations import cite

SETS: Final = {"indicators": "方案指标", "demonstration": "示范创建指标"}
"""The sets that come along, and what they are called."""


@cache
def set_of(name: str) -> tuple[Definition, ...]:
    """
    Return the definitions of a set that comes along.

    :raises IndicatorsError: if there is none of that name
    """
    if name not in SETS:
        raise IndicatorsError(f"没有“{name}”这个指标集，可以用：{'、'.join(SETS)}。")
    text = files("mingjing.contexts.indicators").joinpath("data", f"{name}.yaml").read_text("utf-8")
    return tuple(definition_of(row) for row in yaml.safe_load(text))


def require_sound(one: Definition) -> None:
    """
    Require that a definition's rule, tables, register and citations are there.

    :raises DomainError: if one is not, with which
    """
    match one.source:
        case RuleSource():
            rule_of(one.source.rule)
        case FactsSource():
            for part in (one.source.numerator, one.source.denominator):
                if part is not None:
                    require_declared(part, SHAPES)
        case RegisterSource():
            registers.register_of(one.source.name)
    for reference in one.citation:
        cite(reference)


@transaction.atomic
def load_set(*, actor: Actor, at: datetime, place: str, name: str) -> int:
    """
    Draft the indicators of a set that the place does not have yet; return how many. They count once they are approved.

    :raises IndicatorsError: if there is no such set
    """
    require_place(actor, "indicators.indicator.edit", place)
    there = set(Indicator.objects.filter(place=place).values_list("code", flat=True))
    count = 0
    for position, one in enumerate(set_of(name), start=1):
        if one.code in there:
            continue
        row = _begin(place, one, position=position, sets=[name])
        _draft(actor, at, row, one, f"载入{SETS[name]}")
        count += 1
    log(actor, at, "load_set", f"indicator_set:{place}.{name}", count=count)
    if count:
        _ask_approval(actor, at, place, f"{SETS[name]}{count}项待批准")
    return count


@transaction.atomic
def draft_indicator(
    *, actor: Actor, at: datetime, place: str, data: Mapping[str, Any], reason: str = "", version: int = 0
) -> Indicator:
    """
    Draft an indicator, or a new edition of one that is there (``version`` as it was read). Somebody else approves it.

    :raises DomainError: if the definition does not hold together
    :raises IndicatorsError: if an edition waits already, or a change comes without a reason
    """
    require_place(actor, "indicators.indicator.edit", place)
    one = definition_of(data)
    require_sound(one)
    row = Indicator.objects.select_for_update().filter(place=place, code=one.code).first()
    if row is None:
        row = _begin(place, one, position=Indicator.objects.filter(place=place).count() + 1, sets=[])
    else:
        require_fresh(row, version)
        if row.editions.filter(state=EditionState.SUBMITTED).exists():
            raise IndicatorsError("这个指标有一个版次正待批准，批准或者退回以后再改。")
        if not reason.strip():
            raise IndicatorsError("修改指标要写明理由。")
    _draft(actor, at, row, one, reason.strip())
    _ask_approval(actor, at, place, f"指标“{one.title}”待批准")
    return row


@transaction.atomic
def decide_edition(
    *, actor: Actor, at: datetime, edition: int, version: int, approved: bool, opinion: str = ""
) -> Edition:
    """
    Approve an edition, which counts from now on, or return it with words.

    :raises IndicatorsError: if it was decided already, is one's own, or is returned without words
    """
    row = access(
        Edition.objects.select_related("indicator"),
        actor,
        "indicators.indicator.approve",
        see="indicators.indicator.view",
        lock=True,
        pk=edition,
    )
    require_fresh(row, version)
    _decide(actor, at, row, approved=approved, opinion=opinion)
    return row


@transaction.atomic
def approve_all(*, actor: Actor, at: datetime, place: str, opinion: str = "") -> int:
    """Approve all editions of a place that wait and are not one's own; return how many."""
    require_place(actor, "indicators.indicator.approve", place)
    rows = (
        Edition.objects.select_for_update(of=("self",))
        .select_related("indicator")
        .filter(indicator__place=place, state=EditionState.SUBMITTED)
        .exclude(made_by=actor.code)
    )
    count = 0
    for row in rows.order_by("pk"):
        _decide(actor, at, row, approved=True, opinion=opinion)
        count += 1
    return count


@transaction.atomic
def retire_indicator(*, actor: Actor, at: datetime, place: str, code: str, version: int, reason: str) -> Indicator:
    """
    Take an indicator out of use; its values stay to be read.

    :raises IndicatorsError: without a reason
    """
    row = access(
        Indicator.objects.all(),
        actor,
        "indicators.indicator.approve",
        see="indicators.indicator.view",
        lock=True,
        place=place,
        code=code,
    )
    require_fresh(row, version)
    if not reason.strip():
        raise IndicatorsError("停用指标要写明理由。")
    row.state = IndicatorState.RETIRED
    save(row)
    log(actor, at, "retire_indicator", f"indicator:{row.place}.{row.code}", reason.strip())
    return row


def _begin(place: str, one: Definition, *, position: int, sets: list[str]) -> Indicator:
    responsible = Unit.objects.filter(place__startswith=place, name__endswith=one.responsible).first()
    return Indicator.objects.create(
        code=one.code,
        place=place,
        title=one.title,
        category=one.category,
        source=str(one.source_kind),
        period=str(one.period),
        content=definition_data(one),
        position=position,
        sets=sets,
        responsible=responsible if one.responsible else None,
        version=0,
    )


def _draft(actor: Actor, at: datetime, row: Indicator, one: Definition, reason: str) -> Edition:
    number = row.editions.count() + 1
    made = Edition.objects.create(
        indicator=row,
        number=number,
        content=definition_data(one),
        reason=reason[:500],
        made_by=actor.code,
        made_by_name=actor.name,
        made_at=at,
    )
    save(row)
    log(actor, at, "draft_indicator", f"indicator:{row.place}.{row.code}", reason, edition=number)
    return made


def _decide(actor: Actor, at: datetime, row: Edition, *, approved: bool, opinion: str) -> None:
    if row.state != EditionState.SUBMITTED:
        raise IndicatorsError("这个版次已经办理过。")
    if approved and row.made_by == actor.code:
        raise IndicatorsError("不能批准自己起草的指标，请由负责人批准。")
    if not approved and not opinion.strip():
        raise IndicatorsError("退回要写明怎么改。")
    row.state = EditionState.APPROVED if approved else EditionState.RETURNED
    row.decided_by, row.decided_by_name, row.decided_at, row.opinion = actor.code, actor.name, at, opinion.strip()[:500]
    save(row)
    indicator = row.indicator
    if approved:
        one = definition_of(row.content)
        require_sound(one)
        indicator.content, indicator.number, indicator.state = row.content, row.number, IndicatorState.ACTIVE
        indicator.title, indicator.category = one.title, one.category
        indicator.source, indicator.period = str(one.source_kind), str(one.period)
        save(indicator)
    log(
        actor,
        at,
        "approve_indicator" if approved else "return_indicator",
        f"indicator:{indicator.place}.{indicator.code}",
        opinion.strip(),
        edition=row.number,
    )


def _ask_approval(actor: Actor, at: datetime, place: str, words: str) -> None:
    users = [one for one in holders("indicators.indicator.approve", place, localdate(at)) if one != actor.user_id]
    notify(users, words, "/indicators/editions/", at)
