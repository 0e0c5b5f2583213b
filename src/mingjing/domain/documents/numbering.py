"""Numbers of documents 文号: one row of whole numbers for each agency, year and word, without gap or repeat."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What a look through one row of numbers found; a number that is void is still there."""

    latest: int
    gaps: tuple[int, ...]
    repeats: tuple[int, ...]

    @property
    def clean(self) -> bool:
        """Say whether nothing is wrong."""
        return not self.gaps and not self.repeats


def number_text(*, mark: str, word: str, year: int, value: int) -> str:
    """
    Write a number: 泗市监罚决〔2026〕12号.

    Source: 党政机关公文处理工作条例第九条 (发文机关代字、年份、发文顺序号; 不编虚位); by the common practice of agencies.
    """
    return f"{mark}{word}〔{year}〕{value}号"


def check(values: Iterable[int], latest: int) -> Check:
    """Look through the numbers that were given out; ``latest`` is the last one that the row says it gave."""
    seen: set[int] = set()
    repeats: set[int] = set()
    for value in values:
        (repeats if value in seen else seen).add(value)
    highest = max([latest, *seen], default=0)
    gaps = tuple(value for value in range(1, highest + 1) if value not in seen)
    return Check(latest=highest, gaps=gaps, repeats=tuple(sorted(repeats)))
