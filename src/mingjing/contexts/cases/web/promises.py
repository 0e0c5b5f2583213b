"""What was promised and what it took: on the page of a case, and the list of those that took longer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate, localtime, now

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.cases import promises
from mingjing.contexts.cases.models import Case
from mingjing.contexts.cases.web import tables
from mingjing.contexts.ui.components import Badge, Crumb, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, DateFilter, Table, TableView, TextFilter
from mingjing.domain.officehours import office_hours
from mingjing.domain.procedures.promises import Measured

_HOUR: Final = timedelta(hours=1)


def hours(time: timedelta) -> str:
    """Write working time in hours, with at most two digits."""
    return f"{_short(Decimal(time // timedelta(seconds=1)) / 3600)}小时"


def days(time: timedelta, day: timedelta) -> str:
    """Write working time in working days, with at most two digits."""
    return f"{_short(Decimal(time // timedelta(seconds=1)) / (day // timedelta(seconds=1)))}个工作日"


def _short(number: Decimal) -> str:
    return f"{round(number, 2):f}".rstrip("0").rstrip(".") if number % 1 else f"{number:.0f}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A promise on the page of a case: how it stands, and how the working time comes about."""

    label: str
    badge: Badge
    words: str
    lines: tuple[str, ...]
    basis: str


def line_of(found: Measured | None) -> Line | None:
    """Show how a case stands by what its item promises."""
    if found is None:
        return None
    promise, took = found.promise, found.took
    if took is None:
        words = f"{found.unknown}，无法测算。"
    else:
        ended = f"{found.ended.isoformat()}决定" if found.ended else "还没有决定"
        due = f"，{found.due_at:%Y-%m-%d %H:%M}用完" if found.due_at and not found.ended else ""
        words = f"{found.began.isoformat()}受理，{ended}，用时{hours(took)}（{days(took, promise.day)}）{due}。"
    lines = tuple(f"{start:%Y-%m-%d %H:%M}—{end:%H:%M}，{hours(end - start)}" for start, end in found.spans or ())
    return Line(
        label=f"{promise.label}（{hours(promise.time)}）",
        badge=_badge(over=found.over, decided=found.ended is not None),
        words=words,
        lines=lines,
        basis=promise.basis,
    )


def _badge(*, over: bool | None, decided: bool) -> Badge:
    if over is None:
        return Badge(text="无法测算", tone=Tone.ATTENTION)
    if over:
        return Badge(text="超过承诺时限" if decided else "已超过承诺时限", tone=Tone.BAD)
    return Badge(text="按承诺办结", tone=Tone.GOOD) if decided else Badge(text="正在办理", tone=Tone.INFO)


def _standing(row: Case) -> Badge:
    decided = row.decided_on is not None
    over: bool | None = None
    if row.worked_seconds is not None and row.promised_seconds is not None:
        over = row.worked_seconds > row.promised_seconds
    elif not decided and row.promise_due_at is not None:
        over = row.promise_due_at < now()
    return _badge(over=over, decided=decided)


def _time(row: Case, seconds: int | None) -> str:
    if seconds is None:
        return ""
    time = timedelta(seconds=seconds)
    day = office_hours(row.decided_on or localdate(row.opened_at), row.unit.place).day
    return f"{hours(time)}（{days(time, day)}）"


def _moment(value: datetime | None) -> str:
    return f"{localtime(value):%Y-%m-%d %H:%M}" if value else ""


_STANDINGS: Final = {
    "exceeded": ("超过承诺时限", lambda: promises.exceeded(now())),
    "kept": ("按承诺办结", promises.kept),
    "running": ("正在办理", lambda: promises.running(now())),
    "unknown": ("无法测算", lambda: promises.UNKNOWN),
}


def _condition(standing: str) -> Q:
    return _STANDINGS[standing][1]()


TABLE = Table(
    name="cases.promises",
    columns=(
        Column(name="title", label="案由", value=lambda row: row.title, width="wide"),
        Column(name="party", label="申请人", value=lambda row: row.party.name, shown=False),
        Column(name="item", label="执法事项", value=lambda row: row.item.name),
        Column(name="unit", label="办案单位", value=lambda row: row.unit.name, order="unit__path"),
        Column(name="accepted", label="受理时间", value=lambda row: _moment(row.accepted_at)),
        Column(name="decided", label="决定时间", value=lambda row: _moment(row.settled_at), order="decided_on"),
        Column(
            name="promised",
            label="承诺用时",
            value=lambda row: _time(row, row.promised_seconds),
            order="promised_seconds",
        ),
        Column(
            name="worked", label="实际用时", value=lambda row: _time(row, row.worked_seconds), order="worked_seconds"
        ),
        Column(name="standing", label="结果", value=_standing, width="narrow"),
        Column(name="case_no", label="案号", value=lambda row: row.case_no, order="case_no", shown=False),
        Column(name="code", label="案件编码", value=lambda row: row.code, order="code", shown=False),
    ),
    filters=(
        ChoiceFilter(
            name="standing",
            label="结果",
            choices=tuple((code, label) for code, (label, _) in _STANDINGS.items()),
            condition=_condition,
        ),
        ChoiceFilter(name="unit", label="办案单位", choices=tables.units, condition=lambda code: Q(unit__code=code)),
        TextFilter(name="item", label="执法事项", fields=("item__name", "item__code")),
        DateFilter(name="decided", label="决定日期", field="decided_on"),
    ),
    find=tables.find,
    search_hint="案由、当事人、事项、案号、编码",
    order="-worked",
    key="code",
    row_href=lambda row: reverse("case", args=[row.code]),
    row_name=lambda row: row.title,
    noun="件",
    empty="没有这样的案件。",
)


class PromisesPage(TableView[Actor]):
    """Cases of items with a promise; those that took longer first of all."""

    table, title, permission = TABLE, "承诺时限", tables.SEE
    export_name = "承诺时限"
    lead = "从受理到作出决定，只算工作日的办公时间，与事项承诺的办结时限比较。"

    @cached_property
    def given(self) -> dict[str, str]:
        """What the address says; before anything is chosen, those that took longer."""
        found = super().given
        return found | {"standing": found.get("standing", "exceeded") or "all"}

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list of cases."""
        return [Crumb(label="案件", href=reverse("cases_list"))]

    def rows(self) -> QuerySet[Any]:
        """Return what the viewer may see."""
        return promises.promised_cases(self.actor)

    def address(self, **changes: str | None) -> str:
        """Return the query of this view with changes; that all were chosen stays chosen."""
        if changes.get("standing", "") is None or ("standing" not in changes and self.given["standing"] == "all"):
            changes["standing"] = "all"
        return super().address(**changes)
