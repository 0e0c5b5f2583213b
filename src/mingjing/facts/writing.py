"""Writes rows of the facts standard as its Parquet form, part by part, in bounded memory."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mingjing.facts.cast import STAMP, arrow_schema
from mingjing.facts.schema import TABLES, ColumnType, UnknownColumnError
from mingjing.facts.standard import GIVEN

ROWS: Final = 100_000
"""Rows that are held in memory at once."""


class TableWriter:
    """
    Writes one table from tuples, a column of the standard for each name in ``columns``; the others stay empty.

    Moments come as naive text or ``datetime`` moved by ``shift`` to China Standard Time, days as text or ``date``; a
    moment's companion column ``<name>_has_time`` may be among the names, and is true where it is not. Blank text is null.

    :raises UnknownColumnError: if a name is no column of the table
    """

    def __init__(self, folder: Path, table: str, columns: Sequence[str], *, shift: timedelta = timedelta()) -> None:
        self._columns = list(columns)
        self._kinds = {column.name: column.type for column in TABLES[table].columns}
        unknown = [name for name in columns if name.removesuffix("_has_time") not in self._kinds]
        if unknown:
            raise UnknownColumnError(f"表“{table}”没有{'、'.join(unknown)}列。", table=table)
        given = [name for name in columns if name in self._kinds]
        self._schema = arrow_schema(TABLES[table]).with_metadata({GIVEN: "|".join(sorted(given)).encode()})
        self._shift = pa.scalar(shift, pa.duration("us"))
        folder.mkdir(parents=True, exist_ok=True)
        self._writer = pq.ParquetWriter(folder / f"{table}.parquet", self._schema, compression="zstd")
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._writer.close()

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Write some rows."""
        if rows:
            self.write_columns(dict(zip(self._columns, map(pa.array, zip(*rows, strict=True)), strict=True)))

    def write_columns(self, columns: Mapping[str, pa.Array]) -> None:
        """Write some rows that are given as columns, in the form of a row's values or as text."""
        length = len(next(iter(columns.values())))
        arrays = [self._array(name, columns, length) for name in self._schema.names]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
        self.count += length

    def write_all(self, rows: Iterable[Sequence[Any]]) -> int:
        """Write all rows, in parts; return how many."""
        buffer: list[Sequence[Any]] = []
        for row in rows:
            buffer.append(row)
            if len(buffer) >= ROWS:
                self.write(buffer)
                buffer = []
        self.write(buffer)
        return self.count

    def _array(self, name: str, values: Mapping[str, pa.Array], length: int) -> pa.Array:
        wanted = self._schema.field(name).type
        if name not in values:
            moment = name.removesuffix("_has_time")
            if moment != name and moment in values:
                return pc.if_else(pc.is_valid(_unblanked(values[moment])), True, pa.scalar(None, pa.bool_()))
            return pa.nulls(length, wanted)
        found = _unblanked(values[name])
        kind = self._kinds.get(name, ColumnType.BOOL)
        if pa.types.is_null(found.type):
            return pa.nulls(length, wanted)
        if kind is ColumnType.MOMENT:
            return pc.add(self._naive(found), self._shift).cast(STAMP)
        return found.cast(wanted)

    @staticmethod
    def _naive(found: pa.Array) -> pa.Array:
        if pa.types.is_timestamp(found.type):
            # an aware moment is kept as UTC, which is what the shift starts from
            return found.cast(pa.timestamp("us", tz="UTC")).cast(STAMP) if found.type.tz else found.cast(STAMP)
        return found.cast(STAMP)


def _unblanked(found: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(found, ""), None, found) if pa.types.is_string(found.type) else found
