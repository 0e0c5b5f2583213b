"""Runs a contender in a process of its own, and says on what machine."""

import json
import os
import platform
import statistics
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tools.requirements import ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one contender took for so many cases."""

    name: str
    cases: int
    seconds: list[float]
    processor: list[float]
    peak_megabytes: float
    found: dict[str, int]
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def median(self) -> float:
        """The median of its wall seconds."""
        return statistics.median(self.seconds)

    @property
    def processor_median(self) -> float:
        """The median of its processor seconds."""
        return statistics.median(self.processor)


class ContenderFailedError(RuntimeError):
    """A contender did not come to an end."""


def measure(name: str, facts: Path, store: Path, *, cases: int, repeat: int) -> Result:
    """Run one contender; its failure ends the benchmark."""
    command = [sys.executable, "-m", "tools.bench.contenders", name, str(facts), str(store), str(repeat)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise ContenderFailedError(f"{name} on {cases} cases:\n{done.stderr[-4000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    known = {key: told.pop(key) for key in ("name", "seconds", "processor", "peak_megabytes", "found")}
    result = Result(cases=cases, more=told, **known)
    print(
        f"  {name:<30}{cases:>11,}  {result.median:>9.3f} s  {result.processor_median:>9.3f} s of processors"
        f"  {result.peak_megabytes:>8.0f} MB",
        flush=True,
    )
    return result


def machine() -> dict[str, Any]:
    """Say what the figures were measured on."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip() or "unknown",
        "python": platform.python_version(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
        "load": os.getloadavg()[0],
        **{name: version(name) for name in ("duckdb", "pandas", "rule-engine", "numpy", "pyarrow")},
    }
