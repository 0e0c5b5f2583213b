"""Take recordings in: text notes, files in one piece, and what uploads bring when they are whole."""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, Final
from uuid import uuid4

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, access, require
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.media import reading, subjects
from mingjing.contexts.media.background import soon
from mingjing.contexts.media.hashing import Digests, digests_of, pieces_of
from mingjing.contexts.media.models import Recording, subject_fields
from mingjing.contexts.media.queries import required_recordings, suggested
from mingjing.contexts.operations.files import name_for
from mingjing.contexts.records.usecases import append
from mingjing.contexts.registry.models import Officer, Party
from mingjing.contexts.registry.queries import may_feed_media, party_of
from mingjing.domain.media import recordings as rules
from mingjing.domain.media import uploads
from mingjing.domain.media.recordings import Kind, RecordingError
from mingjing.domain.media.requirements import terms_of
from mingjing.law.citations import cite

ADD: Final = "media.recording.add"
SEE: Final = "media.recording.view"
FOLDER: Final = "media"


class DuplicateRecordingError(RecordingError):
    """The same file is there already; ``facts["recording"]`` says where."""

    code = "media.duplicate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """
    What its maker says of a recording.

    ``subject`` is what it belongs to (``case:ABC``; empty: to be assigned), ``step_code`` and ``step_kind`` at which
    step of it, ``officer`` who recorded (code of the register; by default the uploader), ``shows`` what it proves.
    """

    kind: Kind
    started_at: datetime
    shows: str
    subject: str = ""
    step_kind: str = ""
    step_code: str = ""
    unit: str = ""
    officer: str = ""
    device_no: str = ""
    ended_at: datetime | None = None
    place: str = ""
    item: str = ""
    parties: tuple[str, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Return it as an upload keeps it."""
        return {
            "kind": self.kind.value,
            "started_at": self.started_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "parties": list(self.parties),
            **{name: getattr(self, name) for name in _WORDS},
        }

    @classmethod
    def of_data(cls, data: Mapping[str, Any]) -> "Draft":
        """
        Read it, as a form, a device or a stored upload gives it.

        :raises RecordingError: if kind or time cannot be read
        """
        try:
            kind = Kind(str(data.get("kind", "")))
        except ValueError as error:
            raise RecordingError(
                "没有写明记录的类别。", remedy=f"可以是：{'、'.join(one.value for one in Kind)}。"
            ) from error
        parties = data.get("parties") or ()
        return cls(
            kind=kind,
            started_at=_moment(data.get("started_at"), "开始时间"),
            ended_at=_moment(data.get("ended_at"), "结束时间") if data.get("ended_at") else None,
            parties=tuple(parties.split(",") if isinstance(parties, str) else parties),
            **{name: str(data.get(name) or "").strip() for name in _WORDS},
        )


_WORDS: Final = ("shows", "subject", "step_kind", "step_code", "unit", "officer", "device_no", "place", "item")


def _moment(value: object, label: str) -> datetime:
    with suppress(ValueError):
        found = value if isinstance(value, datetime) else parse_datetime(str(value or ""))
        if found is not None:
            return found if found.tzinfo else timezone.make_aware(found)
    raise RecordingError(f"没有写明{label}，或者写法读不懂。", remedy="写成2026-11-20T09:30:00+08:00。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A draft that may be taken in: with the rows that it names."""

    draft: Draft
    unit: Unit
    officer: Officer | None
    parties: tuple[Party, ...]
    step_kind: str
    place: str


def prepare(*, actor: Actor, at: datetime, draft: Draft) -> Prepared:
    """
    See that a draft may be taken in: that the actor may record on its subject, with a device that may feed media.

    :raises ForbiddenError: if the actor may not
    :raises RecordingError: if something is missing or cannot be

    Source: SS-36, TS-11, YZ-25.
    """
    require(actor, ADD)
    rules.require_times(draft.started_at, draft.ended_at, at=at)
    draft = _attached(actor, draft)
    if not draft.shows:
        raise RecordingError("没有写明这份记录证明或者记载什么。", remedy="用一句话写明，例如“后厨操作间地面情况”。")
    facts, unit = _owner(actor, draft)
    step_kind = draft.step_kind
    steps = {one.code: one for one in facts.steps} if facts else {}
    if draft.step_code and steps:
        if draft.step_code not in steps:
            raise RecordingError("没有这个环节。", remedy="请重新选择环节。")
        step_kind = steps[draft.step_code].kind
    officer = _officer(actor, draft)
    if draft.kind.is_media:
        _require_device(draft)
    codes = draft.parties or tuple(facts.parties if facts else ())
    return Prepared(
        draft=draft,
        unit=unit,
        officer=officer,
        parties=tuple(party_of(code) for code in dict.fromkeys(codes)),
        step_kind=step_kind,
        place=(facts.place if facts else "") or unit.place,
    )


def _attached(actor: Actor, draft: Draft) -> Draft:
    """
    Attach what a device recorded to the one subject that its holder worked on at that time, if the actor may record on it.

    Where there is none, or more than one, it waits for a person to assign it.

    Source: SS-36.
    """
    if draft.subject or not draft.kind.is_media or not draft.device_no:
        return draft
    officer = _officer(actor, draft)
    found = {
        f"{kind.code}:{one.code}": one
        for kind, one in suggested(draft.device_no, officer.code if officer else "", draft.started_at)
        if kind.recordable(actor).filter(code=one.code).exists()
    }
    if len(found) != 1:
        return draft
    ((subject, one),) = found.items()
    step = one.step
    return replace(
        draft,
        subject=subject,
        step_code=step.code if step else "",
        step_kind=step.kind if step else draft.step_kind,
    )


def _owner(actor: Actor, draft: Draft) -> tuple[subjects.Facts | None, Unit]:
    """The subject as its room knows it, and the unit that answers; the actor may record on it."""
    kind, code = subjects.split(draft.subject)
    known = subjects.kind_of(kind)
    if known is None:
        key = "code" if draft.unit else "path"
        try:
            return None, access(Unit.objects.all(), actor, ADD, **{key: draft.unit or actor.unit_path})  # type: ignore[arg-type]
        except MissingError as error:
            raise ForbiddenError("您不能为这个单位上传音像记录。") from error
    facts = subjects.facts_of(draft.subject)
    assert facts is not None
    if not known.visible(actor).filter(code=code).exists():
        raise MissingError(f"没有找到{known.label}“{code}”，或者您无权查看。")
    if not known.recordable(actor).filter(code=code).exists():
        raise ForbiddenError(f"您不是这个{known.label}的办理人员，不能为它上传音像记录。")
    return facts, Unit.objects.get(code=facts.unit)


def _officer(actor: Actor, draft: Draft) -> Officer | None:
    rows = Officer.objects.all()
    if draft.officer:
        found = rows.filter(code=draft.officer).first()
        if found is None:
            raise RecordingError(f"没有编码为“{draft.officer}”的人员。", remedy="请从执法人员中选择。")
        return found
    return rows.filter(user_id=actor.user_id).first()


def _require_device(draft: Draft) -> None:
    if not draft.device_no:
        raise RecordingError(
            f"{draft.kind.label}没有写明设备编号。", remedy="填写执法装备台账上的编号。", citation=cite("YZ-25")
        )
    answer = may_feed_media(draft.device_no, timezone.localdate(draft.started_at))
    if not answer:
        first = answer.obstacles[0]
        raise RecordingError(first.message, remedy=first.remedy, citation=first.citation, obstacle=first.code)


def record_text(*, actor: Actor, at: datetime, draft: Draft, text: str) -> Recording:
    """
    Take in a record in words; its digests are those of its UTF-8.

    :raises RecordingError: if there are no words, or the draft may not be taken in
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise RecordingError("没有填写文字内容。", remedy="请填写记录内容。")
    if draft.kind is not Kind.NOTE:
        raise RecordingError("文字内容只能作为文字记录。", remedy="文件请选择相应类别上传。")
    found = digests_of([text.encode()])
    with transaction.atomic():
        prepared = prepare(actor=actor, at=at, draft=draft)
        return _row(actor, at, prepared, found, text=text)


def record_file(
    *, actor: Actor, at: datetime, draft: Draft, filename: str, content: BinaryIO, device_sha256: str = ""
) -> Recording:
    """
    Take in a file in one piece (a form, another room); it is read piece by piece.

    ``device_sha256`` is what the device computed before it sent the file, if it did.

    :raises RecordingError: if the file is not what it is said to be, or is there already
    """
    said = uploads.require_digest(device_sha256)
    prepare(actor=actor, at=at, draft=draft)
    folder = uploads_folder()
    with NamedTemporaryFile(dir=folder, suffix=".form", delete=False) as copy:
        try:
            shutil.copyfileobj(content, copy, 1024 * 1024)
            copy.flush()
            return keep(actor=actor, at=at, draft=draft, path=Path(copy.name), filename=filename, said=said)
        finally:
            Path(copy.name).unlink(missing_ok=True)


def keep(
    *, actor: Actor, at: datetime, draft: Draft, path: Path, filename: str, said: str = "", stored: str = ""
) -> Recording:
    """
    Take in the file at a path: hash it, compare it with what the device said, move it into the store, enter it.

    ``stored`` is the name in the store where it was chosen before (an upload that is finished a second time).

    :raises RecordingError: if the file is not what it is said to be, or is there already
    """
    prepared = prepare(actor=actor, at=at, draft=draft)
    with path.open("rb") as file:
        head = file.read(reading.HEAD_BYTES)
        file.seek(0)
        found = digests_of(pieces_of(file))
    uploads.require_size(found.size)
    uploads.require_same(said=said, found=found.sha256, name=filename)
    content_type = reading.content_type_of(head, draft.kind)
    uploads.require_type(draft.kind, content_type, filename)
    _require_new(found, draft.subject)
    embedded = reading.embedded_in(path, content_type)
    with Moved(path) as content:
        name = default_storage.save(stored or name_for(FOLDER, filename), content)
    try:
        with transaction.atomic():
            return _row(
                actor,
                at,
                prepared,
                found,
                stored=name,
                filename=_plain_name(filename),
                content_type=content_type,
                hashed_on_device=bool(said),
                embedded=reading.as_data(embedded),
            )
    except BaseException:
        default_storage.delete(name)
        raise


class Moved(File):
    """A file on this machine that a folder takes over by moving it, and an object store by reading it in parts."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.open("rb"), name=path.name)
        self._path = path

    def temporary_file_path(self) -> str:
        """Where it lies."""
        return str(self._path)


def uploads_folder() -> Path:
    """Return where parts of uploads lie: beside the media, outside every backup."""
    from django.conf import settings

    folder = Path(settings.HOME) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _plain_name(filename: str) -> str:
    """The name as people gave it, without folders and control characters."""
    name = os.path.basename(filename.replace("\\", "/"))  # noqa: PTH119 - a name, not a path of this machine
    return "".join(sign for sign in name if sign.isprintable())[-200:] or "未命名"


def _require_new(found: Digests, subject: str) -> None:
    same = Recording.objects.filter(sha256=found.sha256, disposed_at__isnull=True, **subject_fields(subject)).first()
    if same is not None:
        raise DuplicateRecordingError(
            f"同一文件已经收录为{same.code}。",
            remedy="不必重复上传；需要补充说明的，在该记录上加标记。",
            recording=same.code,
        )


def _row(actor: Actor, at: datetime, prepared: Prepared, found: Digests, **more: Any) -> Recording:
    draft = prepared.draft
    act_on = timezone.localdate(draft.started_at)
    terms: tuple[str, ...] = ()
    if prepared.step_kind:
        terms = terms_of(required_recordings(draft.item, prepared.step_kind, on=act_on, place=prepared.place))
    kept = rules.retention(act_on=act_on, place=prepared.place, terms=terms)
    row = Recording.objects.create(
        code=new_code(at),
        kind=draft.kind,
        unit=prepared.unit,
        step_kind=prepared.step_kind,
        step_code=draft.step_code,
        item=draft.item,
        officer=prepared.officer,
        uploaded_by_id=actor.user_id,
        device_no=draft.device_no,
        started_at=draft.started_at,
        ended_at=draft.ended_at,
        place=draft.place,
        shows=draft.shows,
        size=found.size,
        sha256=found.sha256,
        sm3=found.sm3,
        uploaded_at=at,
        retained_until=kept.until,
        retained_why=kept.why,
        **subject_fields(draft.subject),
        **more,
    )
    row.parties.set(prepared.parties)
    append(
        actor=actor.code,
        at=at,
        act="media.record",
        subject=f"recording:{row.code}",
        fields={
            "kind": row.kind,
            "subject": row.subject,
            "step": row.step_kind,
            "device": row.device_no,
            "started_at": row.started_at.isoformat(),
            "size": row.size,
            "hashed_on_device": row.hashed_on_device,
            "retained_until": row.retained_until.isoformat(),
        },
        public={"sha256": row.sha256, "sm3": row.sm3},
    )
    if row.stored:
        transaction.on_commit(lambda: soon("derive", row.code))
    return row


def new_code(at: datetime) -> str:
    """Make a code that tells the day and nothing of a person."""
    return f"{timezone.localdate(at):%Y%m%d}-{uuid4().hex[:10]}"
