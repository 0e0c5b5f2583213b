"""What is no document is refused with a reason in Chinese; what only has a wrong name is read by its content."""

import contextlib
import time
import zipfile
from pathlib import Path

import pytest

from mingjing.contexts.plans.documents import recognition
from mingjing.contexts.plans.documents.opening import open_document
from mingjing.contexts.plans.usecases.read_plans import read_pasted_plan, read_plan_file
from mingjing.domain.plans.model import Paragraph, Table
from mingjing.facts.rows import UnreadableFileError
from tests.contexts.plans.forms import CITY, full_brackets, write_docx, write_html, write_xlsx

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


class TestReading:
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


def scan(path: Path) -> None:
    """A PDF of one picture, as a scanner makes it."""
    import pypdfium2

    book = pypdfium2.PdfDocument.new()
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
        assert "扫描件" in message and "rapidocr" in message

    def test_with_recognition_its_lines_are_read_and_marked(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        path = tmp_path / "scan.pdf"
        scan(path)
        lines = [
            "关于整治工作的方案",
            "一、重点任务",
            "1.开展自查。（责任单位：县司法局）",
            "2.开展整改。（责任单位：县财政局）",
        ]
        words = [
            recognition.Word(text=text, left=100, top=100 + 60 * at, right=100 + 40 * len(text), bottom=140 + 60 * at)
            for at, text in enumerate(lines)
        ]
        monkeypatch.setattr(recognition, "is_available", lambda: True)
        monkeypatch.setattr(recognition, "recognise", lambda image: words)
        read = read_plan_file(path)
        assert [task.responsible_units for task in read.plan.tasks] == [("县司法局",), ("县财政局",)]
        assert "扫描件" in read.document.notes[0]


def test_a_plan_of_a_hundred_pages_is_read_in_time(tmp_path: Path):
    path = tmp_path / "long.txt"
    points = [line.replace("组织", f"组织第{at}批") for at in range(40) for line in full_brackets(CITY)[10:]]
    path.write_text("\n".join([*full_brackets(CITY)[:10], *points * 3]), "utf-8")
    began = time.monotonic()
    read_plan_file(path)
    assert time.monotonic() - began < 10
