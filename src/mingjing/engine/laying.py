"""
Events and what belongs to them, laid out in one pass over files in which they lie case by case.

Exports lie in the order of their cases almost always, and what belongs to events lies in the order of these. Then nothing
needs to be joined as a whole or put in order: some cases are looked at at a time, and what a row refers to lies among them.
What is made equals what the queries of :mod:`mingjing.engine.store` make. Where a file is otherwise (a case in two places, a
reference to what is not there, an event given twice), nothing of it is written, and those queries do their work.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from mingjing.engine.arrays import Integers, numbers, whole

ROWS: Final = 245_760
"""About so many events are looked at together, and stand in a row group."""
WORD: Final = 8
AHEAD: Final = 65_536
"""So many cases without events may lie between two that have some."""
EVENTS: Final[Mapping[str, pa.DataType]] = {
    "event_id": pa.string(),
    "case_id": pa.string(),
    "type": pa.string(),
    "at": pa.timestamp("us"),
    "at_has_time": pa.bool_(),
    "ended_at": pa.timestamp("us"),
    "ended_at_has_time": pa.bool_(),
    "about_event_id": pa.string(),
    "outcome": pa.string(),
    "urgent": pa.bool_(),
    "place": pa.string(),
    "extends_to": pa.date32(),
    "amount_fen": pa.int64(),
    "penalties": pa.string(),
}
"""The columns of the events that are read, and their types in the facts standard."""
BELONGING: Final[Mapping[str, Mapping[str, pa.DataType]]] = {
    "participants": {"event_id": pa.string(), "officer_id": pa.string(), "role": pa.string()},
    "documents": {"event_id": pa.string(), "kind": pa.string(), "elements": pa.string()},
}
"""The same of what belongs to events."""
FEW: Final = ("type", "outcome", "place", "penalties", "officer_id", "role", "kind", "elements")
"""Columns in which the same texts come again and again: each different one is looked at once."""


class _OtherwiseError(Exception):
    """The rows do not lie as they must for one pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What must be known beforehand: ids of cases in the order of their keys, the keys of officers, the numbers of texts."""

    cases: pa.Array
    officers: Mapping[str, int]
    codes: Mapping[str, Mapping[str, int]]
    """The numbers of the codes of a column, by ``table.column``."""
    penalties: Mapping[str, int]
    """The bits of codes in lists: of the penalties that an event names, and of the elements that a document contains."""
    elements: Mapping[str, int]
    events_are_distinct: Callable[[], bool]
    """Says whether no event is given twice, by looking at all of them."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The events of some cases in the order of their keys, as the store holds them."""

    first: int
    columns: Mapping[str, pa.Array]
    ids: "_Ids"


def lay_out(facts: Path, into: Path, known: Known) -> frozenset[str]:
    """Write the events, and what belongs to them; return which tables were written."""
    if not _fits(facts / "events.parquet", EVENTS):
        return frozenset()
    belonging = [
        _Belonging(name, facts, into, known)
        for name, columns in BELONGING.items()
        if _fits(facts / f"{name}.parquet", columns)
    ]
    events = _Writer(into / "events.parquet")
    try:
        with ThreadPoolExecutor(len(belonging) + 1) as pool:
            running: list[Future[None]] = []
            for part in _events(facts / "events.parquet", known):
                _wait(running)
                running = [pool.submit(events.write, part.columns), *(pool.submit(one.take, part) for one in belonging)]
            _wait(running)
    except _OtherwiseError:
        for written in (events, *(one.written for one in belonging)):
            written.drop()
        return frozenset()
    events.close()
    return frozenset({"events", *(one.name for one in belonging if one.ended())})


def _wait(running: Sequence[Future[None]]) -> None:
    for job in running:
        job.result()


def _fits(file: Path, columns: Mapping[str, pa.DataType]) -> bool:
    """Whether a file holds these columns with just these types, and rows in them."""
    if not file.exists():
        return False
    metadata = pq.read_metadata(file)
    schema = metadata.schema.to_arrow_schema()
    return metadata.num_rows > 0 and all(
        name in schema.names and schema.field(name).type == type_ for name, type_ in columns.items()
    )


def _batches(file: Path, columns: Sequence[str], rows: int) -> Iterator[pa.Table]:
    """The rows of a file, some at a time, as they lie."""
    source = pq.ParquetFile(file, read_dictionary=[name for name in columns if name in FEW])
    for batch in source.iter_batches(batch_size=rows, columns=list(columns)):
        if batch.num_rows:
            yield pa.Table.from_batches([batch])


class _Writer:
    """A table of the store in the making."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._writer: pq.ParquetWriter | None = None

    def write(self, columns: Mapping[str, pa.Array]) -> None:
        table = pa.table(dict(columns))
        if self._writer is None:
            coded = [field.name for field in table.schema if field.type == pa.int8() or field.name in FEW]
            self._writer = pq.ParquetWriter(self.file, table.schema, compression="snappy", use_dictionary=coded)
        self._writer.write_table(table, row_group_size=2 * ROWS)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()

    def drop(self) -> None:
        """Leave nothing of it."""
        self.close()
        self.file.unlink(missing_ok=True)


# -- texts and moments as numbers -----------------------------------------------------------------------------------------
def _coded(column: pa.ChunkedArray, numbered: Mapping[str, int]) -> pa.Array:
    """Each code of a column as a small number: 0 where it has none, null where there is no code."""
    coded = whole(column)
    known = [numbered.get(text, 0) for text in coded.dictionary.to_pylist()]
    return pa.array(known, pa.int8()).take(coded.indices)


def _bits(column: pa.ChunkedArray, known: Mapping[str, int], type_: pa.DataType) -> pa.Array:
    """What each list of a column of few says, as bits, the highest for codes that are not known; null for a blank one."""
    coded = whole(column)
    said = [_bits_of(text, known) for text in coded.dictionary.to_pylist()]
    return pa.array(said, type_).take(coded.indices)


def _bits_of(text: str, known: Mapping[str, int]) -> int | None:
    if not text.strip(" "):
        return None
    bits = 0
    for code in text.split("|"):
        bits |= known.get(code, 1 << len(known))
    return bits


def _moments(rows: pa.Table, name: str) -> pa.Array:
    """Moments as moment codes."""
    exact = pc.fill_null(whole(rows[f"{name}_has_time"]), False)
    return pc.add(pc.multiply(whole(rows[name]).cast(pa.int64()), 2), exact.cast(pa.int64()))


def _trimmed(column: pa.ChunkedArray) -> pa.Array:
    """Texts without blanks around them, null where nothing is left."""
    coded = whole(column)
    texts = pc.utf8_trim(coded.dictionary, characters=" ")
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts).take(coded.indices)


class _Ids:
    """Finds ids among those of some rows."""

    def __init__(self, ids: pa.Array) -> None:
        self._ids = ids
        self._words: tuple[_Letters, Integers] | None = None
        letters = _letters(ids)
        if letters is not None and bool(np.all(letters[:, :-WORD] == letters[0, :-WORD])):
            words = _last_word(letters)
            if bool(np.all(words[1:] > words[:-1])):
                self._words = letters[0, :-WORD], words

    def places(self, sought: pa.Array) -> Integers:
        """The places of these ids, -1 where one is not there."""
        letters = None if self._words is None else _letters(sought)
        if self._words is None or letters is None or letters.shape[1] != len(self._words[0]) + WORD:
            found: Integers = pc.fill_null(pc.index_in(sought, value_set=self._ids), -1).to_numpy()
            return found
        # Ids that differ in their last eight bytes only, and ascend, are found as the numbers that these bytes make.
        head, words = self._words
        last = _last_word(letters)
        at = np.searchsorted(words, last).clip(max=len(words) - 1)
        there = (words[at] == last) & (letters[:, :-WORD] == head).all(axis=1)
        return np.where(there, at, -1)


type _Letters = npt.NDArray[np.uint8]


def _letters(ids: pa.Array) -> _Letters | None:
    """The bytes of ids row by row, where all are of the same length, and at least a word long."""
    _, offsets, letters = ids.buffers()
    if not len(ids) or ids.null_count or letters is None:
        return None
    ends = np.frombuffer(offsets, dtype=np.int32)[ids.offset : ids.offset + len(ids) + 1]
    length = int(ends[1] - ends[0])
    if length < WORD or bool(np.any(np.diff(ends) != length)):
        return None
    return np.frombuffer(letters, dtype=np.uint8)[ends[0] : ends[-1]].reshape(len(ids), length)


def _last_word(letters: _Letters) -> Integers:
    """The last eight bytes of each row as a number, which grows in the order of the texts."""
    return np.ascontiguousarray(letters[:, -WORD:]).view(">u8").ravel().astype(np.uint64)


# -- events ---------------------------------------------------------------------------------------------------------------
def _events(file: Path, known: Known) -> Iterator[_Part]:
    """The events case by case, numbered."""
    cases = _Cases(known.cases)
    rest: pa.Table | None = None
    first, last, distinct = 0, None, False
    for batch in _batches(file, tuple(EVENTS), ROWS):
        rows = _told(batch, known)
        if not distinct and not _ascend(whole(rows["id"]), last):
            distinct = known.events_are_distinct()
            if not distinct:
                raise _OtherwiseError
        last = rows["id"][-1]
        rows = rows if rest is None else pa.concat_tables([rest, rows])
        starts = _starts(whole(rows["case"]))
        if len(starts) > 1:
            # The last case may go on in the rows to come.
            part = _part(rows.slice(0, starts[-1]), starts[:-1], first, cases)
            first += len(part.columns["k"])
            yield part
        rest = rows.slice(starts[-1])
    if rest is not None:
        yield _part(rest, np.zeros(1, dtype=np.int64), first, cases)


def _told(batch: pa.Table, known: Known) -> pa.Table:
    """What the store keeps of events, row by row."""
    return pa.table(
        {
            "id": whole(batch["event_id"]),
            "case": whole(batch["case_id"]),
            "t": _coded(batch["type"], known.codes["events.type"]),
            "m": _moments(batch, "at"),
            "ended": _moments(batch, "ended_at"),
            "about": whole(batch["about_event_id"]),
            "outcome": _coded(batch["outcome"], known.codes["events.outcome"]),
            "urgent": whole(batch["urgent"]),
            "place": _trimmed(batch["place"]),
            "extends_to": whole(batch["extends_to"]).cast(pa.int32()),
            "sum_fen": whole(batch["amount_fen"]),
            "proposed": pc.fill_null(_bits(batch["penalties"], known.penalties, pa.int32()), 0),
        }
    )


def _ascend(ids: pa.Array, last: pa.StringScalar | None) -> bool:
    """Whether each id is greater than the one before it, so that none comes twice."""
    if ids.null_count:
        raise _OtherwiseError
    after_last = last is None or ids[0].as_py() > last.as_py()
    return after_last and pc.all(pc.greater(ids[1:], ids[:-1])).as_py() is not False


def _starts(texts: pa.Array) -> Integers:
    """The places at which another text begins."""
    if texts.null_count:
        raise _OtherwiseError
    other = pc.not_equal(texts[1:], texts[:-1]).to_numpy(zero_copy_only=False)
    return np.concatenate([[0], np.flatnonzero(other) + 1])


class _Cases:
    """Finds the keys of cases that come in the order of their keys."""

    def __init__(self, ids: pa.Array) -> None:
        self._ids = ids
        self._next = 0

    def keys(self, ids: pa.Array) -> Integers:
        """
        The keys of these cases, all beyond those found before.

        :raises _OtherwiseError: where they do not come in order, or are not there
        """
        if self._ids[self._next : self._next + len(ids)].equals(ids):
            keys = np.arange(self._next, self._next + len(ids), dtype=np.int32)
        else:
            found = pc.index_in(ids, value_set=self._ids[self._next : self._next + len(ids) + AHEAD])
            keys = numbers(pa.table({"k": found}), "k") + np.int32(self._next)
            if found.null_count or bool(np.any(np.diff(keys) <= 0)):
                raise _OtherwiseError
        self._next = int(keys[-1]) + 1
        return keys


def _part(rows: pa.Table, starts: Integers, first: int, cases: _Cases) -> _Part:
    """Number the events of some whole cases: by case, then moment, then as they lie."""
    keys = cases.keys(whole(rows["case"]).take(pa.array(starts)))
    case = np.repeat(keys, np.diff(starts, append=rows.num_rows))
    dated = rows["m"].is_valid()
    if rows["m"].null_count:
        rows, case = rows.filter(dated), case[dated.to_numpy()]
    moment = numbers(rows, "m")
    if bool(np.any((np.diff(moment) < 0) & (np.diff(case) == 0))):
        order = np.lexsort((moment, case))
        rows, case = rows.take(pa.array(order)), case[order]
    ids = whole(rows["id"])
    about = whole(rows["about"])
    named = about.is_valid()
    among = _Ids(ids)
    found = among.places(about.filter(named))
    if bool(np.any(found < 0)):
        raise _OtherwiseError
    named = named.to_numpy(zero_copy_only=False)
    if bool(np.any(case[found] != case[named])):
        raise _OtherwiseError
    referred = np.zeros(len(ids), dtype=np.int32)
    referred[named] = found + first
    columns = {name: whole(rows[name]) for name in rows.column_names if name not in ("case", "about")}
    made = {
        "k": pa.array(np.arange(first, first + len(ids), dtype=np.int32)),
        "c": pa.array(case.astype(np.int32, copy=False)),
        "about": pa.array(referred, mask=~named),
    }
    order_of_columns = ("k", "id", "c", "t", "m", "ended", "about")
    columns |= made
    rest = [name for name in columns if name not in order_of_columns]
    return _Part(first, {name: columns[name] for name in (*order_of_columns, *rest)}, among)


# -- what belongs to events -----------------------------------------------------------------------------------------------
class _Belonging:
    """Lays out a table whose rows belong to events, and lie in the order of these."""

    def __init__(self, name: str, facts: Path, into: Path, known: Known) -> None:
        self.name = name
        self.known = known
        self.written = _Writer(into / f"{name}.parquet")
        self.otherwise = False
        file, events = facts / f"{name}.parquet", facts / "events.parquet"
        # As many rows as belong to so many events.
        share = pq.read_metadata(file).num_rows / pq.read_metadata(events).num_rows
        self._batches = _batches(file, tuple(BELONGING[name]), max(int(ROWS * share), 1_024))
        self._rest: pa.Table | None = None
        self._last = 0

    def take(self, part: _Part) -> None:
        """Write the rows that belong to these events."""
        while not self.otherwise and self._ahead():
            assert self._rest is not None
            at = part.ids.places(whole(self._rest["event_id"]))
            found = at >= 0
            count = len(found) - int(np.argmax(found[::-1])) if found.any() else 0
            if not found[:count].all() or (count and part.first + int(at[:count].min()) < self._last):
                self.otherwise = True
                self.written.drop()
                return
            if count:
                self.written.write(self._made(self._rest.slice(0, count), at[:count], part))
                self._last = part.first + int(at[:count].max())
            if count < len(found):
                self._rest = self._rest.slice(count)
                return
            self._rest = None

    def ended(self) -> bool:
        """Bring it to its end, and say whether all rows found their events."""
        if not self.otherwise and self._ahead():
            self.otherwise = True
            self.written.drop()
        self.written.close()
        return not self.otherwise and self.written.file.exists()

    def _ahead(self) -> bool:
        """Whether rows that belong to some event are still to come."""
        while self._rest is None:
            batch = next(self._batches, None)
            if batch is None:
                return False
            batch = batch.filter(batch["event_id"].is_valid())
            self._rest = batch if batch.num_rows else None
        return True

    def _made(self, rows: pa.Table, at: Integers, part: _Part) -> dict[str, pa.Array]:
        own = self._participants(rows) if self.name == "participants" else self._documents(rows)
        if "officer" in own and own["officer"].null_count:
            there = own["officer"].is_valid()
            own = {name: column.filter(there) for name, column in own.items()}
            at = at[there.to_numpy(zero_copy_only=False)]
        if bool(np.any(np.diff(at) < 0)):
            order = np.argsort(at, kind="stable")
            own = {name: column.take(pa.array(order)) for name, column in own.items()}
            at = at[order]
        rows_of = pa.array(at)
        of_event = {"c": "c", "e": "k"}
        if self.name == "participants":
            of_event |= {"t": "t", "m": "m", "ended": "ended"}
        made = {name: part.columns[column].take(rows_of) for name, column in of_event.items()}
        if self.name == "participants":
            made["placed"] = part.columns["place"].is_valid().take(rows_of)
        return made | own

    def _participants(self, rows: pa.Table) -> dict[str, pa.Array]:
        officers = whole(rows["officer_id"])
        # A look into a mapping: to search in all officers for each piece costs the more, the more there are of both.
        keys = pa.array([self.known.officers.get(one) for one in officers.dictionary.to_pylist()], pa.int32())
        return {
            "officer": keys.take(officers.indices),
            "role": _coded(rows["role"], self.known.codes["participants.role"]),
        }

    def _documents(self, rows: pa.Table) -> dict[str, pa.Array]:
        kinds = whole(rows["kind"])
        records = pc.match_substring(kinds.dictionary, "笔录").take(kinds.indices)
        return {
            "is_record": pc.fill_null(records, False),
            "elements": _bits(rows["elements"], self.known.elements, pa.int64()),
        }
