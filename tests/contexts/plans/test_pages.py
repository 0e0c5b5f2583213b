"""The pages of plans: what each role reaches, what they say, and the files that they give."""

import io
import random
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mingjing.contexts.plans.documents import recognition
from mingjing.contexts.plans.models import Plan
from mingjing.contexts.plans.usecases import keep_ledger
from mingjing.contexts.plans.usecases.read_plans import read_pasted_plan
from mingjing.contexts.work.jobs import run
from mingjing.contexts.work.models import Job
from tests.contexts.conftest import UserMaker
from tests.contexts.plans.conftest import AT, TEXT, settled
from tests.contexts.plans.test_documents import ENCRYPTED, scan


@pytest.fixture
def keeper(user_with: UserMaker) -> Client:
    """A browser in which somebody of the justice bureau is signed in."""
    client = Client()
    client.force_login(user_with("overseer", "justice"), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def clerk(user_with: UserMaker) -> Client:
    """A browser in which somebody of the market regulator is signed in."""
    client = Client()
    client.force_login(user_with("agency_clerk", "market"), backend="django.contrib.auth.backends.ModelBackend")
    return client


def imported(client: Client) -> Plan:
    answer = client.post(reverse("plan_new"), {"text": TEXT})
    assert answer.status_code == 302, answer.content.decode()
    return Plan.objects.get()


def test_pasted_words_become_a_plan_that_waits_to_be_checked(keeper: Client) -> None:
    plan = imported(keeper)
    page = keeper.get(reverse("plan", args=[plan.code])).content.decode()
    assert "清理执法主体" in page
    assert "待核对" in page
    assert "2026年6月底前" in page


def test_a_file_is_kept_and_given_back_as_it_was(keeper: Client) -> None:
    file = SimpleUploadedFile("方案.txt", TEXT.encode("gb18030"))
    assert keeper.post(reverse("plan_new"), {"file": file}).status_code == 302
    answer = keeper.get(reverse("plan_source", args=[Plan.objects.get().code]))
    assert b"".join(answer.streaming_content) == TEXT.encode("gb18030")  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "请选择一个文件"),
        ({"text": "今天天气很好。"}, "没有读到任务"),
        ({"file": SimpleUploadedFile("x.docx", b"\x00\x01garbage")}, "x.docx"),
        ({"file": SimpleUploadedFile("图.docx", b"\x89PNG\r\n\x1a\n" + bytes(99))}, "图片"),
        ({"file": SimpleUploadedFile("加密.pdf", ENCRYPTED)}, "密码"),
        ({"file": SimpleUploadedFile("杂音.pdf", random.Random(7).randbytes(9000))}, "不是文字"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_kept(keeper: Client, given: dict[str, object], words: str) -> None:
    answer = keeper.post(reverse("plan_new"), given)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Plan.objects.exists()


def test_a_scan_of_many_pages_is_recognised_in_the_background(
    keeper: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "扫描.pdf"
    scan(path, pages=3)
    lines = ["一、重点任务", "1.开展自查。（责任单位：县司法局）", "2.开展整改。（责任单位：县财政局）"]
    pages = iter(lines)

    def recognised(_image: object) -> list[recognition.Word]:
        text = next(pages)
        return [recognition.Word(text=text, left=100, top=100, right=100 + 40 * len(text), bottom=140, line=(1,))]

    monkeypatch.setattr(recognition, "is_available", lambda: True)
    monkeypatch.setattr(recognition, "recognise", recognised)
    answer = keeper.post(reverse("plan_new"), {"file": SimpleUploadedFile("扫描.pdf", path.read_bytes())})
    job = Job.objects.get()
    assert answer.headers["Location"] == reverse("job", args=[job.pk])
    assert not Plan.objects.exists()
    run.call(str(job.pk))
    job.refresh_from_db()
    # how far it was last told to be hangs on the clock: progress is not written at every page
    assert "读出 2 项任务" in job.words and job.of == 3
    assert job.href == reverse("plan", args=[Plan.objects.get().code])


def test_the_ledger_opens_as_a_workbook_with_what_was_corrected(keeper: Client, tmp_path: Path) -> None:
    plan = imported(keeper)
    row = plan.tasks.get(position=1)
    data = {
        "no": "1", "title": "清理执法主体和人员", "text": row.text, "reason": "", "version": row.version,
        "parts-TOTAL_FORMS": "1", "parts-INITIAL_FORMS": "0", "parts-0-words": "县司法局", "parts-0-mode": "lead",
        "parts-0-unit": "justice", "deadlines-TOTAL_FORMS": "1", "deadlines-INITIAL_FORMS": "0",
        "deadlines-0-words": "2026年7月底前", "deadlines-0-on": "2026-07-31",
    }  # fmt: skip
    assert keeper.post(reverse("task_edit", args=[row.pk]), data).status_code == 302
    answer = keeper.get(reverse("plan_ledger", args=[plan.code]))
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    cells = {str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value}
    assert "2026年7月底前" in cells
    assert any("清理执法主体和人员" in one for one in cells)
    row.refresh_from_db()
    assert row.due_on == date(2026, 7, 31)


@pytest.mark.parametrize("name", ["plan", "plan_matrix", "plan_calendar"])
def test_each_way_to_look_at_a_plan(keeper: Client, name: str) -> None:
    plan = imported(keeper)
    answer = keeper.get(reverse(name, args=[plan.code]))
    assert answer.status_code == 200
    assert "规范入企检查" in answer.content.decode()


def test_a_unit_finds_its_tasks_and_reports(keeper: Client, clerk: Client) -> None:
    from django.utils import timezone

    from mingjing.contexts.accounts.access import actor_of
    from mingjing.contexts.accounts.models import User

    actor = actor_of(User.objects.get(username="overseer.justice"), on=timezone.localdate())
    plan = keep_ledger.import_plan(actor=actor, at=AT, read=read_pasted_plan(TEXT.encode()), place="370831")
    plan = settled(actor, plan)
    keep_ledger.confirm_plan(actor=actor, at=AT, code=plan.code, version=plan.version)
    tasks = clerk.get(reverse("tasks")).content.decode()
    assert "清理执法主体" in tasks
    assert "建设指挥平台" not in tasks
    row = plan.tasks.get(position=1)
    form = clerk.get(reverse("report_new", args=[row.pk]))
    period = form.context["form"].fields["period"].choices[0][0]
    given = {"unit": "market", "period": period, "words": "已核对", "percent": "50"}
    assert clerk.post(reverse("report_new", args=[row.pk]), given).status_code == 302
    page = keeper.get(reverse("task", args=[row.pk])).content.decode()
    assert "已核对" in page
    assert "退回" in page
    assert "退回" not in clerk.get(reverse("task", args=[row.pk])).content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [("overseer", 200), ("government_leader", 403), ("agency_clerk", 403), ("officer", 403), ("system_admin", 403)],
)
def test_who_may_import(user_with: UserMaker, role: str, status: int) -> None:
    client = Client()
    client.force_login(user_with(role, "justice"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse("plan_new")).status_code == status


def test_the_number_of_queries_does_not_grow_with_the_tasks(
    keeper: Client, django_assert_max_num_queries: object
) -> None:
    imported(keeper)
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        keeper.get(reverse("tasks"))
    long = TEXT.replace("（三）", "（三）建设数据仓库。（责任单位：县司法局；完成时限：2026年8月底前）\n（四）")
    keeper.post(reverse("plan_new"), {"text": long})
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        keeper.get(reverse("tasks"))


@pytest.fixture
def in_force(keeper: Client) -> Plan:
    """A plan in force, with its pages to look at."""
    from django.utils import timezone

    from mingjing.contexts.accounts.access import actor_of
    from mingjing.contexts.accounts.models import User

    actor = actor_of(User.objects.get(username="overseer.justice"), on=timezone.localdate())
    plan = keep_ledger.import_plan(actor=actor, at=AT, read=read_pasted_plan(TEXT.encode()), place="370831")
    plan = settled(actor, plan)
    return keep_ledger.confirm_plan(actor=actor, at=AT, code=plan.code, version=plan.version)


@pytest.mark.parametrize("name", ["plan_timeline", "plan_dispatch", "plan_coverage", "task_new", "plan_edition"])
def test_what_units_do_with_a_plan_in_force(keeper: Client, in_force: Plan, name: str) -> None:
    answer = keeper.get(reverse(name, args=[in_force.code]))
    assert answer.status_code == 200
    assert "泗水县" in answer.content.decode()


def test_the_dispatch_sheet_opens_as_a_workbook(keeper: Client, in_force: Plan) -> None:
    answer = keeper.get(f"{reverse('plan_dispatch_file', args=[in_force.code])}?period=2026-03")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["调度表", "未报送"]
    assert [row[0].value for row in book["未报送"].iter_rows(min_row=2)].count("泗水县市场监督管理局") == 2


def test_a_unit_breaks_its_task_down_and_shows_materials(keeper: Client, clerk: Client, in_force: Plan) -> None:
    row = in_force.tasks.get(position=1)
    given = {
        "unit": "market", "title": "核对证件", "goal": "20", "goal_unit": "件", "due_on": "2026-06-10", "section": "法制科",
        "person": "王敏",
    }  # fmt: skip
    assert clerk.post(reverse("sub_task_new", args=[row.pk]), given).status_code == 302
    assert clerk.post(reverse("sub_tasks_submit", args=[row.pk]), {"unit": "market"}).status_code == 302
    sub = row.sub_tasks.get()
    told = {"reached": "20", "words": "", "state": "done", "version": sub.version}
    assert clerk.post(reverse("sub_task_report", args=[sub.pk]), told).status_code == 302
    file = SimpleUploadedFile("预算.pdf", b"%PDF-1.4")
    given = {"unit": "market", "file": file, "year": "2026", "words": "批复"}  # type: ignore[dict-item]
    assert clerk.post(reverse("material_new", args=[row.pk]), given).status_code == 302
    page = keeper.get(reverse("task", args=[row.pk])).content.decode()
    for words in ("核对证件", "王敏", "预算.pdf", "确认并办结任务"):
        assert words in page
    made = row.materials.get()
    judge = {"judge": "end", "words": "", "version": made.version}
    assert keeper.post(reverse("material_judge", args=[made.pk]), judge).status_code == 302
    row.refresh_from_db()
    assert row.state == "done"
    answer = clerk.get(reverse("material", args=[made.pk]))
    assert b"".join(answer.streaming_content) == b"%PDF-1.4"  # type: ignore[attr-defined]


def test_a_new_edition_is_compared_and_carried_over(keeper: Client, in_force: Plan) -> None:
    text = TEXT.replace("2026年6月底前", "2026年8月底前")
    answer = keeper.post(reverse("plan_edition", args=[in_force.code]), {"text": text})
    edition = Plan.objects.get(replaces=in_force)
    assert answer.headers["Location"] == reverse("plan_compare", args=[edition.code])
    page = keeper.get(reverse("plan_compare", args=[edition.code])).content.decode()
    assert "完成时限" in page
    olds = list(in_force.tasks.order_by("position"))
    given = {f"task-{new.pk}": str(old.pk) for new, old in zip(edition.tasks.order_by("position"), olds, strict=True)}
    keeper.post(reverse("plan_compare", args=[edition.code]), {**given, "version": edition.version})
    assert [one.continues for one in edition.tasks.order_by("position")] == olds


@pytest.mark.requirement("TS-01", "TS-63")
def test_the_goals_of_a_plan_are_an_entry_to_which_materials_are_uploaded(keeper: Client, in_force: Plan) -> None:
    given = {
        "title": "总体目标和服务大局", "text": "条例落地、执法高效、营商升级、法治达标", "source": "方案总体要求",
        "lead": "justice", "words": "长期坚持", "long_term": "on",
    }  # fmt: skip
    assert keeper.post(reverse("task_new", args=[in_force.code]), given).status_code == 302
    row = in_force.tasks.get(title="总体目标和服务大局")
    file = SimpleUploadedFile("学习记录.pdf", b"%PDF-1.4")
    material = {"unit": "justice", "file": file, "year": "2026"}
    assert keeper.post(reverse("material_new", args=[row.pk]), material).status_code == 302
    page = keeper.get(reverse("task", args=[row.pk])).content.decode()
    for words in ("条例落地", "执法高效", "营商升级", "法治达标", "学习记录.pdf", "张伟"):
        assert words in page
