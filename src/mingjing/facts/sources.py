"""
Opens whatever was sent: CSV, workbooks, Parquet, JSON Lines, event logs, a folder or a zip of them.

Each readable table becomes a :class:`Source` that gives its rows in batches, so that memory does not grow with the
file. What cannot be read is refused in words that name the file, the row where one is known, and the way out.
"""

import csv
import io
import json
import lzma
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import python_calamine

from mingjing.facts.eventlog import open_xes
from mingjing.facts.problems import IGNORED_SHEETS
from mingjing.facts.rows import (
    ROWS_A_BATCH,
    Batch,
    Malformed,
    PackageTooLargeError,
    Source,
    UnreadableFileError,
    address_space,
    batch_of_rows,
    json_text,
    record_source,
)

LONGEST_LINE: Final = 8 * 1024 * 1024
BLOCK: Final = 4 * 1024 * 1024
HEAD: Final = 1024 * 1024
HEADER_ROWS: Final = 12
csv.field_size_limit(max(csv.field_size_limit(), 2 * LONGEST_LINE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a package may unpack to. The defaults stop a bomb and let a province's yearly export pass."""

    entries: int = 2_000
    total_bytes: int = 16 * 1024**3
    ratio: int = 250
    ratio_from_bytes: int = 10 * 1024**2
    workbook_bytes: int = 1024**3
    json_bytes: int = 64 * 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file or sheet that was not read, and why."""

    file: str
    reason: str


HeaderScore = Callable[[Sequence[str]], int]
"""Counts the cells of a row that are known headers."""

OWN_FILES: Final = frozenset({"read_report.json", "bad_cells.parquet", "bad_rows.xlsx"})
_OTHER_FILES: Final = frozenset(
    ".pdf .doc .docx .wps .ppt .pptx .ofd .png .jpg .jpeg .md .html .htm .yaml .yml .db .sqlite .sqlite3 .log".split()
)


def open_sources(
    path: Path, scratch: Path, score: HeaderScore, limits: Limits | None = None, *, exclude: Path | None = None
) -> tuple[list[Source], list[Refused]]:
    """
    Open a file, a folder or a zip.

    ``scratch`` is an existing folder for what has to be unpacked; what lies in ``exclude`` is not read. Files that cannot be read are returned as refused.

    :raises UnreadableFileError: when ``path`` itself is not there.
    """
    limits = limits or Limits()
    if not path.exists():
        raise UnreadableFileError(f"找不到“{path.name}”，请核对路径。", file=str(path))
    sources: list[Source] = []
    refused: list[Refused] = []
    if path.is_dir():
        found = [
            (entry.relative_to(path).as_posix(), entry)
            for entry in sorted(path.rglob("*"))
            if entry.is_file() and (exclude is None or exclude not in entry.parents)
        ]
    else:
        found = [(path.name, path)]
    for name, file in found:
        if not _is_wanted(name):
            continue
        try:
            if _is_plain_zip(file):
                members = _unpack(name, file, scratch / f"zip{len(sources)}-{len(refused)}", limits)
            else:
                members = [(name, file)]
        except UnreadableFileError as error:
            refused.append(Refused(file=name, reason=error.message))
            continue
        for member_name, member in members:
            try:
                sources.extend(_open(member_name, member, scratch, score, limits, refused))
            except UnreadableFileError as error:
                refused.append(Refused(file=member_name, reason=error.message))
            except OSError as error:
                reason = f"“{member_name}”打不开：{error.strerror or '读取失败'}。请检查文件和权限。"
                refused.append(Refused(file=member_name, reason=reason))
    return sources, refused


def _is_wanted(name: str) -> bool:
    parts = name.split("/")
    base = parts[-1]
    if any(part.startswith((".", "~$", "__MACOSX")) for part in parts):
        return False
    return base not in OWN_FILES and not re.fullmatch(r".+\.extra(-\d+)?\.parquet", base)


def _magic(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(4096)


_BROKEN_ZIP: Final = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    EOFError,
    OSError,
    NotImplementedError,
    ValueError,
    zlib.error,
    lzma.LZMAError,
)


def _zip_names(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as package:
            return package.namelist()
    except _BROKEN_ZIP:
        return []


def _is_plain_zip(path: Path) -> bool:
    """Say whether this is a package of files rather than a workbook, which is a zip too."""
    if not _magic(path).startswith(b"PK"):
        return False
    names = _zip_names(path)
    if not names:
        return path.suffix.lower() == ".zip"
    return "[Content_Types].xml" not in names and "mimetype" not in names


def _member_name(info: zipfile.ZipInfo) -> str:
    """Undo the wrong decoding of Chinese names in zips without the UTF-8 flag."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return info.filename


def _check_package(name: str, infos: list[zipfile.ZipInfo], limits: Limits, total: int) -> None:
    if len(infos) > limits.entries:
        raise PackageTooLargeError(f"压缩包“{name}”里有 {len(infos)} 个文件，超过上限 {limits.entries} 个，未读入。")
    declared = sum(info.file_size for info in infos)
    if declared > total:
        raise PackageTooLargeError(
            f"压缩包“{name}”展开后有 {declared // 1024**2} MB，超过上限 {total // 1024**2} MB，未读入。请分批发送。"
        )
    for info in infos:
        if info.file_size > limits.ratio_from_bytes and info.file_size > limits.ratio * max(info.compress_size, 1):
            raise PackageTooLargeError(
                f"压缩包“{name}”里的“{_member_name(info)}”压缩比超过 {limits.ratio} 倍，疑似压缩炸弹，未读入。"
            )


def _unpack(name: str, path: Path, folder: Path, limits: Limits) -> list[tuple[str, Path]]:
    """Unpack under the limits, counting the bytes that really come out."""
    try:
        with zipfile.ZipFile(path) as package:
            infos = [info for info in package.infolist() if not info.is_dir()]
            _check_package(name, infos, limits, limits.total_bytes)
            folder.mkdir(parents=True)
            members, left = [], limits.total_bytes
            for number, info in enumerate(infos):
                member = _member_name(info)
                if not _is_wanted(member):
                    continue
                if info.flag_bits & 1:
                    raise UnreadableFileError(f"压缩包“{name}”有密码，请去掉密码后重发。")
                if member.lower().endswith(".zip"):
                    raise UnreadableFileError(f"压缩包“{name}”里还有压缩包“{member}”，请先解开再发送。")
                target = folder / f"{number}{Path(member).suffix.lower()}"
                left -= _copy_member(package, info, target, left, name)
                members.append((f"{name}/{member}", target))
            return members
    except _BROKEN_ZIP as error:
        raise UnreadableFileError(f"压缩包“{name}”已损坏或者不完整，请重新打包发送。") from error


def _copy_member(package: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, left: int, name: str) -> int:
    size = 0
    with package.open(info) as source, target.open("wb") as sink:
        while chunk := source.read(1024 * 1024):
            size += len(chunk)
            if size > left:
                raise PackageTooLargeError(f"压缩包“{name}”展开后超过上限，未读入。请分批发送。")
            sink.write(chunk)
    return size


def _open(
    name: str, path: Path, scratch: Path, score: HeaderScore, limits: Limits, refused: list[Refused]
) -> list[Source]:
    """Open one file by what it is, not by what it is called."""
    head = _magic(path)
    if not head:
        raise UnreadableFileError(f"“{name}”是空文件。")
    if head.startswith(b"PAR1"):
        return [_open_parquet(name, path)]
    if head.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return _open_workbook(name, path, score, limits, refused)
    suffix = Path(name).suffix.lower()
    if suffix in (".xlsx", ".xls", ".ods", ".xlsm", ".xlsb", ".et") and not _is_markup(head):
        raise UnreadableFileError(f"“{name}”不是电子表格，或者已经损坏。请用表格软件打开后另存为 xlsx 再发送。")
    if suffix == ".parquet":
        raise UnreadableFileError(f"“{name}”不是 Parquet 文件，或者已经损坏。")
    if _is_markup(head):
        if re.search(rb"<log[\s>]", head):
            return [open_xes(name, path)]
        raise UnreadableFileError(f"“{name}”实际上是网页或者 XML，不是表格。请用表格软件打开后另存为 xlsx 或 CSV。")
    if suffix in _OTHER_FILES:
        raise UnreadableFileError(f"“{name}”不是数据表，未读入。")
    text = _examine_text(name, path, scratch)
    if suffix in (".json", ".jsonl", ".ndjson") or (suffix not in (".csv", ".tsv", ".txt") and _is_json(text)):
        return [_open_json(name, text, limits)]
    return [_open_csv(name, text, score)]


def _is_markup(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


# ------------------------------------------------------------------------------------------------------------ text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """A text file after a first look: where its text begins, how it is encoded, and whether its quotes pair."""

    name: str
    path: Path
    encoding: str
    start: int
    quotes_pair: bool
    has_long_lines: bool

    def head(self) -> tuple[bytes, str]:
        with self.path.open("rb") as stream:
            stream.seek(self.start)
            raw = stream.read(HEAD)
        return raw, raw.decode(self.encoding, errors="ignore")


_CLEAR_UTF8: Final = re.compile(rb"[\xe3-\xe9][\x80-\xbf][\x80-\xbf]")


def _examine_text(name: str, path: Path, scratch: Path) -> _Text:
    """
    Read the file through once: its encoding, its longest line, its quotes.

    :raises UnreadableFileError: when it is no text, mixes encodings, or has a line beyond all measure.
    """
    head = _magic(path)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        path = _to_utf8(name, path, scratch)
        head = _magic(path)
    start = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    if b"\0" in head:
        raise UnreadableFileError(f"“{name}”不是文本文件（含有二进制内容），无法当作表格读取。")
    looks = _Looks(name)
    lines, quotes, long, rest = 0, 0, False, b""
    with path.open("rb") as stream:
        stream.seek(start)
        while chunk := stream.read(BLOCK):
            quotes += chunk.count(b'"')
            end = max(chunk.rfind(b"\n"), chunk.rfind(b"\r")) + 1
            if end == 0:
                rest += chunk
                _refuse_long_line(name, rest, lines)
                continue
            first = re.search(rb"[\r\n]", chunk)
            long = long or len(rest) + (first.start() if first else 0) > BLOCK // 2
            block, rest = rest + chunk[:end], chunk[end:]
            _refuse_long_line(name, rest, lines)
            lines = looks.take(block, lines)
        if rest:
            looks.take(rest, lines)
    return _Text(
        name=name,
        path=path,
        encoding=looks.encoding(),
        start=start,
        quotes_pair=quotes % 2 == 0,
        has_long_lines=long or len(rest) > BLOCK // 2,
    )


def _refuse_long_line(name: str, rest: bytes, lines: int) -> None:
    if len(rest) > LONGEST_LINE:
        raise UnreadableFileError(
            f"“{name}”第 {lines + 1} 行超过 {LONGEST_LINE // 1024**2} MB，不像表格。请检查该行的换行和引号。",
            file=name,
            row=lines + 1,
        )


@dataclass(slots=True)
class _Looks:
    """What the lines of a text file look like."""

    name: str
    utf8_line: int | None = None
    chinese_line: int | None = None

    def take(self, block: bytes, lines: int) -> int:
        """Look at whole lines that begin after ``lines`` lines; return how many there are now."""
        separator = b"\n" if b"\n" in block else b"\r"
        if b"\0" in block:
            row = lines + block[: block.index(b"\0")].count(separator) + 1
            raise UnreadableFileError(f"“{self.name}”第 {row} 行有二进制内容，不是文本表格。", file=self.name, row=row)
        try:
            block.decode("utf-8")
            if self.utf8_line is None and (match := _CLEAR_UTF8.search(block)):
                self.utf8_line = lines + block[: match.start()].count(separator) + 1
        except UnicodeDecodeError:
            self._line_by_line(block.split(separator), lines)
        if self.utf8_line is not None and self.chinese_line is not None:
            raise UnreadableFileError(
                f"“{self.name}”混用了两种编码：第 {self.utf8_line} 行是 UTF-8，第 {self.chinese_line} 行是 GB18030（GBK）。"
                "请用同一种编码另存后重发。",
                file=self.name,
                row=max(self.utf8_line, self.chinese_line),
            )
        return lines + block.count(separator)

    def _line_by_line(self, texts: list[bytes], lines: int) -> None:
        for row, line in enumerate(texts, start=lines + 1):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                if self.utf8_line is None and _CLEAR_UTF8.search(line):
                    self.utf8_line = row
            except UnicodeDecodeError:
                try:
                    line.decode("gb18030")
                except UnicodeDecodeError:
                    raise UnreadableFileError(
                        f"“{self.name}”第 {row} 行既不是 UTF-8 也不是 GB18030 编码，可能已经损坏。请另存为 UTF-8 后重发。",
                        file=self.name,
                        row=row,
                    ) from None
                if self.chinese_line is None:
                    self.chinese_line = row

    def encoding(self) -> str:
        return "gb18030" if self.chinese_line is not None else "utf-8"


def _to_utf8(name: str, path: Path, scratch: Path) -> Path:
    """Rewrite a UTF-16 text (the workbook programs' "Unicode text") as UTF-8."""
    target = scratch / f"utf8-{len(list(scratch.iterdir()))}.txt"
    try:
        with path.open(encoding="utf-16", newline="") as source, target.open("w", encoding="utf-8", newline="") as sink:
            while chunk := source.read(HEAD):
                sink.write(chunk)
    except UnicodeError as error:
        raise UnreadableFileError(f"“{name}”标明是 UTF-16 编码，但内容已损坏。请另存为 UTF-8 后重发。") from error
    return target


def _is_json(text: _Text) -> bool:
    return text.head()[1].lstrip()[:1] == "{"


# ------------------------------------------------------------------------------------------------------------- CSV


def _name_headers(cells: Sequence[str]) -> tuple[str, ...]:
    """Trim headers, and make empty and repeated ones distinct."""
    names: list[str] = []
    for index, cell in enumerate(cells, start=1):
        name = cell.strip().strip("\ufeff").strip() or f"（第{index}列无列名）"
        candidate, number = name, 2
        while candidate in names:
            candidate, number = f"{name}#{number}", number + 1
        names.append(candidate)
    return tuple(names)


def _find_header(rows: Sequence[Sequence[str]], score: HeaderScore) -> int:
    """Return the index of the header row: some exports put a title above it."""
    best, best_score = 0, 0
    for index, row in enumerate(rows[:HEADER_ROWS]):
        found = score(row)
        if found > best_score and (index == 0 or found >= 2):
            best, best_score = index, found
    if best_score == 0:
        return next((index for index, row in enumerate(rows[:HEADER_ROWS]) if sum(map(bool, row)) > 1), 0)
    return best


def _first_records(sample: str, delimiter: str, above: int) -> tuple[list[list[str]], list[int]]:
    """Read the first records and, for each, how many physical lines had been taken when it ended."""
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    records: list[list[str]] = []
    ends: list[int] = []
    for record in reader:
        records.append([cell.strip() for cell in record])
        ends.append(reader.line_num)
        if len(records) >= HEADER_ROWS + above:
            break
    return records, ends


def _sniff(sample: str, score: HeaderScore) -> str:
    """Return the delimiter that shows the most known headers, else the one that makes the most columns."""
    best, best_rank = ",", (-1, -1)
    for delimiter in ",\t;|":
        try:
            records, _ = _first_records(sample, delimiter, 0)
        except csv.Error:
            continue
        header = records[_find_header(records, score)] if records else []
        rank = (score(header), len(header))
        if rank > best_rank:
            best, best_rank = delimiter, rank
    return best


def _open_csv(name: str, text: _Text, score: HeaderScore) -> Source:
    raw, sample = text.head()
    above = 0
    if declared := re.match(r"sep=(.)(?:\r\n|\n|\r)", sample):
        delimiter, above = declared[1], 1
    else:
        delimiter = _sniff(sample, score)
    try:
        records, ends = _first_records(sample, delimiter, above)
    except csv.Error as error:
        raise UnreadableFileError(f"“{name}”的前几行不像表格，读不出列名。请检查分隔符和引号。") from error
    if not any(any(record) for record in records):
        raise UnreadableFileError(f"“{name}”里没有内容。")
    at = _find_header(records[above:], score) + above
    if len(raw) == HEAD and ends[at] > sample.count("\n") > 0:
        raise UnreadableFileError(f"“{name}”的列名行太长，不像表格。")
    headers = _name_headers(records[at])
    offset = text.start + _offset_after(raw, ends[at])
    table = _CsvTable(text=text, headers=headers, delimiter=delimiter, offset=offset, header_row=at + 1)
    return Source(file=name, sheet=None, name=Path(name).stem, headers=headers, batches=table.batches, path=text.path)


def _offset_after(raw: bytes, lines: int) -> int:
    """Return how many bytes the first ``lines`` physical lines take."""
    position = 0
    for _ in range(lines):
        match = re.compile(rb"\r\n|\n|\r").search(raw, position)
        if match is None:
            return len(raw)
        position = match.end()
    return position


@dataclass(frozen=True, slots=True, kw_only=True)
class _CsvTable:
    """The rows of a CSV file below its header."""

    text: _Text
    headers: tuple[str, ...]
    delimiter: str
    offset: int
    header_row: int

    def batches(self) -> Iterator[Batch]:
        if self.text.path.stat().st_size <= self.offset:
            return
        if self.text.quotes_pair:
            yield from self._by_columns()
        else:
            yield from self._line_by_line()

    def _by_columns(self) -> Iterator[Batch]:
        """Read through Arrow."""
        broken: list[tuple[int, int, str]] = []

        def note(row: pacsv.InvalidRow) -> str:
            broken.append((row.number, row.actual_columns, row.text))
            return "skip"

        with self.text.path.open("rb") as stream:
            stream.seek(self.offset)
            feed: Any = stream
            if self.text.encoding != "utf-8":
                feed = pa.transcoding_input_stream(pa.PythonFile(stream), self.text.encoding, "utf-8")
            row = self.header_row
            try:
                reader = pacsv.open_csv(
                    feed,
                    # small blocks keep memory low; two blocks must hold the longest line
                    read_options=pacsv.ReadOptions(
                        column_names=list(self.headers),
                        block_size=self._block_size(),
                        use_threads=False,
                    ),
                    parse_options=pacsv.ParseOptions(
                        delimiter=self.delimiter,
                        newlines_in_values=True,
                        ignore_empty_lines=False,
                        invalid_row_handler=note,
                    ),
                    convert_options=pacsv.ConvertOptions(
                        column_types=dict.fromkeys(self.headers, pa.string()),
                        strings_can_be_null=True,
                        quoted_strings_can_be_null=True,
                        null_values=[""],
                    ),
                )
                for part in reader:
                    upcoming, broken[:] = list(broken), []
                    yield self._batch(part, row, upcoming)
                    row += part.num_rows + len(upcoming)
                if broken:
                    yield self._batch(None, row, list(broken))
            except (pa.ArrowInvalid, UnicodeError) as error:
                if isinstance(error, pa.ArrowInvalid) and "Empty CSV" in str(error):
                    return
                raise UnreadableFileError(
                    f"“{self.text.name}”第 {row + 1} 行以后读不下去：某一行长得不合常理，或者引号没有成对。请检查后重发。",
                    file=self.text.name,
                    row=row + 1,
                ) from error

    def _block_size(self) -> int:
        if self.text.has_long_lines:
            return 2 * LONGEST_LINE
        return BLOCK if address_space() is None else BLOCK // 2

    def _batch(self, part: pa.RecordBatch | None, row: int, broken: list[tuple[int, int, str]]) -> Batch:
        count = part.num_rows if part is not None else 0
        numbers = np.arange(row + 1, row + count + len(broken) + 1, dtype=np.int64)
        malformed = []
        if broken:
            # Arrow counts the data rows from 1; the file's rows begin below the header
            places = [number + self.header_row for number, _, _ in broken]
            malformed = [
                Malformed(row=place, reason=self._shape(columns), text=text)
                for place, (_, columns, text) in zip(places, broken, strict=True)
            ]
            numbers = np.setdiff1d(numbers, np.array(places, dtype=np.int64), assume_unique=True)
            numbers = numbers[:count]
        columns = {} if part is None else dict(zip(self.headers, part.columns, strict=True))
        return Batch(columns=columns, rows=numbers, malformed=malformed)

    def _shape(self, columns: int) -> str:
        return f"该行有 {columns} 列，列名有 {len(self.headers)} 列。"

    def _line_by_line(self) -> Iterator[Batch]:
        """Read a file whose quotes do not pair: every line for itself, so that one bad quote spoils one line."""
        with (
            self.text.path.open("rb") as binary,
            io.TextIOWrapper(binary, encoding=self.text.encoding, newline=None) as stream,
        ):
            binary.seek(self.offset)
            rows: list[list[str]] = []
            numbers: list[int] = []
            malformed: list[Malformed] = []
            for number, line in enumerate(stream, start=self.header_row + 1):
                line = line.removesuffix("\n")
                cells, reason = self._cells(line)
                if reason is None:
                    rows.append(cells)
                    numbers.append(number)
                else:
                    malformed.append(Malformed(row=number, reason=reason, text=line))
                if len(rows) + len(malformed) >= ROWS_A_BATCH:
                    yield batch_of_rows(self.headers, rows, numbers, malformed)
                    rows, numbers, malformed = [], [], []
            if rows or malformed:
                yield batch_of_rows(self.headers, rows, numbers, malformed)

    def _cells(self, line: str) -> tuple[list[str], str | None]:
        if not line.strip():
            return [""] * len(self.headers), None
        try:
            cells = next(csv.reader([line], delimiter=self.delimiter, strict=True))
        except (csv.Error, StopIteration):
            return [], "该行的引号没有成对。"
        if len(cells) != len(self.headers):
            return [], self._shape(len(cells))
        return cells, None


# ------------------------------------------------------------------------------------------------------------ JSON


def _open_json(name: str, text: _Text, limits: Limits) -> Source:
    """Open JSON Lines, or a file that is one array of objects."""
    _, sample = text.head()
    if sample.lstrip()[:1] == "[":
        return _open_json_array(name, text, limits)

    def records() -> Iterator[tuple[int, dict[str, Any] | str]]:
        with text.path.open("rb") as binary, io.TextIOWrapper(binary, encoding=text.encoding) as stream:
            binary.seek(text.start)
            for number, line in enumerate(stream, start=1):
                if not line.strip():
                    continue
                try:
                    value = json.loads(line)
                except (ValueError, RecursionError):
                    value = None
                yield number, value if isinstance(value, dict) else line.rstrip("\n")

    return record_source(name, text.path, records, "这一行不是一个完整的 JSON 对象。")


def _open_json_array(name: str, text: _Text, limits: Limits) -> Source:
    if text.path.stat().st_size > limits.json_bytes:
        raise UnreadableFileError(
            f"“{name}”是一个超过 {limits.json_bytes // 1024**2} MB 的 JSON 数组。请改成每行一个对象（JSON Lines）。"
        )
    try:
        values = json.loads(text.path.read_bytes()[text.start :].decode(text.encoding))
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(f"“{name}”不是完整的 JSON。") from error

    def records() -> Iterator[tuple[int, dict[str, Any] | str]]:
        for number, value in enumerate(values, start=1):
            yield number, value if isinstance(value, dict) else json_text(value) or ""

    return record_source(name, text.path, records, "这一项不是 JSON 对象。")


# --------------------------------------------------------------------------------------------------------- workbooks


def _cell_text(value: Any) -> str:
    """Write a cell of a workbook as text; a whole number without its point, a midnight as a bare date."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date | time | timedelta | int):
        return str(value)
    return "" if value is None else str(value)


def _workbook_budget(limits: Limits) -> int:
    """A workbook is loaded whole: allow less where the process itself is held short."""
    allowed = address_space()
    return limits.workbook_bytes if allowed is None else min(limits.workbook_bytes, allowed // 4)


def _open_workbook(name: str, path: Path, score: HeaderScore, limits: Limits, refused: list[Refused]) -> list[Source]:
    damaged = f"工作簿“{name}”已损坏或者不完整，请用表格软件打开后另存为 xlsx 再发送。"
    budget = _workbook_budget(limits)
    if _magic(path).startswith(b"PK"):
        try:
            with zipfile.ZipFile(path) as package:
                _check_package(name, package.infolist(), limits, budget)
        except _BROKEN_ZIP as error:
            raise UnreadableFileError(damaged) from error
    elif path.stat().st_size > budget // 4:
        raise PackageTooLargeError(f"工作簿“{name}”太大，请改用 CSV 或 Parquet。")
    try:
        book = _guarded(lambda: python_calamine.CalamineWorkbook.from_path(str(path)), damaged)
    except python_calamine.PasswordError as error:
        raise UnreadableFileError(f"工作簿“{name}”有密码，请去掉密码后重发。") from error
    sources = []
    for sheet_name in book.sheet_names:
        if sheet_name in IGNORED_SHEETS:
            continue
        try:
            source = _open_sheet(name, path, book, sheet_name, score, damaged)
        except UnreadableFileError as error:
            refused.append(Refused(file=f"{name}[{sheet_name}]", reason=error.message))
            continue
        if source is not None:
            sources.append(source)
    return sources


def _guarded[T](act: Callable[[], T], damaged: str) -> T:
    """Run a call of the workbook library; its errors, and the panics of its Rust core, become ours."""
    try:
        return act()
    except python_calamine.PasswordError:
        raise
    except (python_calamine.CalamineError, OSError, ValueError, OverflowError) as error:
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            raise UnreadableFileError(damaged.replace("已损坏或者不完整", "有密码或者已损坏")) from error
        raise UnreadableFileError(damaged) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise UnreadableFileError(damaged) from error
        raise


def _open_sheet(
    name: str,
    path: Path,
    book: python_calamine.CalamineWorkbook,
    sheet_name: str,
    score: HeaderScore,
    damaged: str,
) -> Source | None:
    def load() -> python_calamine.CalamineSheet:
        return _guarded(lambda: book.get_sheet_by_name(sheet_name), damaged)

    sheet = load()
    if sheet.total_height == 0:
        return None
    first = 1
    top: list[list[str]] = []
    for row in sheet.iter_rows():
        top.append([_cell_text(cell).strip() for cell in row])
        if len(top) >= HEADER_ROWS:
            break
    if not any(any(row) for row in top):
        return None
    at = _find_header(top, score)
    cells = top[at]
    while cells and not cells[-1]:
        cells = cells[:-1]
    headers = _name_headers(cells)
    width = len(headers)

    def batches() -> Iterator[Batch]:
        rows: list[list[str]] = []
        numbers: list[int] = []
        for number, row in enumerate(load().iter_rows(), start=first):
            if number <= at + 1:
                continue
            values = [_cell_text(cell) for cell in row[:width]]
            values.extend([""] * (width - len(values)))
            rows.append(values)
            numbers.append(number)
            if len(rows) >= ROWS_A_BATCH:
                yield batch_of_rows(headers, rows, numbers, [])
                rows, numbers = [], []
        if rows:
            yield batch_of_rows(headers, rows, numbers, [])

    return Source(file=name, sheet=sheet_name, name=sheet_name, headers=headers, batches=batches, path=path)


# ----------------------------------------------------------------------------------------------------------- Parquet


def _open_parquet(name: str, path: Path) -> Source:
    damaged = f"“{name}”的 Parquet 内容已损坏或者不完整，请重新导出。"
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableFileError(damaged) from error
    headers = _name_headers(schema.names)

    def batches() -> Iterator[Batch]:
        row = 0
        try:
            with pq.ParquetFile(path) as file:
                for part in file.iter_batches(batch_size=128 * 1024):
                    numbers = np.arange(row + 1, row + part.num_rows + 1, dtype=np.int64)
                    yield Batch(columns=dict(zip(headers, part.columns, strict=True)), rows=numbers)
                    row += part.num_rows
        except (pa.ArrowException, OSError) as error:
            raise UnreadableFileError(damaged, file=name, row=row + 1) from error

    return Source(
        file=name, sheet=None, name=Path(name).stem, headers=headers, batches=batches, path=path, is_parquet=True
    )


def file_size(path: Path) -> int:
    """Return the bytes of a file, or of all files of a folder."""
    if path.is_dir():
        return sum(os.stat(file).st_size for file in path.rglob("*") if file.is_file())  # noqa: PTH116 - faster
    return path.stat().st_size
