"""
An existing ledger (XLSX) taken in row by row: every row that cannot be a task is named, with its number and the reason.

The reading of cells is that of plans (``domain.plans.tasktables``); a ledger may also say how far each task is.
"""

import io
import re
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import xlsxwriter
from django.db import transaction

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.plans.documents.opening import Document
from mingjing.contexts.plans.documents.workbook import read_numbered_rows
from mingjing.contexts.plans.models import Plan
from mingjing.contexts.plans.usecases.keep_ledger import import_plan
from mingjing.contexts.plans.usecases.read_plans import ReadPlan
from mingjing.domain.plans import model
from mingjing.domain.plans.head import read_head
from mingjing.domain.plans.labels import UNIT_FIELDS, Field, column_field
from mingjing.domain.plans.model import Cell, DeadlineKind, Paragraph, Table
from mingjing.domain.plans.standing import TaskState
from mingjing.domain.plans.tasktables import TableState, columns_of, read_task_table
from mingjing.domain.plans.timing import TimeContext
from mingjing.facts.rows import UnreadableFileError

_DONE: Final = frozenset({"已完成", "完成", "办结", "已办结", "done"})
_OPEN: Final = frozenset(
    {"", "进行中", "未完成", "推进中", "正在推进", "未开始", "长期坚持", "已超期", "三十天内到期", "没有写明时限"}
)
_DROPPED: Final = frozenset({"已取消", "取消", "终止"})
_LOOKS_LIKE_A_DAY: Final = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that was not taken: its number, its cells, and why."""

    number: int
    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A task of the ledger, and how far the ledger says it is."""

    number: int
    task: model.Task
    state: TaskState = TaskState.OPEN
    percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLedger:
    """A ledger as it was read."""

    name: str
    head: model.Head
    header: tuple[str, ...]
    taken: tuple[Taken, ...]
    bad: tuple[BadRow, ...]


def read_ledger(path: Path) -> ReadLedger:
    """
    Read a ledger from the first sheet of a workbook.

    :raises UnreadableFileError: if it is no workbook, or no row names the columns
    """
    rows = read_numbered_rows(path.name, path)
    found = columns_of(Table(rows=tuple(cells for _, cells in rows[:12]), knows_merges=True))
    if found is None:
        raise UnreadableFileError("没有找到表头。台账要有“任务”和“责任单位”或者“完成时限”等栏目。")
    start = found[1]
    header = tuple(cell.text for cell in rows[start - 1][1])
    head = _head(rows[: start - 1], path)
    context = TimeContext(issued_on=head.date, title_year=_year(head.title))
    state = TableState()
    read_task_table(Table(rows=tuple(cells for _, cells in rows[:start]), knows_merges=True), context, state)
    taken: list[Taken] = []
    bad: list[BadRow] = []
    for number, group in _groups(rows[start:], header):
        reason = ""
        tasks = read_task_table(Table(rows=tuple(group), knows_merges=True), context, state)
        if not tasks:
            reason = _why_none(group, header)
            if not reason:
                continue
        else:
            one, reason = _judge(number, group[0], header, tasks[0], taken)
            if one is not None:
                taken.append(one)
        if reason:
            bad.append(BadRow(number=number, cells=tuple(cell.text for cell in group[0]), reason=reason))
    return ReadLedger(name=path.name, head=head, header=header, taken=tuple(taken), bad=tuple(bad))


@transaction.atomic
def import_ledger(*, actor: Actor, at: datetime, read: ReadLedger, place: str, content: bytes) -> Plan:
    """
    Take a ledger in; it waits to be checked by a person like any plan. Bad rows are left out and named in its notes.

    :raises ForbiddenError: if the actor may not import for the place
    :raises LedgerError: if no row could be taken
    """
    notes = [f"第 {one.number} 行没有导入：{one.reason}" for one in read.bad]
    plan = import_plan(
        actor=actor,
        at=at,
        read=ReadPlan(
            plan=model.Plan(head=read.head, tasks=tuple(one.task for one in read.taken), notes=tuple(notes)),
            document=Document(name=read.name, format="xlsx", blocks=()),
        ),
        place=place,
        content=content,
    )
    for row, one in zip(plan.tasks.order_by("position"), read.taken, strict=True):
        if one.state is not TaskState.OPEN or one.percent:
            row.state, row.percent = one.state, 100 if one.state is TaskState.DONE else one.percent
            row.state_reason = "导入的台账记为已完成。" if one.state is TaskState.DONE else ""
            row.save()
    return plan


def bad_rows_book(read: ReadLedger) -> bytes:
    """Write the bad rows as a workbook: the number, the reason, then the cells as they came."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"strings_to_urls": False, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("没有导入的行")
        bold = book.add_format({"bold": True, "border": 1})
        sheet.set_column(1, 1, 44)
        for at, text in enumerate(("行号", "问题", *read.header)):
            sheet.write_string(0, at, text, bold)
        for line, one in enumerate(read.bad, start=1):
            sheet.write_number(line, 0, one.number)
            for at, text in enumerate((one.reason, *one.cells), start=1):
                sheet.write_string(line, at, text[:32_000])
    return buffer.getvalue()


def _head(rows: list[tuple[int, tuple[Cell, ...]]], path: Path) -> model.Head:
    lines = [
        Paragraph(text)
        for _, cells in rows
        for text in dict.fromkeys(cell.text.strip() for cell in cells if cell.text.strip() and not cell.inherited)
    ]
    head = read_head([one.text for one in lines]) if lines else model.Head()
    return replace(head, title=head.title or (lines[0].text if lines else path.stem))


def _year(title: str) -> int | None:
    found = re.search(r"(20\d{2})\s*年", title)
    return int(found[1]) if found else None


def _groups(
    rows: list[tuple[int, tuple[Cell, ...]]], header: tuple[str, ...]
) -> list[tuple[int, list[tuple[Cell, ...]]]]:
    """Put a row that only goes on with the one above it (its leading cells are merged with that) together with it."""
    fields = [column_field(text) for text in header]
    own = [at for at, one in enumerate(fields) if one in (Field.NUMBER, Field.TITLE, Field.DEADLINE, *UNIT_FIELDS)]
    groups: list[tuple[int, list[tuple[Cell, ...]]]] = []
    for number, cells in rows:
        goes_on = bool(own) and all(cells[at].inherited for at in own)
        if groups and goes_on:
            groups[-1][1].append(cells)
        else:
            groups.append((number, [cells]))
    return groups


def _why_none(group: list[tuple[Cell, ...]], header: tuple[str, ...]) -> str:
    """Say why a row without a task is bad; empty where it is a heading, a note or the heads of columns again."""
    texts = [cell.text.strip() for cell in group[0] if not cell.inherited]
    filled = [text for text in texts if text]
    if len(filled) <= 1 or tuple(texts) == header or re.match(r"(?:注|备注|说明|填表)", filled[0]):
        return ""
    return "没有任务名称"


def _judge(
    number: int, cells: tuple[Cell, ...], header: tuple[str, ...], task: model.Task, taken: list[Taken]
) -> tuple[Taken | None, str]:
    same = next((one for one in taken if (one.task.no, one.task.title) == (task.no, task.title)), None)
    if same is not None:
        return None, f"与第 {same.number} 行重复"
    for one in task.deadlines:
        dated = one.on or one.long_term or one.kind in (DeadlineKind.START, DeadlineKind.RECURRING)
        if not dated and _LOOKS_LIKE_A_DAY.search(one.text):
            return None, f"完成时限“{one.text}”不是日期"
    values = {_plain(head): cell.text.strip() for head, cell in zip(header, cells, strict=False)}
    percent = _percent(values)
    if percent is None:
        return None, f"进度“{values.get('进度', '')}”不是 0 到 100 的数"
    word = values.get("状态", values.get("完成情况", ""))
    if word in _DONE:
        return Taken(number=number, task=task, state=TaskState.DONE, percent=100), ""
    if word in _DROPPED:
        return Taken(number=number, task=task, state=TaskState.DROPPED, percent=percent), ""
    if "状态" in values and word not in _OPEN:
        return None, f"不认识的状态“{word}”，请写已完成、进行中、未开始或者已取消"
    return Taken(number=number, task=task, percent=percent), ""


def _plain(head: str) -> str:
    return re.sub(r"[（(].*?[)）]|\s", "", head)


def _percent(values: dict[str, Any]) -> int | None:
    text = str(values.get("进度", "")).rstrip("%％ ").strip()
    if not text:
        return 0
    try:
        number = float(text)
    except ValueError:
        return None
    if 0 < number < 1:
        number *= 100
    return int(number) if 0 <= number <= 100 else None
