"""
Permissions and roles: a room declares what may be done in it and says in its ``data/roles.yaml`` which role may, how far.

A permission is named ``room.thing.verb`` (``registry.officer.suspend``). A role holds each permission with a reach.
The roles themselves stand in this room's ``data/roles.yaml``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from django.apps import apps

from mingjing.kernel.errors import DomainError


class Reach(StrEnum):
    """How far a role's permission reaches, seen from the unit (and place) of the grant."""

    OWN = "own"
    """What belongs to the user in person."""
    UNIT = "unit"
    """What belongs to the unit of the grant."""
    BRANCH = "branch"
    """What belongs to the unit of the grant and every unit under it."""
    PLACE = "place"
    """What belongs to any unit of the grant's place, and of the places within it."""
    ALL = "all"
    """Everything on this platform."""


SIGNED_IN: Final = ""
"""What a page or operation names as its ``permission`` where everybody signed in has it, over what is his own."""


class UnknownRoleError(DomainError):
    """A role that does not exist: a mistake in a room's ``roles.yaml``."""

    code = "accounts.unknown_role"


class UnknownPermissionError(DomainError):
    """A permission that no room declares: a mistake in the program or in ``roles.yaml``."""

    code = "accounts.unknown_permission"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What may be done: its stable code, and the words an administrator sees."""

    code: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role of the platform: its stable code, its name, what it is for, and what it may do how far."""

    code: str
    name: str
    purpose: str
    group: str
    may: Mapping[str, Reach]


_declared: dict[str, Permission] = {}


def declare(room: str, **labels: str) -> None:
    """
    Declare the permissions of a room, in its ``permissions.py``: ``declare("registry", officer_view="查看执法人员")``.

    The last word of a name is the verb: ``officer_view`` becomes ``registry.officer.view``.
    """
    for name, label in labels.items():
        thing, _, verb = name.rpartition("_")
        code = f"{room}.{thing}.{verb}"
        _declared[code] = Permission(code=code, label=label)


def permission(code: str) -> Permission:
    """
    Return a declared permission.

    :raises UnknownPermissionError: if no room declares it
    """
    if code not in _declared:
        raise UnknownPermissionError(f"没有“{code}”这项权限。")
    return _declared[code]


def permissions() -> tuple[Permission, ...]:
    """Return all declared permissions, by code."""
    return tuple(_declared[code] for code in sorted(_declared))


@cache
def roles() -> Mapping[str, Role]:
    """
    Return the roles by code, with what every room lets them do.

    :raises UnknownPermissionError: if the data name a permission that no room declares
    :raises UnknownRoleError: if a room gives permissions to a role that does not exist
    """
    known = {row["code"]: row for row in _read(Path(__file__).parent)["roles"]}
    may: dict[str, dict[str, Reach]] = {code: {} for code in known}
    for app in apps.get_app_configs():
        room = dict(_read(Path(app.path)).get("may", {}))
        everyone = room.pop("everyone", {})
        for role in known:
            may[role] |= {permission(code).code: Reach(reach) for code, reach in everyone.items()}
        for role, given in room.items():
            if role not in known:
                raise UnknownRoleError(f"{app.label} 的 roles.yaml 写了没有的角色“{role}”。")
            may[role] |= {permission(code).code: Reach(reach) for code, reach in given.items()}
    return {
        code: Role(code=code, name=row["name"], purpose=row["purpose"], group=row["group"], may=may[code])
        for code, row in known.items()
    }


def _read(room: Path) -> dict[str, Any]:
    file = room / "data" / "roles.yaml"
    return yaml.safe_load(file.read_text(encoding="utf-8")) if file.is_file() else {}


declare(
    "accounts",
    unit_view="查看单位",
    unit_edit="维护单位",
    user_view="查看账号",
    user_edit="维护账号",
    user_reset="重置密码",
    factor_reset="解除他人的动态口令",
    grant_view="查看授权",
    grant_edit="授予和收回角色",
    signin_view="查看登录日志",
    role_view="查看角色权限对照",
    token_edit="建立和停用自己的接口令牌",  # noqa: S106
    delegation_edit="委托自己的角色",
)
