"""What this room does again and again."""

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.tasks import task
from django.utils import timezone

from mingjing.contexts.accounts.models import BrowserSession, KeptAnswer
from mingjing.contexts.accounts.policy import policy


@task()
def forget_what_is_over() -> None:
    """Forget kept answers whose time is over, and sessions that are no more."""
    now = timezone.now()
    with transaction.atomic():
        KeptAnswer.objects.filter(created_at__lt=now - timedelta(hours=policy().answers_kept_hours)).delete()
        ended = now - timedelta(hours=policy().session_hours)
        BrowserSession.objects.filter(started_at__lt=ended).delete()
        BrowserSession.objects.exclude(key__in=Session.objects.values("session_key")).delete()
