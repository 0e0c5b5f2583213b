"""A closed case becomes a typical one: drafted from its words, approved by another, published with nobody's name."""

import pytest
from django.test import Client

from mingjing.contexts.accounts.access import ForbiddenError
from mingjing.contexts.accounts.models import User
from mingjing.contexts.cases.models import Case
from mingjing.contexts.cases.usecases import typical
from mingjing.contexts.cases.usecases.base import CaseError
from mingjing.contexts.registry.models import Example
from mingjing.contexts.registry.usecases import examples
from mingjing.domain.registry.obstacles import RegistryError
from tests.contexts.cases.conftest import Office
from tests.contexts.cases.test_facts import decided
from tests.contexts.conftest import ActorMaker


@pytest.fixture
def closed(office: Office) -> Case:
    """A closed case that concerns a company and a witness."""
    decided(office)
    row = office.case
    row.refresh_from_db()
    row.party.legal_person = "刘大海"
    row.party.save()
    row.concerned.create(capacity="witness", name="赵小燕")
    return row


@pytest.mark.requirement("LC-15")
def test_is_published_masked_and_with_its_item(
    office: Office, closed: Case, actor_with: ActorMaker, client: Client
) -> None:
    text = "泗水老李餐饮有限公司负责人刘大海（372801199001011234，13800001234）由赵小燕指证，罚款二十元。"
    given = {"actor": office.people["clerk"], "at": office.at, "case": closed.code}
    made = typical.choose_typical(**given, title="泗水老李餐饮有限公司案", text=text, names="张小花")
    with pytest.raises(CaseError, match="已经选为"):
        typical.choose_typical(**given, title="又一次", text=text)
    row = examples.submit_example(actor=office.people["clerk"], at=office.at, code=made.code, version=made.version)
    head = actor_with("overseer_head", "justice")
    row = examples.decide_example(
        actor=head, at=office.at, code=row.code, version=row.version, approve=True, opinion="典型"
    )
    assert row.code not in client.get("/public/examples/").content.decode()
    examples.publish_example(actor=head, at=office.at, code=row.code, version=row.version)
    page = client.get("/public/examples/").content.decode()
    assert f"{closed.item.name}（{closed.item.code}）" in page
    for hidden in ("老李餐饮", "刘大海", "赵小燕", "372801199001011234", "13800001234"):
        assert hidden not in page
    assert "某单位负责人刘**" in page
    client.force_login(User.objects.get(username="clerk"))
    assert f"/public/examples/#{row.code}" in client.get(f"/catalog/items/{closed.item.code}/").content.decode()


def test_is_chosen_on_the_page_and_by_the_api(office: Office, closed: Case, client: Client) -> None:
    client.force_login(User.objects.get(username="clerk"))
    address = f"/cases/{closed.code}/typical/"
    assert address in client.get(f"/cases/{closed.code}/").content.decode()
    form = client.get(address).content.decode()
    assert "基本案情" in form and "罚款2,000元，" in form and "泗水老李餐饮有限公司\n刘大海\n赵小燕" in form
    assert client.post(address, {"title": "一件", "text": "内容"}).status_code == 302
    assert Example.objects.get().names.splitlines() == ["泗水老李餐饮有限公司", "刘大海", "赵小燕"]
    Example.objects.update(status="withdrawn")
    body = {"title": "又一件", "text": "内容", "names": ["王二"]}
    told = client.post(f"/api/v1/cases/{closed.code}/typical", body, content_type="application/json")
    assert (told.status_code, told.json()["item"]) == (201, closed.item.code)


def test_only_what_is_closed_and_by_whom_may(office: Office, closed: Case) -> None:
    given = {"at": office.at, "title": "一件", "text": "内容"}
    with pytest.raises(ForbiddenError):
        typical.choose_typical(actor=office.people["one"], case=closed.code, **given)
    office.open()
    with pytest.raises(CaseError, match="办结"):
        typical.choose_typical(actor=office.people["clerk"], case=office.case.code, **given)
    with pytest.raises(RegistryError, match="办结"):
        examples.draft_example(
            actor=office.people["clerk"], at=office.at, unit="market", kind="case", title="a", text="b"
        )
