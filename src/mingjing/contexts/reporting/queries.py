"""What pages, the API and commands read of reports and collections, always through the scope."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from mingjing.contexts.accounts.access import Actor, MissingError, access, require, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.reporting.models import (
    Collection,
    Delivery,
    Figure,
    Report,
    ReportState,
    Submission,
    SubmissionState,
)


def reports_of(actor: Actor) -> QuerySet[Report]:
    """Return the reports that the actor may see: drafts only who writes them."""
    rows = visible(Report.objects.all(), actor, "reporting.report.view")
    if not actor.may("reporting.report.edit"):
        rows = rows.filter(state=ReportState.SIGNED)
    return rows.annotate(
        delivery_count=Count("deliveries", distinct=True),
        undelivered=Count("deliveries", filter=Q(deliveries__delivered_on=None), distinct=True),
    )


def report_of(actor: Actor, code: str) -> Report:
    """
    Return a report.

    :raises MissingError: if there is none that the actor may see
    """
    found = reports_of(actor).filter(code=code).first()
    if found is None:
        raise MissingError("没有找到这份报告，或者您无权查看。")
    return found


def figure_of(actor: Actor, pk: int) -> Figure:
    """
    Return a figure of a report with the rows behind it.

    :raises MissingError: if there is none that the actor may see
    """
    found = Figure.objects.filter(pk=pk, report__in=reports_of(actor)).select_related("report").first()
    if found is None:
        raise MissingError("没有找到这个数，或者您无权查看。")
    return found


def delivery_of(actor: Actor, pk: int) -> Delivery:
    """
    Return a delivery.

    :raises MissingError: if there is none that the actor may see
    """
    return access(Delivery.objects.select_related("report"), actor, "reporting.report.view", pk=pk)


def undelivered(actor: Actor) -> QuerySet[Delivery]:
    """Return what still has to go out and has a day, of those whom the actor may deliver."""
    rows = visible(Delivery.objects.filter(delivered_on=None, due_on__isnull=False), actor, "reporting.report.edit")
    return rows.select_related("report").order_by("due_on")


def collections_of(actor: Actor) -> QuerySet[Collection]:
    """Return the collections that the actor may see, with how many units were asked, sent and are missing."""
    seen = visible(Collection.objects.all(), actor, "reporting.collection.view").order_by().values("pk")
    good = ~Q(submissions__state=SubmissionState.RETURNED) & Q(submissions__isnull=False)
    return Collection.objects.filter(pk__in=seen).annotate(
        asked_count=Count("units", distinct=True),
        sent_count=Count("submissions", filter=good, distinct=True),
        waiting_count=Count("submissions", filter=Q(submissions__state=SubmissionState.SUBMITTED), distinct=True),
    )


def collection_of(actor: Actor, code: str) -> Collection:
    """
    Return a collection.

    :raises MissingError: if there is none that the actor may see
    """
    found = collections_of(actor).filter(code=code).first()
    if found is None:
        raise MissingError("没有找到这项报送，或者您无权查看。")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A unit of a collection and what it sent."""

    unit: Unit
    submission: Submission | None
    overdue: bool


def lines_of(actor: Actor, collection: Collection, today: date) -> list[Line]:
    """Return the units of a collection that the actor may see, with what each sent, those that owe first."""
    scope = require(actor, "reporting.collection.view")
    units = list(collection.units.filter(scope.condition(Unit.scope_fields)).order_by("path"))
    sent = {one.unit_id: one for one in Submission.objects.filter(collection=collection).prefetch_related("files")}
    lines = []
    for unit in units:
        one = sent.get(unit.pk)
        owes = one is None or one.state == SubmissionState.RETURNED
        lines.append(Line(unit=unit, submission=one, overdue=owes and collection.due_on < today))
    return sorted(lines, key=lambda line: (not line.overdue, line.submission is not None, line.unit.path))


def units_to_send(actor: Actor, collection: Collection) -> list[Unit]:
    """Return the units of a collection for which the actor may send in."""
    scope = actor.scope("reporting.submission.submit")
    if not scope:
        return []
    return list(collection.units.filter(scope.condition(Unit.scope_fields)).order_by("path"))


def owed(actor: Actor, today: date) -> list[tuple[Collection, Unit]]:
    """Return what the actor's units have still to send in."""
    scope = actor.scope("reporting.submission.submit")
    if not scope:
        return []
    mine = Unit.objects.filter(scope.condition(Unit.scope_fields))
    rows = Collection.objects.filter(units__in=mine, last_on__gte=date(today.year - 1, 1, 1)).distinct()
    found = []
    for one in rows.prefetch_related("units"):
        sent = set(one.submissions.exclude(state=SubmissionState.RETURNED).values_list("unit_id", flat=True))
        own = {unit.pk for unit in one.units.filter(pk__in=mine)}
        found += [(one, unit) for unit in one.units.all() if unit.pk in own and unit.pk not in sent]
    return found


def waiting_submissions(actor: Actor) -> QuerySet[Submission]:
    """Return what waits for the actor's judgement."""
    rows = visible(Submission.objects.filter(state=SubmissionState.SUBMITTED), actor, "reporting.collection.edit")
    return rows.select_related("collection", "unit").order_by("submitted_at")


def merged(lines: Sequence[Line], collection: Collection) -> list[tuple[str, str, int]]:
    """Return by field what the units sent in together: label, sum, from how many units."""
    from decimal import Decimal

    sent = [line.submission for line in lines if line.submission and line.submission.state != SubmissionState.RETURNED]
    found = []
    for one in collection.fields:
        if one.get("text"):
            continue
        values = [Decimal(each.figures.get(one["code"], "0") or "0") for each in sent]
        found.append((one["label"], f"{sum(values, Decimal(0)).normalize():f}", len(values)))
    return found
