"""
Cases in the facts standard, so that the overseer judges the platform's own data as it judges anybody's.

The statements only copy: columns bear the names of the standard already. Rows stream from the database into Parquet, in
bounded memory. With ``changed_since``, every row of the cases that changed or came since, in every table, is handed over,
which is what carrying a result on asks for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.db import connection

from mingjing.domain.documents.kinds import kinds
from mingjing.facts.writing import ROWS, TableWriter

_CHINA: Final = timedelta(hours=8)
"""Moments are stored in UTC; the standard tells them in China Standard Time, which knows no summer."""


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
_KIND: Final = "CASE d.kind " + " ".join(f"WHEN '{one.code}' THEN '{one.name}'" for one in kinds().values()) + " END"
"""Kinds of document by their name, as rules and readers know them."""
_LISTS: Final = ("other_penalties", "penalties", "elements")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """How a table of the standard is copied: its columns, and the rest of the statement; ``c`` is the case."""

    table: str
    columns: tuple[tuple[str, str], ...]
    source: str
    order: str

    def sql(self, condition: str = "") -> str:
        """Write the statement; ``condition`` limits the cases, its values are given as parameters."""
        chosen = ", ".join(f"{expression} AS {name}" for name, expression in self.columns)
        where = f" WHERE {condition}" if condition else ""
        return f"SELECT {chosen} FROM {self.source}{where} ORDER BY {self.order}"


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
        order="c.id",
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
        order="e.case_id, e.number",
    ),
    Statement(
        table="participants",
        columns=(("event_id", "e.code"), ("officer_id", "f.code"), ("role", "m.role")),
        source=(
            "cases_participant m JOIN cases_event e ON e.id = m.event_id JOIN cases_case c ON c.id = e.case_id "
            "JOIN registry_officer f ON f.id = m.officer_id"
        ),
        order="m.id",
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
            "documents_document d JOIN cases_case c ON d.subject_kind = 'case' AND d.subject_code = c.code "
            "AND d.state <> 'void' LEFT JOIN cases_event e ON e.code = d.step AND e.case_id = c.id"
        ),
        order="d.id",
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
        order="r.id",
    ),
)


def export_cases(folder: Path, *, changed_since: datetime | None = None, only: str = "") -> dict[str, int]:
    """
    Write cases and what belongs to them as standard Parquet tables into a folder; return the rows of each table.

    ``only`` is the code of a case that is handed over alone.
    """
    condition: str = ""
    values: list[Any] = []
    if only:
        condition, values = "c.code = %s", [only]
    elif changed_since is not None:
        condition, values = "c.changed_at > %s", [connection.ops.adapt_datetimefield_value(changed_since)]
    counts = {}
    for statement in STATEMENTS:
        names = [name for name, _ in statement.columns]
        with TableWriter(folder, statement.table, names, shift=_CHINA) as writer:
            for rows in _rows(statement.sql(condition), values):
                writer.write(_lists(names, rows))
            counts[statement.table] = writer.count
    return counts


def _rows(sql: str, values: list[Any]) -> Iterator[list[tuple[Any, ...]]]:
    with connection.chunked_cursor() as cursor:
        for mark, expression in _PROPOSED[connection.vendor].items():
            sql = sql.replace(mark, expression)
        cursor.execute(sql.replace(" AS to,", ' AS "to",'), values)
        while rows := cursor.fetchmany(ROWS):
            yield rows


def _lists(names: list[str], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Write lists as the standard has them, joined by a bar; the databases give them as JSON or as lists."""
    at = next((names.index(one) for one in _LISTS if one in names), None)
    if at is None:
        return rows
    return [(*row[:at], _joined(row[at]), *row[at + 1 :]) for row in rows]


def _joined(value: Any) -> str:
    if isinstance(value, str):
        return "" if value == "[]" else value.strip("[]").replace('"', "").replace(", ", "|")
    return "|".join(value or ())
