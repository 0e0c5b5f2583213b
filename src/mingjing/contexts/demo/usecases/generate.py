"""Make a demonstration: lawful facts, planted violations, and the list of them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mingjing.contexts.demo import words
from mingjing.contexts.demo.columns import SCHEMAS
from mingjing.contexts.demo.district import Counters, make, place_of
from mingjing.contexts.demo.writer import FactsWriter
from mingjing.kernel.errors import DomainError

CASES_A_DISTRICT = 20_000
SMALLEST = 100


class DemoRequestError(DomainError):
    """The demonstration asked for cannot be made."""

    code = "demo.request"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoReport:
    """What was made: rows by table, planted violations by rule."""

    folder: Path
    seed: int
    as_of: date
    place: str
    districts: int
    rows: dict[str, int]
    planted: dict[str, int]


def generate_demo(
    *,
    out_dir: Path,
    cases: int,
    seed: int,
    as_of: date,
    violations: float = 0.02,
    progress: Callable[[int, int], None] | None = None,
) -> DemoReport:
    """
    Write facts of so many cases up to ``as_of`` into ``out_dir``, in the standard Parquet layout.

    ``violations`` is the share of each family of subjects (cases, inspections, …) that is broken on purpose;
    ``truth.parquet`` lists every one. The same arguments give the same bytes. Each twenty thousand cases make a
    district of their own, so that memory does not grow. ``progress`` is told the districts made and those wanted.

    :raises DemoRequestError: when the number of cases, the share or the day cannot be used, or the folder is in use
    """
    if cases < SMALLEST:
        raise DemoRequestError(f"演示数据至少需要{SMALLEST}件案件。", cases=cases)
    if not 0 <= violations <= 0.2:
        raise DemoRequestError("违法比例须在0至0.2之间。", violations=violations)
    if not 2025 <= as_of.year <= 2026:
        raise DemoRequestError(
            "截止日须在2025年至2026年之间：更早的日子，有些规定还没有施行。", as_of=as_of.isoformat()
        )
    if out_dir.exists() and not (out_dir.is_dir() and _ours(out_dir)):
        raise DemoRequestError(f"“{out_dir.name}”里已有别的文件，请换一个空文件夹。", folder=out_dir.name)
    districts = -(-cases // CASES_A_DISTRICT)
    counters, planted = Counters(), dict[str, int]()
    with FactsWriter(out_dir) as writer:
        for number in range(districts):
            share = cases // districts + (number < cases % districts)
            tables = make(
                place_of(number), cases=share, seed=seed, as_of=as_of, violations=violations, counters=counters
            )
            writer.write(tables)
            for rule in tables["truth"]["rule_id"].to_pylist():
                planted[rule] = planted.get(rule, 0) + 1
            if progress is not None:
                progress(number + 1, districts)
    report = DemoReport(
        folder=out_dir,
        seed=seed,
        as_of=as_of,
        place=words.FIRST_PLACE,
        districts=districts,
        rows=writer.rows,
        planted=dict(sorted(planted.items())),
    )
    (out_dir / "demo.json").write_text(json.dumps(_summary(report, violations), ensure_ascii=False, indent=1), "utf-8")
    return report


def _ours(folder: Path) -> bool:
    """Say whether the folder holds nothing but an earlier demonstration."""
    known = {"demo.json", *(f"{name}.parquet" for name in SCHEMAS)}
    return all(entry.name in known for entry in folder.iterdir())


def _summary(report: DemoReport, violations: float) -> dict[str, object]:
    return {
        "note": words.NOTE,
        "seed": report.seed,
        "as_of": report.as_of.isoformat(),
        "place": report.place,
        "violations": violations,
        "districts": report.districts,
        "rows": report.rows,
        "planted": report.planted,
    }
