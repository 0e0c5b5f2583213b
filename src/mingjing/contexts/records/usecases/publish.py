"""Publish the log: sequence, sign, have it cosigned, write the public files."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from mingjing.contexts.records import publication, queries
from mingjing.contexts.records.models import Checkpoint, Shard, SigningKey, Witness
from mingjing.contexts.records.suite import public_folder
from mingjing.contexts.records.tiles import TableTiles
from mingjing.contexts.records.usecases.cosign import WitnessRefusal, ask_witnesses
from mingjing.contexts.records.usecases.sequence import sequence
from mingjing.contexts.records.usecases.sign import NothingToSignError, sign_latest
from mingjing.domain.records.hashing import HashName
from mingjing.domain.records.notes import read_public_key


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What was done."""

    sequenced: int
    checkpoint: Checkpoint | None
    refusals: tuple[WitnessRefusal, ...] = ()


def publish(*, at: datetime, folder: Path | None = None, ask: bool = True) -> Published:
    """
    Bring the public log up to date: the whole way from committed acts to files that anyone can check.

    Files are written after the checkpoint is signed and stored, and may be written again at any time.
    """
    sequenced = sequence(at=at)
    try:
        checkpoint = sign_latest(at=at)
    except NothingToSignError:
        return Published(sequenced=sequenced, checkpoint=None)
    refusals = ask_witnesses(checkpoint) if ask else ()
    write_files(folder or public_folder())
    return Published(sequenced=sequenced, checkpoint=checkpoint, refusals=tuple(refusals))


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
