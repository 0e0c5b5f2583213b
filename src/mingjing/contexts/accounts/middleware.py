"""Gives every request the actor on whose behalf it acts."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from mingjing.contexts.accounts.access import actor_of
from mingjing.contexts.accounts.models import User


class ActorMiddleware:
    """
    Sets ``request.actor``: the signed-in user as an :class:`~mingjing.contexts.accounts.access.Actor` of today.

    ``None`` where nobody is signed in. Read when it is first asked for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = None  # type: ignore[attr-defined]
        user = request.user
        if user.is_authenticated:
            assert isinstance(user, User)
            request.actor = SimpleLazyObject(lambda: actor_of(user, on=timezone.localdate()))  # type: ignore[attr-defined]
        return self.get_response(request)
