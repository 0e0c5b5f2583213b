"""Refusals as ``application/problem+json`` (RFC 9457): Chinese title and detail, and the article that says so."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from mingjing.contexts.ui.middleware import status_of
from mingjing.kernel.errors import DomainError
from mingjing.law.citations import Citation

MEDIA_TYPE: Final = "application/problem+json"

TITLES: Final[Mapping[int, str]] = {
    HTTPStatus.BAD_REQUEST: "请求无法读懂",
    HTTPStatus.UNAUTHORIZED: "没有登录，或者令牌无效",
    HTTPStatus.FORBIDDEN: "没有权限",
    HTTPStatus.NOT_FOUND: "没有找到",
    HTTPStatus.METHOD_NOT_ALLOWED: "这个地址不能这样请求",
    HTTPStatus.CONFLICT: "与现有数据冲突",
    HTTPStatus.PRECONDITION_FAILED: "已被他人修改",
    HTTPStatus.UNPROCESSABLE_ENTITY: "不能办理",
    HTTPStatus.PRECONDITION_REQUIRED: "缺少 If-Match",
    HTTPStatus.TOO_MANY_REQUESTS: "请求太频繁",
    HTTPStatus.INTERNAL_SERVER_ERROR: "系统出错",
}
_STATUS: Final = {
    "ui.stale": HTTPStatus.PRECONDITION_FAILED,
    "accounts.version_missing": HTTPStatus.PRECONDITION_REQUIRED,
    "accounts.key_reused": HTTPStatus.CONFLICT,
}
"""Where the API answers otherwise than a page."""

_WORDS: Final[Mapping[str, str]] = {
    "missing": "必须填写",
    "extra_forbidden": "没有这个字段",
    "string_type": "应当是文字",
    "string_too_short": "太短",
    "string_too_long": "太长",
    "string_pattern_mismatch": "格式不对",
    "int_type": "应当是整数",
    "int_parsing": "应当是整数",
    "bool_parsing": "应当是 true 或者 false",
    "date_parsing": "应当是日期，如 2026-11-20",
    "date_from_datetime_parsing": "应当是日期，如 2026-11-20",
    "datetime_parsing": "应当是时间，如 2026-11-20T09:00:00+08:00",
    "greater_than_equal": "太小",
    "less_than_equal": "太大",
    "enum": "不在可选的值里",
    "literal_error": "不在可选的值里",
    "json_invalid": "不是 JSON",
}

_log = logging.getLogger(__name__)


def problem(
    request: HttpRequest,
    status: int,
    *,
    detail: str,
    code: str = "",
    citation: object | None = None,
    errors: Sequence[Mapping[str, str]] = (),
    more: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Write a refusal; ``more`` are members of its own, such as all the gates that stand in the way of a step."""
    body: dict[str, Any] = {
        "type": f"urn:mingjing:problem:{code}" if code else "about:blank",
        "title": TITLES.get(status, "不能办理"),
        "status": int(status),
        "detail": detail,
        "instance": request.path,
        **(more or {}),
    }
    if isinstance(citation, Citation):
        body["citation"] = {"reference": str(citation), "label": citation.label}
    if errors:
        body["errors"] = list(errors)
    response = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    return response


def install(api: NinjaAPI) -> None:
    """Let an API answer every refusal and error as a problem."""
    answers: Sequence[tuple[type[Exception], Callable[[HttpRequest, Any], HttpResponse]]] = (
        (DomainError, _refused),
        (ValidationError, _invalid),
        (AuthenticationError, _anonymous),
        (Throttled, _throttled),
        (HttpError, _http),
        (Http404, _missing),
        (RequestDataTooBig, _too_big),
        (DataError, _unstorable),
        (Exception, _broken),
    )
    for kind, answer in answers:
        api.add_exception_handler(kind, answer)


def _refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    status = _STATUS.get(error.code, status_of(error))
    fields = error.facts.get("fields")
    errors = (
        [{"in": "body", "field": str(name), "detail": "".join(words)} for name, words in fields.items()]
        if isinstance(fields, Mapping)
        else []
    )
    return problem(
        request,
        status,
        detail=error.message,
        code=error.code,
        citation=error.citation,
        errors=errors,
        more=error.told,
    )


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    errors = [
        {
            "in": str(one["loc"][0]),
            "field": ".".join(str(part) for part in one["loc"][1:] if part not in ("body", "filters", "page")),
            "detail": _WORDS.get(one["type"], "值不对"),
        }
        for one in error.errors
    ]
    return problem(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        detail="；".join(f"“{one['field'] or one['in']}”{one['detail']}" for one in errors) + "。",
        code="api.invalid",
        errors=errors,
    )


def _anonymous(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    detail = "请登录，或者在 Authorization 头里带上有效的令牌：Bearer mj_…。"
    return problem(request, HTTPStatus.UNAUTHORIZED, detail=detail, code="api.signed_out")


def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    wait = max(1, int(error.wait or 1))
    response = problem(
        request, HTTPStatus.TOO_MANY_REQUESTS, detail=f"请求太频繁，请在 {wait} 秒后再试。", code="api.throttled"
    )
    response["Retry-After"] = str(wait)
    return response


def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    status = error.status_code
    detail = "请求的内容不是可以读懂的 JSON。" if status == HTTPStatus.BAD_REQUEST else str(error)
    return problem(request, status, detail=detail, code="api.http")


def _missing(request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem(request, HTTPStatus.NOT_FOUND, detail="没有这个地址。", code="api.missing")


def _too_big(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
    return problem(
        request,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        detail=f"请求的内容超过 {most} MB，请拆开或者用上传文件的接口。",
        code="api.too_big",
    )


def _unstorable(request: HttpRequest, _error: DataError) -> HttpResponse:
    detail = "请求里有数据库不能保存的内容（如空字符或者过大的数），请更正后重试。"
    return problem(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail=detail, code="api.unstorable")


def _broken(request: HttpRequest, error: Exception) -> HttpResponse:
    _log.exception("api request failed: %s %s", request.method, request.path, exc_info=error)
    got_request_exception.send(sender=None, request=request)
    detail = "系统没有办成这个请求，已经记下原因，请联系系统管理员。"
    return problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail=detail, code="api.broken")


class ProblemsMiddleware:
    """Makes a problem of what refuses a request to the API before or beside an operation (405, a body too large)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        status = response.status_code
        if not request.path.startswith("/api/v1/") or status < HTTPStatus.BAD_REQUEST:
            return response
        if response.get("Content-Type", "").startswith(MEDIA_TYPE):
            return response
        detail = f"这个请求不能办理：{TITLES.get(status, '不符合接口的约定')}。"
        told = problem(request, status, detail=detail, code="api.http")
        if "Allow" in response:
            told["Allow"] = response["Allow"]
        return told
