"""
Each worked example of the rules for one case is answered as it says, by the columns and by ``check``.

Examples of all rules evaluated on one day lie together in one set of facts, as cases of many agencies would.
"""

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from mingjing.domain.rules.library import rules
from mingjing.domain.rules.model import Example, Rule
from tests.engine.support import judge, with_prefix, write_facts


def by_day() -> dict[date, list[tuple[str, Rule, Example]]]:
    """Every example by its day of evaluation, with a prefix of its own."""
    found: dict[date, list[tuple[str, Rule, Example]]] = defaultdict(list)
    for rule in rules().values():
        for number, example in enumerate(rule.examples if rule.judges_steps else ()):
            found[example.as_of].append((f"{rule.id}-{number}-", rule, example))
    return found


@pytest.mark.parametrize("as_of", sorted(by_day()), ids=date.isoformat)
def test_worked_examples_are_answered_alike_by_both_evaluators(as_of: date, tmp_path: Path):
    examples = by_day()[as_of]
    tables: dict[str, list[dict[str, object]]] = defaultdict(list)
    for prefix, _, example in examples:
        for table, rows in with_prefix(example.facts, prefix).items():
            tables[table] += rows
    write_facts(tmp_path / "facts", tables)
    used = {rule.id: rule for _, rule, _ in examples}
    judged = judge(tmp_path / "facts", used.values(), as_of)
    answers = [
        (rule.id, example.title, example.expected, judged.status(rule, subject), judged.check(rule, subject).status)
        for prefix, rule, example in examples
        for subject in (prefix + example.subject,)
    ]
    assert [answer for answer in answers if len(set(answer[2:])) > 1] == []
    # nor do they differ on the examples of other rules
    assert [line for rule in used.values() for line in judged.disagreements(rule)] == []
