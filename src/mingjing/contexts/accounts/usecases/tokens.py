"""Tokens: what a program shows to act for a user. The secret is shown once; kept is its digest."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, actor_of
from mingjing.contexts.accounts.models import Token
from mingjing.contexts.accounts.permissions import permission
from mingjing.contexts.accounts.policy import policy
from mingjing.contexts.records.usecases import append
from mingjing.kernel.errors import DomainError

_PREFIX: Final = "mj_"
_MARK: Final = 10
_NOTED_EVERY: Final = timedelta(minutes=1)


class TokenError(DomainError):
    """A token that cannot be made so."""

    code = "accounts.token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A token that is recognised, and the actor that it makes."""

    token_id: int
    actor: Actor


@transaction.atomic
def make_token(*, actor: Actor, at: datetime, name: str, permissions: Collection[str], days: int) -> tuple[Token, str]:
    """
    Make a token for the actor, narrowed to ``permissions``, and return it with the secret, which is shown this once.

    :raises ForbiddenError: if the actor is a token itself, or lacks one of the permissions
    :raises TokenError: if it has no name, no permission, or lasts too long
    """
    if actor.only is not None:
        raise ForbiddenError("令牌不能用来建立令牌，请登录网页办理。")
    if not name.strip():
        raise TokenError("请写明令牌的用途，例如“与信用平台对接”。")
    if not permissions:
        raise TokenError("请至少选择一项权限。")
    for code in permissions:
        if not actor.may(code):
            raise ForbiddenError(f"您自己没有“{permission(code).label}”的权限，不能给令牌。")
    if not 1 <= days <= policy().token_days:
        raise TokenError(f"令牌的有效期应当在 1 天到 {policy().token_days} 天之间。")
    secret = _PREFIX + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user_id=actor.user_id,
        name=name.strip(),
        mark=secret[:_MARK],
        digest=_digest(secret),
        permissions=sorted(permissions),
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    append(
        actor=actor.code,
        at=at,
        act="accounts.make_token",
        subject=f"token:{token.mark}",
        fields={"name": token.name, "permissions": "、".join(token.permissions), "days": days},
    )
    return token, secret


@transaction.atomic
def revoke_token(*, actor: Actor, at: datetime, mark: str) -> None:
    """
    Revoke a token of the actor's own; it is refused from this moment on.

    :raises MissingError: if the actor has no such token
    """
    token = Token.objects.select_for_update().filter(user_id=actor.user_id, mark=mark, revoked_at=None).first()
    if token is None:
        raise MissingError("没有找到这个令牌，或者已经停用。")
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    append(actor=actor.code, at=at, act="accounts.revoke_token", subject=f"token:{mark}")


def recognise(*, token: str, at: datetime, address: str) -> Known | None:
    """Return the actor that a token makes now; ``None`` for one that is unknown, over, revoked, or of nobody active."""
    row = (
        Token.objects.select_related("user__unit")
        .filter(digest=_digest(token), revoked_at=None, expires_at__gt=at, user__is_active=True)
        .first()
    )
    if row is None:
        return None
    if row.used_at is None or at - row.used_at >= _NOTED_EVERY or row.used_from != address:
        Token.objects.filter(pk=row.pk).update(used_at=at, used_from=address)
    actor = actor_of(row.user, on=timezone.localdate(at), only=row.permissions)
    return Known(token_id=row.pk, actor=actor)


def _digest(secret: str) -> str:
    # 256 random bits need no slow digest
    return hashlib.sha256(secret.encode()).hexdigest()
