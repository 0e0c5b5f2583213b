"""The pages about data say what the code does."""

from pathlib import Path

from mingjing.facts.mapping import READERS, built_in, load_mapping
from tools.generate_docs import data_forms, data_standard

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_data_standard_is_current():
    assert (DOCS / "data-standard.md").read_text("utf-8") == data_standard(), "run: make catalogue"


def test_the_page_of_forms_is_current():
    assert (DOCS / "data-forms.md").read_text("utf-8") == data_forms(), "run: make catalogue"


def test_the_guide_names_every_mapping_and_every_way_of_reading():
    text = (DOCS / "data-exchange.md").read_text("utf-8")
    assert all(f"`{mapping.id}`" in text for mapping in built_in())
    assert all(f"`{name}`" in text for name in READERS)


def test_the_mapping_in_the_guide_loads():
    text = (DOCS / "data-exchange.md").read_text("utf-8").split("```yaml\n")[1].split("```")[0]
    assert load_mapping(text, "guide").main.name == "cases"
