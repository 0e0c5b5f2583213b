"""
Measure cases with a province's rows (``make bench-cases``): list, search and case page, and the export of their facts.

    python -m tools.bench_cases                    1,000,000 cases with their steps, people and log; SQLite, two processes
    python -m tools.bench_cases --cases 100000     quicker
    MINGJING_DATABASE=postgresql://… python -m tools.bench_cases

The rows go in past the use cases. Each page is asked for by one user and by sixteen, and between, the same rows as a page of Django's
own (``tools.bench_bare``). Goals: medians of 150 ms and 400 ms, at most three times the bare page; export of all facts in 60 s, of one
case in a hundred in 3 s.
"""

import argparse
import json
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tools.bench_platform import (
    BIN,
    FRONT,
    GENERATOR_USERS,
    GIVEN,
    MIDDLE,
    PASSWORD,
    ROOT,
    SURNAMES,
    Measured,
    ask,
    bare,
    build_parties,
    build_units,
    build_users,
    line,
    party_code,
    platform,
)

MATTERS = (
    "未明码标价 使用超期计量器具 经营过期食品 未公示许可证 虚假宣传 未建立进货查验 无照经营 销售不合格产品".split()
)
WAY = (
    ("filing", "filing", 0, "approved"),
    ("inspection", "inspection", 1, "credential_shown"),
    ("investigation_report", "investigation_report", 12, ""),
    ("prior_notice", "prior_notice", 15, "approved"),
    ("service", "service", 15, ""),
    ("decision", "decision", 24, "approved"),
    ("service", "service", 25, ""),
    ("closing", "closing", 40, "approved"),
)
"""Steps of a case: step, kind of event, days after the first, outcome. Every fourth case stops somewhere on the way."""
BATCH = 5_000
OFFICERS_OF_UNIT = 20


def case_code(number: int) -> str:
    """The code of a case by its number."""
    return f"C{number:08d}"


def main() -> None:
    """Build if needed, measure, print, keep."""
    parser = argparse.ArgumentParser(prog="make bench-cases")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=6, help="of each measurement")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, default=ROOT / "var" / "bench" / "cases.json")
    given = parser.parse_args()
    home = ROOT / "var" / f"bench-cases-{given.cases}"
    os.environ |= {"MINGJING_HOME": str(home), "DJANGO_SETTINGS_MODULE": "mingjing.config.settings.base"}
    build(home, given.cases)
    rows: list[dict[str, Any]] = []
    with platform(home, given.workers, ("city", "county", "officer")) as (port, cookies), bare(given.workers) as other:
        for name, who, path, bare_path in pages(given.cases):
            for users in GENERATOR_USERS:
                ours = ask(name, port, path, users=users, seconds=given.seconds, cookie=cookies[who])
                theirs = ask(name, other, bare_path, users=users, seconds=given.seconds, cookie=cookies[who])
                rows.append({"platform": asdict(ours), "bare": asdict(theirs), "good": good(ours, theirs)})
                print(line(ours, theirs), "" if rows[-1]["good"] else "  MISSED", flush=True)
    exports = list(export(given.cases))
    for one in exports:
        print(f"{one['what']:<22} {one['seconds']:6.1f} s  {one['rows']} rows", flush=True)
    given.keep.parent.mkdir(parents=True, exist_ok=True)
    from tools.bench.measure import machine

    told = {"machine": machine(), "cases": given.cases, "workers": given.workers, "rows": rows, "exports": exports}
    given.keep.write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    print(f"kept in {given.keep}")


def good(ours: Measured, theirs: Measured) -> bool:
    """Say whether a page keeps what was promised."""
    limit = 150 if ours.users == 1 else 400
    return ours.milliseconds <= limit and ours.milliseconds <= 3 * theirs.milliseconds


type Address = Callable[[random.Random], str]


def pages(cases: int) -> list[tuple[str, str, Address, Address]]:
    """The pages: a name, who looks, our address, the bare one's."""

    def one(chance: random.Random) -> str:
        return f"/cases/{case_code(chance.randrange(cases))}/"

    def mine(chance: random.Random) -> str:
        return f"/cases/{case_code(chance.randrange(cases // UNITS) * UNITS)}/"

    def word(chance: random.Random) -> str:
        return f"/cases/?q={quote(chance.choice(FRONT) + chance.choice(MIDDLE))}"

    def listed(_: random.Random) -> str:
        return "/cases/"

    return [
        ("list, whole city", "city", listed, listed),
        ("list, one county", "county", listed, listed),
        ("list, own cases", "officer", listed, listed),
        ("list, overdue", "city", lambda _: "/cases/?overdue=1", listed),
        ("search", "city", word, word),
        ("case, overseer", "city", one, one),
        ("case, handler", "officer", mine, mine),
    ]


UNITS = 11 * 20


def export(cases: int) -> Iterator[dict[str, Any]]:
    """Export the facts of all cases, then of those that changed: one in a hundred."""
    from mingjing.contexts.cases.models import Case
    from mingjing.contexts.cases.usecases.export_facts import export_cases

    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        counts = export_cases(Path(folder))
        yield {"what": "export, all", "seconds": time.monotonic() - begun, "rows": sum(counts.values())}
    before = datetime.now(tz=UTC)
    changed = [case_code(number) for number in range(0, cases, 100)]
    for first in range(0, len(changed), BATCH):
        rows = Case.objects.filter(code__in=changed[first : first + BATCH])
        rows.update(changed_at=datetime.now(tz=UTC) + timedelta(seconds=1))
    with tempfile.TemporaryDirectory() as folder:
        begun = time.monotonic()
        counts = export_cases(Path(folder), changed_since=before)
        yield {"what": "export, 1 % changed", "seconds": time.monotonic() - begun, "rows": sum(counts.values())}


# --- building


def build(home: Path, cases: int) -> None:
    """Make the place, once."""
    done = home / "built"
    import django

    if done.exists():
        django.setup()
        return
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    (home / "security.yaml").write_text("second_factor_roles: []\n")
    subprocess.run([BIN / "mingjing", "manage", "migrate", "--verbosity", "0"], check=True)
    django.setup()
    from django.db import connection

    begun = time.monotonic()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=OFF")
    units = build_units()
    build_users()
    parties = max(1000, cases // 5)
    build_parties(parties)
    agencies, officers = _subjects(units)
    items = _items(units[0])
    print(f"registers in after {time.monotonic() - begun:.0f} s", flush=True)
    for first in range(0, cases, BATCH):
        _cases(range(first, min(first + BATCH, cases)), units, agencies, officers, items, parties)
        if first % 100_000 == 0:
            print(f"{first} cases in after {time.monotonic() - begun:.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    done.touch()
    print(f"built in {time.monotonic() - begun:.0f} s", flush=True)


def _subjects(units: list[Any]) -> tuple[list[Any], list[list[Any]]]:
    """Enter a subject and some officers with credentials for each unit; one officer of the first has an account."""
    from mingjing.contexts.accounts.models import Grant, User
    from mingjing.contexts.registry.models import Agency, Credential, Officer

    chance = random.Random(3)
    agencies = Agency.objects.bulk_create(
        Agency(
            unit=unit, code=f"A{number:06d}", name=unit.name, kind="organ", field="market_regulation", status="announced",
            legal_basis="《食品安全法》第六条", confirmed_on=date(2020, 1, 10), announced_on=date(2020, 1, 15),
        )
        for number, unit in enumerate(units)
    )  # fmt: skip
    officers = []
    for number, unit in enumerate(units):
        officers.append(
            Officer.objects.bulk_create(
                Officer(
                    code=f"F{number:04d}{one:02d}", unit=unit, category="officer", employment="established",
                    name=chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN),
                    joined_on=date(2018, 1, 1), exam_passed_on=date(2018, 6, 1),
                )
                for one in range(OFFICERS_OF_UNIT)
            )
        )  # fmt: skip
    Credential.objects.bulk_create(
        Credential(
            officer=one, number=f"15{one.pk:09d}", category="市场监管", area="济宁市", issued_on=date(2024, 1, 1),
            valid_from=date(2024, 1, 1), valid_until=date(2029, 12, 31), verified_on=date(2026, 3, 1), token=f"t{one.pk}",
        )
        for some in officers
        for one in some
    )  # fmt: skip
    user = User.objects.create_user(username="officer", name=officers[0][0].name, password=PASSWORD, unit=units[0])
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    Grant.objects.create(
        user=user, role="officer", unit=units[0], valid_from=date(2020, 1, 1), granted_by="bench", reason="测量"
    )
    Officer.objects.filter(pk=officers[0][0].pk).update(user=user)
    return agencies, officers


def _items(unit: Any) -> list[Any]:
    """Enter the items with a published edition each."""
    from mingjing.contexts.catalog.models import Item, ItemEdition
    from mingjing.domain.catalog.editions import digest_of

    at = datetime(2025, 1, 1, tzinfo=UTC)
    made = []
    for number, matter in enumerate(MATTERS):
        row = Item.objects.create(
            code=f"I{number:05d}", name=f"对{matter}的处罚", unit=unit, created_at=at, kind="penalty"
        )
        content = {"name": row.name, "kind": "penalty", "basis": ["某条例第八条"], "flow": "penalty_ordinary"}
        edition = ItemEdition.objects.create(
            holder=row,
            number=1,
            status="published",
            content=content,
            digest=digest_of(content),
            effective_from=date(2025, 1, 1),
            drafted_at=at,
            drafted_by="bench",
        )
        made.append((row, str(edition.pin)))
    return made


def _cases(
    numbers: range, units: list[Any], agencies: list[Any], officers: list[list[Any]], items: list[Any], parties: int
) -> None:
    """Enter some cases with steps, people, search and log."""
    from django.db import transaction

    from mingjing.contexts.cases.models import Case, Event, Handler, Participant
    from mingjing.contexts.cases.usecases.base import document_of
    from mingjing.contexts.records.usecases import append
    from mingjing.contexts.registry.models import Party
    from mingjing.contexts.work.search import index_many

    chance = random.Random(numbers.start)
    codes = [party_code((number * 7) % parties) for number in numbers]
    known = {one.code: one for one in Party.objects.filter(code__in=codes)}
    made: list[tuple[Any, int, int]] = []
    for number, party_of in zip(numbers, codes, strict=True):
        at = number % UNITS
        item, pin = items[number % len(items)]
        party = known[party_of]
        opened = datetime(2022, 1, 4, 1, tzinfo=UTC) + timedelta(
            minutes=number * 2_400_000 // max(numbers.stop, 1_000_000)
        )
        taken = len(WAY) if number % 4 else 1 + (number // 4) % (len(WAY) - 1)
        stage, status = _stands(taken)
        case = Case(
            code=case_code(number), case_no=f"市监案〔{opened.year}〕{number}号", title=f"{party.name}{item.name[1:-3]}案", kind="penalty",
            procedure_code="penalty_ordinary", procedure="ordinary", stage=stage, status=status, unit=units[at], agency=agencies[at],
            item=item, item_pin=pin, party=party, source="inspection", act_on=opened.date(), found_on=opened.date(),
            fine_fen=100_000 + number % 900 * 100, tier="一般", is_major=False, is_complex=False, opened_at=opened,
            decided_on=(opened + timedelta(days=24)).date() if taken >= 6 else None, next_number=taken + 1,
            due_on=None if status == "closed" else (opened + timedelta(days=90)).date(), due_why="" if status == "closed" else "处罚决定作出期限",
        )  # fmt: skip
        made.append((case, at, taken))
    with transaction.atomic():
        Case.objects.bulk_create(case for case, _, _ in made)
        events = Event.objects.bulk_create(
            [
                Event(
                    code=f"{case.code}-{place:03d}", case=case, number=place, step=step, type=kind, at=case.opened_at + timedelta(days=days, minutes=place),
                    outcome=outcome, method="in_person" if kind == "service" else "", words={"content": "已办理。"}, taken_by="officer", taken_at=case.opened_at,
                )
                for case, _, taken in made
                for place, (step, kind, days, outcome) in enumerate(WAY[:taken], 1)
            ],
            batch_size=BATCH,
        )  # fmt: skip
        unit_of = {case.pk: at for case, at, _ in made}
        Participant.objects.bulk_create(
            (
                Participant(event=event, officer=one, role="server" if event.type == "service" else "handler")
                for event in events
                for one in officers[unit_of[event.case_id]][:2]
            ),
            batch_size=BATCH,
        )
        Handler.objects.bulk_create(
            (
                Handler(case=case, officer=officers[at][place], is_lead=place == 0, since=case.opened_at.date())
                for case, at, _ in made
                for place in range(2)
            ),
            batch_size=BATCH,
        )
        index_many("cases.case", [document_of(case) for case, _, _ in made])
        for case, _, _ in made:
            append(
                actor="bench",
                at=case.opened_at,
                act="cases.import_case",
                subject=f"case:{case.code}",
                fields={"no": chance.randrange(10**6)},
            )


def _stands(taken: int) -> tuple[str, str]:
    if taken == len(WAY):
        return "closed", "closed"
    return ("investigation", "investigation", "review", "notice", "notice", "execution", "execution")[taken - 1], "open"


if __name__ == "__main__":
    main()
