"""Sessions of browsers: listed, and ended by their owner or because the account changed."""

from collections.abc import Iterable
from datetime import datetime
from importlib import import_module

from django.conf import settings
from django.db import transaction

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.accounts.models import BrowserSession, SignInEvent
from mingjing.contexts.accounts.usecases.visits import Visit, note
from mingjing.contexts.records.usecases import append


@transaction.atomic
def end_session(*, actor: Actor, at: datetime, handle: str) -> None:
    """
    End a session of the actor's own.

    :raises MissingError: if there is no such session
    """
    for row in (
        BrowserSession.objects.select_for_update(of=("self",)).select_related("user").filter(user_id=actor.user_id)
    ):
        if row.handle == handle:
            _end([row])
            visit = Visit(address=row.address, device=row.device)
            note(at=at, kind=SignInEvent.Kind.ENDED, username=row.user.username, user=row.user, way="", visit=visit)
            append(actor=actor.code, at=at, act="accounts.end_session", subject=f"session:{handle}")
            return
    raise MissingError("没有找到这个登录会话，或者它已经结束。")


def end_sessions(*, user_id: int, but: str = "") -> None:
    """End all sessions of a user, but the one with the key ``but``; part of an act that logs."""
    _end(BrowserSession.objects.filter(user_id=user_id).exclude(key=but))


def rename_session(*, old: str, new: str) -> None:
    """Follow a session whose key was changed for safety."""
    BrowserSession.objects.filter(key=old).update(key=new)


def keep_to_limit(*, user_id: int, limit: int) -> None:
    """End the sessions that rested longest until no more than ``limit`` are left; part of signing in."""
    _end(BrowserSession.objects.filter(user_id=user_id).order_by("-seen_at", "-id")[limit:])


def _end(rows: Iterable[BrowserSession]) -> None:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for row in list(rows):
        store(row.key).delete()
        row.delete()
