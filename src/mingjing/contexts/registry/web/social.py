"""Pages of social roles and activities."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, access, visible
from mingjing.contexts.registry import queries
from mingjing.contexts.registry.models import Agency, Supervisor, choices
from mingjing.contexts.registry.usecases import social as acts
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
    form_of,
    text,
    units_of,
    words,
)
from mingjing.contexts.ui.components import Badge, Fact, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, DateFilter, FlagFilter, Table, TableView
from mingjing.domain.registry.supervisors import ActivityKind, SocialKind


def badge(row: Supervisor, today: date) -> Badge:
    """Show whether somebody is in office."""
    if row.dismissed_on is not None and row.dismissed_on <= today:
        return Badge(text="已解聘")
    if row.term_until < today:
        return Badge(text="任期届满", tone=Tone.ATTENTION)
    return Badge(text="在任", tone=Tone.GOOD) if row.term_from <= today else Badge(text="未到任")


TABLE = Table(
    name="registry.supervisors",
    columns=(
        Column(name="code", label="编号", value=lambda row: row.code, order="code"),
        Column(name="name", label="姓名", value=lambda row: row.name, order="name"),
        Column(name="kind", label="角色", value=lambda row: SocialKind(row.kind).label, order="kind"),
        Column(name="employer", label="工作单位", value=lambda row: row.employer, width="wide"),
        Column(name="certificate", label="证件编号", value=lambda row: row.certificate_no),
        Column(name="letter", label="聘书编号", value=lambda row: row.letter_no),
        Column(name="until", label="任期止", value=lambda row: row.term_until, order="term_until"),
        Column(name="activities", label="活动次数", value=lambda row: row.activity_count, number=True),
        Column(name="state", label="状态", value=lambda row: badge(row, localdate())),
        Column(name="fields", label="监督领域", value=lambda row: row.fields, shown=False),
        Column(name="unit", label="聘任单位", value=lambda row: row.unit.name, shown=False),
    ),
    filters=(
        ChoiceFilter(name="kind", label="角色", choices=choices.of(SocialKind)),
        FlagFilter(name="papers", label="证件聘书不全", condition=Q(certificate_no="") | Q(letter_no="")),
        FlagFilter(
            name="over", label="任期届满", condition=lambda: Q(term_until__lt=localdate(), dismissed_on__isnull=True)
        ),
        DateFilter(name="until", label="任期止", field="term_until"),
    ),
    search=("name", "code", "employer"),
    search_hint="姓名、编号、工作单位",
    order="code",
    row_href=lambda row: reverse("registry_supervisor", args=[row.code]),
    noun="人",
    empty="还没有聘任社会监督人员。",
)


class SupervisorsPage(TableView[Actor]):
    """The list of people in social roles."""

    table = TABLE
    title = "社会监督人员"
    permission = acts.SEE

    def rows(self) -> QuerySet[Supervisor]:
        """Return what the viewer may see."""
        rows = Supervisor.objects.select_related("unit").annotate(activity_count=Count("activities"))
        return visible(rows, self.actor, self.permission)

    def acts(self) -> list[tuple[str, str, str]]:
        """Return the buttons."""
        if not self.actor.may(acts.EDIT):
            return []
        found = [("聘任", reverse("registry_supervisor_new"), "plus")]
        if self.actor.may("registry.import.run"):
            found.append(("导入", reverse("registry_import", args=["supervisors"]), "table-import"))
        return found


def _sections(row: Supervisor, _actor: Actor, _today: date) -> Iterable[Section]:
    yield Section(
        title="基本信息",
        icon="user-check",
        facts=[
            Fact(label="角色", value=SocialKind(row.kind).label),
            Fact(label="聘任单位", value=row.unit.name),
            Fact(label="工作单位", value=row.employer),
            Fact(label="监督领域", value=row.fields),
            Fact(label="证件编号", value=row.certificate_no),
            Fact(label="聘书编号", value=row.letter_no),
            Fact(label="任期", value=f"{row.term_from}至{row.term_until}"),
            *([Fact(label="解聘日期", value=row.dismissed_on)] if row.dismissed_on else []),
            Fact(label="最近年度评价", value=row.evaluation),
        ],
    )
    counts = dict(row.activities.order_by().values_list("kind").annotate(Count("pk")))
    yield Section(
        title="活动统计",
        icon="chart-bar",
        facts=[Fact(label=kind.label, value=counts.get(kind.value, 0)) for kind in ActivityKind],
    )
    yield Section(
        title="活动记录",
        icon="list-check",
        heads=("日期", "方式", "被监督单位", "情况", "意见建议"),
        lines=[
            (each.on, ActivityKind(each.kind).label, each.agency.name if each.agency else "", each.text, each.opinion)
            for each in row.activities.select_related("agency")[:50]
        ],
        empty="还没有活动记录。",
    )


def _notices(row: Supervisor, _actor: Actor, today: date) -> Iterable[Notice]:
    answer = queries.may_supervise(row, today)
    if not answer:
        yield Notice(title="目前不能开展监督活动", text=answer.reason)


def fetch(actor: Actor, code: str) -> Supervisor:
    """Return somebody whom the viewer may see."""
    return access(Supervisor.objects.select_related("unit"), actor, acts.SEE, code=code)


def particulars(actor: Actor, row: Supervisor | None) -> forms.Form:
    """Make the form of the particulars."""
    given = (lambda name: getattr(row, name)) if row else (lambda _: "")
    fields: dict[str, forms.Field] = {}
    if row is None:
        fields["unit"] = choice("聘任单位", units_of(actor, acts.EDIT))
        fields["code"] = words("编号", longest=32)
    fields |= {
        "name": words("姓名", longest=64, initial=given("name")),
        "kind": choice("角色", choices.of(SocialKind), initial=given("kind")),
        "employer": words("工作单位", required=False, longest=128, initial=given("employer")),
        "fields": words("监督领域", required=False, initial=given("fields")),
        "mobile": words("手机", required=False, longest=20, initial=given("mobile")),
        "certificate_no": words(
            "证件编号", "行政执法社会监督员证编号。", required=False, longest=32, initial=given("certificate_no")
        ),
        "letter_no": words("聘书编号", required=False, longest=32, initial=given("letter_no")),
        "term_from": day("任期起", initial=given("term_from") or None),
        "term_until": day("任期止", "含当日。", initial=given("term_until") or None),
    }
    if row is not None:
        fields["evaluation"] = words("最近年度评价", required=False, initial=given("evaluation"))
    return form_of(fields)


def _agencies() -> list[tuple[str, str]]:
    return list(Agency.objects.filter(is_published=True).order_by("code").values_list("code", "name")[:1000])


THING = Thing(
    name="supervisor",
    label="监督人员",
    list_label="社会监督人员",
    permission=acts.SEE,
    fetch=fetch,
    title=lambda row: row.name,
    badge=badge,
    sections=_sections,
    notices=_notices,
    subjects=lambda row: [f"supervisor:{row.code}"],
    acts=(
        Act(
            name="activity",
            label="记录活动",
            permission="registry.activity.record",
            form=asks(
                on=lambda _: day("日期", initial=localdate),
                kind=lambda _: choice("方式", choices.of(ActivityKind)),
                agency=lambda _: choice("被监督单位", _agencies(), required=False),
                inspection=lambda _: words("检查编号", "伴随监督填写所随检查的编号。", required=False, longest=64),
                text=lambda _: text("情况"),
                opinion=lambda _: text("意见建议", required=False),
            ),
            run=lambda actor, at, row, data: acts.record_activity(actor=actor, at=at, supervisor=row.code, **data),
            icon="pencil",
        ),
        Act(
            name="edit",
            label="修改",
            permission=acts.EDIT,
            form=particulars,
            run=lambda actor, at, row, data: acts.edit_supervisor(
                actor=actor, at=at, code=row.code, version=row.version, values=data
            ),
        ),
        Act(
            name="renew",
            label="续聘",
            permission=acts.EDIT,
            form=asks(
                until=lambda _: day("新的任期止"), letter_no=lambda _: words("新聘书编号", required=False, longest=32)
            ),
            run=lambda actor, at, row, data: acts.renew_supervisor(
                actor=actor, at=at, code=row.code, version=row.version, **data
            ),
            icon="refresh",
            when=lambda row: row.dismissed_on is None,
        ),
        Act(
            name="dismiss",
            label="解聘",
            permission=acts.EDIT,
            form=asks(on=lambda _: day("解聘日期", initial=localdate), reason=lambda _: words("理由")),
            run=lambda actor, at, row, data: acts.dismiss_supervisor(
                actor=actor, at=at, code=row.code, version=row.version, **data
            ),
            icon="user-x",
            grave=True,
            when=lambda row: row.dismissed_on is None,
        ),
    ),
)


class SupervisorPage(ThingPage):
    """One person in a social role."""

    thing = THING
    permission = acts.SEE


class SupervisorActPage(ActPage):
    """An act on a social role."""

    thing = THING
    permission = acts.SEE


class SupervisorNewPage(NewPage):
    """Appoint somebody."""

    thing = THING
    label = "聘任"
    permission = acts.EDIT

    def make(self) -> forms.Form:
        """Return the empty form."""
        return particulars(self.actor, None)

    def run(self, values: dict[str, Any]) -> Supervisor:
        """Appoint."""
        unit, code = values.pop("unit"), values.pop("code")
        return acts.appoint_supervisor(actor=self.actor, at=self.now, unit=unit, code=code, values=values)
