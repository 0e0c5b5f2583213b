"""Signing in and out: the name and password, the one-time password, the provider, the confirmation."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.addresses import visit_of
from mingjing.contexts.accounts.middleware import CONFIRMED, PENDING, SEEN, STARTED
from mingjing.contexts.accounts.models import User
from mingjing.contexts.accounts.permissions import SIGNED_IN
from mingjing.contexts.accounts.usecases import provider as providers
from mingjing.contexts.accounts.usecases.provider import Asked, Provider, ProviderError
from mingjing.contexts.accounts.usecases.signin import (
    Admitted,
    SignInRefusedError,
    Way,
    check_name_and_password,
    check_second_factor,
    confirm,
    enter,
    has_factor,
    leave,
)
from mingjing.contexts.accounts.usecases.visits import LockedOutError
from mingjing.contexts.accounts.web.forms import ConfirmForm, OneTimeForm, SignInForm
from mingjing.contexts.accounts.web.stepup import next_of
from mingjing.contexts.ui.web.pages import Page

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_HALF = "accounts.half"
_ASKED = "accounts.asked"
_HALF_SECONDS = 300

type Redirect = HttpResponseRedirect | HttpResponse


def provider_here() -> Provider | None:
    """Return the provider of the place, if one is set up."""
    given: dict[str, str] | None = settings.IDENTITY_PROVIDER
    return Provider(**given) if given else None


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class SignInView(View):
    """The first step."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form; who is in goes on."""
        if request.user.is_authenticated:
            return redirect(next_of(request))
        return self._show(request, SignInForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Check name and password."""
        form = SignInForm(request.POST)
        if not form.is_valid():
            return self._show(request, form, status=422)
        try:
            admitted = check_name_and_password(**form.cleaned_data, at=timezone.now(), visit=visit_of(request))
        except (SignInRefusedError, LockedOutError) as error:
            form.add_error(None, error.message)
            return self._show(request, form, status=429 if isinstance(error, LockedOutError) else 422)
        return go_on(request, admitted, Way.PASSWORD, next_of(request))

    def _show(self, request: HttpRequest, form: SignInForm, status: int = 200) -> HttpResponse:
        context = {"title": "登录", "form": form, "next": next_of(request), "provider": provider_here()}
        return render(request, "accounts/sign_in.html", context, status=status)


@method_decorator([never_cache, sensitive_post_parameters("code")], name="dispatch")
class OneTimeView(View):
    """The second step."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the form to who has passed the first."""
        return self._show(request, OneTimeForm()) if self._half(request) else redirect("sign_in")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Check the one-time password."""
        half = self._half(request)
        user = User.objects.filter(pk=half["user"], is_active=True).first() if half else None
        if half is None or user is None:
            messages.warning(request, "登录已经超时，请重新输入登录名和密码。")
            return redirect("sign_in")
        form, way = OneTimeForm(request.POST), Way(half["way"])
        if not form.is_valid():
            return self._show(request, form, status=422)
        try:
            check_second_factor(
                user=user,
                password=form.cleaned_data["code"],
                way=way,
                at=timezone.now(),
                visit=visit_of(request),
            )
        except (SignInRefusedError, LockedOutError) as error:
            form.add_error("code", error.message)
            return self._show(request, form, status=429 if isinstance(error, LockedOutError) else 422)
        return _enter(request, user, way, half["next"])

    def _half(self, request: HttpRequest) -> dict[str, Any] | None:
        half: dict[str, Any] | None = request.session.get(_HALF)
        if half is None or timezone.now().timestamp() - half["at"] > _HALF_SECONDS:
            return None
        return half

    def _show(self, request: HttpRequest, form: OneTimeForm, status: int = 200) -> HttpResponse:
        return render(request, "accounts/one_time.html", {"title": "动态口令", "form": form}, status=status)


@method_decorator(never_cache, name="dispatch")
class ProviderView(View):
    """Sends to the provider of the place."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask the provider who it is."""
        provider = provider_here()
        if provider is None:
            return redirect("sign_in")
        back = request.build_absolute_uri(reverse("sign_in_provider_back"))
        address, asked = providers.ask(provider, back=back)
        request.session[_ASKED] = asked.kept() | {"next": next_of(request)}
        return redirect(address)


@method_decorator(never_cache, name="dispatch")
class ProviderBackView(View):
    """Where the provider sends back to."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Check what the provider says."""
        provider, kept = provider_here(), request.session.pop(_ASKED, None)
        if provider is None or kept is None:
            messages.warning(request, "这次登录不是从本页面发起的，或者已经过期，请重新登录。")
            return redirect("sign_in")
        now = timezone.now()
        try:
            admitted = providers.admit(provider, Asked.of(kept), request.GET, at=now, visit=visit_of(request))
        except (ProviderError, SignInRefusedError) as error:
            messages.error(request, error.message)
            return redirect("sign_in")
        return go_on(request, admitted, Way.PROVIDER, kept["next"])


class SignOutView(View):
    """The end of a session."""

    permission = SIGNED_IN
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Sign out."""
        if isinstance(request.user, User):
            key = request.session.session_key or ""
            leave(user=request.user, at=timezone.now(), visit=visit_of(request), session_key=key)
            logout(request)
        messages.success(request, "您已退出登录。")
        return redirect("sign_in")


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class ConfirmPage(Page[Actor]):
    """Who it is, once more, before a dangerous act."""

    permission = SIGNED_IN
    title = "再次验证身份"
    template_name = "accounts/confirm_identity.html"

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Ask."""
        return self._ask(ConfirmForm(by_app=self._by_app()))

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Check."""
        form = ConfirmForm(request.POST, by_app=self._by_app())
        if not form.is_valid():
            return self._ask(form, status=422)
        assert isinstance(request.user, User)
        try:
            confirm(user=request.user, password=form.cleaned_data["password"], at=self.now, visit=visit_of(request))
        except (SignInRefusedError, LockedOutError) as error:
            form.add_error("password", error.message)
            return self._ask(form, status=429 if isinstance(error, LockedOutError) else 422)
        request.session[CONFIRMED] = int(self.now.timestamp())
        return redirect(next_of(request))

    def _by_app(self) -> bool:
        return isinstance(self.request.user, User) and has_factor(self.request.user)

    def _ask(self, form: ConfirmForm, status: int = 200) -> HttpResponse:
        return self.show(status=status, form=form, next=next_of(self.request))


def go_on(request: HttpRequest, admitted: Admitted, way: Way, target: str) -> HttpResponse:
    """Go on after the first step: to the second, or in."""
    if not admitted.needs_factor:
        return _enter(request, admitted.user, way, target)
    request.session.cycle_key()
    at = int(timezone.now().timestamp())
    request.session[_HALF] = {"user": admitted.user.pk, "way": way.value, "at": at, "next": target}
    return redirect("sign_in_code")


def _enter(request: HttpRequest, user: User, way: Way, target: str) -> HttpResponse:
    request.session.pop(_HALF, None)
    login(request, user, backend=_BACKEND)
    now = timezone.now()
    key = request.session.session_key
    assert key is not None
    pending = enter(user=user, way=way, at=now, visit=visit_of(request), session_key=key)
    second = int(now.timestamp())
    request.session.update({STARTED: second, SEEN: second, CONFIRMED: second, PENDING: [str(one) for one in pending]})
    return redirect(target)
