"""
The benchmark: this engine beside others on the same facts, in one run, on one machine.

``python -m tools.bench`` (``make bench``) runs it; :mod:`tools.bench.contenders` says who runs.
"""

import os
from datetime import date
from typing import Final

AS_OF: Final = date(2026, 11, 20)
PLACE: Final = "370831"
SEED: Final = 7
VIOLATIONS: Final = "0.02"
SAMPLE: Final = 100_000
"""Cases on which those are measured that would take minutes or hours on all; their seconds are scaled."""

TWELVE: Final = (
    "penalty.decision.in-time",
    "penalty.service.in-time",
    "penalty.disclosure.in-time",
    "penalty.prior-notice.before-decision",
    "penalty.hearing-notice.when-large",
    "penalty.legal-review.before-decision",
    "penalty.legal-reviewer.not-handler",
    "penalty.approver.not-handler",
    "penalty.officers.credential",
    "penalty.fine.within-tier",
    "inspection.repeat-same-agency",
    "item.fine-outlier",
)
"""The twelve rules on which everybody runs."""


def memory() -> str:
    """How much memory DuckDB may hold: 1600 MB, as by default; ``MINGJING_BENCH_MEMORY`` says otherwise."""
    return os.environ.get("MINGJING_BENCH_MEMORY", "1600MB")
