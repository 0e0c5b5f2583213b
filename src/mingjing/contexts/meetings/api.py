"""The API of the meetings room."""

from datetime import date, datetime
from typing import Any, Self

from django.http import HttpResponse
from django.utils import timezone
from ninja import Field, Query, Schema, Status

from mingjing.contexts.accounts.rest import Asked, Page, PageIn, RoomRouter, if_match, page_of, set_version
from mingjing.contexts.meetings import queries
from mingjing.contexts.meetings.models import Session
from mingjing.contexts.meetings.usecases import hold

router = RoomRouter(tags=["会议和议定事项"])


class ItemIO(Schema):
    """A point of an agenda."""

    title: str = Field(max_length=200)
    unit: str = Field("", max_length=32, description="汇报单位的代码")


class AttendeeOut(Schema):
    """A unit that was asked."""

    unit: str
    person: str
    state: str
    words: str


class DecisionOut(Schema):
    """A decision, and the task that it became."""

    words: str
    lead: str
    others: list[str]
    due_words: str
    due_on: date | None
    task: int | None


class MeetingOut(Schema):
    """A meeting."""

    code: str
    body: str
    title: str
    held_at: datetime
    venue: str
    chair: str
    agenda: list[ItemIO]
    state: str
    discussion: str
    number: str
    attendees: list[AttendeeOut]
    decisions: list[DecisionOut]
    papers: list[str]
    version: int

    @classmethod
    def of(cls, row: Session) -> Self:
        """Tell of a meeting."""
        names = ("code", "title", "held_at", "venue", "chair", "state", "discussion", "number", "version")
        return cls(
            body=row.body.code,
            agenda=[ItemIO(**one) for one in row.agenda],
            attendees=[
                AttendeeOut(unit=one.unit.code, person=one.person, state=one.state, words=one.words)
                for one in row.attendees.select_related("unit")
            ],
            decisions=[
                DecisionOut(
                    words=one.words, lead=one.lead, others=one.others, due_words=one.due_words, due_on=one.due_on,
                    task=one.task_id,
                )
                for one in row.decisions.all()
            ],
            papers=[one.name for one in row.papers.all()],
            **{name: getattr(row, name) for name in names},
        )  # fmt: skip


class CallIn(Schema):
    """A meeting to be called."""

    body: str = Field(max_length=32)
    title: str = Field(max_length=200)
    held_at: datetime
    venue: str = Field(max_length=128)
    chair: str = Field(max_length=64)
    agenda: list[ItemIO]
    plan: str = Field("", max_length=32, description="议定事项列入的方案")


class AnswerIn(Schema):
    """Whether a unit comes."""

    unit: str = Field(max_length=32)
    coming: bool
    person: str = Field("", max_length=64)
    words: str = Field("", max_length=300)


class CameIn(Schema):
    """Who came, by unit."""

    came: dict[str, str]


class DecisionIn(Schema):
    """A decision."""

    words: str
    lead: str = Field("", max_length=32)
    others: list[str] = Field(default_factory=list)
    due_words: str = Field("", max_length=100)
    due_on: date | None = None


class MinutesIn(Schema):
    """The minutes of a meeting."""

    discussion: str
    decisions: list[DecisionIn] = Field(default_factory=list)
    number: str = Field("", max_length=64)


class ReasonIn(Schema):
    """Why."""

    reason: str = Field(max_length=300)


def _shown(request: Asked, response: HttpResponse, code: str) -> MeetingOut:
    row = queries.session_of(request.actor, code)
    return set_version(response, MeetingOut.of(row), row.version)


@router.get("/meetings", permission="meetings.meeting.view", response=Page[MeetingOut], summary="会议")
def list_meetings(request: Asked, page: Query[PageIn]) -> Page[MeetingOut]:
    """List the meetings that one may see."""
    return page_of(queries.sessions_of(request.actor), page, MeetingOut.of, order="pk")


@router.post("/meetings", permission="meetings.meeting.call", response={201: MeetingOut}, summary="召集会议")
def call_meeting(request: Asked, response: HttpResponse, body: CallIn) -> Any:
    """Call a meeting of a body."""
    given = body.dict(exclude={"agenda"})
    agenda = [hold.Item(title=one.title, unit=one.unit) for one in body.agenda]
    row = hold.call_meeting(actor=request.actor, at=timezone.now(), agenda=agenda, **given)
    return Status(201, set_version(response, MeetingOut.of(row), row.version))


@router.get("/meetings/{code}", permission="meetings.meeting.view", response=MeetingOut, summary="一次会议")
def show_meeting(request: Asked, response: HttpResponse, code: str) -> MeetingOut:
    """Show a meeting."""
    return _shown(request, response, code)


@router.post("/meetings/{code}/answers", permission="meetings.meeting.answer", response=MeetingOut, summary="答复通知")
def answer(request: Asked, response: HttpResponse, code: str, body: AnswerIn) -> MeetingOut:
    """Say whether a unit comes."""
    hold.answer(actor=request.actor, at=timezone.now(), session=code, **body.dict())
    return _shown(request, response, code)


@router.post(
    "/meetings/{code}/attendance", permission="meetings.meeting.call", response=MeetingOut, summary="记录到会",
    versioned=True,
)  # fmt: skip
def record_attendance(request: Asked, response: HttpResponse, code: str, body: CameIn) -> MeetingOut:
    """Write down who came."""
    hold.record_attendance(
        actor=request.actor, at=timezone.now(), session=code, version=if_match(request), came=body.came
    )
    return _shown(request, response, code)


@router.put(
    "/meetings/{code}/minutes",
    permission="meetings.meeting.call",
    response=MeetingOut,
    summary="写纪要",
    versioned=True,
)
def write_minutes(request: Asked, response: HttpResponse, code: str, body: MinutesIn) -> MeetingOut:
    """Write the minutes."""
    decisions = [hold.DecisionGiven(**(one.dict() | {"others": tuple(one.others)})) for one in body.decisions]
    hold.write_minutes(
        actor=request.actor, at=timezone.now(), session=code, version=if_match(request), discussion=body.discussion,
        decisions=decisions, number=body.number,
    )  # fmt: skip
    return _shown(request, response, code)


@router.post(
    "/meetings/{code}/sign", permission="meetings.minutes.sign", response=MeetingOut, summary="签发纪要", versioned=True
)
def sign_minutes(request: Asked, response: HttpResponse, code: str) -> MeetingOut:
    """Sign the minutes; their decisions become tasks."""
    hold.sign_minutes(actor=request.actor, at=timezone.now(), session=code, version=if_match(request))
    return _shown(request, response, code)


@router.post(
    "/meetings/{code}/cancel",
    permission="meetings.meeting.call",
    response=MeetingOut,
    summary="取消会议",
    versioned=True,
)
def cancel_meeting(request: Asked, response: HttpResponse, code: str, body: ReasonIn) -> MeetingOut:
    """Cancel a meeting."""
    hold.cancel_meeting(
        actor=request.actor, at=timezone.now(), session=code, version=if_match(request), reason=body.reason
    )
    return _shown(request, response, code)
