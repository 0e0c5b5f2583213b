"""What units are asked to send in, what they send, and what becomes of it."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, ForbiddenError, MissingError, access, require, require_place
from mingjing.contexts.accounts.models import Unit, UnitKind
from mingjing.contexts.plans.usecases.files import FileGiven, checked, keep
from mingjing.contexts.plans.usecases.keep_ledger import reporters
from mingjing.contexts.reporting.models import Collection, Submission, SubmissionFile, SubmissionState
from mingjing.contexts.reporting.templates import collections, words
from mingjing.contexts.reporting.usecases.base import ReportingError, log, save
from mingjing.contexts.ui.errors import require_fresh
from mingjing.contexts.work.notifications import notify
from mingjing.domain.reports.periods import days_of, label_of
from mingjing.law import parameters
from mingjing.law.citations import cite

MOST_WORDS: Final = 300
"""Of an answer that is no figure."""


@transaction.atomic
def ask(
    *,
    actor: Actor,
    at: datetime,
    place: str,
    kind: str,
    period: str,
    due_on: date | None = None,
    title: str = "",
    text: str = "",
    units: Sequence[str] = (),
) -> Collection:
    """
    Ask units of a place (all agencies and towns, if none is named) to send something in by a day; they are told.

    :raises ForbiddenError: if the actor may not do so for the place
    :raises ReportingError: if there is no such kind, it was asked already, or a unit is not of the place
    :raises PeriodError: if the period is none
    """
    require_place(actor, "reporting.collection.edit", place)
    return make_collection(
        by=actor.code, at=at, place=place, kind=kind, period=period, due_on=due_on, title=title, text=text, units=units
    )


@transaction.atomic
def make_collection(
    *,
    by: str,
    at: datetime,
    place: str,
    kind: str,
    period: str,
    due_on: date | None = None,
    title: str = "",
    text: str = "",
    units: Sequence[str] = (),
) -> Collection:
    """
    Ask units for whom it is due: what the worker calls when a period is over, and :func:`ask`.

    :raises ReportingError: if there is no such kind, it was asked already, or a unit is not of the place
    """
    template = collections().get(kind)
    if template is None:
        raise ReportingError("没有这种报送。")
    first_on, last_on = days_of(period)
    title = title.strip() or words(template["title"], period=label_of(period))
    if Collection.objects.filter(place=place, kind=kind, period=period, title=title).exists():
        raise ReportingError("这一期已经布置过。")
    rows = Unit.objects.filter(place__startswith=place, valid_to=None, kind__in=(UnitKind.AGENCY, UnitKind.TOWN))
    chosen = list(rows.filter(code__in=units)) if units else list(rows)
    if not chosen or (units and len(chosen) != len(set(units))):
        raise ReportingError("请选择本地的单位。")
    due, why = _due(template, place, last_on)
    made = Collection.objects.create(
        code=f"BS{at:%Y%m%d}-{secrets.token_hex(3)}",
        kind=kind,
        place=place,
        title=title[:200],
        period=period,
        first_on=first_on,
        last_on=last_on,
        due_on=due_on or due,
        why="" if due_on else why,
        words=text.strip() or template["words"],
        fields=template["fields"],
        attachments=template["attachments"],
        created_by=by,
        created_at=at,
    )
    made.units.set(chosen)
    name = f"请在 {made.due_on:%Y-%m-%d} 前报送：{made.title}"
    notify(reporters([one.pk for one in chosen], localdate(at)), name, f"/reports/collections/{made.code}/", at)
    log(by, at, "ask", f"collection:{made.code}", title=made.title, due_on=made.due_on.isoformat(), units=len(chosen))
    return made


@transaction.atomic
def submit(
    *,
    actor: Actor,
    at: datetime,
    collection: str,
    unit: str,
    figures: Mapping[str, str],
    text: str = "",
    files: Mapping[str, FileGiven] | None = None,
    prefilled: Mapping[str, int | str] | None = None,
) -> Submission:
    """
    Send in for a unit. What was returned, or not judged yet, is replaced; files that were sent stay where none is new.

    ``prefilled`` is what the platform offered; what differs from it needs words of why.

    :raises MissingError: if there is no such collection for the actor
    :raises ForbiddenError: if the actor may not send in for the unit, or it was not asked
    :raises ReportingError: if a figure is none or missing, or an attachment is
    Source: 日照市方案 part 2(2)5 (RZ-16): 附整改台账和典型案例.
    """
    of = _seen(actor, collection)
    scope = require(actor, "reporting.submission.submit")
    by = of.units.filter(scope.condition(Unit.scope_fields), code=unit).first()
    if by is None:
        raise ForbiddenError("您不能替这个单位报送，或者没有要求它报送。")
    row = Submission.objects.select_for_update(of=("self",)).filter(collection=of, unit=by).first()
    if row is not None and row.state == SubmissionState.ACCEPTED:
        raise ReportingError("已经审核通过，不能再改；需要更正的请联系审核单位退回。")
    row = row or Submission(collection=of, unit=by, version=0)
    row.figures = {one["code"]: _answer(one, str(figures.get(one["code"], ""))) for one in of.fields}
    offered = {code: str(value) for code, value in (prefilled or {}).items()}
    differs = [
        one["label"] for one in of.fields if one["code"] in offered and offered[one["code"]] != row.figures[one["code"]]
    ]
    if differs and not text.strip():
        raise ReportingError(f"{'、'.join(differs)}与平台的数据不一致，请在文字说明里写明原因。")
    row.prefilled, row.words = offered, text.strip()
    row.state, row.submitted_by, row.submitted_at = SubmissionState.SUBMITTED, actor.name, at
    row.judged_by, row.judged_at, row.judgement = "", None, ""
    given = {code: one for code, one in (files or {}).items() if code in {each["code"] for each in of.attachments}}
    there = set(row.files.values_list("kind", flat=True)) if row.pk else set()
    missing = [one["label"] for one in of.attachments if one["code"] not in given and one["code"] not in there]
    if missing:
        raise ReportingError(f"缺少附件：{'、'.join(missing)}。")
    checked(list(given.values()))
    save(row)
    digests = []
    for code, one in given.items():
        row.files.filter(kind=code).delete()
        kept = keep(one, "reporting/submissions")
        SubmissionFile.objects.create(submission=row, kind=code, added_at=at, **kept.columns)
        digests.append(kept.sha256)
    log(
        actor.code, at, "submit", f"collection:{of.code}", text, unit=by.code, figures=dict(row.figures),
        files="、".join(digests),
    )  # fmt: skip
    return row


@transaction.atomic
def judge(*, actor: Actor, at: datetime, submission: int, version: int, accepted: bool, text: str = "") -> Submission:
    """
    Accept what a unit sent, or return it with words of what is missing (also what was accepted before).

    :raises ReportingError: if it was returned already, or is returned without words
    """
    row = access(
        Submission.objects.select_related("collection", "unit"),
        actor,
        "reporting.collection.edit",
        see="reporting.collection.view",
        lock=True,
        pk=submission,
    )
    require_fresh(row, version)
    if row.state == SubmissionState.RETURNED or (accepted and row.state == SubmissionState.ACCEPTED):
        raise ReportingError("已经办理过。")
    if not accepted and not text.strip():
        raise ReportingError("退回要写明缺什么、怎么补。")
    row.state = SubmissionState.ACCEPTED if accepted else SubmissionState.RETURNED
    row.judged_by, row.judged_at, row.judgement = actor.name, at, text.strip()[:500]
    save(row)
    if not accepted:
        title = f"{row.collection.title}被退回：{row.judgement}"
        href = f"/reports/collections/{row.collection.code}/"
        notify(reporters([row.unit_id], localdate(at)), title, href, at)
    log(actor.code, at, "judge", f"collection:{row.collection.code}", text, unit=row.unit.code, state=row.state)
    return row


def _seen(actor: Actor, code: str) -> Collection:
    scope = require(actor, "reporting.collection.view")
    found = Collection.objects.filter(scope.condition(Collection.scope_fields), code=code).first()
    if found is None:
        raise MissingError("没有找到这项报送，或者您无权查看。")
    return found


def _answer(field: Mapping[str, Any], text: str) -> str:
    if not field.get("text"):
        return _number(field["label"], text)
    if not text.strip():
        raise ReportingError(f"请填写“{field['label']}”；没有的填“无”。")
    return text.strip()[:MOST_WORDS]


def _number(label: str, text: str) -> str:
    plain = str(text).strip().replace(",", "").replace("，", "")
    if not plain:
        raise ReportingError(f"请填写“{label}”；没有的填 0。")
    try:
        value = Decimal(plain)
    except InvalidOperation as error:
        raise ReportingError(f"“{label}”应当是数，填的是“{plain[:20]}”。") from error
    if not value.is_finite() or value < 0:
        raise ReportingError(f"“{label}”不能是负数。")
    return f"{value.normalize():f}"


def _words_of(reference: str) -> str:
    """Name what a citation refers to, for the reader."""
    return cite(reference).label if reference else ""


def _due(template: Mapping[str, Any], place: str, last_on: date) -> tuple[date, str]:
    if "due" in template:
        value = parameters.get(template["due"]).at(last_on, place)
        if value is not None:
            month, day = (int(part) for part in str(value.value).split("-"))
            return date(last_on.year, month, day), str(value.citation)
    return last_on + timedelta(days=int(template.get("due_days", 0))), _words_of(template.get("citation", ""))
