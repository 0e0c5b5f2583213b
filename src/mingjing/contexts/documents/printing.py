"""From rows to pages: which template holds, what the agency prints, who signed; and the files that come of it."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.timezone import localdate

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.documents.models import (
    Document,
    DocumentState,
    Letterhead,
    Seal,
    Signature,
    Template,
    TemplateState,
)
from mingjing.contexts.documents.rendering import Print, pdf, word
from mingjing.domain.documents.bodies import standard_text
from mingjing.domain.documents.contents import elements_of, has_elements
from mingjing.domain.documents.kinds import AGENCY, Kind, kind_of
from mingjing.domain.documents.markup import fill
from mingjing.domain.documents.values import Mark, view
from mingjing.law.places import ancestry

FORMATS: Final = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
SEAL: Final = "seal"
"""The capacity in which a seal signs, and the key of its picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a template, and whose they are; ``row`` is ``None`` for the platform's own not yet kept as a row."""

    text: str
    digest: str
    owner: str
    number: int
    row: Template | None = None


def words_for(kind: str, unit: Unit) -> Words:
    """Return the template that holds for a unit: its own, else that of a unit above, else that of the place, else ours."""
    rows = list(
        Template.objects.filter(kind=kind, state=TemplateState.IN_FORCE).exclude(owner="").select_related("unit")
    )
    above = [row for row in rows if row.unit is not None and unit.path.startswith(row.unit.path)]
    if above:
        nearest = max(above, key=lambda row: len(row.unit.path if row.unit else ""))
        return _words(nearest, nearest.unit.name if nearest.unit else "")
    by_place = {row.place: row for row in rows if row.unit is None}
    for place in ancestry(unit.place):
        if place is not None and place in by_place:
            return _words(by_place[place], "本地统一模板")
    return platform_words(kind)


def platform_words(kind: str) -> Words:
    """Return the platform's own template of a kind."""
    text = standard_text(kind)
    return Words(text=text, digest=digest_of(text), owner="平台通用模板", number=0)


def told_in(kind: str, unit: Unit, data: Mapping[str, Any], text: str | None = None) -> list[str] | None:
    """
    Return which elements a document of a kind would contain with these values; ``None`` where its kind does not say.

    ``text`` is its template; else the one that holds for the unit.
    """
    known = kind_of(kind)
    if not has_elements(known):
        return None
    found = elements_of(known, text if text is not None else words_for(kind, unit).text, data)
    return None if found is None else sorted(found)


def digest_of(text: str) -> str:
    """Return the SHA-256 of the words of a template."""
    return hashlib.sha256(text.encode()).hexdigest()


def letterhead_of(unit: Unit) -> dict[str, str]:
    """Return what the agency of a unit prints: its own, else that of the nearest unit above, else its name."""
    rows = [row for row in Letterhead.objects.select_related("unit") if unit.path.startswith(row.unit.path)]
    if rows:
        nearest = max(rows, key=lambda row: len(row.unit.path))
        return {code: getattr(nearest, code) for code in AGENCY}
    return {"name": unit.name, "mark": unit.short_name or unit.name}


def letterheads_path(unit: Unit) -> Unit:
    """Return the unit whose name stands on the documents of a unit: the numbers run there."""
    rows = [row for row in Letterhead.objects.select_related("unit") if unit.path.startswith(row.unit.path)]
    return max(rows, key=lambda row: len(row.unit.path)).unit if rows else unit


def printed(document: Document) -> Print:
    """Return a document as it is to be printed now: with its template, its signatures, its seal."""
    kind = kind_of(document.kind)
    draft = document.state == DocumentState.DRAFT
    marks, pictures = _marks(document)
    words = words_for(document.kind, document.unit) if document.template is None else _words(document.template, "")
    nodes = view(
        kind,
        document.data,
        agency=document.letterhead or letterhead_of(document.unit),
        number=document.number,
        dated_on=document.dated_on,
        marks=marks,
        draft=draft,
    )
    return Print(
        sheet=fill(words.text, nodes, marks=marks),
        layout=kind.layout,
        title=f"{kind.name} {document.number}".strip(),
        agency=(document.letterhead or letterhead_of(document.unit)).get("name", ""),
        dated_on=document.dated_on,
        check="" if draft else document.check_code,
        address="" if draft else address_of(document),
        pictures=pictures,
        seam=kind.sealed,
        stamp="草稿" if draft else "作废" if document.state == DocumentState.VOID else "",
    )


def sample(kind: Kind, text: str, unit: Unit, data: Mapping[str, Any], on: date) -> Print:
    """Return a template as it would be printed with these values, as a draft."""
    letterhead = letterhead_of(unit)
    nodes = view(kind, data, agency=letterhead, dated_on=on, draft=True)
    return Print(
        sheet=fill(text, nodes),
        layout=kind.layout,
        title=kind.name,
        agency=letterhead["name"],
        dated_on=on,
        stamp="草稿",
    )


def render(document: Document, format: str = "pdf") -> bytes:  # noqa: A002 - the word that people use for it
    """
    Return the document as a file, ``pdf`` or ``docx``, as it stands now.

    :raises KeyError: if there is no such format
    :raises RenderingError: if it cannot be set
    """
    return {"pdf": pdf, "docx": word}[format](printed(document))


def address_of(document: Document) -> str:
    """Return what the QR code of a document says: the page that checks it, or the bare code where no address is set."""
    if not settings.PUBLIC_ADDRESS:
        return document.check_code
    return f"{settings.PUBLIC_ADDRESS}{reverse('document_verify', args=[document.check_code])}"


def stored(name: str) -> bytes:
    """Read a stored file."""
    with default_storage.open(name, "rb") as file:
        return bytes(file.read())


def _words(row: Template, owner: str) -> Words:
    return Words(text=row.text, digest=row.digest, owner=owner, number=row.number, row=row)


def _marks(document: Document) -> tuple[dict[str, list[Mark]], dict[str, bytes]]:
    marks: dict[str, list[Mark]] = defaultdict(list)
    pictures: dict[str, bytes] = {}
    for row in document.signatures.select_related("seal"):
        if row.who == SEAL and isinstance(row.seal, Seal):
            pictures[SEAL] = stored(row.seal.file)
            continue
        picture = f"drawing-{row.pk}" if row.drawing else ""
        if picture:
            pictures[picture] = stored(row.drawing)
        marks[row.who].append(_mark(row, picture))
    return marks, pictures


def _mark(row: Signature, picture: str) -> Mark:
    name = f"{row.name}（{row.refused}）" if row.refused else "" if picture else row.name
    return Mark(name=name, on=localdate(row.signed_at), picture=picture, opinion=row.opinion)
