"""A decision made on the spot is issued, signed and handed over there; each act is one of the documents room."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.cases.models import Case
from mingjing.contexts.cases.papers import credential_of
from mingjing.contexts.cases.usecases.base import CaseError, access_for_duty
from mingjing.contexts.documents.models import Document, DocumentState
from mingjing.contexts.documents.usecases import issue_document, serve_document, sign_document
from mingjing.contexts.documents.usecases.serving import Served
from mingjing.contexts.work.notifications import notify
from mingjing.domain.documents.service import Method
from mingjing.domain.procedures.model import Duty

KIND: Final = "summary_penalty_decision"


def awaited(row: Case) -> Document | None:
    """Return the decision on the spot that was made and not handed over yet, if there is one."""
    found = Document.objects.filter(subject_kind="case", subject_code=row.code, kind=KIND, served_on=None)
    return found.exclude(state=DocumentState.VOID).select_related("unit", "template").order_by("-pk").first()


def _decision(row: Case) -> Document:
    found = awaited(row)
    if found is None:
        raise CaseError("没有等待交付的当场处罚决定书。")
    return found


@transaction.atomic
def issue_on_the_spot(*, actor: Actor, at: datetime, case: str) -> Document:
    """
    Issue the decision on the spot, with the signature of who does it; the other handlers are asked for theirs.

    :raises CaseError: if there is none to issue
    :raises IncompleteError: if it lacks something that the law asks for
    :raises ForbiddenError: if the actor does not handle the case

    Source: 行政处罚法（2021）第五十二条.
    """
    row = access_for_duty(actor, case, Duty.HANDLE)
    document = _decision(row)
    if document.state == DocumentState.DRAFT:
        document = issue_document(actor=actor, at=at, code=document.code)
    if not document.signatures.filter(who="officer", user_id=actor.user_id).exists():
        sign_document(actor=actor, at=at, code=document.code, who="officer")
        others = row.handlers.filter(until__isnull=True, officer__user__isnull=False)
        told = others.exclude(officer__user_id=actor.user_id).values_list("officer__user_id", flat=True)
        notify(list(told), f"请签名：{document}", f"/documents/{document.code}/sign/officer/", at)
    document.refresh_from_db()
    return document


@transaction.atomic
def hand_over(
    *,
    actor: Actor,
    at: datetime,
    case: str,
    name: str,
    drawing: bytes = b"",
    refused: str = "",
    witnesses: Sequence[str] = (),
) -> Served:
    """
    Hand the decision over on the spot: the party signs for it, or the refusal is noted and it is left before witnesses.

    :raises CaseError: if it is not issued
    :raises DocumentError: if neither a signature nor a refusal is given, or it is left without a witness
    :raises ForbiddenError: if the actor does not handle the case

    Source: 行政处罚法（2021）第五十二条; 民事诉讼法（2023）第八十九条.
    """
    row = access_for_duty(actor, case, Duty.HANDLE)
    document = _decision(row)
    if document.state != DocumentState.ISSUED:
        raise CaseError("决定书还没有制发、签名。")
    sign_document(actor=actor, at=at, code=document.code, who="party", name=name, drawing=drawing, refused=refused)
    decided = row.events.filter(code=document.step).first()
    seen = row.events.exclude(place="").order_by("-at").first()
    place = (decided.place if decided else "") or (seen.place if seen else "")
    on_duty = row.handlers.filter(until__isnull=True).select_related("officer")
    left = bool(refused.strip())
    return serve_document(
        actor=actor,
        at=at,
        code=document.code,
        method=(Method.LEFT if left else Method.IN_PERSON).value,
        receiver=row.party.name,
        received_on=None if left else localdate(at),
        taker="" if left or name == row.party.name else name,
        relation="" if left or name == row.party.name else "法定代表人、负责人或者现场负责人",
        address=place,
        refusal=refused,
        witnesses=witnesses,
        servers=[{"name": one.officer.name, "number": credential_of(one.officer)} for one in on_duty],
        remark="当场交付。",
    )
