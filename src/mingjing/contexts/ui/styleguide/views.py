"""The page of the style guide."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from mingjing.contexts.ui.styleguide.samples import samples


class StyleguidePage(View):
    """All components on one page, for whoever makes pages. It shows nothing of anybody."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the components."""
        return render(request, "ui/styleguide.html", {"title": "界面组件", **samples()})
