"""A case is opened: procedure, item, party, source, handlers; what the catalog knows of the item stands beside."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.cases.models import SOURCES, Case, Handler
from mingjing.contexts.cases.usecases import steps
from mingjing.contexts.cases.usecases.opening import NewCase, open_case
from mingjing.contexts.catalog import queries as catalog
from mingjing.contexts.catalog.models import Item
from mingjing.contexts.registry.models import Officer, Party
from mingjing.contexts.registry.usecases import parties
from mingjing.contexts.registry.web.parties import find as find_parties
from mingjing.contexts.ui.components import Crumb
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.catalog.editions import Status
from mingjing.domain.procedures.library import procedure_of, procedures
from mingjing.facts.schema import PARTY_KINDS
from mingjing.kernel.errors import DomainError

FOUND_AT_MOST: Final = 8
_LATEST, _NEAR = 20, 5
"""Of how many cases the handlers count as near, and how many people are offered first."""
_TEXTS: Final = ("procedure", "item", "party", "unit", "source", "source_ref", "title", "facts")
_PARTY: Final = ("kind", "name", "uscc", "identity_number", "legal_person", "address", "mobile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Something that may be chosen: its code, its words, words beneath, whether it is chosen."""

    code: str
    label: str
    note: str = ""
    chosen: bool = False


class NewCasePage(Page[Actor]):
    """
    The form of a new case.

    Item and party are looked for by words (``look``), on the same page; without script by a button, with it while typing.
    """

    permission, template_name, title = "cases.case.open", "cases/new.html", "登记案件"
    procedure = "penalty_ordinary"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list."""
        return [Crumb(label="案件", href=reverse("cases_list"))]

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the empty form; ``procedure``, ``item`` and ``party`` may come with the address."""
        return self._form(request.GET)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Look for what is asked, or open the case."""
        given = request.POST
        if given.get("act") != "open":
            return self._form(given)
        try:
            with transaction.atomic():
                row = open_case(actor=self.actor, at=self.now, given=self._read(given))
        except DomainError as error:
            return self._form(given, refused=error, status=422)
        return self._opened(row)

    def _opened(self, row: Case) -> HttpResponse:
        messages.success(self.request, f"已登记：{row.title}。")
        return HttpResponseRedirect(reverse("case", args=[row.code]))

    def _read(self, given: Any) -> NewCase:
        party = given.get("party", "")
        if given.get("new_name", "").strip() and not party:
            party = self._register(given).code
        texts = {name: given.get(name, "").strip() for name in _TEXTS}
        handlers = [one for one in given.getlist("handlers") if one]
        first = given.get("lead") or (handlers[0] if handlers else "")
        ordered = [first, *(one for one in handlers if one != first)] if first else handlers
        item = Item.objects.filter(code=texts["item"]).first()
        name = Party.objects.filter(code=party).values_list("name", flat=True).first() or ""
        title = texts["title"] or (f"{name}{_short(item.name)}案" if item and name else "")
        return NewCase(**texts | {"party": party, "title": title}, handlers=ordered)

    def _register(self, given: Any) -> Party:
        """Enter a party that is not yet known."""
        values = {name: given.get(f"new_{name}", "").strip() for name in _PARTY}
        unit = self._units()[0] if self._units() else None
        place = unit.place if unit else ""
        code = f"D{self.now:%y%m%d}{secrets.token_hex(5).upper()}"
        return parties.register_party(actor=self.actor, at=self.now, code=code, place=place[:6], values=values)

    def _units(self) -> list[Unit]:
        rows = visible(Unit.objects.filter(valid_to__isnull=True), self.actor, self.permission)
        mine = list(rows.exclude(kind="office").order_by("path")[:200])
        return sorted(mine, key=lambda one: one.path != self.actor.unit_path)

    def _form(self, given: Any, *, refused: DomainError | None = None, status: int = 200) -> HttpResponse:
        procedure = given.get("procedure") or self.procedure
        chosen = procedures().get(procedure) or next(iter(procedures().values()))
        near, others = self._officers(given)
        item, party = given.get("item", ""), given.get("party", "")
        return self.show(
            status=status,
            refused=refused,
            given=given,
            procedures=[
                Choice(code=one.code, label=one.label, note=one.purpose, chosen=one.code == chosen.code)
                for one in procedures().values()
            ],
            items=self._items(given.get("item_words", ""), item, chosen.item_kinds),
            item_words=given.get("item_words", ""),
            parties=self._parties(given.get("party_words", ""), party),
            party_words=given.get("party_words", ""),
            may_register=self.actor.may(parties.EDIT),
            party_kinds=tuple(PARTY_KINDS.items()),
            sources=tuple(SOURCES.items()),
            units=self._units(),
            near=near,
            others=others,
            guidance=self._guidance(item) if item else None,
        )

    def _items(self, words: str, chosen: str, kinds: Sequence[str]) -> list[Choice]:
        """The items found, the chosen one among them; without words, those used last by the unit."""
        current = catalog.in_force("item", self.today).exclude(status=Status.WITHDRAWN).values("holder")
        rows = Item.objects.filter(pk__in=current, kind__in=kinds)
        rows = visible(rows, self.actor, "catalog.item.view") if self.actor.may("catalog.item.view") else rows.none()
        if words.strip():
            for word in words.split():
                rows = rows.filter(Q(name__icontains=word) | Q(code__startswith=word))
        else:
            mine = Case.objects.filter(unit__path__startswith=self.actor.unit_path).order_by("-opened_at")
            used = list(dict.fromkeys(mine.values_list("item", flat=True)[:50]))[:FOUND_AT_MOST]
            rows = rows.filter(Q(pk__in=used) | Q(code=chosen))
        found_rows = list(rows.select_related("unit").order_by("code")[:FOUND_AT_MOST])
        if chosen and all(one.code != chosen for one in found_rows):
            found_rows = [*Item.objects.filter(code=chosen).select_related("unit"), *found_rows]
        return [
            Choice(code=one.code, label=one.name, note=f"{one.code}　{one.unit.name}", chosen=one.code == chosen)
            for one in found_rows
        ]

    def _parties(self, words: str, chosen: str) -> list[Choice]:
        rows = Party.objects.filter(merged_into__isnull=True, erased_at__isnull=True)
        found: list[Party] = []
        if self.actor.may(parties.SEE):
            seen = visible(rows, self.actor, parties.SEE)
            found = list(find_parties(seen, words, FOUND_AT_MOST)[:FOUND_AT_MOST]) if words.strip() else []
            if chosen and all(one.code != chosen for one in found):
                found = [*seen.filter(code=chosen), *found]
        return [
            Choice(
                code=one.code,
                label=one.name,
                note="　".join(filter(None, (PARTY_KINDS.get(one.kind, ""), one.uscc or one.identity_masked))),
                chosen=one.code == chosen,
            )
            for one in found
        ]

    def _officers(self, given: Any) -> tuple[list[Choice], list[Choice]]:
        """
        The people who may handle it: near are the viewer and those with whom he worked last; then the rest of his unit.

        Until somebody is chosen, the viewer and whoever handled his last case with him are.
        """
        picked = set(given.getlist("handlers")) if hasattr(given, "getlist") else set()
        rows = Officer.objects.filter(
            unit__path__startswith=self.actor.unit_path, category="officer", left_on__isnull=True
        ).select_related("unit")
        partners = self._partners()
        latest = partners[:1]
        order = {code: place for place, code in enumerate(partners)}

        def choice(one: Officer) -> Choice:
            mine = one.user_id == self.actor.user_id
            chosen = one.code in picked if picked else mine or one.code in latest
            return Choice(code=one.code, label=one.name, note=one.unit.short_name or one.unit.name, chosen=chosen)

        people = list(rows.order_by("unit__path", "code")[:200])
        close = [one for one in people if one.user_id == self.actor.user_id or one.code in order or one.code in picked]
        close.sort(key=lambda one: (one.user_id != self.actor.user_id, order.get(one.code, len(order))))
        return [choice(one) for one in close], [choice(one) for one in people if one not in close]

    def _partners(self) -> list[str]:
        """The codes of those who handled cases with the viewer, the latest first; people who were alone are left out."""
        mine = Case.objects.filter(handlers__officer__user_id=self.actor.user_id).order_by("-opened_at", "-pk")
        latest = list(mine.values_list("pk", flat=True)[:_LATEST])
        rows = Handler.objects.filter(case__in=latest).exclude(officer__user_id=self.actor.user_id)
        rows = rows.order_by("-case__opened_at", "-case_id", "pk")
        return list(dict.fromkeys(rows.values_list("officer__code", flat=True)))[:_NEAR]

    def _guidance(self, item: str) -> Mapping[str, Any]:
        """What the catalog says of an item, before a case is opened on it."""
        return {
            "cases": list(catalog.guiding_cases(item)[:5]),
            "lenient": catalog.leniency_entries(item, self.today),
            "benchmark": catalog.benchmark_for(item, self.today),
        }


class OnTheSpotPage(NewCasePage):
    """
    A penalty on the spot is begun: what was done, by whom, with which colleague; then straight on to the first step.

    Source: 行政处罚法（2021）第五十一条、第五十二条.
    """

    template_name, title = "cases/on_the_spot.html", "当场处罚"
    procedure = "penalty_summary"

    def _opened(self, row: Case) -> HttpResponse:
        first = next(one for one in procedure_of(row.procedure_code).steps if one.main)
        draft = steps.start_draft(actor=self.actor, at=self.now, case=row.code, step=first.code)
        return HttpResponseRedirect(reverse("cases_step", args=[row.code, draft.code]))


def _short(name: str) -> str:
    """Name an act after its item: 对某行为的处罚 without its frame."""
    return name.removeprefix("对").removesuffix("的行政处罚").removesuffix("的处罚")
