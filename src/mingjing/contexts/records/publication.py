"""
Writing the public files of the log: what anybody needs to check it, and nothing else.

Entries stand in them as commitments. Full tiles are written once; the checkpoint is written last, so that a reader never
meets a checkpoint whose files are not there yet. The layout is described in ``docs/log.md``.
"""

import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mingjing.domain.records.hashing import HASH_SIZE, HashName
from mingjing.domain.records.layout import entries_path, entry_bundle, tile_path, tiles_of
from mingjing.domain.records.merkle import TILE_WIDTH, TileStore, TreeDamagedError
from mingjing.domain.records.notes import PublicKey

DESCRIPTION: Final = "log.json"
CHECKPOINT: Final = "checkpoint"
CHECKPOINTS: Final = "checkpoints"
TILES_AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardDescription:
    """One year of the log: the folder it lies in, its name in checkpoints, its hash function."""

    name: str
    origin: str
    hash: HashName


def write_description(
    folder: Path,
    *,
    name: str,
    keys: Sequence[PublicKey],
    witnesses: Sequence[PublicKey],
    shards: Sequence[ShardDescription],
) -> None:
    """Write which log this is: its keys, its witnesses and its years, oldest first."""
    described = {
        "v": 1,
        "name": name,
        "keys": [str(each) for each in keys],
        "witnesses": [str(each) for each in witnesses],
        "shards": [{"name": each.name, "origin": each.origin, "hash": each.hash} for each in shards],
    }
    write_file(folder / DESCRIPTION, (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode())


def write_shard(
    folder: Path, *, store: TileStore, entries: Callable[[int, int], Iterable[bytes]], size: int, from_size: int = 0
) -> None:
    """
    Write tiles and entries of a log of this size; what a log of ``from_size`` has in full is there already.

    ``entries(first, after)`` returns the bytes of these entries in order.
    """
    wanted = list(tiles_of(size, from_size))
    for start in range(0, len(wanted), TILES_AT_ONCE):
        part = wanted[start : start + TILES_AT_ONCE]
        tiles = store.read([key for key, _ in part])
        for key, width in part:
            data = tiles.get(key, b"")[: width * HASH_SIZE]
            if len(data) != width * HASH_SIZE:
                raise TreeDamagedError(f"存证树缺少数据：第{key.level}层第{key.place}片。")
            write_file(folder / tile_path(key, width), data)
    for index in range(from_size // TILE_WIDTH, -(-size // TILE_WIDTH)):
        first, after = index * TILE_WIDTH, min((index + 1) * TILE_WIDTH, size)
        write_file(folder / entries_path(index, after - first), entry_bundle(entries(first, after)))


def write_checkpoint(folder: Path, *, size: int, note: str) -> None:
    """Write a signed checkpoint: as one of all, then as the latest."""
    write_file(folder / CHECKPOINTS / f"{size:012}", note.encode())
    write_file(folder / CHECKPOINT, note.encode())


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(data)
    beside.replace(path)
