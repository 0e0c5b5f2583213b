"""Acts on bodies that lead and consult, and on the legal services of towns."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction

from mingjing.contexts.accounts.access import Actor, access
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.registry.models import Body, BodyMember, Service
from mingjing.contexts.registry.usecases.base import InvalidError, log, require_unit, save

SEE: Final = "registry.body.view"
EDIT: Final = "registry.body.edit"


@transaction.atomic
def form_body(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    name: str,
    kind: str,
    head: str,
    office: str,
    formed_on: date,
    duties: str = "",
    members: Sequence[tuple[str, str, str]] = (),
) -> Body:
    """
    Enter a task force, leading group or consultation mechanism; members as unit, part and person.

    :raises InvalidError: if a member's unit is unknown
    """
    row = Body(
        code=code,
        name=name,
        kind=kind,
        head=head,
        office=require_unit(actor, EDIT, office),
        formed_on=formed_on,
        duties=duties,
    )
    save(row)
    for unit, part, person in members:
        _join(row, unit, part, person)
    log(actor, at, "form_body", f"body:{code}", {"kind": kind, "office": office, "members": len(members)})
    return row


def _join(row: Body, unit: str, part: str, person: str) -> BodyMember:
    found = Unit.objects.filter(code=unit).first()
    if found is None:
        raise InvalidError(f"没有代码为“{unit}”的单位。", fields={"unit": ["请从单位列表中选择"]})
    made = BodyMember(body=row, unit=found, part=part, person=person)
    save(made)
    return made


@transaction.atomic
def join_body(*, actor: Actor, at: datetime, code: str, unit: str, part: str, person: str = "") -> BodyMember:
    """Add a member unit."""
    row = access(Body.objects.all(), actor, EDIT, see=SEE, lock=True, code=code)
    made = _join(row, unit, part, person)
    log(actor, at, "join_body", f"body:{code}", {"unit": unit, "part": part})
    return made


@transaction.atomic
def offer_service(
    *, actor: Actor, at: datetime, unit: str, kind: str, where: str, person: str, handled: int = 0
) -> Service:
    """Enter, or renew, a legal service that a town offers (TS-52)."""
    town = require_unit(actor, EDIT, unit)
    row = Service.objects.filter(unit=town, kind=kind).first() or Service(unit=town, kind=kind)
    row.where, row.person, row.handled = where, person, handled
    save(row, bump=False)
    log(actor, at, "offer_service", f"service:{unit}:{kind}", {"handled": handled})
    return row
