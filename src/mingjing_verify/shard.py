"""Checking one year of the log: entries, tiles and checkpoints must tell the same."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from mingjing_verify.compare import differences
from mingjing_verify.folder import (
    WIDTH,
    Shard,
    earlier_checkpoints,
    entry_bundle,
    read_checkpoint_file,
    split_bundle,
    tile_hashes,
)
from mingjing_verify.hashes import Digest, digest_named, leaf_hash, node_hash
from mingjing_verify.notes import Key, MalformedError, SignedCheckpoint
from mingjing_verify.report import Problem, span
from mingjing_verify.tree import Frontier

WINDOW = 64
"""How many bundles with differences are compared entry by entry."""


@dataclass
class Held:
    """A checkpoint to check the entries against, and where it comes from."""

    checkpoint: SignedCheckpoint
    source: str
    witnessed: bool = False
    of_entries: bytes | None = None
    of_tiles: bytes | None = None


@dataclass
class Stretch:
    """Hashes from the first bundle that differs on."""

    first: int | None = None
    logged: list[bytes] = field(default_factory=list)
    found: list[bytes] = field(default_factory=list)
    cut: bool = False


@dataclass
class Checked:
    """What the check of a year tells the check of the log."""

    problems: list[Problem]
    checkpoint: SignedCheckpoint | None = None
    first_entry: bytes | None = None
    entries: int = 0
    held: int = 0


def check_shard(shard: Shard, keys: Sequence[Key], witnessed: Sequence[tuple[str, SignedCheckpoint]]) -> Checked:
    """Check one year. ``witnessed``: checkpoints of it that witnesses hold, each with its source."""
    digest = digest_named(shard.hash)
    if digest is None:
        return Checked([Problem("hash", f"哈希算法“{shard.hash}”不认识", shard.name)])
    held, problems = _signed_checkpoints(shard, keys)
    if not held:
        return Checked([*problems, Problem("checkpoint", "没有一个经过日志签名的检查点，无法继续核验", shard.name)])
    # The latest; the largest of the earlier ones where the latest cannot be trusted.
    latest = max(held, key=lambda each: each.checkpoint.size).checkpoint
    held += [Held(each, source, witnessed=True) for source, each in witnessed]
    return _Check(shard, digest, latest, held, problems).run()


def _signed_checkpoints(shard: Shard, keys: Sequence[Key]) -> tuple[list[Held], list[Problem]]:
    """The checkpoints of a year that the log signed, and what is wrong with the others."""
    held, problems = [], []
    for path in [shard.folder / "checkpoint", *earlier_checkpoints(shard)]:
        try:
            found = read_checkpoint_file(path)
            what = "最新检查点" if path.name == "checkpoint" else f"{found.size}条时的检查点"
            if found.origin != shard.origin or found.hash != shard.hash:
                problems.append(Problem("checkpoint", f"{what}是“{found.origin}”的，或者用了别的哈希算法", shard.name))
            elif not found.signed_by(keys):
                problems.append(Problem("signature", f"{what}没有日志的签名", shard.name))
            else:
                held.append(Held(found, what))
        except MalformedError as error:
            problems.append(Problem("checkpoint", f"检查点文件 {path.name}：{error}", shard.name))
    return held, problems


class _Check:
    """One pass over the entries of a year and over the tiles beside them."""

    def __init__(
        self, shard: Shard, digest: Digest, latest: SignedCheckpoint, held: list[Held], problems: list[Problem]
    ) -> None:
        self.shard, self.digest, self.latest, self.problems = shard, digest, latest, problems
        self.held = sorted(held, key=lambda each: each.checkpoint.size)
        self.entries, self.tiles = Frontier(digest), Frontier(digest)
        self.stretch = Stretch()
        self.first_entry: bytes | None = None
        self.uppers: list[bytes] = []

    def run(self) -> Checked:
        """Read everything once, then judge."""
        before = len(self.problems)
        for index in range(-(-self.latest.size // WIDTH)):
            self._bundle(index, min(WIDTH, self.latest.size - index * WIDTH))
        self._note_roots()
        unreadable = len(self.problems) > before
        self._judge_entries(unreadable=unreadable)
        self._judge_upper_tiles()
        self._judge_held()
        return Checked(self.problems, self.latest, self.first_entry, self.entries.size, len(self.held))

    def _bundle(self, index: int, width: int) -> None:
        first = index * WIDTH
        found, logged = self._entries(index, width), self._tile(index, width)
        if self.first_entry is None and found and index == 0:
            self.first_entry = found[0]
        hashes = [leaf_hash(self.digest, each) for each in found]
        if hashes != logged and self.stretch.first is None:
            self.stretch.first = first
        if self.stretch.first is not None:
            if len(self.stretch.logged) < WINDOW * WIDTH:
                self.stretch.found += hashes
                self.stretch.logged += logged
            else:
                self.stretch.cut = True
        for each in hashes:
            self._note_roots()
            self.entries.add(each)
        for each in logged:
            self._note_roots()
            self.tiles.add(each)
        if width == WIDTH and len(logged) == WIDTH:
            self.uppers.append(_root(self.digest, logged))

    def _entries(self, index: int, width: int) -> list[bytes]:
        first = index * WIDTH
        data = entry_bundle(self.shard, index, width)
        if data is None:
            self._problem("missing", f"{span(first, first + width - 1)}的文件不见了", first, first + width - 1)
            return []
        found, whole = split_bundle(data)
        if not whole:
            number = first + len(found)
            self._problem(
                "unreadable",
                f"{span(number, first + width - 1)}读不出来：文件被截断或者改过",
                number,
                first + width - 1,
            )
        is_last = (index + 1) * WIDTH >= self.latest.size
        # A file that has grown since holds more than the checkpoint covers; what is beyond it is not yet signed.
        return found[:width] if is_last and len(found) > width and width < WIDTH and self._grown(index) else found

    def _grown(self, index: int) -> bool:
        """Whether the bundle was read from the full file though the checkpoint covers only a part of it."""
        return (tile_hashes(self.shard, 0, index, WIDTH) or []) != []

    def _tile(self, index: int, width: int) -> list[bytes]:
        first = index * WIDTH
        hashes = tile_hashes(self.shard, 0, index, width)
        if hashes is None:
            self._problem("tile", f"{span(first, first + width - 1)}的摘要文件不见了", first, first + width - 1)
            return []
        return hashes[:width]

    def _note_roots(self) -> None:
        """Keep the roots at the sizes of the checkpoints, as the trees pass through them."""
        for each in self.held:
            if each.of_entries is None and each.checkpoint.size == self.entries.size:
                each.of_entries = self.entries.root()
            if each.of_tiles is None and each.checkpoint.size == self.tiles.size:
                each.of_tiles = self.tiles.root()

    def _judge_entries(self, *, unreadable: bool) -> None:
        stretch = self.stretch
        tiles_hold = self.tiles.size == self.latest.size and self.tiles.root() == self.latest.root
        entries_hold = self.entries.size == self.latest.size and self.entries.root() == self.latest.root
        if stretch.first is None:
            return
        if entries_hold:
            for number, (old, new) in enumerate(zip(stretch.logged, stretch.found, strict=False), stretch.first):
                if old != new:
                    self._problem("tile", f"第{number}号的摘要被改过（内容本身没有问题）", number, number)
            return
        found = differences(self.shard.name, stretch.first, stretch.logged, stretch.found, cut=stretch.cut)
        if not tiles_hold and not unreadable:
            self.problems.append(
                Problem("both", "内容和摘要都与检查点不符，下面的位置按两者的差别判断", self.shard.name)
            )
        self.problems += found

    def _judge_upper_tiles(self) -> None:
        """Each hash of a higher tile is the root of the tile beneath it."""
        level, below = 1, self.uppers
        while below:
            above = []
            for start in range(0, len(below), WIDTH):
                wanted = below[start : start + WIDTH]
                self._upper_tile(level, start, wanted)
                if len(wanted) == WIDTH:
                    above.append(_root(self.digest, wanted))
            level, below = level + 1, above

    def _upper_tile(self, level: int, start: int, wanted: list[bytes]) -> None:
        found = tile_hashes(self.shard, level, start // WIDTH, len(wanted))
        unit = WIDTH**level
        for place, (old, new) in enumerate(zip(wanted, found or [b""] * len(wanted), strict=False), start):
            if old != new:
                first, last = place * unit, (place + 1) * unit - 1
                self._problem("tile", f"{span(first, last)}的第{level}层摘要不符或者不见了", first, last)

    def _judge_held(self) -> None:
        """Compare with every checkpoint, the smaller first: the first that fails tells where the log was changed."""
        # What the log itself publishes proves nothing against its operator: witnesses are counted apart.
        sound, failed = {True: 0, False: 0}, False
        for each in self.held:
            size = each.checkpoint.size
            if each.witnessed and size > self.latest.size:
                self._problem(
                    "rolled_back",
                    f"{each.source}证明日志曾有{size}条，现在只公布{self.latest.size}条："
                    f"第{self.latest.size}号起的内容被撤回，可能是恢复了旧备份",
                    self.latest.size,
                    size - 1,
                )
            elif each.of_entries == each.checkpoint.root:
                sound[each.witnessed] = size
            elif each.witnessed or not failed:
                failed = failed or not each.witnessed
                self._held_failed(each, sound[each.witnessed])

    def _held_failed(self, held: Held, sound: int) -> None:
        last = max(held.checkpoint.size - 1, sound)
        if held.witnessed:
            message = f"与{held.source}不符：见证之后，{span(sound, last)}之间有内容被改写，日志出现了分叉"
            self._problem("forked", message, sound, last)
        elif held.of_tiles == held.checkpoint.root:
            self._problem("root", f"{span(sound, last)}之间的内容与{held.source}不符", sound, last)
        else:
            self._problem("root", f"{span(sound, last)}之间的内容与{held.source}不符，摘要也不符", sound, last)

    def _problem(self, kind: str, message: str, first: int, last: int) -> None:
        self.problems.append(Problem(kind, message, self.shard.name, first, last))


def opening_checkpoint(entry: bytes) -> str | None:
    """Return the checkpoint of the year before, which the first entry of a year must hold."""
    try:
        body = json.loads(entry)
        found = body["public"]["checkpoint"] if body["act"] == "log.open_shard" else None
    except (ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, str) else None


def _root(digest: Digest, hashes: Sequence[bytes]) -> bytes:
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(digest, level[at], level[at + 1]) for at in range(0, len(level), 2)]
    return level[0]
