"""Cases that belong together, and other persons whom a case concerns."""

from datetime import datetime

from django.db import transaction

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.cases.models import Case, Concerned, Link
from mingjing.contexts.cases.usecases.base import CaseError, access_case, access_for_duty, log
from mingjing.contexts.registry.queries import party_of
from mingjing.domain.procedures.model import Duty


@transaction.atomic
def link_cases(*, actor: Actor, at: datetime, case: str, other: str, why: str, note: str = "") -> Link:
    """
    Say that two cases belong together; said twice, it is said once.

    :raises CaseError: if it is the case itself, or there is no such way of belonging together
    :raises MissingError: if there is no other case that the actor may see
    """
    row = access_for_duty(actor, case, Duty.HANDLE)
    found = _other(actor, other)
    if found.pk == row.pk:
        raise CaseError("案件不能与自己关联。")
    ways = dict(Link._meta.get_field("why").choices or ())  # noqa: SLF001 - Django's public name
    if why not in ways:
        raise CaseError(f"没有“{why}”这种关系。可选：{'、'.join(str(one) for one in ways.values())}。")
    link, new = Link.objects.get_or_create(case=row, other=found, why=why, defaults={"note": note.strip()[:256]})
    if new:
        log(actor, at, "link_cases", row, note.strip(), other=found.code, why=why)
        log(actor, at, "link_cases", found, note.strip(), other=row.code, why=why)
    return link


@transaction.atomic
def unlink_cases(*, actor: Actor, at: datetime, case: str, link: int, reason: str) -> None:
    """
    Say that two cases do not belong together after all.

    :raises CaseError: if no reason is given
    """
    row = access_for_duty(actor, case, Duty.HANDLE)
    found = Link.objects.select_related("other").filter(pk=link, case=row).first()
    if found is None:
        raise MissingError("没有找到这项关联。")
    if not reason.strip():
        raise CaseError("取消关联要写明理由。")
    log(actor, at, "unlink_cases", row, reason.strip(), other=found.other.code, why=found.why)
    log(actor, at, "unlink_cases", found.other, reason.strip(), other=row.code, why=found.why)
    found.delete()


@transaction.atomic
def add_concerned(
    *,
    actor: Actor,
    at: datetime,
    case: str,
    capacity: str,
    name: str = "",
    party: str = "",
    contact: str = "",
    note: str = "",
) -> Concerned:
    """
    Enter another person whom the case concerns: registered as a party, or by name alone.

    :raises CaseError: if nobody is named, or not in which capacity
    """
    row = access_for_duty(actor, case, Duty.HANDLE)
    registered = party_of(party) if party else None
    called = name.strip() or (registered.name if registered else "")
    known = dict(Concerned._meta.get_field("capacity").choices or ())  # noqa: SLF001 - Django's public name
    if not called:
        raise CaseError("请写明姓名或者名称。")
    if capacity not in known:
        raise CaseError(f"请选择身份：{'、'.join(str(one) for one in known.values())}。")
    made = Concerned.objects.create(
        case=row,
        party=registered,
        capacity=capacity,
        name=called[:128],
        contact=contact.strip()[:64],
        note=note.strip()[:256],
    )
    log(actor, at, "add_concerned", row, capacity=capacity, concerned=made.pk)
    return made


@transaction.atomic
def remove_concerned(*, actor: Actor, at: datetime, case: str, concerned: int, reason: str) -> None:
    """
    Take out somebody who was entered by mistake.

    :raises CaseError: if no reason is given
    """
    row = access_for_duty(actor, case, Duty.HANDLE)
    found = row.concerned.filter(pk=concerned).first()
    if found is None:
        raise MissingError("没有找到这个人员。")
    if not reason.strip():
        raise CaseError("删除有关人员要写明理由。")
    log(actor, at, "remove_concerned", row, reason.strip(), concerned=found.pk, capacity=found.capacity)
    found.delete()


def _other(actor: Actor, code: str) -> Case:
    """Find the other case by its code or its number."""
    plain = code.strip()
    found = Case.objects.filter(case_no=plain).values_list("code", flat=True).first() if plain else None
    return access_case(actor, found or plain)
