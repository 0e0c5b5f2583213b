"""What the platform can count for a unit and a period, offered before the unit sends its figures (SS-40)."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from django.db.models import Q

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.cases.models import Case
from mingjing.contexts.catalog.queries import in_force
from mingjing.contexts.registry.models import Device, Officer, Role
from mingjing.contexts.registry.queries import on_duty
from mingjing.contexts.reporting.models import Collection
from mingjing.domain.catalog.items import KIND_LABELS
from mingjing.domain.registry.devices import DeviceStatus


def _cases_opened(unit: Unit, first_on: date, last_on: date) -> int:
    return Case.objects.filter(
        unit__path__startswith=unit.path, kind="penalty", opened_at__date__gte=first_on, opened_at__date__lte=last_on
    ).count()


def _cases_decided(unit: Unit, first_on: date, last_on: date) -> int:
    return Case.objects.filter(
        unit__path__startswith=unit.path, kind="penalty", decided_on__gte=first_on, decided_on__lte=last_on
    ).count()


def _officers(unit: Unit, _first_on: date, last_on: date) -> int:
    return Officer.objects.filter(on_duty(last_on), unit__path__startswith=unit.path, category="officer").count()


def _reviewers(unit: Unit, _first_on: date, last_on: date) -> int:
    valid = Q(valid_until__isnull=True) | Q(valid_until__gte=last_on)
    rows = Role.objects.filter(valid, role="legal_reviewer", valid_from__lte=last_on)
    return rows.filter(officer__unit__path__startswith=unit.path).values("officer").distinct().count()


def _recorders(unit: Unit, _first_on: date, last_on: date) -> int:
    there = Q(retired_on__isnull=True) | Q(retired_on__gt=last_on)
    rows = Device.objects.filter(there, unit__path__startswith=unit.path, acquired_on__lte=last_on)
    return rows.exclude(kind="station").exclude(status=DeviceStatus.RETIRED, retired_on=None).count()


def _act_kinds(unit: Unit, _first_on: date, last_on: date) -> str:
    """Name the kinds of acts among the items in force of a unit; empty where it has none."""
    rows = in_force("item", last_on).filter(holder__unit__path__startswith=unit.path)
    kinds = set(rows.order_by().values_list("holder__kind", flat=True).distinct())
    return "、".join(label for kind, label in KIND_LABELS.items() if kind in kinds)


_COUNTS: Final[Mapping[str, Callable[[Unit, date, date], int | str]]] = {
    "cases_opened": _cases_opened,
    "cases_decided": _cases_decided,
    "officers": _officers,
    "reviewers": _reviewers,
    "recorders": _recorders,
    "act_kinds": _act_kinds,
}


def offered(collection: Collection, unit: Unit) -> dict[str, int | str]:
    """Return by field what the platform knows; fields of which it knows nothing are left out."""
    found = {
        one["code"]: _COUNTS[one["prefill"]](unit, collection.first_on, collection.last_on)
        for one in collection.fields
        if one.get("prefill") in _COUNTS
    }
    return {code: value for code, value in found.items() if value != ""}
