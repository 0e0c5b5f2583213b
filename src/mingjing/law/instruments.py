"""
Instruments of law: statutes, regulations, rules, normative documents, a place's own plans, and named practices.

A *practice* is not law; it names where a check comes from when no provision asks for it, so that a finding never
pretends to more authority than it has.
"""

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from functools import cache

from mingjing.kernel.errors import DomainError
from mingjing.law._data import load


class UnknownInstrumentError(DomainError):
    """No instrument of this name or id is stored."""

    code = "law.unknown_instrument"


class Level(StrEnum):
    """Rank of an instrument in the order of norms."""

    LAW = "law"
    ADMINISTRATIVE_REGULATION = "administrative_regulation"
    LOCAL_REGULATION = "local_regulation"
    RULE = "rule"
    NORMATIVE_DOCUMENT = "normative_document"
    PRACTICE = "practice"

    @property
    def label(self) -> str:
        """Name the rank in Chinese."""
        return _LEVEL_LABELS[self]


_LEVEL_LABELS = {
    Level.LAW: "法律",
    Level.ADMINISTRATIVE_REGULATION: "行政法规",
    Level.LOCAL_REGULATION: "地方性法规",
    Level.RULE: "部门规章",
    Level.NORMATIVE_DOCUMENT: "规范性文件",
    Level.PRACTICE: "实践做法",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """
    One instrument in one version.

    ``in_force`` is half-open; an open end is ``None``, as is a beginning that does not matter (a practice).
    ``articles`` is the number of its articles, or ``None`` where it is not divided into articles or the count was not
    read in its text. ``checked`` says that the whole text was at hand when its provisions were entered.
    """

    id: str
    title: str
    short: str
    number: str | None
    issuer: str
    level: Level
    in_force: tuple[date | None, date | None]
    articles: int | None
    names: tuple[str, ...]
    place: str | None
    checked: bool
    gist: str

    @property
    def label(self) -> str:
        """Write the short title as a reader expects it."""
        if self.level is Level.PRACTICE:
            return self.short
        return f"《{self.short}》"


@cache
def instruments() -> dict[str, Instrument]:
    """Return every instrument by id."""
    return {str(row["id"]): _instrument(row) for row in load("instruments.yaml")["instruments"]}


def get(key: str) -> Instrument:
    """
    Return the instrument with this id.

    :raises UnknownInstrumentError: if there is none
    """
    found = instruments().get(key)
    if found is None:
        raise UnknownInstrumentError(f"没有编号为“{key}”的法律文件。{_suggest(key)}", instrument=key)
    return found


def find(name: str) -> Instrument:
    """
    Find an instrument by id, title, short title or another of its names; book-title marks and spaces do not matter.

    :raises UnknownInstrumentError: if none answers to this name
    """
    found = _names().get(_plain(name))
    if found is None:
        raise UnknownInstrumentError(f"未收录名为“{name}”的法律文件。{_suggest(name)}", instrument=name)
    return instruments()[found]


def near(name: str) -> tuple[Instrument, ...]:
    """List up to three instruments whose names resemble ``name``, those that contain it first."""
    plain = _plain(name)
    known = _names()
    hits = [key for other, key in known.items() if plain and (plain in other or (len(other) > 2 and other in plain))]
    hits += [known[other] for other in get_close_matches(plain, known, n=6, cutoff=0.4)]
    return tuple(instruments()[key] for key in dict.fromkeys(hits))[:3]


def _suggest(name: str) -> str:
    nearest = near(name)
    if nearest:
        return "相近的有：" + "、".join(f"{each.label}（{each.id}）" for each in nearest) + "。"
    known = [each for each in instruments().values() if each.level is not Level.PRACTICE]
    return "已收录的有：" + "、".join(f"{each.short}（{each.id}）" for each in known[:10]) + f"等{len(known)}件。"


def _plain(name: str) -> str:
    return name.strip().strip("《》").replace(" ", "").replace("中华人民共和国", "").casefold()


@cache
def _names() -> dict[str, str]:
    known: dict[str, str] = {}
    for each in instruments().values():
        for name in (each.id, each.title, each.short, each.number, *each.names):
            if name is not None:
                known.setdefault(_plain(name), each.id)
    return known


def _instrument(row: dict[str, object]) -> Instrument:
    start, end = row.get("from"), row.get("until")
    articles, number, place = row.get("articles"), row.get("number"), row.get("place")
    names = row.get("names", [])
    if not (isinstance(start, date | None) and isinstance(end, date | None) and isinstance(names, list)):
        raise TypeError(f"instrument {row['id']}: from, until or names has the wrong type")
    return Instrument(
        id=str(row["id"]),
        title=str(row["title"]),
        short=str(row.get("short", row["title"])),
        number=None if number is None else str(number),
        issuer=str(row["issuer"]),
        level=Level(str(row["level"])),
        in_force=(start, end),
        articles=articles if isinstance(articles, int) else None,
        names=tuple(str(name) for name in names),
        place=None if place is None else str(place),
        checked=bool(row.get("checked", False)),
        gist=str(row.get("gist", "")),
    )
