"""A platform that really runs: ``mingjing serve`` in a home of its own, on a free port of loopback."""

import hashlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

MINGJING = Path(sys.executable).parent / "mingjing"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def mingjing(
    home: Path, *words: str, check: bool = True, seconds: float = 240, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run ``mingjing …`` for that home."""
    done = subprocess.run(
        [MINGJING, *words],
        env=surroundings(home, **environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
    )
    assert not check or done.returncode == 0, done.stdout + done.stderr
    return done


def surroundings(home: Path, **environment: str) -> dict[str, str]:
    """The environment of a platform with that home; on PostgreSQL, if the tests run on it, with a database of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MINGJING_", "DJANGO_"))}
    return kept | {"MINGJING_HOME": str(home)} | database_of(home) | environment


def on_postgresql() -> bool:
    """Say whether the test run was given a PostgreSQL."""
    return os.environ.get("MINGJING_DATABASE", "").startswith("postgresql:")


@cache
def database_of(home: Path) -> dict[str, str]:
    """Make a database for a home where the test run has a PostgreSQL; otherwise the home has its SQLite file."""
    if not on_postgresql():
        return {}
    return {"MINGJING_DATABASE": _create(home, "")}


def copy_home(source: Path, target: Path) -> Path:
    """Make a home that holds what another holds; neither may be in use. Much quicker than to make and fill it anew."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("run"))
    if on_postgresql():
        _create(target, f'TEMPLATE "{_name(source)}"')
    return target


def _name(home: Path) -> str:
    return f"home_{hashlib.sha256(str(home).encode()).hexdigest()[:16]}"


def _create(home: Path, like: str) -> str:
    """Make the database of a home, unless another process of the test run has."""
    import psycopg

    given = urlsplit(os.environ["MINGJING_DATABASE"])
    with psycopg.connect(os.environ["MINGJING_DATABASE"], autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_name(home)]).fetchone()
        if found is None:
            connection.execute(f'CREATE DATABASE "{_name(home)}" {like}')
    return given._replace(path=f"/{_name(home)}").geturl()


class Platform:
    """``mingjing serve``; the log lies in ``log``."""

    def __init__(self, home: Path, *, workers: int = 1, **environment: str) -> None:
        self.home, self.port, self.workers, self.environment = home, free_port(), workers, environment
        self.log = home.parent / f"{home.name}.log"
        self.process: subprocess.Popen[str] | None = None

    def start(self, *, wait: bool = True) -> None:
        """Start, and wait until it is ready."""
        words = ["serve", "--port", str(self.port), "--workers", str(self.workers), "--log", str(self.log)]
        self.process = subprocess.Popen(
            [MINGJING, *words],
            env=surroundings(self.home, **self.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        if wait:
            try:
                self.wait_for("/readyz")
            except BaseException:
                self.kill()  # nobody else knows of it
                raise

    def wait_for(self, path: str, seconds: float = 600) -> None:
        """Wait until a page answers 200; as long as a busy machine may take to make all tables."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process is not None and self.process.poll() is not None:
                break
            try:
                if self.get(path)[0] == 200:
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.1)
        told = ""
        if self.process is not None and self.process.stdout is not None and self.process.poll() is not None:
            told = self.process.stdout.read()
        raise AssertionError(f"{path} is not answered\n{told}\n{self.log.read_text() if self.log.exists() else ''}")

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Ask for a page; give status and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def events(self) -> list[dict[str, Any]]:
        """The lines of the log."""
        return [json.loads(line) for line in self.log.read_text("utf-8").splitlines()]

    def processes(self) -> list[int]:
        """All processes with this home in their environment, and the web server, which writes its title over that."""
        mine, home, title = [], f"MINGJING_HOME={self.home}\0".encode(), f"granian wsgi 127.0.0.1:{self.port} ".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if (folder / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
                    continue
                if home in (folder / "environ").read_bytes() or title in (folder / "cmdline").read_bytes():
                    mine.append(int(folder.name))
            except OSError:
                continue
        return mine

    def children(self, word: str) -> list[int]:
        """Those of them whose command line holds that word."""
        return [pid for pid in self.processes() if word in Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; give the exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        status = self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    def kill(self) -> None:
        """Kill everything at once, as a power cut would."""
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        if self.process is not None:
            self.process.wait(20)
            if self.process.stdout:
                self.process.stdout.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process is not None and self.process.poll() is None:
            self.stop()
        self.kill()
