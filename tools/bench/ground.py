"""The facts on which everybody runs: demonstration districts, kept in var/bench from one run to the next."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from mingjing.engine.store import STORE_VERSION, build_store, connect, version_of
from tools.bench import AS_OF, SEED, VIOLATIONS, memory
from tools.requirements import ROOT

FOLDER: Final = ROOT / "var" / "bench"
MINGJING: Final = Path(sys.executable).with_name("mingjing")


def prepare(cases: int, folder: Path = FOLDER) -> tuple[Path, Path]:
    """Make, where they are not there yet, the facts and the keyed store for so many cases."""
    facts, store = folder / f"facts-{cases}", folder / f"store-{cases}"
    if not (facts / "demo.json").exists():
        print(f"making {cases:,} cases", flush=True)
        command = ["demo", "generate", str(facts), "--cases", str(cases), "--seed", str(SEED)]
        command += ["--as-of", AS_OF.isoformat(), "--violations", VIOLATIONS]
        subprocess.run([str(MINGJING), *command], check=True, stdout=subprocess.DEVNULL)
    if version_of(store) != STORE_VERSION:
        build_store(facts, store, connection=connect(memory_limit=memory(), spill=folder / "spill"))
    return facts, store
