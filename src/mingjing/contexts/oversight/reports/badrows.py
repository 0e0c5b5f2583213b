"""What the readers could not use, in the words of the report."""

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, Self

import pyarrow.parquet as pq

from mingjing.facts.problems import KIND_LABELS, Problem, ProblemKind, table_label
from mingjing.facts.report import ReadReport, ReportNotFoundError

BAD_CELLS_FILE: Final = "bad_cells.parquet"
LISTED_CELLS: Final = 50_000
"""So many are listed one by one; the rest is counted, and stands in the facts folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRead:
    """How many rows of one table came in, and how many of them count."""

    label: str
    read: int
    kept: int
    left_out: int = 0
    merged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCell:
    """One cell that is not what its column asks for."""

    table: str
    row: str
    column: str
    value: str
    reason: str

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """Take over one problem of the readers."""
        return cls(
            table=table_label(problem.table),
            row=" ".join([problem.file, f"第 {problem.row} 行" if problem.row is not None else ""]).strip(),
            column=problem.column,
            value=problem.value or "",
            reason=f"{KIND_LABELS[problem.kind]}：{problem.reason}{problem.remedy}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRows:
    """Everything that the readers reported. ``cells`` may be a part of ``cells_total``."""

    tables: tuple[TableRead, ...] = ()
    cells: tuple[BadCell, ...] = ()
    cells_total: int = 0
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, report: ReadReport) -> Self:
        """Take over the account of one reading."""
        cells = tuple(map(BadCell.of, _problems(report)))
        notes = [f"没有给出的表：{'、'.join(table_label(name) for name in report.missing_tables)}。"]
        notes += [f"未读入的文件 {file}：{reason}" for file, reason in report.refused.items()]
        notes += [
            f"《{table.label}》表里不在标准中的列，已另存：{'、'.join(table.unknown_columns)}。"
            for table in report.tables.values()
            if table.unknown_columns
        ]
        return cls(
            tables=tuple(
                TableRead(
                    label=table.label,
                    read=table.rows_read,
                    kept=table.rows_kept,
                    left_out=table.rows_left_out,
                    merged=table.rows_merged,
                )
                for table in report.tables.values()
            ),
            cells=cells,
            cells_total=report.problem_total,
            notes=tuple(notes if report.missing_tables else notes[1:]) + report.notes,
        )

    @classmethod
    def of_folder(cls, facts_dir: Path) -> Self | None:
        """Take over the account that stands in a facts folder; ``None`` where nobody read it in."""
        try:
            return cls.of(ReadReport.load(facts_dir))
        except ReportNotFoundError:
            return None


def _problems(report: ReadReport) -> tuple[Problem, ...]:
    """Return the problems one by one: all that the folder lists, up to a bound, else those in the report."""
    path = report.folder / BAD_CELLS_FILE
    if not path.is_file():
        return report.problems
    with pq.ParquetFile(path) as file:
        rows = (row for batch in file.iter_batches(batch_size=10_000) for row in batch.to_pylist())
        return tuple(Problem(**row | {"kind": ProblemKind(row["kind"])}) for row in islice(rows, LISTED_CELLS))
