"""Records of monitoring devices: entered by hand, from a workbook and by program, reviewed by a person, then a case begins."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook

from mingjing.contexts.accounts.access import ForbiddenError, MissingError, access
from mingjing.contexts.cases import queries, todos
from mingjing.contexts.cases.models import Case, OffsiteRecord, OffsiteTelling
from mingjing.contexts.cases.usecases import offsite, opening
from mingjing.contexts.cases.usecases.base import CaseError
from mingjing.contexts.cases.usecases.offsite import UnreviewedError
from mingjing.contexts.media.models import Recording
from mingjing.contexts.media.usecases import taking
from mingjing.contexts.records.queries import history
from mingjing.contexts.registry.usecases import imports
from mingjing.contexts.registry.usecases.base import DuplicateError
from mingjing.domain.media.recordings import Kind
from tests.contexts.cases.conftest import Office
from tests.contexts.cases.test_pages import client_of, page_of
from tests.contexts.conftest import ActorMaker

ALL = ["true", "clear", "complete", "accurate"]


def values(office: Office, **changes: Any) -> dict[str, Any]:
    """What the page or a program sends of a record."""
    day = office.at.date() - timedelta(days=200)
    return {
        "device_name": "后厨视频监控",
        "device_no": "MK-0312",
        "device_record": "R20260301-001",
        "captured_at": office.at - timedelta(hours=20),
        "place": "泗河街道中兴路老李餐馆后厨",
        "seen": "操作人员未佩戴口罩加工食品",
        "party": office.party.code,
        "legal_verified_on": day,
        "technical_verified_on": day,
        "location_published_on": day,
        "location_published_at": "县政府网站",
    } | changes


def entered(office: Office, **changes: Any) -> OffsiteRecord:
    [row] = offsite.enter_offsite(
        actor=office.people["one"], at=office.at, records=[(office.unit.code, values(office, **changes))]
    )
    return row


def reviewed(office: Office, row: OffsiteRecord, **changes: Any) -> OffsiteRecord:
    given = {"qualities": ALL, "passed": True, "finding": "画面清晰，人员和时间可以辨认。"}
    return offsite.review_offsite(
        actor=office.people["reviewer"], at=office.at, code=row.code, version=row.version, **(given | changes)
    )


def open_from(office: Office, row: OffsiteRecord) -> Case:
    return office.open(source="offsite", source_ref=row.code)


@pytest.mark.requirement("RZ-43")
def test_a_case_is_opened_only_after_a_person_reviewed_the_record_and_carries_the_device_data(office: Office) -> None:
    row = entered(office)
    with pytest.raises(UnreviewedError, match="没有经过人工审核") as refused:
        open_from(office, row)
    assert str(refused.value.citation) == "CF 41"
    assert not Case.objects.exists()
    row = reviewed(office, row)
    case = open_from(office, row)
    evidence = case.evidence.get()
    assert (evidence.kind, evidence.proves, evidence.answers) == ("electronic", row.seen, ["offsite"])
    assert "后厨视频监控（MK-0312）" in evidence.source
    page = page_of(client_of("one"), f"/cases/{case.code}/")
    for words in ("MK-0312", "县政府网站", "画面清晰，人员和时间可以辨认。", "孙桂兰", evidence.source):
        assert words in page
    assert "MK-0312" not in page_of(client_of("one"), f"/cases/{office.open(title='另一件').code}/")
    acts = [one.act for one in history(f"offsite:{row.code}")]
    assert acts == ["cases.open_from_offsite", "cases.review_offsite", "cases.enter_offsite"]
    with pytest.raises(CaseError, match="已经从这条记录登记了案件"):
        open_from(office, row)


@pytest.mark.requirement("RZ-43")
def test_a_rejected_record_is_kept_and_opens_no_case(office: Office) -> None:
    row = reviewed(office, entered(office), passed=False, qualities=["true"], finding="画面模糊，不能辨认人员。")
    with pytest.raises(UnreviewedError, match="画面模糊"):
        open_from(office, row)
    assert OffsiteRecord.objects.get().state == "rejected"
    with pytest.raises(CaseError, match="不能再改"):
        reviewed(office, row)


def test_what_lacks_a_quality_or_the_devices_verification_cannot_pass(office: Office) -> None:
    day = (office.at - timedelta(hours=20)).date()
    unverified = entered(office, legal_verified_on=None, technical_verified_on=day + timedelta(days=1))
    with pytest.raises(CaseError, match="没有经过法制审核；摄录时设备没有经过技术审核。"):
        reviewed(office, unverified)
    blurred = entered(office, device_record="R2")
    with pytest.raises(CaseError, match="记录内容不清晰"):
        reviewed(office, blurred, qualities=["true", "complete", "accurate"])
    corrected = offsite.correct_offsite(
        actor=office.people["one"], at=office.at, code=unverified.code, version=unverified.version,
        values={"legal_verified_on": day, "technical_verified_on": day},
    )  # fmt: skip
    assert reviewed(office, corrected).state == "passed"


def test_who_may_and_what_is_entered_once(office: Office, actor_with: ActorMaker) -> None:
    row = entered(office)
    with pytest.raises(DuplicateError):
        entered(office)
    with pytest.raises(CaseError, match="摄录时间"):
        entered(office, device_record="R3", captured_at=office.at + timedelta(hours=1))
    with pytest.raises(ForbiddenError):
        offsite.review_offsite(
            actor=office.people["clerk"],
            at=office.at,
            code=row.code,
            version=1,
            qualities=ALL,
            passed=True,
            finding="好",
        )
    outside = actor_with("officer", "health", username="outside", name="马骏")
    with pytest.raises(MissingError):
        access(queries.offsite_records(), outside, offsite.SEE, code=row.code)
    assert [one.title for one in todos.todos(office.people["reviewer"], office.at.date())] == ["审核非现场记录：1 条"]


def test_the_file_belongs_to_the_record_until_it_is_reviewed_and_to_the_evidence(office: Office) -> None:
    row = entered(office)
    draft = taking.Draft(kind=Kind.DATA, started_at=row.captured_at, shows="后厨画面", subject=f"offsite:{row.code}")
    one = {"actor": office.people["one"], "at": office.at, "draft": draft}
    kept = taking.record_file(**one, filename="a.mp4", content=io.BytesIO(b"\0\0\0\x18ftypisom" + b"x" * 64))
    page = page_of(client_of("one"), f"/cases/offsite/{row.code}/")
    assert "后厨画面" in page
    reviewed(office, row)
    with pytest.raises(ForbiddenError):
        taking.record_file(**one, filename="b.mp4", content=io.BytesIO(b"\0\0\0\x18ftypisom" + b"y" * 64))
    assert open_from(office, row).evidence.get().recording == kept.code
    assert Recording.objects.count() == 1


def test_a_workbook_is_judged_row_by_row(office: Office) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["单位代码", "设备名称", "设备编号", "设备记录号", "摄录时间", "摄录地点", "记录的情况", "当事人编码"])
    common = ["后厨视频监控", "MK-0312"]
    unit = office.unit.code
    taken = "2026-03-01 09:30:15"
    sheet.append([unit, *common, "R1", taken, "后厨", "未戴口罩", office.party.code])
    sheet.append([unit, *common, "R1", taken, "后厨", "同一条", ""])
    sheet.append([unit, *common, "R2", "昨天", "后厨", "时间不明", ""])
    sheet.append(["nowhere", *common, "R3", taken, "后厨", "单位不明", ""])
    sheet.append([unit, *common, "R4", taken, "后厨", "当事人不明", "Q9"])
    out = io.BytesIO()
    book.save(out)
    clerk = office.people["clerk"]
    run = imports.upload(
        actor=clerk, at=office.at, register="offsite", file=SimpleUploadedFile("记录.xlsx", out.getvalue())
    )
    run = imports.judge(actor=clerk, at=office.at, run=run.pk)
    assert (run.good, run.bad) == (1, 4)
    assert {(one["row"], one["label"]) for one in run.problems} == {
        (3, "设备记录号"), (4, "摄录时间"), (5, "单位代码"), (6, "当事人编码"),
    }  # fmt: skip
    imports.write(actor=clerk, at=office.at, run=run.pk, version=run.version)
    row = OffsiteRecord.objects.get()
    assert (row.device_record, row.state, row.captured_at.isoformat()) == (
        "R1", "waiting", "2026-03-01T01:30:15+00:00",
    )  # fmt: skip


def told(office: Office, row: OffsiteRecord, **changes: Any) -> OffsiteTelling:
    given: dict[str, Any] = {
        "told_at": office.at,
        "means": "sms",
        "content": "后厨监控记录到未佩戴口罩加工食品。",
        "ways": "登录“爱山东”查看，可到食品科陈述申辩。",
    }
    return offsite.tell_offsite(actor=office.people["one"], at=office.at, code=row.code, **(given | changes))


def waiting(office: Office) -> list[str]:
    found = [one.title for one in todos.todos(office.people["one"], office.at.date())]
    return [one for one in found if one.startswith("告知当事人")]


def test_the_party_is_told_of_a_reviewed_record_and_what_waits_is_listed(
    office: Office, actor_with: ActorMaker
) -> None:
    row = entered(office)
    with pytest.raises(CaseError, match="审核通过以后") as refused:
        told(office, row)
    assert str(refused.value.citation) == "CF 41"
    row = reviewed(office, row)
    nobody = reviewed(office, entered(office, device_record="R9", party=""))
    assert waiting(office) == ["告知当事人非现场记录：1 条"]
    for changes, words in (
        ({"told_at": office.at - timedelta(hours=1)}, "审核通过以后"),
        ({"told_at": office.at + timedelta(hours=1)}, "现在以前"),
        ({"means": "rumour"}, "告知方式"),
        ({"ways": " "}, "查询、陈述和申辩的途径"),
    ):
        with pytest.raises(CaseError, match=words):
            told(office, row, **changes)
    with pytest.raises(CaseError, match="没有查明当事人"):
        told(office, nobody)
    outside = actor_with("officer", "health", username="outside", name="马骏")
    for actor, error in ((outside, MissingError), (office.people["reviewer"], ForbiddenError)):
        with pytest.raises(error):
            offsite.tell_offsite(
                actor=actor, at=office.at, code=row.code, told_at=office.at, means="sms", content="一", ways="二"
            )
    case = open_from(office, row)
    assert "还没有告知" in page_of(client_of("one"), f"/cases/{case.code}/")
    told(office, row)
    told(office, row, means="in_person", receiver="李老板")
    assert waiting(office) == []
    for address in (f"/cases/offsite/{row.code}/", f"/cases/{case.code}/"):
        page = page_of(client_of("one"), address)
        assert "李老板" in page and "爱山东" in page and "还没有告知" not in page
    kept = [one for one in history(f"offsite:{row.code}") if one.act == "cases.tell_offsite"]
    assert {one.fields["means"] for one in kept} == {"sms", "in_person"}
    # whom a record without a party concerns is known once it is in a case
    open_from(office, nobody)
    assert waiting(office) == ["告知当事人非现场记录：1 条"]


def test_further_reviewed_records_go_into_an_undecided_case_of_the_party(office: Office) -> None:
    case = office.open()
    assert case.source != "offsite"
    more = entered(office, device_record="R2", seen="次日仍未佩戴口罩")
    given: dict[str, Any] = {
        "actor": office.people["one"],
        "at": office.at,
        "case": case.code,
        "reason": "同一行为持续。",
    }
    with pytest.raises(UnreviewedError, match="没有经过人工审核"):
        offsite.join_offsite(code=more.code, version=1, **given)
    rejected = reviewed(office, entered(office, device_record="R3"), passed=False, qualities=[], finding="模糊。")
    with pytest.raises(UnreviewedError, match="审核不通过"):
        offsite.join_offsite(code=rejected.code, version=rejected.version, **given)
    assert not case.evidence.exists()
    more = reviewed(office, more)
    with pytest.raises(CaseError, match="为什么属于本案"):
        offsite.join_offsite(code=more.code, version=more.version, **given | {"reason": " "})
    with pytest.raises(ForbiddenError, match="不是本案的承办人"):
        offsite.join_offsite(code=more.code, version=more.version, **given | {"actor": office.people["three"]})
    stranger = reviewed(office, entered(office, device_record="R4", party=office.citizen.code))
    with pytest.raises(CaseError, match="不是同一个"):
        offsite.join_offsite(code=stranger.code, version=stranger.version, **given)
    joined = offsite.join_offsite(code=more.code, version=more.version, **given)
    assert joined.case == case
    assert [(one.number, one.kind, one.proves) for one in case.evidence.all()] == [(1, "electronic", more.seen)]
    with pytest.raises(CaseError, match="不要重复登记"):
        offsite.join_offsite(code=more.code, version=joined.version, **given)
    page = page_of(client_of("one"), f"/cases/{case.code}/")
    assert "次日仍未佩戴口罩" in page and "MK-0312" in page
    kept = [one for one in history(f"offsite:{more.code}") if one.act == "cases.join_offsite"]
    assert [(one.fields["case"], one.reason) for one in kept] == [(case.code, "同一行为持续。")]
    case.decided_on = office.at.date()
    case.save()
    late = reviewed(office, entered(office, device_record="R5"))
    with pytest.raises(CaseError, match="另行登记案件"):
        offsite.join_offsite(code=late.code, version=late.version, **given)


def test_telling_and_joining_by_page_and_by_program(office: Office) -> None:
    case, client = office.open(), client_of("one")
    first = reviewed(office, entered(office))
    second = reviewed(office, entered(office, device_record="R2"))
    waiting = entered(office, device_record="R3")

    def listed(untold: str) -> set[str]:
        found = client.get("/api/v1/case-offsite-records", {"untold": untold}).json()["items"]
        return {one["code"] for one in found}

    # one that nobody has reviewed is not waiting to be told of
    assert (listed("true"), listed("false")) == ({first.code, second.code}, {waiting.code})
    path = f"/cases/offsite/{first.code}/"
    assert f"{path}join/" in page_of(client, path) and f"{path}tell/" in page_of(client, path)
    assert first.seen in page_of(client, f"{path}tell/")
    assert case.title in page_of(client, f"{path}join/")
    refused = client.post(f"{path}join/", {"version": first.version, "case": case.code, "reason": ""})
    assert refused.status_code == 422
    sent = client.post(f"{path}join/", {"version": first.version, "case": case.code, "reason": "行为持续"})
    assert sent.headers["Location"] == f"/cases/{case.code}/"
    moment = timezone.localtime(office.at).strftime("%Y-%m-%dT%H:%M")
    telling = {"told_at": moment, "means": "mail", "content": "违法事实", "ways": "到食品科查询"}
    assert client.post(f"{path}tell/", telling).status_code == 302
    api = f"/api/v1/case-offsite-records/{second.code}"
    made = client.post(f"{api}/tellings", telling | {"told_at": office.at.isoformat()}, content_type="application/json")
    assert made.status_code == 201, made.content
    body = {"case": case.code, "reason": "行为持续"}
    headers = {"If-Match": f'"{second.version}"'}
    answer = client.post(f"{api}/join", body, content_type="application/json", headers=headers)
    assert answer.json()["case"] == case.code, answer.content
    assert [one["means"] for one in answer.json()["told"]] == ["mail"]
    assert (listed("true"), listed("false")) == (set(), {first.code, second.code, waiting.code})
    assert first.seen not in page_of(client, "/cases/offsite/?untold=1")


def test_pages_and_programs_do_the_same(office: Office) -> None:
    client, reviewer = client_of("one"), client_of("reviewer")
    given = values(office, party="", captured_at="2026-03-01T09:30:15", unit=office.unit.code)
    assert client.post("/cases/offsite/new/", given).status_code == 302
    row = OffsiteRecord.objects.get()
    path = f"/cases/offsite/{row.code}/"
    assert "还没有审核" in page_of(client, path)
    assert row.seen in page_of(reviewer, "/cases/offsite/?state=waiting")
    refused = reviewer.post(
        f"{path}review/", {"version": 1, "qualities": ["true"], "result": "passed", "finding": "好"}
    )
    assert refused.status_code == 422
    assert "不得作为行政处罚的证据" in refused.content.decode()
    new = {
        "act": "open", "procedure": "penalty_ordinary", "item": office.item.code, "party": office.party.code,
        "unit": office.unit.code, "source": "offsite", "source_ref": row.code,
        "handlers": [office.officers["one"].code, office.officers["two"].code],
    }  # fmt: skip
    stopped = client.post("/cases/new/", new)
    assert stopped.status_code == 422
    assert "还没有经过人工审核" in stopped.content.decode()
    body = {"qualities": ALL, "passed": True, "finding": "画面清晰。"}
    api = f"/api/v1/case-offsite-records/{row.code}"
    answer = reviewer.post(f"{api}/review", body, content_type="application/json", headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.content
    assert f"source_ref={row.code}" in page_of(client, path)
    assert client.post("/cases/new/", new).status_code == 302
    case = Case.objects.get()
    assert client.get("/api/v1/case-offsite-records", {"case": case.code}).json()["items"][0]["device_no"] == "MK-0312"
    with pytest.raises(CaseError, match="来源编号"):
        opening.edit_case(
            actor=office.people["one"], at=office.at, case=case.code, version=case.version, values={"source_ref": "x"}
        )
