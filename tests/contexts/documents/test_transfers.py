"""An accountability handed to the discipline inspection: the letter with its materials, the receipt, and who knows of it."""

from datetime import datetime, timedelta

import pytest
from django.http import HttpResponse
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


# by program


def sent(user: User, address: str, body: dict[str, object], version: int = 1) -> HttpResponse:
    return client_of(user).post(
        f"/api/v1{address}", body, content_type="application/json", headers={"If-Match": f'"{version}"'}
    )


@pytest.mark.requirement("TS-46")
def test_a_program_hands_over_and_records_the_receipt(people: dict[str, User], case: Accountability) -> None:
    today = timezone.localdate().isoformat()
    given = {"recipient": "泗水县纪委监委", "transferred_on": today, "brief": SECRET, "materials": MATERIALS}
    address = f"/accountabilities/{case.pk}/transfer"
    assert sent(people["head"], address, given, version=7).status_code == 412
    assert sent(people["head"], address, given | {"materials": [" "]}).status_code == 422
    made = sent(people["head"], address, given)
    assert made.status_code == 201, made.content
    code = made.json()["code"]
    assert (made.json()["materials"], made["ETag"]) == (MATERIALS, '"1"')
    assert Document.objects.get().code == made.json()["document"]
    assert sent(people["head"], address, given).status_code == 422
    receipt = {"received_on": today, "receiver": "陈主任"}
    assert sent(people["head"], f"/discipline-transfers/{code}/receipt", receipt).json()["receiver"] == "陈主任"
    client = client_of(people["chief"])
    assert client.get(f"/api/v1/discipline-transfers/{code}").json()["brief"] == SECRET
    assert [one["code"] for one in client.get("/api/v1/discipline-transfers").json()["items"]] == [code]
    read = [one.actor for one in history(f"transfer:{code}") if one.act == "registry.read_transfer"]
    assert read == [people["chief"].code] * 2


@pytest.mark.requirement("TS-46")
def test_programs_of_others_find_nothing(people: dict[str, User], case: Accountability, user_with: UserMaker) -> None:
    gone = hand_over(people["head"], case, timezone.now())
    today = timezone.localdate().isoformat()
    given = {"recipient": "纪委监委", "transferred_on": today, "brief": "理由", "materials": ["材料"]}
    acts = (
        (f"/accountabilities/{case.pk}/transfer", given),
        (f"/discipline-transfers/{gone.code}/receipt", {"received_on": today, "receiver": "陈主任"}),
    )
    reads = ("/discipline-transfers", f"/discipline-transfers/{gone.code}")
    for name in ("overseer", "clerk", "personnel", "himself"):
        client = client_of(people[name])
        assert [client.get(f"/api/v1{one}").status_code for one in reads] == [403, 403], name
        assert [sent(people[name], *act).status_code for act in acts] == [403, 403], name
        about = client.get(f"/api/v1/accountabilities/{case.pk}").content.decode()
        assert "移送" not in about and "transfer" not in about, name
    # whoever has the permission, of another agency or called to account himself, is told that there is none
    other = user_with("agency_head", "health", username="other", name="周局长")
    type(case.officer).objects.filter(pk=case.officer.pk).update(user=people["chief"])
    for user in (other, people["chief"]):
        client = client_of(user)
        assert client.get("/api/v1/discipline-transfers").json()["items"] == []
        assert client.get(f"/api/v1/discipline-transfers/{gone.code}").status_code == 404
        assert [sent(user, *act).status_code for act in acts] == [404, 404]
    mine = client_of(people["chief"]).get(f"/api/v1/accountabilities/{case.pk}")
    assert mine.status_code == 200
    assert "transfer" not in mine.content.decode()
    assert not [one for one in history(f"transfer:{gone.code}") if one.act == "registry.read_transfer"]


@pytest.mark.requirement("TS-46")
def test_accountabilities_are_read_by_program_within_the_scope(people: dict[str, User], case: Accountability) -> None:
    listed = client_of(people["overseer"]).get("/api/v1/accountabilities").json()["items"]
    assert [(one["pk"], one["liability"], one["facts"], one["version"]) for one in listed] == [
        (case.pk, "ZZ-1", "办案失职", 1)
    ]
    assert client_of(people["clerk"]).get("/api/v1/accountabilities").status_code == 403
