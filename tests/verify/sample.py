"""A small log with its public files, written by the writer's own code, for the verifier to check."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from mingjing.contexts.records.keys import hasher, make_key
from mingjing.contexts.records.publication import (
    ShardDescription,
    write_checkpoint,
    write_description,
    write_shard,
)
from mingjing.domain.records.checkpoints import Checkpoint, cosign, sign_checkpoint
from mingjing.domain.records.entries import Act, chance_needed, seal
from mingjing.domain.records.hashing import HashName
from mingjing.domain.records.merkle import MemoryTiles, Tree
from mingjing.domain.records.notes import KeyType, Note, NoteSigner

NAME = "log.example"


@dataclass
class SampleShard:
    """One year of a log in memory."""

    name: str
    hash: HashName
    signer: NoteSigner
    entries: list[bytes] = field(default_factory=list)
    tiles: MemoryTiles = field(default_factory=MemoryTiles)

    def __post_init__(self) -> None:
        self.tree = Tree(hasher(self.hash), self.tiles)

    def add(self, entries: Sequence[bytes]) -> None:
        self.entries += entries
        self.tree.append([hasher(self.hash).leaf(each) for each in entries])

    @property
    def origin(self) -> str:
        return f"{NAME}/{self.name}"

    def checkpoint(self, size: int | None = None) -> Note:
        size = len(self.entries) if size is None else size
        return sign_checkpoint(
            Checkpoint(origin=self.origin, size=size, root=self.tree.root(size), hash=self.hash), [self.signer]
        )

    def publish(self, folder: Path, sizes: Sequence[int] = ()) -> None:
        """Publish at each of these sizes in turn, then whole."""
        before = 0
        for size in [*sizes, len(self.entries)]:
            write_shard(
                folder / self.name,
                store=self.tiles,
                entries=lambda first, after: self.entries[first:after],
                size=size,
                from_size=before,
            )
            write_checkpoint(folder / self.name, size=size, note=str(self.checkpoint(size)))
            before = size


@dataclass
class SampleLog:
    """A log of one year or more, with a witness."""

    kind: KeyType = KeyType.SM2
    hash: HashName = HashName.SM3
    shards: list[SampleShard] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.signer = make_key(NAME, self.kind)
        cosigns = KeyType.SM2_COSIGNATURE if self.kind is KeyType.SM2 else KeyType.ED25519_COSIGNATURE
        self.witness = make_key("witness.example", cosigns)

    def shard(self, name: str) -> SampleShard:
        made = SampleShard(name, self.hash, self.signer)
        if self.shards:
            last = self.shards[-1].checkpoint().text
            made.add([entry(0, hash_name=self.hash, act="log.open_shard", public={"checkpoint": last})])
        self.shards.append(made)
        return made

    def publish(self, folder: Path, sizes: Sequence[int] = ()) -> None:
        for each in self.shards:
            each.publish(folder, [size for size in sizes if size < len(each.entries)])
        write_description(
            folder,
            name=NAME,
            keys=[self.signer.public],
            witnesses=[self.witness.public],
            shards=[ShardDescription(name=each.name, origin=each.origin, hash=each.hash) for each in self.shards],
        )

    def cosigned(self, shard: SampleShard, size: int, seconds: int = 1_795_000_000) -> str:
        note = shard.checkpoint(size)
        return str(
            Note(text=note.text, signatures=(*note.signatures, cosign(note, signer=self.witness, seconds=seconds)))
        )


def entry(number: int, *, hash_name: HashName = HashName.SM3, act: str = "case.file", **public: object) -> bytes:
    """The bytes of the entry with this number; always the same."""
    made = Act(
        who=f"user{number % 7}",
        at=datetime(2026, 1, 1) + timedelta(minutes=number),
        act=act,
        object=f"case:370831-2026-{number:04}",
        fields={"fine_fen": number * 100},
        public=public.get("public", {}),  # type: ignore[arg-type]
    )
    chance = b"".join((number * 1000 + part).to_bytes(4) for part in range(chance_needed(made) // 4))
    return seal(made, hasher=hasher(hash_name), chance=chance).data


def entries(count: int, *, first: int = 0, hash_name: HashName = HashName.SM3) -> list[bytes]:
    return [entry(number, hash_name=hash_name) for number in range(first, first + count)]
