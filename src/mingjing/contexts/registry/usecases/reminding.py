"""What the worker tells the holders of credentials: verify soon, or verification was missed and enforcing is closed."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from mingjing.contexts.registry import frozen, queries
from mingjing.contexts.registry.models import Credential
from mingjing.contexts.registry.usecases.base import day_of
from mingjing.contexts.work.models import Notification
from mingjing.contexts.work.notifications import notify
from mingjing.domain.registry import credentials
from mingjing.law import parameters


@transaction.atomic
def remind_of_verification(*, at: datetime) -> int:
    """
    Tell each holder once that verification comes near, and once that it was missed; return how many were told.

    That a missed verification blocks needs no act: whoever asks whether they may enforce is answered by the days.

    Source: LC-09; TS-09.
    """
    on = day_of(at)
    held = Credential.objects.filter(officer__left_on__isnull=True, officer__user__isnull=False, status="valid")
    told = 0
    for place in sorted(set(held.values_list("officer__unit__place", flat=True))):
        warn = parameters.get("credential.verification.warn_days").at(on, place)
        until = on + timedelta(days=warn.whole if warn else 0)
        here = held.filter(officer__unit__place=place).select_related("officer__unit").order_by("pk")
        told += _tell(here.filter(queries.verification_due(place, on, until)), at, missed=False)
        told += _tell(here.filter(queries.overdue(place, on), valid_until__gte=on), at, missed=True)
    return told


def _tell(cards: Iterable[Credential], at: datetime, *, missed: bool) -> int:
    found = []
    for card in cards:
        due = credentials.verification_due_on(frozen.credential_facts(card), card.officer.unit.place, on=day_of(at))
        words = (
            f"您的执法证件{card.number}应于{due}前审验，已过期未审：审验以前不能执法，案件承办已对您关闭"
            if missed
            else f"您的执法证件{card.number}须于{due}前审验，逾期不能执法"
        )
        found.append((card.officer.user_id, words, reverse("registry_officer", args=[card.officer.code])))
    known = set(Notification.objects.filter(user_id__in=[user for user, _, _ in found]).values_list("user_id", "title"))
    fresh = [one for one in found if one[:2] not in known]
    for user, words, href in fresh:
        assert user is not None
        notify([user], words, href, at)
    return len(fresh)
