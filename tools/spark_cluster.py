"""A real Spark cluster on this machine: a standalone master and two workers, listening on loopback only."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Final

HOST: Final = "127.0.0.1"
WAIT_SECONDS: Final = 240
STOP_SECONDS: Final = 20
OPTIONS: Final[Mapping[str, str]] = {
    "spark.driver.host": HOST,
    "spark.driver.bindAddress": HOST,
    "spark.executor.memory": "1500m",
}
"""What a session on such a cluster needs."""


def spark_home() -> Path:
    """The Spark that comes with the package."""
    spec = find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise RuntimeError("pyspark is not installed")
    return Path(spec.origin).parent


def free_port() -> int:
    """A port of the loopback interface that nobody uses."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


@contextmanager
def cluster(folder: Path, *, workers: int = 2) -> Iterator[str]:
    """
    Start a cluster whose logs and scratch files lie in ``folder``, and stop it in the end; gives the master's address.

    :raises TimeoutError: if the workers do not come
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    master = f"spark://{HOST}:{port}"
    deploy = "org.apache.spark.deploy"
    with ExitStack() as running:
        running.enter_context(
            _daemon(
                folder, "master", f"{deploy}.master.Master", "--host", HOST, "--port", str(port), "--webui-port", "0"
            )
        )
        _wait_for(folder / "master.log", "I have been elected leader")
        names = [f"worker{number}" for number in range(workers)]
        for name in names:
            size = ("--cores", "1", "--memory", "1500m", "--work-dir", str(folder / name))
            running.enter_context(
                _daemon(folder, name, f"{deploy}.worker.Worker", "--host", HOST, "--webui-port", "0", *size, master)
            )
        for name in names:
            _wait_for(folder / f"{name}.log", "Successfully registered with master")
        yield master


@contextmanager
def _daemon(folder: Path, name: str, *command: str) -> Iterator[None]:
    home = spark_home()
    environment = os.environ | {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": HOST,
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_LOCAL_DIRS": str(folder / "local"),
        "PYSPARK_PYTHON": sys.executable,
    }
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [str(home / "bin" / "spark-class"), *command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(log: Path, words: str) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while words not in log.read_text(errors="replace"):
        if time.monotonic() > end:
            raise TimeoutError(f"no “{words}” in {log.name}:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.2)
