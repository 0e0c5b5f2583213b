"""Rules for visits 行政检查: filed, planned, on published items, by two officers, and not too often."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from mingjing.domain.rules.kinds.inspections import (
    FiledBefore,
    ItemsPublished,
    PlannedAhead,
    RepeatVisit,
    ScannedOrExplained,
    UneventfulVisits,
    VisitFrequency,
    VisitQuorum,
)
from mingjing.domain.rules.model import Example, Rule, Severity, Status, Strictness, Subject

type Row = Mapping[str, object]

AS_OF: Final = date(2026, 6, 30)
AGENCIES: Final[tuple[Row, ...]] = ({"agency_id": "A1", "name": "市场监管局"}, {"agency_id": "A2", "name": "消防大队"})
PARTIES: Final[tuple[Row, ...]] = ({"party_id": "P1", "kind": "legal_person"}, {"party_id": "P2", "kind": "citizen"})
ITEMS: Final[tuple[Row, ...]] = (
    {"item_id": "I1", "published_on": "2025-01-01"},
    {"item_id": "I2", "published_on": "2026-03-11"},
    {"item_id": "I3", "published_on": "2025-01-01", "withdrawn_on": "2026-03-10"},
)
OFFICERS: Final[tuple[Row, ...]] = ({"officer_id": "O1"}, {"officer_id": "O2"}, {"officer_id": "O3"})
ROLES: Final[tuple[Row, ...]] = (
    {"officer_id": "O1", "role": "officer", "from": "2020-01-01"},
    {"officer_id": "O2", "role": "officer", "from": "2020-01-01"},
    {"officer_id": "O3", "role": "auxiliary", "from": "2020-01-01"},
)
CREDENTIALS: Final[tuple[Row, ...]] = (
    {"credential_no": "C1", "officer_id": "O1", "valid_from": "2020-01-01", "valid_until": "2030-12-31"},
    {"credential_no": "C2", "officer_id": "O2", "valid_from": "2020-01-01", "valid_until": "2026-03-10"},
)


def _visit(number: int, started: str | None = "2026-03-10 09:00", **columns: object) -> Row:
    return {
        "inspection_id": f"V{number}",
        "agency_id": "A1",
        "party_id": "P1",
        "item_ids": "I1",
        "selection": "planned",
        "started_at": started,
        **columns,
    }


def _team(*pairs: tuple[int, str]) -> tuple[Row, ...]:
    return tuple({"inspection_id": f"V{number}", "officer_id": officer} for number, officer in pairs)


def _example(
    title: str, expected: Status, *visits: Row, subject: str = "V1", team: tuple[Row, ...] = (), as_of: date = AS_OF
) -> Example:
    return Example(
        title=title,
        facts={
            "agencies": AGENCIES,
            "parties": PARTIES,
            "items": ITEMS,
            "officers": OFFICERS,
            "officer_roles": ROLES,
            "credentials": CREDENTIALS,
            "inspections": visits,
            "inspection_officers": team,
        },
        as_of=as_of,
        subject=subject,
        expected=expected,
    )


HOLDS, BROKEN, UNKNOWN, APART = Status.HOLDS, Status.BROKEN, Status.NOT_EVALUATED, Status.NOT_APPLICABLE

RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="inspection.plan-filed",
        kind=FiledBefore(),
        subject=Subject.INSPECTION,
        title="入企检查先备案",
        statement="对企业开展检查之前应当先行备案；因投诉举报、转办交办等触发且记明原因的，可以直接检查。",
        remedy="补办备案并说明原因；没有依据的检查予以纠正。",
        severity=Severity.SERIOUS,
        basis=("LC-16", "54"),
        requirements=("LC-16",),
        strictness=Strictness.WARN,
        examples=(
            _example("前一日备案", HOLDS, _visit(1, plan_filed_at="2026-03-09")),
            _example("触发检查并记明原因", HOLDS, _visit(1, selection="triggered", cause="投诉举报")),
            _example("检查后才备案", BROKEN, _visit(1, plan_filed_at="2026-03-10 09:30")),
            _example("没有备案", BROKEN, _visit(1)),
            _example("触发检查未记原因，也没有备案", BROKEN, _visit(1, selection="triggered")),
            _example("同一日备案，时刻不详", UNKNOWN, _visit(1, plan_filed_at="2026-03-10")),
        ),
    ),
    Rule(
        id="inspection.plan-ahead",
        kind=PlannedAhead(days="inspection.plan_ahead.days"),
        subject=Subject.INSPECTION,
        title="检查计划提前录入",
        statement="涉企检查计划至少提前七日录入联合检查平台，触发检查除外。",
        remedy="调整检查日期，或者作为例外记明理由。",
        severity=Severity.SERIOUS,
        basis=("RZ-47",),
        requirements=("RZ-47",),
        strictness=Strictness.WARN,
        examples=(
            _example("提前七日", HOLDS, _visit(1, plan_entered_at="2026-03-03")),
            _example("提前六日", BROKEN, _visit(1, plan_entered_at="2026-03-04")),
            _example("没有录入平台的不适用", APART, _visit(1)),
            _example("检查日期不详", UNKNOWN, _visit(1, None, plan_entered_at="2026-03-04")),
        ),
    ),
    Rule(
        id="inspection.item-published",
        kind=ItemsPublished(),
        subject=Subject.INSPECTION,
        title="检查事项已公布",
        statement="检查事项应当在检查当日已经公布且未撤销；未公布的事项不得检查。",
        remedy="停止未公布事项的检查；确需检查的先依法公布。",
        severity=Severity.SERIOUS,
        basis=("54",),
        requirements=("TS-31",),
        strictness=Strictness.BLOCK,
        examples=(
            _example("事项早已公布", HOLDS, _visit(1)),
            _example("次日才公布", BROKEN, _visit(1, item_ids="I1|I2")),
            _example("当日已撤销", BROKEN, _visit(1, item_ids="I3")),
            _example("没有记载检查事项", UNKNOWN, _visit(1, item_ids=None)),
        ),
    ),
    Rule(
        id="inspection.officers.two",
        kind=VisitQuorum(),
        subject=Subject.INSPECTION,
        title="检查人员不少于两人",
        statement="实施行政检查的执法人员不得少于两人。",
        remedy="核实现场人员；不足两人的检查依法重新进行。",
        severity=Severity.FATAL,
        basis=("54", "SS-49"),
        requirements=("SS-49",),
        strictness=Strictness.BLOCK,
        examples=(
            _example("两名执法人员", HOLDS, _visit(1), team=_team((1, "O1"), (1, "O2"))),
            _example("一名执法人员和一名辅助人员", BROKEN, _visit(1), team=_team((1, "O1"), (1, "O3"))),
            _example("没有登记检查人员", BROKEN, _visit(1)),
            _example("检查日期不详", UNKNOWN, _visit(1, None), team=_team((1, "O1"), (1, "O2"))),
        ),
    ),
    Rule(
        id="inspection.officers.credential",
        kind=VisitQuorum(credentialed=True),
        subject=Subject.INSPECTION,
        title="检查人员持有效证件",
        statement="实施行政检查的两名以上执法人员当日应当持有有效的执法证件，被暂扣、注销的不算。",
        remedy="由持证人员重新检查；清理无证、证件过期或者暂扣人员的执法权限。",
        severity=Severity.FATAL,
        basis=("54", "SS-41"),
        requirements=("SS-41",),
        strictness=Strictness.BLOCK,
        examples=(
            _example("证件当日有效", HOLDS, _visit(1), team=_team((1, "O1"), (1, "O2"))),
            _example("一人证件前一日到期", BROKEN, _visit(1, "2026-03-11"), team=_team((1, "O1"), (1, "O2"))),
            _example("检查日期不详", UNKNOWN, _visit(1, None), team=_team((1, "O1"), (1, "O2"))),
        ),
    ),
    Rule(
        id="inspection.frequency",
        kind=VisitFrequency(),
        subject=Subject.INSPECTION,
        title="涉企检查频次",
        statement="同一企业接受检查每日不超过一次、每周不超过两次、每月不超过三次；联合检查算一次；依法不计频次的除外。",
        remedy="与其他检查合并进行，或者推迟；确属不计频次的，记明理由。",
        severity=Severity.SERIOUS,
        basis=("54", "practice B3"),
        requirements=("RZ-49",),
        strictness=Strictness.WARN,
        examples=(
            _example("当日仅此一次", HOLDS, _visit(1)),
            _example("当日第二次", BROKEN, _visit(1), _visit(2, "2026-03-10 15:00", agency_id="A2"), subject="V2"),
            _example(
                "当周第三次",
                BROKEN,
                *(_visit(number, f"2026-03-{8 + number:02d}") for number in (1, 2, 3)),
                subject="V3",
            ),
            _example(
                "联合检查只算一次",
                APART,
                _visit(1, joint_id="J1"),
                _visit(2, joint_id="J1", agency_id="A2"),
                subject="V2",
            ),
            _example("不计频次", APART, _visit(1, exempt_reason="安全生产专项整治")),
            _example("检查公民不适用", APART, _visit(1, party_id="P2")),
            _example("企业不详", UNKNOWN, _visit(1, party_id=None)),
        ),
    ),
    Rule(
        id="inspection.repeat-same-agency",
        kind=RepeatVisit(days="inspection.repeat_same.days"),
        subject=Subject.INSPECTION,
        title="同一机关重复检查",
        statement="同一机关对同一企业，九十日内不重复检查；触发检查除外。",
        remedy="核实必要性；没有必要的取消，今后合并安排。",
        severity=Severity.NOTICE,
        basis=("54", "practice G1"),
        strictness=Strictness.RECORD,
        examples=(
            _example("间隔九十一日", HOLDS, _visit(1, "2026-03-10"), _visit(2, "2026-06-09"), subject="V2"),
            _example("间隔九十日", BROKEN, _visit(1, "2026-03-10"), _visit(2, "2026-06-08"), subject="V2"),
            _example(
                "间隔二十三日的触发检查",
                HOLDS,
                _visit(1, "2026-03-10"),
                _visit(2, "2026-04-02", selection="triggered"),
                subject="V2",
            ),
            _example("企业不详", UNKNOWN, _visit(1, party_id=None)),
        ),
    ),
    Rule(
        id="inspection.repeat-cross-agency",
        kind=RepeatVisit(days="inspection.repeat_cross.days", cross=True),
        subject=Subject.INSPECTION,
        title="不同机关接连检查",
        statement="不同机关对同一企业，三十日内不接连检查；联合检查、触发检查除外。",
        remedy="与其他机关的检查合并为联合检查。",
        severity=Severity.NOTICE,
        basis=("54", "practice G1"),
        strictness=Strictness.RECORD,
        examples=(
            _example(
                "间隔三十一日", HOLDS, _visit(1, "2026-03-10"), _visit(2, "2026-04-10", agency_id="A2"), subject="V2"
            ),
            _example(
                "间隔三十日", BROKEN, _visit(1, "2026-03-10"), _visit(2, "2026-04-09", agency_id="A2"), subject="V2"
            ),
            _example(
                "联合检查",
                HOLDS,
                _visit(1, "2026-03-10"),
                _visit(2, "2026-03-20", agency_id="A2", joint_id="J1"),
                subject="V2",
            ),
            _example("检查主体不详", UNKNOWN, _visit(1, agency_id=None)),
        ),
    ),
    Rule(
        id="inspection.same-officer-thrice",
        kind=UneventfulVisits(visits="inspection.same_officer.visits"),
        subject=Subject.INSPECTION,
        title="同一人员连续检查无结果",
        statement="同一人员一年内连续三次检查同一企业均未发现问题的，提示核实检查是否流于形式。",
        remedy="轮换检查人员，抽查检查记录。",
        severity=Severity.NOTICE,
        basis=("practice B3",),
        strictness=Strictness.RECORD,
        examples=(
            _example(
                "连续三次未发现问题",
                BROKEN,
                *(_visit(number, f"2026-0{number}-10", result="none") for number in (1, 2, 3)),
                subject="V3",
                team=_team((1, "O1"), (2, "O1"), (3, "O1"), (3, "O2")),
            ),
            _example(
                "中间一次责令改正",
                HOLDS,
                _visit(1, "2026-01-10", result="none"),
                _visit(2, "2026-02-10", result="rectify"),
                _visit(3, "2026-03-10", result="none"),
                subject="V3",
                team=_team((1, "O1"), (2, "O1"), (3, "O1")),
            ),
            _example(
                "中间一次结果不详",
                UNKNOWN,
                _visit(1, "2026-01-10", result="none"),
                _visit(2, "2026-02-10"),
                _visit(3, "2026-03-10", result="none"),
                subject="V3",
                team=_team((1, "O1"), (2, "O1"), (3, "O1")),
            ),
        ),
    ),
    Rule(
        id="inspection.scanned",
        kind=ScannedOrExplained(days="inspection.unscanned.days"),
        subject=Subject.INSPECTION,
        title="检查扫码或者说明",
        statement="入企检查应当扫码留痕；未扫码的，十日内说明原因。",
        remedy="补充说明未扫码的原因。",
        severity=Severity.NOTICE,
        basis=("practice B2",),
        strictness=Strictness.RECORD,
        examples=(
            _example("已扫码", HOLDS, _visit(1, scanned=True)),
            _example(
                "第十日说明原因",
                HOLDS,
                _visit(1, scanned=False, unscanned_reason="设备故障", unscanned_reason_at="2026-03-20"),
            ),
            _example(
                "第十一日才说明",
                BROKEN,
                _visit(1, scanned=False, unscanned_reason="设备故障", unscanned_reason_at="2026-03-21"),
            ),
            _example("尚在十日内", HOLDS, _visit(1, scanned=False), as_of=date(2026, 3, 20)),
            _example("没有说明", BROKEN, _visit(1, scanned=False), as_of=date(2026, 3, 21)),
            _example("是否扫码没有记载", UNKNOWN, _visit(1)),
        ),
    ),
)
