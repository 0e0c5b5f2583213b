"""
Done once: a request with an ``Idempotency-Key`` that comes again gets the answer it got, and nothing is done twice.

The answer is kept in the transaction of the act: both are there, or neither. What was refused is not kept; the same
key may be tried again once the cause is mended.
"""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import KeptAnswer
from mingjing.contexts.accounts.policy import policy
from mingjing.contexts.accounts.sealing import seal, unseal
from mingjing.contexts.records.usecases.refusals import refusals_kept
from mingjing.kernel.errors import DomainError

_KEY: Final = re.compile(r"[\x21-\x7e]{1,128}")
_HEADERS: Final = ("Content-Type", "ETag", "Location")
_FIRST_ERROR: Final = 400
_PURPOSE: Final = "kept answers"


class KeyReusedError(DomainError):
    """The key stands for another request."""

    code = "accounts.key_reused"


def once[**P](operation: Callable[P, Any]) -> Callable[P, Any]:
    """Make an operation's function look for the kept answer before it acts; it runs when the actor is known."""

    @wraps(operation)
    def looked_up(*args: P.args, **kwargs: P.kwargs) -> Any:
        request = args[0]
        assert isinstance(request, HttpRequest)
        if (key := request.headers.get("Idempotency-Key")) is None:
            return operation(*args, **kwargs)
        if not _KEY.fullmatch(key):
            raise KeyReusedError("Idempotency-Key 应当是 1 到 128 个可见的 ASCII 字符，如一个 UUID。")
        actor: Actor = request.actor  # type: ignore[attr-defined]
        return _known(request, actor, key) or operation(*args, **kwargs)

    return looked_up


def keeping(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Run an operation so that the key that :func:`once` has noted and the act are written together."""

    @wraps(run)
    def kept(request: HttpRequest, **values: Any) -> HttpResponse:
        if "Idempotency-Key" not in request.headers:
            return run(request, **values)
        with refusals_kept(), transaction.atomic():
            response = run(request, **values)
            row: KeptAnswer | None = getattr(request, "kept_answer", None)
            if row is not None:
                if response.status_code >= _FIRST_ERROR:
                    transaction.set_rollback(True)
                else:
                    row.status = response.status_code
                    row.headers = {name: response[name] for name in _HEADERS if name in response}
                    # an answer may hold a secret that is told once
                    row.body = seal(response.content, purpose=_PURPOSE)
                    row.save(update_fields=["status", "headers", "body"])
        return response

    return kept


def _known(request: HttpRequest, actor: Actor, key: str) -> HttpResponse | None:
    now = timezone.now()
    digest = _digest(request)
    kept = KeptAnswer.objects.filter(user_id=actor.user_id, key=key)
    kept.filter(created_at__lt=now - timedelta(hours=policy().answers_kept_hours)).delete()
    try:
        with transaction.atomic():
            # whoever comes second with the same key waits here until the first is done
            row = KeptAnswer.objects.create(user_id=actor.user_id, key=key, request_digest=digest, created_at=now)
    except IntegrityError:
        row = kept.get()
        if row.request_digest != digest:
            raise KeyReusedError("这个 Idempotency-Key 已经用于另一个请求，请换一个。") from None
        response = HttpResponse(unseal(bytes(row.body), purpose=_PURPOSE), status=row.status, headers=row.headers)
        response["Idempotency-Replayed"] = "true"
        return response
    request.kept_answer = row  # type: ignore[attr-defined]
    return None


def _digest(request: HttpRequest) -> str:
    """Return what tells a request from another: method, address, and what was sent."""
    made = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        made.update(request.body)
        return made.hexdigest()
    # a form with files was read already, and its boundary is another each time
    for name, values in sorted(request.POST.lists()):
        made.update(json.dumps([name, values]).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            content = hashlib.sha256()
            for chunk in file.chunks():
                content.update(chunk)
            file.seek(0)
            made.update(json.dumps([name, file.name, content.hexdigest()]).encode())
    return made.hexdigest()
