"""Broken, huge and malicious files are refused in words, never with a traceback, and never in unbounded memory."""

import contextlib
import datetime as dt
import os
import random
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from mingjing.facts.packages import Limits
from mingjing.facts.problems import ProblemKind
from mingjing.facts.read import NothingReadableError, read_facts
from mingjing.kernel.errors import DomainError


def refused(path: Path, out: Path, **options) -> str:
    with pytest.raises(NothingReadableError) as caught:
        read_facts(path, out, **options)
    assert isinstance(caught.value, DomainError)
    assert not out.exists()
    return caught.value.message


def write_workbook(path: Path, rows: int = 3000) -> None:
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet("案件")
    page.write_row(0, 0, ["案件编码", "案件类型"])
    for row in range(1, rows):
        page.write_row(row, 0, [f"C{row}-{row * 7919 % 10007}", "行政处罚"])
    book.close()


class TestBrokenFiles:
    def test_a_path_that_is_not_there(self, tmp_path):
        with pytest.raises(DomainError, match="找不到"):
            read_facts(tmp_path / "没有.csv", tmp_path / "out")

    def test_an_empty_file_and_an_empty_folder(self, tmp_path):
        (tmp_path / "cases.csv").write_bytes(b"")
        assert "空文件" in refused(tmp_path / "cases.csv", tmp_path / "out")
        (tmp_path / "空").mkdir()
        assert "没有一张能读的表" in refused(tmp_path / "空", tmp_path / "out")

    @pytest.mark.parametrize("name", ["cases.csv", "cases.xlsx", "cases.parquet", "cases.json", "cases.zip", "cases"])
    def test_five_megabytes_of_garbage(self, tmp_path, name):
        (tmp_path / name).write_bytes(random.Random(7).randbytes(5 * 1024 * 1024))
        assert "没有一张能读的表" in refused(tmp_path / name, tmp_path / "out")

    @pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
    def test_a_truncated_workbook(self, tmp_path, share):
        write_workbook(tmp_path / "whole.xlsx")
        data = (tmp_path / "whole.xlsx").read_bytes()
        (tmp_path / "案件.xlsx").write_bytes(data[: int(len(data) * share)])
        assert "已损坏或者不完整" in refused(tmp_path / "案件.xlsx", tmp_path / "out")

    def test_a_workbook_damaged_inside(self, tmp_path):
        write_workbook(tmp_path / "whole.xlsx")
        with zipfile.ZipFile(tmp_path / "whole.xlsx") as source, zipfile.ZipFile(tmp_path / "案件.xlsx", "w") as sink:
            for info in source.infolist():
                data = source.read(info)
                sink.writestr(info.filename, data[: len(data) // 2] if "sheet1" in info.filename else data)
        assert "已损坏" in refused(tmp_path / "案件.xlsx", tmp_path / "out")

    def test_a_truncated_parquet_file(self, tmp_path):
        pq.write_table(pa.table({"case_id": ["C1"] * 1000, "kind": ["坏"] * 1000}), tmp_path / "whole.parquet")
        data = (tmp_path / "whole.parquet").read_bytes()
        (tmp_path / "cases.parquet").write_bytes(data[:-20])
        assert "Parquet" in refused(tmp_path / "cases.parquet", tmp_path / "out")

    def test_a_web_page_that_calls_itself_a_workbook(self, tmp_path):
        (tmp_path / "案件.xls").write_text("<html><table><tr><td>案件编码</td></tr></table></html>", "utf-8")
        assert "网页" in refused(tmp_path / "案件.xls", tmp_path / "out")

    def test_json_lines_with_a_broken_line_lose_only_that_line(self, tmp_path):
        (tmp_path / "cases.jsonl").write_text('{"case_id":"C1","kind":"penalty"}\n{"case_id":\n[1]\n', "utf-8")
        report = read_facts(tmp_path / "cases.jsonl", tmp_path / "out")
        assert report.tables["cases"].rows_kept == 1
        assert [(p.row, p.kind) for p in report.problems] == [(2, ProblemKind.MALFORMED), (3, ProblemKind.MALFORMED)]

    def test_deeply_nested_json_is_one_broken_line(self, tmp_path):
        (tmp_path / "cases.jsonl").write_text('{"case_id":"C1","kind":"penalty"}\n' + "[" * 100_000 + "\n", "utf-8")
        report = read_facts(tmp_path / "cases.jsonl", tmp_path / "out")
        assert [(p.row, p.kind) for p in report.problems] == [(2, ProblemKind.MALFORMED)]

    def test_one_unreadable_file_does_not_keep_the_others_out(self, tmp_path):
        folder = tmp_path / "in"
        folder.mkdir()
        (folder / "案件.xlsx").write_bytes(b"PK\x03\x04" + b"x" * 1000)
        (folder / "cases.csv").write_text("case_id,kind\nC1,penalty\n", "utf-8")
        report = read_facts(folder, tmp_path / "out")
        assert report.tables["cases"].rows_kept == 1
        assert list(report.refused) == ["案件.xlsx"]


class TestEncodings:
    def test_two_encodings_in_one_file_are_named_by_line(self, tmp_path):
        data = "case_id,kind,reason\nC1,行政处罚,情节轻微\n".encode() + "C2,行政处罚,情节严重\n".encode("gb18030")
        (tmp_path / "cases.csv").write_bytes(data)
        message = refused(tmp_path / "cases.csv", tmp_path / "out")
        assert "混用了两种编码" in message
        assert "第 2 行是 UTF-8" in message
        assert "第 3 行是 GB18030" in message

    def test_far_into_the_file_too(self, tmp_path):
        good = "C1,行政处罚,情节轻微\n".encode() * 200_000
        (tmp_path / "cases.csv").write_bytes(b"case_id,kind,reason\n" + good + "C2,行政处罚,重\n".encode("gb18030"))
        assert "第 200002 行是 GB18030" in refused(tmp_path / "cases.csv", tmp_path / "out")

    def test_bytes_of_no_encoding(self, tmp_path):
        (tmp_path / "cases.csv").write_bytes(b"case_id,kind\nC1,\xff\xff\xff\n")
        assert "第 2 行既不是 UTF-8 也不是 GB18030" in refused(tmp_path / "cases.csv", tmp_path / "out")

    def test_nothing_is_garbled_in_a_short_gbk_file(self, tmp_path):
        (tmp_path / "parties.csv").write_bytes("party_id,name\nP1,联通\n".encode("gb18030"))
        # 联通 in GBK happens to be two valid UTF-8 sequences; with one more word nothing is left to chance
        (tmp_path / "parties.csv").write_bytes("party_id,name\nP1,联通\nP2,移动公司\n".encode("gb18030"))
        read_facts(tmp_path / "parties.csv", tmp_path / "out")
        assert pq.read_table(tmp_path / "out/parties.parquet")["name"].to_pylist() == ["联通", "移动公司"]


class TestQuotes:
    def test_a_quote_that_is_never_closed_spoils_only_its_line(self, tmp_path):
        lines = ["case_id,kind,reason", 'C1,penalty,"甲', "C2,penalty,乙", 'C3,penalty,"丙,丁"']
        (tmp_path / "cases.csv").write_text("\n".join(lines) + "\n", "utf-8")
        report = read_facts(tmp_path / "cases.csv", tmp_path / "out")
        assert pq.read_table(tmp_path / "out/cases.parquet")["case_id"].to_pylist() == ["C2", "C3"]
        assert [(p.row, p.kind) for p in report.problems] == [(2, ProblemKind.MALFORMED)]

    def test_line_breaks_within_quotes_belong_to_the_cell(self, tmp_path):
        (tmp_path / "cases.csv").write_text('case_id,kind,reason\nC1,penalty,"甲\n乙"\nC2,坏,x\n', "utf-8")
        report = read_facts(tmp_path / "cases.csv", tmp_path / "out")
        assert pq.read_table(tmp_path / "out/cases.parquet")["reason"].to_pylist() == ["甲\n乙"]
        assert [p.row for p in report.problems] == [3]


class TestPackages:
    def test_a_bomb_is_not_unpacked(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "案件.zip", "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("cases.csv", b"case_id,kind\n" + b"\0" * 64 * 1024 * 1024)
        assert "压缩炸弹" in refused(tmp_path / "案件.zip", tmp_path / "out")

    def test_a_workbook_that_is_a_bomb(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "案件.xlsx", "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("[Content_Types].xml", "<Types/>")
            package.writestr("xl/worksheets/sheet1.xml", b" " * 64 * 1024 * 1024)
        assert "压缩炸弹" in refused(tmp_path / "案件.xlsx", tmp_path / "out")

    def test_limits_on_entries_and_size(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as package:
            for number in range(5):
                package.writestr(f"cases_{number}.csv", "case_id,kind\nC1,penalty\n" * 100)
        assert "超过上限 3 个" in refused(tmp_path / "a.zip", tmp_path / "out", limits=Limits(entries=3))
        assert "超过上限" in refused(tmp_path / "a.zip", tmp_path / "out", limits=Limits(total_bytes=1000))

    def test_sizes_that_lie_are_counted_as_they_come(self, tmp_path):
        path = tmp_path / "a.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("cases.csv", random.Random(1).randbytes(200_000))
        data = path.read_bytes()
        size = (200_000).to_bytes(4, "little")
        path.write_bytes(data.replace(size, (100).to_bytes(4, "little")))
        assert "a.zip" in refused(path, tmp_path / "out", limits=Limits(total_bytes=1000))

    def test_a_package_in_a_package_and_a_locked_one(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "b.zip", "w") as package:
            package.writestr("inner.zip", b"PK")
        assert "还有压缩包" in refused(tmp_path / "b.zip", tmp_path / "out")
        data = bytearray((tmp_path / "b.zip").read_bytes().replace(b"inner.zip", b"cases.csv"))
        for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
            data[data.index(mark) + offset] |= 1
        (tmp_path / "c.zip").write_bytes(data)
        assert "密码" in refused(tmp_path / "c.zip", tmp_path / "out")

    def test_names_that_point_outside_stay_inside(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "d.zip", "w") as package:
            package.writestr("../../cases.csv", "case_id,kind\nC1,penalty\n")
        with contextlib.suppress(NothingReadableError):
            read_facts(tmp_path / "d.zip", tmp_path / "sub/out")
        assert sorted(entry.name for entry in tmp_path.iterdir() if entry.is_file()) == ["d.zip"]

    def test_a_truncated_package(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "e.zip", "w") as package:
            package.writestr("cases.csv", "case_id,kind\nC1,penalty\n" * 1000)
        data = (tmp_path / "e.zip").read_bytes()
        (tmp_path / "e.zip").write_bytes(data[: len(data) // 2])
        assert "已损坏或者不完整" in refused(tmp_path / "e.zip", tmp_path / "out")


class TestLongLines:
    def test_a_line_beyond_measure_is_named(self, tmp_path):
        with (tmp_path / "cases.csv").open("wb") as stream:
            stream.write(b"case_id,kind\nC1,penalty\nC2,")
            for _ in range(20):
                stream.write(b"x" * 1024 * 1024)
            stream.write(b"\n")
        message = refused(tmp_path / "cases.csv", tmp_path / "out")
        assert "“cases.csv”第 3 行超过 8 MB" in message

    @pytest.mark.parametrize("megabytes", [1, 3, 5, 7])
    def test_a_long_line_within_measure_is_read(self, tmp_path, megabytes):
        long = "长" * (megabytes * 1024 * 1024 // 3)
        filler = "C0,penalty,短\n" * 150_000
        (tmp_path / "cases.csv").write_text(f"case_id,kind,reason\n{filler}C1,penalty,{long}\nC2,penalty,短\n", "utf-8")
        report = read_facts(tmp_path / "cases.csv", tmp_path / "out", check=False)
        assert report.tables["cases"].rows_kept == 150_002
        reasons = pq.read_table(tmp_path / "out/cases.parquet")["reason"].to_pylist()
        assert reasons[-2] == long

    @pytest.mark.skipif(sys.platform != "linux", reason="address space limits are tried on Linux")
    def test_two_hundred_megabytes_in_one_line_under_half_a_gigabyte(self, tmp_path):
        path = tmp_path / "cases.csv"
        with path.open("wb") as stream:
            stream.write(b"case_id,kind\nC1,penalty\n")
            for _ in range(200):
                stream.write(b"x" * 1024 * 1024)
        code = (
            "import resource, sys\n"
            "resource.setrlimit(resource.RLIMIT_AS, (512 * 1024**2, 512 * 1024**2))\n"
            "from mingjing.facts.read import read_facts\n"
            "from mingjing.kernel.errors import DomainError\n"
            "try:\n    read_facts(sys.argv[1], sys.argv[2])\n"
            "except DomainError as error:\n    print(error.message)\n"
        )
        source = Path(__file__).resolve().parents[2] / "src"
        done = subprocess.run(
            [sys.executable, "-c", code, str(path), str(tmp_path / "out")],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(source), "PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1"},
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        assert "第 3 行超过 8 MB" in done.stdout


class TestDaysAndAmountsThatCannotBeMeant:
    @pytest.mark.parametrize("year", [1, 1899, 2200, 9999])
    def test_in_standard_parquet_they_are_named_and_kept_out(self, tmp_path, year):
        days = pa.array([dt.date(2026, 1, 5), dt.date(year, 12, 31)])
        cases = pa.table({"case_id": ["C1", "C2"], "kind": ["penalty", "penalty"], "found_on": days})
        pq.write_table(cases, tmp_path / "cases.parquet")
        report = read_facts(tmp_path / "cases.parquet", tmp_path / "out")
        assert pq.read_table(tmp_path / "out/cases.parquet")["found_on"].to_pylist() == [dt.date(2026, 1, 5), None]
        assert [(one.row, one.kind) for one in report.problems] == [(2, ProblemKind.UNREADABLE)]

    def test_without_end_is_a_day_only_where_something_ends(self, tmp_path):
        without_end = pa.array([dt.date(9999, 12, 31)])
        table = pa.table({"officer_id": ["O1"], "role": ["officer"], "until": without_end})
        pq.write_table(table, tmp_path / "officer_roles.parquet")
        report = read_facts(tmp_path / "officer_roles.parquet", tmp_path / "out")
        assert not report.problems
        assert pq.read_table(tmp_path / "out/officer_roles.parquet")["until"].to_pylist() == [dt.date(9999, 12, 31)]

    @pytest.mark.parametrize("fen", [-1, 2**63 - 1, 10**14 + 1])
    def test_amounts(self, tmp_path, fen):
        cases = pa.table({"case_id": ["C1"], "kind": ["penalty"], "fine_fen": pa.array([fen], pa.int64())})
        pq.write_table(cases, tmp_path / "cases.parquet")
        report = read_facts(tmp_path / "cases.parquet", tmp_path / "out")
        assert pq.read_table(tmp_path / "out/cases.parquet")["fine_fen"].to_pylist() == [None]
        assert len(report.problems) == 1
