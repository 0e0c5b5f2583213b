"""A log in the test database, and a private PostgreSQL for tests that compare the two databases."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from mingjing.contexts.records.usecases import append
from tests.conftest import absent

AT = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)

type Writer = Callable[..., list[int]]


@pytest.fixture(autouse=True)
def home(settings, tmp_path: Path) -> Path:
    """Keys and public files of each test lie in a folder of its own."""
    settings.HOME = tmp_path / "home"
    return settings.HOME


@pytest.fixture
def write() -> Writer:
    """Append acts: ``write(3)`` three, ``write(3, first=10)`` numbered from ten on."""

    def write(count: int, *, first: int = 0, at: datetime = AT) -> list[int]:
        ids = []
        for number in range(first, first + count):
            with transaction.atomic():
                ids.append(
                    append(
                        actor=f"user{number % 7}",
                        at=at + timedelta(seconds=number),
                        act="case.file",
                        subject=f"case:2026-{number:04}",
                        fields={"fine_fen": number, "party": "张伟"},
                        reason="群众举报",
                    )
                )
        return ids

    return write


def programs() -> Path | None:
    """Where PostgreSQL's own programs lie; Debian keeps them off the path."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a private PostgreSQL that listens on a socket in a folder of its own."""
    found = programs()
    if found is None:
        absent("PostgreSQL (postgresql-15)")
    with tempfile.TemporaryDirectory(prefix="pg-of-log-tests-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        # The server refuses to run as root.
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        if user:
            shutil.chown(place, "postgres", "postgres")
        data = place / "data"

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [*user, str(found / program), *arguments], check=True, cwd=place, stdout=subprocess.DEVNULL, timeout=120
            )

        run(
            "initdb",
            "--pgdata",
            str(data),
            "--username=mingjing",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        )
        options = f"-c listen_addresses='' -c unix_socket_directories={place} -c max_connections=60"
        run("pg_ctl", "--pgdata", str(data), "--log", str(place / "log"), "--options", options, "-w", "start")
        try:
            subprocess.run(
                [str(found / "createdb"), "--host", str(place), "--username=mingjing", "log"], check=True, timeout=60
            )
            yield f"postgresql://mingjing@/log?host={place}"
        finally:
            run("pg_ctl", "--pgdata", str(data), "-m", "immediate", "stop")


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """``MINGJING_DATABASE`` of a fresh database, once on each kind."""
    if request.param == "sqlite":
        yield str(tmp_path / "log.sqlite3")
        return
    server: str = request.getfixturevalue("postgresql")
    name = f"log{os.getpid()}_{abs(hash(tmp_path))}"
    _sql(server, f'CREATE DATABASE "{name}"')
    yield server.replace("/log?", f"/{name}?")
    _sql(server, f'DROP DATABASE "{name}" WITH (FORCE)')


def _sql(server: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())
