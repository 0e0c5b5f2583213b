"""What rooms let be found."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mingjing.contexts.accounts.access import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Something that may be found. ``unit_path``, ``place`` and ``owner_id`` say who may."""

    key: str
    title: str
    href: str
    text: str = ""
    unit_path: str = ""
    place: str = ""
    owner_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of thing: its stable name, its label, the permission to see it, and all of its documents, for a rebuild."""

    name: str
    label: str
    permission: str
    rows: Callable[[], Iterable[Document]] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: str, label: str, permission: str, rows: Callable[[], Iterable[Document]] | None = None) -> None:
    """Let a kind of thing be found; a room calls it in ``AppConfig.ready``. Without permission everybody may find it."""
    _kinds[kind] = Kind(name=kind, label=label, permission=permission, rows=rows)


def kinds() -> dict[str, Kind]:
    """Return all kinds by name."""
    return _kinds


def kinds_for(actor: Actor) -> list[Kind]:
    """Return the kinds that the actor may find something of."""
    return [one for one in _kinds.values() if not one.permission or actor.may(one.permission)]
