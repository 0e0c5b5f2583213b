"""Documents drafted, revised while they are drafts, and discarded."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from mingjing.contexts.accounts.access import Actor, access
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.documents import subjects
from mingjing.contexts.documents.models import Document, DocumentState
from mingjing.contexts.documents.printing import told_in
from mingjing.contexts.documents.usecases.base import (
    DocumentError,
    document_to,
    happening,
    index,
    log,
    require_state,
    save,
    title_of,
)
from mingjing.contexts.work import search
from mingjing.domain.documents.kinds import Kind, kind_of
from mingjing.domain.documents.statement import check_code
from mingjing.domain.documents.values import cleaned


@transaction.atomic
def draft_document(
    *,
    actor: Actor,
    at: datetime,
    kind: str,
    unit: str,
    subject: str = "",
    step: str = "",
    data: Mapping[str, Any] | None = None,
) -> Document:
    """
    Begin a document of a kind in a unit; ``data`` may be incomplete, and is checked when it is issued.

    ``subject`` is what it belongs to (``case:<code>``), ``step`` the type of the event in which it is made.

    :raises UnknownKindError: if there is no such kind
    :raises BadValueError: if a field cannot hold its value
    :raises MissingError: if the actor may not see the unit or the subject
    :raises UnboundError: if it belongs to nothing, and is of a kind that is made only in a case
    :raises DocumentError: if the room of the subject refuses it
    """
    known = kind_of(kind)
    maker = access(Unit.objects.all(), actor, "documents.document.edit", code=unit)
    subject_kind, _, subject_code = subject.partition(":")
    subjects.require_bound(known, subject_kind)
    if subject and not subjects.may_see(actor, subject_kind, subject_code):
        raise DocumentError("没有找到文书所属的案件（事项），或者您无权办理。")
    return draft(actor, at, kind=known, unit=maker, subject=subject, step=step, data=data or {})


def draft(
    actor: Actor, at: datetime, *, kind: Kind, unit: Unit, subject: str, step: str = "", data: Mapping[str, Any]
) -> Document:
    """Begin a document that the actor was found to be allowed to make, in the caller's transaction."""
    subject_kind, _, subject_code = subject.partition(":")
    row = Document(
        code=f"WS{at:%Y%m%d}-{secrets.token_hex(4)}",
        check_code=check_code(secrets.token_bytes(10)),
        kind=kind.code,
        unit=unit,
        subject_kind=subject_kind,
        subject_code=subject_code,
        step=step or kind.steps[0],
        data=cleaned(kind, data),
        author=User.objects.get(pk=actor.user_id),
        drafted_at=at,
    )
    row.title = title_of(row)
    row.elements = told_in(row.kind, unit, row.data)
    subjects.ask(happening("draft", row, actor, at))
    row.save()
    index(row)
    log(actor, at, "draft_document", row, unit=unit.code, step=row.step)
    subjects.tell(happening("draft", row, actor, at))
    return row


@transaction.atomic
def revise_document(
    *, actor: Actor, at: datetime, code: str, data: Mapping[str, Any], version: int | None = None
) -> Document:
    """
    Write a draft anew; ``data`` takes the place of what stood there.

    :raises BadValueError: if a field cannot hold its value
    :raises DocumentError: if it is no draft any more
    :raises StaleError: if somebody changed it since the page was opened
    """
    row = document_to(actor, "documents.document.edit", code, version)
    require_state(row, DocumentState.DRAFT)
    given = cleaned(row.kind_data, data)
    if given == row.data:
        return row
    changed = sorted(name for name in {*given, *row.data} if given.get(name) != row.data.get(name))
    row.data = given
    row.title = title_of(row)
    row.elements = told_in(row.kind, row.unit, given)
    subjects.ask(happening("revise", row, actor, at))
    save(row)
    index(row)
    log(actor, at, "revise_document", row, changed="、".join(changed))
    subjects.tell(happening("revise", row, actor, at))
    return row


@transaction.atomic
def discard_document(*, actor: Actor, at: datetime, code: str, version: int | None = None) -> None:
    """
    Throw a draft away. Nothing that was issued is ever thrown away; that is voided.

    :raises DocumentError: if it is no draft any more
    """
    row = document_to(actor, "documents.document.edit", code, version)
    require_state(row, DocumentState.DRAFT)
    subjects.ask(happening("discard", row, actor, at))
    log(actor, at, "discard_document", row)
    subjects.tell(happening("discard", row, actor, at))
    search.unindex(kind="document", key=row.code)
    row.delete()
