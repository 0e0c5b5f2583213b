"""
Compare what the rules find in generated facts with what was planted there (``make truth``).

At full size: 200,000 cases, the seeds 1 to 5 and one drawn.
"""

import argparse
import random
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from mingjing.contexts.demo.usecases import generate_demo
from mingjing.contexts.oversight.usecases.oversee_files import oversee_files

AS_OF: Final = date(2026, 11, 20)

type Breach = tuple[str, str]
"""A rule and the subject that breaks it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What was planted, and where the findings differ from it."""

    planted: int
    rules: int
    missed: tuple[Breach, ...]
    extra: tuple[Breach, ...]
    seconds: dict[str, float]


def breaches(path: Path) -> set[Breach]:
    """Read rule and subject of every row of ``truth.parquet`` or ``findings.parquet``."""
    table = pq.read_table(path, columns=["rule_id", "subject_id"])
    return set(zip(table["rule_id"].to_pylist(), table["subject_id"].to_pylist(), strict=True))


def compare_with_truth(
    folder: Path, *, cases: int, seed: int, violations: float = 0.02, as_of: date = AS_OF, engine: str = "duckdb"
) -> Compared:
    """Generate facts in ``folder``, judge them by all rules, and compare with the list of what was planted."""
    facts, result = folder / "facts", folder / "result"
    generate_demo(out_dir=facts, cases=cases, seed=seed, as_of=as_of, violations=violations)
    done = oversee_files(path=facts, out=result, as_of=as_of, with_reports=False, engine=engine)
    planted, found = breaches(facts / "truth.parquet"), breaches(result / "findings.parquet")
    return Compared(
        planted=len(planted),
        rules=len({rule for rule, _ in planted}),
        missed=tuple(sorted(planted - found)),
        extra=tuple(sorted(found - planted)),
        seconds=done.seconds,
    )


def main() -> None:
    """Print a line for each seed; exit 1 if any finding is missed or extra."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3, 4, 5])
    asked = parser.parse_args()
    failed = False
    for seed in [*asked.seeds, random.SystemRandom().randrange(1_000_000)]:
        with tempfile.TemporaryDirectory() as folder:
            compared = compare_with_truth(Path(folder), cases=asked.cases, seed=seed)
        failed = failed or bool(compared.missed or compared.extra)
        print(
            f"seed {seed}: {asked.cases:,} cases, {compared.rules} rules, {compared.planted:,} planted, "
            f"{len(compared.missed)} missed, {len(compared.extra)} extra {compared.missed[:3]} {compared.extra[:3]} "
            f"{compared.seconds}",
            flush=True,
        )
    sys.exit(failed)


if __name__ == "__main__":
    main()
