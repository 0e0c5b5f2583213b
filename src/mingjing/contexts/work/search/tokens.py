"""
Words of a Chinese text without a dictionary: pairs of neighbouring characters, and whole Latin words and numbers.

罚款决定 gives 罚款, 款决, 决定 and, for who looks for one character, 定; 2026 stays 2026. A word of two characters is one
token, a longer one several that must all be there (and is then looked for as written), one character is the beginning
of a token. Widths and cases are evened out, punctuation separates.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_RUN: Final = re.compile(r"(?P<chinese>[㐀-䶿一-鿿豈-﫿〇\U00020000-\U0003ffff]+)|(?P<latin>[^\W_]+)")
_CHINESE: Final = "㐀-䶿一-鿿豈-﫿〇\U00020000-\U0003ffff"
_LATIN: Final = re.compile(rf"[{_CHINESE}]")
MOST_RUNS: Final = 8
"""A question of more words than these is cut off: nobody means it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a question asks for: tokens that are there as they are, tokens that begin so, and words as written."""

    exact: tuple[str, ...]
    prefixes: tuple[str, ...]
    written: tuple[str, ...]
    """Chinese words of three and more characters, which their pairs alone do not make."""
    words: tuple[str, ...]
    """Everything that is highlighted."""

    def __bool__(self) -> bool:
        return bool(self.exact or self.prefixes)


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """Split a text into runs of Chinese characters (``True``) and of Latin letters and digits (``False``)."""
    even = unicodedata.normalize("NFKC", text).lower()
    for match in _RUN.finditer(even):
        if match["chinese"]:
            yield match["chinese"], True
            continue
        # a letter class that is neither Latin nor Chinese (kana, Greek) is a word as well; mixed runs are parted
        for part in re.split(f"([{_CHINESE}]+)", match["latin"]):
            if part:
                yield part, bool(_LATIN.match(part))


def tokens(text: str) -> list[str]:
    """Return the tokens of a text, each once, in order."""
    found: dict[str, None] = {}
    for run, chinese in runs(text):
        if chinese:
            found.update(dict.fromkeys(run[at : at + 2] for at in range(len(run) - 1)))
            found[run[-1]] = None
        else:
            found[run] = None
    return list(found)


def query(text: str) -> Query:
    """Return what a question asks for."""
    exact: dict[str, None] = {}
    prefixes: dict[str, None] = {}
    written: dict[str, None] = {}
    asked = list(dict.fromkeys(runs(text)))[:MOST_RUNS]
    for run, chinese in asked:
        if not chinese or len(run) == 1:
            prefixes[run] = None
            continue
        exact.update(dict.fromkeys(run[at : at + 2] for at in range(len(run) - 1)))
        if len(run) > 2:
            written[run] = None
    return Query(
        exact=tuple(exact), prefixes=tuple(prefixes), written=tuple(written), words=tuple(run for run, _ in asked)
    )
