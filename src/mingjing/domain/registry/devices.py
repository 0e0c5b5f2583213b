"""Recorders and terminals: what may be done with one, and whether one may feed media."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from mingjing.domain.registry.obstacles import Answer, obstacle, refuse
from mingjing.law import parameters


class DeviceKind(StrEnum):
    """What kind of device it is."""

    RECORDER = "recorder"
    CAMERA = "camera"
    TERMINAL = "terminal"
    AUDIO = "audio"
    STATION = "station"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return KIND_LABELS[self]


KIND_LABELS: Final[Mapping[DeviceKind, str]] = {
    DeviceKind.RECORDER: "执法记录仪",
    DeviceKind.CAMERA: "照相摄像设备",
    DeviceKind.TERMINAL: "移动执法终端",
    DeviceKind.AUDIO: "录音设备",
    DeviceKind.STATION: "数据采集站",
}


class DeviceStatus(StrEnum):
    """Where a device is."""

    STOCK = "stock"
    ISSUED = "issued"
    DEFECTIVE = "defective"
    RETIRED = "retired"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return STATUS_LABELS[self]


STATUS_LABELS: Final[Mapping[DeviceStatus, str]] = {
    DeviceStatus.STOCK: "在库",
    DeviceStatus.ISSUED: "已领用",
    DeviceStatus.DEFECTIVE: "故障",
    DeviceStatus.RETIRED: "已报废",
}


class DeviceAct(StrEnum):
    """What can be done with a device."""

    ISSUE = "issue"
    RETURN = "return"
    REPORT = "report"
    REPAIR = "repair"
    RETIRE = "retire"

    @property
    def label(self) -> str:
        """Name it in Chinese."""
        return ACT_LABELS[self]


ACT_LABELS: Final[Mapping[DeviceAct, str]] = {
    DeviceAct.ISSUE: "领用",
    DeviceAct.RETURN: "归还",
    DeviceAct.REPORT: "报故障",
    DeviceAct.REPAIR: "修复入库",
    DeviceAct.RETIRE: "报废",
}

TRANSITIONS: Final[Mapping[DeviceAct, tuple[frozenset[DeviceStatus], DeviceStatus]]] = {
    DeviceAct.ISSUE: (frozenset({DeviceStatus.STOCK}), DeviceStatus.ISSUED),
    DeviceAct.RETURN: (frozenset({DeviceStatus.ISSUED}), DeviceStatus.STOCK),
    DeviceAct.REPORT: (frozenset({DeviceStatus.STOCK, DeviceStatus.ISSUED}), DeviceStatus.DEFECTIVE),
    DeviceAct.REPAIR: (frozenset({DeviceStatus.DEFECTIVE}), DeviceStatus.STOCK),
    DeviceAct.RETIRE: (frozenset({DeviceStatus.STOCK, DeviceStatus.DEFECTIVE}), DeviceStatus.RETIRED),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """What the register holds of a device."""

    number: str
    status: DeviceStatus
    acquired_on: date
    retired_on: date | None = None


def after(device: DeviceFacts, act: DeviceAct) -> DeviceStatus:
    """
    Return the status after an act.

    :raises RegistryError: if the act cannot be taken in the present state
    """
    allowed, result = TRANSITIONS[act]
    if device.status not in allowed:
        need = "、".join(each.label for each in DeviceStatus if each in allowed)
        refuse(
            obstacle(
                "wrong_state",
                f"设备{device.number}目前{device.status.label}，不能{act.label}。",
                f"{need}的设备才能{act.label}。",
                "YZ-25",
            )
        )
    return result


def due_on(place: str, *, issued_on: date) -> date:
    """Return the day by which a device that was issued is to be returned, by the term used at the place."""
    term = parameters.get("equipment.loan.days").at(issued_on, place)
    return issued_on + timedelta(days=term.whole if term else 0)


def may_feed_media(device: DeviceFacts | None, number: str, *, on: date) -> Answer:
    """
    Say whether media of a device may enter a case: only registered ones feed media.

    Source: YZ-25; TS-11.
    """
    if device is None:
        return Answer(
            (
                obstacle(
                    "unregistered",
                    f"设备“{number}”没有登记，它的音像资料不能进入案件。",
                    "请先在装备台账登记该设备。",
                    "YZ-25",
                ),
            )
        )
    if device.retired_on is not None and device.retired_on <= on:
        return Answer(
            (
                obstacle(
                    "retired",
                    f"设备{device.number}已于{device.retired_on.isoformat()}报废。",
                    "报废以后形成的音像资料不能进入案件。",
                    "YZ-25",
                ),
            )
        )
    if on < device.acquired_on:
        return Answer(
            (obstacle("not_yet", f"设备{device.number}在{on.isoformat()}还没有入库。", "请核对拍摄时间。", "YZ-25"),)
        )
    return Answer()
