"""The workbook to fill in by hand: a sheet per table, Chinese headers with notes, lists to choose from, an example."""

from pathlib import Path
from typing import Any, Final

import xlsxwriter

from mingjing.facts.rows import EXAMPLE_MARK
from mingjing.facts.schema import TABLES, TYPE_LABELS, Check, Column, ColumnType, Table

ROWS_WITH_LISTS: Final = 2_000
_CODE_SHEET: Final = "代码表"
_GUIDE_SHEET: Final = "填写说明"

_EXAMPLES: Final = {
    "name": "示例名称",
    "case_no": "泗市监罚〔2026〕1号",
    "document_no": "泗市监罚告〔2026〕1号",
    "number": "泗市监罚〔2026〕1号",
    "uscc": "91370831MA3C00001J",
    "jurisdiction_code": "370831",
    "industry_code": "5211",
    "basis": "《食品安全法》第一百二十四条",
    "tier": "一般",
    "place": "泗水县某某路1号",
    "satisfied": "5",
    "pages": "2",
    "hours": "4",
    "score": "90",
    "subject": "案件",
    "digest": "sm3:……",
}

GUIDE: Final = (
    "一张工作表就是一张数据表，用不到的工作表可以整张留空或者删去。",
    "带 * 的列必填。列的顺序可以改，列名不要改；多出来的列会另存并在报告里列出。",
    f"第二行是示例，以“{EXAMPLE_MARK}”开头的行不会读入。",
    "日期写 2026-09-25；时刻写 2026-09-25 10:30，不知道几点的只写日期。",
    "金额按列名里的单位填写；改列名里的（元）为（万元）或（分），就按改后的单位读。",
    "有下拉列表的列从列表里选；多个值之间用 | 分隔。",
    "填好后用 mingjing facts read 读入；读不懂的格子会写进 bad_rows.xlsx，改好后可以直接再读。",
)


def write_template(path: Path) -> None:
    """Write the workbook."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#E7EDF5", "border": 1, "text_wrap": True, "valign": "vcenter"})
    need = book.add_format({"bold": True, "bg_color": "#CFE0F4", "border": 1, "text_wrap": True, "valign": "vcenter"})
    example = book.add_format({"font_color": "#7F7F7F", "italic": True})
    guide = book.add_worksheet(_GUIDE_SHEET)
    guide.set_column(0, 0, 110)
    for line, text in enumerate(GUIDE):
        guide.write_string(line, 0, text)
    ranges = _plan_codes()
    for table in TABLES.values():
        page = book.add_worksheet(table.label)
        page.freeze_panes(1, 0)
        page.set_row(0, 32)
        for index, column in enumerate(table.columns):
            page.set_column(index, index, max(14, 2 * len(header_of(column)) + 2))
            page.write_string(0, index, header_of(column), need if column.required else head)
            page.write_comment(0, index, note_of(column), {"x_scale": 2.2, "y_scale": 1.4})
            text = example_of(table, column)
            page.write_string(1, index, EXAMPLE_MARK + text if index == 0 else text, example)
            if choices := _choices(column, ranges):
                page.data_validation(1, index, ROWS_WITH_LISTS, index, choices)
    _write_codes(book, head, ranges)
    book.close()


def header_of(column: Column) -> str:
    """Return the header in the workbook: the label, the unit for money, the mark of a required column."""
    unit = "（元）" if column.type is ColumnType.FEN else ""
    return f"{column.label}{unit}{'*' if column.required else ''}"


def note_of(column: Column) -> str:
    """Return the note on a header: what may be written, and what it means."""
    parts = [f"{column.label}（{column.name}）"]
    parts.append("金额，单位：元" if column.type is ColumnType.FEN else TYPE_LABELS[column.type])
    if column.required:
        parts.append("必填")
    if column.ref is not None:
        parts.append(f"填“{TABLES[column.ref].label}”表里的编码")
    if column.codes is not None:
        labels = "、".join(column.codes.values())
        parts.append(f"可填：{labels}{'；也可以填表外的值' if column.open_codes else ''}")
    if column.description:
        parts.append(column.description)
    return "\n".join(parts)


def example_of(table: Table, column: Column) -> str:
    """Return the example cell of a column; together they make one row that reads without a fault."""
    if column.name == table.key[0] and len(table.key) == 1:
        return f"{table.label}1"
    if column.codes is not None:
        return next(iter(column.codes.values()))
    if column.ref is not None:
        return f"{TABLES[column.ref].label}1"
    if column.name == "subject_id":
        return "案件1"
    if column.check is Check.USCC:
        return _EXAMPLES["uscc"]
    by_type = {
        ColumnType.DATE: "2026-03-02",
        ColumnType.MOMENT: "2026-03-02 10:30",
        ColumnType.FEN: "2000",
        ColumnType.BOOL: "是",
        ColumnType.INT: "1",
        ColumnType.NUMBER: "1",
    }
    return _EXAMPLES.get(column.name) or by_type.get(column.type) or "示例"


def _plan_codes() -> dict[tuple[str, ...], int]:
    """Give each list of labels a column of the code sheet."""
    ranges: dict[tuple[str, ...], int] = {}
    for table in TABLES.values():
        for column in table.columns:
            if column.codes is not None:
                ranges.setdefault(tuple(column.codes.values()), len(ranges))
    return ranges


def _choices(column: Column, ranges: dict[tuple[str, ...], int]) -> dict[str, Any] | None:
    if column.type is ColumnType.BOOL:
        return {"validate": "list", "source": ["是", "否"]}
    if column.codes is None:
        return None
    labels = tuple(column.codes.values())
    letter = xlsxwriter.utility.xl_col_to_name(ranges[labels])
    strict = not column.open_codes and column.type is not ColumnType.LIST
    return {
        "validate": "list",
        "source": f"='{_CODE_SHEET}'!${letter}$2:${letter}${len(labels) + 1}",
        "error_type": "stop" if strict else "information",
        "error_title": "不在代码表里",
        "error_message": "请从列表里选。" if strict else "表外的值会照录，并在报告里列出。",
    }


def _write_codes(book: xlsxwriter.Workbook, head: Any, ranges: dict[tuple[str, ...], int]) -> None:
    page = book.add_worksheet(_CODE_SHEET)
    titles: dict[int, str] = {}
    for table in TABLES.values():
        for column in table.columns:
            if column.codes is not None:
                titles.setdefault(ranges[tuple(column.codes.values())], f"{table.label}·{column.label}")
    for labels, index in ranges.items():
        page.set_column(index, index, 18)
        page.write_string(0, index, titles[index], head)
        for line, label in enumerate(labels, start=1):
            page.write_string(line, index, label)
