"""Append an act to the log, in the transaction of the act."""

import json
import secrets
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from mingjing.contexts.records.suite import hasher_in_use
from mingjing.domain.records.entries import Act, chance_needed, seal
from mingjing.kernel.canonical import Json
from mingjing.kernel.errors import DomainError

type Field = str | int | bool | None

# One statement of our own instead of two of the mapper: appending must cost little beside the act (docs/log.md).
_ENTRY: Final = (
    "INSERT INTO records_entry (recorded_at, actor, act, subject, reason, fields, salts) "
    "VALUES (%s, %s, %s, %s, %s, %s, %s)"
)
_LEAF: Final = "INSERT INTO records_leaf (entry_id, data, hash) VALUES (%s, %s, %s)"
_BOTH: Final = (
    f"WITH entry AS ({_ENTRY} RETURNING id) "
    "INSERT INTO records_leaf (entry_id, data, hash) SELECT id, %s, %s FROM entry RETURNING entry_id"
)


class NoTransactionError(DomainError):
    """An entry is only as true as the act: both are in one transaction, or neither is."""

    code = "records.no_transaction"


def append(
    *,
    actor: str,
    at: datetime,
    act: str,
    subject: str,
    fields: Mapping[str, Field] | None = None,
    reason: str = "",
    public: Mapping[str, Json] | None = None,
) -> int:
    """
    Append one act to the log, in the transaction that does it; return the id of its entry.

    ``actor`` is the stable code of the user (``User.code``) or of the system's part that acted, ``act`` the dotted
    name of the use case (``registry.suspend_credential``), ``subject`` the kind and stable code of what was acted upon
    (``officer:37083100123``), ``fields`` what was set, by field name, ``reason`` the words of the person. The log
    commits to fields and reason without telling them; ``public`` is for what everybody shall read.

    The place of the entry in the log is given out later, by :mod:`~mingjing.contexts.records.usecases.sequence`.

    :raises NoTransactionError: outside a transaction
    :raises EntryRefusedError: if a name is malformed, or a value has no single written form
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise NoTransactionError(f"“{act}”不在事务中，不能记入日志。")
    described = Act(who=actor, at=at, act=act, object=subject, why=reason, fields=fields or {}, public=public or {})
    sealed = seal(described, hasher=hasher_in_use(), chance=secrets.token_bytes(chance_needed(described)))
    entry = [
        connection.ops.adapt_datetimefield_value(at),
        actor,
        act,
        subject,
        reason,
        json.dumps(dict(fields or {}), ensure_ascii=False),
        json.dumps({name: b64encode(each.salt).decode() for name, each in sealed.openings.items()}),
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_BOTH, [*entry, sealed.data, sealed.leaf_hash])
            return int(cursor.fetchone()[0])
        cursor.execute(_ENTRY, entry)
        number = int(cursor.lastrowid)
        cursor.execute(_LEAF, [number, sealed.data, sealed.leaf_hash])
        return number
