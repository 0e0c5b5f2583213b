"""
Who runs in the benchmark, one at a time in a process of its own: ``python -m tools.bench.contenders NAME FACTS STORE N``.

Prints one line of JSON: seconds and processor seconds of each of N runs, the most memory held, and what was found.
"""

import json
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from mingjing.domain.rules.library import rules
from mingjing.domain.rules.model import Rule, Status
from mingjing.engine.duck import STORE_TABLES, DuckEngine, Evaluation
from mingjing.engine.findings import write_findings
from mingjing.engine.rows import judge_rows, load_facts
from mingjing.engine.store import build_store, connect, open_store
from mingjing.engine.tables import calendar_tables
from mingjing.law.calendars import calendar
from tools.bench import AS_OF, PLACE, TWELVE, memory
from tools.bench.rules import TABLE

type Found = dict[str, int]
type Answer = tuple[Found, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Ground:
    """The facts as standard Parquet, the keyed store made of them, and a folder for what is thrown away."""

    facts: Path
    store: Path
    scratch: Path


def _judged(evaluation: Evaluation) -> Found:
    return {tally.rule.id: tally.broken for tally in evaluation.tallies}


def engine(ground: Ground) -> Answer:
    """Our engine on the twelve rules, from the keyed store to findings."""
    connection = connect(memory_limit=memory(), spill=ground.scratch / "spill")
    chosen = [rules()[name] for name in TWELVE]
    evaluation = DuckEngine(connection, open_store(ground.store), as_of=AS_OF, place=PLACE).run(chosen)
    return _judged(evaluation), {}


def engine_from_parquet(ground: Ground) -> Answer:
    """The same from the standard Parquet, keying included."""
    connection = connect(memory_limit=memory(), spill=ground.scratch / "spill")
    store = build_store(ground.facts, ground.scratch / "store", connection=connection)
    chosen = [rules()[name] for name in TWELVE]
    return _judged(DuckEngine(connection, store, as_of=AS_OF, place=PLACE).run(chosen)), {}


def handmade(ground: Ground) -> Answer:
    """DuckDB SQL tuned by hand for the twelve."""
    from tools.bench import handmade as by_hand

    return by_hand.run(
        connect(memory_limit=memory(), spill=ground.scratch / "spill"), open_store(ground.store), AS_OF
    ), {}


def pandas(ground: Ground) -> Answer:
    """A straightforward pandas version."""
    from tools.bench import frames

    return frames.run(ground.store, AS_OF), {}


def loop(ground: Ground) -> Answer:
    """The row evaluator, case by case; reading the facts into objects is not timed."""
    base = load_facts(connect(memory_limit=memory()), open_store(ground.store), as_of=AS_OF, place=PLACE)
    begun, spent = time.perf_counter(), time.process_time()
    found = judge_rows([rules()[name] for name in TWELVE], base)
    timed = {"seconds": time.perf_counter() - begun, "processor": time.process_time() - spent}
    return {name: sum(one.status is Status.BROKEN for one in found[name].values()) for name in TWELVE}, timed


def rule_engine(ground: Ground) -> Answer:
    """A general rule engine; preparing the dicts is not timed."""
    from tools.bench import general

    base = load_facts(connect(memory_limit=memory()), open_store(ground.store), as_of=AS_OF, place=PLACE)
    found, timed = general.run(base)
    return found, timed


SCANNED: Final = MappingProxyType(
    {
        "events": ("k", "c", "t", "m", "ended", "about", "outcome", "extends_to"),
        "participants": ("c", "e", "t", "m", "officer", "role"),
        "cases": (
            *("k", "kind", "procedure", "agency", "item", "party", "act", "fine", "confiscated", "penalties"),
            *("is_major::INT", "exempt::INT", "departs::INT", "status", "length(tier)"),
        ),
        "disclosures": ("c", "subject", "published"),
        "inspections": ("k", "agency", "party", "started", "length(joint)", "selection"),
    }
)


def floor(ground: Ground) -> Answer:
    """The scan floor: read the columns that the twelve need, and add them up."""
    connection, store = connect(memory_limit=memory(), spill=ground.scratch / "spill"), open_store(ground.store)
    for table, names in SCANNED.items():
        sums = ", ".join(f"sum({name})" for name in names)
        connection.execute(f"SELECT {sums} FROM read_parquet({store.file(table)})").fetchall()
    return {}, {}


def all_rules(ground: Ground) -> Answer:
    """Every rule of the library, from standard Parquet to findings.parquet, stage by stage."""
    return _from_parquet(ground, list(rules().values()))


def table_rules(ground: Ground) -> Answer:
    """The same with the rules of the table only."""
    return _from_parquet(ground, [rules()[name] for name in TABLE])


def _from_parquet(ground: Ground, chosen: Sequence[Rule]) -> Answer:
    spill = ground.scratch / "spill"
    watch = _SpillWatch(spill)
    stages: dict[str, float] = {}
    connection = connect(memory_limit=memory(), spill=spill)

    processor: dict[str, float] = {}

    def timed[T](stage: str, work: Callable[[], T]) -> T:
        begun, spent = time.perf_counter(), time.process_time()
        done = work()
        stages[stage], processor[stage] = time.perf_counter() - begun, time.process_time() - spent
        return done

    with watch:
        store = timed("keyed store", lambda: build_store(ground.facts, ground.scratch / "store", connection=connection))
        judge = timed("calendar, officers", lambda: DuckEngine(connection, store, as_of=AS_OF, place=PLACE))
        evaluation = timed("judging", lambda: judge.run(chosen))
        findings = ground.scratch / "findings.parquet"
        written = timed("findings", lambda: write_findings(connection, store, evaluation, findings))
    stages["judging: frames"] = evaluation.shared_seconds
    stages["judging: rules"] = stages.pop("judging") - evaluation.shared_seconds
    slowest = sorted(evaluation.tallies, key=lambda tally: -tally.seconds)[:15]
    return _judged(evaluation), {
        "stages": stages,
        "processor_stages": processor,
        "slowest": {tally.rule.id: tally.seconds for tally in slowest},
        "written": sum(written.values()),
        "spill_megabytes": watch.most / 1e6,
        "store_megabytes": sum((store.path / f"{name}.parquet").stat().st_size for name in STORE_TABLES) / 1e6,
    }


def incremental(ground: Ground) -> Answer:
    """Every rule again after one case in a hundred changed."""
    from tools.bench import incremental as change

    found, stages = change.run(ground.facts, ground.store, ground.scratch)
    return found, {"stages": stages}


class _SpillWatch:
    """Looks at the folder for spilling while something runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.most = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self._done.wait(0.05):
            sizes = 0
            for file in self.folder.glob("*"):
                try:
                    sizes += file.stat().st_size
                except FileNotFoundError:
                    continue
            self.most = max(self.most, sizes)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()


CONTENDERS: Final[Mapping[str, Callable[[Ground], Answer]]] = MappingProxyType(
    {
        "engine": engine,
        "engine from standard Parquet": engine_from_parquet,
        "DuckDB SQL by hand": handmade,
        "pandas": pandas,
        "per-case loop": loop,
        "rule-engine": rule_engine,
        "scan floor": floor,
        "all rules": all_rules,
        "rules of the table": table_rules,
        "incremental": incremental,
    }
)


def _peak() -> int:
    """The most memory that this process held, in bytes; what its parent held before it does not count."""
    status = Path("/proc/self/status")
    if status.exists():
        told = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
        return int(told.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in bytes on macOS


def run(name: str, facts: Path, store: Path, repeat: int) -> dict[str, Any]:
    """Run one contender so many times in this process."""
    answer: dict[str, Any] = {"name": name, "seconds": [], "processor": []}
    calendar_tables(calendar(), AS_OF)  # what every process loads once, whoever runs: the rules, the law's calendar
    for _ in range(repeat):
        scratch = Path(tempfile.mkdtemp(prefix="bench-", dir=store.parent))
        try:
            begun, spent = time.perf_counter(), time.process_time()
            found, more = CONTENDERS[name](Ground(facts=facts, store=store, scratch=scratch))
            wall, processor = time.perf_counter() - begun, time.process_time() - spent
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        answer["seconds"].append(more.pop("seconds", wall))
        answer["processor"].append(more.pop("processor", processor))
        answer["found"] = found
        answer.update(more)
    answer["peak_megabytes"] = _peak() / 1e6
    return answer


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]))))
