"""
What each figure counts: from the frozen facts, by a key.

``tasks.done`` counts rows of a table; ``unit-3.overdue`` does so for the fourth unit (in the order of the register);
``sum.inspections`` adds what units sent in (of a stock the last of each unit), ``sum.inspections.2026-10`` of one period;
``owed.rate`` is a share.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from mingjing.contexts.reporting.facts import HEADS, Facts, Row
from mingjing.domain.reports.blocks import BlockError


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What is counted: the rows of a table with these values, or how many different values a column has in them."""

    label: str
    unit: str
    table: str
    where: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    distinct: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A figure as it was counted, with the rows behind it."""

    key: str
    label: str
    value: str
    unit: str
    query: str
    params: Mapping[str, Any]
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Row]

    @property
    def sha256(self) -> str:
        """The digest of the rows."""
        return hashlib.sha256(json.dumps(list(self.rows), ensure_ascii=False, sort_keys=True).encode()).hexdigest()


STANDINGS: Final = {
    "done": "已完成", "running": "进行中", "soon": "三十天内到期", "overdue": "已超期", "lasting": "长期坚持",
    "undated": "没有写明时限", "dropped": "已取消",
}  # fmt: skip
_SENT: Final = ("submitted", "accepted")
MEASURES: Final[Mapping[str, Measure]] = {
    "plans.total": Measure(label="方案", unit="份", table="tasks", distinct="plan"),
    "tasks.total": Measure(label="任务", unit="项", table="tasks"),
    **{
        f"tasks.{code}": Measure(label=f"{label}的任务", unit="项", table="tasks", where={"standing": code})
        for code, label in STANDINGS.items()
    },
    "units.total": Measure(label="有任务的单位", unit="个", table="parts", distinct="unit"),
    "owed.total": Measure(label="应报进展报告", unit="份", table="owed"),
    "owed.sent": Measure(label="已报进展报告", unit="份", table="owed", where={"state": _SENT}),
    "owed.accepted": Measure(label="审核通过的进展报告", unit="份", table="owed", where={"state": "accepted"}),
    "owed.waiting": Measure(label="待审核的进展报告", unit="份", table="owed", where={"state": "submitted"}),
    "owed.returned": Measure(label="退回未补的进展报告", unit="份", table="owed", where={"state": "returned"}),
    "owed.missing": Measure(label="未报进展报告", unit="份", table="owed", where={"state": "missing"}),
    "late.units": Measure(
        label="有未报进展报告的单位", unit="个", table="owed", where={"state": "missing"}, distinct="unit"
    ),
    "materials.total": Measure(label="上传的佐证材料", unit="份", table="materials"),
    "materials.accepted": Measure(label="确认的佐证材料", unit="份", table="materials", where={"state": "accepted"}),
    "subtasks.total": Measure(label="分解措施", unit="条", table="sub_tasks", where={"state": ("running", "done")}),
    "subtasks.done": Measure(label="已完成的措施", unit="条", table="sub_tasks", where={"state": "done"}),
    "visits.total": Measure(label="督导", unit="次", table="visits", where={"kind": "visit"}, distinct="visit"),
    "visits.units": Measure(label="受督导的单位", unit="个", table="visits", where={"kind": "visit"}, distinct="unit"),
    "findings.total": Measure(label="督导和自查发现的问题", unit="个", table="findings"),
    "findings.closed": Measure(label="已销号的问题", unit="个", table="findings", where={"state": "closed"}),
    "findings.open": Measure(label="未销号的问题", unit="个", table="findings", where={"state": ("open", "answered")}),
    "findings.overdue": Measure(label="超期未整改的问题", unit="个", table="findings", where={"overdue": "是"}),
    "sent.missing": Measure(
        label="没有按要求报送的单位", unit="个", table="submissions", where={"state": "missing"}, distinct="unit"
    ),
}
"""What can be counted without more."""
RATES: Final[Mapping[str, tuple[str, str, str]]] = {
    "tasks.rate": ("任务完成率", "tasks.done", "tasks.total"),
    "owed.rate": ("进展报告报送率", "owed.sent", "owed.total"),
    "findings.rate": ("问题销号率", "findings.closed", "findings.total"),
    "subtasks.rate": ("措施完成率", "subtasks.done", "subtasks.total"),
}
"""Shares in percent: label, what is counted, of what."""
UNIT_MEASURES: Final[Mapping[str, Measure]] = {
    "tasks": Measure(label="承担任务", unit="项", table="parts"),
    "done": Measure(label="已完成", unit="项", table="parts", where={"standing": "done"}),
    "overdue": Measure(label="已超期", unit="项", table="parts", where={"standing": "overdue"}),
    "owed": Measure(label="应报", unit="份", table="owed"),
    "sent": Measure(label="已报", unit="份", table="owed", where={"state": _SENT}),
    "missing": Measure(label="未报", unit="份", table="owed", where={"state": "missing"}),
}
"""What can be counted for each unit."""


def units_of(facts: Facts) -> list[str]:
    """Return the units that have tasks, in the order of the register."""
    paths = {row["unit"]: row["path"] for row in facts.tables["parts"]}
    return sorted(paths, key=lambda unit: paths[unit])


def fields_of(facts: Facts) -> dict[str, str]:
    """Return what units sent in figures of: code and label, in their order."""
    return {row["code"]: row["field"] for row in facts.tables["submissions"] if row["code"]}


def stocks_of(facts: Facts) -> set[str]:
    """Return the codes of those that say how many there are on a day, and so are not added over periods."""
    return {row["code"] for row in facts.tables["submissions"] if row["stock"]}


def periods_of(facts: Facts) -> list[str]:
    """Return the periods for which units sent in figures."""
    return sorted({row["period"] for row in facts.tables["submissions"] if row["code"]})


def measure(facts: Facts, key: str) -> Measured:
    """
    Count what a key means.

    :raises BlockError: if it means nothing
    """
    if key in MEASURES:
        return _counted(facts, key, MEASURES[key], {})
    if key in RATES:
        return _rate(facts, key)
    if found := re.fullmatch(r"unit-(\d+)\.(\w+)", key):
        units = units_of(facts)
        at, name = int(found[1]), found[2]
        if at < len(units) and name in UNIT_MEASURES:
            return _counted(facts, key, UNIT_MEASURES[name], {"unit": units[at]})
    if key.startswith("sum."):
        return _sum(facts, key)
    raise BlockError(f"没有“{key}”这个数。")


def measured_all(facts: Facts, keys: Iterable[str]) -> list[Measured]:
    """Count what several keys mean."""
    return [measure(facts, key) for key in keys]


def _counted(facts: Facts, key: str, one: Measure, more: Mapping[str, str]) -> Measured:
    where = {**one.where, **more}
    rows = facts.rows(one.table, **where)
    value = len({row[one.distinct] for row in rows}) if one.distinct else len(rows)
    label = f"{more['unit']}{one.label}" if more else one.label
    params = {"table": one.table, "where": {name: _plain(each) for name, each in where.items()}}
    if one.distinct:
        params["distinct"] = one.distinct
    return Measured(
        key=key, label=label, value=str(value), unit=one.unit, query="distinct" if one.distinct else "count",
        params=params, columns=tuple(HEADS[one.table].items()), rows=rows,
    )  # fmt: skip


def _plain(value: str | tuple[str, ...]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)


def _rate(facts: Facts, key: str) -> Measured:
    label, part, whole = RATES[key]
    of, out_of = measure(facts, part), measure(facts, whole)
    total = int(out_of.value)
    value = "—"
    if total:
        share = Decimal(int(of.value) * 100) / Decimal(total)
        value = f"{share.quantize(Decimal('0.1'), rounding=ROUND_HALF_UP)}"
    return Measured(
        key=key, label=label, value=value, unit="%", query="share",
        params={"numerator": part, "denominator": whole, "of": of.value, "out_of": out_of.value},
        columns=out_of.columns, rows=out_of.rows,
    )  # fmt: skip


def _sum(facts: Facts, key: str) -> Measured:
    _, code, *period = key.split(".")
    rows = facts.rows("submissions", code=code, state=_SENT, **({"period": period[0]} if period else {}))
    labels = fields_of(facts)
    if code not in labels:
        raise BlockError(f"没有“{key}”这个数。")
    is_stock = code in stocks_of(facts)
    if is_stock and not period:
        # how many there are is no sum over months: of each unit the last that it sent counts
        latest = {row["unit"]: row for row in sorted(rows, key=lambda row: row["period"])}
        rows = [row for row in rows if latest[row["unit"]] is row]
    total = sum((_number(row["value"]) for row in rows), Decimal(0))
    params: dict[str, Any] = {"table": "submissions", "code": code, "state": list(_SENT)}
    if period:
        params["period"] = period[0]
    elif is_stock:
        params["period"] = "latest"
    return Measured(
        key=key, label=f"{labels[code]}（期末）" if is_stock else labels[code], value=f"{total.normalize():f}", unit="",
        query="sum", params=params,
        columns=tuple(HEADS["submissions"].items()), rows=rows,
    )  # fmt: skip


def _number(text: str) -> Decimal:
    try:
        return Decimal(text or "0")
    except InvalidOperation:
        return Decimal(0)
