"""The API of the plans room: a plan from its text to a finished task, within the scope of who asks."""

import base64
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mingjing.contexts.accounts.models import User
from mingjing.contexts.plans.models import Plan
from tests.contexts.conftest import UserMaker
from tests.contexts.plans.conftest import TEXT

FILE = {"name": "证明.pdf", "content": base64.b64encode(b"%PDF-1.4").decode()}


class Caller:
    """Somebody who calls the API."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    def send(self, method: str, path: str, body: Any, *, version: int | None = None, status: int = 200) -> Any:
        headers = {"If-Match": f'"{version}"'} if version is not None else {}
        answer = getattr(self.client, method)(f"/api/v1{path}", body, content_type="application/json", headers=headers)
        assert answer.status_code == status, answer.content.decode()
        return answer.json()


@pytest.fixture
def keeper_calls(user_with: UserMaker) -> Caller:
    """Somebody of the justice bureau."""
    return Caller(user_with("overseer", "justice"))


@pytest.fixture
def clerk_calls(user_with: UserMaker) -> Caller:
    """Somebody of the market regulator."""
    return Caller(user_with("agency_clerk", "market"))


def in_force(caller: Caller) -> Any:
    plan = caller.send("post", "/plans", {"place": "370831", "text": TEXT}, status=201)
    for task in caller.get(f"/tasks?plan={plan['code']}")["items"]:
        version = task["version"]
        for doubt in task["doubts"]:
            path = f"/tasks/{task['id']}/doubts/{doubt['number']}/settle"
            version = caller.send("post", path, {"reason": "已核对"}, version=version)["version"]
    version = caller.get(f"/plans/{plan['code']}")["version"]
    return caller.send("post", f"/plans/{plan['code']}/confirm", {}, version=version)


def test_from_words_to_a_finished_task(keeper_calls: Caller, clerk_calls: Caller) -> None:
    plan = in_force(keeper_calls)
    assert plan["state"] == "running"
    rows = clerk_calls.get("/tasks")["items"]
    assert [one["title"] for one in rows] == ["清理执法主体", "规范入企检查"]
    pk = rows[0]["id"]
    sub = {"unit": "market", "title": "核对证件", "goal": "20", "goal_unit": "件", "due_on": "2026-06-10"}
    made = clerk_calls.send("post", f"/tasks/{pk}/sub-tasks", sub, status=201)
    refused = clerk_calls.send("post", f"/tasks/{pk}/sub-tasks/submit", {"unit": "market"}, status=422)
    assert "责任科室" in refused["detail"]
    whole = {key: value for key, value in sub.items() if key != "unit"} | {"section": "法制科", "person": "王敏"}
    clerk_calls.send("put", f"/sub-tasks/{made['id']}", whole, version=made["version"])
    assert clerk_calls.send("post", f"/tasks/{pk}/sub-tasks/submit", {"unit": "market"}) == {"submitted": 1}
    (sub,) = clerk_calls.get(f"/tasks/{pk}/sub-tasks")
    told = clerk_calls.send("post", f"/sub-tasks/{sub['id']}/reached", {"reached": "5"}, version=sub["version"])
    assert told["percent"] == 25
    shown = clerk_calls.send("post", f"/tasks/{pk}/materials", {"unit": "market", "file": FILE}, status=201)
    judged = {"accepted": True, "ends": True}
    keeper_calls.send("post", f"/materials/{shown['id']}/judge", judged, version=shown["version"])
    assert keeper_calls.get(f"/tasks/{pk}")["state"] == "done"


def test_each_sees_what_is_his(keeper_calls: Caller, clerk_calls: Caller, user_with: UserMaker) -> None:
    plan = in_force(keeper_calls)
    third = keeper_calls.get(f"/tasks?plan={plan['code']}")["items"][2]["id"]
    assert clerk_calls.client.get(f"/api/v1/tasks/{third}").status_code == 404
    body = {"place": "370831", "text": TEXT}
    assert clerk_calls.send("post", "/plans", body, status=403)["status"] == 403
    stranger = Caller(user_with("system_admin", "justice"))
    assert stranger.client.get("/api/v1/tasks").status_code == 403


def test_reports_links_and_added_tasks(keeper_calls: Caller, clerk_calls: Caller) -> None:
    plan = in_force(keeper_calls)
    body = {
        "title": "整理清单", "source": "专班会议",
        "parts": [{"words": "市场监管局", "mode": "lead", "units": ["market"]}],
    }  # fmt: skip
    added = keeper_calls.send("post", f"/plans/{plan['code']}/tasks", body, status=201)
    first = clerk_calls.get("/tasks")["items"][0]
    keeper_calls.send(
        "post", f"/tasks/{added['id']}/links", {"other": first["id"], "kind": "needs"}, version=added["version"], status=201
    )  # fmt: skip
    (link,) = keeper_calls.get(f"/tasks/{added['id']}/links")
    assert (link["way"], link["blocks"]) == ("前置任务", True)
    period = f"{timezone.localdate():%Y-%m}"
    report = {"unit": "market", "period": period, "words": "已整理", "percent": 40, "files": [FILE]}
    sent = clerk_calls.send("post", f"/tasks/{added['id']}/reports", report, status=201)
    keeper_calls.send("post", f"/reports/{sent['id']}/judge", {"accepted": True}, version=sent["version"])
    assert keeper_calls.get(f"/tasks/{added['id']}")["percent"] == 40
    rows = keeper_calls.get(f"/plans/{plan['code']}/dispatch?period={period}")
    assert next(one for one in rows if one["unit"] == "market")["accepted"] == 1


def test_visits_and_files_of_a_year(keeper_calls: Caller, clerk_calls: Caller) -> None:
    today = timezone.localdate().isoformat()
    body = {
        "place": "370831", "title": "督导", "first_on": today, "last_on": today, "units": ["market"], "team": "李强",
    }  # fmt: skip
    visit = keeper_calls.send("post", "/visits", body, status=201)
    record = {"unit": "market", "on": today, "words": "查阅案卷"}
    keeper_calls.send("post", f"/visits/{visit['code']}/records", record)
    problem = {"unit": "market", "words": "缺回证", "due_on": today}
    found = keeper_calls.send("post", f"/visits/{visit['code']}/findings", problem, status=201)
    answer = {"answer": "已补", "file": FILE}
    found = clerk_calls.send("post", f"/findings/{found['id']}/answer", answer, version=found["version"])
    found = keeper_calls.send("post", f"/findings/{found['id']}/judge", {"accepted": True}, version=found["version"])
    assert found["state"] == "closed"
    closed = keeper_calls.send("post", f"/visits/{visit['code']}/close", {"reason": "总体规范"}, version=1)
    assert closed["state"] == "closed"
    made = clerk_calls.send("post", "/years", {"unit": "market", "year": 2026, "head": "王兆军"}, status=201)
    clerk_calls.send("post", f"/years/{made['id']}/elements", {"kind": "scheme", "file": FILE}, status=201)
    (row,) = [one for one in keeper_calls.get("/years/2026") if one["unit"] == "market"]
    assert (row["there"], row["missing"]) == (1, ["进度", "举措", "考核"])


def test_what_is_no_base64_is_refused_with_words(keeper_calls: Caller) -> None:
    body = {"place": "370831", "file": {"name": "x.docx", "content": "很"}}
    assert "Base64" in keeper_calls.send("post", "/plans", body, status=422)["detail"]
    assert not Plan.objects.exists()


def test_a_plan_is_read_without_being_kept(keeper_calls: Caller) -> None:
    read = keeper_calls.send("post", "/plans/read", {"place": "370831", "text": TEXT})
    assert read["schema"] == "mingjing.plan/1"
    assert read["tasks"][0]["resolved_units"][0]["units"] == ["泗水县司法局"]
    assert not Plan.objects.exists()
