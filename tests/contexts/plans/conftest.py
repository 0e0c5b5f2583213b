"""Reading plans in tests: from lines, and from files that are made for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.plans.models import Plan
from mingjing.contexts.plans.payload import plan_json
from mingjing.contexts.plans.usecases import keep_ledger
from mingjing.contexts.plans.usecases.read_plans import read_pasted_plan
from mingjing.domain.plans.model import Paragraph
from mingjing.domain.plans.read import read_plan
from tests.contexts.conftest import ActorMaker


@pytest.fixture
def read() -> Callable[[str], dict[str, Any]]:
    """Read a text into the JSON of its plan."""
    return lambda text: plan_json(read_plan([Paragraph(line) for line in text.split("\n")]))


AT = datetime(2026, 3, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LATER = datetime(2026, 5, 20, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

TEXT = """泗水县2026年执法规范化建设方案
泗政办字〔2026〕9号
一、主要任务
（一）清理执法主体。全面核对执法主体，公告率达到100%。（牵头单位：县司法局；责任单位：各行政执法部门、各镇街；完成时限：2026年6月底前）
（二）规范入企检查。检查次数比上年下降20%以上。（责任单位：县市场监督管理局、县卫生健康局；完成时限：2026年9月底前并长期坚持）
（三）建设指挥平台。（责任单位：县大数据中心；完成时限：按省统一部署完成）
泗水县人民政府办公室
2026年3月16日
"""


@pytest.fixture
def keeper(actor_with: ActorMaker) -> Actor:
    """Somebody of the justice bureau who keeps the ledger."""
    return actor_with("overseer", "justice")


@pytest.fixture
def draft(keeper: Actor) -> Plan:
    """A plan as it was read."""
    return keep_ledger.import_plan(actor=keeper, at=AT, read=read_pasted_plan(TEXT.encode()), place="370831")


def settled(keeper: Actor, plan: Plan) -> Plan:
    for task in plan.tasks.all():
        for number, doubt in enumerate(task.uncertain):
            if not doubt.get("by"):
                task = keep_ledger.settle(actor=keeper, at=AT, task=task.pk, number=number, version=task.version)
    return Plan.objects.get(pk=plan.pk)


@pytest.fixture
def running(keeper: Actor, draft: Plan) -> Plan:
    """The plan, checked and in force."""
    plan = settled(keeper, draft)
    return keep_ledger.confirm_plan(actor=keeper, at=AT, code=plan.code, version=plan.version)
