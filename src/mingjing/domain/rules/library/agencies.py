"""Rules for an agency as a whole: reviewers, reviews, heads in court, and figures that ask for an explanation."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from mingjing.domain.rules.kinds.agencies import HeadsAttend, IncomeGrowth, QuotaSignal, ReviewerShare, ReviewRate
from mingjing.domain.rules.model import Example, Rule, Severity, Status, Strictness, Subject

type Row = Mapping[str, object]

AS_OF: Final = date(2026, 6, 30)
HOLDS, BROKEN, UNKNOWN = Status.HOLDS, Status.BROKEN, Status.NOT_EVALUATED
AGENCY: Final[Row] = {"agency_id": "A1", "name": "市场监管局", "level": "county"}


def _staff(title: str, expected: Status, *, officers: int, reviewers: int) -> Example:
    people = range(officers + reviewers)
    return Example(
        title=title,
        facts={
            "agencies": (AGENCY,),
            "officers": tuple({"officer_id": f"O{one}", "agency_id": "A1"} for one in people),
            "officer_roles": tuple(
                {
                    "officer_id": f"O{one}",
                    "role": "officer" if one < officers else "legal_reviewer",
                    "from": "2020-01-01",
                }
                for one in people
            ),
        },
        as_of=AS_OF,
        subject="A1",
        expected=expected,
    )


def _decided(
    title: str,
    expected: Status,
    cases: Iterable[tuple[str, Row, str | None]],
    *,
    agencies: tuple[Row, ...] = (AGENCY,),
) -> Example:
    """Cases as (day of decision, columns, day of legal review or ``None``)."""
    rows: list[Row] = []
    events: list[Row] = []
    for number, (decided, columns, reviewed) in enumerate(cases):
        case_id = f"C{number}"
        rows.append({"case_id": case_id, "kind": "penalty", "agency_id": "A1", **columns})
        if reviewed is not None:
            events.append({"event_id": f"R{number}", "case_id": case_id, "type": "legal_review", "at": reviewed})
        events.append({"event_id": f"D{number}", "case_id": case_id, "type": "decision", "at": decided})
    return Example(
        title=title,
        facts={"agencies": agencies, "cases": tuple(rows), "events": tuple(events)},
        as_of=AS_OF,
        subject="A1",
        expected=expected,
    )


def _income(title: str, expected: Status, earlier: int, last: int | None) -> Example:
    return _decided(
        title,
        expected,
        [
            ("2024-05-10", {"fine_fen": earlier, "confiscated_fen": 0}, None),
            ("2025-05-10", {"fine_fen": last, "confiscated_fen": 0}, None),
        ],
    )


def _major(title: str, expected: Status, reviewed: Iterable[str | None]) -> Example:
    return _decided(title, expected, [("2026-05-20", {"is_major": True}, day) for day in reviewed])


def _quota(title: str, expected: Status, units: int, *, odd: int = 0) -> Example:
    """Each unit fines twice a month, all to the same amount; the last one ``odd`` fen more each time."""
    agencies: tuple[Row, ...] = tuple(
        {"agency_id": f"A{one}", "level": "township", "domain": "transport", "parent_id": "A0"}
        for one in range(1, units + 1)
    )
    fines: list[tuple[str, Row, str | None]] = [
        (
            f"2026-{month:02d}-{day:02d}",
            {"agency_id": f"A{unit}", "fine_fen": 20_000 + (odd if unit == units else 0)},
            None,
        )
        for unit in range(1, units + 1)
        for month in range(1, 6)
        for day in (5, 15)
    ]
    fines += [
        (
            f"2025-12-{day:02d}",
            {"agency_id": f"A{unit}", "fine_fen": 20_000 + (odd if unit == units else 0)},
            None,
        )
        for unit in range(1, units + 1)
        for day in (5, 15)
    ]
    return _decided(title, expected, fines, agencies=({"agency_id": "A0", "level": "county"}, *agencies))


def _court(title: str, expected: Status, heads: str) -> Example:
    """One hearing for each letter: p principal head, d deputy head, n nobody, ? not recorded."""
    seen = {"p": (True, True), "d": (True, False), "n": (False, False), "?": (None, None)}
    return Example(
        title=title,
        facts={
            "agencies": (AGENCY,),
            "cases": ({"case_id": "C1", "kind": "penalty", "agency_id": "A1"},),
            "remedies": tuple(
                {
                    "remedy_id": f"R{number}",
                    "kind": "litigation",
                    "case_id": "C1",
                    "hearing_on": f"2026-03-{number + 1:02d}",
                    "head_attended": seen[head][0],
                    "head_is_principal": seen[head][1],
                }
                for number, head in enumerate(heads)
            ),
        },
        as_of=AS_OF,
        subject="A1",
        expected=expected,
    )


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="agency.fine-quota-signal",
        kind=QuotaSignal(),
        subject=Subject.AGENCY,
        title="疑似罚款指标",
        statement="同层级、同领域、同一上级的单位，连续六个月月罚款件数和件均罚款额几乎一致的，提示核查是否下达罚款指标。",
        remedy="调阅考核办法和会议记录，核查是否有罚没指标；没有的，说明情况。",
        severity=Severity.NOTICE,
        basis=("practice G1",),
        strictness=Strictness.RECORD,
        examples=(
            _quota("六个单位整齐划一", BROKEN, 6),
            _quota("五个单位不足以比较", HOLDS, 5),
            _quota("其中一个单位罚款明显较高", HOLDS, 6, odd=10_000),
        ),
    ),
    Rule(
        id="agency.income-growth",
        kind=IncomeGrowth(percent="income.growth"),
        subject=Subject.AGENCY,
        title="罚没收入异常增长",
        statement="上一完整年度的罚没收入超过前一年度一点二倍的，提示核查原因。",
        remedy="分析增长的案件构成；发现逐利执法、异地执法的，依法纠正。",
        severity=Severity.NOTICE,
        basis=("practice G1",),
        strictness=Strictness.RECORD,
        examples=(
            _income("恰为一点二倍", HOLDS, 100_000, 120_000),
            _income("略超一点二倍", BROKEN, 100_000, 120_001),
            _income("上年为零", UNKNOWN, 0, 120_000),
            _income("有一件罚款额不详", UNKNOWN, 100_000, None),
        ),
    ),
    Rule(
        id="agency.legal-reviewer-ratio",
        kind=ReviewerShare(percent="legal_reviewer.ratio"),
        subject=Subject.AGENCY,
        title="法制审核人员比例",
        statement="法制审核人员原则上不少于本单位执法人员的百分之五。",
        remedy="充实法制审核人员，或者统筹使用公职律师、法律顾问。",
        severity=Severity.NOTICE,
        basis=("118", "RZ-37", "SS-33"),
        requirements=("RZ-37", "SS-33"),
        strictness=Strictness.WARN,
        examples=(
            _staff("四十一名执法人员，三名审核人员", HOLDS, officers=41, reviewers=3),
            _staff("四十名执法人员，恰有两名审核人员", HOLDS, officers=40, reviewers=2),
            _staff("四十一名执法人员，两名审核人员", BROKEN, officers=41, reviewers=2),
            _staff("没有在册执法人员", UNKNOWN, officers=0, reviewers=1),
        ),
    ),
    Rule(
        id="agency.legal-review-rate",
        kind=ReviewRate(percent="legal_review.rate"),
        subject=Subject.AGENCY,
        title="重大决定法制审核率",
        statement="重大执法决定作出前全部经过法制审核，审核率为百分之百。",
        remedy="逐件核查未经审核的决定，依法纠正。",
        severity=Severity.SERIOUS,
        basis=("RZ-36", "118"),
        requirements=("RZ-36",),
        strictness=Strictness.WARN,
        examples=(
            _major("全部审核", HOLDS, ["2026-05-18"] * 20),
            _major("二十件中一件未审核", BROKEN, ["2026-05-18"] * 19 + [None]),
            _major("一件在决定之后才审核", BROKEN, ["2026-05-18", "2026-05-21"]),
            _major("审核与决定同日，先后不详", UNKNOWN, ["2026-05-18", "2026-05-20"]),
            _major("没有重大决定", UNKNOWN, []),
        ),
    ),
    Rule(
        id="remedy.head-attends",
        kind=HeadsAttend(attends="head.attends", principal="head.principal"),
        subject=Subject.AGENCY,
        title="负责人出庭应诉",
        statement="行政机关负责人出庭应诉率达到百分之百，其中正职负责人出庭不低于百分之六十。",
        remedy="安排负责人出庭；确有正当理由不能出庭的，向法院说明。",
        severity=Severity.SERIOUS,
        basis=("SS-55", "SU 3"),
        requirements=("SS-55",),
        strictness=Strictness.WARN,
        examples=(
            _court("五次开庭，正职三次", HOLDS, "pppdd"),
            _court("五次开庭，正职两次", BROKEN, "ppddd"),
            _court("一次无人出庭", BROKEN, "ppppn"),
            _court("一次没有记载", UNKNOWN, "pppp?"),
            _court("没有开庭", UNKNOWN, ""),
        ),
    ),
)
