"""What this room does again and again."""

from django.tasks import task
from django.utils import timezone

from mingjing.contexts.reporting.usecases import keep_time as times


@task()
def keep_time() -> None:
    """Draft what is due, ask units, call to mind what was not sent."""
    times.keep_time(at=timezone.now())
