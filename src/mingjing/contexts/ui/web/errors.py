"""Pages for what no view answers: refused, not found, broken. Django says with which arguments they are called."""

# ruff: noqa: ARG001

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """There is no such page."""
    words = "没有这个页面。地址可能写错了，或者页面已经移走。"
    return _problem(request, 404, "没有找到", words, "search")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page is not for this viewer."""
    words = "您没有打开这个页面的权限。如工作需要，请向本单位安全管理员申请。"
    return _problem(request, 403, "没有权限", words, "lock")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is too old, or comes from elsewhere."""
    words = "这个页面打开得太久，或者登录状态已变，为安全起见没有提交。请返回上一页，刷新后重新提交。"
    return _problem(request, 403, "表单已失效", words, "refresh")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Nobody can make sense of the request."""
    return _problem(request, 400, "请求有误", "系统没有看懂这次请求。请返回上一页重试。", "alert-circle")


def broken(request: HttpRequest) -> HttpResponse:
    """Something went wrong in the program; the page needs neither the database nor a session."""
    return HttpResponse(render_to_string("ui/500.html"), status=500)


def _problem(request: HttpRequest, status: int, heading: str, words: str, icon: str) -> HttpResponse:
    return render(request, "ui/problem.html", {"heading": heading, "words": words, "icon": icon}, status=status)
