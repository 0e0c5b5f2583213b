"""
Our readings of unclear text, each with a number that the code cites.

Where the law leaves open what a program must decide, the decision is written down with its reasons in
``docs/readings``; this index travels with the package, so that a finding can name the reading that it rests on.
"""

from dataclasses import dataclass
from functools import cache

from mingjing.kernel.errors import DomainError
from mingjing.law._data import load
from mingjing.law.citations import Citation, cite


class UnknownReadingError(DomainError):
    """No reading has this number."""

    code = "law.unknown_reading"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One reading: what we take the text to mean, the provisions it concerns and the rules that follow it."""

    id: str
    slug: str
    title: str
    reading: str
    citations: tuple[Citation, ...]
    rules: tuple[str, ...]


@cache
def readings() -> dict[str, Reading]:
    """Return every reading by id, in order."""
    return {
        row["id"]: Reading(
            id=row["id"],
            slug=row["slug"],
            title=row["title"],
            reading=row["reading"],
            citations=tuple(cite(text) for text in row["citations"]),
            rules=tuple(row["rules"]),
        )
        for row in load("readings.yaml")["readings"]
    }


def get(key: str) -> Reading:
    """
    Return the reading with this id.

    :raises UnknownReadingError: if there is none
    """
    found = readings().get(key)
    if found is None:
        raise UnknownReadingError(f"没有编号为“{key}”的条文理解。", reading=key)
    return found


def of_rule(rule: str) -> tuple[Reading, ...]:
    """List the readings that a rule follows."""
    return tuple(each for each in readings().values() if rule in each.rules)


def of_article(citation: Citation) -> tuple[Reading, ...]:
    """List the readings that concern an article, whichever of its paragraphs or items they name."""
    key = (citation.instrument, citation.article)
    return tuple(each for each in readings().values() if key in {(c.instrument, c.article) for c in each.citations})
