"""The numbers of the tasks: their own where these do not repeat, else with those of the headings above them."""

import re
from collections import Counter

from mingjing.domain.plans.model import Task
from mingjing.domain.plans.outline import Node, Rank, mark_of


def number_tasks(tasks: list[tuple[Task, Node | None]]) -> list[str]:
    """Number the tasks: by their own numbers where these do not repeat, else with those of their headings."""
    simple = _with_sub_rows(tasks, [_simple(task, node, at) for at, (task, node) in enumerate(tasks, 1)])
    if len(set(simple)) == len(simple):
        return simple
    # （1） below 1.: the point above is a part of the number, and points beside it keep theirs
    paths = [_below_point(node, label) for (_, node), label in zip(tasks, simple, strict=True)]
    if len(set(paths)) == len(paths):
        return paths
    for depth in range(1, 6):
        paths = [_path(task, node, label, depth) for (task, node), label in zip(tasks, simple, strict=True)]
        if len(set(paths)) == len(paths):
            return paths
    totals, seen, out = Counter(paths), Counter[str](), list[str]()
    for label in paths:
        seen[label] += 1
        out.append(label if totals[label] == 1 else f"{label}-{seen[label]}")
    return out


def _with_sub_rows(tasks: list[tuple[Task, Node | None]], labels: list[str]) -> list[str]:
    """Rows of a table below one number: the second is ``2-2``."""
    out, last, count = list[str](), "", 1
    for (task, node), label in zip(tasks, labels, strict=True):
        if node is None and last and task.no in ("", last) and task.part in ("table", "annex_table"):
            count += 1
            out.append(f"{last}-{count}")
            continue
        last, count = task.no if node is None else "", 1
        out.append(label)
    return out


def _simple(task: Task, node: Node | None, at: int) -> str:
    if node is None:
        return task.no or str(at)
    if node.label and node.rank in (Rank.CHINESE, Rank.ARTICLE, Rank.NAMED, Rank.NAMED_BELOW, Rank.CHAPTER):
        return node.label.strip("、.．,，:： 【】")
    # 2-1 says itself under which point it stands
    return _short(node.label) if re.match(r"\d+[-.]\d", node.label) else str(node.number)


def _below_point(node: Node | None, label: str) -> str:
    above = node.parent if node is not None and node.rank is Rank.BRACKETED_ARABIC else None
    return f"{above.number}-{_short(node.label)}" if node and above and above.rank is Rank.ARABIC else label


def _path(task: Task, node: Node | None, label: str, depth: int) -> str:
    if node is None:
        mark = mark_of(task.section)
        return f"{_short(mark.label)}-{label}" if mark is not None else label
    parts = [_short(one.label) or one.heading for one in reversed(list(node.ancestors())[:depth])]
    own = str(node.number) if node.rank is Rank.ARABIC or not node.label else _short(node.label)
    return "-".join([*parts, own])


def _short(label: str) -> str:
    return label.strip().rstrip("、.．,，:： ")
