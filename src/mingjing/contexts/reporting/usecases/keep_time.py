"""What the worker does when a period is over: drafts what is due, asks units, and calls to mind what was not sent."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate

from mingjing.contexts.accounts.models import Unit, UnitKind
from mingjing.contexts.plans.models import Part, Plan, PlanState
from mingjing.contexts.plans.usecases.keep_ledger import reporters
from mingjing.contexts.reporting.models import Collection, Delivery, ReportKind, Sent
from mingjing.contexts.reporting.templates import collections
from mingjing.contexts.reporting.usecases.collect import make_collection
from mingjing.contexts.reporting.usecases.reports import holders, make_draft, previous_period
from mingjing.contexts.work.notifications import notify
from mingjing.domain.plans.standing import Rhythm
from mingjing.domain.reports.periods import days_of
from mingjing.law import parameters

_WORKER: Final = "system"
_REPORTS: Final = (
    (ReportKind.DISPATCH, "reporting.dispatch.rhythm", Rhythm.MONTH),
    (ReportKind.CIRCULAR, "reporting.notice.rhythm", Rhythm.QUARTER),
    (ReportKind.ASSESSMENT, "reporting.assessment.rhythm", Rhythm.YEAR),
)
"""What is drafted, the parameter that says how often, and how often where a place says nothing."""
_AHEAD: Final = timedelta(days=3)


def keep_time(*, at: datetime) -> int:
    """Do what this day asks for, each thing once; return how much was new."""
    today = localdate(at)
    places = sorted(set(Plan.objects.filter(state=PlanState.RUNNING).values_list("place", flat=True)))
    done = sum(_drafts(place, today, at) + _asked(place, today, at) + _evaluations(place, at) for place in places)
    return done + _submissions_late(today, at) + _deliveries_late(today, at)


def _once(key: str, at: datetime) -> bool:
    return Sent.objects.get_or_create(key=key[:128], defaults={"at": at})[1]


@transaction.atomic
def _drafts(place: str, today: date, at: datetime) -> int:
    """Draft what is due for the period that ended, by the rhythm of the place (TS-68), and the report of the year."""
    made = 0
    for kind, parameter, usual in _REPORTS:
        value = parameters.get(parameter).at(today, place)
        period = _period_of(Rhythm(str(value.value)) if value is not None else usual, today)
        if days_of(period)[1] >= today or not _begun(place, days_of(period)[1]):
            continue
        made += _draft(kind, place, period, at)
    year = previous_period(ReportKind.YEARLY, today)
    if today.month <= 2 and _begun(place, days_of(year)[1]):
        made += _draft(ReportKind.YEARLY, place, year, at)
    return made


def _begun(place: str, last_on: date) -> bool:
    return Plan.objects.filter(place=place, state=PlanState.RUNNING, begun_on__lte=last_on).exists()


def _draft(kind: ReportKind, place: str, period: str, at: datetime) -> int:
    if not _once(f"draft:{kind}:{place}:{period}", at):
        return 0
    people = [one for role in ("overseer", "task_force") for one in holders(role, place, localdate(at))]
    report = make_draft(by=_WORKER, issuer=_bureau(place), at=at, kind=kind, place=place, period=period)
    notify(people, f"已起草，请核对：{report.title}", f"/reports/{report.code}/", at)
    return 1


def _period_of(rhythm: Rhythm, today: date) -> str:
    kinds = {Rhythm.MONTH: ReportKind.DISPATCH, Rhythm.QUARTER: ReportKind.CIRCULAR, Rhythm.YEAR: ReportKind.ASSESSMENT}
    return previous_period(kinds[rhythm], today)


def _bureau(place: str) -> str:
    unit = Unit.objects.filter(place=place, kind=UnitKind.AGENCY, name__endswith="司法局", valid_to=None).first()
    return unit.name if unit else ""


@transaction.atomic
def _asked(place: str, today: date, at: datetime) -> int:
    """Ask units for what they send in again and again: once a period is over, or a month before its day of the year."""
    made = 0
    for kind, template in collections().items():
        if template["every"] == "month":
            period = previous_period(ReportKind.DISPATCH, today)
        elif template["every"] == "year":
            # the report of a unit is due within the year itself
            period = str(today.year) if "due" in template and today.month == 12 else str(today.year - 1)
            if "due" not in template and today.month > 1:
                continue
            if "due" in template and today.month != 12:
                continue
        else:
            continue
        if not _begun(place, days_of(period)[1]) or not _once(f"ask:{kind}:{place}:{period}", at):
            continue
        if not Collection.objects.filter(place=place, kind=kind, period=period).exists():
            make_collection(by=_WORKER, at=at, place=place, kind=kind, period=period)
            made += 1
    return made


@transaction.atomic
def _evaluations(place: str, at: datetime) -> int:
    """
    Ask the units of each plan for the evaluations that the plan itself dates, as soon as it runs.

    Source: 历城区方案 三(三) (LC-50), 日照市方案 三 (RZ-92): 2024年10月底前中期评估, 2025年10月底前终期评估.
    """
    made = 0
    for plan in Plan.objects.filter(place=place, state=PlanState.RUNNING):
        units = Unit.objects.filter(
            pk__in=Part.objects.filter(task__plan=plan).values("unit"), valid_to=None,
            kind__in=(UnitKind.AGENCY, UnitKind.TOWN), place__startswith=place,
        )  # fmt: skip
        codes = list(units.order_by("path").values_list("code", flat=True))
        for name, day, words in _evaluations_of(plan):
            if not codes or not _once(f"evaluation:{plan.pk}:{day}:{name}", at):
                continue
            make_collection(
                by=_WORKER, at=at, place=place, kind="evaluation", period=f"{day:%Y-%m}", due_on=day,
                title=f"《{plan.title[:150]}》{name}报告", text=f"方案要求：{words}", units=codes,
            )  # fmt: skip
            made += 1
    return made


def _evaluations_of(plan: Plan) -> Iterator[tuple[str, date, str]]:
    """Yield the evaluations among a plan's dated points: name, day, the plan's words."""
    for one in plan.milestones:
        for deadline in one["deadlines"]:
            # the name stands behind its own day: …底前组织中期评估，…底前组织终期评估
            behind = str(one["text"]).partition(deadline["text"])[2]
            found = re.search(r"(中期|终期|末期|年度|总结)评估", re.split(r"[，。；]", behind)[0])
            if found and deadline["on"]:
                yield found[0], date.fromisoformat(deadline["on"]), str(one["text"])


def waiting(collection: Collection) -> QuerySet[Unit]:
    """Return the units that have not sent in, or whose submission was returned."""
    sent = collection.submissions.exclude(state="returned").values("unit")
    return collection.units.exclude(pk__in=sent).order_by("path")


@transaction.atomic
def _submissions_late(today: date, at: datetime) -> int:
    told = 0
    for one in Collection.objects.filter(due_on__lte=today + _AHEAD, due_on__gte=today - timedelta(days=60)):
        late = one.due_on < today
        units = list(waiting(one))
        if not units or not _once(f"{'late' if late else 'soon'}:collection:{one.pk}", at):
            continue
        words = "已超期，请立即报送" if late else f"{one.due_on:%Y-%m-%d} 到期，请及时报送"
        href = f"/reports/collections/{one.code}/"
        notify(reporters([unit.pk for unit in units], today), f"{words}：{one.title}", href, at)
        if late:
            people = [who for role in ("overseer", "task_force") for who in holders(role, one.place, today)]
            names = "、".join(unit.short_name or unit.name for unit in units[:5]) + ("等" if len(units) > 5 else "")
            notify(people, f"{one.title}：{len(units)} 个单位没有按期报送（{names}）", href, at)
        told += 1
    return told


@transaction.atomic
def _deliveries_late(today: date, at: datetime) -> int:
    told = 0
    rows = Delivery.objects.filter(delivered_on=None, due_on__lte=today + timedelta(days=15)).select_related("report")
    for one in rows:
        assert one.due_on is not None
        late = one.due_on < today
        if _once(f"{'late' if late else 'soon'}:delivery:{one.pk}", at):
            words = "已超期没有报送" if late else f"{one.due_on:%Y-%m-%d} 前要报送"
            people = [who for role in ("overseer_head", "overseer") for who in holders(role, one.report.place, today)]
            notify(people, f"{words}{one.addressee}：{one.report.title}", f"/reports/{one.report.code}/", at)
            told += 1
    return told
