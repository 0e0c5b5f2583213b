"""
Counts that rooms offer: a name, a label, and a function that counts on a day in a place.

    registers.register("registry.valid_credentials", "持有效执法证件的人员", count_valid)     # in AppConfig.ready
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from mingjing.kernel.errors import DomainError


class UnknownRegisterError(DomainError):
    """No room offers this count."""

    code = "indicators.unknown_register"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of a register: of which unit, whether it counts above, its key, its name, and where it is to be seen."""

    unit: str
    key: str
    name: str
    counts: bool | None = True
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A count. ``is_share``: lines are all that could count, and ``counts`` says which do."""

    name: str
    label: str
    is_share: bool
    count: Callable[[date, str], Iterable[Line]]


_registers: dict[str, Register] = {}


def register(name: str, label: str, count: Callable[[date, str], Iterable[Line]], *, is_share: bool) -> None:
    """Offer a count; a room calls it in ``AppConfig.ready``."""
    _registers[name] = Register(name=name, label=label, is_share=is_share, count=count)


def register_of(name: str) -> Register:
    """
    Return a registered count.

    :raises UnknownRegisterError: if no room offers it
    """
    if name not in _registers:
        raise UnknownRegisterError(f"没有“{name}”这项台账统计，可以用：{'、'.join(sorted(_registers))}。")
    return _registers[name]


def offered() -> tuple[Register, ...]:
    """Return all counts, by name."""
    return tuple(_registers[name] for name in sorted(_registers))
