"""Points that run on within a line, each on a line of its own."""

import re
from typing import Final

from mingjing.domain.plans.outline import Rank, mark_of

# a point that ends with the bracket that says who
_SAYS_WHO: Final = re.compile(r"(?:牵头|负责|配合|落实|单位|部门)[^（()）]*[）)]\s*[；;。]?\s*$")


def split_inline(line: str) -> list[str]:
    """
    Part numbered points that run on in one line (``1.…。2.…。3.…``), and a heading from the point behind it.

    Only numbers that go on from the line's own count; numbers within a sentence stay where they are.
    """
    mark = mark_of(line)
    if mark is None:
        return [line]
    if mark.rank is Rank.CHINESE:
        found = re.search(r"(?<=[^。，、；:：（(])[（(]一[）)]", line[mark.length : 45])
        if found and not re.search(r"[。，；]", line[mark.length : mark.length + found.start()]):
            at = mark.length + found.start()
            return [line[:at], *split_inline(line[at:])]
    if mark.rank in (Rank.CHINESE, Rank.BRACKETED_CHINESE):
        begun = re.search(r"(?<=[。：:])\s*1[.．、](?!\d)", line)
        parts = split_inline(line[begun.start() :].strip()) if begun else []
        if begun and sum(bool(re.search(r"[）)】\]][；;。]?\s*$", part)) for part in parts) > 1:
            return [line[: begun.start()], *parts]
    if mark.rank is Rank.ARABIC:
        begun = re.search(r"(?<=[。：:])\s*[（(]1[）)]", line)
        parts = split_inline(line[begun.start() :].strip()) if begun else []
        if begun and len(parts) > 1 and all(_SAYS_WHO.search(part) for part in parts):
            return [line[: begun.start()], *parts]
    out, number, start = list[str](), mark.number, 0
    for found in re.finditer(r"(?<=[。；;）)】])\s*(?=[（(]?[\d一二三四五六七八九十]{1,3}[）)、.．])", line):
        other = mark_of(line[found.end() :])
        if other is not None and other.rank is mark.rank and other.number == number + 1:
            out.append(line[start : found.start()])
            start, number = found.end(), other.number
    return [*out, line[start:]]


def split_run_on(line: str) -> list[str]:
    """Part a whole document that was pasted as one line, at the marks whose numbers go on or begin anew."""
    out, start, last = list[str](), 0, dict[Rank, int]()
    for found in re.finditer(
        r"(?<=[。；;：:）)】\s])\s*(?=(?:[（(]?[一二三四五六七八九十]{1,3}[）)、]|[（(]?\d{1,3}[）)、.．](?!\d)|第[一二三四五六七八九十]{1,3}条))",
        line,
    ):
        mark = mark_of(line[found.end() :])
        if mark is None or mark.number not in (1, last.get(mark.rank, 0) + 1):
            continue
        if mark.rank is Rank.BRACKETED_ARABIC:
            continue
        last = {rank: number for rank, number in last.items() if rank < mark.rank or mark.number > 1} | {
            mark.rank: mark.number
        }
        out.append(line[start : found.start()])
        start = found.end()
    return [*out, line[start:]]
