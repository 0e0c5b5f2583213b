r"""
The words of a template: a small markup, filled from the fields of a document, set as blocks.

A line is a paragraph. What it begins with says of which kind::

    # 标题    ## 小标题    > 顶格    = 居中    >> 靠右
    | 一格 | 又一格 |          a row of a table; ``<`` joins a cell to the one before it,
                              ``|! `` is a head that every page repeats, ``|^4 `` is at least four lines high
    |:3:7|                    widths of the columns of the table that follows
    @head black | red         name of the agency above the title
    @number                   number of the document
    @table 证据                a table of a field with rows
    @sign officer 执法人员      place for signatures
    @seal                     agency, date and seal
    @attachments              the list of what is attached
    @blank  @break            以下空白; a new page

Within a line, ``{案由}`` is a field, ``{当事人.住所}`` a part of one, ``{罚款|大写}`` an amount in capitals. ``{?案由}…{/案由}``
stands only if there is a value, ``{!案由}…{/案由}`` only if there is none, ``{*证据}…{/证据}`` once for each row, in which the
columns are named, and ``{序号}``, and ``{项}`` in a list. ``\n`` in a cell begins a new line.

What is filled in is never read as markup.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from mingjing.domain.documents.kinds import DATED_LABEL, NUMBER_LABEL, signer_labels
from mingjing.domain.documents.values import Mark, Node, capital
from mingjing.kernel.errors import DomainError

_TAG: Final = re.compile(r"\{(?P<act>[?!*/]?)(?P<path>[^{}|]+?)(?:\|(?P<filter>[^{}]*))?\}")
# A value is marked so that it is never taken for markup; these characters are kept out of values (values.printable).
_VALUE: Final = "\ue000"
_NEWLINE: Final = "\ue001"
_BAR: Final = "\ue002"
FILTERS: Final = ("大写",)
HEADS: Final = ("black", "red")
DIRECTIVES: Final = ("head", "number", "table", "sign", "seal", "attachments", "blank", "break")
MOST_COLUMNS: Final = 12


class MarkupError(DomainError):
    """A template that cannot be read, with the line."""

    code: ClassVar[str] = "documents.markup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line or paragraph; ``style`` is one of agency, title, number, heading, body, flush, center, right."""

    style: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell; a label stands in the middle, a value begins at the left."""

    text: str
    span: int = 1
    label: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table; ``height`` is the least number of lines."""

    cells: tuple[Cell, ...]
    head: bool = False
    height: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with borders; the widths are shares."""

    widths: tuple[int, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A place for signatures."""

    who: str
    label: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The agency, the day, and the place of the seal over them."""

    agency: str
    on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Blank:
    """以下空白: nothing can be added beneath."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A new page."""


type Block = Line | Table | Sign | Seal | Blank | Break

BLANK_WORDS: Final = "（以下空白）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A document as it is set: its blocks in order, and whether its head is red."""

    blocks: tuple[Block, ...]
    red: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """That a template names something: where, what, and within which repetition."""

    line: int
    path: str
    act: str
    within: tuple[str, ...]
    filter: str = ""


def uses(text: str) -> Iterator[Use]:
    """
    Yield every name in a template, line by line.

    :raises MarkupError: if a condition or a repetition is not closed, or closed by another name
    """
    stack: list[tuple[str, str, int]] = []
    for number, line in enumerate(text.splitlines(), 1):
        for tag in _TAG.finditer(line):
            act, path = tag["act"], tag["path"].strip()
            if act == "/":
                if not stack or stack[-1][1] != path:
                    raise MarkupError(f"第 {number} 行：{{/{path}}} 前面没有对应的 {{?{path}}} 或者 {{*{path}}}。")
                stack.pop()
                continue
            yield Use(
                line=number,
                path=path,
                act=act,
                within=tuple(name for kind, name, _ in stack if kind == "*"),
                filter=(tag["filter"] or "").strip(),
            )
            if act:
                stack.append((act, path, number))
        if line.startswith("@"):
            yield from _directive_uses(number, line)
    if stack:
        act, path, number = stack[-1]
        raise MarkupError(f"第 {number} 行：{{{act}{path}}} 没有用 {{/{path}}} 结束。")


def _directive_uses(number: int, line: str) -> Iterator[Use]:
    name, _, rest = line[1:].strip().partition(" ")
    if name not in DIRECTIVES:
        raise MarkupError(
            f"第 {number} 行：没有“@{name}”这样的指令。可用：{'、'.join('@' + one for one in DIRECTIVES)}。"
        )
    if name == "head" and rest.strip() not in HEADS:
        raise MarkupError(f"第 {number} 行：@head 后面写 black（黑色）或者 red（红色）。")
    if name == "sign" and rest.split(" ")[0] not in signer_labels():
        raise MarkupError(f"第 {number} 行：@sign 后面写签名人：{'、'.join(signer_labels())}。")
    if name == "table":
        yield Use(line=number, path=rest.strip(), act="@", within=())
    if name == "attachments":
        yield Use(line=number, path="附件", act="@", within=())
    if name == "number":
        yield Use(line=number, path=NUMBER_LABEL, act="", within=())


def fill(text: str, view: Mapping[str, Node], *, marks: Mapping[str, Sequence[Mark]] | None = None) -> Sheet:
    """
    Fill a template and set it as blocks.

    :raises MarkupError: if the template cannot be read
    """
    for _ in uses(text):
        pass
    filled = _filled(_tokens(text), [view])
    return _set(filled.splitlines(), view, marks or {})


@dataclass(slots=True)
class _Section:
    act: str
    path: str
    inside: list["str | _Section"] = field(default_factory=list)
    filter: str = ""


def _tokens(text: str) -> list["str | _Section"]:
    root = _Section("", "")
    stack = [root]
    at = 0
    # a condition alone on its line leaves no empty line
    text = re.sub(r"(?m)^[ \t]*(\{[?!*/][^{}|]+\})[ \t]*\n", r"\1", text)
    text = text.replace("\\n", _NEWLINE)
    for tag in _TAG.finditer(text):
        stack[-1].inside.append(text[at : tag.start()])
        at = tag.end()
        act, path = tag["act"], tag["path"].strip()
        if act == "/":
            stack.pop()
            continue
        section = _Section(act, path, filter=(tag["filter"] or "").strip())
        stack[-1].inside.append(section)
        if act:
            stack.append(section)
    root.inside.append(text[at:])
    return root.inside


def _filled(parts: Sequence["str | _Section"], scopes: list[Mapping[str, Node]]) -> str:
    out: list[str] = []
    for one in parts:
        if isinstance(one, str):
            out.append(one)
            continue
        node = _find(one.path, scopes)
        match one.act:
            case "":
                out.append(_value(node, one.filter))
            case "?" if node.text or node.items:
                out.append(_filled(one.inside, scopes))
            case "!" if not (node.text or node.items):
                out.append(_filled(one.inside, scopes))
            case "*":
                out += [_filled(one.inside, [*scopes, item]) for item in node.items]
            case _:
                pass
    return "".join(out)


def _find(path: str, scopes: list[Mapping[str, Node]]) -> Node:
    name, _, rest = path.partition(".")
    for scope in reversed(scopes):
        if name in scope:
            node = scope[name]
            return node.parts.get(rest, Node()) if rest else node
    return Node()


def _value(node: Node, filtered: str) -> str:
    text = capital(node.fen) if filtered == "大写" and node.fen is not None else node.text
    return _VALUE + text.replace("\n", _NEWLINE).replace("|", _BAR)


_STYLES: Final = (("## ", "heading"), ("# ", "title"), (">> ", "right"), ("> ", "flush"), ("= ", "center"))


def _set(lines: Sequence[str], view: Mapping[str, Node], marks: Mapping[str, Sequence[Mark]]) -> Sheet:
    blocks: list[Block] = []
    rows: list[Row] = []
    widths: tuple[int, ...] = ()
    red = False
    for line in [*lines, ""]:
        line = line.strip()
        if line.startswith("|:"):
            blocks += _table(rows, widths)
            rows, widths = [], _widths(line)
        elif line.startswith("|"):
            rows.append(_row(line))
        else:
            blocks += _table(rows, widths)
            if rows:
                rows, widths = [], ()
            if line.startswith("@"):
                red = red or line == "@head red"
                blocks += _directive(line, view, marks)
            elif line:
                blocks += _paragraphs(line)
    return Sheet(blocks=tuple(blocks), red=red)


def _paragraphs(line: str) -> Iterator[Line]:
    style = "body"
    for mark, name in _STYLES:
        if line.startswith(mark):
            style, line = name, line.removeprefix(mark)
            break
    for piece in line.split(_NEWLINE):
        text = _plain(piece).strip()
        if text:
            yield Line(style=style, text=text)


def _table(rows: Sequence[Row], widths: tuple[int, ...]) -> Iterator[Table]:
    if not rows:
        return
    columns = max(sum(cell.span for cell in row.cells) for row in rows)
    if columns > MOST_COLUMNS:
        raise MarkupError(f"表格最多 {MOST_COLUMNS} 列。")
    shares = (widths + (1,) * columns)[:columns] if widths else (1,) * columns
    yield Table(widths=shares, rows=tuple(_wide(row, columns) for row in rows))


def _wide(row: Row, columns: int) -> Row:
    """Let the last cell of a short row reach to the edge."""
    short = columns - sum(cell.span for cell in row.cells)
    if not short:
        return row
    last = row.cells[-1]
    cells = (*row.cells[:-1], Cell(text=last.text, span=last.span + short, label=last.label))
    return Row(cells=cells, head=row.head, height=row.height)


def _widths(line: str) -> tuple[int, ...]:
    found = [part for part in line.strip("|").split(":") if part.strip()]
    if not found or not all(part.strip().isdigit() and int(part) for part in found):
        raise MarkupError(f"看不懂列宽“{line}”。写法举例：|:3:7|。")
    return tuple(int(part) for part in found)


def _row(line: str) -> Row:
    head, height = False, 1
    inside = line.removeprefix("|").removesuffix("|")
    if inside.startswith("!"):
        head, inside = True, inside[1:]
    if found := re.match(r"\^(\d{1,2}) ", inside):
        height, inside = int(found[1]), inside[found.end() :]
    cells: list[Cell] = []
    for part in inside.split("|"):
        text = part.strip()
        if text == "<" and cells:
            last = cells.pop()
            cells.append(Cell(text=last.text, span=last.span + 1, label=last.label))
        else:
            words = "\n".join(_plain(piece).strip() for piece in text.split(_NEWLINE))
            cells.append(Cell(text=words.strip("\n"), label=_VALUE not in text))
    return Row(cells=tuple(cells), head=head, height=height)


def _plain(text: str) -> str:
    return text.replace(_VALUE, "").replace(_NEWLINE, "\n").replace(_BAR, "|")


def _directive(line: str, view: Mapping[str, Node], marks: Mapping[str, Sequence[Mark]]) -> Iterator[Block]:
    name, _, rest = line[1:].partition(" ")
    rest = rest.strip()
    agency = view["机关"].text
    match name:
        case "head":
            yield Line(style="agency", text=agency)
        case "number":
            yield Line(style="number", text=view[NUMBER_LABEL].text)
        case "table":
            yield from _field_table(view.get(rest, Node()))
        case "attachments":
            yield from _attachments(view.get("附件", Node()))
        case "sign":
            who, _, label = rest.partition(" ")
            yield Sign(who=who, label=_plain(label) or signer_labels()[who], marks=tuple(marks.get(who, ())))
        case "seal":
            yield Seal(agency=agency, on=view[DATED_LABEL].text)
        case "blank":
            yield Blank()
        case "break":
            yield Break()
        case _:
            raise MarkupError(f"没有“@{name}”这样的指令。")


def _field_table(node: Node) -> Iterator[Block]:
    if not node.columns:
        return
    numbered = "序号" not in node.columns
    names = (("序号",) if numbered else ()) + node.columns
    head = Row(cells=tuple(Cell(text=name, label=True) for name in names), head=True)
    rows = [
        Row(cells=tuple(Cell(text=item.get(name, Node()).text, label=name == "序号") for name in names))
        for item in node.items
    ]
    empty = Row(cells=tuple(Cell(text="") for _ in names))
    widths = tuple(2 if name == "序号" else 4 if name in _NARROW else 7 for name in names)
    yield Table(widths=widths, rows=(head, *(rows or [empty])))


_NARROW: Final = ("数量", "份数", "日期", "页次", "期次", "备注", "状态", "大小")


def _attachments(node: Node) -> Iterator[Block]:
    for number, item in enumerate(node.items, 1):
        label = "附件：" if number == 1 else "　　　"
        yield Line(style="flush", text=f"　　{label}{number}．{item['项'].text}")
