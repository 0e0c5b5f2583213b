"""What of this room the site-wide search finds."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from mingjing.contexts.registry.models import Agency, Credential, Device, Officer, Party, Supervisor
from mingjing.contexts.work import search


def agency(row: Agency) -> search.Document:
    """Let a subject be found."""
    return search.Document(
        key=row.code,
        title=row.name,
        href=reverse("registry_agency", args=[row.code]),
        text=f"{row.code} {row.uscc} {row.legal_basis}",
        unit_path=row.unit.path,
        place=row.unit.place,
    )


def officer(row: Officer, numbers: Iterable[str] = ()) -> search.Document:
    """Let a person be found, by name, code and credential."""
    return search.Document(
        key=row.code,
        title=row.name,
        href=reverse("registry_officer", args=[row.code]),
        text=" ".join((row.code, row.unit.name, row.position, *numbers)),
        unit_path=row.unit.path,
        place=row.unit.place,
        owner_id=row.user_id,
    )


def device(row: Device) -> search.Document:
    """Let a device be found."""
    return search.Document(
        key=row.number,
        title=f"{row.get_kind_display()} {row.number}",
        href=reverse("registry_device", args=[row.number]),
        text=f"{row.model} {row.serial} {row.unit.name}",
        unit_path=row.unit.path,
        place=row.unit.place,
    )


def party(row: Party) -> search.Document:
    """Let a party be found; of a citizen no more than the name."""
    return search.Document(
        key=row.code,
        title=row.name,
        href=reverse("registry_party", args=[row.code]),
        text=f"{row.code} {row.uscc} {row.legal_person}",
        place=row.place,
    )


def supervisor(row: Supervisor) -> search.Document:
    """Let somebody in a social role be found."""
    return search.Document(
        key=row.code,
        title=row.name,
        href=reverse("registry_supervisor", args=[row.code]),
        text=f"{row.get_kind_display()} {row.employer} {row.certificate_no}",
        unit_path=row.unit.path,
        place=row.unit.place,
        owner_id=row.user_id,
    )


def _officers() -> Iterable[search.Document]:
    numbers: dict[int, list[str]] = {}
    for pk, number in Credential.objects.values_list("officer_id", "number"):
        numbers.setdefault(pk, []).append(number)
    for row in Officer.objects.select_related("unit").iterator(chunk_size=2000):
        yield officer(row, numbers.get(row.pk, ()))


def register() -> None:
    """Let the kinds of this room be found."""
    search.register(
        "agency",
        "执法主体",
        "registry.agency.view",
        rows=lambda: map(agency, Agency.objects.select_related("unit").iterator(chunk_size=2000)),
    )
    search.register("officer", "执法人员", "registry.officer.view", rows=_officers)
    search.register(
        "device",
        "执法装备",
        "registry.device.view",
        rows=lambda: map(device, Device.objects.select_related("unit").iterator(chunk_size=2000)),
    )
    search.register(
        "party",
        "当事人",
        "registry.party.view",
        rows=lambda: map(
            party, Party.objects.filter(erased_at__isnull=True, merged_into__isnull=True).iterator(chunk_size=2000)
        ),
    )
    search.register(
        "supervisor",
        "社会监督人员",
        "registry.supervisor.view",
        rows=lambda: map(supervisor, Supervisor.objects.select_related("unit").iterator(chunk_size=2000)),
    )


def note(rows: Iterable[Any]) -> None:
    """Bring what is found of some rows of one kind up to date, in the transaction of the act."""
    made: dict[str, list[search.Document]] = {}
    people: list[Officer] = []
    for row in rows:
        kind = type(row).__name__.lower()
        if kind == "party" and (row.erased_at is not None or row.merged_into_id is not None):
            search.unindex(kind=kind, key=row.code)
        elif kind == "officer":
            people.append(row)
        else:
            made.setdefault(kind, []).append(_MAKERS[kind](row))
    numbers: dict[int, list[str]] = {}
    for start in range(0, len(people), 500):
        some = Credential.objects.filter(officer__in=people[start : start + 500])
        for pk, number in some.values_list("officer_id", "number"):
            numbers.setdefault(pk, []).append(number)
    if people:
        made["officer"] = [officer(row, numbers.get(row.pk, ())) for row in people]
    for kind, documents in made.items():
        search.index_many(kind, documents)


_MAKERS: dict[str, Any] = {"agency": agency, "device": device, "party": party, "supervisor": supervisor}
