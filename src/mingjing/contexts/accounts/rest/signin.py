"""Who asks: a token in the ``Authorization`` header, or the session of the browser with its CSRF token."""

from typing import Any, Final, NoReturn

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import AuthenticationError, Throttled
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from mingjing.contexts.accounts.access import Actor, ForbiddenError, require
from mingjing.contexts.accounts.addresses import address_of
from mingjing.contexts.accounts.middleware import PENDING
from mingjing.contexts.accounts.permissions import SIGNED_IN
from mingjing.contexts.accounts.policy import policy
from mingjing.contexts.accounts.usecases.tokens import recognise

_MINUTE: Final = 60


class ByToken(HttpBearer):
    """A token of a user, which may be narrower than the user. One that is wrong is never made up for by a session."""

    def __init__(self, permission: str) -> None:
        super().__init__()
        self.permission = permission

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """Recognise the token, count the request, and see that it reaches the operation."""
        known = recognise(token=token, at=timezone.now(), address=address_of(request))
        if known is None:
            raise AuthenticationError
        _count(known.token_id)
        request.actor = known.actor  # type: ignore[attr-defined]
        return _allowed(known.actor, self.permission)


class BySession(APIKeyCookie):
    """The session of somebody signed in with a browser; a change needs the CSRF token beside it."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, permission: str) -> None:
        super().__init__(csrf=True)
        self.permission = permission

    def __call__(self, request: HttpRequest) -> Actor | None:
        """Take the actor of the session."""
        actor: Actor | None = request.actor  # type: ignore[attr-defined]
        if actor is None:
            return None
        if request.session.get(PENDING):
            raise ForbiddenError("请先在网页上完成首次登录要办的事：修改密码，或者绑定动态口令。")
        if check_csrf(request) is not None:
            raise ForbiddenError("缺少 CSRF 令牌：请把 csrftoken 的值写进 X-CSRFToken 头，或者改用接口令牌。")
        return _allowed(actor, self.permission)

    def authenticate(self, request: HttpRequest, key: str | None) -> NoReturn:
        """Unused: :meth:`__call__` says it all."""
        raise NotImplementedError


def doors(permission: str) -> list[Any]:
    """Return the two ways in to an operation with this permission."""
    return [ByToken(permission), BySession(permission)]


def _allowed(actor: Actor, permission: str) -> Actor:
    if permission != SIGNED_IN:
        require(actor, permission)
    return actor


def _count(token_id: int) -> None:
    """
    Count a request of this minute against the token's limit.

    :raises Throttled: if it is one too many
    """
    now = timezone.now().timestamp()
    key = f"api-requests-{token_id}-{int(now // _MINUTE)}"
    cache.add(key, 0, timeout=2 * _MINUTE)
    if cache.incr(key) > policy().token_requests_a_minute:
        raise Throttled(wait=_MINUTE - int(now % _MINUTE))
