"""The calculator: circumstances in; tier, range, basis, lists and like cases out."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, access
from mingjing.contexts.catalog import queries
from mingjing.contexts.catalog.models import BenchmarkEdition, Item
from mingjing.contexts.catalog.web import forms, look
from mingjing.contexts.catalog.web.look import address_of
from mingjing.contexts.ui.components import Chart, Crumb, Series
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.discretion.benchmarks import Benchmark
from mingjing.domain.discretion.calculator import Assessment, ListEntry, Match, assess, distribution, statutory_factors
from mingjing.domain.discretion.circumstances import FACTS
from mingjing.domain.discretion.ranges import Measure


def asked_facts(benchmark: Benchmark, entries: tuple[ListEntry, ...]) -> list[str]:
    """Name the facts that the benchmark, the lists and the law ask, in the order of the vocabulary."""
    needed = {one.fact for tier in benchmark.tiers for one in tier.criteria}
    needed |= {one.fact for factor in (*benchmark.factors, *statutory_factors()) for one in factor.criteria}
    needed |= {one.fact for entry in entries for one in entry.criteria}
    for tier in benchmark.tiers:
        if tier.fine is not None and tier.fine.measure is not Measure.FIXED:
            needed.add({"违法所得": "gains_fen", "货值金额": "value_fen"}.get(tier.fine.of, "quantity"))
    return [code for code in FACTS if code in needed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An assessment as the page shows it."""

    found: Assessment
    fits: list[Any]
    maybe: list[Any]
    basis: list[str]


class CalculatorPage(Page[Actor]):
    """The calculator for one item; without an item, the choice of one."""

    permission, template_name, title = "catalog.calculator.use", "catalog/calculator.html", "裁量计算"

    def crumbs(self) -> list[Crumb]:
        """Return the way."""
        return [Crumb(label="裁量基准", href=reverse("catalog_benchmarks"))]

    def parts(self) -> tuple[Item, BenchmarkEdition | None, tuple[ListEntry, ...]]:
        """Return the item, its benchmark, and the entries of lists that name it."""
        item = access(Item.objects.select_related("unit"), self.actor, "catalog.item.view", code=self.kwargs["item"])
        return item, queries.benchmark_for(item.code, self.today), queries.leniency_entries(item.code, self.today)

    def context(self) -> dict[str, Any]:
        """Show the questions, and the answer once something was filled in."""
        item, row, entries = self.parts()
        around: dict[str, Any] = {
            "title": f"裁量计算：{item.name}",
            "item": item,
            "item_href": address_of("item", item.code),
        }
        if row is None:
            return around
        benchmark = row.benchmark
        given = self.request.GET or None
        form = forms.CaseForm(
            given, asked=asked_facts(benchmark, entries), tiers=[tier.name for tier in benchmark.tiers]
        )
        around |= {
            "benchmark": row,
            "benchmark_href": address_of("benchmark", row.holder.code),
            "tiers": look.tier_lines(row),
            "form": form,
        }
        if given and form.is_valid():
            found = assess(benchmark, form.circumstances(), entries=entries, chosen=form.cleaned_data["tier"])
            around["shown"] = Shown(
                found=found,
                fits=[one for one in found.lists if one.match is Match.FITS],
                maybe=[one for one in found.lists if one.match is not Match.FITS],
                basis=[look.basis_label(one) for one in found.basis],
            )
        return around | self.like(item, benchmark)

    def like(self, item: Item, benchmark: Benchmark) -> dict[str, Any]:
        """Show the fines of like cases, or say that there are none."""
        fines, source = queries.like_cases(item.code, on=self.today)
        fines = list(fines)
        found = distribution(fines)
        if found is None:
            return {"like": None}
        tiers = [tier for tier in benchmark.tiers if tier.fine is not None and tier.fine.measure is Measure.FIXED]
        counts: list[int | float | None] = [
            sum(tier.fine.contains(one) for one in fines) for tier in tiers if tier.fine
        ]
        chart = Chart(
            name="like-cases",
            title="同类案件各档件数",
            labels=[tier.name for tier in tiers],
            series=[Series(name="件数", values=counts)],
            unit="件",
            label_head="档次",
            summary=found.label,
            source=source,
        )
        return {"like": found, "like_source": source, "like_chart": chart if tiers else None}

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the page."""
        return self.show(**self.context())


class CalculatorChoicePage(Page[Actor]):
    """Choose the item to calculate for."""

    permission, template_name, title = "catalog.calculator.use", "catalog/calculator_choice.html", "裁量计算"

    def context(self) -> dict[str, Any]:
        """Show the items that have a benchmark."""
        from mingjing.contexts.accounts.access import visible

        words = self.request.GET.get("q", "").strip()
        mine = visible(Item.objects.all(), self.actor, "catalog.item.view")
        rows = (
            queries.in_force("benchmark", self.today).filter(holder__item__in=mine).select_related("holder__item__unit")
        )
        if words:
            rows = rows.filter(holder__item__name__icontains=words)
        seen: dict[str, Any] = {}
        for row in rows.order_by("holder__item__unit__path", "holder__item__code")[:200]:
            seen.setdefault(row.holder.item.code, row)
        choices = [
            {
                "name": row.holder.item.name,
                "unit": row.holder.item.unit.short_name or row.holder.item.unit.name,
                "href": reverse("catalog_calculator", args=[code]),
                "law": row.benchmark.law_fine.label if row.benchmark.law_fine else "",
            }
            for code, row in seen.items()
        ]
        return {"choices": choices, "words": words}
