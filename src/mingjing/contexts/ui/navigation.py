"""The menu: each room registers its entries when the platform starts; who may not use one does not see it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

PERSONAL: Final = "个人"
"""The group whose entries stand under the user's name in the top bar; an entry without permission is for everybody."""


class Viewer(Protocol):
    """Who looks at a page, as far as the look needs to know: accounts' ``Actor``."""

    @property
    def user_id(self) -> int:
        """The key of the user."""

    @property
    def code(self) -> str:
        """What stands in the log."""

    @property
    def name(self) -> str:
        """What stands in the top bar."""

    @property
    def unit_path(self) -> str:
        """Where the user belongs."""

    def may(self, code: str) -> bool:
        """Say whether the viewer has the permission over anything."""

    def closed(self, code: str) -> str:
        """Say why a permission is closed whatever the roles; nothing where it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    A line of the menu: its words, where it leads, which permission shows it, in which group and order, its icon.

    Without ``permission`` everybody who is signed in sees it. ``bar`` puts it into the bar at the foot of a phone too;
    ``first`` makes it a button at the head of 我的工作, for what people come here to do.
    """

    label: str
    url_name: str
    permission: str
    group: str
    order: int = 100
    icon: str = "point"
    bar: bool = False
    first: bool = False


type Counter = Callable[[Viewer], int]

_entries: list[Entry] = []
_counters: dict[str, Counter] = {}


def register(*entries: Entry) -> None:
    """Add entries to the menu; a room calls it in ``AppConfig.ready``."""
    _entries.extend(one for one in entries if one not in _entries)
    _entries.sort(key=lambda entry: entry.order)


def count(url_name: str, counter: Counter) -> None:
    """Show a number beside a menu entry: how much waits there for the viewer."""
    _counters[url_name] = counter


def counter_of(url_name: str) -> Counter | None:
    """Return what counts for a menu entry, if anything does."""
    return _counters.get(url_name)


def counted() -> tuple[str, ...]:
    """Return the addresses beside which a number stands."""
    return tuple(_counters)


def open_to(viewer: Viewer) -> list[Entry]:
    """Return the entries that the viewer may use, in order."""
    return [one for one in _entries if _open_to(viewer, one)]


def entries() -> tuple[Entry, ...]:
    """Return all registered entries, in order."""
    return tuple(_entries)


def menu(viewer: Viewer) -> Iterable[tuple[str, list[Entry]]]:
    """Return the groups of the menu with the entries that the viewer may use, in order."""
    groups: dict[str, list[Entry]] = {}
    for one in open_to(viewer):
        if one.group != PERSONAL:
            groups.setdefault(one.group, []).append(one)
    return groups.items()


def personal(viewer: Viewer) -> list[Entry]:
    """Return the entries under the viewer's name."""
    return [one for one in open_to(viewer) if one.group == PERSONAL]


def _open_to(viewer: Viewer, entry: Entry) -> bool:
    return not entry.permission or viewer.may(entry.permission)
