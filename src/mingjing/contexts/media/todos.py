"""What waits for whom: recordings to be assigned, uploads to be finished, disposals to be decided, originals to be looked into."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from django.urls import reverse

from mingjing.contexts.accounts.access import Actor, visible
from mingjing.contexts.media import queries
from mingjing.contexts.media.models import Disposal, Recording
from mingjing.contexts.work.todos import Todo
from mingjing.domain.media.uploads import UploadState
from mingjing.law.citations import cite

_MOST: Final = 20


def todos(actor: Actor, today: date) -> Iterator[Todo]:
    """Return everything that waits for the actor."""
    if actor.may("media.recording.add"):
        yield from _unfinished(actor, today)
        yield from _unassigned(actor)
    if actor.may("media.disposal.propose"):
        yield from _expired(actor, today)
    if actor.may("media.disposal.approve"):
        yield from _proposed(actor)
    if actor.may("media.hold.edit"):
        yield from _damaged(actor)


def _unfinished(actor: Actor, today: date) -> Iterator[Todo]:
    for row in queries.overdue_uploads(actor, today)[:_MOST]:
        mine = row.user_id == actor.user_id
        yield Todo(
            title=f"续传音像资料：{row.filename}" + ("" if mine else f"（{row.user.name}）"),
            href=reverse("media_uploads"),
            kind="音像记录",
            due_on=row.due_on,
            why=f"{row.ended_on}录制，{'未通过校验' if row.state == UploadState.FAILED else '还没有传完'}",
            citation=cite("YZ-24"),
        )


def _unassigned(actor: Actor) -> Iterator[Todo]:
    rows = visible(queries.recordings(), actor, "media.recording.add").filter(subject_kind="", disposed_at__isnull=True)
    for row in rows.order_by("started_at")[:_MOST]:
        yield Todo(
            title=f"归入案件或者检查：{row.shows}",
            href=reverse("media_act", args=[row.code, "assign"]),
            kind="音像记录",
            why="上传时没有写明归属",
            citation=cite("SS-36"),
        )


def _expired(actor: Actor, today: date) -> Iterator[Todo]:
    rows = queries.expiring(actor, today, "media.disposal.propose")
    count = rows.exclude(disposals__decided_at__isnull=True, disposals__isnull=False).count()
    if count:
        yield Todo(
            title=f"审查保存期满的音像记录：{count}份",
            href=reverse("media_expiring"),
            kind="音像记录",
            why="期满后由人审查，决定继续保存或者提出处置",
            citation=cite("SS-31"),
        )


def _proposed(actor: Actor) -> Iterator[Todo]:
    mine = visible(Recording.objects.all(), actor, "media.disposal.approve").values("pk")
    rows = Disposal.objects.filter(decided_at__isnull=True, recording__in=mine).exclude(proposed_by=actor.code)
    for row in rows.select_related("recording").order_by("proposed_at")[:_MOST]:
        yield Todo(
            title=f"审核到期处置：{row.recording.shows}",
            href=reverse("media_act", args=[row.recording.code, "decide"]),
            kind="音像记录",
            why="提出和批准由两人办理",
            citation=cite("YZ-26"),
        )


def _damaged(actor: Actor) -> Iterator[Todo]:
    rows = visible(queries.recordings(), actor, "media.hold.edit").filter(
        damaged_at__isnull=False, disposed_at__isnull=True
    )
    for row in rows.order_by("damaged_at")[:_MOST]:
        yield Todo(
            title=f"核查与摘要不符的原件：{row.code}",
            href=reverse("media_recording", args=[row.code]),
            kind="音像记录",
            why="存储的内容与收录时的摘要不一致，请从备份恢复并查明原因",
            citation=cite("YZ-26"),
        )
