"""Digests of files, piece by piece: SHA-256, which devices compute, and SM3, which the log uses."""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import BinaryIO, Final

from cryptography.hazmat.primitives import hashes

PIECE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """Both digests of a content in hexadecimal, and its size in bytes."""

    sha256: str
    sm3: str
    size: int


def digests_of(pieces: Iterable[bytes]) -> Digests:
    """Compute both digests in one pass."""
    first, second, size = sha256(), hashes.Hash(hashes.SM3()), 0
    for piece in pieces:
        first.update(piece)
        second.update(piece)
        size += len(piece)
    return Digests(sha256=first.hexdigest(), sm3=second.finalize().hex(), size=size)


def pieces_of(file: BinaryIO) -> Iterable[bytes]:
    """Read a file piece by piece."""
    while piece := file.read(PIECE):
        yield piece
