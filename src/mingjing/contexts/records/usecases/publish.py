"""Publish the log: sequence, sign, have it cosigned, write the public files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import connection

from mingjing.contexts.records import publication, queries
from mingjing.contexts.records.models import Checkpoint, Shard, SigningKey, Witness
from mingjing.contexts.records.suite import public_folder
from mingjing.contexts.records.tiles import TableTiles
from mingjing.contexts.records.usecases.cosign import WitnessRefusal, ask_witnesses
from mingjing.contexts.records.usecases.sequence import sequence
from mingjing.contexts.records.usecases.sign import NothingToSignError, sign_latest
from mingjing.domain.records.hashing import HashName
from mingjing.domain.records.notes import read_public_key
from mingjing.kernel.errors import DomainError


class LogBehindError(DomainError):
    """More was published than the database knows of."""

    code: ClassVar[str] = "records.log_behind"


class NotDurableError(DomainError):
    """What was signed might still be lost with the power, so it is not published."""

    code: ClassVar[str] = "records.not_durable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was done."""

    sequenced: int
    checkpoint: Checkpoint | None
    refusals: tuple[WitnessRefusal, ...] = ()


def publish(*, at: datetime, folder: Path | None = None, ask: bool = True) -> Published:
    """
    Bring the public log up to date: the whole way from committed acts to files that anyone can check.

    Nobody hears of a checkpoint before it and all that it covers would survive a loss of power. Files are written last,
    and may be written again at any time.

    :raises LogBehindError: if more was published than the database knows of, as after restoring a backup
    """
    folder = folder or public_folder()
    _require_not_behind(folder)
    sequenced = sequence(at=at)
    try:
        checkpoint = sign_latest(at=at)
    except NothingToSignError:
        return Published(sequenced=sequenced, checkpoint=None)
    _make_durable()
    refusals = ask_witnesses(checkpoint) if ask else ()
    write_files(folder)
    return Published(sequenced=sequenced, checkpoint=checkpoint, refusals=tuple(refusals))


def _require_not_behind(folder: Path) -> None:
    """To go on from less than what was published would make another history under the same name."""
    for shard in Shard.objects.all():
        published = _written_size(folder / shard.name)
        known = shard.checkpoints.order_by("size").values_list("size", flat=True).last() or 0
        if published > known:
            raise LogBehindError(
                f"已经公布过{shard.name}年{published}条的检查点，数据库只知道{known}条：可能恢复了旧备份，或者断电丢了数据。"
                "请恢复更新的备份；确实没有的，换一个日志名称（MINGJING_LOG_NAME）和空的公开目录，并说明原因。",
                shard=shard.name,
            )


def _make_durable() -> None:
    """
    Bring everything committed so far safely to the disk.

    PostgreSQL did so at commit. SQLite with ``synchronous=NORMAL`` does so at a checkpoint of its write-ahead log.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(FULL)")
        busy = cursor.fetchone()[0]
    if busy:
        raise NotDurableError("数据库正忙，还不能保证断电后检查点不丢失；这次不公布，下次再试。")


def write_files(folder: Path) -> None:
    """Write all public files that are not there yet."""
    every: Sequence[Shard] = list(Shard.objects.all())
    for shard in every:
        _write_shard(folder / shard.name, shard)
    publication.write_description(
        folder,
        name=settings.LOG_NAME,
        keys=[read_public_key(each.key) for each in SigningKey.objects.order_by("used_since", "pk")],
        witnesses=[read_public_key(each.key) for each in Witness.objects.order_by("pk")],
        shards=[
            publication.ShardDescription(name=each.name, origin=each.origin, hash=HashName(each.hash)) for each in every
        ],
    )


def _write_shard(folder: Path, shard: Shard) -> None:
    there = _written_size(folder)
    for checkpoint in shard.checkpoints.filter(size__gte=there).order_by("size"):
        if checkpoint.size > there:
            publication.write_shard(
                folder,
                store=TableTiles(shard.pk),
                entries=lambda first, after: queries.entry_bytes(shard, first, after),
                size=checkpoint.size,
                from_size=there,
            )
            there = checkpoint.size
        publication.write_checkpoint(folder, size=checkpoint.size, note=queries.note_with_cosignatures(checkpoint))


def _written_size(folder: Path) -> int:
    """How large the log is whose files are all there: the latest checkpoint is written last."""
    try:
        return int((folder / publication.CHECKPOINT).read_text("utf-8").split("\n")[1])
    except (OSError, ValueError, IndexError):
        return 0
