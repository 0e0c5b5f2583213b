"""Where somebody comes from, and the lines of the sign-in log."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from mingjing.contexts.accounts.models import SignInEvent, User
from mingjing.contexts.accounts.policy import policy
from mingjing.kernel.errors import DomainError

_FAILURES: Final = (SignInEvent.Kind.WRONG, SignInEvent.Kind.SECOND_WRONG, SignInEvent.Kind.CONFIRM_WRONG)
_SUCCESSES: Final = (SignInEvent.Kind.SIGNED_IN, SignInEvent.Kind.LOCKOUT)
_DIGEST: Final = 32


class LockedOutError(DomainError):
    """Too many failures of one name or one address; said alike for names that exist and names that do not."""

    code = "accounts.locked_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The address and the device from which somebody comes."""

    address: str
    device: str


def name_digest(username: str) -> str:
    """Return what stands for a sign-in name in the log, whether anybody has it or not."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"sign-in name " + username.encode(), "sha256").hex()[:_DIGEST]


def note(
    *, at: datetime, kind: SignInEvent.Kind, username: str, user: User | None, way: str, visit: Visit
) -> SignInEvent:
    """Add a line to the sign-in log."""
    return SignInEvent.objects.create(
        at=at,
        kind=kind,
        name_digest=name_digest(username),
        user=user,
        way=way,
        address=visit.address[:64],
        device=visit.device[:200],
    )


def require_unlocked(*, username: str, at: datetime, visit: Visit) -> None:
    """
    Require that neither the name nor the address has failed too often just now.

    :raises LockedOutError: if one has
    """
    now = policy()
    since = at - timedelta(minutes=now.lock_minutes)
    failures = SignInEvent.objects.filter(kind__in=_FAILURES, at__gt=since, at__lte=at)
    lockout = (
        SignInEvent.objects.filter(
            name_digest=name_digest(username), kind=SignInEvent.Kind.LOCKOUT, at__gt=since, at__lte=at
        )
        .order_by("-at", "-id")
        .first()
    )
    from_there = list(
        failures.filter(address=visit.address).order_by("-at").values_list("at", flat=True)[: now.lock_after_address]
    )
    ends = [lockout.at] if lockout is not None else []
    if len(from_there) == now.lock_after_address:
        ends.append(from_there[-1])
    if ends:
        left = max(ends) + timedelta(minutes=now.lock_minutes) - at
        minutes = max(1, -(-int(left.total_seconds()) // 60))
        raise LockedOutError(f"失败次数过多，请在 {minutes} 分钟后再试。忘记密码请联系本单位系统管理员。")


def note_failure(
    *, at: datetime, kind: SignInEvent.Kind, username: str, user: User | None, way: str, visit: Visit
) -> bool:
    """Add a failure, and the lock-out if it is one too many; say whether it is."""
    note(at=at, kind=kind, username=username, user=user, way=way, visit=visit)
    now = policy()
    of_name = SignInEvent.objects.filter(
        name_digest=name_digest(username), at__gt=at - timedelta(minutes=now.lock_minutes), at__lte=at
    )
    latest = of_name.filter(kind__in=_SUCCESSES).order_by("-id").values_list("id", flat=True).first()
    if of_name.filter(kind__in=_FAILURES, id__gt=latest or 0).count() < now.lock_after:
        return False
    note(at=at, kind=SignInEvent.Kind.LOCKOUT, username=username, user=user, way=way, visit=visit)
    return True
