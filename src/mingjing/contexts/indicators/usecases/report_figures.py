"""Units report figures with evidence; the justice bureau checks them before they count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import (
    Actor,
    ForbiddenError,
    MissingError,
    access,
    require,
    require_place,
    visible,
)
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.indicators.models import FigureState, Indicator, IndicatorState, Proof, Reported
from mingjing.contexts.indicators.usecases.base import (
    FileGiven,
    IndicatorsError,
    checked,
    holders,
    keep,
    log,
    save,
)
from mingjing.contexts.indicators.usecases.compute import reporting_units, settle_reported
from mingjing.contexts.ui.errors import require_fresh
from mingjing.contexts.work.notifications import notify
from mingjing.domain.indicators.definitions import Definition, ReportedSource, Reporter, Shape
from mingjing.domain.indicators.periods import Period, period_of
from mingjing.kernel.errors import DomainError

_MOST_LINES: Final = 20_000
_MOST: Final = Decimal(10) ** 15
_DONE: Final = frozenset({"是", "已", "已完成", "完成", "已办", "√", "1", "true", "yes", "y"})
_OPEN: Final = frozenset({"否", "未", "未完成", "没有", "×", "0", "false", "no", "n", ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureGiven:
    """A figure as it was typed: two numbers, or the lines of a list (name, whether done, note)."""

    numerator: str = ""
    denominator: str = ""
    lines: Sequence[tuple[str, bool, str]] = ()
    sample: int | None = None
    surveyor: str = ""
    words: str = ""


@transaction.atomic
def submit_figure(
    *,
    actor: Actor,
    at: datetime,
    indicator: str,
    place: str,
    unit: str,
    period: str,
    given: FigureGiven,
    files: Sequence[FileGiven] = (),
    reason: str = "",
) -> Reported:
    """
    Report a figure for a unit (empty: the whole place). One that waits or was returned is replaced.

    One that was accepted is corrected by a new one, with a reason; the earlier stays to be read. A figure that the
    justice bureau enters itself (a survey) nobody else may enter or change.

    :raises MissingError: if there is no such indicator for the actor
    :raises ForbiddenError: if the actor may not report for the unit
    :raises IndicatorsError: if the figure is none, or evidence lacks
    """
    row = (
        visible(Indicator.objects.select_for_update(of=("self",)), actor, "indicators.indicator.view")
        .filter(place=place, code=indicator, state=IndicatorState.ACTIVE)
        .first()
    )
    if row is None:
        raise MissingError("没有找到这个指标，或者还没有批准使用。")
    one = row.definition
    if not isinstance(one.source, ReportedSource):
        raise IndicatorsError("这个指标由平台计算，不用填报。")
    by = _unit_of(actor, row, one, unit)
    span = _period_of(one, period, at)
    standing = (
        Reported.objects.select_for_update().filter(indicator=row, unit=by, period=span.key, replaced=False).first()
    )
    if standing is not None and standing.state == FigureState.ACCEPTED and not reason.strip():
        raise IndicatorsError("这一期的数据已经采用，更正要写明理由。")
    made = _made(one, given)
    made.indicator, made.unit, made.period = row, by, span.key
    made.words = "\n".join(
        part for part in (given.words.strip(), f"更正理由：{reason.strip()}" if reason.strip() else "") if part
    )
    made.submitted_by, made.submitted_by_name, made.submitted_at = actor.code, actor.name, at
    kept = list(standing.proofs.all()) if standing is not None and standing.state != FigureState.ACCEPTED else []
    if one.source.evidence and not files and not kept:
        raise IndicatorsError(f"请附佐证材料{f'：{one.evidence}' if one.evidence else ''}。")
    if standing is not None:
        standing.replaced = True
        save(standing)
    made.save()
    digests = [_prove(made, each, at) for each in checked(files)]
    for proof in kept:
        proof.pk, proof.figure = None, made
        proof.save()
    log(
        actor,
        at,
        "submit_figure",
        f"indicator:{row.place}.{row.code}",
        reason.strip(),
        unit=by.code if by else "",
        period=span.key,
        numerator=str(made.numerator),
        denominator=str(made.denominator),
        lines=len(made.lines),
        evidence="、".join(digests),
    )
    judges = [one for one in holders("indicators.figure.judge", row.place, localdate(at)) if one != actor.user_id]
    notify(judges, f"“{row.title}”{span.label}的填报数据待审核", "/indicators/figures/", at)
    return made


@transaction.atomic
def judge_figure(
    *, actor: Actor, at: datetime, figure: int, version: int, accepted: bool, opinion: str = ""
) -> Reported:
    """
    Accept a figure, which counts at once, or return it with words of what is missing.

    :raises IndicatorsError: if it was judged already, is one's own, or is returned without words
    """
    row = access(
        Reported.objects.select_related("indicator"),
        actor,
        "indicators.figure.judge",
        see="indicators.value.view",
        lock=True,
        pk=figure,
        replaced=False,
    )
    require_fresh(row, version)
    if row.state != FigureState.SUBMITTED:
        raise IndicatorsError("这份数据已经审核过。")
    if accepted and row.submitted_by == actor.code:
        raise IndicatorsError("不能审核自己填报的数据，请由其他人审核。")
    if not accepted and not opinion.strip():
        raise IndicatorsError("退回要写明缺什么、怎么补。")
    row.state = FigureState.ACCEPTED if accepted else FigureState.RETURNED
    row.judged_by, row.judged_at, row.opinion = actor.code, at, opinion.strip()[:500]
    save(row)
    log(
        actor,
        at,
        "judge_figure",
        f"indicator:{row.indicator.place}.{row.indicator.code}",
        opinion.strip(),
        figure=row.pk,
        state=str(row.state),
    )
    if accepted:
        settle_reported(row.indicator, at)
    elif row.unit is not None:
        users = holders("indicators.figure.submit", row.unit.place, localdate(at))
        notify(
            users,
            f"“{row.indicator.title}”{period_of(row.period).label}的填报数据被退回：{row.opinion}",
            "/indicators/figures/",
            at,
        )
    return row


def may_report(actor: Actor, indicator: Indicator, one: Definition) -> list[Unit]:
    """Return the units for which the actor may report; those of the justice bureau may for all."""
    if not isinstance(one.source, ReportedSource) or not actor.may("indicators.figure.submit"):
        return []
    scope = actor.scope("indicators.figure.submit")
    if one.source.reporter is Reporter.KEEPER and not _keeps(actor, indicator.place):
        return []
    rows = Unit.objects.filter(scope.condition(Unit.scope_fields))
    mine = set(rows.values_list("pk", flat=True))
    return [unit for unit in reporting_units(indicator, one) if unit.pk in mine]


def may_report_place(actor: Actor, indicator: Indicator, one: Definition) -> bool:
    """Say whether the actor may report for the whole place: the justice bureau, or the unit that answers for it."""
    if not isinstance(one.source, ReportedSource) or one.units_only or not actor.may("indicators.figure.submit"):
        return False
    if _keeps(actor, indicator.place):
        return True
    if one.source.reporter is Reporter.KEEPER or not one.place_only or indicator.responsible is None:
        return False
    scope = actor.scope("indicators.figure.submit")
    return Unit.objects.filter(scope.condition(Unit.scope_fields), pk=indicator.responsible.pk).exists()


def lines_of(text: str) -> list[tuple[str, bool, str]]:
    """
    Read a list: one thing a line, then whether it is done (是 or 否), then a note, parted by tabs, commas or bars.

    :raises IndicatorsError: if a line does not say whether it is done
    """
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in line.replace("，", ",").replace("|", ",").replace("\t", ",").split(",", 2)]
        if len(cells) < 2 or cells[1].lower() not in _DONE | _OPEN:
            raise IndicatorsError(f"第{number}行没有写明是否完成：请写成“名称，是”或者“名称，否，说明”。")
        found.append((cells[0][:200], cells[1].lower() in _DONE, cells[2][:200] if len(cells) > 2 else ""))
    return found


def _keeps(actor: Actor, place: str) -> bool:
    try:
        require_place(actor, "indicators.figure.submit", place)
    except DomainError:
        return False
    return True


def _unit_of(actor: Actor, indicator: Indicator, one: Definition, unit: str) -> Unit | None:
    require(actor, "indicators.figure.submit")
    if not unit:
        if not may_report_place(actor, indicator, one):
            raise ForbiddenError("您不能填报全地区的数据。")
        return None
    if one.place_only:
        raise IndicatorsError("这个指标只填全地区的数据。")
    found = next((each for each in may_report(actor, indicator, one) if each.code == unit), None)
    if found is None:
        raise ForbiddenError("您不能替这个单位填报，或者这个指标由司法行政部门登记，被评价的单位不能填改。")
    return found


def _period_of(one: Definition, period: str, at: datetime) -> Period:
    span = period_of(period)
    if span.kind is not one.period:
        raise IndicatorsError(f"这个指标按{one.period.label}统计。")
    if not span.has_begun(localdate(at)):
        raise IndicatorsError("这个统计期还没有开始。")
    return span


def _made(one: Definition, given: FigureGiven) -> Reported:
    assert isinstance(one.source, ReportedSource)
    sample = given.sample
    row = Reported(sample=sample, surveyor=given.surveyor.strip()[:100])
    if one.source.shape is Shape.LIST:
        if not 0 < len(given.lines) <= _MOST_LINES:
            raise IndicatorsError("请列出清单，一行一项，写明是否完成。")
        row.lines = [{"name": name, "done": done, "note": note} for name, done, note in given.lines]
        row.numerator, row.denominator = Decimal(sum(done for _, done, _ in given.lines)), Decimal(len(given.lines))
        return row
    row.numerator = _number(given.numerator, one.numerator or "数值")
    if one.source.shape is Shape.FRACTION:
        row.denominator = _number(given.denominator, one.denominator or "分母")
        if one.unit == "%" and row.numerator > row.denominator:
            raise IndicatorsError("占比的分子不能大于分母。")
    return row


def _number(text: str, what: str) -> Decimal:
    try:
        number = Decimal(text.strip().replace("，", "").replace(",", "").rstrip("%％"))
    except InvalidOperation as error:
        raise IndicatorsError(f"“{what}”应当是数字，填的是“{text[:20]}”。") from error
    if not number.is_finite() or not -_MOST < number < _MOST:
        raise IndicatorsError(f"“{what}”超出可以填写的范围。")
    return number


def _prove(figure: Reported, one: FileGiven, at: datetime) -> str:
    kept, digest = keep(f"indicators/evidence/{figure.pk}", one.content)
    Proof.objects.create(
        figure=figure, name=one.name[-200:], file=kept, size=len(one.content), sha256=digest, added_at=at
    )
    return digest
