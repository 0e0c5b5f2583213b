"""Units: the list, one with its history, and the acts on it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, access, visible
from mingjing.contexts.accounts.models import Unit, UnitChange, UnitKind, User
from mingjing.contexts.accounts.usecases import units
from mingjing.contexts.accounts.web import imports
from mingjing.contexts.accounts.web.acts import ActPage, FormPage
from mingjing.contexts.accounts.web.forms import CloseUnitForm, MoveUnitForm, NewUnitForm, UnitForm
from mingjing.contexts.ui.components import Badge, Crumb, Event, Fact, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, FlagFilter, Table, TableView, TextFilter
from mingjing.contexts.ui.web.pages import Page

_VIEW, _EDIT = "accounts.unit.view", "accounts.unit.edit"
_FIELDS = {
    "name": "名称",
    "short_name": "简称",
    "kind": "类别",
    "place": "行政区划代码",
    "parent": "上级单位",
    "valid_to": "撤销日期",
}


def unit_href(unit: Unit) -> str:
    """Return where a unit has its page."""
    return reverse("unit", args=[unit.code])


UNITS = Table(
    name="accounts.units",
    columns=(
        Column(
            name="name",
            label="单位",
            value=lambda row: "　" * (row.path.count("/") - 1) + row.name,
            order="path",
            href=unit_href,
            width="wide",
        ),
        Column(name="kind", label="类别", value=lambda row: row.get_kind_display(), order="kind,path"),
        Column(name="place", label="行政区划代码", value=lambda row: row.place, order="place,path"),
        Column(name="code", label="单位代码", value=lambda row: row.code, order="code"),
        Column(name="short_name", label="简称", value=lambda row: row.short_name, shown=False),
        Column(name="since", label="设立日期", value=lambda row: row.valid_from, order="valid_from", shown=False),
        Column(
            name="state",
            label="状态",
            value=lambda row: Badge(text="已撤销") if row.valid_to else Badge(text="在用", tone=Tone.GOOD),
            order="valid_to,path",
        ),
    ),
    filters=(
        ChoiceFilter(name="kind", label="类别", choices=UnitKind.choices),
        TextFilter(name="place", label="行政区划代码", fields=("place",)),
        FlagFilter(name="closed", label="已撤销", condition=Q(valid_to__isnull=False)),
    ),
    search=("name", "code", "short_name"),
    search_hint="名称、代码",
    order="name",
    row_name=lambda row: row.name,
    noun="个单位",
    size=50,
)


class UnitsPage(TableView[Actor]):
    """All units that may be seen."""

    table, title, permission = UNITS, "单位", _VIEW
    lead = "组织架构：政府、部门、综合执法队伍、镇街和司法行政的各级监督机构。执法主体资格在“执法主体”里登记。"

    def rows(self) -> QuerySet[Any]:
        """Return them."""
        return visible(Unit.objects.all(), self.actor, _VIEW)

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Return the buttons of who edits."""
        if not self.actor.may(_EDIT):
            return ()
        return [
            ("设立单位", reverse("unit_new"), "plus"),
            *imports.buttons("units"),
        ]


class UnitPage(Page[Actor]):
    """One unit."""

    permission = _VIEW
    template_name = "accounts/unit.html"

    def context(self) -> dict[str, object]:
        """Return what is shown."""
        unit = access(Unit.objects.select_related("parent"), self.actor, _VIEW, code=self.kwargs["code"])
        beneath = visible(Unit.objects.filter(parent=unit, valid_to=None), self.actor, _VIEW).order_by("path")
        above = visible(
            Unit.objects.filter(code__in=unit.path.rstrip("/").split("/")[:-1]), self.actor, _VIEW
        ).order_by("path")
        return {
            "title": unit.name,
            "crumbs": [
                Crumb(label="单位", href=reverse("units")),
                *(Crumb(label=one.short_name or one.name, href=unit_href(one)) for one in above),
            ],
            "facts": [
                Fact(label="单位代码", value=unit.code),
                Fact(label="类别", value=unit.get_kind_display()),
                Fact(label="简称", value=unit.short_name),
                Fact(label="行政区划代码", value=unit.place),
                Fact(label="上级单位", value=unit.parent.name if unit.parent else "没有"),
                Fact(label="设立日期", value=unit.valid_from),
                *([Fact(label="撤销日期", value=unit.valid_to)] if unit.valid_to else []),
                *(
                    [Fact(label="启用的账号", value=User.objects.filter(unit=unit, is_active=True).count())]
                    if self.actor.may("accounts.user.view")
                    else []
                ),
            ],
            "beneath": [(one.name, unit_href(one), one.get_kind_display()) for one in beneath],
            "history": _history(unit),
            "may_edit": self.actor.may(_EDIT) and unit.valid_to is None,
            "code": unit.code,
        }


class _UnitAct(ActPage[Unit]):
    permission = _EDIT

    def fetch(self) -> Unit:
        """Return the unit that is acted upon."""
        return access(Unit.objects.all(), self.actor, _EDIT, see=_VIEW, code=self.kwargs["code"])

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="单位", href=reverse("units")), Crumb(label=self.row.name, href=self.back())]

    def back(self) -> str:
        """Return where to go when it is done, or not."""
        return unit_href(self.row)

    def _others(self) -> list[Unit]:
        rows = Unit.objects.filter(valid_to=None).exclude(path__startswith=self.row.path)
        return list(visible(rows, self.actor, _VIEW).order_by("path"))


class NewUnitPage(FormPage):
    """A unit entered."""

    permission, title, act = _EDIT, "设立单位", "设立"

    def form(self, data: Any = None) -> NewUnitForm:
        """Return the form."""
        rows = visible(Unit.objects.filter(valid_to=None), self.actor, _VIEW).order_by("path")
        return NewUnitForm(data, units=list(rows), initial={"parent": self.request.GET.get("parent", "")})

    def do(self, given: dict[str, Any]) -> str:
        """Enter it."""
        unit = units.found_unit(actor=self.actor, at=self.now, **given)
        messages.success(self.request, f"已经设立“{unit.name}”。")
        return unit_href(unit)

    def back(self) -> str:
        """Return where to go otherwise."""
        return reverse("units")


class EditUnitPage(_UnitAct):
    """A unit changed."""

    title, act = "变更单位", "保存"

    def form(self, data: Any = None) -> UnitForm:
        """Return the form with what there is."""
        row = self.row
        return UnitForm(
            data, initial={"name": row.name, "short_name": row.short_name, "kind": row.kind, "place": row.place}
        )

    def do(self, given: dict[str, Any]) -> str:
        """Change it."""
        units.change_unit(actor=self.actor, at=self.now, code=self.row.code, version=self.version, **given)
        messages.success(self.request, "已经保存。")
        return self.back()


class MoveUnitPage(_UnitAct):
    """A unit put under another."""

    title, act = "调整隶属", "调整"
    lead = "下级单位一起调整。各角色的管辖范围立即按新的隶属关系计算。"

    def form(self, data: Any = None) -> MoveUnitForm:
        """Return the form."""
        parent = self.row.parent.code if self.row.parent else ""
        return MoveUnitForm(data, units=self._others(), initial={"parent": parent})

    def do(self, given: dict[str, Any]) -> str:
        """Move it."""
        units.move_unit(actor=self.actor, at=self.now, code=self.row.code, version=self.version, **given)
        messages.success(self.request, "隶属关系已经调整。")
        return self.back()


class CloseUnitPage(_UnitAct):
    """A unit abolished."""

    title, act, grave = "撤销单位", "撤销", True
    lead = "单位的历史和它办过的事都会保留，但不能再有人员和角色。撤销后不能恢复。"

    def form(self, data: Any = None) -> CloseUnitForm:
        """Return the form."""
        return CloseUnitForm(data, initial={"on": self.today})

    def do(self, given: dict[str, Any]) -> str:
        """Abolish it."""
        units.close_unit(actor=self.actor, at=self.now, code=self.row.code, version=self.version, **given)
        messages.success(self.request, f"“{self.row.name}”已经撤销。")
        return self.back()


def _history(unit: Unit) -> list[Event]:
    changes = list(UnitChange.objects.filter(unit=unit).order_by("-on", "-id"))
    parents = {side.get("parent", "") for one in changes for side in (one.before, one.after)}
    names = dict(Unit.objects.filter(code__in=parents).values_list("code", "name"))
    people = dict(User.objects.filter(code__in={one.by for one in changes}).values_list("code", "name"))
    return [_event(one, names, people) for one in changes]


def _event(change: UnitChange, names: Mapping[str, str], people: Mapping[str, str]) -> Event:
    words = {"kind": dict(UnitKind.choices), "parent": names}
    parts = []
    for field, label in _FIELDS.items():
        old, new = (
            words.get(field, {}).get(one, one) for one in (change.before.get(field, ""), change.after.get(field, ""))
        )
        if old != new and (change.before or new):
            parts.append(f"{label}：{old or '无'} → {new or '无'}" if change.before else f"{label}：{new}")
    told = [
        *parts,
        *([f"依据：{change.document}"] if change.document else []),
        *([change.reason] if change.reason else []),
    ]
    return Event(
        at=change.on, title=change.get_kind_display(), who=people.get(change.by, change.by), text="；".join(told)
    )
