"""
The row evaluator: rules judged one subject at a time, in plain Python, over facts read from the keyed store.

This is what the gate of one case does. Over many cases it is the slow twin that the columns are held against; ids are
the store's integer keys, so that both name the same evidence.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import duckdb

from mingjing.domain.rules.elements import ELEMENT_BITS
from mingjing.domain.rules.facts import (
    ANY_STEP,
    Agency,
    Benchmark,
    Case,
    Credential,
    Disclosure,
    Document,
    Event,
    FactBase,
    Inspection,
    Item,
    Media,
    Officer,
    OfficerRole,
    Participation,
    Party,
    Referral,
    Remedy,
    Training,
)
from mingjing.domain.rules.judge import judge
from mingjing.domain.rules.model import Reckoning, Rule, Status, Subject
from mingjing.domain.rules.terms import CaseFacts
from mingjing.engine.store import (
    CASE_FLAGS,
    CODES,
    PENALTY_BITS,
    UNKNOWN_PENALTY_BIT,
    UNREAD_ANY,
    UNREAD_BITS,
    Store,
)
from mingjing.kernel.moments import Moment, day_of, moment_of
from mingjing.law.calendars import Calendar
from mingjing.law.calendars import calendar as stored_calendar

FILLED = "（有）"
"""Stands for a text of which the store keeps only that it was given."""

_NAMES = {column: {number: code for code, number in codes.items()} for column, codes in CODES.items()}


def _code(column: str, number: int | None) -> str | None:
    return None if number is None else _NAMES[column].get(number, "?")


def _day(number: int | None) -> date | None:
    return None if number is None else day_of(number)


def _moment(code: int | None) -> Moment | None:
    return None if code is None else moment_of(code)


def _text(filled: bool | None) -> str | None:
    return FILLED if filled else None


def _penalties(mask: int) -> frozenset[str]:
    named = {code for code, bit in PENALTY_BITS.items() if mask & bit}
    return frozenset(named | ({"?"} if mask & UNKNOWN_PENALTY_BIT else set()))


def _elements(mask: int | None) -> frozenset[str] | None:
    return None if mask is None else frozenset(code for code, bit in ELEMENT_BITS.items() if mask & bit)


def _unread(mask: int, more: int) -> frozenset[str]:
    """The types of step whose bits are set; with one bit beyond them, any."""
    named = {
        code
        for code, number in CODES["events.type"].items()
        if (mask >> number if number < UNREAD_BITS else more >> number - UNREAD_BITS) & 1
    }
    return frozenset(named | ({ANY_STEP} if mask & UNREAD_ANY else set()))


def _rows(
    connection: duckdb.DuckDBPyConnection, store: Store, table: str, condition: str = "true"
) -> Iterator[dict[str, Any]]:
    cursor = connection.execute(f"SELECT * FROM {store.rows(table)} WHERE {condition}")
    names = [column[0] for column in cursor.description or ()]
    for row in cursor.fetchall():
        yield dict(zip(names, row, strict=True))


def load_facts(
    connection: duckdb.DuckDBPyConnection,
    store: Store,
    *,
    as_of: date,
    place: str | None = None,
    first_case: int = 0,
    end_case: int | None = None,
    calendar: Calendar | None = None,
) -> FactBase:
    """
    Read a store into objects; of cases and what belongs to them only those with keys from ``first_case`` to ``end_case``.

    Registers and inspections are always read whole.
    """
    own = f"c >= {first_case}" + (f" AND c < {end_case}" if end_case is not None else "")
    keyed = own.replace("c ", "k ")

    def rows(table: str, condition: str = "true") -> Iterator[dict[str, Any]]:
        return _rows(connection, store, table, condition)

    items: dict[int, list[int | None]] = {}
    for row in rows("inspection_items"):
        items.setdefault(row["v"], []).append(row["item"])
    return FactBase(
        as_of=as_of,
        place=place,
        absent=store.absent,
        calendar=calendar or stored_calendar(),
        agencies=[
            Agency(
                id=r["k"],
                name=r["name"] or "",
                jurisdiction_code=r["place"],
                level=r["level"],
                domain=r["domain"],
                parent_id=r["parent"],
            )
            for r in rows("agencies")
        ],
        officers=[
            Officer(id=r["k"], agency_id=r["agency"], legal_qualification_on=_day(r["qualified"]))
            for r in rows("officers")
        ],
        officer_roles=[
            OfficerRole(
                officer_id=r["officer"],
                role=_code("officer_roles.role", r["role"]) or "?",
                since=_day(r["since"]),
                until=_day(r["until"]),
            )
            for r in rows("officer_roles")
        ],
        credentials=[
            Credential(officer_id=r["officer"], **{name: _day(r[name]) for name in r if name != "officer"})
            for r in rows("credentials")
        ],
        parties=[
            Party(id=r["k"], kind=_code("parties.kind", r["kind"]), risk_level=_code("parties.risk_level", r["risk"]))
            for r in rows("parties")
        ],
        items=[
            Item(
                id=r["k"],
                agency_id=r["agency"],
                basis=_text(r["has_basis"]),
                act_code=r["act_code"],
                published_on=_day(r["published"]),
                withdrawn_on=_day(r["withdrawn"]),
                single_officer_basis=_text(r["single"]),
                summary_cap_basis=_text(r["cap_lifted"]),
            )
            for r in rows("items")
        ],
        benchmarks=[
            Benchmark(
                item_id=r["item"],
                tier=r["tier"],
                fine_min_fen=r["low"],
                fine_max_fen=r["high"],
                effective_from=_day(r["since"]),
                effective_until=_day(r["until"]),
            )
            for r in rows("benchmarks")
        ],
        cases=[_case(row) for row in rows("cases", keyed)],
        events=[
            Event(
                id=r["k"],
                case_id=r["c"],
                type=_code("events.type", r["t"]) or "?",
                at=moment_of(r["m"]),
                order=r["k"],
                ended_at=_moment(r["ended"]),
                about_id=r["about"],
                outcome=_code("events.outcome", r["outcome"]),
                urgent=r["urgent"],
                place=r["place"],
                extends_to=_day(r["extends_to"]),
                amount_fen=r["sum_fen"],
                penalties=_penalties(r["proposed"]),
            )
            for r in rows("events", own)
        ],
        participants=[
            Participation(event_id=r["e"], officer_id=r["officer"], role=_code("participants.role", r["role"]))
            for r in rows("participants", own)
        ],
        documents=[
            Document(
                id=n,
                event_id=r["e"],
                kind="笔录" if r["is_record"] else "文书",
                elements=_elements(r["elements"]),
            )
            for n, r in enumerate(rows("documents", own))
        ],
        media=[
            Media(
                id=r["k"],
                case_id=r["c"],
                event_id=r["e"],
                kind=_code("media.kind", r["kind"]),
                started_at=_moment(r["started"]),
                retained_until=_day(r["retained"]),
            )
            for r in rows("media")
        ],
        inspections=[
            Inspection(
                id=r["k"],
                order=r["k"],
                agency_id=r["agency"],
                party_id=r["party"],
                item_ids=tuple(items.get(r["k"], ())),
                selection=_code("inspections.selection", r["selection"]),
                cause=_text(r["has_cause"]),
                exempt_reason=_text(r["exempt"]),
                plan_filed_at=_moment(r["filed"]),
                plan_entered_at=_moment(r["entered"]),
                started_at=_moment(r["started"]),
                ended_at=_moment(r["ended"]),
                place=r["place"],
                result=_code("inspections.result", r["result"]),
                joint_id=r["joint"],
                scanned=r["scanned"],
                unscanned_reason=_text(r["has_unscanned_reason"]),
                unscanned_reason_at=_moment(r["unscanned_at"]),
                case_id=r["c"],
            )
            for r in rows("inspections")
        ],
        inspection_officers=[(r["v"], r["officer"]) for r in rows("inspection_officers")],
        disclosures=[
            Disclosure(
                subject=_code("disclosures.subject", r["subject"]) or "?",
                subject_id=r["c"],
                published_at=_moment(r["published"]),
                withdrawn_at=_moment(r["withdrawn"]),
            )
            for r in rows("disclosures", own)
        ],
        remedies=[
            Remedy(
                id=r["k"],
                kind=_code("remedies.kind", r["kind"]),
                case_id=r["c"],
                procedure=_code("remedies.procedure", r["procedure"]),
                received_at=_moment(r["received"]),
                replied_at=_moment(r["replied"]),
                hearing_on=_day(r["hearing"]),
                decided_at=_moment(r["decided"]),
                outcome=_code("remedies.outcome", r["outcome"]),
                head_attended=r["attended"],
                head_is_principal=r["principal"],
            )
            for r in rows("remedies")
        ],
        referrals=[
            Referral(
                id=r["k"],
                case_id=r["c"],
                to=_code("referrals.to", r["sent_to"]),
                report_received_at=_moment(r["received"]),
                decided_at=_moment(r["decided"]),
                approved_at=_moment(r["approved"]),
                transferred_at=_moment(r["transferred"]),
            )
            for r in rows("referrals")
        ],
        training=[
            Training(officer_id=r["officer"], held_on=_day(r["held"]), hours=r["hours"]) for r in rows("training")
        ],
    )


def _case(r: dict[str, Any]) -> Case:
    return Case(
        id=r["k"],
        kind=_code("cases.kind", r["kind"]) or "?",
        case_no=_text(r["has_no"]),
        procedure=_code("cases.procedure", r["procedure"]),
        agency_id=r["agency"],
        item_id=r["item"],
        party_id=r["party"],
        act_on=_day(r["act"]),
        act_ended_on=_day(r["act_ended"]),
        found_on=_day(r["found"]),
        fine_fen=r["fine"],
        confiscated_fen=r["confiscated"],
        other_penalties=_penalties(r["penalties"]),
        tier=r["tier"],
        tier_departure=_code("cases.tier_departure", r["tier_departure"]),
        tier_departure_reason=FILLED if r["departs"] else None,
        is_major=r["is_major"],
        is_complex=r["is_complex"],
        limitation_class=_code("cases.limitation_class", r["limitation_class"]),
        credit_class=_code("cases.credit_class", r["credit_class"]),
        disclosure_exempt=_text(r["exempt"]),
        status=_code("cases.status", r["status"]),
        ended_ground=_text(r["has_ground"]),
        leniency_reason=_text(r["leniency_reason"]),
        expires_on=_day(r["expires"]),
        unread=_unread(r["unread"], r["unread_more"]),
        **{name: r[name] for name in CASE_FLAGS},
    )


def subjects_of(rule: Rule, base: FactBase) -> Iterable[tuple[int, object]]:
    """List what a rule judges, each with its key."""
    if rule.subject is Subject.CASE:
        if rule.judges_steps:
            return ((int(case.id), CaseFacts(case, base)) for case in base.cases)
        return ((int(case.id), case) for case in base.cases)
    kept: dict[Subject, Sequence[Any]] = {
        Subject.INSPECTION: base.inspections,
        Subject.OFFICER: base.officers,
        Subject.AGENCY: base.agencies,
        Subject.REMEDY: base.remedies,
        Subject.REFERRAL: base.referrals,
        Subject.MEDIA: base.media,
    }
    rows = kept[rule.subject]
    return ((int(row.id), row) for row in rows)


def judge_rows(rules: Sequence[Rule], base: FactBase) -> dict[str, dict[int, Reckoning]]:
    """Judge every subject of every rule, one at a time; subjects to which a rule does not apply are left out."""
    cases = {int(case.id): CaseFacts(case, base) for case in base.cases}
    found: dict[str, dict[int, Reckoning]] = {}
    for rule in rules:
        verdicts = {}
        for key, subject in subjects_of(rule, base):
            reckoning = judge(rule, cases[key] if isinstance(subject, CaseFacts) else subject, base)
            if reckoning.status is not Status.NOT_APPLICABLE:
                verdicts[key] = reckoning
        found[rule.id] = verdicts
    return found
