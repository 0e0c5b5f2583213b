"""Each worked example of the rules beyond one case is answered as it says, by the columns and by ``check``."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from mingjing.domain.rules.library import agencies, fines, inspections, people, remedies
from mingjing.domain.rules.model import Example, Rule, Status
from tests.engine.support import judge, with_prefix, write_facts

RULES = (*fines.RULES, *inspections.RULES, *agencies.RULES, *people.RULES, *remedies.RULES)
NEVER_UNKNOWN = {"agency.fine-quota-signal", "officer.two-places"}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
class TestWorkedExamples:
    def test_are_answered_alike_by_both_evaluators(self, rule: Rule, tmp_path: Path):
        by_day: dict[date, list[tuple[str, Example]]] = defaultdict(list)
        for number, example in enumerate(rule.examples):
            by_day[example.as_of].append((f"e{number}-", example))
        for as_of, examples in by_day.items():
            tables: dict[str, list[dict[str, object]]] = defaultdict(list)
            for prefix, example in examples:
                for table, rows in with_prefix(example.facts, prefix).items():
                    tables[table] += rows
            folder = tmp_path / as_of.isoformat()
            write_facts(folder, tables)
            judged = judge(folder, [rule], as_of)
            for prefix, example in examples:
                subject = prefix + example.subject
                said = judged.check(rule, subject)
                assert judged.status(rule, subject) is example.expected, f"columns, {example.title}"
                assert said.status is example.expected, f"check, {example.title}"
                if said.status is Status.BROKEN:
                    words = rule.kind.describe(said, as_of)
                    assert words.expected
                    assert words.observed
                    assert "None" not in words.expected + words.observed
            assert judged.disagreements(rule) == []

    def test_show_what_holds_what_is_broken_and_what_is_unknown(self, rule: Rule, tmp_path: Path):
        shown = {one.expected for one in rule.examples}
        assert {Status.HOLDS, Status.BROKEN} <= shown
        assert Status.NOT_EVALUATED in shown or rule.id in NEVER_UNKNOWN
