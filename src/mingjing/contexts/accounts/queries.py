"""What the pages of this room read; rows of others always through ``visible`` and ``access``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from mingjing.contexts.accounts.access import place_prefix
from mingjing.contexts.accounts.models import (
    BrowserSession,
    Grant,
    RecoveryCode,
    SecondFactor,
    SignInEvent,
    Token,
    Unit,
    User,
    branches_around,
)
from mingjing.contexts.accounts.permissions import Reach, permissions, roles
from mingjing.contexts.accounts.policy import policy
from mingjing.contexts.operations.statements import Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """A session of one's own, without the key that would let in."""

    handle: str
    device: str
    address: str
    started_at: datetime
    seen_at: datetime
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorState:
    """Whether somebody has a second factor, since when, and how many recovery codes are left."""

    on: bool
    since: datetime | None
    codes: int


def sessions_of(user_id: int, *, current: str, now: datetime) -> Sequence[SessionLine]:
    """Return the sessions of a user that have not run out, the latest first."""
    since = now - timedelta(minutes=policy().session_idle_minutes + 1)
    return [
        SessionLine(
            handle=row.handle,
            device=device_words(row.device),
            address=row.address,
            started_at=row.started_at,
            seen_at=row.seen_at,
            current=row.key == current,
        )
        for row in BrowserSession.objects.filter(user_id=user_id, seen_at__gt=since).order_by("-seen_at")
    ]


def factor_of(user_id: int) -> FactorState:
    """Return the state of a user's second factor."""
    row = SecondFactor.objects.filter(user_id=user_id).exclude(confirmed_at=None).first()
    left = RecoveryCode.objects.filter(user_id=user_id, used_at=None).count() if row else 0
    return FactorState(on=row is not None, since=row.confirmed_at if row else None, codes=left)


def tokens_of(user_id: int, *, now: datetime) -> QuerySet[Token]:
    """Return the tokens of a user that still hold."""
    return Token.objects.filter(user_id=user_id, revoked_at=None, expires_at__gt=now).order_by("-created_at")


def grants_of(user_id: int, *, on: date) -> QuerySet[Grant]:
    """Return the grants of a user that hold on a day or later."""
    rows = Grant.objects.filter(user_id=user_id).exclude(valid_to__lte=on)
    return rows.select_related("unit", "delegated_by").order_by("valid_from", "id")


def lent_by(user_id: int, *, on: date) -> QuerySet[Grant]:
    """Return what a user lent and that has not ended."""
    rows = Grant.objects.filter(delegated_by_id=user_id).exclude(valid_to__lte=on)
    return rows.select_related("unit", "user").order_by("valid_from", "id")


def sign_ins_of(user_id: int, *, limit: int) -> Sequence[SignInEvent]:
    """Return the latest lines of the sign-in log about a user."""
    return list(SignInEvent.objects.filter(user_id=user_id).order_by("-id")[:limit])


_NAMES: Final = Statement(lambda *codes: User.objects.filter(code__in=codes).values_list("code", "name"), [str])


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """Return the names of users by their codes; a code of nobody (a part of the system) is left out."""
    return dict(_NAMES.among(codes))


def running(on: date) -> Q:
    """Return the condition of grants that hold on a day."""
    return Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """A permission, and for each role how far it reaches (``""``: not at all)."""

    code: str
    label: str
    reaches: Sequence[str]


def holders(code: str, unit: Unit, *, on: date) -> list[int]:
    """Return the users who have a permission over a unit from its own branch on a day: who is told of what waits there."""
    reach = {role.code: role.may[code] for role in roles().values() if code in role.may}
    grants = Grant.objects.filter(
        running(on), role__in=reach, unit__path__in=branches_around(unit.path)
    ).select_related("unit")
    wide = (Reach.BRANCH, Reach.PLACE, Reach.ALL)
    found = [one.user_id for one in grants if one.unit.path == unit.path or reach[one.role] in wide]
    return list(dict.fromkeys(found))


def holders_in(code: str, place: str, *, on: date) -> QuerySet[User]:
    """Return the users who have a permission over a place from a unit of just that place on a day, whatever its branch."""
    wide = [role.code for role in roles().values() if role.may.get(code) in (Reach.PLACE, Reach.ALL)]
    grants = Grant.objects.filter(running(on), role__in=wide, unit__place=place)
    return (
        User.objects.filter(pk__in=grants.values("user"), is_active=True).select_related("unit").order_by("name", "pk")
    )


def units_with(code: str, place: str, *, on: date) -> list[Unit]:
    """Return the units of the place, and of those above it, whose own users have a permission on a day, the nearest first."""
    having = [role.code for role in roles().values() if code in role.may]
    grants = Grant.objects.filter(running(on), role__in=having, user__is_active=True).select_related("unit")
    near = {one.unit for one in grants if place.startswith(place_prefix(one.unit.place))}
    return sorted(near, key=lambda one: (-len(place_prefix(one.place)), one.path))


def matrix(role_codes: Sequence[str]) -> Sequence[tuple[str, Sequence[MatrixRow]]]:
    """Return the table of permissions × roles, by room."""
    rooms: dict[str, list[MatrixRow]] = {}
    for one in permissions():
        reaches = [str(roles()[role].may.get(one.code, "")) for role in role_codes]
        rooms.setdefault(one.code.partition(".")[0], []).append(
            MatrixRow(code=one.code, label=one.label, reaches=reaches)
        )
    return list(rooms.items())


_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"),
    ("OpenHarmony", "鸿蒙"),
    ("Android", "安卓手机"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("MicroMessenger", "微信"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device_words(agent: str) -> str:
    """Say in words what a ``User-Agent`` claims to be."""
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    return " · ".join(part for part in (system, browser) if part) or (agent[:40] if agent else "未知设备")
