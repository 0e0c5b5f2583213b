"""
Uploads that resume: the core of the tus protocol, version 1.0.0, with creation, checksum, expiration and termination.

Any client that speaks it may send; what a recording is stands in ``Upload-Metadata``: ``kind``, ``started_at``, ``shows``,
``device_no``, ``subject``, ``step_code``, ``sha256`` (of the whole, computed on the device) and so on. Signed in by session
and CSRF token, or by an API token.
"""

import base64
import binascii
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, ClassVar, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.http import http_date
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import AuthenticationError, Throttled

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.rest.signin import doors
from mingjing.contexts.media import queries
from mingjing.contexts.media.models import Upload
from mingjing.contexts.media.usecases import uploads
from mingjing.contexts.media.usecases.taking import ADD, Draft, DuplicateRecordingError
from mingjing.contexts.media.usecases.uploads import ALGORITHMS, Checksum
from mingjing.contexts.ui.middleware import status_of
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.media.uploads import (
    KEPT_FOR,
    LARGEST_BYTES,
    BusyError,
    ChecksumError,
    DigestError,
    OffsetError,
    UploadState,
)
from mingjing.kernel.errors import DomainError

VERSION: Final = "1.0.0"
PART: Final = "application/offset+octet-stream"
_MISMATCH: Final = 460
_STATUS: Final[Mapping[type[DomainError], int]] = {
    OffsetError: HTTPStatus.CONFLICT,
    ChecksumError: _MISMATCH,
    BusyError: HTTPStatus.LOCKED,
    DuplicateRecordingError: HTTPStatus.CONFLICT,
    DigestError: HTTPStatus.UNPROCESSABLE_ENTITY,
}


class TusView(View):
    """What both addresses share: who asks, which version, refusals as JSON."""

    permission: ClassVar[str] = ADD
    actor: Actor

    @method_decorator(csrf_exempt)
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let in by token or session (with its CSRF token, where something changes)."""
        if request.method != "OPTIONS":
            refused = self._enter(request)
            if refused is not None:
                return refused
            if str(request.method).lower() not in self.http_method_names:
                return self._headed(self.http_method_not_allowed(request))
            if request.method != "GET" and request.headers.get("Tus-Resumable") != VERSION:
                return self._headed(said("请使用tus 1.0.0协议。", HTTPStatus.PRECONDITION_FAILED))
        try:
            response = super().dispatch(request, *args, **kwargs)
        except DomainError as error:
            status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), status_of(error))
            response = said(error.message, int(status), **_plain(error.facts))
        return self._headed(response)

    def _enter(self, request: HttpRequest) -> HttpResponse | None:
        try:
            for door in doors(self.permission):
                actor = door(request)
                if actor is not None:
                    self.actor = actor
                    return None
        except AuthenticationError:
            pass
        except Throttled as error:
            answer = said("请求太频繁。", HTTPStatus.TOO_MANY_REQUESTS)
            answer["Retry-After"] = str(error.wait)
            return answer
        except DomainError as error:
            return said(error.message, status_of(error))
        return said("没有登录，或者登录已经失效。请重新登录后续传。", HTTPStatus.UNAUTHORIZED)

    @staticmethod
    def _headed(response: HttpResponseBase) -> HttpResponseBase:
        response["Tus-Resumable"] = VERSION
        response["Cache-Control"] = "no-store"
        return response


def said(message: str, status: int, **more: object) -> HttpResponse:
    """Answer with a refusal in words."""
    return JsonResponse({"detail": message, **more}, status=status, json_dumps_params={"ensure_ascii": False})


def _plain(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in facts.items() if isinstance(value, str | int) and name != "what"}


def state(row: Upload) -> dict[str, object]:
    """Tell how far an upload is; where it is done, where its recording is to be seen."""
    return {
        "state": row.state,
        "words": UploadState(row.state).label,
        "received": row.received,
        "size": row.size,
        "error": row.error,
        "recording": row.recording.code if row.recording else "",
        "href": reverse("media_recording", args=[row.recording.code]) if row.recording else "",
    }


class UploadsView(TusView):
    """Begin an upload; say what the server can."""

    http_method_names = ["post", "options"]  # noqa: RUF012 - Django's

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say what is spoken here."""
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        response["Tus-Version"] = VERSION
        response["Tus-Extension"] = "creation,checksum,expiration,termination"
        response["Tus-Max-Size"] = str(LARGEST_BYTES)
        response["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
        return response

    def post(self, request: HttpRequest) -> HttpResponse:
        """Begin."""
        length = request.headers.get("Upload-Length", "")
        if not length.isdigit():
            return said("没有写明文件大小（Upload-Length）。", HTTPStatus.BAD_REQUEST)
        try:
            given = metadata(request.headers.get("Upload-Metadata", ""))
        except (binascii.Error, UnicodeDecodeError):
            return said("Upload-Metadata读不懂：应为UTF-8的base64。", HTTPStatus.BAD_REQUEST)
        row = uploads.begin_upload(
            actor=self.actor,
            at=timezone.now(),
            draft=Draft.of_data(given),
            filename=given.get("filename", ""),
            size=int(length),
            device_sha256=given.get("sha256", ""),
        )
        response = JsonResponse(state(row), status=HTTPStatus.CREATED)
        response["Location"] = reverse("media_upload", args=[row.pk])
        return response


class UploadView(TusView):
    """One upload: where it stands, its next part, its end."""

    http_method_names = ["get", "head", "patch", "delete"]  # noqa: RUF012 - Django's

    def get(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Tell how far it is, in words (not of the protocol)."""
        return JsonResponse(state(uploads.own_upload(self.actor, pk)), json_dumps_params={"ensure_ascii": False})

    def head(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Tell how far it is."""
        row = uploads.own_upload(self.actor, pk)
        response = HttpResponse()
        response["Upload-Length"] = str(row.size)
        return _placed(response, row)

    def patch(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Take the next part."""
        if request.content_type != PART:
            return said(f"内容类型应为{PART}。", HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        offset = request.headers.get("Upload-Offset", "")
        if not offset.isdigit():
            return said("没有写明从哪里开始（Upload-Offset）。", HTTPStatus.BAD_REQUEST)
        try:
            vouched = checksum(request.headers.get("Upload-Checksum", ""))
        except ValueError:
            return said("Upload-Checksum读不懂。", HTTPStatus.BAD_REQUEST)
        length = request.headers.get("Content-Length", "")
        try:
            row = uploads.take_part(
                actor=self.actor,
                at=timezone.now(),
                pk=pk,
                offset=int(offset),
                part=request,
                length=int(length) if length.isdigit() else None,
                checksum=vouched,
            )
        except OSError:
            # nobody is there any more to be told; what arrived is kept
            return said("连接中断，已收到的部分已保留。", HTTPStatus.REQUEST_TIMEOUT)
        return _placed(HttpResponse(status=HTTPStatus.NO_CONTENT), row)

    def delete(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Give it up."""
        uploads.abandon_upload(actor=self.actor, at=timezone.now(), pk=pk)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _placed(response: HttpResponse, row: Upload) -> HttpResponse:
    response["Upload-Offset"] = str(row.received)
    response["Upload-Expires"] = http_date((row.touched_at + KEPT_FOR).timestamp())
    return response


def metadata(header: str) -> dict[str, str]:
    """Read ``Upload-Metadata``: words and their values in base64, separated by commas."""
    found = {}
    for pair in filter(None, (one.strip() for one in header.split(","))):
        name, _, value = pair.partition(" ")
        found[name] = base64.b64decode(value, validate=True).decode()
    return found


def checksum(header: str) -> Checksum | None:
    """
    Read ``Upload-Checksum``.

    :raises ValueError: if it names an algorithm that is not offered, or no digest
    """
    if not header:
        return None
    algorithm, _, value = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise ValueError(algorithm)
    return Checksum(algorithm=algorithm, value=base64.b64decode(value, validate=True))


class MyUploadsPage(Page[Actor]):
    """What one began to upload and has not finished, and what is overdue in the unit."""

    permission = ADD
    template_name = "media/uploads.html"
    title = "上传进度"

    def context(self) -> dict[str, object]:
        """Return both."""
        mine = Upload.objects.filter(user_id=self.actor.user_id).select_related("recording")
        rows = [
            uploads.own_upload(self.actor, row.pk)
            for row in mine.exclude(state=UploadState.ABANDONED).order_by("-created_at")[:30]
        ]
        return {
            "rows": [(row, f"{row.received / row.size:.0%}") for row in rows],
            "late": list(queries.overdue_uploads(self.actor, self.today)[:50]),
        }
