"""
Lists in the forms that places really publish: merged cells, numbered items, several agencies in a cell, garbled signs.

Pure: rows of cells in, rows with named fields and problems out. What is guessed is said; nothing is mended in silence.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from mingjing.domain.discretion.benchmarks import Tier
from mingjing.domain.discretion.ranges import read_range
from mingjing.kernel.errors import DomainError

HEADERS: Final = {
    "number": ("序号", "编号", "事项编码", "编码"),
    "domain": ("抽查领域", "领域", "抽查类别"),
    "matter": (
        "抽查事项",
        "事项名称",
        "抽查事项名称",
        "检查事项",
        "事项",
        "权力名称",
        "项目名称",
        "职权名称",
        "联合抽查事项",
    ),
    "object": ("检查对象", "抽查对象", "处罚对象", "对象"),
    "ratio": ("抽查比例", "比例", "抽查比例及频次"),
    "frequency": ("抽查频次", "频次", "抽查周期", "检查频次"),
    "lead": ("发起部门", "牵头部门", "抽查主体", "检查主体", "实施主体", "检查部门"),
    "partners": ("配合部门", "参与部门", "协同部门"),
    "basis": ("抽查依据", "检查依据", "实施依据", "处罚依据", "依据", "法律依据", "设定依据"),
    "manner": ("随机抽查方式", "抽查方式", "检查方式"),
    "content": ("抽查内容", "检查内容"),
    "act_kind": ("类别", "权力类型", "事项类型", "职权类型", "行使类别", "处罚种类"),
    "level": ("实施层级及说明", "抽查层级", "实施层级", "层级", "执法主体类别"),
    "section": ("承办机构", "责任科室", "承办科室", "单位"),
    "condition": ("违法情节", "裁量情节", "适用条件", "违法程度"),
    "penalty": ("处罚裁量基准", "裁量基准", "处罚标准", "裁量标准"),
}
"""What the columns are called, by field."""

_CARRIED: Final = frozenset({"number", "domain", "object", "ratio", "lead", "partners", "level", "matter", "basis"})
_BY_HEADER: Final = {header: name for name, headers in HEADERS.items() for header in headers}
_ITEM_NUMBER: Final = re.compile(r"^\d+\s*[.．、]\s*(?=\D)")
_BAD_RATIO: Final = re.compile(r"^[=＝Mm≧]\s*(?P<number>\d+(?:\.\d+)?\s*[%％])$")
_ENOUGH_HEADERS: Final = 3


class NoHeaderError(DomainError):
    """No row of the list names its columns."""

    code = "catalog.no_header"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """What is wrong with a row: its number in the file, the field, why, and what to do. ``fatal`` leaves the row out."""

    row: int
    field: str
    why: str
    remedy: str
    fatal: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignRow:
    """One row with named fields; ``carried`` names those that a merged cell above gave."""

    row: int
    values: dict[str, str]
    partners: tuple[str, ...] = ()
    carried: frozenset[str] = frozenset()


@dataclass(slots=True)
class ForeignList:
    """What was read."""

    rows: list[ForeignRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)
    unknown_columns: tuple[str, ...] = ()


def cells_of(text: str) -> list[list[str]]:
    """Split the text of a table into cells: by | where lines have them, else by tabs."""
    lines = [line for line in text.splitlines() if line.strip()]
    sign = "|" if sum("|" in line for line in lines) >= sum("\t" in line for line in lines) else "\t"
    rows = []
    for line in lines:
        bare = line.strip("\r\n")
        if sign == "|":
            # a leading sign frames the table; a leading blank before it is an empty first cell
            bare = bare.removeprefix("|").rstrip().removesuffix("|")
        rows.append([cell.strip() for cell in bare.split(sign)])
    return rows


def read_list(rows: Iterable[Sequence[str]]) -> ForeignList:
    """
    Read a list whose first row with known column names is its header; rows above are titles, rows of one cell are notes.

    An empty cell under a merged one takes its value. The first column named ``matter`` gives the item.

    :raises NoHeaderError: if no row names at least three known columns
    """
    table = [[_flat(cell) for cell in row] for row in rows]
    at = next((number for number, row in enumerate(table) if _known(row) >= _ENOUGH_HEADERS), None)
    if at is None:
        raise NoHeaderError("没有找到表头。表头至少要有三列认得出的名称，例如序号、抽查事项、抽查依据、抽查对象。")
    header = table[at]
    fields = _fields(header)
    unknown = tuple(name for number, name in enumerate(header) if name and number not in fields)
    found = ForeignList(unknown_columns=unknown)
    above: dict[str, str] = {}
    for number, row in enumerate(table[at + 1 :], at + 2):
        filled = [at for at, cell in enumerate(row) if cell]
        is_note = len(filled) <= 1 and not (filled and fields.get(filled[0]) == "matter")
        if is_note or _known(row) >= _ENOUGH_HEADERS:
            continue
        _read_row(found, number, row, fields, above, width=len(header))
    if not found.rows and not found.problems:
        found.problems.append(RowProblem(row=at + 1, field="", why="表头下面没有一行内容。", remedy="请检查文件。"))
    return found


def agencies_in(text: str) -> tuple[str, ...]:
    """
    Split a cell of agencies: 人力资源和社会保障、市场监管部门 are two 部门.

    The word that ends the last of a series (部门, 局) belongs to each of it.
    """
    found: list[str] = []
    for group in re.split(r"[\s;；]+", text.strip()):
        names = [name for name in re.split(r"[、,，]", group) if name]
        if not names:
            continue
        ending = next((word for word in ("部门", "机构", "局", "委", "厅") if names[-1].endswith(word)), "")
        known = ("部门", "机构", "局", "委", "厅", "办", "院", "总队", "支队", "大队", "公司")
        found += [
            name if name.endswith(known) else name + (ending if ending in ("部门", "机构") else "") for name in names
        ]
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignBenchmark:
    """A benchmark as published: the item, its basis, its tiers in order."""

    number: str
    matter: str
    basis: str
    tiers: tuple[Tier, ...]


def read_benchmarks(text: str) -> tuple[ForeignBenchmark, ...]:
    """
    Read a table of discretion benchmarks whose cells come one by one, ended by |, and whose merged cells are left out.

    An item begins with its number; its tiers begin with 情节….
    """
    cells = [_flat(cell) for cell in text.replace("\r", "").replace("|", "|\n").split("|")]
    cells = [cell for cell in cells if cell]
    found: list[ForeignBenchmark] = []
    at = 0
    starts = [number for number, cell in enumerate(cells) if cell.isdigit()]
    for place, at in enumerate(starts):
        end = starts[place + 1] if place + 1 < len(starts) else len(cells)
        own = cells[at + 1 : end]
        if len(own) < _ENOUGH_HEADERS:
            continue
        tiers = [
            Tier(name=cell, condition=cell, fine=read_range(own[number + 1]), manner=own[number + 1])
            for number, cell in enumerate(own[:-1])
            if cell.startswith(("情节", "较轻", "一般", "较重", "严重", "轻微"))
        ]
        found.append(ForeignBenchmark(number=cells[at], matter=own[0], basis=own[1], tiers=tuple(tiers)))
    return tuple(found)


def _read_row(
    found: ForeignList, number: int, row: list[str], fields: dict[int, str], above: dict[str, str], *, width: int
) -> None:
    if len(row) > width:
        found.problems.append(
            RowProblem(
                row=number,
                field="",
                why=f"这一行有{len(row)}格，表头只有{width}格。",
                remedy="可能是格内有分隔符或者合并单元格错位，请改正后再导入。",
            )
        )
        return
    values = {name: row[at] for at, name in fields.items() if at < len(row) and row[at]}
    if values.get("number") and values["number"] != above.get("number"):
        above.clear()  # a new number begins a new block; nothing is carried over it
    carried = frozenset(name for name in _CARRIED if not values.get(name) and above.get(name))
    values |= {name: above[name] for name in carried}
    above |= {name: value for name, value in values.items() if name in _CARRIED}
    if values.get("matter"):
        values["matter"] = _ITEM_NUMBER.sub("", values["matter"])
    if not values.get("matter"):
        found.problems.append(RowProblem(row=number, field="matter", why="没有事项名称。", remedy="请填写事项名称。"))
        return
    bad = _BAD_RATIO.match(values.get("ratio", ""))
    if bad:
        found.problems.append(
            RowProblem(
                row=number,
                field="ratio",
                why=f"抽查比例“{values['ratio']}”不合规范，像是“≥{bad['number']}”转换时出错。",
                remedy="请核对原表后改写。",
                fatal=False,
            )
        )
    partners = agencies_in(values.get("partners", ""))
    found.rows.append(ForeignRow(row=number, values=values, partners=partners, carried=carried))


def _fields(header: list[str]) -> dict[int, str]:
    """Name the columns; of two columns with the same meaning the first is taken."""
    fields: dict[int, str] = {}
    for number, name in enumerate(header):
        meaning = _BY_HEADER.get(name)
        if meaning and meaning not in fields.values():
            fields[number] = meaning
    return fields


def _known(row: Sequence[str]) -> int:
    return len({_BY_HEADER[cell] for cell in row if cell in _BY_HEADER})


def _flat(cell: object) -> str:
    return re.sub(r"[\s　]+", " ", str(cell if cell is not None else "")).strip()
