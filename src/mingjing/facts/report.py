"""What came of reading: tables, rows, problems, and what the sender did not give."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from mingjing.facts.problems import KIND_LABELS, Problem, ProblemKind, table_label
from mingjing.facts.schema import EVENT_TYPES, TABLES
from mingjing.kernel.errors import DomainError

SHOWN_PROBLEMS: Final = 200
REPORT_FILE: Final = "read_report.json"


class ReportNotFoundError(DomainError):
    """A folder has no report of reading, or one that cannot be read."""

    code = "facts.report_not_found"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableReport:
    """What came of one table of the standard."""

    name: str
    label: str
    rows_read: int
    rows_kept: int
    rows_left_out: int
    rows_merged: int
    missing_columns: tuple[str, ...]
    unknown_columns: tuple[str, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What came of one file or sheet; ``rows_read`` is always ``rows_kept`` and ``rows_left_out`` together."""

    file: str
    table: str
    mapping: str | None
    rows_read: int
    rows_kept: int
    rows_left_out: int
    rows_blank: int
    is_complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemCount:
    """How often one kind of problem was met in one column."""

    table: str
    column: str
    kind: ProblemKind
    count: int


def _table_report(entry: dict[str, Any]) -> TableReport:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return TableReport(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReport:
    """
    The whole account of one reading; ``folder`` holds the standard Parquet files.

    ``event_types_given`` names the only kinds of event that the sources can hold, where they are lists that know no
    others (a list of decisions says nothing about notices); ``None`` where any kind may occur. ``partial_tables`` are
    those that only some of several lists give: for the cases of the others they say nothing, so they count as missing.
    """

    folder: Path
    input: str
    is_standard_input: bool
    tables: Mapping[str, TableReport]
    sources: tuple[SourceReport, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    problem_counts: tuple[ProblemCount, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    event_types_given: tuple[str, ...] | None = None
    partial_tables: tuple[str, ...] = ()
    seconds: float = 0.0

    def missing(self, table: str) -> set[str]:
        """
        Return the columns of a table that the sender did not give; all of them where the table is not there.

        A rule that needs one of them is *not evaluated*, never *passed*.
        """
        if table not in self.tables or table in self.partial_tables:
            return set(TABLES[table].names)
        return set(self.tables[table].missing_columns)

    @property
    def missing_tables(self) -> tuple[str, ...]:
        """The tables of the standard that were not given, or not for all cases."""
        return tuple(name for name in TABLES if name not in self.tables or name in self.partial_tables)

    @property
    def problem_total(self) -> int:
        """How many problems there are, whether or not they are kept here one by one."""
        return sum(count.count for count in self.problem_counts)

    def to_json(self) -> dict[str, Any]:
        """Return what ``read_report.json`` holds."""
        return {
            "input": self.input,
            "is_standard_input": self.is_standard_input,
            "tables": [asdict(table) for table in self.tables.values()],
            "missing_tables": list(self.missing_tables),
            "missing_columns": {
                table.name: list(table.missing_columns) for table in self.tables.values() if table.missing_columns
            },
            "event_types_given": None if self.event_types_given is None else list(self.event_types_given),
            "partial_tables": list(self.partial_tables),
            "sources": [asdict(source) for source in self.sources],
            "refused": [{"file": file, "reason": reason} for file, reason in self.refused.items()],
            "problem_total": self.problem_total,
            "problem_counts": [
                {**asdict(count), "kind": count.kind.value, "label": KIND_LABELS[count.kind]}
                for count in self.problem_counts
            ],
            "problems": [{**asdict(problem), "kind": problem.kind.value} for problem in self.problems[:SHOWN_PROBLEMS]],
            "notes": list(self.notes),
            "seconds": round(self.seconds, 3),
        }

    def save(self, folder: Path) -> None:
        """Write ``read_report.json``."""
        text = json.dumps(self.to_json(), ensure_ascii=False, indent=1)
        (folder / REPORT_FILE).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """
        Read the report of a folder written before.

        :raises ReportNotFoundError: when there is none.
        """
        try:
            data = json.loads((folder / REPORT_FILE).read_text("utf-8"))
            return cls(
                folder=folder,
                input=data["input"],
                is_standard_input=data["is_standard_input"],
                tables={entry["name"]: _table_report(entry) for entry in data["tables"]},
                sources=tuple(SourceReport(**entry) for entry in data["sources"]),
                refused={entry["file"]: entry["reason"] for entry in data["refused"]},
                problem_counts=tuple(
                    ProblemCount(
                        table=entry["table"],
                        column=entry["column"],
                        kind=ProblemKind(entry["kind"]),
                        count=entry["count"],
                    )
                    for entry in data["problem_counts"]
                ),
                problems=tuple(Problem(**{**entry, "kind": ProblemKind(entry["kind"])}) for entry in data["problems"]),
                notes=tuple(data["notes"]),
                event_types_given=None if data["event_types_given"] is None else tuple(data["event_types_given"]),
                partial_tables=tuple(data.get("partial_tables", ())),
                seconds=data["seconds"],
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ReportNotFoundError(
                f"“{folder.name}”里没有可用的 {REPORT_FILE}，请先用 mingjing facts read 读入数据。"
            ) from error

    def summary(self) -> str:
        """Say in a few Chinese lines what was read, what was not, and what to look at."""
        lines = [f"读入 {self.input}，用时 {self.seconds:.1f} 秒。"]
        for table in self.tables.values():
            line = f"  {table.label}（{table.name}）：{table.rows_kept:,} 行"
            if table.rows_left_out:
                line += f"，另有 {table.rows_left_out:,} 行未读入"
            if table.missing_columns:
                labels = [TABLES[table.name].column(name).label for name in table.missing_columns]
                line += f"；没有给出的列：{'、'.join(labels)}"
            lines.append(line)
            if table.unknown_columns:
                lines.append(f"    不在标准里的列，已另存：{'、'.join(table.unknown_columns)}")
        if self.missing_tables:
            lines.append(f"没有给出的表：{'、'.join(table_label(name) for name in self.missing_tables)}。")
        if self.event_types_given is not None:
            kinds = "、".join(EVENT_TYPES.get(code, code) for code in self.event_types_given)
            lines.append(f"来源只有这些环节：{kinds}。其他环节没有记录，不等于没有办理。")
        for file, reason in self.refused.items():
            lines.append(f"未读入的文件 {file}：{reason}")
        if self.problem_counts:
            lines.append(f"共有 {self.problem_total:,} 处问题：")
            lines.extend(
                f"  {table_label(count.table)}{f'“{count.column}”' if count.column else ''}："
                f"{KIND_LABELS[count.kind]} {count.count:,} 处"
                for count in self.problem_counts[:20]
            )
            if len(self.problem_counts) > 20:
                lines.append(f"  另有 {len(self.problem_counts) - 20} 类，见 {REPORT_FILE}。")
        lines.extend(self.notes)
        return "\n".join(lines)
