"""My account: password, second factor, sessions, tokens, delegations."""

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from mingjing.contexts.accounts import queries
from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.middleware import PENDING
from mingjing.contexts.accounts.models import Grant, User
from mingjing.contexts.accounts.permissions import SIGNED_IN, permission, permissions, roles
from mingjing.contexts.accounts.policy import policy
from mingjing.contexts.accounts.usecases import factors, grants, tokens
from mingjing.contexts.accounts.usecases.passwords import change_password, rule_for
from mingjing.contexts.accounts.usecases.sessions import end_session, rename_session
from mingjing.contexts.accounts.usecases.signin import Pending
from mingjing.contexts.accounts.web.forms import DelegationForm, OneTimeForm, PasswordForm, TokenForm
from mingjing.contexts.accounts.web.stepup import DangerousPage
from mingjing.contexts.ui.components import Crumb, Event, Fact, Tone
from mingjing.contexts.ui.web.pages import Page
from mingjing.domain.separation import ADMINISTRATORS
from mingjing.kernel.errors import DomainError

_SHOWN = 8
_PEOPLE = 500
_ONLY_IN_PERSON = ("accounts.token.edit", "accounts.delegation.edit")
"""What no token may do, whatever it carries."""
_BAD = ("wrong", "second_wrong", "lockout", "locked", "confirm_wrong", "refused")


def _me() -> list[Crumb]:
    return [Crumb(label="我的账号", href=reverse("me"))]


class MePage(Page[Actor]):
    """All of it at a glance."""

    permission = SIGNED_IN
    title = "我的账号"
    template_name = "accounts/me.html"

    def context(self) -> dict[str, object]:
        """Return what is shown."""
        user = User.objects.select_related("unit").get(pk=self.actor.user_id)
        held = queries.grants_of(user.pk, on=self.today)
        return {
            "facts": [
                Fact(label="姓名", value=user.name),
                Fact(label="登录名", value=user.username),
                Fact(label="所属单位", value=user.unit.name if user.unit else "未填写"),
                Fact(label="密码修改时间", value=user.password_changed_at or user.created_at),
            ],
            "held": [
                {
                    "name": roles()[one.role].name if one.role in roles() else one.role,
                    "unit": one.unit.name,
                    "since": one.valid_from,
                    "until": one.valid_to,
                    "from": one.delegated_by.name if one.delegated_by else "",
                }
                for one in held
            ],
            "factor": queries.factor_of(user.pk),
            "sessions": queries.sessions_of(user.pk, current=self.request.session.session_key or "", now=self.now),
            "tokens": [
                {
                    "name": one.name,
                    "mark": one.mark,
                    "permissions": "、".join(permission(code).label for code in one.permissions),
                    "expires_at": one.expires_at,
                    "used_at": one.used_at,
                    "used_from": one.used_from,
                }
                for one in queries.tokens_of(user.pk, now=self.now)
            ],
            "lent": [
                {
                    "id": one.pk,
                    "name": roles()[one.role].name if one.role in roles() else one.role,
                    "to": one.user.name,
                    "since": one.valid_from,
                    "until": one.valid_to,
                }
                for one in queries.lent_by(user.pk, on=self.today)
            ],
            "may_tokens": self.actor.may("accounts.token.edit"),
            "may_delegate": any(one.delegated_by_id is None and one.role not in ADMINISTRATORS for one in held),
            "events": [
                Event(
                    at=one.at,
                    title=one.get_kind_display(),
                    text=f"{queries.device_words(one.device)}，{one.address}",
                    tone=Tone.BAD if one.kind in _BAD else Tone.PLAIN,
                )
                for one in queries.sign_ins_of(user.pk, limit=_SHOWN)
            ],
        }


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class PasswordPage(Page[Actor]):
    """One's own password."""

    permission = SIGNED_IN
    title = "修改密码"
    template_name = "accounts/password.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the form and the rules."""
        return self._show(PasswordForm())

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Change it."""
        form = PasswordForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        given, key = form.cleaned_data, request.session.session_key or ""
        try:
            change_password(actor=self.actor, at=self.now, present=given["present"], new=given["new"], keep_session=key)
        except DomainError as error:
            form.add_error("present" if error.code == "accounts.wrong_password" else "new", error.message)
            return self._show(form, status=422)
        user = User.objects.get(pk=self.actor.user_id)
        update_session_auth_hash(request, user)
        rename_session(old=key, new=request.session.session_key or "")
        done(request, Pending.PASSWORD)
        messages.success(request, "密码已经修改，您在其他设备上的登录已经结束。")
        return redirect("me")

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return _me()

    def _show(self, form: PasswordForm, status: int = 200) -> HttpResponse:
        user = User.objects.get(pk=self.actor.user_id)
        rule = rule_for(user, at=self.now)
        rules = [
            f"至少 {rule.length} 个字符，小写字母、大写字母、数字、其他符号中至少 {rule.kinds} 类",
            "不含登录名、姓名、手机号或者邮箱，不用常见密码和键盘上相连的键",
            f"不与最近 {policy().password_history} 次的密码相同",
        ]
        if policy().password_days:
            rules.append(f"每 {policy().password_days} 天至少修改一次")
        forced = Pending.PASSWORD in self.request.session.get(PENDING, [])
        return self.show(status=status, form=form, rules=rules, forced=forced)


@method_decorator(never_cache, name="dispatch")
class FactorPage(Page[Actor]):
    """One's own second factor: set up, or as it stands."""

    permission = SIGNED_IN
    title = "动态口令"
    template_name = "accounts/factor.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the code to scan, or the state."""
        return self._show(OneTimeForm())

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Confirm with the first one-time password, and tell the recovery codes once."""
        form = OneTimeForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            codes = factors.confirm_factor(actor=self.actor, at=self.now, password=form.cleaned_data["code"])
        except DomainError as error:
            form.add_error("code", error.message)
            return self._show(form, status=422)
        done(request, Pending.FACTOR)
        return self.show("accounts/recovery_codes.html", title="请保存恢复码", codes=codes)

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return _me()

    def _show(self, form: OneTimeForm, status: int = 200) -> HttpResponse:
        state = queries.factor_of(self.actor.user_id)
        if state.on:
            return self.show(state=state, title="动态口令")
        offered = factors.offer_factor(actor=self.actor)
        form.fields["code"].help_text = "输入应用现在显示的 6 位数字，确认绑定成功。"
        drawn = segno.make(offered.address, error="m").svg_data_uri(scale=5, border=2)
        secret = " ".join(offered.secret[at : at + 4] for at in range(0, len(offered.secret), 4))
        forced = Pending.FACTOR in self.request.session.get(PENDING, [])
        return self.show(status=status, form=form, drawn=drawn, secret=secret, forced=forced, state=None)


@method_decorator(never_cache, name="dispatch")
class RecoveryCodesPage(DangerousPage):
    """New recovery codes."""

    permission = SIGNED_IN
    title = "换一批恢复码"
    template_name = "ui/confirm.html"

    def context(self) -> dict[str, object]:
        """Ask first."""
        return {"act": "换一批恢复码", "lead": "原来的恢复码立即作废。", "back": reverse("my_factor")}

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Make and tell them once."""
        codes = factors.renew_recovery_codes(actor=self.actor, at=self.now)
        return self.show("accounts/recovery_codes.html", title="请保存恢复码", codes=codes)


class DropFactorPage(DangerousPage):
    """The second factor taken away."""

    permission = SIGNED_IN
    title = "解除动态口令"
    template_name = "ui/confirm.html"

    def context(self) -> dict[str, object]:
        """Ask first."""
        lead = "解除之后只凭密码登录。换手机的，解除后请马上重新绑定；岗位要求动态口令的，下次登录必须绑定。"
        return {"act": "解除动态口令", "lead": lead, "back": reverse("my_factor"), "grave": True}

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Take it away."""
        factors.drop_factor(actor=self.actor, at=self.now)
        messages.success(request, "动态口令已经解除。")
        return redirect("my_factor")


class EndSessionView(Page[Actor]):
    """A session of one's own, ended."""

    permission = SIGNED_IN
    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """End it."""
        end_session(actor=self.actor, at=self.now, handle=str(kwargs["handle"]))
        messages.success(request, "这个登录会话已经结束。")
        return redirect("me")


@method_decorator(never_cache, name="dispatch")
class NewTokenPage(DangerousPage):
    """A token, made; the secret is told once."""

    permission = "accounts.token.edit"
    title = "建立接口令牌"
    template_name = "accounts/form.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the form."""
        return self._show(TokenForm(held=self._held()))

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Make it."""
        form = TokenForm(request.POST, held=self._held())
        if form.is_valid():
            try:
                token, secret = tokens.make_token(actor=self.actor, at=self.now, **form.cleaned_data)
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                return self.show("accounts/token.html", title="令牌已经建立", token=token, secret=secret)
        return self._show(form, status=422)

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return _me()

    def _held(self) -> list[str]:
        return [one.code for one in permissions() if self.actor.may(one.code) and one.code not in _ONLY_IN_PERSON]

    def _show(self, form: TokenForm, status: int = 200) -> HttpResponse:
        lead = "令牌代表您本人，别的系统凭它访问接口，权限不超过您自己的。"
        return self.show(status=status, form=form, lead=lead, act="建立令牌", back=reverse("me"))


class RevokeTokenView(Page[Actor]):
    """A token of one's own, revoked."""

    permission = "accounts.token.edit"
    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Revoke it."""
        tokens.revoke_token(actor=self.actor, at=self.now, mark=str(kwargs["mark"]))
        messages.success(request, "令牌已经停用。")
        return redirect("me")


class DelegatePage(Page[Actor]):
    """A role lent while absent."""

    permission = "accounts.delegation.edit"
    title = "委托角色"
    template_name = "accounts/form.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Show the form."""
        return self._show(self._form())

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Lend it."""
        form = self._form(request.POST)
        if form.is_valid():
            try:
                lent = grants.delegate(actor=self.actor, at=self.now, **form.cleaned_data)
            except DomainError as error:
                form.add_error(None, error.message)
            else:
                messages.success(request, f"已经委托给{lent.user.name}，{lent.valid_to} 自动收回。")
                return redirect("me")
        return self._show(form, status=422)

    def crumbs(self) -> list[Crumb]:
        """Return the way here."""
        return _me()

    def _form(self, data: object = None) -> DelegationForm:
        held = [
            one
            for one in queries.grants_of(self.actor.user_id, on=self.today)
            if one.delegated_by_id is None and one.role not in ADMINISTRATORS
        ]
        people = User.objects.filter(is_active=True, unit__path__startswith=self.actor.unit_path or "/")
        people = people.exclude(pk=self.actor.user_id).select_related("unit").order_by("unit__path", "name")
        return DelegationForm(data, grants=held, people=people[:_PEOPLE], today=self.today)  # type: ignore[arg-type]

    def _show(self, form: DelegationForm, status: int = 200) -> HttpResponse:
        lead = "外出期间请人代办。受托人以自己的名义办理，委托的起止和委托人记入日志；委托不能再转委托。"
        return self.show(status=status, form=form, lead=lead, act="委托", back=reverse("me"))


class EndDelegationView(Page[Actor]):
    """What was lent, taken back."""

    permission = "accounts.delegation.edit"
    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Take it back."""
        row: Grant = grants.end_delegation(actor=self.actor, at=self.now, grant=int(str(kwargs["grant"])))
        messages.success(request, f"已经从{row.user.name}收回委托。")
        return redirect("me")


def done(request: HttpRequest, what: Pending) -> None:
    """Take off the list what had to be done first."""
    request.session[PENDING] = [one for one in request.session.get(PENDING, []) if one != what]
