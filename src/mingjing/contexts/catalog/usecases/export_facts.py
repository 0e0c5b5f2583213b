"""Items and benchmarks in the facts standard, so that the rules run over the platform's own data."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from mingjing.contexts.catalog.models import Benchmark, BenchmarkEdition, Item, ItemEdition
from mingjing.contexts.registry.models import Agency
from mingjing.domain.discretion.benchmarks import Level
from mingjing.domain.discretion.ranges import Measure
from mingjing.facts.schema import MATTER_KINDS
from mingjing.facts.writing import TableWriter

ITEMS: Final = (
    "item_id",
    "name",
    "kind",
    "agency_id",
    "basis",
    "act_code",
    "published_on",
    "withdrawn_on",
    "single_officer_basis",
    "summary_cap_basis",
)
BENCHMARKS: Final = (
    "item_id",
    "tier",
    "fine_min_fen",
    "fine_max_fen",
    "effective_from",
    "effective_until",
    "reason",
)
_SHOWN: Final = ("published", "replaced", "withdrawn")


def export_catalog(folder: Path) -> dict[str, int]:
    """
    Write items and benchmarks as standard Parquet tables into a folder; return the rows of each.

    An item is told as its latest published edition says, from the day of its first. Of benchmarks the lowest level binds.
    A tier whose fine is a multiple of something has no amount until a case says of what: it is left out.
    """
    with TableWriter(folder, "items", ITEMS) as writer:
        items = writer.write_all(_items())
    with TableWriter(folder, "benchmarks", BENCHMARKS) as writer:
        tiers = writer.write_all(_tiers())
    return {"items": items, "benchmarks": tiers}


def _items() -> Iterator[tuple[Any, ...]]:
    agencies = dict(Agency.objects.values_list("unit_id", "code"))
    editions: dict[int, list[ItemEdition]] = {}
    for edition in ItemEdition.objects.filter(status__in=_SHOWN, effective_from__isnull=False).order_by("number"):
        editions.setdefault(edition.holder_id, []).append(edition)
    for row in Item.objects.select_related("unit").order_by("code").iterator(2000):
        mine = editions.get(row.pk)
        if not mine:
            continue
        content = mine[-1].item
        yield (
            row.code,
            content.name,
            row.kind if row.kind in MATTER_KINDS else "other",
            agencies.get(row.unit_id),
            "；".join(content.basis),
            content.act_code,
            mine[0].effective_from,
            mine[-1].effective_until,
            content.single_officer_basis,
            content.summary_cap_basis,
        )


def _tiers() -> Iterator[tuple[Any, ...]]:
    lowest: dict[int, Benchmark] = {}
    order = list(Level)
    for row in Benchmark.objects.order_by("code"):
        held = lowest.get(row.item_id)
        if held is None or order.index(Level(row.level)) > order.index(Level(held.level)):
            lowest[row.item_id] = row
    rows = BenchmarkEdition.objects.filter(
        holder__in=[row.pk for row in lowest.values()], status__in=_SHOWN, effective_from__isnull=False
    )
    for edition in rows.select_related("holder__item").order_by("holder__code", "number").iterator(2000):
        until = edition.effective_until - timedelta(days=1) if edition.effective_until else None
        for tier in edition.benchmark.tiers:
            fine = tier.fine
            if fine is not None and fine.measure is not Measure.FIXED:
                continue
            low = 0 if fine is None else int(fine.low)
            high = 0 if fine is None else (None if fine.high is None else int(fine.high))
            yield (edition.holder.item.code, tier.name, low, high, edition.effective_from, until, tier.condition)
