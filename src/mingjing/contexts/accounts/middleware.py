"""What accounts do around every request: the limits of sessions, what must be done first, the actor."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from mingjing.contexts.accounts.access import actor_of
from mingjing.contexts.accounts.models import BrowserSession, User
from mingjing.contexts.accounts.policy import policy
from mingjing.contexts.accounts.usecases.signin import Pending

STARTED: Final = "accounts.started"
SEEN: Final = "accounts.seen"
PENDING: Final = "accounts.pending"
CONFIRMED: Final = "accounts.confirmed"

_NOTED_EVERY: Final = 60
_FIRST: Final = {Pending.PASSWORD: "my_password", Pending.FACTOR: "my_factor"}
_ALWAYS: Final = ("/sign-out/", "/static/", "/api/", "/healthz", "/readyz")


class SessionLimitsMiddleware:
    """
    Ends a session that rested too long or lasted too long, and leads to what must be done first.

    Stands behind ``AuthenticationMiddleware``. What must be done first (a first password, a second factor) is kept in
    the session when signing in; until it is done, nothing else is shown.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if self._is_over(request):
                logout(request)
            elif (first := self._first(request)) is not None:
                return first
        return self.get_response(request)

    def _is_over(self, request: HttpRequest) -> bool:
        session, now = request.session, int(timezone.now().timestamp())
        started, seen = session.get(STARTED, now), session.get(SEEN, now)
        if now - started > timedelta(hours=policy().session_hours).total_seconds():
            return True
        if now - seen > timedelta(minutes=policy().session_idle_minutes).total_seconds():
            return True
        if now - seen >= _NOTED_EVERY:
            session[SEEN] = now
            BrowserSession.objects.filter(key=session.session_key).update(seen_at=timezone.now())
        return False

    def _first(self, request: HttpRequest) -> HttpResponse | None:
        pending: list[str] = request.session.get(PENDING, [])
        if not pending or request.path.startswith(_ALWAYS):
            return None
        first = reverse(_FIRST[Pending(pending[0])])
        return None if request.path == first else redirect(first)


class ActorMiddleware:
    """
    Sets ``request.actor``: the signed-in user as an :class:`~mingjing.contexts.accounts.access.Actor` of today.

    ``None`` where nobody is signed in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        user = request.user
        if user.is_authenticated:
            assert isinstance(user, User)
            request.actor = actor_of(user, on=timezone.localdate())  # type: ignore[attr-defined]
        return self.get_response(request)
