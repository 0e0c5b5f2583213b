"""What must be filmed: a step that the plan, a list or the item wants recorded is not completed without."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mingjing.contexts.cases.usecases.base import CaseError, UnrecordedError
from mingjing.contexts.cases.usecases.dossier import lacking, make_dossier
from mingjing.contexts.catalog.models import ItemList, ListEdition
from mingjing.contexts.media.models import Recording
from mingjing.contexts.media.queries import of_subject, stages_of
from mingjing.domain.deadlines import Unit as PeriodUnit
from mingjing.domain.media.steps import Stage
from mingjing.domain.procedures.gates import GatesUnmetError
from tests.contexts.cases import test_gates as ways
from tests.contexts.cases.conftest import BEGAN, ITEM, Office, _edition, film, item_in_force
from tests.contexts.cases.test_facts import decided
from tests.contexts.cases.test_pages import client_of, page_of
from tests.contexts.cases.test_steps import at_place

SISHUI, YANZHOU, RIZHAO, ELSEWHERE = "370831", "370812", "371100", "370883"
REASONS = ways.REASONS
type Way = Callable[[Office], Any]


def go(step: str, **given: Any) -> Way:
    return lambda office: office.later(minutes=5).go(step, reasons=REASONS, **given)


def convened(office: Office) -> None:
    ways.convened(office)
    ways.until(7, PeriodUnit.WORKING_DAY, "hearing_convened", 1)(office)


HEARING = ways.with_people("hearing", ("chair", "chair"))
ACTS: dict[str, tuple[Way, Way]] = {
    "查封扣押": (ways.unfilmed, go("seizure")),
    "强制拆除": (ways.executing, lambda office: office.go("execution", reasons=REASONS)),
    "现场检查": (ways.filed, go("inspection")),
    "调查取证": (ways.filed, go("evidence")),
    "证据保全": (ways.filed, go("preservation")),
    "听证": (convened, HEARING),
    "留置送达": (ways.ready, lambda office: served(office, "left")),
    "送达": (ways.ready, lambda office: served(office, "in_person")),
}
"""How a case comes to each of the acts, and how the act is done."""


def served(office: Office, method: str) -> Any:
    about = office.case.events.get(type="prior_notice", step="prior_notice").code
    return office.go("service", method=method, about=about, reasons=REASONS)


def tried(office: Office, name: str, cite: str) -> None:
    """The act is refused while nobody films it, and done when it is filmed."""
    come, act = ACTS[name]
    come(office)
    before = office.case.events.count()
    office.films = False
    with pytest.raises((UnrecordedError, GatesUnmetError)) as error:
        act(office)
    assert cite in str(error.value)
    assert office.case.events.count() == before
    for draft in office.case.drafts.filter(state="draft"):
        film(office, draft, draft.step)
    act(office)
    assert office.case.events.count() > before


@pytest.mark.requirement("SS-30")
@pytest.mark.parametrize("name", ["查封扣押", "强制拆除", "现场检查", "调查取证", "听证", "留置送达"])
def test_in_sishui_six_acts_are_not_completed_unfilmed(office: Office, name: str) -> None:
    tried(office, name, "SS-30")


def test_in_sishui_service_in_person_needs_no_film(office: Office) -> None:
    ways.ready(office)
    office.films = False
    assert served(office, "in_person").method == "in_person"


@pytest.mark.requirement("YZ-22")
@pytest.mark.parametrize("name", ["现场检查", "调查取证", "证据保全", "听证", "送达"])
def test_in_yanzhou_its_activities_are_not_completed_unfilmed(office: Office, name: str) -> None:
    at_place(office, YANZHOU)
    tried(office, name, "YZ-22")


@pytest.mark.requirement("YZ-23")
def test_the_list_of_what_must_be_filmed_drives_the_check(office: Office) -> None:
    at_place(office, ELSEWHERE)
    office.films = False
    other = item_in_force(office.unit, {**ITEM, "name": "另一事项", "act_code": ""}, "MR-900")
    ways.filed(office)
    listed = office.case
    office.go("inquiry")
    row = ItemList.objects.create(
        code="L-F", name="音像记录事项清单", unit=office.unit, created_at=BEGAN, kind="recording"
    )
    entry = {
        "number": "1",
        "item": office.item.code,
        "matter": office.item.name,
        "stage": "询问",
        "place": "询问室",
        "manner": "录音录像",
        "mandatory": "是",
    }
    _edition(ListEdition, row, {"entries": [entry]})
    with pytest.raises(UnrecordedError, match="音像记录事项清单第1项"):
        office.go("inquiry")
    office.go("evidence")  # another stage of it
    office.open(item=other.code, title="另一案")
    office.go("filing")
    office.later(minutes=5).go("inquiry")
    office.case, office.films = listed, True
    assert office.later(minutes=5).go("inquiry").type == "inquiry"


@pytest.mark.requirement("YZ-20")
def test_a_stage_set_to_video_is_incomplete_with_text_alone(office: Office) -> None:
    at_place(office, ELSEWHERE)
    records = [{"stage": "询问", "manner": "视频", "mandatory": True}]
    item = item_in_force(office.unit, {**ITEM, "act_code": "", "records": records}, "MR-901")
    office.open(item=item.code)
    office.go("filing")
    office.films = False
    draft = office.start("inquiry")
    film(office, draft, "inquiry", "scan")
    with pytest.raises(UnrecordedError, match="没有录像记录"):
        office.go("inquiry")
    film(office, draft, "inquiry")
    office.go("inquiry")


@pytest.mark.requirement("RZ-32")
def test_in_rizhao_a_seizure_is_filmed_and_the_timeline_tells_when_and_with_what(office: Office) -> None:
    at_place(office, RIZHAO)
    tried(office, "查封扣押", "RZ-32")
    made = Recording.objects.get()
    page = page_of(client_of("clerk"), f"/media/subjects/case/{office.case.code}/")
    assert "REC-007" in page
    assert f"{made.started_at.astimezone(ways.CHINA):%H:%M}" in page


@pytest.mark.requirement("YZ-19")
def test_a_case_with_a_stage_unrecorded_is_not_archived_and_its_records_follow_in_order(office: Office) -> None:
    decided(office)
    handler = office.people["one"]
    mine = Recording.objects.filter(subject_code=office.case.code)
    stages = [one.stage for one in stages_of(handler, f"case:{office.case.code}")]
    assert stages == list(Stage) and len(stages) == 7
    film_of = mine.filter(step_kind="inspection").get()
    lacks = [one.what for one in lacking(office.case, on=office.at.date())]
    assert not any("现场检查" in one and "录像" in one for one in lacks)
    mine.filter(pk=film_of.pk).update(damaged_at=office.at)
    with pytest.raises(CaseError, match="需要补正"):
        make_dossier(actor=handler, at=office.at, case=office.case.code)
    lacks = [one.what for one in lacking(office.case, on=office.at.date())]
    assert any("现场检查" in one and "录像" in one for one in lacks)
    # what was filed later and happened earlier is played first
    office.at = BEGAN
    film(office, None, "filing")
    played = [one.step_kind for one in of_subject(handler, f"case:{office.case.code}")]
    assert played == ["filing", "inspection"]


def test_what_must_be_filmed_stands_beside_the_form(office: Office) -> None:
    ways.filed(office)
    draft = office.start("inspection")
    path = f"/cases/{office.case.code}/steps/{draft.code}/"
    assert "没有全程录音或者录像记录" in page_of(client_of("one"), path)
    film(office, draft, "inspection")
    assert "没有全程录音或者录像记录" not in page_of(client_of("one"), path)


def test_all_recordings_of_a_step_are_paged_through(office: Office) -> None:
    office.open()
    office.go("filing")
    draft = office.start("inspection")
    film(office, draft, "inspection")
    row = Recording.objects.get(step_code=draft.code)
    for number in range(1, 30):
        row.pk, row._state.adding = None, True
        row.code, row.shows, row.started_at = f"V-{number}", f"第{number}段", office.at + timedelta(seconds=number)
        row.save()
    address = f"/cases/{office.case.code}/steps/{draft.code}/"
    first, second = (
        set(re.findall(r"第\d+段|现场全过程", page_of(client_of("one"), address + query)))
        for query in ("", "?recordings=2")
    )
    assert first == {f"第{number}段" for number in range(6, 30)}
    assert second == {"现场全过程"} | {f"第{number}段" for number in range(1, 6)}
