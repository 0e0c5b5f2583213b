"""The items in force for everybody: what an agency may license, inspect, punish, and on which basis."""

from datetime import date
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.timezone import localdate
from django.views import View

from mingjing.contexts.catalog.models import ItemEdition
from mingjing.contexts.catalog.queries import published_items
from mingjing.contexts.catalog.web.look import promise_words
from mingjing.domain.catalog.items import KIND_LABELS

SIZE: Final = 50
LONGEST: Final = 64


class PublicItemsPage(View):
    """The items in force today, by kind and by words of their names. Source: TS-60; YZ-06."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        kind = request.GET.get("kind", "")
        kinds = {one.value: label for one, label in KIND_LABELS.items()}
        kind = kind if kind in kinds else ""
        words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST]
        page = Paginator(published_items(localdate(), kind=kind, words=words), SIZE).get_page(request.GET.get("page"))
        asked = {name: value for name, value in (("kind", kind), ("q", words)) if value}
        given: dict[str, Any] = {
            "title": "执法事项清单",
            "q": words,
            "kind": kind,
            "kinds": kinds,
            "page": page,
            "rows": [_row(one, localdate()) for one in page],
            "before": urlencode(asked | {"page": str(page.previous_page_number())}) if page.has_previous() else "",
            "after": urlencode(asked | {"page": str(page.next_page_number())}) if page.has_next() else "",
        }
        return render(request, "catalog/public_items.html", given)


def _row(edition: ItemEdition, on: date) -> dict[str, Any]:
    item = edition.item
    return {
        "code": edition.holder.code,
        "name": item.name,
        "kind": item.kind.label,
        "unit": edition.holder.unit.name,
        "basis": item.basis,
        "limit": f"{item.limit_days}日" if item.limit_days else "",
        "promise": promise_words(edition, on),
        "since": edition.effective_from,
        "number": edition.number,
    }
