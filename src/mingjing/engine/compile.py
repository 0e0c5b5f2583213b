"""
From rules to the queries that judge them: what is made once, what is made per chunk of cases, and each rule's own.

Nothing here runs a query; :mod:`mingjing.engine.duck` and :mod:`mingjing.engine.spark` do.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zlib import crc32

import numpy as np
import pyarrow as pa

from mingjing.domain.rules.model import Rule, Status
from mingjing.domain.rules.terms import PENALTY, At, Before, Some, This
from mingjing.engine.arrays import numbers
from mingjing.engine.columns import across as _across_columns
from mingjing.engine.columns import case as _case_columns
from mingjing.engine.columns import columns
from mingjing.engine.columns.frame import Frame
from mingjing.engine.context import Context
from mingjing.engine.expressions import Node, NotAnExpressionError, read
from mingjing.engine.kernels import Database, Kernel, kernel
from mingjing.engine.kernels import across as _across_kernels
from mingjing.engine.store import CASE_FLAGS, code_of, unread_masks

__all__ = ["Compiled", "CompiledRule", "compile_rules"]

_ = _case_columns, _across_columns, _across_kernels
REVIEWED_BEFORE = Some(("legal_review",), Before(This(), At(PENALTY)))
CHUNKED = ("participants", "documents", "media", "disclosures", "remedies", "inspections")
"""Tables of the store that are cut to the cases of a chunk."""
OPTIONAL = ("ended", "about", "outcome", "urgent", "extends_to", "sum_fen", "proposed", "place", "day")
"""Columns of the steps that are carried only where a query names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompiledRule:
    """A rule and the query that judges all its subjects."""

    rule: Rule
    query: str
    kernel: Kernel | None = None
    """What gives the same rows over arrays, where the process has something faster than the query."""

    def reads(self, table: str) -> bool:
        """Whether judging it in the process reads a table of this name."""
        over_row = self.over_row
        if over_row is not None:
            return over_row.deducted is not None and reads(over_row.deducted[1], table)
        return self.kernel is None and reads(self.query, table)

    @property
    def over_row(self) -> "OverRow | None":
        """What it says over a row ``f`` of the frame, where that is an expression and no kernel is faster."""
        return None if self.kernel is not None else _over_row(self.query)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverRow:
    """A rule as expressions over a row of the frame."""

    status: Node
    told: Mapping[str, Node]
    """The last day, values and evidence, by the names of their columns."""
    deducted: tuple[str, str] | None = None
    """A column that a query brings, and that query: how many days do not count, by case."""


KEY: Final = "SELECT f.c AS k, "
TOLD: Final = ("due", *(f"{kind}{number}" for kind in "vx" for number in range(1, 5)))
LONG: Final = re.compile(
    r"(?P<head>.*) FROM \(SELECT f\.\*, (?P<last>.*) AS long_due FROM frame f ?"
    r"(?:LEFT JOIN \((?P<totals>.*)\) x ON x\.id = f\.c ?)?(?:CROSS JOIN calendar_lists cl)?\) f"
)
"""A rule over the frame with a period that is not counted from there alone."""


@lru_cache(maxsize=1_024)
def _over_row(query: str) -> OverRow | None:
    if not query.startswith(KEY):
        return None
    said, deducted = query.removeprefix(KEY), None
    if said.endswith(" FROM frame f"):
        said = said.removesuffix(" FROM frame f")
    elif long := LONG.fullmatch(said):
        name = f"deducted_{crc32(query.encode())}"
        last = re.sub(r"\bx\.days\b", f"f.{name}", long["last"])
        said = re.sub(r"\blong_due\b", lambda _: f"({last})", long["head"])
        deducted = (name, long["totals"]) if long["totals"] else None
    else:
        return None
    told: dict[str, Node] = {}
    try:
        for name in ("s", *TOLD):
            text, found, said = said.partition(f" AS {name}" if name == TOLD[-1] else f" AS {name}, ")
            if not found:
                return None
            told[name] = read(text)
    except NotAnExpressionError:
        return None
    return OverRow(status=told.pop("s"), told=told, deducted=deducted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """The queries of one evaluation."""

    tables: Sequence[tuple[str, str]]
    """Tables to make for each chunk of cases, in order."""
    local: Sequence[CompiledRule]
    """Rules for one case, judged chunk by chunk."""
    across: Sequence[CompiledRule]
    """Rules across subjects, judged once over everything."""
    decided: str | None
    """The query that adds a chunk's penalty decisions to ``decided``, where a rule needs them."""
    reviewed: str
    """Of it, what says over a row of the frame whether the decision was reviewed."""
    chunk_tables: frozenset[str]
    """Tables of the store that the chunk's queries read."""
    event_columns: frozenset[str]
    frame: Frame
    """What collected the needs of the frame, for who makes it otherwise than by ``tables``."""
    readers: str = ""
    """The SQL that reads the frame."""
    by_query: str = ""
    """What of it the database itself runs, where it need not run all."""
    read_once: frozenset[str] = frozenset()
    """Those of the tables that the rules share which a single query reads, once."""


def missing_of(rule: Rule, absent: frozenset[str]) -> tuple[str, ...]:
    """Name the tables and columns that the rule needs and the source lacks."""
    needed = rule.kind.needs()
    lacking = {need for need in needed if need in absent or need.split(".")[0] in absent}
    lacking = {need.split(".")[0] if need.split(".")[0] in absent else need for need in lacking}
    for types in rule.kind.event_types():
        unheard = {f"events.type:{type_}" for type_ in types}
        if unheard <= absent:
            lacking |= unheard
    return tuple(sorted(lacking))


def compile_rules(rules: Sequence[Rule], context: Context) -> Compiled:
    """Compile rules that can be evaluated; the context's frame is made anew."""
    frame = Frame(context)
    context.frame = frame
    local = [
        CompiledRule(
            rule=rule,
            query=_open_where_unread(columns(rule.kind, rule, context), rule, context),
            kernel=_kernel_open_where_unread(kernel(rule.kind, rule, context), rule, context),
        )
        for rule in rules
        if rule.judges_steps
    ]
    across = [
        CompiledRule(rule=rule, query=columns(rule.kind, rule, context), kernel=kernel(rule.kind, rule, context))
        for rule in rules
        if not rule.judges_steps
    ]
    decided, reviewed = None, ""
    if any(reads(one.query, "decided") for one in across):
        step = frame.step(PENALTY)
        reviewed = frame.condition(REVIEWED_BEFORE)
        penalty = code_of("cases.kind", "penalty")
        decided = (
            f"SELECT f.c AS k, f.agency, f.item, f.party, f.party_kind, f.tier, f.act, f.item_act_code AS act_code, "
            f"f.fine, f.confiscated, f.is_major, {step}_k AS e, {step}_m AS m, "
            f"CAST({context.day(f'{step}_m')} AS INTEGER) AS day, {reviewed} AS reviewed "
            f"FROM frame f WHERE f.kind = {penalty} AND {step}_k IS NOT NULL"
        )
    readers = " ".join([*(one.query for one in local), decided or ""])
    tables = frame.tables(readers) if local or decided else []
    text = " ".join([*(query for _, query in tables), *(one.query for one in local)])
    others = " ".join([*frame.shared.values(), *(one.query for one in local)])
    return Compiled(
        tables=tables,
        local=local,
        across=across,
        decided=decided,
        reviewed=reviewed,
        chunk_tables=frozenset(name for name in CHUNKED if reads(text, name)),
        frame=frame,
        readers=readers,
        by_query=" ".join(
            one.query if one.over_row is None else (one.over_row.deducted or ("", ""))[1] for one in local
        ),
        read_once=frozenset(
            name for name in frame.shared if len(re.findall(rf"\b(?:FROM|JOIN) {name}\b", others)) == 1
        ),
        event_columns=event_columns_in(text) | {"outcome"},
    )


def event_columns_in(text: str) -> frozenset[str]:
    """The columns of the events that some SQL names, beside key, case, type and moment."""
    return frozenset(name for name in OPTIONAL if name not in ("place", "day") and re.search(rf"\b{name}\b", text))


def _open_where_unread(query: str, rule: Rule, context: Context) -> str:
    """Leave a case open where a step on which the rule rests could not be read; as in ``domain.rules.judge``."""
    masks = _unread_masks(rule, context)
    if masks is None:
        return query
    first, more = masks
    unread = f"(f.unread & {first}) <> 0" + (f" OR (f.unread_more & {more}) <> 0" if more else "")

    def opened(status: str) -> str:
        return f"CAST(CASE WHEN ({unread}) AND {status} IN (1, 2) THEN 3 ELSE {status} END AS TINYINT)"

    head, _, rest = query.partition(" AS s, ")
    if rest.endswith(" FROM frame f"):
        return f"{KEY}{opened(head.removeprefix(KEY))} AS s, {rest}"
    others = "j.due, j.v1, j.v2, j.v3, j.v4, j.x1, j.x2, j.x3, j.x4"
    return f"SELECT j.k, {opened('j.s')} AS s, {others} FROM ({query}) j JOIN case_base f ON f.c = j.k"


def _unread_masks(rule: Rule, context: Context) -> tuple[int, int] | None:
    """The bits of the steps on which a rule rests; nothing, where none of its cases need be left open."""
    types = rule.kind.rests_on()
    return unread_masks(types) if context.unread and types else None


def _kernel_open_where_unread(judge: Kernel | None, rule: Rule, context: Context) -> Kernel | None:
    """The same over arrays."""
    masks = _unread_masks(rule, context)
    if judge is None or masks is None:
        return judge
    first, more = masks

    def opened(database: Database) -> pa.Table:
        judged = judge(database)
        chunk, status = database.chunk, numbers(judged, "s")
        unread = (numbers(chunk.base, "unread") & first) | (numbers(chunk.base, "unread_more") & more)
        open_ = unread[chunk.cases.of(numbers(judged, "k"))] != 0
        left = np.where(open_ & np.isin(status, (Status.HOLDS, Status.BROKEN)), Status.NOT_EVALUATED, status)
        return judged.set_column(judged.column_names.index("s"), "s", pa.array(left, pa.int8()))

    return opened


def reads(query: str, table: str) -> bool:
    """Say whether a query reads a table of this name."""
    return re.search(rf"\b(FROM|JOIN) {table}\b", query) is not None


def case_base(condition: str, *, with_parties: bool = True) -> str:
    """One row per case with what its item and party add; without the party's kind for who looks that up by position."""
    kind, parties = (", p.kind AS party_kind", " LEFT JOIN parties p ON p.k = c.party") if with_parties else ("", "")
    return (
        "SELECT c.k AS c, c.kind, c.procedure, c.agency, c.item, c.party, c.act, c.act_ended, c.found, c.fine, "
        "c.confiscated, c.penalties, c.tier, c.departs, c.is_major, c.is_complex, c.limitation_class, c.credit_class, "
        "c.exempt, c.status, c.has_ground, c.has_no, c.unread, c.unread_more, c.tier_departure, c.leniency_reason, "
        f"c.expires, {', '.join(f'c.{name}' for name in CASE_FLAGS)}{kind}, "
        "i.has_basis AS item_has_basis, coalesce(i.single, false) AS item_single, i.cap_lifted AS item_cap_lifted, "
        f"i.act_code AS item_act_code FROM cases c LEFT JOIN items i ON i.k = c.item{parties} "
        f"WHERE {condition}"
    )


def steps(context: Context, source: str, condition: str, names: frozenset[str] | None = None) -> str:
    """The events up to the day of evaluation, with whether they are effective; ``names`` limits the columns."""
    undone = ", ".join(
        str(code_of("events.outcome", code))
        for code in ("rejected", "returned", "withdrawn", "revoked", "refused", "invalid")
    )
    chosen = [name for name in OPTIONAL if names is None or name in names]
    listed = ", ".join(f"{context.day('e.m')} AS day" if name == "day" else f"e.{name}" for name in chosen)
    return (
        f"SELECT e.k, e.c, e.t, e.m, coalesce(e.outcome NOT IN ({undone}), true) AS effective, {listed} "
        f"FROM {source} e WHERE e.m < {context.horizon} AND {condition}"
    )
