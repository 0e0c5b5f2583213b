"""Rules that hold one fine against others: the same act fined twice, and a fine far from those of its peers."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from mingjing.domain.rules.kinds.fines import DoubleFine, FineOutlier
from mingjing.domain.rules.model import Example, Rule, Severity, Status, Strictness, Subject

type Row = Mapping[str, object]

AS_OF: Final = date(2026, 6, 30)
HOLDS, BROKEN, UNKNOWN, APART = Status.HOLDS, Status.BROKEN, Status.NOT_EVALUATED, Status.NOT_APPLICABLE
AGENCIES: Final[tuple[Row, ...]] = ({"agency_id": "A1"}, {"agency_id": "A2"})
PARTIES: Final[tuple[Row, ...]] = (
    {"party_id": "P1", "kind": "legal_person"},
    {"party_id": "P2", "kind": "legal_person"},
    {"party_id": "P3", "kind": None},
)
ITEMS: Final[tuple[Row, ...]] = ({"item_id": "I1", "act_code": "X1"}, {"item_id": "I2", "act_code": "X1"})


def _facts(title: str, expected: Status, cases: Iterable[tuple[str, Row]], subject: str) -> Example:
    """Cases as (day of decision, columns)."""
    rows: list[Row] = []
    events: list[Row] = []
    for number, (decided, columns) in enumerate(cases, start=1):
        common = {"case_id": f"C{number}", "kind": "penalty", "agency_id": "A1", "item_id": "I1", "party_id": "P1"}
        rows.append({**common, "act_on": "2026-02-01", "fine_fen": 100_000, **columns})
        events.append({"event_id": f"D{number}", "case_id": f"C{number}", "type": "decision", "at": decided})
    return Example(
        title=title,
        facts={
            "agencies": AGENCIES,
            "parties": PARTIES,
            "items": ITEMS,
            "cases": tuple(rows),
            "events": tuple(events),
        },
        as_of=AS_OF,
        subject=subject,
        expected=expected,
    )


def _twice(title: str, expected: Status, **second: object) -> Example:
    """One fine, and a second by another agency under another item for the same act."""
    other = {"agency_id": "A2", "item_id": "I2", **second}
    return _facts(title, expected, [("2026-03-10", {}), ("2026-03-20", other)], "C2")


def _among(title: str, expected: Status, fines: Iterable[int], fine: int | None, party: str = "P1") -> Example:
    """A fine after those of its peers, one a month from January 2025 on."""
    tier = {"tier": "一般"}
    peers = [(f"2025-{number:02d}-10", {**tier, "fine_fen": one}) for number, one in enumerate(fines, start=1)]
    return _facts(
        title,
        expected,
        [*peers, ("2026-03-20", {**tier, "fine_fen": fine, "party_id": party})],
        f"C{len(peers) + 1}",
    )


SPREAD: Final = (100_000, 110_000, 120_000, 130_000, 140_000, 150_000, 160_000, 170_000)
"""A median of 135 000 and a median absolute deviation of 20 000: 3 × 1.4826 × 20 000 = 88 956 fen."""

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="penalty.double-fine",
        kind=DoubleFine(),
        subject=Subject.CASE,
        title="一事不二罚款",
        statement="对当事人的同一个违法行为，不得给予两次以上罚款的行政处罚，由不同机关作出的也一样。",
        remedy="撤销在后的罚款；违反多个规范的，按罚款数额高的规定处罚。",
        severity=Severity.FATAL,
        basis=("CF 29",),
        strictness=Strictness.BLOCK,
        examples=(
            _twice("同一行为被另一机关再次罚款", BROKEN),
            _twice("另一日的行为", HOLDS, act_on="2026-02-02"),
            _twice("另一当事人", HOLDS, party_id="P2"),
            _twice("第二次没有罚款", APART, fine_fen=0),
            _twice("违法行为日期不详", UNKNOWN, act_on=None),
            _twice("罚款额不详", UNKNOWN, fine_fen=None),
        ),
    ),
    Rule(
        id="item.fine-outlier",
        kind=FineOutlier(),
        subject=Subject.CASE,
        title="同类案件罚款离群",
        statement="罚款明显偏离此前二十四个月同事项、同档次、同类当事人案件的中位数的，提示核查裁量是否一致。",
        remedy="说明情节差异和裁量理由；没有理由的，依法调整。",
        severity=Severity.NOTICE,
        basis=("RZ-18", "practice G1"),
        requirements=("RZ-18",),
        strictness=Strictness.WARN,
        examples=(
            _among("在正常范围之内", HOLDS, SPREAD, 223_956),
            _among("超出一分", BROKEN, SPREAD, 223_957),
            _among("同类罚款全部相同，为一点五倍", HOLDS, [100_000] * 8, 150_000),
            _among("同类罚款全部相同，超过一点五倍", BROKEN, [100_000] * 8, 150_001),
            _among("同类案件不足八件", APART, SPREAD[:7], 999_999),
            _among("罚款额不详", UNKNOWN, SPREAD, None),
            _among("当事人类型不详", UNKNOWN, SPREAD, 120_000, party="P3"),
        ),
    ),
)
