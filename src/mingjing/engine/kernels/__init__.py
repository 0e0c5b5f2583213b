"""
Kinds of rule that the process judges faster over arrays than by SQL.

A kernel stands beside the columns of its kind and gives the same rows (:mod:`mingjing.engine.columns`); a cluster runs the
columns, and a test holds the two together. Kinds that are not here are judged by their columns everywhere.
"""

from collections.abc import Callable, Sequence
from functools import singledispatch
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa

from mingjing.domain.rules.model import Kind, Rule
from mingjing.engine.arrays import Integers
from mingjing.engine.context import Context

if TYPE_CHECKING:
    from mingjing.engine.kernels.cases import Chunk


class Database(Protocol):
    """Where the tables are that columns may name."""

    chunk: "Chunk"
    """The cases at hand, where rules for one case are judged."""

    def ask(self, query: str) -> pa.Table:
        """Run a query and give its rows."""

    def show(self, name: str, table: pa.Table) -> None:
        """Name rows as a table for queries."""


type Kernel = Callable[[Database], pa.Table]


@singledispatch
def kernel(kind: Kind, rule: Rule, context: Context) -> Kernel | None:
    """Give what judges a rule of this kind over arrays, where there is something."""
    return None


def verdicts(
    k: Integers,
    s: Integers,
    *,
    told: Integers,
    values: Sequence[Integers | int | None] = (),
    evidence: Sequence[Integers | tuple[Integers, Integers]] = (),
) -> pa.Table:
    """
    The rows of a judgement: subjects ``k`` with their status ``s``, and what is told of those at the places ``told``.

    Values and evidence have an element for each place in ``told``; a pair is an array and where it is null.
    """
    columns: dict[str, pa.Array] = {"k": pa.array(k), "s": pa.array(s, pa.int8()), "due": pa.nulls(len(k), pa.int64())}
    for letter, given in (("v", values), ("x", evidence)):
        for number in range(1, 5):
            value = given[number - 1] if number <= len(given) else None
            columns[f"{letter}{number}"] = _told(value, told, len(k))
    return pa.table(columns)


def _told(value: Integers | tuple[Integers, Integers] | int | None, at: Integers, count: int) -> pa.Array:
    if value is None or not len(at):
        return pa.nulls(count, pa.int64())
    lacking = np.ones(count, dtype=np.bool_)
    lacking[at] = False
    if isinstance(value, tuple):
        value, missing = value
        lacking[at] = missing
    laid = np.zeros(count, dtype=np.int64)
    laid[at] = value
    return pa.array(laid, mask=lacking)
