"""Supervision visits and self-checks: planned, held, what was found, answered, closed."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, access, require, require_place
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.plans.models import (
    CheckItem,
    Finding,
    FindingState,
    PersonCheck,
    Plan,
    Task,
    Visit,
    VisitKind,
    VisitState,
    VisitUnit,
)
from mingjing.contexts.plans.usecases.base import LedgerError, log, save
from mingjing.contexts.plans.usecases.files import FileGiven, checked, keep
from mingjing.contexts.plans.usecases.keep_ledger import reporters
from mingjing.contexts.registry.models import Officer
from mingjing.contexts.ui.errors import require_fresh
from mingjing.contexts.work.notifications import notify


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitGiven:
    """A visit as a person plans it; ``plan`` is the code of the plan that it looks after, if any."""

    kind: VisitKind
    title: str
    first_on: date
    last_on: date
    units: tuple[str, ...]
    team: str = ""
    scope: str = ""
    plan: str = ""


@transaction.atomic
def plan_visit(*, actor: Actor, at: datetime, place: str, given: VisitGiven) -> Visit:
    """
    Plan a visit, or a round of self-checks; its units are told.

    :raises ForbiddenError: if the actor may not do so for the place
    :raises LedgerError: if a unit does not exist there, none is named, or the days are in the wrong order
    """
    require_place(actor, "plans.visit.edit", place)
    if not given.title.strip():
        raise LedgerError("请写明名称。")
    if given.last_on < given.first_on:
        raise LedgerError("结束日期不能早于开始日期。")
    units = list(Unit.objects.filter(code__in=given.units, place__startswith=place))
    if not units or len(units) != len(set(given.units)):
        raise LedgerError("请选择本地的单位。")
    if given.kind is VisitKind.VISIT and not given.team.strip():
        raise LedgerError("督导要写明督导组成员。")
    plan = Plan.objects.filter(code=given.plan, place=place).first() if given.plan else None
    if given.plan and plan is None:
        raise MissingError("没有找到这份方案。")
    row = Visit.objects.create(
        code=f"DD{at:%Y%m%d}-{secrets.token_hex(3)}",
        kind=given.kind,
        title=given.title.strip()[:200],
        plan=plan,
        place=place,
        first_on=given.first_on,
        last_on=given.last_on,
        team=given.team.strip()[:300],
        scope=given.scope.strip(),
        created_by=actor.code,
        created_at=at,
    )
    VisitUnit.objects.bulk_create(VisitUnit(visit=row, unit=unit) for unit in units)
    words = f"{row.title}：{row.first_on:%Y-%m-%d} 至 {row.last_on:%Y-%m-%d}，请做好准备。"
    if given.kind is VisitKind.SELF_CHECK:
        words = f"请在 {row.last_on:%Y-%m-%d} 前完成自查：{row.title}。"
    notify(reporters([one.pk for one in units], localdate(at)), words, f"/plans/visits/{row.code}/", at)
    log(actor, at, "plan_visit", f"visit:{row.code}", title=row.title, units="、".join(one.name for one in units))
    return row


@transaction.atomic
def record_visit(*, actor: Actor, at: datetime, visit: str, unit: str, on: date, words: str) -> VisitUnit:
    """
    Write down that a unit was visited (by who visits), or has checked itself (by the unit).

    :raises ForbiddenError: if the actor may not do so
    :raises LedgerError: if the visit is closed, the day is to come, or there are no words
    """
    row = _open_visit(actor, visit)
    _require_recorder(actor, row, unit)
    found = row.units.select_for_update().select_related("unit").filter(unit__code=unit).first()
    if found is None:
        raise MissingError("这次督导不包括这个单位。")
    if not words.strip():
        raise LedgerError("请写明看了什么、总体怎样。")
    if on > localdate(at):
        raise LedgerError("日期不能晚于今天。")
    found.done_on, found.words = on, words.strip()
    found.save()
    log(actor, at, "record_visit", f"visit:{row.code}", words, unit=unit, on=on.isoformat())
    return found


@transaction.atomic
def record_finding(
    *,
    actor: Actor,
    at: datetime,
    visit: str,
    unit: str,
    words: str,
    due_on: date,
    task: int | None = None,
    officer: Officer | None = None,
) -> Finding:
    """
    Write a problem down that was found at a unit, or in one of its people; it must be mended by a day.

    :raises LedgerError: if the visit is closed, the unit is not part of it, or the day has passed
    """
    row = _open_visit(actor, visit)
    _require_recorder(actor, row, unit)
    found = row.units.select_related("unit").filter(unit__code=unit).first()
    if found is None:
        raise MissingError("这次督导不包括这个单位。")
    if not words.strip():
        raise LedgerError("请写明问题。")
    if due_on < localdate(at):
        raise LedgerError("整改时限不能早于今天。")
    of = Task.objects.filter(pk=task, plan__place=row.place).first() if task else None
    made = Finding.objects.create(
        visit=row, unit=found.unit, officer=officer, task=of, words=words.strip(), due_on=due_on
    )
    title = f"{row.title}：请在 {due_on:%Y-%m-%d} 前整改并答复：{words.strip()[:60]}"
    notify(reporters([found.unit_id], localdate(at)), title, f"/plans/visits/{row.code}/#finding-{made.pk}", at)
    log(actor, at, "record_finding", f"visit:{row.code}", unit=unit, finding=made.pk, words=words.strip()[:300])
    return made


@transaction.atomic
def check_person(
    *,
    actor: Actor,
    at: datetime,
    visit: str,
    officer: str,
    on: date,
    results: Mapping[CheckItem, bool],
    words: str = "",
    due_on: date | None = None,
) -> PersonCheck:
    """
    Write down how a person on duty was found; what is not in order is a problem of that person, to be mended by a day.

    :raises MissingError: if nobody of that code works at a unit of the visit
    :raises LedgerError: if nothing was looked at, the person was entered for the day already, or the day for mending is missing
    """
    row = _open_visit(actor, visit)
    person = Officer.objects.select_related("unit").filter(code=officer, unit__visits__visit=row).first()
    if person is None:
        raise MissingError("这次督导的单位里没有这名人员。")
    _require_recorder(actor, row, person.unit.code)
    if not results:
        raise LedgerError("请至少选择一项检查结果。")
    if on > localdate(at):
        raise LedgerError("日期不能晚于今天。")
    if row.checks.filter(officer=person, on=on).exists():
        raise LedgerError(f"{person.name}当天的检查已经登记。")
    wrong = [one.label for one in CheckItem if results.get(one) is False]
    if wrong and due_on is None:
        raise LedgerError("有不符合的，请写明整改时限。")
    made = PersonCheck.objects.create(
        visit=row,
        officer=person,
        unit=person.unit,
        on=on,
        results={one.value: results[one] for one in CheckItem if one in results},
        words=words.strip(),
        by_name=actor.name,
    )
    # On the person's own page, too: its records are those of the person.
    log(actor, at, "check_person", f"officer:{person.code}", words.strip(), visit=row.code, **made.results)
    if wrong and due_on is not None:
        said = f"{person.name}（{person.code}）未做到：{'、'.join(wrong)}。{words.strip()}"
        record_finding(
            actor=actor, at=at, visit=visit, unit=person.unit.code, words=said, due_on=due_on, officer=person
        )
    return made


@transaction.atomic
def answer_finding(
    *, actor: Actor, at: datetime, finding: int, version: int, answer: str, file: FileGiven | None = None
) -> Finding:
    """
    Say for the unit how a problem was mended.

    :raises MissingError: if there is no such problem for the actor
    :raises LedgerError: if it is closed, or there are no words
    """
    row = access(
        Finding.objects.select_related("visit", "unit"),
        actor,
        "plans.visit.answer",
        see="plans.visit.view",
        lock=True,
        pk=finding,
    )
    require_fresh(row, version)
    if row.state == FindingState.CLOSED:
        raise LedgerError("这个问题已经销号。")
    if not answer.strip():
        raise LedgerError("请写明怎样整改、结果如何。")
    row.answer, row.answered_name, row.answered_at = answer.strip(), actor.name, at
    row.state = FindingState.ANSWERED
    digest = ""
    if file is not None:
        (given,) = checked([file])
        kept = keep(given, "plans/findings")
        row.answer_name, row.answer_file, digest = kept.name, kept.file, kept.sha256
    save(row)
    log(actor, at, "answer_finding", f"visit:{row.visit.code}", finding=row.pk, unit=row.unit.code, sha256=digest)
    return row


@transaction.atomic
def judge_answer(*, actor: Actor, at: datetime, finding: int, version: int, accepted: bool, words: str = "") -> Finding:
    """
    Close a problem that was mended, or send the answer back with words of what is still wrong.

    :raises LedgerError: if it was not answered, or is sent back without words
    """
    row = access(
        Finding.objects.select_related("visit", "unit"),
        actor,
        "plans.visit.edit",
        see="plans.visit.view",
        lock=True,
        pk=finding,
    )
    require_fresh(row, version)
    if row.state != FindingState.ANSWERED:
        raise LedgerError("问题答复以后才能销号。")
    if not accepted and not words.strip():
        raise LedgerError("退回要写明还缺什么。")
    row.judgement = words.strip()[:500]
    row.state = FindingState.CLOSED if accepted else FindingState.OPEN
    row.closed_at = at if accepted else None
    save(row)
    if not accepted:
        title = f"{row.visit.title}：整改答复被退回：{row.judgement}"
        href = f"/plans/visits/{row.visit.code}/#finding-{row.pk}"
        notify(reporters([row.unit_id], localdate(at)), title, href, at)
    log(actor, at, "judge_answer", f"visit:{row.visit.code}", words, finding=row.pk, state=row.state)
    return row


@transaction.atomic
def close_visit(*, actor: Actor, at: datetime, visit: str, version: int, summary: str) -> Visit:
    """
    Close a visit once every unit was looked at and every problem is closed.

    :raises LedgerError: if something is still open, or there is no summary
    """
    row = access(Visit.objects.all(), actor, "plans.visit.edit", see="plans.visit.view", lock=True, code=visit)
    require_fresh(row, version)
    if row.state == VisitState.CLOSED:
        raise LedgerError("已经办结。")
    waiting = list(row.units.filter(done_on=None).values_list("unit__name", flat=True))
    if waiting:
        raise LedgerError(f"还有单位没有记录：{'、'.join(waiting)}。")
    still = row.findings.exclude(state=FindingState.CLOSED).count()
    if still:
        raise LedgerError(f"还有 {still} 个问题没有销号。")
    if not summary.strip():
        raise LedgerError("请写明总体情况。")
    row.state, row.summary = VisitState.CLOSED, summary.strip()
    save(row)
    log(actor, at, "close_visit", f"visit:{row.code}", summary)
    return row


def _open_visit(actor: Actor, code: str) -> Visit:
    scope = require(actor, "plans.visit.view")
    found = Visit.objects.filter(scope.condition(Visit.scope_fields), code=code).first()
    if found is None:
        raise MissingError("没有找到这次督导，或者您无权查看。")
    row = Visit.objects.select_for_update().get(pk=found.pk)
    if row.state == VisitState.CLOSED:
        raise LedgerError("这次督导已经办结。")
    return row


def _require_recorder(actor: Actor, row: Visit, unit: str) -> None:
    code = "plans.visit.edit" if row.kind == VisitKind.VISIT else "plans.visit.answer"
    scope = actor.scope(code)
    if not Unit.objects.filter(scope.condition(Unit.scope_fields), code=unit).exists():
        raise ForbiddenError("督导由督导单位记录，自查由各单位自己记录。")
