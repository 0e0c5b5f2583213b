"""The second factor: an authenticator app, and recovery codes for the day on which it is lost."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.conf import settings
from django.db import transaction

from mingjing.contexts.accounts.access import Actor, ForbiddenError, access
from mingjing.contexts.accounts.models import RecoveryCode, SecondFactor, User
from mingjing.contexts.accounts.policy import policy
from mingjing.contexts.accounts.sealing import seal, unseal
from mingjing.contexts.accounts.usecases.common import require_reason
from mingjing.contexts.accounts.usecases.sessions import end_sessions
from mingjing.contexts.records.usecases import append
from mingjing.domain import onetime
from mingjing.kernel.errors import DomainError

_PURPOSE: Final = "one-time passwords"
_SIGNS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_SECRET: Final = 20


class FactorError(DomainError):
    """A second factor that cannot be set up or used so."""

    code = "accounts.factor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What an app needs to be set up: the address in the QR code, and the same secret to be typed."""

    address: str
    secret: str


@transaction.atomic
def offer_factor(*, actor: Actor) -> Offered:
    """
    Return what the actor's app needs; until it is confirmed, nothing changes and the same is offered again.

    :raises FactorError: if the actor has one already
    """
    _own(actor)
    user = User.objects.select_for_update(of=("self",)).get(pk=actor.user_id)
    factor = SecondFactor.objects.filter(user=user).first()
    if factor is not None and factor.confirmed_at is not None:
        raise FactorError("您已经启用动态口令。要换手机，请先解除，再重新绑定。")
    if factor is None:
        sealed = seal(secrets.token_bytes(_SECRET), purpose=_PURPOSE).decode()
        factor = SecondFactor.objects.create(user=user, sealed=sealed)
    secret = _secret(factor)
    return Offered(
        address=onetime.address_of(secret, account=user.username, issuer="明镜"), secret=onetime.base32(secret)
    )


@transaction.atomic
def confirm_factor(*, actor: Actor, at: datetime, password: str) -> Sequence[str]:
    """
    Switch the second factor on with the first one-time password, and return the recovery codes, told this once.

    :raises FactorError: if none is offered, or the password is not the app's
    """
    _own(actor)
    factor = SecondFactor.objects.select_for_update().filter(user_id=actor.user_id, confirmed_at=None).first()
    if factor is None:
        raise FactorError("没有待确认的动态口令，请重新打开绑定页面。")
    step = onetime.matching_step(_secret(factor), _digits(password), second=int(at.timestamp()), after=0)
    if step is None:
        raise FactorError("动态口令不正确。请核对手机时间是否准确，再输入应用现在显示的 6 位数字。")
    factor.confirmed_at, factor.latest_step = at, step
    factor.save()
    append(actor=actor.code, at=at, act="accounts.confirm_factor", subject=f"user:{actor.code}")
    return _new_codes(actor.user_id)


@transaction.atomic
def renew_recovery_codes(*, actor: Actor, at: datetime) -> Sequence[str]:
    """
    Make new recovery codes and return them, told this once; the old ones are void.

    :raises FactorError: if the actor has no second factor
    """
    _own(actor)
    if not SecondFactor.objects.filter(user_id=actor.user_id).exclude(confirmed_at=None).exists():
        raise FactorError("您还没有启用动态口令。")
    append(actor=actor.code, at=at, act="accounts.renew_recovery_codes", subject=f"user:{actor.code}")
    return _new_codes(actor.user_id)


@transaction.atomic
def drop_factor(*, actor: Actor, at: datetime) -> None:
    """
    Take away one's own second factor, to set it up on another telephone; the next sign-in asks where it is demanded.

    :raises FactorError: if the actor has none
    """
    _own(actor)
    if not SecondFactor.objects.filter(user_id=actor.user_id).delete()[0]:
        raise FactorError("您还没有启用动态口令。")
    RecoveryCode.objects.filter(user_id=actor.user_id).delete()
    append(actor=actor.code, at=at, act="accounts.drop_factor", subject=f"user:{actor.code}")


@transaction.atomic
def reset_factor(*, actor: Actor, at: datetime, user: str, reason: str) -> None:
    """
    Take away the second factor of somebody who lost it. It is security's to do; passwords are the system's.

    :raises ForbiddenError: if the actor may not, or asks for oneself
    :raises MissingError: if there is no such account
    :raises FactorError: if it has none
    """
    row = access(User.objects.all(), actor, "accounts.factor.reset", see="accounts.user.view", lock=True, code=user)
    if row.pk == actor.user_id:
        raise ForbiddenError("自己的动态口令请用恢复码登录后在“我的账号”里解除，或者请另一位安全管理员办理。")
    reason = require_reason(reason, "本人当面申请，手机丢失")
    if not SecondFactor.objects.filter(user=row).delete()[0]:
        raise FactorError(f"{row.name}没有启用动态口令。")
    RecoveryCode.objects.filter(user=row).delete()
    end_sessions(user_id=row.pk)
    append(actor=actor.code, at=at, act="accounts.reset_factor", subject=f"user:{row.code}", reason=reason)


def matches_factor(*, user: User, password: str, at: datetime) -> Literal["app", "recovery", ""]:
    """Say by what the one-time password is right; it is used up by it. Part of the acts that ask for it."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).exclude(confirmed_at=None).first()
    if factor is None:
        return ""
    digits = _digits(password)
    step = onetime.matching_step(_secret(factor), digits, second=int(at.timestamp()), after=factor.latest_step)
    if step is not None:
        factor.latest_step = step
        factor.save(update_fields=["latest_step"])
        return "app"
    digest = _digest(user.pk, password)
    used = RecoveryCode.objects.filter(user=user, digest=digest, used_at=None).update(used_at=at)
    return "recovery" if used else ""


def _own(actor: Actor) -> None:
    if actor.only is not None:
        raise ForbiddenError("令牌不能用来设置动态口令，请登录网页办理。")


def _new_codes(user_id: int) -> Sequence[str]:
    RecoveryCode.objects.filter(user_id=user_id).delete()
    codes = [
        "-".join("".join(secrets.choice(_SIGNS) for _ in range(5)) for _ in range(2))
        for _ in range(policy().recovery_codes)
    ]
    RecoveryCode.objects.bulk_create(RecoveryCode(user_id=user_id, digest=_digest(user_id, code)) for code in codes)
    return codes


def _digest(user_id: int, code: str) -> str:
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return hmac.digest(settings.SECRET_KEY.encode(), f"recovery {user_id} {plain}".encode(), "sha256").hex()


def _digits(text: str) -> str:
    return "".join(text.split())[:16]


def _secret(factor: SecondFactor) -> bytes:
    return unseal(factor.sealed.encode(), purpose=_PURPOSE)
