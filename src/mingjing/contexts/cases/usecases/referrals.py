"""
What follows a referral: the case goes over, and the other body answers. Both have their periods (行刑衔接).

Source: 行政执法机关移送涉嫌犯罪案件的规定.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.cases.models import Case, Event, Referral
from mingjing.contexts.cases.usecases.base import (
    CONFIDE,
    CaseError,
    access_case,
    access_for_duty,
    is_handler,
    log,
    reaches,
    save,
)
from mingjing.contexts.cases.usecases.notices import note_transfer
from mingjing.contexts.cases.usecases.steps import note_answer
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.procedures.model import Duty
from mingjing.facts.schema import REFERRAL_REPLIES


@transaction.atomic
def record_transfer(
    *, actor: Actor, at: datetime, case: str, referral: str, version: int, transferred_at: datetime, note: str = ""
) -> Referral:
    """
    Record when the file went over.

    :raises CaseError: if it lies before the approval, or in the future
    :raises StaleError: if somebody changed it since
    """
    row, found = _open(actor, case, referral, version)
    if transferred_at > at:
        raise CaseError("移送时间不能晚于现在。")
    if found.approved_at is not None and transferred_at < found.approved_at:
        raise CaseError("移送时间不能早于批准时间。")
    found.transferred_at = transferred_at
    found.note = note.strip()[:512] or found.note
    save(found)
    note_transfer(actor, at, found)
    Case.objects.filter(pk=row.pk).update(changed_at=timezone.now())
    log(actor, at, "record_transfer", row, note.strip(), referral=found.code, transferred_at=transferred_at.isoformat())
    return found


@transaction.atomic
def record_reply(
    *,
    actor: Actor,
    at: datetime,
    case: str,
    referral: str,
    version: int,
    reply: str,
    replied_at: datetime,
    note: str = "",
) -> Referral:
    """
    Record what the other body answered, and when. What the police answer is a step of the case: periods run from it.

    :raises CaseError: if it was not yet transferred, or there is no such answer
    :raises StaleError: if somebody changed it since
    """
    row, found = _open(actor, case, referral, version)
    if found.transferred_at is None:
        raise CaseError("还没有登记移送时间，不能登记答复。请先登记移送。")
    if reply not in REFERRAL_REPLIES or reply == "none":
        answers = "、".join(label for code, label in REFERRAL_REPLIES.items() if code != "none")
        raise CaseError(f"请选择答复：{answers}。")
    if not found.transferred_at <= replied_at <= at:
        raise CaseError("答复时间应当在移送以后、现在以前。")
    kind = "police_filed" if reply == "accepted" else "police_declined"
    taken = found.to == "police" and note_answer(
        actor=actor, at=at, referral=found, kind=kind, answered_at=replied_at, note=note.strip()
    )
    if taken:
        found.refresh_from_db()
    found.reply, found.replied_at = reply, replied_at
    found.note = note.strip()[:512] or found.note
    save(found)
    Case.objects.filter(pk=row.pk).update(changed_at=timezone.now())
    log(
        actor,
        at,
        "record_reply",
        row,
        note.strip(),
        referral=found.code,
        reply=reply,
        replied_at=replied_at.isoformat(),
    )
    return found


@transaction.atomic
def read_confidential(*, actor: Actor, at: datetime, event: Event) -> None:
    """Let the log keep who opened a step that few may know of. Source: LC-24; RZ-64."""
    log(actor, at, "read_confidential", event.case, event=event.code, step=event.step)


def may_record(actor: Actor, row: Case, referral: Referral) -> bool:
    """Say whether the actor may record what comes of a referral (for buttons): a discipline body's is for few."""
    return reaches(actor, row, CONFIDE) if referral.to == "discipline" else is_handler(actor, row)


def _open(actor: Actor, case: str, code: str, version: int) -> tuple[Case, Referral]:
    to = Referral.objects.filter(code=code, case__code=case).values_list("to", flat=True).first()
    row = (
        access_case(actor, case, CONFIDE, lock=True)
        if to == "discipline"
        else access_for_duty(actor, case, Duty.HANDLE)
    )
    found = row.referrals.select_for_update().filter(code=code).first()
    if found is None:
        raise MissingError("没有找到这项移送。")
    require_fresh(found, version)
    return row, found
