"""A fine within the range of its tier, over arrays (columns: :mod:`mingjing.engine.columns.case`)."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from mingjing.domain.rules.kinds.case.tier import WithinTier
from mingjing.domain.rules.model import Rule, Status
from mingjing.domain.rules.terms import PENALTY
from mingjing.engine.arrays import Flags, Integers, numbers, whole
from mingjing.engine.columns.case import PENALTY_KIND
from mingjing.engine.context import Context
from mingjing.engine.kernels import Database, Kernel, kernel, verdicts
from mingjing.kernel.moments import DAY_CODE

NEVER = 1 << 40
"""A day, or an amount, beyond all others."""


@dataclass(slots=True)
class _Range:
    """The rows of a tier in force on one day, for each case: how many, whether some is open, their bounds, and the fine."""

    rows: Integers
    open: Flags
    low: Integers
    high: Integers
    within: Flags

    @classmethod
    def none(cls, count: int) -> "_Range":
        """Nothing in force yet."""
        flags = np.zeros(count, dtype=np.bool_)
        far = np.full(count, np.iinfo(np.int64).max)
        return cls(np.zeros(count, dtype=np.int64), flags.copy(), far, -far, flags)

    def add(self, at: Integers, low: Integers, high: Integers, lacking: Flags, fine: Integers) -> None:
        """Take in one row for the cases at ``at``."""
        self.rows[at] += 1
        self.open[at] |= lacking
        self.low[at] = np.minimum(self.low[at], low)
        self.high[at] = np.maximum(self.high[at], high)
        self.within[at] |= ~lacking & (low <= fine) & (fine <= high)


@kernel.register
def _(kind: WithinTier, rule: Rule, context: Context) -> Kernel:
    def judge(database: Database) -> pa.Table:
        frame = database.chunk.frame
        key = numbers(frame, f"{PENALTY.name}_k")
        penal = frame["kind"].is_null().to_numpy() | (numbers(frame, "kind") == PENALTY_KIND)
        at = np.flatnonzero(penal & (key >= 0) & frame["tier"].is_valid().to_numpy())
        cases = frame.take(pa.array(at))
        fine, departs = numbers(cases, "fine"), numbers(cases, "departs").astype(np.bool_)
        act, day = numbers(cases, "act"), numbers(cases, f"{PENALTY.name}_m") // DAY_CODE
        old, new = _in_force(database, cases, fine, act, day)
        lacking = np.zeros(len(at), dtype=np.bool_)
        for name in ("act", "fine"):
            lacking |= cases[name].is_null().to_numpy()
        lighter = (new.rows > 0) & ((new.high < old.high) | ((new.high == old.high) & (new.low < old.low)))
        kept = departs | np.where(lighter, new.within, old.within)
        unknown = lacking | (old.rows == 0)
        status = np.where(kept, Status.HOLDS, Status.BROKEN)
        status = np.where(old.open | new.open, np.where(departs, Status.HOLDS, Status.NOT_EVALUATED), status)
        status = np.where(unknown, Status.NOT_EVALUATED, status)
        told = np.flatnonzero(status == Status.BROKEN)
        low, high = (np.where(lighter, one, other)[told] for one, other in ((new.low, old.low), (new.high, old.high)))
        return verdicts(
            numbers(cases, "c"),
            status,
            told=told,
            values=(fine[told], low, high, lighter[told].astype(np.int64)),
            evidence=(key[at][told],),
        )

    return judge


def _in_force(
    database: Database, cases: pa.Table, fine: Integers, act: Integers, day: Integers
) -> tuple[_Range, _Range]:
    """The ranges of the cases' tiers on the day of the act and on that of the decision."""
    ranges = database.ask(
        "SELECT item, tier, low, high, low IS NULL OR high IS NULL AS lacking, coalesce(since, "
        f"{-NEVER}) AS since, coalesce(until, {NEVER}) AS until FROM benchmarks WHERE tier IS NOT NULL"
    )
    old, new = _Range.none(cases.num_rows), _Range.none(cases.num_rows)
    both = pa.chunked_array([whole(ranges["tier"]), whole(cases["tier"])])
    tiers = whole(both).dictionary_encode().indices.to_numpy().astype(np.int64)
    of_ranges = (numbers(ranges, "item").astype(np.int64) << 32) | tiers[: ranges.num_rows]
    order = np.argsort(of_ranges, kind="stable")
    of_ranges = of_ranges[order]
    # The decision of a matter that is of no known kind is not held against a range.
    known = numbers(cases, "kind") == PENALTY_KIND
    of_cases = np.where(known, (numbers(cases, "item").astype(np.int64) << 32) | tiers[ranges.num_rows :], -1)
    first, end = (np.searchsorted(of_ranges, of_cases, side=side) for side in ("left", "right"))
    low, high, since, until = (numbers(ranges, name)[order] for name in ("low", "high", "since", "until"))
    lacking = numbers(ranges, "lacking").astype(np.bool_)[order]
    for nth in range(int((end - first).max(initial=0))):
        at = np.flatnonzero(first + nth < end)
        row = (first + nth)[at]
        for found, on in ((old, act), (new, day)):
            valid = (since[row] <= on[at]) & (on[at] <= until[row])
            here, of_range = at[valid], row[valid]
            found.add(here, low[of_range], high[of_range], lacking[of_range], fine[here])
    return old, new
