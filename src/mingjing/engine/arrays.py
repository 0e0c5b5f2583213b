"""Arrays by position: columns of tables as NumPy arrays, put in order, looked up and laid out by their places."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

type Integers = npt.NDArray[Any]
type Flags = npt.NDArray[np.bool_]

BATCH: Final = 122_880
"""Rows handed to the database at a time, so that it can share them out among its threads."""


def in_order(table: pa.Table, *keys: str) -> pa.Table:
    """The rows in the order of whole-number keys, the first before the others; sorted only where they are not already."""
    columns = [numbers(table, key) for key in keys]
    ascending = True
    same = np.ones(max(table.num_rows - 1, 0), dtype=np.bool_)
    for column in columns:
        step = np.diff(column.astype(np.int64, copy=False))
        if bool(np.any(same & (step < 0))):
            ascending = False
            break
        same &= step == 0
    if ascending:
        return table
    return table.take(pa.array(np.lexsort(tuple(reversed(columns)))))


def numbers(table: pa.Table, name: str, missing: int = -1) -> Integers:
    """A column of whole numbers or flags as an array; ``missing`` stands for null."""
    column = table[name]
    if column.null_count:
        column = pc.fill_null(column, missing if not pa.types.is_boolean(column.type) else False)
    values: Integers = column.to_numpy()
    return values


def distinct(values: Integers) -> Integers:
    """The different values in order; by sorting, which rows that lie nearly in order are quick to go through."""
    ordered = np.sort(values, kind="stable")
    return ordered[np.diff(ordered, prepend=ordered[0] - 1) != 0] if len(ordered) else ordered


class Places:
    """Where each key of a table lies: the place of the row with that key, -1 where there is none."""

    def __init__(self, keys: Integers) -> None:
        self.count = len(keys)
        self._first = int(keys[0]) if self.count else 0
        dense = self.count == 0 or (int(keys[-1]) - self._first + 1 == self.count and bool(np.all(np.diff(keys) == 1)))
        self._order: Integers | None = None
        self._keys: Integers | None = None
        if not dense:
            ascending = bool(np.all(np.diff(keys) > 0))
            self._order = None if ascending else np.argsort(keys, kind="stable")
            self._keys = keys if self._order is None else keys[self._order]

    def of(self, keys: Integers) -> Integers:
        """The places of rows with these keys."""
        if self._keys is None:
            places = keys.astype(np.int64) - self._first
            return np.where((places >= 0) & (places < self.count), places, -1)
        found = np.searchsorted(self._keys, keys)
        found[found == self.count] = 0
        found = np.where(self._keys[found] == keys, found, -1)
        return found if self._order is None else np.where(found >= 0, self._order[found], -1)


def scattered(table: pa.Table, places: Integers, count: int, names: Iterable[str]) -> dict[str, pa.Array]:
    """Columns of ``table`` laid out over ``count`` rows: row ``n`` goes to ``places[n]``, the others are null."""
    at = np.full(count, -1, dtype=np.int64)
    at[places] = np.arange(len(places))
    return gathered(table, at, names)


def gathered(table: pa.Table, at: Integers, names: Iterable[str]) -> dict[str, pa.Array]:
    """Columns of ``table`` row by row from the places in ``at``; -1 gives null."""
    rows = pa.array(at, mask=at < 0)
    return {name: whole(table[name].take(rows)) for name in names}


def whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """A column in one piece."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def spread(values: Integers, at: Integers) -> Integers:
    """The values at these places; -1 where a place is."""
    if not len(values):
        return np.full(len(at), -1, dtype=np.int64)
    return np.where(at < 0, -1, values[np.where(at < 0, 0, at)])


def masked(values: Integers, at: Integers) -> pa.Array:
    """The values at these places; null where a place is -1."""
    return pa.array(spread(values, at).astype(values.dtype, copy=False), mask=at < 0)


def batched_table(columns: Mapping[str, pa.Array]) -> pa.Table:
    """A table in batches that several threads can share."""
    whole = pa.table(dict(columns))
    return pa.Table.from_batches(whole.to_batches(max_chunksize=BATCH), whole.schema)
