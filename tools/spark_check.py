"""
Both engines on the same demonstration facts: equal findings, and the seconds of each (``make spark-check``).

    python -m tools.spark_check --cases 200000
"""

import argparse
import tempfile
import time
from datetime import date
from pathlib import Path

from mingjing.contexts.demo.usecases import generate_demo
from mingjing.domain.rules.library import rules
from mingjing.engine.duck import DuckEngine, Evaluation
from mingjing.engine.spark import SparkEngine
from mingjing.engine.store import Store, build_store, connect, open_store
from tools.spark_cluster import OPTIONS, cluster

AS_OF = date(2026, 11, 20)
PLACE = "370831"


def differences(one: Evaluation, other: Evaluation) -> list[str]:
    """Where two evaluations differ, in words."""
    found = []
    for first, second in zip(one.tallies, other.tallies, strict=True):
        counts = [(each.missing, each.holds, each.broken, each.not_evaluated) for each in (first, second)]
        if counts[0] != counts[1]:
            found.append(f"{first.rule.id}: {counts[0]} and {counts[1]}")
    if not one.found.equals(other.found):
        rows = [set(zip(*(column.to_pylist() for column in each.found.columns), strict=True)) for each in (one, other)]
        found += [f"only one engine finds {row}" for row in sorted(rows[0] ^ rows[1], key=str)[:20]]
    return found or ([] if one.found.equals(other.found) else ["the findings differ in order or in type"])


def demo_store(folder: Path, cases: int) -> Store:
    """A keyed store of demonstration facts."""
    generate_demo(out_dir=folder / "facts", cases=cases, seed=7, as_of=AS_OF)
    with connect() as connection:
        return build_store(folder / "facts", folder / "store", connection=connection)


def main() -> int:
    """Run both engines, print seconds, exit with 1 where they differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--store", type=Path, help="a keyed store to use instead of making facts")
    parser.add_argument("--master", help="a running cluster to use instead of starting one")
    given = parser.parse_args()
    chosen = list(rules().values())
    with tempfile.TemporaryDirectory(prefix="mingjing-spark-") as temporary:
        folder = Path(temporary)
        store = open_store(given.store) if given.store else demo_store(folder, given.cases)
        began = time.perf_counter()
        with connect(spill=folder / "spill") as connection:
            duck = DuckEngine(connection, store, as_of=AS_OF, place=PLACE).run(chosen)
        print(f"duckdb {time.perf_counter() - began:.1f} s, {duck.found.num_rows} findings", flush=True)

        def spark(master: str) -> Evaluation:
            engine = SparkEngine(store, as_of=AS_OF, place=PLACE, master=master, options=OPTIONS)
            return engine.run(chosen, progress=lambda what, share: print(f"  {share:4.0%} {what}", flush=True))

        if given.master:
            began = time.perf_counter()
            other = spark(given.master)
        else:
            with cluster(folder / "cluster") as master:
                began = time.perf_counter()
                other = spark(master)
        print(f"spark {time.perf_counter() - began:.1f} s, {other.found.num_rows} findings", flush=True)
    differ = differences(duck, other)
    print("\n".join(differ) if differ else "equal in every row")
    return 1 if differ else 0


if __name__ == "__main__":
    raise SystemExit(main())
