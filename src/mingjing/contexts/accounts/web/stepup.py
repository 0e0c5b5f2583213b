"""Asking again who it is before a dangerous act, and the small things that several pages share."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.middleware import CONFIRMED
from mingjing.contexts.accounts.policy import policy
from mingjing.contexts.ui.web.pages import Page

_MINUTE = 60


class DangerousPage(Page[Actor]):
    """A page of an act for which somebody must have shown lately who it is: the page itself asks before the form."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Send to the confirmation first, where the last one is too long ago."""
        actor: Actor | None = getattr(request, "actor", None)
        if actor and (not self.permission or actor.may(self.permission)) and not is_confirmed(request):
            # what a form held is lost; the form is never shown unconfirmed, so that takes leaving it open
            here = request.get_full_path() if request.method == "GET" else request.path
            return redirect(f"{reverse('confirm')}?{urlencode({'next': here})}")
        return super().dispatch(request, *args, **kwargs)


def is_confirmed(request: HttpRequest) -> bool:
    """Say whether whoever is signed in has shown lately who it is."""
    since = timezone.now().timestamp() - request.session.get(CONFIRMED, 0)
    return bool(0 <= since < policy().confirm_minutes * _MINUTE)


def next_of(request: HttpRequest) -> str:
    """Return where to go on, if that is a page of ours; the landing page otherwise."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if safe and target.startswith("/") else "/"
