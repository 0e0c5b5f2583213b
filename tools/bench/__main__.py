"""
Run the benchmark (``make bench``), print the tables, keep them in var/bench/bench.json.

    python -m tools.bench                               100,000 and 1,000,000 cases
    python -m tools.bench --sizes 100000,1000000,10000000
    python -m tools.bench --summary docs/bench.md       write the tables as a page, too
"""

import argparse
import os
from pathlib import Path
from typing import Final

from tools.bench import SAMPLE
from tools.bench.ground import FOLDER, prepare
from tools.bench.measure import Result, machine, measure
from tools.bench.tables import growth_table, incremental_table, keep, stages_table, twelve_table

TIMED_ON_SAMPLE = ("per-case loop", "rule-engine")
TIMED_ON_ALL = ("engine", "DuckDB SQL by hand", "engine from standard Parquet", "pandas", "scan floor")
MOST_FOR_PANDAS = 2_000_000
"""Above this many cases the pandas version is left out: it holds everything in memory."""

MOST_FOR_LITTLE_MEMORY: Final = 2_000_000
"""Above this many cases DuckDB is given 6 GB: all identifiers of the events must fit while they are resolved."""


class DisagreementError(AssertionError):
    """Two contenders found different things, so that their times cannot be compared."""


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--sizes", default=os.environ.get("SIZES", "100000,1000000"), help="numbers of cases")
    parser.add_argument("--repeat", type=int, default=3, help="runs of each contender; the median counts")
    parser.add_argument("--parts", default="twelve,all,incremental", help="what to measure")
    parser.add_argument("--summary", type=Path, help="also write the tables to this page")
    chosen = parser.parse_args()
    sizes = sorted(int(size) for size in chosen.sizes.split(","))
    parts = chosen.parts.split(",")
    if sizes[-1] > MOST_FOR_LITTLE_MEMORY:
        os.environ.setdefault("MINGJING_BENCH_MEMORY", "6GB")
    told = machine()
    print(f"{told['system']}, {told['processors']} processors, load {told['load']:.1f}, commit {told['commit']}")
    results: list[Result] = []
    sections: list[str] = []
    if "twelve" in parts:
        results += twelve(sizes, chosen.repeat)
        sections += [twelve_table(results, size) for size in sizes] + [growth_table(results, sizes)]
    if "all" in parts:
        for name in ("rules of the table", "all rules"):
            measured = [measure(name, *prepare(size), cases=size, repeat=chosen.repeat) for size in sizes]
            results += measured
            sections.append(stages_table(measured))
    if "incremental" in parts:
        changed = [measure("incremental", *prepare(size), cases=size, repeat=1) for size in sizes]
        results += changed
        sections.append(incremental_table(changed))
    print("\n\n".join(sections))
    keep(told, results, sections, FOLDER / "bench.json", chosen.summary)


def twelve(sizes: list[int], repeat: int) -> list[Result]:
    """Everybody on the twelve rules: on the sample all must find the same, then each size."""
    sample = [measure(name, *prepare(SAMPLE), cases=SAMPLE, repeat=1) for name in (*TIMED_ON_ALL, *TIMED_ON_SAMPLE)]
    _agree(sample)
    results = sample
    for size in sizes:
        measured = [
            measure(name, *prepare(size), cases=size, repeat=repeat)
            for name in TIMED_ON_ALL
            if name != "pandas" or size <= MOST_FOR_PANDAS
        ]
        _agree(measured)
        results += measured
    return results


def _agree(results: list[Result]) -> None:
    counted = [one for one in results if one.found]
    for one in counted[1:]:
        if one.found != counted[0].found:
            apart = {
                rule: (counted[0].found.get(rule), one.found.get(rule))
                for rule in counted[0].found
                if one.found.get(rule) != counted[0].found.get(rule)
            }
            raise DisagreementError(f"{counted[0].name} and {one.name} on {one.cases} cases: {apart}")
    print(f"{counted[0].cases:,} cases: {len(counted)} contenders agree on {sum(counted[0].found.values())} findings")


if __name__ == "__main__":
    main()
