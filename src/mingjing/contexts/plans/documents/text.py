"""Plain text, and text that was pasted."""

import re
from pathlib import Path

from mingjing.domain.plans.model import Block, Paragraph
from mingjing.facts.rows import UnreadableFileError


def decode(name: str, data: bytes) -> str:
    """Decode UTF-8, UTF-16 with its mark, or GB 18030; anything else is refused."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _is_readable(text):
            return text
    tail = _cut_utf8(data)
    if tail is not None and _is_readable(tail):
        return tail
    raise UnreadableFileError(f"“{name}”不是文字：既不是 UTF-8，也不是 GB18030 编码，未读入。")


def _cut_utf8(data: bytes) -> str | None:
    """A download cut in the middle of a character."""
    for end in range(1, 4):
        try:
            return data[:-end].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    return None


def _is_readable(text: str) -> bool:
    odd = len(re.findall(r"[\x00-\x08\x0e-\x1f\x7f\ufffd\ue000-\uf8ff]", text))
    return odd <= max(2, len(text) // 500)


def text_blocks(name: str, text: str) -> list[Block]:
    """Take the lines as paragraphs; text without Chinese is no plan."""
    if not re.search(r"[\u4e00-\u9fff]", text):
        raise UnreadableFileError(f"“{name}”里没有中文文字，未读入。")
    return [Paragraph(line) for line in re.split(r"\r\n|\r|\n|\u2028|\u2029|\x0b|\x0c", text)]


def read_text(name: str, path: Path) -> tuple[list[Block], list[str]]:
    """Read a text file."""
    return text_blocks(name, decode(name, path.read_bytes())), []
