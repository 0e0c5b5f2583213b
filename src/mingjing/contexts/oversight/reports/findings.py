"""
The findings of a result folder, joined in DuckDB with the names that a reader knows.

Everything stays in columns until a document asks for rows, so that a hundred thousand findings over millions of events
cost seconds and little memory. The facts folder may lack any table or column; then the bare identifiers are shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

import duckdb

from mingjing.contexts.oversight.reports.labels import SEVERITIES
from mingjing.contexts.oversight.reports.result import ResultUnreadableError
from mingjing.facts.schema import (
    EVENT_TYPES,
    INSPECTION_RESULTS,
    MEDIA_KINDS,
    REFERRAL_TARGETS,
    REMEDY_KINDS,
    TABLES,
)

NO_AGENCY: Final = "（未标明执法主体）"
DECIDING_EVENTS: Final = ("decision", "no_penalty", "grant", "refusal")
NEEDED: Final = ("rule_id", "subject", "subject_id")
OPTIONAL: Final = {
    "agency_id": "VARCHAR",
    "expected": "VARCHAR",
    "observed": "VARCHAR",
    "due_on": "DATE",
    "overdue_days": "BIGINT",
    "severity": "VARCHAR",
    "evidence": "VARCHAR[]",
}


class Finding(NamedTuple):
    """One finding as a reader sees it. ``number`` counts in the order of the report, from 1."""

    number: int
    rule_id: str
    agency_id: str
    agency: str
    subject: str
    subject_id: str
    label: str
    party: str
    expected: str
    observed: str
    due_on: date | None
    overdue_days: int | None
    severity: str
    month: str
    evidence: str


def _text(value: str) -> str:
    """Quote a string for SQL."""
    return "'" + value.replace("'", "''") + "'"


def _decode(column: str, codes: Mapping[str, str]) -> str:
    """Return SQL that turns a code into its label and leaves an unknown one as it is."""
    pairs = " ".join(f"WHEN {_text(code)} THEN {_text(label)}" for code, label in codes.items())
    return f"(CASE {column} {pairs} ELSE {column} END)"


class FactNames:
    """Which standard tables and columns a facts folder really holds, and SQL to read them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._paths = {name: folder / f"{name}.parquet" for name in TABLES}
        self._columns: dict[str, frozenset[str]] = {}
        for name, path in self._paths.items():
            if path.is_file():
                rows = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({_text(str(path))})").fetchall()
                self._columns[name] = frozenset(row[0] for row in rows)

    def has(self, table: str, *columns: str) -> bool:
        """Say whether the table is there with all these columns."""
        return table in self._columns and self._columns[table].issuperset(columns)

    def relation(self, table: str) -> str:
        """Return SQL for the table."""
        return f"read_parquet({_text(str(self._paths[table]))})"

    def column(self, table: str, name: str, type_: str = "VARCHAR", alias: str = "t") -> str:
        """Return SQL for a column, or a typed NULL where the input has none."""
        return f'{alias}."{name}"::{type_}' if self.has(table, name) else f"NULL::{type_}"

    def moment(self, table: str, name: str) -> str:
        """Return SQL that writes a moment, with its hour where one is known."""
        if not self.has(table, name):
            return "NULL::VARCHAR"
        day = f"strftime(t.\"{name}\", '%Y-%m-%d')"
        if not self.has(table, f"{name}_has_time"):
            return day
        return f'(CASE WHEN t."{name}_has_time" THEN strftime(t."{name}", \'%Y-%m-%d %H:%M\') ELSE {day} END)'


class FindingStore:
    """The findings of one result folder, ready to be counted and listed."""

    def __init__(
        self, result_dir: Path, facts_dir: Path, *, rule_order: Sequence[str], memory_limit: str = "512MB"
    ) -> None:
        self._spill = TemporaryDirectory(prefix="mingjing-report-")
        self._connection = duckdb.connect(
            config={
                "memory_limit": memory_limit,
                "temp_directory": self._spill.name,
                "preserve_insertion_order": "true",
            }
        )
        try:
            self._facts = FactNames(self._connection, facts_dir)
            self._load(result_dir / "findings.parquet", rule_order)
            self._name_agencies()
            self._link_subjects()
            self._describe_evidence()
            self._join()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the memory and of what was spilled to disk."""
        self._connection.close()
        self._spill.cleanup()

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return all rows of a small question about the tables ``shown`` and ``agency``."""
        return self._connection.execute(sql, list(parameters)).fetchall()

    def rows(self, where: str = "TRUE", parameters: Sequence[object] = (), order: str = "number") -> Iterator[Finding]:
        """
        Yield findings one by one, a batch in memory at a time.

        ``where`` and ``order`` may also use ``gravity`` (0 is gravest) and ``place`` (1 is the longest overdue of its
        rule and agency).
        """
        cursor = self._connection.cursor()
        columns = ", ".join(Finding._fields)
        cursor.execute(f"SELECT {columns} FROM shown WHERE {where} ORDER BY {order}", list(parameters))
        while batch := cursor.fetchmany(8_192):
            yield from map(Finding._make, batch)

    def cases_by_agency(self) -> dict[str, int]:
        """Count the cases in the facts by agency; empty when the table is missing."""
        if not self._facts.has("cases", "case_id", "agency_id"):
            return {}
        sql = f"SELECT coalesce(t.agency_id::VARCHAR, ''), count(*) FROM {self._facts.relation('cases')} t GROUP BY 1"
        return dict(self.query(sql))

    def count(self, table: str) -> int | None:
        """Count the rows of a facts table, ``None`` when it is missing."""
        if not self._facts.has(table):
            return None
        return int(self.query(f"SELECT count(*) FROM {self._facts.relation(table)}")[0][0])

    def _run(self, sql: str) -> None:
        self._connection.execute(sql)

    def _load(self, path: Path, rule_order: Sequence[str]) -> None:
        if not path.is_file():
            raise ResultUnreadableError(f"结果文件夹里没有 findings.parquet：{path.parent}。请先运行检查。")
        source = f"read_parquet({_text(str(path))})"
        found = {row[0] for row in self.query(f"DESCRIBE SELECT * FROM {source}")}
        if absent := [name for name in NEEDED if name not in found]:
            raise ResultUnreadableError(f"findings.parquet 缺少列：{'、'.join(absent)}。请重新运行检查。")
        optional = ", ".join(
            f'f."{name}"::{type_} AS {name}' if name in found else f"NULL::{type_} AS {name}"
            for name, type_ in OPTIONAL.items()
        )
        self._run("CREATE TABLE rule_rank (rule_id VARCHAR, rank INTEGER)")
        if rule_order:
            self._connection.execute(
                "INSERT INTO rule_rank SELECT unnest(?::VARCHAR[]), unnest(range(?))",
                [list(rule_order), len(rule_order)],
            )
        self._run(
            f"""CREATE TABLE finding AS
            SELECT row_number() OVER () AS seq, f.rule_id::VARCHAR AS rule_id, f.subject::VARCHAR AS subject,
                   f.subject_id::VARCHAR AS subject_id, {optional}
            FROM {source} f"""
        )

    def _name_agencies(self) -> None:
        facts = self._facts
        known = "SELECT NULL::VARCHAR AS agency_id, NULL::VARCHAR AS name WHERE FALSE"
        if facts.has("agencies", "agency_id"):
            known = f"""SELECT DISTINCT ON (agency_id) t.agency_id::VARCHAR AS agency_id,
                        {facts.column("agencies", "name")} AS name FROM {facts.relation("agencies")} t"""
        self._run(
            f"""CREATE TABLE agency AS WITH known AS ({known}),
            used AS (SELECT DISTINCT coalesce(agency_id, '') AS agency_id FROM finding)
            SELECT coalesce(k.agency_id, u.agency_id) AS agency_id,
                   coalesce(nullif(trim(k.name), ''), nullif(coalesce(k.agency_id, u.agency_id), ''), {_text(NO_AGENCY)})
                   AS name
            FROM known k FULL JOIN used u ON k.agency_id = u.agency_id"""
        )

    def _link_subjects(self) -> None:
        """Give each subject its label, its party, its case and its day, as far as the facts say."""
        facts = self._facts
        self._run("CREATE TABLE subject AS SELECT DISTINCT subject, subject_id FROM finding")
        self._run(
            """CREATE TABLE link (subject VARCHAR, subject_id VARCHAR, label VARCHAR, party_id VARCHAR,
            case_id VARCHAR, day DATE)"""
        )
        started = "CAST(t.started_at AS DATE)" if facts.has("inspections", "started_at") else "NULL::DATE"
        remedy = _decode(facts.column("remedies", "kind"), REMEDY_KINDS)
        target = _decode(facts.column("referrals", "to"), REFERRAL_TARGETS)
        media = _decode(facts.column("media", "kind"), MEDIA_KINDS)
        kinds = (
            ("case", "cases", "case_id", facts.column("cases", "case_no"), "NULL::DATE", "t.case_id::VARCHAR"),
            ("inspection", "inspections", "inspection_id", "'检查 ' || t.inspection_id", started, "NULL::VARCHAR"),
            ("officer", "officers", "officer_id", facts.column("officers", "name"), "NULL::DATE", "NULL::VARCHAR"),
            ("agency", "agencies", "agency_id", facts.column("agencies", "name"), "NULL::DATE", "NULL::VARCHAR"),
            ("party", "parties", "party_id", "NULL::VARCHAR", "NULL::DATE", "NULL::VARCHAR"),
            ("item", "items", "item_id", facts.column("items", "name"), "NULL::DATE", "NULL::VARCHAR"),
            ("remedy", "remedies", "remedy_id", f"{remedy} || ' ' || t.remedy_id", "NULL::DATE", None),
            ("referral", "referrals", "referral_id", f"'移送' || {target} || ' ' || t.referral_id", "NULL::DATE", None),
            ("media", "media", "media_id", f"{media} || ' ' || t.media_id", "NULL::DATE", None),
        )
        for subject, table, key, label, day, case in kinds:
            if not facts.has(table, key):
                continue
            case_id = case or facts.column(table, "case_id")
            party = "t.party_id::VARCHAR" if subject == "party" else facts.column(table, "party_id")
            self._run(
                f"""INSERT INTO link SELECT DISTINCT ON (t."{key}") {_text(subject)}, t."{key}"::VARCHAR, {label}, {party},
                {case_id}, {day} FROM {facts.relation(table)} t
                WHERE t."{key}"::VARCHAR IN (SELECT subject_id FROM subject WHERE subject = {_text(subject)})"""
            )
        self._name_parties()
        self._name_cases()

    def _name_parties(self) -> None:
        """Name the parties; of a natural person only the family name is shown."""
        facts = self._facts
        self._run("CREATE TABLE party (party_id VARCHAR, name VARCHAR)")
        if facts.has("parties", "party_id", "name"):
            kind = facts.column("parties", "kind")
            self._run(
                f"""INSERT INTO party SELECT DISTINCT ON (t.party_id) t.party_id::VARCHAR,
                CASE WHEN {kind} = 'citizen' THEN left(t.name, 1) || '某' ELSE t.name END
                FROM {facts.relation("parties")} t WHERE t.party_id::VARCHAR IN (SELECT party_id FROM link)"""
            )

    def _name_cases(self) -> None:
        """Give the number and the party of the case behind each remedy, referral and recording, and its decision day."""
        facts = self._facts
        self._run("CREATE TABLE behind (case_id VARCHAR, case_no VARCHAR, party_id VARCHAR)")
        if facts.has("cases", "case_id"):
            self._run(
                f"""INSERT INTO behind SELECT DISTINCT ON (t.case_id) t.case_id::VARCHAR,
                {facts.column("cases", "case_no")}, {facts.column("cases", "party_id")} FROM {facts.relation("cases")} t
                WHERE t.case_id::VARCHAR IN (SELECT case_id FROM link WHERE subject NOT IN ('case'))"""
            )
        self._run("CREATE TABLE decided (case_id VARCHAR, day DATE)")
        if facts.has("events", "case_id", "type", "at"):
            types = ", ".join(map(_text, DECIDING_EVENTS))
            self._run(
                f"""INSERT INTO decided SELECT t.case_id::VARCHAR, max(CAST(t.at AS DATE)) FROM {facts.relation("events")} t
                WHERE t.type IN ({types}) AND t.case_id::VARCHAR IN (SELECT case_id FROM link) GROUP BY 1"""
            )

    def _describe_evidence(self) -> None:
        """Turn ``events:E12`` into the day and the kind of that step, where the facts hold it."""
        self._run(
            """CREATE TABLE shown_row AS
            WITH exploded AS (
                SELECT seq, unnest(evidence) AS ref, generate_subscripts(evidence, 1) AS place FROM finding
            )
            SELECT seq, place, ref, split_part(ref, ':', 1) AS source,
                   CASE WHEN strpos(ref, ':') > 0 THEN substr(ref, strpos(ref, ':') + 1) ELSE ref END AS id
            FROM exploded WHERE ref IS NOT NULL"""
        )
        self._run("CREATE TABLE described (source VARCHAR, id VARCHAR, words VARCHAR, day DATE)")
        for table, key, words, day in self._descriptions():
            if self._facts.has(table, key):
                self._run(
                    f"""INSERT INTO described SELECT DISTINCT ON (t."{key}") {_text(table)}, t."{key}"::VARCHAR, {words}, {day}
                    FROM {self._facts.relation(table)} t
                    WHERE t."{key}"::VARCHAR IN (SELECT id FROM shown_row WHERE source = {_text(table)})"""
                )

    def _descriptions(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield table, key, SQL for the words and SQL for the day of each kind of evidence row."""
        facts = self._facts
        number = facts.column("events", "document_no")
        yield (
            "events",
            "event_id",
            f"""concat_ws(' ', {facts.moment("events", "at")}, {_decode(facts.column("events", "type"), EVENT_TYPES)},
            nullif({number}, ''))""",
            "CAST(t.at AS DATE)" if facts.has("events", "at") else "NULL::DATE",
        )
        result = _decode(facts.column("inspections", "result"), INSPECTION_RESULTS)
        yield (
            "inspections",
            "inspection_id",
            f"concat_ws(' ', {facts.moment('inspections', 'started_at')}, '现场检查', {result})",
            "CAST(t.started_at AS DATE)" if facts.has("inspections", "started_at") else "NULL::DATE",
        )
        kind = _decode(facts.column("media", "kind"), MEDIA_KINDS)
        yield "media", "media_id", f"concat_ws(' ', {facts.moment('media', 'started_at')}, {kind})", "NULL::DATE"
        dated = "strftime(t.dated_on, '%Y-%m-%d')" if facts.has("documents", "dated_on") else "NULL::VARCHAR"
        words = f"concat_ws(' ', {dated}, {facts.column('documents', 'kind')}, {facts.column('documents', 'number')})"
        yield "documents", "document_id", words, "NULL::DATE"
        yield "cases", "case_id", facts.column("cases", "case_no"), "NULL::DATE"
        yield "officers", "officer_id", facts.column("officers", "name"), "NULL::DATE"
        yield "agencies", "agency_id", facts.column("agencies", "name"), "NULL::DATE"
        yield "items", "item_id", facts.column("items", "name"), "NULL::DATE"
        until = (
            "strftime(t.valid_until, '有效期至 %Y-%m-%d')"
            if facts.has("credentials", "valid_until")
            else "NULL::VARCHAR"
        )
        yield "credentials", "credential_no", until, "NULL::DATE"
        remedy = _decode(facts.column("remedies", "kind"), REMEDY_KINDS)
        yield (
            "remedies",
            "remedy_id",
            f"concat_ws(' ', {facts.moment('remedies', 'received_at')}, {remedy})",
            "NULL::DATE",
        )
        target = _decode(facts.column("referrals", "to"), REFERRAL_TARGETS)
        yield (
            "referrals",
            "referral_id",
            f"concat_ws(' ', {facts.moment('referrals', 'report_received_at')}, '移送', {target})",
            "NULL::DATE",
        )

    def _join(self) -> None:
        """Put everything into the one table ``shown``, numbered in the order of the report."""
        tables = {name: table.label for name, table in TABLES.items()}
        ranks = {severity: str(rank) for rank, severity in enumerate(SEVERITIES)}
        whens = " ".join(f"WHEN {_text(severity)} THEN {rank}" for severity, rank in ranks.items())
        self._run(
            f"""CREATE TABLE evidence_text AS
            SELECT r.seq, max(d.day) AS day, string_agg(
                CASE WHEN nullif(d.words, '') IS NULL THEN {_decode("r.source", tables)} || ' ' || r.id
                     ELSE d.words || '〔' || {_decode("r.source", tables)} || ' ' || r.id || '〕' END,
                chr(10) ORDER BY r.place) AS words
            FROM shown_row r LEFT JOIN described d ON d.source = r.source AND d.id = r.id GROUP BY r.seq"""
        )
        self._run(
            f"""CREATE TABLE shown AS
            SELECT row_number() OVER (ORDER BY coalesce(q.rank, 1000000), f.rule_id, a.name, coalesce(f.agency_id, ''),
                       f.overdue_days DESC NULLS LAST, f.subject_id) AS number,
                   f.rule_id, coalesce(f.agency_id, '') AS agency_id, a.name AS agency,
                   coalesce(f.subject, '') AS subject, coalesce(f.subject_id, '') AS subject_id,
                   CASE WHEN b.case_no IS NULL THEN coalesce(nullif(l.label, ''), p.name, f.subject_id, '')
                        ELSE b.case_no || ' ' || coalesce(l.label, f.subject_id) END AS label,
                   coalesce(p.name, '') AS party, coalesce(f.expected, '') AS expected,
                   coalesce(f.observed, '') AS observed, f.due_on, f.overdue_days,
                   coalesce(f.severity, 'notice') AS severity,
                   coalesce(strftime(coalesce(f.due_on, e.day, l.day, d.day), '%Y-%m'), '') AS month,
                   coalesce(e.words, '') AS evidence,
                   CASE coalesce(f.severity, 'notice') {whens} ELSE {len(SEVERITIES)} END AS gravity
            FROM finding f
            JOIN agency a ON a.agency_id = coalesce(f.agency_id, '')
            LEFT JOIN rule_rank q ON q.rule_id = f.rule_id
            LEFT JOIN link l ON l.subject = f.subject AND l.subject_id = f.subject_id
            LEFT JOIN behind b ON b.case_id = l.case_id AND l.subject <> 'case'
            LEFT JOIN party p ON p.party_id = coalesce(l.party_id, b.party_id)
            LEFT JOIN decided d ON d.case_id = l.case_id
            LEFT JOIN evidence_text e ON e.seq = f.seq"""
        )
        self._run(
            """CREATE OR REPLACE TABLE shown AS SELECT *, row_number() OVER
            (PARTITION BY rule_id, agency_id ORDER BY overdue_days DESC NULLS LAST, number) AS place FROM shown"""
        )
        for table in ("finding", "shown_row", "described", "evidence_text", "link", "behind", "decided", "party"):
            self._run(f"DROP TABLE {table}")
