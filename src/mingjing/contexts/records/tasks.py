"""Background work of the log."""

from django.tasks import task
from django.utils import timezone

from mingjing.contexts.records.usecases.publish import publish


@task()
def publish_log() -> None:
    """Give places to new entries, sign a checkpoint, ask the witnesses, write the public files."""
    publish(at=timezone.now())
