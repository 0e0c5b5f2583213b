"""Point the rules at exported files, and hold a report."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from mingjing.contexts.oversight.reports import ReportPaths, write_reports
from mingjing.domain.rules.library import rule_of, rules
from mingjing.domain.rules.model import Rule
from mingjing.engine.duck import DuckEngine, Evaluation
from mingjing.engine.findings import rules_json, write_findings, write_rules_json
from mingjing.engine.store import Store, build_store, connect
from mingjing.facts.read import read_facts
from mingjing.kernel.errors import DomainError

Progress = Callable[[str, float], None]
"""Told what is being done, in Chinese, and the share of the whole (0 to 1)."""


class OutputInTheWayError(DomainError):
    """The output folder holds something that this command did not write."""

    code = "oversight.output_in_the_way"


@dataclass(frozen=True, slots=True, kw_only=True)
class Oversight:
    """What was written, and the seconds that each part took."""

    folder: Path
    evaluation: Evaluation
    reports: ReportPaths | None
    seconds: dict[str, float]


def choose_rules(patterns: Sequence[str] = ()) -> list[Rule]:
    """
    Choose rules by id or by the beginning of an id (``penalty.`` or ``penalty.*``); all when nothing is named.

    :raises UnknownRuleError: if a pattern names no rule
    """
    if not patterns:
        return list(rules().values())
    chosen: dict[str, Rule] = {}
    for pattern in patterns:
        stem = pattern.strip().removesuffix("*")
        found = [
            rule for rule in rules().values() if rule.id == stem or (stem.endswith(".") and rule.id.startswith(stem))
        ]
        for rule in found or [rule_of(stem)]:
            chosen[rule.id] = rule
    return list(chosen.values())


def oversee_files(
    *,
    path: Path,
    out: Path,
    as_of: date,
    place: str | None = None,
    chosen: Sequence[Rule] | None = None,
    engine: str = "duckdb",
    mapping: str | None = None,
    with_reports: bool = True,
    memory_limit: str = "1600MB",
    progress: Progress = lambda _words, _share: None,
) -> Oversight:
    """
    Read the facts in ``path``, judge them by the rules, and write the result folder ``out`` in one move at the end.

    Nothing half-written is left behind: everything is made beside ``out`` and renamed when it is complete.

    :raises DomainError: when nothing can be read from ``path``, or ``out`` holds foreign files
    """
    _require_free(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    seconds: dict[str, float] = {}
    clock = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal clock
        now = time.perf_counter()
        seconds[name] = round(now - clock, 3)
        clock = now

    with tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent) as temporary:
        work = Path(temporary)
        progress("读取数据", 0.0)
        report = read_facts(path, work / "facts", mapping)
        lap("read")
        connection = connect(memory_limit=memory_limit, spill=work / "spill")
        progress("整理数据", 0.15)
        store = build_store(work / "facts", work / "store", connection=connection)
        lap("store")
        result = work / "result"
        result.mkdir()
        selected = list(chosen) if chosen is not None else choose_rules()
        evaluation = _evaluate(engine, connection, store, selected, as_of, place, progress)
        lap("rules")
        write_findings(connection, store, evaluation, result / "findings.parquet")
        lap("findings")
        row = connection.execute(f"SELECT count(*) FROM {store.rows('cases')}").fetchone()
        extra = {"cases": row[0] if row else 0, "bad_cells": report.problem_total, "seconds": dict(seconds)}
        connection.close()
        document = rules_json(evaluation, place=place, engine=engine, source=path.name, extra=extra)
        write_rules_json(document, result / "rules.json")
        shutil.copy2(work / "facts" / "read_report.json", result / "read_report.json")
        for workbook in (work / "facts").glob("*.xlsx"):
            shutil.copy2(workbook, result / workbook.name)
        reports = None
        if with_reports:
            reports = write_reports(
                result, work / "facts", progress=lambda words, share: progress(words, 0.7 + 0.3 * share)
            )
            lap("reports")
        _replace(out, result)
    moved = None
    if reports is not None:
        moved = ReportPaths(
            page=out / reports.page.name,
            workbook=out / reports.workbook.name,
            notices=reports.notices,
            findings=reports.findings,
            embedded=reports.embedded,
        )
    progress("完成", 1.0)
    return Oversight(folder=out, evaluation=evaluation, reports=moved, seconds=seconds)


def _evaluate(
    engine: str,
    connection: object,
    store: Store,
    selected: list[Rule],
    as_of: date,
    place: str | None,
    progress: Progress,
) -> Evaluation:
    def told(words: str, share: float) -> None:
        progress(f"检查：{words}", 0.25 + 0.4 * share)

    if engine == "spark":
        from mingjing.engine.spark import SparkEngine

        return SparkEngine(store, as_of=as_of, place=place).run(selected, progress=told)
    return DuckEngine(connection, store, as_of=as_of, place=place).run(selected, progress=told)  # type: ignore[arg-type]


def _require_free(out: Path) -> None:
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / "rules.json").exists())):
        raise OutputInTheWayError(f"输出位置“{out}”已有其他文件，请换一个空文件夹。", out=str(out))


def _replace(out: Path, made: Path) -> None:
    """Put the finished folder in the place of an earlier one."""
    if out.exists():
        old = made.parent / "old"
        os.replace(out, old)
    os.replace(made, out)
