"""What every kind of file is turned into: a source of batches of rows, whatever it was before."""

import contextlib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from mingjing.facts.text import narrow
from mingjing.kernel.errors import DomainError

ROWS_A_BATCH: Final = 20_000
EXAMPLE_MARK: Final = "【示例】"
"""A row whose first cell begins so is an example of the template, not a fact."""


class UnreadableFileError(DomainError):
    """A file, or what is inside, cannot be read; the message names it."""

    code = "facts.unreadable_file"


class PackageTooLargeError(UnreadableFileError):
    """A package would unpack to more than is allowed."""

    code = "facts.package_too_large"


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """A row that does not have the shape of its file."""

    row: int
    reason: str
    text: str


@dataclass(slots=True, kw_only=True)
class Batch:
    """Some rows: a column of equal length for each header, the row numbers as in the file, and broken rows."""

    columns: dict[str, pa.Array]
    rows: npt.NDArray[np.int64]
    malformed: list[Malformed] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One table of one file, to be read from the start as often as wanted."""

    file: str
    sheet: str | None
    name: str
    headers: tuple[str, ...]
    batches: Callable[[], Iterator[Batch]]
    path: Path
    is_parquet: bool = False

    @property
    def place(self) -> str:
        """Name the file and, in a workbook, the sheet."""
        return self.file if self.sheet is None else f"{self.file}[{self.sheet}]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A file or sheet that was not read, and why."""

    file: str
    reason: str


def batch_of_rows(
    headers: Sequence[str], rows: Sequence[Sequence[Any]], numbers: Sequence[int], malformed: list[Malformed]
) -> Batch:
    columns = {
        header: pa.array([row[index] if row[index] != "" else None for row in rows], pa.string())
        for index, header in enumerate(headers)
    }
    return Batch(columns=columns, rows=np.array(numbers, dtype=np.int64), malformed=malformed)


def json_text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(not isinstance(part, dict | list) for part in value):
        return "|".join(json_text(part) or "" for part in value)
    return json.dumps(value, ensure_ascii=False)


def record_source(
    name: str, path: Path, records: Callable[[], Iterator[tuple[int, dict[str, Any] | str]]], broken: str
) -> Source:
    """
    Make a source of records that may each have their own fields; a record that is a string is broken.

    The records are read once for the names of the fields and once for the values.
    """
    names: dict[str, None] = {}
    for _, record in records():
        if isinstance(record, dict):
            names.update(dict.fromkeys(record))
    if not names:
        raise UnreadableFileError(f"“{name}”里没有一条能读的记录。")
    headers = tuple(names)

    def batches() -> Iterator[Batch]:
        rows: list[list[str | None]] = []
        numbers: list[int] = []
        malformed: list[Malformed] = []
        for number, record in records():
            if isinstance(record, dict):
                rows.append([json_text(record.get(header)) for header in headers])
                numbers.append(number)
            else:
                malformed.append(Malformed(row=number, reason=broken, text=record))
            if len(rows) + len(malformed) >= ROWS_A_BATCH:
                yield batch_of_rows(headers, rows, numbers, malformed)
                rows, numbers, malformed = [], [], []
        if rows or malformed:
            yield batch_of_rows(headers, rows, numbers, malformed)

    return Source(file=name, sheet=None, name=Path(name).stem, headers=headers, batches=batches, path=path)


def header_key(header: str) -> str:
    """Write a header so that its spellings are equal: width, spaces, case and the mark of a required column."""
    plain = re.sub(r"\s+", "", narrow(header)).strip("*").casefold()
    return re.sub(r"\((?:必填|选填|可空)\)$", "", plain)


_UNIT: Final = re.compile(r"\((?:单位[::]?)?(元|分|角|百元|千元|万元|亿元)\)$")


def unit_in_header(header: str) -> str | None:
    """Return the unit of money that a header declares in brackets, such as 罚款金额（万元）."""
    match = _UNIT.search(header_key(header))
    return match[1] if match else None


def without_unit(header: str) -> str:
    """Return the key of a header without the unit in brackets."""
    return _UNIT.sub("", header_key(header))


def address_space() -> int | None:
    """Return the bytes this process may map, or ``None`` where nothing is set."""
    try:
        import resource
    except ImportError:  # not on every system
        return None
    allowed, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if allowed == resource.RLIM_INFINITY else allowed


def address_space_left() -> int | None:
    """Return the bytes this process may still map, or ``None`` where nothing is set."""
    allowed = address_space()
    if allowed is None:
        return None
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return allowed - pages * 4096


def be_frugal() -> None:
    """
    Keep to few threads and small reserves where the address space of the process is limited.

    Arrow's usual pool reserves a gigabyte of addresses beforehand, and every thread some 64 MB more.
    """
    import ctypes

    pa.set_memory_pool(pa.system_memory_pool())
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    with contextlib.suppress(OSError, AttributeError):
        m_arena_max = -8
        ctypes.CDLL(None).mallopt(m_arena_max, 1)
