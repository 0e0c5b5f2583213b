"""
Accountabilities handed to the discipline inspection: with a letter that lists the materials, and the day of receipt.

Few may know of it (TS-46): every act and every look asks for a permission of its own, nobody reads of a transfer of
himself, and nothing of it stands in what the accountability tells others. The letter is written by the room of documents.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from mingjing.contexts.accounts.access import Actor, MissingError, access, visible
from mingjing.contexts.registry.models import Accountability, DisciplineTransfer
from mingjing.contexts.registry.usecases.base import InvalidError, day_of, log, save
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.registry.obstacles import obstacle, refuse

TRANSFER: Final = "registry.accountability.transfer"
SEE: Final = "registry.accountability.view"

type Write = Callable[[DisciplineTransfer, Actor, datetime], str]
"""Writes the letter of a transfer, and returns its code."""

_writers: Final[list[Write]] = []


def register_writer(write: Write) -> None:
    """Let the room of documents write the letters, when the platform starts."""
    _writers[:] = [write]


def transfers_of(actor: Actor) -> QuerySet[DisciplineTransfer]:
    """Return the transfers of which the actor may know: within the permission, and none of himself."""
    rows = DisciplineTransfer.objects.select_related("accountability__officer__unit")
    if not actor.may(TRANSFER):
        return rows.none()
    return visible(rows, actor, TRANSFER).exclude(accountability__officer__user_id=actor.user_id)


def may_transfer(actor: Actor, row: Accountability) -> bool:
    """Say whether the actor may hand an accountability over, and know that it was."""
    if row.officer.user_id == actor.user_id or not actor.may(TRANSFER):
        return False
    return visible(Accountability.objects.filter(pk=row.pk), actor, TRANSFER).exists()


def transfer_of(actor: Actor, row: Accountability) -> DisciplineTransfer | None:
    """Return the transfer of an accountability, if there is one of which the actor may know."""
    return transfers_of(actor).filter(accountability=row).first()


def transfer_named(actor: Actor, code: str) -> DisciplineTransfer:
    """
    Return a transfer by its code.

    :raises MissingError: if there is none of which the actor may know
    """
    found = transfers_of(actor).filter(code=code).first()
    if found is None:
        raise MissingError("没有找到这次移送，或者您无权查看。")
    return found


@transaction.atomic
def transfer_accountability(
    *,
    actor: Actor,
    at: datetime,
    case: int,
    version: int,
    recipient: str,
    transferred_on: date,
    brief: str,
    materials: Sequence[str],
) -> DisciplineTransfer:
    """
    Hand an accountability over to the discipline inspection, with a letter that lists the materials.

    :raises ForbiddenError: if the actor may not know of transfers
    :raises InvalidError: if no material is listed, or the day does not fit
    :raises RegistryError: if it went over before

    Source: TS-46.
    """
    row = _fetch(actor, case)
    require_fresh(row, version)
    if DisciplineTransfer.objects.filter(accountability=row).exists():
        refuse(obstacle("transferred", "这项责任追究已经移送纪检监察机关。", "请登记签收情况。", "TS-46"))
    listed = [one.strip() for one in materials if one.strip()]
    if not listed:
        raise InvalidError("请列出移送的材料。", fields={"materials": ["必填"]})
    if not row.opened_on <= transferred_on <= day_of(at):
        raise InvalidError("移送日期应当在启动以后、今天以前。", fields={"transferred_on": ["日期不对"]})
    made = DisciplineTransfer(
        code=f"JY{day_of(at):%Y%m%d}{secrets.token_hex(3)}",
        accountability=row,
        recipient=recipient.strip(),
        transferred_on=transferred_on,
        brief=brief.strip(),
        materials=listed,
    )
    save(made)
    for write in _writers:
        made.document = write(made, actor, at)
        made.save(update_fields=["document"])
    log(actor, at, "transfer_accountability", f"transfer:{made.code}", {"materials": len(listed)})
    return made


@transaction.atomic
def receive_transfer(
    *, actor: Actor, at: datetime, case: int, version: int, received_on: date, receiver: str
) -> DisciplineTransfer:
    """
    Record on which day the discipline inspection received it, and who there signed for it.

    :raises ForbiddenError: if the actor may not know of transfers
    :raises MissingError: if it did not go over
    :raises InvalidError: if the day does not fit
    :raises RegistryError: if the receipt stands already
    """
    row = _fetch(actor, case)
    require_fresh(row, version)
    found = DisciplineTransfer.objects.select_for_update().filter(accountability=row).first()
    if found is None:
        raise MissingError("这项责任追究没有移送。")
    if found.received_on is not None:
        refuse(obstacle("received", "已经登记过签收。", "不能再修改。", "TS-46"))
    if not found.transferred_on <= received_on <= day_of(at):
        raise InvalidError("签收日期应当在移送以后、今天以前。", fields={"received_on": ["日期不对"]})
    found.received_on, found.receiver = received_on, receiver.strip()
    save(found)
    log(actor, at, "receive_transfer", f"transfer:{found.code}", {"on": received_on})
    return found


@transaction.atomic
def note_read(*, actor: Actor, at: datetime, transfer: DisciplineTransfer) -> None:
    """Let the log keep who looked at a transfer."""
    log(actor, at, "read_transfer", f"transfer:{transfer.code}", {})


def _fetch(actor: Actor, case: int) -> Accountability:
    row = access(Accountability.objects.select_related("officer"), actor, TRANSFER, see=SEE, lock=True, pk=case)
    if row.officer.user_id == actor.user_id:
        raise MissingError("没有找到这项责任追究，或者您无权办理。")
    return row
