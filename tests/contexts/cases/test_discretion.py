"""Discretion beside a case: tier and range, lists that want a reason, like cases, the fine that stands apart."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate, localtime

from mingjing.contexts.cases import discretion
from mingjing.contexts.cases.discretion import LeniencyError, UnroutedError
from mingjing.contexts.cases.models import Case, Event
from mingjing.contexts.cases.todos import to_review
from mingjing.contexts.cases.usecases.links import link_cases
from mingjing.contexts.catalog.models import ItemList, ListEdition
from mingjing.contexts.catalog.queries import like_cases
from mingjing.contexts.work.models import Notification
from mingjing.domain.procedures.answers import AnswersError
from mingjing.domain.procedures.gates import GatesUnmetError, ReasonsMissingError
from mingjing.domain.rules.library import rules
from tests.contexts.cases.conftest import BEGAN, BENCHMARK, ITEM, Office, _edition, item_in_force
from tests.contexts.cases.test_pages import client_of, page_of
from tests.contexts.cases.test_steps import at_place

FITTING = {"first_time": True, "trivial": True, "corrected": True, "harm": "none"}
OUTLIER = "item.fine-outlier"
REASONS = dict.fromkeys(rules(), "情况已经说明。")


def listed(office: Office) -> None:
    """Put the item on the list of what is not punished."""
    row = ItemList.objects.create(
        code="L-1", name="不予处罚事项清单", unit=office.unit, created_at=BEGAN, kind="no_penalty"
    )
    entry = {
        "number": "1",
        "item": office.item.code,
        "matter": "首次未明码标价",
        "conditions": "初次违法、轻微并及时改正",
        "basis": "《行政处罚法》第三十三条",
        "criteria": [{"fact": "first_time", "operator": "is", "value": True}],
    }
    _edition(ListEdition, row, {"entries": [entry]})


def decided(office: Office, fines: list[int], *, tier: str = "较轻") -> None:
    """Enter like cases that were decided a month ago."""
    for number, fine in enumerate(fines):
        row = office.open(title=f"同类案件{number}")
        on = office.at - timedelta(days=30)
        Case.objects.filter(pk=row.pk).update(
            tier=tier, fine_fen=fine, decided_on=localdate(on), stage="execution", case_no=f"类{row.code}"
        )
        Event.objects.create(
            code=f"{row.code}-900",
            case=row,
            number=900,
            step="decision",
            type="decision",
            at=on,
            taken_by="test",
            taken_at=on,
        )


def noticed(office: Office, fine: str = "2000", tier: str = "较轻", **more: Any) -> None:
    office.open()
    for step in ("lead", "filing", "inspection", "inquiry"):
        office.go(step)
    proposed = {"fine_fen": fine, **({"tier": tier} if tier else {}), **more}
    office.later(days=1).go("investigation_report", is_major=False, is_complex=False, **proposed)
    office.later(days=1).go("prior_notice", **proposed)
    office.go("service", method="in_person")
    office.later(days=8).go("statement", outcome="waived")


def test_a_list_that_fits_and_is_not_followed_wants_its_reason(office: Office) -> None:
    listed(office)
    office.open()
    for step in ("lead", "filing", "inspection", "inquiry"):
        office.go(step)
    office.case.circumstances = FITTING
    office.case.save()
    office.later(days=1)
    asked = {"tier": "较轻", "fine_fen": "2000", "is_major": False, "is_complex": False}
    with pytest.raises(LeniencyError, match="首次未明码标价") as error:
        office.go("investigation_report", **asked)
    (key,) = error.value.facts["entries"]  # type: ignore[misc]
    office.go("investigation_report", **asked, reasons={key: "当事人此前已经责令改正，不属于初次。"})
    assert office.case.stage == "review"
    event = office.case.events.get(type="investigation_report")
    assert event.reasons[key].startswith("当事人")


def test_a_list_that_does_not_fit_or_is_followed_wants_none(office: Office) -> None:
    listed(office)
    row = office.open()
    assert not discretion.fitting(row, localdate(office.at))
    row.circumstances = FITTING
    (one,) = discretion.fitting(row, localdate(office.at))
    assert discretion.followed(one.entry, {"fine_fen": 0, "confiscated_fen": 0, "other_penalties": []})
    assert not discretion.followed(one.entry, {"fine_fen": 1, "confiscated_fen": 0, "other_penalties": []})


def test_a_fine_apart_from_like_cases_wants_its_reason_and_one_among_them_none(office: Office) -> None:
    decided(office, [200_000 + 1_000 * number for number in range(10)])
    noticed(office, "9000")
    office.later(days=1)
    with pytest.raises(ReasonsMissingError) as error:
        office.go("decision", tier="较轻", fine_fen="9000")
    assert {gate.rule.id for gate in error.value.gates} == {OUTLIER}
    office.go("decision", tier="较轻", fine_fen="9000", reasons={OUTLIER: "当事人多次违法，货值接近本档上限。"})
    assert office.case.events.get(type="decision", step="decision").reasons[OUTLIER]


def test_a_fine_among_like_cases_wants_no_reason(office: Office) -> None:
    decided(office, [200_000 + 1_000 * number for number in range(10)])
    noticed(office, "2040")
    office.later(days=1).go("decision", tier="较轻", fine_fen="2040")
    assert office.case.decided_on is not None


def test_like_cases_are_of_the_same_item_tier_and_kind_of_party(office: Office) -> None:
    decided(office, [200_000, 210_000])
    decided(office, [2_000_000], tier="一般")
    on = localdate(office.at)
    fines, source = like_cases(office.item.code, on=on, tier="较轻", party="legal_person")
    assert sorted(fines) == [200_000, 210_000]
    assert "同一档次" in source
    assert not list(like_cases(office.item.code, on=on, tier="较轻", party="citizen")[0])
    assert len(list(like_cases(office.item.code, on=on)[0])) == 3


def test_the_page_keeps_circumstances_and_shows_where_the_case_lies(office: Office) -> None:
    office.at = localtime()
    decided(office, [200_000, 210_000, 220_000])
    listed(office)
    case = office.open()
    case.tier, case.fine_fen = "较轻", 900_000
    case.save()
    client = client_of("one")
    path = f"/cases/{case.code}/discretion/"
    shown = client.get(path).content.decode()
    assert "3件同类案件" in shown
    assert "本案" in shown
    assert client.post(path, {"first_time": "yes", "version": case.version}).status_code == 302
    case.refresh_from_db()
    assert case.circumstances == {"first_time": True}
    assert "没有适用" in client.get(path).content.decode()
    assert client.post(path, {"first_time": "no", "version": 1}).status_code == 409


@pytest.mark.requirement("TS-05")
def test_in_taishan_no_decision_without_the_tier_of_the_benchmark(office: Office) -> None:
    at_place(office, "370902")
    noticed(office, tier="")
    with pytest.raises(GatesUnmetError, match="裁量基准的，决定应当写明适用的裁量档次") as error:
        office.later(days=1).go("decision", fine_fen="2000")
    assert {one.rule.id for one in error.value.gates} == {"penalty.tier.stated"}
    office.go("decision", tier="较轻", fine_fen="2000")
    assert office.case.decided_on is not None


@pytest.mark.requirement("LC-13")
def test_in_licheng_a_fine_outside_its_tier_is_reasoned_and_reviewed(office: Office) -> None:
    at_place(office, "370112")
    noticed(office, "12000")
    office.later(days=1)
    with pytest.raises(GatesUnmetError) as error:
        office.go("decision", tier="较轻", fine_fen="12000")
    assert {gate.rule.id for gate in error.value.gates} == {"penalty.fine.within-tier"}
    asked = {
        "tier": "较轻",
        "fine_fen": "12000",
        "tier_departure": "heavier",
        "tier_departure_reason": "拒不改正，情节恶劣。",
    }
    with pytest.raises(UnroutedError, match="法制审核"):
        office.go("decision", **asked)
    office.go("legal_review", outcome="approved")
    office.later(hours=1).go("decision", **asked)
    assert office.case.fine_fen == 1_200_000


@pytest.mark.requirement("RZ-26")
def test_a_case_is_marked_by_the_standards_of_its_item_and_goes_where_they_send_it(
    office: Office, django_capture_on_commit_callbacks: Any
) -> None:
    standards = [
        {"label": "罚款一万元以上", "effect": "major", "criteria": [{"fact": "fine_fen", "operator": "at_least", "value": 1_000_000}]},
        {"label": "涉及两个以上县区", "effect": "cross_region", "criteria": [{"fact": "regions", "operator": "above", "value": 1}]},
    ]  # fmt: skip
    content = {**ITEM, "act_code": "", "major_criteria": standards}
    office.item = item_in_force(office.unit, content, "MR-902", **BENCHMARK)
    first = office.open(title="关联案")
    office.open()
    for step in ("lead", "filing", "inspection", "inquiry"):
        office.go(step)
    Case.objects.filter(pk=office.case.pk).update(circumstances={"regions": 2})
    office.case.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        office.later(days=1).go("investigation_report", tier="一般", fine_fen="10000", is_major=False, is_complex=False)
    assert office.case.is_major is True, "whatever was ticked"
    head = office.people["head"].user_id
    told = " ".join(Notification.objects.filter(user_id=head).values_list("title", flat=True))
    assert "跨区域案件" in told and "指定管辖" in told
    assert "报上一级机关指定管辖" in page_of(client_of("one"), f"/cases/{office.case.code}/")
    office.later(days=1).go("prior_notice", tier="一般", fine_fen="10000")
    office.go("service", method="in_person")
    office.go("legal_review", outcome="approved")
    office.later(hours=1).go(
        "deliberation", people=[("voter", office.officers[one].code) for one in ("head", "deputy", "third")]
    )
    office.later(days=8).go("statement", outcome="waived")
    office.later(days=1)
    decision = {"tier": "一般", "fine_fen": "10000", "reasons": REASONS}
    with pytest.raises(UnroutedError, match="上一级机关指定管辖"):
        office.go("decision", **decision)
    link_cases(actor=office.people["one"], at=office.at, case=office.case.code, other=first.code, why="related")
    office.go("decision", **decision)
    assert office.case.decided_on is not None


@pytest.mark.requirement("RZ-35")
def test_a_fine_over_the_limit_makes_the_case_major_and_its_review_mandatory(office: Office) -> None:
    limit = {
        "label": "罚款一万元以上",
        "effect": "major",
        "criteria": [{"fact": "fine_fen", "operator": "at_least", "value": 1_000_000}],
    }
    content = {**ITEM, "act_code": "", "major_criteria": [limit]}
    office.item = item_in_force(office.unit, content, "MR-907", **BENCHMARK)
    office.open()
    for step in ("lead", "filing", "inspection", "inquiry"):
        office.go(step)
    office.later(days=1).go("investigation_report", tier="一般", fine_fen="10000", is_major=False, is_complex=False)
    assert office.case.is_major is True
    office.later(days=1).go("prior_notice", tier="一般", fine_fen="10000")
    office.go("service", method="in_person")
    office.later(days=9).go("statement", outcome="waived")
    office.later(days=1)
    decision = {"tier": "一般", "fine_fen": "10000", "reasons": REASONS}
    with pytest.raises((GatesUnmetError, UnroutedError)) as error:
        office.go("decision", **decision)
    unmet = {gate.rule.id for gate in getattr(error.value, "gates", ())}
    assert "penalty.legal-review.before-decision" in unmet or "法制审核" in str(error.value)
    office.go("legal_review", outcome="approved")
    voters = [("voter", office.officers[one].code) for one in ("head", "deputy", "third")]
    office.later(hours=1).go("deliberation", people=voters)
    office.later(hours=1).go("decision", **decision)
    assert office.case.decided_on is not None


@pytest.mark.requirement("RZ-35")
@pytest.mark.parametrize("ruling", ["grant", "refusal"])
@pytest.mark.parametrize(("listed", "heard"), [(True, False), (False, True), (False, False)])
def test_a_licence_of_the_review_catalogue_or_after_a_hearing_is_reviewed_before_it_is_decided(
    office: Office, ruling: str, listed: bool, heard: bool
) -> None:
    content = {**ITEM, "name": "食品经营许可", "kind": "license", "act_code": "", "legal_review": listed}
    office.open("license", item=item_in_force(office.unit, content, "MR-908").code)
    office.go("application")
    office.later(days=1).go("acceptance", outcome="approved")
    office.later(days=3).go("examination", is_major=False, hearing_required=heard)
    assert office.case.is_major is listed, "whatever was ticked"
    if heard:
        office.go("hearing_convened", hearing_place="三楼会议室")
        office.go("service", method="in_person")
        office.later(days=12).go("hearing")
    reviewer = office.people["reviewer"]
    if not (listed or heard):
        office.later(days=1).go(ruling, reasons=REASONS)
        assert not to_review(reviewer)
        return
    assert office.case.is_major is True
    assert [one.code for one in to_review(reviewer)] == [office.case.code]
    office.later(days=1)
    with pytest.raises(GatesUnmetError) as error:
        office.go(ruling, reasons=REASONS)
    assert {gate.rule.id for gate in error.value.gates} == {"other.legal-review.before-decision"}
    office.go("legal_review", outcome="approved")
    office.later(hours=1).go(ruling, reasons=REASONS)
    assert office.case.stage == "delivery"
    assert not to_review(reviewer)


@pytest.mark.requirement("RZ-35")
@pytest.mark.parametrize("listed", [True, False])
def test_an_execution_of_the_review_catalogue_is_reviewed_before_it_is_decided(office: Office, listed: bool) -> None:
    content = {**ITEM, "name": "强制拆除", "kind": "compulsory_execution", "act_code": "", "legal_review": listed}
    office.open("compulsory_execution", item=item_in_force(office.unit, content, "MR-907").code)
    office.go("demand")
    office.go("service", method="in_person")
    assert bool(office.case.is_major) is listed
    assert [one.code for one in to_review(office.people["reviewer"])] == ([office.case.code] if listed else [])
    office.later(days=14)
    if listed:
        with pytest.raises(GatesUnmetError) as error:
            office.go("decision")
        assert {gate.rule.id for gate in error.value.gates} == {"other.legal-review.before-decision"}
        office.go("legal_review", outcome="approved")
        office.later(hours=1)
    office.go("decision")
    assert office.case.stage == "carrying_out"


@pytest.mark.requirement("RZ-35")
@pytest.mark.parametrize("listed", [True, False])
def test_a_penalty_of_the_review_catalogue_is_reviewed_whatever_it_costs(office: Office, listed: bool) -> None:
    content = {**ITEM, "act_code": "", "legal_review": listed}
    office.item = item_in_force(office.unit, content, "MR-909", **BENCHMARK)
    noticed(office)
    assert office.case.is_major is listed
    office.later(days=1)
    if not listed:
        office.go("decision", tier="较轻", fine_fen="2000")
        return
    with pytest.raises(GatesUnmetError) as error:
        office.go("decision", tier="较轻", fine_fen="2000")
    assert "penalty.legal-review.before-decision" in {gate.rule.id for gate in error.value.gates}


@pytest.mark.requirement("YZ-33")
@pytest.mark.parametrize(
    ("fine", "circumstances", "level", "major"),
    [
        ("9999.99", {}, "县级", False),
        ("10000", {}, "县级", True),
        ("9999.99", {"social_impact": True}, "县级", True),
        ("10000", {}, "市级", False),
        ("50000", {}, "市级", True),
    ],
)
def test_a_case_is_major_by_amount_and_impact_as_its_level_and_domain_have_it(
    office: Office, fine: str, circumstances: dict[str, Any], level: str, major: bool
) -> None:
    """The catalogue of what is reviewed: the items of each level and domain have their own amount."""
    amount = {"县级": 1_000_000, "市级": 5_000_000}[level]
    standards = [
        {"label": "罚款数额较大", "effect": "major", "criteria": [{"fact": "fine_fen", "operator": "at_least", "value": amount}]},
        {"label": "社会影响重大", "effect": "major", "criteria": [{"fact": "social_impact", "operator": "is", "value": True}]},
    ]  # fmt: skip
    content = {**ITEM, "act_code": "", "level": level, "domain": "market_regulation", "major_criteria": standards}
    office.item = item_in_force(office.unit, content, "MR-905", **BENCHMARK)
    office.open()
    for step in ("lead", "filing", "inspection", "inquiry"):
        office.go(step)
    Case.objects.filter(pk=office.case.pk).update(circumstances=circumstances)
    office.case.refresh_from_db()
    office.later(days=1).go(
        "investigation_report", tier="一般", fine_fen=fine, is_major=False, is_complex=False, reasons=REASONS,
        tier_departure="mitigated", tier_departure_reason="有减轻情节。",
    )  # fmt: skip
    assert office.case.is_major is major


def measured(office: Office, *, criteria: list[dict[str, Any]], listed_item: bool = True) -> None:
    """A compulsory measure that is about to be asked for, on an item that a list spares such measures."""
    item = item_in_force(office.unit, {**ITEM, "kind": "compulsory_measure", "act_code": ""}, "MR-904")
    row = ItemList.objects.create(
        code="L-2", name="不予实施行政强制措施事项清单", unit=office.unit, created_at=BEGAN, kind="no_measure"
    )
    entry = {
        "number": "7",
        "item": item.code if listed_item else "MR-000",
        "matter": "首次占道经营",
        "conditions": "及时改正",
        "basis": "《行政强制法》第十六条",
        "criteria": criteria,
    }
    _edition(ListEdition, row, {"entries": [entry]})
    office.open("compulsory_measure", item=item.code, title="占道经营扣押案")


@pytest.mark.requirement("RZ-52")
@pytest.mark.parametrize("criteria", [[], [{"fact": "corrected", "operator": "is", "value": True}]])
def test_a_measure_on_a_spared_violation_wants_its_reason_and_approval(
    office: Office, criteria: list[dict[str, Any]]
) -> None:
    measured(office, criteria=criteria)
    with pytest.raises(LeniencyError, match="首次占道经营") as error:
        office.go("approval")
    (key,) = error.value.facts["entries"]  # type: ignore[misc]
    draft = office.start("approval")
    form = page_of(client_of("one"), f"/cases/{office.case.code}/steps/{draft.code}/")
    assert f'name="r-{key}"' in form
    office.go("approval", reasons={key: "当事人多次转移涉案物品，不扣押证据可能灭失。"}, approved="rejected")
    assert office.case.stage == "request"
    office.later(hours=1).go("approval", reasons={key: "当事人多次转移涉案物品，不扣押证据可能灭失。"})
    event = office.case.events.get(type="approval", outcome="approved")
    assert event.reasons[key].startswith("当事人")
    assert event.participants.filter(role="approver").exists()


@pytest.mark.requirement("RZ-52")
def test_a_measure_on_another_violation_wants_none(office: Office) -> None:
    measured(office, criteria=[], listed_item=False)
    office.go("approval")
    assert office.case.stage == "site"


@pytest.mark.requirement("SS-18")
def test_a_measure_is_not_asked_for_without_saying_why_nothing_softer_will_do(office: Office) -> None:
    measured(office, criteria=[], listed_item=False)
    for empty in ("", "  "):
        with pytest.raises(AnswersError, match="非强制手段"):
            office.go("approval", softer=empty)
    office.go("approval", softer="已经两次劝导，当事人拒不改正。")
    draft = office.later(hours=1).start("seizure")
    assert "已经两次劝导" in page_of(client_of("one"), f"/cases/{office.case.code}/steps/{draft.code}/")
    with pytest.raises(AnswersError, match="非强制手段"):
        office.go("seizure", softer="", urgent=True)
