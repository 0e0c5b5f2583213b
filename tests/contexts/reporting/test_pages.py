"""The pages of reports and collections, and the files that they give."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit, User
from mingjing.contexts.plans.models import Plan
from mingjing.contexts.registry.models import Device, Officer, Role
from mingjing.contexts.reporting import queries
from mingjing.contexts.reporting.models import Collection, Report, ReportKind
from mingjing.contexts.reporting.usecases import collect, reports
from tests.contexts.cases.conftest import ITEM, item_in_force
from tests.contexts.conftest import UserMaker
from tests.contexts.reporting.conftest import AFTER, moment


def browser_of(actor: Actor) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=actor.user_id), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def circular(keeper: Actor, plan: Plan, visited: None, months: None) -> Report:
    """The circular of the second quarter."""
    return reports.draft_report(actor=keeper, at=AFTER, kind=ReportKind.CIRCULAR, place="370831", period="2026-Q2")


def test_each_number_of_the_page_opens_its_rows(keeper: Actor, circular: Report) -> None:
    client = browser_of(keeper)
    page = client.get(reverse("report", args=[circular.code])).content.decode()
    for one in circular.figures.all():
        assert reverse("report_figure", args=[one.pk]) in page, one.key
    figure = circular.figures.get(key="owed.missing")
    shown = client.get(reverse("report_figure", args=[figure.pk])).content.decode()
    assert "泗水县卫生健康局" in shown
    assert "报送情况为未报" in shown


def test_drafted_edited_signed_and_fetched(keeper: Actor, head: Actor, plan: Plan) -> None:
    client, signer = browser_of(keeper), browser_of(head)
    answer = client.post(reverse("report_draft"), {"kind": "dispatch", "period": "2026-06", "plan": plan.code})
    assert answer.status_code == 302, answer.content.decode()
    report = Report.objects.get()
    given = {"title": "调度通报", "number": "第6期", "addressees": "各单位", "version": report.version}
    given |= {
        f"block-{at}": one["text"] for at, one in enumerate(report.blocks) if one["kind"] in ("heading", "paragraph")
    }
    given["block-0"] = "第一段，任务{tasks.total}项。\n\n# 新的标题\n\n第二段。"
    given |= {f"keep-{at}": "1" for at, one in enumerate(report.blocks) if one["kind"] in ("table", "chart")}
    assert client.post(reverse("report_edit", args=[report.code]), given).status_code == 302
    report.refresh_from_db()
    assert [one["kind"] for one in report.blocks[:3]] == ["paragraph", "heading", "paragraph"]
    assert client.get(reverse("report_sign", args=[report.code])).status_code == 403
    assert signer.get(reverse("report_sign", args=[report.code])).status_code == 200
    assert signer.post(reverse("report_sign", args=[report.code]), {"version": report.version}).status_code == 302
    for suffix, magic in (("docx", b"PK"), ("pdf", b"%PDF")):
        file = client.get(reverse("report_file", args=[report.code, suffix]))
        assert b"".join(file.streaming_content).startswith(magic)  # type: ignore[attr-defined]
    assert client.get(reverse("report_facts", args=[report.code])).content.startswith(b"PK")


def test_a_wrong_reference_is_said_and_the_words_are_not_lost(keeper: Actor, circular: Report) -> None:
    client = browser_of(keeper)
    given = {"title": "通报", "block-0": "{tasks.none}", "version": circular.version}
    answer = client.post(reverse("report_edit", args=[circular.code]), given)
    assert answer.status_code == 422
    assert "没有“tasks.none”这个数" in answer.content.decode()
    assert "{tasks.none}" in answer.content.decode()


def test_a_unit_sends_and_the_bureau_judges(keeper: Actor, clerk: Actor) -> None:
    one = collect.ask(
        actor=keeper, at=moment(7, 1), place="370831", kind="litigation", period="2026", units=("market",)
    )
    client = browser_of(clerk)
    assert "负责人出庭" in client.get(reverse("submission_new", args=[one.code])).content.decode()
    given = {"unit": "market", "figure_lawsuits": "5", "figure_heads": "5", "figure_lost": "1", "text": ""}
    assert client.post(reverse("submission_new", args=[one.code]), given).status_code == 422
    given["file_analysis"] = SimpleUploadedFile("分析.pdf", b"%PDF-1.4")  # type: ignore[assignment]
    assert client.post(reverse("submission_new", args=[one.code]), given).status_code == 302
    row = one.submissions.get()
    page = browser_of(keeper).get(reverse("collection", args=[one.code])).content.decode()
    assert "分析.pdf" in page
    judge = {"judge": "return", "words": "没有盖章", "version": row.version}
    assert browser_of(keeper).post(reverse("submission_judge", args=[row.pk]), judge).status_code == 302
    assert "没有盖章" in client.get(reverse("collection", args=[one.code])).content.decode()


@pytest.mark.parametrize(
    ("role", "name", "status"),
    [
        ("overseer", "reports", 200), ("overseer", "report_draft", 200), ("agency_clerk", "reports", 200),
        ("agency_clerk", "report_draft", 403), ("agency_clerk", "collections", 200), ("officer", "reports", 403),
        ("government_leader", "reports", 200), ("agency_clerk", "collection_new", 403), ("overseer", "collection_new", 200),
    ],
)  # fmt: skip
def test_who_reaches_what(user_with: UserMaker, role: str, name: str, status: int) -> None:
    client = Client()
    client.force_login(user_with(role, "justice"), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(reverse(name)).status_code == status


def test_asking_from_the_page(keeper: Actor) -> None:
    client = browser_of(keeper)
    answer = client.post(reverse("collection_new"), {"kind": "monthly", "period": "2026-06", "units": ["market"]})
    assert answer.status_code == 302, answer.content.decode()
    one = Collection.objects.get()
    assert (one.title, one.due_on.isoformat()) == ("2026年6月执法情况月报", "2026-07-05")
    assert one.why.endswith("六（SS-40）")
    again = client.post(reverse("collection_new"), {"kind": "monthly", "period": "2026-06", "units": ["market"]})
    assert again.status_code == 422
    assert "已经布置过" in again.content.decode()


@pytest.mark.requirement("YZ-39")
def test_a_survey_is_filled_from_the_registers_or_marked_to_be_filled(keeper: Actor, clerk: Actor) -> None:
    market = Unit.objects.get(code="market")
    for kind in ("penalty", "inspection"):
        item_in_force(market, ITEM | {"kind": kind}, code=f"I-{kind}")
    for number, (category, role) in enumerate([("officer", "legal_reviewer"), ("officer", ""), ("auxiliary", "")]):
        person = Officer.objects.create(code=f"S{number}", unit=market, name=f"人员{number}", category=category)
        if role:
            Role.objects.create(officer=person, role=role, valid_from=date(2026, 1, 1))
    for number, status in enumerate(["stock", "stock", "defective", "retired"]):
        Device.objects.create(
            number=f"D{number}", kind="recorder", model="甲型", serial=f"N{number}", unit=market, status=status,
            acquired_on=date(2026, 1, 1), retired_on=date(2026, 3, 1) if status == "retired" else None,
        )  # fmt: skip
    one = collect.ask(actor=keeper, at=moment(7, 1), place="370831", kind="survey", period="2026-06", units=("market",))
    browser = browser_of(clerk)
    form = browser.get(reverse("submission_new", args=[one.code])).context["form"]
    shown = {name: (form[name].value(), form.fields[name].help_text) for name in form.fields if name.startswith("fig")}
    assert [value for value, _ in shown.values()] == ["行政处罚、行政检查", "2", "1", "3", "", ""]
    assert [help_text.startswith("待填") for _, help_text in shown.values()] == [False] * 4 + [True] * 2

    given = {name: value for name, (value, _) in shown.items()} | {"unit": "market"}
    refused = browser.post(reverse("submission_new", args=[one.code]), given | {"figure_platforms": " "})
    assert refused.status_code == 422
    given |= {"figure_platforms": "县政府门户网站", "figure_systems": "无"}
    assert browser.post(reverse("submission_new", args=[one.code]), given).status_code == 302
    page = browser_of(keeper).get(reverse("collection", args=[one.code])).content.decode()
    assert "县政府门户网站" in page and "行政处罚、行政检查" in page
    assert [label for label, _, _ in queries.merged(queries.lines_of(keeper, one, one.due_on), one)] == [
        "执法人员", "法制审核人员", "音像记录设备",
    ]  # fmt: skip
