"""The outline of a plan: numbered paragraphs as a tree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

from mingjing.domain.plans.folding import fold, number_of
from mingjing.domain.plans.model import Assignment, Table

_CN: Final = r"[一二三四五六七八九十百]{1,4}"


class Rank(IntEnum):
    """
    How deep a mark stands, as the rules of official documents have it: 一、（一）1.（1）.

    Named points (``任务1``) head a plan, or stand below （一）; then they are NAMED_BELOW.
    """

    ROOT = 0
    CHAPTER = 1
    CHINESE = 2
    NAMED = 3
    ARTICLE = 4
    BRACKETED_CHINESE = 5
    NAMED_BELOW = 6
    ARABIC = 7
    BRACKETED_ARABIC = 8
    PLAIN = 9


_MARKS: Final = (
    (Rank.CHAPTER, re.compile(rf"第(?P<n>{_CN})(?P<kind>章|部分|编|篇)\s*[:、]?\s*")),
    (Rank.NAMED, re.compile(r"第(?P<n>[一二三四五六])(?:阶段|批次?)\s*(?:[:、]\s*|(?=[(])|$)")),
    (Rank.ARTICLE, re.compile(rf"第(?P<n>{_CN}|\d{{1,3}})条\s*[:、]?\s*")),
    (
        Rank.NAMED,
        re.compile(rf"\[[一-鿿]{{2,6}}(?P<n>{_CN}|\d{{1,2}})\]\s*"),
    ),
    (
        Rank.NAMED,
        re.compile(
            rf"(?:重点|专项|主要|攻坚|工作)?(?:任务|措施|行动|工程|举措|事项|目标|问题|项目|指标|短板|弱项|堵点|难点|痛点|实事|专项|改革)(?P<n>{_CN}|\d{{1,2}})(?:\s*[:、.]\s*|\s+(?=[^\s\d]))"
        ),
    ),
    (Rank.CHINESE, re.compile(r"(?P<n>[一二三四五六七八九十]{1,3})\s*[、.,]\s*")),
    (Rank.BRACKETED_CHINESE, re.compile(r"\(\s*(?P<n>[一二三四五六七八九十]{1,3})\s*\)\s*[、.,]?\s*")),
    (Rank.ARABIC, re.compile(r"第(?P<n>[一二三四五六七八九十]{1,2})\s*[,、]\s*")),
    (Rank.ARABIC, re.compile(r"\d{1,2}[-.](?P<n>\d{1,2})(?:\s+|、)(?=[^\s\d])")),
    (Rank.ARABIC, re.compile(r"(?P<n>\d{1,3})\s*(?:[、]|[.,](?!\d)|[.](?=20\d{2}年|\d{1,2}月))\s*")),
    (Rank.BRACKETED_ARABIC, re.compile(r"[(]?\s*(?P<n>\d{1,2})\s*\)\s*[、.,]?\s*")),
)
# ★1.：a sign that sets a point off from others stands before its mark
_SIGN: Final = re.compile(r"\s*[★☆●◆■▲※*]\s*(?=[(\[]?[\d一二三四五六七八九十任重第])")
_MINOR: Final = re.compile(r"[①-⑳⑴-⒇]|[一二三四五六七八九十]是|[●•■◆▪★]")


@dataclass(slots=True)
class Mark:
    """The mark of a numbered paragraph."""

    rank: Rank
    number: int
    label: str
    length: int


def mark_of(line: str) -> Mark | None:
    """Read the mark at the head of a line."""
    folded = fold(line)
    lead = len(folded) - len(folded.lstrip())
    if sign := _SIGN.match(folded):
        lead = sign.end()
    for rank, pattern in _MARKS:
        found = pattern.match(folded, lead)
        if found:
            number = number_of(found["n"])
            if number is not None:
                return Mark(rank, number, line[lead : found.end()].strip(), found.end())
    return None


def is_marked(line: str) -> bool:
    """Say whether a line begins with a mark of any kind."""
    return mark_of(line) is not None or _MINOR.match(fold(line).strip()) is not None


@dataclass(slots=True, eq=False)
class Node:
    """A numbered paragraph with what stands under it."""

    rank: Rank
    number: int = 0
    label: str = ""
    heading: str = ""
    paragraphs: list[str] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    children: list["Node"] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    parent: "Node | None" = None
    gives_to_children: bool = False
    says: dict[int, list[Assignment]] = field(default_factory=dict)
    is_cut: bool = False
    is_box: bool = False

    def walk(self) -> Iterator["Node"]:
        """Yield the node and all beneath it, in the order of the text."""
        yield self
        for child in self.children:
            yield from child.walk()

    def ancestors(self) -> Iterator["Node"]:
        """The nodes above this one, the nearest first."""
        node = self.parent
        while node is not None and node.rank is not Rank.ROOT:
            yield node
            node = node.parent

    @property
    def has_assignment(self) -> bool:
        """Say whether this node or one beneath it says who does it."""
        return any(_says_who(node) for node in self.walk())

    def add(self, child: "Node") -> None:
        """Hang a node under this one."""
        child.parent = self
        self.children.append(child)


def _says_who(node: Node) -> bool:
    return any(one.units for one in node.assignments)


_ENDING: Final = re.compile(r"[。:：；;，,]\s*$")


def split_heading(text: str) -> tuple[str, str]:
    """Part the first sentence of a numbered paragraph from the rest."""
    at = text.find("。")
    if at < 0:
        head, _, rest = text.partition("\n")
        return _ENDING.sub("", head).strip(), rest.strip()
    return text[:at].strip(), text[at + 1 :].strip()


def shown_heading(node: Node) -> str:
    """The heading with its mark, as a section's name."""
    if not node.heading:
        return node.label
    return f"{node.label}{node.heading}"
