"""A log in the test database, and a private PostgreSQL for tests that compare the two databases."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import transaction

from mingjing.contexts.records.usecases import append
from tests.conftest import absent
from tools.postgresql import SAFE, programs, server

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


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL of our own, as safe as one in use."""
    if programs() is None:
        absent("PostgreSQL (Debian: postgresql)")
    with server(SAFE) as made:
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """``MINGJING_DATABASE`` of a fresh database, once on each kind."""
    if request.param == "sqlite":
        yield str(tmp_path / "log.sqlite3")
        return
    cluster: str = request.getfixturevalue("postgresql")
    name = f"log{os.getpid()}_{abs(hash(tmp_path))}"
    _sql(cluster, f'CREATE DATABASE "{name}"')
    yield urlsplit(cluster)._replace(path=f"/{name}").geturl()
    _sql(cluster, f'DROP DATABASE "{name}" WITH (FORCE)')


def _sql(cluster: str, statement: str) -> None:
    import psycopg

    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(statement.encode())
