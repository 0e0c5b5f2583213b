"""Reads with several connections side by side that see the database as it is at one moment."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from queue import SimpleQueue
from typing import Any, Final

from django.db import connection

AT_ONCE: Final = 2
"""So many are opened: a database that is read by all processors has none left for its users."""


class Readers:
    """Connections that see the same rows, whatever is written meanwhile."""

    def __init__(self, connections: Sequence[Any]) -> None:
        self.first = connections[0]
        self._connections = connections

    def each[T, R](self, work: Callable[[Any, T], R], given: Iterable[T]) -> list[R]:
        """Do a work with a connection for each of some things, side by side; return what it returns, in their order."""
        if len(self._connections) == 1:
            return [work(self.first, one) for one in given]
        free: SimpleQueue[Any] = SimpleQueue()
        for one in self._connections:
            free.put(one)

        def done(thing: T) -> R:
            mine = free.get()
            try:
                return work(mine, thing)
            finally:
                free.put(mine)

        with ThreadPoolExecutor(len(self._connections)) as threads:
            return list(threads.map(done, given))


@contextmanager
def readers() -> Iterator[Readers]:
    """Open them. Within a transaction it is that one's own connection alone: no other sees what was written in it."""
    if connection.in_atomic_block:
        yield Readers([connection])
        return
    with ExitStack() as opened:
        made = [opened.enter_context(_another()) for _ in range(AT_ONCE)]
        _begin_together(made)
        yield Readers(made)


@contextmanager
def _another() -> Iterator[Any]:
    made: Any = connection.copy()
    made.inc_thread_sharing()
    try:
        yield made
    finally:
        # ends its transaction, in which nothing was written
        made.close()


def _begin_together(made: Sequence[Any]) -> None:
    if connection.vendor == "sqlite":
        # while one may write, nobody else does: who begins to read then sees what the others see
        with _another() as guard:
            _run(guard, "BEGIN IMMEDIATE")
            for one in made:
                _run(one, "BEGIN DEFERRED")
                _run(one, "SELECT COUNT(*) FROM sqlite_master")
        return
    shown = ""
    for one in made:
        _run(one, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if shown:
            _run(one, f"SET TRANSACTION SNAPSHOT '{shown}'")
        else:
            [shown] = _run(one, "SELECT pg_export_snapshot()")


def _run(one: Any, statement: str) -> Sequence[Any]:
    with one.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone() if cursor.description else ()
