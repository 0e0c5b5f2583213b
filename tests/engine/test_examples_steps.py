"""
Each worked example of the rules for one case is answered as it says, by the columns and by ``check``.

Examples of all rules evaluated on one day lie together in one set of facts, as cases of many agencies would.
"""

from collections import defaultdict
from datetime import date

import pytest

from mingjing.domain.rules.library import rules
from mingjing.domain.rules.model import Example, Rule
from tests.engine.support import Judged, judge, with_prefix, write_facts

STEPS = tuple(rule for rule in rules().values() if rule.judges_steps)


def numbered() -> dict[date, list[tuple[str, Rule, Example]]]:
    """Every example by its day of evaluation, with a prefix of its own."""
    found: dict[date, list[tuple[str, Rule, Example]]] = defaultdict(list)
    for rule in STEPS:
        for number, example in enumerate(rule.examples):
            found[example.as_of].append((f"{rule.id}-{number}-", rule, example))
    return found


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[date, Judged]:
    answers = {}
    for as_of, examples in numbered().items():
        tables: dict[str, list[dict[str, object]]] = defaultdict(list)
        for prefix, _, example in examples:
            for table, rows in with_prefix(example.facts, prefix).items():
                tables[table] += rows
        folder = tmp_path_factory.mktemp("examples")
        write_facts(folder, tables)
        answers[as_of] = judge(folder, tuple({rule.id: rule for _, rule, _ in examples}.values()), as_of)
    return answers


@pytest.mark.parametrize("rule", STEPS, ids=lambda rule: rule.id)
class TestWorkedExamples:
    def test_are_answered_alike_by_both_evaluators(self, rule: Rule, judged: dict[date, Judged]):
        for as_of, examples in numbered().items():
            for prefix, owner, example in examples:
                if owner is rule:
                    subject = prefix + example.subject
                    assert judged[as_of].status(rule, subject) is example.expected, f"columns, {example.title}"
                    assert judged[as_of].check(rule, subject).status is example.expected, f"check, {example.title}"

    def test_nor_do_they_differ_on_the_examples_of_other_rules(self, rule: Rule, judged: dict[date, Judged]):
        days = [as_of for as_of, examples in numbered().items() if any(owner is rule for _, owner, _ in examples)]
        assert [one for as_of in days for one in judged[as_of].disagreements(rule)] == []
