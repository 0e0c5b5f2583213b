"""What the worker does with recordings."""

from django.tasks import task
from django.utils import timezone

from mingjing.contexts.media.usecases import deriving, keeping, uploads


@task()
def finish(pk: str) -> None:
    """Check a large upload whose parts are all there."""
    uploads.finish_upload(pk=pk, at=timezone.now())


@task()
def derive(code: str) -> None:
    """Make what is shown of an original."""
    deriving.derive(code=code, at=timezone.now())


@task()
def clean_uploads() -> None:
    """Clean away uploads that nobody carried on."""
    uploads.clean_uploads(at=timezone.now())


@task()
def finish_uploads() -> None:
    """Take up uploads whose check was cut off."""
    uploads.finish_uploads(at=timezone.now())


@task()
def verify_originals() -> None:
    """Compare stored originals with their digests, the longest unseen first."""
    keeping.verify_originals(at=timezone.now())
