"""
The few places where the databases that run our columns differ.

The compiler writes one SQL text of integer arithmetic, joins, groups and windows that DuckDB and Spark both take. What
they spell differently is here.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Final


class Dialect(ABC):
    """Spelling of what differs."""

    name: str

    @abstractmethod
    def divide(self, dividend: str, divisor: str) -> str:
        """Integer division of non-negative numbers."""

    @abstractmethod
    def add_months(self, day: str, months: str) -> str:
        """Move a day number by whole months; where the month is shorter, to its last day."""

    def working_day(self, name: str, day: str, amount: str) -> tuple[str, list[str]]:
        """
        The so-manieth working day after a day, null where a year is not loaded, and the joins it needs.

        ``name`` is free for their aliases. Here by joins with the calendar; a database that looks a position up in a
        list faster than it joins may say otherwise.
        """
        joins = [
            f"LEFT JOIN calendar {name}c ON {name}c.day = {day}",
            f"LEFT JOIN working_days {name}w ON {name}w.ordinal = {name}c.through + {amount}",
        ]
        return f"CASE WHEN {name}c.known AND {name}w.known THEN {name}w.day END", joins

    def rolled(self, name: str, day: str) -> tuple[str, list[str]]:
        """The first working day from a day on, null where a year is not loaded, and the joins it needs."""
        return f"{name}r.rolled", [f"LEFT JOIN calendar {name}r ON {name}r.day = {day}"]

    def among(self, key: str, keys: Collection[int]) -> str:
        """Whether a key is one of these; not true where it is null."""
        return f"{key} IN ({', '.join(map(str, keys))})"

    @abstractmethod
    def peer_quantiles(self, table: str, shares: Mapping[str, str]) -> str:
        """
        Add to each row of ``table`` how many ``peers`` it has, and quantiles of their ``fine`` by name.

        Peers are the other rows of its group ``g`` from ``day - back`` to ``day``; rows have a key ``k``. A quantile is
        the least fine that so large a share of the peers does not exceed: an existing value, none interpolated.
        """


class DuckDBDialect(Dialect):
    """DuckDB in the process."""

    name = "duckdb"

    def divide(self, dividend: str, divisor: str) -> str:
        return f"(({dividend}) // ({divisor}))"

    def add_months(self, day: str, months: str) -> str:
        moved = f"DATE '1970-01-01' + CAST({day} AS INTEGER) + to_months(CAST({months} AS INTEGER))"
        return f"(CAST({moved} AS DATE) - DATE '1970-01-01')"

    def among(self, key: str, keys: Collection[int]) -> str:
        if len(keys) < 4:
            return super().among(key, keys)
        # A long list of keys would become a join of its own; as flags by position it is a look-up.
        flags = ["false"] * (max(keys) + 1)
        for one in keys:
            flags[one] = "true"
        return f"[{', '.join(flags)}][{key} + 1]"

    def working_day(self, name: str, day: str, amount: str) -> tuple[str, list[str]]:
        # A join costs every column of the wide row that passes through it; a list in a single row costs nothing.
        through = f"cl.through[greatest({day} - cl.day_before, 0)]"
        return f"cl.working_day[greatest({through} + {amount} - cl.ordinal_before, 0)]", [
            "CROSS JOIN calendar_lists cl"
        ]

    def rolled(self, name: str, day: str) -> tuple[str, list[str]]:
        return f"cl.rolled[greatest({day} - cl.day_before, 0)]", ["CROSS JOIN calendar_lists cl"]

    def peer_quantiles(self, table: str, shares: Mapping[str, str]) -> str:
        named = ", ".join(f"q[{place}] AS {name}" for place, name in enumerate(shares, start=1))
        return (
            f"SELECT * EXCLUDE (q), {named} FROM (SELECT *, count(*) OVER peers AS peers, "
            f"quantile_disc(fine, [{', '.join(shares.values())}]) OVER peers AS q FROM {table} "
            "WINDOW peers AS (PARTITION BY g ORDER BY day "
            "RANGE BETWEEN back PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW))"
        )


class SparkDialect(Dialect):
    """A Spark cluster."""

    name = "spark"

    def divide(self, dividend: str, divisor: str) -> str:
        return f"(({dividend}) div ({divisor}))"

    def add_months(self, day: str, months: str) -> str:
        return f"unix_date(add_months(date_from_unix_date(CAST({day} AS INT)), CAST({months} AS INT)))"

    def working_day(self, name: str, day: str, amount: str) -> tuple[str, list[str]]:
        # A scalar subquery is found once; a join would write the wide row anew.
        through = self._listed("through", f"{day} - (SELECT day_before FROM calendar_lists)")
        return self._listed("working_day", f"{through} + {amount} - (SELECT ordinal_before FROM calendar_lists)"), []

    def rolled(self, name: str, day: str) -> tuple[str, list[str]]:
        return self._listed("rolled", f"{day} - (SELECT day_before FROM calendar_lists)"), []

    @staticmethod
    def _listed(column: str, position: str) -> str:
        """The element at a position counted from 1, null beyond the list."""
        return f"get((SELECT {column} FROM calendar_lists), CAST({position} AS INT) - 1)"

    def peer_quantiles(self, table: str, shares: Mapping[str, str]) -> str:
        # Frames of varying reach and the exclusion of the row itself are not there: each row meets its peers.
        found = "".join(
            f", percentile_disc({share}) WITHIN GROUP (ORDER BY fine) AS {name}" for name, share in shares.items()
        )
        named = "".join(f", q.{name}" for name in shares)
        return (
            f"SELECT c.*, q.peers{named} FROM {table} c JOIN (SELECT k, count(*) AS peers{found} FROM ("
            f"SELECT c.k, p.fine FROM {table} c JOIN {table} p "
            "ON p.g = c.g AND p.day BETWEEN c.day - c.back AND c.day AND p.k <> c.k) GROUP BY k) q ON q.k = c.k"
        )


DUCKDB: Final = DuckDBDialect()
SPARK: Final = SparkDialect()
