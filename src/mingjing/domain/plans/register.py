"""
What a unit's words stand for, by a register of units: one unit, or the members of a group at a date.

The words in the plan stay as they are; the resolution stands beside them. A name that the register does not hold is
said to be unknown, never matched by likeness.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from mingjing.domain.plans.folding import squeeze


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A unit of the register, in the groups it belongs to, from a day (included) to a day (not included)."""

    name: str
    aliases: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None

    def is_there(self, on: date | None) -> bool:
        """Say whether the unit is there on a day; without a day, whether it has not ended."""
        if on is None:
            return self.ends_on is None
        return (self.starts_on is None or self.starts_on <= on) and (self.ends_on is None or on < self.ends_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a name stands for. ``kind`` is unit, group or unknown."""

    name: str
    kind: str
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Register:
    """The units of a place."""

    entries: tuple[Entry, ...]

    def resolve(self, name: str, *, on: date | None) -> Resolution:
        """Say what a name stands for on a day."""
        wanted = squeeze(name)
        there = [entry for entry in self.entries if entry.is_there(on)]
        one = [entry.name for entry in there if wanted in {squeeze(entry.name), *map(squeeze, entry.aliases)}]
        if one:
            return Resolution(name=name, kind="unit", units=tuple(dict.fromkeys(one)))
        members = [entry.name for entry in there if wanted in set(map(squeeze, entry.groups))]
        if members:
            return Resolution(name=name, kind="group", units=tuple(dict.fromkeys(members)))
        return Resolution(name=name, kind="unknown")

    def resolve_all(self, names: Iterable[str], *, on: date | None) -> tuple[Resolution, ...]:
        """Resolve several names, each once."""
        return tuple(self.resolve(name, on=on) for name in dict.fromkeys(names))
