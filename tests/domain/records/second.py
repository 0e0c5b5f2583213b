"""A second implementation of everything about trees, straight from the recursive definitions of RFC 6962, 2.1."""

from collections.abc import Callable, Sequence

type Digest = Callable[[bytes], bytes]


def root(digest: Digest, leaves: Sequence[bytes]) -> bytes:
    """MTH over leaf hashes."""
    if not leaves:
        return digest(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = _left(len(leaves))
    return digest(b"\x01" + root(digest, leaves[:k]) + root(digest, leaves[k:]))


def path(digest: Digest, index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n])."""
    if len(leaves) == 1:
        return []
    k = _left(len(leaves))
    if index < k:
        return [*path(digest, index, leaves[:k]), root(digest, leaves[k:])]
    return [*path(digest, index - k, leaves[k:]), root(digest, leaves[:k])]


def consistency(digest: Digest, old: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PROOF(m, D[n])."""
    return _subproof(digest, old, leaves, whole=True)


def _subproof(digest: Digest, old: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    if old == len(leaves):
        return [] if whole else [root(digest, leaves)]
    k = _left(len(leaves))
    if old <= k:
        return [*_subproof(digest, old, leaves[:k], whole=whole), root(digest, leaves[k:])]
    return [*_subproof(digest, old - k, leaves[k:], whole=False), root(digest, leaves[:k])]


def _left(size: int) -> int:
    k = 1
    while k * 2 < size:
        k *= 2
    return k
