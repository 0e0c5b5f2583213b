"""Fill the meetings room: a body with members, a meeting whose decisions became tasks, one that is to come."""

from datetime import date, timedelta

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.demo.place import AT, CODE, DemoPlace
from mingjing.contexts.meetings.usecases import hold
from mingjing.contexts.meetings.usecases.hold import DecisionGiven, Item
from mingjing.contexts.plans.models import Plan, PlanState
from mingjing.contexts.plans.usecases.files import FileGiven
from mingjing.contexts.registry.models import Body, BodyMember

ORDER = 85


def fill(place: DemoPlace) -> str:
    """Hold the meetings as the office would."""
    office, clerk = place.actor("task_force"), place.actor("agency_clerk")
    market = clerk.held[0].unit_path.rstrip("/").rpartition("/")[2]
    body = _body(market)
    plan = Plan.objects.filter(place=CODE, state=PlanState.RUNNING).order_by("pk").first()
    at = AT - timedelta(days=35)
    row = hold.call_meeting(
        actor=office, at=at, body=body.code, title="行政执法工作第三次会商会议", held_at=at + timedelta(days=5),
        venue="县司法局三楼会议室", chair="颜廷章", plan=plan.code if plan else "",
        agenda=[Item(title="研究涉企检查事项合并", unit=market), Item(title="通报三季度督导情况")],
    )  # fmt: skip
    hold.answer(actor=clerk, at=at + timedelta(days=1), session=row.code, unit=market, coming=True, person="王兆军")
    paper = FileGiven(name="涉企检查事项梳理表.txt", content="演示材料，内容虚构。\n".encode())
    hold.add_paper(actor=clerk, at=at + timedelta(days=2), session=row.code, unit=market, item=1, file=paper)
    after = at + timedelta(days=5, hours=3)
    others = [code for code in row.attendees.values_list("unit__code", flat=True) if code != market]
    came = {market: "王兆军", **dict.fromkeys(others[:3], "")}
    row = hold.record_attendance(actor=office, at=after, session=row.code, version=row.version, came=came)
    row = hold.write_minutes(
        actor=office, at=after, session=row.code, version=row.version, number="第3期",
        discussion="会议听取了涉企检查事项梳理情况的汇报，通报了三季度督导发现的问题，研究了下一步措施。\n会议认为，重复检查的问题要从计划环节解决。",
        decisions=[
            DecisionGiven(
                words="合并涉企检查事项。各部门检查计划报统筹岗合并，合并事项不少于12项。", lead=market,
                others=tuple(others[:2]), due_words="2026年12月底前", due_on=date(2026, 12, 31),
            ),
            DecisionGiven(words="同意三季度督导情况的通报。"),
        ],
    )  # fmt: skip
    hold.sign_minutes(actor=office, at=after + timedelta(days=1), session=row.code, version=row.version)
    hold.call_meeting(
        actor=office, at=AT - timedelta(days=1), body=body.code, title="行政执法工作第四次会商会议",
        held_at=AT + timedelta(days=20), venue="县司法局三楼会议室", chair="颜廷章",
        agenda=[Item(title="研究年度考评"), Item(title="安排明年重点任务")],
    )  # fmt: skip
    return f"会议 2 次，议定任务 {row.decisions.filter(task__isnull=False).count()} 项。"


def _body(market: str) -> Body:
    found = Body.objects.filter(office__place=CODE, members__unit__code=market).first()
    if found is not None:
        return found
    made = Body.objects.create(
        code="HS-1", name="行政执法工作会商机制", kind="consultation", head="颜廷章", office=Unit.objects.get(code="SF"),
        duties="研究重大事项，协调部门分歧，督促任务落实", formed_on=date(2026, 1, 5),
    )  # fmt: skip
    units = Unit.objects.filter(place=CODE, kind="agency").order_by("path")[:9]
    codes = {one.code: one for one in [Unit.objects.get(code="SF"), *units]}
    BodyMember.objects.bulk_create(
        BodyMember(body=made, unit=one, part="lead" if code == "SF" else "member") for code, one in codes.items()
    )
    return made
