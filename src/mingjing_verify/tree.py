"""Merkle roots and proofs, by the recursive definitions of RFC 6962, 2.1."""

from collections.abc import Iterable, Sequence

from mingjing_verify.hashes import Digest, node_hash


class Frontier:
    """The roots of the full subtrees over the leaves so far, largest first: enough to tell the root at any moment."""

    def __init__(self, digest: Digest) -> None:
        self.size = 0
        self._digest = digest
        self._roots: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Add a leaf at the right end."""
        # As many subtrees are completed as the old size has ones at its end.
        ones = self.size
        while ones & 1:
            leaf = node_hash(self._digest, self._roots.pop(), leaf)
            ones >>= 1
        self._roots.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over the leaves so far."""
        if not self._roots:
            return self._digest(b"")
        root = self._roots[-1]
        for each in reversed(self._roots[:-1]):
            root = node_hash(self._digest, each, root)
        return root


def root_over(digest: Digest, leaves: Iterable[bytes]) -> bytes:
    """Return the root over these leaf hashes."""
    frontier = Frontier(digest)
    for each in leaves:
        frontier.add(each)
    return frontier.root()


def root_from_inclusion(digest: Digest, leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes | None:
    """Return the root to which an inclusion proof leads; ``None`` if it cannot be one for this place."""
    if not 0 <= index < size:
        return None
    if size == 1:
        return leaf if not proof else None
    if not proof:
        return None
    left = _left_part(size)
    *inner, beside = proof
    if index < left:
        below = root_from_inclusion(digest, leaf, index, left, inner)
        return None if below is None else node_hash(digest, below, beside)
    below = root_from_inclusion(digest, leaf, index - left, size - left, inner)
    return None if below is None else node_hash(digest, beside, below)


def roots_from_consistency(
    digest: Digest, old: int, new: int, old_root: bytes, proof: Sequence[bytes]
) -> tuple[bytes, bytes] | None:
    """Return the old and the new root to which a consistency proof leads; ``None`` if it cannot be one for these sizes."""
    if not 0 < old < new:
        return None
    return _consistency(digest, old, new, old_root, list(proof), whole=True)


def _consistency(
    digest: Digest, old: int, new: int, old_root: bytes, proof: list[bytes], *, whole: bool
) -> tuple[bytes, bytes] | None:
    """``whole``: the old tree is the left end of this range, and its root is known to the reader."""
    if old == new:
        if whole:
            return None if proof else (old_root, old_root)
        return (proof[0], proof[0]) if len(proof) == 1 else None
    if not proof:
        return None
    left, beside = _left_part(new), proof.pop()
    if old <= left:
        below = _consistency(digest, old, left, old_root, proof, whole=whole)
        return None if below is None else (below[0], node_hash(digest, below[1], beside))
    below = _consistency(digest, old - left, new - left, old_root, proof, whole=False)
    return None if below is None else (node_hash(digest, beside, below[0]), node_hash(digest, beside, below[1]))


def _left_part(size: int) -> int:
    """The largest power of two smaller than ``size``."""
    part = 1
    while 2 * part < size:
        part *= 2
    return part
