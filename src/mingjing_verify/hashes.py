"""Which hash function a log uses, and how leaves, nodes and committed fields are hashed (RFC 6962, 2.1)."""

import hashlib
from collections.abc import Callable

from mingjing_verify.sm3 import sm3

type Digest = Callable[[bytes], bytes]

_SM3_OF_ABC = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def digest_named(name: str) -> Digest | None:
    """Return the hash function of this name; ``None`` if it is unknown."""
    if name == "sha256":
        return lambda data: hashlib.sha256(data).digest()
    if name == "sm3":
        return _fast_sm3() or sm3
    return None


def _fast_sm3() -> Digest | None:
    """Python's own SM3, where it has one: a hundred times faster than ours. Checked against the standard's example."""
    if "sm3" not in hashlib.algorithms_available:
        return None
    try:
        fresh = hashlib.new("sm3")
    except ValueError:
        return None

    def digest(data: bytes) -> bytes:
        state = fresh.copy()
        state.update(data)
        return state.digest()

    return digest if digest(b"abc").hex() == _SM3_OF_ABC else None


def leaf_hash(digest: Digest, entry: bytes) -> bytes:
    """Hash an entry."""
    return digest(b"\x00" + entry)


def node_hash(digest: Digest, left: bytes, right: bytes) -> bytes:
    """Hash two children."""
    return digest(b"\x01" + left + right)


def field_hash(digest: Digest, salt: bytes, name: str, value: bytes) -> bytes:
    """Hash the opening of a field."""
    written = name.encode()
    return digest(b"\x02" + len(salt).to_bytes(2) + salt + len(written).to_bytes(2) + written + value)
