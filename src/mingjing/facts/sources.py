"""
Opens whatever was sent: CSV, workbooks, Parquet, JSON Lines, event logs, a folder or a zip of them.

Each readable table becomes a :class:`Source` that gives its rows in batches, so that memory does not grow with the
file. What cannot be read is refused in words that name the file, the row where one is known, and the way out.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from mingjing.facts.csvfiles import open_csv
from mingjing.facts.eventlog import open_xes
from mingjing.facts.headers import HeaderScore, name_headers
from mingjing.facts.jsonfiles import open_json
from mingjing.facts.packages import Limits, is_plain_zip, is_wanted, magic_of, unpack
from mingjing.facts.rows import Batch, Refused, Source, UnreadableFileError
from mingjing.facts.textfiles import examine_text, is_json
from mingjing.facts.workbooks import open_workbook

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
        if not is_wanted(name):
            continue
        try:
            if is_plain_zip(file):
                members = unpack(name, file, scratch / f"zip{len(sources)}-{len(refused)}", limits)
            else:
                members = [(name, file)]
        except UnreadableFileError as error:
            refused.append(Refused(file=name, reason=error.message))
            continue
        except OSError as error:
            refused.append(Refused(file=name, reason=_closed(name, error)))
            continue
        for member_name, member in members:
            try:
                sources.extend(_open(member_name, member, scratch, score, limits, refused))
            except UnreadableFileError as error:
                refused.append(Refused(file=member_name, reason=error.message))
            except OSError as error:
                refused.append(Refused(file=member_name, reason=_closed(member_name, error)))
    return sources, refused


def _closed(name: str, error: OSError) -> str:
    why = "没有权限" if isinstance(error, PermissionError) else error.strerror or "读取失败"
    return f"“{name}”打不开：{why}。请检查文件和权限。"


def _open(
    name: str, path: Path, scratch: Path, score: HeaderScore, limits: Limits, refused: list[Refused]
) -> list[Source]:
    """Open one file by what it is, not by what it is called."""
    head = magic_of(path)
    if not head:
        raise UnreadableFileError(f"“{name}”是空文件。")
    if head.startswith(b"PAR1"):
        return [open_parquet(name, path)]
    if head.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return open_workbook(name, path, score, limits, refused)
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
    text = examine_text(name, path, scratch)
    if suffix in (".json", ".jsonl", ".ndjson") or (suffix not in (".csv", ".tsv", ".txt") and is_json(text)):
        return [open_json(name, text, limits)]
    return [open_csv(name, text, score)]


def _is_markup(head: bytes) -> bool:
    return head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def open_parquet(name: str, path: Path) -> Source:
    damaged = f"“{name}”的 Parquet 内容已损坏或者不完整，请重新导出。"
    try:
        schema = pq.read_schema(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UnreadableFileError(damaged) from error
    headers = name_headers(schema.names)

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
