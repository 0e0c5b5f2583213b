"""What the base template shows around every page: the menu, the counters, the viewer, how large and how plain."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final

from django.conf import settings
from django.dispatch import Signal
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.safestring import SafeString

from mingjing.contexts.ui import navigation
from mingjing.contexts.ui.navigation import Entry, Viewer

CARE: Final = "care"
"""The key of the session, and the cookie, that hold whether pages are large and plain (适老化)."""

SHORTCUTS: Final = "shortcuts"
"""The same for the shortcuts of one key: who dictates or types with a stick may turn them off."""

PREFERENCES: Final = {CARE: False, SHORTCUTS: True}
"""What a viewer may choose, and what holds before."""

PLACES: Final = ("home", "search", "notifications", "sign_in", "sign_out", "preferences", "keys", "menu", "save_view")
"""The addresses that the frame itself leads to; where a room is not there, so is its address."""

_MOST_KEPT: Final = 512
_kept: dict[tuple[object, ...], SafeString] = {}
"""Drawn parts of the frame."""

preference_changed = Signal()
"""Sent with ``request``, ``name`` and ``value`` when a viewer sets a preference; a room above may keep it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A menu entry on this page: its address, whether one is there, how much waits."""

    entry: Entry
    href: str
    current: bool
    waiting: int


class Shell:
    """
    The frame of a page. Nothing is computed before the template asks for it.

    The frame is the same for page after page, and drawing it anew took longer than most pages: what depends only on
    which entries the viewer has, where the page belongs and how much waits is drawn once and kept.
    """

    def __init__(self, request: HttpRequest) -> None:
        self.request = request
        self.viewer: Viewer | None = getattr(request, "actor", None)
        self._site = (get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
        self._counted: dict[str, int] = {}

    @cached_property
    def to(self) -> dict[str, str]:
        """The addresses of :data:`PLACES`."""
        return {name: self._address(name) for name in PLACES}

    @cached_property
    def care(self) -> bool:
        """Whether the page is shown large and plain."""
        return preference(self.request, CARE)

    @cached_property
    def shortcuts(self) -> bool:
        """Whether a single key may do something."""
        return preference(self.request, SHORTCUTS)

    @cached_property
    def groups(self) -> list[tuple[str, list[Link]]]:
        """The menu of the viewer."""
        if not self.viewer:
            return []
        made = [(group, [self._link(one) for one in found]) for group, found in navigation.menu(self.viewer)]
        return [(group, [one for one in links if one.href]) for group, links in made]

    @cached_property
    def personal(self) -> list[Link]:
        """What stands under the viewer's name."""
        return [self._link(one) for one in navigation.personal(self.viewer)] if self.viewer else []

    @cached_property
    def bar(self) -> list[Link]:
        """What stands in the bar at the foot of a phone."""
        return [one for _, links in self.groups for one in links if one.entry.bar]

    @cached_property
    def menu(self) -> SafeString:
        """The menu, drawn."""
        return self._drawn("menu", lambda: self.groups)

    @cached_property
    def own_menu(self) -> SafeString:
        """What stands under the viewer's name, drawn."""
        return self._drawn("personal", lambda: self.personal)

    @cached_property
    def foot_bar(self) -> SafeString:
        """What stands in the bar at the foot of a phone, drawn."""
        return self._drawn("bar", lambda: self.bar)

    @cached_property
    def unread(self) -> int:
        """How many notifications the viewer has not read."""
        return self._waiting("notifications")

    @cached_property
    def _here(self) -> str:
        """The address of the menu entry that the page belongs to: the longest that the page's begins with."""
        path = self.request.path
        hrefs = [self._address(one.url_name) for one in navigation.entries()]
        over = [one for one in hrefs if one and (path == one or (one != "/" and path.startswith(one)))]
        return max(over, key=len, default="")

    @cached_property
    def _alike(self) -> tuple[object, ...]:
        """What the drawn frame depends on: where it stands, the entries open to the viewer, how much waits."""
        open_to = tuple((one.label, one.url_name) for one in navigation.open_to(self.viewer)) if self.viewer else ()
        return (self._site, open_to, self._here, tuple(self._waiting(name) for name in navigation.counted()))

    def _drawn(self, part: str, links: Callable[[], object]) -> SafeString:
        key = (part, self._alike)
        drawn = _kept.get(key)
        if drawn is None:
            if len(_kept) >= _MOST_KEPT:
                _kept.clear()
            drawn = _kept[key] = render_to_string(f"ui/shell/{part}.html", {"links": links()})
        return drawn

    def _link(self, entry: Entry) -> Link:
        href = self._address(entry.url_name)
        return Link(
            entry=entry, href=href, current=bool(href) and href == self._here, waiting=self._waiting(entry.url_name)
        )

    def _address(self, url_name: str) -> str:
        return _address(url_name, *self._site)

    def _waiting(self, url_name: str) -> int:
        if url_name not in self._counted:
            counter = navigation.counter_of(url_name)
            self._counted[url_name] = counter(self.viewer) if counter and self.viewer else 0
        return self._counted[url_name]


def preference(request: HttpRequest, name: str) -> bool:
    """Return what the viewer chose: kept for the session, and on the device by a cookie."""
    session = getattr(request, "session", None)
    kept = session.get(f"ui.{name}") if session is not None else None
    if kept is not None:
        return bool(kept)
    cookie = request.COOKIES.get(name)
    return PREFERENCES[name] if cookie is None else cookie == "1"


def prefer(request: HttpRequest, name: str, value: bool) -> None:
    """Keep what the viewer chose for this session."""
    request.session[f"ui.{name}"] = value


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Give every template the frame of its page as ``shell``."""
    return {"shell": Shell(request)}


@cache
def _address(url_name: str, _urlconf: str, _prefix: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
