"""The one way to a stored file: through the row that it belongs to, and the scope check of that row."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponseBase

from mingjing.contexts.accounts.access import access
from mingjing.contexts.operations.files import Stored, send
from mingjing.contexts.ui.web.pages import sign_in_first


def download[M: Model](
    request: HttpRequest, rows: QuerySet[M], permission: str, *, file: Callable[[M], Stored], see: str = "", **key: Any
) -> HttpResponseBase:
    """
    Answer with the file of one row, if the actor has the permission over it; in parts, if the request asks for one.

    :raises MissingError: if there is no such row, or none that the actor may see
    :raises ForbiddenError: if the actor may see the row but not have its file
    """
    actor = getattr(request, "actor", None)
    if actor is None:
        return sign_in_first(request)
    return send(request, file(access(rows, actor, permission, see=see, **key)))
