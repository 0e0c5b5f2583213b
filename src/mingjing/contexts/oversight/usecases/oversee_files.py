"""Point the rules at exported files, and hold a report."""

import contextlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from duckdb import DuckDBPyConnection

from mingjing.contexts.oversight.reports import ReportPaths, write_reports
from mingjing.domain.rules.library import rule_of, rules
from mingjing.domain.rules.model import Rule
from mingjing.engine.duck import DuckEngine, Evaluation
from mingjing.engine.findings import rules_json, write_findings, write_rules_json
from mingjing.engine.incremental import open_state, recheck, save_state, take_in
from mingjing.engine.store import Store, build_store, connect
from mingjing.facts.read import read_facts
from mingjing.facts.report import ReadReport
from mingjing.facts.schema import TABLES
from mingjing.kernel.errors import DomainError
from mingjing.law.places import code_of

EARLIEST: Final = date(1990, 1, 1)
LATEST: Final = date(2199, 12, 31)
"""The days as of which facts can be judged."""
LEAST_MEMORY_KB: Final = 256 * 1024
OWN_FILES: Final = frozenset(
    "findings.parquet rules.json read_report.json bad_rows.xlsx report.html report.xlsx notices state".split()
)
"""What a result folder holds: nothing else is ever replaced."""

Progress = Callable[[str, float], None]
"""
Told what is being done, in Chinese, and the share of the whole (0 to 1); 1 comes once, before the results take their
place, and is the last moment at which it may raise to stop.
"""


class OutputInTheWayError(DomainError):
    """The output folder holds something that this command did not write."""

    code = "oversight.output_in_the_way"


class DayNotJudgedError(DomainError):
    """Nothing can be judged as of this day."""

    code = "oversight.day_not_judged"


class MemoryLimitError(DomainError):
    """The limit of memory is not a size, or too small."""

    code = "oversight.memory_limit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Oversight:
    """What was written, and the seconds that each part took."""

    folder: Path
    evaluation: Evaluation
    reading: ReadReport
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
    spark_master: str | None = None,
    mapping: str | None = None,
    with_reports: bool = True,
    keep_state: bool = False,
    issued_on: date | None = None,
    memory_limit: str = "1600MB",
    progress: Progress = lambda _words, _share: None,
) -> Oversight:
    """
    Read the facts in ``path``, judge them by the rules, and write the result folder ``out`` in one move at the end.

    Nothing half-written is left behind: everything is made beside ``out`` and renamed when it is complete. With
    ``keep_state`` the result can be carried on by :func:`oversee_changes`. ``issued_on`` dates the draft notices.

    :raises DomainError: when nothing can be read from ``path``, or ``out`` holds foreign files
    """
    selected = list(chosen) if chosen is not None else choose_rules()
    if not EARLIEST <= as_of <= LATEST:
        raise DayNotJudgedError(f"检查基准日{as_of}不合常理，应在{EARLIEST}至{LATEST}之间。", as_of=as_of)
    place = code_of(place)
    if engine == "spark":
        from mingjing.engine.spark import require_spark

        require_spark()
    with _Making(path, out, memory_limit, progress) as making:
        progress("读取数据", 0.0)
        making.read(path, mapping)
        progress("整理数据", 0.15)
        state = making.result / "state"
        store = build_store(making.facts, state / "store", connection=making.connection)
        making.lap("store")
        evaluation, duck = _evaluate(engine, spark_master, making.connection, store, selected, as_of, place, progress)
        making.lap("rules")
        making.write(evaluation, store, place=place, engine=engine, source=path.name)
        if keep_state and duck is not None:
            save_state(state, duck, evaluation, store)
            link_facts(making.facts, state / "facts")
            making.lap("state")
        making.finish(with_reports=with_reports, facts=making.facts, issued_on=issued_on, keep_state=keep_state)
    return making.done(evaluation)


def oversee_changes(
    *,
    path: Path,
    since: Path,
    out: Path,
    mapping: str | None = None,
    with_reports: bool = True,
    issued_on: date | None = None,
    memory_limit: str = "1600MB",
    progress: Progress = lambda _words, _share: None,
) -> Oversight:
    """
    Carry the result in ``since`` on with changed facts, judging what changed and what it touches.

    ``path`` holds every row of the cases and inspections that changed or came. The result equals that of judging all
    facts again. ``out`` may be ``since`` itself.

    :raises StateMismatchError: when ``since`` holds no state, or rules or law have changed
    """
    open_state(since / "state")
    with _Making(path, out, memory_limit, progress) as making:
        progress("读取变化的数据", 0.0)
        making.read(path, mapping)
        progress("接续上次的结果", 0.2)
        folder = making.result / "state"
        shutil.copytree(since / "state", folder, copy_function=_link)
        for name in ("state.json", "found.parquet", "decided.parquet", "store/store.json"):
            _own(folder / name)
        state = open_state(folder)
        take_in(state, making.facts, making.connection)
        making.lap("store")
        evaluation, _engine = recheck(
            state,
            [rule_of(rule_id) for rule_id in state.rules],
            making.connection,
            progress=lambda words, share: progress(f"检查：{words}", 0.3 + 0.4 * share),
        )
        making.lap("rules")
        making.write(evaluation, state.store, place=state.place, engine="duckdb", source=path.name)
        if with_reports:
            renew_facts(folder / "facts", making.facts, making.connection)
        making.finish(with_reports=with_reports, facts=folder / "facts", issued_on=issued_on, keep_state=True)
    return making.done(evaluation)


class _Making(AbstractContextManager["_Making"]):
    """A result folder in the making, beside the place where it will stand."""

    def __init__(self, path: Path, out: Path, memory_limit: str, progress: Progress) -> None:
        _require_memory(memory_limit)
        out = Path(os.path.abspath(out))  # noqa: PTH100 - "." and ".." need a name to stand beside; links stay
        _require_free(out, path)
        self.out, self.progress = out, progress
        self._made = [folder for folder in (out.parent, *out.parent.parents) if not folder.exists()]
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise OutputInTheWayError(f"“{out.parent}”是一个文件，不能在里面写结果，请换一个位置。") from error
        self.seconds: dict[str, float] = {}
        self.reports: ReportPaths | None = None
        self._clock = time.perf_counter()
        self._temporary = tempfile.TemporaryDirectory(prefix=f".{out.name}.", dir=out.parent)
        self.work = Path(self._temporary.name)
        self.facts, self.result = self.work / "facts", self.work / "result"
        self.result.mkdir()
        self.connection = connect(memory_limit=memory_limit, spill=self.work / "spill")

    def __exit__(self, *_error: object) -> None:
        self.connection.close()
        self._temporary.cleanup()
        if not self.out.exists():
            for folder in self._made:
                with contextlib.suppress(OSError):
                    folder.rmdir()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.seconds[name] = round(now - self._clock, 3)
        self._clock = now

    def read(self, path: Path, mapping: str | None) -> None:
        self.report = read_facts(path, self.facts, mapping)
        self.lap("read")

    def write(self, evaluation: Evaluation, store: Store, *, place: str | None, engine: str, source: str) -> None:
        write_findings(self.connection, store, evaluation, self.result / "findings.parquet")
        self.lap("findings")
        row = self.connection.execute(f"SELECT count(*) FROM {store.rows('cases')}").fetchone()
        extra = {"cases": row[0] if row else 0, "bad_cells": self.report.problem_total, "seconds": dict(self.seconds)}
        write_rules_json(
            rules_json(evaluation, place=place, engine=engine, source=source, extra=extra), self.result / "rules.json"
        )
        for name in ("read_report.json", "bad_rows.xlsx"):
            if (self.facts / name).exists():
                shutil.copy2(self.facts / name, self.result / name)

    def finish(self, *, with_reports: bool, facts: Path, issued_on: date | None, keep_state: bool) -> None:
        if with_reports:
            made = write_reports(
                self.result,
                facts,
                issued_on=issued_on,
                progress=lambda words, share: self.progress(words, 0.7 + 0.29 * share),
            )
            self.reports = made.moved_to(self.out)
            self.lap("reports")
        if not keep_state:
            shutil.rmtree(self.result / "state", ignore_errors=True)
        earlier = self.work / "earlier"
        self.progress("完成", 1.0)
        try:
            if self.out.exists():
                self.out.rename(earlier)
            self.result.rename(self.out)
        except BaseException:
            if earlier.exists() and not self.out.exists():
                earlier.rename(self.out)
            raise

    def done(self, evaluation: Evaluation) -> Oversight:
        return Oversight(
            folder=self.out,
            evaluation=evaluation,
            reading=self.report,
            reports=self.reports,
            seconds=self.seconds,
        )


def _evaluate(
    engine: str,
    spark_master: str | None,
    connection: DuckDBPyConnection,
    store: Store,
    selected: list[Rule],
    as_of: date,
    place: str | None,
    progress: Progress,
) -> tuple[Evaluation, DuckEngine | None]:
    def told(words: str, share: float) -> None:
        progress(f"检查：{words}", 0.25 + 0.4 * share)

    if engine == "spark":
        from mingjing.engine.spark import SparkEngine

        return SparkEngine(store, as_of=as_of, place=place, master=spark_master).run(selected, progress=told), None
    duck = DuckEngine(connection, store, as_of=as_of, place=place)
    return duck.run(selected, progress=told), duck


def _require_memory(limit: str) -> None:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(K|M|G|T)i?B?\s*", limit, re.IGNORECASE)
    if found is None or float(found[1]) * 1024 ** "KMGT".index(found[2].upper()) < LEAST_MEMORY_KB:
        raise MemoryLimitError(
            f"内存上限“{limit}”不对，请写成1600MB或者4GB的样子，至少{LEAST_MEMORY_KB // 1024}MB。", limit=limit
        )


def _require_free(out: Path, path: Path) -> None:
    if out.exists() and not out.is_dir():
        raise OutputInTheWayError(f"输出位置“{out}”是一个文件，请换一个文件夹。", out=str(out))
    if out.is_dir():
        there = {entry.name for entry in out.iterdir() if not entry.name.startswith((".", "~$"))}
        if there and ("rules.json" not in there or there - OWN_FILES):
            raise OutputInTheWayError(f"输出位置“{out}”已有其他文件，请换一个空文件夹。", out=str(out))
    source, target = path.resolve(), out.resolve()
    if path.exists() and (target in (source, *source.parents) or source in target.parents):
        raise OutputInTheWayError(
            f"输出位置“{out}”和数据“{path}”一个在另一个里面，结果会混进数据，请换一个位置。", out=str(out)
        )


def _link(source: str, target: str) -> str:
    """Link a file that will not be written again, or copy it where links cannot be made."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def _own(path: Path) -> None:
    """Turn a linked file into one of our own, before it is written."""
    if path.exists():
        copy = path.with_name(f".{path.name}")
        shutil.copy2(path, copy)
        copy.replace(path)


def link_facts(facts: Path, into: Path) -> None:
    """Keep the facts beside a state, for the names in later reports."""
    into.mkdir()
    for table in facts.glob("*.parquet"):
        _link(str(table), str(into / table.name))


def renew_facts(kept: Path, changes: Path, connection: DuckDBPyConnection) -> None:
    """Replace and add rows by their keys, so that later reports name what changed."""
    for table in TABLES.values():
        old, new = kept / f"{table.name}.parquet", changes / f"{table.name}.parquet"
        if not old.exists() or not new.exists() or len(table.key) != 1:
            continue
        (key,) = table.key
        made = kept / f".{table.name}.parquet"
        quoted = [str(one).replace("'", "''") for one in (old, new, made)]
        connection.execute(
            f"COPY (SELECT * FROM read_parquet('{quoted[0]}') WHERE {key} NOT IN (SELECT {key} FROM "
            f"read_parquet('{quoted[1]}')) UNION ALL BY NAME SELECT * FROM read_parquet('{quoted[1]}')) "
            f"TO '{quoted[2]}' (FORMAT parquet)"
        )
        made.replace(old)
