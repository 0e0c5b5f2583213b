"""Texts that a spreadsheet would compute are guarded, and come back as they were."""

import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import example, given
from hypothesis import strategies as st

from mingjing.kernel.spreadsheets import BEGINS_A_FORMULA, GUARDED, guarded


@given(st.one_of(st.text(), st.from_regex(r"'*[=+@\t\r\n-].*")))
@example("=1+1")
@example("'=1+1")
@example("＝1+1")
@example("'twas")
def test_no_cell_begins_a_formula_and_every_text_comes_back(text: str) -> None:
    cell = guarded(text)
    assert not cell.startswith(BEGINS_A_FORMULA)
    assert pc.replace_substring_regex(pa.array([cell]), GUARDED, r"\1", max_replacements=1).to_pylist() == [text]
