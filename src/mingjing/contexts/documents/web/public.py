"""
The public page that checks a document: by the code on it, and by its file.

It shows what kind of document it is, its number, day and agency, and whether its signatures hold; nothing of any person.
"""

import hashlib
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views import View

from mingjing.contexts.documents import queries
from mingjing.contexts.documents.models import Document, DocumentState
from mingjing.contexts.records.queries import public_history
from mingjing.contexts.registry.limits import TooOftenError, require_seldom
from mingjing.contexts.ui.components import Fact, Tone
from mingjing.domain.documents.kinds import signer_labels

LARGEST: Final = 30 * 1024 * 1024


class VerifyPage(View):
    """Whether a document is one of this platform, and still stands."""

    public = True

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> Any:
        """Refuse who asks too often."""
        try:
            require_seldom(request, "documents.verify")
        except TooOftenError as error:
            answer = self._show(request, missing=error.message, status=429)
            answer["Retry-After"] = "60"
            return answer
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """Show what the code leads to."""
        return self._answer(request, code)

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Compare a file with those that the platform made; the file is not kept."""
        given = request.FILES.get("file")
        if given is None or given.size is None or given.size > LARGEST:
            return self._answer(request, code, compared="none")
        digest = hashlib.sha256()
        for chunk in given.chunks():
            digest.update(chunk)
        return self._answer(request, code, compared=digest.hexdigest())

    def _answer(self, request: HttpRequest, code: str, compared: str = "") -> HttpResponse:
        row = queries.by_check_code(code)
        if row is None:
            words = "没有这个核验码的文书。请核对文书上的核验码；核对无误仍查不到的，请向落款机关查询真伪。"
            return self._show(request, missing=words, status=404)
        return self._show(request, compared=_compared(row, compared), **_shown(row))

    def _show(self, request: HttpRequest, status: int = 200, **context: object) -> HttpResponse:
        answer = render(request, "documents/verify.html", {"title": "文书核验", **context}, status=status)
        answer["Cache-Control"] = "no-store"
        answer["X-Robots-Tag"] = "noindex"
        return answer


def _shown(row: Document) -> dict[str, Any]:
    signatures = queries.checked_signatures(row)
    void = row.state == DocumentState.VOID
    broken = any(not one.holds for one in signatures)
    tone = Tone.BAD if void or broken else Tone.GOOD
    word = "文书已作废" if void else "签名不成立" if broken else "文书真实有效"
    sentence = (
        "这份文书已经由制作机关作废，不再具有效力。"
        if void
        else "文书的电子签名或者印章没有通过校验，请向落款机关查询。"
        if broken
        else "这份文书由落款机关在本平台制发，内容以机关保存的文件为准；请核对下列信息与您手中的文书是否一致。"
    )
    return {
        "tone": tone,
        "word": word,
        "sentence": sentence,
        "facts": [
            Fact(label="文书", value=row.kind_data.name),
            Fact(label="文号", value=row.number or "（不编文号）"),
            Fact(label="制作机关", value=row.letterhead.get("name", row.unit.name)),
            Fact(label="落款日期", value=row.dated_on),
            Fact(label="页数", value=row.pages),
            Fact(label="核验码", value=row.check_code),
        ],
        "signatures": [
            {
                "label": "机关印章" if one.seal else signer_labels().get(one.who, one.who),
                "on": localdate(one.signed_at),
                "algorithm": one.algorithm,
                "way": "用印"
                if one.seal
                else "拒绝签名（已注明）"
                if one.refused
                else "手写"
                if one.drawn
                else "电子签名",
                "holds": one.holds,
            }
            for one in signatures
        ],
        "digests": row.renditions.all(),
        "entries": [
            one
            for one in public_history(f"document:{row.code}")
            if one.shard is not None and one.act != "documents.draft_document"
        ],
        "today": localdate(),
    }


def _compared(row: Document, digest: str) -> dict[str, Any] | None:
    if not digest:
        return None
    if digest == "none":
        return {"tone": Tone.ATTENTION, "title": "没有收到文件", "text": "请选择不超过 30 MB 的 PDF 文件。"}
    if queries.same_file(row, digest):
        words = "您上传的文件与机关保存的文件完全一致。"
        return {"tone": Tone.GOOD, "title": "一致", "text": words, "digest": digest}
    words = "您上传的文件与机关保存的文件不同：可能被改动过，也可能是扫描、打印另存的文件。"
    return {"tone": Tone.BAD, "title": "不一致", "text": words, "digest": digest}
