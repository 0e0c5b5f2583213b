"""The public pages of the log: for everybody, and nothing of what is not public."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from mingjing.contexts.records.suite import log_signer
from mingjing.contexts.records.usecases import append
from mingjing.contexts.records.usecases.publish import publish
from mingjing.contexts.records.usecases.sequence import sequence
from mingjing_verify.__main__ import main
from tests.contexts.records.conftest import AT, Writer

pytestmark = pytest.mark.django_db


class TestLogPage:
    def test_an_empty_log_has_a_page(self, client: Client):
        page = client.get(reverse("log"))
        assert page.status_code == 200
        assert "还没有签署检查点" in page.content.decode()

    def test_lists_years_and_checkpoints(self, client: Client, write: Writer):
        write(3)
        publish(at=AT)
        text = client.get(reverse("log")).content.decode()
        assert "2026 年 3 条的检查点" in text
        assert "SM3" in text
        assert "2026-11-20 09:30:00" in text

    @pytest.mark.parametrize("asked", ["2026-1", "2026年第1号", "2026年1", " 2026/1 "])
    def test_a_number_leads_to_its_entry(self, asked: str, client: Client, write: Writer):
        write(3)
        publish(at=AT)
        page = client.get(reverse("log"), {"q": asked})
        assert page.status_code == 302
        assert page["Location"] == "/log/2026/1/"

    def test_finds_entries_by_the_code_of_an_object(self, client: Client, write: Writer):
        write(3)
        sequence(at=AT)
        text = client.get(reverse("log"), {"q": "case:2026-0002"}).content.decode()
        assert 'href="/log/2026/2/"' in text
        assert "没有查到存证" in client.get(reverse("log"), {"q": "case:none"}).content.decode()

    def test_persons_cannot_be_asked_for(self, client: Client):
        append(actor="a", at=AT, act="party.register", subject="party:370831199001011234")
        sequence(at=AT)
        text = client.get(reverse("log"), {"q": "party:370831199001011234"}).content.decode()
        assert "没有查到存证" in text
        text = client.get("/log/2026/0/").content.decode()
        assert "370831199001011234" not in text
        assert "不公开" in text


class TestEntryPage:
    def test_shows_the_proof_step_by_step(self, client: Client, write: Writer):
        write(5)
        publish(at=AT)
        text = client.get("/log/2026/3/").content.decode()
        assert "证明成立" in text
        assert text.count("<li>与左边的摘要合并") + text.count("<li>与右边的摘要合并") == 3
        assert "张伟" not in text
        assert "群众举报" not in text

    def test_says_so_where_no_checkpoint_covers_it_yet(self, client: Client, write: Writer):
        write(1)
        sequence(at=AT)
        assert "还没有签入检查点" in client.get("/log/2026/0/").content.decode()
        assert client.get("/log/2026/0/proof/").status_code == 404

    @pytest.mark.parametrize("path", ["/log/2026/9/", "/log/1999/0/", "/log/2026/9/proof/"])
    def test_there_is_no_page_for_what_is_not_there(self, path: str, client: Client, write: Writer):
        write(1)
        publish(at=AT)
        assert client.get(path).status_code == 404

    def test_downloaded_proof_is_checked_without_the_platform(
        self, client: Client, write: Writer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ):
        write(5)
        publish(at=AT)
        answer = client.get("/log/2026/3/proof/")
        assert answer["Content-Disposition"] == 'attachment; filename="2026-3.tlog-proof"'
        (tmp_path / "proof").write_bytes(answer.content)
        key = str(log_signer(at=AT).public)
        assert main(["--proof", str(tmp_path / "proof"), "--key", key]) == 0
        out = capsys.readouterr().out
        assert "第3号" in out
        assert "未公开的字段" in out
        (tmp_path / "proof").write_bytes(answer.content.replace(b"index 3", b"index 2"))
        assert main(["--proof", str(tmp_path / "proof"), "--key", key]) == 1
        assert "第2号的内容与检查点不符" in capsys.readouterr().out


class TestPublicFiles:
    def test_are_given_as_they_are(self, client: Client, write: Writer, home: Path):
        write(5)
        publish(at=AT)
        for name in ("log.json", "2026/checkpoint", "2026/tile/0/000.p/5", "2026/tile/entries/000.p/5"):
            answer = client.get(f"/log/files/{name}")
            assert b"".join(answer) == (home / "log" / name).read_bytes()  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        "name",
        [
            "../keys/log-sm.key",
            "2026/../../keys/log-sm.key",
            "2026/tile/../../../keys/log-sm.key",
            "2026",
            "nothing",
            "2026/tile/0",
        ],
    )
    def test_nothing_else_is(self, name: str, client: Client, write: Writer):
        write(1)
        publish(at=AT)
        assert client.get(f"/log/files/{name}").status_code == 404
        assert client.post("/log/files/log.json").status_code == 405
