"""Reports drafted from the facts, edited, brought up to date, signed, and delivered."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import localdate

from mingjing.contexts.accounts.access import Actor, access, require_place
from mingjing.contexts.accounts.models import Grant, Unit
from mingjing.contexts.operations.files import name_for
from mingjing.contexts.plans.models import Plan
from mingjing.contexts.plans.usecases.files import FileGiven, checked, keep
from mingjing.contexts.reporting.facts import Facts, take, unzipped
from mingjing.contexts.reporting.indicators import indicator_figures
from mingjing.contexts.reporting.measures import Measured, measured_all
from mingjing.contexts.reporting.models import Delivery, Figure, Report, ReportKind, ReportState
from mingjing.contexts.reporting.rendering import Sheet, docx, pdf
from mingjing.contexts.reporting.templates import blocks_of, templates, words
from mingjing.contexts.reporting.usecases.base import ReportingError, log, require_editable, save
from mingjing.contexts.ui.errors import require_fresh
from mingjing.contexts.work import search
from mingjing.contexts.work.notifications import notify
from mingjing.domain.reports.blocks import Block, BlockKind, block_of, filled, references
from mingjing.domain.reports.periods import days_of, label_of
from mingjing.law import parameters, places

_ROWS_KEPT = 5_000
"""Rows kept behind a figure; more are in the facts that are exported with the report."""


@transaction.atomic
def draft_report(
    *, actor: Actor, at: datetime, kind: ReportKind, place: str, period: str, plan: str = "", title: str = ""
) -> Report:
    """
    Draft a report from its template: the facts are taken and frozen as they stand, the figures counted from them.

    ``plan`` is the code of the plan of which it tells (needed for evaluations); without one it is all plans in force.

    :raises ForbiddenError: if the actor may not draft reports for the place
    :raises ReportingError: if the plan is not there, or an evaluation names none
    """
    require_place(actor, "reporting.report.edit", place)
    return make_draft(
        by=actor.code, issuer=_issuer(actor), at=at, kind=kind, place=place, period=period, plan=plan, title=title
    )


@transaction.atomic
def make_draft(
    *,
    by: str,
    issuer: str,
    at: datetime,
    kind: ReportKind,
    place: str,
    period: str,
    plan: str = "",
    title: str = "",
) -> Report:
    """
    Draft a report for whom it is due: what the worker calls at the end of a period, and :func:`draft_report`.

    :raises ReportingError: if the plan is not there, or an evaluation names none
    :raises PeriodError: if the period is none
    """
    first_on, last_on = days_of(period)
    of = Plan.objects.filter(code=plan, place=place).first() if plan else None
    if plan and of is None:
        raise ReportingError("没有找到这份方案。")
    if of is None and kind in (ReportKind.MIDTERM, ReportKind.FINAL):
        raise ReportingError("评估报告要选定方案。")
    if of is not None and kind in (ReportKind.MIDTERM, ReportKind.FINAL) and of.begun_on:
        # an evaluation looks back to the beginning
        first_on = min(first_on, of.begun_on)
    template = templates()[kind]
    place_name = places.name_of(place) or ""
    plan_title = of.title if of else "各方案"
    title = title.strip() or words(
        template["title"], place=place_name, plan=of.title if of else "", period=label_of(period)
    )
    report = Report.objects.create(
        code=f"BG{at:%Y%m%d}-{secrets.token_hex(3)}",
        kind=kind,
        place=place,
        title=title[:200],
        issuer=issuer[:128],
        addressees=template["addressees"],
        plan=plan,
        period=period,
        first_on=first_on,
        last_on=last_on,
        as_of=localdate(at),
        drafted_by=by,
        drafted_at=at,
    )
    facts = _freeze(report)
    block, figures = indicator_figures(place=place, last_on=last_on, as_of=report.as_of)
    blocks = blocks_of(kind, facts, place=place_name, plan=plan_title, period=label_of(period), indicators=block)
    report.blocks = [one.as_data() for one in blocks]
    report.save()
    _count(report, facts, blocks, figures)
    due_on, why = _due(template, place, last_on)
    Delivery.objects.bulk_create(
        Delivery(report=report, addressee=one, due_on=due_on, why=why) for one in template.get("deliveries", [])
    )
    _index(report)
    log(by, at, "draft_report", f"report:{report.code}", kind=kind.label, period=period, facts=report.facts_sha256)
    return report


@transaction.atomic
def refresh_report(*, actor: Actor, at: datetime, code: str, version: int) -> Report:
    """
    Take the facts anew and count every figure of a draft again; the words stay as they were edited.

    :raises ReportingError: if it is signed
    """
    report = _to_edit(actor, code, version)
    report.as_of = localdate(at)
    report.figures.all().delete()
    facts = _freeze(report)
    _, figures = indicator_figures(place=report.place, last_on=report.last_on, as_of=report.as_of)
    _count(report, facts, [block_of(one) for one in report.blocks], figures)
    save(report)
    log(actor.code, at, "refresh_report", f"report:{code}", as_of=report.as_of.isoformat(), facts=report.facts_sha256)
    return report


@transaction.atomic
def edit_report(
    *,
    actor: Actor,
    at: datetime,
    code: str,
    version: int,
    title: str,
    number: str,
    addressees: str,
    blocks: Sequence[Mapping[str, Any]],
) -> Report:
    """
    Change the words of a draft; references to figures are counted from its frozen facts.

    :raises ReportingError: if it is signed, has no title, or refers to a figure that is not
    """
    report = _to_edit(actor, code, version)
    if not title.strip():
        raise ReportingError("请填写标题。")
    made = [block_of(one) for one in blocks]
    known = set(report.figures.values_list("key", flat=True))
    # what indicators came to was frozen with the draft; counts can be added, from the facts that were frozen with it
    _keep(report, measured_all(_frozen(report), [key for key in references(made) if key not in known]))
    report.title, report.number, report.addressees = title.strip()[:200], number.strip()[:64], addressees.strip()[:500]
    report.blocks = [one.as_data() for one in made]
    save(report)
    _index(report)
    log(actor.code, at, "edit_report", f"report:{code}", title=report.title, words=_digest(report.blocks))
    return report


@transaction.atomic
def sign_report(*, actor: Actor, at: datetime, code: str, version: int) -> Report:
    """
    Sign a report: its DOCX and PDF are made and kept, and nothing of it changes any more.

    :raises ForbiddenError: if the actor may not sign
    :raises ReportingError: if it is signed already, or a part of the template still waits to be written
    """
    report = access(
        Report.objects.all(), actor, "reporting.report.sign", see="reporting.report.view", lock=True, code=code
    )
    require_fresh(report, version)
    require_editable(report.state)
    blocks = [block_of(one) for one in report.blocks]
    if any("（请补充" in one.text or "（请写明" in one.text for one in blocks):
        raise ReportingError("报告里还有“请补充”的地方，写好以后再签发。")
    report.state, report.signed_by, report.signed_at = ReportState.SIGNED, actor.name, at
    sheet = sheet_of(report, dated_on=localdate(at))
    made = {"docx": docx(sheet), "pdf": pdf(sheet)}
    report.docx_file = _stored(made["docx"], "report.docx")
    report.pdf_file = _stored(made["pdf"], "report.pdf")
    report.pdf_sha256 = hashlib.sha256(made["pdf"]).hexdigest()
    save(report)
    if report.kind in (ReportKind.DISPATCH, ReportKind.CIRCULAR, ReportKind.ASSESSMENT):
        notify(_readers(report.place, localdate(at)), f"印发：{report.title}", f"/reports/{report.code}/", at)
    log(
        actor.code, at, "sign_report", f"report:{code}", title=report.title, pdf=report.pdf_sha256,
        facts=report.facts_sha256,
    )  # fmt: skip
    return report


@transaction.atomic
def add_delivery(
    *, actor: Actor, at: datetime, code: str, addressee: str, due_on: date | None = None, why: str = ""
) -> Delivery:
    """
    Say that a report must go to somebody, by a day.

    :raises ReportingError: if nobody is named, or it is so already
    """
    report = access(Report.objects.all(), actor, "reporting.report.edit", see="reporting.report.view", code=code)
    name = addressee.strip()[:128]
    if not name:
        raise ReportingError("请写明报送对象。")
    if report.deliveries.filter(addressee=name).exists():
        raise ReportingError("已经有这个报送对象。")
    made = Delivery.objects.create(report=report, addressee=name, due_on=due_on, why=why.strip()[:128])
    log(actor.code, at, "add_delivery", f"report:{code}", addressee=name)
    return made


@transaction.atomic
def deliver(
    *, actor: Actor, at: datetime, delivery: int, on: date, words: str = "", receipt: FileGiven | None = None
) -> Delivery:
    """
    Write down that a signed report went to an addressee on a day; leaders are told of what goes to the government.

    :raises ReportingError: if it is not signed, went already, or the day is to come
    """
    row = access(
        Delivery.objects.select_related("report"),
        actor,
        "reporting.report.edit",
        see="reporting.report.view",
        lock=True,
        pk=delivery,
    )
    if row.report.state != ReportState.SIGNED:
        raise ReportingError("报告签发以后才能登记报送。")
    if row.delivered_on:
        raise ReportingError("已经登记过报送。")
    if on > localdate(at):
        raise ReportingError("报送日期不能晚于今天。")
    row.delivered_on, row.delivered_by, row.words = on, actor.name, words.strip()[:300]
    digest = ""
    if receipt is not None:
        (given,) = checked([receipt])
        kept = keep(given, "reporting/receipts")
        row.name, row.file, digest = kept.name, kept.file, kept.sha256
    row.save()
    leaders = holders("government_leader", row.report.place, localdate(at))
    notify(leaders, f"报送{row.addressee}：{row.report.title}", f"/reports/{row.report.code}/", at)
    log(
        actor.code, at, "deliver", f"report:{row.report.code}", words, addressee=row.addressee, on=on.isoformat(),
        receipt=digest,
    )  # fmt: skip
    return row


def sheet_of(report: Report, *, dated_on: date | None = None) -> Sheet:
    """Return a report as it is printed: figures put into the words."""
    values = {one.key: one.value for one in report.figures.all()}
    made = []
    for data in report.blocks:
        one = block_of(data)
        rows = tuple(tuple(filled(cell, values) for cell in row) for row in one.rows)
        made.append(
            Block(
                kind=one.kind, text=filled(one.text, values) if one.kind is BlockKind.PARAGRAPH else one.text,
                level=one.level, title=one.title, columns=one.columns, rows=rows,
            )
        )  # fmt: skip
    return Sheet(
        issuer=report.issuer, number=report.number, title=report.title, addressees=report.addressees,
        blocks=tuple(made), dated_on=dated_on, draft=report.state != ReportState.SIGNED,
    )  # fmt: skip


def holders(role: str, place: str, on: date) -> list[int]:
    """Return who holds a role in a unit of a place on a day."""
    rows = Grant.objects.filter(role=role, unit__place=place, valid_from__lte=on).exclude(valid_to__lte=on)
    return list(rows.order_by("user_id").values_list("user_id", flat=True).distinct())


def _readers(place: str, on: date) -> list[int]:
    return [one for role in ("agency_head", "agency_clerk", "town_head") for one in holders(role, place, on)]


def _issuer(actor: Actor) -> str:
    """The bureau of the actor: of a squad in it, the bureau itself."""
    paths = [actor.unit_path]
    while "/" in paths[-1].rstrip("/"):
        paths.append(paths[-1].rstrip("/").rpartition("/")[0] + "/")
    units = {one.path: one for one in Unit.objects.filter(path__in=paths)}
    for path in paths:
        unit = units.get(path)
        if unit is not None and unit.kind == "agency":
            return unit.name
    return units[actor.unit_path].name if actor.unit_path in units else ""


def _to_edit(actor: Actor, code: str, version: int) -> Report:
    report = access(
        Report.objects.all(), actor, "reporting.report.edit", see="reporting.report.view", lock=True, code=code
    )
    require_fresh(report, version)
    require_editable(report.state)
    return report


def _frozen(report: Report) -> Facts:
    with default_storage.open(report.facts_file) as file:
        return unzipped(file.read(), as_of=report.as_of, first_on=report.first_on, last_on=report.last_on)


def _freeze(report: Report) -> Facts:
    facts = take(
        place=report.place, plan=report.plan, first_on=report.first_on, last_on=report.last_on, as_of=report.as_of
    )
    content = facts.zipped()
    report.facts_file = _stored(content, "facts.zip")
    report.facts_sha256 = hashlib.sha256(content).hexdigest()
    report.save()
    return facts


def _count(report: Report, facts: Facts, blocks: Sequence[Block], figures: Iterable[Measured]) -> None:
    given = {one.key: one for one in figures}
    wanted = references(blocks)
    _keep(report, [given[key] for key in wanted if key in given])
    _keep(report, measured_all(facts, [key for key in wanted if key not in given]))


def _keep(report: Report, figures: Iterable[Measured]) -> None:
    Figure.objects.bulk_create(
        Figure(
            report=report,
            key=one.key,
            label=one.label[:200],
            value=one.value[:64],
            unit=one.unit,
            query=one.query,
            params=dict(one.params),
            as_of=report.as_of,
            columns=[list(pair) for pair in one.columns],
            rows=list(one.rows)[:_ROWS_KEPT],
            sha256=one.sha256,
        )
        for one in figures
    )


def _due(template: Mapping[str, Any], place: str, last_on: date) -> tuple[date | None, str]:
    """The day by which a report of a year must have gone out, from its parameter; the year after the one it tells of."""
    if "due" not in template:
        return None, ""
    value = parameters.get(template["due"]).at(last_on, place)
    if value is None:
        return None, ""
    month, day = (int(part) for part in str(value.value).split("-"))
    return date(last_on.year + 1, month, day), str(value.citation)


def _stored(content: bytes, name: str) -> str:
    return default_storage.save(name_for("reporting", name), ContentFile(content))


def _digest(blocks: Any) -> str:
    import json

    return hashlib.sha256(json.dumps(blocks, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _index(report: Report) -> None:
    search.index(
        kind="report",
        key=report.code,
        title=report.title,
        text=f"{report.number} {report.issuer}",
        href=f"/reports/{report.code}/",
        place=report.place,
    )


def previous_period(kind: ReportKind, today: date) -> str:
    """Return the key of the period that a report of a kind tells of when it is drafted on a day: the last that is over."""
    before = today.replace(day=1) - timedelta(days=1)
    if kind is ReportKind.DISPATCH:
        return f"{before:%Y-%m}"
    if kind is ReportKind.CIRCULAR:
        last = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1) - timedelta(days=1)
        return f"{last.year}-Q{(last.month - 1) // 3 + 1}"
    return str(today.year - 1)
