"""What this room does again and again."""

from django.tasks import task
from django.utils import timezone

from mingjing.contexts.registry.usecases.imports import forget_slips


@task()
def forget_initial_passwords() -> None:
    """Delete initial passwords of imported accounts that nobody fetched in time."""
    forget_slips(at=timezone.now())
