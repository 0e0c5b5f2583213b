"""
A Merkle tree that grows at its right end and proves what it holds, kept in tiles.

A tile holds up to 256 hashes of one level side by side: tile ``(0, 0)`` the first 256 leaf hashes, tile ``(1, 0)`` the
roots of the first 256 full tiles beneath it, and so on (the layout of C2SP tlog-tiles). Appending touches only the last
tile of each level, proving reads a few tiles: both cost the same for ten thousand entries as for ten million.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar, Final, NamedTuple, Protocol

from mingjing.domain.records.hashing import HASH_SIZE, Hasher
from mingjing.kernel.errors import DomainError

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
TILE_BYTES: Final = TILE_WIDTH * HASH_SIZE


class TileKey(NamedTuple):
    """Which tile: its level (in tiles, not in nodes) and its place in the level."""

    level: int
    place: int


class Node(NamedTuple):
    """The root of a full subtree of ``2**level`` leaves, and its place in the level."""

    level: int
    place: int


class TileStore(Protocol):
    """Where tiles are kept. A tile only ever gets longer, up to 256 hashes; then it never changes."""

    def read(self, keys: Iterable[TileKey]) -> Mapping[TileKey, bytes]:
        """Return these tiles; one that is not there is left out."""

    def write(self, tiles: Mapping[TileKey, bytes]) -> None:
        """Keep these tiles in place of what was there under their keys."""


class OutsideTreeError(DomainError):
    """An index or a size that the tree does not have."""

    code: ClassVar[str] = "records.outside_tree"


class TreeDamagedError(DomainError):
    """The stored tree lacks hashes that it must have."""

    code: ClassVar[str] = "records.tree_damaged"


@dataclass(slots=True)
class MemoryTiles:
    """Tiles in memory."""

    tiles: dict[TileKey, bytes] = field(default_factory=dict)

    def read(self, keys: Iterable[TileKey]) -> Mapping[TileKey, bytes]:
        return {key: self.tiles[key] for key in keys if key in self.tiles}

    def write(self, tiles: Mapping[TileKey, bytes]) -> None:
        self.tiles.update(tiles)


class Tree:
    """
    The tree of the first ``size`` leaves in a store.

    One tree must have one writer at a time; whoever appends sees to that. Reading an older size is always allowed.
    """

    def __init__(self, hasher: Hasher, store: TileStore, size: int = 0) -> None:
        self.hasher = hasher
        self.size = size
        self._store = store

    def append(self, leaf_hashes: Sequence[bytes]) -> None:
        """Add leaves at the right end and write the tiles that changed, all in one call of the store."""
        if any(len(each) != HASH_SIZE for each in leaf_hashes):
            raise ValueError("a leaf hash has 32 bytes")
        if not leaf_hashes:
            return
        edge = self._store.read(_edge_tiles(self.size))
        changed: dict[TileKey, bytes] = {}
        rising, level = b"".join(leaf_hashes), 0
        while rising:
            rising = self._extend_level(level, rising, edge, changed)
            level += 1
        self._store.write(changed)
        self.size += len(leaf_hashes)

    def root(self, size: int | None = None) -> bytes:
        """
        Return the root of the tree of this size (by default, of all).

        :raises OutsideTreeError: if the tree was never that large
        """
        size = self._checked_size(size)
        return self._ranges([(0, size)])[0] if size else self.hasher.empty()

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """
        Prove that the leaf at ``index`` is in the tree of this size: the hashes beside its way to the root.

        :raises OutsideTreeError: if there is no such leaf in a tree of that size

        Source: RFC 9162, 2.1.3.1.
        """
        size = self._checked_size(size)
        if not 0 <= index < size:
            raise OutsideTreeError(f"没有第{index}条：这棵树共有{size}条，从0起编号。", index=index, size=size)
        return self._ranges(_inclusion_ranges(index, size))

    def consistency_proof(self, old: int, new: int | None = None) -> list[bytes]:
        """
        Prove that the tree of size ``old`` is the beginning of the tree of size ``new``.

        From the empty tree, and from a tree to itself, there is nothing to prove.

        :raises OutsideTreeError: if the sizes are not in order, or the tree was never that large

        Source: RFC 9162, 2.1.4.1.
        """
        new = self._checked_size(new)
        if not 0 <= old <= new:
            raise OutsideTreeError(f"不能从{old}条证明到{new}条：前一个数不能更大。", old=old, new=new)
        return self._ranges(_consistency_ranges(old, new)) if 0 < old < new else []

    def _checked_size(self, size: int | None) -> int:
        size = self.size if size is None else size
        if not 0 <= size <= self.size:
            raise OutsideTreeError(f"没有{size}条的树：现有{self.size}条。", size=size, largest=self.size)
        return size

    def _extend_level(
        self, level: int, rising: bytes, edge: Mapping[TileKey, bytes], changed: dict[TileKey, bytes]
    ) -> bytes:
        """Add hashes to one level; return the roots of the tiles that became full."""
        index, filled = divmod(self.size >> (level * TILE_HEIGHT), TILE_WIDTH)
        if filled:
            rising = _needed(edge, TileKey(level, index), filled) + rising
        roots = []
        for start in range(0, len(rising), TILE_BYTES):
            tile = rising[start : start + TILE_BYTES]
            changed[TileKey(level, index)] = tile
            if len(tile) == TILE_BYTES:
                roots.append(_fold(self.hasher, tile)[-1])
            index += 1
        return b"".join(roots)

    def _ranges(self, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
        """Hash ranges of leaves. Each begins where a subtree as large as itself may begin."""
        parts = [_nodes_of(begin, end) for begin, end in ranges]
        tiles = self._store.read({_tile_of(node) for nodes in parts for node in nodes})
        folded: dict[TileKey, list[bytes]] = {}
        return [self._join([self._node(node, tiles, folded) for node in nodes]) for nodes in parts]

    def _join(self, hashes: list[bytes]) -> bytes:
        """The root over full subtrees that stand side by side, larger ones first."""
        root = hashes.pop()
        while hashes:
            root = self.hasher.node(hashes.pop(), root)
        return root

    def _node(self, node: Node, tiles: Mapping[TileKey, bytes], folded: dict[TileKey, list[bytes]]) -> bytes:
        key, height = _tile_of(node), node.level % TILE_HEIGHT
        first = (node.place << height) % TILE_WIDTH
        # Tiles above the leaves serve many proofs and seldom change; leaves are too many to keep.
        fold = _fold if key.level == 0 else _fold_once
        tile = tiles.get(key, b"")
        if len(tile) != TILE_BYTES:
            return fold(self.hasher, _needed(tiles, key, first + (1 << height))[first * HASH_SIZE :])[-1]
        if key not in folded:
            folded[key] = fold(self.hasher, tile)
        place = (first >> height) * HASH_SIZE
        return folded[key][height][place : place + HASH_SIZE]


def _fold(hasher: Hasher, hashes: bytes) -> list[bytes]:
    """The levels over a number of hashes that is a power of two, bottom first, each level as one run of bytes."""
    node = hasher.node
    levels = [hashes]
    while len(hashes) > HASH_SIZE:
        hashes = b"".join(
            node(hashes[at : at + HASH_SIZE], hashes[at + HASH_SIZE : at + 2 * HASH_SIZE])
            for at in range(0, len(hashes), 2 * HASH_SIZE)
        )
        levels.append(hashes)
    return levels


_fold_once = lru_cache(maxsize=1024)(_fold)
"""The same, remembered by the hashes themselves, so that it cannot be out of date."""


def _tile_of(node: Node) -> TileKey:
    level, height = divmod(node.level, TILE_HEIGHT)
    return TileKey(level, (node.place << height) // TILE_WIDTH)


def _needed(tiles: Mapping[TileKey, bytes], key: TileKey, count: int) -> bytes:
    """The first hashes of a tile."""
    found = tiles.get(key, b"")[: count * HASH_SIZE]
    if len(found) != count * HASH_SIZE:
        raise TreeDamagedError(
            f"存证树缺少数据：第{key.level}层第{key.place}片应当至少有{count}个摘要，只有{len(found) // HASH_SIZE}个。",
            level=key.level,
            index=key.place,
        )
    return found


def _edge_tiles(size: int) -> list[TileKey]:
    """The last tile of each level that is not yet full."""
    keys, level = [], 0
    while size:
        if size % TILE_WIDTH:
            keys.append(TileKey(level, size // TILE_WIDTH))
        size //= TILE_WIDTH
        level += 1
    return keys


def _nodes_of(begin: int, end: int) -> list[Node]:
    """The full subtrees that make up a range of leaves, the largest first (a *compact range*)."""
    nodes = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        nodes.append(Node(level, begin >> level))
        begin += 1 << level
    return nodes


def _split(begin: int, end: int) -> int:
    """Where the root of this range divides: the largest power of two that is smaller than its length."""
    return begin + (1 << ((end - begin - 1).bit_length() - 1))


def _inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    ranges, begin, end = [], 0, size
    while end - begin > 1:
        middle = _split(begin, end)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    return ranges[::-1]


def _consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    ranges, begin, end = [], 0, new
    while old != end:
        middle = _split(begin, end)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    # Where the old tree is itself one full subtree, the reader knows its root already.
    if begin:
        ranges.append((begin, end))
    return ranges[::-1]
