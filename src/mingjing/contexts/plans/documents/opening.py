"""
What a file is, by its content and never by its name alone, and the reader for it.

Whatever cannot be read is refused with a reason in Chinese: nothing of it is passed on.
"""

import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from mingjing.contexts.plans.documents.recognition import Doubt, Recognising
from mingjing.domain.plans.model import Block, Paragraph
from mingjing.facts.packages import BROKEN_ZIP, Limits, check_package
from mingjing.facts.rows import PackageTooLargeError, UnreadableFileError

MAX_BYTES: Final = 64 * 1024**2
MAX_CHARACTERS: Final = 3_000_000
"""Some two thousand pages; and no line of a plan, though it were pasted as one, is as long as a book."""
MAX_LINE: Final = 300_000
MAX_PART: Final = 48 * 1024**2
"""The words of a document, unpacked; pictures beside them do not count."""
_LIMITS: Final = Limits(entries=5_000, total_bytes=400 * 1024**2, ratio=200, ratio_from_bytes=4 * 1024**2)
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES: Final = {b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"II*\x00": "TIFF", b"MM\x00*": "TIFF", b"BM": "BMP"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """
    A document, read: what it was, its blocks, and what a reader should know of how it was read.

    ``doubts`` are the words of scanned pages that were recognised with little confidence.
    """

    name: str
    format: str
    blocks: tuple[Block, ...]
    notes: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def open_document(path: Path, recognising: Recognising | None = None) -> Document:
    """
    Read a document; ``recognising`` is told how far the recognition of scanned pages is.

    :raises UnreadableFileError: if it is empty, damaged, too large, of another kind, or holds no text
    """
    name = path.name
    recognising = recognising or Recognising()
    check_size(path)
    kind, reader, notes = _reader_for(name, path, recognising)
    blocks, more = reader(name, path)
    if not blocks:
        raise UnreadableFileError(f"文件“{name}”里没有文字。")
    check_length(name, blocks)
    return Document(
        name=name, format=kind, blocks=tuple(blocks), notes=(*notes, *more), doubts=tuple(recognising.doubts)
    )


def pages_to_recognise(path: Path) -> int:
    """
    Count the scanned pages of a document, so that one with many is read in the background.

    :raises UnreadableFileError: if it cannot be opened
    """
    from mingjing.contexts.plans.documents import pdf

    check_size(path)
    with path.open("rb") as stream:
        is_pdf = b"%PDF-" in stream.read(1024)
    return pdf.scanned_pages(path.name, path) if is_pdf else 0


def check_size(path: Path) -> None:
    """
    Refuse what is no file, empty or too large.

    :raises UnreadableFileError: with the reason
    """
    name = path.name
    if path.is_dir():
        raise UnreadableFileError(f"“{path}”是文件夹，请指定一个文件。")
    if not path.exists():
        raise UnreadableFileError(f"没有“{path}”这个文件。")
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFileError(f"文件“{name}”是空的。")
    if size > MAX_BYTES:
        raise PackageTooLargeError(f"文件“{name}”有 {size // 1024**2} MB，超过上限 {MAX_BYTES // 1024**2} MB，未读入。")


def check_length(name: str, blocks: Sequence[Block]) -> None:
    """
    Refuse what is far longer than a plan can be.

    :raises PackageTooLargeError: with the length and the limit
    """
    lengths = [
        len(one.text) if isinstance(one, Paragraph) else sum(len(cell.text) for row in one.rows for cell in row)
        for one in blocks
    ]
    for length, limit, what in (
        (sum(lengths), MAX_CHARACTERS, "文字"),
        (max(lengths, default=0), MAX_LINE, "一段文字"),
    ):
        if length > limit:
            raise PackageTooLargeError(
                f"“{name}”的{what}有 {length // 10_000} 万字，超过上限 {limit // 10_000} 万字，未读入。"
            )


type Reader = Callable[[str, Path], tuple[list[Block], list[str]]]


def _reader_for(name: str, path: Path, recognising: Recognising) -> tuple[str, Reader, list[str]]:
    with path.open("rb") as stream:
        head = stream.read(4096)
    kind, reader = _by_content(name, path, head, recognising)
    suffix = path.suffix.lower().lstrip(".")
    usual = {
        "htm": "html",
        "shtml": "html",
        "mht": "html",
        "text": "txt",
        "md": "txt",
        "csv": "txt",
        "wps": "doc",
        "et": "xlsx",
        "xls": "xlsx",
        "rtf": "doc",
        "docm": "docx",
    }
    suffix = usual.get(suffix, suffix)
    known = {"docx", "doc", "pdf", "html", "txt", "xlsx"}
    note = (
        [f"扩展名是 .{suffix}，内容其实是 {kind.upper()}，已按内容读取。"] if suffix in known and suffix != kind else []
    )
    return kind, reader, note


def _by_content(name: str, path: Path, head: bytes, recognising: Recognising) -> tuple[str, Reader]:
    from mingjing.contexts.plans.documents import html, pdf, text, word

    if head.startswith(b"PK"):
        return _package(name, path)
    if b"%PDF-" in head[:1024]:
        return "pdf", partial(pdf.read_pdf, recognising=recognising)
    if head.startswith(_OLE):
        return _old_office(name, path)
    if head.startswith(b"{\\rtf"):
        return "doc", word.read_old_word
    for magic, label in _IMAGES.items():
        if head.startswith(magic):
            raise UnreadableFileError(f"“{name}”是 {label} 图片，不是文档。请把它放进 PDF，或者先识别成文字。")
    if head.startswith(
        (b"GIF8", b"RIFF", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"MZ", b"\x7fELF", b"OggS", b"ID3", b"SQLite format")
    ):
        raise UnreadableFileError(f"“{name}”不是文档（可能是压缩包、程序、图片或者音像），未读入。")
    if html.looks_like_html(head):
        return "html", html.read_html
    return "txt", text.read_text


def _package(name: str, path: Path) -> tuple[str, Reader]:
    from mingjing.contexts.plans.documents import word, workbook

    try:
        with zipfile.ZipFile(path) as package:
            infos = package.infolist()
            check_package(name, infos, _LIMITS, _LIMITS.total_bytes)
            names = {info.filename for info in infos}
    except BROKEN_ZIP as error:
        raise UnreadableFileError(f"文件“{name}”已损坏或者不完整，请重新下载或者另存后再导入。") from error
    if "word/document.xml" in names:
        size = max(info.file_size for info in infos if re.match(r"word/[^/]+\.xml$", info.filename))
        if size > MAX_PART:
            raise PackageTooLargeError(
                f"文件“{name}”的文字展开后有 {size // 1024**2} MB，超过上限 {MAX_PART // 1024**2} MB，未读入。"
            )
        return "docx", word.read_word
    if any(one.startswith("xl/") for one in names) or ("content.xml" in names and _is_spreadsheet(path)):
        return "xlsx", workbook.read_workbook
    if "OFD.xml" in names:
        raise UnreadableFileError(f"“{name}”是 OFD 版式文件，请先转成 PDF 再导入。")
    if "content.xml" in names:
        return "doc", word.read_old_word
    raise UnreadableFileError(f"“{name}”是压缩包，不是文档。请解开后导入其中的文件。")


def _is_spreadsheet(path: Path) -> bool:
    with zipfile.ZipFile(path) as package:
        try:
            return b"spreadsheet" in package.read("mimetype")
        except KeyError:
            return False


def _old_office(name: str, path: Path) -> tuple[str, Reader]:
    """Tell the old formats of Office by the names of the streams in them."""
    from mingjing.contexts.plans.documents import word, workbook

    data = path.read_bytes()
    if "WordDocument".encode("utf-16-le") in data:
        return "doc", word.read_old_word
    if "Workbook".encode("utf-16-le") in data:
        return "xlsx", workbook.read_workbook
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableFileError(f"文件“{name}”有密码，请去掉密码后再导入。")
    raise UnreadableFileError(
        f"“{name}”里没有 Word 或者 Excel 的内容，可能已损坏，也可能有密码。请另存为 docx 再导入。"
    )
