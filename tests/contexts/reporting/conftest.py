"""A place with a plan in force, reports, a visit and monthly figures of which reports tell."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.plans.models import Plan, VisitKind
from mingjing.contexts.plans.usecases import keep_ledger, visits
from mingjing.contexts.plans.usecases.read_plans import read_pasted_plan
from mingjing.contexts.plans.usecases.report_progress import judge_report, submit_report
from mingjing.contexts.reporting.usecases import collect
from mingjing.domain.plans.standing import TaskState
from tests.contexts.conftest import ActorMaker
from tests.contexts.plans.conftest import TEXT, settled

BEGUN = datetime(2026, 3, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
AFTER = datetime(2026, 7, 3, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
"""After the second quarter, for which the reports of these tests are drafted."""


def moment(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def keeper(actor_with: ActorMaker) -> Actor:
    """Somebody of the justice bureau."""
    return actor_with("overseer", "justice")


@pytest.fixture
def head(actor_with: ActorMaker) -> Actor:
    """Who signs."""
    return actor_with("overseer_head", "justice", name="颜廷章")


@pytest.fixture
def clerk(actor_with: ActorMaker) -> Actor:
    """Who reports for the market regulator."""
    return actor_with("agency_clerk", "market")


@pytest.fixture
def plan(keeper: Actor, clerk: Actor) -> Plan:
    """A plan in force since March: one task done, one overdue; some reports sent in the second quarter."""
    row = keep_ledger.import_plan(actor=keeper, at=BEGUN, read=read_pasted_plan(TEXT.encode()), place="370831")
    row = settled(keeper, row)
    row = keep_ledger.confirm_plan(actor=keeper, at=BEGUN, code=row.code, version=row.version)
    first, second, third = row.tasks.order_by("position")
    for month in (4, 5):
        report = submit_report(
            actor=clerk, at=moment(month, 20), task=first.pk, unit="market", period=f"2026-0{month}", words="已核对",
            percent=month * 10,
        )  # fmt: skip
        if month == 4:
            judge_report(actor=keeper, at=moment(4, 25), report=report.pk, version=report.version, accepted=True)
    submit_report(
        actor=clerk, at=moment(6, 20), task=second.pk, unit="market", period="2026-06", words="已部署", percent=30
    )
    third.refresh_from_db()
    keep_ledger.end_task(
        actor=keeper, at=moment(6, 1), task=third.pk, version=third.version, state=TaskState.DONE, reason="已建成"
    )
    return row


@pytest.fixture
def visited(keeper: Actor, plan: Plan) -> None:
    """A visit in the quarter, with two problems at the market regulator."""
    visit = visits.plan_visit(
        actor=keeper, at=moment(5, 6), place="370831",
        given=visits.VisitGiven(
            kind=VisitKind.VISIT, title="第二季度督导", first_on=date(2026, 5, 6), last_on=date(2026, 5, 8),
            units=("market", "health"), team="甲、乙", plan=plan.code,
        ),
    )  # fmt: skip
    for words, due_on in (("案卷缺回证", date(2026, 5, 20)), ("公示不及时", date(2026, 8, 1))):
        visits.record_finding(
            actor=keeper, at=moment(5, 7), visit=visit.code, unit="market", words=words, due_on=due_on
        )


@pytest.fixture
def months(keeper: Actor, clerk: Actor) -> None:
    """Monthly figures of the quarter: the market regulator sent two of three, nobody else any."""
    for month, sent in ((4, True), (5, True), (6, False)):
        one = collect.ask(
            actor=keeper, at=moment(month + 1, 1), place="370831", kind="monthly", period=f"2026-0{month}",
            units=("market", "health"),
        )  # fmt: skip
        if sent:
            figures = {"inspections": 10 * month, "filed": month, "decided": month - 1, "licences": 7, "reviewed": 2, "officers": 30}  # fmt: skip
            collect.submit(
                actor=clerk, at=moment(month + 1, 4), collection=one.code, unit="market",
                figures={code: str(value) for code, value in figures.items()},
            )  # fmt: skip
