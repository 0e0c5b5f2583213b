"""Rules for one officer: not in two places at once, and trained enough."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from mingjing.domain.rules.kinds.people import TrainingHours, TwoPlaces
from mingjing.domain.rules.model import Example, Rule, Severity, Status, Strictness, Subject

type Row = Mapping[str, object]

AS_OF: Final = date(2026, 6, 30)
HOLDS, BROKEN, UNKNOWN, APART = Status.HOLDS, Status.BROKEN, Status.NOT_EVALUATED, Status.NOT_APPLICABLE
AGENCY: Final[Row] = {"agency_id": "A1", "name": "市场监管局"}
OFFICER: Final[Row] = {"officer_id": "O1", "agency_id": "A1"}


def _day(title: str, expected: Status, visit: tuple[str | None, str | None], place: str) -> Example:
    """An inquiry from nine to ten at the office, and a visit from and until some hour."""
    return Example(
        title=title,
        facts={
            "agencies": (AGENCY,),
            "officers": (OFFICER,),
            "cases": ({"case_id": "C1", "kind": "penalty", "agency_id": "A1"},),
            "events": (
                {
                    "event_id": "E1",
                    "case_id": "C1",
                    "type": "inquiry",
                    "at": "2026-03-10 09:00",
                    "ended_at": "2026-03-10 10:00",
                    "place": "办公室" if expected is not APART else None,
                },
            ),
            "participants": ({"event_id": "E1", "officer_id": "O1", "role": "handler"},),
            "inspections": ({"inspection_id": "V1", "started_at": visit[0], "ended_at": visit[1], "place": place},),
            "inspection_officers": ({"inspection_id": "V1", "officer_id": "O1"},),
        },
        as_of=AS_OF,
        subject="O1",
        expected=expected,
    )


def _trained(title: str, expected: Status, *hours: float | None, since: str = "2020-01-01") -> Example:
    return Example(
        title=title,
        facts={
            "agencies": (AGENCY,),
            "officers": (OFFICER,),
            "officer_roles": ({"officer_id": "O1", "role": "officer", "from": since},),
            "training": tuple(
                {"officer_id": "O1", "held_on": f"2025-0{number}-15", "hours": one}
                for number, one in enumerate(hours, start=1)
            ),
        },
        as_of=AS_OF,
        subject="O1",
        expected=expected,
    )


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        id="officer.two-places",
        kind=TwoPlaces(),
        subject=Subject.OFFICER,
        title="同一人员同时在两处执法",
        statement="同一执法人员的两次现场执法，时间重叠而地点不同的，提示核查记录是否真实。",
        remedy="核对现场记录和音像；属于记录错误的更正，属于挂名执法的依法处理。",
        severity=Severity.NOTICE,
        basis=("practice G2",),
        strictness=Strictness.RECORD,
        examples=(
            _day("十点结束，十点在别处开始", HOLDS, ("2026-03-10 10:00", "2026-03-10 11:00"), "某超市"),
            _day("九点五十九分已在别处", BROKEN, ("2026-03-10 09:59", "2026-03-10 11:00"), "某超市"),
            _day("时间重叠，地点相同", HOLDS, ("2026-03-10 09:30", "2026-03-10 09:40"), "办公室"),
            _day("时刻、地点都不详的不适用", APART, ("2026-03-10", None), "某超市"),
        ),
    ),
    Rule(
        id="officer.hours",
        kind=TrainingHours(hours="training.hours"),
        subject=Subject.OFFICER,
        title="年度培训学时",
        statement="每名执法人员每年参加培训累计不少于六十学时。",
        remedy="补足学时；未完成的，不得参加年审。",
        severity=Severity.SERIOUS,
        basis=("LC-05", "RZ-05"),
        requirements=("LC-05", "RZ-05"),
        strictness=Strictness.WARN,
        examples=(
            _trained("满六十学时", HOLDS, 30, 20, 10),
            _trained("五十九学时", BROKEN, 30, 20, 9),
            _trained("没有培训记录", BROKEN),
            _trained("有一次学时不详", UNKNOWN, 30, 20, None),
            _trained("年中才任职的不适用", APART, 30, since="2025-06-01"),
        ),
    ),
)
