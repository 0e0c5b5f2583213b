"""What is published can be found by the search of the platform."""

from mingjing.contexts.catalog.models import Edition, Instrument


def index(edition: Edition) -> None:
    """Let a published edition be found."""


def unindex(edition: Edition) -> None:
    """Let a withdrawn edition be found no more."""


def index_instrument(instrument: Instrument) -> None:
    """Let an instrument be found."""
