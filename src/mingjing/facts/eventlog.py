"""
Event logs in XES: one record per event, the attributes of its trace prefixed with ``case:``.

Source: IEEE 1849-2016 (XES).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from mingjing.facts.rows import Source, UnreadableFileError, record_source

_ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id"})


def open_xes(name: str, path: Path) -> Source:
    """
    Open an event log; events are read as a stream and forgotten.

    :raises UnreadableFileError: when the XML is broken or declares entities.
    """
    with path.open("rb") as stream:
        if re.search(rb"<!(?:DOCTYPE|ENTITY)", stream.read(64 * 1024)):
            raise UnreadableFileError(f"“{name}”里有 DOCTYPE 声明，为安全起见不读入。请导出不带声明的 XES。")

    def records() -> Iterator[tuple[int, dict[str, Any] | str]]:
        try:
            yield from _events(path)
        except ET.ParseError as error:
            line = error.position[0]
            raise UnreadableFileError(
                f"“{name}”第 {line} 行的 XML 不完整或者已损坏，请重新导出。", file=name, row=line
            ) from error

    return record_source(name, path, records, "这一条不是事件。")


def _events(path: Path) -> Iterator[tuple[int, dict[str, Any] | str]]:
    trace: dict[str, str] = {}
    pending: list[dict[str, str]] = []
    number = 0
    depth: list[str] = []
    for action, element in ET.iterparse(path, events=("start", "end")):  # noqa: S314 - no entities, checked
        tag = element.tag.rpartition("}")[2]
        if action == "start":
            depth.append(tag)
            if tag == "trace":
                trace, pending = {}, []
            continue
        depth.pop()
        parent = depth[-1] if depth else ""
        if tag in _ATTRIBUTES and parent == "trace":
            trace[f"case:{element.get('key', '')}"] = element.get("value", "")
        elif tag == "event":
            pending.append(
                {
                    child.get("key", ""): child.get("value", "")
                    for child in element
                    if child.tag.rpartition("}")[2] in _ATTRIBUTES
                }
            )
            element.clear()
        elif tag == "trace":
            for event in pending:
                number += 1
                yield number, trace | event
            element.clear()
