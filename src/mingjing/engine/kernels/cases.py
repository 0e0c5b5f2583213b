"""
The case kernel: makes the frame of a chunk of cases by position, in the process.

What the chosen rules need of a case is collected by :class:`mingjing.engine.columns.frame.Frame`, which can write it as
SQL with joins for any database. Here the same is made from arrays in which the events of a case lie together, in the
order of their keys: the first or latest event of some types is the edge of a run, what belongs to a case or to another
event is looked up by its place, and nothing is joined. Expressions over one row (last days, conditions) stay the SQL that
they are; the database is handed columns and hands columns back.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from mingjing.domain.rules.terms import Step
from mingjing.engine.arrays import (
    Flags,
    Integers,
    Places,
    batched_table,
    gathered,
    in_order,
    masked,
    numbers,
    scattered,
    spread,
    whole,
)
from mingjing.engine.columns.frame import BASE, Frame, names_in
from mingjing.engine.expressions import NULL, Columns, Node, NotAnExpressionError, Rows, Value, read
from mingjing.engine.store import CODES, code_of
from mingjing.kernel.moments import DAY_CODE

SERVICE: Final = code_of("events.type", "service")
KERNEL_TABLES: Final = ("picked0", "picked1", "frame_rows", "asked_rows", "crew_rows")
"""Names under which the kernel shows rows to the queries."""
TAKEN: Final[Mapping[str, str]] = {"o": "outcome", "t": "t", "x": "extends_to", "a": "sum_fen", "p": "proposed"}
"""The columns of the events that a picked step may show in the frame, by the ending of their names there."""


def _days(moments: Integers) -> Integers:
    return moments // DAY_CODE


def _is_certain(first: Integers, second: Integers) -> Flags:
    """Whether it is known which of two moments came first."""
    certain: Flags = (_days(first) != _days(second)) | ((first % 2 == 1) & (second % 2 == 1))
    return certain


def not_after(first: Integers, second: Integers) -> Flags:
    """Whether it is not certain that the first moment came after the second; as ``Context.not_after``."""
    sure: Flags = _is_certain(first, second) & (second < first)
    return ~sure


def before(first: Integers, second: Integers) -> Integers:
    """Whether one moment came before another: 1, 0, or -1 where the order is not known; as ``Context.before``."""
    return np.where(_is_certain(first, second), first < second, -1)


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
        self.places = Places(self.key)
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
            rows = rows[bound.taken[cases] & not_after(self.moment[rows], bound.moments[cases])]
        if step.not_before is not None:
            bound = bounds[step.not_before.name]
            cases = self.case[rows]
            rows = rows[~bound.taken[cases] | not_after(bound.moments[cases], self.moment[rows])]
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
            at = self.places.of(about)
            rows, at = rows[at >= 0], at[at >= 0]
            order = np.argsort(at, kind="stable")
            rows, at = rows[order], at[order]
            if len(rows):
                firsts = np.flatnonzero(np.diff(at, prepend=-1))
                keys[at[firsts]] = np.minimum.reduceat(self.key[rows], firsts)
                moments[at[firsts]] = np.minimum.reduceat(self.moment[rows], firsts)
            self._served = keys, moments
        return self._served


BLOCK: Final = 16_384
"""So many rows are worked out at a time: what is made in between stays near the processor."""


class FrameColumns:
    """The columns of the frame for expressions over its rows, last days among them."""

    def __init__(self, frame: Mapping[str, pa.Array], dues: Mapping[str, Node], calendar: Mapping[str, Value]) -> None:
        self._frame = frame
        self._dues = dues
        self._calendar = calendar
        self._columns: dict[str, Value] = {}

    @property
    def last_days(self) -> Sequence[Node]:
        """The nodes of the last days."""
        return [*self._dues.values(), *self._dues.values()]

    def give(self, name: str, column: pa.Array) -> None:
        """Add a column."""
        self._columns[name] = _as_value(column)

    def whole(self, name: str) -> Value:
        """A column for all cases."""
        if name not in self._columns:
            self._columns[name] = _as_value(self._frame[name])
        return self._columns[name]

    def rows(self, at: Integers, *, kind: Value | None = None, others: Columns | None = None) -> Rows:
        """The rows of the cases at these places; ``others`` gives columns that are not of the frame."""

        def column(rows: Rows, name: str) -> Value:
            alias, _, own = name.partition(".")
            if alias == "cl":
                return self._calendar[own]
            if alias != "f":
                if others is None:
                    raise NotAnExpressionError(name)
                return others(rows, name)
            if own in self._dues:
                return rows.value(self._dues[own])
            if own == "kind" and kind is not None:
                return kind
            values, nulls = self.whole(own)
            return Value(values[at], nulls if isinstance(nulls, bool) else _few(nulls[at]))

        return Rows(column)

    def blocks(self, count: int) -> Iterator[tuple[Integers, Rows]]:
        """All rows, some at a time, of one kind of matter each."""
        if "kind" not in self._frame:
            for start in range(0, count, BLOCK):
                at = np.arange(start, min(start + BLOCK, count))
                yield at, self.rows(at)
            return
        values, nulls = self.whole("kind")
        marked = np.where(nulls, -1, values)
        for kind in np.unique(marked).tolist():
            places = np.flatnonzero(marked == kind)
            for start in range(0, len(places), BLOCK):
                at = places[start : start + BLOCK]
                yield at, self.rows(at, kind=NULL if kind == -1 else Value(kind))


def _few(nulls: Flags) -> Flags | bool:
    return nulls if bool(nulls.any()) else False


def _as_value(column: pa.Array) -> Value:
    """A column of whole numbers or flags as values; of texts it is told only which are null."""
    nulls = _few(column.is_null().to_numpy(zero_copy_only=False)) if column.null_count else False
    if not (pa.types.is_integer(column.type) or pa.types.is_boolean(column.type)):
        return Value(np.zeros(len(column), dtype=np.bool_), nulls)
    is_flag = pa.types.is_boolean(column.type)
    if column.null_count:
        column = pc.fill_null(column, False if is_flag else 0)
    values = column.to_numpy(zero_copy_only=False)
    return Value(values if is_flag else values.astype(np.int64, copy=False), nulls)


def as_array(value: Value, count: int, type_: pa.DataType | None = None) -> pa.Array:
    """A value as a column of so many rows."""
    if value.n is True:
        return pa.nulls(count, type_ or pa.int64())
    values = np.full(count, value.v) if isinstance(value.v, int) else value.v
    mask = None if value.n is False else value.n
    return pa.array(values, mask=mask) if type_ is None else pa.array(values, mask=mask).cast(type_)


class Chunk:
    """A chunk of cases as arrays, for the kernels."""

    def __init__(self, base: pa.Table, events: pa.Table, cut: Mapping[str, pa.Table]) -> None:
        self.base = base
        self.keys = numbers(base, "c")
        self.cases = Places(self.keys)
        self.steps = Steps(events, self.cases)
        self.frame = base
        self.columns: FrameColumns
        """The columns of the frame for expressions, once it is made."""
        self.handling: Integers | None = None
        """The pairs of case and handler, once somebody asked for them."""
        self._cut = cut

    @cached_property
    def people(self) -> "People":
        """Who took part in which step."""
        return People(self._cut["participants"], self.cases)

    @cached_property
    def told(self) -> tuple[Integers, Flags]:
        """For each event the elements that its documents contain, as bits, and whether they tell of any."""
        bits = np.zeros(len(self.steps.key), dtype=np.int64)
        tells = np.zeros(len(self.steps.key), dtype=np.bool_)
        documents = self._cut["documents"]
        given = documents["elements"].is_valid().to_numpy()
        at = self.steps.places.of(numbers(documents, "e"))
        rows = np.flatnonzero(given & (at >= 0))
        np.bitwise_or.at(bits, at[rows], numbers(documents, "elements")[rows])
        tells[at[rows]] = True
        return bits, tells

    def having(self, table: str, where: Flags | None = None) -> Flags:
        """For each event whether a document or recording (of those that ``where`` marks) belongs to it."""
        found = np.zeros(len(self.steps.key), dtype=np.bool_)
        at = self.steps.places.of(numbers(self._cut[table], "e"))
        found[at[at >= 0 if where is None else (at >= 0) & where]] = True
        return found

    def column(self, table: str, name: str) -> Integers:
        """A column of a table that is cut to the chunk."""
        return numbers(self._cut[table], name)


PEOPLE: Final = ("c", "e", "t", "m", "officer", "role")
"""The columns of the participants that :class:`People` is made of."""


class People:
    """Participants as arrays: the place of the case, the key, type and moment of the step, the officer and the part taken."""

    def __init__(self, table: pa.Table, cases: Places) -> None:
        self.case = cases.of(numbers(table, "c"))
        self.step, self.type, self.moment, self.officer, self.role = (numbers(table, name) for name in PEOPLE[1:])

    def of(self, roles: Iterable[int], types: Iterable[str], horizon: int) -> Integers:
        """The places of those who took these parts in steps of these types before a moment."""
        wanted = np.zeros(256, dtype=np.bool_)
        wanted[[code_of("events.type", type_) for type_ in types]] = True
        played = np.zeros(256, dtype=np.bool_)
        played[list(roles)] = True
        return np.flatnonzero(played[self.role] & wanted[self.type] & (self.moment < horizon))


def _node(text: str) -> Node | None:
    """The node of an expression, where it is one."""
    try:
        return read(text)
    except NotAnExpressionError:
        return None


def _calendar(ask: Callable[[str], pa.Table]) -> dict[str, Value]:
    """The calendar as lists, under the names by which expressions look days up in them."""
    row = ask("SELECT * FROM calendar_lists")
    lists: dict[str, Value] = {}
    for name in row.column_names:
        given = row[name][0]
        lists[name] = _as_value(given.values) if isinstance(given, pa.ListScalar) else Value(given.as_py())
    return lists


class CaseKernel:
    """Makes the frame of a chunk: ``ask`` runs a query and gives its rows, ``show`` names a table for the queries."""

    def __init__(
        self,
        frame: Frame,
        text: str,
        ask: Callable[[str], pa.Table],
        show: Callable[[str, pa.Table], None],
        *,
        asked: str,
    ) -> None:
        """``text`` is all that reads the frame, ``asked`` what of it the database itself will run."""
        self.needs = frame.needs(text)
        self.ask = ask
        self.show = show
        self.wheres = {name: _node(some.where) for name, some in self.needs.questions.items()}
        by_query = names_in(
            " ".join([asked, *(some.where for name, some in self.needs.questions.items() if self.wheres[name] is None)])
        )
        self.dues: dict[str, Node] = {}
        self.asked_dues = []
        for due in self.needs.dues:
            name, made, _ = due
            last, _, is_set = made.partition(f" AS {name}, ")
            nodes = _node(last), _node(is_set)
            if nodes[0] is not None and nodes[1] is not None:
                self.dues |= {name: nodes[0], f"{name}_set": nodes[1]}
            if by_query & {name, f"{name}_set"} or name not in self.dues:
                self.asked_dues.append(due)

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

    def frame(self, chunk: Chunk) -> pa.Table:
        """The frame of the cases of a chunk."""
        base, cases, steps = chunk.base, chunk.cases, chunk.steps
        columns: dict[str, pa.Array] = {"c": whole(base["c"])}
        chunk.columns = FrameColumns(columns, self.dues, _calendar(self.ask))
        columns |= {name: whole(base[name]) for name in BASE if name in self.needs.columns}
        self._pick(steps, columns)
        self._keyed(cases, columns)
        self._last_days(columns)
        self._question(steps, columns, chunk.columns)
        return batched_table(columns)

    def _pick(self, steps: Steps, columns: dict[str, pa.Array]) -> None:
        needs = self.needs
        bounds: dict[str, _Bound] = {}
        bounding = {one.name for step in needs.steps for one in (step.not_after, step.not_before) if one is not None}
        for step in sorted(needs.steps, key=lambda step: step.depth):
            picked = steps.pick(step, bounds)
            name = step.name
            if name in bounding:
                bounds[name] = _Bound(spread(steps.moment, picked), picked >= 0)
            for key, column in (("k", steps.key), ("m", steps.moment)):
                if f"{name}_{key}" in needs.columns:
                    columns[f"{name}_{key}"] = masked(column, picked)
            for key, source in TAKEN.items():
                if f"{name}_{key}" in needs.columns:
                    columns[f"{name}_{key}"] = gathered(steps.table, picked, [source])[source]
            if name in needs.served:
                keys, moments = (spread(array, picked) for array in steps.services())
                columns[f"{name}_sk"] = pa.array(keys, mask=keys < 0)
                columns[f"{name}_sm"] = pa.array(moments, mask=keys < 0)

    def _keyed(self, cases: Places, columns: dict[str, pa.Array]) -> None:
        """What queries by case bring: laid out by the place of the case."""
        if not self.needs.pieces:
            return
        for depth in (0, 1):
            self.show(f"picked{depth}", batched_table(columns))
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
        dues = self.asked_dues
        if not dues:
            return
        made = ", ".join(f"{expression} AS {name}_set" for name, expression, _ in dues)
        joins = " ".join(dict.fromkeys(join for _, _, each in dues for join in each))
        self.show("frame_rows", batched_table({name: columns[name] for name in (names_in(f"{made} {joins}") | {"c"})}))
        found = in_order(self.ask(f"SELECT f.c, {made} FROM frame_rows f {joins}"), "c")
        columns.update({name: whole(found[name]) for name in found.column_names if name != "c"})

    def _question(self, steps: Steps, columns: dict[str, pa.Array], frame: FrameColumns) -> None:
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
                node = self.wheres[name]
                answers = (
                    self._asked(some.where, rows, steps, columns)
                    if node is None
                    else self._answers(node, rows, steps, frame)
                )
                surely[steps.case[rows[answers == 1]]] = True
                perhaps[steps.case[rows[answers < 0]]] = True
            columns[f"{name}_t"], columns[f"{name}_u"] = pa.array(surely), pa.array(perhaps)

    def _answers(self, node: Node, rows: Integers, steps: Steps, frame: FrameColumns) -> Integers:
        """As :meth:`_asked`, worked out over arrays."""

        def column(_rows: Rows, name: str) -> Value:
            alias, _, own = name.partition(".")
            if alias == "s":
                return _as_value(whole(steps.table[own].take(pa.array(rows))))
            if alias == "served":
                keys, moments = steps.services()
                return Value(moments[rows], _few(keys[rows] < 0))
            return self._days_off(own, steps.moment[rows] // DAY_CODE)

        answer = frame.rows(steps.case[rows], others=column).value(node)
        return np.broadcast_to(np.where(answer.n, -1, np.where(answer.v, 1, 0)), len(rows))

    def _days_off(self, name: str, days: Integers) -> Value:
        """A column of the calendar on these days."""
        calendar = self.ask(f"SELECT day, {name} AS asked FROM calendar ORDER BY day")
        first, values = calendar["day"][0].as_py(), _as_value(whole(calendar["asked"]))
        at = days - first
        outside = (at < 0) | (at >= calendar.num_rows)
        at = np.where(outside, 0, at)
        nulls = outside if isinstance(values.n, bool) else outside | values.n[at]
        found = values.v[at]
        return Value(found & ~nulls if found.dtype == np.bool_ else found, _few(nulls))

    def _asked(self, where: str, rows: Integers, steps: Steps, columns: Mapping[str, pa.Array]) -> Integers:
        """A condition over events and their cases: 1 where it is true, 0 where it is false, -1 where that is not known."""
        case = pa.array(steps.case[rows])
        given: dict[str, pa.Array] = {f"f_{name}": columns[name].take(case) for name in names_in(where)}
        at = pa.array(rows)
        for name in set(re.findall(r"\bs\.(\w+)", where)):
            given[f"s_{name}"] = whole(steps.table[name].take(at))
        if "served." in where:
            keys, moments = steps.services()
            given["served_m"] = pa.array(moments[rows], mask=keys[rows] < 0)
        given["place"] = pa.array(np.arange(len(rows)))
        self.show("asked_rows", batched_table(given))
        said = re.sub(r"\b(f|s|served)\.(\w+)", r"g.\1_\2", where)
        days = f" LEFT JOIN calendar off ON off.day = g.s_m // {DAY_CODE}" if "off." in where else ""
        found = self.ask(
            f"SELECT g.place, CAST(coalesce(CAST({said} AS TINYINT), -1) AS TINYINT) AS answer FROM asked_rows g{days}"
        )
        return numbers(in_order(found, "place"), "answer")
