"""Facts from rows into a keyed store, and back out of it as the facts that ``check`` sees."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as parquet

from mingjing.domain.rules import facts
from mingjing.domain.rules.facts import FactBase
from mingjing.domain.rules.model import Reckoning, Rule, Status, Subject
from mingjing.domain.rules.terms import CaseFacts
from mingjing.engine.duck import DuckEngine
from mingjing.engine.store import CODES, Store, build_store
from mingjing.facts.schema import TABLES, ColumnType
from mingjing.kernel.moments import Moment, day_of, moment_of

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


@dataclass(kw_only=True)
class Judged:
    """Both answers to every rule over the same facts."""

    engine: dict[str, dict[int, tuple[Any, ...]]]
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


def judge(folder: Path, rules: Iterable[Rule], as_of: date, place: str | None = None) -> Judged:
    """Evaluate rules over a folder of standard Parquet with the engine, and load what ``check`` needs."""
    connection = duckdb.connect()
    store = build_store(folder, folder / "store", connection=connection)
    engine = DuckEngine(connection, store, as_of=as_of, place=place, keep_statuses=True)
    evaluation = engine.run(list(rules))
    answers: dict[str, dict[int, tuple[Any, ...]]] = {}
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
    base = read_base(connection, store, as_of, place)
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


def read_base(connection: duckdb.DuckDBPyConnection, store: Store, as_of: date, place: str | None) -> FactBase:
    """Read a keyed store back as facts, with its integer keys as ids."""

    def rows(table: str, order: str = "") -> list[dict[str, Any]]:
        query = f"SELECT * FROM read_parquet({store.file(table)}) {order}"
        return connection.execute(query).to_arrow_table().to_pylist()

    def text(column: str, number: int | None) -> str | None:
        if number is None:
            return None
        return next((code for code, known in CODES[column].items() if known == number), "unknown")

    def day(number: int | None) -> date | None:
        return None if number is None else day_of(number)

    def moment(code: int | None) -> Moment | None:
        return None if code is None else moment_of(code)

    def filled(flag: object) -> str | None:
        return "有" if flag else None

    items_of: dict[int, list[int | None]] = defaultdict(list)
    for row in rows("inspection_items"):
        items_of[row["v"]].append(row["item"])
    return FactBase(
        as_of=as_of,
        place=place,
        absent=store.absent,
        agencies=[
            facts.Agency(
                id=row["k"],
                name=row["name"] or "",
                jurisdiction_code=row["place"],
                level=row["level"],
                domain=row["domain"],
                parent_id=row["parent"],
            )
            for row in rows("agencies")
        ],
        officers=[
            facts.Officer(id=row["k"], agency_id=row["agency"], legal_qualification_on=day(row["qualified"]))
            for row in rows("officers")
        ],
        officer_roles=[
            facts.OfficerRole(
                officer_id=row["officer"],
                role=text("officer_roles.role", row["role"]) or "",
                since=day(row["since"]),
                until=day(row["until"]),
            )
            for row in rows("officer_roles")
        ],
        credentials=[
            facts.Credential(
                officer_id=row["officer"],
                valid_from=day(row["valid_from"]),
                valid_until=day(row["valid_until"]),
                suspended_from=day(row["suspended_from"]),
                suspended_until=day(row["suspended_until"]),
                revoked_on=day(row["revoked_on"]),
            )
            for row in rows("credentials")
        ],
        parties=[
            facts.Party(
                id=row["k"], kind=text("parties.kind", row["kind"]), risk_level=text("parties.risk_level", row["risk"])
            )
            for row in rows("parties")
        ],
        items=[
            facts.Item(
                id=row["k"],
                agency_id=row["agency"],
                act_code=row["act_code"],
                published_on=day(row["published"]),
                withdrawn_on=day(row["withdrawn"]),
            )
            for row in rows("items")
        ],
        cases=[
            facts.Case(
                id=row["k"],
                kind=text("cases.kind", row["kind"]) or "",
                procedure=text("cases.procedure", row["procedure"]),
                agency_id=row["agency"],
                item_id=row["item"],
                party_id=row["party"],
                act_on=day(row["act"]),
                fine_fen=row["fine"],
                confiscated_fen=row["confiscated"],
                tier=row["tier"],
                is_major=row["is_major"],
                status=text("cases.status", row["status"]),
            )
            for row in rows("cases")
        ],
        events=[
            facts.Event(
                id=row["k"],
                case_id=row["c"],
                type=text("events.type", row["t"]) or "",
                at=moment_of(row["m"]),
                order=row["k"],
                ended_at=moment(row["ended"]),
                about_id=row["about"],
                outcome=text("events.outcome", row["outcome"]),
                place=row["place"],
            )
            for row in rows("events")
        ],
        participants=[
            facts.Participation(
                event_id=row["e"], officer_id=row["officer"], role=text("participants.role", row["role"])
            )
            for row in rows("participants")
        ],
        media=[
            facts.Media(
                id=row["k"],
                case_id=row["c"],
                event_id=row["e"],
                started_at=moment(row["started"]),
                retained_until=day(row["retained"]),
            )
            for row in rows("media")
        ],
        inspections=[
            facts.Inspection(
                id=row["k"],
                order=row["k"],
                agency_id=row["agency"],
                party_id=row["party"],
                item_ids=tuple(items_of[row["k"]]),
                selection=text("inspections.selection", row["selection"]),
                cause=filled(row["has_cause"]),
                exempt_reason=filled(row["exempt"]),
                plan_filed_at=moment(row["filed"]),
                plan_entered_at=moment(row["entered"]),
                started_at=moment(row["started"]),
                ended_at=moment(row["ended"]),
                place=row["place"],
                result=text("inspections.result", row["result"]),
                joint_id=row["joint"],
                scanned=row["scanned"],
                unscanned_reason=filled(row["has_unscanned_reason"]),
                unscanned_reason_at=moment(row["unscanned_at"]),
                case_id=row["c"],
            )
            for row in rows("inspections")
        ],
        inspection_officers=[(row["v"], row["officer"]) for row in rows("inspection_officers")],
        remedies=[
            facts.Remedy(
                id=row["k"],
                kind=text("remedies.kind", row["kind"]),
                case_id=row["c"],
                procedure=text("remedies.procedure", row["procedure"]),
                received_at=moment(row["received"]),
                replied_at=moment(row["replied"]),
                hearing_on=day(row["hearing"]),
                decided_at=moment(row["decided"]),
                outcome=text("remedies.outcome", row["outcome"]),
                head_attended=row["attended"],
                head_is_principal=row["principal"],
            )
            for row in rows("remedies")
        ],
        referrals=[
            facts.Referral(
                id=row["k"],
                case_id=row["c"],
                to=text("referrals.to", row["sent_to"]),
                report_received_at=moment(row["received"]),
                decided_at=moment(row["decided"]),
                approved_at=moment(row["approved"]),
                transferred_at=moment(row["transferred"]),
            )
            for row in rows("referrals")
        ],
        training=[
            facts.Training(officer_id=row["officer"], held_on=day(row["held"]), hours=row["hours"])
            for row in rows("training")
        ],
    )
