"""
Measure the way from files to report, as a user walks it (``make bench``).

    python -m tools.bench                        20,000 and 200,000 cases
    python -m tools.bench --cases 1000000 --repeat 3

Each step runs as a command of its own: wall and processor seconds, and the most memory it held. The table is printed and
kept in var/bench/ with the machine, the versions and the commit, so that two runs can be compared.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tools.requirements import ROOT

AS_OF = "2026-11-20"
SEED = "7"
FOLDER = ROOT / "var" / "bench"
MINGJING = Path(sys.executable).with_name("mingjing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One step, once."""

    step: str
    cases: int
    wall_seconds: float
    processor_seconds: float
    peak_megabytes: float


def measure(step: str, cases: int, *command: str) -> Measure:
    """Run a command and measure it; its failure ends the bench."""
    start = time.perf_counter()
    process = subprocess.Popen([str(MINGJING), *command], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise SystemExit(f"{step}: mingjing {' '.join(command)} ended with {process.returncode}")
    # Linux counts in KiB, macOS in bytes.
    peak = used.ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)
    return Measure(
        step=step,
        cases=cases,
        wall_seconds=round(wall, 2),
        processor_seconds=round(used.ru_utime + used.ru_stime, 2),
        peak_megabytes=round(peak, 1),
    )


def walk(cases: int) -> tuple[Measure, ...]:
    """Generate, then oversee."""
    facts, report = str(FOLDER / f"facts-{cases}"), str(FOLDER / f"report-{cases}")
    return (
        measure(
            "demo generate", cases, "demo", "generate", facts, "--cases", str(cases), "--seed", SEED, "--as-of", AS_OF
        ),
        measure("oversee", cases, "oversee", facts, "--as-of", AS_OF, "--out", report),
    )


def machine() -> dict[str, object]:
    """Say what the figures were measured on."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "load": os.getloadavg()[0],
        **{name: version(name) for name in ("duckdb", "numpy", "pyarrow")},
    }


def main() -> None:
    """Print and keep the table."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--cases", type=int, nargs="+", default=[20_000, 200_000])
    parser.add_argument("--repeat", type=int, default=1)
    chosen = parser.parse_args()
    FOLDER.mkdir(parents=True, exist_ok=True)
    on = machine()
    print(f"{'step':<16}{'cases':>10}{'wall s':>10}{'cpu s':>10}{'peak MB':>10}{'cases/s':>11}")
    measures = []
    for cases in chosen.cases:
        for _ in range(chosen.repeat):
            for one in walk(cases):
                measures.append(asdict(one))
                pace = one.cases / one.wall_seconds
                print(
                    f"{one.step:<16}{one.cases:>10}{one.wall_seconds:>10}{one.processor_seconds:>10}"
                    f"{one.peak_megabytes:>10}{pace:>11.0f}",
                    flush=True,
                )
    kept = FOLDER / f"{on['at']}.json".replace(":", "")
    kept.write_text(json.dumps({"machine": on, "measures": measures}, ensure_ascii=False, indent=2) + "\n", "utf-8")
    print(f"kept in {kept.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
