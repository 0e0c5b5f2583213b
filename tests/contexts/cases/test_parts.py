"""What belongs to a case: evidence, links, persons, referrals; and what waits for whom."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import ForbiddenError
from mingjing.contexts.accounts.models import User
from mingjing.contexts.cases import todos
from mingjing.contexts.cases.models import Case, Evidence, Referral
from mingjing.contexts.cases.tasks import renew_deadlines
from mingjing.contexts.cases.usecases import evidence, links, referrals, steps
from mingjing.contexts.cases.usecases.base import CaseError
from mingjing.contexts.cases.usecases.evidence import NewEvidence
from mingjing.contexts.records.queries import history
from mingjing.contexts.ui.errors import StaleError
from tests.contexts.cases.conftest import Office
from tests.contexts.cases.test_pages import client_of, investigated


def piece(office: Office, **changes: object) -> NewEvidence:
    given = {
        "kind": "site",
        "name": "现场笔录",
        "proves": "店内没有价目表",
        "source": "现场检查",
        "obtained_on": localdate(office.at),
    }
    return NewEvidence(**(given | changes))  # type: ignore[arg-type]


class TestEvidence:
    def test_is_numbered_corrected_and_logged(self, office: Office) -> None:
        case = office.open()
        asked = {"actor": office.people["one"], "at": office.at, "case": case.code}
        first = evidence.add_evidence(**asked, given=piece(office))  # type: ignore[arg-type]
        second = evidence.add_evidence(**asked, given=piece(office, name="照片"))  # type: ignore[arg-type]
        assert (first.number, second.number) == (1, 2)
        changed = evidence.edit_evidence(**asked, evidence=first.pk, version=1, given=piece(office, pages=3))  # type: ignore[arg-type]
        assert changed.pages == 3
        with pytest.raises(StaleError):
            evidence.edit_evidence(**asked, evidence=first.pk, version=1, given=piece(office, pages=4))  # type: ignore[arg-type]
        evidence.order_evidence(**asked, keys=[second.pk, first.pk])  # type: ignore[arg-type]
        assert list(case.evidence.values_list("name", flat=True)) == ["照片", "现场笔录"]
        acts = [one.act for one in history(f"case:{case.code}")]
        assert acts[:4] == ["cases.order_evidence", "cases.edit_evidence", "cases.add_evidence", "cases.add_evidence"]

    def test_says_what_it_proves_and_where_it_comes_from(self, office: Office) -> None:
        case = office.open()
        asked = {"actor": office.people["one"], "at": office.at, "case": case.code}
        with pytest.raises(CaseError, match="证明的事实"):
            evidence.add_evidence(**asked, given=piece(office, proves=" "))  # type: ignore[arg-type]
        with pytest.raises(ForbiddenError):
            evidence.add_evidence(actor=office.people["three"], at=office.at, case=case.code, given=piece(office))
        assert not Evidence.objects.exists()

    def test_is_entered_and_moved_on_the_page(self, office: Office) -> None:
        case = office.open()
        client = client_of("one")
        given = {
            "kind": "site",
            "name": "现场笔录",
            "proves": "没有价目表",
            "source": "现场",
            "obtained_on": localdate().isoformat(),
            "pages": 1,
        }
        for name in ("现场笔录", "照片"):
            assert client.post(f"/cases/{case.code}/evidence/new/", given | {"name": name}).status_code == 302
        last = case.evidence.last()
        assert last is not None
        client.post(f"/cases/{case.code}/evidence/{last.pk}/move/", {"way": "up"})
        assert list(case.evidence.values_list("name", flat=True)) == ["照片", "现场笔录"]
        out = {"reason": "没有签名", "version": last.version}
        assert client.post(f"/cases/{case.code}/evidence/{last.pk}/exclude/", out).status_code == 302
        assert "不采信" in client.get(f"/cases/{case.code}/").content.decode()


class TestLinks:
    def test_two_cases_are_linked_once_and_unlinked_with_a_reason(self, office: Office) -> None:
        other = office.open(title="另一件案件")
        case = office.open()
        asked = {"actor": office.people["one"], "at": office.at, "case": case.code}
        for _ in range(2):
            link = links.link_cases(**asked, other=other.code, why="related")  # type: ignore[arg-type]
        assert case.links.count() == 1
        client = client_of("one")
        assert "另一件案件" in client.get(f"/cases/{case.code}/").content.decode()
        assert case.title in client.get(f"/cases/{other.code}/").content.decode()
        with pytest.raises(CaseError):
            links.link_cases(**asked, other=case.code, why="related")  # type: ignore[arg-type]
        with pytest.raises(CaseError):
            links.unlink_cases(**asked, link=link.pk, reason="")  # type: ignore[arg-type]
        assert client.post(f"/cases/{case.code}/links/{link.pk}/remove/", {"reason": "关联有误"}).status_code == 302
        assert not case.links.exists()

    def test_an_agent_is_entered_and_taken_out(self, office: Office) -> None:
        case = office.open()
        client = client_of("one")
        given = {"capacity": "agent", "name": "赵律师", "contact": "13800000000"}
        assert client.post(f"/cases/{case.code}/concerned/new/", given).status_code == 302
        one = case.concerned.get()
        assert "赵律师" in client.get(f"/cases/{case.code}/").content.decode()
        assert client.post(f"/cases/{case.code}/concerned/{one.pk}/remove/", {"reason": "登记有误"}).status_code == 302
        assert not case.concerned.exists()


class TestReferral:
    def referred(self, office: Office) -> Referral:
        office.open()
        office.go("lead")
        office.go("filing")
        office.go("referral", to="police", recipient="泗水县公安局")
        return office.case.referrals.get()

    def test_goes_over_and_is_answered_each_with_its_clock(self, office: Office) -> None:
        row = self.referred(office)
        asked = {"actor": office.people["one"], "case": office.case.code, "referral": row.code}
        with pytest.raises(CaseError, match="还没有登记移送"):
            referrals.record_reply(**asked, at=office.at, version=1, reply="accepted", replied_at=office.at)  # type: ignore[arg-type]
        office.later(hours=20)
        row = referrals.record_transfer(**asked, at=office.at, version=1, transferred_at=office.at)  # type: ignore[arg-type]
        office.later(days=2)
        row = referrals.record_reply(**asked, at=office.at, version=row.version, reply="accepted", replied_at=office.at)  # type: ignore[arg-type]
        assert row.reply == "accepted"
        assert office.case.events.get(type="police_filed").about == row.event
        shown = client_of("one").get(f"/cases/{office.case.code}/").content.decode()
        assert "泗水县公安局" in shown
        assert "按期" in shown

    def test_a_late_one_is_told_by_the_rule(self, office: Office) -> None:
        row = self.referred(office)
        office.later(hours=25)
        referrals.record_transfer(
            actor=office.people["one"],
            at=office.at,
            case=office.case.code,
            referral=row.code,
            version=1,
            transferred_at=office.at,
        )
        assert "逾期" in client_of("one").get(f"/cases/{office.case.code}/").content.decode()


class TestTodos:
    def test_each_finds_what_waits_for_him(self, office: Office) -> None:
        office.at = timezone.now() - timedelta(days=80)
        office.open()
        office.go("lead")
        draft = office.start("filing")
        today = timezone.localdate()

        def kinds(name: str) -> list[str]:
            return [one.kind for one in todos.todos(office.people[name], today)]

        # a lead has its own period: it must be checked and filed in time
        assert kinds("one") == ["草稿", "办案期限"]
        assert kinds("head") == []
        steps.propose_step(
            actor=office.people["one"],
            at=office.at,
            draft=draft.code,
            version=draft.version,
            given=office.given(draft),
        )
        assert kinds("head") == ["案件审批"]
        assert todos.waiting_count(office.people["head"]) == 1
        draft.refresh_from_db()
        steps.decide_proposal(
            actor=office.people["head"], at=office.at, draft=draft.code, version=draft.version, outcome="approved"
        )
        for step in ("inspection", "inquiry"):
            office.go(step)
        office.go("investigation_report", tier="较轻", fine_fen="2000", is_major=True, is_complex=False)
        assert "法制审核" in kinds("reviewer")
        assert "办案期限" in kinds("one")
        page = Client()
        page.force_login(User.objects.get(username="head"))
        assert page.get("/").status_code == 200

    def test_the_day_is_renewed_when_a_suspension_goes_on(self, office: Office) -> None:
        office.at = timezone.now() - timedelta(days=40)
        investigated(office)
        office.go("suspension", reason="等待鉴定")
        before = Case.objects.get(pk=office.case.pk)
        renew_deadlines.func()
        after = Case.objects.get(pk=office.case.pk)
        assert before.due_on is not None
        assert after.due_on is not None
        assert after.due_on > before.due_on
        assert after.version == before.version
