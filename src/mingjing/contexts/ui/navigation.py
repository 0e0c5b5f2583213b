"""The menu: each room registers its entries when the platform starts; who may not use one does not see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class Viewer(Protocol):
    """Who looks at a page, as far as the look needs to know: accounts' ``Actor``."""

    def may(self, code: str) -> bool:
        """Say whether the viewer has the permission over anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the menu: its words, where it leads, which permission shows it, in which group and order, its icon."""

    label: str
    url_name: str
    permission: str
    group: str
    order: int = 100
    icon: str = "point"


_entries: list[Entry] = []


def register(*entries: Entry) -> None:
    """Add entries to the menu; a room calls it in ``AppConfig.ready``."""
    _entries.extend(one for one in entries if one not in _entries)


def menu(viewer: Viewer) -> Iterable[tuple[str, list[Entry]]]:
    """Return the groups of the menu with the entries that the viewer may use, in order."""
    groups: dict[str, list[Entry]] = {}
    for one in sorted(_entries, key=lambda entry: entry.order):
        if viewer.may(one.permission):
            groups.setdefault(one.group, []).append(one)
    return groups.items()
