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
from mingjing.contexts.cases.models import SOURCES
from mingjing.contexts.cases.usecases.opening import NewCase, open_case
from mingjing.contexts.catalog import queries as catalog
from mingjing.contexts.catalog.models import Item
from mingjing.contexts.registry.models import Officer, Party
from mingjing.contexts.registry.usecases import parties
from mingjing.contexts.registry.web.parties import find as find_parties
from mingjing.contexts.ui.components import Crumb
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.catalog.editions import Status
from mingjing.domain.procedures.library import procedures
from mingjing.facts.schema import PARTY_KINDS
from mingjing.kernel.errors import DomainError

FOUND_AT_MOST: Final = 8
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
        messages.success(request, f"已登记：{row.title}。")
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
        procedure = given.get("procedure") or "penalty_ordinary"
        chosen = procedures().get(procedure) or next(iter(procedures().values()))
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
            officers=self._officers(given),
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
            from mingjing.contexts.cases.models import Case

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
            found = list(find_parties(seen, words)[:FOUND_AT_MOST]) if words.strip() else []
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

    def _officers(self, given: Any) -> list[Choice]:
        """The people who may handle it: the viewer first, then his unit and those beneath."""
        picked = set(given.getlist("handlers")) if hasattr(given, "getlist") else set()
        rows = Officer.objects.filter(
            unit__path__startswith=self.actor.unit_path, category="officer", left_on__isnull=True
        ).select_related("unit")
        people = sorted(rows.order_by("unit__path", "code")[:200], key=lambda one: one.user_id != self.actor.user_id)
        return [
            Choice(
                code=one.code,
                label=one.name,
                note=one.unit.short_name or one.unit.name,
                chosen=one.code in picked or (not picked and one.user_id == self.actor.user_id),
            )
            for one in people
        ]

    def _guidance(self, item: str) -> Mapping[str, Any]:
        """What the catalog says of an item, before a case is opened on it."""
        return {
            "cases": list(catalog.guiding_cases(item)[:5]),
            "lenient": catalog.leniency_entries(item, self.today),
            "benchmark": catalog.benchmark_for(item, self.today),
        }


def _short(name: str) -> str:
    """Name an act after its item: 对某行为的处罚 without its frame."""
    return name.removeprefix("对").removesuffix("的行政处罚").removesuffix("的处罚")
