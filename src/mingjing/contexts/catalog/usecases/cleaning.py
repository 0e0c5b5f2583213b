"""Clean-up rounds: opened, proposals made item by item, approved with effect, closed."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, ForbiddenError, access
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.catalog.models import CleanupProposal, CleanupRound, Item, ItemEdition
from mingjing.contexts.catalog.queries import FAMILIES
from mingjing.contexts.catalog.usecases import editions
from mingjing.contexts.catalog.usecases.editions import TakenError
from mingjing.contexts.records.usecases import append
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.catalog import cleanups
from mingjing.domain.catalog.cleanups import Outcome
from mingjing.domain.catalog.editions import Status, require_second_person
from mingjing.kernel.errors import DomainError


class ClosedError(DomainError):
    """The round, or the proposal, is closed."""

    code = "catalog.closed"


@transaction.atomic
def open_round(
    *, actor: Actor, at: datetime, code: str, name: str, unit: str, document: str = "", due_on: date | None = None
) -> CleanupRound:
    """
    Open a clean-up round.

    :raises TakenError: if the code is taken
    """
    organiser = access(Unit.objects.all(), actor, "catalog.cleanup.edit", code=unit)
    if CleanupRound.objects.filter(code=code).exists():
        raise TakenError(f"编码“{code}”已经有了。")
    row = CleanupRound.objects.create(
        code=code, name=name, unit=organiser, document=document, opened_on=timezone.localdate(at), due_on=due_on
    )
    append(
        actor=actor.code,
        at=at,
        act="catalog.open_round",
        subject=f"cleanup:{code}",
        fields={"name": name, "document": document, "due_on": due_on.isoformat() if due_on else None},
    )
    return row


@transaction.atomic
def propose(
    *,
    actor: Actor,
    at: datetime,
    round_code: str,
    item: str,
    outcome: str,
    reason: str,
    argued: str = "",
    effective_on: date | None = None,
) -> CleanupProposal:
    """
    Propose what becomes of an item; a proposal that is not approved yet may be made anew.

    :raises ClosedError: if the round is closed or the proposal approved
    :raises MissingError: if the actor sees no such round or item
    """
    row = access(CleanupRound.objects.all(), actor, "catalog.cleanup.view", lock=True, code=round_code)
    subject = access(
        Item.objects.select_related("unit"), actor, "catalog.cleanup.edit", see="catalog.item.view", code=item
    )
    if row.closed_on is not None:
        raise ClosedError("这一轮清理已经结束。")
    known = CleanupProposal.objects.filter(round=row, item=subject).first()
    if known is not None and known.approved_at is not None:
        raise ClosedError("这个事项的清理意见已经批准，不能再改。")
    found, _ = CleanupProposal.objects.update_or_create(
        round=row,
        item=subject,
        defaults={
            "unit": subject.unit,
            "outcome": Outcome(outcome),
            "reason": reason.strip(),
            "argued": argued.strip(),
            "effective_on": effective_on,
            "proposed_by": actor.code,
            "version": (known.version if known else 0) + 1,
        },
    )
    _log(actor, at, "propose_cleanup", found, reason)
    return found


@transaction.atomic
def approve_proposal(*, actor: Actor, at: datetime, pk: int, version: int) -> CleanupProposal:
    """
    Approve a proposal; cancelled items end, suspended ones pause from the day, adjusted ones get a draft to be revised.

    :raises IncompleteProposalError: if the argument or the day is missing
    :raises SamePersonError: if the actor made the proposal

    Source: RZ-28.
    """
    rows = CleanupProposal.objects.select_related("item", "unit", "round")
    row = access(rows, actor, "catalog.cleanup.approve", see="catalog.cleanup.view", lock=True, pk=pk)
    require_fresh(row, version)
    if row.approved_at is not None:
        raise ClosedError("这条清理意见已经批准。")
    require_second_person(submitted_by=row.proposed_by, approver=actor.code)
    today = timezone.localdate(at)
    decided = Outcome(row.outcome)
    cleanups.require_approvable(
        cleanups.Proposal(outcome=decided, reason=row.reason, argued=row.argued, effective_on=row.effective_on),
        today=today,
    )
    row.approved_at, row.approved_by = at, actor.code
    row.version += 1
    row.save()
    item = Item.objects.select_for_update().get(pk=row.item_id)
    why = f"{row.round.name}：{row.reason}"
    family = FAMILIES["item"]
    if decided is Outcome.CANCEL:
        editions.end(actor=actor, at=at, family=family, holder=item, reason=why, on=row.effective_on)
    elif decided is Outcome.SUSPEND:
        editions.halt(actor=actor, at=at, family=family, holder=item, reason=why, on=row.effective_on)
    elif decided is Outcome.ADJUST:
        _draft_adjustment(actor, at, item, why)
    _log(actor, at, "approve_cleanup", row, row.reason)
    return row


@transaction.atomic
def close_round(*, actor: Actor, at: datetime, code: str, version: int) -> CleanupRound:
    """
    Close a round.

    :raises ClosedError: if proposals are still open
    :raises ForbiddenError: if another unit organises it
    """
    row = access(
        CleanupRound.objects.select_related("unit"), actor, "catalog.cleanup.edit", see="catalog.cleanup.view", lock=True,
        code=code,
    )  # fmt: skip
    # whose items are evaluated sees the round; to close it is for who organises it
    if not actor.scope("catalog.cleanup.edit").reaches(path=row.unit.path, place=row.unit.place):
        raise ForbiddenError("这一轮清理由其他单位组织，您不能结束它。")
    require_fresh(row, version)
    waiting = CleanupProposal.objects.filter(round=row, approved_at=None)
    if (count := waiting.count()) > 0:
        raise ClosedError(f"还有{count}条清理意见没有批准，不能结束这一轮清理。")
    row.closed_on = timezone.localdate(at)
    row.version += 1
    row.save()
    append(actor=actor.code, at=at, act="catalog.close_round", subject=f"cleanup:{code}", fields={})
    return row


def _draft_adjustment(actor: Actor, at: datetime, item: Item, why: str) -> None:
    """Open a draft with the content in force, for the agency to revise; where one is open already, it is used."""
    mine = ItemEdition.objects.filter(holder=item).order_by("-number")
    latest = mine.first()
    if latest is None or latest.status in (Status.DRAFT, Status.SUBMITTED, Status.APPROVED):
        return
    ItemEdition.objects.create(
        holder=item,
        number=latest.number + 1,
        content=latest.content,
        reason=why[:512],
        drafted_at=at,
        drafted_by=actor.code,
    )
    item.version += 1
    item.save(update_fields=["version"])


def _log(actor: Actor, at: datetime, act: str, row: CleanupProposal, reason: str) -> None:
    append(
        actor=actor.code,
        at=at,
        act=f"catalog.{act}",
        subject=f"cleanup:{row.round.code}/{row.item.code}",
        fields={
            "outcome": str(row.outcome),
            "effective_on": row.effective_on.isoformat() if row.effective_on else None,
        },
        reason=reason,
    )
