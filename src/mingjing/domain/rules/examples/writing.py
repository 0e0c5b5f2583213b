"""
A short way to write an example down: one case among a few standing agencies, officers, parties and items.

A step is a line ``moment type word …``. Words are ``@name`` (its id), ``about:name``, ``outcome:code``,
``until:moment``, ``to:day``, ``urgent:yes`` or ``urgent:no``, ``yuan:number``, ``proposed:penalty|penalty`` and
``role:officer,officer``. A moment is ``2026-03-02``
or ``2026-03-02T09:00``. March 2026 has no holiday and begins on a Sunday: of a period from Monday the 2nd the 3rd
working day is the 5th, the 5th the 9th, the 7th the 11th, the 10th the 16th and the 20th the 30th.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

from mingjing.domain.rules.model import Example, Status

type Row = Mapping[str, object]
type Tables = Mapping[str, tuple[Row, ...]]

HOLDS, BROKEN, UNKNOWN, APART = Status.HOLDS, Status.BROKEN, Status.NOT_EVALUATED, Status.NOT_APPLICABLE

CASE: Final = "本案"
ROLES: Final = frozenset({"handler", "recorder", "reviewer", "approver", "chair", "voter", "recused"})

AGENCIES: Final[tuple[Row, ...]] = (
    {"agency_id": "城管局", "level": "county"},
    {"agency_id": "城管中队", "level": "county", "parent_id": "城管局"},
    {"agency_id": "卫健局", "level": "county"},
    {"agency_id": "市场监管局", "level": "county", "domain": "market_regulation"},
    {"agency_id": "日照市局", "level": "city", "jurisdiction_code": "371100"},
    {"agency_id": "泗水县局", "level": "county", "jurisdiction_code": "370831"},
    {"agency_id": "兖州区局", "level": "county", "jurisdiction_code": "370812"},
    {"agency_id": "泰山区局", "level": "county", "jurisdiction_code": "370902"},
)

OFFICERS: Final[tuple[Row, ...]] = (
    *({"officer_id": officer, "agency_id": "城管局"} for officer in ("甲", "乙", "丙", "辅助人员", "停证人员")),
    {"officer_id": "中队人员", "agency_id": "城管中队"},
    {"officer_id": "外单位人员", "agency_id": "卫健局"},
    {"officer_id": "单位不详人员"},
    {"officer_id": "老审核员", "agency_id": "城管局"},
    {"officer_id": "新审核员", "agency_id": "城管局", "legal_qualification_on": "2018-06-01"},
    {"officer_id": "无资格审核员", "agency_id": "城管局"},
)

OFFICER_ROLES: Final[tuple[Row, ...]] = (
    *(
        {"officer_id": officer, "role": "officer", "from": "2020-01-01"}
        for officer in ("甲", "乙", "丙", "停证人员", "中队人员", "外单位人员", "单位不详人员")
    ),
    {"officer_id": "辅助人员", "role": "auxiliary", "from": "2020-01-01"},
    {"officer_id": "老审核员", "role": "legal_reviewer", "from": "2017-12-31"},
    {"officer_id": "新审核员", "role": "legal_reviewer", "from": "2018-01-01"},
    {"officer_id": "无资格审核员", "role": "legal_reviewer", "from": "2018-01-01"},
)

CREDENTIALS: Final[tuple[Row, ...]] = (
    *(
        {
            "credential_no": f"{officer}证",
            "officer_id": officer,
            "valid_from": "2020-01-01",
            "valid_until": "2030-12-31",
        }
        for officer in ("甲", "乙", "丙")
    ),
    {
        "credential_no": "停证人员证",
        "officer_id": "停证人员",
        "valid_from": "2020-01-01",
        "valid_until": "2026-05-31",
        "suspended_from": "2026-03-05",
        "suspended_until": "2026-03-10",
    },
)

PARTIES: Final[tuple[Row, ...]] = (
    {"party_id": "公司", "kind": "legal_person"},
    {"party_id": "公民", "kind": "citizen"},
    {"party_id": "个体户", "kind": "individual_business"},
    {"party_id": "身份不详"},
)

ITEMS: Final[tuple[Row, ...]] = (
    {"item_id": "有基准事项", "basis": "某条例第十条"},
    {
        "item_id": "无基准事项",
        "basis": "某条例第十一条",
        "single_officer_basis": "某法第三条",
        "summary_cap_basis": "某法第四条",
    },
    {"item_id": "无依据事项"},
)

BENCHMARKS: Final[tuple[Row, ...]] = (
    {
        "item_id": "有基准事项",
        "tier": "一般",
        "fine_min_fen": 10_000,
        "fine_max_fen": 20_000,
        "effective_from": "2020-01-01",
    },
    {
        "item_id": "有基准事项",
        "tier": "严重",
        "fine_min_fen": 20_001,
        "fine_max_fen": 30_000,
        "effective_from": "2020-01-01",
    },
)

STANDING: Final[Tables] = {
    "agencies": AGENCIES,
    "officers": OFFICERS,
    "officer_roles": OFFICER_ROLES,
    "credentials": CREDENTIALS,
    "parties": PARTIES,
    "items": ITEMS,
    "benchmarks": BENCHMARKS,
}

ORDINARY_CASE: Final[Row] = {
    "case_id": CASE,
    "kind": "penalty",
    "procedure": "ordinary",
    "agency_id": "城管局",
    "item_id": "有基准事项",
    "party_id": "公司",
    "fine_fen": 10_000,
    "confiscated_fen": 0,
    "is_major": False,
    "is_complex": False,
    "status": "open",
}


def example(
    title: str,
    expected: Status,
    *steps: str,
    as_of: str = "2026-06-30",
    more: Tables | None = None,
    **case: object,
) -> Example:
    """Write an example of one case: its steps, the columns in which it differs, and rows of other tables."""
    events, participants = _read_steps(steps)
    facts: dict[str, tuple[Row, ...]] = {
        **STANDING,
        "cases": ({**ORDINARY_CASE, **case},),
        "events": events,
        "participants": participants,
    }
    for table, rows in (more or {}).items():
        facts[table] = (*facts.get(table, ()), *rows)
    return Example(title=title, facts=facts, as_of=date.fromisoformat(as_of), subject=CASE, expected=expected)


def _read_steps(steps: tuple[str, ...]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    events: list[Row] = []
    participants: list[Row] = []
    for number, line in enumerate(steps, start=1):
        at, kind, *words = line.split()
        event: dict[str, object] = {"event_id": f"第{number}步", "case_id": CASE, "type": kind, "at": at}
        people: list[tuple[str, str]] = []
        for word in words:
            name, _, value = word.partition(":")
            if word.startswith("@"):
                event["event_id"] = word[1:]
            elif name in ROLES:
                people += [(name, officer) for officer in value.split(",")]
            else:
                event |= _column(name, value)
        events.append(event)
        participants += [{"event_id": event["event_id"], "officer_id": one, "role": role} for role, one in people]
    return tuple(events), tuple(participants)


def _column(name: str, value: str) -> Row:
    match name:
        case "about":
            return {"about_event_id": value}
        case "until":
            return {"ended_at": value}
        case "to":
            return {"extends_to": value}
        case "urgent":
            return {"urgent": value == "yes"}
        case "outcome":
            return {"outcome": value}
        case "yuan":
            return {"amount_fen": int(value) * 100}
        case "proposed":
            return {"penalties": value}
    raise ValueError(f"a step has no {name}")


def published(at: str, *, withdrawn: str | None = None, subject: str = "case") -> Tables:
    """Write a publication of the case, and when it was taken down."""
    row = {"subject": subject, "subject_id": CASE, "published_at": at, "withdrawn_at": withdrawn}
    return {"disclosures": (row,)}


def voided(on: str, outcome: str = "revoked") -> Tables:
    """Write a reconsideration that undid the decision."""
    row = {
        "remedy_id": "复议",
        "case_id": CASE,
        "kind": "reconsideration",
        "received_at": "2026-01-20",
        "outcome": outcome,
        "decided_at": on,
    }
    return {"remedies": (row,)}


def document(step: str, kind: str) -> Tables:
    """Write a document made in a step."""
    return {"documents": ({"document_id": "文书", "case_id": CASE, "event_id": step, "kind": kind},)}


def written(step: str, *elements: str, kind: str = "文书") -> Tables:
    """Write a document made in a step, and what it contains."""
    row = {"document_id": "文书", "case_id": CASE, "event_id": step, "kind": kind, "elements": "|".join(elements)}
    return {"documents": (row,)}


def recording(step: str, kind: str) -> Tables:
    """Write a recording of a step."""
    return {"media": ({"media_id": "录像", "case_id": CASE, "event_id": step, "kind": kind},)}
