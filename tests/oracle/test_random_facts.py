"""The random facts must bring out every answer of every rule, and the same seed the same facts."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import pyarrow.parquet as parquet
import pytest

from mingjing.facts.schema import TABLES
from tests.oracle.evaluate import RULE_IDS, WHOLE, evaluate
from tests.oracle.random_facts import write_random_facts

SEEDS = range(30)

# Rules that never lack an answer: who is absent is not there, and the day of a step is always known.
ALWAYS_EVALUATED = {
    "seizure.officers.credential",
    "seizure.handed-over",
    "seizure.extension.in-time",
    "freezing.duration",
    "penalty.execution.in-time",
    "license.correction.once",
    "license.check.two",
    "license.renewal.before-expiry",
    "license.handed-to-regulator",
    "penalty.inquiry.recorded",
    "penalty.hearing.recorded",
    "penalty.deliberation.minutes",
    "penalty.crime.handover.in-time",
    "penalty.crime.returned.decided",
    "penalty.closing.after-service",
    "agency.fine-quota-signal",
    "officer.two-places",
    "penalty.approver.not-handler",
    "penalty.disclosure.withdrawn-when-void",
    "penalty.deliberation.handler-not-voter",
    "penalty.facts.complete",
    "penalty.hearing.chair-not-handler",
    "penalty.legal-reviewer.not-handler",
    "penalty.legal-reviewer.qualified",
    "penalty.officers.credential",
    "penalty.officers.showed-credential",
    "penalty.officers.two",
    "penalty.tier.stated",
    "seizure.duration",
    "seizure.record",
    "seizure.two-officers",
}


def test_every_rule_gives_every_answer(tmp_path: Path) -> None:
    seen: dict[str, set[str]] = defaultdict(set)
    for seed in SEEDS:
        facts = write_random_facts(tmp_path / str(seed), seed, cases=100)
        for rule, statuses in evaluate(facts.folder, facts.as_of, facts.place).items():
            seen[rule] |= set(statuses.values())
    expected = {"holds", "broken", "not_evaluated"}
    lacking = {rule: expected - seen[rule] for rule in RULE_IDS}
    assert {rule: gone for rule, gone in lacking.items() if gone} == {
        rule: {"not_evaluated"} for rule in ALWAYS_EVALUATED
    }


def test_the_same_seed_makes_the_same_facts(tmp_path: Path) -> None:
    one, two = (write_random_facts(tmp_path / name, 5, cases=20) for name in "ab")
    assert (one.as_of, one.place) == (two.as_of, two.place)
    for table in TABLES:
        first, second = (parquet.read_table(facts.folder / f"{table}.parquet") for facts in (one, two))
        assert first.equals(second), table


@pytest.mark.parametrize("table", ["events", "officer_roles", "disclosures", "inspections"])
def test_a_missing_table_silences_only_the_rules_that_need_it(tmp_path: Path, table: str) -> None:
    facts = write_random_facts(tmp_path, 3, cases=20)
    whole = evaluate(facts.folder, facts.as_of, facts.place)
    (tmp_path / f"{table}.parquet").unlink()
    cut = evaluate(facts.folder, facts.as_of, facts.place)
    silenced = {rule for rule, statuses in cut.items() if statuses == {WHOLE: "not_evaluated"}}
    assert silenced
    for rule in set(RULE_IDS) - silenced:
        assert cut[rule] == whole[rule], rule


def test_a_missing_column_silences_the_rules_that_need_it(tmp_path: Path) -> None:
    facts = write_random_facts(tmp_path, 3, cases=20)
    cases = parquet.read_table(tmp_path / "cases.parquet")
    parquet.write_table(cases.drop_columns(["is_major"]), tmp_path / "cases.parquet")
    cut = evaluate(facts.folder, facts.as_of, facts.place)
    assert {rule for rule, statuses in cut.items() if statuses == {WHOLE: "not_evaluated"}} == {
        "penalty.legal-review.before-decision",
        "penalty.deliberation.when-major",
        "penalty.impact.assessed",
        "other.legal-review.before-decision",
        "agency.legal-review-rate",
    }


def test_an_empty_folder_gives_no_answer(tmp_path: Path) -> None:
    assert set(map(str, evaluate(tmp_path, date(2026, 6, 30)).values())) == {str({WHOLE: "not_evaluated"})}
