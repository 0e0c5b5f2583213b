"""Heads and overseers are told, once, of a suspected crime that did not go over to the police in time."""

from datetime import timedelta
from typing import Any

import pytest

from mingjing.contexts.cases.usecases import referrals
from mingjing.contexts.cases.usecases.alerting import alert_of_untransferred
from mingjing.contexts.records.queries import history
from mingjing.contexts.work.models import Notification
from mingjing.domain.procedures.crime import transfer_due
from tests.contexts.cases.conftest import Office
from tests.contexts.conftest import ActorMaker


def suspected(office: Office) -> None:
    office.open()
    office.go("filing")
    office.later(days=1).go("suspected_crime", facts="数额已达追诉标准。")


def told(capture: Any, office: Office) -> set[str]:
    """Run the worker now; say whom it tells."""
    before = set(Notification.objects.values_list("pk", flat=True))
    with capture(execute=True):
        alert_of_untransferred(at=office.at)
    return set(Notification.objects.exclude(pk__in=before).values_list("user__username", flat=True))


@pytest.mark.requirement("RZ-63")
def test_head_and_overseer_are_told_once_when_the_limit_passes(
    office: Office, actor_with: ActorMaker, django_capture_on_commit_callbacks: Any
) -> None:
    actor_with("overseer", "justice", username="overseer", name="乔雅楠")
    suspected(office)
    due = transfer_due(office.at, "370831").at
    assert due == office.at + timedelta(days=4), "three days to decide and a day to hand over"
    office.at = due
    assert told(django_capture_on_commit_callbacks, office) == set()
    office.later(minutes=1)
    found = told(django_capture_on_commit_callbacks, office)
    assert {"head", "overseer"} <= found
    assert not found & {"one", "two", "reviewer"}
    assert told(django_capture_on_commit_callbacks, office.later(days=1)) == set()
    assert "cases.alert_untransferred" in [one.act for one in history(f"case:{office.case.code}")]


@pytest.mark.requirement("RZ-63")
def test_who_handed_it_over_or_decided_not_to_is_left_alone(
    office: Office, django_capture_on_commit_callbacks: Any
) -> None:
    suspected(office)
    office.later(hours=1).go("referral", to="police", recipient="泗水县公安局", reason="涉嫌犯罪")
    late = office.case.referrals.get()
    office.later(hours=1)
    referrals.record_transfer(
        actor=office.people["one"], at=office.at, case=office.case.code, referral=late.code, version=1,
        transferred_at=office.at,
    )  # fmt: skip
    assert told(django_capture_on_commit_callbacks, office.later(days=30)) == set()
    suspected(office)
    office.later(hours=1).go(
        "referral", to="police", recipient="泗水县公安局", reason="没有达到追诉标准", approved="rejected"
    )
    assert told(django_capture_on_commit_callbacks, office.later(days=30)) == set()
