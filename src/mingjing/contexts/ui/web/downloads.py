"""Files as answers: to be saved, under the name that people know them by."""

from typing import Final

from django.http import HttpResponse
from django.utils.http import content_disposition_header

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def saved_as(name: str) -> str:
    """Return the header that has an answer saved under a name."""
    return content_disposition_header(as_attachment=True, filename=name) or "attachment"


def attachment(content: bytes, name: str, kind: str = XLSX) -> HttpResponse:
    """Answer with a file to be saved."""
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": saved_as(name)})
