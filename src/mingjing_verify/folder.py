"""Where the public files lie and how they are read."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mingjing_verify.notes import Key, MalformedError, SignedCheckpoint, read_key, read_signed_checkpoint

WIDTH = 256


@dataclass(frozen=True)
class Shard:
    """One year of the log."""

    name: str
    origin: str
    hash: str
    folder: Path


@dataclass(frozen=True)
class Log:
    """A log as its description tells it."""

    name: str
    keys: tuple[Key, ...]
    witnesses: tuple[Key, ...]
    shards: tuple[Shard, ...]


def read_log(folder: Path) -> Log:
    """
    Read ``log.json``.

    :raises MalformedError: if it is not there or not understood
    """
    path = folder / "log.json"
    try:
        described = json.loads(path.read_text("utf-8"))
        return Log(
            name=str(described["name"]),
            keys=tuple(read_key(each) for each in described["keys"]),
            witnesses=tuple(read_key(each) for each in described["witnesses"]),
            shards=tuple(
                Shard(str(each["name"]), str(each["origin"]), str(each["hash"]), folder / _plain(str(each["name"])))
                for each in described["shards"]
            ),
        )
    except OSError as error:
        raise MalformedError(f"读不到 {path}：这里不是日志的公开目录") from error
    except (ValueError, KeyError, TypeError) as error:
        raise MalformedError(f"看不懂 {path}：{error}") from error


def latest_checkpoint(shard: Shard) -> SignedCheckpoint:
    """
    Read the latest checkpoint of a year.

    :raises MalformedError: if it is not there or malformed
    """
    return read_checkpoint_file(shard.folder / "checkpoint")


def read_checkpoint_file(path: Path) -> SignedCheckpoint:
    """
    Read a checkpoint.

    :raises MalformedError: if it is not there or malformed
    """
    try:
        return read_signed_checkpoint(path.read_bytes())
    except OSError as error:
        raise MalformedError(f"读不到检查点文件 {path.name}") from error


def earlier_checkpoints(shard: Shard) -> Iterator[Path]:
    """The files of all checkpoints of the year, smallest first."""
    yield from sorted((shard.folder / "checkpoints").glob("[0-9]*"))


def tile_hashes(shard: Shard, level: int, index: int, width: int) -> list[bytes] | None:
    """Return the hashes of a tile, as many as there are; ``None`` if the file is not there."""
    data = _partial(shard.folder / "tile" / str(level), index, width)
    return None if data is None else [data[at : at + 32] for at in range(0, len(data), 32)]


def entry_bundle(shard: Shard, index: int, width: int) -> bytes | None:
    """Return the bytes of up to 256 entries; ``None`` if the file is not there."""
    return _partial(shard.folder / "tile" / "entries", index, width)


def split_bundle(data: bytes) -> tuple[list[bytes], bool]:
    """Return the entries of a bundle, and whether it could be read to its end."""
    entries: list[bytes] = []
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2])
        entry = data[at + 2 : at + 2 + length]
        if len(data) - at < 2 or len(entry) < length:
            return entries, False
        entries.append(entry)
        at += 2 + length
    return entries, True


def _partial(folder: Path, index: int, width: int) -> bytes | None:
    """Read the file of this width; one that has grown full since will do as well."""
    full = folder / _number(index)
    for path in [full] if width == WIDTH else [full.with_name(f"{full.name}.p") / str(width), full]:
        if path.is_file():
            return path.read_bytes()
    return None


def _number(index: int) -> str:
    digits = f"{index:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([*(f"x{each}" for each in groups[:-1]), groups[-1]])


def _plain(name: str) -> str:
    """A name from the description that becomes a folder must not lead elsewhere."""
    if not name or not all(each.isalnum() or each in "-_" for each in name):
        raise MalformedError(f"年份的名称“{name}”不对")
    return name
