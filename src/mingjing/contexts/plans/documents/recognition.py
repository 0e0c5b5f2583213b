"""Recognising the text of scanned pages with Tesseract, where it and its Chinese are installed on the machine."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from mingjing.facts.rows import UnreadableFileError

DPI: Final = 300
"""Tesseract knows Chinese best at this resolution."""
_LANGUAGE: Final = "chi_sim"
_PAGE_SECONDS: Final = 180
_SURE: Final = 60
"""Below this confidence (of 100) a word must be looked at by a person."""
_AROUND: Final = 3

type Progress = Callable[[int, int, str], None]
"""Told how many pages are recognised, of how many, and in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A piece of recognised text, its place on the image in pixels, and the line it stands in."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    line: tuple[int, ...] = ()
    is_sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Words that were recognised with little confidence: themselves, with what stands around them, and the page."""

    page: int
    words: str
    around: str


@dataclass(slots=True)
class Recognising:
    """One document under recognition: who is told how far it is, and what is doubtful so far."""

    progress: Progress | None = None
    doubts: list[Doubt] = field(default_factory=list)

    def page(self, image: Any, number: int, done: int, of: int) -> list[Word]:
        """Recognise one page and keep its doubts."""
        if self.progress is not None:
            self.progress(done, of, f"正在识别第 {number} 页（扫描件 {done + 1}/{of}）")
        words = recognise(image)
        self.doubts += _doubts(words, number)
        return words


@cache
def is_available() -> bool:
    """Say whether text can be recognised here."""
    if shutil.which("tesseract") is None:
        return False
    try:
        listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, timeout=30, check=False)
    except subprocess.TimeoutExpired:
        return False
    return _LANGUAGE in (listed.stdout + listed.stderr).decode("utf-8", "replace").split()


def recognise(image: Any) -> list[Word]:
    """
    Recognise the words of a grey image (an array of pixels, rows first), in the order of reading.

    :raises UnreadableFileError: if the page takes too long
    """
    height, width = image.shape
    picture = b"P5 %d %d 255\n" % (width, height) + image.tobytes()
    command = ["tesseract", "stdin", "stdout", "-l", _LANGUAGE, "--psm", "3", "--dpi", str(DPI), "tsv"]
    try:
        found = subprocess.run(command, input=picture, capture_output=True, timeout=_PAGE_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFileError(
            f"识别一页超过 {_PAGE_SECONDS} 秒，已放弃。请提供文字版，或者分成几份再导入。"
        ) from error
    return [word for line in found.stdout.decode("utf-8", "replace").splitlines()[1:] if (word := _word(line))]


def _word(line: str) -> Word | None:
    """Read a row of Tesseract's table: level, page, block, paragraph, line, word, left, top, width, height, sureness, text."""
    cells = line.split("\t")
    if len(cells) != 12 or cells[0] != "5" or not cells[11].strip():
        return None
    left, top, width, height = (float(one) for one in cells[6:10])
    return Word(
        text=cells[11].strip(), left=left, top=top, right=left + width, bottom=top + height,
        line=tuple(int(one) for one in cells[2:5]), is_sure=float(cells[10]) >= _SURE,
    )  # fmt: skip


def _doubts(words: list[Word], page: int) -> list[Doubt]:
    """Join doubtful words that stand side by side; signs alone are no matter."""
    lines: dict[tuple[int, ...], list[Word]] = {}
    for word in words:
        lines.setdefault(word.line, []).append(word)
    out = []
    for line in lines.values():
        text, spans = "", list[list[int]]()
        for word in line:
            if not word.is_sure:
                if spans and spans[-1][1] == len(text):
                    spans[-1][1] += len(word.text)
                else:
                    spans.append([len(text), len(text) + len(word.text)])
            text += word.text
        out += [
            Doubt(page=page, words=text[start:end], around=text[max(0, start - _AROUND) : end + _AROUND])
            for start, end in spans
            if any(char.isalnum() for char in text[start:end])
        ]
    return out
