"""Three-valued (Kleene) logic: ``None`` is *unknown*, and never turns into yes or no by itself."""

from collections.abc import Iterable


def all_of(values: Iterable[bool | None]) -> bool | None:
    """Say whether all hold; unknown when none fails but some are unknown."""
    unknown = False
    for value in values:
        if value is False:
            return False
        unknown = unknown or value is None
    return None if unknown else True


def any_of(values: Iterable[bool | None]) -> bool | None:
    """Say whether any holds; unknown when none holds but some are unknown."""
    unknown = False
    for value in values:
        if value:
            return True
        unknown = unknown or value is None
    return None if unknown else False


def negate(value: bool | None) -> bool | None:
    """Turn yes into no and leave unknown alone."""
    return None if value is None else not value
