"""Acts on social roles: appointed, renewed, dismissed, and what was done in them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from mingjing.contexts.accounts.access import Actor, ForbiddenError, access
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.registry import frozen
from mingjing.contexts.registry.models import Activity, Agency, Supervisor
from mingjing.contexts.registry.searching import note
from mingjing.contexts.registry.usecases.base import DuplicateError, apply, check, day_of, log, reachable_units, save
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.registry import supervisors as rules
from mingjing.domain.registry.obstacles import obstacle, refuse, require_none

SEE: Final = "registry.supervisor.view"
EDIT: Final = "registry.supervisor.edit"
FIELDS: Final = (
    "name",
    "kind",
    "employer",
    "fields",
    "mobile",
    "certificate_no",
    "letter_no",
    "term_from",
    "term_until",
    "evaluation",
)


def build(unit: Unit, code: str, values: Mapping[str, Any]) -> Supervisor:
    """Make the row of somebody in a social role, not yet saved."""
    row = Supervisor(unit=unit, code=code.strip())
    apply(row, values, FIELDS)
    return row


@transaction.atomic
def appoint_supervisors(
    *, actor: Actor, at: datetime, people: Sequence[tuple[str, str, Mapping[str, Any]]]
) -> list[Supervisor]:
    """
    Enter people in social roles: each the unit that appoints, a code and the particulars. All or none.

    :raises ForbiddenError: if a unit is beyond the actor's scope
    :raises DuplicateError: if a code is taken
    """
    units = reachable_units(actor, EDIT, [unit for unit, _, _ in people])
    rows = []
    for unit, code, values in people:
        if unit not in units:
            raise ForbiddenError(f"单位“{unit}”不存在，或者不在您的办理范围内。")
        row = build(units[unit], code, values)
        check(row)
        if row.term_until < row.term_from:
            refuse(obstacle("wrong_term", f"{row.name}的任期止早于任期起。", "请核对聘书。", "LC-42"))
        rows.append(row)
    if Supervisor.objects.filter(code__in=[row.code for row in rows][:900]).exists():
        raise DuplicateError("编号已经登记。请核对编号。")
    Supervisor.objects.bulk_create(rows, batch_size=500)
    note(rows)
    for row in rows:
        fields = {"kind": row.kind, "from": row.term_from, "until": row.term_until}
        log(actor, at, "appoint_supervisor", f"supervisor:{row.code}", fields)
    return rows


@transaction.atomic
def appoint_supervisor(*, actor: Actor, at: datetime, unit: str, code: str, values: Mapping[str, Any]) -> Supervisor:
    """Enter one person in a social role."""
    return appoint_supervisors(actor=actor, at=at, people=[(unit, code, values)])[0]


@transaction.atomic
def edit_supervisor(*, actor: Actor, at: datetime, code: str, version: int, values: Mapping[str, Any]) -> Supervisor:
    """Change the particulars, renew the term (a later ``term_until``) or enter papers."""
    row = access(Supervisor.objects.all(), actor, EDIT, see=SEE, lock=True, code=code)
    require_fresh(row, version)
    changed = apply(row, values, FIELDS)
    save(row)
    note([row])
    log(actor, at, "edit_supervisor", f"supervisor:{code}", changed)
    return row


@transaction.atomic
def renew_supervisor(
    *, actor: Actor, at: datetime, code: str, version: int, until: date, letter_no: str = ""
) -> Supervisor:
    """
    Renew the term.

    :raises RegistryError: if it does not become longer, or the person was dismissed
    """
    row = access(Supervisor.objects.all(), actor, EDIT, see=SEE, lock=True, code=code)
    require_fresh(row, version)
    if row.dismissed_on is not None or until <= row.term_until:
        refuse(obstacle("not_longer", f"{row.name}已解聘，或者新任期没有延长。", "请核对日期。", "LC-42"))
    row.term_until = until
    row.letter_no = letter_no or row.letter_no
    save(row)
    log(actor, at, "renew_supervisor", f"supervisor:{code}", {"until": until, "letter_no": row.letter_no})
    return row


@transaction.atomic
def dismiss_supervisor(*, actor: Actor, at: datetime, code: str, version: int, on: date, reason: str) -> Supervisor:
    """
    Dismiss somebody before the term ends.

    :raises RegistryError: if it was done before
    """
    row = access(Supervisor.objects.all(), actor, EDIT, see=SEE, lock=True, code=code)
    require_fresh(row, version)
    if row.dismissed_on is not None:
        refuse(obstacle("dismissed", f"{row.name}已于{row.dismissed_on.isoformat()}解聘。", "请核对人员。"))
    row.dismissed_on = on
    save(row)
    log(actor, at, "dismiss_supervisor", f"supervisor:{code}", {"on": on}, reason)
    return row


@transaction.atomic
def record_activity(
    *,
    actor: Actor,
    at: datetime,
    supervisor: str,
    on: date,
    kind: str,
    text: str,
    opinion: str = "",
    agency: str = "",
    inspection: str = "",
) -> Activity:
    """
    Record what somebody in a social role did.

    :raises RegistryError: without the papers of the place, or outside the term; renewal is proposed

    Source: TS-54; LC-42; RZ-76.
    """
    row = access(Supervisor.objects.select_related("unit"), actor, "registry.activity.record", see=SEE, code=supervisor)
    if on > day_of(at):
        refuse(obstacle("future", "活动日期晚于今天。", "活动以后再登记。"))
    require_none(rules.may_supervise(frozen.supervisor_facts(row), on=on).obstacles)
    target = Agency.objects.filter(code=agency).first() if agency else None
    if agency and target is None:
        raise ForbiddenError(f"没有编码为“{agency}”的执法主体。")
    made = Activity(supervisor=row, on=on, kind=kind, text=text, opinion=opinion, agency=target, inspection=inspection)
    save(made)
    log(actor, at, "record_activity", f"supervisor:{supervisor}", {"on": on, "kind": kind, "agency": agency}, opinion)
    return made
