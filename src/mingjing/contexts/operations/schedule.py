"""
What is done again and again: each room says it in a ``data/schedule.yaml`` of its own, the worker sees to it.

    - {task: mingjing.contexts.records.tasks.sign_checkpoint, every_minutes: 10}
    - {task: mingjing.contexts.accounts.tasks.forget_sessions, daily_at: "03:10"}

``task`` is a function under ``django.tasks.task`` without arguments. What fell due while nothing ran is done once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from mingjing.contexts.operations.models import Scheduled
from mingjing.kernel.errors import DomainError


class ScheduleError(DomainError):
    """A line of a ``schedule.yaml`` says neither how often nor when: a mistake in a room."""

    code = "operations.schedule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A task, and either after how long again or at which time of the day."""

    task: str
    every: timedelta | None = None
    daily_at: time | None = None

    def is_due(self, latest_at: datetime, *, at: datetime) -> bool:
        """Say whether the task is to be done again, after it was done last at ``latest_at``."""
        if self.every is not None:
            return latest_at + self.every <= at
        assert self.daily_at is not None
        now = timezone.localtime(at)
        moment = now.replace(hour=self.daily_at.hour, minute=self.daily_at.minute, second=0, microsecond=0)
        if moment > now:
            moment -= timedelta(days=1)
        return latest_at < moment


def plans() -> tuple[Plan, ...]:
    """Return what the rooms want done again and again."""
    return tuple(plan for app in apps.get_app_configs() for plan in _plans_of(Path(app.path)))


def _plans_of(room: Path) -> Iterator[Plan]:
    file = room / "data" / "schedule.yaml"
    if not file.is_file() or "mingjing" not in room.parts:
        return
    for row in yaml.safe_load(file.read_text(encoding="utf-8")):
        yield _plan(row, file)


def _plan(row: dict[str, Any], file: Path) -> Plan:
    if "every_minutes" in row:
        return Plan(task=row["task"], every=timedelta(minutes=row["every_minutes"]))
    if "daily_at" in row:
        return Plan(task=row["task"], daily_at=time.fromisoformat(row["daily_at"]))
    raise ScheduleError(f"{file} 中“{row.get('task')}”没有写 every_minutes 或 daily_at。")


def enqueue_due(*, at: datetime) -> tuple[str, ...]:
    """Put every task that has fallen due into the queue, each once, whoever else asks at the same time."""
    return tuple(plan.task for plan in plans() if _enqueue_if_due(plan, at))


@transaction.atomic
def _enqueue_if_due(plan: Plan, at: datetime) -> bool:
    row, new = Scheduled.objects.select_for_update().get_or_create(task=plan.task, defaults={"latest_at": at})
    if new and plan.daily_at is not None:
        # not on the day of installation, but at its time
        return False
    if not new and not plan.is_due(row.latest_at, at=at):
        return False
    row.latest_at = at
    row.save(update_fields=["latest_at"])
    import_string(plan.task).enqueue()
    return True
