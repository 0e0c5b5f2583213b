"""Saved views of tables: this room shows them, a room above keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from mingjing.contexts.ui.navigation import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """A view of a table that somebody saved: its name and the query of its address."""

    key: str
    name: str
    query: str
    shared: bool = False
    own: bool = True


class Keeper(Protocol):
    """Who keeps saved views."""

    def views(self, viewer: Viewer, table: str) -> Sequence[SavedView]:
        """Return the views of a table that the viewer has: own ones, and those shared in the unit."""


_keepers: list[Keeper] = []


def keep_views_with(keeper: Keeper) -> None:
    """Say who keeps saved views; a room above calls it in ``AppConfig.ready``."""
    _keepers[:] = [keeper]


def views_of(viewer: Viewer, table: str) -> Sequence[SavedView]:
    """Return the saved views of a table; none where nobody keeps any."""
    return _keepers[0].views(viewer, table) if _keepers else ()
