"""Pages of the look itself: preferences, the whole menu, the keys."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from mingjing.contexts.ui import shell
from mingjing.contexts.ui.web.pages import Page

_YEAR = 365 * 24 * 3600
SHORTCUTS = (
    (("/",), "到全站搜索框"),
    (("?",), "打开本页"),
    (("g", "h"), "回到我的工作"),
    (("g", "m"), "打开消息"),
    (("g", "c"), "打开全部菜单"),
    (("Esc",), "收起菜单、说明或对话框"),
    (("↓", "↑"), "在展开的菜单中移动"),
)


class PreferencesView(View):
    """Keep how the viewer wants pages shown: on this device, and for the session."""

    public = True
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Set what the form names, and go back."""
        target = request.POST.get("next", "/")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
            target = "/"
        response = redirect(target)
        for name in shell.PREFERENCES:
            if (wanted := request.POST.get(name)) in ("on", "off"):
                value = wanted == "on"
                shell.prefer(request, name, value)
                response.set_cookie(
                    name,
                    "1" if value else "0",
                    max_age=_YEAR,
                    samesite="Lax",
                    secure=request.is_secure(),
                    httponly=True,
                )
                shell.preference_changed.send(sender=type(self), request=request, name=name, value=value)
        return response


class IconView(View):
    """Where browsers look for the icon of what is no page of ours, as of a text in the public log."""

    public = True
    http_method_names = ("get", "head")

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send them to it."""
        return redirect(static("ui/mirror.svg"))


class MenuPage(Page):
    """The whole menu as a page: where the drawer cannot open, it is this."""

    permission = ""
    title = "全部菜单"
    template_name = "ui/menu.html"


class KeysPage(View):
    """What can be done with the keyboard."""

    public = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show the keys."""
        return render(request, "ui/keys.html", {"title": "键盘操作", "shortcuts": SHORTCUTS})
