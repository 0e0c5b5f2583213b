"""Saved views of tables: one's own, and those that somebody of the unit shares."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.operations.statements import Statement
from mingjing.contexts.records.usecases.append import append
from mingjing.contexts.ui.navigation import Viewer
from mingjing.contexts.ui.tables import saved
from mingjing.contexts.work.models import SavedView
from mingjing.kernel.errors import DomainError

MOST = 50
"""Views that a user may have of one table."""


_NOWHERE = "-"
"""The path of no unit: who belongs to none shares nothing."""
_VIEWS = Statement(
    lambda user, unit, table: SavedView.objects.filter(
        Q(user_id=user) | Q(shared=True, unit_path=unit), table=table
    ).order_by("shared", "pk")[: 2 * MOST],
    int,
    str,
    str,
)


class ViewRefusedError(DomainError):
    """A view without a name, of no page, or one too many."""

    code = "work.view_refused"


class Views:
    """What the tables of ``ui`` ask for the saved views."""

    def views(self, viewer: Viewer, table: str) -> Sequence[saved.SavedView]:
        """Return the viewer's own views of a table, then those shared in the unit."""
        rows = _VIEWS(viewer.user_id, viewer.unit_path or _NOWHERE, table)
        return [
            saved.SavedView(
                key=str(row.pk), name=row.name, query=row.query, shared=row.shared, own=row.user_id == viewer.user_id
            )
            for row in rows
        ]


@transaction.atomic
def save_view(*, actor: Actor, at: datetime, table: str, path: str, name: str, query: str, shared: bool) -> SavedView:
    """
    Save a view of a table; one of the same name is replaced.

    :raises ViewRefusedError: if it has no name, leads to no page of this platform, or is one too many
    """
    name = name.strip()[:32]
    if not name:
        raise ViewRefusedError("请给视图起个名称。")
    try:
        resolve(path)
    except Resolver404:
        raise ViewRefusedError("没有这个页面，视图没有保存。") from None
    if not url_has_allowed_host_and_scheme(path, None):
        raise ViewRefusedError("没有这个页面，视图没有保存。")
    own = SavedView.objects.filter(user_id=actor.user_id, table=table)
    if own.exclude(name=name).count() >= MOST:
        raise ViewRefusedError(f"这张表已保存 {MOST} 个视图，请先删除不用的。")
    fields = {"path": path, "query": query.removeprefix("?"), "shared": shared, "unit_path": actor.unit_path}
    row, _ = SavedView.objects.update_or_create(user_id=actor.user_id, table=table, name=name, defaults=fields)
    append(
        actor=actor.code,
        at=at,
        act="work.save_view",
        subject=f"view:{row.pk}",
        fields={"table": table, "name": name, "query": query, "shared": shared},
    )
    return row


@transaction.atomic
def remove_view(*, actor: Actor, at: datetime, pk: int) -> None:
    """
    Delete one of one's own views.

    :raises MissingError: if it is not the actor's
    """
    row = SavedView.objects.select_for_update().filter(user_id=actor.user_id, pk=pk).first()
    if row is None:
        raise MissingError("没有找到这个视图。")
    row.delete()
    append(actor=actor.code, at=at, act="work.remove_view", subject=f"view:{pk}", fields={"name": row.name})


def own_views(actor: Actor) -> list[SavedView]:
    """Return the actor's own views."""
    return list(SavedView.objects.filter(user_id=actor.user_id).order_by("table", "name"))
