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
import secrets
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from itertools import batched
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from mingjing.domain.records.entries import Act, chance_needed, seal
from mingjing.domain.records.hashing import Hasher
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
    platform,
)

if TYPE_CHECKING:
    from mingjing.contexts.cases.models import Case
    from mingjing.contexts.work.models import SearchDocument

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
DECIDED = 6
"""So many steps make a case decided."""
SPAN = timedelta(days=5 * 365)
YOUNGEST = timedelta(days=45)
"""Over what time the cases were opened, and how long ago the last."""
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
    # open ones that the officer handles
    own = [one for one in range(0, cases, UNITS * OFFICERS_OF_UNIT // 2) if taken(one, cases) < len(WAY)]

    def one(chance: random.Random) -> str:
        return f"/cases/{case_code(chance.randrange(cases))}/"

    def mine(chance: random.Random) -> str:
        return f"/cases/{case_code(chance.choice(own))}/"

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

    def told(what: str) -> None:
        print(f"{what} after {time.monotonic() - begun:.0f} s", flush=True)

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("PRAGMA cache_size=-1000000")
        fill(cases, told)
        cursor.execute("ANALYZE")
    done.touch()
    told("built")


def fill(cases: int, told: Callable[[str], None]) -> None:
    """Enter registers, cases and log; ``told`` is told how far it is."""
    units = build_units()
    build_users()
    build_parties(max(1000, cases // 5))
    told("registers in")
    load_cases(cases, *_subjects(units), _items(units[0]), told)
    load_log(cases)
    told("log in")


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


def load_cases(
    cases: int, agencies: list[Any], officers: list[list[Any]], items: list[Any], told: Callable[[str], None]
) -> None:
    """
    Enter cases with their people, their steps and what search finds.

    Cases are written as tuples; their steps, and who took part, the database makes of them.
    """
    from django.db import connection, transaction

    from mingjing.contexts.cases.models import Case, Event, Handler, Participant
    from mingjing.contexts.registry.models import Party
    from mingjing.contexts.work.models import SearchDocument
    from mingjing.contexts.work.search.store import remember

    parties = list(Party.objects.order_by("code"))
    first = datetime.now(tz=UTC) - YOUNGEST - SPAN
    found = [{"id": SearchDocument.objects.latest("pk").pk}]
    with connection.cursor() as cursor, bare_tables(cursor, Case, Event, Handler, Participant):
        for numbers in batched(range(cases), BATCH):
            rows = [
                _case(
                    one,
                    opened=first + SPAN * (one / cases),
                    taken=taken(one, cases),
                    agency=agencies[one % UNITS],
                    item=items[one % len(items)],
                    party=parties[one * 7 % len(parties)],
                )
                for one in numbers
            ]
            with transaction.atomic():
                insert(cursor, Case, rows)
                insert(cursor, Handler, (one for row in rows for one in _handlers(row, officers)))
                found = [_found(row, count) for count, row in enumerate(rows, found[-1]["id"] + 1)]
                insert(cursor, SearchDocument, found)
                remember(cast("SearchDocument", SimpleNamespace(**one, pk=one["id"])) for one in found)
        told("cases in")
        derive(cursor, Event, _STEP | {"at": _AT[connection.vendor]}, _STEPS)
        derive(cursor, Participant, _PART, "cases_event e JOIN cases_handler h ON h.case_id = e.case_id ORDER BY e.id")
        told("steps in")
        _reset(cursor, SearchDocument)
    told("indexes made")


def load_log(cases: int) -> None:
    """
    Enter in the log what the import of each case enters, and take it up into the tree.

    The first entry goes the usual way, which opens the tree; the others are sealed and hashed as it was, and written as tuples.
    """
    from django.db import connection, transaction
    from django.utils import timezone

    from mingjing.contexts.records.models import Entry, Leaf, Pending, Sequenced, Sequencer
    from mingjing.contexts.records.tiles import tree_of
    from mingjing.contexts.records.usecases.append import append
    from mingjing.contexts.records.usecases.sequence import sequence
    from mingjing.contexts.records.usecases.sign import sign_latest

    now = timezone.now()
    with transaction.atomic():
        before = append(**_told(0, cases, now))
    sequence(at=now)
    last = Sequenced.objects.select_related("shard").get(entry_id=before)
    shard, tree = last.shard, tree_of(last.shard)
    for numbers in batched(range(1, cases), BATCH):
        with transaction.atomic(), connection.cursor() as cursor:
            sealed = [_sealed(tree.hasher, **_told(one, cases, now)) for one in numbers]
            insert(
                cursor, Entry, (entry | {"id": before + one} for one, (entry, _) in zip(numbers, sealed, strict=True))
            )
            insert(
                cursor,
                Leaf,
                (leaf | {"entry_id": before + one} for one, (_, leaf) in zip(numbers, sealed, strict=True)),
            )
            Pending.objects.all().delete()
            insert(
                cursor,
                Sequenced,
                (
                    {
                        "number": last.number + one,
                        "shard_id": shard.pk,
                        "place": last.place + one,
                        "entry_id": before + one,
                    }
                    for one in numbers
                ),
            )
            tree.append([leaf["hash"] for _, leaf in sealed])
    shard.size = tree.size
    shard.save()
    Sequencer.objects.update(next_number=last.number + cases)
    with connection.cursor() as cursor:
        _reset(cursor, Entry)
    sign_latest(at=now)


def _told(number: int, cases: int, at: datetime) -> dict[str, Any]:
    """What the import of a case tells the log."""
    steps = taken(number, cases)
    stage, status = _stands(steps)
    return {
        "actor": "bench", "at": at, "act": "cases.import_case", "subject": f"case:{case_code(number)}", "reason": "导入以前的案件",
        "fields": {"stage": stage, "status": status, "events": steps},
    }  # fmt: skip


def _sealed(
    hasher: Hasher, *, actor: str, at: datetime, act: str, subject: str, reason: str, fields: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """An entry and its leaf, as ``append`` writes them."""
    described = Act(who=actor, at=at, act=act, object=subject, why=reason, fields=fields)
    sealed = seal(described, hasher=hasher, chance=secrets.token_bytes(chance_needed(described)))
    salts = {name: b64encode(each.salt).decode() for name, each in sealed.openings.items()}
    entry = {
        "recorded_at": f"{at:%Y-%m-%d %H:%M:%S.%f}", "actor": actor, "act": act, "subject": subject, "reason": reason,
        "fields": json.dumps(fields, ensure_ascii=False), "salts": json.dumps(salts),
    }  # fmt: skip
    return entry, {"data": sealed.data, "hash": sealed.leaf_hash}


def taken(number: int, cases: int) -> int:
    """How many steps a case has taken: all, but in every fourth of the last tenth, and in one of four hundred before."""
    stands = number % (4 if number >= cases * 9 // 10 else 400) == 0
    return 1 + number // 4 % (len(WAY) - 1) if stands else len(WAY)


def _stands(taken: int) -> tuple[str, str]:
    if taken == len(WAY):
        return "closed", "closed"
    return ("investigation", "investigation", "review", "notice", "notice", "execution", "execution")[taken - 1], "open"


def _case(number: int, *, opened: datetime, taken: int, agency: Any, item: Any, party: Any) -> dict[str, Any]:
    """A case as the tables have it, and what it is found by."""
    kind, pin = item
    stage, status = _stands(taken)
    is_open = status == "open"
    day, moment = f"{opened:%Y-%m-%d}", f"{opened:%Y-%m-%d %H:%M:%S}"
    return {
        "id": number + 1, "code": case_code(number), "case_no": f"市监案〔{opened.year}〕{number}号", "title": f"{party.name}{kind.name[1:-3]}案",
        "kind": "penalty", "procedure_code": "penalty_ordinary", "procedure": "ordinary", "stage": stage, "status": status,
        "unit": agency.unit, "unit_id": agency.unit_id, "agency_id": agency.pk, "item": kind, "item_id": kind.pk, "item_pin": pin,
        "party": party, "party_id": party.pk, "source": "inspection", "act_on": day, "found_on": day,
        "fine_fen": 100_000 + number % 900 * 100, "tier": "一般", "is_major": False, "is_complex": False, "opened_at": moment,
        "changed_at": moment, "decided_on": f"{opened + timedelta(days=24):%Y-%m-%d}" if taken >= DECIDED else None, "next_number": taken + 1,
        "due_on": f"{opened + timedelta(days=90):%Y-%m-%d}" if is_open else None, "due_why": "处罚决定作出期限" if is_open else "",
    }  # fmt: skip


def _found(row: dict[str, Any], number: int) -> dict[str, Any]:
    """What search finds of a case, as its table has it."""
    from mingjing.contexts.cases.usecases.base import document_of

    document = document_of(cast("Case", SimpleNamespace(**row)))
    return {"id": number, "kind": "cases.case", **asdict(document)}


def _handlers(row: dict[str, Any], officers: list[list[Any]]) -> Iterator[dict[str, Any]]:
    """Two officers of the unit handle a case, in turn."""
    number = row["id"] - 1
    pair = number // UNITS % (OFFICERS_OF_UNIT // 2) * 2
    for place in range(2):
        officer = officers[number % UNITS][pair + place]
        yield {"case_id": row["id"], "officer_id": officer.pk, "is_lead": place == 0, "since": row["act_on"]}


_STEPS = (
    "cases_case c CROSS JOIN (VALUES "
    + ", ".join(
        f"({place}, '{step}', '{kind}', {days * 24 * 60 + place}, '{outcome}', '{'in_person' if kind == 'service' else ''}')"
        for place, (step, kind, days, outcome) in enumerate(WAY, 1)
    )
    + ") w WHERE w.column1 < c.next_number"
)
_STEP = {
    "code": "c.code || '-00' || w.column1",
    "case_id": "c.id",
    "number": "w.column1",
    "step": "w.column2",
    "type": "w.column3",
    "outcome": "w.column5",
    "method": "w.column6",
    "words": """'{"content": "已办理。"}'""",
    "taken_by": "'officer'",
    "taken_at": "c.opened_at",
}
_AT = {
    "sqlite": "strftime('%%Y-%%m-%%d %%H:%%M:%%S', c.opened_at, w.column4 || ' minutes')",
    "postgresql": "c.opened_at + w.column4 * interval '1 minute'",
}
_PART = {
    "event_id": "e.id",
    "officer_id": "h.officer_id",
    "role": "CASE e.type WHEN 'service' THEN 'server' ELSE 'handler' END",
}


def insert(cursor: Any, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows past the mapper; what they do not say, the model says."""
    table, rest = _table(model)
    full = [rest | row for row in rows]
    names = [field.column for field in model._meta.local_concrete_fields if field.column in full[0]]  # noqa: SLF001
    marks = ", ".join(["%s"] * len(names))
    values = [[row[name] for name in names] for row in full]
    cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", values)


def derive(cursor: Any, model: Any, columns: dict[str, str], source: str) -> None:
    """Make rows of other rows in the database; what the columns do not say, the model says."""
    table, rest = _table(model)
    rest = {name: value for name, value in rest.items() if name not in columns}
    chosen = ", ".join([*columns.values(), *("%s" for _ in rest)])
    cursor.execute(
        f"INSERT INTO {table} ({', '.join([*columns, *rest])}) SELECT {chosen} FROM {source}", [*rest.values()]
    )


def _table(model: Any) -> tuple[str, dict[str, Any]]:
    """The table of a model, and its columns but the key, with what they hold by default."""
    from django.db import connection

    meta = model._meta  # noqa: SLF001 - Django's public name
    fields = [field for field in meta.local_concrete_fields if not field.primary_key]
    return meta.db_table, {field.column: field.get_db_prep_save(field.get_default(), connection) for field in fields}


@contextmanager
def bare_tables(cursor: Any, *models: Any) -> Iterator[None]:
    """Take the indexes of some tables away, and make them anew at the end; PostgreSQL checks no references meanwhile."""
    from django.db import connection

    postgresql = connection.vendor == "postgresql"
    cursor.execute(_INDEXES[connection.vendor] % ", ".join(f"'{_table(one)[0]}'" for one in models))
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    if postgresql:
        cursor.execute("SET session_replication_role = replica")
    yield
    for _, statement in indexes:
        cursor.execute(statement)
    if postgresql:
        cursor.execute("SET session_replication_role = origin")
    _reset(cursor, *models)


def _reset(cursor: Any, *models: Any) -> None:
    """Let keys go on after those that were given."""
    from django.core.management.color import no_style
    from django.db import connection

    for statement in connection.ops.sequence_reset_sql(no_style(), models):
        cursor.execute(statement)


_INDEXES = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN (%s)",
    "postgresql": (
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class t ON t.oid = indrelid "
        "WHERE t.relname IN (%s) AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)"
    ),
}


if __name__ == "__main__":
    main()
