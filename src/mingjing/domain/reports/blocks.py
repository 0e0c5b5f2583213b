"""
The blocks of a report: headings, paragraphs, tables and charts whose numbers are references to figures.

A reference is written ``{tasks.done}``. What is printed is the figure's value as it was frozen, so a number in the
words can always be traced to its rows. Numbers that a person types instead are found and shown.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from mingjing.kernel.errors import DomainError

REFERENCE: Final = re.compile(r"\{([a-z][a-z0-9_.\-]*)\}", re.ASCII | re.IGNORECASE)
_OWN_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
_NO_FIGURE: Final = re.compile(
    r"\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?|\d{1,2}月(?:\d{1,2}日)?|第\d+[期次号条款项]|〔\d{4}〕\d*号?|\d{4}-\d{2}-\d{2}|\d+年|\d{1,2}日"
)


class BlockError(DomainError):
    """A report's words refer to what is not there, or a block is of no known kind."""

    code = "reports.block"


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    TABLE = "table"
    CHART = "chart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """
    A part of a report. ``text`` is a heading's or a paragraph's words; a table or chart has ``title`` and the rest.

    Cells of a table and values of a chart are words with references, like paragraphs.
    """

    kind: BlockKind
    text: str = ""
    level: int = 1
    title: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    def words(self) -> Iterable[str]:
        """Yield all words of the block."""
        yield self.text
        for row in self.rows:
            yield from row

    def as_data(self) -> dict[str, Any]:
        """Return the block as plain data."""
        data: dict[str, Any] = {"kind": self.kind.value}
        if self.kind in (BlockKind.HEADING, BlockKind.PARAGRAPH):
            data["text"] = self.text
        if self.kind is BlockKind.HEADING:
            data["level"] = self.level
        if self.kind in (BlockKind.TABLE, BlockKind.CHART):
            data |= {"title": self.title, "columns": list(self.columns), "rows": [list(row) for row in self.rows]}
        return data


def block_of(data: Mapping[str, Any]) -> Block:
    """
    Return the block that the data describe.

    :raises BlockError: if they describe none
    """
    try:
        return Block(
            kind=BlockKind(data["kind"]),
            text=str(data.get("text", "")),
            level=int(data.get("level", 1)),
            title=str(data.get("title", "")),
            columns=tuple(str(one) for one in data.get("columns", ())),
            rows=tuple(tuple(str(cell) for cell in row) for row in data.get("rows", ())),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise BlockError("报告的内容不能识别。") from error


def references(blocks: Iterable[Block]) -> list[str]:
    """Return the keys to which the words refer, each once, in the order of the text."""
    found = [key for block in blocks for words in block.words() for key in REFERENCE.findall(words)]
    return list(dict.fromkeys(found))


def filled(text: str, values: Mapping[str, str]) -> str:
    """
    Put the figures into the words.

    :raises BlockError: if the words refer to a figure that is not there
    """

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise BlockError(f"没有“{found[1]}”这个数。")
        return values[found[1]]

    return REFERENCE.sub(value, text)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of words: plain, or (with a key) the value of a figure."""

    text: str
    key: str = ""


def pieces(text: str, values: Mapping[str, str]) -> tuple[Piece, ...]:
    """Part words into plain pieces and figures; a reference to nothing stays as it is written."""
    found: list[Piece] = []
    at = 0
    for one in REFERENCE.finditer(text):
        if one.start() > at:
            found.append(Piece(text[at : one.start()]))
        known = one[1] in values
        found.append(Piece(values[one[1]], one[1]) if known else Piece(one[0]))
        at = one.end()
    if at < len(text):
        found.append(Piece(text[at:]))
    return tuple(found)


def own_numbers(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Return the numbers in paragraphs that are no figures (nor dates, numbers of documents and the like)."""
    found: list[str] = []
    for block in blocks:
        if block.kind is BlockKind.PARAGRAPH:
            plain = _NO_FIGURE.sub("", REFERENCE.sub("", block.text))
            found += _OWN_NUMBER.findall(plain)
    return tuple(found)
