"""What pages, commands and other rooms read of the log."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Final

from django.db.models import QuerySet

from mingjing.contexts.records import openings
from mingjing.contexts.records.keys import hasher
from mingjing.contexts.records.models import Checkpoint, Cosignature, Entry, Pending, Sequenced, Shard
from mingjing.contexts.records.tiles import tree_of
from mingjing.domain.records import entries
from mingjing.domain.records.hashing import HashName
from mingjing.kernel.canonical import Json
from mingjing.kernel.errors import DomainError

MOST: Final = 100


class NotInLogError(DomainError):
    """There is no such entry, or it is not covered by a checkpoint yet."""

    code: ClassVar[str] = "records.not_in_log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Who did what, when and why: an entry as a line on the page of a thing."""

    at: datetime
    actor: str
    act: str
    reason: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedAct:
    """
    An act as it stands in the log. ``shard`` and ``place`` are ``None`` until it has been given a place.

    ``erased`` names what is committed to and cannot be shown here.
    """

    entry: int
    shard: str | None
    place: int | None
    at: datetime
    act: str
    actor: str
    subject: str
    reason: str
    public: Mapping[str, Json]
    fields: Mapping[str, Any]
    erased: tuple[str, ...]

    @property
    def number(self) -> str:
        """The number that people use: year and place."""
        return "待编号" if self.shard is None else f"{self.shard}-{self.place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That an entry is in the log: everything that somebody outside needs to check it."""

    shard: str
    origin: str
    hash: HashName
    place: int
    data: bytes
    leaf_hash: bytes
    hashes: tuple[bytes, ...]
    checkpoint: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the log stands."""

    shards: tuple[str, ...]
    entries: int
    pending: int
    damaged: int
    signed: int
    signed_at: datetime | None


def history(*subjects: str, most: int = MOST) -> list[LoggedAct]:
    """Return what was done to some objects, the latest first, with all that has not been erased."""
    return [_act(each) for each in _rows(*subjects)[:most]]


def doings(*subjects: str, most: int = MOST) -> list[Doing]:
    """Return the same in short, without opening the entries."""
    places = ", ".join(["%s"] * len(subjects))
    # a statement of our own: every page of a thing asks for this (operations.statements lies above this room)
    found = Entry.objects.raw(
        f"SELECT id, recorded_at, actor, act, reason, fields FROM records_entry WHERE subject IN ({places}) "
        "ORDER BY id DESC LIMIT %s",
        [*subjects, most],
    )
    return [
        Doing(at=one.recorded_at, actor=one.actor, act=one.act, reason=one.reason, fields=one.fields) for one in found
    ]


def public_history(subject: str, *, most: int = MOST) -> list[LoggedAct]:
    """Return the same as everybody may see it: nothing of what is only committed to, no code that tells who it is."""
    if entries.shown(subject) != subject:
        return []
    return [_public_act(each) for each in _rows(subject)[:most]]


def _rows(*subjects: str) -> QuerySet[Entry]:
    return (
        Entry.objects.filter(subject__in=subjects)
        .order_by("-pk")
        .select_related("leaf", "sequenced", "sequenced__shard")
    )


def public_entry(shard: str, place: int) -> LoggedAct:
    """
    Return one entry as everybody may see it.

    :raises NotInLogError: if there is none
    """
    return _public_act(_placed(shard, place).entry)


def shards() -> QuerySet[Shard]:
    """Return the years of the log, the latest first."""
    return Shard.objects.order_by("-first_number")


def checkpoints(*, most: int = MOST) -> QuerySet[Checkpoint]:
    """Return the latest checkpoints with their cosignatures."""
    return (
        Checkpoint.objects.select_related("shard")
        .prefetch_related("cosignatures__witness")
        .order_by("-signed_at", "-pk")[:most]
    )


def note_with_cosignatures(checkpoint: Checkpoint) -> str:
    """Return a signed checkpoint with the lines of the witnesses."""
    lines = Cosignature.objects.filter(checkpoint=checkpoint).order_by("pk").values_list("line", flat=True)
    return checkpoint.note + "".join(lines)


def prove(shard: str, place: int) -> Proof:
    """
    Prove that an entry is in the log, under the latest checkpoint of its year.

    :raises NotInLogError: if there is no such entry, or no checkpoint covers it yet
    """
    row = _placed(shard, place)
    latest = Checkpoint.objects.filter(shard=row.shard).order_by("size").last()
    if latest is None or latest.size <= place:
        raise NotInLogError(
            f"{shard}年第{place}号已经写入，但还没有签入检查点；请过几分钟再查。", shard=shard, place=place
        )
    data, name = bytes(row.entry.leaf.data), HashName(row.shard.hash)
    return Proof(
        shard=shard,
        origin=row.shard.origin,
        hash=name,
        place=place,
        data=data,
        leaf_hash=hasher(name).leaf(data),
        hashes=tuple(tree_of(row.shard).inclusion_proof(place, latest.size)),
        checkpoint=note_with_cosignatures(latest),
        size=latest.size,
        root=bytes(latest.root),
    )


def openings_of(shard: str, place: int) -> Mapping[str, entries.Opening]:
    """Return what opens an entry's fields, as far as it has not been erased. Not for the public."""
    return openings.openings_of(_placed(shard, place).entry)


def entry_bytes(shard: Shard, first: int, after: int) -> Iterable[bytes]:
    """Return the bytes of the entries in these places, in order."""
    rows = (
        Sequenced.objects.filter(shard=shard, place__gte=first, place__lt=after)
        .order_by("place")
        .values_list("entry__leaf__data", flat=True)
    )
    return (bytes(each) for each in rows.iterator())


def status() -> Status:
    """Return how the log stands."""
    latest = Checkpoint.objects.order_by("signed_at").last()
    every: Sequence[Shard] = list(Shard.objects.all())
    return Status(
        shards=tuple(each.name for each in every),
        entries=sum(each.size for each in every),
        pending=Pending.objects.filter(damaged=False).count(),
        damaged=Pending.objects.filter(damaged=True).count(),
        signed=latest.size if latest else 0,
        signed_at=latest.signed_at if latest else None,
    )


def _placed(shard: str, place: int) -> Sequenced:
    row = (
        Sequenced.objects.filter(shard__name=shard, place=place).select_related("shard", "entry", "entry__leaf").first()
    )
    if row is None:
        raise NotInLogError(f"日志里没有{shard}年第{place}号。", shard=shard, place=place)
    return row


def _act(row: Entry) -> LoggedAct:
    """The act with all that has not been erased."""
    logged = entries.read_entry(bytes(row.leaf.data))
    shard, place = _place(row)
    return LoggedAct(
        entry=row.pk,
        shard=shard,
        place=place,
        at=row.recorded_at,
        act=row.act,
        actor=row.actor,
        subject=row.subject,
        reason=row.reason,
        public=logged.public,
        fields=row.fields,
        erased=tuple(sorted(set(logged.commitments) - set(row.salts))),
    )


def _public_act(row: Entry) -> LoggedAct:
    """The act as its leaf tells it."""
    logged = entries.read_entry(bytes(row.leaf.data))
    shard, place = _place(row)
    return LoggedAct(
        entry=row.pk,
        shard=shard,
        place=place,
        at=logged.at,
        act=logged.act,
        actor=logged.who,
        subject=logged.object,
        reason="",
        public=logged.public,
        fields={},
        erased=tuple(sorted(logged.commitments)),
    )


def _place(row: Entry) -> tuple[str | None, int | None]:
    placed = getattr(row, "sequenced", None)
    return (placed.shard.name, placed.place) if placed else (None, None)
