"""The pages of the room, as people use them; and its API."""

import base64
import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.documents.models import Document, Number, Seal, Service, Template
from mingjing.contexts.documents.usecases import draft_document, seal_document, void_document
from mingjing.contexts.documents.wiring import _to_seal, _to_serve, _to_sign
from mingjing.domain.documents.kinds import kinds
from tests.contexts.browsing import NARROW, WIDE, OpenPage, overflow, violations
from tests.contexts.documents.conftest import MATTER, NOW
from tests.contexts.documents.samples import data_for, drawing, seal_picture

type Issue = Callable[..., Document]


def as_user(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id))
    return client


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:1500]
    return answer.content.decode()


def form_values(client: Client, address: str) -> dict[str, Any]:
    """What the form of a page would send if nothing were changed."""
    answer = client.get(address)
    form, row = answer.context["form"], answer.context["row"]
    values = {name: bound.value() for name, bound in ((one.name, one) for one in form) if bound.value() is not None}
    return {**values, "version": row.version}


class TestFillingIn:
    def test_a_document_is_begun_filled_in_and_issued(self, officer: Actor, letterhead: None):
        client = as_user(officer)
        begun = client.post("/documents/new/", {"kind": "warning_letter", "unit": "market"})
        assert begun.status_code == 302
        edit = begun["Location"]
        given = {
            "version": 1,
            "party__name": "好再来食品经营部",
            "facts": "占用盲道堆放货物",
            "violated": "某规定第一条",
            "warning": "请立即改正",
        }
        assert client.post(edit, given).status_code == 302
        row = Document.objects.get()
        assert row.data["party"] == {"name": "好再来食品经营部"}
        assert row.title == "好再来食品经营部"
        issue = edit.replace("edit", "issue")
        assert client.post(issue, {"version": row.version, "dated_on": "2026-01-01"}).status_code == 302
        row.refresh_from_db()
        assert row.state == "issued"
        assert page(client, edit, 403)

    def test_a_form_of_every_kind_can_be_shown_and_saved_as_it_is(self, officer: Actor, letterhead: None):
        client = as_user(officer)
        for code in (
            "penalty_decision",
            "service_receipt",
            "dossier_catalogue",
            "hearing_record",
            "instalment_decision",
        ):
            row = draft_document(actor=officer, at=NOW, kind=code, unit="market", subject=MATTER, data=data_for(code))
            html = page(client, f"/documents/{row.code}/edit/")
            assert all(one.label in html for one in kinds()[code].fields)

    def test_an_amount_that_cannot_be_read_is_told_beside_the_field(self, officer: Actor, letterhead: None):
        client = as_user(officer)
        row = draft_document(actor=officer, at=NOW, kind="penalty_decision", unit="market", subject=MATTER)
        answer = client.post(f"/documents/{row.code}/edit/", {"version": 1, "fine": "好多"})
        assert answer.status_code == 422
        assert "看不懂金额" in answer.content.decode()

    def test_two_tabs_lose_nothing(self, officer: Actor, letterhead: None):
        client = as_user(officer)
        row = draft_document(actor=officer, at=NOW, kind="penalty_decision", unit="market", subject=MATTER)
        assert client.post(f"/documents/{row.code}/edit/", {"version": 1, "cause": "某案"}).status_code == 302
        assert client.post(f"/documents/{row.code}/edit/", {"version": 1, "cause": "别案"}).status_code == 409


class TestActs:
    def test_sign_seal_serve_and_void_from_the_page(
        self, officer: Actor, second: Actor, clerk: Actor, seal: Seal, issued: Issue
    ):
        row = issued("summary_penalty_decision")
        here = f"/documents/{row.code}/"

        def post(actor: Actor, act: str, **given: Any) -> int:
            row.refresh_from_db()
            answer = as_user(actor).post(f"{here}{act}/", {"version": row.version, **given})
            if answer.status_code == 422:
                raise AssertionError(answer.context["form"].errors)
            return answer.status_code

        assert post(officer, "sign/officer") == 302
        assert post(second, "sign/officer") == 302
        picture = "data:image/png;base64," + base64.b64encode(drawing()).decode()
        assert post(officer, "sign/party", name="孔令伟", drawing=picture) == 302
        assert post(officer, "seal", seal=seal.code) == 403
        assert post(clerk, "seal", seal=seal.code) == 302
        assert post(officer, "serve", method="in_person", receiver="好再来", sent_at="2026-01-05T09:00",
                    received_on="2026-01-05", servers="张伟 15080831001") == 302  # fmt: skip
        assert Service.objects.get().effective_on == date(2026, 1, 5)
        html = page(as_user(officer), here)
        assert "已送达" in html
        assert html.count("成立") >= 4

    def test_proofs_are_sent_only_to_who_may_see_the_document(
        self, officer: Actor, clerk: Actor, seal: Seal, issued: Issue, actor_with: Any
    ):
        row = issued()
        seal_document(actor=clerk, at=NOW, code=row.code, seal=seal.code)
        row.refresh_from_db()
        given = {
            "version": row.version, "method": "left", "receiver": "好再来", "sent_at": "2026-01-05T09:00", "refusal": "拒收",
            "address": "门店", "servers": "张伟", "proof": SimpleUploadedFile("门店.png", drawing(), "image/png"),
        }  # fmt: skip
        assert as_user(officer).post(f"/documents/{row.code}/serve/", given).status_code == 302
        proof = Service.objects.get().proofs.get()
        assert as_user(officer).get(f"/documents/proofs/{proof.pk}/").status_code == 200
        stranger = actor_with("officer", "health", username="stranger")
        assert as_user(stranger).get(f"/documents/proofs/{proof.pk}/").status_code == 404
        assert as_user(stranger).get(f"/documents/{row.code}/file.pdf").status_code == 404
        assert as_user(stranger).get(f"/documents/{row.code}/pages/1.png").status_code == 404

    def test_files_and_pictures(self, officer: Actor, issued: Issue):
        client, row = as_user(officer), issued()
        kept = b"".join(client.get(f"/documents/{row.code}/file.pdf").streaming_content)  # type: ignore[attr-defined]
        assert kept.startswith(b"%PDF")
        assert client.get(f"/documents/{row.code}/file.docx").content.startswith(b"PK")
        assert client.get(f"/documents/{row.code}/pages/1.png").content.startswith(b"\x89PNG")
        assert client.get(f"/documents/{row.code}/pages/99.png").status_code == 404
        assert client.get(f"/documents/{row.code}/file.exe").status_code == 404


class TestRegisters:
    def test_a_template_is_written_looked_at_submitted_and_approved(self, clerk: Actor, head: Actor, letterhead: None):
        client = as_user(clerk)
        begun = client.post("/documents/kinds/compliance_guidance/new/", {"owner": "unit:market"})
        here = begun["Location"]
        text = Template.objects.get().text
        looked = client.post(here, {"version": 1, "text": text.replace("{风险提示}", "{风险}"), "look": "1"})
        assert "没有“风险”这个字段" in looked.content.decode()
        assert client.post(here, {"version": 1, "text": text, "note": "统一"}).status_code == 302
        assert client.post(f"{here}submit/", {"version": 2}).status_code == 302
        assert as_user(head).post(f"{here}approve/", {"version": 3}).status_code == 302
        assert Template.objects.get().state == "in_force"
        assert "使用中" in page(client, "/documents/kinds/compliance_guidance/")
        assert "已修改" in page(client, "/documents/templates/")

    def test_a_seal_is_entered_and_stopped(self, clerk: Actor, letterhead: None):
        client = as_user(clerk)
        given = {
            "unit": "market", "code": "market-2", "name": "公章", "begun_on": "2026-01-01",
            "picture": SimpleUploadedFile("seal.png", seal_picture(), "image/png"),
        }  # fmt: skip
        done = client.post("/documents/seals/new/", given)
        assert done.status_code == 302, done.context["form"].errors
        assert "market-2" in page(client, "/documents/seals/")
        stop = {"version": 1, "on": "2026-10-01", "reason": "换发"}
        assert client.post("/documents/seals/market-2/stop/", stop).status_code == 302
        assert Seal.objects.get().ended_on == date(2026, 10, 1)

    def test_numbers_are_shown_with_the_void_ones_and_looked_through(self, officer: Actor, issued: Issue):
        void_document(actor=officer, at=NOW, code=issued().code, reason="有误")
        issued()
        client = as_user(officer)
        assert page(client, "/documents/numbers/").count("泗市监罚决〔2026〕") == 2
        assert "没有跳号、重号" in page(client, "/documents/numbers/check/")
        Number.objects.filter(value=1).update(value=7)
        assert "缺 1、3、4、5、6" in page(client, "/documents/numbers/check/")

    def test_what_an_agency_prints_is_written(self, clerk: Actor, units: dict[str, Unit]):
        client = as_user(clerk)
        assert "泗水县市场监督管理局" in page(client, "/documents/letterheads/")
        given = {"name": "泗水县市场监督管理局", "mark": "泗市监"}
        assert client.post("/documents/letterheads/market/", given).status_code == 302
        assert client.post("/documents/letterheads/health/", given).status_code == 404


class TestTodos:
    def test_wait_for_who_must_act_and_go_when_it_is_done(
        self, officer: Actor, head: Actor, clerk: Actor, seal: Seal, issued: Issue
    ):
        decision, approval = issued(), issued("case_filing_approval")
        assert [one.title for one in _to_sign(officer, NOW.date())] == [f"签名：{approval}"]
        assert [one.title for one in _to_sign(head, NOW.date())] == [f"签名：{approval}"]
        assert [one.title for one in _to_seal(clerk, NOW.date())] == [f"用印：{decision}"]
        seal_document(actor=clerk, at=NOW, code=decision.code, seal=seal.code)
        assert list(_to_seal(clerk, NOW.date())) == []
        assert [one.title for one in _to_serve(officer, NOW.date())] == [f"送达：{decision}"]


class TestApi:
    def test_a_document_goes_its_whole_way(self, officer: Actor, clerk: Actor, seal: Seal):
        client = as_user(officer)

        def post(user: Client, path: str, body: dict[str, Any], version: int | None = None) -> Any:
            headers = {"If-Match": f'"{version}"'} if version else {}
            answer = user.post(f"/api/v1{path}", json.dumps(body), content_type="application/json", headers=headers)
            assert answer.status_code == 200, answer.content
            return answer.json()

        data = data_for("penalty_decision")
        made = post(
            client,
            "/documents",
            {"kind": "penalty_decision", "unit": "market", "subject": MATTER, "data": {"cause": "某案"}},
        )
        assert "facts" in made["missing"]
        put = client.put(
            f"/api/v1/documents/{made['code']}", json.dumps({"data": data}), content_type="application/json",
            headers={"If-Match": '"1"'},
        )  # fmt: skip
        assert put.json()["missing"] == []
        here = f"/documents/{made['code']}"
        issued = post(client, f"{here}/issue", {}, 2)
        assert issued["number"].startswith("泗市监罚决〔")
        sealed = post(as_user(clerk), f"{here}/seal", {"seal": seal.code}, issued["version"])
        assert [one["holds"] for one in sealed["signatures"]] == [True]
        given = {"method": "post", "receiver": "孔令伟", "address": "某路1号", "tracking": "EMS1"}
        served = post(client, f"{here}/services", given, sealed["version"])
        assert served["services"][0]["effective_on"] is None
        assert client.get(f"/api/v1{here}/file?form=docx").content.startswith(b"PK")
        assert client.get("/api/v1/documents?kind=penalty_decision").json()["items"][0]["code"] == made["code"]
        assert client.get("/api/v1/document-numbers").json()["items"][0]["text"] == issued["number"]
        assert len(client.get("/api/v1/document-kinds").json()) == len(kinds())


@pytest.mark.browser
class TestInTheBrowser:
    @pytest.mark.parametrize("size", [WIDE, NARROW])
    def test_pages_are_accessible_and_fit(
        self, open_page: OpenPage, officer: Actor, clerk: Actor, seal: Seal, issued: Issue, size: tuple[int, int]
    ):
        row = issued()
        draft = draft_document(
            actor=officer,
            at=NOW,
            kind="penalty_decision",
            unit="market",
            subject=MATTER,
            data=data_for("penalty_decision"),
        )
        receipt = issued("summary_penalty_decision")
        for actor, path in (
            (officer, "/documents/"),
            (officer, f"/documents/{row.code}/"),
            (officer, f"/documents/{draft.code}/edit/"),
            (officer, f"/documents/{receipt.code}/sign/party/"),
            (clerk, f"/documents/{row.code}/seal/"),
            (officer, f"/documents/{row.code}/serve/"),
            (clerk, "/documents/templates/"),
            (clerk, "/documents/kinds/penalty_decision/"),
            (clerk, "/documents/seals/market-1/"),
            (clerk, "/documents/numbers/check/"),
            (clerk, f"/verify/d/{row.check_code}/"),
        ):
            user = User.objects.get(pk=actor.user_id)
            opened = open_page(path, user=user, size=size)
            assert violations(opened) == [], path
            assert overflow(opened) == 0, path

    def test_a_party_signs_by_hand(self, open_page: OpenPage, officer: Actor, issued: Issue):
        row = issued("summary_penalty_decision")
        opened = open_page(f"/documents/{row.code}/sign/party/", user=User.objects.get(pk=officer.user_id), size=NARROW)
        box = opened.locator("canvas").bounding_box()
        assert box is not None
        opened.mouse.move(box["x"] + 40, box["y"] + 40)
        opened.mouse.down()
        opened.mouse.move(box["x"] + 200, box["y"] + 80, steps=8)
        opened.mouse.up()
        opened.get_by_role("button", name="签名", exact=True).click()
        opened.wait_for_url(f"**/documents/{row.code}/")
        opened.wait_for_load_state("networkidle")
        assert row.signatures.get().drawing
