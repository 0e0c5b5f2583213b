"""
What pages, the API and the rooms above read of indicators; rows always through the scope check.

Rooms above use :func:`indicator_for` (which indicators a target's words may mean: offered, never taken silently) and
:func:`progress_of` (what an indicator came to for a unit on a day).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db.models import Count, F, Q, QuerySet

from mingjing.contexts.accounts.access import Actor, MissingError, readable, require, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.indicators.models import (
    Delivery,
    Edition,
    EditionState,
    FigureState,
    Indicator,
    IndicatorState,
    Objection,
    Reported,
    Scheme,
    SchemeState,
    Score,
    Snapshot,
    Survey,
    Value,
)
from mingjing.domain.indicators.definitions import Definition
from mingjing.domain.indicators.judging import Colour
from mingjing.domain.indicators.matching import Candidate, candidates, percent_of
from mingjing.domain.indicators.periods import PeriodKind, period_of, period_on


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """
    What an indicator came to: for which unit (empty: the whole place) and period, and what is to be said of it.

    ``value`` is ``None`` where it is not evaluated; ``words`` says what is missing. ``href`` opens the rows behind.
    """

    code: str
    place: str
    title: str
    unit_code: str
    period: str
    period_label: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    unit: str
    target: str
    colour: Colour
    words: str
    provisional: str
    as_of: date | None
    href: str

    @property
    def is_evaluated(self) -> bool:
        """Whether there is a value."""
        return self.value is not None


def indicator_for(
    text: str, *, place: str, unit: str = "", value: str | Decimal | None = None, most: int = 5
) -> list[Candidate]:
    """
    Return indicators in use in a place that a target's words may mean, best first, each with why.

    ``unit`` and ``value`` are the target's unit of measure and number as the plan has them. An empty list says that
    nothing fits; a person chooses, nothing is tied silently.
    """
    rows = Indicator.objects.filter(place__in=_places(place), state=IndicatorState.ACTIVE)
    number = _number(value)
    if number is not None:
        number = percent_of(number, unit)
    return candidates(text, unit, number, (row.definition for row in rows), most=most)


def progress_of(code: str, unit: str | None, on: date, *, place: str, told: date | None = None) -> Progress:
    """
    Return what an indicator of a place came to for a unit (its code; ``None``: the whole place) as of a day.

    It is the value of the period in which the day lies, as it stood then; where that is not evaluated, the latest
    period before it that is. With ``told`` it is the value of that period as it stood on the later day ``told``. Rooms
    above show it under their own permission; it tells no rows.

    :raises Indicator.DoesNotExist: if the place has no such indicator
    """
    row = Indicator.objects.get(place__in=_places(place), code=code)
    one = row.definition
    values = Value.objects.filter(indicator=row, starts_on__lte=on, as_of__lte=told or on)
    values = values.filter(unit__isnull=True) if unit is None else values.filter(unit__code=unit)
    found = _standing_on(values.order_by("-starts_on", "-as_of", "-pk")[:60])
    running = period_on(one.period, on)
    best = next((value for value in found if value.value is not None), found[0] if found else None)
    if best is None:
        return _progress(row, one, unit, None, "没有这个单位的数据。", running.key, running.label)
    return _progress(row, one, unit, best, best.words, best.period, period_label(best.period))


def _standing_on(rows: Iterable[Value]) -> list[Value]:
    """Of each period the value that stood last."""
    seen: set[str] = set()
    found = []
    for row in rows:
        if row.period not in seen:
            seen.add(row.period)
            found.append(row)
    return found


def _progress(
    row: Indicator, one: Definition, unit: str | None, value: Value | None, words: str, period: str, label: str
) -> Progress:
    return Progress(
        code=row.code,
        place=row.place,
        title=row.title,
        unit_code=unit or "",
        period=period,
        period_label=label,
        value=value.value if value else None,
        numerator=value.numerator if value else None,
        denominator=value.denominator if value else None,
        unit=one.unit,
        target=one.target_words,
        colour=Colour(value.colour) if value else Colour.NONE,
        words=words,
        provisional=value.provisional if value else "",
        as_of=value.as_of if value else None,
        href=f"/indicators/values/{value.pk}/" if value else f"/indicators/{row.place}/{row.code}/",
    )


def period_label(key: str) -> str:
    """Say a period's key for the reader."""
    return period_of(key).label


def indicators(actor: Actor) -> QuerySet[Indicator]:
    """Return the indicators that an actor may see, and those in use in the places around, by which its values are computed."""
    rows = Indicator.objects.select_related("responsible")
    return readable(rows, actor, "indicators.indicator.view", published=Q(state=IndicatorState.ACTIVE))


def indicator(actor: Actor, place: str, code: str) -> Indicator:
    """
    Return one.

    :raises MissingError: if there is none that the actor may see
    """
    found = indicators(actor).filter(place=place, code=code).first()
    if found is None:
        raise MissingError("没有找到这项指标，或者您无权查看。")
    return found


def values(actor: Actor) -> QuerySet[Value]:
    """Return the latest values that an actor may see: those of the own units, and those of the whole place."""
    scope = require(actor, "indicators.value.view")
    own = scope.condition(Value.scope_fields)
    places = require(actor, "indicators.indicator.view").condition(Indicator.scope_fields)
    whole = Q(unit__isnull=True, indicator__in=Indicator.objects.filter(places))
    return Value.objects.filter(own | whole, is_latest=True).select_related("indicator", "unit")


def value(actor: Actor, pk: int) -> Value:
    """
    Return one value, also one that stands no longer.

    :raises MissingError: if there is none that the actor may see
    """
    scope = require(actor, "indicators.value.view")
    places = require(actor, "indicators.indicator.view").condition(Indicator.scope_fields)
    whole = Q(unit__isnull=True, indicator__in=Indicator.objects.filter(places))
    rows = Value.objects.select_related("indicator", "unit", "snapshot", "figure")
    found = rows.filter(scope.condition(Value.scope_fields) | whole, pk=pk).first()
    if found is None:
        raise MissingError("没有找到这个数值，或者您无权查看。")
    return found


def sees_rows(actor: Actor, row: Value) -> bool:
    """Say whether the actor may open the rows behind a value: the whole place's only who oversees it."""
    if row.unit is not None:
        return True
    return actor.scope("indicators.value.view").reaches(path="", place=row.place)


def may_open(actor: Actor, progress: Progress) -> bool:
    """Say whether the actor may open the rows behind what an indicator came to; as :func:`sees_rows`."""
    scope = actor.scope("indicators.value.view")
    if not progress.unit_code:
        return scope.reaches(path="", place=progress.place)
    unit = Unit.objects.filter(code=progress.unit_code).first()
    return unit is not None and scope.reaches(path=unit.path, place=unit.place)


def headline_period(kind: PeriodKind, on: date) -> str:
    """Return the period that an overview shows: of long ones the running, of short ones the last that is over."""
    running = period_on(kind, on)
    return running.key if kind in (PeriodKind.YEAR, PeriodKind.ROLLING) else running.earlier().key


def headlines(actor: Actor, on: date, *, unit: Unit | None = None) -> dict[int, Value]:
    """Return by indicator the value to show first, of a unit or of the whole place."""
    rows = values(actor).filter(unit=unit) if unit else values(actor).filter(unit__isnull=True)
    wanted = {kind.value: headline_period(kind, on) for kind in PeriodKind}
    chosen: dict[int, Value] = {}
    for row in rows.filter(period__in=set(wanted.values())):
        if row.period == wanted.get(row.indicator.period):
            chosen[row.indicator_id] = row
    return chosen


def headlines_of_units(actor: Actor, on: date) -> dict[int, list[Value]]:
    """Return by indicator the values to show first of all units, for indicators that are judged unit by unit."""
    wanted = {kind.value: headline_period(kind, on) for kind in PeriodKind}
    found: dict[int, list[Value]] = {}
    for row in values(actor).filter(unit__isnull=False, period__in=set(wanted.values())):
        if row.period == wanted.get(row.indicator.period):
            found.setdefault(row.indicator_id, []).append(row)
    return found


def trends(actor: Actor, *, unit: Unit | None = None, most: int = 13) -> dict[int, list[Value]]:
    """Return by indicator the values of a unit or of the whole place, in the order of time."""
    rows = values(actor).filter(unit=unit) if unit else values(actor).filter(unit__isnull=True)
    found: dict[int, list[Value]] = {}
    for row in rows.order_by("starts_on"):
        found.setdefault(row.indicator_id, []).append(row)
    return {pk: each[-most:] for pk, each in found.items()}


def units_with_values(actor: Actor) -> list[Unit]:
    """Return the units of which the actor may see values, in the order of the organisation."""
    ids = values(actor).filter(unit__isnull=False).order_by().values("unit_id").distinct()
    return list(Unit.objects.filter(pk__in=ids).order_by("path"))


def editions_waiting(actor: Actor) -> QuerySet[Edition]:
    """Return the editions that wait for approval."""
    rows = Edition.objects.select_related("indicator").filter(state=EditionState.SUBMITTED)
    return visible(rows, actor, "indicators.indicator.view").order_by("indicator__position", "pk")


def figures(actor: Actor) -> QuerySet[Reported]:
    """Return the figures that the actor may see: of the own units; who oversees the place, those of the place too."""
    rows = Reported.objects.filter(replaced=False).select_related("indicator", "unit").prefetch_related("proofs")
    return visible(rows, actor, "indicators.value.view")


def figures_waiting(actor: Actor) -> QuerySet[Reported]:
    """Return the figures that the actor is to judge."""
    rows = Reported.objects.filter(replaced=False, state=FigureState.SUBMITTED).select_related("indicator", "unit")
    return visible(rows, actor, "indicators.figure.judge").exclude(submitted_by=actor.code)


def deliveries(actor: Actor) -> QuerySet[Delivery]:
    """Return the deliveries that the actor may see."""
    return visible(Delivery.objects.select_related("unit"), actor, "indicators.delivery.view")


def snapshots(actor: Actor) -> QuerySet[Snapshot]:
    """Return what was computed."""
    return visible(Snapshot.objects.all(), actor, "indicators.value.view")


def schemes(actor: Actor) -> QuerySet[Scheme]:
    """
    Return the appraisals that the actor may see; a draft only who makes it.

    A town sees those of the places around it, too: it takes part in its county's.
    """
    published = ~Q(state=SchemeState.DRAFT)
    rows = readable(Scheme.objects.all(), actor, "indicators.scheme.view", published=published)
    return rows if actor.may("indicators.scheme.edit") else rows.exclude(state=SchemeState.DRAFT)


def surveys(actor: Actor) -> QuerySet[Survey]:
    """Return the questionnaires that the actor may see, with how many answered."""
    rows = visible(Survey.objects.all(), actor, "indicators.survey.view").select_related("unit")
    return rows.annotate(answered=Count("answers"))


def survey(actor: Actor, pk: int) -> Survey:
    """
    Return a questionnaire.

    :raises MissingError: if there is none that the actor may see
    """
    row = surveys(actor).filter(pk=pk).first()
    if row is None:
        raise MissingError("没有找到这份问卷，或者您无权查看。")
    return row


def scheme(actor: Actor, code: str) -> Scheme:
    """
    Return an appraisal.

    :raises MissingError: if there is none that the actor may see
    """
    row = schemes(actor).filter(code=code).first()
    if row is None:
        raise MissingError("没有找到这项考评，或者您无权查看。")
    return row


def scores(actor: Actor, scheme: Scheme) -> QuerySet[Score]:
    """Return the scores that the actor may see: all once they are final, before that those of the own units."""
    rows = Score.objects.filter(scheme=scheme).select_related("unit")
    rows = rows.order_by(F("rank").asc(nulls_last=True), "unit__path")
    if scheme.state == SchemeState.FINAL or _oversees(actor, scheme.place):
        return rows
    return rows.filter(actor.scope("indicators.objection.submit").condition(Score.scope_fields))


def objections(actor: Actor, scheme: Scheme) -> QuerySet[Objection]:
    """Return the objections that the actor may see."""
    rows = Objection.objects.filter(scheme=scheme).select_related("unit")
    if _oversees(actor, scheme.place):
        return rows
    return rows.filter(actor.scope("indicators.objection.submit").condition(Objection.scope_fields))


def _oversees(actor: Actor, place: str) -> bool:
    scope = actor.scope("indicators.value.view")
    return scope.everything or any(place.startswith(one) for one in scope.places)


def _places(place: str) -> list[str]:
    """A place and those above it: a town's plan may be measured by the county's indicators."""
    return list(dict.fromkeys([place, place[:6], f"{place[:4]}00", f"{place[:2]}0000"]))


def _number(value: str | Decimal | None) -> Decimal | None:
    if value is None or isinstance(value, Decimal):
        return value
    try:
        return Decimal(value.strip().rstrip("%％"))
    except InvalidOperation:
        return None


def names_of(units: Iterable[Unit]) -> Mapping[int, str]:
    """Return short names by id."""
    return {unit.pk: unit.short_name or unit.name for unit in units}
