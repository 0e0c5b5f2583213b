"""What is no document is refused with a reason in Chinese; what only has a wrong name is read by its content."""

import contextlib
import random
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from mingjing.contexts.plans.documents import recognition
from mingjing.contexts.plans.documents.opening import open_document
from mingjing.contexts.plans.usecases.read_plans import read_pasted_plan, read_plan_file
from mingjing.domain.plans.model import Paragraph, Table
from mingjing.facts.rows import UnreadableFileError
from tests.contexts.plans.forms import CITY, COUNTY, full_brackets, write_docx, write_html, write_xlsx

# a PDF that asks for a password: its encryption dictionary is all that is looked at
ENCRYPTED = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj
4 0 obj<</Filter/Standard/V 1/R 2/O(12345678901234567890123456789012)/U(12345678901234567890123456789012)/P -4>>endobj
trailer<</Root 1 0 R/Encrypt 4 0 R/ID[(a)(a)]/Size 5>>
%%EOF"""
TEXT = "\n".join(full_brackets(CITY))


def refused(path: Path) -> str:
    with pytest.raises(UnreadableFileError) as error:
        read_plan_file(path)
    message = str(error.value)
    assert any("\u4e00" <= char <= "\u9fff" for char in message)
    return message


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "data", "why"),
        [
            ("空.docx", b"", "空的"),
            ("空白.txt", b" \n\n ", "没有中文"),
            ("随机.docx", bytes(range(256)) * 40, "不是文字"),
            ("图.docx", b"\x89PNG\r\n\x1a\n" + bytes(99), "图片"),
            ("程序.pdf", b"MZ" + bytes(200), "不是文档"),
            ("坏.pdf", b"%PDF-1.7\nnothing of it", "损坏"),
            ("英文.txt", b"hello world " * 50, "没有中文"),
            ("零.txt", bytes(5000), "不是文字"),
            ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "没有 Word"),
            ("杂音.pdf", random.Random(7).randbytes(200_000), "不是文字"),
            ("图片.pdf", b"\xff\xd8\xff\xe0" + random.Random(8).randbytes(5000), "图片"),
            ("加密.pdf", ENCRYPTED, "密码"),
            ("加密.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "密码"),
            ("一行.txt", "推进严格规范公正文明执法，".encode() * 30_000, "上限 30 万字"),
            ("全集.txt", ("推进严格规范公正文明执法。" * 100 + "\n").encode() * 2_500, "上限 300 万字"),
        ],
    )
    def test_content_that_is_none(self, tmp_path: Path, name: str, data: bytes, why: str):
        path = tmp_path / name
        path.write_bytes(data)
        assert why in refused(path)

    @pytest.mark.parametrize("suffix", ["docx", "xlsx"])
    def test_cut_off_packages(self, tmp_path: Path, suffix: str):
        path = tmp_path / f"plan.{suffix}"
        write_docx(path, CITY, form="table") if suffix == "docx" else write_xlsx(path, CITY)
        data = path.read_bytes()
        for share in (0.1, 0.5, 0.9):
            path.write_bytes(data[: int(len(data) * share)])
            assert "损坏" in refused(path)

    def test_a_bomb(self, tmp_path: Path):
        path = tmp_path / "bomb.docx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("word/document.xml", b"0" * 50_000_000)
        assert "炸弹" in refused(path)

    def test_words_without_end(self, tmp_path: Path):
        """Text that does not pack well stays below the ratio of a bomb, and is yet more than memory should hold."""
        path = tmp_path / "endless.docx"
        words = random.Random(9).randbytes(200_000).hex() * 130
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("word/document.xml", words)
        assert "上限 48 MB" in refused(path)

    def test_entities_are_not_expanded(self, tmp_path: Path):
        path = tmp_path / "laugh.docx"
        names = "".join(f'<!ENTITY e{at} "{f"&e{at - 1};" * 10}">' for at in range(1, 9))
        body = "<w:body><w:p><w:r><w:t>&e8;</w:t></w:r></w:p></w:body>"
        space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        with zipfile.ZipFile(path, "w") as package:
            package.writestr(
                "word/document.xml", f'<!DOCTYPE x [<!ENTITY e0 "哈">{names}]><w:document {space}>{body}</w:document>'
            )
        refused(path)

    def test_other_packages_folders_and_nothing(self, tmp_path: Path):
        path = tmp_path / "files.docx"
        with zipfile.ZipFile(path, "w") as package:
            package.writestr("a.txt", "方案")
        assert "压缩包" in refused(path)
        assert "文件夹" in refused(tmp_path)
        assert "没有" in refused(tmp_path / "nowhere.txt")

    def test_an_old_document_without_libreoffice(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        path = tmp_path / "old.doc"
        path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + bytes(600))
        monkeypatch.setenv("PATH", str(tmp_path))
        assert "LibreOffice" in refused(path)

    def test_nothing_pasted(self):
        with pytest.raises(UnreadableFileError):
            read_pasted_plan(b" \n ")

    @pytest.mark.parametrize("seed", range(12))
    def test_noise_never_breaks_the_program(self, tmp_path: Path, seed: int):
        """Bytes of a real file, some of them changed: read, or refused in words; never an error of the program."""
        source = tmp_path / "plan.docx"
        write_docx(source, CITY, form="table") if seed % 2 else write_xlsx(source, CITY)
        data = bytearray(source.read_bytes())
        for at in range(40):
            data[(seed * 7919 + at * 104729) % len(data)] ^= 1 << (at % 8)
        path = tmp_path / "noise.docx"
        path.write_bytes(bytes(data))
        with contextlib.suppress(UnreadableFileError):
            read_plan_file(path)


def a_page(*lines: str) -> bytes:
    """A PDF of one page with lines in Helvetica; ``\\223`` and ``\\224`` are quotation marks."""
    text = "BT /F1 11 Tf 15 TL 60 780 Td " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
    parts = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
        f"<</Length {len(text)}>>stream\n{text}\nendstream",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    body = "".join(f"{at} 0 obj{part}endobj\n" for at, part in enumerate(parts, 1))
    return f"%PDF-1.4\n{body}trailer<</Root 1 0 R/Size 6>>\n%%EOF".encode()


class TestReading:
    def test_low_and_high_signs_stay_in_their_line_and_row_numbers_are_kept(self, tmp_path: Path):
        """The ink of a full stop lies low, that of a quotation mark high; a bare number among lines is a row's."""
        path = tmp_path / "plan.pdf"
        path.write_bytes(a_page("\\223B\\2243. one. two", "alpha", "7", "beta", "1"))
        blocks = open_document(path).blocks
        assert [block.text for block in blocks if isinstance(block, Paragraph)] == [
            "“B”3.one.two",
            "alpha",
            "7",
            "beta",
        ]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_encodings(self, tmp_path: Path, encoding: str):
        path = tmp_path / "plan.txt"
        path.write_bytes(TEXT.encode(encoding))
        assert len(read_plan_file(path).plan.tasks) == 8

    def test_a_text_cut_within_a_character(self, tmp_path: Path):
        path = tmp_path / "plan.txt"
        path.write_bytes(TEXT.encode("utf-8")[:-1])
        assert len(read_plan_file(path).plan.tasks) == 8

    def test_a_wrong_name_is_read_by_content_and_said(self, tmp_path: Path):
        path = tmp_path / "plan.txt"
        write_docx(path, CITY, form="table")
        read = read_plan_file(path)
        assert read.document.format == "docx" and "DOCX" in read.document.notes[0]
        assert len(read.plan.tasks) == 8

    def test_a_page_of_gbk(self, tmp_path: Path):
        path = tmp_path / "plan.html"
        write_html(path, CITY, form="table")
        path.write_bytes(path.read_text("utf-8").replace("charset='utf-8'", "charset=gb2312").encode("gb18030"))
        assert len(read_plan_file(path).plan.tasks) == 8

    def test_merged_cells_of_each_format(self, tmp_path: Path):
        for name, write in (
            ("a.html", lambda path: write_html(path, CITY, form="table")),
            ("a.xlsx", lambda path: write_xlsx(path, CITY)),
        ):
            path = tmp_path / name
            write(path)
            (table,) = [block for block in open_document(path).blocks if isinstance(block, Table)]
            groups = [(row[0].text, row[0].inherited) for row in table.rows[1:]]
            assert groups[:3] == [("提升队伍素质", False), ("提升队伍素质", True), ("提升队伍素质", True)]

    def test_layout_tables_are_taken_apart(self, tmp_path: Path):
        path = tmp_path / "plan.html"
        write_html(path, CITY, form="paragraphs")
        document = open_document(path)
        assert not any(isinstance(block, Table) for block in document.blocks)
        assert any(
            isinstance(block, Paragraph) and block.text.startswith("1.开展全员轮训") for block in document.blocks
        )


def scan(path: Path, pages: int = 1) -> None:
    """A PDF of pictures, as a scanner makes it."""
    import pypdfium2

    book = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        page = book.new_page(595, 842)
        image = pypdfium2.PdfImage.new(book)
        image.set_bitmap(pypdfium2.PdfBitmap.new_native(60, 80, 4))
        image.set_matrix(pypdfium2.PdfMatrix().scale(595, 842))
        page.insert_obj(image)
        page.gen_content()
    book.save(str(path))
    book.close()


class TestScans:
    def test_without_recognition_it_says_so(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        path = tmp_path / "scan.pdf"
        scan(path)
        monkeypatch.setattr(recognition, "is_available", lambda: False)
        message = refused(path)
        assert "扫描件" in message and "tesseract" in message

    def test_what_is_recognised_with_little_confidence_is_marked(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        path = tmp_path / "scan.pdf"
        scan(path)
        lines = [
            ("关于整治工作的方案", True),
            ("一、重点任务", True),
            ("1.开展自查。（责任单位：县司法局）", True),
            ("2.开展整改。（责任单位：县", True),
            ("则政", False),
            ("局）", True),
        ]
        words, right = list[recognition.Word](), 0.0
        for at, (text, sure) in enumerate(lines):
            line = min(at, 3)
            left = right if at > 3 else 100
            right = left + 40 * len(text)
            top = 100 + 60 * line
            words.append(
                recognition.Word(
                    text=text, left=left, top=top, right=right, bottom=top + 40, line=(line,), is_sure=sure
                )
            )
        told = list[str]()
        monkeypatch.setattr(recognition, "is_available", lambda: True)
        monkeypatch.setattr(recognition, "recognise", lambda image: words)
        read = read_plan_file(path, lambda done, of, words: told.append(words))
        assert [task.responsible_units for task in read.plan.tasks] == [("县司法局",), ("县则政局",)]
        assert "扫描件" in read.document.notes[0] and told == ["正在识别第 1 页（扫描件 1/1）"]
        sure, unsure = read.plan.tasks
        assert not sure.uncertain
        assert any("则政" in mark.reason and "第 1 页" in mark.reason for mark in unsure.uncertain)

    @pytest.mark.slow
    @pytest.mark.skipif(not recognition.is_available(), reason="Tesseract with Chinese is not installed")
    def test_a_plan_on_paper(self, tmp_path: Path, soffice: Path):
        """Two pages printed, scanned a little askew, and read again."""
        import pypdfium2

        source = tmp_path / "plan.docx"
        write_docx(source, COUNTY, form="paragraphs")
        convert(soffice, source, "pdf")
        pages = [
            page.render(scale=200 / 72, grayscale=True).to_pil().rotate(0.4, fillcolor=255)
            for page in pypdfium2.PdfDocument(source.with_suffix(".pdf"))
        ]
        path = tmp_path / "scan.pdf"
        pages[0].save(path, save_all=True, append_images=pages[1:], resolution=200)
        read = read_plan_file(path)
        assert [task.title for task in read.plan.tasks] == [task.title for task in COUNTY.tasks]
        found = {name for task in read.plan.tasks for name in (*task.lead_units, *task.responsible_units)}
        wanted = {
            name.replace("（", "(").replace("）", ")") for task in COUNTY.tasks for name in (*task.lead, *task.other)
        }
        assert len(found & wanted) >= 0.9 * len(wanted)


def convert(soffice: Path, path: Path, suffix: str) -> None:
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    command = [str(soffice), profile, "--headless", "--convert-to", suffix, "--outdir", str(path.parent), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)


def write_long(path: Path) -> None:
    """A plan of more than a hundred pages: points with their brackets, then a table of as many rows."""
    import docx

    document = docx.Document()
    for line in ("沧河市法治政府建设五年行动方案", "一、总体要求", "坚持以习近平法治思想为指导。", "二、主要任务"):
        document.add_paragraph(line)
    words = "组织全市行政执法人员开展轮训，逐项细化裁量阶次，规范行政检查，健全监督机制，建立问题台账并逐项销号。"
    who = "（牵头单位：市司法局；责任单位：市公安局、各县（市、区）人民政府；完成时限：2025年{month}月底前）"
    for at in range(400):
        document.add_paragraph(f"{at + 1}.推进第{at + 1}项任务。{words * 4}{who.format(month=at % 12 + 1)}")
    for line in ("附件", "任务分解表"):
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=5)
    table.style = "Table Grid"
    rows = [("序号", "工作任务", "具体措施", "责任单位", "完成时限")]
    rows += [(str(at + 1), f"任务{at + 1}", words, "市司法局、市公安局", "2025年6月底前") for at in range(400)]
    for at, row in enumerate(rows):
        cells = table.rows[0].cells if at == 0 else table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
    document.add_paragraph("")
    document.save(str(path))


@pytest.mark.slow
def test_a_plan_of_a_hundred_pages_is_read_in_time(tmp_path: Path, soffice: Path):
    """In less than ten seconds of the processor, from Word and from PDF, with every task, unit and day."""
    import pypdfium2

    path = tmp_path / "long.docx"
    write_long(path)
    convert(soffice, path, "pdf")
    assert len(pypdfium2.PdfDocument(path.with_suffix(".pdf"))) >= 100
    for suffix in (".docx", ".pdf"):
        began = time.process_time()
        tasks = read_plan_file(path.with_suffix(suffix)).plan.tasks
        assert time.process_time() - began < 10
        assert len(tasks) == 800
        assert sum(len(task.units) for task in tasks) == 400 * 3 + 400 * 2
        assert all(len(task.deadlines) == 1 and task.deadlines[0].on for task in tasks)


def test_what_is_too_large_is_refused_before_it_is_read(tmp_path: Path):
    path = tmp_path / "huge.txt"
    with path.open("wb") as stream:
        stream.truncate(300 * 1024**2)
    began = time.process_time()
    assert "300 MB" in refused(path)
    assert time.process_time() - began < 1
