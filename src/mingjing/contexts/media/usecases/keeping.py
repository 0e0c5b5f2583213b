"""Assign recordings, keep them longer, let them go when their day is over, see that they are still what they were."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from math import ceil
from typing import Final

import structlog
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from mingjing.contexts.accounts.access import Actor, ForbiddenError, access
from mingjing.contexts.media import queries, subjects
from mingjing.contexts.media.background import soon
from mingjing.contexts.media.models import Derived, Disposal, Hold, Mark, Recording
from mingjing.contexts.operations.files import read
from mingjing.contexts.records.usecases import append
from mingjing.contexts.registry.queries import party_of
from mingjing.contexts.ui.errors import require_fresh
from mingjing.domain.media import recordings as rules
from mingjing.domain.media.recordings import HoldReason, RecordingError

SEE: Final = "media.recording.view"
ADD: Final = "media.recording.add"
HOLD: Final = "media.hold.edit"
PROPOSE: Final = "media.disposal.propose"
APPROVE: Final = "media.disposal.approve"
A_NIGHT: Final = 20 * 2**30
"""So many bytes are compared in a night, the longest unseen first."""


def _rows() -> QuerySet[Recording]:
    return Recording.objects.select_related("unit")


@transaction.atomic
def assign(
    *, actor: Actor, at: datetime, code: str, version: int, subject: str, step_code: str = "", step_kind: str = ""
) -> Recording:
    """
    Assign a recording that belongs to nothing yet: once, and then for good.

    :raises RecordingError: if it is assigned already
    :raises ForbiddenError: if the actor may not record on the subject

    Source: SS-36.
    """
    row = access(_rows(), actor, ADD, see=SEE, lock=True, code=code)
    require_fresh(row, version)
    if row.subject_kind:
        raise RecordingError("这份记录已经归入，不能改归别处。", remedy="确系误归的，在记录上加标记说明。")
    kind, key = subjects.split(subject)
    known = subjects.kind_of(kind)
    if known is None or not key:
        raise RecordingError("没有写明归入哪一件。", remedy="请选择案件或者检查。")
    facts = subjects.facts_of(subject)
    assert facts is not None
    if not known.recordable(actor).filter(code=key).exists():
        raise ForbiddenError(f"您不是这个{known.label}的办理人员，不能向它归入记录。")
    step = next((one for one in facts.steps if one.code == step_code), None)
    row.subject_kind, row.subject_code = kind, key
    row.step_kind = step.kind if step else step_kind
    row.step_code = step.code if step else ""
    row.version += 1
    row.save(update_fields=["subject_kind", "subject_code", "step_kind", "step_code", "version"])
    row.parties.set([party_of(one) for one in facts.parties])
    _log(actor, at, "assign", row, {"subject": subject, "step": row.step_kind})
    if row.stored:
        # the strip of the preview names the case
        transaction.on_commit(lambda: soon("derive", row.code))
    return row


@transaction.atomic
def mark(*, actor: Actor, at: datetime, code: str, second: int, text: str, step_kind: str = "") -> Mark:
    """
    Mark a point of a recording; the original stays as it is.

    :raises RecordingError: if there are no words, or the point lies beyond the end
    """
    row = access(_rows(), actor, ADD, see=SEE, code=code)
    text = text.strip()
    if not text:
        raise RecordingError("没有填写标记内容。", remedy="用几个字写明这一处是什么。")
    length = length_of(row)
    if second < 0 or (length is not None and second > length):
        raise RecordingError("标记的时间超出记录的长度。", remedy="请核对时间。")
    made = Mark.objects.create(
        recording=row, second=second, text=text[:200], step_kind=step_kind, made_by=actor.code, made_at=at
    )
    _log(actor, at, "mark", row, {"second": second, "step": step_kind}, text)
    return made


@transaction.atomic
def withdraw_mark(*, actor: Actor, at: datetime, code: str, mark: int) -> None:
    """
    Withdraw a mark; that it was made stays on record.

    :raises RecordingError: if there is none that stands
    """
    row = access(_rows(), actor, ADD, see=SEE, code=code)
    found = Mark.objects.select_for_update().filter(pk=mark, recording=row, withdrawn_at__isnull=True).first()
    if found is None:
        raise RecordingError("没有这个标记，或者已经撤销。", remedy="请刷新页面。")
    found.withdrawn_at = at
    found.save(update_fields=["withdrawn_at"])
    _log(actor, at, "withdraw_mark", row, {"second": found.second}, found.text)


def length_of(row: Recording) -> int | None:
    """Return how long a recording is in seconds: as the file says, else as its maker says."""
    seconds = row.embedded.get("seconds")
    if seconds:
        return ceil(seconds)
    return int((row.ended_at - row.started_at).total_seconds()) if row.ended_at else None


@transaction.atomic
def hold(*, actor: Actor, at: datetime, code: str, reason: str, words: str = "") -> Hold:
    """
    Keep one recording until the hold is lifted, whatever its day.

    :raises RecordingError: if the reason is none
    """
    row = access(_rows(), actor, HOLD, see=SEE, lock=True, code=code)
    found = _reason(reason, words)
    made = Hold.objects.create(recording=row, reason=found, words=words.strip(), placed_by=actor.code, placed_at=at)
    _log(actor, at, "hold", row, {"reason": found.value}, words)
    return made


@transaction.atomic
def hold_subject(*, actor_code: str, at: datetime, subject: str, reason: HoldReason, words: str = "") -> Hold:
    """
    Keep all recordings of a subject, those to come as well: upper rooms call it when a remedy is filed.

    One hold of a reason stands at a time; the caller has seen to the permission.
    """
    kind, code = subjects.split(subject)
    standing = Hold.objects.filter(
        recording=None, subject_kind=kind, subject_code=code, reason=reason, lifted_at__isnull=True
    ).first()
    if standing is not None:
        return standing
    made = Hold.objects.create(
        subject_kind=kind, subject_code=code, reason=reason, words=words.strip(), placed_by=actor_code, placed_at=at
    )
    append(actor=actor_code, at=at, act="media.hold", subject=subject, fields={"reason": reason.value}, reason=words)
    return made


@transaction.atomic
def release_subject(*, actor_code: str, at: datetime, subject: str, reason: HoldReason, why: str) -> int:
    """Lift the holds of a reason on a subject: upper rooms call it when the remedy is over. Return how many."""
    kind, code = subjects.split(subject)
    standing = Hold.objects.select_for_update().filter(
        recording=None, subject_kind=kind, subject_code=code, reason=reason, lifted_at__isnull=True
    )
    count = standing.update(lifted_by=actor_code, lifted_at=at, lifted_why=why)
    if count:
        append(
            actor=actor_code, at=at, act="media.release", subject=subject, fields={"reason": reason.value}, reason=why
        )
    return count


@transaction.atomic
def release(*, actor: Actor, at: datetime, code: str, hold: int, why: str) -> None:
    """
    Lift a hold on one recording.

    :raises RecordingError: if there is none that stands, or no reason is given
    """
    row = access(_rows(), actor, HOLD, see=SEE, lock=True, code=code)
    if not why.strip():
        raise RecordingError("没有写明解除留存的理由。", remedy="写明何时因何消除，例如复议决定书文号。")
    standing = Hold.objects.select_for_update().filter(pk=hold, recording=row, lifted_at__isnull=True).first()
    if standing is None:
        raise RecordingError("没有这项留存，或者已经解除。", remedy="请刷新页面。")
    standing.lifted_by, standing.lifted_at, standing.lifted_why = actor.code, at, why.strip()
    standing.save(update_fields=["lifted_by", "lifted_at", "lifted_why"])
    _log(actor, at, "release", row, {"reason": standing.reason}, why)


def _reason(reason: str, words: str) -> HoldReason:
    try:
        found = HoldReason(reason)
    except ValueError as error:
        raise RecordingError("没有写明留存原因。", remedy="请选择原因。") from error
    if found is HoldReason.OTHER and not words.strip():
        raise RecordingError("留存原因选“其他”的，要写明是什么。", remedy="请填写说明。")
    return found


@transaction.atomic
def extend(*, actor: Actor, at: datetime, code: str, version: int, until: date, why: str) -> Recording:
    """
    Keep a recording longer. Nobody can keep one shorter.

    :raises RecordingError: if the new day is not later, or no reason is given
    """
    row = access(_rows(), actor, HOLD, see=SEE, lock=True, code=code)
    require_fresh(row, version)
    if until <= row.retained_until:
        raise RecordingError(
            f"保存期限只能延长：现在须保存至{row.retained_until.isoformat()}。", remedy="请写更晚的日期。"
        )
    if not why.strip():
        raise RecordingError("没有写明延长的理由。", remedy="写明依据或者原因。")
    row.retained_until, row.retained_why = until, why.strip()[:256]
    row.version += 1
    row.save(update_fields=["retained_until", "retained_why", "version"])
    _log(actor, at, "extend", row, {"retained_until": until.isoformat()}, why)
    return row


@transaction.atomic
def propose_disposal(*, actor: Actor, at: datetime, code: str, reason: str) -> Disposal:
    """
    Propose that a recording whose day is over may go.

    :raises RecordingError: if its day is not over, a hold stands, or it was proposed already

    Source: SS-31, YZ-26.
    """
    row = access(_rows(), actor, PROPOSE, see=SEE, lock=True, code=code)
    rules.require_disposable(queries.kept(row), on=timezone.localdate(at))
    if not reason.strip():
        raise RecordingError("没有写明处置理由。", remedy="写明保存期满、无留存必要的理由。")
    if row.disposals.filter(decided_at__isnull=True).exists():
        raise RecordingError("这份记录已经提出处置，等待审核。", remedy="不必重复提出。")
    made = Disposal.objects.create(recording=row, reason=reason.strip(), proposed_by=actor.code, proposed_at=at)
    _log(actor, at, "propose_disposal", row, {"sha256": row.sha256}, reason)
    return made


def decide_disposal(*, actor: Actor, at: datetime, code: str, approved: bool, opinion: str = "") -> Disposal:
    """
    Decide on a proposed disposal. Approved, the file is deleted; the row stays, and the log keeps its digests.

    :raises RecordingError: if nothing is proposed, the same person proposed it, or meanwhile a hold stands
    """
    with transaction.atomic():
        row = access(_rows(), actor, APPROVE, see=SEE, lock=True, code=code)
        found = row.disposals.select_for_update().filter(decided_at__isnull=True).first()
        if found is None:
            raise RecordingError("这份记录没有待审核的处置。", remedy="请刷新页面。")
        rules.require_other_person(proposed_by=found.proposed_by, decided_by=actor.code)
        if not approved and not opinion.strip():
            raise RecordingError("不同意处置的，要写明意见。", remedy="例如写明仍须保存的原因。")
        found.decided_by, found.decided_at = actor.code, at
        found.approved, found.opinion = approved, opinion.strip()
        found.save(update_fields=["decided_by", "decided_at", "approved", "opinion"])
        gone: list[str] = []
        if approved:
            rules.require_disposable(queries.kept(row), on=timezone.localdate(at))
            gone = [row.stored, *Derived.objects.filter(recording=row).values_list("stored", flat=True)]
            Derived.objects.filter(recording=row).delete()
            row.stored, row.text, row.disposed_at = "", "", at
            row.version += 1
            row.save(update_fields=["stored", "text", "disposed_at", "version"])
        append(
            actor=actor.code,
            at=at,
            act="media.dispose" if approved else "media.refuse_disposal",
            subject=f"recording:{row.code}",
            fields={
                "size": row.size,
                "subject": row.subject,
                "retained_until": row.retained_until.isoformat(),
                "proposed_by": found.proposed_by,
            },
            reason=opinion or found.reason,
            public={"sha256": row.sha256, "sm3": row.sm3},
        )
        transaction.on_commit(lambda: _delete(gone))
    return found


def _delete(names: list[str]) -> None:
    log = structlog.get_logger("mingjing.media")
    for name in filter(None, names):
        try:
            default_storage.delete(name)
        except OSError:
            log.exception("file_not_deleted", stored=name)


def verify_originals(*, at: datetime, most: int = A_NIGHT) -> tuple[int, int]:
    """
    Compare stored originals with their digests, the longest unseen first; return how many, and how many are not what they were.

    Source: YZ-26.
    """
    rows = Recording.objects.filter(disposed_at__isnull=True).order_by(F("verified_at").asc(nulls_first=True), "pk")
    seen = wrong = left = 0
    left = most
    for row in rows.iterator(500):
        if left <= 0:
            break
        left -= max(row.size, 1)
        seen += 1
        if _is_sound(row):
            Recording.objects.filter(pk=row.pk).update(verified_at=at)
            continue
        wrong += 1
        Recording.objects.filter(pk=row.pk).update(verified_at=at)
        if row.damaged_at is None:
            with transaction.atomic():
                Recording.objects.filter(pk=row.pk).update(damaged_at=at)
                append(
                    actor="system:worker",
                    at=at,
                    act="media.find_damaged",
                    subject=f"recording:{row.code}",
                    fields={"sha256": row.sha256},
                )
    return seen, wrong


def _is_sound(row: Recording) -> bool:
    digest = hashlib.sha256()
    try:
        for piece in _content(row):
            digest.update(piece)
    except Exception:  # noqa: BLE001 - whatever the store says, the original cannot be had
        return False
    return digest.hexdigest() == row.sha256


def _content(row: Recording) -> Iterator[bytes]:
    if not row.stored:
        yield row.text.encode()
        return
    yield from read(default_storage, row.stored, 0, default_storage.size(row.stored))


def _log(
    actor: Actor,
    at: datetime,
    act: str,
    row: Recording,
    fields: dict[str, str | int | bool | None],
    reason: str = "",
) -> None:
    append(actor=actor.code, at=at, act=f"media.{act}", subject=f"recording:{row.code}", fields=fields, reason=reason)


__all__ = [
    "assign", "decide_disposal", "extend", "hold", "hold_subject", "length_of", "mark", "propose_disposal", "release",
    "release_subject", "verify_originals", "withdraw_mark",
]  # fmt: skip
