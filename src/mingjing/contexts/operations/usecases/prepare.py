"""Bring tables and static files up to date before anything is served."""

import fcntl
import hashlib
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Any, Final

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection

_LOCK: Final = 0x6D696E676A696E67
"""The key of PostgreSQL's advisory lock: "mingjing" in ASCII."""

type Tell = Callable[[str], None]


class StoppedError(Exception):
    """Told to stop between two migrations; the next start goes on from there."""


class _Migrate(migrate.Command):
    """Django's, which can be told to stop: a migration that has begun ends, the next one does not begin."""

    def __init__(self, is_stopped: Callable[[], bool]) -> None:
        super().__init__()
        self.is_stopped = is_stopped

    def migration_progress_callback(self, action: str, *args: Any, **kwargs: Any) -> None:
        """Hear before each migration whether it may begin."""
        if action == "apply_start" and self.is_stopped():
            raise StoppedError
        super().migration_progress_callback(action, *args, **kwargs)


def prepare(*, tell: Tell, is_stopped: Callable[[], bool] = lambda: False) -> None:
    """
    Migrate under a lock, then collect static files if any has changed.

    :raises StoppedError: if it was told to stop before all migrations were applied
    """
    with migration_lock(tell):
        call_command(_Migrate(is_stopped), interactive=False, verbosity=0)
    collect_static(tell=tell)


def prepare_until_told_to_stop(*, tell: Tell) -> None:
    """Prepare in a process of its own, which SIGTERM ends at the next moment when nothing is half done."""
    told = Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    with suppress(StoppedError):
        prepare(tell=tell, is_stopped=told.is_set)


@contextmanager
def migration_lock(tell: Tell) -> Iterator[None]:
    """Hold the one lock under which tables may change; wait for whoever holds it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                tell("另一个进程正在更新表结构，等待它完成。")
                cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        return
    with (_run_folder() / "migrate.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("另一个进程正在更新表结构，等待它完成。")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def collect_static(*, tell: Tell) -> bool:
    """Collect static files unless the same ones were collected already; say whether it was done."""
    stamp, wanted = _run_folder() / "static.stamp", _static_state()
    if stamp.exists() and stamp.read_text() == wanted and (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        return False
    tell("正在整理页面所用的静态文件。")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(wanted)
    return True


def _static_state() -> str:
    state = hashlib.sha256()
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: str(found[0])):
            file = Path(storage.path(name)).stat()
            state.update(f"{name}\0{file.st_size}\0{file.st_mtime_ns}\n".encode())
    return state.hexdigest()


def _run_folder() -> Path:
    folder = Path(settings.HOME) / "run"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
