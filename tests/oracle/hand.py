"""
A short way to write one case by hand.

A step is a line ``moment type word …``; words are ``@id``, ``about:id``, ``outcome:x``, ``until:moment``, ``to:date``,
``urgent:yes``, ``place:x`` and ``role:officer,officer``. A moment is ``2026-03-02`` or ``2026-03-02T09:00``.
"""

from datetime import date, datetime
from typing import Any

from tests.oracle.evaluate import Statuses, evaluate_world
from tests.oracle.moments import NOT_APPLICABLE, Moment
from tests.oracle.world import TABLES, World

Row = dict[str, Any]
ROLES = {"handler", "reviewer", "approver", "recorder", "chair", "voter", "server", "recused"}


def day(text: str) -> date:
    return date.fromisoformat(text)


def moment(text: str | None) -> Moment | None:
    if text is None:
        return None
    if "T" in text:
        full = datetime.fromisoformat(text)
        return Moment(full.date(), full.time())
    return Moment(day(text), None)


def registers() -> dict[str, list[Row]]:
    """Two agencies, officers of every standing, a party of every kind, two items."""
    tables: dict[str, list[Row]] = {name: [] for name in TABLES}
    tables["agencies"] = [
        {"agency_id": "A1", "level": "county"},
        {"agency_id": "A1-team", "parent_id": "A1"},
        {"agency_id": "A2", "level": "county"},
        {"agency_id": "AM", "level": "county", "domain": "market_regulation"},
    ]
    homes = {"O1": "A1", "O2": "A1", "O3": "A1", "OT": "A1-team", "OX": "A2", "OS": "A1", "ON": None}
    for officer, home in homes.items():
        tables["officers"].append({"officer_id": officer, "agency_id": home})
        tables["officer_roles"].append({"officer_id": officer, "role": "officer", "from": day("2020-01-01")})
        tables["credentials"].append(
            {"officer_id": officer, "valid_from": day("2020-01-01"), "valid_until": day("2030-12-31")}
        )
    tables["credentials"][-2] |= {"suspended_from": day("2026-03-05"), "suspended_until": day("2026-03-10")}
    for reviewer, since, qualified in (
        ("R-old", "2017-12-31", None),
        ("R-new", "2018-01-01", "2018-06-01"),
        ("R-raw", "2018-01-01", None),
    ):
        tables["officers"].append(
            {"officer_id": reviewer, "agency_id": "A2", "legal_qualification_on": qualified and day(qualified)}
        )
        tables["officer_roles"].append({"officer_id": reviewer, "role": "legal_reviewer", "from": day(since)})
    kinds = {"P1": "legal_person", "P2": "citizen", "P3": "individual_business", "P0": None}
    tables["parties"] = [{"party_id": party, "kind": kind} for party, kind in kinds.items()]
    tables["items"] = [
        {"item_id": "I1", "basis": "某法", "act_code": "X", "published_on": day("2020-01-01")},
        {
            "item_id": "I2",
            "basis": "某法",
            "act_code": "X",
            "single_officer_basis": "某条",
            "summary_cap_basis": "某条",
        },
        {"item_id": "I3", "published_on": day("2020-01-01"), "withdrawn_on": day("2026-03-02")},
    ]
    for tier, low, high in (("一般", 100, 200), ("严重", 201, 300)):
        tables["benchmarks"].append(
            {
                "item_id": "I1",
                "tier": tier,
                "fine_min_fen": low,
                "fine_max_fen": high,
                "effective_from": day("2020-01-01"),
            }
        )
    return tables


def add_steps(tables: dict[str, list[Row]], case_id: str, steps: str) -> None:
    for number, line in enumerate(filter(None, map(str.strip, steps.replace(";", "\n").splitlines()))):
        at, kind, *words = line.split()
        row: Row = {"event_id": f"{case_id}-{number}", "case_id": case_id, "type": kind, "at": moment(at)}
        persons: list[tuple[str, str]] = []
        for word in words:
            name, _, value = word.partition(":")
            if word.startswith("@"):
                row["event_id"] = word[1:]
            elif name in ROLES:
                persons += [(name, officer) for officer in value.split(",")]
            elif name == "about":
                row["about_event_id"] = value
            elif name == "until":
                row["ended_at"] = moment(value)
            elif name == "to":
                row["extends_to"] = day(value)
            elif name == "fen":
                row["amount_fen"] = int(value)
            elif name == "urgent":
                row["urgent"] = value == "yes"
            else:
                row[name] = value
        tables["events"].append(row)
        for role, officer in persons:
            tables["participants"].append({"event_id": row["event_id"], "officer_id": officer, "role": role})


def dated(row: Row) -> Row:
    """Read the dates and moments of a row by the names of its columns."""
    read = dict(row)
    for name, value in row.items():
        if isinstance(value, str):
            if name.endswith("_at"):
                read[name] = moment(value)
            elif name.endswith("_on") or name in {
                "from",
                "until",
                "retained_until",
                "effective_from",
                "effective_until",
            }:
                read[name] = day(value)
    return read


def evaluate_by_hand(
    steps: str = "",
    *,
    kind: str = "penalty",
    as_of: str = "2026-06-30",
    place: str | None = None,
    more: dict[str, list[Row]] | None = None,
    **case: Any,
) -> dict[str, Statuses]:
    """Evaluate one case C1 (and what ``more`` adds) among the standing registers."""
    tables = registers()
    row = {"case_id": "C1", "kind": kind, "agency_id": "A1", "item_id": "I1", "party_id": "P1", "procedure": "ordinary"}
    row |= {"fine_fen": 100, "confiscated_fen": 0, "is_major": False, "is_complex": False, "status": "open"}
    tables["cases"].append(dated(row | case))
    add_steps(tables, "C1", steps)
    for table, rows in (more or {}).items():
        for extra in rows:
            extra = dict(extra)
            own_steps = extra.pop("steps", None)
            tables[table].append(dated(extra))
            if own_steps is not None:
                add_steps(tables, extra["case_id"], own_steps)
    return evaluate_world(World(tables, set(), day(as_of), place))


def status_by_hand(rule: str, steps: str = "", *, subject: str = "C1", **asked: Any) -> str:
    """What the rule says of one subject."""
    return evaluate_by_hand(steps, **asked)[rule].get(subject, NOT_APPLICABLE)
