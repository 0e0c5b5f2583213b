"""
Findings: what an evaluation gives back, in the form of the facts standard.

One row per rule and subject: ``rule_id, subject, subject_id, agency_id, as_of, expected, observed, due_on,
overdue_days, severity, citations, evidence``. Words come from the rule's own kind; the engine only counts.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from mingjing.domain.rules.model import Reckoning, Rule, Status, Subject
from mingjing.engine.duck import Evaluation, RuleTally
from mingjing.engine.store import Store

SCHEMA: Final = pa.schema(
    [
        pa.field("rule_id", pa.dictionary(pa.int16(), pa.string())),
        pa.field("subject", pa.dictionary(pa.int16(), pa.string())),
        pa.field("subject_id", pa.string()),
        pa.field("agency_id", pa.string()),
        pa.field("as_of", pa.date32()),
        pa.field("expected", pa.string()),
        pa.field("observed", pa.string()),
        pa.field("due_on", pa.date32()),
        pa.field("overdue_days", pa.int32()),
        pa.field("severity", pa.dictionary(pa.int16(), pa.string())),
        pa.field("citations", pa.list_(pa.string())),
        pa.field("evidence", pa.list_(pa.string())),
    ]
)

SUBJECT_TABLES: Final[Mapping[Subject, str]] = {
    Subject.CASE: "cases",
    Subject.INSPECTION: "inspections",
    Subject.OFFICER: "officers",
    Subject.AGENCY: "agencies",
    Subject.REMEDY: "remedies",
    Subject.REFERRAL: "referrals",
    Subject.MEDIA: "media",
}
BATCH: Final = 65_536


def write_findings(
    connection: duckdb.DuckDBPyConnection, store: Store, evaluation: Evaluation, path: Path
) -> dict[str, int]:
    """Name every raw finding and write ``findings.parquet``; returns the number of findings by rule."""
    connection.register("raw_found", evaluation.found)
    _name_keys(connection, store, evaluation)
    counts: dict[str, int] = {}
    with pq.ParquetWriter(path, SCHEMA, compression="zstd") as writer:
        for number, tally in enumerate(evaluation.tallies):
            if not tally.broken:
                continue
            cursor = connection.execute(_named(number, tally.rule))
            while batch := cursor.fetchmany(BATCH):
                writer.write_table(_table(batch, tally.rule, evaluation.as_of))
                counts[tally.rule.id] = counts.get(tally.rule.id, 0) + len(batch)
    connection.unregister("raw_found")
    return counts


def _name_keys(connection: duckdb.DuckDBPyConnection, store: Store, evaluation: Evaluation) -> None:
    """Look up once, for each table, the ids of all keys that the findings name: ``named_<table>(k, id, agency)``."""
    wanted: dict[str, list[str]] = {}
    for number, tally in enumerate(evaluation.tallies):
        if tally.broken:
            subject = SUBJECT_TABLES[tally.rule.subject]
            wanted.setdefault(subject, []).append(f"SELECT k FROM raw_found WHERE rule = {number}")
            for place, table in enumerate(tally.rule.kind.evidence_tables, start=1):
                wanted.setdefault(table, []).append(f"SELECT x{place} FROM raw_found WHERE rule = {number}")
    agency = {
        "agencies": "t.id",
        **dict.fromkeys(("cases", "inspections", "officers"), "a.id"),
        **dict.fromkeys(("remedies", "referrals", "media"), "a.id"),
    }
    for table, keys in wanted.items():
        joins = ""
        if table in ("cases", "inspections", "officers"):
            joins = f"LEFT JOIN {store.rows('agencies')} a ON a.k = t.agency"
        elif table in ("remedies", "referrals", "media"):
            joins = (
                f"LEFT JOIN {store.rows('cases')} c ON c.k = t.c LEFT JOIN {store.rows('agencies')} a ON a.k = c.agency"
            )
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE named_{table} AS SELECT t.k, t.id, {agency.get(table, 'NULL')} AS agency "
            f"FROM {store.rows(table)} t {joins} WHERE t.k IN ({' UNION '.join(keys)})"
        )


def _named(number: int, rule: Rule) -> str:
    """The raw findings of one rule with the ids of subject, agency and evidence."""
    joins, ids = "", []
    for position, name in enumerate(rule.kind.evidence_tables, start=1):
        joins += f" LEFT JOIN named_{name} e{position} ON e{position}.k = f.x{position}"
        ids.append(f"e{position}.id")
    padded = ", ".join([*ids, *("NULL",) * (4 - len(ids))])
    return (
        f"SELECT s.id, s.agency, f.due, f.v1, f.v2, f.v3, f.v4, {padded} FROM raw_found f "
        f"JOIN named_{SUBJECT_TABLES[rule.subject]} s ON s.k = f.k {joins} WHERE f.rule = {number} ORDER BY f.k"
    )


def _table(rows: Sequence[tuple[Any, ...]], rule: Rule, as_of: date) -> pa.Table:
    tables = rule.kind.evidence_tables
    citations = [str(reference) for reference in rule.basis]
    expected, observed, due, overdue, evidence = [], [], [], [], []
    for _, _, due_day, v1, v2, v3, v4, *keys in rows:
        words = rule.kind.describe(Reckoning(Status.BROKEN, due=due_day, values=(v1, v2, v3, v4)), as_of)
        expected.append(words.expected)
        observed.append(words.observed)
        due.append(words.due_on)
        overdue.append(words.overdue_days)
        evidence.append([f"{table}:{key}" for table, key in zip(tables, keys, strict=False) if key is not None])
    count = len(rows)
    columns = {
        "rule_id": [rule.id] * count,
        "subject": [rule.subject.value] * count,
        "subject_id": [row[0] for row in rows],
        "agency_id": [row[1] for row in rows],
        "as_of": [as_of] * count,
        "expected": expected,
        "observed": observed,
        "due_on": due,
        "overdue_days": overdue,
        "severity": [rule.severity.value] * count,
        "citations": [citations] * count,
        "evidence": evidence,
    }
    return pa.table({name: pa.array(values, SCHEMA.field(name).type) for name, values in columns.items()}, SCHEMA)


def rules_json(
    evaluation: Evaluation, *, place: str | None, engine: str, source: str, extra: Mapping[str, object]
) -> dict[str, Any]:
    """What ``rules.json`` holds: for every rule what it says, and how many subjects it judged."""
    tallies = evaluation.tallies
    return {
        "as_of": evaluation.as_of.isoformat(),
        "place": place,
        "engine": engine,
        "input": source,
        "totals": {
            "rules": len(tallies),
            "evaluated": sum(tally.evaluated for tally in tallies),
            "not_evaluated": sum(not tally.evaluated for tally in tallies),
            "findings": sum(tally.broken for tally in tallies),
            "shared_seconds": round(evaluation.shared_seconds, 3),
            **extra,
        },
        "rules": [_rule_json(tally) for tally in tallies],
    }


def _rule_json(tally: RuleTally) -> dict[str, Any]:
    rule = tally.rule
    return {
        "rule_id": rule.id,
        "title": rule.title,
        "statement": rule.statement,
        "remedy": rule.remedy,
        "kind": rule.kind.name,
        "subject": rule.subject.value,
        "severity": rule.severity.value,
        "requirements": list(rule.requirements),
        "citations": [
            {"ref": reference, "label": citation.label, "gist": citation.gist}
            for reference, citation in zip(rule.basis, rule.citations, strict=True)
        ],
        "evaluated": tally.evaluated,
        "missing": list(tally.missing),
        "subjects": tally.holds + tally.broken,
        "findings": tally.broken,
        "not_evaluated_subjects": tally.not_evaluated,
        "seconds": round(tally.seconds, 4),
    }


def write_rules_json(document: Mapping[str, Any], path: Path) -> None:
    """Write ``rules.json``."""
    path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
