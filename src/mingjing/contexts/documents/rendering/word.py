"""
A document as DOCX, with the text and the page breaks of the PDF.

Fonts are named as offices have them, with substitutes. Pages are broken where the PDF breaks them; each leaves room for
two lines more than it holds, so that another word processor's lines change nothing.
"""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

import pypdfium2
import segno
from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from mingjing.contexts.documents.rendering.pdf import LONG_ROW, Print, pdf, starts
from mingjing.domain.documents.kinds import Layout
from mingjing.domain.documents.markup import BLANK_WORDS, Blank, Block, Break, Line, Seal, Sign, Table
from mingjing.domain.documents.paging import UNSIGNED, divided, mark_words, size

BODY: Final = "仿宋_GB2312"
TITLE: Final = "方正小标宋简体"
HEADING: Final = "黑体"
SUBSTITUTES: Final = {
    BODY: "仿宋;FangSong;FandolFang R;Noto Serif CJK SC;Noto Serif SC",
    TITLE: "小标宋;STZhongsong;华文中宋;宋体;Noto Serif CJK SC;Noto Serif SC",
    HEADING: "SimHei;Noto Sans CJK SC;Noto Sans SC",
}
RED: Final = RGBColor(0xC8, 0x10, 0x2E)
SLACK: Final = 5
"""Millimetres by which lines may be longer than in the PDF: word processors squeeze no punctuation."""
_CENTER: Final = WD_ALIGN_PARAGRAPH.CENTER


class _Measures:
    """Sizes in points by layout, as in ``sheet.typ``; lines a hair closer, so that a page holds what the PDF's page holds."""

    def __init__(self, layout: Layout) -> None:
        self.letter = layout in (Layout.LETTER, Layout.COVER)
        self.size = 16 if self.letter else 14 if layout is Layout.RECORD else 12
        self.line = 27.4 if self.letter else 25.3 if layout is Layout.RECORD else 19.6
        self.cell = 12 if self.letter else self.size
        self.cell_line = 19.6 if self.letter else self.line
        self.agency = 24 if self.letter else 18
        self.title = 22 if self.letter else 18
        top, bottom, left, right = (37, 17, 28, 26 - SLACK) if self.letter else (28, 13, 25, 22 - SLACK)
        self.margins = Mm(top), Mm(bottom), Mm(left), Mm(right)
        self.room = Mm(210 - left - right)


def word(printed: Print) -> bytes:
    """
    Write the document; return the DOCX.

    :raises RenderingError: if it cannot be set
    """
    writer = _Writer(printed)
    pages = pages_of(printed)
    for number, page in enumerate(pages):
        if number:
            writer.new_page()
        for block in page:
            writer.block(block)
    return writer.saved()


def pages_of(printed: Print) -> tuple[tuple[Block, ...], ...]:
    """Return the blocks of each page, as the PDF breaks them."""
    begins: dict[tuple[int, int], int] = {}
    for one in starts(printed):
        # the head of a table says its place again on every page
        begins.setdefault((one.block, one.row), one.page)
    texts = page_texts(pdf(printed))
    if len(texts) == 1:
        return (printed.sheet.blocks,)
    own = [size(text) - size(foot(printed, number, len(texts))) for number, text in enumerate(texts, 1)]
    marked = size(printed.stamp)
    return divided(printed.sheet, begins, [count - marked for count in own])


def page_texts(data: bytes) -> list[str]:
    """Read the text of each page of a PDF."""
    document = pypdfium2.PdfDocument(data)
    try:
        found = []
        for page in document:
            text = page.get_textpage()
            found.append(text.get_text_range())
            text.close()
            page.close()
        return found
    finally:
        document.close()


def foot(printed: Print, page: int, pages: int) -> str:
    """Return the words at the foot of a page."""
    check = f"　　核验码{printed.check}" if printed.check else ""
    return f"第{page}页　共{pages}页{check}"


class _Writer:
    """Writes blocks one after the other."""

    def __init__(self, printed: Print) -> None:
        self.printed = printed
        self.sizes = _Measures(printed.layout)
        self.document = Document()
        self.red = printed.sheet.red
        _prepare(self.document, self.sizes, printed)

    def new_page(self) -> None:
        paragraph = self._paragraph(1, exact=1)
        paragraph.add_run().add_break(WD_BREAK.PAGE)

    def block(self, block: Block) -> None:
        match block:
            case Line():
                self._line(block)
            case Table():
                self._table(block)
            case Sign():
                self._sign(block)
            case Seal():
                self._seal(block)
            case Blank():
                self._words(BLANK_WORDS, 12, align=_CENTER)
            case Break():
                pass

    def saved(self) -> bytes:
        out = BytesIO()
        self.document.save(out)
        return out.getvalue()

    def _line(self, one: Line) -> None:
        sizes = self.sizes
        match one.style:
            case "agency":
                paragraph = self._words(
                    one.text, sizes.agency, font=TITLE, bold=True, align=_CENTER, exact=sizes.agency + 8
                )
                if self.red:
                    paragraph.runs[0].font.color.rgb = RED
                    _rule(paragraph)
            case "title":
                paragraph = self._words(
                    one.text, sizes.title, font=TITLE, bold=True, align=_CENTER, exact=sizes.title + 8
                )
                paragraph.paragraph_format.space_after = Pt(8 if sizes.letter else 4)
            case "number":
                self._words(one.text, sizes.cell + 2, align=WD_ALIGN_PARAGRAPH.RIGHT)
            case "heading":
                self._words(one.text, sizes.size, font=HEADING, indent=2 * sizes.size if sizes.letter else 0)
            case "center":
                self._words(one.text, sizes.size, align=_CENTER)
            case "right":
                self._words(one.text, sizes.size, align=WD_ALIGN_PARAGRAPH.RIGHT)
            case "flush":
                self._words(one.text, sizes.size)
            case _:
                self._words(one.text, sizes.size, indent=2 * sizes.size)

    def _table(self, one: Table) -> None:
        sizes = self.sizes
        table = self.document.add_table(rows=len(one.rows), cols=len(one.widths))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        room = self.sizes.room
        widths = [int(room * share / sum(one.widths)) for share in one.widths]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for index, row in enumerate(one.rows):
            made = table.rows[index]
            if row.head:
                made._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))  # noqa: SLF001
            if sum(len(cell.text) for cell in row.cells) <= LONG_ROW:
                made._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))  # noqa: SLF001
            if row.height > 1:
                made.height, made.height_rule = Pt(row.height * sizes.cell_line + 10), WD_ROW_HEIGHT_RULE.AT_LEAST
            at = 0
            for cell in row.cells:
                place = made.cells[at]
                if cell.span > 1:
                    place = place.merge(made.cells[at + cell.span - 1])
                place.width = sum(widths[at : at + cell.span])
                place.vertical_alignment = 1
                lines = cell.text.split("\n")
                paragraph = place.paragraphs[0]
                for number, text in enumerate(lines):
                    if number:
                        paragraph = place.add_paragraph()
                    _shape(paragraph, sizes.cell_line, align=_CENTER if cell.label else WD_ALIGN_PARAGRAPH.LEFT)
                    _run(paragraph, text, sizes.cell, BODY)
                at += cell.span
        # two tables in a row would become one
        self._paragraph(1, exact=2)

    def _sign(self, one: Sign) -> None:
        sizes = self.sizes
        paragraph = self._paragraph(sizes.size)
        paragraph.paragraph_format.space_before = Pt(6)
        _run(paragraph, f"{one.label}：", sizes.size, BODY)
        if not one.marks:
            underlined = _run(paragraph, "\u00a0" * 26, sizes.size, BODY)
            underlined.font.underline = True
            _run(paragraph, UNSIGNED, sizes.size, BODY)
        for mark in one.marks:
            if mark.picture in self.printed.pictures:
                run = paragraph.add_run()
                run.add_picture(BytesIO(self.printed.pictures[mark.picture]), height=Mm(13))
                paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
            _run(paragraph, mark_words(mark), sizes.size, BODY)

    def _seal(self, one: Seal) -> None:
        sizes = self.sizes
        room = self.sizes.room
        for number, text in enumerate((one.agency, one.on)):
            paragraph = self._words(text, sizes.size, align=_CENTER)
            paragraph.paragraph_format.left_indent = room - Mm(80 + SLACK)
            if not number:
                paragraph.paragraph_format.space_before = Pt(sizes.line)
                if "seal" in self.printed.pictures:
                    _float(paragraph, self.printed.pictures["seal"])

    def _words(
        self,
        text: str,
        points: float,
        *,
        font: str = BODY,
        bold: bool = False,
        align: Any = WD_ALIGN_PARAGRAPH.JUSTIFY,
        indent: float = 0,
        exact: float = 0,
    ) -> Paragraph:
        paragraph = self._paragraph(points, exact=exact, align=align)
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(indent)
        _run(paragraph, text, points, font, bold=bold)
        return paragraph

    def _paragraph(self, _points: float, *, exact: float = 0, align: Any = WD_ALIGN_PARAGRAPH.JUSTIFY) -> Paragraph:
        paragraph = self.document.add_paragraph()
        _shape(paragraph, exact or self.sizes.line, align=align)
        if align != WD_ALIGN_PARAGRAPH.JUSTIFY:
            paragraph.paragraph_format.right_indent = Mm(SLACK)
        return paragraph


def _shape(paragraph: Paragraph, line: float, *, align: Any) -> None:
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    form.widow_control = False
    form.alignment = align
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    if properties.find(qn("w:overflowPunct")) is None:
        # said aloud although it is the default: LibreOffice 7 hangs punctuation over the edge, and loses it, where it is not
        _insert(properties, "overflowPunct")


_AFTER: Final = (
    "topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection "
    "textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange"
).split()
"""What the schema puts after these properties of a paragraph."""


def _insert(properties: Any, name: str) -> None:
    element = parse_xml(f'<w:{name} {nsdecls("w")} w:val="1"/>')
    for child in properties:
        if child.tag.rpartition("}")[2] in _AFTER:
            child.addprevious(element)
            return
    properties.append(element)


def _run(paragraph: Paragraph, text: str, points: float, font: str, *, bold: bool = False) -> Any:
    run = paragraph.add_run(text)
    run.font.size, run.font.bold = Pt(points), bold
    run.font.name = font
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)  # noqa: SLF001
    return run


def _prepare(document: DocumentType, sizes: _Measures, printed: Print) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = sizes.margins
    section.header_distance, section.footer_distance = Mm(8), Mm(7)
    normal: Any = document.styles["Normal"]
    normal.font.size = Pt(sizes.size)
    normal.font.name = BODY
    normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
    _name_substitutes(document)
    _speak_chinese(document)
    properties = document.core_properties
    properties.title, properties.author = printed.title, printed.agency
    day = printed.dated_on
    properties.created = datetime(day.year, day.month, day.day, tzinfo=UTC) if day else datetime(2000, 1, 1, tzinfo=UTC)
    section.different_first_page_header_footer = True
    for part in (section.first_page_footer, section.footer):
        _foot(part.paragraphs[0], printed)
    if printed.address:
        out = BytesIO()
        segno.make(printed.address, error="m").save(out, kind="png", scale=6, border=0)
        paragraph = section.first_page_header.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Mm(SLACK - 12)
        paragraph.add_run().add_picture(BytesIO(out.getvalue()), width=Mm(17))


def _foot(paragraph: Paragraph, printed: Print) -> None:
    paragraph.alignment = _CENTER
    for text, field in (("第", "PAGE"), ("页　共", "NUMPAGES"), ("页", "")):
        _run(paragraph, text, 10.5, BODY)
        if field:
            _field(paragraph, field)
    if printed.check:
        _run(paragraph, f"　　核验码{printed.check}", 10.5, BODY)


def _field(paragraph: Paragraph, code: str) -> None:
    for xml in (
        f'<w:fldChar {nsdecls("w")} w:fldCharType="begin"/>',
        f'<w:instrText {nsdecls("w")} xml:space="preserve"> {code} </w:instrText>',
        f'<w:fldChar {nsdecls("w")} w:fldCharType="separate"/>',
        f"<w:t {nsdecls('w')}>1</w:t>",
        f'<w:fldChar {nsdecls("w")} w:fldCharType="end"/>',
    ):
        run = _run(paragraph, "", 10.5, BODY)
        run._r.append(parse_xml(xml))  # noqa: SLF001


def _rule(paragraph: Paragraph) -> None:
    border = f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="14" w:space="4" w:color="C8102E"/></w:pBdr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(border))  # noqa: SLF001


def _float(paragraph: Paragraph, png: bytes) -> None:
    """Lay the seal over the agency's name, behind nothing and moving nothing."""
    run = paragraph.add_run()
    picture = run.add_picture(BytesIO(png), width=Mm(42))
    inline = picture._inline  # noqa: SLF001
    side = Mm(42)
    anchor = parse_xml(
        f'<wp:anchor {nsdecls("wp", "a", "pic", "r")} distT="0" distB="0" distL="0" distR="0" simplePos="0" '
        'relativeHeight="2" behindDoc="1" locked="0" layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>'
        f'<wp:positionH relativeFrom="column"><wp:posOffset>{int(Mm(156) - Mm(80) + Mm(19))}</wp:posOffset></wp:positionH>'
        f'<wp:positionV relativeFrom="paragraph"><wp:posOffset>{-int(Mm(10))}</wp:posOffset></wp:positionV>'
        f'<wp:extent cx="{side}" cy="{side}"/><wp:wrapNone/></wp:anchor>'
    )
    for child in list(inline):
        if not child.tag.endswith("}extent"):
            anchor.append(child)
    inline.getparent().replace(inline, anchor)


def _name_substitutes(document: DocumentType) -> None:
    """Tell the reader's word processor which fonts may stand in."""
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, others in SUBSTITUTES.items()
    )
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{entries}</w:fonts>'
    # The part is kept as bytes by python-docx, which offers no way to edit it.
    part._blob = xml.encode()  # noqa: SLF001


def _speak_chinese(document: DocumentType) -> None:
    """Say that the text is simplified Chinese: else a renderer may take Japanese or traditional shapes."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:val"), "zh-CN")
        language.set(qn("w:eastAsia"), "zh-CN")
