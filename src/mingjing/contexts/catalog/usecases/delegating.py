"""Items handed to towns: handed over, evaluated after their term, taken back."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, MissingError, access
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.catalog.models import Delegation, Item
from mingjing.contexts.catalog.queries import edition_on
from mingjing.contexts.catalog.usecases.editions import NoReasonError, TakenError
from mingjing.contexts.records.usecases import append
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.catalog import delegations
from mingjing.law.citations import cite


@transaction.atomic
def hand_over(
    *, actor: Actor, at: datetime, item: str, unit: str, form: str, document: str, started_on: date
) -> Delegation:
    """
    Hand an item to a town from a day on; where the place sets a term, its evaluation is due after it.

    :raises TakenError: if the town has the item already
    :raises NoReasonError: if no document is named

    Source: 行政处罚法（2021）第二十四条; RZ-57.
    """
    taker = access(Unit.objects.all(), actor, "catalog.delegation.edit", code=unit)
    subject = access(Item.objects.select_related("unit"), actor, "catalog.item.view", code=item)
    if not document.strip():
        raise NoReasonError("请写明赋权或者委托的文件依据；决定应当公布。", citation=cite("CF 24"))
    if edition_on("item", item, max(started_on, timezone.localdate(at))) is None:
        raise MissingError(f"“{subject.name}”没有施行中的版本，不能交给镇街行使。")
    if Delegation.objects.filter(item=subject, unit=taker, ended_on__isnull=True).exists():
        raise TakenError(f"{taker.name}已经在行使“{subject.name}”。")
    row = Delegation.objects.create(
        item=subject,
        giver=subject.unit,
        unit=taker,
        form=delegations.Form(form),
        document=document.strip(),
        started_on=started_on,
        evaluation_due_on=delegations.evaluation_due(started_on, taker.place),
    )
    _log(actor, at, "hand_over", row, {"form": form, "started_on": started_on.isoformat(), "document": document})
    return row


@transaction.atomic
def evaluate(
    *,
    actor: Actor,
    at: datetime,
    pk: int,
    version: int,
    outcome: str,
    findings: str,
    proposal: str = "",
) -> Delegation:
    """
    Record the evaluation of an item in the hands of a town; what the town cannot take on leads to a proposal.

    :raises TooEarlyError: if the item had not begun
    :raises NoReasonError: if the findings, or the proposal that *cannot* needs, are missing

    Source: RZ-57.
    """
    row = _locked(actor, pk, version)
    today = timezone.localdate(at)
    delegations.require_evaluable(row.started_on, today)
    if not findings.strip():
        raise NoReasonError("请写明评估情况。")
    decided = delegations.Outcome(outcome)
    if decided is delegations.Outcome.CANNOT and not proposal.strip():
        raise NoReasonError("接不住的事项要提出调整建议：收回、改为委托，或者调整范围。", citation=cite("RZ-57"))
    row.outcome, row.findings, row.proposal, row.evaluated_on = decided, findings.strip(), proposal.strip(), today
    row.version += 1
    row.save()
    _log(actor, at, "evaluate_delegation", row, {"outcome": decided.value, "proposal": row.proposal}, row.findings)
    return row


@transaction.atomic
def take_back(*, actor: Actor, at: datetime, pk: int, version: int, on: date, reason: str) -> Delegation:
    """
    Give an item back to its owner from a day on; the town opens no case on it any more.

    :raises TooEarlyError: if the day lies before the start
    :raises NoReasonError: if there is no reason

    Source: RZ-58.
    """
    row = _locked(actor, pk, version)
    if not reason.strip():
        raise NoReasonError("请写明收回的理由和文件依据。")
    if on < row.started_on:
        raise delegations.TooEarlyError(f"收回日期早于起始日期{row.started_on}。")
    if row.ended_on is not None:
        raise TakenError(f"这个事项已于{row.ended_on}收回。")
    row.ended_on = on
    row.version += 1
    row.save()
    _log(actor, at, "take_back", row, {"ended_on": on.isoformat()}, reason.strip())
    return row


def _locked(actor: Actor, pk: int, version: int) -> Delegation:
    rows = Delegation.objects.select_related("item", "unit", "giver")
    row = access(rows, actor, "catalog.delegation.edit", see="catalog.delegation.view", lock=True, pk=pk)
    require_fresh(row, version)
    return row


def _log(actor: Actor, at: datetime, act: str, row: Delegation, fields: dict[str, str], reason: str = "") -> None:
    subject = f"delegation:{row.item.code}/{row.unit.code}"
    append(actor=actor.code, at=at, act=f"catalog.{act}", subject=subject, fields=dict(fields), reason=reason)
