"""Roles: who holds which, granting, withdrawing, the table of roles and permissions, the check of the three."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from mingjing.contexts.accounts import queries
from mingjing.contexts.accounts.access import Actor, access, visible
from mingjing.contexts.accounts.models import Grant, Unit
from mingjing.contexts.accounts.permissions import roles
from mingjing.contexts.accounts.usecases import grants
from mingjing.contexts.accounts.web.acts import ActPage, FormPage
from mingjing.contexts.accounts.web.forms import EndGrantForm, GrantForm
from mingjing.contexts.accounts.web.stepup import DangerousPage
from mingjing.contexts.accounts.words import REACHES, room_name
from mingjing.contexts.ui.components import Badge, Crumb, Fact, Tone
from mingjing.contexts.ui.tables import ChoiceFilter, Column, FlagFilter, Table, TableView, TextFilter
from mingjing.contexts.ui.web.pages import Page

_VIEW, _EDIT = "accounts.grant.view", "accounts.grant.edit"


def role_name(code: str) -> str:
    """Return the name of a role; a code that is no role any more stands for itself."""
    return roles()[code].name if code in roles() else code


def _state(grant: Grant) -> Badge:
    today = timezone.localdate()
    if grant.valid_to is not None and grant.valid_to <= today:
        return Badge(text="已终止")
    if grant.valid_from > today:
        return Badge(text="未开始", tone=Tone.INFO)
    return Badge(text="有效", tone=Tone.GOOD)


def _running() -> Q:
    return queries.running(timezone.localdate())


GRANTS = Table(
    name="accounts.grants",
    columns=(
        Column(
            name="user",
            label="姓名",
            value=lambda row: row.user.name,
            order="user__name,user__code",
            href=lambda row: reverse("user", args=[row.user.code]),
        ),
        Column(name="role", label="角色", value=lambda row: role_name(row.role), order="role,user__name"),
        Column(name="unit", label="单位", value=lambda row: row.unit.name, order="unit__path,user__name"),
        Column(name="since", label="起始日期", value=lambda row: row.valid_from, order="valid_from"),
        Column(name="until", label="终止日期（不含）", value=lambda row: row.valid_to, order="valid_to"),
        Column(name="state", label="状态", value=_state),
        Column(
            name="lent",
            label="受谁委托",
            value=lambda row: row.delegated_by.name if row.delegated_by else "",
            order="delegated_by__name",
        ),
        Column(name="by", label="授予人", value=lambda row: row.granted_by, order="granted_by", shown=False),
        Column(name="reason", label="事由", value=lambda row: row.reason, shown=False, width="wide"),
        Column(name="ended", label="收回人", value=lambda row: row.ended_by, shown=False),
        Column(name="why", label="收回事由", value=lambda row: row.end_reason, shown=False),
        Column(
            name="act",
            label="办理",
            value=lambda _row: "查看、收回",
            href=lambda row: reverse("grant", args=[row.pk]),
        ),
    ),
    filters=(
        FlagFilter(name="running", label="现在有效", condition=_running),
        ChoiceFilter(
            name="role", label="角色", choices=lambda _viewer: [(one.code, one.name) for one in roles().values()]
        ),
        TextFilter(name="unit", label="单位", fields=("unit__name", "unit__code")),
        FlagFilter(name="lent", label="委托", condition=Q(delegated_by__isnull=False)),
    ),
    search=("user__name", "user__code", "unit__name"),
    search_hint="姓名、单位",
    order="-since",
    row_name=lambda row: f"{row.user.name}的{role_name(row.role)}",
    noun="项授权",
)


class GrantsPage(TableView[Actor]):
    """All grants."""

    table, title, permission = GRANTS, "授权", _VIEW

    def rows(self) -> QuerySet[Any]:
        """Return them."""
        return visible(Grant.objects.select_related("user", "unit", "delegated_by"), self.actor, _VIEW)

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Return the buttons."""
        check = ("三员分立检查", reverse("separation"), "shield-check")
        return [("授予角色", reverse("grant_new"), "user-check"), check] if self.actor.may(_EDIT) else [check]


class NewGrantPage(FormPage, DangerousPage):
    """A role granted."""

    permission, title, act = _EDIT, "授予角色", "授予"
    lead = "从起始日期起生效。不能给自己授予角色；三员互不兼任，也不兼业务角色。"

    def form(self, data: Any = None) -> GrantForm:
        """Return the form."""
        rows = visible(Unit.objects.filter(valid_to=None), self.actor, "accounts.unit.view").order_by("path")
        return GrantForm(data, units=list(rows), today=self.today, initial={"user": self.request.GET.get("user", "")})

    def do(self, given: dict[str, Any]) -> str:
        """Grant it."""
        grant = grants.grant_role(actor=self.actor, at=self.now, **given)
        messages.success(self.request, f"已经授予{grant.user.name}“{grant.unit.name}”的{role_name(grant.role)}。")
        return reverse("grants") + "?running=1"

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="授权", href=reverse("grants"))]

    def back(self) -> str:
        """Return where to go otherwise."""
        return reverse("grants")


class GrantPage(Page[Actor]):
    """One grant."""

    permission = _VIEW
    template_name = "accounts/grant.html"

    def context(self) -> dict[str, object]:
        """Return what is shown."""
        rows = Grant.objects.select_related("user", "unit", "delegated_by")
        row = access(rows, self.actor, _VIEW, pk=self.kwargs["grant"])
        running = row.valid_to is None or row.valid_to > self.today
        return {
            "title": f"{row.user.name}的{role_name(row.role)}",
            "crumbs": [Crumb(label="授权", href=reverse("grants"))],
            "facts": grant_facts(row),
            "may_end": self.actor.may(_EDIT) and running and row.user_id != self.actor.user_id,
            "id": row.pk,
        }


class EndGrantPage(ActPage[Grant], DangerousPage):
    """A role withdrawn."""

    permission, title, act, grave = _EDIT, "收回角色", "收回", True
    lead = "他委托出去的这个角色一并收回。办过的事和日志都保留。"

    def fetch(self) -> Grant:
        """Return the grant."""
        rows = Grant.objects.select_related("user", "unit", "delegated_by")
        return access(rows, self.actor, _EDIT, see=_VIEW, pk=self.kwargs["grant"])

    def form(self, data: Any = None) -> EndGrantForm:
        """Return the form."""
        return EndGrantForm(data)

    def do(self, given: dict[str, Any]) -> str:
        """Withdraw it."""
        grants.end_grant(actor=self.actor, at=self.now, grant=self.row.pk, **given)
        messages.success(self.request, f"已经收回{self.row.user.name}的{role_name(self.row.role)}。")
        return reverse("grants")

    def facts(self) -> list[Fact]:
        """Return what is withdrawn."""
        return grant_facts(self.row)

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="授权", href=reverse("grants"))]

    def back(self) -> str:
        """Return where to go otherwise."""
        return reverse("grant", args=[self.row.pk])


class RolesPage(Page[Actor]):
    """Which role may do what, how far: made of the data that the check itself reads."""

    permission = "accounts.role.view"
    title = "角色与权限"
    template_name = "accounts/roles.html"

    def context(self) -> dict[str, object]:
        """Return the roles, and the table of the group that is chosen."""
        groups: dict[str, list[Any]] = {}
        for one in roles().values():
            groups.setdefault(one.group, []).append(one)
        chosen = self.request.GET.get("group", "")
        chosen = chosen if chosen in groups else next(iter(groups))
        shown = groups[chosen]
        return {
            "groups": [(name, len(of), name == chosen) for name, of in groups.items()],
            "chosen": chosen,
            "roles": [{"name": one.name, "purpose": one.purpose, "code": one.code} for one in shown],
            "rooms": [
                (
                    room_name(room),
                    [
                        (row.label, row.code, [REACHES.get(reach, "") for reach in row.reaches])
                        for row in rows
                        if any(row.reaches)
                    ],
                )
                for room, rows in queries.matrix([one.code for one in shown])
                if any(any(row.reaches) for row in rows)
            ],
        }


class SeparationPage(Page[Actor]):
    """Whether the three administrators are apart, searched over the whole table."""

    permission = _VIEW
    title = "三员分立检查"
    template_name = "accounts/separation.html"

    def context(self) -> dict[str, object]:
        """Return what is found."""
        found = grants.find_conflicts()
        return {
            "crumbs": [Crumb(label="授权", href=reverse("grants"))],
            "found": [(one.name, one.user, "、".join(role_name(role) for role in one.roles)) for one in found],
            "three": [
                (
                    role_name(role),
                    Grant.objects.filter(queries.running(self.today), role=role, user__is_active=True)
                    .values("user")
                    .distinct()
                    .count(),
                )
                for role in ("system_admin", "security_admin", "audit_admin")
            ],
        }


def grant_facts(row: Grant) -> list[Fact]:
    """Return a grant as a description list."""
    return [
        Fact(label="姓名", value=row.user.name, href=reverse("user", args=[row.user.code])),
        Fact(label="角色", value=role_name(row.role)),
        Fact(label="单位", value=row.unit.name),
        Fact(label="起始日期", value=row.valid_from),
        Fact(label="终止日期（不含）", value=row.valid_to or "长期"),
        Fact(label="状态", value=_state(row)),
        *([Fact(label="受谁委托", value=row.delegated_by.name)] if row.delegated_by else []),
        Fact(label="授予人", value=row.granted_by),
        Fact(label="事由", value=row.reason),
        *(
            [Fact(label="收回人", value=row.ended_by), Fact(label="收回事由", value=row.end_reason)]
            if row.ended_by
            else []
        ),
    ]
