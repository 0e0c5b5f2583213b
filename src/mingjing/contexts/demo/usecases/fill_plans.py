"""Fill the plans room: a plan of the county read from its text, checked, put into force, and reported for a while."""

from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files

from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, actor_of
from mingjing.contexts.accounts.models import Grant
from mingjing.contexts.demo.place import AT, CODE, DemoPlace
from mingjing.contexts.plans import queries
from mingjing.contexts.plans.measuring import plan_measured
from mingjing.contexts.plans.models import Plan, Task, VisitKind
from mingjing.contexts.plans.usecases.break_down import SubTaskGiven, add_sub_task, report_sub_task, submit_breakdown
from mingjing.contexts.plans.usecases.files import FileGiven
from mingjing.contexts.plans.usecases.keep_ledger import (
    DeadlineGiven,
    PartGiven,
    TaskGiven,
    add_task,
    confirm_plan,
    end_task,
    import_plan,
    settle,
)
from mingjing.contexts.plans.usecases.link_tasks import link_tasks
from mingjing.contexts.plans.usecases.read_plans import read_pasted_plan
from mingjing.contexts.plans.usecases.report_progress import judge_report, submit_report
from mingjing.contexts.plans.usecases.show_materials import (
    add_material,
    add_year_element,
    judge_material,
    open_year_file,
)
from mingjing.contexts.plans.usecases.tie_indicators import tie
from mingjing.contexts.plans.usecases.visits import (
    VisitGiven,
    answer_finding,
    plan_visit,
    record_finding,
    record_visit,
)
from mingjing.domain.plans.ledger import LinkKind, YearElementKind
from mingjing.domain.plans.model import Mode
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
    worked = _work(keeper, plan)
    tied = _tie(keeper, plan)
    return f"方案 1 份，任务 {plan.tasks.count()} 项，进展报告 {reported} 份，{worked}，挂接指标 {tied} 个。"


_OUTSIDE = (
    (
        "党建与执法业务融合",
        "基层执法队伍开展主题党日和业务学习。",
        "泗水县县直机关工委意见",
        True,
        "主题党日活动记录.pdf",
    ),
    ("执法力量向一线倾斜", "编制和人员向一线执法岗位倾斜。", "县委编委会议", True, "人员调配文件.pdf"),
    (
        "执法经费和装备列入预算",
        "执法证件管理、案卷评查、涉企监督、抽考比武经费列入本级预算。",
        "县财政预算安排",
        False,
        "2026年部门预算批复.pdf",
    ),
    ("提高站位，解决群众急难愁盼", "开展专题学习，列出法治为民办实事清单。", "方案保障措施", False, "办实事清单.pdf"),
)
"""What a plan asks for and no platform does by itself: an entry of the ledger, shown by what is uploaded."""
_MEASURES = (
    ("核对在岗人员执法证件", Decimal(58), "人", Decimal(58), True),
    ("注销到期未审验的证件", Decimal(3), "件", Decimal(2), False),
    ("公示清理结果", Decimal(1), "份", Decimal(1), True),
)


def _work(keeper: Actor, plan: Plan) -> str:
    """Break a task down, add what a document must show, link, visit, open the files of the year."""
    clerk = _holder("agency_clerk")
    market = clerk.held[0].unit_path.rstrip("/").rpartition("/")[2]
    _split(clerk, market, plan)
    shown = _show(keeper, clerk, market, plan)
    second, fifth = (Task.objects.get(plan=plan, position=at) for at in (2, 5))
    link_tasks(
        actor=keeper, at=AT - timedelta(days=200), task=fifth.pk, version=fifth.version, other=second.pk,
        kind=LinkKind.NEEDS, words="法制审核力量到位以后，裁量基准才能落实",
    )  # fmt: skip
    _visit(keeper, clerk, market, plan)
    year_file = open_year_file(actor=clerk, at=AT - timedelta(days=250), unit=market, year=AT.year, head="王兆军")
    for kind, name in ((YearElementKind.SCHEME, "实施方案"), (YearElementKind.MEASURES, "主要举措")):
        add_year_element(
            actor=clerk, at=AT - timedelta(days=240), year_file=year_file.pk, kind=kind, file=_file(f"{name}.pdf", name)
        )
    return f"分解措施 {len(_MEASURES)} 条，佐证材料 {shown} 份，督导 2 次"


def _tie(keeper: Actor, plan: Plan) -> int:
    """Confirm the best of the indicators that are offered for each target."""
    tied = 0
    for task, found in plan_measured(keeper, plan, localdate(AT)):
        choices = {one.target.pk: one.offers[0].code for one in found if one.offers}
        if choices:
            tie(actor=keeper, at=AT - timedelta(days=30), task=task.pk, version=task.version, choices=choices)
            tied += len(choices)
    return tied


def _split(clerk: Actor, market: str, plan: Plan) -> None:
    row = Task.objects.get(plan=plan, position=3)
    at = AT - timedelta(days=150)
    for title, goal, unit, _, _ in _MEASURES:
        add_sub_task(
            actor=clerk, at=at, task=row.pk, unit=market,
            given=SubTaskGiven(
                title=title, goal=goal, goal_unit=unit, due_on=AT.date() + timedelta(days=5), section="法规科", person="徐静",
                owner="agency-clerk",
            ),
        )  # fmt: skip
    submit_breakdown(actor=clerk, at=at, task=row.pk, unit=market)
    for sub in row.sub_tasks.all():
        _, _, _, reached, done = next(one for one in _MEASURES if one[0] == sub.title)
        report_sub_task(
            actor=clerk, at=AT - timedelta(days=60), sub_task=sub.pk, version=sub.version, reached=reached, done=done
        )


def _show(keeper: Actor, clerk: Actor, market: str, plan: Plan) -> int:
    for number, (title, text, source, long_term, name) in enumerate(_OUTSIDE):
        at = AT - timedelta(days=120 - number)
        task = add_task(
            actor=keeper, at=at, plan=plan.code,
            given=TaskGiven(
                title=title, text=text, source=source, section="四、组织保障",
                parts=(PartGiven(words="县市场监督管理局", mode=Mode.RESPONSIBLE, units=(market,)),),
                deadlines=(
                    DeadlineGiven(words="长期坚持", long_term=True)
                    if long_term
                    else DeadlineGiven(words="2026年12月底前", on=date(2026, 12, 31)),
                ),
            ),
        )  # fmt: skip
        made = add_material(
            actor=clerk,
            at=AT - timedelta(days=90 - number),
            task=task.pk,
            unit=market,
            file=_file(name, title),
            words=title,
        )
        if number < len(_OUTSIDE) - 1:
            judge_material(
                actor=keeper, at=AT - timedelta(days=80), material=made.pk, version=made.version, accepted=True,
                words="材料属实", ends=not long_term,
            )  # fmt: skip
    return len(_OUTSIDE)


def _visit(keeper: Actor, clerk: Actor, market: str, plan: Plan) -> None:
    others = [one.code for one in queries.units_of_plan(plan) if one.code != market][:2]
    at, first = AT - timedelta(days=40), AT.date() - timedelta(days=40)
    visit = plan_visit(
        actor=keeper, at=at, place=CODE,
        given=VisitGiven(
            kind=VisitKind.VISIT, title="执法规范化建设专项督导", first_on=first, last_on=first + timedelta(days=9),
            units=(market, *others), team="组长颜廷章，成员乔雅楠、孙茂林", scope="查阅案卷和台账，访谈执法人员，走访企业。", plan=plan.code,
        ),
    )  # fmt: skip
    for unit in (market, others[0]):
        record_visit(
            actor=keeper, at=at + timedelta(days=2), visit=visit.code, unit=unit, on=first + timedelta(days=2),
            words="查阅案卷十件、台账一套，访谈执法人员四名，总体规范，个别环节留痕不全。",
        )  # fmt: skip
    for words, days in (("两件案卷缺送达回证，未说明原因。", 20), ("涉企检查备案晚于入企时间一次。", 45)):
        found = record_finding(
            actor=keeper, at=at + timedelta(days=3), visit=visit.code, unit=market, words=words,
            due_on=first + timedelta(days=days),
        )  # fmt: skip
        if days == 20:
            answer_finding(
                actor=clerk, at=at + timedelta(days=12), finding=found.pk, version=found.version,
                answer="已补充送达情况说明并附邮寄凭证，承办人员已提醒谈话。", file=_file("整改说明.pdf", "整改说明"),
            )  # fmt: skip
    check = plan_visit(
        actor=keeper, at=AT - timedelta(days=12), place=CODE,
        given=VisitGiven(
            kind=VisitKind.SELF_CHECK, title="行政执法三项制度自查", first_on=AT.date() - timedelta(days=10),
            last_on=AT.date() + timedelta(days=10), units=(market, *others), plan=plan.code,
        ),
    )  # fmt: skip
    record_visit(
        actor=clerk, at=AT - timedelta(days=3), visit=check.code, unit=market, on=AT.date() - timedelta(days=3),
        words="自查案卷二十件，发现执法记录仪数量不足，已申请配备。",
    )  # fmt: skip


def _file(name: str, words: str) -> FileGiven:
    return FileGiven(name=name, content=f"演示材料，内容虚构：{words}。\n".encode())


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
