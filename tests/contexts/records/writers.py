"""
Processes that write acts with their log entries, to be run many at once and to be killed.

    python -m tests.contexts.records.writers prepare
    python -m tests.contexts.records.writers write NAME ACTS THREADS     prints each act once it is committed
    python -m tests.contexts.records.writers inspect                     prints as JSON what there is in the end

An act writes five rows of its own and one entry. Beside its writers each process gives places, signs and publishes
without pause. The database is that of ``MINGJING_DATABASE``.
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import django
from django.utils import timezone

PARTS = 5


def prepare() -> None:
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", "records", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE act_row (act VARCHAR(40) NOT NULL, part INTEGER NOT NULL, PRIMARY KEY (act, part))"
        )


def write(name: str, acts: int, threads: int) -> None:
    running = [threading.Thread(target=_write, args=(f"{name}-{number}", acts)) for number in range(threads)]
    done = threading.Event()
    sequencing = threading.Thread(target=_sequence, args=(done,))
    for each in [*running, sequencing]:
        each.start()
    for each in running:
        each.join()
    done.set()
    sequencing.join()


def act(name: str) -> None:
    """Write five rows and the entry, all or nothing."""
    from django.db import connection, transaction

    from mingjing.contexts.records.usecases import append

    with transaction.atomic(), connection.cursor() as cursor:
        for part in range(PARTS):
            cursor.execute("INSERT INTO act_row (act, part) VALUES (%s, %s)", [name, part])
        append(actor="writer", at=timezone.now(), act="test.write", subject=f"act:{name}", fields={"parts": PARTS})


def _write(name: str, acts: int) -> None:
    from django.db import connection

    for number in range(acts):
        act(f"{name}-{number}")
        # One write call for a line: lines of threads do not mix, and what is printed survives the process.
        os.write(1, f"{name}-{number}\n".encode())
    connection.close()


def _sequence(done: threading.Event) -> None:
    from django.conf import settings
    from django.db import connection

    from mingjing.contexts.records.usecases.publish import publish

    while not done.wait(0.02):
        # Each process to a folder of its own: the folder, unlike the database, has one writer.
        publish(at=timezone.now(), ask=False, folder=Path(settings.HOME) / f"log-{os.getpid()}")
    connection.close()


def inspect() -> None:
    from django.conf import settings
    from django.db import connection

    from mingjing.contexts.records.models import Entry, Pending, Sequenced
    from mingjing.contexts.records.usecases.publish import publish, write_files
    from mingjing_verify.check import check_log

    publish(at=timezone.now(), ask=False)
    report = check_log(Path(settings.HOME) / "log")
    # As another who starts from the database alone would write them.
    write_files(Path(settings.HOME) / "again")
    again = check_log(Path(settings.HOME) / "again")
    with connection.cursor() as cursor:
        cursor.execute("SELECT act, COUNT(*) FROM act_row GROUP BY act")
        parts = dict(cursor.fetchall())
        cursor.execute("SELECT subject, COUNT(*) FROM records_entry WHERE subject LIKE 'act:%%' GROUP BY subject")
        logged = {subject.removeprefix("act:"): count for subject, count in cursor.fetchall()}
    numbers = list(Sequenced.objects.order_by("number").values_list("number", "place"))
    print(
        json.dumps(
            {
                "acts": sorted(parts),
                "half": sorted(name for name, count in parts.items() if count != PARTS),
                "unlogged": sorted(set(parts) - set(logged)),
                "logged_without_act": sorted(set(logged) - set(parts)),
                "logged_twice": sorted(name for name, count in logged.items() if count != 1),
                "unbroken": numbers == [(number, number) for number in range(Entry.objects.count())],
                "pending": Pending.objects.count(),
                "entries": report.entries,
                "problems": [str(each) for each in [*report.problems, *again.problems]],
            }
        )
    )


def main(mode: str, *arguments: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "mingjing.config.settings.base"
    django.setup()
    modes: dict[str, Callable[[], None]] = {
        "prepare": prepare,
        "write": lambda: write(arguments[0], int(arguments[1]), int(arguments[2])),
        "inspect": inspect,
    }
    modes[mode]()


if __name__ == "__main__":
    main(*sys.argv[1:])
