"""Fill the plans room: a plan of the county read from its text, checked, put into force, and reported for a while."""

from datetime import timedelta
from importlib.resources import files

from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, actor_of
from mingjing.contexts.accounts.models import Grant
from mingjing.contexts.demo.place import AT, CODE, DemoPlace
from mingjing.contexts.plans import queries
from mingjing.contexts.plans.models import Plan, Task
from mingjing.contexts.plans.usecases.keep_ledger import confirm_plan, end_task, import_plan, settle
from mingjing.contexts.plans.usecases.read_plans import read_pasted_plan
from mingjing.contexts.plans.usecases.report_progress import judge_report, submit_report
from mingjing.domain.plans.standing import TaskState

ORDER = 60
_REPORTS = (
    "已完成清理核对，名单在部门网站公示，三名到期未审验人员已暂停上岗。",
    "本月组织法制审核业务培训一次，重大执法决定全部经过审核后作出。",
    "集中培训两期，人均累计四十六学时，下月安排线上补训。",
    "入企检查计划已备案，合并检查事项九项，退回重复计划两项。",
)


def fill(_place: DemoPlace) -> str:
    """Import the plan as the justice bureau would, and report as units would."""
    keeper = _holder("overseer")
    text = files("mingjing.contexts.demo").joinpath("data", "plan.txt").read_bytes()
    begun = AT - timedelta(days=240)
    plan = import_plan(actor=keeper, at=begun, read=read_pasted_plan(text), place=CODE, content=text)
    for task in plan.tasks.all():
        for number, _ in enumerate(task.uncertain):
            task = settle(
                actor=keeper, at=begun, task=task.pk, number=number, version=task.version, words="已与原文核对"
            )
    plan = confirm_plan(
        actor=keeper, at=begun + timedelta(days=1), code=plan.code, version=Plan.objects.get(pk=plan.pk).version
    )
    reported = _report(keeper, plan)
    return f"方案 1 份，任务 {plan.tasks.count()} 项，进展报告 {reported} 份。"


def _report(keeper: Actor, plan: Plan) -> int:
    clerk, count = _holder("agency_clerk"), 0
    for number, task in enumerate(queries.tasks_of(clerk).filter(plan=plan).order_by("position")):
        (unit, *_) = queries.units_to_report(clerk, task)
        for back, percent in ((2, 40), (1, 65)):
            at = AT - timedelta(days=30 * back)
            period = queries.periods_of(task, localdate(at))[0]
            report = submit_report(
                actor=clerk, at=at, task=task.pk, unit=unit.code, period=period.key,
                words=_REPORTS[number % len(_REPORTS)], percent=percent,
            )  # fmt: skip
            count += 1
            if back == 2 or number % 2 == 0:
                judge_report(
                    actor=keeper,
                    at=at + timedelta(days=2),
                    report=report.pk,
                    version=report.version,
                    accepted=True,
                    words="属实",
                )
    first = Task.objects.get(plan=plan, position=1)
    end_task(
        actor=keeper,
        at=AT - timedelta(days=20),
        task=first.pk,
        version=first.version,
        state=TaskState.DONE,
        reason="清理结果已公示，佐证材料齐全",
    )
    return count


def _holder(role: str) -> Actor:
    grant = Grant.objects.filter(role=role).order_by("pk").select_related("user").first()
    assert grant is not None, role
    return actor_of(grant.user, on=localdate(AT))
