"""Pages, files and the upload protocol: what each shows, to whom, and what is on record afterwards."""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import User
from mingjing.contexts.accounts.usecases.tokens import make_token
from mingjing.contexts.media.models import Access, Recording, Upload
from mingjing.contexts.media.usecases import keeping
from mingjing.contexts.registry.models import Device
from mingjing.domain.media.recordings import Kind
from tests.contexts.media.conftest import Cases, Take, picture

TUS = {"Tus-Resumable": "1.0.0"}
PART = "application/offset+octet-stream"


def signed_in(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def meta(**fields: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in fields.items())


@pytest.fixture
def described(recorder: Device) -> dict[str, str]:
    return {
        "kind": "photo", "shows": "门头", "started_at": "2026-11-20T09:00:00+08:00", "device_no": "REC-001",
        "filename": "门头.jpg",
    }  # fmt: skip


class TestProtocol:
    def begin(self, client: Client, content: bytes, described: dict[str, str]) -> Any:
        digest = hashlib.sha256(content).hexdigest()
        headers = TUS | {"Upload-Length": str(len(content)), "Upload-Metadata": meta(**described, sha256=digest)}
        return client.post("/media/tus/", headers=headers)

    def part(self, client: Client, address: str, offset: int, content: bytes, **more: str) -> Any:
        headers = TUS | {"Upload-Offset": str(offset)} | more
        return client.patch(address, content, content_type=PART, headers=headers)

    def test_says_what_it_speaks(self, officer: Actor) -> None:
        answer = Client().options("/media/tus/")
        assert (answer.status_code, answer["Tus-Version"]) == (204, "1.0.0")
        assert "checksum" in answer["Tus-Extension"]

    def test_from_the_beginning_to_the_end(self, officer: Actor, described: dict[str, str]) -> None:
        client, content = signed_in(officer), picture()
        begun = self.begin(client, content, described)
        address = begun["Location"]
        assert begun.status_code == 201
        assert self.part(client, address, 0, content[:1000])["Upload-Offset"] == "1000"
        head = client.head(address, headers=TUS)
        assert (head["Upload-Offset"], head["Upload-Length"]) == ("1000", str(len(content)))
        assert self.part(client, address, 999, content[999:]).status_code == 409
        right = base64.b64encode(hashlib.sha256(content[1000:]).digest()).decode()
        wrong = base64.b64encode(hashlib.sha256(b"").digest()).decode()
        tried = self.part(client, address, 1000, content[1000:], **{"Upload-Checksum": f"sha256 {wrong}"})
        assert tried.status_code == 460
        done = self.part(client, address, 1000, content[1000:], **{"Upload-Checksum": f"sha256 {right}"})
        assert done.status_code == 204
        state = client.get(address).json()
        assert state["state"] == "done"
        row = Recording.objects.get(code=state["recording"])
        assert (row.filename, row.hashed_on_device) == ("门头.jpg", True)

    @pytest.mark.parametrize(
        ("change", "status"),
        [({"Tus-Resumable": "0.2.2"}, 412), ({"Upload-Length": "x"}, 400), ({"Upload-Metadata": "kind !!"}, 400),
         ({"Upload-Metadata": ""}, 422), ({"Upload-Length": str(9 * 2**30)}, 422)],
    )  # fmt: skip
    def test_refuses_what_cannot_be(
        self, officer: Actor, described: dict[str, str], change: dict[str, str], status: int
    ) -> None:
        headers = TUS | {"Upload-Length": "10", "Upload-Metadata": meta(**described)} | change
        assert signed_in(officer).post("/media/tus/", headers=headers).status_code == status

    def test_of_somebody_else_is_not_there(self, officer: Actor, stranger: Actor, described: dict[str, str]) -> None:
        address = self.begin(signed_in(officer), picture(), described)["Location"]
        for method in ("head", "delete"):
            assert getattr(signed_in(stranger), method)(address, headers=TUS).status_code == 404
        assert Client().head(address, headers=TUS).status_code == 401

    def test_a_page_from_elsewhere_cannot_send(self, officer: Actor, described: dict[str, str]) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(User.objects.get(pk=officer.user_id))
        assert self.begin(client, picture(), described).status_code == 403

    def test_a_station_sends_with_a_token(self, officer: Actor, described: dict[str, str]) -> None:
        _, secret = make_token(
            actor=officer, at=timezone.now(), name="采集站", permissions=["media.recording.add"], days=1
        )
        client, content = Client(headers={"Authorization": f"Bearer {secret}"}, enforce_csrf_checks=True), picture()
        address = self.begin(client, content, described)["Location"]
        assert self.part(client, address, 0, content).status_code == 204
        assert Recording.objects.count() == 1
        assert Client(headers={"Authorization": "Bearer x"}).head(address, headers=TUS).status_code == 401

    def test_can_be_given_up(self, officer: Actor, described: dict[str, str]) -> None:
        client = signed_in(officer)
        address = self.begin(client, picture(), described)["Location"]
        assert client.delete(address, headers=TUS).status_code == 204
        assert client.head(address, headers=TUS).status_code == 404
        assert Upload.objects.get().state == "abandoned"


class TestForm:
    def test_without_script_files_come_in_one_piece(self, officer: Actor, recorder: Device) -> None:
        client = signed_in(officer)
        assert "data-upload" in client.get("/media/new/").content.decode()
        files = [SimpleUploadedFile(f"{n}.jpg", picture(n), "image/jpeg") for n in ("red", "gold")]
        given = {
            "kind": "photo", "shows": "门头", "started_at": "2026-11-20T09:00", "device_no": "REC-001", "file": files,
            "step": "inspection|",
        }  # fmt: skip
        assert client.post("/media/new/", given).status_code == 302
        assert sorted(Recording.objects.values_list("filename", "step_kind")) == [
            ("gold.jpg", "inspection"), ("red.jpg", "inspection")
        ]  # fmt: skip

    def test_a_refusal_stands_above_the_form(self, officer: Actor, recorder: Device) -> None:
        files = SimpleUploadedFile("a.jpg", b"MZ nothing", "image/jpeg")
        given = {
            "kind": "photo",
            "shows": "门头",
            "started_at": "2026-11-20T09:00",
            "device_no": "REC-001",
            "file": files,
        }
        answer = signed_in(officer).post("/media/new/", given)
        assert answer.status_code == 422
        assert "内容不是照片" in answer.content.decode()

    def test_words_are_filed_here_too(self, officer: Actor) -> None:
        given = {"kind": "note", "shows": "现场情况", "started_at": "2026-11-20T09:00", "text": "无人在场。"}
        answer = signed_in(officer).post("/media/new/", given, follow=True)
        assert "无人在场。" in answer.content.decode()

    def test_for_a_case_of_others_there_is_no_form(self, officer: Actor, cases: Cases) -> None:
        assert signed_in(officer).get("/media/new/?subject=case:squad").status_code == 404
        cases.seen_by["squad"] = {officer.code}
        page = signed_in(officer).get("/media/new/?subject=case:squad&step=E1").content.decode()
        assert "泗市监案〔2026〕squad号" in page
        assert "必录" in page and "SS-30" in page


class TestFiles:
    def test_are_sent_in_parts_through_the_scope(
        self, take: Take, officer: Actor, stranger: Actor, django_capture_on_commit_callbacks: Any
    ) -> None:
        content = picture(size=(2000, 1500))
        row = take(content)
        address = f"/media/{row.code}/original/"
        client = signed_in(officer)
        answer = client.get(address, headers={"Range": "bytes=100-199"})
        assert (answer.status_code, b"".join(answer)) == (206, content[100:200])
        assert answer["Content-Range"] == f"bytes 100-199/{len(content)}"
        assert answer["Content-Disposition"].startswith("inline")
        saved = client.get(f"{address}?download=1")
        assert b"".join(saved) == content
        assert saved["Content-Disposition"].startswith("attachment")
        for part in ("original", "preview", "thumb", "marks.vtt"):
            path = f"/media/{row.code}/{part}/".replace("vtt/", "vtt")
            assert signed_in(stranger).get(path).status_code == 404, part
            assert client.get(path).status_code == 200, part
        acts = list(Access.objects.order_by("pk").values_list("act", flat=True))
        assert acts == ["play", "download", "preview"]

    def test_who_may_only_see_gets_no_original(self, take: Take, units: Any, actor_with: Any) -> None:
        row = take()
        town = actor_with("town_overseer", "county", username="town", name="镇监督")
        assert signed_in(town).get(f"/media/{row.code}/").status_code == 200
        assert signed_in(town).get(f"/media/{row.code}/original/").status_code == 403

    def test_somebody_from_elsewhere_names_a_purpose_first(self, take: Take, overseer: Actor) -> None:
        row = take()
        client = signed_in(overseer)
        page = client.get(f"/media/{row.code}/").content.decode()
        assert "调阅用途" in page and "/original/" not in page
        assert client.get(f"/media/{row.code}/original/").status_code == 422
        client.post(f"/media/{row.code}/open/", {"purpose": "oversight"})
        assert "/preview/" in client.get(f"/media/{row.code}/").content.decode()
        assert client.get(f"/media/{row.code}/original/").status_code == 200
        assert set(Access.objects.values_list("purpose", flat=True)) == {"oversight"}


class TestPage:
    def test_shows_what_the_file_says_otherwise(self, take: Take, officer: Actor) -> None:
        row = take(picture(taken="2026:01:01 08:00:00", gps=True))
        page = signed_in(officer).get(f"/media/{row.code}/").content.decode()
        assert "与文件自带信息不一致" in page and "35.65" in page
        assert "设备 REC-001" not in page or row.sha256 in page

    def test_marks_are_links_and_captions(self, take: Take, officer: Actor, video: bytes, at: datetime) -> None:
        row = take(video, kind=Kind.VIDEO, filename="a.mp4")
        client = signed_in(officer)
        given = {"second": "1", "text": "出示证件", "step_kind": "inspection"}
        answer = client.post(f"/media/{row.code}/mark/", given)
        assert answer["Location"].endswith("?t=1#player")
        page = client.get(f"/media/{row.code}/?t=1").content.decode()
        assert 'data-second="1"' in page and "#t=1" in page and "出示证件" in page
        track = client.get(f"/media/{row.code}/marks.vtt").content.decode()
        assert track.startswith("WEBVTT") and "00:00:01.000 --> " in track
        assert row.embedded["seconds"] == 2.0
        client.post(f"/media/{row.code}/marks/{row.marks.get().pk}/withdraw/")
        assert "出示证件</a>" not in client.get(f"/media/{row.code}/").content.decode()

    @pytest.mark.requirement("SS-29")
    def test_of_a_case_shows_stages_and_what_is_missing(self, take: Take, officer: Actor, cases: Cases) -> None:
        cases.seen_by["squad"] = {officer.code}
        take(subject="case:squad", step_code="E1")
        page = signed_in(officer).get("/media/subjects/case/squad/").content.decode()
        for coarse in ("启动", "调查取证", "审核决定", "送达执行"):
            assert coarse in page
        assert page.count("还没有任何记录") == 6
        assert "“查封扣押”环节没有全程录音或者录像记录" in page
        assert signed_in(officer).get("/media/subjects/case/town/").status_code == 404

    @pytest.mark.requirement("RZ-33")
    def test_of_a_party_shows_the_records_of_every_agency(
        self, take: Take, officer: Actor, stranger: Actor, overseer: Actor, cases: Cases, units: Any
    ) -> None:
        """A case at one agency, an inspection at another: the supervisor sees both, each agency its own."""
        from mingjing.contexts.media.usecases.taking import Draft, record_text

        cases.seen_by["squad"] = {officer.code, overseer.code}
        take(subject="case:squad", step_code="E1")
        draft = Draft(
            kind=Kind.NOTE, shows="卫生检查", started_at=timezone.now() - timedelta(days=1), subject="inspection:J1",
            parties=("B0001",),
        )  # fmt: skip
        record_text(actor=stranger, at=timezone.now(), draft=draft, text="合格")
        page = signed_in(overseer).get("/media/parties/B0001/").content.decode()
        assert "泗水县市场监督管理局" in page and "泗水县卫生健康局" in page
        assert "后厨地面" in page and "卫生检查" in page
        own = signed_in(stranger).get("/media/parties/B0001/").content.decode()
        assert "后厨地面" not in own
        assert signed_in(overseer).get("/media/parties/NONE/").status_code == 404

    def test_a_changed_original_is_shouted(self, take: Take, officer: Actor, at: datetime) -> None:
        from django.core.files.storage import default_storage

        row = take()
        default_storage.delete(row.stored)
        keeping.verify_originals(at=at)
        assert "与收录时的摘要不符" in signed_in(officer).get(f"/media/{row.code}/").content.decode()

    def test_review_disposal_and_log(
        self, take: Take, clerk: Actor, head: Actor, actor_with: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = take()
        later = timezone.now() + timedelta(days=800)
        monkeypatch.setattr(timezone, "now", lambda: later)
        client = signed_in(clerk)
        assert row.shows in client.get("/media/expiring/").content.decode()
        assert "审查保存期满的音像记录" in client.get("/").content.decode()
        done = client.post(f"/media/{row.code}/propose/", {"why": "期满无用"})
        assert done.status_code == 302, done.content.decode()
        assert signed_in(head).post(f"/media/{row.code}/decide/", {"approved": "1"}).status_code == 302
        row.refresh_from_db()
        assert row.disposed_at == later
        audit = signed_in(actor_with("audit_admin", "county", username="audit", name="审计员"))
        signed_in(head).get(f"/media/{row.code}/")
        page = audit.get("/media/accesses/").content.decode()
        assert "李局长" in page and row.shows not in page
        assert audit.get(f"/media/{row.code}/").status_code == 403

    def test_lists_and_statistics_open(self, take: Take, officer: Actor, head: Actor) -> None:
        row = take(step_kind="evidence")
        page = signed_in(officer).get("/media/?stage=evidence").content.decode()
        assert row.shows in page
        assert row.sha256 in b"".join(signed_in(officer).get("/media/?export=csv&columns=code,sha256")).decode()
        assert "取证" in signed_in(head).get("/media/statistics/").content.decode()
        assert "我的上传" in signed_in(officer).get("/media/uploads/").content.decode()
