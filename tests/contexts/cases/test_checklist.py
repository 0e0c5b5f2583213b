"""Model documents, the checklist of evidence and steps in their order: what a case of a type is run by."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mingjing.contexts.cases import queries
from mingjing.contexts.cases.models import Evidence
from mingjing.contexts.cases.usecases import evidence, steps
from mingjing.contexts.cases.usecases.base import CaseError
from mingjing.contexts.catalog.models import ItemList, ListEdition
from mingjing.contexts.documents.models import Document
from mingjing.contexts.documents.usecases import issue_document, revise_document
from mingjing.domain.documents.kinds import kinds
from mingjing.domain.procedures.evidence import of_law
from mingjing.domain.procedures.library import procedures
from mingjing.domain.procedures.model import StepNotOpenError
from tests.contexts.cases.conftest import BEGAN, Office, _edition
from tests.contexts.cases.test_pages import client_of, page_of
from tests.contexts.cases.test_parts import piece


def lacking(office: Office) -> set[str]:
    row = office.case
    papers = list(Document.objects.filter(subject_code=row.code))
    return {one.wanted.code for one in queries.evidence_lines(row, row.evidence.all(), papers) if one.lacks}


def norm(office: Office) -> None:
    """The agency's own norm, in force: for its item, for another one, for another procedure."""
    row = ItemList.objects.create(code="L-E", name="餐饮取证规范", unit=office.unit, created_at=BEGAN, kind="evidence")
    common = {"proves": "没有明码标价", "kinds": "书证、视听资料", "basis": "《某省餐饮服务管理条例》第三条"}
    _edition(
        ListEdition,
        row,
        {
            "entries": [
                {"number": "1", "matter": "菜单、价目表照片", "item": office.item.code, **common},
                {"number": "2", "matter": "别的事项的证据", "item": "XX-1", **common},
                {"number": "3", "matter": "许可的材料", "procedure": "行政许可、行政许可延续", **common},
            ]
        },
    )


@pytest.mark.requirement("RZ-67")
def test_documents_come_from_the_model_set_the_checklist_is_shown_and_no_step_is_skipped(office: Office) -> None:
    norm(office)
    office.open()
    page = page_of(client_of("one"), f"/cases/{office.case.code}/")
    for wanted in of_law("penalty_ordinary"):
        assert wanted.label in page
        assert wanted.source in page
    assert "菜单、价目表照片" in page
    assert "《某省餐饮服务管理条例》第三条" in page
    assert "别的事项的证据" not in page
    assert "许可的材料" not in page
    assert lacking(office) == {"identity", "site", "inquiry", "act", "circumstances", "餐饮取证规范:1"}
    with pytest.raises(StepNotOpenError, match="告知听取意见"):
        steps.start_draft(actor=office.people["head"], at=office.at, case=office.case.code, step="decision")
    for step in ("lead", "filing", "inspection", "inquiry"):
        office.go(step)
    made = list(Document.objects.filter(subject_code=office.case.code).order_by("pk"))
    assert {one.kind for one in made} >= {"case_filing_approval", "site_inspection_record", "inquiry_record"}
    assert {one.kind for one in made} <= set(kinds())


def test_evidence_and_issued_documents_answer_the_entries(office: Office) -> None:
    norm(office)
    office.open()
    for step in ("lead", "filing", "inspection"):
        office.go(step)
    asked = {"actor": office.people["one"], "at": office.at, "case": office.case.code}
    given = piece(office, name="价目表照片", kind="document", answers=["act", "餐饮取证规范:1"])
    found = evidence.add_evidence(**asked, given=given)  # type: ignore[arg-type]
    assert "site" in lacking(office)
    record = Document.objects.get(kind="site_inspection_record")
    data = record.data | {"ended": office.at.strftime("%Y-%m-%dT%H:%M"), "present": "李某某"}
    revise_document(actor=office.people["one"], at=office.at, code=record.code, data=data, version=record.version)
    issue_document(actor=office.people["one"], at=office.at, code=record.code)
    assert lacking(office) == {"identity", "inquiry", "circumstances"}
    lines = client_of("one").get(f"/api/v1/cases/{office.case.code}/evidence-checklist").json()
    assert next(one for one in lines if one["code"] == "act")["evidence"] == [1]
    assert next(one for one in lines if one["code"] == "site")["issued"] == ["现场检查（勘验）笔录"]
    evidence.exclude_evidence(**asked, evidence=found.pk, version=1, reason="没有签名")  # type: ignore[arg-type]
    assert {"act", "餐饮取证规范:1"} <= lacking(office)
    with pytest.raises(CaseError, match="取证清单里没有"):
        evidence.add_evidence(**asked, given=piece(office, answers=["nothing"]))  # type: ignore[arg-type]


def test_the_form_offers_the_entries_and_the_page_asks_once_for_the_lists(office: Office) -> None:
    office.open()
    client = client_of("one")
    page = page_of(client, f"/cases/{office.case.code}/evidence/new/")
    assert "当事人的主体资格" in page
    given = {
        "kind": "document", "name": "营业执照", "proves": "当事人", "source": "当事人提供", "pages": 1,
        "obtained_on": "2026-03-02", "answers": ["identity"],
    }  # fmt: skip
    assert client.post(f"/cases/{office.case.code}/evidence/new/", given).status_code == 302
    assert Evidence.objects.get().answers == ["identity"]
    with CaptureQueriesContext(
        connection,
    ) as asked:
        queries.evidence_lines(office.case, (), ())
    assert len(asked) == 1


def test_the_law_names_procedures_documents_and_kinds_that_exist() -> None:
    known = procedures()
    from mingjing.law._data import load

    for one in load("evidence.yaml")["sets"]:
        assert set(one["procedures"]) <= set(known)
        for code in one["procedures"]:
            entries = of_law(code)
            assert len({entry.code for entry in entries}) == len(entries)
            for entry in entries:
                assert entry.documents <= set(kinds())
                assert entry.kinds <= dict(Evidence.KINDS).keys()
