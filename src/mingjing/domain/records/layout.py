"""How published files are named and written: tiles and entries (C2SP tlog-tiles), proofs (C2SP tlog-proof)."""

import base64
from collections.abc import Iterable, Sequence
from typing import Final

from mingjing.domain.records.merkle import TILE_HEIGHT, TILE_WIDTH, TileKey

PROOF_HEADER: Final = "c2sp.org/tlog-proof@v1"


def tile_path(key: TileKey, width: int = TILE_WIDTH) -> str:
    """Where a tile of so many hashes lies."""
    return f"tile/{key.level}/{_number(key.place, width)}"


def entries_path(index: int, width: int = TILE_WIDTH) -> str:
    """Where the entries under the tile ``(0, index)`` lie."""
    return f"tile/entries/{_number(index, width)}"


def tiles_of(size: int, from_size: int = 0) -> Iterable[tuple[TileKey, int]]:
    """The tiles of a log of this size with their widths, but not those that a log of ``from_size`` has in full."""
    level = 0
    while size:
        for index in range(from_size // TILE_WIDTH, -(-size // TILE_WIDTH)):
            yield TileKey(level, index), min(size - index * TILE_WIDTH, TILE_WIDTH)
        size, from_size, level = size >> TILE_HEIGHT, from_size >> TILE_HEIGHT, level + 1


def entry_bundle(entries: Iterable[bytes]) -> bytes:
    """Write up to 256 entries one after the other, each behind its length in two bytes."""
    return b"".join(len(each).to_bytes(2) + each for each in entries)


def proof_file(*, index: int, proof: Sequence[bytes], checkpoint: str, extra: bytes = b"") -> str:
    """Write an inclusion proof that anyone can check without a network; ``extra`` is the entry itself."""
    lines = [PROOF_HEADER]
    if extra:
        lines.append("extra " + base64.b64encode(extra).decode())
    lines.append(f"index {index}")
    lines += [base64.b64encode(each).decode() for each in proof]
    return "\n".join([*lines, "", checkpoint])


def _number(index: int, width: int) -> str:
    """Groups of three digits, all but the last behind an ``x``; the width where the tile is not full."""
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03}")
    return "/".join(groups) + ("" if width == TILE_WIDTH else f".p/{width}")
