"""Accounts: the list, one of them, and the acts on it."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse

from mingjing.contexts.accounts import queries
from mingjing.contexts.accounts.access import Actor, access, visible
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.accounts.permissions import roles
from mingjing.contexts.accounts.usecases import factors, passwords, users
from mingjing.contexts.accounts.web import imports
from mingjing.contexts.accounts.web.acts import ActPage, FormPage
from mingjing.contexts.accounts.web.forms import NewUserForm, ReasonForm, UserForm
from mingjing.contexts.accounts.web.stepup import DangerousPage
from mingjing.contexts.ui.components import Badge, Crumb, Fact, Tone
from mingjing.contexts.ui.tables import Column, FlagFilter, Table, TableView, TextFilter
from mingjing.contexts.ui.web.pages import Page

_VIEW, _EDIT, _RESET, _FACTOR = (
    "accounts.user.view",
    "accounts.user.edit",
    "accounts.user.reset",
    "accounts.factor.reset",
)


def user_href(user: User) -> str:
    """Return where an account has its page."""
    return reverse("user", args=[user.code])


def _state(user: User) -> Badge:
    if not user.is_active:
        return Badge(text="停用")
    if user.must_change_password:
        return Badge(text="待首次登录", tone=Tone.ATTENTION)
    return Badge(text="启用", tone=Tone.GOOD)


USERS = Table(
    name="accounts.users",
    columns=(
        Column(name="name", label="姓名", value=lambda row: row.name, order="name", href=user_href),
        Column(name="username", label="登录名", value=lambda row: row.username, order="username"),
        Column(name="unit", label="所属单位", value=lambda row: row.unit.name if row.unit else "", order="unit__path"),
        Column(name="state", label="状态", value=_state, order="is_active,must_change_password"),
        Column(name="seen", label="最近登录", value=lambda row: row.last_login, order="last_login"),
        Column(name="code", label="用户代码", value=lambda row: row.code, order="code", shown=False),
        Column(name="since", label="建立时间", value=lambda row: row.created_at, order="created_at", shown=False),
    ),
    filters=(
        TextFilter(name="unit", label="所属单位", fields=("unit__name", "unit__code")),
        FlagFilter(name="inactive", label="已停用", condition=Q(is_active=False)),
        FlagFilter(name="fresh", label="待首次登录", condition=Q(must_change_password=True, is_active=True)),
    ),
    search=("name", "username", "code"),
    search_hint="姓名、登录名",
    order="unit",
    row_name=lambda row: row.name,
    noun="个账号",
)


class UsersPage(TableView[Actor]):
    """All accounts that may be seen."""

    table, title, permission = USERS, "账号", _VIEW
    lead = "系统管理员建立和停用账号；安全管理员授予角色；审计管理员查看日志。三员分立，互不兼任。"

    def rows(self) -> QuerySet[Any]:
        """Return them."""
        return visible(User.objects.select_related("unit"), self.actor, _VIEW)

    def acts(self) -> Sequence[tuple[str, str, str]]:
        """Return the buttons of who edits."""
        if not self.actor.may(_EDIT):
            return ()
        return [
            ("建立账号", reverse("user_new"), "user-plus"),
            *imports.buttons("users"),
        ]


class UserPage(Page[Actor]):
    """One account."""

    permission = _VIEW
    template_name = "accounts/user.html"

    def context(self) -> dict[str, object]:
        """Return what is shown."""
        user = access(User.objects.select_related("unit"), self.actor, _VIEW, code=self.kwargs["code"])
        factor = queries.factor_of(user.pk)
        myself = user.pk == self.actor.user_id
        held = queries.grants_of(user.pk, on=self.today) if self.actor.may("accounts.grant.view") else ()
        return {
            "title": user.name,
            "crumbs": [Crumb(label="账号", href=reverse("users"))],
            "facts": [
                Fact(label="登录名", value=user.username),
                Fact(label="用户代码", value=user.code),
                Fact(label="所属单位", value=user.unit.name if user.unit else "未填写"),
                Fact(label="手机", value=user.mobile),
                Fact(label="邮箱", value=user.email),
                Fact(label="状态", value=_state(user)),
                Fact(
                    label="动态口令", value=Badge(text="已启用", tone=Tone.GOOD) if factor.on else Badge(text="未启用")
                ),
                Fact(label="最近登录", value=user.last_login),
                Fact(label="建立时间", value=user.created_at),
            ],
            "sees_grants": self.actor.may("accounts.grant.view"),
            "held": [
                {
                    "id": one.pk,
                    "name": roles()[one.role].name if one.role in roles() else one.role,
                    "unit": one.unit.name,
                    "since": one.valid_from,
                    "until": one.valid_to,
                    "from": one.delegated_by.name if one.delegated_by else "",
                }
                for one in held
            ],
            "code": user.code,
            "active": user.is_active,
            "may_edit": self.actor.may(_EDIT),
            "may_reset": self.actor.may(_RESET) and not myself,
            "may_deactivate": self.actor.may(_EDIT) and not myself,
            "may_factor": self.actor.may(_FACTOR) and factor.on and not myself,
            "may_grant": self.actor.may("accounts.grant.edit") and not myself and user.is_active,
        }


class NewUserPage(FormPage):
    """An account made; its initial password is told once."""

    permission, title, act = _EDIT, "建立账号", "建立"
    lead = "只建账号，不带任何角色；角色由安全管理员授予。"

    def form(self, data: Any = None) -> NewUserForm:
        """Return the form."""
        return NewUserForm(data, units=_units(self.actor))

    def do(self, given: dict[str, Any]) -> HttpResponse:
        """Make it."""
        user, password = users.make_user(actor=self.actor, at=self.now, **given)
        return self.show(
            "accounts/initial_password.html", title="账号已经建立", password=password, user=user, back=user_href(user)
        )

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="账号", href=reverse("users"))]

    def back(self) -> str:
        """Return where to go otherwise."""
        return reverse("users")


class _UserAct(ActPage[User]):
    permission = _EDIT

    def fetch(self) -> User:
        """Return the account that is acted upon."""
        rows = User.objects.select_related("unit")
        return access(rows, self.actor, self.permission, see=_VIEW, code=self.kwargs["code"])

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return [Crumb(label="账号", href=reverse("users")), Crumb(label=self.row.name, href=self.back())]

    def back(self) -> str:
        """Return where to go when it is done, or not."""
        return user_href(self.row)

    def facts(self) -> list[Fact]:
        """Return whose account it is."""
        unit = self.row.unit.name if self.row.unit else "未填写"
        return [
            Fact(label="姓名", value=self.row.name),
            Fact(label="登录名", value=self.row.username),
            Fact(label="所属单位", value=unit),
        ]


class EditUserPage(_UserAct):
    """An account changed."""

    title, act = "修改资料", "保存"

    def form(self, data: Any = None) -> UserForm:
        """Return the form with what there is."""
        row = self.row
        initial = {
            "name": row.name,
            "unit": row.unit.code if row.unit else "",
            "mobile": row.mobile,
            "email": row.email,
            "provider_subject": row.provider_subject or "",
        }
        return UserForm(data, units=_units(self.actor), initial=initial)

    def do(self, given: dict[str, Any]) -> str:
        """Change it."""
        users.change_user(actor=self.actor, at=self.now, code=self.row.code, version=self.version, **given)
        messages.success(self.request, "已经保存。")
        return self.back()

    def facts(self) -> list[Fact]:
        """Return nothing: the form shows it."""
        return []


class _ReasonAct(_UserAct):
    def form(self, data: Any = None) -> ReasonForm:
        """Return the form."""
        return ReasonForm(data)


class DeactivateUserPage(_ReasonAct, DangerousPage):
    """An account put out of use."""

    title, act, grave = "停用账号", "停用", True
    lead = "立即退出所有登录，停用接口令牌，收回他委托出去的角色。办过的事和日志都保留。"

    def do(self, given: dict[str, Any]) -> str:
        """Put it out of use."""
        users.deactivate_user(actor=self.actor, at=self.now, code=self.row.code, version=self.version, **given)
        messages.success(self.request, f"{self.row.name}的账号已经停用。")
        return self.back()


class ActivateUserPage(_ReasonAct, DangerousPage):
    """An account put into use again."""

    title, act = "恢复启用", "恢复启用"
    lead = "恢复后请重置密码，把新的初始密码当面交给本人。原有的角色仍然有效，请安全管理员核对。"

    def do(self, given: dict[str, Any]) -> str:
        """Put it into use."""
        users.activate_user(actor=self.actor, at=self.now, code=self.row.code, version=self.version, **given)
        messages.success(self.request, f"{self.row.name}的账号已经恢复启用。")
        return self.back()


class ResetPasswordPage(_ReasonAct, DangerousPage):
    """A new initial password, told once."""

    permission = _RESET
    title, act = "重置密码", "重置"
    lead = "请先核实是本人。新的初始密码只显示一次，首次登录必须修改；动态口令不受影响。"

    def do(self, given: dict[str, Any]) -> HttpResponse:
        """Reset it."""
        made = passwords.reset_password(
            actor=self.actor, at=self.now, user=self.row.code, version=self.version, **given
        )
        return self.show(
            "accounts/initial_password.html", title="密码已经重置", password=made, user=self.row, back=self.back()
        )


class ResetFactorPage(_ReasonAct, DangerousPage):
    """The second factor of somebody who lost it, taken away."""

    permission = _FACTOR
    title, act, grave = "解除动态口令", "解除", True
    lead = "请先当面核实是本人。解除后他的所有登录立即结束，下次登录时按岗位要求重新绑定。"

    def do(self, given: dict[str, Any]) -> str:
        """Take it away."""
        factors.reset_factor(actor=self.actor, at=self.now, user=self.row.code, **given)
        messages.success(self.request, f"{self.row.name}的动态口令已经解除。")
        return self.back()


def _units(actor: Actor) -> list[Unit]:
    rows = visible(Unit.objects.filter(valid_to=None), actor, "accounts.unit.view")
    return list(rows.order_by("path"))
