"""Letters of full and half width as one, character by character, so that a place found is a place in the source."""

import re
from functools import lru_cache
from typing import Final

_PAIRS: Final = {
    **{chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict(zip("　〔﹝〕﹞【】〖〗〈〉∶﹔﹕–—―〜", " (())[][]<>:;:---~", strict=True)),
}
_TABLE: Final = str.maketrans(_PAIRS)

_DIGITS: Final = {char: at for at, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_SCALES: Final = {"十": 10, "百": 100, "千": 1000, "万": 10000}


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Write full-width signs as half-width ones; the length stays, character for character."""
    return text.translate(_TABLE)


def squeeze(text: str) -> str:
    """Leave out all blanks and fold, for comparing."""
    return re.sub(r"\s+", "", fold(text))


def number_of(text: str) -> int | None:
    """Read a whole number in digits or in Chinese (``十二``, ``二〇二四``); None where it is none."""
    text = fold(text).strip()
    if text.isdecimal():
        return int(text)
    if not text or any(char not in _DIGITS and char not in _SCALES for char in text):
        return None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total, digit = 0, 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "万":
            total, digit = (total + digit) * _SCALES[char], 0
        else:
            total, digit = total + (digit or 1) * _SCALES[char], 0
    return total + digit
