"""The sheet of monitoring records: its columns, and what becomes of its rows; read and written as the other registers are."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.timezone import localtime

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.cases.models import OffsiteRecord
from mingjing.contexts.cases.usecases.offsite import ENTER, FIELDS, SEE, build, enter_offsite, known
from mingjing.contexts.registry.models import Party
from mingjing.contexts.registry.usecases.sheets.reading import Line
from mingjing.contexts.registry.usecases.sheets.registers import Register, known_among, told, units_among
from mingjing.facts.schema import Column, ColumnType, Table
from mingjing.kernel.errors import DomainError

_LABEL: Final = "设备记录号"


def _column(
    name: str,
    label: str,
    kind: ColumnType = ColumnType.TEXT,
    *,
    required: bool = False,
    aliases: tuple[str, ...] = (),
    description: str = "",
) -> Column:
    return Column(name=name, label=label, type=kind, required=required, aliases=aliases, description=description)


SHEET: Final = Table(
    name="offsite",
    label="非现场记录",
    key=("device_no", "device_record"),
    columns=(
        _column("unit", "单位代码", required=True),
        _column("device_name", "设备名称", required=True),
        _column("device_no", "设备编号", required=True),
        _column("device_record", _LABEL, required=True, aliases=("记录编号",), description="设备或者监管系统的编号"),
        _column("captured_at", "摄录时间", ColumnType.MOMENT, required=True, aliases=("抓拍时间",)),
        _column("place", "摄录地点", required=True, aliases=("地点",)),
        _column("seen", "记录的情况", required=True, aliases=("违法情形",)),
        _column("party", "当事人编码", description="已经查明的填写当事人登记的编码"),
        _column("legal_verified_on", "法制审核日期", ColumnType.DATE, description="设备经过法制审核的日期"),
        _column("technical_verified_on", "技术审核日期", ColumnType.DATE, description="设备经过技术审核的日期"),
        _column("location_published_on", "设置地点公布日期", ColumnType.DATE),
        _column("location_published_at", "公布的地点和载体"),
    ),
)


def _judge(actor: Actor, lines: Sequence[Line], step: Callable[[int], None]) -> None:
    at, units = timezone.now(), units_among(actor, ENTER, lines, "单位代码")
    parties = known_among(Party, "code", (line.values["party"] for line in lines if "party" in line.values))
    rows: list[tuple[Line, OffsiteRecord]] = []
    for done, line in enumerate(lines, start=1):
        if line.values.get("party", "") not in {"", *parties}:
            line.add("当事人编码", f"没有编码为“{line.values['party']}”的当事人。", "请核对，或者留空。")
        if not line.troubles:
            try:
                given = {name: value for name, value in line.values.items() if name in FIELDS}
                row = build(actor=actor, at=at, unit=units[line.values["unit"]], values=given)
                rows.append((line, row))
            except DomainError as error:
                told(line, error, _LABEL)
        step(done)
    there = known(row for _, row in rows)
    seen: dict[tuple[str, str], int] = {}
    for line, row in rows:
        key = (row.device_no, row.device_record)
        if key in there:
            line.add(_LABEL, "这台设备的这条记录已经登记。", "已登记的不要重复导入。")
        elif key in seen:
            line.add(_LABEL, f"与第{seen[key]}行是同一条记录。", "请删去重复的行。")
        seen.setdefault(key, line.row)


def _write(actor: Actor, at: datetime, lines: Sequence[Line]) -> list[OffsiteRecord]:
    return enter_offsite(
        actor=actor,
        at=at,
        records=[
            (line.values["unit"], {name: value for name, value in line.values.items() if name != "unit"})
            for line in lines
        ],
    )


REGISTER: Final = Register(
    name=SHEET.name,
    shown_at="cases_offsite",
    model=OffsiteRecord,
    key="device_record",
    edit=ENTER,
    see=SEE,
    judge=_judge,
    write=_write,
    values=lambda row: {
        "unit": row.unit.code,
        "party": row.party.code if row.party else "",
        **{name: getattr(row, name) for name in FIELDS},
        "captured_at": f"{localtime(row.captured_at):%Y-%m-%d %H:%M:%S}",
    },
    related=("unit", "party"),
    compared=False,
    sheet=SHEET,
)
