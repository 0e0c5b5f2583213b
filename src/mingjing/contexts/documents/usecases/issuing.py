"""Documents issued with a number, and voided; a number once given stays."""

from datetime import date, datetime
from typing import ClassVar, Final

from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.documents import printing, subjects
from mingjing.contexts.documents.models import Document, DocumentState, Number, NumberRow, Template, TemplateState
from mingjing.contexts.documents.usecases.base import (
    DocumentError,
    document_to,
    happening,
    index,
    log,
    make_rendition,
    require_state,
    save,
)
from mingjing.domain.documents.numbering import number_text
from mingjing.domain.documents.statement import content_digest
from mingjing.domain.documents.values import missing
from mingjing.kernel.errors import DomainError

PLATFORM: Final = "platform"
"""Who drafted the platform's own templates, in the column of the drafter."""


class IncompleteError(DomainError):
    """Something that must stand in the document is missing."""

    code: ClassVar[str] = "documents.incomplete"


@transaction.atomic
def issue_document(
    *, actor: Actor, at: datetime, code: str, version: int | None = None, dated_on: date | None = None
) -> Document:
    """
    Issue a draft: its number is given, its words are fixed, its PDF is made and kept.

    ``dated_on`` is the day at its foot; the day of ``at`` where nothing is said. The year of the number is that of the
    day on which it is given.

    :raises IncompleteError: if a required field is empty; the message names them all
    :raises DocumentError: if it is no draft, or its day lies in the future
    :raises StaleError: if somebody changed it since the page was opened

    Source: 行政处罚法（2021）第五十二条、第五十九条 (what must stand in it: the kind's required fields).
    """
    return issue(document_to(actor, "documents.document.issue", code, version), actor, at, dated_on)


def issue(row: Document, actor: Actor, at: datetime, dated_on: date | None = None) -> Document:
    """Issue a draft that the actor was found to be allowed to issue, in the caller's transaction."""
    require_state(row, DocumentState.DRAFT)
    kind = row.kind_data
    if lacks := missing(kind, row.data):
        raise IncompleteError("还不能制发：" + "".join(one.text for one in lacks), fields=[one.field for one in lacks])
    today = localdate(at)
    if dated_on is not None and dated_on > today:
        raise DocumentError("落款日期不能晚于今天。")
    words = printing.words_for(row.kind, row.unit)
    row.elements = printing.told_in(row.kind, row.unit, row.data, words.text)
    subjects.ask(happening("issue", row, actor, at))
    row.template = _pinned(words, row.kind, at)
    row.letterhead = printing.letterhead_of(row.unit)
    row.dated_on = dated_on or today
    row.state, row.issued_by, row.issued_at = DocumentState.ISSUED, actor.code, at
    if kind.number:
        take_number(row, actor, at)
    row.content = content_digest(row.data, row.template.text)
    save(row)
    made = make_rendition(row, "issued", at)
    Document.objects.filter(pk=row.pk).update(pages=made.pages)
    index(row)
    log(
        actor,
        at,
        "issue_document",
        row,
        public={"document": row.check_code, "kind": row.kind, "number": row.number, "sha256": made.sha256},
        number=row.number,
        dated_on=row.dated_on.isoformat(),
        content=row.content,
        template=row.template.digest,
    )
    subjects.tell(happening("issue", row, actor, at, number=row.number))
    return row


def give_number(*, actor: Actor, at: datetime, unit: Unit, word: str) -> str:
    """
    Give the next number of an agency's row to something that is no document (a case), in the caller's transaction.

    It stands in the register of numbers like every other, and is never given again.
    """
    owner = printing.letterheads_path(unit)
    series = locked_row(owner, localdate(at).year, word)
    series.latest += 1
    series.save(update_fields=["latest"])
    mark = printing.letterhead_of(unit)["mark"]
    text = number_text(mark=mark, word=word, year=series.year, value=series.latest)
    Number.objects.create(row=series, value=series.latest, text=text, given_at=at, given_by=actor.code)
    return text


def take_number(row: Document, actor: Actor, at: datetime) -> Number:
    """
    Give a document the next number of its agency, year and word, in the transaction that issues it.

    The row of numbers stays locked until the transaction ends: who comes next waits, and a number whose transaction fails
    was never given.
    """
    owner = printing.letterheads_path(row.unit)
    year, word = localdate(at).year, row.kind_data.number
    series = locked_row(owner, year, word)
    series.latest += 1
    series.save(update_fields=["latest"])
    row.number = number_text(mark=row.letterhead["mark"], word=word, year=year, value=series.latest)
    return Number.objects.create(
        row=series, value=series.latest, text=row.number, document=row, given_at=at, given_by=actor.code
    )


def locked_row(owner: Unit, year: int, word: str) -> NumberRow:
    """Return a row of numbers, locked; made if it is the first of its kind."""
    rows = NumberRow.objects.select_for_update().filter(unit=owner, year=year, word=word)
    found = rows.first()
    if found is None:
        NumberRow.objects.bulk_create([NumberRow(unit=owner, year=year, word=word)], ignore_conflicts=True)
        found = rows.get()
    return found


@transaction.atomic
def void_document(*, actor: Actor, at: datetime, code: str, reason: str, version: int | None = None) -> Document:
    """
    Void an issued document, with the reason. It stays, and so does its number: 作废, never given again.

    :raises DocumentError: if it was not issued, was served, or no reason is given
    """
    row = document_to(actor, "documents.document.void", code, version)
    require_state(row, DocumentState.ISSUED)
    if not reason.strip():
        raise DocumentError("请写明作废的理由。")
    if row.served_on is not None:
        raise DocumentError("文书已经送达，不能作废。确有错误的，请制作更正、撤销或者变更的文书。")
    subjects.ask(happening("void", row, actor, at))
    row.state, row.void_reason = DocumentState.VOID, reason.strip()[:300]
    row.voided_by, row.voided_at = actor.code, at
    save(row)
    Number.objects.filter(document=row).update(void_reason=row.void_reason)
    log(actor, at, "void_document", row, reason, public={"document": row.check_code, "void": True}, number=row.number)
    subjects.tell(happening("void", row, actor, at))
    return row


def _pinned(words: printing.Words, kind: str, at: datetime) -> Template:
    """Return the template as a row: the platform's own is kept when it is first used, and when its words change."""
    if words.row is not None:
        return words.row
    own = Template.objects.filter(kind=kind, owner="")
    found = own.filter(digest=words.digest).first()
    if found is not None:
        return found
    latest = own.order_by("-number").values_list("number", flat=True).first() or 0
    Template.objects.bulk_create(
        [
            Template(
                kind=kind,
                place="",
                number=latest + 1,
                text=words.text,
                digest=words.digest,
                state=TemplateState.REPLACED,
                note="平台通用模板",
                drafted_by=PLATFORM,
                drafted_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    return own.get(digest=words.digest)
