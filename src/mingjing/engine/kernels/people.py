"""One officer at two places at once, over arrays (columns: :mod:`mingjing.engine.columns.people`)."""

from typing import Final

import numpy as np
import pyarrow as pa

from mingjing.domain.rules.kinds.people import TwoPlaces
from mingjing.domain.rules.model import Rule, Status
from mingjing.engine.arrays import Integers, Places, distinct, numbers, whole
from mingjing.engine.columns.people import spans
from mingjing.engine.context import Context
from mingjing.engine.kernels import Database, Kernel, kernel, verdicts

SOUGHT: Final = "sought_acts"
MOST_ACTS: Final = 32_000_000
"""So many acts are put in order together; of more, those of some officers at a time."""


@kernel.register
def _(kind: TwoPlaces, rule: Rule, context: Context) -> Kernel:
    query = spans(context)

    def judge(database: Database) -> pa.Table:
        acts = database.ask(f"SELECT officer, begins, ends, visit, k FROM ({query}) a")
        parts = acts.num_rows // MOST_ACTS + 1
        if parts == 1:
            return _judged(database, acts)
        turn = numbers(acts, "officer") % parts
        return pa.concat_tables(_judged(database, acts.filter(pa.array(turn == part))) for part in range(parts))

    return judge


def _judged(database: Database, acts: pa.Table) -> pa.Table:
    officers = distinct(numbers(acts, "officer"))
    acts = _overlapping(acts)
    order = np.lexsort(tuple(numbers(acts, name) for name in ("k", "visit", "begins", "officer")))
    officer, begins, ends, visit, k = (
        numbers(acts, name)[order] for name in ("officer", "begins", "ends", "visit", "k")
    )
    late, early = _pairs(officer, begins, ends)
    place = _places(database, np.union1d(late, early), visit, k)
    apart = place[early] != place[late]
    late, early = late[apart], early[apart]
    _, firsts = np.unique(officer[late], return_index=True)
    late, early = late[firsts], early[firsts]
    at = np.searchsorted(officers, officer[late])
    status = np.full(len(officers), Status.HOLDS, dtype=np.int8)
    status[at] = Status.BROKEN
    return verdicts(
        officers,
        status,
        told=at,
        values=(begins[early], ends[early], begins[late], ends[late]),
        evidence=tuple((k[one], visit[one] != which) for one in (early, late) for which in (0, 1)),
    )


def _overlapping(acts: pa.Table) -> pa.Table:
    """
    The acts that last some time, of officers of whom some act begins before another has ended.

    If none begins before the one before it has ended, they all follow one another; so neighbours are enough.
    """
    acts = acts.filter(pa.array(numbers(acts, "begins") < numbers(acts, "ends")))
    officer, begins, ends = (numbers(acts, name) for name in ("officer", "begins", "ends"))
    if not len(officer):
        return acts
    # Near enough to the order by officer and beginning; where it is not, neighbours overlap all the more.
    order = np.argsort((officer.astype(np.int64) << 40) | ((begins - begins.min()) >> 13), kind="stable")
    one, begun, ended = officer[order], begins[order], ends[order]
    busy = np.zeros(int(officer.max()) + 1, dtype=np.bool_)
    busy[one[1:][(one[1:] == one[:-1]) & (begun[1:] < ended[:-1])]] = True
    return acts.filter(pa.array(busy[officer]))


def _pairs(officer: Integers, begins: Integers, ends: Integers) -> tuple[Integers, Integers]:
    """Acts that begin before an earlier one has ended, and of the earlier ones the first that lasts longest."""
    if not len(officer):
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    # By officers first: who comes later in the order outlasts all before, so that nobody's end reaches into the next.
    rank = np.unique(ends, return_inverse=True)[1]
    nth = np.cumsum(np.diff(officer, prepend=officer[0]) != 0)
    lasting = np.maximum.accumulate((nth << 32) | rank)
    longest = np.maximum.accumulate(np.where(np.diff(lasting, prepend=-1) > 0, np.arange(len(officer)), 0))
    early = np.roll(longest, 1)
    late = (np.diff(nth, prepend=-1) == 0) & (ends[early] > begins)
    at = np.flatnonzero(late)
    return at, early[at]


def _places(database: Database, rows: Integers, visit: Integers, k: Integers) -> Integers:
    """For the acts at ``rows`` a number that says where; acts at the same place have the same."""
    numbered = np.full(len(k), -1, dtype=np.int64)
    found = []
    for which, table in enumerate(("events", "inspections")):
        these = rows[visit[rows] == which]
        database.show(SOUGHT, pa.table({"k": pa.array(distinct(k[these]))}))
        found.append((these, database.ask(f"SELECT t.k, t.place FROM {table} t JOIN {SOUGHT} s ON s.k = t.k")))
    places = pa.chunked_array([chunk for _, one in found for chunk in one["place"].chunks], pa.string())
    codes = whole(places).dictionary_encode().indices.to_numpy(zero_copy_only=False)
    for (these, one), coded in zip(found, np.split(codes, [len(found[0][1])]), strict=True):
        if len(these):
            numbered[these] = coded[Places(numbers(one, "k")).of(k[these])]
    return numbered
