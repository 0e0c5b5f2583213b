"""What this room does again and again."""

from django.tasks import task
from django.utils import timezone

from mingjing.contexts.registry.usecases.imports import forget_slips
from mingjing.contexts.registry.usecases.reminding import remind_of_verification


@task()
def forget_initial_passwords() -> None:
    """Delete initial passwords of imported accounts that nobody fetched in time."""
    forget_slips(at=timezone.now())


@task()
def remind_holders() -> None:
    """Tell the holders of credentials that verification comes near, or was missed."""
    remind_of_verification(at=timezone.now())
