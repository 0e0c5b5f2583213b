"""Many writers at once, and writers that are killed: one unbroken sequence, nothing lost, nothing half. On both databases."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.slow


class Platform:
    """A platform on a database of its own, run by processes of its own."""

    def __init__(self, address: str, home: Path) -> None:
        self._environment = os.environ | {
            "MINGJING_DATABASE": address,
            "MINGJING_HOME": str(home),
            "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}",
        }
        self.run("prepare")

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.contexts.records.writers", *arguments],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> str:
        process = self.start(*arguments)
        out, _ = process.communicate(timeout=250)
        assert process.returncode == 0, out
        return out

    def inspect(self) -> dict[str, Any]:
        return json.loads(self.run("inspect"))  # type: ignore[no-any-return]


@pytest.fixture
def platform(address: str, tmp_path: Path) -> Platform:
    return Platform(address, tmp_path / "home")


class TestWriters:
    def test_sixteen_at_once_show_one_unbroken_sequence(self, platform: Platform):
        acts = 25
        writers = [platform.start("write", f"w{number}", str(acts), "4") for number in range(4)]
        acknowledged = {line for each in writers for line in each.communicate(timeout=250)[0].split()}
        assert [each.returncode for each in writers] == [0] * 4
        found = platform.inspect()
        assert len(acknowledged) == 16 * acts
        assert set(found["acts"]) == acknowledged
        assert (found["half"], found["unlogged"], found["logged_without_act"], found["logged_twice"]) == (
            [],
            [],
            [],
            [],
        )
        assert found["unbroken"]
        assert found["problems"] == []
        assert found["entries"] == 16 * acts
        assert found["pending"] == 0

    def test_killed_ten_times_lose_no_acknowledged_act_and_leave_no_half_one(self, platform: Platform):
        chance = random.Random(20261122)
        acknowledged: set[str] = set()
        for round_ in range(10):
            writer = platform.start("write", f"k{round_}", "100000", "3")
            assert writer.stdout is not None
            acknowledged.add(writer.stdout.readline().strip())
            time.sleep(chance.uniform(0.02, 0.6))
            writer.send_signal(signal.SIGKILL)
            lines, _ = writer.communicate(timeout=60)
            # A line that was cut off was not read by anybody: not acknowledged.
            acknowledged |= {line for line in lines.split("\n")[:-1] if line}
        found = platform.inspect()
        assert len(acknowledged) > 10
        assert acknowledged - set(found["acts"]) == set()
        assert (found["half"], found["unlogged"], found["logged_without_act"], found["logged_twice"]) == (
            [],
            [],
            [],
            [],
        )
        assert found["unbroken"]
        assert found["problems"] == []
        assert found["pending"] == 0
