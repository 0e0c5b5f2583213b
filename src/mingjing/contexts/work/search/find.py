"""Finds, within what the actor may see, and marks what was asked for."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Exists, Lookup, Model, OuterRef, Q, QuerySet, TextField
from django.db.models.sql.compiler import SQLCompiler
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.permissions import Reach
from mingjing.contexts.work.models import SearchDocument
from mingjing.contexts.work.search.kinds import Kind, kinds_for
from mingjing.contexts.work.search.tokens import Query, query

MOST: Final = 500
"""So many are found at most; who has more narrows the question."""
_SNIPPET: Final = 90
_SCOPE_FIELDS: Final[Mapping[Reach, str]] = {Reach.OWN: "owner_id", Reach.UNIT: "unit_path", Reach.PLACE: "place"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """Something found: its kind, its title and a piece of its text, both with what was asked for marked."""

    kind: Kind
    title: SafeString
    snippet: SafeString
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was found: a page of hits, and how many there are of each kind."""

    hits: Sequence[Hit]
    counts: Mapping[str, int]
    total: int
    more: bool
    """There are more than were looked at."""


class Finds(Lookup[str]):
    """``index__everything__finds=Query``: the index holds all tokens."""

    lookup_name = "finds"
    prepare_rhs = False

    def as_sqlite(self, compiler: SQLCompiler, connection: object) -> tuple[str, list[str | int]]:
        """Ask FTS5; every token is quoted, so nothing in it is syntax."""
        assert isinstance(self.rhs, Query)
        left, given = self.process_lhs(compiler, connection)  # type: ignore[arg-type]
        parts = [f'"{one}"' for one in self.rhs.exact] + [f'"{one}"*' for one in self.rhs.prefixes]
        return f"{left} MATCH %s", [*given, " ".join(parts)]

    def as_postgresql(self, compiler: SQLCompiler, connection: object) -> tuple[str, list[str | int]]:
        """Ask the vector; every token is quoted, so nothing in it is syntax."""
        assert isinstance(self.rhs, Query)
        left, given = self.process_lhs(compiler, connection)  # type: ignore[arg-type]
        parts = [f"'{one}'" for one in self.rhs.exact] + [f"'{one}':*" for one in self.rhs.prefixes]
        return f"{left} @@ %s::tsquery", [*given, " & ".join(parts)]


TextField.register_lookup(Finds)


def find(actor: Actor, text: str, *, kind: str = "", page: int = 1, size: int = 20) -> Found:
    """
    Find what the actor may see: titles first, and the newest first among them.

    At most :data:`MOST` are looked at, so that a word that is everywhere costs no more than a rare one.
    """
    asked = query(text)
    known = {one.name: one for one in kinds_for(actor)}
    if not asked or not known:
        return Found(hits=(), counts={}, total=0, more=False)
    within = _within(actor, known.values())
    titled = _matching(within, asked, "title").order_by("-pk")[: MOST + 1]
    found = dict(titled.values_list("pk", "kind"))
    if len(found) <= MOST:
        rest = _matching(within, asked, "everything").order_by("-pk")[: MOST + 1]
        for pk, name in rest.values_list("pk", "kind"):
            found.setdefault(pk, name)
    more = len(found) > MOST
    keys = list(found)[:MOST]
    counts = {name: sum(found[key] == name for key in keys) for name in known}
    chosen = [key for key in keys if not kind or found[key] == kind]
    shown = chosen[(page - 1) * size : page * size]
    rows = SearchDocument.objects.in_bulk(shown)
    hits = [_hit(rows[key], known, asked) for key in shown if key in rows]
    return Found(hits=hits, counts={name: one for name, one in counts.items() if one}, total=len(chosen), more=more)


def keys_of(
    kind: str, words: str, rows: QuerySet[Model], *, up_to: int | None = None, everywhere: bool = False
) -> QuerySet[SearchDocument, str] | None:
    """
    Return the keys of the newest of these rows whose title has the words, or with ``everywhere`` whose title or text.

    It is a query, to stand in the ``__in`` of another one.

    The rows are looked at one by one as the index names them, the newest first, so that what the viewer may not see or
    has filtered out takes no place among the at most ``up_to`` and one more. ``None`` where the words say nothing to find by.
    """
    asked = query(words)
    if not asked:
        return None
    there = rows.order_by().filter(code=OuterRef("key"))
    found = _matching(SearchDocument.objects.filter(kind=kind), asked, "everything" if everywhere else "title")
    keys = found.filter(Exists(there)).values_list("key", flat=True)
    return keys if up_to is None else keys.order_by("-index__pk")[: up_to + 1]


def _within(actor: Actor, kinds: Iterable[Kind]) -> QuerySet[SearchDocument]:
    allowed = Q(pk__in=[])
    for one in kinds:
        scope = actor.scope(one.permission).condition(_SCOPE_FIELDS) if one.permission else Q()
        allowed |= Q(kind=one.name) & scope
    return SearchDocument.objects.filter(allowed)


def _matching(within: QuerySet[SearchDocument], asked: Query, where: str) -> QuerySet[SearchDocument]:
    rows = within.filter(**{f"index__{where}__finds": asked})
    for word in asked.written:
        # the pairs are there; whether they stand together, the text says
        there = Q(title__contains=word)
        rows = rows.filter(there if where == "title" else there | Q(text__contains=word))
    return rows


def _hit(row: SearchDocument, kinds: Mapping[str, Kind], asked: Query) -> Hit:
    return Hit(
        kind=kinds[row.kind],
        title=marked(row.title, asked.words),
        snippet=marked(_piece(row.text, asked.words), asked.words),
        href=row.href,
    )


def _piece(text: str, words: Sequence[str]) -> str:
    """The piece of the text around the first word."""
    text = re.sub(r"\s+", " ", text).strip()
    pattern = _pattern(words)
    match = pattern.search(text) if pattern else None
    begin = max(0, match.start() - _SNIPPET // 3) if match else 0
    piece = text[begin : begin + _SNIPPET]
    return f"{'…' if begin else ''}{piece}{'…' if begin + _SNIPPET < len(text) else ''}"


def marked(text: str, words: Sequence[str]) -> SafeString:
    """Return a text with the words marked, everything escaped."""
    pattern = _pattern(words)
    if pattern is None:
        return format_html("{}", text)
    parts = ((part, bool(at % 2)) for at, part in enumerate(pattern.split(text)))
    return format_html_join(
        "", "{}", ((format_html('<mark class="mj-mark">{}</mark>', part) if hit else part,) for part, hit in parts)
    )


def _pattern(words: Sequence[str]) -> re.Pattern[str] | None:
    if not words:
        return None
    return re.compile(
        "(" + "|".join(re.escape(one) for one in sorted(words, key=len, reverse=True)) + ")", re.IGNORECASE
    )
