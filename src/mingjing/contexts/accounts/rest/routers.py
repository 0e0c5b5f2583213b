"""Routers whose every operation names its permission; the check comes before the request is read any further."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.decorators import decorate_view

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.permissions import SIGNED_IN, permission
from mingjing.contexts.accounts.rest.kept import keeping, once
from mingjing.contexts.accounts.rest.signin import doors

_PROBLEM: Final = {
    "description": "不能办理，原因见 detail",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_IF_MATCH: Final = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "description": "读取时答复的 ETag",
    "schema": {"type": "string", "pattern": '^"[0-9]{1,9}"$', "example": '"3"'},
}
_KEY: Final = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "写了它，同一请求重发只办一次",
    "schema": {"type": "string", "pattern": "^[!-~]{1,128}$"},
}


class Asked(HttpRequest):
    """A request as an operation gets it: from somebody who is known and has the operation's permission."""

    actor: Actor


class RoomRouter(Router):
    """
    A room's part of the API.

    ``permission`` is what the operation asks for, or ``SIGNED_IN``; ``versioned`` says that it changes a row under
    ``If-Match``. An operation gets its ``request`` with ``request.actor``.
    """

    def get(self, path: str, *, permission: str, **options: Any) -> Callable[..., Any]:  # type: ignore[override]
        """Read."""
        return self._operation("GET", path, permission, **options)

    def post(self, path: str, *, permission: str, **options: Any) -> Callable[..., Any]:  # type: ignore[override]
        """Act, or make something."""
        return self._operation("POST", path, permission, **options)

    def patch(self, path: str, *, permission: str, **options: Any) -> Callable[..., Any]:  # type: ignore[override]
        """Change some fields."""
        return self._operation("PATCH", path, permission, **options)

    def put(self, path: str, *, permission: str, **options: Any) -> Callable[..., Any]:  # type: ignore[override]
        """Set all fields."""
        return self._operation("PUT", path, permission, **options)

    def delete(self, path: str, *, permission: str, **options: Any) -> Callable[..., Any]:  # type: ignore[override]
        """Take away."""
        return self._operation("DELETE", path, permission, **options)

    def _operation(
        self, method: str, path: str, code: str, *, versioned: bool = False, **options: Any
    ) -> Callable[..., Any]:
        parameters = [*([_IF_MATCH] if versioned else []), *([_KEY] if method == "POST" else [])]
        extra: dict[str, Any] = {"x-permission": code or "signed-in", "responses": {"default": _PROBLEM}}
        if parameters:
            extra["parameters"] = parameters
        register = self.api_operation([method], path, auth=doors(code), openapi_extra=extra, **options)

        def add(function: Callable[..., Any]) -> Callable[..., Any]:
            if code != SIGNED_IN:
                permission(code)
            if method == "GET":
                return register(decorate_view(_unchanged)(function))
            return register(decorate_view(keeping)(once(function)))

        return add


def _unchanged(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer 304 to who has the version that there is."""

    @wraps(run)
    def compared(request: HttpRequest, **values: Any) -> HttpResponse:
        response = run(request, **values)
        tag = response.get("ETag")
        if tag and response.status_code == HTTPStatus.OK and request.headers.get("If-None-Match") == tag:
            return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag})
        return response

    return compared
