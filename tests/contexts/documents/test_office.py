"""
A DOCX of each kind, opened by LibreOffice, is the PDF of it: the same text on the same pages.

A sample of the kinds in the common run; all of them, twice as long, with ``MINGJING_DOCUMENTS=all`` (make documents-check).
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from mingjing.contexts.documents.rendering import Print, pdf, word
from mingjing.contexts.documents.rendering.word import page_texts
from mingjing.domain.documents.kinds import kinds
from tests.contexts.documents.samples import print_of

SAMPLE = (
    "penalty_decision",
    "summary_penalty_decision",
    "case_filing_approval",
    "inquiry_record",
    "seizure_decision",
    "service_receipt",
    "dossier_catalogue",
    "dossier_cover",
    "license_change",
    "court_application",
)
ALL = os.environ.get("MINGJING_DOCUMENTS") == "all"


def folded(data: bytes) -> list[str]:
    """Return the text of each page without white space."""
    return ["".join(text.split()) for text in page_texts(data)]


def converted(printed: Mapping[str, Print], folder: Path, soffice: Path) -> dict[str, bytes]:
    """Write each as DOCX and let LibreOffice make PDF of them."""
    for name, one in printed.items():
        (folder / f"{name}.docx").write_bytes(word(one))
    command = [
        str(soffice),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        *(str(folder / f"{name}.docx") for name in printed),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=1200)
    return {name: (folder / f"{name}.pdf").read_bytes() for name in printed}


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("length", [1, 3])
def test_word_and_pdf_have_the_same_text_on_the_same_pages(length: int, tmp_path: Path, soffice: Path):
    codes = tuple(kinds()) if ALL else SAMPLE
    printed = {code: print_of(code, length) for code in codes}
    made = converted(printed, tmp_path, soffice)
    differing = {
        code: (len(folded(made[code])), len(folded(pdf(one))))
        for code, one in printed.items()
        if folded(made[code]) != folded(pdf(one))
    }
    assert differing == {}
