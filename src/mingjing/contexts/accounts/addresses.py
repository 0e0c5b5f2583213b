"""From where a request comes."""

from django.conf import settings
from django.http import HttpRequest

from mingjing.contexts.accounts.usecases.visits import Visit


def address_of(request: HttpRequest) -> str:
    """
    Return the address of whoever asks, as the outermost of our own proxies saw it.

    What stands in ``X-Forwarded-For`` before that is the client's own word and counts for nothing.
    """
    seen = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one.strip()]
    proxies: int = settings.TRUSTED_PROXIES
    if proxies and len(seen) >= proxies:
        return seen[-proxies][:64]
    return str(request.META.get("REMOTE_ADDR", ""))[:64]


def visit_of(request: HttpRequest) -> Visit:
    """Return address and device."""
    return Visit(address=address_of(request), device=request.headers.get("User-Agent", "")[:200])
