"""The header row of a source: which one it is, and how its cells become distinct names."""

from collections.abc import Callable, Sequence
from typing import Final

HeaderScore = Callable[[Sequence[str]], int]
"""Counts the cells of a row that are known headers."""

HEADER_ROWS: Final = 12


def name_headers(cells: Sequence[str]) -> tuple[str, ...]:
    """Trim headers, and make empty and repeated ones distinct."""
    names: list[str] = []
    for index, cell in enumerate(cells, start=1):
        name = cell.strip().strip("\ufeff").strip() or f"（第{index}列无列名）"
        candidate, number = name, 2
        while candidate in names:
            candidate, number = f"{name}#{number}", number + 1
        names.append(candidate)
    return tuple(names)


def find_header(rows: Sequence[Sequence[str]], score: HeaderScore) -> int:
    """Return the index of the header row: some exports put a title above it."""
    best, best_score = 0, 0
    for index, row in enumerate(rows[:HEADER_ROWS]):
        found = score(row)
        if found > best_score and (index == 0 or found >= 2):
            best, best_score = index, found
    if best_score == 0:
        return next((index for index, row in enumerate(rows[:HEADER_ROWS]) if sum(map(bool, row)) > 1), 0)
    return best
