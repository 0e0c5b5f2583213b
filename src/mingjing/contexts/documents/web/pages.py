"""Pages of documents: the list, one document, its pages as pictures, its files."""

import mimetypes
from collections.abc import Sequence
from functools import lru_cache
from http import HTTPStatus
from io import BytesIO
from typing import Any

import pypdfium2
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import content_disposition_header

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.documents import printing, queries
from mingjing.contexts.documents.models import Document, DocumentState
from mingjing.contexts.documents.web import look
from mingjing.contexts.documents.web.buttons import acts_on
from mingjing.contexts.operations.files import Stored, send
from mingjing.contexts.ui.components import Crumb, Fact
from mingjing.contexts.ui.tables import TableView
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.documents.values import missing

SCALE = 1.5
"""Pixels a point of the pictures of pages: legible on a desk, light on a phone."""


class DocumentsPage(TableView[Actor]):
    """All documents."""

    table, title, permission = look.DOCUMENTS, "执法文书", queries.VIEW
    lead = "按模板制作，按机关、年度、文种连续编号；制发以后内容不再改动，错了作废重做，号码留痕。"

    def rows(self) -> QuerySet[Any]:
        """Return the documents that the viewer may see."""
        return queries.documents_of(self.actor)

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Return the buttons."""
        may = self.actor.may("documents.document.edit")
        return [("起草文书", reverse("document_new"), "plus")] if may else []


class DocumentPage(Page[Actor]):
    """One document."""

    permission, template_name = queries.VIEW, "documents/document.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="执法文书", href=reverse("documents"))]

    def context(self) -> dict[str, Any]:
        """Show it."""
        row = queries.document_of(self.actor, self.kwargs["code"])
        kind = row.kind_data
        return {
            "title": kind.name,
            "row": row,
            "kind": kind,
            "badge": look.state_badge(row),
            "facts": [
                Fact(label="文号", value=row.number),
                Fact(label="制作单位", value=row.unit.name),
                Fact(label="所属案件（事项）", value=look.subject_name(row), href=look.subject_href(row)),
                Fact(label="模板", value=row.template.label if row.template else ""),
                Fact(label="落款日期", value=row.dated_on),
                Fact(label="起草人", value=row.author.name),
                Fact(label="保管期限", value=kind.retention_label),
                Fact(label="核验码", value=row.check_code if row.state != DocumentState.DRAFT else ""),
            ],
            "fields": look.field_facts(row),
            "acts": acts_on(self.actor, row),
            "may_serve": self.actor.may("documents.document.serve"),
            "lacks": missing(kind, row.data) if row.state == DocumentState.DRAFT else (),
            "images": range(1, len(page_sizes(row)) + 1),
            "signatures": queries.checked_signatures(row),
            "outstanding": queries.outstanding(row),
            "services": row.services.prefetch_related("proofs"),
            "renditions": row.renditions.all(),
            "events": look.events(f"document:{row.code}"),
        }


class PageImage(Page[Actor]):
    """A page of a document as a picture, for the screen."""

    permission = queries.VIEW

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Draw it."""
        row = queries.document_of(self.actor, self.kwargs["code"])
        picture = page_picture(current_pdf(row), int(self.kwargs["page"]))
        if picture is None:
            raise MissingError("文书没有这一页。")
        answer = HttpResponse(picture, content_type="image/png")
        answer["Cache-Control"] = "private, no-cache"
        return answer


class DocumentFile(Page[Actor]):
    """A document as PDF or DOCX: of an issued one the PDF that is kept, else as it stands now."""

    permission = queries.VIEW

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        """Send it."""
        row = queries.document_of(self.actor, self.kwargs["code"])
        form = str(self.kwargs["form"])
        if form not in printing.FORMATS:
            raise MissingError("只有 PDF 和 DOCX 两种格式。")
        name = f"{str(row).replace('/', '／')}.{form}"
        kept = queries.latest_rendition(row)
        if form == "pdf" and kept is not None and row.state == DocumentState.ISSUED:
            stored = Stored(name=kept.file, filename=name, content_type=printing.FORMATS[form], digest=kept.sha256)
            return send(request, stored)
        answer = HttpResponse(printing.render(row, form), content_type=printing.FORMATS[form], status=HTTPStatus.OK)
        answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        answer["Cache-Control"] = "private, no-store"
        return answer


class ProofFile(Page[Actor]):
    """A proof of service."""

    permission = queries.VIEW

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        """Send it."""
        row = queries.proof_of(self.actor, int(self.kwargs["pk"]))
        kind = mimetypes.guess_type(row.name)[0] or "application/octet-stream"
        return send(request, Stored(name=row.file, filename=row.name, content_type=kind, digest=row.sha256))


def current_pdf(row: Document) -> bytes:
    """Return the PDF of a document as it stands: the kept one of an issued document."""
    kept = queries.latest_rendition(row)
    if kept is not None and row.state == DocumentState.ISSUED:
        return printing.stored(kept.file)
    return printing.render(row)


def page_sizes(row: Document) -> list[int]:
    """Return one number for each page of a document."""
    document = pypdfium2.PdfDocument(current_pdf(row))
    try:
        return list(range(len(document)))
    finally:
        document.close()


def page_picture(data: bytes, page: int) -> bytes | None:
    """Draw a page (from 1) of a PDF as PNG; ``None`` if there is no such page."""
    return _picture(data, page)


@lru_cache(maxsize=32)
def _picture(data: bytes, page: int) -> bytes | None:
    document = pypdfium2.PdfDocument(data)
    try:
        if not 1 <= page <= len(document):
            return None
        drawn = document[page - 1].render(scale=SCALE).to_pil().convert("P", palette=1, colors=64)
        out = BytesIO()
        drawn.save(out, format="PNG", optimize=False)
        return out.getvalue()
    finally:
        document.close()
