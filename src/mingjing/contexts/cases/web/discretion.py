"""The page of discretion: circumstances filled in, and what follows from them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from mingjing.contexts.cases import discretion
from mingjing.contexts.cases.models import Case
from mingjing.contexts.cases.usecases import opening, steps
from mingjing.contexts.cases.web.beside import beside
from mingjing.contexts.cases.web.step import OfCase
from mingjing.contexts.catalog.queries import leniency_entries
from mingjing.contexts.catalog.web.discretion import asked_facts
from mingjing.contexts.catalog.web.forms import CaseForm
from mingjing.contexts.ui.components import Fact
from mingjing.domain.discretion.circumstances import FACTS, FactKind
from mingjing.domain.procedures.model import Duty
from mingjing.kernel.errors import DomainError
from mingjing.kernel.money import in_yuan


class DiscretionPage(OfCase):
    """The circumstances of a case, and what follows from them."""

    template_name = "cases/discretion.html"

    def context(self) -> dict[str, Any]:
        """Show the questions and the answer."""
        self.open()
        return self._context(None)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Keep the circumstances."""
        self.open()
        form = self._form(request.POST)
        if form is None or not form.is_valid():
            return self.show(status=422, **self._context(form))
        try:
            opening.edit_case(
                actor=self.actor,
                at=self.now,
                case=self.row.code,
                version=int(request.POST.get("version") or 0)
                if (request.POST.get("version") or "0").isdecimal()
                else 0,
                values={"circumstances": form.circumstances()},
            )
        except DomainError as error:
            if error.code in ("accounts.forbidden", "accounts.missing"):
                raise
            return self.show(status=409 if error.code == "ui.stale" else 422, **self._context(form), refused=error)
        messages.success(request, "已保存案件情节。")
        return HttpResponseRedirect(reverse("cases_discretion", args=[self.row.code]))

    def _form(self, given: Any) -> CaseForm | None:
        book = discretion.benchmark_of(self.row)
        if book is None:
            return None
        entries = leniency_entries(self.row.item.code, self.today)
        wanted = {*asked_facts(book, entries), *discretion.facts_of_standards(self.row)} - {"party", "fine_fen"}
        asked = [one for one in FACTS if one in wanted]
        form = CaseForm(given, asked=asked, tiers=[], initial=_initial(self.row))
        del form.fields["tier"]
        return form

    def _context(self, form: CaseForm | None) -> dict[str, Any]:
        row = self.row
        values = {
            name: getattr(row, name)
            for name in ("tier", "fine_fen", "confiscated_fen", "other_penalties", "tier_departure")
        }
        may_edit = steps.may_act_as(self.actor, row, Duty.HANDLE) and row.decided_on is None
        return {
            "title": "裁量",
            "row": row,
            "lead": f"{row.title}：结果只作参考，由执法人员裁量。",
            "form": (form or self._form(None)) if may_edit else None,
            "given": _told(row),
            "shown": beside(row, self.today, values=values, reasons={}),
            "back": self.home,
        }


def _initial(row: Case) -> dict[str, Any]:
    """What the form shows of the circumstances that were kept."""
    found: dict[str, Any] = {}
    for code, value in row.circumstances.items():
        fact = FACTS.get(code)
        if fact is None:
            continue
        if fact.kind is FactKind.FLAG:
            found[code] = "yes" if value else "no"
        elif fact.kind is FactKind.FEN and isinstance(value, int):
            found[code] = f"{value / 100:g}"
        else:
            found[code] = value
    return found


def _told(row: Case) -> list[Fact]:
    """The circumstances that were kept, for a reader."""
    found = []
    for code, value in row.circumstances.items():
        fact = FACTS.get(code)
        if fact is None or value in (None, ""):
            continue
        shown: object = value
        if fact.kind is FactKind.FEN and isinstance(value, int):
            shown = in_yuan(value)
        elif fact.kind is FactKind.CHOICE:
            shown = dict(fact.choices).get(str(value), value)
        found.append(Fact(label=fact.label, value=shown))
    return found
