"""Pages of the work room."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from mingjing.contexts.accounts.access import Actor, MissingError
from mingjing.contexts.accounts.permissions import SIGNED_IN, roles
from mingjing.contexts.ui.components import Badge, Crumb, Fact, Tab, Tone
from mingjing.contexts.ui.shell import Shell
from mingjing.contexts.ui.web.pages import Page
from mingjing.contexts.work import figures, jobs, notifications, saved_views, search, todos
from mingjing.contexts.work.models import Job, JobState, Notification

_WEEKDAYS = "一二三四五六日"
_PAGE = 20
_MOST_TODOS = 60
_JOB_TONES = {
    JobState.WAITING: Tone.PLAIN,
    JobState.RUNNING: Tone.INFO,
    JobState.DONE: Tone.GOOD,
    JobState.FAILED: Tone.BAD,
    JobState.CANCELLED: Tone.PLAIN,
}


class HomePage(Page[Actor]):
    """My work: what I must do, by when, why."""

    permission = SIGNED_IN
    title = "我的工作"
    template_name = "work/home.html"

    def context(self) -> dict[str, Any]:
        """Return to-dos by urgency, numbers, the latest notifications, jobs under way, and where else to go."""
        found = todos.todos_for(self.actor, self.today)
        groups = todos.grouped(found[:_MOST_TODOS], self.today)
        held = {roles()[one.role].name: roles()[one.role].purpose for one in self.actor.held}
        return {
            "lead": f"{greeting(self.now)}，{self.actor.name}。{self.today:%Y 年 %-m 月 %-d 日}"
            f" 星期{_WEEKDAYS[self.today.weekday()]}",
            "roles": [Fact(label=name, value=purpose) for name, purpose in held.items()],
            "groups": groups,
            "urgent": sum(len(one.todos) for one in groups if one.tone != "plain"),
            "total": len(found),
            "left_out": max(0, len(found) - _MOST_TODOS),
            "figures": figures.figures_for(self.actor, self.today),
            "latest": notifications.latest(self.actor),
            "running": [job_row(one) for one in jobs.latest(self.actor, 5) if not one.is_over],
            "doors": doors(self.request),
            "first": [link for _, links in Shell(self.request).groups for link in links if link.entry.first],
        }


class SearchPage(Page[Actor]):
    """Search over everything that the actor may see."""

    permission = SIGNED_IN
    title = "全站搜索"
    template_name = "work/search.html"

    def context(self) -> dict[str, Any]:
        """Return what was found, by kind."""
        asked = self.request.GET.get("q", "").replace("\x00", "").strip()[:100]
        kind = self.request.GET.get("kind", "")
        wanted = self.request.GET.get("page", "1")
        page = max(1, min(int(wanted), 100)) if wanted.isdecimal() else 1
        if not asked:
            return {"asked": "", "kinds": [one.label for one in search.kinds_for(self.actor)]}
        found = search.find(self.actor, asked, kind=kind, page=page, size=_PAGE)
        return {
            "asked": asked,
            "found": found,
            "tabs": self._tabs(asked, kind, found),
            "leaf": Paginator(range(found.total), _PAGE).get_page(page),
            "doors": [one for one in doors(self.request) if asked in one[0]] if not kind else [],
        }

    def _tabs(self, asked: str, kind: str, found: search.Found) -> list[Tab]:
        labels = {one.name: one.label for one in search.kinds_for(self.actor)}
        every = Tab(
            label="全部", href=f"?{urlencode({'q': asked})}", current=not kind, count=sum(found.counts.values())
        )
        kinds = [
            Tab(
                label=labels[name],
                href=f"?{urlencode({'q': asked, 'kind': name})}",
                current=kind == name,
                count=count,
            )
            for name, count in found.counts.items()
        ]
        return [every, *kinds]


class NotificationsPage(Page[Actor]):
    """All notifications, the latest first."""

    permission = SIGNED_IN
    title = "消息"
    template_name = "work/notifications.html"

    def context(self) -> dict[str, Any]:
        """Return a page of them."""
        rows = Notification.objects.filter(user_id=self.actor.user_id).order_by("-at", "-pk")
        unread = self.request.GET.get("unread") == "1"
        if unread:
            rows = rows.filter(read_at=None)
        leaf = Paginator(rows, _PAGE).get_page(self.request.GET.get("page"))
        waiting = notifications.unread(self.actor.user_id)
        return {
            "leaf": leaf,
            "rows": list(leaf.object_list),
            "waiting": waiting,
            "tabs": [
                Tab(label="全部", href=self.request.path, current=not unread),
                Tab(label="未读", href=f"{self.request.path}?unread=1", current=unread, count=waiting),
            ],
        }

    def post(self, request: HttpRequest) -> HttpResponse:
        """Mark all as read."""
        count = notifications.read_all(actor=self.actor, at=self.now)
        messages.success(request, f"已将 {count} 条消息标为已读。")
        return redirect("notifications")


class NotificationView(Page[Actor]):
    """Open a notification: it is read, and leads where it leads."""

    permission = SIGNED_IN

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Mark it as read and go there."""
        row = notifications.open_notification(actor=self.actor, at=self.now, pk=self.kwargs["pk"])
        inside = row.href.startswith("/") and url_has_allowed_host_and_scheme(row.href, None)
        return redirect(row.href if inside else "notifications")


class ViewsPage(Page[Actor]):
    """One's own saved views."""

    permission = SIGNED_IN
    title = "常用视图"
    template_name = "work/views.html"

    def context(self) -> dict[str, Any]:
        """Return them."""
        return {"rows": saved_views.own_views(self.actor)}


class SaveViewView(Page[Actor]):
    """Save the view of a table."""

    permission = SIGNED_IN
    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Save it and go back to it."""
        given = request.POST
        row = saved_views.save_view(
            actor=self.actor,
            at=self.now,
            table=given.get("table", "")[:64],
            path=given.get("path", ""),
            name=given.get("name", ""),
            query=given.get("query", ""),
            shared=given.get("shared") == "1",
        )
        messages.success(request, f"视图“{row.name}”已保存{'，本单位同事也能用' if row.shared else ''}。")
        return redirect(f"{row.path}?{row.query}" if row.query else row.path)


class RemoveViewView(Page[Actor]):
    """Delete a saved view."""

    permission = SIGNED_IN
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Delete it."""
        saved_views.remove_view(actor=self.actor, at=self.now, pk=pk)
        messages.success(request, "视图已删除。")
        return redirect("views")


class JobsPage(Page[Actor]):
    """One's own jobs."""

    permission = SIGNED_IN
    title = "后台任务"
    template_name = "work/jobs.html"

    def context(self) -> dict[str, Any]:
        """Return the latest."""
        rows = [job_row(one) for one in jobs.latest(self.actor)]
        return {"rows": rows, "live": any(not one["over"] for one in rows)}


class JobPage(Page[Actor]):
    """A job: how far it is, what came of it."""

    permission = SIGNED_IN
    template_name = "work/job.html"

    def crumbs(self) -> list[Crumb]:
        """Return the way to it."""
        return [Crumb(label="后台任务", href=reverse("jobs"))]

    def context(self) -> dict[str, Any]:
        """Return it."""
        job = jobs.own_job(self.actor, self.kwargs["pk"])
        return {
            "title": job.title,
            "job": job_row(job),
            "facts": [
                Fact(label="种类", value=jobs.label_of(job.kind)),
                Fact(label="状态", value=_badge(job)),
                Fact(label="提交", value=job.created_at),
                Fact(label="开始", value=job.started_at),
                Fact(label="结束", value=job.ended_at),
            ],
        }


class CancelJobView(Page[Actor]):
    """Cancel a job."""

    permission = SIGNED_IN
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Ask it to end."""
        job = jobs.cancel(actor=self.actor, at=self.now, pk=pk)
        messages.success(request, "已取消。" if job.is_over else "已要求取消，正在停下来。")
        return redirect("job", pk=job.pk)


class JobResultView(Page[Actor]):
    """The file that came of a job."""

    permission = SIGNED_IN

    def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:  # type: ignore[override]
        """
        Answer with it.

        :raises MissingError: if there is none
        """
        job = jobs.own_job(self.actor, self.kwargs["pk"])
        if not job.result:
            raise MissingError("这项任务没有结果文件。")
        return FileResponse(job.result.open(), as_attachment=True, filename=job.result_name)


def greeting(now: datetime) -> str:
    """Greet by the hour."""
    hour = timezone.localtime(now).hour
    marks = ((5, "夜深了"), (9, "早上好"), (12, "上午好"), (14, "中午好"), (18, "下午好"))
    return next((words for until, words in marks if hour < until), "晚上好")


def doors(request: HttpRequest) -> list[tuple[str, str, str]]:
    """Return where the menu leads: label, address, icon; without what is always at hand."""
    links = [link for group, found in Shell(request).groups for link in found if group != "工作台"]
    return [(link.entry.label, link.href, link.entry.icon) for link in links]


def job_row(job: Job) -> dict[str, Any]:
    """Return a job as templates show it."""
    return {
        "title": job.title,
        "kind": jobs.label_of(job.kind),
        "href": reverse("job", args=[job.pk]),
        "state": _badge(job),
        "over": job.is_over,
        "waiting": job.state == JobState.WAITING,
        "tone": "good" if job.state == JobState.DONE else "bad" if job.state == JobState.FAILED else "info",
        "done": job.done,
        "of": job.of,
        "words": job.words,
        "cancelling": job.cancel_asked and not job.is_over,
        "cancel": reverse("cancel_job", args=[job.pk]),
        "result": reverse("job_result", args=[job.pk]) if job.result else "",
        "result_name": job.result_name,
        "leads_to": job.href,
        "created_at": job.created_at,
    }


def _badge(job: Job) -> Badge:
    state = JobState(job.state)
    return Badge(text=str(state.label), tone=_JOB_TONES[state])
