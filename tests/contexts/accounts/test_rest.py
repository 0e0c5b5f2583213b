"""The rules of the API that hold for every operation, seen at the operations of this room."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from mingjing.contexts.accounts.access import actor_of
from mingjing.contexts.accounts.models import KeptAnswer, Token, Unit, User
from mingjing.contexts.accounts.policy import policy
from mingjing.contexts.accounts.rest import signin
from mingjing.contexts.accounts.rest.pages import PageIn, page_of
from mingjing.contexts.accounts.usecases.tokens import make_token, revoke_token
from tests.contexts.conftest import UserMaker

type Bearer = Callable[..., dict[str, str]]

JSON = "application/json"
PROBLEM = "application/problem+json"
NEW_UNIT = {"code": "forest", "name": "泗水县林业局", "kind": "agency", "place": "370831", "parent": "county"}


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


@pytest.fixture
def bearer() -> Bearer:
    """Make a token for a user: the headers that carry it."""

    def make(user: User, *permissions: str) -> dict[str, str]:
        now = timezone.now()
        actor = actor_of(user, on=timezone.localdate(now))
        _, secret = make_token(actor=actor, at=now, name="测试", permissions=permissions, days=30)
        return {"Authorization": f"Bearer {secret}"}

    return make


@pytest.fixture
def admin(user_with: UserMaker, bearer: Bearer) -> dict[str, str]:
    return bearer(user_with("system_admin", "county"), "accounts.unit.view", "accounts.unit.edit")


def test_a_token_reaches_what_it_names_and_no_more(client: Client, admin: dict[str, str]) -> None:
    assert client.get("/api/v1/units", headers=admin).status_code == 200
    refused = client.get("/api/v1/users", headers=admin)
    assert (refused.status_code, refused["Content-Type"]) == (403, PROBLEM)
    assert refused.json()["type"] == "urn:mingjing:problem:accounts.forbidden"
    assert client.get("/api/v1/me", headers=admin).json()["permissions"] == ["accounts.unit.edit", "accounts.unit.view"]


def test_a_token_gives_nothing_that_its_user_has_not(user_with: UserMaker, bearer: Bearer) -> None:
    with pytest.raises(Exception, match="您自己没有"):
        bearer(user_with("officer"), "accounts.unit.edit")


@pytest.mark.parametrize("spoil", ["unknown", "revoked", "expired", "inactive"])
def test_a_token_that_no_longer_holds_is_refused_like_none(
    client: Client, user_with: UserMaker, bearer: Bearer, spoil: str
) -> None:
    user = user_with("system_admin", "county")
    headers = bearer(user, "accounts.unit.view")
    assert client.get("/api/v1/units", headers=headers).status_code == 200
    token, now = Token.objects.get(), timezone.now()
    if spoil == "unknown":
        headers = {"Authorization": "Bearer mj_nobody"}
    elif spoil == "revoked":
        revoke_token(actor=actor_of(user, on=timezone.localdate()), at=now, mark=token.mark)
    elif spoil == "expired":
        Token.objects.update(created_at=now - timedelta(days=9), expires_at=now)
    else:
        User.objects.update(is_active=False)
    refused = client.get("/api/v1/units", headers=headers)
    assert (refused.status_code, refused["WWW-Authenticate"], refused["Content-Type"]) == (401, "Bearer", PROBLEM)


def test_the_secret_of_a_token_is_nowhere(client: Client, admin: dict[str, str]) -> None:
    secret = admin["Authorization"].removeprefix("Bearer ")
    assert secret not in str(Token.objects.values())


def test_a_wrong_token_is_not_made_up_for_by_a_session(client: Client, user_with: UserMaker) -> None:
    client.force_login(user_with("system_admin", "county"))
    assert client.get("/api/v1/units").status_code == 200
    assert client.get("/api/v1/units", headers={"Authorization": "Bearer mj_wrong"}).status_code == 401


def test_a_session_needs_the_csrf_token_for_a_change(user_with: UserMaker) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_with("system_admin", "county"))
    refused = client.post("/api/v1/units", NEW_UNIT, content_type=JSON)
    assert refused.status_code == 403 and "CSRF" in refused.json()["detail"]
    assert not Unit.objects.filter(code="forest").exists()


def test_lists_go_on_where_the_last_page_ended(client: Client, admin: dict[str, str]) -> None:
    seen, after = [], ""
    for _ in range(9):
        page = client.get("/api/v1/units", {"limit": 3, "after": after}, headers=admin).json()
        seen += [one["code"] for one in page["items"]]
        after = page["next"]
        if not after:
            break
    assert seen == list(Unit.objects.order_by("path").values_list("code", flat=True))
    towns = client.get("/api/v1/units", {"kind": "town"}, headers=admin).json()["items"]
    assert [one["code"] for one in towns] == ["town"]


def test_what_the_database_cannot_keep_is_the_fault_of_the_request(admin: dict[str, str], client: Client) -> None:
    """PostgreSQL keeps no NUL; SQLite does."""
    answers = [
        client.get("/api/v1/units", {"kind": "to\0wn"}, headers=admin),
        client.post("/api/v1/units", NEW_UNIT | {"name": "县\0局"}, content_type=JSON, headers=admin),
    ]
    for answer in answers:
        assert answer.status_code < 500
        if connection.vendor == "postgresql":
            assert (answer.status_code, answer["content-type"]) == (422, PROBLEM)
            assert answer.json()["type"] == "urn:mingjing:problem:api.unstorable"


@pytest.mark.parametrize("order", ["code", "-code", "parent__code", "-pk"])
def test_a_list_goes_on_in_either_direction(units: dict[str, Unit], order: str) -> None:
    rows, seen, after = Unit.objects.exclude(parent=None), [], ""
    if "parent" in order:
        rows = rows.filter(code="town")
    for _ in range(9):
        page = page_of(rows, PageIn(limit=2, after=after), lambda one: one.code, order=order)
        seen += page.items
        after = page.next
        if not after:
            break
    assert seen == list(rows.order_by(order).values_list("code", flat=True)) and seen


@pytest.mark.parametrize("after", ["%", "AAAA", "bnVsbA", "e30", "IlwwIg", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ"])
def test_a_cursor_that_is_none_is_told(client: Client, admin: dict[str, str], after: str) -> None:
    answer = client.get("/api/v1/units", {"after": after}, headers=admin)
    assert answer.status_code == 422 and answer.json()["type"].endswith("api.cursor")


def test_a_change_needs_the_version_that_was_read(client: Client, admin: dict[str, str]) -> None:
    read = client.get("/api/v1/units/town", headers=admin)
    body = {"name": "泗河街道", "kind": "town", "place": "370831001"}
    change = {"path": "/api/v1/units/town", "data": body, "content_type": JSON}
    assert client.patch(**change, headers=admin).status_code == 428
    assert client.patch(**change, headers=admin | {"If-Match": '"x"'}).status_code == 412
    done = client.patch(**change, headers=admin | {"If-Match": read["ETag"]})
    assert (done.status_code, done["ETag"], done.json()["name"]) == (200, '"2"', "泗河街道")
    late = client.patch(**change, headers=admin | {"If-Match": read["ETag"]})
    assert (late.status_code, late.json()["title"]) == (412, "已被他人修改")


def test_who_has_the_present_version_gets_no_body(client: Client, admin: dict[str, str]) -> None:
    tag = client.get("/api/v1/units/town", headers=admin)["ETag"]
    again = client.get("/api/v1/units/town", headers=admin | {"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_the_same_key_does_it_once(client: Client, admin: dict[str, str]) -> None:
    headers = admin | {"Idempotency-Key": "7f1"}
    first = client.post("/api/v1/units", NEW_UNIT, content_type=JSON, headers=headers)
    again = client.post("/api/v1/units", NEW_UNIT, content_type=JSON, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json() and again["Idempotency-Replayed"] == "true" and again["ETag"] == '"1"'
    assert "林业" not in str(bytes(KeptAnswer.objects.get().body), "utf-8", "replace")
    other = client.post("/api/v1/units", NEW_UNIT | {"code": "x"}, content_type=JSON, headers=headers)
    assert (other.status_code, other.json()["type"]) == (409, "urn:mingjing:problem:accounts.key_reused")


def test_a_body_too_large_is_refused(client: Client, admin: dict[str, str]) -> None:
    answer = client.post(
        "/api/v1/units", "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1), content_type=JSON, headers=admin
    )
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:mingjing:problem:api.too_big")


def test_what_was_refused_may_be_tried_again_with_the_same_key(client: Client, admin: dict[str, str]) -> None:
    headers = admin | {"Idempotency-Key": "7f2"}
    wrong = client.post("/api/v1/units", NEW_UNIT | {"place": "37"}, content_type=JSON, headers=headers)
    assert wrong.status_code == 422 and not KeptAnswer.objects.exists()
    assert client.post("/api/v1/units", NEW_UNIT, content_type=JSON, headers=headers).status_code == 201


def test_what_is_wrong_in_a_request_is_told_field_by_field(client: Client, admin: dict[str, str]) -> None:
    answer = client.post("/api/v1/units", {"code": "forest", "place": 7}, content_type=JSON, headers=admin)
    told = {one["field"]: one["detail"] for one in answer.json()["errors"]}
    assert answer.status_code == 422
    assert told == {"name": "必须填写", "kind": "必须填写", "place": "应当是文字"}
    assert client.post("/api/v1/units", "{", content_type=JSON, headers=admin).status_code == 400


def test_who_asks_too_often_is_told_when_to_come_back(
    client: Client, admin: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signin, "policy", lambda: replace(policy(), token_requests_a_minute=3))
    # seven: a minute may end in between
    for _ in range(6):
        client.get("/api/v1/me", headers=admin)
    last = client.get("/api/v1/me", headers=admin)
    assert last.status_code == 429 and 1 <= int(last["Retry-After"]) <= 60


def test_what_there_is_not_is_a_problem_too(client: Client, admin: dict[str, str]) -> None:
    for address in ("/api/v1/nowhere", "/api/v1/units/nobody"):
        answer = client.get(address, headers=admin)
        assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)
    assert client.get("/api/v1/units").status_code == 401
    wrong = client.delete("/api/v1/units", headers=admin)
    assert (wrong.status_code, wrong["Content-Type"]) == (405, PROBLEM)
    assert set(wrong["Allow"].split(", ")) == {"GET", "POST"}
    posted = Client(enforce_csrf_checks=True).post("/api/v1/nowhere", {})
    assert (posted.status_code, posted["Content-Type"]) == (404, PROBLEM)


def test_the_description_is_openapi_3_1_and_the_page_needs_nothing_from_elsewhere(client: Client, db: None) -> None:
    description = client.get("/api/v1/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    operations = [one for path in description["paths"].values() for one in path.values()]
    assert all(one["x-permission"] and one["summary"] for one in operations)
    page = client.get("/api/docs/").content.decode()
    assert "http://" not in page and "https://" not in page
