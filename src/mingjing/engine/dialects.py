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


class DuckDBDialect(Dialect):
    """DuckDB in the process."""

    name = "duckdb"

    def divide(self, dividend: str, divisor: str) -> str:
        return f"(({dividend}) // ({divisor}))"

    def add_months(self, day: str, months: str) -> str:
        moved = f"DATE '1970-01-01' + CAST({day} AS INTEGER) + to_months(CAST({months} AS INTEGER))"
        return f"(CAST({moved} AS DATE) - DATE '1970-01-01')"


class SparkDialect(Dialect):
    """A Spark cluster."""

    name = "spark"

    def divide(self, dividend: str, divisor: str) -> str:
        return f"(({dividend}) div ({divisor}))"

    def add_months(self, day: str, months: str) -> str:
        return f"unix_date(add_months(date_from_unix_date(CAST({day} AS INT)), CAST({months} AS INT)))"


DUCKDB: Final = DuckDBDialect()
SPARK: Final = SparkDialect()
