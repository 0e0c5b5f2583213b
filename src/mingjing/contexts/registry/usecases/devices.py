"""Acts on equipment: entered, issued, returned, reported, repaired, retired, checked."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from mingjing.contexts.accounts.access import Actor, ForbiddenError, access
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.registry import frozen
from mingjing.contexts.registry.models import Device, DeviceCheck, DeviceLoan, Officer
from mingjing.contexts.registry.searching import note
from mingjing.contexts.registry.usecases.base import (
    DuplicateError,
    apply,
    check_fields,
    day_of,
    log,
    reachable_units,
    save,
)
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.registry import devices as rules
from mingjing.domain.registry.devices import DeviceAct
from mingjing.domain.registry.obstacles import obstacle, refuse

SEE: Final = "registry.device.view"
EDIT: Final = "registry.device.edit"
FIELDS: Final = ("kind", "model", "serial", "acquired_on")


def build(unit: Unit, number: str, values: Mapping[str, Any]) -> Device:
    """Make the row of a new device, not yet saved."""
    row = Device(unit=unit, number=number.strip())
    apply(row, values, FIELDS)
    return row


@transaction.atomic
def register_devices(
    *, actor: Actor, at: datetime, devices: Sequence[tuple[str, str, Mapping[str, Any]]]
) -> list[Device]:
    """
    Enter devices: each a unit's code, a number and the particulars. All or none.

    :raises ForbiddenError: if a unit is beyond the actor's scope
    :raises DuplicateError: if a number is taken
    """
    units = reachable_units(actor, EDIT, [unit for unit, _, _ in devices])
    rows = []
    for unit, number, values in devices:
        if unit not in units:
            raise ForbiddenError(f"单位“{unit}”不存在，或者不在您的办理范围内。")
        rows.append(build(units[unit], number, values))
    numbers = [row.number for row in rows]
    for start in range(0, len(numbers), 500):
        taken = Device.objects.filter(number__in=numbers[start : start + 500]).values_list("number", flat=True)[:3]
        if taken:
            raise DuplicateError(f"设备编号{'、'.join(taken)}已经登记。")
    for row in rows:
        check_fields(row)
    Device.objects.bulk_create(rows, batch_size=500)
    note(rows)
    for row in rows:
        log(actor, at, "register_device", f"device:{row.number}", {"unit": row.unit.code, "kind": row.kind})
    return rows


@transaction.atomic
def register_device(*, actor: Actor, at: datetime, unit: str, number: str, values: Mapping[str, Any]) -> Device:
    """Enter one device."""
    return register_devices(actor=actor, at=at, devices=[(unit, number, values)])[0]


@transaction.atomic
def act_on_device(
    *,
    actor: Actor,
    at: datetime,
    number: str,
    version: int,
    act: str,
    on: date,
    officer: str = "",
    due_on: date | None = None,
    note: str = "",
) -> Device:
    """
    Issue, take back, report, repair or retire a device.

    :raises RegistryError: if the device is in no state for it, or the holder left or belongs to another unit
    """
    row = access(Device.objects.select_related("unit"), actor, EDIT, see=SEE, lock=True, number=number)
    require_fresh(row, version)
    wanted = DeviceAct(act)
    row.status = rules.after(frozen.device_facts(row), wanted)
    if wanted is DeviceAct.ISSUE:
        _issue(actor, row, officer, on, due_on, note)
    else:
        _close_loan(row, on)
        row.holder, row.due_on = None, None
    if wanted is DeviceAct.RETIRE:
        row.retired_on = on
    if wanted in (DeviceAct.REPORT, DeviceAct.REPAIR):
        kind, result = ("fault", "problem") if wanted is DeviceAct.REPORT else ("repair", "good")
        DeviceCheck.objects.create(device=row, on=on, kind=kind, result=result, text=note or wanted.label)
    save(row)
    log(actor, at, f"{act}_device", f"device:{number}", {"status": row.status, "on": on, "officer": officer}, note)
    return row


def _issue(actor: Actor, row: Device, officer: str, on: date, due_on: date | None, note: str) -> None:
    holder = access(Officer.objects.select_related("unit"), actor, "registry.officer.view", code=officer)
    if holder.left_on is not None and holder.left_on <= on:
        refuse(obstacle("left", f"{holder.name}已离岗，不能领用装备。", "请改选在岗人员。", "YZ-25"))
    if not holder.unit.path.startswith(row.unit.path) and not row.unit.path.startswith(holder.unit.path):
        refuse(
            obstacle(
                "other_unit",
                f"{holder.name}不属于“{row.unit.name}”，不能领用该单位的装备。",
                "请改选本单位人员，或者先调拨装备。",
                "YZ-25",
            )
        )
    row.holder = holder
    row.due_on = due_on or rules.due_on(row.unit.place, issued_on=on)
    if row.due_on < on:
        refuse(obstacle("wrong_term", "应还日期早于领用日期。", "请核对日期。"))
    DeviceLoan.objects.create(device=row, officer=holder, issued_on=on, due_on=row.due_on, note=note)


def _close_loan(row: Device, on: date) -> None:
    loan = row.loans.filter(returned_on__isnull=True).first()
    if loan is None:
        return
    if on < loan.issued_on:
        refuse(obstacle("wrong_day", f"日期早于领用日期{loan.issued_on.isoformat()}。", "请核对日期。"))
    loan.returned_on = on
    save(loan, bump=False)


@transaction.atomic
def check_device(*, actor: Actor, at: datetime, number: str, on: date, good: bool, text: str) -> DeviceCheck:
    """
    Record a check of how a device is used (YZ-25).

    :raises RegistryError: if the day lies in the future
    """
    row = access(Device.objects.all(), actor, SEE, number=number)
    if on > day_of(at):
        refuse(obstacle("future", "检查日期晚于今天。", "请核对日期。"))
    made = DeviceCheck(device=row, on=on, kind="check", result="good" if good else "problem", text=text)
    save(made)
    log(actor, at, "check_device", f"device:{number}", {"on": on, "good": good}, text)
    return made
