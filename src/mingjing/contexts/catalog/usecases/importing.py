"""Workbooks of items and benchmarks: read, every bad row named, taken over only when somebody chooses the good rows."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, access
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.catalog.models import Import, Item
from mingjing.contexts.catalog.queries import Books
from mingjing.contexts.catalog.usecases import editions
from mingjing.contexts.catalog.usecases.editions import TakenError
from mingjing.contexts.records.usecases import append
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.catalog.foreign import ForeignRow, RowProblem, cells_of, read_list
from mingjing.domain.catalog.items import KIND_LABELS, ItemKind, flows_for, item_gaps, item_of_data
from mingjing.kernel.errors import DomainError

type Progress = Callable[[int, int, str], None]
"""Told how many rows of how many are done, and what is done with them."""

ROWS_AT_MOST: Final = 20_000
ROWS_AT_ONCE: Final = 200
"""Rows written in one transaction: between, others may write, and whoever imports may cancel."""
_LARGEST_BYTES: Final = 20 * 2**20
_KINDS: Final = {label: kind for kind, label in KIND_LABELS.items()} | {
    "处罚": ItemKind.PENALTY,
    "许可": ItemKind.LICENSE,
    "检查": ItemKind.INSPECTION,
    "强制": ItemKind.COMPULSORY_MEASURE,
    "行政强制": ItemKind.COMPULSORY_MEASURE,
    "审批": ItemKind.LICENSE,
    "行政监督检查": ItemKind.INSPECTION,
}
LABELS: Final = {
    "number": "编码",
    "matter": "事项名称",
    "act_kind": "类别",
    "basis": "依据",
    "section": "承办机构",
    "level": "层级",
    "object": "对象",
    "content": "抽查内容",
    "ratio": "抽查比例",
    "manner": "抽查方式",
    "frequency": "抽查频次",
    "lead": "主体",
    "partners": "配合部门",
    "domain": "领域",
    "": "整行",
}
TEMPLATE: Final = (
    "编号",
    "事项名称",
    "类别",
    "依据",
    "承办机构",
    "层级",
    "抽查对象",
    "抽查内容",
    "抽查比例",
    "抽查方式",
    "抽查频次",
)


class UnreadableWorkbookError(DomainError):
    """A file cannot be read as a table."""

    code = "catalog.unreadable_workbook"


def _silent(_done: int, _of: int, _words: str) -> None:
    return


def require_table(name: str, data: bytes) -> None:
    """
    Look whether a file is a list of items at all, before it is read row by row.

    :raises UnreadableWorkbookError: if it is no table
    :raises NoHeaderError: if no row names the columns
    """
    read_list(table_of(name, data))


def read_items(
    *, actor: Actor, at: datetime, unit: str, name: str, data: bytes, progress: Progress = _silent
) -> Import:
    """
    Read a list of items in our form or in one that places publish; nothing is written to the catalog yet.

    :raises UnreadableWorkbookError: if it is no table
    :raises NoHeaderError: if no row names the columns
    """
    owner = access(Unit.objects.all(), actor, "catalog.item.edit", code=unit)
    found = read_list(table_of(name, data))
    good, bad = _judge(owner, found.rows, list(found.problems), timezone.localdate(at), progress)
    notes = [f"没有用到的列：{'、'.join(found.unknown_columns)}"] if found.unknown_columns else []
    with transaction.atomic():
        row = Import.objects.create(
            unit=owner,
            kind="items",
            file_name=name[:256],
            form=name.rpartition(".")[2].lower()[:32],
            good=good,
            bad=[_told(problem) for problem in sorted(bad, key=lambda one: (one.row, one.field))],
            notes=notes,
            read_at=at,
            read_by=actor.code,
        )
        append(
            actor=actor.code,
            at=at,
            act="catalog.read_items",
            subject=f"import:{row.pk}",
            fields={"file": name, "good": len(good), "bad": len({one.row for one in bad if one.fatal})},
        )
    return row


def take_over(*, actor: Actor, at: datetime, pk: int, version: int, progress: Progress = _silent) -> int:
    """
    Draft an item for each good row; returns how many are drafted now. The bad rows stay out.

    Some rows at a time, each lot in a transaction of its own: what is broken off is gone on with, no row twice.

    :raises TakenError: if it was taken over before
    """
    row = access(Import.objects.all(), actor, "catalog.item.edit", pk=pk)
    require_fresh(row, version)
    if row.taken_at is not None:
        raise TakenError("这次读取的内容已经导入。")
    open_still = True
    while open_still:
        progress(row.taken, len(row.good), "正在写成草稿")
        row = _take_some(actor, at, pk)
        open_still = row.taken_at is None
    progress(row.taken, len(row.good), "已写成草稿")
    return row.taken


@transaction.atomic
def _take_some(actor: Actor, at: datetime, pk: int) -> Import:
    row = access(Import.objects.select_related("unit"), actor, "catalog.item.edit", lock=True, pk=pk)
    if row.taken_at is not None:
        return row
    some = row.good[row.taken : row.taken + ROWS_AT_ONCE]
    for one in some:
        editions.start_item(
            actor=actor,
            at=at,
            code=one["code"],
            unit=row.unit.code,
            content=one["content"],
            reason=f"由{row.file_name}导入",
        )
    row.taken += len(some)
    if row.taken == len(row.good):
        row.taken_at = at
    row.version += 1
    row.save(update_fields=["taken", "taken_at", "version"])
    append(actor=actor.code, at=at, act="catalog.take_over", subject=f"import:{pk}", fields={"count": len(some)})
    return row


def table_of(name: str, data: bytes) -> list[list[str]]:
    """
    Return the cells of the first sheet that holds any; a text is split by | or tabs.

    :raises UnreadableWorkbookError: if the file is too large or no table
    """
    if len(data) > _LARGEST_BYTES:
        raise UnreadableWorkbookError(f"文件超过{_LARGEST_BYTES // 2**20}MB，请分成几个。")
    if name.lower().endswith((".txt", ".csv", ".md")):
        return _text_cells(data)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        sheets = [book.get_sheet_by_name(one).to_python() for one in book.sheet_names]
    except (CalamineError, ValueError, OSError) as error:
        raise UnreadableWorkbookError("文件打不开。请用XLSX、XLS、ODS，或者以|、制表符分列的TXT。") from error
    rows = next((sheet for sheet in sheets if sheet), [])
    if len(rows) > ROWS_AT_MOST:
        raise UnreadableWorkbookError(f"表格有{len(rows):,}行，一次最多{ROWS_AT_MOST:,}行，请分成几个。")
    return [[_cell(cell) for cell in row] for row in rows]


def _text_cells(data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "," in text and "|" not in text and "\t" not in text:
            import csv

            return [list(row) for row in csv.reader(text.splitlines())]
        return cells_of(text)
    raise UnreadableWorkbookError("文件不是UTF-8或者GB18030编码的文本。")


def _cell(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


def _judge(
    owner: Unit, rows: Sequence[ForeignRow], problems: list[RowProblem], today: date, progress: Progress
) -> tuple[list[dict[str, Any]], list[RowProblem]]:
    """Sort rows into good ones with their content, and problems."""
    books = Books(on=today)
    taken = set(Item.objects.values_list("code", flat=True))
    good: list[dict[str, Any]] = []
    fatal = {one.row for one in problems if one.fatal}
    for number, row in enumerate(rows, start=1):
        progress(number, len(rows), "正在核对")
        if row.row in fatal:
            continue
        found = _problems_of(row, books)
        code = _code(owner, row, number, taken)
        if code in taken:
            why = f"编码“{code}”已经有了，或者在这张表里出现了两次。"
            found.append(
                RowProblem(
                    row=row.row, field="number", why=why, remedy="改用别的编码；要修改原有事项的，请在页面上修订。"
                )
            )
        problems += found
        if not any(one.fatal for one in found):
            taken.add(code)
            good.append({"row": row.row, "code": code, "content": _content(row)})
    return good, problems


def _code(owner: Unit, row: ForeignRow, number: int, taken: set[str]) -> str:
    """The code in the row where it looks like one; a plain serial number is none."""
    given = row.values.get("number", "")
    if given and not given.isdigit():
        return given[:64]
    code = f"{owner.code}-I{number:03d}"
    while code in taken and not (given and not given.isdigit()):
        number += 1
        code = f"{owner.code}-I{number:03d}"
    return code[:64]


def _kind(row: ForeignRow) -> ItemKind | None:
    words = row.values.get("act_kind", "")
    if words in _KINDS:
        return _KINDS[words]
    if not words and row.values.get("ratio", row.values.get("object")):
        return ItemKind.INSPECTION
    return None


def _content(row: ForeignRow) -> dict[str, Any]:
    kind = _kind(row) or ItemKind.OTHER
    values = row.values
    random = None
    if kind is ItemKind.INSPECTION and (values.get("ratio") or values.get("frequency")):
        random = {name: values.get(name, "") for name in ("object", "content", "ratio", "manner", "frequency")}
    notes = [f"抽查领域：{values['domain']}"] if values.get("domain") else []
    notes += [f"发起部门：{values['lead']}"] if values.get("lead") else []
    notes += [f"配合部门：{'、'.join(row.partners)}"] if row.partners else []
    flows = flows_for(kind)
    return {
        "name": values["matter"][:256],
        "kind": kind.value,
        "basis": [values["basis"]] if values.get("basis") else [],
        "section": values.get("section", ""),
        "level": values.get("level", ""),
        "flow": flows[0].code if flows else "",
        "random": random,
        "sources": ["regulation"] if random else ["powers"],
        "notes": "；".join(notes),
    }


def _problems_of(row: ForeignRow, books: Books) -> list[RowProblem]:
    found = []
    if _kind(row) is None:
        words = row.values.get("act_kind", "")
        why = f"不认识类别“{words}”。" if words else "没有写类别。"
        found.append(
            RowProblem(row=row.row, field="act_kind", why=why, remedy=f"可选：{'、'.join(KIND_LABELS.values())}。")
        )
    if len(row.values["matter"]) > 256:
        found.append(RowProblem(row=row.row, field="matter", why="事项名称超过256字。", remedy="请缩短。"))
    for gap in item_gaps(item_of_data(_content(row)), books):
        # an incomplete row may be drafted and completed; only a citation that is wrong keeps it out
        if gap.field == "basis":
            wrong = gap.blocks and bool(row.values.get("basis"))
            found.append(RowProblem(row=row.row, field="basis", why=gap.message, remedy=gap.remedy, fatal=wrong))
        elif gap.field.startswith("random."):
            field = gap.field.removeprefix("random.")
            found.append(RowProblem(row=row.row, field=field, why=gap.message, remedy=gap.remedy, fatal=False))
    return found


def _told(problem: RowProblem) -> dict[str, Any]:
    return asdict(problem) | {"label": LABELS.get(problem.field, problem.field)}
