"""What is due when: drafts by the worker, submissions of units, reports to their addressees."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from mingjing.contexts.accounts.access import Actor, ForbiddenError
from mingjing.contexts.plans.models import Plan
from mingjing.contexts.plans.usecases import keep_ledger
from mingjing.contexts.plans.usecases.files import FileGiven
from mingjing.contexts.plans.usecases.read_plans import read_pasted_plan
from mingjing.contexts.reporting import queries
from mingjing.contexts.reporting.models import Collection, Delivery, Report, ReportKind, Sent
from mingjing.contexts.reporting.usecases import collect, keep_time, reports
from mingjing.contexts.reporting.usecases.base import ReportingError
from mingjing.contexts.work.models import Notification
from mingjing.contexts.work.todos import todos_for
from tests.contexts.conftest import ActorMaker, UserMaker
from tests.contexts.plans.conftest import settled
from tests.contexts.reporting.conftest import AFTER, moment

FILE = FileGiven(name="报告.pdf", content=b"%PDF-1.4")


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 6, 40, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.requirement("TS-68")
def test_when_month_quarter_and_year_end_the_drafts_are_there_and_name_who_did_not_report(plan: Plan) -> None:
    keep_time.keep_time(at=at(2027, 1, 1))
    found = {one.kind: one for one in Report.objects.all()}
    assert {ReportKind.DISPATCH, ReportKind.CIRCULAR, ReportKind.ASSESSMENT, ReportKind.YEARLY} <= found.keys()
    assert [found[kind].period for kind in (ReportKind.DISPATCH, ReportKind.CIRCULAR, ReportKind.ASSESSMENT)] == [
        "2026-12",
        "2026-Q4",
        "2026",
    ]
    for kind in (ReportKind.DISPATCH, ReportKind.CIRCULAR, ReportKind.ASSESSMENT):
        words = "".join(str(one.get("text", "")) for one in found[kind].blocks)
        assert "泗水县卫生健康局" in words
    # on the next day nothing is drafted twice
    count = Report.objects.count()
    keep_time.keep_time(at=at(2027, 1, 2))
    assert Report.objects.count() == count


@pytest.mark.requirement("SS-79")
def test_the_report_of_the_year_is_overdue_for_the_addressee_to_whom_it_did_not_go(
    head: Actor, keeper: Actor, plan: Plan
) -> None:
    report = reports.draft_report(
        actor=keeper, at=at(2027, 1, 10), kind=ReportKind.YEARLY, place="370831", period="2026"
    )
    rows = {one.addressee: one for one in report.deliveries.all()}
    assert set(rows) == {"市人民政府", "县委", "县人大常委会"}
    assert {(one.due_on, one.why) for one in rows.values()} == {(date(2027, 2, 15), "SS-79")}
    words = [one for one in report.blocks if "（请补充" not in str(one.get("text", ""))]
    report = reports.edit_report(
        actor=keeper, at=at(2027, 1, 11), code=report.code, version=report.version, title=report.title, number="",
        addressees="", blocks=words,
    )  # fmt: skip
    with pytest.raises(ReportingError, match="签发以后"):
        reports.deliver(actor=keeper, at=at(2027, 1, 12), delivery=rows["县委"].pk, on=date(2027, 1, 12))
    reports.sign_report(actor=head, at=at(2027, 1, 12), code=report.code, version=report.version)
    for name in ("市人民政府", "县委"):
        reports.deliver(actor=keeper, at=at(2027, 2, 1), delivery=rows[name].pk, on=date(2027, 2, 1), receipt=FILE)
    todos = [one for one in todos_for(keeper, date(2027, 2, 20)) if one.title.startswith("报送县人大")]
    assert [one.due_on for one in todos] == [date(2027, 2, 15)]
    left = Delivery.objects.filter(delivered_on=None, due_on__lt=date(2027, 2, 16))
    assert [one.addressee for one in left] == ["县人大常委会"]


@pytest.mark.requirement("LC-51", "YZ-42")
def test_a_special_report_has_addressee_day_and_file_and_leaders_see_it(
    head: Actor, keeper: Actor, plan: Plan, actor_with: ActorMaker, django_capture_on_commit_callbacks: object
) -> None:
    leader = actor_with("government_leader", "county")
    report = reports.draft_report(actor=keeper, at=AFTER, kind=ReportKind.SPECIAL, place="370831", period="2026-07")
    blocks = [{"kind": "paragraph", "text": "某企业反映问题，已妥善处理。有关任务{tasks.total}项。"}]
    report = reports.edit_report(
        actor=keeper, at=AFTER, code=report.code, version=report.version, title="专报", number="第1期", addressees="",
        blocks=blocks,
    )  # fmt: skip
    reports.sign_report(actor=head, at=AFTER, code=report.code, version=report.version)
    row = report.deliveries.get(addressee="县人民政府")
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        reports.deliver(actor=keeper, at=AFTER, delivery=row.pk, on=AFTER.date(), words="机要交换", receipt=FILE)
    row.refresh_from_db()
    assert (row.delivered_on, row.name, bool(row.file)) == (AFTER.date(), "报告.pdf", True)
    assert report in queries.reports_of(leader)
    assert Notification.objects.filter(user_id=leader.user_id, title__contains="专报").exists()


class TestCollections:
    @pytest.mark.requirement("RZ-16")
    def test_without_ledger_or_cases_it_is_refused_and_who_sent_none_is_told(
        self, keeper: Actor, clerk: Actor, user_with: UserMaker, django_capture_on_commit_callbacks: object
    ) -> None:
        user_with("agency_clerk", "health")
        one = collect.ask(
            actor=keeper, at=moment(7, 1), place="370831", kind="rectification", period="2026-08",
            due_on=date(2026, 8, 31), units=("market", "health"),
        )  # fmt: skip
        sent = {"actor": clerk, "at": moment(8, 20), "collection": one.code, "unit": "market"}
        figures = {"problems": "6", "corrected": "5"}
        with pytest.raises(ReportingError, match="缺少附件：整改台账、典型案例"):
            collect.submit(**sent, figures=figures, files={"report": FILE})
        collect.submit(**sent, figures=figures, files={"report": FILE, "ledger": FILE, "cases": FILE})
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
            keep_time.keep_time(at=moment(9, 1))
        told = Notification.objects.filter(title__startswith="已超期，请立即报送").values_list(
            "user__username", flat=True
        )
        assert list(told) == ["agency_clerk.health"]

    @pytest.mark.requirement("SS-80")
    def test_a_unit_without_its_report_of_the_year_is_overdue_on_the_first_of_january(
        self, keeper: Actor, plan: Plan
    ) -> None:
        keep_time.keep_time(at=at(2026, 12, 1))
        one = Collection.objects.get(kind="unit_yearly")
        assert (one.due_on, one.why) == (date(2026, 12, 31), "SS-80")
        assert not any(line.overdue for line in queries.lines_of(keeper, one, date(2026, 12, 31)))
        assert all(line.overdue for line in queries.lines_of(keeper, one, date(2027, 1, 1)))

    @pytest.mark.requirement("SS-57")
    def test_yearly_litigation_reports_are_merged_and_missing_units_listed(
        self, keeper: Actor, clerk: Actor, actor_with: ActorMaker
    ) -> None:
        one = collect.ask(
            actor=keeper, at=at(2027, 1, 2), place="370831", kind="litigation", period="2026",
            units=("market", "health", "town"),
        )  # fmt: skip
        for actor, unit, numbers in (
            (clerk, "market", (5, 5, 1)),
            (actor_with("agency_clerk", "health"), "health", (3, 2, 0)),
        ):
            collect.submit(
                actor=actor, at=at(2027, 1, 20), collection=one.code, unit=unit, files={"analysis": FILE},
                figures=dict(zip(("lawsuits", "heads", "lost"), map(str, numbers), strict=True)),
            )  # fmt: skip
        lines = queries.lines_of(keeper, one, date(2027, 1, 25))
        assert queries.merged(lines, one) == [("行政诉讼案件", "8", 2), ("负责人出庭", "7", 2), ("败诉", "1", 2)]
        assert [line.unit.code for line in lines if line.submission is None] == ["town"]

    def test_what_differs_from_the_platforms_count_needs_words(self, keeper: Actor, clerk: Actor) -> None:
        one = collect.ask(
            actor=keeper, at=moment(7, 1), place="370831", kind="monthly", period="2026-06", units=("market",)
        )
        figures = {"inspections": "4", "filed": "2", "decided": "1", "licences": "0", "reviewed": "1", "officers": "12"}
        sent = {"actor": clerk, "at": moment(7, 3), "collection": one.code, "unit": "market", "figures": figures}
        with pytest.raises(ReportingError, match="行政处罚立案与平台的数据不一致"):
            collect.submit(**sent, prefilled={"filed": 3, "decided": 1})
        row = collect.submit(**sent, prefilled={"filed": 3, "decided": 1}, text="一件已移送，未计入")
        assert row.figures["filed"] == "2"

    def test_for_ones_own_unit(self, keeper: Actor, clerk: Actor) -> None:
        one = collect.ask(actor=keeper, at=moment(7, 1), place="370831", kind="unit_yearly", period="2026")
        with pytest.raises(ForbiddenError):
            collect.submit(
                actor=clerk, at=moment(7, 3), collection=one.code, unit="health", figures={}, files={"report": FILE}
            )
        assert [line.unit.code for line in queries.lines_of(clerk, one, date(2026, 7, 3))] == ["market"]

    @pytest.mark.parametrize("value", ["", "很多", "-1", "NaN"])
    def test_what_is_no_number_is_refused(self, keeper: Actor, clerk: Actor, value: str) -> None:
        one = collect.ask(
            actor=keeper, at=moment(7, 1), place="370831", kind="monthly", period="2026-06", units=("market",)
        )
        figures = {
            "inspections": value,
            "filed": "2",
            "decided": "1",
            "licences": "0",
            "reviewed": "1",
            "officers": "1",
        }
        with pytest.raises(ReportingError, match="行政检查"):
            collect.submit(actor=clerk, at=moment(7, 3), collection=one.code, unit="market", figures=figures)

    def test_returned_with_words_and_sent_again(self, keeper: Actor, clerk: Actor) -> None:
        one = collect.ask(
            actor=keeper, at=moment(7, 1), place="370831", kind="unit_yearly", period="2026", units=("market",)
        )
        sent = {"actor": clerk, "at": moment(7, 3), "collection": one.code, "unit": "market", "figures": {}}
        row = collect.submit(**sent, files={"report": FILE})
        with pytest.raises(ReportingError, match="退回"):
            collect.judge(actor=keeper, at=moment(7, 4), submission=row.pk, version=row.version, accepted=False)
        row = collect.judge(
            actor=keeper, at=moment(7, 4), submission=row.pk, version=row.version, accepted=False, text="没有盖章"
        )
        again = collect.submit(**sent)
        assert (again.pk, again.state, again.files.count()) == (row.pk, "submitted", 1)


EVALUATED = """泗水县提升行政执法质量工作方案
泗政办字〔2024〕40号
一、主要任务
（一）规范执法主体。（牵头单位：县司法局；责任单位：县市场监督管理局、县卫生健康局；完成时限：2025年9月底前）
二、组织实施
（一）做好评估。2024年10月底前组织中期评估，2025年10月底前组织终期评估。
泗水县人民政府办公室
2024年4月19日
"""


class TestEvaluations:
    """A plan dates its own evaluations: they are asked of its units as soon as it runs."""

    @pytest.fixture
    def evaluated(self, keeper: Actor) -> Plan:
        given = at(2024, 4, 20)
        row = keep_ledger.import_plan(actor=keeper, at=given, read=read_pasted_plan(EVALUATED.encode()), place="370831")
        row = settled(keeper, row)
        row = keep_ledger.confirm_plan(actor=keeper, at=given, code=row.code, version=row.version)
        keep_time.keep_time(at=at(2024, 4, 21))
        return row

    @pytest.mark.requirement("LC-50", "RZ-92")
    def test_each_is_there_with_its_day_and_who_did_not_file_is_overdue_the_day_after(
        self, keeper: Actor, clerk: Actor, evaluated: Plan
    ) -> None:
        rows = {one.due_on: one for one in Collection.objects.filter(kind="evaluation")}
        assert set(rows) == {date(2024, 10, 31), date(2025, 10, 31)}
        middle = rows[date(2024, 10, 31)]
        assert "中期评估" in middle.title and "终期评估" in rows[date(2025, 10, 31)].title
        collect.submit(
            actor=clerk, at=at(2024, 10, 30), collection=middle.code, unit="market", figures={}, files={"report": FILE}
        )
        mark = Sent.objects.filter(key=f"late:collection:{middle.pk}")
        keep_time.keep_time(at=at(2024, 10, 31))
        assert not mark.exists()
        keep_time.keep_time(at=at(2024, 11, 1))
        assert mark.exists()

        def overdue(day: date) -> set[str]:
            return {line.unit.code for line in queries.lines_of(keeper, middle, day) if line.overdue}

        assert (overdue(date(2024, 10, 31)), overdue(date(2024, 11, 1))) == (set(), {"justice", "health"})

    @pytest.mark.requirement("LC-50")
    def test_the_report_of_it_comes_with_the_figures_of_the_ledger(self, keeper: Actor, evaluated: Plan) -> None:
        report = reports.draft_report(
            actor=keeper, at=at(2024, 10, 20), kind=ReportKind.MIDTERM, place="370831", period="2024",
            plan=evaluated.code,
        )  # fmt: skip
        figures = {one.key: one.value for one in report.figures.all()}
        assert (figures["tasks.total"], figures["units.total"]) == ("1", "3")


@pytest.mark.requirement("YZ-37")
def test_a_section_that_filed_no_scheme_is_overdue(keeper: Actor, clerk: Actor) -> None:
    """各科室方案 2018年5月30日前报办公室备查."""
    asked = collect.ask(
        actor=keeper, at=at(2018, 5, 2), place="370831", kind="schemes", period="2018-05", due_on=date(2018, 5, 30),
        units=("market", "health"),
    )  # fmt: skip
    collect.submit(
        actor=clerk, at=at(2018, 5, 29), collection=asked.code, unit="market", figures={}, files={"scheme": FILE}
    )
    late = {line.unit.code: line.overdue for line in queries.lines_of(keeper, asked, date(2018, 5, 31))}
    assert late == {"market": False, "health": True}
