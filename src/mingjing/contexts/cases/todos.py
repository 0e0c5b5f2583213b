"""What waits for a person in the cases room, and the numbers at the head of the landing page."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.cases import queries
from mingjing.contexts.cases.models import (
    Case,
    Draft,
    DraftState,
    Event,
    HelpKind,
    HelpState,
    JusticeResult,
    OffsiteRecord,
    OffsiteState,
)
from mingjing.contexts.cases.usecases import offsite
from mingjing.contexts.cases.usecases.base import PERMISSIONS
from mingjing.contexts.ui.components import Tone
from mingjing.contexts.work.figures import Figure
from mingjing.contexts.work.todos import Todo
from mingjing.domain.procedures.library import procedures
from mingjing.domain.procedures.model import Duty
from mingjing.law.citations import cite

_LISTED_AT_MOST: Final = 30
_AHEAD_DAYS: Final = 15
"""Periods that run out later stand in the list of cases, not among the to-dos."""


def proposals(actor: Actor) -> QuerySet[Draft]:
    """Return the proposals that wait for the actor's consent, the oldest first."""
    if not actor.may(PERMISSIONS[Duty.APPROVE]):
        return Draft.objects.none()
    rows = visible(Draft.objects.filter(state=DraftState.PROPOSED), actor, PERMISSIONS[Duty.APPROVE])
    return rows.select_related("case").order_by("proposed_at")


def own_drafts(actor: Actor) -> QuerySet[Draft]:
    """Return the drafts that the actor saved last, or that were sent back to the handlers."""
    mine = Q(state=DraftState.DRAFT, saved_by=actor.code) | Q(state=DraftState.RETURNED, made_by=actor.code)
    return Draft.objects.filter(mine).select_related("case").order_by("-saved_at")


def to_review(actor: Actor) -> QuerySet[Case]:
    """Return the major cases that were investigated or examined and that nobody has reviewed since."""
    code = PERMISSIONS[Duty.REVIEW]
    if not actor.may(code):
        return Case.objects.none()
    passed = Event.objects.filter(case=OuterRef("pk"), type="legal_review", outcome="approved")
    rows = visible(
        Case.objects.filter(status="open", is_major=True, stage__in=["review", "notice", "examination", "demand"]),
        actor,
        code,
    )
    return rows.exclude(Exists(passed)).order_by("opened_at")


def to_archive(actor: Actor) -> QuerySet[Case]:
    """Return the closed cases that wait to be archived: all of the unit's for a clerk, one's own for an officer."""
    code = PERMISSIONS[Duty.ARCHIVE]
    if not actor.may(code):
        return Case.objects.none()
    rows = visible(Case.objects.filter(stage="closed"), actor, code)
    if not actor.may("cases.case.assign"):
        rows = rows.filter(queries.handled_by(actor.user_id))
    return rows.order_by("due_on", "opened_at")


def to_look_at(actor: Actor) -> QuerySet[OffsiteRecord]:
    """Return the records of monitoring that wait for a person to review them."""
    if not actor.may(offsite.REVIEW):
        return OffsiteRecord.objects.none()
    return visible(OffsiteRecord.objects.filter(state=OffsiteState.WAITING), actor, offsite.REVIEW)


def to_tell(actor: Actor) -> QuerySet[OffsiteRecord]:
    """Return the reviewed records of monitoring of which the party was not told yet."""
    if not actor.may(offsite.TELL):
        return OffsiteRecord.objects.none()
    return visible(OffsiteRecord.objects.filter(queries.untold()), actor, offsite.TELL)


def to_handle(actor: Actor) -> list[JusticeResult]:
    """Return what bodies of justice made of the actor's own cases, and asks for something that is not yet done."""
    if not actor.may(PERMISSIONS[Duty.HANDLE]):
        return []
    mine = Case.objects.filter(queries.handled_by(actor.user_id)).values("pk")
    rows = JusticeResult.objects.filter(notice__case__in=mine, handled_at__isnull=True)
    return [one for one in rows.select_related("notice__case__unit") if one.waits]


def due(actor: Actor, today: date) -> QuerySet[Case]:
    """Return the actor's own cases of which a period runs out soon, or has."""
    if not actor.may(PERMISSIONS[Duty.HANDLE]):
        return Case.objects.none()
    rows = Case.objects.filter(queries.handled_by(actor.user_id), due_on__lte=today + timedelta(days=_AHEAD_DAYS))
    return rows.order_by("due_on")


def todos(actor: Actor, today: date) -> Iterator[Todo]:
    """Return everything that waits for the actor."""
    if actor.may("cases.notice.view"):
        for sent in queries.notices_of(actor).filter(results__isnull=True)[:_LISTED_AT_MOST]:
            yield Todo(
                title=f"登记结果：{sent.case.title}",
                href=reverse("cases_referred_one", args=[sent.code]),
                kind=sent.get_kind_display(),
                why=f"{sent.case.unit.name}{localdate(sent.sent_at)}送来",
            )
    if not actor.may("cases.case.view"):
        return
    for result in to_handle(actor)[:_LISTED_AT_MOST]:
        yield Todo(
            title=f"{result.means.label}：{result.notice.case.title}",
            href=f"{reverse('case', args=[result.notice.case.code])}#referrals",
            kind="行刑衔接",
            due_on=result.due_on,
            why=result.means.follow,
            citation=cite(result.means.citation),
        )
    labels = {(one.code, step.code): step.label for one in procedures().values() for step in one.steps}
    for draft in proposals(actor)[:_LISTED_AT_MOST]:
        label = labels.get((draft.case.procedure_code, draft.step), draft.step)
        yield Todo(
            title=f"审批{label}：{draft.case.title}",
            href=reverse("cases_step", args=[draft.case.code, draft.code]),
            kind="案件审批",
            due_on=draft.case.due_on,
            why=draft.case.due_why,
        )
    for draft in own_drafts(actor)[:_LISTED_AT_MOST]:
        label = labels.get((draft.case.procedure_code, draft.step), draft.step)
        returned = draft.state == DraftState.RETURNED
        yield Todo(
            title=f"{'补正' if returned else '继续填写'}{label}：{draft.case.title}",
            href=reverse("cases_step", args=[draft.case.code, draft.code]),
            kind="退回补正" if returned else "草稿",
            why=draft.opinion if returned else "",
        )
    for case in to_review(actor)[:_LISTED_AT_MOST]:
        yield Todo(
            title=f"法制审核：{case.title}",
            href=reverse("case", args=[case.code]),
            kind="法制审核",
            due_on=case.due_on,
            why="重大执法决定作出前应当经过法制审核",
            citation=cite("CF 58"),
        )
    if records := to_look_at(actor).count():
        yield Todo(
            title=f"审核非现场记录：{records} 条",
            href=f"{reverse('cases_offsite')}?state={OffsiteState.WAITING}",
            kind="非现场记录",
            why="未经审核的记录不得作为证据",
            citation=cite("CF 41"),
        )
    if records := to_tell(actor).count():
        yield Todo(
            title=f"告知当事人非现场记录：{records} 条",
            href=f"{reverse('cases_offsite')}?untold=1",
            kind="非现场记录",
            why="应当及时告知当事人违法事实，方便其查询、陈述和申辩",
            citation=cite("CF 41"),
        )
    for asked in queries.asked_of(actor).filter(kind=HelpKind.ADVICE, state=HelpState.ASKED)[:_LISTED_AT_MOST]:
        yield Todo(
            title=f"答复咨询：{asked.case.title}", href=reverse("cases_helps"), kind="法律咨询", why=asked.question
        )
    for asked in queries.pool(actor)[:_LISTED_AT_MOST]:
        yield Todo(
            title=f"协助{asked.case.unit.name}审核：{asked.case.title}",
            href=reverse("cases_helps"),
            kind="协助审核",
            why=asked.question,
        )
    for case in due(actor, today)[:_LISTED_AT_MOST]:
        yield Todo(
            title=case.title,
            href=f"{reverse('case', args=[case.code])}#clocks",
            kind="办案期限",
            due_on=case.due_on,
            why=case.due_why,
        )
    for case in to_archive(actor)[:_LISTED_AT_MOST]:
        yield Todo(title=f"归档：{case.title}", href=reverse("case", args=[case.code]), kind="归档", why="案件已经结案")


def figures(actor: Actor, today: date) -> Iterator[Figure]:
    """Return the numbers of cases that a person of this role sees at a glance."""
    if not actor.may("cases.case.view"):
        return
    lists = reverse("cases_list")
    if actor.may(PERMISSIONS[Duty.HANDLE]):
        mine = Case.objects.filter(queries.handled_by(actor.user_id), status="open")
        yield Figure(label="我承办的在办案件", value=mine.count(), href=f"{lists}?whose=mine&status=open")
        late = mine.filter(due_on__lt=today).count()
        if late:
            href = f"{lists}?whose=mine&overdue=1"
            yield Figure(label="我的超期案件", value=late, href=href, tone=Tone.BAD)
    if actor.may(PERMISSIONS[Duty.APPROVE]):
        waiting = proposals(actor).count()
        yield Figure(
            label="等我审批", value=waiting, href=reverse("home"), tone=Tone.ATTENTION if waiting else Tone.PLAIN
        )
        rows = visible(Case.objects.filter(status="open"), actor, "cases.case.view")
        yield Figure(label="在办案件", value=rows.count(), href=f"{lists}?status=open")
        over = rows.filter(due_on__lt=today).count()
        if over:
            yield Figure(label="超期案件", value=over, href=f"{lists}?overdue=1", tone=Tone.BAD)


def waiting_count(viewer: Actor) -> int:
    """Count what waits for the viewer's consent, for the menu."""
    return proposals(viewer).count()
