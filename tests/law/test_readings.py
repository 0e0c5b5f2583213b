import re
from pathlib import Path

import pytest

from mingjing.law.citations import cite
from mingjing.law.readings import Reading, UnknownReadingError, get, of_article, of_rule, readings

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "readings"


class TestReadings:
    @pytest.mark.parametrize("reading", readings().values(), ids=lambda reading: reading.id)
    def test_each_is_a_file_that_says_the_same(self, reading: Reading) -> None:
        """The index inside the package and the file that people read do not drift apart."""
        text = (FOLDER / f"{reading.id}-{reading.slug}.md").read_text(encoding="utf-8")
        assert text.startswith(f"# {reading.id} {reading.title}\n")
        assert re.findall(r"^## (.+)$", text, flags=re.MULTILINE) == [
            "问题",
            "条文怎么说",
            "我们的理解",
            "理由",
            "后果",
        ]
        assert reading.reading in text
        assert tuple(re.findall(r"`([^`]+)`", text.partition("## ")[0])) == reading.rules
        assert [str(citation) for citation in reading.citations] == [
            str(cite(reference)) for reference in re.findall(r"条文：(.+)", text)[0].split("；")
        ]

    def test_every_file_is_indexed(self) -> None:
        assert {path.stem for path in FOLDER.glob("INT-*.md")} == {
            f"{reading.id}-{reading.slug}" for reading in readings().values()
        }

    def test_numbers_run_without_gaps(self) -> None:
        assert list(readings()) == [f"INT-{number:04d}" for number in range(1, len(readings()) + 1)]

    def test_are_found_by_rule_and_by_article(self) -> None:
        assert [reading.id for reading in of_rule("referral.in-time")] == ["INT-0001", "INT-0004"]
        assert get("INT-0004") in of_article(cite("YS 5"))
        assert get("INT-0003") in of_article(cite("CF 64"))
        assert of_rule("no.such.rule") == ()

    def test_an_unknown_number_is_refused(self) -> None:
        with pytest.raises(UnknownReadingError, match="INT-9999"):
            get("INT-9999")

    @pytest.mark.parametrize("reading", readings().values(), ids=lambda reading: reading.id)
    def test_every_article_read_is_paraphrased(self, reading: Reading) -> None:
        for citation in reading.citations:
            assert citation.gist, str(citation)
