"""Sign checkpoints of the log."""

from datetime import datetime
from typing import ClassVar

from django.db import transaction

from mingjing.contexts.records.models import Checkpoint, Sequencer, Shard
from mingjing.contexts.records.suite import log_signer
from mingjing.contexts.records.tiles import tree_of
from mingjing.domain.records import checkpoints
from mingjing.domain.records.hashing import HashName
from mingjing.domain.records.merkle import Tree
from mingjing.domain.records.proofs import require_consistency
from mingjing.kernel.errors import DomainError


class NothingToSignError(DomainError):
    """The log has no entry yet."""

    code: ClassVar[str] = "records.nothing_to_sign"


@transaction.atomic
def sign_latest(*, at: datetime) -> Checkpoint:
    """
    Sign the latest state of the log; where nothing was added since, return the checkpoint that there is.

    :raises NothingToSignError: if the log is empty
    :raises ProofError: if the tree does not continue the checkpoint before; nothing is signed then
    """
    # The lock keeps the tree from growing meanwhile.
    Sequencer.objects.select_for_update().filter(pk=1).first()
    shard = Shard.objects.last()
    if shard is None or not shard.size:
        raise NothingToSignError("日志里还没有条目，无法签署检查点。")
    return sign_shard(shard, at=at)


def sign_shard(shard: Shard, *, at: datetime) -> Checkpoint:
    """Sign the present state of a shard, in the caller's transaction."""
    latest = shard.checkpoints.order_by("size").last()
    if latest is not None and latest.size == shard.size:
        return latest
    tree = tree_of(shard)
    root = tree.root()
    if latest is not None:
        _require_continued(tree, latest, root)
    checkpoint = checkpoints.Checkpoint(origin=shard.origin, size=shard.size, root=root, hash=HashName(shard.hash))
    note = checkpoints.sign_checkpoint(checkpoint, [log_signer(at=at)])
    return Checkpoint.objects.create(shard=shard, size=shard.size, root=root, note=str(note), signed_at=at)


def last_checkpoint_text(shard: Shard, *, at: datetime) -> str:
    """Return the signed text of the last checkpoint of a shard that is to be closed."""
    return str(sign_shard(shard, at=at).note).partition("\n\n")[0] + "\n"


def _require_continued(tree: Tree, latest: Checkpoint, root: bytes) -> None:
    """Whoever signs must not contradict what was signed before, even where tiles were tampered with."""
    require_consistency(
        tree.hasher,
        old=latest.size,
        new=tree.size,
        old_root=bytes(latest.root),
        new_root=root,
        proof=tree.consistency_proof(latest.size),
    )
