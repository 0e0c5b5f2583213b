"""What the words for units in a plan stand for: the platform's own units as a register."""

from datetime import date
from typing import Final

from django.db.models import Q

from mingjing.contexts.accounts.models import Unit, UnitKind
from mingjing.domain.plans.register import Entry, Register
from mingjing.law import places

_ALL: Final = ("各", "全县各", "全区各", "全市各", "县各", "区各", "市各", "")
_AGENCIES: Final = ("行政执法部门", "行政执法机关", "行政执法单位", "执法部门", "执法机关", "执法单位")
_TOWNS: Final = (
    *("镇街", "街道镇", "镇街道", "乡镇", "镇", "乡镇街道", "乡镇(街道)", "镇(街道)", "镇街(园区)"),
    *("乡镇人民政府", "乡镇政府", "镇人民政府", "镇政府", "街道办事处", "镇人民政府、街道办事处"),
)


def register_of(place: str) -> tuple[Register, dict[str, Unit]]:
    """
    Return the units of a place as a register, and the units by name.

    A unit answers to its name, its short name, and its name with 县, 区 or 市 in the place of the place's name
    (泗水县司法局 is 县司法局 and 司法局 there). ``各行政执法部门`` and its like stand for the agencies, ``各镇街`` for the towns.
    """
    units = Unit.objects.filter(Q(place__startswith=place) | Q(place=place)).order_by("path")
    by_name = {unit.name: unit for unit in units}
    return Register(tuple(_entry(unit, places.name_of(place)) for unit in by_name.values())), by_name


def _entry(unit: Unit, place_name: str) -> Entry:
    aliases = {unit.short_name} if unit.short_name else set()
    if place_name and unit.name.startswith(place_name):
        own = unit.name.removeprefix(place_name)
        aliases |= {own, place_name[-1] + own}
    return Entry(
        name=unit.name,
        aliases=tuple(sorted(aliases - {"", unit.name})),
        groups=_groups(unit),
        starts_on=unit.valid_from,
        ends_on=unit.valid_to,
    )


def _groups(unit: Unit) -> tuple[str, ...]:
    if unit.kind == UnitKind.TOWN:
        return tuple(f"各{words}" for words in _TOWNS)
    if unit.kind == UnitKind.AGENCY:
        return tuple(f"{each}{words}" for each in _ALL for words in _AGENCIES)
    return ()


def resolved(register: Register, by_name: dict[str, Unit], words: str, on: date | None) -> list[Unit]:
    """Return the units for which the words stand on a day; none where the register does not know them."""
    return [by_name[name] for name in register.resolve(words, on=on).units]


def unmatched(words: str) -> str:
    """Say why a task is unsure of a unit: nobody in the register is called so."""
    return f"“{words}”在单位名册里没有对上，请指定单位"
