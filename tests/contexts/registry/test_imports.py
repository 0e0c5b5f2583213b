"""Ten thousand rows with thirty-seven bad ones: all named, nothing written before somebody says so."""

import io
import itertools
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.records.models import Entry
from mingjing.contexts.registry.models import Agency, ImportRun, Officer
from mingjing.contexts.registry.usecases import imports
from mingjing.contexts.registry.usecases.export_facts import export_registry
from mingjing.domain.registry.obstacles import RegistryError
from tests.contexts.conftest import ActorMaker, UserMaker
from tests.contexts.registry.conftest import AT, OfficerMaker

HEAD = ("单位代码", "人员编码", "姓名", "人员类别", "用工性质", "职务", "到岗日期")
BAD = {
    11: (0, "nowhere"),
    12: (1, ""),
    13: (1, "P 1"),
    14: (2, ""),
    15: (3, "干部"),
    16: (4, "劳务派遣"),
    17: (6, "去年"),
}


def workbook(rows: int, bad: int) -> bytes:
    """Write so many rows; each bad one is wrong in one cell, in turn of all ways."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, HEAD)
    ways = itertools.cycle(BAD.values())
    wrong = {(number + 1) * (rows // (bad + 1)) for number in range(bad)}
    for number in range(1, rows + 1):
        cells = ["market", f"P{number:06}", f"张{number}", "执法人员", "在编在职", "科员", "2020-01-01"]
        if number in wrong:
            place, value = next(ways)
            cells[place] = value
        page.write_row(number, 0, cells)
    book.close()
    return out.getvalue()


def hand_in(actor: Actor, content: bytes) -> ImportRun:
    return imports.upload(actor=actor, at=AT, register="officers", file=SimpleUploadedFile("名册.xlsx", content))


class TestImport:
    def test_names_thirty_seven_bad_rows_of_ten_thousand(self, units: dict[str, Unit], clerk: Actor):
        told: list[tuple[int, int, str]] = []
        run = hand_in(clerk, workbook(10_000, 37))
        run = imports.judge(actor=clerk, at=AT, run=run.pk, progress=lambda *step: told.append(step))
        assert (run.rows, run.good, run.bad) == (10_000, 9_963, 37)
        assert Officer.objects.count() == 0
        assert len({one["row"] for one in run.problems}) == 37
        for one in run.problems:
            assert one["label"] in HEAD
            assert one["why"]
            assert one["remedy"]
        assert told
        run = imports.write(actor=clerk, at=AT, run=run.pk, version=run.version)
        assert run.written == Officer.objects.count() == 9_963
        assert Entry.objects.filter(act="registry.register_officer").count() == 9_963
        # the bad rows go back with their reasons, and come again corrected
        with run.bad_file.open("rb") as file:
            book = openpyxl.load_workbook(io.BytesIO(file.read()))
        page = book.worksheets[0]
        head = [cell.value for cell in page[1]]
        assert head[-1] == "退回原因"
        rows = list(page.iter_rows(min_row=2, values_only=True))
        assert len(rows) == 37
        for number, row in enumerate(page.iter_rows(min_row=2)):
            for cell, value in zip(
                (row[head.index(label)] for label in HEAD),
                ("market", f"Q{number:04}", "李四", "执法人员", "在编在职", "科员", "2021-02-03"),
                strict=True,
            ):
                cell.value = value
        again = io.BytesIO()
        book.save(again)
        second = hand_in(clerk, again.getvalue())
        second = imports.judge(actor=clerk, at=AT, run=second.pk)
        assert (second.rows, second.bad) == (37, 0)

    def test_writes_nothing_when_given_up(self, units: dict[str, Unit], clerk: Actor):
        run = imports.judge(actor=clerk, at=AT, run=hand_in(clerk, workbook(20, 2)).pk)
        imports.cancel(actor=clerk, at=AT, run=run.pk)
        with pytest.raises(RegistryError):
            imports.write(actor=clerk, at=AT, run=run.pk, version=run.version + 1)
        assert not Officer.objects.exists()

    def test_writes_all_or_none(self, units: dict[str, Unit], clerk: Actor):
        """What was judged good may be bad by now: it is judged anew, and a refusal leaves nothing behind."""
        run = imports.judge(actor=clerk, at=AT, run=hand_in(clerk, workbook(20, 0)).pk)
        Officer.objects.create(unit=units["market"], code="P000003", name="先到", employment="established")
        run = imports.write(actor=clerk, at=AT, run=run.pk, version=run.version)
        assert run.written == 19

    def test_stops_where_the_user_cancels(self, units: dict[str, Unit], clerk: Actor):
        class StoppedError(Exception):
            pass

        def stop(done: int, _of: int, words: str) -> None:
            if words == "正在核对" and done == 5:
                raise StoppedError

        run = hand_in(clerk, workbook(20, 2))
        with pytest.raises(StoppedError):
            imports.judge(actor=clerk, at=AT, run=run.pk, progress=stop)
        assert ImportRun.objects.get().status == "reading"
        assert not Officer.objects.exists()

    def test_is_for_who_may_edit_the_register(
        self, units: dict[str, Unit], actor_with: ActorMaker, clerk: Actor, overseer: Actor
    ):
        with pytest.raises(ForbiddenError):
            hand_in(actor_with("officer", "market"), workbook(3, 0))
        run = hand_in(clerk, workbook(3, 0))
        with pytest.raises(MissingError):
            imports.judge(actor=overseer, at=AT, run=run.pk)

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"PK\x03\x04broken", "损坏"),
            ("甲,乙\n1,2\n".encode(), "模板"),
            ("人员编码,姓名\nP1,张三\n".encode(), "单位代码"),
        ],
    )
    def test_tells_what_is_wrong_with_a_file(self, units: dict[str, Unit], clerk: Actor, content: bytes, words: str):
        name = "名册.xlsx" if content.startswith(b"PK") else "名册.csv"
        file = SimpleUploadedFile(name, content)
        run = imports.upload(actor=clerk, at=AT, register="officers", file=file)
        run = imports.judge(actor=clerk, at=AT, run=run.pk)
        assert run.status == "failed"
        assert words in run.message

    def test_through_the_pages(self, units: dict[str, Unit], user_with: UserMaker, django_capture_on_commit_callbacks):
        client = Client()
        client.force_login(user_with("agency_clerk", "market"))
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(
                reverse("registry_import", args=["officers"]),
                {"file": SimpleUploadedFile("名册.xlsx", workbook(30, 3))},
            )
        assert answer.status_code == 302
        run = ImportRun.objects.get()
        page = client.get(reverse("registry_import_run", args=[run.pk])).content.decode()
        assert "写入可用的 27 行" in page
        assert len(re.findall(r'data-label="问题"', page)) == 3
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse("registry_import_run", args=[run.pk]), {"write": "1", "version": run.version})
        assert Officer.objects.count() == 27
        bad = client.get(reverse("registry_import_bad", args=[run.pk]))
        assert bad.status_code == 200
        # the end of an answer closes connections, and with PostgreSQL's the transaction of this test
        request_finished.disconnect(close_old_connections)
        bad.close()
        request_finished.connect(close_old_connections)
        assert client.get(reverse("registry_import_template", args=["officers"])).status_code == 200
        export = client.get(reverse("registry_import_export", args=["officers"]))
        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(export.streaming_content))).worksheets[0]
        assert sheet.max_row == 28


class TestFacts:
    def test_registers_are_facts_that_the_rules_read(
        self, units: dict[str, Unit], market: Agency, officer_in: OfficerMaker, tmp_path: Path
    ):
        officer = officer_in("squad", card={"suspended_from": date(2026, 5, 1), "suspended_until": date(2026, 5, 31)})
        officer.roles.create(role="officer", valid_from=date(2020, 1, 1))
        counts = export_registry(tmp_path / "facts")
        assert (counts["agencies"], counts["officers"], counts["credentials"]) == (1, 1, 1)
        from mingjing.facts.read import read_facts

        read_facts(tmp_path / "facts", tmp_path / "read")
        assert not (tmp_path / "read" / "bad_rows.xlsx").exists()
        import pyarrow.parquet as pq

        row = pq.read_table(tmp_path / "read" / "officers.parquet").to_pylist()[0]
        assert row["agency_id"] == market.code


class TestApi:
    def test_answers_why_not(self, market: Agency, officer_in: OfficerMaker, user_with: UserMaker):
        officer = officer_in(card=None)
        client = Client()
        client.force_login(user_with("overseer", "county"))
        answer = client.get(f"/api/v1/officers/{officer.code}/may-act", {"on": "2026-11-20"}).json()
        assert answer["allowed"] is False
        assert answer["obstacles"][0]["code"] == "no_credential"
        assert "行政处罚法" in answer["obstacles"][0]["citation"]
        answer = client.get(f"/api/v1/agencies/{market.code}/competence", {"on": "2026-11-20", "item": "X"}).json()
        assert [each["code"] for each in answer["obstacles"]] == ["no_power"]
        for path in ("agencies", "officers", "credentials", "devices", "parties"):
            assert client.get(f"/api/v1/{path}").status_code == 200, path
