"""
The background worker: ``python -m mingjing.contexts.operations.worker``; ``mingjing serve`` starts and watches one.

Beside the tasks of the queue it gives a sign of life, puts tasks of the schedule into the queue, and takes note of tasks
that a killed worker left behind.
"""

import os
import socket
import threading
from contextlib import suppress
from datetime import datetime
from typing import Final

import django
import structlog

BEAT_SECONDS: Final = 10.0


class WorkerLostError(Exception):
    """The worker that ran this task was killed. Whether the task may be done again, only its room knows."""


def beat(worker: str, *, started_at: datetime, at: datetime) -> None:
    """Give a sign of life."""
    from mingjing.contexts.operations.models import Heartbeat

    Heartbeat.objects.update_or_create(
        worker=worker, defaults={"beat_at": at}, create_defaults={"beat_at": at, "started_at": started_at}
    )


def note_lost_tasks(*, at: datetime) -> int:
    """Mark as failed the tasks whose worker gives no sign of life any more; forget such workers. Return how many."""
    from django.core.exceptions import SuspiciousOperation
    from django.tasks.signals import task_finished
    from django_tasks_db.models import DBTaskResult

    from mingjing.contexts.operations.models import Heartbeat
    from mingjing.contexts.operations.queries import ALIVE_FOR

    alive = set(Heartbeat.objects.filter(beat_at__gt=at - ALIVE_FOR).values_list("worker", flat=True))
    lost = [
        row
        for row in DBTaskResult.objects.running().filter(started_at__lt=at - ALIVE_FOR)
        if not alive.intersection(row.worker_ids[-1:])
    ]
    for row in lost:
        row.set_failed(WorkerLostError("执行这项任务的后台进程已中断。"))
        with suppress(ImportError, SuspiciousOperation):  # the task may be gone from the program
            task_finished.send(sender=type(row.task.get_backend()), task_result=row.task_result)
    Heartbeat.objects.filter(beat_at__lte=at - ALIVE_FOR).delete()
    return len(lost)


def _accompany(worker: str, ended: threading.Event) -> None:
    from django.db import DatabaseError, close_old_connections, connection
    from django.utils import timezone

    from mingjing.contexts.operations.schedule import enqueue_due

    log = structlog.get_logger("mingjing.worker")
    started_at = timezone.now()
    while True:
        try:
            beat(worker, started_at=started_at, at=timezone.now())
            note_lost_tasks(at=timezone.now())
            for one in enqueue_due(at=timezone.now()):
                log.info("scheduled", task=one)
        except DatabaseError:
            # the database may be away for a while; the worker itself says so as well
            log.exception("no_sign_of_life")
            close_old_connections()
        except Exception:
            log.exception("schedule_failed")
        if ended.wait(BEAT_SECONDS):
            connection.close()
            return


def main() -> None:
    """Work until told to stop; the task under way is finished first."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingjing.config.settings.base")
    django.setup()
    from django.core.management import call_command

    from mingjing.contexts.operations.models import Heartbeat

    worker = f"{socket.gethostname()[:40]}:{os.getpid()}"
    ended = threading.Event()
    companion = threading.Thread(target=_accompany, args=(worker, ended), daemon=True)
    companion.start()
    try:
        call_command("db_worker", queue_name="*", worker_id=worker, startup_delay=False, reload=False, interval=1.0)
    finally:
        ended.set()
        companion.join(timeout=5)
        Heartbeat.objects.filter(worker=worker).delete()


if __name__ == "__main__":
    main()
