"""
A document as PDF, by typst, in this process.

The fonts are loaded once in a process. The page itself is ``sheet.typ``; everything that differs goes in as JSON, so
nothing that was filled in can act as markup.
"""

import base64
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar, Final

import segno
from django.conf import settings

from mingjing.domain.documents.kinds import Layout
from mingjing.domain.documents.markup import Blank, Block, Break, Line, Seal, Sheet, Sign, Table
from mingjing.domain.documents.paging import mark_words
from mingjing.kernel.errors import DomainError

BODY_FONTS: Final = ("FangSong_GB2312", "FangSong", "FandolFang R", "Noto Serif SC", "Noto Serif CJK SC")
HEADING_FONTS: Final = ("SimHei", "Noto Sans SC", "Noto Sans CJK SC")
LONG_ROW: Final = 240
"""Rows with more characters may be divided between pages."""


class RenderingError(DomainError):
    """The page could not be set: a mistake in the program, or a picture that is none."""

    code: ClassVar[str] = "documents.rendering"


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """
    What is to be printed: the sheet, and what stands round it.

    ``pictures`` holds PNG by key: signatures under the keys of their marks, and the seal under ``seal``. ``check`` is the
    code by which anyone can check the document, ``address`` the page that the QR code leads to, ``stamp`` what lies across the page (草稿, 作废).
    """

    sheet: Sheet
    layout: Layout
    title: str
    agency: str
    dated_on: date | None = None
    check: str = ""
    address: str = ""
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    seam: bool = False
    stamp: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """On which page a block begins, or a row of a table (``row`` from 0)."""

    block: int
    row: int
    page: int


def pdf(printed: Print) -> bytes:
    """
    Set the document; return the PDF.

    :raises RenderingError: if it cannot be set
    """
    made: bytes = _run(printed, lambda compiler, stamp: compiler.compile(format="pdf", timestamp=stamp))
    return made


def starts(printed: Print) -> tuple[Start, ...]:
    """Return where blocks and rows begin, in their order, as the PDF has them."""
    answer = _run(printed, lambda compiler, _stamp: compiler.query("<start>", field="value"))
    return tuple(Start(block=int(one[0]), row=int(one[1]), page=int(one[2])) for one in json.loads(answer))


def qr(address: str) -> str:
    """Draw a QR code as SVG."""
    out = BytesIO()
    # any of the eight masks can be read; to try all of them takes as long as the page
    segno.make(address, error="m", mask=3, micro=False).save(out, kind="svg", border=0, xmldecl=False, svgns=True)
    return out.getvalue().decode()


def as_json(printed: Print) -> dict[str, Any]:
    """Say the document as ``sheet.typ`` reads it."""
    return {
        "layout": printed.layout.value,
        "red": printed.sheet.red,
        "title": printed.title,
        "agency": printed.agency,
        "check": printed.check,
        "qr": qr(printed.address) if printed.address else "",
        "stamp": printed.stamp,
        "seal": "seal" if "seal" in printed.pictures else "",
        "seam": "seal" if printed.seam and "seal" in printed.pictures else "",
        "pictures": {name: _svg_of(data) for name, data in printed.pictures.items()},
        "fonts": {"body": _present(BODY_FONTS), "heading": _present(HEADING_FONTS)},
        "blocks": [_block(one) for one in printed.sheet.blocks],
    }


def _block(one: Block) -> dict[str, Any]:
    match one:
        case Line():
            return {"t": "line", "s": one.style, "x": one.text}
        case Table():
            rows = [
                {
                    "h": row.head,
                    "n": row.height,
                    "b": sum(len(cell.text) for cell in row.cells) > LONG_ROW,
                    "c": [{"x": cell.text, "s": cell.span, "l": cell.label} for cell in row.cells],
                }
                for row in one.rows
            ]
            return {"t": "table", "w": list(one.widths), "rows": rows}
        case Sign():
            marks = [{"x": mark_words(mark), "picture": mark.picture} for mark in one.marks]
            return {"t": "sign", "label": one.label, "marks": marks}
        case Seal():
            return {"t": "seal", "agency": one.agency, "on": one.on}
        case Blank():
            return {"t": "blank"}
        case Break():
            return {"t": "break"}


def _svg_of(png: bytes) -> str:
    """Wrap a PNG as SVG: typst reads pictures from files or from SVG text, and there is no file."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(png)) as picture:
            width, height = picture.size
    except (UnidentifiedImageError, OSError) as error:
        raise RenderingError("签名或者印章的图片读不出来，请重新上传 PNG 图片。") from error
    data = base64.b64encode(png).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{width}" '
        f'height="{height}"><image width="{width}" height="{height}" xlink:href="data:image/png;base64,{data}"/></svg>'
    )


_lock = threading.Lock()
"""One page at a time: the compiler is kept, and with it what it has read."""


def _run(printed: Print, act: Any) -> Any:
    import typst

    stamp = int(datetime(*(printed.dated_on or date(2000, 1, 1)).timetuple()[:3]).timestamp())
    inputs = {"sheet": json.dumps(as_json(printed), ensure_ascii=False)}
    try:
        with _lock:
            compiler = typst.Compiler(input=_page(), font_paths=_fonts(), ignore_system_fonts=True, sys_inputs=inputs)
            return act(compiler, stamp)
    except typst.TypstError as error:
        raise RenderingError(f"文书排版失败：{error.message}") from error


@cache
def _page() -> bytes:
    return files("mingjing.contexts.documents").joinpath("rendering", "sheet.typ").read_bytes()


@cache
def _fonts() -> Any:
    """Load the fonts once: those that the place put into its ``fonts`` folder, and those that travel along."""
    import typst

    with as_file(files("pylopdf_fonts_zh_cn")) as folder:
        paths = [str(folder)]
    own = Path(settings.HOME) / "fonts"
    if own.is_dir():
        paths.insert(0, str(own))
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)


@cache
def _present(wanted: tuple[str, ...]) -> list[str]:
    known = set(_fonts().families())
    return [one for one in wanted if one in known]
