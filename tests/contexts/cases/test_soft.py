"""Measures without force are counted by agency, with the share of parties that corrected by themselves."""

import pytest

from mingjing.contexts.cases.usage import Soft
from mingjing.contexts.registry.models import Agency
from tests.contexts.cases.conftest import Office
from tests.contexts.cases.test_pages import client_of, page_of
from tests.contexts.conftest import ActorMaker

PERIOD = "since=2026-03-01&until=2026-03-31"


@pytest.mark.requirement("RZ-50")
def test_seven_of_ten_that_corrected_are_seventy_percent(office: Office, actor_with: ActorMaker) -> None:
    actor_with("overseer", "justice", username="overseer", name="乔雅楠")
    office.open()
    office.go("filing")
    kinds = ("persuasion", "guidance", "admonition", "restraint")
    for number in range(10):
        corrected = "yes" if number < 7 else "promised" if number < 9 else "no"
        office.later(hours=1).go(kinds[number % 4], corrected=corrected, content="讲明法律规定，劝导当场改正。")
    client = client_of("overseer")
    (told,) = client.get(f"/api/v1/case-soft-measures?{PERIOD}").json()
    assert (told["taken"], told["corrected"], told["share"]) == (10, 7, "70%")
    shown = page_of(client, "/cases/soft-measures/?from=2026-03-01&to=2026-03-31")
    assert office.case.agency.name in shown
    assert "70%" in shown
    (other,) = client.get("/api/v1/case-soft-measures?since=2026-04-01&until=2026-04-30").json()
    assert (other["taken"], other["share"]) == (0, "—")
    event = office.case.events.filter(type="persuasion").first()
    assert event is not None
    assert "讲明法律规定" in page_of(client, f"/cases/{office.case.code}/taken/{event.code}/")


@pytest.mark.parametrize(("taken", "corrected", "share"), [(3, 1, "33.3%"), (1, 1, "100%"), (0, 0, "—")])
def test_the_share_is_written_with_one_digit_at_most(taken: int, corrected: int, share: str) -> None:
    assert Soft(agency=Agency(), taken=taken, corrected=corrected).share == share
