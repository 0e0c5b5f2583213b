"""
The case kernel: makes the frame of a chunk of cases by position, in the process.

What the chosen rules need of a case is collected by :class:`mingjing.engine.columns.frame.Frame`, which can write it as
SQL with joins for any database. Here the same is made from arrays in which the events of a case lie together, in the
order of their keys: the first or latest event of some types is the edge of a run, what belongs to a case or to another
event is looked up by its place, and nothing is joined. Expressions over one row (last days, conditions) stay the SQL that
they are; the database is handed columns and hands columns back.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from mingjing.domain.rules.terms import Step
from mingjing.engine.columns.frame import BASE, Frame, names_in
from mingjing.engine.store import CODES, code_of
from mingjing.kernel.moments import DAY_CODE

type Integers = npt.NDArray[Any]
type Flags = npt.NDArray[np.bool_]

SERVICE: Final = code_of("events.type", "service")
KERNEL_TABLES: Final = ("picked0", "picked1", "frame_rows", "asked_rows")
"""Names under which the kernel shows rows to the queries."""
TAKEN: Final[Mapping[str, str]] = {"o": "outcome", "t": "t", "x": "extends_to", "a": "sum_fen", "p": "proposed"}
"""The columns of the events that a picked step may show in the frame, by the ending of their names there."""
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
    return {name: _whole(table[name].take(rows)) for name in names}


def _whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _days(moments: Integers) -> Integers:
    return moments // DAY_CODE


def _not_after(first: Integers, second: Integers) -> Flags:
    """Whether it is not certain that the first moment came after the second; as ``Context.not_after``."""
    certain = (_days(first) != _days(second)) | ((first % 2 == 1) & (second % 2 == 1))
    sure: Flags = certain & (second < first)
    return ~sure


@dataclass(frozen=True, slots=True)
class _Bound:
    """The moments of a step for all cases, and whether they have it."""

    moments: Integers
    taken: Flags


class Steps:
    """The events of a chunk as arrays, by case and key, with what picking needs of them."""

    def __init__(self, table: pa.Table, cases: Places) -> None:
        self.table = table
        self.count = cases.count
        self.key = numbers(table, "k")
        self.case = cases.of(numbers(table, "c"))
        self.moment = numbers(table, "m")
        self.effective: Flags = numbers(table, "effective").astype(np.bool_)
        types = numbers(table, "t", 0).astype(np.uint8)
        self._by_type = np.argsort(types, kind="stable")
        self._starts = np.searchsorted(types[self._by_type], np.arange(256))
        self._served: tuple[Integers, Integers] | None = None

    def of_types(self, types: Sequence[str]) -> Integers:
        """The places of the events of these types, in order."""
        found = []
        for type_ in types:
            code = code_of("events.type", type_)
            found.append(self._by_type[self._starts[code] : self._starts[code + 1]])
        return found[0] if len(found) == 1 else np.sort(np.concatenate(found))

    def pick(self, step: Step, bounds: Mapping[str, _Bound]) -> Integers:
        """For each case the place of the event that a step means, -1 where there is none."""
        rows = self.of_types(step.types)
        if step.effective:
            rows = rows[self.effective[rows]]
        if step.extending:
            rows = rows[self.table["extends_to"].is_valid().to_numpy()[rows]]
        if step.not_after is not None:
            bound = bounds[step.not_after.name]
            cases = self.case[rows]
            rows = rows[bound.taken[cases] & _not_after(self.moment[rows], bound.moments[cases])]
        if step.not_before is not None:
            bound = bounds[step.not_before.name]
            cases = self.case[rows]
            rows = rows[~bound.taken[cases] | _not_after(bound.moments[cases], self.moment[rows])]
        picked = np.full(self.count, -1, dtype=np.int64)
        cases = self.case[rows]
        edge = np.empty(len(rows), dtype=np.bool_)
        if len(rows):
            turns = cases[1:] != cases[:-1]
            edge[-1 if step.latest else 0] = True
            edge[slice(0, -1) if step.latest else slice(1, None)] = turns
        picked[cases[edge]] = rows[edge]
        return picked

    def services(self) -> tuple[Integers, Integers]:
        """For each event the key and the moment of the first service that is about it, -1 where there is none."""
        if self._served is None:
            keys = np.full(len(self.key), -1, dtype=np.int64)
            moments = np.full(len(self.key), -1, dtype=np.int64)
            rows = self._by_type[self._starts[SERVICE] : self._starts[SERVICE + 1]]
            about = numbers(self.table, "about")[rows]
            rows, about = rows[about >= 0], about[about >= 0]
            at = Places(self.key).of(about)
            rows, at = rows[at >= 0], at[at >= 0]
            order = np.argsort(at, kind="stable")
            rows, at = rows[order], at[order]
            if len(rows):
                firsts = np.flatnonzero(np.diff(at, prepend=-1))
                keys[at[firsts]] = np.minimum.reduceat(self.key[rows], firsts)
                moments[at[firsts]] = np.minimum.reduceat(self.moment[rows], firsts)
            self._served = keys, moments
        return self._served


class CaseKernel:
    """Makes the frame of a chunk: ``ask`` runs a query and gives its rows, ``show`` names a table for the queries."""

    def __init__(self, frame: Frame, text: str, ask: Callable[[str], pa.Table], show: Callable[[str, pa.Table], None]):
        self.needs = frame.needs(text)
        self.ask = ask
        self.show = show

    @property
    def event_columns(self) -> frozenset[str]:
        """The columns of the events that making the frame takes, beside key, case, type and moment."""
        needs = self.needs
        names = {"outcome"} if any(some.outcomes_not for some in needs.questions.values()) else set()
        picked = {f"{step.name}_{key}" for step in needs.steps for key in TAKEN} & needs.columns
        names |= {TAKEN[name.rpartition("_")[2]] for name in picked} - {"t"}
        names |= {"extends_to"} if any(step.extending for step in needs.steps) else set()
        names |= {"about"} if needs.services else set()
        said = " ".join(some.where for some in needs.questions.values())
        return frozenset(names | {name for name in re.findall(r"\bs\.(\w+)", said) if name not in ("k", "c", "t", "m")})

    def frame(self, base: pa.Table, events: pa.Table) -> pa.Table:
        """The frame of the cases ``base`` (``case_base``, by key) with these ``events`` (``steps``, by case and key)."""
        cases = Places(numbers(base, "c"))
        steps = Steps(events, cases)
        columns: dict[str, pa.Array] = {"c": _whole(base["c"])}
        columns |= {name: _whole(base[name]) for name in BASE if name in self.needs.columns}
        self._pick(steps, columns)
        self._keyed(cases, columns)
        self._last_days(columns)
        self._question(steps, columns)
        return _table(columns)

    def _pick(self, steps: Steps, columns: dict[str, pa.Array]) -> None:
        needs = self.needs
        bounds: dict[str, _Bound] = {}
        bounding = {one.name for step in needs.steps for one in (step.not_after, step.not_before) if one is not None}
        for step in sorted(needs.steps, key=lambda step: step.depth):
            picked = steps.pick(step, bounds)
            name = step.name
            if name in bounding:
                bounds[name] = _Bound(_spread(steps.moment, picked), picked >= 0)
            for key, column in (("k", steps.key), ("m", steps.moment)):
                if f"{name}_{key}" in needs.columns:
                    columns[f"{name}_{key}"] = _masked(column, picked)
            for key, source in TAKEN.items():
                if f"{name}_{key}" in needs.columns:
                    columns[f"{name}_{key}"] = gathered(steps.table, picked, [source])[source]
            if name in needs.served:
                keys, moments = (_spread(array, picked) for array in steps.services())
                columns[f"{name}_sk"] = pa.array(keys, mask=keys < 0)
                columns[f"{name}_sm"] = pa.array(moments, mask=keys < 0)

    def _keyed(self, cases: Places, columns: dict[str, pa.Array]) -> None:
        """What queries by case bring: laid out by the place of the case."""
        if not self.needs.pieces:
            return
        for depth in (0, 1):
            self.show(f"picked{depth}", _table(columns))
        for piece in self.needs.pieces:
            found = self.ask(piece.query)
            at = cases.of(numbers(found, "c"))
            if piece.flags:
                flags = np.zeros(cases.count, dtype=np.bool_)
                flags[at] = True
                columns.update(dict.fromkeys(piece.columns, pa.array(flags)))
            else:
                made = scattered(found, at, cases.count, set(piece.columns.values()))
                columns.update({name: made[column] for name, column in piece.columns.items()})

    def _last_days(self, columns: dict[str, pa.Array]) -> None:
        dues = self.needs.dues
        if not dues:
            return
        made = ", ".join(f"{expression} AS {name}_set" for name, expression, _ in dues)
        joins = " ".join(dict.fromkeys(join for _, _, each in dues for join in each))
        self.show("frame_rows", _table({name: columns[name] for name in (names_in(f"{made} {joins}") | {"c"})}))
        found = in_order(self.ask(f"SELECT f.c, {made} FROM frame_rows f {joins}"), "c")
        columns.update({name: _whole(found[name]) for name in found.column_names if name != "c"})

    def _question(self, steps: Steps, columns: dict[str, pa.Array]) -> None:
        """Answer for each case whether some event is as asked: surely (``_t``), or perhaps (``_u``)."""
        for name, some in self.needs.questions.items():
            rows = steps.of_types(some.types)
            if some.effective:
                rows = rows[steps.effective[rows]]
            if some.outcomes_not:
                codes = [CODES["events.outcome"][code] for code in some.outcomes_not]
                rows = rows[~np.isin(numbers(steps.table, "outcome")[rows], codes)]
            surely, perhaps = (np.zeros(steps.count, dtype=np.bool_) for _ in "tu")
            if some.where == "true":
                surely[steps.case[rows]] = True
            elif len(rows):
                answers = self._asked(some.where, rows, steps, columns)
                surely[steps.case[rows[answers == 1]]] = True
                perhaps[steps.case[rows[answers < 0]]] = True
            columns[f"{name}_t"], columns[f"{name}_u"] = pa.array(surely), pa.array(perhaps)

    def _asked(self, where: str, rows: Integers, steps: Steps, columns: Mapping[str, pa.Array]) -> Integers:
        """A condition over events and their cases: 1 where it is true, 0 where it is false, -1 where that is not known."""
        case = pa.array(steps.case[rows])
        given: dict[str, pa.Array] = {f"f_{name}": columns[name].take(case) for name in names_in(where)}
        at = pa.array(rows)
        for name in set(re.findall(r"\bs\.(\w+)", where)):
            given[f"s_{name}"] = _whole(steps.table[name].take(at))
        if "served." in where:
            keys, moments = steps.services()
            given["served_m"] = pa.array(moments[rows], mask=keys[rows] < 0)
        given["place"] = pa.array(np.arange(len(rows)))
        self.show("asked_rows", _table(given))
        said = re.sub(r"\b(f|s|served)\.(\w+)", r"g.\1_\2", where)
        days = f" LEFT JOIN calendar off ON off.day = g.s_m // {DAY_CODE}" if "off." in where else ""
        found = self.ask(
            f"SELECT g.place, CAST(coalesce(CAST({said} AS TINYINT), -1) AS TINYINT) AS answer FROM asked_rows g{days}"
        )
        return numbers(in_order(found, "place"), "answer")


def _spread(values: Integers, at: Integers) -> Integers:
    """The values at these places; -1 where a place is."""
    if not len(values):
        return np.full(len(at), -1, dtype=np.int64)
    return np.where(at < 0, -1, values[np.where(at < 0, 0, at)])


def _masked(values: Integers, at: Integers) -> pa.Array:
    return pa.array(_spread(values, at).astype(values.dtype, copy=False), mask=at < 0)


def _table(columns: Mapping[str, pa.Array]) -> pa.Table:
    """A table in batches that several threads can share."""
    whole = pa.table(dict(columns))
    return pa.Table.from_batches(whole.to_batches(max_chunksize=BATCH), whole.schema)
