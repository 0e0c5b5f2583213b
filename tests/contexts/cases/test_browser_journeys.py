"""Every procedure in a browser, from opening to the archived dossier, by those who may; documents are read as PDF."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from django.utils import timezone

from mingjing.contexts.cases.models import Dossier
from mingjing.contexts.registry.searching import note
from mingjing.domain.procedures.library import procedures
from tests.contexts.browsing import OpenPage
from tests.contexts.cases.conftest import BEGAN, ITEM, Office, item_in_force
from tests.contexts.cases.walking import Act, Clock, Walker, act, pictures

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.django_db(transaction=True)]

KEPT = Path(__file__).parents[3] / "var/walks/journeys"
SERVED = {"method": "in_person"}
FINE = {"tier": "较轻", "fine_fen": "2000"}
ORDINARY: Sequence[Act] = (
    act("lead"),
    act("filing"),
    act("inspection", days=1),
    act("inquiry", days=1),
    act("investigation_report", days=1, is_major=False, is_complex=False, **FINE),
    act("prior_notice", days=1, **FINE),
    act("service", **SERVED),
    act("statement", days=8, outcome="waived"),
    act("decision", days=1, **FINE),
    act("service", about="decision", **SERVED),
    act("payment", days=5, amount_fen="2000"),
    act("closing", days=1),
)
LICENSE: Sequence[Act] = (
    act("application"),
    act("acceptance", days=1, outcome="approved"),
    act("examination", days=3),
    act("grant", days=2),
    act("delivery", days=1),
    act("closing", days=1),
)

JOURNEYS: dict[str, Sequence[Act]] = {
    "penalty_ordinary": ORDINARY,
    "penalty_expedited": ORDINARY[1:],
    "penalty_summary": (
        act("inspection"),
        act("prior_notice", tier="轻微", fine_fen="100"),
        act("statement", outcome="approved"),
        act("decision", tier="轻微", fine_fen="100"),
        act("service", **SERVED),
        act("payment", days=3, amount_fen="100"),
        act("closing", days=1),
    ),
    "compulsory_measure": (
        act("approval"),
        act("prior_notice", minutes=120),
        act("statement", outcome="approved"),
        act("seizure", filmed=True),
        act("service", **SERVED),
        act("seizure_release", days=5),
    ),
    "compulsory_execution": (
        act("demand"),
        act("service", **SERVED),
        act("statement", days=12, outcome="approved"),
        act("statement_review", minutes=30),
        act("decision", days=1),
        act("service", about="decision", **SERVED),
        act("execution", days=3),
        act("closing", days=1),
    ),
    "court_execution": (
        act("demand"),
        act("service", **SERVED),
        act("court_application", days=12),
        act("execution", days=20, ruling="granted"),
        act("closing", days=20),
    ),
    "license": LICENSE,
    "license_renewal": LICENSE,
    "license_change": LICENSE,
    "license_withdrawal": (
        act("acceptance"),
        act("examination", days=1),
        act("prior_notice", days=1),
        act("statement", days=8, outcome="waived"),
        act("legal_review", days=1, outcome="approved"),
        act("decision", days=1),
        act("service", **SERVED),
        act("closing", days=1),
    ),
    "inspection": (
        act("approval"),
        act("inspection", days=1, result="case_opened"),
        act("filing"),
        act("announcement", days=3),
        act("closing"),
    ),
    "non_coercive": (
        act("persuasion"),
        act("follow_up", days=7, corrected="yes"),
        act("closing"),
    ),
    "general": (
        act("acceptance", outcome="approved"),
        act("examination", days=1),
        act("prior_notice"),
        act("statement", outcome="approved"),
        act("decision", days=1),
        act("service", **SERVED),
        act("closing"),
    ),
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The platform's time, which a journey moves."""
    made = Clock(at=BEGAN)
    monkeypatch.setattr(timezone, "now", made)
    return made


def test_no_procedure_is_left_out() -> None:
    assert set(JOURNEYS) == set(procedures())


@pytest.mark.parametrize("procedure", list(JOURNEYS))
def test_a_case_goes_from_opening_to_archive(procedure: str, clock: Clock, office: Office, open_page: OpenPage) -> None:
    kind = procedures()[procedure].item_kinds[0]
    item = office.item.code
    if kind != office.item.kind:
        item = "X-1"
        item_in_force(office.unit, {**ITEM, "name": "对某类事项的办理", "kind": kind, "act_code": ""}, item)
    note([office.party])
    walker = Walker(office=office, clock=clock, open_page=open_page)
    walker.open(procedure, item, item, "老李")
    for one in JOURNEYS[procedure]:
        walker.take(one)
    pictures(walker.page("one", f"/cases/{walker.case.code}/"), KEPT, f"{procedure}-case")
    papers = walker.issue()
    assert any(office.party.name in one.replace("\n", "") for one in papers)
    bound = walker.archive()
    pictures(walker.pages["one"], KEPT, f"{procedure}-dossier")
    assert walker.case.stage == "archived"
    assert len(Dossier.objects.get(case=walker.case).catalogue) == len(papers)
    assert "卷内文件目录" in "".join(bound.split())
