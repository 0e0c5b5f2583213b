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
    "ui.stale": HTTPStatus.CONFLICT,
}
"""The HTTP status of a refusal by its code, for pages and API alike; 422 for all others."""


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
        return render(request, "ui/refused.html", {"error": exception}, status=status_of(exception))
