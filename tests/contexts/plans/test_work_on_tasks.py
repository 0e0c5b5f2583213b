"""The work on tasks: broken down, shown by files, linked, carried on by a new edition, called to mind."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError
from mingjing.contexts.plans import queries
from mingjing.contexts.plans.models import Material, Plan, PlanState, SubTask, SubTaskState, Task
from mingjing.contexts.plans.usecases import break_down, editions, keep_ledger, link_tasks, remind, show_materials
from mingjing.contexts.plans.usecases.base import LedgerError
from mingjing.contexts.plans.usecases.break_down import SubTaskGiven
from mingjing.contexts.plans.usecases.files import FileGiven
from mingjing.contexts.plans.usecases.keep_ledger import DeadlineGiven, PartGiven, TaskGiven
from mingjing.contexts.plans.usecases.read_plans import read_pasted_plan
from mingjing.contexts.plans.usecases.report_progress import submit_report
from mingjing.contexts.work.models import Notification
from mingjing.domain.plans.ledger import ChangeKind, LinkKind, YearElementKind
from mingjing.domain.plans.model import Mode
from mingjing.domain.plans.standing import Standing, TaskState
from tests.contexts.conftest import ActorMaker, UserMaker
from tests.contexts.plans.conftest import AT, LATER, TEXT, settled

FILE = FileGiven(name="预算批复.pdf", content=b"%PDF-1.4 budget")
WHOLE = SubTaskGiven(
    title="核对执法证件",
    goal=Decimal(120),
    goal_unit="件",
    due_on=date(2026, 6, 15),
    section="法制科",
    person="王敏",
)


def task(plan: Plan, position: int) -> Task:
    return plan.tasks.get(position=position)


@pytest.fixture
def clerk(actor_with: ActorMaker, running: Plan) -> Actor:
    """Who works on the tasks of the market regulator."""
    return actor_with("agency_clerk", "market")


class TestBreakingDown:
    @pytest.mark.requirement("TS-67", "LC-46")
    def test_what_lacks_figure_day_section_or_person_cannot_be_submitted(self, clerk: Actor, running: Plan) -> None:
        row = task(running, 1)
        given = {"actor": clerk, "at": LATER, "task": row.pk, "unit": "market"}
        sub = break_down.add_sub_task(**given, given=SubTaskGiven(title="核对执法证件", goal=Decimal(120)))
        with pytest.raises(LedgerError, match="缺少时间进度、责任科室、责任人"):
            break_down.submit_breakdown(**given)
        break_down.change_sub_task(actor=clerk, at=LATER, sub_task=sub.pk, version=sub.version, given=WHOLE)
        assert break_down.submit_breakdown(**given) == 1
        assert SubTask.objects.get().state == SubTaskState.RUNNING

    def test_for_ones_own_unit_and_its_tasks(self, clerk: Actor, running: Plan) -> None:
        with pytest.raises(ForbiddenError):
            break_down.add_sub_task(actor=clerk, at=LATER, task=task(running, 1).pk, unit="health", given=WHOLE)
        with pytest.raises(MissingError):
            break_down.add_sub_task(actor=clerk, at=LATER, task=task(running, 3).pk, unit="market", given=WHOLE)

    def test_not_later_than_the_task(self, clerk: Actor, running: Plan) -> None:
        late = SubTaskGiven(title="x", due_on=date(2026, 7, 1))
        with pytest.raises(LedgerError, match="不能晚于"):
            break_down.add_sub_task(actor=clerk, at=LATER, task=task(running, 1).pk, unit="market", given=late)

    def test_the_person_reports_and_ends_it(
        self, clerk: Actor, running: Plan, user_with: UserMaker, actor_with: ActorMaker
    ) -> None:
        officer = actor_with("officer", "market")
        given = {"actor": clerk, "at": LATER, "task": task(running, 1).pk, "unit": "market"}
        named = SubTaskGiven(
            title=WHOLE.title, goal=WHOLE.goal, due_on=WHOLE.due_on, section="法制科", person="张伟",
            owner="officer.market",
        )  # fmt: skip
        sub = break_down.add_sub_task(**given, given=named)
        break_down.submit_breakdown(**given)
        sub.refresh_from_db()
        assert [one.pk for one in queries.sub_tasks_due(officer, date(2026, 6, 1))] == [sub.pk]
        half = {"actor": officer, "at": LATER, "sub_task": sub.pk, "reached": Decimal(60)}
        sub = break_down.report_sub_task(**half, version=sub.version, done=False)
        with pytest.raises(LedgerError, match="未到目标"):
            break_down.report_sub_task(**half, version=sub.version, done=True)
        sub = break_down.report_sub_task(**half, version=sub.version, done=True, words="六十件已注销")
        assert (sub.state, sub.done_on) == (SubTaskState.DONE, date(2026, 5, 20))
        with pytest.raises(LedgerError, match="登录名"):
            break_down.add_sub_task(**given, given=SubTaskGiven(title="x", owner="nobody"))

    @pytest.mark.requirement("LC-46")
    def test_who_has_neither_scheme_nor_breakdown_is_marked(self, clerk: Actor, running: Plan) -> None:
        given = {"actor": clerk, "at": LATER, "task": task(running, 1).pk, "unit": "market"}
        break_down.add_sub_task(**given, given=WHOLE)
        break_down.submit_breakdown(**given)
        year_file = show_materials.open_year_file(actor=clerk, at=LATER, unit="market", year=2026, head="王兆军")
        show_materials.add_year_element(
            actor=clerk, at=LATER, year_file=year_file.pk, kind=YearElementKind.SCHEME, file=FILE
        )
        rows = {one.unit.code: (one.scheme, one.split, one.tasks) for one in queries.coverage(running, 2026)}
        assert rows["market"] == (True, 1, 2)
        assert rows["health"] == (False, 0, 2)


class TestMaterials:
    def add(self, actor: Actor, row: Task, unit: str = "market") -> Material:
        return show_materials.add_material(actor=actor, at=LATER, task=row.pk, unit=unit, file=FILE, words="预算批复")

    @pytest.mark.requirement("TS-63", "RZ-86")
    def test_confirmed_it_ends_the_task_with_file_and_day(self, keeper: Actor, clerk: Actor, running: Plan) -> None:
        row = task(running, 1)
        made = self.add(clerk, row)
        assert (made.added_name, made.name, made.size) == (clerk.name, "预算批复.pdf", len(FILE.content))
        with default_storage.open(made.file) as file:
            assert file.read() == FILE.content
        show_materials.judge_material(
            actor=keeper, at=LATER, material=made.pk, version=made.version, accepted=True, ends=True
        )
        row.refresh_from_db()
        assert (row.state, row.percent) == (TaskState.DONE, 100)
        assert "预算批复.pdf" in row.state_reason

    @pytest.mark.requirement("RZ-03")
    def test_a_task_that_lasts_stays_open_and_the_file_counts_for_its_year(
        self, keeper: Actor, clerk: Actor, running: Plan
    ) -> None:
        row = task(running, 2)
        made = self.add(clerk, row)
        show_materials.judge_material(
            actor=keeper, at=LATER, material=made.pk, version=made.version, accepted=True, ends=True
        )
        row.refresh_from_db()
        assert (row.state, made.year) == (TaskState.OPEN, 2026)
        assert [one.code for one in queries.units_without_material(row, 2026)] == ["health"]
        assert {one.code for one in queries.units_without_material(row, 2027)} == {"market", "health"}

    @pytest.mark.requirement("YZ-40")
    def test_of_four_products_the_one_not_shown_is_overdue_the_day_after(self, keeper: Actor, clerk: Actor) -> None:
        """制度、清单、指南、流程图 are due at the end of August 2018; three are shown."""
        names = ("制度", "清单", "指南", "流程图")
        lines = [
            f"（{'一二三四'[at]}）完善{name}。（责任单位：县市场监督管理局；完成时限：2018年8月底前）"
            for at, name in enumerate(names)
        ]
        text = "\n".join(("泗水县规范执法工作方案", "一、主要任务", *lines))
        given = datetime(2018, 6, 1, 9, 0, tzinfo=LATER.tzinfo)
        plan = keep_ledger.import_plan(actor=keeper, at=given, read=read_pasted_plan(text.encode()), place="370831")
        plan = settled(keeper, plan)
        plan = keep_ledger.confirm_plan(actor=keeper, at=given, code=plan.code, version=plan.version)
        for position in (1, 2, 3):
            made = self.add(clerk, task(plan, position))
            show_materials.judge_material(
                actor=keeper, at=given, material=made.pk, version=made.version, accepted=True, ends=True
            )
        standings = {one.title: queries.standing_of(one, date(2018, 9, 1)) for one in plan.tasks.all()}
        assert [name for name, one in standings.items() if one is Standing.OVERDUE] == ["完善流程图"]
        assert queries.standing_of(task(plan, 4), date(2018, 8, 31)) is not Standing.OVERDUE

    @pytest.mark.requirement("LC-32")
    def test_units_that_showed_nothing_are_listed(self, clerk: Actor, keeper: Actor, running: Plan) -> None:
        row = task(running, 1)
        made = self.add(clerk, row)
        assert {one.code for one in queries.units_without_material(row, 2026)} == {"justice", "health", "town"}
        with pytest.raises(LedgerError, match="退回"):
            show_materials.judge_material(
                actor=keeper, at=LATER, material=made.pk, version=made.version, accepted=False
            )
        show_materials.judge_material(
            actor=keeper, at=LATER, material=made.pk, version=made.version, accepted=False, words="不是本年度"
        )
        assert "market" in {one.code for one in queries.units_without_material(row, 2026)}

    @pytest.mark.requirement("YZ-45")
    def test_what_is_shown_for_one_task_is_seen_at_those_related_to_it(
        self, keeper: Actor, clerk: Actor, running: Plan
    ) -> None:
        first, second = task(running, 1), task(running, 2)
        more = [
            keep_ledger.add_task(
                actor=keeper, at=LATER, plan=running.code,
                given=TaskGiven(title=title, source="衔接任务", parts=(PartGiven(words="市场监管局", mode=Mode.LEAD, units=("market",)),)),
            )
            for title in ("规范程序", "持证资格")
        ]  # fmt: skip
        for other in (second, *more):
            first.refresh_from_db()
            link_tasks.link_tasks(
                actor=keeper, at=LATER, task=first.pk, version=first.version, other=other.pk, kind=LinkKind.RELATED
            )
        made = self.add(clerk, first)
        for other in (second, *more):
            assert [one.pk for one in queries.materials_of(keeper, other)] == [made.pk]

    def test_a_unit_sees_its_own_files_only(self, actor_with: ActorMaker, clerk: Actor, running: Plan) -> None:
        made = self.add(clerk, task(running, 1))
        other = actor_with("agency_clerk", "health")
        assert list(queries.materials_of(other, task(running, 1))) == []
        with pytest.raises(MissingError):
            show_materials.judge_material(actor=other, at=LATER, material=made.pk, version=made.version, accepted=True)
        with pytest.raises(ForbiddenError):
            self.add(other, task(running, 1), "market")


class TestYearFiles:
    @pytest.mark.requirement("SS-01")
    def test_a_file_names_what_it_lacks_and_who_answers_for_it(self, clerk: Actor, keeper: Actor) -> None:
        year_file = show_materials.open_year_file(actor=clerk, at=LATER, unit="market", year=2026, head="王兆军")
        for kind in (YearElementKind.SCHEME, YearElementKind.MEASURES, YearElementKind.ASSESSMENT):
            show_materials.add_year_element(actor=clerk, at=LATER, year_file=year_file.pk, kind=kind, file=FILE)
        row = next(one for one in queries.year_rows(keeper, 2026) if one.unit.code == "market")
        assert (row.there, [one.label for one in row.missing]) == (3, ["进度"])
        assert row.year_file is not None
        assert row.year_file.head == "王兆军"

    def test_who_has_none_is_listed_with_all_missing(self, keeper: Actor) -> None:
        rows = {one.unit.code: one.there for one in queries.year_rows(keeper, 2026)}
        assert rows == {"justice": 0, "market": 0, "health": 0, "town": 0}

    def test_not_for_another_unit(self, clerk: Actor) -> None:
        with pytest.raises((MissingError, ForbiddenError)):
            show_materials.open_year_file(actor=clerk, at=LATER, unit="health", year=2026, head="某某")


class TestLinks:
    def link(self, keeper: Actor, row: Task, other: Task, kind: LinkKind = LinkKind.NEEDS) -> None:
        row.refresh_from_db()
        link_tasks.link_tasks(actor=keeper, at=LATER, task=row.pk, version=row.version, other=other.pk, kind=kind)

    def test_a_task_waits_until_what_it_needs_is_done(self, keeper: Actor, running: Plan) -> None:
        first, second = task(running, 1), task(running, 2)
        self.link(keeper, second, first)
        assert list(queries.tasks_of(keeper).filter(queries.blocked())) == [second]
        (one,) = queries.links_of(keeper, second)
        assert (one.way, one.blocks) == ("前置任务", True)
        keep_ledger.end_task(
            actor=keeper, at=LATER, task=first.pk, version=first.version, state=TaskState.DONE, reason="已公告"
        )
        assert not queries.tasks_of(keeper).filter(queries.blocked()).exists()

    def test_no_circles(self, keeper: Actor, running: Plan) -> None:
        first, second, third = (task(running, at) for at in (1, 2, 3))
        self.link(keeper, second, first)
        self.link(keeper, third, second)
        with pytest.raises(LedgerError, match="前置"):
            self.link(keeper, first, third)
        with pytest.raises(LedgerError, match="已经这样关联"):
            self.link(keeper, second, first)

    def test_taken_away_with_a_reason(self, keeper: Actor, running: Plan) -> None:
        first, second = task(running, 1), task(running, 2)
        self.link(keeper, second, first)
        (one,) = queries.links_of(keeper, second)
        given = {"actor": keeper, "at": LATER, "task": second.pk, "version": second.version, "link": one.link.pk}
        with pytest.raises(LedgerError, match="理由"):
            link_tasks.unlink_tasks(**given, reason="")
        link_tasks.unlink_tasks(**given, reason="不再需要")
        assert queries.links_of(keeper, second) == []


NEW = (
    TEXT.replace("（三）建设指挥平台。", "（三）抓好培训。")
    .replace("2026年6月底前", "2026年8月底前")
    .replace("9号", "19号")
)


class TestEditions:
    @pytest.fixture
    def edition(self, keeper: Actor, running: Plan) -> Plan:
        """A new edition, read and not in force."""
        plan = keep_ledger.import_plan(
            actor=keeper, at=LATER, read=read_pasted_plan(NEW.encode()), place="370831", replaces=running.code
        )
        return settled(keeper, plan)

    def test_what_changed_is_shown(self, keeper: Actor, edition: Plan) -> None:
        found = [(one.kind, one.differs) for one, _, _ in queries.compared(keeper, edition)]
        assert found == [
            (ChangeKind.CHANGED, ("完成时限",)),
            (ChangeKind.SAME, ()),
            (ChangeKind.ADDED, ()),
            (ChangeKind.REMOVED, ()),
        ]

    def test_work_goes_on_where_a_person_said_so(
        self, keeper: Actor, clerk: Actor, running: Plan, edition: Plan
    ) -> None:
        old = task(running, 1)
        break_down.add_sub_task(actor=clerk, at=LATER, task=old.pk, unit="market", given=WHOLE)
        submit_report(actor=clerk, at=LATER, task=old.pk, unit="market", period="2026-05", words="已核对", percent=40)
        pairs = {new.pk: former.pk if former else None for _, former, new in queries.compared(keeper, edition) if new}
        plan = editions.carry_over(actor=keeper, at=LATER, code=edition.code, version=edition.version, pairs=pairs)
        assert SubTask.objects.get().task == old
        keep_ledger.confirm_plan(actor=keeper, at=LATER, code=plan.code, version=plan.version)
        running.refresh_from_db()
        assert running.state == PlanState.CLOSED
        assert SubTask.objects.get().task == task(plan, 1)
        assert task(plan, 1).continues == old
        # what was reported on the former is not owed again
        titles = {one.task.title for one in queries.owed(clerk, date(2026, 5, 21))}
        assert titles == {"规范入企检查"}

    def test_one_former_task_is_carried_on_once(self, keeper: Actor, running: Plan, edition: Plan) -> None:
        old = task(running, 1)
        pairs = {task(edition, 1).pk: old.pk, task(edition, 2).pk: old.pk}
        with pytest.raises(LedgerError, match="只能由"):
            editions.carry_over(actor=keeper, at=LATER, code=edition.code, version=edition.version, pairs=pairs)

    def test_one_new_edition_at_a_time(self, keeper: Actor, running: Plan, edition: Plan) -> None:
        with pytest.raises(LedgerError, match="已经有一个新版本"):
            keep_ledger.import_plan(
                actor=keeper, at=LATER, read=read_pasted_plan(NEW.encode()), place="370831", replaces=running.code
            )


class TestAddingTasks:
    @pytest.mark.requirement("TS-64", "YZ-43")
    def test_the_office_gives_a_task_to_a_unit_which_sees_it_and_the_office_its_state(
        self, actor_with: ActorMaker, clerk: Actor, running: Plan
    ) -> None:
        office = actor_with("task_force", "justice")
        row = keep_ledger.add_task(
            actor=office, at=LATER, plan=running.code,
            given=TaskGiven(
                title="整理赋权事项清单", source="专班第三次会议", text="整理事项不少于20项。",
                parts=(PartGiven(words="县市场监管局", mode=Mode.LEAD, units=("market",)),),
                deadlines=(DeadlineGiven(words="2026年7月底前", on=date(2026, 7, 31)),),
            ),
        )  # fmt: skip
        assert row in queries.tasks_of(clerk)
        assert [(one.value, one.unit) for one in row.targets.all()] == [("20", "项")]
        submit_report(actor=clerk, at=LATER, task=row.pk, unit="market", period="2026-05", words="已整理", percent=30)
        assert queries.reports_of(office, row).count() == 1

    def test_of_a_plan_in_force_only_with_its_source(self, keeper: Actor, running: Plan) -> None:
        with pytest.raises(LedgerError, match="来源"):
            keep_ledger.add_task(actor=keeper, at=LATER, plan=running.code, given=TaskGiven(title="x"))

    def test_a_unit_may_not(self, clerk: Actor, running: Plan) -> None:
        with pytest.raises(ForbiddenError):
            keep_ledger.add_task(actor=clerk, at=LATER, plan=running.code, given=TaskGiven(title="x", source="y"))


class TestReminders:
    @pytest.fixture
    def told(self, django_capture_on_commit_callbacks: object, running: Plan, clerk: Actor) -> object:
        """Send reminders of a moment, and return what the clerk was told."""

        def send(at: datetime) -> list[str]:
            Notification.objects.all().delete()
            with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
                remind.remind(at=at)
            return sorted(Notification.objects.filter(user_id=clerk.user_id).values_list("title", flat=True))

        return send

    def test_before_the_last_day_and_after_it_each_once(self, told: object) -> None:
        at = datetime.combine(date(2026, 6, 1), AT.timetz())
        first = told(at)  # type: ignore[operator]
        assert "任务2026-06-30 到期：清理执法主体" in first
        assert told(at + timedelta(days=1)) == []  # type: ignore[operator]
        assert any("到期：清理" in one for one in told(at + timedelta(days=23)))  # type: ignore[operator]
        assert any("已超期" in one for one in told(at + timedelta(days=30)))  # type: ignore[operator]

    def test_a_month_without_a_report_is_named_when_it_is_over(self, told: object, keeper: Actor) -> None:
        found = told(datetime.combine(date(2026, 4, 1), AT.timetz()))  # type: ignore[operator]
        assert found == ["2026年3月有 2 项任务没有报送进展：泗水县2026年执法规范化建设方案"]
        of_keeper = Notification.objects.filter(user_id=keeper.user_id).values_list("title", flat=True)
        assert any("没有按期报送的单位 4 个" in one for one in of_keeper)


def test_the_dispatch_sheet_counts_what_each_unit_did(keeper: Actor, clerk: Actor, running: Plan) -> None:
    submit_report(
        actor=clerk, at=LATER, task=task(running, 1).pk, unit="market", period="2026-05", words="已核对", percent=40
    )
    (period,) = [one for one in queries.plan_periods(running, date(2026, 5, 20)) if one.key == "2026-05"]
    rows = {one.unit.code: one for one in queries.dispatch(running, period, date(2026, 7, 2))}
    market = rows["market"]
    assert (market.tasks, market.reported, market.accepted, market.missing, market.overdue) == (2, 1, 0, 1, 1)
    assert (rows["town"].tasks, rows["town"].missing) == (1, 1)
