"""
Measure documents: ``python -m tools.bench_documents`` (in ``var/bench``; the database that ``MINGJING_DATABASE`` names, else SQLite).

    --decisions 1000     so many decisions of two pages as PDF, on two processes
    --numbers 10000      so many requests for numbers over 64 connections
"""

import argparse
import multiprocessing
import os
import shutil
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "var" / "bench" / "documents"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
CONNECTIONS = 64
PROCESSES = 2


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1])
    parser.add_argument("--decisions", type=int, default=1000)
    parser.add_argument("--numbers", type=int, default=10_000)
    asked = parser.parse_args()
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    os.environ["MINGJING_HOME"] = str(HOME)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mingjing.config.settings.base")
    if asked.decisions:
        print(decisions(asked.decisions))
    if asked.numbers:
        print(numbers(asked.numbers))


def decisions(count: int) -> str:
    """Make decisions as PDF on all processes; say how long it took."""
    started = time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        found = Counter(pages for part in pool.map(_print, [count // PROCESSES] * PROCESSES) for pages in part)
        pool.close()
        pool.join()
    seconds = time.perf_counter() - started
    used = os.times()
    work = used.children_user + used.children_system
    return (
        f"{count} decisions on {PROCESSES} processes: {seconds:.1f} s, {work:.1f} s of processors, pages {dict(found)}"
    )


def _print(count: int) -> list[int]:
    import django

    django.setup()
    from mingjing.contexts.documents.rendering import pdf
    from mingjing.contexts.documents.rendering.word import page_texts
    from tests.contexts.documents.samples import print_of

    pages = []
    for number in range(count):
        data = pdf(print_of("penalty_decision", 0))
        if number % 100 == 0:
            pages.append(len(page_texts(data)))
    return pages


def numbers(count: int) -> str:
    """Ask for numbers over many connections; look through what was given."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import OperationalError, connection, connections, transaction

    from mingjing.contexts.accounts.access import Actor
    from mingjing.contexts.accounts.models import Unit, User
    from mingjing.contexts.documents.models import Document, Number, NumberRow
    from mingjing.contexts.documents.usecases.issuing import take_number
    from mingjing.domain.documents.numbering import check

    call_command("migrate", verbosity=0)
    unit = Unit.objects.create(code="bench", name="泗水县市场监督管理局", kind="agency", place="370831", path="bench/")
    user = User.objects.create_user(username="bench", name="张伟", unit=unit)
    actor = Actor(user_id=user.pk, code=user.code, name=user.name, unit_path=unit.path)
    rows = Document.objects.bulk_create(
        Document(
            code=f"B{number}", check_code=f"B{number}", kind="penalty_decision", unit=unit, author=user,
            drafted_at=NOW, letterhead={"mark": "泗市监"},
        )
        for number in range(count)
    )  # fmt: skip

    def ask(part: int) -> int:
        """Ask for the numbers of a share of the documents; a request that the database refuses is made again."""
        again = 0
        for row in rows[part::CONNECTIONS]:
            while True:
                try:
                    with transaction.atomic():
                        take_number(row, actor, NOW)
                    break
                except OperationalError:
                    again += 1
        connections.close_all()
        return again

    started = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        again = sum(pool.map(ask, range(CONNECTIONS)))
    seconds = time.perf_counter() - started
    series = NumberRow.objects.get(unit=unit)
    found = check(Number.objects.filter(row=series).values_list("value", flat=True), series.latest)
    return (
        f"{count} numbers over {CONNECTIONS} connections on {connection.vendor}: {seconds:.1f} s, asked again {again}, "
        f"latest {series.latest}, gaps {len(found.gaps)}, repeats {len(found.repeats)}"
    )


if __name__ == "__main__":
    main()
