"""What is known of the platform's own state."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Count
from django_tasks_db.models import DBTaskResult

from mingjing.contexts.operations import metrics
from mingjing.contexts.operations.models import Heartbeat, Scheduled

ALIVE_FOR: Final = timedelta(seconds=45)
"""A worker that gave no sign for so long is taken for dead; it gives one every ten seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that must hold before the platform may be used: its code, its name, whether it holds, what was seen."""

    code: str
    label: str
    holds: bool
    seen: str


def readiness(*, at: datetime) -> tuple[Check, ...]:
    """Return what must hold before users may be let in: database, migrations, worker, disk."""
    disk = _disk()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return (Check(code="database", label="数据库", holds=False, seen=type(error).__name__), disk)
    database = Check(code="database", label="数据库", holds=True, seen=connection.vendor)
    missing = _missing_migrations()
    migrated = Check(
        code="migrations", label="表结构", holds=missing == 0, seen="最新" if missing == 0 else f"有 {missing} 步未更新"
    )
    return (database, migrated, _worker(at) if migrated.holds else _unknown_worker(), disk)


def _unknown_worker() -> Check:
    return Check(code="worker", label="后台进程", holds=False, seen="表结构未更新")


def _worker(at: datetime) -> Check:
    alive = Heartbeat.objects.filter(beat_at__gt=at - ALIVE_FOR).count()
    return Check(code="worker", label="后台进程", holds=alive > 0, seen=f"{alive} 个")


def _disk() -> Check:
    free = shutil.disk_usage(_existing(Path(settings.HOME))).free
    return Check(
        code="disk", label="磁盘", holds=free >= settings.DISK_MINIMUM_BYTES, seen=f"剩余 {free / 2**30:.1f} GB"
    )


def _existing(folder: Path) -> Path:
    return folder if folder.exists() or folder.parent == folder else _existing(folder.parent)


def _missing_migrations() -> int:
    # what is applied stays so while the process lives; the graph is too dear to read for every question
    return 0 if _all_applied() else len(_plan())


_applied: list[bool] = []


def _all_applied() -> bool:
    if not _applied and not _plan():
        _applied.append(True)
    return bool(_applied)


def _plan() -> list[object]:
    executor = MigrationExecutor(connection)
    return list(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def metric_lines(*, at: datetime) -> Iterator[str]:
    """Tell everything that is measured, in Prometheus' text form."""
    yield from metrics.request_lines()
    checks = readiness(at=at)
    yield from metrics.gauge(
        "mingjing_ready",
        "1 where a condition of readiness holds.",
        *((f'{{check="{one.code}"}}', one.holds) for one in checks),
    )
    free = shutil.disk_usage(_existing(Path(settings.HOME))).free
    yield from metrics.gauge("mingjing_disk_free_bytes", "Bytes free under MINGJING_HOME.", ("", free))
    if not all(one.holds for one in checks if one.code in {"database", "migrations"}):
        return
    yield from metrics.gauge("mingjing_database_bytes", "Size of the database.", ("", database_bytes()))
    beats = Heartbeat.objects.values_list("beat_at", flat=True)
    ages = [max(0.0, (at - beat).total_seconds()) for beat in beats]
    yield from metrics.gauge(
        "mingjing_worker_heartbeat_age_seconds",
        "Since the youngest sign of life.",
        *(("", age) for age in sorted(ages)[:1]),
    )
    tasks = DBTaskResult.objects.order_by().values_list("status").annotate(n=Count("id"))
    yield from metrics.gauge(
        "mingjing_tasks", "Background tasks by state.", *((f'{{status="{status}"}}', n) for status, n in tasks)
    )
    waiting = DBTaskResult.objects.ready().order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
    yield from metrics.gauge(
        "mingjing_task_wait_seconds",
        "Since the oldest waiting task was enqueued.",
        ("", (at - waiting).total_seconds() if waiting else 0),
    )
    yield from metrics.gauge(
        "mingjing_schedule_age_seconds",
        "Since a task of the schedule was enqueued.",
        *(
            (f'{{task="{row.task}"}}', (at - row.latest_at).total_seconds())
            for row in Scheduled.objects.order_by("task")
        ),
    )


def database_bytes() -> int:
    """Return the size of the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
        else:
            cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return int(cursor.fetchone()[0])


@cache
def version() -> str:
    """Return the version of the platform."""
    from importlib.metadata import version

    return version("mingjing")
