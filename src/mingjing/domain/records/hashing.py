"""How leaves, nodes and committed fields are hashed (RFC 6962, 2.1; RFC 9162, 2.1), with SM3 or SHA-256."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

HASH_SIZE: Final = 32

# The first byte tells what is hashed, so that no node can be passed off as an entry, nor a field as either.
LEAF: Final = b"\x00"
NODE: Final = b"\x01"
FIELD: Final = b"\x02"


class HashName(StrEnum):
    """The hash functions that a log may use; both give 32 bytes."""

    SM3 = "sm3"
    SHA256 = "sha256"


@dataclass(frozen=True, slots=True)
class Hasher:
    """A hash function with its name. The function itself is passed in: the core knows no cryptographic library."""

    name: HashName
    digest: Callable[[bytes], bytes]

    def empty(self) -> bytes:
        """Return the root of the tree without entries."""
        return self.digest(b"")

    def leaf(self, entry: bytes) -> bytes:
        """Hash an entry."""
        return self.digest(LEAF + entry)

    def node(self, left: bytes, right: bytes) -> bytes:
        """Hash two children."""
        return self.digest(NODE + left + right)

    def field(self, salt: bytes, name: str, value: bytes) -> bytes:
        """Commit to the value of a field: without the salt, the value cannot be found by trying."""
        named = name.encode()
        return self.digest(FIELD + len(salt).to_bytes(2) + salt + len(named).to_bytes(2) + named + value)
