"""The API of cases: the journey of the pages, with versions, gates in the problem, and the same refusals."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from mingjing.contexts.accounts.models import User
from mingjing.contexts.accounts.permissions import roles
from mingjing.contexts.accounts.usecases.tokens import make_token
from mingjing.contexts.cases.models import Case, Draft, Event
from mingjing.domain.rules import facts
from tests.contexts.cases.conftest import Office, film


class Caller:
    """A program that acts for a user."""

    def __init__(self, office: Office, name: str) -> None:
        self.office = office
        actor = office.people[name]
        role = actor.held[0].role
        held = [code for code in roles()[role].may if actor.may(code)]
        _, secret = make_token(actor=actor, at=timezone.now(), name=name, permissions=held, days=1)
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"}

    def ask(self, method: str, path: str, body: Any = None, *, version: int | None = None, status: int = 200) -> Any:
        headers = self.headers | ({"If-Match": f'"{version}"'} if version is not None else {})
        call = getattr(self.client, method)
        given = {} if method == "get" else {"data": body or {}, "content_type": "application/json"}
        answer = call(f"/api/v1{path}", headers=headers, **given)
        assert answer.status_code == status, (answer.status_code, answer.content.decode()[:1500])
        return answer.json() if answer.content else None

    def step(self, case: str, step: str, *, people: list[Any] | None = None, outcome: str = "", **answers: Any) -> Any:
        """Take a step, or propose it where it needs consent."""
        draft = self.ask("post", f"/cases/{case}/drafts", {"step": step}, status=201)
        if step == "inspection":
            film(self.office, Draft.objects.get(code=draft["code"]), step)
        given = {
            "answers": {"at": timezone.now().isoformat(), **answers},
            "people": people if people is not None else draft["people"],
            "outcome": outcome,
        }
        endorsed = next(one["endorsed"] for one in self.ask("get", f"/cases/{case}/open-steps") if one["code"] == step)
        verb = "propose" if endorsed else "take"
        return self.ask("post", f"/cases/{case}/drafts/{draft['code']}/{verb}", given, version=draft["version"])


@pytest.fixture
def callers(office: Office) -> dict[str, Caller]:
    return {name: Caller(office, name) for name in ("one", "head", "reviewer")}


def opened(office: Office, callers: dict[str, Caller], procedure: str = "penalty_ordinary") -> Any:
    return callers["one"].ask(
        "post",
        "/cases",
        {
            "procedure": procedure,
            "unit": office.unit.code,
            "item": office.item.code,
            "party": office.party.code,
            "title": "泗河街道老李餐馆未明码标价案",
            "handlers": [office.officers["one"].code, office.officers["two"].code],
        },
        status=201,
    )


def test_a_summary_penalty_runs_by_program_as_by_page(office: Office, callers: dict[str, Caller]) -> None:
    one = callers["one"]
    case = opened(office, callers, "penalty_summary")["code"]
    today = timezone.localdate().isoformat()
    one.step(
        case,
        "inspection",
        place="泗河路 18 号",
        credential_shown=True,
        act_on=today,
        found_on=today,
        findings="没有价目表",
    )
    proposal = {"fine_fen": 10_000, "confiscated_fen": 0, "tier": "轻微"}
    one.step(case, "prior_notice", content="拟罚款一百元，可以陈述申辩", **proposal)
    one.step(case, "statement", outcome="waived", content="放弃陈述申辩")
    one.step(case, "decision", payment_mode="十五日内缴纳", **proposal)
    one.step(case, "service", method="in_person")
    one.step(case, "payment", amount_fen=10_000, receipt="0001")
    one.step(case, "closing", filed=True)
    told = one.ask("get", f"/cases/{case}")
    assert (told["stage"], told["status"], told["fine_fen"]) == ("closed", "closed", 10_000)
    steps = [row["step"] for row in one.ask("get", f"/cases/{case}/steps")]
    assert steps == ["inspection", "prior_notice", "statement", "decision", "service", "payment", "closing"]


def test_everything_in_the_way_comes_at_once_with_its_article(office: Office, callers: dict[str, Caller]) -> None:
    one = callers["one"]
    case = opened(office, callers, "penalty_summary")["code"]
    today = timezone.localdate().isoformat()
    one.step(
        case, "inspection", place="泗河路", credential_shown=True, act_on=today, found_on=today, findings="没有价目表"
    )
    draft = one.ask("post", f"/cases/{case}/drafts", {"step": "decision"}, status=201)
    given = {
        "answers": {
            "at": timezone.now().isoformat(),
            "fine_fen": 500_000,
            "confiscated_fen": 0,
            "tier": "较轻",
            "payment_mode": "银行",
        },
        "people": draft["people"],
    }
    path = f"/cases/{case}/drafts/{draft['code']}"
    kept = one.ask("put", path, given, version=draft["version"])
    ahead = {gate["rule"] for gate in one.ask("get", f"{path}/gates") if gate["effect"] == "block"}
    refused = one.ask("post", f"{path}/take", given, version=kept["version"], status=422)
    assert refused["type"] == "urn:mingjing:problem:procedures.gates_unmet"
    rules = {gate["rule"] for gate in refused["gates"]}
    assert rules == ahead
    assert "penalty.summary.only-small" in rules
    assert all(gate["citations"] and gate["remedy"] for gate in refused["gates"])
    assert not Event.objects.filter(type="decision").exists()


def test_what_is_missing_is_told_by_field(office: Office, callers: dict[str, Caller]) -> None:
    one = callers["one"]
    case = opened(office, callers)["code"]
    draft = one.ask("post", f"/cases/{case}/drafts", {"step": "lead"}, status=201)
    path = f"/cases/{case}/drafts/{draft['code']}"
    refused = one.ask("post", f"{path}/take", {"answers": {}}, version=draft["version"], status=422)
    assert {row["field"] for row in refused["errors"]} == {"at", "findings"}


def test_a_draft_is_saved_under_its_version_and_taken_once(office: Office, callers: dict[str, Caller]) -> None:
    one = callers["one"]
    case = opened(office, callers)["code"]
    draft = one.ask("post", f"/cases/{case}/drafts", {"step": "lead"}, status=201)
    path = f"/cases/{case}/drafts/{draft['code']}"
    kept = one.ask("put", path, {"answers": {"findings": "举报"}}, version=draft["version"])
    assert kept["version"] == draft["version"] + 1
    one.ask("put", path, {"answers": {"findings": "另一个"}}, version=draft["version"], status=412)
    one.ask("put", path, {"answers": {}}, status=428)
    given = {"answers": {"at": timezone.now().isoformat(), "findings": "举报"}}
    first = one.ask("post", f"{path}/take", given, version=kept["version"])
    assert one.ask("post", f"{path}/take", given, version=kept["version"]) == first
    assert Event.objects.count() == 1


def test_a_proposal_is_decided_by_who_may(office: Office, callers: dict[str, Caller]) -> None:
    one, head = callers["one"], callers["head"]
    case = opened(office, callers)["code"]
    one.step(case, "lead", findings="举报")
    today = timezone.localdate().isoformat()
    put = one.step(case, "filing", facts="没有价目表", found_on=today, act_on=today)
    assert put["state"] == "proposed"
    path = f"/cases/{case}/drafts/{put['code']}/decide"
    one.ask("post", path, {"outcome": "approved"}, version=put["version"], status=403)
    done = head.ask("post", path, {"outcome": "approved", "opinion": "同意"}, version=put["version"])
    assert done["state"] == "done"
    clocks = one.ask("get", f"/cases/{case}/clocks")
    assert any(row["rule"] == "penalty.decision.in-time" and row["lines"] for row in clocks)


def test_a_case_is_read_with_its_tag_and_corrected_under_it(office: Office, callers: dict[str, Caller]) -> None:
    one = callers["one"]
    case = opened(office, callers)
    path = f"/cases/{case['code']}"
    corrected = one.ask("patch", path, {"title": "更正后的案由"}, version=case["version"])
    assert corrected["title"] == "更正后的案由"
    one.ask("patch", path, {"title": "又一个"}, version=case["version"], status=412)
    answer = one.client.get(f"/api/v1{path}", headers=one.headers)
    again = one.client.get(f"/api/v1{path}", headers=one.headers | {"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_lists_hold_only_what_one_may_see(office: Office, callers: dict[str, Caller]) -> None:
    opened(office, callers)
    assert len(callers["one"].ask("get", "/cases?mine=true")["items"]) == 1
    assert len(callers["head"].ask("get", "/cases?mine=true")["items"]) == 0
    assert len(callers["head"].ask("get", "/cases?stage=lead")["items"]) == 1
    Case.objects.update(unit=office.unit.parent)
    assert not callers["one"].ask("get", "/cases")["items"]


def test_procedures_are_data_with_what_each_step_asks(office: Office, callers: dict[str, Caller]) -> None:
    listed = callers["one"].ask("get", "/procedures")
    assert {"penalty_ordinary", "penalty_summary"} <= {row["code"] for row in listed}
    one = callers["one"].ask("get", "/procedures/penalty_summary")
    assert any(ask["name"] == "fine_fen" and ask["kind"] == "fen" for ask in one["asks"]["decision"])


def test_evidence_is_kept_in_order_and_excluded_with_a_reason(office: Office, callers: dict[str, Caller]) -> None:
    one = callers["one"]
    case = opened(office, callers)["code"]
    path = f"/cases/{case}/evidence"
    given = {
        "kind": "site",
        "name": "现场笔录",
        "proves": "没有价目表",
        "source": "现场检查",
        "obtained_on": timezone.localdate().isoformat(),
    }
    first = one.ask("post", path, given, status=201)
    second = one.ask("post", path, given | {"name": "照片"}, status=201)
    ordered = one.ask("put", path, {"ids": [second["id"], first["id"]]})
    assert [row["name"] for row in ordered] == ["照片", "现场笔录"]
    out = one.ask("post", f"{path}/{first['id']}/exclude", {"reason": "没有签名"}, version=first["version"])
    assert out["excluded_reason"] == "没有签名"
    future = (timezone.localdate() + timedelta(days=2)).isoformat()
    one.ask("post", path, given | {"obtained_on": future}, status=422)
    callers["head"].ask("post", path, given, status=403)
    assert User.objects.exists()


def test_a_case_is_told_with_every_column_of_the_standard(office: Office, callers: dict[str, Caller]) -> None:
    case = opened(office, callers)["code"]
    Case.objects.filter(code=case).update(
        limitation_class="five_year", leniency_matched=True, leniency_reason="两年内第二次被查处", hearing_required=True
    )
    told = callers["one"].ask("get", f"/cases/{case}")
    named = {"id": "code"} | {f"{name}_id": name for name in ("agency", "item", "party")}
    columns = {named.get(name, name) for name in facts.Case.__slots__} - {"unread"}
    assert columns <= set(told)
    assert (told["limitation_class"], told["hearing_required"]) == ("five_year", True)
    assert told["leniency_reason"] == "两年内第二次被查处"
