"""Appraisals: a scheme is published before anybody is scored, units may object, and only then are the results final."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, ForbiddenError, access, require, require_place
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.indicators.models import (
    Adjustment,
    Indicator,
    IndicatorState,
    Objection,
    Scheme,
    SchemeState,
    Score,
    Value,
)
from mingjing.contexts.indicators.usecases.base import IndicatorsError, holders, log, save
from mingjing.contexts.ui.errors import require_fresh
from mingjing.contexts.work.notifications import notify
from mingjing.domain.indicators.appraisal import (
    LOSS_RATE,
    RECORDED,
    Extra,
    Item,
    Part,
    Result,
    accountability,
    points_by_hand,
    points_for,
    ranked,
    require_items,
    total_of,
)
from mingjing.domain.indicators.judging import HUNDRED, Form
from mingjing.domain.indicators.periods import Period, period_of
from mingjing.domain.indicators.rewards import require_no_reward

APPRAISED_KINDS: Final = ("agency", "town")
OBJECTION_DAYS: Final = 5
"""The least days between the results and the last day to object; a matter of fairness, no law fixes it."""
_MOST_ITEMS: Final = 60
LOSSES: Final = "loss-rate"
"""The indicator whose value above the average is a ground of accountability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeGiven:
    """A scheme as it was typed; items as ``{key, title, weight, indicator, full, zero}``."""

    title: str
    period: str
    method: str
    items: Sequence[Mapping[str, Any]]
    bonus_cap: Decimal = Decimal(0)
    vetoes: Sequence[str] = ()
    unit_kinds: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an indicator came to for a unit over an appraisal's period, from which values."""

    value: Decimal | None
    words: str
    values: tuple[int, ...] = ()


@transaction.atomic
def draft_scheme(
    *, actor: Actor, at: datetime, place: str, given: SchemeGiven, code: str = "", version: int = 0
) -> Scheme:
    """
    Draft an appraisal, or change a draft (``code``, ``version``).

    :raises SchemeError: if weights do not sum to a hundred, or points cannot be reckoned
    :raises RewardsFinesError: if an item would reward counts of fines or inspections
    :raises IndicatorsError: if an indicator is not in use, or the draft was published
    """
    require_place(actor, "indicators.scheme.edit", place)
    period = period_of(given.period)
    if not given.title.strip() or not given.method.strip():
        raise IndicatorsError("考评要有名称和办法：怎么评、怎么算分、怎么异议，公布给各单位。")
    items = [_item(one) for one in given.items]
    if len(items) > _MOST_ITEMS:
        raise IndicatorsError(f"考评项目最多{_MOST_ITEMS}个。")
    require_items(items)
    for one in items:
        if one.indicator:
            _require_appraisable(place, one)
    if code:
        row = _scheme(actor, code, version, "indicators.scheme.edit")
        if row.state != SchemeState.DRAFT:
            raise IndicatorsError("方案已经公布，不能再改；确需调整的，另拟一个。")
    else:
        row = Scheme(code=_new_code(place, period), place=place, made_by=actor.code, made_at=at, version=0)
    row.title, row.period, row.method = given.title.strip()[:200], period.key, given.method.strip()
    row.items = [_item_data(one) for one in items]
    row.bonus_cap, row.vetoes = given.bonus_cap, [one.strip() for one in given.vetoes if one.strip()]
    row.unit_kinds = list(given.unit_kinds) or list(APPRAISED_KINDS)
    save(row)
    log(actor, at, "draft_scheme", f"scheme:{row.code}", items=len(items), period=row.period)
    return row


@transaction.atomic
def publish_scheme(*, actor: Actor, at: datetime, code: str, version: int) -> Scheme:
    """
    Publish the method, before anybody is scored by it; units are told.

    :raises IndicatorsError: if it was published already, or is one's own draft
    """
    row = _scheme(actor, code, version, "indicators.scheme.publish")
    if row.state != SchemeState.DRAFT:
        raise IndicatorsError("方案已经公布过。")
    if row.made_by == actor.code:
        raise IndicatorsError("自己拟的考评方案，由他人批准公布。")
    for one in items_of(row):
        if one.indicator:
            _require_appraisable(row.place, one)
    row.state, row.published_at = SchemeState.PUBLISHED, at
    save(row)
    log(actor, at, "publish_scheme", f"scheme:{row.code}")
    _tell(row, at, f"考评方案“{row.title}”已经公布，请看考评办法和项目")
    return row


@transaction.atomic
def adjust(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    unit: str,
    kind: str,
    reason: str,
    item: str = "",
    points: str = "0",
    document: str = "",
) -> Adjustment:
    """
    Give points by hand, bonus points, or a veto to a unit, with the reason and the paper.

    :raises IndicatorsError: if the scheme is no longer open, the veto is none of the published, or the reason lacks
    """
    row = _scheme(actor, code, None, "indicators.scheme.edit")
    if row.state not in (SchemeState.PUBLISHED, SchemeState.SCORED):
        raise IndicatorsError("方案公布以后、结果公布以前才能评分和加减分。")
    owner = next((one for one in units_of(row) if one.code == unit), None)
    if owner is None:
        raise IndicatorsError("这个单位不参加本次考评。")
    if not reason.strip():
        raise IndicatorsError("请写明事由。")
    number = _points(points)
    match kind:
        case Adjustment.Kind.MANUAL:
            one = next((each for each in items_of(row) if each.key == item and not each.indicator), None)
            if one is None:
                raise IndicatorsError("没有这个人工评分的项目。")
            points_by_hand(one, number, reason)
            Adjustment.objects.filter(scheme=row, unit=owner, kind=kind, item=item).update(withdrawn=True)
        case Adjustment.Kind.VETO:
            if reason.strip() not in row.vetoes:
                raise IndicatorsError(f"一票否决只能按公布的情形：{'；'.join(row.vetoes) or '没有公布任何情形'}。")
        case Adjustment.Kind.LIABILITY:
            if item not in RECORDED:
                raise IndicatorsError(f"追责情形请选一种：{'、'.join(RECORDED.values())}。")
        case Adjustment.Kind.BONUS:
            if number <= 0:
                raise IndicatorsError("加分要大于零。")
        case _:
            raise IndicatorsError("只能评分、加分、一票否决，或者记录追责情形。")
    made = Adjustment.objects.create(
        scheme=row,
        unit=owner,
        kind=kind,
        item=item if kind in (Adjustment.Kind.MANUAL, Adjustment.Kind.LIABILITY) else "",
        points=number if kind in (Adjustment.Kind.MANUAL, Adjustment.Kind.BONUS) else 0,
        reason=reason.strip()[:300],
        document=document.strip()[:200],
        by=actor.code,
        at=at,
    )
    log(
        actor,
        at,
        "adjust_score",
        f"scheme:{row.code}",
        reason.strip(),
        unit=owner.code,
        kind=str(kind),
        item=made.item,
        points=str(made.points),
    )
    return made


@transaction.atomic
def withdraw_adjustment(*, actor: Actor, at: datetime, adjustment: int, reason: str) -> Adjustment:
    """
    Take points or a veto back.

    :raises IndicatorsError: without a reason, or once the results are final
    """
    row = access(
        Adjustment.objects.select_related("scheme"),
        actor,
        "indicators.scheme.edit",
        see="indicators.scheme.view",
        lock=True,
        pk=adjustment,
    )
    if row.scheme.state == SchemeState.FINAL:
        raise IndicatorsError("结果已经公布，不能再改。")
    if row.withdrawn or not reason.strip():
        raise IndicatorsError("请写明撤销的理由；已经撤销的不用再办。")
    row.withdrawn = True
    row.save()
    log(actor, at, "withdraw_adjustment", f"scheme:{row.scheme.code}", reason.strip(), adjustment=row.pk)
    return row


@transaction.atomic
def score(*, actor: Actor, at: datetime, code: str, version: int, objections_until: date) -> Scheme:
    """
    Score all units from the values that stand, and show each its own; again after adjustments.

    :raises IndicatorsError: if the scheme is not published, or leaves too little time to object
    """
    row = _scheme(actor, code, version, "indicators.scheme.edit")
    if row.state not in (SchemeState.PUBLISHED, SchemeState.SCORED):
        raise IndicatorsError("方案公布以后、结果公布以前才能评分。")
    if (objections_until - localdate(at)).days < OBJECTION_DAYS and row.state == SchemeState.PUBLISHED:
        raise IndicatorsError(f"异议截止日至少在{OBJECTION_DAYS}日以后。")
    results = ranked([_result(row, unit) for unit in units_of(row)])
    units = {unit.code: unit for unit in units_of(row)}
    row.scores.all().delete()
    Score.objects.bulk_create(
        Score(
            scheme=row,
            unit=units[one.unit],
            parts={key: _part_data(part) for key, part in one.parts.items()},
            covered=one.covered,
            bonus=one.bonus,
            veto=one.veto[:300],
            total=one.total,
            rank=one.rank,
        )
        for one in results
    )
    row.state, row.scored_at, row.objections_until = SchemeState.SCORED, at, objections_until
    save(row)
    log(actor, at, "score", f"scheme:{row.code}", units=len(results), until=objections_until.isoformat())
    _tell(row, at, f"“{row.title}”已经评分，有异议的请在{objections_until.isoformat()}以前提出")
    return row


@transaction.atomic
def object_to(*, actor: Actor, at: datetime, code: str, unit: str, words: str, item: str = "") -> Objection:
    """
    Object to a unit's score, while it is time.

    :raises ForbiddenError: if the unit is not the actor's
    :raises IndicatorsError: if it is too early or too late, or says nothing
    """
    require(actor, "indicators.objection.submit")
    row = Scheme.objects.select_for_update().filter(code=code).first()
    scope = actor.scope("indicators.objection.submit")
    held = (
        Score.objects.filter(scope.condition(Score.scope_fields), scheme=row, unit__code=unit).first() if row else None
    )
    if row is None or held is None:
        raise ForbiddenError("只能对本单位的得分提出异议。")
    if row.state != SchemeState.SCORED or row.objections_until is None or localdate(at) > row.objections_until:
        raise IndicatorsError("现在不在提出异议的期间。")
    if not words.strip():
        raise IndicatorsError("请写明对哪一项、为什么有异议，附上依据。")
    made = Objection.objects.create(
        scheme=row,
        unit=held.unit,
        item=item if item in {one.key for one in items_of(row)} else "",
        words=words.strip(),
        submitted_by=actor.code,
        submitted_at=at,
    )
    log(actor, at, "object", f"scheme:{row.code}", words.strip(), unit=held.unit.code, item=made.item)
    users = holders("indicators.scheme.edit", row.place, localdate(at))
    notify(users, f"{held.unit.name}对“{row.title}”提出异议，待答复", f"/indicators/schemes/{row.code}/", at)
    return made


@transaction.atomic
def answer(*, actor: Actor, at: datetime, objection: int, version: int, upheld: bool, words: str) -> Objection:
    """
    Answer an objection; what is upheld is mended by adjustments or data, and scored again.

    :raises IndicatorsError: without words, or if it was answered already
    """
    row = access(
        Objection.objects.select_related("scheme", "unit"),
        actor,
        "indicators.scheme.edit",
        see="indicators.scheme.view",
        lock=True,
        pk=objection,
    )
    require_fresh(row, version)
    if row.answered_at is not None:
        raise IndicatorsError("这件异议已经答复。")
    if not words.strip():
        raise IndicatorsError("答复要写明理由。")
    row.upheld, row.answer, row.answered_by, row.answered_at = upheld, words.strip(), actor.code, at
    save(row)
    log(actor, at, "answer_objection", f"scheme:{row.scheme.code}", words.strip(), objection=row.pk, upheld=upheld)
    users = holders("indicators.objection.submit", row.unit.place, localdate(at))
    notify(users, f"对“{row.scheme.title}”的异议已答复", f"/indicators/schemes/{row.scheme.code}/", at)
    return row


@transaction.atomic
def publish_results(*, actor: Actor, at: datetime, code: str, version: int) -> Scheme:
    """
    Make the results final and open to all units.

    :raises IndicatorsError: while there is time to object, or an objection waits
    """
    row = _scheme(actor, code, version, "indicators.scheme.publish")
    if row.state != SchemeState.SCORED or row.objections_until is None:
        raise IndicatorsError("评分并听取异议以后才能公布结果。")
    if localdate(at) <= row.objections_until:
        raise IndicatorsError(f"异议期到{row.objections_until.isoformat()}为止，之后才能公布结果。")
    if waiting := row.objections.filter(answered_at__isnull=True).count():
        raise IndicatorsError(f"还有{waiting}件异议没有答复。")
    latest = row.objections.filter(upheld=True).order_by("-answered_at").first()
    if latest is not None and row.scored_at is not None and latest.answered_at and latest.answered_at > row.scored_at:
        raise IndicatorsError("有异议成立，请更正以后重新评分，再公布结果。")
    row.state, row.final_at = SchemeState.FINAL, at
    save(row)
    log(actor, at, "publish_results", f"scheme:{row.code}")
    _tell(row, at, f"“{row.title}”的结果已经公布")
    return row


def items_of(row: Scheme) -> list[Item]:
    """Return the items of a scheme."""
    return [_item(one) for one in row.items]


def units_of(row: Scheme) -> list[Unit]:
    """Return the units that take part."""
    kinds = row.unit_kinds or APPRAISED_KINDS
    rows = Unit.objects.filter(place__startswith=row.place, kind__in=kinds, valid_to__isnull=True)
    # who appraises is not appraised by itself
    mine = Unit.objects.filter(path__in=holders_paths(row)).values_list("pk", flat=True)
    return list(rows.exclude(pk__in=mine).order_by("path"))


def holders_paths(row: Scheme) -> list[str]:
    """Return the paths of the units of those who appraise."""
    from mingjing.contexts.accounts.models import User

    users = holders("indicators.scheme.edit", row.place, row.made_at.date())
    return list(User.objects.filter(pk__in=users, unit__isnull=False).values_list("unit__path", flat=True))


def standing_of(indicator: Indicator, unit: Unit | None, period: Period) -> Standing:
    """
    Return what an indicator came to for a unit (None: the whole place) over a period.

    The value of that very period where there is one; else those of the shorter periods within: shares are pooled over
    their numerators and denominators, numbers are averaged.
    """
    return _standing(indicator, list(_within(indicator, period).filter(unit=unit)), period)


def _within(indicator: Indicator, period: Period) -> QuerySet[Value]:
    rows = Value.objects.filter(indicator=indicator, is_latest=True)
    inside = Q(period=period.key) | Q(starts_on__gte=period.first, ends_on__lte=period.last)
    return rows.filter(inside).order_by("starts_on")


def _standing(indicator: Indicator, rows: Sequence[Value], period: Period) -> Standing:
    exact = next((row for row in rows if row.period == period.key), None)
    if exact is not None:
        return Standing(value=exact.value, words=exact.words, values=(exact.pk,))
    told = [row for row in rows if row.value is not None]
    pks = tuple(row.pk for row in told)
    if not told:
        return Standing(value=None, words="考评期内没有评价，不计入总分。")
    form = indicator.definition.form
    if form in (Form.PERCENT, Form.RATIO) and all(row.denominator for row in told):
        above = sum((row.numerator or Decimal(0) for row in told), Decimal(0))
        below = sum((row.denominator or Decimal(0) for row in told), Decimal(0))
        factor = HUNDRED if form is Form.PERCENT else Decimal(1)
        return Standing(value=factor * above / below, words=f"{len(told)}期合并计算。", values=pks)
    mean = sum((row.value or Decimal(0) for row in told), Decimal(0)) / len(told)
    return Standing(value=mean, words=f"{len(told)}期平均。", values=pks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Whom to hold to account, by which trigger, on which value or record; a person decides."""

    unit: Unit
    trigger: str
    words: str
    values: tuple[int, ...] = ()


def proposals(row: Scheme) -> list[Proposal]:
    """
    Return the units that an appraisal proposes to hold to account: a loss rate above the average, or what was recorded.

    Source: 泰山区行政执法监督提质增效实施方案 四（四）.
    """
    units = {unit.code: unit for unit in units_of(row)}
    indicator = Indicator.objects.filter(place=row.place, code=LOSSES, state=IndicatorState.ACTIVE).first()
    standing: dict[str, Standing] = {}
    average = None
    if indicator is not None:
        period = period_of(row.period)
        found: dict[str, list[Value]] = {}
        for value in _within(indicator, period).select_related("unit"):
            found.setdefault(value.unit.code if value.unit else "", []).append(value)
        standing = {code: _standing(indicator, rows, period) for code, rows in found.items() if code in units}
        average = _standing(indicator, found.get("", []), period).value
    recorded = [
        (
            one.unit.code,
            one.item,
            f"{RECORDED[one.item]}：{one.reason}" + (f"（{one.document}）" if one.document else ""),
        )
        for one in row.adjustments.filter(kind=Adjustment.Kind.LIABILITY, withdrawn=False).select_related("unit")
        if one.unit.code in units
    ]
    proposed = accountability({code: one.value for code, one in standing.items()}, average, recorded)
    return [
        Proposal(
            unit=units[one.unit],
            trigger=one.trigger,
            words=one.words,
            values=standing[one.unit].values if one.trigger == LOSS_RATE else (),
        )
        for one in proposed
    ]


def _result(row: Scheme, unit: Unit) -> Result:
    period = period_of(row.period)
    given = list(row.adjustments.filter(unit=unit, withdrawn=False))
    by_hand = {one.item: one for one in given if one.kind == Adjustment.Kind.MANUAL}
    parts: dict[str, Part] = {}
    indicators = {one.code: one for one in Indicator.objects.filter(place=row.place)}
    for item in items_of(row):
        if item.indicator:
            standing = standing_of(indicators[item.indicator], unit, period)
            part = points_for(item, standing.value, standing.words)
        else:
            one = by_hand.get(item.key)
            part = points_by_hand(item, one.points if one else None, one.reason if one else "")
        parts[item.key] = part
    extras = [
        Extra(points=one.points, veto=one.kind == Adjustment.Kind.VETO, reason=one.reason)
        for one in given
        if one.kind in (Adjustment.Kind.BONUS, Adjustment.Kind.VETO)
    ]
    return total_of(unit.code, parts, extras, row.bonus_cap)


def _part_data(part: Part) -> dict[str, Any]:
    return {
        "points": None if part.points is None else str(part.points),
        "weight": str(part.weight),
        "words": part.words,
    }


def _require_appraisable(place: str, item: Item) -> None:
    row = Indicator.objects.filter(place=place, code=item.indicator, state=IndicatorState.ACTIVE).first()
    if row is None:
        raise IndicatorsError(f"没有使用中的指标“{item.indicator}”。")
    one = row.definition
    if one.place_only:
        raise IndicatorsError(f"“{one.title}”只有全地区的数值，不能用来给单位评分。")
    require_no_reward(one, points_rise=item.points_rise)


def _item(data: Mapping[str, Any]) -> Item:
    title = str(data.get("title", "")).strip()
    if not title:
        raise IndicatorsError("每个考评项目要有名称。")
    full, zero = (_optional(data.get(name)) for name in ("full", "zero"))
    return Item(
        key=str(data.get("key") or title)[:64],
        title=title[:100],
        weight=_points(str(data.get("weight", ""))),
        indicator=str(data.get("indicator", "")),
        full=full,
        zero=zero,
    )


def _item_data(one: Item) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": one.title,
        "weight": str(one.weight),
        "indicator": one.indicator,
        "full": None if one.full is None else str(one.full),
        "zero": None if one.zero is None else str(one.zero),
    }


def _optional(value: object) -> Decimal | None:
    return None if value is None or value == "" else _points(str(value))


def _points(text: str) -> Decimal:
    try:
        number = Decimal(text.strip() or "0")
    except InvalidOperation as error:
        raise IndicatorsError(f"“{text[:20]}”不是数字。") from error
    if not number.is_finite() or abs(number) > Decimal(10) ** 12:
        raise IndicatorsError(f"“{text[:20]}”不是可用的数字。")
    return number


def _new_code(place: str, period: Period) -> str:
    count = Scheme.objects.filter(place=place).count()
    return f"KP-{place[:6]}-{period.key.replace('-', '')}-{count + 1:02}"


def _scheme(actor: Actor, code: str, version: int | None, permission: str) -> Scheme:
    row = access(Scheme.objects.all(), actor, permission, see="indicators.scheme.view", lock=True, code=code)
    if version is not None:
        require_fresh(row, version)
    return row


def _tell(row: Scheme, at: datetime, words: str) -> None:
    on = localdate(at)
    users = {user for unit in units_of(row) for user in holders("indicators.objection.submit", unit.place, on)}
    notify(sorted(users), words, f"/indicators/schemes/{row.code}/", at)
