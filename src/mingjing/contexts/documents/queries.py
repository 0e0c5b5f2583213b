"""What pages, API and the rooms above read of documents, always through the scope."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, Q, QuerySet

from mingjing.contexts.accounts.access import Actor, MissingError, require, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.documents import keys, printing, subjects
from mingjing.contexts.documents.models import (
    Document,
    DocumentState,
    Number,
    NumberRow,
    Rendition,
    Seal,
    Service,
    ServiceProof,
    Signature,
    Template,
    TemplateState,
)
from mingjing.contexts.operations.statements import Statement
from mingjing.domain.documents import numbering
from mingjing.domain.documents.kinds import Kind, Signer, kinds, signer_labels
from mingjing.domain.documents.statement import any_equal, same_code

VIEW = "documents.document.view"


def documents_of(actor: Actor) -> QuerySet[Document]:
    """Return the documents that the actor may see."""
    return subjects.seen(Document.objects.select_related("unit", "author"), actor)


def document_of(actor: Actor, code: str) -> Document:
    """
    Return a document.

    :raises MissingError: if there is none that the actor may see
    """
    rows = Document.objects.select_related("unit", "author", "template")
    row = subjects.seen(rows.filter(code=code), actor).first()
    if row is None:
        raise MissingError("没有找到这份文书，或者您无权查看。")
    return row


def of_subject(actor: Actor, subject: str) -> list[Document]:
    """Return the documents of a subject (``case:<code>``), the earliest first, that the actor may see."""
    kind, _, code = subject.partition(":")
    return list(documents_of(actor).filter(subject_kind=kind, subject_code=code).order_by("drafted_at", "pk"))


_OF_SUBJECT: Final = Statement(
    lambda kind, code: (
        Document.objects.filter(subject_kind=kind, subject_code=code)
        .select_related("unit", "author")
        .order_by("drafted_at", "pk")
    ),
    str,
    str,
)


def of_seen_subject(actor: Actor, subject: str) -> list[Document]:
    """
    Return the same for the page of the subject itself: its room registered it, and has found that the actor sees it.

    :raises ForbiddenError: if the actor may see no documents at all
    """
    require(actor, VIEW)
    kind, _, code = subject.partition(":")
    return [one for one in _OF_SUBJECT(kind, code) if subjects.may_know(actor, one)]


def of_step(actor: Actor, subject: str, step: str) -> list[Document]:
    """Return the documents that belong to one step of a subject."""
    return [one for one in of_subject(actor, subject) if one.step == step]


def may(actor: Actor, permission: str, row: Document) -> bool:
    """Say whether the actor may do this with a document (for buttons)."""
    return actor.may(permission) and subjects.workable(Document.objects.filter(pk=row.pk), actor, permission).exists()


def latest_rendition(row: Document) -> Rendition | None:
    """Return the file of an issued document as it stands."""
    return row.renditions.order_by("-pk").first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outstanding:
    """A signature that a document still waits for: whose, and how many more."""

    who: str
    label: str
    count: int


def outstanding(row: Document) -> tuple[Outstanding, ...]:
    """Return the signatures that an issued document still waits for."""
    if row.state != DocumentState.ISSUED:
        return ()
    given: dict[str, int] = {}
    for one in row.signatures.all():
        given[one.who] = given.get(one.who, 0) + 1
    return tuple(
        Outstanding(who=one.who, label=one.label, count=one.count - given.get(one.who, 0))
        for one in signers_of(row.kind_data)
        if given.get(one.who, 0) < one.count
    )


def signers_of(kind: Kind) -> tuple[Signer, ...]:
    """Return who signs a kind: those that it names, and those whose opinion it has."""
    named = {one.who for one in kind.signers}
    opinions = tuple(
        Signer(who=one.by, label=signer_labels()[one.by])
        for one in kind.fields
        if one.by and one.required and one.by not in named
    )
    return kind.signers + opinions


def complete(row: Document) -> bool:
    """Say whether an issued document has every signature and, where it needs one, the seal."""
    return (
        row.state == DocumentState.ISSUED
        and not outstanding(row)
        and (row.sealed_at is not None or not row.kind_data.sealed_first)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A signature as anyone can check it: in which capacity, with which key, and whether it holds."""

    who: str
    name: str
    signed_at: Any
    algorithm: str
    key: str
    holds: bool
    seal: bool
    drawn: bool
    refused: bool


def checked_signatures(row: Document) -> tuple[Checked, ...]:
    """Check every signature on a document against its key, and that the key is the signer's and signs this document."""
    return tuple(_checked(row, one) for one in row.signatures.select_related("seal"))


def _checked(row: Document, one: Signature) -> Checked:
    good = (
        keys.holds(one.key, one.statement.encode(), one.value)
        and keys.known(one.key, user_id=one.user_id, seal=one.seal)
        and _speaks_of(row, one)
    )
    return Checked(
        who=one.who,
        name=one.name,
        signed_at=one.signed_at,
        algorithm=keys.algorithm(one.key),
        key=one.key,
        holds=good,
        seal=one.who == printing.SEAL,
        drawn=bool(one.drawing),
        refused=bool(one.refused),
    )


def _speaks_of(row: Document, one: Signature) -> bool:
    """Say whether what was signed is this document with its number, words and file."""
    said: Mapping[str, Any] = json.loads(one.statement)
    issued = row.renditions.filter(stage="issued").order_by("pk").values_list("sha256", flat=True).first()
    expected = {"code": row.code, "number": row.number, "content": row.content, "pdf": issued, "capacity": one.who}
    return all(said.get(name) == value for name, value in expected.items())


def by_check_code(text: str) -> Document | None:
    """Return the issued document with this code of verification, as people write it; not for what is only a draft."""
    rows = Document.objects.select_related("unit").exclude(state=DocumentState.DRAFT)
    return rows.filter(check_code=same_code(text)).first()


def same_file(row: Document, digest: str) -> bool:
    """Say whether a file with this SHA-256 is one that the platform made of the document."""
    return any_equal(digest, list(row.renditions.values_list("sha256", flat=True)))


def numbers_of(actor: Actor) -> QuerySet[Number]:
    """Return the numbers that the actor may see: none of a document of which few may know, but for them."""
    rows = visible(Number.objects.select_related("row__unit", "document"), actor, "documents.number.view")
    told = documents_of(actor).values("pk") if actor.may(VIEW) else Document.objects.none().values("pk")
    return rows.exclude(Q(document__kind__in=_secret()) & ~Q(document__in=told))


def _secret() -> list[str]:
    return [one.code for one in kinds().values() if one.confidential]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowCheck:
    """A row of numbers, and what a look through it found."""

    row: NumberRow
    given: int
    void: int
    found: numbering.Check


def checks_of(actor: Actor, *, year: int | None = None) -> Iterator[RowCheck]:
    """Look through every row of numbers that the actor may see whole, for gaps and repeats."""
    rows = visible(NumberRow.objects.select_related("unit"), actor, "documents.number.view")
    if year is not None:
        rows = rows.filter(year=year)
    hidden = Number.objects.filter(document__kind__in=_secret()).exclude(pk__in=numbers_of(actor).values("pk"))
    rows = rows.exclude(pk__in=hidden.values("row"))
    for row in rows.order_by("-year", "unit__path", "word").annotate(
        given=Count("numbers"), void=Count("numbers", filter=~Q(numbers__void_reason=""))
    ):
        values = row.numbers.order_by("value").values_list("value", flat=True)
        yield RowCheck(row=row, given=row.given, void=row.void, found=numbering.check(values.iterator(), row.latest))


def templates_of(actor: Actor) -> QuerySet[Template]:
    """Return the templates of units and places that the actor may see."""
    rows = Template.objects.select_related("unit").exclude(owner="")
    return visible(rows, actor, "documents.template.view")


def template_of(actor: Actor, pk: int) -> Template:
    """
    Return a template.

    :raises MissingError: if there is none that the actor may see
    """
    row = templates_of(actor).filter(pk=pk).first()
    if row is None:
        raise MissingError("没有找到这份模板，或者您无权查看。")
    return row


def in_force(kind: str, unit: Unit) -> printing.Words:
    """Return the template that holds for a unit."""
    return printing.words_for(kind, unit)


def overrides(actor: Actor) -> dict[str, int]:
    """Count by kind the templates in force that the actor may see."""
    rows = templates_of(actor).filter(state=TemplateState.IN_FORCE).values("kind").annotate(count=Count("pk"))
    return {one["kind"]: one["count"] for one in rows}


def opened(actor: Actor) -> dict[str, str]:
    """Say by kind which templates are being worked on."""
    rows = templates_of(actor).filter(state__in=[TemplateState.DRAFT, TemplateState.SUBMITTED])
    return {one.kind: one.get_state_display() for one in rows}


def years() -> list[tuple[str, str]]:
    """Return the years in which numbers were given, the latest first."""
    found = NumberRow.objects.order_by("-year").values_list("year", flat=True).distinct()
    return [(str(one), f"{one}年") for one in found]


def seals_of(actor: Actor) -> QuerySet[Seal]:
    """Return the seals that the actor may see."""
    return visible(Seal.objects.select_related("unit").annotate(used=Count("uses")), actor, "documents.seal.view")


def usable_seals(actor: Actor, row: Document) -> Sequence[Seal]:
    """Return the seals that the actor may put on a document."""
    if not actor.may("documents.document.seal"):
        return ()
    rows = visible(Seal.objects.filter(ended_on__isnull=True), actor, "documents.document.seal").select_related("unit")
    return [one for one in rows if row.unit.path.startswith(one.unit.path)]


def proof_of(actor: Actor, pk: int) -> ServiceProof:
    """
    Return a proof of service.

    :raises MissingError: if there is none that the actor may see
    """
    row = ServiceProof.objects.select_related("service__document").filter(pk=pk).first()
    if row is None:
        raise MissingError("没有找到这份送达证明，或者您无权查看。")
    document_of(actor, row.service.document.code)
    return row


def service_of(actor: Actor, pk: int) -> Service:
    """
    Return a service.

    :raises MissingError: if there is none that the actor may see
    """
    row = Service.objects.select_related("document").filter(pk=pk).first()
    if row is None:
        raise MissingError("没有找到这次送达，或者您无权查看。")
    document_of(actor, row.document.code)
    return row


def waiting_for(actor: Actor, permission: str) -> QuerySet[Document]:
    """Return the issued documents on which the actor may act in a way, the latest first."""
    require(actor, permission)
    rows = Document.objects.filter(state=DocumentState.ISSUED).select_related("unit")
    return subjects.workable(rows, actor, permission).order_by("-issued_at")
