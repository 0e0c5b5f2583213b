"""
Say which requirements have a passing acceptance test, and which have none.

    python tools/trace.py             run the marked tests, print the table
    python tools/trace.py --collect   only collect them: which requirements have a test at all
    python tools/trace.py --missing   list those without one too
    python tools/trace.py --topic discretion

A requirement is *shown* when every test that names it passes. Ends with status 1 when one that is named fails.
"""

import argparse
import sys
from collections import defaultdict

import pytest

from tools.requirements import ROOT, requirements


class Record:
    """A pytest plugin that keeps, per requirement, each marked test and how it ended."""

    def __init__(self) -> None:
        self.outcomes: dict[str, dict[str, str]] = defaultdict(dict)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Enter every marked test as not run."""
        for item in session.items:
            self._enter(item.user_properties, item.nodeid, "collected")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Enter the outcome; a failing set-up or tear-down counts like a failing test."""
        if report.when == "call" or report.outcome != "passed":
            self._enter(report.user_properties, report.nodeid, report.outcome)

    def _enter(self, properties: list[tuple[str, object]], test: str, outcome: str) -> None:
        for name, value in properties:
            if name == "requirement" and self.outcomes[str(value)].get(test) != "failed":
                self.outcomes[str(value)][test] = outcome

    def state(self, requirement: str) -> str:
        """Return shown, failing, skipped, collected or none."""
        ends = set(self.outcomes.get(requirement, {}).values())
        if not ends:
            return "none"
        for worst, state in (("failed", "failing"), ("skipped", "skipped"), ("collected", "collected")):
            if worst in ends:
                return state
        return "shown"


MARKS = {"shown": "✔", "failing": "✘", "skipped": "–", "collected": "·", "none": " "}


def main() -> int:
    """Run or collect, then print."""
    parser = argparse.ArgumentParser(prog="make trace", description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--collect", action="store_true", help="collect the tests without running them")
    parser.add_argument("--missing", action="store_true", help="list the requirements without a test too")
    parser.add_argument("--topic", help="only the requirements of this topic")
    chosen = parser.parse_args()

    record = Record()
    options = ["--collect-only", "-qq"] if chosen.collect else ["-q", "-n", "2"]
    ended = pytest.main(
        ["-m", "requirement", "--no-header", "-r", "fE", f"--rootdir={ROOT}", *options], plugins=[record]
    )
    if ended not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        return int(ended)

    rows = [row for row in requirements() if chosen.topic in (None, row.topic)]
    print()
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        state = record.state(row.id)
        counts[row.topic][state] += 1
        if state != "none" or chosen.missing:
            tests = record.outcomes.get(row.id, {})
            print(f"{MARKS[state]} {row.id:<7} {row.topic:<24} {row.title}")
            for test in sorted(tests):
                print(f"            {test}")
    print(f"\n{'topic':<26}{'shown':>7}{'failing':>9}{'skipped':>9}{'no test':>9}{'all':>6}")
    totals: dict[str, int] = defaultdict(int)
    for topic in sorted(counts):
        _print_counts(topic, counts[topic])
        for state, count in counts[topic].items():
            totals[state] += count
    _print_counts("together", totals)
    return int(any(record.state(row.id) == "failing" for row in rows))


def _print_counts(label: str, of: dict[str, int]) -> None:
    shown = of["shown"] + of["collected"]
    print(f"{label:<26}{shown:>7}{of['failing']:>9}{of['skipped']:>9}{of['none']:>9}{sum(of.values()):>6}")


if __name__ == "__main__":
    sys.exit(main())
