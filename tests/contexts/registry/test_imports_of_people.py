"""Units and accounts from a workbook: first judged, then the good rows written, by the machine of all imports."""

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.records.models import Entry
from mingjing.contexts.registry.models import ImportRun
from mingjing.contexts.registry.usecases import imports
from mingjing.contexts.registry.usecases.sheets.reading import SheetError
from mingjing.contexts.registry.usecases.sheets.registers import REGISTERS
from mingjing.contexts.work import jobs
from mingjing.contexts.work.models import Job
from tests.contexts.conftest import ActorMaker, UserMaker
from tests.contexts.registry.conftest import AT


def book(register: str, rows: list[dict[str, object]]) -> SimpleUploadedFile:
    columns = REGISTERS[register].table.columns
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, [one.label for one in columns])
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [row.get(one.name, "") for one in columns])
    return SimpleUploadedFile("名册.xlsx", out.getvalue())


def people(count: int, bad: set[int]) -> list[dict[str, object]]:
    """So many people; the bad ones are wrong in turn of all ways."""
    ways: list[dict[str, object]] = [
        {"unit": "nowhere"},
        {"mobile": 1380},
        {"email": "nobody"},
        {"username": "p00000"},
        {"username": "张三"},
        {"name": ""},
        {"code": "no good"},
    ]
    rows: list[dict[str, object]] = []
    for number in range(count):
        row: dict[str, object] = {"username": f"p{number:05}", "name": f"张{number}", "unit": "market"}
        row["mobile"] = 13800000000 + number
        if number in bad:
            row |= ways[number % len(ways)]
        rows.append(row)
    return rows


@pytest.fixture
def system(actor_with: ActorMaker) -> Actor:
    return actor_with("system_admin", "county")


def judged(actor: Actor, register: str, rows: list[dict[str, object]], **more: Any) -> ImportRun:
    run = imports.upload(actor=actor, at=AT, register=register, file=book(register, rows))
    return imports.judge(actor=actor, at=AT, run=run.pk, **more)


@pytest.mark.slow
def test_ten_thousand_accounts_with_thirty_seven_bad_rows(units: dict[str, Unit], system: Actor) -> None:
    bad = {270 * number + 11 for number in range(37)}
    before = User.objects.count()
    told: list[tuple[int, int, str]] = []
    run = judged(system, "users", people(10_000, bad), progress=lambda *step: told.append(step))
    assert (run.rows, run.good, run.bad) == (10_000, 9_963, 37)
    assert {one["row"] - 2 for one in run.problems} == bad
    assert User.objects.count() == before and told
    run = imports.write(actor=system, at=AT, run=run.pk, version=run.version)
    assert run.written == 9_963 == User.objects.count() - before
    assert Entry.objects.filter(act="accounts.make_user").count() == 9_963
    assert len({slip[-1] for slip in imports.fetch_slips(actor=system, at=AT, run=run.pk)}) == 9_963


def test_each_fault_stands_at_its_column(units: dict[str, Unit], system: Actor) -> None:
    run = judged(system, "users", people(15, set(range(7, 14))))
    assert [(one["row"], one["label"]) for one in run.problems] == [
        (9, "所属单位代码"),
        (10, "手机"),
        (11, "邮箱"),
        (12, "登录名"),
        (13, "登录名"),
        (14, "姓名"),
        (15, "用户代码"),
    ]


def test_cancelled_while_judged_it_leaves_nothing(units: dict[str, Unit], system: Actor) -> None:
    before = User.objects.count()
    run = imports.upload(actor=system, at=AT, register="users", file=book("users", people(50, set())))

    def cancelled(done: int, of: int, words: str) -> None:
        if words == "正在核对" and done == 5:
            raise jobs.CancelledError

    with pytest.raises(jobs.CancelledError):
        imports.judge(actor=system, at=AT, run=run.pk, progress=cancelled)
    assert User.objects.count() == before
    imports.cancel(actor=system, at=AT, run=run.pk)
    assert imports.judge(actor=system, at=AT, run=run.pk).status == "cancelled"


def test_through_the_pages_as_jobs(
    client: Client, units: dict[str, Unit], user_with: UserMaker, django_capture_on_commit_callbacks: Any
) -> None:
    client.force_login(user_with("system_admin", "county"))
    assert reverse("registry_import", args=["users"]) in client.get(reverse("users")).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("registry_import", args=["users"]), {"file": book("users", people(60, {3, 17, 58}))})
    run = ImportRun.objects.get()
    address = reverse("registry_import_run", args=[run.pk])
    assert "写入可用的 57 行" in client.get(address).content.decode()
    assert not User.objects.filter(username__startswith="p0").exists()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(address, {"write": "1", "version": run.version})
    assert User.objects.filter(username__startswith="p0").count() == 57
    assert [job.state for job in Job.objects.order_by("created_at")] == ["done", "done"]
    # the initial passwords are fetched as a workbook, as often as needed, and then deleted
    slips = reverse("registry_import_slips", args=[run.pk])
    assert "下载初始密码" in client.get(address).content.decode()
    answer = client.post(slips)
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[2] == "p00000"]
    assert User.objects.get(username="p00000").check_password(str(rows[0][3]))
    client.post(slips, {"drop": "1"})
    assert client.post(slips).status_code == 404
    assert "下载初始密码" not in client.get(address).content.decode()


def test_initial_passwords_are_sealed_and_end_with_their_time(units: dict[str, Unit], system: Actor) -> None:
    run = judged(system, "users", people(3, set()))
    run = imports.write(actor=system, at=AT, run=run.pk, version=run.version)
    [slip, *_] = imports.fetch_slips(actor=system, at=AT, run=run.pk)
    assert run.slips is not None and slip[-1].encode() not in bytes(run.slips)
    later = AT + timedelta(hours=imports.SLIPS_HOURS)
    with pytest.raises(MissingError):
        imports.fetch_slips(actor=system, at=later, run=run.pk)
    assert imports.forget_slips(at=later) == 1
    assert ImportRun.objects.get().slips is None


def test_a_unit_may_stand_under_one_above_it(units: dict[str, Unit], system: Actor) -> None:
    rows: list[dict[str, object]] = [
        {"code": "forest", "name": "林业局", "kind": "部门", "place": 370831, "parent": "county", "valid_from": "2019-01-15"},
        {"code": "forest-squad", "name": "林业执法大队", "kind": "综合执法队伍", "place": 370831, "parent": "forest"},
        {"code": "x/y", "name": "错", "kind": "部门", "place": 370831},
        {"code": "z", "name": "错", "kind": "什么", "place": 370831},
        {"code": "y", "name": "错", "kind": "部门", "place": 370831, "parent": "nowhere"},
    ]  # fmt: skip
    run = judged(system, "units", rows)
    assert run.good == 2
    assert [(one["row"], one["label"]) for one in run.problems] == [(4, "单位代码"), (5, "类别"), (6, "上级单位代码")]
    imports.write(actor=system, at=AT, run=run.pk, version=run.version)
    assert Unit.objects.get(code="forest-squad").path == "city/county/forest/forest-squad/"
    assert not Unit.objects.filter(code__in=["y", "z"]).exists()


def test_only_who_makes_accounts_imports_them(client: Client, units: dict[str, Unit], user_with: UserMaker) -> None:
    for role, unit in (("security_admin", "county"), ("overseer", "county")):
        client.force_login(user_with(role, unit))
        for register in ("users", "units"):
            address = reverse("registry_import", args=[register])
            assert client.get(address).status_code == 403
            assert client.post(address, {"file": book(register, [])}).status_code == 403
    client.force_login(user_with("system_admin", "county"))
    assert client.get(reverse("registry_import", args=["officers"])).status_code == 403


def test_accounts_are_not_compared_with_others(units: dict[str, Unit], overseer: Actor) -> None:
    from mingjing.contexts.registry.usecases import compare

    with pytest.raises(SheetError):
        compare.compare(actor=overseer, at=timezone.now(), register="users", source="x", file=book("users", []))
