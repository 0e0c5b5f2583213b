"""Turns what the domain refuses into a page that says what is wrong and what to do."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from mingjing.kernel.errors import DomainError

STATUS: Final = {
    "accounts.forbidden": HTTPStatus.FORBIDDEN,
    "accounts.missing": HTTPStatus.NOT_FOUND,
    "ui.forbidden": HTTPStatus.FORBIDDEN,
    "ui.stale": HTTPStatus.CONFLICT,
}
"""The HTTP status of a refusal by its code, for pages and API alike; 422 for all others."""

HEADING: Final = {
    HTTPStatus.FORBIDDEN: "没有权限",
    HTTPStatus.NOT_FOUND: "没有找到",
    HTTPStatus.CONFLICT: "内容已有变化",
}
"""How the page of a refusal is headed, by its status."""


def status_of(error: DomainError) -> HTTPStatus:
    """Return the HTTP status that tells of a refusal."""
    return STATUS.get(error.code, HTTPStatus.UNPROCESSABLE_ENTITY)


class DomainErrorMiddleware:
    """Shows a refusal that no view answers itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal of the domain with its words."""
        if not isinstance(exception, DomainError):
            return None
        status = status_of(exception)
        context = {"error": exception, "heading": HEADING.get(status, "不能办理"), "status": status.value}
        response = render(request, "ui/refused.html", context, status=status)
        # the form below stays on the page while htmx shows the refusal above it
        if request.headers.get("HX-Request") == "true":
            response.headers["HX-Retarget"] = "#main"
            response.headers["HX-Reselect"] = "#main > *"
            response.headers["HX-Reswap"] = "innerHTML"
        return response
