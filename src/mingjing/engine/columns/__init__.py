"""
The columns of each kind of rule: one SELECT that judges all subjects.

``columns(kind, rule, context)`` returns SQL with one row for every subject to which the rule applies::

    k    integer key of the subject in its table of the store
    s    status: 1 holds, 2 broken, 3 not evaluated (a subject to which the rule does not apply has no row, or 0)
    due  day number, or null
    v1 … v4   the kind's values (bigint), as in ``Reckoning.values``
    x1 … x4   keys of the rows that show it (bigint), in the tables that ``evidence_tables`` names

Each function stands beside the ``check`` of its kind; a property test holds them to one another.
"""

from functools import singledispatch

from mingjing.domain.rules.model import Kind, Rule
from mingjing.engine.context import Context


@singledispatch
def columns(kind: Kind, rule: Rule, context: Context) -> str:
    """Write the columns of a rule of this kind."""
    raise NotImplementedError(f"no columns for the kind {kind.name} of {rule.id}")


def outcome(
    *,
    k: str,
    s: str,
    due: str = "NULL",
    values: tuple[str, ...] = (),
    evidence: tuple[str, ...] = (),
    source: str,
) -> str:
    """Write the SELECT that every kind ends with, padding values and evidence with nulls."""
    padded_values = (*values, *("NULL",) * (4 - len(values)))
    padded_evidence = (*evidence, *("NULL",) * (4 - len(evidence)))
    chosen = [f"{k} AS k", f"CAST({s} AS TINYINT) AS s", f"CAST({due} AS BIGINT) AS due"]
    chosen += [f"CAST({value} AS BIGINT) AS v{number}" for number, value in enumerate(padded_values, start=1)]
    chosen += [f"CAST({key} AS BIGINT) AS x{number}" for number, key in enumerate(padded_evidence, start=1)]
    return f"SELECT {', '.join(chosen)} FROM {source}"
