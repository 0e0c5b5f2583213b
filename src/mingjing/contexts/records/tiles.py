"""The tiles of a shard's tree in the database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mingjing.contexts.records.keys import hasher
from mingjing.contexts.records.models import Shard, Tile
from mingjing.domain.records.hashing import HashName
from mingjing.domain.records.merkle import TileKey, Tree


@dataclass(frozen=True, slots=True)
class TableTiles:
    """A :class:`~mingjing.domain.records.merkle.TileStore` over the table; one query to read, one to write."""

    shard_id: int

    def read(self, keys: Iterable[TileKey]) -> Mapping[TileKey, bytes]:
        places: dict[int, set[int]] = {}
        for key in keys:
            places.setdefault(key.level, set()).add(key.place)
        if not places:
            return {}
        # A part for each level: with one condition over all of them, SQLite would read the whole shard.
        parts = [
            Tile.objects.filter(shard_id=self.shard_id, level=level, place__in=sorted(these)).values_list(
                "level", "place", "hashes"
            )
            for level, these in places.items()
        ]
        rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
        return {TileKey(level, place): bytes(hashes) for level, place, hashes in rows}

    def write(self, tiles: Mapping[TileKey, bytes]) -> None:
        Tile.objects.bulk_create(
            [
                Tile(shard_id=self.shard_id, level=key.level, place=key.place, hashes=hashes)
                for key, hashes in tiles.items()
            ],
            update_conflicts=True,
            unique_fields=["shard", "level", "place"],
            update_fields=["hashes"],
            batch_size=500,
        )


def tree_of(shard: Shard) -> Tree:
    """Return the tree of a shard, as large as the shard is."""
    return Tree(hasher(HashName(shard.hash)), TableTiles(shard.pk), shard.size)
