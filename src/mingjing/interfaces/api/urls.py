"""Addresses of the API."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from ninja.openapi.docs import Swagger

from mingjing.contexts.accounts.rest.problems import problem
from mingjing.interfaces.api.root import api


def docs(request: HttpRequest) -> HttpResponse:
    """Show the description, to be tried out; the page and its scripts are files of this server."""
    return Swagger(settings={"persistAuthorization": False, "docExpansion": "list"}).render_page(request, api)


@csrf_exempt
def nowhere(request: HttpRequest, rest: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer an address that the API has not."""
    return problem(request, HTTPStatus.NOT_FOUND, detail="没有这个接口地址。", code="api.missing")


docs.public = True  # type: ignore[attr-defined]
nowhere.public = True  # type: ignore[attr-defined]

urlpatterns = [
    path("api/docs/", docs, name="api_docs"),
    path("api/v1/", api.urls),
    path("api/<path:rest>", nowhere),
]
