"""Lists that are compiled from the items in force: nobody types them a second time."""

from datetime import date, datetime
from typing import Any

from mingjing.contexts.accounts.access import Actor, access
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.catalog.models import ItemEdition, ItemList
from mingjing.contexts.catalog.queries import in_force
from mingjing.contexts.catalog.usecases import editions
from mingjing.domain.catalog.items import SOURCES, ItemKind
from mingjing.domain.catalog.lists import ListKind, list_kind
from mingjing.kernel.errors import DomainError


class NotCompiledError(DomainError):
    """A list of this kind has entries of its own."""

    code = "catalog.not_compiled"


def compile_list(*, actor: Actor, at: datetime, unit: str, kind: str, on: date, reason: str = "") -> ItemList:
    """
    Draft a list from the items of a unit that are in force on a day; each entry names the edition that it was made of.

    :raises NotCompiledError: if lists of this kind have entries of their own

    Source: YZ-06.
    """
    known = list_kind(kind)
    if not known.compiled:
        raise NotCompiledError(f"{known.label}要逐项编写，不能由事项自动汇编。")
    owner = access(Unit.objects.all(), actor, "catalog.list.edit", see="catalog.list.view", code=unit)
    content = {"entries": entries_from_items(owner, known, on)}
    row = ItemList.objects.filter(unit=owner, kind=kind).first()
    if row is None:
        return editions.start_list(actor=actor, at=at, unit=unit, kind=kind, content=content, reason=reason)
    editions.save_draft(
        actor=actor, at=at, family="list", code=row.code, version=row.version, content=content, reason=reason
    )
    row.refresh_from_db()
    return row


def entries_from_items(owner: Unit, kind: ListKind, on: date) -> list[dict[str, Any]]:
    """Make the entries of a compiled list from the items of a unit and of the units under it."""
    rows = (
        in_force("item", on).filter(holder__unit__path__startswith=owner.path).order_by("holder__kind", "holder__code")
    )
    taken = [row for row in rows if kind.takes(row.item)]
    return [{"number": str(number), **_entry(row)} for number, row in enumerate(taken, start=1)]


def _entry(row: ItemEdition) -> dict[str, Any]:
    item = row.item
    entry: dict[str, Any] = {
        "item": row.holder.code,
        "edition": str(row.pin),
        "matter": item.name,
        "act_kind": ItemKind(item.kind).label,
        "basis": "；".join(item.basis),
        "subject": row.holder.unit.name,
        "section": item.section,
        "domain": item.domain,
        "sources": "、".join(SOURCES[one] for one in item.sources),
    }
    if item.random is not None:
        entry |= {
            "object": item.random.object,
            "content": item.random.content,
            "ratio": item.random.ratio,
            "manner": item.random.manner,
            "frequency": item.random.frequency,
        }
    return entry
