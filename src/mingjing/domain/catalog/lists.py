"""
The lists that agencies publish: their kinds by place, their entries, and what an entry lacks.

Source: 国办发〔2018〕118号; TS-30, LC-14, RZ-51, RZ-52, YZ-06, YZ-07.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from mingjing.domain.catalog.items import Gap, ItemContent, ItemKind, Library, basis_gaps
from mingjing.domain.discretion.calculator import ListEntry
from mingjing.domain.discretion.circumstances import UnknownFactError, criteria_of_data
from mingjing.kernel.errors import DomainError
from mingjing.law import parameters
from mingjing.law._data import load
from mingjing.law.citations import cite
from mingjing.law.places import ancestry


class UnknownListKindError(DomainError):
    """There is no such kind of list."""

    code = "catalog.unknown_list_kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a list."""

    code: str
    label: str
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ListKind:
    """A kind of list; ``compiled`` ones take their entries from the items in force, of ``item_kinds`` and with ``flag``."""

    code: str
    label: str
    group: str
    citation: str
    columns: tuple[Column, ...]
    names: Mapping[str, str]
    compiled: bool = False
    item_kinds: tuple[ItemKind, ...] = ()
    flag: str = ""
    leniency: bool = False
    treatment: str = ""

    def name_at(self, place: str | None) -> str:
        """Return what the place calls it."""
        return next(
            (self.names[code] for code in ancestry(place) if code is not None and code in self.names), self.label
        )

    def takes(self, content: ItemContent) -> bool:
        """Say whether an item in force belongs to a compiled list."""
        if not self.compiled or (self.item_kinds and content.kind not in self.item_kinds):
            return False
        return not self.flag or bool(getattr(content, self.flag))


@cache
def list_kinds() -> Mapping[str, ListKind]:
    """Return the kinds of lists by code."""
    return {row["code"]: _kind(row) for row in load("list_kinds.yaml")["kinds"]}


def list_kind(code: str) -> ListKind:
    """
    Return the kind with this code.

    :raises UnknownListKindError: if there is none
    """
    if code not in list_kinds():
        raise UnknownListKindError(
            f"没有“{code}”这种清单。现有：{'、'.join(one.label for one in list_kinds().values())}。"
        )
    return list_kinds()[code]


def kinds_at(place: str | None, on: date) -> tuple[ListKind, ...]:
    """
    Return the kinds that a place keeps: all but those leniency lists that its plan does not name.

    A place without a plan of its own keeps every leniency list that the law knows.

    Source: parameter leniency.lists (TS-30, LC-14, RZ-51).
    """
    value = parameters.get("leniency.lists").at(on, place)
    named = set(value.names) if value else None
    return tuple(one for one in list_kinds().values() if not one.leniency or named is None or one.code in named)


def list_gaps(kind: ListKind, entries: list[dict[str, Any]], library: Library) -> tuple[Gap, ...]:
    """List what the entries lack, each by its number."""
    if not entries:
        return (Gap(field="entries", message="清单是空的。", remedy="至少写一项；确实没有的，不必公布。"),)
    gaps: list[Gap] = []
    numbers = [str(entry.get("number", "")) for entry in entries]
    for entry in entries:
        number = str(entry.get("number", ""))
        where = f"第{number}项"
        if numbers.count(number) > 1 and not any(gap.field == f"entries.{number}" for gap in gaps):
            gaps.append(Gap(field=f"entries.{number}", message=f"有不止一个{where}。", remedy="请重新编号。"))
        for column in kind.columns:
            if column.required and not str(entry.get(column.code, "")).strip():
                remedy = f"请填写{column.label}。"
                gaps.append(
                    Gap(
                        field=column.code,
                        message=f"{where}没有写{column.label}。",
                        remedy=remedy,
                        citation=kind.citation,
                    )
                )
        basis = str(entry.get("basis", ""))
        if basis:
            gaps += [
                Gap(field="basis", message=f"{where}：{gap.message}", remedy=gap.remedy, blocks=gap.blocks)
                for gap in basis_gaps((basis,), library)
            ]
        try:
            criteria_of_data(entry.get("criteria") or [])
        except UnknownFactError as error:
            gaps.append(Gap(field="criteria", message=f"{where}：{error.message}", remedy="请改正条件。"))
        if kind.leniency and not entry.get("item"):
            message = f"{where}没有对应的执法事项，办案时不能自动比对。"
            gaps.append(Gap(field="item", message=message, remedy="选择对应的处罚事项。", blocks=False))
    return tuple(gaps)


def entries_of(kind: ListKind, label: str, reference: str, rows: list[dict[str, Any]]) -> tuple[ListEntry, ...]:
    """Read the entries of a leniency list for matching."""
    return tuple(
        ListEntry(
            list_kind=kind.code,
            list_label=label,
            reference=reference,
            number=str(row.get("number", "")),
            item=str(row.get("item", "")),
            matter=str(row.get("matter", "")),
            conditions=str(row.get("conditions", "")),
            criteria=criteria_of_data(row.get("criteria") or []),
            treatment=kind.treatment,
            basis=str(row.get("basis", "")),
        )
        for row in rows
    )


def _kind(row: dict[str, Any]) -> ListKind:
    chosen = row.get("from_items")
    return ListKind(
        code=row["code"],
        label=row["label"],
        group=row["group"],
        citation=str(cite(row["citation"])),
        columns=tuple(Column(code=code, label=label, required=required) for code, label, required in row["columns"]),
        names=row.get("names", {}),
        compiled=chosen is not None,
        item_kinds=tuple(ItemKind(kind) for kind in (chosen or {}).get("kinds", ())),
        flag=(chosen or {}).get("flag", ""),
        leniency=row.get("leniency", False),
        treatment=row.get("treatment", ""),
    )
