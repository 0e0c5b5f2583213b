# ruff: noqa: RUF001 - look-alike brackets are the subject here
"""
Checks that need whole tables: repeated keys, repeated document numbers, references to rows that are not there.

The rows stay as they are. Hashes find the suspects, so that memory stays small; every suspect is then compared exactly.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from mingjing.facts.problems import Problem, ProblemKind
from mingjing.facts.rows import address_space, address_space_left
from mingjing.facts.schema import TABLES, Check, ColumnType, Table
from mingjing.kernel.errors import DomainError

if TYPE_CHECKING:
    import duckdb


class ChecksNotDoneError(DomainError):
    """There was not enough memory to compare whole tables."""

    code = "facts.checks_not_done"


LEAST_MEMORY: Final = 256 * 1024 * 1024
MOST_MEMORY: Final = 1024 * 1024 * 1024
SHOWN: Final = 1_000
"""So many rows of each kind are named one by one; the rest are counted."""

Locate = Callable[[str, int], tuple[str, int | None]]
"""Says from which file and row the n-th row of a table came."""

_YEAR: Final = r"[\[\(（【［〔﹝]\s*((?:19|20)\d\d)\s*[\]\)）】］〕﹞]\s*(?:第)?0*"


def check_links(
    folder: Path, tables: Mapping[str, object], locate: Locate, scratch: Path
) -> Iterator[tuple[Problem, int]]:
    """
    Yield each problem with the number of cells it stands for (1, or what is left over beyond those shown).

    :raises ChecksNotDoneError: when memory does not suffice.
    """
    left = address_space_left()
    if left is not None and left < LEAST_MEMORY:
        # DuckDB ends the whole process when it cannot start its threads
        raise ChecksNotDoneError("内存不足，没有核对重复的编码和不存在的引用。")
    try:
        import duckdb
    except ImportError as error:
        raise ChecksNotDoneError("内存不足，没有核对重复的编码和不存在的引用。") from error
    connection = duckdb.connect()
    try:
        connection.execute("SET threads = 2")
        allowed = address_space()
        memory = MOST_MEMORY if allowed is None else max(allowed // 8, 64 * 1024**2)
        connection.execute(f"SET memory_limit = '{memory}B'")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(f"SET temp_directory = '{_quoted(scratch / 'duckdb')}'")
        for name in tables:
            table = TABLES[name]
            yield from _duplicate_keys(connection, folder, table, locate)
            yield from _duplicate_numbers(connection, folder, table, locate)
            yield from _orphans(connection, folder, table, tables, locate)
    except (duckdb.OutOfMemoryException, MemoryError) as error:
        raise ChecksNotDoneError("内存不足，没有核完重复的编码和不存在的引用。") from error
    finally:
        connection.close()


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _scan(folder: Path, name: str) -> str:
    return f"read_parquet('{_quoted(folder / f'{name}.parquet')}', file_row_number = true)"


def _repeats(
    connection: "duckdb.DuckDBPyConnection", scan: str, keys: str, condition: str
) -> tuple[int, list[tuple[str, int, int]]]:
    """Return how many rows repeat an earlier row's key, and (key, this row, first row) for the first of them."""
    suspects = connection.execute(
        f"CREATE OR REPLACE TEMP TABLE suspects AS SELECT hash({keys}) AS h FROM {scan} "
        f"WHERE {condition} GROUP BY h HAVING count(*) > 1"
    ).execute("SELECT count(*) FROM suspects")
    if not suspects.fetchall()[0][0]:
        return 0, []
    inner = (
        f"SELECT concat_ws(' · ', {keys}) AS k, file_row_number AS r, "
        f"min(file_row_number) OVER (PARTITION BY {keys}) AS first FROM {scan} "
        f"WHERE {condition} AND hash({keys}) IN (SELECT h FROM suspects)"
    )
    total = connection.execute(f"SELECT count(*) FROM ({inner}) WHERE r > first").fetchall()[0][0]
    rows = connection.execute(f"SELECT k, r, first FROM ({inner}) WHERE r > first ORDER BY r LIMIT {SHOWN}")
    return total, rows.fetchall()


def _duplicate_keys(
    connection: "duckdb.DuckDBPyConnection", folder: Path, table: Table, locate: Locate
) -> Iterator[tuple[Problem, int]]:
    keys = ", ".join(f'"{name}"' for name in table.key)
    condition = " AND ".join(f'"{name}" IS NOT NULL' for name in table.required) or "true"
    total, rows = _repeats(connection, _scan(folder, table.name), keys, condition)
    column = "、".join(table.column(name).label for name in table.key)
    remedy = "请删去多余的行，或者改用不同的编码。" if len(table.key) == 1 else "请删去多余的行。"
    yield from _report_repeats(ProblemKind.DUPLICATE_KEY, table, column, total, rows, remedy, locate)


def _duplicate_numbers(
    connection: "duckdb.DuckDBPyConnection", folder: Path, table: Table, locate: Locate
) -> Iterator[tuple[Problem, int]]:
    for column in table.columns:
        if column.check is not Check.DOCUMENT_NO:
            continue
        # one number in two spellings is one number; a repeated key is reported already
        bare = f"regexp_replace(\"{column.name}\", '\\s+', '', 'g')"
        shaped = f"translate(regexp_replace({bare}, '{_YEAR}', '〔\\1〕'), '()', '（）')"
        key = f'"{table.key[0]}"'
        scan = (
            f"(SELECT {shaped} AS number, coalesce(agency_id, '') AS agency, min(file_row_number) AS file_row_number "
            f'FROM {_scan(folder, table.name)} WHERE "{column.name}" IS NOT NULL GROUP BY number, agency, {key})'
        )
        total, rows = _repeats(connection, scan, "number, agency", "true")
        shown = [(key.partition(" · ")[0], row, first) for key, row, first in rows]
        remedy = "请核对：同一机关的文号不应重复。"
        yield from _report_repeats(ProblemKind.DUPLICATE_NUMBER, table, column.label, total, shown, remedy, locate)


def _report_repeats(
    kind: ProblemKind,
    table: Table,
    column: str,
    total: int,
    rows: list[tuple[str, int, int]],
    remedy: str,
    locate: Locate,
) -> Iterator[tuple[Problem, int]]:
    for key, row, first in rows:
        file, line = locate(table.name, row)
        first_file, first_line = locate(table.name, first)
        place = f"第 {first_line} 行" if first_file == file else f"{first_file} 第 {first_line} 行"
        yield (
            Problem(
                kind=kind,
                file=file,
                row=line,
                table=table.name,
                column=column,
                value=key,
                reason=f"“{key}”与{place}重复。",
                remedy=remedy,
            ),
            1,
        )
    if total > len(rows):
        yield _rest(kind, table, column, total, len(rows), remedy), total - len(rows)


def _rest(kind: ProblemKind, table: Table, column: str, total: int, shown: int, remedy: str) -> Problem:
    return Problem(
        kind=kind,
        file="",
        row=None,
        table=table.name,
        column=column,
        value=None,
        reason=f"这一类共 {total} 行，只列出前 {shown} 行。",
        remedy=remedy,
    )


def _orphans(
    connection: "duckdb.DuckDBPyConnection",
    folder: Path,
    table: Table,
    tables: Mapping[str, object],
    locate: Locate,
) -> Iterator[tuple[Problem, int]]:
    for column in table.columns:
        if column.ref is None or column.ref not in tables:
            continue
        target = TABLES[column.ref]
        key = target.key[0]
        source = _scan(folder, table.name)
        if column.type is ColumnType.LIST:
            parts = f"unnest(string_split(\"{column.name}\", '|'))"
            values = f'(SELECT {parts} AS v, file_row_number AS r FROM {source} WHERE "{column.name}" IS NOT NULL)'
        else:
            values = (
                f'(SELECT "{column.name}" AS v, file_row_number AS r FROM {source} WHERE "{column.name}" IS NOT NULL)'
            )
        missing = (
            f"FROM {values} AS refs WHERE NOT EXISTS (SELECT 1 FROM "
            f'(SELECT hash("{key}") AS h FROM {_scan(folder, target.name)}) AS known WHERE known.h = hash(refs.v))'
        )
        total = connection.execute(f"SELECT count(*) {missing}").fetchall()[0][0]
        if not total:
            continue
        rows = connection.execute(f"SELECT v, r {missing} ORDER BY r, v LIMIT {SHOWN}").fetchall()
        remedy = f"请补齐“{target.label}”表，或者改正这里的编码。"
        for value, row in rows:
            file, line = locate(table.name, row)
            yield (
                Problem(
                    kind=ProblemKind.ORPHAN,
                    file=file,
                    row=line,
                    table=table.name,
                    column=column.label,
                    value=value,
                    reason=f"“{target.label}”表里没有“{value}”。",
                    remedy=remedy,
                ),
                1,
            )
        if total > len(rows):
            yield _rest(ProblemKind.ORPHAN, table, column.label, total, len(rows), remedy), total - len(rows)
