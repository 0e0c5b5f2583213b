"""The worker's companions, logs and measures, from within."""

import json
import logging
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from mingjing.contexts.operations import logs, metrics, schedule
from mingjing.contexts.operations.models import Heartbeat, Scheduled
from mingjing.contexts.operations.queries import metric_lines, readiness
from mingjing.contexts.operations.schedule import Plan, enqueue_due, plans
from mingjing.contexts.operations.worker import beat, note_lost_tasks

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # noon in Shanghai


class TestSchedule:
    @pytest.mark.parametrize(
        ("latest", "due"),
        [
            (datetime(2026, 11, 19, 19, 9, tzinfo=UTC), True),  # 03:09 today
            (datetime(2026, 11, 19, 19, 11, tzinfo=UTC), False),  # 03:11 today
            (datetime(2026, 11, 18, 19, 11, tzinfo=UTC), True),
        ],
    )
    def test_daily_means_the_day_in_shanghai(self, latest: datetime, due: bool) -> None:
        plan = Plan(task="x", daily_at=datetime(2026, 1, 1, 3, 10).time())
        assert plan.is_due(latest, at=NOW) is due

    def test_every_so_many_minutes(self) -> None:
        plan = Plan(task="x", every=timedelta(minutes=10))
        assert plan.is_due(NOW - timedelta(minutes=10), at=NOW)
        assert not plan.is_due(NOW - timedelta(minutes=9), at=NOW)

    def test_what_fell_due_is_done_once(self, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
        task = "mingjing.contexts.operations.tasks.forget_what_is_over"
        monkeypatch.setattr(schedule, "plans", lambda: (Plan(task=task, every=timedelta(days=1)),))
        assert enqueue_due(at=NOW) == (task,)
        assert enqueue_due(at=NOW + timedelta(hours=23)) == ()
        assert enqueue_due(at=NOW + timedelta(days=3)) == (task,)
        assert enqueue_due(at=NOW + timedelta(days=3)) == ()

    def test_what_is_daily_waits_for_its_time(self, db: None) -> None:
        task = "mingjing.contexts.operations.tasks.forget_what_is_over"
        assert task not in enqueue_due(at=NOW)
        assert task in enqueue_due(at=NOW + timedelta(days=1))
        assert Scheduled.objects.get(task=task).latest_at == NOW + timedelta(days=1)

    def test_every_task_of_the_rooms_exists(self) -> None:
        from django.tasks import Task
        from django.utils.module_loading import import_string

        assert plans()
        assert all(isinstance(import_string(plan.task), Task) for plan in plans())


class TestLostTask:
    @pytest.fixture
    def running(self, db: None) -> DBTaskResult:
        return DBTaskResult.objects.create(
            status="RUNNING",
            started_at=NOW - timedelta(minutes=5),
            args_kwargs={"args": [], "kwargs": {}},
            task_path="mingjing.contexts.operations.tasks.forget_what_is_over",
            worker_ids=["here:1"],
            backend_name="default",
            run_after=get_date_max(),
        )

    def test_is_marked_as_failed(self, running: DBTaskResult) -> None:
        beat("here:1", started_at=NOW, at=NOW - timedelta(minutes=1))
        assert note_lost_tasks(at=NOW) == 1
        running.refresh_from_db()
        assert running.status == "FAILED"
        assert "已中断" in running.traceback
        assert not Heartbeat.objects.exists()

    def test_stays_while_its_worker_lives(self, running: DBTaskResult) -> None:
        beat("here:1", started_at=NOW, at=NOW - timedelta(seconds=20))
        assert note_lost_tasks(at=NOW) == 0
        running.refresh_from_db()
        assert running.status == "RUNNING"


class TestReadiness:
    def test_needs_a_worker_that_lives(self, db: None) -> None:
        assert {one.code: one.holds for one in readiness(at=NOW)} == {
            "database": True, "migrations": True, "worker": False, "disk": True,
        }  # fmt: skip
        beat("here:1", started_at=NOW, at=NOW)
        assert all(one.holds for one in readiness(at=NOW))

    def test_says_no_when_the_disk_is_full(self, db: None, settings: pytest.FixtureRequest, client: Client) -> None:
        settings.DISK_MINIMUM_BYTES = 2**60  # type: ignore[attr-defined]
        beat("here:1", started_at=timezone.now(), at=timezone.now())
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"] == {"database": True, "migrations": True, "worker": True, "disk": False}


class TestMetrics:
    def test_need_the_token_where_one_is_set(self, db: None, settings: pytest.FixtureRequest, client: Client) -> None:
        settings.METRICS_TOKEN = "s3cret"  # type: ignore[attr-defined]
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer s3cret"}).status_code == 200

    def test_are_summed_over_processes_and_cumulative(self, settings: pytest.FixtureRequest, tmp_path: object) -> None:
        settings.HOME = tmp_path  # type: ignore[attr-defined]
        mine = metrics.Counts()
        mine.observe(200, 0.003)
        mine.observe(200, 0.3)
        mine.observe(503, 99)
        other = metrics.folder() / "1.bin"
        other.write_bytes((next(metrics.folder().glob("*.bin"))).read_bytes())
        lines = list(metrics.request_lines())
        assert 'mingjing_http_request_seconds_bucket{status="2xx",le="0.005"} 2' in lines
        assert 'mingjing_http_request_seconds_bucket{status="2xx",le="0.25"} 2' in lines
        assert 'mingjing_http_request_seconds_count{status="2xx"} 4' in lines
        assert 'mingjing_http_request_seconds_sum{status="5xx"} 198.000000' in lines

    def test_every_name_is_explained(self, db: None) -> None:
        lines = list(metric_lines(at=NOW))
        told = {line.split("{")[0].split(" ")[0] for line in lines if not line.startswith("#")}
        explained = {line.split(" ")[2] for line in lines if line.startswith("# HELP")}
        assert {name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count") for name in told} <= explained


class TestLogs:
    def test_masks_numbers_of_persons(self) -> None:
        text = "身份证370831199003074512，手机13853712345，案号〔2026〕123号，3708310012345678901234"
        assert logs.mask(text) == "身份证370831************，手机138********，案号〔2026〕123号，3708310012345678901234"

    def test_drops_the_row_that_a_database_quotes(self) -> None:
        assert "张伟" not in logs.mask("duplicate key value\nDETAIL:  Key (name)=(张伟) already exists.")

    def test_a_traceback_holds_no_values(self) -> None:
        def fail(identity_number: str) -> None:
            raise ValueError(f"no such person {identity_number}")

        try:
            fail("370831199003074512")
        except ValueError:
            record = logging.getLogger("x").makeRecord("x", logging.ERROR, "f", 1, "失败", (), sys.exc_info())
        line = json.loads(logs.formatter().format(record))
        assert "ValueError" in line["exception"]
        assert "199003074512" not in line["exception"]
        assert line["event"] == "失败"
