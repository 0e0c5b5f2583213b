"""An accountability handed to the discipline inspection: the letter with its materials, the receipt, and who knows of it."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, actor_of
from mingjing.contexts.accounts.models import User
from mingjing.contexts.documents.models import Document, DocumentState
from mingjing.contexts.records.queries import history
from mingjing.contexts.registry.models import Accountability, DisciplineTransfer
from mingjing.contexts.registry.usecases import care, transfers
from tests.contexts.conftest import UserMaker
from tests.contexts.registry.conftest import OfficerMaker, officer_in  # noqa: F401 - a fixture

SECRET = "收受礼金两千元"
MATERIALS = ["谈话笔录复印件", "转账记录"]


@pytest.fixture
def people(user_with: UserMaker) -> dict[str, User]:
    return {
        "head": user_with("overseer_head", "justice", username="head", name="孔局长"),
        "overseer": user_with("overseer", "justice", username="overseer", name="李强"),
        "chief": user_with("agency_head", "market", username="chief", name="王局长"),
        "clerk": user_with("agency_clerk", "justice", username="clerk", name="王芳"),
        "personnel": user_with("personnel_office", "county", username="personnel", name="赵敏"),
        "himself": user_with("officer", "market", username="himself", name="张三"),
    }


@pytest.fixture
def case(people: dict[str, User], officer_in: OfficerMaker) -> Accountability:  # noqa: F811 - the fixture
    today = timezone.localdate()
    officer = officer_in(user=people["himself"])
    overseer, at = as_actor(people["overseer"]), timezone.now()
    care.list_situation(
        actor=overseer,
        at=at,
        code="ZZ-1",
        kind="liability",
        text="执法不公",
        procedure="程序",
        basis="办法",
        valid_from=today,
    )
    opened = today - timedelta(days=9)
    return care.open_accountability(
        actor=overseer, at=at, officer=officer.code, liability="ZZ-1", opened_on=opened, facts="办案失职"
    )


def as_actor(user: User) -> Actor:
    return actor_of(user, on=timezone.localdate())


def hand_over(user: User, case: Accountability, at: datetime) -> DisciplineTransfer:
    return transfers.transfer_accountability(
        actor=as_actor(user),
        at=at,
        case=case.pk,
        version=case.version,
        recipient="泗水县纪委监委",
        transferred_on=timezone.localdate(at),
        brief=SECRET,
        materials=MATERIALS,
    )


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def told(user: User, case: Accountability) -> str:
    """Everything that somebody can read of it, on pages and by API; what is closed to him says nothing."""
    addresses = [
        reverse("registry_accountability_list"),
        reverse("registry_accountability", args=[case.pk]),
        reverse("registry_officer", args=[case.officer.code]),
        "/documents/",
        reverse("document_numbers"),
        "/search/?q=线索移送函",
        "/api/v1/documents",
        "/api/v1/document-numbers",
    ]
    client = client_of(user)
    return " ".join(client.get(one, follow=True).content.decode() for one in addresses)


@pytest.mark.requirement("TS-46")
def test_a_transfer_has_a_letter_with_its_materials_and_a_receipt(
    people: dict[str, User], case: Accountability
) -> None:
    client, today = client_of(people["head"]), timezone.localdate()
    given = {
        "version": case.version,
        "recipient": "泗水县纪委监委",
        "transferred_on": today.isoformat(),
        "brief": SECRET,
    }
    act = reverse("registry_accountability_act", args=[case.pk, "transfer"])
    assert client.post(act, given | {"materials": " \n"}).status_code == 422
    assert client.post(act, given | {"materials": "\n".join(MATERIALS)}).status_code == 302
    letter = Document.objects.get()
    assert (letter.kind, letter.state) == ("discipline_referral", DocumentState.ISSUED)
    assert letter.data["attachments"] == MATERIALS
    assert letter.number and letter.renditions.exists()
    page = client.get(reverse("registry_accountability", args=[case.pk])).content.decode()
    assert reverse("document", args=[letter.code]) in page and "转账记录" in page
    assert "转账记录" in client.get(reverse("document", args=[letter.code])).content.decode()
    receive = reverse("registry_accountability_act", args=[case.pk, "receive"])
    early = {"version": case.version, "receiver": "陈主任", "received_on": (today - timedelta(days=1)).isoformat()}
    assert client.post(receive, early).status_code == 422
    assert client.post(receive, early | {"received_on": today.isoformat()}).status_code == 302
    page = client.get(reverse("registry_accountability", args=[case.pk])).content.decode()
    assert "签收日期" in page and "陈主任" in page
    kept = {one.act for one in history(f"transfer:{DisciplineTransfer.objects.get().code}")}
    assert kept == {"registry.transfer_accountability", "registry.receive_transfer", "registry.read_transfer"}


@pytest.mark.requirement("TS-46")
def test_only_few_know_of_it(people: dict[str, User], case: Accountability) -> None:
    before = {name: told(user, case) for name, user in people.items()}
    gone = hand_over(people["head"], case, timezone.now())
    letter = Document.objects.get()
    secrets = (SECRET, "泗水县纪委监委", "移送纪检", "线移", gone.code, letter.code, letter.number)
    for name in ("overseer", "clerk", "personnel", "himself"):
        assert not [one for one in secrets if one in told(people[name], case)], name
        client = client_of(people[name])
        for address in (
            f"/documents/{letter.code}/",
            f"/api/v1/documents/{letter.code}",
            reverse("registry_accountability_act", args=[case.pk, "transfer"]),
            reverse("registry_accountability_act", args=[case.pk, "receive"]),
        ):
            assert client.get(address).status_code in (403, 404), (name, address)
        with pytest.raises((ForbiddenError, MissingError)):
            hand_over(people[name], case, timezone.now())
    for name in ("head", "chief"):
        assert SECRET not in before[name]
        known = told(people[name], case)
        assert SECRET in known and letter.number in known, name


@pytest.mark.requirement("TS-46")
def test_nobody_reads_of_his_own(people: dict[str, User], case: Accountability) -> None:
    hand_over(people["head"], case, timezone.now())
    type(case.officer).objects.filter(pk=case.officer.pk).update(user=people["chief"])
    page = client_of(people["chief"]).get(reverse("registry_accountability", args=[case.pk])).content.decode()
    assert "办案失职" in page
    assert "移送" not in page and "签收" not in page
    assert Document.objects.get().number not in told(people["chief"], case)
