"""CSV files: read through Arrow in blocks; a file whose quotes do not pair is read line by line."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from mingjing.facts.headers import HEADER_ROWS, HeaderScore, find_header, name_headers
from mingjing.facts.rows import (
    ROWS_A_BATCH,
    Batch,
    Malformed,
    Source,
    UnreadableFileError,
    address_space,
    batch_of_rows,
)
from mingjing.facts.textfiles import BLOCK, HEAD, LONGEST_LINE, TextFile
from mingjing.kernel.spreadsheets import GUARD, GUARDED

csv.field_size_limit(max(csv.field_size_limit(), 2 * LONGEST_LINE))


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
        header = records[find_header(records, score)] if records else []
        rank = (score(header), len(header))
        if rank > best_rank:
            best, best_rank = delimiter, rank
    return best


def open_csv(name: str, text: TextFile, score: HeaderScore) -> Source:
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
    at = find_header(records[above:], score) + above
    if len(raw) == HEAD and ends[at] > sample.count("\n") > 0:
        raise UnreadableFileError(f"“{name}”的列名行太长，不像表格。")
    headers = name_headers(records[at])
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


def _unguarded(column: pa.Array) -> pa.Array:
    """Take away the guards of texts that a spreadsheet would have computed."""
    if not pc.any(pc.starts_with(column, GUARD)).as_py():
        return column
    return pc.replace_substring_regex(column, GUARDED, r"\1", max_replacements=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _CsvTable:
    """The rows of a CSV file below its header."""

    text: TextFile
    headers: tuple[str, ...]
    delimiter: str
    offset: int
    header_row: int

    def batches(self) -> Iterator[Batch]:
        if self.text.path.stat().st_size <= self.offset:
            return
        for batch in self._by_columns() if self.text.quotes_pair else self._line_by_line():
            yield replace(batch, columns={name: _unguarded(column) for name, column in batch.columns.items()})

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
