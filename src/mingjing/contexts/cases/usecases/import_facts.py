"""
Cases that were run elsewhere come in from facts: another system's export, or a place's years before this platform.

They are taken as they are and stand where their events leave them; the gates are for what is done here. What cannot be taken
in (a party, an item, a person that no register here knows) is named row by row, and the good rows go on.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
from django.db import transaction

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.cases.models import Case, Event, Handler, Participant
from mingjing.contexts.cases.promises import note_promise, promised_of
from mingjing.contexts.cases.usecases.base import document_of
from mingjing.contexts.catalog.models import BenchmarkEdition, Item, ItemEdition
from mingjing.contexts.records.usecases import append
from mingjing.contexts.registry.models import Agency, Officer, Party
from mingjing.contexts.registry.usecases.base import reachable_units
from mingjing.contexts.work import search
from mingjing.domain.procedures.acts import SPEAKS
from mingjing.domain.procedures.replay import procedure_like, replay
from mingjing.domain.rules import facts
from mingjing.domain.rules.terms import HANDLING
from mingjing.kernel.moments import Moment

BATCH: Final = 1_000
"""Cases that are taken in at once: all of them, or none."""

_CHINA: Final = ZoneInfo("Asia/Shanghai")
_CASE_COLUMNS: Final = (
    "case_no",
    "source",
    "tier",
    "tier_departure",
    "limitation_class",
    "credit_class",
    "disclosure_exempt",
    "ended_ground",
    "leniency_reason",
)
_SAME: Final = (
    "act_on",
    "act_ended_on",
    "found_on",
    "fine_fen",
    "confiscated_fen",
    "is_major",
    "is_complex",
    "leniency_matched",
    "non_coercive_first",
    "affects_others",
    "hearing_required",
    "expires_on",
)

type Tell = Callable[[int, int], None]
type Row = dict[str, Any]


@dataclass(kw_only=True)
class Imported:
    """What came of it: how many cases were taken in, and of each that was not, its id and why."""

    taken: int = 0
    known: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def import_cases(*, actor: Actor, at: datetime, folder: Path, tell: Tell = lambda _done, _of: None) -> Imported:
    """
    Take in the cases of a folder of standard Parquet tables (cases, events, participants).

    A case that is here already (by its id) is left as it is. Each batch is one transaction, each case one entry in the log;
    stopped in between, the next run goes on.

    :raises ForbiddenError: if the actor may import nowhere
    """
    registers = _Registers(actor)
    events = _by(folder / "events.parquet", "case_id")
    people = _by(folder / "participants.parquet", "event_id")
    made = Imported()
    rows = pq.read_table(folder / "cases.parquet").to_pylist()
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        here = set(Case.objects.filter(code__in=[str(row["case_id"]) for row in batch]).values_list("code", flat=True))
        made.known += len(here)
        fresh = [row for row in batch if str(row["case_id"]) not in here]
        with transaction.atomic():
            _take_in(actor, at, fresh, events, people, registers, made)
        tell(min(start + BATCH, len(rows)), len(rows))
    return made


def _by(file: Path, key: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    if file.is_file():
        for row in pq.read_table(file).to_pylist():
            found[str(row[key])].append(row)
    return found


class _Registers:
    """What the registers know, by the codes that facts use."""

    def __init__(self, actor: Actor) -> None:
        agencies = Agency.objects.select_related("unit")
        units = reachable_units(actor, "cases.case.import", Unit.objects.values_list("code", flat=True))
        self.agencies = {row.code: row for row in agencies if row.unit.code in units}
        self.items = {row.code: row for row in Item.objects.all()}
        self.parties: dict[str, Party] = {}
        self.promised = cache(promised_of)
        self.officers = dict(Officer.objects.values_list("code", "id"))
        self.item_pins = _pins(ItemEdition, "holder__code")
        self.benchmark_pins = _pins(BenchmarkEdition, "holder__item__code")

    def meet(self, rows: list[Row]) -> None:
        """Read the parties of some cases."""
        codes = {str(row["party_id"]) for row in rows}
        self.parties = {one.code: one for one in Party.objects.filter(code__in=codes)}


def _pins(model: Any, key: str) -> Mapping[str, list[tuple[date, str]]]:
    found: dict[str, list[tuple[date, str]]] = defaultdict(list)
    rows = model.objects.filter(effective_from__isnull=False).select_related("holder").order_by("effective_from")
    for code, row in zip(rows.values_list(key, flat=True), rows, strict=True):
        found[code].append((row.effective_from, str(row.pin)))
    return found


def _pinned(pins: Mapping[str, list[tuple[date, str]]], code: str, on: date) -> str:
    """The edition in force on a day; the earliest one for a day before all."""
    mine = pins.get(code, [])
    return next((pin for since, pin in reversed(mine) if since <= on), mine[0][1] if mine else "")


def _take_in(
    actor: Actor,
    at: datetime,
    rows: list[Row],
    events: dict[str, list[Row]],
    people: dict[str, list[Row]],
    registers: _Registers,
    made: Imported,
) -> None:
    taken: list[tuple[Case, list[Row], tuple[str, ...]]] = []
    registers.meet(rows)
    for row in rows:
        code = str(row["case_id"])
        mine = sorted(events.get(code, []), key=lambda one: (one["at"], str(one["event_id"])))
        why = _why_not(row, mine, people, registers)
        if why:
            made.refused.append((code, why))
            continue
        taken.append(_case(row, mine, registers, at))
    Case.objects.bulk_create([case for case, _, _ in taken])
    _events(actor, at, taken, people, registers)
    search.index_many("cases.case", (document_of(case) for case, _, _ in taken))
    for case, mine, _ in taken:
        append(
            actor=actor.code,
            at=at,
            act="cases.import_case",
            subject=f"case:{case.code}",
            fields={"stage": case.stage, "status": case.status, "events": len(mine)},
            reason="导入以前的案件",
        )
    made.taken += len(taken)


def _why_not(row: Row, events: list[Row], people: dict[str, list[Row]], registers: _Registers) -> str:
    if str(row["agency_id"]) not in registers.agencies:
        return f"办案机关“{row['agency_id']}”没有登记，或者不在您的办理范围内"
    if str(row["item_id"]) not in registers.items or not registers.item_pins.get(str(row["item_id"])):
        return f"执法事项“{row['item_id']}”没有公布的版本"
    if str(row["party_id"]) not in registers.parties:
        return f"当事人“{row['party_id']}”没有登记，请先导入当事人"
    officers = {str(one["officer_id"]) for event in events for one in people.get(str(event["event_id"]), [])}
    unknown = sorted(officers - set(registers.officers))
    if unknown:
        return f"人员{'、'.join(unknown)}没有登记，请先导入人员"
    return "" if events else "没有办案环节"


def _case(row: Row, events: list[Row], registers: _Registers, at: datetime) -> tuple[Case, list[Row], tuple[str, ...]]:
    procedure = procedure_like(row["kind"], row["procedure"])
    steps = [_event_facts(one, number) for number, one in enumerate(events)]
    replayed = replay(procedure, steps, row["status"])
    agency = registers.agencies[str(row["agency_id"])]
    item = registers.items[str(row["item_id"])]
    party = registers.parties[str(row["party_id"])]
    opened = _moment(events[0]["at"])
    case = Case(
        code=str(row["case_id"]),
        title=f"{party.name}{_matter(item.name)}案"[:256],
        kind=row["kind"],
        procedure_code=procedure.code,
        procedure=row["procedure"] or "",
        stage=replayed.stage,
        status=row["status"] or "open",
        unit=agency.unit,
        agency=agency.principal if agency.kind == "squad" and agency.principal else agency,
        item=item,
        item_pin=_pinned(registers.item_pins, item.code, opened.date()),
        benchmark_pin=_pinned(registers.benchmark_pins, item.code, opened.date()),
        party=party,
        tier_departure_reason=row["reason"] or "",
        other_penalties=(row["other_penalties"] or "").split("|") if row["other_penalties"] else [],
        opened_at=opened,
        decided_on=_decided_on(events),
        next_number=len(events) + 1,
        **{name: row.get(name) or "" for name in _CASE_COLUMNS},
        **{name: row.get(name) for name in _SAME},
    )
    note_promise(case, steps, at, promised=registers.promised)
    return case, events, replayed.steps


def _matter(name: str) -> str:
    """The matter of an item's name, as a title has it: 对未明码标价的处罚 → 未明码标价."""
    return name.removeprefix("对").removesuffix("的处罚").removesuffix("的行政处罚")


def _decided_on(events: list[Row]) -> date | None:
    made = [one["at"].date() for one in events if one["type"] in ("decision", "no_penalty", "grant", "refusal")]
    return max(made, default=None)


def _events(
    actor: Actor,
    at: datetime,
    taken: list[tuple[Case, list[Row], tuple[str, ...]]],
    people: dict[str, list[Row]],
    registers: _Registers,
) -> None:
    made = [
        Event(
            code=str(row["event_id"]),
            case=case,
            number=number,
            step=step,
            type=row["type"],
            at=_moment(row["at"]),
            hour_known=bool(row["at_has_time"]),
            ended_at=_moment(row["ended_at"]) if row["ended_at"] else None,
            document_no=row["document_no"] or "",
            outcome=row["outcome"] or "",
            method=row["method"] or "",
            urgent=row["urgent"],
            place=row["place"] or "",
            extends_to=row["extends_to"],
            words=_proposed(row),
            taken_by=actor.code,
            taken_at=at,
        )
        for case, rows, steps in taken
        for number, (row, step) in enumerate(zip(rows, steps, strict=True), 1)
    ]
    Event.objects.bulk_create(made, batch_size=500)
    by_code = {one.code: one for one in made}
    _link(by_code, [row for _, rows, _ in taken for row in rows])
    Participant.objects.bulk_create(
        (
            Participant(event=event, officer_id=registers.officers[str(one["officer_id"])], role=one["role"])
            for code, event in by_code.items()
            for one in _once(people.get(code, []))
        ),
        batch_size=500,
    )
    Handler.objects.bulk_create(
        (
            Handler(case=case, officer_id=registers.officers[code], is_lead=place == 0, since=case.opened_at.date())
            for case, rows, _ in taken
            for place, code in enumerate(_handlers(rows, people))
        ),
        batch_size=500,
    )


def _proposed(row: Row) -> dict[str, Any]:
    """What a step itself speaks of, where the export of this room looks for it."""
    name = SPEAKS.get(row["type"])
    if name is None or row.get("amount_fen") is None:
        return {}
    listed = row["penalties"].split("|") if row.get("penalties") else []
    return {name: row["amount_fen"]} | ({"other_penalties": listed} if row["type"] == "prior_notice" else {})


def _link(by_code: dict[str, Event], rows: list[Row]) -> None:
    """Tie events to those that they are about, once all are there."""
    linked = []
    for row in rows:
        about = by_code.get(str(row["about_event_id"])) if row["about_event_id"] else None
        if about is not None:
            event = by_code[str(row["event_id"])]
            event.about = about
            linked.append(event)
    Event.objects.bulk_update(linked, ["about"], batch_size=500)


def _once(rows: list[Row]) -> Iterator[Row]:
    seen = set()
    for row in rows:
        key = row["officer_id"], row["role"]
        if key not in seen:
            seen.add(key)
            yield row


def _handlers(rows: list[Row], people: dict[str, list[Row]]) -> list[str]:
    found = [
        str(one["officer_id"])
        for row in rows
        if row["type"] in HANDLING
        for one in people.get(str(row["event_id"]), [])
        if one["role"] == "handler"
    ]
    return list(dict.fromkeys(found))


def _event_facts(row: Row, order: int) -> facts.Event:
    return facts.Event(
        id=str(row["event_id"]),
        case_id=str(row["case_id"]),
        type=row["type"],
        at=Moment.of(row["at"] if row["at_has_time"] else row["at"].date()),
        order=order,
        ended_at=Moment.of(row["ended_at"]) if row["ended_at"] else None,
        outcome=row["outcome"],
    )


def _moment(value: datetime) -> datetime:
    return value.replace(tzinfo=_CHINA)
