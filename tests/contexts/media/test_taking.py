"""Taking recordings in: who may, with which device, what is refused, what is on record."""

import hashlib
from datetime import timedelta
from typing import Any

import gmssl.sm3
import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.test import Client

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, access, visible
from mingjing.contexts.accounts.usecases.tokens import make_token
from mingjing.contexts.media import queries
from mingjing.contexts.media.models import Derived, Recording
from mingjing.contexts.media.usecases.taking import Draft, DuplicateRecordingError, record_text
from mingjing.contexts.records.queries import history
from mingjing.contexts.registry.models import Device, Party
from mingjing.domain.media.recordings import Kind, RecordingError
from tests.contexts.media.conftest import Cases, Take, picture

SEE = "media.recording.view"


class TestTaking:
    def test_keeps_the_original_byte_by_byte(self, take: Take) -> None:
        content = picture("red")
        row = take(content)
        with default_storage.open(row.stored) as file:
            assert file.read() == content
        assert row.sha256 == hashlib.sha256(content).hexdigest()
        assert row.sm3 == gmssl.sm3.sm3_hash(list(content))
        assert (row.size, row.content_type) == (len(content), "image/jpeg")

    def test_is_on_record_with_its_digests(self, take: Take) -> None:
        row = take()
        (entry,) = history(f"recording:{row.code}")
        assert entry.act == "media.record"
        assert entry.public == {"sha256": row.sha256, "sm3": row.sm3}

    def test_the_device_hashed_it_first(self, take: Take) -> None:
        content = picture("green")
        assert take(content, device_sha256=hashlib.sha256(content).hexdigest()).hashed_on_device
        with pytest.raises(RecordingError, match="不一致"):
            take(picture("blue"), device_sha256="0" * 64)
        assert Recording.objects.count() == 1

    def test_thumbnail_and_preview_are_made_and_carry_no_place(self, take: Take) -> None:
        row = take(picture(gps=True, taken="2026:11:20 09:00:00"))
        assert row.embedded["latitude"] == 35.65
        kinds = {one.kind: one for one in Derived.objects.filter(recording=row)}
        assert set(kinds) == {"thumb", "preview"}
        from PIL import Image

        with default_storage.open(kinds["preview"].stored) as file, Image.open(file) as shown:
            assert not shown.getexif()
            assert shown.height > 480, "the strip stands beneath"

    def test_an_unregistered_device_is_refused(self, take: Take) -> None:
        take()
        with pytest.raises(RecordingError, match="没有登记"):
            take(picture("red"), device_no="NOBODY-7")
        with pytest.raises(RecordingError, match="设备编号"):
            take(picture("red"), device_no="")

    def test_the_serial_of_a_device_does_too(self, take: Take) -> None:
        assert take(device_no="SN001").device_no == "SN001"

    @pytest.mark.parametrize(
        ("kind", "content"), [(Kind.VIDEO, picture()), (Kind.PHOTO, b"%PDF-1.7 x"), (Kind.AUDIO, b"MZ" * 40)]
    )
    def test_what_is_not_what_it_is_said_to_be_is_refused(self, take: Take, kind: Kind, content: bytes) -> None:
        with pytest.raises(RecordingError, match="内容不是"):
            take(content, kind=kind)

    def test_the_same_file_is_taken_once(self, take: Take) -> None:
        row = take()
        with pytest.raises(DuplicateRecordingError) as refused:
            take()
        assert refused.value.facts["recording"] == row.code

    def test_not_from_the_future(self, take: Take, at: Any) -> None:
        with pytest.raises(RecordingError, match="晚于现在"):
            take(started_at=at + timedelta(minutes=10))

    def test_words_are_recorded_too(self, officer: Actor, at: Any) -> None:
        draft = Draft(kind=Kind.NOTE, shows="现场情况", started_at=at)
        row = record_text(actor=officer, at=at, draft=draft, text="  现场无人。 ")
        assert row.text == "现场无人。"
        assert row.sha256 == hashlib.sha256("现场无人。".encode()).hexdigest()

    def test_words_are_recorded_by_a_program_too(self, officer: Actor, at: Any, client: Client) -> None:
        _, secret = make_token(actor=officer, at=at, name="recorder", permissions=["media.recording.add"], days=1)
        given = {"text": "现场无人。", "shows": "现场情况", "started_at": at.isoformat()}
        answer = client.post(
            "/api/v1/recordings/notes",
            given,
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert answer.status_code == 201, answer.content
        assert Recording.objects.get(code=answer.json()["code"]).text == "现场无人。"

    def test_a_file_name_tells_nothing_of_this_machine(self, take: Take) -> None:
        assert take(filename="../../etc/pass\nwd.jpg").filename == "passwd.jpg"


class TestScope:
    def test_of_a_unit_without_a_subject(self, take: Take, officer: Actor, stranger: Actor, overseer: Actor) -> None:
        row = take()
        assert visible(Recording.objects.all(), officer, SEE).count() == 1
        assert visible(Recording.objects.all(), overseer, SEE).count() == 1
        assert visible(Recording.objects.all(), stranger, SEE).count() == 0
        with pytest.raises(MissingError):
            access(Recording.objects.all(), stranger, SEE, code=row.code)

    def test_of_a_registered_subject_follows_it(
        self, take: Take, officer: Actor, stranger: Actor, overseer: Actor, cases: Cases
    ) -> None:
        cases.seen_by["squad"] = {officer.code, stranger.code}
        take(subject="case:squad", step_code="E1")
        assert visible(Recording.objects.all(), officer, SEE).count() == 1
        assert visible(Recording.objects.all(), stranger, SEE).count() == 1
        assert visible(Recording.objects.all(), overseer, SEE).count() == 0

    def test_who_is_not_on_the_case_adds_nothing(self, take: Take, cases: Cases) -> None:
        with pytest.raises(MissingError):
            take(subject="case:squad")

    def test_who_may_not_record_at_all(self, take: Take, head: Actor, stranger: Actor) -> None:
        with pytest.raises(ForbiddenError):
            take(by=head)
        with pytest.raises(ForbiddenError):
            take(by=stranger, unit="market")


class TestSubjects:
    def test_step_unit_and_parties_come_from_the_case(
        self, take: Take, officer: Actor, cases: Cases, party: Party
    ) -> None:
        cases.seen_by["squad"] = {officer.code}
        row = take(subject="case:squad", step_code="E1")
        assert (row.step_kind, row.unit.code, row.subject) == ("seizure", "market", "case:squad")
        assert list(row.parties.all()) == [party]
        assert [one.code for one in queries.of_subject(officer, "case:squad")] == [row.code]
        with pytest.raises(RecordingError, match="环节"):
            take(picture("red"), subject="case:squad", step_code="E9")

    def test_one_party_one_page(self, take: Take, officer: Actor, cases: Cases, party: Party) -> None:
        cases.seen_by = {"squad": {officer.code}, "town": {officer.code}}
        take(subject="case:squad")
        take(picture("red"), subject="case:town")
        other = Party.objects.create(
            code="B0002", kind="legal_person", name="旧名", key_index="k2", place="370831", merged_into=party
        )
        take(picture("gold"), parties=("B0002",))
        Recording.objects.latest("pk").parties.set([other])
        assert queries.of_party(officer, "B0001").count() == 3
        assert queries.of_party(officer, "B0002").count() == 3

    @pytest.mark.parametrize("step", ["seizure", "execution", "inspection", "evidence", "hearing", "service:left"])
    def test_the_gate_of_a_step_opens_with_the_recording(
        self, take: Take, officer: Actor, cases: Cases, at: Any, step: str, video: bytes
    ) -> None:
        cases.seen_by["squad"] = {officer.code}
        before = queries.missing_recordings("case:squad", step, on=at.date(), written=True)
        assert [one.blocks for one in before] == [True]
        assert "SS-30" in before[0].sentence
        take(video, kind=Kind.VIDEO, subject="case:squad", step_kind=step, filename="a.mp4")
        assert queries.missing_recordings("case:squad", step, on=at.date(), written=True) == ()

    def test_a_step_off_the_list_is_not_blocked(self, cases: Cases, at: Any) -> None:
        assert queries.missing_recordings("case:squad", "approval", on=at.date(), written=True) == ()

    def test_stages_without_a_record_are_missing(self, take: Take, officer: Actor, cases: Cases) -> None:
        cases.seen_by["squad"] = {officer.code}
        take(subject="case:squad", step_code="E1")
        stages = {one.stage.label: one.missing for one in queries.stages_of(officer, "case:squad")}
        assert stages == {
            "立案": True, "调查": True, "取证": False, "审查": True, "决定": True, "送达": True, "执行": True
        }  # fmt: skip


class TestDatabase:
    def test_refuses_to_change_what_was_recorded(self, take: Take) -> None:
        row = take()
        for change in (
            {"sha256": "0" * 64},
            {"stored": "x"},
            {"shows": "别的"},
            {"retained_until": row.started_at.date()},
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                Recording.objects.filter(pk=row.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            Recording.objects.filter(pk=row.pk)._raw_delete("default")

    def test_refuses_to_move_what_was_assigned(self, take: Take, officer: Actor, cases: Cases) -> None:
        cases.seen_by["squad"] = {officer.code}
        row = take(subject="case:squad")
        with pytest.raises(DatabaseError), transaction.atomic():
            Recording.objects.filter(pk=row.pk).update(subject_code="town")


def test_a_device_of_later_feeds_nothing_earlier(take: Take, recorder: Device, at: Any) -> None:
    with pytest.raises(RecordingError, match="入库"):
        take(started_at=at - timedelta(days=9000))
