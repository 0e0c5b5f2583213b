"""Facts from rows into a keyed store, and back out of it as the facts that ``check`` sees."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as parquet

from mingjing.domain.rules.facts import FactBase
from mingjing.domain.rules.model import Reckoning, Rule, Status, Subject
from mingjing.domain.rules.terms import CaseFacts
from mingjing.engine.duck import DuckEngine
from mingjing.engine.rows import load_facts
from mingjing.engine.store import build_store
from mingjing.facts.schema import TABLES, ColumnType

ARROW = {
    ColumnType.DATE: pa.date32(),
    ColumnType.FEN: pa.int64(),
    ColumnType.INT: pa.int64(),
    ColumnType.BOOL: pa.bool_(),
    ColumnType.NUMBER: pa.float64(),
}
TABLE_OF = {
    Subject.CASE: "cases",
    Subject.INSPECTION: "inspections",
    Subject.OFFICER: "officers",
    Subject.AGENCY: "agencies",
    Subject.REMEDY: "remedies",
    Subject.REFERRAL: "referrals",
    Subject.MEDIA: "media",
}

Row = Mapping[str, object]


def moment_value(value: object) -> date | datetime | None:
    """A moment as text, date or date-time; what is no longer than a day has no hour."""
    if isinstance(value, str):
        return date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
    return value  # type: ignore[return-value]


def write_facts(folder: Path, tables: Mapping[str, Sequence[Row]]) -> None:
    """Write rows of the facts standard as standard Parquet; every table of the standard is there, if only empty."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in TABLES.values():
        rows = [dict(row) for row in tables.get(table.name, ())]
        columns: dict[str, pa.Array] = {}
        for column in table.columns:
            values = [row.get(column.name) for row in rows]
            if column.type is ColumnType.MOMENT:
                moments = [moment_value(value) for value in values]
                stamps = [
                    None
                    if one is None
                    else one
                    if isinstance(one, datetime)
                    else datetime(one.year, one.month, one.day)
                    for one in moments
                ]
                columns[column.name] = pa.array(stamps, pa.timestamp("us"))
                columns[f"{column.name}_has_time"] = pa.array(
                    [isinstance(one, datetime) for one in moments], pa.bool_()
                )
                continue
            if column.type is ColumnType.DATE:
                values = [date.fromisoformat(value) if isinstance(value, str) else value for value in values]
            columns[column.name] = pa.array(values, ARROW.get(column.type, pa.string()))
        parquet.write_table(pa.table(columns), folder / f"{table.name}.parquet")


def with_prefix(
    facts: Mapping[str, tuple[Mapping[str, object], ...]], prefix: str
) -> dict[str, list[dict[str, object]]]:
    """The rows with every id and reference prefixed, so that the facts of several examples can lie together."""
    renamed: dict[str, list[dict[str, object]]] = {}
    for name, rows in facts.items():
        table = TABLES[name]
        ids = {
            column.name
            for column in table.columns
            if table.key == (column.name,)
            or column.type is ColumnType.REF
            or (column.type is ColumnType.LIST and column.ref)
        }
        renamed[name] = [
            {
                column: "|".join(f"{prefix}{part}" for part in value.split("|"))
                if column in ids and isinstance(value, str)
                else value
                for column, value in row.items()
            }
            for row in rows
        ]
    return renamed


type Answers = dict[str, dict[int, tuple[Any, ...]]]


@dataclass(kw_only=True)
class Judged:
    """Both answers to every rule over the same facts."""

    engine: Answers
    """By rule: subject key to (status, due, values, evidence)."""
    base: FactBase
    ids: dict[str, dict[int, str]]
    """By table: key to the source's id."""
    subjects: dict[str, dict[int, object]]

    def status(self, rule: Rule, subject: str) -> Status:
        """The engine's answer for a subject by its own id."""
        key = next(key for key, id_ in self.ids[TABLE_OF[rule.subject]].items() if id_ == subject)
        row = self.engine[rule.id].get(key)
        return Status.NOT_APPLICABLE if row is None else Status(row[0])

    def check(self, rule: Rule, subject: str) -> Reckoning:
        """The answer of ``check`` for a subject by its own id."""
        key = next(key for key, id_ in self.ids[TABLE_OF[rule.subject]].items() if id_ == subject)
        return rule.kind.check(self.subjects[TABLE_OF[rule.subject]][key], self.base)

    def disagreements(self, rule: Rule) -> list[str]:
        """Every subject on which the two evaluators differ, in words."""
        table = TABLE_OF[rule.subject]
        found = []
        for key, subject in self.subjects[table].items():
            said = rule.kind.check(subject, self.base)
            row = self.engine[rule.id].get(key)
            status = Status(row[0]) if row else Status.NOT_APPLICABLE
            if status is not said.status:
                found.append(f"{rule.id} {self.ids[table][key]}: columns {status.name}, check {said}")
            elif status is Status.BROKEN and row is not None:
                width = len(said.values)
                pairs = [(name, row[3][place]) for place, name in enumerate(rule.kind.evidence_tables)]
                shown = tuple((name, one) for name, one in pairs if one is not None)
                if (row[1], row[2][:width]) != (said.due, said.values) or shown != said.evidence:
                    found.append(f"{rule.id} {self.ids[table][key]}: columns {row}, check {said}")
        return found


def answers_of(engine: DuckEngine, rules: Iterable[Rule]) -> Answers:
    """By rule and subject: status, due, values, evidence."""
    evaluation = engine.run(list(rules))
    answers: Answers = {}
    for tally in evaluation.tallies:
        table = evaluation.statuses.get(tally.rule.id)
        rows = table.to_pylist() if table is not None else []
        answers[tally.rule.id] = {
            row["k"]: (
                row["s"],
                row["due"],
                tuple(row[f"v{n}"] for n in range(1, 5)),
                tuple(row[f"x{n}"] for n in range(1, 5)),
            )
            for row in rows
        }
        assert len(answers[tally.rule.id]) == len(rows), f"{tally.rule.id}: a subject has two rows"
    return answers


def told_alike(answers: Answers) -> dict[str, dict[int, object]]:
    """What two ways of running the columns must share: every status, and of a breach everything."""
    return {
        rule: {key: row if row[0] == Status.BROKEN else row[0] for key, row in rows.items()}
        for rule, rows in answers.items()
    }


def judge(folder: Path, rules: Iterable[Rule], as_of: date, place: str | None = None) -> Judged:
    """Evaluate rules over a folder of standard Parquet with the engine, both ways, and load what ``check`` needs."""
    connection = duckdb.connect()
    store = build_store(folder, folder / "store", connection=connection)
    engine = DuckEngine(connection, store, as_of=as_of, place=place, keep_statuses=True)
    answers = answers_of(engine, rules)
    by_sql = DuckEngine(connection, store, as_of=as_of, place=place, keep_statuses=True, by_sql=True)
    assert told_alike(answers) == told_alike(answers_of(by_sql, rules)), "by position and by SQL"
    base = load_facts(connection, store, as_of=as_of, place=place)
    subjects: dict[str, dict[int, object]] = {
        "cases": {one.id: CaseFacts(one, base) for one in base.cases},  # type: ignore[dict-item]
    }
    for name in ("inspections", "officers", "agencies", "remedies", "referrals", "media"):
        subjects[name] = {one.id: one for one in getattr(base, name)}
    ids = {
        name: dict(connection.execute(f"SELECT k, id FROM read_parquet({store.file(name)})").fetchall())
        for name in subjects
    }
    return Judged(engine=answers, base=base, ids=ids, subjects=subjects)
