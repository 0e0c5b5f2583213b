"""The base of pages: who looks, at which moment, with which permission."""

from datetime import date, datetime
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from mingjing.contexts.ui.components import Crumb
from mingjing.contexts.ui.errors import NoPermissionError
from mingjing.contexts.ui.navigation import Viewer


class Page[V: Viewer](View):
    """
    A page for people who are signed in: ``self.actor``, ``self.now`` and ``self.today`` are there.

    ``permission`` must be held over something (empty: everybody who is signed in); which rows may be seen is decided
    by ``visible`` and ``access`` in the queries of the room. Give ``template_name`` and :meth:`context`, or your own
    ``get`` and ``post``. ``Page[Actor]`` tells the type checker what ``actor`` is.
    """

    permission: ClassVar[str] = ""
    template_name: ClassVar[str] = ""
    title: ClassVar[str] = ""

    actor: V
    now: datetime

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """
        Send who is not signed in to the sign-in page, and refuse who has not the permission.

        :raises NoPermissionError: if the viewer has the permission over nothing
        """
        actor: V | None = getattr(request, "actor", None)
        if not actor:
            return sign_in_first(request)
        self.actor = actor
        self.now = timezone.now()
        if self.permission and not actor.may(self.permission):
            why = actor.closed(self.permission)
            raise NoPermissionError(f"这项功能已对您关闭：{why}" if why else "")
        return super().dispatch(request, *args, **kwargs)

    @property
    def today(self) -> date:
        """The day of the request where the platform is."""
        return timezone.localdate(self.now)

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the page."""
        return self.show(**self.context())

    def context(self) -> dict[str, Any]:
        """Return what the template is given: plain values, not queries."""
        return {}

    def crumbs(self) -> list[Crumb]:
        """Return the way to the page, without the page itself."""
        return []

    def show(self, template_name: str = "", *, status: int = 200, **context: Any) -> HttpResponse:
        """Render a template of the room; ``title``, ``crumbs``, ``actor`` and ``today`` are always there."""
        given = {"title": self.title, "crumbs": self.crumbs(), "actor": self.actor, "today": self.today} | context
        return render(self.request, template_name or self.template_name, given, status=status)


def version_of(request: HttpRequest) -> int:
    """Return the version of the row that the page showed; 0, which no row has, where it says none."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() else 0


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Send to the sign-in page, and from there back here."""
    target = f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": target})
    return redirect(target)
