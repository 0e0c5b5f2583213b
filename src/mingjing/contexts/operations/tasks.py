"""What this room does again and again."""

from datetime import timedelta
from typing import Final

from django.core.management import call_command
from django.tasks import task
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

KEPT_FOR: Final = timedelta(days=30)


@task()
def forget_what_is_over() -> None:
    """Delete sessions that have ended and results of background tasks that are older than a month."""
    call_command("clearsessions")
    DBTaskResult.objects.finished().filter(finished_at__lt=timezone.now() - KEPT_FOR).delete()
