"""The first three administrators of a place: made once, by whoever installs the platform."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from mingjing.contexts.accounts.models import Grant, Unit, UnitKind, User
from mingjing.contexts.accounts.usecases.passwords import digest_of_initial, initial_password
from mingjing.contexts.accounts.usecases.users import plain_username
from mingjing.contexts.records.usecases import append
from mingjing.domain.separation import ADMINISTRATORS
from mingjing.kernel.errors import DomainError

INSTALLER = "installer"
"""Who stands in the log for what is done before there is anybody."""


class FoundedError(DomainError):
    """There are administrators already: they make everything else."""

    code = "accounts.founded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Founder:
    """One of the first three, with the password for the first sign-in."""

    role: str
    username: str
    name: str
    password: str


@transaction.atomic
def found_place(
    *, at: datetime, unit_code: str, unit_name: str, place: str, people: Mapping[str, tuple[str, str]]
) -> Sequence[Founder]:
    """
    Make the topmost unit and the three administrators; ``people`` says for each role the sign-in name and the name.

    Passwords are told this once; the first sign-in changes them and sets up the second factor.

    :raises FoundedError: if an administrator was ever made, or the three are not three persons
    """
    if Grant.objects.filter(role__in=ADMINISTRATORS).exists():
        raise FoundedError("已经有管理员了，请由他们登录网页办理。")
    usernames = {role: plain_username(people[role][0]) for role in ADMINISTRATORS}
    if len(set(usernames.values())) != len(ADMINISTRATORS):
        raise FoundedError("系统、安全、审计三员必须是三个人，登录名不能相同。")
    unit, new = Unit.objects.get_or_create(
        code=unit_code,
        defaults={"name": unit_name, "kind": UnitKind.GOVERNMENT, "place": place, "path": f"{unit_code}/"},
    )
    if new:
        append(
            actor=INSTALLER, at=at, act="accounts.found_unit", subject=f"unit:{unit.code}", fields={"name": unit_name}
        )
    founders = []
    for role in ADMINISTRATORS:
        username, name, made = usernames[role], people[role][1], initial_password()
        user = User.objects.create(
            code=username,
            username=username,
            name=name,
            unit=unit,
            password=digest_of_initial(made),
            must_change_password=True,
            password_changed_at=at,
        )
        Grant.objects.create(
            user=user,
            role=role,
            unit=unit,
            valid_from=timezone.localdate(at),
            granted_by=INSTALLER,
            reason="平台安装时设立",
        )
        for act, fields in (("make_user", {"name": name}), ("grant_role", {"role": role, "unit": unit.code})):
            append(actor=INSTALLER, at=at, act=f"accounts.{act}", subject=f"user:{username}", fields=dict(fields))
        founders.append(Founder(role=role, username=username, name=name, password=made))
    return founders
