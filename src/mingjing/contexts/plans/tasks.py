"""What this room does again and again."""

from django.tasks import task
from django.utils import timezone

from mingjing.contexts.plans.usecases import remind as reminders


@task()
def remind() -> None:
    """Call to mind what is soon due, overdue or was not reported."""
    reminders.remind(at=timezone.now())
