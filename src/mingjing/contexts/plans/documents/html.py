"""Web pages: the article out of its surroundings, tables with their spans; tables made for layout are taken apart."""

import email
import email.policy
import re
from pathlib import Path
from typing import Any, Final

from lxml import etree
from lxml import html as lxml_html

from mingjing.contexts.plans.documents.text import decode, text_blocks
from mingjing.domain.plans.flattened import header_fields
from mingjing.domain.plans.model import Block, Cell, Paragraph, Table
from mingjing.domain.plans.tasktables import columns_of
from mingjing.facts.rows import UnreadableFileError

_DROPPED: Final = frozenset(
    {
        "script",
        "style",
        "noscript",
        "nav",
        "footer",
        "aside",
        "template",
        "head",
        "button",
        "select",
        "textarea",
        "iframe",
        "svg",
        "object",
    }
)
_BREAKS: Final = frozenset(
    "p div section article h1 h2 h3 h4 h5 h6 li ul ol dl dt dd tr center blockquote pre main header address figure hr form body table tbody thead tfoot td th caption".split()
)
_ARTICLE: Final = re.compile(
    r"TRS_Editor|UCAP|article|zoom|contx|con_?text|pages_content|news_?content|Custom_UnionStyle|xxgk_content|detail|content|view|main",
    re.IGNORECASE,
)
_SURROUNDINGS: Final = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navi|menu|crumbs?|breadcrumbs?|foot|footer|copyright|sidebar|toolbar|share|pager|related|location|position)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAX_SPAN: Final = 200


def looks_like_html(head: bytes) -> bool:
    """Say whether the first bytes are those of a web page (or of one saved as a single file)."""
    start = head[:4096].lower().replace(b"\x00", b"")
    return any(
        mark in start
        for mark in (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<div", b"<p>", b"<p ", b"<meta")
    ) or (start.lstrip().startswith(b"mime-version:") and b"multipart/related" in start)


def read_html(name: str, path: Path) -> tuple[list[Block], list[str]]:
    """Read a web page."""
    data = path.read_bytes()
    text = _single_file(data) or _decode(name, data)
    parser = lxml_html.HTMLParser(no_network=True, remove_comments=True, huge_tree=False)
    try:
        root = lxml_html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFileError(f"网页“{name}”解析不了，可能已损坏。") from error
    _drop(root)
    body = root.find(".//body")
    article = _article(body if body is not None else root)
    blocks: list[Block] = []
    title = root.find(".//h1")
    if title is not None and not _inside(title, article):
        blocks.append(Paragraph(_flat(title)))
    _Walker(blocks).walk(article)
    text_blocks(name, "\n".join(_words(blocks)))
    return blocks, []


def _decode(name: str, data: bytes) -> str:
    found = re.search(rb"charset\s*=\s*[\"']?\s*([\w-]+)", data[:4096], re.IGNORECASE)
    label = found[1].decode("ascii", "replace").lower() if found else ""
    if label in ("gb2312", "gbk", "gb18030"):
        try:
            return _without_declaration(data.decode("gb18030"))
        except UnicodeDecodeError:
            pass
    return _without_declaration(decode(name, data))


def _without_declaration(text: str) -> str:
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text)


def _single_file(data: bytes) -> str | None:
    if not data.lstrip()[:13].lower().startswith(b"mime-version:"):
        return None
    message = email.message_from_bytes(data, policy=email.policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            content = part.get_content()
            return _without_declaration(content) if isinstance(content, str) else None
    return None


def _drop(root: Any) -> None:
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            continue
        hidden = re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", element.get("style") or "", re.IGNORECASE)
        if ((element.tag in _DROPPED and element.tag != "head") or hidden) and element.getparent() is not None:
            element.drop_tree()
    total = len(_flat(root)) or 1
    for element in list(root.iter("div", "ul", "ol", "p", "section", "header")):
        named = _SURROUNDINGS.search(f"{element.get('id') or ''} {element.get('class') or ''}")
        if element.getparent() is not None and (named or _is_menu(element)) and len(_flat(element)) < 0.3 * total:
            element.drop_tree()


def _is_menu(element: Any) -> bool:
    """A list of nothing but short links."""
    items = element.findall("./li") if element.tag in ("ul", "ol") else []
    return len(items) > 1 and all(len(_flat(one)) <= 12 and one.find(".//a") is not None for one in items)


def _article(body: Any) -> Any:
    """The innermost element named like an article that still holds most of the text."""
    total = len(_flat(body)) or 1
    best = body
    for element in body.iter("div", "article", "section", "td", "main"):
        named = _ARTICLE.search(f"{element.get('id') or ''} {element.get('class') or ''}")
        if named and len(_flat(element)) >= 0.7 * total and not _has_title_outside(element, body):
            best = element
    return best


def _has_title_outside(element: Any, body: Any) -> bool:
    tables = len(body.findall(".//table"))
    return len(element.findall(".//table")) < tables


def _inside(element: Any, ancestor: Any) -> bool:
    return element is ancestor or any(one is ancestor for one in element.iterancestors())


def _flat(element: Any) -> str:
    return re.sub(r"\s+", "", element.text_content())


def _words(blocks: list[Block]) -> list[str]:
    return [
        block.text if isinstance(block, Paragraph) else "".join(cell.text for row in block.rows for cell in row)
        for block in blocks
    ]


class _Walker:
    def __init__(self, out: list[Block]) -> None:
        self.out = out
        self.parts: list[str] = []
        self.width = 0

    def walk(self, element: Any) -> None:
        self._visit(element)
        self._flush()

    def _visit(self, element: Any) -> None:
        if not isinstance(element.tag, str):
            return
        if element.tag == "table" and (table := self._data_table(element)) is not None:
            self._flush()
            self.out.append(table)
            return
        is_break = element.tag in _BREAKS
        if is_break or element.tag == "br":
            self._flush()
        if element.text:
            self.parts.append(element.text)
        for child in element:
            self._visit(child)
            if child.tail:
                self.parts.append(child.tail)
        if is_break:
            self._flush()

    def _flush(self) -> None:
        text = re.sub(r"[ \t\r\n\f]+", " ", "".join(self.parts).replace("\xa0", " ")).strip()
        self.parts = []
        if text:
            self.out.append(Paragraph(text))

    def _data_table(self, element: Any) -> Table | None:
        if element.find(".//table") is not None:
            return None
        table = _table(element)
        if len(table.rows) < 2 or len(table.rows[0]) < 2:
            return None
        goes_on = self.width == len(table.rows[0]) and self.out and isinstance(self.out[-1], Table)
        filled = [cell.text for cell in table.rows[0] if not cell.inherited]
        if columns_of(table) is None and not goes_on and header_fields(filled) is None and not _is_form(table):
            return None
        self.width = len(table.rows[0])
        return table


def _is_form(table: Table) -> bool:
    """A small table, a name in front of each value; or a wide one of short cells. Layout has neither."""
    return len(table.rows[0]) >= 3 or (
        max(len(cell.text) for row in table.rows for cell in row) < 2000 and len(table.rows) >= 3
    )


def _table(element: Any) -> Table:
    grid: dict[tuple[int, int], Cell] = {}
    height = width = 0
    for at, tr in enumerate(element.iter("tr")):
        column = 0
        for cell in tr:
            if cell.tag not in ("td", "th"):
                continue
            while (at, column) in grid:
                column += 1
            rows, columns = _span(cell, "rowspan"), _span(cell, "colspan")
            text = _cell_text(cell)
            for y in range(rows):
                for x in range(columns):
                    grid[at + y, column + x] = Cell(text=text, inherited=bool(x or y), columns=columns)
            column += columns
            width = max(width, column)
        height = at + 1
    rows_out = tuple(tuple(grid.get((y, x), Cell(text="")) for x in range(width)) for y in range(height))
    return Table(rows=rows_out, knows_merges=True)


def _span(cell: Any, name: str) -> int:
    found = re.match(r"\s*(\d+)", cell.get(name) or "")
    return max(1, min(int(found[1]), _MAX_SPAN)) if found else 1


def _cell_text(cell: Any) -> str:
    blocks: list[Block] = []
    _Walker(blocks).walk(cell)
    return "\n".join(block.text for block in blocks if isinstance(block, Paragraph))
