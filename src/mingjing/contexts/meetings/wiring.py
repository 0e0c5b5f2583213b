"""What the meetings room tells the rooms beneath it: menu, to-dos, search."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.urls import reverse
from django.utils.timezone import localtime

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.meetings import queries
from mingjing.contexts.meetings.models import Session
from mingjing.contexts.ui import navigation
from mingjing.contexts.work import search, todos


def register() -> None:
    """Register everything, when the platform starts."""
    navigation.register(
        navigation.Entry(
            label="会议和议定事项",
            url_name="meetings",
            permission="meetings.meeting.view",
            group="监督",
            order=82,
            icon="users-group",
        )
    )
    todos.register(_unanswered)
    todos.register(_minutes)
    search.register("meeting", "会议", "meetings.meeting.view", _sessions)


def _unanswered(actor: Actor, _today: date) -> Iterable[todos.Todo]:
    if not actor.may("meetings.meeting.answer"):
        return
    for one in queries.unanswered(actor)[:50]:
        held = localtime(one.session.held_at)
        yield todos.Todo(
            title=f"答复会议通知：{one.session.title}",
            href=f"{reverse('meeting_answer', args=[one.session.code])}?unit={one.unit.code}",
            kind="会议",
            due_on=held.date(),
            why=f"{held:%Y-%m-%d %H:%M}，{one.session.venue}，{one.unit.name}。",
        )


def _minutes(actor: Actor, _today: date) -> Iterable[todos.Todo]:
    if not actor.may("meetings.meeting.call"):
        return
    for one in queries.waiting(actor)[:50]:
        verb = "签发纪要" if one.discussion and actor.may("meetings.minutes.sign") else "写纪要"
        yield todos.Todo(
            title=f"{verb}：{one.title}",
            href=reverse("meeting", args=[one.code]),
            kind="会议",
            why=f"{localtime(one.held_at):%Y-%m-%d} 召开。",
        )


def _sessions() -> Iterator[search.Document]:
    for one in Session.objects.iterator():
        yield search.Document(
            key=one.code,
            title=one.title,
            text=" ".join(each["title"] for each in one.agenda),
            href=f"/meetings/{one.code}/",
            place=one.place,
        )
