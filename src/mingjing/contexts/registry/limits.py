"""How often somebody who is not signed in may ask."""

from typing import Final

from django.core.cache import cache
from django.http import HttpRequest

from mingjing.kernel.errors import DomainError

WINDOW_SECONDS: Final = 60
MOST_PER_WINDOW: Final = 30


class TooOftenError(DomainError):
    """Too many questions from one address in a minute."""

    code = "registry.too_often"


def require_seldom(request: HttpRequest, purpose: str) -> None:
    """
    Count a question of an address.

    :raises TooOftenError: if it asked too often within a minute
    """
    key = f"registry.{purpose}.{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, WINDOW_SECONDS)
    try:
        count = cache.incr(key)
    except ValueError:  # the window ended just now
        cache.set(key, 1, WINDOW_SECONDS)
        count = 1
    if count > MOST_PER_WINDOW:
        raise TooOftenError("查询过于频繁，请一分钟后再试。")
