"""Originals, previews and thumbnails on their way out: each through the scope of its recording, each on record."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control

from mingjing.contexts.accounts.access import Actor, MissingError, access
from mingjing.contexts.accounts.addresses import address_of
from mingjing.contexts.media.models import Access, Derived, Recording
from mingjing.contexts.media.usecases import looking
from mingjing.contexts.operations.files import Stored, send
from mingjing.contexts.ui.web.pages import Page


class OriginalView(Page[Actor]):
    """The original: played in parts, or saved."""

    permission = looking.FETCH

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:  # type: ignore[override]
        """Send it, or the part that is asked for."""
        saved = request.GET.get("download") == "1"
        act = Access.Act.DOWNLOAD if saved else Access.Act.PLAY
        row = looking.fetch(actor=self.actor, at=self.now, code=code, act=act, address=address_of(request))
        if not row.stored:
            raise MissingError("这份记录没有文件，或者已经到期处置。")
        stored = Stored(name=row.stored, filename=row.filename, content_type=row.content_type, digest=row.sha256)
        response = send(request, stored)
        response["Repr-Digest"] = f"sha-256=:{_base64(row.sha256)}:"
        if saved:
            shown = response["Content-Disposition"]
            response["Content-Disposition"] = shown.replace("inline", "attachment", 1)
        return response

    head = get


class DerivedView(Page[Actor]):
    """A thumbnail or a preview with its strip: without the place that the original may carry."""

    permission = looking.SEE
    kind: ClassVar[str]

    def get(self, request: HttpRequest, code: str) -> HttpResponseBase:  # type: ignore[override]
        """Send it."""
        row = looking.fetch(
            actor=self.actor, at=self.now, code=code, act=Access.Act.PREVIEW, address=address_of(request)
        )
        made = Derived.objects.filter(recording=row, kind=self.kind).first()
        if made is None:
            raise MissingError("预览还没有生成。")
        name = f"{row.code}-预览{'.mp4' if made.content_type.startswith('video') else '.jpg'}"
        return send(request, Stored(name=made.stored, filename=name, content_type=made.content_type))

    head = get


class ThumbView(DerivedView):
    """The thumbnail."""

    permission = looking.SEE
    kind = "thumb"


class PreviewView(DerivedView):
    """The preview."""

    permission = looking.SEE
    kind = "preview"


class MarksView(Page[Actor]):
    """The marks as WebVTT: players show them as captions and chapters."""

    permission = looking.SEE

    def get(self, request: HttpRequest, code: str) -> HttpResponse:  # type: ignore[override]
        """Write them."""
        row = access(Recording.objects.all(), self.actor, self.permission, code=code)
        marks = list(row.marks.filter(withdrawn_at__isnull=True))
        lines = ["WEBVTT", ""]
        for number, one in enumerate(marks):
            following = marks[number + 1].second if number + 1 < len(marks) else one.second + 10
            end = max(min(following, one.second + 10), one.second + 1)
            lines += [f"{_clock(one.second)} --> {_clock(end)}", " ".join(one.text.split()).replace("-->", "→"), ""]
        response = HttpResponse("\n".join(lines), content_type="text/vtt; charset=utf-8")
        patch_cache_control(response, private=True, no_cache=True)
        return response


def _clock(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest:02}.000"


def _base64(digest: str) -> str:
    from base64 import b64encode

    return b64encode(bytes.fromhex(digest)).decode()
