"""Dossiers, packages and imports by page, by program and by command: the same acts, the same refusals, the same log."""

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from typer.testing import CliRunner

from mingjing.contexts.cases.models import Case, Dossier
from mingjing.contexts.cases.usecases.export_facts import export_cases
from mingjing.contexts.documents.models import Document, DocumentState
from mingjing.contexts.documents.usecases import discard_document, issue_document
from mingjing.contexts.records.models import Entry
from mingjing.contexts.work.models import Job
from mingjing.domain.documents.values import missing
from mingjing.interfaces.cli.cases import app
from tests.contexts.cases.conftest import Office
from tests.contexts.cases.test_api import Caller
from tests.contexts.cases.test_facts import decided
from tests.contexts.cases.test_import import forget
from tests.contexts.cases.test_pages import client_of, page_of

run = CliRunner().invoke


@pytest.fixture
def closed(office: Office) -> Office:
    """A closed case whose whole documents are issued, the others thrown away."""
    decided(office)
    for one in Document.objects.filter(state=DocumentState.DRAFT):
        act = discard_document if missing(one.kind_data, one.data) else issue_document
        act(actor=office.people["one"], at=office.at, code=one.code)
    return office


def acts(case: Case) -> list[str]:
    return list(Entry.objects.filter(subject=f"case:{case.code}").order_by("pk").values_list("act", flat=True))


def content_of(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def as_upload(folder: Path) -> SimpleUploadedFile:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for file in folder.glob("*.parquet"):
            package.write(file, file.name)
    return SimpleUploadedFile("cases.zip", out.getvalue(), "application/zip")


class TestDossier:
    def test_the_page_tells_what_is_missing_then_binds_and_archives(self, closed: Office) -> None:
        case, client = closed.case, client_of("one")
        told = page_of(client, f"/cases/{case.code}/dossier/")
        assert "处需要补正" in told and "将装订的文书" in told and "保管期限：" in told
        refused = client.post(f"/cases/{case.code}/dossier/", {"reason": ""})
        assert refused.status_code == 422 and "需要补正" in refused.content.decode()
        assert client.post(f"/cases/{case.code}/dossier/", {"reason": "签名在纸质文书上"}).status_code == 302
        case.refresh_from_db()
        made = Dossier.objects.get(case=case)
        assert (case.stage, made.reason) == ("archived", "签名在纸质文书上")
        bound = page_of(client, f"/cases/{case.code}/dossier/")
        assert made.sha256 in bound and "卷内目录" in bound and made.lacking[0][:6] in bound
        file = client.get(f"/cases/{case.code}/dossier/file/")
        assert content_of(file).startswith(b"%PDF") and file["Content-Type"] == "application/pdf"
        assert [one for one in acts(case) if "dossier" in one] == ["cases.make_dossier", "cases.read_dossier"]

    def test_a_dossier_of_nothing_is_not_bound(self, office: Office) -> None:
        decided(office)
        answer = client_of("one").post(f"/cases/{office.case.code}/dossier/", {"reason": "没有文书"})
        assert answer.status_code == 422 and "没有已制发的文书" in answer.content.decode()

    def test_the_step_of_archiving_leads_to_the_dossier(self, closed: Office) -> None:
        answer = client_of("one").post(f"/cases/{closed.case.code}/start/archiving/")
        assert answer["Location"] == f"/cases/{closed.case.code}/dossier/"

    def test_who_does_not_archive_reads_only(self, closed: Office) -> None:
        client = client_of("reviewer")
        assert "由承办人或者综合岗立卷归档" in page_of(client, f"/cases/{closed.case.code}/dossier/")
        assert client.post(f"/cases/{closed.case.code}/dossier/", {"reason": "x"}).status_code == 403
        assert not Dossier.objects.exists()

    def test_by_program(self, closed: Office) -> None:
        caller, path = Caller(closed, "clerk"), f"/cases/{closed.case.code}/dossier"
        before = caller.ask("get", path)
        assert before["bound"] is False and before["lacking"][0]["remedy"]
        assert "需要补正" in caller.ask("post", path, {}, status=422)["detail"]
        made = caller.ask("post", path, {"reason": "签名在纸质文书上"}, status=201)
        assert made["bound"] and made["pages"] > 3 and made["catalogue"][0]["pages"].startswith("1")
        file = caller.client.get(f"/api/v1{path}/file", headers=caller.headers)
        assert content_of(file).startswith(b"%PDF")

    def test_by_command(self, closed: Office, tmp_path: Path) -> None:
        code = closed.case.code
        assert "处需要补正" in run(app, ["dossier", code, "--user", "one"]).output
        done = run(app, ["dossier", code, "--user", "one", "--archive", "--reason", "签名在纸质文书上"])
        assert done.exit_code == 0, done.output
        assert "案卷" in run(app, ["dossier", code, "--user", "one", "--out", str(tmp_path / "d.pdf")]).output
        assert (tmp_path / "d.pdf").read_bytes().startswith(b"%PDF")


class TestPackages:
    def packed(self, office: Office, client: Client) -> bytes:
        answer = client.post(f"/cases/{office.case.code}/exchange/", {"reason": "移送县检察院监督"})
        assert answer["Content-Type"] == "application/zip"
        return content_of(answer)

    def test_a_package_goes_out_by_page_and_comes_in_by_page(self, closed: Office) -> None:
        client, case = client_of("clerk"), closed.case
        assert client.post(f"/cases/{case.code}/exchange/", {"reason": " "}).status_code == 422
        data = self.packed(closed, client)
        assert acts(case)[-1] == "cases.pack_case"
        forget()
        upload = {"package": ContentFile(data, "p.zip"), "act": "check"}
        assert "核验通过" in client.post("/cases/packages/", upload).content.decode()
        assert not Case.objects.exists()
        taken = client.post("/cases/packages/", {"package": ContentFile(data, "p.zip"), "act": "take"})
        assert taken["Location"] == f"/cases/{case.code}/"
        assert page_of(client, taken["Location"])
        broken = client.post("/cases/packages/", {"package": ContentFile(data[:-200], "p.zip"), "act": "take"})
        assert broken.status_code == 422 and "交换包" in broken.content.decode()

    def test_who_may_not_export_or_import_is_refused(self, closed: Office) -> None:
        client = client_of("one")
        assert client.get(f"/cases/{closed.case.code}/exchange/").status_code == 403
        assert client.get("/cases/packages/").status_code == 403
        assert client.get("/cases/import/").status_code == 403

    def test_by_program_and_by_command(self, closed: Office, tmp_path: Path) -> None:
        caller, code = Caller(closed, "clerk"), closed.case.code
        answer = caller.client.post(
            f"/api/v1/cases/{code}/package",
            {"reason": "交换"},
            content_type="application/json",
            headers=caller.headers,
        )
        assert answer.status_code == 200, answer.content
        for replayed in (None, "true"):
            checked = caller.client.post(
                "/api/v1/case-packages/check",
                {"package": SimpleUploadedFile("p.zip", answer.content)},
                headers=caller.headers | {"Idempotency-Key": "checked"},
            )
            assert checked.json()["cases"] == [code], checked.content
            assert checked.headers.get("Idempotency-Replayed") == replayed
        other = caller.client.post(
            "/api/v1/case-packages/check",
            {"package": SimpleUploadedFile("p.zip", answer.content + b" ")},
            headers=caller.headers | {"Idempotency-Key": "checked"},
        )
        assert other.status_code == 409
        file = tmp_path / "p.zip"
        assert run(app, ["pack", code, str(file), "--reason", "交换", "--user", "clerk"]).exit_code == 0
        told = run(app, ["check", str(file), "--json"])
        assert json.loads(told.output)["cases"] == [code]
        forget()
        assert "接收 1 件" in run(app, ["take", str(file), "--user", "clerk"]).output
        taken = caller.client.post(
            "/api/v1/case-packages", {"package": SimpleUploadedFile("p.zip", answer.content)}, headers=caller.headers
        )
        assert taken.json()["known"] == 1, taken.content


class TestImports:
    def test_the_page_takes_cases_in_behind_the_scenes(
        self, office: Office, tmp_path: Path, django_capture_on_commit_callbacks: Any
    ) -> None:
        decided(office)
        export_cases(tmp_path)
        forget()
        client = client_of("clerk")
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post("/cases/import/", {"file": as_upload(tmp_path)})
        job = Job.objects.get()
        assert answer["Location"] == f"/jobs/{job.pk}/"
        assert job.state == "done", (job.state, job.words, job.error if hasattr(job, "error") else "")
        assert "导入 1 件" in page_of(client, answer["Location"])
        assert Case.objects.get().code == office.case.code

    def test_what_is_refused_comes_back_as_a_workbook(
        self, office: Office, tmp_path: Path, django_capture_on_commit_callbacks: Any
    ) -> None:
        decided(office)
        export_cases(tmp_path)
        forget()
        office.party.delete()
        with django_capture_on_commit_callbacks(execute=True):
            client_of("clerk").post("/cases/import/", {"file": as_upload(tmp_path)})
        job = Job.objects.get()
        assert job.result_name.endswith("没有导入的案件.xlsx")
        assert "未导入 1 件" in job.words

    def test_by_program_and_by_command(
        self, office: Office, tmp_path: Path, django_capture_on_commit_callbacks: Any
    ) -> None:
        decided(office)
        out = run(app, ["export", str(tmp_path / "facts")])
        assert out.exit_code == 0 and "cases　1 行" in out.output
        later = run(app, ["export", str(tmp_path / "changed"), "--since", timezone.now().isoformat()])
        assert "cases　0 行" in later.output
        forget()
        done = run(app, ["import", str(tmp_path / "facts"), "--user", "clerk"])
        assert done.exit_code == 0 and "导入 1 件" in done.output, done.output
        caller = Caller(office, "clerk")
        with django_capture_on_commit_callbacks(execute=True):
            answer = caller.client.post(
                "/api/v1/case-imports", {"file": as_upload(tmp_path / "facts")}, headers=caller.headers
            )
        assert answer.status_code == 202, answer.content
        assert "此前已有 1 件" in Job.objects.get(pk=answer.json()["job"]).words

    def test_a_file_without_cases_is_told_so(self, office: Office, tmp_path: Path) -> None:
        (tmp_path / "x.csv").write_text("甲,乙\n1,2\n", "utf-8")
        told = run(app, ["import", str(tmp_path / "x.csv"), "--user", "clerk"])
        assert told.exit_code != 0
