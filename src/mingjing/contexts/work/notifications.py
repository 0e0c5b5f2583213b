"""Notifications: words for a user, and where they lead."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Count

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.operations.statements import Statement
from mingjing.contexts.work.models import Notification

_UNREAD: Final = Statement(
    lambda user: (
        Notification.objects.filter(user_id=user, read_at=None)
        .order_by()
        .values("user_id")
        .annotate(count=Count("pk"))
        .values_list("count")
    ),
    int,
)


def notify(user_ids: Iterable[int], title: str, href: str, at: datetime) -> None:
    """Tell users something once the act is really done: after the transaction, or at once outside one."""
    rows = [Notification(user_id=one, title=title[:256], href=href, at=at) for one in dict.fromkeys(user_ids)]
    if rows:
        transaction.on_commit(lambda: Notification.objects.bulk_create(rows))


def unread(user_id: int) -> int:
    """Return how many the user has not read."""
    return next((int(count) for (count,) in _UNREAD(user_id)), 0)


def latest(actor: Actor, most: int = 5) -> list[Notification]:
    """Return the user's latest."""
    return list(Notification.objects.filter(user_id=actor.user_id).order_by("-at", "-pk")[:most])


def open_notification(*, actor: Actor, at: datetime, pk: int) -> Notification:
    """
    Mark one's own notification as read and return it.

    :raises MissingError: if it is not the actor's
    """
    row = Notification.objects.filter(user_id=actor.user_id, pk=pk).first()
    if row is None:
        raise MissingError("没有找到这条消息。")
    if row.read_at is None:
        Notification.objects.filter(pk=row.pk, read_at=None).update(read_at=at)
    return row


def read_all(*, actor: Actor, at: datetime) -> int:
    """Mark all of one's own as read; return how many were not."""
    return Notification.objects.filter(user_id=actor.user_id, read_at=None).update(read_at=at)
