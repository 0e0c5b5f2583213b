"""
Refusals that the log keeps: that somebody tried what the law forbids is worth knowing, though nothing came of it.

What is refused is rolled back, and an entry made with it would go too; so the entry is made after, in a transaction of
its own.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import transaction

from mingjing.contexts.records.usecases.append import Field, append

_WAITING: ContextVar[list[dict[str, Any]] | None] = ContextVar("refusals", default=None)


def note_refusal(*, actor: str, at: datetime, act: str, subject: str, fields: Mapping[str, Field], reason: str) -> None:
    """Append that an act was refused, outside the transaction that is rolled back with it."""
    entry: dict[str, Any] = {
        "actor": actor,
        "at": at,
        "act": act,
        "subject": subject,
        "fields": fields,
        "reason": reason,
    }
    waiting = _WAITING.get()
    if waiting is None:
        with transaction.atomic():
            append(**entry)
    else:
        waiting.append(entry)


@contextmanager
def refusals_kept() -> Iterator[None]:
    """Keep what is refused within until the end, for who runs acts in one transaction and may roll all of it back."""
    waiting: list[dict[str, Any]] = []
    token = _WAITING.set(waiting)
    try:
        yield
    finally:
        _WAITING.reset(token)
        for entry in waiting:
            with transaction.atomic():
                append(**entry)
