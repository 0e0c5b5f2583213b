"""Pages of equipment."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, access, visible
from mingjing.contexts.registry.models import Device, Officer, choices
from mingjing.contexts.registry.usecases import devices as acts
from mingjing.contexts.registry.web.framework import (
    Act,
    ActPage,
    NewPage,
    Notice,
    Section,
    Thing,
    ThingPage,
    asks,
    choice,
    day,
    flag,
    form_of,
    text,
    units_of,
    words,
)
from mingjing.contexts.ui.components import Badge, Fact, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, DateFilter, FlagFilter, Table, TableView
from mingjing.domain.registry.devices import ACT_LABELS, TRANSITIONS, DeviceAct, DeviceKind, DeviceStatus

_TONES = {"stock": Tone.GOOD, "issued": Tone.INFO, "defective": Tone.ATTENTION}


def badge(row: Device, today: date) -> Badge:
    """Show where a device is."""
    if row.status == DeviceStatus.ISSUED and row.due_on is not None and row.due_on < today:
        return Badge(text="逾期未还", tone=Tone.BAD)
    return Badge(text=DeviceStatus(row.status).label, tone=_TONES.get(row.status, Tone.PLAIN))


TABLE = Table(
    name="registry.devices",
    columns=(
        Column(name="number", label="设备编号", value=lambda row: row.number, order="number"),
        Column(name="kind", label="类型", value=lambda row: DeviceKind(row.kind).label, order="kind"),
        Column(name="model", label="型号", value=lambda row: row.model, order="model"),
        Column(name="unit", label="单位", value=lambda row: row.unit.name, order="unit__path,number", width="wide"),
        Column(name="holder", label="领用人", value=lambda row: row.holder.name if row.holder else ""),
        Column(name="due", label="应还日期", value=lambda row: row.due_on, order="due_on"),
        Column(name="status", label="状态", value=lambda row: badge(row, localdate()), order="status"),
        Column(name="serial", label="出厂序列号", value=lambda row: row.serial, order="serial", shown=False),
        Column(name="acquired", label="购置日期", value=lambda row: row.acquired_on, order="acquired_on", shown=False),
    ),
    filters=(
        ChoiceFilter(name="kind", label="类型", choices=choices.of(DeviceKind)),
        ChoiceFilter(name="status", label="状态", choices=choices.of(DeviceStatus)),
        ChoiceFilter(
            name="unit", label="单位", choices=lambda viewer: _units(viewer), condition=lambda code: Q(unit__code=code)
        ),
        FlagFilter(name="overdue", label="逾期未还", condition=lambda: Q(status="issued", due_on__lt=localdate())),
        DateFilter(name="acquired", label="购置日期", field="acquired_on"),
    ),
    search=("number", "serial", "model"),
    search_hint="编号、序列号、型号",
    order="number",
    row_href=lambda row: reverse("registry_device", args=[row.number]),
    noun="台",
    empty="还没有登记装备。",
)


def _units(viewer: Any) -> list[tuple[str, str]]:
    return units_of(viewer, acts.SEE)


class DevicesPage(TableView[Actor]):
    """The list of devices."""

    table = TABLE
    title = "执法装备"
    permission = acts.SEE
    lead = "只有登记的设备形成的音像资料才能进入案件。"

    def rows(self) -> QuerySet[Device]:
        """Return what the viewer may see."""
        return visible(Device.objects.select_related("unit", "holder"), self.actor, self.permission)

    def acts(self) -> list[tuple[str, str, str]]:
        """Return the buttons."""
        if not self.actor.may(acts.EDIT):
            return []
        return [
            ("登记装备", reverse("registry_device_new"), "plus"),
            ("导入", reverse("registry_import", args=["devices"]), "table-import"),
        ]


def _sections(row: Device, _actor: Actor, _today: date) -> Iterable[Section]:
    yield Section(
        title="基本信息",
        icon="device-cctv",
        facts=[
            Fact(label="设备编号", value=row.number),
            Fact(label="类型、型号", value=[DeviceKind(row.kind).label, row.model]),
            Fact(label="出厂序列号", value=row.serial),
            Fact(label="单位", value=row.unit.name),
            Fact(
                label="领用人",
                value=row.holder.name if row.holder else "",
                href=reverse("registry_officer", args=[row.holder.code]) if row.holder else "",
            ),
            Fact(label="应还日期", value=row.due_on),
            Fact(label="购置日期", value=row.acquired_on),
            *([Fact(label="报废日期", value=row.retired_on)] if row.retired_on else []),
        ],
    )
    yield Section(
        title="领用记录",
        icon="arrows-exchange",
        heads=("领用人", "领用日期", "应还日期", "归还日期"),
        lines=[
            (each.officer.name, each.issued_on, each.due_on, each.returned_on)
            for each in row.loans.select_related("officer")[:50]
        ],
        empty="还没有领用过。",
    )
    yield Section(
        title="检查和维修",
        icon="tool",
        heads=("日期", "类别", "结果", "情况"),
        lines=[
            (each.on, each.get_kind_display(), each.get_result_display(), each.text) for each in row.checks.all()[:50]
        ],
        empty="没有检查和维修记录。",
    )


def _notices(row: Device, _actor: Actor, today: date) -> Iterable[Notice]:
    if row.status == DeviceStatus.ISSUED and row.due_on is not None and row.due_on < today:
        yield Notice(
            title="逾期未还", text=f"应于{row.due_on}前归还，已逾期{(today - row.due_on).days}天。", tone=Tone.BAD
        )


def _do(name: DeviceAct) -> Act:
    def make(_actor: Actor, row: Device) -> forms.Form:
        fields: dict[str, forms.Field] = {}
        if name is DeviceAct.ISSUE:
            people = Officer.objects.filter(unit__path__startswith=row.unit.path, left_on__isnull=True).order_by("code")
            fields["officer"] = choice("领用人", [(each.code, f"{each.name}（{each.code}）") for each in people[:1000]])
        fields["on"] = day("日期", initial=localdate())
        if name is DeviceAct.ISSUE:
            fields["due_on"] = day("应还日期", "不填按本地规定的期限计算。", required=False)
        fields["note"] = words("说明", required=name is DeviceAct.REPORT)
        return form_of(fields)

    def run(actor: Actor, at: datetime, row: Device, data: dict[str, Any]) -> None:
        acts.act_on_device(actor=actor, at=at, number=row.number, version=row.version, act=name, **data)

    icons = {
        DeviceAct.ISSUE: "door-exit",
        DeviceAct.RETURN: "door-enter",
        DeviceAct.REPORT: "tool",
        DeviceAct.REPAIR: "check",
        DeviceAct.RETIRE: "trash",
    }
    return Act(
        name=name.value,
        label=ACT_LABELS[name],
        permission=acts.EDIT,
        form=make,
        run=run,
        icon=icons[name],
        grave=name is DeviceAct.RETIRE,
        when=lambda row: DeviceStatus(row.status) in TRANSITIONS[name][0],
    )


def fetch(actor: Actor, code: str) -> Device:
    """Return a device that the viewer may see."""
    return access(Device.objects.select_related("unit", "holder"), actor, acts.SEE, number=code)


THING = Thing(
    name="device",
    label="装备",
    list_label="执法装备",
    permission=acts.SEE,
    fetch=fetch,
    title=lambda row: f"{DeviceKind(row.kind).label} {row.number}",
    badge=badge,
    sections=_sections,
    notices=_notices,
    subjects=lambda row: [f"device:{row.number}"],
    key="number",
    acts=(
        *(_do(name) for name in DeviceAct),
        Act(
            name="check",
            label="使用检查",
            permission=acts.SEE,
            form=asks(
                on=lambda _: day("检查日期", initial=localdate),
                good=lambda _: flag("正常", initial=True),
                text=lambda _: text("情况"),
            ),
            run=lambda actor, at, row, data: acts.check_device(actor=actor, at=at, number=row.number, **data),
            icon="clipboard-check",
        ),
    ),
)


class DevicePage(ThingPage):
    """One device."""

    thing = THING
    permission = acts.SEE


class DeviceActPage(ActPage):
    """An act on a device."""

    thing = THING
    permission = acts.SEE


class DeviceNewPage(NewPage):
    """Enter a device."""

    thing = THING
    label = "登记装备"
    permission = acts.EDIT

    def make(self) -> forms.Form:
        """Return the empty form."""
        return form_of(
            {
                "unit": choice("单位", units_of(self.actor, acts.EDIT)),
                "number": words("设备编号", longest=32),
                "kind": choice("设备类型", choices.of(DeviceKind)),
                "model": words("型号", longest=64),
                "serial": words("出厂序列号", "音像资料按序列号认设备。", longest=64),
                "acquired_on": day("购置日期"),
            }
        )

    def run(self, values: dict[str, Any]) -> Device:
        """Enter it."""
        unit, code = values.pop("unit"), values.pop("number")
        return acts.register_device(actor=self.actor, at=self.now, unit=unit, number=code, values=values)
