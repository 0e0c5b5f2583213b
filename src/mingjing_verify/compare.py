"""Saying in words how the entries that are there differ from those that were logged."""

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from mingjing_verify.report import Problem, span


def differences(shard: str, first: int, logged: Sequence[bytes], found: Sequence[bytes], *, cut: bool) -> list[Problem]:
    """
    Compare hashes of entries, from number ``first`` on.

    ``cut``: the two are only the beginning of a longer stretch, so that a difference at their very end means nothing.
    """
    surplus, lacking = Counter(found) - Counter(logged), Counter(logged) - Counter(found)
    problems: list[Problem] = []
    matcher = SequenceMatcher(None, logged, found, autojunk=False)
    for what, a, b, c, d in matcher.get_opcodes():
        at_end = cut and (b == len(logged) or d == len(found))
        if what == "equal" or (at_end and problems):
            continue
        problems += _stretch(shard, first, logged[a:b], found[c:d], a, surplus=surplus, lacking=lacking)
    return problems


def _stretch(
    shard: str,
    first: int,
    logged: Sequence[bytes],
    found: Sequence[bytes],
    at: int,
    *,
    surplus: Counter[bytes],
    lacking: Counter[bytes],
) -> Iterator[Problem]:
    """One stretch where the two differ: altered where one stands for one, else deleted, inserted or moved."""
    both = min(len(logged), len(found))
    start = first + at
    if both and len(logged) == len(found):
        yield from _altered(shard, start, logged, found, surplus=surplus)
        return
    if logged:
        last = start + len(logged) - 1
        if all(each in lacking for each in logged):
            yield Problem("deleted", f"{span(start, last)}被删除", shard, start, last)
        else:
            yield Problem("reordered", f"{span(start, last)}不在原来的位置，次序被改变", shard, start, last)
    if found and any(each in surplus for each in found):
        yield Problem("inserted", f"第{start}号的位置被插入了{len(found)}条没有存证过的内容", shard, start, start)


def _altered(
    shard: str, start: int, logged: Sequence[bytes], found: Sequence[bytes], *, surplus: Counter[bytes]
) -> Iterator[Problem]:
    for offset, (old, new) in enumerate(zip(logged, found, strict=True)):
        number = start + offset
        if old == new:
            continue
        if new in surplus:
            yield Problem("altered", f"第{number}号的内容被改过", shard, number, number)
        else:
            yield Problem("reordered", f"第{number}号不在原来的位置，次序被改变", shard, number, number)
