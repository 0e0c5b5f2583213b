"""Stored files: in whole and in part, from a folder and from an object store that speaks S3, through the scope check."""

import hashlib
import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage
from django.test import RequestFactory
from django.utils.module_loading import import_string

from mingjing.config import env
from mingjing.contexts.accounts.access import MissingError
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.accounts.web.download import download
from mingjing.contexts.operations import files
from mingjing.contexts.operations.files import Stored, name_for, send
from tests.contexts.conftest import ActorMaker

CONTENT = bytes(range(256)) * 4000  # about a megabyte: several pieces
NAME = "evidence/执法记录.mp4"


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of a server that speaks S3, with a bucket."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        port = trial.getsockname()[1]
    server = subprocess.Popen(
        [Path(sys.executable).parent / "moto_server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        import boto3

        boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1").create_bucket(
            Bucket="files"
        )
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()
        server.wait()
        del os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]


def made(setting: dict[str, Any]) -> Storage:
    return import_string(setting["BACKEND"])(**setting["OPTIONS"])


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Storage:
    if request.param == "folder":
        monkeypatch.setenv("MINGJING_MEDIA", str(tmp_path))
    else:
        monkeypatch.setenv("MINGJING_MEDIA", f"s3://files/county?endpoint={request.getfixturevalue('s3')}")
    store = made(env.media())
    store.delete(NAME)
    assert store.save(NAME, ContentFile(CONTENT)) == NAME
    return store


type Ask = Callable[..., tuple[Any, bytes]]


@pytest.fixture
def ask(store: Storage) -> Ask:
    def ask(method: str = "GET", **headers: str) -> tuple[Any, bytes]:
        request = RequestFactory().generic(method, "/x", headers={k.replace("_", "-"): v for k, v in headers.items()})
        answer: Any = send(request, Stored(name=NAME, filename="执法记录.mp4", content_type="video/mp4"), storage=store)
        return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content

    return ask


class TestSend:
    def test_sends_the_whole(self, ask: Ask) -> None:
        answer, content = ask()
        assert (answer.status_code, content == CONTENT) == (200, True)
        assert answer["Content-Length"] == str(len(CONTENT))
        assert "%E6%89%A7" in answer["Content-Disposition"]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Cache-Control"] == "private, no-cache"

    @pytest.mark.parametrize(
        ("asked", "first", "end"),
        [
            ("bytes=0-0", 0, 1),
            ("bytes=1000-1999", 1000, 2000),
            ("bytes=300000-700000", 300000, 700001),
            ("bytes=1023990-", 1023990, 1024000),
            ("bytes=-10", 1023990, 1024000),
            ("bytes=1023999-9999999", 1023999, 1024000),
            ("bytes=-99999999", 0, 1024000),
        ],
    )
    def test_sends_a_part(self, ask: Ask, asked: str, first: int, end: int) -> None:
        answer, content = ask(Range=asked)
        assert answer.status_code == 206
        assert content == CONTENT[first:end]
        assert answer["Content-Range"] == f"bytes {first}-{end - 1}/{len(CONTENT)}"
        assert answer["Content-Length"] == str(end - first)

    @pytest.mark.parametrize("asked", ["bytes=1024000-", "bytes=-0", "bytes=9999999-99999999"])
    def test_says_that_there_is_no_such_part(self, ask: Ask, asked: str) -> None:
        answer, _ = ask(Range=asked)
        assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(CONTENT)}")

    @pytest.mark.parametrize("asked", ["", "bytes=-", "bytes=5-3", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b"])
    def test_sends_the_whole_where_no_one_part_is_meant(self, ask: Ask, asked: str) -> None:
        answer, content = ask(Range=asked)
        assert (answer.status_code, len(content)) == (200, len(CONTENT))

    def test_sends_nothing_twice(self, ask: Ask) -> None:
        tag = ask()[0]["ETag"]
        answer, content = ask(If_None_Match=tag)
        assert (answer.status_code, content) == (304, b"")

    def test_a_part_of_what_has_changed_is_the_whole(self, ask: Ask) -> None:
        answer, _ = ask(Range="bytes=0-9", If_Range='"another"')
        assert answer.status_code == 200

    def test_head_tells_the_size_and_sends_nothing(self, ask: Ask) -> None:
        answer, content = ask("HEAD")
        assert (content, answer["Content-Length"]) == (b"", str(len(CONTENT)))

    def test_holds_no_whole_file_in_memory(self, ask: Ask, store: Storage) -> None:
        pieces = list(files.read(store, NAME, 0, len(CONTENT)))
        assert max(map(len, pieces)) <= files.CHUNK
        assert hashlib.sha256(b"".join(pieces)).digest() == hashlib.sha256(CONTENT).digest()

    @pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "application/xhtml+xml"])
    def test_what_could_run_is_saved_not_shown(self, store: Storage, kind: str) -> None:
        answer = send(RequestFactory().get("/x"), Stored(name=NAME, filename="a", content_type=kind), storage=store)
        assert answer["Content-Disposition"].startswith("attachment")
        assert "sandbox" in answer["Content-Security-Policy"]


def test_a_name_tells_nothing_of_a_person() -> None:
    name = name_for("officers", "张伟370831199003074512.JPG")
    assert name.startswith("officers/20")
    assert name.endswith(".jpg")
    assert "张伟" not in name
    assert "3708" not in name


@pytest.mark.parametrize("name", ["a.tar/../../etc", "x.php;ls", "无后缀", "a." + "b" * 50])
def test_a_suffix_is_plain_or_none(name: str) -> None:
    assert name_for("x", name).rpartition("/")[2].partition(".")[2] in {"", "php"} or "." not in name_for("x", name)


class TestScope:
    @pytest.fixture(autouse=True)
    def stored(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        store = FileSystemStorage(location=tmp_path)
        store.save("a.pdf", io.BytesIO(b"paper"))
        monkeypatch.setattr(files, "default_storage", store)

    def answer(self, actor: object, code: str) -> Any:
        request = RequestFactory().get("/x")
        request.actor = actor  # type: ignore[attr-defined]
        return download(
            request, Unit.objects.all(), "accounts.unit.view", code=code,
            file=lambda unit: Stored(name="a.pdf", filename=f"{unit.name}.pdf", content_type="application/pdf"),
        )  # fmt: skip

    def test_gives_the_file_of_a_row_within(self, actor_with: ActorMaker) -> None:
        answer = self.answer(actor_with("overseer", "justice"), "market")
        assert b"".join(answer.streaming_content) == b"paper"

    def test_hides_that_of_a_row_beyond(self, actor_with: ActorMaker) -> None:
        with pytest.raises(MissingError):
            self.answer(actor_with("overseer", "justice"), "city")

    def test_asks_who_is_not_signed_in_to_sign_in(self, units: dict[str, Unit]) -> None:
        assert self.answer(None, "market").status_code in {302, 401, 403}


@pytest.mark.parametrize("text", ["ftp://a/b", "s3:///no-bucket"])
def test_a_store_that_cannot_be_meant_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJING_MEDIA", text)
    with pytest.raises(env.SettingError, match="MINGJING_MEDIA"):
        env.media()
