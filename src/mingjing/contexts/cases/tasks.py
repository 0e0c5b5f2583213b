"""What this room does again and again."""

from django.db import transaction
from django.tasks import task
from django.utils import timezone

from mingjing.contexts.cases.models import Case
from mingjing.contexts.cases.usecases.alerting import alert_of_untransferred
from mingjing.contexts.cases.usecases.steps import note_due

_AT_ONCE = 200


@task()
def alert_heads() -> None:
    """Tell heads and overseers of suspected crimes that did not go over in time."""
    alert_of_untransferred(at=timezone.now())


@task()
def renew_deadlines() -> None:
    """Say anew of every case that runs which period runs out first: a suspension that goes on moves the day."""
    today = timezone.localdate()
    running = Case.objects.filter(due_on__isnull=False).order_by("pk")
    last = 0
    while rows := list(
        running.filter(pk__gt=last).select_related("unit", "agency__unit", "agency__principal__unit", "item", "party")[
            :_AT_ONCE
        ]
    ):
        with transaction.atomic():
            for row in rows:
                if note_due(row, today):
                    # no new version: nobody changed the case, only a day went by
                    Case.objects.filter(pk=row.pk, version=row.version).update(due_on=row.due_on, due_why=row.due_why)
        last = rows[-1].pk
