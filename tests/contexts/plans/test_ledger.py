"""A plan becomes a ledger: read, checked, put into force, changed with reasons, reported and judged."""

from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.catalog.models import Instrument
from mingjing.contexts.plans import queries
from mingjing.contexts.plans.models import Part, Plan, PlanState, Report, ReportState, Task
from mingjing.contexts.plans.usecases import keep_ledger, report_progress
from mingjing.contexts.plans.usecases.base import LedgerError
from mingjing.contexts.plans.usecases.keep_ledger import DeadlineGiven, PartGiven
from mingjing.contexts.plans.usecases.read_plans import read_pasted_plan
from mingjing.contexts.records.queries import history
from mingjing.contexts.ui.errors import StaleError
from mingjing.contexts.work.models import Notification
from mingjing.contexts.work.todos import todos_for
from mingjing.domain.plans.model import Mode
from mingjing.domain.plans.standing import Standing, TaskState
from tests.contexts.conftest import ActorMaker, UserMaker
from tests.contexts.plans.conftest import AT, LATER, TEXT, settled


def task(plan: Plan, position: int) -> Task:
    return plan.tasks.get(position=position)


def names(found: Task, mode: Mode | None = None) -> list[str]:
    parts = found.parts.filter(mode=mode) if mode else found.parts.all()
    return [part.unit.name if part.unit else f"?{part.words}" for part in parts]


class TestTakingIn:
    def test_head_tasks_and_days_are_those_of_the_words(self, draft: Plan) -> None:
        assert (draft.title, draft.number, draft.issued_on) == (
            "泗水县2026年执法规范化建设方案",
            "泗政办字〔2026〕9号",
            date(2026, 3, 16),
        )
        assert [(one.no, one.title, one.due_on, one.long_term) for one in draft.tasks.all()] == [
            ("1", "清理执法主体", date(2026, 6, 30), False),
            ("2", "规范入企检查", date(2026, 9, 30), True),
            ("3", "建设指挥平台", None, False),
        ]

    def test_names_and_groups_become_units_of_the_register(self, draft: Plan) -> None:
        assert names(task(draft, 1), Mode.LEAD) == ["泗水县司法局"]
        assert set(names(task(draft, 1), Mode.RESPONSIBLE)) == {
            "泗水县司法局",
            "泗水县市场监督管理局",
            "泗水县卫生健康局",
            "泗河街道办事处",
        }
        assert {part.words for part in task(draft, 1).parts.filter(mode=Mode.RESPONSIBLE)} == {
            "各行政执法部门",
            "各镇街",
        }

    def test_a_name_that_the_register_does_not_hold_is_asked_about_not_guessed(self, draft: Plan) -> None:
        assert names(task(draft, 3)) == ["?县大数据中心"]
        assert any("县大数据中心" in doubt["reason"] for doubt in task(draft, 3).uncertain)

    def test_a_text_without_tasks_is_refused(self, keeper: Actor) -> None:
        with pytest.raises(LedgerError, match="没有读到任务"):
            keep_ledger.import_plan(
                actor=keeper, at=AT, read=read_pasted_plan("今天天气很好。".encode()), place="370831"
            )
        assert not Plan.objects.exists()

    def test_only_for_a_place_that_one_keeps(self, keeper: Actor) -> None:
        with pytest.raises(ForbiddenError):
            keep_ledger.import_plan(actor=keeper, at=AT, read=read_pasted_plan(TEXT.encode()), place="370800")


class TestPuttingIntoForce:
    def test_not_before_a_person_looked_at_every_doubt(self, keeper: Actor, draft: Plan) -> None:
        with pytest.raises(LedgerError, match="存疑"):
            keep_ledger.confirm_plan(actor=keeper, at=AT, code=draft.code, version=draft.version)
        plan = settled(keeper, draft)
        assert (
            keep_ledger.confirm_plan(actor=keeper, at=AT, code=plan.code, version=plan.version).state
            == PlanState.RUNNING
        )

    def test_tells_those_who_report_and_nobody_else(
        self, keeper: Actor, draft: Plan, user_with: UserMaker, django_capture_on_commit_callbacks: object
    ) -> None:
        clerk, other = user_with("agency_clerk", "market"), user_with("officer", "market")
        plan = settled(keeper, draft)
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            keep_ledger.confirm_plan(actor=keeper, at=AT, code=plan.code, version=plan.version)
        told = set(Notification.objects.values_list("user_id", flat=True))
        assert clerk.pk in told
        assert other.pk not in told

    def test_a_doubt_is_settled_once_by_name(self, keeper: Actor, draft: Plan) -> None:
        row = task(draft, 3)
        number = len(row.uncertain) - 1
        row = keep_ledger.settle(
            actor=keeper, at=AT, task=row.pk, number=number, version=row.version, words="由数据局承担"
        )
        assert row.uncertain[number]["by"] == keeper.code
        with pytest.raises(LedgerError):
            keep_ledger.settle(actor=keeper, at=AT, task=row.pk, number=number, version=row.version)

    def test_a_name_is_matched_once_for_all_its_tasks(self, keeper: Actor, client: Client) -> None:
        text = TEXT.replace("（责任单位：县大数据中心", "（责任单位：县信息中心").replace("县卫生健康局", "县信息中心")
        plan = keep_ledger.import_plan(actor=keeper, at=AT, read=read_pasted_plan(text.encode()), place="370831")
        assert [(one.words, one.tasks) for one in queries.unmatched_names(plan)] == [("县信息中心", 2)]
        client.force_login(User.objects.get(pk=keeper.user_id))
        page = client.get(f"/plans/{plan.code}/").content.decode()
        assert "县信息中心" in page and "一次对上全部任务" in page
        given = {"actor": keeper, "at": AT, "plan": plan.code, "words": "县信息中心"}
        with pytest.raises(LedgerError, match="没有代码"):
            keep_ledger.match_unit(**given, version=plan.version, unit="nobody")
        form = {"version": plan.version, "words": "县信息中心"}
        assert client.post(f"/plans/{plan.code}/units/", form).status_code == 422
        form |= {"unit": "health"}
        assert client.post(f"/plans/{plan.code}/units/", form).status_code == 302
        plan.refresh_from_db()
        assert names(task(plan, 2)) == ["泗水县市场监督管理局", "泗水县卫生健康局"]
        assert names(task(plan, 3)) == ["泗水县卫生健康局"]
        assert task(plan, 2).unsettled == 0
        assert queries.unmatched_names(plan) == []
        with pytest.raises(LedgerError, match="还没有对上"):
            keep_ledger.match_unit(**given, version=plan.version, unit="health")

    def test_a_name_that_is_nobody_s_stays_as_it_is(self, keeper: Actor) -> None:
        text = TEXT.replace("县大数据中心", "县信息中心")
        plan = keep_ledger.import_plan(actor=keeper, at=AT, read=read_pasted_plan(text.encode()), place="370831")
        given = {"actor": keeper, "at": AT, "plan": plan.code, "version": plan.version, "words": "县信息中心"}
        assert keep_ledger.match_unit(**given, unit="") == 1
        assert names(task(plan, 3)) == ["?县信息中心"]
        assert queries.unmatched_names(plan) == []


class TestTextsNamed:
    def test_each_is_found_in_the_library_or_offered_to_be_entered(self, keeper: Actor, client: Client) -> None:
        text = TEXT.replace(
            "全面核对执法主体", "依据《中华人民共和国行政处罚法》《山东省行政应诉工作规则》全面核对执法主体"
        )
        plan = keep_ledger.import_plan(actor=keeper, at=AT, read=read_pasted_plan(text.encode()), place="370831")
        law = Instrument.objects.create(
            code="CF",
            title="中华人民共和国行政处罚法",
            short="行政处罚法",
            level="law",
            issuer="全国人民代表大会常务委员会",
        )
        found = {one.title: one.instrument for one in queries.instruments_named(plan)}
        assert found == {"行政处罚法": law, "山东省行政应诉工作规则": None}
        client.force_login(User.objects.get(pk=keeper.user_id))
        page = client.get(f"/plans/{plan.code}/").content.decode()
        assert "/laws/CF/" in page and "全国人民代表大会常务委员会" in page and "法规库里还没有" in page


class TestAround:
    def test_a_town_reads_the_plan_in_force_of_its_county_and_no_draft(
        self, keeper: Actor, draft: Plan, actor_with: ActorMaker, units: dict[str, Unit]
    ) -> None:
        Unit.objects.filter(pk=units["town"].pk).update(place="370831101")
        head = actor_with("town_head", "town")
        with pytest.raises(MissingError):
            queries.plan_of(head, draft.code)
        settled(keeper, draft)
        draft.refresh_from_db()
        keep_ledger.confirm_plan(actor=keeper, at=AT, code=draft.code, version=draft.version)
        assert queries.plan_of(head, draft.code) == draft
        assert queries.plans_of(head, date(2026, 5, 20)).count() == 1
        with pytest.raises((MissingError, ForbiddenError)):
            keep_ledger.close_plan(actor=head, at=AT, code=draft.code, version=draft.version, reason="x")


class TestChanging:
    def test_of_a_plan_in_force_only_with_a_reason_and_the_log_keeps_both_days(
        self, keeper: Actor, running: Plan
    ) -> None:
        row = task(running, 1)
        later = [DeadlineGiven(words="2026年8月底前", on=date(2026, 8, 31))]
        with pytest.raises(LedgerError, match="理由"):
            keep_ledger.change_deadlines(actor=keeper, at=LATER, task=row.pk, version=row.version, deadlines=later)
        keep_ledger.change_deadlines(
            actor=keeper, at=LATER, task=row.pk, version=row.version, deadlines=later, reason="省里调整安排"
        )
        assert task(running, 1).due_on == date(2026, 8, 31)
        latest = history(f"task:{row.pk}")[0]
        assert (latest.act, latest.fields["before"], latest.fields["due_on"]) == (
            "plans.change_deadlines",
            "2026-06-30",
            "2026-08-31",
        )

    def test_two_at_once_do_not_undo_one_another(self, keeper: Actor, draft: Plan) -> None:
        row = task(draft, 2)
        given = {"actor": keeper, "at": AT, "task": row.pk, "version": row.version, "no": "2", "text": ""}
        keep_ledger.correct_task(**given, title="规范涉企检查")
        with pytest.raises(StaleError):
            keep_ledger.correct_task(**given, title="别的")
        assert task(draft, 2).title == "规范涉企检查"

    def test_units_are_set_by_code_and_unknown_codes_refused(self, keeper: Actor, draft: Plan) -> None:
        row = task(draft, 3)
        part = PartGiven(words="县大数据中心", mode=Mode.LEAD, units=("health",))
        row = keep_ledger.change_parts(actor=keeper, at=AT, task=row.pk, version=row.version, parts=[part])
        assert names(row) == ["泗水县卫生健康局"]
        wrong = PartGiven(words="某局", mode=Mode.LEAD, units=("nobody",))
        with pytest.raises(LedgerError, match="nobody"):
            keep_ledger.change_parts(actor=keeper, at=AT, task=row.pk, version=row.version, parts=[wrong])

    def test_a_task_ends_with_words_and_can_be_taken_up_again(self, keeper: Actor, running: Plan) -> None:
        row = task(running, 1)
        given = {"actor": keeper, "at": LATER, "task": row.pk}
        with pytest.raises(LedgerError, match="理由"):
            keep_ledger.end_task(**given, version=row.version, state=TaskState.DONE, reason=" ")
        row = keep_ledger.end_task(**given, version=row.version, state=TaskState.DONE, reason="已公告")
        assert (queries.standing_of(row, date(2027, 1, 1)), row.percent) == (Standing.DONE, 100)
        row = keep_ledger.end_task(**given, version=row.version, state=TaskState.OPEN, reason="新设一个主体")
        assert queries.standing_of(row, date(2026, 7, 1)) is Standing.OVERDUE

    def test_an_ended_plan_is_left_alone(self, keeper: Actor, running: Plan) -> None:
        keep_ledger.close_plan(actor=keeper, at=LATER, code=running.code, version=running.version, reason="期满")
        row = task(running, 1)
        with pytest.raises(LedgerError, match="已经结束"):
            keep_ledger.correct_task(
                actor=keeper, at=LATER, task=row.pk, version=row.version, no="1", title="x", text="", reason="y"
            )


class TestReporting:
    @pytest.fixture
    def clerk(self, actor_with: ActorMaker, running: Plan) -> Actor:
        """Who reports for the market regulator."""
        return actor_with("agency_clerk", "market")

    def submit(self, clerk: Actor, row: Task, **changes: object) -> Report:
        given: dict[str, object] = {"unit": "market", "period": "2026-05", "words": "已核对", "percent": 60} | changes
        return report_progress.submit_report(actor=clerk, at=LATER, task=row.pk, **given)  # type: ignore[arg-type]

    def test_a_unit_sees_the_tasks_that_name_it_and_no_others(self, clerk: Actor, running: Plan) -> None:
        assert [one.position for one in queries.tasks_of(clerk).order_by("position")] == [1, 2]
        with pytest.raises(MissingError):
            queries.task_of(clerk, task(running, 3).pk)

    def test_for_ones_own_unit_only(self, clerk: Actor, running: Plan) -> None:
        with pytest.raises(ForbiddenError):
            self.submit(clerk, task(running, 1), unit="health")
        with pytest.raises(MissingError):
            self.submit(clerk, task(running, 3))

    def test_what_is_owed_this_month_is_a_todo_until_it_is_reported(self, clerk: Actor, running: Plan) -> None:
        today = timezone.localdate(LATER)

        def owed() -> list[str]:
            return [one.title for one in todos_for(clerk, today) if one.title.startswith("报送")]

        assert owed() == ["报送2026年5月进展：清理执法主体", "报送2026年5月进展：规范入企检查"]
        self.submit(clerk, task(running, 1))
        assert owed() == ["报送2026年5月进展：规范入企检查"]

    def test_accepted_reports_of_those_who_lead_move_the_task(self, keeper: Actor, clerk: Actor, running: Plan) -> None:
        row = task(running, 2)
        report = self.submit(clerk, row)
        assert task(running, 2).percent == 0
        report_progress.judge_report(actor=keeper, at=LATER, report=report.pk, version=report.version, accepted=True)
        # two units are responsible, one has reported 60
        assert task(running, 2).percent == 30

    def test_a_returned_report_says_why_and_may_be_sent_again(self, keeper: Actor, clerk: Actor, running: Plan) -> None:
        row = task(running, 1)
        report = self.submit(clerk, row)
        given = {"actor": keeper, "at": LATER, "report": report.pk}
        with pytest.raises(LedgerError, match="退回"):
            report_progress.judge_report(**given, version=report.version, accepted=False)
        report_progress.judge_report(**given, version=report.version, accepted=False, words="没有附公告")
        again = self.submit(
            clerk, row, words="补附公告", files=[report_progress.FileGiven(name="公告.pdf", content=b"%PDF")]
        )
        assert (again.pk, again.state, again.evidence.count()) == (report.pk, ReportState.SUBMITTED, 1)

    def test_what_was_accepted_stays(self, keeper: Actor, clerk: Actor, running: Plan) -> None:
        report = self.submit(clerk, task(running, 1))
        report_progress.judge_report(actor=keeper, at=LATER, report=report.pk, version=report.version, accepted=True)
        with pytest.raises(LedgerError, match="不能再改"):
            self.submit(clerk, task(running, 1))

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"period": "2026-06"}, "报送期"),
            ({"period": "2026-02"}, "报送期"),
            ({"percent": 101}, "0 到 100"),
            ({"words": "  "}, "做了什么"),
            ({"files": [report_progress.FileGiven(name="空.pdf", content=b"")]}, "空文件"),
        ],
    )
    def test_what_cannot_be_a_report_is_refused(
        self, clerk: Actor, running: Plan, changes: dict[str, object], words: str
    ) -> None:
        with pytest.raises(LedgerError, match=words):
            self.submit(clerk, task(running, 1), **changes)

    def test_figures_are_numbers(self, clerk: Actor, running: Plan) -> None:
        row = task(running, 1)
        target = row.targets.get()
        with pytest.raises(LedgerError, match="应当是数字"):
            self.submit(clerk, row, figures={target.pk: "很多"})
        assert self.submit(clerk, row, figures={target.pk: "98.5%"}).figures == {str(target.pk): "98.5"}


def test_every_unit_of_the_tables_is_one_of_the_register(draft: Plan) -> None:
    assert set(Part.objects.exclude(unit=None).values_list("unit_id", flat=True)) <= set(
        Unit.objects.values_list("pk", flat=True)
    )
