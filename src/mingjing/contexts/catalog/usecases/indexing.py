"""What is published can be found by the search of the platform; so can the law."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from django.urls import reverse

from mingjing.contexts.catalog.models import Edition, Instrument, ListEdition
from mingjing.contexts.catalog.queries import FAMILIES
from mingjing.contexts.work import search
from mingjing.contexts.work.search import Document
from mingjing.domain.catalog.editions import Status

KINDS: Final = {
    "item": ("catalog.item", "执法事项"),
    "benchmark": ("catalog.benchmark", "裁量基准"),
    "list": ("catalog.list", "清单"),
}
LAW: Final = "catalog.law"


def register() -> None:
    """Say what may be found here."""
    for family, (kind, label) in KINDS.items():
        search.register(kind, label, f"catalog.{family}.view", rows=partial(_published, family))
    search.register(LAW, "法律法规", "catalog.law.view", rows=_laws)


def index(edition: Edition) -> None:
    """Let a published edition be found, in the place of the earlier one."""
    search.index_many(KINDS[edition.family][0], [_document(edition)])


def unindex(edition: Edition) -> None:
    """Let a withdrawn edition be found no more."""
    search.unindex(kind=KINDS[edition.family][0], key=edition.holder.code)


def index_instrument(instrument: Instrument) -> None:
    """Let an instrument be found, with its whole text."""
    search.index_many(LAW, [_law(instrument)])


def _document(edition: Edition) -> Document:
    holder = edition.holder
    if isinstance(edition, ListEdition):
        text = " ".join(str(entry.get("matter", "")) for entry in edition.entries)
    else:
        tiers = [
            str(tier.get("name", "")) + str(tier.get("condition", "")) for tier in edition.content.get("tiers", ())
        ]
        text = " ".join([holder.code, *edition.content.get("basis", ()), *tiers])
    return Document(
        key=holder.code,
        title=holder.name,
        text=f"{text} {holder.unit.name}",
        href=reverse(f"catalog_{edition.family}", args=[holder.code]),
        unit_path=holder.unit.path,
        place=holder.unit.place,
    )


def _law(row: Instrument) -> Document:
    text = "\n".join(row.provisions.values_list("text", flat=True)) if row.has_text else ""
    return Document(
        key=row.code,
        title=f"《{row.title}》",
        text=f"{row.short} {row.number} {row.issuer}\n{text}",
        href=reverse("catalog_law", args=[row.code]),
        place=row.place,
    )


def _published(family: str) -> Iterator[Document]:
    rows = FAMILIES[family].edition.objects.filter(status=Status.PUBLISHED).select_related("holder__unit")
    for edition in rows.order_by("holder", "number").iterator():
        yield _document(edition)


def _laws() -> Iterator[Document]:
    for row in Instrument.objects.order_by("pk").iterator():
        yield _law(row)
