"""Targets tied to indicators: which are offered, which were confirmed, and what they came to."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from mingjing.contexts.accounts.access import Actor
from mingjing.contexts.indicators.models import Indicator
from mingjing.contexts.indicators.queries import Progress, indicator_for, progress_of
from mingjing.contexts.plans import queries
from mingjing.contexts.plans.models import IndicatorLink, Plan, Target, Task
from mingjing.domain.indicators.matching import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A target with the indicator to which it is tied and what that came to, or the indicators that are offered."""

    target: Target
    link: IndicatorLink | None
    progress: Progress | None
    offers: tuple[Candidate, ...] = ()


def offers_of(target: Target, place: str, *, refused: Iterable[str] = ()) -> tuple[Candidate, ...]:
    """
    Return the indicators in use that a target's words may mean, best first, without those that were refused.

    A time limit or a rhythm (七个工作日内公开, 每月抽考) is measured by the share that kept it, whatever its own unit; there
    the sentence around the figure may say what is counted.
    """
    task, no = target.task, set(refused)
    # the clause itself says best what it counts; where it names nothing, the task's title does
    titled = f"{target.words}（{task.title}）"
    given: dict[str, Any] = {"unit": target.unit, "value": target.value}
    texts = [target.words, titled]
    if _TIME.fullmatch(target.unit):
        given = {}
        texts.append(_sentence(task, target))
    found = next((some for text in texts if (some := indicator_for(text, place=place, **given))), [])
    return tuple(one for one in found if one.code not in no)


def _sentence(task: Task, target: Target) -> str:
    """Return the sentence of the task in which the target's clause stands, with the task's title."""
    said = next((one for one in re.split(r"[。\n]", task.text) if target.words in one), target.words)
    return f"{said}（{task.title}）"


_TIME: Final = re.compile(r"(?:个)?(?:工作日|日|天|小时|月|年)|[^/]{1,4}/.{1,4}")
"""Units of a time limit (工作日) or of a rhythm (次/月)."""


def measured(task: Task, on: date, *, unit: str | None = None, offer: bool = False) -> list[Measured]:
    """Return the targets of a task with what their indicators came to, for the place or for a unit (its code)."""
    place = task.plan.place
    rows = []
    for target in task.targets.all():
        links = list(target.indicator_links.all())
        link = next((one for one in links if one.confirmed), None)
        progress = _progress(link, unit, on, place) if link else None
        refused = [one.code for one in links if not one.confirmed]
        offers = offers_of(target, place, refused=refused) if offer and link is None else ()
        rows.append(Measured(target=target, link=link, progress=progress, offers=offers))
    return rows


def _progress(link: IndicatorLink, unit: str | None, on: date, place: str) -> Progress | None:
    try:
        return progress_of(link.code, unit, on, place=place)
    except Indicator.DoesNotExist:
        # retired and taken away since; the link says what it was
        return None


def plan_measured(actor: Actor, plan: Plan, on: date) -> list[tuple[Task, list[Measured]]]:
    """Return the tasks of a plan that carry figures, with their targets, links and offers."""
    tasks = queries.tasks_of(actor).filter(plan=plan, targets__isnull=False).distinct().order_by("position")
    rows = tasks.prefetch_related("targets__indicator_links", "targets__task")
    return [(task, measured(task, on, offer=True)) for task in rows]
