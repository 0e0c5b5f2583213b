"""Examples: handed in, approved by another, published with what must stay hidden, recommended."""

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.registry.models import Example
from mingjing.contexts.registry.usecases import examples
from mingjing.contexts.ui.errors import StaleError
from mingjing.domain.registry.obstacles import RegistryError
from tests.contexts.conftest import ActorMaker, UserMaker
from tests.contexts.registry.conftest import AT

PUBLIC = "/public/examples/"


def handed_in(clerk: Actor, kind: str = "practice", **given: str) -> Example:
    given = {"title": "扫码入企", "text": "三个部门合并检查。", "names": ""} | given
    row = examples.draft_example(actor=clerk, at=AT, unit="market", kind=kind, **given)
    return examples.submit_example(actor=clerk, at=AT, code=row.code, version=row.version)


def decided(head: Actor, row: Example, *, approve: bool) -> Example:
    return examples.decide_example(
        actor=head, at=AT, code=row.code, version=row.version, approve=approve, opinion="事实清楚"
    )


def published(head: Actor, row: Example) -> Example:
    row = decided(head, row, approve=True)
    return examples.publish_example(actor=head, at=AT, code=row.code, version=row.version)


@pytest.mark.requirement("LC-47")
@pytest.mark.requirement("RZ-93")
def test_only_what_is_approved_is_published(units: dict[str, Unit], clerk: Actor, head: Actor, client: Client) -> None:
    good, bad = handed_in(clerk), handed_in(clerk, title="没有通过的做法")
    published(head, good)
    bad = decided(head, bad, approve=False)
    with pytest.raises(RegistryError):
        examples.publish_example(actor=head, at=AT, code=bad.code, version=bad.version)
    page = client.get(PUBLIC).content.decode()
    assert "扫码入企" in page and units["market"].name in page and "2026-11-20" in page
    assert "没有通过的做法" not in page
    # what came back is mended and handed in anew
    bad = examples.edit_example(actor=clerk, at=AT, code=bad.code, version=bad.version, title="改好的做法", text="写实")
    assert examples.submit_example(actor=clerk, at=AT, code=bad.code, version=bad.version).opinion == ""


@pytest.mark.requirement("TS-22")
def test_a_published_deed_is_recommended_upwards(
    units: dict[str, Unit], clerk: Actor, head: Actor, client: Client, user_with: UserMaker
) -> None:
    row = published(head, handed_in(clerk, "person", title="办案能手", text="赵鹏办案二百件。", names="赵鹏"))
    assert "赵鹏办案二百件" in client.get(PUBLIC).content.decode()
    examples.recommend_example(
        actor=head, at=AT, code=row.code, version=row.version, addressee="济宁市司法局", on=date(2026, 11, 20)
    )
    client.force_login(user_with("overseer", "county"))
    page = client.get(reverse("registry_example", args=[row.code])).content.decode()
    assert "济宁市司法局" in page and "2026-11-20" in page


@pytest.mark.requirement("YZ-46")
def test_a_warning_is_published_without_names(
    units: dict[str, Unit], clerk: Actor, head: Actor, client: Client
) -> None:
    given = {"title": "李四补签笔录", "text": "李四（13812345678）事后补签。", "names": "李四"}
    row = published(head, handed_in(clerk, "warning", **given))
    page = client.get(PUBLIC).content.decode()
    assert "李*补签笔录" in page and "李四" not in page and "13812345678" not in page
    assert units["market"].name not in page
    examples.withdraw_example(actor=head, at=AT, code=row.code, version=row.version, reason="已过宣传期")
    assert "补签" not in client.get(PUBLIC).content.decode()


def test_another_decides_and_nobody_decides_on_an_old_page(
    units: dict[str, Unit], clerk: Actor, overseer: Actor, head: Actor, actor_with: ActorMaker
) -> None:
    row = handed_in(clerk)
    with pytest.raises(ForbiddenError):
        decided(overseer, row, approve=True)
    with pytest.raises(StaleError):
        examples.decide_example(actor=head, at=AT, code=row.code, version=1, approve=True, opinion="好")
    Example.objects.filter(pk=row.pk).update(submitted_by=head.code)
    with pytest.raises(RegistryError):
        decided(head, row, approve=True)
    with pytest.raises(MissingError):
        examples.submit_example(actor=actor_with("agency_clerk", "justice"), at=AT, code=row.code, version=row.version)


def test_through_the_api(client: Client, units: dict[str, Unit], user_with: UserMaker) -> None:
    def ask(method: str, path: str, body: Any = None, *, version: int | None = None, status: int = 200) -> Any:
        headers = {"If-Match": f'"{version}"'} if version is not None else {}
        given = {} if method == "get" else {"data": json.dumps(body or {}), "content_type": "application/json"}
        answer = getattr(client, method)(f"/api/v1/examples{path}", headers=headers, **given)
        assert answer.status_code == status, answer.content.decode()[:800]
        return answer.json()

    client.force_login(user_with("agency_clerk", "market"))
    words = {"title": "李四补签笔录", "text": "李四（13812345678）事后补签。", "names": ["李四"]}
    made = ask("post", "", {"unit": "market", "kind": "warning", **words}, status=201)
    at = f"/{made['code']}"
    assert (made["status"], made["public_title"]) == ("draft", "李*补签笔录")
    ask("put", at, {**words, "text": "李四补签。"}, version=9, status=412)
    made = ask("put", at, {**words, "text": "李四补签。"}, version=made["version"])
    made = ask("post", f"{at}/submit", version=made["version"])
    ask("post", f"{at}/decide", {"approve": True, "opinion": "属实"}, version=made["version"], status=403)

    client.force_login(user_with("overseer_head", "county"))
    ask("post", f"{at}/publish", version=made["version"], status=422)
    made = ask("post", f"{at}/decide", {"approve": True, "opinion": "属实"}, version=made["version"])
    made = ask("post", f"{at}/publish", version=made["version"])
    assert made["status"] == "published"
    assert "李*补签" in client.get(PUBLIC).content.decode()
    to = {"addressee": "济宁市司法局", "on": "2026-11-20"}
    made = ask("post", f"{at}/recommendations", to, version=made["version"], status=201)
    assert made["recommendations"] == [{**to, "result": ""}]
    assert [row["code"] for row in ask("get", "?status=published")["items"]] == [made["code"]]
    made = ask("post", f"{at}/withdraw", {"reason": "已过宣传期"}, version=made["version"])
    assert ask("get", at)["withdrawn_on"] == made["withdrawn_on"] is not None


def test_through_the_pages(client: Client, units: dict[str, Unit], user_with: UserMaker) -> None:
    client.force_login(user_with("agency_clerk", "market"))
    given = {"unit": "market", "kind": "practice", "title": "说理式文书", "text": "按案由写说理段落。"}
    answer = client.post(reverse("registry_example_new"), given)
    row = Example.objects.get()
    assert answer["Location"] == reverse("registry_example", args=[row.code])
    client.post(reverse("registry_example_act", args=[row.code, "submit"]), {"version": row.version})
    client.force_login(user_with("overseer_head", "county"))
    page = client.get(reverse("registry_example", args=[row.code])).content.decode()
    assert "公众看到的内容" in page and "审核" in page
    act = reverse("registry_example_act", args=[row.code, "decide"])
    client.post(act, {"approve": "yes", "opinion": "同意", "version": row.version + 1})
    row.refresh_from_db()
    assert row.status == "approved"
    assert "说理式文书" in client.get(reverse("registry_example_list")).content.decode()
