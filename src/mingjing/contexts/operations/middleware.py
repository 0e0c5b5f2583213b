"""What goes round every request: the questions of the machines that watch, the log line, the measures."""

import hmac
import time
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound, JsonResponse
from django.utils import timezone
from django_structlog.middlewares import RequestMiddleware

from mingjing.contexts.operations import queries
from mingjing.contexts.operations.metrics import counts

type GetResponse = Callable[[HttpRequest], HttpResponseBase]


class WatchMiddleware:
    """
    Answers ``/healthz``, ``/readyz`` and ``/metrics`` before anything else, and counts all other answers.

    Whoever watches asks by address and port, not by the name of the platform, without HTTPS, and is nobody's user: so
    neither host check nor redirect nor session may stand before it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        match request.path_info:
            case "/healthz":
                return HttpResponse("ok\n", content_type="text/plain")
            case "/readyz":
                return _ready()
            case "/metrics":
                return _metrics(request)
        begun = time.perf_counter()
        response = self.get_response(request)
        counts.observe(response.status_code, time.perf_counter() - begun)
        return response


def _ready() -> HttpResponse:
    checks = queries.readiness(at=timezone.now())
    ready = all(one.holds for one in checks)
    return JsonResponse(
        {"ready": ready, "checks": {one.code: one.holds for one in checks}},
        status=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE,
    )


def _metrics(request: HttpRequest) -> HttpResponse:
    if not _may_read_metrics(request):
        return HttpResponseNotFound()
    lines = "".join(f"{line}\n" for line in queries.metric_lines(at=timezone.now()))
    return HttpResponse(lines, content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read_metrics(request: HttpRequest) -> bool:
    """Say whether the token is right; without one set, whether the question comes from this machine itself."""
    token = settings.METRICS_TOKEN
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    # behind a proxy on this machine every request seems to come from it
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "X-Real-Ip", "Forwarded"))
    return not forwarded and request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}


class LogMiddleware(RequestMiddleware):
    """One line for each request: its id, the user's code, method, pattern of the address, status."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Give the pattern of the address; the address itself may name a person, and its query what was searched."""
        match = request.resolver_match
        return f"{request.method} /{match.route}" if match else f"{request.method} ?"
