"""What the platform can count for a unit and a period, offered before the unit sends its figures (SS-40)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from django.db.models import Q

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.cases.models import Case
from mingjing.contexts.registry.models import Officer
from mingjing.contexts.reporting.models import Collection


def _cases_opened(unit: Unit, first_on: date, last_on: date) -> int:
    return Case.objects.filter(
        unit__path__startswith=unit.path, kind="penalty", opened_at__date__gte=first_on, opened_at__date__lte=last_on
    ).count()


def _cases_decided(unit: Unit, first_on: date, last_on: date) -> int:
    return Case.objects.filter(
        unit__path__startswith=unit.path, kind="penalty", decided_on__gte=first_on, decided_on__lte=last_on
    ).count()


def _officers(unit: Unit, _first_on: date, last_on: date) -> int:
    there = Q(left_on__isnull=True) | Q(left_on__gt=last_on)
    joined = Q(joined_on__isnull=True) | Q(joined_on__lte=last_on)
    return Officer.objects.filter(there & joined, unit__path__startswith=unit.path, category="officer").count()


_COUNTS: Final[Mapping[str, Callable[[Unit, date, date], int]]] = {
    "cases_opened": _cases_opened,
    "cases_decided": _cases_decided,
    "officers": _officers,
}


def offered(collection: Collection, unit: Unit) -> dict[str, int]:
    """Return by field what the platform counts; fields that it cannot count are left out."""
    return {
        one["code"]: _COUNTS[one["prefill"]](unit, collection.first_on, collection.last_on)
        for one in collection.fields
        if one.get("prefill") in _COUNTS
    }
