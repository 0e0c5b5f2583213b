"""Pages of the registers through the door: every page opens, acts work, refusals are told in words."""

import io
import re
from datetime import date
from typing import ClassVar

import openpyxl
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.registry import queries
from mingjing.contexts.registry.models import (
    Activity,
    Agency,
    CredentialRequest,
    Device,
    Difference,
    DifferenceReport,
    ImportRun,
    Officer,
    Party,
    ReviewRow,
    Supervisor,
)
from mingjing.contexts.registry.usecases import imports
from tests.contexts.conftest import UserMaker
from tests.contexts.registry.conftest import ON, OfficerMaker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch):
    """Pages see the day of the tests; counters of questions begin at nothing."""
    cache.clear()


@pytest.fixture
def as_role(user_with: UserMaker):
    """Sign in with a role."""

    def sign_in(role: str, unit: str = "market", **named: str) -> Client:
        client = Client()
        client.force_login(user_with(role, unit, **named))
        return client

    return sign_in


def sent(client: Client, name: str, args: list[object], data: dict[str, object], *, status: int = 302):
    answer = client.post(reverse(name, args=args), data)
    assert answer.status_code == status, re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())[-1500:]
    return answer


class TestEveryPage:
    LISTS: ClassVar = [
        "registry_agency_list",
        "registry_officer_list",
        "registry_request_list",
        "registry_device_list",
        "registry_party_list",
        "registry_supervisor_list",
        "registry_round_list",
        "registry_difference_list",
        "registry_care",
        "registry_accountability_list",
        "registry_body_list",
        "registry_services",
        "registry_agency_new",
        "registry_officer_new",
        "registry_party_new",
        "registry_supervisor_new",
        "registry_round_new",
        "registry_difference_new",
        "registry_accountability_new",
        "registry_situation_new",
        "registry_body_new",
        "registry_service_new",
    ]

    @pytest.mark.parametrize("name", LISTS)
    def test_opens_for_the_overseer(self, as_role, market: Agency, officer_in: OfficerMaker, name: str):
        officer_in()
        answer = as_role("overseer", "county").get(reverse(name))
        assert answer.status_code == 200

    def test_details_and_all_acts_open(self, as_role, market: Agency, officer_in: OfficerMaker):
        officer = officer_in()
        client = as_role("overseer", "county")
        for address in (
            reverse("registry_agency", args=[market.code]),
            reverse("registry_officer", args=[officer.code]),
        ):
            page = client.get(address)
            assert page.status_code == 200
            acts = set(re.findall(rf'href="({address}do/[^"]+)"', page.content.decode()))
            assert acts
            for act in acts:
                assert client.get(act).status_code == 200, act

    def test_is_closed_to_who_has_nothing_to_do_with_it(self, as_role, market: Agency, officer_in: OfficerMaker):
        officer = officer_in()
        client = as_role("surveyor", "county")
        assert client.get(reverse("registry_officer_list")).status_code == 403
        stranger = as_role("agency_clerk", "health")
        assert stranger.get(reverse("registry_officer", args=[officer.code])).status_code == 404
        assert Client().get(reverse("registry_officer_list")).status_code == 302

    def test_list_asks_as_often_for_more_rows(self, as_role, officer_in: OfficerMaker, django_assert_max_num_queries):
        client = as_role("overseer", "county")
        officer_in()
        client.get(reverse("registry_officer_list"))
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as few:
            client.get(reverse("registry_officer_list"))
        for _ in range(8):
            officer_in()
        with CaptureQueriesContext(connection) as more:
            client.get(reverse("registry_officer_list"))
        assert len(more) == len(few)


class TestSubjects:
    @pytest.mark.requirement("TS-07")
    def test_round_sends_back_the_one_without_legal_basis(self, as_role, units: dict[str, Unit]):
        """Three subjects, one without basis: two confirmed, one to correct; the report says so."""
        for number, (unit, basis) in enumerate(
            (("market", "食品安全法"), ("health", "传染病防治法"), ("town", "")), start=1
        ):
            Agency.objects.create(
                unit=units[unit],
                code=f"A{number}",
                name=units[unit].name,
                kind="organ",
                field="health",
                legal_basis=basis,
            )
        client = as_role("overseer", "county")
        sent(
            client,
            "registry_round_new",
            [],
            {
                "kind": "agencies",
                "title": "主体清理",
                "code": "QL1",
                "unit": "justice",
                "place": "370831",
                "ground": "机构改革",
                "due_on": "2099-12-31",
            },
        )
        rows = {row.code: row for row in ReviewRow.objects.all()}
        assert len(rows) == 3
        address = reverse("registry_round_rows", args=["QL1"])
        answer = client.post(address, {"act": "confirm", "key": [row.pk for row in rows.values()], "sure": "1"})
        assert "没有填写设立和执法的法定依据" in answer.content.decode()
        client.post(address, {"act": "correct", "key": [rows["A3"].pk], "sure": "1", "reason": "补充依据"})
        page = client.get(reverse("registry_round", args=["QL1"])).content.decode()
        text = re.sub(r"<[^>]+>|\s+", " ", page)
        assert re.search(r"确认\s+2\s", text)
        assert re.search(r"整改\s+1\s", text)
        report = client.get(reverse("registry_round_report", args=["QL1"]))
        import docx

        words = "\n".join(
            each.text for each in docx.Document(io.BytesIO(b"".join(report.streaming_content))).paragraphs
        )
        assert "确认2个，整改1个" in words

    @pytest.mark.requirement("RZ-73")
    def test_announced_ones_stand_on_the_public_page(self, as_role, market: Agency, units: dict[str, Unit]):
        draft = Agency.objects.create(
            unit=units["health"], code="A2", name=units["health"].name, kind="organ", field="health"
        )
        page = Client().get(reverse("registry_public_agencies")).content.decode()
        assert market.name in page
        assert draft.name not in page
        assert not queries.competent(draft.code, None, ON)

    def test_confirmation_through_the_pages(self, as_role, units: dict[str, Unit]):
        clerk, overseer = as_role("agency_clerk", "health"), as_role("overseer", "county")
        leader = as_role("government_leader", "county")
        sent(
            clerk,
            "registry_agency_new",
            [],
            {
                "unit": "health",
                "code": "A2",
                "name": "泗水县卫生健康局",
                "kind": "organ",
                "field": "health",
                "legal_basis": "传染病防治法",
            },
        )
        sent(clerk, "registry_agency_act", ["A2", "submit"], {"version": 1})
        refused = sent(
            overseer, "registry_agency_act", ["A2", "announce"], {"version": 2, "on": "2026-11-20"}, status=422
        )
        assert "下一步是“司法行政部门审核界定”" in refused.content.decode()
        sent(overseer, "registry_agency_act", ["A2", "audit"], {"version": 2, "on": "2026-11-01"})
        stale = sent(
            leader, "registry_agency_act", ["A2", "government"], {"version": 2, "on": "2026-11-02"}, status=409
        )
        assert "修改" in stale.content.decode()
        sent(leader, "registry_agency_act", ["A2", "government"], {"version": 3, "on": "2026-11-02"})
        sent(overseer, "registry_agency_act", ["A2", "announce"], {"version": 4, "on": "2026-11-03", "document": "9号"})
        assert Agency.objects.get(code="A2").is_published
        history = overseer.get(reverse("registry_agency", args=["A2"])).content.decode()
        assert history.index("向社会公告") < history.index("办理记录") or "提交审核" in history


class TestCredentials:
    @pytest.mark.requirement("TS-10")
    @pytest.mark.parametrize(
        ("act", "status"), [("change", "valid"), ("reissue", "replaced"), ("collect", "collected")]
    )
    def test_three_operations_go_through_approval(self, as_role, officer_in: OfficerMaker, act: str, status: str):
        officer = officer_in(card={"verified_on": date(2026, 11, 1), "valid_until": date(2099, 1, 1)})
        number = officer.credentials.get().number
        clerk, head = as_role("agency_clerk", "market"), as_role("overseer_head", "county")
        form = {"act": act, "reason": "理由", "effective_on": "2026-11-20", "area": "济宁市"}
        sent(clerk, "registry_officer_act", [officer.code, "credential"], form)
        asked = CredentialRequest.objects.get()
        sent(
            head,
            "registry_request_act",
            [asked.pk, "decide"],
            {"approved": "yes", "version": asked.version, "number": "150899990001"},
        )
        card = officer.credentials.get(number=number)
        assert card.status == status
        page = clerk.get(reverse("registry_officer", args=[officer.code])).content.decode()
        assert "已批准" in page
        if act == "collect":
            assert "已收缴" in page
            assert [each.code for each in queries.may_act(officer.code, ON).obstacles] == ["collected"]

    @pytest.mark.requirement("SS-41")
    def test_only_permanent_staff_applies(self, as_role, units: dict[str, Unit], officer_in: OfficerMaker):
        helper = officer_in(card=None, category="auxiliary", employment="dispatched")
        clerk = as_role("agency_clerk", "market")
        form = {
            "act": "issue",
            "reason": "上岗",
            "effective_on": "2026-11-20",
            "category": "市场监管",
            "area": "泗水县",
        }
        refused = sent(clerk, "registry_officer_act", [helper.code, "credential"], form, status=422).content.decode()
        assert "不是在编在职人员" in refused
        untested = officer_in(card=None, exam_passed_on=None)
        refused = sent(clerk, "registry_officer_act", [untested.code, "credential"], form, status=422).content.decode()
        assert "没有执法资格考试合格的记录" in refused
        assert not queries.may_act(untested.code, ON)

    @pytest.mark.requirement("YZ-12")
    def test_failed_exam_gives_no_qualification(self, as_role, officer_in: OfficerMaker):
        officer = officer_in(card=None, exam_passed_on=None)
        overseer, clerk = as_role("overseer", "county"), as_role("agency_clerk", "market")
        sent(
            overseer,
            "registry_officer_act",
            [officer.code, "exam"],
            {"held_on": "2026-10-01", "kind": "both", "score": "51"},
        )
        form = {"act": "issue", "reason": "上岗", "effective_on": "2026-11-20"}
        assert (
            "没有执法资格考试合格的记录"
            in sent(clerk, "registry_officer_act", [officer.code, "credential"], form, status=422).content.decode()
        )
        sent(
            overseer,
            "registry_officer_act",
            [officer.code, "exam"],
            {"held_on": "2026-10-20", "kind": "both", "score": "88", "passed": "on"},
        )
        sent(clerk, "registry_officer_act", [officer.code, "credential"], form)

    @pytest.mark.requirement("SS-43")
    def test_three_sanctions_and_restoring(self, as_role, officer_in: OfficerMaker):
        clerk, head = as_role("agency_clerk", "market"), as_role("overseer_head", "county")

        def sanction(officer: Officer, act: str, until: str = "") -> None:
            form = {"act": act, "reason": "违规", "document": "处1号", "effective_on": "2026-11-01", "until": until}
            sent(clerk, "registry_officer_act", [officer.code, "credential"], form)
            asked = CredentialRequest.objects.get(officer=officer, status="pending")
            sent(head, "registry_request_act", [asked.pk, "decide"], {"approved": "yes", "version": asked.version})

        people = {act: officer_in() for act in ("retain", "suspend", "revoke")}
        sanction(people["retain"], "retain")
        sanction(people["suspend"], "suspend", "2026-11-10")
        sanction(people["revoke"], "revoke")
        for officer in people.values():
            assert not queries.may_act(officer.code, ON)
        restore = {"act": "restore", "reason": "期满", "effective_on": "2026-11-11"}
        sent(clerk, "registry_officer_act", [people["revoke"].code, "credential"], restore, status=422)
        sent(clerk, "registry_officer_act", [people["suspend"].code, "credential"], restore)
        asked = CredentialRequest.objects.get(status="pending")
        sent(head, "registry_request_act", [asked.pk, "decide"], {"approved": "yes", "version": asked.version})
        assert queries.may_act(people["suspend"].code, ON)

    @pytest.mark.requirement("SS-42")
    def test_clean_up_round_confirms_eighteen_and_cancels_two(self, as_role, officer_in: OfficerMaker):
        people = [
            officer_in(card={"verified_on": date(2099, 1, 1), "valid_until": date(2099, 12, 31)}) for _ in range(20)
        ]
        client = as_role("overseer", "county")
        form = {
            "kind": "officers",
            "title": "资格清理",
            "code": "QL2",
            "unit": "justice",
            "place": "370831",
            "ground": "年度清理",
            "due_on": "2099-12-31",
        }
        sent(client, "registry_round_new", [], form)
        keys = list(ReviewRow.objects.order_by("code").values_list("pk", flat=True))
        rows = reverse("registry_round_rows", args=["QL2"])
        client.post(rows, {"act": "confirm", "key": keys[:18], "sure": "1"})
        open_ = sent(client, "registry_round_act", ["QL2", "close"], {}, status=422).content.decode()
        assert "还有2行没有办理" in open_
        client.post(rows, {"act": "cancel", "key": keys[18:], "sure": "1", "reason": "调离"})
        sent(client, "registry_round_act", ["QL2", "close"], {})
        counts = {each: ReviewRow.objects.filter(outcome=each).count() for each in ("confirmed", "cancelled")}
        assert counts == {"confirmed": 18, "cancelled": 2}
        assert not queries.may_act(people[19].code, localdate())


class TestVerification:
    def test_scanning_shows_whether_it_is_good_today(self, as_role, officer_in: OfficerMaker):
        good = officer_in(card={"verified_on": date(2099, 1, 1), "valid_until": date(2099, 12, 31)})
        bad = officer_in(
            card={"status": "suspended", "suspended_from": date(2026, 1, 1), "valid_until": date(2099, 12, 31)}
        )
        card = as_role("agency_clerk", "market").get(
            reverse("registry_card_print", args=[good.credentials.get().number])
        )
        assert "<svg" in card.content.decode()
        address = re.search(r'href="(http://testserver/verify/[^"]+)"', card.content.decode())
        assert address is not None
        page = Client().get(address[1]).content.decode()
        assert "此人今天持有效执法证件" in page
        assert good.name in page
        page = Client().get(reverse("registry_verify", args=[bad.credentials.get().token])).content.decode()
        assert "暂扣中" in page
        assert bad.name not in page

    def test_tokens_cannot_be_guessed_nor_asked_at_will(self, officer_in: OfficerMaker):
        officer = officer_in()
        assert len(officer.credentials.get().token) == 32
        answers = [Client().get(reverse("registry_verify", args=["x" * 32])).status_code for _ in range(31)]
        assert answers == [404] * 30 + [429]

    @pytest.mark.requirement("YZ-10")
    def test_public_list_shows_six_fields(self, market: Agency, officer_in: OfficerMaker):
        officer = officer_in(
            card={"valid_until": date(2099, 12, 31)}, mobile="13800001234", identity_masked="370***********12"
        )
        number = officer.credentials.get().number
        page = Client().get(reverse("registry_public_officers"), {"q": number}).content.decode()
        for label in ("姓名", "单位", "职务", "证件编号", "执法类别", "执法区域"):
            assert f"<dt>{label}</dt>" in page
        assert page.count("<dt>") == 6
        assert "13800001234" not in page
        assert "370***" not in page
        by_name = Client().get(reverse("registry_public_officers"), {"q": officer.name}).content.decode()
        assert number in by_name
        assert number not in Client().get(reverse("registry_public_officers"), {"q": officer.name[:1]}).content.decode()


class TestStaffing:
    @pytest.mark.requirement("RZ-37")
    def test_reviewers_of_forty_one_officers(self, as_role, market: Agency, officer_in: OfficerMaker):
        market.unit.place = "371102"
        market.unit.save()
        people = [officer_in(card=None) for _ in range(41)]
        for one in people[:2]:
            one.roles.create(role="legal_reviewer", valid_from=date(2020, 1, 1))
        client = as_role("overseer", "city")
        from mingjing.contexts.accounts.models import Grant

        Grant.objects.update(unit=market.unit)
        page = client.get(reverse("registry_agency", args=[market.code])).content.decode()
        assert "2人，占4.88%" in page
        assert "至少需要3人" in page
        people[2].roles.create(role="legal_reviewer", valid_from=date(2020, 1, 1))
        page = client.get(reverse("registry_agency", args=[market.code])).content.decode()
        assert "3人，占7.32%" in page
        assert "至少需要" not in page

    @pytest.mark.requirement("TS-11")
    def test_recorders_of_ten_officers(self, as_role, market: Agency, officer_in: OfficerMaker):
        for _ in range(10):
            officer_in(card=None)
        for number in range(8):
            Device.objects.create(
                unit=market.unit,
                number=f"JLY-{number}",
                kind="recorder",
                model="V9",
                serial=f"S{number}",
                acquired_on=date(2024, 1, 1),
                status="defective" if number == 7 else "stock",
            )
        page = as_role("overseer", "county").get(reverse("registry_agency", args=[market.code])).content.decode()
        assert "7台，配备率70%" in page
        assert "缺3台" in page

    @pytest.mark.requirement("YZ-25")
    def test_a_device_not_returned_in_time_is_listed(self, as_role, market: Agency, officer_in: OfficerMaker):
        officer = officer_in()
        client = as_role("agency_clerk", "market")
        form = {
            "unit": "market",
            "number": "JLY-9",
            "kind": "recorder",
            "model": "V9",
            "serial": "S9",
            "acquired_on": "2024-01-01",
        }
        sent(client, "registry_device_new", [], form)
        issue = {"version": 1, "officer": officer.code, "on": "2025-01-01", "due_on": "2025-01-31"}
        sent(client, "registry_device_act", ["JLY-9", "issue"], issue)
        late = client.get(reverse("registry_device_list"), {"overdue": "1"}).content.decode()
        assert "JLY-9" in late
        assert "逾期未还" in late
        assert "1台装备逾期未还" in client.get("/").content.decode()

    @pytest.mark.requirement("RZ-84", "LC-31")
    def test_who_is_not_insured_and_what_stays_secret(self, as_role, officer_in: OfficerMaker):
        people = [officer_in() for _ in range(10)]
        clerk, service = as_role("agency_clerk", "market"), as_role("care_service", "county")
        for one in people[:9]:
            form = {
                "kind": "accident",
                "insurer": "人保财险",
                "policy_no": f"P-{one.code}",
                "valid_from": "2026-01-01",
                "valid_until": "2099-12-31",
            }
            sent(clerk, "registry_officer_act", [one.code, "insure"], form)
        page = clerk.get(reverse("registry_care")).content.decode()
        assert people[9].code in page
        assert people[8].code not in page
        from mingjing.contexts.accounts.access import actor_of
        from mingjing.contexts.accounts.models import User
        from mingjing.contexts.registry.usecases.care import open_care
        from tests.contexts.registry.conftest import AT

        case = open_care(
            actor=actor_of(User.objects.get(username="care_service.county"), on=ON),
            at=AT,
            code=people[0].code,
            kind="counselling",
            opened_on=ON,
            provider="县医院",
            text="连续失眠三周",
        )
        address = reverse("registry_care_text", args=[case.pk])
        assert "连续失眠三周" in service.get(address).content.decode()
        for role, unit in (("agency_head", "market"), ("agency_clerk", "market"), ("overseer_head", "county")):
            other = as_role(role, unit, username=f"x{role}")
            assert other.get(address).status_code in (403, 404)
            assert "连续失眠三周" not in other.get(reverse("registry_officer", args=[people[0].code])).content.decode()


class TestSocialRoles:
    @pytest.mark.requirement("LC-42")
    def test_after_the_term_an_activity_is_refused_and_renewal_proposed(self, as_role, units: dict[str, Unit]):
        Supervisor.objects.create(
            unit=units["justice"],
            code="S1",
            name="孙丽",
            kind="social_supervisor",
            term_from=date(2024, 1, 1),
            term_until=date(2025, 12, 31),
        )
        client = as_role("overseer", "county")
        form = {"on": "2026-01-05", "kind": "observation", "text": "窗口服务"}
        refused = sent(client, "registry_supervisor_act", ["S1", "activity"], form, status=422).content.decode()
        assert "续聘" in refused
        sent(client, "registry_supervisor_act", ["S1", "renew"], {"version": 1, "until": "2027-12-31"})
        sent(client, "registry_supervisor_act", ["S1", "activity"], form)
        assert Activity.objects.count() == 1

    @pytest.mark.requirement("RZ-76")
    def test_four_channels_are_counted(self, as_role, units: dict[str, Unit]):
        Supervisor.objects.create(
            unit=units["justice"],
            code="S1",
            name="孙丽",
            kind="supervisor",
            term_from=date(2024, 1, 1),
            term_until=date(2099, 12, 31),
        )
        client = as_role("overseer", "county")
        for kind in ("observation", "clue", "file_review", "meeting"):
            form = {"on": "2026-01-05", "kind": kind, "text": "记录"}
            sent(client, "registry_supervisor_act", ["S1", "activity"], form)
        text = re.sub(r"<[^>]+>|\s+", " ", client.get(reverse("registry_supervisor", args=["S1"])).content.decode())
        for label in ("观察", "反映线索", "案卷评查", "座谈会议"):
            assert re.search(rf"{label}\s+1\s", text), label

    @pytest.mark.requirement("TS-54")
    def test_taishan_imports_sixty_seven_and_refuses_without_certificate(self, as_role, units: dict[str, Unit]):
        units["justice"].place = "370902"
        units["justice"].save()
        book = openpyxl.Workbook()
        page = book.active
        page.append(["聘任单位代码", "编号", "姓名", "角色", "证件编号", "聘书编号", "任期起", "任期止"])
        for number in range(67):
            certificate = "" if number == 66 else f"ZJ{number:03}"
            page.append(
                [
                    "justice",
                    f"S{number:03}",
                    f"监督员{number}",
                    "行政执法社会监督员",
                    certificate,
                    f"PS{number:03}",
                    "2024-01-01",
                    "2099-12-31",
                ]
            )
        content = io.BytesIO()
        book.save(content)
        client = as_role("overseer", "justice")
        upload = SimpleUploadedFile("名册.xlsx", content.getvalue())
        client.post(reverse("registry_import", args=["supervisors"]), {"file": upload})
        run = ImportRun.objects.get()
        from mingjing.contexts.accounts.access import actor_of
        from mingjing.contexts.accounts.models import User
        from tests.contexts.registry.conftest import AT

        actor = actor_of(User.objects.get(username="overseer.justice"), on=ON)
        run = imports.judge(actor=actor, at=AT, run=run.pk)
        run = imports.write(actor=actor, at=AT, run=run.pk, version=run.version)
        assert Supervisor.objects.count() == run.written == 67
        form = {"on": "2026-01-05", "kind": "observation", "text": "窗口"}
        refused = sent(client, "registry_supervisor_act", ["S066", "activity"], form, status=422).content.decode()
        assert "没有登记证件编号" in refused
        sent(client, "registry_supervisor_act", ["S001", "activity"], form)
        listed = client.get(reverse("registry_supervisor_list"), {"papers": "1"}).content.decode()
        assert "S066" in listed
        assert "S001" not in listed


class TestOthers:
    @pytest.mark.requirement("LC-30")
    def test_a_claim_is_decided_before_the_sanction(self, as_role, officer_in: OfficerMaker):
        officer = officer_in()
        client = as_role("overseer", "county")
        for code, kind in (("ZZ-1", "liability"), ("RC-1", "tolerance")):
            form = {
                "code": code,
                "kind": kind,
                "text": f"情形{code}",
                "procedure": "程序",
                "basis": "办法",
                "valid_from": "2026-01-01",
            }
            sent(client, "registry_situation_new", [], form)
        opened = sent(
            client,
            "registry_accountability_new",
            [],
            {"officer": officer.code, "liability": "ZZ-1", "opened_on": "2026-11-01", "facts": "逾期送达"},
        )
        pk = opened["Location"].strip("/").split("/")[-1]
        sent(client, "registry_accountability_act", [pk, "claim"], {"version": 1, "situation": "RC-1"})
        end = {"version": 2, "result": "admonish", "reason": "轻微", "on": "2026-11-10"}
        refused = sent(client, "registry_accountability_act", [pk, "conclude"], end, status=422).content.decode()
        assert "尚未作出有理由的认定" in refused
        sent(client, "registry_accountability_act", [pk, "decide"], {"version": 2, "granted": "no", "reason": "不适用"})
        sent(client, "registry_accountability_act", [pk, "conclude"], end | {"version": 3})

    @pytest.mark.requirement("SS-02")
    def test_a_unit_without_a_body_for_administration_by_law_is_on_the_missing_list(self, as_role, market: Agency):
        client = as_role("agency_clerk", "market")
        missing = {"no_law": "1"}
        assert market.code in client.get(reverse("registry_agency_list"), missing).content.decode()
        act = reverse("registry_agency_act", args=[market.code, "edit"])
        form = client.get(act).context["form"]
        given = {name: form[name].value() or "" for name in form.fields} | {"version": market.version}
        answer = client.post(act, given | {"law_section": "政策法规股", "law_contact": "徐静，0537-4221111"})
        assert answer.status_code == 302
        assert market.code not in client.get(reverse("registry_agency_list"), missing).content.decode()
        page = client.get(reverse("registry_agency", args=[market.code])).content.decode()
        assert "政策法规股" in page and "0537-4221111" in page

    @pytest.mark.requirement("SS-81")
    def test_a_head_who_does_not_coordinate_is_called_to_account(self, as_role, officer_in: OfficerMaker):
        head = officer_in()
        client = as_role("overseer", "county")
        group = {"code": "LD1", "name": "行政执法工作领导小组", "kind": "leading_group", "head": head.name}
        sent(client, "registry_body_new", [], group | {"office": "justice", "formed_on": "2026-01-05"})
        assert head.name in client.get(reverse("registry_body", args=["LD1"])).content.decode()
        situation = {
            "code": "ZZ-9",
            "kind": "liability",
            "text": "主要负责人不履行牵头协调职责",
            "procedure": "约谈、通报",
        }
        given = situation | {"basis": "实施方案五（一）", "valid_from": "2026-01-01"}
        sent(client, "registry_situation_new", [], given)
        facts = {"officer": head.code, "liability": "ZZ-9", "opened_on": "2026-11-01", "facts": "全年没有召开会议"}
        opened = sent(client, "registry_accountability_new", [], facts)
        pk = opened["Location"].strip("/").split("/")[-1]
        end = {"version": 1, "result": "admonish", "reason": "责令改正", "on": "2026-11-10"}
        sent(client, "registry_accountability_act", [pk, "conclude"], end)
        page = client.get(reverse("registry_accountability", args=[pk])).content.decode()
        assert "实施方案五（一）" in page and "2026-11-10" in page and "责令改正" in page

    @pytest.mark.requirement("LC-11")
    def test_the_appraisal_is_filled_and_who_has_none_is_listed(self, as_role, officer_in: OfficerMaker):
        done, left = officer_in(), officer_in()
        year = localdate().year
        client = as_role("agency_clerk", "market")
        form = {"on": f"{year}-01-05", "kind": "training", "text": "公共法律", "amount": "40"}
        sent(client, "registry_officer_act", [done.code, "event"], form)
        page = client.get(reverse("registry_officer_act", args=[done.code, "appraise"])).content.decode()
        assert "培训学时 40" in page
        sent(
            client,
            "registry_officer_act",
            [done.code, "appraise"],
            {"year": str(year), "result": "competent", "opinion": "称职"},
        )
        listed = client.get(reverse("registry_officer_list"), {"unappraised": "1"}).content.decode()
        assert left.code in listed
        assert done.code not in listed

    @pytest.mark.requirement("TS-52")
    def test_services_of_a_town(self, as_role, units: dict[str, Unit]):
        client = as_role("overseer", "county")
        for kind in ("notary", "legal_aid", "oversight", "mediation"):
            form = {"unit": "town", "kind": kind, "where": "司法所", "person": "刘洋", "handled": "3"}
            sent(client, "registry_service_new", [], form)
        text = re.sub(r"<[^>]+>|\s+", " ", client.get(reverse("registry_services")).content.decode())
        assert "4/6" in text
        assert "仲裁、行政复议" in text

    def test_merge_and_unmerge_on_the_page(self, as_role):
        for code, name in (("D1", "恒信食品有限公司"), ("D2", "恒信食品公司")):
            Party.objects.create(code=code, kind="legal_person", name=name, place="370831", key_index=code)
        client = as_role("overseer", "county")
        sent(client, "registry_party_act", ["D1", "merge"], {"version": 1, "merged": "D2", "reason": "同一单位"})
        assert "已并入" in client.get(reverse("registry_party", args=["D2"])).content.decode()
        sent(client, "registry_party_act", ["D2", "unmerge"], {"reason": "误合并"})
        page = client.get(reverse("registry_party", args=["D1"])).content.decode()
        assert "误合并" in page

    @pytest.mark.requirement("TS-08")
    def test_subjects_are_compared_with_the_provincial_list(self, as_role, market: Agency):
        book = openpyxl.Workbook()
        page = book.active
        page.append(["主体编码", "主体名称", "主管部门"])
        page.append(["A-PROVINCE", "县林业局", "省林业局"])
        content = io.BytesIO()
        book.save(content)
        upload = SimpleUploadedFile("省平台.xlsx", content.getvalue())
        before = list(Agency.objects.order_by("pk").values())
        client = as_role("overseer", "county")
        sent(client, "registry_difference_new", [], {"register": "agencies", "source": "省平台导出", "file": upload})
        report = DifferenceReport.objects.get()
        found = sorted(Difference.objects.values_list("kind", "code"))
        assert found == [("here", market.code), ("there", "A-PROVINCE")]
        shown = client.get(reverse("registry_difference", args=[report.pk])).content.decode()
        assert market.name in shown and "A-PROVINCE" in shown
        assert list(Agency.objects.order_by("pk").values()) == before

    def test_difference_report_is_resolved_one_by_one(self, as_role, officer_in: OfficerMaker):
        here, both = officer_in(), officer_in()
        book = openpyxl.Workbook()
        page = book.active
        page.append(["单位代码", "人员编码", "姓名", "人员类别", "用工性质", "职务"])
        page.append(["market", both.code, both.name, "执法人员", "在编在职", "股长"])
        page.append(["market", "P-OTHER", "外来人", "执法人员", "在编在职", "科员"])
        content = io.BytesIO()
        book.save(content)
        client = as_role("overseer", "county")
        upload = SimpleUploadedFile("省平台.xlsx", content.getvalue())
        sent(client, "registry_difference_new", [], {"register": "officers", "source": "省平台导出", "file": upload})
        report = DifferenceReport.objects.get()
        found = sorted(Difference.objects.values_list("kind", "code", "field", "here", "there"))
        assert found == [
            ("field", both.code, "position", "科员", "股长"),
            ("here", here.code, "", "", ""),
            ("there", "P-OTHER", "", "", ""),
        ]
        rows = reverse("registry_difference", args=[report.pk])
        one = Difference.objects.get(kind="field")
        client.post(rows, {"act": "take", "key": [one.pk], "sure": "1"})
        both.refresh_from_db()
        assert both.position == "股长"
        other = Difference.objects.get(kind="there")
        answer = client.post(rows, {"act": "take", "key": [other.pk], "sure": "1"}).content.decode()
        assert "不能直接采用" in answer
        client.post(rows, {"act": "note", "key": [other.pk], "sure": "1", "reason": "对方重名"})
        assert Difference.objects.filter(status="open").count() == 1
