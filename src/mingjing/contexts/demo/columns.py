"""Build Arrow columns from NumPy without a Python loop over rows."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mingjing.contexts.demo.days import MINUTES, Ints, Mask
from mingjing.facts.schema import TABLES, ColumnType, Table

SHARED_TEXTS = frozenset(
    "source reason leniency_reason ended_ground disclosure_exempt cause exempt_reason unscanned_reason category device_no "
    "industry_code tier basis act_code single_officer_basis summary_cap_basis item_ids other_penalties penalties joint_id".split()
)
"""Text columns of few distinct values; with every code they are stored through a dictionary."""

DICTIONARY = pa.dictionary(pa.int32(), pa.string())

_TYPES = {
    ColumnType.DATE: pa.date32(),
    ColumnType.FEN: pa.int64(),
    ColumnType.BOOL: pa.bool_(),
    ColumnType.INT: pa.int64(),
    ColumnType.NUMBER: pa.float64(),
}


def identifiers(prefix: str, numbers: Ints, width: int) -> pa.Array:
    """Write ``prefix`` and the number in ``width`` digits; a negative number is null."""
    known = numbers >= 0
    rest = numbers[known].astype(np.uint64)
    head = np.frombuffer(prefix.encode(), np.uint8)
    size = len(head) + width
    letters = np.empty((len(rest), size), np.uint8)
    letters[:, : len(head)] = head
    for place in range(size - 1, len(head) - 1, -1):
        rest, digit = np.divmod(rest, 10)
        letters[:, place] = digit + 48
    offsets = np.zeros(len(numbers) + 1, np.int32)
    np.cumsum(known * np.int32(size), out=offsets[1:])
    everything = bool(known.all())
    valid = None if everything else pa.py_buffer(np.packbits(known, bitorder="little"))
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(offsets), pa.py_buffer(letters), valid)


def hexadecimal(rng: np.random.Generator, rows: int) -> pa.Array:
    """Draw digests: 64 hexadecimal letters each."""
    nibbles = rng.integers(0, 16, (rows, 64), np.uint8)
    letters = np.frombuffer(b"0123456789abcdef", np.uint8)[nibbles]
    offsets = np.arange(rows + 1, dtype=np.int32) * 64
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(letters))


def coded(indices: Ints, words: Sequence[str]) -> pa.Array:
    """Name each row by its place in ``words``; a negative place is null."""
    places = np.asarray(indices)
    return pa.DictionaryArray.from_arrays(
        pa.array(places.astype(np.int32), mask=places < 0), pa.array(words, pa.string())
    )


def chosen(texts: pa.Array, indices: Ints) -> pa.Array:
    """Take texts by place; a negative place is null."""
    return texts.take(pa.array(np.asarray(indices, np.int64), mask=indices < 0))


def joined(*parts: str | pa.Array) -> pa.Array:
    """Join texts row by row."""
    scalars = [pa.scalar(part) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*scalars, "")


def dates(days: Ints) -> pa.Array:
    """Make dates from day numbers; negative is null."""
    return pa.array(np.asarray(days, np.int64).astype("datetime64[D]"), pa.date32(), mask=np.asarray(days) < 0)


def numbers(values: Ints, unknown: Mask | None = None) -> pa.Array:
    """Make whole numbers; those ``unknown``, or else negative, are null."""
    return pa.array(values.astype(np.int64), mask=values < 0 if unknown is None else unknown)


def flags(values: Ints) -> pa.Array:
    """Make yes, no or (negative) null."""
    return pa.array(values > 0, mask=values < 0)


def moments(name: str, minutes: Ints, bare: Mask | None = None) -> dict[str, pa.Array]:
    """Make the two columns of a moment from minutes since 1970; a ``bare`` one has lost its hour."""
    minutes = np.asarray(minutes, np.int64)
    if bare is not None:
        minutes = np.where(bare & (minutes >= 0), minutes // MINUTES * MINUTES, minutes)
    missing = minutes < 0
    hours = ~missing if bare is None else ~missing & ~bare
    stamps = pa.array((minutes * 60_000_000).astype("datetime64[us]"), pa.timestamp("us"), mask=missing)
    return {name: stamps, f"{name}_has_time": pa.array(hours, mask=missing)}


def storage(table: Table) -> pa.Schema:
    """Return the Arrow schema in which a table of the standard is stored."""
    fields = []
    for column in table.columns:
        if column.type is ColumnType.MOMENT:
            fields += [pa.field(column.name, pa.timestamp("us")), pa.field(f"{column.name}_has_time", pa.bool_())]
        elif column.type is ColumnType.CODE or column.name in SHARED_TEXTS:
            fields.append(pa.field(column.name, DICTIONARY))
        else:
            fields.append(pa.field(column.name, _TYPES.get(column.type, pa.string())))
    return pa.schema(fields)


SCHEMAS = {name: storage(table) for name, table in TABLES.items()}
SCHEMAS["truth"] = pa.schema([("rule_id", DICTIONARY), ("subject", DICTIONARY), ("subject_id", pa.string())])


def table_of(name: str, columns: dict[str, pa.Array]) -> pa.Table:
    """Order the columns as the standard does; those not given are null."""
    schema = SCHEMAS[name]
    strange = columns.keys() - set(schema.names)
    if strange:
        raise KeyError(f"{name} has no columns {sorted(strange)}")
    rows = len(next(iter(columns.values())))
    arrays = []
    for field in schema:
        array = columns.get(field.name)
        if array is None:
            array = pa.nulls(rows, pa.string() if field.type == DICTIONARY else field.type)
        if isinstance(array, pa.ChunkedArray):
            array = array.combine_chunks()
        if field.type == DICTIONARY and not pa.types.is_dictionary(array.type):
            array = array.dictionary_encode()
        arrays.append(array if array.type == field.type else array.cast(field.type))
    return pa.Table.from_arrays(arrays, schema=schema)
