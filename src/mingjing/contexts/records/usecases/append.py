"""Append an act to the log, in the transaction of the act."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from mingjing.contexts.records.models import Entry
from mingjing.kernel.errors import DomainError

type Field = str | int | bool | None


class NoTransactionError(DomainError):
    """An entry is only as true as the act: both are in one transaction, or neither is."""

    code = "records.no_transaction"


def append(
    *, actor: str, at: datetime, act: str, subject: str, fields: Mapping[str, Field] | None = None, reason: str = ""
) -> None:
    """
    Append one act to the log, in the transaction that does it.

    ``actor`` is the stable code of the user (``User.code``) or of the system's part that acted, ``act`` the dotted
    name of the use case (``registry.suspend_credential``), ``subject`` the kind and stable code of what was acted upon
    (``officer:37083100123``), ``fields`` what was set, by field name, ``reason`` the words of the person.

    :raises NoTransactionError: outside a transaction
    """
    if not transaction.get_connection().in_atomic_block:
        raise NoTransactionError(f"“{act}”不在事务中，不能记入日志。")
    Entry.objects.create(
        recorded_at=at, actor=actor, act=act, subject=subject, reason=reason, fields=dict(fields or {})
    )
