"""The tables of the benchmark, in Markdown."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

from mingjing.domain.rules.library import rules
from tools.bench import SAMPLE
from tools.bench.measure import Result
from tools.bench.rules import TABLE

TITLES = {"rules of the table": f"The {len(TABLE)} rules of the table", "all rules": f"All {len(rules())} rules"}
SCALED = ("per-case loop", "rule-engine")
LABELS = {
    "engine": "this engine, from the keyed store",
    "engine from standard Parquet": "this engine, from standard Parquet",
    "DuckDB SQL by hand": "DuckDB SQL by hand, just these twelve",
    "pandas": "pandas",
    "per-case loop": "per-case loop (the row evaluator)",
    "rule-engine": f"rule-engine {version('rule-engine')}, dicts prepared",
    "scan floor": "scan floor",
}


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _head(*names: str) -> list[str]:
    return [_row(*names), "|" + "|".join("---" if not n else "---:" for n in range(len(names))) + "|"]


def twelve_table(results: Sequence[Result], size: int) -> str:
    """Everybody on the twelve rules at one size; who ran on the sample only is scaled."""
    own = {one.name: one for one in results if one.cases == size}
    sample = {one.name: one for one in results if one.cases == SAMPLE}
    engine = own["engine"]
    lines = [
        f"### Twelve rules, {size:,} cases",
        "",
        *_head("", "seconds", "processor s", "× engine", "× engine (processor)", "peak MB"),
    ]
    for name, label in LABELS.items():
        factor, one = (1.0, own.get(name)) if name not in SCALED else (size / SAMPLE, sample.get(name))
        if one is None:
            continue
        wall, processor = one.median * factor, one.processor_median * factor
        mark = "" if factor == 1.0 else " †"
        lines.append(
            _row(
                label + mark,
                f"{wall:.2f}",
                f"{processor:.2f}",
                f"{wall / engine.median:.2f}",
                f"{processor / engine.processor_median:.2f}",
                f"{one.peak_megabytes:.0f}",
            )
        )
    lines += ["", f"† measured on {SAMPLE:,} cases and multiplied. All found the same."]
    return "\n".join(lines)


def growth_table(results: Sequence[Result], sizes: Sequence[int]) -> str:
    """How much longer ten times as many cases take."""
    pairs = list(pairwise(sizes))
    if not pairs:
        return ""
    lines = ["### Growth", "", *_head("", *(f"t({large:,}) / t({small:,})" for small, large in pairs))]
    for name, label in LABELS.items():
        own = {one.cases: one.processor_median for one in results if one.name == name}
        if sizes[0] in own and name not in SCALED:
            cells = (
                f"{own[large] / own[small]:.1f}" if large in own and small in own else "" for small, large in pairs
            )
            lines.append(_row(label, *cells))
    return "\n".join([*lines, "", "By processor seconds."])


def stages_table(results: Sequence[Result]) -> str:
    """Many rules, stage by stage, and the slowest of them."""
    sizes = [one.cases for one in results]
    lines = [
        f"### {TITLES[results[0].name]}, from standard Parquet to findings.parquet",
        "",
        *_head("", *(f"{size:,} cases" for size in sizes)),
    ]
    lines += [
        *(
            _row(f"{stage}, s", *(f"{one.more['stages'][stage]:.2f}" for one in results))
            for stage in results[0].more["stages"]
        ),
        _row("together, s", *(f"{one.median:.2f}" for one in results)),
        _row("processor s", *(f"{one.processor_median:.2f}" for one in results)),
        _row("peak MB", *(f"{one.peak_megabytes:.0f}" for one in results)),
        _row("spilled, MB", *(f"{one.more['spill_megabytes']:.0f}" for one in results)),
        _row("keyed store, MB", *(f"{one.more['store_megabytes']:.0f}" for one in results)),
        _row("findings", *(f"{one.more['written']:,}" for one in results)),
        "",
        f"Slowest rules at {sizes[-1]:,} cases:",
        "",
        *_head("rule", "seconds"),
        *(_row(rule, f"{seconds:.3f}") for rule, seconds in results[-1].more["slowest"].items()),
    ]
    return "\n".join(lines)


def incremental_table(results: Sequence[Result]) -> str:
    """Re-checking after one case in a hundred changed, beside judging everything again."""
    lines = [
        "### Re-checking after 1 % of the cases changed",
        "",
        *_head("", *(f"{one.cases:,} cases" for one in results)),
    ]
    lines += [
        _row(
            stage if stage.startswith("(") else f"{stage}, s", *(f"{one.more['stages'][stage]:.2f}" for one in results)
        )
        for stage in results[0].more["stages"]
    ]
    return "\n".join([*lines, "", "The findings equal those of judging everything again."])


def keep(
    machine: dict[str, Any], results: Sequence[Result], sections: Sequence[str], file: Path, summary: Path | None
) -> None:
    """Write the figures, and the page if one is asked for."""
    kept = {"machine": machine, "results": [asdict(one) for one in results]}
    file.write_text(json.dumps(kept, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    print(f"\nkept in {file.name}")
    if summary is not None:
        versions = ", ".join(f"{name} {machine[name]}" for name in ("python", "duckdb", "pandas", "numpy", "pyarrow"))
        head = (
            '# Bench\n\nWritten by `make bench ARGS="--summary docs/bench.md"`. '
            f"{machine['processors']} processors, load {machine['load']:.1f} at the start, {versions}; commit {machine['commit']}, "
            f"{machine['at'][:10]}. Medians of the runs; each contender in a process of its own."
        )
        summary.write_text("\n\n".join([head, *(one for one in sections if one)]) + "\n", encoding="utf-8")
