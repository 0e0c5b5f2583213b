"""The pages of cases: the list, the case, its steps, from opening to decision, by the real roles."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mingjing.contexts.accounts.models import User
from mingjing.contexts.cases.models import Case, Draft, Event
from mingjing.contexts.catalog.flowcharts import Mark, draw
from mingjing.contexts.registry.usecases import parties
from mingjing.domain.procedures.library import procedure_of, procedures
from tests.contexts.cases.conftest import Office
from tests.contexts.conftest import ActorMaker


@pytest.fixture
def now_office(office: Office) -> Office:
    """The office of today: pages act now."""
    office.at = timezone.now() - timedelta(days=20)
    return office


def client_of(username: str) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(username=username))
    return client


def page_of(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def form_of(draft: Draft, **more: Any) -> dict[str, Any]:
    """What a browser sends from the page of a step."""
    draft.refresh_from_db()
    at = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    given = {"version": draft.version, "a-at": at}
    for role, code in draft.people:
        given.setdefault(f"p-{role}", []).append(code)  # type: ignore[attr-defined]
    return given | more


def start(client: Client, case: Case, step: str) -> Draft:
    answer = client.post(f"/cases/{case.code}/start/{step}/")
    assert answer.status_code == 302, answer.content.decode()[:2000]
    return Draft.objects.filter(case=case, step=step).latest("pk")


def investigated(office: Office) -> None:
    office.open()
    for step in ("lead", "filing", "inspection", "inquiry"):
        office.go(step)
    office.later(days=1).go("investigation_report", tier="较轻", fine_fen="2000", is_major=False, is_complex=False)


class TestList:
    def test_a_handler_sees_the_own_cases_first_and_all_on_demand(self, now_office: Office) -> None:
        mine = now_office.open()
        now_office.open(
            title="他人承办的案件", handlers=[now_office.officers["two"].code, now_office.officers["three"].code]
        )
        client = client_of("one")
        assert mine.title in page_of(client, "/cases/")
        assert "他人承办的案件" not in page_of(client, "/cases/")
        assert "他人承办的案件" in page_of(client, "/cases/?whose=all")
        assert "他人承办的案件" in page_of(client_of("head"), "/cases/")

    def test_filters_and_search_limit_the_list(self, now_office: Office) -> None:
        now_office.open()
        now_office.go("lead")
        now_office.go("filing")
        client = client_of("head")
        assert "共 1 件" in page_of(client, "/cases/?stage=investigation")
        assert "共 0 件" in page_of(client, "/cases/?stage=notice")
        assert "共 1 件" in page_of(client, f"/cases/?q={now_office.case.code}")
        assert "共 1 件" in page_of(client, "/cases/?handler=王建")
        assert "共 0 件" in page_of(client, "/cases/?handler=张三")
        assert "共 0 件" in page_of(client, "/cases/?overdue=1")
        assert client.get("/cases/?export=csv").status_code == 200

    def test_words_of_title_and_party_are_found_together(self, now_office: Office) -> None:
        now_office.open(title="未公示收费标准案")
        now_office.open(title="未公示收费标准案", party=now_office.citizen.code)
        client = client_of("head")
        assert "共 2 件" in page_of(client, "/cases/?q=收费标准")
        assert "共 1 件" in page_of(client, "/cases/?q=收费标准 老李餐饮")
        assert "共 0 件" in page_of(client, "/cases/?q=收费标准 老张餐饮")

    def test_what_filters_leave_out_takes_no_place_among_what_is_found(
        self, now_office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(import_module("mingjing.contexts.ui.tables.views"), "FOUND_UP_TO", 1)
        mine = now_office.open(title="未公示收费标准案甲")
        others = [now_office.officers["two"].code, now_office.officers["three"].code]
        for name in "乙丙":
            now_office.open(title=f"未公示收费标准案{name}", handlers=others)
        client = client_of("one")
        assert mine.title in page_of(client, "/cases/?q=收费标准")
        assert mine.title not in page_of(client, "/cases/?q=收费标准&whose=all")
        # a file and the figures leave nothing out
        sheet = client.get("/cases/?q=收费标准&whose=all&export=csv").getvalue().decode()
        assert len(sheet.splitlines()) == 4
        assert "共 3 件" in page_of(client, "/cases/analysis/?q=收费标准")

    def test_a_party_is_found_by_its_name_of_today_only(self, now_office: Office, actor_with: ActorMaker) -> None:
        now_office.open(title="未公示收费标准案", party=now_office.citizen.code)
        client = client_of("head")
        clerk, head = actor_with("overseer", "justice"), actor_with("overseer_head", "justice")
        code = now_office.citizen.code
        parties.edit_party(actor=clerk, at=now_office.at, code=code, version=1, values={"name": "刘大川"})
        assert "共 1 件" in page_of(client, "/cases/?q=刘大川")
        assert "共 0 件" in page_of(client, "/cases/?q=刘大山")
        parties.erase_party(actor=head, at=now_office.at, code=code, version=2, reason="当事人申请")
        assert "共 0 件" in page_of(client, "/cases/?q=刘大川")

    @pytest.mark.parametrize("asked", ["", "?columns=title,unit,item,party,handlers", "?q=案件"])
    def test_queries_do_not_grow_with_the_rows(self, now_office: Office, asked: str) -> None:
        client = client_of("head")
        counted = []
        for number in (1, 4):
            for one in range(number):
                now_office.open(title=f"案件{number}-{one}")
            page_of(client, f"/cases/{asked}")
            with CaptureQueriesContext(connection) as made:
                page_of(client, f"/cases/{asked}")
            counted.append(len(made))
        assert counted[0] == counted[1]
        assert counted[1] <= 16


class TestOpening:
    def test_a_case_is_opened_with_a_party_that_is_new(self, now_office: Office) -> None:
        client = client_of("one")
        found = client.post("/cases/new/", {"act": "look", "item_words": "明码标价"}).content.decode()
        assert "MR-105" in found
        answer = client.post(
            "/cases/new/",
            {
                "act": "open",
                "procedure": "penalty_ordinary",
                "item": now_office.item.code,
                "unit": now_office.unit.code,
                "source": "complaint",
                "new_kind": "legal_person",
                "new_name": "泗水县新来餐饮有限公司",
                "handlers": [now_office.officers["one"].code, now_office.officers["two"].code],
            },
        )
        assert answer.status_code == 302, answer.content.decode()[:3000]
        case = Case.objects.get(party__name="泗水县新来餐饮有限公司")
        assert case.title.startswith("泗水县新来餐饮有限公司")
        assert case.handlers.count() == 2
        page_of(client, f"/cases/{case.code}/")

    def test_what_is_missing_is_told_and_nothing_is_lost(self, now_office: Office) -> None:
        client = client_of("one")
        given = {"act": "open", "item": now_office.item.code, "unit": now_office.unit.code, "facts": "店内没有价目表"}
        answer = client.post("/cases/new/", given | {"procedure": "penalty_summary"})
        assert answer.status_code == 422
        assert "店内没有价目表" in answer.content.decode()
        assert not Case.objects.exists()


class TestStep:
    def test_what_is_written_is_kept_and_a_step_is_taken_once(self, now_office: Office) -> None:
        case = now_office.open()
        client = client_of("one")
        draft = start(client, case, "lead")
        assert start(client, case, "lead") == draft
        path = f"/cases/{case.code}/steps/{draft.code}/"
        kept = client.post(path, form_of(draft, **{"a-findings": "群众举报没有价目表"}), headers={"HX-Request": "true"})
        assert kept.status_code == 200
        assert "草稿已保存" in kept.content.decode()
        assert "群众举报没有价目表" in page_of(client, path)
        given = form_of(draft, act="take", **{"a-findings": "群众举报没有价目表"})
        for _ in range(2):
            assert client.post(path, given).status_code == 302
        event = Event.objects.get(case=case)
        assert event.words["findings"] == "群众举报没有价目表"
        assert "群众举报没有价目表" in page_of(client, f"/cases/{case.code}/taken/{event.code}/")
        assert client.get(path).status_code == 302

    def test_two_people_lose_nothing_of_what_they_wrote(self, now_office: Office) -> None:
        case = now_office.open()
        one, two = client_of("one"), client_of("two")
        draft = start(one, case, "lead")
        path = f"/cases/{case.code}/steps/{draft.code}/"
        before = form_of(draft)
        one.post(path, before | {"a-findings": "王建国写的"})
        answer = two.post(path, before | {"a-findings": "李秀英写的"})
        assert answer.status_code == 409
        shown = answer.content.decode()
        assert "王建国写的" in shown
        assert "李秀英写的" in shown
        draft.refresh_from_db()
        assert draft.answers["findings"] == "王建国写的"
        live = two.post(path, before | {"a-findings": "李秀英写的"}, headers={"HX-Request": "true"})
        assert live.status_code == 409
        assert "王建国写的" in live.content.decode()
        two.post(path, before | {"a-findings": "李秀英写的", "over": draft.version})
        draft.refresh_from_db()
        assert draft.answers["findings"] == "李秀英写的"

    def test_what_is_missing_stands_beside_its_field_and_the_draft_is_kept(self, now_office: Office) -> None:
        case = now_office.open()
        client = client_of("one")
        draft = start(client, case, "lead")
        path = f"/cases/{case.code}/steps/{draft.code}/"
        answer = client.post(path, form_of(draft, act="take"))
        assert answer.status_code == 422
        assert "必填" in answer.content.decode()
        assert not Event.objects.exists()

    def test_an_unlawful_step_is_stopped_with_article_and_remedy(self, now_office: Office) -> None:
        investigated(now_office)
        now_office.later(days=1).go("prior_notice", tier="较轻", fine_fen="2000")
        client = client_of("head")
        draft = start(client, now_office.case, "decision")
        path = f"/cases/{now_office.case.code}/steps/{draft.code}/"
        given = {"a-fine_fen": "2000", "a-confiscated_fen": "0", "a-tier": "较轻", "a-content": "罚款"}
        Event.objects.filter(case=now_office.case, type="prior_notice").delete()
        answer = client.post(path, form_of(draft, act="take", **given))
        assert answer.status_code == 422
        shown = answer.content.decode()
        assert "第四十四条" in shown
        assert "怎么办" in shown
        assert not Event.objects.filter(type="decision").exists()
        draft.refresh_from_db()
        assert draft.answers["content"] == "罚款"

    def test_a_proposal_is_agreed_to_by_who_may_and_by_nobody_else(self, now_office: Office) -> None:
        case = now_office.open()
        now_office.go("lead")
        officer, head = client_of("one"), client_of("head")
        draft = start(officer, case, "filing")
        path = f"/cases/{case.code}/steps/{draft.code}/"
        today = timezone.localdate().isoformat()
        given = {"a-facts": "没有价目表", "a-found_on": today, "a-act_on": today, "act": "propose"}
        assert officer.post(path, form_of(draft, **given)).status_code == 302
        draft.refresh_from_db()
        assert draft.state == "proposed"
        assert "提交的内容" in page_of(officer, path)
        assert officer.post(path, {"act": "decide-approved", "version": draft.version}).status_code == 403
        assert "同意立案" in page_of(head, path)
        agreed = {"act": "decide-approved", "version": draft.version, "opinion": "同意"}
        for _ in range(2):
            assert head.post(path, agreed).status_code == 302
        case.refresh_from_db()
        assert case.stage == "investigation"
        event = Event.objects.get(case=case, type="filing")
        assert event.participants.filter(role="approver", officer=now_office.officers["head"]).exists()

    def test_a_proposal_that_is_sent_back_says_why(self, now_office: Office) -> None:
        case = now_office.open()
        now_office.go("lead")
        officer, head = client_of("one"), client_of("head")
        draft = start(officer, case, "filing")
        path = f"/cases/{case.code}/steps/{draft.code}/"
        today = timezone.localdate().isoformat()
        given = {"a-facts": "没有价目表", "a-found_on": today, "a-act_on": today, "act": "propose"}
        officer.post(path, form_of(draft, **given))
        draft.refresh_from_db()
        assert head.post(path, {"act": "decide-returned", "version": draft.version}).status_code == 422
        head.post(path, {"act": "decide-returned", "version": draft.version, "opinion": "补充现场照片"})
        assert "补充现场照片" in page_of(officer, path)


class TestCase:
    def test_the_page_says_where_it_stands_and_what_comes_next(self, now_office: Office) -> None:
        investigated(now_office)
        shown = page_of(client_of("one"), f"/cases/{now_office.case.code}/")
        assert "办理：事先告知" in shown
        assert "处罚决定作出期限" in shown
        assert "怎么算的" in shown
        assert "第六十条" in shown
        assert "主办人" in shown
        assert "办理：法制审核" in page_of(client_of("reviewer"), f"/cases/{now_office.case.code}/")

    def test_what_the_case_waits_for_comes_before_the_phases(self, now_office: Office) -> None:
        investigated(now_office)
        now_office.later(days=1).go("prior_notice", tier="较轻", fine_fen="2000")
        shown = page_of(client_of("one"), f"/cases/{now_office.case.code}/")
        order = [shown.index(f">{label}<") for label in ("接下来", "告知、听取意见和听证", "调查取证", "回避和管辖")]
        assert order == sorted(order)
        waits = shown[order[0] : order[1]]
        assert "送达" in waits
        assert "复核陈述申辩" not in waits
        assert "申请回避" not in waits
        # whoever does not take a step has no button for it
        assert "/start/legal_review/" in shown
        assert 'formaction="/cases/' in shown
        assert f'formaction="/cases/{now_office.case.code}/start/legal_review/"' not in shown

    def test_the_drawn_procedure_is_fetched_when_it_is_opened(self, now_office: Office) -> None:
        investigated(now_office)
        client = client_of("one")
        path = f"/cases/{now_office.case.code}/flow/"
        assert f'hx-get="{path}"' in page_of(client, f"/cases/{now_office.case.code}/")
        drawn = page_of(client, path)
        assert "现在在这里" in drawn
        assert f"/cases/{now_office.case.code}/start/prior_notice/" in drawn

    def test_the_page_asks_no_more_with_more_steps(self, now_office: Office) -> None:
        client = client_of("one")
        investigated(now_office)
        path = f"/cases/{now_office.case.code}/"
        counted = []
        for _ in range(2):
            page_of(client, path)
            with CaptureQueriesContext(connection) as asked:
                page_of(client, path)
            counted.append(len(asked))
            for _ in range(4):
                now_office.go("inquiry")
        assert counted[0] == counted[1]
        assert counted[1] <= 45

    def test_facts_are_corrected_in_place_and_not_over_somebody_elses(self, now_office: Office) -> None:
        case = now_office.open()
        client = client_of("one")
        given = {"title": "更正后的案由", "version": case.version, "facts": "补充"}
        assert client.post(f"/cases/{case.code}/edit/", given).status_code == 302
        assert client.post(f"/cases/{case.code}/edit/", given | {"title": "又一个"}).status_code == 409
        case.refresh_from_db()
        assert case.title == "更正后的案由"
        assert client_of("three").post(f"/cases/{case.code}/edit/", given).status_code == 403

    def test_handlers_are_changed_with_a_reason(self, now_office: Office) -> None:
        case = now_office.open()
        client = client_of("head")
        new = now_office.officers["three"].code
        given = {
            "handlers": [new, now_office.officers["two"].code],
            "lead": new,
            "version": case.version,
            "reason": "回避",
        }
        assert client.post(f"/cases/{case.code}/handlers/", given).status_code == 302
        assert set(case.handlers.filter(until__isnull=True).values_list("officer__code", flat=True)) == set(
            given["handlers"]
        )


class TestFlow:
    def test_every_procedure_is_drawn_for_everybody(self, db: None) -> None:
        client = Client()
        listed = page_of(client, "/public/procedures/")
        for one in procedures().values():
            assert one.label in listed
            drawn = page_of(client, f"/public/procedures/{one.code}/")
            assert all(step.label in drawn for step in one.steps)
        assert client.get("/public/procedures/none-such/").status_code == 404

    @pytest.mark.parametrize("code", list(procedures()))
    def test_every_step_is_drawn_once(self, code: str) -> None:
        procedure = procedure_of(code)
        drawn = [box.code for band in draw(procedure) for box in (*band.main, *band.beside)]
        assert sorted(drawn) == sorted(step.code for step in procedure.steps)
        assert all(box.mark is Mark.NONE for band in draw(procedure) for box in band.main)
