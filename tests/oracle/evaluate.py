"""Evaluate every rule over a facts folder: ``python -m tests.oracle.evaluate DIR --as-of 2026-06-30 [--place CODE]``."""

import argparse
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from tests.oracle import (
    aftermath,
    agencies,
    compulsion,
    inspections,
    measures,
    penalty_persons,
    penalty_steps,
    penalty_substance,
    safeguards,
)
from tests.oracle.moments import NOT_APPLICABLE, NOT_EVALUATED
from tests.oracle.needs import NEEDS, RESTS_ON
from tests.oracle.world import Case, Row, World, read_world

Statuses = dict[str, str]
CaseRule = Callable[[Case], str]
RowRule = Callable[[World, Row], str]
WHOLE = "*"

CASE_RULES: dict[str, tuple[set[str] | None, CaseRule]] = {
    **{name: ({"penalty"}, rule) for name, rule in penalty_steps.RULES.items()},
    **penalty_steps.OTHER_KINDS,
    **{name: ({"penalty"}, rule) for name, rule in penalty_persons.RULES.items()},
    **{name: ({"penalty"}, rule) for name, rule in penalty_substance.RULES.items()},
    **{name: ({"penalty"}, rule) for name, rule in safeguards.RULES.items()},
    **compulsion.RULES,
    **{name: (None, rule) for name, rule in measures.SEIZURE_RULES.items()},
    **{name: ({"license"}, rule) for name, rule in measures.LICENSE_RULES.items()},
}
ACROSS: dict[str, Callable[[World], Statuses]] = {
    **penalty_substance.ACROSS_CASES,
    **inspections.ACROSS,
    **agencies.ACROSS,
}
RULE_IDS = sorted(
    [*CASE_RULES, *ACROSS, *inspections.ONE_BY_ONE, *aftermath.REMEDY_RULES, *aftermath.REFERRAL_RULES]
    + [*aftermath.MEDIA_RULES]
)


def evaluate(facts_dir: Path | str, as_of: date, place: str | None = None) -> dict[str, Statuses]:
    """
    Say of every rule and subject whether it holds, is broken or is not evaluated.

    Subjects to which a rule does not apply are left out. A rule whose tables or columns are missing answers with one
    subject ``*``.
    """
    return evaluate_world(read_world(Path(facts_dir), as_of, place))


def evaluate_world(world: World) -> dict[str, Statuses]:
    answers: dict[str, Statuses] = {name: {} for name in RULE_IDS}
    skipped = {name for name in RULE_IDS if is_missing(world, NEEDS[name])}

    for name in skipped:
        answers[name] = {WHOLE: NOT_EVALUATED}
    for case in world.cases.values():
        for name, (kinds, rule) in CASE_RULES.items():
            if name not in skipped and (kinds is None or case.kind in kinds):
                said = rule(case)
                unread = world.unread.get(case.id, set())
                if said != NOT_APPLICABLE and name in RESTS_ON and (None in unread or unread & RESTS_ON[name]):
                    said = NOT_EVALUATED
                note(answers[name], case.id, said)
    for name, across in ACROSS.items():
        if name not in skipped:
            answers[name] = across(world)
    each_row(world, inspections.ONE_BY_ONE, world.inspections, "inspection_id", answers, skipped)
    each_row(world, aftermath.REMEDY_RULES, world.remedies, "remedy_id", answers, skipped)
    each_row(world, aftermath.REFERRAL_RULES, world.referrals, "referral_id", answers, skipped)
    each_row(world, aftermath.MEDIA_RULES, world.media, "media_id", answers, skipped)
    return answers


def each_row(
    world: World,
    rules: dict[str, RowRule],
    rows: Iterable[Row],
    key: str,
    answers: dict[str, Statuses],
    skipped: set[str],
) -> None:
    for row in rows:
        for name, rule in rules.items():
            if name not in skipped:
                note(answers[name], row[key], rule(world, row))


def note(statuses: Statuses, subject_id: str, status: str) -> None:
    if status != NOT_APPLICABLE:
        statuses[subject_id] = status


def is_missing(world: World, needs: set[str]) -> bool:
    return any(need in world.absent or need.partition(".")[0] in world.absent for need in needs)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("facts", type=Path)
    parser.add_argument("--as-of", type=date.fromisoformat, required=True)
    parser.add_argument("--place")
    asked = parser.parse_args()
    for name, statuses in evaluate(asked.facts, asked.as_of, asked.place).items():
        counts = Counter(statuses.values())
        print(
            f"{name:50} holds {counts['holds']:8} broken {counts['broken']:8} not_evaluated {counts['not_evaluated']:8}"
        )


if __name__ == "__main__":
    main()
