"""A case begins, is corrected, and gets its handlers."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, access
from mingjing.contexts.accounts.models import Unit, branches_around
from mingjing.contexts.cases.models import Case, Handler
from mingjing.contexts.cases.usecases import offsite
from mingjing.contexts.cases.usecases.base import (
    CaseError,
    access_case,
    access_for_duty,
    index,
    log,
    not_qualified,
    officers_by_code,
    refusals_noted,
    require_fresh,
    save,
)
from mingjing.contexts.catalog.models import Item
from mingjing.contexts.catalog.queries import benchmark_for, require_open
from mingjing.contexts.registry.models import Agency
from mingjing.contexts.registry.queries import competent, may_act, party_of
from mingjing.contexts.work.notifications import notify
from mingjing.domain.procedures.library import procedure_of
from mingjing.domain.procedures.model import Duty
from mingjing.domain.procedures.offsite import SOURCE
from mingjing.domain.registry.obstacles import require_none

EDITABLE: Final = frozenset(
    {"title", "facts", "act_on", "act_ended_on", "found_on", "limitation_class", "circumstances", "source_ref"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """What a case begins with. ``handlers`` are codes of officers, the first one leads."""

    procedure: str
    unit: str
    item: str
    party: str
    title: str
    source: str
    handlers: Sequence[str]
    source_ref: str = ""
    facts: str = ""


def open_case(*, actor: Actor, at: datetime, given: NewCase) -> Case:
    """
    Begin a case: in the editions of item and benchmark in force today, which it keeps.

    :raises ForbiddenError: if the unit is beyond the actor
    :raises NotOpenError: if no case can be opened on the item
    :raises NotActingError: if the unit has not the item among its powers
    :raises RegistryError: if the subject behind the unit is not confirmed and announced, is suspended, or has ended
    :raises CaseError: if the procedure does not fit the item, or no subject stands behind the unit
    :raises UnreviewedError: if it comes of a record of monitoring that no person has reviewed, or that did not pass
    :raises NotQualifiedError: if a handler may not enforce today; the log keeps it
    """
    with refusals_noted(actor, at, "open_case", unit=given.unit, item=given.item), transaction.atomic():
        return _open(actor, at, given)


def _open(actor: Actor, at: datetime, given: NewCase) -> Case:
    on = localdate(at)
    procedure = procedure_of(given.procedure)
    unit = access(Unit.objects.all(), actor, "cases.case.open", code=given.unit)
    pin = require_open(item=given.item, unit=unit.code, on=on)
    item = Item.objects.get(code=given.item)
    if item.kind not in procedure.item_kinds:
        raise CaseError(f"“{item.name}”是{item.get_kind_display()}事项，不能按“{procedure.label}”办理。")
    if not given.title.strip():
        raise CaseError("请写明案由。")
    agency = agency_behind(unit, on)
    record = offsite.reviewed_for(actor, given.source, given.source_ref)
    benchmark = benchmark_for(item.code, on, unit.place) if procedure.kind == "penalty" else None
    row = Case(
        code=f"{on:%Y%m%d}-{secrets.token_hex(4)}",
        title=given.title.strip()[:256],
        kind=procedure.kind,
        procedure_code=procedure.code,
        procedure=procedure.procedure or "",
        stage=procedure.start,
        unit=unit,
        agency=agency,
        item=item,
        item_pin=str(pin),
        benchmark_pin=str(benchmark.pin) if benchmark else "",
        party=party_of(given.party),
        source=given.source,
        source_ref=given.source_ref.strip(),
        facts=given.facts.strip(),
        limitation_class="ordinary" if procedure.kind == "penalty" else "",
        opened_at=at,
    )
    row.save()
    _assign(row, given.handlers, at)
    index(row)
    if record is not None:
        offsite.carry(actor, at, row, record)
    log(actor, at, "open_case", row, procedure=procedure.code, item=row.item_pin, party=row.party.code, unit=unit.code)
    return row


def agency_behind(unit: Unit, on: date) -> Agency:
    """
    Return the subject in whose name a unit works: its own, else that of the nearest unit above.

    :raises CaseError: if there is none
    :raises RegistryError: if it may not act on that day

    Source: 行政处罚法第十七条; 山东省行政执法监督条例第九条; RZ-65; RZ-73.
    """
    paths = branches_around(unit.path)
    found = {
        one.unit.path: one for one in Agency.objects.filter(unit__path__in=paths).select_related("unit", "principal")
    }
    row = next((found[path] for path in paths if path in found), None)
    if row is None:
        raise CaseError(f"{unit.name}没有登记执法主体，不能办案。请由综合岗先办理主体登记。")
    require_none(competent(row.code, None, on).obstacles)
    return row.principal or row if row.kind == "squad" else row


@transaction.atomic
def edit_case(*, actor: Actor, at: datetime, case: str, version: int, values: Mapping[str, Any]) -> Case:
    """
    Correct what a case says of itself, before the decision.

    :raises CaseError: if it is decided, or a field cannot be edited so
    :raises StaleError: if somebody changed it
    """
    row = access_for_duty(actor, case, Duty.HANDLE)
    require_fresh(row, version)
    if row.decided_on is not None or row.status != "open":
        raise CaseError("案件已经作出决定，基本情况不能再改；确有错误的，按程序更正决定。")
    changed = {}
    for name, value in values.items():
        if name not in EDITABLE:
            raise CaseError(f"“{name}”不能在这里修改。")
        if name == "source_ref" and row.source == SOURCE and value != row.source_ref:
            raise CaseError("本案从非现场记录登记，来源编号就是该记录的编码，不能修改。")
        if getattr(row, name) != value:
            setattr(row, name, value)
            changed[name] = value.isoformat() if hasattr(value, "isoformat") else str(value)
    if changed:
        save(row)
        index(row)
        log(actor, at, "edit_case", row, **changed)
    return row


def assign_handlers(
    *, actor: Actor, at: datetime, case: str, version: int, handlers: Sequence[str], reason: str
) -> Case:
    """
    Say who handles a case from today on; the first one leads. Who handled it before stays on record.

    :raises CaseError: if nobody is named, or no reason is given
    :raises NotQualifiedError: if one may not enforce today; the log keeps it
    :raises StaleError: if somebody changed it
    """
    with refusals_noted(actor, at, "assign_handlers", case=case), transaction.atomic():
        return _reassign(actor, at, case, version, handlers, reason)


def _reassign(actor: Actor, at: datetime, case: str, version: int, handlers: Sequence[str], reason: str) -> Case:
    row = access_case(actor, case, "cases.case.assign", lock=True)
    require_fresh(row, version)
    if not reason.strip():
        raise CaseError("变更承办人要写明理由，例如“原承办人申请回避”。")
    row.handlers.filter(until__isnull=True).exclude(officer__code__in=list(handlers)).update(until=localdate(at))
    row.handlers.filter(until__isnull=True).update(is_lead=False)
    _assign(row, handlers, at)
    save(row)
    log(actor, at, "assign_handlers", row, reason, handlers="、".join(handlers))
    return row


def _assign(row: Case, handlers: Sequence[str], at: datetime) -> None:
    if not handlers:
        raise CaseError("请指定承办人。")
    people = officers_by_code(list(handlers))
    on = localdate(at)
    for number, code in enumerate(dict.fromkeys(handlers)):
        answer = may_act(code, on)
        if not answer:
            raise not_qualified(f"{people[code].name}不能承办案件", answer, code)
        mine = row.handlers.filter(until__isnull=True, officer=people[code]).first()
        if mine is None:
            Handler.objects.create(case=row, officer=people[code], is_lead=number == 0, since=on)
        elif number == 0:
            mine.is_lead = True
            mine.save()
    users = [one.user_id for one in people.values() if one.user_id]
    notify(users, f"您承办案件：{row.title}", f"/cases/{row.code}/", at)
