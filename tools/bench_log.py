"""
Measures the log: what an act costs with and without its entry, and whether appending and proving stay flat.

    make bench-log                      everything; ten million entries take some minutes
    make bench-log ARGS="--entries 1000000 --acts 2000"

Act: five rows of its own and, every other time, one entry, turn about in one run; medians on SQLite and PostgreSQL.
Tree: leaves are loaded through the tree code itself into the platform's own table of tiles (SQLite), then at each size
batches are appended and proofs made as the platform does it; processor time, medians.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tools.postgresql import SAFE, programs, server

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
LOADED_AT_ONCE = 65_536
BATCH = 100
"""Entries that the sequencer takes up at once in an ordinary minute."""
ROUNDS = 200
PARTS = 5


def main() -> int:
    """Run the measurements, each in a process and on a database of its own; print and keep what they gave."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--entries", type=int, default=SIZES[-1], help="the largest tree")
    parser.add_argument("--acts", type=int, default=10_000, help="acts of each kind")
    parser.add_argument("--part", choices=["acts", "tree"])
    given = parser.parse_args()
    if given.part:
        print(json.dumps(_acts(given.acts) if given.part == "acts" else _tree(given.entries)))
        return 0
    results = dict(_measured(given))
    out = Path("var/bench/log.json")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(results, indent=2), "utf-8")
    return 0


def _measured(given: argparse.Namespace) -> Iterator[tuple[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        for name, run in (("sqlite", _run_sqlite), ("postgresql", _run_postgresql)):
            found = run(Path(folder), ["--part", "acts", "--acts", str(given.acts)])
            print(_act_line(name, found), flush=True)
            yield f"act on {name}", found
        found = _run_sqlite(Path(folder), ["--part", "tree", "--entries", str(given.entries)])
        print(_tree_table(found), flush=True)
        yield "tree", found


def _run_sqlite(folder: Path, words: list[str]) -> Any:
    return _run(str(Path(tempfile.mkdtemp(dir=folder)) / "log.sqlite3"), folder, words)


def _run_postgresql(folder: Path, words: list[str]) -> Any:
    if programs() is None:
        return None
    with server(SAFE) as address:
        return _run(address, folder, words)


def _run(address: str, folder: Path, words: list[str]) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tools.bench_log", *words],
        env=os.environ | {"MINGJING_DATABASE": address, "MINGJING_HOME": str(folder / "home")},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return json.loads(done.stdout)


def _act_line(name: str, found: Any) -> str:
    if found is None:
        return f"act on {name}: not measured, there is no PostgreSQL here"
    return (
        f"act of {PARTS} row writes on {name}, median of {found['acts']}: {found['bare_us']:.0f} µs without its entry, "
        f"{found['logged_us']:.0f} µs with it: {found['ratio']:.2f} ×"
    )


def _tree_table(found: list[dict[str, float]]) -> str:
    rows = ["   entries  load µs/entry  append µs/entry  inclusion ms  consistency ms  root ms"]
    rows += [
        f"{row['size']:10,.0f} {row['load_us']:14.2f} {row['append_us']:16.2f} {row['inclusion_ms']:13.2f}"
        f" {row['consistency_ms']:15.2f} {row['root_ms']:8.2f}"
        for row in found
    ]
    return "\n".join(rows)


def _set_up() -> None:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "mingjing.config.settings.base"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", "records", verbosity=0)


def _acts(count: int) -> dict[str, float]:
    """Time acts with and without their entries, turn about, so that both meet the same machine."""
    _set_up()
    from django.db import connection, models, transaction
    from django.utils import timezone

    from mingjing.contexts.records.usecases import append

    class ActRow(models.Model):
        """A row as a business table has it: a key, two texts, a number, a moment, an index."""

        act = models.CharField(max_length=40, db_index=True)
        part = models.IntegerField()
        words = models.CharField(max_length=200)
        at = models.DateTimeField()

        class Meta:
            app_label = "records"

    with connection.schema_editor() as editor:
        editor.create_model(ActRow)

    def act(name: str, *, logged: bool) -> None:
        at = timezone.now()
        with transaction.atomic():
            for part in range(PARTS):
                ActRow(act=name, part=part, words="责令限期改正违法行为", at=at).save(force_insert=True)
            if logged:
                fields: dict[str, str | int | bool | None] = {
                    "status": "filed",
                    "fine_fen": 200_000,
                    "filed_on": "2026-11-20",
                }
                append(
                    actor="zhang.wei", at=at, act="case.file", subject=f"case:{name}", fields=fields, reason="群众举报"
                )

    bare, logged = [], []
    for number in range(count + 200):
        bare.append(_seconds(lambda name=f"b{number}": act(name, logged=False)))  # type: ignore[misc]
        logged.append(_seconds(lambda name=f"l{number}": act(name, logged=True)))  # type: ignore[misc]
    # The first ones warm up.
    without, with_entry = statistics.median(bare[200:]), statistics.median(logged[200:])
    return {"acts": count, "bare_us": without * 1e6, "logged_us": with_entry * 1e6, "ratio": with_entry / without}


def _tree(largest: int) -> list[dict[str, float]]:
    """Load leaves through the tree code, and measure at each size."""
    _set_up()
    from mingjing.contexts.records.models import Shard
    from mingjing.contexts.records.tiles import tree_of

    shard = Shard.objects.create(name="2026", origin="bench/2026", hash="sm3", first_number=0)
    tree = tree_of(shard)
    chance = random.Random(7)
    results = []
    for size in (size for size in SIZES if size <= largest):
        before = tree.size
        load = _seconds(lambda size=size: _load(tree, size, chance), time.process_time)  # type: ignore[misc]
        row = {"size": float(size), "load_us": load / (size - before) * 1e6}
        row |= _measure(tree, shard, size, chance)
        results.append(row)
    return results


def _load(tree: Any, size: int, chance: random.Random) -> None:
    from django.db import transaction

    while tree.size < size:
        count = min(LOADED_AT_ONCE, size - tree.size)
        data = chance.randbytes(32 * count)
        with transaction.atomic():
            tree.append([data[at : at + 32] for at in range(0, len(data), 32)])


def _measure(tree: Any, shard: Any, size: int, chance: random.Random) -> dict[str, float]:
    """Each time with a fresh tree, as each request and each run of the sequencer has it."""
    from django.db import transaction

    from mingjing.contexts.records.tiles import tree_of

    def fresh() -> Any:
        shard.size = tree.size
        return tree_of(shard)

    def append() -> None:
        data = chance.randbytes(32 * BATCH)
        with transaction.atomic():
            tree.append([data[at : at + 32] for at in range(0, len(data), 32)])

    inclusion = _median(lambda: fresh().inclusion_proof(chance.randrange(size)))
    consistency = _median(lambda: fresh().consistency_proof(chance.randrange(1, size)))
    root = _median(lambda: fresh().root())
    return {
        "inclusion_ms": inclusion * 1e3,
        "consistency_ms": consistency * 1e3,
        "root_ms": root * 1e3,
        "append_us": _median(append) / BATCH * 1e6,
    }


def _median(act: Callable[[], object]) -> float:
    """Processor time: a tree is measured against itself at other sizes, and other work on the machine must not count."""
    return statistics.median(_seconds(act, time.process_time) for _ in range(ROUNDS))


def _seconds(act: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    start = clock()
    act()
    return clock() - start


if __name__ == "__main__":
    sys.exit(main())
