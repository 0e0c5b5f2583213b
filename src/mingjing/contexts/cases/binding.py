"""Many PDFs bound into one: numbered pages, a bookmark for each part."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

_MARGIN: Final = 42
_SIZE: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a bound file: the name of its bookmark, its PDF, and whether its pages are counted."""

    title: str
    pdf: bytes
    counted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """What was bound: the file, all its pages, and for each part its first and last counted page (0: not counted)."""

    pdf: bytes
    pages: int
    spans: tuple[tuple[int, int], ...]


def spans_of(parts: Sequence[Part]) -> tuple[tuple[int, int], ...]:
    """Return the first and last number that the pages of each part will bear."""
    found, number = [], 0
    for part in parts:
        count = len(PdfReader(io.BytesIO(part.pdf)).pages)
        found.append((number + 1, number + count) if part.counted else (0, 0))
        number += count if part.counted else 0
    return tuple(found)


def bind(parts: Sequence[Part], *, title: str) -> Bound:
    """Bind the parts in order; counted pages bear their number in the upper right corner."""
    writer = PdfWriter()
    writer.add_metadata({"/Title": title})
    number = 0
    for part in parts:
        first = len(writer.pages)
        for page in PdfReader(io.BytesIO(part.pdf)).pages:
            added = writer.add_page(page)
            if part.counted:
                number += 1
                _stamp(added, number)
        writer.add_outline_item(title=part.title, page_number=first)
    out = io.BytesIO()
    writer.write(out)
    return Bound(pdf=out.getvalue(), pages=len(writer.pages), spans=spans_of(parts))


def _stamp(page: PageObject, number: int) -> None:
    """Write the number with a font that every reader has: digits only, so nothing needs embedding."""
    box = page.mediabox
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    overlay = PdfWriter()
    blank = overlay.add_blank_page(width=float(box.width), height=float(box.height))
    text = str(number)
    x, y = float(box.width) - _MARGIN - _SIZE * 0.6 * len(text), float(box.height) - _MARGIN
    stream = DecodedStreamObject()
    stream.set_data(f"BT /F1 {_SIZE} Tf {x:.1f} {y:.1f} Td ({text}) Tj ET".encode("ascii"))
    blank[NameObject("/Contents")] = overlay._add_object(stream)  # noqa: SLF001 - pypdf has no other way to add one
    blank[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
    )
    page.merge_transformed_page(blank, Transformation().translate(float(box.left), float(box.bottom)))
