"""A closed case becomes a dossier: what is missing is told; documents, numbered pages and bookmarks stand in one file."""

import hashlib
import io

import pytest
from django.core.files.storage import default_storage
from pypdf import PdfReader

from mingjing.contexts.cases.usecases.base import CaseError
from mingjing.contexts.cases.usecases.dossier import lacking, make_dossier
from mingjing.contexts.documents.models import Document, DocumentState
from mingjing.contexts.documents.usecases import discard_document, issue_document
from mingjing.domain.documents.values import missing
from tests.contexts.cases.conftest import Office
from tests.contexts.cases.test_facts import decided


@pytest.mark.requirement("RZ-34", "YZ-21")
def test_what_is_missing_is_told_before_anything_is_bound(office: Office) -> None:
    decided(office)
    told = " ".join(one.what for one in lacking(office.case, on=office.at.date()))
    assert "《行政处罚决定书》还是草稿" in told
    with pytest.raises(CaseError, match="需要补正"):
        make_dossier(actor=office.people["one"], at=office.at, case=office.case.code)


def test_an_open_case_is_not_bound(office: Office) -> None:
    office.open()
    with pytest.raises(CaseError, match="没有结案"):
        make_dossier(actor=office.people["one"], at=office.at, case=office.case.code, reason="测试")


@pytest.mark.requirement("RZ-34", "YZ-21")
def test_the_dossier_is_one_file_with_pages_and_bookmarks(office: Office) -> None:
    decided(office)
    for one in Document.objects.filter(state=DocumentState.DRAFT):
        if missing(one.kind_data, one.data):
            discard_document(actor=office.people["one"], at=office.at, code=one.code)
        else:
            issue_document(actor=office.people["one"], at=office.at, code=one.code)
    made = make_dossier(actor=office.people["one"], at=office.at, case=office.case.code, reason="签名在纸质文书上")
    with default_storage.open(made.file) as kept:
        data = kept.read()
    assert hashlib.sha256(data).hexdigest() == made.sha256
    reader = PdfReader(io.BytesIO(data))
    assert len(reader.pages) == made.pages
    titles = [one.title for one in reader.outline]  # type: ignore[union-attr]
    assert titles[0] == "封面"
    assert titles[1] == "卷内目录"
    assert titles[-1] == "备考表"
    assert len(titles) == len(made.catalogue) + 3
    assert [one["no"] for one in made.catalogue] == [str(number + 1) for number in range(len(made.catalogue))]
    listed = reader.pages[reader.get_destination_page_number(reader.outline[1])].extract_text()  # type: ignore[arg-type]
    assert made.catalogue[0]["title"] in listed.replace("\n", "")
    with pytest.raises(CaseError, match="已经立卷"):
        make_dossier(actor=office.people["one"], at=office.at, case=office.case.code, reason="再来一次")
