"""The pages of one's own work have no barrier, in both modes."""

import pytest
from django.utils import timezone

from mingjing.contexts.work.models import Job, JobState, Notification
from tests.contexts.browsing import NARROW, WIDE, OpenPage, overflow, violations
from tests.contexts.conftest import UserMaker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("size", "care"), [(WIDE, False), (NARROW, True)], ids=["1440", "390-care"])
@pytest.mark.parametrize("address", ["/", "/search/?q=执法", "/notifications/", "/views/", "/jobs/", "job"])
def test_has_no_barrier(
    open_page: OpenPage, user_with: UserMaker, address: str, size: tuple[int, int], care: bool
) -> None:
    user = user_with("overseer", "justice")
    now = timezone.now()
    Notification.objects.create(user=user, title="泗市监罚〔2026〕118 号案审核已通过", href="/jobs/", at=now)
    job = Job.objects.create(
        kind="x", title="名册.xlsx", user=user, created_at=now, state=JobState.DONE, words="导入 3 行。"
    )
    page = open_page(f"/jobs/{job.pk}/" if address == "job" else address, user=user, size=size, care=care)
    assert not "\n".join(violations(page))
    assert overflow(page) <= 0
