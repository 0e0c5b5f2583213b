"""Erase what an entry commits to, where the law asks for it. The entry and every proof of it remain."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from mingjing.contexts.records.models import Entry
from mingjing.contexts.records.openings import COLUMNS
from mingjing.contexts.records.usecases.append import append
from mingjing.domain.records.entries import WHY_FIELD, shown
from mingjing.kernel.errors import DomainError


class NothingToEraseError(DomainError):
    """The entry has no such field, or it was erased before."""

    code: ClassVar[str] = "records.nothing_to_erase"


@transaction.atomic
def erase(*, actor: str, at: datetime, entry: int, fields: Sequence[str], reason: str) -> None:
    """
    Erase fields of one entry: their values and salts. What was committed to can then not be found again, by nobody.

    The erasure is an act of its own, with its reason in the log. Backups made before still hold the values until they
    expire. The reason is the field ``_why``, codes of
    persons are ``_who`` and ``_object``.

    :raises NothingToEraseError: if the entry has no such field
    """
    row = Entry.objects.select_for_update().filter(pk=entry).first()
    missing = sorted(set(fields) - set(row.salts)) if row is not None else sorted(fields)
    if row is None or missing or not fields:
        raise NothingToEraseError(
            f"这一条存证里没有可以抹去的内容：{'、'.join(missing) or '未指明字段'}。", entry=entry
        )
    row.salts = {name: salt for name, salt in row.salts.items() if name not in fields}
    row.fields = {name: value for name, value in row.fields.items() if name not in fields}
    for name in set(fields) & set(COLUMNS):
        value = getattr(row, COLUMNS[name])
        setattr(row, COLUMNS[name], "" if name == WHY_FIELD else shown(value))
    row.save(update_fields=["salts", "fields", *COLUMNS.values()])
    append(
        actor=actor,
        at=at,
        act="log.erase",
        subject=f"entry:{entry}",
        fields={"fields": "、".join(sorted(fields))},
        reason=reason,
    )
