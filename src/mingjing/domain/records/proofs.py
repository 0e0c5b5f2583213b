"""Checking the proofs of others, as a witness does before it cosigns (RFC 9162, 2.1.3.2 and 2.1.4.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from mingjing.domain.records.hashing import HASH_SIZE, Hasher
from mingjing.kernel.errors import DomainError


class ProofError(DomainError):
    """A proof that does not prove what it should."""

    code: ClassVar[str] = "records.proof"


def require_inclusion(
    hasher: Hasher, *, leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> None:
    """
    Require that the proof leads from the leaf to the root.

    :raises ProofError: if it does not
    """
    if not 0 <= index < size:
        raise ProofError(f"序号{index}不在{size}条的日志之内。", index=index, size=size)
    _require_hashes([leaf_hash, *proof])
    if inclusion_root(hasher, leaf_hash=leaf_hash, index=index, size=size, proof=proof) != root:
        raise ProofError(f"第{index}条的收录证明与日志的根不符。", index=index, size=size)


def inclusion_root(hasher: Hasher, *, leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """
    Return the root to which a proof leads.

    :raises ProofError: if the proof has not as many hashes as the place of the leaf asks for
    """
    inner, border = _proof_parts(index, size)
    if len(proof) != inner + border:
        raise ProofError(f"收录证明应当有{inner + border}个摘要，实有{len(proof)}个。", index=index, size=size)
    node = _climb(hasher, leaf_hash, proof[:inner], index)
    for each in proof[inner:]:
        node = hasher.node(each, node)
    return node


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """One step on the way from a leaf to the root: the hash beside it, on which side, and the hash of the two."""

    sibling: bytes
    sibling_is_left: bool
    node: bytes


def climbs(hasher: Hasher, *, leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes]) -> list[Climb]:
    """Return an inclusion proof step by step, for people; the last node is the root."""
    inner, _ = _proof_parts(index, size)
    node, steps = leaf_hash, []
    for height, sibling in enumerate(proof):
        left = height >= inner or bool(index >> height & 1)
        node = hasher.node(sibling, node) if left else hasher.node(node, sibling)
        steps.append(Climb(sibling=sibling, sibling_is_left=left, node=node))
    return steps


def require_consistency(
    hasher: Hasher, *, old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """
    Require that the log of size ``old`` is the beginning of the log of size ``new``.

    Nothing follows from an empty log, so a proof from size 0 to more is refused, as in the published vectors.

    :raises ProofError: if the proof does not show it
    """
    if not 0 <= old <= new:
        raise ProofError(f"日志不会从{old}条变为{new}条。", old=old, new=new)
    if old == new:
        if proof or old_root != new_root:
            raise ProofError(f"同为{old}条的日志有两个不同的根，或者附有多余的证明。", old=old, new=new)
        return
    if old == 0:
        raise ProofError("空日志之后可以是任何日志，不存在一致性证明。", old=old, new=new)
    _require_hashes(proof)
    from_old, from_new = consistency_roots(hasher, old=old, new=new, old_root=old_root, proof=proof)
    if from_old != old_root:
        raise ProofError(f"一致性证明与{old}条时的根不符。", old=old, new=new)
    if from_new != new_root:
        raise ProofError(f"一致性证明与{new}条时的根不符。", old=old, new=new)


def consistency_roots(
    hasher: Hasher, *, old: int, new: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Return the two roots to which a proof between different sizes above 0 leads."""
    # The way from the last leaf of the old tree, from the height where it is the end of a full subtree.
    inner, border = _proof_parts(old - 1, new)
    skipped = (old & -old).bit_length() - 1
    inner -= skipped
    if old == 1 << skipped:
        seed, rest = old_root, proof
    else:
        if not proof:
            raise ProofError("一致性证明是空的。", old=old, new=new)
        seed, rest = proof[0], proof[1:]
    if len(rest) != inner + border:
        raise ProofError(f"一致性证明应当有{inner + border}个摘要，实有{len(rest)}个。", old=old, new=new)
    way = (old - 1) >> skipped
    old_node = new_node = seed
    for height, each in enumerate(rest[:inner]):
        if way >> height & 1:
            old_node = hasher.node(each, old_node)
    new_node = _climb(hasher, seed, rest[:inner], way)
    for each in rest[inner:]:
        old_node, new_node = hasher.node(each, old_node), hasher.node(each, new_node)
    return old_node, new_node


def _proof_parts(index: int, size: int) -> tuple[int, int]:
    """How many hashes lie inside the subtree where leaf and end of the tree part, and how many on the way above it."""
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _climb(hasher: Hasher, node: bytes, siblings: Sequence[bytes], way: int) -> bytes:
    for height, each in enumerate(siblings):
        node = hasher.node(each, node) if way >> height & 1 else hasher.node(node, each)
    return node


def _require_hashes(hashes: Sequence[bytes]) -> None:
    if any(len(each) != HASH_SIZE for each in hashes):
        raise ProofError("证明里有一个摘要不是32个字节。")
