"""The values of parameters, remembered."""

from datetime import date
from functools import cache

from mingjing.law.parameters import get


@cache
def value_of(name: str, on: date, place: str | None, domain: str | None) -> object:
    """The bare value in force, or ``None`` where none is."""
    found = get(name).at(on, place, domain)
    return None if found is None else found.value
