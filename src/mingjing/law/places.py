"""
Places by their GB/T 2260 code, and which place inherits from which.

A county inherits from its city, a city from its province, a province from the nation (``None``). Codes of towns and
villages (nine or twelve digits) inherit from their county. The names known here are only those that have plans of their
own; any well-formed code may be asked.
"""

from dataclasses import dataclass
from functools import cache

from mingjing.kernel.errors import DomainError
from mingjing.law._data import load


class UnknownPlaceError(DomainError):
    """The code of a place is not well-formed."""

    code = "law.unknown_place"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place whose plan is known."""

    code: str
    name: str
    instrument: str | None = None


@cache
def places() -> dict[str, Place]:
    """Return the known places by code."""
    rows = load("places.yaml")["places"]
    return {
        str(row["code"]): Place(code=str(row["code"]), name=row["name"], instrument=row.get("instrument"))
        for row in rows
    }


def name_of(code: str | None) -> str:
    """Name a place for a reader; the code itself where the name is not known."""
    if code is None:
        return "全国"
    place = places().get(code)
    return place.name if place else code


@cache
def is_known(code: str | None) -> bool:
    """Say whether :func:`ancestry` accepts the code: source data hold codes of every shape."""
    return code is None or (code.isascii() and code.isdigit() and len(code) in (2, 4, 6, 9, 12))


def ancestry(code: str | None) -> tuple[str | None, ...]:
    """
    List a place and those that it inherits from, the nearest first, the nation (``None``) at the end.

    :raises UnknownPlaceError: if the code has not 2, 4, 6, 9 or 12 digits
    """
    if code is None:
        return (None,)
    if not (code.isascii() and code.isdigit() and len(code) in (2, 4, 6, 9, 12)):
        raise UnknownPlaceError(
            f"行政区划代码“{code}”不合规范：应为2、4、6、9或12位数字，例如泗水县为370831。", place=code
        )
    chain: list[str | None] = []
    for width in (12, 9):
        if len(code) >= width and code[:width] not in chain and int(code[6:width]) > 0:
            chain.append(code[:width])
    county = code[:6].ljust(6, "0")
    for width in (6, 4, 2):
        step = county[:width].ljust(6, "0")
        if step not in chain:
            chain.append(step)
    return (*chain, None)
