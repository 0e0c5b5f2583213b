"""Erase what an entry commits to, where the law asks for it. The entry and every proof of it remain."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from mingjing.contexts.records.models import Opening
from mingjing.contexts.records.usecases.append import append
from mingjing.domain.records.entries import HIDDEN, OBJECT_FIELD, WHO_FIELD, shown
from mingjing.kernel.errors import DomainError


class NothingToEraseError(DomainError):
    """The entry has no such field, or it was erased before."""

    code: ClassVar[str] = "records.nothing_to_erase"


@transaction.atomic
def erase(*, actor: str, at: datetime, entry: int, fields: Sequence[str], reason: str) -> None:
    """
    Erase fields of one entry: their values and salts. What was committed to can then not be found again, by nobody.

    The erasure is an act of its own, with its reason in the log. Backups made before still hold the values until they
    expire. Codes of persons are the fields ``_who`` and ``_object``.

    :raises NothingToEraseError: if the entry has no such field
    """
    row = Opening.objects.select_for_update().filter(pk=entry).first()
    missing = sorted(set(fields) - set(row.fields)) if row is not None else sorted(fields)
    if row is None or missing or not fields:
        raise NothingToEraseError(
            f"这一条存证里没有可以抹去的内容：{'、'.join(missing) or '未指明字段'}。", entry=entry
        )
    row.fields = {name: each for name, each in row.fields.items() if name not in fields}
    if OBJECT_FIELD in fields:
        row.subject = shown(row.subject)
    if WHO_FIELD in fields:
        row.actor = shown(row.actor) or HIDDEN
    row.save(update_fields=["fields", "subject", "actor"])
    append(
        actor=actor,
        at=at,
        act="log.erase",
        subject=f"entry:{entry}",
        fields={"fields": "、".join(sorted(fields))},
        reason=reason,
    )
