"""What the cases room tells the rooms of documents and recordings: whose they are, who sees them, what may be done."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.cases.models import Case, Event, OffsiteRecord, OffsiteState, helped
from mingjing.contexts.cases.queries import handled_by
from mingjing.contexts.cases.usecases import offsite
from mingjing.contexts.cases.usecases.base import CONFIDE, CaseError, procedure_for
from mingjing.contexts.cases.usecases.steps import note_served, weigh_contents
from mingjing.contexts.documents import subjects as documents
from mingjing.contexts.media import subjects as media
from mingjing.domain.documents.kinds import kind_of
from mingjing.domain.rules import facts


def register() -> None:
    """Let documents and recordings belong to cases."""
    documents.register_subject(
        "case",
        documents.Subject(
            label="案件",
            seen=_seen,
            column="code",
            title=_title,
            href=lambda code: reverse("case", args=[code]),
            confided=_confided,
            lent=_lent,
            guard=_guard,
            done=_done,
        ),
    )
    media.register(
        media.SubjectKind(
            code="case",
            label="案件",
            visible=lambda actor: _seen(actor).values("code"),
            recordable=_recordable,
            facts=_media_facts,
            href=lambda code: reverse("case", args=[code]),
            suggest=_suggest,
        )
    )
    media.register(
        media.SubjectKind(
            code=offsite.SUBJECT,
            label="非现场记录",
            visible=lambda actor: _offsite(actor, offsite.SEE),
            recordable=lambda actor: _offsite(actor, offsite.ENTER, state=OffsiteState.WAITING),
            facts=_offsite_facts,
            href=lambda code: reverse("cases_offsite_record", args=[code]),
        )
    )


def _offsite(actor: Actor, permission: str, **only: str) -> Any:
    rows = OffsiteRecord.objects.filter(**only)
    return (visible(rows, actor, permission) if actor.may(permission) else rows.none()).values("code")


def _offsite_facts(code: str) -> media.Facts | None:
    row = OffsiteRecord.objects.select_related("unit", "party").filter(code=code).first()
    if row is None:
        return None
    return media.Facts(
        title=f"非现场记录 {row.device_record}",
        unit=row.unit.code,
        place=row.unit.place[:6],
        parties=(row.party.code,) if row.party else (),
    )


def _seen(actor: Actor) -> Any:
    return (
        visible(Case.objects.all(), actor, "cases.case.view") if actor.may("cases.case.view") else Case.objects.none()
    )


def _confided(actor: Actor) -> Any:
    handled = Case.objects.filter(handled_by(actor.user_id))
    return handled | visible(Case.objects.all(), actor, CONFIDE) if actor.may(CONFIDE) else handled


def _lent(actor: Actor, permission: str) -> Q:
    """Whoever reviews a case of another agency signs the opinion on it."""
    mine = helped(actor, "cases.step.review") if permission == "documents.document.review" else []
    if not mine:
        return Q(pk__in=[])
    return Q(kind="legal_review_opinion", subject_code__in=Case.objects.filter(pk__in=mine).values("code"))


def _recordable(actor: Actor) -> Any:
    if not actor.may("cases.step.handle"):
        return Case.objects.none().values("code")
    mine = visible(Case.objects.all(), actor, "cases.step.handle")
    return mine.filter(handlers__until__isnull=True, handlers__officer__user_id=actor.user_id).values("code")


def _title(code: str) -> str:
    row = Case.objects.filter(code=code).first()
    return f"{row.case_no} {row.title}".strip() if row else code


def _guard(happening: documents.Happening) -> None:
    """
    A document of a step goes out only when the step was taken: its gates were weighed then.

    What the law wants to stand in it was weighed with them, and stays in it: writing it anew, throwing it away, declaring
    it void and issuing it are weighed for its contents.

    :raises CaseError: if the step was not taken, or the case is archived
    :raises GatesUnmetError: if something that must stand in the documents of the step would no longer
    """
    document = happening.document
    if happening.act in ("revise", "discard", "void", "issue"):
        weigh_contents(document, at=happening.at, gone=happening.act == "discard", void=happening.act == "void")
    if happening.act in ("draft", "revise", "discard", "void"):
        return
    row = Case.objects.filter(code=document.subject_code).first()
    if row is None:
        raise CaseError("没有找到文书所属的案件。")
    if not document.step.startswith(f"{row.code}-"):
        return
    event = row.events.filter(code=document.step).first()
    if event is None:
        name = kind_of(document.kind).name
        raise CaseError(f"《{name}》所属的环节还没有办理，不能制发。请先在案件页办理该环节，通过检查后再制发。")
    if event.outcome in facts.Event.UNDONE:
        raise CaseError("这个环节没有通过，文书不能制发。")


def _done(happening: documents.Happening) -> None:
    """A document that was served is a step of its case; whatever is done with one is a change of it."""
    Case.objects.filter(code=happening.document.subject_code).update(changed_at=timezone.now())
    if happening.act not in ("serve", "receive"):
        return
    detail = happening.detail
    document = happening.document
    effective = detail.get("effective_on")
    if effective is None:
        return
    event = Event.objects.filter(code=document.step, case__code=document.subject_code).select_related("case").first()
    if event is None:
        return
    note_served(
        actor=happening.actor,
        at=happening.at,
        about=event,
        method=str(detail.get("method") or ""),
        on=effective,
        number=document.number,
    )


def _media_facts(code: str) -> media.Facts | None:
    row = Case.objects.select_related("unit", "party", "item").filter(code=code).first()
    if row is None:
        return None
    labels = {step.event: step.label for step in procedure_for(row).steps}
    steps = [
        media.Step(code=one.code, kind=one.type, label=labels.get(one.type, one.type), at=one.at)
        for one in row.events.order_by("at", "number")
    ]
    drafts = row.drafts.filter(state__in=["draft", "returned", "proposed"])
    for draft in drafts:
        step = procedure_for(row).step(draft.step)
        steps.append(media.Step(code=draft.code, kind=step.event, label=step.label, at=draft.saved_at))
    return media.Facts(
        title=row.case_no or row.title,
        unit=row.unit.code,
        place=row.unit.place[:6],
        parties=(row.party.code,),
        items=(row.item.code,),
        steps=tuple(steps),
    )


def _suggest(officer: str, at: datetime) -> Iterable[media.Suggestion]:
    """The cases in which an officer took a step within some hours of a moment."""
    near = Event.objects.filter(
        participants__officer__code=officer, at__gte=at - timedelta(hours=6), at__lte=at + timedelta(hours=6)
    ).select_related("case")
    for one in near.order_by("at")[:10]:
        step = media.Step(code=one.code, kind=one.type, label=one.type, at=one.at)
        yield media.Suggestion(code=one.case.code, title=one.case.title, step=step)
