"""JSON Lines, and files that are one array of objects."""

import io
import json
from collections.abc import Iterator
from typing import Any

from mingjing.facts.packages import Limits
from mingjing.facts.rows import Source, UnreadableFileError, json_text, record_source
from mingjing.facts.textfiles import TextFile


def open_json(name: str, text: TextFile, limits: Limits) -> Source:
    """Open JSON Lines, or a file that is one array of objects."""
    _, sample = text.head()
    if sample.lstrip()[:1] == "[":
        return _open_array(name, text, limits)

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


def _open_array(name: str, text: TextFile, limits: Limits) -> Source:
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
