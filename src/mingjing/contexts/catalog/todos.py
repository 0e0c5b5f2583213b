"""What waits for a person in the catalog: editions to approve or publish, evaluations, contents that a change of law affects."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.catalog.models import Affected, CleanupProposal, Delegation
from mingjing.contexts.catalog.queries import FAMILIES, Family
from mingjing.contexts.work.todos import Todo
from mingjing.domain.catalog.editions import Status
from mingjing.law.citations import cite

_LISTED_AT_MOST = 20


def todos(actor: Actor, today: date) -> Iterator[Todo]:
    """Return everything that waits for the actor."""
    for family in FAMILIES.values():
        yield from _editions(actor, family, Status.SUBMITTED, "approve", "批准")
        yield from _editions(actor, family, Status.APPROVED, "publish", "公布")
    if actor.may("catalog.delegation.edit"):
        yield from _evaluations(actor, today)
    if actor.may("catalog.cleanup.approve"):
        yield from _proposals(actor)
    if actor.may("catalog.affected.edit"):
        yield from _affected(actor)


def _editions(actor: Actor, family: Family, status: Status, verb: str, word: str) -> Iterator[Todo]:
    """Editions that stand before the actor's act; whoever submitted one is not asked to approve it."""
    code = f"catalog.{family.code}.{verb}"
    if not actor.may(code):
        return
    mine = visible(family.holder.objects.all(), actor, code).values("pk")
    rows = family.edition.objects.filter(status=status, holder__in=mine)
    if verb == "approve":
        rows = rows.exclude(submitted_by=actor.code)
    for row in rows.select_related("holder")[:_LISTED_AT_MOST]:
        why = "提交后由另一位负责人批准" if verb == "approve" else "已经负责人批准，公布后施行"
        yield Todo(
            title=f"{word}{family.label}：{row.holder.name}（第{row.number}版）",
            href=reverse("catalog_act", args=[family.code, row.holder.code, verb]),
            kind=family.label,
            why=why,
            citation=cite("YZ-06") if family.code != "benchmark" else cite("CF 34"),
        )


def _evaluations(actor: Actor, today: date) -> Iterator[Todo]:
    rows = visible(Delegation.objects.select_related("item", "unit"), actor, "catalog.delegation.edit")
    due = rows.filter(evaluation_due_on__lte=today, evaluated_on__isnull=True, ended_on__isnull=True)
    for row in due.order_by("evaluation_due_on")[:_LISTED_AT_MOST]:
        yield Todo(
            title=f"评估赋权事项：{row.unit.short_name or row.unit.name}·{row.item.name}",
            href=reverse("catalog_delegation_evaluate", args=[row.pk]),
            kind="赋权委托",
            due_on=row.evaluation_due_on,
            why=f"下放满一年评估；{row.started_on}起行使",
            citation=cite("RZ-57"),
        )


def _proposals(actor: Actor) -> Iterator[Todo]:
    rows = visible(CleanupProposal.objects.select_related("round", "item"), actor, "catalog.cleanup.approve")
    waiting = rows.filter(approved_at__isnull=True, round__closed_on__isnull=True).exclude(proposed_by=actor.code)
    for row in waiting[:_LISTED_AT_MOST]:
        yield Todo(
            title=f"批准清理意见：{row.item.name}（{row.get_outcome_display()}）",
            href=reverse("catalog_cleanup", args=[row.round.code]),
            kind="事项清理",
            due_on=row.round.due_on,
            why=row.round.name,
            citation=cite("RZ-28"),
        )


def _affected(actor: Actor) -> Iterator[Todo]:
    rows = visible(Affected.objects.select_related("instrument"), actor, "catalog.affected.edit")
    for row in rows.filter(handled_at__isnull=True)[:_LISTED_AT_MOST]:
        yield Todo(
            title=f"依据变动，调整：{row.name}",
            href=reverse("catalog_affected_handle", args=[row.pk]),
            kind="法律变动",
            why=f"《{row.instrument.title}》{row.get_standing_display()}",
            citation=cite("YZ-05"),
        )
