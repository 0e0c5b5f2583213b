"""
The few places where the databases that run our columns differ.

The compiler writes one SQL text of integer arithmetic, joins, groups and windows that DuckDB and Spark both take. What
they spell differently is here.
"""

from abc import ABC, abstractmethod
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

    @abstractmethod
    def peer_quartiles(self, table: str) -> str:
        """
        Add to each row of ``table`` how many peers it has, and their quartiles (existing values, none interpolated).

        Peers are the other rows of its group ``g`` from ``day - back`` to ``day``. Adds ``peers``, ``quarter``,
        ``median_low``, ``median_high`` and ``three_quarters`` of the column ``fine``; the rows must have a key ``k``.
        """


class DuckDBDialect(Dialect):
    """DuckDB in the process."""

    name = "duckdb"

    def divide(self, dividend: str, divisor: str) -> str:
        return f"(({dividend}) // ({divisor}))"

    def add_months(self, day: str, months: str) -> str:
        moved = f"DATE '1970-01-01' + CAST({day} AS INTEGER) + to_months(CAST({months} AS INTEGER))"
        return f"(CAST({moved} AS DATE) - DATE '1970-01-01')"

    def peer_quartiles(self, table: str) -> str:
        # The half and a hair above it are the lower and the upper median.
        return (
            "SELECT *, q[1] AS quarter, q[2] AS median_low, q[3] AS median_high, q[4] AS three_quarters FROM ("
            "SELECT *, count(*) OVER peers AS peers, quantile_disc(fine, [0.25, 0.5, 0.500000001, 0.75]) OVER peers AS q "
            f"FROM {table} WINDOW peers AS (PARTITION BY g ORDER BY day "
            "RANGE BETWEEN back PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW))"
        )


class SparkDialect(Dialect):
    """A Spark cluster."""

    name = "spark"

    def divide(self, dividend: str, divisor: str) -> str:
        return f"(({dividend}) div ({divisor}))"

    def add_months(self, day: str, months: str) -> str:
        return f"unix_date(add_months(date_from_unix_date(CAST({day} AS INT)), CAST({months} AS INT)))"

    def peer_quartiles(self, table: str) -> str:
        # Frames of varying reach and the exclusion of the row itself are not there: each row meets its peers.
        found = ", ".join(
            f"percentile_disc({share}) WITHIN GROUP (ORDER BY fine) AS {name}"
            for share, name in (
                ("0.25", "quarter"),
                ("0.5", "median_low"),
                ("0.500000001", "median_high"),
                ("0.75", "three_quarters"),
            )
        )
        return (
            f"SELECT c.*, q.peers, q.quarter, q.median_low, q.median_high, q.three_quarters FROM {table} c JOIN ("
            f"SELECT k, count(*) AS peers, {found} FROM (SELECT c.k, p.fine FROM {table} c JOIN {table} p "
            "ON p.g = c.g AND p.day BETWEEN c.day - c.back AND c.day AND p.k <> c.k) GROUP BY k) q ON q.k = c.k"
        )


DUCKDB: Final = DuckDBDialect()
SPARK: Final = SparkDialect()
