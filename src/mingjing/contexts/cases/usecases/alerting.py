"""What the worker tells heads and overseers: a case in which a crime is suspected did not go over in time."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.timezone import localdate, localtime

from mingjing.contexts.accounts.queries import holders, holders_in
from mingjing.contexts.cases.models import Event, Referral
from mingjing.contexts.cases.usecases.base import PERMISSIONS
from mingjing.contexts.records.usecases import append
from mingjing.contexts.work.models import Notification
from mingjing.contexts.work.notifications import notify
from mingjing.domain.procedures.crime import transfer_due
from mingjing.domain.procedures.model import Duty

SYSTEM: Final = "system"


@transaction.atomic
def alert_of_untransferred(*, at: datetime) -> int:
    """
    Tell the heads of the agency and its overseers once of each suspected crime that did not go over in time.

    Return how many were told. What the head decided not to refer waits for nothing.

    Source: RZ-63; 行政执法机关移送涉嫌犯罪案件的规定第五条、第十四条.
    """
    told = 0
    for event in _waiting():
        row = event.case
        due = transfer_due(localtime(event.at), row.unit.place[:6])
        if at <= due.at:
            continue
        words = f"涉嫌犯罪案件超过移送期限（{due.at:%Y-%m-%d %H:%M}）仍未移送公安机关：{row.title}"[:256]
        people = [*holders(PERMISSIONS[Duty.APPROVE], row.unit, on=localdate(at))]
        overseers = holders_in(PERMISSIONS[Duty.SUPERVISE], row.unit.place[:6], on=localdate(at))
        people += [one.pk for one in overseers]
        known = set(Notification.objects.filter(title=words, user_id__in=people).values_list("user_id", flat=True))
        fresh = [one for one in dict.fromkeys(people) if one not in known]
        if not fresh:
            continue
        notify(fresh, words, f"/cases/{row.code}/", at)
        append(
            actor=SYSTEM,
            at=at,
            act="cases.alert_untransferred",
            subject=f"case:{row.code}",
            fields={"event": event.code, "due": due.at.isoformat(), "told": len(fresh), "basis": due.citation.label},
            reason="",
        )
        told += len(fresh)
    return told


def _waiting() -> QuerySet[Event]:
    """The suspected crimes of running cases that nobody handed to the police or decided not to."""
    gone = Referral.objects.filter(case=OuterRef("case"), to="police", transferred_at__gte=OuterRef("at"))
    settled = Event.objects.filter(case=OuterRef("case"), step="referral", outcome="rejected", at__gte=OuterRef("at"))
    rows = Event.objects.filter(type="suspected_crime", case__status="open").exclude(Exists(gone))
    return rows.exclude(Exists(settled)).select_related("case__unit").order_by("pk")
