"""Text files at first look: their encoding, their longest line, whether their quotes pair."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mingjing.facts.packages import magic_of
from mingjing.facts.rows import UnreadableFileError

LONGEST_LINE: Final = 8 * 1024 * 1024
BLOCK: Final = 4 * 1024 * 1024
HEAD: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFile:
    """A text file after a first look: where its text begins, how it is encoded, and whether its quotes pair."""

    name: str
    path: Path
    encoding: str
    start: int
    quotes_pair: bool
    has_long_lines: bool

    def head(self) -> tuple[bytes, str]:
        with self.path.open("rb") as stream:
            stream.seek(self.start)
            raw = stream.read(HEAD)
        return raw, raw.decode(self.encoding, errors="ignore")


_CLEAR_UTF8: Final = re.compile(rb"[\xe3-\xe9][\x80-\xbf][\x80-\xbf]")


def examine_text(name: str, path: Path, scratch: Path) -> TextFile:
    """
    Read the file through once: its encoding, its longest line, its quotes.

    :raises UnreadableFileError: when it is no text, mixes encodings, or has a line beyond all measure.
    """
    head = magic_of(path)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        path = _to_utf8(name, path, scratch)
        head = magic_of(path)
    start = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    if b"\0" in head:
        raise UnreadableFileError(f"“{name}”不是文本文件（含有二进制内容），无法当作表格读取。")
    looks = _Looks(name)
    lines, quotes, long, rest = 0, 0, False, b""
    with path.open("rb") as stream:
        stream.seek(start)
        while chunk := stream.read(BLOCK):
            quotes += chunk.count(b'"')
            end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1
            if end == 0:
                rest += chunk
                _refuse_long_line(name, rest, lines)
                continue
            first = re.search(rb"[\r\n]", chunk)
            long = long or len(rest) + (first.start() if first else 0) > BLOCK // 2
            block, rest = rest + chunk[:end], chunk[end:]
            _refuse_long_line(name, rest, lines)
            lines = looks.take(block, lines)
        if rest:
            looks.take(rest, lines)
    return TextFile(
        name=name,
        path=path,
        encoding=looks.encoding(),
        start=start,
        quotes_pair=quotes % 2 == 0,
        has_long_lines=long or len(rest) > BLOCK // 2,
    )


def _refuse_long_line(name: str, rest: bytes, lines: int) -> None:
    if len(rest) > LONGEST_LINE:
        raise UnreadableFileError(
            f"“{name}”第 {lines + 1} 行超过 {LONGEST_LINE // 1024**2} MB，不像表格。请检查该行的换行和引号。",
            file=name,
            row=lines + 1,
        )


@dataclass(slots=True)
class _Looks:
    """What the lines of a text file look like."""

    name: str
    utf8_line: int | None = None
    chinese_line: int | None = None

    def take(self, block: bytes, lines: int) -> int:
        """Look at whole lines that begin after ``lines`` lines; return how many there are now."""
        separator = b"\n" if b"\n" in block else b"\r"
        if b"\0" in block:
            row = lines + block[: block.index(b"\0")].count(separator) + 1
            raise UnreadableFileError(f"“{self.name}”第 {row} 行有二进制内容，不是文本表格。", file=self.name, row=row)
        try:
            block.decode("utf-8")
            if self.utf8_line is None and (match := _CLEAR_UTF8.search(block)):
                self.utf8_line = lines + block[: match.start()].count(separator) + 1
        except UnicodeDecodeError:
            self._line_by_line(block.split(separator), lines)
        if self.utf8_line is not None and self.chinese_line is not None:
            raise UnreadableFileError(
                f"“{self.name}”混用了两种编码：第 {self.utf8_line} 行是 UTF-8，第 {self.chinese_line} 行是 GB18030（GBK）。"
                "请用同一种编码另存后重发。",
                file=self.name,
                row=max(self.utf8_line, self.chinese_line),
            )
        return lines + block.count(separator)

    def _line_by_line(self, texts: list[bytes], lines: int) -> None:
        for row, line in enumerate(texts, start=lines + 1):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                if self.utf8_line is None and _CLEAR_UTF8.search(line):
                    self.utf8_line = row
            except UnicodeDecodeError:
                try:
                    line.decode("gb18030")
                except UnicodeDecodeError:
                    raise UnreadableFileError(
                        f"“{self.name}”第 {row} 行既不是 UTF-8 也不是 GB18030 编码，可能已经损坏。请另存为 UTF-8 后重发。",
                        file=self.name,
                        row=row,
                    ) from None
                if self.chinese_line is None:
                    self.chinese_line = row

    def encoding(self) -> str:
        return "gb18030" if self.chinese_line is not None else "utf-8"


def _to_utf8(name: str, path: Path, scratch: Path) -> Path:
    """Rewrite a UTF-16 text (the workbook programs' "Unicode text") as UTF-8."""
    target = scratch / f"utf8-{len(list(scratch.iterdir()))}.txt"
    try:
        with path.open(encoding="utf-16", newline="") as source, target.open("w", encoding="utf-8", newline="") as sink:
            while chunk := source.read(HEAD):
                sink.write(chunk)
    except UnicodeError as error:
        raise UnreadableFileError(f"“{name}”标明是 UTF-16 编码，但内容已损坏。请另存为 UTF-8 后重发。") from error
    return target


def is_json(text: TextFile) -> bool:
    return text.head()[1].lstrip()[:1] == "{"
