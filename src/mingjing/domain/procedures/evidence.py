"""
What evidence a case asks for, and what there is of it: a checklist beside the list of evidence, never a gate.

The entries of a procedure are data of the law (``law/data/evidence.yaml``); lists in force (取证规范) add those of an agency.

Source: 行政处罚法（2021）第四十六条; RZ-67.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from mingjing.law._data import load
from mingjing.law.citations import cite

KINDS: Final[Mapping[str, str]] = {
    "document": "书证",
    "object": "物证",
    "audiovisual": "视听资料",
    "electronic": "电子数据",
    "testimony": "证人证言",
    "statement": "当事人的陈述",
    "expert": "鉴定意见",
    "site": "勘验笔录、现场笔录",
}
"""The kinds of evidence. Source: 行政处罚法（2021）第四十六条."""
_WORDS: Final = {"site": ("勘验笔录", "现场笔录"), "statement": ("当事人的陈述", "当事人陈述")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """
    An entry of the checklist: what is wanted, what it proves, which kinds of evidence and which documents can answer it.

    ``when`` says where alone it is wanted; ``source`` where the entry comes from.
    """

    code: str
    label: str
    proves: str
    kinds: frozenset[str]
    source: str
    documents: frozenset[str] = frozenset()
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A piece of evidence as the checklist sees it; one that is not believed answers nothing."""

    number: int
    name: str
    answers: Collection[str]
    believed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document of the case that was issued."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """An entry with what answers it."""

    wanted: Wanted
    pieces: tuple[Piece, ...]
    papers: tuple[Paper, ...]

    @property
    def there(self) -> bool:
        """Whether anything answers it."""
        return bool(self.pieces or self.papers)

    @property
    def lacks(self) -> bool:
        """Whether it is wanted in every case and nothing answers it."""
        return not self.there and not self.wanted.when


@cache
def of_law(procedure: str) -> tuple[Wanted, ...]:
    """Return the entries that the law gives a procedure."""
    return tuple(
        Wanted(
            code=row["code"],
            label=row["label"],
            proves=row["proves"],
            kinds=frozenset(row["kinds"]),
            source=cite(row["citation"]).label,
            documents=frozenset(row.get("documents", ())),
            when=row.get("when", ""),
        )
        for one in load("evidence.yaml")["sets"]
        if procedure in one["procedures"]
        for row in one["entries"]
    )


def of_list(
    name: str, entries: Iterable[Mapping[str, Any]], *, procedure: str, item: str, papers: Mapping[str, str]
) -> tuple[Wanted, ...]:
    """
    Return the entries of a list in force that hold for a case: those for its procedure (by name) and its item, or for all.

    ``papers`` are the kinds of documents, code by name.
    """
    return tuple(
        Wanted(
            code=f"{name}:{row.get('number', '')}",
            label=str(row.get("matter", "")),
            proves=str(row.get("proves", "")),
            kinds=_kinds(str(row.get("kinds", ""))),
            source="，".join(filter(None, (name, str(row.get("basis", ""))))),
            documents=frozenset(code for label, code in papers.items() if label in str(row.get("documents", ""))),
            when=str(row.get("when", "")),
        )
        for row in entries
        if (row.get("item") or item) == item and _holds_for(procedure, str(row.get("procedure") or ""))
    )


def _holds_for(procedure: str, words: str) -> bool:
    named = words.replace("，", "、").replace("；", "、").split("、")
    return not words.strip() or procedure in (one.strip() for one in named)


def _kinds(words: str) -> frozenset[str]:
    """Read the kinds that words name; words that name none leave every kind open."""
    found = {code for code, label in KINDS.items() if any(one in words for one in _WORDS.get(code, (label,)))}
    return frozenset(found or KINDS)


def compare(wanted: Iterable[Wanted], pieces: Collection[Piece], papers: Collection[Paper]) -> tuple[Line, ...]:
    """Say of each entry what answers it: evidence that is entered as its answer and believed, and documents issued."""
    return tuple(
        Line(
            wanted=one,
            pieces=tuple(piece for piece in pieces if piece.believed and one.code in piece.answers),
            papers=tuple(paper for paper in papers if paper.kind in one.documents),
        )
        for one in wanted
    )
