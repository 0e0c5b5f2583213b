"""Numbers on the landing page: each room may show what a person of this role should see at a glance."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.ui.components import Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with its words, and where it leads."""

    label: str
    value: int | str
    href: str = ""
    tone: Tone = Tone.PLAIN


type Provider = Callable[[Actor, date], Iterable[Figure]]

_providers: list[Provider] = []


def register(provider: Provider) -> None:
    """Let a room's numbers be shown; it answers with none for who should not see them."""
    if provider not in _providers:
        _providers.append(provider)


def figures_for(actor: Actor, today: date) -> list[Figure]:
    """Return the numbers for the actor."""
    return [figure for provider in _providers for figure in provider(actor, today)]
