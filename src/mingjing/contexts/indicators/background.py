"""Long work of this room as jobs of the worker."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.indicators.models import Delivery, DeliveryState
from mingjing.contexts.indicators.usecases.compute import compute
from mingjing.contexts.indicators.usecases.deliver import take_in
from mingjing.contexts.work import jobs
from mingjing.contexts.work.models import Job

READ: Final = "indicators.take_in"
COMPUTE: Final = "indicators.compute"


def register() -> None:
    """Let the jobs be started."""
    jobs.register(READ, "读取数据包", _take_in)
    jobs.register(COMPUTE, "计算指标", _compute)


def start_reading(actor: Actor, at: datetime, delivery: Delivery) -> Job:
    """Have a delivery read in the background."""
    return jobs.start(actor=actor, at=at, kind=READ, title=delivery.name, arguments={"delivery": delivery.pk})


def start_computing(actor: Actor, at: datetime, place: str, codes: Sequence[str] = ()) -> Job:
    """Have the indicators of a place computed in the background."""
    title = "、".join(codes) or "全部指标"
    return jobs.start(
        actor=actor, at=at, kind=COMPUTE, title=title[:200], arguments={"place": place, "codes": list(codes)}
    )


def _take_in(running: jobs.Running) -> str:
    row = take_in(
        actor=running.actor, at=running.at, delivery=int(running.arguments["delivery"]), tell=running.progress
    )
    running.lead_to(f"/indicators/deliveries/{row.pk}/")
    if row.state != DeliveryState.TAKEN:
        return f"没有读入：{row.words}"
    return f"读入 {sum(row.tables.values())} 行，数据问题 {row.problems} 处。"


def _compute(running: jobs.Running) -> str:
    arguments = running.arguments
    snapshot = compute(
        actor=running.actor,
        at=running.at,
        place=str(arguments["place"]),
        codes=[str(one) for one in arguments.get("codes", [])],
        tell=running.progress,
    )
    running.lead_to("/indicators/")
    return f"算出 {snapshot.values} 个数值，数据截至 {snapshot.as_of.isoformat()}。"
