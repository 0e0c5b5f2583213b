"""
Casts columns of text, or of any Arrow type, to the types of the facts standard.

Clean cells go through Arrow as whole columns; only the distinct values that Arrow cannot read are read one by one by
:mod:`mingjing.facts.text`. What nobody can read becomes null and is returned as a :class:`Flaw`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mingjing.facts.schema import SYNONYMS, Column, ColumnType, Table
from mingjing.facts.text import (
    FAR_FUTURE,
    FIRST_DAY,
    LAST_DAY,
    MOST_FEN,
    UnreadableValueError,
    narrow,
    parse_amount,
    parse_date,
    parse_moment,
)

STAMP: Final = pa.timestamp("us")

ARROW_TYPES: Final[Mapping[ColumnType, pa.DataType]] = {
    ColumnType.TEXT: pa.string(),
    ColumnType.REF: pa.string(),
    ColumnType.CODE: pa.string(),
    ColumnType.LIST: pa.string(),
    ColumnType.DATE: pa.date32(),
    ColumnType.MOMENT: STAMP,
    ColumnType.FEN: pa.int64(),
    ColumnType.INT: pa.int64(),
    ColumnType.NUMBER: pa.float64(),
    ColumnType.BOOL: pa.bool_(),
}


def arrow_schema(table: Table) -> pa.Schema:
    """Return the columns of the standard Parquet form of a table."""
    fields = []
    for column in table.columns:
        fields.append(pa.field(column.name, ARROW_TYPES[column.type]))
        if column.type is ColumnType.MOMENT:
            fields.append(pa.field(f"{column.name}_has_time", pa.bool_()))
    return pa.schema(fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One cell that could not be read: where in the batch, why, and what to do."""

    index: int
    reason: str
    remedy: str


@dataclass(slots=True, kw_only=True)
class Cast:
    """A column after casting: its stored Parquet columns, its flaws, and codes outside an open list."""

    values: dict[str, pa.Array]
    flaws: list[Flaw] = field(default_factory=list)
    unknown_codes: dict[str, int] = field(default_factory=dict)


Reader = Callable[[str], Any]


def as_array(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Make one plain array out of chunks and dictionaries."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
        if isinstance(values, pa.ChunkedArray):
            values = pa.concat_arrays(values.chunks) if values.num_chunks else pa.array([], values.type)
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    return values


@cache
def _empty_words() -> pa.Array:
    # not at import: the first array decides on Arrow's memory pool
    return pa.array(["", "NULL", "null", "\\N", "#N/A"])


def clean(values: pa.Array) -> pa.Array:
    """Turn any array into trimmed text in which an empty cell is null."""
    values = as_array(values)
    kind = values.type
    if pa.types.is_floating(kind):
        rounded = pc.floor(values)
        whole = pc.fill_null(pc.equal(values, rounded), False)
        whole = pc.and_(whole, pc.fill_null(pc.less(pc.abs(values), 1e15), False))
        integers = pc.cast(pc.if_else(whole, rounded, pa.scalar(None, kind)), pa.int64(), safe=False)
        return pc.coalesce(pc.cast(integers, pa.string()), pc.cast(values, pa.string()))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        joined = pc.binary_join(pc.cast(values, pa.list_(pa.string())), "|")
        return clean(joined)
    if pa.types.is_timestamp(kind) and kind.tz is not None:
        values = _local(values)
    if not pa.types.is_string(kind):
        values = pc.cast(values, pa.string(), safe=False)
    trimmed = pc.utf8_trim_whitespace(values)
    empty = pc.is_in(trimmed, value_set=_empty_words())
    if pc.any(empty).as_py():
        return pc.if_else(empty, pa.scalar(None, pa.string()), trimmed)
    return trimmed


def _local(values: pa.Array) -> pa.Array:
    """Move moments with a zone to China Standard Time and drop the zone."""
    return pc.local_timestamp(pc.cast(values, pa.timestamp("us", tz="Asia/Shanghai")))


def cast_column(column: Column, values: pa.Array, *, unit: str | None = None, has_time: pa.Array | None = None) -> Cast:
    """
    Cast one column of one batch.

    ``unit`` is the unit that the header or the mapping declares for money; ``has_time`` is the companion column of a
    moment, where the source has one.
    """
    values = as_array(values)
    if pa.types.is_null(values.type):
        values = pc.cast(values, pa.string())
    cast = _CASTS[column.type](column, values, unit)
    if column.type is ColumnType.MOMENT and has_time is not None:
        _apply_companion(column, cast, has_time)
    return cast


def _apply_companion(column: Column, cast: Cast, has_time: pa.Array) -> None:
    """Let an explicit ``…_has_time`` column decide; where it is empty, what the text showed stays."""
    given = _cast_bool(column, as_array(has_time), None).values[column.name]
    name = f"{column.name}_has_time"
    present = pc.is_valid(cast.values[column.name])
    cast.values[name] = pc.if_else(present, pc.coalesce(given, cast.values[name]), pa.scalar(None, pa.bool_()))


def read_distinct(texts: pa.Array, todo: pa.Array, read: Reader, type_: pa.DataType) -> tuple[pa.Array, list[Flaw]]:
    """
    Read the cells where ``todo`` is true, each distinct value once.

    Returns an array as long as ``texts`` with the results at those places and null elsewhere.
    """
    places = np.flatnonzero(todo.to_numpy(zero_copy_only=False))
    encoded = texts.take(pa.array(places)).dictionary_encode()
    results: list[Any] = []
    failures: dict[int, UnreadableValueError] = {}
    for code, text in enumerate(encoded.dictionary.to_pylist()):
        try:
            results.append(read(text))
        except UnreadableValueError as error:
            results.append(None)
            failures[code] = error
    codes = encoded.indices.to_numpy()
    found = pa.array(results, type_).take(encoded.indices)
    flaws = []
    if failures:
        wrong = np.isin(codes, np.fromiter(failures, dtype=codes.dtype))
        for place, code in zip(places[wrong].tolist(), codes[wrong].tolist(), strict=True):
            failure = failures[code]
            flaws.append(Flaw(index=place, reason=failure.reason, remedy=failure.remedy))
    base = pa.nulls(len(texts), type_)
    return pc.replace_with_mask(base, todo, found), flaws


# ------------------------------------------------------------------------------------------------ dates and moments

_SAFE_DAY: Final = (
    r"^(?:19|20|21)\d{2}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_SAFE_CLOCK: Final = r"(?:[ T](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?)?$"


def _normalise_days(texts: pa.Array) -> pa.Array:
    """Rewrite 2026/9/5, 2026.9.5 and 2026年9月5日 to 2026-09-05, leaving what follows."""
    shaped = pc.replace_substring_regex(
        texts, r"^(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?(?: +|(T)|$)?", r"\1-0\2-0\3 \4"
    )
    shaped = pc.replace_substring_regex(shaped, r"^(\d{4})-0?(\d\d)-0?(\d\d) T?", r"\1-\2-\3 ")
    shaped = pc.replace_substring_regex(shaped, r"^(\d{4}-\d\d-\d\d) (\d:)", r"\1 0\2")
    return pc.utf8_rtrim_whitespace(shaped)


def _in_range(days: pa.Array) -> bool:
    """Say whether every day lies within the years that can be meant."""
    bounds = pc.min_max(days)
    low, high = bounds["min"].as_py(), bounds["max"].as_py()
    return low is None or (low >= FIRST_DAY and high <= LAST_DAY)


def _read_days(texts: pa.Array, type_: pa.DataType, read: Reader) -> tuple[pa.Array, pa.Array, list[Flaw]]:
    """Return the cast values, the text from which each was cast as a whole, and the flaws."""
    try:
        values = pc.cast(texts, type_)
        if _in_range(pc.cast(values, pa.date32(), safe=False)):
            return values, texts, []
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        pass
    shaped = _normalise_days(texts)
    safe = pc.fill_null(pc.match_substring_regex(shaped, _SAFE_DAY + _SAFE_CLOCK), False)
    whole = pc.if_else(safe, shaped, pa.scalar(None, pa.string()))
    values = pc.cast(pc.cast(whole, STAMP), type_, safe=False)
    todo = pc.and_(pc.is_valid(texts), pc.invert(safe))
    if not pc.any(todo).as_py():
        return values, whole, []
    slow, flaws = read_distinct(texts, todo, read, type_)
    return pc.coalesce(values, slow), whole, flaws


def _cast_date(column: Column, values: pa.Array, _unit: str | None) -> Cast:
    if pa.types.is_timestamp(values.type):
        values = _local(values) if values.type.tz else values
        values = pc.cast(pc.cast(values, STAMP, safe=False), pa.date32(), safe=False)
    if pa.types.is_date(values.type):
        days = pc.cast(values, pa.date32())
        if _in_range(days):
            return Cast(values={column.name: days})
    texts = clean(values)
    read = parse_date if column.name.endswith("until") else _date_of_act
    days, _, flaws = _read_days(texts, pa.date32(), read)
    return Cast(values={column.name: days}, flaws=flaws)


def _date_of_act(text: str) -> date:
    """Read a day on which something is done: 9999-12-31 means *without end*, so nothing is done on it."""
    return _done(parse_date(text), text)


def _done(day: date, text: str) -> date:
    if day == FAR_FUTURE:
        raise UnreadableValueError(f"“{text}”表示长期有效，这一列应当是实际发生的日期。", "没有发生的请留空。")
    return day


def _cast_moment(column: Column, values: pa.Array, _unit: str | None) -> Cast:
    companion = f"{column.name}_has_time"
    kind = values.type
    if pa.types.is_date(kind) and _in_range(values):
        bare = pc.if_else(pc.is_valid(values), pa.scalar(False), pa.scalar(None, pa.bool_()))
        return Cast(values={column.name: pc.cast(pc.cast(values, pa.date32()), STAMP), companion: bare})
    if pa.types.is_timestamp(kind):
        stamps = _local(values) if kind.tz else pc.cast(values, STAMP, safe=False)
        if _in_range(pc.cast(stamps, pa.date32(), safe=False)):
            known = pc.if_else(pc.is_valid(stamps), pa.scalar(True), pa.scalar(None, pa.bool_()))
            return Cast(values={column.name: stamps, companion: known})
    texts = clean(values)
    stamps, whole, flaws = _read_days(texts, STAMP, _stamp)
    timed = pc.greater(pc.utf8_length(whole), 10)
    slow = pc.and_(pc.is_valid(stamps), pc.is_null(timed))
    if pc.any(slow).as_py():
        hours, _ = read_distinct(texts, slow, _has_clock, pa.bool_())
        timed = pc.coalesce(timed, hours)
    timed = pc.if_else(pc.is_valid(stamps), timed, pa.scalar(None, pa.bool_()))
    return Cast(values={column.name: stamps, companion: timed}, flaws=flaws)


def _stamp(text: str) -> int:
    """Read a moment into microseconds since 1970, midnight where its hour is unknown."""
    moment = parse_moment(text)
    _done(moment.day, text)
    return moment.code // 2


def _has_clock(text: str) -> bool:
    return parse_moment(text).clock is not None


# ---------------------------------------------------------------------------------------------------------- numbers


def _cast_fen(column: Column, values: pa.Array, unit: str | None) -> Cast:
    in_fen = unit in (None, "分")
    if pa.types.is_integer(values.type) and in_fen:
        numbers = pc.cast(values, pa.int64(), safe=False)
        if _within(numbers, MOST_FEN):
            return Cast(values={column.name: numbers})
    texts = clean(values)
    if in_fen:
        try:
            numbers = pc.cast(texts, pa.int64())
            if _within(numbers, MOST_FEN):
                return Cast(values={column.name: numbers})
        except pa.ArrowInvalid:
            pass
    numbers, flaws = read_distinct(
        texts, pc.is_valid(texts), lambda text: parse_amount(text, unit=None if in_fen else unit), pa.int64()
    )
    return Cast(values={column.name: numbers}, flaws=flaws)


def _within(numbers: pa.Array, most: int) -> bool:
    bounds = pc.min_max(numbers)
    low, high = bounds["min"].as_py(), bounds["max"].as_py()
    return low is None or (low >= 0 and high <= most)


def _read_int(text: str) -> int:
    plain = narrow(text).replace(",", "")
    try:
        number = float(plain)
        if number.is_integer() and abs(number) < 2**53:
            return int(number)
    except ValueError:
        pass
    raise UnreadableValueError(f"“{text}”不是整数。", "请写成整数。")


def _read_number(text: str) -> float:
    plain = narrow(text).replace(",", "")
    try:
        number = float(plain)
    except ValueError:
        number = float("nan")
    if not np.isfinite(number):
        raise UnreadableValueError(f"“{text}”不是数值。", "请写成数字，不带单位。")
    return number


def _cast_int(column: Column, values: pa.Array, _unit: str | None) -> Cast:
    if pa.types.is_integer(values.type):
        return Cast(values={column.name: pc.cast(values, pa.int64(), safe=False)})
    texts = clean(values)
    try:
        return Cast(values={column.name: pc.cast(texts, pa.int64())})
    except pa.ArrowInvalid:
        numbers, flaws = read_distinct(texts, pc.is_valid(texts), _read_int, pa.int64())
        return Cast(values={column.name: numbers}, flaws=flaws)


def _cast_number(column: Column, values: pa.Array, _unit: str | None) -> Cast:
    if pa.types.is_integer(values.type):
        return Cast(values={column.name: pc.cast(values, pa.float64(), safe=False)})
    numeric = pa.types.is_floating(values.type)
    texts = values if numeric else clean(values)
    try:
        numbers = pc.cast(texts, pa.float64())
        if pc.all(pc.is_finite(numbers)).as_py() is not False:
            return Cast(values={column.name: numbers})
    except pa.ArrowInvalid:
        pass
    texts = clean(values)
    numbers, flaws = read_distinct(texts, pc.is_valid(texts), _read_number, pa.float64())
    return Cast(values={column.name: numbers}, flaws=flaws)


# ------------------------------------------------------------------------------------------------- yes, no and codes

_YES: Final = frozenset("是 有 对 真 √ ✓ ✔ true t yes y 1".split())
_NO: Final = frozenset("否 无 不 错 假 × ✗ ✘ false f no n 0".split())


def _read_bool(text: str) -> bool:
    plain = narrow(text).casefold()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise UnreadableValueError(f"“{text}”不是“是”或“否”。", "请写“是”或“否”。")


def _cast_bool(column: Column, values: pa.Array, _unit: str | None) -> Cast:
    if pa.types.is_boolean(values.type):
        return Cast(values={column.name: values})
    texts = clean(values)
    answers, flaws = read_distinct(texts, pc.is_valid(texts), _read_bool, pa.bool_())
    return Cast(values={column.name: answers}, flaws=flaws)


@lru_cache(maxsize=256)
def _code_names(codes: tuple[tuple[str, str], ...]) -> dict[str, str]:
    names = {narrow(label).casefold(): code for code, label in codes}
    names.update({code.casefold(): code for code, _ in codes})
    return names


def _read_code(column: Column, text: str) -> str:
    assert column.codes is not None
    found = _code_names(tuple(column.codes.items())).get(narrow(text).casefold())
    if found is not None:
        return found
    if (meant := SYNONYMS.get(narrow(text))) in column.codes:
        assert meant is not None
        return meant
    if column.open_codes:
        return narrow(text)
    listed = "、".join(column.codes.values())
    raise UnreadableValueError(f"“{text}”不在“{column.label}”的代码表里。", f"可填：{listed}。")


def _cast_code(column: Column, values: pa.Array, _unit: str | None) -> Cast:
    assert column.codes is not None
    texts = clean(values)
    codes, flaws = read_distinct(texts, pc.is_valid(texts), lambda text: _read_code(column, text), pa.string())
    unknown: dict[str, int] = {}
    if column.open_codes:
        for entry in pc.value_counts(codes.drop_null()).to_pylist():
            if entry["values"] not in column.codes:
                unknown[entry["values"]] = entry["counts"]
    return Cast(values={column.name: codes}, flaws=flaws, unknown_codes=unknown)


def _read_list(column: Column, text: str) -> str | None:
    plain = text
    for separator in "；;、" + (",，" if column.codes else ""):
        plain = plain.replace(separator, "|")
    parts = [part.strip() for part in plain.split("|")]
    parts = [part for part in parts if part]
    if column.codes:
        parts = [_read_code(column, part) for part in parts]
    return "|".join(dict.fromkeys(parts)) or None


def _cast_list(column: Column, values: pa.Array, _unit: str | None) -> Cast:
    texts = clean(values)
    lists, flaws = read_distinct(texts, pc.is_valid(texts), lambda text: _read_list(column, text), pa.string())
    return Cast(values={column.name: lists}, flaws=flaws)


def _cast_text(column: Column, values: pa.Array, _unit: str | None) -> Cast:
    return Cast(values={column.name: clean(values)})


_CASTS: Final[Mapping[ColumnType, Callable[[Column, pa.Array, str | None], Cast]]] = {
    ColumnType.TEXT: _cast_text,
    ColumnType.REF: _cast_text,
    ColumnType.CODE: _cast_code,
    ColumnType.LIST: _cast_list,
    ColumnType.DATE: _cast_date,
    ColumnType.MOMENT: _cast_moment,
    ColumnType.FEN: _cast_fen,
    ColumnType.INT: _cast_int,
    ColumnType.NUMBER: _cast_number,
    ColumnType.BOOL: _cast_bool,
}
