"""Reads the public test vectors of Merkle proofs: ``{leafIdx, treeSize, root, leafHash, proof, desc, wantErr}``."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).parent / "vectors"


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionVector:
    """A proof that one leaf is in a tree."""

    name: str
    index: int
    size: int
    root: bytes
    leaf_hash: bytes
    proof: list[bytes]
    refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyVector:
    """A proof that one tree begins another."""

    name: str
    old: int
    new: int
    old_root: bytes
    new_root: bytes
    proof: list[bytes]
    refused: bool


def inclusion_vectors(place: Path = VECTORS / "inclusion.jsonl") -> list[InclusionVector]:
    """Read a file of vectors, one a line, or a folder of vectors, one a file."""
    return [
        InclusionVector(
            name=name,
            # Both spellings are in use.
            index=row["leafIdx"] if "leafIdx" in row else row["leafIndex"],
            size=row["treeSize"],
            root=_bytes(row["root"]),
            leaf_hash=_bytes(row["leafHash"]),
            proof=[_bytes(each) for each in row["proof"] or []],
            refused=row["wantErr"],
        )
        for name, row in _rows(place)
    ]


def consistency_vectors(place: Path = VECTORS / "consistency.jsonl") -> list[ConsistencyVector]:
    """Read a file of vectors, one a line, or a folder of vectors, one a file."""
    return [
        ConsistencyVector(
            name=name,
            old=row["size1"],
            new=row["size2"],
            old_root=_bytes(row["root1"]),
            new_root=_bytes(row["root2"]),
            proof=[_bytes(each) for each in row["proof"] or []],
            refused=row["wantErr"],
        )
        for name, row in _rows(place)
    ]


def _rows(place: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if place.is_dir():
        for path in sorted(place.rglob("*.json")):
            yield path.relative_to(place).with_suffix("").as_posix(), json.loads(path.read_text("utf-8"))
        return
    for line in place.read_text("utf-8").splitlines():
        row = json.loads(line)
        yield row["file"], row


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
