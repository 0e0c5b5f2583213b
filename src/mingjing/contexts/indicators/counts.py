"""What the registers beneath this room can be asked to count."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Exists, OuterRef
from django.urls import reverse

from mingjing.contexts.indicators.registers import Line, register
from mingjing.contexts.registry.models import Agency, Credential, Officer, Supervisor
from mingjing.contexts.registry.queries import on_duty


def register_all() -> None:
    """Offer the counts."""
    register("registry.valid_credentials", "在岗执法人员持有有效执法证件", _valid_credentials, is_share=True)
    register("registry.confirmed_agencies", "执法主体经确认公告", _confirmed_agencies, is_share=True)
    register("registry.social_supervisors", "在聘社会监督员", _social_supervisors, is_share=False)


def _valid_credentials(on: date, place: str) -> Iterator[Line]:
    held = Credential.objects.filter(officer=OuterRef("pk"), status="valid", valid_from__lte=on, valid_until__gte=on)
    rows = Officer.objects.filter(on_duty(on), unit__place__startswith=place, category="officer")
    for row in rows.annotate(holds=Exists(held)).select_related("unit").order_by("code"):
        yield Line(
            unit=row.unit.code,
            key=row.code,
            name=row.name,
            counts=row.holds,
            href=reverse("registry_officer", args=[row.code]),
        )


def _confirmed_agencies(_on: date, place: str) -> Iterator[Line]:
    for row in Agency.objects.filter(unit__place__startswith=place).select_related("unit").order_by("code"):
        yield Line(
            unit=row.unit.code,
            key=row.code,
            name=row.name,
            counts=row.status == "announced",
            href=reverse("registry_agency", args=[row.code]),
        )


def _social_supervisors(on: date, place: str) -> Iterator[Line]:
    rows = Supervisor.objects.filter(
        unit__place__startswith=place,
        kind="social_supervisor",
        term_from__lte=on,
        term_until__gte=on,
        dismissed_on__isnull=True,
    )
    for row in rows.select_related("unit").order_by("code"):
        yield Line(unit=row.unit.code, key=row.code, name=row.name)
