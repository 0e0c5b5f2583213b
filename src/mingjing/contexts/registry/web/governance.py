"""Pages of bodies that lead and consult, and of the legal services of towns."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, access, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.registry.models import Body, Service
from mingjing.contexts.registry.usecases import governance as acts
from mingjing.contexts.registry.web.framework import (
    Act,
    ActPage,
    NewPage,
    Section,
    Thing,
    ThingPage,
    asks,
    choice,
    day,
    form_of,
    number,
    text,
    units_of,
    words,
)
from mingjing.contexts.ui.components import Badge, Fact, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, Table, TableView
from mingjing.contexts.ui.web.pages import Page

KINDS = [(str(code), str(label)) for code, label in Body._meta.get_field("kind").choices or ()]  # noqa: SLF001
PARTS = [("lead", "牵头单位"), ("deputy", "副组长单位"), ("member", "成员单位")]

TABLE = Table(
    name="registry.bodies",
    columns=(
        Column(name="name", label="名称", value=lambda row: row.name, order="name", width="wide"),
        Column(name="kind", label="类别", value=lambda row: row.get_kind_display(), order="kind"),
        Column(name="head", label="组长（召集人）", value=lambda row: row.head),
        Column(name="office", label="办公室设在", value=lambda row: row.office.name),
        Column(name="members", label="成员单位", value=lambda row: row.member_count, number=True),
        Column(name="formed", label="成立日期", value=lambda row: row.formed_on, order="formed_on"),
    ),
    filters=(ChoiceFilter(name="kind", label="类别", choices=KINDS),),
    search=("name",),
    order="name",
    row_href=lambda row: reverse("registry_body", args=[row.code]),
    noun="个",
    empty="还没有登记议事协调机构。",
)


class BodiesPage(TableView[Actor]):
    """The list of bodies."""

    table = TABLE
    title = "议事协调机构"
    permission = acts.SEE

    def rows(self) -> QuerySet[Body]:
        """Return what the viewer may see."""
        return visible(
            Body.objects.select_related("office").annotate(member_count=Count("members")), self.actor, self.permission
        )

    def acts(self) -> list[tuple[str, str, str]]:
        """Return the buttons."""
        found = [("基层法律服务", reverse("registry_services"), "lifebuoy")]
        if self.actor.may(acts.EDIT):
            found.insert(0, ("登记机构", reverse("registry_body_new"), "plus"))
        return found


def _sections(row: Body, _actor: Actor, _today: date) -> Iterable[Section]:
    yield Section(
        title="基本信息",
        icon="users-group",
        facts=[
            Fact(label="类别", value=row.get_kind_display()),
            Fact(label="组长（召集人）", value=row.head),
            Fact(label="办公室设在", value=row.office.name),
            Fact(label="职责", value=row.duties),
            Fact(label="成立日期", value=row.formed_on),
        ],
    )
    members = list(row.members.select_related("unit"))
    yield Section(
        title=f"成员单位（{len(members)}）",
        icon="building-bank",
        heads=("单位", "身份", "成员"),
        lines=[(each.unit.name, each.get_part_display(), each.person) for each in members],
        empty="还没有成员单位。",
    )


def fetch(actor: Actor, code: str) -> Body:
    """Return a body that the viewer may see."""
    return access(Body.objects.select_related("office"), actor, acts.SEE, code=code)


def _units() -> list[tuple[str, str]]:
    return list(Unit.objects.order_by("path").values_list("code", "name")[:2000])


THING = Thing(
    name="body",
    label="议事协调机构",
    list_label="议事协调机构",
    permission=acts.SEE,
    fetch=fetch,
    title=lambda row: row.name,
    badge=lambda row, _day: Badge(text="已撤销") if row.ended_on else Badge(text="运行中", tone=Tone.GOOD),
    sections=_sections,
    subjects=lambda row: [f"body:{row.code}"],
    acts=(
        Act(
            name="join",
            label="增加成员单位",
            permission=acts.EDIT,
            form=asks(
                unit=lambda _: choice("单位", _units()),
                part=lambda _: choice("身份", PARTS, initial="member"),
                person=lambda _: words("成员", required=False, longest=64),
            ),
            run=lambda actor, at, row, data: acts.join_body(actor=actor, at=at, code=row.code, **data),
            icon="plus",
        ),
    ),
)


class BodyPage(ThingPage):
    """One body."""

    thing = THING
    permission = acts.SEE


class BodyActPage(ActPage):
    """An act on a body."""

    thing = THING
    permission = acts.SEE


class BodyNewPage(NewPage):
    """Enter a body."""

    thing = THING
    label = "登记机构"
    permission = acts.EDIT

    def make(self) -> forms.Form:
        """Return the empty form."""
        return form_of(
            {
                "code": words("编号", longest=32),
                "name": words("名称", longest=128),
                "kind": choice("类别", KINDS),
                "head": words("组长（召集人）", longest=64),
                "office": choice("办公室设在", units_of(self.actor, acts.EDIT)),
                "formed_on": day("成立日期"),
                "duties": text("职责", required=False),
            }
        )

    def run(self, values: dict[str, Any]) -> Body:
        """Enter it."""
        return acts.form_body(actor=self.actor, at=self.now, **values)


SERVICES = [(str(code), str(label)) for code, label in Service._meta.get_field("kind").choices or ()]  # noqa: SLF001


class ServicesPage(Page[Actor]):
    """Which of the six legal services each town offers, and which are missing (TS-52)."""

    permission = acts.SEE
    template_name = "registry/services.html"
    title = "基层法律服务"

    def context(self) -> dict[str, object]:
        """Return a line for each town."""
        towns = list(visible(Unit.objects.filter(kind="town"), self.actor, acts.SEE).order_by("path"))
        offered: dict[int, dict[str, Service]] = {}
        for row in visible(Service.objects.filter(unit__in=towns), self.actor, acts.SEE):
            offered.setdefault(row.unit_id, {})[row.kind] = row
        lines = []
        for town in towns:
            mine = offered.get(town.pk, {})
            missing = [label for code, label in SERVICES if code not in mine]
            full = Tone.GOOD if not missing else Tone.ATTENTION
            lines.append(
                (
                    town.name,
                    Badge(text=f"{len(mine)}/{len(SERVICES)}", tone=full),
                    "、".join(
                        f"{label}（{mine[code].where}，{mine[code].person}）"
                        for code, label in SERVICES
                        if code in mine
                    ),
                    "、".join(missing),
                    sum(each.handled for each in mine.values()),
                )
            )
        return {
            "section": Section(
                title="各镇街",
                icon="lifebuoy",
                heads=("镇街", "覆盖", "已提供", "缺少", "已办件数"),
                lines=lines,
                empty="没有镇街。",
            ),
            "edit": reverse("registry_service_new") if self.actor.may(acts.EDIT) else "",
        }


class ServiceNewPage(NewPage):
    """Enter a service of a town."""

    thing = THING
    label = "登记法律服务"
    permission = acts.EDIT

    def make(self) -> forms.Form:
        """Return the empty form."""
        return form_of(
            {
                "unit": choice("镇街", units_of(self.actor, acts.EDIT)),
                "kind": choice("服务", SERVICES),
                "where": words("地点", longest=128),
                "person": words("服务人员", longest=64),
                "handled": number("已办件数", initial=0),
            }
        )

    def target(self, row: Any) -> str:
        """Go back to the overview."""
        return reverse("registry_services")

    def run(self, values: dict[str, Any]) -> Any:
        """Enter it."""
        return acts.offer_service(actor=self.actor, at=self.now, **(values | {"handled": int(values["handled"])}))
