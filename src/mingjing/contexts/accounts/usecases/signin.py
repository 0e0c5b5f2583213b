"""
Signing in, step by step: the name and password, the second factor, the session; then what must be done first.

Nothing tells whether a name exists: the words, the slow digest and the lock are the same for names that nobody has.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone

from mingjing.contexts.accounts.models import BrowserSession, Grant, SecondFactor, SignInEvent, User, handle_of
from mingjing.contexts.accounts.policy import policy
from mingjing.contexts.accounts.usecases.factors import matches_factor
from mingjing.contexts.accounts.usecases.passwords import has_expired
from mingjing.contexts.accounts.usecases.sessions import keep_to_limit
from mingjing.contexts.accounts.usecases.visits import LockedOutError, Visit, note, note_failure, require_unlocked
from mingjing.contexts.records.usecases import append
from mingjing.domain.passwords import LONGEST
from mingjing.kernel.errors import DomainError

_NAME: Final = 64


class SignInRefusedError(DomainError):
    """The name, the password or the one-time password is wrong; which, is not told."""

    code = "accounts.sign_in_refused"


class Way(StrEnum):
    """How somebody signs in."""

    PASSWORD = "password"  # noqa: S105
    PROVIDER = "provider"


class Pending(StrEnum):
    """What must be done before anything else after signing in."""

    PASSWORD = "password"  # noqa: S105
    FACTOR = "factor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Admitted:
    """Somebody whose password, or whose word of the provider, holds. ``needs_factor``: the one-time password is asked."""

    user: User
    needs_factor: bool


def check_name_and_password(*, username: str, password: str, at: datetime, visit: Visit) -> Admitted:
    """
    Check the first step.

    :raises LockedOutError: if the name or the address failed too often
    :raises SignInRefusedError: if the name or the password is wrong, or the account out of use
    """
    username = unicodedata.normalize("NFKC", username).strip().lower()[:_NAME]
    _require_unlocked(username, at, visit)
    user = User.objects.filter(username=username).first()
    sound = _matches(user, password)
    if user is None or not sound or not user.is_active:
        with transaction.atomic():
            _failed(SignInEvent.Kind.WRONG, username, user, Way.PASSWORD, at, visit)
        raise SignInRefusedError("登录名或者密码不正确。")
    return Admitted(user=user, needs_factor=has_factor(user))


def check_second_factor(*, user: User, password: str, way: Way, at: datetime, visit: Visit) -> None:
    """
    Check the second step: the one-time password of the app, or a recovery code, which is good once.

    :raises LockedOutError: if the name or the address failed too often
    :raises SignInRefusedError: if it is wrong
    """
    _require_unlocked(user.username, at, visit)
    with transaction.atomic():
        found = matches_factor(user=user, password=password, at=at)
        if found == "recovery":
            note(at=at, kind=SignInEvent.Kind.RECOVERY, username=user.username, user=user, way=way, visit=visit)
            append(actor=user.code, at=at, act="accounts.use_recovery_code", subject=f"user:{user.code}")
        if not found:
            _failed(SignInEvent.Kind.SECOND_WRONG, user.username, user, way, at, visit)
    if not found:
        raise SignInRefusedError("动态口令不正确，或者已经用过。请等应用显示下一个再试。")


@transaction.atomic
def enter(*, user: User, way: Way, at: datetime, visit: Visit, session_key: str) -> Sequence[Pending]:
    """Note that somebody is in, in the session that ``session_key`` names, and return what must be done first."""
    BrowserSession.objects.create(
        user=user,
        key=session_key,
        address=visit.address[:64],
        device=visit.device[:200],
        started_at=at,
        seen_at=at,
    )
    keep_to_limit(user_id=user.pk, limit=policy().sessions_at_once)
    note(at=at, kind=SignInEvent.Kind.SIGNED_IN, username=user.username, user=user, way=way, visit=visit)
    append(
        actor=user.code,
        at=at,
        act="accounts.sign_in",
        subject=f"session:{handle_of(session_key)}",
        fields={"way": way.value, "address": visit.address[:64]},
    )
    pending = []
    if way is Way.PASSWORD and (user.must_change_password or has_expired(user, at=at)):
        pending.append(Pending.PASSWORD)
    if demands_factor(user=user, at=at) and not has_factor(user):
        pending.append(Pending.FACTOR)
    return pending


@transaction.atomic
def leave(*, user: User, at: datetime, visit: Visit, session_key: str) -> None:
    """Note that somebody signs out."""
    BrowserSession.objects.filter(key=session_key).delete()
    note(at=at, kind=SignInEvent.Kind.SIGNED_OUT, username=user.username, user=user, way=Way.PASSWORD, visit=visit)
    append(actor=user.code, at=at, act="accounts.sign_out", subject=f"session:{handle_of(session_key)}")


def confirm(*, user: User, password: str, at: datetime, visit: Visit) -> None:
    """
    Check again that it is still the same person, before a dangerous act: by the one-time password, else the password.

    :raises LockedOutError: if the name or the address failed too often
    :raises SignInRefusedError: if it is wrong
    """
    _require_unlocked(user.username, at, visit)
    sound: object = has_factor(user) or _matches(user, password)
    with transaction.atomic():
        if has_factor(user):
            sound = matches_factor(user=user, password=password, at=at)
        if sound:
            note(at=at, kind=SignInEvent.Kind.CONFIRMED, username=user.username, user=user, way="", visit=visit)
        else:
            _failed(SignInEvent.Kind.CONFIRM_WRONG, user.username, user, Way.PASSWORD, at, visit)
    if not sound:
        raise SignInRefusedError("验证没有通过，请再试一次。")


def demands_factor(*, user: User, at: datetime) -> bool:
    """Say whether one of the roles that the user holds demands a second factor."""
    today = timezone.localdate(at)
    held = Grant.objects.filter(user=user, role__in=policy().second_factor_roles, valid_from__lte=today)
    return held.exclude(valid_to__lte=today).exists()


def _require_unlocked(username: str, at: datetime, visit: Visit) -> None:
    try:
        require_unlocked(username=username, at=at, visit=visit)
    except LockedOutError:
        user = User.objects.filter(username=username).first()
        note(at=at, kind=SignInEvent.Kind.LOCKED, username=username, user=user, way="", visit=visit)
        raise


def _failed(kind: SignInEvent.Kind, username: str, user: User | None, way: Way, at: datetime, visit: Visit) -> None:
    if note_failure(at=at, kind=kind, username=username, user=user, way=way, visit=visit) and user is not None:
        append(
            actor="system",
            at=at,
            act="accounts.lock_out",
            subject=f"user:{user.code}",
            fields={"address": visit.address[:64]},
        )


def _matches(user: User | None, password: str) -> bool:
    """Compare, as slowly for nobody as for somebody."""
    password = password[: LONGEST + 1]
    if user is None or not user.has_usable_password():
        make_password(password)
        return False
    return check_password(password, user.password)


def has_factor(user: User) -> bool:
    """Say whether somebody has a second factor that is switched on."""
    return SecondFactor.objects.filter(user=user).exclude(confirmed_at=None).exists()
