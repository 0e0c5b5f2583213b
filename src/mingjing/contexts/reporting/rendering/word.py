"""
A report as DOCX in the layout of official documents (GB/T 9704): A4, 37/35/28/26 mm, 仿宋 三号 with 28 pt lines.

Fonts are named as offices have them, with substitutes for machines that lack them.
"""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from mingjing.contexts.reporting.rendering.pdf import chart_png, chinese
from mingjing.contexts.reporting.rendering.sheet import Sheet
from mingjing.domain.reports.blocks import Block, BlockKind

_BODY: Final = "仿宋_GB2312"
_TITLE: Final = "方正小标宋简体"
_HEAD: Final = "黑体"
_SUBSTITUTES: Final = {
    _BODY: "仿宋;FangSong;FandolFang R;Noto Serif CJK SC;Noto Serif SC",
    _TITLE: "小标宋;STZhongsong;华文中宋;宋体;Noto Serif CJK SC;Noto Serif SC",
    _HEAD: "SimHei;Noto Sans CJK SC;Noto Sans SC",
}
_RED: Final = RGBColor(0xC8, 0x10, 0x2E)
_TEXT_WIDTH: Final = 156
"""Millimetres between the margins."""
_CENTER: Final = WD_ALIGN_PARAGRAPH.CENTER


def docx(sheet: Sheet) -> bytes:
    """Return the report as DOCX."""
    document = Document()
    _page(document)
    _name_substitutes(document)
    properties = document.core_properties
    properties.title, properties.author = sheet.title, sheet.issuer
    properties.created = properties.modified = datetime(2000, 1, 1, tzinfo=UTC)
    head = _paragraph(document, sheet.issuer, _TITLE, 34, align=_CENTER, color=_RED, line=48)
    head.paragraph_format.space_after = Pt(4)
    _rule(_paragraph(document, sheet.number, _BODY, 16, align=_CENTER))
    _paragraph(document, "", _BODY, 16, line=20)
    _paragraph(document, sheet.title, _TITLE, 22, align=_CENTER, line=36)
    _paragraph(document, "", _BODY, 16, line=16)
    if sheet.addressees:
        _paragraph(document, f"{sheet.addressees}：", _BODY, 16)
    for block in sheet.blocks:
        _block(document, block)
    if sheet.dated_on:
        _paragraph(document, "", _BODY, 16)
        for text, back in ((sheet.issuer, 2), (chinese(sheet), 4)):
            last = _paragraph(document, text, _BODY, 16, align=WD_ALIGN_PARAGRAPH.RIGHT)
            last.paragraph_format.right_indent = Pt(16 * back)
            last.paragraph_format.keep_with_next = text == sheet.issuer
    if sheet.draft:
        _paragraph(document, "（草稿，未签发）", _HEAD, 12, align=_CENTER)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _block(document: DocumentType, block: Block) -> None:
    if block.kind is BlockKind.HEADING:
        made = _paragraph(document, block.text, _HEAD, 16, indent=True)
        made.paragraph_format.keep_with_next = True
    elif block.kind is BlockKind.PARAGRAPH:
        for line in block.text.split("\n"):
            _paragraph(document, line, _BODY, 16, indent=True)
    else:
        title = _paragraph(document, block.title, _HEAD, 13, align=_CENTER)
        title.paragraph_format.keep_with_next = True
        if block.kind is BlockKind.CHART:
            holder = document.add_paragraph()
            holder.alignment = _CENTER
            holder.add_run().add_picture(BytesIO(chart_png(block)), width=Mm(_TEXT_WIDTH - 6))
        else:
            _table(document, block)


def _table(document: DocumentType, block: Block) -> None:
    widths = _widths(block)
    table = document.add_table(rows=1, cols=len(block.columns))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    longest = [max(_broad(row[at]) for row in (block.columns, *block.rows)) for at in range(len(block.columns))]
    for number, row in enumerate((block.columns, *block.rows)):
        cells = table.rows[0].cells if number == 0 else table.add_row().cells
        for at, text in enumerate(row):
            cells[at].width = Mm(widths[at])
            paragraph = cells[at].paragraphs[0]
            _fill(paragraph, text, _HEAD if number == 0 else _BODY, 10.5, line=16)
            if number == 0 or longest[at] <= 10:
                paragraph.alignment = _CENTER
    for at, width in enumerate(widths):
        # some word processors read the grid, not the cells
        table.columns[at].width = Mm(width)
    header = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001
    header.append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    for row in table.rows:
        row._tr.get_or_add_trPr().append(parse_xml(f"<w:cantSplit {nsdecls('w')}/>"))  # noqa: SLF001
    _paragraph(document, "", _BODY, 10.5, line=10)


def _widths(block: Block) -> list[float]:
    """Share the width out: what holds few characters takes what it needs, the rest goes by length."""
    longest = [max(_broad(row[at]) for row in (block.columns, *block.rows)) for at in range(len(block.columns))]
    needs = [min(n, 10) * 4.2 + 4 if n <= 10 else 0 for n in longest]
    if not any(n > 10 for n in longest):
        scale = min(1.0, _TEXT_WIDTH / sum(needs))
        return [one * scale for one in needs]
    left = max(_TEXT_WIDTH - sum(needs), 30)
    weights = [min(n, 40) if n > 10 else 0 for n in longest]
    made = [need or left * weight / sum(weights) for need, weight in zip(needs, weights, strict=True)]
    scale = _TEXT_WIDTH / sum(made)
    return [one * scale for one in made]


def _broad(text: str) -> float:
    """How broad a text is, in Chinese signs; digits and letters take half of one."""
    return sum(1 if ord(one) > 0x2E80 else 0.55 for one in text)


def _page(document: DocumentType) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    footer = section.footer.paragraphs[0]
    footer.alignment = _CENTER
    _fill(footer, "— ", _BODY, 14)
    run = footer.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if text:
            run._r.append(parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve">{text}</w:instrText>'))  # noqa: SLF001
        else:
            run._r.append(parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>'))  # noqa: SLF001
    run.font.size = Pt(14)
    _run(footer, " —", _BODY, 14)


def _paragraph(
    document: DocumentType,
    text: str,
    font: str,
    size: float,
    *,
    align: Any = None,
    color: RGBColor | None = None,
    line: float = 28,
    indent: bool = False,
) -> Paragraph:
    made = document.add_paragraph()
    _fill(made, text, font, size, line=line, color=color)
    if align is not None:
        made.alignment = align
    if indent:
        made.paragraph_format.first_line_indent = Pt(size * 2)
    return made


def _fill(
    paragraph: Paragraph, text: str, font: str, size: float, *, line: float = 28, color: RGBColor | None = None
) -> None:
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = Pt(line)
    _run(paragraph, text, font, size, color=color)


def _run(paragraph: Paragraph, text: str, font: str, size: float, *, color: RGBColor | None = None) -> None:
    run = paragraph.add_run("".join(one for one in text if one >= " " or one == "\t"))
    run.font.name, run.font.size = "Times New Roman", Pt(size)
    run.font.color.rgb = color or RGBColor(0, 0, 0)
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()  # noqa: SLF001
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hint"), "eastAsia")


def _rule(paragraph: Paragraph) -> None:
    """Draw the red line under the head."""
    borders = f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="14" w:space="6" w:color="C8102E"/></w:pBdr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(borders))  # noqa: SLF001


def _name_substitutes(document: DocumentType) -> None:
    """Tell the reader's word processor which fonts may stand in."""
    entries = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, others in _SUBSTITUTES.items()
    )
    part = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{entries}</w:fonts>'
    # the part is kept as bytes by python-docx, which offers no way to edit it
    part._blob = xml.encode()  # noqa: SLF001
