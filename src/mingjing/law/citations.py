"""
Citations that resolve: ``CF 60``, ``CF 48.2`` (paragraph two), ``CF 64(2)`` (item two), ``SS-27`` (a clause of a plan).

A citation that resolves to nothing stored is an error, never an empty string: whoever reads a finding must be able to
open its article. ``gist`` is our own paraphrase of the provision, not its wording.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from mingjing.kernel.errors import DomainError
from mingjing.law import instruments
from mingjing.law._data import load, names
from mingjing.law.instruments import Instrument, Level


class UnknownCitationError(DomainError):
    """The citation names no stored instrument, or no article that it has."""

    code = "law.unknown_citation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """
    A place in an instrument. ``article`` is ``None`` where the whole instrument is meant.

    ``article`` is the number of the article, the number of a plan's requirement (``"27"`` of ``SS-27``), or the mark of
    an item in a review standard or a practice (``"F19"``).
    """

    instrument: str
    article: str | None = None
    paragraph: int | None = None
    item: int | None = None

    def __str__(self) -> str:
        """Write it as it is parsed: ``CF 64(2)``, ``SS-27``."""
        if self.article is None:
            return _REF_OF_PRACTICE.get(self.instrument, self.instrument)
        if self.instrument in plans():
            return f"{self.instrument}-{self.article}"
        paragraph = "" if self.paragraph is None else f".{self.paragraph}"
        item = "" if self.item is None else f"({self.item})"
        return f"{_REF_OF_PRACTICE.get(self.instrument, self.instrument)} {self.article}{paragraph}{item}"

    @property
    def source(self) -> Instrument:
        """Return the instrument."""
        return instruments.get(self.instrument)

    @property
    def label(self) -> str:
        """Write it for a Chinese reader: 《行政处罚法》第六十四条第（二）项."""
        source = self.source
        if self.article is None:
            number = f"（{source.number}）" if source.number and source.level is Level.NORMATIVE_DOCUMENT else ""
            return source.label + number
        if self.instrument in plans():
            where = _provisions()[self.instrument][self.article].where
            return f"{source.label}{where}（{self}）"
        if source.level is Level.PRACTICE:
            return f"{source.label}{self.article}"
        label = f"{source.label}第{chinese_numeral(int(self.article))}条"
        if self.paragraph is not None:
            label += f"第{chinese_numeral(self.paragraph)}款"
        if self.item is not None:
            label += f"第（{chinese_numeral(self.item)}）项"
        return label

    @property
    def gist(self) -> str:
        """
        Paraphrase the provision in a sentence or two of our own; empty where none has been written yet.

        A paragraph or item without a paraphrase of its own gives that of its article.
        """
        known = _provisions().get(self.instrument, {})
        if self.article is None:
            return self.source.gist
        exact = str(self).removeprefix(f"{_REF_OF_PRACTICE.get(self.instrument, self.instrument)} ")
        for key in (exact, self.article):
            if key in known:
                return known[key].gist
        return self.source.gist if self.source.level is Level.PRACTICE else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Provision:
    """What is stored about one provision."""

    gist: str
    where: str = ""


_REF_OF_PRACTICE: Final = {"REVIEW": "review", "PRACTICE": "practice", "PLACE": "place"}
_PLAN_CLAUSE: Final = re.compile(r"(?P<plan>[A-Z]{2})-(?P<number>\d{2})")
_PROVISION: Final = re.compile(
    r"(?P<instrument>\S+?)(?:\s+(?P<article>[A-Z]?\d+)(?:\.(?P<paragraph>\d+))?(?:\((?P<item>\d+)\))?)?"
)

_NUMERAL: Final = r"(?:\d+|[一二三四五六七八九十百零〇]+)"
_WRITTEN: Final = re.compile(
    rf"(?P<name>.+?)第?(?P<article>{_NUMERAL})条?"
    rf"(?:(?:第|\.)(?P<paragraph>{_NUMERAL})款?)?(?:第?[（(]?(?P<item>{_NUMERAL})[）)]?项?)?"
)


@cache
def plans() -> frozenset[str]:
    """Return the ids of the places' own plans, whose clauses are cited by requirement number."""
    known = instruments.instruments().values()
    return frozenset(each.id for each in known if each.place and each.level is Level.NORMATIVE_DOCUMENT)


@cache
def cite(text: str) -> Citation:
    """
    Parse and resolve one citation.

    :raises UnknownCitationError: if the instrument is not stored, or has no such article
    """
    text = text.strip()
    clause = _PLAN_CLAUSE.fullmatch(text)
    if clause:
        return _plan_clause(clause["plan"], clause["number"], text)
    match = _PROVISION.fullmatch(text)
    if match is None:
        raise UnknownCitationError(f"看不懂引用“{text}”。写法举例：CF 60、CF 64(2)、SS-27。", reference=text)
    try:
        source = instruments.find(match["instrument"])
    except instruments.UnknownInstrumentError as error:
        raise UnknownCitationError(f"引用“{text}”无法落到条文：{error}", reference=text) from error
    citation = Citation(
        instrument=source.id,
        article=match["article"],
        paragraph=int(match["paragraph"]) if match["paragraph"] else None,
        item=int(match["item"]) if match["item"] else None,
    )
    require_article(source, match["article"])
    return citation


def read(text: str) -> Citation:
    """
    Resolve a citation as a person writes it: 行政处罚法第六十条, 《行政处罚法》第64条第（二）项, CF 60, SS-27.

    :raises UnknownCitationError: if it resolves to nothing
    :raises UnknownInstrumentError: if no instrument answers to the name; the message names near ones
    """
    plain = re.sub(r"[\s《》]", "", text)
    clause = re.sub(r"第(?=\d{2}$)|-", "", plain.upper())
    if clause[:2] in plans() and re.fullmatch(r"\d{1,2}", clause[2:]):
        return cite(f"{clause[:2]}-{clause[2:]:0>2}")
    mark = re.fullmatch(r"(?P<name>practice|peers|review|[^A-Za-z0-9]+)(?P<mark>[A-Z]\d+)", plain)
    if mark:
        return cite(f"{mark['name']} {mark['mark']}")
    try:
        return Citation(instrument=instruments.find(plain).id)
    except instruments.UnknownInstrumentError:
        match = _WRITTEN.fullmatch(plain)
        if match is None:
            raise
    source = instruments.find(match["name"])
    article, paragraph, item = (_number(match[part], text) for part in ("article", "paragraph", "item"))
    require_article(source, str(article))
    return Citation(instrument=source.id, article=str(article), paragraph=paragraph, item=item)


def cite_all(*texts: str) -> tuple[Citation, ...]:
    """Resolve several citations, in their order."""
    return tuple(cite(text) for text in texts)


def require_article(source: Instrument, article: str | None) -> None:
    """
    Require that the instrument has this article.

    :raises UnknownCitationError: if the number lies beyond its last article, or it has no numbered articles
    """
    if article is None or source.level is Level.PRACTICE:
        return
    if not article.isdigit() or int(article) < 1:
        raise UnknownCitationError(f"{source.label}没有“{article}”这样的条号。", reference=article)
    if source.articles is not None and int(article) > source.articles:
        last = chinese_numeral(source.articles)
        raise UnknownCitationError(
            f"{source.label}共{source.articles}条，最后一条是第{last}条，没有第{article}条。", reference=article
        )
    if source.level is Level.NORMATIVE_DOCUMENT:
        raise UnknownCitationError(f"{source.label}不分条，请引用整个文件（{source.id}）。", reference=article)


def articles_with_gist(source: Instrument) -> tuple[str, ...]:
    """List the provisions of an instrument that have a paraphrase (of a plan, all its clauses), in their order."""
    return tuple(sorted(_provisions().get(source.id, {}), key=_place_in_order))


def chinese_numeral(number: int) -> str:
    """
    Write 1 to 999 in Chinese: 六十, 一百零三.

    :raises ValueError: if the number is outside that range
    """
    if not 1 <= number <= 999:
        raise ValueError(f"{number} is not between 1 and 999")
    digits = "零一二三四五六七八九"
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else digits[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (digits[ones] if ones else "")


def number_of(numeral: str) -> int | None:
    """Read 60, 六十, 第六十条 or 第60条; ``None`` where it is no number of an article."""
    text = numeral.strip().removeprefix("第").removesuffix("条").strip()
    if text.isascii() and text.isdigit():
        return int(text)
    return _numerals().get(text)


def _number(part: str | None, text: str) -> int | None:
    if part is None:
        return None
    number = number_of(part)
    if number is None:
        raise UnknownCitationError(f"“{text}”中的“{part}”不是条号。写法举例：60、六十、第六十条。", reference=text)
    return number


@cache
def _numerals() -> dict[str, int]:
    known = {chinese_numeral(number): number for number in range(1, 1000)}
    return known | {text.replace("零", "〇"): number for text, number in known.items()}


def _plan_clause(plan: str, number: str, text: str) -> Citation:
    if plan not in plans():
        known = "、".join(sorted(plans()))
        raise UnknownCitationError(f"没有代号为“{plan}”的方案，现有：{known}。", reference=text)
    if number not in _provisions().get(plan, {}):
        raise UnknownCitationError(f"{instruments.get(plan).label}中没有收录条目“{text}”。", reference=text)
    return Citation(instrument=plan, article=number)


@cache
def _provisions() -> dict[str, dict[str, _Provision]]:
    known: dict[str, dict[str, _Provision]] = {}
    for name in names("provisions"):
        for instrument, rows in load(name).items():
            into = known.setdefault(str(instrument), {})
            for key, row in rows.items():
                if str(key) in into:
                    raise ValueError(f"{instrument} {key} is paraphrased twice")
                into[str(key)] = _provision(row)
    return known


def _place_in_order(key: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", key))


def _provision(row: str | Iterable[str]) -> _Provision:
    if isinstance(row, str):
        return _Provision(gist=row)
    where, gist = row
    return _Provision(gist=gist, where=where)
