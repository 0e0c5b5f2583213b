"""The dispatch sheet (调度表) as a workbook."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import xlsxwriter

from mingjing.contexts.plans.queries import DispatchRow, Missing

_COLUMNS: Final = (
    ("单位", 30), ("承担任务", 10), ("已完成", 10), ("已超期", 10), ("本期报送", 10), ("审核通过", 10), ("被退回", 10),
    ("未报送", 10), ("平均进度（%）", 14),
)  # fmt: skip


def write_dispatch_book(
    path: Path, title: str, period: str, rows: Sequence[DispatchRow], missing: Sequence[Missing]
) -> None:
    """Write the sheet of a period, and on a second one the reports that were not sent."""
    with xlsxwriter.Workbook(str(path), {"strings_to_urls": False, "strings_to_formulas": False}) as book:
        base = {"font_name": "仿宋", "font_size": 12, "valign": "vcenter", "text_wrap": True, "border": 1}
        head = book.add_format(base | {"font_name": "黑体", "align": "center"})
        cell, number = book.add_format(base), book.add_format(base | {"align": "center"})
        big = book.add_format({"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "valign": "vcenter", "text_wrap": True})  # fmt: skip
        sheet = book.add_worksheet("调度表")
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.merge_range(0, 0, 0, len(_COLUMNS) - 1, f"{title}\n{period}调度表", big)
        sheet.set_row(0, 56)
        for at, (label, width) in enumerate(_COLUMNS):
            sheet.set_column(at, at, width)
            sheet.write_string(1, at, label, head)
        for line, row in enumerate(rows, start=2):
            sheet.write_string(line, 0, row.unit.name, cell)
            values = (
                row.tasks,
                row.done,
                row.overdue,
                row.reported,
                row.accepted,
                row.returned,
                row.missing,
                row.percent,
            )
            for at, value in enumerate(values, start=1):
                sheet.write_number(line, at, value, number)
        late = book.add_worksheet("未报送")
        for at, (label, width) in enumerate((("单位", 30), ("序号", 8), ("任务", 60))):
            late.set_column(at, at, width)
            late.write_string(0, at, label, head)
        for line, one in enumerate(missing, start=1):
            late.write_string(line, 0, one.unit.name, cell)
            late.write_string(line, 1, one.task.no or str(one.task.position), number)
            late.write_string(line, 2, one.task.title, cell)
