"""
``notices/*.docx``: for each agency with findings, a draft 行政执法监督通知书 in the layout of official documents.

The layout follows GB/T 9704: A4, margins 37/35/28/26 mm, title in 小标宋 二号, body in 仿宋 三号 with 28 pt lines, page
numbers as ``— 1 —``. Fonts are named with substitutes, since most machines lack one or another.

Source: 行政执法监督条例（国务院令第825号）: 行政执法监督通知书 is one of its three documents.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from mingjing.contexts.oversight.reports.digest import AgencyFigures, Digest
from mingjing.contexts.oversight.reports.findings import Finding, FindingStore
from mingjing.contexts.oversight.reports.labels import severity_label
from mingjing.contexts.oversight.reports.result import RuleResult

BODY_FONT: Final = "仿宋_GB2312"
TITLE_FONT: Final = "方正小标宋简体"
HEADING_FONT: Final = "黑体"
SUBHEADING_FONT: Final = "楷体_GB2312"
SUBSTITUTES: Final = {
    BODY_FONT: "仿宋;FangSong;FandolFang R;Noto Serif CJK SC",
    TITLE_FONT: "小标宋;STZhongsong;华文中宋;宋体;Noto Serif CJK SC",
    HEADING_FONT: "SimHei;Noto Sans CJK SC",
    SUBHEADING_FONT: "楷体;KaiTi;FandolKai;Noto Serif CJK SC",
}
DEFAULT_ROWS: Final = 50
MAX_CELL: Final = 220
UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
UNSAFE_IN_FILE_NAME: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]')
WINDOWS_DEVICES: Final = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)$")
COLUMNS: Final = (("序号", 10), ("案号或者事项", 34), ("问题", 25), ("依据", 27), ("应当", 30), ("实际", 30))


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One draft that was written."""

    agency_id: str
    agency: str
    path: Path
    findings: int
    listed: int


def file_stem(name: str, taken: set[str]) -> str:
    """Return a file name (without ending) that every system accepts, and that is not taken yet."""
    clean = " ".join(UNSAFE_IN_FILE_NAME.sub(" ", UNPRINTABLE.sub(" ", name)).split()).strip(". ")[:60].strip(". ")
    if not clean or WINDOWS_DEVICES.match(clean.split(".")[0]):
        clean = f"机关 {clean}".strip()
    stem, number = clean, 1
    while stem.casefold() in taken:
        number += 1
        stem = f"{clean} ({number})"
    taken.add(stem.casefold())
    return stem


def _printable(text: str, limit: int = MAX_CELL) -> str:
    clean = UNPRINTABLE.sub(" ", text)
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def _chinese_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _set_font(style: Any, name: str, size: float, *, bold: bool = False) -> None:
    style.font.name = "Times New Roman"
    style.font.size = Pt(size)
    style.font.bold = bold
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), name)


def _add_style(document: DocumentType, name: str, font: str, size: float, *, indent: bool, line: float) -> Any:
    style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    _set_font(style, font, size)
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    form.line_spacing = Pt(line)
    if indent:
        form.first_line_indent = Pt(size * 2)
    return style


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


def _write_simplified(document: DocumentType) -> None:
    """Say that the text is simplified Chinese: else a renderer may take Japanese or traditional shapes."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for language in defaults.iter(qn("w:lang")):
        language.set(qn("w:val"), "zh-CN")
        language.set(qn("w:eastAsia"), "zh-CN")


def _field(paragraph: Paragraph, code: str) -> None:
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        if kind:
            run._r.append(parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>'))  # noqa: SLF001
        else:
            run._r.append(parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve"> {text} </w:instrText>'))  # noqa: SLF001


def _base() -> DocumentType:
    """Make an empty document with page, styles, header and page number."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(25)
    _set_font(document.styles["Normal"], BODY_FONT, 16)
    _add_style(document, "Notice Body", BODY_FONT, 16, indent=True, line=28)
    _add_style(document, "Notice Plain", BODY_FONT, 16, indent=False, line=28)
    _add_style(document, "Notice Issuer", TITLE_FONT, 26, indent=False, line=40)
    _add_style(document, "Notice Title", TITLE_FONT, 22, indent=False, line=36)
    _add_style(document, "Notice Heading", HEADING_FONT, 16, indent=True, line=28)
    _add_style(document, "Notice Small", BODY_FONT, 12, indent=False, line=18)
    _add_style(document, "Notice Cell", BODY_FONT, 10.5, indent=False, line=14)
    _name_substitutes(document)
    _write_simplified(document)
    header = section.header.paragraphs[0]
    header.style = document.styles["Notice Small"]
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    header.add_run("草稿 · 由明镜比对数据自动生成 · 未经监督人员核实不得发出")
    footer = section.footer.paragraphs[0]
    footer.style = document.styles["Notice Small"]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("— ")
    _field(footer, "PAGE")
    footer.add_run(" —")
    return document


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cell(text: str, width: int, *, bold: bool = False, centre: bool = False) -> str:
    weight = "<w:rPr><w:b/></w:rPr>" if bold else ""
    middle = '<w:jc w:val="center"/>' if centre else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr>'
        f'<w:pStyle w:val="NoticeCell"/>{middle}</w:pPr><w:r>{weight}<w:t xml:space="preserve">{_escape(text)}</w:t></w:r></w:p></w:tc>'
    )


def _table(document: DocumentType, heads: Sequence[tuple[str, int]], rows: Iterable[Sequence[str]]) -> None:
    """
    Append a ruled table whose head repeats on each page.

    Written as one piece of XML: python-docx looks a cell up through the whole table each time.
    """
    widths = [round(mm / 25.4 * 1440) for _, mm in heads]
    border = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:color="000000"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    head = "".join(_cell(label, width, bold=True, centre=True) for (label, _), width in zip(heads, widths, strict=True))
    body = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(
            _cell(_printable(text), width, centre=place == 0)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        + "</w:tr>"
        for row in rows
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    table = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{border}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>{body}</w:tbl>"
    )
    document.element.body.insert_element_before(table, "w:sectPr")


class _NoticeWriter:
    def __init__(self, digest: Digest, rules: dict[str, RuleResult]) -> None:
        self.digest = digest
        self.rules = rules

    def write(self, path: Path, agency: AgencyFigures, listed: Sequence[Finding], by_rule: dict[str, int]) -> None:
        document = _base()
        self._head(document, agency)
        self._facts(document, agency, listed, by_rule)
        self._requests(document, agency)
        self._signature(document)
        document.core_properties.title = "行政执法监督通知书（草稿）"
        document.core_properties.author = self.digest.place.issuer_name
        document.core_properties.comments = "机器发现，须经监督人员核实"
        document.save(str(path))

    def _head(self, document: DocumentType, agency: AgencyFigures) -> None:
        place = self.digest.place
        self._line(document, "Notice Issuer", _printable(place.issuer_name), centre=True)
        self._line(document, "Notice Title", "行政执法监督通知书", centre=True)
        word = place.document_word or "____执监通"
        number = self._line(document, "Notice Plain", f"{word}〔{self.digest.issued_on.year}〕____号", centre=True)
        number.paragraph_format.space_after = Pt(14)
        number.paragraph_format.space_before = Pt(8)
        self._line(document, "Notice Plain", f"{_printable(agency.name)}：")

    def _facts(
        self, document: DocumentType, agency: AgencyFigures, listed: Sequence[Finding], by_rule: dict[str, int]
    ) -> None:
        digest, count = self.digest, agency.count
        cases = f"共 {agency.cases:,} 件案件，" if agency.cases else ""
        self._line(
            document,
            "Notice Body",
            f"我单位依照《行政执法监督条例》开展行政执法监督，对截至 {_chinese_date(digest.summary.as_of)} 的行政执法数据逐案比对。"
            f"其中涉及你单位的，{cases}发现疑似不符合规定的问题 {count.total:,} 处"
            f"（重大 {count.fatal:,} 处、较重 {count.serious:,} 处、提示 {count.notice:,} 处）。现将有关情况通知如下：",
        )
        self._line(document, "Notice Heading", "一、发现的问题")
        self._line(document, "Notice Body", f"（一）问题分为 {len(by_rule)} 类，各类数量和依据见表 1。")
        ranked = sorted(by_rule.items(), key=lambda item: (-item[1], item[0]))
        _table(
            document,
            (("序号", 10), ("问题", 34), ("要求", 50), ("依据", 50), ("数量", 12)),
            (self._kind(number, rule_id, amount) for number, (rule_id, amount) in enumerate(ranked, 1)),
        )
        more = agency.count.total - len(listed)
        tail = f"；其余 {more:,} 处见附件" if more else ""
        about = self._line(
            document, "Notice Body", f"（二）{'最应先核实的 ' if more else ''}{len(listed)} 处问题的事实见表 2{tail}。"
        )
        about.paragraph_format.space_before = Pt(8)
        about.paragraph_format.keep_with_next = True
        _table(document, COLUMNS, (self._row(number, finding) for number, finding in enumerate(listed, 1)))

    def _kind(self, number: int, rule_id: str, amount: int) -> tuple[str, ...]:
        rule = self.rules[rule_id]
        return str(number), rule.title, rule.statement, rule.basis, f"{amount:,}"

    def _row(self, number: int, finding: Finding) -> tuple[str, ...]:
        rule = self.rules[finding.rule_id]
        told = any(word in finding.observed for word in ("超期", "逾期"))
        overdue = f"（超期 {finding.overdue_days} 日）" if finding.overdue_days and not told else ""
        return (
            str(number),
            finding.label or finding.subject_id,
            f"{rule.title}（{severity_label(finding.severity)}）",
            rule.first_basis,
            finding.expected,
            f"{finding.observed}{overdue}",
        )

    def _requests(self, document: DocumentType, agency: AgencyFigures) -> None:
        place = self.digest.place
        heading = self._line(document, "Notice Heading", "二、要求")
        heading.paragraph_format.space_before = Pt(8)
        for text in (
            "（一）逐项核实。对照原始案卷核对表中所列事实，属实的说明原因，不属实的附佐证材料。",
            "（二）依法改正。属实的问题能够补正的及时补正；决定确有违法或者不当的，依法自行纠正；涉及公示、送达、解除查封扣押等仍可履行的，立即履行。",
            "（三）防止再犯。对重复出现的问题查找制度和流程上的原因，提出改进措施和完成时限。",
        ):
            self._line(document, "Notice Body", text)
        self._line(document, "Notice Heading", "三、答复期限")
        basis = f"（{_printable(place.reply_basis)}）" if place.reply_basis else ""
        self._line(
            document,
            "Notice Body",
            f"请自收到本通知书之日起 {place.reply_days} 日内{basis}书面答复核实和改正情况。"
            f"如本通知书于 {_chinese_date(self.digest.issued_on)} 送达，答复不迟于 {_chinese_date(self.digest.reply_due_on)}。"
            "对所列事实或者适用的依据有异议的，可以在答复中陈述意见。",
        )
        self._line(document, "Notice Heading", "四、说明")
        self._line(
            document,
            "Notice Body",
            "本稿由明镜根据你单位报送或者归集的数据自动比对形成，只是监督线索，不是对违法事实的认定，也不作为对执法人员个人的考核依据。"
            "发出之前，应当由两名以上行政执法监督人员核对案卷并签名确认；核实不成立的，应当从表中删除。",
        )

    def _signature(self, document: DocumentType) -> None:
        attached = self._line(document, "Notice Body", "附件：问题明细（report.xlsx，按规则分表，可按执法主体筛选）")
        attached.paragraph_format.space_before = Pt(14)
        attached.paragraph_format.space_after = Pt(28)
        for text in (_printable(self.digest.place.issuer_name), "（印章）", "　　　　年　　月　　日"):
            line = self._line(document, "Notice Plain", text)
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            line.paragraph_format.right_indent = Pt(64)
            line.paragraph_format.keep_with_next = True
        checked = self._line(
            document, "Notice Small", "核实人（两名以上监督人员签名）：____________、____________　核实日期：________"
        )
        checked.paragraph_format.space_before = Pt(28)

    def _line(self, document: DocumentType, style: str, text: str, *, centre: bool = False) -> Paragraph:
        paragraph = document.add_paragraph(text, style=document.styles[style])
        if centre:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return paragraph


def write_notices(
    folder: Path,
    *,
    store: FindingStore,
    digest: Digest,
    rows: int = DEFAULT_ROWS,
    progress: Callable[[int], None] = lambda _: None,
) -> tuple[Notice, ...]:
    """
    Write one draft per agency with findings; ``progress`` is told how many are done.

    A table lists at most ``rows`` findings, the gravest and longest overdue first, spread over the rules.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rules = {one.rule.rule_id: one.rule for one in digest.rules}
    listed: dict[str, list[Finding]] = defaultdict(list)
    # The worst of each rule come before the second worst of any, so that the table shows every kind of problem.
    best = """number IN (SELECT number FROM shown QUALIFY row_number() OVER
        (PARTITION BY agency_id ORDER BY place, gravity, number) <= ?)"""
    for finding in store.rows(best, [rows], order="agency_id, gravity, overdue_days DESC NULLS LAST, number"):
        listed[finding.agency_id].append(finding)
    by_rule: dict[str, dict[str, int]] = defaultdict(dict)
    for (agency_id, rule_id), number in digest.cells.items():
        by_rule[agency_id][rule_id] = number
    writer, taken, notices = _NoticeWriter(digest, rules), set[str](), []
    for agency in digest.answerable:
        # Without an agency there is nobody to address.
        if not agency.agency_id:
            continue
        path = folder / f"{file_stem(agency.name, taken)}.docx"
        chosen = listed[agency.agency_id]
        writer.write(path, agency, chosen, by_rule[agency.agency_id])
        notices.append(
            Notice(
                agency_id=agency.agency_id,
                agency=agency.name,
                path=path,
                findings=agency.count.total,
                listed=len(chosen),
            )
        )
        progress(len(notices))
    return tuple(notices)
