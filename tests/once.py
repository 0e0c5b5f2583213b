"""What is dear to make is made once, for all processes of a test run."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """
    Return the folder that ``make`` fills; the first process that asks has it made, the others wait for it.

    Where making it failed, it fails for all that ask, at once.
    """
    base = factory.getbasetemp()
    # every process of a divided run has a folder of its own in the one of the run
    base = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done, failed = base / name, base / f"{name}.done", base / f"{name}.failed"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if failed.exists():
            pytest.fail(f"{name} could not be made: {failed.read_text('utf-8')}")
        if not done.exists():
            try:
                make(folder)
            except BaseException as error:
                failed.write_text(str(error), "utf-8")
                raise
            done.touch()
    return folder
