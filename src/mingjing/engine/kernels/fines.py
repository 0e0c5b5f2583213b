"""
A fine far from those of its peers, over arrays (columns: :mod:`mingjing.engine.columns.fines`).

The fines of all groups stand in one row, group by group in the order of days; the peers of a decision are a stretch of it.
A wavelet matrix answers how many fines of a stretch lie below a bound, and which is the n-th: exactly, for all decisions
at once, in as many passes as the number of different fines in a group has bits.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import pyarrow as pa

from mingjing.domain.rules.kinds.fines import NORMAL, FineOutlier
from mingjing.domain.rules.model import Rule, Status
from mingjing.engine.arrays import Integers, numbers
from mingjing.engine.columns.fines import SCALE, limits
from mingjing.engine.context import Context
from mingjing.engine.kernels import Kernel, kernel, verdicts

BLOCK: Final = 1_000_000
"""So many decisions are looked at together, whole groups at a time."""
LARGEST: Final = (1 << 62) // SCALE
"""Amounts beyond this are compared as Python's whole numbers, which do not overflow."""
FARTHEST: Final = 1 << 61


@kernel.register
def _(kind: FineOutlier, rule: Rule, context: Context) -> Kernel:
    limit = limits(kind, context)
    since = context.dialect.add_months("d.day", f"-({limit.months})")
    query = (
        f"SELECT d.k, d.e, d.item, d.tier, d.party_kind, d.day, d.fine, CAST({since} AS INTEGER) AS since, "
        f"CAST({limit.months} AS BIGINT) AS months, CAST({limit.fewest} AS BIGINT) AS fewest, {limit.deviations} AS z, "
        f"{limit.ratio} AS ratio FROM decided d WHERE d.tier IS NOT NULL"
    )
    return lambda database: _judged(database.ask(query))


def _judged(decided: pa.Table) -> pa.Table:
    k = numbers(decided, "k")
    known = np.ones(len(k), dtype=np.bool_)
    for name in ("fine", "item", "party_kind"):
        known &= decided[name].is_valid().to_numpy()
    status = np.where(known, Status.NOT_APPLICABLE, Status.NOT_EVALUATED).astype(np.int8)
    middle, peers = (np.zeros(len(k), dtype=np.int64) for _ in "mp")
    for rows, group in _blocks(decided, np.flatnonzero(known)):
        status[rows], middle[rows], peers[rows] = _Block(decided, rows, group).judged()
    kept = np.flatnonzero(status != Status.NOT_APPLICABLE)
    broken = np.flatnonzero(status == Status.BROKEN)
    fine, months, decision = (numbers(decided, name)[broken] for name in ("fine", "months", "e"))
    return verdicts(
        k[kept],
        status[kept],
        told=np.searchsorted(kept, broken),
        values=(fine, middle[broken], peers[broken], months),
        evidence=(decision,),
    )


def _blocks(decided: pa.Table, rows: Integers) -> Iterator[tuple[Integers, Integers]]:
    """Places of decisions in the order of groups and days, some whole groups at a time, and the numbers of the groups."""
    if not len(rows):
        return
    tier = decided["tier"].combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int64)
    group = np.zeros(len(rows), dtype=np.int64)
    for part in (numbers(decided, "item"), tier, numbers(decided, "party_kind")):
        group = np.unique(group * (int(part.max()) + 1) + part[rows], return_inverse=True)[1]
    order = np.lexsort((numbers(decided, "day")[rows], group))
    rows, group = rows[order], group[order]
    starts = np.flatnonzero(np.diff(group, prepend=-1))
    cuts = starts[np.searchsorted(starts, np.arange(BLOCK, len(rows), BLOCK), side="left").clip(max=len(starts) - 1)]
    for left, right in pairwise(np.unique([0, *cuts, len(rows)])):
        yield rows[left:right], group[left:right]


class _Block:
    """Decisions in the order of groups and days, with the fines of each group numbered by their size."""

    def __init__(self, decided: pa.Table, rows: Integers, group: Integers) -> None:
        self.fine, day, since = (numbers(decided, name)[rows].astype(np.int64) for name in ("fine", "day", "since"))
        self.fewest, self.z, self.ratio = (numbers(decided, name)[rows] for name in ("fewest", "z", "ratio"))
        group = group - group[0]
        span = int(day.max()) - int(day.min()) + 2
        when = group * span + (day - day.min() + 1)
        self.left = np.searchsorted(when, group * span + (since - day.min() + 1).clip(0, span - 1), side="right")
        self.right = np.searchsorted(when, when, side="right")
        # This decision is among them, unless the reach is naught; it is no peer of its own.
        self.peers = self.right - self.left - (since < day)
        self.able = (self.peers >= self.fewest) & (self.peers > 0)
        for name in ("months", "fewest", "z", "ratio"):
            self.able &= decided[name].is_valid().to_numpy()[rows]
        order = np.lexsort((self.fine, group))
        group, fine = group[order], self.fine[order]
        first = np.diff(group, prepend=-1) != 0
        new = first | (np.diff(fine, prepend=fine[0]) != 0)
        number = np.cumsum(new) - 1
        self.different = fine[new]
        start = number[np.flatnonzero(first)]
        self.start, self.end, self.own = (np.empty(len(rows), dtype=np.int64) for _ in "seo")
        self.start[order] = start[group]
        self.end[order] = np.append(start[1:], len(self.different))[group]
        self.own[order] = number - start[group]
        self.row = Wavelet(self.own)

    def judged(self) -> tuple[Integers, Integers, Integers]:
        """The statuses, the doubled medians of the peers, and how many these are."""
        status = np.full(len(self.fine), Status.NOT_APPLICABLE, dtype=np.int8)
        middle = np.zeros(len(self.fine), dtype=np.int64)
        at = np.flatnonzero(self.able)
        before = self.row.below(self.left[at], self.right[at], self.own[at])
        for n in ((self.peers[at] - 1) // 2, self.peers[at] // 2):
            among_all = n + (n >= before)
            middle[at] += self.different[self.start[at] + self.row.nth(self.left[at], self.right[at], among_all)]
        off = np.abs(2 * self.fine - middle)
        status[at] = Status.HOLDS
        away = at[off[at] > 0]
        status[away] = self._away(away, off[away], middle[away])
        return status, middle, self.peers

    def _away(self, at: Integers, off: Integers, middle: Integers) -> Integers:
        """The statuses of decisions that are not on the median."""
        status = np.full(len(at), Status.HOLDS, dtype=np.int8)
        reach = _reach(off, self.z[at])
        low, high = -((reach - middle) // 2), (middle + reach) // 2
        least, most = self._number(at, low), self._number(at, high + 1)
        less = self._between(at, least, most) - ((least <= self.own[at]) & (self.own[at] < most))
        lower = (self.peers[at] + 1) // 2
        # At least half of the peers deviate less than would make this one normal.
        beyond = np.flatnonzero(less >= lower)
        status[beyond] = Status.BROKEN
        one, half = at[beyond], middle[beyond] // 2
        place = self._number(one, half)
        equal = np.where(middle[beyond] % 2 == 0, self._between(one, place, self._number(one, half + 1)), 0)
        level = equal > self.peers[one] // 2
        status[beyond[level]] = self._by_ratio(one[level], middle[beyond[level]])
        edge = beyond[~level & (self.peers[one] % 2 == 0) & (less[beyond] == lower[beyond])]
        for place in edge:
            status[place] = self._at_the_edge(int(at[place]), int(off[place]), int(middle[place]))
        return status

    def _by_ratio(self, at: Integers, middle: Integers) -> Integers:
        fine, ratio = self.fine[at], self.ratio[at]
        near = (200 * fine <= ratio * middle) & (100 * middle <= 2 * ratio * fine)
        return np.where(near, Status.HOLDS, Status.BROKEN).astype(np.int8)

    def _at_the_edge(self, at: int, off: int, middle: int) -> Status:
        """Where the median deviation lies half-way between two that tell differently."""
        fines = self.fine[self.left[at] : self.right[at]].tolist()
        fines.remove(int(self.fine[at]))
        spread = sorted(abs(2 * fine - middle) for fine in fines)
        half = len(spread) // 2
        near = 2 * off * SCALE <= int(self.z[at]) * NORMAL.numerator * (spread[half - 1] + spread[half])
        return Status.HOLDS if near else Status.BROKEN

    def _number(self, at: Integers, amount: Integers) -> Integers:
        """How many of the different fines of a decision's group are less than an amount."""
        low, high = self.start[at], self.end[at]
        while np.any(low < high):
            middle = (low + high) // 2
            less = (low < high) & (self.different[np.minimum(middle, len(self.different) - 1)] < amount)
            low, high = np.where(less, middle + 1, low), np.where(less | (low >= high), high, middle)
        return low - self.start[at]

    def _between(self, at: Integers, least: Integers, most: Integers) -> Integers:
        """How many fines of the stretch have numbers from ``least`` to before ``most``."""
        left, right = self.left[at], self.right[at]
        return self.row.below(left, right, most) - self.row.below(left, right, least)


def _reach(off: Integers, z: Integers) -> Integers:
    """The greatest deviation of a peer that is less than would make this deviation a normal one; both are doubled."""
    factor = z * NORMAL.numerator
    if len(off) and int(off.max()) > LARGEST:
        exact = [
            (one * SCALE - 1) // by if by > 0 else FARTHEST
            for one, by in zip(off.tolist(), factor.tolist(), strict=True)
        ]
        return np.array([min(one, FARTHEST) for one in exact], dtype=np.int64)
    return np.where(factor > 0, (off * SCALE - 1) // np.maximum(factor, 1), FARTHEST).clip(max=FARTHEST)


@dataclass(frozen=True, slots=True)
class _Level:
    """One bit of the values: how many zeros come before each place, and how many there are."""

    zeros: Integers
    total: int


class Wavelet:
    """Counts and picks in any stretch of a row of small whole numbers."""

    def __init__(self, values: Integers) -> None:
        self.bits = max(int(values.max()).bit_length(), 1) if len(values) else 1
        self._levels: list[_Level] = []
        for bit in reversed(range(self.bits)):
            ones = ((values >> bit) & 1).astype(np.bool_)
            zeros = np.zeros(len(values) + 1, dtype=np.int64)
            np.cumsum(~ones, out=zeros[1:])
            self._levels.append(_Level(zeros, int(zeros[-1])))
            values = np.concatenate([values[~ones], values[ones]])

    def below(self, left: Integers, right: Integers, bound: Integers) -> Integers:
        """How many values in the stretches from ``left`` to before ``right`` are less than ``bound``."""
        beyond = bound >> self.bits > 0
        count = np.where(beyond, right - left, 0)
        for bit, level in zip(reversed(range(self.bits)), self._levels, strict=True):
            zeros_left, zeros_right = level.zeros[left], level.zeros[right]
            ones = ((bound >> bit) & 1).astype(np.bool_)
            count = count + np.where(ones & ~beyond, zeros_right - zeros_left, 0)
            left = np.where(ones, level.total + left - zeros_left, zeros_left)
            right = np.where(ones, level.total + right - zeros_right, zeros_right)
        return count

    def nth(self, left: Integers, right: Integers, n: Integers) -> Integers:
        """The value that has ``n`` before it when a stretch is put in order."""
        value = np.zeros_like(n)
        for bit, level in zip(reversed(range(self.bits)), self._levels, strict=True):
            zeros_left, zeros_right = level.zeros[left], level.zeros[right]
            zeros = zeros_right - zeros_left
            ones = n >= zeros
            value = value | (ones.astype(np.int64) << bit)
            n = np.where(ones, n - zeros, n)
            left = np.where(ones, level.total + left - zeros_left, zeros_left)
            right = np.where(ones, level.total + right - zeros_right, zeros_right)
        return value
