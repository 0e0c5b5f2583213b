"""The glossary is read by people; its articles must exist, and no term or identifier may stand twice."""

import re
from pathlib import Path

import pytest

from mingjing.law.citations import cite
from mingjing.law.readings import get

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TEXT.splitlines()
    if line.startswith("| ") and not line.startswith("| 术语")
]


class TestGlossary:
    def test_has_four_columns_everywhere(self) -> None:
        assert {len(row) for row in ROWS} == {4}

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
    def test_articles_resolve_and_are_paraphrased(self, row: list[str]) -> None:
        if row[2]:
            assert cite(row[2]).gist

    def test_no_term_stands_twice(self) -> None:
        terms = [row[0] for row in ROWS]
        assert sorted(set(terms)) == sorted(terms)

    def test_no_identifier_names_two_things(self) -> None:
        identifiers = [name for row in ROWS for name in re.findall(r"`([a-z_]+)`", row[1])]
        assert sorted(set(identifiers)) == sorted(identifiers)

    def test_readings_exist(self) -> None:
        for key in re.findall(r"INT-\d{4}", TEXT):
            assert get(key).id == key
