"""My work, notifications, saved views and jobs, through the doors that a user has."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, MissingError, actor_of
from mingjing.contexts.accounts.models import User
from mingjing.contexts.records.models import Entry
from mingjing.contexts.work import figures, jobs, notifications, saved_views, todos
from mingjing.contexts.work.models import Job, JobState, Notification, Preference, SavedView
from mingjing.kernel.errors import DomainError
from mingjing.law.citations import cite
from tests.contexts.conftest import UserMaker

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _registers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(todos, "_providers", [])
    monkeypatch.setattr(figures, "_providers", [])
    monkeypatch.setattr(jobs, "_kinds", dict(jobs._kinds))


@pytest.fixture
def user(user_with: UserMaker) -> User:
    return user_with("officer", "market")


@pytest.fixture
def colleague(user_with: UserMaker) -> User:
    return user_with("agency_clerk", "market", name="李敏")


@pytest.fixture
def stranger(user_with: UserMaker) -> User:
    return user_with("officer", "health", name="赵宁")


def as_actor(user: User) -> Actor:
    return actor_of(user, on=timezone.localdate())


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def todo(title: str, days: int | None, **more: Any) -> todos.Todo:
    due = None if days is None else DAY + timedelta(days=days)
    return todos.Todo(title=title, href="/x/", kind="案件", due_on=due, **more)


class TestTodos:
    def test_are_grouped_by_urgency_the_gravest_first(self) -> None:
        days = [9, None, 0, -2, 3, 5, 4, 1]
        groups = todos.grouped([todo(str(day), day) for day in days], DAY)
        assert [(str(one.urgency), [todo.title for todo in one.todos]) for one in groups] == [
            ("已超期", ["-2"]),
            ("今天到期", ["0"]),
            ("三天内到期", ["3", "1"]),
            ("七天内到期", ["5", "4"]),
            ("以后到期", ["9"]),
            ("没有期限", ["None"]),
        ]

    def test_the_page_says_by_when_and_why(self, user: User) -> None:
        due = timezone.localdate() - timedelta(days=2)
        one = todos.Todo(
            title="泗市监罚〔2026〕118 号案作出决定",
            href="/cases/118/",
            kind="案件",
            due_on=due,
            why="立案后九十日内作出决定；8 月 20 日立案。",
            citation=cite("CF 60"),
        )
        todos.register(lambda actor, today: [one] if actor.user_id == user.pk else [])
        page = signed_in(user).get("/").content.decode()
        assert "已超期 2 天" in page
        assert "立案后九十日内作出决定" in page
        assert "《行政处罚法》第六十条" in page

    def test_an_empty_day_says_so(self, user: User) -> None:
        assert "没有需要您办理的事项" in signed_in(user).get("/").content.decode()

    def test_who_is_not_signed_in_signs_in_first_and_comes_back(self) -> None:
        answer = Client().get("/jobs/?page=2")
        assert answer.status_code == 302
        assert answer["Location"] == "/sign-in/?next=%2Fjobs%2F%3Fpage%3D2"

    def test_numbers_are_shown_with_where_they_lead(self, user: User) -> None:
        figures.register(lambda actor, today: [figures.Figure(label="执法人员", value=1284, href="/officers/")])
        assert "<b>1,284</b>" in signed_in(user).get("/").content.decode()


@transaction.atomic
def refuse(user: User) -> None:
    notifications.notify([user.pk], "没有发生", "/x/", timezone.now())
    raise RuntimeError


class TestNotifications:
    def test_come_with_the_act_or_not_at_all(self, user: User, django_capture_on_commit_callbacks: Any) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            with pytest.raises(RuntimeError):
                refuse(user)
            notifications.notify([user.pk, user.pk], "证件年审将到期", "/x/", timezone.now())
        assert [one.title for one in Notification.objects.all()] == ["证件年审将到期"]

    def test_opening_one_reads_it(self, user: User) -> None:
        row = Notification.objects.create(user=user, title="退回", href="/jobs/", at=timezone.now())
        client = signed_in(user)
        assert "1<span" in client.get("/").content.decode()
        assert client.get(f"/notifications/{row.pk}/")["Location"] == "/jobs/"
        assert notifications.unread(user.pk) == 0

    @pytest.mark.parametrize("href", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)", ""])
    def test_leads_nowhere_else(self, user: User, href: str) -> None:
        row = Notification.objects.create(user=user, title="退回", href=href, at=timezone.now())
        assert signed_in(user).get(f"/notifications/{row.pk}/")["Location"] == "/notifications/"

    def test_is_nobody_elses(self, user: User, stranger: User) -> None:
        row = Notification.objects.create(user=user, title="只给张伟", href="/jobs/", at=timezone.now())
        client = signed_in(stranger)
        assert client.get(f"/notifications/{row.pk}/").status_code == 404
        assert "只给张伟" not in client.get("/notifications/").content.decode()
        client.post("/notifications/")
        assert notifications.unread(user.pk) == 1

    def test_all_are_read_at_once(self, user: User) -> None:
        for at in range(3):
            Notification.objects.create(user=user, title=str(at), at=timezone.now())
        client = signed_in(user)
        assert client.post("/notifications/", follow=True).status_code == 200
        assert notifications.unread(user.pk) == 0

    def test_the_list_asks_no_more_for_more(self, user: User) -> None:
        client = signed_in(user)
        counts = []
        for _ in range(2):
            for at in range(5):
                Notification.objects.create(user=user, title=str(at), at=timezone.now())
            with CaptureQueriesContext(connection) as asked:
                client.get("/notifications/")
            counts.append(len(asked))
        assert counts[0] == counts[1]


class TestSavedViews:
    def save(self, client: Client, **more: str) -> Any:
        given = {"table": "registry.officers", "path": "/jobs/", "query": "state=due", "name": "本月到期"} | more
        return client.post("/views/save/", given)

    def test_are_kept_and_lead_back(self, user: User) -> None:
        assert self.save(signed_in(user))["Location"] == "/jobs/?state=due"
        assert [one.name for one in saved_views.Views().views(as_actor(user), "registry.officers")] == ["本月到期"]
        assert Entry.objects.filter(act="work.save_view").count() == 1

    def test_are_shared_in_the_unit_only_when_wanted(self, user: User, colleague: User, stranger: User) -> None:
        self.save(signed_in(user), shared="1")
        self.save(signed_in(user), name="只给自己")
        views = saved_views.Views()
        assert [one.name for one in views.views(as_actor(colleague), "registry.officers")] == ["本月到期"]
        assert views.views(as_actor(stranger), "registry.officers") == []

    @pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example", "/no-such-page/", ""])
    def test_lead_to_pages_of_ours_only(self, user: User, path: str) -> None:
        assert self.save(signed_in(user), path=path).status_code == 422
        assert not SavedView.objects.exists()

    def test_only_the_owner_deletes(self, user: User, colleague: User) -> None:
        self.save(signed_in(user), shared="1")
        pk = SavedView.objects.get().pk
        assert signed_in(colleague).post(f"/views/{pk}/remove/").status_code == 404
        signed_in(user).post(f"/views/{pk}/remove/")
        assert not SavedView.objects.exists()


class TestPreferences:
    def test_large_and_plain_is_kept_for_the_user_on_every_device(self, user: User) -> None:
        client = signed_in(user)
        answer = client.post("/preferences/", {"care": "on", "next": "/jobs/"})
        assert answer["Location"] == "/jobs/"
        assert 'data-care="on"' in client.get("/jobs/").content.decode()
        assert Preference.objects.get(user=user, name="care").value
        elsewhere = Client()
        elsewhere.post("/sign-in/", {"username": user.username, "password": "correct horse 9"})
        assert 'data-care="on"' in elsewhere.get("/").content.decode()

    def test_holds_before_signing_in(self) -> None:
        client = Client()
        client.post("/preferences/", {"care": "on", "next": "//elsewhere.example/"})
        assert 'data-care="on"' in client.get("/sign-in/").content.decode()

    def test_goes_back_only_within_the_platform(self) -> None:
        assert Client().post("/preferences/", {"next": "//elsewhere.example/"})["Location"] == "/"


class RefusedError(DomainError):
    code = "test.refused"


class TestJobs:
    @pytest.fixture
    def start(self, user: User, django_capture_on_commit_callbacks: Any) -> Any:
        def run(work: Any, **arguments: Any) -> Job:
            jobs.register("test.job", "导入名册", work)
            with django_capture_on_commit_callbacks(execute=True):
                job = jobs.start(
                    actor=as_actor(user), at=timezone.now(), kind="test.job", title="名册.xlsx", arguments=arguments
                )
            job.refresh_from_db()
            return job

        return run

    def test_runs_tells_and_gives_its_result(self, start: Any, user: User) -> None:
        def work(run: jobs.Running) -> str:
            assert run.arguments == {"rows": 3}
            assert run.actor.user_id == user.pk
            run.progress(3, 3, "核对")
            run.save_result("差错.csv", "行,错误\r\n".encode())
            return "导入 3 行。"

        job = start(work, rows=3)
        assert (job.state, job.done, job.of, job.words) == (JobState.DONE, 3, 3, "导入 3 行。")
        client = signed_in(user)
        page = client.get(f"/jobs/{job.pk}/").content.decode()
        assert "导入 3 行。" in page
        assert "hx-trigger" not in page.partition('id="job"')[2]
        answer = client.get(f"/jobs/{job.pk}/result/")
        assert "attachment" in answer["Content-Disposition"]
        assert b"".join(answer.streaming_content) == "行,错误\r\n".encode()  # type: ignore[attr-defined]
        assert Notification.objects.get(user=user).title == "导入名册“名册.xlsx”已完成：导入 3 行。"
        assert Entry.objects.filter(act="work.start_job").count() == 1

    def test_a_refusal_is_told_in_its_words(self, start: Any) -> None:
        def work(run: jobs.Running) -> str:
            raise RefusedError("第 12 行没有证号。")

        job = start(work)
        assert (job.state, job.words) == (JobState.FAILED, "第 12 行没有证号。")

    def test_a_mistake_tells_nothing_of_the_inside(self, start: Any) -> None:
        def work(run: jobs.Running) -> str:
            raise ZeroDivisionError("secret")

        job = start(work)
        assert job.state == JobState.FAILED
        assert "secret" not in job.words

    def test_cancel_stops_a_job_under_way(self, start: Any) -> None:
        def work(run: jobs.Running) -> str:
            Job.objects.filter(pk=run.job.pk).update(cancel_asked=True)
            run.progress(0, 10)
            raise AssertionError("went on")

        assert start(work).state == JobState.CANCELLED

    def test_a_waiting_job_is_cancelled_at_once_and_never_runs(self, user: User) -> None:
        jobs.register("test.job", "导入名册", lambda run: "ran")
        job = jobs.start(actor=as_actor(user), at=timezone.now(), kind="test.job", title="名册.xlsx")
        client = signed_in(user)
        assert "正在排队" in client.get(f"/jobs/{job.pk}/").content.decode()
        client.post(f"/jobs/{job.pk}/cancel/")
        jobs.run.call(str(job.pk))
        job.refresh_from_db()
        assert job.state == JobState.CANCELLED
        assert client.post(f"/jobs/{job.pk}/cancel/").status_code == 422

    def test_is_nobody_elses(self, start: Any, stranger: User) -> None:
        job = start(lambda run: run.save_result("a.txt", b"a"))
        client = signed_in(stranger)
        for path, method in (("", "get"), ("result/", "get"), ("cancel/", "post")):
            assert getattr(client, method)(f"/jobs/{job.pk}/{path}").status_code == 404
        with pytest.raises(MissingError):
            jobs.own_job(as_actor(stranger), str(job.pk))

    def test_a_killed_worker_leaves_no_job_running(self, user: User) -> None:
        from types import SimpleNamespace

        from django.tasks import TaskResultStatus
        from django.tasks.signals import task_finished

        job = Job.objects.create(
            kind="test.job", title="a", user=user, created_at=timezone.now(), state=JobState.RUNNING, task="t1"
        )
        lost = SimpleNamespace(id="t1", status=TaskResultStatus.FAILED, task=SimpleNamespace(module_path="x"))
        jobs._note_lost(task_result=lost)
        job.refresh_from_db()
        assert job.state == JobState.FAILED
        assert task_finished.has_listeners()


@pytest.fixture(autouse=True)
def _media() -> Iterator[None]:
    from django.core.files.storage import default_storage

    yield
    if default_storage.exists("jobs"):
        for folder in default_storage.listdir("jobs")[0]:
            for name in default_storage.listdir(f"jobs/{folder}")[1]:
                default_storage.delete(f"jobs/{folder}/{name}")
