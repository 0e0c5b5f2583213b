"""What each register does with the rows of a sheet: judge them one by one, write the good ones, give its own back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from django.db.models import Model, QuerySet

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.registry.models import Agency, Credential, Device, Officer, Party, Supervisor
from mingjing.contexts.registry.usecases import agencies, credentials, devices, officers, parties, social
from mingjing.contexts.registry.usecases.base import InvalidError, check_fields, reachable_units
from mingjing.contexts.registry.usecases.sheets import people
from mingjing.contexts.registry.usecases.sheets.columns import SHEETS
from mingjing.contexts.registry.usecases.sheets.reading import Line
from mingjing.facts.schema import DOMAINS, Table
from mingjing.kernel.errors import DomainError

type Step = Callable[[int], None]

_WHERE: Final[Mapping[str, str]] = {
    "identity_number": "身份号码",
    "not_established": "用工性质",
    "credit_code": "统一社会信用代码",
    "unknown_officer": "人员编码",
    "number_form": "证件编号",
    "wrong_term": "有效期止",
    "no_key": "名称",
}
"""At which column an obstacle stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """
    A register that is imported, exported and, where others keep it too, compared.

    ``write`` returns what came of each row; ``slips`` what is handed to the people of these, once. ``shown_at`` names the
    address of its list, ``sheet`` are the columns of one that another room keeps (:func:`register`).
    """

    name: str
    shown_at: str
    model: type[Model]
    key: str
    edit: str
    see: str
    judge: Callable[[Actor, Sequence[Line], Step], None]
    write: Callable[[Actor, datetime, Sequence[Line]], Sequence[Any]]
    values: Callable[[Any], dict[str, Any]]
    related: Sequence[str] = ()
    compared: bool = True
    sheet: Table | None = None
    slips: Callable[[Sequence[Any]], list[list[str]]] | None = None

    @property
    def table(self) -> Table:
        """The columns of its sheet."""
        return self.sheet or SHEETS[self.name]

    def rows(self, actor: Actor) -> QuerySet[Any]:
        """Return what the actor may see of it."""
        found: QuerySet[Any] = (
            QuerySet(self.model).select_related(*self.related) if self.related else QuerySet(self.model)
        )
        return visible(found, actor, self.see).order_by("pk")


def told(line: Line, error: DomainError, default: str) -> None:
    """Note at a row why an act refuses it, at the column that is to blame, else at the ``default`` one."""
    if isinstance(error, InvalidError):
        labels = line.cells
        for said in error.message.removeprefix("填写的内容有问题：").split("；"):
            label, _, why = said.partition("：")
            line.add(label if label in labels else default, why or said, "请更正。")
        return
    label = _WHERE.get(str(error.facts.get("obstacle", "")), default)
    what, remedy = error.facts.get("what"), error.facts.get("remedy")
    line.add(label, str(what or error.message), str(remedy or "请核对后更正。"))


def known_among(model: type[Model], field: str, values: Iterable[str]) -> set[str]:
    """Return those of some values that rows have in a field."""
    wanted, found = sorted(set(values)), set()
    for start in range(0, len(wanted), 500):
        found |= set(
            QuerySet(model).filter(**{f"{field}__in": wanted[start : start + 500]}).values_list(field, flat=True)
        )
    return found


def _doubles(lines: Sequence[Line], name: str, label: str, known: set[str]) -> None:
    seen: dict[str, int] = {}
    for line in lines:
        value = line.values.get(name)
        if not value:
            continue
        if value in known:
            line.add(label, f"{label}“{value}”已经登记。", "已登记的请在页面上修改，不要重复导入。")
        elif value in seen:
            line.add(label, f"{label}“{value}”与第{seen[value]}行重复。", "请删去重复的行。")
        else:
            seen[value] = line.row


def units_among(actor: Actor, permission: str, lines: Sequence[Line], label: str) -> dict[str, Any]:
    """Return the units that rows name, by code; note at a row that its unit is beyond the actor."""
    units = reachable_units(actor, permission, [line.values["unit"] for line in lines if "unit" in line.values])
    for line in lines:
        if "unit" in line.values and line.values["unit"] not in units:
            line.add(label, f"单位“{line.values['unit']}”不存在，或者不在您的办理范围内。", "请核对单位代码。")
    return units


def _each(lines: Sequence[Line], step: Step, default: str, build: Callable[[Line], Model]) -> None:
    """Judge each row that is sound so far as the act would."""
    for done, line in enumerate(lines, start=1):
        if not line.troubles:
            try:
                check_fields(build(line))
            except DomainError as error:
                told(line, error, default)
        step(done)


def _judge_agencies(actor: Actor, lines: Sequence[Line], step: Step) -> None:
    units = units_among(actor, agencies.EDIT, lines, "单位代码")
    _doubles(lines, "code", "主体编码", known_among(Agency, "code", (str(line.values.get("code")) for line in lines)))
    _doubles(
        lines, "unit", "单位代码", known_among(Agency, "unit__code", (str(line.values.get("unit")) for line in lines))
    )
    for line in lines:
        field = line.values.get("field")
        named = {label: code for code, label in DOMAINS.items()}
        if field and field not in DOMAINS:
            if field in named:
                line.values["field"] = named[field]
            else:
                line.add("执法领域", f"没有“{field}”这个执法领域。", "可填：" + "、".join(DOMAINS.values()))
    _each(
        lines,
        step,
        "主体编码",
        lambda line: Agency(
            unit=units[line.values["unit"]], **{name: value for name, value in line.values.items() if name != "unit"}
        ),
    )


def _judge_officers(actor: Actor, lines: Sequence[Line], step: Step) -> None:
    units = units_among(actor, officers.EDIT, lines, "单位代码")
    _doubles(lines, "code", "人员编码", known_among(Officer, "code", (str(line.values.get("code")) for line in lines)))
    _doubles(lines, "identity_number", "身份号码", set())
    built: list[tuple[Line, Officer]] = []

    def build(line: Line) -> Officer:
        row = officers.build(units[line.values["unit"]], line.values["code"], line.values)
        built.append((line, row))
        return row

    _each(lines, step, "人员编码", build)
    taken = known_among(Officer, "identity_index", (row.identity_index for _, row in built if row.identity_index))
    for line, row in built:
        if row.identity_index in taken and row.identity_index:
            line.add("身份号码", "这个身份号码的人员已经登记。", "调动请办理“调动”，不要重复登记。")


def _judge_credentials(actor: Actor, lines: Sequence[Line], step: Step) -> None:
    _doubles(
        lines,
        "number",
        "证件编号",
        known_among(Credential, "number", (str(line.values.get("number")) for line in lines)),
    )
    people = credentials.people_by_code(actor, [line.values["officer"] for line in lines if "officer" in line.values])
    live: dict[str, int] = {}

    def build(line: Line) -> Credential:
        code = line.values["officer"]
        row = credentials.judge_card(people.get(code), code, line.values)
        if row.status in ("valid", "suspended"):
            if code in live:
                line.add(
                    "人员编码",
                    f"同一人员在第{live[code]}行已有有效证件。",
                    "一人只能有一个有效证件，旧证请填状态和失效日期。",
                )
            live.setdefault(code, line.row)
        return row

    _each(lines, step, "人员编码", build)


def _judge_devices(actor: Actor, lines: Sequence[Line], step: Step) -> None:
    units = units_among(actor, devices.EDIT, lines, "单位代码")
    _doubles(
        lines, "number", "设备编号", known_among(Device, "number", (str(line.values.get("number")) for line in lines))
    )
    _each(
        lines,
        step,
        "设备编号",
        lambda line: devices.build(units[line.values["unit"]], line.values["number"], line.values),
    )


def _judge_parties(actor: Actor, lines: Sequence[Line], step: Step) -> None:
    scope = actor.scope(parties.EDIT)
    for line in lines:
        place = str(line.values.get("place", ""))
        near = scope.everything or any(place.startswith(prefix) for prefix in scope.places)
        if place and not (near and place.isdecimal() and len(place) in (6, 9, 12)):
            line.add(
                "行政区划代码", f"“{place}”不是您办理范围内的行政区划代码。", "请填住所地的六位、九位或者十二位代码。"
            )
    _doubles(lines, "code", "当事人编码", known_among(Party, "code", (str(line.values.get("code")) for line in lines)))
    built: list[tuple[Line, Party]] = []

    def build(line: Line) -> Party:
        row = parties.build(line.values["code"], line.values["place"], line.values)
        built.append((line, row))
        return row

    _each(lines, step, "名称", build)
    known = parties.same_parties([row.key_index for _, row in built])
    seen: dict[str, int] = {}
    for line, row in built:
        if row.key_index in known:
            line.add("名称", f"同一当事人已经登记（{known[row.key_index].code}）。", "请直接选用已有登记。")
        elif row.key_index in seen:
            line.add("名称", f"与第{seen[row.key_index]}行是同一当事人。", "请删去重复的行。")
        seen.setdefault(row.key_index, line.row)


def _judge_supervisors(actor: Actor, lines: Sequence[Line], step: Step) -> None:
    units = units_among(actor, social.EDIT, lines, "聘任单位代码")
    _doubles(lines, "code", "编号", known_among(Supervisor, "code", (str(line.values.get("code")) for line in lines)))
    for line in lines:
        if (
            "term_from" in line.values
            and "term_until" in line.values
            and line.values["term_until"] < line.values["term_from"]
        ):
            line.add("任期止", "任期止早于任期起。", "请核对聘书。")
    _each(lines, step, "编号", lambda line: social.build(units[line.values["unit"]], line.values["code"], line.values))


def _write_agencies(actor: Actor, at: datetime, lines: Sequence[Line]) -> list[Agency]:
    return [
        agencies.register_agency(
            actor=actor, at=at, unit=line.values["unit"], code=line.values["code"], values=line.values
        )
        for line in lines
    ]


def _triples(lines: Sequence[Line], first: str, second: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    return [(line.values[first], line.values[second], line.values) for line in lines]


def _of(row: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _names(sheet: str, without: Sequence[str] = ()) -> list[str]:
    return [column.name for column in SHEETS[sheet].columns if column.name not in without]


def register(kind: Register) -> None:
    """Let a register of an upper room be imported and exported as those of this one; it calls this in ``AppConfig.ready``."""
    _registers[kind.name] = kind


_registers: Final[dict[str, Register]] = {
    "units": Register(
        name="units",
        shown_at="units",
        model=Unit,
        key="code",
        edit="accounts.unit.edit",
        see="accounts.unit.view",
        judge=people.judge_units_of,
        write=people.write_units,
        values=lambda row: {
            "parent": row.parent.code if row.parent else "",
            **_of(row, _names("units", ["parent", "document"])),
        },
        related=("parent",),
        compared=False,
    ),
    "users": Register(
        name="users",
        shown_at="users",
        model=User,
        key="username",
        edit="accounts.user.edit",
        see="accounts.user.view",
        judge=people.judge_users_of,
        write=people.write_users,
        slips=people.slips_of,
        values=lambda row: {
            "unit": row.unit.code if row.unit else "",
            **_of(row, _names("users", ["unit"])),
        },
        related=("unit",),
        compared=False,
    ),
    "agencies": Register(
        name="agencies",
        shown_at="registry_agency_list",
        model=Agency,
        key="code",
        edit=agencies.EDIT,
        see=agencies.SEE,
        judge=_judge_agencies,
        write=_write_agencies,
        values=lambda row: {"unit": row.unit.code, **_of(row, _names("agencies", ["unit"]))},
        related=("unit",),
    ),
    "officers": Register(
        name="officers",
        shown_at="registry_officer_list",
        model=Officer,
        key="code",
        edit=officers.EDIT,
        see=officers.SEE,
        judge=_judge_officers,
        write=lambda actor, at, lines: officers.register_officers(
            actor=actor, at=at, people=_triples(lines, "unit", "code")
        ),
        values=lambda row: {"unit": row.unit.code, **_of(row, _names("officers", ["unit", "identity_number"]))},
        related=("unit",),
    ),
    "credentials": Register(
        name="credentials",
        shown_at="registry_officer_list",
        model=Credential,
        key="number",
        edit="registry.credential.ask",
        see=officers.SEE,
        judge=_judge_credentials,
        write=lambda actor, at, lines: credentials.take_over_credentials(
            actor=actor, at=at, cards=[(line.values["officer"], line.values) for line in lines]
        ),
        values=lambda row: {"officer": row.officer.code, **_of(row, _names("credentials", ["officer"]))},
        related=("officer",),
    ),
    "devices": Register(
        name="devices",
        shown_at="registry_device_list",
        model=Device,
        key="number",
        edit=devices.EDIT,
        see=devices.SEE,
        judge=_judge_devices,
        write=lambda actor, at, lines: devices.register_devices(
            actor=actor, at=at, devices=_triples(lines, "unit", "number")
        ),
        values=lambda row: {"unit": row.unit.code, **_of(row, _names("devices", ["unit"]))},
        related=("unit",),
    ),
    "parties": Register(
        name="parties",
        shown_at="registry_party_list",
        model=Party,
        key="code",
        edit=parties.EDIT,
        see=parties.SEE,
        judge=_judge_parties,
        write=lambda actor, at, lines: parties.register_parties(
            actor=actor, at=at, parties=_triples(lines, "code", "place")
        ),
        values=lambda row: _of(row, _names("parties", ["identity_number"])),
    ),
    "supervisors": Register(
        name="supervisors",
        shown_at="registry_supervisor_list",
        model=Supervisor,
        key="code",
        edit=social.EDIT,
        see=social.SEE,
        judge=_judge_supervisors,
        write=lambda actor, at, lines: social.appoint_supervisors(
            actor=actor, at=at, people=_triples(lines, "unit", "code")
        ),
        values=lambda row: {"unit": row.unit.code, **_of(row, _names("supervisors", ["unit"]))},
        related=("unit",),
    ),
}
REGISTERS: Final[Mapping[str, Register]] = MappingProxyType(_registers)
