"""Passwords: what they must be, the past ones that may not come again, and changing them."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, get_hasher, make_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, access
from mingjing.contexts.accounts.models import Grant, PasswordUsed, SecondFactor, User
from mingjing.contexts.accounts.policy import policy
from mingjing.contexts.accounts.usecases.common import administers, require_reason
from mingjing.contexts.accounts.usecases.sessions import end_sessions
from mingjing.contexts.records.usecases import append
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.passwords import PasswordRule, WeakPasswordError, faults
from mingjing.domain.separation import ADMINISTRATORS
from mingjing.kernel.errors import DomainError

_INITIAL: Final = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789"
"""Signs that nobody mistakes when reading a slip of paper."""


class WrongPasswordError(DomainError):
    """The present password that was given is not the present one."""

    code = "accounts.wrong_password"


def initial_password() -> str:
    """Return a password for a slip of paper: random, easily read, valid for one sign-in only."""
    while True:
        made = "-".join("".join(secrets.choice(_INITIAL) for _ in range(5)) for _ in range(4))
        if not faults(made, PasswordRule(length=policy().password_length_admin, kinds=3), personal=()):
            return made


def digest_of_initial(made: str) -> str:
    """
    Return the digest of an initial password, quickly: 115 random bits need no slow one.

    A list of a thousand accounts would take minutes otherwise; the first sign-in replaces it anyway.
    """
    hasher = get_hasher()
    if isinstance(hasher, PBKDF2PasswordHasher):
        return str(hasher.encode(made, hasher.salt(), iterations=1000))
    return make_password(made)


def rule_for(user: User, *, at: datetime) -> PasswordRule:
    """Return the rule for this user: the three administrators have a stricter one."""
    today = timezone.localdate(at)
    administers = (
        Grant.objects.filter(user=user, role__in=ADMINISTRATORS, valid_from__lte=today)
        .exclude(valid_to__lte=today)
        .exists()
    )
    now = policy()
    return PasswordRule(
        length=now.password_length_admin if administers else now.password_length, kinds=now.password_kinds
    )


def faults_of(user: User, password: str, *, at: datetime) -> Sequence[str]:
    """Return, in words, everything that is wrong with a new password for this user."""
    personal = [user.username, user.name, user.mobile, user.email, user.email.partition("@")[0]]
    found = list(faults(password, rule_for(user, at=at), personal=personal))
    try:
        _common().validate(password)
    except ValidationError:
        found.append("这是常见的密码，容易被猜中")
    if not found:
        # slow digests: only for a password that is sound so far
        past = PasswordUsed.objects.filter(user=user).order_by("-id").values_list("digest", flat=True)
        recent = [user.password, *past[: policy().password_history]]
        if any(one and check_password(password, one) for one in recent):
            found.append(f"不能与现在的或者最近 {policy().password_history} 次的密码相同")
    return found


def has_expired(user: User, *, at: datetime) -> bool:
    """Say whether the password is older than it may be."""
    days = policy().password_days
    since = user.password_changed_at or user.created_at
    return days > 0 and at - since > timedelta(days=days)


def change_password(*, actor: Actor, at: datetime, present: str, new: str, keep_session: str = "") -> None:
    """
    Change one's own password. All other sessions end; ``keep_session`` is the one in which it is done.

    :raises WrongPasswordError: if the present one is wrong
    :raises WeakPasswordError: if the new one may not be
    :raises ForbiddenError: if a token asks
    """
    if actor.only is not None:
        raise ForbiddenError("令牌不能用来修改密码，请登录网页办理。")
    user = User.objects.get(pk=actor.user_id)
    # before the transaction: the slow digests must not hold the database
    if not check_password(present, user.password):
        raise WrongPasswordError("现在的密码不正确。")
    wrong = faults_of(user, new, at=at)
    if wrong:
        raise WeakPasswordError("新密码不合要求：" + "；".join(wrong) + "。", faults=tuple(wrong))
    digest = make_password(new)
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        if locked.password != user.password:
            raise WrongPasswordError("密码刚刚已经修改过。")
        _set(locked, digest, at=at, must_change=False)
        end_sessions(user_id=user.pk, but=keep_session)
        append(actor=actor.code, at=at, act="accounts.change_password", subject=f"user:{user.code}")


def reset_password(*, actor: Actor, at: datetime, user: str, version: int, reason: str) -> str:
    """
    Give somebody a new initial password and return it, once; the first sign-in must change it.

    Sessions end. A second factor stays, and an administrator without one is not reset here: who runs the system gets
    into no other administrator's account.

    :raises ForbiddenError: if the actor may not, asks for oneself, or for an administrator without a second factor
    :raises StaleError: if somebody changed the account since
    """
    made = initial_password()
    digest = digest_of_initial(made)
    with transaction.atomic():
        rows = User.objects.all()
        row = access(rows, actor, "accounts.user.reset", see="accounts.user.view", lock=True, code=user)
        if row.pk == actor.user_id:
            raise ForbiddenError("自己的密码请在“我的账号”里修改。")
        require_fresh(row, version)
        reason = require_reason(reason, "本人当面申请")
        bound = SecondFactor.objects.filter(user=row).exclude(confirmed_at=None).exists()
        if administers(row, on=timezone.localdate(at)) and not bound:
            raise ForbiddenError(
                "三员的账号没有绑定动态口令时，不能由另一员重置密码，请运维人员在服务器上办理：mingjing accounts reset。"
            )
        _set(row, digest, at=at, must_change=True)
        end_sessions(user_id=row.pk)
        append(actor=actor.code, at=at, act="accounts.reset_password", subject=f"user:{row.code}", reason=reason)
    return made


def reset_administrator(*, at: datetime, username: str, installer: str) -> str:
    """
    Give one of the three administrators a new initial password, from the server itself; the second factor is dropped.

    :raises MissingError: if no administrator has the name
    """
    made = initial_password()
    with transaction.atomic():
        row = User.objects.select_for_update(of=("self",)).filter(username=username, is_active=True).first()
        if row is None or not administers(row, on=timezone.localdate(at)):
            raise MissingError(f"没有登录名为“{username}”的启用的管理员。")
        _set(row, digest_of_initial(made), at=at, must_change=True)
        SecondFactor.objects.filter(user=row).delete()
        end_sessions(user_id=row.pk)
        append(actor=installer, at=at, act="accounts.reset_administrator", subject=f"user:{row.code}")
    return made


def _set(user: User, digest: str, *, at: datetime, must_change: bool) -> None:
    if user.password:
        PasswordUsed.objects.create(user=user, digest=user.password, until=at)
    user.password, user.must_change_password, user.password_changed_at = digest, must_change, at
    user.version += 1
    user.save(update_fields=["password", "must_change_password", "password_changed_at", "version"])


@cache
def _common() -> CommonPasswordValidator:
    return CommonPasswordValidator()
