"""
Uploads in parts that survive a lost connection: begun, carried on, finished, abandoned, cleaned away.

The parts lie in one file under ``uploads`` in the home; its size is where the upload stands, whatever a row says. With
several web servers that folder must be shared.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Final, Protocol
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, MissingError, actor_of
from mingjing.contexts.media.background import soon
from mingjing.contexts.media.models import Recording, Upload
from mingjing.contexts.media.usecases.taking import FOLDER, Draft, keep, prepare, uploads_folder
from mingjing.contexts.operations.files import name_for
from mingjing.contexts.records.usecases import append
from mingjing.domain.media import recordings as rules
from mingjing.domain.media import uploads as parts
from mingjing.domain.media.recordings import Kind, RecordingError
from mingjing.domain.media.uploads import BusyError, ChecksumError, UploadState
from mingjing.kernel.errors import DomainError

PIECE: Final = 256 * 1024
AT_ONCE: Final = 64 * 2**20
"""Up to this size an upload is checked while its sender waits; larger ones by the worker."""
ALGORITHMS: Final = ("sha256", "sha1")
"""By which the protocol lets a sender vouch for a part; sha1 because tus 1.0 demands it, against slips and not attacks."""
_RETRY_AFTER: Final = timedelta(minutes=15)


class Readable(Protocol):
    """Something to read a part from."""

    def read(self, size: int = -1, /) -> bytes:
        """Read at most so many bytes; none at the end."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksum:
    """What the sender says that a part hashes to."""

    algorithm: str
    value: bytes


def begin_upload(
    *, actor: Actor, at: datetime, draft: Draft, filename: str, size: int, device_sha256: str = ""
) -> Upload:
    """
    Begin an upload: everything that can be refused is refused now, before two gigabytes are sent.

    :raises RecordingError: if the draft or the size cannot be taken
    :raises ForbiddenError: if the actor may not record on the subject
    """
    parts.require_size(size)
    said = parts.require_digest(device_sha256)
    if draft.kind is Kind.NOTE:
        raise RecordingError("文字记录不是文件。", remedy="请直接填写文字内容。")
    prepared = prepare(actor=actor, at=at, draft=draft)
    ended_on = timezone.localdate(draft.ended_at or draft.started_at)
    due_on, _ = rules.upload_due_on(ended_on=ended_on, place=prepared.place)
    with transaction.atomic():
        row = Upload.objects.create(
            user_id=actor.user_id,
            unit=prepared.unit,
            filename=filename[-200:] or "未命名",
            size=size,
            device_sha256=said,
            draft=draft.as_data(),
            ended_on=ended_on,
            due_on=due_on,
            created_at=at,
            touched_at=at,
        )
        append(
            actor=actor.code,
            at=at,
            act="media.begin_upload",
            subject=f"upload:{row.pk}",
            fields={"size": size, "sha256": said, "kind": draft.kind.value, "subject": draft.subject},
        )
    return row


def own_upload(actor: Actor, pk: UUID | str) -> Upload:
    """
    Return one's own upload, with what has really been received.

    :raises MissingError: if it is not the actor's, or is over and gone
    """
    row = Upload.objects.filter(pk=pk, user_id=actor.user_id).exclude(state=UploadState.ABANDONED).first()
    if row is None:
        raise MissingError("没有找到这次上传，或者已经过期。")
    if row.state == UploadState.RECEIVING:
        row.received = _stands_at(row)
    return row


def take_part(
    *, actor: Actor, at: datetime, pk: UUID | str, offset: int, part: Readable, length: int | None = None,
    checksum: Checksum | None = None,
) -> Upload:  # fmt: skip
    """
    Take a part of an upload: what was received before the connection broke is kept, unless the part has a checksum.

    :raises OffsetError: if the part does not begin where the last one ended
    :raises ChecksumError: if the part is not what its sender says
    :raises BusyError: if another connection is writing
    """
    row = own_upload(actor, pk)
    if row.state != UploadState.RECEIVING:
        raise RecordingError(f"这次上传{UploadState(row.state).label}，不再接收。", remedy="请看上传结果。")
    with _opened(row) as file:
        begin = file.seek(0, os.SEEK_END)
        parts.require_offset(given=offset, stands_at=begin, length=row.size, part=length)
        try:
            taken, digest = _pour(part, file, row.size - begin, checksum)
        except OSError:
            # the connection broke; Django tells it so as well
            if checksum is not None:
                file.truncate(begin)
            Upload.objects.filter(pk=row.pk).update(
                breaks=F("breaks") + 1, touched_at=at, received=file.seek(0, os.SEEK_END)
            )
            raise
        if checksum is not None and digest != checksum.value:
            file.truncate(begin)
            Upload.objects.filter(pk=row.pk).update(breaks=F("breaks") + 1, touched_at=at)
            raise ChecksumError("这一段的内容与发送方的校验值不一致，没有保留。", remedy="请重发这一段。", offset=begin)
    row.received = begin + taken
    row.touched_at = at
    broken = length is not None and taken < length
    row.breaks += broken
    row.save(update_fields=["received", "touched_at", "breaks"])
    if row.received == row.size:
        _finish_soon(row)
        row.refresh_from_db()
    return row


def _pour(part: Readable, file: IO[bytes], most: int, checksum: Checksum | None) -> tuple[int, bytes]:
    """Write a part piece by piece, never beyond the size that was announced."""
    digest = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
    taken = 0
    while taken < most and (piece := part.read(min(PIECE, most - taken))):
        file.write(piece)
        taken += len(piece)
        if digest is not None:
            digest.update(piece)
    file.flush()
    return taken, digest.digest() if digest else b""


def _finish_soon(row: Upload) -> None:
    if row.size <= AT_ONCE:
        finish_upload(pk=row.pk, at=row.touched_at)
        return
    soon("finish", str(row.pk))


def finish_upload(*, pk: UUID | str, at: datetime) -> Upload:
    """
    Check an upload whose parts are all there, and take it in as a recording; what is refused is said on the upload.

    May be called again after a crash: the file is found where it was left.
    """
    begun = Upload.objects.filter(pk=pk, state=UploadState.RECEIVING, received=F("size")).update(
        state=UploadState.CHECKING, touched_at=at
    )
    row = Upload.objects.select_related("user__unit").get(pk=pk)
    if not begun:
        return row
    draft = Draft.of_data(row.draft)
    if not row.stored:
        row.stored = name_for(FOLDER, row.filename)
        row.save(update_fields=["stored"])
    try:
        made = _kept(row, draft, at)
    except DomainError as error:
        row.state, row.error = UploadState.FAILED, error.message[:512]
        row.save(update_fields=["state", "error"])
        part_path(row).unlink(missing_ok=True)
        return row
    row.state, row.recording = UploadState.DONE, made
    row.save(update_fields=["state", "recording"])
    part_path(row).unlink(missing_ok=True)
    return row


def _kept(row: Upload, draft: Draft, at: datetime) -> Recording:
    actor = actor_of(row.user, on=timezone.localdate(at))
    path = part_path(row)
    earlier = Recording.objects.filter(stored=row.stored).first()
    if earlier is not None:
        return earlier
    if not path.exists():
        raise RecordingError("上传的内容已不在服务器上。", remedy="请重新上传。")
    return keep(
        actor=actor,
        at=at,
        draft=draft,
        path=path,
        filename=row.filename,
        said=row.device_sha256,
        stored=row.stored,
    )


def abandon_upload(*, actor: Actor, at: datetime, pk: UUID | str) -> None:
    """
    Give up one's own upload.

    :raises MissingError: if it is not the actor's
    """
    row = own_upload(actor, pk)
    if row.state in (UploadState.DONE, UploadState.CHECKING):
        raise RecordingError("文件已经收齐，不能再放弃。", remedy="如确系误传，请在记录上说明。")
    _abandon(row, actor.code, at, "上传人放弃")


def clean_uploads(*, at: datetime) -> int:
    """Clean away what has stood still for too long, and files that no upload knows. Return how many."""
    count = 0
    rows = Upload.objects.filter(
        state__in=[UploadState.RECEIVING, UploadState.FAILED], touched_at__lte=at - parts.KEPT_FOR
    )
    for row in rows:
        path = part_path(row)
        if row.state == UploadState.RECEIVING and not parts.is_over(_latest(path, row.touched_at), at=at):
            continue
        _abandon(row, "system:worker", at, "三天没有续传")
        count += 1
    known = {part_path(row).name for row in Upload.objects.exclude(state=UploadState.ABANDONED).only("pk")}
    for file in uploads_folder().iterdir():
        if file.name not in known and parts.is_over(_latest(file, at - 2 * parts.KEPT_FOR), at=at):
            file.unlink(missing_ok=True)
            count += 1
    return count


def _latest(path: Path, otherwise: datetime) -> datetime:
    """When a part was last written; a broken connection writes without telling its row."""
    try:
        written = datetime.fromtimestamp(path.stat().st_mtime, tz=otherwise.tzinfo)
    except FileNotFoundError:
        return otherwise
    return max(written, otherwise)


def finish_uploads(*, at: datetime) -> int:
    """Take up what is whole and was not checked, or whose check was cut off. Return how many."""
    waiting = Upload.objects.filter(touched_at__lte=at - _RETRY_AFTER)
    waiting.filter(state=UploadState.CHECKING).update(state=UploadState.RECEIVING, received=F("size"))
    whole = list(waiting.filter(state=UploadState.RECEIVING, received=F("size")).values_list("pk", flat=True))
    log = structlog.get_logger("mingjing.media")
    for pk in whole:
        try:
            finish_upload(pk=pk, at=at)
        except OSError:
            log.exception("upload_not_finished", upload=str(pk))
    return len(whole)


def _abandon(row: Upload, actor: str, at: datetime, why: str) -> None:
    with transaction.atomic():
        Upload.objects.filter(pk=row.pk).update(state=UploadState.ABANDONED, touched_at=at, error=why)
        append(
            actor=actor,
            at=at,
            act="media.abandon_upload",
            subject=f"upload:{row.pk}",
            fields={"received": row.received, "size": row.size},
            reason=why,
        )
    part_path(row).unlink(missing_ok=True)


def part_path(row: Upload) -> Path:
    """Return where the parts of an upload lie."""
    return uploads_folder() / f"{row.pk.hex}.part"


def _stands_at(row: Upload) -> int:
    try:
        return part_path(row).stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def _opened(row: Upload) -> Iterator[IO[bytes]]:
    """The file of an upload, for one writer at a time."""
    descriptor = os.open(part_path(row), os.O_CREAT | os.O_RDWR, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError("另一个连接正在传这个文件。", remedy="稍等片刻再续传。") from error
        yield file
