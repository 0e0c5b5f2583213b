"""Meetings called, answered, held, minuted and signed; decisions become tasks of the ledger."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import localdate, localtime

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, access, require, require_place
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.meetings.models import Attendee, Coming, Decision, Paper, Session, SessionState
from mingjing.contexts.operations.files import name_for
from mingjing.contexts.plans.usecases.files import FileGiven, checked, keep
from mingjing.contexts.plans.usecases.keep_ledger import (
    DeadlineGiven,
    PartGiven,
    TaskGiven,
    add_task,
    open_collection,
    reporters,
)
from mingjing.contexts.records.usecases import append
from mingjing.contexts.registry.models import Body
from mingjing.contexts.reporting.rendering import Sheet, docx, pdf
from mingjing.contexts.ui.errors import require_fresh
from mingjing.contexts.work import search
from mingjing.contexts.work.notifications import notify
from mingjing.domain.plans.model import Mode
from mingjing.domain.reports.blocks import Block, BlockKind
from mingjing.kernel.errors import DomainError


class MeetingError(DomainError):
    """What meetings do not allow, with what to do."""

    code = "meetings.refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A point of an agenda, and the unit (its code) that puts it."""

    title: str
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionGiven:
    """A decision as it is written down; units by their codes."""

    words: str
    lead: str = ""
    others: tuple[str, ...] = ()
    due_words: str = ""
    due_on: date | None = None


@transaction.atomic
def call_meeting(
    *,
    actor: Actor,
    at: datetime,
    body: str,
    title: str,
    held_at: datetime,
    venue: str,
    chair: str,
    agenda: Sequence[Item],
    plan: str = "",
) -> Session:
    """
    Call a meeting of a body: its members are asked and told.

    ``plan`` is the code of the plan in which its decisions become tasks; without one they form a list of the body's own.

    :raises MissingError: if there is no such body
    :raises ForbiddenError: if the actor may not call meetings for its place
    :raises MeetingError: if words or the agenda are missing, or the body has no members or has ended
    """
    of = Body.objects.filter(code=body).select_related("office").first()
    if of is None:
        raise MissingError("没有找到这个机构。")
    place = of.office.place
    require_place(actor, "meetings.meeting.call", place)
    if of.ended_on is not None and of.ended_on <= localdate(at):
        raise MeetingError("这个机构已经撤销。")
    items = [one for one in agenda if one.title.strip()]
    if not (title.strip() and venue.strip() and chair.strip()):
        raise MeetingError("请写明会议名称、地点和主持人。")
    if not items:
        raise MeetingError("请至少列一个议题。")
    units = list(Unit.objects.filter(pk__in=of.members.values("unit")).order_by("path"))
    if not units:
        raise MeetingError("这个机构还没有成员单位，请先在“议事协调机构”里登记。")
    row = Session.objects.create(
        code=f"HY{at:%Y%m%d}-{secrets.token_hex(3)}",
        body=of,
        place=place,
        title=title.strip()[:200],
        held_at=held_at,
        venue=venue.strip()[:128],
        chair=chair.strip()[:64],
        agenda=[{"title": one.title.strip()[:200], "unit": one.unit} for one in items],
        plan=plan,
        called_by=actor.name,
        called_at=at,
    )
    persons = dict(of.members.values_list("unit_id", "person"))
    Attendee.objects.bulk_create(Attendee(session=row, unit=one, person=persons.get(one.pk, "")) for one in units)
    words = f"会议通知：{row.title}，{localtime(held_at):%Y-%m-%d %H:%M}，{row.venue}。请答复是否参加。"
    notify(reporters([one.pk for one in units], localdate(at)), words, f"/meetings/{row.code}/", at)
    _index(row)
    _log(actor, at, "call_meeting", row, title=row.title, units=len(units))
    return row


@transaction.atomic
def answer(
    *, actor: Actor, at: datetime, session: str, unit: str, coming: bool, person: str = "", words: str = ""
) -> Attendee:
    """
    Say for a unit whether it comes, and who.

    :raises ForbiddenError: if the actor may not answer for the unit, or it was not asked
    :raises MeetingError: if the meeting was held or cancelled, nobody is named, or no reason is given for staying away
    """
    row = _seen(actor, session)
    if row.state != SessionState.CALLED:
        raise MeetingError("会议已经召开或者取消，不用再答复。")
    one = _own(actor, row, unit)
    if coming and not person.strip():
        raise MeetingError("请写明参会人。")
    if not coming and not words.strip():
        raise MeetingError("请假要写明理由。")
    one.state, one.person, one.words = (
        (Coming.COMING if coming else Coming.AWAY),
        person.strip()[:64],
        words.strip()[:300],
    )
    one.save()
    _log(actor, at, "answer", row, words, unit=unit, coming=coming)
    return one


@transaction.atomic
def add_paper(*, actor: Actor, at: datetime, session: str, unit: str, file: FileGiven, item: int = 0) -> Paper:
    """
    Put a paper before a meeting: who calls it for any unit, a unit for itself.

    :raises ForbiddenError: if the actor may not do so for the unit
    :raises MeetingError: if the meeting is over, or there is no such point of the agenda
    """
    row = _seen(actor, session)
    if row.state not in (SessionState.CALLED, SessionState.HELD):
        raise MeetingError("会议已经办结或者取消。")
    if not 0 <= item <= len(row.agenda):
        raise MeetingError("没有这个议题。")
    by = _own(actor, row, unit).unit
    (given,) = checked([file], already=min(row.papers.filter(unit=by).count(), 9))
    kept = keep(given, "meetings/papers")
    made = Paper.objects.create(session=row, item=item, unit=by, added_name=actor.name, added_at=at, **kept.columns)
    _log(actor, at, "add_paper", row, unit=by.code, name=kept.name, sha256=kept.sha256)
    return made


@transaction.atomic
def record_attendance(*, actor: Actor, at: datetime, session: str, version: int, came: Mapping[str, str]) -> Session:
    """
    Write down who came (by unit, the person; other units missed it); the meeting was held then.

    :raises MeetingError: if it is still to come, or is over
    """
    row = _to_edit(actor, session, version)
    if row.state not in (SessionState.CALLED, SessionState.HELD):
        raise MeetingError("会议已经办结或者取消。")
    if row.held_at > at:
        raise MeetingError("会议还没有开。")
    for one in row.attendees.select_related("unit"):
        there = one.unit.code in came
        one.state = Coming.CAME if there else Coming.AWAY if one.state == Coming.AWAY else Coming.MISSED
        one.person = came[one.unit.code].strip()[:64] if there else one.person
        one.save()
    row.state = SessionState.HELD
    _save(row)
    _log(actor, at, "record_attendance", row, came=len(came), units=row.attendees.count())
    return row


@transaction.atomic
def write_minutes(
    *,
    actor: Actor,
    at: datetime,
    session: str,
    version: int,
    discussion: str,
    decisions: Sequence[DecisionGiven],
    number: str = "",
) -> Session:
    """
    Write the minutes of a meeting that was held; until they are signed they may be written anew.

    :raises MeetingError: if it was not held, is over, a decision has no words, or a unit is none of the place
    """
    row = _to_edit(actor, session, version)
    if row.state != SessionState.HELD:
        raise MeetingError("记录到会以后才能写纪要，签发以后不能再改。")
    if not discussion.strip():
        raise MeetingError("请写明会议情况。")
    wanted = {code for one in decisions for code in (one.lead, *one.others) if code}
    known = set(Unit.objects.filter(code__in=wanted, place__startswith=row.place).values_list("code", flat=True))
    if unknown := sorted(wanted - known):
        raise MeetingError(f"没有代码为“{'、'.join(unknown)}”的单位。")
    if any(not one.words.strip() for one in decisions):
        raise MeetingError("请写明议定事项。")
    row.decisions.all().delete()
    Decision.objects.bulk_create(
        Decision(
            session=row, position=at_, words=one.words.strip(), lead=one.lead,
            others=[code for code in one.others if code and code != one.lead], due_words=one.due_words.strip()[:100],
            due_on=one.due_on,
        )
        for at_, one in enumerate(decisions, start=1)
    )  # fmt: skip
    row.discussion, row.number = discussion.strip(), number.strip()[:64]
    _save(row)
    _log(actor, at, "write_minutes", row, decisions=len(decisions))
    return row


@transaction.atomic
def sign_minutes(*, actor: Actor, at: datetime, session: str, version: int) -> Session:
    """
    Sign the minutes: they are kept as DOCX and PDF, and each decision with units becomes a task of the ledger.

    :raises ForbiddenError: if the actor may not sign, or may not add tasks to the plan
    :raises MeetingError: if there are no minutes, or they are signed
    Source: 历城区 part 3 (LC-45), 日照市 part 3 (RZ-91): 会商议定事项由成员单位落实.
    """
    row = access(
        Session.objects.select_related("body"),
        actor,
        "meetings.minutes.sign",
        see="meetings.meeting.view",
        lock=True,
        code=session,
    )
    require_fresh(row, version)
    if row.state != SessionState.HELD or not row.discussion:
        raise MeetingError("写好纪要以后才能签发，签发过的不能再签。")
    _make_tasks(actor, at, row)
    row.state, row.signed_by, row.signed_at = SessionState.CLOSED, actor.name, at
    sheet = minutes_sheet(row, dated_on=localdate(at))
    files = {"docx": docx(sheet), "pdf": pdf(sheet)}
    for suffix, content in files.items():
        kept = default_storage.save(name_for("meetings/minutes", f"minutes.{suffix}"), ContentFile(content))
        setattr(row, f"{suffix}_file", kept)
    _save(row)
    units = row.attendees.values_list("unit_id", flat=True)
    notify(reporters(units, localdate(at)), f"会议纪要：{row.title}", f"/meetings/{row.code}/", at)
    tasks = row.decisions.filter(task__isnull=False).count()
    _log(actor, at, "sign_minutes", row, tasks=tasks, pdf=hashlib.sha256(files["pdf"]).hexdigest())
    return row


@transaction.atomic
def cancel_meeting(*, actor: Actor, at: datetime, session: str, version: int, reason: str) -> Session:
    """
    Cancel a meeting that was not held, with the reason; those who were asked are told.

    :raises MeetingError: if it was held, or no reason is given
    """
    row = _to_edit(actor, session, version)
    if row.state != SessionState.CALLED:
        raise MeetingError("已经召开或者取消的会议不能取消。")
    if not reason.strip():
        raise MeetingError("请写明理由。")
    row.state, row.reason = SessionState.CANCELLED, reason.strip()[:300]
    _save(row)
    units = row.attendees.values_list("unit_id", flat=True)
    notify(reporters(units, localdate(at)), f"会议取消：{row.title}。{row.reason}", f"/meetings/{row.code}/", at)
    _log(actor, at, "cancel_meeting", row, reason)
    return row


def minutes_sheet(row: Session, *, dated_on: date | None = None) -> Sheet:
    """Return the minutes as they are printed."""
    names = _names([code for one in row.decisions.all() for code in (one.lead, *one.others) if code])
    came = [one for one in row.attendees.select_related("unit") if one.state == Coming.CAME]
    away = [one.unit.name for one in row.attendees.select_related("unit") if one.state in (Coming.AWAY, Coming.MISSED)]
    held = localtime(row.held_at)
    blocks = [
        _words(
            f"{held.year}年{held.month}月{held.day}日，{row.chair}在{row.venue}主持召开{row.title}。"
            f"会议议题：{'；'.join(one['title'] for one in row.agenda)}。"
        ),
        Block(kind=BlockKind.HEADING, text="一、会议情况"),
        *(_words(line) for line in row.discussion.split("\n") if line.strip()),
        Block(kind=BlockKind.HEADING, text="二、议定事项"),
    ]
    for one in row.decisions.all():
        who = "、".join(names.get(code, code) for code in (one.lead, *one.others) if code)
        due = one.due_words or (f"{one.due_on:%Y-%m-%d}前" if one.due_on else "")
        tail = f"（责任单位：{who}{'；完成时限：' + due if due else ''}）" if who else ""
        blocks.append(
            _words(
                f"（{_CHINESE[one.position - 1] if one.position <= len(_CHINESE) else one.position}）{one.words}{tail}"
            )
        )
    blocks += [
        Block(kind=BlockKind.HEADING, text="三、出席"),
        _words(
            "出席："
            + ("、".join(f"{one.unit.name}{f'（{one.person}）' if one.person else ''}" for one in came) or "无")
            + "。"
        ),
        *([_words(f"请假、缺席：{'、'.join(away)}。")] if away else []),
    ]
    return Sheet(
        issuer=row.body.name, number=row.number, title=f"{row.title}纪要", addressees="", blocks=tuple(blocks),
        dated_on=dated_on, draft=row.state != SessionState.CLOSED,
    )  # fmt: skip


_CHINESE = "一二三四五六七八九十"


def _words(text: str) -> Block:
    return Block(kind=BlockKind.PARAGRAPH, text=text)


def _make_tasks(actor: Actor, at: datetime, row: Session) -> None:
    decided = [one for one in row.decisions.all() if one.lead or one.others]
    if not decided:
        return
    plan = row.plan or open_collection(actor=actor, at=at, place=row.place, title=f"{row.body.name}议定事项").code
    names = _names([code for one in decided for code in (one.lead, *one.others)])
    for one in decided:
        units = [(Mode.LEAD, one.lead)] if one.lead else []
        units += [(Mode.RESPONSIBLE, code) for code in one.others]
        words = one.due_words or (f"{one.due_on.year}年{one.due_on.month}月{one.due_on.day}日前" if one.due_on else "")
        one.task = add_task(
            actor=actor,
            at=at,
            plan=plan,
            given=TaskGiven(
                title=one.words.partition("。")[0][:200],
                text=one.words,
                parts=tuple(PartGiven(words=names[code], mode=mode, units=(code,)) for mode, code in units),
                deadlines=(DeadlineGiven(words=words, on=one.due_on),) if words else (),
                section=row.title,
                source=f"{row.title}（{localtime(row.held_at):%Y-%m-%d}）",
                source_href=f"/meetings/{row.code}/",
            ),
        )
        one.save(update_fields=["task"])


def _names(codes: Sequence[str]) -> dict[str, str]:
    return dict(Unit.objects.filter(code__in=codes).values_list("code", "name"))


def _seen(actor: Actor, code: str) -> Session:
    scope = require(actor, "meetings.meeting.view")
    found = Session.objects.filter(scope.condition(Session.scope_fields), code=code).first()
    if found is None:
        raise MissingError("没有找到这次会议，或者您无权查看。")
    return Session.objects.select_for_update(of=("self",)).select_related("body").get(pk=found.pk)


def _own(actor: Actor, row: Session, unit: str) -> Attendee:
    """The unit as one that was asked, if the actor calls the meeting or answers for the unit."""
    found = row.attendees.select_related("unit").filter(unit__code=unit).first()
    may = found is not None and any(
        Unit.objects.filter(actor.scope(code).condition(Unit.scope_fields), pk=found.unit_id).exists()
        for code in ("meetings.meeting.answer", "meetings.meeting.call")
        if actor.scope(code)
    )
    if found is None or not may:
        raise ForbiddenError("您不能替这个单位办理，或者会议没有通知它。")
    return found


def _to_edit(actor: Actor, code: str, version: int) -> Session:
    # who calls meetings reaches by place; the join that a unit's scope needs would make rows that cannot be locked
    row = access(
        Session.objects.select_related("body"),
        actor,
        "meetings.meeting.call",
        see="meetings.meeting.view",
        lock=True,
        code=code,
    )
    require_fresh(row, version)
    return row


def _save(row: Session) -> None:
    row.version += 1
    row.save()


def _log(actor: Actor, at: datetime, act: str, row: Session, reason: str = "", **fields: Any) -> None:
    append(actor=actor.code, at=at, act=f"meetings.{act}", subject=f"meeting:{row.code}", fields=fields, reason=reason)


def _index(row: Session) -> None:
    search.index(
        kind="meeting",
        key=row.code,
        title=row.title,
        text=" ".join(one["title"] for one in row.agenda),
        href=f"/meetings/{row.code}/",
        place=row.place,
    )
