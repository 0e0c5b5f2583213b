"""Roles granted, withdrawn, and lent while somebody is absent. Nobody grants to oneself; the three administrators stay apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, access, require
from mingjing.contexts.accounts.models import Grant, Unit, User
from mingjing.contexts.accounts.permissions import roles
from mingjing.contexts.accounts.policy import policy
from mingjing.contexts.records.usecases import append
from mingjing.domain.separation import ADMINISTRATORS, HeldRole, conflicts, require_separate
from mingjing.kernel.errors import DomainError


class GrantError(DomainError):
    """A role that cannot be granted or lent so."""

    code = "accounts.grant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A user who holds two roles at one time that exclude one another: found by :func:`find_conflicts`."""

    user: str
    name: str
    roles: tuple[str, str]


@transaction.atomic
def grant_role(
    *,
    actor: Actor,
    at: datetime,
    user: str,
    role: str,
    unit: str,
    valid_from: date,
    valid_to: date | None = None,
    reason: str,
) -> Grant:
    """
    Grant a role in a unit from a day on, until a day (without it) or without an end.

    :raises ForbiddenError: if the actor may not grant, or would grant to oneself
    :raises MissingError: if there is no such user or unit
    :raises GrantError: if there is no such role, no reason, no day in it, or the user holds it already
    :raises SeparationError: if the user holds a role that excludes it
    """
    require(actor, "accounts.grant.edit")
    if user == actor.code:
        raise ForbiddenError("不能给自己授予角色，请由另一位安全管理员办理。")
    if role not in roles():
        raise GrantError(f"没有“{role}”这个角色。")
    if not reason.strip():
        raise GrantError("请写明授予角色的事由。")
    if valid_to is not None and valid_to <= valid_from:
        raise GrantError("终止日期应当在起始日期之后。")
    if valid_to is not None and valid_to <= timezone.localdate(at):
        raise GrantError("终止日期已经过去。")
    # locking the user's row lets two grants to one user follow one another, so that each sees the other's role
    holder = User.objects.select_for_update(of=("self",)).filter(code=user, is_active=True).first()
    place = Unit.objects.filter(code=unit, valid_to=None).first()
    if holder is None or place is None:
        raise MissingError("没有找到这个启用的账号或者这个单位。")
    held = _held(Grant.objects.filter(user=holder))
    require_separate(held, HeldRole(role=role, since=valid_from, until=valid_to))
    same = Grant.objects.filter(user=holder, role=role, unit=place, delegated_by=None).exclude(valid_to__lte=valid_from)
    if valid_to is not None:
        same = same.filter(valid_from__lt=valid_to)
    if same.exists():
        raise GrantError(f"{holder.name}在这段时间里已经担任“{place.name}”的{roles()[role].name}。")
    grant = Grant.objects.create(
        user=holder,
        role=role,
        unit=place,
        valid_from=valid_from,
        valid_to=valid_to,
        granted_by=actor.code,
        reason=reason.strip(),
    )
    _log(actor, at, "grant_role", grant, reason)
    return grant


@transaction.atomic
def end_grant(*, actor: Actor, at: datetime, grant: int, on: date | None = None, reason: str) -> Grant:
    """
    Withdraw a role from a day on (today if none is said); what was delegated of it ends with it.

    :raises ForbiddenError: if the actor may not, or would withdraw one's own
    :raises MissingError: if there is no such grant
    :raises GrantError: if it has ended, or no reason is given
    """
    row = access(Grant.objects.all(), actor, "accounts.grant.edit", see="accounts.grant.view", lock=True, pk=grant)
    if row.user_id == actor.user_id:
        raise ForbiddenError("不能收回自己的角色，请由另一位安全管理员办理。")
    _end(row, actor, at, on, reason, "end_grant")
    for lent in Grant.objects.select_for_update(of=("self",)).filter(source=row):
        if _runs(lent, timezone.localdate(at)):
            _end(lent, actor, at, on, reason, "end_delegation")
    return row


@transaction.atomic
def delegate(
    *, actor: Actor, at: datetime, to: str, grant: int, valid_from: date, valid_to: date, reason: str
) -> Grant:
    """
    Lend a role that the actor holds to somebody else while the actor is absent.

    What is lent ends by itself, is never lent on, and acts done with it are told apart by the delegate's own code.

    :raises MissingError: if the actor holds no such grant, or there is no such user
    :raises ForbiddenError: if it is itself a delegation, or the role of an administrator, or goes to oneself
    :raises GrantError: if the time is too long or lies beyond the grant's own, no reason is given, or the other belongs
        to another unit
    :raises SeparationError: if the user holds a role that excludes it
    """
    if actor.only is not None:
        raise ForbiddenError("令牌不能用来委托，请登录网页办理。")
    today = timezone.localdate(at)
    row = Grant.objects.select_for_update(of=("self",)).filter(pk=grant, user_id=actor.user_id).first()
    if row is None or not _runs(row, today):
        raise MissingError("您没有这个角色，或者它已经终止。")
    if row.delegated_by_id is not None:
        raise ForbiddenError("受他人委托的角色不能再委托。")
    if row.role in ADMINISTRATORS:
        raise ForbiddenError("系统、安全、审计三员的角色不能委托，请安全管理员另行授予。")
    if not reason.strip():
        raise GrantError("请写明委托的事由，例如“10 月 8 日至 15 日外出培训”。")
    if valid_from < today or valid_to <= valid_from:
        raise GrantError("委托应当从今天或者以后开始，终止日期应当在起始日期之后。")
    if valid_to - valid_from > timedelta(days=policy().delegation_days):
        raise GrantError(f"一次委托最长 {policy().delegation_days} 天。")
    if valid_from < row.valid_from or (row.valid_to is not None and valid_to > row.valid_to):
        raise GrantError("委托的时间超出了您自己担任这个角色的时间。")
    delegate_ = User.objects.select_for_update(of=("self",)).filter(code=to, is_active=True).first()
    if delegate_ is None:
        raise MissingError("没有找到这个启用的账号。")
    if delegate_.pk == actor.user_id:
        raise ForbiddenError("不能委托给自己。")
    if not actor.unit_path or delegate_.unit is None or not delegate_.unit.path.startswith(actor.unit_path):
        raise GrantError("只能委托给本单位或者下级单位的人。")
    require_separate(
        _held(Grant.objects.filter(user=delegate_)), HeldRole(role=row.role, since=valid_from, until=valid_to)
    )
    lent = Grant.objects.create(
        user=delegate_,
        role=row.role,
        unit=row.unit,
        valid_from=valid_from,
        valid_to=valid_to,
        delegated_by_id=actor.user_id,
        source=row,
        granted_by=actor.code,
        reason=reason.strip(),
    )
    _log(actor, at, "delegate", lent, reason)
    return lent


@transaction.atomic
def end_delegation(*, actor: Actor, at: datetime, grant: int) -> Grant:
    """
    Take back what one lent before its time, at once.

    :raises MissingError: if the actor lent no such thing, or it has ended
    """
    row = Grant.objects.select_for_update(of=("self",)).filter(pk=grant, delegated_by_id=actor.user_id).first()
    if row is None or not _runs(row, timezone.localdate(at)):
        raise MissingError("没有找到这项委托，或者它已经终止。")
    _end(row, actor, at, None, "委托人提前收回", "end_delegation")
    return row


def find_conflicts(*, on: date | None = None) -> Sequence[Conflict]:
    """
    Search all users for roles that exclude one another, held at one time; on ``on``, or on any day.

    The use cases let none come to be; this looks at the table itself, whoever wrote it.
    """
    rows = Grant.objects.order_by("user_id", "id").select_related("user")
    if on is not None:
        rows = rows.filter(valid_from__lte=on).exclude(valid_to__lte=on)
    held: dict[int, tuple[User, list[HeldRole]]] = {}
    for row in rows.iterator(chunk_size=2000):
        of_user = held.setdefault(row.user_id, (row.user, []))[1]
        of_user.append(HeldRole(role=row.role, since=row.valid_from, until=row.valid_to))
    return [
        Conflict(user=user.code, name=user.name, roles=(one.role, other.role))
        for user, of_user in held.values()
        for one, other in conflicts(of_user)
    ]


def _held(rows: QuerySet[Grant]) -> list[HeldRole]:
    return [HeldRole(role=one.role, since=one.valid_from, until=one.valid_to) for one in rows]


def _runs(row: Grant, today: date) -> bool:
    return row.valid_to is None or row.valid_to > today


def _end(row: Grant, actor: Actor, at: datetime, on: date | None, reason: str, act: str) -> None:
    today = timezone.localdate(at)
    if not _runs(row, today):
        raise GrantError("这个角色已经终止。")
    if not reason.strip():
        raise GrantError("请写明收回的事由。")
    on = on or today
    if on < today:
        raise GrantError("不能倒着日期收回角色。")
    if row.valid_to is not None and on > row.valid_to:
        raise GrantError("收回的日期在原定的终止日期之后。")
    # one that has not begun never holds
    row.valid_to = max(on, row.valid_from)
    row.ended_by, row.end_reason = actor.code, reason.strip()
    row.version += 1
    row.save()
    _log(actor, at, act, row, reason)


def _log(actor: Actor, at: datetime, act: str, grant: Grant, reason: str) -> None:
    append(
        actor=actor.code,
        at=at,
        act=f"accounts.{act}",
        subject=f"user:{grant.user.code}",
        fields={
            "grant": grant.pk,
            "role": grant.role,
            "unit": grant.unit.code,
            "valid_from": grant.valid_from.isoformat(),
            "valid_to": grant.valid_to.isoformat() if grant.valid_to else "",
            "delegated_by": grant.delegated_by.code if grant.delegated_by else "",
        },
        reason=reason,
    )
