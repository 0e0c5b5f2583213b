"""
Who writes facts: rooms that hold enforcement data put them into the facts standard when the facts in force are taken.

    fact_exporters.register("registry", "主体和人员台账", export_registry)     # in AppConfig.ready

The function writes standard Parquet tables into the folder that it is given, says in each file's metadata which columns
it gives (``mingjing.facts.standard.GIVEN``), and returns the number of rows by table.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

type Write = Callable[[Path], Mapping[str, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exporter:
    """A room's own facts."""

    name: str
    label: str
    write: Write


_exporters: dict[str, Exporter] = {}


def register(name: str, label: str, write: Write) -> None:
    """Let a room's data be part of the facts in force."""
    _exporters[name] = Exporter(name=name, label=label, write=write)


def exporters() -> tuple[Exporter, ...]:
    """Return all that are registered, by name."""
    return tuple(_exporters[name] for name in sorted(_exporters))
