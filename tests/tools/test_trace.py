"""`make trace`: a requirement is shown only when every test that names it passes."""

from types import SimpleNamespace

import pytest

from tools.requirements import committed, reference
from tools.trace import Record


def _report(test: str, requirement: str, outcome: str, when: str = "call") -> SimpleNamespace:
    return SimpleNamespace(nodeid=test, user_properties=[("requirement", requirement)], outcome=outcome, when=when)


class TestRecord:
    @pytest.mark.parametrize(
        ("outcomes", "state"),
        [
            ([], "none"),
            (["passed"], "shown"),
            (["passed", "passed"], "shown"),
            (["passed", "failed"], "failing"),
            (["passed", "skipped"], "skipped"),
            (["skipped", "failed"], "failing"),
        ],
    )
    def test_takes_the_worst_of_the_tests(self, outcomes: list[str], state: str):
        record = Record()
        for number, outcome in enumerate(outcomes):
            record.pytest_runtest_logreport(_report(f"test_{number}", "SS-32", outcome))
        assert record.state("SS-32") == state

    def test_counts_a_failing_set_up_or_tear_down_as_failing(self):
        record = Record()
        record.pytest_runtest_logreport(_report("test_a", "SS-32", "failed", when="setup"))
        record.pytest_runtest_logreport(_report("test_b", "SS-33", "passed"))
        record.pytest_runtest_logreport(_report("test_b", "SS-33", "failed", when="teardown"))
        assert (record.state("SS-32"), record.state("SS-33")) == ("failing", "failing")

    def test_is_not_shown_by_a_passing_set_up_alone(self):
        record = Record()
        record.pytest_runtest_logreport(_report("test_a", "SS-32", "passed", when="setup"))
        assert record.state("SS-32") == "none"


class TestRequirements:
    def test_are_listed_once_each(self):
        ids = [row.id for row in committed()]
        assert len(ids) == len(set(ids)) == 346

    def test_are_read_from_a_reference_list_with_loose_scalars(self, tmp_path):
        listed = tmp_path / "requirements.yaml"
        listed.write_text(
            "# head\n- id: AA-01\n  topic: cases\n  zh: '标题:一'\n  acceptance: Given a: b, then c.\n"
            "- id: AA-02\n  zh: 二\n  topic: training\n",
            "utf-8",
        )
        assert [(row.id, row.topic, row.title) for row in reference(listed)] == [
            ("AA-01", "cases", "标题:一"),
            ("AA-02", "training", "二"),
        ]
