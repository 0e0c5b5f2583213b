"""The page of how much each agency handles on the platform."""

from typing import Any

from django.urls import reverse

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.cases import usage
from mingjing.contexts.ui.components import Crumb
from mingjing.contexts.ui.web.pages import Page


class UsagePage(Page[Actor]):
    """A month: the agencies in the viewer's reach, those first that opened no case."""

    permission, template_name, title = usage.SEE, "cases/usage.html", "平台应用情况"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list of cases."""
        return [Crumb(label="案件", href=reverse("cases_list"))]

    def context(self) -> dict[str, Any]:
        """Return the month and its rows."""
        month = usage.month_of(self.request.GET.get("month", ""), self.today)
        rows = usage.use_of(self.actor, month)
        return {"month": f"{month:%Y-%m}", "rows": rows, "idle": sum(one.idle for one in rows)}


class SoftPage(Page[Actor]):
    """The measures without force of the agencies in the viewer's reach: this year, unless other days are asked for."""

    permission, template_name, title = usage.SEE, "cases/soft.html", "柔性执法情况"

    def crumbs(self) -> list[Crumb]:
        """Lead back to the list of cases."""
        return [Crumb(label="案件", href=reverse("cases_list"))]

    def context(self) -> dict[str, Any]:
        """Return the days and the rows."""
        first = usage.day_of(self.request.GET.get("from", ""), self.today.replace(month=1, day=1))
        last = usage.day_of(self.request.GET.get("to", ""), self.today)
        return {"first": first, "last": last, "rows": usage.soft_of(self.actor, first, last)}
