"""
The one process that ``mingjing serve`` is: it prepares, starts the web server and the worker, and keeps both alive.

It holds no framework itself, so that it stays small and nothing in it can fail for the reasons its children fail.
Standard error of the children carries their log, a JSON object a line; so does its own.
"""

import ctypes
import fcntl
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import IO, Final, NoReturn

from mingjing.kernel.errors import DomainError

THREADS: Final = 4
"""Requests at once in each web process; measured best on few cores."""
STARTING_SECONDS: Final = 60.0
STOPPING_SECONDS: Final = 30.0
"""So long may requests and the task under way take to end; what is longer is cut off."""
STEADY_SECONDS: Final = 60.0
"""A child that lived so long and then died is started again at once."""
LONGEST_PAUSE_SECONDS: Final = 30.0
_LOOK_SECONDS: Final = 0.2
_SIGNAL_OF_PARENTS_DEATH: Final = 1

type Tell = Callable[[str], None]


def become_server(*, host: str, port: int, workers: int, log: Path | None) -> NoReturn:
    """Replace this process, which has read all of the command line's libraries, by one that only serves and watches."""
    words = [host, str(port), str(workers), *([str(log)] if log else [])]
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", "mingjing.interfaces.cli.serving", *words])  # noqa: S606


class ServingError(DomainError):
    """The platform cannot be served as asked: somebody else serves it, or holds the port."""

    code = "serve"


class PreparingError(DomainError):
    """Tables or static files could not be brought up to date; what went wrong stands in the log above it."""

    code = "serve.prepare"


def serve(*, host: str, port: int, workers: int, log: Path | None, tell: Tell) -> int:
    """
    Serve until told to stop; return the exit status.

    :raises ServingError: if this home is served already, or the port is taken
    :raises PreparingError: if tables or static files could not be brought up to date
    """
    home = _home()
    with _only_one(home), _opened(log) as out, _told_to_stop() as stopping:
        _require_free(host, port)
        _prepare(out, stopping)
        shutil.rmtree(home / "run" / "metrics", ignore_errors=True)
        server = Child("server", _server(home, host, port, workers), out)
        return Watch(server, Child("worker", _worker(), out), host=host, port=port, stopping=stopping, tell=tell).run()


@contextmanager
def _told_to_stop() -> Iterator[threading.Event]:
    """Give what SIGINT or SIGTERM sets, from the first moment on."""
    stopping = threading.Event()

    def hear(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    former = {number: signal.signal(number, hear) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def _home() -> Path:
    # as config/env.py reads it; interfaces know nothing of config
    home = Path(os.environ.get("MINGJING_HOME", "var/platform")).resolve()
    if not home.exists():
        home.mkdir(parents=True)
        home.chmod(0o700)
    (home / "run").mkdir(exist_ok=True)
    return home


@contextmanager
def _only_one(home: Path) -> Iterator[None]:
    with lock_path(home).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ServingError(f"“{home}”已经有一个平台在运行。请先停掉它，或者另设 MINGJING_HOME。") from None
        yield


def lock_path(home: Path) -> Path:
    """Return the file that is locked while this home is served."""
    (home / "run").mkdir(parents=True, exist_ok=True)
    return home / "run" / "serve.lock"


@contextmanager
def _opened(log: Path | None) -> Iterator[IO[bytes]]:
    if log is None:
        yield sys.stderr.buffer
        return
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab", buffering=0) as file:
        yield file


def _require_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise ServingError(
                f"不能监听 {host}:{port}：{'端口已被占用，请换一个 --port' if error.errno == 98 else error.strerror}。"
            ) from None


def _preparing() -> list[str]:
    code = (
        "import os, django; os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'mingjing.config.settings.base'); "
        "django.setup(); from mingjing.contexts.operations.usecases.prepare import prepare_until_told_to_stop; "
        "import structlog; prepare_until_told_to_stop(tell=structlog.get_logger('mingjing.prepare').info)"
    )
    return [sys.executable, "-c", code]


def _prepare(out: IO[bytes], stopping: threading.Event) -> None:
    # in a session of its own: a migration that has begun is not broken off by Ctrl-C
    child = subprocess.Popen(_preparing(), stdout=out, stderr=out, start_new_session=True)
    while child.poll() is None:
        if stopping.wait(_LOOK_SECONDS):
            child.terminate()
            child.wait()
    if child.returncode != 0 and not stopping.is_set():
        raise PreparingError("更新表结构或静态文件没有成功，平台没有启动；原因见日志。")


def _server(home: Path, host: str, port: int, workers: int) -> list[str]:
    log = home / "run" / "granian-log.json"
    handler = {"class": "logging.StreamHandler", "formatter": "json", "stream": "ext://sys.stderr"}
    logger = {"handlers": ["json"], "level": "INFO", "propagate": False}
    log.write_text(
        json.dumps(
            {
                "version": 1,
                "disable_existing_loggers": False,
                "formatters": {"json": {"()": "mingjing.contexts.operations.logs.formatter"}},
                "handlers": {"json": handler},
                "loggers": {"_granian": logger, "granian.access": logger},
            }
        )
    )
    options = {
        "--interface": "wsgi",
        "--host": host,
        "--port": port,
        "--workers": workers,
        "--blocking-threads": THREADS,
        # threads that end would take their database connections along
        "--blocking-threads-idle-timeout": 600,
        "--backlog": 1024,
        "--log-config": log,
        "--workers-kill-timeout": int(STOPPING_SECONDS) - 5,
        "--respawn-interval": 1,
    }
    words = [str(word) for option in options.items() for word in option]
    return [
        sys.executable, "-m", "granian", *words, "--no-ws", "--respawn-failed-workers", "mingjing.config.wsgi:application",
    ]  # fmt: skip


def _worker() -> list[str]:
    return [sys.executable, "-m", "mingjing.contexts.operations.worker"]


class Child:
    """A process that shall live: it is started again when it dies, after a pause that grows while it dies young."""

    def __init__(self, name: str, command: list[str], out: IO[bytes]) -> None:
        self.name, self.command, self.out = name, command, out
        self.process: subprocess.Popen[bytes] | None = None
        self.failures = 0
        self.started_at = self.next_start_at = 0.0

    def start(self) -> None:
        """Start the process, in a session of its own: Ctrl-C in a terminal is for the watching process alone."""
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=self.out,
            stderr=self.out,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - there are no threads here
        )
        self.started_at = time.monotonic()

    def look(self, note: Callable[..., None]) -> None:
        """Start the process again if it has died and its pause is over."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            status = self.process.returncode
            self.kill()
            self.failures = 0 if now - self.started_at > STEADY_SECONDS else self.failures + 1
            pause = min(2.0 ** (self.failures - 1), LONGEST_PAUSE_SECONDS) if self.failures else 0.0
            self.process, self.next_start_at = None, now + pause
            note("child_died", child=self.name, status=status, again_in_seconds=pause)
        if self.process is None and now >= self.next_start_at:
            self.start()
            note("child_started", child=self.name)

    def alive(self) -> bool:
        """Say whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def terminate(self) -> None:
        """Ask the process to end."""
        if self.process is not None and self.alive():
            self.process.terminate()

    def kill(self) -> None:
        """End the process and whatever it started."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _die_with_parent() -> None:
    """Have Linux send SIGTERM when the watching process is killed; elsewhere do nothing."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_SIGNAL_OF_PARENTS_DEATH, signal.SIGTERM)


class Watch:
    """Keeps web server and worker alive until told to stop."""

    def __init__(
        self, server: Child, worker: Child, *, host: str, port: int, stopping: threading.Event, tell: Tell
    ) -> None:
        self.server, self.worker, self.out = server, worker, server.out
        self.host, self.port, self.stopping, self.tell = host, port, stopping, tell

    def run(self) -> int:
        """Start both, watch, stop both; return the exit status."""
        if self.stopping.is_set():
            return 0
        self.server.look(self._note)
        self.worker.look(self._note)
        if not self._wait_until_served():
            return self._stop(1)
        self.tell(f"明镜已启动：{self._address()}  （Ctrl-C 停止）")
        _notify_systemd("READY=1")
        while not self.stopping.wait(_LOOK_SECONDS):
            self.server.look(self._note)
            self.worker.look(self._note)
        return self._stop(0)

    def _wait_until_served(self) -> bool:
        """Wait for the first answer; a signal in the meantime is kept until then, since the server would lose it."""
        end = time.monotonic() + STARTING_SECONDS
        while time.monotonic() < end and self.server.failures < 3:
            if self._answers():
                return True
            time.sleep(_LOOK_SECONDS)
            self.server.look(self._note)
            self.worker.look(self._note)
        self.tell("网页服务没有启动成功，原因见日志。")
        return False

    def _answers(self) -> bool:
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        connection = http.client.HTTPConnection(host, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _address(self) -> str:
        host = "127.0.0.1" if self.host in {"0.0.0.0", "::"} else self.host  # noqa: S104 - compared, not bound
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}"

    def _stop(self, status: int) -> int:
        _notify_systemd("STOPPING=1")
        self._note("stopping")
        end = time.monotonic() + STOPPING_SECONDS
        children = (self.server, self.worker)
        for child in children:
            child.terminate()
        while time.monotonic() < end and any(child.alive() for child in children):
            time.sleep(_LOOK_SECONDS)
        for child in children:
            if child.alive():
                self._note("child_killed", child=child.name)
            child.kill()
        self._note("stopped")
        return status

    def _note(self, event: str, **facts: object) -> None:
        moment = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        line = {"event": event, **facts, "logger": "mingjing.serve", "level": "info", "timestamp": moment}
        self.out.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self.out.flush()


def _notify_systemd(state: str) -> None:
    """Tell systemd how far we are, if it asked to be told."""
    path = os.environ.get("NOTIFY_SOCKET")
    if not path:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line, suppress(OSError):
        line.sendto(state.encode(), f"\0{path[1:]}" if path.startswith("@") else path)


def _main(host: str, port: str, workers: str, log: str = "") -> int:
    try:
        return serve(
            host=host,
            port=int(port),
            workers=int(workers),
            log=Path(log) if log else None,
            tell=lambda words: print(words, flush=True),
        )
    except DomainError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
