"""Acts on review rounds: opened over a place, decided row by row, closed when none is left."""

from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Count

from mingjing.contexts.accounts.access import Actor, access, require_place, visible
from mingjing.contexts.registry import frozen
from mingjing.contexts.registry.models import Agency, Officer, ReviewRound, ReviewRow
from mingjing.contexts.registry.usecases.base import day_of, log, require_unit, save
from mingjing.contexts.registry.usecases.officers import end_credentials
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.registry import agencies as agency_rules
from mingjing.domain.registry import credentials as officer_rules
from mingjing.domain.registry import rounds as rules
from mingjing.domain.registry.obstacles import Obstacle, obstacle, refuse
from mingjing.domain.registry.rounds import Outcome, RoundKind

SEE: Final = "registry.round.view"


def findings_of(kind: str, row: Agency | Officer, on: date) -> tuple[Obstacle, ...]:
    """Return what speaks against confirming a subject or a person."""
    if isinstance(row, Agency):
        return agency_rules.ready(frozen.agency_facts(row))
    if kind == RoundKind.AUXILIARIES:
        if not hasattr(row, "terms"):
            return (
                obstacle(
                    "no_terms",
                    f"{row.name}没有登记适用岗位、职责权限、权利义务、聘用条件和聘用程序。",
                    "请先补齐五项管理内容。",
                    "RZ-83",
                ),
            )
        return ()
    return officer_rules.may_act(frozen.officer_facts(row), on=on).obstacles


@transaction.atomic
def open_round(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    title: str,
    kind: str,
    unit: str,
    place: str,
    ground: str,
    due_on: date,
    under: str = "",
) -> ReviewRound:
    """
    Open a round over all subjects or people of a place; ``under`` limits it to a unit's branch.

    What the machine finds stands beside each row; people decide.

    :raises RegistryError: if nobody is there to be gone through, or the term is over
    """
    require_place(actor, "registry.round.edit", place)
    owner = require_unit(actor, "registry.round.edit", unit)
    on = day_of(at)
    if due_on < on:
        refuse(obstacle("wrong_term", "完成期限早于今天。", "请核对日期。"))
    made = ReviewRound(
        code=code, title=title, kind=kind, unit=owner, place=place, ground=ground, opened_on=on, due_on=due_on
    )
    save(made)
    targets = _targets(actor, kind, place, under)
    rows = [
        ReviewRow(
            round=made,
            code=each.code,
            name=each.name,
            unit_name=each.unit.name,
            unit_path=each.unit.path,
            findings="\n".join(found.message for found in findings_of(kind, each, on)),
        )
        for each in targets
    ]
    if not rows:
        refuse(obstacle("nobody", "这个范围内没有可以清理的登记。", "请核对行政区划和类别。"))
    ReviewRow.objects.bulk_create(rows, batch_size=500)
    log(actor, at, "open_round", f"round:{code}", {"kind": kind, "place": place, "rows": len(rows)}, ground)
    return made


def _targets(actor: Actor, kind: str, place: str, under: str) -> list[Any]:
    prefix = place.rstrip("0") if len(place) == 6 and place.endswith("00") else place
    if kind == RoundKind.AGENCIES:
        rows: Any = visible(Agency.objects.select_related("unit", "principal__unit"), actor, "registry.agency.view")
        rows = rows.exclude(status__in=["withdrawn", "merged"])
    else:
        wanted = "officer" if kind == RoundKind.OFFICERS else "auxiliary"
        rows = visible(Officer.objects.select_related("unit", "terms"), actor, "registry.officer.view")
        rows = rows.filter(category=wanted, left_on__isnull=True).prefetch_related("credentials")
    rows = rows.filter(unit__place__startswith=prefix)
    if under:
        rows = rows.filter(unit__path__contains=f"{under}/")
    return list(rows.order_by("unit__path", "code"))


@transaction.atomic
def decide_row(*, actor: Actor, at: datetime, row: int, version: int, outcome: str, reason: str = "") -> ReviewRow:
    """
    Decide on a row: confirm, have corrected, or cancel. Cancelling ends the qualification or the subject's way at once.

    :raises RegistryError: if the round is closed, or somebody shall be confirmed against an obstacle
    """
    mine = access(ReviewRow.objects.select_related("round"), actor, "registry.round.decide", see=SEE, lock=True, pk=row)
    require_fresh(mine, version)
    if mine.round.closed_on is not None:
        refuse(obstacle("closed", f"“{mine.round.title}”已经结束。", "请组织新的清理。", "SS-42"))
    on = day_of(at)
    target = _target(mine)
    mine.outcome = rules.decide(Outcome(outcome), findings_of(mine.round.kind, target, on))
    mine.reason, mine.decided_by_name, mine.decided_on = reason, actor.name, on
    save(mine)
    _carry_out(mine, target, on)
    log(actor, at, "decide_row", f"round:{mine.round.code}", {"code": mine.code, "outcome": outcome}, reason)
    return mine


def _target(mine: ReviewRow) -> Agency | Officer:
    if mine.round.kind == RoundKind.AGENCIES:
        return Agency.objects.select_related("unit", "principal__unit").get(code=mine.code)
    return Officer.objects.select_related("unit", "terms").get(code=mine.code)


def _carry_out(mine: ReviewRow, target: Agency | Officer, on: date) -> None:
    if isinstance(target, Agency):
        if mine.outcome == Outcome.TO_CORRECT and target.status == "submitted":
            target.status = agency_rules.send_back(frozen.agency_facts(target))
            save(target)
        elif mine.outcome == Outcome.CANCELLED:
            target.status = agency_rules.end(frozen.agency_facts(target), merged=False)
            target.ended_on, target.is_published = on, False
            save(target)
        return
    if mine.outcome == Outcome.CANCELLED and mine.round.kind == RoundKind.OFFICERS:
        if target.qualification_withdrawn_on is None:
            target.qualification_withdrawn_on = on
            save(target)
        end_credentials(target, on)


def tally(row: ReviewRound) -> rules.Tally:
    """Count the outcomes of a round."""
    counts = dict(row.rows.order_by().values_list("outcome").annotate(Count("pk")))
    return rules.tally(counts)


@transaction.atomic
def close_round(*, actor: Actor, at: datetime, code: str, version: int) -> ReviewRound:
    """
    Close a round.

    :raises RegistryError: if a row is open: an unhandled one keeps the round open (SS-42)
    """
    row = access(ReviewRound.objects.all(), actor, "registry.round.edit", see=SEE, lock=True, code=code)
    require_fresh(row, version)
    if row.closed_on is not None:
        refuse(obstacle("closed", f"“{row.title}”已经结束。", "请组织新的清理。"))
    counts = tally(row)
    rules.require_all_decided(counts)
    row.closed_on = day_of(at)
    save(row)
    fields = {"confirmed": counts.confirmed, "to_correct": counts.to_correct, "cancelled": counts.cancelled}
    log(actor, at, "close_round", f"round:{code}", fields)
    return row
