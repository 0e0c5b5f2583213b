"""The tasks of a plan as a workbook in the usual form of such tables, for print and for further work."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from mingjing.contexts.plans.payload import deadline_json
from mingjing.domain.plans.model import Mode, Plan, Task

COLUMNS: Final = (
    ("序号", 8),
    ("任务", 30),
    ("措施", 70),
    ("牵头单位", 20),
    ("责任单位", 30),
    ("完成时限", 22),
    ("量化目标", 34),
    ("存疑", 34),
)
PROGRESS: Final = (("状态", 14), ("进度（%）", 10), ("责任人", 20))
"""Columns that only a ledger in use has."""
_MAX_CELL: Final = 32_000
_HEAD_ROW: Final = 2


def write_task_book(path: Path, plan: Plan, progress: Sequence[tuple[str, int, str]] = ()) -> None:
    """
    Write the workbook. Words stay as the plan has them; what is unsure stands in the last column.

    ``progress`` says for each task of a ledger in use its state, how far it is in percent, and who answers for it.
    """
    columns = COLUMNS[:-1] + PROGRESS + COLUMNS[-1:] if progress else COLUMNS
    with xlsxwriter.Workbook(str(path), {"strings_to_urls": False, "strings_to_formulas": False}) as book:
        title = plan.head.title or "任务台账"
        book.set_properties({"title": title, "comments": "明镜自动读取，存疑处须经人工核对"})
        styles = _styles(book)
        sheet = book.add_worksheet("任务台账")
        for at, (_, width) in enumerate(columns):
            sheet.set_column(at, at, width)
        sheet.set_landscape()
        sheet.set_paper(8)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEAD_ROW)
        sheet.freeze_panes(_HEAD_ROW + 1, 2)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        sheet.merge_range(0, 0, 0, len(columns) - 1, title[:_MAX_CELL], styles["title"])
        sheet.set_row(0, 34)
        sheet.merge_range(1, 0, 1, len(columns) - 1, _subtitle(plan), styles["note"])
        for at, (label, _) in enumerate(columns):
            sheet.write_string(_HEAD_ROW, at, label, styles["head"])
        _rows(sheet, plan, styles, len(columns), progress)


def _styles(book: Any) -> dict[str, Any]:
    base = {"font_name": "仿宋", "font_size": 11, "valign": "vcenter", "text_wrap": True}
    box = base | {"border": 1}
    return {
        "title": book.add_format(
            {"font_name": "方正小标宋简体", "font_size": 20, "align": "center", "valign": "vcenter"}
        ),
        "note": book.add_format({"font_name": "楷体", "font_size": 11, "align": "center", "valign": "vcenter"}),
        "head": book.add_format(box | {"font_name": "黑体", "align": "center"}),
        "section": book.add_format(box | {"font_name": "楷体", "bold": True}),
        "number": book.add_format(box | {"align": "center"}),
        "text": book.add_format(box),
        "doubt": book.add_format(box | {"bg_color": "#FFF6DC"}),
    }


def _subtitle(plan: Plan) -> str:
    head = plan.head
    day = f"{head.date.year}年{head.date.month}月{head.date.day}日" if head.date else ""
    return "　".join(part for part in (head.issuer, head.number, day, f"共 {len(plan.tasks)} 项") if part)


def _rows(sheet: Any, plan: Plan, styles: dict[str, Any], width: int, progress: Sequence[tuple[str, int, str]]) -> None:
    at = _HEAD_ROW + 1
    told = iter(progress)
    for section, tasks in groupby(plan.tasks, key=lambda task: task.section):
        if section:
            sheet.merge_range(at, 0, at, width - 1, section[:_MAX_CELL], styles["section"])
            at += 1
        for task in tasks:
            cells: list[str | int] = list(row_of(task))
            if progress:
                cells[-1:-1] = next(told)
            for column, value in enumerate(cells):
                style = "number" if column == 0 else "doubt" if column == width - 1 and value else "text"
                if isinstance(value, int):
                    sheet.write_number(at, column, value, styles["number"])
                else:
                    sheet.write_string(at, column, value[:_MAX_CELL], styles[style])
            at += 1


def row_of(task: Task) -> tuple[str, ...]:
    """The cells of a task."""
    measures = task.text.removeprefix(task.title).lstrip("。；，：:\n ") if not task.measures else task.measures
    others = []
    for mode in Mode:
        if mode is Mode.LEAD:
            continue
        names = list(dict.fromkeys(unit.name for unit in task.units if unit.mode is mode))
        if names:
            label = "" if mode is Mode.RESPONSIBLE else f"（{mode.label}）"
            others.append("、".join(names) + label)
    return (
        task.no,
        task.title,
        measures,
        "、".join(task.lead_units),
        "\n".join(others),
        "\n".join(_deadline_words(one) for one in (deadline_json(day) for day in task.deadlines)),
        "\n".join(dict.fromkeys(one.text for one in task.targets)),
        "\n".join(dict.fromkeys(one.reason for one in task.uncertain)),
    )


def _deadline_words(one: dict[str, Any]) -> str:
    """The words of the plan, and the day derived from them where the words do not name it."""
    return (
        f"{one['text']}（{date.fromisoformat(one['on']).isoformat()}）"
        if one["on"] and not one["text"].startswith(one["on"][:4])
        else str(one["text"])
    )
