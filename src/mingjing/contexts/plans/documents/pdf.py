"""
PDF: characters and ruling lines are taken from the page, tables are made of the lines, the rest becomes paragraphs.

A table that goes on over a page becomes one table. A page without characters is a scan.
"""

import ctypes
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pypdfium2.raw as pdfium

from mingjing.contexts.plans.documents import recognition
from mingjing.contexts.plans.documents.recognition import Recognising
from mingjing.domain.plans.model import Block, Cell, Paragraph, Table
from mingjing.domain.plans.outline import is_marked
from mingjing.domain.plans.timing import TimeContext
from mingjing.domain.plans.units import is_deadline_text, is_unit_list
from mingjing.facts.rows import UnreadableFileError

MAX_PAGES: Final = 2_000
_FULL: Final = "\u2e7f"
_NEAR: Final = 2.5
_FORMAL: Final = re.compile(
    r".{2,14}[〔（(\[]\s*20\d{2}\s*[〕）)\]]\s*\d+\s*号|20\d{2}年\d{1,2}月\d{1,2}日|.{2,60}[：:]|附件.{0,30}"
)
_SIGNER: Final = re.compile(r"[一-鿿]{2,20}(?:人民政府|办公室|办公厅|委员会|领导小组|指挥部|局|厅|院)")
_PAGE_NUMBER: Final = re.compile(r"\s*(?:[-–—―·•]?\s*\d{1,4}\s*[-–—―·•]?|第\s*\d+\s*页.{0,12})\s*")


@dataclass(frozen=True, slots=True)
class _Char:
    text: str
    left: float
    right: float
    bottom: float
    top: float
    x: float
    y: float
    start: float
    end: float
    is_exact: bool = False


def _char(text: str, left: float, right: float, bottom: float, top: float) -> _Char:
    return _Char(text, left, right, bottom, top, (left + right) / 2, (bottom + top) / 2, left, right)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    left: float
    right: float
    top: float
    size: float


@dataclass(slots=True)
class _Page:
    """A page: its lines of text outside tables and its tables, from top to bottom."""

    parts: list[tuple[float, "_Line | _Grid"]]
    left: float
    right: float
    is_set: bool


@dataclass(slots=True)
class _Grid:
    rows: list[list[Cell]]
    edges: list[float]
    top: float
    merged: frozenset[int] = frozenset()


def read_pdf(name: str, path: Path, recognising: Recognising) -> tuple[list[Block], list[str]]:
    """Read a PDF; the text of scanned pages is recognised."""
    book = _opened(name, path)
    try:
        count = len(book)
        if count > MAX_PAGES:
            raise UnreadableFileError(f"PDF“{name}”有 {count} 页，超过上限 {MAX_PAGES} 页，未读入。")
        pages, notes = _pages(name, book, count, recognising)
    except pypdfium2.PdfiumError as error:
        raise UnreadableFileError(f"PDF“{name}”已损坏或者不完整，请重新下载后再导入。") from error
    finally:
        book.close()
    return _blocks(pages), notes


def scanned_pages(name: str, path: Path) -> int:
    """Count the pages whose text must be recognised."""
    book = _opened(name, path)
    try:
        return sum(_is_scan(book[at]) for at in range(min(len(book), MAX_PAGES)))
    except pypdfium2.PdfiumError as error:
        raise UnreadableFileError(f"PDF“{name}”已损坏或者不完整，请重新下载后再导入。") from error
    finally:
        book.close()


def _opened(name: str, path: Path) -> Any:
    try:
        return pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        why = "有密码，请去掉密码后重发" if "password" in str(error).lower() else "已损坏或者不完整，请重新下载后再导入"
        raise UnreadableFileError(f"PDF“{name}”{why}。") from error


def _pages(name: str, book: Any, count: int, recognising: Recognising) -> tuple[list[_Page], list[str]]:
    pages = list[_Page]()
    scanned = [at for at in range(count) if _is_scan(book[at])]
    if scanned and not recognition.is_available():
        raise UnreadableFileError(
            f"PDF“{name}”第 {scanned[0] + 1} 页是扫描件（共 {count} 页，其中 {len(scanned)} 页是扫描件），没有可以读的文字；"
            "识别文字的程序 tesseract（含中文 chi_sim）没有安装。请安装后再导入，或者导入文字版。"
        )
    for at in range(count):
        page = book[at]
        if at in scanned:
            chars = _recognised(page, at + 1, scanned.index(at), len(scanned), recognising)
        else:
            text = page.get_textpage()
            chars = _chars(text)
            text.close()
        pages.append(_page(page, chars, at + 1))
        page.close()
    notes = [f"第 {'、'.join(str(at + 1) for at in scanned)} 页是扫描件，文字由机器识别，请核对。"] if scanned else []
    return pages, notes


def _is_scan(page: Any) -> bool:
    """Say whether a page is a picture with hardly any characters."""
    text = page.get_textpage()
    try:
        return pdfium.FPDFText_CountChars(text.raw) < 40 and len(_chars(text)) < 10 and _has_image(page)
    finally:
        text.close()


def _has_image(page: Any) -> bool:
    return any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))


def _recognised(page: Any, number: int, done: int, of: int, recognising: Recognising) -> list[_Char]:
    scale = recognition.DPI / 72
    image = page.render(scale=scale, grayscale=True).to_numpy().squeeze()
    height = page.get_height()
    chars, ends = list[_Char](), dict[tuple[int, ...], float]()
    for word in recognising.page(image, number, done, of):
        # the boxes of neighbours overlap: within a line the order of reading holds, not that of the boxes
        start = max(word.left, ends.get(word.line, 0.0))
        ends[word.line] = end = max(word.right, start + len(word.text))
        width = (end - start) / len(word.text) / scale
        top, bottom = height - word.top / scale, height - word.bottom / scale
        for at, text in enumerate(word.text):
            left = start / scale + at * width
            chars.append(_char(text, left, left + width, bottom, top))
    return chars


def _chars(page: Any) -> list[_Char]:
    raw = page.raw
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    refs = [ctypes.byref(one) for one in (left, right, bottom, top)]
    loose = pdfium.FS_RECTF()
    out = []
    for at in range(pdfium.FPDFText_CountChars(raw)):
        code = pdfium.FPDFText_GetUnicode(raw, at)
        if code <= 32 or code in (0xA0, 0x3000, 0xFFFE, 0xFFFF):
            continue
        if not pdfium.FPDFText_GetCharBox(raw, at, *refs):
            continue
        one = _char(chr(code), left.value, right.value, bottom.value, top.value)
        # the ink of a full stop lies low, that of a quotation mark high: its place is that of the letter
        if pdfium.FPDFText_GetLooseCharBox(raw, at, ctypes.byref(loose)) and loose.top > loose.bottom:
            one = replace(one, y=(loose.bottom + loose.top) / 2, start=loose.left, end=loose.right, is_exact=True)
        out.append(one)
    return out


# --- ruling lines and tables ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Rules:
    """Ruling lines: horizontal ones as (y, from, to), vertical ones as (x, from, to)."""

    horizontal: list[tuple[float, float, float]] = field(default_factory=list)
    vertical: list[tuple[float, float, float]] = field(default_factory=list)

    def add(self, x0: float, y0: float, x1: float, y1: float) -> None:
        x0, x1 = sorted((x0, x1))
        y0, y1 = sorted((y0, y1))
        if y1 - y0 <= _NEAR and x1 - x0 > 4:
            self.horizontal.append(((y0 + y1) / 2, x0, x1))
        elif x1 - x0 <= _NEAR and y1 - y0 > 4:
            self.vertical.append(((x0 + x1) / 2, y0, y1))


def _rules(page: Any) -> _Rules:
    rules = _Rules()
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=4):
        left, bottom, right, top = item.get_bounds()
        if right - left <= _NEAR or top - bottom <= _NEAR:
            rules.add(left, bottom, right, top)
            continue
        for x0, y0, x1, y1 in _segments(item):
            rules.add(x0, y0, x1, y1)
    return rules


def _segments(item: Any) -> list[tuple[float, float, float, float]]:
    """The straight strokes of a path, in the page's measure."""
    raw = item.raw
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(raw, ctypes.byref(fill), ctypes.byref(stroke))
    if not stroke.value:
        return []
    matrix = item.get_matrix()
    out = list[tuple[float, float, float, float]]()
    start = here = (0.0, 0.0)
    x, y = ctypes.c_float(), ctypes.c_float()
    for at in range(min(pdfium.FPDFPath_CountSegments(raw), 20_000)):
        segment = pdfium.FPDFPath_GetPathSegment(raw, at)
        pdfium.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        point = matrix.on_point(x.value, y.value)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
        else:
            out.append((*here, *point))
        here = point
        if pdfium.FPDFPathSegment_GetClose(segment):
            out.append((*here, *start))
            here = start
    return out


def _clusters(values: list[float]) -> list[float]:
    out: list[list[float]] = []
    for value in sorted(values):
        if out and value - out[-1][-1] <= _NEAR:
            out[-1].append(value)
        else:
            out.append([value])
    return [sum(one) / len(one) for one in out]


def _tables(rules: _Rules) -> list[_Rules]:
    """Group the lines that touch one another."""
    lines = [("h", one) for one in rules.horizontal] + [("v", one) for one in rules.vertical]
    if len(rules.horizontal) < 2 or len(rules.vertical) < 2 or len(lines) > 6_000:
        return []
    parent = list(range(len(lines)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    flat = [at for at, (kind, _) in enumerate(lines) if kind == "h"]
    upright = [at for at, (kind, _) in enumerate(lines) if kind == "v"]
    for one in flat:
        y, x0, x1 = lines[one][1]
        for other in upright:
            x, y0, y1 = lines[other][1]
            if x0 - _NEAR <= x <= x1 + _NEAR and y0 - _NEAR <= y <= y1 + _NEAR:
                parent[root(one)] = root(other)
    groups: dict[int, _Rules] = {}
    for at, (kind, line) in enumerate(lines):
        group = groups.setdefault(root(at), _Rules())
        (group.horizontal if kind == "h" else group.vertical).append(line)
    return [
        one
        for one in groups.values()
        if len(_clusters([y for y, _, _ in one.horizontal])) > 1 and len(_clusters([x for x, _, _ in one.vertical])) > 2
    ]


def _covered(lines: list[tuple[float, float, float]], at: float, start: float, end: float) -> bool:
    middle = (start + end) / 2
    return any(abs(place - at) <= _NEAR and low - _NEAR <= middle <= high + _NEAR for place, low, high in lines)


def _grid(rules: _Rules, chars: list[_Char]) -> _Grid | None:
    xs = _clusters([x for x, _, _ in rules.vertical])
    ys = _clusters([y for y, _, _ in rules.horizontal])[::-1]
    height, width = len(ys) - 1, len(xs) - 1
    if height < 1 or width < 2 or height * width > 20_000:
        return None
    owner = {(r, c): (r, c) for r in range(height) for c in range(width)}
    for r in range(height):
        for c in range(width):
            if c and not _covered(rules.vertical, xs[c], ys[r + 1], ys[r]):
                owner[r, c] = owner[r, c - 1]
            elif r and not _covered(rules.horizontal, ys[r], xs[c], xs[c + 1]):
                owner[r, c] = owner[r - 1, c]
    texts = _cell_texts(xs, ys, owner, chars)
    rows = [
        [Cell(text=texts.get(owner[r, c], ""), inherited=owner[r, c] != (r, c)) for c in range(width)]
        for r in range(height)
    ]
    merged = frozenset(c for (r, c), own in owner.items() if own[0] < r and own[1] == c)
    return _Grid(rows=rows, edges=xs, top=ys[0], merged=merged)


def _cell_texts(
    xs: list[float], ys: list[float], owner: dict[tuple[int, int], tuple[int, int]], chars: list[_Char]
) -> dict[tuple[int, int], str]:
    inside: dict[tuple[int, int], list[_Char]] = {}
    right: dict[tuple[int, int], float] = {}
    for (_, column), own in owner.items():
        right[own] = max(right.get(own, 0), xs[column + 1])
    for char in chars:
        c = next((at for at in range(len(xs) - 1) if xs[at] <= char.x < xs[at + 1]), None)
        r = next((at for at in range(len(ys) - 1) if ys[at] >= char.y > ys[at + 1]), None)
        if c is not None and r is not None:
            inside.setdefault(owner[r, c], []).append(char)
    return {own: _joined(_lines(one), right[own]) for own, one in inside.items()}


def _joined(lines: list[_Line], edge: float) -> str:
    """Join the lines of a cell; one that stops well before the edge and ends a sentence ends its paragraph."""
    out = ""
    for at, line in enumerate(lines):
        if at:
            before = lines[at - 1]
            ended = edge - before.right > 2.2 * before.size and re.search(r"[。；;：:]$", before.text)
            out += "\n" if ended or (is_marked(line.text) and re.search(r"[。；;：:]$", before.text)) else ""
        out += line.text
    return out


# --- lines and paragraphs ------------------------------------------------------------------------------------------


def _lines(chars: list[_Char]) -> list[_Line]:
    rows: list[list[_Char]] = []
    for char in sorted(chars, key=lambda one: -one.y):
        row = rows[-1] if rows else None
        if row and abs(row[-1].y - char.y) < 0.5 * max(char.top - char.bottom, row[0].top - row[0].bottom, 4):
            row.append(char)
        else:
            rows.append([char])
    return [_line(sorted(row, key=lambda one: one.left)) for row in rows]


def _line(row: list[_Char]) -> _Line:
    size = sorted(max(one.right - one.left, one.top - one.bottom) for one in row)[len(row) // 2]
    text = row[0].text
    for before, char in pairwise(row):
        gap = char.start - before.end
        if gap > 1.6 * size:
            text += "  "
        elif not (_is_sign(before.text) or _is_sign(char.text)):
            # between characters of full width a blank is narrow; beside figures a text program leaves a little by itself
            wide = before.text > _FULL and char.text > _FULL
            least = (0.2 if wide else 0.45) if before.is_exact and char.is_exact else 0.75
            text += " " * (gap > least * size)
        text += char.text
    return _Line(text, row[0].left, row[-1].right, row[0].top, size)


def _is_sign(text: str) -> bool:
    return not text.isalnum()


def _without_numbers(lines: list[_Line], page: int) -> list[_Line]:
    """Leave out the page's number; a bare number that is not the page's own and stands close may be a row's."""
    for at, beside in ((-1, -2), (0, 1)):
        if not lines or not _PAGE_NUMBER.fullmatch(lines[at].text):
            continue
        text = lines[at].text.strip()
        apart = len(lines) < 2 or abs(lines[at].top - lines[beside].top) > 2.2 * lines[beside].size
        if apart or not text.isdecimal() or int(text) == page:
            del lines[at]
    return lines


def _page(page: Any, chars: list[_Char], number: int) -> _Page:
    grids = []
    for rules in _tables(_rules(page)):
        inside = [one for one in chars if _within(one, rules)]
        grid = _grid(rules, inside)
        if grid is not None:
            taken = set(map(id, inside))
            chars = [one for one in chars if id(one) not in taken]
            grids.append(grid)
    lines = _without_numbers(_lines(chars), number)
    parts: list[tuple[float, _Line | _Grid]] = [(line.top, line) for line in lines]
    parts += [(grid.top, grid) for grid in grids]
    parts.sort(key=lambda one: -one[0])
    body = [one for one in lines if len(one.text) > 12] or lines
    left = min((one.left for one in body), default=0.0)
    right = max((one.right for one in body), default=0.0)
    # a page set in lines has several that reach the right edge; one long line alone says nothing
    full = sum(1 for one in lines if right - one.right < 1.2 * one.size)
    # nor do short lines of one length, far from where the page ends
    reaches = page.get_width() - right < 2 * left
    return _Page(parts=parts, left=left, right=right, is_set=full > 1 and reaches)


def _within(char: _Char, rules: _Rules) -> bool:
    xs = [x for x, _, _ in rules.vertical]
    ys = [y for y, _, _ in rules.horizontal]
    return min(xs) - _NEAR <= char.x <= max(xs) + _NEAR and min(ys) - _NEAR <= char.y <= max(ys) + _NEAR


def _blocks(pages: list[_Page]) -> list[Block]:
    furniture = _furniture(pages)
    out: list[Block] = []
    grids: list[_Grid] = []
    grid_page: _Page | None = None
    before: tuple[_Line, _Page] | None = None

    def close() -> None:
        if grids:
            out.append(Table(rows=tuple(tuple(row) for row in _one_table(grids)), knows_merges=True))
            grids.clear()

    for page in pages:
        for _, part in page.parts:
            if isinstance(part, _Grid):
                if grids and (grid_page is page or not _same_columns(grids[-1], part)):
                    close()
                grids.append(part)
                grid_page = page
                before = None
                continue
            if part.text in furniture:
                continue
            close()
            if before is not None and out and isinstance(out[-1], Paragraph) and _goes_on(before, part, page):
                out[-1] = Paragraph(out[-1].text + part.text)
            else:
                out.append(Paragraph(part.text))
            before = (part, page)
    close()
    return out


def _furniture(pages: list[_Page]) -> set[str]:
    """What stands at the same edge of many pages is no part of the text."""
    edges: Counter[str] = Counter()
    for page in pages:
        lines = [part for _, part in page.parts if isinstance(part, _Line)]
        edges.update({line.text for line in (*lines[:1], *lines[-1:])})
    return {text for text, count in edges.items() if count >= 3 and count * 2 > len(pages) and len(text) < 40}


def _goes_on(before: tuple[_Line, _Page], line: _Line, page: _Page) -> bool:
    """A line goes on where the one before was full and this one is not set in."""
    last, its_page = before
    # figures and Latin words are not parted: the first of the next line may have found no room
    word = re.match(r"[!-~]*", line.text)
    room = 2.2 + 0.6 * (len(word[0]) if word else 0)
    full = its_page.is_set and its_page.right - last.right < room * last.size
    if re.search(r"[。；;）)]$", last.text) and _SIGNER.fullmatch(line.text):
        return False
    set_in = line.left - page.left > 1.2 * line.size
    return (
        full
        and not set_in
        and abs(last.size - line.size) < 0.25 * line.size
        and not is_marked(line.text)
        and not _FORMAL.fullmatch(line.text)
    )


def _same_columns(one: _Grid, other: _Grid) -> bool:
    return len(one.edges) == len(other.edges) and all(
        abs(a - b) < 4 for a, b in zip(one.edges, other.edges, strict=True)
    )


def _one_table(grids: list[_Grid]) -> list[list[Cell]]:
    """Put the pages of a table together; a cell blank at the top of a page may go on from the page before."""
    rows = list(grids[0].rows)
    merged = frozenset(c for grid in grids for c in grid.merged)
    blank = {c for grid in grids for row in grid.rows[1:] for c, cell in enumerate(row) if _is_blank(cell)}
    for grid in grids[1:]:
        first, head = grid.rows, rows[0]
        if [cell.text for cell in first[0]] == [cell.text for cell in head]:
            first = first[1:]
        if not first:
            continue
        above, depth = rows[-1], _depth(first)
        if _lacks_number(first[0], rows, merged) or _is_cut(above, first[0], rows):
            top = [
                Cell(text=one.text + other.text, inherited=one.inherited)
                for one, other in zip(above, first[0], strict=False)
            ]
            _rename(rows, top)
        else:
            top = []
            for c, (cell, last) in enumerate(zip(first[0], above, strict=False)):
                # a blank cell is a part of the one above where its column is merged, or leaves no cell blank
                goes_on = depth[c] > 1 or last.inherited or c not in blank or (c in merged and not _is_new(first[0]))
                goes_on = goes_on and _is_blank(cell)
                depth[c] *= goes_on
                top.append(Cell(text=last.text, inherited=True) if goes_on else cell)
            rows.append(top)
        for at, row in enumerate(first[1:], 1):
            rows.append(
                [Cell(text=top[c].text, inherited=True) if depth[c] > at else cell for c, cell in enumerate(row)]
            )
    return rows


def _rename(rows: list[list[Cell]], top: list[Cell]) -> None:
    """Put the words of a row that a page cut together, in all rows that its merged cells cover."""
    for c, cell in enumerate(top):
        for at in range(len(rows) - 1, -1, -1):
            was = rows[at][c]
            rows[at][c] = replace(was, text=cell.text)
            if not was.inherited:
                break


def _lacks_number(first: list[Cell], rows: list[list[Cell]], merged: frozenset[int]) -> bool:
    """Say whether a row has no number though all rows before it have theirs: the page cut the row above."""
    for c, cell in enumerate(first[:2]):
        numbers = [row[c].text.strip() for row in rows[1:] if c < len(row) and len({one.text for one in row}) > 1]
        if _is_blank(cell) and c not in merged and len(numbers) > 1 and all(one.isdecimal() for one in numbers):
            return True
    return False


def _is_blank(cell: Cell) -> bool:
    return not cell.text and not cell.inherited


def _is_new(row: list[Cell]) -> bool:
    """Say whether a row begins with a number of its own."""
    return any(cell.text.strip().isdecimal() for cell in row[:2])


def _is_cut(above: list[Cell], first: list[Cell], rows: list[list[Cell]]) -> bool:
    """Say whether the page cut a row in two: some cells are blank, and all others go on in the middle of a sentence."""
    told = [(one.text, other.text) for one, other in zip(above, first, strict=False) if other.text]
    ended = [bool(re.search(r"[。；;！!]$", one)) for one, _ in told]
    if not any(ended) and (any(_cuts_day(one, other) for one, other in told) or _stops_short(above, first, rows)):
        return True
    if any(_begins_anew(one, other) for one, other in told):
        return False
    return 0 < len(told) < len(first) and all(one and not re.search(r"[。；;！!]$", one) for one, _ in told)


def _begins_anew(above: str, below: str) -> bool:
    """Two numbers, two deadlines or two whole lists of units are the cells of two rows, and no cell that was cut."""
    if above.strip().isdecimal() and below.strip().isdecimal():
        return True
    context = TimeContext()
    return (is_deadline_text(above, context) and is_deadline_text(below, context)) or (
        is_unit_list(above) and is_unit_list(below) and len(below) > 3 and not re.search(r"[、，,]\s*$", above)
    )


def _cuts_day(above: str, below: str) -> bool:
    """``2025年`` and ``12月底前``: one day, cut in two."""
    return bool(re.search(r"(?:^|\D)20\d\d(?:年(?:\d{1,2}月?)?)?$", above)) and (
        not re.match(r"\d{4}", below) and is_deadline_text(above + below, TimeContext())
    )


def _stops_short(above: list[Cell], first: list[Cell], rows: list[list[Cell]]) -> bool:
    """Say whether a cell stops in the middle, though all other cells of its column end their sentences."""
    for c, (one, other) in enumerate(zip(above, first, strict=False)):
        others = [row[c].text for row in rows[1:-1] if c < len(row) and len(row[c].text) > 12]
        if one.text and other.text and len(others) > 2 and all(re.search(r"[。；;！!]$", text) for text in others):
            return not re.search(r"[。；;！!]$", one.text)
    return False


def _depth(rows: list[list[Cell]]) -> list[int]:
    """How many rows the cells at the top of a page cover."""
    out = []
    for c, cell in enumerate(rows[0]):
        depth = 1
        while depth < len(rows) and rows[depth][c].inherited and rows[depth][c].text == cell.text:
            depth += 1
        out.append(depth)
    return out
