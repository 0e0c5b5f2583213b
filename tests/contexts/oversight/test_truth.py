"""
On generated facts the findings are the planted breaches: no miss, no extra, for every rule.

The sizes here suit every run; ``make truth`` does the same with 200,000 cases and the seeds 1 to 5 and one drawn.
"""

import os
import random
from pathlib import Path

import pytest

from tools.truth import compare_with_truth

CASES = int(os.environ.get("MINGJING_TRUTH_CASES", "12000"))


@pytest.mark.parametrize("seed", [1, 2])
def test_findings_are_the_planted_breaches(tmp_path: Path, seed: int) -> None:
    compared = compare_with_truth(tmp_path, cases=CASES, seed=seed)
    assert compared.missed == ()
    assert compared.extra == ()
    assert compared.planted > 300
    assert compared.rules >= 60


def test_a_seed_drawn_at_each_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seed = random.SystemRandom().randrange(1_000_000)
    with capsys.disabled():
        print(f"\ntruth: drawn seed {seed}")
    compared = compare_with_truth(tmp_path, cases=8000, seed=seed)
    assert (compared.missed, compared.extra) == ((), ()), f"seed {seed}"


def test_without_breaches_nothing_is_found(tmp_path: Path) -> None:
    compared = compare_with_truth(tmp_path, cases=4000, seed=11, violations=0.0)
    assert (compared.planted, compared.extra) == (0, ())
