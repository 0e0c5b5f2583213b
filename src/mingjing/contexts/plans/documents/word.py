"""
Word documents: paragraphs with their automatic numbers, tables with their merged cells.

The parts of the package are read directly: a library for writing does not give the numbers that Word draws in front
of a paragraph, nor text in changes and content controls.
"""

import shutil
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from lxml import etree

from mingjing.domain.plans.model import Block, Cell, Paragraph, Table
from mingjing.facts.packages import BROKEN_ZIP
from mingjing.facts.rows import UnreadableFileError

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT: Final = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_SKIPPED: Final = frozenset(
    {"del", "moveFrom", "instrText", "delText", "pPr", "rPr", "Fallback", "footnoteReference", "commentReference"}
)
_DIGITS: Final = "零一二三四五六七八九"
CONVERT_SECONDS: Final = 120


def read_word(name: str, path: Path) -> tuple[list[Block], list[str]]:
    """Read a DOCX."""
    damaged = UnreadableFileError(f"文件“{name}”已损坏或者不完整，请用文字处理软件打开后另存为 docx 再导入。")
    try:
        with zipfile.ZipFile(path) as package:
            body = _parse(package, "word/document.xml")
            numbering = _Numbering.load(package)
    except (*BROKEN_ZIP, etree.XMLSyntaxError, KeyError) as error:
        raise damaged from error
    if body is None:
        raise damaged
    root = next((child for child in body if _tag(child) == "body"), None)
    if root is None:
        raise damaged
    blocks: list[Block] = []
    _blocks(root, numbering, blocks)
    return blocks, []


def _parse(package: zipfile.ZipFile, part: str) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(package.read(part), parser)


def _tag(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _child(element: Any, *names: str) -> Any:
    for name in names:
        if element is None:
            return None
        element = next((one for one in element if _tag(one) == name), None)
    return element


def _value(element: Any, name: str = "val") -> str:
    if element is None:
        return ""
    return element.get(_W + name) or element.get(_STRICT + name) or ""


def _blocks(parent: Any, numbering: "_Numbering", out: list[Block]) -> None:
    for element in parent:
        tag = _tag(element)
        if tag == "p":
            label = numbering.label(element)
            out += [Paragraph(text) for text in (label + _text(element)).split("\n")]
            for box in element.iter():
                if _tag(box) == "txbxContent" and not _in_fallback(box):
                    _blocks(box, numbering, out)
        elif tag == "tbl":
            out.append(_table(element, numbering))
        elif tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            _blocks(element, numbering, out)


def _in_fallback(element: Any) -> bool:
    return any(_tag(one) == "Fallback" for one in element.iterancestors())


def _text(element: Any) -> str:
    parts: list[str] = []
    for child in element:
        tag = _tag(child)
        if tag == "t":
            parts.append(child.text or "")
        elif tag == "tab":
            parts.append("\t")
        elif tag in ("br", "cr"):
            parts.append("" if _value(child, "type") in ("page", "column") else "\n")
        elif tag == "noBreakHyphen":
            parts.append("-")
        elif tag == "sym":
            parts.append("")
        elif tag not in _SKIPPED and tag not in ("txbxContent", "tbl"):
            parts.append(_text(child))
    return "".join(parts)


# --- tables --------------------------------------------------------------------------------------------------------


def _table(element: Any, numbering: "_Numbering") -> Table:
    rows: list[list[Cell]] = []
    has_merges = False
    for tr in _rows_of(element):
        row: list[Cell] = [Cell(text="") for _ in range(int(_value(_child(tr, "trPr", "gridBefore")) or 0))]
        for tc in _cells_of(tr):
            span = max(1, min(int(_value(_child(tc, "tcPr", "gridSpan")) or 1), 64))
            merge = _child(tc, "tcPr", "vMerge")
            covered = merge is not None and _value(merge) != "restart"
            at = len(row)
            text = _cell_text(tc, numbering)
            if covered and rows and at < len(rows[-1]):
                text = rows[-1][at].text
                has_merges = True
            row.append(Cell(text=text, inherited=covered, columns=span))
            row += [Cell(text=text, inherited=True) for _ in range(span - 1)]
        rows.append(row)
    width = max((len(row) for row in rows), default=0)
    padded = tuple((*row, *[Cell(text="")] * (width - len(row))) for row in rows)
    return Table(rows=padded, knows_merges=has_merges or not _has_blanks(padded))


def _has_blanks(rows: tuple[tuple[Cell, ...], ...]) -> bool:
    """Blank cells in a table without any merged one: some authors only take the lines between them away."""
    return any(not cell.text.strip() for row in rows for cell in row)


def _rows_of(element: Any) -> list[Any]:
    out = []
    for child in element:
        if _tag(child) == "tr":
            out.append(child)
        elif _tag(child) in ("sdt", "sdtContent", "ins", "customXml"):
            out += _rows_of(child)
    return out


def _cells_of(element: Any) -> list[Any]:
    out = []
    for child in element:
        if _tag(child) == "tc":
            out.append(child)
        elif _tag(child) in ("sdt", "sdtContent", "ins", "customXml"):
            out += _cells_of(child)
    return out


def _cell_text(element: Any, numbering: "_Numbering") -> str:
    parts: list[Block] = []
    _blocks(element, numbering, parts)
    texts = []
    for part in parts:
        if isinstance(part, Paragraph):
            texts.append(part.text.strip())
        else:
            texts += [cell.text for row in part.rows for cell in row if not cell.inherited]
    return "\n".join(text for text in texts if text)


# --- automatic numbers ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Level:
    format: str
    text: str
    start: int
    goes_on: bool = False


@dataclass(slots=True)
class _Numbering:
    """Counts as Word does: each list has its own counters, a higher level begins the lower ones anew."""

    lists: dict[str, str] = field(default_factory=dict)
    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counters: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def load(cls, package: zipfile.ZipFile) -> "_Numbering":
        made = cls()
        names = set(package.namelist())
        if "word/numbering.xml" in names:
            made._read_lists(_parse(package, "word/numbering.xml"))
        if "word/styles.xml" in names:
            made._read_styles(_parse(package, "word/styles.xml"))
        return made

    def _read_lists(self, root: Any) -> None:
        for element in root:
            if _tag(element) == "abstractNum":
                levels = {}
                for level in element:
                    if _tag(level) == "lvl":
                        levels[int(_value(level, "ilvl") or 0)] = _Level(
                            format=_value(_child(level, "numFmt")) or "decimal",
                            text=_value(_child(level, "lvlText")),
                            start=int(_value(_child(level, "start")) or 1),
                            goes_on=_value(_child(level, "lvlRestart")) == "0",
                        )
                self.levels[_value(element, "abstractNumId")] = levels
            elif _tag(element) == "num":
                number = _value(element, "numId")
                self.lists[number] = _value(_child(element, "abstractNumId"))
                for override in element:
                    if _tag(override) == "lvlOverride" and (start := _child(override, "startOverride")) is not None:
                        self.starts[number, int(_value(override, "ilvl") or 0)] = int(_value(start) or 1)

    def _read_styles(self, root: Any) -> None:
        for element in root:
            if _tag(element) == "style":
                number = _child(element, "pPr", "numPr")
                if number is not None:
                    key = element.get(_W + "styleId") or element.get(_STRICT + "styleId") or ""
                    self.styles[key] = (_value(_child(number, "numId")), int(_value(_child(number, "ilvl")) or 0))

    def label(self, paragraph: Any) -> str:
        """The number that Word draws in front of this paragraph, or nothing."""
        properties = _child(paragraph, "pPr")
        number = _child(properties, "numPr")
        if number is not None:
            list_id, level = _value(_child(number, "numId")), int(_value(_child(number, "ilvl")) or 0)
        else:
            list_id, level = self.styles.get(_value(_child(properties, "pStyle")), ("", 0))
        levels = self.levels.get(self.lists.get(list_id, ""), {})
        if not list_id or list_id == "0" or level not in levels or not _text(paragraph).strip():
            return ""
        counts = self.counters.setdefault(list_id, {})
        start = self.starts.get((list_id, level), levels[level].start)
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [one for one in counts if one > level and not (one in levels and levels[one].goes_on)]:
            del counts[deeper]
        text = levels[level].text
        if levels[level].format in ("bullet", "none"):
            return ""
        for at, one in levels.items():
            value = counts.get(at, self.starts.get((list_id, at), one.start))
            text = text.replace(f"%{at + 1}", _written(value, one.format))
        return text


def _written(value: int, form: str) -> str:
    if form.startswith(("chinese", "japaneseCounting", "ideograph", "taiwanese")):
        return _chinese(value)
    if form == "decimalEnclosedCircle" and 1 <= value <= 20:
        return chr(0x2460 + value - 1)
    if form == "lowerLetter":
        return chr(ord("a") + (value - 1) % 26)
    if form == "upperLetter":
        return chr(ord("A") + (value - 1) % 26)
    return str(value)


def _chinese(value: int) -> str:
    if value < 10:
        return _DIGITS[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
    return str(value)


# --- older formats -------------------------------------------------------------------------------------------------


def read_old_word(name: str, path: Path) -> tuple[list[Block], list[str]]:
    """Read a DOC, RTF or ODT by letting LibreOffice make a DOCX of it."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise UnreadableFileError(
            f"“{name}”是旧格式的文字文档，读取它要靠 LibreOffice，本机没有安装。请另存为 docx 或者 PDF 再导入。"
        )
    with tempfile.TemporaryDirectory(prefix="mingjing-") as folder:
        source = Path(
            folder, f"plan{path.suffix.lower() if path.suffix.lower() in ('.doc', '.rtf', '.odt', '.wps') else '.doc'}"
        )
        shutil.copyfile(path, source)
        out = Path(folder, "out")
        command = [
            office, f"-env:UserInstallation={Path(folder, 'profile').as_uri()}", "--headless", "--norestore",
            "--convert-to", "docx", "--outdir", str(out), str(source),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=CONVERT_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            raise UnreadableFileError(
                f"LibreOffice 打开“{name}”超过 {CONVERT_SECONDS} 秒，已放弃。请另存为 docx 再导入。"
            ) from error
        made = out / "plan.docx"
        if not made.exists():
            raise UnreadableFileError(f"LibreOffice 打不开“{name}”，文件可能已损坏。请另存为 docx 再导入。")
        blocks, notes = read_word(name, made)
        return blocks, [*notes, "旧格式文档，经 LibreOffice 转换后读取。"]
