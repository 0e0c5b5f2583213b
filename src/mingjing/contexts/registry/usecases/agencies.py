"""Acts on enforcement subjects: from the first draft to announcement, suspension, withdrawal and merger."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from mingjing.contexts.accounts.access import Actor, access
from mingjing.contexts.registry import frozen
from mingjing.contexts.registry.models import Agency, AgencyPower, AgencyStep
from mingjing.contexts.registry.searching import note
from mingjing.contexts.registry.usecases.base import DuplicateError, apply, day_of, log, require_unit, save
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.registry import agencies as rules
from mingjing.domain.registry.agencies import AgencyStatus
from mingjing.domain.registry.obstacles import obstacle, refuse

SEE: Final = "registry.agency.view"
EDIT: Final = "registry.agency.edit"
FIELDS: Final = (
    "name",
    "uscc",
    "kind",
    "level",
    "field",
    "principal",
    "legal_basis",
    "duties",
    "head",
    "address",
    "phone",
    "review_section",
    "law_section",
    "law_contact",
)
CONTACT: Final = ("head", "address", "phone", "review_section", "law_section", "law_contact", "duties")
"""What may be changed at any time; the rest is what was confirmed, and a change needs a new confirmation."""

PERMISSION_OF_STEP: Final[Mapping[str, str]] = {
    "audit": "registry.agency.audit",
    "government": "registry.agency.confirm",
    "announce": "registry.agency.announce",
}


def rows() -> QuerySet[Agency]:
    """Return all subjects with what the domain asks of them."""
    return Agency.objects.select_related("unit", "principal__unit")


def _fetch(actor: Actor, code: str, permission: str, version: int | None) -> Agency:
    row = access(Agency.objects.all(), actor, permission, see=SEE, lock=True, code=code)
    if version is not None:
        require_fresh(row, version)
    return row


def _step(row: Agency, step: str, actor: Actor, on: date, *, document: str = "", opinion: str = "") -> None:
    AgencyStep.objects.create(
        agency=row,
        step=step,
        on=on,
        actor=actor.code,
        actor_name=actor.name,
        document=document,
        opinion=opinion,
        status=row.status,
    )


@transaction.atomic
def register_agency(*, actor: Actor, at: datetime, unit: str, code: str, values: Mapping[str, Any]) -> Agency:
    """
    Enter a unit as an enforcement subject, as a draft (梳理).

    :raises DuplicateError: if the unit is one already, or the code is taken
    """
    owner = require_unit(actor, EDIT, unit)
    if Agency.objects.filter(unit=owner).exists():
        raise DuplicateError(f"“{owner.name}”已登记为执法主体。")
    row = Agency(unit=owner, code=code, name=values.get("name") or owner.name)
    apply(row, values, FIELDS)
    save(row)
    _step(row, "draft", actor, day_of(at))
    note([row])
    log(actor, at, "register_agency", f"agency:{row.code}", {"unit": unit, "kind": row.kind, "field": row.field})
    return row


@transaction.atomic
def edit_agency(*, actor: Actor, at: datetime, code: str, version: int, values: Mapping[str, Any]) -> Agency:
    """
    Change a subject. While it is announced only contact and sections; what was confirmed needs a new confirmation.

    :raises RegistryError: if a confirmed particular shall be changed without going through confirmation again
    """
    row = _fetch(actor, code, EDIT, version)
    open_ = row.status in (AgencyStatus.DRAFT, AgencyStatus.TO_CORRECT)
    changed = apply(row, values, FIELDS if open_ else CONTACT)
    fixed = [name for name in FIELDS if name not in CONTACT and name in values and getattr(row, name) != values[name]]
    if fixed:
        labels = "、".join(str(getattr(Agency._meta.get_field(name), "verbose_name", name)) for name in fixed)  # noqa: SLF001
        refuse(
            obstacle(
                "confirmed_particular",
                f"“{row.name}”目前{AgencyStatus(row.status).label}，“{labels}”属于确认过的内容，不能直接修改。",
                "请先退回整改或者在清理轮次中重新确认。",
                "SD 9",
            )
        )
    save(row)
    note([row])
    log(actor, at, "edit_agency", f"agency:{code}", changed)
    return row


@transaction.atomic
def submit_agency(*, actor: Actor, at: datetime, code: str, version: int) -> Agency:
    """Hand a subject in for audit."""
    row = _fetch(actor, code, EDIT, version)
    row.status = rules.submit(frozen.agency_facts(row))
    save(row)
    _step(row, "submit", actor, day_of(at))
    log(actor, at, "submit_agency", f"agency:{code}", {"status": row.status})
    return row


@transaction.atomic
def advance_agency(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    version: int,
    step: str,
    on: date,
    document: str = "",
    opinion: str = "",
) -> Agency:
    """
    Take one step of confirmation: ``audit``, ``government`` or ``announce``, in the order of the place.

    :raises RegistryError: if the subject is not ready, or another step is due

    Source: 山东省行政执法监督条例第九条; TS-07; RZ-73.
    """
    row = _fetch(actor, code, PERMISSION_OF_STEP[step], version)
    row.status = rules.advance(frozen.agency_facts(row), step, on=on)
    if step == "government" or row.status == AgencyStatus.ANNOUNCED:
        row.confirmed_on = row.confirmed_on or on
    if row.status == AgencyStatus.ANNOUNCED:
        row.announced_on, row.announcement, row.is_published = on, document, True
    save(row)
    _step(row, step, actor, on, document=document, opinion=opinion)
    log(actor, at, f"{step}_agency", f"agency:{code}", {"status": row.status, "on": on, "document": document}, opinion)
    return row


@transaction.atomic
def send_back_agency(*, actor: Actor, at: datetime, code: str, version: int, opinion: str) -> Agency:
    """Return a subject under audit or confirmation for correction."""
    row = _fetch(actor, code, "registry.agency.audit", version)
    row.status = rules.send_back(frozen.agency_facts(row))
    row.confirmed_on = None
    save(row)
    _step(row, "send_back", actor, day_of(at), opinion=opinion)
    log(actor, at, "send_back_agency", f"agency:{code}", {"status": row.status}, opinion)
    return row


@transaction.atomic
def suspend_agency(
    *, actor: Actor, at: datetime, code: str, version: int, from_: date, until: date | None, opinion: str
) -> Agency:
    """
    Suspend the enforcement of an announced subject for a time.

    :raises RegistryError: if it is not announced
    """
    row = _fetch(actor, code, "registry.agency.announce", version)
    if row.status != AgencyStatus.ANNOUNCED or (until is not None and until < from_):
        refuse(
            obstacle(
                "not_announced",
                f"“{row.name}”目前{AgencyStatus(row.status).label}，或者截止日早于起始日，不能暂停。",
                "已公告的主体才有执法可以暂停。",
                "SD 9",
            )
        )
    row.suspended_from, row.suspended_until = from_, until
    save(row)
    _step(row, "suspend", actor, from_, opinion=opinion)
    log(actor, at, "suspend_agency", f"agency:{code}", {"from": from_, "until": until}, opinion)
    return row


@transaction.atomic
def resume_agency(*, actor: Actor, at: datetime, code: str, version: int, on: date, opinion: str) -> Agency:
    """
    End a suspension: the day before is its last.

    :raises RegistryError: if the subject is not suspended
    """
    row = _fetch(actor, code, "registry.agency.announce", version)
    if row.suspended_from is None or (row.suspended_until is not None and row.suspended_until < on):
        refuse(obstacle("not_suspended", f"“{row.name}”没有在暂停执法。", "请核对日期。"))
    assert row.suspended_from is not None
    if on <= row.suspended_from:
        row.suspended_from = row.suspended_until = None
    else:
        row.suspended_until = date.fromordinal(on.toordinal() - 1)
    save(row)
    _step(row, "resume", actor, on, opinion=opinion)
    log(actor, at, "resume_agency", f"agency:{code}", {"on": on}, opinion)
    return row


@transaction.atomic
def end_agency(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    version: int,
    on: date,
    document: str,
    successor: str = "",
    opinion: str = "",
) -> Agency:
    """
    Withdraw a subject, or merge it into a successor, at an institutional reform; its powers end with it.

    :raises RegistryError: if it has ended before, or the successor is itself

    Source: RZ-73.
    """
    row = _fetch(actor, code, "registry.agency.announce", version)
    heir = access(Agency.objects.all(), actor, SEE, code=successor) if successor else None
    if heir is not None and heir.pk == row.pk:
        refuse(obstacle("own_heir", f"“{row.name}”不能并入自己。", "请选择承接其职权的机关。"))
    row.status = rules.end(frozen.agency_facts(row), merged=heir is not None)
    row.ended_on, row.successor, row.is_published = on, heir, False
    save(row)
    for power in row.powers.filter(status="approved").exclude(valid_to__lte=on):
        if power.valid_from >= on:
            power.status = "withdrawn"
        power.valid_to = max(on, date.fromordinal(power.valid_from.toordinal() + 1))
        save(power)
    row.powers.filter(status="proposed").update(status="withdrawn")
    _step(row, "merge" if heir else "withdraw", actor, on, document=document, opinion=opinion)
    fields = {"status": row.status, "on": on, "document": document, "successor": successor}
    log(actor, at, "end_agency", f"agency:{code}", fields, opinion)
    return row


@transaction.atomic
def propose_power(
    *, actor: Actor, at: datetime, agency: str, item: str, item_name: str, kind: str, basis: str, valid_from: date
) -> AgencyPower:
    """
    Propose a power of a subject over an item; it counts once it is approved (RZ-65).

    :raises RegistryError: if the subject has ended
    """
    owner = _fetch(actor, agency, EDIT, None)
    if AgencyStatus(owner.status) in rules.ENDED:
        refuse(obstacle("ended", f"“{owner.name}”{AgencyStatus(owner.status).label}。", "不能再增加执法权限。"))
    row = AgencyPower(
        agency=owner, item=item, item_name=item_name, kind=kind, basis=basis, valid_from=valid_from, status="proposed"
    )
    save(row)
    log(actor, at, "propose_power", f"agency:{agency}", {"item": item, "from": valid_from}, basis)
    return row


@transaction.atomic
def decide_power(*, actor: Actor, at: datetime, power: int, version: int, approved: bool, opinion: str) -> AgencyPower:
    """
    Approve or refuse a proposed power.

    :raises RegistryError: if it was decided before
    """
    row = access(AgencyPower.objects.all(), actor, "registry.agency.audit", see=SEE, lock=True, pk=power)
    require_fresh(row, version)
    if row.status != "proposed":
        refuse(obstacle("decided", f"“{row.item_name}”已经办理过。", "请刷新页面查看结果。"))
    row.status = "approved" if approved else "refused"
    save(row)
    log(actor, at, "decide_power", f"agency:{row.agency.code}", {"item": row.item, "status": row.status}, opinion)
    return row


@transaction.atomic
def withdraw_power(*, actor: Actor, at: datetime, power: int, version: int, on: date, opinion: str) -> AgencyPower:
    """
    End an approved power with a day.

    :raises RegistryError: if it is not in force, or the day is not after its first
    """
    row = access(AgencyPower.objects.all(), actor, "registry.agency.audit", see=SEE, lock=True, pk=power)
    require_fresh(row, version)
    if row.status != "approved" or on <= row.valid_from:
        refuse(obstacle("not_in_force", f"“{row.item_name}”不在有效期内，或者终止日不晚于起始日。", "请核对日期。"))
    row.status, row.valid_to = "withdrawn", on
    save(row)
    log(actor, at, "withdraw_power", f"agency:{row.agency.code}", {"item": row.item, "on": on}, opinion)
    return row
