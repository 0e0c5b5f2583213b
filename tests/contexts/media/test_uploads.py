"""Uploads in parts: carried on after every kind of break, checked as a whole, cleaned away when nobody carries them on."""

import hashlib
import io
import os
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.media import queries
from mingjing.contexts.media.models import Recording, Upload
from mingjing.contexts.media.usecases import uploads
from mingjing.contexts.media.usecases.taking import Draft
from mingjing.contexts.media.usecases.uploads import Checksum
from mingjing.contexts.registry.models import Device
from mingjing.domain.media.recordings import Kind, RecordingError
from mingjing.domain.media.uploads import BusyError, ChecksumError, OffsetError, UploadState
from tests.contexts.media.conftest import picture

CONTENT = picture() + os.urandom(700_000)


class Breaking(io.BytesIO):
    """A connection that breaks after so many bytes."""

    def __init__(self, content: bytes, after: int) -> None:
        super().__init__(content)
        self.left = after

    def read(self, size: int | None = -1, /) -> bytes:
        if self.left <= 0:
            raise OSError("connection reset")
        piece = super().read(min(size or self.left, self.left))
        self.left -= len(piece)
        return piece


@pytest.fixture
def begin(officer: Actor, recorder: Device, at: datetime) -> Any:
    def run(content: bytes = CONTENT, *, digest: str | None = None, **named: Any) -> Upload:
        draft = Draft(
            **{"kind": Kind.PHOTO, "shows": "门头", "started_at": at - timedelta(hours=1), "device_no": "REC-001"}
            | named  # type: ignore[arg-type]
        )
        said = hashlib.sha256(content).hexdigest() if digest is None else digest
        return uploads.begin_upload(
            actor=officer, at=at, draft=draft, filename="a.jpg", size=len(content), device_sha256=said
        )

    return run


def part(officer: Actor, at: datetime, row: Upload, offset: int, content: Any, **more: Any) -> Upload:
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    return uploads.take_part(actor=officer, at=at, pk=row.pk, offset=offset, part=stream, **more)


class TestParts:
    @pytest.mark.django_db
    def test_make_a_whole_that_is_what_the_device_hashed(self, begin: Any, officer: Actor, at: datetime) -> None:
        row = begin()
        row = part(officer, at, row, 0, CONTENT[:300_000])
        assert (row.received, row.state) == (300_000, UploadState.RECEIVING)
        row = part(officer, at, row, 300_000, CONTENT[300_000:])
        assert row.state == UploadState.DONE
        assert row.recording is not None and row.recording.hashed_on_device
        assert row.recording.sha256 == hashlib.sha256(CONTENT).hexdigest()
        assert not uploads.part_path(row).exists()

    def test_what_arrived_before_a_break_is_kept(self, begin: Any, officer: Actor, at: datetime) -> None:
        row = begin()
        for broken_after in (100_000, 150_000, 50_000):
            stands = uploads.own_upload(officer, row.pk).received
            with pytest.raises(OSError, match="reset"):
                part(officer, at, row, stands, Breaking(CONTENT[stands:], broken_after))
        stands = uploads.own_upload(officer, row.pk).received
        assert stands == 300_000
        row = part(officer, at, row, stands, CONTENT[stands:])
        assert (row.state, row.breaks) == (UploadState.DONE, 3)

    def test_a_part_with_a_checksum_is_kept_whole_or_not_at_all(self, begin: Any, officer: Actor, at: datetime) -> None:
        row = begin()
        right = Checksum(algorithm="sha256", value=hashlib.sha256(CONTENT[:1000]).digest())
        with pytest.raises(ChecksumError):
            part(officer, at, row, 0, CONTENT[:999] + b"x", checksum=right)
        with pytest.raises(OSError, match="reset"):
            part(officer, at, row, 0, Breaking(CONTENT, 500), checksum=right)
        assert uploads.own_upload(officer, row.pk).received == 0
        assert part(officer, at, row, 0, CONTENT[:1000], checksum=right).received == 1000

    def test_do_not_overlap_or_leave_gaps(self, begin: Any, officer: Actor, at: datetime) -> None:
        row = begin()
        part(officer, at, row, 0, CONTENT[:10])
        for offset in (0, 9, 11):
            with pytest.raises(OffsetError):
                part(officer, at, row, offset, CONTENT[offset:])

    def test_nothing_is_taken_beyond_the_end(self, begin: Any, officer: Actor, at: datetime) -> None:
        row = begin()
        row = part(officer, at, row, 0, CONTENT + b"more")
        assert row.recording is not None and row.recording.size == len(CONTENT)

    def test_one_connection_writes_at_a_time(self, begin: Any, officer: Actor, at: datetime) -> None:
        row = begin()

        class Meddling(io.BytesIO):
            def read(self, size: int | None = -1, /) -> bytes:
                with pytest.raises(BusyError):
                    part(officer, at, row, 0, b"x")
                return super().read(size)

        assert part(officer, at, row, 0, Meddling(CONTENT[:100])).received == 100

    def test_another_content_is_refused_and_said(self, begin: Any, officer: Actor, at: datetime) -> None:
        row = begin(digest="0" * 64)
        row = part(officer, at, row, 0, CONTENT)
        assert row.state == UploadState.FAILED and "不一致" in row.error
        assert not Recording.objects.exists()

    def test_what_cannot_be_taken_is_refused_before_it_is_sent(self, begin: Any) -> None:
        with pytest.raises(RecordingError, match="没有登记"):
            begin(device_no="NOBODY")
        with pytest.raises(RecordingError):
            begin(b"")
        assert not Upload.objects.exists()

    def test_are_ones_own(self, begin: Any, stranger: Actor, at: datetime) -> None:
        row = begin()
        with pytest.raises(MissingError):
            part(stranger, at, row, 0, CONTENT)

    def test_are_finished_once(self, begin: Any, officer: Actor, at: datetime) -> None:
        row = part(officer, at, begin(), 0, CONTENT)
        assert uploads.finish_upload(pk=row.pk, at=at).recording_id == row.recording_id
        assert Recording.objects.count() == 1

    @given(st.lists(st.integers(1, len(CONTENT)), max_size=8))
    @hypothesis_settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_any_breaks_give_the_same_whole(self, begin: Any, officer: Actor, at: datetime, breaks: list[int]) -> None:
        content = CONTENT + os.urandom(8)
        row = begin(content)
        for after in breaks:
            stands = uploads.own_upload(officer, row.pk).received
            if stands + after >= len(content):
                continue
            with pytest.raises(OSError, match="reset"):
                part(officer, at, row, stands, Breaking(content[stands:], after))
        stands = uploads.own_upload(officer, row.pk).received
        row = part(officer, at, row, stands, content[stands:])
        assert row.recording is not None
        assert row.recording.sha256 == hashlib.sha256(content).hexdigest()


class TestAfterwards:
    def test_a_check_that_was_cut_off_is_taken_up(
        self, begin: Any, officer: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        row = begin()

        def crash(**_: object) -> None:
            raise OSError("disk is away")

        with monkeypatch.context() as patch:
            patch.setattr(uploads, "keep", crash)
            with pytest.raises(OSError, match="away"):
                part(officer, at, row, 0, CONTENT)
        assert uploads.finish_uploads(at=at + timedelta(minutes=5)) == 0
        assert uploads.finish_uploads(at=at + timedelta(minutes=16)) == 1
        row.refresh_from_db()
        assert row.state == UploadState.DONE

    def test_large_ones_are_checked_by_the_worker(
        self, begin: Any, officer: Actor, at: datetime, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(uploads, "AT_ONCE", 1000)
        row = part(officer, at, begin(), 0, CONTENT)
        assert row.state == UploadState.DONE  # the worker of tests works at once

    def test_what_stands_still_is_cleaned_away(self, begin: Any, officer: Actor, at: datetime) -> None:
        for left in uploads.uploads_folder().iterdir():
            left.unlink()  # of other tests in this process
        row, fresh = begin(), begin(CONTENT + b"2")
        part(officer, at, row, 0, CONTENT[:100])
        later = at + timedelta(days=3, minutes=1)
        os.utime(uploads.part_path(row), (at.timestamp(), at.timestamp()))
        Upload.objects.filter(pk=fresh.pk).update(touched_at=later)
        stray = settings.HOME / "uploads" / "0.form"
        stray.write_bytes(b"x")
        os.utime(stray, (0, 0))
        assert uploads.clean_uploads(at=later) == 2
        assert not uploads.part_path(row).exists() and not stray.exists()
        with pytest.raises(MissingError):
            uploads.own_upload(officer, row.pk)
        assert uploads.own_upload(officer, fresh.pk).state == UploadState.RECEIVING

    def test_one_may_give_up(self, begin: Any, officer: Actor, at: datetime) -> None:
        row = begin()
        part(officer, at, row, 0, CONTENT[:100])
        uploads.abandon_upload(actor=officer, at=at, pk=row.pk)
        assert not uploads.part_path(row).exists()

    @pytest.mark.requirement("YZ-24")
    def test_what_was_recorded_and_not_uploaded_in_time_is_overdue(
        self, begin: Any, officer: Actor, clerk: Actor, at: datetime
    ) -> None:
        """The limit is a parameter; the county's is one day."""
        begin(started_at=at - timedelta(days=3))
        begin(CONTENT + b"2", started_at=at)
        today = at.date() + timedelta(days=0)
        assert queries.overdue_uploads(clerk, today).count() == 1
        assert queries.overdue_uploads(clerk, today + timedelta(days=3)).count() == 2
