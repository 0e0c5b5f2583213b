"""The flow charts for everybody: generated from the procedures in which cases run."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from mingjing.contexts.accounts.access import MissingError
from mingjing.contexts.catalog.flowcharts import draw
from mingjing.contexts.ui.components import Crumb
from mingjing.domain.procedures.library import procedures
from mingjing.law.citations import cite


class PublicFlowsPage(View):
    """All procedures, with what each is for."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show them."""
        rows = [
            {
                "label": one.label,
                "purpose": one.purpose,
                "href": reverse("catalog_public_flow", args=[one.code]),
                "basis": [cite(each).label for each in one.basis],
            }
            for one in procedures().values()
        ]
        return render(request, "catalog/public_flows.html", {"title": "执法流程图", "rows": rows})


class PublicFlowPage(View):
    """One procedure, drawn."""

    public = True

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """
        Draw it.

        :raises MissingError: if there is no such procedure
        """
        found = procedures().get(code)
        if found is None:
            raise MissingError("没有这个流程图。")
        given: dict[str, Any] = {
            "title": found.label,
            "lead": found.purpose,
            "crumbs": [Crumb(label="执法流程图", href=reverse("catalog_public_flows"))],
            "bands": draw(found),
            "basis": [cite(each).label for each in found.basis],
            "steps": found.steps,
        }
        return render(request, "catalog/public_flow.html", given)
