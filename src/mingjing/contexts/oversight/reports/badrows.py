"""What the readers could not use, in the words of the report."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRead:
    """How many rows of one table came in, and how many of them count."""

    label: str
    read: int
    kept: int

    @property
    def left_out(self) -> int:
        """Rows that are not used."""
        return self.read - self.kept


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCell:
    """One cell that is not what its column asks for."""

    table: str
    row: str
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRows:
    """Everything that the readers reported. ``cells`` may be a part of ``cells_total``."""

    tables: tuple[TableRead, ...] = ()
    cells: tuple[BadCell, ...] = ()
    cells_total: int = 0
    notes: tuple[str, ...] = ()
