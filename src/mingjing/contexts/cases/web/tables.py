"""The list of cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.cases import queries
from mingjing.contexts.cases.analysis import NONE
from mingjing.contexts.cases.models import SOURCES, Case, Handler
from mingjing.contexts.registry.models import Agency
from mingjing.contexts.ui.components import Badge, Tone
from mingjing.contexts.ui.navigation import Viewer
from mingjing.contexts.ui.tables import ChoiceFilter, Column, DateFilter, FlagFilter, Table, TableView, TextFilter
from mingjing.contexts.ui.tables.filters import Asked, Filter, Given
from mingjing.contexts.work import search
from mingjing.domain.procedures.library import procedure_of, procedures
from mingjing.facts.schema import CASE_STATUSES, DOMAINS, MATTER_KINDS
from mingjing.kernel.money import in_yuan
from mingjing.law.places import name_of

SEE = "cases.case.view"
SOON_DAYS = 7
_STATUS_TONES = {"open": Tone.INFO, "closed": Tone.GOOD}


def stage_label(row: Case) -> str:
    """Name the stage of a case."""
    return procedure_of(row.procedure_code).stage(row.stage).label


def status_badge(row: Case) -> Badge:
    """Say in a word how a case is."""
    return Badge(text=row.get_status_display(), tone=_STATUS_TONES.get(row.status, Tone.PLAIN))


def due_badge(row: Case) -> object:
    """Say how long there is until the nearest last day."""
    if row.due_on is None:
        return ""
    days = (row.due_on - localdate()).days
    if days < 0:
        return Badge(text=f"超期 {-days} 天", tone=Tone.BAD)
    tone = Tone.ATTENTION if days <= SOON_DAYS else Tone.PLAIN
    return Badge(text="今天到期" if days == 0 else f"还有 {days} 天", tone=tone)


def handlers(row: Any) -> list[str]:
    """Name who handles a case now."""
    return [one.officer.name for one in row.current_handlers]


def find(rows: QuerySet[Case], given: str, up_to: int | None = None) -> QuerySet[Case]:
    """Find cases: by the beginning of a number, else by words of what the index holds of them, in one case together."""
    plain = given.strip()
    if plain.isascii() and any(sign.isdigit() for sign in plain):
        return rows.filter(Q(code__startswith=plain) | Q(case_no__startswith=plain))
    if any(sign.isdigit() for sign in plain) and (exact := rows.filter(case_no=plain)).exists():
        return exact
    found = search.keys_of("cases.case", plain, rows, up_to=up_to, everywhere=True)
    return rows.filter(title__startswith=plain) if found is None else rows.filter(code__in=found)


@dataclass(frozen=True, slots=True, kw_only=True)
class MineFilter(Filter):
    """The viewer's own cases, or all that he may see."""

    def apply[M: Model](self, rows: QuerySet[M], given: Given, viewer: Viewer) -> QuerySet[M]:
        """Limit the rows."""
        return rows.filter(queries.handled_by(viewer.user_id)) if given.get(self.name) == "mine" else rows

    def asked(self, given: Given, viewer: Viewer) -> list[Asked]:
        """Return what the form shows."""
        choices = (("mine", "我承办的"), ("all", "我能查看的"))
        return [Asked(name=self.name, label=self.label, kind="choice", value=given.get(self.name, ""), choices=choices)]

    def words(self, given: Given, viewer: Viewer) -> str:
        """Say what is chosen."""
        return "我承办的" if given.get(self.name) == "mine" else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerFilter(TextFilter):
    """Cases with a handler of this name."""

    def apply[M: Model](self, rows: QuerySet[M], given: Given, viewer: Viewer) -> QuerySet[M]:
        """Limit the rows."""
        name = given.get(self.name, "").strip()
        if not name:
            return rows
        theirs = Handler.objects.filter(until__isnull=True, officer__name__startswith=name)
        return rows.filter(pk__in=theirs.values("case"))


def units(viewer: Any) -> list[tuple[str, str]]:
    """Return the units of which the viewer sees the cases, for a choice."""
    scope = viewer.scope(SEE)
    rows = Unit.objects.filter(scope.condition(Unit.scope_fields), kind__in=["agency", "squad", "station", "town"])
    return list(rows.order_by("path").values_list("code", "name")[:500])


def _stages() -> list[tuple[str, str]]:
    found = {stage.code: stage.label for one in procedures().values() for stage in one.stages}
    return list(found.items())


def _agencies() -> list[tuple[str, str]]:
    # all: a unit in scope may act in the name of an agency that is not
    return list(Agency.objects.order_by("unit__path", "pk").values_list("code", "name"))


def _places(viewer: Any) -> list[tuple[str, str]]:
    rows = Unit.objects.filter(viewer.scope(SEE).condition(Unit.scope_fields))
    return [(code, name_of(code)) for code in rows.order_by("place").values_list("place", flat=True).distinct()]


TABLE = Table(
    name="cases.cases",
    columns=(
        Column(name="title", label="案由", value=lambda row: row.title, width="wide"),
        Column(name="case_no", label="案号", value=lambda row: row.case_no, order="case_no"),
        Column(name="party", label="当事人", value=lambda row: row.party.name, reads="party"),
        Column(name="stage", label="阶段", value=stage_label, order="stage", width="narrow"),
        Column(name="status", label="状态", value=status_badge, order="status"),
        Column(name="due", label="最近期限", value=due_badge, order="due_on", width="narrow"),
        Column(name="handlers", label="承办人", value=handlers, width="narrow"),
        Column(name="opened", label="登记日期", value=lambda row: localdate(row.opened_at), order="opened_at"),
        Column(name="due_on", label="最近届满日", value=lambda row: row.due_on, order="due_on", shown=False),
        Column(name="due_why", label="期限的依据", value=lambda row: row.due_why, shown=False),
        Column(name="procedure", label="程序", value=lambda row: procedure_of(row.procedure_code).label, shown=False),
        Column(
            name="unit",
            label="办案单位",
            value=lambda row: row.unit.name,
            order="unit__path",
            shown=False,
            reads="unit",
        ),
        Column(name="item", label="执法事项", value=lambda row: row.item.name, shown=False, reads="item"),
        Column(
            name="fine",
            label="罚款",
            value=lambda row: in_yuan(row.fine_fen) if row.fine_fen is not None and row.decided_on else "",
            order="fine_fen",
            number=True,
            shown=False,
        ),
        Column(name="decided", label="决定日期", value=lambda row: row.decided_on, order="decided_on", shown=False),
        Column(name="code", label="案件编码", value=lambda row: row.code, order="code", shown=False),
    ),
    filters=(
        MineFilter(name="whose", label="范围"),
        ChoiceFilter(name="stage", label="阶段", choices=lambda _: _stages()),
        ChoiceFilter(name="status", label="状态", choices=tuple(CASE_STATUSES.items())),
        ChoiceFilter(
            name="procedure",
            label="程序",
            choices=lambda _: [(one.code, one.label) for one in procedures().values()],
            field="procedure_code",
        ),
        ChoiceFilter(
            name="unit",
            label="办案单位",
            choices=units,
            condition=lambda code: Q(unit__code=code),
            label_of=lambda code: Unit.objects.filter(code=code).values_list("name", flat=True).first() or "",
        ),
        HandlerFilter(name="handler", label="承办人", fields=("handlers__officer__name",), hint="姓名"),
        TextFilter(name="item", label="事项编码", fields=("item__code",), lookup="startswith"),
        DateFilter(name="opened", label="登记日期", field="opened_at", moment=True),
        ChoiceFilter(name="kind", label="行为类别", choices=tuple(MATTER_KINDS.items()), quiet=True),
        ChoiceFilter(
            name="source",
            label="案件来源",
            choices=(*SOURCES.items(), (NONE, "没有登记")),
            condition=lambda code: Q(source="" if code == NONE else code),
            label_of=lambda code: code,
            quiet=True,
        ),
        ChoiceFilter(
            name="agency",
            label="执法主体",
            choices=lambda _: _agencies(),
            condition=lambda code: Q(agency__code=code),
            quiet=True,
        ),
        ChoiceFilter(
            name="domain",
            label="执法领域",
            choices=(*DOMAINS.items(), (NONE, "没有登记")),
            label_of=lambda name: name,
            condition=lambda name: Q(item__domain="" if name == NONE else name),
            quiet=True,
        ),
        ChoiceFilter(
            name="place", label="地区", choices=_places, condition=lambda code: Q(unit__place=code), quiet=True
        ),
        FlagFilter(
            name="soon",
            label="七天内到期",
            condition=lambda: Q(due_on__gte=localdate(), due_on__lte=localdate() + timedelta(days=SOON_DAYS)),
        ),
        FlagFilter(name="overdue", label="已超期", condition=lambda: Q(due_on__lt=localdate())),
        FlagFilter(name="late", label="有补录环节", condition=lambda: queries.ENTERED_LATE),
    ),
    find=find,
    search_hint="案由、当事人、事项、案号、编码",
    order="-opened",
    key="code",
    row_href=lambda row: reverse("case", args=[row.code]),
    row_name=lambda row: row.title,
    noun="件",
    empty="还没有案件。",
)


class CasesPage(TableView[Actor]):
    """The list of cases; to whom handles cases, the own ones first."""

    table, title, permission = TABLE, "案件", SEE
    export_name, keys_first = "案件", True

    @cached_property
    def given(self) -> dict[str, str]:
        """What the address says; before anything is chosen, a handler's own cases."""
        found = super().given
        handles = self.actor.may("cases.step.handle") and not self.actor.may("cases.case.assign")
        return {"whose": "mine"} | found if handles and "whose" not in found else found

    def rows(self) -> QuerySet[Case]:
        """Return what the viewer may see."""
        return queries.listed(self.actor)

    def read(self, keys: Sequence[object]) -> list[Case]:
        """Return the rows of a page, with the rows beside them that its columns show."""
        return queries.listed_by_key(keys, self.reads)

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Return the buttons."""
        found = []
        if self.actor.may("cases.case.open"):
            found.append(("登记案件", reverse("cases_new"), "plus"))
        if self.actor.may("cases.case.import"):
            found.append(("导入案件", reverse("cases_import"), "table-import"))
            found.append(("接收交换包", reverse("cases_packages"), "package"))
        found.append(("协助审核和咨询", reverse("cases_helps"), "users-group"))
        if self.actor.may(queries.REVIEWERS):
            found.append(("法制审核人员", reverse("cases_reviewers"), "users"))
        found.append(("承诺时限", reverse("cases_promises"), "clock-hour-4"))
        found.append(("平台应用情况", reverse("cases_usage"), "device-desktop"))
        found.append(("柔性执法情况", reverse("cases_soft"), "heart-handshake"))
        found.append(("统计分析", reverse("cases_analysis"), "chart-bar"))
        found.append(("流程图", reverse("catalog_public_flows"), "git-branch"))
        return found

    def address(self, **changes: str | None) -> str:
        """Return the query of this view with changes; that all cases were chosen stays chosen."""
        if changes.get("whose", "") is None or ("whose" not in changes and self.given.get("whose") in ("", "all")):
            changes["whose"] = "all"
        return super().address(**changes)
