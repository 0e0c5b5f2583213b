"""Appends rows to Parquet files: one of the standard columns per table, and one of foreign columns per source."""

import bisect
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mingjing.facts.cast import arrow_schema, as_array, clean
from mingjing.facts.report import TableReport
from mingjing.facts.rows import EXAMPLE_MARK, Batch
from mingjing.facts.schema import Table
from mingjing.facts.standard import GIVEN

ROW_GROUP: Final = 256 * 1024
BUFFER_BYTES: Final = 128 * 1024 * 1024


class TableWriter:
    """Appends rows to the Parquet file of one table and remembers which file each came from."""

    def __init__(self, folder: Path, table: Table, buffer_bytes: int = BUFFER_BYTES) -> None:
        self.table = table
        self.buffer_bytes = buffer_bytes
        self.schema = arrow_schema(table)
        self.path = folder / f"{table.name}.parquet"
        self._given: set[str] | None = None
        self._given_without_rows: set[str] = set()
        self.unknown: dict[str, None] = {}
        self.files: dict[str, None] = {}
        self.is_plain = False
        self.read = self.kept = self.left_out = self.merged = 0
        self._buffer: list[pa.RecordBatch] = []
        self._buffered = self._bytes = 0
        self._writer: pq.ParquetWriter | None = None
        self._seen: set[int] = set()
        # segments of consecutive rows: first row in the table, file, first row in the file
        self._starts: list[int] = []
        self._places: list[tuple[str, int]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()

    def give(self, columns: Iterable[str], file: str, unknown: Iterable[str], *, has_rows: bool) -> None:
        """
        Note what one source gives.

        A column counts as given where any source gives it: the others leave its cells unknown. But where an empty
        cell says that there is nothing, every source must give it. A source without rows says nothing beside others.
        """
        self.files[file] = None
        self.unknown.update(dict.fromkeys(unknown))
        columns = set(columns)
        if not has_rows:
            self._given_without_rows |= columns
        elif self._given is None:
            self._given = columns
        else:
            doubtful = {name for name in self._given ^ columns if self.table.column(name).blank_is_none}
            self._given = (self._given | columns) - doubtful

    @property
    def given(self) -> set[str]:
        """The columns that the sources gave."""
        return self._given_without_rows if self._given is None else self._given

    def new_keys(self, arrays: Sequence[pa.Array]) -> npt.NDArray[np.bool_]:
        """Say for each row whether its key is met for the first time."""
        fresh = np.zeros(len(arrays[0]), dtype=bool)
        for index, key in enumerate(zip(*(array.to_pylist() for array in arrays), strict=True)):
            digest = hash(key)
            if digest not in self._seen:
                self._seen.add(digest)
                fresh[index] = True
        return fresh

    def append(self, columns: Mapping[str, pa.Array], rows: npt.NDArray[np.int64], file: str) -> None:
        """Append rows that are fit to stand."""
        count = len(rows)
        if count == 0:
            return
        arrays = [
            columns[entry.name] if entry.name in columns else pa.nulls(count, entry.type) for entry in self.schema
        ]
        batch = pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        self._buffer.append(batch)
        self._buffered += count
        self._bytes += batch.nbytes
        breaks = np.flatnonzero(np.diff(rows) != 1) + 1
        for start in (0, *breaks.tolist()):
            self._starts.append(self.kept + start)
            self._places.append((file, int(rows[start])))
        self.kept += count
        if self._buffered >= ROW_GROUP or self._bytes >= self.buffer_bytes:
            self._flush()

    def _flush(self) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, self.schema, compression="zstd", compression_level=1)
        if self._buffer:
            self._writer.write_table(pa.Table.from_batches(self._buffer), row_group_size=ROW_GROUP)
        self._buffer, self._buffered, self._bytes = [], 0, 0

    def finish(self) -> None:
        """Write what is left, and which columns were given."""
        self._flush()
        assert self._writer is not None
        self._writer.add_key_value_metadata({GIVEN: "|".join(sorted(self.given)).encode()})
        self._writer.close()
        self._writer = None
        self._seen.clear()

    def place(self, row: int) -> tuple[str, int | None]:
        """Return the file and row that the n-th row of the table came from."""
        at = bisect.bisect_right(self._starts, row) - 1
        file, first = self._places[at]
        return file, first + row - self._starts[at]

    def report(self) -> TableReport:
        """Return the account of this table."""
        return TableReport(
            name=self.table.name,
            label=self.table.label,
            rows_read=self.read,
            rows_kept=self.kept,
            rows_left_out=self.left_out,
            rows_merged=self.merged,
            missing_columns=tuple(name for name in self.table.names if name not in self.given),
            unknown_columns=tuple(self.unknown),
            files=tuple(self.files),
        )


def blank_rows(batch: Batch) -> npt.NDArray[np.bool_]:
    """Say for each row whether it holds nothing: all cells empty, or the example of the template."""
    blank = np.ones(len(batch.rows), dtype=bool)
    for values in batch.columns.values():
        if values.null_count == 0:
            blank[:] = False
            break
        blank &= values.is_null().to_numpy(zero_copy_only=False)
        if not blank.any():
            break
    first = as_array(next(iter(batch.columns.values())))
    if pa.types.is_string(first.type):
        examples = pc.fill_null(pc.starts_with(first, EXAMPLE_MARK), False)
        blank |= examples.to_numpy(zero_copy_only=False)
    return blank


class ExtraWriter:
    """The columns that the standard does not know, kept aside beside the key of their rows."""

    def __init__(self, path: Path, table: Table, headers: Sequence[str], file: str) -> None:
        self.headers = tuple(headers)
        self.file = file
        self.keys = table.key
        names = ("_file", "_row", *(f"_{key}" for key in table.key), *self.headers)
        self.schema = pa.schema([(name, pa.int64() if name == "_row" else pa.string()) for name in names])
        self.path = path
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()

    def append(self, batch: Batch, index: npt.NDArray[np.int64], keys: Mapping[str, pa.Array]) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self.path, self.schema, compression="zstd", compression_level=1)
        if not len(index):
            return
        places = pa.array(index)
        arrays = [pa.repeat(self.file, len(index)), pa.array(batch.rows[index])]
        # keys run along the wanted rows of the batch, of which these are the ones that stand
        arrays.extend(self._key(keys.get(name), batch, index) for name in self.keys)
        arrays.extend(clean(as_array(batch.columns[header]).take(places)) for header in self.headers)
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self.schema))

    @staticmethod
    def _key(values: pa.Array | None, batch: Batch, index: npt.NDArray[np.int64]) -> pa.Array:
        if values is None:
            return pa.nulls(len(index), pa.string())
        texts = pc.cast(values, pa.string()) if not pa.types.is_string(values.type) else values
        if len(texts) == len(batch.rows):
            return texts.take(pa.array(index))
        wanted = np.flatnonzero(~blank_rows(batch))
        return texts.take(pa.array(np.searchsorted(wanted, index)))
