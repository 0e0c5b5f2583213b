"""
Places by their GB/T 2260 code, and which place inherits from which.

A county inherits from its city, a city from its province, a province from the nation (``None``). Codes of towns and
villages (nine or twelve digits) inherit from their county. The names known here are only those that have plans of their
own; any well-formed code of a province that exists may be asked.
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


@cache
def _provinces() -> frozenset[str]:
    return frozenset(str(code) for code in load("places.yaml")["provinces"])


def name_of(code: str | None) -> str:
    """Name a place for a reader; the code itself where the name is not known."""
    if code is None:
        return "全国"
    place = places().get(code)
    return place.name if place else code


def is_known(code: str | None) -> bool:
    """Say whether :func:`ancestry` accepts the code: source data hold codes of every shape."""
    return code is None or (code.isascii() and code.isdigit() and len(code) in (2, 4, 6, 9, 12))


def code_of(text: str | None) -> str | None:
    """
    Return the code of a place that is given by its code, its name or the end of its name (泗水县, 历城区).

    :raises UnknownPlaceError: if no known place has this name, or several have, or the code is not well-formed or of no
        province
    """
    if text is None or text == "全国":
        return None
    if text.isascii() and text.isdigit():
        ancestry(text)
        if text[:2] not in _provinces():
            raise UnknownPlaceError(
                f"没有行政区划代码以“{text[:2]}”开头（“{text}”）：代码的前两位是省份，例如山东省为37，泗水县为370831。",
                place=text,
            )
        return text
    found = [place.code for place in places().values() if text and place.name.endswith(text)]
    if len(found) != 1:
        known = "、".join(f"{place.name}（{place.code}）" for place in places().values())
        raise UnknownPlaceError(f"不知道“{text}”的行政区划代码，请写代码。已知的有：{known}。", place=text)
    return found[0]


@cache
def ancestry(code: str | None) -> tuple[str | None, ...]:
    """
    List a place and those that it inherits from, the nearest first, the nation (``None``) at the end.

    :raises UnknownPlaceError: if the code has not 2, 4, 6, 9 or 12 digits
    """
    if code is None:
        return (None,)
    if not is_known(code):
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
