"""Templates drafted, submitted, approved into force; an agency's or a place's takes the place of the platform's."""

from datetime import datetime

from django.db import transaction

from mingjing.contexts.accounts.access import Actor, access, require_place
from mingjing.contexts.accounts.models import Unit
from mingjing.contexts.documents import printing
from mingjing.contexts.documents.models import Template, TemplateState
from mingjing.contexts.documents.usecases.base import DocumentError, save
from mingjing.contexts.records.usecases import append
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.documents.kinds import kind_of
from mingjing.domain.documents.lint import require_fit


@transaction.atomic
def draft_template(
    *, actor: Actor, at: datetime, kind: str, text: str, unit: str = "", place: str = "", note: str = ""
) -> Template:
    """
    Draft a new version of a template of a unit, or of a place.

    :raises DocumentError: if neither or both are named, or there is a draft already
    :raises ForbiddenError: if the actor may not write templates there
    """
    known = kind_of(kind)
    if bool(unit) == bool(place):
        raise DocumentError("请指明模板属于哪个单位，或者哪个地方。")
    owner = access(Unit.objects.all(), actor, "documents.template.edit", code=unit) if unit else None
    if place:
        require_place(actor, "documents.template.edit", place)
    key = owner_key(owner, place)
    rows = Template.objects.select_for_update().filter(kind=kind, owner=key)
    if rows.filter(state__in=[TemplateState.DRAFT, TemplateState.SUBMITTED]).exists():
        raise DocumentError(f"《{known.name}》已经有一份没有启用的模板，请在那一份上修改。")
    latest = rows.order_by("-number").first()
    row = Template.objects.create(
        kind=kind,
        unit=owner,
        place=place,
        owner=key,
        number=(latest.number if latest else 0) + 1,
        text=_tidy(text),
        digest=printing.digest_of(_tidy(text)),
        note=note.strip()[:300],
        drafted_by=actor.code,
        drafted_at=at,
    )
    _log(actor, at, "draft_template", row, note)
    return row


@transaction.atomic
def revise_template(*, actor: Actor, at: datetime, pk: int, version: int, text: str, note: str = "") -> Template:
    """
    Write a draft anew; it may still have mistakes, which keep it from being submitted.

    :raises DocumentError: if it is no draft any more
    :raises StaleError: if somebody changed it
    """
    row = _template(actor, "documents.template.edit", pk, version)
    if row.state != TemplateState.DRAFT:
        raise DocumentError("模板已经提交，不能再改。")
    row.text, row.digest, row.note = _tidy(text), printing.digest_of(_tidy(text)), note.strip()[:300]
    row.drafted_by, row.drafted_at = actor.code, at
    save(row)
    _log(actor, at, "revise_template", row, note)
    return row


@transaction.atomic
def submit_template(*, actor: Actor, at: datetime, pk: int, version: int) -> Template:
    """
    Submit a template to be approved.

    :raises MarkupError: if it names unknown fields, or lacks what the law wants to stand in the document
    """
    row = _template(actor, "documents.template.edit", pk, version)
    if row.state != TemplateState.DRAFT:
        raise DocumentError("模板已经提交。")
    require_fit(row.kind_data, row.text, row.used_in)
    row.state = TemplateState.SUBMITTED
    save(row)
    _log(actor, at, "submit_template", row)
    return row


@transaction.atomic
def approve_template(*, actor: Actor, at: datetime, pk: int, version: int) -> Template:
    """
    Approve a template: it is in force from now on, in the place of the one before.

    Drafts follow it; what was issued keeps its own.

    :raises DocumentError: if it was not submitted, or the actor wrote it
    """
    row = _template(actor, "documents.template.approve", pk, version)
    if row.state != TemplateState.SUBMITTED:
        raise DocumentError("模板还没有提交，或者已经批准。")
    if row.drafted_by == actor.code:
        raise DocumentError("自己起草的模板，请由另一人批准。")
    require_fit(row.kind_data, row.text, row.used_in)
    Template.objects.filter(kind=row.kind, owner=row.owner, state=TemplateState.IN_FORCE).update(
        state=TemplateState.REPLACED, ended_at=at
    )
    row.state, row.approved_by, row.approved_at = TemplateState.IN_FORCE, actor.code, at
    save(row)
    _log(actor, at, "approve_template", row)
    return row


@transaction.atomic
def return_template(*, actor: Actor, at: datetime, pk: int, version: int, reason: str) -> Template:
    """
    Give a submitted template back to be changed.

    :raises DocumentError: if it was not submitted, or no reason is given
    """
    row = _template(actor, "documents.template.approve", pk, version)
    if row.state != TemplateState.SUBMITTED or not reason.strip():
        raise DocumentError("只能退回待批准的模板，并写明理由。")
    row.state = TemplateState.DRAFT
    save(row)
    _log(actor, at, "return_template", row, reason)
    return row


@transaction.atomic
def withdraw_template(*, actor: Actor, at: datetime, pk: int, version: int, reason: str) -> Template:
    """
    Take a template out of force: the next one above holds again.

    :raises DocumentError: if it is not in force, or no reason is given
    """
    row = _template(actor, "documents.template.approve", pk, version)
    if row.state != TemplateState.IN_FORCE or not reason.strip():
        raise DocumentError("只能停用使用中的模板，并写明理由。")
    row.state, row.ended_at = TemplateState.REPLACED, at
    save(row)
    _log(actor, at, "withdraw_template", row, reason)
    return row


def owner_key(unit: Unit | None, place: str) -> str:
    """Say in one word whose a template is; empty for the platform's own."""
    return f"unit:{unit.code}" if unit is not None else f"place:{place}" if place else ""


def _template(actor: Actor, permission: str, pk: int, version: int) -> Template:
    rows = Template.objects.exclude(owner="")
    found = access(rows, actor, permission, see="documents.template.view", pk=pk)
    row = Template.objects.select_for_update().get(pk=found.pk)
    require_fresh(row, version)
    return row


def _tidy(text: str) -> str:
    """Return the words with plain line ends; a template that cannot be read may still be kept as a draft."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n")).strip("\n") + "\n"


def _log(actor: Actor, at: datetime, act: str, row: Template, reason: str = "") -> None:
    append(
        actor=actor.code,
        at=at,
        act=f"documents.{act}",
        subject=f"template:{row.kind}/{row.owner or 'platform'}/{row.number}",
        fields={"kind": row.kind, "owner": row.owner, "number": row.number, "digest": row.digest},
        reason=reason,
    )
