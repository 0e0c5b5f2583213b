"""
Cases in the facts standard, so that the overseer judges the platform's own data as it judges anybody's.

The statements only copy: columns bear the names of the standard already. The database hands over some thousand cases at
once, each column as one text, which Arrow takes apart: a value is never an object of its own here, and memory is bounded.
What few may know of (LC-24, RZ-64) is not handed over: whoever reads facts would know of it. Only :func:`export_confidential`
hands it over, to one who may know, for a named reason, so that the overseer within that circle can judge it.
With ``changed_since``, every row of the cases that changed or came since, in every table, is handed over, which is what
carrying a result on asks for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection, transaction

from mingjing.contexts.accounts.access import Actor, require
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.cases.usecases.base import CONFIDE, CaseError
from mingjing.contexts.operations.readers import readers
from mingjing.contexts.records.usecases import append
from mingjing.domain.documents.kinds import kinds
from mingjing.domain.procedures.library import confidential_events
from mingjing.facts.schema import TABLES, ColumnType
from mingjing.facts.writing import TableWriter

EXPORT: Final = "cases.case.export"
_CHINA: Final = timedelta(hours=8)
"""Moments are stored in UTC; the standard tells them in China Standard Time, which knows no summer."""
CASES: Final = 10_000
"""Cases that are read at once."""
_SEPARATOR: Final = "\x1f"
"""Parts the values of a column: the unit separator, which no text of a case needs."""
_AS_TEXT: Final = {"sqlite": ("group_concat", " LIMIT -1", ""), "postgresql": ("string_agg", "", " AT TIME ZONE 'UTC'")}
"""How values are joined; what keeps the order of an inner statement; how a moment is told in UTC."""

# What a notice proposes stands among the answers to its step; each database reaches into them in its own way.
_PROPOSED: Final = {
    "sqlite": {
        "{amount}": (
            "CASE WHEN e.type = 'prior_notice' THEN json_extract(e.words, '$.fine_fen') "
            "WHEN e.type IN ('additional_fine', 'payment') THEN json_extract(e.words, '$.amount_fen') END"
        ),
        "{penalties}": "CASE WHEN e.type = 'prior_notice' THEN json_extract(e.words, '$.other_penalties') END",
    },
    "postgresql": {
        "{amount}": (
            "CASE WHEN e.type = 'prior_notice' THEN (e.words->>'fine_fen')::bigint "
            "WHEN e.type IN ('additional_fine', 'payment') THEN (e.words->>'amount_fen')::bigint END"
        ),
        "{penalties}": "CASE WHEN e.type = 'prior_notice' THEN (e.words->'other_penalties')::text END",
    },
}
_LISTS: Final = ("other_penalties", "penalties", "elements")
"""Columns that the databases keep as JSON, and the standard joined by a bar."""
_KIND: Final = "CASE d.kind " + " ".join(f"WHEN '{one.code}' THEN '{one.name}'" for one in kinds().values()) + " END"
"""Kinds of document by their name, as rules and readers know them."""


CONFIDED: Final = "{confided}"
"""Stands in a statement for the cases of which the reader may know what few may; for none of them otherwise."""


def _none_of(column: str, codes: Iterable[str]) -> str:
    return f"({CONFIDED}{column} NOT IN ({', '.join(f"'{one}'" for one in sorted(codes))})) AND "


_TOLD: Final = _none_of("e.type", confidential_events())
_TOLD_DOCUMENT: Final = _none_of("d.kind", (one.code for one in kinds().values() if one.confidential))


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """How a table of the standard is copied: its columns, and the rest of the statement; ``c`` is the case."""

    table: str
    columns: tuple[tuple[str, str], ...]
    source: str
    where: str = ""
    order: str = ""
    """Where rules ask which of two rows came first; without one, rows come as the database finds them, case by case."""

    def sql(self, cases: str, vendor: str, *, cleaned: bool = False, confided: str = "") -> str:
        """
        Write the statement for some cases: it counts the rows and gives each column as one text.

        ``cleaned`` takes the separator out of the values; ``confided`` is a condition on the case, and "or".
        """
        join, limit, utc = _AS_TEXT[vendor]
        moments = {column.name for column in TABLES[self.table].columns if column.type is ColumnType.MOMENT}
        chosen = {name: _PROPOSED[vendor].get(expression, expression) for name, expression in self.columns}
        rows = f"{self.source} WHERE {self.where.replace(CONFIDED, confided)}c.id {cases}"
        if self.order:
            inner = ", ".join(f'{expression} AS "{name}"' for name, expression in chosen.items())
            rows = f"(SELECT {inner} FROM {rows} ORDER BY {self.order}{limit}) found"
            chosen = {name: f'"{name}"' for name in chosen}
        texts = [f"CAST(({one}){utc if name in moments else ''} AS text)" for name, one in chosen.items()]
        if cleaned:
            texts = [f"replace({one}, '{_SEPARATOR}', '')" for one in texts]
        return (
            f"SELECT COUNT(*), {', '.join(f"{join}(COALESCE({one}, ''), '{_SEPARATOR}')" for one in texts)} FROM {rows}"
        )


def _same(*names: str, of: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, f"{of}.{name}") for name in names)


STATEMENTS: Final = (
    Statement(
        table="cases",
        columns=(
            ("case_id", "c.code"),
            *_same("case_no", "kind", "procedure", of="c"),
            ("agency_id", "a.code"),
            ("item_id", "i.code"),
            ("party_id", "COALESCE(s.code, p.code)"),
            ("reason", "c.tier_departure_reason"),
            *_same(
                "source",
                "act_on",
                "act_ended_on",
                "found_on",
                "fine_fen",
                "confiscated_fen",
                "other_penalties",
                "tier",
                "tier_departure",
                "is_major",
                "is_complex",
                "limitation_class",
                "credit_class",
                "disclosure_exempt",
                "status",
                "ended_ground",
                "leniency_matched",
                "leniency_reason",
                "non_coercive_first",
                "affects_others",
                "hearing_required",
                "expires_on",
                of="c",
            ),
        ),
        source=(
            "cases_case c JOIN registry_agency a ON a.id = c.agency_id JOIN catalog_item i ON i.id = c.item_id "
            "JOIN registry_party p ON p.id = c.party_id LEFT JOIN registry_party s ON s.id = p.merged_into_id"
        ),
    ),
    Statement(
        table="events",
        columns=(
            ("event_id", "e.code"),
            ("case_id", "c.code"),
            *_same("type", "at", of="e"),
            ("at_has_time", "e.hour_known"),
            ("ended_at", "e.ended_at"),
            ("about_event_id", "o.code"),
            *_same("document_no", "outcome", "method", "urgent", "place", "extends_to", of="e"),
            ("amount_fen", "{amount}"),
            ("penalties", "{penalties}"),
        ),
        source=("cases_event e JOIN cases_case c ON c.id = e.case_id LEFT JOIN cases_event o ON o.id = e.about_id"),
        where=_TOLD,
        order="c.id, e.number",
    ),
    Statement(
        table="participants",
        columns=(("event_id", "e.code"), ("officer_id", "f.code"), ("role", "m.role")),
        source=(
            "cases_participant m JOIN cases_event e ON e.id = m.event_id JOIN cases_case c ON c.id = e.case_id "
            "JOIN registry_officer f ON f.id = m.officer_id"
        ),
        where=_TOLD,
    ),
    Statement(
        table="documents",
        columns=(
            ("document_id", "d.code"),
            ("case_id", "c.code"),
            ("event_id", "e.code"),
            ("kind", _KIND),
            *_same("number", "dated_on", "pages", of="d"),
            ("digest", "d.content"),
            ("elements", "d.elements"),
        ),
        source=(
            # from the case to its documents, never the other way: to SQLite a cross join says so
            "cases_case c CROSS JOIN documents_document d LEFT JOIN cases_event e ON e.code = d.step AND e.case_id = c.id"
        ),
        where=f"d.subject_kind = 'case' AND d.subject_code = c.code AND d.state <> 'void' AND {_TOLD_DOCUMENT}",
    ),
    Statement(
        table="referrals",
        columns=(
            ("referral_id", "r.code"),
            ("case_id", "c.code"),
            ("to", 'r."to"'),
            *_same("report_received_at", "decided_at", "approved_at", "transferred_at", "reply", of="r"),
        ),
        source="cases_referral r JOIN cases_case c ON c.id = r.case_id",
        where=_none_of('r."to"', ("discipline",)),
    ),
)


def export_confidential(
    *, actor: Actor, at: datetime, folder: Path, reason: str, changed_since: datetime | None = None
) -> dict[str, int]:
    """
    Write all cases as :func:`export_cases` does, with what few may know of those of which the actor may know it.

    The log keeps who did it and why, before anything is written; only who runs the program may read the files.

    :raises ForbiddenError: if the actor may not know of such matters, or not export cases
    :raises CaseError: if no reason is named

    Source: LC-24, RZ-64.
    """
    known = require(actor, CONFIDE).condition(Unit.scope_fields) & require(actor, EXPORT).condition(Unit.scope_fields)
    if not reason.strip():
        raise CaseError("请写明导出限制知悉事项的用途。")
    units = Unit.objects.filter(known).order_by("pk")
    # kept whatever becomes of the writing
    with transaction.atomic():
        append(
            actor=actor.code,
            at=at,
            act="cases.export_confidential",
            subject="export:confidential",
            fields={"units": units.count(), "since": changed_since.isoformat() if changed_since else ""},
            reason=reason.strip()[:512],
        )
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    keys = ", ".join(str(one) for one in units.values_list("pk", flat=True)) or "NULL"
    return export_cases(folder, changed_since=changed_since, confided=f"c.unit_id IN ({keys}) OR ")


def export_cases(
    folder: Path, *, changed_since: datetime | None = None, only: str = "", confided: str = ""
) -> dict[str, int]:
    """
    Write cases and what belongs to them as standard Parquet tables into a folder; return the rows of each table.

    ``only`` is the code of a case that is handed over alone; ``confided`` is for :func:`export_confidential`.
    """
    condition: str = ""
    values: list[str | None] = []
    if only:
        condition, values = " WHERE c.code = %s", [only]
    elif changed_since is not None:
        condition, values = " WHERE c.changed_at > %s", [connection.ops.adapt_datetimefield_value(changed_since)]
    with readers() as several:
        with several.first.cursor() as cursor:
            cursor.execute(f"SELECT c.id FROM cases_case c{condition} ORDER BY c.id", values)
            keys = [key for (key,) in cursor.fetchall()]
        parts = [_within(part, all_between=not condition) for part in batched(keys, CASES)]

        def copied(reader: Any, statement: Statement) -> int:
            return _copied(reader, folder, statement, parts, confided)

        # a database works outside Python: the two longest tables are read side by side
        counts = several.each(copied, STATEMENTS)
    return {one.table: count for one, count in zip(STATEMENTS, counts, strict=True)}


def _within(keys: Sequence[int], *, all_between: bool) -> str:
    """Say which cases, by their keys in order."""
    return f"BETWEEN {keys[0]} AND {keys[-1]}" if all_between else f"IN ({', '.join(map(str, keys))})"


def _copied(reader: Any, folder: Path, statement: Statement, parts: Sequence[str], confided: str) -> int:
    """Copy the rows of some cases after others; return how many."""
    names = [name for name, _ in statement.columns]
    with TableWriter(folder, statement.table, names, shift=_CHINA) as writer, reader.cursor() as cursor:
        for part in parts:
            for cleaned in (False, True):
                cursor.execute(statement.sql(part, reader.vendor, cleaned=cleaned, confided=confided))
                count, *texts = cursor.fetchone()
                columns = {name: _column(name, text) for name, text in zip(names, texts, strict=True) if count}
                if all(len(one) == count for one in columns.values()):
                    break
            if columns:
                writer.write_columns(columns)
        return writer.count


def _column(name: str, text: str) -> pa.Array:
    found = pc.split_pattern(pa.array([text]), _SEPARATOR).flatten()
    if name in _LISTS:
        found = pc.replace_substring(pc.utf8_trim(found, "[]"), '"', "")
        found = pc.replace_substring(found, ", ", "|")
    return found
