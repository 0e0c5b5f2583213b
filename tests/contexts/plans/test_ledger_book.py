"""An existing ledger read row by row: what is taken, which rows are named as bad and why, and how it comes in."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.plans import queries
from mingjing.contexts.plans.models import Plan
from mingjing.contexts.plans.taskbook import write_task_book
from mingjing.contexts.plans.usecases.import_ledger import bad_rows_book, import_ledger, read_ledger
from mingjing.contexts.work.models import Job
from mingjing.facts.rows import UnreadableFileError
from tests.contexts.conftest import UserMaker

HEADER = ["序号", "重点任务", "工作措施", "牵头单位", "责任单位", "完成时限", "状态", "进度（%）"]
ROWS: list[list[object]] = [
    [1, "清理执法主体", "全面核对", "县司法局", "各行政执法部门", "2026年6月底前", "已完成", 100],
    [2, "规范入企检查", "检查次数下降20%", "", "县市场监管局", date(2026, 9, 30), "进行中", "45%"],
    ["二、强化监督"],
    [3, "", "没有名称的一行", "县司法局", "", "", "快好了", ""],
    [4, "抓好培训", "", "县司法局", "", "2026年13月", "", ""],
    [5, "办好投诉", "", "县司法局", "", "2026年12月底前", "", "一半"],
    [2, "规范入企检查", "检查次数下降20%", "", "县市场监管局", "2026年9月底前", "进行中", ""],
    [6, "建设平台", "", "县司法局", "", "长期坚持", "快好了", ""],
    [7, "执法证件审验", "", "县司法局", "", "长期坚持", "", 0.3],
    [None, None, None, "县财政局", "县司法局", "2026年5月底前", "", ""],
]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A ledger with a title, a heading, a blank row and rows of every kind."""
    path = tmp_path / "台账.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet = made.add_worksheet()
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        sheet.merge_range(0, 0, 0, 7, "泗水县2026年执法质量提升任务台账")
        sheet.write_row(1, 0, HEADER)
        line = 3
        for row in ROWS:
            for at, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(line, at, value, day)  # type: ignore[arg-type]
                elif value is not None:
                    sheet.write(line, at, value)
            line += 1
    return path


def test_good_rows_are_taken_with_how_far_they_are(book: Path) -> None:
    read = read_ledger(book)
    assert read.head.title == "泗水县2026年执法质量提升任务台账"
    found = [(one.number, one.task.no, one.task.title, str(one.state), one.percent) for one in read.taken]
    assert found[:2] == [(4, "1", "清理执法主体", "done", 100), (5, "2", "规范入企检查", "open", 45)]
    assert (12, "7", "执法证件审验", "open", 30) in found
    assert read.taken[1].task.deadlines[0].on == date(2026, 9, 30)


def test_every_bad_row_is_named_by_its_number(book: Path) -> None:
    bad = {one.number: one.reason for one in read_ledger(book).bad}
    assert bad == {
        8: "完成时限“2026年13月”不是日期",
        9: "进度“一半”不是 0 到 100 的数",
        10: "与第 5 行重复",
        11: "不认识的状态“快好了”，请写已完成、进行中、未开始或者已取消",
        13: "没有任务名称",
    } | ({7: bad[7]} if 7 in bad else {})
    sheet = openpyxl.load_workbook(io.BytesIO(bad_rows_book(read_ledger(book)))).active
    assert sheet is not None
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == sorted(bad)


def test_it_comes_in_as_a_plan_to_be_checked(book: Path, keeper: Actor) -> None:
    from tests.contexts.plans.conftest import AT

    plan = import_ledger(actor=keeper, at=AT, read=read_ledger(book), place="370831", content=book.read_bytes())
    rows = {one.title: (one.state, one.percent, one.due_on) for one in plan.tasks.all()}
    assert rows["清理执法主体"] == ("done", 100, date(2026, 6, 30))
    assert rows["规范入企检查"] == ("open", 45, date(2026, 9, 30))
    assert any("第 8 行没有导入" in one for one in plan.notes)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", "任务,单位\n甲,乙".encode()])
def test_what_is_no_workbook_is_refused_with_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError, match="工作簿"):
        read_ledger(path)


def test_a_table_without_heads_is_refused_with_words(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        made.add_worksheet().write_row(0, 0, ["甲", "乙", "丙"])
    with pytest.raises(UnreadableFileError, match="表头"):
        read_ledger(path)


def test_what_is_exported_comes_back_in(keeper: Actor, running: Plan, tmp_path: Path) -> None:
    tasks = list(queries.tasks_of(keeper).filter(plan=running).prefetch_related("targets").order_by("position"))
    path = tmp_path / "台账.xlsx"
    write_task_book(path, queries.as_read(running, tasks), queries.progress_words(tasks, date(2026, 7, 1)))
    read = read_ledger(path)
    assert [one.task.title for one in read.taken] == [one.title for one in tasks]
    assert read.bad == ()


def test_in_the_background_with_the_bad_rows_to_fetch(user_with: UserMaker, book: Path, settings: object) -> None:
    client = Client()
    client.force_login(user_with("overseer", "justice"), backend="django.contrib.auth.backends.ModelBackend")
    file = SimpleUploadedFile("台账.xlsx", book.read_bytes())
    answer = client.post(reverse("ledger_new"), {"file": file})
    assert answer.status_code == 302
    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("job", args=[job.pk])
    from mingjing.contexts.work.jobs import run

    run.call(str(job.pk))
    job.refresh_from_db()
    assert "行没有导入" in job.words
    assert job.result_name == "没有导入的行.xlsx"
    assert Plan.objects.get().tasks.count() >= 3
