"""
Divide a sheet into its pages as the typesetter broke them, so that another writer can break them at the same places.

The typesetter says on which page each block and row begins, and how many characters each page holds; where a paragraph
or a long cell goes on over the edge follows from the two.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from mingjing.domain.documents.markup import (
    BLANK_WORDS,
    Blank,
    Block,
    Break,
    Line,
    Row,
    Seal,
    Sheet,
    Sign,
    Table,
)
from mingjing.domain.documents.values import Mark, chinese_date

CONTINUED: Final = "flush"
"""The style of what is left of a paragraph on the next page: it is not indented again."""
UNSIGNED: Final = "　　　　年　月　日"
"""What stands beside the line for a signature that is not there yet."""


def size(text: str) -> int:
    """Count the characters that can be seen."""
    return len("".join(text.split()))


def sign_words(one: Sign) -> str:
    """Return the words at a place for signatures."""
    return f"{one.label}：{''.join(mark_words(mark) for mark in one.marks) or UNSIGNED}"


def mark_words(mark: Mark) -> str:
    """Return the words beside a signature: who and when."""
    return f"{mark.name}　{chinese_date(mark.on) if mark.on else ''}　"


def block_size(block: Block) -> int:
    """Count the characters of a block that can be seen."""
    match block:
        case Line():
            return size(block.text)
        case Table():
            return sum(_row_size(row) for row in block.rows)
        case Sign():
            return size(sign_words(block))
        case Seal():
            return size(block.agency + block.on)
        case Blank():
            return size(BLANK_WORDS)
        case Break():
            return 0


@dataclass(frozen=True, slots=True)
class _Unit:
    """What begins on one page: a block, or one row of a table."""

    block: int
    row: int
    page: int
    chars: int


def divided(
    sheet: Sheet, begins: Mapping[tuple[int, int], int], counts: Sequence[int]
) -> tuple[tuple[Block, ...], ...]:
    """
    Return the blocks of each page; a paragraph or row that goes on over the edge is cut there.

    ``begins`` holds the page (from 1) on which a block begins, under (block, -1), and a row of a table, under (block, row);
    ``counts`` how many characters that can be seen each page holds, without foot and head.
    """
    units = [one for one in _units(sheet, begins) if one.page <= len(counts)]
    pages: list[tuple[Block, ...]] = []
    carried: tuple[_Unit, int] | None = None
    for page, count in enumerate(counts, 1):
        mine = [one for one in units if one.page == page]
        expected = sum(one.chars for one in mine) + (carried[1] if carried else 0)
        expected += _repeated(sheet, carried, mine, units, page)
        over = max(expected - count, 0) if page < len(counts) else 0
        pieces: list[tuple[int, int, Block]] = []
        if carried:
            left = over if not mine else 0
            pieces += _part(sheet, carried[0], carried[1], left, begun=True)
        for one in mine:
            left = over if one is mine[-1] else 0
            pieces += _part(sheet, one, one.chars, left, begun=False)
        carried = _carried(mine, carried, over)
        pages.append(tuple(_joined(sheet, pieces)))
    return tuple(pages)


def _carried(mine: Sequence[_Unit], before: tuple[_Unit, int] | None, over: int) -> tuple[_Unit, int] | None:
    """Return what goes on over the edge of a page, and how many of its characters are left."""
    if not over:
        return None
    if mine:
        return mine[-1], min(over, mine[-1].chars)
    return (before[0], min(over, before[1])) if before else None


def _units(sheet: Sheet, begins: Mapping[tuple[int, int], int]) -> Iterator[_Unit]:
    page = 1
    for number, block in enumerate(sheet.blocks):
        if isinstance(block, Table):
            for index, row in enumerate(block.rows):
                page = max(page, begins.get((number, index), page))
                yield _Unit(number, index, page, _row_size(row))
        else:
            page = max(page, begins.get((number, -1), page))
            yield _Unit(number, -1, page, block_size(block))


def _repeated(
    sheet: Sheet, carried: tuple[_Unit, int] | None, mine: Sequence[_Unit], units: Sequence[_Unit], page: int
) -> int:
    """Count the characters of the heads that a page repeats because a table goes on there."""
    first = carried[0] if carried else mine[0] if mine else None
    if first is None:
        return 0
    block = sheet.blocks[first.block]
    begun = any(one.block == first.block and one.page < page for one in units)
    return sum(_row_size(row) for row in block.rows if row.head) if isinstance(block, Table) and begun else 0


def _part(sheet: Sheet, unit: _Unit, there: int, left: int, *, begun: bool) -> Iterator[tuple[int, int, Block]]:
    """Yield what of a unit stands on a page: of its last ``there`` characters all but the last ``left``."""
    block = sheet.blocks[unit.block]
    before = unit.chars - there
    if isinstance(block, Line):
        text = _cut(block.text, before, unit.chars - left)
        yield (
            unit.block,
            -1,
            replace(block, text=text, style=CONTINUED if begun and block.style == "body" else block.style),
        )
    elif isinstance(block, Table):
        row = block.rows[unit.row]
        yield unit.block, unit.row, Table(widths=block.widths, rows=(_cut_row(row, there, left, begun=begun),))
    elif not begun:
        yield unit.block, -1, block


def _cut_row(row: Row, there: int, left: int, *, begun: bool) -> Row:
    if not begun and not left:
        return row
    long = max(range(len(row.cells)), key=lambda index: size(row.cells[index].text))
    whole = size(row.cells[long].text)
    start = whole - there if begun else 0
    cells = tuple(
        replace(cell, text=_cut(cell.text, start, whole - left) if index == long else "" if begun else cell.text)
        for index, cell in enumerate(row.cells)
    )
    return replace(row, cells=cells, height=1)


def _cut(text: str, start: int, end: int) -> str:
    """Return the part of a text between two counts of characters that can be seen."""
    found: list[str] = []
    seen = 0
    for one in text:
        if start <= seen < end:
            found.append(one)
        if not one.isspace():
            seen += 1
    return "".join(found).strip("\n")


def _joined(sheet: Sheet, pieces: Sequence[tuple[int, int, Block]]) -> Iterator[Block]:
    """Put rows of the same table together again, under its head where the page does not begin it."""
    rows: list[Row] = []
    for index, (number, _, block) in enumerate(pieces):
        if not isinstance(block, Table):
            yield block
            continue
        rows += block.rows
        following = pieces[index + 1][0] if index + 1 < len(pieces) else -1
        if following != number:
            whole = sheet.blocks[number]
            assert isinstance(whole, Table)
            head = () if rows[0].head else tuple(row for row in whole.rows if row.head)
            yield Table(widths=block.widths, rows=(*head, *rows))
            rows = []


def _row_size(row: Row) -> int:
    return sum(size(cell.text) for cell in row.cells)
