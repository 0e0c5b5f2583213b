"""What the acts of this room share."""

import hashlib
from datetime import datetime
from typing import Any, ClassVar

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError
from mingjing.contexts.accounts.permissions import permission as declared
from mingjing.contexts.documents import printing, subjects
from mingjing.contexts.documents.models import Document, DocumentState, Rendition
from mingjing.contexts.documents.rendering.word import page_texts
from mingjing.contexts.operations.files import name_for
from mingjing.contexts.records.keys import hasher
from mingjing.contexts.records.usecases import append
from mingjing.contexts.ui.errors import require_fresh
from mingjing.contexts.work import search
from mingjing.domain.documents.values import printable
from mingjing.domain.records.hashing import HashName
from mingjing.kernel.canonical import Json
from mingjing.kernel.errors import DomainError

VIEW = "documents.document.view"


class DocumentError(DomainError):
    """What cannot be done with a document, with what to do."""

    code: ClassVar[str] = "documents.refused"


def document_to(actor: Actor, permission: str, code: str, version: int | None = None) -> Document:
    """
    Return a document on which the actor may act, locked.

    ``version`` is that of the page; ``None`` where a room above acts within its own transaction and lock.

    :raises MissingError: if there is none that the actor may see
    :raises ForbiddenError: if the actor may see it but not do this with it
    :raises StaleError: if somebody changed it since the page was opened
    """
    rows = Document.objects.select_for_update(of=("self",)).select_related("unit", "template").filter(code=code)
    row = subjects.workable(rows, actor, permission).first() if actor.may(permission) else None
    if row is None:
        if actor.may(VIEW) and subjects.seen(Document.objects.filter(code=code), actor).exists():
            raise ForbiddenError(f"您没有对这份文书“{declared(permission).label}”的权限。")
        raise MissingError("没有找到这份文书，或者您无权查看。")
    if version is not None:
        require_fresh(row, version)
    return row


def require_state(row: Document, *states: DocumentState) -> None:
    """
    Require that a document is so far.

    :raises DocumentError: if it is not
    """
    if row.state not in states:
        raise DocumentError(f"《{row.kind_data.name}》{row.get_state_display()}，不能这样办理。")


def save(row: Any) -> None:
    """Save a row as a new version."""
    row.version += 1
    row.save()


def log(
    actor: Actor,
    at: datetime,
    act: str,
    row: Document,
    reason: str = "",
    public: dict[str, Json] | None = None,
    **fields: Any,
) -> None:
    """Append an act on a document to the log."""
    append(
        actor=actor.code,
        at=at,
        act=f"documents.{act}",
        subject=f"document:{row.code}",
        fields={"kind": row.kind, "belongs_to": row.subject, **fields},
        reason=reason,
        public=public,
    )


def happening(act: str, row: Document, actor: Actor, at: datetime, **detail: Any) -> subjects.Happening:
    """Say what is being done, for the room of the subject."""
    return subjects.Happening(act=act, document=row, actor=actor, at=at, detail=detail)


def keep(data: bytes, folder: str, filename: str) -> tuple[str, str]:
    """Store a file; return its name in the store and its SHA-256."""
    name = default_storage.save(name_for(folder, filename), ContentFile(data))
    return name, hashlib.sha256(data).hexdigest()


def make_rendition(row: Document, stage: str, at: datetime) -> Rendition:
    """Print the document as it stands, and keep the file with its digests."""
    data = printing.render(row)
    name, digest = keep(data, "documents", "document.pdf")
    pages = len(page_texts(data))
    made = Rendition.objects.create(
        document=row,
        stage=stage,
        file=name,
        size=len(data),
        pages=pages,
        sha256=digest,
        sm3=hasher(HashName.SM3).digest(data).hex(),
        made_at=at,
    )
    row.pages = pages
    return made


def title_of(row: Document) -> str:
    """Return a line that tells one document of a kind from another: whom it concerns, and what."""
    parts = []
    for one in row.kind_data.fields:
        value = row.data.get(one.code)
        if one.type == "party" and isinstance(value, dict) and value.get("name"):
            parts.append(value["name"])
        elif one.code in ("cause", "license_item", "receiver", "addressee") and isinstance(value, str):
            parts.append(value)
    return printable("，".join(dict.fromkeys(parts)))[:200]


def index(row: Document) -> None:
    """Let the document be found: one that belongs to a subject only through that (its room decides who sees it)."""
    if subjects.subject_of(row.subject_kind) is not None:
        return
    search.index(
        kind="document",
        key=row.code,
        title=f"{row.kind_data.name} {row.number}".strip(),
        text=row.title,
        href=reverse("document", args=[row.code]),
        unit_path=row.unit.path,
        place=row.unit.place,
    )
