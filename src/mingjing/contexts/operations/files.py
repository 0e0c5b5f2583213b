"""
Stored files on their way out: in parts, from the local folder or the object store alike, without a whole one in memory.

No stored file has an address of its own. A view fetches the row through the scope check and then sends its file from
here (``accounts/web/download.py`` does both).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Any, Final
from uuid import uuid4

from django.core.files.storage import Storage, default_storage
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, StreamingHttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header

CHUNK: Final = 256 * 1024
_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_SHOWN: Final = frozenset(
    {"application/pdf", "image/jpeg", "image/png", "image/webp", "video/mp4", "audio/mpeg", "audio/mp4"}
)
"""What a browser may show; everything else is saved. No HTML and no SVG: they run what is written in them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """
    A stored file: its name in the store, the name that it is saved under, its type.

    ``digest`` is the SHA-256 of the content where it is known: whoever has it already is not sent it again.
    """

    name: str
    filename: str
    content_type: str = "application/octet-stream"
    digest: str = ""


def name_for(folder: str, filename: str) -> str:
    """Return the name under which a new file is stored: it tells the month and the kind, and nothing of a person."""
    suffix = PurePosixPath(filename).suffix.lower()
    kind = suffix if re.fullmatch(r"\.[a-z0-9]{1,8}", suffix) else ""
    return f"{folder}/{timezone.localdate():%Y/%m}/{uuid4().hex}{kind}"


def send(request: HttpRequest, stored: Stored, *, storage: Storage | None = None) -> HttpResponseBase:
    """Answer with the file, or with the part of it that the request asks for."""
    store = default_storage if storage is None else storage
    tag = f'"{stored.digest or sha256(stored.name.encode()).hexdigest()}"'
    if tag in request.headers.get("If-None-Match", "").split(", "):
        return _headed(HttpResponseNotModified(), stored, tag)
    size = store.size(stored.name)
    asked = request.headers.get("Range", "")
    if request.headers.get("If-Range", tag) != tag:
        asked = ""
    part = _part(asked, size)
    if part is None:
        refused = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        refused["Content-Range"] = f"bytes */{size}"
        return refused
    first, end, partial = part
    status = HTTPStatus.PARTIAL_CONTENT if partial else HTTPStatus.OK
    content = iter(()) if request.method == "HEAD" else read(store, stored.name, first, end)
    response = StreamingHttpResponse(content, status=status, content_type=stored.content_type)
    response["Content-Length"] = str(end - first)
    if partial:
        response["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
    return _headed(response, stored, tag)


def _headed[R: HttpResponseBase](response: R, stored: Stored, tag: str) -> R:
    response["ETag"] = tag
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    saved = stored.content_type not in _SHOWN
    response["Content-Disposition"] = content_disposition_header(saved, stored.filename) or "attachment"
    # what is shown can do nothing; browsers do not show a PDF in a sandbox
    sandbox = "" if stored.content_type == "application/pdf" else "; sandbox"
    response["Content-Security-Policy"] = f"default-src 'none'{sandbox}"
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _part(asked: str, size: int) -> tuple[int, int, bool] | None:
    """Return where the wanted part begins and ends, and whether it is a part; ``None`` if there is no such part."""
    found = _RANGE.fullmatch(asked.strip())
    if not found or found[0] == "bytes=-":
        # none asked, several at once, or nonsense: the whole, as RFC 9110 allows
        return 0, size, False
    if not found[1]:
        length = int(found[2])
        return (max(size - length, 0), size, True) if length and size else None
    first = int(found[1])
    end = min(int(found[2]) + 1, size) if found[2] else size
    if found[2] and int(found[2]) < first:
        return 0, size, False
    return (first, end, True) if first < size else None


def read(store: Storage, name: str, first: int, end: int) -> Iterator[bytes]:
    """Give the bytes of a file from ``first`` to before ``end``, piece by piece."""
    if first == end:
        return
    bucket: Any = getattr(store, "bucket", None)
    if bucket is not None:
        # the object store sends the part itself; opened as a file, the whole would be fetched first
        found = bucket.Object(store._normalize_name(name)).get(Range=f"bytes={first}-{end - 1}")  # type: ignore[attr-defined]  # noqa: SLF001
        yield from found["Body"].iter_chunks(CHUNK)
        return
    with store.open(name, "rb") as file:
        file.seek(first)
        left = end - first
        while left > 0 and (data := file.read(min(CHUNK, left))):
            left -= len(data)
            yield data
