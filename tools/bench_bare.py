"""
The measure of the platform's pages: the same rows of the same tables as Django shows them out of the box.

``ListView`` and ``DetailView`` for who is signed in, with the middleware of ``startproject``, the same columns and rows on a page, one
plain template. No scope, no menu, no filters, no acts, no log, no layout.
"""

import os
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tools.bench_bare_settings")
application = get_wsgi_application()

from django.contrib.auth.mixins import LoginRequiredMixin  # noqa: E402 - after Django is set up
from django.db.models import QuerySet  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import path  # noqa: E402
from django.views.generic import DetailView, ListView  # noqa: E402

from mingjing.contexts.cases.models import Case  # noqa: E402
from mingjing.contexts.registry.models import Officer, Party  # noqa: E402

HEAD = (
    "<!doctype html><html lang='zh'><head><meta charset='utf-8'><title>{{ request.user.name }}</title></head><body>"
    "<form method='post' action='/sign-out/'>{% csrf_token %}<button>退出</button></form>"
)
PARTIES = (
    HEAD
    + "<form><input name='q' value='{{ request.GET.q }}'></form><table>{% for row in page_obj %}<tr><td><a href='/parties/{{ row.code }}/'>"
    "{{ row.code }}</a></td><td>{{ row.name }}</td><td>{{ row.get_kind_display }}</td><td>{{ row.uscc }}</td><td>{{ row.risk }}</td></tr>"
    "{% endfor %}</table>{% if page_obj.has_next %}<a href='?page={{ page_obj.next_page_number }}'>下一页</a>{% endif %}"
    "{{ paginator.count }}</body></html>"
)
OFFICERS = (
    HEAD
    + "<form><input name='q' value='{{ request.GET.q }}'></form><table>{% for row in page_obj %}<tr><td><a href='/officers/{{ row.code }}/'>"
    "{{ row.code }}</a></td><td>{{ row.name }}</td><td>{{ row.unit.name }}</td><td>{{ row.get_category_display }}</td>"
    "<td>{{ row.get_employment_display }}</td><td>{{ row.position }}</td><td>{{ row.joined_on }}</td></tr>{% endfor %}</table>"
    "{% if page_obj.has_next %}<a href='?page={{ page_obj.next_page_number }}'>下一页</a>{% endif %}{{ paginator.count }}</body></html>"
)
CASES = (
    HEAD
    + "<form><input name='q' value='{{ request.GET.q }}'></form><table>{% for row in page_obj %}<tr><td><a href='/cases/{{ row.code }}/'>"
    "{{ row.title }}</a></td><td>{{ row.case_no }}</td><td>{{ row.party.name }}</td><td>{{ row.stage }}</td><td>{{ row.get_status_display }}"
    "</td><td>{{ row.due_on }}</td><td>{% for one in row.handlers.all %}{{ one.officer.name }} {% endfor %}</td><td>{{ row.opened_at }}</td></tr>"
    "{% endfor %}</table>{% if page_obj.has_next %}<a href='?page={{ page_obj.next_page_number }}'>下一页</a>{% endif %}"
    "{{ paginator.count }}</body></html>"
)
CASE = (
    HEAD
    + "<dl>{% for name, value in fields %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl><ol>{% for event in object.events.all %}"
    "<li>{{ event.at }} {{ event.type }} {{ event.outcome }} {% for part in event.participants.all %}{{ part.officer.name }} {{ part.role }} "
    "{% endfor %}</li>{% endfor %}</ol><ul>{% for one in object.handlers.all %}<li>{{ one.officer.name }}</li>{% endfor %}</ul></body></html>"
)
OF_OFFICER = (
    *("credentials", "roles", "requests", "exams", "events", "appraisals", "insurances", "care_cases", "devices"),
    "transfers",
)
OFFICER = (
    HEAD
    + "<dl>{% for name, value in fields %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>{% for name, rows in told %}"
    "<h2>{{ name }}</h2><ul>{% for row in rows %}<li>{{ row.pk }}</li>{% endfor %}</ul>{% endfor %}</body></html>"
)
ONE = HEAD + "<dl>{% for name, value in fields %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl></body></html>"


class _Shown:
    source = ""

    def render_to_response(self, context: dict[str, Any], **_: Any) -> HttpResponse:
        """Render the template that stands above; it is compiled once, as the cached loader would."""
        return HttpResponse(_compiled(self.source).render(context, self.request))  # type: ignore[attr-defined]


_templates: dict[str, Any] = {}


def _compiled(source: str) -> Any:
    if source not in _templates:
        _templates[source] = engines["django"].from_string(source)
    return _templates[source]


class _Rows(LoginRequiredMixin, _Shown, ListView):
    paginate_by = 50
    ordering = "code"

    def get_queryset(self) -> QuerySet[Any]:
        """Find by the beginning of the name."""
        rows = super().get_queryset()
        word = self.request.GET.get("q")
        return rows.filter(name__startswith=word) if word else rows


class Parties(_Rows):
    """The list of parties."""

    model, source = Party, PARTIES


class Officers(_Rows):
    """The list of officers."""

    queryset, source = Officer.objects.select_related("unit"), OFFICERS


class Cases(_Rows):
    """The list of cases, with their handlers."""

    queryset = Case.objects.select_related("party").prefetch_related("handlers__officer")
    source, ordering = CASES, "-opened_at"

    def get_queryset(self) -> QuerySet[Any]:
        """Find by the beginning of the title."""
        rows = ListView.get_queryset(self)
        word = self.request.GET.get("q")
        return rows.filter(title__startswith=word) if word else rows


class _One(LoginRequiredMixin, _Shown, DetailView):
    source, slug_field, slug_url_kwarg = ONE, "code", "code"

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """Give every field."""
        row = self.object
        fields = [(field.verbose_name, getattr(row, field.attname)) for field in row._meta.fields]  # noqa: SLF001
        return super().get_context_data(fields=fields, **given)


class OneParty(_One):
    """A party."""

    model = Party


class OneOfficer(_One):
    """An officer with the rows of the tables that our page shows of him."""

    queryset = Officer.objects.select_related("unit").prefetch_related(*OF_OFFICER)
    source = OFFICER

    def get_context_data(self, **given: Any) -> dict[str, Any]:
        """Give the rows of each table."""
        told = [(name, getattr(self.object, name).all()) for name in OF_OFFICER]
        return super().get_context_data(told=told, **given)


class OneCase(_One):
    """A case with its steps and people."""

    queryset = Case.objects.select_related("unit", "party", "item").prefetch_related(
        "events__participants__officer", "handlers__officer"
    )
    source = CASE


urlpatterns = [
    path("cases/", Cases.as_view()),
    path("cases/<str:code>/", OneCase.as_view()),
    path("parties/", Parties.as_view()),
    path("officers/", Officers.as_view()),
    path("parties/<str:code>/", OneParty.as_view()),
    path("officers/<str:code>/", OneOfficer.as_view()),
]
