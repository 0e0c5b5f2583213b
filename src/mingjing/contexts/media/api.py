"""
The API of recordings: what there is, what a step needs, notes; the same acts as the pages.

Files are sent by the tus protocol to ``/media/tus/`` with a token in the ``Authorization`` header, and fetched from
``/media/<code>/original/`` by session.
"""

from datetime import date, datetime
from typing import Self

from django.http import HttpResponse
from django.utils import timezone
from ninja import Field, FilterSchema, Query, Schema, Status

from mingjing.contexts.accounts.access import access, visible
from mingjing.contexts.accounts.rest import Asked, Page, PageIn, RoomRouter, if_match, page_of, set_version
from mingjing.contexts.media import queries, subjects
from mingjing.contexts.media.models import Recording
from mingjing.contexts.media.usecases import keeping, taking
from mingjing.contexts.media.usecases.taking import Draft
from mingjing.domain.media.recordings import Kind
from mingjing.domain.media.requirements import Missing, Requirement

router = RoomRouter(tags=["音像记录"])

_TODAY = Query(None, description="哪一天；不写为今天")
_STEP = Query(..., max_length=48, description="环节，例如seizure、service:left")


class RecordingOut(Schema):
    """A recording: what it is, to what it belongs, how to tell that it is the same."""

    code: str
    kind: str = Field(description="note 文字、photo 照片、audio 录音、video 录像、data 电子数据、scan 扫描件")
    unit: str
    subject: str = Field(description="归属，例如case:编码；空为待归入")
    step_kind: str
    step_code: str
    parties: list[str]
    officer: str = Field(description="录制人员编码")
    device_no: str
    started_at: datetime
    ended_at: datetime | None
    place: str
    shows: str
    size: int
    content_type: str
    sha256: str
    sm3: str
    hashed_on_device: bool
    uploaded_at: datetime
    retained_until: date
    disposed_at: datetime | None
    damaged_at: datetime | None
    version: int

    @classmethod
    def of(cls, row: Recording) -> Self:
        """Tell of a recording."""
        return cls(
            code=row.code,
            kind=row.kind,
            unit=row.unit.code,
            subject=row.subject,
            step_kind=row.step_kind,
            step_code=row.step_code,
            parties=[one.code for one in row.parties.all()],
            officer=row.officer.code if row.officer else "",
            device_no=row.device_no,
            started_at=row.started_at,
            ended_at=row.ended_at,
            place=row.place,
            shows=row.shows,
            size=row.size,
            content_type=row.content_type,
            sha256=row.sha256,
            sm3=row.sm3,
            hashed_on_device=row.hashed_on_device,
            uploaded_at=row.uploaded_at,
            retained_until=row.retained_until,
            disposed_at=row.disposed_at,
            damaged_at=row.damaged_at,
            version=row.version,
        )


class RecordingFilters(FilterSchema):
    """Which recordings."""

    kind: str | None = Field(None, max_length=8)
    subject_kind: str | None = Field(None, max_length=24, description="归属类别，例如case")
    subject_code: str | None = Field(None, max_length=64, description="归属编码")
    step_kind: str | None = Field(None, max_length=48)
    parties__code: str | None = Field(None, alias="party", max_length=32, description="当事人编码")
    sha256: str | None = Field(None, max_length=64)


class NoteIn(Schema):
    """A record in words."""

    text: str = Field(min_length=1, max_length=20000)
    shows: str = Field(min_length=1, max_length=512, description="记载什么、证明什么")
    started_at: datetime
    ended_at: datetime | None = None
    subject: str = Field("", max_length=96)
    step_kind: str = Field("", max_length=48)
    step_code: str = Field("", max_length=64)
    place: str = Field("", max_length=256)


class AssignIn(Schema):
    """To what a recording belongs."""

    subject: str = Field(min_length=3, max_length=96)
    step_code: str = Field("", max_length=64)
    step_kind: str = Field("", max_length=48)


class RequirementOut(Schema):
    """What a step needs."""

    manner: str
    kinds: list[str] = Field(description="任一类即可")
    mandatory: bool
    whole: bool = Field(description="须全程")
    source: str
    citation: str

    @classmethod
    def of(cls, one: Requirement) -> Self:
        """Tell of a requirement."""
        return cls(
            manner=one.manner,
            kinds=sorted(kind.value for kind in one.kinds),
            mandatory=one.mandatory,
            whole=one.whole,
            source=one.source,
            citation=one.citation.label,
        )


class MissingOut(Schema):
    """What a step lacks."""

    message: str
    remedy: str
    citation: str
    blocks: bool

    @classmethod
    def of(cls, one: Missing) -> Self:
        """Tell of what is missing."""
        return cls(message=one.message, remedy=one.remedy, citation=one.citation.label, blocks=one.blocks)


@router.get("/recordings", permission="media.recording.view", response=Page[RecordingOut], summary="音像记录")
def list_recordings(request: Asked, filters: Query[RecordingFilters], page: Query[PageIn]) -> Page[RecordingOut]:
    """List the recordings that the asker may see."""
    rows = visible(queries.recordings().prefetch_related("parties"), request.actor, "media.recording.view")
    return page_of(filters.filter(rows), page, RecordingOut.of, order="code")


@router.post("/recordings/notes", permission=taking.ADD, response={201: RecordingOut}, summary="收录文字记录")
def add_note(request: Asked, body: NoteIn) -> Status[RecordingOut]:
    """Take in a record in words."""
    draft = Draft.of_data({"kind": Kind.NOTE.value, **body.model_dump(exclude={"text"})})
    row = taking.record_text(actor=request.actor, at=timezone.now(), draft=draft, text=body.text)
    return Status(201, RecordingOut.of(row))


@router.get("/recordings/{code}", permission="media.recording.view", response=RecordingOut, summary="一份音像记录")
def show_recording(request: Asked, response: HttpResponse, code: str) -> RecordingOut:
    """Tell of one recording."""
    row = access(queries.recordings(), request.actor, "media.recording.view", code=code)
    return set_version(response, RecordingOut.of(row), row.version)


@router.post("/recordings/{code}/assign", permission=taking.ADD, response=RecordingOut, versioned=True, summary="归入")
def assign_recording(request: Asked, response: HttpResponse, code: str, body: AssignIn) -> RecordingOut:
    """Assign a recording to a case or whatever, once."""
    row = keeping.assign(
        actor=request.actor, at=timezone.now(), code=code, version=if_match(request), **body.model_dump()
    )
    return set_version(response, RecordingOut.of(row), row.version)


@router.get(
    "/recording-requirements/{step}",
    permission="media.recording.view",
    response=list[RequirementOut],
    summary="一个环节应当有哪些记录",
)
def list_requirements(
    request: Asked,  # noqa: ARG001 - the same for everybody
    step: str,
    item: str = Query("", max_length=64, description="执法事项编码"),
    place: str = Query("", max_length=12, pattern=r"^([0-9]{6}|[0-9]{9}|[0-9]{12})?$", description="行政区划代码"),
    on: date | None = _TODAY,
) -> list[RequirementOut]:
    """Say what must be recorded at a step."""
    found = queries.required_recordings(item, step, on=on or timezone.localdate(), place=place)
    return [RequirementOut.of(one) for one in found]


@router.get(
    "/recording-gaps/{kind}/{code}",
    permission="media.recording.view",
    response=list[MissingOut],
    summary="一个环节缺哪些记录",
)
def list_missing(
    request: Asked,
    kind: str,
    code: str,
    step: str = _STEP,
    step_code: str = Query("", max_length=64),
    item: str = Query("", max_length=64, description="执法事项编码"),
) -> list[MissingOut]:
    """Say what a step of a case or whatever lacks, if the asker may see it."""
    known = subjects.kind_of(kind)
    if known is None or not known.visible(request.actor).filter(code=code).exists():
        raise subjects.UnknownSubjectError("没有找到这一件，或者您无权查看。")
    found = queries.missing_recordings(f"{kind}:{code}", step, on=timezone.localdate(), item=item, step_code=step_code)
    return [MissingOut.of(one) for one in found]
