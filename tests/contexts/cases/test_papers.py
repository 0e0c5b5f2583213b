"""Steps make their documents; documents go out only with their step; what is served on a document's page is a step."""

import pytest

from mingjing.contexts.cases.usecases.base import CaseError
from mingjing.contexts.documents.models import Document, Number
from mingjing.contexts.documents.usecases import draft_document, issue_document
from mingjing.domain.documents.kinds import kinds
from mingjing.domain.procedures.library import procedures
from tests.contexts.cases.conftest import Office
from tests.contexts.cases.test_journeys import investigated


def test_every_document_of_every_procedure_is_a_known_kind() -> None:
    asked = {paper.kind for one in procedures().values() for step in one.steps for paper in step.papers}
    assert asked <= set(kinds())


def test_filing_gives_the_case_its_number_and_drafts_its_form(office: Office) -> None:
    office.open()
    event = office.go("filing")
    form = Document.objects.get(subject_code=office.case.code, step=event.code)
    assert office.case.case_no == Number.objects.get().text
    assert office.case.case_no.endswith("立〔2026〕1号")
    assert (form.kind, form.data["case_no"], form.data["party"]["name"]) == (
        "case_filing_approval",
        office.case.case_no,
        office.party.name,
    )
    assert form.data["head_opinion"]["name"] == "周振宇"


def test_a_document_whose_step_was_not_taken_is_not_issued(office: Office) -> None:
    investigated(office)
    office.later(days=1)
    draft = office.start("prior_notice")
    paper = draft_document(
        actor=office.people["one"],
        at=office.at,
        kind="penalty_prior_notice",
        unit=office.unit.code,
        subject=f"case:{office.case.code}",
        step=draft.code,
        data={
            "party": {"name": office.party.name},
            "cause": "x",
            "facts": "x",
            "violated": "x",
            "basis": "x",
            "proposed": ["罚款2000元"],
            "rights": "x",
            "reasons": "x",
        },
    )
    with pytest.raises(CaseError, match="还没有办理"):
        issue_document(actor=office.people["one"], at=office.at, code=paper.code)
