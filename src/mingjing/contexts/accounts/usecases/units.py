"""Units: founded, changed, moved under another, abolished; every step stays in the unit's history."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Concat, Lower, Substr
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, access, require
from mingjing.contexts.accounts.models import Grant, Unit, UnitChange, UnitKind, User
from mingjing.contexts.accounts.usecases.common import parts
from mingjing.contexts.records.usecases import append
from mingjing.contexts.ui.errors import require_fresh
from mingjing.kernel.errors import DomainError

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}", re.ASCII)
_PLACE: Final = re.compile(r"\d{6}(\d{3}){0,2}", re.ASCII)
_LONGEST: Final = 512
_NAME: Final = 128
_SHORT: Final = 64


class UnitError(DomainError):
    """A unit that cannot be so."""

    code = "accounts.unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUnit:
    """A unit to be founded; ``parent`` is the code of the unit above, which may be one founded with it."""

    code: str
    name: str
    kind: str
    place: str
    parent: str = ""
    short_name: str = ""
    valid_from: date | None = None
    document: str = ""


def found_unit(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    name: str,
    kind: str,
    place: str,
    parent: str = "",
    short_name: str = "",
    valid_from: date | None = None,
    document: str = "",
    reason: str = "",
) -> Unit:
    """
    Enter a unit under its parent; without one it stands at the top.

    :raises UnitError: if code, kind or place are malformed, or the code is taken
    :raises MissingError: if there is no such parent
    :raises ForbiddenError: if the place is beyond the actor's scope
    """
    unit = NewUnit(
        code=code,
        name=name,
        kind=kind,
        place=place,
        parent=parent,
        short_name=short_name,
        valid_from=valid_from,
        document=document,
    )
    return found_units(actor=actor, at=at, units=[unit], reason=reason)[0]


@transaction.atomic
def found_units(*, actor: Actor, at: datetime, units: Sequence[NewUnit], reason: str = "") -> list[Unit]:
    """
    Enter units, all or none; each under one that is there or stands above it in the list.

    :raises DomainError: the first refusal of :func:`judge_units`
    """
    founded: list[Unit] = []
    for one, found in zip(units, _build(actor, units, lock=True), strict=True):
        if isinstance(found, DomainError):
            raise found
        found.save()
        _remember(found, UnitChange.Kind.FOUNDED, at, actor, {}, one.document, reason)
        fields = {"name": found.name, "kind": found.kind, "place": found.place, "parent": one.parent}
        _log(actor, at, "found_unit", found, fields, reason)
        founded.append(found)
    return founded


def judge_units(actor: Actor, units: Sequence[NewUnit]) -> list[DomainError | None]:
    """Say of each whether :func:`found_units` would refuse it, and why; writes nothing."""
    return [found if isinstance(found, DomainError) else None for found in _build(actor, units, lock=False)]


def _build(actor: Actor, units: Sequence[NewUnit], *, lock: bool) -> list[Unit | DomainError]:
    """Build the row of each, or the refusal; a parent that is there may be locked until the transaction ends."""
    scope = require(actor, "accounts.unit.edit")
    above: dict[str, Unit] = {}
    taken: set[str] = set()
    standing = Unit.objects.filter(valid_to=None)
    for some in parts([one.parent for one in units]):
        rows = standing.select_for_update() if lock else standing
        above |= {row.code: row for row in rows.filter(code__in=some)}
    for some in parts([one.code.lower() for one in units]):
        rows = Unit.objects.annotate(lower_code=Lower("code")).filter(lower_code__in=some)
        taken |= set(rows.values_list("lower_code", flat=True))
    built: list[Unit | DomainError] = []
    for one in units:
        try:
            row = _built(one, taken, above)
            if not scope.reaches(path=row.path, place=row.place):
                raise ForbiddenError("您不能在这个地方设立单位。", field="place")
        except DomainError as error:
            built.append(error)
        else:
            built.append(row)
            taken.add(row.code.lower())
            above[row.code] = row
    return built


def _built(one: NewUnit, taken: set[str], above: Mapping[str, Unit]) -> Unit:
    if not _CODE.fullmatch(one.code) or one.code == "new":
        raise UnitError("单位代码只能用字母、数字、点、横线和下划线，最长 32 位，例如统一社会信用代码。", field="code")
    if one.code.lower() in taken:
        raise UnitError(f"单位代码“{one.code}”已经有了。", field="code")
    parent = above.get(one.parent)
    if one.parent and parent is None:
        raise _no_parent(one.parent)
    path = f"{parent.path if parent else ''}{one.code}/"
    row = Unit(code=one.code, parent=parent, path=path, valid_from=one.valid_from)
    _describe(row, name=one.name, kind=one.kind, place=one.place, short_name=one.short_name)
    _check_path(row.path)
    return row


@transaction.atomic
def change_unit(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    version: int,
    name: str,
    kind: str,
    place: str,
    short_name: str = "",
    document: str = "",
    reason: str = "",
) -> Unit:
    """
    Change what a unit is called and what it is; its code stays for ever.

    :raises StaleError: if somebody changed it since
    :raises UnitError: if kind or place are malformed
    """
    unit = _locked(actor, code, version)
    before = _state(unit)
    _describe(unit, name=name, kind=kind, place=place, short_name=short_name)
    changed = {field: value for field, value in _state(unit).items() if before[field] != value}
    if not changed:
        return unit
    unit.version += 1
    unit.save()
    _remember(unit, UnitChange.Kind.CHANGED, at, actor, before, document, reason)
    _log(actor, at, "change_unit", unit, dict(changed), reason)
    return unit


@transaction.atomic
def move_unit(
    *, actor: Actor, at: datetime, code: str, version: int, parent: str, document: str = "", reason: str = ""
) -> Unit:
    """
    Put a unit, with all that is under it, under another (``""``: to the top). Scopes follow from this moment on.

    :raises StaleError: if somebody changed it since
    :raises UnitError: if the new parent lies under the unit itself
    :raises MissingError: if there is no such parent
    """
    unit = _locked(actor, code, version)
    above = _parent(parent) if parent else None
    if above is not None and above.path.startswith(unit.path):
        raise UnitError(f"“{above.name}”就是“{unit.name}”自己或者它的下级，不能作为上级。")
    before, old = _state(unit), unit.path
    new = f"{above.path if above else ''}{unit.code}/"
    if new == old:
        return unit
    for path in Unit.objects.filter(path__startswith=old).values_list("path", flat=True):
        _check_path(new + path[len(old) :])
    Unit.objects.filter(path__startswith=old).update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    Unit.objects.filter(pk=unit.pk).update(parent=above, version=unit.version + 1)
    unit.refresh_from_db()
    _remember(unit, UnitChange.Kind.MOVED, at, actor, before, document, reason)
    _log(actor, at, "move_unit", unit, {"parent": parent, "path": unit.path}, reason)
    return unit


@transaction.atomic
def close_unit(
    *, actor: Actor, at: datetime, code: str, version: int, on: date, document: str = "", reason: str
) -> Unit:
    """
    Abolish a unit from a day on. Its history stays; nobody may be in it any more.

    :raises StaleError: if somebody changed it since
    :raises UnitError: if it has units or active users or roles, or the day does not come after the founding
    """
    unit = _locked(actor, code, version)
    if not reason.strip():
        raise UnitError("请写明撤销的事由。")
    if unit.valid_to is not None:
        raise UnitError(f"“{unit.name}”已经撤销。")
    if unit.valid_from is not None and on <= unit.valid_from:
        raise UnitError("撤销日期应当在设立日期之后。")
    if Unit.objects.filter(parent=unit, valid_to=None).exists():
        raise UnitError(f"“{unit.name}”还有下级单位，请先调整或者撤销下级单位。")
    if User.objects.filter(unit=unit, is_active=True).exists():
        raise UnitError(f"“{unit.name}”还有启用的账号，请先把人员调到承接单位。")
    if Grant.objects.filter(unit=unit).exclude(valid_to__lte=timezone.localdate(at)).exists():
        raise UnitError(f"还有人在“{unit.name}”担任角色，请安全管理员先收回或者改授。")
    before = _state(unit)
    unit.valid_to = on
    unit.version += 1
    unit.save()
    _remember(unit, UnitChange.Kind.CLOSED, at, actor, before, document, reason)
    _log(actor, at, "close_unit", unit, {"valid_to": on.isoformat()}, reason)
    return unit


def _locked(actor: Actor, code: str, version: int) -> Unit:
    unit = access(Unit.objects.all(), actor, "accounts.unit.edit", see="accounts.unit.view", lock=True, code=code)
    require_fresh(unit, version)
    return unit


def _parent(code: str) -> Unit:
    found = Unit.objects.select_for_update().filter(code=code, valid_to=None).first()
    if found is None:
        raise _no_parent(code)
    return found


def _no_parent(code: str) -> MissingError:
    return MissingError(f"没有代码为“{code}”的上级单位，或者它已经撤销。", field="parent")


def _describe(unit: Unit, *, name: str, kind: str, place: str, short_name: str) -> None:
    if not name.strip() or len(name) > _NAME:
        raise UnitError(f"单位名称必须填写，最长 {_NAME} 个字。", field="name")
    if len(short_name) > _SHORT:
        raise UnitError(f"单位简称最长 {_SHORT} 个字。", field="short_name")
    if kind not in UnitKind:
        raise UnitError(f"没有“{kind}”这个单位类别，可选：{'、'.join(UnitKind.values)}。", field="kind")
    if not _PLACE.fullmatch(place):
        raise UnitError("行政区划代码是 6 位数字，镇街 9 位，村居 12 位，例如 370831。", field="place")
    unit.name, unit.kind, unit.place, unit.short_name = name.strip(), kind, place, short_name.strip()


def _check_path(path: str) -> None:
    if len(path) > _LONGEST:
        raise UnitError("单位层级太深。", field="parent")


def _state(unit: Unit) -> dict[str, str]:
    return {
        "name": unit.name,
        "short_name": unit.short_name,
        "kind": unit.kind,
        "place": unit.place,
        "parent": unit.parent.code if unit.parent else "",
        "valid_to": unit.valid_to.isoformat() if unit.valid_to else "",
    }


def _remember(
    unit: Unit,
    kind: UnitChange.Kind,
    at: datetime,
    actor: Actor,
    before: dict[str, str],
    document: str,
    reason: str,
) -> None:
    UnitChange.objects.create(
        unit=unit,
        kind=kind,
        on=timezone.localdate(at),
        before=before,
        after=_state(unit),
        document=document,
        reason=reason,
        by=actor.code,
    )


def _log(actor: Actor, at: datetime, act: str, unit: Unit, fields: dict[str, str], reason: str) -> None:
    append(
        actor=actor.code, at=at, act=f"accounts.{act}", subject=f"unit:{unit.code}", fields=dict(fields), reason=reason
    )
