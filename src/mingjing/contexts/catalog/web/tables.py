"""The tables of the room."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from mingjing.contexts.accounts.access import visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.catalog.models import CleanupRound, Delegation, Instrument
from mingjing.contexts.catalog.web.look import address_of, row_badges
from mingjing.contexts.ui.components import Badge, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, DateFilter, FlagFilter, Table, TextFilter
from mingjing.domain.catalog.delegations import Form, Outcome
from mingjing.domain.catalog.items import KIND_LABELS
from mingjing.domain.catalog.lists import list_kinds
from mingjing.domain.discretion.benchmarks import Level
from mingjing.facts.schema import DOMAINS
from mingjing.law.instruments import Level as Rank
from mingjing.law.places import name_of


def units_of(viewer: Any) -> list[tuple[str, str]]:
    """The units of which the viewer may see anything in the catalog."""
    rows = Unit.objects.filter(kind__in=["agency", "town", "government", "other"])
    seen = [visible(rows, viewer, code) for code in _SEEING if viewer.may(code)]
    found = {row.code: row for part in seen for row in part}
    return [(row.code, row.short_name or row.name) for row in sorted(found.values(), key=lambda row: row.path)]


_SEEING = (
    "catalog.item.view",
    "catalog.list.view",
    "catalog.benchmark.view",
    "catalog.delegation.view",
    "catalog.affected.edit",
)


def _state(value: str) -> Q:
    """Holders by where they stand; annotated by ``with_current``."""
    return {
        "in_force": Q(current_number__isnull=False, current_suspended__isnull=True),
        "suspended": Q(current_suspended__isnull=False),
        "open": Q(open_status__isnull=False),
        "submitted": Q(open_status="submitted"),
        "approved": Q(open_status="approved"),
        "none": Q(current_number__isnull=True),
    }[value]


STATES = (
    ("in_force", "施行中"),
    ("suspended", "暂停实施"),
    ("submitted", "有待批准的版本"),
    ("approved", "有待公布的版本"),
    ("open", "有办理中的版本"),
    ("none", "没有施行的版本"),
)

ITEMS = Table(
    name="catalog.items",
    columns=(
        Column(name="code", label="编码", value=lambda row: row.code, order="code", shown=False),
        Column(
            name="name",
            label="事项名称",
            value=lambda row: row.name,
            order="name",
            href=lambda row: address_of("item", row.code),
            width="wide",
        ),
        Column(name="kind", label="类别", value=lambda row: row.kind_label, order="kind,name"),
        Column(
            name="unit",
            label="实施主体",
            value=lambda row: row.unit.short_name or row.unit.name,
            order="unit__path,code",
        ),
        Column(
            name="domain",
            label="领域",
            value=lambda row: DOMAINS.get(row.domain, row.domain),
            order="domain,code",
            shown=False,
        ),
        Column(name="act_code", label="违法行为代码", value=lambda row: row.act_code, order="act_code", shown=False),
        Column(
            name="benchmark",
            label="裁量基准",
            value=lambda row: (
                ""
                if row.kind != "penalty"
                else Badge(text="有", tone=Tone.GOOD)
                if row.has_benchmark
                else Badge(text="缺", tone=Tone.ATTENTION)
            ),
        ),
        Column(
            name="edition",
            label="版本",
            value=lambda row: f"第{row.current_number}版" if row.current_number else "",
            width="narrow",
        ),
        Column(name="from", label="施行日期", value=lambda row: row.current_from, order="current_from"),
        Column(name="state", label="状态", value=row_badges),
    ),
    filters=(
        ChoiceFilter(name="kind", label="类别", choices=[(one.value, label) for one, label in KIND_LABELS.items()]),
        ChoiceFilter(name="unit", label="实施主体", choices=units_of, field="unit__code"),
        ChoiceFilter(name="domain", label="领域", choices=tuple(DOMAINS.items())),
        ChoiceFilter(name="state", label="状态", choices=STATES, condition=_state),
        FlagFilter(name="lacks_benchmark", label="缺裁量基准", condition=Q(kind="penalty", has_benchmark=False)),
    ),
    search=("name", "code", "act_code"),
    search_hint="事项名称、编码",
    order="code",
    noun="项",
    empty="还没有执法事项。可以逐项起草，也可以用表格导入。",
)

BENCHMARKS = Table(
    name="catalog.benchmarks",
    columns=(
        Column(name="code", label="编码", value=lambda row: row.code, order="code", shown=False),
        Column(
            name="item",
            label="执法事项",
            value=lambda row: row.item.name,
            order="item__name",
            href=lambda row: address_of("benchmark", row.code),
            width="wide",
        ),
        Column(name="level", label="层级", value=lambda row: Level(row.level).label, order="level,code"),
        Column(
            name="unit",
            label="制定机关",
            value=lambda row: row.unit.short_name or row.unit.name,
            order="unit__path,code",
        ),
        Column(
            name="edition",
            label="版本",
            value=lambda row: f"第{row.current_number}版" if row.current_number else "",
            width="narrow",
        ),
        Column(name="from", label="施行日期", value=lambda row: row.current_from, order="current_from"),
        Column(name="state", label="状态", value=row_badges),
    ),
    filters=(
        ChoiceFilter(name="level", label="层级", choices=[(one.value, one.label) for one in Level]),
        ChoiceFilter(name="unit", label="制定机关", choices=units_of, field="unit__code"),
        ChoiceFilter(name="state", label="状态", choices=STATES, condition=_state),
    ),
    search=("item__name", "code"),
    search_hint="事项名称",
    order="code",
    noun="个",
    empty="还没有裁量基准。打开一个处罚事项，从那里起草。",
)

LISTS = Table(
    name="catalog.lists",
    columns=(
        Column(
            name="name",
            label="清单",
            value=lambda row: row.name,
            order="name",
            href=lambda row: address_of("list", row.code),
            width="wide",
        ),
        Column(name="kind", label="种类", value=lambda row: row.list_kind.name_at(row.unit.place), order="kind,code"),
        Column(
            name="unit", label="单位", value=lambda row: row.unit.short_name or row.unit.name, order="unit__path,code"
        ),
        Column(
            name="edition",
            label="版本",
            value=lambda row: f"第{row.current_number}版" if row.current_number else "",
            width="narrow",
        ),
        Column(name="from", label="施行日期", value=lambda row: row.current_from, order="current_from"),
        Column(name="state", label="状态", value=row_badges),
    ),
    filters=(
        ChoiceFilter(name="kind", label="种类", choices=[(one.code, one.label) for one in list_kinds().values()]),
        ChoiceFilter(name="unit", label="单位", choices=units_of, field="unit__code"),
        ChoiceFilter(name="state", label="状态", choices=STATES, condition=_state),
    ),
    search=("name",),
    search_hint="清单名称",
    order="unit",
    noun="张",
    empty="还没有清单。权责清单和抽查清单可以由事项一键汇编。",
)


def _due() -> Q:
    return Q(evaluation_due_on__lte=timezone.localdate(), evaluated_on__isnull=True, ended_on__isnull=True)


def delegation_badge(row: Delegation, today: date) -> Badge:
    """Show where an item in the hands of a town stands."""
    if row.ended_on is not None and row.ended_on <= today:
        return Badge(text="已收回")
    if row.ended_on is not None:
        return Badge(text=f"{row.ended_on:%m-%d}收回", tone=Tone.ATTENTION)
    if row.evaluated_on is None and row.evaluation_due_on is not None and row.evaluation_due_on <= today:
        return Badge(text="到期应评估", tone=Tone.ATTENTION)
    if row.outcome == Outcome.CANNOT:
        return Badge(text="建议调整", tone=Tone.ATTENTION)
    return Badge(text="行使中", tone=Tone.GOOD)


DELEGATIONS = Table(
    name="catalog.delegations",
    columns=(
        Column(
            name="item",
            label="执法事项",
            value=lambda row: row.item.name,
            order="item__name",
            href=lambda row: reverse("catalog_delegation", args=[row.pk]),
            width="wide",
        ),
        Column(
            name="taker",
            label="承接单位",
            value=lambda row: row.unit.short_name or row.unit.name,
            order="unit__path,item__name",
        ),
        Column(
            name="giver",
            label="原实施单位",
            value=lambda row: row.giver.short_name or row.giver.name,
            order="giver__path,item__name",
        ),
        Column(name="form", label="方式", value=lambda row: Form(row.form).label, order="form,pk"),
        Column(name="document", label="文件依据", value=lambda row: row.document, shown=False),
        Column(name="started", label="起始日期", value=lambda row: row.started_on, order="started_on"),
        Column(name="due", label="应评估日期", value=lambda row: row.evaluation_due_on, order="evaluation_due_on"),
        Column(name="outcome", label="评估结论", value=lambda row: Outcome(row.outcome).label if row.outcome else ""),
        Column(name="state", label="状态", value=lambda row: delegation_badge(row, timezone.localdate())),
    ),
    filters=(
        ChoiceFilter(name="unit", label="承接单位", choices=units_of, field="unit__code"),
        ChoiceFilter(name="form", label="方式", choices=[(one.value, one.label) for one in Form]),
        DateFilter(name="started", label="起始日期", field="started_on"),
        FlagFilter(name="due", label="到期应评估", condition=_due),
        FlagFilter(name="running", label="行使中", condition=Q(ended_on__isnull=True)),
    ),
    search=("item__name", "document"),
    search_hint="事项、文件",
    order="-started",
    noun="项",
    empty="还没有登记赋权或者委托的事项。",
)


def round_progress(row: CleanupRound) -> str:
    """Say how far a round is."""
    made, approved = getattr(row, "made", 0), getattr(row, "approved", 0)
    return f"{approved} / {made}"


CLEANUPS = Table(
    name="catalog.cleanups",
    columns=(
        Column(
            name="name",
            label="清理",
            value=lambda row: row.name,
            order="name",
            href=lambda row: reverse("catalog_cleanup", args=[row.code]),
        ),
        Column(name="unit", label="组织单位", value=lambda row: row.unit.name, order="unit__path,code"),
        Column(name="document", label="文件依据", value=lambda row: row.document),
        Column(name="opened", label="开始", value=lambda row: row.opened_on, order="opened_on"),
        Column(name="due", label="期限", value=lambda row: row.due_on, order="due_on"),
        Column(name="done", label="批准 / 提出", value=round_progress),
        Column(
            name="state",
            label="状态",
            value=lambda row: Badge(text="已结束") if row.closed_on else Badge(text="进行中", tone=Tone.INFO),
        ),
    ),
    order="-opened",
    noun="轮",
    empty="还没有开展事项清理。",
)


def standing_badge(row: Instrument) -> Badge:
    """Show whether an instrument is in force."""
    tones = {"in_force": Tone.GOOD, "not_yet": Tone.INFO, "amended": Tone.ATTENTION, "repealed": Tone.ATTENTION}
    return Badge(text=str(Instrument.Standing(row.standing).label), tone=tones[row.standing])


LAWS = Table(
    name="catalog.laws",
    columns=(
        Column(
            name="title",
            label="名称",
            value=lambda row: row.title,
            order="title",
            href=lambda row: reverse("catalog_law", args=[row.code]),
            width="wide",
        ),
        Column(name="level", label="效力层级", value=lambda row: Rank(row.level).label, order="level,title"),
        Column(name="number", label="文号", value=lambda row: row.number),
        Column(name="issuer", label="制定机关", value=lambda row: row.issuer, order="issuer,title"),
        Column(name="place", label="适用地方", value=lambda row: name_of(row.place) if row.place else "", shown=False),
        Column(name="from", label="施行日期", value=lambda row: row.in_force_from, order="in_force_from"),
        Column(name="text", label="全文", value=lambda row: "节选" if row.excerpt else "有" if row.has_text else ""),
        Column(name="standing", label="时效", value=standing_badge, order="standing,title"),
    ),
    filters=(
        ChoiceFilter(
            name="level", label="效力层级", choices=[(one.value, one.label) for one in Rank if one is not Rank.PRACTICE]
        ),
        ChoiceFilter(
            name="standing",
            label="时效",
            choices=tuple((str(one.value), str(one.label)) for one in Instrument.Standing),
        ),
        TextFilter(name="issuer", label="制定机关", fields=("issuer",)),
        DateFilter(name="from", label="施行日期", field="in_force_from"),
        FlagFilter(name="text", label="有全文", condition=Q(has_text=True)),
    ),
    search=("title", "short", "number", "code"),
    search_hint="名称、文号",
    order="title",
    noun="件",
    empty="法律法规库是空的。可以用 mingjing law import 导入全文，或者在这里上传。",
)

AFFECTED = Table(
    name="catalog.affected",
    columns=(
        Column(
            name="name",
            label="待调整内容",
            value=lambda row: row.name,
            order="name",
            href=lambda row: address_of(row.family, row.code),
            width="wide",
        ),
        Column(
            name="family",
            label="种类",
            value=lambda row: {"item": "执法事项", "benchmark": "裁量基准", "list": "清单"}[row.family],
        ),
        Column(
            name="unit", label="单位", value=lambda row: row.unit.short_name or row.unit.name, order="unit__path,pk"
        ),
        Column(
            name="law",
            label="变动的依据",
            value=lambda row: row.written,
            href=lambda row: reverse("catalog_law", args=[row.instrument.code]),
        ),
        Column(
            name="standing",
            label="变动",
            value=lambda row: Badge(text=str(Instrument.Standing(row.standing).label), tone=Tone.ATTENTION),
        ),
        Column(name="found", label="列入时间", value=lambda row: row.found_at, order="found_at"),
        Column(
            name="handled",
            label="处理",
            value=lambda row: row.handling or Badge(text="待处理", tone=Tone.ATTENTION),
            href=lambda row: "" if row.handled_at else reverse("catalog_affected_handle", args=[row.pk]),
        ),
    ),
    filters=(
        FlagFilter(name="waiting", label="待处理", condition=Q(handled_at__isnull=True)),
        ChoiceFilter(name="unit", label="单位", choices=units_of, field="unit__code"),
    ),
    search=("name", "written"),
    search_hint="名称、依据",
    order="-found",
    noun="项",
    empty="没有受法律变动影响、需要调整的内容。",
)


def with_benchmarks(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate items with whether they have a benchmark."""
    from mingjing.contexts.catalog.models import Benchmark

    return rows.annotate(has_benchmark=Exists(Benchmark.objects.filter(item=OuterRef("pk"))))
