"""Tables that were flattened to lines: by tabs, by bars, by wide blanks, or one cell to a line."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from mingjing.domain.plans.folding import fold, number_of
from mingjing.domain.plans.labels import INLINE_LABEL, UNIT_FIELDS, Field, column_field, field_of
from mingjing.domain.plans.model import Block, Cell, Paragraph, Table, is_group_name
from mingjing.domain.plans.outline import Rank, mark_of
from mingjing.domain.plans.timing import BEFORE, TimeContext, find_points
from mingjing.domain.plans.units import is_deadline_text, is_unit_list, split_units

_NO_CONTEXT: Final = TimeContext()
_STOP: Final = re.compile(
    r"\s*(?:附\s*件\s*\d*\s*[:]?\s*.{0,40}|注\s*[:].*|备注\s*[:].*|抄送\s*[:].*|.{2,30}(?:办公室|办公厅)\s+.{0,20}印发)\s*"
)
_SIGNED: Final = re.compile(r"20\d{2}年\d{1,2}月\d{1,2}日")
_INSPECTED: Final = re.compile(
    r"(?:被|拟|受)?(?:检查?|抽查|监督|评查|执法)(?:检查)?(?:单位|企业|对象|部门)(?:名称|范围)?"
)
_WORDY: Final = (Field.GROUP, Field.TITLE, Field.TEXT, Field.TARGET)


def header_fields(cells: list[str]) -> list[Field | None] | None:
    """Read cells as the heads of columns; None where they are none."""
    fields = fields_of_heads(cells)
    known = [one for one in fields if one is not None]
    filled = [cell for cell in cells if cell.strip()]
    if len(known) < 2 or len(known) * 2 < len(filled) or len(set(known)) < 2:
        return None
    says_what = any(one in _WORDY for one in known)
    says_who = any(one in UNIT_FIELDS or one in (Field.DEADLINE, Field.PERSON) for one in known)
    return fields if says_what and (says_who or Field.NUMBER in known) else None


def fields_of_heads(cells: list[str]) -> list[Field | None]:
    """What each column holds; where none says what is done, the one of who is inspected does (检查单位 beside 负责处室)."""
    fields = [column_field(cell) for cell in cells]
    if not any(one in _WORDY for one in fields):
        whom = next((at for at, cell in enumerate(cells) if _INSPECTED.fullmatch(re.sub(r"\s", "", cell))), None)
        if whom is not None and any(one in UNIT_FIELDS for at, one in enumerate(fields) if at != whom):
            fields[whom] = Field.TITLE
        unknown = [at for at, one in enumerate(fields) if one is None]
        who = {one for one in fields if one in UNIT_FIELDS}
        if whom is None and len(who) > 1 and unknown[:1] == [int(fields[0] is Field.NUMBER)]:
            # 检查场景 beside 牵头部门 and 参与部门: what stands in front of who does it is what is done
            words = re.sub(r"\s", "", cells[unknown[0]])
            fields[unknown[0]] = Field.TITLE if re.fullmatch(r"(?!.*(?:姓名|人员|职务))[一-鿿]{2,8}", words) else None
    whose = min((at for at, one in enumerate(fields) if one in UNIT_FIELDS or one is Field.DEADLINE), default=0)
    if any(one in _WORDY for one in fields[:whose]):
        # 存在问题 behind who and when: how it stands, and not what is done
        fields[whose:] = [
            Field.STATUS if one is Field.TITLE and re.search(r"问题|困难", cell) else one
            for one, cell in zip(fields[whose:], cells[whose:], strict=True)
        ]
    return fields


def find_tables(lines: list[str]) -> list[Block]:
    """Turn the lines of flattened tables into tables; all other lines stay as they are, one paragraph each."""
    out: list[Block] = []
    at = 0
    while at < len(lines):
        for reader in (
            _bars,
            _commas,
            _tabs,
            _tab_cells,
            _printed,
            _wide_blanks,
            _spaced_rows,
            _even_rows,
            _cell_lines,
            _headless_cells,
            _headless,
            _records,
        ):
            found = reader(lines, at)
            if found is not None:
                out += found.blocks
                at = found.end
                break
        else:
            out.append(Paragraph(lines[at]))
            at += 1
    return out


@dataclass(frozen=True, slots=True)
class _Found:
    blocks: list[Block]
    end: int


def _table(rows: list[list[str]]) -> Table:
    width = max(len(row) for row in rows)
    return Table(
        rows=tuple(tuple(Cell(text=cell.strip()) for cell in [*row, *[""] * (width - len(row))]) for row in rows),
        knows_merges=False,
    )


def _bars(lines: list[str], at: int) -> _Found | None:
    def cells(line: str) -> list[str] | None:
        text = line.strip()
        if len(re.findall(r"[|│┃]", text)) < 2 and not _two_heads(text):
            return None
        return [re.sub(r"\s*<br\s*/?>\s*", "\n", cell).strip() for cell in re.split(r"[|│┃]", text.strip("|│┃"))]

    head = cells(lines[at])
    if head is None or header_fields(head) is None:
        return None
    is_framed = lines[at].strip().startswith(("|", "│", "┃"))
    is_closed = lines[at].strip().endswith(("|", "│", "┃"))
    rows, end, ended = [head], at + 1, True
    while end < len(lines):
        text = lines[end].strip()
        if not text or re.fullmatch(r"[|:\-─━┼├┤┌┐└┘┬┴+=\s]+", text):
            end += 1
            continue
        row = cells(lines[end])
        begins = text.startswith(("|", "│", "┃")) if is_framed else not is_closed or ended
        is_open = not (is_closed and ended)
        ended = text.endswith(("|", "│", "┃"))
        if not begins and is_open and 1 < len(rows[-1]) < len(head):
            # a break within a cell: its next line, and the cells behind it
            first, *rest = (cell.strip() for cell in re.split(r"[|│┃]", text.rstrip("|│┃")))
            rows[-1][-1] += f"\n{first}"
            rows[-1] += rest
        elif row is None:
            if not _heads_more_rows(lines, end, cells):
                break
            rows.append([text.strip("|│┃ ")])
        else:
            rows.append(row)
        end += 1
    whole = _one_head(rows)
    grouped = _numbers_within(whole)
    if grouped is not None:
        return _Found([_table(grouped)], end)
    body = [_moved(row, whole[0]) for row in whole[1:]]
    return _Found([_table([whole[0], *body])], end) if body else None


def _heads_more_rows(lines: list[str], at: int, cells: Callable[[str], list[str] | None]) -> bool:
    """``一、建设好农村公路``: a row whose other cells are blank and left no bars, above rows that are none of heads."""
    mark = mark_of(lines[at].strip())
    below = next((cells(line) for line in lines[at + 1 :] if line.strip()), None)
    is_section = mark is not None and mark.rank < Rank.ARABIC and len(lines[at].strip()) < 60
    return is_section and below is not None and header_fields(below) is None


def _two_heads(text: str) -> bool:
    """``牵头单位 | 配合单位``: the lower row of two rows of heads."""
    cells = re.split(r"[|│┃]", text)
    return len(cells) == 2 and all(column_field(cell) in UNIT_FIELDS for cell in cells)


def _one_head(rows: list[list[str]]) -> list[list[str]]:
    """Two rows of heads whose merged cells were lost: the lower ones stand in the place of 责任分工 and what follows it."""
    if len(rows) < 3:
        return rows
    upper, lower = ("\t".join(row).rstrip().split("\t") for row in rows[:2])
    known = [one for one in map(column_field, lower) if one is not None]
    over = next((at for at, text in enumerate(upper) if re.fullmatch(r"责任.{0,2}|.{0,2}分工", text)), None)
    more = len(upper) + len(lower) - max(len("\t".join(row).rstrip().split("\t")) for row in rows[2:])
    if (
        over is None
        or not 0 < more <= len(upper) - over
        or len(known) < 2
        or len(known) * 2 < len(lower)
        or not all(1 < len(text) < 10 for text in lower)
    ):
        return rows
    return [[*upper[:over], *lower, *upper[over + more :]], *rows[2:]]


def _numbers_within(rows: list[list[str]]) -> list[list[str]] | None:
    """
    Rows that count on behind the names of their groups; None where they do not.

    A group is merged over its rows: where its cell is lost, the others of a row stand too far in front. What stands
    behind the number keeps its order, and a row without number is one more of the number above it.
    """
    head, *body = (_filled(row) for row in rows)
    fields = fields_of_heads(head)
    places = _places_of_numbers(body)
    numbered = [(row, at) for row, at in zip(body, places, strict=True) if at is not None]
    groups = max((at for _, at in numbered), default=0)
    behind = max((len(row) - at - 1 for row, at in numbered), default=0)
    if fields[0] is Field.NUMBER or not groups or len(numbered) < 2 or not 2 <= behind <= len(head):
        return None
    if any(len(row) > max(behind, 1) for row, at in zip(body, places, strict=True) if at is None):
        return None
    named = fields.index(Field.NUMBER) if Field.NUMBER in fields else None
    if named is not None:
        # what stands in front of the numbers again and again is a group too
        again = len({row[at - 1] for row, at in numbered}) < len(numbered) and column_field(head[named - 1]) in _WORDY
        fits = len(head) == named + 1 + behind and (again or any(at != named for _, at in numbered))
    else:
        # the numbers have a column, but no head
        fits = len(head) < groups + 1 + behind or not head[-behind - 1]
    front = head[: -behind if named is None else named]
    says_who = len(front) == groups and any(column_field(one) in UNIT_FIELDS for one in front)
    head = ["序号", *head[-behind:]]
    if not fits or (header_fields(head) is None and not says_who):
        return None
    out, fields = [[*(front if says_who else ["类别"] * groups), *head]], fields_of_heads(head[1:])
    for row, at in zip(body, places, strict=True):
        if len(row) == 1:
            out.append(row)
            continue
        names = row[: at or 0]
        number, cells = ("", row) if at is None else (row[at], row[at + 1 :])
        out.append([*[""] * (groups - len(names)), *names, number, *_in_columns(cells, fields)])
    return out


def _places_of_numbers(rows: list[list[str]]) -> list[int | None]:
    """Where in each row the number stands that counts on, or begins again; None in a row without one."""
    places, number = list[int | None](), 0
    for row in rows:
        at = next((at for at, cell in enumerate(row[:-1]) if _counted(cell) is not None), None)
        value = 0 if at is None else _counted(row[at]) or 0
        goes_on = value == number + 1 or (value == 1 and number > 1)
        places.append(at if goes_on else None)
        number = value if goes_on else number
    return places


def _counted(cell: str) -> int | None:
    return _number_alone(fold(cell).strip("(). 、"))


def _in_columns(cells: list[str], fields: list[Field | None]) -> list[str]:
    """The cells in their order, unless one that was merged is lost before them; then by what they look like."""
    misfits = any(_fits(cell, one) is False for cell, one in zip(cells, fields, strict=False) if cell)
    if misfits and len(cells) < len(fields):
        return _typed(cells, fields)
    return [*cells, *[""] * (len(fields) - len(cells))]


def _filled(row: list[str]) -> list[str]:
    """A row without the blank cells at its end."""
    return row[: max((at for at, cell in enumerate(row) if cell.strip()), default=0) + 1]


def _moved(row: list[str], head: list[str]) -> list[str]:
    """A row that lacks the cells merged around it in front has its others too far in front: move them to their columns."""
    fields = fields_of_heads(head)
    if row and fields[0] is Field.NUMBER and _counted(row[0]) is not None and len(head) > 2:
        return [row[0], *_moved(row[1:], head[1:])]
    row = [*row, *[""] * (len(head) - len(row))]
    by = len(row) - len(_filled(row))
    units = [at for at, one in enumerate(fields) if one in UNIT_FIELDS]
    if not by or len(row) != len(head) or any(one not in _IN_FRONT for one in fields[:by]):
        return row
    moved = [""] * by + row[:-by]
    as_is, fits = (
        [_fits(cell, one) for cell, one in zip(cells, fields, strict=True) if cell] for cells in (row, moved)
    )
    is_wrong = False in as_is or not any(row[at] for at in units)
    return moved if is_wrong and any(moved[at] for at in units) and False not in fits else row


_IN_FRONT: Final = (Field.NUMBER, Field.GROUP, Field.TITLE)


def _commas(lines: list[str], at: int) -> _Found | None:
    """Rows whose cells are parted by commas or semicolons, as a sheet saved as text has them."""
    for sign in ",;":
        head = _cells_of(lines[at], sign)
        fields = header_fields(head) if len(head) >= 3 else None
        if fields is None or None in fields:
            continue
        rows, end = [head], at + 1
        while end < len(lines):
            if lines[end].strip():
                row = _cells_of(lines[end], sign)
                if len(row) != len(head):
                    break
                rows.append(row)
            end += 1
        if len(rows) > 2:
            return _Found([_table(rows)], end)
    return None


def _cells_of(line: str, sign: str) -> list[str]:
    return next(csv.reader([line.strip()], delimiter=sign), []) if sign in line else []


def _split_row(line: str, pattern: str) -> list[str]:
    return [cell.strip() for cell in re.split(pattern, line.strip("\n"))]


def _tabs(lines: list[str], at: int) -> _Found | None:
    if "\t" not in lines[at].strip():
        return None
    head = _split_row(lines[at], r"\t")
    if header_fields(head) is None:
        return None
    rows, end, opened = [head], at + 1, ""
    while end < len(lines):
        line = lines[end]
        if not line.strip():
            end += 1
            continue
        if _opens_row(rows[-1], line, head):
            opened += f"{line.strip()}\n"
            end += 1
            continue
        line, opened = opened + line, ""
        if "\t" in line and _goes_on_in_row(rows[-1], line, head):
            first, *rest = _split_row(line, r"\t")
            rows[-1][-1] += f"\n{first}"
            rows[-1] += rest
        elif "\t" in line:
            rows.append(_split_row(line, r"\t"))
        elif _STOP.fullmatch(fold(line)) or (
            (mark := mark_of(line)) is not None and mark.rank is Rank.CHINESE and _no_more_tabs(lines, end)
        ):
            break
        elif mark_of(line) is not None and mark_of(line).rank < Rank.ARABIC:  # type: ignore[union-attr]
            rows.append([line.strip()])
        elif _no_more_tabs(lines, end) and len(line.strip()) > 20 and line.strip().endswith("。"):
            break
        else:
            rows[-1][-1] += line.strip()
        end += 1
    if len(rows) < 2:
        return None
    whole = [rows[0], *(_moved(row[: len(head)], head) for row in rows[1:])]
    return _Found([_table(_numbers_within(rows) or whole)], end)


def _opens_row(row: list[str], line: str, head: list[str]) -> bool:
    """Say whether a line is the first of several units that stand in front of a row, each on its line."""
    whole = len(row) == len(head) and column_field(head[0]) in UNIT_FIELDS
    return whole and "\t" not in line and row is not head and is_unit_list(line)


def _goes_on_in_row(row: list[str], line: str, head: list[str]) -> bool:
    """Say whether a line is the rest of a row that a break within a cell cut off."""
    first, *rest = _split_row(line, r"\t")
    if row is head or not first or not 1 < len(row) < len(head) or len(row) + len(rest) > len(head):
        return False
    if column_field(head[0]) is Field.NUMBER:
        return number_of(row[0]) is not None and number_of(first) is None
    in_units = column_field(head[len(row) - 1]) in UNIT_FIELDS and is_unit_list(first)
    return in_units or bool(re.search(r"[，、,]$", row[-1]))


def _no_more_tabs(lines: list[str], at: int) -> bool:
    return not any("\t" in line.strip() for line in lines[at : at + 12])


def _tab_cells(lines: list[str], at: int) -> _Found | None:
    """Each cell on a line that begins with a tab, a blank line between the rows."""
    head, after = _tab_group(lines, at)
    if len(head) < 3 or header_fields(head) is None:
        return None
    rows, end = [head], after
    while end < len(lines):
        if not lines[end].strip() and not lines[end].startswith("\t"):
            end += 1
            continue
        if not lines[end].startswith("\t"):
            break
        row, end = _tab_group(lines, end)
        rows.append(row)
    return _Found([_table(rows)], end) if len(rows) > 1 else None


def _tab_group(lines: list[str], at: int) -> tuple[list[str], int]:
    if not lines[at].startswith("\t"):
        return [], at + 1
    cells: list[str] = []
    while at < len(lines) and (lines[at].startswith("\t") or (lines[at].strip() and cells)):
        if lines[at].startswith("\t"):
            cells.append(lines[at].strip())
        else:
            cells[-1] += lines[at].strip()
        at += 1
    return cells, at


def _wide_blanks(lines: list[str], at: int) -> _Found | None:
    pattern = r"\s{2,}|\t|　+"
    head = [cell for cell in re.split(pattern, lines[at].strip()) if cell]
    if len(head) < 3 or header_fields(head) is None:
        return None
    rows, end = [head], at + 1
    while end < len(lines):
        line = lines[end].strip()
        if not line:
            end += 1
            continue
        cells = [cell for cell in re.split(pattern, line) if cell]
        if len(cells) == len(head) or (
            len(cells) == 1 and (mark := mark_of(line)) is not None and mark.rank < Rank.ARABIC
        ):
            rows.append(cells)
        else:
            break
        end += 1
    return _Found([_table(rows)], end) if len(rows) > 2 else None


_PIECE: Final = re.compile(r"[^\s　]+(?:[ ][^\s　]+)*")


def _printed(lines: list[str], at: int) -> _Found | None:
    """
    Rows that keep their places in the line, as a print saved as text has them; a long cell goes on below itself.

    The columns are where ink stands between places that are blank in every line. Only rows that begin with their
    number are told apart: where the number stands in the middle of its row, nothing says where the row begins.
    """
    head = _PIECE.findall(lines[at])
    if len(head) < 3 or column_field(head[0]) is not Field.NUMBER or header_fields(head) is None:
        return None
    pages, end = _printed_pages(lines, at, head)
    lower = _PIECE.findall(pages[0][0]) if pages[0] else []
    if 1 < len(lower) < len(head) and all(column_field(one) in UNIT_FIELDS for one in lower):
        over = next((at for at, one in enumerate(head) if re.fullmatch(r"责任.{0,2}|.{0,2}分工", one)), None)
        if over is None:
            return None
        head = [*head[:over], *lower, *head[over + 1 :]]
        pages = [[line for line in page if _PIECE.findall(line) != lower] for page in pages]
    rows: list[list[str]] = [head]
    for page in pages:
        if not _printed_rows(page, rows):
            return None
    return _Found([_table(rows)], end) if len(rows) > 2 and any(map(_has_broken, pages)) else None


def _printed_pages(lines: list[str], at: int, head: list[str]) -> tuple[list[list[str]], int]:
    """The lines of a printed table from head to head, as each page repeats it, without blank ones; and where it ends."""
    pages, end, blank = [list[str]()], at + 1, 0
    while end < len(lines):
        line = lines[end].replace("\f", "")
        pieces = _PIECE.findall(line)
        if pieces == head:
            pages.append([])
        elif pieces:
            alone = len(pieces) == 1 and not _printed_section(line)
            if _STOP.fullmatch(fold(line)) or (alone and (blank > 2 or not line.startswith(" "))):
                break
            pages[-1].append(line)
        blank = 0 if pieces else blank + 1
        end += 1
    return [page for page in pages if page] or [[]], end


def _printed_rows(page: list[str], rows: list[list[str]]) -> bool:
    """Add the rows of a page, whose columns are where ink stands; False where they are not those of the head."""
    inked = [line for line in page if not _printed_section(line)]
    ink = [
        any(line[place : place + 1].strip(" \u3000") for line in inked)
        for place in range(max(map(len, inked), default=0))
    ]
    # a single blank parts two words of one cell
    starts = [place for place, inky in enumerate(ink) if inky and not any(ink[max(place - 2, 0) : place])]
    if len(starts) != len(rows[0]):
        return False
    number = next((number_of(row[0]) or 0 for row in reversed(rows[1:]) if len(row) > 1), 0)
    for line in page:
        if _printed_section(line):
            rows.append([line.strip()])
            continue
        cells = [line[start:stop].strip(" \u3000") for start, stop in zip(starts, [*starts[1:], None], strict=True)]
        if cells[0] and number_of(cells[0]) == number + 1:
            number += 1
            rows.append(cells)
        elif cells[0] or not number or len(rows[-1]) == 1:
            return False
        else:
            rows[-1] = [one + more for one, more in zip(rows[-1], cells, strict=True)]
    return True


def _printed_section(line: str) -> bool:
    mark = mark_of(line)
    return mark is not None and mark.rank < Rank.ARABIC and len(line.strip()) < 40 and len(_PIECE.findall(line)) == 1


def _has_broken(page: list[str]) -> bool:
    """Say whether a cell goes on in another line."""
    return any(line.startswith("  ") for line in page)


def _spaced_rows(lines: list[str], at: int) -> _Found | None:
    """Rows copied from a print: cells parted by single blanks, each row begun by its number, long ones broken."""
    head = lines[at].split()
    fields = header_fields(head) if len(head) >= 3 else None
    if fields is None or None in fields:
        return None
    if fields[0] in _WORDY and fields[1] is Field.NUMBER:
        return _spaced_rows_in_groups(lines, at, head)
    numbered = fields[0] is Field.NUMBER
    rows: list[list[str]] = []
    number, end, blank = 0, at + 1, 0
    while end < len(lines):
        text = lines[end].strip()
        begun = re.match(r"(\d{1,3})(?:\s+|$)" if numbered else r"(\d{1,3})[.、]\s*(?=\D)", fold(text))
        if not text:
            blank += 1
            if blank > 3:
                break
        elif text.split() == head:
            blank = 0
        elif begun and int(begun[1]) == number + 1:
            number += 1
            rows.append([begun[1], *text[begun.end() :].split()] if numbered else ["", *text.split()])
        elif _STOP.fullmatch(fold(text)):
            break
        elif (mark := mark_of(text)) is not None and mark.rank < Rank.ARABIC and len(text) < 40:
            rows.append([text])
        elif not rows:
            break
        elif len(rows[-1]) > 1:
            _continue_row(rows[-1], text)
        end += 1
    rest = fields[1:] if numbered else fields
    if number < 2:
        return None
    return _Found(
        [
            _table(
                [
                    head if numbered else ["序号", *head],
                    *(row if len(row) == 1 else [row[0], *_typed(_regrouped(row[1:], rest), rest)] for row in rows),
                ]
            )
        ],
        end,
    )


def _spaced_rows_in_groups(lines: list[str], at: int, head: list[str]) -> _Found | None:
    """The same, where the name of a group stands in front of the first number below it."""
    names, plain, number = list[str](), [" ".join(head[1:])], 0
    for line in lines[at + 1 :]:
        begun = re.match(r"(?:(?P<name>\S{2,20})\s+)?(?P<number>\d{1,3})\s+\S", line.strip())
        if begun and int(begun["number"]) == number + 1:
            number += 1
            names.append(begun["name"] or "")
            line = line.strip()[begun.start("number") :]
        plain.append(line)
    found = _spaced_rows(plain, 0)
    table = found.blocks[0] if found else None
    if found is None or not isinstance(table, Table) or not names or not names[0]:
        return None
    rows, groups = [["类别", *head[1:]]], iter(names)
    for row in table.rows[1:]:
        cells = [cell.text for cell in row]
        rows.append(["".join(cells)] if not any(cells[1:]) else [next(groups, ""), *cells])
    return _Found([_table(rows)], at + found.end)


def _even_rows(lines: list[str], at: int) -> _Found | None:
    """Rows without numbers whose cells, parted by single blanks, are as many as the heads and hold what these say."""
    head = lines[at].split()
    fields = header_fields(head) if len(head) >= 3 else None
    if fields is None or None in fields:
        return None
    rows, end = [head], at + 1
    while end < len(lines):
        cells = lines[end].split()
        if cells and (
            len(cells) != len(head)
            or not all(is_unit_list(cell) for cell, one in zip(cells, fields, strict=True) if one in UNIT_FIELDS)
        ):
            break
        rows += [cells] if cells else []
        end += 1
    return _Found([_table(rows)], end) if len(rows) > 2 else None


def _continue_row(row: list[str], text: str) -> None:
    """A broken line goes on with the cell before, unless that one is complete in itself."""
    first, *rest = text.split()
    if (
        is_deadline_text(row[-1], _NO_CONTEXT)
        or row[-1].endswith("。")
        or (is_unit_list(row[-1]) and (is_deadline_text(first, _NO_CONTEXT) or re.match(r"20\d{2}年", first)))
        or (len(row) == 2 and len(first) > 2 and is_unit_list(first) and not re.search(r"[、，,]$", row[-1]))
    ):
        row.append(first)
    else:
        row[-1] += first
    row += rest


def _regrouped(cells: list[str], fields: list[Field | None]) -> list[str]:
    """Cells that a blank within them tore apart: units next to units and words next to words belong together."""
    if len(cells) <= len(fields):
        return cells
    out: list[str] = []
    for cell in cells:
        torn = out and (
            re.search(r"[、，,]$", out[-1])
            or re.fullmatch(r"[一-鿿]", cell)
            or (
                len(out) > 1
                and is_deadline_text(out[-1] + cell, _NO_CONTEXT)
                and is_deadline_text(out[-1], _NO_CONTEXT)
            )
        )
        if torn:
            out[-1] += cell
        else:
            out.append(cell)
    return out


_LABELLED: Final = re.compile(r"\s*(?P<label>[一-鿿]{2,8})[:：]\s*(?P<value>.*\S)\s*")


def _records(lines: list[str], at: int) -> _Found | None:
    """Blocks of labelled lines that begin again with the same label: the labels are heads, the blocks rows."""
    first = _LABELLED.fullmatch(lines[at])
    above = next((line for line in reversed(lines[:at]) if line.strip()), "")
    if not first or field_of(first["label"]) is Field.TITLE or _LABELLED.fullmatch(above):
        return None
    rows, end = list[dict[str, str]](), at
    label = ""
    while end < len(lines):
        found = _LABELLED.fullmatch(lines[end])
        if found and found["label"] == first["label"]:
            rows.append({})
        elif lines[end].strip() and (
            mark_of(lines[end]) is not None or (found and rows and found["label"] in rows[-1])
        ):
            break
        if found:
            label = found["label"]
            rows[-1][label] = found["value"]
        elif lines[end].strip():
            rows[-1][label] += lines[end].strip()
        end += 1
    heads = list(rows[0])
    fields = header_fields(heads)
    if (
        len(rows) < 2
        or len(heads) < 3
        or fields is None
        or (Field.TITLE in fields and fields[0] not in UNIT_FIELDS and field_of(heads[fields.index(Field.TITLE)]))
        or set(fields).isdisjoint(UNIT_FIELDS)
    ):
        return None
    if any(list(row) != [one for one in heads if one in row] or len(row) * 2 < len(heads) for row in rows):
        return None
    return _Found([_table([heads, *([row.get(one, "") for one in heads] for row in rows)])], end)


def _headless(lines: list[str], at: int) -> _Found | None:
    """Rows without heads, three or more of the same width, in which one column holds nothing but units."""
    for sign in (r"[|│┃]", r"\t", r"\s{2,}|　+", r"\s+"):
        rows, end, width = list[list[str]](), at, 0
        while end < len(lines):
            text = lines[end].strip().strip("|│┃")
            cells = [cell.strip() for cell in re.split(sign, text)] if text else []
            if text and (len(cells) < 3 or (width and len(cells) != width)):
                break
            if text:
                if sign == r"\s+" and number_of(cells[0]) != len(rows) + 1:
                    break
                width = len(cells)
                rows.append(cells)
            end += 1
        if len(rows) > 2 and sign in (r"[|│┃]", r"\t") and (labelled := _with_labels_as_heads(rows)):
            return _Found([_table(labelled)], end)
        if len(rows) > 2 and _holds_tasks(rows):
            return _Found([_table(rows)], end)
    return None


def _with_labels_as_heads(rows: list[list[str]]) -> list[list[str]]:
    """Where all cells of a column begin with the same label (``牵头单位：``), this is its head; nothing where none does."""
    columns = list(zip(*rows, strict=True))
    labels = [{found["label"] if (found := _LABELLED.fullmatch(cell)) else "" for cell in cells} for cells in columns]
    named = ["".join(one) if len(one) == 1 else "" for one in labels]
    heads = [*named]
    if not any(column_field(one) in UNIT_FIELDS for one in heads):
        return []
    for at, cells in enumerate(columns):
        if not heads[at] and all(_number_alone(cell) is not None for cell in cells):
            heads[at] = "序号"
        elif not heads[at] and all(is_deadline_text(cell, _NO_CONTEXT) for cell in cells):
            heads[at] = "完成时限"
    free = [at for at, one in enumerate(heads) if not one]
    for at in free[:1]:
        heads[at] = "任务"
    for at in free[1:]:
        heads[at] = "内容"
    body = [
        [cell.removeprefix(label).lstrip(" :：") if label else cell for cell, label in zip(row, named, strict=True)]
        for row in rows
    ]
    return [heads, *body] if header_fields(heads) is not None else []


def _holds_tasks(rows: list[list[str]]) -> bool:
    if any(INLINE_LABEL.search(fold(cell)) for row in rows for cell in row):
        return False
    columns = list(zip(*rows, strict=True))
    units = [at for at, texts in enumerate(columns) if all(is_unit_list(text) for text in texts)]
    words = [at for at, texts in enumerate(columns) if sum(map(len, texts)) > 5 * len(rows)]
    return bool(units and words) and words[0] < units[0] and column_field(rows[0][units[0]]) is None


# --- one cell to a line -------------------------------------------------------------------------------------------


def _cell_lines(lines: list[str], at: int) -> _Found | None:
    head, start = _head_run(lines, at)
    if len(head) < 2:
        return None
    head = _one_row(head)
    fields = header_fields(head)
    if fields is None:
        return None
    body, end = _body(lines, start, head)
    labels = _numbers_of_two_parts(body)
    body = [labels.get(text, text) for text in body]
    if len(body) > 1 and _SIGNED.fullmatch(fold(body[-1])) and is_deadline_text(body[-2], _NO_CONTEXT):
        # the day below the table
        body, end = body[:-1], max(at for at in range(start, end) if lines[at].strip() == body[-1])
    if not body:
        return None
    head = _with_numbers(head, fields, body)
    fields = fields_of_heads(head)
    with_blanks = _whole_rows(_blanks_kept(lines[start:end]), fields, share=1) if len(head) > 2 else None
    if fields.count(None) > 1:
        # where two columns are unknown, only whole rows are told apart
        rows = with_blanks or _whole_rows(body, fields, share=1)
        return _Found([_table([head, *rows])], end) if rows else None
    if not with_blanks and (grouped := _below_groups(head, fields, body)):
        return _Found([replace(_table(_as_printed(grouped, labels)), loses_blanks=True)], end)
    if re.search(r"(?:清单|台账|台帐|表)$", head[0]) and fields.count(Field.TITLE) > 1 and len(head) < 4:
        # the title of the table stands above its heads
        return None
    # two columns alone are too little to go by, unless every line is what its column says
    rows = with_blanks or _rows(body, fields) if len(head) > 2 else _whole_rows(body, fields, share=1)
    if not rows:
        return None
    table = _table(_as_printed([head, *(rows if with_blanks else _lone_units(rows, fields))], labels))
    return _Found([replace(table, loses_blanks=not with_blanks)], end)


def _numbers_of_two_parts(body: list[str]) -> dict[str, str]:
    """``1.1``, ``1.2``, ``2.1``, each on a line: by what they count the rows; nothing where they do not go on."""
    parts = [tuple(map(int, re.split(r"[.-]", fold(text)))) for text in body if _TWO_PARTS.fullmatch(fold(text))]
    goes_on = [
        after in ((before[0], before[1] + 1), (before[0] + 1, 1)) for before, after in pairwise([(1, 0), *parts])
    ]
    if len(parts) < 3 or not all(goes_on) or any(_number_alone(text) is not None for text in body):
        return {}
    shown = (text for text in body if _TWO_PARTS.fullmatch(fold(text)))
    return {text: str(count) for count, text in enumerate(shown, 1)}


_TWO_PARTS: Final = re.compile(r"\d{1,2}[.-]\d{1,2}")


def _as_printed(rows: list[list[str]], labels: dict[str, str]) -> list[list[str]]:
    """The rows with the numbers that are printed in place of those that count them."""
    printed = {count: text for text, count in labels.items()}
    at = fields_of_heads(rows[0]).index(Field.NUMBER) if printed and Field.NUMBER in fields_of_heads(rows[0]) else -1
    if at < 0:
        return rows
    return [
        [printed.get(cell, cell) if place == at and len(row) > 1 else cell for place, cell in enumerate(row)]
        for row in rows
    ]


def _below_groups(head: list[str], fields: list[Field | None], body: list[str]) -> list[list[str]] | None:
    """
    Rows whose number has columns in front of it that are merged over several rows; None where there are none such.

    What is merged stands once, in front of the number of its first row, and so behind the last cell of the row above.
    """
    before = fields.index(Field.NUMBER) if Field.NUMBER in fields else 0
    starts = [at for at, place in enumerate(_places_of_numbers([[text, ""] for text in body])) if place is not None]
    if not before or len(starts) < 2 or starts[0] > before + 1 or not set(fields[:before]) <= {*_WORDY, *UNIT_FIELDS}:
        return None
    behind = fields[before + 1 :]
    names, rows, is_merged = body[: starts[0]], list[list[str]](), False
    for start, stop in zip(starts, [*starts[1:], len(body)], strict=True):
        cells = body[start + 1 : stop]
        cut = len(cells) if stop == len(body) else _names_behind(cells, behind, fields[:before])
        sections = [text for text in names if _is_heading(text) and len(names) > before]
        own = [text for text in names if text not in sections]
        is_merged = is_merged or len(own) < before
        first, *more = _sub_rows(cells[:cut], behind)
        rows += [[text] for text in sections]
        rows.append([*[""] * (before - len(own)), *own, body[start], *_typed(first, behind)])
        rows += [[*[""] * (before + 1), *_typed(one, behind)] for one in more]
        names = cells[cut:]
    if is_merged:
        head = [
            *("类别" if one in _WORDY else text for text, one in zip(head[:before], fields, strict=False)),
            *head[before:],
        ]
    return [head, *rows] if header_fields(head) is not None else None


def _names_behind(cells: list[str], fields: list[Field | None], front: list[Field | None]) -> int:
    """Where the cells of a row end, and the names begin below which the next one stands."""
    most = len(front) + sum(_is_heading(text) for text in cells[-len(front) - 1 :])
    ends = range(len(cells), max(len(cells) - most, 0) - 1, -1)
    for end in ends:
        row = cells[:end]
        whole = len(row) == len(fields) and all(
            _fits(text, one) is not False for text, one in zip(row, fields, strict=True)
        )
        if whole and (end == len(cells) or not _fits(cells[-1], Field.DEADLINE)):
            return end
    is_name = is_unit_list if front[-1] in UNIT_FIELDS else _is_wordy
    names = 0
    while names < most and names + 1 < len(cells) and is_name(cells[-names - 1]):
        names += 1
    return len(cells) - names


def _is_heading(text: str) -> bool:
    mark = mark_of(text)
    return mark is not None and mark.rank < Rank.ARABIC and len(text) < 60


def _headless_cells(lines: list[str], at: int) -> _Found | None:
    """Cells on lines without heads: rows of one width that count on from 1, each of whose columns holds one kind of words."""
    if _number_alone(lines[at].strip()) != 1:
        return None
    rows, end = list[list[str]](), at
    for place in range(at, len(lines)):
        text = lines[place].strip()
        if _number_alone(text) == len(rows) + 1:
            rows.append([text])
        elif text and len(rows) > 1 and len(rows[-1]) == len(rows[0]):
            break
        elif text:
            rows[-1].append(text)
        end = place + 1
    if len(rows) < 3 or len({len(row) for row in rows}) > 1 or len(rows[0]) < 3:
        return None
    kinds = [
        {(is_unit_list(cell), _fits(cell, Field.DEADLINE)) for cell in cells}
        for cells in list(zip(*rows, strict=True))[1:]
    ]
    is_even = all(len(kind) == 1 for kind in kinds) and not any(map(any, kinds[0]))
    return _Found([_table(rows)], end) if is_even and any((True, False) in kind for kind in kinds) else None


def _lone_units(rows: list[list[str]], fields: list[Field | None]) -> list[list[str]]:
    """Of a leading and a responsible column a lone single unit leads if it leads in other rows."""
    leads, others = ([at for at, one in enumerate(fields) if one is kind] for kind in (Field.LEAD, Field.RESPONSIBLE))
    if len(leads) != 1 or len(others) != 1:
        return rows
    (lead,), (other,) = leads, others
    whole = [row for row in rows if len(row) == len(fields)]
    leading = {name for row in whole for name in split_units(row[lead]).names if row[other]}
    out = []
    for row in rows:
        names = split_units(row[other]).names if len(row) == len(fields) and not row[lead] else ()
        if len(names) == 1 and not is_group_name(names[0]) and names[0] in leading:
            row = [*row]
            row[lead], row[other] = row[other], ""
        out.append(row)
    return out


def _one_row(head: list[str]) -> list[str]:
    """Heads in two rows: those below 责任分工 stand behind all others, and belong in its place."""
    below = len(head)
    while below and column_field(head[below - 1]) in UNIT_FIELDS:
        below -= 1
    over = [
        at for at, text in enumerate(head[:below]) if re.fullmatch(r"(?:责任|任务|职责)?分工|责任单位|责任部门", text)
    ]
    if len(head) - below < 2 or len(over) != 1 or below - over[0] < 2:
        return head
    return [*head[: over[0]], *head[below:], *head[over[0] + 1 : below]]


def _head_run(lines: list[str], at: int) -> tuple[list[str], int]:
    head: list[str] = []
    end = at
    first = column_field(lines[at].strip())
    if first is None:
        return [], at
    if first is Field.NUMBER and (above := _above_first_number(lines, at)):
        return above
    while end < len(lines) and len(head) < 12:
        text = lines[end].strip()
        if text:
            after = next((line.strip() for line in lines[end + 1 :] if line.strip()), "")
            if (
                len(text) > 14
                or mark_of(text) is not None
                or (column_field(text) is None and not _is_head_between(text, head, after))
            ):
                break
            head.append(text)
        end += 1
    return head, end


def _above_first_number(lines: list[str], at: int) -> tuple[list[str], int] | None:
    """Heads between 序号 and the first number are known by their place, though the words of some are not."""
    head = list[str]()
    for end in range(at, min(at + 24, len(lines))):
        text = lines[end].strip()
        if _number_alone(text) == 1:
            fields = header_fields(head)
            return (head, end) if fields is not None and None in fields else None
        if len(text) > 14 or re.search(r"[，。；、]", text) or is_deadline_text(text, _NO_CONTEXT):
            return None
        head += [text] if text else []
    return None


def _with_numbers(head: list[str], fields: list[Field | None], body: list[str]) -> list[str]:
    """Where the lines count on though no head says so, the numbers stand in front, or behind the name of a group."""
    numbers = [at for at, text in enumerate(body) if _number_alone(text) is not None]
    counts = [_number_alone(body[at]) for at in numbers]
    if Field.NUMBER in fields or len(counts) < 3 or counts != list(range(1, len(counts) + 1)) or numbers[0] > 1:
        return head
    return ["序号", *head[numbers[0] :]]


def _is_head_between(text: str, head: list[str], after: str) -> bool:
    """A short word that names no column known here, in a row of heads that begins with 序号 and goes on with who or when."""
    begun = len(head) > 1 and column_field(head[0]) is Field.NUMBER
    goes_on = column_field(after) in UNIT_FIELDS | {Field.DEADLINE} and len(after) < 8
    return begun and goes_on and bool(re.fullmatch(r"[一-鿿]{2,6}", text))


def _blanks_kept(lines: list[str]) -> list[str]:
    """The lines of a body where a blank one among many is an empty cell; nothing where blanks part all cells."""
    texts = [line.strip() for line in lines]
    while texts and not texts[-1]:
        texts.pop()
    blank = texts.count("")
    return texts if 0 < blank * 4 <= len(texts) else []


def _body(lines: list[str], at: int, head: list[str]) -> tuple[list[str], int]:
    body: list[str] = []
    while at < len(lines):
        text = lines[at].strip()
        if not text:
            at += 1
            continue
        if _STOP.fullmatch(fold(text)) and not (column_field(text) is not None and len(text) < 6):
            break
        again, after = _head_run(lines, at)
        if len(again) >= max(3, len(head) - 1):
            if again != head and len(again) != len(head):
                break
            at = after
            continue
        body.append(text)
        at += 1
    return body, at


def _rows(body: list[str], fields: list[Field | None]) -> list[list[str]]:
    whole = _whole_rows(body, fields)
    if whole is not None:
        return whole
    if fields[0] is Field.NUMBER:
        body = _in_digits(body)
        return _numbered_rows(body, fields, has_groups=_number_alone(body[0]) is None)
    if fields[0] is Field.GROUP and fields[1] is Field.NUMBER:
        return [[""] * (len(row) > 1) + row for row in _numbered_rows(body, fields[1:], has_groups=True)]
    if fields[0] in UNIT_FIELDS and (below := _rows_below_units(body, fields)):
        return below
    starts = [at for at, line in enumerate(body) if (mark := mark_of(line)) and mark.rank is Rank.ARABIC]
    if len(starts) >= 2:
        return _marked_rows(body, fields)
    return _typed_rows(body, fields)


def _rows_below_units(body: list[str], fields: list[Field | None]) -> list[list[str]]:
    """Rows that end with their deadline; the unit in front is merged over those that begin with none. Nothing if unsure."""
    rows, row = list[list[str]](), list[str]()
    for text in body:
        row.append(text)
        if len(row) > 1 and _fits(text, Field.DEADLINE):
            rows.append(row)
            row = []
    own = [row if is_unit_list(row[0]) else ["", *row] for row in rows]
    is_told = fields[-1] is Field.DEADLINE and not row and len(own) > 1 and bool(own[0][0])
    if not is_told or any(len(one) > len(fields) or (len(one) > 1 and is_unit_list(one[1])) for one in own):
        return []
    return [[one[0], *_typed(one[1:], fields[1:])] for one in own]


def _fits(text: str, field: Field | None) -> bool | None:
    """Say whether a line fits a column; None where the column takes anything, or the line stands for a blank."""
    if re.fullmatch(r"[-—–/\\]{1,2}", text):
        return None
    if field is Field.NUMBER:
        return number_of(text) is not None and len(text) <= 4
    if field in UNIT_FIELDS:
        return is_unit_list(text)
    if field is Field.DEADLINE:
        return _is_time(text) or bool(re.search(r"时限|时间|进度", text))
    return None


# 10月底前开业: a day by which, and in a word or two what is then done
_ACT_BY_DAY: Final = re.compile(rf"{BEFORE}[一-鿿]{{1,4}}")


def _is_time(text: str) -> bool:
    """Say whether a cell is a deadline and nothing more."""
    if is_deadline_text(text, _NO_CONTEXT):
        return True
    # 6月底前出台文件，12月底前取得阶段性成果: what is done by each day
    parts = re.split(r"[,;]", fold(text).rstrip("。"))
    if len(parts) > 1 and all(len(part) <= 16 and _begins_with_day(part) for part in parts):
        return True
    points = find_points(text, _NO_CONTEXT)
    return len(points) == 1 and not points[0].start and bool(_ACT_BY_DAY.fullmatch(fold(text), points[0].end))


def _begins_with_day(text: str) -> bool:
    """``3月底前完成提标``, last in its row: what is done by the day, in a few words."""
    points = find_points(text, _NO_CONTEXT)
    by_day = bool(points) and not points[0].start and re.match(BEFORE, fold(text)[points[0].end :])
    return bool(by_day) and len(text) <= 30 and not text.endswith("。")


def _whole_rows(body: list[str], fields: list[Field | None], *, share: float = 0.9) -> list[list[str]] | None:
    """Every row has all its cells: cut after each so many lines, if then every column holds what it should."""
    width = len(fields)
    rows, at = list[list[str]](), 0
    if not body:
        return None
    while at < len(body):
        if _is_section(body, at, fields):
            rows.append([body[at]])
            at += 1
            continue
        row = body[at : at + width]
        if len(row) < width:
            return None
        rows.append(row)
        at += width
    tested = [
        fit
        for row in rows
        if len(row) == width
        for cell, one in zip(row, fields, strict=True)
        if cell and (fit := _fits(cell, one)) is not None
    ]
    if not tested or sum(tested) < len(tested) * share:
        return None
    numbered = [row[0] for row in rows if len(row) == width] if fields[0] is Field.NUMBER else []
    return rows if all(number_of(one) is not None for one in numbered) else None


def _is_section(body: list[str], at: int, fields: list[Field | None]) -> bool:
    mark = mark_of(body[at])
    if mark is None or mark.rank >= Rank.ARABIC or len(body[at]) > 60:
        return False
    return fields[0] is Field.NUMBER or (at + 1 < len(body) and mark_of(body[at + 1]) is not None)


def _numbered_rows(body: list[str], fields: list[Field | None], *, has_groups: bool = False) -> list[list[str]]:
    """
    Cut at the numbers that go on; a heading of its own stands between two rows.

    ``has_groups`` says that the groups have a column in front: a line between a whole row and the next number is one.
    """
    rows, row, number = list[list[str]](), list[str](), 0
    groups: list[tuple[str, list[str]]] = []
    for at, text in enumerate(body):
        value = _number_alone(text)
        if (
            has_groups
            and value is None
            and not (row and (_fits(text, Field.DEADLINE) or _fits(text, Field.RESPONSIBLE)))
            and _complete(row, fields[1:])
            and _number_alone("".join(body[at + 1 : at + 2])) == number + 1
        ):
            row = []
            groups.append(("", [text]))
        elif value is not None and (value == number + 1 or (value == 1 and number)):
            row = []
            groups.append((text, row))
            number = value
        elif (
            (mark := mark_of(text)) is not None
            and mark.rank < Rank.ARABIC
            and len(text) < 50
            and _complete(row, fields[1:])
        ):
            row = []
            groups.append(("", [text]))
        elif groups:
            (row if groups[-1][0] else groups[-1][1]).append(text)
    for label, cells in groups:
        if not label:
            rows.append(["".join(cells)])
            continue
        first, *more = _sub_rows(cells, fields[1:])
        rows.append([label, *_typed(first, fields[1:])])
        rows += [["", *_typed(one, fields[1:])] for one in more]
    return rows


def _sub_rows(cells: list[str], fields: list[Field | None]) -> list[list[str]]:
    """
    Rows of one number: behind what ends a row, words that have a deadline or units of their own begin another.

    A row ends with its deadline, where this is the last column; else with its units, where a deadline stands before them.
    """
    if not any(one in UNIT_FIELDS for one in fields):
        return [cells]
    if fields[-1] is not Field.DEADLINE:
        return _sub_rows_by_units(cells, fields) if fields[-1] in UNIT_FIELDS else [cells]
    out = [list[str]()]
    for at, text in enumerate(cells):
        before = out[-1][-1] if out[-1] else ""
        more = cells[at + 1 :]
        begins = (
            len(out[-1]) > (2 if len(out) == 1 else 1)
            and _fits(before, Field.DEADLINE)
            and _is_wordy(text)
            and (any(_fits(one, Field.DEADLINE) for one in more) or (len(more) == 1 and is_unit_list(more[0])))
        )
        if begins:
            out.append([])
        out[-1].append(text)
    return out


def _sub_rows_by_units(cells: list[str], fields: list[Field | None]) -> list[list[str]]:
    """The columns end with the units: another row begins with words that a deadline and units follow."""
    words = len([one for one in fields if one in _WORDY])
    out = [list[str]()]
    for at, text in enumerate(cells):
        more = cells[at + 1 :]
        day = next((place for place, one in enumerate(more[:words]) if _fits(one, Field.DEADLINE)), None)
        if (
            Field.DEADLINE in fields
            and out[-1]
            and is_unit_list(out[-1][-1])
            and _is_wordy(text)
            and day is not None
            and is_unit_list("".join(more[day + 1 : day + 2]))
        ):
            out.append([])
        out[-1].append(text)
    return out


def _is_wordy(text: str) -> bool:
    return not _fits(text, Field.DEADLINE) and not is_unit_list(text)


def _number_alone(text: str) -> int | None:
    bare = fold(text).strip().rstrip(".、")
    return number_of(bare) if len(text) <= 4 and bare.isdecimal() else None


def _in_digits(body: list[str]) -> list[str]:
    """Where the rows are counted by 一, 二 alone: these in digits."""
    bare = [fold(text).strip("(). 、") for text in body]
    counts = [number_of(text) for text in bare if re.fullmatch(r"[一二三四五六七八九十]{1,3}", text)]
    if any(_number_alone(text) is not None for text in body) or counts != list(range(1, len(counts) + 1)):
        return body
    return [
        str(number_of(alone)) if re.fullmatch(r"[一二三四五六七八九十]{1,3}", alone) else text
        for alone, text in zip(bare, body, strict=True)
    ]


def _complete(row: list[str], fields: list[Field | None]) -> bool:
    return (
        not row
        or len(row) >= len(fields)
        or any(_fits(cell, Field.DEADLINE) or _fits(cell, Field.RESPONSIBLE) for cell in row[1:])
    )


def _marked_rows(body: list[str], fields: list[Field | None]) -> list[list[str]]:
    """Rows that begin with a numbered text; what stands before the first number are headings."""
    if any((mark := mark_of(text)) is not None and mark.rank < Rank.ARABIC and len(text) < 60 for text in body):
        fields = _without_group(fields)
    rows: list[list[str]] = []
    row: list[str] | None = None
    for text in body:
        mark = mark_of(text)
        if mark is not None and mark.rank is Rank.ARABIC:
            row = [text]
            rows.append(row)
        elif mark is not None and mark.rank < Rank.ARABIC and len(text) < 60:
            rows.append([text])
            row = None
        elif row is not None:
            row.append(text)
    return [
        one if len(one) == 1 and mark_of(one[0]).rank < Rank.ARABIC else _typed(one, fields)  # type: ignore[union-attr]
        for row in rows
        for one in _sub_rows(row, fields)
    ]


def _without_group(fields: list[Field | None]) -> list[Field | None]:
    """The group stands in headings of its own; of two columns of titles the first is a group too."""
    titles = [at for at, one in enumerate(fields) if one is Field.TITLE]
    groups = set(titles[:-1]) | {at for at, one in enumerate(fields) if one is Field.GROUP}
    return [None if at in groups else one for at, one in enumerate(fields)]


def _typed_rows(body: list[str], fields: list[Field | None]) -> list[list[str]]:
    """Rows without any number: one ends where its last unit or deadline stands."""
    rows, row, closed = list[list[str]](), list[str](), False
    for text in body:
        mark = mark_of(text)
        is_end = bool(row) and (is_unit_list(text) or _is_time(text))
        if (closed and not is_end) or (mark is not None and mark.rank < Rank.ARABIC and (closed or not row)):
            rows.append(row)
            row, closed = [], False
        row.append(text)
        closed = closed or is_end
    rows.append(row)
    return [_typed(one, fields) for one in rows if one]


def _typed(cells: list[str], fields: list[Field | None]) -> list[str]:
    """Put the lines of one row into its columns by what they look like."""
    cells = _mended(cells) if len(cells) > len(fields) else cells
    if (
        len(cells) == len(fields)
        and None not in fields
        and all(_fits(cell, one) is not False for cell, one in zip(cells, fields, strict=True))
        and not (fields[0] is Field.GROUP and fields[1] in _WORDY and is_unit_list(cells[1]))
        and not any(one is Field.PERSON and is_unit_list(cell) for cell, one in zip(cells, fields, strict=True))
    ):
        return cells
    out: dict[int, list[str]] = {}
    units = [at for at, one in enumerate(fields) if one in UNIT_FIELDS]
    dates = [at for at, one in enumerate(fields) if one is Field.DEADLINE]
    words = [at for at, one in enumerate(fields) if one in _WORDY]
    # a column of persons between the words and the units
    persons = [
        at for at, one in enumerate(fields) if one is Field.PERSON and words and words[-1] < at < min(units, default=0)
    ]
    tails = [
        at
        for at, one in enumerate(fields)
        if at not in persons and one not in _WORDY and one not in UNIT_FIELDS and one is not Field.DEADLINE
    ]
    unit_lines, word_lines, tail_lines = list[str](), list[str](), list[str]()
    for at, text in enumerate(cells):
        is_last = at == len(cells) - 1 and fields[-1] is Field.DEADLINE
        if at and dates and (_is_time(text) or (is_last and _begins_with_day(text))):
            out.setdefault(dates[0], []).append(text)
        elif word_lines and persons and not unit_lines and _is_person(text):
            out.setdefault(persons[0], []).append(text)
        elif at and units and is_unit_list(text):
            unit_lines.append(text)
        elif (unit_lines or (dates and dates[0] in out)) and tails:
            tail_lines.append(text)
        else:
            word_lines.append(text)
    while len(word_lines) < len(words) > 1 and (
        fields[words[0]] is Field.GROUP or fields[words[0]] is fields[words[1]] is Field.TITLE
    ):
        # of two columns of titles too the first is a group
        words = words[1:]
    _put(out, words, word_lines)
    if len(unit_lines) < len(units) and (others := [at for at in units if fields[at] is Field.RESPONSIBLE]):
        # of a leading and a responsible unit it is the leading one that plans leave out
        units = others
    _put(out, units, unit_lines)
    _put(out, tails, tail_lines)
    return ["\n".join(out.get(at, [])) for at in range(len(fields))]


def _is_person(text: str) -> bool:
    return bool(re.fullmatch(r"[一-鿿]{2,3}(?:[、\s]+[一-鿿]{2,3})*", text)) and not is_unit_list(text)


def _mended(cells: list[str]) -> list[str]:
    """A list of units that was broken within a name (``区司法局、区市场监`` / ``管局、区工商联``) is one cell."""
    out: list[str] = []
    for cell in cells:
        whole, sign, _ = (out[-1] if out else "").rpartition("、")
        if sign and is_unit_list(whole) and not is_unit_list(out[-1]) and is_unit_list(out[-1] + cell):
            out[-1] += cell
        else:
            out.append(cell)
    return out


def _put(out: dict[int, list[str]], columns: list[int], texts: list[str]) -> None:
    """One line to each column; what is too many goes into the last."""
    for at, text in enumerate(texts):
        if columns:
            out.setdefault(columns[min(at, len(columns) - 1)], []).append(text)
