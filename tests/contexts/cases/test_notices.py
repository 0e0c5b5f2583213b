"""The police, the procuratorate and the court see what was handed or told to them, and say what they made of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.cases import todos
from mingjing.contexts.cases.models import Notice
from mingjing.contexts.cases.usecases import notices, referrals
from mingjing.contexts.cases.usecases.base import CaseError
from mingjing.contexts.records.queries import history
from mingjing.contexts.work.models import Notification
from tests.contexts.cases.conftest import Office
from tests.contexts.cases.test_pages import client_of, page_of
from tests.contexts.conftest import ActorMaker

BODIES = ("police", "procuratorate", "court")


@pytest.fixture
def referred(office: Office, units: dict[str, Unit], actor_with: ActorMaker) -> Office:
    """A case that went to the police, of which the court was told; bodies of justice here and in the city above."""
    for body in BODIES:
        for code, parent, place in ((body, "county", "370831"), (f"city-{body}", "city", "370800")):
            path = f"{units[parent].path}{code}/"
            units[code] = Unit.objects.create(
                code=code, name=f"{parent}{body}", kind="other", place=place, parent=units[parent], path=path
            )
            office.people[code] = actor_with(body, code, username=code, name=code)  # type: ignore[index]
    office.at = timezone.now() - timedelta(days=20)
    office.open()
    office.go("filing")
    office.later(days=1).go("suspected_crime")
    office.later(hours=1).go("referral", to="police", recipient="泗水县公安局", reason="涉嫌生产、销售伪劣产品")
    sent = office.case.referrals.get()
    office.later(hours=1)
    one = office.people["one"]
    given = {"actor": one, "at": office.at, "case": office.case.code, "referral": sent.code}
    referrals.record_transfer(**given, version=sent.version, transferred_at=office.at)
    notices.send_notice(**given, kind="facts", body="court", unit="court", content="已移送公安机关，尚未处罚。")
    return office


def post(office: Office, body: str, **given: str) -> None:
    """Record a result on the page of a body."""
    row = Notice.objects.get(unit__code=body)
    day = timezone.localdate().isoformat()
    answer = client_of(body).post(
        f"/cases/referred/{row.code}/result/", {"version": str(row.version), "on": day, **given}
    )
    assert answer.status_code == 302, answer.content.decode()


@pytest.mark.requirement("SS-16")
def test_each_body_sees_what_is_addressed_to_it_and_records_its_result(
    referred: Office, django_capture_on_commit_callbacks: Any
) -> None:
    results = {
        "police": {"kind": "filed", "document": "泗公立字1号"},
        "procuratorate": {"kind": "prosecuted", "document": "泗检诉字2号"},
        "court": {"kind": "convicted", "reason": "拘役三个月，罚款折抵罚金", "document": "泗刑初3号"},
    }
    for body, given in results.items():
        own = Notice.objects.get(unit__code=body)
        listed = page_of(client_of(body), "/cases/referred/")
        shown = page_of(client_of(body), f"/cases/referred/{own.code}/")
        assert own.code in listed
        assert referred.case.title in shown
        for other in Notice.objects.exclude(pk=own.pk):
            assert other.code not in listed
            assert client_of(body).get(f"/cases/referred/{other.code}/").status_code == 404
        # nothing else of the case; nothing at all to a body of the city, nor of other people
        assert client_of(body).get(f"/cases/{referred.case.code}/").status_code in (403, 404)
        assert own.code not in page_of(client_of(f"city-{body}"), "/cases/referred/")
        assert client_of("three").get(f"/cases/referred/{own.code}/").status_code in (403, 404)
        with django_capture_on_commit_callbacks(execute=True):
            post(referred, body, **given)
    page = page_of(client_of("one"), f"/cases/{referred.case.code}/")
    assert all(given["document"] in page for given in results.values())
    logged = [one.fields["result"] for one in history(f"case:{referred.case.code}") if one.act == "cases.record_result"]
    assert sorted(logged) == sorted(["决定立案", "提起公诉", "判处刑罚"])
    told = Notification.objects.filter(user_id=referred.people["one"].user_id, title__contains="提起公诉")
    assert told.exists()


def waiting(office: Office) -> list[str]:
    return [one.title.partition("：")[0] for one in todos.todos(office.people["one"], timezone.localdate())
            if one.kind == "行刑衔接"]  # fmt: skip


def test_what_follows_a_refusal_waits_for_who_handles_the_case_until_it_is_done(referred: Office) -> None:
    case, one, now = referred.case.code, referred.people["one"], timezone.now()
    asked = {"actor": one, "at": now, "case": case, "body": "procuratorate", "unit": "procuratorate"}
    with pytest.raises(CaseError, match="没有作出"):
        notices.send_notice(**asked, kind="supervision", content="应当立案")
    row = Notice.objects.get(unit__code="police")
    given = {"actor": referred.people["police"], "at": now, "notice": row.code, "version": row.version}
    with pytest.raises(CaseError, match="理由"):
        notices.record_result(**given, kind="declined", on=timezone.localdate())
    post(referred, "police", kind="declined", reason="犯罪事实显著轻微")
    assert waiting(referred) == ["不予立案，退回案卷材料"]
    with pytest.raises(CaseError, match="应当向"):
        notices.send_notice(**{**asked, "body": "police", "unit": "police"}, kind="supervision", content="应当立案")
    notices.send_notice(**asked, kind="supervision", content="货值已达追诉标准，应当立案")
    assert waiting(referred) == []
    # what a procuratorate sends back to be punished waits until it is said what was done
    copy = Notice.objects.get(unit__code="procuratorate", kind="copy")
    notices.record_result(
        actor=referred.people["procuratorate"], at=now, notice=copy.code, version=copy.version, kind="not_prosecuted",
        on=timezone.localdate(), reason="建议行政处罚",
    )  # fmt: skip
    assert waiting(referred) == ["不起诉，提出检察意见移送行政执法机关"]
    result = copy.results.get()
    answer = client_of("one").post(f"/cases/{case}/results/{result.pk}/", {"words": "已恢复调查", "version": "1"})
    assert answer.status_code == 302
    assert waiting(referred) == []
    assert "已恢复调查" in page_of(client_of("one"), f"/cases/{case}/")
