"""What pages and the API read of meetings, always through the scope."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from mingjing.contexts.accounts.access import Actor, MissingError, access, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.meetings.models import Attendee, Coming, Paper, Session, SessionState
from mingjing.contexts.registry.models import Body


def sessions_of(actor: Actor) -> QuerySet[Session]:
    """Return the meetings that the actor may see."""
    seen = visible(Session.objects.all(), actor, "meetings.meeting.view").order_by().values("pk")
    return (
        Session.objects.filter(pk__in=seen)
        .select_related("body")
        .annotate(
            asked_count=Count("attendees", distinct=True),
            came_count=Count("attendees", filter=Q(attendees__state__in=(Coming.COMING, Coming.CAME)), distinct=True),
            task_count=Count("decisions", filter=Q(decisions__task__isnull=False), distinct=True),
            done_count=Count("decisions", filter=Q(decisions__task__state="done"), distinct=True),
        )
    )


def session_of(actor: Actor, code: str) -> Session:
    """
    Return a meeting.

    :raises MissingError: if there is none that the actor may see
    """
    found = sessions_of(actor).filter(code=code).first()
    if found is None:
        raise MissingError("没有找到这次会议，或者您无权查看。")
    return found


def paper_of(actor: Actor, pk: int) -> Paper:
    """
    Return a paper of a meeting to which one's unit was asked.

    :raises MissingError: if there is none that the actor may see
    """
    return access(Paper.objects.distinct(), actor, "meetings.meeting.view", pk=pk)


def own_units(actor: Actor, session: Session) -> list[Unit]:
    """Return the units of a meeting for which the actor answers and puts papers."""
    scope = actor.scope("meetings.meeting.answer")
    if not scope:
        return []
    rows = Unit.objects.filter(scope.condition(Unit.scope_fields), attendances__session=session)
    return list(rows.distinct().order_by("path"))


def bodies_to_call(actor: Actor, today: date) -> QuerySet[Body]:
    """Return the bodies of which the actor may call a meeting."""
    rows = visible(Body.objects.all(), actor, "meetings.meeting.call")
    return rows.filter(Q(ended_on=None) | Q(ended_on__gt=today)).order_by("name")


def unanswered(actor: Actor) -> QuerySet[Attendee]:
    """Return the invitations that the actor has still to answer."""
    rows = visible(Attendee.objects.all(), actor, "meetings.meeting.answer")
    rows = rows.filter(state=Coming.ASKED, session__state=SessionState.CALLED)
    return rows.select_related("session", "unit").order_by("session__held_at")


def waiting(actor: Actor) -> QuerySet[Session]:
    """Return the meetings of which the actor has still to write or sign the minutes."""
    rows = visible(Session.objects.filter(state=SessionState.HELD), actor, "meetings.meeting.call")
    return rows.order_by("held_at")
