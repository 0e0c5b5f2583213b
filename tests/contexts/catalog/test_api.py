"""The room's API, and what waits on desks and is found."""

from typing import Any

from django.test import Client
from django.utils import timezone

from mingjing.contexts.accounts.models import User
from mingjing.contexts.catalog.models import Benchmark, Item
from mingjing.contexts.catalog.todos import todos
from mingjing.contexts.catalog.usecases import editions
from mingjing.contexts.work.search import find
from tests.contexts.catalog.conftest import BENCHMARK, PENALTY, Desk


def ask(username: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=username))
    return client


def test_an_item_is_read_as_it_stood_on_a_day(desk: Desk, item: Item) -> None:
    client = ask("officer.market")
    listed = client.get("/api/v1/catalog/items").json()["items"]
    assert [(row["code"], row["edition"]) for row in listed] == [("MR-105", 1)]
    shown = client.get("/api/v1/catalog/items/MR-105").json()
    assert shown["reference"] == f"item:MR-105@1#{shown['digest']}"
    assert client.get("/api/v1/catalog/items/MR-105?on=2001-01-01").status_code == 404
    assert client.get("/api/v1/catalog/items/MR-105/editions/2").status_code == 404


def test_a_draft_is_read_only_by_who_works_on_it(desk: Desk, law: object) -> None:
    editions.start_item(actor=desk.clerk, at=desk.at, code="D", unit="market", content=PENALTY)
    assert ask("agency_clerk.market").get("/api/v1/catalog/items/D/editions/1").status_code == 200
    assert ask("officer.market").get("/api/v1/catalog/items/D/editions/1").status_code == 404
    assert ask("officer.market").get("/api/v1/catalog/items").json()["items"] == []
    assert ask("officer.market").get("/catalog/items/D/").status_code == 404


def test_a_stale_version_changes_nothing_through_the_api(desk: Desk, item: Item) -> None:
    client = ask("agency_clerk.market")
    body = {"content": {**PENALTY, "section": "执法大队"}}

    def put(tag: str) -> Any:
        return client.put(
            "/api/v1/catalog/items/MR-105/draft", body, content_type="application/json", headers={"If-Match": tag}
        )

    assert put('"1"').status_code == 412
    done = put(f'"{item.version}"')
    assert done.status_code == 200
    assert done.json()["open_status"] == "draft"


def test_the_calculator_answers_in_fen(desk: Desk, item: Item) -> None:
    row: Benchmark = editions.start_benchmark(
        actor=desk.clerk, at=desk.at, item=item.code, unit="market", level="county", content=BENCHMARK
    )
    desk.publish("benchmark", row.code)
    client = ask("officer.market")

    def assess(**circumstances: object) -> Any:
        return client.post(
            "/api/v1/catalog/items/MR-105/assess", {"circumstances": circumstances}, content_type="application/json"
        )

    found = assess(value_fen=800_000).json()
    assert (found["tier"], found["fine"]["low_fen"], found["fine"]["high_fen"]) == ("较轻", 100_000, 1_000_000)
    assert found["like_cases"] is None
    assert assess().json()["missing"] == ["value_fen"]
    assert assess(value_fen="many").status_code == 422
    assert assess(nonsense=True).status_code == 422


def test_what_waits_is_on_the_desk_of_who_must_act(desk: Desk, law: object) -> None:
    editions.start_item(actor=desk.clerk, at=desk.at, code="D", unit="market", content=PENALTY)
    today = timezone.localdate()
    assert list(todos(desk.head, today)) == []
    desk.run("item", "D", "submit")
    waiting = list(todos(desk.head, today))
    assert [one.title.startswith("批准执法事项") for one in waiting] == [True]
    assert list(todos(desk.clerk, today)) == []
    desk.run("item", "D", "approve")
    assert [one.title.startswith("公布执法事项") for one in todos(desk.clerk, today)] == [True]


def test_published_items_and_laws_are_found_by_the_search(desk: Desk, item: Item) -> None:
    assert "catalog.item" in {hit.kind.name for hit in find(desk.officer, "明码标价").hits}
    kinds = {hit.kind.name for hit in find(desk.officer, "餐饮服务管理").hits}
    assert "catalog.law" in kinds
    desk.run("item", item.code, "withdraw", reason="不再实施")
    assert "catalog.item" not in {hit.kind.name for hit in find(desk.officer, "明码标价").hits}
